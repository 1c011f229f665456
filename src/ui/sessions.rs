//! The devices that are open side by side, a tab each. One is shown; the others go on behind it.
//!
//! A session's state hangs on an owner of its own: what a screen finds by `expect_context` below it (lists, filters,
//! drafts) is that session's. Switching takes the old session's elements away and makes those of the new one; what is to
//! outlast that belongs in the session's contexts, not in a component.

mod closing;

use leptos::prelude::*;
use leptos::reactive::owner::Owner;

use super::bench::{Bench, PageTabs, Seconds};
use super::commands;
use super::connect::FormKept;
use super::context::{Storage, Toast, Toasts, use_lang};
use super::export::Records;
use super::filter_bar;
use super::listing::Listing;
use super::messages;
use super::page::Page;
use super::preferences::use_preferences;
use super::wire;
use super::{cloud, gateway, model, ota, services, shadow};
use crate::journal::Budget;
use crate::mqtt::State;
use crate::storage::{ConnectionPlan, Key, Profile, SavedSession, Store, Workspace};

/// Names a session for as long as the page lives; never used again.
pub(super) type SessionId = u32;

/// What all journals together may take, in bytes: a page has 4 GiB at most, and needs some for itself.
pub(super) const ALL_JOURNALS: usize = 2 << 30;
/// Sessions that can be open at once.
pub(super) const MOST_SESSIONS: usize = 100;

/// One device and all that its screens keep.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) id: SessionId,
    pub(super) bench: Bench,
    /// The name that a person gave it; else it is called after its device.
    pub(super) title: RwSignal<Option<String>>,
    /// Messages that had been received when it was last in front.
    pub(super) seen: RwSignal<u64>,
    /// What the connect page keeps of its form while others are in front.
    pub(super) form: FormKept,
    /// The part of the address behind `#` when it was last in front.
    address: StoredValue<String>,
    /// Which session is in front.
    active: RwSignal<SessionId>,
    owner: Owner,
}

/// See the [module's docs](self).
#[derive(Clone, Copy)]
pub(super) struct Sessions {
    list: RwSignal<Vec<Session>>,
    active: RwSignal<SessionId>,
    /// How often another one was put in front, and with which address.
    switched: RwSignal<(u32, String)>,
    next: StoredValue<SessionId>,
    /// Above all sessions: their owners are its children.
    root: StoredValue<Owner>,
    /// Of sessions that are gone: a task of theirs may still come back to their signals. What takes memory is freed.
    gone: StoredValue<Vec<Owner>>,
    budget: RwSignal<Budget>,
    storage: Storage,
}

impl Session {
    /// What it is called: as a person named it, else after its device, else nothing.
    pub(super) fn name(&self) -> Option<String> {
        let bench = self.bench;
        self.title
            .get()
            .or_else(|| bench.status.with(|status| status.plan.as_ref().map(|plan| plan.name.clone())))
            .or_else(|| bench.profile.with(Profile::short_name))
    }

    /// Messages received since it was last in front; none while it is.
    pub(super) fn unread(&self) -> u64 {
        if self.active.get() == self.id {
            return 0;
        }
        self.bench.live_counts().received.saturating_sub(self.seen.get())
    }

    /// An owner for what shows the session: below the session's, and gone with what it shows.
    pub(super) fn view_owner(&self) -> Owner {
        self.owner.child()
    }

    /// What is known to the session's screens, for whoever stands above them.
    pub(super) fn context<T: Clone + 'static>(&self) -> Option<T> {
        self.owner.with(use_context::<T>)
    }

    fn saved(&self) -> SavedSession {
        SavedSession { title: self.title.get(), profile: self.bench.profile.get() }
    }
}

impl Sessions {
    /// Opens what was open before the page was loaded again, else the form that was last used. Has to be below a `Router`.
    pub(super) fn provide() -> Self {
        let storage = expect_context::<Storage>();
        let sessions = Self {
            list: RwSignal::new(Vec::new()),
            active: RwSignal::new(0),
            switched: RwSignal::default(),
            next: StoredValue::new(1),
            root: StoredValue::new(Owner::current().unwrap_or_default()),
            gone: StoredValue::new(Vec::new()),
            budget: RwSignal::new(Budget::default()),
            storage,
        };
        provide_context(sessions);
        let new = use_preferences().new_profile();
        // What cannot be read is kept apart, and has to be said.
        let set_aside = |store: &Store| store.damaged().0.len();
        let before = storage.with(set_aside);
        let workspace = storage.with(Store::load_workspace).worth_keeping(&new);
        let damaged = storage.with(set_aside).saturating_sub(before);
        if damaged > 0 {
            let text = use_lang().get_untracked().sessions_damaged(damaged);
            expect_context::<Toasts>().show(Toast { text, undo: None, gone: None });
        }
        for saved in workspace.sessions.into_iter().take(MOST_SESSIONS) {
            sessions.add(saved, None);
        }
        if sessions.list.with_untracked(Vec::is_empty) {
            let profile = storage.with(Store::load_form).unwrap_or(new);
            sessions.add(SavedSession { title: None, profile }, None);
        }
        let active = sessions
            .list
            .with_untracked(|list| list.get(workspace.active).or(list.first()).map(|one| one.id));
        sessions.active.set(active.unwrap_or_default());
        Effect::new(move |first: Option<()>| {
            let active = sessions.active.get();
            let workspace = sessions.list.with(|list| Workspace {
                sessions: list.iter().map(Session::saved).collect(),
                active: list.iter().position(|each| each.id == active).unwrap_or_default(),
            });
            if first.is_some() {
                storage.with(|store| store.save(Key::Workspace, &workspace));
            }
        });
        Effect::new(move |_| {
            let held =
                sessions.list.with(|list| list.iter().filter_map(|each| each.bench.identity()).collect());
            expect_context::<PageTabs>().hold(held);
        });
        Effect::new(move |_| sessions.share_budget());
        sessions
    }

    /// All sessions, in the order of their tabs, as they come and go.
    pub(super) fn list(self) -> RwSignal<Vec<Session>> {
        self.list
    }

    /// Which one is in front.
    pub(super) fn active(self) -> SessionId {
        self.active.get()
    }

    /// The session in front. There always is one.
    pub(super) fn current(self) -> Option<Session> {
        let active = self.active.get();
        self.get(active)
    }

    /// A session that is open.
    pub(super) fn get(self, id: SessionId) -> Option<Session> {
        self.list.with(|list| list.iter().find(|each| each.id == id).cloned())
    }

    /// Opens another session with this form, and puts it in front. None where [`MOST_SESSIONS`] are open, which is said.
    pub(super) fn open(self, profile: Profile, title: Option<String>) -> Option<Session> {
        self.has_room().then(|| {
            let session = self.add(SavedSession { title, profile }, None);
            self.activate(session.id);
            session
        })
    }

    /// Opens another session on this page, and puts it in front. None as with [`Self::open`].
    pub(super) fn open_on(self, page: Page, profile: Profile) -> Option<Session> {
        self.has_room().then(|| {
            let session = self.add(SavedSession { title: None, profile }, None);
            session.address.set_value(page.href().to_owned());
            self.activate(session.id);
            session
        })
    }

    /// Opens a session with the form of another, after it, and puts it in front. It is not connected, unless the other is the
    /// simulator's: then it is another device of it.
    pub(super) fn duplicate(self, id: SessionId) -> Option<Session> {
        let original = untrack(|| self.get(id)).filter(|_| self.has_room())?;
        let mut saved = untrack(|| original.saved());
        saved.title = saved.title.map(|title| format!("{title} (2)"));
        let session = self.add(saved, Some(id));
        self.activate(session.id);
        if untrack(|| original.bench.is_simulated()) {
            session.bench.try_like(original.bench);
        }
        Some(session)
    }

    /// Puts a session in front, on the page on which it was left.
    pub(super) fn activate(self, id: SessionId) {
        let (Some(old), Some(new)) = untrack(|| (self.current(), self.get(id))) else { return };
        if old.id == new.id {
            // From a page of the tool back to the session.
            if !Page::of_session() {
                let _ = window().location().set_hash(&new.address.get_value());
            }
            return;
        }
        self.note_address();
        old.seen.set(untrack(|| old.bench.live_counts().received));
        // The address first: the new session's filters read it as soon as they are shown.
        let address = new.address.get_value();
        let _ = window().location().set_hash(&address);
        self.switched.update(|(times, known)| (*times, *known) = (times.wrapping_add(1), address));
        self.active.set(id);
    }

    /// How often another session was put in front, and with which address at last.
    pub(super) fn switched(self) -> (u32, String) {
        self.switched.get()
    }

    /// Remembers on which page the session in front is.
    pub(super) fn note_address(self) {
        if let Some(session) = untrack(|| self.current())
            && Page::of_session()
            && let Ok(hash) = window().location().hash()
            && !hash.is_empty()
        {
            session.address.set_value(hash);
        }
    }

    /// Moves a session to another place in the order of tabs.
    pub(super) fn move_to(self, id: SessionId, place: usize) {
        self.list.update(|list| {
            if let Some(from) = list.iter().position(|each| each.id == id) {
                let session = list.remove(from);
                list.insert(place.min(list.len()), session);
            }
        });
    }

    /// Moves a session one place to the left or to the right; whether there was one.
    pub(super) fn move_by_one(self, id: SessionId, right: bool) -> bool {
        let places =
            self.list.with_untracked(|list| Some((list.iter().position(|each| each.id == id)?, list.len())));
        let target = places.and_then(|(place, count)| match right {
            true => Some(place + 1).filter(|place| *place < count),
            false => place.checked_sub(1),
        });
        target.inspect(|place| self.move_to(id, *place)).is_some()
    }

    /// Whether another session may be opened; if not, it is said.
    fn has_room(self) -> bool {
        let room = self.list.with_untracked(Vec::len) < MOST_SESSIONS;
        if !room {
            let root = self.root.get_value();
            let text = root.with(|| use_lang().get_untracked()).sessions_full(MOST_SESSIONS);
            root.with(expect_context::<Toasts>).show(Toast { text, undo: None, gone: None });
        }
        room
    }

    /// Reads or does something with each session.
    pub(super) fn for_each(self, act: impl FnMut(&Session)) {
        self.list.with_untracked(|list| list.iter().for_each(act));
    }

    /// Whether another session than this one is connected, or connecting, as this identity.
    pub(super) fn holder(self, identity: &str, other_than: Bench) -> Option<Session> {
        self.list.with(|list| {
            let holds = |each: &&Session| {
                !each.bench.is(other_than) && each.bench.identity().is_some_and(|held| held == identity)
            };
            list.iter().find(holds).cloned()
        })
    }

    /// How much each session may keep, as it was set.
    pub(super) fn budget(self) -> RwSignal<Budget> {
        self.budget
    }

    /// Gives each journal its budget: what was set, or its share of what all together may take.
    fn share_budget(self) {
        let set = self.budget.get();
        self.list.with(|list| {
            let share = ALL_JOURNALS / list.len().max(1);
            let budget = Budget { bytes: set.bytes.min(share), ..set };
            for session in list {
                session.bench.device(|device| device.set_budget(budget));
            }
        });
    }

    fn add(self, saved: SavedSession, after: Option<SessionId>) -> Session {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        let owner = self.root.get_value().child();
        let storage = self.storage;
        let session = owner.with(|| {
            let seconds = expect_context::<Seconds>().0;
            let bench = Bench::provide(saved.profile, storage, seconds);
            Listing::provide(bench);
            Records::provide(bench);
            commands::provide();
            filter_bar::provide();
            messages::provide(bench);
            wire::provide();
            services::provide(bench);
            shadow::provide(bench);
            model::provide(bench);
            ota::provide(bench);
            gateway::provide(bench);
            cloud::provide(bench);
            Session {
                id,
                bench,
                title: RwSignal::new(saved.title),
                seen: RwSignal::new(0),
                form: FormKept::new(),
                address: StoredValue::new(Page::Connect.href().to_owned()),
                active: self.active,
                owner: owner.clone(),
            }
        });
        self.list.update(|list| {
            let place = after.and_then(|after| list.iter().position(|each| each.id == after));
            list.insert(place.map_or(list.len(), |place| place + 1), session.clone());
        });
        session
    }
}

impl Bench {
    /// What this session's broker knows it by, while it is connected or connecting.
    fn identity(self) -> Option<String> {
        self.status.with(|status| match status.state {
            State::Offline => None,
            _ => status.plan.as_ref().and_then(ConnectionPlan::identity),
        })
    }
}

/// The sessions, for whatever stands above or beside them.
pub(super) fn use_sessions() -> Sessions {
    expect_context()
}
