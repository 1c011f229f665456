//! What the cloud sees: one line for each thing that happened, the newest kept.

use std::collections::VecDeque;

use crate::mqtt::{Moment, QoS};
use crate::uiot::{Credential, Direction, RetCode, SystemTopic};

/// How many lines are kept.
pub const TRACE_LENGTH: usize = 2000;
/// How many bytes of a payload a line keeps.
pub const TRACE_PAYLOAD: usize = 4096;

/// One line of the trace.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceLine {
    /// Counts up from 0, also over lines that are no longer kept.
    pub seq: u64,
    /// When.
    pub at: Moment,
    /// Which device; none for what has no device yet.
    pub device: Option<Credential>,
    /// What happened.
    pub event: TraceEvent,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum TraceEvent {
    /// The device is online.
    Online {
        /// Seconds.
        keep_alive: u16,
        /// Whether it asked for a clean session.
        clean_session: bool,
    },
    /// The device is offline; why.
    Offline(String),
    /// A CONNECT was refused; with which code, and why.
    Refused(u8, String),
    /// The device subscribed; none where it was refused.
    Subscribed {
        /// The filter.
        filter: String,
        /// The granted QoS.
        granted: Option<QoS>,
    },
    /// The device took a subscription back.
    Unsubscribed(String),
    /// A message, by the device or to it.
    Message {
        /// From the device's side.
        direction: Direction,
        /// Where.
        topic: String,
        /// Up to [`TRACE_PAYLOAD`] bytes of it.
        payload: Vec<u8>,
        /// With which QoS.
        qos: QoS,
    },
    /// A message that was not taken, or not delivered; why.
    Failed {
        /// From the device's side.
        direction: Direction,
        /// Where.
        topic: String,
        /// The reason, as the console words it where it has words.
        why: String,
    },
    /// A message for the rule engine.
    RuleEngine {
        /// On which topic.
        topic: SystemTopic,
        /// JSON.
        payload: Vec<u8>,
    },
    /// A service answered with an error.
    ServiceError {
        /// To a message on which topic.
        topic: SystemTopic,
        /// What was wrong.
        why: String,
    },
    /// A command, a property set or an upgrade found its end.
    Settled {
        /// What it was: `tmodel/command`, `tmodel/property/set`, `ota/downstream`.
        topic: SystemTopic,
        /// The request identifier, where it has one.
        request_id: String,
        /// How it ended.
        code: RetCode,
        /// The device's own answer, as JSON text; empty without one.
        answer: String,
    },
    /// A fault was injected.
    Fault(&'static str),
}

/// The lines themselves.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    lines: VecDeque<TraceLine>,
    next: u64,
}

impl Trace {
    /// The kept lines, oldest first.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &TraceLine> {
        self.lines.iter()
    }

    /// The lines from this number on that are still kept.
    pub fn since(&self, seq: u64) -> impl Iterator<Item = &TraceLine> {
        self.lines.iter().skip_while(move |line| line.seq < seq)
    }

    /// The number that the next line will have.
    pub fn next_seq(&self) -> u64 {
        self.next
    }

    pub(super) fn add(&mut self, at: Moment, device: Option<Credential>, event: TraceEvent) {
        if self.lines.len() == TRACE_LENGTH {
            self.lines.pop_front();
        }
        self.lines.push_back(TraceLine { seq: self.next, at, device, event });
        self.next += 1;
    }
}
