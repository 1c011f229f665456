//! Sessions: what is kept for a device, for how long, and what comes again (limitation.md; MQTT §3.1.2.4, §4.4, §4.6).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use std::time::Duration;

use simulated::raw::{puback, seconds, subscribe};
use simulated::*;
use uiot_testbench::mqtt::{ConnectOptions, ConnectReturnCode as Code, Event, Packet, ProtocolVersion, QoS};
use uiot_testbench::simulator::{ConnectionId, MAX_QUEUED, Why};
use uiot_testbench::uiot::{CustomTopic, Permission, RetCode, limits};

fn set() -> String {
    format!("/{PRODUCT}/{DEVICE}/set")
}

fn lasting() -> ConnectOptions {
    ConnectOptions { clean_session: false, ..static_options() }
}

fn cloud(world: &mut World, payload: &str, qos: QoS) {
    world.platform.publish(world.now, &device(), &set(), payload.to_owned(), qos).unwrap();
    world.settle();
}

/// A raw device with a lasting session that subscribed with QoS 1.
fn subscribed(world: &mut World) -> ConnectionId {
    let id = world.raw_online(&lasting());
    world.send_raw(id, &subscribe(1, &set(), QoS::AtLeastOnce));
    assert_eq!(world.read_raw(id), [0x90, 3, 0, 1, 1]);
    id
}

/// Topic, packet identifier and DUP.
type Came = (String, Option<u16>, bool);

/// The same device on another connection; whether the session was there, and the messages that come at once.
fn back(world: &mut World) -> (ConnectionId, bool, Vec<Came>) {
    let id = world.raw_connect(&lasting());
    let packets = world.packets(id);
    let Packet::ConnAck(connack) = &packets[0] else { panic!("{packets:?}") };
    assert_eq!(connack.code, Code::Accepted);
    let messages = packets[1..].iter().map(|packet| match packet {
        Packet::Publish(message) => (
            String::from_utf8(message.payload.to_vec()).unwrap(),
            message.packet_id.map(|id| id.number()),
            message.dup,
        ),
        other => panic!("{other:?}"),
    });
    (id, connack.session_present, messages.collect())
}

fn texts(messages: &[(String, Option<u16>, bool)]) -> Vec<&str> {
    messages.iter().map(|(text, ..)| &**text).collect()
}

#[test]
fn session_present_says_whether_there_is_one() {
    let mut world = World::new();
    let clean = ConnectOptions { clean_session: true, ..static_options() };
    // Each with whether a session was left by the one before.
    for (options, present) in [
        (&lasting(), false),
        (&lasting(), true),
        (&lasting(), true),
        (&clean, false),
        (&lasting(), false),
        (&clean, false),
        (&clean, false),
    ] {
        let id = world.raw_connect(options);
        assert_eq!(world.connack(id), Some((present, Code::Accepted)));
        world.break_raw(id);
    }
}

#[test]
fn mqtt_3_1_has_no_flag_but_the_session() {
    let mut world = World::new();
    let old = ConnectOptions { protocol: ProtocolVersion::V3_1, ..lasting() };
    let device = world.connected(&old);
    world.subscribe(device, &set(), QoS::AtLeastOnce);
    world.disconnect(device);
    cloud(&mut world, "kept", QoS::AtLeastOnce);
    let id = world.raw_connect(&old);
    assert_eq!(world.read_raw(id)[..4], [0x20, 2, 0, 0]);
    world.send_raw(id, &raw::pingreq());
    assert_eq!(world.platform.waiting(&simulated::device()), 1);
}

#[test]
fn a_lasting_session_keeps_subscriptions_and_messages_with_qos_1() {
    let mut world = World::new();
    let id = subscribed(&mut world);
    world.break_raw(id);
    for (text, qos) in [("1", QoS::AtLeastOnce), ("0", QoS::AtMostOnce), ("2", QoS::AtLeastOnce)] {
        cloud(&mut world, text, qos);
    }
    assert_eq!(world.failures(), [Why::DeviceOffline]);
    let (id, present, messages) = back(&mut world);
    assert!(present);
    assert_eq!(texts(&messages), ["1", "2"]);
    assert!(messages.iter().all(|(_, _, dup)| !dup), "they never went out before");
    cloud(&mut world, "3", QoS::AtLeastOnce);
    assert_eq!(world.raw_inbox(id).len(), 1);
}

#[test]
fn a_clean_session_keeps_nothing() {
    let mut world = World::new();
    let first = world.connected(&static_options());
    world.subscribe(first, &set(), QoS::AtLeastOnce);
    world.break_line(first);
    cloud(&mut world, "lost", QoS::AtLeastOnce);
    assert_eq!(world.failures(), [Why::DeviceOffline]);
    let id = world.raw_online(&static_options());
    cloud(&mut world, "unheard", QoS::AtLeastOnce);
    assert!(world.read_raw(id).is_empty());
    assert_eq!(world.failures().last(), Some(&Why::NotSubscribed));
}

#[test]
fn a_clean_session_ends_the_lasting_one() {
    let mut world = World::new();
    let id = subscribed(&mut world);
    world.break_raw(id);
    cloud(&mut world, "kept", QoS::AtLeastOnce);
    let id = world.raw_online(&static_options());
    assert!(world.read_raw(id).is_empty());
    world.break_raw(id);
    assert!(!back(&mut world).1);
}

#[test]
fn the_queue_has_room_for_100_messages_of_an_offline_device() {
    assert_eq!(limits::QUEUE_LENGTH, 100);
    let mut world = World::new();
    let id = subscribed(&mut world);
    world.break_raw(id);
    for n in 1..=101 {
        cloud(&mut world, &n.to_string(), QoS::AtLeastOnce);
    }
    assert_eq!(world.failures(), [Why::QueueFull]);
    assert_eq!(world.platform.waiting(&device()), 100);
    let (id, _, messages) = back(&mut world);
    let expected: Vec<_> = (1..=100).map(|n| n.to_string()).collect();
    assert_eq!(texts(&messages), expected);
    // Each acknowledgement makes room for one.
    world.send_raw(id, &puback(messages[0].1.unwrap()));
    cloud(&mut world, "a", QoS::AtLeastOnce);
    cloud(&mut world, "b", QoS::AtLeastOnce);
    assert_eq!(texts(&world.raw_inbox(id)), ["a"]);
    assert_eq!(world.failures(), [Why::QueueFull; 2]);
    // QoS 0 needs no room.
    cloud(&mut world, "c", QoS::AtMostOnce);
    assert_eq!(texts(&world.raw_inbox(id)), ["c"]);
}

#[test]
fn a_message_is_kept_for_72_hours() {
    assert_eq!(limits::QUEUE_TIME, Duration::from_secs(72 * 3600));
    for (wait, kept) in [(seconds(72 * 3600), 1), (seconds(72 * 3600) + raw::millis(1), 0)] {
        let mut world = World::new();
        let id = subscribed(&mut world);
        world.break_raw(id);
        cloud(&mut world, "old", QoS::AtLeastOnce);
        world.run(wait);
        assert_eq!(back(&mut world).2.len(), kept, "{wait:?}");
    }
}

#[test]
fn old_messages_make_room_for_new_ones() {
    let mut world = World::new();
    let id = subscribed(&mut world);
    world.break_raw(id);
    (0..100).for_each(|_| cloud(&mut world, "old", QoS::AtLeastOnce));
    world.run(limits::QUEUE_TIME + raw::millis(1));
    cloud(&mut world, "new", QoS::AtLeastOnce);
    assert!(world.failures().is_empty());
    assert_eq!(texts(&back(&mut world).2), ["new"]);
}

#[test]
fn the_qos_is_the_lower_one_of_sender_and_subscription() {
    for (sent, granted, comes) in [(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 1)] {
        let (mut world, device) = World::online();
        let qos = |number| QoS::from_number(number).unwrap();
        assert_eq!(world.subscribe(device, &set(), qos(granted)), Some(qos(granted)));
        cloud(&mut world, "x", qos(sent));
        assert_eq!(world.inbox(device)[0].qos, qos(comes), "{sent} {granted}");
        assert_eq!(world.platform.waiting(&simulated::device()), 0);
    }
}

#[test]
fn the_platform_sends_no_qos_2() {
    let mut world = World::new();
    let id = subscribed(&mut world);
    assert_eq!(
        world.platform.publish(world.now, &device(), &set(), "x", QoS::ExactlyOnce),
        Err(RetCode::PARAMETER_WRONG)
    );
    assert!(world.read_raw(id).is_empty());
}

#[test]
fn what_is_not_acknowledged_comes_again_as_a_duplicate_in_its_order() {
    let mut world = World::new();
    let id = subscribed(&mut world);
    for text in ["1", "2", "3"] {
        cloud(&mut world, text, QoS::AtLeastOnce);
    }
    let first = world.raw_inbox(id);
    assert_eq!(texts(&first), ["1", "2", "3"]);
    assert!(first.iter().all(|(_, _, dup)| !dup));
    // On the same connection nothing comes again [MQTT-4.4.0-1].
    world.run(seconds(60));
    assert!(world.read_raw(id).is_empty());
    world.send_raw(id, &puback(first[1].1.unwrap()));
    world.break_raw(id);
    cloud(&mut world, "4", QoS::AtLeastOnce);

    let (id, _, again) = back(&mut world);
    assert_eq!(texts(&again), ["1", "3", "4"]);
    assert_eq!([again[0].1, again[1].1], [first[0].1, first[2].1], "with their identifiers");
    assert_eq!(again.iter().map(|(_, _, dup)| *dup).collect::<Vec<_>>(), [true, true, false]);
    for (_, number, _) in &again {
        world.send_raw(id, &puback(number.unwrap()));
    }
    assert_eq!(world.platform.waiting(&device()), 0);
    world.break_raw(id);
    assert!(back(&mut world).2.is_empty());
}

#[test]
fn a_kicked_out_device_with_a_lasting_session_loses_nothing() {
    let mut world = World::new();
    let id = subscribed(&mut world);
    cloud(&mut world, "1", QoS::AtLeastOnce);
    let (second, present, messages) = back(&mut world);
    assert!(world.is_closed(id) && present);
    assert_eq!(texts(&messages), ["1"]);
    world.send_raw(second, &puback(messages[0].1.unwrap()));
    assert_eq!(world.platform.waiting(&device()), 0);
}

#[test]
fn identifiers_of_waiting_messages_are_not_used_for_others() {
    let mut world = World::new();
    let id = subscribed(&mut world);
    cloud(&mut world, "first", QoS::AtLeastOnce);
    let first = world.raw_inbox(id)[0].1.unwrap();
    for n in 0..70_000 {
        cloud(&mut world, "x", QoS::AtLeastOnce);
        let number = world.raw_inbox(id)[0].1.unwrap();
        assert_ne!(number, first, "{n}");
        world.send_raw(id, &puback(number));
        if n % 100 == 0 {
            world.run(seconds(1));
        }
    }
    assert_eq!(world.platform.waiting(&device()), 1);
}

#[test]
fn what_is_unsubscribed_comes_no_more() {
    let (mut world, device) = World::online();
    world.subscribe(device, &set(), QoS::AtLeastOnce);
    cloud(&mut world, "1", QoS::AtLeastOnce);
    let filter = uiot_testbench::mqtt::TopicFilter::parse(&set()).unwrap();
    let now = world.now;
    world.session(device).unsubscribe(now, &filter).unwrap();
    world.settle();
    cloud(&mut world, "2", QoS::AtLeastOnce);
    assert_eq!(world.inbox(device).len(), 1);
    assert_eq!(world.failures(), [Why::NotSubscribed]);
    let unsubscribed = uiot_testbench::simulator::TraceEvent::Unsubscribed(set());
    assert!(world.trace().contains(&&unsubscribed));
    assert!(world.session(device).subscriptions().is_empty());
}

#[test]
fn what_waits_when_a_subscription_is_left_still_comes() {
    // MQTT §3.10.4: it must complete what it has started, and may deliver the rest.
    let mut world = World::new();
    let id = subscribed(&mut world);
    cloud(&mut world, "1", QoS::AtLeastOnce);
    world.read_raw(id);
    world.send_raw(id, &raw::unsubscribe(2, &set()));
    world.break_raw(id);
    assert_eq!(texts(&back(&mut world).2), ["1"]);
}

#[test]
fn our_session_takes_up_its_session_without_asking_again() {
    let mut world = World::new();
    let device = world.connected(&lasting());
    world.subscribe(device, &set(), QoS::AtLeastOnce);
    world.break_line(device);
    cloud(&mut world, "kept", QoS::AtLeastOnce);
    world.connect(device);
    let present = world.events(device).iter().rev().find_map(|event| match event {
        Event::Connected { session_present, .. } => Some(*session_present),
        _ => None,
    });
    assert_eq!(present, Some(true));
    let inbox = world.inbox(device);
    assert_eq!((inbox.len(), inbox[0].dup), (1, false));
    assert_eq!(world.platform.waiting(&simulated::device()), 0);
    let asked = world
        .trace()
        .into_iter()
        .filter(|event| matches!(event, uiot_testbench::simulator::TraceEvent::Subscribed { .. }));
    assert_eq!(asked.count(), 1);
}

#[test]
fn all_queues_together_have_their_bound() {
    let mut world = World::new();
    let topic = CustomTopic { rest: "set".into(), permission: Permission::Sub, broadcast: true };
    world.platform.define_topics(PRODUCT, vec![topic]).unwrap();
    let filter = format!("/{PRODUCT}/$broadcast/set");
    let mut devices = Vec::new();
    for n in 0..10 {
        let name = format!("number-{n}");
        let (device, _) = world.platform.create_device(PRODUCT, &name, SECRET).unwrap();
        let options = options(&device, uiot_testbench::uiot::AuthMode::Static, SECRET);
        let id = world.raw_connect(&ConnectOptions { clean_session: false, ..options });
        world.send_raw(id, &subscribe(1, &filter, QoS::AtLeastOnce));
        world.break_raw(id);
        devices.push(device);
    }
    let large = vec![b'x'; limits::PACKET_SIZE - 1000];
    for _ in 0..100 {
        world.platform.broadcast(world.now, PRODUCT, "set", large.clone(), QoS::AtLeastOnce).unwrap();
    }
    let kept: usize = devices.iter().map(|device| world.platform.waiting(device)).sum();
    assert_eq!(kept, MAX_QUEUED / limits::PACKET_SIZE);
    assert!(world.failures().contains(&Why::QueueFull));
    // What goes with a device makes room.
    let gone = world.platform.waiting(&devices[0]);
    world.platform.delete_device(world.now, &devices[0]).unwrap();
    world.platform.broadcast(world.now, PRODUCT, "set", large, QoS::AtLeastOnce).unwrap();
    let left: usize = devices[1..].iter().map(|device| world.platform.waiting(device)).sum();
    assert_eq!(left, kept - gone + 9);
}
