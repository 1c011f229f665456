use leptos::either::Either;
use leptos::prelude::*;

use super::acks::{AckMark, answer_to};
use super::subscriptions::{colour_of, series};
use super::{View, fold_topic};
use crate::i18n::Lang;
use crate::journal::{Direction, Journal, Note};
use crate::mqtt::{EndCause, PacketKind, QoS};
use crate::payload::{self, Preview, TokenKind};
use crate::storage::Mode;
use crate::ui::components::{Icon, IconName, Slot};
use crate::ui::context::{ContentAs, use_lang};
use crate::uiot::summary::{self, Piece};
use crate::uiot::{PlatformTopic, RetCode};

/// Characters of a payload that a row may show.
const PREVIEW: usize = 96;

/// What a row shows that never changes.
#[derive(Clone, PartialEq)]
enum Shown {
    /// It went since.
    Gone,
    Note(NoteShown),
    Message(Box<MessageShown>),
}

#[derive(Clone, PartialEq)]
struct NoteShown {
    time: String,
    note: Note,
}

#[derive(Clone, PartialEq)]
struct MessageShown {
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
    /// The platform's return code, where it tells of a failure.
    failure: Option<RetCode>,
    content: Vec<(&'static str, String)>,
}

fn look_up(view: View, seq: u64, raw: bool) -> Shown {
    let plan = untrack(|| view.bench.shown_plan());
    let subscriptions = view.bench.subscriptions;
    let look = |journal: &Journal| {
        let entry = journal.entry(seq)?;
        let time = view.bench.time_of(entry.at);
        if let Some(note) = entry.note() {
            return Some(Shown::Note(NoteShown { time, note: note.clone() }));
        }
        let topic = entry.topic().into_owned();
        let (prefix, rest) = fold_topic(plan.as_ref(), &topic);
        let series = subscriptions.with_untracked(|list| {
            let first = list.iter().find(|subscription| subscription.filter.matches(&topic))?;
            Some(series(
                view.bench.colours.with_untracked(|colours| colour_of(colours, first.filter.as_str())),
            ))
        });
        let payload = entry.payload();
        let uiot = plan.as_ref().is_some_and(|plan| plan.mode == Mode::Uiot);
        let failure = if uiot { RetCode::in_message(payload) } else { None };
        let is_system = matches!(PlatformTopic::parse(&topic), Some(PlatformTopic::System { .. }));
        let summary = if uiot && !raw && is_system { summary::summary(payload, PREVIEW) } else { None };
        Some(Shown::Message(Box::new(MessageShown {
            time,
            direction: entry.direction,
            prefix,
            rest: rest.to_owned(),
            series,
            qos: entry.qos(),
            bytes: payload.len(),
            dup: entry.dup(),
            retain: entry.retain(),
            failure: failure.filter(|code| !code.is_success()),
            content: match summary {
                Some(pieces) => summarised(pieces),
                None => content(payload::preview(payload, PREVIEW)),
            },
            topic,
        })))
    };
    untrack(|| view.bench.journal(look)).unwrap_or(Shown::Gone)
}

/// The beginning of a payload in pieces with their colours; neighbours of one colour are one piece, for there are many
/// rows.
fn content(preview: Preview) -> Vec<(&'static str, String)> {
    match preview {
        Preview::Binary(hex) => vec![("cm", "bin ".to_owned()), ("", hex)],
        Preview::Text(text) if text.starts_with(['{', '[']) => {
            let mut pieces: Vec<(&'static str, String)> = Vec::new();
            for (kind, piece) in payload::json_pieces(&text) {
                let class = token_class(kind);
                match pieces.last_mut() {
                    Some((last, joined)) if *last == class => joined.push_str(piece),
                    _ => pieces.push((class, piece.to_owned())),
                }
            }
            pieces
        }
        Preview::Text(text) => vec![("", text)],
    }
}

/// A summary in pieces with their colours. A code that means failure stands before it already.
fn summarised(pieces: Vec<(Piece, String)>) -> Vec<(&'static str, String)> {
    let class = |piece| match piece {
        Piece::Name => "k",
        Piece::About => "cm",
        Piece::Text => "st",
        Piece::Number => "nu",
        Piece::Literal => "bo",
        Piece::Success => "c-ok",
        Piece::Failure => "c-err",
        Piece::Sign => "pu",
    };
    let shown = pieces.into_iter().filter(|(piece, _)| *piece != Piece::Failure);
    shown.map(|(piece, text)| (class(piece), text + " ")).collect()
}

/// One row element: it shows a message or a note, and others as the list moves.
#[component]
pub(super) fn Row(view: View, place: Slot, on_select: impl Fn(u64) + Copy + Send + 'static) -> impl IntoView {
    let content = expect_context::<ContentAs>();
    let shown = Memo::new(move |_| {
        // The same number means another entry in another journal.
        view.bench.shown();
        view.bench.follow_times();
        view.bench.colours.track();
        look_up(view, place.key.get(), content.is_raw())
    });
    let is_note = Memo::new(move |_| shown.with(|shown| matches!(shown, Shown::Note(_))));
    move || {
        if is_note.get() {
            Either::Left(view! { <NoteRow place shown /> })
        } else {
            Either::Right(view! { <MessageRow view place shown on_select /> })
        }
    }
}

/// The row's place among all, for screen readers; the head is the first.
fn row_index(place: Slot) -> impl Fn() -> String + Copy {
    move || (place.row.get() + 2).to_string()
}

#[component]
fn NoteRow(place: Slot, shown: Memo<Shown>) -> impl IntoView {
    let lang = use_lang();
    let part = move |read: fn(&NoteShown, Lang) -> String| {
        move || {
            let lang = lang.get();
            shown.with(|shown| match shown {
                Shown::Note(note) => read(note, lang),
                _ => String::new(),
            })
        }
    };
    let look = Memo::new(move |_| {
        shown.with(|shown| match shown {
            Shown::Note(shown) => note_look(&shown.note),
            _ => ("", "", IconName::Note),
        })
    });
    let text = |shown: &NoteShown, lang: Lang| lang.note(&shown.note);
    view! {
        <div
            class=move || format!("lr ev {}", look.get().1)
            role="row"
            data-testid="event-row"
            data-kind=move || look.get().0
            aria-rowindex=row_index(place)
        >
            <span class="t" role="gridcell">{part(|shown, _| shown.time.clone())}</span>
            <span class="d" role="gridcell">{move || view! { <Icon name=look.get().2 small=true /> }}</span>
            <span class="span" role="gridcell" title=part(text)>{part(text)}</span>
        </div>
    }
}

/// A name for tests, a class and a sign.
const fn note_look(note: &Note) -> (&'static str, &'static str, IconName) {
    match note {
        Note::Opening { .. } => ("opening", "", IconName::Note),
        Note::Opened { .. } => ("opened", "", IconName::Note),
        Note::Connected { .. } => ("connected", "", IconName::Note),
        Note::Restored { .. } => ("restored", "", IconName::Again),
        Note::Overdue { .. } => ("overdue", "warn", IconName::Clock),
        Note::QueueDiscarded(_) => ("queue-discarded", "warn", IconName::Trash),
        Note::Pinging(_) => ("pinging", "", IconName::Note),
        Note::Ended(EndCause::Disconnected) => ("ended", "", IconName::Note),
        Note::Ended(_) => ("ended", "err", IconName::Error),
        Note::SubscriptionRefused { .. } => ("subscription-refused", "warn", IconName::Warning),
        Note::Violation(_) => ("violation", "err", IconName::Warning),
    }
}

#[component]
fn MessageRow(
    view: View,
    place: Slot,
    shown: Memo<Shown>,
    on_select: impl Fn(u64) + Copy + Send + 'static,
) -> impl IntoView {
    let lang = use_lang();
    let selected = Memo::new(move |_| view.selected.get() == Some(place.key.get()));
    /// Reads from the message; the fallback is for the moment in which the element shows none.
    fn read<T: Default>(shown: Memo<Shown>, read: impl FnOnce(&MessageShown) -> T) -> T {
        shown.with(|shown| match shown {
            Shown::Message(message) => read(message),
            _ => T::default(),
        })
    }
    let is_sent = Memo::new(move |_| read(shown, |message| message.direction == Direction::Out));
    let way = move || if is_sent.get() { lang.get().direction_out() } else { lang.get().direction_in() };
    let mark =
        move |wanted: fn(&MessageShown) -> bool, sign: &'static str, words: fn(Lang) -> &'static str| {
            move || read(shown, wanted).then(|| view! { <abbr title=move || words(lang.get())>{sign}</abbr> })
        };
    let qos = Memo::new(move |_| read(shown, |message| message.qos.number()));
    let answer = Signal::derive(move || {
        let qos = QoS::from_number(qos.get()).unwrap_or(QoS::AtMostOnce);
        answer_to(PacketKind::Publish, qos)
    });
    view! {
        <div
            class="lr"
            class:sel=selected
            class:bad=move || read(shown, |message| message.failure.is_some())
            id=move || format!("row-{}", place.key.get())
            role="row"
            data-testid="message-row"
            data-seq=move || place.key.get().to_string()
            data-direction=move || if is_sent.get() { "out" } else { "in" }
            aria-rowindex=row_index(place)
            aria-selected=move || selected.get().to_string()
            on:click=move |_| on_select(place.key.get_untracked())
        >
            <span class="t" role="gridcell" data-cell="time">
                {move || read(shown, |message| message.time.clone())}
            </span>
            <span class="d" role="gridcell" data-cell="direction">
                {move || {
                    let (class, icon) = if is_sent.get() {
                        ("dir-u", IconName::ArrowUp)
                    } else {
                        ("dir-d", IconName::ArrowDown)
                    };
                    view! {
                        <span class=class role="img" aria-label=way>
                            <Icon name=icon small=true />
                        </span>
                    }
                }}
            </span>
            <span
                class="tp"
                role="gridcell"
                data-cell="topic"
                title=move || read(shown, |message| message.topic.clone())
            >
                <i class=move || read(shown, |message| message.series).unwrap_or("cbar")></i>
                <span class="ell-l">
                    <bdi dir="ltr">
                        <i>{move || read(shown, |message| message.prefix)}</i>
                        {move || read(shown, |message| message.rest.clone())}
                    </bdi>
                </span>
            </span>
            <span class="n q" role="gridcell" data-cell="qos">
                {move || format!("Q{}", qos.get())}
                {mark(|message| message.dup, "D", Lang::duplicate)}
                {mark(|message| message.retain, "R", Lang::retained)}
            </span>
            <span class="n b" role="gridcell" data-cell="bytes">
                {move || read(shown, |message| message.bytes)}
            </span>
            <span class="n a" role="gridcell" data-cell="ack">
                <AckMark view seq=place.key answer />
            </span>
            <span class="pl" role="gridcell" data-cell="content">
                {move || {
                    read(shown, |message| message.failure)
                        .map(|code| {
                            view! {
                                <b class="c-err">
                                    <Icon name=IconName::Close small=true />
                                    {format!("RetCode {} ", code.0)}
                                </b>
                            }
                        })
                }}
                {move || {
                    read(shown, |message| message.content.clone())
                        .into_iter()
                        .map(|(class, piece)| view! { <span class=class>{piece}</span> })
                        .collect_view()
                }}
            </span>
        </div>
    }
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
