use std::fmt::Write;
use std::ops::Range;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::Wire;
use super::fields::{FieldLine, line_at};
use super::subject::Subject;
use crate::mqtt::field_at;
use crate::ui::components::{Slot, VirtualList, VirtualRows};
use crate::ui::context::use_lang;

/// Height of a line in CSS pixels.
const LINE: f64 = 20.0;
/// Colours that tell neighbouring fields apart.
const COLOURS: usize = 6;

/// What the lines of the bytes share.
#[derive(Clone, Copy)]
struct Pane {
    wire: Wire,
    width: Memo<usize>,
    /// The bytes of the selected field.
    range: Memo<Range<usize>>,
    /// The byte from which the arrow keys move.
    cursor: RwSignal<Option<usize>>,
}

/// The bytes of the selected field; none selected: no bytes.
pub(super) fn selected_range(wire: Wire, lines: Memo<Vec<FieldLine>>) -> Memo<Range<usize>> {
    Memo::new(move |_| {
        let field = wire.field.get();
        lines.with(|lines| field.and_then(|field| lines.get(field)).map_or(0..0, |line| line.range.clone()))
    })
}

/// The raw bytes, in hexadecimal and as characters. However many there are, only those on screen are in the page.
#[component]
pub(super) fn Bytes(wire: Wire, lines: Memo<Vec<FieldLine>>, range: Memo<Range<usize>>) -> impl IntoView {
    let lang = use_lang();
    let width = Memo::new(move |_| if wire.roomy.get() { 16 } else { 8 });
    let length =
        Memo::new(move |_| wire.subject.with(|subject| subject.as_ref().map_or(0, |it| it.bytes.len())));
    let count = Memo::new(move |_| length.get().div_ceil(width.get()));
    let list = VirtualList::of_numbers(count.into(), Signal::derive(|| LINE));
    let cursor = RwSignal::new(None::<usize>);
    let pane = Pane { wire, width, range, cursor };
    Effect::new(move |_| {
        wire.subject.track();
        cursor.set(None);
        list.reveal(0);
    });
    Effect::new(move |_| {
        let range = range.get();
        // Whoever chose a byte sees it already.
        let by_byte = cursor.get_untracked().is_some_and(|cursor| range.contains(&cursor));
        if !range.is_empty() && !by_byte {
            let width = width.get_untracked();
            cursor.set(Some(range.start));
            list.reveal((range.end - 1) / width);
            list.reveal(range.start / width);
        }
    });
    let select = move |offset: usize| {
        if let Some(line) = lines.with_untracked(|lines| line_at(lines, offset)) {
            cursor.set(Some(offset));
            wire.field.set(Some(line));
        }
    };
    let by_click = move |event: leptos::ev::MouseEvent| {
        let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let offset = element.and_then(|element| element.get_attribute("data-at")?.parse().ok());
        if let Some(offset) = offset {
            select(offset);
        }
    };
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let Some(last) = length.get_untracked().checked_sub(1) else { return };
        let (now, width) = (cursor.get_untracked(), width.get_untracked());
        let step = |back: bool, by: usize| match now {
            None => 0,
            Some(now) if back => now.checked_sub(by).unwrap_or(now),
            Some(now) => Some(now + by).filter(|to| *to <= last).unwrap_or(now),
        };
        let target = match event.key().as_str() {
            "ArrowRight" => step(false, 1),
            "ArrowLeft" => step(true, 1),
            "ArrowDown" => step(false, width),
            "ArrowUp" => step(true, width),
            "PageDown" => step(false, 8 * width),
            "PageUp" => step(true, 8 * width),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        select(target);
        list.reveal(target / width);
    };
    view! {
        <div
            node_ref=list.scroller
            class="scroll hexv"
            role="group"
            tabindex="0"
            data-testid="wire-bytes"
            aria-label=move || lang.get().wire_bytes()
            on:scroll=move |_| list.on_scroll()
            on:click=by_click
            on:keydown=by_key
        >
            <VirtualRows list row=move |place| view! { <HexLine pane place /> } />
        </div>
    }
}

/// How a byte looks: its text, and its classes.
struct Shown {
    at: usize,
    hex: String,
    character: char,
    class: String,
}

impl Pane {
    fn line(self, row: usize) -> Vec<Shown> {
        let (range, cursor, width) = (self.range.get(), self.cursor.get(), self.width.get());
        self.wire.subject.with(|subject| {
            let Some(subject) = subject else { return Vec::new() };
            let start = row.saturating_mul(width);
            let end = (start + width).min(subject.bytes.len());
            (start..end).filter_map(|at| shown(subject, at, &range, cursor)).collect()
        })
    }
}

fn shown(subject: &Subject, at: usize, range: &Range<usize>, cursor: Option<usize>) -> Option<Shown> {
    let byte = *subject.bytes.get(at)?;
    let mut class = format!("f{}", field_at(&subject.fields, at).map_or(0, |field| field % COLOURS + 1));
    if range.contains(&at) {
        class.push_str(" sel");
    }
    if cursor == Some(at) {
        class.push_str(" cur");
    }
    let (hex, character) = match byte {
        _ if subject.is_secret(at) => ("•• ".to_owned(), '•'),
        0x21..=0x7e => (format!("{byte:02x} "), char::from(byte)),
        b' ' => ("20 ".to_owned(), '\u{a0}'),
        _ => (format!("{byte:02x} "), '·'),
    };
    Some(Shown { at, hex, character, class })
}

#[component]
fn HexLine(pane: Pane, place: Slot) -> impl IntoView {
    let row = move || usize::try_from(place.key.get()).unwrap_or(usize::MAX);
    let offset = move || format!("{:04x}", row().saturating_mul(pane.width.get()));
    let bytes = move || {
        let line = pane.line(row());
        let characters = line
            .iter()
            .map(|byte| {
                view! { <i class=byte.class.clone() data-at=byte.at.to_string()>{byte.character.to_string()}</i> }
            })
            .collect_view();
        let hex = line
            .into_iter()
            .map(|byte| view! { <i class=byte.class data-at=byte.at.to_string()>{byte.hex}</i> })
            .collect_view();
        view! {
            <span class="h">{hex}</span>
            <span class="a" aria-hidden="true">{characters}</span>
        }
    };
    view! {
        <div class="hl-line" data-testid="wire-line">
            <span class="o">{offset}</span>
            {bytes}
        </div>
    }
}

/// Bytes in hexadecimal, parted by spaces; those of secrets as they are covered.
pub(super) fn hex_of(subject: &Subject, range: Range<usize>) -> String {
    let mut text = String::with_capacity(range.len() * 3);
    for at in range {
        let Some(byte) = subject.bytes.get(at) else { break };
        let byte = if subject.is_secret(at) { b'*' } else { *byte };
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x} ");
    }
    text.truncate(text.trim_end().len());
    text
}
