//! Both directions of the codec against a second opinion: a little reader and writer of this file, made from the
//! tables of the standard and from nothing in `src`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails is a test that fails")]

mod support;

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use support::{connack, filter, id, options, packet, puback, publish, suback, topic, unsuback};
use uiot_testbench::mqtt::{
    ClientId, ConnAck, ConnectOptions, ConnectReturnCode, Decoder, Frame, Login, Packet, PacketView,
    ProtocolVersion, Publish, QoS, Rule, Secret, SubscribeReturnCode, Violation, Will,
    raw::{self, FixedHeader},
};

const LEVELS: [QoS; 3] = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce];

// A second opinion on what was written.

/// What a client's packet says.
#[derive(Debug, PartialEq)]
enum Said {
    Connect {
        name: String,
        level: u8,
        flags: u8,
        keep_alive: u16,
        fields: Vec<String>,
    },
    Publish {
        flags: u8,
        topic: String,
        id: Option<u16>,
        payload: Vec<u8>,
    },
    /// PUBACK, PUBREC, PUBREL or PUBCOMP, by the first byte.
    Answer(u8, u16),
    Subscribe(u16, Vec<(String, u8)>),
    Unsubscribe(u16, Vec<String>),
    PingReq,
    Disconnect,
}

/// Reads from the front, and fails where there is too little.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (bytes, rest) = self.0.split_at(count);
        self.0 = rest;
        bytes
    }

    fn byte(&mut self) -> u8 {
        self.bytes(1)[0]
    }

    fn number(&mut self) -> u16 {
        u16::from(self.byte()) << 8 | u16::from(self.byte())
    }

    fn string(&mut self) -> String {
        let length = self.number();
        String::from_utf8(self.bytes(length.into()).to_vec()).unwrap()
    }

    fn until_end<T>(&mut self, mut read: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let mut all = Vec::new();
        while !self.0.is_empty() {
            all.push(read(self));
        }
        all
    }
}

/// One packet of a client, which must end where its length says.
fn said(bytes: &[u8]) -> Said {
    let mut r = Reader(bytes);
    let first = r.byte();
    let (mut length, mut factor, mut length_bytes) = (0_usize, 1_usize, 0);
    loop {
        let byte = r.byte();
        length += usize::from(byte & 127) * factor;
        factor *= 128;
        length_bytes += 1;
        if byte < 128 {
            break;
        }
    }
    assert_eq!(length, r.0.len());
    assert!(length_bytes == 1 || length >= factor / 128, "the length takes no more bytes than it needs");
    let said = match first {
        0x10 => Said::Connect {
            name: r.string(),
            level: r.byte(),
            flags: r.byte(),
            keep_alive: r.number(),
            fields: r.until_end(Reader::string),
        },
        0x30..=0x3f => Said::Publish {
            flags: first & 15,
            topic: r.string(),
            id: (first & 6 != 0).then(|| r.number()),
            payload: std::mem::take(&mut r.0).to_vec(),
        },
        0x40 | 0x50 | 0x62 | 0x70 => Said::Answer(first, r.number()),
        0x82 => Said::Subscribe(r.number(), r.until_end(|r| (r.string(), r.byte()))),
        0xa2 => Said::Unsubscribe(r.number(), r.until_end(Reader::string)),
        0xc0 => Said::PingReq,
        0xe0 => Said::Disconnect,
        other => panic!("first byte {other:02x}"),
    };
    assert!(r.0.is_empty(), "{said:?} and {:02x?}", r.0);
    said
}

// What there is to write and to read.

fn topics() -> impl Strategy<Value = String> {
    prop_oneof!["[^+#\0]{1,20}", "[a-z]{1,8}(/[a-z温]{0,8}){0,4}", "x{100,300}"]
}

fn filters() -> impl Strategy<Value = String> {
    ("([^+#\0/]{0,6}/|\\+/){0,4}", "([^+#\0/]{1,6}|\\+|#)").prop_map(|(levels, last)| levels + &last)
}

fn payloads() -> impl Strategy<Value = Vec<u8>> {
    let long = (any::<u8>(), prop_oneof![100..400_usize, 16_300..16_400_usize]);
    prop_oneof![vec(any::<u8>(), 0..40), long.prop_map(|(byte, length)| vec![byte; length])]
}

fn qos() -> impl Strategy<Value = QoS> {
    (0..3_usize).prop_map(|level| LEVELS[level])
}

/// A packet of a broker that breaks no rule, and what it means.
fn from_the_broker() -> impl Strategy<Value = (Vec<u8>, Packet)> {
    let number = 1..=u16::MAX;
    let code = prop_oneof![0..3_u8, Just(0x80)];
    prop_oneof![
        (any::<bool>(), 0..6_u8).prop_map(|(present, code)| {
            // Session present belongs to an accepted connection only.
            let session_present = present && code == 0;
            let code = ConnectReturnCode::from_number(code);
            let packet = Packet::ConnAck(ConnAck { session_present, code });
            (connack(session_present.into(), code.number()), packet)
        }),
        (any::<(bool, bool)>(), qos(), topics(), number.clone(), payloads()).prop_map(
            |((retain, dup), qos, topic, number, payload)| {
                let has_id = qos != QoS::AtMostOnce;
                let dup = dup && has_id;
                let flags = u8::from(dup) << 3 | qos.number() << 1 | u8::from(retain);
                let bytes = publish(flags, topic.as_bytes(), number, &payload);
                let packet_id = has_id.then(|| id(number));
                (
                    bytes,
                    Packet::Publish(Publish { dup, qos, retain, topic, packet_id, payload: payload.into() }),
                )
            }
        ),
        number.clone().prop_map(|number| (puback(number), Packet::PubAck(id(number)))),
        number.clone().prop_map(|number| (acknowledgement(0x50, number), Packet::PubRec(id(number)))),
        number.clone().prop_map(|number| (acknowledgement(0x62, number), Packet::PubRel(id(number)))),
        number.clone().prop_map(|number| (acknowledgement(0x70, number), Packet::PubComp(id(number)))),
        (number.clone(), vec(code, 1..10)).prop_map(|(number, codes)| {
            let read = codes.iter().map(|code| SubscribeReturnCode::from_number(*code)).collect();
            (suback(number, &codes), Packet::SubAck(id(number), read))
        }),
        number.prop_map(|number| (unsuback(number), Packet::UnsubAck(id(number)))),
        Just((support::PINGRESP.to_vec(), Packet::PingResp)),
    ]
}

fn acknowledgement(first_byte: u8, number: u16) -> Vec<u8> {
    packet(first_byte, &number.to_be_bytes())
}

/// Any packets at all: good ones, good ones with a byte changed, what only clients send, and noise.
fn streams() -> impl Strategy<Value = Vec<u8>> {
    let good = || from_the_broker().prop_map(|(bytes, _)| bytes);
    let spoilt = (good(), any::<Index>(), any::<u8>()).prop_map(|(mut bytes, at, byte)| {
        // Near the front, where the header is; a changed payload is as good as any.
        let near = bytes.len().min(8);
        bytes[at.index(near)] = byte;
        bytes
    });
    let piece = prop_oneof![8 => good(), 4 => spoilt, 1 => vec(any::<u8>(), 0..20)];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// All that a decoder makes of `chunks`: the packets and, if there is one, the fault that ends the stream.
fn decode<'a>(
    limit: usize,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<Frame>, Option<Violation>, Vec<u8>) {
    let (mut decoder, mut frames) = (Decoder::new(limit), Vec::new());
    for chunk in chunks {
        decoder.push(chunk);
        while let Some(next) = decoder.next_frame() {
            match next {
                Ok(frame) => frames.push(frame),
                Err(violation) => return (frames, Some(violation), decoder.rest().to_vec()),
            }
        }
    }
    (frames, None, decoder.rest().to_vec())
}

/// `bytes` cut at these places.
fn cut<'a>(mut bytes: &'a [u8], cuts: &[Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    places.sort_unstable_by(|one, other| other.cmp(one));
    let mut pieces = Vec::new();
    for place in places {
        let (front, back) = bytes.split_at(place);
        pieces.push(back);
        bytes = front;
    }
    pieces.push(bytes);
    pieces.reverse();
    pieces
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, cases, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(1_000))]

    #[test]
    fn publish_says_what_it_was_given(
        text in topics(), payload in payloads(), qos in qos(), retain: bool, dup: bool, number in 1..=u16::MAX,
    ) {
        let has_id = qos != QoS::AtMostOnce;
        let dup = dup && has_id;
        let packet_id = has_id.then(|| id(number));
        let bytes = raw::publish(&topic(&text), payload.clone().into(), qos, retain, dup, packet_id).unwrap();
        let flags = u8::from(dup) << 3 | qos.number() << 1 | u8::from(retain);
        let expected =
            Said::Publish { flags, topic: text.clone(), id: has_id.then_some(number), payload: payload.clone() };
        prop_assert_eq!(said(&bytes), expected);

        // PUBLISH goes both ways, so the decoder has to say the same.
        let (frames, fault, rest) = decode(usize::MAX, [&bytes[..]]);
        prop_assert_eq!((fault, rest.len(), frames.len()), (None, 0, 1));
        let read = Publish { dup, qos, retain, topic: text, packet_id, payload: payload.into() };
        prop_assert_eq!(&frames[0], &Frame { bytes, content: Ok(Packet::Publish(read)), oddities: vec![] });
    }

    #[test]
    fn subscribe_and_unsubscribe_say_what_they_were_given(
        number in 1..=u16::MAX, wanted in vec((filters(), qos()), 1..8),
    ) {
        let parsed: Vec<_> = wanted.iter().map(|(text, qos)| (filter(text), *qos)).collect();
        let borrowed: Vec<_> = parsed.iter().map(|(filter, qos)| (filter, *qos)).collect();
        let texts: Vec<_> = wanted.iter().map(|(text, _)| text.clone()).collect();
        let levels: Vec<_> = wanted.iter().map(|(text, qos)| (text.clone(), qos.number())).collect();
        let bytes = raw::subscribe_many(id(number), &borrowed).unwrap();
        prop_assert_eq!(said(&bytes), Said::Subscribe(number, levels));

        let only: Vec<_> = borrowed.iter().map(|(filter, _)| *filter).collect();
        let bytes = raw::unsubscribe_many(id(number), &only).unwrap();
        prop_assert_eq!(said(&bytes), Said::Unsubscribe(number, texts));

        // The writers for one filter are no writers of their own.
        let (filter, qos) = borrowed[0];
        prop_assert_eq!(raw::subscribe(id(number), filter, qos), raw::subscribe_many(id(number), &borrowed[..1]));
        prop_assert_eq!(raw::unsubscribe(id(number), filter), raw::unsubscribe_many(id(number), &only[..1]));
    }

    #[test]
    fn connect_says_what_it_was_given_and_where_the_password_is(
        v3_1: bool, client in "[^\0]{1,40}", user in proptest::option::of("[^\0]{0,40}"),
        password in proptest::option::of("[^\0]{0,200}"), keep_alive: u16, clean_session: bool,
        will in proptest::option::of((topics(), "[^\0]{0,200}", qos(), any::<bool>())),
    ) {
        let login = match (user.clone(), password.clone()) {
            (None, _) => Login::Anonymous,
            (Some(user), None) => Login::UserName(user),
            (Some(user), Some(password)) => Login::Password(user, Secret::new(password)),
        };
        let protocol = if v3_1 { ProtocolVersion::V3_1 } else { ProtocolVersion::V3_1_1 };
        let client_id = ClientId::parse(&client).unwrap();
        let last_will = will.clone().map(|(text, payload, qos, retain)| {
            Will { topic: topic(&text), payload: payload.into(), qos, retain }
        });
        let options =
            ConnectOptions { protocol, client_id, login, keep_alive, clean_session, will: last_will, ..options() };
        let (bytes, secret) = raw::write_connect(&options).unwrap();

        let password = password.filter(|_| user.is_some());
        let will_flags =
            will.as_ref().map_or(0, |(_, _, qos, retain)| 4 | qos.number() << 3 | u8::from(*retain) << 5);
        let flags = u8::from(user.is_some()) << 7
            | u8::from(password.is_some()) << 6
            | will_flags
            | u8::from(clean_session) << 1;
        prop_assert_eq!(secret.map(|range| bytes[range].to_vec()), password.clone().map(String::into_bytes));
        let (name, level) = if v3_1 { ("MQIsdp", 3) } else { ("MQTT", 4) };
        let (will_topic, will_payload) = will.map(|(topic, payload, ..)| (topic, payload)).unzip();
        let fields = [Some(client), will_topic, will_payload, user, password].into_iter().flatten().collect();
        prop_assert_eq!(
            said(&bytes),
            Said::Connect { name: name.to_owned(), level, flags, keep_alive, fields }
        );
    }

    #[test]
    fn acknowledgements_name_their_packet(number in 1..=u16::MAX) {
        let packet_id = id(number);
        for (bytes, first_byte, meaning) in [
            (raw::puback(packet_id), 0x40, Packet::PubAck(packet_id)),
            (raw::pubrec(packet_id), 0x50, Packet::PubRec(packet_id)),
            (raw::pubrel(packet_id), 0x62, Packet::PubRel(packet_id)),
            (raw::pubcomp(packet_id), 0x70, Packet::PubComp(packet_id)),
        ] {
            let bytes = bytes.unwrap();
            prop_assert_eq!(said(&bytes), Said::Answer(first_byte, number));
            prop_assert_eq!(decode(100, [&bytes[..]]).0[0].content.clone(), Ok(meaning));
        }
    }

    #[test]
    fn a_publish_that_is_sent_again_differs_in_its_identifier_and_dup_alone(
        text in topics(), payload in payloads(), qos in qos(), retain: bool, numbers in (1..=u16::MAX, 1..=u16::MAX),
        before: bool, after: bool,
    ) {
        let write = |number, dup: bool| {
            let has_id = qos != QoS::AtMostOnce;
            let packet_id = has_id.then(|| id(number));
            raw::publish(&topic(&text), payload.clone().into(), qos, retain, dup && has_id, packet_id).unwrap()
        };
        let again = raw::readdressed(&write(numbers.0, before), id(numbers.1), after).unwrap();
        prop_assert_eq!(again, write(numbers.1, after));
    }

    #[test]
    fn what_a_broker_may_send_is_read_as_it_is_meant(packets in vec(from_the_broker(), 1..6)) {
        let stream: Vec<u8> = packets.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
        let (frames, fault, rest) = decode(usize::MAX, [&stream[..]]);
        prop_assert_eq!((fault, rest.len()), (None, 0));
        let expected: Vec<_> = packets
            .into_iter()
            .map(|(bytes, packet)| Frame { bytes: bytes.into(), content: Ok(packet), oddities: vec![] })
            .collect();
        prop_assert_eq!(frames, expected);
    }

    #[test]
    fn how_a_stream_is_cut_changes_neither_its_packets_nor_its_first_fault(
        stream in streams(), cuts in vec(any::<Index>(), 0..12), limit in prop_oneof![Just(usize::MAX), 2..60_usize],
    ) {
        let whole = decode(limit, [&stream[..]]);
        for pieces in [cut(&stream, &cuts), stream.chunks(1).collect()] {
            prop_assert_eq!(pieces.concat(), &stream[..]);
            let parts = decode(limit, pieces);
            prop_assert_eq!(&whole.0, &parts.0);
            let rule = |fault: &Option<Violation>| fault.as_ref().map(|fault| fault.rule);
            prop_assert_eq!(rule(&whole.1), rule(&parts.1));
            if let (Some(one), Some(other)) = (&whole.1, &parts.1) {
                prop_assert!(one.bytes.starts_with(&other.bytes), "both show the same bytes, as far as they came");
            }
        }
    }

    #[test]
    fn every_byte_is_in_a_packet_or_in_the_rest(stream in streams()) {
        let (frames, _, rest) = decode(usize::MAX, [&stream[..]]);
        let mut all: Vec<u8> = frames.iter().flat_map(|frame| frame.bytes.to_vec()).collect();
        all.extend(rest);
        prop_assert_eq!(all, stream);
    }

    #[test]
    fn the_outline_of_a_packet_agrees_with_the_decoder(stream in streams()) {
        for frame in decode(usize::MAX, [&stream[..]]).0 {
            let view = PacketView::read(&frame.bytes);
            prop_assert_eq!(view.is_none(), frame.content == Err(Rule::PacketLength));
            let (Some(view), Ok(packet)) = (view, frame.content) else { continue };
            let number = match packet {
                Packet::ConnAck(_) | Packet::PingResp => None,
                Packet::PubAck(id) | Packet::PubRec(id) | Packet::PubRel(id) => Some(id),
                Packet::PubComp(id) | Packet::SubAck(id, _) | Packet::UnsubAck(id) => Some(id),
                Packet::Publish(publish) => {
                    prop_assert_eq!(&frame.bytes[view.topic.clone()], publish.topic.as_bytes());
                    prop_assert_eq!(&frame.bytes[view.payload.clone()], &publish.payload[..]);
                    prop_assert_eq!(view.qos(), Some(publish.qos));
                    prop_assert_eq!((view.dup(), view.retain()), (publish.dup, publish.retain));
                    publish.packet_id
                }
            };
            prop_assert_eq!(view.packet_id, number.map(|id| id.number()));
        }
    }
}

proptest! {
    #![proptest_config(config(20_000))]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in vec(any::<u8>(), 0..64), limit: u16) {
        decode(limit.into(), [&bytes[..]]);
        let _ = PacketView::read(&bytes);
        let _ = FixedHeader::read(&bytes);
    }
}

#[test]
fn a_wrong_first_byte_is_the_fault_also_when_the_length_after_it_is_wrong() {
    for (first_byte, rule) in [
        (0x00, Rule::UnknownPacketType),
        (0x10, Rule::ClientOnlyPacket),
        (0x21, Rule::ReservedFlags),
        (0x36, Rule::PublishQos3),
    ] {
        let bytes = [first_byte, 0xff, 0xff, 0xff, 0xff];
        assert_eq!(decode(100, [&bytes[..]]).1.unwrap().rule, rule, "{first_byte:02x} at once");
        assert_eq!(decode(100, bytes.chunks(1)).1.unwrap().rule, rule, "{first_byte:02x} byte by byte");
    }
}

#[test]
fn packets_without_a_field_are_two_bytes() {
    assert_eq!(said(&raw::pingreq().unwrap()), Said::PingReq);
    assert_eq!(said(&raw::disconnect().unwrap()), Said::Disconnect);
}

#[test]
fn lengths_are_right_where_they_take_another_byte() {
    for edge in [127, 128, 16_383, 16_384, 2_097_151, 2_097_152] {
        // Topic `t` and its length take three bytes.
        let payload = vec![7; edge - 3];
        let bytes =
            raw::publish(&topic("t"), payload.clone().into(), QoS::AtMostOnce, false, false, None).unwrap();
        assert_eq!(said(&bytes), Said::Publish { flags: 0, topic: "t".to_owned(), id: None, payload });
        assert_eq!(bytes, packet(0x30, &bytes[bytes.len() - edge..]));
        let (frames, fault, rest) = decode(usize::MAX, bytes.chunks(65_536));
        assert_eq!((frames.len(), fault, rest.len()), (1, None, 0));
        assert_eq!(frames[0].bytes, bytes);
    }
}

#[test]
fn the_largest_packet_can_be_written_and_one_byte_more_cannot() {
    let write =
        |length| raw::publish(&topic("t"), Bytes::from(vec![0; length]), QoS::AtMostOnce, false, false, None);
    let bytes = write(268_435_455 - 3).unwrap();
    assert_eq!((bytes.len(), &bytes[..8]), (268_435_460, b"\x30\xff\xff\xff\x7f\0\x01t".as_slice()));
    assert!(write(268_435_455 - 2).is_err());
}

#[test]
fn a_length_in_more_bytes_than_it_needs_is_read() {
    // MQTT 3.1.1 §2.2.3 says how a length is written, and forbids no zeros at its end.
    for bytes in [b"\xd0\x80\x00".as_slice(), b"\xd0\x80\x80\x80\x00"] {
        assert_eq!(decode(100, [bytes]).0[0].content, Ok(Packet::PingResp));
    }
}

/// What a broker may send: each first byte with a body that fits its type, and whether it may come.
fn with_first_byte(first: u8) -> Vec<u8> {
    match first >> 4 {
        3 if first & 6 == 0 => packet(first, b"\0\x01tx"),
        3 => packet(first, b"\0\x01t\0\x01x"),
        9 => packet(first, &[0, 1, 0]),
        2 => packet(first, &[0, 0]),
        13 => packet(first, &[]),
        _ => packet(first, &[0, 1]),
    }
}

#[test]
fn every_first_byte_is_taken_or_refused_as_the_table_says() {
    for first in 0..=u8::MAX {
        let expected = match first {
            0x20 | 0x40 | 0x50 | 0x62 | 0x70 | 0x90 | 0xb0 | 0xd0 => Ok(()),
            0x30..=0x3f if first & 6 == 6 => Err(Rule::PublishQos3),
            0x30..=0x3f => Ok(()),
            0x00..=0x0f | 0xf0..=0xff => Err(Rule::UnknownPacketType),
            0x10..=0x1f | 0x80..=0x8f | 0xa0..=0xaf | 0xc0..=0xcf | 0xe0..=0xef => {
                Err(Rule::ClientOnlyPacket)
            }
            _ => Err(Rule::ReservedFlags),
        };
        let mut decoder = Decoder::new(1_000);
        decoder.push(&with_first_byte(first));
        let verdict = match decoder.next_frame() {
            Some(Ok(frame)) => frame.content.map(drop),
            Some(Err(violation)) => Err(violation.rule),
            None => panic!("{first:02x} is whole"),
        };
        assert_eq!(verdict, expected, "{first:02x}");
    }
}

#[test]
fn mqtt_3_1_takes_any_flags_but_those_of_publish() {
    for first in 0..=u8::MAX {
        let mut decoder = Decoder::new(1_000).of_version(ProtocolVersion::V3_1);
        decoder.push(&with_first_byte(first));
        let taken = matches!(decoder.next_frame(), Some(Ok(Frame { content: Ok(_), .. })));
        let may_come = match first >> 4 {
            3 => first & 6 != 6,
            kind => matches!(kind, 2 | 4..=7 | 9 | 11 | 13),
        };
        assert_eq!(taken, may_come, "{first:02x}");
    }
}

#[test]
fn any_utf_8_topic_comes_through_unchanged() {
    for text in ["\u{feff}a", "\u{fffe}", "\u{10ffff}", "e\u{301}", "é", "🌡/温度", "\u{1}\u{7f}", " / "]
    {
        let out = raw::publish(&topic(text), Bytes::new(), QoS::AtMostOnce, false, false, None).unwrap();
        let Said::Publish { topic: said, .. } = said(&out) else { panic!("{text:?}") };
        assert_eq!(said, text);
        let mut decoder = Decoder::new(1_000);
        decoder.push(&publish(0, text.as_bytes(), 0, b"x"));
        let Some(Ok(Frame { content: Ok(Packet::Publish(read)), .. })) = decoder.next_frame() else {
            panic!("{text:?}")
        };
        assert_eq!(read.topic, text);
    }
}

#[test]
fn surrogates_and_overlong_forms_are_not_utf_8() {
    for bytes in
        [&b"\xed\xa0\x80"[..], b"\xed\xbf\xbf", b"\xc0\x80", b"\xf5\x80\x80\x80", b"a\xe6\xb8", b"\x80"]
    {
        let mut decoder = Decoder::new(1_000);
        decoder.push(&publish(0, bytes, 0, b"x"));
        let Some(Ok(frame)) = decoder.next_frame() else { panic!("{bytes:02x?}") };
        assert_eq!(frame.content, Err(Rule::TopicNotUtf8), "{bytes:02x?}");
    }
}
