//! Two clients with one client identifier push each other out [MQTT-3.1.4-2]. MQTT 3.1.1 gives no reason for it; it is
//! inferred, and the session does not fight.

mod support;

use support::{Rig, closed, connack, ended, millis, options, outcomes, reconnecting, secs};
use uiot_testbench::mqtt::{
    CloseInfo, ConnectOptions, Deadlines, EndCause, Input, Outcome, Output, ProtocolVersion, QoS, QuietClose,
    Stage, State,
};

/// From a lost connection to one that lives so long and is then closed.
fn thrown_out(rig: &mut Rig, lived: std::time::Duration, code: u16, reason: &str) -> Option<EndCause> {
    rig.come_back(support::ACCEPTED);
    rig.advance(lived);
    ended(&rig.close(code, reason))
}

/// A rig after a duel.
fn beaten() -> Rig {
    let mut rig = Rig::new(&reconnecting());
    for _ in 0..3 {
        thrown_out(&mut rig, secs(1), 1006, "");
    }
    assert_eq!(rig.session.state(), State::Offline);
    rig
}

fn is_duel(cause: Option<&EndCause>) -> bool {
    matches!(cause, Some(EndCause::Duel(_)))
}

#[test]
fn the_third_quiet_close_in_a_row_is_told_as_a_duel() {
    let mut rig = Rig::new(&reconnecting());
    for (lived, code) in [(millis(900), 1006), (secs(10), 1000)] {
        let cause = thrown_out(&mut rig, lived, code, "");
        assert_eq!(cause, Some(EndCause::Closed(Stage::Online, closed(code, ""))));
        assert_eq!(rig.session.state(), State::Waiting);
    }
    let cause = thrown_out(&mut rig, millis(1), 1005, "");
    // With the evidence: how long each lived, and how each ended.
    let quiet = |lived, code| QuietClose { lived, close: closed(code, "") };
    let evidence = vec![quiet(millis(900), 1006), quiet(secs(10), 1000), quiet(millis(1), 1005)];
    assert_eq!(cause, Some(EndCause::Duel(evidence)));
    assert_eq!((rig.session.state(), rig.session.retry(), rig.wake), (State::Offline, None, None));
}

#[test]
fn after_a_duel_no_attempt_follows_until_a_person_wants_it() {
    let mut rig = beaten();
    assert_eq!(rig.advance(secs(86_400)), []);
    assert_eq!(rig.input(Input::Nudged), [], "not even when the network comes back");
    rig.session.set_auto_reconnect(rig.now, true);
    assert_eq!(rig.drain(), []);
    assert_eq!(rig.connect(), [Output::OpenTransport(ProtocolVersion::V3_1_1)]);
}

#[test]
fn taken_back_once_the_next_quiet_close_is_a_duel_again() {
    let mut rig = beaten();
    for _ in 0..3 {
        let cause = thrown_out(&mut rig, secs(1), 1006, "");
        let Some(EndCause::Duel(evidence)) = cause else { panic!("{cause:?}") };
        assert_eq!(evidence.len(), 3);
        assert_eq!(rig.session.state(), State::Offline);
    }
}

#[test]
fn taken_back_for_good_the_duel_is_over() {
    let mut rig = beaten();
    rig.come_back(support::ACCEPTED);
    rig.advance(secs(11));
    assert!(!is_duel(ended(&rig.lose()).as_ref()));
    for _ in 0..2 {
        assert!(!is_duel(thrown_out(&mut rig, secs(1), 1006, "").as_ref()), "counted anew");
    }
    assert!(is_duel(thrown_out(&mut rig, secs(1), 1006, "").as_ref()));
}

#[test]
fn a_reason_an_overdue_answer_or_a_connection_that_lasted_is_no_duel() {
    type End = fn(&mut Rig) -> Vec<Output>;
    let ends: [(&str, End); 9] = [
        ("a reason in words", |rig| rig.close(1000, "session taken over")),
        ("a code that tells one", |rig| rig.close(1008, "")),
        ("going away", |rig| rig.close(1001, "")),
        ("a connection that lasted", |rig| {
            rig.advance(millis(10_001));
            rig.lose()
        }),
        ("an overdue answer", |rig| {
            rig.publish(QoS::AtLeastOnce);
            rig.advance(secs(2));
            rig.lose()
        }),
        ("no PINGRESP", |rig| {
            rig.session.ping_now(rig.now);
            rig.drain();
            support::untimed(rig.advance(secs(10)))
        }),
        ("a broken packet", |rig| rig.broker(&[0x2f])),
        ("a close before CONNACK", |rig| {
            rig.close(1001, "");
            rig.connect();
            rig.open();
            rig.lose()
        }),
        ("an opening that failed", |rig| {
            rig.close(1001, "");
            rig.connect();
            rig.lose()
        }),
    ];
    let deadlines = Deadlines { ack: secs(1), ..Deadlines::default() };
    for (name, end) in ends {
        let mut rig = Rig::new(&ConnectOptions { deadlines, ..reconnecting() });
        for _ in 0..2 {
            thrown_out(&mut rig, secs(1), 1006, "");
        }
        rig.come_back(support::ACCEPTED);
        assert!(!is_duel(ended(&end(&mut rig)).as_ref()), "{name}");
        // It also breaks the row.
        for _ in 0..2 {
            assert!(!is_duel(thrown_out(&mut rig, millis(500), 1006, "").as_ref()), "{name}");
        }
        assert!(is_duel(thrown_out(&mut rig, millis(500), 1006, "").as_ref()), "{name}");
    }
}

#[test]
fn a_refusal_between_breaks_the_row() {
    let mut rig = Rig::new(&reconnecting());
    for _ in 0..2 {
        thrown_out(&mut rig, secs(1), 1006, "");
    }
    rig.come_back(&connack(0, 3));
    for _ in 0..2 {
        assert!(!is_duel(thrown_out(&mut rig, secs(1), 1006, "").as_ref()));
    }
}

#[test]
fn a_goodbye_of_ours_is_no_part_of_a_duel_and_does_not_hide_one() {
    let mut rig = Rig::new(&reconnecting());
    for _ in 0..2 {
        thrown_out(&mut rig, secs(1), 1006, "");
    }
    for _ in 0..5 {
        rig.come_back(support::ACCEPTED);
        assert_eq!(ended(&rig.disconnect()), Some(EndCause::Disconnected));
    }
    assert!(is_duel(thrown_out(&mut rig, secs(1), 1006, "").as_ref()));
}

#[test]
fn without_automatic_attempts_a_duel_is_still_told() {
    let mut rig = Rig::new(&options());
    for _ in 0..2 {
        assert!(!is_duel(thrown_out(&mut rig, secs(1), 1006, "").as_ref()));
    }
    assert!(is_duel(thrown_out(&mut rig, secs(1), 1006, "").as_ref()));
}

#[test]
fn what_was_unacknowledged_in_a_duel_is_told_as_after_any_end() {
    let unclean = ConnectOptions { auto_reconnect: true, ..support::unclean() };
    for (options, outcome) in [(reconnecting(), Outcome::Lost), (unclean, Outcome::Interrupted)] {
        let mut rig = Rig::new(&options);
        for _ in 0..2 {
            thrown_out(&mut rig, secs(1), 1006, "");
        }
        rig.come_back(support::ACCEPTED);
        rig.publish(QoS::AtLeastOnce);
        let outputs = rig.lose();
        assert!(is_duel(ended(&outputs).as_ref()));
        assert_eq!(outcomes(&outputs), [(0, outcome)]);
    }
}

#[test]
fn another_client_identifier_or_broker_is_not_suspected_for_the_last_one() {
    for (client, same_broker) in [("other", true), ("c", false)] {
        let mut rig = Rig::new(&reconnecting());
        for _ in 0..2 {
            thrown_out(&mut rig, secs(1), 1006, "");
        }
        let client_id = uiot_testbench::mqtt::ClientId::parse(client).unwrap_or_default();
        let options = ConnectOptions { client_id, ..reconnecting() };
        assert!(rig.session.reconfigure(rig.now, &options, same_broker).is_ok());
        rig.drain();
        assert!(!is_duel(thrown_out(&mut rig, secs(1), 1006, "").as_ref()), "{client}");
    }
}

#[test]
fn how_a_close_is_quiet() {
    // RFC 6455 §7.4.1: normal, no code, no closing handshake; others tell something.
    for (code, quiet) in
        [(1000, true), (1005, true), (1006, true), (1001, false), (1011, false), (4000, false)]
    {
        let mut rig = Rig::new(&reconnecting());
        for _ in 0..2 {
            thrown_out(&mut rig, secs(1), 1006, "");
        }
        rig.come_back(support::ACCEPTED);
        let close = CloseInfo { code, ..CloseInfo::default() };
        assert_eq!(is_duel(ended(&rig.input(Input::Closed(close))).as_ref()), quiet, "{code}");
    }
}

#[test]
fn a_connection_that_lasted_ends_the_row_also_when_we_say_goodbye() {
    let mut rig = Rig::new(&reconnecting());
    for _ in 0..2 {
        thrown_out(&mut rig, secs(1), 1006, "");
    }
    rig.come_back(support::ACCEPTED);
    rig.advance(secs(3600));
    rig.disconnect();
    assert!(!is_duel(thrown_out(&mut rig, secs(1), 1006, "").as_ref()));
}

#[test]
fn the_evidence_is_of_the_last_three_closes() {
    let mut rig = beaten();
    let Some(EndCause::Duel(closes)) = thrown_out(&mut rig, secs(7), 1000, "") else { panic!("no duel") };
    let lived: Vec<_> = closes.iter().map(|close| close.lived).collect();
    assert_eq!(lived, [secs(1), secs(1), secs(7)]);
    let Some(EndCause::Duel(closes)) = thrown_out(&mut rig, secs(5), 1000, "") else { panic!("no duel") };
    assert_eq!(closes.iter().map(|close| close.lived).collect::<Vec<_>>(), [secs(1), secs(7), secs(5)]);
}
