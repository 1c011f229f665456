//! What the connect form takes, derives and remembers.

use uiot_testbench::mqtt::{Login, ProtocolVersion, Secret};
use uiot_testbench::storage::{ConnectionPlan, Endpoint, Fault, Field, Mode, Page, Problem, Profile, Server};
use uiot_testbench::uiot::{AuthMode, Credential, Region};

fn device() -> Profile {
    Profile {
        product_sn: "kx4m7q2vbn9wd5ts".into(),
        device_sn: "greenhouse-07".into(),
        device_secret: Secret::new("0123456789abcdef"),
        ..Profile::default()
    }
}

fn generic() -> Profile {
    let mut profile = Profile { mode: Mode::Generic, client_id: "c".into(), ..Profile::default() };
    profile.set_host("broker.example".into());
    profile
}

fn only(profile: &Profile) -> Option<Problem> {
    let problems = profile.problems(Page::default());
    assert!(problems.len() <= 1, "{problems:?}");
    problems.first().copied()
}

#[test]
fn a_device_is_connected_as_the_platform_documents_it() {
    let plan = device().plan().unwrap();
    assert_eq!(plan.endpoint, Endpoint::WebSocket("wss://mqtt-cn-sh2.iot.ucloud.cn:443/".into()));
    assert_eq!(plan.options.client_id.as_str(), "kx4m7q2vbn9wd5ts.greenhouse-07");
    let login = Login::Password("kx4m7q2vbn9wd5ts|greenhouse-07|1".into(), Secret::new("0123456789abcdef"));
    assert_eq!(plan.options.login, login);
    assert_eq!(plan.options.keep_alive, 300);
    assert!(plan.options.clean_session);
    assert_eq!(plan.name, "greenhouse-07");
}

#[test]
fn keep_alive_has_the_platforms_range_in_uiot_mode_only() {
    for (typed, fault) in [
        ("29", Some(Fault::KeepAliveRange(29))),
        ("30", None),
        ("1200", None),
        ("1201", Some(Fault::KeepAliveRange(1201))),
        ("0", Some(Fault::KeepAliveRange(0))),
        ("", Some(Fault::KeepAliveNumber)),
        ("65536", Some(Fault::KeepAliveNumber)),
        ("3e2", Some(Fault::KeepAliveNumber)),
    ] {
        let profile = Profile { keep_alive: typed.into(), ..device() };
        assert_eq!(only(&profile).map(|problem| problem.fault), fault, "{typed}");
        assert_eq!(profile.plan().is_some(), fault.is_none());
    }
    for typed in ["0", "29", "65535"] {
        assert_eq!(only(&Profile { keep_alive: typed.into(), ..generic() }), None, "{typed}");
    }
}

#[test]
fn missing_identifiers_are_errors_and_odd_ones_are_warnings() {
    for (profile, field, fault) in [
        (Profile { product_sn: String::new(), ..device() }, Field::ProductSn, Fault::Required),
        (Profile { device_sn: " ".into(), ..device() }, Field::DeviceSn, Fault::Required),
        (Profile { device_secret: Secret::default(), ..device() }, Field::DeviceSecret, Fault::Required),
    ] {
        assert_eq!(only(&profile), Some(Problem { field, fault }));
        assert_eq!(profile.plan(), None);
    }
    for (profile, field, fault) in [
        (Profile { product_sn: "abc".into(), ..device() }, Field::ProductSn, Fault::ProductSnLength(3)),
        (Profile { device_sn: "a b".into(), ..device() }, Field::DeviceSn, Fault::DeviceSnForm),
        (
            Profile { device_secret: Secret::new("0123456789abcde"), ..device() },
            Field::DeviceSecret,
            Fault::SecretLength(15),
        ),
    ] {
        assert_eq!(only(&profile), Some(Problem { field, fault }));
        assert!(profile.plan().is_some(), "{fault:?} can be tried");
    }
}

#[test]
fn the_port_follows_the_scheme_until_it_is_edited() {
    let mut profile = device();
    profile.server_mut().set_tls(false);
    assert_eq!(profile.server().url(), "ws://mqtt-cn-sh2.iot.ucloud.cn:80/");
    profile.server_mut().set_tls(true);
    assert_eq!(profile.server().port, "443");
    profile.server_mut().set_port("8443".into());
    profile.server_mut().set_tls(false);
    assert_eq!(profile.server().port, "8443");
}

#[test]
fn the_host_follows_the_region_until_it_is_edited() {
    let mut profile = device();
    profile.set_region(Some(Region::Guangzhou));
    assert_eq!(profile.server().host, "mqtt-cn-gd.iot.ucloud.cn");
    profile.set_host("localhost".into());
    assert_eq!(profile.region, None);
    profile.set_region(Some(Region::Shanghai2));
    assert_eq!(profile.server().host, "mqtt-cn-sh2.iot.ucloud.cn");
    profile.set_region(None);
    assert_eq!(profile.server().host, "mqtt-cn-sh2.iot.ucloud.cn");
}

#[test]
fn a_whole_address_is_split_over_the_fields() {
    let mut profile = generic();
    for (typed, url) in [
        ("ws://127.0.0.1:9001/mqtt?x=1", "ws://127.0.0.1:9001/mqtt?x=1"),
        ("wss://broker.example", "wss://broker.example:443/mqtt?x=1"),
        ("ws://[::1]:8083/", "ws://[::1]:8083/"),
        ("wss://user:p@ss@broker.example:8084/m", "wss://broker.example:8084/m"),
    ] {
        profile.set_host(typed.into());
        assert_eq!(profile.server().url(), url, "{typed}");
        assert_eq!(only(&profile), None, "{typed}");
    }
}

#[test]
fn addresses_that_cannot_be_are_refused() {
    for host in ["", "a b", "http://x", "host/path", "host:1", "user@host", "[abc]", "a#b"] {
        let mut profile = generic();
        profile.set_host(host.into());
        let fault = only(&profile).map(|problem| (problem.field, problem.fault.code()));
        let wanted = if host.is_empty() { "required" } else { "host" };
        assert_eq!(fault, Some((Field::Host, wanted)), "{host}");
    }
    for port in ["", "0", "65536", "-1", "80a"] {
        let mut profile = generic();
        profile.server_mut().set_port(port.into());
        assert_eq!(only(&profile).map(|problem| problem.fault), Some(Fault::Port), "{port}");
    }
    for path in ["", "mqtt", "/a b", "/a#b"] {
        let mut profile = generic();
        profile.server_mut().path = path.into();
        assert_eq!(only(&profile).map(|problem| problem.fault), Some(Fault::Path), "{path}");
    }
}

#[test]
fn logins_are_those_that_mqtt_allows() {
    let anonymous = generic();
    assert_eq!(anonymous.plan().unwrap().options.login, Login::Anonymous);
    let named = Profile { user_name: "u".into(), ..generic() };
    assert_eq!(named.plan().unwrap().options.login, Login::UserName("u".into()));
    let both = Profile { user_name: "u".into(), password: Secret::new("p"), ..generic() };
    assert_eq!(both.plan().unwrap().options.login, Login::Password("u".into(), Secret::new("p")));
    let illegal = Profile { password: Secret::new("p"), ..generic() };
    assert_eq!(only(&illegal).map(|problem| problem.fault), Some(Fault::PasswordWithoutUserName));
    assert_eq!(illegal.plan(), None);
}

#[test]
fn an_empty_client_id_needs_a_clean_session_and_mqtt_3_1_1() {
    let empty = Profile { client_id: String::new(), ..generic() };
    assert_eq!(only(&empty), None);
    for profile in [
        Profile { clean_session: false, ..empty.clone() },
        Profile { protocol: ProtocolVersion::V3_1, ..empty },
    ] {
        assert_eq!(only(&profile).map(|problem| problem.fault), Some(Fault::ClientIdRequired));
    }
    let long = Profile { client_id: "x".repeat(65_536), ..generic() };
    assert_eq!(only(&long).map(|problem| problem.fault), Some(Fault::TooLong(65_536)));
}

#[test]
fn a_page_loaded_by_https_warns_of_ws() {
    let mut profile = device();
    profile.server_mut().set_tls(false);
    let page = Page { https: true };
    let mixed = Problem { field: Field::Tls, fault: Fault::MixedContent };
    assert_eq!(profile.problems(page), [mixed]);
    profile.set_host("127.0.0.1".into());
    assert_eq!(profile.problems(page), []);
}

#[test]
fn a_stored_profile_has_no_secret_and_survives_damage() {
    let profile = Profile { password: Secret::new("hunter2"), protocol: ProtocolVersion::V3_1, ..device() };
    let stored = serde_json::to_string(&profile).unwrap();
    assert!(!stored.contains("0123456789abcdef") && !stored.contains("hunter2"), "{stored}");
    let loaded: Profile = serde_json::from_str(&stored).unwrap();
    let expected = Profile { device_secret: Secret::default(), password: Secret::default(), ..profile };
    assert_eq!(loaded, expected);
    let partial: Profile =
        serde_json::from_str(r#"{"product_sn":"x","unknown":1,"region":"cn-xx"}"#).unwrap();
    assert_eq!((partial.product_sn.as_str(), partial.region, partial.clean_session), ("x", None, true));
    assert!(serde_json::from_str::<Profile>("[1").is_err());
    assert!(!format!("{:?}", device()).contains("0123456789abcdef"));
}

#[test]
fn a_device_of_the_simulator_is_planned_without_the_form_and_belongs_to_its_page_alone() {
    let device = Credential::new("simproduct000001", "sim-device-01");
    let plan = ConnectionPlan::simulated(&device, Secret::new("0123456789abcdef")).unwrap();
    assert_eq!(plan.endpoint, Endpoint::Simulator);
    assert_eq!(plan.options.client_id.as_str(), "simproduct000001.sim-device-01");
    assert_eq!(
        plan.options.login,
        Login::Password("simproduct000001|sim-device-01|1".into(), Secret::new("0123456789abcdef"))
    );
    assert_eq!((plan.options.keep_alive, plan.options.clean_session), (300, true));
    assert_eq!(plan.identity(), None, "another tab has a simulator of its own");
    assert!(generic().plan().unwrap().identity().is_some());
}

#[test]
fn a_device_that_registers_connects_with_its_products_secret() {
    let mut profile = Profile {
        registration: AuthMode::Dynamic,
        product_secret: Secret::new("productsecret001"),
        ..device()
    };
    let plan = profile.plan().unwrap();
    let user_name = "kx4m7q2vbn9wd5ts|greenhouse-07|2";
    assert!(plan.registers);
    assert_eq!(plan.options.login, Login::Password(user_name.into(), Secret::new("productsecret001")));
    assert_eq!(
        (profile.sent_user_name().as_str(), profile.secret_field()),
        (user_name, Field::ProductSecret)
    );

    let own = Login::Password("kx4m7q2vbn9wd5ts|greenhouse-07|1".into(), Secret::new("x"));
    let registered = plan.clone().registered(own.clone());
    assert!(!registered.registers && registered.options.login == own);
    assert_eq!((&registered.endpoint, registered.device()), (&plan.endpoint, plan.device()));

    profile.product_secret = Secret::new("short");
    assert_eq!(only(&profile), Some(Problem { field: Field::ProductSecret, fault: Fault::SecretLength(5) }));
    profile.product_secret = Secret::default();
    assert_eq!(only(&profile), Some(Problem { field: Field::ProductSecret, fault: Fault::Required }));
    profile.device_sn.clear();
    assert_eq!(
        profile.problems(Page::default())[0].field,
        Field::DeviceSn,
        "it is not given by the platform"
    );
    profile.mode = Mode::Generic;
    assert!(!profile.registers(), "a broker that knows no registration");
}

#[test]
fn each_way_to_register_has_a_secret_of_its_own() {
    let mut profile = device();
    profile.registration = AuthMode::Dynamic;
    assert!(profile.sent_password().is_empty(), "a DeviceSecret is not sent in the place of a ProductSecret");
    profile.set_secret(Secret::new("productsecret001"));
    profile.registration = AuthMode::Static;
    assert_eq!(profile.sent_password(), &Secret::new("0123456789abcdef"));
    let dynamic = Profile { registration: AuthMode::Dynamic, ..profile.clone() };
    assert!(!profile.shares_secret_with(&dynamic));
    let stored = serde_json::to_string(&dynamic).unwrap();
    assert!(
        stored.contains(r#""registration":"dynamic""#) && !stored.contains("productsecret001"),
        "{stored}"
    );
    assert!(!format!("{dynamic:?}").contains("productsecret001"));
    profile.forget_secrets();
    assert!(profile.device_secret.is_empty() && profile.product_secret.is_empty());
}

#[test]
fn a_form_may_lead_to_the_simulator_in_the_page() {
    let mut profile = Profile { region: None, uiot_server: Server::simulator(), ..device() };
    assert_eq!(profile.plan().unwrap().endpoint, Endpoint::Simulator);
    assert_eq!(profile.problems(Page { https: true }), [], "nothing leaves the page, so it needs no TLS");
    profile.uiot_server.host = " Simulator.INVALID ".into();
    assert_eq!(profile.plan().unwrap().endpoint, Endpoint::Simulator);
    profile.uiot_server.host = "simulator.example".into();
    assert!(matches!(profile.plan().unwrap().endpoint, Endpoint::WebSocket(_)));
}
