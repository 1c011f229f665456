//! The demo's application: what somebody with an app on his phone might do.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::super::services::{Alarm, Context, model, shadow};
use crate::mqtt::Moment;
use crate::uiot::Credential;
use crate::uiot::model::messages::Object;

/// From a device's coming online to the first thing.
const FIRST: Duration = Duration::from_secs(6);
/// From one thing to the next.
const PAUSE: Duration = Duration::from_secs(20);

/// When something is to be done with which device, by DeviceSN.
#[derive(Clone, Debug, Default)]
pub(in crate::simulator) struct Application {
    next: BTreeMap<String, (Moment, usize)>,
}

pub(super) fn switch(cx: &mut Context<'_>, product_sn: &str, runs: bool) {
    let Some(product) = cx.registry.product_mut(product_sn) else { return };
    product.application = runs.then(Application::default);
    let online = product.devices.values().filter(|device| device.online);
    let online: Vec<_> = online.map(|device| Credential::new(product_sn, &device.sn)).collect();
    for device in online {
        came_online(cx, &device);
    }
}

/// A device came online: soon something is done with it.
pub(in crate::simulator) fn came_online(cx: &mut Context<'_>, device: &Credential) {
    plan(cx, device, FIRST, 0);
}

fn plan(cx: &mut Context<'_>, device: &Credential, after: Duration, step: usize) {
    let at = cx.now + after;
    let Some(product) = cx.registry.product_mut(&device.product_sn) else { return };
    let Some(application) = &mut product.application else { return };
    application.next.insert(device.device_sn.clone(), (at, step));
    cx.wake_after(after, Alarm::Application { device: device.clone() });
}

/// The time has come to do something.
pub(in crate::simulator) fn act(cx: &mut Context<'_>, device: &Credential) {
    let Some(product) = cx.registry.product_mut(&device.product_sn) else { return };
    let Some(application) = &mut product.application else { return };
    // A device that came online anew has a later appointment.
    let Some(&(at, step)) = application.next.get(&device.device_sn) else { return };
    if at > cx.now {
        return;
    }
    application.next.remove(&device.device_sn);
    if !product.devices.get(&device.device_sn).is_some_and(|known| known.online) {
        return;
    }
    let round = (step / 4) as u64;
    let target = 20 + cx.random.number() % 9;
    // Each may be refused where somebody changed the model; that stands in nobody's way.
    match step % 4 {
        0 => drop(set(cx, device, json!({ "target_temperature": target }))),
        1 => {
            let kind = model::CommandKind::Sync(crate::uiot::limits::COMMAND_TIMEOUT);
            let input = object(json!({ "level": 1 + round % 3 }));
            let _ = model::send_command(cx, device, "self_test", input, kind);
        }
        2 => {
            let wish = object(json!({ "brightness": 20 * (1 + round % 5) }));
            let _ = shadow::set_desired(cx, device, &wish, None);
        }
        _ => drop(set(
            cx,
            device,
            json!({ "mode": round % 5, "fan": { "speed": 1 + round % 5, "swing": round % 2 } }),
        )),
    }
    plan(cx, device, PAUSE, step + 1);
}

fn set(cx: &mut Context<'_>, device: &Credential, values: serde_json::Value) -> Option<model::SetOutcome> {
    model::set_property(cx, device, object(values), false).ok()
}

fn object(value: serde_json::Value) -> Object {
    match value {
        serde_json::Value::Object(object) => object,
        _ => Object::default(),
    }
}
