//! Messages on a device's custom topic, and broadcasts to all devices of its product.

use leptos::prelude::*;

use super::{form_of, go_button};
use crate::i18n::Lang;
use crate::mqtt::QoS;
use crate::payload::{self, Format};
use crate::ui::cloud::actions::Action;
use crate::ui::cloud::outcome::{Done, Fault};
use crate::ui::cloud::{Cloud, use_cloud};
use crate::ui::components::{Choice, ChoiceOption, IconName};
use crate::ui::context::use_lang;

/// What is typed.
#[derive(Clone, Copy)]
pub(super) struct MessageDraft {
    /// What follows the part of the topic that is the device's; nothing typed is the first that the product defines.
    rest: RwSignal<Option<String>>,
    payload: RwSignal<String>,
    format: RwSignal<&'static str>,
    qos: RwSignal<&'static str>,
}

impl MessageDraft {
    pub(super) fn new() -> Self {
        Self {
            rest: RwSignal::new(None),
            payload: RwSignal::new("{\"from\": \"cloud\"}".to_owned()),
            format: RwSignal::new("json"),
            qos: RwSignal::new("1"),
        }
    }
}

const FORMATS: &[ChoiceOption] = &[
    ChoiceOption { id: "json", label: |_| "JSON" },
    ChoiceOption { id: "text", label: Lang::format_text },
    ChoiceOption { id: "hex", label: |_| "Hex" },
    ChoiceOption { id: "base64", label: |_| "Base64" },
];

/// The platform has no QoS 2; what it says to it can be seen.
const QOS: &[ChoiceOption] = &[
    ChoiceOption { id: "0", label: |_| "0" },
    ChoiceOption { id: "1", label: |_| "1" },
    ChoiceOption { id: "2", label: |_| "2" },
];

fn submit(cloud: Cloud, broadcast: bool, rest: &str) {
    let (action, draft) = of(cloud, broadcast);
    let Some(target) = untrack(|| cloud.target()) else { return };
    let format = Format::from_id(draft.format.get_untracked()).unwrap_or_default();
    let payload = match draft.payload.with_untracked(|typed| payload::parse(format, typed)) {
        Ok(payload) => payload,
        Err(error) => return cloud.decline(action, Fault::Payload(error)),
    };
    let qos = match draft.qos.get_untracked() {
        "0" => QoS::AtMostOnce,
        "1" => QoS::AtLeastOnce,
        _ => QoS::ExactlyOnce,
    };
    let bytes = payload.len();
    cloud.attempt(action, |platform, now| {
        if broadcast {
            platform.broadcast(now, &target.product_sn, rest, payload, qos)?;
        } else {
            let topic = format!("/{}/{}/{rest}", target.product_sn, target.device_sn);
            platform.publish(now, &target, &topic, payload, qos)?;
        }
        Ok(Done::Published(bytes))
    });
}

const fn of(cloud: Cloud, broadcast: bool) -> (Action, MessageDraft) {
    if broadcast {
        (Action::Broadcast, cloud.drafts.broadcast)
    } else {
        (Action::Publish, cloud.drafts.publish)
    }
}

pub(super) fn form(broadcast: bool) -> AnyView {
    let lang = use_lang();
    let cloud = use_cloud();
    let (_, draft) = of(cloud, broadcast);
    let defined = Memo::new(move |_| {
        let Some(target) = cloud.target() else { return Vec::new() };
        cloud.look(|platform, _| {
            let product = platform.registry().product(&target.product_sn);
            let topics = product.map(|product| product.topics.as_slice()).unwrap_or_default();
            let heard =
                topics.iter().filter(|topic| topic.broadcast == broadcast && topic.permission.subscribes());
            heard.map(|topic| topic.rest.clone()).collect::<Vec<_>>()
        })
    });
    let rest = Memo::new(move |_| {
        let first = || defined.with(|all| all.first().cloned().unwrap_or_default());
        draft.rest.get().unwrap_or_else(first)
    });
    let before = move || {
        let target = cloud.target();
        target.map(|target| match broadcast {
            true => format!("/{}/$broadcast/", target.product_sn),
            false => format!("/{}/{}/", target.product_sn, target.device_sn),
        })
    };
    let hint = move || {
        let words = match defined.with(Vec::is_empty) {
            true => lang.get().cloud_topic_none(),
            false => lang.get().cloud_topic_hint(),
        };
        view! {
            {words}
            " "
            <code>{defined.with(|all| all.join("  "))}</code>
        }
    };
    let names = move || {
        let names = defined.get().into_iter().map(|topic| view! { <option value=topic></option> });
        names.collect_view()
    };
    let controls = view! {
        <div class="fld">
            <label class="lb" for="cloud-topic">
                {move || lang.get().cloud_topic()}
            </label>
            <span class="cl-topic">
                <code class="fg3">{before}</code>
                <span class="inp mono">
                    <input
                        id="cloud-topic"
                        data-testid="cloud-topic"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        list="cloud-topics"
                        aria-describedby="cloud-topic-hint"
                        prop:value=rest
                        on:input:target=move |event| draft.rest.set(Some(event.target().value()))
                    />
                </span>
            </span>
            <datalist id="cloud-topics">{names}</datalist>
            <span id="cloud-topic-hint" class="hint">
                <span>{hint}</span>
            </span>
        </div>
        <div class="fld">
            <span class="row">
                <label class="lb grow" for="cloud-payload">
                    {move || lang.get().payload()}
                </label>
                <Choice
                    id="cloud-format"
                    class="sm"
                    label=Signal::derive(move || lang.get().format().to_owned())
                    options=FORMATS
                    value=draft.format
                    on_choose=move |id| draft.format.set(id)
                />
            </span>
            <textarea
                id="cloud-payload"
                class="inp mono"
                data-testid="cloud-payload"
                rows="4"
                spellcheck="false"
                autocapitalize="off"
                prop:value=draft.payload
                on:input:target=move |event| draft.payload.set(event.target().value())
            ></textarea>
        </div>
        <div class="row cl-line">
            <span class="fg2">"QoS"</span>
            <Choice
                id="cloud-qos"
                label=Signal::derive(|| "QoS".to_owned())
                options=QOS
                value=draft.qos
                on_choose=move |id| draft.qos.set(id)
            />
            {go_button("cloud-send", Lang::cloud_send, IconName::Send)}
        </div>
    };
    form_of(controls.into_any(), move || rest.with_untracked(|rest| submit(cloud, broadcast, rest)))
}
