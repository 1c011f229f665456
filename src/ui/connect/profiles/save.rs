use std::sync::Arc;

use leptos::prelude::*;

use super::secrets::VaultState;
use super::{Asked, Profiles};
use crate::mqtt::State;
use crate::storage::library::{ProfileId, SavedProfile};
use crate::storage::{Profile, fresh_id};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::sessions::{Session, SessionId, use_sessions};

impl Profiles {
    /// The profile that a session's form would be saved as.
    pub(super) fn draft(self, session: SessionId) -> Option<SavedProfile> {
        let session = self.sessions.get(session)?;
        let form = session.bench.profile.get();
        let name = session
            .title
            .get()
            .or_else(|| form.short_name())
            .unwrap_or_else(|| form.server().host.trim().to_owned());
        Some(SavedProfile::new(fresh_id(), name, form))
    }

    /// Saves a session's form: over the profile that it came from, else after asking for a name.
    pub(in crate::ui) fn save(self, session: &Session) {
        let known = session.form.origin.get_untracked().and_then(|id| untrack(|| self.saved(&id)));
        let Some(before) = known else { return self.ask(Asked::Save(session.id)) };
        let form = session.bench.profile.get_untracked();
        let text = self.lang.get_untracked().profile_saved(&before.name);
        let mut changed = before.clone();
        changed.profile = form;
        let secrets = self.secrets_of(&before.id);
        self.change(|library| library.put(changed));
        self.take_secret(session, &before.id, Some(&before.profile));
        self.say(
            text,
            Some(Arc::new(move || {
                self.change(|library| library.put(before.clone()));
                self.bring_back(&before.id, &secrets);
            })),
        );
    }

    /// Saves a session's form under what was asked for.
    pub(super) fn save_new(self, session: SessionId, saved: SavedProfile) {
        let Some(session) = untrack(|| self.sessions.get(session)) else { return };
        let text = self.lang.get_untracked().profile_saved(&saved.name);
        let id = saved.id.clone();
        session.title.set(Some(saved.name.clone()));
        self.change(|library| library.put(saved));
        session.form.origin.set(Some(id.clone()));
        self.take_secret(&session, &id, None);
        self.say(text, None);
    }

    /// Changes name, folder, colour and notes of a profile, and the name of the tabs that it is open in.
    pub(super) fn rename(self, saved: SavedProfile) {
        let (id, name) = (saved.id.clone(), saved.name.clone());
        let known = untrack(|| self.saved(&id));
        let old = known.as_ref().map(|known| known.name.clone());
        // All else is as it is by now: it may have been changed since the dialog opened.
        let mut now = known.unwrap_or_else(|| saved.clone());
        (now.name, now.folder, now.colour, now.notes) = (saved.name, saved.folder, saved.colour, saved.notes);
        self.change(|library| library.put(now));
        self.sessions.for_each(|session| {
            let is_its = session.form.origin.with_untracked(|origin| origin.as_ref() == Some(&id));
            if is_its && session.title.get_untracked() == old {
                session.title.set(Some(name.clone()));
            }
        });
    }

    /// Keeps the secret of a form for its profile: in this page, and on this computer if the form says so. What was
    /// remembered for another login than the form's is forgotten: it would be sent where it does not belong.
    fn take_secret(self, session: &Session, id: &ProfileId, before: Option<&Profile>) {
        let (secret, is_anothers) = session.bench.profile.with_untracked(|form| {
            (form.sent_password().clone(), before.is_some_and(|before| !form.shares_secret_with(before)))
        });
        let remembered = self.is_remembered(id);
        let remember = session.form.remember.get_untracked().unwrap_or(remembered);
        let puts = remember && !secret.is_empty();
        self.keep(id, secret.clone());
        // Where it is open, the new one takes the old one's place at once.
        let replaces = puts && untrack(|| self.vault_state()) == VaultState::Unlocked;
        if !replaces && (is_anothers || (remembered && !remember)) {
            self.forget_remembered(id);
        }
        if puts {
            let secrets = vec![(id.clone(), secret)];
            self.with_vault(Arc::new(move || self.remember(&secrets)));
        }
    }
}

/// Saves the form; beside it, whether there is something to save.
#[component]
pub(in crate::ui::connect) fn SaveButton() -> impl IntoView {
    let lang = use_lang();
    let profiles = expect_context::<Profiles>();
    let session = expect_context::<Session>();
    let (origin, remember, bench) = (session.form.origin, session.form.remember, session.bench);
    let changed = Memo::new(move |_| {
        let id = origin.get()?;
        let differs = bench.profile.with(|form| profiles.differs(&id, form));
        let remembered = profiles.is_remembered(&id);
        Some(differs || remember.get().is_some_and(|wanted| wanted != remembered))
    });
    view! {
        <button
            type="button"
            class="btn lg"
            data-testid="save-profile"
            on:mousedown=move |event| event.prevent_default()
            on:click=move |_| profiles.save(&session)
        >
            <Icon name=IconName::Save />
            {move || lang.get().save_profile()}
        </button>
        {move || {
            (changed.get() == Some(true))
                .then(|| {
                    view! {
                        <span class="chip warn" data-testid="profile-changed">
                            {lang.get().unsaved_changes()}
                        </span>
                    }
                })
        }}
    }
}

/// Offers to save what a session is connected with, as long as it is not saved.
#[component]
pub(in crate::ui) fn SaveOffer() -> impl IntoView {
    let lang = use_lang();
    let profiles = expect_context::<Profiles>();
    let sessions = use_sessions();
    let session = expect_context::<Session>();
    let (origin, bench, id) = (session.form.origin, session.bench, session.id);
    let offers = Memo::new(move |_| {
        let online = bench.status.with(|status| status.state == State::Online && !status.registering)
            && !bench.is_simulated();
        online
            && profiles.library.with(|library| {
                origin.with(|origin| origin.as_ref().is_none_or(|id| library.get(id).is_none()))
            })
    });
    view! {
        <Show when=move || offers.get()>
            <button
                type="button"
                class="btn gho sm offer"
                data-testid="save-offer"
                title=move || lang.get().save_offer_hint()
                on:click=move |_| {
                    if let Some(session) = untrack(|| sessions.get(id)) {
                        profiles.save(&session);
                    }
                }
            >
                <Icon name=IconName::Save />
                {move || lang.get().save_profile()}
            </button>
        </Show>
    }
}
