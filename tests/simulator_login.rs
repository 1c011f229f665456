//! Who may connect to the platform (websocketconnect.md, mqttconnect.md), and who of two may stay.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use simulated::raw::{odd_connect, packet, pingreq, seconds};
use simulated::*;
use uiot_testbench::mqtt::{
    Capabilities, ClientId, ConnectOptions, ConnectReturnCode as Code, Login, ProtocolVersion, QoS, Secret,
    State, TopicName, Will,
};
use uiot_testbench::simulator::{Activation, CONNECT_DEADLINE, NewProduct, TraceEvent, Why};
use uiot_testbench::uiot::{AuthMode, Credential, SystemTopic};

fn user_name(user_name: &str) -> ConnectOptions {
    ConnectOptions { login: Login::Password(user_name.into(), Secret::new(SECRET)), ..static_options() }
}

fn client_id(client_id: &str) -> ConnectOptions {
    ConnectOptions { client_id: ClientId::parse(client_id).unwrap(), ..static_options() }
}

#[test]
fn a_device_with_its_secret_comes_in() {
    let (world, device) = World::online();
    assert_eq!(world.state(device), State::Online);
    assert!(world.platform.registry().device(&simulated::device()).unwrap().online);
    assert!(world.platform.is_connected(&simulated::device()));
}

#[test]
fn a_wrong_secret_is_refused() {
    let mut world = World::new();
    for secret in ["wrongsecret00001", "", "SIMDEVSECRET0001", "simdevsecret00011", PRODUCT_SECRET] {
        let options = options(&device(), AuthMode::Static, secret);
        assert_eq!(world.try_connect(&options), Some(Code::BadUserNameOrPassword), "{secret}");
    }
    assert!(world.refusals().iter().all(|refusal| *refusal == (4, Why::WrongSecret)));
    assert!(!world.platform.is_connected(&device()));
}

#[test]
fn a_secret_belongs_to_its_mode() {
    let mut world = World::new();
    let product_secret = options(&device(), AuthMode::Dynamic, PRODUCT_SECRET);
    let device_secret = options(&device(), AuthMode::Dynamic, SECRET);
    assert_eq!(world.try_connect(&product_secret), Some(Code::Accepted));
    assert_eq!(world.try_connect(&device_secret), Some(Code::BadUserNameOrPassword));
}

#[test]
fn without_user_name_or_password_nobody_comes_in() {
    let mut world = World::new();
    let logins = [Login::Anonymous, Login::UserName(device().user_name())];
    for login in logins {
        let options = ConnectOptions { login, ..static_options() };
        assert_eq!(world.try_connect(&options), Some(Code::BadUserNameOrPassword));
    }
    assert_eq!(world.refusals(), [(4, Why::UserName), (4, Why::WrongSecret)]);
}

#[test]
fn an_unknown_product_or_device_is_refused() {
    let mut world = World::new();
    let stranger = Credential::new(PRODUCT, "sim-device-99");
    let elsewhere = Credential::new("otherproduct0001", DEVICE);
    for device in [stranger, elsewhere] {
        let options = options(&device, AuthMode::Static, SECRET);
        assert_eq!(world.try_connect(&options), Some(Code::NotAuthorized), "{device:?}");
    }
    assert_eq!(world.refusals(), [(5, Why::UnknownDevice); 2]);
}

#[test]
fn the_user_name_has_three_parts_and_nothing_else() {
    let mut world = World::new();
    assert_eq!(world.try_connect(&user_name(&format!("{PRODUCT}|{DEVICE}|1"))), Some(Code::Accepted));
    for wrong in [
        format!("{PRODUCT}|{DEVICE}"),
        format!("{PRODUCT}|{DEVICE}|3"),
        format!("{PRODUCT}|{DEVICE}|1|"),
        format!("{PRODUCT}\\|{DEVICE}\\|1"),
        format!("{PRODUCT}.{DEVICE}.1"),
        format!("|{DEVICE}|1"),
        String::new(),
    ] {
        assert_eq!(world.try_connect(&user_name(&wrong)), Some(Code::BadUserNameOrPassword), "{wrong}");
    }
    assert!(world.refusals().iter().all(|refusal| *refusal == (4, Why::UserName)));
}

#[test]
fn the_client_identifier_is_product_and_device() {
    let mut world = World::new();
    assert_eq!(world.try_connect(&client_id(&format!("{PRODUCT}.{DEVICE}"))), Some(Code::Accepted));
    for wrong in ["", DEVICE, "simproduct000001|sim-device-01", "simproduct000001.sim-device-02"] {
        assert_eq!(world.try_connect(&client_id(wrong)), Some(Code::IdentifierRejected), "{wrong}");
    }
    assert_eq!(world.refusals(), [(2, Why::ClientId); 4]);
}

#[test]
fn mqtt_3_1_1_and_3_1_are_spoken_and_nothing_else() {
    let mut world = World::new();
    for protocol in [ProtocolVersion::V3_1_1, ProtocolVersion::V3_1] {
        assert_eq!(world.try_connect(&ConnectOptions { protocol, ..static_options() }), Some(Code::Accepted));
    }
    let strings = [&*device().client_id(), &*device().user_name(), SECRET];
    for (name, level) in [("MQTT", 5), ("MQTT", 3), ("MQIsdp", 4), ("MQTT", 0), ("MQTT", 0x84)] {
        let id = world.raw();
        world.send_raw(id, &odd_connect(name, level, 0xc2, 300, &strings));
        let code = world.connack(id);
        assert_eq!(code, Some((false, Code::UnacceptableProtocolVersion)), "{name} {level}");
        assert!(world.is_closed(id));
        assert_eq!(world.refusals().last(), Some(&(1, Why::ProtocolLevel(level))));
    }
    // [MQTT-3.1.2-1]: another protocol's name is not even answered.
    let id = world.raw();
    world.send_raw(id, &odd_connect("MQTTX", 4, 0xc2, 300, &strings));
    assert!(world.is_closed(id) && world.read_raw(id).is_empty());
}

#[test]
fn after_a_refusal_the_connection_is_closed() {
    let mut world = World::new();
    let id = world.raw_connect(&options(&device(), AuthMode::Static, "wrongsecret00001"));
    assert_eq!(world.connack(id), Some((false, Code::BadUserNameOrPassword)));
    assert!(world.is_closed(id));
    world.send_raw(id, &pingreq());
    assert!(world.read_raw(id).is_empty());
    assert_eq!(world.platform.connections(), 0);
}

#[test]
fn connect_comes_first_and_once() {
    let mut world = World::new();
    let early = world.raw();
    world.send_raw(early, &pingreq());
    assert!(world.is_closed(early) && world.read_raw(early).is_empty());

    let twice = world.raw_online(&static_options());
    world.send_raw(twice, &raw::connect(&static_options()));
    assert!(world.is_closed(twice) && world.read_raw(twice).is_empty());
    assert_eq!(world.ends(), [Why::OutOfPlace]);
}

#[test]
fn connect_comes_soon() {
    let mut world = World::new();
    let silent = world.raw();
    let slow = world.raw();
    world.send_raw(slow, &raw::connect(&static_options())[..10]);
    world.run(CONNECT_DEADLINE - raw::millis(1));
    assert!(!world.is_closed(silent) && !world.is_closed(slow));
    world.run(raw::millis(1));
    assert!(world.is_closed(silent) && world.is_closed(slow));
    assert_eq!(world.platform.connections(), 0);
}

#[test]
fn a_text_frame_ends_the_connection() {
    let mut world = World::new();
    let id = world.raw_online(&static_options());
    world.platform.text_frame(world.now, id);
    world.settle();
    assert!(world.is_closed(id));
    assert_eq!(world.ends(), [Why::TextFrame]);
}

#[test]
fn a_will_is_refused() {
    let mut world = World::new();
    let topic = TopicName::parse(&format!("/{PRODUCT}/{DEVICE}/upload")).unwrap();
    let will = Will { topic, payload: "gone".into(), qos: QoS::AtLeastOnce, retain: false };
    let options = ConnectOptions { will: Some(will), capabilities: Capabilities::ALL, ..static_options() };
    assert_eq!(world.try_connect(&options), Some(Code::NotAuthorized));
    assert_eq!(world.refusals(), [(5, Why::Will)]);
}

#[test]
fn the_first_login_activates_a_device() {
    let mut world = World::new();
    let activation = |world: &World| world.platform.registry().device(&device()).unwrap().activation;
    assert_eq!(activation(&world), Activation::Inactivated);
    // Neither a refusal nor a login to register does.
    world.try_connect(&options(&device(), AuthMode::Static, "wrongsecret00001"));
    world.try_connect(&options(&device(), AuthMode::Dynamic, PRODUCT_SECRET));
    assert_eq!(activation(&world), Activation::Inactivated);
    let device = world.connected(&static_options());
    assert_eq!(activation(&world), Activation::Activated);
    world.disconnect(device);
    assert_eq!(activation(&world), Activation::Activated);
}

#[test]
fn a_device_behind_a_gateway_does_not_connect_by_itself() {
    let mut world = World::new();
    let product =
        world.platform.create_product(NewProduct { behind_gateway: true, ..NewProduct::default() }).unwrap();
    let (device, secret) = world.platform.create_device(&product, "behind", "").unwrap();
    let options = options(&device, AuthMode::Static, secret.expose());
    assert_eq!(world.try_connect(&options), Some(Code::NotAuthorized));
    assert_eq!(world.refusals(), [(5, Why::BehindGateway)]);
}

#[test]
fn a_disabled_device_is_thrown_out_and_kept_out() {
    let (mut world, handle) = World::online();
    world.platform.disable_device(world.now, &device()).unwrap();
    world.settle();
    assert_eq!(world.state(handle), State::Offline);
    assert_eq!(world.ends(), [Why::Disabled]);
    assert_eq!(world.connect(handle), Some(Code::NotAuthorized));
    let dynamic = options(&device(), AuthMode::Dynamic, PRODUCT_SECRET);
    assert_eq!(world.try_connect(&dynamic), Some(Code::NotAuthorized));
    assert_eq!(world.refusals(), [(5, Why::Disabled); 2]);

    world.platform.enable_device(world.now, &device()).unwrap();
    assert_eq!(world.connect(handle), Some(Code::Accepted));
}

#[test]
fn the_newcomer_kicks_out_who_has_the_same_credential() {
    let mut world = World::new();
    let first = world.raw_online(&static_options());
    let elsewhere = world.raw_online(&options(&other(), AuthMode::Static, SECRET));
    let second = world.raw_online(&static_options());
    assert!(world.is_closed(first) && world.read_raw(first).is_empty());
    assert!(!world.is_closed(second) && !world.is_closed(elsewhere));
    assert_eq!(world.ends(), [Why::SameClientId]);
    assert!(world.platform.registry().device(&device()).unwrap().online);
}

#[test]
fn who_comes_to_register_kicks_out_too_and_is_kicked_out() {
    let mut world = World::new();
    let registering = world.raw_online(&options(&device(), AuthMode::Dynamic, PRODUCT_SECRET));
    let working = world.raw_online(&static_options());
    assert!(world.is_closed(registering) && !world.is_closed(working));
}

#[test]
fn who_is_refused_kicks_nobody_out() {
    let mut world = World::new();
    let first = world.raw_online(&static_options());
    for wrong in [
        options(&device(), AuthMode::Static, "wrongsecret00001"),
        ConnectOptions { keep_alive: 29, ..static_options() },
    ] {
        world.try_connect(&wrong);
    }
    assert!(!world.is_closed(first));
}

#[test]
fn the_trace_tells_of_login_and_end_and_the_rule_engine_of_the_status() {
    let mut world = World::new();
    let id = world.raw_online(&static_options());
    world.run(seconds(1));
    world.send_raw(id, &packet(0xe0, &[]));
    assert!(world.is_closed(id));
    let trace = world.trace();
    let status = |status: &str| TraceEvent::RuleEngine {
        topic: SystemTopic::DeviceStatus,
        payload: serde_json::to_vec(&serde_json::json!({
            "ProductSN": PRODUCT, "DeviceSN": DEVICE, "Status": status,
        }))
        .unwrap(),
    };
    let online = TraceEvent::Online { keep_alive: 300, clean_session: true, mode: AuthMode::Static };
    let expected = [online, status("Online"), TraceEvent::Offline(Why::SentDisconnect), status("Offline")];
    assert_eq!(trace, expected.iter().collect::<Vec<_>>());
    let devices: Vec<_> = world.platform.trace().lines().map(|line| line.device.clone()).collect();
    assert!(devices.iter().all(|known| *known == Some(device())), "{devices:?}");
}

#[test]
fn a_lost_connection_is_told_from_a_goodbye() {
    let mut world = World::new();
    let id = world.raw_online(&static_options());
    world.break_raw(id);
    assert_eq!(world.ends(), [Why::ConnectionLost]);
    assert!(!world.platform.registry().device(&device()).unwrap().online);
}

#[test]
fn no_secret_stands_in_the_trace() {
    use uiot_testbench::mqtt::QoS;
    use uiot_testbench::uiot::{AuthMode, SystemTopic};
    let mut world = World::new();
    let registering = world.connected(&options(&device(), AuthMode::Dynamic, PRODUCT_SECRET));
    world.listen(registering, &device(), SystemTopic::PasswordReply);
    let topic = SystemTopic::Password.of(&device());
    world.publish(registering, &topic, r#"{"RequestID":"1"}"#, QoS::AtLeastOnce).unwrap();
    let answer = world.answer(registering, &SystemTopic::PasswordReply.of(&device()));
    assert_eq!(answer["Password"], SECRET);
    let shown = format!("{:?}", world.platform);
    let held =
        |secret: &str| shown.contains(secret) || shown.contains(&format!("{:?}", secret.as_bytes())[1..40]);
    assert!(!held(PRODUCT_SECRET), "the ProductSecret is shown");
    let lines = format!("{:?}", world.trace());
    let trace_bytes = format!("{:?}", SECRET.as_bytes());
    assert!(!lines.contains(SECRET) && !lines.contains(&trace_bytes[1..trace_bytes.len() - 1]), "{lines}");
}
