use leptos::prelude::*;

use super::Wire;
use super::rows::Row;
use crate::commands::Command;
use crate::i18n::numbers::{compact, grouped, megabytes};
use crate::journal::Journal;
use crate::ui::commands::keys_of;
use crate::ui::components::{Icon, IconName, VirtualRows};
use crate::ui::context::use_lang;
use crate::ui::export::ExportButton;
use crate::ui::filter_bar::{FilterBar, LimitReached, NothingFound, Paused, WireFilter};

/// The list with its bar.
#[component]
pub(super) fn List(wire: Wire, count: Memo<usize>) -> impl IntoView {
    let lang = use_lang();
    let Wire { bench, listing, list, .. } = wire;
    let counts = Memo::new(move |_| bench.counts());

    // What came after this was not seen yet.
    let seen = listing.seen;
    Effect::new(move |_| {
        listing.version().track();
        if list.follow.get() {
            seen.set(untrack(|| bench.journal(Journal::end_seq)));
        }
    });
    let unseen = Memo::new(move |_| {
        if list.follow.get() { 0 } else { listing.row_count().saturating_sub(listing.row_of(seen.get())) }
    });
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        let selected = listing.selected.get_untracked();
        let present = selected.map(|seq| untrack(|| listing.row_of(seq)));
        let Some(target) = list.target(&event, present) else { return };
        let Some(seq) = untrack(|| listing.view(|view| view.row(target))) else { return };
        listing.selected.set(Some(seq));
        if event.key() == "End" {
            list.follow.set(true);
        } else {
            if present.is_some_and(|row| target < row) {
                list.follow.set(false);
            }
            list.reveal(target);
        }
    };
    let filtering = expect_context::<WireFilter>().0;
    // Another journal begins at its end.
    Effect::new(move |before: Option<u32>| {
        let shown = bench.shown();
        if before.is_some_and(|before| before != shown) {
            list.follow.set(true);
        }
        shown
    });
    view! {
        <Bar wire />
        <LimitReached listing />
        <div class="log-frame">
            <div
                node_ref=list.scroller
                class="scroll log wirelog"
                data-testid="wire-log"
                data-total=move || counts.get().all_packets.to_string()
                data-kept=move || counts.get().packets.to_string()
                data-shown=move || count.get().to_string()
                data-filter-progress=move || listing.progress().map(|part| format!("{part:.2}"))
                role="grid"
                tabindex="0"
                aria-label=move || lang.get().wire_log()
                aria-rowcount=move || (count.get() + 1).to_string()
                aria-activedescendant=move || listing.selected.get().map(|seq| format!("wire-row-{seq}"))
                on:scroll=move |_| list.on_scroll()
                on:keydown=by_key
            >
                <Head />
                <VirtualRows list row=move |place| view! { <Row wire place /> } />
            </div>
            <Show when=move || count.get() == 0 && !filtering.is_active()>
                <Empty />
            </Show>
            <Paused listing />
            <Show when=move || count.get() == 0 && filtering.is_active() && listing.progress().is_none()>
                <NothingFound filtering />
            </Show>
            <Show when=move || unseen.get() != 0>
                <button
                    type="button"
                    class="chip acc newm"
                    data-testid="new-packets"
                    on:click=move |_| list.follow.set(true)
                >
                    <Icon name=IconName::ArrowDown small=true />
                    {move || lang.get().wire_new(unseen.get())}
                </button>
            </Show>
        </div>
    }
}

#[component]
fn Head() -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="lh" role="row" aria-rowindex="1">
            <span role="columnheader" class="n">{move || lang.get().wire_number()}</span>
            <span role="columnheader">{move || lang.get().time()}</span>
            <span role="columnheader" class="n" title=move || lang.get().wire_delta()>"Δ ms"</span>
            <span role="columnheader">
                <span class="sr">{move || lang.get().direction()}</span>
            </span>
            <span role="columnheader">{move || lang.get().wire_type()}</span>
            <span role="columnheader" class="n">{move || lang.get().bytes()}</span>
            <span role="columnheader">{move || lang.get().wire_info()}</span>
        </div>
    }
}

#[component]
fn Bar(wire: Wire) -> impl IntoView {
    let lang = use_lang();
    let Wire { bench, listing, list, .. } = wire;
    let counts = Memo::new(move |_| bench.counts());
    let said = move || {
        let counts = counts.get();
        lang.get().wire_packets(&grouped(counts.packets), &megabytes(counts.bytes))
    };
    let filtering = expect_context::<WireFilter>().0;
    let pause_label = move || if listing.is_paused() { lang.get().resume() } else { lang.get().pause() };
    view! {
        <h1 class="sr">{move || lang.get().wire()}</h1>
        <FilterBar filtering>
                <span class="fg3 num count wide" data-testid="wire-count">{said}</span>
                <button
                    type="button"
                    class="btn sm"
                    class:on=move || list.follow.get()
                    data-testid="wire-follow"
                    aria-pressed=move || list.follow.get().to_string()
                    aria-label=move || lang.get().follow()
                    on:click=move |_| list.follow.update(|follow| *follow = !*follow)
                >
                    <Icon name=IconName::ArrowDown />
                    <span class="wide">{move || lang.get().follow()}</span>
                </button>
                <button
                    type="button"
                    class="btn gho ico sm"
                    class:on=move || listing.is_paused()
                    data-testid="wire-pause"
                    aria-keyshortcuts=keys_of(Command::Pause)
                    aria-pressed=move || listing.is_paused().to_string()
                    aria-label=pause_label
                    title=pause_label
                    on:click=move |_| listing.set_paused(untrack(|| !listing.is_paused()))
                >
                    <Icon name=IconName::Pause />
                </button>
                <span class="held num" data-testid="wire-held">
                    {move || match listing.held_back() {
                        0 => String::new(),
                        held => format!("+{}", compact(held)),
                    }}
                </span>
                <ExportButton listing />
        </FilterBar>
    }
}

#[component]
fn Empty() -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="empty over" data-testid="no-packets">
            <Icon name=IconName::Wire />
            <b>{move || lang.get().wire_empty()}</b>
            <span>{move || lang.get().wire_empty_hint()}</span>
        </div>
    }
}
