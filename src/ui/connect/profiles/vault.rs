use leptos::prelude::*;
use leptos::task::spawn_local;

use super::secrets::VaultState;
use super::{Asked, Profiles};
use crate::mqtt::Secret;
use crate::storage::vault::VaultError;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::{Act, use_lang};

/// The shortest passphrase that is taken, in characters; a longer one is proposed.
const SHORTEST: usize = 8;
/// The length from which a passphrase counts as strong.
const STRONG: usize = 16;

/// Asks for the passphrase: twice where the vault is to be made.
#[component]
pub(super) fn PassphraseBody(profiles: Profiles, then: Option<Act>, close: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let creates = untrack(|| profiles.vault_state()) != VaultState::Locked;
    let first = RwSignal::new(String::new());
    let second = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let count = untrack(|| profiles.remembered());
    let strength = move || {
        let lang = lang.get();
        match first.with(|typed| typed.chars().count()) {
            0 => ("", lang.passphrase_hint()),
            1..SHORTEST => ("warn", lang.passphrase_short()),
            SHORTEST..STRONG => ("", lang.passphrase_fair()),
            _ => ("", lang.passphrase_strong()),
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let words = lang.get_untracked();
        let typed = first.get_untracked();
        if creates && typed.chars().count() < SHORTEST {
            return problem.set(Some(words.passphrase_short().into()));
        }
        if creates && typed != second.get_untracked() {
            return problem.set(Some(words.passphrase_differs().into()));
        }
        problem.set(None);
        busy.set(true);
        let (vault, then) = (profiles.vault.get_value(), then.clone());
        spawn_local(async move {
            let passphrase = Secret::new(typed);
            let done = if creates { vault.create(passphrase).await } else { vault.unlock(passphrase).await };
            if done.is_ok() {
                profiles.settle().await;
            }
            // The dialog may have been closed meanwhile: then nothing is left to be told.
            let still_asked = busy.try_set(false).is_none();
            match done {
                Ok(()) => {
                    profiles.secrets_changed();
                    profiles.fill_in();
                    if still_asked {
                        close.run(());
                        if let Some(then) = then {
                            then();
                        }
                    }
                }
                Err(error) => {
                    let _ = problem.try_set(Some(lang.get_untracked().vault_error(error)));
                    if still_asked && matches!(error, VaultError::WrongPassphrase) {
                        crate::ui::components::focus("passphrase");
                    }
                }
            }
        });
    };
    view! {
        <form class="dlg-b" novalidate on:submit=submit>
            <h2 id="dlg-title">
                {move || if creates { lang.get().vault_create() } else { lang.get().vault_unlock() }}
            </h2>
            <p class="fg2">
                {move || {
                    if creates { lang.get().vault_about().to_owned() } else { lang.get().vault_unlock_about(count) }
                }}
            </p>
            <div class="fld">
                <label class="lb" for="in-passphrase">{move || lang.get().passphrase()}</label>
                <span class="inp">
                    <input
                        id="in-passphrase"
                        data-testid="passphrase"
                        type="password"
                        autofocus
                        autocomplete=if creates { "new-password" } else { "current-password" }
                        aria-describedby="hint-passphrase"
                        prop:value=first
                        on:input:target=move |event| first.set(event.target().value())
                    />
                </span>
                <Show when=move || creates>
                    <span class=move || format!("hint {}", strength().0) id="hint-passphrase">
                        {move || strength().1}
                    </span>
                </Show>
            </div>
            <Show when=move || creates>
                <div class="fld">
                    <label class="lb" for="in-passphrase-again">{move || lang.get().passphrase_again()}</label>
                    <span class="inp">
                        <input
                            id="in-passphrase-again"
                            data-testid="passphrase-again"
                            type="password"
                            autocomplete="new-password"
                            prop:value=second
                            on:input:target=move |event| second.set(event.target().value())
                        />
                    </span>
                </div>
            </Show>
            <div class="dlg-p" role="alert">
                {move || {
                    problem
                        .get()
                        .map(|text| {
                            view! {
                                <span class="hint err" data-testid="vault-problem">
                                    <Icon name=IconName::Error small=true />
                                    <span>{text}</span>
                                </span>
                            }
                        })
                }}
            </div>
            <div class="row dlg-a">
                <Show when=move || !creates>
                    <button
                        type="button"
                        class="btn"
                        data-testid="vault-forget"
                        on:click=move |_| profiles.ask(Asked::ForgetAll)
                    >
                        {move || lang.get().forget_passphrase()}
                    </button>
                </Show>
                <span class="right row">
                    <button type="button" class="btn" data-testid="vault-cancel" on:click=move |_| close.run(())>
                        {move || lang.get().cancel()}
                    </button>
                    <button
                        type="submit"
                        class="btn pri"
                        data-testid="vault-submit"
                        aria-busy=move || busy.get().to_string()
                    >
                        {move || {
                            if busy.get() {
                                view! { <i class="dot ing"></i> }.into_any()
                            } else {
                                view! { <Icon name=IconName::Lock /> }.into_any()
                            }
                        }}
                        {move || if creates { lang.get().vault_create_do() } else { lang.get().vault_unlock_do() }}
                    </button>
                </span>
            </div>
        </form>
    }
}

/// Asks whether everything that is remembered on this computer is to go.
#[component]
pub(super) fn ForgetAllBody(profiles: Profiles, close: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let count = untrack(|| profiles.remembered());
    let forget = move |_| {
        profiles.forget_all();
        profiles.say(lang.get_untracked().all_forgotten(count), None);
        close.run(());
    };
    view! {
        <div class="dlg-b">
            <h2 id="dlg-title">{move || lang.get().forget_all_title(count)}</h2>
            <p class="fg2">{move || lang.get().forget_all_about()}</p>
            <div class="row dlg-a">
                <span class="right row">
                    <button
                        type="button"
                        class="btn"
                        autofocus
                        data-testid="forget-all-cancel"
                        on:click=move |_| close.run(())
                    >
                        {move || lang.get().cancel()}
                    </button>
                    <button type="button" class="btn dan" data-testid="forget-all-do" on:click=forget>
                        <Icon name=IconName::Trash />
                        {move || lang.get().forget_all_do()}
                    </button>
                </span>
            </div>
        </div>
    }
}
