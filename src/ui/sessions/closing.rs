//! Closing sessions, and bringing them back.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Session, SessionId, Sessions};
use crate::device::Device;
use crate::mqtt::State;
use crate::storage::{Profile, SavedSession};
use crate::ui::context::{Toast, Toasts, use_lang};
use crate::ui::ota;
use crate::ui::preferences::use_preferences;

/// A session that was closed, and how to bring it back.
#[derive(Clone)]
struct Closed {
    session: Session,
    place: usize,
    was_connected: bool,
    was_in_front: bool,
}

impl Sessions {
    /// Ends a session's connection and takes its tab away. Until the toast is gone it can be brought back, with its journal;
    /// it is connected again then, if it was. The last tab makes room for a new one.
    pub(in crate::ui) fn close(self, id: SessionId) {
        self.close_these(&[id]);
    }

    /// Closes all sessions but one, as [`Self::close`] does.
    pub(in crate::ui) fn close_others(self, id: SessionId) {
        let others: Vec<_> = self
            .list
            .with_untracked(|list| list.iter().map(|each| each.id).filter(|other| *other != id).collect());
        self.close_these(&others);
    }

    fn close_these(self, ids: &[SessionId]) {
        let stays = |session: &&Session| !ids.contains(&session.id);
        let active = self.active.get_untracked();
        let closed: Vec<_> = self.list.with_untracked(|list| {
            let goes = list.iter().enumerate().filter(|(_, session)| !stays(session));
            let closed = goes.map(|(place, session)| Closed {
                session: session.clone(),
                place,
                was_connected: session.bench.status.with_untracked(|status| status.state != State::Offline),
                was_in_front: session.id == active,
            });
            closed.collect()
        });
        let Some(first) = closed.first().cloned() else { return };
        for each in &closed {
            each.session.bench.device(Device::disconnect);
        }
        let stand_in = (closed.len() == self.list.with_untracked(Vec::len))
            .then(|| self.add(SavedSession { title: None, profile: self.new_profile() }, None));
        let neighbour = self.list.with_untracked(|list| {
            let place = list.iter().position(|each| each.id == active)?;
            let before = || list.iter().take(place).rfind(stays);
            list.iter().skip(place).find(stays).or_else(before).map(|each| each.id)
        });
        neighbour.into_iter().for_each(|id| self.activate(id));
        self.list.update(|list| list.retain(|session| stays(&session)));

        let root = self.root.get_value();
        let lang = root.with(|| use_lang().get_untracked());
        let name = untrack(|| first.session.name()).unwrap_or_else(|| lang.new_session().to_owned());
        let text = match closed.len() {
            1 => lang.session_closed(&name),
            count => lang.sessions_closed(count),
        };
        let back = closed.clone();
        root.with(expect_context::<Toasts>).show(Toast {
            text,
            undo: Some(Arc::new(move || self.bring_back(&back, stand_in.as_ref()))),
            gone: Some(Arc::new(move || {
                for each in &closed {
                    ota::stop_fetches(&each.session);
                    each.session.bench.retire();
                    let _ = each.session.bench.record.try_update_value(Option::take);
                    self.gone.update_value(|gone| gone.push(each.session.owner.clone()));
                }
            })),
        });
    }

    fn new_profile(self) -> Profile {
        self.root.get_value().with(use_preferences).new_profile()
    }

    /// Puts closed sessions back in their places; what stood in for them goes, if nobody used it.
    fn bring_back(self, closed: &[Closed], stand_in: Option<&Session>) {
        for each in closed {
            self.list.update(|list| list.insert(each.place.min(list.len()), each.session.clone()));
            if each.was_in_front {
                self.activate(each.session.id);
            }
            if each.was_connected {
                each.session.bench.device(Device::reconnect);
            }
        }
        let unused = |session: &&Session| {
            untrack(|| session.saved()).is_blank(&self.new_profile())
                && session.bench.status.with_untracked(|status| status.plan.is_none())
                && self.active.get_untracked() != session.id
        };
        if let Some(unused) = stand_in.filter(unused) {
            self.list.update(|list| list.retain(|session| session.id != unused.id));
            self.gone.update_value(|gone| gone.push(unused.owner.clone()));
        }
    }
}
