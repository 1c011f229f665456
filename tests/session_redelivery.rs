//! What was not acknowledged when the connection went is sent again on the next one: the same packets with DUP where
//! the broker kept the session, new messages where it did not (MQTT §4.4, §4.6).

mod support;

use support::{
    Rig, mqtt_3_1, options, outcomes, payload, puback, pubcomp, pubrec, pubrel, reconnecting, secs, sent,
    unclean,
};
use uiot_testbench::mqtt::{ConnectOptions, Event, Outcome, PacketView, QoS};

const QOS_0: QoS = QoS::AtMostOnce;
const QOS_1: QoS = QoS::AtLeastOnce;
const QOS_2: QoS = QoS::ExactlyOnce;

fn numbers(packets: &[Vec<u8>]) -> Vec<u16> {
    packets.iter().filter_map(|packet| PacketView::read(packet)?.packet_id).collect()
}

fn texts(packets: &[Vec<u8>]) -> Vec<String> {
    packets.iter().map(|packet| payload(packet)).collect()
}

#[test]
fn unconfirmed_messages_are_sent_again_with_dup_and_their_identifiers() {
    let mut rig = Rig::online(&unclean());
    for (text, qos) in [("a", QOS_1), ("b", QOS_2), ("c", QOS_0), ("d", QOS_1)] {
        rig.say(text, qos);
    }
    // Byte for byte, in order; QoS 0 is gone [MQTT-4.4.0-1, MQTT-3.3.1-1, MQTT-4.6.0-1].
    let expected = [b"\x3a\x06\0\x01t\0\x01a", b"\x3c\x06\0\x01t\0\x02b", b"\x3a\x06\0\x01t\0\x03d"];
    assert_eq!(sent(&rig.resume()), expected);
    assert_eq!(sent(&rig.resume()), expected, "as often as it takes");
    let outputs = rig.broker(&[puback(3), pubrec(2), pubcomp(2), puback(1)].concat());
    let settled: Vec<_> = outcomes(&outputs).into_iter().map(|(request, _)| request).collect();
    assert_eq!(settled, [3, 1, 0]);
}

#[test]
fn the_packet_sent_again_names_the_same_request() {
    let mut rig = Rig::online(&unclean());
    let request = rig.try_to_say("a", QOS_1).ok();
    rig.drain();
    let requests = |outputs: &[uiot_testbench::mqtt::Output]| -> Vec<_> {
        let request = |output: &_| match output {
            uiot_testbench::mqtt::Output::Send { request, .. } => Some(*request),
            _ => None,
        };
        outputs.iter().filter_map(request).collect()
    };
    assert_eq!(requests(&rig.resume()), [request]);
    assert_eq!(requests(&rig.reconnect()), [request]);
}

#[test]
fn retain_stays_when_a_message_is_sent_again() {
    let mut rig = Rig::online(&unclean());
    let topic = support::topic("t");
    assert!(rig.session.publish(rig.now, &topic, bytes::Bytes::new(), QOS_1, true).is_ok());
    assert_eq!(sent(&rig.drain())[0][0], 0x33);
    assert_eq!(sent(&rig.resume())[0][0], 0x3b);
    assert_eq!(sent(&rig.reconnect())[0][0], 0x33);
}

#[test]
fn after_pubrec_only_pubrel_is_sent_again() {
    for options in [unclean(), mqtt_3_1(unclean())] {
        let mut rig = Rig::online(&options);
        rig.say("a", QOS_2);
        rig.say("b", QOS_2);
        rig.broker(&pubrec(1));
        let again = sent(&rig.resume());
        assert_eq!(again.len(), 2);
        assert!(again.contains(&b"\x62\x02\0\x01".to_vec()), "without DUP in MQTT 3.1 too: {again:?}");
        assert!(again.contains(&b"\x3c\x06\0\x01t\0\x02b".to_vec()));
        let outputs = rig.broker(&pubcomp(1));
        assert!(matches!(outcomes(&outputs)[..], [(0, Outcome::Acknowledged(_))]));
    }
}

#[test]
fn pubrels_are_sent_again_in_the_order_of_the_pubrecs() {
    let mut rig = Rig::online(&unclean());
    for text in ["a", "b", "c", "d"] {
        rig.say(text, QOS_2);
    }
    rig.broker(&[pubrec(3), pubrec(1), pubrec(4)].concat());
    // A PUBREC that comes twice does not change the order: its first PUBREL was sent long ago.
    rig.broker(&pubrec(3));
    let again = sent(&rig.resume());
    let releases: Vec<_> = again.into_iter().filter(|packet| packet[0] == 0x62).collect();
    assert_eq!(releases, [pubrel(3), pubrel(1), pubrel(4)], "[MQTT-4.6.0-4]");
}

#[test]
fn redelivery_keeps_the_order_of_sending_across_the_wrap_of_identifiers() {
    let mut rig = Rig::online(&unclean());
    for number in 1..=65_533 {
        rig.publish(QOS_1);
        rig.broker(&puback(number));
    }
    for text in ["a", "b", "c", "d", "e"] {
        rig.say(text, QOS_1);
    }
    let again = sent(&rig.resume());
    assert_eq!(
        (numbers(&again), texts(&again).concat()),
        (vec![65_534, 65_535, 1, 2, 3], "abcde".to_owned())
    );
    let fresh = sent(&rig.reconnect());
    assert_eq!(texts(&fresh).concat(), "abcde");
}

#[test]
fn redelivery_comes_before_the_queue_and_before_anything_new() {
    for connack in [support::RESUMED, support::ACCEPTED] {
        let mut rig = Rig::online(&ConnectOptions { clean_session: false, ..reconnecting() });
        rig.say("old", QOS_1);
        rig.subscribe("f", QOS_0);
        rig.lose();
        rig.say("waiting", QOS_0);
        rig.say("waiting too", QOS_1);
        rig.connect();
        rig.open();
        let mut packets = sent(&rig.broker(connack));
        packets.extend(sent(&rig.say("new", QOS_0).1));
        packets.retain(|packet| packet[0] >> 4 == 3);
        assert_eq!(texts(&packets), ["old", "waiting", "waiting too", "new"]);
    }
}

#[test]
fn identifiers_in_flight_are_not_given_to_new_requests_after_a_resume() {
    let mut rig = Rig::online(&unclean());
    for _ in 0..3 {
        rig.publish(QOS_1);
    }
    rig.broker(&puback(2));
    rig.resume();
    let given: Vec<_> = (0..65_533).filter_map(|_| rig.publish(QOS_1).0).collect();
    assert!(given.len() == 65_533 && !given.contains(&1) && !given.contains(&3));
    assert!(rig.try_to_say("x", QOS_1).is_err());
}

#[test]
fn what_was_confirmed_is_not_sent_again() {
    let mut rig = Rig::online(&unclean());
    for text in ["a", "b", "c", "d"] {
        rig.say(text, if text == "d" { QOS_2 } else { QOS_1 });
    }
    rig.broker(&[puback(1), puback(3), pubrec(4), pubcomp(4)].concat());
    assert_eq!(texts(&sent(&rig.resume())), ["b"]);
    rig.broker(&puback(2));
    assert_eq!(sent(&rig.resume()), Vec::<Vec<u8>>::new());
}

#[test]
fn nothing_is_sent_again_while_the_connection_stands() {
    let mut rig = Rig::online(&ConnectOptions { keep_alive: 0, ..unclean() });
    rig.publish(QOS_1);
    rig.publish(QOS_2);
    let outputs = support::untimed(rig.advance(secs(3600)));
    assert_eq!(sent(&outputs), Vec::<Vec<u8>>::new());
    assert_eq!(outcomes(&outputs), [(0, Outcome::Overdue), (1, Outcome::Overdue)]);
}

#[test]
fn a_second_loss_in_the_middle_of_redelivery_loses_nothing() {
    let mut rig = Rig::online(&unclean());
    for text in ["a", "b", "c"] {
        rig.say(text, QOS_1);
    }
    rig.resume();
    rig.broker(&puback(1));
    // Lost while opening, before CONNACK, after CONNACK: each time all the rest is still there.
    rig.lose();
    rig.connect();
    rig.lose();
    rig.connect();
    rig.open();
    rig.lose();
    assert_eq!(texts(&sent(&rig.come_back(support::RESUMED))), ["b", "c"]);
    rig.broker(&puback(3));
    assert_eq!(texts(&sent(&rig.reconnect())), ["b"]);
}

#[test]
fn where_the_broker_has_no_session_unconfirmed_messages_go_out_as_new_ones() {
    let mut rig = Rig::online(&unclean());
    for (text, qos) in [("a", QOS_1), ("b", QOS_2), ("c", QOS_2)] {
        rig.say(text, qos);
    }
    rig.broker(&pubrec(3));
    let outputs = rig.reconnect();
    // No DUP, and identifiers that were never used [MQTT-4.3.2-1]. What was with the broker is nobody's now.
    assert_eq!(sent(&outputs), [b"\x32\x06\0\x01t\0\x04a", b"\x34\x06\0\x01t\0\x05b"]);
    assert_eq!(outcomes(&outputs), [(2, Outcome::Lost)]);
    let settled = outcomes(&rig.broker(&[puback(4), pubrec(5), pubcomp(5)].concat()));
    assert!(matches!(settled[..], [(0, Outcome::Acknowledged(_)), (1, Outcome::Acknowledged(_))]));
}

#[test]
fn a_clean_session_that_is_taken_up_again_by_itself_sends_its_messages_as_new_ones() {
    let mut rig = Rig::online(&reconnecting());
    rig.say("a", QOS_1);
    rig.say("b", QOS_2);
    assert_eq!(outcomes(&rig.lose()), [(0, Outcome::Interrupted), (1, Outcome::Interrupted)]);
    rig.wait_for_the_attempt();
    rig.open();
    assert_eq!(sent(&rig.broker(support::ACCEPTED)), [b"\x32\x06\0\x01t\0\x03a", b"\x34\x06\0\x01t\0\x04b"]);
}

#[test]
fn a_clean_session_that_is_over_forgets_what_was_unconfirmed_and_says_so() {
    let mut rig = Rig::online(&options());
    rig.say("a", QOS_1);
    rig.say("b", QOS_2);
    rig.broker(&pubrec(2));
    assert_eq!(outcomes(&rig.lose()), [(0, Outcome::Lost), (1, Outcome::Lost)]);
    assert_eq!(sent(&rig.come_back(support::ACCEPTED)), Vec::<Vec<u8>>::new(), "[MQTT-3.1.2-6]");
    assert_eq!(rig.session.outbox().unacknowledged, 0);
}

#[test]
fn what_is_taken_up_is_counted() {
    for (connack, resent) in [(support::RESUMED, 2), (support::ACCEPTED, 1)] {
        let mut rig = Rig::online(&ConnectOptions { clean_session: false, ..reconnecting() });
        rig.say("a", QOS_1);
        rig.say("b", QOS_2);
        rig.broker(&pubrec(2));
        rig.subscribe("f", QOS_0);
        rig.lose();
        rig.say("c", QOS_1);
        rig.say("d", QOS_0);
        let events = support::events(&rig.come_back(connack));
        assert!(events.contains(&Event::Restored { subscriptions: 1, resent, queued: 2 }), "{events:?}");
    }
    let nothing = support::events(&Rig::online(&unclean()).resume());
    assert!(!nothing.iter().any(|event| matches!(event, Event::Restored { .. })));
}
