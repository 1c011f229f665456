//! Each known defect of mqttbytes 0.6.0 is blocked or worked round, one test a defect. Where it can be shown, the
//! test first shows that the defect is still there: if that ever fails, a part of the guard can go.
//!
//! `p…` are panics, `e…` faults of the writers, `d…` what the readers wrongly take or drop, `t…` the topic
//! helpers, `f…` framing and memory.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod support;

use bytes::{Bytes, BytesMut};
use mqttbytes::v4;
use support::{Rig, ended, filter, id, messages, options, publish, sent, topic, violations};
use uiot_testbench::mqtt::raw;
use uiot_testbench::mqtt::{
    ClientId, ConnAck, ConnectOptions, ConnectReturnCode, Decoder, EncodeError, EndCause, Frame, Login,
    NameError, Packet, PacketId, PacketView, ProtocolVersion, PublishError, QoS, Rule, Secret,
    SubscribeReturnCode, TopicFilter, TopicName,
};

/// What the decoder makes of `bytes`, which must be one whole packet.
#[track_caller]
fn decode(bytes: &[u8]) -> Frame {
    let mut decoder = Decoder::new(1 << 20);
    decoder.push(bytes);
    let frame = decoder.next_frame().unwrap().unwrap();
    assert_eq!(frame.bytes, bytes);
    assert!(decoder.rest().is_empty());
    frame
}

/// The rule for which the decoder gives up the stream.
#[track_caller]
fn fault(bytes: &[u8]) -> Rule {
    let mut decoder = Decoder::new(1 << 20);
    decoder.push(bytes);
    decoder.next_frame().unwrap().unwrap_err().rule
}

/// Whether mqttbytes takes `bytes` without complaint.
fn oracle(bytes: &[u8]) -> Result<v4::Packet, mqttbytes::Error> {
    v4::read(&mut BytesMut::from(bytes), 1 << 20)
}

/// A rule that does not cost the packet its meaning.
#[track_caller]
fn oddity(bytes: &[u8], rule: Rule) -> Packet {
    let frame = decode(bytes);
    assert_eq!(frame.oddities, [rule]);
    assert!(!rule.is_fatal());
    frame.content.unwrap()
}

// Panics.

#[test]
fn p1_a_topic_that_begins_with_a_non_ascii_character_does_not_panic() {
    assert!(std::panic::catch_unwind(|| mqttbytes::matches("温度/1", "#")).is_err(), "the defect is gone");
    for text in ["温度/1", "é", "🌡/°C", "\u{feff}x"] {
        assert!(filter("#").matches(text));
        assert!(filter(text).matches(text));
        assert!(!filter("x").matches(text));
        let outputs = Rig::online(&options()).broker(&publish(0, text.as_bytes(), 0, b"1"));
        assert_eq!(messages(&outputs)[0].topic, text);
    }
}

#[test]
fn p2_no_packet_is_read_with_a_header_that_disagrees_with_it() {
    let wrong = || v4::PubAck::read(mqttbytes::FixedHeader::new(0x40, 4, 2), Bytes::from_static(&[0x40]));
    assert!(std::panic::catch_unwind(wrong).is_err(), "the defect is gone");
    for whole in [publish(2, b"a/b", 7, b"xyz"), support::suback(1, &[0, 1]), support::connack(0, 0)] {
        for cut in 0..whole.len() {
            let mut decoder = Decoder::new(1 << 20);
            decoder.push(&whole[..cut]);
            assert_eq!(decoder.next_frame(), None);
            assert_eq!(PacketView::read(&whole[..cut]), None);
        }
        let longer = [&whole[..], &[0]].concat();
        assert_eq!(PacketView::read(&longer), None);
    }
    // Lengths inside the packet that point past its end.
    for inner in [b"\x30\x04\0\x03ab".as_slice(), b"\x32\x04\0\x02ab", b"\x32\x05\0\x02ab\x01", b"\x30\x01\0"]
    {
        let mut decoder = Decoder::new(1 << 20);
        decoder.push(inner);
        let rule = match decoder.next_frame().unwrap() {
            Ok(frame) => frame.content.unwrap_err(),
            Err(violation) => violation.rule,
        };
        assert_eq!(rule, Rule::PacketLength, "{inner:02x?}");
        assert_eq!(PacketView::read(inner), None);
    }
}

// Writers.

#[test]
fn e1_connect_is_written_into_a_buffer_of_its_own() {
    let mut used = BytesMut::from(&[0xaa; 12][..]);
    let mut theirs = v4::Connect::new("c");
    theirs.set_login("ann", "pw");
    theirs.write(&mut used).unwrap();
    assert_ne!(&used[..12], &[0xaa; 12], "the defect is gone");

    let login = Login::Password("ann".to_owned(), Secret::new("pw"));
    let options = ConnectOptions { login, ..options() };
    let mut rig = Rig::opening(&options);
    let first = sent(&rig.open());
    assert_eq!(first[0][9], 0xc2);
    rig.broker(support::ACCEPTED);
    rig.close(1006, "");
    rig.connect();
    assert_eq!(sent(&rig.open()), first, "the second CONNECT is as good as the first");
}

#[test]
fn e2_strings_above_65535_bytes_are_refused_not_truncated() {
    let long = "x".repeat(65_537);
    let mut buffer = BytesMut::new();
    v4::Publish::new(long.as_str(), mqttbytes::QoS::AtMostOnce, "").write(&mut buffer).unwrap();
    let v4::Packet::Publish(read) = v4::read(&mut buffer, 1 << 20).unwrap() else { panic!("no PUBLISH") };
    assert_eq!(read.topic, "x", "the defect is gone");

    assert_eq!(TopicName::parse(&long), Err(NameError::TooLong(65_537)));
    assert_eq!(TopicFilter::parse(&long), Err(NameError::TooLong(65_537)));
    assert_eq!(ClientId::parse(&long), Err(NameError::TooLong(65_537)));
    for login in [Login::UserName(long.clone()), Login::Password("u".to_owned(), Secret::new(long))] {
        let written = raw::write_connect(&ConnectOptions { login, ..options() });
        assert_eq!(written, Err(EncodeError::StringTooLong(65_537)));
    }
}

#[test]
fn e2_strings_of_65535_bytes_are_written_in_full() {
    let longest = "x".repeat(65_535);
    let bytes = raw::publish(&topic(&longest), Bytes::from_static(b"p"), QoS::AtMostOnce, false, false, None);
    let v4::Packet::Publish(read) = oracle(&bytes.unwrap()).unwrap() else { panic!("no PUBLISH") };
    assert_eq!((read.topic, &read.payload[..]), (longest.clone(), b"p".as_slice()));
    let bytes = raw::subscribe(PacketId::FIRST, &filter(&longest), QoS::AtMostOnce).unwrap();
    let v4::Packet::Subscribe(read) = oracle(&bytes).unwrap() else { panic!("no SUBSCRIBE") };
    assert_eq!(read.filters[0].path, longest);
}

#[test]
fn e3_a_failed_write_leaves_nothing_behind() {
    let mut buffer = BytesMut::new();
    v4::Publish::new("a", mqttbytes::QoS::AtLeastOnce, "").write(&mut buffer).unwrap_err();
    assert_eq!(&buffer[..], b"\x32\x03\0\x01a", "the defect is gone");

    let write = |qos, packet_id| raw::publish(&topic("a"), Bytes::new(), qos, false, false, packet_id);
    for (qos, packet_id) in
        [(QoS::AtLeastOnce, None), (QoS::ExactlyOnce, None), (QoS::AtMostOnce, Some(id(1)))]
    {
        assert_eq!(write(qos, packet_id), Err(EncodeError::PacketId));
    }
}

#[test]
fn e3_a_message_that_is_too_large_leaves_the_session_as_it_was() {
    let mut rig = Rig::online(&options());
    let huge = Bytes::from(vec![0; 268_435_455]);
    for (qos, overhead) in [(QoS::AtMostOnce, 3), (QoS::AtLeastOnce, 5)] {
        let error = PublishError::Encode(EncodeError::TooLarge(268_435_455 + overhead));
        assert_eq!(rig.session.publish(rig.now, &topic("a"), huge.clone(), qos, false), Err(error));
        assert_eq!(rig.drain(), []);
    }
    let (_, outputs) = rig.publish(QoS::AtMostOnce);
    assert_eq!(sent(&outputs), [b"\x30\x04\0\x01tx"]);
}

#[test]
fn e4_packet_identifier_0_and_empty_subscriptions_cannot_be_written() {
    let mut buffer = BytesMut::new();
    v4::Subscribe::empty_subscribe().write(&mut buffer).unwrap();
    assert_eq!(&buffer[..], b"\x82\x02\0\0", "the defect is gone");

    assert_eq!(PacketId::new(0), None);
    assert_eq!(raw::subscribe_many(PacketId::FIRST, &[]), Err(EncodeError::NoFilter));
    assert_eq!(raw::unsubscribe_many(PacketId::FIRST, &[]), Err(EncodeError::NoFilter));
}

#[test]
fn e5_presence_of_user_name_and_password_is_not_guessed_from_emptiness() {
    let flags = |login| raw::write_connect(&ConnectOptions { login, ..options() }).unwrap().0[9];
    assert_eq!(flags(Login::Anonymous), 0x02);
    assert_eq!(flags(Login::UserName(String::new())), 0x82);
    assert_eq!(flags(Login::Password(String::new(), Secret::default())), 0xc2);
    assert_eq!(flags(Login::Password(String::new(), Secret::new("pw"))), 0xc2);
}

#[test]
fn e6_no_illegal_publish_can_be_written() {
    let mut buffer = BytesMut::new();
    v4::Publish::new("a/#", mqttbytes::QoS::AtMostOnce, "").write(&mut buffer).unwrap();
    for (text, error) in [
        ("a/#", NameError::Wildcard),
        ("+", NameError::Wildcard),
        ("", NameError::Empty),
        ("a\0", NameError::Nul),
    ] {
        assert_eq!(TopicName::parse(text), Err(error));
    }
    let dup = raw::publish(&topic("a"), Bytes::new(), QoS::AtMostOnce, false, true, None);
    assert_eq!(dup, Err(EncodeError::PacketId), "DUP with QoS 0 [MQTT-3.3.1-2]");
}

#[test]
fn e7_every_packet_is_as_long_as_its_header_says() {
    let (mut buffer, connect) = (BytesMut::new(), v4::Connect::new("c"));
    assert_ne!(connect.write(&mut buffer).unwrap(), buffer.len(), "the defect is gone");

    let text = "t".repeat(200);
    let (name, wish) = (topic(&text), filter(&text));
    for packet in [
        raw::write_connect(&options()).unwrap().0,
        raw::publish(&name, Bytes::from(vec![0; 20_000]), QoS::AtLeastOnce, true, true, Some(id(9))).unwrap(),
        raw::subscribe(id(1), &wish, QoS::AtMostOnce).unwrap(),
        raw::subscribe_many(id(1), &[(&wish, QoS::AtMostOnce); 100]).unwrap(),
        raw::unsubscribe(id(1), &wish).unwrap(),
        raw::unsubscribe_many(id(1), &[&wish; 100]).unwrap(),
        raw::puback(id(65_535)).unwrap(),
        raw::pingreq().unwrap(),
        raw::disconnect().unwrap(),
    ] {
        assert_eq!(raw::FixedHeader::read(&packet).unwrap().packet_length(), packet.len());
    }
}

#[test]
fn e8_the_default_keep_alive_is_one_that_the_platform_takes() {
    assert_eq!(v4::Connect::new("c").keep_alive, 10, "the defect is gone");
    assert!((30..=1200).contains(&ConnectOptions::default().keep_alive));
}

#[test]
fn e9_mqtt_3_1_is_written() {
    let options = ConnectOptions { protocol: ProtocolVersion::V3_1, ..options() };
    let (packet, _) = raw::write_connect(&options).unwrap();
    assert_eq!(&packet[2..11], b"\0\x06MQIsdp\x03");
    assert_eq!(oracle(&packet), Err(mqttbytes::Error::InvalidProtocol), "the defect is gone");
}

// Readers.

#[test]
fn d_reserved_flags_are_refused_on_every_type() {
    assert!(oracle(&[0x2f, 2, 0, 0]).is_ok() && oracle(&[0x4f, 2, 0, 1]).is_ok(), "the defect is gone");
    for kind in [2, 4, 5, 6, 7, 9, 11, 13] {
        let right = if kind == 6 { 0b0010 } else { 0 };
        for flags in (0..16).filter(|flags| *flags != right) {
            // The first byte is enough: a body that may never come is not waited for.
            assert_eq!(fault(&[kind << 4 | flags]), Rule::ReservedFlags, "{kind} {flags:04b}");
            assert_eq!(fault(&[kind << 4 | flags, 2, 0, 1]), Rule::ReservedFlags);
        }
        let mut decoder = Decoder::new(100);
        decoder.push(&[kind << 4 | right]);
        assert_eq!(decoder.next_frame(), None);
    }
    assert!(Rule::ReservedFlags.is_fatal(), "[MQTT-2.2.2-2]");
}

#[test]
fn d_connack_with_reserved_flags_is_shown_and_keeps_its_meaning() {
    assert!(oracle(&[0x20, 2, 0xfe, 0]).is_ok(), "the defect is gone");
    let accepted = |session_present| ConnAck { session_present, code: ConnectReturnCode::Accepted };
    assert_eq!(oddity(&[0x20, 2, 0xfe, 0], Rule::ConnAckFlags), Packet::ConnAck(accepted(false)));
    assert_eq!(oddity(&[0x20, 2, 0xff, 0], Rule::ConnAckFlags), Packet::ConnAck(accepted(true)));
    assert_eq!(decode(&[0x20, 2, 1, 0]).oddities, []);
}

#[test]
fn d_connack_with_session_present_and_a_refusal_is_shown() {
    assert!(oracle(&[0x20, 2, 1, 5]).is_ok(), "the defect is gone");
    let refused = ConnAck { session_present: true, code: ConnectReturnCode::NotAuthorized };
    assert_eq!(oddity(&[0x20, 2, 1, 5], Rule::SessionPresentWithRefusal), Packet::ConnAck(refused));
}

#[test]
fn d_acknowledgements_with_trailing_or_missing_bytes_are_refused() {
    assert!(
        oracle(&[0x20, 4, 0, 0, 0, 0]).is_ok() && oracle(&[0x40, 3, 0, 1, 0]).is_ok(),
        "the defect is gone"
    );
    for first_byte in [0x20, 0x40, 0x50, 0x62, 0x70, 0xb0] {
        for length in [0, 1, 3, 4, 127] {
            assert_eq!(fault(&[first_byte, length]), Rule::PacketLength, "{first_byte:02x} {length}");
        }
        assert_eq!(decode(&[first_byte, 2, 0, 1]).oddities, []);
    }
    assert!(Rule::PacketLength.is_fatal());
}

#[test]
fn d_acknowledgements_with_packet_identifier_0_mean_nothing() {
    assert!(oracle(&[0x40, 2, 0, 0]).is_ok(), "the defect is gone");
    for first_byte in [0x40, 0x50, 0x62, 0x70, 0xb0] {
        assert_eq!(decode(&[first_byte, 2, 0, 0]).content, Err(Rule::PacketIdZero), "{first_byte:02x}");
    }
}

#[test]
fn d_suback_with_packet_identifier_0_means_nothing() {
    assert!(oracle(&support::suback(0, &[0])).is_ok(), "the defect is gone");
    for code in [0, 0x80, 0x87] {
        assert_eq!(decode(&support::suback(0, &[code])).content, Err(Rule::PacketIdZero));
    }
}

#[test]
fn d_suback_with_more_codes_than_filters_is_shown() {
    let mut rig = Rig::online(&options());
    rig.subscribe("a", QoS::AtMostOnce);
    let outputs = rig.broker(&support::suback(1, &[0, 1]));
    assert_eq!(violations(&outputs)[0].rule, Rule::SubAckCount);
    assert_eq!(violations(&outputs)[0].bytes, support::suback(1, &[0, 1]));
    assert_eq!(rig.subscriptions(), ["a Granted(AtMostOnce)"]);
}

#[test]
fn d_suback_without_a_code_is_refused() {
    assert_eq!(fault(&support::suback(1, &[])), Rule::PacketLength);
}

#[test]
fn d_pingresp_with_a_body_is_refused() {
    assert!(oracle(&[0xd0, 1, 0]).is_ok(), "the defect is gone");
    assert_eq!(fault(&[0xd0, 1]), Rule::PacketLength);
    assert_eq!(decode(&[0xd0, 0]).content, Ok(Packet::PingResp));
}

#[test]
fn d_publish_with_a_wildcard_topic_is_shown() {
    for text in ["a/#", "+/b", "#", "a+"] {
        assert!(oracle(&publish(0, text.as_bytes(), 0, b"x")).is_ok(), "the defect is gone");
        let read = oddity(&publish(0, text.as_bytes(), 0, b"x"), Rule::TopicWildcard);
        let Packet::Publish(read) = read else { panic!("{read:?}") };
        assert_eq!(read.topic, text);
    }
}

#[test]
fn d_publish_with_an_empty_topic_is_shown() {
    for payload in [b"".as_slice(), b"x", b"xyz"] {
        for flags in [0, 2, 4] {
            assert!(oracle(&publish(flags, b"", 1, payload)).is_ok(), "the defect is gone");
            let read = oddity(&publish(flags, b"", 1, payload), Rule::TopicEmpty);
            let Packet::Publish(read) = read else { panic!("{read:?}") };
            assert_eq!((read.topic.as_str(), &read.payload[..]), ("", payload));
        }
    }
}

#[test]
fn d_publish_with_u0000_in_the_topic_is_shown() {
    assert!(oracle(&publish(0, b"a\0b", 0, b"x")).is_ok(), "the defect is gone");
    let frame = decode(&publish(0, b"a\0b", 0, b"x"));
    assert_eq!(frame.oddities, [Rule::TopicNul]);
    let Ok(Packet::Publish(read)) = frame.content else { panic!("{frame:?}") };
    assert_eq!(read.topic, "a\0b");
}

#[test]
fn d_publish_with_qos_0_and_dup_is_shown() {
    assert!(oracle(&publish(8, b"a", 0, b"x")).is_ok(), "the defect is gone");
    oddity(&publish(8, b"a", 0, b"x"), Rule::DupWithQos0);
    assert_eq!(decode(&publish(8 | 2, b"a", 1, b"x")).oddities, [], "DUP with QoS 1 is what DUP is for");
}

#[test]
fn d_several_oddities_of_one_message_are_all_shown() {
    let frame = decode(&publish(8, b"a\0/#", 0, b"x"));
    assert_eq!(frame.oddities, [Rule::DupWithQos0, Rule::TopicNul, Rule::TopicWildcard]);
}

#[test]
fn d_packets_that_only_clients_send_are_refused() {
    assert!(oracle(&raw::pingreq().unwrap()).is_ok(), "the defect is gone");
    let filter = filter("a");
    for bytes in [
        raw::write_connect(&options()).unwrap().0,
        raw::subscribe(id(1), &filter, QoS::AtMostOnce).unwrap(),
        raw::unsubscribe(id(1), &filter).unwrap(),
        raw::pingreq().unwrap(),
        raw::disconnect().unwrap(),
    ] {
        assert_eq!(fault(&bytes), Rule::ClientOnlyPacket);
        assert_eq!(fault(&bytes[..1]), Rule::ClientOnlyPacket, "the first byte is enough");
        let outputs = Rig::online(&options()).broker(&bytes);
        assert_eq!(ended(&outputs), Some(EndCause::Violation(Rule::ClientOnlyPacket)));
    }
}

#[test]
fn d_qos_3_is_refused() {
    for flags in [0b0110, 0b0111, 0b1110, 0b1111] {
        assert_eq!(fault(&publish(flags, b"a", 1, b"x")), Rule::PublishQos3);
    }
    assert!(Rule::PublishQos3.is_fatal(), "[MQTT-3.3.1-4]");
}

#[test]
fn d_publish_with_packet_identifier_0_means_nothing() {
    for flags in [2, 4] {
        assert_eq!(decode(&publish(flags, b"a", 0, b"x")).content, Err(Rule::PacketIdZero));
    }
}

#[test]
fn d_suback_codes_are_kept_one_by_one() {
    use SubscribeReturnCode::{Granted, Refused};
    let codes = vec![Granted(QoS::AtMostOnce), Refused, Granted(QoS::ExactlyOnce), Granted(QoS::AtLeastOnce)];
    assert_eq!(decode(&support::suback(258, &[0, 0x80, 2, 1])).content, Ok(Packet::SubAck(id(258), codes)));
}

#[test]
fn d_suback_codes_that_the_standard_reserves_are_kept() {
    for code in (3..=0x7f).chain(0x81..=0xff) {
        let bytes = support::suback(7, &[0, code]);
        assert!(oracle(&bytes).is_err(), "the defect is gone");
        let codes = vec![SubscribeReturnCode::Granted(QoS::AtMostOnce), SubscribeReturnCode::Reserved(code)];
        assert_eq!(decode(&bytes).content, Ok(Packet::SubAck(id(7), codes)));
        assert_eq!(SubscribeReturnCode::from_number(code).number(), code);
    }
}

#[test]
fn d_connack_codes_that_the_standard_reserves_are_kept() {
    for code in 6..=255 {
        assert!(oracle(&[0x20, 2, 0, code]).is_err(), "the defect is gone");
        let connack = ConnAck { session_present: false, code: ConnectReturnCode::Reserved(code) };
        assert_eq!(oddity(&[0x20, 2, 0, code], Rule::ConnAckCode), Packet::ConnAck(connack));
    }
    for code in 0..=5 {
        assert_eq!(decode(&[0x20, 2, 0, code]).oddities, []);
        assert_eq!(ConnectReturnCode::from_number(code).number(), code);
    }
}

#[test]
fn d_a_topic_that_is_not_utf_8_is_kept_byte_for_byte_and_ends_the_connection() {
    // Latin-1, a cut character, an overlong slash, a surrogate, beyond U+10FFFF.
    for text in [b"\xe9".as_slice(), b"a/\xe6\xb8", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"] {
        let bytes = publish(0, text, 0, b"x");
        assert_eq!(oracle(&bytes), Err(mqttbytes::Error::TopicNotUtf8));
        assert_eq!(decode(&bytes).content, Err(Rule::TopicNotUtf8));

        let mut rig = Rig::online(&options());
        let outputs = rig.broker(&[bytes.clone(), publish(0, b"after", 0, b"y")].concat());
        assert_eq!(outputs[0], uiot_testbench::mqtt::Output::Received(bytes.clone().into()));
        assert_eq!(violations(&outputs)[0].bytes, bytes);
        assert_eq!(messages(&outputs), []);
        assert_eq!(ended(&outputs), Some(EndCause::Violation(Rule::TopicNotUtf8)));
    }
}

#[test]
fn d_a_byte_order_mark_in_a_topic_stays() {
    let frame = decode(&publish(0, "\u{feff}a".as_bytes(), 0, b""));
    let Ok(Packet::Publish(read)) = frame.content else { panic!("{frame:?}") };
    assert_eq!(read.topic, "\u{feff}a", "[MQTT-1.5.3-3]");
}

#[test]
fn d_types_0_and_15_are_refused() {
    for first_byte in (0x00..=0x0f).chain(0xf0..=0xff) {
        assert_eq!(fault(&[first_byte]), Rule::UnknownPacketType);
        assert_eq!(fault(&[first_byte, 0]), Rule::UnknownPacketType);
    }
}

// Topic helpers.

#[test]
fn t_an_empty_topic_and_u0000_are_no_topics() {
    assert!(mqttbytes::valid_topic("") && mqttbytes::valid_topic("a\0b"), "the defect is gone");
    assert_eq!(TopicName::parse(""), Err(NameError::Empty));
    assert_eq!(TopicName::parse("a\0b"), Err(NameError::Nul));
    assert_eq!(TopicFilter::parse(""), Err(NameError::Empty));
    assert_eq!(TopicFilter::parse("a/\0/#"), Err(NameError::Nul));
}

#[test]
fn t_a_wildcard_that_does_not_fill_its_level_is_no_filter() {
    for text in ["a+/b+", "a/+b"] {
        assert!(mqttbytes::valid_filter(text), "the defect is gone");
        assert_eq!(TopicFilter::parse(text), Err(NameError::MisplacedWildcard));
    }
    // The standard's own examples, §4.7.1.2 and §4.7.1.3.
    for text in ["sport/tennis#", "sport/tennis/#/ranking", "sport+"] {
        assert_eq!(TopicFilter::parse(text), Err(NameError::MisplacedWildcard), "{text}");
    }
    for text in ["#", "sport/tennis/#", "+", "+/tennis/#", "sport/+/player1", "/+"] {
        assert!(TopicFilter::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn t_topics_and_filters_end_at_65535_bytes() {
    assert!(mqttbytes::valid_filter(&"x".repeat(70_000)), "the defect is gone");
    for length in [65_536, 70_000] {
        assert_eq!(TopicFilter::parse(&"x".repeat(length)), Err(NameError::TooLong(length)));
        assert_eq!(TopicName::parse(&"x".repeat(length)), Err(NameError::TooLong(length)));
    }
    assert_eq!(TopicName::parse(&"口".repeat(21_846)), Err(NameError::TooLong(65_538)));
    assert!(TopicFilter::parse(&"口".repeat(21_845)).is_ok());
}

#[test]
fn t_a_filter_that_names_the_dollar_level_matches_it() {
    assert!(!mqttbytes::matches("$SYS/broker", "$SYS/#"), "the defect is gone");
    for (wish, name, matches) in [
        ("$SYS/#", "$SYS/broker", true),
        ("$SYS/+", "$SYS/broker", true),
        ("$SYS/#", "$SYS", true),
        ("#", "$SYS/broker", false),
        ("+/broker", "$SYS/broker", false),
        ("/$system/+/x", "/$system/p/x", true),
        ("#", "/$system/p/x", true),
        ("+/+", "a/$b", true),
        ("a/$b", "a/$b", true),
    ] {
        assert_eq!(filter(wish).matches(name), matches, "{wish} {name}");
    }
}

// Framing, sizes, memory.

#[test]
fn f_an_incomplete_frame_is_left_as_it_is() {
    let mut decoder = Decoder::new(1 << 20);
    let whole = publish(2, b"a/b", 7, b"xyz");
    for (index, byte) in whole.iter().enumerate() {
        assert_eq!(decoder.next_frame(), None);
        assert_eq!(decoder.rest(), &whole[..index]);
        decoder.push(&[*byte]);
    }
    assert_eq!(decoder.next_frame().unwrap().unwrap().bytes, whole);
}

#[test]
fn f_the_size_limit_counts_the_whole_packet() {
    // mqttbytes compares the remaining length only.
    let whole = publish(0, b"t", 0, &[0; 1021]);
    assert_eq!(whole.len(), 1027);
    assert!(v4::read(&mut BytesMut::from(&whole[..]), 1024).is_ok(), "the defect is gone");
    for (limit, taken) in [(1027, true), (1026, false), (1024, false)] {
        let mut decoder = Decoder::new(limit);
        decoder.push(&whole);
        let frame = decoder.next_frame().unwrap();
        assert_eq!(frame.is_ok(), taken);
        if !taken {
            assert_eq!(frame.unwrap_err().rule, Rule::PacketTooLarge);
        }
    }
}

#[test]
fn f_a_packet_that_is_too_large_is_refused_before_its_body_comes() {
    let mut decoder = Decoder::new(32 << 20);
    decoder.push(&[0x30, 0xff, 0xff, 0xff, 0x7f]);
    assert_eq!(decoder.next_frame().unwrap().unwrap_err().rule, Rule::PacketTooLarge);
}

#[test]
fn f_a_remaining_length_of_five_bytes_is_refused_as_soon_as_the_fourth_goes_on() {
    let mut decoder = Decoder::new(usize::MAX);
    decoder.push(&[0x30, 0x80, 0x80, 0x80]);
    assert_eq!(decoder.next_frame(), None);
    decoder.push(&[0x80]);
    assert_eq!(decoder.next_frame().unwrap().unwrap_err().rule, Rule::RemainingLength);
}

#[test]
fn f_the_two_faults_that_mqttbytes_does_not_consume_end_the_session() {
    for (bytes, rule) in [
        ([0x30, 0xff, 0xff, 0xff, 0xff, 1], Rule::RemainingLength),
        ([0x30, 0xff, 0xff, 0xff, 0x7f, 1], Rule::PacketTooLarge),
    ] {
        let mut stream = BytesMut::from(&bytes[..]);
        v4::read(&mut stream, 1024).unwrap_err();
        assert_eq!(stream.len(), bytes.len(), "the defect is gone");

        let mut decoder = Decoder::new(1024);
        decoder.push(&bytes);
        for _ in 0..3 {
            // The fault stays: a reader that does not heed it gets no frame out of the rest.
            assert_eq!(decoder.next_frame().unwrap().unwrap_err().rule, rule);
        }
        let mut rig = Rig::online(&ConnectOptions { max_packet: 1024, ..options() });
        assert_eq!(ended(&rig.broker(&bytes)), Some(EndCause::Violation(rule)));
        assert_eq!(rig.broker(&bytes), []);
    }
}

#[test]
fn f_after_a_fault_in_the_content_the_stream_is_in_step() {
    let mut decoder = Decoder::new(1 << 20);
    for bad in [publish(0, b"\xff", 0, b"x"), publish(2, b"a", 0, b"x"), support::puback(0)] {
        decoder.push(&bad);
        decoder.push(support::PINGRESP);
        let frame = decoder.next_frame().unwrap().unwrap();
        assert_eq!((&frame.bytes[..], frame.content.is_err()), (&bad[..], true));
        assert_eq!(decoder.next_frame().unwrap().unwrap().content, Ok(Packet::PingResp));
        assert_eq!(decoder.next_frame(), None);
    }
}

#[test]
fn f_a_payload_lies_in_the_bytes_of_its_frame_and_holds_no_second_buffer() {
    let frame = decode(&publish(0, b"topic", 0, b"payload"));
    let Ok(Packet::Publish(read)) = &frame.content else { panic!("{frame:?}") };
    let (outer, inner) = (frame.bytes.as_ptr_range(), read.payload.as_ptr_range());
    assert!(outer.start <= inner.start && inner.end == outer.end);
    assert_eq!(&read.payload[..], b"payload");
}

#[test]
fn f_a_violation_keeps_no_more_than_its_share_of_a_large_packet() {
    let frame = publish(0, b"\xff", 0, &[0; 100_000]);
    let outputs = Rig::online(&options()).broker(&frame);
    assert_eq!(violations(&outputs)[0].bytes, frame[..256]);
}

#[test]
fn f_errors_of_the_writers_are_errors() {
    fn says(error: &dyn std::error::Error) -> String {
        error.to_string()
    }
    assert!(says(&EncodeError::StringTooLong(70_000)).contains("70000"));
    assert!(says(&EncodeError::TooLarge(268_435_456)).contains("268435456"));
}
