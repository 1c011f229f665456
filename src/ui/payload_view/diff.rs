//! What changed from another message.

use leptos::prelude::*;

use crate::i18n::Lang;
use crate::payload::diff::{Basis, Diff, DiffLine, Sign};
use crate::ui::components::{Slot, VirtualList, VirtualRows};
use crate::ui::context::use_lang;

/// Height of a row in CSS pixels.
const ROW: f64 = 20.0;

/// The other message that a payload is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Against {
    /// When it came or went.
    pub(crate) time: String,
    /// Whether it was pinned; else it is the one before on the topic.
    pub(crate) pinned: bool,
}

/// A comparison, line by line. `None`: there is nothing to compare with. `unpin` goes back to the one before.
pub(super) fn diff_view(found: Option<(Against, Diff)>, unpin: Callback<()>) -> AnyView {
    let lang = use_lang();
    let Some((against, diff)) = found else {
        return view! { <p class="pad fg3">{move || lang.get().diff_nothing()}</p> }.into_any();
    };
    let pinned = against.pinned;
    let title = move || if pinned { lang.get().diff_pinned() } else { lang.get().diff_previous() };
    let Diff { basis, identical, cut, changes, lines } = diff;
    let none = (changes == 0).then(|| {
        let words =
            move || if identical { lang.get().diff_identical() } else { lang.get().diff_same_values() };
        view! { <p class="pad fg3" data-testid="diff-none">{words}</p> }
    });
    let rough = cut.then(|| {
        view! { <div class="note warn flat"><span>{move || lang.get().diff_cut()}</span></div> }
    });
    view! {
        <div class="bar sub">
            <h3 title=title>{title}</h3>
            <span class="right mono fg3" data-testid="diff-against">{against.time}</span>
            {pinned.then(|| view! {
                <button type="button" class="btn sm" data-testid="diff-unpin" on:click=move |_| unpin.run(())>
                    {move || lang.get().unpin_short()}
                </button>
            })}
        </div>
        <div class="pad row fg3 counts">
            <span data-testid="diff-changes">{move || lang.get().diff_changes(changes)}</span>
            <span class="right">{move || basis_words(lang.get(), basis)}</span>
        </div>
        {rough}
        {none}
        {(changes > 0).then(|| view! { <Lines lines /> })}
    }
    .into_any()
}

fn basis_words(lang: Lang, basis: Basis) -> &'static str {
    match basis {
        Basis::Tree(_) => lang.diff_by_value(),
        Basis::Text => lang.diff_by_line(),
        Basis::Hex => lang.diff_by_byte(),
    }
}

#[component]
fn Lines(lines: Vec<DiffLine>) -> impl IntoView {
    let lang = use_lang();
    let count = lines.len();
    let lines = StoredValue::new(lines);
    let list = VirtualList::of_numbers(Signal::derive(move || count), Signal::derive(|| ROW));
    let row = move |slot: Slot| {
        let line = Memo::new(move |_| {
            let row = usize::try_from(slot.key.get()).unwrap_or(usize::MAX);
            lines.with_value(|lines| lines.get(row).cloned())
        });
        let sign = move || line.with(|line| line.as_ref().map_or(Sign::Same, |line| line.sign));
        let class = move || match sign() {
            Sign::Same => "dl",
            Sign::Removed => "dl del",
            Sign::Added => "dl add",
            Sign::Gap(_) => "dl gap",
        };
        let mark = move || match sign() {
            Sign::Removed => "−",
            Sign::Added => "+",
            Sign::Same | Sign::Gap(_) => "",
        };
        // Deleted and inserted are said, too, not only coloured.
        let said = move || match sign() {
            Sign::Removed => lang.get().diff_removed(),
            Sign::Added => lang.get().diff_added(),
            Sign::Same | Sign::Gap(_) => "",
        };
        view! {
            <div class=class data-testid="diff-line">
                <span>
                    <span aria-hidden="true">{mark}</span>
                    <span class="sr">{said}</span>
                </span>
                <span>{move || match sign() {
                    Sign::Gap(count) => view! { <i>{lang.get().diff_gap(count)}</i> }.into_any(),
                    _ => line.with(|line| line.as_ref().map(marked)).into_any(),
                }}</span>
            </div>
        }
    };
    let by_key = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "Home" => list.reveal(0),
        "End" => list.reveal(count.saturating_sub(1)),
        _ => {}
    };
    view! {
        <div
            node_ref=list.scroller
            class="scroll diff"
            role="group"
            tabindex="0"
            aria-label=move || lang.get().diff()
            on:scroll=move |_| list.on_scroll()
            on:keydown=by_key
        >
            <VirtualRows list row />
        </div>
    }
}

/// A line's text with its changed words marked.
fn marked(line: &DiffLine) -> impl IntoView + use<> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for mark in &line.marks {
        pieces.push(line.text.get(at..mark.start).map(|text| text.to_owned().into_any()));
        pieces.push(
            line.text.get(mark.clone()).map(|text| view! { <mark>{text.to_owned()}</mark> }.into_any()),
        );
        at = mark.end;
    }
    pieces.push(line.text.get(at..).map(|text| text.to_owned().into_any()));
    pieces
}
