//! A property set or a command that waits: what is asked, how much time is left, and the answer to it.

use leptos::prelude::*;
use serde_json::Value;

use super::replies::{Replies, Reply};
use super::{Kind, code_field, code_of, links, shown, shown_short};
use crate::i18n::Lang;
use crate::ui::components::{Icon, IconName, ValueEditor, focus};
use crate::ui::context::use_lang;
use crate::ui::services::Desk;
use crate::uiot::limits;
use crate::uiot::model::messages::Object;
use crate::uiot::model::reducer::{Call, Incoming};
use crate::uiot::services::Services;

/// Properties of a set that are shown.
const MOST_SHOWN: usize = 50;

pub(super) fn card(
    desk: Desk,
    replies: Replies,
    ticks: RwSignal<u32>,
    kind: Kind,
    request_id: String,
) -> AnyView {
    let incoming = desk.bench.device(|device| device.services(|services| find(services, kind, &request_id)));
    let Some(incoming) = incoming.flatten() else { return ().into_any() };
    match incoming.call.clone() {
        Call::Set(values) => set_card(desk, &incoming, values),
        Call::Command { identifier, input } => {
            command_card(desk, replies, ticks, &incoming, &identifier, &Value::Object(input))
        }
    }
}

fn find(services: &Services, kind: Kind, request_id: &str) -> Option<Incoming> {
    let is_it = |incoming: &&Incoming| incoming.request_id == request_id;
    match kind {
        Kind::Set => services.model.sets().find(is_it).cloned(),
        Kind::Command => services.model.commands().find(is_it).cloned(),
    }
}

/// The line of RequestID, time and deliveries.
fn about(desk: Desk, kind: Kind, incoming: &Incoming) -> AnyView {
    let lang = use_lang();
    let (id, at) = (incoming.request_id.clone(), incoming.at);
    let to_find = id.clone();
    let deliveries = Memo::new(move |_| {
        desk.read(|services| find(services, kind, &to_find).map(|incoming| incoming.deliveries)).flatten()
    });
    let again = move || {
        let count = deliveries.get().filter(|count| *count > 1);
        count.map(|count| view! { <span class="c-warn">{lang.get().incoming_deliveries(count)}</span> })
    };
    view! {
        <div class="mono fg3 inc-id">
            <span>"RequestID " <span data-testid="incoming-id">{id}</span></span>
            <span>{move || { desk.bench.follow_times(); desk.bench.time_of(at) }}</span>
            {again}
        </div>
    }
    .into_any()
}

/// What a set changes: the value that is known and the new one.
pub(super) fn changes(
    values: Object,
    before: impl Fn(&str) -> Option<Value> + Send + Sync + 'static,
) -> AnyView {
    let lang = use_lang();
    let more = values.len().saturating_sub(MOST_SHOWN);
    let before = std::sync::Arc::new(before);
    let rows = values.into_iter().take(MOST_SHOWN).map(|(identifier, new)| {
        let before = std::sync::Arc::clone(&before);
        let name = identifier.clone();
        let old = move || before(&identifier).map_or_else(|| "—".to_owned(), |value| shown_short(&value));
        view! {
            <li>
                <span class="k">{name}</span>
                " "
                <span>{old}</span>
                " "
                <span class="fg3">"→"</span>
                " "
                <span class="nu">{shown_short(&new)}</span>
            </li>
        }
    });
    let rows = rows.collect_view();
    let rest = (more > 0).then(|| view! { <li class="fg3">{move || lang.get().incoming_more(more)}</li> });
    view! { <ul class="inc-ch mono" data-testid="incoming-changes">{rows} {rest}</ul> }.into_any()
}

fn set_card(desk: Desk, incoming: &Incoming, values: Object) -> AnyView {
    let lang = use_lang();
    let code = RwSignal::new("0".to_owned());
    let id = incoming.request_id.clone();
    let reply = {
        let id = id.clone();
        move |_| {
            let Some(code) = code.with_untracked(|typed| code_of(typed)) else {
                return desk.tell(lang.get_untracked().incoming_bad_code().to_owned());
            };
            desk.act(|services, now| {
                let answer = services.model.answer_set(now, &id, code);
                answer.into_iter().for_each(|answer| services.send(answer));
            });
            focus("incoming-title");
        }
    };
    let ignore = {
        let id = id.clone();
        move |_| {
            desk.act(|services, _| services.model.ignore_set(&id));
            focus("incoming-title");
        }
    };
    let before = move |identifier: &str| {
        desk.read(|services| services.model.properties().get(identifier).map(|known| known.value.clone()))
            .flatten()
    };
    view! {
        <li class="inc-c" data-testid="incoming-call" data-kind="set" data-id=id.clone()>
            <div class="row">
                {arrow()} <b class="mono med">"property/set"</b>
                <span class="chip sq">{move || lang.get().incoming_set()}</span>
                <span class="right row gap1">{links(desk, &id)}</span>
            </div>
            {about(desk, Kind::Set, incoming)}
            {changes(values, before)}
            {code_field("incoming-code", code, Callback::new(|()| ()))}
            {buttons(lang, "property/set".to_owned(), reply, ignore)}
        </li>
    }
    .into_any()
}

fn command_card(
    desk: Desk,
    replies: Replies,
    ticks: RwSignal<u32>,
    incoming: &Incoming,
    identifier: &str,
    input: &Value,
) -> AnyView {
    let lang = use_lang();
    let kept = replies.of(desk, identifier);
    let own = kept.copy();
    let id = incoming.request_id.clone();
    let send = {
        let (id, own) = (id.clone(), own.clone());
        move |_| {
            let Some(answer) = own.answer() else {
                return desk.tell(lang.get_untracked().incoming_no_answer().to_owned());
            };
            desk.act(|services, _| {
                let reply = services.model.answer_command(&id, answer);
                reply.into_iter().for_each(|reply| services.send(reply));
            });
            kept.take(&own);
            focus("incoming-title");
        }
    };
    let ignore = {
        let id = id.clone();
        move |_| {
            desk.act(|services, _| services.model.ignore_command(&id));
            focus("incoming-title");
        }
    };
    let Reply { code, output, data_type } = own;
    let editor_id = format!("output-{id}");
    view! {
        <li class="inc-c" data-testid="incoming-call" data-kind="command" data-id=id.clone()>
            <div class="row">
                {arrow()} <b class="mono med ell" title=identifier.to_owned()>{identifier.to_owned()}</b>
                <span class="chip sq">{move || lang.get().incoming_command()}</span>
                <span class="right row gap1">{links(desk, &id)}</span>
            </div>
            {about(desk, Kind::Command, incoming)}
            <pre class="code wrapped inc-in" tabindex="0" role="group" aria-label="Input">{shown(input)}</pre>
            {countdown(desk, ticks, incoming)}
            {code_field("incoming-code", code, Callback::new(|()| ()))}
            <ValueEditor id=editor_id label="Output" data_type draft=output partial=true />
            {buttons(lang, identifier.to_owned(), send, ignore)}
        </li>
    }
    .into_any()
}

fn arrow() -> AnyView {
    view! { <span class="c-down"><Icon name=IconName::ArrowDown /></span> }.into_any()
}

fn buttons(
    lang: RwSignal<Lang>,
    name: String,
    reply: impl Fn(leptos::ev::MouseEvent) + 'static,
    ignore: impl Fn(leptos::ev::MouseEvent) + 'static,
) -> AnyView {
    let other = name.clone();
    view! {
        <div class="row gap1 inc-b">
            <button
                type="button"
                class="btn sm"
                data-testid="incoming-ignore"
                aria-label=move || format!("{} {name}", lang.get().incoming_ignore())
                title=move || lang.get().incoming_ignore_why()
                on:click=ignore
            >
                {move || lang.get().incoming_ignore()}
            </button>
            <button
                type="button"
                class="btn sm pri"
                data-testid="incoming-reply"
                aria-label=move || format!("{} {other}", lang.get().incoming_reply())
                on:click=reply
            >
                {move || lang.get().incoming_reply()}
            </button>
        </div>
    }
    .into_any()
}

/// What is left of the time that a synchronous caller waits at most. Its width stays, whatever it says.
fn countdown(desk: Desk, ticks: RwSignal<u32>, incoming: &Incoming) -> AnyView {
    let lang = use_lang();
    let incoming = incoming.clone();
    let left = Memo::new(move |_| {
        ticks.track();
        // Tenths of a second: what is drawn.
        incoming.remaining(desk.now()).as_millis().div_ceil(100)
    });
    let is_over = Memo::new(move |_| left.get() == 0);
    let whole = limits::COMMAND_TIMEOUT.as_millis() / 100;
    let width = move || format!("{}%", left.get() * 100 / whole);
    let said = move || {
        let lang = lang.get();
        if is_over.get() { lang.incoming_over() } else { lang.incoming_waits() }
    };
    view! {
        <div class="inc-t" data-testid="incoming-countdown" data-over=move || is_over.get().to_string()>
            <div class="row">
                <span class="chip mono" class:warn=move || !is_over.get() class:err=is_over>
                    <Icon name=IconName::Clock small=true />
                    <span class="num">{move || format!("{}.{} s", left.get() / 10, left.get() % 10)}</span>
                </span>
                <span class="inc-bar" aria-hidden="true">
                    <i style:width=width></i>
                </span>
            </div>
            <span class="hint" role="status">{said}</span>
        </div>
    }
    .into_any()
}
