//! The limits of limitation.md, to the last message and byte.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use simulated::raw::{millis, publish, publish_of, publish_retained, seconds, subscribe, unsubscribe};
use simulated::*;
use uiot_testbench::mqtt::{Packet, QoS, SubscribeReturnCode};
use uiot_testbench::simulator::{Choices, ConnectionId, NewProduct, Why};
use uiot_testbench::uiot::{AuthMode, CustomTopic, Permission, RetCode, limits};

fn upload() -> String {
    format!("/{PRODUCT}/{DEVICE}/upload")
}

/// A raw device that is online, with these choices.
fn with(choose: impl FnOnce(&mut Choices)) -> (World, ConnectionId) {
    let mut world = World::new();
    choose(&mut world.platform.choices);
    let id = world.raw_online(&static_options());
    (world, id)
}

fn define(world: &mut World, rests: &[&str]) {
    let topic =
        |rest: &&str| CustomTopic { rest: (*rest).into(), permission: Permission::PubSub, broadcast: false };
    world.platform.define_topics(PRODUCT, rests.iter().map(topic).collect()).unwrap();
}

/// Sends messages with these QoS one after the other; how many are taken.
fn burst(world: &mut World, id: ConnectionId, messages: impl IntoIterator<Item = QoS>) -> usize {
    let before = world.taken().len();
    for (number, qos) in (1..).zip(messages) {
        world.send_raw(id, &publish(&upload(), b"x", qos, number));
    }
    world.taken().len() - before
}

#[test]
fn thirty_messages_in_a_second_are_taken_and_the_next_is_not() {
    let (mut world, id) = with(|_| {});
    assert_eq!(burst(&mut world, id, [QoS::AtMostOnce; 31]), 30);
    assert_eq!(world.failures(), [Why::Rate]);
    assert!(!world.is_closed(id));
    world.run(millis(999));
    assert_eq!(burst(&mut world, id, [QoS::AtMostOnce]), 0);
    world.run(millis(1));
    assert_eq!(burst(&mut world, id, [QoS::AtMostOnce; 31]), 30);
}

#[test]
fn the_second_slides_it_is_not_the_clocks() {
    let (mut world, id) = with(|_| {});
    world.run(millis(500));
    assert_eq!(burst(&mut world, id, [QoS::AtMostOnce; 20]), 20);
    world.run(millis(600));
    // Across a full second of the clock: ten are left, not thirty.
    assert_eq!(burst(&mut world, id, [QoS::AtMostOnce; 20]), 10);
    world.run(millis(400));
    assert_eq!(burst(&mut world, id, [QoS::AtMostOnce; 30]), 20);
    world.run(seconds(1));
    for _ in 0..100 {
        assert_eq!(burst(&mut world, id, [QoS::AtMostOnce]), 1);
        world.run(millis(34));
    }
}

#[test]
fn the_rate_counts_messages_of_any_qos_and_nothing_else() {
    let (mut world, id) = with(|_| {});
    let mixed = (0..31).map(|n| if n % 2 == 0 { QoS::AtMostOnce } else { QoS::AtLeastOnce });
    assert_eq!(burst(&mut world, id, mixed), 30);
    // A dropped message with QoS 1 is not acknowledged.
    assert_eq!(burst(&mut world, id, [QoS::AtLeastOnce]), 0);
    assert_eq!(world.packets(id).len(), 15);
    for number in 1..100 {
        world.send_raw(id, &raw::pingreq());
        world.send_raw(id, &subscribe(number, &format!("/{PRODUCT}/{DEVICE}/set"), QoS::AtMostOnce));
    }
    assert_eq!(world.packets(id).len(), 198);
}

#[test]
fn the_rate_is_each_connections_own() {
    let (mut world, id) = with(|_| {});
    let second = world.raw_online(&options(&other(), AuthMode::Static, SECRET));
    assert_eq!(burst(&mut world, id, [QoS::AtMostOnce; 30]), 30);
    let before = world.taken().len();
    for _ in 0..30 {
        let topic = format!("/{PRODUCT}/{OTHER}/upload");
        world.send_raw(second, &publish(&topic, b"x", QoS::AtMostOnce, 0));
    }
    assert_eq!(world.taken().len() - before, 30);
    assert!(world.failures().is_empty());
}

#[test]
fn a_packet_has_262144_bytes_at_most() {
    assert_eq!(limits::PACKET_SIZE, 262_144);
    let (mut world, id) = with(|_| {});
    world.send_raw(id, &publish_of(&upload(), 262_144));
    assert!(!world.is_closed(id));
    assert_eq!(world.taken(), [upload()]);
    world.send_raw(id, &publish_of(&upload(), 262_145));
    assert!(world.is_closed(id));
    assert_eq!(world.ends(), [Why::PacketSize]);
    assert_eq!(world.taken().len(), 1);
}

#[test]
fn a_packet_that_says_it_will_be_too_large_is_not_waited_for() {
    let (mut world, id) = with(|_| {});
    world.send_raw(id, &publish_of(&upload(), 262_145)[..4]);
    assert!(world.is_closed(id));
}

#[test]
fn the_cloud_sends_a_packet_of_262144_bytes_and_not_of_one_more() {
    let mut world = World::new();
    let device = world.connected(&static_options());
    let topic = format!("/{PRODUCT}/{DEVICE}/set");
    world.subscribe(device, &topic, QoS::AtLeastOnce);
    for (qos, head) in [(QoS::AtMostOnce, 6), (QoS::AtLeastOnce, 8)] {
        let most = limits::PACKET_SIZE - head - topic.len();
        let mut publish = |length| {
            let sent =
                world.platform.publish(world.now, &simulated::device(), &topic, vec![b'x'; length], qos);
            world.settle();
            (sent, world.inbox(device).len())
        };
        assert_eq!(publish(most), (Ok(()), 1));
        assert_eq!(publish(most + 1), (Err(RetCode::PARAMETER_EXCEEDS), 0));
    }
}

#[test]
fn a_connection_brings_1024_kb_in_a_second_and_then_is_cut() {
    assert_eq!(limits::BANDWIDTH, 1_048_576);
    let (mut world, id) = with(|_| {});
    world.run(seconds(2));
    let packet = publish_of(&upload(), 262_144);
    for part in packet.chunks(65_536).cycle().take(16) {
        world.send_raw(id, part);
        world.run(millis(62));
    }
    assert_eq!(world.taken().len(), 4);
    assert!(!world.is_closed(id));
    // 992 ms after the first byte nothing may come.
    world.send_raw(id, &[0xc0]);
    assert!(world.is_closed(id));
    assert_eq!(world.ends(), [Why::Bandwidth]);
}

#[test]
fn the_second_of_the_bandwidth_slides_too() {
    let (mut world, id) = with(|_| {});
    let packet = publish_of(&upload(), 262_144);
    world.run(millis(1900));
    for _ in 0..4 {
        world.send_raw(id, &packet);
    }
    world.run(millis(999));
    assert!(!world.is_closed(id));
    world.run(millis(1));
    for _ in 0..4 {
        world.send_raw(id, &packet);
    }
    assert!(!world.is_closed(id));
    world.run(millis(500));
    world.send_raw(id, &packet);
    assert!(world.is_closed(id));
}

#[test]
fn a_topic_has_128_bytes_at_most() {
    assert_eq!(limits::TOPIC_LENGTH, 128);
    let device = uiot_testbench::uiot::Credential::new(PRODUCT, "d".repeat(46));
    let rest = |length: usize| "x".repeat(length - format!("/{PRODUCT}/{}/", device.device_sn).len());
    let (fits, exceeds) = (rest(128), rest(129));
    assert_eq!(fits.len(), 63);
    let mut world = World::new();
    world.platform.create_device(PRODUCT, &device.device_sn, SECRET).unwrap();
    define(&mut world, &[&fits, &exceeds]);
    let id = world.raw_online(&options(&device, AuthMode::Static, SECRET));
    let topic = |rest: &str| format!("/{PRODUCT}/{}/{rest}", device.device_sn);
    let subscribed = |world: &mut World, topic: &str| {
        world.send_raw(id, &subscribe(1, topic, QoS::AtMostOnce));
        matches!(&world.packets(id)[..], [Packet::SubAck(_, codes)]
            if codes[..] == [SubscribeReturnCode::Granted(QoS::AtMostOnce)])
    };
    assert!(subscribed(&mut world, &topic(&fits)));
    assert!(!subscribed(&mut world, &topic(&exceeds)));
    world.send_raw(id, &publish(&topic(&fits), b"x", QoS::AtMostOnce, 0));
    // The suffix for the parser is no part of the topic.
    world.send_raw(id, &publish(&format!("{}?parse=true", topic(&fits)), b"x", QoS::AtMostOnce, 0));
    assert_eq!(world.taken().len(), 2);
    world.send_raw(id, &publish(&topic(&exceeds), b"x", QoS::AtMostOnce, 0));
    assert_eq!((world.taken().len(), world.failures()), (2, vec![Why::TopicLimit]));
    let cloud = |world: &mut World, rest: &str| {
        world.platform.publish(world.now, &device, &topic(rest), "x", QoS::AtMostOnce)
    };
    assert_eq!(cloud(&mut world, &fits), Ok(()));
    assert_eq!(cloud(&mut world, &exceeds), Err(RetCode::PARAMETER_EXCEEDS));
}

#[test]
fn a_topic_has_seven_slashes_at_most() {
    assert_eq!(limits::TOPIC_SLASHES, 7);
    let (mut world, id) = with(|_| {});
    define(&mut world, &["a/b/c/d/e"]);
    let seven = format!("/{PRODUCT}/{DEVICE}/a/b/c/d/e");
    assert_eq!(seven.matches('/').count(), 7);
    world.send_raw(id, &publish(&seven, b"x", QoS::AtMostOnce, 0));
    assert_eq!(world.taken(), std::slice::from_ref(&seven));
    let eight = format!("{seven}/f");
    world.send_raw(id, &publish(&eight, b"x", QoS::AtMostOnce, 0));
    assert_eq!(world.failures(), [Why::TopicLimit]);
    world.send_raw(id, &subscribe(1, &eight, QoS::AtMostOnce));
    assert_eq!(world.read_raw(id), [0x90, 3, 0, 1, 0x80]);
    // The longest system topics fit: six slashes, or seven with a command's request.
    world.send_raw(id, &subscribe(1, &format!("/{PRODUCT}/{DEVICE}/a/b/c/d/+"), QoS::AtMostOnce));
    assert_eq!(world.read_raw(id), [0x90, 3, 0, 1, 0x80]);
}

#[test]
fn a_device_has_100_subscriptions_and_the_next_is_refused() {
    let mut world = World::new();
    let topic = CustomTopic { rest: "s/#".into(), permission: Permission::Sub, broadcast: false };
    world.platform.define_topics(PRODUCT, vec![topic]).unwrap();
    let id = world.raw_online(&static_options());
    let filter = |n: u16| format!("/{PRODUCT}/{DEVICE}/s/{n}");
    let ask = |world: &mut World, filter: &str, qos| {
        world.send_raw(id, &subscribe(1, filter, qos));
        world.read_raw(id).pop().unwrap()
    };
    for n in 1..=100 {
        assert_eq!(ask(&mut world, &filter(n), QoS::AtMostOnce), 0, "{n}");
    }
    assert_eq!(ask(&mut world, &filter(101), QoS::AtMostOnce), 0x80);
    let refused = world.trace().into_iter().rev().find_map(|event| match event {
        uiot_testbench::simulator::TraceEvent::Subscribed { why, .. } => *why,
        _ => None,
    });
    assert_eq!(refused, Some(Why::TooManySubscriptions));
    // The same filter again is no further one, and takes the new QoS.
    assert_eq!(ask(&mut world, &filter(50), QoS::AtLeastOnce), 1);
    assert_eq!(ask(&mut world, &filter(101), QoS::AtMostOnce), 0x80);
    // One that is left makes room for one.
    world.send_raw(id, &unsubscribe(2, &filter(7)));
    world.read_raw(id);
    assert_eq!(ask(&mut world, &filter(101), QoS::AtMostOnce), 0);
    assert_eq!(ask(&mut world, &filter(102), QoS::AtMostOnce), 0x80);
}

#[test]
fn a_subscription_of_many_filters_is_answered_for_each() {
    let (mut world, id) = with(|_| {});
    define(&mut world, &["a", "b", "c"]);
    let mut body = vec![0, 9];
    for (rest, qos) in [("a", 1), ("no", 1), ("b", 0), ("c", 2)] {
        let filter = format!("/{PRODUCT}/{DEVICE}/{rest}");
        body.extend([0, filter.len() as u8]);
        body.extend(filter.as_bytes());
        body.push(qos);
    }
    world.send_raw(id, &raw::packet(0x82, &body));
    assert_eq!(world.read_raw(id), [0x90, 6, 0, 9, 1, 0x80, 0, 1]);
}

#[test]
fn a_message_with_qos_2_cuts_the_connection() {
    let (mut world, id) = with(|_| {});
    world.send_raw(id, &publish(&upload(), b"x", QoS::ExactlyOnce, 1));
    assert!(world.is_closed(id) && world.read_raw(id).is_empty());
    assert_eq!((world.ends(), world.failures()), (vec![Why::QoS2], vec![Why::QoS2]));
    assert!(world.taken().is_empty());
}

#[test]
fn a_message_with_retain_cuts_the_connection() {
    for qos in [QoS::AtMostOnce, QoS::AtLeastOnce] {
        let (mut world, id) = with(|_| {});
        world.send_raw(id, &publish_retained(&upload(), b"x", qos, 1));
        assert!(world.is_closed(id) && world.read_raw(id).is_empty());
        assert_eq!((world.ends(), world.failures()), (vec![Why::Retain], vec![Why::Retain]));
    }
}

#[test]
fn a_project_has_100_products() {
    let mut world = World::new();
    for _ in 1..limits::PRODUCTS {
        world.platform.create_product(NewProduct::default()).unwrap();
    }
    assert_eq!(world.platform.registry().products.len(), 100);
    assert_eq!(world.platform.create_product(NewProduct::default()), Err(RetCode::PARAMETER_EXCEEDS));
}

#[test]
fn a_product_has_10000_devices_whoever_adds_them() {
    let mut world = World::new();
    for n in 2..limits::DEVICES {
        world.platform.create_device(PRODUCT, &format!("number-{n}"), SECRET).unwrap();
    }
    let refused = world.platform.create_device(PRODUCT, "one-more", SECRET);
    assert_eq!(refused.unwrap_err(), RetCode::TOO_MANY_DEVICES);
    let newcomer = uiot_testbench::uiot::Credential::new(PRODUCT, "one-more");
    let code = world.try_connect(&options(&newcomer, AuthMode::Dynamic, PRODUCT_SECRET));
    assert_eq!(code, Some(uiot_testbench::mqtt::ConnectReturnCode::NotAuthorized));
    assert_eq!(world.platform.registry().product(PRODUCT).unwrap().devices.len(), limits::DEVICES);
}
