use leptos::either::EitherOf3;
use leptos::prelude::*;

use super::Wire;
use super::bytes::{Bytes, hex_of, selected_range};
use super::fields;
use super::links::LinkButtons;
use super::rules::Rules;
use super::tree::Tree;
use crate::journal::Note;
use crate::mqtt::Violation;
use crate::ui::components::{CopyButton, Icon, IconName};
use crate::ui::context::use_lang;

/// The selected entry: decoded fields at the left, bytes and rules at the right.
#[component]
pub(super) fn Detail(wire: Wire) -> impl IntoView {
    let lang = use_lang();
    let number =
        move || wire.listing.selected.get().map(|seq| format!("{} {}", lang.get().wire_number(), seq + 1));
    let state = Memo::new(move |_| {
        wire.subject.with(|subject| subject.as_ref().map(super::subject::Subject::has_bytes))
    });
    let lines = Memo::new(move |_| {
        let lang = lang.get();
        wire.subject
            .with(|subject| subject.as_ref().map(|subject| fields::lines(lang, subject)).unwrap_or_default())
    });
    view! {
        <section
            class="pane split"
            class:single=move || state.get() != Some(true)
            data-testid="wire-detail"
            aria-label=move || lang.get().wire_detail()
        >
            <div class="col">
                <div class="bar sub">
                    <h2>{move || lang.get().wire_decoded()}</h2>
                    <span class="fg3 mono" data-testid="wire-number">{number}</span>
                    <span class="right row gap1">
                        <LinkButtons wire />
                        <button
                            type="button"
                            class="btn gho ico sm"
                            data-testid="wire-close"
                            aria-label=move || lang.get().wire_close()
                            title=move || lang.get().wire_close()
                            on:click=move |_| wire.close()
                        >
                            <Icon name=IconName::Close />
                        </button>
                    </span>
                </div>
                <NoteWords wire />
                {move || match state.get() {
                    None => EitherOf3::A(view! { <p class="pad fg3">{move || lang.get().wire_gone()}</p> }),
                    Some(false) => EitherOf3::B(()),
                    Some(true) => EitherOf3::C(view! { <Tree wire lines /> }),
                }}
            </div>
            <Show when=move || state.get() == Some(true)>
                <Raw wire lines />
            </Show>
        </section>
    }
}

/// What a note says; nothing for a packet.
#[component]
fn NoteWords(wire: Wire) -> impl IntoView {
    let lang = use_lang();
    let words = move || {
        wire.subject.with(|subject| {
            let note = subject.as_ref()?.note.as_ref()?;
            let lang = lang.get();
            Some(match note {
                Note::Violation(violation) => {
                    let cut = violation.bytes.len() == Violation::MAX_BYTES;
                    let cut = if cut { lang.wire_cut(Violation::MAX_BYTES) } else { String::new() };
                    let rule = violation.rule;
                    format!("{} · {} {cut}", lang.rule(rule), rule.number())
                }
                other => lang.note(other),
            })
        })
    };
    move || words().map(|words| view! { <p class="pad words" data-testid="wire-words">{words}</p> })
}

#[component]
fn Raw(wire: Wire, lines: Memo<Vec<fields::FieldLine>>) -> impl IntoView {
    let lang = use_lang();
    let range = selected_range(wire, lines);
    let said = move || {
        let range = range.get();
        if range.is_empty() {
            let length =
                wire.subject.with(|subject| subject.as_ref().map_or(0, |subject| subject.bytes.len()));
            lang.get().wire_all_of(&format!("{length} B"))
        } else {
            format!("0x{:04x} – 0x{:04x} · {} B", range.start, range.end - 1, range.len())
        }
    };
    let copied = move || {
        let range = range.get_untracked();
        wire.subject.with_untracked(|subject| {
            let Some(subject) = subject else { return String::new() };
            let range = if range.is_empty() { 0..subject.bytes.len() } else { range };
            hex_of(subject, range)
        })
    };
    let masked = Memo::new(move |_| {
        wire.subject.with(|subject| subject.as_ref().is_some_and(|subject| !subject.secrets.is_empty()))
    });
    view! {
        <div class="col raw">
            <div class="bar sub">
                <h2 class="wide">{move || lang.get().wire_bytes()}</h2>
                <span class="fg3 mono" role="status" data-testid="wire-range">{said}</span>
                <span class="right row gap1">
                    <Show when=move || masked.get()>
                        <span class="chip sq" data-testid="wire-masked">
                            <Icon name=IconName::Key small=true />
                            {move || lang.get().wire_masked()}
                        </span>
                    </Show>
                    <CopyButton label=Signal::derive(move || lang.get().wire_copy_hex().to_owned()) text=copied />
                </span>
            </div>
            <Bytes wire lines range />
            <Rules wire />
        </div>
    }
}
