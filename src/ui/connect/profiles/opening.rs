//! How a saved profile comes into a session's form, and from there to a connection.

use leptos::prelude::*;

use super::{Asked, Profiles};
use crate::mqtt::State;
use crate::storage::library::{ProfileId, SavedProfile};
use crate::storage::{Holder, Profile};
use crate::ui::components::focus as focus_test_id;
use crate::ui::connect::preflight::holder_of;
use crate::ui::connect::{after_page, focus};
use crate::ui::page::Page;
use crate::ui::sessions::Session;

use super::secrets::VaultState;

impl Profiles {
    /// Shows a profile: in the session that has it, else in the one in front if its form holds nothing of its own, else in
    /// a new one. None where no further session can be opened.
    pub(in crate::ui) fn open(self, id: &ProfileId) -> Option<Session> {
        let saved = untrack(|| self.saved(id))?;
        let current = untrack(|| self.sessions.current())?;
        let mut holds = None;
        self.sessions.for_each(|session| {
            if session.form.origin.with_untracked(|origin| origin.as_ref() == Some(id)) {
                // Where several have it, the one in front stays.
                if holds.is_none() || session.id == current.id {
                    holds = Some(session.clone());
                }
            }
        });
        if let Some(session) = holds {
            self.sessions.activate(session.id);
            if session.id == current.id {
                Page::Connect.open();
            }
            return Some(session);
        }
        if !untrack(|| self.is_untouched(&current)) {
            return self.open_new(id);
        }
        let (form, title) = self.form_of(&saved);
        current.bench.profile.set(form);
        current.title.set(title);
        current.form.begin_with(Some(id.clone()));
        Page::Connect.open();
        Some(current)
    }

    /// Shows a profile in a new session. None where no further one can be opened.
    pub(super) fn open_new(self, id: &ProfileId) -> Option<Session> {
        let saved = untrack(|| self.saved(id))?;
        let (form, title) = self.form_of(&saved);
        let session = self.open_form(form, title)?;
        session.form.begin_with(Some(id.clone()));
        Some(session)
    }

    /// Puts a form into a new session, or says that there are too many.
    pub(in crate::ui) fn open_form(self, form: Profile, title: Option<String>) -> Option<Session> {
        let session = self.sessions.open(form, title);
        if session.is_none() {
            self.say(self.lang.get_untracked().too_many_sessions().into(), None);
        }
        session
    }

    /// Connects with a profile, or leads to what stands against it: its locked secret, an input, another connection.
    pub(super) fn connect(self, id: &ProfileId) {
        let Some(session) = self.open(id) else { return };
        let bench = session.bench;
        if bench.status.with_untracked(|status| status.state != State::Offline) {
            return Page::Messages.open();
        }
        let profile = bench.profile.get_untracked();
        let lacks_secret = profile.sent_password().is_empty();
        let complete = profile.plan().is_some();
        // A broker that wants a user name likely wants a password too; a plan can be made without one.
        let wants_secret = !complete || !profile.user_name.trim().is_empty();
        if lacks_secret && wants_secret && untrack(|| self.vault_state()) == VaultState::Locked {
            let id = id.clone();
            let then = move || {
                // Where the vault does not have it either, the form says that it is missing.
                if complete || self.secret(&id).is_some() {
                    self.connect(&id);
                } else {
                    show_what_is_missing(session.clone());
                }
            };
            return self.ask(Asked::Passphrase(Some(std::sync::Arc::new(then))));
        }
        match profile.plan() {
            None => show_what_is_missing(session),
            Some(_) if untrack(|| holder_of(bench, self.sessions, self.other_tabs)) != Holder::Nobody => {
                after_page(|| focus_test_id("connect-anyway"));
            }
            Some(plan) => {
                bench.asked.set(true);
                bench.connect(plan);
            }
        }
    }

    /// Finds out which saved profile a form came from, where that is not known: after the page was loaded again, or in a
    /// copy of a session. It is the one that says the same; else the only one with the name of the tab.
    pub(in crate::ui::connect) fn find_origin(self, session: &Session) {
        if session.form.origin.with_untracked(Option::is_some) {
            return;
        }
        let form = session.bench.profile.with_untracked(|form| {
            let mut form = form.clone();
            form.forget_secrets();
            form
        });
        if self.is_new(&form) {
            return;
        }
        let title = session.title.get_untracked();
        let found = self.library.with_untracked(|library| {
            let all = library.profiles();
            let same = all.iter().filter(|saved| saved.profile == form);
            let same = same.max_by_key(|saved| title.as_ref() == Some(&saved.name));
            let mut named = all.iter().filter(|saved| title.as_ref() == Some(&saved.name));
            same.or_else(|| named.next().filter(|_| named.next().is_none())).map(|saved| saved.id.clone())
        });
        if found.is_some() {
            session.form.origin.set(found);
            self.fill_in();
        }
    }

    /// Gives the forms of open sessions the secrets that have become known, where they have none. A form that leads to
    /// another server by now, or logs in as another, does not get it: nobody there is to know it.
    pub(super) fn fill_in(self) {
        self.sessions.for_each(|session| {
            let Some(id) = session.form.origin.get_untracked() else { return };
            let Some(saved) = untrack(|| self.saved(&id)) else { return };
            let lacks = session.bench.profile.with_untracked(|form| {
                form.sent_password().is_empty() && form.shares_secret_with(&saved.profile)
            });
            if let Some(secret) = self.secret(&id).filter(|_| lacks) {
                session.bench.profile.update(|profile| profile.set_secret(secret));
            }
        });
    }

    /// The form of a saved profile with its secret, as far as that is known, and the name that its tab gets.
    fn form_of(self, saved: &SavedProfile) -> (Profile, Option<String>) {
        let mut form = saved.profile.clone();
        if let Some(secret) = self.secret(&saved.id) {
            form.set_secret(secret);
        }
        let name = saved.name.trim();
        (form, (!name.is_empty()).then(|| name.to_owned()))
    }

    /// Whether a session never did anything and its form holds nothing that is not saved, so that another may take its
    /// place.
    pub(in crate::ui) fn is_untouched(self, session: &Session) -> bool {
        let is_fresh =
            session.bench.status.with(|status| status.state == State::Offline && status.plan.is_none());
        is_fresh
            && session.bench.profile.with(|form| {
                // Equal only without a secret: one that was typed here is nowhere else.
                self.is_new(form)
                    || self.library.with(|library| {
                        library.profiles().iter().any(|saved| {
                            saved.profile == *form || {
                                let (whole, _) = self.form_of(saved);
                                whole == *form
                            }
                        })
                    })
            })
    }
}

/// Leads to the first input that stands against connecting.
fn show_what_is_missing(session: Session) {
    session.form.submitted.set(true);
    after_page(move || {
        let first = session.bench.problems.with_untracked(|problems| {
            problems.iter().find(|problem| !problem.fault.is_warning()).map(|problem| problem.field)
        });
        if let Some(field) = first {
            focus(field);
        }
    });
}
