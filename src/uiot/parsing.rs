//! The suffix that lets the product's binary parser read a message (binary_parse_intro.md): where it is of use.

use super::{CustomTopic, PlatformTopic};

/// Why the suffix `?parse=true` does not belong to a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoParse {
    /// A system topic: it has no effect there.
    System,
    /// A broadcast topic: devices only subscribe to it.
    Broadcast,
    /// A custom topic that is listed without permission to publish.
    NotPublished,
    /// No topic of the platform.
    Form,
}

/// Why a topic cannot have the suffix; none if it can. `defined` are the custom topics of its product, as far as they are known;
/// others are taken for ones to publish to. A suffix that is there makes no difference.
pub fn no_parse(topic: &str, defined: &[CustomTopic]) -> Option<NoParse> {
    match PlatformTopic::parse(topic) {
        Some(PlatformTopic::System { .. }) => Some(NoParse::System),
        Some(PlatformTopic::Broadcast { .. }) => Some(NoParse::Broadcast),
        Some(PlatformTopic::Custom { rest, .. }) => {
            let known = defined.iter().find(|known| !known.broadcast && known.rest == rest);
            known.filter(|known| !known.permission.publishes()).map(|_| NoParse::NotPublished)
        }
        None => Some(NoParse::Form),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_custom_topics_to_publish_to_are_parsed() {
        let defined = CustomTopic::defaults();
        for (topic, why) in [
            ("/p/d/upload", None),
            ("/p/d/upload?parse=true", None),
            ("/p/d/not/listed", None),
            ("/p/d/set", Some(NoParse::NotPublished)),
            ("/p/d/set?parse=true", Some(NoParse::NotPublished)),
            ("/p/$broadcast/set", Some(NoParse::Broadcast)),
            ("/$system/p/d/tmodel/property/post", Some(NoParse::System)),
            ("/$system/p/d/tmodel/property/post?parse=true", Some(NoParse::System)),
            ("upload", Some(NoParse::Form)),
            ("", Some(NoParse::Form)),
        ] {
            assert_eq!(no_parse(topic, &defined), why, "{topic}");
        }
    }
}
