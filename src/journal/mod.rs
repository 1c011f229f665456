//! The journal of a session: every control packet in either direction and every note, in order, in one bounded
//! store.
//!
//! The exact bytes of a packet are kept once, in an arena of chunks; an [`Entry`] of fixed size says where, and what
//! a list needs to know without looking at them. When the budget is used up the oldest chunk goes with all its
//! entries, and the journal counts what it dropped. Text, JSON and the like are made when a row is looked at.
//!
//! Secrets never come in: whoever appends a CONNECT covers the password first ([`mask`]).

mod arena;
mod entry;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;

use crate::mqtt::{EndCause, Moment, PacketKind, PacketView, QoS, Violation};
use arena::Arena;
pub use entry::{Ack, Direction, Entry};

/// Something worth telling that is no packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// CONNACK 0 came, so many microseconds after CONNECT.
    Connected {
        /// Whether the broker still had the session.
        session_present: bool,
        /// Microseconds from CONNECT to CONNACK.
        after_micros: u64,
    },
    /// What the last connection had left was taken up on the new one.
    Restored {
        /// Subscriptions that were asked for again.
        subscriptions: usize,
        /// Messages that were sent again.
        resent: usize,
        /// Messages that had waited for a connection.
        queued: usize,
    },
    /// SUBSCRIBE or UNSUBSCRIBE was not acknowledged within the deadline.
    Overdue {
        /// Which of the two.
        kind: PacketKind,
        /// The filter.
        filter: String,
    },
    /// So many messages that waited for a connection were thrown away.
    QueueDiscarded(usize),
    /// The person switched PINGREQ on or off.
    Pinging(bool),
    /// The connection, or the attempt, is over.
    Ended(EndCause),
    /// The broker refused a subscription.
    SubscriptionRefused {
        /// The filter.
        filter: String,
        /// 0x80, or a code that the standard reserves.
        code: u8,
    },
    /// The broker broke a rule.
    Violation(Violation),
}

/// How much a journal keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Bytes of packets.
    pub bytes: usize,
    /// Packets and notes.
    pub entries: usize,
}

impl Default for Budget {
    /// 128 MiB and 200,000 entries.
    fn default() -> Self {
        Self { bytes: 128 * 1024 * 1024, entries: 200_000 }
    }
}

/// What a journal has seen and still has. Messages are PUBLISH packets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages appended since the session began.
    pub total: u64,
    /// Messages still stored and not cleared.
    pub kept: u64,
    /// Messages dropped because the budget was used up.
    pub dropped: u64,
    /// Messages sent since the session began.
    pub sent: u64,
    /// Messages received since the session began.
    pub received: u64,
    /// Bytes that the stored packets take.
    pub bytes: usize,
}

/// See the [room's docs](self).
#[derive(Debug)]
pub struct Journal {
    budget: Budget,
    arena: Arena,
    entries: VecDeque<Entry>,
    first: u64,
    notes: VecDeque<(u64, Note)>,
    rows: VecDeque<u64>,
    /// Entries that want to be acknowledged.
    requests: VecDeque<u64>,
    rows_dropped: u64,
    cleared_before: u64,
    counts: Counts,
}

impl Default for Journal {
    fn default() -> Self {
        Self::new(Budget::default())
    }
}

impl Journal {
    /// An empty journal.
    pub fn new(budget: Budget) -> Self {
        Self {
            budget,
            arena: Arena::default(),
            entries: VecDeque::new(),
            first: 0,
            notes: VecDeque::new(),
            rows: VecDeque::new(),
            requests: VecDeque::new(),
            rows_dropped: 0,
            cleared_before: 0,
            counts: Counts::default(),
        }
    }

    /// Appends one whole packet and returns its sequence number, counted from 0. A secret in it is already covered.
    pub fn append_packet(&mut self, at: Moment, direction: Direction, packet: &[u8]) -> u64 {
        self.make_room(packet.len());
        let view = PacketView::read(packet);
        let kind = view.as_ref().map(|view| view.kind);
        let is_message = kind == Some(PacketKind::Publish);
        let wants_ack = direction == Direction::Out
            && match kind {
                Some(PacketKind::Publish) => {
                    view.as_ref().is_some_and(|view| view.qos() != Some(QoS::AtMostOnce))
                }
                Some(PacketKind::Subscribe | PacketKind::Unsubscribe) => true,
                _ => false,
            };
        let place = self.arena.append(packet);
        let seq = self.push(Entry {
            at,
            place,
            payload: view.as_ref().map_or(0, |view| u32::try_from(view.payload.start).unwrap_or(u32::MAX)),
            packet_id: view.as_ref().and_then(|view| view.packet_id).unwrap_or(0),
            kind,
            flags: packet.first().map_or(0, |first| first & 0x0f),
            direction,
            ack: if wants_ack { Ack::Pending } else { Ack::None },
        });
        if wants_ack {
            self.requests.push_back(seq);
        }
        if is_message {
            self.rows.push_back(seq);
            self.counts.total += 1;
            self.counts.kept += 1;
            match direction {
                Direction::In => self.counts.received += 1,
                Direction::Out => self.counts.sent += 1,
            }
        }
        seq
    }

    /// Appends a note and returns its sequence number.
    pub fn append_note(&mut self, at: Moment, note: Note) -> u64 {
        self.make_room(0);
        let seq = self.push(Entry::note(at, self.arena.end()));
        self.notes.push_back((seq, note));
        self.rows.push_back(seq);
        seq
    }

    /// Says what became of a message that waits for its acknowledgement.
    pub fn set_ack(&mut self, seq: u64, ack: Ack) {
        if let Some(entry) = self.index_of(seq).and_then(|index| self.entries.get_mut(index)) {
            entry.ack = ack;
        }
    }

    /// The entry with this sequence number, if it is still there.
    pub fn entry(&self, seq: u64) -> Option<&Entry> {
        self.entries.get(self.index_of(seq)?)
    }

    /// The exact bytes of a packet.
    pub fn packet(&self, entry: &Entry) -> &[u8] {
        self.arena.get(&entry.place)
    }

    /// The payload of a PUBLISH.
    pub fn payload(&self, entry: &Entry) -> &[u8] {
        self.packet(entry).get(entry.payload as usize..).unwrap_or_default()
    }

    /// The topic of a PUBLISH; bytes that are not UTF-8 are replaced.
    pub fn topic(&self, entry: &Entry) -> Cow<'_, str> {
        let topic = PacketView::read(self.packet(entry)).map(|view| view.topic).unwrap_or_default();
        String::from_utf8_lossy(self.packet(entry).get(topic).unwrap_or_default())
    }

    /// The first topic filter of a SUBSCRIBE or UNSUBSCRIBE.
    pub fn filter(&self, entry: &Entry) -> Cow<'_, str> {
        // Packet identifier, length, filter (MQTT §3.8.3, §3.10.3).
        let filter = || {
            let after_id = self.payload(entry).get(2..)?;
            let (length, rest) = after_id.split_first_chunk()?;
            rest.get(..usize::from(u16::from_be_bytes(*length)))
        };
        String::from_utf8_lossy(filter().unwrap_or_default())
    }

    /// The note at this sequence number.
    pub fn note(&self, seq: u64) -> Option<&Note> {
        let index = self.notes.binary_search_by_key(&seq, |(at, _)| *at).ok()?;
        self.notes.get(index).map(|(_, note)| note)
    }

    /// How many rows the messages view has: messages and notes.
    pub fn row_count(&self) -> usize {
        self.rows.len() - self.cleared_rows()
    }

    /// How many rows there ever were before the first that is still there. A view that wants to stay where it is
    /// while old rows go moves up by what this grew.
    pub fn first_row_number(&self) -> u64 {
        self.rows_dropped + self.cleared_rows() as u64
    }

    /// The sequence numbers of some rows; what is out of range is left out.
    pub fn rows(&self, range: Range<usize>) -> impl Iterator<Item = u64> + '_ {
        let cleared = self.cleared_rows();
        let end = (range.end + cleared).min(self.rows.len());
        self.rows.range((range.start + cleared).min(end)..end).copied()
    }

    /// The sequence numbers of the packets that want to be acknowledged, or did, newest first.
    pub fn requests(&self) -> impl Iterator<Item = u64> + '_ {
        self.requests.iter().rev().copied().take_while(|seq| *seq >= self.cleared_before)
    }

    /// The row that shows this entry, or the first one after it.
    pub fn row_of(&self, seq: u64) -> usize {
        self.rows.partition_point(|row| *row < seq).saturating_sub(self.cleared_rows())
    }

    /// What was seen and what is still there.
    pub fn counts(&self) -> Counts {
        Counts { bytes: self.arena.bytes(), ..self.counts }
    }

    /// Takes everything out of view and returns a mark with which [`Self::restore`] brings it back. The memory is
    /// freed by [`Self::forget_cleared`].
    pub fn clear(&mut self) -> Cleared {
        let from = self.cleared_before;
        self.cleared_before = self.first + self.entries.len() as u64;
        self.count_kept();
        Cleared { from, to: self.cleared_before }
    }

    /// Brings back what [`Self::clear`] took out of view, as far as it is still stored.
    pub fn restore(&mut self, mark: Cleared) {
        self.cleared_before = self.cleared_before.min(mark.from);
        self.count_kept();
    }

    /// Frees what [`Self::clear`] took out of view, unless it was brought back.
    pub fn forget_cleared(&mut self, mark: Cleared) {
        while self.first < self.cleared_before.min(mark.to) && !self.entries.is_empty() {
            self.drop_oldest();
        }
        self.arena.release_before(self.entries.front().map(|entry| &entry.place));
    }

    fn push(&mut self, entry: Entry) -> u64 {
        self.entries.push_back(entry);
        self.first + self.entries.len() as u64 - 1
    }

    fn index_of(&self, seq: u64) -> Option<usize> {
        usize::try_from(seq.checked_sub(self.first)?).ok()
    }

    fn cleared_rows(&self) -> usize {
        match self.rows.front() {
            Some(first) if *first < self.cleared_before => {
                self.rows.partition_point(|row| *row < self.cleared_before)
            }
            _ => 0,
        }
    }

    fn count_kept(&mut self) {
        let is_message = |seq: &&u64| self.entry(**seq).is_some_and(Entry::is_message);
        self.counts.kept = self.rows.iter().skip(self.cleared_rows()).filter(is_message).count() as u64;
    }

    fn make_room(&mut self, bytes: usize) {
        while self.entries.len() >= self.budget.entries.max(1) {
            self.drop_block(self.budget.entries / 16);
        }
        while self.arena.bytes_with(bytes) > self.budget.bytes && !self.entries.is_empty() {
            self.drop_block(0);
        }
    }

    /// Drops the entries of the oldest chunk, or `least` entries if those are more.
    fn drop_block(&mut self, least: usize) {
        let chunk = self.entries.front().map(|entry| entry.place.chunk);
        let mut dropped = 0;
        while let Some(front) = self.entries.front()
            && (dropped < least.max(1) || (least == 0 && Some(front.place.chunk) == chunk))
        {
            self.drop_oldest();
            dropped += 1;
        }
        self.arena.release_before(self.entries.front().map(|entry| &entry.place));
    }

    fn drop_oldest(&mut self) {
        let Some(entry) = self.entries.pop_front() else { return };
        let seq = self.first;
        self.first += 1;
        if self.rows.front() == Some(&seq) {
            self.rows.pop_front();
            self.rows_dropped += 1;
        }
        if self.requests.front() == Some(&seq) {
            self.requests.pop_front();
        }
        if self.notes.front().is_some_and(|(at, _)| *at == seq) {
            self.notes.pop_front();
        }
        if entry.is_message() && seq >= self.cleared_before {
            self.counts.kept -= 1;
            self.counts.dropped += 1;
        }
    }
}

/// What [`Journal::clear`] took out of view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cleared {
    from: u64,
    to: u64,
}

/// `packet` with the bytes in `secret` covered by `*`.
pub fn mask(packet: &[u8], secret: Range<usize>) -> Vec<u8> {
    let mut covered = packet.to_vec();
    if let Some(bytes) = covered.get_mut(secret) {
        bytes.fill(b'*');
    }
    covered
}
