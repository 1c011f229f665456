use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Asked, Profiles};
use crate::mqtt::Secret;
use crate::storage::library::ProfileId;
use crate::storage::vault::{Vault, VaultError};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::{Act, use_lang};

/// The shortest passphrase that is taken, in characters; a longer one is proposed.
const SHORTEST: usize = 8;
/// The length from which a passphrase counts as strong.
const STRONG: usize = 16;

/// What the vault can do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum VaultState {
    /// The browser encrypts nothing for a page that came this way.
    Unavailable,
    /// Nothing was ever remembered.
    None,
    Locked,
    Unlocked,
}

impl Profiles {
    pub(super) fn vault_state(self) -> VaultState {
        self.secrets.track();
        self.vault.with_value(|vault| {
            if !Vault::is_available() {
                VaultState::Unavailable
            } else if vault.is_unlocked() {
                VaultState::Unlocked
            } else if vault.exists() {
                VaultState::Locked
            } else {
                VaultState::None
            }
        })
    }

    /// How many secrets are remembered on this computer.
    pub(in crate::ui) fn remembered(self) -> usize {
        self.secrets.track();
        self.vault.with_value(Vault::count)
    }

    /// Whether the vault holds this profile's secret, as far as can be told: not while it is locked.
    pub(super) fn is_remembered(self, id: &ProfileId) -> bool {
        self.secrets.track();
        self.vault.with_value(|vault| vault.secret(id).is_some())
    }

    /// The secret of a profile, where it is known.
    pub(super) fn secret(self, id: &ProfileId) -> Option<Secret> {
        self.kept
            .with_value(|kept| kept.get(id).cloned())
            .or_else(|| self.vault.with_value(|vault| vault.secret(id)))
    }

    /// Keeps a secret for as long as this page lives.
    pub(in crate::ui::connect) fn keep(self, id: &ProfileId, secret: Secret) {
        self.kept.update_value(|kept| {
            if secret.is_empty() {
                kept.remove(id);
            } else {
                kept.insert(id.clone(), secret);
            }
        });
        self.secrets_changed();
    }

    /// Forgets the secret of a profile, in this page and on this computer.
    pub(super) fn forget(self, id: &ProfileId) {
        self.kept.update_value(|kept| {
            kept.remove(id);
        });
        self.secrets_changed();
        self.in_vault(id, None);
    }

    /// Whether the secret of a form that came from this profile may lie in the vault, which is locked.
    pub(in crate::ui::connect) fn may_have_locked(self, origin: RwSignal<Option<ProfileId>>) -> bool {
        self.vault_state() == VaultState::Locked && origin.with(Option::is_some)
    }

    /// Puts a secret into the vault, which has to be unlocked.
    pub(super) fn remember(self, id: &ProfileId, secret: Secret) {
        self.in_vault(id, Some(secret));
    }

    /// Forgets what this computer remembers of a profile, and keeps what the page knows.
    pub(super) fn forget_remembered(self, id: &ProfileId) {
        self.in_vault(id, None);
    }

    /// Forgets the secret of a profile, and says so.
    pub(super) fn forget_with_word(self, id: &ProfileId) {
        let name = untrack(|| self.saved(id)).map(|saved| saved.name).unwrap_or_default();
        self.forget(id);
        self.say(self.lang.get_untracked().secret_forgotten(&name), None);
    }

    /// Writes into the vault, if it is open: what is locked is left as it is.
    fn in_vault(self, id: &ProfileId, secret: Option<Secret>) {
        if !self.vault.with_value(Vault::is_unlocked) {
            return;
        }
        let (vault, id) = (self.vault.get_value(), id.clone());
        spawn_local(async move {
            let done = match secret {
                Some(secret) => vault.put(&id, secret).await,
                None => vault.remove(&id).await,
            };
            if let Err(error) = done {
                self.say(self.lang.get_untracked().vault_error(error), None);
            }
            self.secrets_changed();
        });
    }

    /// Another tab changed the vault.
    pub(super) fn take_vault(self) {
        let vault = self.vault.get_value();
        spawn_local(async move {
            // Where it is locked there is nothing to take over; where it was replaced it is locked now.
            let _ = vault.refresh().await;
            self.secrets_changed();
        });
    }

    /// Does something once the vault is open; asks for the passphrase first where it is not.
    pub(super) fn with_vault(self, act: Act) {
        match untrack(|| self.vault_state()) {
            VaultState::Unlocked => act(),
            _ => self.ask(Asked::Passphrase(Some(act))),
        }
    }

    pub(super) fn lock(self) {
        self.vault.with_value(Vault::lock);
        self.secrets_changed();
    }

    fn forget_all(self) {
        self.vault.with_value(Vault::forget_all);
        self.secrets_changed();
    }

    pub(super) fn secrets_changed(self) {
        self.secrets.update(|count| *count = count.wrapping_add(1));
    }
}

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
