use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::Direction;
use super::rate::Rate;
use crate::mqtt::Moment;

/// The number of a topic in its journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicId(pub(super) u32);

impl TopicId {
    /// The number, for tables with a place for each topic.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What is known of a topic: all its messages since the session began, also those that were dropped, as long as the
/// topic is known.
#[derive(Clone, Debug)]
pub struct Topic {
    /// The topic's bytes as they came.
    pub name: Arc<[u8]>,
    /// Messages received.
    pub received: u64,
    /// Messages sent.
    pub sent: u64,
    /// Bytes of all their packets.
    pub bytes: u64,
    /// The newest message.
    pub last_seq: u64,
    /// When it came or went.
    pub last_at: Moment,
    /// Messages that are still stored.
    pub kept: u32,
    rates: [Rate; 2],
}

impl Topic {
    /// The topic as text; bytes that are not UTF-8 are replaced.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.name)
    }

    /// Messages a second over the last five whole seconds.
    pub fn rate(&self, direction: Direction, now: Moment) -> f64 {
        self.rates[direction as usize].at(now)
    }

    fn size(name: &[u8]) -> usize {
        // Twice the pointer, and what a hash table takes for a place.
        name.len() + size_of::<Self>() + 64
    }
}

/// Topics without a stored message that are remembered for their counts, before any is forgotten.
const REMEMBERED: usize = 4096;

/// The topics of a journal, each kept once.
#[derive(Debug, Default)]
pub struct Topics {
    places: Vec<Option<Topic>>,
    free: Vec<u32>,
    numbers: HashMap<Arc<[u8]>, u32>,
    bytes: usize,
    /// How many have no message that is still stored.
    unused: usize,
    generation: u32,
}

impl Topics {
    /// The topic with this number, if it is still known.
    pub fn get(&self, id: TopicId) -> Option<&Topic> {
        self.places.get(id.index())?.as_ref()
    }

    /// All topics, in no order that means anything.
    pub fn iter(&self) -> impl Iterator<Item = (TopicId, &Topic)> {
        let numbered = |(number, topic): (usize, &'_ Option<Topic>)| {
            Some(TopicId(u32::try_from(number).ok()?)).filter(|_| topic.is_some())
        };
        self.places.iter().enumerate().filter_map(move |place| {
            let id = numbered(place)?;
            Some((id, place.1.as_ref()?))
        })
    }

    /// How many topics are known.
    pub fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Grows when a number may come to mean another topic, so that what was remembered by number is out of date.
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// The number of a topic, if it is known.
    pub fn find(&self, name: &[u8]) -> Option<TopicId> {
        self.numbers.get(name).copied().map(TopicId)
    }

    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Counts a message.
    pub(super) fn count(
        &mut self,
        name: &[u8],
        seq: u64,
        at: Moment,
        direction: Direction,
        bytes: usize,
    ) -> u32 {
        let number = match self.numbers.get(name) {
            Some(number) => *number,
            None => self.insert(name),
        };
        if let Some(Some(topic)) = self.places.get_mut(number as usize) {
            match direction {
                Direction::In => topic.received += 1,
                Direction::Out => topic.sent += 1,
            }
            if topic.kept == 0 {
                self.unused -= 1;
            }
            topic.kept += 1;
            topic.bytes += bytes as u64;
            topic.last_seq = seq;
            topic.last_at = at;
            topic.rates[direction as usize].count(at);
        }
        number
    }

    /// A message of this topic is no longer stored.
    pub(super) fn release(&mut self, number: u32) {
        if let Some(Some(topic)) = self.places.get_mut(number as usize) {
            topic.kept = topic.kept.saturating_sub(1);
            self.unused += usize::from(topic.kept == 0);
        }
    }

    /// Forgets topics without messages where they have become many.
    pub(super) fn forget_unused(&mut self) {
        if self.unused <= REMEMBERED.max(self.len() / 4) {
            return;
        }
        for (number, place) in self.places.iter_mut().enumerate() {
            if let Some(topic) = place.take_if(|topic| topic.kept == 0) {
                self.bytes -= Topic::size(&topic.name);
                self.numbers.remove(&topic.name);
                self.free.push(u32::try_from(number).unwrap_or(u32::MAX));
            }
        }
        self.unused = 0;
        self.generation = self.generation.wrapping_add(1);
    }

    fn insert(&mut self, name: &[u8]) -> u32 {
        let name: Arc<[u8]> = name.into();
        self.bytes += Topic::size(&name);
        self.unused += 1;
        let topic = Topic {
            name: name.clone(),
            received: 0,
            sent: 0,
            bytes: 0,
            last_seq: 0,
            last_at: Moment::ZERO,
            kept: 0,
            rates: [Rate::default(); 2],
        };
        let number = match self.free.pop() {
            Some(number) => {
                self.places[number as usize] = Some(topic);
                number
            }
            None => {
                self.places.push(Some(topic));
                u32::try_from(self.places.len() - 1).unwrap_or(u32::MAX)
            }
        };
        self.numbers.insert(name, number);
        number
    }
}
