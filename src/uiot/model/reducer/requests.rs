//! The device's own requests: which are under way, and how the others ended.

use std::collections::VecDeque;
use std::time::Duration;

use crate::mqtt::Moment;
use crate::uiot::{RetCode, SystemTopic};

/// Requests that are under way at most; the oldest is given up for a new one.
pub const IN_FLIGHT: usize = 100;
/// Ended requests that are remembered.
pub const ENDED: usize = 100;
/// How long an answer is waited for, unless told otherwise. The documents name no time; the C SDK waits 5 s for the
/// answer of dynamic registration, the Arduino SDK 10 s.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// What a request asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The thing model.
    Template,
    /// To take these properties.
    Post(Vec<String>),
    /// The last reported values.
    Restore,
    /// The desired values of these properties.
    DesiredGet(Vec<String>),
    /// To delete the desired values of these properties, each with its version.
    DesiredDelete(Vec<(String, i64)>),
    /// To take this event.
    Event(String),
}

impl Asked {
    /// Where the answer comes.
    pub const fn answer_topic(&self) -> SystemTopic {
        match self {
            Self::Template => SystemTopic::TemplateGetReply,
            Self::Post(_) => SystemTopic::PropertyPostReply,
            Self::Restore => SystemTopic::PropertyRestoreReply,
            Self::DesiredGet(_) => SystemTopic::DesiredGetReply,
            Self::DesiredDelete(_) => SystemTopic::DesiredDeleteReply,
            Self::Event(_) => SystemTopic::EventPostReply,
        }
    }
}

/// A request of the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// RequestID.
    pub id: String,
    /// What it asked for.
    pub asked: Asked,
    /// When it was made.
    pub at: Moment,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestEnd {
    /// The platform answered.
    Answered {
        /// RetCode.
        code: RetCode,
        /// The platform's words.
        message: Option<String>,
    },
    /// No answer came in time.
    Overdue,
    /// More than [`IN_FLIGHT`] requests were under way, and this was the oldest.
    CrowdedOut,
}

/// A request that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The request.
    pub request: Request,
    /// When it ended.
    pub at: Moment,
    /// How.
    pub end: RequestEnd,
}

/// Makes the request identifiers of a device: a prefix of its owner's choice and a number that counts up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestIds {
    prefix: String,
    next: u64,
}

impl RequestIds {
    /// Identifiers that begin with `prefix`, numbered from `first`.
    pub fn new(prefix: impl Into<String>, first: u64) -> Self {
        Self { prefix: prefix.into(), next: first }
    }

    fn next(&mut self) -> String {
        let id = format!("{}{}", self.prefix, self.next);
        self.next = self.next.wrapping_add(1);
        id
    }
}

/// See the [file's docs](self).
#[derive(Clone, Debug)]
pub(super) struct Requests {
    ids: RequestIds,
    pub(super) patience: Duration,
    in_flight: VecDeque<Request>,
    ended: VecDeque<Ended>,
}

impl Requests {
    pub(super) fn new(ids: RequestIds) -> Self {
        Self { ids, patience: PATIENCE, in_flight: VecDeque::new(), ended: VecDeque::new() }
    }

    /// A new request and, where there are too many, the one that is given up for it.
    pub(super) fn begin(&mut self, now: Moment, asked: Asked) -> (String, Option<Request>) {
        let id = self.ids.next();
        self.in_flight.push_back(Request { id: id.clone(), asked, at: now });
        let crowded_out = if self.in_flight.len() > IN_FLIGHT { self.in_flight.pop_front() } else { None };
        if let Some(request) = &crowded_out {
            self.end(Ended { request: request.clone(), at: now, end: RequestEnd::CrowdedOut });
        }
        (id, crowded_out)
    }

    /// The request that an answer on this topic belongs to; it is no longer under way.
    pub(super) fn take(&mut self, id: &str, topic: SystemTopic) -> Option<Request> {
        let fits = |request: &Request| request.id == id && request.asked.answer_topic() == topic;
        let place = self.in_flight.iter().position(fits)?;
        self.in_flight.remove(place)
    }

    /// The request that was given up before this answer came, or has had one already.
    pub(super) fn ended_before(&mut self, id: &str, topic: SystemTopic) -> Option<&mut Ended> {
        let fits = |ended: &&mut Ended| ended.request.id == id && ended.request.asked.answer_topic() == topic;
        self.ended.iter_mut().rev().find(fits)
    }

    pub(super) fn end(&mut self, ended: Ended) {
        if self.ended.len() == ENDED {
            self.ended.pop_front();
        }
        self.ended.push_back(ended);
    }

    /// Gives up what is overdue.
    pub(super) fn expire(&mut self, now: Moment) -> Vec<Request> {
        let mut overdue = Vec::new();
        // They stand in the order in which they were made.
        while self.in_flight.front().is_some_and(|request| now >= request.at + self.patience) {
            let Some(request) = self.in_flight.pop_front() else { break };
            self.end(Ended { request: request.clone(), at: now, end: RequestEnd::Overdue });
            overdue.push(request);
        }
        overdue
    }

    pub(super) fn next_expiry(&self) -> Option<Moment> {
        self.in_flight.front().map(|request| request.at + self.patience)
    }

    pub(super) fn in_flight(&self) -> impl ExactSizeIterator<Item = &Request> {
        self.in_flight.iter()
    }

    pub(super) fn ended(&self) -> impl DoubleEndedIterator<Item = &Ended> {
        self.ended.iter()
    }
}
