//! Device management: disable, kick, reset and delete the device; the switches of its product.

use leptos::html;
use leptos::prelude::*;

use super::actions::Action;
use super::outcome::{Done, OutcomeBox};
use super::{Cloud, use_cloud};
use crate::i18n::Lang;
use crate::simulator::{DeviceState, Platform, Product};
use crate::ui::components::{Icon, IconName, Switch};
use crate::ui::context::use_lang;
use crate::uiot::Credential;

/// What the switches show.
#[derive(Clone, Copy, Default, PartialEq)]
struct Switches {
    disabled: bool,
    shadow: bool,
    registration: bool,
}

fn switches(platform: &Platform, target: &Credential) -> Switches {
    let registry = platform.registry();
    let product = registry.product(&target.product_sn);
    Switches {
        disabled: registry.device(target).is_some_and(|device| device.state() == DeviceState::Disabled),
        shadow: product.is_some_and(|product| product.shadow),
        registration: product.is_some_and(|product| product.dynamic_registration),
    }
}

fn disable(cloud: Cloud, disable: bool) {
    let Some(target) = untrack(|| cloud.target()) else { return };
    cloud.attempt(Action::Manage, |platform, now| {
        if disable {
            platform.disable_device(now, &target)?;
            Ok(Done::Plain(Lang::cloud_done_disabled))
        } else {
            platform.enable_device(now, &target)?;
            Ok(Done::Plain(Lang::cloud_done_enabled))
        }
    });
}

fn switch_shadow(cloud: Cloud, on: bool) {
    let Some(target) = untrack(|| cloud.target()) else { return };
    cloud.attempt(Action::Manage, |platform, now| {
        platform.switch_shadow(now, &target.product_sn, on)?;
        Ok(Done::Plain(if on { Lang::cloud_done_shadow_on } else { Lang::cloud_done_shadow_off }))
    });
}

fn switch_registration(cloud: Cloud, on: bool) {
    let Some(target) = untrack(|| cloud.target()) else { return };
    cloud.attempt(Action::Manage, |platform, _| {
        let change = |product: &mut Product| product.dynamic_registration = on;
        platform.change_product(&target.product_sn, change)?;
        Ok(Done::Plain(if on { Lang::cloud_done_registration_on } else { Lang::cloud_done_registration_off }))
    });
}

fn kick(cloud: Cloud) {
    let Some(target) = untrack(|| cloud.target()) else { return };
    cloud.attempt(Action::Manage, |platform, now| {
        platform.kick_device(now, &target)?;
        Ok(Done::Plain(Lang::cloud_done_kicked))
    });
}

fn reset(cloud: Cloud) {
    let Some(target) = untrack(|| cloud.target()) else { return };
    cloud.attempt(Action::Manage, |platform, now| {
        platform.reset_device(now, &target)?;
        Ok(Done::Plain(Lang::cloud_done_reset))
    });
}

/// One switch with its name; `of_product` where it is for all devices of the product.
fn line(
    cloud: Cloud,
    id: &'static str,
    icon: IconName,
    name: fn(Lang) -> &'static str,
    of_product: bool,
    on: Signal<bool>,
    set: fn(Cloud, bool),
) -> AnyView {
    let lang = use_lang();
    let label = format!("{id}-name");
    view! {
        <div class="li cl-sw">
            <span class="fg3">
                <Icon name=icon />
            </span>
            <span id=label.clone() class="cl-n">
                {move || name(lang.get())}
                {of_product
                    .then(|| {
                        view! {
                            " "
                            <span class="fg3">{move || lang.get().cloud_of_product()}</span>
                        }
                    })}
            </span>
            <span class="right"></span>
            <Switch id on toggle=move || set(cloud, !on.get_untracked()) labelled_by=label />
        </div>
    }
    .into_any()
}

/// The part of the left pane that has no forms.
#[component]
pub(super) fn Management() -> impl IntoView {
    let lang = use_lang();
    let cloud = use_cloud();
    let shown = Memo::new(move |_| {
        let target = cloud.target();
        target.map(|target| cloud.look(|platform, _| switches(platform, &target))).unwrap_or_default()
    });
    let deleting = RwSignal::new(false);
    view! {
        {line(
            cloud,
            "cloud-disable",
            IconName::Stop,
            Lang::cloud_disable,
            false,
            Signal::derive(move || shown.get().disabled),
            disable,
        )}
        {line(
            cloud,
            "cloud-shadow-switch",
            IconName::Shadow,
            Lang::cloud_shadow_switch,
            true,
            Signal::derive(move || shown.get().shadow),
            switch_shadow,
        )}
        {line(
            cloud,
            "cloud-registration-switch",
            IconName::Key,
            Lang::cloud_registration_switch,
            true,
            Signal::derive(move || shown.get().registration),
            switch_registration,
        )}
        <div class="row cl-do">
            <button type="button" class="btn sm c-err" data-testid="cloud-kick" on:click=move |_| kick(cloud)>
                <Icon name=IconName::Plug />
                {move || lang.get().cloud_kick()}
            </button>
            <button type="button" class="btn sm" data-testid="cloud-reset" on:click=move |_| reset(cloud)>
                <Icon name=IconName::Again />
                {move || lang.get().cloud_reset()}
            </button>
            <button
                type="button"
                class="btn sm c-err"
                data-testid="cloud-delete"
                on:click=move |_| deleting.set(true)
            >
                <Icon name=IconName::Trash />
                {move || lang.get().cloud_delete()}
            </button>
        </div>
        <OutcomeBox action=Action::Manage />
        <DeleteDialog cloud open=deleting />
    }
    .into_any()
}

/// Asks before a device goes, and names it. The focus begins on the way back.
#[component]
fn DeleteDialog(cloud: Cloud, open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if open.get() {
            // Fails only where it is open already.
            let _ = dialog.show_modal();
        } else {
            dialog.close();
        }
    });
    // What is asked for is what goes, whatever else is chosen meanwhile.
    let target = Memo::new(move |_| if open.get() { untrack(|| cloud.target()) } else { None });
    let name = move || target.get().map(|target| target.device_sn).unwrap_or_default();
    let delete = move |_| {
        if let Some(target) = target.get_untracked() {
            let name = target.device_sn.clone();
            cloud.attempt(Action::Manage, |platform, now| {
                platform.delete_device(now, &target)?;
                Ok(Done::Deleted(name))
            });
            cloud.chosen.set(None);
        }
        open.set(false);
    };
    view! {
        <dialog
            node_ref=dialog
            class="dlg"
            aria-labelledby="cloud-delete-title"
            data-testid="cloud-delete-dialog"
            on:close=move |_| open.set(false)
        >
            <div class="dlg-b">
                <h2 id="cloud-delete-title">{move || lang.get().cloud_delete_title(&name())}</h2>
                <p>{move || lang.get().cloud_delete_text()}</p>
                <div class="row dlg-a">
                    <button
                        type="button"
                        class="btn right"
                        autofocus
                        data-testid="cloud-delete-cancel"
                        on:click=move |_| open.set(false)
                    >
                        {move || lang.get().cancel()}
                    </button>
                    <button type="button" class="btn dan" data-testid="cloud-delete-now" on:click=delete>
                        {move || lang.get().cloud_delete_now()}
                    </button>
                </div>
            </div>
        </dialog>
    }
}
