//! A connection in the part of an address behind `#`, to pass on: `#/open?mode=generic&host=broker.example&sub=1:a/%23`.
//!
//! It names only what differs from the form's defaults, and holds no secret: no DeviceSecret, no ProductSecret and no password, no user
//! name of a generic broker (some brokers take an access token in its place), no query of the path (the same), nothing
//! before an `@` in the host. The user name of UIoT mode follows from ProductSN and DeviceSN.

use percent_encoding::{percent_decode_str, utf8_percent_encode};

use super::address::COVERED;
use super::{Mode, Profile, Server, WantedSubscription, WillForm};
use crate::mqtt::ProtocolVersion;
use crate::uiot::{AuthMode, Region};

/// The page that a shared link opens.
pub const PAGE: &str = "#/open";
/// The longest fragment that is read, in bytes.
pub const MOST_BYTES: usize = 8 << 10;
/// How many subscriptions are read.
pub const MOST_SUBSCRIPTIONS: usize = 200;

/// Why a link cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareError {
    /// More than [`MOST_BYTES`]; holds the bytes.
    TooLong(usize),
    /// More than [`MOST_SUBSCRIPTIONS`]; holds the number.
    TooManySubscriptions(usize),
    /// Values that mean nothing, each with its key.
    Values(Vec<(String, String)>),
}

/// The fragment for this form. It may be longer than [`MOST_BYTES`]: then nobody can open it.
pub fn to_fragment(profile: &Profile) -> String {
    let mut fields = Fields(String::from(PAGE));
    let default = Profile { mode: profile.mode, ..Profile::default() };
    fields.add("mode", mode_name(profile.mode));
    let mut server = default.server().clone();
    if profile.mode == Mode::Uiot {
        let of_default = default.region;
        if profile.region != of_default {
            fields.add("region", profile.region.map_or("custom", Region::id));
        }
        if let Some(region) = profile.region {
            server.host = region.mqtt_host();
        }
        fields.text("product", &profile.product_sn, "");
        fields.text("device", &profile.device_sn, "");
        fields.text("registration", profile.registration.id(), default.registration.id());
    }
    server_fields(&mut fields, profile.server(), server);
    if profile.mode == Mode::Generic {
        fields.text("client", &profile.client_id, "");
    }
    fields.text("protocol", profile.protocol.name(), default.protocol.name());
    fields.text("keepalive", &profile.keep_alive, &default.keep_alive);
    fields.flag("clean", profile.clean_session, default.clean_session);
    fields.flag("reconnect", profile.auto_reconnect, default.auto_reconnect);
    fields.flag("strict", profile.strict, default.strict);
    if profile.mode == Mode::Generic {
        will_fields(&mut fields, &profile.will);
    }
    fields.flag("system", profile.subscribe_system, default.subscribe_system);
    for wanted in &profile.subscriptions {
        fields.add("sub", &subscription_text(wanted));
    }
    fields.0
}

fn server_fields(fields: &mut Fields, server: &Server, mut default: Server) {
    fields.flag("tls", server.tls, default.tls);
    default.set_tls(server.tls);
    let host = server.host.rsplit('@').next().unwrap_or_default();
    fields.text("host", host, &default.host);
    // A port that was typed stays when TLS is switched, even where it is the usual one.
    if server.port_edited || server.port != default.port {
        fields.add("port", &server.port);
    }
    let path = server.path.split('?').next().unwrap_or_default();
    fields.text("path", path, &default.path);
}

fn will_fields(fields: &mut Fields, will: &WillForm) {
    fields.flag("will", will.enabled, false);
    if will.enabled {
        fields.text("will-topic", &will.topic, "");
        fields.text("will-payload", &will.payload, "");
        fields.text("will-qos", &will.qos.to_string(), "0");
        fields.flag("will-retain", will.retain, false);
    }
}

/// `qos:filter`, with options between: `1.c3.muted:a/#`.
fn subscription_text(wanted: &WantedSubscription) -> String {
    let colour = wanted.colour.map(|colour| format!(".c{colour}")).unwrap_or_default();
    let muted = if wanted.muted { ".muted" } else { "" };
    format!("{}{colour}{muted}:{}", wanted.qos, wanted.filter)
}

fn read_subscription(text: &str) -> Option<WantedSubscription> {
    let (options, filter) = text.split_once(':')?;
    let mut options = options.split('.');
    let qos = options.next()?.parse().ok().filter(|qos| *qos <= 2)?;
    let mut wanted = WantedSubscription { filter: filter.to_owned(), qos, colour: None, muted: false };
    for option in options {
        match option.strip_prefix('c').map(str::parse) {
            Some(Ok(colour)) => wanted.colour = Some(colour),
            None if option == "muted" => wanted.muted = true,
            // A later version's.
            _ => {}
        }
    }
    (!filter.is_empty()).then_some(wanted)
}

const fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Uiot => "uiot",
        Mode::Generic => "generic",
    }
}

/// The form in a fragment. None where it is no link of this kind.
pub fn from_fragment(fragment: &str) -> Option<Result<Profile, ShareError>> {
    let fields = match fragment.strip_prefix(PAGE)? {
        "" => "",
        rest => rest.strip_prefix('?')?,
    };
    if fragment.len() > MOST_BYTES {
        return Some(Err(ShareError::TooLong(fragment.len())));
    }
    let pairs: Vec<(String, String)> = fields.split('&').filter_map(read_pair).collect();
    let subscriptions = pairs.iter().filter(|(key, _)| key == "sub").count();
    if subscriptions > MOST_SUBSCRIPTIONS {
        return Some(Err(ShareError::TooManySubscriptions(subscriptions)));
    }
    Some(read_profile(pairs))
}

fn read_pair(field: &str) -> Option<(String, String)> {
    let (key, value) = field.split_once('=')?;
    Some((key.to_owned(), percent_decode_str(value).decode_utf8_lossy().into_owned()))
}

fn read_profile(pairs: Vec<(String, String)>) -> Result<Profile, ShareError> {
    let mut profile = Profile::default();
    let mut bad = Vec::new();
    // The mode says which server the other fields are about, the region gives the host that others change, and the port
    // follows the scheme unless it is named.
    let rank = |key: &str| ["mode", "region", "tls"].iter().position(|known| *known == key).unwrap_or(3);
    let mut ordered = pairs;
    ordered.sort_by_key(|(key, _)| rank(key));
    for (key, value) in ordered {
        if take(&mut profile, &key, &value).is_none() {
            bad.push((key, value));
        }
    }
    if bad.is_empty() { Ok(profile) } else { Err(ShareError::Values(bad)) }
}

/// None for a value that means nothing. Unknown keys are a later version's, and left out.
fn take(profile: &mut Profile, key: &str, value: &str) -> Option<()> {
    let flag = || match value {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    };
    match key {
        "mode" => {
            profile.mode = [Mode::Uiot, Mode::Generic].into_iter().find(|mode| mode_name(*mode) == value)?;
        }
        "region" if value == "custom" => profile.region = None,
        "region" => profile.set_region(Some(Region::ALL.into_iter().find(|region| region.id() == value)?)),
        "product" => profile.product_sn = value.to_owned(),
        "device" => profile.device_sn = value.to_owned(),
        "registration" => profile.registration = AuthMode::from_id(value)?,
        "tls" => profile.server_mut().set_tls(flag()?),
        "host" => {
            // Not `set_host`: that would take an address apart, and so change fields that were not named.
            profile.server_mut().host = value.to_owned();
            if profile.mode == Mode::Uiot && profile.region.is_some_and(|region| region.mqtt_host() != value)
            {
                profile.region = None;
            }
        }
        "port" => profile.server_mut().set_port(value.to_owned()),
        "path" => profile.server_mut().path = value.to_owned(),
        "client" => profile.client_id = value.to_owned(),
        "protocol" => {
            let known = [ProtocolVersion::V3_1, ProtocolVersion::V3_1_1];
            profile.protocol = known.into_iter().find(|protocol| protocol.name() == value)?;
        }
        "keepalive" => profile.keep_alive = value.to_owned(),
        "clean" => profile.clean_session = flag()?,
        "reconnect" => profile.auto_reconnect = flag()?,
        "strict" => profile.strict = flag()?,
        "will" => profile.will.enabled = flag()?,
        "will-topic" => profile.will.topic = value.to_owned(),
        "will-payload" => profile.will.payload = value.to_owned(),
        "will-qos" => profile.will.qos = value.parse().ok().filter(|qos| *qos <= 2)?,
        "will-retain" => profile.will.retain = flag()?,
        "system" => profile.subscribe_system = flag()?,
        "sub" => profile.subscriptions.push(read_subscription(value)?),
        _ => {}
    }
    Some(())
}

/// A fragment while it is written.
struct Fields(String);

impl Fields {
    fn add(&mut self, key: &str, value: &str) {
        let mark = if self.0.len() == PAGE.len() { '?' } else { '&' };
        self.0.push(mark);
        self.0.push_str(key);
        self.0.push('=');
        self.0.extend(utf8_percent_encode(value, COVERED));
    }

    fn text(&mut self, key: &str, value: &str, default: &str) {
        if value != default {
            self.add(key, value);
        }
    }

    fn flag(&mut self, key: &str, value: bool, default: bool) {
        if value != default {
            self.add(key, if value { "1" } else { "0" });
        }
    }
}
