//! What an application does with shadows through the platform's API (deviceshadowmgmtapi.md).

use super::{DownstreamMethod, Payload, downstream, make_room, seconds, shadow, store};
use crate::mqtt::Moment;
use crate::simulator::Platform;
use crate::simulator::services::{CloudResult, Context};
use crate::uiot::shadow::{Document, Values};
use crate::uiot::{Credential, RetCode, SystemTopic};

impl Platform {
    /// Wants these values of a device (UpdateUIoTCoreDeviceShadow), and returns the new version. An online device is told
    /// at once; another one finds them when it asks for the document. The API demands a version; here none means
    /// whichever the shadow has.
    ///
    /// # Errors
    /// The product or the device does not exist, the shadow is switched off or has another version, or a value is refused
    /// by a [choice](super::Choices).
    pub fn set_desired_shadow(
        &mut self,
        now: Moment,
        device: &Credential,
        desired: &Values,
        version: Option<i32>,
    ) -> CloudResult<i32> {
        self.service(now, |cx| set_desired(cx, device, desired, version))
    }

    /// The shadow's document (GetUIoTCoreDeviceShadow).
    ///
    /// # Errors
    /// The product or the device does not exist, or the shadow is switched off.
    pub fn shadow_document(&mut self, now: Moment, device: &Credential) -> CloudResult<Document> {
        self.service(now, |cx| document(cx, device))
    }

    /// Switches the shadows of a product on or off (EnableUIoTCoreDeviceShadow, DisableUIoTCoreDeviceShadow). What they
    /// hold stays.
    ///
    /// # Errors
    /// The product does not exist, or its shadows are off already and are to be switched off.
    pub fn switch_shadow(&mut self, now: Moment, product_sn: &str, on: bool) -> CloudResult<()> {
        self.service(now, |cx| switch(cx, product_sn, on))
    }
}

/// See [`Platform::set_desired_shadow`].
pub(in crate::simulator) fn set_desired(
    cx: &mut Context<'_>,
    device: &Credential,
    desired: &Values,
    version: Option<i32>,
) -> CloudResult<i32> {
    exists(cx, device)?;
    let before = shadow(cx, device).map_err(super::Fault::cloud_code)?;
    if version.is_some_and(|version| version != before.version()) {
        return Err(RetCode::SHADOW_VERSION);
    }
    let after = before.wanted(desired, seconds(cx), &cx.choices.shadow).map_err(super::Fault::cloud_code)?;
    make_room(cx, device, &after).map_err(super::Fault::cloud_code)?;
    let version = after.version();
    if cx.registry.device(device).is_some_and(|device| device.online) {
        let changed = (cx.choices.shadow.pushed == super::Pushed::Changed).then_some(desired);
        let (state, metadata) = after.desired_sections(changed);
        let payload =
            Payload { state: Some(state), metadata: Some(metadata), ..Payload::of(RetCode::SUCCESS) };
        let control = downstream(cx, DownstreamMethod::Control, version, payload);
        cx.send(device, SystemTopic::ShadowDownstream, &control);
    }
    store(cx, device, after);
    Ok(version)
}

/// See [`Platform::shadow_document`].
pub(super) fn document(cx: &mut Context<'_>, device: &Credential) -> CloudResult<Document> {
    exists(cx, device)?;
    let known = shadow(cx, device).map_err(super::Fault::cloud_code)?;
    Ok(known.document(seconds(cx), &cx.choices.shadow))
}

/// See [`Platform::switch_shadow`].
pub(super) fn switch(cx: &mut Context<'_>, product_sn: &str, on: bool) -> CloudResult<()> {
    let product = cx.registry.product_mut(product_sn).ok_or(RetCode::NO_PRODUCT)?;
    if !on && !product.shadow {
        return Err(RetCode::SHADOW_DISABLED);
    }
    product.shadow = on;
    Ok(())
}

fn exists(cx: &Context<'_>, device: &Credential) -> CloudResult<()> {
    let product = cx.registry.product(&device.product_sn).ok_or(RetCode::NO_PRODUCT)?;
    product.devices.get(&device.device_sn).map(|_| ()).ok_or(RetCode::NO_DEVICE)
}
