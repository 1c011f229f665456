//! How the device comes to its secret, as a choice of the form: what it means, and how to try it without an account.

use std::sync::Arc;

use leptos::prelude::*;

use super::FormState;
use crate::device::with_engine;
use crate::i18n::Lang;
use crate::mqtt::Secret;
use crate::simulator::demo::{PRODUCT, PRODUCT_SECRET};
use crate::storage::{Mode, Profile, Server};
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName};
use crate::ui::context::{Toast, Toasts, use_lang};
use crate::uiot::AuthMode;

const KINDS: &[ChoiceOption] = &[
    ChoiceOption { id: AuthMode::Static.id(), label: Lang::registration_static },
    ChoiceOption { id: AuthMode::Dynamic.id(), label: Lang::registration_dynamic },
];

#[component]
pub(super) fn RegistrationFields(state: FormState) -> impl IntoView {
    let lang = use_lang();
    let toasts = expect_context::<Toasts>();
    let profile = state.bench.profile;
    let kind = Memo::new(move |_| profile.with(|profile| profile.registration));
    let is_dynamic = move || kind.get() == AuthMode::Dynamic;
    let choose = move |id: &'static str| {
        profile.update(|profile| profile.registration = AuthMode::from_id(id).unwrap_or_default());
    };
    view! {
        <div class="fld c6 reg-c">
            <span class="lb" aria-hidden="true">{move || lang.get().registration()}</span>
            <div class="row wrap">
                <Choice
                    id="registration"
                    label=Signal::derive(move || lang.get().registration().to_owned())
                    options=KINDS
                    value=Signal::derive(move || kind.get().id())
                    on_choose=choose
                    class="fill"
                />
                <span class="hint">
                    {move || {
                        if is_dynamic() {
                            lang.get().registration_dynamic_hint()
                        } else {
                            lang.get().registration_static_hint()
                        }
                    }}
                </span>
            </div>
        </div>
        <Show when=is_dynamic>
            <div class="note c6 reg-note" data-testid="registration-note">
                <Icon name=IconName::Note />
                <div class="grow">
                    <p>{move || lang.get().registration_about()}</p>
                    <p><b>{move || lang.get().registration_once()}</b></p>
                    <button
                        type="button"
                        class="btn sm"
                        data-testid="registration-try"
                        on:click=move |_| try_in_simulator(state, toasts, lang)
                    >
                        <Icon name=IconName::Simulator />
                        {move || lang.get().registration_try()}
                    </button>
                </div>
            </div>
        </Show>
    }
    .into_any()
}

/// Puts a device of the simulator into the form that can still register, with a way back, and registers it.
pub(super) fn try_in_simulator(state: FormState, toasts: Toasts, lang: RwSignal<Lang>) {
    if state.bench.device(|device| device.status().registering) {
        return;
    }
    with_engine(move |engine| try_as(state, toasts, lang, engine.unregistered()));
}

fn try_as(state: FormState, toasts: Toasts, lang: RwSignal<Lang>, device_sn: String) {
    let form = state.bench.profile;
    let (before, origin) = (form.get_untracked(), state.origin.get_untracked());
    let new = Profile::default();
    form.set(Profile {
        mode: Mode::Uiot,
        registration: AuthMode::Dynamic,
        region: None,
        uiot_server: Server::simulator(),
        product_sn: PRODUCT.to_owned(),
        device_sn,
        product_secret: Secret::new(PRODUCT_SECRET),
        keep_alive: new.keep_alive,
        // Those of another device would be refused.
        subscriptions: Vec::new(),
        subscribe_system: true,
        ..before.clone()
    });
    state.origin.set(None);
    state.touched.update(Vec::clear);
    state.submitted.set(false);
    let back = move || {
        form.set(before.clone());
        state.origin.set(origin.clone());
    };
    let text = lang.get_untracked().registration_tried().to_owned();
    toasts.show(Toast { text, undo: Some(Arc::new(back)), gone: None });
    state.connect_anyway();
}
