use std::collections::BTreeMap;

use super::{PacketId, QoS, SubscribeReturnCode, TopicFilter};

/// What is known of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionState {
    /// Wanted; SUBSCRIBE is not sent yet because there is no connection.
    Waiting,
    /// SUBSCRIBE is sent, SUBACK is not here yet.
    Pending,
    /// Granted with this QoS, which may be lower than what was asked for.
    Granted(QoS),
    /// Refused with this code: 0x80, or one that the standard reserves.
    Refused(u8),
    /// UNSUBSCRIBE is sent, UNSUBACK is not here yet.
    Leaving,
}

/// One topic filter that the person asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// What to receive.
    pub filter: TopicFilter,
    /// The QoS asked for.
    pub requested: QoS,
    /// What became of it.
    pub state: SubscriptionState,
}

/// The subscriptions of a session in the order in which they were added; a filter occurs once.
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    list: Vec<Subscription>,
    /// The last request for a filter that is still unanswered. Answers to earlier ones are overtaken by it.
    last_requests: BTreeMap<TopicFilter, PacketId>,
}

impl Subscriptions {
    pub(super) fn list(&self) -> &[Subscription] {
        &self.list
    }

    /// Adds the filter, or changes the one that is there (MQTT §3.8.4: the new one replaces the old).
    pub(super) fn want(&mut self, filter: TopicFilter, requested: QoS, state: SubscriptionState) {
        match self.find(&filter) {
            Some(known) => {
                known.requested = requested;
                known.state = state;
            }
            None => self.list.push(Subscription { filter, requested, state }),
        }
    }

    pub(super) fn set_state(&mut self, filter: &TopicFilter, state: SubscriptionState) {
        if let Some(known) = self.find(filter) {
            known.state = state;
        }
    }

    /// Notes that a SUBSCRIBE or UNSUBSCRIBE for the filter is on its way.
    pub(super) fn asked(&mut self, filter: &TopicFilter, packet_id: PacketId) {
        self.last_requests.insert(filter.clone(), packet_id);
    }

    /// SUBACK came.
    pub(super) fn answered(&mut self, filter: &TopicFilter, packet_id: PacketId, code: SubscribeReturnCode) {
        let state = match code {
            SubscribeReturnCode::Granted(qos) => SubscriptionState::Granted(qos),
            refused => SubscriptionState::Refused(refused.number()),
        };
        if self.is_last_word(filter, packet_id) {
            self.set_state(filter, state);
        }
    }

    /// UNSUBACK came.
    pub(super) fn left(&mut self, filter: &TopicFilter, packet_id: PacketId) {
        if self.is_last_word(filter, packet_id) {
            self.remove(filter);
        }
    }

    /// Whether an answer belongs to the last request for its filter; then nothing is on its way any more.
    fn is_last_word(&mut self, filter: &TopicFilter, packet_id: PacketId) -> bool {
        let last = self.last_requests.get(filter) == Some(&packet_id);
        if last {
            self.last_requests.remove(filter);
        }
        last
    }

    pub(super) fn remove(&mut self, filter: &TopicFilter) {
        self.list.retain(|known| known.filter != *filter);
    }

    /// After the connection is gone: nothing is granted any more, and what was being left is gone.
    pub(super) fn connection_lost(&mut self) {
        self.last_requests.clear();
        self.list.retain(|known| known.state != SubscriptionState::Leaving);
        for known in &mut self.list {
            known.state = SubscriptionState::Waiting;
        }
    }

    /// What to ask for on a new connection: all that is wanted. A refusal belonged to the old connection.
    pub(super) fn to_restore(&self) -> Vec<(TopicFilter, QoS)> {
        self.list.iter().map(|known| (known.filter.clone(), known.requested)).collect()
    }

    fn find(&mut self, filter: &TopicFilter) -> Option<&mut Subscription> {
        self.list.iter_mut().find(|known| known.filter == *filter)
    }
}

/// A request that waits for its acknowledgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Request {
    Publish,
    Subscribe(TopicFilter),
    Unsubscribe(TopicFilter),
}

/// Requests by packet identifier, in at most 65,535 places.
pub(super) type InFlight = std::collections::BTreeMap<PacketId, (Request, super::Moment)>;
