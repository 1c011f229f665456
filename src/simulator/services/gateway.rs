//! Gateways and the devices behind them (uiot-edge, subdev_access_protocol.md).
//!
//! A sub-device is in the topology of at most one gateway, and logged in through at most one. While it is logged in,
//! its messages travel on its gateway's connection. With that connection it is offline; what is then sent to it is lost,
//! unless [`Choices::keep_for_sub_devices`] says otherwise.

mod cloud;
mod registration;
mod requests;
mod topology;

pub use topology::DeviceTopology;

pub(in crate::simulator) use cloud::told;
pub(super) use requests::receive;
pub(in crate::simulator) use topology::{carrier, connection_lost, log_out, logged_in, speaks_for};

use crate::uiot::{Credential, RetCode};

/// What the documents leave open.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Choices {
    /// Whether a request changes nothing if one of its devices is refused; else the others are served, and the code is
    /// that of the first refusal. The reply has one code for all.
    pub all_or_nothing: bool,
    /// Whether a sub-device must be in its gateway's topology to log in. Else also one that is in nobody's may. The
    /// documents say that statically registered devices "just log in", and mean: without `register`.
    pub login_needs_topology: bool,
    /// Whether a gateway is told with `topo/notify/delete` that a sub-device was added to another one. Documented is
    /// that the later one owns it.
    pub tell_former_owner: bool,
    /// Whether a message with QoS 1 for a sub-device whose gateway is offline waits in the gateway's session, if that
    /// lasts and its subscriptions match. No: the sub-device has no session of its own, and is logged out with its
    /// gateway. Not documented. Kept messages come as soon as the gateway is back, before its sub-devices log in.
    pub keep_for_sub_devices: bool,
    /// Whether a request that is wrong in itself is answered with an error, if it has a RequestID to answer to.
    pub answer_unreadable: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            all_or_nothing: true,
            login_needs_topology: true,
            tell_former_owner: true,
            keep_for_sub_devices: false,
            answer_unreadable: true,
        }
    }
}

/// Why a request of a gateway is refused, or a call of the cloud side. The documents say only that there is a code
/// other than 0 with a message; the codes are those of retcode.md whose meaning is nearest.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Refusal {
    code: RetCode,
    message: String,
}

impl Refusal {
    fn new(code: RetCode, message: &str) -> Self {
        Self { code, message: message.to_owned() }
    }

    fn of(device: &Credential, code: RetCode, message: &str) -> Self {
        let device = device.client_id();
        let short: String = device.chars().take(100).collect();
        Self { code, message: format!("{short}: {message}") }
    }
}

#[cfg(test)]
mod tests;
