//! An MQTT 3.1 and 3.1.1 client without IO: bytes and time go in, bytes and events come out.
//!
//! The room knows no platform, no browser and no clock. Whoever drives a [`Session`] hands it what happened
//! ([`Session::handle_input`] and the commands), always with the time at which it happened, and then drains
//! [`Session::poll_output`] until it returns `None`. The same calls at the same times give the same outputs.
//!
//! What is built from outside input is parsed into its own type once ([`TopicName`], [`TopicFilter`],
//! [`ClientId`], [`PacketId`]); past that point nothing checks again. A broker that breaks the standard gives an
//! [`Event::Violation`] with the rule's number and the bytes, never a panic.

mod codec;
mod connect;
mod dissect;
mod events;
mod names;
mod outbox;
mod overlap;
mod packet;
mod reconnect;
mod secret;
mod session;
mod subscriptions;
mod time;
mod timers;
mod violation;
mod wire;

pub use codec::{Decoder, EncodeError, Frame, MAX_REMAINING_LENGTH};
pub use connect::{Capabilities, ConnectOptions, Deadlines, Login, ProtocolVersion, QueueLimits, Will};
pub use dissect::{ClientRule, Field, FieldName, FieldValue, Filters, Info, Remark, dissect, field_at};
pub use events::{
    CloseInfo, EndCause, Event, Input, Outcome, Output, PublishError, QuietClose, RequestId, Retry, Stage,
    State, SubscribeError,
};
pub use names::{ClientId, NameError, PacketId, QoS, TopicFilter, TopicName};
pub use outbox::OutboxCounts;
pub use packet::{ConnAck, ConnectReturnCode, Packet, Publish, SubscribeReturnCode};
pub use secret::Secret;
pub use session::Session;
pub use subscriptions::{Subscription, SubscriptionState};
pub use time::Moment;
pub use violation::{Rule, Violation};
pub use wire::{PacketKind, PacketView};

/// The packet writers and readers as tests and benchmarks call them, beside the [`Session`] that users call.
pub mod raw {
    pub use super::codec::{
        disconnect, pingreq, puback, pubcomp, publish, pubrec, pubrel, readdressed, subscribe,
        subscribe_many, unsubscribe, unsubscribe_many,
    };
    pub use super::connect::write_connect;
    pub use super::wire::{FixedHeader, HeaderError};
}
