//! How choices and faults look as JSON, for those who switch them from outside: fields by the names that they have here,
//! spans in milliseconds, CONNACK codes and QoS as numbers. What would make no sense (a share above 1) is no value.

use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error, Unexpected};
use serde::ser::{Serialize, Serializer};

use crate::mqtt::{ConnectReturnCode, QoS, TopicFilter};

/// The longest span that can be asked for.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

fn unexpected<E: Error>(number: u64, wanted: &str) -> E {
    E::invalid_value(Unexpected::Unsigned(number), &wanted)
}

pub(super) mod millis {
    use super::*;

    pub(in crate::simulator) fn serialize<S: Serializer>(span: &Duration, to: S) -> Result<S::Ok, S::Error> {
        u64::try_from(span.as_millis()).unwrap_or(u64::MAX).serialize(to)
    }

    pub(in crate::simulator) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Duration, D::Error> {
        let number = u64::deserialize(from)?;
        let span = Duration::from_millis(number);
        if span <= LONGEST {
            Ok(span)
        } else {
            Err(unexpected(number, "milliseconds, at most a day of them"))
        }
    }
}

pub(super) mod millis_or_none {
    use super::*;

    pub(in crate::simulator) fn serialize<S: Serializer>(
        span: &Option<Duration>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        span.map(|span| u64::try_from(span.as_millis()).unwrap_or(u64::MAX)).serialize(to)
    }

    pub(in crate::simulator) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Duration>, D::Error> {
        #[derive(serde::Deserialize)]
        struct Span(#[serde(with = "millis")] Duration);
        Ok(Option::<Span>::deserialize(from)?.map(|span| span.0))
    }
}

pub(super) mod connack {
    use super::*;

    pub(in crate::simulator) fn serialize<S: Serializer>(
        code: &ConnectReturnCode,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        code.number().serialize(to)
    }

    pub(in crate::simulator) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<ConnectReturnCode, D::Error> {
        u8::deserialize(from).map(ConnectReturnCode::from_number)
    }
}

pub(super) mod connack_or_none {
    use super::*;

    pub(in crate::simulator) fn serialize<S: Serializer>(
        code: &Option<ConnectReturnCode>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        code.map(ConnectReturnCode::number).serialize(to)
    }

    pub(in crate::simulator) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<ConnectReturnCode>, D::Error> {
        Ok(Option::<u8>::deserialize(from)?.map(ConnectReturnCode::from_number))
    }
}

pub(super) mod qos {
    use super::*;

    pub(in crate::simulator) fn serialize<S: Serializer>(qos: &QoS, to: S) -> Result<S::Ok, S::Error> {
        qos.number().serialize(to)
    }

    /// The platform has no QoS 2.
    pub(in crate::simulator) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<QoS, D::Error> {
        match u8::deserialize(from)? {
            0 => Ok(QoS::AtMostOnce),
            1 => Ok(QoS::AtLeastOnce),
            number => Err(unexpected(number.into(), "0 or 1")),
        }
    }
}

pub(super) mod filter_or_none {
    use super::*;

    pub(in crate::simulator) fn serialize<S: Serializer>(
        filter: &Option<TopicFilter>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        filter.as_ref().map(TopicFilter::as_str).serialize(to)
    }

    pub(in crate::simulator) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<TopicFilter>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        let parse = |text: String| {
            TopicFilter::parse(&text)
                .map_err(|_| D::Error::invalid_value(Unexpected::Str(&text), &"a topic filter"))
        };
        text.map(parse).transpose()
    }
}

/// A share, 0 to 1.
pub(super) mod share {
    use super::*;

    pub(in crate::simulator) fn serialize<S: Serializer>(share: &f64, to: S) -> Result<S::Ok, S::Error> {
        share.serialize(to)
    }

    pub(in crate::simulator) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        let share = f64::deserialize(from)?;
        let wanted = "a share from 0 to 1";
        let off = || D::Error::invalid_value(Unexpected::Float(share), &wanted);
        (0.0..=1.0).contains(&share).then_some(share).ok_or_else(off)
    }
}

/// By how much the keep alive may be exceeded, 1 to 100.
pub(super) mod grace {
    use super::*;

    pub(in crate::simulator) fn serialize<S: Serializer>(grace: &f64, to: S) -> Result<S::Ok, S::Error> {
        grace.serialize(to)
    }

    pub(in crate::simulator) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        let grace = f64::deserialize(from)?;
        let wanted = "a factor from 1 to 100";
        let off = || D::Error::invalid_value(Unexpected::Float(grace), &wanted);
        (1.0..=100.0).contains(&grace).then_some(grace).ok_or_else(off)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::simulator::{Breach, Choices, Faults};

    #[test]
    fn choices_and_faults_come_back_as_they_went() {
        let choices = Choices {
            over_rate: Breach::Disconnect,
            service_delay: Duration::from_millis(1_500),
            will_refusal: None,
            ..Choices::default()
        };
        let json = serde_json::to_value(&choices).unwrap();
        assert_eq!(json["over_rate"], "disconnect");
        assert_eq!(json["service_delay"], 1_500);
        assert_eq!(json["keep_alive_refusal"], 5);
        assert_eq!(json["will_refusal"], Value::Null);
        assert_eq!(serde_json::from_value::<Choices>(json).unwrap(), choices);

        let faults = Faults {
            jitter: Duration::from_millis(20),
            lose_acks: 0.25,
            cut_after: Some(Duration::from_secs(3)),
            refuse_connect: Some(ConnectReturnCode::ServerUnavailable),
            refuse_subscribe: TopicFilter::parse("/a/#").ok(),
            ..Faults::default()
        };
        let json = serde_json::to_value(&faults).unwrap();
        assert_eq!(json["cut_after"], 3_000);
        assert_eq!(json["refuse_connect"], 3);
        assert_eq!(json["refuse_subscribe"], "/a/#");
        assert_eq!(serde_json::from_value::<Faults>(json).unwrap(), faults);
        assert_eq!(serde_json::from_value::<Faults>(json!({})).unwrap(), Faults::default());
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for bad in [
            json!({ "lose_acks": 1.5 }),
            json!({ "lose_messages": -0.1 }),
            json!({ "delay": 86_400_001 }),
            json!({ "delay": -1 }),
            json!({ "refuse_connect": 256 }),
            json!({ "refuse_subscribe": "a#" }),
            json!({ "lose_ack": 0.5 }),
        ] {
            assert!(serde_json::from_value::<Faults>(bad.clone()).is_err(), "{bad}");
        }
        for bad in [
            json!({ "keep_alive_grace": 0.5 }),
            json!({ "keep_alive_grace": 1e300 }),
            json!({ "service_qos": 2 }),
            json!({ "over_rate": "explode" }),
            json!({ "shadow": { "no_such": true } }),
        ] {
            assert!(serde_json::from_value::<Choices>(bad.clone()).is_err(), "{bad}");
        }
    }
}
