//! The topics of a journal as a tree, split at `/`, with what was counted for each and the sums for each branch.
//!
//! A branch ends in `/` and holds what lies below it; a topic is a leaf, and never a branch. A topic `a/b` beside
//! topics below `a/b/` are two rows. Topics are taken in in slices, counts are read anew on demand, and the rows
//! change only when [`TopicTree::lay_out`] is told to admit what is new: a list under a person's hand stays as it is.

mod names;
mod rows;

use std::sync::Arc;

use super::{Direction, Topic, TopicId, Topics};
use crate::mqtt::Moment;
use names::compare;
pub use rows::Row;

/// Topics that a tree holds at the most.
pub const MOST_TOPICS: usize = 50_000;
/// Levels that a topic is split into at the most; a name may be 65,535 slashes.
const MOST_LEVELS: usize = 64;
const ROOT: u32 = 0;
const NONE: u32 = u32::MAX;

/// A prefix that is shown in short, as a branch of its own before all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// What stands for it, without the `/` at its end.
    pub shown: &'static str,
    /// The prefix with the `/` at its end.
    pub prefix: String,
}

/// What was counted for a topic, or for all topics of a branch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Messages received since the session began.
    pub received: u64,
    /// Messages sent since the session began.
    pub sent: u64,
    /// Messages received a second, of late.
    pub rate_in: f64,
    /// Messages sent a second, of late.
    pub rate_out: f64,
    /// How many topics these are.
    pub topics: u32,
    /// The newest message.
    pub last_seq: u64,
    /// When it came or went.
    pub last_at: Moment,
}

impl Figures {
    fn of(topic: &Topic, now: Moment) -> Self {
        Self {
            received: topic.received,
            sent: topic.sent,
            rate_in: topic.rate(Direction::In, now),
            rate_out: topic.rate(Direction::Out, now),
            topics: 1,
            last_seq: topic.last_seq,
            last_at: topic.last_at,
        }
    }

    fn add(&mut self, other: &Self) {
        if self.topics == 0 || other.last_seq > self.last_seq {
            self.last_seq = other.last_seq;
            self.last_at = other.last_at;
        }
        self.received += other.received;
        self.sent += other.sent;
        self.rate_in += other.rate_in;
        self.rate_out += other.rate_out;
        self.topics += other.topics;
    }
}

#[derive(Debug)]
enum Kind {
    Branch {
        /// In the order in which they are shown.
        children: Vec<u32>,
        folded: bool,
    },
    Leaf {
        id: TopicId,
        topic: Arc<[u8]>,
        /// The round in which it was last seen.
        round: u32,
    },
    /// To be used again.
    Free,
}

#[derive(Debug)]
struct Node {
    /// Tells it from what had its place before.
    serial: u32,
    parent: u32,
    /// Which fold it is; the number of folds for a level.
    place: usize,
    name: Box<[u8]>,
    kind: Kind,
    /// Whether the rows may show it.
    admitted: bool,
    figures: Figures,
}

impl Node {
    const fn is_branch(&self) -> bool {
        matches!(self.kind, Kind::Branch { .. })
    }

    fn children(&self) -> &[u32] {
        match &self.kind {
            Kind::Branch { children, .. } => children,
            _ => &[],
        }
    }
}

/// See the [module's docs](self).
#[derive(Debug)]
pub struct TopicTree {
    folds: Vec<Fold>,
    nodes: Vec<Node>,
    free: Vec<u32>,
    serial: u32,
    /// The leaf of each topic, by its number.
    leaves: Vec<u32>,
    /// How many of them there are.
    known: usize,
    generation: Option<u32>,
    /// Grows with the generation.
    round: u32,
    complete: bool,
    waiting: usize,
    /// The round whose topics the rows show.
    shown_round: u32,
    rows: Vec<Row>,
}

impl TopicTree {
    /// An empty tree in which these prefixes are shown in short.
    pub fn new(folds: Vec<Fold>) -> Self {
        let root = Node {
            serial: 0,
            parent: ROOT,
            place: folds.len(),
            name: Box::default(),
            kind: Kind::Branch { children: Vec::new(), folded: false },
            admitted: true,
            figures: Figures::default(),
        };
        Self {
            folds,
            nodes: vec![root],
            free: Vec::new(),
            serial: 0,
            leaves: Vec::new(),
            known: 0,
            generation: None,
            round: 0,
            complete: false,
            waiting: 0,
            shown_round: 0,
            rows: Vec::new(),
        }
    }

    /// Takes in topics that are new, `most` at a time; tells whether that was all. Above [`MOST_TOPICS`] the rest is
    /// left out.
    pub fn take_in(&mut self, topics: &Topics, most: usize) -> bool {
        if self.generation != Some(topics.generation()) || self.known > topics.len() {
            // Numbers may mean other topics now: each is looked up again, and finds its leaf by its name.
            self.generation = Some(topics.generation());
            self.round = self.round.wrapping_add(1);
            self.leaves.clear();
            self.known = 0;
        }
        let wanted = topics.len().min(MOST_TOPICS);
        let mut left = most;
        if self.known < wanted {
            for (id, topic) in topics.iter() {
                if left == 0 || self.known == wanted {
                    break;
                }
                if self.leaves.get(id.index()).is_none_or(|leaf| *leaf == NONE) {
                    left -= 1;
                    self.take(id, topic);
                }
            }
        }
        self.complete = self.known == wanted;
        self.complete
    }

    /// Reads the counts of all topics anew.
    pub fn measure(&mut self, topics: &Topics, now: Moment) {
        let mut is_other_journal = false;
        for node in &mut self.nodes {
            if node.is_branch() {
                node.figures = Figures::default();
            }
        }
        for index in 0..self.nodes.len() {
            let node = &mut self.nodes[index];
            let Kind::Leaf { id, round, topic: name } = &node.kind else { continue };
            // A topic that is gone, or not looked up again yet, keeps what was last known of it.
            match topics.get(*id).filter(|_| *round == self.round) {
                Some(topic) if Arc::ptr_eq(&topic.name, name) => node.figures = Figures::of(topic, now),
                Some(_) => is_other_journal = true,
                None => {}
            }
            let (figures, mut above) = (node.figures, node.parent);
            loop {
                let branch = &mut self.nodes[above as usize];
                branch.figures.add(&figures);
                if above == ROOT {
                    break;
                }
                above = branch.parent;
            }
        }
        if is_other_journal {
            self.generation = None;
        }
    }

    /// The prefixes that are shown in short.
    pub fn folds(&self) -> &[Fold] {
        &self.folds
    }

    /// Whether there is something to admit: topics that are new, or some that the journal has forgotten.
    pub const fn has_news(&self) -> bool {
        self.waiting > 0 || self.complete && self.shown_round != self.round
    }

    /// What was counted for all topics together, when [`Self::measure`] last looked.
    pub fn total(&self) -> Figures {
        self.nodes[ROOT as usize].figures
    }

    /// Topics that were taken in and that no row shows because [`Self::lay_out`] has not admitted them yet.
    pub const fn waiting(&self) -> usize {
        self.waiting
    }

    fn take(&mut self, id: TopicId, topic: &Topic) {
        let (place, rest) = self.folded(&topic.name);
        let mut parent = ROOT;
        if place < self.folds.len() {
            parent = self.branch(ROOT, place, self.folds[place].shown.as_bytes());
        }
        let mut levels = rest.splitn(MOST_LEVELS, |byte| *byte == b'/').peekable();
        let ordinary = self.folds.len();
        while let Some(level) = levels.next() {
            if levels.peek().is_some() {
                parent = self.branch(parent, ordinary, level);
                continue;
            }
            let leaf = match self.find(parent, ordinary, level, false) {
                Ok(position) => self.nodes[parent as usize].children()[position],
                Err(position) => {
                    self.waiting += 1;
                    let kind = Kind::Leaf { id, topic: topic.name.clone(), round: self.round };
                    self.insert(parent, position, ordinary, level, kind)
                }
            };
            if let Kind::Leaf { id: known, round, topic: name } = &mut self.nodes[leaf as usize].kind {
                (*known, *round) = (id, self.round);
                name.clone_from(&topic.name);
            }
            if self.leaves.len() <= id.index() {
                self.leaves.resize(id.index() + 1, NONE);
            }
            self.leaves[id.index()] = leaf;
            self.known += 1;
        }
    }

    /// Which fold the topic belongs to, and what follows its prefix.
    fn folded<'a>(&self, topic: &'a [u8]) -> (usize, &'a [u8]) {
        let mut folds = self.folds.iter().enumerate();
        folds
            .find_map(|(place, fold)| Some((place, topic.strip_prefix(fold.prefix.as_bytes())?)))
            .unwrap_or((self.folds.len(), topic))
    }

    /// The branch with this name; it is made where there is none.
    fn branch(&mut self, parent: u32, place: usize, name: &[u8]) -> u32 {
        match self.find(parent, place, name, true) {
            Ok(position) => self.nodes[parent as usize].children()[position],
            Err(position) => {
                let kind = Kind::Branch { children: Vec::new(), folded: false };
                self.insert(parent, position, place, name, kind)
            }
        }
    }

    /// Where a child is among its parent's, or where it belongs.
    fn find(&self, parent: u32, place: usize, name: &[u8], branch: bool) -> Result<usize, usize> {
        self.nodes[parent as usize].children().binary_search_by(|child| {
            let child = &self.nodes[*child as usize];
            (child.place.cmp(&place))
                .then_with(|| compare(&child.name, name))
                .then_with(|| child.is_branch().cmp(&branch))
        })
    }

    fn insert(&mut self, parent: u32, position: usize, place: usize, name: &[u8], kind: Kind) -> u32 {
        self.serial = self.serial.wrapping_add(1);
        let node = Node {
            serial: self.serial,
            parent,
            place,
            name: name.into(),
            kind,
            admitted: false,
            figures: Figures::default(),
        };
        let index = match self.free.pop() {
            Some(index) => {
                self.nodes[index as usize] = node;
                index
            }
            None => {
                self.nodes.push(node);
                u32::try_from(self.nodes.len() - 1).unwrap_or(NONE)
            }
        };
        if let Kind::Branch { children, .. } = &mut self.nodes[parent as usize].kind {
            children.insert(position, index);
        }
        index
    }

    /// Takes out the topics that the journal has forgotten, and the branches that held nothing else.
    fn prune(&mut self) {
        let mut touched = Vec::new();
        for index in 0..self.nodes.len() {
            let node = &mut self.nodes[index];
            if matches!(&node.kind, Kind::Leaf { round, .. } if *round != self.round) {
                touched.push(node.parent);
                self.release(u32::try_from(index).unwrap_or(NONE));
            }
        }
        touched.sort_unstable();
        touched.dedup();
        while let Some(branch) = touched.pop() {
            let nodes = &self.nodes;
            let left = nodes[branch as usize].children().iter().copied();
            let left: Vec<u32> =
                left.filter(|child| !matches!(nodes[*child as usize].kind, Kind::Free)).collect();
            let node = &mut self.nodes[branch as usize];
            if left.is_empty() && branch != ROOT && node.is_branch() {
                touched.push(node.parent);
                self.release(branch);
            } else if let Kind::Branch { children, .. } = &mut node.kind {
                *children = left;
            }
        }
    }

    fn release(&mut self, index: u32) {
        let node = &mut self.nodes[index as usize];
        node.kind = Kind::Free;
        node.name = Box::default();
        self.free.push(index);
    }
}
