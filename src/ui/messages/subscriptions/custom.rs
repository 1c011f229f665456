//! The custom topics of the device's product in the dialog of topics: what each allows, and the form that adds one.

use std::sync::Arc;

use leptos::prelude::*;

use super::catalogue::{Samples, is_subscribed};
use crate::composing::Message;
use crate::composing::completion::shortened;
use crate::i18n::Lang;
use crate::mqtt::{QoS, TopicFilter};
use crate::payload::Format;
use crate::storage::AddFault;
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName, Switch, focus};
use crate::ui::context::{Toast, Toasts, use_lang};
use crate::ui::custom_topics::KeptTopics;
use crate::uiot::{Credential, CustomTopic, PARSE_SUFFIX, Permission};

const KINDS: &[ChoiceOption] = &[
    ChoiceOption { id: "own", label: Lang::custom_own },
    ChoiceOption { id: "broadcast", label: Lang::custom_broadcast },
];
const PERMISSIONS: &[ChoiceOption] = &[
    ChoiceOption { id: "pub", label: Lang::custom_pub },
    ChoiceOption { id: "sub", label: Lang::custom_sub },
    ChoiceOption { id: "pubsub", label: Lang::custom_pubsub },
];

/// What a sample says: any payload will do on a custom topic.
const SAMPLE: &str = "{\n  \"temperature\": ${sine 22 28 60s}\n}";
/// The same for a product's own parser: bytes.
const SAMPLE_BYTES: &str = "01 0a 1c";

#[component]
pub(super) fn CustomTopics(samples: Samples, device: Credential) -> impl IntoView {
    let lang = use_lang();
    let kept = expect_context::<KeptTopics>();
    let device = StoredValue::new(device);
    let product = move || device.with_value(|device| device.product_sn.clone());
    let topics = Memo::new(move |_| kept.of(&product()));
    let changed = Memo::new(move |_| kept.is_changed(&product()));
    let toasts = expect_context::<Toasts>();
    let reset = move |_| {
        let product = product();
        let before = topics.get_untracked();
        kept.reset(&product);
        let back = move || {
            for topic in kept.of(&product) {
                kept.remove(&product, &topic);
            }
            for topic in &before {
                // They were there before: they fit.
                let _ = kept.add(&product, topic.clone());
            }
        };
        let text = lang.get_untracked().custom_was_reset().to_owned();
        toasts.show(Toast { text, undo: Some(Arc::new(back)), gone: None });
        focus("custom-rest");
    };
    view! {
        <details class="cat-s" data-testid="custom-topics" prop:open=true>
            <summary>
                <h3>{move || lang.get().custom_topics()}</h3>
                <span class="num fg3">{move || topics.with(Vec::len)}</span>
            </summary>
            <p class="hint">{move || lang.get().custom_topics_hint(&product())}</p>
            <ul>
                <For each=move || topics.get() key=CustomTopic::clone children=move |topic| row(samples, device, topic) />
            </ul>
            <Show when=move || topics.with(Vec::is_empty)>
                <p class="hint">{move || lang.get().custom_topics_none()}</p>
            </Show>
            <AddTopic device />
            <Show when=move || changed.get()>
                <button type="button" class="btn gho sm" data-testid="custom-reset" on:click=reset>
                    <Icon name=IconName::Again small=true />
                    {move || lang.get().custom_reset()}
                </button>
            </Show>
        </details>
    }
    .into_any()
}

fn row(samples: Samples, device: StoredValue<Credential>, topic: CustomTopic) -> AnyView {
    let lang = use_lang();
    let kept = expect_context::<KeptTopics>();
    let toasts = expect_context::<Toasts>();
    let bench = samples.view.bench;
    let full = device.with_value(|device| topic.of(device));
    let short = device.with_value(|device| shortened(&full, Some(device)));
    let permission = topic.permission;
    let id = format!("custom-{}-{}", u8::from(topic.broadcast), topic.rest.replace('/', "."));
    let filter = TopicFilter::parse(&full).ok();
    let is_on = {
        let full = full.clone();
        Memo::new(move |_| is_subscribed(bench, &full))
    };
    let toggle = move || {
        let Some(filter) = &filter else { return };
        // Either fails only where no packet identifier is free; the switch shows then what is the case.
        let _ = match is_on.get_untracked() {
            true => bench.unsubscribe(filter),
            false => bench.subscribe(filter, QoS::AtLeastOnce),
        };
    };
    let sign = match permission.subscribes() {
        true => {
            view! { <Switch id="custom-topic-switch" on=Signal::from(is_on) toggle labelled_by=id.clone() /> }
                .into_any()
        }
        false => view! { <span class="dir-u"><Icon name=IconName::ArrowUp small=true /></span> }.into_any(),
    };
    let message = |suffix: &str, payload: &str, format| Message {
        topic: format!("{short}{suffix}"),
        payload: payload.to_owned(),
        format,
        qos: 1,
        retain: false,
    };
    let plain = message("", SAMPLE, Format::Json);
    let parsed = message(PARSE_SUFFIX, SAMPLE_BYTES, Format::Hex);
    let buttons = permission.publishes().then(|| {
        view! {
            <button
                type="button"
                class="btn sm"
                data-testid="custom-sample"
                on:click=move |_| samples.put(plain.clone())
            >
                {move || lang.get().send_sample()}
            </button>
            <button
                type="button"
                class="btn sm"
                data-testid="custom-parse"
                title=move || lang.get().custom_parse_hint()
                on:click=move |_| samples.put(parsed.clone())
            >
                {move || lang.get().custom_parse()}
            </button>
        }
    });
    let name = StoredValue::new(short.clone());
    let (shown_id, rest, broadcast) = (id.clone(), topic.rest.clone(), topic.broadcast);
    let remove = move |_| {
        let product = device.with_value(|device| device.product_sn.clone());
        kept.remove(&product, &topic);
        let text = lang.get_untracked().custom_removed(&name.get_value());
        let topic = topic.clone();
        let back = move || {
            // Fails only where it was added again meanwhile.
            let _ = kept.add(&product, topic.clone());
        };
        toasts.show(Toast { text, undo: Some(Arc::new(back)), gone: None });
        focus("custom-rest");
    };
    let why_no_parse = move || {
        let why = crate::uiot::no_parse(
            &full,
            &untrack(|| kept.of(&device.with_value(|device| device.product_sn.clone()))),
        );
        why.map(|why| lang.get().no_parse(why))
    };
    view! {
        <li data-testid="custom-topic" data-topic=rest data-broadcast=broadcast.to_string()>
            <span class="cat-w">{sign}</span>
            <div>
                <p class="mono" id=shown_id>{short}</p>
                <p class="fg2">{move || lang.get().custom_permission_of(permission)}</p>
                <Show when=move || broadcast>
                    <p class="fg3">{move || lang.get().custom_broadcast_hint()}</p>
                </Show>
                <p class="fg3">{why_no_parse}</p>
                <p class="row wrap cat-do">
                    {buttons}
                    <button
                        type="button"
                        class="btn gho ico sm"
                        data-testid="custom-remove"
                        aria-label=move || lang.get().custom_remove(&name.get_value())
                        title=move || lang.get().custom_remove(&name.get_value())
                        on:click=remove
                    >
                        <Icon name=IconName::Trash />
                    </button>
                </p>
            </div>
        </li>
    }
    .into_any()
}

/// The form that adds a topic. What the console would not take is said, and not added.
#[component]
fn AddTopic(device: StoredValue<Credential>) -> impl IntoView {
    let lang = use_lang();
    let kept = expect_context::<KeptTopics>();
    let kind = RwSignal::new("own");
    let permission = RwSignal::new("pub");
    let rest = RwSignal::new(String::new());
    let fault = RwSignal::new(None::<AddFault>);
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let topic = CustomTopic {
            rest: rest.with_untracked(|rest| rest.trim().to_owned()),
            permission: match permission.get_untracked() {
                "sub" => Permission::Sub,
                "pubsub" => Permission::PubSub,
                _ => Permission::Pub,
            },
            broadcast: kind.get_untracked() == "broadcast",
        };
        let done = device.with_value(|device| kept.add(&device.product_sn, topic));
        if done.is_ok() {
            rest.set(String::new());
        }
        fault.set(done.err());
        focus("custom-rest");
    };
    let choose_kind = move |id: &'static str| {
        kind.set(id);
        if id == "broadcast" {
            permission.set("sub");
        }
        fault.set(None);
    };
    let prefix = move || {
        device.with_value(|device| match kind.get() {
            "broadcast" => format!("/{}/$broadcast/", device.product_sn),
            _ => "~/".to_owned(),
        })
    };
    view! {
        <form class="cat-add" novalidate aria-label=move || lang.get().custom_add() on:submit=add>
            <Choice
                id="custom-kind"
                class="sm"
                label=Signal::derive(move || lang.get().custom_kind().to_owned())
                options=KINDS
                value=kind
                on_choose=choose_kind
            />
            <Choice
                id="custom-permission"
                class="sm"
                label=Signal::derive(move || lang.get().custom_permission().to_owned())
                options=PERMISSIONS
                value=permission
                on_choose=move |id| {
                    permission.set(id);
                    fault.set(None);
                }
            />
            <span class="inp mono" class:bad=move || fault.get().is_some()>
                <span class="fg3">{prefix}</span>
                <input
                    data-testid="custom-rest"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    maxlength="200"
                    aria-label=move || lang.get().custom_rest()
                    aria-invalid=move || fault.get().is_some().then_some("true")
                    aria-describedby="custom-problem"
                    prop:value=rest
                    on:input:target=move |event| {
                        rest.set(event.target().value());
                        fault.set(None);
                    }
                />
            </span>
            <button type="submit" class="btn sm" data-testid="custom-add">
                <Icon name=IconName::Plus small=true />
                {move || lang.get().custom_add()}
            </button>
            <p class="hint err" id="custom-problem" role="status" data-testid="custom-problem">
                {move || fault.get().map(|fault| lang.get().custom_fault(fault))}
            </p>
        </form>
    }
    .into_any()
}
