//! A new simulated device, and the question before one goes.

use leptos::prelude::*;

use super::right::Right;
use crate::ui::components::focus;
use crate::ui::context::use_lang;
use crate::uiot::{Credential, device_sn_is_regular};

/// Asks for what a new device needs.
#[component]
pub(super) fn NewDevice(right: Right, creating: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let sn = RwSignal::new(String::new());
    let products = Memo::new(move |_| {
        right.read(|platform| {
            let products = platform.registry().products.values();
            products.map(|product| (product.sn.clone(), product.name.clone())).collect::<Vec<_>>()
        })
    });
    let is_known = |sn: &String| products.with_untracked(|all| all.iter().any(|(known, _)| known == sn));
    let own = untrack(|| right.own_device()).map(|device| device.product_sn).filter(is_known);
    let first = products.with_untracked(|products| products.first().map(|(sn, _)| sn.clone()));
    let product = RwSignal::new(own.or(first).unwrap_or_default());
    let problem = Memo::new(move |_| {
        let sn = sn.get();
        let sn = sn.trim();
        if sn.is_empty() {
            return None;
        }
        if !device_sn_is_regular(sn) {
            return Some(lang.get().simdev_sn_bad());
        }
        let device = Credential::new(product.get(), sn);
        right
            .read(|platform| platform.registry().device(&device).is_some())
            .then(|| lang.get().simdev_sn_taken())
    });
    let create = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if problem.get_untracked().is_some() {
            return focus("simdev-sn");
        }
        let made = right.act(|platform, _| {
            product.with_untracked(|product| {
                sn.with_untracked(|sn| platform.create_device(product, sn.trim(), ""))
            })
        });
        let lang = lang.get_untracked();
        match made {
            Ok((device, _)) => {
                right.tell(lang.simdev_created(&device.device_sn));
                right.unfolded.set(Some(device));
                creating.set(false);
                focus("simdev-new");
            }
            Err(code) => right.tell(lang.sim_refused(code)),
        }
    };
    let several = Memo::new(move |_| products.with(Vec::len) > 1);
    let options = move || {
        let option = |(sn, name): &(String, String)| {
            let own = sn.clone();
            view! {
                <option value=sn.clone() selected=move || product.get() == own>
                    {format!("{name} {sn}")}
                </option>
            }
        };
        products.with(|products| products.iter().map(option).collect_view())
    };
    view! {
        <form class="pad col-f" novalidate aria-label=move || lang.get().simdev_new_title() on:submit=create>
            <Show when=move || several.get()>
                <label class="fld">
                    <span class="lb">{move || lang.get().simdev_product()}</span>
                    <span class="inp selbox">
                        <select
                            data-testid="simdev-product"
                            prop:value=product
                            on:change:target=move |event| product.set(event.target().value())
                        >
                            {options}
                        </select>
                    </span>
                </label>
            </Show>
            <div class="fld">
                <label class="lb" for="in-simdev-sn">
                    {move || lang.get().simdev_sn()}
                    <span class="nt">{move || lang.get().simdev_sn_hint()}</span>
                </label>
                <span class="inp mono" class:bad=move || problem.get().is_some()>
                    <input
                        id="in-simdev-sn"
                        type="text"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        data-testid="simdev-sn"
                        aria-invalid=move || problem.get().is_some().then_some("true")
                        aria-describedby="simdev-sn-problem"
                        prop:value=sn
                        on:input:target=move |event| sn.set(event.target().value())
                    />
                </span>
                <span class="hint err" id="simdev-sn-problem" data-testid="simdev-sn-problem">
                    {problem}
                </span>
            </div>
            <div class="row">
                <button
                    type="button"
                    class="btn sm right"
                    on:click=move |_| {
                        creating.set(false);
                        focus("simdev-new");
                    }
                >
                    {move || lang.get().cancel()}
                </button>
                <button type="submit" class="btn pri sm" data-testid="simdev-create">
                    {move || lang.get().simdev_create()}
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// Asks once before a device goes. The focus begins on the way back.
#[component]
pub(super) fn DeleteBody(right: Right, device: Credential) -> impl IntoView {
    let lang = use_lang();
    let name = StoredValue::new(device.device_sn.clone());
    let delete = move |_| {
        right.window.set(None);
        if right.try_act(|platform, now| platform.delete_device(now, &device)) {
            right.unfolded.set(None);
            right.tell(name.with_value(|name| lang.get_untracked().simdev_deleted(name)));
        }
        focus("simdev-new");
    };
    view! {
        <div class="dlg-b">
            <h2 id="sim-dlg-title">{move || name.with_value(|name| lang.get().simdev_delete_title(name))}</h2>
            <p>{move || lang.get().simdev_delete_text()}</p>
            <div class="row dlg-a">
                <button
                    type="button"
                    class="btn right"
                    autofocus
                    data-testid="simdev-delete-cancel"
                    on:click=move |_| right.window.set(None)
                >
                    {move || lang.get().cancel()}
                </button>
                <button type="button" class="btn dan" data-testid="simdev-delete-now" on:click=delete>
                    {move || lang.get().simdev_delete()}
                </button>
            </div>
        </div>
    }
    .into_any()
}
