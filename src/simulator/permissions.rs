//! Which topics are a device's own (topic.md).

use super::registry::Registry;
use super::services::gateway;
use crate::mqtt::TopicFilter;
use crate::uiot::{AuthMode, Credential, CustomTopic, Direction, PlatformTopic, SystemTopic};

/// Whether a connection may publish on a topic, and in whose name: its own, or a sub-device's that it logged in.
pub(super) fn publisher(
    registry: &Registry,
    connected: &Credential,
    mode: AuthMode,
    topic: &str,
) -> Option<Credential> {
    let own = |device: &Credential| device == connected || gateway::speaks_for(registry, connected, device);
    match PlatformTopic::parse(topic)? {
        PlatformTopic::System { device, topic, .. } => {
            let exchange = topic == SystemTopic::Password;
            let fits = topic.direction() == Direction::Up
                && exchange == (mode == AuthMode::Dynamic)
                && (!is_gateway_topic(topic) || is_gateway(registry, &device));
            (fits && own(&device)).then_some(device)
        }
        PlatformTopic::Custom { device, rest, .. } => {
            let product = registry.product(&device.product_sn)?;
            let defined = product
                .topics
                .iter()
                .any(|topic| !topic.broadcast && topic.permission.publishes() && topic.rest == rest);
            (mode == AuthMode::Static && defined && own(&device)).then_some(device)
        }
        PlatformTopic::Broadcast { .. } => None,
    }
}

/// Whether a connection may subscribe with a filter. `wide` grants filters beyond the defined topics, within the
/// device's own.
pub(super) fn may_subscribe(
    registry: &Registry,
    connected: &Credential,
    mode: AuthMode,
    filter: &TopicFilter,
    wide: bool,
) -> bool {
    if mode == AuthMode::Dynamic {
        return filter.as_str() == SystemTopic::PasswordReply.of(connected);
    }
    // Every topic names its product and, unless it is for all, its device; a filter must do so too.
    let text = filter.as_str();
    let grants = |defined: &str, rest: &str| covers(defined, rest) || (wide && overlaps(defined, rest));
    let mut devices = vec![connected];
    devices.extend(gateway::logged_in(registry, connected));
    devices.into_iter().any(|device| {
        let Some(product) = registry.product(&device.product_sn) else { return false };
        let Credential { product_sn, device_sn } = device;
        let within = |space: &[&str]| space.iter().try_fold(text, |rest, part| rest.strip_prefix(part));
        if let Some(rest) = within(&["/$system/", product_sn, "/", device_sn, "/"]) {
            let mut system = SystemTopic::ALL.iter().filter(|topic| {
                topic.direction() == Direction::Down
                    && **topic != SystemTopic::PasswordReply
                    && (!is_gateway_topic(**topic) || product.gateway)
            });
            return system.any(|topic| grants(topic.suffix(), rest));
        }
        let custom = |rest: &str, broadcast: bool| {
            let defined =
                |topic: &&CustomTopic| topic.broadcast == broadcast && topic.permission.subscribes();
            product.topics.iter().filter(defined).any(|topic| grants(&topic.rest, rest))
        };
        within(&["/", product_sn, "/$broadcast/"]).is_some_and(|rest| custom(rest, true))
            || within(&["/", product_sn, "/", device_sn, "/"]).is_some_and(|rest| custom(rest, false))
    })
}

fn is_gateway_topic(topic: SystemTopic) -> bool {
    topic.suffix().starts_with("subdev/")
}

fn is_gateway(registry: &Registry, device: &Credential) -> bool {
    registry.product(&device.product_sn).is_some_and(|product| product.gateway)
}

/// Whether every topic that `filter` matches is also matched by `defined`.
fn covers(defined: &str, filter: &str) -> bool {
    let mut wanted = filter.split('/');
    let mut levels = defined.split('/');
    loop {
        match (levels.next(), wanted.next()) {
            (Some("#"), _) | (None, None) => return true,
            (Some("+"), Some(level)) if level != "#" => {}
            (Some(own), Some(level)) if own == level => {}
            _ => return false,
        }
    }
}

/// Whether there is a topic that both filters match.
fn overlaps(one: &str, other: &str) -> bool {
    let mut levels = one.split('/');
    let mut others = other.split('/');
    loop {
        match (levels.next(), others.next()) {
            (Some("#"), _) | (_, Some("#")) | (None, None) => return true,
            (Some(a), Some(b)) if a == b || a == "+" || b == "+" => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_covered_by_an_equal_or_wider_one() {
        for (defined, filter) in [
            ("/a/#", "/a/b/+"),
            ("/a/#", "/a"),
            ("/a/+", "/a/b"),
            ("/a/+", "/a/+"),
            ("/a", "/a"),
            ("/a/#", "/a/#"),
        ] {
            assert!(covers(defined, filter), "{defined} {filter}");
        }
        for (defined, filter) in
            [("/a", "/+"), ("/a/+", "/a/#"), ("/a/b", "/a"), ("/a", "/a/b"), ("/a/+", "/a/b/c")]
        {
            assert!(!covers(defined, filter), "{defined} {filter}");
        }
    }

    #[test]
    fn filters_overlap_where_a_topic_matches_both() {
        for (one, other) in [("a", "#"), ("a/+", "+/b"), ("a/#", "a"), ("a/+/c", "a/b/#"), ("a", "a")] {
            assert!(overlaps(one, other) && overlaps(other, one), "{one} {other}");
        }
        for (one, other) in [("a", "b"), ("a/+", "a"), ("a/+", "b/#"), ("+", "a/b")] {
            assert!(!overlaps(one, other) && !overlaps(other, one), "{one} {other}");
        }
    }
}
