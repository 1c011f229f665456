//! The platform's limits (limitation.md, unless another page is named).

use std::ops::RangeInclusive;

use crate::mqtt::Capabilities;

/// No QoS 2, no RETAIN, no will (mqtt_protocol.md).
pub const CAPABILITIES: Capabilities = Capabilities::PLAIN;

/// Keep alive in seconds; outside it the platform refuses the connection.
pub const KEEP_ALIVE: RangeInclusive<u16> = 30..=1200;
/// The keep alive to propose: the documents recommend at least 300 s.
pub const KEEP_ALIVE_DEFAULT: u16 = 300;
/// Characters of a ProductSN (create_products.md).
pub const PRODUCT_SN_LENGTH: usize = 16;
/// Characters of a DeviceSN (create_devcies.md).
pub const DEVICE_SN_LENGTH: RangeInclusive<usize> = 4..=64;
/// Characters of a DeviceSecret (create_devcies.md).
pub const SECRET_LENGTH: usize = 16;
/// Port of MQTT over WebSocket (available_region_url.md).
pub const WS_PORT: u16 = 80;
/// Port of MQTT over WebSocket with TLS (available_region_url.md).
pub const WSS_PORT: u16 = 443;
