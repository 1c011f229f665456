use super::Moment;

/// What a session can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timer {
    /// The transport has to be open by then.
    Open,
    /// CONNACK has to be here by then.
    ConnAck,
    /// The next PINGREQ, if nothing else was sent.
    KeepAlive,
    /// PINGRESP has to be here by then.
    PingResp,
    /// The oldest request without an acknowledgement is overdue then.
    Ack,
    /// The next of the messages that wait may go.
    Queue,
    /// The next attempt to connect.
    Retry,
}

impl Timer {
    /// In the order in which they are taken when several are due: what ends the connection comes before PINGREQ.
    const ALL: [Self; 7] =
        [Self::Open, Self::ConnAck, Self::PingResp, Self::KeepAlive, Self::Ack, Self::Queue, Self::Retry];
}

/// One deadline a [`Timer`], in a table indexed by it.
#[derive(Debug, Default)]
pub(super) struct Timers([Option<Moment>; Timer::ALL.len()]);

impl Timers {
    pub(super) fn set(&mut self, timer: Timer, at: Moment) {
        self.0[timer as usize] = Some(at);
    }

    pub(super) fn is_set(&self, timer: Timer) -> bool {
        self.0[timer as usize].is_some()
    }

    pub(super) fn stop(&mut self, timer: Timer) {
        self.0[timer as usize] = None;
    }

    pub(super) fn stop_all(&mut self) {
        *self = Self::default();
    }

    /// The earliest deadline, if any timer is set.
    pub(super) fn next(&self) -> Option<Moment> {
        self.0.iter().flatten().min().copied()
    }

    /// Takes one timer that is due at `now`.
    pub(super) fn take_due(&mut self, now: Moment) -> Option<Timer> {
        let due = Timer::ALL.into_iter().find(|timer| self.0[*timer as usize].is_some_and(|at| at <= now))?;
        self.stop(due);
        Some(due)
    }
}
