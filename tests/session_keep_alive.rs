//! PINGREQ goes out when nothing else was sent for one keep alive less a little, and only then [MQTT-3.1.2-23].

mod support;

use std::time::Duration;

use support::{Rig, events, keep_alive, millis, secs, violations};
use uiot_testbench::mqtt::{Event, Input, Moment, Output, QoS, Rule, State};

/// When PINGREQ was sent.
fn pings(outputs: &[(Moment, Output)]) -> Vec<Moment> {
    let is_ping =
        |output: &Output| matches!(output, Output::Send { packet, .. } if packet == support::PINGREQ);
    outputs.iter().filter(|(_, output)| is_ping(output)).map(|(at, _)| *at).collect()
}

fn round_trips(outputs: &[Output]) -> Vec<Duration> {
    let round_trip = |event| match event {
        Event::RoundTrip(span) => Some(span),
        _ => None,
    };
    events(outputs).into_iter().filter_map(round_trip).collect()
}

#[test]
fn pingreq_is_due_a_tenth_but_at_most_five_seconds_before_the_keep_alive_ends() {
    for (seconds, due) in [
        (1, millis(900)),
        (30, secs(27)),
        (49, millis(44_100)),
        (60, secs(55)),
        (300, secs(295)),
        (1200, secs(1195)),
        (65_535, secs(65_530)),
    ] {
        let mut rig = Rig::online(&keep_alive(seconds));
        let start = rig.now;
        assert_eq!(rig.advance(due - Duration::from_micros(1)), [], "{seconds}");
        assert_eq!(pings(&rig.advance(Duration::from_micros(1))), [start + due], "{seconds}");
    }
}

#[test]
fn keep_alive_0_never_pings() {
    let mut rig = Rig::online(&keep_alive(0));
    assert_eq!(rig.wake, None);
    rig.publish(QoS::AtMostOnce);
    assert_eq!(rig.wake, None);
    assert_eq!(rig.advance(secs(1_000_000)), []);
    assert_eq!(rig.session.state(), State::Online);
}

#[test]
fn answered_pings_go_on_for_ever() {
    for (seconds, due) in [(30, 27), (300, 295), (65_535, 65_530)] {
        let mut rig = Rig::online(&keep_alive(seconds));
        for _ in 0..100 {
            assert_eq!(pings(&rig.advance(secs(due))), [rig.now]);
            assert_eq!(round_trips(&rig.broker(support::PINGRESP)), [Duration::ZERO]);
        }
        assert_eq!(rig.session.state(), State::Online);
    }
}

type Act = fn(&mut Rig);

#[test]
fn every_packet_sent_puts_pingreq_off() {
    let acts: [(&str, Act); 5] = [
        ("PUBLISH 0", |rig| drop(rig.publish(QoS::AtMostOnce))),
        ("PUBLISH 1", |rig| drop(rig.publish(QoS::AtLeastOnce))),
        ("SUBSCRIBE", |rig| drop(rig.subscribe("a", QoS::AtMostOnce))),
        ("UNSUBSCRIBE", |rig| drop(rig.unsubscribe("a"))),
        ("PUBACK", |rig| drop(rig.broker(&support::publish(2, b"t", 5, b"x")))),
    ];
    for (name, act) in acts {
        let mut rig = Rig::online(&keep_alive(300));
        rig.advance(secs(200));
        // A link that brings nothing is asked all the same, whatever goes out (session_liveness.rs).
        rig.broker(&support::publish(0, b"t", 0, b"x"));
        act(&mut rig);
        let sent = rig.now;
        assert_eq!(pings(&rig.advance(secs(295))), [sent + secs(295)], "{name}");
    }
}

#[test]
fn what_the_broker_sends_puts_nothing_off() {
    let mut rig = Rig::online(&keep_alive(300));
    let due = rig.wake;
    rig.advance(secs(200));
    rig.broker(&support::publish(0, b"t", 0, b"x"));
    rig.broker(support::PINGRESP);
    assert_eq!(rig.wake, due);
}

#[test]
fn the_first_keep_alive_counts_from_connect_not_from_connack() {
    // CONNECT is the last packet sent; a slow CONNACK must not make the first PINGREQ late.
    let mut rig = Rig::awaiting(&keep_alive(30));
    let connect_sent = rig.now;
    rig.advance(secs(9));
    rig.broker(support::ACCEPTED);
    assert_eq!(rig.wake, Some(connect_sent + secs(27)));
}

#[test]
fn a_keep_alive_that_ran_out_before_connack_pings_at_once() {
    let mut rig = Rig::awaiting(&keep_alive(1));
    rig.advance(secs(5));
    rig.broker(support::ACCEPTED);
    assert_eq!(pings(&rig.advance(Duration::ZERO)), [rig.now]);
}

#[test]
fn no_ping_before_connack() {
    let mut rig = Rig::awaiting(&keep_alive(1));
    assert_eq!(pings(&rig.advance(secs(9))), []);
}

#[test]
fn the_round_trip_is_measured_from_pingreq() {
    let mut rig = Rig::online(&keep_alive(300));
    rig.advance(secs(295));
    rig.sleep(millis(42));
    assert_eq!(round_trips(&rig.broker(support::PINGRESP)), [millis(42)]);
}

#[test]
fn an_unasked_pingresp_is_a_violation_and_the_session_goes_on() {
    let mut rig = Rig::online(&keep_alive(300));
    for _ in 0..2 {
        let outputs = rig.broker(support::PINGRESP);
        assert_eq!(violations(&outputs)[0].rule, Rule::UnaskedPingResp);
        assert_eq!(round_trips(&outputs), []);
    }
    rig.advance(secs(295));
    assert_eq!(violations(&rig.broker(support::PINGRESP)), [], "this one was asked for");
    assert_eq!(violations(&rig.broker(support::PINGRESP))[0].rule, Rule::UnaskedPingResp);
    assert_eq!(rig.session.state(), State::Online);
}

#[test]
fn a_broker_that_is_slower_than_a_short_keep_alive_is_not_accused() {
    // PINGREQ every 0.9 s, each answered after 2 s: several are on their way at once.
    let mut rig = Rig::online(&keep_alive(1));
    assert_eq!(pings(&rig.advance(secs(2))).len(), 2);
    let mut answered = 0;
    rig.advance(millis(900));
    for _ in 0..20 {
        let outputs = rig.broker(support::PINGRESP);
        assert_eq!(violations(&outputs), []);
        assert_eq!(round_trips(&outputs), [secs(2)]);
        answered += 1;
        rig.advance(millis(900));
    }
    assert_eq!((answered, rig.session.state()), (20, State::Online));
}

#[test]
fn the_deadline_is_that_of_the_oldest_unanswered_pingreq() {
    let mut rig = Rig::online(&keep_alive(5));
    let start = rig.now;
    // PINGREQ at 4.5 s and 9 s; the first is answered, the second is not.
    rig.advance(millis(9_000));
    rig.broker(support::PINGRESP);
    rig.advance(millis(9_999));
    assert_eq!(rig.session.state(), State::Online);
    rig.advance(millis(1));
    assert_eq!((rig.session.state(), rig.now), (State::Offline, start + secs(19)));
}

#[test]
fn pings_of_the_last_connection_are_forgotten() {
    let mut rig = Rig::online(&keep_alive(300));
    rig.advance(secs(295));
    rig.reconnect();
    assert_eq!(violations(&rig.broker(support::PINGRESP))[0].rule, Rule::UnaskedPingResp);
    assert_eq!(rig.wake, Some(rig.now + secs(295)));
}

#[test]
fn a_page_that_was_held_back_sends_one_pingreq_not_many() {
    let mut rig = Rig::online(&keep_alive(30));
    rig.sleep(secs(600));
    let outputs = rig.input(Input::Woken);
    assert_eq!(support::sent(&outputs), [support::PINGREQ]);
    assert_eq!(rig.wake, Some(rig.now + secs(10)));
}
