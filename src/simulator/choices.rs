//! What the platform's documents leave open, and what the simulator does there. Each choice can be switched, so that a
//! device can be tested against the other ways too; `docs/platform.md` lists them with what speaks for each.

use std::time::Duration;

use super::as_json::{connack, connack_or_none, grace, millis, qos};
use crate::mqtt::{ConnectReturnCode, QoS};

/// What becomes of a message that breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Breach {
    /// It is acknowledged, if it asks for that, and goes no further.
    Acknowledge,
    /// It is neither acknowledged nor delivered.
    Drop,
    /// The connection is cut.
    Disconnect,
    /// It is taken as if there were no such rule.
    Accept,
}

/// How the platform ends a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseStyle {
    /// The TCP connection goes without a closing handshake: the browser says 1006.
    Abrupt,
    /// With a WebSocket close frame, code 1000.
    Normal,
}

/// See the [module's docs](self).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Choices {
    /// CONNACK for a keep alive outside 30–1200 s. The FAQ only speaks of a "connection parameter error".
    #[serde(with = "connack")]
    pub keep_alive_refusal: ConnectReturnCode,
    /// CONNACK for a wrong secret. Not documented; the standard's meaning is taken.
    #[serde(with = "connack")]
    pub wrong_secret: ConnectReturnCode,
    /// CONNACK for an unknown product or device. Not documented.
    #[serde(with = "connack")]
    pub unknown_device: ConnectReturnCode,
    /// CONNACK for a disabled device. Not documented.
    #[serde(with = "connack")]
    pub disabled_device: ConnectReturnCode,
    /// CONNACK for a ClientID that is not `ProductSN.DeviceSN`. Not documented.
    #[serde(with = "connack")]
    pub client_id_refusal: ConnectReturnCode,
    /// CONNACK for a dynamic registration that is not allowed: switched off, device unknown though pre-authentication
    /// is on, or device activated before. Not documented.
    #[serde(with = "connack")]
    pub registration_refusal: ConnectReturnCode,
    /// CONNACK for a will; none takes the connection and forgets the will. Documented is only "not supported".
    #[serde(with = "connack_or_none")]
    pub will_refusal: Option<ConnectReturnCode>,
    /// By how much the keep alive may be exceeded before the connection is cut. 1.5 in the standard and in a draft of
    /// the documents; the present documents give none (1.0).
    #[serde(with = "grace")]
    pub keep_alive_grace: f64,
    /// Whether a second connection with the same credential kicks the first one out; else it is refused with CONNACK 2.
    /// The documents say that "the other one" is kicked, and the FAQ that two devices kick each other without end.
    pub newcomer_wins: bool,
    /// How a connection is cut. Not documented.
    pub close_style: CloseStyle,
    /// A message on a topic without permission. Pictures of the console show that the connection stays; whether QoS 1
    /// is acknowledged is not documented.
    pub forbidden_publish: Breach,
    /// A message with QoS 2. Documented is only "not supported".
    pub qos2_publish: Breach,
    /// A message with RETAIN. Documented is only "not supported". Accepting forgets the flag.
    pub retain: Breach,
    /// More than 30 messages within a second. Not documented what follows.
    pub over_rate: Breach,
    /// A packet above 256 KB of a device. Not documented what follows. The platform itself never sends one.
    pub oversize: Breach,
    /// More than 1024 KB within a second. Not documented what follows.
    pub over_bandwidth: Breach,
    /// A topic above 128 bytes or 7 slashes. Not documented what follows.
    pub topic_too_long: Breach,
    /// Whether the suffix `?parse=true` counts towards the 128 bytes. No: it is no part of the topic that the product
    /// defines. Not documented.
    pub parse_suffix_counts: bool,
    /// Whether a system topic with the suffix `?parse=true` is the one without it. The documents say that the suffix "has
    /// no effect on system topics" (binary_parse_intro.md); else it is taken for another topic, on which nobody may publish.
    pub parse_suffix_on_system_topics: bool,
    /// Whether a filter wider than the topics that the product defines (`/P/D/#`) is granted; it then brings what its
    /// device may subscribe. Not documented: "look at SUBACK".
    pub wide_filters: bool,
    /// Whether a subscription with QoS 2 is granted with QoS 1; else it is refused. Documented is the lower of the two
    /// QoS, and that there is no QoS 2.
    pub qos2_subscription: bool,
    /// The QoS with which the platform's services publish to devices. Not documented.
    #[serde(with = "qos")]
    pub service_qos: QoS,
    /// How long a service takes to answer. Not documented.
    #[serde(with = "millis")]
    pub service_delay: Duration,
    /// Choices of dynamic registration.
    pub registration: super::services::registration::Choices,
    /// Choices of the device shadow.
    pub shadow: super::services::shadow::Choices,
    /// Choices of the thing model.
    pub model: super::services::model::Choices,
    /// Choices of OTA.
    pub ota: super::services::ota::Choices,
    /// Choices of gateways.
    pub gateway: super::services::gateway::Choices,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            keep_alive_refusal: ConnectReturnCode::NotAuthorized,
            wrong_secret: ConnectReturnCode::BadUserNameOrPassword,
            unknown_device: ConnectReturnCode::NotAuthorized,
            disabled_device: ConnectReturnCode::NotAuthorized,
            client_id_refusal: ConnectReturnCode::IdentifierRejected,
            registration_refusal: ConnectReturnCode::NotAuthorized,
            will_refusal: Some(ConnectReturnCode::NotAuthorized),
            keep_alive_grace: 1.5,
            newcomer_wins: true,
            close_style: CloseStyle::Abrupt,
            forbidden_publish: Breach::Acknowledge,
            qos2_publish: Breach::Disconnect,
            retain: Breach::Disconnect,
            over_rate: Breach::Drop,
            oversize: Breach::Disconnect,
            over_bandwidth: Breach::Disconnect,
            topic_too_long: Breach::Acknowledge,
            parse_suffix_counts: false,
            parse_suffix_on_system_topics: true,
            wide_filters: false,
            qos2_subscription: true,
            service_qos: QoS::AtLeastOnce,
            service_delay: Duration::ZERO,
            registration: super::services::registration::Choices::default(),
            shadow: super::services::shadow::Choices::default(),
            model: super::services::model::Choices::default(),
            ota: super::services::ota::Choices::default(),
            gateway: super::services::gateway::Choices::default(),
        }
    }
}
