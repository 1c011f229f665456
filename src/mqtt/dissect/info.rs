use crate::mqtt::wire::{FixedHeader, PacketKind, PacketView};

/// What one line about a packet says, as far as its bytes are there. Borrowed from the packet: making one allocates
/// nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Info<'a> {
    /// CONNECT.
    Connect {
        /// 3 for MQTT 3.1, 4 for 3.1.1.
        level: u8,
        /// Whether the broker is to forget the session.
        clean_session: bool,
        /// Whether there is a will.
        will: bool,
        /// Seconds.
        keep_alive: u16,
        /// UTF-8, if the client kept the rules.
        client_id: &'a [u8],
        /// UTF-8, if the client kept the rules; none without one, or cut off.
        user_name: Option<&'a [u8]>,
    },
    /// CONNACK.
    ConnAck {
        /// 0 to 5, or one that the standard reserves.
        code: u8,
        /// Whether the broker still had the session.
        session_present: bool,
    },
    /// PUBLISH.
    Publish {
        /// 0 to 2; 3 is none.
        qos: u8,
        /// Sent again.
        dup: bool,
        /// Kept by the broker, or to be kept.
        retain: bool,
        /// With QoS 1 and 2.
        packet_id: Option<u16>,
        /// UTF-8, if the sender kept the rules.
        topic: &'a [u8],
        /// The message.
        payload: &'a [u8],
    },
    /// SUBSCRIBE or UNSUBSCRIBE.
    Filters {
        /// Which request.
        packet_id: u16,
        /// What for.
        filters: Filters<'a>,
    },
    /// SUBACK.
    SubAck {
        /// To which request.
        packet_id: u16,
        /// One a filter.
        codes: &'a [u8],
    },
    /// PUBACK, PUBREC, PUBREL, PUBCOMP and UNSUBACK.
    Id(u16),
    /// PINGREQ, PINGRESP and DISCONNECT: the type says it all.
    Bare,
}

impl<'a> Info<'a> {
    /// Reads what a line shows; none if the packet is cut off before it, or of no type.
    pub fn read(packet: &'a [u8]) -> Option<Self> {
        let view = PacketView::read(packet)?;
        let body = packet.get(FixedHeader::read(packet).ok()?.length..)?;
        Some(match view.kind {
            PacketKind::Connect => Self::connect(body)?,
            PacketKind::ConnAck => match *body {
                [flags, code, ..] => Self::ConnAck { code, session_present: flags & 1 != 0 },
                _ => return None,
            },
            PacketKind::Publish => Self::Publish {
                qos: (view.flags >> 1) & 3,
                dup: view.dup(),
                retain: view.retain(),
                packet_id: view.packet_id,
                topic: packet.get(view.topic)?,
                payload: packet.get(view.payload)?,
            },
            PacketKind::Subscribe | PacketKind::Unsubscribe => {
                let filters = Filters { rest: body.get(2..)?, with_qos: view.kind == PacketKind::Subscribe };
                Self::Filters { packet_id: view.packet_id?, filters }
            }
            PacketKind::SubAck => Self::SubAck { packet_id: view.packet_id?, codes: body.get(2..)? },
            PacketKind::PubAck
            | PacketKind::PubRec
            | PacketKind::PubRel
            | PacketKind::PubComp
            | PacketKind::UnsubAck => Self::Id(view.packet_id?),
            PacketKind::PingReq | PacketKind::PingResp | PacketKind::Disconnect => Self::Bare,
        })
    }

    fn connect(body: &'a [u8]) -> Option<Self> {
        let (_, rest) = string(body)?;
        let (&[level, flags, high, low], rest) = rest.split_first_chunk()?;
        let (client_id, rest) = string(rest)?;
        let will = flags & 0b100 != 0;
        let after_will = |rest| if will { Some(string(string(rest)?.1)?.1) } else { Some(rest) };
        let user_name = if flags & 0b1000_0000 != 0 { after_will(rest).and_then(string) } else { None };
        Some(Self::Connect {
            level,
            clean_session: flags & 0b10 != 0,
            will,
            keep_alive: u16::from_be_bytes([high, low]),
            client_id,
            user_name: user_name.map(|(name, _)| name),
        })
    }
}

/// The filters of a SUBSCRIBE, each with the byte in which its QoS stands, or of an UNSUBSCRIBE. It ends where they
/// are cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filters<'a> {
    rest: &'a [u8],
    with_qos: bool,
}

impl<'a> Iterator for Filters<'a> {
    type Item = (&'a [u8], Option<u8>);

    fn next(&mut self) -> Option<Self::Item> {
        let (filter, rest) = string(self.rest)?;
        let (qos, rest) = match (self.with_qos, rest) {
            (false, rest) => (None, rest),
            (true, [qos, rest @ ..]) => (Some(*qos), rest),
            (true, []) => return None,
        };
        self.rest = rest;
        Some((filter, qos))
    }
}

/// A string with its length before it, and what follows (MQTT §1.5.3).
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}
