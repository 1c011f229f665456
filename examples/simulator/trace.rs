//! What the cloud saw, for people (one line each) and for programs (JSON). Secrets that travel in messages are covered in
//! both.

use base64::Engine;
use serde_json::{Value, json};
use uiot_testbench::mqtt::QoS;
use uiot_testbench::simulator::{InjectedFault, TraceEvent, TraceLine};
use uiot_testbench::uiot::{AuthMode, Direction, SystemTopic};

use crate::log::{on_one_line, time_of_day};
use crate::words;

/// Fields whose values are secrets.
const SECRETS: [&str; 3] = ["Password", "DeviceSecret", "ProductSecret"];
/// What is shown in their place.
const COVER: &str = "••••";

/// A line for people.
pub(crate) fn line(line: &TraceLine, wall: u64) -> String {
    let who = match &line.device {
        Some(device) => on_one_line(&format!("{}.{}", device.product_sn, device.device_sn)),
        None => "-".to_owned(),
    };
    format!("{} {who} {}", time_of_day(wall), sentence(&line.event))
}

fn sentence(event: &TraceEvent) -> String {
    match event {
        TraceEvent::Online { keep_alive, clean_session, mode } => {
            let mode = if *mode == AuthMode::Dynamic { " to register" } else { "" };
            let session = if *clean_session { "clean session" } else { "lasting session" };
            format!("online{mode} (keep alive {keep_alive} s, {session})")
        }
        TraceEvent::Offline(why) => format!("offline: {}", words::why(*why)),
        TraceEvent::Refused(code, why) => format!("CONNECT refused with code {code}: {}", words::why(*why)),
        TraceEvent::Subscribed { filter, granted: Some(qos), .. } => {
            format!("subscribed {} with QoS {}", on_one_line(filter), qos.number())
        }
        TraceEvent::Subscribed { filter, why, .. } => {
            let why = why.map_or(String::new(), |why| format!(": {}", words::why(why)));
            format!("subscription to {} refused with 0x80{why}", on_one_line(filter))
        }
        TraceEvent::Unsubscribed(filter) => format!("unsubscribed {}", on_one_line(filter)),
        TraceEvent::Unparsed(topic) => {
            format!("{} asks for the product's parser, which does not run here", on_one_line(topic))
        }
        TraceEvent::Message { direction, topic, payload, qos } => {
            let payload = on_one_line(&text(topic, payload));
            format!("{} {} QoS {}: {payload}", way(*direction), on_one_line(topic), qos.number())
        }
        TraceEvent::Failed { direction, topic, why } => {
            let failed = if *direction == Direction::Up { "not taken" } else { "not delivered" };
            format!("{} {} {failed}: {}", way(*direction), on_one_line(topic), words::why(*why))
        }
        TraceEvent::RuleEngine { topic, payload } => {
            format!("rule engine {topic}: {}", on_one_line(&text(topic.suffix(), payload)))
        }
        TraceEvent::ServiceError { topic, why } => format!("error on {topic}: {}", on_one_line(why)),
        TraceEvent::Settled { topic, request_id, code, answer } => {
            let answer = covered(answer.as_bytes()).unwrap_or_default();
            format!("{topic} {} ended with {code} {}", on_one_line(request_id), on_one_line(&answer))
        }
        TraceEvent::Fault(fault) => format!("fault: {}", fault_words(*fault)),
    }
}

fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "up",
        Direction::Down => "down",
        Direction::RuleEngine => "rule engine",
    }
}

const fn fault_words(fault: InjectedFault) -> &'static str {
    match fault {
        InjectedFault::MessageLost => "a message was lost",
        InjectedFault::AckLost => "an acknowledgement was not sent",
        InjectedFault::Silence => "a packet was not sent, since the platform is silent",
        InjectedFault::Corrupted => "a byte was changed",
        InjectedFault::Cut => "the connection was cut",
    }
}

/// A line for programs.
pub(crate) fn json(line: &TraceLine, wall: u64) -> Value {
    let mut value = match &line.event {
        TraceEvent::Online { keep_alive, clean_session, mode } => json!({
            "Kind": "Online", "KeepAlive": keep_alive, "CleanSession": clean_session, "AuthMode": mode.number(),
        }),
        TraceEvent::Offline(why) => json!({ "Kind": "Offline", "Why": words::name(*why) }),
        TraceEvent::Refused(code, why) => {
            json!({ "Kind": "Refused", "Code": code, "Why": words::name(*why) })
        }
        TraceEvent::Subscribed { filter, granted, why } => json!({
            "Kind": "Subscribed", "Filter": filter, "Granted": granted.map(QoS::number), "Why": why.map(words::name),
        }),
        TraceEvent::Unsubscribed(filter) => json!({ "Kind": "Unsubscribed", "Filter": filter }),
        TraceEvent::Unparsed(topic) => json!({ "Kind": "Unparsed", "Topic": topic }),
        TraceEvent::Message { direction, topic, payload, qos } => json!({
            "Kind": "Message", "Direction": way(*direction), "Topic": topic, "Qos": qos.number(),
            "Payload": text(topic, payload),
        }),
        TraceEvent::Failed { direction, topic, why } => json!({
            "Kind": "Failed", "Direction": way(*direction), "Topic": topic, "Why": words::name(*why),
        }),
        TraceEvent::RuleEngine { topic, payload } => json!({
            "Kind": "RuleEngine", "Topic": topic.suffix(), "Payload": text(topic.suffix(), payload),
        }),
        TraceEvent::ServiceError { topic, why } => {
            json!({ "Kind": "ServiceError", "Topic": topic.suffix(), "Text": why })
        }
        TraceEvent::Settled { topic, request_id, code, answer } => json!({
            "Kind": "Settled", "Topic": topic.suffix(), "RequestID": request_id, "RetCode": code,
            "Answer": covered(answer.as_bytes()).unwrap_or_default(),
        }),
        TraceEvent::Fault(fault) => json!({ "Kind": "Fault", "Text": fault_words(*fault) }),
    };
    if let Value::Object(fields) = &mut value {
        fields.insert("Seq".into(), line.seq.into());
        fields.insert("Time".into(), wall.into());
        if let Some(device) = &line.device {
            fields.insert("ProductSN".into(), device.product_sn.as_str().into());
            fields.insert("DeviceSN".into(), device.device_sn.as_str().into());
        }
    }
    value
}

/// A payload as text; in base64 where it is none. On topics that carry secrets nothing is shown of what cannot be read.
fn text(topic: &str, payload: &[u8]) -> String {
    if let Some(text) = covered(payload) {
        return text;
    }
    let secret =
        [SystemTopic::Password, SystemTopic::PasswordReply].iter().any(|of| topic.ends_with(of.suffix()))
            || topic.contains("subdev/");
    match std::str::from_utf8(payload) {
        _ if secret => COVER.to_owned(),
        Ok(text) => text.to_owned(),
        // A text that the trace cut within a character is one all the same.
        Err(error) if error.error_len().is_none() => {
            String::from_utf8_lossy(&payload[..error.valid_up_to()]).into_owned()
        }
        Err(_) => format!("base64:{}", base64::engine::general_purpose::STANDARD.encode(payload)),
    }
}

/// JSON with its secrets covered, as it came where it has none; none if it is no JSON.
fn covered(bytes: &[u8]) -> Option<String> {
    let mut value = serde_json::from_slice(bytes).ok()?;
    let text = std::str::from_utf8(bytes).ok()?;
    Some(if cover(&mut value) { value.to_string() } else { text.to_owned() })
}

/// Whether there was anything to cover.
fn cover(value: &mut Value) -> bool {
    let mut any = false;
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if SECRETS.contains(&name.as_str()) {
                    *value = COVER.into();
                    any = true;
                } else {
                    any |= cover(value);
                }
            }
        }
        Value::Array(values) => {
            for value in values {
                any |= cover(value);
            }
        }
        _ => {}
    }
    any
}

#[cfg(test)]
mod tests {
    use uiot_testbench::mqtt::Moment;
    use uiot_testbench::simulator::Why;
    use uiot_testbench::uiot::Credential;

    use super::*;

    fn message(topic: &str, payload: &[u8]) -> TraceLine {
        let event = TraceEvent::Message {
            direction: Direction::Down,
            topic: topic.into(),
            payload: payload.into(),
            qos: QoS::AtLeastOnce,
        };
        TraceLine { seq: 7, at: Moment::ZERO, device: Some(Credential::new("p", "d")), event }
    }

    #[test]
    fn secrets_are_covered_wherever_they_stand() {
        let deep = br#"{"Data":[{"DeviceSN":"d","DeviceSecret":"hush"}],"Password":"hush","x":{"ProductSecret":"hush"}}"#;
        for (topic, payload) in [
            ("/$system/p/d/password_reply", &br#"{"RetCode":"0","Password":"hush"}"#[..]),
            ("/$system/p/d/subdev/register_reply", deep),
            ("/$system/p/d/subdev/topo/notify/add", &deep[..50]),
            ("/$system/p/d/password_reply", br#"{"Password":"hush"#),
            ("/p/d/set", deep),
        ] {
            let message = message(topic, payload);
            let said = format!("{} {}", line(&message, 0), json(&message, 0));
            assert!(!said.contains("hush"), "{said}");
            assert!(said.contains(COVER), "{said}");
        }
    }

    #[test]
    fn a_payload_without_secrets_is_shown_as_it_came() {
        let spaced = message("/p/d/set", b"{ \"b\": 1,  \"a\": 12345678901234567890123 }");
        assert_eq!(json(&spaced, 0)["Payload"], "{ \"b\": 1,  \"a\": 12345678901234567890123 }");
        assert_eq!(json(&message("/p/d/set", &[0xff, 0]), 0)["Payload"], "base64:/wA=");
        assert_eq!(json(&message("/p/d/set", "温".as_bytes().split_last().unwrap().1), 0)["Payload"], "");
    }

    #[test]
    fn a_line_says_who_what_and_why() {
        let event = TraceEvent::Refused(5, Why::KeepAliveRange(20));
        let refused = TraceLine { event, ..message("", b"") };
        let said = line(&refused, 3_600_000);
        assert_eq!(
            said,
            "01:00:00.000 p.d CONNECT refused with code 5: the keep alive of 20 s is outside 30-1200 s"
        );
        let json = json(&refused, 5);
        assert_eq!(
            (&json["Seq"], &json["Time"], &json["Why"]),
            (&7.into(), &5.into(), &"KeepAliveRange".into())
        );
    }
}
