//! Connecting with the subscriptions that a person wants.

use super::{Device, QoS, Subscription, TopicFilter};
use crate::mqtt::SubscriptionState;
use crate::storage::ConnectionPlan;

impl Device {
    /// Connects as planned; an existing connection is ended first. What is `wanted` is subscribed before anything else; other
    /// subscriptions end.
    pub fn connect(&self, plan: ConnectionPlan, wanted: &[(TopicFilter, QoS)]) {
        self.connect_as(plan, None);
        self.set_wanted(wanted);
    }

    /// Has these subscriptions and no others. Without a connection the wishes are kept. Nothing happens before the first
    /// [`Self::connect`].
    pub fn set_wanted(&self, wanted: &[(TopicFilter, QoS)]) {
        let stays = |known: &Subscription| known.state != SubscriptionState::Leaving;
        let listed: Vec<_> = self.subscriptions().into_iter().filter(stays).collect();
        let gone = |known: &&Subscription| wanted.iter().all(|(filter, _)| *filter != known.filter);
        let is_new = |(filter, qos): &&(TopicFilter, QoS)| {
            listed.iter().all(|known| known.filter != *filter || known.requested != *qos)
        };
        let gone: Vec<_> = listed.iter().filter(gone).collect();
        let new: Vec<_> = wanted.iter().filter(is_new).collect();
        if gone.is_empty() && new.is_empty() {
            return;
        }
        self.with_session(|session, now| {
            // Either fails only if no packet identifier is free, of 65,535: the list shows then what there is.
            for known in gone {
                let _ = session.unsubscribe(now, &known.filter);
            }
            for (filter, qos) in new {
                let _ = session.subscribe(now, filter.clone(), *qos);
            }
        });
    }
}
