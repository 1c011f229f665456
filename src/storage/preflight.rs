use super::{Fault, Field, Mode, Page, Problem, Profile};
use crate::uiot::{Region, limits};

/// Who else is connected as what the form says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Holder {
    /// Nobody that this browser knows of.
    #[default]
    Nobody,
    /// Another session of this page.
    Session,
    /// Another tab of this browser.
    Tab,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Good,
    /// Nothing was typed yet, so there is nothing to judge.
    Blank,
    /// It can be tried all the same.
    Warning,
    /// It stands against connecting.
    Wrong,
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A fault of an input.
    Fault(Problem),
    /// An input that has to be filled in.
    Blank(Field),
    /// The host is that of this region.
    HostOfRegion(Region),
    /// The host is none of the platform's: of a simulator or a proxy, most likely.
    HostByHand,
    /// The host of a generic broker has the form of one.
    HostForm,
    /// The page came by https, and the socket is `wss`.
    SecureSocket,
    /// Browsers take `ws` to this computer on any page.
    LocalSocket,
    /// The page did not come by https, so that it may use either.
    AnySocket,
    /// Nobody else here is connected as this device.
    Alone,
    /// Somebody else is; never [`Holder::Nobody`].
    Held(Holder),
    /// ProductSN and DeviceSN have the platform's form.
    SerialNumbers,
    /// The host stands for the simulator in this page.
    InPage,
    /// The secret has the platform's length.
    SecretLength(Field),
    /// The keep alive, in seconds, is one that the broker takes.
    KeepAlive(u16),
    /// The longest filter to subscribe has more bytes than the platform takes (limitation.md); holds them.
    LongFilter(usize),
    /// More filters to subscribe than the platform takes (limitation.md); holds how many.
    ManyFilters(usize),
}

/// A correction that is made at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Correction {
    /// The keep alive that the documents propose.
    KeepAlive,
    /// `wss` in the place of `ws`.
    Tls,
    /// The host of today.
    Host(Region),
}

impl Finding {
    /// How the check ended.
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Fault(problem) if !problem.fault.is_warning() => Verdict::Wrong,
            Self::Fault(_) | Self::Held(_) | Self::LongFilter(_) | Self::ManyFilters(_) => Verdict::Warning,
            Self::Blank(_) => Verdict::Blank,
            _ => Verdict::Good,
        }
    }

    /// The input that it is about, where it is not as it should be.
    pub const fn field(self) -> Option<Field> {
        match self {
            Self::Fault(problem) => Some(problem.field),
            Self::Blank(field) => Some(field),
            _ => None,
        }
    }

    /// What mends it with one click.
    pub const fn correction(self) -> Option<Correction> {
        match self {
            Self::Fault(Problem { fault, .. }) => match fault {
                Fault::KeepAliveRange(_) | Fault::KeepAliveNumber => Some(Correction::KeepAlive),
                Fault::MixedContent => Some(Correction::Tls),
                // The old name was that of the first region.
                Fault::OldHost => Some(Correction::Host(Region::Shanghai2)),
                _ => None,
            },
            _ => None,
        }
    }

    /// A name for tests.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fault(problem) => problem.fault.code(),
            Self::Blank(_) => "blank",
            Self::HostOfRegion(_) => "host-of-region",
            Self::HostByHand => "host-by-hand",
            Self::HostForm => "host-form",
            Self::SecureSocket => "secure-socket",
            Self::LocalSocket => "local-socket",
            Self::AnySocket => "any-socket",
            Self::Alone => "alone",
            Self::Held(Holder::Tab) => "held-by-tab",
            Self::Held(_) => "held-by-session",
            Self::SerialNumbers => "serial-numbers",
            Self::InPage => "in-page",
            Self::SecretLength(_) => "secret",
            Self::KeepAlive(_) => "keep-alive",
            Self::LongFilter(_) => "long-filter",
            Self::ManyFilters(_) => "many-filters",
        }
    }
}

impl Correction {
    /// Makes it.
    pub fn apply(self, profile: &mut Profile) {
        match self {
            Self::KeepAlive => profile.keep_alive = limits::KEEP_ALIVE_DEFAULT.to_string(),
            Self::Tls => profile.server_mut().set_tls(true),
            Self::Host(region) => profile.set_region(Some(region)),
        }
    }
}

/// Checks a form before it connects: every check has its line, good or not, in an order that stays.
pub fn preflight(profile: &Profile, page: Page, holder: Holder) -> Vec<Finding> {
    let mut problems = profile.problems(page);
    let mut found = Vec::new();
    let mut check = |fields: &[Field], good: Option<Finding>| {
        let before = found.len();
        problems.retain(|problem| {
            let is_of_check = fields.contains(&problem.field);
            if is_of_check {
                found.push(match problem.fault {
                    Fault::Required => Finding::Blank(problem.field),
                    _ => Finding::Fault(*problem),
                });
            }
            !is_of_check
        });
        if found.len() == before {
            found.extend(good);
        }
    };
    let is_uiot = profile.mode == Mode::Uiot;
    check(&[Field::Host], Some(host(profile)));
    check(&[Field::Tls], Some(socket(profile, page)));
    check(&[Field::Port, Field::Path], None);
    let held = if holder == Holder::Nobody { Finding::Alone } else { Finding::Held(holder) };
    check(&[], Some(held));
    check(&[Field::ProductSn, Field::DeviceSn], is_uiot.then_some(Finding::SerialNumbers));
    let secret = profile.secret_field();
    check(&[Field::DeviceSecret, Field::ProductSecret], is_uiot.then_some(Finding::SecretLength(secret)));
    check(&[Field::ClientId, Field::UserName, Field::Password], None);
    check(&[Field::KeepAlive], profile.keep_alive.trim().parse().ok().map(Finding::KeepAlive));
    check(&[Field::WillTopic, Field::WillPayload], None);
    if is_uiot {
        found.extend(filters(profile));
    }
    found
}

fn host(profile: &Profile) -> Finding {
    if profile.mode == Mode::Generic {
        return Finding::HostForm;
    }
    if profile.uiot_server.is_simulator() {
        return Finding::InPage;
    }
    let host = profile.uiot_server.host.trim();
    let region = Region::ALL.into_iter().find(|region| region.mqtt_host() == host);
    region.map_or(Finding::HostByHand, Finding::HostOfRegion)
}

fn socket(profile: &Profile, page: Page) -> Finding {
    let server = profile.server();
    match (page.https, server.tls) {
        (true, true) => Finding::SecureSocket,
        (true, false) => Finding::LocalSocket,
        (false, _) => Finding::AnySocket,
    }
}

fn filters(profile: &Profile) -> impl Iterator<Item = Finding> {
    let longest = profile.subscriptions.iter().map(|each| each.filter.len()).max().unwrap_or_default();
    let count = profile.subscriptions.len();
    let long = (longest > limits::TOPIC_LENGTH).then_some(Finding::LongFilter(longest));
    let many = (count > limits::SUBSCRIPTIONS).then_some(Finding::ManyFilters(count));
    long.into_iter().chain(many)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::Secret;
    use crate::storage::WantedSubscription;

    const HTTPS: Page = Page { https: true };

    fn device() -> Profile {
        Profile {
            product_sn: "kx4m7q2vbn9wd5ts".into(),
            device_sn: "greenhouse-07".into(),
            device_secret: Secret::new("q8z3kfu6w1xn5rdt"),
            ..Profile::default()
        }
    }

    fn codes(profile: &Profile, page: Page) -> Vec<&'static str> {
        preflight(profile, page, Holder::Nobody).into_iter().map(Finding::code).collect()
    }

    fn with(change: impl FnOnce(&mut Profile)) -> Profile {
        let mut profile = device();
        change(&mut profile);
        profile
    }

    #[test]
    fn a_form_without_faults_passes_every_check() {
        let found = preflight(&device(), HTTPS, Holder::Nobody);
        assert!(found.iter().all(|each| each.verdict() == Verdict::Good), "{found:?}");
        assert_eq!(
            codes(&device(), HTTPS),
            ["host-of-region", "secure-socket", "alone", "serial-numbers", "secret", "keep-alive"]
        );
    }

    #[test]
    fn an_empty_form_is_blank_and_not_wrong() {
        let found = preflight(&Profile::default(), HTTPS, Holder::Nobody);
        let blank: Vec<_> = found.iter().filter(|each| each.verdict() == Verdict::Blank).collect();
        assert_eq!(blank.len(), 3);
        assert!(found.iter().all(|each| matches!(each.verdict(), Verdict::Good | Verdict::Blank)));
    }

    #[test]
    fn every_fault_of_the_form_has_its_line() {
        let odd = with(|profile| {
            profile.keep_alive = "20".into();
            profile.device_secret = Secret::new("q8z3kfu6w1xn5rd");
            profile.uiot_server.port = "0".into();
        });
        let found = preflight(&odd, HTTPS, Holder::Nobody);
        for problem in odd.problems(HTTPS) {
            assert!(found.contains(&Finding::Fault(problem)), "{problem:?}");
        }
        let count = |verdict| found.iter().filter(|each| each.verdict() == verdict).count();
        assert_eq!((count(Verdict::Wrong), count(Verdict::Warning)), (2, 1));
    }

    #[test]
    fn a_correction_mends_what_it_is_offered_for() {
        let cases = [
            with(|profile| profile.keep_alive = "20".into()),
            with(|profile| profile.keep_alive = "soon".into()),
            with(|profile| profile.server_mut().set_tls(false)),
            with(|profile| profile.set_host("mqtt-cn-sh2.ucloud.cn".into())),
        ];
        for mut profile in cases {
            let correction =
                preflight(&profile, HTTPS, Holder::Nobody).into_iter().find_map(Finding::correction);
            correction.expect("a correction").apply(&mut profile);
            assert_eq!(profile.problems(HTTPS), []);
        }
    }

    #[test]
    fn the_host_is_told_from_those_of_the_platform() {
        let by_hand = with(|profile| profile.set_host("127.0.0.1".into()));
        assert!(codes(&by_hand, HTTPS).contains(&"host-by-hand"));
        let typed = with(|profile| {
            profile.set_region(None);
            profile.set_host(Region::Guangzhou.mqtt_host());
        });
        assert_eq!(preflight(&typed, HTTPS, Holder::Nobody)[0], Finding::HostOfRegion(Region::Guangzhou));
        let generic = with(|profile| {
            profile.mode = Mode::Generic;
            profile.set_host("broker.example".into());
        });
        assert_eq!(codes(&generic, HTTPS), ["host-form", "secure-socket", "alone", "keep-alive"]);
    }

    #[test]
    fn the_page_decides_which_sockets_it_may_open() {
        let plain = with(|profile| profile.server_mut().set_tls(false));
        assert!(codes(&plain, HTTPS).contains(&"mixed-content"));
        assert!(codes(&plain, Page::default()).contains(&"any-socket"));
        let local = with(|profile| {
            profile.set_host("localhost".into());
            profile.server_mut().set_tls(false);
        });
        assert!(codes(&local, HTTPS).contains(&"local-socket"));
    }

    #[test]
    fn who_else_is_connected_is_told() {
        for (holder, code) in [(Holder::Session, "held-by-session"), (Holder::Tab, "held-by-tab")] {
            let found = preflight(&device(), HTTPS, holder);
            let held = found.iter().find(|each| each.code() == code).expect("a line");
            assert_eq!(held.verdict(), Verdict::Warning);
        }
    }

    #[test]
    fn the_platforms_limits_of_subscriptions_are_checked() {
        let filter = |length: usize| WantedSubscription { filter: "a".repeat(length), ..Default::default() };
        let long = with(|profile| profile.subscriptions = vec![filter(3), filter(129), filter(128)]);
        assert!(preflight(&long, HTTPS, Holder::Nobody).contains(&Finding::LongFilter(129)));
        let many = with(|profile| profile.subscriptions = vec![filter(3); 101]);
        assert!(preflight(&many, HTTPS, Holder::Nobody).contains(&Finding::ManyFilters(101)));
        let generic = with(|profile| {
            profile.mode = Mode::Generic;
            profile.generic_server.host = "broker".into();
            profile.subscriptions = vec![filter(200); 101];
        });
        assert!(
            preflight(&generic, HTTPS, Holder::Nobody).iter().all(|each| each.verdict() == Verdict::Good)
        );
    }
}
