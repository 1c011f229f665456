//! What the cloud side calls (tingmodemgmtapi.md): set properties, send commands, edit the model.

use std::collections::BTreeMap;

use super::read::Refusal;
use super::{Asked, Call, CallEnd, CommandKind, Context, settle};
use crate::mqtt::Moment;
use crate::simulator::Platform;
use crate::simulator::services::{Alarm, CloudResult};
use crate::uiot::model::Template;
use crate::uiot::model::messages::{Command, Object, PropertySet};
use crate::uiot::{Credential, RetCode, SystemTopic, limits};

/// What became of a call to set properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetOutcome {
    /// It was sent to the device, which answers when it likes.
    Sent {
        /// RequestID.
        request_id: String,
    },
    /// The device is offline, and the values are kept for it.
    Stored {
        /// RequestID.
        request_id: String,
        /// The versions that the wishes now have.
        versions: BTreeMap<String, i64>,
    },
}

impl Platform {
    /// Sets properties of a device (SetUIoTCoreDeviceProperty). An offline device gets them as desired values, if
    /// `desired` says so; an online one gets them at once, whatever `desired` says (desired.md).
    ///
    /// All or nothing is set. How it ended is then found with [`super::DeviceModel::end_of`], once the device answers.
    ///
    /// # Errors
    /// 100008 without such a device, 210 without properties, 100058 for a property that the model does not define,
    /// 100049 for one that can only be read, a code of [`super::Choices`] for a value that does not fit, 100039 for a
    /// device that is offline where `desired` is not set, 220 for more than a packet holds, 130 above
    /// [`crate::simulator::MAX_DEVICE_DATA`].
    pub fn set_property(
        &mut self,
        now: Moment,
        to: &Credential,
        property: Object,
        desired: bool,
    ) -> CloudResult<SetOutcome> {
        self.service(now, |cx| set_property(cx, to, property, desired))
    }

    /// Sends a command to a device, and returns its RequestID (SendUIoTCoreDeviceCommand). How it ended is then found
    /// with [`super::DeviceModel::end_of`]; a synchronous one ends in its time, an asynchronous one when the device
    /// answers.
    ///
    /// # Errors
    /// 100008 without such a device, 100046 for a command that the model does not define, a code of [`super::Choices`]
    /// for parameters that do not fit, 220 for a timeout of nothing or of more than 5 s, 100039 at once for a device
    /// that is offline, 220 for more than a packet holds. Nothing is then sent.
    pub fn send_command(
        &mut self,
        now: Moment,
        to: &Credential,
        identifier: &str,
        input: Object,
        kind: CommandKind,
    ) -> CloudResult<String> {
        self.service(now, |cx| send_command(cx, to, identifier, input, kind))
    }

    /// Gives a product another thing model in place of its present one. What its devices reported, and what is wished
    /// for them, is forgotten where the new model has no place for it.
    ///
    /// # Errors
    /// 100003 without such a product, 100054 while it is published (thingmode_guide.md), 230 for a model that breaks a
    /// rule of the console; [`Template::problems`] says which.
    pub fn set_template(&mut self, now: Moment, product_sn: &str, template: Template) -> CloudResult<()> {
        self.service(now, |cx| set_template(cx, product_sn, template))
    }
}

pub(in crate::simulator) fn set_property(
    cx: &mut Context<'_>,
    to: &Credential,
    property: Object,
    desired: bool,
) -> CloudResult<SetOutcome> {
    let choices = &cx.choices.model;
    let memory = cx.registry.data.clone();
    let (device, product, _) = cx.registry.device_and_product_mut(to).ok_or(RetCode::NO_DEVICE)?;
    if property.is_empty() {
        return Err(choices.missing);
    }
    for (identifier, value) in &property {
        let definition = product.template.property(identifier);
        choices.check_property(definition, identifier, value).map_err(|Refusal { code, .. }| code)?;
        if definition.is_some_and(|definition| !definition.access.is_writable()) {
            return Err(RetCode::READ_ONLY);
        }
    }
    let request_id = cx.random.request_id();
    if !device.online {
        if !desired {
            return Err(RetCode::NOT_ONLINE);
        }
        if !device.model.make_room_to_wish(&memory, &property) {
            return Err(RetCode::UNAVAILABLE);
        }
        let mut wish = |(identifier, value): (String, serde_json::Value)| {
            let version = device.model.wish(identifier.clone(), value, choices.version_outlives_value);
            (identifier, version)
        };
        let versions = property.into_iter().map(&mut wish).collect();
        return Ok(SetOutcome::Stored { request_id, versions });
    }
    let body =
        PropertySet { request_id: request_id.clone(), property: property.clone(), ..PropertySet::default() };
    cx.send_whole(to, SystemTopic::PropertySet, &body)?;
    wait_for(cx, to, &request_id, Asked::Set(property));
    Ok(SetOutcome::Sent { request_id })
}

pub(in crate::simulator) fn send_command(
    cx: &mut Context<'_>,
    to: &Credential,
    identifier: &str,
    input: Object,
    kind: CommandKind,
) -> CloudResult<String> {
    let choices = &cx.choices.model;
    let (device, product, _) = cx.registry.device_and_product_mut(to).ok_or(RetCode::NO_DEVICE)?;
    let command = product.template.command(identifier).ok_or(RetCode::NO_COMMAND)?;
    choices.check_input(command, &input).map_err(|Refusal { code, .. }| code)?;
    if let CommandKind::Sync(timeout) = kind
        && (timeout.is_zero() || timeout > limits::COMMAND_TIMEOUT)
    {
        return Err(RetCode::PARAMETER_EXCEEDS);
    }
    if !device.online {
        return Err(RetCode::NOT_ONLINE);
    }
    let request_id = cx.random.request_id();
    let body = Command {
        request_id: request_id.clone(),
        identifier: identifier.to_owned(),
        input: input.clone(),
        ..Command::default()
    };
    cx.send_whole(to, SystemTopic::Command, &body)?;
    wait_for(cx, to, &request_id, Asked::Command { identifier: identifier.to_owned(), input, kind });
    if let CommandKind::Sync(timeout) = kind {
        cx.wake_after(timeout, Alarm::Command { device: to.clone(), request_id: request_id.clone() });
    }
    Ok(request_id)
}

fn wait_for(cx: &mut Context<'_>, to: &Credential, request_id: &str, asked: Asked) {
    let call = Call { request_id: request_id.to_owned(), asked, at: cx.now, time: cx.wall };
    let Some(device) = cx.registry.device_mut(to) else { return };
    if let Some(crowded_out) = device.model.wait_for(call) {
        settle(cx, to, crowded_out, CallEnd::CrowdedOut, &[]);
    }
}

pub(super) fn set_template(cx: &mut Context<'_>, product_sn: &str, template: Template) -> CloudResult<()> {
    let check = &cx.choices.model.check;
    let memory = cx.registry.data.clone();
    let product = cx.registry.product_mut(product_sn).ok_or(RetCode::NO_PRODUCT)?;
    if product.published {
        return Err(RetCode::PUBLISHED);
    }
    if !template.problems().is_empty() {
        return Err(RetCode::PARAMETER_WRONG);
    }
    for device in product.devices.values_mut() {
        device.model.conform(&template, check);
        device.model.give_back(&memory);
    }
    product.model.template = template;
    Ok(())
}
