//! What is known of the profiles' secrets: kept for as long as the page lives, and remembered in the vault where a person
//! asked for that.

use std::collections::HashSet;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Asked, Profiles};
use crate::mqtt::Secret;
use crate::storage::Profile;
use crate::storage::library::ProfileId;
use crate::storage::vault::Vault;
use crate::ui::context::Act;

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

/// What was known of a profile's secret.
#[derive(Clone)]
pub(super) struct Known {
    kept: Option<Secret>,
    was_open: bool,
    remembered: Option<Secret>,
}

impl Profiles {
    /// Whether the secret of a form that came from this profile may lie in the vault, which is locked.
    pub(in crate::ui::connect) fn may_have_locked(self, origin: RwSignal<Option<ProfileId>>) -> bool {
        self.vault_state() == VaultState::Locked && origin.with(Option::is_some)
    }

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

    /// Keeps the secret of a form that connects for the profile that it came from, if it logs in as that does.
    pub(in crate::ui::connect) fn keep_of(self, id: &ProfileId, form: &Profile) {
        if untrack(|| self.saved(id)).is_some_and(|saved| form.shares_secret_with(&saved.profile)) {
            self.keep(id, form.sent_password().clone());
        }
    }

    /// Forgets the secret of a profile, in this page and on this computer.
    pub(super) fn forget(self, id: &ProfileId) {
        self.forget_these(std::slice::from_ref(id));
    }

    /// Forgets the secrets of profiles, in this page and on this computer.
    pub(super) fn forget_these(self, ids: &[ProfileId]) {
        self.kept.update_value(|kept| kept.retain(|id, _| !ids.contains(id)));
        self.secrets_changed();
        self.in_vault(ids.iter().map(|id| (id.clone(), None)).collect());
    }

    /// Puts secrets into the vault, which has to be unlocked.
    pub(super) fn remember(self, secrets: &[(ProfileId, Secret)]) {
        self.in_vault(secrets.iter().map(|(id, secret)| (id.clone(), Some(secret.clone()))).collect());
    }

    /// Forgets what this computer remembers of a profile, and keeps what the page knows.
    pub(super) fn forget_remembered(self, id: &ProfileId) {
        self.in_vault(vec![(id.clone(), None)]);
    }

    /// Forgets the secret of a profile, and says so.
    pub(super) fn forget_with_word(self, id: &ProfileId) {
        let name = untrack(|| self.saved(id)).map(|saved| saved.name).unwrap_or_default();
        self.forget(id);
        self.say(self.lang.get_untracked().secret_forgotten(&name), None);
    }

    /// What is known of a profile's secret, to bring it back.
    pub(super) fn secrets_of(self, id: &ProfileId) -> Known {
        Known {
            kept: self.kept.with_value(|kept| kept.get(id).cloned()),
            was_open: self.vault.with_value(Vault::is_unlocked),
            remembered: self.vault.with_value(|vault| vault.secret(id)),
        }
    }

    /// Brings back what was known of a profile's secret.
    pub(super) fn bring_back(self, id: &ProfileId, known: &Known) {
        self.keep(id, known.kept.clone().unwrap_or_default());
        self.owed.update_value(|owed| {
            owed.remove(id);
        });
        if known.was_open && self.vault.with_value(|vault| vault.secret(id)) != known.remembered {
            self.in_vault(vec![(id.clone(), known.remembered.clone())]);
        }
    }

    /// Writes into the vault, if it is open. What a locked one is to forget, it forgets when it is opened.
    fn in_vault(self, changes: Vec<(ProfileId, Option<Secret>)>) {
        let vault = self.vault.get_value();
        if !vault.is_unlocked() {
            let forgotten = changes.into_iter().filter(|(_, secret)| secret.is_none()).map(|(id, _)| id);
            return self.owed.update_value(|owed| owed.extend(forgotten.filter(|_| vault.exists())));
        }
        spawn_local(async move {
            if let Err(error) = vault.set(&changes).await {
                self.say(self.lang.get_untracked().vault_error(error), None);
            }
            self.secrets_changed();
        });
    }

    /// Takes secrets out of the vault, which was just opened, that nobody wants any more: what was to be forgotten while it
    /// was locked, and those of profiles that were deleted, here or in another tab.
    pub(super) async fn settle(self) {
        let vault = self.vault.get_value();
        let owed = self.owed.try_update_value(std::mem::take).unwrap_or_default();
        let is_gone = |id: &ProfileId| {
            self.library.with_untracked(|library| library.was_removed(id))
                && !self.leaving.with_value(|leaving| leaving.contains(id))
        };
        let ids = vault.ids().into_iter().filter(|id| owed.contains(id) || is_gone(id));
        let changes: Vec<_> = ids.map(|id| (id, None)).collect();
        if changes.is_empty() {
            return;
        }
        if let Err(error) = vault.set(&changes).await {
            self.say(self.lang.get_untracked().vault_error(error), None);
        }
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

    pub(super) fn forget_all(self) {
        self.vault.with_value(Vault::forget_all);
        self.owed.update_value(HashSet::clear);
        self.secrets_changed();
    }

    pub(super) fn secrets_changed(self) {
        self.secrets.update(|count| *count = count.wrapping_add(1));
    }
}
