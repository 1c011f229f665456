//! What the session does when time passes: keep alive, liveness, deadlines.

use std::time::Duration;

use super::super::codec;
use super::super::outbox::Step;
use super::super::timers::Timer;
use super::super::{EndCause, Event, Moment, Outcome, State};
use super::Session;

impl Session {
    pub(super) fn woken(&mut self, now: Moment) {
        self.announced_wake = None;
        while let Some(timer) = self.timers.take_due(now) {
            match timer {
                Timer::Open => self.end(now, EndCause::OpenTimeout),
                Timer::ConnAck => self.end(now, EndCause::ConnAckTimeout),
                Timer::PingResp => self.end(now, EndCause::PingTimeout),
                Timer::KeepAlive => {
                    if self.keep_alive_due().is_some_and(|due| due <= now) {
                        self.ping(now);
                    }
                    self.await_keep_alive();
                }
                Timer::Ack => self.find_overdue(now),
                Timer::Queue => self.flush_queue(now),
                Timer::Retry => self.open(now),
            }
        }
    }

    pub(super) fn nudged(&mut self, now: Moment) {
        match self.state {
            State::Waiting => self.open(now),
            // The link may have died while the computer slept.
            State::Online
                if self.pinging
                    && self.settings.keep_alive.is_some()
                    && self.pings_sent.is_empty()
                    && now - self.received_at > self.settings.deadlines.pingresp =>
            {
                self.ping(now);
            }
            _ => {}
        }
    }

    /// When the next PINGREQ is due, as far as is known now; none while none is to be sent.
    pub fn next_ping(&self) -> Option<Moment> {
        self.keep_alive_due()
    }

    pub(super) fn find_overdue(&mut self, now: Moment) {
        while let Some((packet_id, open)) = self.outbox.take_overdue(now) {
            let request = open.request;
            if let Step::SubAck(filter) | Step::UnsubAck(filter) = &open.step {
                let filter = filter.clone();
                self.subscriptions.overdue(&filter, packet_id);
                self.event(Event::SubscriptionsChanged);
            }
            self.settled(request, Outcome::Overdue);
        }
        self.await_ack();
    }

    /// Sets within which time a request is to be acknowledged ([`Deadlines::ack`]); for those that are open, too.
    pub fn set_ack_deadline(&mut self, now: Moment, within: Duration) {
        let before = std::mem::replace(&mut self.settings.deadlines.ack, within);
        self.outbox.move_deadlines(before, within);
        self.timers.stop(Timer::Ack);
        self.find_overdue(now);
    }

    /// Acknowledged requests leave the timer as it is: it finds the next deadline when it fires, so that nothing is set
    /// anew with every message.
    pub(super) fn await_ack(&mut self) {
        if !self.timers.is_set(Timer::Ack)
            && let Some(at) = self.outbox.next_deadline()
        {
            self.timers.set(Timer::Ack, at);
        }
    }

    pub(super) fn ping(&mut self, now: Moment) {
        if let Ok(packet) = codec::pingreq() {
            self.pings_sent.push_back(now);
            self.last_ping = now;
            self.send(now, packet, None);
            self.await_pingresp();
        }
    }

    /// The deadline is that of the oldest PINGREQ without an answer.
    pub(super) fn await_pingresp(&mut self) {
        match self.pings_sent.front() {
            Some(sent) => self.timers.set(Timer::PingResp, *sent + self.settings.deadlines.pingresp),
            None => self.timers.stop(Timer::PingResp),
        }
    }

    /// PINGREQ is due one keep alive after the last packet sent [MQTT-3.1.2-23], less a little so that it arrives in
    /// time: a tenth, at most five seconds. And as long after the last byte received, even while packets are sent all
    /// the time: else a dead link would not be noticed as long as someone publishes into it.
    pub(super) fn keep_alive_due(&self) -> Option<Moment> {
        let keep_alive = self.settings.keep_alive.filter(|_| self.pinging && self.state == State::Online)?;
        let early = (keep_alive / 10).min(Duration::from_secs(5));
        let heard = self.received_at.max(self.last_ping);
        Some(self.last_sent.min(heard) + (keep_alive - early))
    }

    /// Sets the timer if it is not set. Packets move the due time later, never earlier, so the timer that is set stays
    /// and looks again when it fires.
    pub(super) fn await_keep_alive(&mut self) {
        if !self.timers.is_set(Timer::KeepAlive)
            && let Some(due) = self.keep_alive_due()
        {
            self.timers.set(Timer::KeepAlive, due);
        }
    }
}
