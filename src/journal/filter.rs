//! A query made ready to ask a million entries.

use regex_automata::hybrid::dfa::Cache;

use super::entry::{Direction, Entry};
use super::find::Finder;
use super::note::Severity;
use super::query::{Comparison, Kinds, Meaning, Pattern, Query, TimePoint, TopicPattern};
use super::topics::{TopicId, Topics};
use super::view::Matches;
use crate::mqtt::{Moment, PacketKind, PacketView, QoS, TopicFilter};

/// What a filter has to know from outside.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// When a time that a person wrote was, or will be.
    pub resolve: &'a dyn Fn(TimePoint) -> Option<Moment>,
    /// The return code of the platform in a payload.
    pub ret_code: fn(&[u8]) -> Option<i64>,
    /// Whether `size:` counts the packet of a PUBLISH, as the wire shows it, instead of its payload.
    pub whole_packets: bool,
}

/// See the [module's docs](self).
#[derive(Debug)]
pub struct Filter {
    /// Those that are quick to ask first.
    conditions: Vec<Condition>,
    takes_notes: bool,
    follows_acks: bool,
    ret_codes: RetCodes,
    whole_packets: bool,
    /// Of the topics whose answers are remembered.
    generation: u32,
}

#[derive(Debug)]
struct Condition {
    negated: bool,
    test: Test,
}

#[derive(Debug)]
enum Test {
    Direction(Direction),
    Qos(QoS),
    After(Option<Moment>),
    Before(Option<Moment>),
    Type(Kinds),
    PacketId(u16),
    Size(Comparison, u64),
    Topic(TopicTest, Answers),
    Bytes(Finder, Answers),
    Pattern(Box<(Pattern, Cache)>, Answers),
    Error,
    Code(i64),
}

#[derive(Debug)]
enum TopicTest {
    Filter(TopicFilter),
    Whole(Vec<u8>),
    Piece(Finder),
}

impl TopicTest {
    fn takes(&self, topic: &[u8]) -> bool {
        match self {
            Self::Filter(filter) => filter.matches(&String::from_utf8_lossy(topic)),
            Self::Whole(whole) => whole == topic,
            Self::Piece(finder) => finder.is_in(topic),
        }
    }
}

impl Filter {
    /// Makes a query ready.
    pub fn compile(query: &Query, surroundings: &Surroundings<'_>) -> Self {
        let condition = |term: &super::query::Term| Condition {
            negated: term.negated,
            test: Test::new(&term.meaning, surroundings),
        };
        let mut conditions: Vec<Condition> = query.terms().iter().map(condition).collect();
        conditions.sort_by_key(|condition| condition.test.cost());
        Self {
            conditions,
            takes_notes: query.terms().iter().all(|term| term.meaning.speaks_of_notes()),
            follows_acks: query.terms().iter().any(|term| term.meaning == Meaning::Error),
            ret_codes: RetCodes { key: Finder::exact(b"RetCode\""), read: surroundings.ret_code },
            whole_packets: surroundings.whole_packets,
            generation: 0,
        }
    }
}

impl Matches for Filter {
    fn matches(&mut self, entry: &Entry<'_>, topics: &Topics) -> bool {
        if entry.note().is_some() && !self.takes_notes {
            return false;
        }
        if self.generation != topics.generation() {
            self.generation = topics.generation();
            self.forget_topics();
        }
        let mut subject = Subject { entry, topics, parts: None };
        let (ret_codes, whole_packets) = (&self.ret_codes, self.whole_packets);
        self.conditions.iter_mut().all(|condition| {
            condition.test.holds(&mut subject, ret_codes, whole_packets) != condition.negated
        })
    }

    fn follows_acks(&self) -> bool {
        self.follows_acks
    }

    fn forget_topics(&mut self) {
        self.conditions.iter_mut().for_each(|condition| condition.test.forget());
    }
}

impl Test {
    fn new(meaning: &Meaning, surroundings: &Surroundings<'_>) -> Self {
        match meaning {
            Meaning::Word(word) => Self::Bytes(Finder::ignoring_case(word.as_bytes()), Answers::default()),
            Meaning::Bytes(bytes) => Self::Bytes(Finder::exact(bytes), Answers::default()),
            Meaning::Pattern(pattern) => {
                Self::Pattern(Box::new((pattern.clone(), pattern.cache())), Answers::default())
            }
            Meaning::Topic(topic) => {
                let test = match topic {
                    TopicPattern::Filter(filter) => TopicTest::Filter(filter.clone()),
                    TopicPattern::Whole(whole) => TopicTest::Whole(whole.as_bytes().to_vec()),
                    TopicPattern::Piece(piece) => TopicTest::Piece(Finder::ignoring_case(piece.as_bytes())),
                };
                Self::Topic(test, Answers::default())
            }
            Meaning::Direction(direction) => Self::Direction(*direction),
            Meaning::Qos(qos) => Self::Qos(*qos),
            Meaning::Error => Self::Error,
            Meaning::After(time) => Self::After((surroundings.resolve)(*time)),
            Meaning::Before(time) => Self::Before((surroundings.resolve)(*time)),
            Meaning::Type(kinds) => Self::Type(*kinds),
            Meaning::Code(code) => Self::Code(*code),
            Meaning::PacketId(id) => Self::PacketId(*id),
            Meaning::Size(comparison, bytes) => Self::Size(*comparison, *bytes),
        }
    }

    /// The cheaper, the earlier it is asked.
    const fn cost(&self) -> u8 {
        match self {
            Self::Topic(..) => 1,
            Self::Bytes(..) => 2,
            Self::Error | Self::Code(_) => 3,
            Self::Pattern(..) => 4,
            _ => 0,
        }
    }

    fn forget(&mut self) {
        match self {
            Self::Topic(_, answers) | Self::Bytes(_, answers) | Self::Pattern(_, answers) => answers.forget(),
            _ => {}
        }
    }

    fn holds(&mut self, subject: &mut Subject<'_, '_>, ret_codes: &RetCodes, whole_packets: bool) -> bool {
        let entry = subject.entry;
        match self {
            Self::Direction(direction) => entry.direction == *direction,
            Self::Qos(qos) => entry.is_message() && entry.qos() == *qos,
            Self::After(time) => time.is_some_and(|time| entry.at >= time),
            Self::Before(time) => time.is_some_and(|time| entry.at < time),
            Self::Type(kinds) => {
                entry.kind.is_some_and(|kind| kinds.contains(kind))
                    || entry.note().is_some() && kinds.has_notes()
            }
            Self::PacketId(id) => entry.packet_id == *id,
            Self::Size(comparison, wanted) => {
                let payload = entry.is_message() && !whole_packets;
                let found = if payload { subject.parts().1.len() } else { entry.packet_len() };
                comparison.holds(found as u64, *wanted)
            }
            Self::Topic(test, answers) => subject.topic_holds(answers, |topic| test.takes(topic)),
            Self::Bytes(finder, answers) => subject.holds(answers, |bytes| finder.is_in(bytes)),
            Self::Pattern(pattern, answers) => {
                let (pattern, cache) = &mut **pattern;
                subject.holds(answers, |bytes| pattern.is_match(cache, bytes))
            }
            Self::Error => ret_codes.is_error(subject),
            Self::Code(code) => ret_codes.carries(subject, *code),
        }
    }
}

/// An entry that is asked.
struct Subject<'a, 'b> {
    entry: &'a Entry<'b>,
    topics: &'a Topics,
    /// Topic and payload of a PUBLISH, once they are needed.
    parts: Option<(&'b [u8], &'b [u8])>,
}

impl<'b> Subject<'_, 'b> {
    /// Topic and payload of a PUBLISH. Of other packets the second is all that follows the fixed header.
    fn parts(&mut self) -> (&'b [u8], &'b [u8]) {
        let packet = self.entry.packet();
        *self.parts.get_or_insert_with(|| {
            let Some(PacketView { topic, payload, .. }) = PacketView::read(packet) else {
                return Default::default();
            };
            (packet.get(topic).unwrap_or_default(), packet.get(payload).unwrap_or_default())
        })
    }

    /// Whether something is in the topic or the payload of a PUBLISH, or in the bytes of another packet.
    fn holds(&mut self, answers: &mut Answers, mut test: impl FnMut(&[u8]) -> bool) -> bool {
        if self.entry.is_message() {
            self.topic_holds(answers, &mut test) || test(self.parts().1)
        } else {
            test(self.entry.packet())
        }
    }

    /// Whether something is true of the topic of a PUBLISH.
    fn topic_holds(&mut self, answers: &mut Answers, test: impl FnMut(&[u8]) -> bool) -> bool {
        match self.entry.topic_id {
            Some(id) => answers.of(id, self.topics, test),
            None => self.entry.is_message() && { test }(self.parts().0),
        }
    }
}

/// What was found out of topics, by their numbers: each is asked once.
#[derive(Debug, Default)]
struct Answers(Vec<Option<bool>>);

impl Answers {
    fn of(&mut self, id: TopicId, topics: &Topics, mut test: impl FnMut(&[u8]) -> bool) -> bool {
        if let Some(Some(known)) = self.0.get(id.index()) {
            return *known;
        }
        let answer = topics.get(id).is_some_and(|topic| test(&topic.name));
        if self.0.len() <= id.index() {
            self.0.resize(id.index() + 1, None);
        }
        if let Some(place) = self.0.get_mut(id.index()) {
            *place = Some(answer);
        }
        answer
    }

    fn forget(&mut self) {
        self.0.clear();
    }
}

/// The return codes that packets carry.
#[derive(Debug)]
struct RetCodes {
    /// Payloads without the key are not read.
    key: Finder,
    read: fn(&[u8]) -> Option<i64>,
}

impl RetCodes {
    fn of_message(&self, payload: &[u8]) -> Option<i64> {
        if self.key.is_in(payload) { (self.read)(payload) } else { None }
    }

    /// Whether all that could be a return code is 0, as it mostly is: such a payload need not be read.
    fn says_zero(&self, payload: &[u8]) -> bool {
        let mut rest = payload;
        while let Some(at) = self.key.find(rest) {
            rest = rest.get(at + self.key.len()..).unwrap_or_default();
            let value = rest.trim_ascii_start().strip_prefix(b":").map(<[u8]>::trim_ascii_start);
            let end = match value.unwrap_or_default() {
                [b'0', end @ ..] | [b'"', b'0', b'"', end @ ..] => end.first(),
                _ => return false,
            };
            // Not the first digit of another number.
            if !matches!(end, Some(b',' | b'}' | b' ' | b'\r' | b'\n' | b'\t')) {
                return false;
            }
        }
        true
    }

    fn is_error(&self, subject: &mut Subject<'_, '_>) -> bool {
        let entry = subject.entry;
        if let Some(note) = entry.note() {
            return note.severity() >= Severity::Warning;
        }
        let refused = match entry.kind {
            Some(PacketKind::Publish) => {
                let payload = subject.parts().1;
                !self.says_zero(payload) && self.of_message(payload).is_some_and(|code| code != 0)
            }
            Some(PacketKind::ConnAck) => codes(subject).iter().any(|code| *code != 0),
            Some(PacketKind::SubAck) => codes(subject).iter().any(|code| QoS::from_number(*code).is_none()),
            Some(_) => false,
            // No packet at all.
            None => true,
        };
        refused || entry.ack.is_fault()
    }

    fn carries(&self, subject: &mut Subject<'_, '_>, wanted: i64) -> bool {
        match subject.entry.kind {
            Some(PacketKind::Publish) => self.of_message(subject.parts().1) == Some(wanted),
            Some(PacketKind::ConnAck | PacketKind::SubAck) => {
                codes(subject).iter().any(|code| i64::from(*code) == wanted)
            }
            _ => false,
        }
    }
}

/// The return codes of a CONNACK or SUBACK: behind the flags (MQTT §3.2.2.3), or behind the packet identifier (§3.9.3).
fn codes<'b>(subject: &mut Subject<'_, 'b>) -> &'b [u8] {
    let body = subject.parts().1;
    match subject.entry.kind {
        Some(PacketKind::ConnAck) => body.get(1..2),
        _ => body.get(2..),
    }
    .unwrap_or_default()
}
