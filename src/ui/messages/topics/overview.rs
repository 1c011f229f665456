use std::time::Duration;

use leptos::prelude::*;

use crate::journal::topic_tree::{Figures, Fold, MOST_TOPICS, Row, TopicTree};
use crate::journal::{Direction, Journal};
use crate::payload::{self, Preview};
use crate::ui::bench::Bench;
use crate::ui::components::VirtualList;

/// Topics that are taken in at a time: a few milliseconds of work.
const SLICE: usize = 1_000;
/// Between two slices.
const PAUSE: Duration = Duration::from_millis(20);
/// Characters of the last value that a row may show.
const PREVIEW: usize = 64;

/// The tree of topics as the page shows it. It is read from the journal once a second while it is shown, and outlives a
/// change of pages with all that is folded.
#[derive(Clone, Copy)]
pub(super) struct Overview {
    pub(super) bench: Bench,
    /// What is looked for.
    pub(super) search: RwSignal<String>,
    /// The row that the keyboard is at.
    pub(super) current: RwSignal<Option<u64>>,
    /// Whether a pointer that can hover is over the rows.
    pub(super) hovered: StoredValue<bool>,
    /// Which journal the tree is of.
    pub(super) journal: StoredValue<u32>,
    tree: StoredValue<TopicTree, LocalStorage>,
    /// Grows when there are other rows.
    rows: RwSignal<u32>,
    /// Grows when the counts were read anew.
    figures: RwSignal<u32>,
    scheduled: StoredValue<bool>,
    /// Where the row was that was last asked for: its place is kept when it goes.
    last_place: StoredValue<usize>,
}

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    pub(super) key: u64,
    pub(super) label: String,
    /// The topic, or what all topics of the branch begin with.
    pub(super) path: String,
    pub(super) row: Row,
    pub(super) figures: Figures,
    pub(super) time: String,
    pub(super) value: Value,
}

/// The second line of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// So many topics.
    Branch(u32),
    Text(String),
    Binary(String),
    /// The message is no longer there.
    Gone,
}

impl Overview {
    pub(super) fn new(bench: Bench) -> Self {
        Self {
            bench,
            search: RwSignal::new(String::new()),
            current: RwSignal::new(None),
            hovered: StoredValue::new(false),
            journal: StoredValue::new(0),
            tree: StoredValue::new_local(TopicTree::new(Vec::new())),
            rows: RwSignal::new(0),
            figures: RwSignal::new(0),
            scheduled: StoredValue::new(false),
            last_place: StoredValue::new(0),
        }
    }

    /// The prefixes of another device are other ones: the tree is built anew.
    pub(super) fn set_folds(self, folds: Vec<Fold>) {
        if self.tree.with_value(|tree| tree.folds() != folds) {
            self.tree.set_value(TopicTree::new(folds));
            self.current.set(None);
            self.refresh(true);
        }
    }

    /// The journal is another one.
    pub(super) fn restart(self) {
        self.tree.update_value(|tree| *tree = TopicTree::new(tree.folds().to_vec()));
        self.current.set(None);
        self.search.set(String::new());
        self.lay_out(true);
        self.refresh(true);
    }

    /// Reads topics and counts from the journal. New rows are shown if `admit` says so, or if there were none before.
    /// Where there are very many new topics the rest of them follows in slices.
    pub(super) fn refresh(self, admit: bool) {
        let complete = self.take_in();
        self.show(admit);
        if !complete && !self.scheduled.get_value() {
            self.scheduled.set_value(true);
            self.go_on(admit);
        }
    }

    fn go_on(self, admit: bool) {
        let slice = move || {
            if self.take_in() {
                self.scheduled.set_value(false);
                self.show(admit);
            } else {
                self.go_on(admit);
            }
        };
        set_timeout(slice, PAUSE);
    }

    fn take_in(self) -> bool {
        let mut complete = true;
        self.read(|journal| {
            self.tree.update_value(|tree| complete = tree.take_in(journal.topics(), SLICE));
        });
        complete
    }

    fn show(self, admit: bool) {
        let now = self.bench.now();
        self.read(|journal| self.tree.update_value(|tree| tree.measure(journal.topics(), now)));
        let (has_news, is_empty) = self.tree.with_value(|tree| (tree.has_news(), tree.rows().is_empty()));
        if has_news && (admit || is_empty) {
            self.lay_out(true);
        }
        self.figures.update(|revision| *revision = revision.wrapping_add(1));
    }

    /// Makes the rows anew; `admit` shows what is new among them.
    pub(super) fn lay_out(self, admit: bool) {
        let search = self.search.get_untracked();
        self.tree.update_value(|tree| tree.lay_out(&search, admit));
        self.rows.update(|revision| *revision = revision.wrapping_add(1));
    }

    /// Reads from the tree, and again whenever there are other rows.
    pub(super) fn rows<T>(self, read: impl FnOnce(&TopicTree) -> T) -> T {
        self.rows.track();
        self.tree.with_value(read)
    }

    /// Reads from the tree, and again whenever rows or counts changed.
    pub(super) fn figures<T>(self, read: impl FnOnce(&TopicTree) -> T) -> T {
        self.figures.track();
        self.rows(read)
    }

    /// Topics that the tree has no room for.
    pub(super) fn beyond(self) -> usize {
        self.figures.track();
        let topics = self.read(|journal| journal.topics().len());
        topics.saturating_sub(MOST_TOPICS)
    }

    /// The list of the rows.
    pub(super) fn list(self, row_height: Signal<f64>) -> VirtualList {
        let count = Memo::new(move |_| self.rows(|tree| tree.rows().len()));
        let keys = move |range: std::ops::Range<usize>| {
            self.rows(|tree| {
                let end = range.end.min(tree.rows().len());
                tree.rows().get(range.start..end).unwrap_or_default().iter().map(Row::key).collect()
            })
        };
        let row_of = move |key| {
            let found = self.rows(|tree| tree.row_of(key));
            if let Some(row) = found {
                self.last_place.set_value(row);
            }
            found.unwrap_or_else(|| self.last_place.get_value())
        };
        let head = Signal::derive(|| 0.0);
        VirtualList::new(count.into(), self.rows.into(), row_height, head, keys, row_of)
    }

    /// Shows or hides what lies below a branch.
    pub(super) fn set_open(self, key: u64, open: bool) {
        self.tree.update_value(|tree| tree.set_open(key, open));
        self.lay_out(false);
    }

    /// Shows or hides what lies below all branches.
    pub(super) fn set_all_open(self, open: bool) {
        self.tree.update_value(|tree| tree.set_all_open(open));
        self.lay_out(false);
        let gone = self.current.get_untracked().filter(|key| untrack(|| self.place(*key)).is_none());
        if gone.is_some() {
            self.current.set(None);
        }
    }

    /// Where a row is.
    pub(super) fn place(self, key: u64) -> Option<usize> {
        self.rows(|tree| tree.row_of(key))
    }

    /// What the row with this key shows; None while there is none.
    pub(super) fn shown(self, key: u64) -> Option<Shown> {
        self.bench.follow_times();
        self.figures(|tree| {
            let row = *tree.rows().get(tree.row_of(key)?)?;
            let figures = tree.figures(&row);
            let value = self.read(|journal| match journal.entry(figures.last_seq) {
                _ if row.open.is_some() => Value::Branch(figures.topics),
                Some(entry) if entry.seq >= journal.first_seq() => {
                    match payload::preview(entry.payload(), PREVIEW) {
                        Preview::Text(text) => Value::Text(text),
                        Preview::Binary(hex) => Value::Binary(hex),
                    }
                }
                _ => Value::Gone,
            });
            // To the second.
            let time = self.bench.short_time_of(figures.last_at);
            Some(Shown { key, label: tree.label(&row), path: tree.path(&row), row, figures, time, value })
        })
    }

    /// What was counted for the whole session, and its rates: also what belongs to topics that are not listed.
    pub(super) fn total(self) -> Figures {
        self.figures.track();
        let now = self.bench.now();
        self.read(|journal| {
            let counts = journal.counts();
            Figures {
                received: counts.received,
                sent: counts.sent,
                rate_in: journal.rate(Direction::In, now),
                rate_out: journal.rate(Direction::Out, now),
                topics: u32::try_from(journal.topics().len()).unwrap_or(u32::MAX),
                ..Figures::default()
            }
        })
    }

    /// Reads from the journal that is shown. It changes with every message, and is looked at once a second.
    fn read<T>(self, read: impl FnOnce(&Journal) -> T) -> T {
        untrack(|| self.bench.journal(read))
    }
}
