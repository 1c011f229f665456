//! Messages in a sub-device's name: documented requests or anything else on its topics, and what comes for it.

use leptos::prelude::*;

use super::kept::Kept;
use super::subscribed::{down_topics, subscribed, unsubscribe};
use crate::composing::{Circumstances, Template};
use crate::mqtt::{QoS, TopicName};
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::services::{Desk, TrailOf, use_desk};
use crate::uiot::requests::Request;
use crate::uiot::{Credential, TopicFamily};

const QOS: &[ChoiceOption] =
    &[ChoiceOption { id: "0", label: |_| "QoS 0" }, ChoiceOption { id: "1", label: |_| "QoS 1" }];

/// What the choice of requests calls the custom topic, and no request at all.
const UPLOAD: &str = "upload";
const ANY: &str = "any";
/// The payload that the custom topic begins with.
const SAMPLE: &str = "{\n  \"temperature\": ${sine 22 28 60s}\n}";

/// The requests that a sub-device may send: those of a device that is no gateway and knows its secret.
fn requests() -> impl Iterator<Item = Request> {
    Request::ALL.into_iter().filter(|request| request.family().is_of_every_device())
}

#[component]
pub(super) fn Traffic() -> impl IntoView {
    let lang = use_lang();
    let kept = expect_context::<Kept>();
    view! {
        <section class="gw-traffic" aria-labelledby="gw-traffic" data-testid="gateway-traffic">
            <div class="bar sub">
                <h2 id="gw-traffic">{move || lang.get().gateway_traffic()}</h2>
            </div>
            {move || match kept.subject.get() {
                Some(device) => view! { <Subject device /> }.into_any(),
                None => view! { <p class="empty">{move || lang.get().gateway_traffic_none()}</p> }.into_any(),
            }}
        </section>
    }
    .into_any()
}

/// Puts a request into the fields, on the topics of this sub-device.
fn take(kept: Kept, device: &Credential, id: &'static str) {
    kept.request.set(id);
    if let Some(request) = requests().find(|request| request.id() == id) {
        kept.topic.set(request.topic().of(device));
        kept.payload.set(request.payload());
        kept.qos.set(if request.qos() == QoS::AtMostOnce { "0" } else { "1" });
    } else if id == UPLOAD {
        kept.topic.set(format!("/{}/{}/upload", device.product_sn, device.device_sn));
        kept.payload.set(SAMPLE.to_owned());
        kept.qos.set("1");
    }
}

/// Goes on in the name of this sub-device. What was typed for another one would go out in its name, so it is replaced.
pub(super) fn begin(kept: Kept, device: Credential) {
    if kept.subject.with_untracked(|subject| subject.as_ref() == Some(&device)) {
        return;
    }
    let now = kept.request.get_untracked();
    take(kept, &device, if now.is_empty() || now == ANY { UPLOAD } else { now });
    kept.subject.set(Some(device));
}

/// Sends what is in the fields. What is wrong with it comes back.
fn send(desk: Desk, kept: Kept, lang: crate::i18n::Lang) -> Result<String, String> {
    let at = Circumstances {
        counter: kept.sent.get_value().wrapping_add(1),
        // A float cast saturates.
        unix_millis: js_sys::Date::now() as u64,
        seed: (js_sys::Math::random() * 9_007_199_254_740_992.0) as u64,
    };
    let typed = kept.topic.with_untracked(|topic| Template::parse(topic.trim()).expand(at).into_owned());
    let topic = TopicName::parse(&typed).map_err(|error| lang.gateway_bad_topic(&lang.name_error(error)))?;
    let payload =
        kept.payload.with_untracked(|typed| Template::parse(typed.as_str()).expand(at).into_owned());
    let qos = if kept.qos.get_untracked() == "0" { QoS::AtMostOnce } else { QoS::AtLeastOnce };
    desk.bench
        .device(|device| device.publish(&topic, payload.into_bytes(), qos, false))
        .map_err(|error| lang.services_not_sent(lang.publish_error(error)))?;
    kept.sent.set_value(at.counter);
    Ok(lang.gateway_sent_to(&typed))
}

#[component]
fn Subject(device: Credential) -> impl IntoView {
    let lang = use_lang();
    let desk = use_desk();
    let kept = expect_context::<Kept>();
    let name = device.device_sn.clone();
    let topics = StoredValue::new(down_topics(&device));
    let device = StoredValue::new(device);
    let is_logged_in = Memo::new(move |_| {
        let logged_in = desk.read(|services| {
            device.with_value(|device| {
                services.gateway.sub_devices().get(device).is_some_and(|state| state.logged_in)
            })
        });
        logged_in.unwrap_or_default()
    });
    let count = Memo::new(move |_| topics.with_value(|topics| subscribed(desk, topics)));
    let all = topics.with_value(Vec::len);
    let said = RwSignal::new(None::<Result<String, String>>);
    let go = move || said.set(Some(send(desk, kept, lang.get_untracked())));
    let options = move || {
        let lang = lang.get();
        let group = |family: TopicFamily| {
            let of_it = requests().filter(|request| request.family() == family);
            let of_it = of_it.map(|request| {
                view! { <option value=request.id() selected=kept.request.get_untracked() == request.id()>{lang.request(request)}</option> }
            });
            view! { <optgroup label=lang.topic_family(family)>{of_it.collect_view()}</optgroup> }
        };
        let families = TopicFamily::ALL.into_iter().filter(|family| family.is_of_every_device());
        view! {
            <option value=UPLOAD selected=kept.request.get_untracked() == UPLOAD>{lang.gateway_custom_upload()}</option>
            {families.map(group).collect_view()}
            <option value=ANY selected=kept.request.get_untracked() == ANY>{lang.gateway_any()}</option>
        }
    };
    let choose = move |id: String| {
        let known = [UPLOAD, ANY].into_iter().chain(requests().map(Request::id)).find(|known| *known == id);
        if let Some(id) = known {
            device.with_value(|device| take(kept, device, id));
        }
        said.set(None);
    };
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.is_composing() {
            event.prevent_default();
            if !event.repeat() {
                go();
            }
        }
    };
    let seqs = Signal::derive(move || device.with_value(|device| trail_of(desk, device)));
    let open_all = Callback::new(move |()| device.with_value(|device| desk.open_filter(filter_of(device))));
    view! {
        <div class="gw-sub">
            <p class="row wrap">
                <b class="mono" data-testid="gateway-subject-name">{name}</b>
                <button
                    type="button"
                    class="btn sm"
                    data-testid="gateway-subscribe"
                    on:click=move |_| topics.with_value(|topics| desk.subscribe(topics))
                >
                    <Icon name=IconName::ArrowDown small=true />
                    {move || lang.get().gateway_subscribe_down(count.get(), all)}
                </button>
                <Show when=move || { count.get() > 0 }>
                    <button
                        type="button"
                        class="btn sm"
                        data-testid="gateway-unsubscribe"
                        on:click=move |_| topics.with_value(|topics| unsubscribe(desk, topics))
                    >
                        {move || lang.get().gateway_unsubscribe_down()}
                    </button>
                </Show>
            </p>
            <Show
                when=move || is_logged_in.get()
                fallback=move || {
                    view! {
                        <p class="hint warn" data-testid="gateway-not-logged-in">
                            <Icon name=IconName::Warning small=true />
                            <span>{move || lang.get().gateway_not_logged_in()}</span>
                        </p>
                    }
                }
            >
                <p class="hint">{move || lang.get().gateway_resubscribe_hint()}</p>
            </Show>
            <form
                novalidate
                class="gw-send"
                aria-label=move || lang.get().gateway_send()
                on:submit=move |event| {
                    event.prevent_default();
                    go();
                }
                on:keydown=by_key
            >
                <div class="fld">
                    <label class="lb" for="gw-request">{move || lang.get().gateway_request()}</label>
                    <span class="inp selbox">
                        <select
                            id="gw-request"
                            data-testid="gateway-request-choice"
                            on:change:target=move |event| choose(event.target().value())
                        >
                            {options}
                        </select>
                    </span>
                </div>
                <div class="fld gw-topic">
                    <label class="lb" for="gw-topic">"Topic"</label>
                    <span class="inp mono">
                        <input
                            id="gw-topic"
                            data-testid="gateway-topic"
                            autocomplete="off"
                            autocapitalize="off"
                            spellcheck="false"
                            aria-describedby="gw-said"
                            prop:value=kept.topic
                            on:input:target=move |event| kept.topic.set(event.target().value())
                        />
                    </span>
                </div>
                <textarea
                    class="inp mono"
                    rows="5"
                    data-testid="gateway-payload"
                    spellcheck="false"
                    aria-label=move || lang.get().payload()
                    aria-describedby="gw-variables gw-said"
                    prop:value=kept.payload
                    on:input:target=move |event| kept.payload.set(event.target().value())
                ></textarea>
                <p class="hint" id="gw-variables">{move || lang.get().gateway_variable_hint()}</p>
                <div class="row wrap">
                    <Choice
                        id="gateway-qos"
                        class="sm"
                        label=Signal::derive(|| "QoS".to_owned())
                        options=QOS
                        value=kept.qos
                        on_choose=move |id| kept.qos.set(id)
                    />
                    <button type="submit" class="btn pri" data-testid="gateway-send">
                        <Icon name=IconName::Send />
                        {move || lang.get().gateway_send()}
                    </button>
                    <span id="gw-said" class="gw-said" role="status" data-testid="gateway-said">
                        {move || {
                            said.get().map(|said| {
                                let (class, icon, text) = match said {
                                    Ok(text) => ("c-ok", IconName::Check, text),
                                    Err(text) => ("c-err", IconName::Error, text),
                                };
                                view! {
                                    <span class=class><Icon name=icon small=true /></span>
                                    " "
                                    {text}
                                }
                            })
                        }}
                    </span>
                </div>
            </form>
        </div>
        <h3 class="gw-h">{move || lang.get().gateway_its_messages()}</h3>
        <TrailOf seqs open_all />
    }
    .into_any()
}

/// Where the last messages on a sub-device's topics stand, oldest first.
fn trail_of(desk: Desk, device: &Credential) -> Vec<u64> {
    let own = format!("/{}/{}/", device.product_sn, device.device_sn);
    let system = format!("/$system{own}");
    let broadcast = format!("/{}/$broadcast/", device.product_sn);
    let seqs = desk.bench.sub_trail();
    desk.bench.device(|under_test| {
        under_test.read(|journal| {
            let is_its = |seq: &u64| {
                journal.entry(*seq).is_some_and(|entry| {
                    let topic = entry.topic();
                    [&own, &system, &broadcast].into_iter().any(|prefix| topic.starts_with(prefix.as_str()))
                })
            };
            seqs.into_iter().filter(is_its).collect()
        })
    })
}

/// What a person types into the log's filter to see the messages of a sub-device.
fn filter_of(device: &Credential) -> String {
    let mut pattern = String::from("topic:/^(\\/\\$system)?\\/");
    for (index, sn) in [&device.product_sn, &device.device_sn].into_iter().enumerate() {
        if index > 0 {
            pattern.push_str("\\/");
        }
        for character in sn.chars() {
            if ".+*?()|[]{}^$\\/".contains(character) {
                pattern.push('\\');
            }
            pattern.push(character);
        }
    }
    pattern + "\\//"
}
