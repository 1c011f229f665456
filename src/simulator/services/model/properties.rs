//! Properties: reports, restoring, and the answers to property sets (property.md).

use super::read::{Refusal, read, shown};
use super::{Asked, Call, CallEnd, Context, no_device, no_room, plain_reply, reply, settle, split};
use crate::simulator::trace::TraceEvent;
use crate::uiot::model::messages::{
    Ask, Object, PropertyDocument, PropertyPost, Reply, RestoreReply, Sample, Samples,
};
use crate::uiot::{Credential, SystemTopic};

/// `tmodel/property/post`.
pub(super) fn post(cx: &mut Context<'_>, from: &Credential, payload: &[u8]) {
    let (request_id, post) = read::<PropertyPost>(&cx.choices.model, payload, &["RequestID", "Property"]);
    let verdict = post.and_then(|post| take(cx, from, post.property));
    plain_reply(cx, from, SystemTopic::PropertyPost, request_id, verdict);
}

fn take(cx: &mut Context<'_>, from: &Credential, samples: Samples) -> Result<(), Refusal> {
    let choices = &cx.choices.model;
    if samples.is_empty() && !choices.empty_lists {
        return Err(Refusal::new(choices.missing, "Property is empty"));
    }
    cx.registry.device(from).ok_or_else(no_device)?;
    let product = cx.registry.product(&from.product_sn).ok_or_else(no_device)?;
    let mut refusals = Vec::new();
    let mut good = Samples::new();
    for (identifier, sample) in samples {
        let property = product.model.template.property(&identifier);
        match choices.check_property(property, &identifier, &sample.value) {
            Ok(()) => {
                good.insert(identifier, sample);
            }
            Err(refusal) => refusals.push(refusal),
        }
    }
    let verdict = Refusal::of_all(&refusals);
    if verdict.is_ok() || choices.partial_posts {
        save(cx, from, good)?;
    }
    verdict
}

/// Saves values and hands all of them to the rule engine.
fn save(cx: &mut Context<'_>, device: &Credential, samples: Samples) -> Result<(), Refusal> {
    let (choices, wall) = (&cx.choices.model, cx.wall);
    if samples.is_empty() {
        return Ok(());
    }
    let memory = cx.registry.data.clone();
    let Some(found) = cx.registry.device_mut(device) else { return Err(no_device()) };
    if !found.model.make_room(&memory, &samples) {
        return Err(no_room());
    }
    let changed = found.model.report(samples, wall, choices.keep_latest_time);
    if changed || choices.document_without_change {
        let property = found.model.values.clone();
        let document = PropertyDocument { latest_update_time: found.model.latest_update, property };
        cx.rule_engine(device, SystemTopic::PropertyDocument, &document);
    }
    Ok(())
}

/// `tmodel/property/restore`.
pub(super) fn restore(cx: &mut Context<'_>, from: &Credential, payload: &[u8]) {
    let (request_id, asked) = read::<Ask>(&cx.choices.model, payload, &["RequestID"]);
    let found = asked.and_then(|_| {
        let device = cx.registry.device(from).ok_or_else(no_device)?;
        Ok((device.model.latest_update, device.model.values.clone()))
    });
    let (found, verdict) = split(found);
    // The C SDK gives up on an answer without `Property`, so it is there even where there is nothing in it.
    let (latest_update_time, property) = found.map_or((None, Samples::new()), |(at, all)| (Some(at), all));
    reply(cx, from, SystemTopic::PropertyRestore, request_id, verdict, |request_id, ret_code, message| {
        RestoreReply { ret_code, request_id, latest_update_time, property, message, extra: Object::new() }
    });
}

/// `tmodel/property/set_reply`. Nobody answers an answer: what is wrong with it shows in the trace.
pub(super) fn set_reply(cx: &mut Context<'_>, from: &Credential, payload: &[u8]) {
    let choices = &cx.choices.model;
    let topic = SystemTopic::PropertySetReply;
    let answer = match read::<Reply>(choices, payload, &["RequestID", "RetCode"]).1 {
        Ok(answer) => answer,
        Err(refusal) => {
            return cx.trace(from, TraceEvent::ServiceError { topic, why: refusal.why });
        }
    };
    let Some(device) = cx.registry.device_mut(from) else { return };
    let is_it = |call: &Call| call.request_id == answer.request_id && matches!(call.asked, Asked::Set(_));
    let Some(place) = device.model.waiting.iter().position(is_it) else {
        let ended = device.model.ended.iter_mut().rev().find(|ended| is_it(&ended.call));
        let why = match ended {
            Some(ended) => {
                ended.late_answers = ended.late_answers.saturating_add(1);
                format!("another answer to the property set {}", answer.request_id)
            }
            None => format!("answer to no property set: {}", shown(&answer.request_id)),
        };
        return cx.trace(from, TraceEvent::ServiceError { topic, why });
    };
    let Some(call) = device.model.waiting.remove(place) else { return };
    let agreed = choices.set_reply_saves && answer.ret_code.is_success();
    if let Asked::Set(values) = &call.asked
        && agreed
    {
        let samples = values.iter().map(|(id, value)| (id.clone(), Sample::of(value.clone())));
        if let Err(refusal) = save(cx, from, samples.collect()) {
            cx.trace(from, TraceEvent::ServiceError { topic, why: refusal.why });
        }
    }
    let end = CallEnd::Answered { code: answer.ret_code, output: Object::new() };
    settle(cx, from, call, end, payload);
}
