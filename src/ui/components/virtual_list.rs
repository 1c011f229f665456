//! A list of any number of rows of one height. Only the rows on screen are in the page, and as what is on screen changes
//! their elements stay and show other rows, which costs a fraction of making new ones.
//!
//! The list knows its rows by keys that do not change (sequence numbers, say): while it does not follow its end, the row
//! at the top stays where it is, whatever comes and goes above it. Browsers cut elements off at some 17 million pixels; a
//! list that is higher has a scroll bar to scale, and moves row by row all the same.

use std::ops::Range;
use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

/// Height that every browser can show, in CSS pixels.
const MOST_HEIGHT: f64 = 8_000_000.0;
/// Rows drawn above and below what is seen, so that a small scroll shows no gap.
const OVERSCAN: usize = 4;
/// Rows on screen at the most: what a display of 2160 px has room for at half size, and some.
const MOST_ROWS: usize = 250;
/// This near to the end is at the end, in CSS pixels.
const NEAR: f64 = 8.0;

/// What a list shows, and where it stands. Clones are handles to the same list.
#[derive(Clone, Copy)]
pub(crate) struct VirtualList {
    /// How many rows there are.
    pub(crate) count: Signal<usize>,
    /// The list's scrolling element; whoever makes it calls [`Self::on_scroll`].
    pub(crate) scroller: NodeRef<html::Div>,
    /// The view stays at the end as rows come, if it [may follow](Self::at).
    pub(crate) follow: RwSignal<bool>,
    may_follow: bool,
    source: StoredValue<Source, LocalStorage>,
    row_height: Signal<f64>,
    /// Height of a head that stays above the rows.
    head: Signal<f64>,
    /// How far the rows are scrolled, in pixels of their whole height.
    top: RwSignal<f64>,
    /// Where the scroll bar stands.
    scroll: RwSignal<f64>,
    height: RwSignal<f64>,
    /// The row at the top, and how much of it is above.
    anchor: StoredValue<Option<(u64, f64)>>,
}

struct Source {
    version: Signal<u32>,
    keys: Box<dyn Fn(Range<usize>) -> Vec<u64>>,
    row_of: Rc<dyn Fn(u64) -> usize>,
}

/// Where a list stands, kept for the next time that it is shown: whether it follows its end, and else what is at its top.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    follow: RwSignal<bool>,
    anchor: StoredValue<Option<(u64, f64)>>,
}

impl Place {
    /// At the end, and following it.
    pub(crate) fn at_end() -> Self {
        Self { follow: RwSignal::new(true), anchor: StoredValue::new(None) }
    }

    /// Back to the end.
    pub(crate) fn reset(self) {
        self.anchor.set_value(None);
        self.follow.set(true);
    }
}

/// One row element of a list: what it shows changes.
#[derive(Clone, Copy)]
pub(crate) struct Slot {
    /// The row's key; 0 for a moment while the element goes.
    pub(crate) key: Memo<u64>,
    /// The row's number.
    pub(crate) row: Memo<usize>,
}

impl VirtualList {
    /// A list of `count` rows. `keys` names some of them (what is out of range is left out), `row_of` finds a key's row or the
    /// first one after it; both are asked again when `version` changes. `head` is the height of what sticks above the rows.
    pub(crate) fn new(
        count: Signal<usize>,
        version: Signal<u32>,
        row_height: Signal<f64>,
        head: Signal<f64>,
        keys: impl Fn(Range<usize>) -> Vec<u64> + 'static,
        row_of: impl Fn(u64) -> usize + 'static,
    ) -> Self {
        Self {
            count,
            scroller: NodeRef::new(),
            follow: RwSignal::new(false),
            may_follow: false,
            source: StoredValue::new_local(Source { version, keys: Box::new(keys), row_of: Rc::new(row_of) }),
            row_height,
            head,
            top: RwSignal::new(0.0),
            scroll: RwSignal::new(0.0),
            height: RwSignal::new(600.0),
            anchor: StoredValue::new(None),
        }
    }

    /// A list that follows its end until somebody scrolls up, and again at the end; it stands where it stood when it was
    /// last shown.
    pub(crate) fn at(self, place: Place) -> Self {
        Self { follow: place.follow, anchor: place.anchor, may_follow: true, ..self }
    }

    /// A list whose rows are known by their numbers, which never come to mean something else.
    pub(crate) fn of_numbers(count: Signal<usize>, row_height: Signal<f64>) -> Self {
        let keys = move |range: Range<usize>| {
            let end = range.end.min(count.get_untracked());
            (range.start..end).map(|row| row as u64).collect()
        };
        let version = Signal::derive(|| 0);
        let row_of = |key: u64| usize::try_from(key).unwrap_or(usize::MAX);
        Self::new(count, version, row_height, Signal::derive(|| 0.0), keys, row_of)
    }

    /// Has to be called by the scrolling element.
    pub(crate) fn on_scroll(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        let before = self.scroll.get_untracked();
        let scroll = f64::from(scroller.scroll_top());
        if (scroll - before).abs() < 1.0 {
            return;
        }
        let scale = untrack(|| self.scale());
        let top_before = self.top.get_untracked();
        let step = scroll - before;
        let top = if !scale.is_scaled() {
            scroll
        } else if step.abs() > 2.0 * scale.inner {
            // The bar was dragged.
            scroll / scale.most_scroll() * scale.most_top()
        } else if scroll < 1.0 && top_before < scale.inner {
            0.0
        } else {
            (top_before + step).clamp(0.0, scale.most_top())
        };
        self.scroll.set(scroll);
        self.move_to(top);
        let at_end = top > scale.most_top() - NEAR;
        if at_end {
            self.follow_if_it_can(true);
        } else if top < top_before - 1.0 {
            self.follow_if_it_can(false);
        }
        if scale.is_scaled() && (scroll < 1.0 || scroll > scale.most_scroll() - 1.0) {
            // The bar is at its end, the rows are not: room to go on.
            self.scroll_to(scale.scroll_of(top));
        }
    }

    /// Scrolls until the row is seen.
    pub(crate) fn reveal(self, row: usize) {
        let scale = untrack(|| self.scale());
        let (row_top, top) = (row as f64 * scale.row, self.top.get_untracked());
        let wanted = if row_top < top {
            row_top
        } else if row_top + scale.row > top + scale.inner {
            row_top + scale.row - scale.inner
        } else {
            return;
        };
        let wanted = wanted.clamp(0.0, scale.most_top());
        self.follow_if_it_can(wanted > scale.most_top() - NEAR && self.follow.get_untracked());
        self.move_to(wanted);
        self.scroll_to(scale.scroll_of(wanted));
    }

    /// The row that a key leads to from the present one: arrows, Page Up and Down, Home and End.
    pub(crate) fn target(self, event: &leptos::ev::KeyboardEvent, present: Option<usize>) -> Option<usize> {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return None;
        }
        let last = self.count.get_untracked().checked_sub(1)?;
        let page = untrack(|| {
            let scale = self.scale();
            ((scale.inner / scale.row) as usize).saturating_sub(1).max(1)
        });
        let target = match (event.key().as_str(), present) {
            ("Home", _) => 0,
            ("End", _) => last,
            ("ArrowDown" | "ArrowUp" | "PageDown" | "PageUp", None) => last,
            ("ArrowDown", Some(row)) => row.saturating_add(1).min(last),
            ("ArrowUp", Some(row)) => row.saturating_sub(1),
            ("PageDown", Some(row)) => row.saturating_add(page).min(last),
            ("PageUp", Some(row)) => row.saturating_sub(page),
            _ => return None,
        };
        event.prevent_default();
        Some(target)
    }

    /// How many row elements there may be.
    fn most_slots(self) -> usize {
        let scale = self.scale();
        ((scale.inner / scale.row).ceil() as usize + 1).min(MOST_ROWS) + 2 * OVERSCAN
    }

    /// The rows that are drawn.
    fn range(self) -> Range<usize> {
        let count = self.count.get();
        let first = (self.top.get() / self.row_height.get()) as usize;
        let start = first.min(count).saturating_sub(OVERSCAN);
        start..(start + self.most_slots()).min(count)
    }

    fn scale(self) -> Scale {
        let row = self.row_height.get();
        Scale {
            row,
            total: self.count.get() as f64 * row,
            inner: (self.height.get() - self.head.get()).max(row),
        }
    }

    fn follow_if_it_can(self, follow: bool) {
        if self.may_follow && self.follow.get_untracked() != follow {
            self.follow.set(follow);
        }
    }

    fn move_to(self, top: f64) {
        if self.top.get_untracked() != top {
            self.top.set(top);
        }
        let row_height = self.row_height.get_untracked();
        let row = (top / row_height) as usize;
        let key = self.source.with_value(|source| untrack(|| (source.keys)(row..row + 1)).first().copied());
        self.anchor.set_value(key.map(|key| (key, top - row as f64 * row_height)));
    }

    fn scroll_to(self, scroll: f64) {
        // The list may have gone with its page since this was asked for.
        let Some(Some(scroller)) = self.scroller.try_get_untracked() else { return };
        let wanted = scroll.round() as i32;
        if scroller.scroll_top() != wanted {
            scroller.set_scroll_top(wanted);
        }
        self.place_for(f64::from(scroller.scroll_top()));
    }

    /// Places the rows for this position of the scroll bar.
    fn place_for(self, scroll: f64) {
        if self.scroll.try_get_untracked().is_some_and(|before| before != scroll) {
            self.scroll.set(scroll);
        }
    }

    /// After anything changed: the end stays the end, or the row at the top stays at the top.
    fn settle(self, spacer: &web_sys::HtmlElement) {
        let scale = self.scale();
        // A style property that exists is always taken.
        let _ = spacer.style().set_property("height", &format!("{}px", scale.height()));
        let follow = self.follow.get();
        let top = match self.anchor.get_value() {
            _ if follow => scale.most_top(),
            Some((key, above)) => {
                let row_of = self.source.with_value(|source| Rc::clone(&source.row_of));
                untrack(|| row_of(key)) as f64 * scale.row + above
            }
            None => self.top.get_untracked(),
        };
        let top = top.clamp(0.0, scale.most_top());
        let kept = self.anchor.get_value();
        self.move_to(top);
        if !follow && kept.is_some() && scale.total > 0.0 {
            // What is anchored stays so, also where the list is too short for a moment.
            self.anchor.set_value(kept);
        }
        let scroll = scale.scroll_of(top).round();
        self.place_for(scroll);
        // The browser lays out the page before it scrolls: the rows come first, so that it does so once.
        queue_microtask(move || self.scroll_to(scroll));
    }
}

/// The heights of a list, in CSS pixels.
struct Scale {
    row: f64,
    /// All rows.
    total: f64,
    /// What is seen of them.
    inner: f64,
}

impl Scale {
    fn is_scaled(&self) -> bool {
        self.total > MOST_HEIGHT
    }

    /// Of the element that is scrolled.
    const fn height(&self) -> f64 {
        self.total.min(MOST_HEIGHT)
    }

    const fn most_top(&self) -> f64 {
        (self.total - self.inner).max(0.0)
    }

    const fn most_scroll(&self) -> f64 {
        (self.height() - self.inner).max(0.0)
    }

    fn scroll_of(&self, top: f64) -> f64 {
        if self.is_scaled() { top / self.most_top() * self.most_scroll() } else { top }
    }
}

/// The rows of a list, inside its scrolling element. `row` draws an element whose content follows its slot.
#[component]
pub(crate) fn VirtualRows<F, V>(list: VirtualList, row: F) -> impl IntoView
where
    F: Fn(Slot) -> V + Copy + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let spacer = NodeRef::<html::Div>::new();
    let range = Memo::new(move |_| list.range());
    let rows = Memo::new(move |_| {
        let range = range.get();
        list.source.with_value(|source| {
            source.version.track();
            (range.start, untrack(|| (source.keys)(range)))
        })
    });
    // Each element shows the row at its place. Moving the elements with their rows was measured: it makes a turn of the wheel
    // twice as dear as writing new text into those that are there.
    let slots = Memo::new(move |_| rows.with(|(_, keys)| keys.len()));
    Effect::new(move |_| {
        list.source.with_value(|source| source.version.track());
        if let (Some(_), Some(spacer)) = (list.scroller.get(), spacer.get()) {
            list.settle(&spacer);
        }
    });
    Effect::new(move |_| {
        if let Some(scroller) = list.scroller.get() {
            watch_height(&scroller, list.height);
        }
    });
    let offset = move || {
        let row_height = list.row_height.get();
        range.get().start as f64 * row_height - list.top.get() + list.scroll.get()
    };
    view! {
        <div node_ref=spacer class="spacer" role="none">
            <div class="window" role="none" style:transform=move || format!("translateY({}px)", offset())>
                <For
                    each=move || 0..slots.get()
                    key=|slot| *slot
                    children=move |slot| {
                        let number = Memo::new(move |_| rows.with(|(start, _)| start + slot));
                        let key = Memo::new(move |_| {
                            rows.with(|(_, keys)| keys.get(slot).copied().unwrap_or_default())
                        });
                        row(Slot { key, row: number })
                    }
                />
            </div>
        </div>
    }
}

/// Keeps `height` equal to the element's.
fn watch_height(element: &web_sys::HtmlElement, height: RwSignal<f64>) {
    height.set(f64::from(element.client_height()));
    let callback = Closure::<dyn FnMut()>::new({
        let element = element.clone();
        move || {
            // The page may be gone by the time of the last call.
            let _ = height.try_set(f64::from(element.client_height()));
        }
    });
    if let Ok(observer) = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()) {
        observer.observe(element);
        let kept = StoredValue::new_local((observer.clone(), callback));
        on_cleanup(move || {
            kept.with_value(|(observer, _)| observer.disconnect());
        });
    }
}
