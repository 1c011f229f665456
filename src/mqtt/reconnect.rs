//! When to connect again, and when not to.

use std::time::Duration;

use super::{CloseInfo, EndCause, QuietClose, Stage};

/// The shortest and the longest wait before an attempt.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);
/// A connection that lived longer has proved itself: waiting begins anew, and its end is no sign of a duel. Others
/// that were thrown out come back after one second (MQTT.js), four (MQTTX) or up to eight (Paho).
const PROVED: Duration = Duration::from_secs(10);
/// The third quiet close in a row is taken for a duel.
const DUEL_AT: usize = 3;

/// Exponential waiting with full jitter, and the memory of quiet closes.
#[derive(Debug)]
pub(super) struct Reconnect {
    pub(super) enabled: bool,
    /// Whether the broker took the session on since the person asked for it. What never worked is not tried again by
    /// itself: an address that never answered is more likely wrong than down.
    worked: bool,
    attempt: u32,
    random: u64,
    quiet: Vec<QuietClose>,
}

impl Reconnect {
    pub(super) fn new(enabled: bool, seed: u64) -> Self {
        Self { enabled, worked: false, attempt: 0, random: seed, quiet: Vec::new() }
    }

    /// The person asks for a connection. After a duel this takes the connection back once: the next quiet close is
    /// again the third.
    pub(super) fn asked_for(&mut self) {
        self.worked = false;
        self.attempt = 0;
        let extra = self.quiet.len().saturating_sub(DUEL_AT - 1);
        self.quiet.drain(..extra);
    }

    /// A seed for another session, so that two never wait alike.
    pub(super) fn next_seed(&mut self) -> u64 {
        self.random()
    }

    /// CONNACK 0 came.
    pub(super) fn accepted(&mut self) {
        self.worked = true;
    }

    /// Judges the end of a connection that was online for `lived`, or of an attempt. `overdue` tells whether the other
    /// side owed an answer.
    pub(super) fn judge(&mut self, cause: EndCause, lived: Option<Duration>, overdue: bool) -> EndCause {
        if lived.is_some_and(|lived| lived > PROVED) {
            self.attempt = 0;
            self.quiet.clear();
        }
        match (cause, lived) {
            (EndCause::Closed(Stage::Online, close), Some(lived))
                if lived <= PROVED && !overdue && is_quiet(&close) =>
            {
                self.quiet.push(QuietClose { lived, close: close.clone() });
                if self.quiet.len() < DUEL_AT {
                    return EndCause::Closed(Stage::Online, close);
                }
                EndCause::Duel(self.quiet.clone())
            }
            // Who disconnects has not learned anything about the other client.
            (EndCause::Disconnected, _) => EndCause::Disconnected,
            (other, _) => {
                self.quiet.clear();
                other
            }
        }
    }

    /// How long to wait before the next attempt, and its number; none if there is to be no other.
    pub(super) fn next(&mut self, cause: &EndCause) -> Option<(Duration, u32)> {
        let answered = matches!(cause, EndCause::Refused(_));
        if !self.enabled || !cause.is_worth_a_retry() || !(self.worked || answered) {
            return None;
        }
        self.attempt = self.attempt.saturating_add(1);
        let ceiling = SHORTEST.saturating_mul(1 << self.attempt.min(6)).min(LONGEST);
        let span = u64::try_from((ceiling - SHORTEST).as_micros()).unwrap_or(u64::MAX);
        Some((SHORTEST + Duration::from_micros(self.random() % (span + 1)), self.attempt))
    }

    /// SplitMix64: small, and good enough to keep many clients from knocking at once.
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// Closed without a word: no reason, and no code that tells one (RFC 6455 §7.4.1: 1000 normal, 1005 no code, 1006 no
/// closing handshake).
fn is_quiet(close: &CloseInfo) -> bool {
    close.reason.is_empty() && matches!(close.code, 1000 | 1005 | 1006)
}
