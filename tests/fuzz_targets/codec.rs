//! Any bytes into the decoder, in any pieces.

use bytes::Bytes;
use uiot_testbench::mqtt::raw::{self, FixedHeader};
use uiot_testbench::mqtt::{
    Decoder, Frame, Info, Packet, PacketView, ProtocolVersion, Publish, Rule, TopicName, Violation, dissect,
};

/// What became of a stream: the packets, and how it ended.
struct Reading {
    frames: Vec<Frame>,
    rest: Vec<u8>,
    fault: Option<Violation>,
}

/// The first byte chooses the size limit and the version, the second how the stream is cut, the others are the stream.
pub(crate) fn codec(data: &[u8]) {
    let (&[limit, cut], stream) = data
        .split_at_checked(2)
        .map_or((&[0, 0], data), |(head, stream)| (head.try_into().expect("two bytes"), stream));
    let protocol = if limit & 4 == 0 { ProtocolVersion::V3_1_1 } else { ProtocolVersion::V3_1 };
    let limit = [16, 300, 1 << 20, usize::MAX][usize::from(limit % 4)];

    let whole = read(limit, protocol, std::iter::once(stream));
    let taken: Vec<u8> = whole.frames.iter().flat_map(|frame| frame.bytes.to_vec()).collect();
    assert_eq!([&taken[..], &whole.rest].concat(), stream, "no byte is lost, added or moved");
    whole.frames.iter().for_each(check_frame);
    whole
        .frames
        .iter()
        .map(|frame| &frame.bytes[..])
        .chain([stream])
        .for_each(|bytes| explain(bytes, protocol));

    check_same(stream, &whole, &read(limit, protocol, stream.chunks(1)));
    check_same(stream, &whole, &read(limit, protocol, Pieces { rest: stream, seed: u32::from(cut) | 1 }));
}

/// What a person is shown of a packet, whole or not: each field within the bytes, and all bytes within the first.
fn explain(packet: &[u8], protocol: ProtocolVersion) {
    let fields = dissect(packet, protocol);
    assert_eq!(fields.first().map(|field| field.range.clone()), Some(0..packet.len()));
    assert!(fields.iter().all(|field| field.range.end <= packet.len()), "{fields:?}");
    let _ = Info::read(packet);
}

fn read<'a>(limit: usize, protocol: ProtocolVersion, chunks: impl Iterator<Item = &'a [u8]>) -> Reading {
    let mut decoder = Decoder::new(limit).of_version(protocol);
    let mut reading = Reading { frames: Vec::new(), rest: Vec::new(), fault: None };
    'chunks: for chunk in chunks {
        decoder.push(chunk);
        while let Some(next) = decoder.next_frame() {
            match next {
                Ok(frame) => {
                    assert!(frame.bytes.len() <= limit, "a packet above the limit was taken");
                    reading.frames.push(frame);
                }
                Err(violation) => {
                    let again = decoder.next_frame().expect("a fault stays").expect_err("a fault stays");
                    assert_eq!(again, violation, "a fault stays what it is");
                    reading.fault = Some(violation);
                    break 'chunks;
                }
            }
        }
    }
    reading.rest = decoder.rest().to_vec();
    reading
}

/// How a stream is cut is the network's affair: it changes nothing but how much of a broken packet was seen.
fn check_same(stream: &[u8], whole: &Reading, cut: &Reading) {
    assert_eq!(whole.frames, cut.frames, "the same packets however {stream:02x?} is cut");
    match (&whole.fault, &cut.fault) {
        (None, None) => assert_eq!(whole.rest, cut.rest),
        (Some(one), Some(other)) => {
            assert_eq!(one.rule, other.rule, "the same fault however {stream:02x?} is cut");
            assert!(one.rule.is_fatal());
            assert!(one.bytes.starts_with(&other.bytes), "the fault shows the bytes that came");
        }
        (one, other) => panic!("{stream:02x?}: {one:?} or {other:?}"),
    }
}

/// A packet that was read says what its bytes say.
fn check_frame(frame: &Frame) {
    let header = FixedHeader::read(&frame.bytes).expect("a whole packet has a header");
    assert_eq!(header.packet_length(), frame.bytes.len());
    let view = PacketView::read(&frame.bytes);
    assert_eq!(view.is_none(), frame.content == Err(Rule::PacketLength), "{frame:?}");
    let Some(view) = view else { return };

    let id = match &frame.content {
        Ok(Packet::PubAck(id) | Packet::PubRec(id) | Packet::PubRel(id) | Packet::PubComp(id)) => Some(*id),
        Ok(Packet::UnsubAck(id)) => Some(*id),
        Ok(Packet::SubAck(id, codes)) => {
            let numbers: Vec<u8> = codes.iter().map(|code| code.number()).collect();
            assert_eq!(&frame.bytes[view.payload.start + 2..], numbers);
            Some(*id)
        }
        Ok(Packet::ConnAck(connack)) => {
            assert_eq!(frame.bytes[view.payload.end - 1], connack.code.number());
            None
        }
        Ok(Packet::Publish(publish)) => {
            check_publish(frame, &view, publish);
            publish.packet_id
        }
        Ok(Packet::PingResp) => None,
        Err(_) => return,
    };
    assert_eq!(id.map(|id| id.number()), view.packet_id);
}

fn check_publish(frame: &Frame, view: &PacketView, publish: &Publish) {
    assert_eq!((publish.dup, publish.retain), (view.dup(), view.retain()));
    assert_eq!(Some(publish.qos), view.qos());
    assert_eq!(publish.topic.as_bytes(), &frame.bytes[view.topic.clone()]);
    assert_eq!(publish.payload, frame.bytes[view.payload.clone()]);
    // What breaks no rule can be written again; only the length may have been said in more bytes than it needs.
    if frame.oddities.is_empty() {
        let topic = TopicName::parse(&publish.topic).expect("a topic without an oddity is a topic");
        let Publish { qos, retain, dup, packet_id, .. } = *publish;
        let payload = Bytes::copy_from_slice(&publish.payload);
        let written = raw::publish(&topic, payload, qos, retain, dup, packet_id).expect("it was read");
        let body = |packet: &[u8]| packet[FixedHeader::read(packet).expect("a header").length..].to_vec();
        assert_eq!((written[0], body(&written)), (frame.bytes[0], body(&frame.bytes)));
    }
}

/// The stream in pieces of 0 to 15 bytes.
struct Pieces<'a> {
    rest: &'a [u8],
    seed: u32,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        self.seed = self.seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let length = (self.seed >> 28) as usize;
        let (piece, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        Some(piece)
    }
}
