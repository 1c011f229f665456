//! What becomes of requests, told in the journal's rows.

use std::time::Duration;

use super::{Core, Device};
use crate::journal::{Ack, Entry, Journal, Note};
use crate::mqtt::{Moment, Outcome, PacketKind, QoS, RequestId};

impl Device {
    /// Sets within which time a request is to be acknowledged, from now on and for those that are open.
    pub fn set_ack_deadline(&self, within: Duration) {
        self.with_core(|core, now| {
            core.ack_deadline = Some(within);
            if let Some(session) = &mut core.session {
                session.set_ack_deadline(now, within);
            }
        });
    }
}

impl Core {
    /// A request went out. If it had gone out before, what becomes of it stands at the new place.
    pub(super) fn remember(&mut self, request: RequestId, seq: u64) {
        let look = |journal: &Journal| journal.entry(seq).map(|entry| (entry.kind, entry.ack));
        let Some((kind, ack)) = self.journal.read(look) else { return };
        if kind == Some(PacketKind::PubRel) {
            // The message itself does not go out again: its handshake goes on.
            if let Some(message) = self.open.get(&request) {
                self.journal.set_ack(*message, Ack::Pending);
            }
            return;
        }
        if ack != Ack::Pending {
            return;
        }
        if let Some(before) = self.open.insert(request, seq) {
            self.journal.set_ack(before, Ack::Resent);
        }
    }

    /// Does something that may throw the queue away, and notes how much: a message that was never sent has no row.
    pub(super) fn note_discarded<T>(&mut self, now: Moment, act: impl FnOnce(&mut Self) -> T) -> T {
        let queued = |core: &Self| core.session.as_ref().map_or(0, |session| session.outbox().queued);
        let before = queued(self);
        let result = act(self);
        let discarded = before.saturating_sub(queued(self));
        if discarded > 0 {
            self.journal.append_note(now, Note::QueueDiscarded(discarded));
        }
        result
    }

    pub(super) fn settle(&mut self, now: Moment, request: RequestId, outcome: Outcome) {
        let Some(&seq) = self.open.get(&request) else { return };
        let ack = match outcome {
            Outcome::Acknowledged(after) => {
                // QoS 2 takes two round trips, and what was overdue says nothing of the line.
                self.journal.mark_answer(Ack::answers(after));
                let is_measure =
                    |entry: &Entry<'_>| entry.ack == Ack::Pending && entry.qos() != QoS::ExactlyOnce;
                if self.journal.read(|journal| journal.entry(seq).as_ref().is_some_and(is_measure)) {
                    self.took(after);
                }
                Ack::after(after)
            }
            Outcome::Refused(code) => Ack::Refused(code),
            Outcome::Overdue => {
                self.note_overdue(now, seq);
                Ack::Overdue
            }
            Outcome::Interrupted => Ack::Interrupted,
            Outcome::Lost => Ack::Lost,
        };
        self.journal.set_ack(seq, ack);
        if !matches!(outcome, Outcome::Overdue | Outcome::Interrupted) {
            self.open.remove(&request);
        }
    }

    /// A message shows in its own row that it waits; SUBSCRIBE and UNSUBSCRIBE have none.
    fn note_overdue(&mut self, now: Moment, seq: u64) {
        let look = |journal: &Journal| {
            let entry = journal.entry(seq)?;
            let kind = entry.kind.filter(|kind| *kind != PacketKind::Publish)?;
            Some((kind, entry.filter().into_owned()))
        };
        let Some((kind, filter)) = self.journal.read(look) else { return };
        self.journal.append_note(now, Note::Overdue { kind, filter });
    }
}
