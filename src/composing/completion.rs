//! Topics that fit what is being typed: the device's own by use, then what was sent before, then the platform's.

use crate::uiot::{Credential, CustomTopic, Direction, SystemTopic};

/// Why a topic is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Messages went or came on it: so many.
    Used(u64),
    /// Something was sent to it before.
    Sent,
    /// Each product begins with it (topic.md); the device may publish there.
    Default,
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
/// the history, newest first. Nothing is offered that is typed already.
pub fn offers<'a>(
    typed: &str,
    device: Option<&Credential>,
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

    let mut found: Vec<Offer> = Vec::new();
    let mut add = |topic: &str, origin: Origin| {
        if found.len() < most && topic != typed && !found.iter().any(|offer| offer.topic == topic) {
            found.push(Offer { topic: topic.to_owned(), origin });
        }
    };
    for (topic, uses) in used {
        let origin = platform_origin(topic, device).unwrap_or(Origin::Used(uses));
        add(topic, origin);
    }
    for topic in sent.filter(|topic| sought.fits(topic)) {
        add(topic, platform_origin(topic, device).unwrap_or(Origin::Sent));
    }
    let Some(device) = device else { return found };
    for topic in CustomTopic::defaults().iter().filter(|topic| topic.permission.publishes()) {
        let topic = topic.of(device);
        if sought.fits(&topic) {
            add(&topic, Origin::Default);
        }
    }
    let up = SystemTopic::ALL.iter().filter(|topic| topic.direction() == Direction::Up);
    for topic in up {
        let mut text = topic.of(device);
        if *topic == SystemTopic::CommandReply {
            // The identifier of the command follows.
            text.push('/');
        }
        if sought.fits(&text) {
            add(&text, Origin::System(*topic));
        }
    }
    found
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
    match crate::uiot::PlatformTopic::parse(topic) {
        Some(crate::uiot::PlatformTopic::System { topic, .. }) => topic.direction() == Direction::Up,
        Some(crate::uiot::PlatformTopic::Broadcast { .. }) => false,
        _ => true,
    }
}

fn platform_origin(topic: &str, device: Option<&Credential>) -> Option<Origin> {
    match crate::uiot::PlatformTopic::parse(topic)? {
        crate::uiot::PlatformTopic::System { device: named, topic, .. } if Some(&named) == device => {
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
        let offers = offers(typed, Some(&device), used.iter().copied(), sent.iter().copied(), 8);
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
        let found = offers("a", None, [("x/a", 3), ("x/b", 5)].into_iter(), ["other/a"].into_iter(), 8);
        assert_eq!(
            found,
            [
                Offer { topic: "x/a".into(), origin: Origin::Used(3) },
                Offer { topic: "other/a".into(), origin: Origin::Sent },
            ]
        );
        assert!(offers("", None, NONE.into_iter(), std::iter::empty(), 8).is_empty());
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
