use std::collections::BTreeSet;

use super::Refusal;
use crate::simulator::registry::{Activation, Registry};
use crate::simulator::services::{Context, tell_status};
use crate::uiot::{Credential, RetCode};

/// A device's place in the topology.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceTopology {
    owner: Option<Credential>,
    carrier: Option<Credential>,
    sub_devices: BTreeSet<Credential>,
    logged_in: BTreeSet<Credential>,
}

impl DeviceTopology {
    /// The gateway in whose topology this sub-device is.
    pub const fn owner(&self) -> Option<&Credential> {
        self.owner.as_ref()
    }

    /// The gateway through which this sub-device is logged in.
    pub const fn carrier(&self) -> Option<&Credential> {
        self.carrier.as_ref()
    }

    /// The sub-devices in this gateway's topology.
    pub const fn sub_devices(&self) -> &BTreeSet<Credential> {
        &self.sub_devices
    }

    /// The sub-devices that are logged in through this gateway.
    pub const fn logged_in(&self) -> &BTreeSet<Credential> {
        &self.logged_in
    }
}

/// The devices behind `gateway` that are logged in, for which it may publish and subscribe.
pub(in crate::simulator) fn logged_in<'a>(
    registry: &'a Registry,
    gateway: &Credential,
) -> Vec<&'a Credential> {
    registry.device(gateway).map(|found| found.gateway.logged_in.iter().collect()).unwrap_or_default()
}

/// Whether `device` is logged in through `gateway`.
pub(in crate::simulator) fn speaks_for(
    registry: &Registry,
    gateway: &Credential,
    device: &Credential,
) -> bool {
    registry.device(gateway).is_some_and(|found| found.gateway.logged_in.contains(device))
}

/// The device on whose connection messages to `device` travel: its gateway, if it is logged in through one.
pub(in crate::simulator) fn carrier(registry: &Registry, device: &Credential) -> Credential {
    registry.device(device).and_then(|found| found.gateway.carrier.as_ref()).unwrap_or(device).clone()
}

/// A gateway's connection is gone, and with it its sub-devices are offline.
pub(in crate::simulator) fn connection_lost(cx: &mut Context<'_>, gateway: &Credential) {
    let Some(found) = cx.registry.device_mut(gateway) else { return };
    for sub_device in std::mem::take(&mut found.gateway.logged_in) {
        log_out(cx, &sub_device);
    }
}

/// Puts a sub-device into a gateway's topology. The one in whose topology it was, if another, comes back.
pub(super) fn attach(
    cx: &mut Context<'_>,
    sub_device: &Credential,
    gateway: &Credential,
) -> Option<Credential> {
    let owner = cx.registry.device(sub_device).and_then(|found| found.gateway.owner.clone());
    if owner.as_ref() == Some(gateway) {
        return None;
    }
    let former = detach(cx, sub_device);
    if let Some(found) = cx.registry.device_mut(gateway) {
        found.gateway.sub_devices.insert(sub_device.clone());
    }
    if let Some(found) = cx.registry.device_mut(sub_device) {
        found.gateway.owner = Some(gateway.clone());
    }
    former
}

/// Takes a sub-device out of its gateway's topology, which comes back. It is offline then.
pub(super) fn detach(cx: &mut Context<'_>, sub_device: &Credential) -> Option<Credential> {
    log_out(cx, sub_device);
    let owner = cx.registry.device_mut(sub_device)?.gateway.owner.take()?;
    if let Some(found) = cx.registry.device_mut(&owner) {
        found.gateway.sub_devices.remove(sub_device);
    }
    Some(owner)
}

/// Logging in is connecting: it activates the device.
pub(super) fn log_in(cx: &mut Context<'_>, sub_device: &Credential, gateway: &Credential) {
    if speaks_for(cx.registry, gateway, sub_device) {
        return;
    }
    log_out(cx, sub_device);
    if let Some(found) = cx.registry.device_mut(gateway) {
        found.gateway.logged_in.insert(sub_device.clone());
    }
    if let Some(found) = cx.registry.device_mut(sub_device) {
        found.gateway.carrier = Some(gateway.clone());
        found.activation = Activation::Activated;
        tell_status(cx, sub_device, true);
    }
}

/// A sub-device is offline, if it was online.
pub(in crate::simulator) fn log_out(cx: &mut Context<'_>, sub_device: &Credential) {
    let Some(found) = cx.registry.device_mut(sub_device) else { return };
    let Some(gateway) = found.gateway.carrier.take() else { return };
    if let Some(found) = cx.registry.device_mut(&gateway) {
        found.gateway.logged_in.remove(sub_device);
    }
    tell_status(cx, sub_device, false);
}

/// A device that can be behind a gateway.
pub(super) fn known(cx: &Context<'_>, device: &Credential) -> Result<(), Refusal> {
    let refused = |code, message| Err(Refusal::of(device, code, message));
    let Some(product) = cx.registry.product(&device.product_sn) else {
        return refused(RetCode::NO_PRODUCT, "no such product");
    };
    if !product.behind_gateway {
        return refused(RetCode::PARAMETER_WRONG, "the product's devices are not behind a gateway");
    }
    if !product.devices.contains_key(&device.device_sn) {
        return refused(RetCode::NO_DEVICE, "no such device");
    }
    Ok(())
}

/// A sub-device in this gateway's topology.
pub(super) fn owned(cx: &Context<'_>, device: &Credential, gateway: &Credential) -> Result<(), Refusal> {
    known(cx, device)?;
    let owner = cx.registry.device(device).and_then(|found| found.gateway.owner.as_ref());
    match owner == Some(gateway) {
        true => Ok(()),
        false => Err(Refusal::of(device, RetCode::NO_RECORDS, "not in the gateway's topology")),
    }
}
