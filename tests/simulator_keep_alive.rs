//! The keep alive: what may be asked for, and when a silent device is cut (limitation.md, mqttconnect.md).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use simulated::raw::{connect, millis, pingreq, publish, seconds};
use simulated::*;
use uiot_testbench::mqtt::{ConnectOptions, ConnectReturnCode as Code, QoS, State};
use uiot_testbench::simulator::{ConnectionId, Why};

fn keep_alive(seconds: u16) -> ConnectOptions {
    ConnectOptions { keep_alive: seconds, ..static_options() }
}

fn upload() -> String {
    format!("/{PRODUCT}/{DEVICE}/upload")
}

#[test]
fn from_30_to_1200_seconds_are_taken() {
    let mut world = World::new();
    for seconds in [30, 31, 60, 300, 1199, 1200] {
        assert_eq!(world.try_connect(&keep_alive(seconds)), Some(Code::Accepted), "{seconds}");
    }
}

#[test]
fn everything_else_is_refused_and_so_is_0() {
    let mut world = World::new();
    for seconds in [0, 1, 29, 1201, u16::MAX] {
        assert_eq!(world.try_connect(&keep_alive(seconds)), Some(Code::NotAuthorized), "{seconds}");
        assert_eq!(world.refusals().last(), Some(&(5, Why::KeepAliveRange(seconds))));
    }
}

/// Connects with this keep alive and grace, and is silent.
fn silent(seconds: u16, grace: f64) -> (World, ConnectionId) {
    let mut world = World::new();
    world.platform.choices.keep_alive_grace = grace;
    let id = world.raw_online(&keep_alive(seconds));
    (world, id)
}

#[test]
fn a_silent_device_is_cut_after_one_and_a_half_times_the_keep_alive_to_the_millisecond() {
    for (seconds, cut) in [(30, 45_000), (31, 46_500), (1200, 1_800_000)] {
        let (mut world, id) = silent(seconds, 1.5);
        world.run(millis(cut - 1));
        assert!(!world.is_closed(id), "{seconds}");
        world.run(millis(1));
        assert!(world.is_closed(id), "{seconds}");
        assert_eq!(world.ends(), [Why::KeepAliveOver]);
    }
}

#[test]
fn the_grace_can_be_none() {
    for grace in [1.0, 0.0, -3.0, f64::NAN] {
        let (mut world, id) = silent(30, grace);
        assert_eq!(world.time_to_close(id, seconds(100)), Some(seconds(30)), "{grace}");
    }
}

#[test]
fn an_endless_grace_is_only_long() {
    for grace in [f64::INFINITY, f64::MAX] {
        let (mut world, id) = silent(1200, grace);
        world.run(seconds(1_000_000));
        assert!(!world.is_closed(id));
    }
}

#[test]
fn every_packet_counts_as_a_sign_of_life() {
    let packets = [
        pingreq(),
        publish(&upload(), b"{}", QoS::AtMostOnce, 0),
        publish(&upload(), b"{}", QoS::AtLeastOnce, 1),
        // Also one that is refused.
        publish("/not/mine/at-all", b"{}", QoS::AtMostOnce, 0),
        raw::subscribe(1, &format!("/{PRODUCT}/{DEVICE}/set"), QoS::AtMostOnce),
        raw::puback(77),
    ];
    for packet in packets {
        let (mut world, id) = silent(30, 1.5);
        world.run(millis(44_999));
        world.send_raw(id, &packet);
        assert_eq!(world.time_to_close(id, seconds(100)), Some(seconds(45)), "{packet:?}");
    }
}

#[test]
fn a_part_of_a_packet_is_no_sign_of_life() {
    let (mut world, id) = silent(30, 1.5);
    let packet = publish(&upload(), &[b'x'; 200], QoS::AtMostOnce, 0);
    for byte in &packet[..45] {
        world.run(millis(999));
        world.send_raw(id, &[*byte]);
    }
    assert!(!world.is_closed(id));
    assert_eq!(world.time_to_close(id, seconds(1)), Some(millis(45)));
}

#[test]
fn what_the_platform_sends_is_no_sign_of_life() {
    let (mut world, id) = silent(30, 1.5);
    world.send_raw(id, &raw::subscribe(1, &format!("/{PRODUCT}/{DEVICE}/set"), QoS::AtMostOnce));
    world.run(seconds(20));
    world
        .platform
        .publish(world.now, &device(), &format!("/{PRODUCT}/{DEVICE}/set"), "x", QoS::AtMostOnce)
        .unwrap();
    world.run(millis(24_999));
    assert!(!world.is_closed(id));
    world.run(millis(1));
    assert!(world.is_closed(id));
}

#[test]
fn our_session_keeps_itself_alive_for_a_day() {
    for seconds_ in [30, 1200] {
        let mut world = World::new();
        let device = world.connected(&keep_alive(seconds_));
        world.run(seconds(24 * 60 * 60));
        assert_eq!(world.state(device), State::Online, "{seconds_}");
    }
}

#[test]
fn our_session_that_does_not_ping_is_cut() {
    let mut world = World::new();
    let device = world.connected(&keep_alive(30));
    world.session(device).set_pinging(false);
    world.settle();
    world.run(millis(44_999));
    assert_eq!(world.state(device), State::Online);
    world.run(millis(1));
    assert_eq!(world.state(device), State::Offline);
    assert_eq!(world.ends(), [Why::KeepAliveOver]);
}

#[test]
fn another_code_can_be_chosen_for_the_refusal() {
    let mut world = World::new();
    for code in [Code::ServerUnavailable, Code::IdentifierRejected, Code::Reserved(42)] {
        world.platform.choices.keep_alive_refusal = code;
        let id = world.raw();
        world.send_raw(id, &connect(&keep_alive(29)));
        assert_eq!(world.read_raw(id), [0x20, 2, 0, code.number()]);
    }
}

#[test]
fn the_rule_can_be_switched_off_and_then_0_means_without_end() {
    let mut world = World::new();
    world.platform.choices.keep_alive_refusal = Code::Accepted;
    let short = world.raw_online(&keep_alive(2));
    assert_eq!(world.time_to_close(short, seconds(10)), Some(seconds(3)));
    let long = world.raw_online(&keep_alive(u16::MAX));
    assert_eq!(world.time_to_close(long, seconds(100_000)), Some(millis(98_302_500)));
    let endless = world.raw_online(&keep_alive(0));
    world.run(seconds(10_000_000));
    assert!(!world.is_closed(endless));
}
