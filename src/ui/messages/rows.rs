use leptos::prelude::*;

use super::acks::{AckMark, answer_to};
use super::subscriptions::{colour_of, series};
use super::{View, fold_topic};
use crate::journal::{Ack, Direction, Note};
use crate::mqtt::{EndCause, PacketKind, QoS};
use crate::payload::{self, Preview, TokenKind};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;

/// Characters of a payload that a row may show.
const PREVIEW: usize = 96;

/// One row: a message or a note.
#[component]
pub(super) fn Row(view: View, seq: u64, on_select: impl Fn(u64) + Copy + 'static) -> impl IntoView {
    let note = view.bench.device(|device| device.read(|journal| journal.note(seq).cloned()));
    match note {
        Some(note) => view! { <NoteRow view seq note /> }.into_any(),
        None => view! { <MessageRow view seq on_select /> }.into_any(),
    }
}

/// The row's place among all, for screen readers; the head is the first.
fn row_index(view: View, seq: u64) -> impl Fn() -> String + Copy {
    move || (view.bench.journal(|journal| journal.row_of(seq)) + 2).to_string()
}

#[component]
fn NoteRow(view: View, seq: u64, note: Note) -> impl IntoView {
    let lang = use_lang();
    let time = view.bench.device(|device| {
        let at = device.read(|journal| journal.entry(seq).map(|entry| entry.at));
        at.map(|at| device.clock().time_of_day(at)).unwrap_or_default()
    });
    let (kind, class, icon) = match &note {
        Note::Connected { .. } => ("connected", "", IconName::Note),
        Note::Restored { .. } => ("restored", "", IconName::Again),
        Note::Overdue { .. } => ("overdue", "warn", IconName::Clock),
        Note::QueueDiscarded(_) => ("queue-discarded", "warn", IconName::Trash),
        Note::Pinging(_) => ("pinging", "", IconName::Note),
        Note::Ended(EndCause::Disconnected) => ("ended", "", IconName::Note),
        Note::Ended(_) => ("ended", "err", IconName::Error),
        Note::SubscriptionRefused { .. } => ("subscription-refused", "warn", IconName::Warning),
        Note::Violation(_) => ("violation", "err", IconName::Warning),
    };
    view! {
        <div
            class=format!("lr ev {class}")
            role="row"
            data-testid="event-row"
            data-kind=kind
            aria-rowindex=row_index(view, seq)
        >
            <span class="t" role="gridcell">{time}</span>
            <span class="d" role="gridcell"><Icon name=icon small=true /></span>
            <span class="span" role="gridcell" title=move || lang.get().note(&note)>
                {
                    let note = view.bench.device(|device| device.read(|journal| journal.note(seq).cloned()));
                    move || note.as_ref().map(|note| lang.get().note(note))
                }
            </span>
        </div>
    }
}

/// What a row shows of a message that never changes.
struct Shown {
    time: String,
    direction: Direction,
    topic: String,
    prefix: &'static str,
    rest: String,
    series: Option<&'static str>,
    qos: QoS,
    bytes: usize,
    dup: bool,
    retain: bool,
    wants_ack: bool,
    preview: Preview,
}

fn look_up(view: View, seq: u64) -> Option<Shown> {
    let plan = view.bench.status.with_untracked(|status| status.plan.clone());
    let subscriptions = view.bench.subscriptions;
    view.bench.device(|device| {
        device.read(|journal| {
            let entry = journal.entry(seq)?;
            let topic = entry.topic().into_owned();
            let (prefix, rest) = fold_topic(plan.as_ref(), &topic);
            let series = subscriptions.with_untracked(|list| {
                let first = list.iter().find(|subscription| subscription.filter.matches(&topic))?;
                Some(series(view.bench.colours.with_untracked(|colours| colour_of(colours, first))))
            });
            Some(Shown {
                time: device.clock().time_of_day(entry.at),
                direction: entry.direction,
                prefix,
                rest: rest.to_owned(),
                series,
                qos: entry.qos(),
                bytes: entry.payload_len(),
                dup: entry.dup(),
                retain: entry.retain(),
                wants_ack: entry.ack != Ack::None,
                preview: payload::preview(entry.payload(), PREVIEW),
                topic,
            })
        })
    })
}

#[component]
fn MessageRow(view: View, seq: u64, on_select: impl Fn(u64) + Copy + 'static) -> impl IntoView {
    let lang = use_lang();
    let shown = look_up(view, seq)?;
    let selected = move || view.selected.get() == Some(seq);
    let (direction, class, icon) = match shown.direction {
        Direction::In => ("in", "dir-d", IconName::ArrowDown),
        Direction::Out => ("out", "dir-u", IconName::ArrowUp),
    };
    let way = move || {
        if direction == "in" { lang.get().direction_in() } else { lang.get().direction_out() }
    };
    let content = match shown.preview {
        Preview::Binary(hex) => view! { <span class="cm">"bin "</span>{hex} }.into_any(),
        Preview::Text(text) if text.starts_with(['{', '[']) => coloured(&text).into_any(),
        Preview::Text(text) => text.into_any(),
    };
    Some(view! {
        <div
            class="lr"
            class:sel=selected
            id=format!("row-{seq}")
            role="row"
            data-testid="message-row"
            data-seq=seq.to_string()
            data-direction=direction
            aria-rowindex=row_index(view, seq)
            aria-selected=move || selected().to_string()
            on:click=move |_| on_select(seq)
        >
            <span class="t" role="gridcell" data-cell="time">{shown.time}</span>
            <span class="d" role="gridcell" data-cell="direction">
                <span class=class role="img" aria-label=way>
                    <Icon name=icon small=true />
                </span>
            </span>
            <span class="tp" role="gridcell" data-cell="topic" title=shown.topic>
                <i class=shown.series.unwrap_or("cbar")></i>
                <span class="ell-l">
                    <bdi dir="ltr"><i>{shown.prefix}</i>{shown.rest}</bdi>
                </span>
            </span>
            <span class="n q" role="gridcell" data-cell="qos">
                {format!("Q{}", shown.qos.number())}
                {shown.dup.then(|| view! { <abbr title=move || lang.get().duplicate()>"D"</abbr> })}
                {shown.retain.then(|| view! { <abbr title=move || lang.get().retained()>"R"</abbr> })}
            </span>
            <span class="n b" role="gridcell" data-cell="bytes">{shown.bytes}</span>
            <span class="n a" role="gridcell" data-cell="ack">
                {shown.wants_ack.then(|| view! { <AckMark view seq answer=answer_to(PacketKind::Publish, shown.qos) /> })}
            </span>
            <span class="pl" role="gridcell" data-cell="content">{content}</span>
        </div>
    })
}

pub(super) const fn token_class(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Key => "k",
        TokenKind::Text => "st",
        TokenKind::Number => "nu",
        TokenKind::Literal => "bo",
        TokenKind::Punctuation => "pu",
    }
}

/// The pieces with their colours; neighbours of one colour are one piece, for there are many rows.
fn coloured(text: &str) -> impl IntoView {
    let mut pieces: Vec<(TokenKind, String)> = Vec::new();
    for (kind, piece) in payload::json_pieces(text) {
        match pieces.last_mut() {
            Some((last, joined)) if *last == kind => joined.push_str(piece),
            _ => pieces.push((kind, piece.to_owned())),
        }
    }
    pieces
        .into_iter()
        .map(|(kind, piece)| view! { <span class=token_class(kind)>{piece}</span> })
        .collect_view()
}
