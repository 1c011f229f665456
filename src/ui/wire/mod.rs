//! The wire page: every packet and every note as it came and went, with its fields, its bytes, and what belongs to it.

mod bytes;
mod detail;
mod fields;
mod line;
mod links;
mod list;
mod rows;
mod rules;
mod subject;
mod tree;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::bench::Bench;
use super::commands::Acting;
use super::components::{Divider, Pane, PaneSizes, VirtualList, focus};
use super::context::{Narrow, media};
use super::listing::{Listing, WireListing};
use crate::commands::Command;
use detail::Detail;
use links::{Links, go_to_partner, links};
use list::List;
use subject::Subject;

/// Height of a row of two lines on a narrow screen, in CSS pixels.
const ROW_NARROW: f64 = 52.0;
/// Height of the list's head; a narrow screen has none.
const HEAD: f64 = 28.0;

/// What the panes of this page share.
#[derive(Clone, Copy)]
struct Wire {
    bench: Bench,
    listing: Listing,
    list: VirtualList,
    /// Whether the detail is open (it needs a selection too).
    open: RwSignal<bool>,
    /// The selected entry as it was when it was selected.
    subject: Memo<Option<Subject>>,
    /// What belongs to it.
    links: Memo<(Option<u64>, Links)>,
    /// The selected field of the subject, by its line in the tree.
    field: RwSignal<Option<usize>>,
    /// Whether there is room for sixteen bytes in a line.
    roomy: RwSignal<bool>,
}

/// Whether there is room for sixteen bytes in a line.
#[derive(Clone, Copy)]
struct Roomy(RwSignal<bool>);

/// Whether the detail is open; it outlives a change of pages.
#[derive(Clone, Copy)]
struct Opened(RwSignal<bool>);

/// Watches the width for as long as the app lives.
pub(super) fn provide_page() {
    provide_context(Roomy(media("(min-width: 1100px)")));
}

/// Keeps what is open while another page, or another session, is shown.
pub(super) fn provide() {
    provide_context(Opened(RwSignal::new(true)));
}

impl Wire {
    fn is_open(self) -> bool {
        self.open.get() && self.listing.selected.get().is_some()
    }

    /// Selects an entry and scrolls to it.
    fn go_to(self, seq: u64) {
        self.list.follow.set(false);
        self.listing.selected.set(Some(seq));
        self.list.reveal(untrack(|| self.listing.row_of(seq)));
    }

    fn close(self) {
        self.open.set(false);
        focus("wire-log");
    }
}

#[component]
pub(super) fn WirePage() -> impl IntoView {
    let listing = expect_context::<WireListing>().0;
    let bench = listing.bench;
    let narrow = expect_context::<Narrow>().0;
    listing.show();
    let row_height =
        Signal::derive(move || if narrow.get() { ROW_NARROW } else { bench.preferences.row.get() });
    let head = Signal::derive(move || if narrow.get() { 0.0 } else { HEAD });
    let count = Memo::new(move |_| listing.row_count());
    let list = VirtualList::new(
        count.into(),
        listing.version(),
        row_height,
        head,
        move |range| listing.rows(range),
        move |seq| listing.row_of(seq),
    )
    .at(listing.place);
    let selected_before = listing.selected_meanwhile();
    if selected_before.is_some() {
        list.follow.set(false);
    }
    let Opened(open) = expect_context();
    if selected_before.is_some() {
        open.set(true);
    }
    let field = RwSignal::new(None);
    let subject = Memo::new(move |_| {
        let seq = listing.selected.get()?;
        untrack(|| Subject::look_up(bench, seq))
    });
    Effect::new(move |_| {
        listing.selected.track();
        field.set(None);
    });
    let wire = Wire {
        bench,
        listing,
        list,
        open,
        subject,
        links: links(bench, subject),
        field,
        roomy: expect_context::<Roomy>().0,
    };
    // Whoever comes from another page sees what was selected there, as soon as its row is known.
    let shown = StoredValue::new(selected_before.is_none());
    Effect::new(move |_| {
        listing.version().track();
        if let Some(seq) = selected_before
            && !shown.get_value()
        {
            let row = untrack(|| listing.row_of(seq));
            if untrack(|| listing.view(|view| view.row(row))) == Some(seq) {
                shown.set_value(true);
                list.reveal(row);
            }
        }
    });
    expect_context::<Acting>().take(move |command| match command {
        Command::Inspect if untrack(|| wire.is_open()) => focus("wire-tree"),
        Command::Inspect => wire.open.set(true),
        Command::Partner => go_to_partner(wire, false),
        Command::OtherPartner => go_to_partner(wire, true),
        _ => {}
    });
    let sizes = expect_context::<PaneSizes>();
    let close_by_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() != "Escape" || event.default_prevented() || event.is_composing() {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let on_list = target.is_some_and(|target| target.matches("[data-testid=wire-log]").unwrap_or(false));
        if on_list && listing.text.with_untracked(|text| !text.is_empty()) {
            listing.text.set(String::new());
        } else if untrack(|| wire.is_open()) {
            wire.close();
        }
    };
    view! {
        <div class="wire" style:--split=move || sizes.of(Pane::WireDetail) on:keydown=close_by_key>
            <div class="pane centre">
                <List wire count />
            </div>
            <Show when=move || wire.is_open()>
                <Divider pane=Pane::WireDetail />
                <Detail wire />
            </Show>
        </div>
    }
}
