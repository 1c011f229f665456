//! Any chunking of the stream gives the same packets, and no bytes make the decoder panic, spin or hoard.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod support;

use bytes::{Bytes, BytesMut};
use mqttbytes::v4;
use proptest::collection::vec;
use proptest::prelude::*;
use support::{Rig, connack, filter, id, options, packet, puback, publish, suback, topic, unsuback};
use uiot_testbench::mqtt::{Decoder, Frame, Output, PacketView, QoS, State, Violation, raw};

/// All that comes out until the decoder wants more or gives up.
fn drain(decoder: &mut Decoder) -> Vec<Result<Frame, Violation>> {
    let mut found = Vec::new();
    while let Some(next) = decoder.next_frame() {
        let fatal = next.is_err();
        found.push(next);
        if fatal {
            break;
        }
    }
    found
}

/// One packet of a broker, good or odd.
fn packets() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        (any::<u8>(), any::<u8>()).prop_map(|(flags, code)| connack(flags, code)),
        (0..16_u8, vec(any::<u8>(), 0..200), any::<u16>(), vec(any::<u8>(), 0..300))
            .prop_filter("QoS 3 is fatal", |(flags, ..)| flags & 0b0110 != 0b0110)
            .prop_map(|(flags, topic, number, payload)| publish(flags, &topic, number, &payload)),
        (0..12_u8, "[^\0+#]{1,40}", 1..u16::MAX, vec(any::<u8>(), 0..300))
            .prop_filter("QoS 3 is fatal", |(flags, ..)| flags & 0b0110 != 0b0110)
            .prop_map(|(flags, topic, number, payload)| publish(flags, topic.as_bytes(), number, &payload)),
        any::<u16>().prop_map(puback),
        (any::<u16>(), vec(any::<u8>(), 1..200)).prop_map(|(number, codes)| suback(number, &codes)),
        any::<u16>().prop_map(unsuback),
        Just(support::PINGRESP.to_vec()),
        (prop::sample::select(vec![0x50, 0x62, 0x70]), any::<[u8; 2]>()).prop_map(|(b, n)| packet(b, &n)),
    ]
}

/// The same bytes, cut at every one of `cuts` (positions in thousandths).
fn cut<'a>(stream: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut ends: Vec<_> = cuts.iter().map(|cut| stream.len() * cut / 1000).collect();
    ends.push(stream.len());
    ends.sort_unstable();
    let mut start = 0;
    let piece = |end| {
        let piece = &stream[start..end];
        start = end;
        piece
    };
    ends.into_iter().map(piece).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_chunking_gives_the_same_frames(
        sent in vec(packets(), 1..20),
        cuts in vec(0..1000_usize, 0..30),
    ) {
        let stream = sent.concat();
        let mut at_once = Decoder::new(1 << 20);
        at_once.push(&stream);
        let expected = drain(&mut at_once);
        let frames: Vec<_> = expected.iter().map(|frame| frame.as_ref().unwrap().bytes.to_vec()).collect();
        // Nothing is lost, joined or invented.
        prop_assert_eq!(frames, sent);

        let mut in_pieces = Decoder::new(1 << 20);
        let mut found = Vec::new();
        for piece in cut(&stream, &cuts) {
            in_pieces.push(piece);
            found.extend(drain(&mut in_pieces));
        }
        prop_assert_eq!(&found, &expected);

        let mut byte_by_byte = Decoder::new(1 << 20);
        let mut found = Vec::new();
        for byte in &stream {
            byte_by_byte.push(&[*byte]);
            found.extend(drain(&mut byte_by_byte));
        }
        prop_assert_eq!(&found, &expected);
        prop_assert!(byte_by_byte.rest().is_empty());
    }

    #[test]
    fn any_chunking_gives_the_same_session(
        sent in vec(packets(), 1..12),
        chunk in 1..40_usize,
    ) {
        let play = |chunk| {
            let mut rig = Rig::awaiting(&options());
            rig.chunk = chunk;
            rig.broker(support::ACCEPTED);
            rig.subscribe("a/#", QoS::AtLeastOnce);
            rig.publish(QoS::AtLeastOnce);
            let outputs = rig.broker(&sent.concat());
            (outputs, rig.session.state(), rig.wake)
        };
        prop_assert_eq!(play(chunk), play(usize::MAX));
    }

    /// What is written comes back as it was meant, read by another reader.
    #[test]
    fn mqttbytes_reads_back_every_publish(
        text in "[^\0+#]{1,300}",
        payload in vec(any::<u8>(), 0..2000),
        qos in 0..3_u8,
        retain: bool,
        dup: bool,
        number in 1..=u16::MAX,
    ) {
        let level = QoS::from_number(qos).unwrap();
        let packet_id = (qos > 0).then(|| id(number));
        let dup = dup && qos > 0;
        let bytes = raw::publish(&topic(&text), Bytes::from(payload.clone()), level, retain, dup, packet_id);
        let bytes = bytes.unwrap();
        let v4::Packet::Publish(read) = read_back(&bytes) else { panic!("no PUBLISH") };
        prop_assert_eq!(read.topic, text.as_str());
        prop_assert_eq!(&read.payload[..], &payload[..]);
        prop_assert_eq!((read.qos as u8, read.retain, read.dup), (qos, retain, dup));
        prop_assert_eq!(read.pkid, packet_id.map_or(0, |id| id.number()));

        let view = PacketView::read(&bytes).unwrap();
        prop_assert_eq!(&bytes[view.topic.clone()], text.as_bytes());
        prop_assert_eq!(&bytes[view.payload.clone()], &payload[..]);
        prop_assert_eq!(view.packet_id, packet_id.map(|id| id.number()));
        prop_assert_eq!((view.qos(), view.retain(), view.dup()), (Some(level), retain, dup));
    }

    #[test]
    fn mqttbytes_reads_back_every_subscribe_and_unsubscribe(
        wishes in vec(("[^\0+#]{1,40}(/[+#]){0,1}", 0..3_u8), 1..30),
        number in 1..=u16::MAX,
    ) {
        let filters: Vec<_> = wishes.iter().map(|(text, _)| filter(text)).collect();
        let levels = wishes.iter().map(|(_, qos)| QoS::from_number(*qos).unwrap());
        let asked: Vec<_> = filters.iter().zip(levels).collect();
        let bytes = raw::subscribe_many(id(number), &asked).unwrap();
        prop_assert_eq!(bytes[0], 0x82);
        let v4::Packet::Subscribe(read) = read_back(&bytes) else { panic!("no SUBSCRIBE") };
        prop_assert_eq!(read.pkid, number);
        let found: Vec<_> = read.filters.into_iter().map(|filter| (filter.path, filter.qos as u8)).collect();
        prop_assert_eq!(&found, &wishes);

        let bytes = raw::unsubscribe_many(id(number), &filters.iter().collect::<Vec<_>>()).unwrap();
        prop_assert_eq!(bytes[0], 0xa2);
        let v4::Packet::Unsubscribe(read) = read_back(&bytes) else { panic!("no UNSUBSCRIBE") };
        prop_assert_eq!(read.pkid, number);
        prop_assert_eq!(read.topics, wishes.into_iter().map(|(text, _)| text).collect::<Vec<_>>());
    }
}

fn read_back(bytes: &[u8]) -> v4::Packet {
    let mut stream = BytesMut::from(bytes);
    let read = v4::read(&mut stream, bytes.len()).unwrap();
    assert!(stream.is_empty());
    read
}

#[test]
fn mqttbytes_reads_back_the_small_packets() {
    for number in [1, 255, 256, 65_535] {
        let expected = v4::Packet::PubAck(v4::PubAck::new(number));
        assert_eq!(read_back(&raw::puback(id(number)).unwrap()), expected);
    }
    assert_eq!(read_back(&raw::pingreq().unwrap()), v4::Packet::PingReq);
    assert_eq!(read_back(&raw::disconnect().unwrap()), v4::Packet::Disconnect);
}

/// A small random number generator (xorshift), so that a failure comes again.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[3]
    }

    /// Half pure noise, half noise behind a header that a broker may send, so that the readers are reached too.
    fn hostile(&mut self) -> Vec<u8> {
        let mut bytes: Vec<_> = (0..self.below(48)).map(|_| self.byte()).collect();
        if self.below(2) == 0 {
            const FIRST: [u8; 12] = [0x20, 0x30, 0x32, 0x34, 0x3b, 0x40, 0x50, 0x62, 0x70, 0x90, 0xb0, 0xd0];
            // Little lengths inside: most topics then end within the packet.
            for byte in bytes.iter_mut().take(2) {
                *byte &= 0x0f & (self.next().to_le_bytes()[0]);
            }
            bytes = packet(FIRST[self.below(FIRST.len())], &bytes);
        }
        bytes
    }
}

#[test]
fn three_hundred_thousand_hostile_strings_neither_panic_nor_spin() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut good, mut bad) = (0, 0);
    for _ in 0..300_000 {
        let bytes = random.hostile();
        let mut decoder = Decoder::new(64);
        decoder.push(&bytes);
        let mut left = decoder.rest().len();
        while let Some(next) = decoder.next_frame() {
            match next {
                Ok(frame) => {
                    assert_eq!(left - decoder.rest().len(), frame.bytes.len(), "a frame takes its own bytes");
                    left = decoder.rest().len();
                    good += usize::from(frame.content.is_ok());
                }
                Err(violation) => {
                    assert!(violation.rule.is_fatal(), "{violation:?}");
                    bad += 1;
                    break;
                }
            }
        }
    }
    assert!(good > 10_000 && bad > 10_000, "both paths are walked: {good} {bad}");
}

#[test]
fn a_session_survives_hostile_bytes_in_any_chunking() {
    let mut random = Random(42);
    let mut rig = Rig::new(&options());
    let (mut cut_off, mut still_there) = (0, 0);
    for _ in 0..20_000 {
        rig.connect();
        rig.open();
        rig.broker(support::ACCEPTED);
        rig.publish(QoS::AtLeastOnce);
        rig.chunk = 1 + random.below(9);
        for _ in 0..3 {
            for output in rig.broker(&random.hostile()) {
                if let Output::Received(frame) = output {
                    let header = raw::FixedHeader::read(&frame).unwrap();
                    assert_eq!(header.packet_length(), frame.len(), "what is shown is one whole packet");
                }
            }
        }
        match rig.session.state() {
            State::Online => still_there += 1,
            state => {
                assert_eq!(state, State::Offline);
                cut_off += 1;
            }
        }
        rig.disconnect();
    }
    assert!(cut_off > 100 && still_there > 100, "both paths are walked: {cut_off} {still_there}");
}

#[test]
fn a_large_message_comes_through_in_small_pieces() {
    let payload: Vec<_> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    let mut rig = Rig::online(&options());
    rig.chunk = 1000;
    let outputs = rig.broker(&[publish(0, b"t", 0, &payload), publish(0, b"u", 0, b"")].concat());
    let found = support::messages(&outputs);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].payload, payload);
}
