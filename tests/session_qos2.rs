//! QoS 2 in both directions: four packets, one message (MQTT §4.3.3).

mod support;

use support::{
    Rig, ended, id, messages, millis, options, outcomes, packet, puback, pubcomp, publish, pubrec, pubrel,
    redelivered, sent, suback, violations,
};
use uiot_testbench::mqtt::{EndCause, Outcome, QoS, Rule, State};

const QOS_2: QoS = QoS::ExactlyOnce;

/// Online, with a subscription that lets QoS 2 come.
fn subscribed() -> Rig {
    let mut rig = Rig::online(&options());
    rig.subscribe("#", QOS_2);
    rig.broker(&suback(1, &[2]));
    rig
}

#[test]
fn a_message_goes_out_as_publish_then_pubrel_and_is_done_with_pubcomp() {
    let mut rig = Rig::online(&options());
    let (packet_id, outputs) = rig.publish(QOS_2);
    assert_eq!((packet_id, sent(&outputs)), (Some(1), vec![b"\x34\x06\0\x01t\0\x01x".to_vec()]));
    rig.sleep(millis(30));
    let outputs = rig.broker(&pubrec(1));
    assert_eq!((sent(&outputs), outcomes(&outputs)), (vec![b"\x62\x02\0\x01".to_vec()], vec![]));
    rig.sleep(millis(12));
    let outputs = rig.broker(&pubcomp(1));
    assert_eq!(outcomes(&outputs), [(0, Outcome::Acknowledged(millis(42)))], "counted from PUBLISH");
    assert_eq!((sent(&outputs).len(), rig.session.outbox().unacknowledged), (0, 0));
}

#[test]
fn each_pubrec_is_answered_with_pubrel_and_the_message_is_not_sent_again() {
    let mut rig = Rig::online(&options());
    rig.publish(QOS_2);
    for _ in 0..3 {
        let outputs = rig.broker(&pubrec(1));
        assert_eq!((sent(&outputs), violations(&outputs)), (vec![pubrel(1)], vec![]));
    }
    assert_eq!(outcomes(&rig.broker(&pubcomp(1))).len(), 1);
}

#[test]
fn the_identifier_is_taken_until_pubcomp_and_free_after_it() {
    let mut rig = Rig::online(&options());
    rig.publish(QOS_2);
    rig.broker(&pubrec(1));
    for number in 2..=65_535 {
        assert_eq!(rig.publish(QoS::AtLeastOnce).0, Some(number));
        rig.broker(&puback(number));
    }
    assert_eq!(rig.publish(QoS::AtLeastOnce).0, Some(2), "1 waits for PUBCOMP [MQTT-2.3.1-3]");
    rig.broker(&pubcomp(1));
    for number in 3..=65_535 {
        rig.publish(QoS::AtLeastOnce);
        rig.broker(&puback(number));
    }
    assert_eq!(rig.publish(QOS_2).0, Some(1));
}

#[test]
fn answers_of_the_wrong_kind_or_to_nothing_are_violations() {
    // Requests 1 (QoS 1), 2 (QoS 2), 3 (QoS 2 that is released), 4 (SUBSCRIBE); 5 is nothing.
    let wrong = [
        (pubrec(1), "PUBREC to QoS 1"),
        (pubcomp(1), "PUBCOMP to QoS 1"),
        (puback(2), "PUBACK to QoS 2"),
        (pubcomp(2), "PUBCOMP before PUBREC"),
        (puback(3), "PUBACK to a release"),
        (puback(4), "PUBACK to SUBSCRIBE"),
        (pubrec(4), "PUBREC to SUBSCRIBE"),
        (pubcomp(4), "PUBCOMP to SUBSCRIBE"),
        (puback(5), "PUBACK to nothing"),
        (pubrec(5), "PUBREC to nothing"),
        (pubcomp(5), "PUBCOMP to nothing"),
    ];
    let mut rig = Rig::online(&options());
    rig.publish(QoS::AtLeastOnce);
    rig.publish(QOS_2);
    rig.publish(QOS_2);
    rig.broker(&pubrec(3));
    rig.subscribe("a", QOS_2);
    for (bytes, name) in &wrong {
        let outputs = rig.broker(bytes);
        let found = violations(&outputs);
        assert_eq!((found[0].rule, &found[0].bytes[..]), (Rule::UnknownPacketId, &bytes[..]), "{name}");
        assert_eq!((sent(&outputs).len(), outcomes(&outputs).len()), (0, 0), "{name}");
    }
    // All of them still wait for their own answers.
    let outputs = rig.broker(&[suback(4, &[2]), pubcomp(3), pubrec(2), pubcomp(2), puback(1)].concat());
    assert_eq!(violations(&outputs), []);
    let settled: Vec<_> = outcomes(&outputs).into_iter().map(|(request, _)| request).collect();
    assert_eq!(settled, [3, 2, 1, 0]);
}

#[test]
fn a_received_message_is_told_once_and_answered_with_pubrec_then_pubcomp() {
    let mut rig = subscribed();
    let outputs = rig.broker(&publish(4, b"t", 513, b"x"));
    assert_eq!((messages(&outputs).len(), sent(&outputs)), (1, vec![b"\x50\x02\x02\x01".to_vec()]));
    assert_eq!(messages(&outputs)[0].packet_id, Some(id(513)));
    let outputs = rig.broker(&pubrel(513));
    assert_eq!((messages(&outputs).len(), sent(&outputs)), (0, vec![b"\x70\x02\x02\x01".to_vec()]));
    assert_eq!(violations(&outputs), []);
}

#[test]
fn the_same_identifier_before_pubrel_is_answered_and_not_told_again() {
    let mut rig = subscribed();
    rig.broker(&publish(4, b"t", 7, b"x"));
    let outputs = rig.broker(&publish(8 | 4, b"t", 7, b"x"));
    assert_eq!((messages(&outputs).len(), violations(&outputs)), (0, vec![]));
    assert_eq!(sent(&outputs), [pubrec(7)]);
    let again = redelivered(&outputs);
    assert!(again.len() == 1 && again[0].dup, "it is shown, as what it is");
}

#[test]
fn the_same_identifier_after_pubcomp_is_a_new_message() {
    let mut rig = subscribed();
    // Also with DUP: after PUBREL the broker cannot mean the old one.
    for flags in [4, 4, 8 | 4, 4] {
        let outputs = rig.broker(&[publish(flags, b"t", 7, b"x"), pubrel(7)].concat());
        assert_eq!((messages(&outputs).len(), redelivered(&outputs).len()), (1, 0));
        assert_eq!((sent(&outputs), violations(&outputs)), (vec![pubrec(7), pubcomp(7)], vec![]));
    }
}

#[test]
fn a_new_message_under_an_identifier_in_use_is_a_violation() {
    // Without DUP in any case; with DUP if it is plainly another message.
    for (flags, text, new) in [(4, "x", false), (4, "other", true), (8 | 4, "another", true)] {
        let mut rig = subscribed();
        rig.broker(&publish(4, b"t", 7, b"x"));
        let outputs = rig.broker(&publish(flags, b"t", 7, text.as_bytes()));
        assert_eq!(violations(&outputs).len(), 1, "{text}");
        assert_eq!(violations(&outputs)[0].rule, Rule::PacketIdInUse);
        let (told, again) = if new { (1, 0) } else { (0, 1) };
        assert_eq!((messages(&outputs).len(), redelivered(&outputs).len()), (told, again), "{text}");
        assert_eq!((sent(&outputs), rig.session.state()), (vec![pubrec(7)], State::Online));
    }
}

#[test]
fn an_unknown_pubrel_is_a_violation_and_is_answered_with_pubcomp() {
    let mut rig = subscribed();
    for bytes in [pubrel(9), [publish(4, b"t", 9, b"x"), pubrel(9), pubrel(9)].concat()] {
        let outputs = rig.broker(&bytes);
        assert_eq!(violations(&outputs).len(), 1);
        assert_eq!(violations(&outputs)[0].rule, Rule::UnknownPacketId);
        assert_eq!(sent(&outputs).last(), Some(&pubcomp(9)), "the broker is not left waiting");
    }
}

#[test]
fn pubrecs_and_pubrels_go_out_in_the_order_of_what_they_answer() {
    let mut rig = subscribed();
    let numbers = [9, 3, 65_535, 1, 4];
    let stream: Vec<u8> = numbers.iter().flat_map(|number| publish(4, b"t", *number, b"x")).collect();
    assert_eq!(sent(&rig.broker(&stream)), numbers.map(pubrec), "[MQTT-4.6.0-3]");

    let ours: Vec<_> = (0..3).filter_map(|_| rig.publish(QOS_2).0).collect();
    assert_eq!(ours, [2, 3, 4]);
    let outputs = rig.broker(&[pubrec(4), pubrec(2), pubrec(3)].concat());
    assert_eq!(sent(&outputs), [pubrel(4), pubrel(2), pubrel(3)], "[MQTT-4.6.0-4]");
}

#[test]
fn a_subscription_with_qos_2_is_asked_for_and_granted() {
    let mut rig = Rig::online(&options());
    assert_eq!(sent(&rig.subscribe("a", QOS_2)), [b"\x82\x06\0\x01\0\x01a\x02"]);
    rig.broker(&suback(1, &[2]));
    assert_eq!(rig.subscriptions(), ["a Granted(ExactlyOnce)"]);
}

#[test]
fn what_was_buffered_may_still_come_with_qos_2_after_unsubscribing() {
    // The broker completes what it had begun to send, and may send what it had buffered [MQTT-3.10.4-3].
    let mut rig = subscribed();
    rig.unsubscribe("#");
    rig.broker(&support::unsuback(2));
    assert_eq!(violations(&rig.broker(&publish(4, b"t", 7, b"x"))), []);
}

#[test]
fn a_half_done_handshake_does_not_hold_up_others() {
    let mut rig = subscribed();
    rig.publish(QOS_2);
    rig.broker(&publish(4, b"t", 2, b"x"));
    // Identifiers of the two sides have nothing to do with each other.
    let (packet_id, _) = rig.publish(QOS_2);
    assert_eq!(packet_id, Some(3));
    let outputs = rig.broker(&[pubrec(3), pubcomp(3), pubrel(2), pubrec(2), pubcomp(2)].concat());
    assert_eq!((outcomes(&outputs).len(), violations(&outputs)), (2, vec![]));
    assert_eq!(sent(&outputs), [pubrel(3), pubcomp(2), pubrel(2)]);
}

#[test]
fn reserved_flags_on_pubrel_end_the_connection() {
    for flags in [0, 1, 3, 0xa] {
        let outputs = subscribed().broker(&packet(0x60 | flags, &[0, 1]));
        assert_eq!(ended(&outputs), Some(EndCause::Violation(Rule::ReservedFlags)), "[MQTT-3.6.1-1]");
    }
}
