//! Muted subscriptions: their messages are left out of a list, whatever else it is filtered by.

use super::entry::{Direction, Entry};
use super::topics::Topics;
use super::view::Matches;
use crate::mqtt::TopicFilter;

/// A subscription's filter, and whether it is muted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The filter.
    pub filter: TopicFilter,
    /// Whether its messages are left out.
    pub muted: bool,
}

/// Whether a topic is muted: some subscription takes its messages, and each that does is muted.
pub(super) fn is_muted(heard: &[Heard], topic: &str) -> bool {
    let mut of_topic = heard.iter().filter(|each| each.filter.matches(topic)).peekable();
    of_topic.peek().is_some() && of_topic.all(|each| each.muted)
}

/// Leaves out received messages of muted topics; of the rest, what another filter leaves out. What was sent stays.
pub struct Muting {
    heard: Vec<Heard>,
    within: Option<Box<dyn Matches>>,
    /// What was found out of topics, by their numbers: each is asked once.
    known: Vec<Option<bool>>,
    generation: u32,
}

impl Muting {
    /// Mutes a list that is filtered by `within` too.
    pub fn new(heard: Vec<Heard>, within: Option<Box<dyn Matches>>) -> Self {
        Self { heard, within, known: Vec::new(), generation: 0 }
    }

    fn hides(&mut self, entry: &Entry<'_>, topics: &Topics) -> bool {
        if entry.direction != Direction::In || !entry.is_message() {
            return false;
        }
        let Some(id) = entry.topic_id else { return is_muted(&self.heard, &entry.topic()) };
        if self.generation != topics.generation() {
            self.generation = topics.generation();
            self.known.clear();
        }
        if let Some(Some(known)) = self.known.get(id.index()) {
            return *known;
        }
        let muted = topics.get(id).is_some_and(|topic| is_muted(&self.heard, &topic.text()));
        if self.known.len() <= id.index() {
            self.known.resize(id.index() + 1, None);
        }
        if let Some(place) = self.known.get_mut(id.index()) {
            *place = Some(muted);
        }
        muted
    }
}

impl Matches for Muting {
    fn matches(&mut self, entry: &Entry<'_>, topics: &Topics) -> bool {
        !self.hides(entry, topics) && self.within.as_mut().is_none_or(|within| within.matches(entry, topics))
    }

    fn follows_acks(&self) -> bool {
        self.within.as_ref().is_some_and(|within| within.follows_acks())
    }

    fn forget_topics(&mut self) {
        self.known.clear();
        if let Some(within) = &mut self.within {
            within.forget_topics();
        }
    }
}
