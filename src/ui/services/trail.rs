//! The last messages that a service exchanged, with what they say and what became of them; each leads to the log and to its
//! packet.

use leptos::prelude::*;

use super::{Desk, use_desk};
use crate::i18n::{Lang, millis};
use crate::journal::{Ack, Direction, Journal};
use crate::mqtt::QoS;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::uiot::summary::{self, Piece};
use crate::uiot::{PlatformTopic, RetCode, TopicFamily};

/// Messages that are shown, the newest first.
const SHOWN: usize = 50;
/// Characters of a summary.
const SUMMARY: usize = 120;

#[derive(Clone, PartialEq)]
struct Line {
    seq: u64,
    time: String,
    direction: Direction,
    /// What of the topic tells it from the service's others.
    topic: String,
    content: Vec<(&'static str, String)>,
    failure: Option<RetCode>,
    qos: QoS,
    ack: Ack,
}

/// A table of the last messages of these services.
#[component]
pub(in crate::ui) fn Trail(families: &'static [TopicFamily]) -> impl IntoView {
    let desk = use_desk();
    let seqs = Signal::derive(move || desk.bench.trail(families));
    let open_all = Callback::new(move |()| desk.open_family(families));
    view! { <TrailOf seqs open_all /> }
}

/// A table of the last of these messages.
#[component]
pub(in crate::ui) fn TrailOf(
    /// Where they stand in the journal, oldest first.
    seqs: Signal<Vec<u64>>,
    /// Shows all of them in the log.
    open_all: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let desk = use_desk();
    let lines = Memo::new(move |_| {
        desk.bench.follow_times();
        // An acknowledgement comes without a message.
        desk.bench.seconds.track();
        let trail = seqs.get();
        let newest = trail.iter().rev().take(SHOWN).filter_map(|seq| line(desk, *seq));
        newest.collect::<Vec<_>>()
    });
    view! {
        <Show
            when=move || !lines.with(Vec::is_empty)
            fallback=move || view! { <p class="empty">{move || lang.get().services_history_none()}</p> }
        >
            <ol class="trail" data-testid="trail">
                <For
                    each=move || lines.get()
                    key=|line| (line.seq, format!("{:?}", line.ack), line.time.clone())
                    children=move |line| row(desk, lang, line)
                />
            </ol>
            <button
                type="button"
                class="btn gho sm"
                data-testid="trail-all"
                on:click=move |_| open_all.run(())
            >
                {move || lang.get().services_all_messages()}
            </button>
        </Show>
    }
}

fn line(desk: Desk, seq: u64) -> Option<Line> {
    let look = |journal: &Journal| {
        let entry = journal.entry(seq)?;
        let payload = entry.payload();
        let topic = entry.topic();
        let topic = match PlatformTopic::parse(&topic) {
            Some(PlatformTopic::System { topic, .. }) => topic.suffix().to_owned(),
            _ => topic.into_owned(),
        };
        let content = match summary::summary(payload, SUMMARY) {
            Some(pieces) => pieces.into_iter().map(|(piece, text)| (class_of(piece), text + " ")).collect(),
            None => vec![("", String::from_utf8_lossy(payload).chars().take(SUMMARY).collect())],
        };
        Some(Line {
            seq,
            time: desk.bench.time_of(entry.at),
            direction: entry.direction,
            topic,
            content,
            failure: RetCode::in_message(payload).filter(|code| !code.is_success()),
            qos: entry.qos(),
            ack: entry.ack,
        })
    };
    desk.bench.device(|device| device.read(look))
}

const fn class_of(piece: Piece) -> &'static str {
    match piece {
        Piece::Name => "k",
        Piece::About => "cm",
        Piece::Text => "st",
        Piece::Number => "nu",
        Piece::Literal => "bo",
        Piece::Success => "c-ok",
        Piece::Failure => "c-err",
        Piece::Sign => "pu",
    }
}

fn row(desk: Desk, lang: RwSignal<Lang>, line: Line) -> AnyView {
    let Line { seq, time, direction, topic, content, failure, qos, ack } = line;
    let content: Vec<_> =
        content.into_iter().map(|(class, text)| view! { <span class=class>{text}</span> }).collect();
    let name = topic.clone();
    let meaning = move || failure.and_then(|code| lang.get().ret_code(code));
    view! {
        <li class:bad=failure.is_some() data-testid="trail-line" data-seq=seq.to_string() data-topic=name>
            <button
                type="button"
                class="tl"
                data-testid="trail-open"
                title=move || lang.get().services_open_message()
                on:click=move |_| desk.open_message(seq)
            >
                <span class="mono fg3 num">{time}</span>
                <span class=if direction == Direction::Out { "c-up" } else { "c-down" }>
                    <Icon
                        name=if direction == Direction::Out { IconName::ArrowUp } else { IconName::ArrowDown }
                        small=true
                    />
                    <span class="sr">
                        {move || match direction {
                            Direction::Out => lang.get().sent(),
                            Direction::In => lang.get().received(),
                        }}
                    </span>
                </span>
                <span class="mono ell">{topic}</span>
                <span class="mono what">
                    {content} {move || meaning().map(|words| view! { <span class="c-err">{words}</span> })}
                </span>
                <span class="mono fg3 num">{ack_words(lang, qos, ack)}</span>
            </button>
            <button
                type="button"
                class="btn gho ico sm"
                data-testid="trail-wire"
                aria-label=move || lang.get().services_open_wire()
                title=move || lang.get().services_open_wire()
                on:click=move |_| desk.open_wire(seq)
            >
                <Icon name=IconName::Wire />
            </button>
        </li>
    }
    .into_any()
}

/// The QoS, or how long the acknowledgement took.
fn ack_words(lang: RwSignal<Lang>, qos: QoS, ack: Ack) -> impl Fn() -> String {
    move || match ack {
        Ack::None | Ack::Answers(_) => format!("Q{}", qos.number()),
        Ack::After(micros) => format!("{} ms", millis(micros.into())),
        Ack::Pending => "…".to_owned(),
        Ack::Overdue => lang.get().ack_overdue("PUBACK", 10),
        Ack::Lost => lang.get().ack_lost("PUBACK"),
        _ => String::new(),
    }
}
