//! What the cloud asks of the device: property sets and commands that wait for its answer.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use crate::mqtt::Moment;
use crate::uiot::model::messages::Object;
use crate::uiot::{RetCode, limits};

/// Property sets that wait for an answer at most, and as many commands; the oldest is given up for a new one.
pub const INCOMING: usize = 100;
/// Answered calls that are remembered, to know a repeated delivery.
const ANSWERED: usize = 100;
/// Calls that are remembered with all that was said, the last ones.
pub const SETTLED: usize = 20;

/// What the cloud asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// To set these properties.
    Set(Object),
    /// To carry out a command.
    Command {
        /// Which.
        identifier: String,
        /// Its parameters.
        input: Object,
    },
}

impl Call {
    fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }
}

/// A property set or a command that waits for the device's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// RequestID.
    pub request_id: String,
    /// What the cloud asked.
    pub call: Call,
    /// When it came.
    pub at: Moment,
    /// How often it came; more than once where it was delivered again.
    pub deliveries: u32,
}

impl Incoming {
    /// Until when the cloud may wait at most: an answer to a synchronous command that comes later counts for nothing
    /// (command.md). The device cannot know whether a command is synchronous, nor the time that the application gave.
    pub fn deadline(&self) -> Moment {
        self.at + limits::COMMAND_TIMEOUT
    }

    /// What is left until [`Self::deadline`].
    pub fn remaining(&self, now: Moment) -> Duration {
        self.deadline() - now
    }
}

/// What the device answers to a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandAnswer {
    /// How it went.
    pub code: RetCode,
    /// What came of it.
    pub output: Object,
}

/// A property set or a command that is done with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// What the cloud asked.
    pub incoming: Incoming,
    /// Counts what was settled: tells apart two with the same RequestID.
    pub number: u64,
    /// What was answered; none where it was decided not to answer. The output of a property set's answer is empty.
    pub answer: Option<CommandAnswer>,
    /// The values that the properties of a set had before it, as far as they were known.
    pub before: Object,
}

/// What is answered at once, without a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Automatic {
    /// The answer to each property set; none leaves them to a person.
    pub sets: Option<RetCode>,
    /// The answers to commands by identifier; one without an entry is answered with success and an empty output.
    /// None leaves them all to a person.
    pub commands: Option<BTreeMap<String, CommandAnswer>>,
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    /// It waits; with what was given up for it.
    New(Option<Incoming>),
    /// It waits already.
    Again,
    /// It was answered already.
    Answered,
}

/// See the [file's docs](self).
///
/// A call with the identifier and the content of a known one is the same one, delivered again (QoS 1). One with other
/// content is a new one: real identifiers are unique, but those of a person at another broker need not be.
#[derive(Clone, Debug, Default)]
pub(super) struct Waiting {
    calls: VecDeque<Incoming>,
    answered: VecDeque<(String, u64)>,
}

impl Waiting {
    pub(super) fn add(&mut self, now: Moment, request_id: &str, call: Call) -> Delivery {
        let same = |incoming: &&mut Incoming| incoming.request_id == request_id && incoming.call == call;
        if let Some(known) = self.calls.iter_mut().find(same) {
            known.deliveries = known.deliveries.saturating_add(1);
            return Delivery::Again;
        }
        let fingerprint = call.fingerprint();
        if self.answered.iter().any(|(id, known)| id == request_id && *known == fingerprint) {
            return Delivery::Answered;
        }
        let crowded_out = if self.calls.len() == INCOMING { self.calls.pop_front() } else { None };
        self.calls.push_back(Incoming { request_id: request_id.to_owned(), call, at: now, deliveries: 1 });
        Delivery::New(crowded_out)
    }

    /// The call that is answered now.
    pub(super) fn answer(&mut self, request_id: &str) -> Option<Incoming> {
        let place = self.calls.iter().position(|incoming| incoming.request_id == request_id)?;
        let incoming = self.calls.remove(place)?;
        if self.answered.len() == ANSWERED {
            self.answered.pop_front();
        }
        self.answered.push_back((request_id.to_owned(), incoming.call.fingerprint()));
        Some(incoming)
    }

    pub(super) fn calls(&self) -> impl DoubleEndedIterator<Item = &Incoming> {
        self.calls.iter()
    }
}
