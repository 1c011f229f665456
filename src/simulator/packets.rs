//! The broker's side of the wire: packets that clients send are read, and those that a broker sends are written (MQTT
//! 3.1 and 3.1.1).
//!
//! The reader takes nothing that the standard forbids: a broken packet ends the connection [MQTT-4.8.0-1]. It holds no
//! more than one packet of the size it was given.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::mqtt::raw::{FixedHeader, HeaderError};
use crate::mqtt::{ConnectReturnCode, PacketKind, QoS, TopicFilter, TopicName};

/// What a client said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ClientPacket {
    Connect(Box<Connect>),
    /// A protocol level that the broker does not speak, [MQTT-3.1.2-2].
    ConnectOfVersion(u8),
    Publish(ClientPublish),
    PubAck(u16),
    PubRec(u16),
    PubRel(u16),
    PubComp(u16),
    Subscribe(u16, Vec<(TopicFilter, QoS)>),
    Unsubscribe(u16, Vec<TopicFilter>),
    PingReq,
    Disconnect,
}

/// CONNECT, MQTT §3.1.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Connect {
    /// 3 or 4.
    pub(super) level: u8,
    pub(super) clean_session: bool,
    pub(super) keep_alive: u16,
    pub(super) client_id: String,
    pub(super) will: bool,
    pub(super) user_name: Option<String>,
    pub(super) password: Option<Bytes>,
}

impl std::fmt::Debug for Connect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connect")
            .field("client_id", &self.client_id)
            .field("keep_alive", &self.keep_alive)
            .finish_non_exhaustive()
    }
}

/// PUBLISH, MQTT §3.3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ClientPublish {
    pub(super) qos: QoS,
    pub(super) retain: bool,
    pub(super) topic: String,
    /// 0 with QoS 0.
    pub(super) packet_id: u16,
    pub(super) payload: Bytes,
}

/// Why nothing more can be read from a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The packet breaks this rule.
    Malformed(&'static str),
    /// The packet would have so many bytes.
    TooLarge(usize),
}

/// Cuts what a client sends into packets.
#[derive(Debug)]
pub(super) struct Reader {
    buffer: BytesMut,
    /// Bytes of a packet above the limit that are still to come, and are thrown away.
    skip: usize,
    /// Whether anything was taken out of the buffer since its memory was given back.
    advanced: bool,
    /// Whether the client speaks MQTT 3.1, where SUBSCRIBE, UNSUBSCRIBE and PUBREL may have DUP (MQTT 3.1 §3.8).
    pub(super) old: bool,
}

impl Reader {
    pub(super) fn new() -> Self {
        Self { buffer: BytesMut::new(), skip: 0, advanced: false, old: false }
    }

    pub(super) fn push(&mut self, mut chunk: &[u8]) {
        let skipped = self.skip.min(chunk.len());
        self.skip -= skipped;
        chunk = &chunk[skipped..];
        self.buffer.extend_from_slice(chunk);
    }

    /// Throws away the packet that [`Fault::TooLarge`] told of, also what of it has yet to come.
    pub(super) fn skip_packet(&mut self, length: usize) {
        let here = length.min(self.buffer.len());
        self.buffer.advance(here);
        self.advanced = true;
        self.skip = length - here;
    }

    /// Gives back the memory of what was read; how many bytes are left.
    pub(super) fn settle(&mut self) -> usize {
        // Not at each chunk of a packet that comes in small ones.
        if std::mem::take(&mut self.advanced) {
            self.buffer = BytesMut::from(&self.buffer[..]);
        }
        self.buffer.len()
    }

    /// The next whole packet of at most `limit` bytes; `None` if more bytes are needed.
    pub(super) fn next(&mut self, limit: usize) -> Option<Result<ClientPacket, Fault>> {
        let first = *self.buffer.first()?;
        let kind = match check_first_byte(first, self.old) {
            Ok(kind) => kind,
            Err(fault) => return Some(Err(fault)),
        };
        let header = match FixedHeader::read(&self.buffer) {
            Ok(header) => header,
            Err(HeaderError::Incomplete) => return None,
            Err(HeaderError::TooLong) => return Some(Err(Fault::Malformed("remaining length, §2.2.3"))),
        };
        if header.packet_length() > limit {
            return Some(Err(Fault::TooLarge(header.packet_length())));
        }
        if self.buffer.len() < header.packet_length() {
            return None;
        }
        self.advanced = true;
        let mut body = self.buffer.split_to(header.packet_length()).freeze();
        body.advance(header.length);
        Some(read(kind, first & 0x0f, Body(body)))
    }
}

/// A packet type with flags, if a client may send it.
fn check_first_byte(byte: u8, old: bool) -> Result<PacketKind, Fault> {
    match PacketKind::from_first_byte(byte) {
        None => Err(Fault::Malformed("packet type, §2.2.1")),
        Some(PacketKind::ConnAck | PacketKind::SubAck | PacketKind::UnsubAck | PacketKind::PingResp) => {
            Err(Fault::Malformed("a packet that only brokers send, §2.2.1"))
        }
        Some(PacketKind::Publish) if byte & 0b0110 == 0b0110 => Err(Fault::Malformed("QoS 3, MQTT-3.3.1-4")),
        Some(PacketKind::Publish) => Ok(PacketKind::Publish),
        Some(kind @ (PacketKind::PubRel | PacketKind::Subscribe | PacketKind::Unsubscribe))
            if old && byte & 0b0111 == 0b0010 =>
        {
            Ok(kind)
        }
        Some(kind) if byte & 0x0f == kind.own_flags() => Ok(kind),
        Some(_) => Err(Fault::Malformed("flags, MQTT-2.2.2-2")),
    }
}

fn read(kind: PacketKind, flags: u8, mut body: Body) -> Result<ClientPacket, Fault> {
    let packet = match kind {
        PacketKind::Connect => read_connect(&mut body)?,
        PacketKind::Publish => read_publish(flags, &mut body)?,
        PacketKind::PubAck => ClientPacket::PubAck(body.packet_id()?),
        PacketKind::PubRec => ClientPacket::PubRec(body.packet_id()?),
        PacketKind::PubRel => ClientPacket::PubRel(body.packet_id()?),
        PacketKind::PubComp => ClientPacket::PubComp(body.packet_id()?),
        PacketKind::Subscribe => {
            let id = body.packet_id()?;
            let mut wishes = Vec::new();
            while !body.0.is_empty() {
                let filter = body.filter()?;
                let qos = QoS::from_number(body.byte()?).ok_or(Fault::Malformed("QoS, MQTT-3-8.3-4"))?;
                wishes.push((filter, qos));
            }
            if wishes.is_empty() {
                return Err(Fault::Malformed("no topic filter, MQTT-3.8.3-3"));
            }
            ClientPacket::Subscribe(id, wishes)
        }
        PacketKind::Unsubscribe => {
            let id = body.packet_id()?;
            let mut filters = Vec::new();
            while !body.0.is_empty() {
                filters.push(body.filter()?);
            }
            if filters.is_empty() {
                return Err(Fault::Malformed("no topic filter, MQTT-3.10.3-2"));
            }
            ClientPacket::Unsubscribe(id, filters)
        }
        PacketKind::PingReq => ClientPacket::PingReq,
        PacketKind::Disconnect => ClientPacket::Disconnect,
        PacketKind::ConnAck | PacketKind::SubAck | PacketKind::UnsubAck | PacketKind::PingResp => {
            return Err(Fault::Malformed("a packet that only brokers send, §2.2.1"));
        }
    };
    // Of a version that is not spoken, nothing more is known.
    if body.0.is_empty() || matches!(packet, ClientPacket::ConnectOfVersion(_)) {
        Ok(packet)
    } else {
        Err(Fault::Malformed("remaining length, §2.2.3"))
    }
}

fn read_connect(body: &mut Body) -> Result<ClientPacket, Fault> {
    let name = body.text()?;
    let level = body.byte()?;
    match (name.as_str(), level) {
        ("MQTT", 4) | ("MQIsdp", 3) => {}
        ("MQTT" | "MQIsdp", other) => return Ok(ClientPacket::ConnectOfVersion(other)),
        _ => return Err(Fault::Malformed("protocol name, MQTT-3.1.2-1")),
    }
    let flags = body.byte()?;
    let has = |bit: u8| flags & (1 << bit) != 0;
    let (will, will_qos, will_retain) = (has(2), flags >> 3 & 3, has(5));
    if has(0) {
        return Err(Fault::Malformed("reserved flag, MQTT-3.1.2-3"));
    }
    if will_qos == 3 || (!will && (will_qos != 0 || will_retain)) {
        return Err(Fault::Malformed("flags of the will, MQTT-3.1.2-13"));
    }
    if has(6) && !has(7) && level == 4 {
        return Err(Fault::Malformed("a password without user name, MQTT-3.1.2-22"));
    }
    let keep_alive = body.number()?;
    let client_id = body.text()?;
    if will {
        let topic = body.text()?;
        TopicName::parse(&topic).map_err(|_| Fault::Malformed("topic of the will, MQTT-3.1.3-10"))?;
        body.bytes()?;
    }
    let user_name = if has(7) { Some(body.text()?) } else { None };
    let password = if has(6) { Some(body.bytes()?) } else { None };
    Ok(ClientPacket::Connect(Box::new(Connect {
        level,
        clean_session: has(1),
        keep_alive,
        client_id,
        will,
        user_name,
        password,
    })))
}

fn read_publish(flags: u8, body: &mut Body) -> Result<ClientPacket, Fault> {
    let qos = QoS::from_number(flags >> 1 & 3).ok_or(Fault::Malformed("QoS 3, MQTT-3.3.1-4"))?;
    if flags & 0b1000 != 0 && qos == QoS::AtMostOnce {
        return Err(Fault::Malformed("DUP with QoS 0, MQTT-3.3.1-2"));
    }
    let topic = body.text()?;
    TopicName::parse(&topic).map_err(|_| Fault::Malformed("topic, MQTT-3.3.2-2"))?;
    let packet_id = if qos == QoS::AtMostOnce { 0 } else { body.packet_id()? };
    let payload = std::mem::take(&mut body.0);
    Ok(ClientPacket::Publish(ClientPublish { qos, retain: flags & 1 != 0, topic, packet_id, payload }))
}

/// What is left of a packet.
struct Body(Bytes);

impl Body {
    const SHORT: Fault = Fault::Malformed("a packet too short for its fields, §2.2.3");

    fn byte(&mut self) -> Result<u8, Fault> {
        self.0.try_get_u8().map_err(|_| Self::SHORT)
    }

    fn number(&mut self) -> Result<u16, Fault> {
        self.0.try_get_u16().map_err(|_| Self::SHORT)
    }

    fn packet_id(&mut self) -> Result<u16, Fault> {
        match self.number()? {
            0 => Err(Fault::Malformed("packet identifier 0, MQTT-2.3.1-1")),
            id => Ok(id),
        }
    }

    fn bytes(&mut self) -> Result<Bytes, Fault> {
        let length = usize::from(self.number()?);
        if length > self.0.len() {
            return Err(Self::SHORT);
        }
        Ok(self.0.split_to(length))
    }

    fn text(&mut self) -> Result<String, Fault> {
        let bytes = self.bytes()?;
        let text = std::str::from_utf8(&bytes).map_err(|_| Fault::Malformed("UTF-8, MQTT-1.5.3-1"))?;
        if text.contains('\0') {
            return Err(Fault::Malformed("U+0000, MQTT-1.5.3-2"));
        }
        Ok(text.to_owned())
    }

    fn filter(&mut self) -> Result<TopicFilter, Fault> {
        TopicFilter::parse(&self.text()?).map_err(|_| Fault::Malformed("topic filter, MQTT-4.7.1"))
    }
}

/// CONNACK, MQTT §3.2.
pub(super) fn connack(session_present: bool, code: ConnectReturnCode) -> Bytes {
    Bytes::copy_from_slice(&[0x20, 2, u8::from(session_present), code.number()])
}

/// SUBACK, MQTT §3.9: a granted QoS or 0x80 for each filter.
pub(super) fn suback(packet_id: u16, codes: &[u8]) -> Bytes {
    let mut packet = BytesMut::with_capacity(codes.len() + 7);
    packet.put_u8(0x90);
    put_length(&mut packet, codes.len() + 2);
    packet.put_u16(packet_id);
    packet.extend_from_slice(codes);
    packet.freeze()
}

/// PUBACK, PUBREC, PUBREL, PUBCOMP or UNSUBACK: nothing but a packet identifier.
pub(super) fn ack(kind: PacketKind, packet_id: u16) -> Bytes {
    let [high, low] = packet_id.to_be_bytes();
    Bytes::copy_from_slice(&[(kind as u8) << 4 | kind.own_flags(), 2, high, low])
}

/// PINGRESP, MQTT §3.13.
pub(super) fn pingresp() -> Bytes {
    Bytes::from_static(&[0xd0, 0])
}

/// How many bytes a PUBLISH has.
pub(super) fn publish_length(topic: &str, payload: &[u8], qos: QoS) -> usize {
    let id = if qos == QoS::AtMostOnce { 0 } else { 2 };
    let length = 2 + topic.len() + id + payload.len();
    let digits = match length {
        0..=0x7f => 1,
        0x80..=0x3fff => 2,
        0x4000..=0x1f_ffff => 3,
        _ => 4,
    };
    1 + digits + length
}

/// PUBLISH with QoS 0, or with a packet identifier QoS 1. A topic above 65,535 bytes cannot be written.
pub(super) fn publish(topic: &str, payload: &[u8], packet_id: Option<u16>, dup: bool) -> Option<Bytes> {
    let topic_length = u16::try_from(topic.len()).ok()?;
    let length = 2 + topic.len() + packet_id.map_or(0, |_| 2) + payload.len();
    let mut packet = BytesMut::with_capacity(length + 5);
    packet.put_u8(0x30 | u8::from(packet_id.is_some()) << 1 | u8::from(dup && packet_id.is_some()) << 3);
    put_length(&mut packet, length);
    packet.put_u16(topic_length);
    packet.extend_from_slice(topic.as_bytes());
    if let Some(id) = packet_id {
        packet.put_u16(id);
    }
    packet.extend_from_slice(payload);
    Some(packet.freeze())
}

fn put_length(packet: &mut BytesMut, mut length: usize) {
    while length > 0x7f {
        packet.put_u8((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    packet.put_u8((length & 0x7f) as u8);
}
