//! The composer: a message is written, looked over and sent, once or again and again.

mod advice;
mod draft;
mod file;
mod foot;
mod menu;
mod parse;
mod problem;
mod repeat;
mod repeating;
mod templates;
mod topic;

use leptos::html;
use leptos::prelude::*;

use super::View;
use super::subscriptions::QosChoice;
use crate::composing::completion::shortened;
use crate::composing::convert;
use crate::i18n::Lang;
use crate::i18n::numbers::grouped;
use crate::mqtt::State;
use crate::payload::Format;
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName, focus};
use crate::ui::context::use_lang;
use crate::ui::export::Records;
pub(super) use draft::Draft;
use file::FileButton;
use foot::Foot;
use problem::Problem;
use repeat::Actions;
pub(super) use templates::replace;
use templates::{HistoryMenu, TemplatesMenu, VariablesMenu};
use topic::TopicField;

const FORMATS: &[ChoiceOption] = &[
    ChoiceOption { id: "json", label: |_| "JSON" },
    ChoiceOption { id: "text", label: Lang::format_text },
    ChoiceOption { id: "hex", label: |_| "Hex" },
    ChoiceOption { id: "base64", label: |_| "Base64" },
];

impl Draft {
    /// Chooses a format; what is typed is written in it, where it has a form there.
    fn choose_format(self, id: &'static str) {
        let from = untrack(|| self.format());
        let to = Format::from_id(id).unwrap_or_default();
        let converted = self.payload.with_untracked(|typed| convert::convert(typed, from, to));
        self.format.set(id);
        if let Some(converted) = converted {
            self.payload.set(converted);
        }
        self.forget_problem();
    }

    /// Indents JSON, or takes the white space out where it is indented.
    fn reshape(self) {
        let reshaped = self.payload.with_untracked(|typed| {
            if typed.trim().contains('\n') { convert::compact(typed) } else { convert::pretty(typed) }
        });
        match reshaped {
            Some(reshaped) => self.payload.set(reshaped),
            None => {
                let fault = untrack(|| self.bytes()).err();
                self.problem.set(fault.map(Problem::Payload));
            }
        }
    }
}

#[component]
pub(super) fn Composer(view: View) -> impl IntoView {
    let lang = use_lang();
    let draft = view.draft;
    let records = expect_context::<Records>();
    let editor = NodeRef::<html::Textarea>::new();
    let outlook = Memo::new(move |_| draft.outlook());
    let publish = move || {
        let begins = draft.repeating.armed.get_untracked() && !untrack(|| draft.repeating.runs());
        let went_out = if begins { draft.begin() } else { draft.send() };
        // What repeats is watched.
        if went_out && !begins {
            view.composing.set(false);
        }
        went_out
    };
    // What was wrong is not held against a new connection.
    let online = Memo::new(move |_| draft.bench.status.with(|status| status.state == State::Online));
    Effect::new(move |before: Option<bool>| {
        let online = online.get();
        if online && before == Some(false) {
            draft.problem.set(None);
        }
        online
    });
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        match event.key().as_str() {
            "Enter" if event.ctrl_key() || event.meta_key() => {
                // A key that is held down is no wish to send again and again.
                if !event.repeat() {
                    publish();
                }
            }
            "ArrowUp" | "ArrowDown" if event.alt_key() => draft.walk(event.key() == "ArrowUp"),
            _ => return,
        }
        event.prevent_default();
    };
    let over = RwSignal::new(false);
    let hold = move |event: leptos::ev::DragEvent| {
        let is_file = event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0));
        if is_file {
            event.prevent_default();
            // It would be opened as a record elsewhere on the page.
            event.stop_propagation();
            records.let_go();
            over.set(true);
        }
    };
    let drop = move |event: leptos::ev::DragEvent| {
        over.set(false);
        let file = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
        if let Some(file) = file {
            event.prevent_default();
            event.stop_propagation();
            draft.load(file);
        }
    };
    let payload_is_wrong = move || draft.problem.with(|problem| matches!(problem, Some(Problem::Payload(_))));
    let is_large = Memo::new(move |_| draft.large.with(Option::is_some));
    let is_json = Memo::new(move |_| draft.format() == Format::Json);
    view! {
        <Line view publish />
        <form
            class="comp"
            class:open=move || view.composing.get()
            class:over=move || over.get()
            novalidate
            aria-label=move || lang.get().publish()
            on:submit=move |event| {
                event.prevent_default();
                publish();
            }
            on:keydown=by_key
            on:dragover=hold
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <div class="bar">
                <h2>{move || lang.get().publish()}</h2>
                <Choice
                    id="publish-format"
                    class="sm"
                    label=Signal::derive(move || lang.get().format().to_owned())
                    options=FORMATS
                    value=draft.format
                    on_choose=move |id| draft.choose_format(id)
                />
                <QosChoice view id="publish-qos" value=draft.qos />
                <Show when=move || view.capabilities().retain>
                    <label class="chk" title="RETAIN">
                        <input
                            type="checkbox"
                            data-testid="publish-retain"
                            prop:checked=draft.retain
                            on:change:target=move |event| draft.retain.set(event.target().checked())
                        />
                        {move || lang.get().retain()}
                    </label>
                </Show>
                <span class="row gap1 right ctools">
                    <Show when=move || is_json.get() && !is_large.get()>
                        <button
                            type="button"
                            class="btn gho ico sm"
                            data-testid="publish-reshape"
                            aria-label=move || lang.get().reshape_json()
                            title=move || lang.get().reshape_json()
                            on:click=move |_| draft.reshape()
                        >
                            <Icon name=IconName::Indent />
                        </button>
                    </Show>
                    <FileButton draft />
                    <VariablesMenu draft editor />
                    <TemplatesMenu draft />
                    <HistoryMenu draft />
                </span>
                <button
                    type="button"
                    class="btn gho ico sm narrow-only cclose"
                    data-testid="close-composer"
                    aria-label=move || lang.get().close_composer()
                    on:click=move |_| {
                        view.composing.set(false);
                        focus("open-composer");
                    }
                >
                    <Icon name=IconName::Close />
                </button>
            </div>
            <div class="comp-b">
                <TopicField draft />
                <textarea
                    node_ref=editor
                    class="inp mono"
                    class:bad=payload_is_wrong
                    hidden=is_large
                    data-testid="publish-payload"
                    spellcheck="false"
                    placeholder=move || lang.get().payload()
                    aria-label=move || lang.get().payload()
                    aria-invalid=move || payload_is_wrong().then_some("true")
                    aria-describedby="publish-problem"
                    prop:value=draft.payload
                    on:input:target=move |event| draft.take_typed(event.target().value())
                ></textarea>
                <Show when=move || is_large.get()>
                    <LargePayload draft />
                </Show>
                <Actions draft outlook />
                <Foot draft outlook editor />
            </div>
            <Show when=move || over.get()>
                <div class="cdrop" aria-hidden="true">{move || lang.get().drop_here()}</div>
            </Show>
        </form>
    }
}

/// Where the screen is narrow: the draft in one line, to be opened or sent.
#[component]
fn Line(view: View, publish: impl Fn() -> bool + Copy + 'static) -> impl IntoView {
    let lang = use_lang();
    let draft = view.draft;
    let topic = move || {
        let typed = draft.topic.get();
        shortened(&typed, draft.device().as_ref())
    };
    let how = move || {
        let format = FORMATS.iter().find(|option| option.id == draft.format.get());
        let format = format.map_or("", |option| (option.label)(lang.get()));
        format!("Q{} · {format}", draft.qos().number())
    };
    view! {
        <div class="narrow-only compose">
            <button
                type="button"
                class="btn grow"
                data-testid="open-composer"
                title=move || lang.get().open_composer()
                on:click=move |_| view.composing.set(true)
            >
                <span class="mono ell-l grow">
                    <bdi dir="ltr">{move || Some(topic()).filter(|topic| !topic.is_empty()).unwrap_or_else(|| lang.get().open_composer().to_owned())}</bdi>
                </span>
                <span class="fg3 mono">{how}</span>
            </button>
            <button
                type="button"
                class="btn pri ico"
                data-testid="publish-quick"
                aria-label=move || lang.get().send()
                title=move || lang.get().send()
                on:click=move |_| {
                    if !publish() {
                        // What is wrong is said there.
                        view.composing.set(true);
                    }
                }
            >
                <Icon name=IconName::Send />
            </button>
        </div>
    }
}

/// In the editor's place: a payload that is too long for it.
#[component]
fn LargePayload(draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let name = move || {
        let name = draft.large.with(|large| large.as_ref().and_then(|large| large.name.clone()));
        name.unwrap_or_else(|| lang.get().pasted_text().to_owned())
    };
    let size = move || draft.large.with(|large| large.as_ref().map_or(0, |large| large.bytes.len()));
    view! {
        <div class="inp clarge" data-testid="large-payload">
            <Icon name=IconName::Note />
            <span class="grow">
                <b class="ell">{name}</b>
                " "
                <span class="num">{move || grouped(size() as u64)}" B"</span>
                <span class="hint">{move || lang.get().large_payload()}</span>
            </span>
            <button
                type="button"
                class="btn sm"
                data-testid="remove-large"
                on:click=move |_| {
                    draft.large.set(None);
                    focus("publish-payload");
                }
            >
                {move || lang.get().remove_large()}
            </button>
        </div>
    }
}
