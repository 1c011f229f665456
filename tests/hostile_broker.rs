//! Every malformed or illegal packet, and what becomes of it: the rule with its number, the bytes, and whether the
//! connection goes on.

mod support;

use support::{
    Rig, connack, ended, events, messages, mqtt_3_1, options, outcomes, packet, puback, pubcomp, publish,
    pubrec, pubrel, reconnecting, sent, strict, suback, told, unclean, unsuback, violations,
};
use uiot_testbench::mqtt::{
    ConnectOptions, ConnectReturnCode, EndCause, Event, Input, Outcome, Output, QoS, Rule, State, Violation,
};

/// The largest packet that is taken in these tests.
const MAX_PACKET: usize = 1000;

/// How far the session is when the broker breaks the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Opening,
    Awaiting,
    Online,
    /// SUBSCRIBE 1 (QoS 0) and PUBLISH 2 (QoS 1) wait for their answers.
    Busy,
    /// Message 7 came with QoS 2, and is not released.
    HalfReceived,
}

impl At {
    fn rig(self, options: &ConnectOptions) -> Rig {
        let options = ConnectOptions { max_packet: MAX_PACKET, ..options.clone() };
        let mut rig = match self {
            Self::Opening => return Rig::opening(&options),
            Self::Awaiting => return Rig::awaiting(&options),
            Self::Online | Self::Busy | Self::HalfReceived => Rig::online(&options),
        };
        if self == Self::Busy {
            rig.subscribe("a", QoS::AtMostOnce);
            rig.publish(QoS::AtLeastOnce);
        }
        if self == Self::HalfReceived {
            rig.subscribe("#", QoS::ExactlyOnce);
            rig.broker(&[suback(1, &[2]), publish(4, b"t", 7, b"x")].concat());
        }
        assert_eq!(ended(&rig.drain()), None);
        rig
    }
}

/// What the broker does.
#[derive(Clone, Debug)]
enum Does {
    Sends(Vec<u8>),
    SendsText(&'static str),
    ChoosesSubProtocol(&'static str),
}

/// What becomes of it outside strict mode.
#[derive(Clone, Debug)]
enum Then {
    /// The connection ends.
    Ends,
    /// So does the attempt: that is no MQTT.
    NotMqtt,
    /// The refusal counts as such.
    Refused(u8),
    /// The session goes on; so many messages are told, and this is answered.
    GoesOn(usize, Vec<Vec<u8>>),
}

type Case = (At, Does, Then);

fn sends(at: At, bytes: impl Into<Vec<u8>>, then: Then) -> Case {
    (at, Does::Sends(bytes.into()), then)
}

/// Online, and the connection ends.
fn fatal(bytes: impl Into<Vec<u8>>) -> Case {
    sends(At::Online, bytes, Then::Ends)
}

/// Before CONNACK, and the server is taken for no broker.
fn no_mqtt(bytes: impl Into<Vec<u8>>) -> Case {
    sends(At::Awaiting, bytes, Then::NotMqtt)
}

/// Nothing is told, nothing is answered, the session goes on.
fn shown(at: At, bytes: impl Into<Vec<u8>>) -> Case {
    sends(at, bytes, Then::GoesOn(0, vec![]))
}

/// Lists all rules; does not compile if one is left out.
macro_rules! all_rules {
    ($($rule:ident)*) => {
        const ALL: &[Rule] = &[$(Rule::$rule),*];
        const _: fn(Rule) = |rule| match rule { $(Rule::$rule => {})* };
    };
}
all_rules! {
    UnknownPacketType ClientOnlyPacket ReservedFlags RemainingLength PacketTooLarge PacketLength
    FirstPacketNotConnAck SecondConnAck ConnAckFlags SessionPresentWithRefusal SessionPresentWithCleanSession
    ConnAckCode PublishQos3 DupWithQos0 TopicNotUtf8 TopicNul TopicEmpty TopicWildcard PacketIdZero UnknownPacketId
    UnknownRequest PacketIdInUse GrantedAboveAsked SubAckCode SubAckCount UnaskedQos2 UnaskedPingResp TextFrame
    SubProtocol
}

/// The table: for each rule its number, and how a broker can break it.
fn table(rule: Rule) -> (&'static str, Vec<Case>) {
    use At::{Awaiting, Busy, HalfReceived, Online, Opening};
    use Then::{Ends, GoesOn, NotMqtt, Refused};
    match rule {
        Rule::UnknownPacketType => ("§2.2.1", vec![fatal([0, 0]), fatal([0xf0, 0]), fatal([0xff])]),
        Rule::ClientOnlyPacket => (
            "§2.2.1",
            vec![
                fatal([0x10, 0]),
                fatal(b"\x82\x06\0\x01\0\x01a\0".as_slice()),
                fatal(b"\xa2\x05\0\x01\0\x01a".as_slice()),
                fatal(support::PINGREQ),
                fatal(support::DISCONNECT),
            ],
        ),
        Rule::ReservedFlags => {
            let wrong = [[0x2f, 2, 0, 0], [0x41, 2, 0, 1], [0x52, 2, 0, 1], [0x60, 2, 0, 1], [0x78, 2, 0, 1]];
            let mut cases: Vec<_> = wrong.map(fatal).into();
            cases.extend([fatal([0x91, 3, 0, 1, 0]), fatal([0xb2, 2, 0, 1]), fatal([0xd1, 0])]);
            cases.push(no_mqtt([0x21, 2, 0, 0]));
            ("MQTT-2.2.2-2", cases)
        }
        Rule::RemainingLength => (
            "§2.2.3",
            vec![fatal([0x30, 0xff, 0xff, 0xff, 0xff]), no_mqtt([0x20, 0x80, 0x80, 0x80, 0x80, 0])],
        ),
        Rule::PacketTooLarge => {
            let whole = publish(0, b"t", 0, &[0; MAX_PACKET]);
            ("—", vec![fatal(whole.clone()), fatal(&whole[..3]), fatal([0x30, 0xff, 0xff, 0xff, 0x7f])])
        }
        Rule::PacketLength => (
            "§2.2.3",
            vec![
                fatal([0x40, 3, 0, 1, 0]),
                fatal([0x50, 1, 0]),
                fatal([0x62, 0]),
                fatal([0x70, 0x82, 1]),
                fatal([0x90, 2, 0, 1]),
                fatal([0xb0, 0]),
                fatal([0xd0, 1, 0]),
                fatal([0x30, 1, 0]),
                // A topic that ends behind the packet, and a packet identifier that does.
                fatal(b"\x30\x04\0\x09tx".as_slice()),
                fatal(b"\x32\x03\0\x01t".as_slice()),
                no_mqtt([0x20, 3, 0, 0, 0]),
                no_mqtt([0x20, 1, 0]),
                no_mqtt(b"  <html>".as_slice()),
            ],
        ),
        Rule::FirstPacketNotConnAck => (
            "MQTT-3.2.0-1",
            vec![
                no_mqtt(b"HTTP/1.1 400 Bad Request\r\n\r\n".as_slice()),
                no_mqtt(publish(0, b"t", 0, b"x")),
                no_mqtt(support::PINGRESP),
                no_mqtt(suback(1, &[0])),
                no_mqtt([0, 0]),
                no_mqtt([0xff]),
            ],
        ),
        Rule::SecondConnAck => ("§3.2", vec![shown(Online, connack(0, 0)), shown(Online, connack(0, 5))]),
        Rule::ConnAckFlags => (
            "§3.2.2.1",
            vec![
                shown(Awaiting, connack(0x80, 0)),
                shown(Awaiting, connack(2, 0)),
                sends(Awaiting, connack(0xfe, 5), Refused(5)),
            ],
        ),
        Rule::SessionPresentWithRefusal => ("MQTT-3.2.2-4", vec![sends(Awaiting, connack(1, 5), Refused(5))]),
        Rule::SessionPresentWithCleanSession => ("MQTT-3.2.2-1", vec![shown(Awaiting, connack(1, 0))]),
        Rule::ConnAckCode => (
            "§3.2.2.3",
            vec![
                sends(Awaiting, connack(0, 6), Refused(6)),
                sends(Awaiting, connack(0, 0xff), Refused(0xff)),
            ],
        ),
        Rule::PublishQos3 => ("MQTT-3.3.1-4", vec![fatal(publish(6, b"t", 1, b"x")), fatal([0x3f])]),
        Rule::DupWithQos0 => {
            ("MQTT-3.3.1-2", vec![sends(Online, publish(8, b"t", 0, b"x"), GoesOn(1, vec![]))])
        }
        Rule::TopicNotUtf8 => (
            "MQTT-1.5.3-1",
            vec![fatal(publish(0, b"\xff", 0, b"x")), fatal(publish(2, b"a\xed\xa0\x80", 1, b"x"))],
        ),
        Rule::TopicNul => {
            ("MQTT-1.5.3-2", vec![fatal(publish(0, b"\0", 0, b"x")), fatal(publish(2, b"a\0b", 1, b"x"))])
        }
        Rule::TopicEmpty => (
            "MQTT-4.7.3-1",
            vec![
                sends(Online, publish(0, b"", 0, b"x"), GoesOn(1, vec![])),
                sends(Online, publish(2, b"", 7, b"x"), GoesOn(1, vec![puback(7)])),
            ],
        ),
        Rule::TopicWildcard => (
            "MQTT-3.3.2-2",
            vec![
                sends(Online, publish(0, b"a/+", 0, b"x"), GoesOn(1, vec![])),
                sends(Online, publish(2, b"#", 7, b"x"), GoesOn(1, vec![puback(7)])),
                sends(HalfReceived, publish(4, b"#", 8, b"x"), GoesOn(1, vec![pubrec(8)])),
            ],
        ),
        Rule::PacketIdZero => {
            let packets = [
                publish(2, b"t", 0, b"x"),
                publish(4, b"t", 0, b"x"),
                puback(0),
                pubrec(0),
                pubrel(0),
                pubcomp(0),
                suback(0, &[0]),
                suback(0, &[3]),
                unsuback(0),
            ];
            ("MQTT-2.3.1-1", packets.map(|packet| shown(Busy, packet)).into())
        }
        Rule::UnknownPacketId => (
            "MQTT-2.3.1-6",
            vec![
                shown(Busy, puback(9)),
                shown(Busy, puback(1)),
                shown(Busy, pubrec(9)),
                shown(Busy, pubrec(2)),
                shown(Busy, pubcomp(9)),
                shown(Busy, pubcomp(2)),
                sends(Busy, pubrel(9), GoesOn(0, vec![pubcomp(9)])),
            ],
        ),
        Rule::UnknownRequest => (
            "MQTT-2.3.1-7",
            vec![
                shown(Busy, suback(9, &[0])),
                shown(Busy, suback(2, &[0])),
                shown(Busy, unsuback(9)),
                shown(Busy, unsuback(1)),
            ],
        ),
        Rule::PacketIdInUse => (
            "MQTT-2.3.1-4",
            vec![
                sends(HalfReceived, publish(4, b"t", 7, b"x"), GoesOn(0, vec![pubrec(7)])),
                sends(HalfReceived, publish(4, b"t", 7, b"y"), GoesOn(1, vec![pubrec(7)])),
                sends(HalfReceived, publish(8 | 4, b"t", 7, b"y"), GoesOn(1, vec![pubrec(7)])),
            ],
        ),
        Rule::GrantedAboveAsked => {
            ("§3.8.4", vec![shown(Busy, suback(1, &[1])), shown(Busy, suback(1, &[2]))])
        }
        Rule::SubAckCode => {
            ("MQTT-3.9.3-2", [3, 0x7f, 0x81, 0x87, 0xff].map(|code| shown(Busy, suback(1, &[code]))).into())
        }
        Rule::SubAckCount => {
            ("MQTT-3.8.4-5", vec![shown(Busy, suback(1, &[0, 0])), shown(Busy, suback(1, &[0x80; 200]))])
        }
        Rule::UnaskedQos2 => {
            ("MQTT-3.8.4-6", vec![sends(Online, publish(4, b"t", 7, b"x"), GoesOn(1, vec![pubrec(7)]))])
        }
        Rule::UnaskedPingResp => ("§3.13", vec![shown(Online, support::PINGRESP)]),
        Rule::TextFrame => (
            "MQTT-6.0.0-1",
            vec![(Online, Does::SendsText("hello"), Ends), (Awaiting, Does::SendsText(""), NotMqtt)],
        ),
        Rule::SubProtocol => {
            let connect = || support::sent(&Rig::opening(&options()).open());
            let chosen = |name| (Opening, Does::ChoosesSubProtocol(name), GoesOn(0, connect()));
            ("MQTT-6.0.0-4", vec![chosen("mqttv3.1"), chosen(""), chosen("MQTT")])
        }
    }
}

/// Lets the broker do it; the bytes that it is to be shown with, and what came out.
fn play(rig: &mut Rig, does: &Does) -> (Vec<u8>, Vec<Output>) {
    match does {
        Does::Sends(bytes) => (bytes.clone(), rig.broker(bytes)),
        Does::SendsText(text) => (text.as_bytes().to_vec(), rig.input(Input::TextFrame(text))),
        Does::ChoosesSubProtocol(name) => {
            (name.as_bytes().to_vec(), rig.input(Input::Opened { sub_protocol: name }))
        }
    }
}

#[test]
fn every_broken_rule_has_its_number_its_bytes_and_its_outcome() {
    for &rule in ALL {
        let (number, cases) = table(rule);
        assert_eq!(rule.number(), number, "{rule:?}");
        assert!(!cases.is_empty(), "{rule:?}");
        for (at, does, then) in cases {
            let name = format!("{rule:?}: {at:?}, {does:?}");
            let mut rig = at.rig(&options());
            let (mut bytes, outputs) = play(&mut rig, &does);
            bytes.truncate(Violation::MAX_BYTES);
            assert_eq!(violations(&outputs), [Violation { rule, bytes: bytes.into() }], "{name}");
            let cause = match then {
                Then::Ends => Some(EndCause::Violation(rule)),
                Then::NotMqtt => Some(EndCause::NotMqtt),
                Then::Refused(code) => Some(EndCause::Refused(ConnectReturnCode::from_number(code))),
                Then::GoesOn(told, ref answers) => {
                    assert_eq!((messages(&outputs).len(), &sent(&outputs)), (told, answers), "{name}");
                    None
                }
            };
            assert_eq!(ended(&outputs), cause, "{name}");
            if cause.is_some() {
                assert_eq!((messages(&outputs).len(), sent(&outputs).len()), (0, 0), "{name}");
                assert_eq!((rig.session.state(), rig.wake), (State::Offline, None), "{name}");
            }
        }
    }
}

#[test]
fn the_outcome_does_not_depend_on_the_chunks() {
    for &rule in ALL {
        for (at, does, _) in table(rule).1 {
            let Does::Sends(bytes) = &does else { continue };
            let verdict = |chunk| {
                let mut rig = at.rig(&options());
                rig.chunk = chunk;
                let outputs = rig.broker(bytes);
                let rules: Vec<_> = violations(&outputs).into_iter().map(|found| found.rule).collect();
                (rules, ended(&outputs), sent(&outputs), rig.session.state())
            };
            for chunk in [1, 2, 3] {
                assert_eq!(verdict(chunk), verdict(usize::MAX), "{rule:?}: {does:?} by {chunk}");
            }
        }
    }
}

#[test]
fn outside_strict_mode_only_the_fatal_rules_close() {
    for &rule in ALL {
        for (at, does, then) in table(rule).1 {
            let closes = matches!(then, Then::Ends | Then::NotMqtt);
            assert_eq!(closes, rule.is_fatal(), "{rule:?}: {does:?}");
            if matches!(then, Then::GoesOn(..)) {
                // And it is a session as before.
                let mut rig = at.rig(&options());
                play(&mut rig, &does);
                if rig.session.state() == State::AwaitingConnAck {
                    rig.broker(support::ACCEPTED);
                }
                assert_eq!(rig.session.state(), State::Online, "{rule:?}: {does:?}");
                assert_eq!(messages(&rig.broker(&publish(2, b"after", 99, b"x"))).len(), 1);
            }
        }
    }
}

#[test]
fn strict_mode_closes_at_every_violation() {
    for options in [strict(), ConnectOptions { auto_reconnect: true, ..strict() }] {
        for &rule in ALL {
            for (at, does, _) in table(rule).1 {
                let mut rig = at.rig(&options);
                let (_, outputs) = play(&mut rig, &does);
                let name = format!("{rule:?}: {does:?}");
                assert_eq!(violations(&outputs).len(), 1, "{name}");
                let no_mqtt = at == At::Awaiting && rule.is_fatal();
                let cause = if no_mqtt { EndCause::NotMqtt } else { EndCause::Violation(rule) };
                assert_eq!(ended(&outputs), Some(cause), "{name}");
                assert!(
                    matches!(outputs.last(), Some(Output::Event(Event::Ended(_)))),
                    "{name}: {outputs:?}"
                );
                assert_eq!((messages(&outputs).len(), sent(&outputs).len()), (0, 0), "{name} [MQTT-4.8.0-1]");
                assert!(matches!(rig.session.state(), State::Offline | State::Waiting));
            }
        }
    }
}

#[test]
fn a_topic_that_is_not_utf_8_or_holds_u0000_ends_the_connection() {
    // Latin-1, a cut character, an overlong slash, a surrogate, beyond U+10FFFF.
    for text in [b"\xe9".as_slice(), b"a/\xe6\xb8", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"] {
        let outputs = Rig::online(&options()).broker(&publish(0, text, 0, b"x"));
        assert_eq!(ended(&outputs), Some(EndCause::Violation(Rule::TopicNotUtf8)), "[MQTT-1.5.3-1]");
    }
    for text in [b"\0".as_slice(), b"a\0", b"\0/#"] {
        let outputs = Rig::online(&options()).broker(&publish(0, text, 0, b"x"));
        assert_eq!(ended(&outputs), Some(EndCause::Violation(Rule::TopicNul)), "[MQTT-1.5.3-2]");
        assert!(matches!(outputs.last(), Some(Output::Event(Event::Ended(_)))), "{outputs:?}");
    }
}

#[test]
fn a_message_nobody_asked_for_is_told_and_confirmed() {
    // A broker may send what an older session or its own rules subscribed to.
    let mut rig = Rig::online(&options());
    let outputs = rig.broker(&[publish(0, b"t", 0, b"x"), publish(2, b"t", 7, b"x")].concat());
    assert_eq!((messages(&outputs).len(), sent(&outputs)), (2, vec![puback(7)]));
    assert_eq!(violations(&outputs), []);
}

#[test]
fn a_qos_above_the_one_asked_for_is_a_violation() {
    for (asked, granted) in [(QoS::AtMostOnce, 1), (QoS::AtMostOnce, 2), (QoS::AtLeastOnce, 2)] {
        let mut rig = Rig::online(&options());
        rig.subscribe("a", asked);
        let outputs = rig.broker(&suback(1, &[granted]));
        assert_eq!(violations(&outputs)[0].rule, Rule::GrantedAboveAsked);
        assert!(matches!(outcomes(&outputs)[..], [(0, Outcome::Acknowledged(_))]), "granted it is");
        let outputs = rig.broker(&publish(4, b"a", 7, b"x"));
        assert_eq!(violations(&outputs)[0].rule, Rule::UnaskedQos2);
    }
}

#[test]
fn a_second_answer_to_the_same_request_is_a_violation() {
    let mut rig = Rig::online(&options());
    rig.publish(QoS::AtLeastOnce);
    rig.publish(QoS::ExactlyOnce);
    rig.subscribe("a", QoS::AtMostOnce);
    rig.unsubscribe("b");
    let answers = [
        (puback(1), Rule::UnknownPacketId),
        ([pubrec(2), pubcomp(2)].concat(), Rule::UnknownPacketId),
        (suback(3, &[0]), Rule::UnknownRequest),
        (unsuback(4), Rule::UnknownRequest),
    ];
    for (answer, _) in &answers {
        assert_eq!(violations(&rig.broker(answer)), []);
    }
    for (answer, rule) in &answers {
        let outputs = rig.broker(answer);
        assert!(
            violations(&outputs).iter().all(|found| found.rule == *rule) && !violations(&outputs).is_empty()
        );
        assert_eq!((outcomes(&outputs), sent(&outputs).len()), (vec![], 0));
    }
}

#[test]
fn a_thousand_messages_in_one_frame_are_all_told_and_confirmed() {
    let mut rig = Rig::online(&options());
    let stream: Vec<u8> = (1..=1000).flat_map(|number| publish(2, b"t", number, b"x")).collect();
    let outputs = rig.broker(&stream);
    assert_eq!(messages(&outputs).len(), 1000);
    assert_eq!(sent(&outputs), (1..=1000).map(puback).collect::<Vec<_>>());
}

#[test]
fn unreleased_identifiers_are_bounded_and_all_answered() {
    let mut rig = Rig::online(&options());
    rig.subscribe("#", QoS::ExactlyOnce);
    rig.broker(&suback(1, &[2]));
    let all = |packet: &dyn Fn(u16) -> Vec<u8>| (1..=u16::MAX).flat_map(packet).collect::<Vec<u8>>();
    let outputs = rig.broker(&all(&|number| publish(4, b"t", number, b"x")));
    assert_eq!((messages(&outputs).len(), sent(&outputs).len()), (65_535, 65_535));
    // There is no identifier left for another.
    let outputs = rig.broker(&publish(4, b"t", 1, b"more"));
    assert_eq!((violations(&outputs)[0].rule, sent(&outputs)), (Rule::PacketIdInUse, vec![pubrec(1)]));
    let outputs = rig.broker(&all(&pubrel));
    assert_eq!((sent(&outputs).len(), violations(&outputs)), (65_535, vec![]));
    assert_eq!(messages(&rig.broker(&publish(4, b"t", 1, b"x"))).len(), 1);
}

#[test]
fn session_present_after_a_clean_session_resumes_nothing() {
    let mut rig = Rig::online(&reconnecting());
    rig.subscribe("#", QoS::ExactlyOnce);
    rig.broker(&suback(1, &[2]));
    rig.say("a", QoS::AtLeastOnce);
    rig.broker(&publish(4, b"t", 7, b"x"));
    let outputs = rig.resume();
    assert_eq!(violations(&outputs)[0].rule, Rule::SessionPresentWithCleanSession);
    let first_bytes: Vec<_> = sent(&outputs).iter().map(|packet| packet[0]).collect();
    assert_eq!(first_bytes, [0x82, 0x32], "asked for again, and a message without DUP");
    assert_eq!(messages(&rig.broker(&publish(4, b"t", 7, b"x"))).len(), 1, "not taken for the one of before");
}

#[test]
fn mqtt_3_1_takes_0x80_in_suback_as_a_refusal() {
    let mut rig = Rig::online(&mqtt_3_1(options()));
    rig.subscribe("a", QoS::AtLeastOnce);
    let outputs = rig.broker(&suback(1, &[0x80]));
    assert_eq!(outcomes(&outputs), [(0, Outcome::Refused(0x80))]);
    assert!(matches!(told(&outputs)[0], Event::SubscriptionRefused { code: 0x80, .. }));
    assert_eq!(violations(&outputs), []);
}

#[test]
fn a_broker_that_breaks_every_harmless_rule_in_turn_keeps_a_working_session() {
    let mut rig = Rig::online(&unclean());
    rig.subscribe("a", QoS::ExactlyOnce);
    for _ in 0..50 {
        for &rule in ALL.iter().filter(|rule| !rule.is_fatal()) {
            for (at, does, _) in table(rule).1 {
                if at != At::Opening && at != At::Awaiting {
                    play(&mut rig, &does);
                }
            }
        }
        assert_eq!(rig.session.state(), State::Online);
        let (request, outputs) = rig.say("x", QoS::AtLeastOnce);
        let number =
            uiot_testbench::mqtt::PacketView::read(&sent(&outputs)[0]).and_then(|view| view.packet_id);
        let settled = outcomes(&rig.broker(&puback(number.unwrap_or_default())));
        assert!(matches!(settled[..], [(settled, Outcome::Acknowledged(_))] if settled == request));
    }
}

#[test]
fn what_follows_a_harmless_violation_in_the_same_chunk_is_handled() {
    let bad = packet(0x38, b"\0\x01t");
    let outputs = Rig::online(&options()).broker(&[bad, publish(2, b"t", 7, b"x")].concat());
    assert_eq!((messages(&outputs).len(), sent(&outputs)), (2, vec![puback(7)]));
    assert!(matches!(events(&outputs)[0], Event::Violation(_)), "the violation stands before its message");
}
