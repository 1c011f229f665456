//! Where the documents are silent: each choice of the broker in each of its settings.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use std::time::Duration;

use simulated::raw::{connect, millis, pingreq, publish, publish_of, publish_retained, seconds};
use simulated::*;
use uiot_testbench::mqtt::{
    Capabilities, ClientId, ConnectOptions, ConnectReturnCode as Code, Packet, QoS, State, TopicName, Will,
};
use uiot_testbench::simulator::{Breach, Choices, CloseStyle, ConnectionId, Why};
use uiot_testbench::uiot::{AuthMode, Credential, CustomTopic, Direction, Permission, SystemTopic, limits};

const BREACHES: [Breach; 4] = [Breach::Acknowledge, Breach::Drop, Breach::Disconnect, Breach::Accept];

fn own(rest: &str) -> String {
    format!("/{PRODUCT}/{DEVICE}/{rest}")
}

fn with(choose: impl FnOnce(&mut Choices)) -> World {
    let mut world = World::new();
    choose(&mut world.platform.choices);
    world
}

/// The code with which a world refuses these options.
fn refusal(world: &mut World, options: &ConnectOptions) -> u8 {
    let id = world.raw();
    world.send_raw(id, &connect(options));
    let answer = world.read_raw(id);
    assert_eq!((&answer[..3], world.is_closed(id)), (&[0x20, 2, 0][..], true));
    answer[3]
}

/// What became of a message with QoS 1 or 2 that breaks a rule.
fn check_breach(world: &mut World, id: ConnectionId, packet: &[u8], breach: Breach, why: Why) {
    let taken = world.taken().len();
    world.send_raw(id, packet);
    let answers = world.packets(id);
    let two = packet[0] & 0b0110 == 0b0100;
    let ack = if two { Packet::PubRec(raw::id(1)) } else { Packet::PubAck(raw::id(1)) };
    let acknowledged = answers.contains(&ack);
    let is_taken = world.taken().len() > taken;
    let expected = match breach {
        Breach::Acknowledge => (true, false, false),
        Breach::Drop => (false, false, false),
        Breach::Disconnect => (false, false, true),
        Breach::Accept => (true, true, false),
    };
    assert_eq!((acknowledged, is_taken, world.is_closed(id)), expected, "{breach:?} {answers:?}");
    let failures = if breach == Breach::Accept { vec![] } else { vec![why] };
    assert_eq!(world.failures(), failures, "{breach:?}");
    let ends = if breach == Breach::Disconnect { vec![why] } else { vec![] };
    assert_eq!(world.ends(), ends, "{breach:?}");
}

#[test]
fn each_refusal_can_have_another_code() {
    let codes = [1, 2, 3, 4, 5, 77].map(Code::from_number);
    let wrong_secret = options(&device(), AuthMode::Static, "wrongsecret00001");
    let unknown = options(&Credential::new(PRODUCT, "nobody-here"), AuthMode::Static, SECRET);
    let odd_id = ConnectOptions { client_id: ClientId::parse("x").unwrap(), ..static_options() };
    let dynamic = options(&device(), AuthMode::Dynamic, PRODUCT_SECRET);
    for code in codes {
        let mut world = with(|choices| {
            choices.wrong_secret = code;
            choices.keep_alive_refusal = Code::Reserved(200);
        });
        assert_eq!(refusal(&mut world, &wrong_secret), code.number());
        let mut world = with(|choices| choices.unknown_device = code);
        assert_eq!(refusal(&mut world, &unknown), code.number());
        let mut world = with(|choices| choices.client_id_refusal = code);
        assert_eq!(refusal(&mut world, &odd_id), code.number());
        let mut world = with(|choices| choices.disabled_device = code);
        world.platform.disable_device(world.now, &device()).unwrap();
        assert_eq!(refusal(&mut world, &static_options()), code.number());
        let mut world = with(|choices| choices.registration_refusal = code);
        world.platform.change_product(PRODUCT, |product| product.dynamic_registration = false).unwrap();
        assert_eq!(refusal(&mut world, &dynamic), code.number());
    }
}

#[test]
fn a_refusal_with_0_is_one_with_5() {
    let mut world = with(|choices| {
        choices.wrong_secret = Code::Accepted;
        choices.client_id_refusal = Code::Accepted;
    });
    let wrong = options(&device(), AuthMode::Static, "wrongsecret00001");
    assert_eq!(refusal(&mut world, &wrong), 5);
    let odd_id = ConnectOptions { client_id: ClientId::parse("x").unwrap(), ..static_options() };
    assert_eq!(refusal(&mut world, &odd_id), 5);
}

#[test]
fn a_will_is_refused_or_forgotten() {
    let topic = TopicName::parse(&own("upload")).unwrap();
    let will = Will { topic, payload: "gone".into(), qos: QoS::AtMostOnce, retain: true };
    let options = ConnectOptions { will: Some(will), capabilities: Capabilities::ALL, ..static_options() };
    for code in [Code::ServerUnavailable, Code::NotAuthorized] {
        assert_eq!(refusal(&mut with(|choices| choices.will_refusal = Some(code)), &options), code.number());
    }
    for choice in [None, Some(Code::Accepted)] {
        let mut world = with(|choices| choices.will_refusal = choice);
        let id = world.raw_online(&options);
        world.break_raw(id);
        assert!(world.taken().is_empty(), "nothing is published");
    }
}

#[test]
fn of_two_the_newcomer_stays_or_the_first() {
    let mut world = with(|choices| choices.newcomer_wins = true);
    let (first, second) = (world.raw_online(&static_options()), world.raw_online(&static_options()));
    assert!(world.is_closed(first) && !world.is_closed(second));

    let mut world = with(|choices| choices.newcomer_wins = false);
    let first = world.raw_online(&static_options());
    for options in [static_options(), options(&device(), AuthMode::Dynamic, PRODUCT_SECRET)] {
        assert_eq!(refusal(&mut world, &options), 2);
    }
    assert_eq!(world.refusals(), [(2, Why::SameClientId); 2]);
    assert!(!world.is_closed(first) && world.ends().is_empty());
    world.break_raw(first);
    world.raw_online(&static_options());
}

#[test]
fn a_connection_is_cut_without_a_word_or_with_a_close_frame() {
    for (style, code) in [(CloseStyle::Abrupt, 1006), (CloseStyle::Normal, 1000)] {
        let mut world = with(|choices| choices.close_style = style);
        let id = world.raw_online(&static_options());
        let device = world.connected(&static_options());
        assert_eq!(world.close_style(id), Some(style));
        world.platform.kick_device(world.now, &simulated::device()).unwrap();
        world.settle();
        assert_eq!(world.state(device), State::Offline);
        let closed = world.events(device).iter().any(|event| {
            matches!(event, uiot_testbench::mqtt::Event::Ended(
                uiot_testbench::mqtt::EndCause::Closed(_, info)) if info.code == code)
        });
        assert!(closed, "{style:?}");
    }
}

#[test]
fn a_message_without_permission() {
    for breach in BREACHES {
        let mut world = with(|choices| choices.forbidden_publish = breach);
        let id = world.raw_online(&static_options());
        let packet = publish(&own("set"), b"x", QoS::AtLeastOnce, 1);
        check_breach(&mut world, id, &packet, breach, Why::NoPermission);
    }
    // Accepted, it is still not another device's.
    let mut world = with(|choices| choices.forbidden_publish = Breach::Accept);
    let id = world.raw_online(&static_options());
    let topic = SystemTopic::ShadowUpstream.of(&other());
    let update = br#"{"Method":"update","State":{"Reported":{"a":1}},"Version":0}"#;
    world.send_raw(id, &publish(&topic, update, QoS::AtMostOnce, 0));
    let shadow =
        |device: &Credential| world.platform.registry().device(device).unwrap().shadow.reported().len();
    assert_eq!((shadow(&other()), shadow(&device())), (0, 1));
}

#[test]
fn a_message_with_qos_2() {
    for breach in BREACHES {
        let mut world = with(|choices| choices.qos2_publish = breach);
        let id = world.raw_online(&static_options());
        let packet = publish(&own("upload"), b"x", QoS::ExactlyOnce, 1);
        check_breach(&mut world, id, &packet, breach, Why::QoS2);
    }
}

#[test]
fn where_qos_2_is_taken_a_message_counts_once_over_connections_too() {
    let mut world = with(|choices| choices.qos2_publish = Breach::Accept);
    let lasting = ConnectOptions { clean_session: false, ..static_options() };
    let packet = publish(&own("upload"), b"x", QoS::ExactlyOnce, 1);
    let id = world.raw_connect(&lasting);
    world.read_raw(id);
    world.send_raw(id, &packet);
    world.send_raw(id, &packet);
    assert_eq!(world.packets(id), [Packet::PubRec(raw::id(1)), Packet::PubRec(raw::id(1))]);
    let again = world.raw_connect(&lasting);
    world.read_raw(again);
    world.send_raw(again, &packet);
    assert_eq!(world.taken().len(), 1);
    world.read_raw(again);
    world.send_raw(again, &raw::packet(0x62, &[0, 1]));
    assert_eq!(world.packets(again), [Packet::PubComp(raw::id(1))]);
    // Released, the identifier stands for a new message.
    world.send_raw(again, &packet);
    assert_eq!(world.taken().len(), 2);
    // What is no more than a part of the memory of a clean session goes with it.
    let clean = world.raw_online(&static_options());
    world.send_raw(clean, &packet);
    assert_eq!(world.taken().len(), 3);
}

#[test]
fn a_message_with_retain() {
    for breach in BREACHES {
        let mut world = with(|choices| choices.retain = breach);
        let id = world.raw_online(&static_options());
        let packet = publish_retained(&own("upload"), b"x", QoS::AtLeastOnce, 1);
        check_breach(&mut world, id, &packet, breach, Why::Retain);
    }
    // Accepted, it is not kept for later subscribers.
    let mut world = with(|choices| choices.retain = Breach::Accept);
    let topic = CustomTopic { rest: "both".into(), permission: Permission::PubSub, broadcast: false };
    world.platform.define_topics(PRODUCT, vec![topic]).unwrap();
    let id = world.raw_online(&static_options());
    world.send_raw(id, &publish_retained(&own("both"), b"x", QoS::AtMostOnce, 0));
    world.send_raw(id, &raw::subscribe(1, &own("both"), QoS::AtMostOnce));
    assert_eq!(world.packets(id).len(), 1);
}

#[test]
fn a_message_above_the_rate() {
    for breach in BREACHES {
        let mut world = with(|choices| choices.over_rate = breach);
        let id = world.raw_online(&static_options());
        for _ in 0..limits::PUBLISH_RATE {
            world.send_raw(id, &publish(&own("upload"), b"x", QoS::AtMostOnce, 0));
        }
        let packet = publish(&own("upload"), b"x", QoS::AtLeastOnce, 1);
        check_breach(&mut world, id, &packet, breach, Why::Rate);
    }
}

#[test]
fn a_topic_above_the_limits() {
    let topic = format!("/{PRODUCT}/{DEVICE}/{}", "x".repeat(128));
    for breach in BREACHES {
        let mut world = with(|choices| {
            choices.topic_too_long = breach;
            choices.forbidden_publish = Breach::Accept;
        });
        let id = world.raw_online(&static_options());
        let packet = publish(&topic, b"x", QoS::AtLeastOnce, 1);
        check_breach(&mut world, id, &packet, breach, Why::TopicLimit);
    }
}

#[test]
fn a_packet_above_the_limit_is_cut_left_out_or_taken() {
    for breach in BREACHES {
        let mut world = with(|choices| choices.oversize = breach);
        let id = world.raw_online(&static_options());
        for part in publish_of(&own("upload"), limits::PACKET_SIZE + 1).chunks(10_000) {
            world.send_raw(id, part);
        }
        world.send_raw(id, &pingreq());
        let alive = world.read_raw(id) == [0xd0, 0];
        assert_eq!(alive, breach != Breach::Disconnect, "{breach:?}");
        assert_eq!(world.taken().len(), usize::from(breach == Breach::Accept), "{breach:?}");
        if matches!(breach, Breach::Drop | Breach::Acknowledge) {
            assert_eq!(world.failures(), [Why::PacketSize]);
        }
    }
    // Who did not log in is cut whatever was chosen, and there is an end to what is taken.
    let mut world = with(|choices| choices.oversize = Breach::Drop);
    let id = world.raw();
    world.send_raw(id, &publish_of(&own("upload"), limits::PACKET_SIZE + 1)[..10]);
    assert!(world.is_closed(id));
    let mut world = with(|choices| choices.oversize = Breach::Accept);
    let id = world.raw_online(&static_options());
    world.send_raw(id, &[0x30, 0xff, 0xff, 0xff, 0x7f]);
    assert!(world.is_closed(id));
}

#[test]
fn above_the_bandwidth_the_connection_is_cut_or_nothing_happens() {
    for breach in BREACHES {
        let mut world = with(|choices| choices.over_bandwidth = breach);
        let id = world.raw_online(&static_options());
        for _ in 0..5 {
            world.send_raw(id, &publish_of(&own("upload"), limits::PACKET_SIZE));
        }
        assert_eq!(world.is_closed(id), breach != Breach::Accept, "{breach:?}");
        let taken = if breach == Breach::Accept { 5 } else { 3 };
        assert_eq!(world.taken().len(), taken, "{breach:?}");
    }
}

#[test]
fn a_wide_filter_is_granted_within_the_devices_own_topics_and_brings_those() {
    let mut world = with(|choices| choices.wide_filters = true);
    let all = CustomTopic { rest: "news".into(), permission: Permission::Sub, broadcast: true };
    let topics = CustomTopic::defaults().into_iter().chain([all]).collect();
    world.platform.define_topics(PRODUCT, topics).unwrap();
    let device = world.connected(&static_options());
    let system = format!("/$system/{PRODUCT}/{DEVICE}");
    for granted in [
        own("#"),
        own("+"),
        format!("{system}/#"),
        format!("{system}/shadow/+"),
        format!("{system}/+/get_reply"),
        format!("/{PRODUCT}/$broadcast/#"),
    ] {
        assert!(world.subscribe(device, &granted, QoS::AtLeastOnce).is_some(), "{granted}");
    }
    for refused in [
        "#".into(),
        "/#".into(),
        format!("/{PRODUCT}/#"),
        format!("/{PRODUCT}/+/set"),
        format!("/$system/{PRODUCT}/#"),
        format!("/{PRODUCT}/{OTHER}/#"),
        own("upload"),
        own("upload/+"),
        format!("{system}/shadow/upstream"),
        format!("{system}/subdev/#"),
        format!("{system}/password_reply"),
        format!("{system}/ntp/#"),
    ] {
        assert!(world.subscribe(device, &refused, QoS::AtLeastOnce).is_none(), "{refused}");
    }
    world.inbox(device);
    world.publish(device, &own("upload"), "x", QoS::AtLeastOnce).unwrap();
    assert!(world.inbox(device).is_empty(), "its own messages do not come back");
    world.say(device, &simulated::device(), SystemTopic::ShadowGet, "{}");
    world.platform.publish(world.now, &simulated::device(), &own("set"), "x", QoS::AtLeastOnce).unwrap();
    world.platform.broadcast(world.now, PRODUCT, "news", "x", QoS::AtLeastOnce).unwrap();
    world.settle();
    assert_eq!(world.inbox(device).len(), 3);
}

#[test]
fn a_subscription_with_qos_2_is_granted_with_1_or_refused() {
    for (choice, code) in [(true, 1), (false, 0x80)] {
        let mut world = with(|choices| choices.qos2_subscription = choice);
        let id = world.raw_online(&static_options());
        world.send_raw(id, &raw::subscribe(1, &own("set"), QoS::ExactlyOnce));
        assert_eq!(world.read_raw(id), [0x90, 3, 0, 1, code]);
    }
}

#[test]
fn services_publish_with_the_chosen_qos() {
    for (choice, comes) in [
        (QoS::AtMostOnce, QoS::AtMostOnce),
        (QoS::AtLeastOnce, QoS::AtLeastOnce),
        (QoS::ExactlyOnce, QoS::AtLeastOnce),
    ] {
        let mut world = with(|choices| choices.service_qos = choice);
        let device = world.connected(&static_options());
        world.listen(device, &simulated::device(), SystemTopic::ShadowGetReply);
        world.say(device, &simulated::device(), SystemTopic::ShadowGet, "{}");
        assert_eq!(world.inbox(device)[0].qos, comes);
    }
}

#[test]
fn services_take_the_chosen_time() {
    for delay in [Duration::ZERO, millis(1), seconds(30)] {
        let mut world = with(|choices| choices.service_delay = delay);
        let device = world.connected(&static_options());
        world.listen(device, &simulated::device(), SystemTopic::ShadowGetReply);
        let begin = world.now;
        world.say(device, &simulated::device(), SystemTopic::ShadowGet, "{}");
        while world.inbox(device).is_empty() {
            world.run(millis(1));
        }
        assert_eq!(world.now - begin, delay);
    }
    // The acknowledgement is the broker's, and comes at once.
    let mut world = with(|choices| choices.service_delay = seconds(30));
    let id = world.raw_online(&static_options());
    world.send_raw(id, &publish(&SystemTopic::ShadowGet.of(&device()), b"{}", QoS::AtLeastOnce, 1));
    assert_eq!(world.packets(id), [Packet::PubAck(raw::id(1))]);
    let event = world.trace().into_iter().rev().find_map(|event| match event {
        uiot_testbench::simulator::TraceEvent::Message { direction, .. } => Some(*direction),
        _ => None,
    });
    assert_eq!(event, Some(Direction::Up));
}
