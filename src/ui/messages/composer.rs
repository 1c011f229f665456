use leptos::prelude::*;

use super::View;
use super::subscriptions::{QosChoice, qos_from};
use crate::i18n::Lang;
use crate::mqtt::{NameError, PublishError, State, TopicName};
use crate::payload::{self, Format, PayloadError};
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName, focus};
use crate::ui::context::use_lang;

const FORMATS: &[ChoiceOption] = &[
    ChoiceOption { id: "json", label: |_| "JSON" },
    ChoiceOption { id: "text", label: Lang::format_text },
    ChoiceOption { id: "hex", label: |_| "Hex" },
    ChoiceOption { id: "base64", label: |_| "Base64" },
];

#[derive(Clone, PartialEq)]
enum Problem {
    Topic(NameError),
    Payload(PayloadError),
    Publish(PublishError),
}

impl Problem {
    const fn code(&self) -> &'static str {
        match self {
            Self::Topic(NameError::Empty) => "topic-empty",
            Self::Topic(NameError::TooLong(_)) => "topic-too-long",
            Self::Topic(NameError::Nul) => "topic-nul",
            Self::Topic(NameError::Wildcard | NameError::MisplacedWildcard) => "topic-wildcard",
            Self::Payload(PayloadError::Json(..)) => "json",
            Self::Payload(PayloadError::HexOdd(_)) => "hex-odd",
            Self::Payload(PayloadError::HexDigit(..)) => "hex-digit",
            Self::Payload(PayloadError::Base64Character(..) | PayloadError::Base64Length) => "base64",
            Self::Publish(PublishError::NotConnected) => "offline",
            Self::Publish(PublishError::Encode(_)) => "packet-too-large",
            Self::Publish(PublishError::QueueFull(_)) => "queue-full",
            Self::Publish(PublishError::NoPacketId) => "no-packet-id",
            Self::Publish(PublishError::QosNotOffered | PublishError::RetainNotOffered) => "not-offered",
        }
    }

    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Topic(error) => lang.name_error(*error),
            Self::Payload(error) => lang.payload_error(error),
            Self::Publish(error) => lang.publish_error(*error),
        }
    }
}

/// The draft, as long as the page lives.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    topic: RwSignal<String>,
    payload: RwSignal<String>,
    format: RwSignal<&'static str>,
    qos: RwSignal<&'static str>,
    retain: RwSignal<bool>,
}

impl Draft {
    pub(super) fn new() -> Self {
        Self {
            topic: RwSignal::new(String::new()),
            payload: RwSignal::new(String::new()),
            format: RwSignal::new("json"),
            qos: RwSignal::new("1"),
            retain: RwSignal::new(false),
        }
    }

    fn bytes(self) -> Result<Vec<u8>, PayloadError> {
        let format = Format::from_id(self.format.get()).unwrap_or_default();
        self.payload.with(|typed| payload::parse(format, typed))
    }
}

#[component]
pub(super) fn Composer(view: View) -> impl IntoView {
    let lang = use_lang();
    let draft = view.draft;
    let problem = RwSignal::new(None::<Problem>);
    let publish = move || {
        let topic = TopicName::parse(&draft.topic.get_untracked()).map_err(Problem::Topic);
        let outcome = topic.and_then(|topic| {
            let bytes = untrack(|| draft.bytes()).map_err(Problem::Payload)?;
            let offered = untrack(|| view.capabilities());
            let qos = qos_from(draft.qos.get_untracked(), offered);
            let retain = offered.retain && draft.retain.get_untracked();
            view.bench.device(|device| device.publish(&topic, bytes, qos, retain)).map_err(Problem::Publish)
        });
        if outcome.is_ok() {
            view.composing.set(false);
        }
        problem.set(outcome.err());
    };
    // What was wrong is not held against what is written next, nor a lost connection against a new one.
    let forget = move || {
        if problem.with_untracked(Option::is_some) {
            problem.set(None);
        }
    };
    let online = Memo::new(move |_| view.bench.status.with(|status| status.state == State::Online));
    Effect::new(move |_| {
        if online.get() {
            forget();
        }
    });
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            publish();
        }
    };
    let size = move || {
        let bytes = draft.bytes();
        bytes.map_or("—".to_owned(), |bytes| bytes.len().to_string())
    };
    let topic_is_wrong = move || matches!(problem.get(), Some(Problem::Topic(_)));
    let payload_is_wrong = move || matches!(problem.get(), Some(Problem::Payload(_)));
    view! {
        <button
            type="button"
            class="btn narrow-only compose"
            data-testid="open-composer"
            on:click=move |_| view.composing.set(true)
        >
            <Icon name=IconName::Send />
            {move || lang.get().open_composer()}
        </button>
        <form
            class="comp"
            class:open=move || view.composing.get()
            novalidate
            aria-label=move || lang.get().publish()
            on:submit=move |event| {
                event.prevent_default();
                publish();
            }
            on:keydown=by_key
        >
            <div class="bar">
                <h2>{move || lang.get().publish()}</h2>
                <Choice
                    id="publish-format"
                    class="sm"
                    label=Signal::derive(move || lang.get().format().to_owned())
                    options=FORMATS
                    value=draft.format
                    on_choose=move |id| {
                        draft.format.set(id);
                        forget();
                    }
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
                <button
                    type="button"
                    class="btn gho ico sm right narrow-only"
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
                <span class="inp mono" class:bad=topic_is_wrong>
                    <input
                        data-testid="publish-topic"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        placeholder="Topic"
                        aria-label="Topic"
                        aria-invalid=move || topic_is_wrong().then_some("true")
                        aria-describedby="publish-problem"
                        prop:value=draft.topic
                        on:input:target=move |event| {
                            draft.topic.set(event.target().value());
                            forget();
                        }
                    />
                </span>
                <textarea
                    class="inp mono"
                    class:bad=payload_is_wrong
                    data-testid="publish-payload"
                    spellcheck="false"
                    placeholder=move || lang.get().payload()
                    aria-label=move || lang.get().payload()
                    aria-invalid=move || payload_is_wrong().then_some("true")
                    aria-describedby="publish-problem"
                    prop:value=draft.payload
                    on:input:target=move |event| {
                        draft.payload.set(event.target().value());
                        forget();
                    }
                ></textarea>
                <div class="act">
                    <span class="fg3 size">
                        {move || lang.get().payload()}" "<span class="mono num">{size}</span>" B"
                    </span>
                    <button type="submit" class="btn pri" data-testid="publish">
                        <Icon name=IconName::Send />
                        {move || lang.get().send()}
                    </button>
                </div>
                <div class="prob" id="publish-problem" role="status">
                    {move || {
                        problem
                            .get()
                            .map(|problem| {
                                view! {
                                    <span class="hint err" data-testid="publish-problem" data-code=problem.code()>
                                        <Icon name=IconName::Error small=true />
                                        <span>{problem.text(lang.get())}</span>
                                    </span>
                                }
                            })
                    }}
                </div>
            </div>
        </form>
    }
}
