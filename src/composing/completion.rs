//! Topics that fit what is being typed: the device's own by use, then what was sent before, then the platform's.

use std::borrow::Cow;

use crate::uiot::{Credential, CustomTopic, Direction, PlatformTopic, SystemTopic};

/// Why a topic is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Messages went or came on it: so many.
    Used(u64),
    /// Something was sent to it before.
    Sent,
    /// Each product begins with it (topic.md); the device may publish there.
    Default,
    /// A person listed it for the product; the device may publish there.
    Listed,
    /// The platform's.
    System(SystemTopic),
}

/// A topic that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The topic in full.
    pub topic: String,
    /// Why it is offered.
    pub origin: Origin,
}

/// What stands for the prefix of the device's own topics.
const OWN: &str = "~/";
/// What stands for the prefix of the platform's topics for the device.
const SYSTEM: &str = "$sys/";

/// A topic with the short forms `~/` and `$sys/` written out, as the topic field takes them. Without a device there are none.
pub fn written_out(typed: &str, device: Option<&Credential>) -> Option<String> {
    let device = device?;
    if let Some(rest) = typed.strip_prefix(OWN) {
        return Some(own(device, rest));
    }
    typed.strip_prefix(SYSTEM).map(|rest| system(device, rest))
}

/// A topic with the device's own prefixes in their short forms, so that it can be used with another device.
pub fn shortened(topic: &str, device: Option<&Credential>) -> String {
    let Some(device) = device else { return topic.to_owned() };
    let short =
        |prefix: String, short: &str| topic.strip_prefix(&prefix).map(|rest| format!("{short}{rest}"));
    short(own(device, ""), OWN)
        .or_else(|| short(system(device, ""), SYSTEM))
        .unwrap_or_else(|| topic.to_owned())
}

fn own(device: &Credential, rest: &str) -> String {
    format!("/{}/{}/{rest}", device.product_sn, device.device_sn)
}

fn system(device: &Credential, rest: &str) -> String {
    format!("/$system/{}/{}/{rest}", device.product_sn, device.device_sn)
}

/// What fits, best first, at most `most`. `used` are topics of the session with the number of their messages, `sent` those of
/// the history, newest first, `listed` the product's custom topics. Nothing is offered that is typed already.
pub fn offers<'a>(
    typed: &str,
    device: Option<&Credential>,
    listed: &[CustomTopic],
    used: impl Iterator<Item = (&'a str, u64)>,
    sent: impl Iterator<Item = &'a str>,
    most: usize,
) -> Vec<Offer> {
    let sought = Sought {
        typed: typed.to_lowercase(),
        full: written_out(typed, device).map(|full| full.to_lowercase()),
        device,
    };
    let mut used: Vec<_> = used.filter(|(topic, _)| can_publish(topic) && sought.fits(topic)).collect();
    used.sort_by(|(a, a_uses), (b, b_uses)| b_uses.cmp(a_uses).then(a.cmp(b)));
    // One can look for hundreds of thousands of topics; no more than fit are copied.
    used.truncate(most + 1);

    let mut custom: Vec<Offer> = Vec::new();
    let mut platform: Vec<Offer> = Vec::new();
    let mut add = |topic: &str, origin: Origin| {
        let (list, origin) = match platform_origin(topic, device) {
            Some(origin) => (&mut platform, origin),
            None => (&mut custom, origin),
        };
        if list.len() < most && topic != typed && !list.iter().any(|offer| offer.topic == topic) {
            list.push(Offer { topic: topic.to_owned(), origin });
        }
    };
    for (topic, uses) in used {
        add(topic, Origin::Used(uses));
    }
    for topic in sent.filter(|topic| sought.fits(topic)) {
        add(topic, Origin::Sent);
    }
    if let Some(device) = device {
        let defaults = CustomTopic::defaults();
        for known in listed.iter().filter(|known| known.permission.publishes()) {
            let topic = known.of(device);
            if sought.fits(&topic) {
                add(&topic, if defaults.contains(known) { Origin::Default } else { Origin::Listed });
            }
        }
        for topic in system_topics(device).filter(|topic| sought.fits(topic)) {
            add(&topic, Origin::Default);
        }
    }
    custom.append(&mut platform);
    custom.truncate(most);
    custom
}

/// The platform's topics on which any device may publish, by the documents.
fn system_topics(device: &Credential) -> impl Iterator<Item = String> {
    let up = SystemTopic::ALL.iter().filter(|topic| topic.direction() == Direction::Up);
    up.map(|topic| match topic {
        // The identifier of the command follows.
        SystemTopic::CommandReply => SystemTopic::command_reply_of(device, ""),
        _ => topic.of(device),
    })
}

/// Whether this topic, written out, is one of the device's by the documents or by what is listed for its product: it is whole,
/// whatever else begins like it.
pub fn is_documented(topic: &str, device: Option<&Credential>, listed: &[CustomTopic]) -> bool {
    device.is_some_and(|device| {
        let publishes = |known: &CustomTopic| known.permission.publishes() && known.of(device) == topic;
        listed.iter().any(publishes) || system_topics(device).any(|known| known == topic)
    })
}

struct Sought<'a> {
    typed: String,
    /// With its short form written out.
    full: Option<String>,
    device: Option<&'a Credential>,
}

impl Sought<'_> {
    fn fits(&self, topic: &str) -> bool {
        let topic = topic.to_lowercase();
        match &self.full {
            // What begins with a short form is a beginning.
            Some(full) => topic.starts_with(full.as_str()),
            None if self.typed.is_empty() => true,
            // The serial numbers are in all of them: they tell nothing apart, unless the topic is typed from its beginning.
            None => {
                topic.starts_with(&self.typed)
                    || shortened(&topic, self.lower().as_ref()).contains(&self.typed)
            }
        }
    }

    fn lower(&self) -> Option<Credential> {
        self.device
            .map(|device| Credential::new(device.product_sn.to_lowercase(), device.device_sn.to_lowercase()))
    }
}

/// Whether a topic is one to publish to as far as its name tells.
fn can_publish(topic: &str) -> bool {
    match PlatformTopic::parse(topic) {
        Some(PlatformTopic::System { topic, .. }) => topic.direction() == Direction::Up,
        Some(PlatformTopic::Broadcast { .. }) => false,
        _ => true,
    }
}

fn platform_origin(topic: &str, device: Option<&Credential>) -> Option<Origin> {
    // A command's answer still lacks its last level.
    let whole = if topic.ends_with('/') { Cow::Owned(format!("{topic}0")) } else { Cow::Borrowed(topic) };
    match PlatformTopic::parse(&whole)? {
        PlatformTopic::System { device: named, topic, .. } if Some(&named) == device => {
            Some(Origin::System(topic))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [(&str, u64); 0] = [];

    fn device() -> Credential {
        Credential::new("kx4m7q2vbn9wd5ts", "greenhouse-07")
    }

    fn topics(typed: &str, used: &[(&str, u64)], sent: &[&str]) -> Vec<String> {
        let device = device();
        let listed = CustomTopic::defaults();
        let offers = offers(typed, Some(&device), &listed, used.iter().copied(), sent.iter().copied(), 8);
        offers.iter().map(|offer| shortened(&offer.topic, Some(&device))).collect()
    }

    #[test]
    fn the_devices_own_topics_come_before_the_platforms() {
        assert_eq!(
            topics("up", &NONE, &[]),
            ["~/upload", "~/upload/event", "$sys/shadow/upstream", "$sys/ota/upstream"]
        );
        assert_eq!(topics("~/up", &NONE, &[]), ["~/upload", "~/upload/event"]);
        assert_eq!(topics("$sys/ota", &NONE, &[]), ["$sys/ota/upstream"]);
        assert_eq!(topics("UPSTREAM", &NONE, &[]).len(), 2);
    }

    #[test]
    fn use_ranks_before_history_and_history_before_the_documents() {
        let own = |rest: &str| format!("/kx4m7q2vbn9wd5ts/greenhouse-07/{rest}");
        let (rare, often, before) = (own("up/rare"), own("up/often"), own("up/before"));
        let used = [(rare.as_str(), 1), (often.as_str(), 90)];
        let found = topics("up", &used, &[&before, &rare]);
        assert_eq!(found[..4], ["~/up/often", "~/up/rare", "~/up/before", "~/upload"]);
    }

    #[test]
    fn the_platforms_topics_stand_last_however_much_they_are_used() {
        let upstream = SystemTopic::OtaUpstream.of(&device());
        assert_eq!(
            topics("up", &[(&upstream, 900)], &[]),
            ["~/upload", "~/upload/event", "$sys/ota/upstream", "$sys/shadow/upstream"]
        );
    }

    #[test]
    fn serial_numbers_fit_only_from_the_beginning() {
        assert!(topics("greenhouse", &NONE, &[]).is_empty());
        assert_eq!(topics("/kx4m7q2vbn9wd5ts/greenhouse-07/upl", &NONE, &[]), ["~/upload", "~/upload/event"]);
        assert!(topics("/kx4m", &NONE, &[]).contains(&"~/upload".to_owned()));
    }

    #[test]
    fn topics_that_only_the_cloud_publishes_to_are_not_offered() {
        let set = SystemTopic::PropertySet.of(&device());
        let notice = "/kx4m7q2vbn9wd5ts/$broadcast/notice";
        assert!(
            topics("property/set", &[(&set, 9), (notice, 9)], &[])
                .iter()
                .all(|topic| topic.ends_with("set_reply"))
        );
        assert!(topics("notice", &[(notice, 9)], &[]).is_empty());
        assert_eq!(topics("command", &NONE, &[]), ["$sys/tmodel/command_reply/"]);
    }

    #[test]
    fn any_broker_has_the_sessions_topics_only() {
        let found = offers("a", None, &[], [("x/a", 3), ("x/b", 5)].into_iter(), ["other/a"].into_iter(), 8);
        assert_eq!(
            found,
            [
                Offer { topic: "x/a".into(), origin: Origin::Used(3) },
                Offer { topic: "other/a".into(), origin: Origin::Sent },
            ]
        );
        assert!(offers("", None, &[], NONE.into_iter(), std::iter::empty(), 8).is_empty());
    }

    #[test]
    fn what_is_listed_for_the_product_is_offered_where_it_may_be_published() {
        let device = device();
        let topic = |rest: &str, permission| CustomTopic { rest: rest.into(), permission, broadcast: false };
        let listed = [
            topic("alarm", crate::uiot::Permission::PubSub),
            topic("alarm/ack", crate::uiot::Permission::Sub),
            topic("upload", crate::uiot::Permission::Pub),
        ];
        let found = offers("al", Some(&device), &listed, NONE.into_iter(), std::iter::empty(), 8);
        let alarm = Offer { topic: listed[0].of(&device), origin: Origin::Listed };
        assert_eq!(found, [alarm]);
        let found = offers("upl", Some(&device), &listed, NONE.into_iter(), std::iter::empty(), 8);
        assert_eq!(found, [Offer { topic: listed[2].of(&device), origin: Origin::Default }]);
        let named = |rest| {
            is_documented(&topic(rest, crate::uiot::Permission::Pub).of(&device), Some(&device), &listed)
        };
        assert!(named("alarm") && !named("alarm/ack") && !named("upload/event"));
    }

    #[test]
    fn what_is_typed_in_full_is_not_offered() {
        let full = device();
        let full = format!("/{}/{}/upload/event", full.product_sn, full.device_sn);
        assert!(topics(&full, &NONE, &[&full]).is_empty());
    }

    #[test]
    fn short_forms_are_written_out() {
        let device = device();
        for topic in ["~/upload", "$sys/shadow/get"] {
            let full = written_out(topic, Some(&device)).unwrap();
            assert!(full.contains("/kx4m7q2vbn9wd5ts/greenhouse-07/"), "{full}");
            assert_eq!(shortened(&full, Some(&device)), topic);
        }
        assert_eq!(written_out("a/b", Some(&device)), None);
        assert_eq!(written_out("~/a", None), None);
    }
}
