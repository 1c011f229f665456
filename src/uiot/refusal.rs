//! Why the platform likely refuses a subscription. SUBACK says 0x80 and no more (limitation.md).

use super::topics::{Direction, PARSE_SUFFIX, PlatformTopic, TopicLimit, topic_limit};
use super::{Credential, limits};

/// A likely reason, for a device of this credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalCause {
    /// Longer than a topic may be, or with more slashes.
    Limit(TopicLimit),
    /// More than [`limits::SUBSCRIPTIONS`] subscriptions.
    TooMany,
    /// A topic of another device, or of another product.
    OtherDevice,
    /// The device sends there; it cannot be subscribed.
    DeviceSends,
    /// Only the rule engine sees it.
    RuleEngineOnly,
    /// No form that the platform knows: neither `/P/D/…` nor `/$system/P/D/…`.
    NoForm,
    /// The suffix `?parse=true` is for publishing.
    ParseSuffix,
    /// The product lacks it: a custom topic that is not defined with the permission to subscribe, or a wildcard that is wider.
    NotDefined,
    /// A service that is switched on for each product.
    SwitchedOff,
}

impl RefusalCause {
    /// Whether it can be told before anything is sent.
    pub const fn is_certain_rule(self) -> bool {
        !matches!(self, Self::NotDefined | Self::SwitchedOff | Self::TooMany)
    }
}

/// The likely reason for which `filter` is, or would be, refused. `place` is its place among the device's subscriptions,
/// from 0.
pub fn refusal_cause(filter: &str, device: &Credential, place: usize) -> RefusalCause {
    if let Some(limit) = topic_limit(filter) {
        return RefusalCause::Limit(limit);
    }
    if filter.ends_with(PARSE_SUFFIX) {
        return RefusalCause::ParseSuffix;
    }
    let too_many = place >= limits::SUBSCRIPTIONS;
    let system = format!("/$system/{}/{}/", device.product_sn, device.device_sn);
    let cause = match PlatformTopic::parse(filter) {
        Some(PlatformTopic::System { device: whose, .. }) if whose != *device => RefusalCause::OtherDevice,
        Some(PlatformTopic::System { topic, .. }) => match topic.direction() {
            Direction::Up => RefusalCause::DeviceSends,
            Direction::RuleEngine => RefusalCause::RuleEngineOnly,
            Direction::Down => RefusalCause::SwitchedOff,
        },
        Some(PlatformTopic::Custom { device: whose, .. }) if whose != *device => RefusalCause::OtherDevice,
        Some(PlatformTopic::Broadcast { product_sn, .. }) if product_sn != device.product_sn => {
            RefusalCause::OtherDevice
        }
        Some(PlatformTopic::Custom { .. } | PlatformTopic::Broadcast { .. }) => RefusalCause::NotDefined,
        None if filter.starts_with(&system) => RefusalCause::NotDefined,
        None if filter.starts_with("/$system/") => RefusalCause::OtherDevice,
        None => RefusalCause::NoForm,
    };
    if too_many && !cause.is_certain_rule() { RefusalCause::TooMany } else { cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likely_cause_is_what_the_filter_shows() {
        let device = Credential::new("p", "dev1");
        for (filter, place, cause) in [
            ("/p/dev2/set", 0, RefusalCause::OtherDevice),
            ("/q/dev1/set", 0, RefusalCause::OtherDevice),
            ("/q/$broadcast/notice", 0, RefusalCause::OtherDevice),
            ("/p/+/set", 0, RefusalCause::OtherDevice),
            ("/$system/p/dev2/shadow/get_reply", 0, RefusalCause::OtherDevice),
            ("/$system/p/dev1/shadow/get", 0, RefusalCause::DeviceSends),
            ("/$system/p/dev1/shadow/document", 0, RefusalCause::RuleEngineOnly),
            ("/$system/p/dev1/shadow/get_reply", 0, RefusalCause::SwitchedOff),
            ("/$system/p/dev1/#", 0, RefusalCause::NotDefined),
            ("/p/dev1/upload", 0, RefusalCause::NotDefined),
            ("/p/dev1/upload", 100, RefusalCause::TooMany),
            ("/p/dev2/set", 100, RefusalCause::OtherDevice),
            ("/p/dev1/set?parse=true", 0, RefusalCause::ParseSuffix),
            ("#", 0, RefusalCause::NoForm),
            ("its/own", 0, RefusalCause::NoForm),
        ] {
            assert_eq!(refusal_cause(filter, &device, place), cause, "{filter}");
        }
        let long = format!("/p/dev1/{}", "x".repeat(128));
        assert_eq!(refusal_cause(&long, &device, 0), RefusalCause::Limit(TopicLimit::Length(136)));
    }
}
