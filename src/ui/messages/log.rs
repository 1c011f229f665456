//! The log: a virtual list. Whatever the journal holds, only the rows on screen are in the page.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::View;
use super::rows::Row;
use crate::journal::Journal;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::{Narrow, Toast, Toasts, use_lang};
use crate::ui::page::Page;

/// Height of a row in CSS pixels (guide: 24; two lines on a narrow screen).
const ROW: f64 = 24.0;
const ROW_NARROW: f64 = 52.0;
/// Rows drawn above and below what is seen, so that a small scroll shows no gap.
const OVERSCAN: usize = 4;
/// Rows on screen at the most: a little more than a display of 2160 px has room for.
const MOST_ROWS: usize = 90;

/// Where the view stands.
#[derive(Clone, Copy)]
struct Position {
    scroll_top: RwSignal<f64>,
    height: RwSignal<f64>,
    /// The view stays at the end.
    follow: RwSignal<bool>,
    /// The number of the row after the last one seen, counted over all that ever were.
    seen: RwSignal<u64>,
}

#[component]
pub(super) fn Log(view: View) -> impl IntoView {
    let bench = view.bench;
    let lang = use_lang();
    let narrow = expect_context::<Narrow>().0;
    let row_height = move || if narrow.get() { ROW_NARROW } else { ROW };
    let position = Position {
        scroll_top: RwSignal::new(0.0),
        height: RwSignal::new(600.0),
        follow: RwSignal::new(true),
        seen: RwSignal::new(0),
    };
    let scroller = NodeRef::<html::Div>::new();
    let spacer = NodeRef::<html::Div>::new();

    // First row number and row count: all that the geometry needs.
    let extent =
        Memo::new(move |_| bench.journal(|journal| (journal.first_row_number(), journal.row_count())));
    let range = Memo::new(move |_| {
        let (_, count) = extent.get();
        let on_screen = (position.height.get() / row_height()).ceil() as usize + 1;
        let on_screen = on_screen.min(MOST_ROWS);
        let first = if position.follow.get() {
            count.saturating_sub(on_screen)
        } else {
            (position.scroll_top.get() / row_height()) as usize
        };
        let start = first.saturating_sub(OVERSCAN);
        (start, (first + on_screen + OVERSCAN).min(count).max(start))
    });
    let rows = Memo::new(move |_| {
        let (start, end) = range.get();
        extent.track();
        bench.journal(|journal| journal.rows(start..end).collect::<Vec<_>>())
    });

    // Geometry is set by hand, in one place: the height first, then the position in it.
    Effect::new(move |before: Option<(u64, usize)>| {
        let (first, count) = extent.get();
        let height = row_height();
        let follow = position.follow.get();
        // A view that became lower is no longer at the end.
        position.height.track();
        if let (Some(scroller), Some(spacer)) = (scroller.get(), spacer.get()) {
            // Style properties that exist are always taken.
            let _ = web_sys::HtmlElement::style(&spacer)
                .set_property("height", &format!("{}px", count as f64 * height));
            if follow {
                scroller.set_scroll_top(scroller.scroll_height());
                position.seen.set(first + count as u64);
            } else if let Some((first_before, _)) = before
                && first > first_before
            {
                // Old rows went: what is being read stays where it is.
                let gone = (first - first_before) as f64 * height;
                scroller.set_scroll_top((f64::from(scroller.scroll_top()) - gone).max(0.0) as i32);
            }
        }
        (first, count)
    });
    Effect::new(move |_| {
        if let Some(scroller) = scroller.get() {
            watch_height(&scroller, position.height);
        }
    });

    let on_scroll = move |_| {
        let Some(scroller) = scroller.get_untracked() else { return };
        let top = f64::from(scroller.scroll_top());
        let at_end = scroller.scroll_height() - scroller.scroll_top() - scroller.client_height() < 8;
        let went_up = top < position.scroll_top.get_untracked() - 1.0;
        position.scroll_top.set(top);
        let follow = position.follow.get_untracked();
        if at_end && !follow {
            position.follow.set(true);
        } else if went_up && !at_end && follow {
            position.follow.set(false);
        }
    };
    let to_end = move || position.follow.set(true);

    let select = move |seq: u64| {
        view.selected.set(Some(seq));
        view.inspecting.set(true);
        view.ledger.set(false);
    };
    let reveal = move |row: usize| {
        let Some(scroller) = scroller.get_untracked() else { return };
        let (top, height) = (row as f64 * row_height(), f64::from(scroller.client_height()));
        let shown = f64::from(scroller.scroll_top());
        let header = if narrow.get_untracked() { 0.0 } else { 28.0 };
        if top < shown {
            scroller.set_scroll_top(top as i32);
        } else if top + row_height() + header > shown + height {
            scroller.set_scroll_top((top + row_height() + header - height) as i32);
        }
    };
    let move_selection = move |event: leptos::ev::KeyboardEvent| {
        let page = ((position.height.get_untracked() / untrack(row_height)) as i64 - 1).max(1);
        let (step, from_end) = match event.key().as_str() {
            "ArrowDown" => (1, false),
            "ArrowUp" => (-1, false),
            "PageDown" => (page, false),
            "PageUp" => (-page, false),
            "Home" => (i64::MIN, false),
            "End" => (i64::MAX, true),
            "Enter" => return view.inspecting.set(true),
            _ => return,
        };
        event.prevent_default();
        let target =
            untrack(|| bench.journal(|journal| next_message(journal, view.selected.get_untracked(), step)));
        if from_end {
            to_end();
        }
        if let Some((row, seq)) = target {
            view.selected.set(Some(seq));
            if !from_end {
                if step < 0 {
                    position.follow.set(false);
                }
                untrack(|| reveal(row));
            }
        }
    };

    let counts = Memo::new(move |_| bench.counts());
    let unseen = move || {
        let (first, count) = extent.get();
        (first + count as u64).saturating_sub(position.seen.get())
    };
    view! {
        <LogBar view position />
        <div class="log-frame">
            <div
                node_ref=scroller
                class="scroll log"
                data-testid="message-log"
                data-total=move || counts.get().total.to_string()
                data-kept=move || counts.get().kept.to_string()
                data-shown=move || counts.get().kept.to_string()
                role="grid"
                tabindex="0"
                aria-label=move || lang.get().message_log()
                aria-rowcount=move || (extent.get().1 + 1).to_string()
                aria-activedescendant=move || {
                    let shown = view.selected.get().filter(|seq| rows.with(|rows| rows.contains(seq)));
                    shown.map(|seq| format!("row-{seq}"))
                }
                on:scroll=on_scroll
                on:keydown=move_selection
            >
                <LogHead />
                <div node_ref=spacer class="spacer" role="none">
                    <div
                        class="window"
                        role="none"
                        style:transform=move || format!("translateY({}px)", range.get().0 as f64 * row_height())
                    >
                        <For
                            each=move || rows.get()
                            key=|seq| *seq
                            children=move |seq| view! { <Row view seq on_select=select /> }
                        />
                    </div>
                </div>
            </div>
            <Show when=move || extent.get().1 == 0>
                <Empty view />
            </Show>
            <Show when=move || !position.follow.get() && unseen() != 0>
                <button type="button" class="chip acc newm" data-testid="new-messages" on:click=move |_| to_end()>
                    <Icon name=IconName::ArrowDown small=true />
                    {move || lang.get().new_messages(usize::try_from(unseen()).unwrap_or(usize::MAX))}
                </button>
            </Show>
        </div>
    }
}

/// The message some steps away from the selected one; without a selection, the last.
fn next_message(journal: &Journal, selected: Option<u64>, step: i64) -> Option<(usize, u64)> {
    let last = journal.row_count().checked_sub(1)?;
    let start = match selected {
        _ if step == i64::MAX => last,
        _ if step == i64::MIN => 0,
        None => last,
        Some(seq) => {
            let row = i64::try_from(journal.row_of(seq)).unwrap_or(i64::MAX);
            usize::try_from(row.saturating_add(step)).unwrap_or(0).min(last)
        }
    };
    let is_message = |row: usize| {
        let seq = journal.rows(row..row + 1).next()?;
        journal.entry(seq)?.is_message().then_some((row, seq))
    };
    let down = step > 0 && step != i64::MAX || step == i64::MIN;
    if down {
        (start..=last).find_map(is_message).or_else(|| (0..start).rev().find_map(is_message))
    } else {
        (0..=start).rev().find_map(is_message).or_else(|| (start..=last).find_map(is_message))
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

#[component]
fn LogHead() -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="lh" role="row" aria-rowindex="1">
            <span role="columnheader">{move || lang.get().time()}</span>
            <span role="columnheader"><span class="sr">{move || lang.get().direction()}</span></span>
            <span role="columnheader">"Topic"</span>
            <span role="columnheader" class="mid">"QoS"</span>
            <span role="columnheader" class="n">{move || lang.get().bytes()}</span>
            <span role="columnheader" class="n">"Ack"</span>
            <span role="columnheader">{move || lang.get().content()}</span>
        </div>
    }
}

#[component]
fn LogBar(view: View, position: Position) -> impl IntoView {
    let lang = use_lang();
    let bench = view.bench;
    let toasts = expect_context::<Toasts>();
    let clear = move |_| {
        let count = bench.device(|device| device.read(|journal| journal.counts().kept));
        let mark = bench.device(crate::device::Device::clear_log);
        view.selected.set(None);
        toasts.show(Toast {
            text: lang.get_untracked().cleared(count),
            undo: Some(Callback::new(move |()| bench.device(|device| device.restore_log(mark)))),
            gone: Some(Callback::new(move |()| bench.device(|device| device.forget_cleared(mark)))),
        });
    };
    let counts = Memo::new(move |_| bench.counts());
    let outbox = Memo::new(move |_| bench.status.with(|status| status.outbox));
    let open_requests = move || outbox.get().queued + outbox.get().unacknowledged;
    let overdue = move || outbox.get().overdue > 0;
    let toggle_follow = move |_| position.follow.update(|follow| *follow = !*follow);
    view! {
        <div class="bar">
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
            <h2 class="wide">{move || lang.get().messages()}</h2>
            <span class="chip up">
                <Icon name=IconName::ArrowUp small=true />
                <span class="sr">{move || lang.get().sent()}</span>
                <span class="num">{move || counts.get().sent}</span>
            </span>
            <span class="chip down">
                <Icon name=IconName::ArrowDown small=true />
                <span class="sr">{move || lang.get().received()}</span>
                <span class="num">{move || counts.get().received}</span>
            </span>
            <span class="right row gap1">
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
                <button
                    type="button"
                    class="btn sm"
                    class:on=move || position.follow.get()
                    data-testid="log-follow"
                    aria-pressed=move || position.follow.get().to_string()
                    aria-label=move || lang.get().follow()
                    on:click=toggle_follow
                >
                    <Icon name=IconName::ArrowDown />
                    <span class="wide">{move || lang.get().follow()}</span>
                </button>
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
            </span>
        </div>
    }
}

#[component]
fn Empty(view: View) -> impl IntoView {
    let lang = use_lang();
    let offline = move || view.bench.status.with(|status| status.plan.is_none());
    view! {
        <div class="empty over">
            <Icon name=IconName::Messages />
            <b>{move || lang.get().no_messages()}</b>
            {move || {
                if offline() {
                    view! {
                        <span>{lang.get().no_messages_offline()}</span>
                        <a class="btn" href=Page::Connect.href()>{lang.get().go_to_connect()}</a>
                    }
                        .into_any()
                } else {
                    view! { <span>{lang.get().no_messages_online()}</span> }.into_any()
                }
            }}
        </div>
    }
}
