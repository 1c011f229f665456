//! Sending messages: QoS 0 and 1, packet identifiers, acknowledgements.

mod support;

use bytes::Bytes;
use support::{Rig, events, filter, id, millis, options, outcomes, puback, sent, suback, topic, violations};
use uiot_testbench::mqtt::{
    Capabilities, ConnectOptions, Outcome, PublishError, QoS, Rule, SubscribeError, raw,
};

/// The acknowledgement of the request with this number.
fn published(request: u64, after: u64) -> (u64, Outcome) {
    (request, Outcome::Acknowledged(millis(after)))
}

#[test]
fn qos_0_is_sent_byte_for_byte_and_waits_for_nothing() {
    let mut rig = Rig::online(&options());
    let (packet_id, outputs) = rig.publish(QoS::AtMostOnce);
    assert_eq!((packet_id, sent(&outputs)), (None, vec![b"\x30\x04\0\x01tx".to_vec()]));
    assert_eq!(events(&outputs), []);
    assert_eq!(violations(&rig.broker(&puback(1)))[0].rule, Rule::UnknownPacketId);
}

#[test]
fn qos_1_is_sent_byte_for_byte_and_confirmed() {
    let mut rig = Rig::online(&options());
    let (packet_id, outputs) = rig.publish(QoS::AtLeastOnce);
    assert_eq!((packet_id, sent(&outputs)), (Some(1), vec![b"\x32\x06\0\x01t\0\x01x".to_vec()]));
    rig.sleep(millis(77));
    let outputs = rig.broker(&puback(1));
    assert_eq!((outcomes(&outputs), events(&outputs).len()), (vec![published(0, 77)], 1));
}

#[test]
fn an_empty_payload_and_a_binary_one_are_sent_as_they_are() {
    let mut rig = Rig::online(&options());
    for payload in [Bytes::new(), Bytes::from_iter(0..=255)] {
        rig.session.publish(rig.now, &topic("t"), payload.clone(), QoS::AtMostOnce, false).unwrap();
        let packet = sent(&rig.drain()).remove(0);
        assert!(
            packet.ends_with(&payload)
                && packet.len() == payload.len() + if payload.is_empty() { 5 } else { 6 }
        );
    }
}

#[test]
fn what_the_capabilities_exclude_is_refused_before_the_wire() {
    let plain = ConnectOptions { capabilities: Capabilities::PLAIN, ..options() };
    for mut rig in [Rig::new(&plain), Rig::opening(&plain), Rig::online(&plain)] {
        let asked = rig.session.publish(rig.now, &topic("t"), Bytes::new(), QoS::ExactlyOnce, false);
        assert_eq!(asked, Err(PublishError::QosNotOffered));
        let asked = rig.session.publish(rig.now, &topic("t"), Bytes::new(), QoS::AtMostOnce, true);
        assert_eq!(asked, Err(PublishError::RetainNotOffered));
        assert_eq!((rig.drain(), rig.session.outbox().queued), (vec![], 0));
    }
}

#[test]
fn nothing_can_be_published_without_a_connection() {
    let lost = {
        let mut rig = Rig::online(&options());
        rig.close(1006, "");
        rig
    };
    for mut rig in [Rig::new(&options()), lost] {
        for qos in [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce] {
            let asked = rig.session.publish(rig.now, &topic("t"), Bytes::new(), qos, false);
            assert_eq!(asked, Err(PublishError::NotConnected));
        }
        assert_eq!(rig.drain(), []);
    }
}

#[test]
fn confirmations_may_come_in_any_order() {
    let mut rig = Rig::online(&options());
    for number in 1..=3 {
        assert_eq!(rig.publish(QoS::AtLeastOnce).0, Some(number));
        rig.sleep(millis(10));
    }
    let outputs = rig.broker(&[puback(2), puback(3), puback(1)].concat());
    assert_eq!(outcomes(&outputs), [published(1, 20), published(2, 10), published(0, 30)]);
}

#[test]
fn a_puback_that_answers_nothing_is_a_violation() {
    let mut rig = Rig::online(&options());
    rig.publish(QoS::AtLeastOnce);
    rig.subscribe("a", QoS::AtMostOnce);
    for number in [2, 3, 65_535] {
        let outputs = rig.broker(&puback(number));
        assert_eq!(violations(&outputs)[0].rule, Rule::UnknownPacketId);
        assert_eq!(events(&outputs).len(), 1);
    }
    // 2 was the SUBSCRIBE's, and still is.
    assert_eq!(violations(&rig.broker(&suback(2, &[0]))), []);
    assert_eq!(outcomes(&rig.broker(&puback(1))), [published(0, 0)]);
    assert_eq!(violations(&rig.broker(&puback(1)))[0].rule, Rule::UnknownPacketId, "confirmed before");
}

#[test]
fn publish_subscribe_and_unsubscribe_share_the_packet_identifiers() {
    let mut rig = Rig::online(&options());
    assert_eq!(rig.publish(QoS::AtLeastOnce).0, Some(1));
    let asked = sent(&rig.subscribe("a", QoS::AtMostOnce));
    assert_eq!(asked[0][2..4], [0, 2]);
    let left = sent(&rig.unsubscribe("a"));
    assert_eq!(left[0][2..4], [0, 3]);
    assert_eq!(rig.publish(QoS::AtLeastOnce).0, Some(4));
    assert_eq!(rig.publish(QoS::AtMostOnce).0, None);
    assert_eq!(rig.publish(QoS::AtLeastOnce).0, Some(5));
}

#[test]
fn a_packet_identifier_is_not_used_again_at_once() {
    let mut rig = Rig::online(&options());
    rig.publish(QoS::AtLeastOnce);
    rig.broker(&puback(1));
    assert_eq!(rig.publish(QoS::AtLeastOnce).0, Some(2), "a late second PUBACK 1 must not confirm it");
}

#[test]
fn after_65535_comes_the_first_free_identifier_and_never_0() {
    let mut rig = Rig::online(&options());
    rig.subscribe("stays", QoS::AtMostOnce);
    for number in 2..=65_535 {
        assert_eq!(rig.publish(QoS::AtLeastOnce).0, Some(number));
        if number != 3 {
            rig.broker(&puback(number));
        }
    }
    // 1 is the SUBSCRIBE's, 3 is unconfirmed.
    assert_eq!(rig.publish(QoS::AtLeastOnce).0, Some(2));
    assert_eq!(rig.publish(QoS::AtLeastOnce).0, Some(4));
}

#[test]
fn with_65535_requests_in_flight_no_more_is_taken_until_one_is_confirmed() {
    let mut rig = Rig::online(&options());
    for number in 1..=65_535 {
        assert_eq!(rig.publish(QoS::AtLeastOnce).0, Some(number));
    }
    let now = rig.now;
    let asked = rig.session.publish(now, &topic("t"), Bytes::new(), QoS::AtLeastOnce, false);
    assert_eq!(asked, Err(PublishError::NoPacketId));
    let asked = rig.session.subscribe(now, filter("a"), QoS::AtMostOnce);
    assert_eq!(asked, Err(SubscribeError::NoPacketId));
    assert_eq!(rig.session.unsubscribe(now, &filter("a")), Err(SubscribeError::NoPacketId));
    assert_eq!(rig.drain(), []);
    assert_eq!(rig.subscriptions(), Vec::<String>::new());
    assert_eq!(rig.publish(QoS::AtMostOnce).0, None, "QoS 0 needs none");

    rig.broker(&puback(40_000));
    assert_eq!(rig.publish(QoS::AtLeastOnce).0, Some(40_000));
    let asked = rig.session.publish(now, &topic("t"), Bytes::new(), QoS::AtLeastOnce, false);
    assert_eq!(asked, Err(PublishError::NoPacketId));
}

#[test]
fn the_end_of_a_clean_session_frees_all_identifiers_and_forgets_what_was_unconfirmed() {
    let mut rig = Rig::online(&options());
    rig.publish(QoS::AtLeastOnce);
    assert_eq!(outcomes(&rig.lose()), [(0, Outcome::Lost)]);
    assert_eq!(sent(&rig.come_back(support::ACCEPTED)), Vec::<Vec<u8>>::new(), "nothing is sent again");
    assert_eq!(violations(&rig.broker(&puback(1)))[0].rule, Rule::UnknownPacketId);
}

#[test]
fn answers_of_qos_2_answer_nothing() {
    let mut rig = Rig::online(&options());
    rig.publish(QoS::AtLeastOnce);
    for packet in [support::pubrec(1), support::pubrel(1), support::pubcomp(1)] {
        let outputs = rig.broker(&packet);
        assert_eq!((violations(&outputs)[0].rule, outcomes(&outputs)), (Rule::UnknownPacketId, vec![]));
    }
    assert_eq!(outcomes(&rig.broker(&puback(1))), [published(0, 0)]);
}

#[test]
fn what_is_sent_is_what_the_writer_writes() {
    let mut rig = Rig::online(&options());
    let (name, payload) = (topic("温度/1"), Bytes::from_static(b"{}"));
    rig.session.publish(rig.now, &name, payload.clone(), QoS::AtLeastOnce, false).unwrap();
    let expected = raw::publish(&name, payload, QoS::AtLeastOnce, false, false, Some(id(1))).unwrap();
    assert_eq!(sent(&rig.drain()), [expected]);
}
