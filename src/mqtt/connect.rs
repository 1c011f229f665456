//! CONNECT: what it says, and its own writer for MQTT 3.1 and 3.1.1 (MQTT §3.1).

use std::ops::Range;

use bytes::{BufMut, Bytes, BytesMut};

use super::{ClientId, EncodeError, Secret};

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
    /// The largest packet taken from the broker, in bytes.
    pub max_packet: usize,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            protocol: ProtocolVersion::default(),
            client_id: ClientId::default(),
            login: Login::default(),
            keep_alive: 300,
            clean_session: true,
            max_packet: 32 * 1024 * 1024,
        }
    }
}

/// Writes CONNECT, and says where in it the password lies, so that nobody but the transport need see it.
///
/// The error is [`EncodeError::StringTooLong`], for a user name or password of more than 65,535 bytes.
pub fn write_connect(options: &ConnectOptions) -> Result<(Bytes, Option<Range<usize>>), EncodeError> {
    let (user_name, password) = match &options.login {
        Login::Anonymous => (None, None),
        Login::UserName(name) => (Some(name.as_str()), None),
        Login::Password(name, secret) => (Some(name.as_str()), Some(secret.expose())),
    };
    let flags = u8::from(user_name.is_some()) << 7
        | u8::from(password.is_some()) << 6
        | u8::from(options.clean_session) << 1;

    let mut body = BytesMut::new();
    put_string(&mut body, options.protocol.protocol_name())?;
    body.put_u8(options.protocol.level());
    body.put_u8(flags);
    body.put_u16(options.keep_alive);
    put_string(&mut body, options.client_id.as_str())?;
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
    let length = u16::try_from(text.len()).map_err(|_| EncodeError::StringTooLong(text.len()))?;
    buffer.put_u16(length);
    buffer.extend_from_slice(text.as_bytes());
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
