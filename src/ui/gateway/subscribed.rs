use leptos::prelude::*;

use crate::mqtt::{SubscriptionState, TopicFilter};
use crate::ui::services::Desk;
use crate::uiot::{Credential, CustomTopic, SystemTopic};

/// What is sent to a sub-device: all that the thing model, the shadow and OTA say to a device, and the topic that each product
/// has for the cloud to write to.
pub(super) fn down_topics(device: &Credential) -> Vec<String> {
    let custom = CustomTopic::defaults().into_iter().filter(|topic| topic.permission.subscribes());
    let custom = custom.map(|topic| topic.of(device));
    SystemTopic::to_subscribe().map(|topic| topic.of(device)).chain(custom).collect()
}

/// Those of these topics that are subscribed or about to be.
pub(super) fn subscribed(desk: Desk, topics: &[String]) -> usize {
    desk.bench.subscriptions.with(|list| {
        let stands = |topic: &&String| {
            list.iter().any(|known| {
                let refused =
                    matches!(known.state, SubscriptionState::Refused(_) | SubscriptionState::Leaving);
                known.filter.as_str() == topic.as_str() && !refused
            })
        };
        topics.iter().filter(stands).count()
    })
}

/// Takes the subscriptions of a sub-device back.
pub(super) fn unsubscribe(desk: Desk, topics: &[String]) {
    for filter in topics.iter().filter_map(|topic| TopicFilter::parse(topic).ok()) {
        let is_listed =
            desk.bench.subscriptions.with_untracked(|list| list.iter().any(|known| known.filter == filter));
        if is_listed {
            // Fails only where no packet identifier is free; the count shows then what is the case.
            let _ = desk.bench.unsubscribe(&filter);
        }
    }
}
