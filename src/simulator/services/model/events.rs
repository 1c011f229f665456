//! Events (event.md).

use super::read::{Refusal, read, shown};
use super::{Context, EventRecord, no_device, no_room, plain_reply};
use crate::uiot::model::messages::EventPost;
use crate::uiot::{Credential, RetCode, SystemTopic};

/// `tmodel/event/post`.
pub(super) fn post(cx: &mut Context<'_>, from: &Credential, payload: &[u8]) {
    let required: &[&str] = if cx.choices.model.output_required {
        &["RequestID", "Identifier", "Output"]
    } else {
        &["RequestID", "Identifier"]
    };
    let (request_id, event) = read::<EventPost>(&cx.choices.model, payload, required);
    let verdict = event.and_then(|event| take(cx, from, event, payload.len()));
    plain_reply(cx, from, SystemTopic::EventPost, request_id, verdict);
}

fn take(cx: &mut Context<'_>, from: &Credential, event: EventPost, bytes: usize) -> Result<(), Refusal> {
    let choices = &cx.choices.model;
    let memory = cx.registry.data.clone();
    let (device, product, _) = cx.registry.device_and_product_mut(from).ok_or_else(no_device)?;
    let Some(definition) = product.template.event(&event.identifier) else {
        let why = format!("{}: the thing model has no such event", shown(&event.identifier));
        return Err(Refusal::new(RetCode::NO_EVENT, why));
    };
    choices.check_event(definition, &event.output)?;
    let record = EventRecord {
        request_id: event.request_id,
        identifier: event.identifier,
        name: definition.name.clone(),
        event_type: definition.event_type,
        time: event.time.unwrap_or(cx.wall),
        output: event.output,
    };
    if device.model.events.add(&memory, bytes, record.weight(), record) { Ok(()) } else { Err(no_room()) }
}
