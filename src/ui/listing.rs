//! The rows of a journal's list as the screens see them: kept while pages change, taken up in slices between frames.

use std::ops::Range;
use std::time::Duration;

use leptos::prelude::*;

use super::bench::Bench;
use super::components::Place;
use super::page::Page;
use crate::journal::{Journal, Matches, Scope, View};

/// How long a slice of looking through the journal may take, in milliseconds.
const SLICE: f64 = 12.0;
/// Bytes that are looked at between two looks at the clock.
const WORK: usize = 128 * 1024;

/// The list of the messages page or of the wire page.
#[derive(Clone, Copy)]
pub(crate) struct Listing {
    pub(crate) bench: Bench,
    /// What the filter's field holds.
    pub(crate) text: RwSignal<String>,
    /// The selected entry.
    pub(crate) selected: RwSignal<Option<u64>>,
    /// Where the list stood when it was last shown.
    pub(crate) place: Place,
    /// What came before this entry was seen while the list followed its end.
    pub(crate) seen: RwSignal<u64>,
    /// What was selected when it was last shown.
    left: StoredValue<Option<u64>>,
    view: StoredValue<View, LocalStorage>,
    revision: RwSignal<u32>,
    paused: RwSignal<bool>,
    /// How many pages show it.
    shown: RwSignal<u32>,
    /// Whether a slice is on its way.
    scheduled: StoredValue<bool>,
}

/// The list of the messages page.
#[derive(Clone, Copy)]
pub(crate) struct MessagesListing(pub(crate) Listing);

/// The list of the wire page.
#[derive(Clone, Copy)]
pub(crate) struct WireListing(pub(crate) Listing);

impl MessagesListing {
    /// Opens the messages page at this entry.
    pub(crate) fn open_at(self, seq: u64) {
        self.0.selected.set(Some(seq));
        self.0.left.set_value(None);
        Page::Messages.open();
    }
}

impl WireListing {
    /// Opens the wire page at this entry.
    pub(crate) fn open_at(self, seq: u64) {
        self.0.selected.set(Some(seq));
        self.0.left.set_value(None);
        Page::Wire.open();
    }
}

impl Listing {
    /// Makes both lists known to what is rendered below.
    pub(super) fn provide(bench: Bench) {
        provide_context(MessagesListing(Self::new(bench, Scope::Messages)));
        provide_context(WireListing(Self::new(bench, Scope::Wire)));
    }

    fn new(bench: Bench, scope: Scope) -> Self {
        let listing = Self {
            bench,
            text: RwSignal::new(String::new()),
            selected: RwSignal::new(None),
            place: Place::at_end(),
            seen: RwSignal::new(0),
            left: StoredValue::new(None),
            view: StoredValue::new_local(View::new(scope, None)),
            revision: RwSignal::new(0),
            paused: RwSignal::new(false),
            shown: RwSignal::new(0),
            scheduled: StoredValue::new(false),
        };
        Effect::new(move |_| {
            bench.journal(|_| ());
            if listing.shown.get() > 0 {
                listing.work();
            }
        });
        Effect::new(move |before: Option<u32>| {
            let shown = bench.shown();
            if before.is_some_and(|before| before != shown) {
                listing.restart();
            }
            shown
        });
        listing
    }

    /// Keeps the rows up to date as long as the present page is shown.
    pub(crate) fn show(self) {
        self.shown.update(|shown| *shown += 1);
        on_cleanup(move || {
            if let Some(selected) = self.selected.try_get_untracked() {
                let _ = self.left.try_set_value(selected);
            }
            let _ = self.shown.try_update(|shown| *shown = shown.saturating_sub(1));
        });
    }

    /// What was selected since the list was last shown: whoever comes to it wants to see that.
    pub(crate) fn selected_meanwhile(self) -> Option<u64> {
        self.selected.get_untracked().filter(|selected| self.left.get_value() != Some(*selected))
    }

    /// Another filter; none shows all. The rows are found anew, from the newest backwards.
    pub(crate) fn set_filter(self, filter: Option<Box<dyn Matches>>) {
        self.view.update_value(|view| view.set_filter(filter));
        self.work();
    }

    /// The journal is another one.
    pub(crate) fn restart(self) {
        self.view.update_value(View::restart);
        self.paused.set(false);
        self.selected.set(None);
        self.place.reset();
        self.work();
    }

    /// Stops or starts taking up what is new. The journal goes on.
    pub(crate) fn set_paused(self, paused: bool) {
        // What came before the pause is shown.
        self.work();
        self.with_journal(|view, journal| view.set_paused(journal, paused));
        self.paused.set(paused);
        self.work();
    }

    /// Whether what is new is taken up.
    pub(crate) fn is_paused(self) -> bool {
        self.paused.get()
    }

    /// Grows whenever the rows changed.
    pub(crate) fn version(self) -> Signal<u32> {
        self.revision.into()
    }

    /// Reads from the view, and again whenever it changed.
    pub(crate) fn view<T>(self, read: impl FnOnce(&View) -> T) -> T {
        self.revision.track();
        self.view.with_value(read)
    }

    /// How many rows there are.
    pub(crate) fn row_count(self) -> usize {
        self.view(View::row_count)
    }

    /// How many of the rows are messages.
    pub(crate) fn messages(self) -> usize {
        self.view(View::messages)
    }

    /// The sequence numbers of some rows.
    pub(crate) fn rows(self, range: Range<usize>) -> Vec<u64> {
        self.view(|view| view.rows(range).collect())
    }

    /// The row that shows this entry, or the first one after it.
    pub(crate) fn row_of(self, seq: u64) -> usize {
        self.view(|view| view.row_of(seq))
    }

    /// How much of the journal the filter has gone through, from 0 to 1; none when it is through.
    pub(crate) fn progress(self) -> Option<f64> {
        self.revision.track();
        self.with_journal(|view, journal| (!view.is_done()).then(|| view.progress(journal)))
    }

    /// While paused: how many messages, or packets on the wire, came since.
    pub(crate) fn held_back(self) -> u64 {
        self.bench.journal(|_| ());
        self.revision.track();
        self.with_journal(|view, journal| view.held_back(journal))
    }

    fn with_journal<T>(self, act: impl FnOnce(&mut View, &Journal) -> T) -> T {
        let mut view = self.view.write_value();
        untrack(|| self.bench.journal(|journal| act(&mut view, journal)))
    }

    /// Takes up what changed, for a few milliseconds; what is left follows after the browser had its turn.
    fn work(self) {
        let performance = window().performance();
        let now = || performance.as_ref().map_or(0.0, web_sys::Performance::now);
        let until = now() + SLICE;
        let done = self.with_journal(|view, journal| {
            loop {
                if view.advance(journal, WORK) {
                    return true;
                }
                // Without a clock every slice is one step.
                if now() >= until || performance.is_none() {
                    return false;
                }
            }
        });
        self.revision.update(|revision| *revision = revision.wrapping_add(1));
        if !done && !self.scheduled.get_value() {
            self.scheduled.set_value(true);
            set_timeout(
                move || {
                    self.scheduled.set_value(false);
                    self.work();
                },
                Duration::ZERO,
            );
        }
    }
}
