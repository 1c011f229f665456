//! What devices answer to commands, and what becomes of those that they do not answer (command.md).

use super::read::{read, shown};
use super::{Asked, Call, CallEnd, Choices, CommandKind, Context, DeviceCode, settle};
use crate::simulator::trace::TraceEvent;
use crate::uiot::model::Template;
use crate::uiot::model::messages::{CommandReply, Object};
use crate::uiot::{Credential, RetCode, SystemTopic};

const TOPIC: SystemTopic = SystemTopic::CommandReply;

/// `tmodel/command_reply/<request_id>`.
pub(super) fn reply(cx: &mut Context<'_>, from: &Credential, request_id: &str, payload: &[u8]) {
    // The alarm and the answer may fall on the same moment; the time counts, not the order.
    if is_overdue(cx, from, request_id) {
        overdue(cx, from, request_id);
    }
    let choices = &cx.choices.model;
    let Some((device, product, _)) = cx.registry.device_and_product_mut(from) else { return };
    let Some(place) = device.model.waiting.iter().position(|call| is_command(call, request_id)) else {
        return unexpected(cx, from, request_id);
    };
    let end = match judge(choices, &product.template, &device.model.waiting[place], payload) {
        Ok((code, output)) => CallEnd::Answered { code, output },
        Err(why) if choices.wrong_answer_ends => CallEnd::WrongAnswer { code: RetCode::COMMAND_REPLY, why },
        Err(why) => {
            let why = format!("answer to the command {request_id} passed over: {why}");
            return cx.trace(from, TraceEvent::ServiceError { topic: TOPIC, why });
        }
    };
    let Some(call) = device.model.waiting.remove(place) else { return };
    if let CallEnd::WrongAnswer { why, .. } = &end {
        let why = format!("wrong answer to the command {request_id}: {why}");
        cx.trace(from, TraceEvent::ServiceError { topic: TOPIC, why });
    }
    settle(cx, from, call, end, payload);
}

/// An answer for which no command waits.
fn unexpected(cx: &mut Context<'_>, from: &Credential, request_id: &str) {
    let Some(device) = cx.registry.device_mut(from) else { return };
    let ended = device.model.ended.iter_mut().rev().find(|ended| is_command(&ended.call, request_id));
    let why = match ended {
        Some(ended) => {
            ended.late_answers = ended.late_answers.saturating_add(1);
            let which = if ended.end == CallEnd::Overdue { "late" } else { "another" };
            format!("{which} answer to the command {request_id}")
        }
        None => format!("answer to no command: {}", shown(request_id)),
    };
    cx.trace(from, TraceEvent::ServiceError { topic: TOPIC, why });
}

fn is_command(call: &Call, request_id: &str) -> bool {
    call.request_id == request_id && matches!(call.asked, Asked::Command { .. })
}

/// What the application gets of an answer, or what is wrong with it.
fn judge(
    choices: &Choices,
    template: &Template,
    call: &Call,
    payload: &[u8],
) -> Result<(RetCode, Object), String> {
    let Asked::Command { identifier, .. } = &call.asked else { return Err("no command".into()) };
    let answer = read::<CommandReply>(choices, payload, &["RequestID", "RetCode", "Identifier"]).1;
    let answer = answer.map_err(|refusal| refusal.why)?;
    if answer.request_id != call.request_id {
        return Err(format!("RequestID is {}", shown(&answer.request_id)));
    }
    if answer.identifier != *identifier {
        return Err(format!("Identifier is {}, not {identifier}", shown(&answer.identifier)));
    }
    if !answer.ret_code.is_success() && choices.device_code == DeviceCode::ReplyError {
        return Err(format!("the device answered {}", answer.ret_code));
    }
    let output = match answer.output {
        Some(output) => output,
        None if choices.output_required && answer.ret_code.is_success() => {
            return Err("Output is missing".into());
        }
        None => Object::new(),
    };
    // A command that the model lost meanwhile has nothing to be held to.
    if let Some(command) = template.command(identifier)
        && answer.ret_code.is_success()
    {
        choices.check_output(command, &output).map_err(|refusal| refusal.why)?;
    }
    Ok((answer.ret_code, output))
}

fn is_overdue(cx: &Context<'_>, device: &Credential, request_id: &str) -> bool {
    let Some(device) = cx.registry.device(device) else { return false };
    device.model.waiting.iter().filter(|call| is_command(call, request_id)).any(|call| match &call.asked {
        Asked::Command { kind: CommandKind::Sync(timeout), .. } => cx.now > call.at + *timeout,
        _ => false,
    })
}

/// The time that a device has for a synchronous command is over.
pub(in super::super) fn overdue(cx: &mut Context<'_>, device: &Credential, request_id: &str) {
    let Some(found) = cx.registry.device_mut(device) else { return };
    let Some(place) = found.model.waiting.iter().position(|call| is_command(call, request_id)) else {
        return;
    };
    let Some(call) = found.model.waiting.remove(place) else { return };
    settle(cx, device, call, CallEnd::Overdue, &[]);
}
