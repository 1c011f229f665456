//! What became of a gateway's requests, and what the cloud told it unasked: the last of both, for a person to look at.

use std::collections::VecDeque;

use super::{GatewayEvent, Notice, RequestKind, Waiting};
use crate::mqtt::Moment;
use crate::uiot::{Credential, RetCode, SystemTopic};

/// Outcomes that are kept, the newest.
pub const OUTCOMES: usize = 100;
/// Sub-devices that an outcome names; of the others it has the number.
pub const NAMED: usize = 3;
/// Characters that are kept of a RequestID and of a message: what comes may be as long as a packet.
const TEXT: usize = 300;

/// How a request ended, or what came without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The platform did it.
    Done(RequestKind),
    /// The platform refused, with this code and these words.
    Refused(RequestKind, RetCode, String),
    /// No answer came in time.
    Overdue(RequestKind),
    /// The connection was lost before an answer came.
    Lost(RequestKind),
    /// An answer that nobody waits for.
    Unasked {
        /// Where it came.
        topic: SystemTopic,
        /// Whether it answers a request that was given up: it came too late, and changed nothing.
        late: bool,
    },
    /// The cloud said something.
    Noticed(Notice),
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Counts from 1; no other outcome of this gateway has it.
    pub number: u64,
    /// When; none for what ended with the connection.
    pub at: Option<Moment>,
    /// The RequestID of the request, or of the cloud's message.
    pub request_id: String,
    /// What.
    pub end: End,
    /// The first [`NAMED`] of its sub-devices.
    pub devices: Vec<Credential>,
    /// How many sub-devices it is about.
    pub count: usize,
    /// How many of them are not remembered, because there are too many.
    pub left_out: usize,
}

/// The last outcomes.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcomes {
    list: VecDeque<Outcome>,
    told: u64,
}

impl Outcomes {
    pub(super) const fn new() -> Self {
        Self { list: VecDeque::new(), told: 0 }
    }

    pub(super) const fn list(&self) -> &VecDeque<Outcome> {
        &self.list
    }

    /// A message came.
    pub(super) fn heard(&mut self, now: Moment, request_id: &str, event: &GatewayEvent) {
        let (end, devices, left_out): (_, &[Credential], _) = match event {
            GatewayEvent::Done { kind, devices, left_out } => (End::Done(*kind), devices, *left_out),
            GatewayEvent::Refused { kind, devices, code, message } => {
                (End::Refused(*kind, *code, short(message)), devices, 0)
            }
            GatewayEvent::Noticed { notice, devices, left_out } => {
                (End::Noticed(*notice), devices, *left_out)
            }
            GatewayEvent::Unasked { topic, request_id } => {
                let given_up = |outcome: &Outcome| {
                    let kind = match outcome.end {
                        End::Overdue(kind) | End::Lost(kind) => kind,
                        _ => return false,
                    };
                    outcome.request_id == *request_id && kind.topic().reply() == Some(*topic)
                };
                (End::Unasked { topic: *topic, late: self.list.iter().any(given_up) }, &[], 0)
            }
        };
        self.add(Some(now), request_id, end, devices, left_out);
    }

    /// A request was given up.
    pub(super) fn gave_up(&mut self, now: Option<Moment>, request_id: &str, waiting: &Waiting) {
        let end = if now.is_some() { End::Overdue(waiting.kind) } else { End::Lost(waiting.kind) };
        self.add(now, request_id, end, &waiting.devices, 0);
    }

    fn add(
        &mut self,
        at: Option<Moment>,
        request_id: &str,
        end: End,
        devices: &[Credential],
        left_out: usize,
    ) {
        if self.list.len() == OUTCOMES {
            self.list.pop_front();
        }
        self.told += 1;
        self.list.push_back(Outcome {
            number: self.told,
            at,
            request_id: short(request_id),
            end,
            devices: devices.iter().take(NAMED).cloned().collect(),
            count: devices.len(),
            left_out,
        });
    }
}

fn short(text: &str) -> String {
    text.chars().take(TEXT).collect()
}
