//! What MQTT calls things by: topics, filters, client and packet identifiers, quality of service.

use std::fmt;
use std::num::NonZeroU16;

/// The longest string an MQTT packet can carry, in bytes of UTF-8 (its length field has 16 bits, MQTT §1.5.3).
const MAX_STRING: usize = u16::MAX as usize;

/// Quality of service, MQTT §4.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum QoS {
    /// QoS 0: sent once, no answer.
    AtMostOnce = 0,
    /// QoS 1: answered with PUBACK, may arrive more than once.
    AtLeastOnce = 1,
    /// QoS 2: a handshake of four packets, arrives once.
    ExactlyOnce = 2,
}

impl QoS {
    /// The level with this number, if there is one.
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::AtMostOnce),
            1 => Some(Self::AtLeastOnce),
            2 => Some(Self::ExactlyOnce),
            _ => None,
        }
    }

    /// 0, 1 or 2.
    pub const fn number(self) -> u8 {
        self as u8
    }
}

/// Why a text is no topic, filter or client identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// Topics and filters have at least one character [MQTT-4.7.3-1].
    Empty,
    /// More than 65,535 bytes of UTF-8; holds the number of bytes [MQTT-4.7.3-3].
    TooLong(usize),
    /// Holds U+0000 [MQTT-4.7.3-2].
    Nul,
    /// `+` or `#` in the topic of a PUBLISH [MQTT-3.3.2-2].
    Wildcard,
    /// `+` that does not fill its level [MQTT-4.7.1-3], or `#` that is not the whole last level [MQTT-4.7.1-2].
    MisplacedWildcard,
}

fn check_string(text: &str) -> Result<(), NameError> {
    match text.len() {
        length if length > MAX_STRING => Err(NameError::TooLong(length)),
        _ if text.contains('\0') => Err(NameError::Nul),
        _ => Ok(()),
    }
}

/// The topic of a PUBLISH: not empty, no wildcard, no U+0000, at most 65,535 bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicName(String);

impl TopicName {
    /// Takes `text` if it is a topic.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        match text {
            "" => Err(NameError::Empty),
            _ if text.contains(['+', '#']) => Err(NameError::Wildcard),
            _ => check_string(text).map(|()| Self(text.to_owned())),
        }
    }

    /// The topic as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a SUBSCRIBE asks for: a topic in which `+` may stand for a level and `#` for all that follow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicFilter(String);

impl TopicFilter {
    /// Takes `text` if it is a topic filter.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        check_string(text)?;
        let mut levels = text.split('/').peekable();
        while let Some(level) = levels.next() {
            let alone = level.len() == 1;
            let plus_off = level.contains('+') && !alone;
            let hash_off = level.contains('#') && (!alone || levels.peek().is_some());
            if plus_off || hash_off {
                return Err(NameError::MisplacedWildcard);
            }
        }
        Ok(Self(text.to_owned()))
    }

    /// The filter as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether messages of `topic` come to a subscriber of this filter, MQTT §4.7.
    ///
    /// A wildcard in the first level does not match a topic that begins with `$` [MQTT-4.7.2-1]; a filter that
    /// names that level itself (`$SYS/#`) does.
    pub fn matches(&self, topic: &str) -> bool {
        if topic.starts_with('$') && self.0.starts_with(['+', '#']) {
            return false;
        }
        let mut topic_levels = topic.split('/');
        for wanted in self.0.split('/') {
            match (wanted, topic_levels.next()) {
                ("#", _) => return true,
                ("+", Some(_)) => {}
                (wanted, Some(level)) if wanted == level => {}
                _ => return false,
            }
        }
        topic_levels.next().is_none()
    }
}

/// The client identifier of a CONNECT: at most 65,535 bytes, no U+0000. It may be empty; a broker takes that only
/// with a clean session [MQTT-3.1.3-7].
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ClientId(String);

impl ClientId {
    /// Takes `text` if it can be a client identifier.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        check_string(text).map(|()| Self(text.to_owned()))
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The number that ties an acknowledgement to its request; never 0 [MQTT-2.3.1-1].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PacketId(NonZeroU16);

impl PacketId {
    /// The first one that a session uses.
    pub const FIRST: Self = Self(NonZeroU16::MIN);

    /// The packet identifier with this number, unless it is 0.
    pub const fn new(number: u16) -> Option<Self> {
        match NonZeroU16::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// 1 to 65,535.
    pub const fn number(self) -> u16 {
        self.0.get()
    }

    /// The one after this; 1 after 65,535.
    pub(super) fn following(self) -> Self {
        self.0.checked_add(1).map_or(Self::FIRST, Self)
    }
}

macro_rules! display_as_text {
    ($($name:ty),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}
display_as_text!(TopicName, TopicFilter, ClientId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_may_begin_with_any_character() {
        for text in ["温度/1", "/", " ", "é", "$SYS/x", "🌡"] {
            assert_eq!(TopicName::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn illegal_topics_are_named() {
        assert_eq!(TopicName::parse(""), Err(NameError::Empty));
        assert_eq!(TopicName::parse("a\0b"), Err(NameError::Nul));
        assert_eq!(TopicName::parse("a/+/b"), Err(NameError::Wildcard));
        assert_eq!(TopicName::parse(&"x".repeat(65_536)), Err(NameError::TooLong(65_536)));
        assert!(TopicName::parse(&"x".repeat(65_535)).is_ok());
    }

    #[test]
    fn wildcards_fill_their_level() {
        for good in ["#", "+", "a/#", "+/+", "/+/#", "$SYS/#", "a//b"] {
            assert!(TopicFilter::parse(good).is_ok(), "{good}");
        }
        for bad in ["a+/b", "a/+b", "#/a", "a#", "a/#b", "##"] {
            assert_eq!(TopicFilter::parse(bad), Err(NameError::MisplacedWildcard), "{bad}");
        }
    }

    #[test]
    fn matching_follows_section_4_7() {
        let matches = |filter: &str, topic: &str| TopicFilter::parse(filter).unwrap().matches(topic);
        for (filter, topic) in [
            ("#", "温度/1"),
            ("sport/#", "sport"),
            ("sport/#", "sport/a/b"),
            ("+", "a"),
            ("+/+", "/a"),
            ("/+", "/a"),
            ("$SYS/#", "$SYS/broker"),
            ("$SYS/+", "$SYS/broker"),
            ("a/+/c", "a//c"),
        ] {
            assert!(matches(filter, topic), "{filter} {topic}");
        }
        for (filter, topic) in [
            ("+", "/a"),
            ("#", "$SYS/broker"),
            ("+/broker", "$SYS/broker"),
            ("a/b", "a/b/c"),
            ("a/+", "a"),
            ("a/b", "a"),
            ("A", "a"),
        ] {
            assert!(!matches(filter, topic), "{filter} {topic}");
        }
    }

    #[test]
    fn packet_ids_skip_zero() {
        assert_eq!(PacketId::new(0), None);
        assert_eq!(PacketId::new(65_535).unwrap().following(), PacketId::FIRST);
    }
}
