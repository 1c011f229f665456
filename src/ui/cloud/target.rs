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
        // What came of it for another device would be taken for this one's.
        cloud.outcomes.update(std::collections::BTreeMap::clear);
    };
    let own_name = move || {
        let own = cloud.bench.uiot_device.with(|own| own.as_ref().map(|own| own.device_sn.clone()));
        lang.get().cloud_target_own(own.as_deref().unwrap_or("—"))
    };
    let products = move || {
        offer.with(|offer| {
            let mut products: Vec<_> = offer.devices.iter().map(|(device, _)| &device.product_sn).collect();
            products.dedup();
            products.into_iter().cloned().collect::<Vec<_>>()
        })
    };
    // The session's own stands above.
    let devices_of = move |product: &str| {
        let own = cloud.bench.uiot_device.get();
        offer.with(|offer| {
            let others =
                offer.devices.iter().map(|(device, _)| device).filter(|device| own.as_ref() != Some(device));
            others.filter(|device| device.product_sn == product).cloned().collect::<Vec<_>>()
        })
    };
    // Each with its own element: what is chosen stays so when others come or go.
    let item = move |device: Credential| {
        let selected = cloud.chosen.with_untracked(|chosen| chosen.as_ref() == Some(&device));
        let (id, name) = (device.client_id(), device.device_sn.clone());
        let state = Memo::new(move |_| {
            offer.with(|offer| offer.devices.iter().find(|(of, _)| *of == device).map(|(_, state)| *state))
        });
        let words = move || state.get().map(|state| format!(" · {}", state_words(lang.get(), state)));
        view! {
            <option value=id selected=selected>
                {name}
                {words}
            </option>
        }
    };
    let group = move |product: String| {
        let of = product.clone();
        view! {
            <optgroup label=product>
                <For each=move || devices_of(&of) key=Credential::client_id children=item />
            </optgroup>
        }
    };
    // One that is gone can no longer be acted upon.
    Effect::new(move |_| {
        let gone = cloud.chosen.with(|chosen| {
            let known = |device| {
                offer.with(|offer| offer.more != 0 || offer.devices.iter().any(|(of, _)| of == device))
            };
            chosen.as_ref().is_some_and(|device| !known(device))
        });
        if gone {
            cloud.chosen.set(None);
        }
    });
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
                    <option value="">{own_name}</option>
                    <For each=products key=Clone::clone children=group />
                </select>
            </span>
            <Show when=move || more() != 0>
                <span class="hint">{move || lang.get().cloud_target_more(more())}</span>
            </Show>
        </div>
    }
}
