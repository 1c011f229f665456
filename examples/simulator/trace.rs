//! What the cloud saw, for people (one line each) and for programs (JSON). The platform has covered the secrets that
//! travel in messages.

use base64::Engine;
use serde_json::{Value, json};
use uiot_testbench::mqtt::QoS;
use uiot_testbench::simulator::{InjectedFault, TraceEvent, TraceLine};
use uiot_testbench::uiot::{AuthMode, Direction};

use crate::log::{on_one_line, time_of_day};
use crate::words;

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
            let payload = on_one_line(&text(payload));
            format!("{} {} QoS {}: {payload}", way(*direction), on_one_line(topic), qos.number())
        }
        TraceEvent::Failed { direction, topic, why } => {
            let failed = if *direction == Direction::Up { "not taken" } else { "not delivered" };
            format!("{} {} {failed}: {}", way(*direction), on_one_line(topic), words::why(*why))
        }
        TraceEvent::RuleEngine { topic, payload } => {
            format!("rule engine {topic}: {}", on_one_line(&text(payload)))
        }
        TraceEvent::ServiceError { topic, why } => format!("error on {topic}: {}", on_one_line(why)),
        TraceEvent::Settled { topic, request_id, code, answer } => {
            format!("{topic} {} ended with {code} {}", on_one_line(request_id), on_one_line(answer))
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
        InjectedFault::ShadowConflict => "the shadow's version moved on just before an edit",
        InjectedFault::Rival => "somebody else logs in with the same credential",
        InjectedFault::Restart => "the broker was restarted",
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
            "Payload": text(payload),
        }),
        TraceEvent::Failed { direction, topic, why } => json!({
            "Kind": "Failed", "Direction": way(*direction), "Topic": topic, "Why": words::name(*why),
        }),
        TraceEvent::RuleEngine { topic, payload } => json!({
            "Kind": "RuleEngine", "Topic": topic.suffix(), "Payload": text(payload),
        }),
        TraceEvent::ServiceError { topic, why } => {
            json!({ "Kind": "ServiceError", "Topic": topic.suffix(), "Text": why })
        }
        TraceEvent::Settled { topic, request_id, code, answer } => json!({
            "Kind": "Settled", "Topic": topic.suffix(), "RequestID": request_id, "RetCode": code,
            "Answer": answer,
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

/// A payload as text; in base64 where it is none.
fn text(payload: &[u8]) -> String {
    match std::str::from_utf8(payload) {
        Ok(text) => text.to_owned(),
        // A text that the trace cut within a character is one all the same.
        Err(error) if error.error_len().is_none() => {
            String::from_utf8_lossy(&payload[..error.valid_up_to()]).into_owned()
        }
        Err(_) => format!("base64:{}", base64::engine::general_purpose::STANDARD.encode(payload)),
    }
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
    fn a_payload_is_shown_as_it_came() {
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
