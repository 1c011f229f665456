//! What was asked for and is not settled: messages that wait for a connection, and requests that wait for their
//! acknowledgement.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;

use super::{Moment, PacketId, QueueLimits, RequestId, TopicFilter};

/// What a request waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// PUBACK for this PUBLISH.
    PubAck(Bytes),
    /// PUBREC for this PUBLISH.
    PubRec(Bytes),
    /// PUBCOMP; the message itself is the broker's now.
    PubComp,
    /// SUBACK.
    SubAck(TopicFilter),
    /// UNSUBACK.
    UnsubAck(TopicFilter),
}

impl Step {
    /// Whether it belongs to a message, which outlives the connection.
    pub(super) const fn is_publish(&self) -> bool {
        matches!(self, Self::PubAck(_) | Self::PubRec(_) | Self::PubComp)
    }
}

/// A request that was sent.
#[derive(Clone, Debug)]
pub(super) struct InFlight {
    pub(super) request: RequestId,
    pub(super) step: Step,
    /// When it was sent, on this connection.
    pub(super) sent: Moment,
    /// Grows with each PUBLISH and each PUBREL that is first sent: the order in which they are sent again
    /// [MQTT-4.6.0-1, MQTT-4.6.0-4].
    pub(super) order: u64,
    pub(super) overdue: bool,
}

/// A message that waits for a connection: the whole packet, with a packet identifier that is yet to be replaced.
#[derive(Clone, Debug)]
pub(super) struct Queued {
    pub(super) request: RequestId,
    pub(super) packet: Bytes,
}

/// How much is not settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxCounts {
    /// Messages that wait for a connection.
    pub queued: usize,
    /// Bytes of their packets.
    pub queued_bytes: usize,
    /// Requests without their last acknowledgement.
    pub unacknowledged: usize,
    /// Those of them past their deadline.
    pub overdue: usize,
}

#[derive(Debug, Default)]
pub(super) struct Outbox {
    in_flight: BTreeMap<PacketId, InFlight>,
    queue: VecDeque<Queued>,
    queued_bytes: usize,
    overdue: usize,
    next_packet_id: Option<PacketId>,
    next_request: u64,
    next_order: u64,
    /// Deadlines in the order in which they come; those of settled requests are skipped when they come.
    deadlines: VecDeque<(Moment, PacketId, RequestId)>,
}

impl Outbox {
    pub(super) fn counts(&self) -> OutboxCounts {
        OutboxCounts {
            queued: self.queue.len(),
            queued_bytes: self.queued_bytes,
            unacknowledged: self.in_flight.len(),
            overdue: self.overdue,
        }
    }

    pub(super) fn new_request(&mut self) -> RequestId {
        self.next_request += 1;
        RequestId(self.next_request - 1)
    }

    pub(super) fn new_order(&mut self) -> u64 {
        self.next_order += 1;
        self.next_order - 1
    }

    /// A packet identifier that is not in use; none if all 65,535 are.
    pub(super) fn free_packet_id(&mut self) -> Option<PacketId> {
        if self.in_flight.len() == usize::from(u16::MAX) {
            return None;
        }
        let mut free = self.next_packet_id.unwrap_or(PacketId::FIRST);
        while self.in_flight.contains_key(&free) {
            free = free.following();
        }
        self.next_packet_id = Some(free.following());
        Some(free)
    }

    /// Notes a request that goes out at `now`, and its deadline.
    pub(super) fn sent(
        &mut self,
        now: Moment,
        due: Moment,
        packet_id: PacketId,
        request: RequestId,
        step: Step,
    ) {
        let order = self.new_order();
        self.in_flight.insert(packet_id, InFlight { request, step, sent: now, order, overdue: false });
        self.deadlines.push_back((due, packet_id, request));
    }

    pub(super) fn in_flight(&mut self, packet_id: PacketId) -> Option<&mut InFlight> {
        self.in_flight.get_mut(&packet_id)
    }

    /// Takes the request out if `fits` it.
    pub(super) fn take(&mut self, packet_id: PacketId, fits: impl FnOnce(&Step) -> bool) -> Option<InFlight> {
        let known = self.in_flight.get(&packet_id)?;
        if !fits(&known.step) {
            return None;
        }
        let taken = self.in_flight.remove(&packet_id)?;
        self.overdue -= usize::from(taken.overdue);
        Some(taken)
    }

    /// When the next open request is overdue.
    pub(super) fn next_deadline(&mut self) -> Option<Moment> {
        while let Some((at, packet_id, request)) = self.deadlines.front() {
            let open = self.in_flight.get(packet_id);
            if open.is_some_and(|open| open.request == *request && !open.overdue) {
                return Some(*at);
            }
            self.deadlines.pop_front();
        }
        None
    }

    /// Each request has so much time instead of so much before. What is overdue stays so.
    pub(super) fn move_deadlines(&mut self, before: Duration, within: Duration) {
        for (due, _, _) in &mut self.deadlines {
            *due = Moment::ZERO + (*due - Moment::ZERO).saturating_sub(before) + within;
        }
    }

    /// Marks the next open request that is overdue at `now`.
    pub(super) fn take_overdue(&mut self, now: Moment) -> Option<(PacketId, &InFlight)> {
        self.next_deadline().filter(|at| *at <= now)?;
        let (_, packet_id, _) = self.deadlines.pop_front()?;
        let open = self.in_flight.get_mut(&packet_id)?;
        open.overdue = true;
        self.overdue += 1;
        Some((packet_id, open))
    }

    /// All deadlines end with the connection.
    pub(super) fn stop_deadlines(&mut self) {
        self.deadlines.clear();
        self.overdue = 0;
        for open in self.in_flight.values_mut() {
            open.overdue = false;
        }
    }

    /// Takes out all that `leaves`, in the order in which it was sent.
    pub(super) fn take_all(&mut self, leaves: impl Fn(&Step) -> bool) -> Vec<InFlight> {
        let mut taken = Vec::new();
        self.in_flight.retain(|_, open| {
            let go = leaves(&open.step);
            if go {
                taken.push(open.clone());
            }
            !go
        });
        taken.sort_unstable_by_key(|open| open.order);
        taken
    }

    /// The requests that wait for an acknowledgement, in the order in which they were sent.
    pub(super) fn in_order(&self) -> Vec<(PacketId, InFlight)> {
        let mut all: Vec<_> = self.in_flight.iter().map(|(id, open)| (*id, open.clone())).collect();
        all.sort_unstable_by_key(|(_, open)| open.order);
        all
    }

    /// A request goes out once more at `now`.
    pub(super) fn sent_again(&mut self, now: Moment, due: Moment, packet_id: PacketId) {
        if let Some(open) = self.in_flight.get_mut(&packet_id) {
            open.sent = now;
            self.deadlines.push_back((due, packet_id, open.request));
        }
    }

    pub(super) fn queue_is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Puts a message at the end of the queue, if there is room.
    pub(super) fn enqueue(&mut self, message: Queued, limits: QueueLimits) -> Result<(), QueueLimits> {
        let bytes = self.queued_bytes + message.packet.len();
        if self.queue.len() >= limits.messages || bytes > limits.bytes {
            return Err(limits);
        }
        self.queued_bytes = bytes;
        self.queue.push_back(message);
        Ok(())
    }

    /// Puts messages before all others, in their order. They were taken on before, so there is always room.
    pub(super) fn enqueue_first(&mut self, messages: Vec<Queued>) {
        for message in messages.into_iter().rev() {
            self.queued_bytes += message.packet.len();
            self.queue.push_front(message);
        }
    }

    pub(super) fn first_queued(&self) -> Option<&Queued> {
        self.queue.front()
    }

    pub(super) fn dequeue(&mut self) -> Option<Queued> {
        let message = self.queue.pop_front()?;
        self.queued_bytes -= message.packet.len();
        Some(message)
    }

    pub(super) fn queued(&self) -> impl Iterator<Item = &Queued> {
        self.queue.iter()
    }
}
