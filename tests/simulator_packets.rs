//! The broker's reading of the wire: how bytes are cut into packets, and what ends a connection (MQTT 3.1.1).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use simulated::raw::{connect, odd_connect, packet, pingreq, publish, subscribe};
use simulated::*;
use uiot_testbench::mqtt::{ConnectOptions, ConnectReturnCode as Code, Packet, ProtocolVersion, QoS};
use uiot_testbench::simulator::{ConnectionId, Why};

fn set() -> String {
    format!("/{PRODUCT}/{DEVICE}/set")
}

/// The rule that a packet of a device that is online breaks, if it is cut for it.
fn fault_of(bytes: &[u8], protocol: ProtocolVersion) -> Option<&'static str> {
    let mut world = World::new();
    let id = world.raw_online(&ConnectOptions { protocol, ..static_options() });
    world.send_raw(id, bytes);
    let fault = match world.ends()[..] {
        [] => None,
        [Why::Malformed(rule)] => Some(rule),
        ref other => panic!("{other:?}"),
    };
    assert_eq!(world.is_closed(id), fault.is_some());
    fault
}

fn is_malformed(bytes: &[u8]) -> bool {
    fault_of(bytes, ProtocolVersion::V3_1_1).is_some()
}

/// A string as MQTT writes it.
fn string(text: &[u8]) -> Vec<u8> {
    [&u16::try_from(text.len()).unwrap().to_be_bytes()[..], text].concat()
}

#[test]
fn how_the_stream_is_cut_changes_nothing() {
    let upload = format!("/{PRODUCT}/{DEVICE}/upload");
    let stream = [
        &connect(&static_options())[..],
        &subscribe(1, &set(), QoS::AtLeastOnce),
        &publish(&upload, &[b'x'; 300], QoS::AtLeastOnce, 2),
        &pingreq(),
        &raw::unsubscribe(3, &set()),
    ]
    .concat();
    let expected =
        [&[0x20, 2, 0, 0][..], &[0x90, 3, 0, 1, 1], &[0x40, 2, 0, 2], &[0xd0, 0], &[0xb0, 2, 0, 3]].concat();
    for chunk in [1, 2, 3, 7, 100, stream.len()] {
        let mut world = World::new();
        let id = world.raw();
        for part in stream.chunks(chunk) {
            world.send_raw(id, part);
        }
        assert_eq!(world.read_raw(id), expected, "{chunk}");
    }
}

#[test]
fn our_session_understands_the_platform_however_the_stream_is_cut() {
    for chunk in [1, 2, 5, 64] {
        let mut world = World::new();
        world.chunk = chunk;
        let device = world.connected(&static_options());
        world.subscribe(device, &set(), QoS::AtLeastOnce);
        let text = "温度".repeat(200);
        world
            .platform
            .publish(world.now, &simulated::device(), &set(), text.clone(), QoS::AtLeastOnce)
            .unwrap();
        world.settle();
        assert_eq!(world.inbox(device)[0].payload, text.as_bytes());
        assert_eq!(world.platform.waiting(&simulated::device()), 0);
    }
}

#[test]
fn what_only_brokers_send_ends_the_connection() {
    for bytes in
        [&[0x20, 2, 0, 0][..], &[0x90, 3, 0, 1, 0], &[0xb0, 2, 0, 1], &[0xd0, 0], &[0x00, 0], &[0xf0, 0]]
    {
        assert!(is_malformed(bytes), "{bytes:02x?}");
    }
}

#[test]
fn wrong_flags_end_the_connection() {
    for first in 0_u8..=255 {
        let kind = first >> 4;
        let body: &[u8] = match kind {
            3 => &[0, 1, b'a', 0, 1],
            8 => &[0, 1, 0, 1, b'a', 0],
            10 => &[0, 1, 0, 1, b'a'],
            4..=7 => &[0, 1],
            12 | 14 => &[],
            // CONNECT is out of place, the others are not a client's.
            _ => continue,
        };
        let flags = first & 0x0f;
        let good = match kind {
            // No QoS 3; no DUP with QoS 0; RETAIN and QoS 2 are the platform's affair.
            3 => flags & 0b0110 == 0b0010 && flags & 1 == 0 || flags == 0,
            6 | 8 | 10 => flags == 0b0010,
            _ => flags == 0,
        };
        let platforms = kind == 3 && (flags & 1 == 1 || flags & 0b0110 == 0b0100) && flags & 0b0110 != 0b0110;
        if platforms || kind == 14 {
            continue;
        }
        assert_eq!(is_malformed(&packet(first, body)), !good, "{first:02x}");
    }
}

#[test]
fn dup_in_subscribe_unsubscribe_and_pubrel_is_mqtt_3_1_alone() {
    let packets =
        [packet(0x8a, &[0, 1, 0, 1, b'a', 0]), packet(0xaa, &[0, 1, 0, 1, b'a']), packet(0x6a, &[0, 1])];
    for bytes in packets {
        assert!(fault_of(&bytes, ProtocolVersion::V3_1_1).is_some(), "{bytes:02x?}");
        assert!(fault_of(&bytes, ProtocolVersion::V3_1).is_none(), "{bytes:02x?}");
    }
}

#[test]
fn a_packet_with_another_length_than_its_fields_ends_the_connection() {
    for bytes in [
        &[0x40, 1, 0][..],
        &[0x40, 3, 0, 1, 0],
        &[0xc0, 1, 0],
        &[0xe0, 1, 0],
        &[0x82, 5, 0, 1, 0, 9, b'a'],
        &[0x82, 5, 0, 1, 0, 1, b'a'],
        &[0x82, 1, 0],
        &[0x30, 1, 0],
        &[0x30, 3, 0, 5, b'a'],
        &[0x32, 4, 0, 1, b'a', 0],
        // A remaining length of five bytes.
        &[0x30, 0xff, 0xff, 0xff, 0xff, 1],
    ] {
        assert!(is_malformed(bytes), "{bytes:02x?}");
    }
}

#[test]
fn packet_identifier_0_ends_the_connection() {
    for bytes in [
        packet(0x32, &[0, 1, b'a', 0, 0]),
        packet(0x82, &[0, 0, 0, 1, b'a', 0]),
        packet(0xa2, &[0, 0, 0, 1, b'a']),
        packet(0x40, &[0, 0]),
        packet(0x50, &[0, 0]),
        packet(0x62, &[0, 0]),
        packet(0x70, &[0, 0]),
    ] {
        assert!(is_malformed(&bytes), "{bytes:02x?}");
    }
}

#[test]
fn a_subscription_without_a_filter_or_with_qos_3_ends_the_connection() {
    assert!(is_malformed(&[0x82, 2, 0, 1]));
    assert!(is_malformed(&[0xa2, 2, 0, 1]));
    assert!(is_malformed(&packet(0x82, &[0, 1, 0, 1, b'a', 3])));
    assert!(is_malformed(&packet(0x82, &[0, 1, 0, 1, b'a', 0x80])));
}

#[test]
fn an_illegal_topic_or_filter_ends_the_connection() {
    for topic in [&b""[..], b"a\0b", b"a/+", b"a/#", b"#", &[0xff, 0xfe], &[0xed, 0xa0, 0x80]] {
        assert!(is_malformed(&packet(0x30, &string(topic))), "{topic:02x?}");
    }
    for filter in [&b""[..], b"a\0b", b"a+", b"#/a", b"a/b#", &[0xc0, 0xaf]] {
        let body = [&[0, 1][..], &string(filter), &[0]].concat();
        assert!(is_malformed(&packet(0x82, &body)), "{filter:02x?}");
        let body = [&[0, 1][..], &string(filter)].concat();
        assert!(is_malformed(&packet(0xa2, &body)), "{filter:02x?}");
    }
}

#[test]
fn a_broken_connect_ends_the_connection_without_an_answer() {
    let (client_id, user_name) = (device().client_id(), device().user_name());
    let good = [&*client_id, &*user_name, SECRET];
    for (flags, strings) in [
        // The reserved flag; QoS 3, QoS or RETAIN without a will; a password without a user name.
        (0xc3, &good[..]),
        (0xde, &good),
        (0xca, &good),
        (0xe2, &good),
        (0x42, &[&client_id, SECRET]),
        // Fields that are missing, and one too many.
        (0xc2, &good[..2]),
        (0xc2, &good[..1]),
        (0xc2, &[]),
        (0xc2, &[good[0], good[1], good[2], "more"]),
        (0xc6, &good),
    ] {
        let mut world = World::new();
        let id = world.raw();
        world.send_raw(id, &odd_connect("MQTT", 4, flags, 300, strings));
        assert!(world.is_closed(id) && world.read_raw(id).is_empty(), "{flags:02x} {strings:?}");
    }
}

#[test]
fn unasked_acknowledgements_change_nothing() {
    let mut world = World::new();
    let id = world.raw_online(&static_options());
    for first in [0x40, 0x50, 0x70] {
        world.send_raw(id, &[first, 2, 0, 99]);
    }
    assert!(!world.is_closed(id) && world.read_raw(id).is_empty());
    // PUBREL is answered always (MQTT §4.3.3).
    world.send_raw(id, &[0x62, 2, 0, 99]);
    assert_eq!(world.packets(id), [Packet::PubComp(raw::id(99))]);
    world.send_raw(id, &raw::unsubscribe(5, "/never/asked/for"));
    assert_eq!(world.packets(id), [Packet::UnsubAck(raw::id(5))]);
}

#[test]
fn after_disconnect_nothing_is_read() {
    let mut world = World::new();
    let id = world.raw_online(&static_options());
    let upload = format!("/{PRODUCT}/{DEVICE}/upload");
    let both = [&[0xe0, 0][..], &publish(&upload, b"x", QoS::AtLeastOnce, 1)].concat();
    world.send_raw(id, &both);
    assert!(world.is_closed(id) && world.read_raw(id).is_empty() && world.taken().is_empty());
    assert_eq!(world.ends(), [Why::SentDisconnect]);
}

#[test]
fn what_follows_connect_at_once_is_read_after_it() {
    let online = |world: &mut World, options: &ConnectOptions| -> ConnectionId {
        let id = world.raw();
        world.send_raw(id, &[&connect(options)[..], &pingreq()].concat());
        id
    };
    let mut world = World::new();
    let id = online(&mut world, &static_options());
    assert_eq!(world.read_raw(id), [0x20, 2, 0, 0, 0xd0, 0]);
    let refused = online(&mut world, &ConnectOptions { keep_alive: 10, ..static_options() });
    assert_eq!(world.read_raw(refused), [0x20, 2, 0, Code::NotAuthorized.number()]);
}
