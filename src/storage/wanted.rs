//! The subscriptions that a person wants, whatever a broker makes of them: kept in the form, restored when it connects.
//!
//! System topics are either all wanted ([`Profile::subscribe_system`]: what the thing model, the shadow and OTA send to a
//! device that is no gateway), or listed one by one like any other.

use super::{Mode, Profile, WantedSubscription};
use crate::mqtt::{QoS, TopicFilter};
use crate::uiot::{Credential, SystemTopic};

/// What the platform's own libraries subscribe system topics with.
const SYSTEM_QOS: QoS = QoS::AtLeastOnce;

/// The subscription with this filter in a list.
pub fn wanted_of<'a>(list: &'a [WantedSubscription], filter: &str) -> Option<&'a WantedSubscription> {
    list.iter().find(|each| each.filter == filter)
}

/// Changes the subscription with this filter, which is added if it is not in the list.
pub fn change_wanted(
    list: &mut Vec<WantedSubscription>,
    filter: &TopicFilter,
    qos: QoS,
    change: impl FnOnce(&mut WantedSubscription),
) {
    let filter = filter.as_str();
    if let Some(known) = list.iter_mut().find(|each| each.filter == filter) {
        change(known);
    } else {
        let mut new = WantedSubscription {
            filter: filter.to_owned(),
            qos: qos.number(),
            ..WantedSubscription::default()
        };
        change(&mut new);
        list.push(new);
    }
}

impl Profile {
    /// The device of UIoT mode, once both serial numbers are there.
    pub fn device(&self) -> Option<Credential> {
        let (product, device) = (self.product_sn.trim(), self.device_sn.trim());
        let known = self.mode == Mode::Uiot && !product.is_empty() && !device.is_empty();
        known.then(|| Credential::new(product, device))
    }

    /// What to subscribe, in this order: system topics, then the others. What is no filter is left out, and a filter occurs once.
    pub fn wanted(&self) -> Vec<(TopicFilter, QoS)> {
        let mut wanted: Vec<(TopicFilter, QoS)> = Vec::new();
        let device = self.device().filter(|_| self.subscribe_system);
        let system =
            device.iter().flat_map(|device| SystemTopic::to_subscribe().map(|topic| topic.of(device)));
        wanted.extend(system.filter_map(|filter| Some((TopicFilter::parse(&filter).ok()?, SYSTEM_QOS))));
        for each in &self.subscriptions {
            let Ok(filter) = TopicFilter::parse(&each.filter) else { continue };
            let qos = match QoS::from_number(each.qos) {
                Some(QoS::ExactlyOnce) | None if self.mode == Mode::Uiot => QoS::AtLeastOnce,
                Some(qos) => qos,
                None => QoS::AtLeastOnce,
            };
            match wanted.iter_mut().find(|(known, _)| *known == filter) {
                Some(known) => known.1 = qos,
                None => wanted.push((filter, qos)),
            }
        }
        wanted
    }

    /// Takes a wish back. If it is one of the system topics that were all wanted, the others stay, one by one.
    pub fn unwant(&mut self, filter: &TopicFilter) {
        if self.is_wanted_with_all(filter.as_str()) {
            let all = self.wanted();
            self.subscribe_system = false;
            let looks = std::mem::take(&mut self.subscriptions);
            for (each, qos) in all {
                change_wanted(&mut self.subscriptions, &each, qos, |new| {
                    if let Some(look) = wanted_of(&looks, each.as_str()) {
                        (new.colour, new.muted) = (look.colour, look.muted);
                    }
                });
            }
        }
        self.subscriptions.retain(|each| each.filter != filter.as_str());
    }

    /// Whether this is one of the system topics that [`Self::subscribe_system`] stands for, and it is set.
    pub fn is_wanted_with_all(&self, filter: &str) -> bool {
        let device = self.device().filter(|_| self.subscribe_system);
        device.is_some_and(|device| {
            let topic = SystemTopic::of_device(filter, &device);
            topic.is_some_and(|topic| SystemTopic::to_subscribe().any(|each| each == topic))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(text: &str) -> TopicFilter {
        TopicFilter::parse(text).unwrap()
    }

    fn device() -> Profile {
        Profile { product_sn: "p".into(), device_sn: " dev1 ".into(), ..Profile::default() }
    }

    fn want(profile: &mut Profile, text: &str, qos: QoS) {
        change_wanted(&mut profile.subscriptions, &filter(text), qos, |each| each.qos = qos.number());
    }

    #[test]
    fn system_topics_come_first_and_a_wish_of_its_own_changes_their_qos() {
        let mut profile = device();
        want(&mut profile, "/p/dev1/set", QoS::AtLeastOnce);
        want(&mut profile, "/$system/p/dev1/tmodel/command", QoS::AtMostOnce);
        let wanted = profile.wanted();
        assert_eq!(wanted.len(), 12);
        assert_eq!(wanted[11], (filter("/p/dev1/set"), QoS::AtLeastOnce));
        assert!(wanted.contains(&(filter("/$system/p/dev1/tmodel/command"), QoS::AtMostOnce)));
    }

    #[test]
    fn without_a_device_or_in_generic_mode_there_are_no_system_topics() {
        assert!(Profile::default().wanted().is_empty());
        let generic = Profile { mode: Mode::Generic, ..device() };
        assert!(generic.wanted().is_empty());
    }

    #[test]
    fn one_system_topic_taken_back_leaves_the_others() {
        let mut profile = device();
        let command = filter("/$system/p/dev1/tmodel/command");
        let set = filter("/$system/p/dev1/tmodel/property/set");
        change_wanted(&mut profile.subscriptions, &set, QoS::AtLeastOnce, |each| each.muted = true);
        profile.unwant(&command);
        assert!(!profile.subscribe_system);
        assert_eq!(profile.subscriptions.len(), 10);
        assert!(wanted_of(&profile.subscriptions, command.as_str()).is_none());
        assert!(wanted_of(&profile.subscriptions, set.as_str()).unwrap().muted);
        assert!(!profile.is_wanted_with_all(set.as_str()));
    }

    #[test]
    fn a_custom_topic_taken_back_leaves_all_system_topics_wanted() {
        let mut profile = device();
        want(&mut profile, "/p/dev1/set", QoS::AtLeastOnce);
        profile.unwant(&filter("/p/dev1/set"));
        assert!(profile.subscribe_system && profile.subscriptions.is_empty());
    }

    #[test]
    fn what_cannot_be_subscribed_is_left_out_or_mended() {
        let odd = |filter: &str, qos| WantedSubscription { filter: filter.into(), qos, ..Default::default() };
        let list = vec![odd("a/#/b", 1), odd("", 1), odd("two", 2), odd("odd", 9), odd("two", 0)];
        let mut profile = Profile { subscriptions: list, ..Profile::default() };
        assert_eq!(profile.wanted(), [(filter("two"), QoS::AtMostOnce), (filter("odd"), QoS::AtLeastOnce)]);
        profile.mode = Mode::Generic;
        profile.subscriptions.pop();
        assert_eq!(profile.wanted(), [(filter("two"), QoS::ExactlyOnce), (filter("odd"), QoS::AtLeastOnce)]);
    }
}
