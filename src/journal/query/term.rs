use std::fmt;

use super::split::{is_bare_value, is_bare_word, quote};
use super::{Key, Kinds, Pattern, TimePoint};
use crate::journal::Direction;
use crate::mqtt::{QoS, TopicFilter};

/// One condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Whether it must not hold.
    pub negated: bool,
    /// The condition.
    pub meaning: Meaning,
}

/// What must hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// The text occurs, in either case of its ASCII letters.
    Word(String),
    /// The regular expression finds something.
    Pattern(Pattern),
    /// The message has such a topic.
    Topic(TopicPattern),
    /// It went this way.
    Direction(Direction),
    /// The message has this QoS.
    Qos(QoS),
    /// Something went wrong.
    Error,
    /// It is from then or later.
    After(TimePoint),
    /// It is from before then.
    Before(TimePoint),
    /// These bytes occur.
    Bytes(Vec<u8>),
    /// It is of such a type.
    Type(Kinds),
    /// It carries this return code.
    Code(i64),
    /// It has this packet identifier.
    PacketId(u16),
    /// It has so many bytes.
    Size(Comparison, u64),
}

/// What topics are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TopicPattern {
    /// Those that a subscriber of this filter gets.
    Filter(TopicFilter),
    /// This one alone.
    Whole(String),
    /// Those in which this occurs, in either case of its ASCII letters.
    Piece(String),
}

/// How a number is to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the name says it")]
pub enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Comparison {
    /// With the sign that is written for it; those of two characters first.
    pub(super) const ALL: [(&'static str, Self); 5] = [
        (">=", Self::AtLeast),
        ("<=", Self::AtMost),
        (">", Self::More),
        ("<", Self::Less),
        ("=", Self::Equal),
    ];

    /// Whether `found` compares so with `wanted`.
    pub const fn holds(self, found: u64, wanted: u64) -> bool {
        match self {
            Self::Less => found < wanted,
            Self::AtMost => found <= wanted,
            Self::Equal => found == wanted,
            Self::AtLeast => found >= wanted,
            Self::More => found > wanted,
        }
    }

    fn sign(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, known)| *known == self).map_or("", |(sign, _)| sign)
    }
}

impl Meaning {
    /// Whether a note can be asked. A note carries no bytes, no topic and no direction.
    pub const fn speaks_of_notes(&self) -> bool {
        matches!(self, Self::Error | Self::After(_) | Self::Before(_) | Self::Type(_))
    }
}

impl fmt::Display for Term {
    /// A text that reads as this term, whatever stands before and behind it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            f.write_str("-")?;
        }
        let (key, value) = match &self.meaning {
            Meaning::Word(word) => return f.write_str(&quote(word, is_bare_word(word))),
            Meaning::Pattern(pattern) => return pattern.fmt(f),
            Meaning::Topic(TopicPattern::Filter(filter)) => (Key::Topic, filter.as_str().to_owned()),
            Meaning::Topic(TopicPattern::Whole(topic)) => (Key::Topic, format!("={topic}")),
            Meaning::Topic(TopicPattern::Piece(piece)) => (Key::Topic, piece.clone()),
            Meaning::Direction(Direction::In) => (Key::Direction, "in".into()),
            Meaning::Direction(Direction::Out) => (Key::Direction, "out".into()),
            Meaning::Qos(qos) => (Key::Qos, qos.number().to_string()),
            Meaning::Error => (Key::Is, "error".into()),
            Meaning::After(time) => (Key::After, time.to_string()),
            Meaning::Before(time) => (Key::Before, time.to_string()),
            Meaning::Bytes(bytes) => (Key::Bytes, bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
            Meaning::Type(kinds) => (Key::Type, kinds.to_string()),
            Meaning::Code(code) => (Key::Code, code.to_string()),
            Meaning::PacketId(id) => (Key::PacketId, id.to_string()),
            Meaning::Size(comparison, bytes) => (Key::Size, format!("{}{bytes}", comparison.sign())),
        };
        write!(f, "{}:{}", key.name(), quote(&value, is_bare_value(&value)))
    }
}
