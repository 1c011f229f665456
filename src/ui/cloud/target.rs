//! Which device of the simulator is acted upon, and how it is.

use leptos::prelude::*;

use super::{Cloud, use_cloud};
use crate::i18n::Lang;
use crate::simulator::{DeviceState, Platform};
use crate::ui::context::use_lang;
use crate::uiot::Credential;

/// Devices that the list offers; a product may have 10,000.
const OFFERED: usize = 300;

/// The state in words.
pub(super) const fn state_words(lang: Lang, state: DeviceState) -> &'static str {
    match state {
        DeviceState::Online => lang.cloud_state_online(),
        DeviceState::Offline => lang.cloud_state_offline(),
        DeviceState::Inactivated => lang.cloud_state_inactivated(),
        DeviceState::Disabled => lang.cloud_state_disabled(),
    }
}

/// The class of the state's mark.
pub(super) const fn state_mark(state: DeviceState) -> &'static str {
    match state {
        DeviceState::Online => "dot on",
        DeviceState::Disabled => "dot stop",
        DeviceState::Offline | DeviceState::Inactivated => "dot off",
    }
}

/// Devices with their states, and how many more there are.
#[derive(Clone, Default, PartialEq)]
struct Offer {
    devices: Vec<(Credential, DeviceState)>,
    more: usize,
}

fn offer(platform: &Platform) -> Offer {
    let products = platform.registry().products.values();
    let mut all = products.flat_map(|product| {
        product.devices.values().map(|device| (Credential::new(&product.sn, &device.sn), device.state()))
    });
    let devices = all.by_ref().take(OFFERED).collect();
    Offer { devices, more: all.count() }
}

/// The state of the device acted upon; none where it does not exist.
pub(super) fn target_state(cloud: Cloud) -> Option<DeviceState> {
    let target = cloud.target()?;
    cloud.look(|platform, _| platform.registry().device(&target).map(crate::simulator::Device::state))
}

/// Chooses the device.
#[component]
pub(super) fn TargetChoice() -> impl IntoView {
    let lang = use_lang();
    let cloud = use_cloud();
    let offer = Memo::new(move |_| cloud.look(|platform, _| offer(platform)));
    let choose = move |typed: String| {
        let found = offer.with_untracked(|offer| {
            offer.devices.iter().map(|(device, _)| device).find(|device| device.client_id() == typed).cloned()
        });
        cloud.chosen.set(found);
    };
    let items = move || {
        let lang = lang.get();
        let own = cloud.bench.uiot_device.get();
        let own_name = own.as_ref().map_or("—", |own| own.device_sn.as_str());
        let own_item = view! { <option value="">{lang.cloud_target_own(own_name)}</option> };
        let item = |(device, state): &(Credential, DeviceState)| {
            let id = device.client_id();
            let name = format!("{} · {}", device.device_sn, state_words(lang, *state));
            let here = device.clone();
            let selected = move || cloud.chosen.with(|chosen| chosen.as_ref() == Some(&here));
            view! { <option value=id selected=selected>{name}</option> }
        };
        let others = offer.with(|offer| {
            let products = offer.devices.chunk_by(|(one, _), (other, _)| one.product_sn == other.product_sn);
            let group = |devices: &[(Credential, DeviceState)]| {
                let product = devices.first().map(|(device, _)| device.product_sn.clone());
                let devices = devices.iter().filter(|(device, _)| own.as_ref() != Some(device));
                view! { <optgroup label=product>{devices.map(item).collect_view()}</optgroup> }
            };
            products.map(group).collect_view()
        });
        (own_item, others)
    };
    let more = move || offer.with(|offer| offer.more);
    view! {
        <div class="fld cl-target">
            <label class="lb" for="cloud-target">{move || lang.get().cloud_target()}</label>
            <span class="inp selbox">
                <select
                    id="cloud-target"
                    data-testid="cloud-target"
                    title=move || cloud.target().map(|target| target.client_id())
                    prop:value=move || {
                        cloud.chosen.with(|chosen| chosen.as_ref().map(Credential::client_id).unwrap_or_default())
                    }
                    on:change:target=move |event| choose(event.target().value())
                >
                    {items}
                </select>
            </span>
            <Show when=move || more() != 0>
                <span class="hint">{move || lang.get().cloud_target_more(more())}</span>
            </Show>
        </div>
    }
}
