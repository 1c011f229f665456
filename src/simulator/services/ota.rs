//! Firmware upgrades over the air (ota.md, firmware_management.md, firmware_update.md).
//!
//! A product has modules, each with firmwares; the cloud orders a device's module to be upgraded, and the device
//! reports. No report is answered: what is wrong with one shows in the trace alone.

mod cloud;
mod firmware;
mod reports;

pub use cloud::FirmwareStatus;
pub use firmware::{Content, FetchError, Firmware, ProductOta, content};
pub use reports::{DeviceOta, ModuleState, Task};

pub(super) use reports::receive;

use crate::uiot::ota::ProgressState;

/// What the documents leave open.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Choices {
    /// What the links to firmwares begin with. The platform's own lead to its file store. By default a name that can
    /// never be reached (RFC 2606): whoever serves the simulator's firmwares says here where, and
    /// [`Platform::fetch_firmware`](crate::simulator::Platform::fetch_firmware) gives the bytes to each link.
    pub url_prefix: String,
    /// What a progress without `State` is taken for; none refuses it. A sample of the documents leaves `State` out
    /// where the text speaks of fetching.
    pub missing_state: Option<ProgressState>,
    /// Whether a second upgrade is refused (100035) while any module of the device is upgraded, or only while the same
    /// one is. The C SDK queues orders that come during one, so there can be several.
    pub one_upgrade_per_device: bool,
    /// Whether a version must be unique among all firmwares of a product, or only among those of its module. The first
    /// is documented, but from before there were modules.
    pub unique_in_product: bool,
    /// Whether an upgrade can be cancelled while the device burns. Not documented.
    pub cancel_while_burning: bool,
    /// Whether `request_firmware` is also answered when the device has reported progress already; else only while the
    /// upgrade is pending. The documents say "if it needs to be upgraded".
    pub request_while_running: bool,
    /// Whether `report_version` with the target version ends an upgrade with success. Documented is only that
    /// `report_success` does.
    pub version_report_settles: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            url_prefix: "http://firmware.invalid/".into(),
            missing_state: Some(ProgressState::Downloading),
            one_upgrade_per_device: false,
            unique_in_product: false,
            cancel_while_burning: true,
            request_while_running: true,
            version_report_settles: false,
        }
    }
}

#[cfg(test)]
mod tests;
