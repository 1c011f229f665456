//! A connection that worked and was lost is tried again, after pauses that grow; what cannot get better is not.

mod support;

use std::time::Duration;

use support::{Rig, connack, ended, events, millis, options, reconnecting, secs, sent};
use uiot_testbench::mqtt::{
    ConnectReturnCode, EndCause, Event, Input, Output, ProtocolVersion, QoS, Retry, Stage, State,
};

/// Lost with a reason, which is no sign of a duel.
fn lost(rig: &mut Rig) -> Vec<Output> {
    rig.close(1001, "going away")
}

/// Loses the connection and lets attempts fail; the pause before each.
fn pauses(seed: u64, failures: usize) -> Vec<Duration> {
    let mut rig = Rig::seeded(&reconnecting(), seed);
    rig.come_back(support::ACCEPTED);
    lost(&mut rig);
    let pause = |_| {
        let pause = rig.wait_for_the_attempt();
        lost(&mut rig);
        pause
    };
    (0..failures).map(pause).collect()
}

/// The ceilings of the first pauses, in seconds.
const CEILINGS: [u64; 9] = [2, 4, 8, 16, 32, 60, 60, 60, 60];

#[test]
fn a_lost_connection_is_tried_again_after_an_announced_pause() {
    let mut rig = Rig::online(&reconnecting());
    let outputs = lost(&mut rig);
    let close = support::closed(1001, "going away");
    assert_eq!(ended(&outputs), Some(EndCause::Closed(Stage::Online, close)));
    let Some(Retry { at, attempt: 1 }) = rig.session.retry() else { panic!("{:?}", rig.session.retry()) };
    assert_eq!((rig.session.state(), rig.wake), (State::Waiting, Some(at)));
    let pause = at - rig.now;
    assert_eq!(rig.advance(pause - Duration::from_micros(1)), []);
    let outputs = rig.advance(Duration::from_micros(1));
    assert_eq!(outputs, [(at, Output::OpenTransport(ProtocolVersion::V3_1_1))]);
    assert_eq!((rig.session.state(), rig.session.retry()), (State::Opening, None));
    assert_eq!(sent(&rig.open()).len(), 1);
    rig.broker(support::ACCEPTED);
    assert_eq!(rig.session.state(), State::Online);
}

#[test]
fn the_pause_grows_with_each_failure_up_to_a_limit() {
    let mut longest = [Duration::ZERO; CEILINGS.len()];
    for seed in 0..300 {
        for ((pause, ceiling), longest) in
            pauses(seed, CEILINGS.len()).into_iter().zip(CEILINGS).zip(&mut longest)
        {
            assert!(pause >= secs(1) && pause <= secs(ceiling), "{pause:?} of {ceiling} s");
            *longest = pause.max(*longest);
        }
    }
    // The whole range is used.
    for (longest, ceiling) in longest.into_iter().zip(CEILINGS) {
        assert!(longest > secs(ceiling) * 9 / 10, "{longest:?} of {ceiling} s");
    }
}

#[test]
fn no_pause_is_below_one_second_or_above_sixty_for_any_seed() {
    let (mut shortest, mut sum) = (Duration::MAX, Duration::ZERO);
    let seeds = (0..1000).map(|n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).chain([0, 1, u64::MAX]);
    let mut count = 0;
    for seed in seeds {
        for pause in pauses(seed, 12).into_iter().skip(5) {
            assert!((secs(1)..=secs(60)).contains(&pause), "{pause:?}");
            shortest = shortest.min(pause);
            sum += pause;
            count += 1;
        }
    }
    let mean = sum / count;
    assert!(shortest < secs(2) && (secs(29)..secs(32)).contains(&mean), "evenly: {shortest:?} {mean:?}");
}

#[test]
fn two_clients_do_not_wait_alike_and_one_seed_always_does() {
    assert_ne!(pauses(1, 3), pauses(2, 3));
    assert_eq!(pauses(1, 8), pauses(1, 8));
}

#[test]
fn attempts_are_counted() {
    let mut rig = Rig::online(&reconnecting());
    for attempt in 1..=100 {
        lost(&mut rig);
        assert_eq!(rig.session.retry().map(|retry| retry.attempt), Some(attempt));
        rig.wait_for_the_attempt();
    }
}

#[test]
fn a_connection_that_lasted_resets_the_pause() {
    for (lasted, attempt) in [(millis(10_000), 5), (millis(10_001), 1)] {
        let mut rig = Rig::online(&reconnecting());
        for _ in 0..4 {
            lost(&mut rig);
            rig.wait_for_the_attempt();
        }
        rig.open();
        rig.broker(support::ACCEPTED);
        rig.advance(lasted);
        lost(&mut rig);
        assert_eq!(rig.session.retry().map(|retry| retry.attempt), Some(attempt), "{lasted:?}");
    }
}

#[test]
fn a_refusal_is_tried_again_only_if_the_server_was_unavailable() {
    for worked in [false, true] {
        for number in [1, 2, 3, 4, 5, 6, 0x87] {
            let mut rig = Rig::new(&reconnecting());
            if worked {
                rig.come_back(support::ACCEPTED);
                lost(&mut rig);
            }
            let outputs = rig.come_back(&connack(0, number));
            let code = ConnectReturnCode::from_number(number);
            assert_eq!(ended(&outputs), Some(EndCause::Refused(code)), "the reason is told");
            let state = if number == 3 { State::Waiting } else { State::Offline };
            assert_eq!((rig.session.state(), rig.wake.is_some()), (state, number == 3), "{number}");
        }
    }
}

#[test]
fn a_missing_opening_and_a_missing_connack_count_as_failures() {
    let mut rig = Rig::online(&reconnecting());
    lost(&mut rig);
    rig.wait_for_the_attempt();
    assert_eq!(ended(&support::untimed(rig.advance(secs(10)))), Some(EndCause::OpenTimeout));
    assert_eq!(rig.session.retry().map(|retry| retry.attempt), Some(2));
    rig.wait_for_the_attempt();
    rig.open();
    assert_eq!(ended(&support::untimed(rig.advance(secs(10)))), Some(EndCause::ConnAckTimeout));
    assert_eq!(rig.session.retry().map(|retry| retry.attempt), Some(3));
    rig.wait_for_the_attempt();
    rig.open();
    rig.broker(support::ACCEPTED);
    assert_eq!(rig.session.state(), State::Online);
}

#[test]
fn each_end_is_followed_by_an_attempt_or_not() {
    type End = fn(&mut Rig);
    let ends: [(&str, bool, End); 8] = [
        ("a close without a word", true, |rig| drop(rig.lose())),
        ("a close with a reason", true, |rig| drop(rig.close(1008, "policy"))),
        ("no PINGRESP", true, |rig| {
            rig.session.ping_now(rig.now);
            rig.drain();
            rig.advance(secs(10));
        }),
        ("a broken packet", true, |rig| drop(rig.broker(&[0x2f]))),
        ("a text frame", true, |rig| drop(rig.input(Input::TextFrame("x")))),
        ("a transport that cannot be started", false, |rig| drop(rig.input(Input::OpenFailed("x")))),
        ("our goodbye", false, |rig| drop(rig.disconnect())),
        ("other options", false, |rig| {
            assert!(rig.session.reconfigure(rig.now, &reconnecting(), true).is_ok());
            rig.drain();
        }),
    ];
    for (name, again, end) in ends {
        let mut rig = Rig::online(&reconnecting());
        end(&mut rig);
        let state = if again { State::Waiting } else { State::Offline };
        assert_eq!((rig.session.state(), rig.session.retry().is_some()), (state, again), "{name}");
    }
}

#[test]
fn a_server_that_speaks_no_mqtt_is_not_tried_again() {
    let mut rig = Rig::online(&reconnecting());
    lost(&mut rig);
    assert_eq!(ended(&rig.come_back(b"HTTP/1.1 502 Bad Gateway")), Some(EndCause::NotMqtt));
    assert_eq!(rig.session.state(), State::Offline);
}

#[test]
fn what_never_worked_is_not_tried_again_by_itself() {
    for mut rig in [Rig::opening(&reconnecting()), Rig::awaiting(&reconnecting())] {
        rig.lose();
        assert_eq!((rig.session.state(), rig.wake), (State::Offline, None));
    }
    for mut rig in [Rig::opening(&reconnecting()), Rig::awaiting(&reconnecting())] {
        rig.advance(secs(10));
        assert_eq!((rig.session.state(), rig.wake), (State::Offline, None));
    }
}

#[test]
fn a_person_who_asks_again_begins_anew() {
    let mut rig = Rig::online(&reconnecting());
    lost(&mut rig);
    rig.wait_for_the_attempt();
    lost(&mut rig);
    rig.disconnect();
    rig.connect();
    // It worked once, but not since this person asked.
    lost(&mut rig);
    assert_eq!(rig.session.state(), State::Offline);
    rig.come_back(support::ACCEPTED);
    lost(&mut rig);
    assert_eq!(rig.session.retry().map(|retry| retry.attempt), Some(1));
}

#[test]
fn after_a_goodbye_no_attempt_follows_not_even_a_planned_one() {
    let mut rig = Rig::online(&reconnecting());
    rig.disconnect();
    assert_eq!((rig.session.state(), rig.wake), (State::Offline, None));

    rig.come_back(support::ACCEPTED);
    lost(&mut rig);
    let told = [Event::SubscriptionsChanged, Event::Ended(EndCause::Disconnected)];
    assert_eq!(events(&rig.disconnect()), told, "and nothing goes to a transport that is not there");
    assert_eq!((rig.session.state(), rig.session.retry(), rig.wake), (State::Offline, None, None));
    assert_eq!(rig.advance(secs(3600)), []);
    assert_eq!(rig.disconnect(), []);

    let mut rig = Rig::online(&reconnecting());
    lost(&mut rig);
    rig.wait_for_the_attempt();
    assert_eq!(ended(&rig.disconnect()), Some(EndCause::Disconnected));
    assert_eq!((rig.session.state(), rig.wake), (State::Offline, None));
}

#[test]
fn connecting_by_hand_ends_the_pause_at_once() {
    let mut rig = Rig::online(&reconnecting());
    lost(&mut rig);
    assert_eq!(rig.connect(), [Output::OpenTransport(ProtocolVersion::V3_1_1)]);
    assert_eq!(rig.wake, Some(rig.now + secs(10)), "the deadline of the opening, no attempt beside it");
    lost(&mut rig);
    assert_eq!(rig.session.retry().map(|retry| retry.attempt), Some(2), "impatience does not start it anew");
}

#[test]
fn a_nudge_ends_the_pause_at_once_and_only_a_pause() {
    let mut rig = Rig::online(&reconnecting());
    lost(&mut rig);
    assert_eq!(rig.input(Input::Nudged), [Output::OpenTransport(ProtocolVersion::V3_1_1)]);
    for _ in 0..3 {
        assert_eq!(rig.input(Input::Nudged), [], "one attempt at a time");
        rig.open();
    }
    rig.broker(support::ACCEPTED);
    assert_eq!(rig.input(Input::Nudged), []);
    rig.disconnect();
    assert_eq!(rig.input(Input::Nudged), [], "who said goodbye is left alone");
    rig.come_back(&connack(0, 5));
    assert_eq!(rig.input(Input::Nudged), [], "a refusal is not cured by the network");
}

#[test]
fn with_auto_reconnect_off_nothing_is_tried_again() {
    let mut rig = Rig::online(&options());
    lost(&mut rig);
    assert_eq!((rig.session.state(), rig.wake), (State::Offline, None));

    let mut rig = Rig::online(&options());
    rig.session.set_auto_reconnect(rig.now, true);
    lost(&mut rig);
    assert_eq!(rig.session.state(), State::Waiting);
    rig.session.set_auto_reconnect(rig.now, false);
    assert_eq!(ended(&rig.drain()), Some(EndCause::Disconnected));
    assert_eq!((rig.session.state(), rig.wake), (State::Offline, None));
    rig.session.set_auto_reconnect(rig.now, true);
    assert_eq!((rig.drain(), rig.session.state()), (vec![], State::Offline), "what is over stays over");
}

#[test]
fn switching_it_off_does_not_end_a_connection() {
    for mut rig in
        [Rig::opening(&reconnecting()), Rig::awaiting(&reconnecting()), Rig::online(&reconnecting())]
    {
        let before = rig.session.state();
        rig.session.set_auto_reconnect(rig.now, false);
        assert_eq!((rig.drain(), rig.session.state()), (vec![], before));
    }
}

#[test]
fn late_words_of_the_lost_transport_change_nothing() {
    let mut rig = Rig::online(&reconnecting());
    lost(&mut rig);
    let retry = rig.session.retry();
    for input in [
        Input::Opened { sub_protocol: "mqtt" },
        Input::Received(support::ACCEPTED),
        Input::TextFrame("x"),
        Input::Closed(support::closed(1000, "")),
        Input::OpenFailed("x"),
        Input::Woken,
    ] {
        assert_eq!(rig.input(input), []);
    }
    assert_eq!((rig.session.state(), rig.session.retry()), (State::Waiting, retry));
}

#[test]
fn a_page_that_was_held_back_tries_once_when_it_wakes() {
    let mut rig = Rig::online(&reconnecting());
    lost(&mut rig);
    rig.sleep(secs(3600));
    assert_eq!(rig.input(Input::Woken), [Output::OpenTransport(ProtocolVersion::V3_1_1)]);
    assert_eq!(rig.wake, Some(rig.now + secs(10)));
}

#[test]
fn subscriptions_go_out_once_a_connection_however_often_it_breaks() {
    let mut rig = Rig::online(&reconnecting());
    for text in ["a", "b"] {
        rig.subscribe(text, QoS::AtMostOnce);
    }
    for _ in 0..20 {
        lost(&mut rig);
        // Attempts that come to nothing ask for nothing.
        rig.wait_for_the_attempt();
        lost(&mut rig);
        rig.wait_for_the_attempt();
        assert_eq!(sent(&rig.open()).len(), 1);
        let asked = sent(&rig.broker(support::ACCEPTED));
        assert_eq!(asked.iter().map(|packet| packet[0]).collect::<Vec<_>>(), [0x82, 0x82]);
        assert_eq!(rig.session.outbox().unacknowledged, 2);
    }
}
