//! Receiving messages: told as they came, QoS 1 confirmed with its own identifier and in order.

mod support;

use bytes::Bytes;
use support::{Rig, ended, id, messages, options, outcomes, puback, publish, sent, violations};
use uiot_testbench::mqtt::{EndCause, Event, Outcome, Output, Publish, QoS, Rule, State};

#[test]
fn a_message_is_told_byte_for_byte() {
    let mut rig = Rig::online(&options());
    let payload: Vec<u8> = (0..=255).collect();
    let packet = publish(1, "温/1".as_bytes(), 0, &payload);
    let expected = Publish {
        dup: false,
        qos: QoS::AtMostOnce,
        retain: true,
        topic: "温/1".to_owned(),
        packet_id: None,
        payload: payload.into(),
    };
    let outputs = rig.broker(&packet);
    assert_eq!(outputs, [Output::Received(packet.into()), Output::Event(Event::Message(expected))]);
}

#[test]
fn flags_and_identifier_are_told() {
    let mut rig = Rig::online(&options());
    let found = messages(&rig.broker(&publish(8 | 2 | 1, b"t", 513, b"x"))).remove(0);
    assert_eq!((found.dup, found.qos, found.retain), (true, QoS::AtLeastOnce, true));
    assert_eq!(found.packet_id, Some(id(513)));
}

#[test]
fn an_empty_payload_is_a_message() {
    let mut rig = Rig::online(&options());
    assert_eq!(messages(&rig.broker(&publish(0, b"t", 0, b"")))[0].payload, Bytes::new());
    assert_eq!(messages(&rig.broker(&publish(2, b"t", 1, b"")))[0].payload, Bytes::new());
}

#[test]
fn qos_1_is_confirmed_once_with_the_same_identifier() {
    let mut rig = Rig::online(&options());
    for number in [1, 256, 65_535] {
        assert_eq!(sent(&rig.broker(&publish(2, b"t", number, b"x"))), [puback(number)]);
    }
}

#[test]
fn qos_1_is_confirmed_in_the_order_in_which_it_came() {
    let mut rig = Rig::online(&options());
    let numbers = [9, 3, 65_535, 1, 4];
    let stream: Vec<u8> = numbers.iter().flat_map(|number| publish(2, b"t", *number, b"x")).collect();
    let outputs = rig.broker(&stream);
    assert_eq!(sent(&outputs), numbers.map(puback), "[MQTT-4.6.0-2]");
    let ids: Vec<_> = messages(&outputs).iter().filter_map(|message| message.packet_id).collect();
    assert_eq!(ids, numbers.map(id));
}

#[test]
fn qos_1_sent_again_is_told_and_confirmed_again() {
    let mut rig = Rig::online(&options());
    rig.broker(&publish(2, b"t", 7, b"x"));
    let outputs = rig.broker(&publish(8 | 2, b"t", 7, b"x"));
    assert_eq!((messages(&outputs).len(), sent(&outputs)), (1, vec![puback(7)]));
}

#[test]
fn the_brokers_identifiers_are_not_ours() {
    let mut rig = Rig::online(&options());
    rig.publish(QoS::AtLeastOnce);
    let outputs = rig.broker(&publish(2, b"t", 1, b"x"));
    assert_eq!((sent(&outputs), violations(&outputs)), (vec![puback(1)], vec![]));
    let confirmed = outcomes(&rig.broker(&puback(1)));
    assert!(matches!(confirmed[..], [(0, Outcome::Acknowledged(_))]), "{confirmed:?}");
}

#[test]
fn qos_0_is_not_confirmed() {
    let mut rig = Rig::online(&options());
    assert_eq!(sent(&rig.broker(&publish(0, b"t", 0, b"x"))), Vec::<Vec<u8>>::new());
}

#[test]
fn qos_2_that_was_never_asked_for_is_told_named_and_answered() {
    let mut rig = Rig::online(&options());
    let outputs = rig.broker(&publish(4, b"t", 7, b"x"));
    assert_eq!(violations(&outputs)[0].rule, Rule::UnaskedQos2);
    assert_eq!(messages(&outputs)[0].qos, QoS::ExactlyOnce);
    assert_eq!(sent(&outputs), [support::pubrec(7)]);
    assert_eq!(rig.session.state(), State::Online);
}

#[test]
fn an_odd_message_is_named_told_and_confirmed() {
    let mut rig = Rig::online(&options());
    for (topic, rule) in [(b"a/#".as_slice(), Rule::TopicWildcard), (b"", Rule::TopicEmpty)] {
        let packet = publish(2, topic, 7, b"x");
        let outputs = rig.broker(&packet);
        let found = violations(&outputs);
        assert_eq!((found[0].rule, &found[0].bytes[..]), (rule, &packet[..]));
        assert_eq!((messages(&outputs).len(), sent(&outputs)), (1, vec![puback(7)]));
    }
}

#[test]
fn a_message_without_meaning_is_named_and_not_told() {
    let mut rig = Rig::online(&options());
    let outputs = rig.broker(&publish(2, b"t", 0, b"x"));
    assert_eq!(violations(&outputs)[0].rule, Rule::PacketIdZero);
    assert_eq!((messages(&outputs).len(), sent(&outputs).len()), (0, 0));
    assert_eq!(rig.session.state(), State::Online);
}

#[test]
fn a_topic_that_is_no_string_ends_the_connection_and_is_not_told() {
    for (topic, rule) in [(b"\xff".as_slice(), Rule::TopicNotUtf8), (b"a\0", Rule::TopicNul)] {
        let outputs = Rig::online(&options()).broker(&publish(2, topic, 7, b"x"));
        assert_eq!(violations(&outputs)[0].rule, rule);
        assert_eq!((messages(&outputs).len(), sent(&outputs).len()), (0, 0));
        assert_eq!(ended(&outputs), Some(EndCause::Violation(rule)), "[MQTT-1.5.3-1, MQTT-1.5.3-2]");
    }
}

#[test]
fn everything_that_came_is_handed_out_as_it_came_before_it_is_explained() {
    let mut rig = Rig::online(&options());
    let packets = [publish(0, b"t", 0, b"x"), publish(2, b"t", 0, b"x"), puback(9)];
    let outputs = rig.broker(&packets.concat());
    let raw: Vec<_> = packets.iter().map(|packet| Output::Received(packet.clone().into())).collect();
    assert_eq!([&outputs[0], &outputs[2], &outputs[4]], [&raw[0], &raw[1], &raw[2]]);
    assert_eq!(outputs.len(), 6);
}
