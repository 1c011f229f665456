use bytes::Bytes;

/// A rule of the MQTT standard that a broker can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// A packet type that does not exist (0 and 15).
    UnknownPacketType,
    /// A packet type that only clients send.
    ClientOnlyPacket,
    /// The lower four bits of the first byte are not what the packet type asks for.
    ReservedFlags,
    /// A remaining length of more than four bytes.
    RemainingLength,
    /// A packet larger than the session takes. Not the standard's: [`super::ConnectOptions::max_packet`].
    PacketTooLarge,
    /// A packet of fixed size with another length, or one too short for its own fields.
    PacketLength,
    /// Something other than CONNACK came first.
    FirstPacketNotConnAck,
    /// A second CONNACK.
    SecondConnAck,
    /// Reserved bits in CONNACK's flags.
    ConnAckFlags,
    /// Session present together with a refusal.
    SessionPresentWithRefusal,
    /// Session present although a clean session was asked for.
    SessionPresentWithCleanSession,
    /// A CONNACK code that the standard reserves.
    ConnAckCode,
    /// Both QoS bits set.
    PublishQos3,
    /// DUP on a message with QoS 0.
    DupWithQos0,
    /// A topic that is not UTF-8.
    TopicNotUtf8,
    /// U+0000 in a topic.
    TopicNul,
    /// A topic without a character.
    TopicEmpty,
    /// `+` or `#` in the topic of a message.
    TopicWildcard,
    /// Packet identifier 0.
    PacketIdZero,
    /// A PUBACK, PUBREC, PUBREL or PUBCOMP whose packet identifier is not in use for it.
    UnknownPacketId,
    /// A SUBACK or UNSUBACK that answers no request of ours.
    UnknownRequest,
    /// A new message with QoS 2 under a packet identifier that is still in use.
    PacketIdInUse,
    /// A QoS above the one that was asked for.
    GrantedAboveAsked,
    /// A SUBACK code that the standard reserves.
    SubAckCode,
    /// A SUBACK whose codes are not as many as the filters.
    SubAckCount,
    /// A message with QoS 2, though nothing was subscribed with it.
    UnaskedQos2,
    /// A PINGRESP that no PINGREQ asked for.
    UnaskedPingResp,
    /// A WebSocket text frame.
    TextFrame,
    /// The server chose a sub-protocol other than the one offered.
    SubProtocol,
}

impl Rule {
    /// Where the standard (MQTT 3.1.1, OASIS) states the rule: a conformance number, or a section where it has
    /// none.
    pub const fn number(self) -> &'static str {
        match self {
            Self::UnknownPacketType | Self::ClientOnlyPacket => "§2.2.1",
            Self::ReservedFlags => "MQTT-2.2.2-2",
            Self::RemainingLength => "§2.2.3",
            Self::PacketTooLarge => "—",
            Self::PacketLength => "§2.2.3",
            Self::FirstPacketNotConnAck => "MQTT-3.2.0-1",
            Self::SecondConnAck => "§3.2",
            Self::ConnAckFlags => "§3.2.2.1",
            Self::SessionPresentWithRefusal => "MQTT-3.2.2-4",
            Self::SessionPresentWithCleanSession => "MQTT-3.2.2-1",
            Self::ConnAckCode => "§3.2.2.3",
            Self::PublishQos3 => "MQTT-3.3.1-4",
            Self::DupWithQos0 => "MQTT-3.3.1-2",
            Self::TopicNotUtf8 => "MQTT-1.5.3-1",
            Self::TopicNul => "MQTT-1.5.3-2",
            Self::TopicEmpty => "MQTT-4.7.3-1",
            Self::TopicWildcard => "MQTT-3.3.2-2",
            Self::PacketIdZero => "MQTT-2.3.1-1",
            Self::UnknownPacketId => "MQTT-2.3.1-6",
            Self::UnknownRequest => "MQTT-2.3.1-7",
            Self::PacketIdInUse => "MQTT-2.3.1-4",
            Self::GrantedAboveAsked => "§3.8.4",
            Self::SubAckCode => "MQTT-3.9.3-2",
            Self::SubAckCount => "MQTT-3.8.4-5",
            Self::UnaskedQos2 => "MQTT-3.8.4-6",
            Self::UnaskedPingResp => "§3.13",
            Self::TextFrame => "MQTT-6.0.0-1",
            Self::SubProtocol => "MQTT-6.0.0-4",
        }
    }

    /// Whether the connection has to end: what follows in the stream can no longer be trusted, or there is no
    /// meaning to go on with. The others are shown, and the session goes on: a test tool that hangs up at the
    /// first oddity shows only the first oddity.
    pub const fn is_fatal(self) -> bool {
        match self {
            Self::UnknownPacketType
            | Self::ClientOnlyPacket
            | Self::ReservedFlags
            | Self::RemainingLength
            | Self::PacketTooLarge
            | Self::PacketLength
            | Self::FirstPacketNotConnAck
            | Self::PublishQos3
            | Self::TopicNotUtf8
            | Self::TopicNul
            | Self::TextFrame => true,
            Self::SecondConnAck
            | Self::ConnAckFlags
            | Self::SessionPresentWithRefusal
            | Self::SessionPresentWithCleanSession
            | Self::ConnAckCode
            | Self::DupWithQos0
            | Self::TopicEmpty
            | Self::TopicWildcard
            | Self::PacketIdZero
            | Self::UnknownPacketId
            | Self::UnknownRequest
            | Self::PacketIdInUse
            | Self::GrantedAboveAsked
            | Self::SubAckCode
            | Self::SubAckCount
            | Self::UnaskedQos2
            | Self::UnaskedPingResp
            | Self::SubProtocol => false,
        }
    }
}

/// A broken rule with the bytes that broke it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub rule: Rule,
    /// The packet, or as much of it as there is; at most [`Violation::MAX_BYTES`].
    pub bytes: Bytes,
}

impl Violation {
    /// How many bytes a violation keeps.
    pub const MAX_BYTES: usize = 256;

    /// A violation of `rule` by the packet `bytes`.
    pub fn new(rule: Rule, bytes: &[u8]) -> Self {
        Self { rule, bytes: Bytes::copy_from_slice(&bytes[..bytes.len().min(Self::MAX_BYTES)]) }
    }
}
