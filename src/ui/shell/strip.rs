//! The strip under the tabs: state, identity, round trip, rates, and the button that connects or disconnects.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::measures::{Spark, rate, round_trip, uptime};
use super::{dot, state_name};
use crate::device::Device;
use crate::journal::Direction;
use crate::mqtt::{EndCause, State};
use crate::storage::Endpoint;
use crate::ui::bench::use_bench;
use crate::ui::components::{CopyButton, Icon, IconName, focus};
use crate::ui::connect::SaveOffer;
use crate::ui::context::{Narrow, use_lang};

#[component]
pub(super) fn Strip() -> impl IntoView {
    let lang = use_lang();
    let bench = use_bench();
    let narrow = expect_context::<Narrow>().0;
    let state = move || bench.status.with(|status| status.state);
    let offline = move || state() == State::Offline;
    let waiting = move || state() == State::Waiting;
    let countdown = move || {
        let retry = bench.status.with(|status| status.retry)?;
        bench.seconds.track();
        let left = retry.at - bench.device(|device| device.clock().now());
        Some(lang.get().retry_in(left.as_secs_f64().ceil() as u64, retry.attempt))
    };
    let duel = move || bench.status.with(|status| matches!(status.ended, Some(EndCause::Duel(_))));
    let plan = Memo::new(move |_| bench.status.with(|status| status.plan.clone()));
    let identity = move || {
        plan.get().map(|plan| match plan.product {
            Some(product) => view! { <span class="fg3">{product}" / "</span>{plan.name} }.into_any(),
            None => view! { {plan.name} }.into_any(),
        })
    };
    let client_id =
        move || plan.get_untracked().map(|plan| plan.options.client_id.to_string()).unwrap_or_default();
    let address = move || match plan.get()?.endpoint {
        Endpoint::WebSocket(url) => Some(view! { <span class="mono fg3 ell addr">{url}</span> }.into_any()),
        // A small screen has it above.
        Endpoint::Simulator => (!narrow.get()).then(|| view! { <SimulatorChip /> }.into_any()),
    };
    let (rate_out, rate_in) = (rate(bench, Direction::Out), rate(bench, Direction::In));
    view! {
        <div class="strip" role="region" aria-label=move || lang.get().session() class:waiting=waiting>
            <span class="row">
                <i class=move || bench.status.with(dot)></i>
                <b class="med">{move || bench.status.with(|status| state_name(lang.get(), status))}</b>
            </span>
            <Show when=waiting>
                <span class="c-warn num" data-testid="countdown">{countdown}</span>
            </Show>
            <Show when=move || state() == State::Online && !bench.status.with(|status| status.pinging)>
                <span class="chip sq warn" data-testid="pinging-off">{move || lang.get().pinging_off()}</span>
            </Show>
            <span class="row gap1 mono ident">
                // The device tells more than its product, which many share.
                <span class="ell-l"><bdi dir="ltr">{identity}</bdi></span>
                <CopyButton label=Signal::derive(move || lang.get().copy_client_id().to_owned()) text=client_id />
            </span>
            {address}
            <span class="right row gap4 metrics">
                <span class="metric">
                    "RTT "
                    <Spark bench title=Signal::derive(move || lang.get().round_trips().to_owned()) />
                    <b style:min-width="7ch" data-testid="round-trip">{round_trip(bench)}</b>
                    <button
                        type="button"
                        class="btn gho ico sm"
                        data-testid="ping-now"
                        aria-label=move || lang.get().ping_now()
                        title=move || lang.get().ping_now()
                        disabled=move || state() != State::Online
                        on:click=move |_| bench.device(Device::ping_now)
                    >
                        <Icon name=IconName::Again small=true />
                    </button>
                </span>
                <span class="metric up">
                    {move || lang.get().uptime()}" "<b style:min-width="8ch">{move || uptime(bench)}</b>
                </span>
                <span class="vr"></span>
                <span class="metric" title=move || lang.get().rate_sent()>
                    <span class="c-up"><Icon name=IconName::ArrowUp small=true /></span>
                    {move || lang.get().sent()}" "<b style:min-width="6ch" data-testid="rate-out">{rate_out}</b>" /s"
                </span>
                <span class="metric" title=move || lang.get().rate_received()>
                    <span class="c-down"><Icon name=IconName::ArrowDown small=true /></span>
                    {move || lang.get().received()}" "<b style:min-width="6ch" data-testid="rate-in">{rate_in}</b>" /s"
                </span>
            </span>
            <SaveOffer />
            <Show when=waiting>
                <button
                    type="button"
                    class="btn pri"
                    data-testid="reconnect"
                    on:click=move |_| {
                        bench.device(Device::reconnect);
                        // This button goes; the one beside it stays.
                        focus("disconnect");
                    }
                >
                    <Icon name=IconName::Again />
                    {move || lang.get().retry_now()}
                </button>
            </Show>
            // One button whatever the state, so that the focus stays on it.
            <button
                type="button"
                class="btn"
                data-testid=move || match (offline(), duel()) {
                    (true, true) => "take-back",
                    (true, false) => "reconnect",
                    _ => "disconnect",
                }
                on:click=move |_| {
                    if !untrack(offline) {
                        bench.device(Device::disconnect);
                    } else if !untrack(|| duel() || bench.is_simulated()) && let Some(form) = form_in_sight() {
                        form.click();
                    } else {
                        bench.device(Device::reconnect);
                    }
                }
            >
                <Icon name=IconName::Plug />
                {move || match state() {
                    State::Offline if duel() => lang.get().take_back(),
                    State::Offline => lang.get().reconnect(),
                    State::Waiting => lang.get().stop_retrying(),
                    State::Online => lang.get().disconnect(),
                    State::Opening | State::AwaitingConnAck => lang.get().cancel(),
                }}
            </button>
        </div>
    }
}

/// The button of the form that a person may just have corrected: what it says counts, not what failed before.
fn form_in_sight() -> Option<web_sys::HtmlElement> {
    document().query_selector("[data-testid=connect]").ok()??.dyn_into().ok()
}

/// Says that nothing of this session leaves the page.
#[component]
fn SimulatorChip() -> impl IntoView {
    let lang = use_lang();
    view! {
        <span class="chip acc sim" data-testid="simulator-badge">
            <Icon name=IconName::Simulator small=true />
            <span class="ell">
                {move || lang.get().simulator()}<span class="more">{move || lang.get().no_network()}</span>
            </span>
        </span>
    }
}
