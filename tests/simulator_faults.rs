//! Faults on request: what each one does, and that it does no more.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use std::time::Duration;

use simulated::raw::{millis, pingreq, publish, seconds, subscribe};
use simulated::*;
use uiot_testbench::mqtt::{
    ConnectOptions, ConnectReturnCode as Code, EndCause, Event, Outcome, Packet, QoS, Rule, State,
    SubscriptionState, TopicFilter,
};
use uiot_testbench::simulator::{ConnectionId, Faults, InjectedFault, MAX_ON_THE_WAY, Why};
use uiot_testbench::uiot::AuthMode;

fn set() -> String {
    format!("/{PRODUCT}/{DEVICE}/set")
}

fn upload() -> String {
    format!("/{PRODUCT}/{DEVICE}/upload")
}

/// A raw device that is online and subscribed before the faults begin.
fn with(faults: Faults) -> (World, ConnectionId) {
    let mut world = World::new();
    let id = world.raw_online(&static_options());
    world.send_raw(id, &subscribe(1, &set(), QoS::AtLeastOnce));
    world.read_raw(id);
    world.platform.faults = faults;
    (world, id)
}

/// The same with our own session.
fn session_with(faults: Faults) -> (World, Handle) {
    let (mut world, device) = World::online();
    world.subscribe(device, &set(), QoS::AtLeastOnce);
    world.platform.faults = faults;
    (world, device)
}

fn cloud(world: &mut World, payload: &str, qos: QoS) {
    world.platform.publish(world.now, &device(), &set(), payload.to_owned(), qos).unwrap();
    world.settle();
}

#[test]
fn without_faults_nothing_goes_wrong() {
    assert!(!Faults::default().any());
    let (mut world, id) = with(Faults::default());
    for n in 1..=20 {
        cloud(&mut world, "x", QoS::AtLeastOnce);
        world.send_raw(id, &publish(&upload(), b"x", QoS::AtLeastOnce, n));
        world.send_raw(id, &pingreq());
    }
    assert_eq!(world.packets(id).len(), 60);
    assert!(world.injected().is_empty());
}

#[test]
fn a_delay_holds_for_every_packet_to_the_millisecond() {
    let (mut world, id) = with(Faults { delay: millis(250), ..Faults::default() });
    world.send_raw(id, &pingreq());
    world.run(millis(100));
    cloud(&mut world, "x", QoS::AtMostOnce);
    world.run(millis(149));
    assert!(world.read_raw(id).is_empty());
    world.run(millis(1));
    assert_eq!(world.packets(id), [Packet::PingResp]);
    world.run(millis(99));
    assert!(world.read_raw(id).is_empty());
    world.run(millis(1));
    assert_eq!(world.raw_inbox(id).len(), 1);
}

#[test]
fn jitter_never_changes_the_order() {
    let faults = Faults { delay: millis(200), jitter: millis(200), ..Faults::default() };
    let (mut world, id) = with(faults);
    let mut came = Vec::new();
    let mut times = Vec::new();
    for n in 0..200 {
        cloud(&mut world, &n.to_string(), QoS::AtMostOnce);
        for _ in 0..10 {
            world.run(millis(1));
            let inbox = world.raw_inbox(id);
            times.extend(inbox.iter().map(|_| world.now));
            came.extend(inbox.into_iter().map(|(text, ..)| text));
        }
    }
    world.run(seconds(1));
    came.extend(world.raw_inbox(id).into_iter().map(|(text, ..)| text));
    let expected: Vec<_> = (0..200).map(|n| n.to_string()).collect();
    assert_eq!(came, expected);
    let gaps: std::collections::BTreeSet<Duration> = times.windows(2).map(|two| two[1] - two[0]).collect();
    assert!(gaps.len() > 5, "they are spread: {gaps:?}");
}

#[test]
fn what_is_on_its_way_is_not_overtaken_when_the_fault_ends() {
    let (mut world, id) = with(Faults { delay: millis(500), ..Faults::default() });
    cloud(&mut world, "1", QoS::AtMostOnce);
    world.platform.faults = Faults::default();
    cloud(&mut world, "2", QoS::AtMostOnce);
    assert!(world.read_raw(id).is_empty());
    // At the very time, but before the platform was woken.
    world.now = world.now + millis(500);
    world.platform.publish(world.now, &device(), &set(), "3", QoS::AtMostOnce).unwrap();
    world.settle();
    let texts: Vec<_> = world.raw_inbox(id).into_iter().map(|(text, ..)| text).collect();
    assert_eq!(texts, ["1", "2", "3"]);
}

#[test]
fn a_refusal_waits_for_its_delay_and_the_close_for_the_refusal() {
    let mut world = World::new();
    world.platform.faults = Faults { delay: seconds(20), ..Faults::default() };
    let id = world.raw_connect(&options(&device(), AuthMode::Static, "wrongsecret00001"));
    world.send_raw(id, &pingreq());
    // Also past the time that a connection has for its CONNECT.
    world.run(millis(19_999));
    assert!(!world.is_closed(id) && world.read_raw(id).is_empty());
    world.run(millis(1));
    assert_eq!(world.connack(id), Some((false, Code::BadUserNameOrPassword)));
    assert!(world.is_closed(id));
    assert_eq!((world.platform.connections(), world.platform.wake_at()), (0, None));
}

#[test]
fn what_a_cut_connection_was_to_get_is_gone() {
    let (mut world, id) = with(Faults { delay: seconds(1), ..Faults::default() });
    cloud(&mut world, "x", QoS::AtMostOnce);
    world.platform.kick_device(world.now, &device()).unwrap();
    world.settle();
    assert!(world.is_closed(id));
    assert_eq!(world.platform.wake_at(), None);
    world.run(seconds(2));
    assert!(world.read_raw(id).is_empty());
}

#[test]
fn a_delay_does_not_pile_up_without_end() {
    let (mut world, id) = with(Faults { delay: seconds(3600), ..Faults::default() });
    let large = "x".repeat(200_000);
    let fit = MAX_ON_THE_WAY / 200_300;
    for _ in 0..fit {
        cloud(&mut world, &large, QoS::AtMostOnce);
    }
    assert!(!world.is_closed(id));
    (0..2).for_each(|_| cloud(&mut world, &large, QoS::AtMostOnce));
    assert!(world.is_closed(id));
    assert_eq!(world.injected(), [InjectedFault::Cut]);
    // With the connection all of it is gone.
    world.platform.faults.delay = seconds(1);
    let (id, _) = (world.raw_connect(&static_options()), world.run(seconds(1)));
    assert_eq!(world.connack(id), Some((false, Code::Accepted)));
}

#[test]
fn any_delay_and_jitter_can_be_reckoned_with() {
    for faults in [
        Faults { delay: Duration::MAX, jitter: Duration::MAX, ..Faults::default() },
        Faults { jitter: Duration::MAX, ..Faults::default() },
        Faults { cut_after: Some(Duration::MAX), ..Faults::default() },
        Faults { lose_acks: f64::NAN, lose_messages: f64::INFINITY, ..Faults::default() },
        Faults { lose_acks: -1.0, lose_messages: f64::NAN, ..Faults::default() },
    ] {
        let (mut world, id) = with(faults);
        cloud(&mut world, "x", QoS::AtLeastOnce);
        world.send_raw(id, &pingreq());
        world.raw_connect(&static_options());
    }
}

#[test]
fn lost_messages_are_acknowledged_and_go_no_further() {
    let (mut world, id) = with(Faults { lose_messages: 1.0, ..Faults::default() });
    world.send_raw(id, &publish(&upload(), b"x", QoS::AtLeastOnce, 7));
    assert_eq!(world.packets(id), [Packet::PubAck(raw::id(7))]);
    cloud(&mut world, "x", QoS::AtLeastOnce);
    assert!(world.read_raw(id).is_empty() && world.taken().is_empty());
    assert_eq!(world.platform.waiting(&device()), 0);
    assert_eq!(world.injected(), [InjectedFault::MessageLost; 2]);
}

#[test]
fn a_share_of_the_messages_is_lost() {
    let (mut world, id) = with(Faults { lose_messages: 0.3, ..Faults::default() });
    for _ in 0..1000 {
        cloud(&mut world, "x", QoS::AtMostOnce);
    }
    let came = world.raw_inbox(id).len();
    assert!((650..750).contains(&came), "{came}");
    assert_eq!(world.injected().len(), 1000 - came);
}

#[test]
fn a_lost_ack_is_overdue_in_our_sessions_ledger() {
    let (mut world, device) = session_with(Faults { lose_acks: 1.0, ..Faults::default() });
    let request = world.publish(device, &upload(), "x", QoS::AtLeastOnce).unwrap();
    assert_eq!(world.taken(), [upload()], "the message itself arrived");
    world.run(seconds(10));
    assert_eq!(world.outcome(device, request), Some(Outcome::Overdue));
    assert_eq!(world.session(device).outbox().overdue, 1);
    assert_eq!(world.state(device), State::Online);
    assert_eq!(world.injected(), [InjectedFault::AckLost]);
    // Messages and PINGRESP are no acknowledgements.
    cloud(&mut world, "x", QoS::AtLeastOnce);
    assert_eq!(world.inbox(device).len(), 1);
    world.run(seconds(600));
    assert_eq!(world.state(device), State::Online);
}

#[test]
fn a_lost_suback_is_a_subscription_all_the_same() {
    let (mut world, device) = World::online();
    world.platform.faults.lose_acks = 1.0;
    assert_eq!(world.subscribe(device, &set(), QoS::AtLeastOnce), None);
    world.run(seconds(10));
    let known = world.session(device).subscriptions()[0].clone();
    assert!(known.overdue && known.state == SubscriptionState::Pending);
    cloud(&mut world, "x", QoS::AtLeastOnce);
    assert_eq!(world.inbox(device).len(), 1);
}

#[test]
fn without_pingresp_our_session_ends_the_connection() {
    let (mut world, device) = session_with(Faults { withhold_pingresp: true, ..Faults::default() });
    world.publish(device, &upload(), "x", QoS::AtLeastOnce).unwrap();
    assert_eq!(world.session(device).outbox().unacknowledged, 0);
    let end = Event::Ended(EndCause::PingTimeout);
    world.run(seconds(304));
    assert!(!world.events(device).contains(&end));
    world.run(seconds(2));
    assert!(world.events(device).contains(&end));
    assert_eq!(world.injected(), [InjectedFault::Silence]);
}

#[test]
fn in_silence_nothing_comes_and_the_connection_stays() {
    let (mut world, id) = with(Faults { silence: true, ..Faults::default() });
    cloud(&mut world, "x", QoS::AtLeastOnce);
    world.send_raw(id, &pingreq());
    world.send_raw(id, &publish(&upload(), b"x", QoS::AtLeastOnce, 1));
    assert!(world.read_raw(id).is_empty() && !world.is_closed(id));
    assert_eq!(world.taken(), [upload()], "what the device says is heard");
    assert_eq!(world.injected(), [InjectedFault::Silence; 3]);
    let newcomer = world.raw_connect(&options(&other(), AuthMode::Static, SECRET));
    assert!(world.read_raw(newcomer).is_empty() && !world.is_closed(newcomer));
    assert!(world.platform.is_connected(&other()));
}

#[test]
fn a_connection_without_connack_stays_silent() {
    let mut world = World::new();
    world.platform.faults.silence = true;
    let id = world.raw_connect(&static_options());
    world.platform.faults.silence = false;
    world.send_raw(id, &subscribe(1, &set(), QoS::AtLeastOnce));
    cloud(&mut world, "x", QoS::AtLeastOnce);
    assert!(world.read_raw(id).is_empty(), "nothing comes before CONNACK [MQTT-3.2.0-1]");
    assert_eq!(world.platform.waiting(&device()), 1);
    let (mut other, before) = with(Faults { silence: true, ..Faults::default() });
    other.send_raw(before, &pingreq());
    other.platform.faults.silence = false;
    other.send_raw(before, &pingreq());
    assert_eq!(other.packets(before), [Packet::PingResp]);
}

#[test]
fn what_went_into_the_silence_comes_again() {
    let mut world = World::new();
    let lasting = ConnectOptions { clean_session: false, ..static_options() };
    let device = world.connected(&lasting);
    world.subscribe(device, &set(), QoS::AtLeastOnce);
    world.platform.faults.silence = true;
    cloud(&mut world, "x", QoS::AtLeastOnce);
    world.platform.faults.silence = false;
    world.break_line(device);
    world.connect(device);
    let inbox = world.inbox(device);
    assert_eq!((inbox.len(), inbox[0].dup), (1, true));
}

#[test]
fn each_connection_is_cut_after_its_time() {
    let mut world = World::new();
    world.platform.faults.cut_after = Some(seconds(7));
    for _ in 0..2 {
        let id = world.raw_online(&static_options());
        assert_eq!(world.time_to_close(id, seconds(100)), Some(seconds(7)));
    }
    assert_eq!(world.ends(), [Why::Injected; 2]);
    assert_eq!(world.injected(), [InjectedFault::Cut; 2]);
    // A connection that ended before leaves nothing behind.
    let id = world.raw_online(&static_options());
    world.break_raw(id);
    assert_eq!(world.platform.wake_at(), None);
    world.run(seconds(10));
    assert_eq!(world.injected().len(), 2);
}

#[test]
fn a_connection_is_cut_at_any_byte_once() {
    let whole = publish(&set(), b"hello", QoS::AtMostOnce, 0);
    for at in 0..=whole.len() {
        let (mut world, id) = with(Faults { cut_at_byte: Some(at), ..Faults::default() });
        cloud(&mut world, "hello", QoS::AtMostOnce);
        assert_eq!(world.read_raw(id), &whole[..at], "{at}");
        assert!(world.is_closed(id));
        assert_eq!((world.injected(), world.ends()), (vec![InjectedFault::Cut], vec![Why::Injected]));
        assert_eq!(world.platform.faults, Faults::default(), "it happens once");
    }
    let (mut world, id) = with(Faults { cut_at_byte: Some(whole.len() + 1), ..Faults::default() });
    cloud(&mut world, "hello", QoS::AtMostOnce);
    assert!(!world.is_closed(id));
    cloud(&mut world, "hello", QoS::AtMostOnce);
    assert_eq!(world.read_raw(id), [&whole[..], &whole[..1]].concat());
    assert!(world.is_closed(id));
}

#[test]
fn a_cut_packet_with_a_delay_still_comes_as_far_as_it_goes() {
    let faults = Faults { cut_at_byte: Some(1), delay: seconds(1), ..Faults::default() };
    let (mut world, id) = with(faults);
    world.send_raw(id, &pingreq());
    assert!(!world.is_closed(id));
    world.run(seconds(1));
    assert_eq!(world.read_raw(id), [0xd0]);
    assert!(world.is_closed(id));
}

#[test]
fn a_corrupt_packet_differs_in_one_byte() {
    let whole = publish(&set(), b"hello", QoS::AtMostOnce, 0);
    let mut places = std::collections::BTreeSet::new();
    let (mut world, id) = with(Faults { corrupt_packets: 500, ..Faults::default() });
    for _ in 0..500 {
        cloud(&mut world, "hello", QoS::AtMostOnce);
        let came = world.read_raw(id);
        let changed: Vec<_> = (0..whole.len()).filter(|at| came[*at] != whole[*at]).collect();
        assert_eq!((came.len(), changed.len()), (whole.len(), 1));
        places.insert(changed[0]);
    }
    assert_eq!(places.len(), whole.len(), "each byte in its turn");
    cloud(&mut world, "hello", QoS::AtMostOnce);
    assert_eq!(world.read_raw(id), whole);
    assert_eq!(world.injected(), [InjectedFault::Corrupted; 500]);
}

#[test]
fn our_session_survives_corrupt_packets_and_names_the_rule() {
    let mut rules = std::collections::BTreeSet::new();
    for n in 0..300 {
        let (mut world, device) = session_with(Faults::default());
        // The platform draws its bytes from one row of numbers: here another part of it.
        (0..n).for_each(|_| drop(world.platform.create_device(PRODUCT, "", "short")));
        world.platform.faults.corrupt_packets = 1;
        let request = world.publish(device, &upload(), "x", QoS::AtLeastOnce).unwrap();
        world.run(seconds(30));
        let told = world.events(device).iter().find_map(|event| match event {
            Event::Violation(violation) => Some(violation.rule),
            _ => None,
        });
        rules.extend(told.map(Rule::number));
        let acknowledged = matches!(world.outcome(device, request), Some(Outcome::Acknowledged(_)));
        assert!(!acknowledged, "a changed PUBACK acknowledges nothing");
    }
    assert!(rules.len() >= 3, "{rules:?}");
}

#[test]
fn connect_can_be_refused_with_each_code() {
    for number in 1..=6 {
        let code = Code::from_number(number);
        let mut world = World::new();
        world.platform.faults.refuse_connect = Some(code);
        assert_eq!(world.try_connect(&static_options()), Some(code));
        assert_eq!(world.refusals(), [(number, Why::Injected)]);
        assert_eq!(world.platform.connections(), 0);
    }
    let mut world = World::new();
    world.platform.faults.refuse_connect = Some(Code::Accepted);
    assert_eq!(world.try_connect(&static_options()), Some(Code::Accepted));
    let wrong = options(&device(), AuthMode::Static, "wrongsecret00001");
    assert_eq!(world.try_connect(&wrong), Some(Code::BadUserNameOrPassword));
}

#[test]
fn subscriptions_can_be_refused_by_filter() {
    let (mut world, device) = World::online();
    let shadow = format!("/$system/{PRODUCT}/{DEVICE}/shadow/downstream");
    let filter = TopicFilter::parse(&format!("/{PRODUCT}/+/set")).unwrap();
    world.platform.faults.refuse_subscribe = Some(filter);
    assert_eq!(world.subscribe(device, &set(), QoS::AtLeastOnce), None);
    assert_eq!(world.session(device).subscriptions()[0].state, SubscriptionState::Refused(0x80));
    assert_eq!(world.subscribe(device, &shadow, QoS::AtLeastOnce), Some(QoS::AtLeastOnce));
    world.platform.faults = Faults::default();
    assert_eq!(world.subscribe(device, &set(), QoS::AtLeastOnce), Some(QoS::AtLeastOnce));
}

#[test]
fn a_device_can_have_faults_of_its_own() {
    let mut world = World::new();
    let second = options(&other(), AuthMode::Static, SECRET);
    world.platform.faults.withhold_pingresp = true;
    let faults = Faults { delay: seconds(2), ..Faults::default() };
    world.platform.device_faults.insert(other(), faults);
    let id = world.raw_online(&static_options());
    let slow = world.raw_connect(&second);
    world.run(millis(1999));
    assert!(world.read_raw(slow).is_empty());
    world.run(millis(1));
    assert_eq!(world.connack(slow), Some((false, Code::Accepted)));
    world.send_raw(slow, &pingreq());
    world.send_raw(id, &pingreq());
    world.run(seconds(2));
    assert_eq!(world.packets(slow), [Packet::PingResp], "its own faults instead of all the others'");
    assert!(world.read_raw(id).is_empty());
    // They hold from its CONNECT on, also where that is refused.
    let wrong = world.raw_connect(&options(&other(), AuthMode::Static, "wrongsecret00001"));
    assert!(!world.is_closed(wrong));
    world.run(seconds(2));
    assert!(world.is_closed(wrong));
}

#[test]
fn connections_can_be_cut_now() {
    let (mut world, device) = World::online();
    let second = world.connected(&options(&other(), AuthMode::Static, SECRET));
    let silent = world.raw();
    let now = world.now;
    assert_eq!(world.platform.cut_now(now, Some(&simulated::device())), 1);
    world.settle();
    assert_eq!((world.state(device), world.state(second)), (State::Offline, State::Online));
    assert_eq!(world.platform.cut_now(now, None), 2, "also one that has not sent CONNECT");
    world.settle();
    assert_eq!(world.state(second), State::Offline);
    assert!(world.is_closed(silent));
    assert_eq!(world.platform.cut_now(now, None), 0);
}

#[test]
fn a_connection_that_is_cut_at_its_connack_leaves_no_device_online() {
    let mut world = World::new();
    world.platform.faults.cut_at_byte = Some(2);
    let id = world.raw_connect(&static_options());
    assert!(world.is_closed(id));
    assert_eq!(world.read_raw(id), [0x20, 2]);
    assert!(!world.platform.registry().device(&simulated::device()).unwrap().online);
    assert!(!world.platform.is_connected(&simulated::device()));
}
