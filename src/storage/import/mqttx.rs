//! The connections that MQTTX exports as JSON: an array of them, or one.

use serde_json::Value;

use super::{Draft, Remark};
use crate::mqtt::{ProtocolVersion, Secret};
use crate::storage::{Mode, Profile, Server, WantedSubscription};
use crate::uiot::{AuthMode, Credential, Region};

/// None where it holds no connections of that kind.
pub(super) fn read(document: &Value) -> Option<Vec<Draft>> {
    let one = std::slice::from_ref(document);
    let entries = match document {
        Value::Array(entries) => entries.as_slice(),
        Value::Object(_) => one,
        _ => return None,
    };
    let is_connection = |entry: &Value| entry.get("clientId").is_some() && entry.get("host").is_some();
    (!entries.is_empty() && entries.iter().any(is_connection)).then(|| entries.iter().map(draft).collect())
}

/// An entry while it is read: what could not be read is noted.
struct Entry<'a> {
    fields: &'a Value,
    damaged: Vec<String>,
}

impl Entry<'_> {
    fn string(&mut self, name: &str) -> String {
        match self.fields.get(name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => self.damage(name),
        }
    }

    fn flag(&mut self, name: &str, default: bool) -> bool {
        match self.fields.get(name) {
            None | Some(Value::Null) => default,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                self.damage(name);
                default
            }
        }
    }

    fn damage(&mut self, name: &str) -> String {
        self.damaged.push(name.to_owned());
        String::new()
    }
}

fn draft(fields: &Value) -> Draft {
    let mut remarks = Vec::new();
    let mut entry = Entry { fields, damaged: Vec::new() };
    let name = entry.string("name");
    let server = server(&mut entry, &mut remarks);
    let password = Secret::new(entry.string("password"));
    let mut profile = Profile {
        mode: Mode::Generic,
        client_id: entry.string("clientId"),
        user_name: entry.string("username"),
        clean_session: entry.flag("clean", true),
        auto_reconnect: entry.flag("reconnect", true),
        generic_server: server,
        ..Profile::default()
    };
    let keep_alive = entry.string("keepalive");
    if !keep_alive.is_empty() {
        profile.keep_alive = keep_alive;
    }
    match entry.string("mqttVersion").as_str() {
        "" | "3.1.1" | "4" => {}
        "3.1" | "3" => profile.protocol = ProtocolVersion::V3_1,
        "5.0" | "5" => remarks.push(Remark::Version5),
        _ => {
            entry.damage("mqttVersion");
        }
    }
    let has_text = |name: &str| fields.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    if ["ca", "cert", "key"].into_iter().any(has_text) {
        remarks.push(Remark::Certificates);
    }
    if profile.generic_server.tls && fields.get("rejectUnauthorized") == Some(&Value::Bool(false)) {
        remarks.push(Remark::Unverified);
    }
    will(&mut entry, &mut profile);
    subscriptions(&mut entry, &mut profile, &mut remarks);
    let messages = fields.get("messages").and_then(Value::as_array).map_or(0, Vec::len);
    if messages > 0 {
        remarks.push(Remark::Messages(messages));
    }
    if !entry.damaged.is_empty() {
        remarks.push(Remark::Fields(entry.damaged));
    }
    if let Some((region, device)) = device(fields) {
        as_device(&mut profile, region, device);
    }
    profile.set_secret(password);
    let mut draft = Draft { name, profile, remarks, ..Draft::default() };
    draft.name_it();
    draft
}

fn server(entry: &mut Entry<'_>, remarks: &mut Vec<Remark>) -> Server {
    let (protocol, host, port) = (entry.string("protocol"), entry.string("host"), entry.string("port"));
    let path = entry.string("path");
    let mut server = Server::default();
    // An older export says in `ssl` alone whether there is TLS.
    let scheme = protocol.trim_end_matches("://").to_ascii_lowercase();
    let tls = match scheme.as_str() {
        "wss" | "mqtts" => true,
        "ws" | "mqtt" => false,
        _ => entry.flag("ssl", false),
    };
    server.set_tls(tls);
    if matches!(scheme.as_str(), "ws" | "wss") {
        server.path = if path.starts_with('/') { path } else { format!("/{path}") };
        if !port.is_empty() && port != server.port {
            server.set_port(port);
        }
    } else {
        let shown = if tls { "mqtts" } else { "mqtt" };
        remarks.push(Remark::PlainTcp(format!("{shown}://{host}:{port}")));
        if device(entry.fields).is_none() {
            // TCP has no path; this is the one that brokers are set up with most often.
            server.path = Profile::default().generic_server.path;
        }
    }
    server.host = host.trim().to_owned();
    server
}

fn will(entry: &mut Entry<'_>, profile: &mut Profile) {
    let Some(will @ Value::Object(_)) = entry.fields.get("will") else { return };
    let string = |name: &str| will.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    profile.will.topic = string("lastWillTopic");
    profile.will.payload = string("lastWillPayload");
    profile.will.retain = will.get("lastWillRetain") == Some(&Value::Bool(true));
    profile.will.qos = match qos(will.get("lastWillQos")) {
        Some(qos) => qos,
        None => {
            entry.damage("will.lastWillQos");
            0
        }
    };
    profile.will.enabled = !profile.will.topic.is_empty();
}

fn subscriptions(entry: &mut Entry<'_>, profile: &mut Profile, remarks: &mut Vec<Remark>) {
    let mut with_options = 0;
    let list = entry.fields.get("subscriptions").and_then(Value::as_array);
    for (place, subscription) in list.into_iter().flatten().enumerate() {
        let filter = subscription.get("topic").and_then(Value::as_str).unwrap_or_default();
        let (false, Some(qos)) = (filter.is_empty(), qos(subscription.get("qos"))) else {
            entry.damage(&format!("subscriptions.{place}"));
            continue;
        };
        let is_set = |name: &str| {
            subscription.get(name).is_some_and(|value| {
                value == &Value::Bool(true) || value.as_u64().is_some_and(|number| number > 0)
            })
        };
        with_options += usize::from(["nl", "rap", "rh", "subscriptionIdentifier"].into_iter().any(is_set));
        profile.subscriptions.push(WantedSubscription {
            filter: filter.to_owned(),
            qos,
            ..Default::default()
        });
    }
    if with_options > 0 {
        remarks.push(Remark::SubscriptionOptions(with_options));
    }
}

fn qos(value: Option<&Value>) -> Option<u8> {
    match value {
        None | Some(Value::Null) => Some(0),
        Some(value) => value.as_u64().and_then(|number| u8::try_from(number).ok()).filter(|qos| *qos <= 2),
    }
}

/// The device, if this is a connection to the platform as its documents say to fill in any client.
fn device(fields: &Value) -> Option<(Region, Credential)> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let region = Region::ALL.into_iter().find(|region| region.mqtt_host() == text("host").trim())?;
    match Credential::from_user_name(text("username"))? {
        (device, AuthMode::Static) if device.client_id() == text("clientId") => Some((region, device)),
        _ => None,
    }
}

/// Makes it a profile of UIoT mode. One with a will stays as it is: that mode knows none.
fn as_device(profile: &mut Profile, region: Region, device: Credential) {
    if profile.will.enabled {
        return;
    }
    let defaults = Profile::default();
    profile.mode = Mode::Uiot;
    profile.region = Some(region);
    profile.uiot_server = std::mem::replace(&mut profile.generic_server, defaults.generic_server);
    profile.product_sn = device.product_sn;
    profile.device_sn = device.device_sn;
    profile.client_id = String::new();
    profile.user_name = String::new();
}
