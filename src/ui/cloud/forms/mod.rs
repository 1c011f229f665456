//! The forms of what the cloud can do to a device, each with what came of it.

mod command;
mod fields;
mod firmware;
mod gateway;
mod model;
mod publish;
mod shadow;

use leptos::prelude::*;

use super::actions::Action;
use super::outcome::{Fault, OutcomeBox};
use super::target::{state_mark, state_words, target_state};
use super::use_cloud;
use crate::i18n::Lang;
use crate::payload::{self, Format};
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName};
use crate::ui::context::use_lang;

/// What is typed in the forms; kept while other pages are shown.
#[derive(Clone, Copy)]
pub(super) struct Drafts {
    shadow: shadow::ShadowDraft,
    property: model::PropertyDraft,
    command: command::CommandDraft,
    firmware: firmware::FirmwareDraft,
    publish: publish::MessageDraft,
    broadcast: publish::MessageDraft,
    gateway: gateway::GatewayDraft,
}

impl Drafts {
    pub(super) fn new() -> Self {
        Self {
            shadow: shadow::ShadowDraft::new(),
            property: model::PropertyDraft::new(),
            command: command::CommandDraft::new(),
            firmware: firmware::FirmwareDraft::new(),
            publish: publish::MessageDraft::new(),
            broadcast: publish::MessageDraft::new(),
            gateway: gateway::GatewayDraft::new(),
        }
    }

    /// Whether the form of this action takes JSON; none where it has one way only.
    fn as_json(self, action: Action) -> Option<RwSignal<bool>> {
        match action {
            Action::Shadow => Some(self.shadow.as_json),
            Action::Property => Some(self.property.as_json),
            Action::Command => Some(self.command.as_json),
            _ => None,
        }
    }
}

const ENTRIES: &[ChoiceOption] = &[
    ChoiceOption { id: "form", label: Lang::cloud_as_form },
    ChoiceOption { id: "json", label: Lang::cloud_as_json },
];

/// The form of the chosen action, with the device that it is for.
#[component]
pub(super) fn Form() -> impl IntoView {
    let lang = use_lang();
    let cloud = use_cloud();
    let action = cloud.action;
    let target = Memo::new(move |_| cloud.target());
    let state = Memo::new(move |_| target_state(cloud));
    let name = move || match action.get() {
        Action::Broadcast => lang.get().cloud_broadcast_to().to_owned(),
        _ => target.get().map(|target| target.device_sn).unwrap_or_default(),
    };
    let state_shown = move || match (action.get(), state.get()) {
        (Action::Broadcast, _) => None,
        (_, Some(state)) => Some(
            view! {
                <i class=state_mark(state) aria-hidden="true"></i>
                <span class="fg3" data-testid="cloud-target-state" data-state=state.as_str()>
                    {move || state_words(lang.get(), state)}
                </span>
            }
            .into_any(),
        ),
        (_, None) => {
            Some(view! { <span class="c-err">{move || lang.get().cloud_target_gone()}</span> }.into_any())
        }
    };
    // The session in front is on screen already.
    let other_session = Memo::new(move |_| {
        let target = target.get().filter(|target| cloud.bench.uiot_device.get().as_ref() != Some(target))?;
        cloud.session_of(&target).map(|session| session.id)
    });
    let entry = move || {
        cloud.drafts.as_json(action.get()).map(|as_json| {
            view! {
                <Choice
                    id="cloud-entry"
                    class="sm"
                    label=Signal::derive(move || lang.get().cloud_entry().to_owned())
                    options=ENTRIES
                    value=Signal::derive(move || if as_json.get() { "json" } else { "form" })
                    on_choose=move |id| as_json.set(id == "json")
                />
            }
        })
    };
    view! {
        <section class="cl-form" aria-labelledby="cloud-form-title">
            <div class="bar">
                <h2 id="cloud-form-title" data-testid="cloud-form-title" tabindex="-1">
                    {move || action.get().name(lang.get())}
                </h2>
                <span class="fg3 ell" data-testid="cloud-form-target">"→ " {name}</span>
                {state_shown}
                <span class="right row">
                    {move || {
                        other_session
                            .get()
                            .map(|id| {
                                view! {
                                    <button
                                        type="button"
                                        class="btn gho ico sm"
                                        data-testid="cloud-to-session"
                                        aria-label=move || lang.get().cloud_to_session()
                                        title=move || lang.get().cloud_to_session()
                                        on:click=move |_| cloud.sessions.activate(id)
                                    >
                                        <Icon name=IconName::Open />
                                    </button>
                                }
                            })
                    }} {entry}
                </span>
            </div>
            {move || {
                let action = action.get();
                let body = match action {
                    Action::Shadow => shadow::form(),
                    Action::Property => model::form(),
                    Action::Command | Action::Manage => command::form(),
                    Action::Push => firmware::form(true),
                    Action::Upgrades => firmware::form(false),
                    Action::Publish => publish::form(false),
                    Action::Broadcast => publish::form(true),
                    Action::Topology => gateway::topology_form(),
                    Action::Found => gateway::found_form(),
                };
                view! {
                    <div class="cl-body">{body} <OutcomeBox action /></div>
                }
            }}
        </section>
    }
    .into_any()
}

/// The JSON object that was typed.
fn object(typed: &str) -> Result<serde_json::Map<String, serde_json::Value>, Fault> {
    payload::parse(Format::Json, typed).map_err(Fault::Payload)?;
    serde_json::from_str(typed).map_err(|_| Fault::Form(Lang::cloud_not_object))
}

/// A labelled place for JSON.
fn json_field(id: &'static str, label: fn(Lang) -> &'static str, value: RwSignal<String>) -> AnyView {
    let lang = use_lang();
    view! {
        <div class="fld">
            <label class="lb" for=id>
                {move || label(lang.get())}
            </label>
            <textarea
                id=id
                class="inp mono"
                data-testid=id
                rows="5"
                spellcheck="false"
                autocapitalize="off"
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
            ></textarea>
        </div>
    }
    .into_any()
}

/// A labelled line of text. `list` names what it offers.
fn text_field(
    id: &'static str,
    label: fn(Lang) -> &'static str,
    value: RwSignal<String>,
    numeric: bool,
    list: Option<&'static str>,
) -> AnyView {
    let lang = use_lang();
    view! {
        <div class="fld">
            <label class="lb" for=id>
                {move || label(lang.get())}
            </label>
            <span class="inp mono">
                <input
                    id=id
                    data-testid=id
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    inputmode=numeric.then_some("numeric")
                    list=list
                    prop:value=value
                    on:input:target=move |event| value.set(event.target().value())
                />
            </span>
        </div>
    }
    .into_any()
}

/// A labelled list to choose from: identifiers, which are of no language.
fn select_field(
    id: &'static str,
    label: fn(Lang) -> &'static str,
    options: Memo<Vec<String>>,
    value: Signal<String>,
    choose: Callback<String>,
) -> AnyView {
    let lang = use_lang();
    // Each with its own element: what is chosen stays so when others come or go.
    let item = move |id: String| {
        let selected = value.with_untracked(|value| *value == id);
        let name = id.clone();
        view! { <option lang="en" value=id selected=selected>{name}</option> }
    };
    view! {
        <div class="fld">
            <label class="lb" for=id>
                {move || label(lang.get())}
            </label>
            <span class="inp mono selbox">
                <select
                    id=id
                    data-testid=id
                    prop:value=value
                    on:change:target=move |event| choose.run(event.target().value())
                >
                    <For each=move || options.get() key=Clone::clone children=item />
                </select>
            </span>
        </div>
    }
    .into_any()
}

/// The button that does it.
fn go_button(id: &'static str, label: fn(Lang) -> &'static str, icon: IconName) -> AnyView {
    let lang = use_lang();
    view! {
        <button type="submit" class="btn pri right" data-testid=id>
            <Icon name=icon />
            {move || label(lang.get())}
        </button>
    }
    .into_any()
}

/// A form around its controls, which Enter in a field sends too.
fn form_of(controls: AnyView, submit: impl Fn() + 'static) -> AnyView {
    view! {
        <form
            class="cl-fields"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            {controls}
        </form>
    }
    .into_any()
}
