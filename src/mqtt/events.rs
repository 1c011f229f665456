//! What goes into a session and what comes out of it.

use std::fmt;
use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;

use super::{
    ConnectReturnCode, EncodeError, Moment, ProtocolVersion, Publish, QueueLimits, Rule, TopicFilter,
    Violation,
};

/// What happened outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input<'a> {
    /// The transport is open; the server chose this sub-protocol.
    Opened {
        /// Empty if the server named none.
        sub_protocol: &'a str,
    },
    /// The transport could not even be started, with the reason in its own words.
    OpenFailed(&'a str),
    /// Bytes came: a part of a packet, or many.
    Received(&'a [u8]),
    /// A WebSocket text frame came, which MQTT forbids.
    TextFrame(&'a str),
    /// The transport is closed, by the other side or by the network.
    Closed(CloseInfo),
    /// The time asked for by [`Output::WakeAt`] has come.
    Woken,
    /// The network came back, or the person looks again: whatever waits for a better time need not wait any longer.
    Nudged,
}

/// One publish, subscribe or unsubscribe of a session; never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub(super) u64);

impl RequestId {
    /// Counted from 0.
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// What became of a request that was sent, or waited to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The last acknowledgement came, so long after the request was sent: PUBACK, PUBCOMP, SUBACK or UNSUBACK.
    Acknowledged(Duration),
    /// The broker refused it with this code: 0x80, or one that the standard reserves.
    Refused(u8),
    /// No acknowledgement within [`super::Deadlines::ack`]. The request stays open: a late answer still counts.
    Overdue,
    /// The connection ended first. The request is kept, and sent again on the next one.
    Interrupted,
    /// It is given up: the connection ended and the session with it, or the queue was thrown away.
    Lost,
}

/// How a transport said that it was closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CloseInfo {
    /// The WebSocket close code; 1006 if there was no closing handshake (RFC 6455 §7.4.1).
    pub code: u16,
    /// The reason that came with it, often empty.
    pub reason: String,
    /// Whether the closing handshake was completed.
    pub clean: bool,
}

/// What has to be done outside, in this order. `Debug` shows nothing of a password.
#[derive(Clone, PartialEq, Eq)]
pub enum Output {
    /// Open the transport and offer the sub-protocol of this version.
    OpenTransport(ProtocolVersion),
    /// Send these bytes: exactly one packet.
    Send {
        /// The packet.
        packet: Bytes,
        /// Where in it a password lies. Only the transport may see those bytes.
        secret: Option<Range<usize>>,
        /// The request that this packet makes. The same again if it is sent once more, or if PUBREL goes on with it on
        /// another connection.
        request: Option<RequestId>,
    },
    /// One whole packet came: exactly these bytes. A slice of the receive buffer; copy it to keep it.
    Received(Bytes),
    /// Close the transport. Nothing that it says afterwards concerns this session.
    CloseTransport,
    /// Give [`Input::Woken`] at this time; `None` takes the last wish back. There is only ever one.
    WakeAt(Option<Moment>),
    /// Something that a person or a service may want to know.
    Event(Event),
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OpenTransport(protocol) => f.debug_tuple("OpenTransport").field(protocol).finish(),
            Self::Send { packet, secret: None, .. } => f.debug_tuple("Send").field(packet).finish(),
            Self::Send { packet, secret: Some(secret), .. } => {
                let (before, after) = (packet.get(..secret.start), packet.get(secret.end..));
                let shown = |part: Option<&[u8]>| Bytes::copy_from_slice(part.unwrap_or_default());
                f.debug_tuple("Send").field(&shown(before)).field(&"••••").field(&shown(after)).finish()
            }
            Self::Received(bytes) => f.debug_tuple("Received").field(bytes).finish(),
            Self::CloseTransport => f.write_str("CloseTransport"),
            Self::WakeAt(at) => f.debug_tuple("WakeAt").field(at).finish(),
            Self::Event(event) => f.debug_tuple("Event").field(event).finish(),
        }
    }
}

/// What the session tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The transport is open, CONNECT is sent.
    Opened,
    /// CONNACK 0 came.
    Connected {
        /// Whether the broker still had the session.
        session_present: bool,
        /// From CONNECT to CONNACK.
        after: Duration,
    },
    /// The list of [`super::Session::subscriptions`] changed.
    SubscriptionsChanged,
    /// The broker refused a subscription with this code.
    SubscriptionRefused {
        /// Which.
        filter: TopicFilter,
        /// 0x80, or a code that the standard reserves.
        code: u8,
    },
    /// After CONNACK the session took up what the last connection had left. Not told if that was nothing.
    Restored {
        /// Subscriptions that were asked for again.
        subscriptions: usize,
        /// Messages and releases (PUBREL) that were sent again.
        resent: usize,
        /// Messages that had waited for a connection.
        queued: usize,
    },
    /// A message came.
    Message(Publish),
    /// A message with QoS 2 came again that was told of before; nothing new (MQTT §4.3.3).
    Redelivered(Publish),
    /// Something became of a request.
    Request(RequestId, Outcome),
    /// A round trip was measured: PINGREQ to PINGRESP.
    RoundTrip(Duration),
    /// The broker broke a rule.
    Violation(Violation),
    /// The connection, or the attempt, is over. [`super::Session::retry`] tells whether there will be another.
    Ended(EndCause),
}

/// How far a connection had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The transport never opened.
    Opening,
    /// It opened, but CONNACK never came.
    AwaitingConnAck,
    /// After CONNACK 0.
    Online,
}

/// Why a connection is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndCause {
    /// The person disconnected.
    Disconnected,
    /// The broker answered CONNECT with a code other than 0.
    Refused(ConnectReturnCode),
    /// The transport did not open in time.
    OpenTimeout,
    /// The transport could not be started: the reason in its own words.
    OpenFailed(String),
    /// CONNACK did not come in time.
    ConnAckTimeout,
    /// PINGRESP did not come in time.
    PingTimeout,
    /// What came first was not CONNACK: the server speaks no MQTT on this path.
    NotMqtt,
    /// The broker broke a rule that leaves the stream in doubt.
    Violation(Rule),
    /// The transport was closed from outside.
    Closed(Stage, CloseInfo),
    /// Closed for the third time in a row soon after CONNACK, without a reason and with nothing overdue: likely another
    /// client connects with the same client identifier, and each takes the connection from the other [MQTT-3.1.4-2].
    /// MQTT 3.1.1 does not say so; it is inferred. There is no further attempt.
    Duel(Vec<QuietClose>),
}

impl EndCause {
    /// Whether another attempt may end otherwise without anything being changed.
    pub const fn is_worth_a_retry(&self) -> bool {
        match self {
            Self::OpenTimeout
            | Self::ConnAckTimeout
            | Self::PingTimeout
            | Self::Violation(_)
            | Self::Refused(ConnectReturnCode::ServerUnavailable)
            | Self::Closed(..) => true,
            Self::Disconnected | Self::Refused(_) | Self::OpenFailed(_) | Self::NotMqtt | Self::Duel(_) => {
                false
            }
        }
    }
}

/// A connection that the server closed without a reason soon after it had accepted it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuietClose {
    /// From CONNACK to the close.
    pub lived: Duration,
    /// How it was closed.
    pub close: CloseInfo,
}

/// The next attempt to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// When.
    pub at: Moment,
    /// Counted from 1 since the last connection that lasted.
    pub attempt: u32,
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// No connection, and none wanted.
    #[default]
    Offline,
    /// The transport is opening.
    Opening,
    /// CONNECT is sent.
    AwaitingConnAck,
    /// CONNACK 0 came.
    Online,
    /// The connection is gone; the next attempt has its time.
    Waiting,
}

/// Why a message cannot be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublishError {
    /// There is no connection, and none on its way.
    NotConnected,
    /// QoS 2 is not among the session's capabilities.
    QosNotOffered,
    /// RETAIN is not among the session's capabilities.
    RetainNotOffered,
    /// As much waits for a connection as may.
    QueueFull(QueueLimits),
    /// 65,535 requests wait for their acknowledgement: no packet identifier is free.
    NoPacketId,
    /// The packet would exceed what MQTT can carry.
    Encode(EncodeError),
}

/// Why a subscription cannot be made or left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscribeError {
    /// QoS 2 is not among the session's capabilities.
    QosNotOffered,
    /// 65,535 requests wait for their acknowledgement: no packet identifier is free.
    NoPacketId,
    /// The packet cannot be written.
    Encode(EncodeError),
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotConnected => f.write_str("not connected"),
            Self::QosNotOffered => f.write_str("QoS 2 is not offered"),
            Self::RetainNotOffered => f.write_str("RETAIN is not offered"),
            Self::QueueFull(limits) => {
                write!(f, "{} messages or {} bytes wait for a connection", limits.messages, limits.bytes)
            }
            Self::NoPacketId => f.write_str("no packet identifier is free"),
            Self::Encode(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for PublishError {}

impl fmt::Display for SubscribeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::QosNotOffered => f.write_str("QoS 2 is not offered"),
            Self::NoPacketId => f.write_str("no packet identifier is free"),
            Self::Encode(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SubscribeError {}
