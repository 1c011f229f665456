use leptos::prelude::*;

use super::secrets::VaultState;
use super::{Asked, Profiles};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::sessions::Session;

/// Whether the secret of the form is to be remembered on this computer, once its profile is saved.
#[component]
pub(in crate::ui::connect) fn RememberSecret() -> impl IntoView {
    let lang = use_lang();
    let profiles = expect_context::<Profiles>();
    let session = expect_context::<Session>();
    let (origin, remember) = (session.form.origin, session.form.remember);
    let state = Memo::new(move |_| profiles.vault_state());
    let checked = move || {
        remember
            .get()
            .unwrap_or_else(|| origin.with(|id| id.as_ref().is_some_and(|id| profiles.is_remembered(id))))
    };
    let bench = session.bench;
    let can_unlock = Memo::new(move |_| {
        profiles.may_have_locked(origin) && bench.profile.with(|profile| profile.sent_password().is_empty())
    });
    view! {
        <label class="chk">
            <input
                type="checkbox"
                data-testid="remember-secret"
                aria-describedby="hint-remember"
                prop:disabled=move || state.get() == VaultState::Unavailable
                prop:checked=checked
                on:change:target=move |event| remember.set(Some(event.target().checked()))
            />
            <span>{move || lang.get().remember_secret()}</span>
        </label>
        <span class="hint c6" id="hint-remember">
            {move || {
                let lang = lang.get();
                if state.get() == VaultState::Unavailable {
                    lang.vault_unavailable()
                } else if checked() {
                    lang.remember_hint_on()
                } else {
                    lang.remember_hint_off()
                }
            }}
            <Show when=move || can_unlock.get()>
                <button
                    type="button"
                    class="lnk"
                    data-testid="unlock-secrets"
                    on:click=move |_| profiles.ask(Asked::Passphrase(None))
                >
                    {move || lang.get().vault_unlock()}
                </button>
            </Show>
        </span>
    }
    .into_any()
}

/// What is remembered on this computer, at the foot of the pane: to unlock, to lock, to forget.
#[component]
pub(super) fn VaultLine(profiles: Profiles) -> impl IntoView {
    let lang = use_lang();
    let state = Memo::new(move |_| profiles.vault_state());
    let exists = move || matches!(state.get(), VaultState::Locked | VaultState::Unlocked);
    view! {
        <Show when=exists>
            <div class="vlt" data-testid="vault" data-state=move || {
                if state.get() == VaultState::Locked { "locked" } else { "unlocked" }
            }>
                <span class="row gap1 fg2">
                    <Icon name=IconName::Lock small=true />
                    {move || {
                        let count = profiles.remembered();
                        if state.get() == VaultState::Locked {
                            lang.get().vault_locked(count)
                        } else {
                            lang.get().vault_open(count)
                        }
                    }}
                </span>
                <span class="row gap1">
                    <button
                        type="button"
                        class="btn sm"
                        data-testid="vault-toggle"
                        on:click=move |_| {
                            if state.get_untracked() == VaultState::Locked {
                                profiles.ask(Asked::Passphrase(None));
                            } else {
                                profiles.lock();
                            }
                        }
                    >
                        {move || {
                            if state.get() == VaultState::Locked {
                                lang.get().vault_unlock_do()
                            } else {
                                lang.get().vault_lock()
                            }
                        }}
                    </button>
                    <button
                        type="button"
                        class="btn sm"
                        data-testid="forget-all"
                        on:click=move |_| profiles.ask(Asked::ForgetAll)
                    >
                        {move || lang.get().forget_all_do()}
                    </button>
                </span>
            </div>
        </Show>
    }
}
