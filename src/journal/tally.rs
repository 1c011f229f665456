//! How many messages each subscription has brought, from what is counted for each topic anyway.

use super::muting::{Heard, is_muted};
use super::topics::Topics;

/// What a [`Tally`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tallied {
    /// Messages received on the topics of each filter, in the order of the filters. A topic that several filters match
    /// counts for each.
    pub counts: Vec<u64>,
    /// Messages received on topics that are muted.
    pub hidden: u64,
}

/// Counts for a list of filters. A topic is compared with them once, so that counting again costs little.
#[derive(Debug, Default)]
pub struct Tally {
    heard: Vec<Heard>,
    /// For each topic the filters that match it, and whether it is muted.
    known: Vec<Option<(Box<[usize]>, bool)>>,
    generation: u32,
}

impl Tally {
    /// Counts for these filters from now on.
    pub fn set(&mut self, heard: &[Heard]) {
        if self.heard != heard {
            self.heard = heard.to_vec();
            self.known.clear();
        }
    }

    /// The topics are those of another journal.
    pub fn forget_topics(&mut self) {
        self.known.clear();
    }

    /// Counts all messages since the session began, as far as their topics are known.
    pub fn count(&mut self, topics: &Topics) -> Tallied {
        if self.generation != topics.generation() {
            self.generation = topics.generation();
            self.known.clear();
        }
        let mut tallied = Tallied { counts: vec![0; self.heard.len()], hidden: 0 };
        if self.heard.is_empty() {
            return tallied;
        }
        for (id, topic) in topics.iter().filter(|(_, topic)| topic.received > 0) {
            if self.known.len() <= id.index() {
                self.known.resize(id.index() + 1, None);
            }
            let Some(place) = self.known.get_mut(id.index()) else { continue };
            let (filters, muted) = place.get_or_insert_with(|| {
                let text = topic.text();
                let matching = self.heard.iter().enumerate().filter(|(_, each)| each.filter.matches(&text));
                (matching.map(|(index, _)| index).collect(), is_muted(&self.heard, &text))
            });
            for index in filters.iter() {
                if let Some(count) = tallied.counts.get_mut(*index) {
                    *count += topic.received;
                }
            }
            if *muted {
                tallied.hidden += topic.received;
            }
        }
        tallied
    }
}
