//! Packets to bytes and bytes to packets: the guard round `mqttbytes`, and the only file that uses it.
//!
//! `mqttbytes` 0.6.0 reads without panicking as long as it is given one whole frame of bounded size, but it takes
//! much that the standard forbids, drops what it cannot read, and can write illegal packets. So here
//!
//! * the stream is cut into frames by [`FixedHeader`], never by `mqttbytes`, and each frame is checked before
//!   (type, flags, length) and after (identifier, topic) it is read;
//! * the exact bytes of every frame are kept, also where the frame breaks a rule;
//! * packets are written from types that cannot be illegal, each into a buffer of its own that is thrown away on
//!   an error; CONNECT has a writer of its own (`connect.rs`), since `mqttbytes` knows no MQTT 3.1 and corrupts
//!   what it writes into a used buffer;
//! * matching and checking of topics is never left to `mqttbytes`: `matches` panics on a topic that begins with a
//!   non-ASCII character.

use std::fmt;

use bytes::{Buf, Bytes, BytesMut};
use mqttbytes::v4;

use super::wire::{FixedHeader, HeaderError, PacketKind, PacketView};
use super::{
    ConnAck, ConnectReturnCode, Packet, PacketId, ProtocolVersion, Publish, QoS, Rule, SubscribeReturnCode,
    TopicFilter, TopicName, Violation,
};

/// The largest remaining length that the fixed header can say, in bytes (MQTT §2.2.3).
pub const MAX_REMAINING_LENGTH: usize = 268_435_455;

/// One packet from the broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Exactly what came. A slice of the receive buffer: whoever keeps it for long copies it.
    pub bytes: Bytes,
    /// What it means, or the rule that keeps it from meaning anything.
    pub content: Result<Packet, Rule>,
    /// Rules that the packet breaks without losing its meaning.
    pub oddities: Vec<Rule>,
}

/// Cuts the incoming stream into packets. One chunk may hold a part of a packet or many.
#[derive(Debug)]
pub struct Decoder {
    buffer: BytesMut,
    max_packet: usize,
    protocol: ProtocolVersion,
}

impl Decoder {
    /// A decoder that takes packets of at most `max_packet` bytes, header included.
    pub fn new(max_packet: usize) -> Self {
        Self { buffer: BytesMut::new(), max_packet, protocol: ProtocolVersion::V3_1_1 }
    }

    /// Reads by the rules of this version. In MQTT 3.1 the flags of packets other than PUBLISH are not used, so they
    /// may say anything (MQTT 3.1 §2.1).
    pub fn of_version(self, protocol: ProtocolVersion) -> Self {
        Self { protocol, ..self }
    }

    /// Adds what the transport received.
    pub fn push(&mut self, chunk: &[u8]) {
        self.buffer.extend_from_slice(chunk);
    }

    /// The bytes that are not yet a whole packet.
    pub fn rest(&self) -> &[u8] {
        &self.buffer
    }

    /// The next whole packet; `None` if more bytes are needed. A fault of the framing is an error: what follows
    /// cannot be told apart any more, so the connection has to end. It is found from the header alone, without
    /// waiting for a body that a broken header announces.
    pub fn next_frame(&mut self) -> Option<Result<Frame, Violation>> {
        // The first byte can be wrong by itself, and is judged by itself: else the fault would depend on how much of
        // the rest came with it.
        let kind = match check_first_byte(*self.buffer.first()?, self.protocol) {
            Ok(kind) => kind,
            Err(rule) => return Some(Err(self.fault(rule))),
        };
        let header = match FixedHeader::read(&self.buffer) {
            Ok(header) => header,
            Err(HeaderError::Incomplete) => return None,
            Err(HeaderError::TooLong) => return Some(Err(self.fault(Rule::RemainingLength))),
        };
        if let Err(rule) = check_length(kind, &header) {
            return Some(Err(self.fault(rule)));
        }
        if header.packet_length() > self.max_packet {
            return Some(Err(self.fault(Rule::PacketTooLarge)));
        }
        if self.buffer.len() < header.packet_length() {
            // No room is reserved for what a header only announces: the buffer grows with what really comes.
            return None;
        }
        let bytes = self.buffer.split_to(header.packet_length()).freeze();
        let mut oddities = Vec::new();
        let content = read(kind, &bytes, &mut oddities);
        Some(Ok(Frame { bytes, content, oddities }))
    }

    fn fault(&self, rule: Rule) -> Violation {
        Violation::new(rule, &self.buffer)
    }
}

/// The type, if a broker may send it with these flags. The flags of PUBLISH are its own affair.
fn check_first_byte(byte: u8, protocol: ProtocolVersion) -> Result<PacketKind, Rule> {
    let kind = PacketKind::from_first_byte(byte).ok_or(Rule::UnknownPacketType)?;
    let wanted_flags = match kind {
        PacketKind::Connect
        | PacketKind::Subscribe
        | PacketKind::Unsubscribe
        | PacketKind::PingReq
        | PacketKind::Disconnect => return Err(Rule::ClientOnlyPacket),
        PacketKind::Publish if byte & 0b0110 == 0b0110 => return Err(Rule::PublishQos3),
        PacketKind::Publish => return Ok(kind),
        _ if protocol == ProtocolVersion::V3_1 => return Ok(kind),
        kind => kind.own_flags(),
    };
    if byte & 0x0f == wanted_flags { Ok(kind) } else { Err(Rule::ReservedFlags) }
}

/// Whether the remaining length fits the type.
fn check_length(kind: PacketKind, header: &FixedHeader) -> Result<(), Rule> {
    let fits = match kind {
        PacketKind::PingResp => header.remaining == 0,
        // An empty topic is an oddity of the content, so its two bytes are enough here.
        PacketKind::Publish => header.remaining >= 2,
        PacketKind::SubAck => header.remaining >= 3,
        _ => header.remaining == 2,
    };
    if fits { Ok(()) } else { Err(Rule::PacketLength) }
}

/// Reads one whole frame whose header is in order.
fn read(kind: PacketKind, frame: &Bytes, oddities: &mut Vec<Rule>) -> Result<Packet, Rule> {
    let body = {
        let mut body = frame.clone();
        body.advance(FixedHeader::read(frame).map_err(|_| Rule::PacketLength)?.length);
        body
    };
    match kind {
        PacketKind::ConnAck => read_connack(frame, &body, oddities).map(Packet::ConnAck),
        PacketKind::SubAck => read_suback(frame, &body),
        PacketKind::Publish => read_publish(frame, oddities).map(Packet::Publish),
        _ => match by_mqttbytes(frame)? {
            v4::Packet::PubAck(ack) => packet_id(ack.pkid).map(Packet::PubAck),
            v4::Packet::PubRec(ack) => packet_id(ack.pkid).map(Packet::PubRec),
            v4::Packet::PubRel(ack) => packet_id(ack.pkid).map(Packet::PubRel),
            v4::Packet::PubComp(ack) => packet_id(ack.pkid).map(Packet::PubComp),
            v4::Packet::UnsubAck(ack) => packet_id(ack.pkid).map(Packet::UnsubAck),
            v4::Packet::PingResp => Ok(Packet::PingResp),
            _ => Err(Rule::ClientOnlyPacket),
        },
    }
}

/// `mqttbytes` on a copy of one frame: its readers consume what they are given, and the frame is kept.
fn by_mqttbytes(frame: &[u8]) -> Result<v4::Packet, Rule> {
    let mut copy = BytesMut::from(frame);
    // With MQTT 3.1 the flags may say anything; `mqttbytes` knows 3.1.1 alone.
    if let (Some(kind), Some(first)) =
        (frame.first().and_then(|b| PacketKind::from_first_byte(*b)), copy.first_mut())
        && kind != PacketKind::Publish
    {
        *first = *first & 0xf0 | kind.own_flags();
    }
    v4::read(&mut copy, frame.len()).map_err(|error| match error {
        mqttbytes::Error::PacketIdZero => Rule::PacketIdZero,
        mqttbytes::Error::TopicNotUtf8 => Rule::TopicNotUtf8,
        mqttbytes::Error::InvalidQoS(_) => Rule::PublishQos3,
        _ => Rule::PacketLength,
    })
}

fn packet_id(number: u16) -> Result<PacketId, Rule> {
    PacketId::new(number).ok_or(Rule::PacketIdZero)
}

/// Codes 6 and above are kept: `mqttbytes` would drop the packet, and with it the reason.
fn read_connack(frame: &[u8], body: &[u8], oddities: &mut Vec<Rule>) -> Result<ConnAck, Rule> {
    let &[flags, number] = body else { return Err(Rule::PacketLength) };
    if flags & 0xfe != 0 {
        oddities.push(Rule::ConnAckFlags);
    }
    let code = ConnectReturnCode::from_number(number);
    let session_present = match code {
        ConnectReturnCode::Reserved(_) => {
            oddities.push(Rule::ConnAckCode);
            flags & 1 != 0
        }
        _ => match by_mqttbytes(frame)? {
            v4::Packet::ConnAck(connack) => connack.session_present,
            _ => return Err(Rule::PacketLength),
        },
    };
    if session_present && code != ConnectReturnCode::Accepted {
        oddities.push(Rule::SessionPresentWithRefusal);
    }
    Ok(ConnAck { session_present, code })
}

/// Reserved codes are kept, and taken as refusals: some brokers answer with MQTT 5's.
fn read_suback(frame: &[u8], body: &[u8]) -> Result<Packet, Rule> {
    let (id, numbers) = body.split_at_checked(2).ok_or(Rule::PacketLength)?;
    let codes: Vec<_> = numbers.iter().map(|number| SubscribeReturnCode::from_number(*number)).collect();
    if codes.iter().any(|code| matches!(code, SubscribeReturnCode::Reserved(_))) {
        return packet_id(u16::from_be_bytes([id[0], id[1]])).map(|id| Packet::SubAck(id, codes));
    }
    match by_mqttbytes(frame)? {
        v4::Packet::SubAck(ack) => packet_id(ack.pkid).map(|id| Packet::SubAck(id, codes)),
        _ => Err(Rule::PacketLength),
    }
}

fn read_publish(frame: &Bytes, oddities: &mut Vec<Rule>) -> Result<Publish, Rule> {
    let view = PacketView::read(frame).ok_or(Rule::PacketLength)?;
    let v4::Packet::Publish(read) = by_mqttbytes(frame)? else { return Err(Rule::PacketLength) };
    let qos = view.qos().ok_or(Rule::PublishQos3)?;
    if read.dup && qos == QoS::AtMostOnce {
        oddities.push(Rule::DupWithQos0);
    }
    if read.topic.is_empty() {
        oddities.push(Rule::TopicEmpty);
    }
    if read.topic.contains('\0') {
        oddities.push(Rule::TopicNul);
    }
    if read.topic.contains(['+', '#']) {
        oddities.push(Rule::TopicWildcard);
    }
    let packet_id = match qos {
        QoS::AtMostOnce => None,
        _ => Some(packet_id(read.pkid)?),
    };
    // A slice of the frame, not `read.payload`: that one would keep the copy alive.
    let payload = frame.slice(view.payload);
    Ok(Publish { dup: read.dup, qos, retain: read.retain, topic: read.topic, packet_id, payload })
}

/// Why a packet cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// The packet would need a remaining length above [`MAX_REMAINING_LENGTH`]; holds the bytes it would need.
    TooLarge(usize),
    /// A user name, password or will of more than 65,535 bytes; holds its bytes (MQTT §1.5.3).
    StringTooLong(usize),
    /// U+0000 in a string [MQTT-1.5.3-2].
    Nul,
    /// An empty client identifier with MQTT 3.1, or without a clean session [MQTT-3.1.3-8].
    ClientIdRequired,
    /// A will, though the capabilities exclude it.
    WillNotOffered,
    /// A QoS above 0 without a packet identifier, or the reverse [MQTT-2.3.1-1, MQTT-2.3.1-5].
    PacketId,
    /// A SUBSCRIBE or UNSUBSCRIBE without a filter [MQTT-3.8.3-3, MQTT-3.10.3-2].
    NoFilter,
    /// The writer failed otherwise. Nothing was written.
    Writer,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(bytes) => write!(f, "a packet of {bytes} bytes is above {MAX_REMAINING_LENGTH}"),
            Self::StringTooLong(bytes) => write!(f, "a string of {bytes} bytes is above 65535"),
            Self::Nul => f.write_str("a string holds U+0000"),
            Self::ClientIdRequired => f.write_str("the client identifier is empty"),
            Self::WillNotOffered => f.write_str("a will is not offered"),
            Self::PacketId => f.write_str("packet identifier and QoS do not fit"),
            Self::NoFilter => f.write_str("no topic filter"),
            Self::Writer => f.write_str("the packet could not be written"),
        }
    }
}

impl std::error::Error for EncodeError {}

/// Lets `write` fill a buffer of its own, and hands it out only if it is one whole packet.
fn written<T>(
    capacity: usize,
    write: impl FnOnce(&mut BytesMut) -> Result<T, mqttbytes::Error>,
) -> Result<Bytes, EncodeError> {
    if capacity > MAX_REMAINING_LENGTH {
        return Err(EncodeError::TooLarge(capacity));
    }
    let mut buffer = BytesMut::with_capacity(capacity + 5);
    write(&mut buffer).map_err(|_| EncodeError::Writer)?;
    match FixedHeader::read(&buffer) {
        Ok(header) if header.packet_length() == buffer.len() => Ok(buffer.freeze()),
        _ => Err(EncodeError::Writer),
    }
}

const fn qos_of(qos: QoS) -> mqttbytes::QoS {
    match qos {
        QoS::AtMostOnce => mqttbytes::QoS::AtMostOnce,
        QoS::AtLeastOnce => mqttbytes::QoS::AtLeastOnce,
        QoS::ExactlyOnce => mqttbytes::QoS::ExactlyOnce,
    }
}

/// PUBLISH, MQTT §3.3. `packet_id` is wanted with QoS 1 and 2, and only then.
pub fn publish(
    topic: &TopicName,
    payload: Bytes,
    qos: QoS,
    retain: bool,
    dup: bool,
    packet_id: Option<PacketId>,
) -> Result<Bytes, EncodeError> {
    if packet_id.is_some() != (qos != QoS::AtMostOnce) || (dup && packet_id.is_none()) {
        return Err(EncodeError::PacketId);
    }
    let length = 2 + topic.as_str().len() + packet_id.map_or(0, |_| 2) + payload.len();
    let mut packet = v4::Publish::from_bytes(topic.as_str(), qos_of(qos), payload);
    packet.pkid = packet_id.map_or(0, PacketId::number);
    packet.retain = retain;
    packet.dup = dup;
    written(length, |buffer| packet.write(buffer))
}

/// SUBSCRIBE with one filter, MQTT §3.8.
pub fn subscribe(packet_id: PacketId, filter: &TopicFilter, qos: QoS) -> Result<Bytes, EncodeError> {
    subscribe_many(packet_id, &[(filter, qos)])
}

/// SUBSCRIBE with any number of filters but none, MQTT §3.8.
pub fn subscribe_many(packet_id: PacketId, filters: &[(&TopicFilter, QoS)]) -> Result<Bytes, EncodeError> {
    if filters.is_empty() {
        return Err(EncodeError::NoFilter);
    }
    let length = 2 + filters.iter().map(|(filter, _)| filter.as_str().len() + 3).sum::<usize>();
    let mut packet = v4::Subscribe::empty_subscribe();
    packet.pkid = packet_id.number();
    for (filter, qos) in filters {
        packet.add(filter.as_str().to_owned(), qos_of(*qos));
    }
    written(length, |buffer| packet.write(buffer))
}

/// UNSUBSCRIBE with one filter, MQTT §3.10.
pub fn unsubscribe(packet_id: PacketId, filter: &TopicFilter) -> Result<Bytes, EncodeError> {
    unsubscribe_many(packet_id, &[filter])
}

/// UNSUBSCRIBE with any number of filters but none, MQTT §3.10.
pub fn unsubscribe_many(packet_id: PacketId, filters: &[&TopicFilter]) -> Result<Bytes, EncodeError> {
    if filters.is_empty() {
        return Err(EncodeError::NoFilter);
    }
    let length = 2 + filters.iter().map(|filter| filter.as_str().len() + 2).sum::<usize>();
    let topics = filters.iter().map(|filter| filter.as_str().to_owned()).collect();
    written(length, |buffer| v4::Unsubscribe { pkid: packet_id.number(), topics }.write(buffer))
}

/// `publish` with another packet identifier (if it has one) and another DUP flag (QoS 1 and 2 only).
///
/// What waits for a connection, or for its acknowledgement on another connection, is kept as a packet; only these two
/// change when it is sent (again).
pub fn readdressed(publish: &Bytes, packet_id: PacketId, dup: bool) -> Result<Bytes, EncodeError> {
    let view = PacketView::read(publish).ok_or(EncodeError::Writer)?;
    let mut packet = BytesMut::from(&publish[..]);
    if view.kind == PacketKind::Publish && view.packet_id.is_some() {
        let at = view.topic.end;
        packet[at..at + 2].copy_from_slice(&packet_id.number().to_be_bytes());
        packet[0] = packet[0] & !0b1000 | u8::from(dup) << 3;
    }
    Ok(packet.freeze())
}

/// PUBREC, MQTT §3.5.
pub fn pubrec(packet_id: PacketId) -> Result<Bytes, EncodeError> {
    written(2, |buffer| v4::PubRec::new(packet_id.number()).write(buffer))
}

/// PUBREL, MQTT §3.6.
pub fn pubrel(packet_id: PacketId) -> Result<Bytes, EncodeError> {
    written(2, |buffer| v4::PubRel::new(packet_id.number()).write(buffer))
}

/// PUBCOMP, MQTT §3.7.
pub fn pubcomp(packet_id: PacketId) -> Result<Bytes, EncodeError> {
    written(2, |buffer| v4::PubComp::new(packet_id.number()).write(buffer))
}

/// PUBACK, MQTT §3.4.
pub fn puback(packet_id: PacketId) -> Result<Bytes, EncodeError> {
    written(2, |buffer| v4::PubAck::new(packet_id.number()).write(buffer))
}

/// PINGREQ, MQTT §3.12.
pub fn pingreq() -> Result<Bytes, EncodeError> {
    written(0, |buffer| v4::PingReq.write(buffer))
}

/// DISCONNECT, MQTT §3.14.
pub fn disconnect() -> Result<Bytes, EncodeError> {
    written(0, |buffer| v4::Disconnect.write(buffer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_announces_much_allocates_little_until_the_body_is_there() {
        let mut decoder = Decoder::new(usize::MAX);
        decoder.push(&[0x30, 0xff, 0xff, 0xff, 0x7f]);
        for _ in 0..100 {
            assert_eq!(decoder.next_frame(), None);
            decoder.push(&[0; 100]);
        }
        assert!(decoder.buffer.capacity() < 64 * 1024, "{} bytes", decoder.buffer.capacity());
    }
}
