//! From a wish to a connection: transport, sub-protocol, CONNECT, CONNACK, and what may come instead of it.

mod support;

use support::{Rig, connack, ended, events, options, publish, sent, violations};
use uiot_testbench::mqtt::{
    ConnectOptions, ConnectReturnCode, EndCause, Event, Input, Output, ProtocolVersion, Rule, Stage, State,
    raw,
};

fn for_3_1() -> ConnectOptions {
    support::mqtt_3_1(options())
}

#[test]
fn connect_opens_the_transport_then_sends_connect_then_waits_for_connack() {
    let mut rig = Rig::new(&options());
    assert_eq!(rig.session.state(), State::Offline);
    assert_eq!(rig.drain(), []);

    assert_eq!(rig.connect(), [Output::OpenTransport(ProtocolVersion::V3_1_1)]);
    assert_eq!(rig.session.state(), State::Opening);

    let packet = raw::write_connect(&options()).unwrap().0;
    assert_eq!(
        rig.open(),
        [Output::Event(Event::Opened), Output::Send { packet, secret: None, request: None }]
    );
    assert_eq!(rig.session.state(), State::AwaitingConnAck);

    rig.sleep(support::millis(1_234));
    let connected = Event::Connected { session_present: false, after: support::millis(1_234) };
    let outputs = rig.broker(support::ACCEPTED);
    let changed = Output::Event(Event::SubscriptionsChanged);
    assert_eq!(outputs, [Output::Received(support::ACCEPTED.into()), Output::Event(connected), changed]);
    assert_eq!(rig.session.state(), State::Online);
}

#[test]
fn connack_and_the_first_message_in_one_chunk() {
    let mut rig = Rig::awaiting(&options());
    let outputs = rig.broker(&[support::ACCEPTED, &publish(0, b"t", 0, b"x")].concat());
    assert_eq!(support::messages(&outputs)[0].topic, "t");
}

#[test]
fn connack_in_four_chunks() {
    let mut rig = Rig::awaiting(&options());
    rig.chunk = 1;
    let connected = events(&rig.broker(support::ACCEPTED));
    assert!(matches!(connected[..], [Event::Connected { .. }, Event::SubscriptionsChanged]), "{connected:?}");
    assert_eq!(rig.session.state(), State::Online);
}

#[test]
fn a_second_connect_changes_nothing() {
    for mut rig in [Rig::opening(&options()), Rig::awaiting(&options()), Rig::online(&options())] {
        let before = rig.session.state();
        rig.sleep(support::secs(1));
        assert_eq!(rig.connect(), []);
        assert_eq!(rig.session.state(), before);
    }
}

#[test]
fn a_second_opened_changes_nothing() {
    for mut rig in [Rig::awaiting(&options()), Rig::online(&options())] {
        let before = rig.session.state();
        assert_eq!(rig.open(), []);
        assert_eq!(rig.session.state(), before);
    }
}

#[test]
fn each_refusal_ends_the_connection_with_its_code() {
    for (number, code) in [
        (1, ConnectReturnCode::UnacceptableProtocolVersion),
        (2, ConnectReturnCode::IdentifierRejected),
        (3, ConnectReturnCode::ServerUnavailable),
        (4, ConnectReturnCode::BadUserNameOrPassword),
        (5, ConnectReturnCode::NotAuthorized),
    ] {
        let mut rig = Rig::awaiting(&options());
        let expected = [
            Output::Received(connack(0, number).into()),
            Output::CloseTransport,
            Output::Event(Event::SubscriptionsChanged),
            Output::Event(Event::Ended(EndCause::Refused(code))),
        ];
        assert_eq!(rig.broker(&connack(0, number)), expected);
        assert_eq!(rig.session.state(), State::Offline);
        assert_eq!(rig.wake, None);
    }
}

#[test]
fn a_reserved_connack_code_is_a_refusal_and_a_violation() {
    for number in [6, 0x80, 0x87, 255] {
        let outputs = Rig::awaiting(&options()).broker(&connack(0, number));
        assert_eq!(violations(&outputs)[0].rule, Rule::ConnAckCode);
        assert_eq!(ended(&outputs), Some(EndCause::Refused(ConnectReturnCode::Reserved(number))));
    }
}

#[test]
fn session_present_is_told() {
    let outputs = Rig::awaiting(&support::unclean()).broker(&connack(1, 0));
    assert!(matches!(events(&outputs)[0], Event::Connected { session_present: true, .. }), "{outputs:?}");
}

#[test]
fn session_present_with_a_clean_session_is_a_violation_and_the_session_goes_on() {
    let mut rig = Rig::awaiting(&options());
    let outputs = rig.broker(&connack(1, 0));
    assert_eq!(violations(&outputs)[0].rule, Rule::SessionPresentWithCleanSession);
    assert_eq!(rig.session.state(), State::Online);
}

#[test]
fn session_present_with_a_refusal_is_a_violation() {
    let outputs = Rig::awaiting(&options()).broker(&connack(1, 5));
    assert_eq!(violations(&outputs)[0].rule, Rule::SessionPresentWithRefusal);
    assert_eq!(ended(&outputs), Some(EndCause::Refused(ConnectReturnCode::NotAuthorized)));
}

#[test]
fn reserved_connack_flags_are_a_violation_and_the_session_goes_on() {
    let mut rig = Rig::awaiting(&options());
    assert_eq!(violations(&rig.broker(&connack(0x80, 0)))[0].rule, Rule::ConnAckFlags);
    assert_eq!(rig.session.state(), State::Online);
}

#[test]
fn mqtt_3_1_does_not_use_the_flags_of_connack() {
    // MQTT 3.1 §3.2: "Reserved values. Not used."
    for flags in [0x01, 0x80, 0xff] {
        let mut rig = Rig::awaiting(&for_3_1());
        let outputs = rig.broker(&connack(flags, 0));
        assert!(
            matches!(events(&outputs)[0], Event::Connected { session_present: false, .. }),
            "{outputs:?}"
        );
        let outputs = Rig::awaiting(&for_3_1()).broker(&connack(flags, 4));
        assert_eq!(violations(&outputs), []);
        assert_eq!(ended(&outputs), Some(EndCause::Refused(ConnectReturnCode::BadUserNameOrPassword)));
    }
}

#[test]
fn a_second_connack_is_a_violation_and_the_session_goes_on() {
    let mut rig = Rig::online(&options());
    for code in [0, 5] {
        let outputs = rig.broker(&connack(0, code));
        assert_eq!(events(&outputs).len(), 1);
        assert_eq!(violations(&outputs)[0].rule, Rule::SecondConnAck);
        assert_eq!(rig.session.state(), State::Online);
    }
}

#[test]
fn another_sub_protocol_is_a_violation_and_connect_is_sent_all_the_same() {
    for (options, wrong) in
        [(options(), "mqttv3.1"), (options(), ""), (options(), "MQTT"), (for_3_1(), "mqtt")]
    {
        let mut rig = Rig::opening(&options);
        wrong.clone_into(&mut rig.sub_protocol);
        let outputs = rig.open();
        let found = violations(&outputs);
        assert_eq!(
            (found.len(), found[0].rule, &found[0].bytes[..]),
            (1, Rule::SubProtocol, wrong.as_bytes())
        );
        assert_eq!(sent(&outputs).len(), 1);
        rig.broker(support::ACCEPTED);
        assert_eq!(rig.session.state(), State::Online);
    }
}

#[test]
fn the_right_sub_protocol_is_no_violation() {
    for (options, right) in [(options(), "mqtt"), (for_3_1(), "mqttv3.1")] {
        let mut rig = Rig::opening(&options);
        right.clone_into(&mut rig.sub_protocol);
        assert_eq!(violations(&rig.open()), []);
    }
}

#[test]
fn a_server_that_speaks_no_mqtt_is_told_from_its_first_byte() {
    let answers: [&[u8]; 6] =
        [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"H", b"{\"error\":1}", b"\0", b"\xff", b"\r\n"];
    for answer in answers {
        let mut rig = Rig::awaiting(&options());
        let outputs = rig.broker(answer);
        let found = violations(&outputs);
        assert_eq!((found[0].rule, &found[0].bytes[..]), (Rule::FirstPacketNotConnAck, answer));
        assert_eq!(ended(&outputs), Some(EndCause::NotMqtt));
        assert_eq!(rig.session.state(), State::Offline);
        assert_eq!(rig.wake, None);
    }
}

#[test]
fn a_blank_before_the_answer_is_no_connack() {
    // 0x20 is CONNACK's first byte, but the next one gives it away.
    let outputs = Rig::awaiting(&options()).broker(b"  <html>");
    assert_eq!(ended(&outputs), Some(EndCause::NotMqtt));
}

#[test]
fn any_other_packet_before_connack_is_a_violation() {
    let packets =
        [publish(0, b"t", 0, b"x"), support::PINGRESP.to_vec(), support::suback(1, &[0]), support::puback(1)];
    for packet in packets {
        let outputs = Rig::awaiting(&options()).broker(&packet);
        assert_eq!(violations(&outputs)[0].rule, Rule::FirstPacketNotConnAck);
        assert_eq!(ended(&outputs), Some(EndCause::NotMqtt));
    }
}

#[test]
fn a_text_frame_ends_the_connection() {
    for (mut rig, cause) in [
        (Rig::awaiting(&options()), EndCause::NotMqtt),
        (Rig::online(&options()), EndCause::Violation(Rule::TextFrame)),
    ] {
        let outputs = rig.input(Input::TextFrame("hello"));
        let found = violations(&outputs);
        assert_eq!((found[0].rule, &found[0].bytes[..]), (Rule::TextFrame, b"hello".as_slice()));
        assert_eq!(ended(&outputs), Some(cause));
    }
}

#[test]
fn what_comes_before_the_transport_is_open_is_ignored() {
    // Late words of a transport that was closed before.
    let mut rig = Rig::opening(&options());
    for bytes in [support::ACCEPTED, b"\x30", b"HTTP"] {
        assert_eq!(rig.broker(bytes), []);
        assert_eq!(rig.session.state(), State::Opening);
    }
    assert_eq!(rig.input(Input::TextFrame("late")), []);
    rig.open();
    rig.broker(support::ACCEPTED);
    assert_eq!(rig.session.state(), State::Online);
}

#[test]
fn half_a_packet_of_the_last_connection_does_not_reach_into_the_next() {
    let mut rig = Rig::online(&options());
    rig.broker(&[0x30, 100, 0, 1]);
    rig.reconnect();
    assert_eq!(rig.session.state(), State::Online);
    assert_eq!(support::messages(&rig.broker(&publish(0, b"t", 0, b"x"))).len(), 1);
}

#[test]
fn a_transport_that_cannot_be_started_ends_the_attempt_with_its_words() {
    let outputs = Rig::opening(&options()).input(Input::OpenFailed("insecure from https"));
    assert_eq!(ended(&outputs), Some(EndCause::OpenFailed("insecure from https".to_owned())));
}

#[test]
fn after_any_end_the_session_can_connect_again() {
    let mut rig = Rig::new(&options());
    for answer in [connack(0, 5), b"HTTP".to_vec(), vec![0x20, 9], connack(0, 0)] {
        rig.connect();
        rig.open();
        rig.broker(&answer);
    }
    assert_eq!(rig.session.state(), State::Online);
}

#[test]
fn a_close_is_told_with_its_stage_code_and_reason() {
    for (mut rig, stage) in [
        (Rig::opening(&options()), Stage::Opening),
        (Rig::awaiting(&options()), Stage::AwaitingConnAck),
        (Rig::online(&options()), Stage::Online),
    ] {
        for (code, reason) in [(1006, ""), (1000, "bye"), (1008, "策略"), (4999, "own")] {
            let outputs = rig.close(code, reason);
            assert_eq!(ended(&outputs), Some(EndCause::Closed(stage, support::closed(code, reason))));
            assert_eq!(rig.session.state(), State::Offline);
            assert_eq!(rig.wake, None);
            rig.connect();
            if stage != Stage::Opening {
                rig.open();
            }
            if stage == Stage::Online {
                rig.broker(support::ACCEPTED);
            }
        }
    }
}

#[test]
fn disconnect_says_goodbye_only_where_the_broker_listens() {
    for (mut rig, goodbye) in [
        (Rig::opening(&options()), false),
        (Rig::awaiting(&options()), false),
        (Rig::online(&options()), true),
    ] {
        let outputs = rig.disconnect();
        let expected: &[&[u8]] = if goodbye { &[support::DISCONNECT] } else { &[] };
        assert_eq!(sent(&outputs), expected);
        let rest = [
            Output::CloseTransport,
            Output::Event(Event::SubscriptionsChanged),
            Output::Event(Event::Ended(EndCause::Disconnected)),
        ];
        assert_eq!(outputs[expected.len()..], rest);
        assert_eq!(rig.session.state(), State::Offline);
        assert_eq!(rig.wake, None);
    }
}

#[test]
fn disconnect_without_a_connection_says_nothing() {
    assert_eq!(Rig::new(&options()).disconnect(), []);
}
