//! What the cloud's side does with gateways.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Refusal, topology};
use crate::mqtt::Moment;
use crate::simulator::services::Context;
use crate::simulator::{CloudResult, Platform};
use crate::uiot::gateway::{Known, Notice, Reply, Request, SubDevice};
use crate::uiot::{Credential, RetCode, SystemTopic};

/// Sub-devices that one message names at most; more of them take several. With names of 64 characters, each of which
/// JSON writes with six, it is still below the 256 KB of a packet.
const NOTIFIED: usize = 400;

/// Sub-devices that were taken from these gateways.
pub(super) type Taken = BTreeMap<Credential, BTreeSet<Credential>>;

impl Platform {
    /// Puts sub-devices into a gateway's topology, out of whoever's they were, and tells it (`topo/notify/add`).
    ///
    /// All or none: 100003, 100008 without such products or devices; 230 if the gateway is none, or a device's product
    /// is not for devices behind one; 210 without a device.
    pub fn add_sub_devices(
        &mut self,
        now: Moment,
        gateway: &Credential,
        devices: &[Credential],
    ) -> CloudResult<()> {
        self.service(now, |cx| notify_add(cx, gateway, devices))
    }

    /// Takes sub-devices out of a gateway's topology and tells it (`topo/notify/delete`). They are offline then.
    ///
    /// All or none: codes as of [`Self::add_sub_devices`], and 100020 for a device that is not in the topology.
    pub fn remove_sub_devices(
        &mut self,
        now: Moment,
        gateway: &Credential,
        devices: &[Credential],
    ) -> CloudResult<()> {
        self.service(now, |cx| notify_delete(cx, gateway, devices))
    }

    /// Answers a gateway's `topo/found` as the user's application would. 100003, 100008 without such a product or
    /// device, 230 if it is no gateway.
    pub fn reply_found(
        &mut self,
        now: Moment,
        gateway: &Credential,
        request_id: &str,
        code: RetCode,
        message: Option<&str>,
    ) -> CloudResult<()> {
        self.service(now, |cx| found_reply(cx, gateway, request_id, code, message))
    }
}

/// See [`Platform::add_sub_devices`].
pub(super) fn notify_add(
    cx: &mut Context<'_>,
    gateway: &Credential,
    devices: &[Credential],
) -> CloudResult<()> {
    let devices = checked(cx, gateway, devices, topology::known)?;
    let mut taken = Taken::new();
    for device in &devices {
        if let Some(former) = topology::attach(cx, device, gateway) {
            taken.entry(former).or_default().insert(device.clone());
        }
    }
    tell_former_owners(cx, &taken);
    tell_with_secrets(cx, gateway, SystemTopic::TopoNotifyAdd, &devices);
    Ok(())
}

/// See [`Platform::remove_sub_devices`].
pub(super) fn notify_delete(
    cx: &mut Context<'_>,
    gateway: &Credential,
    devices: &[Credential],
) -> CloudResult<()> {
    let devices = checked(cx, gateway, devices, |cx, device| topology::owned(cx, device, gateway))?;
    for device in &devices {
        topology::detach(cx, device);
    }
    tell_with_secrets(cx, gateway, SystemTopic::TopoNotifyDelete, &devices);
    Ok(())
}

/// See [`Platform::reply_found`].
pub(super) fn found_reply(
    cx: &mut Context<'_>,
    gateway: &Credential,
    request_id: &str,
    code: RetCode,
    message: Option<&str>,
) -> CloudResult<()> {
    is_gateway(cx, gateway)?;
    let mut reply: Reply<SubDevice> = Reply::success(request_id, None);
    reply.ret_code = code;
    reply.message = message.map(str::to_owned);
    cx.send(gateway, SystemTopic::TopoFoundReply, &reply);
    Ok(())
}

/// A device was disabled or enabled, or is about to be deleted: its gateway is told, and where it can no longer be
/// online it is logged out. A gateway that is deleted leaves its sub-devices without one.
pub(in crate::simulator) fn told(cx: &mut Context<'_>, device: &Credential, notice: Notice) {
    let topic = match notice {
        Notice::Enabled => SystemTopic::SubEnable,
        Notice::Disabled => SystemTopic::SubDisable,
        Notice::Deleted => SystemTopic::SubDelete,
        Notice::Added | Notice::Removed => return,
    };
    let Some(found) = cx.registry.device(device) else { return };
    let owner = found.gateway.owner().cloned();
    match notice {
        Notice::Disabled => topology::log_out(cx, device),
        Notice::Deleted => {
            let sub_devices = found.gateway.sub_devices().clone();
            topology::connection_lost(cx, device);
            topology::detach(cx, device);
            for sub_device in sub_devices {
                topology::detach(cx, &sub_device);
            }
        }
        _ => {}
    }
    if let Some(owner) = owner {
        tell(cx, &owner, topic, vec![SubDevice::from(device.clone())]);
    }
}

/// Sub-devices were put into another gateway's topology.
pub(super) fn tell_former_owners(cx: &mut Context<'_>, taken: &Taken) {
    if cx.choices.gateway.tell_former_owner {
        for (former, devices) in taken {
            tell_with_secrets(cx, former, SystemTopic::TopoNotifyDelete, devices);
        }
    }
}

fn tell_with_secrets(
    cx: &mut Context<'_>,
    gateway: &Credential,
    topic: SystemTopic,
    devices: &BTreeSet<Credential>,
) {
    let known = devices.iter().filter_map(|device| {
        cx.registry.device(device).map(|found| Known::new(device.clone(), found.secret.clone()))
    });
    let known: Vec<_> = known.collect();
    for known in known.chunks(NOTIFIED) {
        tell(cx, gateway, topic, known.to_vec());
    }
}

fn tell<P: Serialize>(cx: &mut Context<'_>, gateway: &Credential, topic: SystemTopic, params: Vec<P>) {
    let request = Request::new(cx.random.request_id(), params);
    cx.send(gateway, topic, &request);
}

/// The devices of a call, each once, if all of them pass.
fn checked(
    cx: &Context<'_>,
    gateway: &Credential,
    devices: &[Credential],
    check: impl Fn(&Context<'_>, &Credential) -> Result<(), Refusal>,
) -> CloudResult<BTreeSet<Credential>> {
    is_gateway(cx, gateway)?;
    if devices.is_empty() {
        return Err(RetCode::PARAMETER_MISSING);
    }
    devices.iter().try_for_each(|device| check(cx, device)).map_err(|refusal| refusal.code)?;
    Ok(devices.iter().cloned().collect())
}

fn is_gateway(cx: &Context<'_>, gateway: &Credential) -> CloudResult<()> {
    let product = cx.registry.product(&gateway.product_sn).ok_or(RetCode::NO_PRODUCT)?;
    product.devices.get(&gateway.device_sn).ok_or(RetCode::NO_DEVICE)?;
    if product.gateway { Ok(()) } else { Err(RetCode::PARAMETER_WRONG) }
}
