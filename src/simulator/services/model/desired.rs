//! Desired values: what the cloud set while the device was offline (desired.md).

use std::collections::BTreeMap;

use super::read::{Refusal, read, shown};
use super::{Context, DeviceModel, EmptyRequire, no_device, plain_reply, reply, split};
use crate::uiot::model::messages::{
    DesiredDelete, DesiredGet, DesiredReply, DesiredValue, DesiredVersion, Object,
};
use crate::uiot::{Credential, SystemTopic};

/// `tmodel/property/desired/get`.
pub(super) fn get(cx: &mut Context<'_>, from: &Credential, payload: &[u8]) {
    let (request_id, asked) = read::<DesiredGet>(&cx.choices.model, payload, &["RequestID", "Require"]);
    let found = asked.and_then(|asked| find(cx, from, &asked.require));
    let (found, verdict) = split(found);
    // The C SDK gives up on an answer without `Desired`, so it is there even where there is nothing in it.
    let desired = found.unwrap_or_default();
    reply(cx, from, SystemTopic::DesiredGet, request_id, verdict, |request_id, ret_code, message| {
        DesiredReply { ret_code, request_id, desired, message, extra: Object::new() }
    });
}

fn find(
    cx: &mut Context<'_>,
    from: &Credential,
    require: &[String],
) -> Result<BTreeMap<String, DesiredValue>, Refusal> {
    let choices = &cx.choices.model;
    let (device, product, _) = cx.registry.device_and_product_mut(from).ok_or_else(no_device)?;
    let desired = &device.model.desired;
    if require.is_empty() {
        return match choices.empty_require {
            EmptyRequire::All => Ok(desired.clone()),
            EmptyRequire::Nothing => Ok(BTreeMap::new()),
            EmptyRequire::Refused => Err(Refusal::new(choices.missing, "Require is empty")),
        };
    }
    if let Some(code) = choices.unknown_require
        && let Some(unknown) = require.iter().find(|id| product.template.property(id).is_none())
    {
        let why = format!("{}: the thing model has no such property", shown(unknown));
        return Err(Refusal::new(code, why));
    }
    let found = require.iter().filter_map(|id| Some((id.clone(), desired.get(id)?.clone())));
    Ok(found.collect())
}

/// `tmodel/property/desired/delete`.
pub(super) fn delete(cx: &mut Context<'_>, from: &Credential, payload: &[u8]) {
    let (request_id, asked) = read::<DesiredDelete>(&cx.choices.model, payload, &["RequestID", "Delete"]);
    let verdict = asked.and_then(|asked| forget(cx, from, &asked.delete));
    plain_reply(cx, from, SystemTopic::DesiredDelete, request_id, verdict);
}

fn forget(
    cx: &mut Context<'_>,
    from: &Credential,
    delete: &BTreeMap<String, DesiredVersion>,
) -> Result<(), Refusal> {
    let choices = &cx.choices.model;
    if delete.is_empty() && !choices.empty_lists {
        return Err(Refusal::new(choices.missing, "Delete is empty"));
    }
    let memory = cx.registry.data.clone();
    let device = cx.registry.device_mut(from).ok_or_else(no_device)?;
    let mut refusals = Vec::new();
    let mut good = Vec::new();
    for (identifier, version) in delete {
        match judge(choices, &device.model, identifier, version) {
            Ok(()) => good.push(identifier),
            Err(refusal) => refusals.push(refusal),
        }
    }
    let verdict = Refusal::of_all(&refusals);
    if verdict.is_ok() || choices.partial_deletes {
        for identifier in good {
            device.model.desired.remove(identifier);
        }
        device.model.give_back(&memory);
    }
    verdict
}

fn judge(
    choices: &super::Choices,
    model: &DeviceModel,
    identifier: &str,
    delete: &DesiredVersion,
) -> Result<(), Refusal> {
    let lower_case = delete.lower_case().filter(|_| choices.lower_case_version);
    let Some(version) = delete.version.or(lower_case) else {
        return Err(Refusal::new(choices.missing, format!("{}: Version is missing", shown(identifier))));
    };
    match model.desired.get(identifier) {
        Some(desired) if desired.version == version => Ok(()),
        Some(desired) => {
            let why = format!("{identifier}: Version is {}, not {version}", desired.version);
            Err(Refusal::new(choices.desired_version, why))
        }
        None => Err(Refusal::new(choices.no_desired, format!("{}: no desired value", shown(identifier)))),
    }
}
