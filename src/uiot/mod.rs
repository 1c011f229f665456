//! The language of UCloud UIoT Core: what the platform calls things, and the rules it states.
//!
//! Sources are pages of the platform's documentation, named as in their repository `uiot-core`.
//!
//! Each service (registration, shadow, thing model, OTA, gateway) has its messages as types, which both the device's
//! side and [`crate::simulator`] use, and a reducer for the device's side: an intent becomes a message to publish, a
//! message that came changes a small state. No reducer does IO. Unknown fields are kept, and a request's identifier
//! stays the string that it is.

mod credential;
pub mod gateway;
pub mod limits;
pub mod lint;
mod masking;
pub mod model;
pub mod ota;
mod packet_rules;
pub mod pairing;
mod parsing;
mod refusal;
mod region;
pub mod registration;
pub mod requests;
mod ret_code;
pub mod services;
pub mod shadow;
pub mod summary;
mod topic_families;
mod topics;

pub use credential::{
    AuthMode, Credential, device_sn_is_regular, fold_topic, identifier_is_regular, version_is_regular,
};
pub use masking::{covered, secrets};
pub use packet_rules::{Check, PacketRule, check_packet};
pub use parsing::{NoParse, no_parse};
pub use refusal::{RefusalCause, refusal_cause};
pub use region::Region;
pub use ret_code::RetCode;
pub use topic_families::TopicFamily;
pub use topics::{
    CustomTopic, CustomTopicError, Direction, PARSE_SUFFIX, Permission, PlatformTopic, SystemTopic,
    TopicLimit, topic_limit,
};

/// A message that a device's service wants published, QoS 1 unless it says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Where to.
    pub topic: String,
    /// JSON.
    pub payload: Vec<u8>,
    /// With which QoS; the platform's SDKs use 1, but for OTA's progress 0.
    pub qos: crate::mqtt::QoS,
}

/// Why a message of the platform could not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// On which topic.
    pub topic: SystemTopic,
    /// The parser's words: what was expected, and where.
    pub why: String,
}
