//! How long answers take, and when the next question is due.

use std::time::Duration;

use super::{Core, Device, Moment, Session};

/// So many round trips are remembered.
const MOST: usize = 30;

impl Device {
    /// The last round trips in microseconds, oldest first; at most 30.
    pub fn round_trips(&self) -> Vec<u32> {
        self.0.core.borrow().round_trips.iter().copied().collect()
    }

    /// When PINGREQ is due, if nothing changes that; none while none is sent.
    pub fn next_ping(&self) -> Option<Moment> {
        self.0.core.borrow().session.as_ref().and_then(Session::next_ping)
    }
}

impl Core {
    /// A round trip was measured.
    pub(super) fn took(&mut self, time: Duration) {
        self.status.round_trip = Some(time);
        if self.round_trips.len() >= MOST {
            self.round_trips.pop_front();
        }
        self.round_trips.push_back(u32::try_from(time.as_micros()).unwrap_or(u32::MAX));
    }
}
