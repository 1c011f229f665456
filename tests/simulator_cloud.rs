//! The cloud's side: what the console and the API do to products and devices, and how they refuse (create_devcies.md,
//! devicemgmtapi.md, messagemgmtapi.md).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use simulated::*;
use uiot_testbench::mqtt::{ConnectOptions, ConnectReturnCode as Code, QoS, State};
use uiot_testbench::simulator::{Activation, Faults, NewProduct, TraceEvent, Why};
use uiot_testbench::uiot::{
    AuthMode, Credential, CustomTopic, Direction, Permission, RetCode, SystemTopic, limits,
};

fn set() -> String {
    format!("/{PRODUCT}/{DEVICE}/set")
}

fn nobody() -> Credential {
    Credential::new(PRODUCT, "nobody-here")
}

#[test]
fn what_is_not_given_is_made_up_of_sixteen_small_letters_and_digits() {
    let mut world = World::new();
    let product = world.platform.create_product(NewProduct::default()).unwrap();
    let (device, secret) = world.platform.create_device(&product, "", "").unwrap();
    let product_secret = world.platform.registry().product(&product).unwrap().secret.clone();
    for text in [&*product, &device.device_sn, secret.expose(), product_secret.expose()] {
        assert_eq!(text.len(), 16);
        assert!(text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()), "{text}");
    }
    let other = world.platform.create_product(NewProduct::default()).unwrap();
    assert_ne!(product, other);
}

#[test]
fn the_same_seed_makes_up_the_same() {
    let made = |seed| {
        let mut platform = uiot_testbench::simulator::Platform::new(WALL, seed);
        let product = platform.create_product(NewProduct::default()).unwrap();
        platform.create_device(&product, "", "").unwrap().0
    };
    assert_eq!(made(1), made(1));
    assert_ne!(made(1), made(2));
}

#[test]
fn a_product_has_a_serial_number_and_a_secret_of_sixteen() {
    let mut world = World::new();
    let new =
        |sn: &str, secret: &str| NewProduct { sn: sn.into(), secret: secret.into(), ..NewProduct::default() };
    for (sn, secret) in [
        (PRODUCT, ""),
        ("short", ""),
        ("seventeenletters7", ""),
        ("has-a-dash-in-it", ""),
        ("温度温度温温", ""),
        ("", "short"),
        ("", "has|a|bar|in|it1"),
    ] {
        let refused = world.platform.create_product(new(sn, secret));
        assert_eq!(refused, Err(RetCode::PARAMETER_WRONG), "{sn} {secret}");
    }
    assert_eq!(world.platform.create_product(new("a234567890123456", "")), Ok("a234567890123456".into()));
}

#[test]
fn a_device_has_a_regular_serial_number_once() {
    let mut world = World::new();
    let mut create = |sn: &str, secret: &str| world.platform.create_device(PRODUCT, sn, secret).err();
    for sn in ["abcd", "a-b_c@d:9", &"x".repeat(64)] {
        assert_eq!(create(sn, ""), None, "{sn}");
        assert_eq!(create(sn, ""), Some(RetCode::PARAMETER_WRONG), "{sn} again");
    }
    for sn in ["abc", "a b c d", "a/bcd", "abc|1", "温度计12", "$broadcast", &"x".repeat(65)] {
        assert_eq!(create(sn, ""), Some(RetCode::PARAMETER_WRONG), "{sn}");
    }
    assert_eq!(create("good-one", "short"), Some(RetCode::PARAMETER_WRONG));
    let nowhere = world.platform.create_device("nosuchproduct000", "abcd", "");
    assert_eq!(nowhere.err(), Some(RetCode::NO_PRODUCT));
}

#[test]
fn what_is_not_there_cannot_be_changed() {
    let mut world = World::new();
    let now = world.now;
    let platform = &mut world.platform;
    assert_eq!(platform.delete_device(now, &nobody()), Err(RetCode::NO_DEVICE));
    assert_eq!(platform.disable_device(now, &nobody()), Err(RetCode::NO_DEVICE));
    assert_eq!(platform.enable_device(now, &nobody()), Err(RetCode::NO_DEVICE));
    assert_eq!(platform.kick_device(now, &nobody()), Err(RetCode::NO_DEVICE));
    assert_eq!(platform.reset_device(now, &nobody()), Err(RetCode::NO_DEVICE));
    assert_eq!(platform.change_product("nosuchproduct000", |_| ()), Err(RetCode::NO_PRODUCT));
    let topic = format!("/{PRODUCT}/nobody-here/set");
    assert_eq!(platform.publish(now, &nobody(), &topic, "x", QoS::AtMostOnce), Err(RetCode::NO_DEVICE));
    let broadcast = platform.broadcast(now, "nosuchproduct000", "news", "x", QoS::AtMostOnce);
    assert_eq!(broadcast, Err(RetCode::NO_PRODUCT));
}

#[test]
fn a_message_goes_to_a_topic_that_devices_may_subscribe_to_and_to_no_other() {
    let (mut world, device) = World::online();
    world.subscribe(device, &set(), QoS::AtLeastOnce);
    let mut publish =
        |topic: &str| world.platform.publish(world.now, &simulated::device(), topic, "x", QoS::AtLeastOnce);
    assert_eq!(publish(&set()), Ok(()));
    for topic in [
        &*format!("/{PRODUCT}/{DEVICE}/upload"),
        &format!("/{PRODUCT}/{DEVICE}/other"),
        &format!("/{PRODUCT}/{OTHER}/set"),
        &format!("/{PRODUCT}/{DEVICE}/+"),
        &format!("/{PRODUCT}/{DEVICE}/set?parse=true"),
        &SystemTopic::ShadowDownstream.of(&simulated::device()),
        &format!("/{PRODUCT}/$broadcast/set"),
        "set",
        "",
    ] {
        assert_eq!(publish(topic), Err(RetCode::NO_TOPIC), "{topic}");
    }
    world.settle();
    assert_eq!(world.inbox(device).len(), 1);
}

#[test]
fn a_broadcast_goes_to_a_topic_for_all_and_to_no_other() {
    let mut world = World::new();
    let all = CustomTopic { rest: "news/+".into(), permission: Permission::Sub, broadcast: true };
    let own = CustomTopic { rest: "set".into(), permission: Permission::Sub, broadcast: false };
    world.platform.define_topics(PRODUCT, vec![all, own]).unwrap();
    let mut broadcast = |rest: &str, length: usize| {
        world.platform.broadcast(world.now, PRODUCT, rest, vec![b'x'; length], QoS::AtMostOnce)
    };
    assert_eq!(broadcast("news/1", 1), Ok(()));
    for rest in ["news", "news/1/2", "news/+", "set", "other", ""] {
        assert_eq!(broadcast(rest, 1), Err(RetCode::NO_TOPIC), "{rest}");
    }
    assert_eq!(broadcast("news/1", limits::PACKET_SIZE), Err(RetCode::PARAMETER_EXCEEDS));
    assert_eq!(broadcast(&format!("news/{}", "x".repeat(120)), 1), Err(RetCode::PARAMETER_EXCEEDS));
    let twice = world.platform.broadcast(world.now, PRODUCT, "news/1", "x", QoS::ExactlyOnce);
    assert_eq!(twice, Err(RetCode::PARAMETER_WRONG));
}

#[test]
fn a_message_to_a_device_shows_in_the_trace_with_what_became_of_it() {
    let (mut world, device) = World::online();
    let send = |world: &mut World| {
        world.platform.publish(world.now, &simulated::device(), &set(), "hello", QoS::AtLeastOnce).unwrap();
        world.settle();
        (*world.trace().last().unwrap()).clone()
    };
    let failed = |why| TraceEvent::Failed { direction: Direction::Down, topic: set(), why };
    assert_eq!(send(&mut world), failed(Why::NotSubscribed));
    world.subscribe(device, &set(), QoS::AtMostOnce);
    let message = TraceEvent::Message {
        direction: Direction::Down,
        topic: set(),
        payload: b"hello".to_vec(),
        qos: QoS::AtMostOnce,
    };
    assert_eq!(send(&mut world), message);
    world.disconnect(device);
    assert_eq!(send(&mut world), failed(Why::DeviceOffline));
}

#[test]
fn a_message_of_a_device_shows_in_the_trace() {
    let (mut world, device) = World::online();
    let topic = format!("/{PRODUCT}/{DEVICE}/upload");
    world.publish(device, &topic, [0, 1, 255], QoS::AtLeastOnce).unwrap();
    let message = TraceEvent::Message {
        direction: Direction::Up,
        topic,
        payload: vec![0, 1, 255],
        qos: QoS::AtLeastOnce,
    };
    assert_eq!(world.trace().last(), Some(&&message));
    let line = world.platform.trace().lines().next_back().unwrap();
    assert_eq!((line.device.as_ref(), line.at), (Some(&simulated::device()), world.now));
    assert_eq!(line.seq + 1, world.platform.trace().next_seq());
    assert_eq!(world.platform.trace().since(line.seq).count(), 1);
}

#[test]
fn a_kicked_device_may_come_back() {
    let (mut world, device) = World::online();
    world.platform.kick_device(world.now, &simulated::device()).unwrap();
    world.settle();
    assert_eq!(world.state(device), State::Offline);
    assert_eq!(world.ends(), [Why::Kicked]);
    let again = world.platform.kick_device(world.now, &simulated::device());
    assert_eq!(again, Err(RetCode::NOT_ONLINE));
    assert_eq!(world.connect(device), Some(Code::Accepted));
}

#[test]
fn a_deleted_device_is_gone_with_all_that_was_kept() {
    let mut world = World::new();
    let lasting = ConnectOptions { clean_session: false, ..static_options() };
    let device = world.connected(&lasting);
    world.subscribe(device, &set(), QoS::AtLeastOnce);
    world.platform.delete_device(world.now, &simulated::device()).unwrap();
    world.settle();
    assert_eq!(world.ends(), [Why::Deleted]);
    assert_eq!(world.connect(device), Some(Code::NotAuthorized));
    world.platform.create_device(PRODUCT, DEVICE, SECRET).unwrap();
    let id = world.raw_connect(&lasting);
    assert_eq!(world.connack(id), Some((false, Code::Accepted)));
}

#[test]
fn a_reset_device_is_inactivated_and_its_session_is_gone() {
    let mut world = World::new();
    let lasting = ConnectOptions { clean_session: false, ..static_options() };
    let device = world.connected(&lasting);
    world.platform.reset_device(world.now, &simulated::device()).unwrap();
    world.settle();
    assert_eq!(world.ends(), [Why::Reset]);
    let known = world.platform.registry().device(&simulated::device()).unwrap();
    assert_eq!((known.activation, known.online), (Activation::Inactivated, false));
    let dynamic = options(&simulated::device(), AuthMode::Dynamic, PRODUCT_SECRET);
    assert_eq!(world.try_connect(&dynamic), Some(Code::Accepted));
    assert_eq!(world.connect(device), Some(Code::Accepted));
    let id = world.raw_connect(&lasting);
    assert_eq!(world.connack(id), Some((true, Code::Accepted)));
}

#[test]
fn a_disabled_device_keeps_what_waits_for_it() {
    let mut world = World::new();
    let device = world.connected(&ConnectOptions { clean_session: false, ..static_options() });
    world.subscribe(device, &set(), QoS::AtLeastOnce);
    world.platform.disable_device(world.now, &simulated::device()).unwrap();
    world.settle();
    world.platform.publish(world.now, &simulated::device(), &set(), "kept", QoS::AtLeastOnce).unwrap();
    world.platform.enable_device(world.now, &simulated::device()).unwrap();
    world.connect(device);
    assert_eq!(world.inbox(device).len(), 1);
}

#[test]
fn a_switch_of_a_product_holds_for_the_next_connection() {
    let mut world = World::new();
    let dynamic = options(&device(), AuthMode::Dynamic, PRODUCT_SECRET);
    assert_eq!(world.try_connect(&dynamic), Some(Code::Accepted));
    world.platform.change_product(PRODUCT, |product| product.dynamic_registration = false).unwrap();
    assert_eq!(world.try_connect(&dynamic), Some(Code::NotAuthorized));
    assert_eq!(world.refusals(), [(5, Why::Registration)]);
}

#[test]
fn the_clock_on_the_wall_goes_with_the_callers() {
    let mut world = World::new();
    let begin = world.platform.wall(world.now);
    assert_eq!(begin, WALL + 1000);
    world.run(raw::millis(12_345));
    assert_eq!(world.platform.wall(world.now), begin + 12_345);
}

#[test]
fn only_where_devices_register_dynamically_can_one_be_reset() {
    let (mut world, device) = World::online();
    world.platform.change_product(PRODUCT, |product| product.dynamic_registration = false).unwrap();
    let reset = world.platform.reset_device(world.now, &simulated::device());
    assert_eq!(reset, Err(RetCode::PARAMETER_WRONG));
    world.settle();
    assert_eq!(world.state(device), State::Online);
    world.platform.change_product(PRODUCT, |product| product.dynamic_registration = true).unwrap();
    assert_eq!(world.platform.reset_device(world.now, &simulated::device()), Ok(()));
}

#[test]
fn faults_go_with_their_device() {
    let mut world = World::new();
    let silent = Faults { silence: true, ..Faults::default() };
    world.platform.device_faults.insert(simulated::device(), silent.clone());
    world.platform.device_faults.insert(other(), silent);
    world.platform.delete_device(world.now, &simulated::device()).unwrap();
    assert_eq!(world.platform.device_faults.keys().collect::<Vec<_>>(), [&other()]);
    world.platform.create_device(PRODUCT, DEVICE, SECRET).unwrap();
    assert_eq!(world.try_connect(&static_options()), Some(Code::Accepted));
}

#[test]
fn a_device_has_one_of_four_states() {
    let mut world = World::new();
    let state =
        |world: &World| world.platform.registry().device(&simulated::device()).unwrap().state().to_string();
    assert_eq!(state(&world), "inactivated");
    let device = world.connected(&static_options());
    assert_eq!(state(&world), "online");
    world.disconnect(device);
    assert_eq!(state(&world), "offline");
    world.platform.disable_device(world.now, &simulated::device()).unwrap();
    assert_eq!(state(&world), "disabled");
    world.platform.enable_device(world.now, &simulated::device()).unwrap();
    assert_eq!(state(&world), "offline");
    world.platform.reset_device(world.now, &simulated::device()).unwrap();
    assert_eq!(state(&world), "inactivated");
}
