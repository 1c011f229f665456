use leptos::prelude::*;

use super::View;
use super::side::subscriptions_opener;
use super::subscriptions::form_opener;
use crate::device::Device;
use crate::mqtt::{EndCause, State};
use crate::storage::Mode;
use crate::ui::components::{Icon, IconName, focus};
use crate::ui::context::use_lang;
use crate::ui::export::OpenRecordButton;
use crate::ui::page::Page;
use crate::uiot::requests::Request;

/// How it stands where there is no message yet, which decides what there is to do about it.
#[derive(Clone, Copy, PartialEq)]
enum Why {
    /// A record without messages.
    Record,
    /// There are some, and all are muted.
    Muted,
    NeverConnected,
    Connecting,
    Ended,
    Online,
}

/// Below the rows of what happened to the connection, as long as there is no message: what can be done. `top` is the place below
/// them, in CSS pixels.
#[component]
pub(super) fn Empty(view: View, top: Signal<f64>) -> impl IntoView {
    let lang = use_lang();
    let bench = view.bench;
    let why = Memo::new(move |_| {
        if bench.counts().kept > 0 && bench.muting().iter().any(|each| each.muted) {
            return Why::Muted;
        }
        if bench.shows_record() {
            return Why::Record;
        }
        bench.status.with(|status| match status.state {
            _ if status.plan.is_none() => Why::NeverConnected,
            State::Online => Why::Online,
            State::Offline => Why::Ended,
            State::Opening | State::AwaitingConnAck | State::Waiting => Why::Connecting,
        })
    });
    // Named as the strip names it.
    let duel =
        Memo::new(move |_| bench.status.with(|status| matches!(status.ended, Some(EndCause::Duel(_)))));
    let title = move || match why.get() {
        Why::Online => lang.get().connected_no_messages(),
        _ => lang.get().no_messages(),
    };
    // The platform has requests that any device may send.
    let uiot = Memo::new(move |_| {
        bench.status.with(|status| status.plan.as_ref().is_some_and(|plan| plan.mode == Mode::Uiot))
    });
    let (to_subscriptions, open_form) = (subscriptions_opener(), form_opener());
    let subscribed = Memo::new(move |_| bench.subscriptions.with(Vec::len));
    // Puts a first message into the composer; it is sent by hand.
    let start = move |id: &'static str, icon: IconName, request: Option<Request>| {
        view! {
            <button
                type="button"
                class="btn"
                data-testid=format!("empty-{id}")
                on:click=move |_| {
                    // Where there is room for one pane only it has to be opened first.
                    view.composing.set(holds("(max-width: 719.98px)"));
                    if let Some(request) = request {
                        view.draft.take_request(request);
                    }
                    focus(if request.is_some() { "publish" } else { "publish-topic" });
                }
            >
                <Icon name=icon />
                {move || request.map_or(lang.get().write_message(), |request| lang.get().request(request))}
            </button>
        }
    };
    let body = move || {
        match why.get() {
        Why::Record => ().into_any(),
        Why::Muted => view! { <span>{move || lang.get().all_muted()}</span> }.into_any(),
        Why::NeverConnected => view! {
            <span>{move || lang.get().no_messages_offline()}</span>
            <a class="btn" href=Page::Connect.href()>{move || lang.get().go_to_connect()}</a>
            <OpenRecordButton on_choose=|| () />
        }
        .into_any(),
        Why::Connecting => view! { <span>{move || lang.get().no_messages_connecting()}</span> }.into_any(),
        Why::Ended => view! {
            <span>{move || lang.get().no_messages_ended()}</span>
            <button type="button" class="btn" data-testid="empty-reconnect" on:click=move |_| bench.device(Device::reconnect)>
                <Icon name=IconName::Plug />
                {move || if duel.get() { lang.get().take_back() } else { lang.get().reconnect() }}
            </button>
        }
        .into_any(),
        Why::Online => view! {
            <span data-testid="empty-subscribed">
                {move || match subscribed.get() {
                    0 => lang.get().subscribed_to_nothing().to_owned(),
                    count => lang.get().subscribed_to(count),
                }}
            </span>
            <span class="row steps">
                {move || {
                    let known = [(Request::PropertyPost, IconName::ArrowUp), (Request::ShadowGet, IconName::ArrowDown)];
                    if uiot.get() {
                        known.map(|(request, icon)| start(request.id(), icon, Some(request))).into_any()
                    } else {
                        start("message", IconName::ArrowUp, None).into_any()
                    }
                }}
                <button
                    type="button"
                    class="btn"
                    data-testid="empty-subscribe"
                    on:click=move |_| {
                        view.drawer.set(holds("(max-width: 1099.98px)"));
                        // The form may be folded, and the topics lie over it.
                        to_subscriptions();
                        open_form();
                        focus("subscribe-filter");
                    }
                >
                    <Icon name=IconName::ArrowDown />
                    {move || lang.get().empty_subscribe()}
                </button>
            </span>
        }
        .into_any(),
    }
    };
    view! {
        <div class="empty over" data-testid="no-messages" style:top=move || format!("{}px", top.get())>
            <Icon name=IconName::Messages />
            <b>{title}</b>
            {body}
        </div>
    }
}

/// Whether a media query holds.
pub(super) fn holds(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}
