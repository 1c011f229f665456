//! What happens at CONNACK to all that the last connection left: messages, releases and subscriptions.

use super::super::outbox::{InFlight, Queued, Step};
use super::super::subscriptions::Restore;
use super::super::timers::Timer;
use super::super::{
    Event, Moment, Outcome, Output, PacketId, ProtocolVersion, State, SubscriptionState, codec,
};
use super::Session;

impl Session {
    /// Takes up what is left, in this order: messages and releases that were sent before, subscriptions, messages that
    /// waited. `present` is what CONNACK said of the broker's session.
    pub(super) fn restore(&mut self, now: Moment, present: bool) {
        // MQTT 3.1 has no such flag: a session that was not to be clean is taken for kept.
        let assumed = self.settings.protocol == ProtocolVersion::V3_1;
        self.resumed = !self.settings.clean_session && (present || assumed);
        if assumed {
            self.incoming.values_mut().for_each(|known| known.in_doubt = true);
        }
        let told_at = self.outputs.len();
        let (resent, as_new) = if self.resumed { (self.resend(now), 0) } else { (0, self.start_over()) };
        let list = self.subscriptions.restore(self.resumed && !assumed);
        let subscriptions = self.send_subscriptions(now, list);
        let waiting = self.outbox.counts().queued;
        self.flush_queue(now);
        // At a pace they are all on their way, if not yet out.
        let left = if self.settings.queue_pace.is_some() { 0 } else { self.outbox.counts().queued };
        let flushed = waiting - left;
        let (resent, queued) = (resent + as_new.min(flushed), flushed.saturating_sub(as_new));
        if subscriptions + resent + queued > 0 {
            // Told before the packets themselves, so that it reads in that order.
            let restored = Event::Restored { subscriptions, resent, queued };
            self.outputs.insert(told_at, Output::Event(restored));
        }
    }

    /// The broker has the session: what it did not acknowledge goes out again, with the same packet identifiers and in
    /// the same order, PUBLISH with DUP [MQTT-4.4.0-1, MQTT-3.3.1-1, MQTT-4.6.0-1].
    fn resend(&mut self, now: Moment) -> usize {
        let left = self.outbox.in_order();
        for (packet_id, InFlight { request, step, .. }) in &left {
            let packet = match step {
                Step::PubAck(packet) | Step::PubRec(packet) => codec::readdressed(packet, *packet_id, true),
                _ => codec::pubrel(*packet_id),
            };
            if let Ok(packet) = packet {
                self.outbox.sent_again(now, now + self.settings.deadlines.ack, *packet_id);
                self.send(now, packet, Some(*request));
            }
        }
        self.await_ack();
        left.len()
    }

    /// The broker has no session: unacknowledged messages are new ones to it, and go out before all that waits. One
    /// that had got as far as PUBREC was the broker's; what became of it, nobody can tell.
    fn start_over(&mut self) -> usize {
        self.incoming.clear();
        self.subscriptions.forget_broker();
        let mut again = Vec::new();
        for InFlight { request, step, .. } in self.outbox.take_all(|_| true) {
            match step {
                Step::PubAck(packet) | Step::PubRec(packet) => again.push(Queued { request, packet }),
                _ => self.settled(request, Outcome::Lost),
            }
        }
        let count = again.len();
        self.outbox.enqueue_first(again);
        count
    }

    fn send_subscriptions(&mut self, now: Moment, list: Vec<Restore>) -> usize {
        let mut count = 0;
        for each in list {
            // All may be in use by messages that are sent again. The rest waits for an acknowledgement.
            let Some(packet_id) = self.outbox.free_packet_id() else {
                self.subscriptions_left = true;
                break;
            };
            let is_wanted = matches!(each, Restore::Subscribe(..));
            let (packet, state, filter, step) = match each {
                Restore::Subscribe(filter, qos) => {
                    let packet = codec::subscribe(packet_id, &filter, qos);
                    (packet, SubscriptionState::Pending, filter.clone(), Step::SubAck(filter))
                }
                Restore::Unsubscribe(filter) => {
                    let packet = codec::unsubscribe(packet_id, &filter);
                    (packet, SubscriptionState::Leaving, filter.clone(), Step::UnsubAck(filter))
                }
            };
            if let Ok(packet) = packet {
                self.subscriptions.asked(&filter, packet_id, state);
                self.request(now, packet_id, step, packet);
                count += usize::from(is_wanted);
            }
        }
        self.event(Event::SubscriptionsChanged);
        count
    }

    /// Sends what waits, oldest first, as long as packet identifiers are free: subscriptions, then messages, these no faster
    /// than [`ConnectOptions::queue_pace`](super::super::ConnectOptions::queue_pace).
    pub(super) fn flush_queue(&mut self, now: Moment) {
        if self.state == State::Online && std::mem::take(&mut self.subscriptions_left) {
            let list = self.subscriptions.left_over();
            self.send_subscriptions(now, list);
        }
        while self.state == State::Online
            && !self.timers.is_set(Timer::Queue)
            && let Some(first) = self.outbox.first_queued()
        {
            let wants_id = first.packet.first().is_some_and(|first| first & 0b0110 != 0);
            let packet_id = if wants_id { self.outbox.free_packet_id() } else { None };
            if wants_id && packet_id.is_none() {
                return;
            }
            let Some(Queued { request, packet }) = self.outbox.dequeue() else { return };
            match codec::readdressed(&packet, packet_id.unwrap_or(PacketId::FIRST), false) {
                Ok(packet) => {
                    self.send_publish(now, request, packet, packet_id);
                    if let Some(pace) = self.settings.queue_pace {
                        self.timers.set(Timer::Queue, now + pace);
                    }
                }
                Err(_) => self.settled(request, Outcome::Lost),
            }
        }
    }
}
