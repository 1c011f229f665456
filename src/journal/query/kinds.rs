use std::fmt;

use crate::mqtt::PacketKind;

/// A set of packet types, and whether notes belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kinds(u16);

/// The groups that have a name of their own.
const GROUPS: [(&str, Kinds); 5] = [
    ("CONN", Kinds::of(&[PacketKind::Connect, PacketKind::ConnAck, PacketKind::Disconnect])),
    (
        "PUB",
        Kinds::of(&[
            PacketKind::Publish,
            PacketKind::PubAck,
            PacketKind::PubRec,
            PacketKind::PubRel,
            PacketKind::PubComp,
        ]),
    ),
    (
        "SUB",
        Kinds::of(&[
            PacketKind::Subscribe,
            PacketKind::SubAck,
            PacketKind::Unsubscribe,
            PacketKind::UnsubAck,
        ]),
    ),
    ("PING", Kinds::of(&[PacketKind::PingReq, PacketKind::PingResp])),
    // Bit 0 is no packet type.
    ("NOTE", Kinds(1)),
];

impl Kinds {
    const fn of(kinds: &[PacketKind]) -> Self {
        let (mut bits, mut rest) = (0, kinds);
        while let [kind, more @ ..] = rest {
            bits |= 1 << *kind as u16;
            rest = more;
        }
        Self(bits)
    }

    /// Reads the name of a packet type (`SUBACK`) or of a group (`CONN`, `PUB`, `SUB`, `PING`, `NOTE`), in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        let group = GROUPS.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        group.map(|(_, kinds)| kinds).or_else(|| {
            let kind = |number: u8| PacketKind::from_first_byte(number << 4);
            let named = |kind: &PacketKind| kind.name().eq_ignore_ascii_case(name);
            (1..=14).filter_map(kind).find(named).map(|kind| Self::of(&[kind]))
        })
    }

    /// Whether a packet of this type belongs to it.
    pub const fn contains(self, kind: PacketKind) -> bool {
        self.0 & 1 << kind as u16 != 0
    }

    /// Whether notes belong to it.
    pub const fn has_notes(self) -> bool {
        self.0 & 1 != 0
    }
}

impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let group = GROUPS.into_iter().find(|(_, kinds)| kinds == self).map(|(name, _)| name);
        let kind = || PacketKind::from_first_byte(u8::try_from(self.0.trailing_zeros()).ok()? << 4);
        f.write_str(group.or_else(|| kind().map(PacketKind::name)).unwrap_or_default())
    }
}
