//! What the platform holds against a message before it is sent. Nothing of it keeps anybody from sending.
//!
//! Sources: limitation.md (sizes, rate), mqtt_protocol.md (QoS, RETAIN), topic.md (topics, directions), the pages of the
//! services (JSON, `RequestID`).

use serde_json::Value;

use super::gateway::{Request, SubDevice};
use super::requests::REQUEST_ID;
use super::{Credential, Direction, PlatformTopic, SystemTopic, TopicLimit, limits, topic_limit};

/// A message that is about to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'a> {
    /// Which device sends it.
    pub device: &'a Credential,
    /// The sub-devices that it has logged in: a gateway publishes on their topics (subdev_access_protocol.md).
    pub sub_devices: &'a [Credential],
    /// Where to.
    pub topic: &'a str,
    /// What.
    pub payload: &'a [u8],
    /// 0, 1 or 2.
    pub qos: u8,
    /// Whether the broker is to keep it.
    pub retain: bool,
    /// Messages a second, where it is sent again and again.
    pub per_second: Option<f64>,
}

/// A rule that a message breaks, with what was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// A topic of another device, a custom or a system one (topic.md: no use across devices). The same topic of this device.
    OtherDevice(String),
    /// A system topic on which only the platform publishes (topic.md). The topic on which the device answers or asks, if
    /// there is one.
    Downstream(Option<String>),
    /// A topic that only the rule engine sees (topic.md).
    RuleEngine,
    /// A broadcast topic: devices only subscribe to it (topicmgmt.md).
    Broadcast,
    /// No form that the platform knows (topic.md). The device's own topic that is likely meant.
    Form(Option<String>),
    /// More than [`limits::TOPIC_LENGTH`] bytes, or more than [`limits::TOPIC_SLASHES`] slashes (limitation.md).
    Limit(TopicLimit),
    /// QoS 2 (mqtt_protocol.md).
    Qos2,
    /// RETAIN (mqtt_protocol.md).
    Retain,
    /// A packet of more than [`limits::PACKET_SIZE`] bytes (limitation.md); its bytes.
    Size(usize),
    /// More than [`limits::PUBLISH_RATE`] messages a second (limitation.md); how many.
    Rate(f64),
    /// More than [`limits::BANDWIDTH`] bytes a second (limitation.md), even within the rate; how many, and how many messages a
    /// second keep to it.
    Bandwidth(usize, usize),
    /// Messages of the services are JSON objects.
    NotJson,
    /// A `RequestID` is missing where the service pairs question and answer by it. What it may be; none in an answer, which
    /// has that of its question.
    RequestIdMissing(Option<String>),
    /// A `RequestID` that is no string.
    RequestIdNotString,
}

impl Warning {
    /// A name for tests.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherDevice(_) => "other-device",
            Self::Downstream(_) => "downstream",
            Self::RuleEngine => "rule-engine",
            Self::Broadcast => "broadcast",
            Self::Form(_) => "topic-form",
            Self::Limit(TopicLimit::Length(_)) => "topic-length",
            Self::Limit(TopicLimit::Slashes(_)) => "topic-slashes",
            Self::Qos2 => "qos-2",
            Self::Retain => "retain",
            Self::Size(_) => "packet-size",
            Self::Rate(_) => "rate",
            Self::Bandwidth(..) => "bandwidth",
            Self::NotJson => "not-json",
            Self::RequestIdMissing(_) => "request-id-missing",
            Self::RequestIdNotString => "request-id-type",
        }
    }
}

impl SystemTopic {
    /// Whether its messages carry a `RequestID`: those of the thing model, of sub-devices and of dynamic registration do,
    /// those of the shadow and of OTA do not (operation_guide.md, ota.md).
    pub fn has_request_id(self) -> bool {
        self.direction() != Direction::RuleEngine
            && ["tmodel/", "subdev/", "password"].iter().any(|start| self.suffix().starts_with(start))
    }
}

/// Bytes of the PUBLISH that carries this.
pub fn packet_length(topic: &str, payload: usize, qos: u8) -> usize {
    let rest = 2 + topic.len() + if qos > 0 { 2 } else { 0 } + payload;
    let length = match rest {
        0..128 => 1,
        128..16_384 => 2,
        16_384..2_097_152 => 3,
        _ => 4,
    };
    1 + length + rest
}

/// How many packets of this length a connection may send in a second: their number is limited, and so are their bytes, of which
/// a quarter is left to others.
pub fn most_per_second(packet_length: usize) -> usize {
    (limits::BANDWIDTH / 4 * 3 / packet_length.max(1)).clamp(1, limits::PUBLISH_RATE)
}

/// All that the platform holds against a message, what concerns its topic first.
pub fn check(planned: &Planned<'_>) -> Vec<Warning> {
    let mut found = Vec::new();
    let parsed = PlatformTopic::parse(planned.topic);
    found.extend(check_topic(planned, parsed.as_ref()));
    found.extend(topic_limit(planned.topic).map(Warning::Limit));
    if planned.qos == 2 {
        found.push(Warning::Qos2);
    }
    if planned.retain {
        found.push(Warning::Retain);
    }
    let length = packet_length(planned.topic, planned.payload.len(), planned.qos);
    if length > limits::PACKET_SIZE {
        found.push(Warning::Size(length));
    }
    if let Some(rate) = planned.per_second.filter(|rate| *rate > limits::PUBLISH_RATE as f64) {
        found.push(Warning::Rate(rate));
    }
    // The rate is spoken of by itself.
    let rate = planned.per_second.unwrap_or_default().min(limits::PUBLISH_RATE as f64);
    // A float cast saturates.
    let a_second = (rate * length as f64) as usize;
    if a_second > limits::BANDWIDTH {
        found.push(Warning::Bandwidth(a_second, most_per_second(length)));
    }
    if let Some(PlatformTopic::System { topic, request_id, .. }) = parsed {
        found.extend(check_body(topic, request_id, planned.payload));
    }
    found
}

fn check_topic(planned: &Planned<'_>, parsed: Option<&PlatformTopic<'_>>) -> Option<Warning> {
    let own = planned.device;
    let is_other = |device: &Credential| device != own && !planned.sub_devices.contains(device);
    match parsed {
        Some(PlatformTopic::System { device, topic, request_id }) if is_other(device) => {
            let same = request_id.map_or_else(|| topic.of(own), |id| SystemTopic::command_reply_of(own, id));
            Some(Warning::OtherDevice(same))
        }
        Some(PlatformTopic::System { device, topic, .. }) => match topic.direction() {
            Direction::Up => None,
            Direction::Down => Some(Warning::Downstream(counterpart(*topic).map(|topic| topic.of(device)))),
            Direction::RuleEngine => Some(Warning::RuleEngine),
        },
        Some(PlatformTopic::Custom { device, rest, .. }) if is_other(device) => {
            let parse = if planned.topic.ends_with(super::PARSE_SUFFIX) { super::PARSE_SUFFIX } else { "" };
            Some(Warning::OtherDevice(format!("/{}/{}/{rest}{parse}", own.product_sn, own.device_sn)))
        }
        Some(PlatformTopic::Custom { .. }) => None,
        Some(PlatformTopic::Broadcast { .. }) => Some(Warning::Broadcast),
        None => Some(Warning::Form(likely(planned.topic, own))),
    }
}

/// The sub-devices that a gateway has logged in and not out again, by the messages that it sent for that, newest first.
pub fn logged_in<'a>(sent: impl Iterator<Item = (SystemTopic, &'a [u8])>) -> Vec<Credential> {
    let mut known = Vec::new();
    let mut online = Vec::new();
    for (topic, payload) in sent {
        let Ok(request) = serde_json::from_slice::<Request<SubDevice>>(payload) else { continue };
        for device in request.params.into_iter().map(|sub| sub.device) {
            // What was said of it last holds.
            if !known.contains(&device) {
                if topic == SystemTopic::SubLogin {
                    online.push(device.clone());
                }
                known.push(device);
            }
        }
    }
    online
}

/// The topic on which the device asks for what comes on this one, or answers it.
fn counterpart(topic: SystemTopic) -> Option<SystemTopic> {
    if topic == SystemTopic::Command {
        // Its answer's topic ends with the command's identifier, which nobody knows here.
        return None;
    }
    topic.reply().or_else(|| topic.answers())
}

/// The device's own topic that somebody who left its beginning out likely means.
fn likely(topic: &str, own: &Credential) -> Option<String> {
    let bare = topic.trim_matches('/');
    // What already names a system topic or a serial number wants more than a prefix.
    let is_bare =
        !bare.is_empty() && !bare.starts_with('$') && !topic.contains("//") && !bare.contains(&own.device_sn);
    let full = format!("/{}/{}/{bare}", own.product_sn, own.device_sn);
    (is_bare && topic_limit(&full).is_none()).then_some(full)
}

fn check_body(topic: SystemTopic, request_id: Option<&str>, payload: &[u8]) -> Option<Warning> {
    // “Any content is accepted” (operation_guide.md).
    if topic == SystemTopic::ShadowGet || topic.direction() == Direction::RuleEngine {
        return None;
    }
    let Ok(Value::Object(body)) = serde_json::from_slice::<Value>(payload) else {
        return Some(Warning::NotJson);
    };
    if !topic.has_request_id() {
        return None;
    }
    match body.get("RequestID") {
        Some(Value::String(_)) => None,
        Some(_) => Some(Warning::RequestIdNotString),
        None => Some(Warning::RequestIdMissing(match (topic, request_id) {
            (SystemTopic::PropertySetReply, _) => None,
            // The topic of a command's answer names it.
            (SystemTopic::CommandReply, id) => id.map(str::to_owned),
            _ => Some(REQUEST_ID.to_owned()),
        })),
    }
}

/// The typed JSON with a `RequestID` at its beginning; what is in it otherwise, variables too, stays as typed. None if it
/// does not begin like an object.
pub fn with_request_id(typed: &str, request_id: &str) -> Option<String> {
    let brace =
        typed.find('{').filter(|at| typed.get(..*at).is_some_and(|before| before.trim().is_empty()))?;
    let rest = typed.get(brace + 1..)?;
    let is_empty = rest.trim_start().starts_with('}');
    // On lines of its own where the first key is.
    let space = rest.get(..rest.len() - rest.trim_start().len())?;
    let (before, after) = if is_empty {
        ("", "")
    } else if space.contains('\n') {
        (space, ",")
    } else {
        ("", ", ")
    };
    Some(format!("{}{{{before}\"RequestID\": \"{request_id}\"{after}{rest}", typed.get(..brace)?))
}

/// The typed JSON with its first `RequestID` in quotes. None if it has none, or one that is no plain value.
pub fn with_quoted_request_id(typed: &str) -> Option<String> {
    const KEY: &str = "\"RequestID\"";
    let after_key = typed.find(KEY)? + KEY.len();
    let rest = typed.get(after_key..)?;
    let value = rest.trim_start().strip_prefix(':')?.trim_start();
    let start = typed.len() - value.len();
    let mut length = 0;
    for piece in value.split_inclusive([',', '}', '\n', ']']) {
        length += piece.len();
        // A brace that closes a variable is part of the value.
        let so_far = value.get(..length)?;
        let open = so_far.matches("${").count();
        let ends = so_far.len() - 1;
        if !(so_far.ends_with('}') && open > so_far.get(..ends)?.matches('}').count()) {
            length = ends;
            break;
        }
    }
    let value = value.get(..length)?.trim_end();
    if value.is_empty() || value.starts_with(['"', '{', '[']) {
        return None;
    }
    Some(format!("{}\"{value}\"{}", typed.get(..start)?, typed.get(start + value.len()..)?))
}

#[cfg(test)]
mod tests;
