use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;

use super::packets::Reader;
use super::quota::Held;
use crate::mqtt::Moment;
use crate::uiot::{AuthMode, Credential, limits};

/// One connection to the platform; unique while the platform lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub(super) u64);

/// What the broker knows of one connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) reader: Reader,
    /// Room for the part of a packet that the reader holds.
    pub(super) unread: Option<Held>,
    /// Who it is, after CONNECT.
    pub(super) who: Option<(Credential, AuthMode)>,
    /// How long it may be silent; none without a limit.
    pub(super) patience: Option<Duration>,
    /// When the last packet came; before the first, when the connection opened.
    pub(super) last_heard: Moment,
    /// When the connection is to be looked at next.
    pub(super) timer: Option<(Moment, u64)>,
    /// When it is cut, whatever it does.
    pub(super) cut: Option<(Moment, u64)>,
    /// The device that it named, where faults of its own are set for that one.
    pub(super) faults_of: Option<Credential>,
    /// The packets that a delay holds back, with the times at which they go out.
    pub(super) delayed: VecDeque<(Moment, Bytes, Held)>,
    /// When the first of them goes out.
    pub(super) release: Option<(Moment, u64)>,
    /// Its CONNACK was withheld: nothing else may come before it [MQTT-3.2.0-1], so nothing comes.
    pub(super) mute: bool,
    /// It is closed once nothing is held back: what still comes is not read.
    pub(super) closing: bool,
    /// When somebody else logs in as its device.
    pub(super) rival_timer: Option<(Moment, u64)>,
    /// It is that of somebody else, made up here: nothing leads out of the platform.
    pub(super) rival: bool,
    /// When the last messages came, at most [`limits::PUBLISH_RATE`].
    published: VecDeque<Moment>,
    /// How many bytes came when, within the last second; those of a millisecond together.
    traffic: VecDeque<(Moment, usize)>,
    traffic_sum: usize,
}

const SECOND: Duration = Duration::from_secs(1);
const MILLISECOND: Duration = Duration::from_millis(1);

impl Connection {
    pub(super) fn new(now: Moment, patience: Duration) -> Self {
        Self {
            reader: Reader::new(),
            unread: None,
            who: None,
            patience: Some(patience),
            last_heard: now,
            timer: None,
            cut: None,
            faults_of: None,
            delayed: VecDeque::new(),
            release: None,
            mute: false,
            closing: false,
            rival_timer: None,
            rival: false,
            published: VecDeque::new(),
            traffic: VecDeque::new(),
            traffic_sum: 0,
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

    /// Counts bytes that came; whether they are within the bandwidth: at most 1024 KB in any second (limitation.md).
    pub(super) fn within_bandwidth(&mut self, now: Moment, bytes: usize) -> bool {
        while let Some((at, old)) = self.traffic.front().copied()
            && now - at >= SECOND
        {
            self.traffic.pop_front();
            self.traffic_sum -= old;
        }
        self.traffic_sum = self.traffic_sum.saturating_add(bytes);
        match self.traffic.back_mut() {
            Some((at, sum)) if now - *at < MILLISECOND => *sum = sum.saturating_add(bytes),
            _ => self.traffic.push_back((now, bytes)),
        }
        self.traffic_sum <= limits::BANDWIDTH
    }
}
