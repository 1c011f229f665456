//! The outline of a packet: enough to list it without decoding it.

use std::ops::Range;

use super::QoS;

/// The control packet types, MQTT §2.2.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[allow(missing_docs, reason = "the standard's own names")]
pub enum PacketKind {
    Connect = 1,
    ConnAck = 2,
    Publish = 3,
    PubAck = 4,
    PubRec = 5,
    PubRel = 6,
    PubComp = 7,
    Subscribe = 8,
    SubAck = 9,
    Unsubscribe = 10,
    UnsubAck = 11,
    PingReq = 12,
    PingResp = 13,
    Disconnect = 14,
}

impl PacketKind {
    /// The type in the upper four bits of a packet's first byte; none for 0 and 15.
    pub const fn from_first_byte(byte: u8) -> Option<Self> {
        Some(match byte >> 4 {
            1 => Self::Connect,
            2 => Self::ConnAck,
            3 => Self::Publish,
            4 => Self::PubAck,
            5 => Self::PubRec,
            6 => Self::PubRel,
            7 => Self::PubComp,
            8 => Self::Subscribe,
            9 => Self::SubAck,
            10 => Self::Unsubscribe,
            11 => Self::UnsubAck,
            12 => Self::PingReq,
            13 => Self::PingResp,
            14 => Self::Disconnect,
            _ => return None,
        })
    }

    /// What MQTT 3.1.1 wants in the lower four bits of the first byte [MQTT-2.2.2-1]; those of PUBLISH vary.
    pub const fn own_flags(self) -> u8 {
        match self {
            Self::PubRel | Self::Subscribe | Self::Unsubscribe => 0b0010,
            _ => 0,
        }
    }

    /// The name as the standard writes it; never translated.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connect => "CONNECT",
            Self::ConnAck => "CONNACK",
            Self::Publish => "PUBLISH",
            Self::PubAck => "PUBACK",
            Self::PubRec => "PUBREC",
            Self::PubRel => "PUBREL",
            Self::PubComp => "PUBCOMP",
            Self::Subscribe => "SUBSCRIBE",
            Self::SubAck => "SUBACK",
            Self::Unsubscribe => "UNSUBSCRIBE",
            Self::UnsubAck => "UNSUBACK",
            Self::PingReq => "PINGREQ",
            Self::PingResp => "PINGRESP",
            Self::Disconnect => "DISCONNECT",
        }
    }
}

/// The first two to five bytes of a packet, MQTT §2.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedHeader {
    /// Type and flags.
    pub first_byte: u8,
    /// Bytes after this header.
    pub remaining: usize,
    /// Bytes of this header, 2 to 5.
    pub length: usize,
}

/// Why there is no fixed header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// More bytes are needed.
    Incomplete,
    /// The remaining length goes on after its fourth byte.
    TooLong,
}

impl FixedHeader {
    /// Reads the header at the start of `bytes`.
    pub fn read(bytes: &[u8]) -> Result<Self, HeaderError> {
        let (&first_byte, rest) = bytes.split_first().ok_or(HeaderError::Incomplete)?;
        let mut remaining = 0;
        for (index, byte) in rest.iter().take(4).enumerate() {
            remaining |= usize::from(byte & 0x7f) << (7 * index);
            if byte & 0x80 == 0 {
                return Ok(Self { first_byte, remaining, length: index + 2 });
            }
        }
        Err(if rest.len() < 4 { HeaderError::Incomplete } else { HeaderError::TooLong })
    }

    /// Bytes of the whole packet.
    pub const fn packet_length(&self) -> usize {
        self.length + self.remaining
    }
}

/// The outline of one whole packet: where its parts lie. Reading it copies nothing and checks nothing beyond the
/// bounds, so it also fits packets that break a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketView {
    /// The packet type.
    pub kind: PacketKind,
    /// The lower four bits of the first byte.
    pub flags: u8,
    /// The packet identifier, where the packet has one (a broken packet may say 0).
    pub packet_id: Option<u16>,
    /// Where the topic of a PUBLISH lies.
    pub topic: Range<usize>,
    /// Where the payload of a PUBLISH lies; for others all that follows the fixed header.
    pub payload: Range<usize>,
}

impl PacketView {
    /// Outlines `packet`; none if it is no whole packet of a known type.
    pub fn read(packet: &[u8]) -> Option<Self> {
        let header = FixedHeader::read(packet).ok()?;
        let kind = PacketKind::from_first_byte(header.first_byte)?;
        let flags = header.first_byte & 0x0f;
        let end = header.packet_length();
        if packet.len() != end {
            return None;
        }
        let number_at = |at: usize| match packet.get(at..at + 2) {
            Some(&[high, low]) => Some(u16::from_be_bytes([high, low])),
            _ => None,
        };
        let view =
            |packet_id, topic, payload: Range<usize>| Some(Self { kind, flags, packet_id, topic, payload });
        match kind {
            PacketKind::Publish => {
                let start = header.length + 2;
                let topic = start..start + usize::from(number_at(header.length)?);
                let with_id = flags & 0b0110 != 0;
                let payload = topic.end + if with_id { 2 } else { 0 };
                let packet_id = if with_id { Some(number_at(topic.end)?) } else { None };
                if payload > end {
                    return None;
                }
                view(packet_id, topic, payload..end)
            }
            PacketKind::Connect
            | PacketKind::ConnAck
            | PacketKind::PingReq
            | PacketKind::PingResp
            | PacketKind::Disconnect => view(None, 0..0, header.length..end),
            _ => view(number_at(header.length), 0..0, header.length..end),
        }
    }

    /// QoS of a PUBLISH; none if both bits are set.
    pub const fn qos(&self) -> Option<QoS> {
        QoS::from_number((self.flags >> 1) & 3)
    }

    /// DUP of a PUBLISH.
    pub const fn dup(&self) -> bool {
        self.flags & 0b1000 != 0
    }

    /// RETAIN of a PUBLISH.
    pub const fn retain(&self) -> bool {
        self.flags & 1 != 0
    }
}
