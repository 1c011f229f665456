use std::collections::VecDeque;
use std::ops::Range;

use super::block::Block;
use super::entry::Entry;
use super::topics::Topics;
use super::{Counts, Journal};

/// Which entries a list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// PUBLISH packets, and notes but those of the transport alone.
    Messages,
    /// Every packet and every note.
    Wire,
}

impl Scope {
    fn holds(self, entry: &Entry<'_>) -> bool {
        match (self, entry.note()) {
            (Self::Wire, _) => true,
            (Self::Messages, Some(note)) => !note.is_of_the_transport(),
            (Self::Messages, None) => entry.is_message(),
        }
    }
}

/// What a filter has to do: it says of each entry whether it is wanted.
pub trait Matches {
    /// Whether the entry is wanted. May remember what it found out of a topic.
    fn matches(&mut self, entry: &Entry<'_>, topics: &Topics) -> bool;
    /// Whether the answer may change with what becomes of a request.
    fn follows_acks(&self) -> bool;
    /// The journal is another one: what was remembered of topics by their numbers does not hold.
    fn forget_topics(&mut self);
}

/// Entries that are looked at before the work done is counted again.
const SLICE: usize = 512;
/// What looking at an entry costs beside its bytes, in bytes.
const ENTRY_WORK: usize = 64;

/// The rows of one block, by their place in it.
#[derive(Debug)]
struct Rows {
    /// The number of the block's first entry.
    first: u64,
    places: Vec<u16>,
    messages: usize,
}

/// The rows of a list: those entries of a journal that are in its scope and pass its filter.
///
/// [`View::advance`] takes up what came to the journal and what went from it, in slices of work, so that a filter
/// over a million messages never holds the page. A new view begins at the newest entry and goes backwards.
pub struct View {
    scope: Scope,
    filter: Option<Box<dyn Matches>>,
    /// Blocks that were looked at, oldest first.
    blocks: VecDeque<Rows>,
    /// What was looked at: from here, to before there.
    seen: Option<Range<u64>>,
    rows: usize,
    messages: usize,
    /// Of these, how many are cleared.
    cleared_rows: usize,
    cleared_messages: usize,
    amended_seen: u64,
    /// How often the journal's blocks had been cut.
    cuts_seen: u32,
    /// While paused: how many messages and packets there had been.
    paused: Option<Counts>,
    done: bool,
}

impl View {
    /// A view of what is in scope and passes the filter. It has no rows before the first [`Self::advance`].
    pub fn new(scope: Scope, filter: Option<Box<dyn Matches>>) -> Self {
        Self {
            scope,
            filter,
            blocks: VecDeque::new(),
            seen: None,
            rows: 0,
            messages: 0,
            cleared_rows: 0,
            cleared_messages: 0,
            amended_seen: 0,
            cuts_seen: 0,
            paused: None,
            done: false,
        }
    }

    /// What it is about.
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// Whether it shows less than its scope.
    pub const fn is_filtered(&self) -> bool {
        self.filter.is_some()
    }

    /// Another filter: the rows are found anew. A pause stays.
    pub fn set_filter(&mut self, filter: Option<Box<dyn Matches>>) {
        // While paused, what came since is still not to be shown.
        let end = self.paused.and(self.seen.as_ref()).map(|seen| seen.end);
        let paused = self.paused;
        *self = Self { paused, cuts_seen: self.cuts_seen, ..Self::new(self.scope, filter) };
        self.seen = end.map(|end| end..end);
    }

    /// The journal is another one: the rows are found anew, and the filter stays.
    pub fn restart(&mut self) {
        let mut filter = self.filter.take();
        if let Some(filter) = &mut filter {
            filter.forget_topics();
        }
        *self = Self::new(self.scope, filter);
    }

    /// Stops or starts taking up what is new.
    pub fn set_paused(&mut self, journal: &Journal, paused: bool) {
        if paused != self.paused.is_some() {
            self.paused = paused.then(|| journal.counts());
        }
    }

    /// Whether what is new is taken up.
    pub const fn is_paused(&self) -> bool {
        self.paused.is_some()
    }

    /// While paused: how many messages, or packets on the wire, came since.
    pub fn held_back(&self, journal: &Journal) -> u64 {
        let Some(then) = self.paused else { return 0 };
        let now = journal.counts();
        match self.scope {
            Scope::Messages => now.total.saturating_sub(then.total),
            Scope::Wire => now.all_packets.saturating_sub(then.all_packets),
        }
    }

    /// Takes up what changed: first what is new, then, in a new view, older entries from the newest backwards. Stops
    /// after about `work` bytes; tells whether there is nothing left to do.
    pub fn advance(&mut self, journal: &Journal, work: usize) -> bool {
        let mut left = work.max(1);
        if self.cuts_seen != journal.cuts {
            // The rows were noted down by block.
            let filter = self.filter.take();
            self.set_filter(filter);
            self.cuts_seen = journal.cuts;
        }
        let (first, end) = (journal.first_seq(), journal.end_seq());
        let seen = self.seen.get_or_insert_with(|| {
            self.amended_seen = journal.amended_total;
            end..end
        });
        let stored = journal.stored_from();
        seen.start = seen.start.max(stored);
        seen.end = seen.end.max(seen.start);
        self.forget_before(stored);
        self.take_up_amended(journal);
        if self.paused.is_none() {
            self.look_forward(journal, &mut left);
        }
        self.look_back(journal, first, &mut left);
        self.count_cleared(first);
        self.done = self.seen.as_ref().is_some_and(|seen| {
            (self.paused.is_some() || seen.end == end) && seen.start <= first.max(stored)
        });
        self.done
    }

    /// Whether the last [`Self::advance`] had nothing left to do.
    pub const fn is_done(&self) -> bool {
        self.done
    }

    /// How much of the journal was looked at, from 0 to 1.
    pub fn progress(&self, journal: &Journal) -> f64 {
        let Some(seen) = &self.seen else { return 0.0 };
        let all = journal.end_seq() - journal.first_seq();
        let looked_at = seen.end - seen.start.max(journal.first_seq()).min(seen.end);
        if all == 0 || self.done { 1.0 } else { looked_at as f64 / all as f64 }
    }

    /// How many rows it has.
    pub const fn row_count(&self) -> usize {
        self.rows - self.cleared_rows
    }

    /// How many of the rows are messages.
    pub const fn messages(&self) -> usize {
        self.messages - self.cleared_messages
    }

    /// The sequence numbers of some rows; what is out of range is left out.
    pub fn rows(&self, range: Range<usize>) -> impl Iterator<Item = u64> + '_ {
        let mut skip = range.start.min(self.row_count()) + self.cleared_rows;
        let first = self.blocks.iter().position(|block| {
            let inside = skip < block.places.len();
            if !inside {
                skip -= block.places.len();
            }
            inside
        });
        let blocks = self.blocks.range(first.unwrap_or(self.blocks.len())..);
        let seqs =
            blocks.flat_map(|block| block.places.iter().map(move |place| block.first + u64::from(*place)));
        seqs.skip(skip).take(range.len())
    }

    /// The sequence number of a row.
    pub fn row(&self, row: usize) -> Option<u64> {
        self.rows(row..row + 1).next()
    }

    /// The row that shows this entry, or the first one after it.
    pub fn row_of(&self, seq: u64) -> usize {
        let mut row = 0;
        for block in &self.blocks {
            let before = block.places.partition_point(|place| block.first + u64::from(*place) < seq);
            row += before;
            if before < block.places.len() {
                break;
            }
        }
        row.saturating_sub(self.cleared_rows).min(self.row_count())
    }

    fn forget_before(&mut self, stored: u64) {
        while let Some(front) = self.blocks.front()
            && front.first < stored
        {
            self.rows -= front.places.len();
            self.messages -= front.messages;
            self.blocks.pop_front();
        }
    }

    fn count_cleared(&mut self, first: u64) {
        let cleared = self.blocks.iter().take_while(|block| block.first < first);
        (self.cleared_rows, self.cleared_messages) = cleared
            .fold((0, 0), |(rows, messages), block| (rows + block.places.len(), messages + block.messages));
    }

    fn look_forward(&mut self, journal: &Journal, left: &mut usize) {
        while *left > 0 {
            let Some(from) = self.seen.as_ref().map(|seen| seen.end) else { return };
            let Some(block) = journal.block_of(from).and_then(|index| journal.blocks().get(index)) else {
                return;
            };
            let start = place(block, from);
            let end = block.len().min(start + SLICE);
            let rows = self.look_at(journal, block, start..end, left);
            self.rows += rows.places.len();
            self.messages += rows.messages;
            match self.blocks.back_mut() {
                Some(last) if last.first == rows.first => {
                    last.places.extend_from_slice(&rows.places);
                    last.messages += rows.messages;
                }
                _ => self.blocks.push_back(rows),
            }
            if let Some(seen) = &mut self.seen {
                seen.end = block.first + end as u64;
            }
        }
    }

    fn look_back(&mut self, journal: &Journal, first: u64, left: &mut usize) {
        while *left > 0 {
            let Some(to) = self.seen.as_ref().map(|seen| seen.start).filter(|start| *start > first) else {
                return;
            };
            let Some(block) = journal.block_of(to - 1).and_then(|index| journal.blocks().get(index)) else {
                return;
            };
            let end = place(block, to);
            let start = end.saturating_sub(SLICE);
            let mut rows = self.look_at(journal, block, start..end, left);
            self.rows += rows.places.len();
            self.messages += rows.messages;
            match self.blocks.front_mut() {
                Some(front) if front.first == rows.first => {
                    rows.places.append(&mut front.places);
                    front.places = rows.places;
                    front.messages += rows.messages;
                }
                _ => self.blocks.push_front(rows),
            }
            if let Some(seen) = &mut self.seen {
                seen.start = block.first + start as u64;
            }
        }
    }

    /// The rows among some entries of a block.
    fn look_at(&mut self, journal: &Journal, block: &Block, range: Range<usize>, left: &mut usize) -> Rows {
        let mut rows = Rows { first: block.first, places: Vec::new(), messages: 0 };
        for (index, entry) in range.filter_map(|index| Some((index, block.entry(index)?))) {
            let read = if self.filter.is_some() { entry.packet_len() } else { 0 };
            *left = left.saturating_sub(ENTRY_WORK + read);
            if self.wants(journal, &entry) {
                rows.places.push(u16::try_from(index).unwrap_or(u16::MAX));
                rows.messages += usize::from(entry.is_message());
            }
        }
        rows
    }

    fn wants(&mut self, journal: &Journal, entry: &Entry<'_>) -> bool {
        self.scope.holds(entry)
            && self.filter.as_mut().is_none_or(|filter| filter.matches(entry, journal.topics()))
    }

    /// Looks again at requests that came out well or badly since.
    fn take_up_amended(&mut self, journal: &Journal) {
        let missed = journal.amended_total.saturating_sub(self.amended_seen);
        self.amended_seen = journal.amended_total;
        if missed == 0 || !self.filter.as_ref().is_some_and(|filter| filter.follows_acks()) {
            return;
        }
        if missed > journal.amended.len() as u64 {
            let filter = self.filter.take();
            self.set_filter(filter);
            self.amended_seen = journal.amended_total;
            let end = journal.end_seq();
            self.seen.get_or_insert(end..end);
            return;
        }
        let known = journal.amended.len() - usize::try_from(missed).unwrap_or(0);
        for seq in journal.amended.range(known..).copied().collect::<Vec<_>>() {
            self.look_again(journal, seq);
        }
    }

    fn look_again(&mut self, journal: &Journal, seq: u64) {
        let looked_at = self.seen.as_ref().is_some_and(|seen| seen.contains(&seq));
        let Some(entry) = journal.entry(seq).filter(|_| looked_at) else { return };
        let wanted = self.wants(journal, &entry);
        let index = self.blocks.partition_point(|block| block.first <= seq);
        let Some(block) = index.checked_sub(1).and_then(|index| self.blocks.get_mut(index)) else { return };
        let Ok(place) = u16::try_from(seq - block.first) else { return };
        let message = usize::from(entry.is_message());
        match (block.places.binary_search(&place), wanted) {
            (Err(at), true) => {
                block.places.insert(at, place);
                block.messages += message;
                self.rows += 1;
                self.messages += message;
            }
            (Ok(at), false) => {
                block.places.remove(at);
                block.messages -= message;
                self.rows -= 1;
                self.messages -= message;
            }
            _ => {}
        }
    }
}

/// The place of an entry in its block.
fn place(block: &Block, seq: u64) -> usize {
    usize::try_from(seq.saturating_sub(block.first)).unwrap_or(usize::MAX).min(block.len())
}
