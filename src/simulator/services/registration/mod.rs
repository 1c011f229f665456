//! Dynamic registration: who may log in with a product's secret, and the answer to a device that asks for its own
//! (unique-certificate-per-product_authentication.md).

#[cfg(test)]
mod tests;

use std::fmt;

use serde_json::{Map, Value};

use super::Context;
use crate::mqtt::Secret;
use crate::simulator::registry::{Activation, Device};
use crate::simulator::trace::TraceEvent;
use crate::uiot::registration::Reply;
use crate::uiot::{Credential, RetCode, SystemTopic, device_sn_is_regular, limits};

/// What a request that is no JSON object, or has no `RequestID`, gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadRequest {
    /// An answer with the code whose meaning fits: 230 for bad JSON, 210 without `RequestID`, 310 where it is no string.
    Code,
    /// No answer.
    Silent,
}

/// What a device gets that asks once more before it logged in with its secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// The same secret.
    SameSecret,
    /// A new secret; the one before is no longer valid.
    NewSecret,
    /// A refusal.
    Refused,
}

/// Where a device is refused that was activated before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedAt {
    /// In CONNACK.
    Connect,
    /// In the answer to its request.
    Reply,
}

/// What the documents leave open about dynamic registration.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Choices {
    /// Whether `RetCode` is a string. Yes, as the documents' sample has it, though it is a number everywhere else.
    pub code_as_string: bool,
    /// Of a request that is wrong. [`BadRequest::Code`]; the documents show no error here.
    pub bad_request: BadRequest,
    /// The code in the answer to a device that may not have its secret. The documents speak of restricted permission, so
    /// it is [`RetCode::UNAUTHORIZED`].
    pub refusal: RetCode,
    /// Of a second request. [`Repeat::SameSecret`]: the console shows the secret that the device is given, and the
    /// one-time rule begins only with the first login.
    pub repeat: Repeat,
    /// Of an activated device. [`RefusedAt::Connect`].
    pub refused_at: RefusedAt,
    /// Whether a device that the product does not have may register with a DeviceSN that the console would not take. No.
    pub irregular_device_sn: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            code_as_string: true,
            bad_request: BadRequest::Code,
            refusal: RetCode::UNAUTHORIZED,
            repeat: Repeat::SameSecret,
            refused_at: RefusedAt::Connect,
            irregular_device_sn: false,
        }
    }
}

/// Why a device may not log in with its product's secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::simulator) enum Refusal {
    /// There is no such product.
    NoProduct,
    /// The product has dynamic registration switched off.
    SwitchedOff,
    /// The product has pre-authentication switched on, and does not have the device.
    NotAdded,
    /// The product does not have the device, and its DeviceSN is none that could be added.
    IrregularDeviceSn,
    /// The product has as many devices as it can.
    TooManyDevices,
    /// The device logged in with its own secret before.
    Activated,
}

impl Refusal {
    const fn words(self) -> &'static str {
        match self {
            Self::NoProduct => "no such product",
            Self::SwitchedOff => "dynamic registration is switched off",
            Self::NotAdded => "pre-authentication is on, and the device was not added",
            Self::IrregularDeviceSn => "the DeviceSN is none that could be added",
            Self::TooManyDevices => "the product has 10,000 devices",
            Self::Activated => "the device was activated before",
        }
    }

    /// The code in the answer to a device that asks for its secret.
    const fn code(self, choices: &Choices) -> RetCode {
        match self {
            Self::TooManyDevices => RetCode::TOO_MANY_DEVICES,
            _ => choices.refusal,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// Whether a device may log in with its product's secret, which the caller has compared before; the trace tells why not.
pub(in crate::simulator) fn admit(cx: &mut Context<'_>, device: &Credential) -> bool {
    let admitted = may_register(cx, device);
    if let Err(refusal) = admitted {
        let topic = SystemTopic::Password;
        cx.trace(device, TraceEvent::ServiceError { topic, why: refusal.to_string() });
    }
    admitted.is_ok()
}

/// Whether a device may register dynamically. Where pre-authentication is off, so may one that the product does not have.
pub(in crate::simulator) fn may_register(cx: &Context<'_>, device: &Credential) -> Result<(), Refusal> {
    let choices = &cx.choices.registration;
    let product = cx.registry.product(&device.product_sn).ok_or(Refusal::NoProduct)?;
    if !product.dynamic_registration {
        return Err(Refusal::SwitchedOff);
    }
    if let Some(known) = product.devices.get(&device.device_sn) {
        let refused = known.activation == Activation::Activated && choices.refused_at == RefusedAt::Connect;
        return if refused { Err(Refusal::Activated) } else { Ok(()) };
    }
    if product.pre_authentication {
        return Err(Refusal::NotAdded);
    }
    if !may_be_added(&device.device_sn, choices) {
        return Err(Refusal::IrregularDeviceSn);
    }
    if product.devices.len() >= limits::DEVICES {
        return Err(Refusal::TooManyDevices);
    }
    Ok(())
}

/// A DeviceSN becomes a level of topics, whatever else it may be.
fn may_be_added(device_sn: &str, choices: &Choices) -> bool {
    let a_level = (1..=*limits::DEVICE_SN_LENGTH.end()).contains(&device_sn.len())
        && !device_sn.starts_with('$')
        && !device_sn.contains(['/', '+', '#', '|', '\0']);
    device_sn_is_regular(device_sn) || (choices.irregular_device_sn && a_level)
}

/// A request on `password`, from a device that logged in with its product's secret.
pub(super) fn receive(cx: &mut Context<'_>, from: &Credential, payload: &[u8]) {
    let (request_id, result) = match request_id(payload) {
        Ok(id) => (Some(id), secret(cx, from)),
        Err((code, why)) => (None, Err((code, why))),
    };
    let silent = request_id.is_none() && cx.choices.registration.bad_request == BadRequest::Silent;
    let (ret_code, password) = match result {
        Ok(secret) => (RetCode::SUCCESS, Some(secret)),
        Err((code, why)) => {
            cx.trace(from, TraceEvent::ServiceError { topic: SystemTopic::Password, why: why.to_owned() });
            (code, None)
        }
    };
    if !silent {
        let repeated = request_id.clone().unwrap_or_default();
        let reply = Reply { ret_code, request_id, password, message: None, rest: Map::new() };
        let reply = reply.write(cx.choices.registration.code_as_string);
        let as_string = cx.choices.registration.code_as_string;
        cx.answer(from, SystemTopic::Password, &repeated, &reply, |request_id, ret_code, why| {
            let (request_id, message) = (Some(request_id), Some(why));
            Reply { ret_code, request_id, password: None, message, rest: Map::new() }.write(as_string)
        });
    }
}

/// A code, and what the trace says.
type Wrong = (RetCode, &'static str);

fn request_id(payload: &[u8]) -> Result<String, Wrong> {
    let Ok(Value::Object(mut request)) = serde_json::from_slice(payload) else {
        return Err((RetCode::PARAMETER_WRONG, "the message is no JSON object"));
    };
    match request.remove("RequestID") {
        Some(Value::String(id)) => Ok(id),
        None | Some(Value::Null) => Err((RetCode::PARAMETER_MISSING, "RequestID is missing")),
        Some(_) => Err((RetCode::PARAMETER_TYPE, "RequestID is no string")),
    }
}

/// The secret for the device; the switch, or its state, may have changed since it logged in. A device that the product
/// does not have is added now, and not when it connects: else who knows the ProductSecret could fill the product with names
/// and never ask.
pub(super) fn secret(cx: &mut Context<'_>, from: &Credential) -> Result<Secret, Wrong> {
    let choices = &cx.choices.registration;
    if cx.registry.device(from).is_none() {
        may_register(cx, from).map_err(|why| (why.code(choices), why.words()))?;
        let new = Device::new(from.device_sn.clone(), Secret::new(cx.random.sixteen()));
        if let Some(product) = cx.registry.product_mut(&from.product_sn) {
            product.devices.insert(from.device_sn.clone(), new);
        }
    }
    let refused = |why| Err((choices.refusal, why));
    let Some(product) = cx.registry.product_mut(&from.product_sn) else { return refused("no such product") };
    if !product.dynamic_registration {
        return refused("dynamic registration is switched off");
    }
    let Some(device) = product.devices.get_mut(&from.device_sn) else { return refused("no such device") };
    if device.activation == Activation::Activated {
        return refused("the device was activated before");
    }
    match choices.repeat {
        Repeat::Refused if device.secret_told => return refused("the device was told its secret before"),
        Repeat::NewSecret if device.secret_told => device.secret = Secret::new(cx.random.sixteen()),
        _ => {}
    }
    device.secret_told = true;
    Ok(device.secret.clone())
}
