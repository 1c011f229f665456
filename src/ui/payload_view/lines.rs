//! Text, bytes and Base64 line by line. Of a large payload only what is on screen is in the page, in blocks of lines.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use crate::i18n::Lang;
use crate::payload::{self, HexDump, TextRows, base64_row, hex_row};
use crate::ui::components::{Slot, VirtualList, VirtualRows};
use crate::ui::context::use_lang;

/// A payload up to this size is in the page as a whole, for the browser's own search and for copying by hand.
pub(super) const WHOLE: usize = 64 * 1024;
/// Bytes of a line in the hex view: what fits the pane.
const HEX_WIDTH: usize = 8;
/// Characters of a line in the Base64 view.
const BASE64_WIDTH: usize = 40;
/// Lines of a block.
const BLOCK: usize = 16;
/// Height of a line in CSS pixels.
const LINE: f64 = 20.0;
/// Width of a character in CSS pixels, and what the edges of the pane take.
const CHARACTER: f64 = 7.3;
const EDGES: f64 = 40.0;
/// Bytes of text that are cut into lines before the browser has its turn.
const WORK: usize = 512 * 1024;

/// Blocks of lines, as a list. `block` draws the lines in a range.
fn blocks<V: IntoView + 'static>(
    lines: Signal<usize>,
    label: fn(Lang) -> &'static str,
    block: impl Fn(std::ops::Range<usize>) -> V + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let lang = use_lang();
    let count = Memo::new(move |_| lines.get().div_ceil(BLOCK));
    let list = VirtualList::of_numbers(count.into(), Signal::derive(|| LINE * BLOCK as f64));
    let by_key = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "Home" => list.reveal(0),
        "End" => list.reveal(count.get_untracked().saturating_sub(1)),
        _ => {}
    };
    let row = move |slot: Slot| {
        let first = Memo::new(move |_| usize::try_from(slot.key.get()).unwrap_or(0) * BLOCK);
        view! { <div class="block">{move || block(first.get()..(first.get() + BLOCK).min(lines.get()))}</div> }
    };
    view! {
        <div
            node_ref=list.scroller
            class="scroll blocks"
            role="group"
            tabindex="0"
            aria-label=move || label(lang.get())
            on:scroll=move |_| list.on_scroll()
            on:keydown=by_key
        >
            <VirtualRows list row />
        </div>
    }
}

fn three_columns(dump: HexDump) -> impl IntoView {
    let HexDump { offsets, bytes, characters } = dump;
    view! {
        <div class="hex">
            <pre class="o">{offsets}</pre>
            <pre>{bytes}</pre>
            <pre class="a">{characters}</pre>
        </div>
    }
}

/// Offsets, bytes, characters.
pub(super) fn hex(payload: &Arc<[u8]>) -> AnyView {
    if payload.len() <= WHOLE {
        return three_columns(payload::hex_dump(payload, HEX_WIDTH)).into_any();
    }
    let payload = StoredValue::new(Arc::clone(payload));
    let lines = payload.with_value(|payload| payload.len().div_ceil(HEX_WIDTH));
    let block = move |range: std::ops::Range<usize>| {
        let rows: Vec<_> =
            range.map(|row| payload.with_value(|payload| hex_row(payload, row, HEX_WIDTH))).collect();
        let join = |part: fn(&payload::HexRow) -> &str| rows.iter().map(part).collect::<Vec<_>>().join("\n");
        three_columns(HexDump {
            offsets: join(|row| &row.offset),
            bytes: join(|row| &row.bytes),
            characters: join(|row| &row.characters),
        })
    };
    blocks(Signal::derive(move || lines), |_| "Hex", block).into_any()
}

/// Base64, in one piece or in lines.
pub(super) fn base64(payload: &Arc<[u8]>) -> AnyView {
    if payload.len() <= WHOLE {
        return view! { <pre class="code wrapped">{payload::base64_text(payload)}</pre> }.into_any();
    }
    let payload = StoredValue::new(Arc::clone(payload));
    let lines = payload.with_value(|payload| payload.len().div_ceil(BASE64_WIDTH / 4 * 3));
    let block = move |range: std::ops::Range<usize>| {
        let row = |row| payload.with_value(|payload| base64_row(payload, row, BASE64_WIDTH));
        view! { <pre class="code">{range.map(row).collect::<Vec<_>>().join("\n")}</pre> }
    };
    blocks(Signal::derive(move || lines), |_| "Base64", block).into_any()
}

/// The text, which the payload is. A long one comes in lines, and as a whole for who asks for it.
pub(super) fn text(payload: &Arc<[u8]>) -> AnyView {
    let whole_text = |payload: &[u8]| String::from_utf8_lossy(payload).into_owned();
    let size = payload.len();
    if size <= WHOLE {
        return view! { <pre class="code wrapped">{whole_text(payload)}</pre> }.into_any();
    }
    let lang = use_lang();
    let whole = RwSignal::new(false);
    let payload = StoredValue::new(Arc::clone(payload));
    (move || {
        if whole.get() {
            let text = payload.with_value(|payload| whole_text(payload));
            return view! { <pre class="code wrapped scroll" tabindex="0">{text}</pre> }.into_any();
        }
        view! {
            <LongText payload />
            <button type="button" class="btn all" data-testid="inspector-all" on:click=move |_| whole.set(true)>
                {move || lang.get().text_in_one_piece(&format!("{size} B"))}
            </button>
        }
        .into_any()
    })
    .into_any()
}

#[component]
fn LongText(payload: StoredValue<Arc<[u8]>>) -> impl IntoView {
    let width = document()
        .query_selector("[data-testid=inspector]")
        .ok()
        .flatten()
        .map_or(360.0, |pane| f64::from(pane.client_width()));
    let rows = StoredValue::new(TextRows::new(((width - EDGES) / CHARACTER).max(20.0) as usize));
    let found = RwSignal::new(0_usize);
    cut(payload, rows, found);
    let block = move |range: std::ops::Range<usize>| {
        let text = payload.with_value(|payload| {
            // It is text as a whole, or the view would not be there.
            let text = std::str::from_utf8(payload).unwrap_or_default();
            rows.with_value(|rows| {
                let line = |row| rows.row(text, row).map(|row| row.text);
                range.filter_map(line).collect::<Vec<_>>().join("\n")
            })
        });
        view! { <pre class="code">{text}</pre> }
    };
    blocks(found.into(), Lang::format_text, block)
}

/// Cuts the text into lines, a slice at a time; the first slice is there at once.
fn cut(payload: StoredValue<Arc<[u8]>>, rows: StoredValue<TextRows>, found: RwSignal<usize>) {
    // None where the message is no longer shown.
    let done = payload.try_with_value(|payload| {
        rows.try_update_value(|rows| {
            let done = rows.advance(std::str::from_utf8(payload).unwrap_or_default(), WORK);
            (done, rows.len())
        })
    });
    let Some(Some((done, count))) = done else { return };
    found.set(count);
    if !done {
        set_timeout(move || cut(payload, rows, found), Duration::ZERO);
    }
}
