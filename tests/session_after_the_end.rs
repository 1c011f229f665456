//! After `Ended` a session is silent: nothing is sent, nothing is told, until it is asked to connect again.

mod support;

use support::{Rig, closed, connack, ended, options, publish, secs, violations};
use uiot_testbench::mqtt::{EndCause, Event, Input, Output, QoS, Rule, State};

/// Throws everything at a session that has ended.
#[track_caller]
fn assert_silent(mut rig: Rig) {
    assert_eq!(rig.session.state(), State::Offline);
    assert_eq!(rig.wake, None);
    for _ in 0..2 {
        assert_eq!(rig.input(Input::Opened { sub_protocol: "mqtt" }), []);
        for bytes in
            [support::ACCEPTED, &publish(2, b"t", 1, b"x"), support::PINGRESP, b"\xff\xff", b"HTTP", b""]
        {
            assert_eq!(rig.input(Input::Received(bytes)), []);
        }
        assert_eq!(rig.input(Input::TextFrame("x")), []);
        assert_eq!(rig.input(Input::Closed(closed(1000, ""))), []);
        assert_eq!(rig.input(Input::OpenFailed("x")), []);
        assert_eq!(rig.input(Input::Woken), []);
        assert_eq!(rig.input(Input::Nudged), []);
        rig.session.ping_now(rig.now);
        rig.session.set_pinging(true);
        rig.session.set_auto_reconnect(rig.now, false);
        rig.session.discard_queue();
        assert_eq!(rig.disconnect(), []);
        rig.sleep(secs(1000));
    }
    assert_eq!(rig.session.state(), State::Offline);
    assert_eq!(rig.wake, None);
}

#[test]
fn before_the_first_connect() {
    assert_silent(Rig::new(&options()));
}

#[test]
fn after_a_close_by_the_broker() {
    for mut rig in [Rig::opening(&options()), Rig::awaiting(&options()), Rig::online(&options())] {
        rig.close(1006, "");
        assert_silent(rig);
    }
}

#[test]
fn after_our_goodbye() {
    for mut rig in [Rig::opening(&options()), Rig::awaiting(&options()), Rig::online(&options())] {
        rig.disconnect();
        assert_silent(rig);
    }
}

#[test]
fn after_a_refusal() {
    let mut rig = Rig::awaiting(&options());
    rig.broker(&connack(0, 5));
    assert_silent(rig);
}

#[test]
fn after_each_deadline() {
    let mut pinging = Rig::online(&options());
    pinging.advance(secs(295));
    for mut rig in [Rig::opening(&options()), Rig::awaiting(&options()), pinging] {
        rig.advance(secs(10));
        assert_silent(rig);
    }
}

#[test]
fn after_a_violation() {
    let mut rig = Rig::online(&options());
    rig.broker(&[0x2f]);
    assert_silent(rig);
}

#[test]
fn what_follows_the_fatal_packet_in_the_same_chunk_is_not_told() {
    let after = publish(2, b"t", 1, b"x");
    for bad in [&[0x4f, 2, 0, 1][..], &[0xf0, 0], &[0x40, 3, 0, 1, 0], &publish(6, b"t", 1, b"x")] {
        let outputs = Rig::online(&options()).broker(&[bad, &after].concat());
        assert!(matches!(ended(&outputs), Some(EndCause::Violation(_))));
        assert!(matches!(outputs.last(), Some(Output::Event(Event::Ended(_)))), "{outputs:?}");
        assert_eq!(support::sent(&outputs), Vec::<Vec<u8>>::new());
    }
    let outputs = Rig::awaiting(&options()).broker(&[connack(0, 5), after].concat());
    assert!(matches!(outputs.last(), Some(Output::Event(Event::Ended(EndCause::Refused(_))))), "{outputs:?}");
}

#[test]
fn what_came_before_the_fatal_packet_in_the_same_chunk_is_told() {
    let outputs = Rig::online(&options()).broker(&[&publish(2, b"t", 1, b"x")[..], &[0x4f]].concat());
    assert_eq!(support::messages(&outputs).len(), 1);
    assert_eq!(support::sent(&outputs), [support::puback(1)]);
    assert_eq!(violations(&outputs)[0].rule, Rule::ReservedFlags);
}

#[test]
fn wishes_after_the_end_are_only_noted() {
    let mut rig = Rig::online(&options());
    rig.close(1006, "");
    assert_eq!(rig.subscribe("a", QoS::AtMostOnce), [Output::Event(Event::SubscriptionsChanged)]);
    assert_eq!(rig.unsubscribe("a"), [Output::Event(Event::SubscriptionsChanged)]);
}

#[test]
fn each_connection_ends_once() {
    let mut rig = Rig::online(&options());
    let mut outputs = rig.disconnect();
    outputs.extend(rig.close(1000, ""));
    outputs.extend(rig.disconnect());
    let ends = support::events(&outputs).into_iter().filter(|event| matches!(event, Event::Ended(_)));
    assert_eq!(ends.count(), 1);
}
