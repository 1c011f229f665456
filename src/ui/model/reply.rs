//! What became of a request: its topic, its RetCode in words, how long the answer took; and the way to the message.

use leptos::prelude::*;

use super::kept::Kept;
use crate::i18n::{Lang, millis};
use crate::journal::{Direction, Journal};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::services::Desk;
use crate::uiot::model::reducer::{Asked, Ended, Request, RequestEnd};
use crate::uiot::{PlatformTopic, RetCode, SystemTopic, TopicFamily};

/// The families whose messages are the thing model's.
pub(super) const FAMILIES: &[TopicFamily] = &[TopicFamily::Properties, TopicFamily::Commands];

/// A request, and how it ended.
#[derive(Clone, PartialEq)]
struct Shown {
    id: String,
    topic: SystemTopic,
    /// None while it waits.
    end: Option<RequestEnd>,
    /// In microseconds.
    took: u64,
}

impl Shown {
    fn of(request: &Request, ended: Option<&Ended>) -> Self {
        Self {
            id: request.id.clone(),
            topic: request.asked.answer_topic(),
            end: ended.map(|ended| ended.end.clone()),
            took: ended.map_or(0, |ended| (ended.at - request.at).as_micros() as u64),
        }
    }

    fn code(&self) -> Option<RetCode> {
        match &self.end {
            Some(RequestEnd::Answered { code, .. }) => Some(*code),
            _ => None,
        }
    }

    /// A class and words.
    fn words(&self, lang: Lang, online: bool) -> (&'static str, String) {
        match &self.end {
            None if online => ("fg3", lang.reply_waiting().to_owned()),
            None => ("c-warn", lang.reply_lost().to_owned()),
            Some(RequestEnd::Answered { code, message }) => {
                let words = lang.ret_code_in_full(*code);
                let said = message.as_deref().filter(|_| !code.is_success()).unwrap_or_default();
                // The platform's own words, as many as a line holds.
                let said: String = said.chars().take(120).collect();
                let class = if code.is_success() { "c-ok" } else { "c-err" };
                (class, if said.is_empty() { words } else { format!("{words} · {said}") })
            }
            Some(RequestEnd::Overdue) => ("c-warn", lang.reply_overdue(self.took / 1_000_000)),
            Some(RequestEnd::CrowdedOut) => ("c-warn", lang.reply_given_up().to_owned()),
        }
    }
}

/// What was asked, if the platform refused it.
pub(super) fn refused(kept: Kept, asked: RwSignal<Option<String>>) -> Option<Asked> {
    let look = |id: &str| {
        kept.desk.read(|services| {
            let (request, ended) = services.model.request(id)?;
            let code = Shown::of(request, ended).code()?;
            (!code.is_success()).then(|| request.asked.clone())
        })
    };
    asked.with(|id| id.as_deref().and_then(look)).flatten()
}

/// The line of the request that was made last. Keeps its height while there is none.
pub(super) fn reply_line(kept: Kept, asked: RwSignal<Option<String>>, id: &'static str) -> AnyView {
    let lang = use_lang();
    let desk = kept.desk;
    let shown = Memo::new(move |before: Option<&Option<Shown>>| {
        let wanted = asked.get()?;
        let found = desk
            .read(|services| {
                services.model.request(&wanted).map(|(request, ended)| Shown::of(request, ended))
            })
            .flatten();
        // Only so many that ended are remembered.
        found.or_else(|| before.cloned().flatten().filter(|before| before.id == wanted))
    });
    let line = move || {
        let shown = shown.get()?;
        let (class, words) = shown.words(lang.get(), desk.is_online());
        let code = shown.code().map(|code| code.0.to_string());
        let took = shown.code().map(|_| format!("{} ms", millis(shown.took)));
        let wanted = shown.clone();
        let topic = {
            let suffix = shown.topic.suffix();
            suffix.strip_prefix("tmodel/").unwrap_or(suffix).to_owned()
        };
        Some(view! {
            <button
                type="button"
                class="rpl"
                data-code=code
                title=move || lang.get().reply_open()
                on:click=move |_| open(desk, &wanted)
            >
                <span class="mono fg3">{topic} " #" {shown.id.clone()}</span>
                <span class=class>
                    {(class != "fg3")
                        .then(|| {
                            let name = match class {
                                "c-ok" => IconName::Check,
                                "c-err" => IconName::Error,
                                _ => IconName::Warning,
                            };
                            view! { <Icon name small=true /> }
                        })} " " {words}
                </span>
                <span class="mono fg3 num">{took}</span>
            </button>
        })
    };
    view! {
        <span class="rpl-w" role="status" aria-label=move || lang.get().reply_last() data-testid=id>
            {line}
        </span>
    }
    .into_any()
}

/// Shows the answer in the log, or the request as long as there is none.
fn open(desk: Desk, shown: &Shown) {
    let trail = untrack(|| desk.bench.trail(FAMILIES));
    let holds = |journal: &Journal, seq: u64, direction: Direction| {
        let entry = journal.entry(seq)?;
        let topic = entry.topic();
        let PlatformTopic::System { topic, .. } = PlatformTopic::parse(&topic)? else { return None };
        let fits = direction == Direction::Out || topic == shown.topic;
        let body = serde_json::from_slice::<serde_json::Value>(entry.payload()).ok()?;
        let same = body.get("RequestID").and_then(serde_json::Value::as_str) == Some(shown.id.as_str());
        (entry.direction == direction && fits && same).then_some(seq)
    };
    let found = desk.bench.device(|device| {
        device.read(|journal| {
            let find = |direction| trail.iter().rev().find_map(|seq| holds(journal, *seq, direction));
            find(Direction::In).or_else(|| find(Direction::Out))
        })
    });
    if let Some(seq) = found {
        desk.open_message(seq);
    }
}
