//! Dynamic registration of sub-devices, through their gateway.

use std::collections::BTreeSet;

use super::Refusal;
use super::requests::{Outcome, no_devices};
use crate::mqtt::Secret;
use crate::simulator::services::{Context, registration};
use crate::uiot::gateway::{Known, Registration};
use crate::uiot::{Credential, RetCode};

/// What is to be put back if another device of the request is refused: a device that was made, or what was known of its
/// secret.
type Undo = (Credential, Option<(Secret, bool)>);

/// Gives out the secrets of sub-devices, and adds those that there are not, under the rules and choices of dynamic
/// registration. The devices stay inactivated until they log in.
pub(super) fn register(cx: &mut Context<'_>, params: Vec<Registration>) -> Outcome<Known> {
    if params.is_empty() {
        return (None, Some(no_devices()));
    }
    let (mut data, mut undo, mut refusal) = (Vec::new(), Vec::new(), None);
    let mut seen = BTreeSet::new();
    for Registration { device, product_secret, .. } in params {
        if !seen.insert(device.clone()) {
            continue;
        }
        let before = cx.registry.device(&device).map(|found| (found.secret.clone(), found.secret_told));
        match secret(cx, &device, &product_secret) {
            Ok(secret) => data.push(Known::new(device.clone(), secret)),
            Err(why) => refusal = refusal.or(Some(why)),
        }
        undo.push((device, before));
    }
    if refusal.is_some() && cx.choices.gateway.all_or_nothing {
        undo.into_iter().for_each(|undo| put_back(cx, undo));
        return (None, refusal);
    }
    (Some(data), refusal)
}

fn put_back(cx: &mut Context<'_>, (device, before): Undo) {
    let Some(product) = cx.registry.product_mut(&device.product_sn) else { return };
    match (before, product.devices.get_mut(&device.device_sn)) {
        (Some((secret, told)), Some(found)) => {
            found.secret = secret;
            found.secret_told = told;
        }
        (None, Some(_)) => drop(product.devices.remove(&device.device_sn)),
        (_, None) => {}
    }
}

/// The secret of a sub-device, which may be made for it.
fn secret(cx: &mut Context<'_>, device: &Credential, product_secret: &Secret) -> Result<Secret, Refusal> {
    let refused = |code, message| Err(Refusal::of(device, code, message));
    let Some(product) = cx.registry.product(&device.product_sn) else {
        return refused(RetCode::NO_PRODUCT, "no such product");
    };
    if !product.behind_gateway {
        return refused(RetCode::PARAMETER_WRONG, "the product's devices are not behind a gateway");
    }
    if *product_secret != product.secret {
        return refused(RetCode::WRONG_SECRET, "another ProductSecret");
    }
    if let Err(why) = registration::may_register(cx, device) {
        use registration::Refusal as Why;
        let code = match why {
            Why::NoProduct => RetCode::NO_PRODUCT,
            Why::NotAdded => RetCode::NO_DEVICE,
            Why::IrregularDeviceSn => RetCode::PARAMETER_WRONG,
            Why::TooManyDevices => RetCode::TOO_MANY_DEVICES,
            Why::SwitchedOff | Why::Activated => cx.choices.registration.refusal,
        };
        return refused(code, &why.to_string());
    }
    registration::secret(cx, device).map_err(|(code, why)| Refusal::of(device, code, why))
}
