//! Which lines of the trace somebody wants to see, as a list that follows it.

use std::collections::VecDeque;
use std::ops::Range;

use super::trace::{Trace, TraceEvent, TraceLine, Why};
use crate::uiot::{Credential, Direction, RetCode};

/// A part of what the cloud sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TracePart {
    /// Everything.
    #[default]
    All,
    /// What devices said.
    Up,
    /// What devices were told, and how that ended.
    Down,
    /// Who came and went, or was not let in.
    Presence,
    /// What went wrong.
    Failures,
}

impl TracePart {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::All, Self::Up, Self::Down, Self::Presence, Self::Failures];

    /// A name for the page and its tests.
    pub const fn id(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Up => "up",
            Self::Down => "down",
            Self::Presence => "presence",
            Self::Failures => "failures",
        }
    }

    /// The part with this [`Self::id`].
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.id() == id)
    }

    /// Whether what happened belongs to it.
    pub fn takes(self, event: &TraceEvent) -> bool {
        match (self, event) {
            (Self::All, _) => true,
            (Self::Failures, event) => event.is_failure(),
            (part, TraceEvent::Message { direction, .. } | TraceEvent::Failed { direction, .. }) => {
                match direction {
                    Direction::Up => part == Self::Up,
                    Direction::Down => part == Self::Down,
                    Direction::RuleEngine => false,
                }
            }
            (part, TraceEvent::Unparsed(_)) => part == Self::Up,
            (part, TraceEvent::Settled { .. }) => part == Self::Down,
            (part, TraceEvent::Online { .. } | TraceEvent::Offline(_) | TraceEvent::Refused(..)) => {
                part == Self::Presence
            }
            _ => false,
        }
    }
}

impl TraceEvent {
    /// Whether something went wrong: it was refused or lost, ended with an error, or was broken on purpose.
    pub fn is_failure(&self) -> bool {
        match self {
            Self::Refused(..) | Self::Failed { .. } | Self::ServiceError { .. } | Self::Fault(_) => true,
            Self::Offline(why) => *why != Why::SentDisconnect,
            Self::Subscribed { granted, .. } => granted.is_none(),
            Self::Settled { code, .. } => !code.is_success(),
            Self::Message { payload, .. } => {
                // Most payloads have no such word; those that have are small enough to be read.
                let named = payload.windows(7).any(|word| word == b"RetCode");
                named && RetCode::in_message(payload).is_some_and(|code| !code.is_success())
            }
            _ => false,
        }
    }
}

/// The numbers of the lines that are wanted, oldest first, as far as they are kept.
#[derive(Clone, Debug, Default)]
pub struct TraceRows {
    part: TracePart,
    device: Option<Credential>,
    seqs: VecDeque<u64>,
    /// The first line that was not looked at yet.
    next: u64,
}

impl TraceRows {
    /// The lines of this part, of this device or of all; none yet.
    pub fn new(part: TracePart, device: Option<Credential>) -> Self {
        Self { part, device, ..Self::default() }
    }

    /// Takes up what came and drops what is no longer kept; whether there was anything.
    pub fn follow(&mut self, trace: &Trace) -> bool {
        if self.next == trace.next_seq() {
            return false;
        }
        let first = trace.first_seq();
        while self.seqs.front().is_some_and(|seq| *seq < first) {
            self.seqs.pop_front();
        }
        for line in trace.since(self.next) {
            if self.takes(line) {
                self.seqs.push_back(line.seq);
            }
        }
        self.next = trace.next_seq();
        true
    }

    fn takes(&self, line: &TraceLine) -> bool {
        let of_device = self.device.is_none() || self.device == line.device;
        of_device && self.part.takes(&line.event)
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.seqs.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.seqs.is_empty()
    }

    /// The numbers of the lines in these rows; what is out of range is left out.
    pub fn rows(&self, range: Range<usize>) -> Vec<u64> {
        let end = range.end.min(self.seqs.len());
        self.seqs.range(range.start.min(end)..end).copied().collect()
    }

    /// The row of this line, or of the first one after it.
    pub fn row_of(&self, seq: u64) -> usize {
        self.seqs.partition_point(|known| *known < seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::{Moment, QoS};
    use crate::simulator::{TRACE_LENGTH, Why};
    use crate::uiot::{AuthMode, SystemTopic};

    fn device(name: &str) -> Credential {
        Credential::new("simproduct000001", name)
    }

    fn add(trace: &mut Trace, name: &str, event: TraceEvent) {
        trace.add(Moment::ZERO, Some(device(name)), event);
    }

    fn message(direction: Direction, payload: &str) -> TraceEvent {
        TraceEvent::message(direction, "/P/D/set", payload.as_bytes(), QoS::AtLeastOnce)
    }

    fn online() -> TraceEvent {
        TraceEvent::Online { keep_alive: 60, clean_session: true, mode: AuthMode::Static }
    }

    fn shown(trace: &Trace, part: TracePart, of: Option<&str>) -> Vec<u64> {
        let mut rows = TraceRows::new(part, of.map(device));
        rows.follow(trace);
        rows.rows(0..usize::MAX)
    }

    #[test]
    fn each_part_has_what_its_name_says() {
        let mut trace = Trace::default();
        add(&mut trace, "one", online());
        add(&mut trace, "one", message(Direction::Up, "{}"));
        add(&mut trace, "one", message(Direction::Down, r#"{"RetCode":0}"#));
        add(&mut trace, "one", message(Direction::Down, r#"{"Payload":{"RetCode":"100026"}}"#));
        let refused =
            TraceEvent::Subscribed { filter: "#".into(), granted: None, why: Some(Why::NoPermission) };
        add(&mut trace, "one", refused);
        let code = RetCode::COMMAND_TIMEOUT;
        let (topic, request_id) = (SystemTopic::Command, "1".to_owned());
        add(&mut trace, "one", TraceEvent::Settled { topic, request_id, code, answer: String::new() });
        add(&mut trace, "one", TraceEvent::Offline(Why::SentDisconnect));
        add(&mut trace, "one", TraceEvent::Offline(Why::Kicked));
        trace.add(Moment::ZERO, None, TraceEvent::Refused(5, Why::UnknownDevice));

        assert_eq!(shown(&trace, TracePart::All, None), (0..9).collect::<Vec<_>>());
        assert_eq!(shown(&trace, TracePart::Up, None), [1]);
        assert_eq!(shown(&trace, TracePart::Down, None), [2, 3, 5]);
        assert_eq!(shown(&trace, TracePart::Presence, None), [0, 6, 7, 8]);
        assert_eq!(shown(&trace, TracePart::Failures, None), [3, 4, 5, 7, 8]);
        assert_eq!(shown(&trace, TracePart::Presence, Some("one")), [0, 6, 7]);
        assert!(shown(&trace, TracePart::All, Some("two")).is_empty());
    }

    #[test]
    fn rows_follow_the_trace_also_where_it_forgets() {
        let mut trace = Trace::default();
        let mut rows = TraceRows::new(TracePart::Up, None);
        assert!(!rows.follow(&trace));
        let times = TRACE_LENGTH as u64 + 100;
        for at in 0..times {
            let direction = if at % 2 == 0 { Direction::Up } else { Direction::Down };
            add(&mut trace, "one", message(direction, "{}"));
            if at % 7 == 0 {
                assert!(rows.follow(&trace));
            }
        }
        rows.follow(&trace);
        assert!(!rows.follow(&trace));
        assert_eq!(rows.len(), TRACE_LENGTH / 2);
        assert_eq!(rows.rows(0..2), [100, 102]);
        assert_eq!(rows.row_of(103), 2);
        assert_eq!(rows.row_of(0), 0);
        assert_eq!(trace.line(102).map(|line| line.seq), Some(102));
        assert!(trace.line(99).is_none() && trace.line(times).is_none());
    }

    #[test]
    fn parts_are_found_by_their_names() {
        for part in TracePart::ALL {
            assert_eq!(TracePart::from_id(part.id()), Some(part));
        }
        assert_eq!(TracePart::from_id("none"), None);
    }
}
