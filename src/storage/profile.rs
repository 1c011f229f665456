use serde::{Deserialize, Serialize};

use super::server::is_hidden;
use super::{ConnectionPlan, Endpoint, Fault, Field, Problem, Server};
use bytes::Bytes;

use crate::mqtt::{
    Capabilities, ClientId, ConnectOptions, Login, NameError, ProtocolVersion, QoS, Secret, TopicName, Will,
};
use crate::uiot::{AuthMode, Credential, Region, device_sn_is_regular, limits};

/// The host that old documents name; it was replaced in 2019 (available_region_url.md).
const OLD_HOST: &str = "mqtt-cn-sh2.ucloud.cn";
/// The longest string in an MQTT packet, in bytes (MQTT §1.5.3).
const MAX_STRING: usize = 65_535;
/// The longest client identifier that an MQTT 3.1 broker has to take, in characters (MQTT 3.1 §3.1).
const MAX_CLIENT_ID_3_1: usize = 23;

/// Which rules apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A device of UIoT Core: identifiers are derived, the platform's limits hold.
    #[default]
    Uiot,
    /// Any MQTT broker.
    Generic,
}

/// All that a person enters to connect, as typed. Secrets are never serialised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Which rules apply.
    pub mode: Mode,
    /// The region whose host is used; none lets the host be free.
    #[serde(with = "region_id")]
    pub region: Option<Region>,
    /// Server of UIoT mode.
    pub uiot_server: Server,
    /// Server of generic mode.
    pub generic_server: Server,
    /// ProductSN.
    pub product_sn: String,
    /// DeviceSN.
    pub device_sn: String,
    /// Whether the device has its own secret, or asks for it with its product's.
    pub registration: AuthMode,
    /// DeviceSecret, of static registration.
    #[serde(skip)]
    pub device_secret: Secret,
    /// ProductSecret, of dynamic registration.
    #[serde(skip)]
    pub product_secret: Secret,
    /// Client identifier of generic mode.
    pub client_id: String,
    /// User name of generic mode.
    pub user_name: String,
    /// Password of generic mode.
    #[serde(skip)]
    pub password: Secret,
    /// MQTT 3.1 or 3.1.1.
    #[serde(with = "protocol_name")]
    pub protocol: ProtocolVersion,
    /// Keep alive in seconds, as typed.
    pub keep_alive: String,
    /// Clean session.
    pub clean_session: bool,
    /// Whether a lost connection is taken up again.
    pub auto_reconnect: bool,
    /// Whether every violation by the broker ends the connection [MQTT-4.8.0-1].
    pub strict: bool,
    /// The will of generic mode.
    pub will: WillForm,
    /// What is subscribed once it is connected, in this order.
    pub subscriptions: Vec<WantedSubscription>,
    /// Whether the topics on which the platform writes to the device are subscribed too.
    pub subscribe_system: bool,
}

/// A subscription as a person wants it, whatever a broker granted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WantedSubscription {
    /// The topic filter, as typed.
    pub filter: String,
    /// The QoS asked for: 0, 1 or 2.
    pub qos: u8,
    /// The number of its colour, where a person chose one.
    pub colour: Option<u8>,
    /// Whether its messages are hidden from the log; they are counted all the same.
    pub muted: bool,
}

/// The will as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WillForm {
    /// Whether there is one.
    pub enabled: bool,
    /// Its topic.
    pub topic: String,
    /// Its payload, as text.
    pub payload: String,
    /// 0, 1 or 2.
    pub qos: u8,
    /// Whether the broker keeps it.
    pub retain: bool,
}

impl Default for Profile {
    fn default() -> Self {
        let region = Region::default();
        Self {
            mode: Mode::Uiot,
            region: Some(region),
            uiot_server: Server { host: region.mqtt_host(), ..Server::default() },
            generic_server: Server { path: "/mqtt".into(), ..Server::default() },
            product_sn: String::new(),
            device_sn: String::new(),
            registration: AuthMode::Static,
            device_secret: Secret::default(),
            product_secret: Secret::default(),
            client_id: String::new(),
            user_name: String::new(),
            password: Secret::default(),
            protocol: ProtocolVersion::V3_1_1,
            keep_alive: limits::KEEP_ALIVE_DEFAULT.to_string(),
            clean_session: true,
            auto_reconnect: true,
            strict: false,
            will: WillForm::default(),
            subscriptions: Vec::new(),
            subscribe_system: true,
        }
    }
}

/// What is known of the page that the form stands on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// It was loaded by https.
    pub https: bool,
}

impl Profile {
    /// The server of the chosen mode.
    pub fn server(&self) -> &Server {
        match self.mode {
            Mode::Uiot => &self.uiot_server,
            Mode::Generic => &self.generic_server,
        }
    }

    /// The server of the chosen mode.
    pub fn server_mut(&mut self) -> &mut Server {
        match self.mode {
            Mode::Uiot => &mut self.uiot_server,
            Mode::Generic => &mut self.generic_server,
        }
    }

    /// Chooses the region; the host follows, unless it is free.
    pub fn set_region(&mut self, region: Option<Region>) {
        self.region = region;
        if let Some(region) = region {
            self.uiot_server.host = region.mqtt_host();
        }
    }

    /// Takes the host as typed; in UIoT mode one that is not the region's makes the region free.
    pub fn set_host(&mut self, typed: String) {
        self.server_mut().set_host(typed);
        if self.mode == Mode::Uiot
            && self.region.is_some_and(|known| known.mqtt_host() != self.uiot_server.host)
        {
            self.region = None;
        }
    }

    /// The client identifier that will be sent.
    pub fn sent_client_id(&self) -> String {
        match self.mode {
            Mode::Uiot => self.credential().client_id(),
            Mode::Generic => self.client_id.clone(),
        }
    }

    /// What a device with this form is called in short, as far as it is filled in: its DeviceSN, else its client identifier.
    pub fn short_name(&self) -> Option<String> {
        let name = match self.mode {
            Mode::Uiot => self.device_sn.trim(),
            Mode::Generic => self.client_id.trim(),
        };
        (!name.is_empty()).then(|| name.to_owned())
    }

    /// The user name that will be sent.
    pub fn sent_user_name(&self) -> String {
        match self.mode {
            Mode::Uiot => self.credential().user_name_for(self.registration),
            Mode::Generic => self.user_name.clone(),
        }
    }

    /// The password that will be sent.
    pub fn sent_password(&self) -> &Secret {
        match self.mode {
            Mode::Uiot if self.registers() => &self.product_secret,
            Mode::Uiot => &self.device_secret,
            Mode::Generic => &self.password,
        }
    }

    /// The input in which that password is typed.
    pub fn secret_field(&self) -> Field {
        match self.mode {
            Mode::Uiot if self.registers() => Field::ProductSecret,
            Mode::Uiot => Field::DeviceSecret,
            Mode::Generic => Field::Password,
        }
    }

    /// Whether connecting begins with asking for the DeviceSecret.
    pub fn registers(&self) -> bool {
        self.mode == Mode::Uiot && self.registration == AuthMode::Dynamic
    }

    /// All that is wrong, in the order of the form; warnings too.
    pub fn problems(&self, page: Page) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut check =
            |field, fault: Option<Fault>| found.extend(fault.map(|fault| Problem { field, fault }));
        match self.mode {
            Mode::Uiot => {
                check(Field::ProductSn, self.product_sn_fault());
                check(Field::DeviceSn, self.device_sn_fault());
                check(self.secret_field(), self.secret_fault());
            }
            Mode::Generic => {
                check(Field::ClientId, self.client_id_fault());
                check(Field::UserName, self.user_name_fault());
                check(Field::Password, string_fault(self.password.expose()));
            }
        }
        let server = self.server();
        let mixed = page.https && !server.tls && !server.is_loopback();
        check(Field::Tls, mixed.then_some(Fault::MixedContent));
        check(Field::Host, host_fault(server.host.trim()));
        check(Field::Port, port_fault(server.port.trim()));
        check(Field::Path, path_fault(server.path.trim()));
        check(Field::KeepAlive, self.keep_alive_fault());
        if self.has_will() {
            check(Field::WillTopic, self.will_topic_fault());
            check(Field::WillPayload, self.will_payload_fault());
        }
        found
    }

    /// What to connect with, if nothing but warnings stands against it.
    pub fn plan(&self) -> Option<ConnectionPlan> {
        if self.problems(Page::default()).iter().any(|problem| !problem.fault.is_warning()) {
            return None;
        }
        let user_name = self.sent_user_name();
        let password = self.sent_password().clone();
        let login = match (user_name.is_empty(), password.is_empty()) {
            (true, true) => Login::Anonymous,
            (_, true) if self.mode == Mode::Generic => Login::UserName(user_name),
            _ => Login::Password(user_name, password),
        };
        let options = ConnectOptions {
            protocol: self.protocol,
            client_id: ClientId::parse(&self.sent_client_id()).ok()?,
            login,
            keep_alive: self.keep_alive.trim().parse().ok()?,
            clean_session: self.clean_session,
            will: if self.has_will() { Some(self.will()?) } else { None },
            capabilities: match self.mode {
                Mode::Uiot => limits::CAPABILITIES,
                Mode::Generic => Capabilities::ALL,
            },
            queue_pace: (self.mode == Mode::Uiot).then_some(limits::QUEUE_PACE),
            auto_reconnect: self.auto_reconnect,
            strict: self.strict,
            ..ConnectOptions::default()
        };
        let (product, name) = match self.mode {
            Mode::Uiot => (Some(self.product_sn.trim().to_owned()), self.device_sn.trim().to_owned()),
            Mode::Generic if self.client_id.is_empty() => (None, self.server().host.trim().to_owned()),
            Mode::Generic => (None, self.client_id.clone()),
        };
        let endpoint = if self.mode == Mode::Uiot && self.uiot_server.is_simulator() {
            Endpoint::Simulator
        } else {
            Endpoint::WebSocket(self.server().url())
        };
        let registers = self.registers();
        Some(ConnectionPlan { mode: self.mode, endpoint, options, product, name, registers })
    }

    fn has_will(&self) -> bool {
        self.mode == Mode::Generic && self.will.enabled
    }

    fn will(&self) -> Option<Will> {
        Some(Will {
            topic: TopicName::parse(&self.will.topic).ok()?,
            payload: Bytes::from(self.will.payload.clone()),
            qos: QoS::from_number(self.will.qos)?,
            retain: self.will.retain,
        })
    }

    fn will_topic_fault(&self) -> Option<Fault> {
        match TopicName::parse(&self.will.topic).err()? {
            NameError::Empty => Some(Fault::Required),
            NameError::Nul => Some(Fault::Nul),
            NameError::TooLong(bytes) => Some(Fault::TooLong(bytes)),
            NameError::Wildcard | NameError::MisplacedWildcard => Some(Fault::TopicWildcard),
        }
    }

    fn will_payload_fault(&self) -> Option<Fault> {
        (self.will.payload.len() > MAX_STRING).then_some(Fault::TooLong(self.will.payload.len()))
    }

    fn credential(&self) -> Credential {
        Credential {
            product_sn: self.product_sn.trim().to_owned(),
            device_sn: self.device_sn.trim().to_owned(),
        }
    }

    fn product_sn_fault(&self) -> Option<Fault> {
        let typed = self.product_sn.trim();
        string_fault(typed).or_else(|| match typed.chars().count() {
            0 => Some(Fault::Required),
            limits::PRODUCT_SN_LENGTH => None,
            other => Some(Fault::ProductSnLength(other)),
        })
    }

    fn device_sn_fault(&self) -> Option<Fault> {
        let typed = self.device_sn.trim();
        string_fault(&self.credential().user_name_for(self.registration)).or_else(|| {
            if typed.is_empty() {
                Some(Fault::Required)
            } else {
                (!device_sn_is_regular(typed)).then_some(Fault::DeviceSnForm)
            }
        })
    }

    fn secret_fault(&self) -> Option<Fault> {
        let secret = self.sent_password();
        string_fault(secret.expose()).or_else(|| match secret.chars() {
            0 => Some(Fault::Required),
            limits::SECRET_LENGTH => None,
            other => Some(Fault::SecretLength(other)),
        })
    }

    fn client_id_fault(&self) -> Option<Fault> {
        string_fault(&self.client_id).or_else(|| match self.client_id.chars().count() {
            0 if !self.clean_session || self.protocol == ProtocolVersion::V3_1 => {
                Some(Fault::ClientIdRequired)
            }
            length if self.protocol == ProtocolVersion::V3_1 && length > MAX_CLIENT_ID_3_1 => {
                Some(Fault::ClientIdLength(length))
            }
            _ => None,
        })
    }

    fn user_name_fault(&self) -> Option<Fault> {
        string_fault(&self.user_name).or_else(|| {
            (self.user_name.is_empty() && !self.password.is_empty()).then_some(Fault::PasswordWithoutUserName)
        })
    }

    fn keep_alive_fault(&self) -> Option<Fault> {
        match self.keep_alive.trim().parse::<u16>() {
            Err(_) => Some(Fault::KeepAliveNumber),
            Ok(seconds) if self.mode == Mode::Uiot && !limits::KEEP_ALIVE.contains(&seconds) => {
                Some(Fault::KeepAliveRange(seconds))
            }
            Ok(_) => None,
        }
    }
}

fn string_fault(text: &str) -> Option<Fault> {
    match ClientId::parse(text) {
        Ok(_) => None,
        Err(NameError::Nul) => Some(Fault::Nul),
        Err(_) => Some(Fault::TooLong(text.len().max(MAX_STRING + 1))),
    }
}

fn host_fault(host: &str) -> Option<Fault> {
    let name = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).map_or(host, |address| {
        // Within brackets stands an IPv6 address, whose colons are no port.
        if address.contains(':') { "v6" } else { "" }
    });
    let odd =
        |c: char| c.is_whitespace() || c.is_control() || is_hidden(c) || "/\\?#@:<>[]^|%\"'`{},;".contains(c);
    match host {
        "" => Some(Fault::Required),
        _ if name.is_empty() || name.contains(odd) => Some(Fault::Host),
        OLD_HOST => Some(Fault::OldHost),
        _ => None,
    }
}

fn port_fault(port: &str) -> Option<Fault> {
    match port.parse::<u16>() {
        Ok(1..) => None,
        _ => Some(Fault::Port),
    }
}

fn path_fault(path: &str) -> Option<Fault> {
    let fits =
        path.starts_with('/') && !path.contains(|c: char| c.is_whitespace() || c.is_control() || c == '#');
    (!fits).then_some(Fault::Path)
}

mod region_id {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Region;

    pub(super) fn serialize<S: Serializer>(region: &Option<Region>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(region.map_or("custom", Region::id))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Region>, D::Error> {
        let id = String::deserialize(from)?;
        Ok(Region::ALL.into_iter().find(|region| region.id() == id))
    }
}

mod protocol_name {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::ProtocolVersion;

    pub(super) fn serialize<S: Serializer>(protocol: &ProtocolVersion, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(protocol.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<ProtocolVersion, D::Error> {
        let name = String::deserialize(from)?;
        Ok(if name == ProtocolVersion::V3_1.name() { ProtocolVersion::V3_1 } else { ProtocolVersion::V3_1_1 })
    }
}
