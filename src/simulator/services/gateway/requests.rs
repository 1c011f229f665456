use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::cloud::Taken;
use super::{Refusal, cloud, registration, topology};
use crate::simulator::services::Context;
use crate::simulator::{TRACE_PAYLOAD, TraceEvent};
use crate::uiot::gateway::{Reply, Request, SubDevice};
use crate::uiot::{Credential, RetCode, SystemTopic};

/// Characters of an error in a reply and in the trace.
const ERROR_LENGTH: usize = 300;

/// What a request comes to: the data of the reply, and the first refusal.
pub(super) type Outcome<D> = (Option<Vec<D>>, Option<Refusal>);

/// A message on one of the topics `subdev/…` that a gateway publishes.
pub(in crate::simulator::services) fn receive(
    cx: &mut Context<'_>,
    from: &Credential,
    topic: SystemTopic,
    payload: &[u8],
) {
    use SystemTopic as T;
    match topic {
        T::SubRegister => answer(cx, from, topic, payload, registration::register),
        T::TopoAdd => answer(cx, from, topic, payload, |cx, params| add(cx, from, params)),
        T::TopoDelete => answer(cx, from, topic, payload, |cx, params| {
            let check = |cx: &Context<'_>, device: &Credential| topology::owned(cx, device, from);
            each(cx, params, check, |cx, device| drop(topology::detach(cx, device)))
        }),
        T::TopoGet => answer(cx, from, topic, payload, |cx, _: Vec<Value>| (Some(get(cx, from)), None)),
        T::SubLogin => answer(cx, from, topic, payload, |cx, params| {
            let check = |cx: &Context<'_>, device: &Credential| may_log_in(cx, device, from);
            each(cx, params, check, |cx, device| topology::log_in(cx, device, from))
        }),
        T::SubLogout => answer(cx, from, topic, payload, |cx, params| {
            let check = |cx: &Context<'_>, device: &Credential| is_logged_in(cx, device, from);
            each(cx, params, check, topology::log_out)
        }),
        T::TopoFound => found(cx, from, payload),
        _ => {}
    }
}

fn add(cx: &mut Context<'_>, gateway: &Credential, params: Vec<SubDevice>) -> Outcome<SubDevice> {
    let mut taken = Taken::new();
    let outcome = each(cx, params, topology::known, |cx, device| {
        if let Some(former) = topology::attach(cx, device, gateway) {
            taken.entry(former).or_default().insert(device.clone());
        }
    });
    cloud::tell_former_owners(cx, &taken);
    outcome
}

fn get(cx: &Context<'_>, gateway: &Credential) -> Vec<SubDevice> {
    let sub_devices = cx.registry.device(gateway).map(|found| found.gateway.sub_devices());
    sub_devices.into_iter().flatten().cloned().map(SubDevice::from).collect()
}

fn may_log_in(cx: &Context<'_>, device: &Credential, gateway: &Credential) -> Result<(), Refusal> {
    topology::known(cx, device)?;
    let Some(found) = cx.registry.device(device) else { return Ok(()) };
    let free = !cx.choices.gateway.login_needs_topology && found.gateway.owner().is_none();
    if found.gateway.owner() != Some(gateway) && !free {
        return Err(Refusal::of(device, RetCode::UNAUTHORIZED, "not in the gateway's topology"));
    }
    match found.disabled {
        true => Err(Refusal::of(device, RetCode::UNAUTHORIZED, "disabled")),
        false => Ok(()),
    }
}

fn is_logged_in(cx: &Context<'_>, device: &Credential, gateway: &Credential) -> Result<(), Refusal> {
    topology::known(cx, device)?;
    match topology::speaks_for(cx.registry, gateway, device) {
        true => Ok(()),
        false => Err(Refusal::of(device, RetCode::NOT_ONLINE, "not logged in through the gateway")),
    }
}

/// Goes to the rule engine as it is; an application may answer it.
fn found(cx: &mut Context<'_>, from: &Credential, payload: &[u8]) {
    let payload = payload[..payload.len().min(TRACE_PAYLOAD)].to_vec();
    cx.trace(from, TraceEvent::RuleEngine { topic: SystemTopic::TopoFound, payload });
}

/// Does something to each of the devices that passes a check: to none if one does not, unless
/// [`super::Choices::all_or_nothing`] is off.
fn each(
    cx: &mut Context<'_>,
    params: Vec<SubDevice>,
    check: impl Fn(&Context<'_>, &Credential) -> Result<(), Refusal>,
    mut act: impl FnMut(&mut Context<'_>, &Credential),
) -> Outcome<SubDevice> {
    let devices: BTreeSet<_> = params.into_iter().map(|sub| sub.device).collect();
    if devices.is_empty() {
        return (None, Some(no_devices()));
    }
    let refusal = devices.iter().find_map(|device| check(cx, device).err());
    if refusal.is_some() && cx.choices.gateway.all_or_nothing {
        return (None, refusal);
    }
    for device in &devices {
        if check(cx, device).is_ok() {
            act(cx, device);
        }
    }
    (None, refusal)
}

pub(super) fn no_devices() -> Refusal {
    Refusal::new(RetCode::PARAMETER_MISSING, "Params names no device")
}

/// Reads a request, lets it be worked at, and answers it.
fn answer<P: DeserializeOwned, D: Serialize>(
    cx: &mut Context<'_>,
    from: &Credential,
    topic: SystemTopic,
    payload: &[u8],
    work: impl FnOnce(&mut Context<'_>, Vec<P>) -> Outcome<D>,
) {
    let is_gateway = cx.registry.product(&from.product_sn).is_some_and(|product| product.gateway);
    let (request_id, (data, refusal)) = match serde_json::from_slice::<Request<P>>(payload) {
        // The broker grants these topics to gateways alone.
        Ok(request) if !is_gateway => {
            let refusal = Refusal::of(from, RetCode::UNAUTHORIZED, "not a gateway");
            (Some(request.request_id), (None, Some(refusal)))
        }
        Ok(request) => (Some(request.request_id), work(cx, request.params)),
        Err(error) => {
            let why: String = error.to_string().chars().take(ERROR_LENGTH).collect();
            (request_id(cx, payload), (None, Some(Refusal::new(RetCode::PARAMETER_WRONG, &why))))
        }
    };
    if let Some(refusal) = &refusal {
        cx.trace(from, TraceEvent::ServiceError { topic, why: refusal.message.clone() });
    }
    let Some(request_id) = request_id else { return };
    let mut reply = match refusal {
        None => Reply::success(&request_id, None),
        Some(refusal) => Reply::error(&request_id, refusal.code, refusal.message),
    };
    reply.data = data;
    cx.answer(from, topic, &request_id, &reply, Reply::<D>::error);
}

/// The RequestID of a request that is wrong otherwise, if such a one is to be answered.
fn request_id(cx: &Context<'_>, payload: &[u8]) -> Option<String> {
    let wanted = cx.choices.gateway.answer_unreadable;
    let body: Value = wanted.then(|| serde_json::from_slice(payload).ok()).flatten()?;
    body.get("RequestID")?.as_str().map(str::to_owned)
}
