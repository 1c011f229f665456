//! Dynamic registration of sub-devices, through their gateway.

use std::collections::BTreeSet;

use super::Refusal;
use super::requests::{Outcome, no_devices};
use crate::mqtt::Secret;
use crate::simulator::registry::{Activation, Device};
use crate::simulator::services::Context;
use crate::uiot::gateway::{Known, Registration};
use crate::uiot::{Credential, RetCode, device_sn_is_regular, limits};

/// Gives out the secrets of sub-devices, and adds those that there are not, under the rules of dynamic registration. The
/// devices stay inactivated until they log in.
pub(super) fn register(cx: &mut Context<'_>, params: Vec<Registration>) -> Outcome<Known> {
    if params.is_empty() {
        return (None, Some(no_devices()));
    }
    let (mut data, mut added, mut refusal) = (Vec::new(), Vec::new(), None);
    let mut seen = BTreeSet::new();
    for Registration { device, product_secret, .. } in params {
        if !seen.insert(device.clone()) {
            continue;
        }
        match secret(cx, &device, &product_secret) {
            Ok((secret, is_new)) => {
                if is_new {
                    added.push(device.clone());
                }
                data.push(Known::new(device, secret));
            }
            Err(why) => refusal = refusal.or(Some(why)),
        }
    }
    if refusal.is_some() && cx.choices.gateway.all_or_nothing {
        for device in added {
            if let Some(product) = cx.registry.product_mut(&device.product_sn) {
                product.devices.remove(&device.device_sn);
            }
        }
        return (None, refusal);
    }
    (Some(data), refusal)
}

/// The secret of a sub-device, and whether the sub-device was added for it.
fn secret(
    cx: &mut Context<'_>,
    device: &Credential,
    product_secret: &Secret,
) -> Result<(Secret, bool), Refusal> {
    let refused = |code, message| Err(Refusal::of(device, code, message));
    let Some(product) = cx.registry.product_mut(&device.product_sn) else {
        return refused(RetCode::NO_PRODUCT, "no such product");
    };
    if !product.behind_gateway {
        return refused(RetCode::PARAMETER_WRONG, "the product's devices are not behind a gateway");
    }
    if *product_secret != product.secret {
        return refused(RetCode::WRONG_SECRET, "another ProductSecret");
    }
    if !product.dynamic_registration {
        return refused(RetCode::UNAUTHORIZED, "dynamic registration is switched off");
    }
    if let Some(found) = product.devices.get(&device.device_sn) {
        return match found.activation {
            Activation::Inactivated => Ok((found.secret.clone(), false)),
            Activation::Activated => refused(RetCode::UNAUTHORIZED, "activated before"),
        };
    }
    if product.pre_authentication {
        return refused(RetCode::NO_DEVICE, "pre-authentication is on, and the device was not added");
    }
    if !device_sn_is_regular(&device.device_sn) {
        return refused(RetCode::PARAMETER_WRONG, "the DeviceSN is none that could be added");
    }
    if product.devices.len() >= limits::DEVICES {
        return refused(RetCode::TOO_MANY_DEVICES, "the product has as many devices as it can");
    }
    let secret = Secret::new(cx.random.sixteen());
    product.devices.insert(device.device_sn.clone(), Device::new(&device.device_sn, secret.clone()));
    Ok((secret, true))
}
