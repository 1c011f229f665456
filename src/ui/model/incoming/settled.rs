//! A property set or a command that is done with: what it asked, what was answered.

use leptos::prelude::*;
use serde_json::Value;

use super::waiting::changes;
use super::{links, shown_short};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::services::Desk;
use crate::uiot::RetCode;
use crate::uiot::model::reducer::{Call, CommandAnswer, Settled};
use crate::uiot::services::Services;

pub(super) fn card(desk: Desk, number: u64) -> AnyView {
    let find = |services: &Services| services.model.settled().find(|one| one.number == number).cloned();
    let found = desk.bench.device(|device| device.services(find)).flatten();
    let Some(Settled { incoming, answer, before, .. }) = found else { return ().into_any() };
    let (id, at) = (incoming.request_id.clone(), incoming.at);
    let written = id.clone();
    let outcome = outcome(answer.as_ref().map(|answer| answer.code));
    let (name, what) = match incoming.call {
        Call::Set(values) => {
            ("property/set".to_owned(), changes(values, move |identifier| before.get(identifier).cloned()))
        }
        Call::Command { identifier, input } => (identifier, exchange(input, answer)),
    };
    view! {
        <li class="inc-c" data-testid="incoming-done" data-id=id.clone()>
            <div class="row wrap">
                <span class="c-down">
                    <Icon name=IconName::ArrowDown />
                </span>
                <b class="mono med ell" title=name.clone()>{name.clone()}</b>
                <span class="right row gap1">{outcome} {links(desk, &id)}</span>
            </div>
            <div class="mono fg3 inc-id">
                <span>"RequestID " {written}</span>
                <span>{move || { desk.bench.follow_times(); desk.bench.time_of(at) }}</span>
            </div>
            {what}
        </li>
    }
    .into_any()
}

/// Whether it was answered, and how; with a sign.
fn outcome(code: Option<RetCode>) -> AnyView {
    let lang = use_lang();
    let (class, icon) = match code {
        None => ("inc-oc fg3", IconName::Mute),
        Some(code) if code.is_success() => ("inc-oc c-ok", IconName::Check),
        Some(_) => ("inc-oc c-err", IconName::Error),
    };
    let said = move || {
        let lang = lang.get();
        match code {
            None => lang.incoming_ignored().to_owned(),
            Some(code) => lang.incoming_answered(code.0, lang.ret_code(code).unwrap_or_default()),
        }
    };
    view! {
        <span class=class data-testid="incoming-outcome" data-code=code.map(|code| code.0.to_string())>
            <Icon name=icon small=true />
            <span>{said}</span>
        </span>
    }
    .into_any()
}

/// What a command brought and what went back.
fn exchange(input: crate::uiot::model::messages::Object, answer: Option<CommandAnswer>) -> AnyView {
    let output = answer.map(|answer| {
        view! { <div><span class="k">"Output"</span> " " {shown_short(&Value::Object(answer.output))}</div> }
    });
    view! {
        <div class="mono inc-x">
            <div><span class="k">"Input"</span> " " {shown_short(&Value::Object(input))}</div>
            {output}
        </div>
    }
    .into_any()
}
