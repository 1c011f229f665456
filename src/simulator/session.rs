use std::collections::{BTreeSet, VecDeque};

use bytes::Bytes;

use super::ConnectionId;
use super::quota::{Held, Quota};
use crate::mqtt::{Moment, QoS, TopicFilter};
use crate::uiot::limits;

/// Messages with QoS 2 that may wait for PUBREL, where QoS 2 is taken at all.
const UNRELEASED: usize = 1000;

/// What the broker keeps for a device: its subscriptions, and messages that it has not acknowledged.
#[derive(Debug, Default)]
pub(super) struct DeviceSession {
    /// The connection, while there is one.
    pub(super) connection: Option<ConnectionId>,
    /// Whether it ends with the connection.
    pub(super) clean: bool,
    /// In the order in which they were asked for.
    pub(super) subscriptions: Vec<(TopicFilter, QoS)>,
    queue: VecDeque<Waiting>,
    /// Messages with QoS 2 whose PUBREL has not come, where they are taken at all (MQTT §4.3.3).
    received: BTreeSet<u16>,
    last_id: u16,
}

/// A message with QoS 1 that is not acknowledged yet.
#[derive(Debug)]
struct Waiting {
    topic: String,
    payload: Bytes,
    since: Moment,
    /// Set once it was sent.
    packet_id: Option<u16>,
    _room: Held,
}

/// A message that is to go out now.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) topic: String,
    pub(super) payload: Bytes,
    pub(super) packet_id: u16,
    /// It went out before.
    pub(super) dup: bool,
}

impl DeviceSession {
    /// The QoS with which a message of `topic` goes out: the highest that a matching subscription was granted
    /// [MQTT-3.3.5-1]. None if no subscription matches.
    pub(super) fn granted(&self, topic: &str) -> Option<QoS> {
        self.subscriptions.iter().filter(|(filter, _)| filter.matches(topic)).map(|(_, qos)| *qos).max()
    }

    /// Adds a subscription, or replaces the same filter's; whether there was room (limitation.md).
    pub(super) fn subscribe(&mut self, filter: TopicFilter, qos: QoS) -> bool {
        if let Some((_, granted)) = self.subscriptions.iter_mut().find(|(known, _)| *known == filter) {
            *granted = qos;
            return true;
        }
        let room = self.subscriptions.len() < limits::SUBSCRIPTIONS;
        if room {
            self.subscriptions.push((filter, qos));
        }
        room
    }

    pub(super) fn unsubscribe(&mut self, filter: &TopicFilter) {
        self.subscriptions.retain(|(known, _)| known != filter);
    }

    /// Keeps a message with QoS 1 until it is acknowledged; whether there was room, in the queue (limitation.md) and in
    /// the memory for all queues.
    pub(super) fn keep(&mut self, now: Moment, topic: &str, payload: &[u8], memory: &Quota) -> bool {
        self.drop_old(now);
        if self.queue.len() >= limits::QUEUE_LENGTH {
            return false;
        }
        let Some(room) = memory.take(topic.len() + payload.len()) else { return false };
        // A copy: the bytes may be a small part of a large chunk.
        let (topic, payload) = (topic.to_owned(), Bytes::copy_from_slice(payload));
        self.queue.push_back(Waiting { topic, payload, since: now, packet_id: None, _room: room });
        true
    }

    /// Takes note of a message with QoS 2; whether it is a new one. Of more than 1000 at a time the memory fades.
    pub(super) fn receive(&mut self, packet_id: u16) -> bool {
        let new = self.received.insert(packet_id);
        if self.received.len() > UNRELEASED {
            self.received.pop_first();
        }
        new
    }

    /// PUBREL came.
    pub(super) fn release(&mut self, packet_id: u16) {
        self.received.remove(&packet_id);
    }

    /// What has not been sent on this connection yet, with its packet identifiers.
    pub(super) fn due(&mut self) -> Vec<Due> {
        let mut due = Vec::new();
        for index in 0..self.queue.len() {
            if self.queue[index].packet_id.is_none() {
                let packet_id = self.free_id();
                let waiting = &mut self.queue[index];
                waiting.packet_id = Some(packet_id);
                let (topic, payload) = (waiting.topic.clone(), waiting.payload.clone());
                due.push(Due { topic, payload, packet_id, dup: false });
            }
        }
        due
    }

    /// All that the device has not acknowledged, to be sent on a new connection: what went out before as a duplicate
    /// [MQTT-4.4.0-1].
    pub(super) fn resend(&mut self, now: Moment) -> Vec<Due> {
        self.drop_old(now);
        let sent = self.queue.iter().filter_map(|waiting| {
            let (topic, payload) = (waiting.topic.clone(), waiting.payload.clone());
            waiting.packet_id.map(|packet_id| Due { topic, payload, packet_id, dup: true })
        });
        let mut due: Vec<_> = sent.collect();
        due.extend(self.due());
        due
    }

    /// PUBACK came; whether it acknowledges anything.
    pub(super) fn acknowledge(&mut self, packet_id: u16) -> bool {
        let before = self.queue.len();
        self.queue.retain(|waiting| waiting.packet_id != Some(packet_id));
        self.queue.len() < before
    }

    /// How many messages wait for their acknowledgement.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    fn drop_old(&mut self, now: Moment) {
        let fresh = |since: Moment| now - since <= limits::QUEUE_TIME;
        self.queue.retain(|waiting| fresh(waiting.since));
    }

    fn free_id(&mut self) -> u16 {
        loop {
            self.last_id = self.last_id.checked_add(1).unwrap_or(1);
            if self.queue.iter().all(|waiting| waiting.packet_id != Some(self.last_id)) {
                return self.last_id;
            }
        }
    }
}
