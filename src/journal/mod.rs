//! The journal of a session: every control packet in either direction and every note, in order, in one bounded
//! store.
//!
//! The exact bytes of a packet are kept once, in blocks of neighbouring entries; beside them an entry takes 20 bytes,
//! and a topic is kept once for all its messages. When the budget is used up the oldest block goes, and the journal
//! counts what it dropped. Text, JSON and the like are made when a row is looked at. A [`View`] holds the rows of a
//! list, filtered or not, and grows with the journal in slices.
//!
//! Secrets never come in: whoever appends a packet that holds one covers it first ([`mask`]).

mod block;
mod budget;
mod entry;
pub mod export;
mod filter;
mod find;
pub mod import;
mod muting;
mod note;
mod pair;
pub mod query;
mod rate;
mod tally;
pub mod topic_tree;
mod topics;
mod view;
pub mod wall;

use std::collections::VecDeque;
use std::ops::Range;

use crate::mqtt::{Moment, PacketKind, PacketView, QoS};
use block::{Block, MOST_BYTES};
pub use budget::Budget;
use entry::Record;
pub use entry::{Ack, Direction, Entry};
pub use filter::{Filter, Surroundings};
pub use muting::{Heard, Muting};
pub use note::{Note, Severity};
pub use pair::{REACH, exchange, partner, parts_connections, violations_of, violator};
use rate::Rate;
pub use tally::{Tallied, Tally};
pub use topics::{Topic, TopicId, Topics};
pub use view::{Matches, Scope, View};
pub use wall::WallClock;

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
    /// Packets still stored and not cleared, notes not counted.
    pub packets: u64,
    /// Packets appended since the session began.
    pub all_packets: u64,
    /// Bytes of memory taken.
    pub bytes: usize,
}

/// How many changed acknowledgements are remembered for the views.
const AMENDED: usize = 4096;
/// How many connections are remembered by their beginning.
const CONNECTIONS: usize = 4096;

/// See the [room's docs](self).
#[derive(Debug)]
pub struct Journal {
    budget: Budget,
    blocks: VecDeque<Block>,
    /// Bytes of all blocks but the open one.
    sealed_bytes: usize,
    /// The number of the next entry.
    next: u64,
    cleared_before: u64,
    topics: Topics,
    rates: [Rate; 2],
    /// Entries that want to be acknowledged.
    requests: VecDeque<u64>,
    /// Entries whose acknowledgement became a fault or ceased to be one, and how many there ever were.
    amended: VecDeque<u64>,
    amended_total: u64,
    /// Whether the last block takes nothing more.
    sealed: bool,
    /// Messages that were dropped while they were cleared: they count once they are missed.
    dropped_cleared: u64,
    /// Messages that are stored, cleared ones among them.
    stored: u64,
    counts: Counts,
    /// Memory of a dropped block.
    spare: Option<Vec<u8>>,
    /// How often blocks were cut into smaller ones.
    cuts: u32,
    /// When connections came about, in order; of very many the newest.
    connections: VecDeque<Moment>,
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
            blocks: VecDeque::new(),
            sealed_bytes: 0,
            next: 0,
            cleared_before: 0,
            topics: Topics::default(),
            rates: [Rate::default(); 2],
            requests: VecDeque::new(),
            amended: VecDeque::new(),
            amended_total: 0,
            sealed: true,
            dropped_cleared: 0,
            stored: 0,
            counts: Counts::default(),
            spare: None,
            cuts: 0,
            connections: VecDeque::new(),
        }
    }

    /// Appends one whole packet and returns its sequence number, counted from 0. A secret in it is already covered.
    pub fn append_packet(&mut self, at: Moment, direction: Direction, packet: &[u8]) -> u64 {
        let view = PacketView::read(packet);
        let first_byte = packet.first().copied().unwrap_or(0);
        let mut record = Record::packet(direction, first_byte, view.as_ref());
        let is_message = record.is_message();
        self.make_room(at, packet.len(), u64::from(is_message));
        let seq = self.next;
        self.next += 1;
        if let Some(view) = view {
            if is_message {
                let topic = packet.get(view.topic.clone()).unwrap_or_default();
                record.topic = self.topics.count(topic, seq, at, direction, packet.len());
                self.count_message(at, direction);
            }
            if direction == Direction::Out && wants_ack(&view) {
                record.set_ack(Ack::Pending);
                self.requests.push_back(seq);
            }
        }
        self.counts.packets += 1;
        self.counts.all_packets += 1;
        if let Some(block) = self.blocks.back_mut() {
            block.append(at, record, packet);
        }
        self.trim();
        seq
    }

    /// Appends a note and returns its sequence number.
    pub fn append_note(&mut self, at: Moment, note: Note) -> u64 {
        if matches!(note, Note::Connected { .. }) {
            if self.connections.len() == CONNECTIONS {
                self.connections.pop_front();
            }
            self.connections.push_back(at);
        }
        self.make_room(at, 0, 0);
        let seq = self.next;
        self.next += 1;
        if let Some(block) = self.blocks.back_mut() {
            block.append_note(at, note);
        }
        self.trim();
        seq
    }

    /// When the connection came about that was the last one at this moment; none before the first.
    pub fn connected_at(&self, at: Moment) -> Option<Moment> {
        let after = self.connections.partition_point(|connected| *connected <= at);
        self.connections.get(after.checked_sub(1)?).copied()
    }

    /// Says what became of a message that waits for its acknowledgement.
    pub fn set_ack(&mut self, seq: u64, ack: Ack) {
        let Some(record) = self.record_mut(seq) else { return };
        let was_fault = record.ack().is_fault();
        record.set_ack(ack);
        if was_fault != ack.is_fault() {
            if self.amended.len() == AMENDED {
                self.amended.pop_front();
            }
            self.amended.push_back(seq);
            self.amended_total += 1;
        }
    }

    /// Says of the newest entry, a packet, that it answers a request.
    pub fn mark_answer(&mut self, ack: Ack) {
        let is_answer = |kind| {
            use PacketKind::{ConnAck, PingResp, PubAck, PubComp, PubRec, SubAck, UnsubAck};
            matches!(kind, ConnAck | PubAck | PubRec | PubComp | SubAck | UnsubAck | PingResp)
        };
        if let Some(record) = self.next.checked_sub(1).and_then(|seq| self.record_mut(seq))
            && record.kind().is_some_and(is_answer)
            && record.direction() == Direction::In
        {
            record.set_ack(ack);
        }
    }

    /// The number of the oldest entry that is stored and not cleared.
    pub fn first_seq(&self) -> u64 {
        self.stored_from().max(self.cleared_before)
    }

    /// One past the number of the newest entry.
    pub const fn end_seq(&self) -> u64 {
        self.next
    }

    /// The entry with this sequence number, if it is still there.
    pub fn entry(&self, seq: u64) -> Option<Entry<'_>> {
        let block = self.blocks.get(self.block_of(seq)?)?;
        block.entry(usize::try_from(seq - block.first).ok()?)
    }

    /// The entries with these numbers, as far as they are there, in order.
    pub fn entries(&self, range: Range<u64>) -> impl DoubleEndedIterator<Item = Entry<'_>> {
        let from = self.blocks.partition_point(|block| block.end() <= range.start);
        let to = self.blocks.partition_point(|block| block.first < range.end).max(from);
        self.blocks.range(from..to).flat_map(move |block| {
            let index = |seq: u64| usize::try_from(seq.saturating_sub(block.first)).unwrap_or(usize::MAX);
            let (start, end) = (index(range.start), index(range.end).min(block.len()));
            (start..end).filter_map(|index| block.entry(index))
        })
    }

    /// The note at this sequence number.
    pub fn note(&self, seq: u64) -> Option<&Note> {
        self.entry(seq)?.note()
    }

    /// The sequence numbers of the packets that want to be acknowledged, or did, newest first.
    pub fn requests(&self) -> impl Iterator<Item = u64> + '_ {
        self.requests.iter().rev().copied().take_while(|seq| *seq >= self.cleared_before)
    }

    /// The topics of the messages.
    pub const fn topics(&self) -> &Topics {
        &self.topics
    }

    /// Messages a second in this direction, over the last five whole seconds.
    pub fn rate(&self, direction: Direction, now: Moment) -> f64 {
        self.rates[direction as usize].at(now)
    }

    /// Messages appended since the session began.
    pub const fn total(&self) -> u64 {
        self.counts.total
    }

    /// What was seen and what is still there.
    pub fn counts(&self) -> Counts {
        Counts { bytes: self.bytes(), ..self.counts }
    }

    /// Takes everything out of view and returns a mark with which [`Self::restore`] brings it back. The memory is
    /// freed by [`Self::forget_cleared`].
    pub fn clear(&mut self) -> Cleared {
        // Blocks end here, so that a block is either cleared or not.
        self.seal();
        let from = self.cleared_before;
        self.cleared_before = self.next;
        self.count_kept();
        Cleared { from, to: self.cleared_before }
    }

    /// Brings back what [`Self::clear`] took out of view, as far as it is still stored.
    pub fn restore(&mut self, mark: Cleared) {
        self.cleared_before = self.cleared_before.min(mark.from);
        self.counts.dropped += std::mem::take(&mut self.dropped_cleared);
        self.count_kept();
    }

    /// Frees what [`Self::clear`] took out of view, unless it was brought back.
    pub fn forget_cleared(&mut self, mark: Cleared) {
        let before = self.cleared_before.min(mark.to);
        while self.blocks.front().is_some_and(|block| block.first < before) {
            self.drop_oldest();
        }
        self.dropped_cleared = 0;
        self.spare = None;
    }

    /// The entries in the view's units.
    fn blocks(&self) -> &VecDeque<Block> {
        &self.blocks
    }

    fn stored_from(&self) -> u64 {
        self.blocks.front().map_or(self.next, |block| block.first)
    }

    /// The place of the block that holds this entry.
    fn block_of(&self, seq: u64) -> Option<usize> {
        let index = self.blocks.partition_point(|block| block.first <= seq).checked_sub(1)?;
        self.blocks.get(index).filter(|block| seq < block.end()).map(|_| index)
    }

    fn record_mut(&mut self, seq: u64) -> Option<&mut Record> {
        let index = self.block_of(seq)?;
        let block = self.blocks.get_mut(index)?;
        let place = usize::try_from(seq - block.first).ok()?;
        block.record_mut(place)
    }

    fn count_message(&mut self, at: Moment, direction: Direction) {
        self.stored += 1;
        self.counts.total += 1;
        self.counts.kept += 1;
        self.rates[direction as usize].count(at);
        match direction {
            Direction::In => self.counts.received += 1,
            Direction::Out => self.counts.sent += 1,
        }
    }

    fn count_kept(&mut self) {
        let visible = self.blocks.iter().filter(|block| block.first >= self.cleared_before);
        (self.counts.kept, self.counts.packets) = visible.fold((0, 0), |(messages, packets), block| {
            (messages + u64::from(block.messages), packets + block.packets() as u64)
        });
    }

    fn bytes(&self) -> usize {
        self.sealed_bytes + self.open_bytes() + self.topics.bytes() + self.requests.len() * size_of::<u64>()
    }

    fn open_bytes(&self) -> usize {
        if self.sealed { 0 } else { self.blocks.back().map_or(0, Block::size) }
    }

    fn is_over(&self, bytes: usize, messages: u64) -> bool {
        self.bytes() + bytes > self.budget.bytes || self.stored + messages > self.budget.messages
    }

    /// Makes room for an entry in the last block, dropping old ones or beginning a new one where it must.
    fn make_room(&mut self, at: Moment, bytes: usize, messages: u64) {
        let (most_bytes, most_entries) = (self.budget.block_bytes(), self.budget.block_entries());
        let has_room = |block: &Block| block.has_room(at, bytes, most_entries, most_bytes);
        if !self.sealed && self.blocks.back().is_some_and(has_room) {
            return;
        }
        self.seal();
        let wanted = bytes.max(most_bytes);
        while !self.blocks.is_empty() && self.is_over(wanted, messages) {
            self.drop_oldest();
        }
        let memory = match self.spare.take() {
            Some(spare) if spare.capacity() >= wanted && spare.capacity() <= 2 * wanted => spare,
            _ => Vec::with_capacity(wanted),
        };
        self.blocks.push_back(Block::new(self.next, at, memory));
        self.sealed = false;
    }

    /// Ends the last block.
    fn seal(&mut self) {
        if !self.sealed
            && let Some(block) = self.blocks.back_mut()
        {
            block.seal();
            self.sealed_bytes += block.size();
        }
        self.sealed = true;
    }

    /// Drops old blocks while there is too much. What is in the last one stays.
    fn trim(&mut self) {
        while self.blocks.len() > 1 && self.is_over(0, 0) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let is_open = self.blocks.len() == 1 && !self.sealed;
        let Some(block) = self.blocks.pop_front() else { return };
        if is_open {
            self.sealed = true;
        } else {
            self.sealed_bytes -= block.size();
        }
        for record in block.records() {
            if record.is_message() {
                self.topics.release(record.topic);
            }
        }
        self.topics.forget_unused();
        let end = block.end();
        while self.requests.front().is_some_and(|seq| *seq < end) {
            self.requests.pop_front();
        }
        self.stored -= u64::from(block.messages);
        if block.first >= self.cleared_before {
            self.counts.kept -= u64::from(block.messages);
            self.counts.packets -= block.packets() as u64;
            self.counts.dropped += u64::from(block.messages);
        } else {
            self.dropped_cleared += u64::from(block.messages);
        }
        self.spare = Some(block.into_bytes()).filter(|bytes| bytes.capacity() <= MOST_BYTES);
    }
}

/// Whether the other side has to acknowledge it.
fn wants_ack(view: &PacketView) -> bool {
    match view.kind {
        PacketKind::Publish => view.qos() != Some(QoS::AtMostOnce),
        PacketKind::Subscribe | PacketKind::Unsubscribe => true,
        _ => false,
    }
}

/// What [`Journal::clear`] took out of view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cleared {
    from: u64,
    to: u64,
}

/// `packet` with the bytes in each of `secrets` covered by `*`.
pub fn mask(packet: &[u8], secrets: impl IntoIterator<Item = Range<usize>>) -> Vec<u8> {
    let mut covered = packet.to_vec();
    for secret in secrets {
        if let Some(bytes) = covered.get_mut(secret) {
            bytes.fill(b'*');
        }
    }
    covered
}
