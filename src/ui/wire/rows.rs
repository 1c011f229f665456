use leptos::prelude::*;

use super::Wire;
use super::line::{self, Line};
use crate::i18n::Lang;
use crate::journal::{self, Direction, Entry, Journal, Note, Severity};
use crate::ui::components::{Icon, IconName, Slot};
use crate::ui::context::use_lang;

/// What a row shows.
#[derive(Clone, Default, PartialEq)]
struct Shown {
    time: String,
    way: Way,
    /// A name for tests.
    kind: String,
    name: &'static str,
    bytes: String,
    class: &'static str,
    line: Line,
}

/// Which sign stands in the column of directions.
#[derive(Clone, Copy, Default, PartialEq)]
enum Way {
    #[default]
    In,
    Out,
    Note(Severity),
}

impl Way {
    const fn of(entry: &Entry<'_>) -> Self {
        match (entry.note(), entry.direction) {
            (Some(Note::Opening { .. }), _) => Self::Out,
            (Some(Note::Opened { .. }), _) => Self::In,
            (Some(note), _) => Self::Note(note.severity()),
            (None, Direction::In) => Self::In,
            (None, Direction::Out) => Self::Out,
        }
    }
}

fn look_up(wire: Wire, lang: Lang, seq: u64) -> Option<Shown> {
    let plan = untrack(|| wire.bench.shown_plan());
    let look = |journal: &Journal| {
        let entry = journal.entry(seq)?;
        let rule = journal::violations_of(journal, seq).first().and_then(|note| journal.note(*note));
        let rule = match rule {
            Some(Note::Violation(violation)) => Some(lang.rule(violation.rule)),
            _ => None,
        };
        let line = line::line(lang, plan.as_ref(), &entry, rule);
        let class = match entry.note() {
            Some(note) => match note.severity() {
                Severity::Info => "lr ev",
                Severity::Warning => "lr ev warn",
                Severity::Error => "lr ev err",
            },
            None if line.is_bad() => "lr bad",
            None => "lr",
        };
        let name = line::type_name(lang, &entry);
        let kind = match (entry.note(), entry.kind) {
            (Some(note), _) => note_id(note).to_owned(),
            (None, Some(kind)) => kind.name().to_owned(),
            (None, None) => "broken".to_owned(),
        };
        let bytes = if entry.note().is_some() { "—".to_owned() } else { entry.packet_len().to_string() };
        Some(Shown {
            time: wire.bench.time_of(entry.at),
            way: Way::of(&entry),
            kind,
            name,
            bytes,
            class,
            line,
        })
    };
    untrack(|| wire.bench.journal(look))
}

/// A name for tests.
const fn note_id(note: &Note) -> &'static str {
    match note {
        Note::Opening { .. } => "opening",
        Note::Opened { .. } => "opened",
        Note::Connected { .. } => "connected",
        Note::Restored { .. } => "restored",
        Note::Overdue { .. } => "overdue",
        Note::QueueDiscarded(_) => "queue-discarded",
        Note::Pinging(_) => "pinging",
        Note::Ended(_) => "ended",
        Note::SubscriptionRefused { .. } => "subscription-refused",
        Note::Violation(_) => "violation",
    }
}

/// Milliseconds since the row above; empty in the first row.
fn since_above(wire: Wire, seq: u64, row: usize) -> String {
    let between = || {
        let above = wire.listing.view(|view| view.row(row.checked_sub(1)?))?;
        wire.bench.journal(|journal| Some(journal.entry(seq)?.at - journal.entry(above)?.at))
    };
    untrack(between).map(|span| span.as_millis().to_string()).unwrap_or_default()
}

/// One row element: it shows an entry, and others as the list moves.
#[component]
pub(super) fn Row(wire: Wire, place: Slot) -> impl IntoView {
    let lang = use_lang();
    // The same number means another entry in another journal.
    let shown = Memo::new(move |_| {
        wire.bench.shown();
        wire.bench.follow_times();
        look_up(wire, lang.get(), place.key.get()).unwrap_or_default()
    });
    let delta = Memo::new(move |_| {
        wire.bench.shown();
        since_above(wire, place.key.get(), place.row.get())
    });
    let selected = Memo::new(move |_| wire.listing.selected.get() == Some(place.key.get()));
    let mate = Memo::new(move |_| wire.links.with(|(_, links)| links.lead_to(place.key.get())));
    let part = move |read: fn(&Shown) -> String| move || shown.with(read);
    let bad = Memo::new(move |_| shown.with(|shown| shown.line.is_bad()));
    let sign = Memo::new(move |_| {
        shown.with(|shown| match shown.line.look {
            "c-warn" => Some(IconName::Warning),
            "c-err" => Some(IconName::Close),
            _ => None,
        })
    });
    view! {
        <div
            class=move || {
                let chosen = match (selected.get(), mate.get()) {
                    (true, _) => " sel",
                    (_, true) => " mate",
                    _ => "",
                };
                shown.with(|shown| format!("{}{chosen}", shown.class))
            }
            id=move || format!("wire-row-{}", place.key.get())
            role="row"
            data-testid="wire-row"
            data-seq=move || place.key.get().to_string()
            data-kind=part(|shown| shown.kind.clone())
            data-bad=move || bad.get().to_string()
            aria-rowindex=move || (place.row.get() + 2).to_string()
            aria-selected=move || selected.get().to_string()
            on:click=move |_| {
                wire.listing.selected.set(Some(place.key.get_untracked()));
                wire.open.set(true);
            }
        >
            <span class="n no" role="gridcell" data-cell="number">{move || (place.key.get() + 1).to_string()}</span>
            <span class="t" role="gridcell" data-cell="time">{part(|shown| shown.time.clone())}</span>
            <span class="n dt" role="gridcell" data-cell="delta">{delta}</span>
            <Direct shown />
            <span class="ty" role="gridcell" data-cell="type">{move || shown.with(|shown| shown.name)}</span>
            <span class="n b" role="gridcell" data-cell="bytes">{part(|shown| shown.bytes.clone())}</span>
            <span class="pl" role="gridcell" data-cell="info" title=part(whole)>
                {part(|shown| shown.line.text.clone())}
                <b class=move || shown.with(|shown| shown.line.look)>
                    {move || sign.get().map(|name| view! { <Icon name small=true /> })}
                    {part(|shown| shown.line.mark.clone())}
                </b>
                {part(|shown| shown.line.rest.clone())}
                <span class="cm">{part(|shown| shown.line.tail.clone())}</span>
            </span>
        </div>
    }
}

fn whole(shown: &Shown) -> String {
    let Line { text, mark, rest, tail, .. } = &shown.line;
    format!("{text}{mark}{rest} {tail}").trim().to_owned()
}

#[component]
fn Direct(shown: Memo<Shown>) -> impl IntoView {
    let lang = use_lang();
    let way = Memo::new(move |_| shown.with(|shown| shown.way));
    let sign = move || {
        let (class, icon, words) = match way.get() {
            Way::In => ("dir-d", IconName::ArrowDown, lang.get().direction_in()),
            Way::Out => ("dir-u", IconName::ArrowUp, lang.get().direction_out()),
            Way::Note(Severity::Info) => ("", IconName::Note, lang.get().wire_event()),
            Way::Note(Severity::Warning) => ("", IconName::Warning, lang.get().wire_event()),
            Way::Note(Severity::Error) => ("", IconName::Error, lang.get().wire_event()),
        };
        view! {
            <span class=class role="img" aria-label=words>
                <Icon name=icon small=true />
            </span>
        }
    };
    view! { <span class="d" role="gridcell" data-cell="direction">{sign}</span> }
}
