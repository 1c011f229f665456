use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use crate::payload::tree::{Kind, NodeId, Step, Tree, TreeBuilder, Visible};

/// How long a slice of reading may take, in milliseconds.
const SLICE: f64 = 8.0;
/// Bytes that are read between two looks at the clock.
const WORK: usize = 64 * 1024;

/// A payload that is read into a tree between frames, and the tree with its folds once it is there.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) kind: Kind,
    builder: StoredValue<Option<TreeBuilder>>,
    read: StoredValue<Option<Read>>,
    /// Grows with every change of the rows.
    version: RwSignal<u32>,
    /// How much is read, from 0 to 1.
    progress: RwSignal<f64>,
    stopped: RwSignal<bool>,
}

struct Read {
    tree: Arc<Tree>,
    rows: Visible,
}

impl Reading {
    /// Nothing is read yet.
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            builder: StoredValue::new(None),
            read: StoredValue::new(None),
            version: RwSignal::new(0),
            progress: RwSignal::new(0.0),
            stopped: RwSignal::new(false),
        }
    }

    /// Begins to read, unless it was begun before. What takes no longer than a slice is read on return.
    pub(crate) fn begin(self, payload: &Arc<[u8]>) {
        let begun = self.builder.with_value(Option::is_some) || self.read.with_value(Option::is_some);
        if !begun {
            self.builder.set_value(Some(TreeBuilder::new(self.kind, Arc::clone(payload))));
            self.work();
        }
    }

    /// Reads no further: what was read is shown.
    pub(crate) fn stop(self) {
        self.stopped.set(true);
        self.finish();
    }

    /// The tree, once it is there.
    pub(crate) fn tree(self) -> Option<Arc<Tree>> {
        self.version.track();
        self.read.with_value(|read| read.as_ref().map(|read| Arc::clone(&read.tree)))
    }

    /// Whether a person stopped it.
    pub(crate) fn is_stopped(self) -> bool {
        self.stopped.get()
    }

    pub(crate) fn progress(self) -> f64 {
        self.progress.get()
    }

    pub(crate) fn version(self) -> Signal<u32> {
        self.version.into()
    }

    /// Looks at the rows.
    pub(crate) fn rows<T>(self, look: impl FnOnce(&Tree, &Visible) -> T) -> Option<T> {
        self.version.track();
        self.read.with_value(|read| read.as_ref().map(|read| look(&read.tree, &read.rows)))
    }

    /// Folds and unfolds.
    pub(crate) fn fold(self, change: impl FnOnce(&Tree, &mut Visible)) {
        self.read.update_value(|read| {
            if let Some(read) = read {
                change(&read.tree, &mut read.rows);
            }
        });
        self.changed();
    }

    /// Folds what is open, opens what is folded.
    pub(crate) fn toggle(self, id: NodeId) {
        self.fold(|tree, rows| {
            let folded = rows.is_folded(id);
            rows.set_folded(tree, id, !folded);
        });
    }

    fn changed(self) {
        self.version.update(|version| *version = version.wrapping_add(1));
    }

    fn finish(self) {
        let builder = self.builder.try_update_value(Option::take).flatten();
        if let Some(builder) = builder {
            let tree = builder.finish();
            let rows = Visible::new(&tree);
            self.read.set_value(Some(Read { tree: Arc::new(tree), rows }));
            self.changed();
        }
    }

    /// Reads for a few milliseconds; what is left follows after the browser had its turn.
    fn work(self) {
        let performance = window().performance();
        let now = || performance.as_ref().map_or(0.0, web_sys::Performance::now);
        let until = now() + SLICE;
        // None where the message is no longer shown, or reading was stopped.
        let step = self.builder.try_update_value(|builder| {
            let builder = builder.as_mut()?;
            loop {
                let step = builder.advance(WORK);
                // Without a clock every slice is one step.
                if step == Step::Done || now() >= until || performance.is_none() {
                    return Some(step);
                }
            }
        });
        match step.flatten() {
            Some(Step::Done) => self.finish(),
            Some(Step::More(progress)) => {
                self.progress.set(progress);
                set_timeout(move || self.work(), Duration::ZERO);
            }
            None => {}
        }
    }
}
