//! What became of every request: acknowledged after so long, refused, overdue, interrupted, lost.

mod support;

use support::{
    Rig, events, millis, options, outcomes, puback, pubcomp, pubrec, reconnecting, secs, suback, unclean,
    unsuback, untimed,
};
use uiot_testbench::mqtt::{
    ConnectOptions, Deadlines, Event, Moment, OutboxCounts, Outcome, Output, QoS, RequestId,
};

const QOS_0: QoS = QoS::AtMostOnce;
const QOS_1: QoS = QoS::AtLeastOnce;
const QOS_2: QoS = QoS::ExactlyOnce;

/// A keep alive that does not get in the way.
fn quiet(options: ConnectOptions) -> ConnectOptions {
    ConnectOptions { keep_alive: 0, ..options }
}

fn requests(outputs: &[Output]) -> Vec<Option<RequestId>> {
    let request = |output: &Output| match output {
        Output::Send { request, .. } => Some(*request),
        _ => None,
    };
    outputs.iter().filter_map(request).collect()
}

fn counts(queued: usize, unacknowledged: usize, overdue: usize) -> OutboxCounts {
    OutboxCounts { queued, queued_bytes: 8 * queued, unacknowledged, overdue }
}

/// When which request was overdue.
fn overdue(outputs: Vec<(Moment, Output)>) -> Vec<(Moment, u64)> {
    let late = |(at, output): (Moment, Output)| match outcomes(&[output])[..] {
        [(request, Outcome::Overdue)] => Some((at, request)),
        _ => None,
    };
    outputs.into_iter().filter_map(late).collect()
}

#[test]
fn each_packet_names_the_request_that_it_makes() {
    let mut rig = Rig::new(&options());
    rig.connect();
    assert_eq!(requests(&rig.open()), [None], "CONNECT is none");
    rig.broker(support::ACCEPTED);
    let mut given = Vec::new();
    for qos in [QOS_0, QOS_1, QOS_2] {
        let (number, outputs) = rig.say("x", qos);
        let named: Vec<_> = requests(&outputs).into_iter().flatten().map(RequestId::number).collect();
        assert_eq!(named, [number]);
        given.push(number);
    }
    for outputs in [rig.subscribe("a", QOS_0), rig.unsubscribe("a")] {
        given.extend(requests(&outputs).into_iter().flatten().map(RequestId::number));
    }
    assert_eq!(given, [0, 1, 2, 3, 4], "each its own");
    assert_eq!(requests(&rig.broker(&pubrec(2))), [None], "PUBREL belongs to its PUBLISH");
    assert_eq!(requests(&rig.broker(&support::publish(2, b"t", 1, b"x"))), [None]);
    rig.session.ping_now(rig.now);
    assert_eq!(requests(&rig.drain()), [None]);
    assert_eq!(requests(&rig.disconnect()), [None]);
}

#[test]
fn each_kind_of_request_is_acknowledged_with_the_time_that_it_took() {
    let mut rig = Rig::online(&options());
    rig.publish(QOS_1);
    rig.publish(QOS_2);
    rig.subscribe("a", QOS_1);
    rig.unsubscribe("b");
    rig.sleep(millis(10));
    rig.broker(&pubrec(2));
    rig.sleep(millis(10));
    let outputs = rig.broker(&[puback(1), pubcomp(2), suback(3, &[1]), unsuback(4)].concat());
    assert_eq!(outcomes(&outputs), [0, 1, 2, 3].map(|n| (n, Outcome::Acknowledged(millis(20)))));
    assert_eq!(rig.session.outbox(), OutboxCounts::default());
}

#[test]
fn a_refused_subscription_is_a_refused_request() {
    let mut rig = Rig::online(&options());
    rig.subscribe("a", QOS_1);
    rig.subscribe("b", QOS_1);
    let outputs = rig.broker(&[suback(1, &[0x80]), suback(2, &[0x87])].concat());
    assert_eq!(outcomes(&outputs), [(0, Outcome::Refused(0x80)), (1, Outcome::Refused(0x87))]);
}

#[test]
fn a_message_with_qos_0_is_never_told_of() {
    let mut rig = Rig::online(&quiet(options()));
    rig.publish(QOS_0);
    let mut outputs = untimed(rig.advance(secs(60)));
    outputs.extend(rig.lose());
    assert_eq!(outcomes(&outputs), []);
}

#[test]
fn what_is_open_is_counted_from_the_moment_it_is_sent() {
    let mut rig = Rig::online(&ConnectOptions { auto_reconnect: true, ..quiet(unclean()) });
    rig.publish(QOS_0);
    assert_eq!(rig.session.outbox(), counts(0, 0, 0));
    rig.publish(QOS_1);
    rig.publish(QOS_2);
    rig.subscribe("a", QOS_0);
    assert_eq!(rig.session.outbox(), counts(0, 3, 0));
    rig.advance(secs(10));
    assert_eq!(rig.session.outbox(), counts(0, 3, 3));
    rig.broker(&puback(1));
    assert_eq!(rig.session.outbox(), counts(0, 2, 2));
    rig.lose();
    rig.publish(QOS_1);
    assert_eq!(rig.session.outbox(), counts(1, 1, 0), "SUBSCRIBE is a wish again");
    rig.come_back(support::RESUMED);
    assert_eq!(rig.session.outbox(), counts(0, 3, 0));
}

#[test]
fn a_puback_that_is_late_is_told_and_the_message_stays_in_flight() {
    let mut rig = Rig::online(&quiet(options()));
    rig.publish(QOS_1);
    let due = rig.now + secs(10);
    assert_eq!(rig.advance(millis(9_999)), []);
    assert_eq!(overdue(rig.advance(millis(1))), [(due, 0)]);
    assert_eq!(rig.session.outbox(), counts(0, 1, 1));
    assert_eq!(rig.advance(secs(50)), [], "told once");
    let outputs = rig.broker(&puback(1));
    assert_eq!(outcomes(&outputs), [(0, Outcome::Acknowledged(secs(60)))], "a late answer still counts");
    assert_eq!(rig.session.outbox(), counts(0, 0, 0));
}

#[test]
fn a_suback_or_unsuback_that_is_late_is_told() {
    let mut rig = Rig::online(&quiet(options()));
    rig.subscribe("a", QOS_1);
    rig.subscribe("b", QOS_1);
    rig.broker(&suback(2, &[1]));
    rig.unsubscribe("b");
    let outputs = untimed(rig.advance(secs(10)));
    assert_eq!(outcomes(&outputs), [(0, Outcome::Overdue), (2, Outcome::Overdue)]);
    assert!(events(&outputs).contains(&Event::SubscriptionsChanged));
    let late = |rig: &Rig| rig.session.subscriptions().iter().map(|known| known.overdue).collect::<Vec<_>>();
    assert_eq!(
        (late(&rig), rig.subscriptions()),
        (vec![true, true], vec!["a Pending".into(), "b Leaving".into()])
    );
    rig.broker(&[suback(1, &[1]), unsuback(3)].concat());
    assert_eq!((late(&rig), rig.subscriptions()), (vec![false], vec!["a Granted(AtLeastOnce)".into()]));
}

#[test]
fn the_deadline_of_qos_2_is_that_of_the_whole_handshake() {
    let mut rig = Rig::online(&quiet(options()));
    rig.publish(QOS_2);
    let due = rig.now + secs(10);
    rig.advance(secs(9));
    rig.broker(&pubrec(1));
    assert_eq!(overdue(rig.advance(secs(60))), [(due, 0)]);
    assert!(matches!(outcomes(&rig.broker(&pubcomp(1)))[..], [(0, Outcome::Acknowledged(_))]));
}

#[test]
fn each_request_has_its_own_deadline() {
    let mut rig = Rig::online(&quiet(options()));
    let start = rig.now;
    let mut outputs = Vec::new();
    for _ in 0..4 {
        rig.publish(QOS_1);
        outputs.extend(rig.advance(secs(1)));
    }
    rig.broker(&puback(2));
    outputs.extend(rig.advance(secs(60)));
    assert_eq!(overdue(outputs), [(start + secs(10), 0), (start + secs(12), 2), (start + secs(13), 3)]);
    assert_eq!(rig.wake, None, "nothing more is waited for");
}

#[test]
fn another_deadline_is_kept_too() {
    let deadlines = Deadlines { ack: secs(3), ..Deadlines::default() };
    let mut rig = Rig::online(&ConnectOptions { deadlines, ..quiet(options()) });
    rig.publish(QOS_1);
    let due = rig.now + secs(3);
    assert_eq!(overdue(rig.advance(secs(60))), [(due, 0)]);
}

#[test]
fn a_deadline_begins_anew_with_each_connection() {
    let mut rig = Rig::online(&quiet(unclean()));
    rig.publish(QOS_1);
    rig.advance(secs(9));
    rig.resume();
    let due = rig.now + secs(10);
    assert_eq!(overdue(rig.advance(secs(60))), [(due, 0)]);
    rig.sleep(secs(1));
    rig.resume();
    rig.sleep(millis(3));
    let outputs = rig.broker(&puback(1));
    assert_eq!(outcomes(&outputs), [(0, Outcome::Acknowledged(millis(3)))], "as it was sent this time");
}

#[test]
fn no_deadline_runs_without_a_connection() {
    let mut rig = Rig::online(&quiet(unclean()));
    rig.publish(QOS_1);
    rig.lose();
    assert_eq!((rig.wake, rig.advance(secs(3600))), (None, vec![]));
}

#[test]
fn a_wake_up_after_all_deadlines_tells_each_of_them() {
    let mut rig = Rig::online(&quiet(options()));
    for _ in 0..3 {
        rig.publish(QOS_1);
    }
    rig.sleep(secs(3600));
    let outputs = rig.input(uiot_testbench::mqtt::Input::Woken);
    assert_eq!(outcomes(&outputs), [0, 1, 2].map(|n| (n, Outcome::Overdue)));
}

#[test]
fn the_end_tells_of_every_open_request_once() {
    type End = fn(&mut Rig) -> Vec<Output>;
    let ends: [End; 4] = [
        |rig| rig.lose(),
        |rig| rig.disconnect(),
        |rig| rig.broker(&[0x2f]),
        |rig| {
            rig.session.ping_now(rig.now);
            rig.drain();
            untimed(rig.advance(secs(10)))
        },
    ];
    for end in ends {
        for (options, messages) in [(options(), Outcome::Lost), (unclean(), Outcome::Interrupted)] {
            let mut rig = Rig::online(&quiet(options));
            for qos in [QOS_1, QOS_2, QOS_0] {
                rig.publish(qos);
            }
            rig.subscribe("a", QOS_1);
            rig.unsubscribe("b");
            let mut told = outcomes(&end(&mut rig));
            told.retain(|(_, outcome)| *outcome != Outcome::Overdue);
            told.sort_by_key(|(request, _)| *request);
            // SUBSCRIBE and UNSUBSCRIBE end with their connection; the wish is asked for anew.
            let expected = [(0, messages), (1, messages), (3, Outcome::Lost), (4, Outcome::Lost)];
            assert_eq!(told, expected);
            assert_eq!(outcomes(&rig.disconnect()), []);
        }
    }
}

#[test]
fn a_wait_that_is_called_off_gives_up_what_a_clean_session_had_kept_for_it() {
    type CallOff = fn(&mut Rig);
    let ways: [CallOff; 2] =
        [|rig| rig.session.disconnect(rig.now), |rig| rig.session.set_auto_reconnect(rig.now, false)];
    for call_off in ways {
        let mut rig = Rig::online(&reconnecting());
        rig.publish(QOS_1);
        assert_eq!(outcomes(&rig.lose()), [(0, Outcome::Interrupted)]);
        call_off(&mut rig);
        assert_eq!(outcomes(&rig.drain()), [(0, Outcome::Lost)]);
    }
    let mut rig = Rig::online(&ConnectOptions { auto_reconnect: true, ..unclean() });
    rig.publish(QOS_1);
    rig.lose();
    assert_eq!(outcomes(&rig.disconnect()), [], "a session that is kept keeps it");
    assert_eq!(rig.session.outbox().unacknowledged, 1);
}

#[test]
fn requests_are_told_of_before_the_end_is() {
    let outputs = {
        let mut rig = Rig::online(&options());
        rig.publish(QOS_1);
        rig.lose()
    };
    assert!(matches!(events(&outputs).last(), Some(Event::Ended(_))));
}

#[test]
fn a_deadline_that_is_changed_holds_for_what_is_open_and_what_follows() {
    let mut rig = Rig::online(&quiet(options()));
    let start = rig.now;
    rig.publish(QOS_1);
    rig.advance(secs(4));
    rig.publish(QOS_1);
    // The first is past the new deadline already, the second comes to it.
    rig.session.set_ack_deadline(rig.now, secs(3));
    assert_eq!(rig.session.outbox(), counts(0, 2, 1));
    assert_eq!(outcomes(&rig.drain()), [(0, Outcome::Overdue)]);
    assert_eq!(overdue(rig.advance(secs(60))), [(start + secs(7), 1)]);
    rig.session.set_ack_deadline(rig.now, secs(600));
    let sent = rig.now;
    rig.publish(QOS_1);
    assert_eq!(rig.session.outbox(), counts(0, 3, 2), "what is overdue stays so");
    assert_eq!(overdue(rig.advance(secs(900))), [(sent + secs(600), 2)]);
}
