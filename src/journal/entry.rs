use std::borrow::Cow;
use std::time::Duration;

use super::note::Note;
use super::topics::TopicId;
use crate::mqtt::{Moment, PacketKind, PacketView, QoS};

/// Which way a packet went, from the device's point of view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Cloud to device.
    In,
    /// Device to cloud.
    Out,
}

/// What became of a message or a request that wants to be acknowledged; on an answer, what it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ack {
    /// Nothing is to be waited for.
    None,
    /// Sent, not acknowledged yet.
    Pending,
    /// Acknowledged after this many microseconds (at most about 71 minutes).
    After(u32),
    /// Refused with this code of a SUBACK.
    Refused(u8),
    /// Not acknowledged within the deadline. It still may be.
    Overdue,
    /// The connection ended first; it will be sent again on the next.
    Interrupted,
    /// It was sent once more; what became of it stands there.
    Resent,
    /// Given up: the connection ended first, and the session with it.
    Lost,
    /// This packet is the answer to a request that went out so many microseconds before.
    Answers(u32),
}

impl Ack {
    /// Acknowledged after this time.
    pub fn after(span: Duration) -> Self {
        Self::After(micros(span))
    }

    /// The answer to what went out this time before.
    pub fn answers(span: Duration) -> Self {
        Self::Answers(micros(span))
    }

    /// Whether something went wrong: refused, overdue or lost.
    pub const fn is_fault(self) -> bool {
        matches!(self, Self::Refused(_) | Self::Overdue | Self::Lost)
    }

    const fn pack(self) -> (u8, u32) {
        match self {
            Self::None => (0, 0),
            Self::Pending => (1, 0),
            Self::After(micros) => (2, micros),
            Self::Refused(code) => (3, code as u32),
            Self::Overdue => (4, 0),
            Self::Interrupted => (5, 0),
            Self::Resent => (6, 0),
            Self::Lost => (7, 0),
            Self::Answers(micros) => (8, micros),
        }
    }

    const fn unpack(kind: u8, value: u32) -> Self {
        match kind {
            1 => Self::Pending,
            2 => Self::After(value),
            3 => Self::Refused(value as u8),
            4 => Self::Overdue,
            5 => Self::Interrupted,
            6 => Self::Resent,
            7 => Self::Lost,
            8 => Self::Answers(value),
            _ => Self::None,
        }
    }
}

fn micros(span: Duration) -> u32 {
    u32::try_from(span.as_micros()).unwrap_or(u32::MAX)
}

/// No topic.
pub(super) const NO_TOPIC: u32 = u32::MAX;

/// What is kept of an entry beside its bytes: 20 bytes, for there are a million of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    /// Microseconds since the beginning of the block.
    pub(super) after: u32,
    /// Where the packet begins in the block's bytes; it ends where the next one begins.
    pub(super) start: u32,
    /// The number of a PUBLISH's topic.
    pub(super) topic: u32,
    ack_value: u32,
    pub(super) packet_id: u16,
    /// Packet type and flags.
    pub(super) first_byte: u8,
    /// Bit 0: sent; bit 1: a note; bit 2: the packet has an outline; from bit 4 the acknowledgement.
    state: u8,
}

const OUT: u8 = 1;
const NOTE: u8 = 2;
const OUTLINED: u8 = 4;

impl Record {
    pub(super) fn packet(direction: Direction, first_byte: u8, view: Option<&PacketView>) -> Self {
        let outlined = if view.is_some() { OUTLINED } else { 0 };
        Self {
            after: 0,
            start: 0,
            topic: NO_TOPIC,
            ack_value: 0,
            packet_id: view.and_then(|view| view.packet_id).unwrap_or(0),
            first_byte,
            state: outlined | if direction == Direction::Out { OUT } else { 0 },
        }
    }

    pub(super) const fn note() -> Self {
        Self { after: 0, start: 0, topic: NO_TOPIC, ack_value: 0, packet_id: 0, first_byte: 0, state: NOTE }
    }

    pub(super) const fn direction(&self) -> Direction {
        if self.state & OUT == 0 { Direction::In } else { Direction::Out }
    }

    pub(super) const fn is_note(&self) -> bool {
        self.state & NOTE != 0
    }

    pub(super) const fn kind(&self) -> Option<PacketKind> {
        if self.state & OUTLINED == 0 { None } else { PacketKind::from_first_byte(self.first_byte) }
    }

    pub(super) fn is_message(&self) -> bool {
        self.state & OUTLINED != 0 && self.first_byte >> 4 == PacketKind::Publish as u8
    }

    pub(super) const fn ack(&self) -> Ack {
        Ack::unpack(self.state >> 4, self.ack_value)
    }

    pub(super) fn set_ack(&mut self, ack: Ack) {
        let (kind, value) = ack.pack();
        self.state = self.state & 0x0f | kind << 4;
        self.ack_value = value;
    }
}

/// One packet or note of a journal, with its exact bytes.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its number in the journal, counted from 0.
    pub seq: u64,
    /// When.
    pub at: Moment,
    /// Which way; notes count as incoming.
    pub direction: Direction,
    /// The packet type; none for a note, and for bytes that are no whole packet of a known type.
    pub kind: Option<PacketKind>,
    /// The packet identifier; 0 where there is none.
    pub packet_id: u16,
    /// What became of it.
    pub ack: Ack,
    /// The topic of a PUBLISH.
    pub topic_id: Option<TopicId>,
    pub(super) first_byte: u8,
    pub(super) packet: &'a [u8],
    pub(super) note: Option<&'a Note>,
}

impl<'a> Entry<'a> {
    /// The exact bytes of the packet; none for a note.
    pub const fn packet(&self) -> &'a [u8] {
        self.packet
    }

    /// The payload of a PUBLISH; for other packets all that follows the fixed header.
    pub fn payload(&self) -> &'a [u8] {
        let outline = PacketView::read(self.packet);
        outline.and_then(|view| self.packet.get(view.payload)).unwrap_or_default()
    }

    /// The topic of a PUBLISH as it came.
    pub fn topic_bytes(&self) -> &'a [u8] {
        let outline = PacketView::read(self.packet);
        outline.and_then(|view| self.packet.get(view.topic)).unwrap_or_default()
    }

    /// The topic of a PUBLISH; bytes that are not UTF-8 are replaced.
    pub fn topic(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.topic_bytes())
    }

    /// The first topic filter of a SUBSCRIBE or UNSUBSCRIBE.
    pub fn filter(&self) -> Cow<'a, str> {
        // Packet identifier, length, filter (MQTT §3.8.3, §3.10.3).
        let filter = || {
            let after_id = self.payload().get(2..)?;
            let (length, rest) = after_id.split_first_chunk()?;
            rest.get(..usize::from(u16::from_be_bytes(*length)))
        };
        String::from_utf8_lossy(filter().unwrap_or_default())
    }

    /// The note, if it is one.
    pub const fn note(&self) -> Option<&'a Note> {
        self.note
    }

    /// Whether it is a PUBLISH.
    pub fn is_message(&self) -> bool {
        self.kind == Some(PacketKind::Publish)
    }

    /// QoS of a PUBLISH.
    pub fn qos(&self) -> QoS {
        QoS::from_number((self.first_byte >> 1) & 3).unwrap_or(QoS::AtMostOnce)
    }

    /// DUP of a PUBLISH: the sender had sent it before.
    pub const fn dup(&self) -> bool {
        self.first_byte & 0b1000 != 0
    }

    /// RETAIN of a PUBLISH.
    pub const fn retain(&self) -> bool {
        self.first_byte & 1 != 0
    }

    /// Bytes of the packet.
    pub const fn packet_len(&self) -> usize {
        self.packet.len()
    }

    /// Bytes of a PUBLISH's payload.
    pub fn payload_len(&self) -> usize {
        self.payload().len()
    }
}
