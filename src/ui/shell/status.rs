//! The status bar at the bottom, and the toasts above it.

use leptos::prelude::*;

use super::budget::BUDGET_WINDOW;
use super::measures::{active_faults, next_ping};
use crate::i18n::numbers::{grouped, megabytes};
use crate::mqtt::State;
use crate::storage::Mode;
use crate::ui::bench::use_bench;
use crate::ui::components::{Icon, IconName};
use crate::ui::connect::Profiles;
use crate::ui::context::{Toasts, use_lang};
use crate::ui::listing::{MessagesListing, WireListing};
use crate::ui::page::Page;
use crate::ui::preferences::use_preferences;
use crate::ui::sessions::use_sessions;
use crate::uiot::limits;

#[component]
pub(super) fn StatusBar() -> impl IntoView {
    let lang = use_lang();
    let preferences = use_preferences();
    let profiles = expect_context::<Profiles>();
    let bench = use_bench();
    let counts = Memo::new(move |_| bench.live_counts());
    let budget = use_sessions().budget();
    let most = move || grouped(budget.get().messages);
    let MessagesListing(messages) = expect_context();
    let WireListing(wire) = expect_context();
    // What the lists that are paused hold back; the messages page's where both are.
    let held_back = Memo::new(move |_| {
        let listing = [messages, wire].into_iter().find(|listing| listing.is_paused());
        listing.map(|listing| listing.held_back())
    });
    let online = Memo::new(move |_| bench.status.with(|status| status.state == State::Online));
    let ping = Memo::new(move |_| {
        online.track();
        match next_ping(bench) {
            Some(time) => lang.get().next_ping(&time),
            None => lang.get().pinging_off().to_owned(),
        }
    });
    let faults = active_faults(bench);
    let subscribed = move || bench.subscriptions.with(Vec::len);
    let mode = move || bench.status.with(|status| status.plan.as_ref().map(|plan| plan.mode));
    let session = move || {
        bench.status.with(|status| {
            status.plan.as_ref().map(|plan| {
                let keep_alive = lang.get().keep_alive_status(plan.options.keep_alive);
                format!("MQTT {} · {keep_alive}", plan.options.protocol.name())
            })
        })
    };
    view! {
        <footer class="stat">
            {move || match mode() {
                None => view! {
                    <span>
                        <Icon name=IconName::Key small=true />
                        {if profiles.remembered() > 0 { lang.get().secrets_remembered() } else { lang.get().secrets_in_memory() }}
                    </span>
                    <span class="right">{format!("{} {}", lang.get().product(), env!("CARGO_PKG_VERSION"))}</span>
                    <span class="wide third">{lang.get().no_third_party()}</span>
                }.into_any(),
                Some(mode) => view! {
                    <span>
                        {lang.get().kept()}" "
                        // As wide as it can get, so that nothing beside it moves.
                        <span class="num box" style:min-width=move || format!("{}ch", most().len())>
                            {move || grouped(counts.get().kept)}
                        </span>
                        <span class="num" data-testid="budget-messages-kept">"/ "{most}</span>
                    </span>
                    <button
                        type="button"
                        class="item"
                        data-testid="budget-open"
                        popovertarget=BUDGET_WINDOW
                        title=move || lang.get().budget_open()
                    >
                        {lang.get().memory()}" "
                        <span class="num box" style:min-width="6ch">{move || megabytes(counts.get().bytes)}</span>
                        <span class="num">"/ "{move || budget.get().bytes >> 20}" MB"</span>
                    </button>
                    <span class:c-warn=move || counts.get().dropped.gt(&0)>
                        {lang.get().dropped()}" "
                        <span class="num box" style:min-width="6ch" data-testid="dropped">
                            {move || grouped(counts.get().dropped)}
                        </span>
                    </span>
                    <Show when=move || held_back.get().is_some()>
                        <span class="c-warn">
                            <Icon name=IconName::Pause small=true />
                            {move || lang.get().paused()}" "
                            <span class="num" data-testid="paused">
                                {move || grouped(held_back.get().unwrap_or_default())}
                            </span>
                        </span>
                    </Show>
                    <Show when=move || faults.get().gt(&0)>
                        <button
                            type="button"
                            class="item c-warn"
                            data-testid="status-faults"
                            title=move || lang.get().faults_status_open()
                            on:click=move |_| Page::Cloud.open()
                        >
                            <Icon name=IconName::Warning small=true />
                            {move || lang.get().faults_status(faults.get())}
                        </button>
                    </Show>
                    <span class="right wide rules">
                        <Icon name=IconName::Bolt small=true />
                        {match mode {
                            Mode::Uiot if bench.is_simulated() => lang.get().rules_simulator(),
                            Mode::Uiot => lang.get().rules_uiot(),
                            Mode::Generic => lang.get().rules_generic(),
                        }}
                    </span>
                    <span class="wide proto">
                        {session}
                        <Show when=move || online.get()>
                            <span class="later">" · "<span class="num box ping" data-testid="next-ping">{ping}</span></span>
                        </Show>
                    </span>
                    <span class="wide subs" class:c-warn=move || mode == Mode::Uiot && subscribed().gt(&limits::SUBSCRIPTIONS)>
                        {lang.get().subscriptions()}" "
                        <span class="num box" style:min-width="3ch">{subscribed}</span>
                        {(mode == Mode::Uiot)
                            .then(|| view! { <span class="num">{format!("/ {}", limits::SUBSCRIPTIONS)}</span> })}
                    </span>
                    <span class="wide num zone" data-testid="status-zone" title=lang.get().time_zone()>{move || preferences.zone_name()}</span>
                }.into_any(),
            }}
        </footer>
    }
}

#[component]
pub(super) fn ToastList() -> impl IntoView {
    let lang = use_lang();
    let toasts = expect_context::<Toasts>();
    view! {
        <div class="toasts" role="status">
            <For
                each=move || toasts.0.get()
                key=|(number, _)| *number
                children=move |(number, toast)| {
                    view! {
                        <div class="toast" data-testid="toast">
                            <span>{toast.text}</span>
                            {toast
                                .undo
                                .is_some()
                                .then(|| {
                                    view! {
                                        <button
                                            type="button"
                                            class="btn gho sm"
                                            data-testid="undo"
                                            on:click=move |_| toasts.leave(number, true)
                                        >
                                            {move || lang.get().undo()}
                                        </button>
                                    }
                                })}
                        </div>
                    }
                }
            />
        </div>
    }
}
