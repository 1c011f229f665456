//! What the platform asks of a device's packets beyond MQTT, each rule with the numbers that were found
//! (limitation.md, mqtt_protocol.md, websocketconnect.md, topic.md).

use super::{AuthMode, Credential, Direction, PARSE_SUFFIX, PlatformTopic, SystemTopic, limits};
use crate::mqtt::Info;

/// A rule, with what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PacketRule {
    /// Keep alive within [`limits::KEEP_ALIVE`]; the seconds.
    KeepAlive(u16),
    /// The client identifier is `ProductSN.DeviceSN`, of the same device as the user name.
    ClientId,
    /// The user name is `ProductSN|DeviceSN|authmode`; how the device logs in, if it is.
    UserName(Option<AuthMode>),
    /// No will.
    Will,
    /// MQTT 3.1 or 3.1.1; the protocol level.
    Level(u8),
    /// QoS 0 or 1; the highest that was found.
    Qos(u8),
    /// No RETAIN.
    Retain,
    /// A packet within [`limits::PACKET_SIZE`]; its bytes.
    Size(usize),
    /// A topic or filter within [`limits::TOPIC_LENGTH`]; the bytes of the longest.
    TopicLength(usize),
    /// Slashes in a topic or filter within [`limits::TOPIC_SLASHES`]; the most that were found.
    TopicSlashes(usize),
    /// A topic of a form that the platform knows.
    TopicForm,
    /// A system topic on which the device may publish.
    TopicDirection(SystemTopic),
}

/// A rule and whether it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The rule.
    pub rule: PacketRule,
    /// Whether it is kept.
    pub kept: bool,
}

/// The rules for a CONNECT, PUBLISH or SUBSCRIBE of a device; for other packets there are none.
pub fn check_packet(info: &Info<'_>, packet_length: usize) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut add = |rule: PacketRule, kept: bool| checks.push(Check { rule, kept });
    match info {
        Info::Connect { level, will, keep_alive, client_id, user_name, .. } => {
            let user_name = user_name.and_then(|name| std::str::from_utf8(name).ok());
            let login = user_name.and_then(Credential::from_user_name);
            let own_id = login.as_ref().map(|(device, _)| device.client_id());
            add(PacketRule::KeepAlive(*keep_alive), limits::KEEP_ALIVE.contains(keep_alive));
            add(PacketRule::ClientId, own_id.is_some_and(|id| id.as_bytes() == *client_id));
            add(PacketRule::UserName(login.as_ref().map(|(_, mode)| *mode)), login.is_some());
            add(PacketRule::Will, !will);
            add(PacketRule::Level(*level), matches!(level, 3 | 4));
        }
        Info::Publish { qos, retain, topic, .. } => {
            add(PacketRule::Qos(*qos), *qos <= 1);
            add(PacketRule::Retain, !retain);
            add(PacketRule::Size(packet_length), packet_length <= limits::PACKET_SIZE);
            let topic = String::from_utf8_lossy(topic);
            check_lengths(&mut add, std::iter::once(topic.as_ref()));
            match PlatformTopic::parse(&topic) {
                Some(PlatformTopic::System { topic, .. }) => {
                    add(PacketRule::TopicDirection(topic), topic.direction() == Direction::Up);
                }
                form => add(PacketRule::TopicForm, form.is_some()),
            }
        }
        Info::Filters { filters, .. } => {
            let highest = filters.clone().filter_map(|(_, qos)| qos).max();
            if let Some(qos) = highest {
                add(PacketRule::Qos(qos), qos <= 1);
            }
            add(PacketRule::Size(packet_length), packet_length <= limits::PACKET_SIZE);
            let texts: Vec<_> = filters.clone().map(|(filter, _)| String::from_utf8_lossy(filter)).collect();
            check_lengths(&mut add, texts.iter().map(AsRef::as_ref));
        }
        Info::ConnAck { .. } | Info::SubAck { .. } | Info::Id(_) | Info::Bare => {}
    }
    checks
}

/// Length and slashes, each of the topic that has most of it.
fn check_lengths<'a>(add: &mut impl FnMut(PacketRule, bool), topics: impl Iterator<Item = &'a str> + Clone) {
    let plain = topics.map(|topic| topic.strip_suffix(PARSE_SUFFIX).unwrap_or(topic));
    let longest = plain.clone().map(str::len).max().unwrap_or(0);
    let slashes = plain.map(|topic| topic.matches('/').count()).max().unwrap_or(0);
    add(PacketRule::TopicLength(longest), longest <= limits::TOPIC_LENGTH);
    add(PacketRule::TopicSlashes(slashes), slashes <= limits::TOPIC_SLASHES);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(info: &Info<'_>, length: usize) -> Vec<PacketRule> {
        check_packet(info, length).into_iter().filter(|check| !check.kept).map(|check| check.rule).collect()
    }

    const CONNECT: Info<'_> = Info::Connect {
        level: 4,
        clean_session: true,
        will: false,
        keep_alive: 300,
        client_id: b"p.dev1",
        user_name: Some(b"p|dev1|1"),
    };

    #[test]
    fn a_connect_of_a_device() {
        assert!(broken(&CONNECT, 60).is_empty());
        let with = |client_id, user_name, keep_alive| Info::Connect {
            level: 5,
            clean_session: true,
            will: true,
            keep_alive,
            client_id,
            user_name,
        };
        assert_eq!(
            broken(&with(b"p.dev2", Some(b"p|dev1|2"), 20), 60),
            [PacketRule::KeepAlive(20), PacketRule::ClientId, PacketRule::Will, PacketRule::Level(5)]
        );
        let anonymous = broken(&with(b"mine", None, 1201), 60);
        assert!(anonymous.contains(&PacketRule::UserName(None)), "{anonymous:?}");
        assert!(anonymous.contains(&PacketRule::KeepAlive(1201)), "{anonymous:?}");
    }

    #[test]
    fn a_publish_of_a_device() {
        let publish = |topic: &'static str, qos, retain| Info::Publish {
            qos,
            dup: false,
            retain,
            packet_id: None,
            topic: topic.as_bytes(),
            payload: b"",
        };
        let good = publish("/$system/p/dev1/shadow/get", 1, false);
        assert_eq!(check_packet(&good, 100).len(), 6);
        assert!(broken(&good, 262_144).is_empty());
        assert_eq!(broken(&good, 262_145), [PacketRule::Size(262_145)]);
        assert_eq!(
            broken(&publish("/$system/p/dev1/shadow/get_reply", 2, true), 9),
            [PacketRule::Qos(2), PacketRule::Retain, PacketRule::TopicDirection(SystemTopic::ShadowGetReply)]
        );
        assert_eq!(
            broken(&publish("a/b/c/d/e/f/g/h/i", 0, false), 9),
            [PacketRule::TopicSlashes(8), PacketRule::TopicForm]
        );
    }
}
