//! What the cloud does with gateways: puts devices into a topology, takes them out, answers what a gateway found.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::{form_of, go_button, text_field};
use crate::i18n::Lang;
use crate::simulator::{Platform, TraceEvent};
use crate::ui::cloud::actions::Action;
use crate::ui::cloud::outcome::{Done, Fault};
use crate::ui::cloud::{Cloud, use_cloud};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::uiot::{Credential, PlatformTopic, RetCode, SystemTopic};

/// Devices that are offered at most.
const OFFERED: usize = 200;

/// What is chosen and typed.
#[derive(Clone, Copy)]
pub(super) struct GatewayDraft {
    picked: RwSignal<BTreeSet<Credential>>,
    request_id: RwSignal<String>,
    code: RwSignal<String>,
    message: RwSignal<String>,
}

impl GatewayDraft {
    pub(super) fn new() -> Self {
        Self {
            picked: RwSignal::new(BTreeSet::new()),
            request_id: RwSignal::new(String::new()),
            code: RwSignal::new("0".to_owned()),
            message: RwSignal::new(String::new()),
        }
    }
}

/// Devices whose product is for devices behind gateways, each with the gateway that it belongs to.
fn behind(platform: &Platform) -> Vec<(Credential, Option<Credential>)> {
    let products = platform.registry().products.values().filter(|product| product.behind_gateway);
    let devices = products.flat_map(|product| {
        product
            .devices
            .values()
            .map(|device| (Credential::new(&product.sn, &device.sn), device.gateway.owner().cloned()))
    });
    devices.take(OFFERED).collect()
}

fn is_gateway(cloud: Cloud) -> bool {
    let Some(target) = cloud.target() else { return false };
    cloud.look(|platform, _| {
        platform.registry().product(&target.product_sn).is_some_and(|product| product.gateway)
    })
}

/// The RequestID of the last `topo/found` of this gateway that the trace has.
fn last_found(platform: &Platform, gateway: &Credential) -> Option<String> {
    let found = |event: &TraceEvent| {
        let TraceEvent::Message { topic, payload, .. } = event else { return None };
        let PlatformTopic::System { topic: SystemTopic::TopoFound, .. } = PlatformTopic::parse(topic)? else {
            return None;
        };
        let body: serde_json::Value = serde_json::from_slice(payload).ok()?;
        body.get("RequestID")?.as_str().map(str::to_owned)
    };
    let mut lines = platform.trace().lines().rev().filter(|line| line.device.as_ref() == Some(gateway));
    lines.find_map(|line| found(&line.event))
}

fn not_a_gateway(cloud: Cloud) -> AnyView {
    let lang = use_lang();
    let gateway = Memo::new(move |_| is_gateway(cloud));
    view! {
        <Show when=move || !gateway.get()>
            <p class="hint warn" data-testid="cloud-no-gateway">
                <Icon name=IconName::Warning small=true />
                <span>{move || lang.get().cloud_no_gateway()}</span>
            </p>
        </Show>
    }
    .into_any()
}

fn change(cloud: Cloud, add: bool) {
    let Some(target) = untrack(|| cloud.target()) else { return };
    let devices: Vec<_> = cloud.drafts.gateway.picked.get_untracked().into_iter().collect();
    if devices.is_empty() {
        return cloud.decline(Action::Topology, Fault::Form(Lang::cloud_no_devices));
    }
    cloud.attempt(Action::Topology, |platform, now| {
        if add {
            platform.add_sub_devices(now, &target, &devices)?;
            Ok(Done::Added(devices.len()))
        } else {
            platform.remove_sub_devices(now, &target, &devices)?;
            Ok(Done::Removed(devices.len()))
        }
    });
}

pub(super) fn topology_form() -> AnyView {
    let lang = use_lang();
    let cloud = use_cloud();
    let all = Memo::new(move |_| cloud.look(|platform, _| behind(platform)));
    let none = move || all.with(Vec::is_empty);
    // A device that is gone is no longer meant.
    Effect::new(move |_| {
        let gone = |picked: &BTreeSet<Credential>| {
            all.with(|all| picked.iter().any(|device| !all.iter().any(|(known, _)| known == device)))
        };
        let picked = cloud.drafts.gateway.picked;
        if picked.with_untracked(gone) {
            picked.update(|picked| {
                all.with_untracked(|all| {
                    picked.retain(|device| all.iter().any(|(known, _)| known == device))
                });
            });
        }
    });
    let devices = move || all.with(|all| all.iter().map(|(device, _)| device.clone()).collect::<Vec<_>>());
    let controls = view! {
        {not_a_gateway(cloud)}
        <fieldset class="cl-subs">
            <legend class="lb">{move || lang.get().cloud_topology_devices()}</legend>
            <For
                each=devices
                key=Credential::client_id
                children=move |device| sub_device(cloud, all, device)
            />
            <Show when=none>
                <p class="hint">{move || lang.get().cloud_topology_none()}</p>
            </Show>
        </fieldset>
        <div class="row cl-line">
            <span class="right row">
                <button
                    type="button"
                    class="btn"
                    data-testid="cloud-topology-remove"
                    on:click=move |_| change(cloud, false)
                >
                    {move || lang.get().cloud_topology_remove()}
                </button>
                {go_button("cloud-send", Lang::cloud_topology_add, IconName::Plus)}
            </span>
        </div>
    };
    form_of(controls.into_any(), move || change(cloud, true))
}

fn sub_device(cloud: Cloud, all: Memo<Vec<(Credential, Option<Credential>)>>, device: Credential) -> AnyView {
    let lang = use_lang();
    let picked = cloud.drafts.gateway.picked;
    let (known, is_picked, changed) = (device.clone(), device.clone(), device.clone());
    let owner = Memo::new(move |_| {
        all.with(|all| all.iter().find(|(of, _)| *of == known).and_then(|(_, owner)| owner.clone()))
    });
    let stands = move || match owner.get() {
        None => lang.get().cloud_topology_free().to_owned(),
        Some(owner) if cloud.target().as_ref() == Some(&owner) => lang.get().cloud_topology_own().to_owned(),
        Some(owner) => lang.get().cloud_topology_other(&owner.device_sn),
    };
    let pick = move |on: bool| {
        picked.update(|picked| {
            if on {
                picked.insert(changed.clone())
            } else {
                picked.remove(&changed)
            };
        });
    };
    view! {
        <label class="chk cl-sub" data-testid="cloud-sub" data-device=device.device_sn.clone()>
            <input
                type="checkbox"
                prop:checked=move || picked.with(|picked| picked.contains(&is_picked))
                on:change:target=move |event| pick(event.target().checked())
            />
            <code>{device.device_sn.clone()}</code>
            <span class="fg3">{stands}</span>
        </label>
    }
    .into_any()
}

fn reply(cloud: Cloud) {
    let draft = cloud.drafts.gateway;
    let Some(target) = untrack(|| cloud.target()) else { return };
    let Ok(code) = draft.code.with_untracked(|typed| typed.trim().parse::<i64>()) else {
        return cloud.decline(Action::Found, Fault::Form(Lang::cloud_bad_code));
    };
    let (request_id, message) = (draft.request_id.get_untracked(), draft.message.get_untracked());
    let message = Some(message.as_str()).filter(|message| !message.is_empty());
    cloud.attempt(Action::Found, |platform, now| {
        platform.reply_found(now, &target, &request_id, RetCode(code), message)?;
        Ok(Done::Replied)
    });
}

pub(super) fn found_form() -> AnyView {
    let lang = use_lang();
    let cloud = use_cloud();
    let draft = cloud.drafts.gateway;
    let last = Memo::new(move |_| {
        let target = cloud.target()?;
        cloud.look(|platform, _| last_found(platform, &target))
    });
    // What is to be answered is filled in, unless somebody typed something.
    Effect::new(move |before: Option<Option<String>>| {
        let last = last.get();
        let untouched = draft.request_id.with_untracked(|typed| {
            typed.is_empty() || before.flatten().is_some_and(|before| before == *typed)
        });
        if let Some(last) = last.clone().filter(|_| untouched) {
            draft.request_id.set(last);
        }
        last
    });
    let controls = view! {
        {not_a_gateway(cloud)}
        <div class="cl-three">
            {text_field("cloud-found-id", Lang::cloud_found_id, draft.request_id, false, None)}
            {text_field("cloud-found-code", Lang::cloud_found_code, draft.code, true, None)}
            {text_field("cloud-found-message", Lang::cloud_found_message, draft.message, false, None)}
        </div>
        <div class="row cl-line">
            {move || match last.get() {
                Some(last) => {
                    view! {
                        <button
                            type="button"
                            class="btn sm"
                            data-testid="cloud-found-last"
                            on:click=move |_| draft.request_id.set(last.clone())
                        >
                            {move || lang.get().cloud_found_last()}
                        </button>
                    }
                        .into_any()
                }
                None => {
                    view! { <span class="hint">{move || lang.get().cloud_found_none()}</span> }.into_any()
                }
            }} {go_button("cloud-send", Lang::cloud_reply, IconName::Send)}
        </div>
    };
    form_of(controls.into_any(), move || reply(cloud))
}
