//! Gateways and the devices behind them.

use super::Context;
use crate::uiot::{Credential, SystemTopic};

/// What the documents leave open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {}

/// A device's place in the topology.
#[derive(Clone, Debug, Default)]
pub struct DeviceTopology {}

/// The devices behind `gateway` that are logged in, for which it may publish and subscribe.
pub(in crate::simulator) fn logged_in<'a>(
    _registry: &'a super::super::registry::Registry,
    _gateway: &Credential,
) -> Vec<&'a Credential> {
    Vec::new()
}

/// The device on whose connection messages to `device` travel: its gateway, if it is logged in through one.
pub(in crate::simulator) fn carrier(
    _registry: &super::super::registry::Registry,
    device: &Credential,
) -> Credential {
    device.clone()
}

/// A gateway's connection is gone, and with it its sub-devices are offline.
pub(in crate::simulator) fn connection_lost(_cx: &mut Context<'_>, _gateway: &Credential) {}

/// A message on one of the topics `subdev/…` that a gateway publishes.
pub(super) fn receive(_cx: &mut Context<'_>, _from: &Credential, _topic: SystemTopic, _payload: &[u8]) {}
