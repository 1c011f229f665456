//! Commands that are sent, by the product's thing model or as JSON; and how long the application waits.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use serde_json::{Map, Value};

use super::fields::Fields;
use super::model::Slot;
use super::{form_of, go_button, json_field, object, select_field, text_field};
use crate::i18n::Lang;
use crate::simulator::Platform;
use crate::simulator::services::model::CommandKind;
use crate::ui::cloud::actions::Action;
use crate::ui::cloud::outcome::{Done, Fault};
use crate::ui::cloud::{Cloud, use_cloud};
use crate::ui::components::{Choice, ChoiceOption, IconName, ValueEditor};
use crate::ui::context::use_lang;
use crate::uiot::Credential;
use crate::uiot::model::{Draft, Param};

/// What is typed.
#[derive(Clone, Copy)]
pub(super) struct CommandDraft {
    pub(super) as_json: RwSignal<bool>,
    json: RwSignal<String>,
    identifier: RwSignal<String>,
    sync: RwSignal<bool>,
    /// Seconds.
    timeout: RwSignal<String>,
    fields: Fields,
}

impl CommandDraft {
    pub(super) fn new() -> Self {
        Self {
            as_json: RwSignal::new(false),
            json: RwSignal::new(String::new()),
            identifier: RwSignal::new(String::new()),
            sync: RwSignal::new(true),
            timeout: RwSignal::new("5".to_owned()),
            fields: Fields::new(),
        }
    }
}

/// A command of the product.
#[derive(Clone, PartialEq)]
struct Known {
    identifier: String,
    name: String,
    input: Vec<Slot>,
}

fn commands(platform: &Platform, target: &Credential) -> Vec<Known> {
    let product = platform.registry().product(&target.product_sn);
    let commands = product.map(|product| product.model.template().commands.as_slice()).unwrap_or_default();
    let slot = |param: &Param| Slot {
        identifier: param.identifier.clone(),
        name: param.name.clone(),
        data_type: Arc::new(param.data_type.clone()),
    };
    let known = |command: &crate::uiot::model::CommandDef| Known {
        identifier: command.identifier.clone(),
        name: command.name.clone(),
        input: command.input.iter().map(slot).collect(),
    };
    commands.iter().map(known).collect()
}

fn draft_of(cloud: Cloud, target: &Credential, command: &Known, slot: &Slot) -> RwSignal<Draft> {
    let name = format!("{}/{}/{}", target.product_sn, command.identifier, slot.identifier);
    cloud.drafts.command.fields.draft(&name, &slot.data_type, || Some(slot.data_type.sample()))
}

/// What the form says.
fn values(cloud: Cloud, target: &Credential, command: &Known) -> Result<Map<String, Value>, Fault> {
    let value = |slot: &Slot| {
        let draft = draft_of(cloud, target, command, slot).get_untracked();
        match draft.value() {
            Ok(value) => Ok((slot.identifier.clone(), value)),
            Err(_) => Err(Fault::Form(Lang::cloud_value_unreadable)),
        }
    };
    command.input.iter().map(value).collect()
}

fn submit(cloud: Cloud, command: Option<&Known>) {
    let draft = cloud.drafts.command;
    let Some(target) = untrack(|| cloud.target()) else { return };
    let (identifier, input) = if draft.as_json.get_untracked() {
        (draft.identifier.get_untracked(), draft.json.with_untracked(|typed| object(typed)))
    } else if let Some(command) = command {
        (command.identifier.clone(), values(cloud, &target, command))
    } else {
        return cloud.decline(Action::Command, Fault::Form(Lang::cloud_no_commands));
    };
    let kind = if draft.sync.get_untracked() {
        let seconds = draft.timeout.with_untracked(|typed| typed.trim().parse::<f64>().ok());
        match seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()) {
            Some(timeout) => CommandKind::Sync(timeout),
            None => return cloud.decline(Action::Command, Fault::Form(Lang::cloud_bad_timeout)),
        }
    } else {
        CommandKind::Async
    };
    match input {
        Err(fault) => cloud.decline(Action::Command, fault),
        Ok(input) => cloud.attempt(Action::Command, |platform, now| {
            let request_id = platform.send_command(now, &target, &identifier, input, kind)?;
            Ok(Done::Called(target.clone(), request_id))
        }),
    }
}

const WAITS: &[ChoiceOption] = &[
    ChoiceOption { id: "sync", label: Lang::cloud_sync },
    ChoiceOption { id: "async", label: Lang::cloud_async },
];

pub(super) fn form() -> AnyView {
    let lang = use_lang();
    let cloud = use_cloud();
    let draft = cloud.drafts.command;
    let all = Memo::new(move |_| {
        let target = cloud.target();
        target.map(|target| cloud.look(|platform, _| commands(platform, &target))).unwrap_or_default()
    });
    // The one that was chosen, as long as the product has it; else the first.
    let chosen = Memo::new(move |_| {
        let identifier = draft.identifier.get();
        all.with(|all| all.iter().find(|known| known.identifier == identifier).or(all.first()).cloned())
    });
    let options = Memo::new(move |_| {
        all.with(|all| all.iter().map(|known| known.identifier.clone()).collect::<Vec<_>>())
    });
    // Whoever goes on in JSON begins with what the form says.
    Effect::new(move |before: Option<bool>| {
        let as_json = draft.as_json.get();
        let empty = draft.json.with_untracked(String::is_empty);
        if as_json && (before == Some(false) || empty) {
            let command = chosen.get_untracked();
            let said = untrack(|| cloud.target()).zip(command.as_ref()).and_then(|(target, command)| {
                draft.identifier.set(command.identifier.clone());
                serde_json::to_string_pretty(&values(cloud, &target, command).ok()?).ok()
            });
            draft.json.set(said.unwrap_or_else(|| "{}".to_owned()));
        }
        as_json
    });
    let inputs = move || {
        let target = cloud.target();
        let rows = target.zip(chosen.get()).map(|(target, command)| {
            let fields = command.input.iter().map(|slot| {
                let draft = draft_of(cloud, &target, &command, slot);
                view! {
                    <div class="cl-prop" data-testid="cloud-input" data-identifier=slot.identifier.clone()>
                        <ValueEditor
                            id=format!("cloud-input-{}", slot.identifier)
                            label=slot.identifier.clone()
                            name=slot.name.clone()
                            data_type=Arc::clone(&slot.data_type)
                            draft
                        />
                    </div>
                }
                .into_any()
            });
            fields.collect::<Vec<_>>()
        });
        rows.unwrap_or_default()
    };
    let no_input =
        move || chosen.with(|chosen| chosen.as_ref().is_some_and(|chosen| chosen.input.is_empty()));
    let by_json = move || {
        let names = options.get().into_iter().map(|id| view! { <option value=id></option> });
        let names = names.collect_view();
        view! {
            {text_field(
                "cloud-command-any",
                Lang::cloud_command,
                draft.identifier,
                false,
                Some("cloud-command-names"),
            )}
            <datalist id="cloud-command-names">{names}</datalist>
            {json_field("cloud-command-json", Lang::cloud_input, draft.json)}
        }
        .into_any()
    };
    let name = move || chosen.with(|chosen| chosen.as_ref().map(|known| known.name.clone()));
    let by_form = move || {
        let value = Signal::derive(move || {
            chosen.with(|chosen| chosen.as_ref().map(|known| known.identifier.clone()).unwrap_or_default())
        });
        let choose = Callback::new(move |id| draft.identifier.set(id));
        view! {
            {select_field("cloud-command", Lang::cloud_command, options, value, choose)}
            <bdi class="hint">{name}</bdi>
            <div class="cl-values">{inputs}</div>
            <Show when=no_input>
                <p class="hint">{move || lang.get().cloud_no_input()}</p>
            </Show>
            <Show when=move || all.with(Vec::is_empty)>
                <p class="hint">{move || lang.get().cloud_no_commands()}</p>
            </Show>
        }
        .into_any()
    };
    let controls = view! {
        {move || if draft.as_json.get() { by_json() } else { by_form() }}
        <div class="row cl-line">
            <Choice
                id="cloud-command-waits"
                label=Signal::derive(move || lang.get().cloud_waits().to_owned())
                options=WAITS
                value=Signal::derive(move || if draft.sync.get() { "sync" } else { "async" })
                on_choose=move |id| draft.sync.set(id == "sync")
            />
            <span class="fg2">{move || lang.get().cloud_timeout()}</span>
            <span class="inp mono cl-num">
                <input
                    data-testid="cloud-command-timeout"
                    autocomplete="off"
                    inputmode="decimal"
                    aria-label=move || lang.get().cloud_timeout()
                    disabled=move || !draft.sync.get()
                    prop:value=draft.timeout
                    on:input:target=move |event| draft.timeout.set(event.target().value())
                />
                <span class="un">"s"</span>
            </span>
            <span class="fg3 cl-aside">{move || lang.get().cloud_timeout_hint()}</span>
            {go_button("cloud-send", Lang::cloud_send, IconName::Send)}
        </div>
    };
    form_of(controls.into_any(), move || chosen.with_untracked(|chosen| submit(cloud, chosen.as_ref())))
}
