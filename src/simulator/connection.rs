use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use super::packets::Reader;
use crate::mqtt::Moment;
use crate::uiot::{AuthMode, Credential, limits};

/// One connection to the platform; unique while the platform lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub(super) u64);

/// What the broker knows of one connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) reader: Reader,
    /// Who it is, after CONNECT.
    pub(super) who: Option<(Credential, AuthMode)>,
    /// How long it may be silent; none without a limit.
    pub(super) patience: Option<Duration>,
    /// When the last packet came; before the first, when the connection opened.
    pub(super) last_heard: Moment,
    /// When the connection is to be looked at next.
    pub(super) timer: Option<(Moment, u64)>,
    /// When the last packet goes out that is on its way already.
    pub(super) sent_until: Moment,
    /// It is being closed: what still comes is not read.
    pub(super) closing: bool,
    /// Messages with QoS 2 whose PUBREL has not come, where they are taken at all.
    pub(super) received: BTreeSet<u16>,
    /// When the last messages came, at most [`limits::PUBLISH_RATE`].
    published: VecDeque<Moment>,
    /// Bytes since the beginning of the present second.
    traffic: (Moment, usize),
}

const SECOND: Duration = Duration::from_secs(1);

impl Connection {
    pub(super) fn new(now: Moment, patience: Duration) -> Self {
        Self {
            reader: Reader::new(),
            who: None,
            patience: Some(patience),
            last_heard: now,
            timer: None,
            sent_until: now,
            closing: false,
            received: BTreeSet::new(),
            published: VecDeque::new(),
            traffic: (now, 0),
        }
    }

    /// When it will have been silent for too long.
    pub(super) fn deadline(&self) -> Option<Moment> {
        self.patience.map(|patience| self.last_heard + patience)
    }

    /// Counts a message; whether it is within the rate: at most 30 in any second (limitation.md).
    pub(super) fn may_publish(&mut self, now: Moment) -> bool {
        while self.published.front().is_some_and(|at| now - *at >= SECOND) {
            self.published.pop_front();
        }
        let fits = self.published.len() < limits::PUBLISH_RATE;
        if fits {
            self.published.push_back(now);
        }
        fits
    }

    /// Counts bytes that came; whether they are within the bandwidth: at most 1024 KB in a second (limitation.md).
    pub(super) fn within_bandwidth(&mut self, now: Moment, bytes: usize) -> bool {
        if now - self.traffic.0 >= SECOND {
            self.traffic = (now, 0);
        }
        self.traffic.1 = self.traffic.1.saturating_add(bytes);
        self.traffic.1 <= limits::BANDWIDTH
    }
}
