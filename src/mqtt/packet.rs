use bytes::Bytes;

use super::{PacketId, QoS};

/// A packet that a broker may send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// Answer to CONNECT, MQTT §3.2.
    ConnAck(ConnAck),
    /// A message, MQTT §3.3.
    Publish(Publish),
    /// Answer to a PUBLISH with QoS 1, MQTT §3.4.
    PubAck(PacketId),
    /// First answer to a PUBLISH with QoS 2, MQTT §3.5.
    PubRec(PacketId),
    /// Release of a message received with QoS 2, MQTT §3.6.
    PubRel(PacketId),
    /// Last answer to a PUBLISH with QoS 2, MQTT §3.7.
    PubComp(PacketId),
    /// Answer to SUBSCRIBE, one code a filter, MQTT §3.9.
    SubAck(PacketId, Vec<SubscribeReturnCode>),
    /// Answer to UNSUBSCRIBE, MQTT §3.11.
    UnsubAck(PacketId),
    /// Answer to PINGREQ, MQTT §3.13.
    PingResp,
}

/// CONNACK, MQTT §3.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnAck {
    /// Whether the broker still had the session. MQTT 3.1 knows no such flag; it is `false` there.
    pub session_present: bool,
    /// Accepted, or why not.
    pub code: ConnectReturnCode,
}

/// The return code of a CONNACK, MQTT §3.2.2.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectReturnCode {
    /// 0
    Accepted,
    /// 1: the broker does not speak this version of MQTT.
    UnacceptableProtocolVersion,
    /// 2: the client identifier is well formed but not allowed.
    IdentifierRejected,
    /// 3: MQTT is not available at the moment.
    ServerUnavailable,
    /// 4: user name or password is malformed (3.1.1) or wrong (3.1).
    BadUserNameOrPassword,
    /// 5: the client may not connect.
    NotAuthorized,
    /// 6 to 255, which the standard reserves.
    Reserved(u8),
}

impl ConnectReturnCode {
    /// The code with this number.
    pub const fn from_number(number: u8) -> Self {
        match number {
            0 => Self::Accepted,
            1 => Self::UnacceptableProtocolVersion,
            2 => Self::IdentifierRejected,
            3 => Self::ServerUnavailable,
            4 => Self::BadUserNameOrPassword,
            5 => Self::NotAuthorized,
            other => Self::Reserved(other),
        }
    }

    /// The number on the wire.
    pub const fn number(self) -> u8 {
        match self {
            Self::Accepted => 0,
            Self::UnacceptableProtocolVersion => 1,
            Self::IdentifierRejected => 2,
            Self::ServerUnavailable => 3,
            Self::BadUserNameOrPassword => 4,
            Self::NotAuthorized => 5,
            Self::Reserved(other) => other,
        }
    }
}

/// A message from the broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish {
    /// Set when the broker sends the message again.
    pub dup: bool,
    /// The lower of what the sender chose and what was granted.
    pub qos: QoS,
    /// Set on a message that the broker had kept for new subscribers.
    pub retain: bool,
    /// The topic as it came.
    pub topic: String,
    /// Present with QoS 1 and 2.
    pub packet_id: Option<PacketId>,
    /// The message itself, byte for byte.
    pub payload: Bytes,
}

/// One code of a SUBACK, MQTT §3.9.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscribeReturnCode {
    /// 0x00 to 0x02: subscribed, with this maximum.
    Granted(QoS),
    /// 0x80: refused. (MQTT 3.1 has no such code, brokers send it all the same.)
    Refused,
    /// Anything else, which the standard reserves; taken as a refusal.
    Reserved(u8),
}

impl SubscribeReturnCode {
    /// The code with this number.
    pub const fn from_number(number: u8) -> Self {
        match (number, QoS::from_number(number)) {
            (_, Some(qos)) => Self::Granted(qos),
            (0x80, None) => Self::Refused,
            (other, None) => Self::Reserved(other),
        }
    }

    /// The number on the wire.
    pub const fn number(self) -> u8 {
        match self {
            Self::Granted(qos) => qos.number(),
            Self::Refused => 0x80,
            Self::Reserved(other) => other,
        }
    }
}
