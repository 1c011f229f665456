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
    /// No longer wanted. UNSUBSCRIBE is sent and UNSUBACK is not here yet; or there is no connection, and the broker
    /// still has the subscription in the session that it keeps.
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
    /// Whether the acknowledgement is overdue ([`super::Deadlines::ack`]).
    pub overdue: bool,
    /// What the broker's present session knows of it, if that outlives the connection.
    known: Known,
}

impl Subscription {
    /// A wish that no broker knows of yet.
    pub fn wished(filter: TopicFilter, requested: QoS) -> Self {
        Self { filter, requested, state: SubscriptionState::Waiting, overdue: false, known: Known::Nothing }
    }
}

/// What the broker's session knows of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// It was never asked for, or UNSUBACK came.
    Nothing,
    /// Something was sent; whether it arrived is not known.
    Unsure,
    /// It was asked for with the first QoS and granted with the second.
    Granted(QoS, QoS),
}

/// What has to be sent for a subscription after CONNACK.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Restore {
    Subscribe(TopicFilter, QoS),
    Unsubscribe(TopicFilter),
}

/// The subscriptions of a session in the order in which they were added; a filter occurs once.
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    list: Vec<Subscription>,
    /// The last request for a filter that is still unanswered. Answers to earlier ones are overtaken by it.
    last_requests: BTreeMap<TopicFilter, PacketId>,
    /// Whether the broker's present session was ever asked for QoS 2. What it then sends with QoS 2 may be on its way
    /// still after the subscription was left or lowered.
    asked_qos2: bool,
}

impl Subscriptions {
    pub(super) fn list(&self) -> &[Subscription] {
        &self.list
    }

    /// Adds the filter, or changes the one that is there (MQTT §3.8.4: the new one replaces the old).
    pub(super) fn want(&mut self, filter: TopicFilter, requested: QoS) {
        match self.find(&filter) {
            Some(known) => {
                known.requested = requested;
                known.state = SubscriptionState::Waiting;
                known.overdue = false;
            }
            None => self.list.push(Subscription::wished(filter, requested)),
        }
    }

    /// Takes the wish back while there is no connection. What a session that the broker keeps still has stays in the
    /// list until the broker was told.
    pub(super) fn drop_wish(&mut self, filter: &TopicFilter, broker_keeps: bool) {
        match self.find(filter) {
            Some(known) if broker_keeps && known.known != Known::Nothing => {
                known.state = SubscriptionState::Leaving;
                known.overdue = false;
            }
            _ => self.remove(filter),
        }
    }

    /// SUBSCRIBE or UNSUBSCRIBE for the filter is on its way.
    pub(super) fn asked(&mut self, filter: &TopicFilter, packet_id: PacketId, state: SubscriptionState) {
        self.last_requests.insert(filter.clone(), packet_id);
        if let Some(known) = self.find(filter) {
            known.state = state;
            known.overdue = false;
            known.known = Known::Unsure;
            let two = known.requested == QoS::ExactlyOnce;
            self.asked_qos2 |= two;
        }
    }

    /// Whether the broker's present session was asked for QoS 2.
    pub(super) fn asked_qos2(&self) -> bool {
        self.asked_qos2
    }

    /// SUBACK came.
    pub(super) fn answered(&mut self, filter: &TopicFilter, packet_id: PacketId, code: SubscribeReturnCode) {
        if !self.is_last_word(filter, packet_id) {
            return;
        }
        if let Some(known) = self.find(filter) {
            known.overdue = false;
            (known.state, known.known) = match code {
                SubscribeReturnCode::Granted(qos) => {
                    (SubscriptionState::Granted(qos), Known::Granted(known.requested, qos))
                }
                refused => (SubscriptionState::Refused(refused.number()), Known::Unsure),
            };
        }
    }

    /// UNSUBACK came.
    pub(super) fn left(&mut self, filter: &TopicFilter, packet_id: PacketId) {
        if self.is_last_word(filter, packet_id) {
            self.remove(filter);
        }
    }

    /// No answer came in time.
    pub(super) fn overdue(&mut self, filter: &TopicFilter, packet_id: PacketId) {
        if self.last_requests.get(filter) == Some(&packet_id)
            && let Some(known) = self.find(filter)
        {
            known.overdue = true;
        }
    }

    /// What was asked for with the request that an answer belongs to.
    pub(super) fn requested(&self, filter: &TopicFilter, packet_id: PacketId) -> Option<QoS> {
        let last = self.last_requests.get(filter) == Some(&packet_id);
        self.list.iter().find(|known| last && known.filter == *filter).map(|known| known.requested)
    }

    /// Whether an answer belongs to the last request for its filter; then nothing is on its way any more.
    fn is_last_word(&mut self, filter: &TopicFilter, packet_id: PacketId) -> bool {
        let last = self.last_requests.get(filter) == Some(&packet_id);
        if last {
            self.last_requests.remove(filter);
        }
        last
    }

    fn remove(&mut self, filter: &TopicFilter) {
        self.list.retain(|known| known.filter != *filter);
    }

    /// After the connection is gone nothing is granted any more. What was being left is gone, unless the broker keeps
    /// the session and may not have heard of it.
    pub(super) fn connection_lost(&mut self, broker_keeps: bool) {
        self.last_requests.clear();
        if !broker_keeps {
            self.forget_broker();
        }
        for known in &mut self.list {
            known.overdue = false;
            if known.state != SubscriptionState::Leaving {
                known.state = SubscriptionState::Waiting;
            }
        }
    }

    /// The broker's session is gone, or it is another broker's.
    pub(super) fn forget_broker(&mut self) {
        self.asked_qos2 = false;
        self.list.retain(|known| known.state != SubscriptionState::Leaving);
        for known in &mut self.list {
            known.known = Known::Nothing;
        }
    }

    /// CONNECT was sent and nothing came back: the broker may have begun a new, empty session, and will call that one
    /// present next time.
    pub(super) fn doubt(&mut self) {
        for known in &mut self.list {
            if known.known != Known::Nothing {
                known.known = Known::Unsure;
            }
        }
    }

    /// What to send after CONNACK so that the broker has what the person wants, no more and no less. With `trusted`
    /// the broker said that it still has the session, so what it granted there still holds. A refusal belonged to
    /// the old connection.
    pub(super) fn restore(&mut self, trusted: bool) -> Vec<Restore> {
        let mut restore = Vec::new();
        for known in &mut self.list {
            match (known.state, known.known) {
                (SubscriptionState::Leaving, _) => restore.push(Restore::Unsubscribe(known.filter.clone())),
                (_, Known::Granted(requested, granted)) if trusted && requested == known.requested => {
                    known.state = SubscriptionState::Granted(granted);
                }
                _ => restore.push(Restore::Subscribe(known.filter.clone(), known.requested)),
            }
        }
        restore
    }

    /// What could not be sent after CONNACK, since no packet identifier was free.
    pub(super) fn left_over(&self) -> Vec<Restore> {
        let left = |known: &Subscription| match known.state {
            SubscriptionState::Waiting => Some(Restore::Subscribe(known.filter.clone(), known.requested)),
            SubscriptionState::Leaving if !self.last_requests.contains_key(&known.filter) => {
                Some(Restore::Unsubscribe(known.filter.clone()))
            }
            _ => None,
        };
        self.list.iter().filter_map(left).collect()
    }

    fn find(&mut self, filter: &TopicFilter) -> Option<&mut Subscription> {
        self.list.iter_mut().find(|known| known.filter == *filter)
    }
}
