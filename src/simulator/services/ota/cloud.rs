//! What the cloud's side does: firmwares, and orders to upgrade.

use super::reports::{self, Task};
use super::{Content, FetchError, ModuleState, firmware};
use crate::mqtt::Moment;
use crate::simulator::services::Context;
use crate::simulator::{CloudResult, Platform};
use crate::uiot::ota::{Body, Downstream, ModuleVersion, UpgradeState};
use crate::uiot::{Credential, RetCode, SystemTopic};

/// A device's module as the console lists it (升级管理).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirmwareStatus {
    /// Whose.
    pub device: Credential,
    /// Which module.
    pub module: String,
    /// What is known of it; none if the device never reported its version (未上报).
    pub status: Option<ModuleState>,
}

impl Platform {
    /// Adds a module to a product: see [`super::ProductOta::add_module`]; 100003 if there is no such product.
    pub fn add_firmware_module(&mut self, product_sn: &str, module: &str) -> CloudResult<()> {
        self.registry.product_mut(product_sn).ok_or(RetCode::NO_PRODUCT)?.ota.add_module(module)
    }

    /// Removes a module with its firmwares from a product, and all that its devices reported of it; upgrades of it end
    /// without a word. 100003 without such a product, 100020 without such a module, 230 for `default`.
    pub fn remove_firmware_module(&mut self, product_sn: &str, module: &str) -> CloudResult<()> {
        let product = self.registry.product_mut(product_sn).ok_or(RetCode::NO_PRODUCT)?;
        product.ota.remove_module(module)?;
        for device in product.devices.values_mut() {
            device.ota.modules.remove(module);
        }
        Ok(())
    }

    /// Adds a firmware to a module (新增固件). 100003 without such a product, 100020 without such a module, 100031 for a
    /// version that there is; 220 above 10 firmwares, 10 MB or 100 characters of description; 230 for what is no
    /// version, no bytes, no link or no MD5.
    pub fn add_firmware(
        &mut self,
        product_sn: &str,
        module: &str,
        version: &str,
        description: &str,
        content: Content,
    ) -> CloudResult<()> {
        let product = self.registry.product_mut(product_sn).ok_or(RetCode::NO_PRODUCT)?;
        product.ota.add(&self.choices.ota, module, version, description, content)
    }

    /// Removes a firmware; links to it are dead from then on. 100003 without such a product, 100032 without such a
    /// firmware.
    pub fn remove_firmware(&mut self, product_sn: &str, module: &str, version: &str) -> CloudResult<()> {
        self.registry.product_mut(product_sn).ok_or(RetCode::NO_PRODUCT)?.ota.remove(module, version)
    }

    /// The bytes to a link that an order to upgrade had, as a server of firmwares would give them at `now`.
    pub fn fetch_firmware(&mut self, now: Moment, url: &str) -> Result<Vec<u8>, FetchError> {
        self.service(now, |cx| firmware::fetch(&cx.choices.ota, cx.registry, url, cx.wall))
    }

    /// Each device of a product with each module: what the console shows under 升级管理. Empty without such a product.
    pub fn firmware_status(&self, product_sn: &str) -> Vec<FirmwareStatus> {
        let Some(product) = self.registry.product(product_sn) else { return Vec::new() };
        let modules = || product.ota.modules().keys();
        let all = product.devices.values().flat_map(|device| modules().map(move |module| (device, module)));
        all.map(|(device, module)| FirmwareStatus {
            device: Credential::new(product_sn, &device.sn),
            module: module.clone(),
            status: device.ota.modules.get(module).cloned(),
        })
        .collect()
    }

    /// Orders a device to upgrade a module (升级固件). A device that is offline is not told; its upgrade waits until it
    /// asks with `request_firmware`.
    ///
    /// 100003, 100008 without such a product or device; 100032 without such a firmware, 100033 if the device never
    /// reported the module's version, 100035 if it is being upgraded, 100034 if it has this version.
    pub fn push_firmware(
        &mut self,
        now: Moment,
        device: &Credential,
        module: &str,
        version: &str,
    ) -> CloudResult<()> {
        self.service(now, |cx| push_firmware(cx, device, module, version))
    }

    /// Orders the same upgrade again with a new link (重试), after it failed or while it runs, which may be for too long.
    /// Codes as of [`Self::push_firmware`]; 100020 if there is no such upgrade.
    pub fn retry_firmware(&mut self, now: Moment, device: &Credential, module: &str) -> CloudResult<()> {
        self.service(now, |cx| retry_firmware(cx, device, module))
    }

    /// Takes an upgrade back. 100003, 100008 without such a product or device; 100020 if no upgrade of the module runs,
    /// 100035 if the device burns already and [`super::Choices::cancel_while_burning`] says no.
    pub fn cancel_firmware(&mut self, now: Moment, device: &Credential, module: &str) -> CloudResult<()> {
        self.service(now, |cx| cancel_firmware(cx, device, module))
    }
}

/// See [`Platform::push_firmware`].
pub(in crate::simulator) fn push_firmware(
    cx: &mut Context<'_>,
    device: &Credential,
    module: &str,
    version: &str,
) -> CloudResult<()> {
    let choices = &cx.choices.ota;
    known(cx, device)?;
    let (found, _, product) = cx.registry.device_and_product_mut(device).ok_or(RetCode::NO_DEVICE)?;
    product.firmware(module, version).ok_or(RetCode::NO_FIRMWARE)?;
    let busy_elsewhere = choices.one_upgrade_per_device && found.ota.is_running();
    let state = found.ota.modules.get_mut(module).ok_or(RetCode::VERSION_UNREPORTED)?;
    if busy_elsewhere || state.state.is_running() {
        return Err(RetCode::OTA_RUNNING);
    }
    if state.version == version {
        return Err(RetCode::VERSION_IS_CURRENT);
    }
    order(cx, device, module, version)
}

/// See [`Platform::retry_firmware`].
pub(in crate::simulator) fn retry_firmware(
    cx: &mut Context<'_>,
    device: &Credential,
    module: &str,
) -> CloudResult<()> {
    let choices = &cx.choices.ota;
    known(cx, device)?;
    let (found, _, product) = cx.registry.device_and_product_mut(device).ok_or(RetCode::NO_DEVICE)?;
    let others = found.ota.modules.iter().any(|(other, state)| other != module && state.state.is_running());
    let state = found.ota.modules.get(module).ok_or(RetCode::VERSION_UNREPORTED)?;
    let again = state.state.is_running() || state.state == UpgradeState::Failed;
    let task = state.task.as_ref().filter(|_| again).ok_or(RetCode::NO_RECORDS)?;
    product.firmware(module, &task.target).ok_or(RetCode::NO_FIRMWARE)?;
    if choices.one_upgrade_per_device && others {
        return Err(RetCode::OTA_RUNNING);
    }
    if state.version == task.target {
        return Err(RetCode::VERSION_IS_CURRENT);
    }
    let target = task.target.clone();
    order(cx, device, module, &target)
}

/// See [`Platform::cancel_firmware`].
pub(in crate::simulator) fn cancel_firmware(
    cx: &mut Context<'_>,
    device: &Credential,
    module: &str,
) -> CloudResult<()> {
    known(cx, device)?;
    let found = cx.registry.device_mut(device).ok_or(RetCode::NO_DEVICE)?;
    let online = found.online;
    let state = found.ota.modules.get_mut(module).filter(|state| state.state.is_running());
    let state = state.ok_or(RetCode::NO_RECORDS)?;
    if state.state == UpgradeState::Burning && !cx.choices.ota.cancel_while_burning {
        return Err(RetCode::OTA_RUNNING);
    }
    let target = state.task.as_ref().map(|task| task.target.clone()).ok_or(RetCode::NO_RECORDS)?;
    state.state = UpgradeState::Cancelled;
    if online {
        let cancel = Downstream::CancelUpdate(ModuleVersion::new(module, target));
        cx.send(device, SystemTopic::OtaDownstream, &Body::from(cancel));
    }
    Ok(())
}

/// The upgrade is pending from now on.
fn order(cx: &mut Context<'_>, device: &Credential, module: &str, target: &str) -> CloudResult<()> {
    let found = cx.registry.device_mut(device).ok_or(RetCode::NO_DEVICE)?;
    let state = found.ota.modules.get_mut(module).ok_or(RetCode::VERSION_UNREPORTED)?;
    state.state = UpgradeState::Pending;
    state.task = Some(Task { target: target.to_owned(), percent: None, err_code: None });
    if found.online {
        reports::send_order(cx, device, module, target);
    }
    Ok(())
}

fn known(cx: &Context<'_>, device: &Credential) -> CloudResult<()> {
    let product = cx.registry.product(&device.product_sn).ok_or(RetCode::NO_PRODUCT)?;
    product.devices.get(&device.device_sn).map(drop).ok_or(RetCode::NO_DEVICE)
}
