use leptos::prelude::*;

use super::View;
use super::acks::{ack_words, answer_to};
use super::rows::token_class;
use crate::i18n::Lang;
use crate::journal::{Ack, Direction};
use crate::mqtt::{PacketKind, QoS};
use crate::payload::{self, Format, HexDump};
use crate::storage::Mode;
use crate::ui::components::{CopyButton, Icon, IconName, focus};
use crate::ui::context::use_lang;
use crate::uiot::RetCode;

/// Bytes of a payload that are shown before someone asks for all.
const SHOWN_AT_FIRST: usize = 64 * 1024;
/// Bytes of a line in the hex view: what fits the pane.
const HEX_WIDTH: usize = 8;
/// JSON up to this size is coloured; above it the text alone is shown.
const COLOURED: usize = 16 * 1024;

/// The selected message, as far as it is shown.
#[derive(Clone, PartialEq)]
struct Message {
    time: String,
    direction: Direction,
    topic: String,
    qos: QoS,
    packet_id: u16,
    dup: bool,
    retain: bool,
    size: usize,
    /// All of the payload, or its beginning.
    head: Vec<u8>,
}

fn look_up(view: View, seq: u64, all: bool) -> Option<Message> {
    untrack(|| {
        view.bench.journal(|journal| {
            let entry = journal.entry(seq)?;
            let payload = entry.payload();
            let shown = if all { payload } else { payload::head(payload, SHOWN_AT_FIRST) };
            Some(Message {
                time: view.bench.time_of_day(entry.at),
                direction: entry.direction,
                topic: entry.topic().into_owned(),
                qos: entry.qos(),
                packet_id: entry.packet_id,
                dup: entry.dup(),
                retain: entry.retain(),
                size: payload.len(),
                head: shown.to_vec(),
            })
        })
    })
}

#[component]
pub(super) fn Inspector(view: View) -> impl IntoView {
    let lang = use_lang();
    // The message whose whole payload was asked for.
    let all_of = RwSignal::new(None::<u64>);
    let message = Memo::new(move |_| {
        let seq = view.selected.get()?;
        look_up(view, seq, all_of.get() == Some(seq))
    });
    view! {
        <section class="pane insp" data-testid="inspector" aria-label=move || lang.get().inspector()>
            {move || match message.get() {
                Some(message) => view! { <Detail view message all_of /> }.into_any(),
                None => view! { <p class="pad fg3">{lang.get().message_gone()}</p> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Detail(view: View, message: Message, all_of: RwSignal<Option<u64>>) -> impl IntoView {
    let lang = use_lang();
    let seq = view.selected.get_untracked();
    let ack = Memo::new(move |_| {
        let entry = seq.map(|seq| view.bench.journal(|journal| journal.entry(seq).map(|entry| entry.ack)));
        entry.flatten().unwrap_or(Ack::None)
    });
    let (class, icon) = match message.direction {
        Direction::In => ("c-down", IconName::ArrowDown),
        Direction::Out => ("c-up", IconName::ArrowUp),
    };
    let answer = answer_to(PacketKind::Publish, message.qos);
    let topic = StoredValue::new(message.topic.clone());
    let cut = message.head.len() < message.size;
    let size = message.size;
    let uiot = view
        .bench
        .status
        .with_untracked(|status| status.plan.as_ref().is_some_and(|plan| plan.mode == Mode::Uiot));
    let ret_code = if uiot { RetCode::in_message(&message.head) } else { None };
    view! {
        <div class="bar">
            <span class=class><Icon name=icon /></span>
            <h2>"PUBLISH"</h2>
            <span class="chip sq">{format!("QoS {}", message.qos.number())}</span>
            {(message.packet_id > 0).then(|| view! { <span class="mono fg3">{format!("#{}", message.packet_id)}</span> })}
            {message.dup.then(|| view! { <span class="chip sq warn">"DUP"</span> })}
            {message.retain.then(|| view! { <span class="chip sq">"RETAIN"</span> })}
            <button
                type="button"
                class="btn gho ico sm right"
                data-testid="inspector-close"
                aria-label=move || lang.get().close_inspector()
                on:click=move |_| {
                    view.inspecting.set(false);
                    focus("message-log");
                }
            >
                <Icon name=IconName::Close />
            </button>
        </div>
        <div class="pad meta">
            <div class="row start">
                <span class="mono grow topic" data-testid="inspector-topic">{message.topic.clone()}</span>
                <CopyButton
                    label=Signal::derive(move || format!("{} Topic", lang.get().copy()))
                    text=move || topic.get_value()
                />
            </div>
            <dl class="kv">
                <dt>{move || lang.get().time()}</dt>
                <dd>{message.time.clone()}</dd>
                <dt>{move || lang.get().payload()}</dt>
                <dd>{format!("{size} B")}</dd>
                {move || match ack.get() {
                    Ack::None => ().into_any(),
                    ack => {
                        let class = match ack {
                            Ack::After(_) => "c-ok",
                            Ack::Pending | Ack::Resent => "ui fg3",
                            Ack::Interrupted => "ui c-warn",
                            _ => "ui c-err",
                        };
                        view! {
                            <dt>{answer}</dt>
                            <dd class=class data-testid="inspector-ack">{ack_words(lang.get(), ack, answer)}</dd>
                        }
                        .into_any()
                    }
                }}
                {ret_code
                    .map(|code| {
                        let class = if code.is_success() { "c-ok" } else { "c-err" };
                        view! {
                            <dt>"RetCode"</dt>
                            <dd class=class data-testid="inspector-ret-code">
                                {code.0}" "
                                <span class="ui">
                                    {move || lang.get().ret_code(code).unwrap_or(lang.get().ret_code_unknown())}
                                </span>
                            </dd>
                        }
                    })}
            </dl>
        </div>
        <Payload head=message.head cut />
        {cut.then(|| {
            view! {
                <button type="button" class="btn all" data-testid="inspector-all" on:click=move |_| all_of.set(seq)>
                    {move || lang.get().show_all(&format!("{size} B"))}
                </button>
            }
        })}
    }
}

/// The tab that a person chose last, as long as the page lives; it falls back where it does not fit.
#[derive(Clone, Copy)]
struct ChosenTab(RwSignal<Format>);

type Label = fn(Lang) -> &'static str;

const TABS: [(Format, Label); 4] = [
    (Format::Json, |_| "JSON"),
    (Format::Text, Lang::format_text),
    (Format::Hex, |_| "Hex"),
    (Format::Base64, |_| "Base64"),
];

/// The payload in four views, one of which is shown.
#[component]
fn Payload(head: Vec<u8>, cut: bool) -> impl IntoView {
    let lang = use_lang();
    let chosen = use_context::<ChosenTab>().map_or_else(|| RwSignal::new(Format::Json), |tab| tab.0);
    let is_text = payload::text(&head).is_some();
    // The beginning of a JSON text is no JSON, but worth reading as if it were.
    let is_json = payload::json(&head).is_some()
        || (cut && payload::text(&head).is_some_and(payload::begins_like_json));
    // Opened on the tab chosen last, or on one that fits; a tab chosen now is shown whatever it has to say.
    let opened_on = match chosen.get_untracked() {
        Format::Json if !is_json && is_text => Format::Text,
        Format::Json | Format::Text if !is_text => Format::Hex,
        fits => fits,
    };
    let tab = RwSignal::new(opened_on);
    let choose = move |format: Format| {
        tab.set(format);
        chosen.set(format);
    };
    let choose_by_key = move |event: leptos::ev::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => TABS.len() - 1,
            _ => return,
        };
        let now = TABS.iter().position(|(format, _)| *format == tab.get_untracked()).unwrap_or(0);
        let next = TABS[(now + step) % TABS.len()].0;
        choose(next);
        use leptos::wasm_bindgen::JsCast;
        let button = document().get_element_by_id(&format!("tab-{}", next.id()));
        if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = button.focus();
        }
    };
    // A small payload is in the page in all four views; of a large one only the view that is looked at is made.
    let small = head.len() <= SHOWN_AT_FIRST;
    let head = StoredValue::new(head);
    let panel = move |format: Format| {
        let wanted = Memo::new(move |_| small || tab.get() == format);
        view! {
            <div
                class="scroll"
                role="tabpanel"
                id=format!("panel-{}", format.id())
                aria-labelledby=format!("tab-{}", format.id())
                tabindex="0"
                data-testid=format!("inspector-{}", format.id())
                hidden=move || tab.get() != format
            >
                {move || wanted.get().then(|| head.with_value(|head| body(format, head, is_json, lang)))}
            </div>
        }
    };
    view! {
        <div
            class="tabs"
            role="tablist"
            aria-label=move || lang.get().format()
            data-testid="inspector-tabs"
            data-value=move || tab.get().id()
            on:keydown=choose_by_key
        >
            {TABS
                .map(|(format, label)| {
                    let on = move || tab.get() == format;
                    view! {
                        <button
                            type="button"
                            role="tab"
                            id=format!("tab-{}", format.id())
                            class:on=on
                            data-option=format.id()
                            aria-selected=move || on().to_string()
                            aria-controls=format!("panel-{}", format.id())
                            tabindex=move || if on() { "0" } else { "-1" }
                            on:click=move |_| choose(format)
                        >
                            {move || label(lang.get())}
                        </button>
                    }
                })}
        </div>
        {TABS.map(|(format, _)| panel(format))}
    }
}

/// One view of a payload.
fn body(format: Format, head: &[u8], is_json: bool, lang: RwSignal<Lang>) -> AnyView {
    let missing = |what: fn(Lang) -> &'static str| {
        view! { <p class="pad fg3">{move || what(lang.get())}</p> }.into_any()
    };
    match (format, payload::text(head)) {
        (Format::Json, Some(text)) if is_json && text.len() <= COLOURED => {
            let tokens = payload::json_tokens(text)
                .into_iter()
                .map(|token| view! { <span class=token_class(token.kind)>{token.text}</span> })
                .collect_view();
            view! { <pre class="code">{tokens}</pre> }.into_any()
        }
        (Format::Json, Some(text)) if is_json => {
            view! { <pre class="code">{payload::json_pretty(text)}</pre> }.into_any()
        }
        (Format::Json, _) => missing(Lang::no_json),
        (Format::Text, _) if head.is_empty() => missing(Lang::empty_payload),
        (Format::Text, Some(text)) => view! { <pre class="code wrapped">{text.to_owned()}</pre> }.into_any(),
        (Format::Text, None) => missing(Lang::no_text),
        (Format::Hex, _) => {
            let HexDump { offsets, bytes, characters } = payload::hex_dump(head, HEX_WIDTH);
            view! {
                <div class="hex">
                    <pre class="o">{offsets}</pre>
                    <pre>{bytes}</pre>
                    <pre class="a">{characters}</pre>
                </div>
            }
            .into_any()
        }
        (Format::Base64, _) => {
            view! { <pre class="code wrapped">{payload::base64_text(head)}</pre> }.into_any()
        }
    }
}

/// Remembers the tab for the inspectors of a page.
pub(super) fn provide_tab() {
    provide_context(ChosenTab(RwSignal::new(Format::Json)));
}
