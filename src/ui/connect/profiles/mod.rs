//! The saved profiles as the page knows them: the library, its secrets, and what is asked about them in dialogs.
//!
//! One for the page: all sessions share it. What another tab writes appears here too. A secret of a saved profile stays
//! in this page's memory; only the vault puts it into storage, encrypted, and only where a person asked for that.

mod decode;
mod dialogs;
mod edit;
mod export;
mod import;
mod menu;
mod opening;
mod pane;
mod remember;
mod row;
mod save;
mod secrets;
mod vault;

use std::collections::{HashMap, HashSet};

use leptos::prelude::*;

use crate::i18n::Lang;
use crate::mqtt::Secret;
use crate::storage::library::{Library, ProfileId, SavedProfile};
use crate::storage::vault::Vault;
use crate::storage::{Key, Listening, Profile, SaveError, Store, fresh_id};
use crate::ui::bench::PageTabs;
use crate::ui::context::{Act, Storage, Toast, Toasts, use_lang};
use crate::ui::preferences::{Preferences, use_preferences};
use crate::ui::sessions::{SessionId, Sessions};

pub(in crate::ui) use dialogs::ProfileDialogs;
pub(super) use pane::ProfilesPane;
pub(super) use remember::RememberSecret;
pub(super) use save::SaveButton;
pub(in crate::ui) use save::SaveOffer;

/// What a dialog is open for.
#[derive(Clone)]
pub(in crate::ui) enum Asked {
    /// A name for the form of this session, to save it.
    Save(SessionId),
    /// Name, folder, colour and notes of a saved profile.
    Edit(ProfileId),
    /// What is to be imported; a file that was dropped, with its name.
    Import(Option<(String, Result<String, String>)>),
    /// What is to be exported; one profile, or those to choose from.
    Export(Option<ProfileId>),
    /// The passphrase, and what comes after it.
    Passphrase(Option<Act>),
    /// Whether all remembered secrets are to be forgotten.
    ForgetAll,
}

/// See the [module's docs](self).
#[derive(Clone, Copy)]
pub(in crate::ui) struct Profiles {
    pub(super) library: RwSignal<Library>,
    /// Secrets of saved profiles that end with this page.
    kept: StoredValue<HashMap<ProfileId, Secret>>,
    vault: StoredValue<Vault, LocalStorage>,
    /// Profiles whose secrets the vault is to forget as soon as it is open.
    owed: StoredValue<HashSet<ProfileId>>,
    /// Deleted profiles that can still be brought back.
    leaving: StoredValue<HashSet<ProfileId>>,
    /// Grows when secrets came or went, or the vault was opened or locked.
    secrets: RwSignal<u32>,
    /// Why the last change of the library is in memory only.
    pub(super) unsaved: RwSignal<Option<SaveError>>,
    pub(super) asked: RwSignal<Option<Asked>>,
    pub(super) search: RwSignal<String>,
    /// Whether the pane is open where it has no room beside the form.
    pub(super) unfolded: RwSignal<bool>,
    sessions: Sessions,
    other_tabs: PageTabs,
    storage: Storage,
    toasts: Toasts,
    preferences: Preferences,
    lang: RwSignal<Lang>,
}

/// Makes the saved profiles known to all of the page. Has to be below the sessions.
pub(in crate::ui) fn provide(sessions: Sessions) {
    let storage = expect_context::<Storage>();
    let profiles = Profiles {
        library: RwSignal::new(storage.with(Store::load_library)),
        kept: StoredValue::new(HashMap::new()),
        vault: StoredValue::new_local(storage.with(|store| Vault::open(store.clone()))),
        owed: StoredValue::default(),
        leaving: StoredValue::default(),
        secrets: RwSignal::new(0),
        unsaved: RwSignal::new(None),
        asked: RwSignal::new(None),
        search: RwSignal::new(String::new()),
        unfolded: RwSignal::new(false),
        sessions,
        other_tabs: expect_context(),
        storage,
        toasts: expect_context(),
        preferences: use_preferences(),
        lang: use_lang(),
    };
    provide_context(profiles);
    let listening: Listening = storage.with(|store| {
        store.on_change(move |key| match key {
            Key::Library => profiles.take_stored(),
            Key::Vault => profiles.take_vault(),
            _ => {}
        })
    });
    // As long as the page.
    StoredValue::new_local(listening);
}

impl Profiles {
    /// Whether a form is as that of a new session, as it comes or as it was set.
    fn is_new(self, form: &Profile) -> bool {
        *form == Profile::default() || *form == self.preferences.new_profile()
    }

    /// How many there are.
    pub(in crate::ui) fn count(self) -> usize {
        self.library.with(|library| library.profiles().len())
    }

    /// Opens a dialog.
    /// Whether a dialog is open, or about to be.
    pub(in crate::ui) fn is_asking(self) -> bool {
        self.asked.with(Option::is_some)
    }

    pub(in crate::ui) fn ask(self, asked: Asked) {
        self.asked.set(Some(asked));
    }

    /// A saved profile, as it changes.
    pub(super) fn saved(self, id: &ProfileId) -> Option<SavedProfile> {
        self.library.with(|library| library.get(id).cloned())
    }

    /// Changes the library and stores it, with what other tabs stored meanwhile.
    pub(super) fn change(self, act: impl FnOnce(&mut Library)) {
        let mut library = self.library.get_untracked();
        act(&mut library);
        let stored = self.storage.with(|store| store.save_library(&mut library));
        self.library.set(library);
        self.unsaved.set(stored.err());
    }

    /// Another tab changed the library, or erased it: then it is not to come back from here.
    fn take_stored(self) {
        let is_there = self.storage.with(|store| store.load_text(Key::Library).is_some());
        let stored = self.storage.with(Store::load_library);
        self.library.update(|library| match is_there {
            true => library.merge(stored),
            false => *library = stored,
        });
    }

    /// Says something in a toast.
    fn say(self, text: String, undo: Option<Act>) {
        self.toasts.show(Toast { text, undo, gone: None });
    }

    /// Takes a profile away, with a way back.
    pub(super) fn remove(self, id: &ProfileId) {
        let mut removed = None;
        self.change(|library| removed = library.remove(id));
        let Some((place, saved)) = removed else { return };
        let text = self.lang.get_untracked().profile_removed(&saved.name);
        // The secrets stay until the way back is closed.
        let (back, gone) = (saved.clone(), saved.id);
        self.leaving.update_value(|leaving| {
            leaving.insert(gone.clone());
        });
        self.toasts.show(Toast {
            text,
            undo: Some(std::sync::Arc::new(move || {
                self.stays_or_went(&back.id);
                self.change(|library| library.insert_at(place, back.clone()));
            })),
            gone: Some(std::sync::Arc::new(move || {
                self.stays_or_went(&gone);
                self.forget(&gone);
            })),
        });
    }

    /// A deleted profile was brought back, or cannot be any more.
    fn stays_or_went(self, id: &ProfileId) {
        self.leaving.update_value(|leaving| {
            leaving.remove(id);
        });
    }

    /// Adds a copy of a profile after it, with its secret for as long as the page lives.
    pub(super) fn duplicate(self, id: &ProfileId) {
        let Some(saved) = untrack(|| self.saved(id)) else { return };
        let new = fresh_id();
        let name = self.lang.get_untracked().copy_of(&saved.name);
        if let Some(secret) = self.secret(id) {
            self.keep(&new, secret);
        }
        self.change(|library| {
            library.duplicate(id, new, name.clone());
        });
    }

    /// Whether a form differs from the profile that it came from. Secrets do not count.
    pub(super) fn differs(self, id: &ProfileId, form: &Profile) -> bool {
        self.library.with(|library| {
            library.get(id).is_some_and(|saved| {
                let mut form = form.clone();
                form.forget_secrets();
                saved.profile != form
            })
        })
    }
}
