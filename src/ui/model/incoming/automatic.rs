//! What is answered without a person, and with what.

use std::time::Duration;

use leptos::prelude::*;

use super::replies::{Replies, Reply};
use super::{code_field, code_of};
use crate::i18n::Lang;
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName, Switch, ValueEditor};
use crate::ui::context::use_lang;
use crate::ui::services::Desk;
use crate::uiot::services::{Automation, Services};

/// The longest wait before an automatic answer: longer than anyone waits for it.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

const OPTIONS: &[ChoiceOption] = &[
    ChoiceOption { id: "auto", label: Lang::incoming_auto },
    ChoiceOption { id: "manual", label: Lang::incoming_manual },
];

/// A part of what is set.
fn automation<T: PartialEq + Send + Sync + Clone + Default + 'static>(
    desk: Desk,
    read: fn(&Automation) -> T,
) -> Memo<T> {
    Memo::new(move |_| desk.read(|services| read(&services.automation)).unwrap_or_default())
}

pub(super) fn choices(desk: Desk, replies: Replies) -> AnyView {
    let lang = use_lang();
    let sets = automation(desk, |automation| automation.sets.is_some());
    let commands = automation(desk, |automation| automation.commands);
    let set_code = replies.set_code;
    // The code in force may be another than what was typed: each device has its own.
    let in_force = Memo::new(move |_| desk.read(|services| services.automation.sets).flatten());
    Effect::new(move |_| {
        if let Some(code) = in_force.get()
            && set_code.with_untracked(|typed| code_of(typed)) != Some(code)
        {
            set_code.set(code.0.to_string());
        }
    });
    let set_sets = move |is_automatic: bool| {
        let Some(code) = set_code.with_untracked(|typed| code_of(typed)) else {
            return desk.tell(lang.get_untracked().incoming_bad_code().to_owned());
        };
        desk.act(|services, _| services.automation.sets = is_automatic.then_some(code));
    };
    let option = |on: Memo<bool>| Signal::derive(move || if on.get() { "auto" } else { "manual" });
    // The demo device's firmware answers; switched off it answers nothing.
    let is_off = Memo::new(move |_| desk.bench.status.with(|status| status.demo_runs == Some(false)));
    view! {
        <div class="inc-a">
            <div class="row wrap">
                <span class="inc-n">{move || lang.get().incoming_set()}</span>
                <Choice
                    id="incoming-sets"
                    label=Signal::derive(move || lang.get().incoming_sets_label().to_owned())
                    options=OPTIONS
                    value=option(sets)
                    on_choose=move |chosen| set_sets(chosen == "auto")
                    class="sm"
                />
                <Show when=move || sets.get()>
                    {code_field("incoming-set-code", set_code, Callback::new(move |()| set_sets(true)))}
                </Show>
            </div>
            <div class="row wrap">
                <span class="inc-n">{move || lang.get().incoming_command()}</span>
                <Choice
                    id="incoming-commands"
                    label=Signal::derive(move || lang.get().incoming_commands_label().to_owned())
                    options=OPTIONS
                    value=option(commands)
                    on_choose=move |chosen| {
                        desk.act(|services, _| services.automation.commands = chosen == "auto");
                    }
                    class="sm"
                />
                <Show when=move || sets.get() || commands.get()>{delay(desk)}</Show>
            </div>
            <Show when=move || is_off.get() && (sets.get() || commands.get())>
                <span class="hint warn">
                    <Icon name=IconName::Warning small=true />
                    {move || lang.get().incoming_demo_off()}
                </span>
            </Show>
            <Show when=move || commands.get()>{answers(desk, replies)}</Show>
        </div>
    }
    .into_any()
}

/// How long an automatic answer waits: also to let a caller run out of time.
fn delay(desk: Desk) -> AnyView {
    let lang = use_lang();
    let millis = automation(desk, |automation| automation.delay.as_millis());
    let set = move |typed: String| {
        let Ok(millis) = typed.trim().parse::<u64>() else {
            return desk.tell(lang.get_untracked().incoming_bad_delay().to_owned());
        };
        let delay = Duration::from_millis(millis).min(LONGEST_DELAY);
        desk.act(|services, _| services.automation.delay = delay);
    };
    view! {
        <label class="row gap1 inc-code">
            <span class="fg2">{move || lang.get().incoming_delay()}</span>
            <span class="inp mono">
                <input
                    data-testid="incoming-delay"
                    autocomplete="off"
                    inputmode="numeric"
                    prop:value=move || millis.get().to_string()
                    on:change:target=move |event| set(event.target().value())
                />
                <span class="un">"ms"</span>
            </span>
        </label>
    }
    .into_any()
}

/// The answer to each command of the model, where a person gives another one than the device has.
fn answers(desk: Desk, replies: Replies) -> AnyView {
    let lang = use_lang();
    let identifiers = Memo::new(move |_| {
        let all = |services: &Services| {
            let commands = services.model.template().map(|template| template.commands.iter());
            commands.into_iter().flatten().map(|command| command.identifier.clone()).collect::<Vec<_>>()
        };
        desk.read(all).unwrap_or_default()
    });
    view! {
        <Show when=move || !identifiers.with(Vec::is_empty)>
            <details class="inc-d" data-testid="incoming-answers">
                <summary>{move || lang.get().incoming_answers()}</summary>
                <For
                    each=move || identifiers.get()
                    key=|identifier| identifier.clone()
                    children=move |identifier| answer(desk, replies, identifier)
                />
            </details>
        </Show>
    }
    .into_any()
}

fn answer(desk: Desk, replies: Replies, identifier: String) -> AnyView {
    let lang = use_lang();
    let reply = replies.of(desk, &identifier);
    let is_own = {
        let identifier = identifier.clone();
        Memo::new(move |_| {
            desk.read(|services| services.automation.answers.contains_key(&identifier)).unwrap_or(false)
        })
    };
    let apply = {
        let (identifier, reply) = (identifier.clone(), reply.clone());
        move || {
            if let Some(answer) = reply.answer() {
                desk.act(|services, _| services.automation.answers.insert(identifier.clone(), answer));
            }
        }
    };
    let toggle = {
        let (identifier, apply) = (identifier.clone(), apply.clone());
        move || {
            if is_own.get_untracked() {
                desk.act(|services, _| services.automation.answers.remove(&identifier));
            } else {
                apply();
            }
        }
    };
    let Reply { code, output, data_type } = reply;
    // What is typed is in force as soon as it can be sent.
    Effect::new(move |_| {
        output.track();
        code.track();
        if is_own.get_untracked() {
            apply();
        }
    });
    let label_id = format!("answer-own-{identifier}");
    let editor_id = format!("answer-{identifier}");
    let labelled_by = label_id.clone();
    let name = identifier.clone();
    view! {
        <div class="inc-o" data-testid="incoming-answer" data-identifier=identifier.clone()>
            <label class="row">
                <Switch id="incoming-own" on=is_own toggle labelled_by />
                <span id=label_id>
                    <span class="mono">{name}</span>
                    " "
                    <span class="fg3">{move || lang.get().incoming_own()}</span>
                </span>
            </label>
            <Show when=move || is_own.get()>
                {code_field("incoming-answer-code", code, Callback::new(|()| ()))}
                <ValueEditor
                    id=editor_id.clone()
                    label="Output"
                    data_type=std::sync::Arc::clone(&data_type)
                    draft=output
                    partial=true
                />
            </Show>
        </div>
    }
    .into_any()
}
