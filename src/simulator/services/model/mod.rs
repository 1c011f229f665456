//! The thing model on the platform's side (get_json.md, property.md, desired.md, event.md, command.md): it answers what
//! devices send, and sends what the cloud wants of them.
//!
//! Reports are held to the product's model. Which RetCode an answer then carries is not documented; [`Choices`] has one
//! for each kind of fault, and `Message` says what was wrong and where.

mod choices;
mod cloud;
mod commands;
mod desired;
mod events;
mod properties;
mod read;
mod state;
#[cfg(test)]
mod tests;

pub use choices::{Choices, DeviceCode, EmptyRequire};
pub use cloud::SetOutcome;
pub(in crate::simulator) use cloud::{send_command, set_property};
pub(super) use commands::overdue as command_overdue;
pub use state::{
    Asked, Call, CallEnd, CommandKind, DeviceModel, EndedCall, EventRecord, HISTORY, HISTORY_BYTES,
    ProductModel, WAITING,
};

use serde::Serialize;

use super::Context;
use crate::simulator::trace::{TRACE_PAYLOAD, TraceEvent};
use crate::uiot::model::messages::{Ask, Object, Reply, SUCCESS, TemplateReply};
use crate::uiot::{Credential, RetCode, SystemTopic};
use read::Refusal;

/// A message on one of the topics `tmodel/…` that a device publishes.
pub(super) fn receive(
    cx: &mut Context<'_>,
    from: &Credential,
    topic: SystemTopic,
    request_id: Option<&str>,
    payload: &[u8],
) {
    use SystemTopic as T;
    match topic {
        T::TemplateGet => template_get(cx, from, payload),
        T::PropertyPost => properties::post(cx, from, payload),
        T::PropertyRestore => properties::restore(cx, from, payload),
        T::PropertySetReply => properties::set_reply(cx, from, payload),
        T::DesiredGet => desired::get(cx, from, payload),
        T::DesiredDelete => desired::delete(cx, from, payload),
        T::EventPost => events::post(cx, from, payload),
        T::CommandReply => commands::reply(cx, from, request_id.unwrap_or_default(), payload),
        _ => {}
    }
}

fn template_get(cx: &mut Context<'_>, from: &Credential, payload: &[u8]) {
    let (request_id, asked) = read::read::<Ask>(&cx.choices.model, payload, &["RequestID"]);
    let found = asked.and_then(|_| {
        let product = cx.registry.product(&from.product_sn).ok_or_else(no_device)?;
        serde_json::to_value(&product.model.template)
            .map_err(|error| Refusal::new(RetCode::UNAVAILABLE, error.to_string()))
    });
    let (template, verdict) = split(found);
    reply(cx, from, SystemTopic::TemplateGet, request_id, verdict, |request_id, ret_code, message| {
        TemplateReply { ret_code, request_id, template, message, ..TemplateReply::default() }
    });
}

/// The registry holds every device that can send; this is for those that vanish in between.
fn no_device() -> Refusal {
    Refusal::new(RetCode::NO_DEVICE, "there is no such device")
}

/// Beyond [`crate::simulator::MAX_DEVICE_DATA`].
fn no_room() -> Refusal {
    Refusal::new(RetCode::UNAVAILABLE, "there is no memory left for what devices report")
}

fn split<T>(result: Result<T, Refusal>) -> (Option<T>, Result<(), Refusal>) {
    match result {
        Ok(value) => (Some(value), Ok(())),
        Err(refusal) => (None, Err(refusal)),
    }
}

/// Answers a request on `topic` with the body that `make` builds from RequestID, RetCode and, where it failed, the
/// reason. A request whose RequestID could not be read is answered only if [`Choices`] says so.
fn reply<B: Serialize>(
    cx: &mut Context<'_>,
    to: &Credential,
    topic: SystemTopic,
    request_id: Option<String>,
    verdict: Result<(), Refusal>,
    make: impl FnOnce(String, RetCode, Option<String>) -> B,
) {
    let (code, message) = match verdict {
        Ok(()) => (RetCode::SUCCESS, None),
        Err(Refusal { code, why }) => {
            cx.trace(to, TraceEvent::ServiceError { topic, why: format!("{code}: {why}") });
            (code, Some(why))
        }
    };
    if request_id.is_none() && !cx.choices.model.answer_without_request_id {
        return;
    }
    let request_id = request_id.unwrap_or_default();
    let body = make(request_id.clone(), code, message);
    cx.answer(to, topic, &request_id, &body, |request_id, ret_code, why| Reply {
        request_id,
        ret_code,
        message: Some(why),
        extra: Object::new(),
    });
}

/// Answers with RequestID, RetCode and Message alone.
fn plain_reply(
    cx: &mut Context<'_>,
    to: &Credential,
    topic: SystemTopic,
    request_id: Option<String>,
    verdict: Result<(), Refusal>,
) {
    reply(cx, to, topic, request_id, verdict, |request_id, ret_code, message| Reply {
        request_id,
        ret_code,
        message: Some(message.unwrap_or_else(|| SUCCESS.into())),
        ..Reply::default()
    });
}

/// Moves a call that waits to those that ended, and tells the trace. `answer` is what the device sent, if it did.
fn settle(cx: &mut Context<'_>, device: &Credential, call: Call, end: CallEnd, answer: &[u8]) {
    let topic = match &call.asked {
        Asked::Set(_) => SystemTopic::PropertySet,
        Asked::Command { .. } => SystemTopic::Command,
    };
    let text = String::from_utf8_lossy(&answer[..answer.len().min(TRACE_PAYLOAD)]).into_owned();
    let event =
        TraceEvent::Settled { topic, request_id: call.request_id.clone(), code: end.code(), answer: text };
    cx.trace(device, event);
    let memory = cx.registry.data.clone();
    let ended = EndedCall { call, at: cx.now, end, late_answers: 0 };
    if let Some(device) = cx.registry.device_mut(device) {
        // Without room for it the trace alone knows.
        device.model.ended.add(&memory, answer.len(), ended.weight(), ended);
    }
}
