//! What the cloud asks of the device: property sets and commands that wait for an answer, the last ones that had one, and what is
//! answered without a person.

mod automatic;
mod replies;
mod settled;
mod waiting;

use std::time::Duration;

use leptos::leptos_dom::helpers::set_interval_with_handle;
use leptos::prelude::*;
use serde_json::Value;

use crate::i18n::Lang;
use crate::journal::{Direction, Journal};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::services::{Desk, use_desk};
use crate::uiot::model::reducer::Incoming;
use crate::uiot::model::{DataType, StructSpec};
use crate::uiot::services::Services;
use crate::uiot::{RetCode, TopicFamily};
use replies::Replies;

/// How often a countdown is drawn.
const TICK: Duration = Duration::from_millis(200);
/// Characters of a value that are shown; the log has them all.
const SHOWN: usize = 2000;

/// Which of the two things that the cloud asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Set,
    Command,
}

/// Keeps what was filled in for answers while another page is shown.
pub(in crate::ui) fn provide() {
    replies::provide();
}

/// See the [file's docs](self).
#[component]
pub(in crate::ui) fn IncomingPane() -> impl IntoView {
    let desk = use_desk();
    pane(desk, expect_context())
}

fn pane(desk: Desk, replies: Replies) -> AnyView {
    let lang = use_lang();
    let ticks = RwSignal::new(0_u32);
    // Fails only without a window.
    let interval = set_interval_with_handle(
        move || {
            if counts_down(desk) {
                ticks.update(|count| *count = count.wrapping_add(1));
            }
        },
        TICK,
    );
    on_cleanup(move || interval.into_iter().for_each(|interval| interval.clear()));
    let waiting = Memo::new(move |_| desk.read(all_waiting).unwrap_or_default());
    let is_idle = Memo::new(move |_| waiting.with(Vec::is_empty));
    let settled = Memo::new(move |_| {
        let numbers =
            |services: &Services| services.model.settled().rev().map(|one| one.number).collect::<Vec<_>>();
        desk.read(numbers).unwrap_or_default()
    });
    view! {
        <section class="inc" data-testid="incoming" aria-labelledby="incoming-title">
            <div class="bar">
                <h2 id="incoming-title" tabindex="-1" data-testid="incoming-title">
                    {move || lang.get().incoming_title()}
                </h2>
                <Show when=move || !is_idle.get()>
                    <span class="badge acc" data-testid="incoming-count">
                        {move || waiting.with(Vec::len)}
                    </span>
                </Show>
            </div>
            {automatic::choices(desk, replies)}
            <Show when=move || is_idle.get()>
                <p class="hint inc-none">{move || lang.get().incoming_none()}</p>
            </Show>
            <ol class="inc-l" data-testid="incoming-waiting" aria-label=move || lang.get().incoming_waiting()>
                <For
                    each=move || waiting.get()
                    key=|key| key.clone()
                    children=move |(kind, request_id, _)| waiting::card(desk, replies, ticks, kind, request_id)
                />
            </ol>
            <ol class="inc-l" data-testid="incoming-settled" aria-label=move || lang.get().incoming_settled()>
                <For each=move || settled.get() key=|number| *number children=move |number| settled::card(desk, number) />
            </ol>
        </section>
    }
    .into_any()
}

/// Everything that waits, the newest first; when it came tells apart two with the same RequestID.
fn all_waiting(services: &Services) -> Vec<(Kind, String, u64)> {
    let key = |kind: Kind, incoming: &Incoming| (kind, incoming.request_id.clone(), incoming.at.as_micros());
    let sets = services.model.sets().map(|incoming| key(Kind::Set, incoming));
    let mut all: Vec<_> = sets.chain(services.model.commands().map(|one| key(Kind::Command, one))).collect();
    all.sort_by_key(|(_, _, at)| std::cmp::Reverse(*at));
    all
}

/// Whether a command's time is running; a little longer than it runs, so that its end is drawn.
fn counts_down(desk: Desk) -> bool {
    let now = desk.now();
    let runs = |services: &Services| {
        services.model.commands().any(|incoming| now < incoming.deadline() + TICK + TICK)
    };
    desk.bench.device(|device| device.services(runs)).unwrap_or(false)
}

/// The type of a command's output, as the model has it; any object where it has none.
fn output_type(services: &Services, identifier: &str) -> DataType {
    let command = services.model.template().and_then(|template| template.command(identifier));
    let members = command.map(|command| command.output.clone()).unwrap_or_default();
    DataType::Struct(StructSpec { members, ..StructSpec::default() })
}

/// The number that stands for a RetCode; none where it is no integer.
fn code_of(typed: &str) -> Option<RetCode> {
    typed.trim().parse().ok().map(RetCode)
}

/// A field for a RetCode, with what it means.
fn code_field(test_id: &'static str, typed: RwSignal<String>, on_change: Callback<()>) -> AnyView {
    let lang = use_lang();
    let is_bad = move || typed.with(|typed| code_of(typed).is_none());
    let meaning = move || {
        let lang = lang.get();
        match typed.with(|typed| code_of(typed)) {
            Some(code) => lang.ret_code(code).unwrap_or_default().to_owned(),
            None => lang.incoming_bad_code().to_owned(),
        }
    };
    view! {
        <label class="row gap1 inc-code">
            <span class="fg2">"RetCode"</span>
            <span class="inp mono" class:bad=is_bad>
                <input
                    data-testid=test_id
                    autocomplete="off"
                    inputmode="numeric"
                    aria-invalid=move || is_bad().then_some("true")
                    prop:value=typed
                    on:input:target=move |event| typed.set(event.target().value())
                    on:change=move |_| on_change.run(())
                />
            </span>
            <span class=move || if is_bad() { "c-err" } else { "fg3" }>{meaning}</span>
        </label>
    }
    .into_any()
}

/// The way to the message that asked, and to its packet.
fn links(desk: Desk, request_id: &str) -> AnyView {
    let lang = use_lang();
    let (to_log, to_wire) = (request_id.to_owned(), request_id.to_owned());
    view! {
        <button
            type="button"
            class="btn gho sm ico"
            data-testid="incoming-message"
            aria-label=move || lang.get().services_open_message()
            title=move || lang.get().services_open_message()
            on:click=move |_| follow(desk, lang, &to_log, Desk::open_message)
        >
            <Icon name=IconName::Messages />
        </button>
        <button
            type="button"
            class="btn gho sm ico"
            data-testid="incoming-wire"
            aria-label=move || lang.get().services_open_wire()
            title=move || lang.get().services_open_wire()
            on:click=move |_| follow(desk, lang, &to_wire, Desk::open_wire)
        >
            <Icon name=IconName::Wire />
        </button>
    }
    .into_any()
}

/// Looks for the message only now: nobody may ever ask.
fn follow(desk: Desk, lang: RwSignal<Lang>, request_id: &str, open: fn(Desk, u64)) {
    let quoted = Value::from(request_id).to_string();
    let asks = |journal: &Journal, seq: u64| {
        let entry = journal.entry(seq).filter(|entry| entry.direction == Direction::In);
        entry.is_some_and(|entry| memchr::memmem::find(entry.payload(), quoted.as_bytes()).is_some())
    };
    let found = desk.bench.device(|device| {
        let trail = device.trail(&[TopicFamily::Properties, TopicFamily::Commands]);
        device.read(|journal| trail.into_iter().rev().find(|seq| asks(journal, *seq)))
    });
    match found {
        Some(seq) => open(desk, seq),
        None => desk.tell(lang.get_untracked().incoming_message_gone().to_owned()),
    }
}

/// JSON for the eye; the end of what is long is left out.
fn shown(value: &Value) -> String {
    clipped(serde_json::to_string_pretty(value).unwrap_or_default())
}

/// The same in one line.
fn shown_short(value: &Value) -> String {
    clipped(value.to_string())
}

fn clipped(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(SHOWN) {
        text.truncate(end);
        text.push('…');
    }
    text
}
