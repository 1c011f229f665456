//! The detail of the selected message: what it is, what became of it, and its payload in all its views.

mod keys;
mod message;
mod packet;
mod partner;

use leptos::prelude::*;

use super::View;
use super::acks::{ack_words, answer_to};
use crate::journal::{Ack, Direction};
use crate::mqtt::PacketKind;
use crate::payload;
use crate::storage::Mode;
use crate::ui::components::{CopyButton, Icon, IconName, focus};
use crate::ui::context::use_lang;
use crate::ui::payload_view::{COMPARED_AT_ONCE, ChosenTabs, PayloadTabs, PayloadViews, Tab};
use crate::uiot::RetCode;
use keys::payload_text;
pub(super) use keys::{Keys, act};
use message::{Message, Pin};
use packet::PacketView;
use partner::PartnerRow;

/// Bytes of a payload that are looked at for a return code.
const WITH_RET_CODE: usize = 64 * 1024;

/// The message that others are compared with.
#[derive(Clone, Copy)]
struct Pinned(RwSignal<Option<Pin>>);

impl Pinned {
    fn is(self, journal: u32, seq: u64) -> bool {
        self.0.with(|pin| pin.as_ref().is_some_and(|pin| (pin.journal, pin.seq) == (journal, seq)))
    }
}

/// Chooses a tab of the inspector that is open.
#[derive(Clone, Copy)]
struct Opened(RwSignal<Option<Callback<Tab>>>);

/// Remembers tabs and the pinned message while other pages are shown.
pub(super) fn provide() {
    ChosenTabs::provide();
    provide_context(Pinned(RwSignal::new(None)));
    provide_context(Opened(RwSignal::new(None)));
}

#[component]
pub(super) fn Inspector(view: View) -> impl IntoView {
    let lang = use_lang();
    let message = Memo::new(move |_| {
        view.bench.follow_times();
        Message::look_up(view.bench, view.selected.get()?)
    });
    view! {
        <section class="pane insp" data-testid="inspector" aria-label=move || lang.get().inspector()>
            {move || match message.get() {
                Some(message) => view! { <Detail view message /> }.into_any(),
                None => view! { <p class="pad fg3">{lang.get().message_gone()}</p> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Detail(view: View, message: Message) -> impl IntoView {
    let chosen = expect_context::<ChosenTabs>();
    let pinned = expect_context::<Pinned>();
    let opened = expect_context::<Opened>().0;
    let bench = view.bench;
    let seq = message.seq;
    let views = PayloadViews::open(&message.payload, chosen.of(&message.topic));
    let eager = message.payload.len() <= COMPARED_AT_ONCE;
    let kept = StoredValue::new(message);
    let choose = Callback::new(move |tab: Tab| {
        views.tab.set(tab);
        kept.with_value(|message| chosen.choose(&message.topic, tab));
    });
    opened.set(Some(choose));
    on_cleanup(move || opened.set(None));
    let compared = Memo::new(move |_| {
        let pin = pinned.0.get();
        kept.with_value(|message| message.compare(bench, pin.as_ref()))
    });
    view! {
        <Head view message=kept />
        <Meta view message=kept />
        <PayloadTabs
            views
            choose
            compared
            eager
            unpin=move |()| pinned.0.set(None)
            packet=move || view! { <PacketView bench seq /> }
        />
    }
}

#[component]
fn Head(view: View, message: StoredValue<Message>) -> impl IntoView {
    let lang = use_lang();
    let pinned = expect_context::<Pinned>();
    let keys = Keys::of_page();
    let Message { seq, journal, direction, qos, packet_id, dup, retain, .. } = message.get_value();
    let (class, icon) = match direction {
        Direction::In => ("c-down", IconName::ArrowDown),
        Direction::Out => ("c-up", IconName::ArrowUp),
    };
    let is_pinned = move || pinned.is(journal, seq);
    let pin_words = move || if is_pinned() { lang.get().unpin() } else { lang.get().pin() };
    view! {
        <div class="bar">
            <span class=class><Icon name=icon /></span>
            <h2>"PUBLISH"</h2>
            <span class="chip sq">{format!("QoS {}", qos.number())}</span>
            {(packet_id > 0).then(|| view! { <span class="mono fg3">{format!("#{packet_id}")}</span> })}
            {dup.then(|| view! { <span class="chip sq warn">"DUP"</span> })}
            {retain.then(|| view! { <span class="chip sq">"RETAIN"</span> })}
            <span class="right row gap1">
                <CopyButton
                    label=Signal::derive(move || lang.get().copy_payload().to_owned())
                    text=move || message.with_value(|message| payload_text(&message.payload))
                />
                <button
                    type="button"
                    class="btn gho ico sm"
                    class:on=is_pinned
                    data-testid="inspector-pin"
                    aria-pressed=move || is_pinned().to_string()
                    aria-label=pin_words
                    title=pin_words
                    on:click=move |_| message.with_value(|message| keys.toggle_pin(message))
                >
                    <Icon name=IconName::Pin />
                </button>
                <button
                    type="button"
                    class="btn gho ico sm"
                    data-testid="inspector-close"
                    aria-label=move || lang.get().close_inspector()
                    on:click=move |_| {
                        view.inspecting.set(false);
                        focus("message-log");
                    }
                >
                    <Icon name=IconName::Close />
                </button>
            </span>
        </div>
    }
}

#[component]
fn Meta(view: View, message: StoredValue<Message>) -> impl IntoView {
    let lang = use_lang();
    let bench = view.bench;
    let keys = Keys::of_page();
    let Message { seq, time, topic, qos, payload, .. } = message.get_value();
    let send_again = move || lang.get().send_again();
    let ack =
        Memo::new(move |_| bench.journal(|journal| journal.entry(seq).map_or(Ack::None, |entry| entry.ack)));
    let answer = answer_to(PacketKind::Publish, qos);
    let uiot = untrack(|| bench.shown_plan()).is_some_and(|plan| plan.mode == Mode::Uiot);
    let ret_code = if uiot { RetCode::in_message(payload::head(&payload, WITH_RET_CODE)) } else { None };
    view! {
        <div class="pad meta">
            <div class="row start">
                <span class="mono grow topic" data-testid="inspector-topic">{topic}</span>
                <CopyButton
                    label=Signal::derive(move || lang.get().copy_topic().to_owned())
                    text=move || message.with_value(|message| message.topic.clone())
                />
                <Show when=move || !bench.shows_record()>
                    <button
                        type="button"
                        class="btn gho ico sm"
                        data-testid="inspector-send-again"
                        aria-label=send_again
                        title=send_again
                        on:click=move |_| message.with_value(|message| keys.send_again(view, message))
                    >
                        <Icon name=IconName::Again />
                    </button>
                </Show>
            </div>
            <dl class="kv">
                <dt>{move || lang.get().time()}</dt>
                <dd>{time}</dd>
                <dt>{move || lang.get().payload()}</dt>
                <dd>{format!("{} B", payload.len())}</dd>
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
                            <dd class=class data-testid="inspector-ack">{ack_words(lang.get(), ack, answer, bench.preferences.overdue.get())}</dd>
                        }
                        .into_any()
                    }
                }}
                <PartnerRow view seq />
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
    }
}
