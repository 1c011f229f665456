use std::borrow::Cow;
use std::ops::Range;

use crate::mqtt::{PacketKind, Rule};

/// One field of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// 0 for the packet itself, one more for each level below.
    pub depth: u8,
    /// What it is.
    pub name: FieldName,
    /// What it says.
    pub value: FieldValue,
    /// Its bytes in the packet, with the length before a string; empty where they are missing.
    pub range: Range<usize>,
    /// Which bits of its one byte, if not all.
    pub bits: Option<u8>,
    /// What is wrong with it.
    pub remark: Option<Remark>,
}

impl Field {
    /// Its text, if it is one. Bytes that are not UTF-8 are replaced.
    pub fn text<'a>(&self, packet: &'a [u8]) -> Option<Cow<'a, str>> {
        match &self.value {
            FieldValue::Text(range) => Some(String::from_utf8_lossy(packet.get(range.clone())?)),
            _ => None,
        }
    }
}

/// What a field is, in the terms of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the standard's own names")]
pub enum FieldName {
    /// All of it.
    Packet,
    FixedHeader,
    PacketType,
    /// The lower four bits of the first byte.
    Flags,
    Dup,
    Qos,
    Retain,
    /// Bits that have to be 0.
    Reserved,
    RemainingLength,
    VariableHeader,
    ProtocolName,
    ProtocolLevel,
    ConnectFlags,
    UserNameFlag,
    PasswordFlag,
    WillRetain,
    WillQos,
    WillFlag,
    CleanSession,
    KeepAlive,
    Payload,
    ClientId,
    WillTopic,
    WillMessage,
    UserName,
    Password,
    /// The first byte of CONNACK.
    AcknowledgeFlags,
    SessionPresent,
    /// Of CONNACK, or one of a SUBACK.
    ReturnCode,
    Topic,
    PacketId,
    /// The payload of a PUBLISH.
    Message,
    TopicFilter,
    RequestedQos,
    /// Further filters or codes, which are not taken apart.
    Further,
    /// Bytes that no field asks for.
    LeftOver,
}

/// What a field says. Texts and data stay in the packet: here is where they lie, without a length before them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    /// Nothing by itself: it has children, or is missing.
    None,
    /// A packet type; none of those the standard has for 0 and 15.
    Kind(Option<PacketKind>),
    /// A number.
    Number(u32),
    /// A byte whose bits are fields.
    Byte(u8),
    /// One bit.
    Flag(bool),
    /// A quality of service; 3 is none.
    Qos(u8),
    /// A protocol level: 3 is MQTT 3.1, 4 is MQTT 3.1.1.
    Level(u8),
    /// Seconds.
    Seconds(u16),
    /// A CONNACK code.
    ConnectCode(u8),
    /// A SUBACK code.
    SubscribeCode(u8),
    /// UTF-8, if the other side kept the rules.
    Text(Range<usize>),
    /// Bytes without a meaning in MQTT.
    Data(Range<usize>),
    /// A secret of so many bytes.
    Masked(usize),
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remark {
    /// It breaks a rule that the session also holds brokers to.
    Broken(Rule),
    /// It breaks a rule for clients.
    BrokenByClient(ClientRule),
    /// So many bytes of it are not there.
    Missing(usize),
    /// These bytes come after the end that the packet itself announced.
    Beyond,
}

impl Remark {
    /// Where the standard states the broken rule.
    pub const fn rule_number(self) -> Option<&'static str> {
        match self {
            Self::Broken(rule) => Some(rule.number()),
            Self::BrokenByClient(rule) => Some(rule.number()),
            Self::Missing(_) | Self::Beyond => None,
        }
    }
}

/// A rule of the MQTT standard that a client can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClientRule {
    /// A protocol name other than `MQTT` and `MQIsdp`.
    ProtocolName,
    /// A protocol level that does not go with the name.
    ProtocolLevel,
    /// The lowest bit of CONNECT's flags.
    ConnectReserved,
    /// Both QoS bits of a will.
    WillQos3,
    /// A QoS for a will that is not there.
    WillQosWithoutWill,
    /// RETAIN for a will that is not there.
    WillRetainWithoutWill,
    /// A password without a user name.
    PasswordWithoutUserName,
    /// An empty client identifier without a clean session.
    ClientIdEmpty,
    /// A string that is not UTF-8.
    StringNotUtf8,
    /// U+0000 in a string.
    StringNul,
    /// A filter without a character.
    FilterEmpty,
    /// A wildcard that does not fill its level, or `#` before the last.
    FilterWildcard,
    /// A requested QoS above 2, or reserved bits beside it.
    RequestedQos,
    /// SUBSCRIBE without a filter.
    SubscribeEmpty,
    /// UNSUBSCRIBE without a filter.
    UnsubscribeEmpty,
}

impl ClientRule {
    /// The conformance number in MQTT 3.1.1 (OASIS).
    pub const fn number(self) -> &'static str {
        match self {
            Self::ProtocolName => "MQTT-3.1.2-1",
            Self::ProtocolLevel => "MQTT-3.1.2-2",
            Self::ConnectReserved => "MQTT-3.1.2-3",
            Self::WillQos3 => "MQTT-3.1.2-14",
            Self::WillQosWithoutWill => "MQTT-3.1.2-13",
            Self::WillRetainWithoutWill => "MQTT-3.1.2-15",
            Self::PasswordWithoutUserName => "MQTT-3.1.2-22",
            Self::ClientIdEmpty => "MQTT-3.1.3-7",
            Self::StringNotUtf8 => "MQTT-1.5.3-1",
            Self::StringNul => "MQTT-1.5.3-2",
            Self::FilterEmpty => "MQTT-4.7.3-1",
            Self::FilterWildcard => "MQTT-4.7.1-2",
            Self::RequestedQos => "MQTT-3-8.3-4",
            Self::SubscribeEmpty => "MQTT-3.8.3-3",
            Self::UnsubscribeEmpty => "MQTT-3.10.3-2",
        }
    }
}
