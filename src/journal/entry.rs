use std::time::Duration;

use super::arena::Place;
use crate::mqtt::{Moment, PacketKind, QoS};

/// Which way a packet went, from the device's point of view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Cloud to device.
    In,
    /// Device to cloud.
    Out,
}

/// What became of a message or a request that wants to be acknowledged.
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
}

impl Ack {
    /// Acknowledged after this time.
    pub fn after(span: Duration) -> Self {
        Self::After(u32::try_from(span.as_micros()).unwrap_or(u32::MAX))
    }
}

/// One packet or note of a journal, in a fixed size.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When.
    pub at: Moment,
    /// Which way; notes count as incoming.
    pub direction: Direction,
    /// The packet type; none for a note.
    pub kind: Option<PacketKind>,
    /// The packet identifier; 0 where there is none.
    pub packet_id: u16,
    /// What became of it.
    pub ack: Ack,
    pub(super) place: Place,
    pub(super) payload: u32,
    pub(super) flags: u8,
}

impl Entry {
    pub(super) fn note(at: Moment, place: Place) -> Self {
        Self {
            at,
            direction: Direction::In,
            kind: None,
            packet_id: 0,
            ack: Ack::None,
            place,
            payload: 0,
            flags: 0,
        }
    }

    /// Whether it is a PUBLISH.
    pub fn is_message(&self) -> bool {
        self.kind == Some(PacketKind::Publish)
    }

    /// QoS of a PUBLISH.
    pub fn qos(&self) -> QoS {
        QoS::from_number((self.flags >> 1) & 3).unwrap_or(QoS::AtMostOnce)
    }

    /// DUP of a PUBLISH: the sender had sent it before.
    pub fn dup(&self) -> bool {
        self.flags & 0b1000 != 0
    }

    /// RETAIN of a PUBLISH.
    pub fn retain(&self) -> bool {
        self.flags & 1 != 0
    }

    /// Bytes of the packet.
    pub fn packet_len(&self) -> usize {
        self.place.length as usize
    }

    /// Bytes of a PUBLISH's payload.
    pub fn payload_len(&self) -> usize {
        self.packet_len().saturating_sub(self.payload as usize)
    }
}
