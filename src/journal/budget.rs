use super::Journal;
use super::block::{Block, MOST_BYTES, MOST_ENTRIES};

/// How much a journal keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Bytes of memory for packets, entries, notes and topics.
    pub bytes: usize,
    /// Messages.
    pub messages: u64,
}

impl Default for Budget {
    /// 256 MiB and 1,000,000 messages.
    fn default() -> Self {
        Self { bytes: 256 * 1024 * 1024, messages: 1_000_000 }
    }
}

// At least sixteen blocks, so that a small budget does not lose half of what it has at once.
impl Budget {
    /// Bytes of packets that a block may hold.
    pub(super) fn block_bytes(&self) -> usize {
        MOST_BYTES.min(self.bytes / 16).max(64)
    }

    /// Entries that a block may hold.
    pub(super) fn block_entries(&self) -> usize {
        let sixteenth = usize::try_from(self.messages / 16).unwrap_or(usize::MAX);
        MOST_ENTRIES.min(sixteenth).max(1)
    }
}

/// What has to go so that a budget is kept.
#[derive(Clone, Copy, Debug, Default)]
struct Excess {
    /// Whole blocks.
    blocks: usize,
    /// Entries of the next one.
    entries: usize,
    /// Messages among all these that are not cleared.
    messages: u64,
}

impl Journal {
    /// How much is kept.
    pub const fn budget(&self) -> Budget {
        self.budget
    }

    /// How many messages [`Self::set_budget`] would drop.
    pub fn would_drop(&self, budget: Budget) -> u64 {
        self.excess(budget).messages
    }

    /// Sets how much is kept; what is beyond it goes at once, oldest first.
    pub fn set_budget(&mut self, budget: Budget) {
        let excess = self.excess(budget);
        self.budget = budget;
        for _ in 0..excess.blocks {
            self.drop_oldest();
        }
        if self.blocks.iter().any(|block| block.len() > budget.block_entries()) {
            self.cut_blocks();
            for _ in 0..excess.entries / budget.block_entries() {
                self.drop_oldest();
            }
        }
        self.spare = None;
    }

    fn excess(&self, budget: Budget) -> Excess {
        let (mut bytes, mut stored) = (self.bytes(), self.stored);
        let mut excess = Excess::default();
        for (index, block) in self.blocks.iter().enumerate() {
            if bytes <= budget.bytes && stored <= budget.messages {
                break;
            }
            let visible = block.first >= self.cleared_before;
            let too_many = stored.saturating_sub(budget.messages);
            let is_enough = bytes <= budget.bytes && u64::from(block.messages) > too_many;
            let step = budget.block_entries();
            if is_enough && block.len() > step {
                let mut gone = 0;
                let pieces = block.records().chunks(step).take_while(|piece| {
                    let wanted = gone < too_many;
                    if wanted {
                        gone += piece.iter().filter(|record| record.is_message()).count() as u64;
                    }
                    wanted
                });
                excess.entries = pieces.count() * step;
                excess.messages += if visible { gone } else { 0 };
                break;
            }
            // The newest is kept whole, however large.
            if index + 1 == self.blocks.len() {
                break;
            }
            bytes = bytes.saturating_sub(block.size());
            stored = stored.saturating_sub(u64::from(block.messages));
            excess.blocks += 1;
            excess.messages += if visible { u64::from(block.messages) } else { 0 };
        }
        excess
    }

    /// Cuts blocks that have more entries than a block may have under the present budget: what is dropped later is
    /// dropped by blocks.
    fn cut_blocks(&mut self) {
        let most = self.budget.block_entries();
        self.seal();
        for mut block in std::mem::take(&mut self.blocks) {
            while block.len() > most {
                self.blocks.push_back(block.cut(most));
            }
            self.blocks.push_back(block);
        }
        self.sealed_bytes = self.blocks.iter().map(Block::size).sum();
        self.cuts = self.cuts.wrapping_add(1);
    }
}
