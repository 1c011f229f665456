//! The device shadow: documents with a version, edits by the device, wishes of the cloud (operation_guide.md).

mod choices;
mod cloud;
mod request;
mod state;
#[cfg(test)]
mod tests;

use serde_json::json;

use super::Context;
use crate::simulator::trace::TraceEvent;
use crate::uiot::shadow::{Downstream, DownstreamMethod, Payload, Values};
use crate::uiot::{Credential, RetCode, SystemTopic};
pub use choices::{
    Choices, DeviceDesired, Disabled, DocumentTime, ErrorReply, Nested, NoVersion, NullValue, Overflow,
    Pushed,
};
pub(in crate::simulator) use cloud::set_desired;
use request::{Fault, Request};
pub use state::DeviceShadow;

/// A message on `shadow/upstream` or `shadow/get`.
pub(super) fn receive(cx: &mut Context<'_>, from: &Credential, topic: SystemTopic, payload: &[u8]) {
    let done = match topic {
        SystemTopic::ShadowGet => get(cx, from),
        SystemTopic::ShadowUpstream => edit(cx, from, payload),
        // The caller has no others.
        _ => Ok(()),
    };
    if let Err(fault) = done {
        cx.trace(from, TraceEvent::ServiceError { topic, why: fault.to_string() });
        match fault {
            Fault::Conflict => conflict(cx, from),
            fault => error(cx, from, topic, fault),
        }
    }
}

/// The time in the shadow's messages: Unix seconds.
fn seconds(cx: &Context<'_>) -> i64 {
    i64::try_from(cx.wall / 1000).unwrap_or(i64::MAX)
}

fn shadow<'a>(cx: &'a Context<'_>, device: &Credential) -> Result<&'a DeviceShadow, Fault> {
    let product = cx.registry.product(&device.product_sn).ok_or(Fault::Disabled)?;
    if !product.shadow {
        return Err(Fault::Disabled);
    }
    if cx.choices.shadow.out_of_order {
        return Err(Fault::OutOfOrder);
    }
    product.devices.get(&device.device_sn).map(|device| &device.shadow).ok_or(Fault::Disabled)
}

/// Whatever the message holds.
fn get(cx: &mut Context<'_>, from: &Credential) -> Result<(), Fault> {
    let document = shadow(cx, from)?.document(seconds(cx), &cx.choices.shadow);
    cx.send(from, SystemTopic::ShadowGetReply, &document);
    Ok(())
}

fn edit(cx: &mut Context<'_>, from: &Credential, payload: &[u8]) -> Result<(), Fault> {
    let before = shadow(cx, from)?;
    let request = Request::read(payload, &cx.choices.shadow)?;
    let after = before.edited(&request, seconds(cx), &cx.choices.shadow)?;
    make_room(cx, from, &after)?;
    let answer = downstream(cx, DownstreamMethod::Reply, after.version(), Payload::of(RetCode::SUCCESS));
    cx.send(from, SystemTopic::ShadowDownstream, &answer);
    store(cx, from, after);
    Ok(())
}

/// Takes the memory that the shadow will need.
fn make_room(cx: &mut Context<'_>, device: &Credential, after: &DeviceShadow) -> Result<(), Fault> {
    let memory = cx.registry.data.clone();
    let room = cx.registry.device_mut(device).map(|known| &mut known.shadow_room);
    if room.is_none_or(|room| memory.fit(room, after.weight())) { Ok(()) } else { Err(Fault::NoRoom) }
}

/// Keeps the shadow, and shows it to the rule engine if it has changed.
fn store(cx: &mut Context<'_>, device: &Credential, after: DeviceShadow) {
    let document = after.document(seconds(cx), &cx.choices.shadow);
    let Some(device_known) = cx.registry.device_mut(device) else { return };
    if device_known.shadow != after {
        device_known.shadow = after;
        cx.rule_engine(device, SystemTopic::ShadowDocument, &document);
    }
}

fn downstream(cx: &Context<'_>, method: DownstreamMethod, version: i32, payload: Payload) -> Downstream {
    let timestamp = Some(seconds(cx));
    Downstream { method, payload, version: Some(version), timestamp, rest: Values::new() }
}

/// The whole document, so that the device can find its way back.
fn conflict(cx: &mut Context<'_>, device: &Credential) {
    let Some(known) = cx.registry.device(device) else { return };
    let (state, metadata) = known.shadow.sections();
    let payload =
        Payload { state: Some(state), metadata: Some(metadata), ..Payload::of(RetCode::SHADOW_VERSION) };
    let control = downstream(cx, DownstreamMethod::Control, known.shadow.version(), payload);
    cx.send(device, SystemTopic::ShadowDownstream, &control);
}

fn error(cx: &mut Context<'_>, device: &Credential, topic: SystemTopic, fault: Fault) {
    let choices = &cx.choices.shadow;
    let silent = fault == Fault::Disabled && choices.disabled == Disabled::Silent;
    let Some(answer) = topic.reply().filter(|_| !silent) else { return };
    let message = choices.error_message.then(|| fault.to_string());
    let ret_code = fault.code();
    match choices.error_reply {
        ErrorReply::Silent => {}
        ErrorReply::Bare => {
            let mut body = json!({ "RetCode": ret_code });
            if let Some(message) = message {
                body["Message"] = message.into();
            }
            cx.send(device, answer, &body);
        }
        ErrorReply::Reply => {
            let version = cx.registry.device(device).map_or(0, |known| known.shadow.version());
            let payload = Payload { message, ..Payload::of(ret_code) };
            let reply = downstream(cx, DownstreamMethod::Reply, version, payload);
            cx.send(device, answer, &reply);
        }
    }
}
