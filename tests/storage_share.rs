//! A connection in a link: readable, bounded, and never with a secret.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use proptest::prelude::*;
use uiot_testbench::mqtt::{ProtocolVersion, Secret};
use uiot_testbench::storage::share::{
    MOST_BYTES, MOST_SUBSCRIPTIONS, ShareError, from_fragment, to_fragment,
};
use uiot_testbench::storage::{Mode, Profile, Server, WantedSubscription, WillForm};
use uiot_testbench::uiot::{AuthMode, Region};

const SECRET: &str = "s3cr3t-never-shared";

fn open(fragment: &str) -> Profile {
    from_fragment(fragment).unwrap().unwrap()
}

#[test]
fn a_device_is_shared_in_a_link_that_people_can_read() {
    let profile = Profile {
        product_sn: "kx4m7q2vbn9wd5ts".into(),
        device_sn: "greenhouse-07".into(),
        device_secret: Secret::new(SECRET),
        password: Secret::new(SECRET),
        subscriptions: vec![
            WantedSubscription { filter: "/a/温度/#".into(), qos: 1, colour: Some(3), muted: true },
            WantedSubscription { filter: "b:c".into(), ..WantedSubscription::default() },
        ],
        ..Profile::default()
    };
    let fragment = to_fragment(&profile);
    assert_eq!(
        fragment,
        "#/open?mode=uiot&product=kx4m7q2vbn9wd5ts&device=greenhouse-07&sub=1.c3.muted:/a/%E6%B8%A9%E5%BA%A6/%23&sub=0:b:c"
    );
    let mut expected = profile;
    expected.forget_secrets();
    assert_eq!(open(&fragment), expected);
}

#[test]
fn a_link_says_that_a_device_registers_and_not_with_which_secret() {
    let mut profile = Profile {
        product_sn: "kx4m7q2vbn9wd5ts".into(),
        device_sn: "new-07".into(),
        registration: AuthMode::Dynamic,
        product_secret: Secret::new(SECRET),
        ..Profile::default()
    };
    let fragment = to_fragment(&profile);
    assert_eq!(fragment, "#/open?mode=uiot&product=kx4m7q2vbn9wd5ts&device=new-07&registration=dynamic");
    profile.forget_secrets();
    assert_eq!(open(&fragment), profile);
    let odd = from_fragment(&fragment.replace("dynamic", "both"));
    assert_eq!(odd, Some(Err(ShareError::Values(vec![("registration".into(), "both".into())]))));
}

#[test]
fn a_generic_connection_is_shared_without_its_login() {
    let mut profile = Profile {
        mode: Mode::Generic,
        client_id: "c&d=e".into(),
        user_name: SECRET.into(),
        password: Secret::new(SECRET),
        protocol: ProtocolVersion::V3_1,
        keep_alive: "7".into(),
        clean_session: false,
        strict: true,
        auto_reconnect: false,
        subscribe_system: false,
        will: WillForm { enabled: true, topic: "t".into(), payload: "p".into(), qos: 2, retain: true },
        ..Profile::default()
    };
    profile.set_host("ws://broker.example:8083/mqtt".into());
    let fragment = to_fragment(&profile);
    assert_eq!(
        fragment,
        "#/open?mode=generic&tls=0&host=broker.example&port=8083&client=c%26d=e&protocol=3.1&keepalive=7&clean=0&reconnect=0&strict=1&will=1&will-topic=t&will-payload=p&will-qos=2&will-retain=1&system=0"
    );
    let mut expected = profile;
    expected.forget_secrets();
    expected.user_name.clear();
    assert_eq!(open(&fragment), expected);
}

#[test]
fn nothing_that_may_hold_a_secret_is_in_a_link() {
    let mut profile = Profile { mode: Mode::Generic, ..Profile::default() };
    profile.generic_server.host = format!("me:{SECRET}@broker.example");
    profile.generic_server.path = format!("/mqtt?token={SECRET}");
    profile.product_sn = SECRET.into();
    profile.uiot_server.host = SECRET.into();
    let fragment = to_fragment(&profile);
    assert!(!fragment.contains(SECRET), "{fragment}");
    assert_eq!(open(&fragment).generic_server.url(), "wss://broker.example:443/mqtt");
}

#[test]
fn another_region_brings_its_host() {
    let mut profile = Profile::default();
    profile.set_region(Some(Region::Guangzhou));
    assert_eq!(to_fragment(&profile), "#/open?mode=uiot&region=cn-gd");
    assert_eq!(open("#/open?mode=uiot&region=cn-gd"), profile);
    // In any order.
    assert_eq!(open("#/open?host=own.example&region=cn-gd&mode=uiot").uiot_server.host, "own.example");
    assert_eq!(open("#/open?host=own.example&region=cn-gd").region, None);
    assert_eq!(open("#/open?port=9&tls=0&mode=generic").server().url(), "ws://:9/mqtt");
}

#[test]
fn what_is_no_link_of_this_kind_is_left_alone() {
    for fragment in ["", "#", "#/messages", "#/openx?mode=uiot", "#/open/x", "/open?mode=uiot"] {
        assert_eq!(from_fragment(fragment), None, "{fragment}");
    }
    assert_eq!(open("#/open"), Profile::default());
    assert_eq!(open("#/open?"), Profile::default());
    assert_eq!(open("#/open?later=1&&x&=&sub=0.new.muted:a").subscriptions[0].filter, "a");
}

#[test]
fn values_that_mean_nothing_are_named() {
    let fragment =
        "#/open?mode=mqtt&tls=yes&region=mars&clean=2&protocol=5&will-qos=3&sub=3:a&sub=a&sub=1:&device=%ff";
    let Some(Err(ShareError::Values(values))) = from_fragment(fragment) else { panic!() };
    let keys: Vec<_> = values.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(
        keys,
        [
            "mode=mqtt",
            "region=mars",
            "tls=yes",
            "clean=2",
            "protocol=5",
            "will-qos=3",
            "sub=3:a",
            "sub=a",
            "sub=1:"
        ]
    );
}

#[test]
fn a_link_is_bounded() {
    let long = format!("#/open?device={}", "a".repeat(MOST_BYTES));
    assert_eq!(from_fragment(&long), Some(Err(ShareError::TooLong(long.len()))));
    let subscriptions = |number| format!("#/open?{}", "&sub=0:a".repeat(number));
    assert_eq!(open(&subscriptions(MOST_SUBSCRIPTIONS)).subscriptions.len(), MOST_SUBSCRIPTIONS);
    let many = MOST_SUBSCRIPTIONS + 1;
    assert_eq!(from_fragment(&subscriptions(many)), Some(Err(ShareError::TooManySubscriptions(many))));
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9/+#&=%? ]{0,12}", "\\PC{0,8}", "[\u{0}-\u{1f}]{0,3}"]
}

/// A form as it can be shared: what a link does not hold is as in a new form.
fn profile() -> impl Strategy<Value = Profile> {
    let server = (any::<bool>(), "[a-z.0-9:]{0,12}", prop::option::of("[0-9x]{0,6}"), "/[a-z/%#温 ]{0,8}");
    let subscription = (text(), 0..3_u8, prop::option::of(any::<u8>()), any::<bool>());
    let subscription = subscription.prop_filter("has a filter", |parts| !parts.0.is_empty());
    let will = prop::option::of((text(), text(), 0..3_u8, any::<bool>()));
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let names = (text(), text(), text(), text());
    let subscriptions = prop::collection::vec(subscription, 0..6);
    (any::<bool>(), 0..3_usize, server, flags, names, will, subscriptions).prop_map(
        |(is_generic, region, server, flags, names, will, subscriptions)| {
            let mut profile = Profile::default();
            let (tls, host, port, path) = server;
            if is_generic {
                profile.mode = Mode::Generic;
                profile.client_id = names.0;
                if let Some((topic, payload, qos, retain)) = will {
                    profile.will = WillForm { enabled: true, topic, payload, qos, retain };
                }
            } else {
                profile.set_region(Region::ALL.get(region).copied());
                profile.product_sn = names.1;
                profile.device_sn = names.2;
                profile.registration = if flags.5 { AuthMode::Dynamic } else { AuthMode::Static };
            }
            let server: &mut Server = profile.server_mut();
            server.set_tls(tls);
            server.path = path;
            if let Some(port) = port {
                server.set_port(port);
            }
            if is_generic || region == Region::ALL.len() {
                server.host = host;
            }
            profile.keep_alive = names.3;
            (profile.clean_session, profile.auto_reconnect) = (flags.0, flags.1);
            (profile.strict, profile.subscribe_system) = (flags.2, flags.3);
            profile.protocol = if flags.4 { ProtocolVersion::V3_1 } else { ProtocolVersion::V3_1_1 };
            profile.subscriptions = subscriptions
                .into_iter()
                .map(|(filter, qos, colour, muted)| WantedSubscription { filter, qos, colour, muted })
                .collect();
            profile
        },
    )
}

proptest! {
    #[test]
    fn every_form_comes_back(profile in profile()) {
        let fragment = to_fragment(&profile);
        prop_assert!(fragment.is_ascii() && !fragment.contains(char::is_whitespace));
        prop_assert_eq!(from_fragment(&fragment), Some(Ok(profile)), "{}", fragment);
    }

    #[test]
    fn no_text_breaks_it(rest in "\\PC{0,120}") {
        let _ = from_fragment(&format!("#/open?{rest}"));
        let _ = from_fragment(&rest);
    }
}
