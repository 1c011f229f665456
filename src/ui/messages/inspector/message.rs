use std::sync::Arc;

use leptos::prelude::*;

use crate::journal::{Direction, Journal};
use crate::mqtt::QoS;
use crate::payload::diff::{Diff, diff};
use crate::ui::bench::Bench;
use crate::ui::payload_view::Against;

/// How far back the message before on a topic is looked for, in entries.
const REACH: u64 = 200_000;

/// The selected message, with a copy of its payload: what is being read stays, also when the journal drops it.
#[derive(Clone)]
pub(super) struct Message {
    pub(super) seq: u64,
    /// Which journal it is in.
    pub(super) journal: u32,
    pub(super) time: String,
    pub(super) direction: Direction,
    pub(super) topic: String,
    pub(super) qos: QoS,
    pub(super) packet_id: u16,
    pub(super) dup: bool,
    pub(super) retain: bool,
    pub(super) payload: Arc<[u8]>,
}

impl PartialEq for Message {
    fn eq(&self, other: &Self) -> bool {
        self.seq == other.seq && self.time == other.time && self.payload.len() == other.payload.len()
    }
}

/// A message that others are compared with.
#[derive(Clone, PartialEq)]
pub(super) struct Pin {
    pub(super) seq: u64,
    /// Which journal it is in.
    pub(super) journal: u32,
    time: String,
    payload: Arc<[u8]>,
}

impl From<&Message> for Pin {
    fn from(message: &Message) -> Self {
        let (time, payload) = (message.time.clone(), Arc::clone(&message.payload));
        Self { seq: message.seq, journal: message.journal, time, payload }
    }
}

impl Message {
    pub(super) fn look_up(bench: Bench, seq: u64) -> Option<Self> {
        let read = |journal: &Journal| {
            let entry = journal.entry(seq).filter(|entry| entry.is_message())?;
            Some(Self {
                seq,
                journal: bench.shown(),
                time: bench.time_of(entry.at),
                direction: entry.direction,
                topic: entry.topic().into_owned(),
                qos: entry.qos(),
                packet_id: entry.packet_id,
                dup: entry.dup(),
                retain: entry.retain(),
                payload: entry.payload().into(),
            })
        };
        untrack(|| bench.journal(read))
    }

    /// What changed from the pinned message, or else from the one before on this topic in this direction.
    pub(super) fn compare(&self, bench: Bench, pin: Option<&Pin>) -> Option<(Against, Diff)> {
        if let Some(pin) = pin.filter(|pin| (pin.journal, pin.seq) != (self.journal, self.seq)) {
            let against = Against { time: pin.time.clone(), pinned: true };
            return Some((against, diff(&pin.payload, &self.payload)));
        }
        let before = untrack(|| bench.journal(|journal| before(journal, self.seq)))?;
        let before = Self::look_up(bench, before)?;
        Some((Against { time: before.time, pinned: false }, diff(&before.payload, &self.payload)))
    }
}

/// The message before this one on its topic, in its direction.
fn before(journal: &Journal, seq: u64) -> Option<u64> {
    let entry = journal.entry(seq)?;
    let from = seq.saturating_sub(REACH).max(journal.first_seq());
    let same = |other: &crate::journal::Entry<'_>| {
        other.topic_id == entry.topic_id && other.direction == entry.direction && other.is_message()
    };
    journal.entries(from..seq).rev().find(same).map(|found| found.seq)
}
