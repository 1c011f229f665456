//! Notes as JSON objects, there and back.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::base64_text;
use crate::journal::Note;
use crate::journal::import::from_base64;
use crate::mqtt::{CloseInfo, ConnectReturnCode, EndCause, PacketKind, QuietClose, Rule, Stage, Violation};

/// A name for each value, there and back. A value without a name does not compile.
macro_rules! names {
    ($type:ident, $to:ident, $from:ident { $($variant:ident = $name:literal,)+ }) => {
        pub(in crate::journal) const fn $to(value: $type) -> &'static str {
            match value {
                $($type::$variant => $name,)+
            }
        }

        pub(in crate::journal) fn $from(name: &str) -> Option<$type> {
            match name {
                $($name => Some($type::$variant),)+
                _ => None,
            }
        }
    };
}

names! { PacketKind, packet_kind_name, packet_kind {
    Connect = "CONNECT",
    ConnAck = "CONNACK",
    Publish = "PUBLISH",
    PubAck = "PUBACK",
    PubRec = "PUBREC",
    PubRel = "PUBREL",
    PubComp = "PUBCOMP",
    Subscribe = "SUBSCRIBE",
    SubAck = "SUBACK",
    Unsubscribe = "UNSUBSCRIBE",
    UnsubAck = "UNSUBACK",
    PingReq = "PINGREQ",
    PingResp = "PINGRESP",
    Disconnect = "DISCONNECT",
}}

names! { Stage, stage_name, stage {
    Opening = "opening",
    AwaitingConnAck = "awaitingConnack",
    Online = "online",
}}

names! { Rule, rule_name, rule {
    UnknownPacketType = "unknownPacketType",
    ClientOnlyPacket = "clientOnlyPacket",
    ReservedFlags = "reservedFlags",
    RemainingLength = "remainingLength",
    PacketTooLarge = "packetTooLarge",
    PacketLength = "packetLength",
    FirstPacketNotConnAck = "firstPacketNotConnack",
    SecondConnAck = "secondConnack",
    ConnAckFlags = "connackFlags",
    SessionPresentWithRefusal = "sessionPresentWithRefusal",
    SessionPresentWithCleanSession = "sessionPresentWithCleanSession",
    ConnAckCode = "connackCode",
    PublishQos3 = "publishQos3",
    DupWithQos0 = "dupWithQos0",
    TopicNotUtf8 = "topicNotUtf8",
    TopicNul = "topicNul",
    TopicEmpty = "topicEmpty",
    TopicWildcard = "topicWildcard",
    PacketIdZero = "packetIdZero",
    UnknownPacketId = "unknownPacketId",
    UnknownRequest = "unknownRequest",
    PacketIdInUse = "packetIdInUse",
    GrantedAboveAsked = "grantedAboveAsked",
    SubAckCode = "subackCode",
    SubAckCount = "subackCount",
    UnaskedQos2 = "unaskedQos2",
    UnaskedPingResp = "unaskedPingresp",
    TextFrame = "textFrame",
    SubProtocol = "subProtocol",
}}

/// The note as a JSON object whose `kind` says what it is.
pub(super) fn to_json(note: &Note) -> Value {
    match note {
        Note::Opening { address, sub_protocol } => {
            json!({"kind": "opening", "address": address, "subProtocol": sub_protocol})
        }
        Note::Opened { sub_protocol } => json!({"kind": "opened", "subProtocol": sub_protocol}),
        Note::Connected { session_present, after_micros } => {
            json!({"kind": "connected", "sessionPresent": session_present, "afterMicros": after_micros})
        }
        Note::Restored { subscriptions, resent, queued } => {
            json!({"kind": "restored", "subscriptions": subscriptions, "resent": resent, "queued": queued})
        }
        Note::Overdue { kind, filter } => {
            json!({"kind": "overdue", "packet": packet_kind_name(*kind), "filter": filter})
        }
        Note::QueueDiscarded(count) => json!({"kind": "queueDiscarded", "messages": count}),
        Note::Pinging(on) => json!({"kind": "pinging", "on": on}),
        Note::Ended(cause) => json!({"kind": "ended", "cause": cause_to_json(cause)}),
        Note::SubscriptionRefused { filter, code } => {
            json!({"kind": "subscriptionRefused", "filter": filter, "code": code})
        }
        Note::Violation(Violation { rule, bytes }) => {
            json!({"kind": "violation", "rule": rule_name(*rule), "bytes": base64_text(bytes)})
        }
    }
}

fn cause_to_json(cause: &EndCause) -> Value {
    match cause {
        EndCause::Disconnected => json!({"kind": "disconnected"}),
        EndCause::Refused(code) => json!({"kind": "refused", "code": code.number()}),
        EndCause::OpenTimeout => json!({"kind": "openTimeout"}),
        EndCause::OpenFailed(words) => json!({"kind": "openFailed", "words": words}),
        EndCause::ConnAckTimeout => json!({"kind": "connackTimeout"}),
        EndCause::PingTimeout => json!({"kind": "pingTimeout"}),
        EndCause::NotMqtt => json!({"kind": "notMqtt"}),
        EndCause::Violation(rule) => json!({"kind": "violation", "rule": rule_name(*rule)}),
        EndCause::Closed(stage, info) => {
            json!({"kind": "closed", "stage": stage_name(*stage), "close": close_to_json(info)})
        }
        EndCause::Duel(closes) => {
            let close = |each: &QuietClose| {
                // Milliseconds would do for people; nanoseconds come back as they were.
                json!({"livedNanos": nanos(each.lived), "close": close_to_json(&each.close)})
            };
            json!({"kind": "duel", "closes": closes.iter().map(close).collect::<Vec<_>>()})
        }
    }
}

fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

fn close_to_json(CloseInfo { code, reason, clean }: &CloseInfo) -> Value {
    json!({"code": code, "reason": reason, "clean": clean})
}

/// The note that a JSON object tells of; none if it tells of none that is known.
pub(in crate::journal) fn from_json(value: &Value) -> Option<Note> {
    let note = Fields(value.as_object()?);
    Some(match note.text("kind")? {
        "opening" => {
            Note::Opening { address: note.owned("address")?, sub_protocol: note.owned("subProtocol")? }
        }
        "opened" => Note::Opened { sub_protocol: note.owned("subProtocol")? },
        "connected" => Note::Connected {
            session_present: note.flag("sessionPresent")?,
            after_micros: note.number("afterMicros")?,
        },
        "restored" => Note::Restored {
            subscriptions: note.number("subscriptions")?,
            resent: note.number("resent")?,
            queued: note.number("queued")?,
        },
        "overdue" => {
            Note::Overdue { kind: packet_kind(note.text("packet")?)?, filter: note.owned("filter")? }
        }
        "queueDiscarded" => Note::QueueDiscarded(note.number("messages")?),
        "pinging" => Note::Pinging(note.flag("on")?),
        "ended" => Note::Ended(cause_from_json(note.0.get("cause")?)?),
        "subscriptionRefused" => {
            Note::SubscriptionRefused { filter: note.owned("filter")?, code: note.number("code")? }
        }
        "violation" => {
            let bytes = from_base64(note.text("bytes")?.as_bytes())?;
            Note::Violation(Violation::new(rule(note.text("rule")?)?, &bytes))
        }
        _ => return None,
    })
}

fn cause_from_json(value: &Value) -> Option<EndCause> {
    let cause = Fields(value.as_object()?);
    Some(match cause.text("kind")? {
        "disconnected" => EndCause::Disconnected,
        "refused" => EndCause::Refused(ConnectReturnCode::from_number(cause.number("code")?)),
        "openTimeout" => EndCause::OpenTimeout,
        "openFailed" => EndCause::OpenFailed(cause.owned("words")?),
        "connackTimeout" => EndCause::ConnAckTimeout,
        "pingTimeout" => EndCause::PingTimeout,
        "notMqtt" => EndCause::NotMqtt,
        "violation" => EndCause::Violation(rule(cause.text("rule")?)?),
        "closed" => EndCause::Closed(stage(cause.text("stage")?)?, close_from_json(cause.0.get("close")?)?),
        "duel" => {
            let quiet = |value: &Value| {
                let lived = Duration::from_nanos(value.get("livedNanos")?.as_u64()?);
                Some(QuietClose { lived, close: close_from_json(value.get("close")?)? })
            };
            EndCause::Duel(cause.0.get("closes")?.as_array()?.iter().map(quiet).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

fn close_from_json(value: &Value) -> Option<CloseInfo> {
    let close = Fields(value.as_object()?);
    Some(CloseInfo {
        code: close.number("code")?,
        reason: close.owned("reason")?,
        clean: close.flag("clean")?,
    })
}

/// Reads fields of an object that somebody else wrote.
struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    fn text(&self, key: &str) -> Option<&'a str> {
        self.0.get(key)?.as_str()
    }

    fn owned(&self, key: &str) -> Option<String> {
        self.text(key).map(str::to_owned)
    }

    fn flag(&self, key: &str) -> Option<bool> {
        self.0.get(key)?.as_bool()
    }

    fn number<T: TryFrom<u64>>(&self, key: &str) -> Option<T> {
        T::try_from(self.0.get(key)?.as_u64()?).ok()
    }
}
