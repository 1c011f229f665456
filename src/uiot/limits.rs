//! The platform's limits (limitation.md, unless another page is named).

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::mqtt::Capabilities;

/// No QoS 2, no RETAIN, no will (mqtt_protocol.md).
pub const CAPABILITIES: Capabilities = Capabilities::PLAIN;

/// Keep alive in seconds; outside it the platform refuses the connection.
pub const KEEP_ALIVE: RangeInclusive<u16> = 30..=1200;
/// The keep alive to propose: the documents recommend at least 300 s.
pub const KEEP_ALIVE_DEFAULT: u16 = 300;
/// Subscriptions of a device; further ones are refused with 0x80.
pub const SUBSCRIPTIONS: usize = 100;
/// Messages that a connection may publish in a second, whatever their QoS.
pub const PUBLISH_RATE: usize = 30;
/// The time between two messages at which messages that waited for a connection are sent: as many as are allowed, less one,
/// so that there is room for one by hand. What is beyond the limit is lost without a word.
pub const QUEUE_PACE: Duration = Duration::from_micros(1_000_000 / (PUBLISH_RATE as u64 - 1));
/// Bytes of an MQTT packet.
pub const PACKET_SIZE: usize = 256 * 1024;
/// Bytes that a connection may carry in a second.
pub const BANDWIDTH: usize = 1024 * 1024;
/// How long a message with QoS 1 is kept for a device at most.
pub const QUEUE_TIME: Duration = Duration::from_secs(72 * 60 * 60);
/// Messages with QoS 1 that are kept for a connection.
pub const QUEUE_LENGTH: usize = 100;
/// Bytes of a topic.
pub const TOPIC_LENGTH: usize = 128;
/// Slashes in a topic.
pub const TOPIC_SLASHES: usize = 7;
/// Levels of a custom topic after `/ProductSN/DeviceSN/` (topic.md).
pub const CUSTOM_TOPIC_LEVELS: usize = 5;
/// Characters of a custom topic after `/ProductSN/DeviceSN/` (topic.md).
pub const CUSTOM_TOPIC_LENGTH: usize = 64;
/// Custom topics of a product.
pub const CUSTOM_TOPICS: usize = 50;
/// Devices of a product.
pub const DEVICES: usize = 10_000;
/// Products of a project.
pub const PRODUCTS: usize = 100;
/// Properties of a product; as many events, as many commands.
pub const FUNCTIONS: usize = 100;
/// Items of an enum.
pub const ENUM_ITEMS: usize = 25;
/// Bytes of a string value.
pub const STRING_LENGTH: usize = 2048;
/// Items of an array (thingmode_guide.md).
pub const ARRAY_SIZE: RangeInclusive<usize> = 1..=128;
/// Inputs of a command, outputs of a command, outputs of an event: each.
pub const PARAMETERS: usize = 20;
/// Characters of an identifier in the thing model (thingmode_guide.md).
pub const IDENTIFIER_LENGTH: usize = 32;
/// Characters of a name in the thing model (thingmode_guide.md).
pub const NAME_LENGTH: usize = 32;
/// Characters of a unit in the thing model (thingmode_guide.md).
pub const UNIT_LENGTH: usize = 16;
/// Characters of a description in the thing model (thingmode_guide.md).
pub const DESCRIPTION_LENGTH: usize = 100;
/// Firmware modules of a product; firmwares of a module.
pub const FIRMWARES: usize = 10;
/// Bytes of a firmware.
pub const FIRMWARE_SIZE: u64 = 10 * 1024 * 1024;
/// Characters of a firmware version (ota.md).
pub const VERSION_LENGTH: usize = 32;
/// How long the link to a firmware works (ota.md).
pub const FIRMWARE_LINK: Duration = Duration::from_secs(24 * 60 * 60);
/// How long the cloud waits at most for the answer to a synchronous command (SendUIoTCoreDeviceCommand).
pub const COMMAND_TIMEOUT: Duration = Duration::from_secs(5);
/// Characters of a ProductSN (create_products.md).
pub const PRODUCT_SN_LENGTH: usize = 16;
/// Characters of a DeviceSN (create_devcies.md).
pub const DEVICE_SN_LENGTH: RangeInclusive<usize> = 4..=64;
/// Characters of a DeviceSecret, and of a ProductSecret (create_devcies.md).
pub const SECRET_LENGTH: usize = 16;
/// Port of MQTT over TCP (available_region_url.md).
pub const TCP_PORT: u16 = 1883;
/// Port of MQTT over TCP with TLS; its certificate is signed by the platform itself (available_region_url.md).
pub const TLS_PORT: u16 = 8883;
/// Port of MQTT over WebSocket (available_region_url.md).
pub const WS_PORT: u16 = 80;
/// Port of MQTT over WebSocket with TLS (available_region_url.md).
pub const WSS_PORT: u16 = 443;
/// Port of the device's HTTP access, the cloud's API and the file upload (available_region_url.md).
pub const HTTPS_PORT: u16 = 443;
