//! What the cloud sees: one line for each thing that happened, the newest kept.

use std::collections::VecDeque;

use crate::mqtt::{Moment, QoS};
use crate::uiot::{AuthMode, Credential, Direction, PlatformTopic, RetCode, SystemTopic, covered};

/// How many lines are kept.
pub const TRACE_LENGTH: usize = 2000;
/// How many bytes of a payload a line keeps.
pub const TRACE_PAYLOAD: usize = 4096;

/// How many bytes all lines have together, about; above it the oldest go.
pub const TRACE_BYTES: usize = 16 * 1024 * 1024;

/// How many bytes of a topic, and of a serial number, a line keeps.
const TRACE_TOPIC: usize = 256;
/// What a line takes beside its texts, about.
const TRACE_LINE: usize = 300;

/// One line of the trace.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceLine {
    /// Counts up from 0, also over lines that are no longer kept.
    pub seq: u64,
    /// When.
    pub at: Moment,
    /// Which device; none for what has no device yet.
    pub device: Option<Credential>,
    /// What happened.
    pub event: TraceEvent,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum TraceEvent {
    /// The device is online.
    Online {
        /// Seconds.
        keep_alive: u16,
        /// Whether it asked for a clean session.
        clean_session: bool,
        /// Whether it came to work or to register.
        mode: AuthMode,
    },
    /// The device is offline; why.
    Offline(Why),
    /// A CONNECT was refused; with which code, and why.
    Refused(u8, Why),
    /// The device subscribed; none where it was refused.
    Subscribed {
        /// The filter.
        filter: String,
        /// The granted QoS.
        granted: Option<QoS>,
        /// Why it was refused.
        why: Option<Why>,
    },
    /// The device took a subscription back.
    Unsubscribed(String),
    /// A message, by the device or to it.
    Message {
        /// From the device's side.
        direction: Direction,
        /// Where.
        topic: String,
        /// Up to [`TRACE_PAYLOAD`] bytes of it; secrets in it are covered.
        payload: Vec<u8>,
        /// With which QoS.
        qos: QoS,
    },
    /// A message that was not taken, or not delivered; why.
    Failed {
        /// From the device's side.
        direction: Direction,
        /// Where.
        topic: String,
        /// The reason.
        why: Why,
    },
    /// A message on this custom topic asked for the product's parser with `?parse=true` (binary_parse_intro.md). No parser
    /// runs here: it goes on as it came.
    Unparsed(String),
    /// A message for the rule engine.
    RuleEngine {
        /// On which topic.
        topic: SystemTopic,
        /// JSON, up to [`TRACE_PAYLOAD`] bytes of it.
        payload: Vec<u8>,
    },
    /// A service answered with an error.
    ServiceError {
        /// To a message on which topic.
        topic: SystemTopic,
        /// What was wrong.
        why: String,
    },
    /// A command, a property set or an upgrade found its end.
    Settled {
        /// What it was: `tmodel/command`, `tmodel/property/set`, `ota/downstream`.
        topic: SystemTopic,
        /// The request identifier, where it has one.
        request_id: String,
        /// How it ended. Of an upgrade that the device says has failed, the device's ErrCode.
        code: RetCode,
        /// The device's own answer, as JSON text; empty without one.
        answer: String,
    },
    /// A fault was injected.
    Fault(InjectedFault),
}

impl TraceEvent {
    pub(super) fn message(direction: Direction, topic: &str, payload: &[u8], qos: QoS) -> Self {
        let secret = match PlatformTopic::parse(topic) {
            Some(PlatformTopic::System { topic, .. }) => topic.carries_secret(),
            _ => false,
        };
        let mut payload =
            if secret { covered(payload) } else { payload[..payload.len().min(TRACE_PAYLOAD)].to_vec() };
        payload.truncate(TRACE_PAYLOAD);
        // What was covered may have been a whole packet.
        payload.shrink_to_fit();
        Self::Message { direction, topic: topic.to_owned(), payload, qos }
    }
}

/// Why a device is offline, a connection was refused, or a message went no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The same credential connected elsewhere (console: 同clientid设备竞争).
    SameClientId,
    /// The device sent DISCONNECT.
    SentDisconnect,
    /// The connection went without DISCONNECT.
    ConnectionLost,
    /// Nothing came within the keep alive.
    KeepAliveOver,
    /// No CONNECT came within [`super::CONNECT_DEADLINE`].
    NoConnect,
    /// A packet breaks this rule of the standard.
    Malformed(&'static str),
    /// A packet that does not belong where it came, §3.1: a second CONNECT, or another packet first.
    OutOfPlace,
    /// A WebSocket text frame [MQTT-6.0.0-1].
    TextFrame,
    /// The device was disabled in the console.
    Disabled,
    /// The device was deleted in the console.
    Deleted,
    /// The device was kicked out from the cloud's side.
    Kicked,
    /// The device was reset to inactivated.
    Reset,
    /// A fault that was asked for.
    Injected,
    /// A protocol level other than 3 and 4.
    ProtocolLevel(u8),
    /// The ClientID is not `ProductSN.DeviceSN`.
    ClientId,
    /// The user name is not `ProductSN|DeviceSN|1` or `…|2`.
    UserName,
    /// The keep alive, in seconds, is outside 30–1200.
    KeepAliveRange(u16),
    /// CONNECT carries a will.
    Will,
    /// There is no such product or device.
    UnknownDevice,
    /// The device is behind a gateway.
    BehindGateway,
    /// The secret is wrong.
    WrongSecret,
    /// The device may not register dynamically.
    Registration,
    /// No permission on the topic (console: device has no permission to pub/sub this topic).
    NoPermission,
    /// The topic has more than 128 bytes or 7 slashes.
    TopicLimit,
    /// More than 100 subscriptions.
    TooManySubscriptions,
    /// A message, or a subscription, with QoS 2.
    QoS2,
    /// A message with RETAIN.
    Retain,
    /// More than 30 messages in a second.
    Rate,
    /// A packet above 256 KB.
    PacketSize,
    /// More than 1024 KB in a second.
    Bandwidth,
    /// There is no memory left for packets that are not complete.
    NoRoom,
    /// The device is offline (console: 设备离线).
    DeviceOffline,
    /// The device has not subscribed to the topic.
    NotSubscribed,
    /// 100 messages wait already, or there is no memory left for messages that wait.
    QueueFull,
}

/// A fault that took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InjectedFault {
    /// A message was lost.
    MessageLost,
    /// An acknowledgement was not sent.
    AckLost,
    /// A packet was not sent, since the platform is silent.
    Silence,
    /// A byte was changed.
    Corrupted,
    /// The connection was cut.
    Cut,
    /// The shadow's version moved on just before a device's edit.
    ShadowConflict,
    /// Somebody else logs in with the device's credential.
    Rival,
    /// The broker was restarted.
    Restart,
}

/// The lines themselves.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    lines: VecDeque<TraceLine>,
    bytes: usize,
    next: u64,
}

impl Trace {
    /// The kept lines, oldest first.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &TraceLine> {
        self.lines.iter()
    }

    /// The lines from this number on that are still kept.
    pub fn since(&self, seq: u64) -> impl Iterator<Item = &TraceLine> {
        self.lines.iter().skip(self.place(seq))
    }

    /// The line with this number, if it is still kept.
    pub fn line(&self, seq: u64) -> Option<&TraceLine> {
        self.lines.get(self.place(seq)).filter(|line| line.seq == seq)
    }

    /// The number of the oldest line that is kept; of the next one where there is none.
    pub fn first_seq(&self) -> u64 {
        self.lines.front().map_or(self.next, |line| line.seq)
    }

    /// How many lines are kept.
    pub fn kept(&self) -> usize {
        self.lines.len()
    }

    /// Where a line stands, or the first one after it: they are numbered without a gap.
    fn place(&self, seq: u64) -> usize {
        usize::try_from(seq.saturating_sub(self.first_seq())).unwrap_or(usize::MAX)
    }

    /// The number that the next line will have.
    pub fn next_seq(&self) -> u64 {
        self.next
    }

    /// How many bytes the lines have together, about.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn add(&mut self, at: Moment, mut device: Option<Credential>, mut event: TraceEvent) {
        // Names may come from anybody, and be long.
        if let Some(Credential { product_sn, device_sn }) = &mut device {
            clip(product_sn);
            clip(device_sn);
        }
        if let Some(topic) = event.topic_mut() {
            clip(topic);
        }
        if let TraceEvent::RuleEngine { payload, topic } = &mut event {
            if topic.carries_secret() {
                *payload = covered(payload);
            }
            payload.truncate(TRACE_PAYLOAD);
            // Else the line keeps the memory of the whole document.
            payload.shrink_to_fit();
        }
        let line = TraceLine { seq: self.next, at, device, event };
        self.bytes += line.size();
        self.lines.push_back(line);
        self.next += 1;
        while self.lines.len() > TRACE_LENGTH || (self.bytes > TRACE_BYTES && self.lines.len() > 1) {
            let oldest = self.lines.pop_front();
            self.bytes -= oldest.map_or(0, |line| line.size());
        }
    }
}

impl TraceLine {
    /// How many bytes it takes, about.
    fn size(&self) -> usize {
        let device =
            self.device.as_ref().map_or(0, |device| device.product_sn.len() + device.device_sn.len());
        let event = match &self.event {
            TraceEvent::Subscribed { filter: text, .. }
            | TraceEvent::Unsubscribed(text)
            | TraceEvent::Unparsed(text)
            | TraceEvent::Failed { topic: text, .. }
            | TraceEvent::ServiceError { why: text, .. } => text.len(),
            TraceEvent::Message { topic, payload, .. } => topic.len() + payload.len(),
            TraceEvent::RuleEngine { payload, .. } => payload.len(),
            TraceEvent::Settled { request_id, answer, .. } => request_id.len() + answer.len(),
            TraceEvent::Online { .. }
            | TraceEvent::Offline(_)
            | TraceEvent::Refused(..)
            | TraceEvent::Fault(_) => 0,
        };
        TRACE_LINE + device + event
    }
}

impl TraceEvent {
    /// The topic or filter, as somebody else wrote it.
    fn topic_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Subscribed { filter: topic, .. }
            | Self::Unsubscribed(topic)
            | Self::Unparsed(topic)
            | Self::Message { topic, .. }
            | Self::Failed { topic, .. } => Some(topic),
            _ => None,
        }
    }
}

fn clip(text: &mut String) {
    if text.len() > TRACE_TOPIC {
        let end = (0..=TRACE_TOPIC).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text.shrink_to_fit();
    }
}
