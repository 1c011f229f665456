//! The log: the rows of the messages list, with its bar.

use std::sync::Arc;

use leptos::prelude::*;

use super::View;
use super::empty::Empty;
use super::rows::Row;
use super::subscriptions::MuteBar;
use crate::commands::Command;
use crate::storage::Mode;
use crate::ui::commands::keys_of;
use crate::ui::components::{Icon, IconName, VirtualList, VirtualRows};
use crate::ui::context::{ContentAs, Narrow, Toast, Toasts, use_lang};
use crate::ui::export::ExportButton;
use crate::ui::filter_bar::{FilterBar, LimitReached, MessagesFilter, NothingFound, Paused};
use crate::ui::listing::WireListing;

/// Height of a row of two lines on a narrow screen, in CSS pixels.
const ROW_NARROW: f64 = 52.0;
/// Height of the head; a narrow screen has none.
const HEAD: f64 = 28.0;
/// So many rows of what happened to the connection leave room to say that there is no message.
const FEW: usize = 6;

#[component]
pub(super) fn Log(view: View) -> impl IntoView {
    let bench = view.bench;
    let lang = use_lang();
    let listing = view.listing;
    listing.show();
    let narrow = expect_context::<Narrow>().0;
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

    // What came after this was not seen yet.
    let seen = listing.seen;
    Effect::new(move |_| {
        listing.version().track();
        if list.follow.get() {
            seen.set(untrack(|| bench.journal(crate::journal::Journal::end_seq)));
        }
    });
    let unseen = Memo::new(move |_| {
        if list.follow.get() { 0 } else { listing.row_count().saturating_sub(listing.row_of(seen.get())) }
    });
    // Another journal begins at its end.
    Effect::new(move |before: Option<u32>| {
        let shown = bench.shown();
        if before.is_some_and(|before| before != shown) {
            list.follow.set(true);
        }
        shown
    });
    Effect::new(move |_| {
        if let Some(seq) = view.reveal.get() {
            list.follow.set(false);
            list.reveal(untrack(|| listing.row_of(seq)));
            view.reveal.set(None);
        }
    });
    let to_end = move || list.follow.set(true);

    let select = move |seq: u64| {
        view.selected.set(Some(seq));
        view.inspecting.set(true);
        view.ledger.set(false);
    };
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        let selected = view.selected.get_untracked();
        let present = selected.map(|seq| untrack(|| listing.row_of(seq)));
        let Some(target) = list.target(&event, present) else { return };
        let down = present.is_none_or(|row| target > row) || event.key() == "Home";
        if let Some((row, seq)) = untrack(|| nearest_message(view, target, down)) {
            view.selected.set(Some(seq));
            if event.key() == "End" {
                to_end();
            } else {
                if !down {
                    list.follow.set(false);
                }
                list.reveal(row);
            }
        }
    };

    let counts = Memo::new(move |_| bench.counts());
    let filtering = expect_context::<MessagesFilter>().0;
    view! {
        <LogBar view list />
        <LimitReached listing />
        <MuteBar bench />
        <div class="log-frame">
            <div
                node_ref=list.scroller
                class="scroll log"
                data-testid="message-log"
                data-total=move || counts.get().total.to_string()
                data-kept=move || counts.get().kept.to_string()
                data-shown=move || listing.messages().to_string()
                data-filter-progress=move || listing.progress().map(|part| format!("{part:.2}"))
                role="grid"
                tabindex="0"
                aria-label=move || lang.get().message_log()
                aria-rowcount=move || (count.get() + 1).to_string()
                aria-activedescendant=move || view.selected.get().map(|seq| format!("row-{seq}"))
                on:scroll=move |_| list.on_scroll()
                on:keydown=by_key
            >
                <LogHead view />
                <VirtualRows list row=move |place| view! { <Row view place on_select=select /> } />
            </div>
            <Show when=move || count.get() == 0 && filtering.is_active()>
                <NothingFound filtering />
            </Show>
            <Show when=move || count.get() <= FEW && listing.messages() == 0 && !filtering.is_active()>
                <Empty view top=Signal::derive(move || head.get() + row_height.get() * count.get() as f64) />
            </Show>
            <Paused listing />
            <Show when=move || unseen.get() != 0>
                <button type="button" class="chip acc newm" data-testid="new-messages" on:click=move |_| to_end()>
                    <Icon name=IconName::ArrowDown small=true />
                    {move || lang.get().new_messages(unseen.get())}
                </button>
            </Show>
        </div>
    }
}

/// The message at this row or the nearest one: notes have no detail. Looks on in the given direction first.
fn nearest_message(view: View, row: usize, down: bool) -> Option<(usize, u64)> {
    let count = view.listing.row_count();
    let is_message = |row: usize| {
        let seq = view.listing.view(|rows| rows.row(row))?;
        let message =
            view.bench.journal(|journal| journal.entry(seq).is_some_and(|entry| entry.is_message()));
        message.then_some((row, seq))
    };
    let after = || (row..count).find_map(is_message);
    let before = || (0..=row.min(count)).rev().find_map(is_message);
    if down { after().or_else(before) } else { before().or_else(after) }
}

#[component]
fn LogHead(view: View) -> impl IntoView {
    let lang = use_lang();
    let content = expect_context::<ContentAs>();
    let switch = move || match content.is_raw() {
        true => lang.get().content_to_summary(),
        false => lang.get().content_to_raw(),
    };
    let means = move || view.bench.shown_plan().is_some_and(|plan| plan.mode == Mode::Uiot);
    view! {
        <div class="lh" role="row" aria-rowindex="1">
            <span role="columnheader">{move || lang.get().time()}</span>
            <span role="columnheader"><span class="sr">{move || lang.get().direction()}</span></span>
            <span role="columnheader">"Topic"</span>
            <span role="columnheader" class="mid">"QoS"</span>
            <span role="columnheader" class="n">{move || lang.get().bytes()}</span>
            <span role="columnheader" class="n">"Ack"</span>
            <span role="columnheader" class="row gap1">
                {move || lang.get().content()}
                <Show when=means>
                    <button
                        type="button"
                        class="lnk"
                        data-testid="content-as"
                        title=switch
                        on:click=move |_| content.toggle()
                    >
                        {move || if content.is_raw() { lang.get().content_raw() } else { lang.get().content_summary() }}
                    </button>
                </Show>
            </span>
        </div>
    }
}

#[component]
fn LogBar(view: View, list: VirtualList) -> impl IntoView {
    let lang = use_lang();
    let bench = view.bench;
    let toasts = expect_context::<Toasts>();
    let WireListing(wire) = expect_context();
    let clear = move |_| {
        let count = bench.device(|device| device.read(|journal| journal.counts().kept));
        let mark = bench.device(crate::device::Device::clear_log);
        view.selected.set(None);
        wire.selected.set(None);
        toasts.show(Toast {
            text: lang.get_untracked().cleared(count),
            undo: Some(Arc::new(move || bench.device(|device| device.restore_log(mark)))),
            gone: Some(Arc::new(move || bench.device(|device| device.forget_cleared(mark)))),
        });
    };
    let outbox = Memo::new(move |_| bench.status.with(|status| status.outbox));
    let open_requests = move || outbox.get().queued + outbox.get().unacknowledged;
    let overdue = move || outbox.get().overdue > 0;
    let pause_label = move || if view.listing.is_paused() { lang.get().resume() } else { lang.get().pause() };
    let filtering = expect_context::<MessagesFilter>().0;
    let lead = view! {
            <button
                type="button"
                class="btn sm drawer-only"
                data-testid="open-subscriptions"
                aria-label=move || {
                    format!("{} {}", lang.get().subscriptions(), bench.subscriptions.with(Vec::len))
                }
                on:click=move |_| view.drawer.set(true)
            >
                <Icon name=IconName::Panel />
                <span class="wide">{move || lang.get().subscriptions()}</span>
                <span class="badge">{move || bench.subscriptions.with(Vec::len)}</span>
            </button>
    }
    .into_any();
    let toggle_follow = move |_| list.follow.update(|follow| *follow = !*follow);
    view! {
        <FilterBar filtering lead>
                <Show when=move || !bench.shows_record()>
                    <button
                        type="button"
                        class="btn sm"
                        class:on=move || view.ledger.get()
                        data-testid="open-ledger"
                        aria-pressed=move || view.ledger.get().to_string()
                        aria-label=move || format!("{} {}", lang.get().ledger(), open_requests())
                        title=move || lang.get().ledger()
                        on:click=move |_| view.ledger.update(|open| *open = !*open)
                    >
                        <Icon name=IconName::Ledger />
                        <span class="wide">{move || lang.get().ledger()}</span>
                        " "
                        <Show when=move || open_requests().gt(&0)>
                            <span class="badge num" class:err=overdue data-testid="ledger-count">{open_requests}</span>
                        </Show>
                    </button>
                </Show>
                <button
                    type="button"
                    class="btn sm"
                    class:on=move || list.follow.get()
                    data-testid="log-follow"
                    aria-pressed=move || list.follow.get().to_string()
                    aria-label=move || lang.get().follow()
                    on:click=toggle_follow
                >
                    <Icon name=IconName::ArrowDown />
                    <span class="wide">{move || lang.get().follow()}</span>
                </button>
                <button
                    type="button"
                    class="btn gho ico sm"
                    class:on=move || view.listing.is_paused()
                    data-testid="log-pause"
                    aria-keyshortcuts=keys_of(Command::Pause)
                    aria-pressed=move || view.listing.is_paused().to_string()
                    aria-label=pause_label
                    title=pause_label
                    on:click=move |_| view.listing.set_paused(untrack(|| !view.listing.is_paused()))
                >
                    <Icon name=IconName::Pause />
                    <Show when=move || view.listing.held_back().gt(&0)>
                        <span class="badge num" data-testid="held-back">{move || view.listing.held_back()}</span>
                    </Show>
                </button>
                <ExportButton listing=view.listing />
                <Show when=move || !bench.shows_record()>
                    <button
                        type="button"
                        class="btn gho ico sm"
                        data-testid="log-clear"
                        aria-label=move || lang.get().clear_log()
                        title=move || lang.get().clear_log()
                        on:click=clear
                    >
                        <Icon name=IconName::Trash />
                    </button>
                </Show>
        </FilterBar>
    }
}
