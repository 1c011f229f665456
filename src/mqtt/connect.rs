//! CONNECT: what it says, and its own writer for MQTT 3.1 and 3.1.1 (MQTT §3.1).

use std::ops::Range;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};

use super::{ClientId, EncodeError, QoS, Secret, TopicName};

/// The versions of MQTT that a session can speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ProtocolVersion {
    /// MQTT 3.1: protocol name `MQIsdp`, level 3.
    V3_1,
    /// MQTT 3.1.1: protocol name `MQTT`, level 4.
    #[default]
    V3_1_1,
}

impl ProtocolVersion {
    /// The protocol level in CONNECT.
    pub const fn level(self) -> u8 {
        match self {
            Self::V3_1 => 3,
            Self::V3_1_1 => 4,
        }
    }

    /// The version as people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V3_1 => "3.1",
            Self::V3_1_1 => "3.1.1",
        }
    }

    /// The WebSocket sub-protocol to offer [MQTT-6.0.0-3]; for MQTT 3.1 the one its implementations agreed on.
    pub const fn sub_protocol(self) -> &'static str {
        match self {
            Self::V3_1 => "mqttv3.1",
            Self::V3_1_1 => "mqtt",
        }
    }

    const fn protocol_name(self) -> &'static str {
        match self {
            Self::V3_1 => "MQIsdp",
            Self::V3_1_1 => "MQTT",
        }
    }
}

/// User name and password of a CONNECT. MQTT allows a user name alone, but no password alone [MQTT-3.1.2-22]; so
/// does this type. Either may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Login {
    /// Neither.
    #[default]
    Anonymous,
    /// A user name of at most 65,535 bytes.
    UserName(String),
    /// Both, each of at most 65,535 bytes.
    Password(String, Secret),
}

/// What the broker publishes for a client that goes without DISCONNECT, MQTT §3.1.2.5.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Will {
    /// Where to.
    pub topic: TopicName,
    /// At most 65,535 bytes (MQTT §3.1.3.3).
    pub payload: Bytes,
    /// With which QoS.
    pub qos: QoS,
    /// Whether the broker keeps it for later subscribers.
    pub retain: bool,
}

/// What a session offers beyond QoS 0 and 1. Brokers differ; the session refuses what is not offered, before the
/// wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Publishing and subscribing with QoS 2.
    pub qos2: bool,
    /// Publishing with RETAIN.
    pub retain: bool,
    /// A will in CONNECT.
    pub will: bool,
}

impl Capabilities {
    /// All that MQTT 3.1 and 3.1.1 know.
    pub const ALL: Self = Self { qos2: true, retain: true, will: true };
    /// QoS 0 and 1 and nothing else.
    pub const PLAIN: Self = Self { qos2: false, retain: false, will: false };
}

/// How long the other side may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// Until the transport is open. Past it the attempt ends.
    pub open: Duration,
    /// From CONNECT to CONNACK. Past it the attempt ends.
    pub connack: Duration,
    /// From PINGREQ to PINGRESP. Past it the connection is taken for dead and ended.
    pub pingresp: Duration,
    /// From a request to its last acknowledgement. Past it [`super::Outcome::Overdue`] is told; the request stays
    /// open, since a late answer still counts.
    pub ack: Duration,
}

impl Default for Deadlines {
    /// Ten seconds each.
    fn default() -> Self {
        let ten = Duration::from_secs(10);
        Self { open: ten, connack: ten, pingresp: ten, ack: ten }
    }
}

/// How much may wait for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueLimits {
    /// Messages.
    pub messages: usize,
    /// Bytes of their packets.
    pub bytes: usize,
}

impl Default for QueueLimits {
    /// 1,000 messages and 8 MiB.
    fn default() -> Self {
        Self { messages: 1000, bytes: 8 * 1024 * 1024 }
    }
}

/// All that a session needs to know before it connects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectOptions {
    /// MQTT 3.1 or 3.1.1.
    pub protocol: ProtocolVersion,
    /// The client identifier.
    pub client_id: ClientId,
    /// User name and password.
    pub login: Login,
    /// Seconds within which the broker wants to hear something; 0 switches the rule off.
    pub keep_alive: u16,
    /// Whether the broker is to forget the session before and after.
    pub clean_session: bool,
    /// What the broker is to publish if the client is lost.
    pub will: Option<Will>,
    /// The largest packet taken from the broker, in bytes.
    pub max_packet: usize,
    /// What the session offers.
    pub capabilities: Capabilities,
    /// How long the other side may take.
    pub deadlines: Deadlines,
    /// How much may wait for a connection.
    pub queue: QueueLimits,
    /// The least time between two messages that waited, once there is a connection; none sends them all at once.
    pub queue_pace: Option<Duration>,
    /// Whether a connection that was lost is taken up again by itself.
    pub auto_reconnect: bool,
    /// Whether every violation by the broker ends the connection, as [MQTT-4.8.0-1] asks, and not only those that
    /// leave the stream in doubt ([`super::Rule::is_fatal`]).
    pub strict: bool,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            protocol: ProtocolVersion::default(),
            client_id: ClientId::default(),
            login: Login::default(),
            keep_alive: 300,
            clean_session: true,
            will: None,
            max_packet: 32 * 1024 * 1024,
            capabilities: Capabilities::ALL,
            deadlines: Deadlines::default(),
            queue: QueueLimits::default(),
            queue_pace: None,
            auto_reconnect: true,
            strict: false,
        }
    }
}

/// Writes CONNECT, and says where in it the password lies, so that nobody but the transport need see it.
///
/// # Errors
/// [`EncodeError::StringTooLong`] for a user name, password or will of more than 65,535 bytes, [`EncodeError::Nul`] for
/// U+0000 in the user name, [`EncodeError::ClientIdRequired`] for an empty client identifier with MQTT 3.1 or without a
/// clean session [MQTT-3.1.3-8], [`EncodeError::WillNotOffered`] for a will that the capabilities exclude.
pub fn write_connect(options: &ConnectOptions) -> Result<(Bytes, Option<Range<usize>>), EncodeError> {
    let (user_name, password) = match &options.login {
        Login::Anonymous => (None, None),
        Login::UserName(name) => (Some(name.as_str()), None),
        Login::Password(name, secret) => (Some(name.as_str()), Some(secret.expose())),
    };
    if user_name.is_some_and(|name| name.contains('\0')) {
        return Err(EncodeError::Nul);
    }
    let may_be_nameless = options.protocol == ProtocolVersion::V3_1_1 && options.clean_session;
    if options.client_id.as_str().is_empty() && !may_be_nameless {
        return Err(EncodeError::ClientIdRequired);
    }
    if options.will.is_some() && !options.capabilities.will {
        return Err(EncodeError::WillNotOffered);
    }
    let will_flags =
        options.will.as_ref().map_or(0, |will| 0b100 | will.qos.number() << 3 | u8::from(will.retain) << 5);
    let flags = u8::from(user_name.is_some()) << 7
        | u8::from(password.is_some()) << 6
        | will_flags
        | u8::from(options.clean_session) << 1;

    let mut body = BytesMut::new();
    put_string(&mut body, options.protocol.protocol_name())?;
    body.put_u8(options.protocol.level());
    body.put_u8(flags);
    body.put_u16(options.keep_alive);
    put_string(&mut body, options.client_id.as_str())?;
    if let Some(will) = &options.will {
        put_string(&mut body, will.topic.as_str())?;
        put_bytes(&mut body, &will.payload)?;
    }
    if let Some(name) = user_name {
        put_string(&mut body, name)?;
    }
    let mut secret = None;
    if let Some(password) = password {
        let start = body.len() + 2;
        put_string(&mut body, password)?;
        secret = Some(start..body.len());
    }

    let mut packet = BytesMut::with_capacity(body.len() + 5);
    packet.put_u8(0x10);
    put_remaining_length(&mut packet, body.len());
    let header = packet.len();
    packet.extend_from_slice(&body);
    Ok((packet.freeze(), secret.map(|range| range.start + header..range.end + header)))
}

fn put_string(buffer: &mut BytesMut, text: &str) -> Result<(), EncodeError> {
    put_bytes(buffer, text.as_bytes())
}

fn put_bytes(buffer: &mut BytesMut, bytes: &[u8]) -> Result<(), EncodeError> {
    let length = u16::try_from(bytes.len()).map_err(|_| EncodeError::StringTooLong(bytes.len()))?;
    buffer.put_u16(length);
    buffer.extend_from_slice(bytes);
    Ok(())
}

fn put_remaining_length(buffer: &mut BytesMut, mut length: usize) {
    loop {
        let low = (length & 0x7f) as u8;
        length >>= 7;
        if length == 0 {
            return buffer.put_u8(low);
        }
        buffer.put_u8(low | 0x80);
    }
}
