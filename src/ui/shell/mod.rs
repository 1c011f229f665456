//! The frame round every page: tabs, rail, strip, status bar, toasts.

mod budget;
mod problem;
mod status;
mod strip;
mod top;

use leptos::prelude::*;
use leptos_router::components::Router;

use super::bench::{Bench, use_bench};
use super::components::{Icon, IconName};
use super::connect::ConnectPage;
use super::context::{self, Storage, use_lang};
use super::export::{RecordBanner, Records};
use super::filter_bar;
use super::listing::Listing;
use super::messages::{self, MessagesPage};
use super::page::Page;
use super::wire::{self, WirePage};
use crate::device::Status;
use crate::i18n::Lang;
use crate::mqtt::{EndCause, Stage, State};
pub(super) use budget::BUDGET_WINDOW;
use budget::BudgetWindow;
use problem::ProblemBanner;
use status::{StatusBar, ToastList};
use strip::Strip;
use top::{Rail, TopBar};

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    context::provide();
    let bench = Bench::provide();
    budget::provide(bench);
    Listing::provide(bench);
    Records::provide(bench);
    filter_bar::provide();
    messages::provide(bench);
    wire::provide();
    view! {
        <Router>
            <Shell />
        </Router>
    }
}

#[component]
fn Shell() -> impl IntoView {
    let lang = use_lang();
    let bench = use_bench();
    let storage = expect_context::<Storage>();
    let page = Page::current();
    filter_bar::follow_address();
    // A connection that was asked for in the form leads to its messages; one that came back by itself takes nobody away
    // from what they do.
    Effect::new(move |_| {
        if bench.status.with(|status| status.state) == State::Online && bench.asked.get_untracked() {
            bench.asked.set(false);
            Page::Messages.open();
        }
        if bench.status.with(|status| status.state == State::Offline && status.ended.is_some()) {
            bench.asked.set(false);
        }
    });
    let has_plan = move || bench.status.with(|status| status.plan.is_some());
    view! {
        <div class="app" class:no-strip=move || !has_plan()>
            <TopBar />
            <Rail page />
            <Show when=has_plan>
                <Strip />
            </Show>
            <main class="main">
                <Show when=move || storage.is_memory_only()>
                    <p class="note warn flat" data-testid="storage-notice">
                        <Icon name=IconName::Warning />
                        {move || lang.get().storage_notice()}
                    </p>
                </Show>
                <ProblemBanner />
                <RecordBanner />
                <div class="page">
                    {move || match page.get() {
                        Page::Connect => view! { <ConnectPage /> }.into_any(),
                        Page::Messages => view! { <MessagesPage /> }.into_any(),
                        Page::Wire => view! { <WirePage /> }.into_any(),
                    }}
                </div>
            </main>
            <StatusBar />
            <BudgetWindow />
            <ToastList />
            <div class="sr" aria-live="assertive">
                {move || state_name(lang.get(), &bench.status.get())}
            </div>
        </div>
    }
}

const fn state_id(status: &Status) -> &'static str {
    match (status.state, &status.ended) {
        (State::Online, _) => "online",
        (State::Opening | State::AwaitingConnAck, _) => "connecting",
        (State::Waiting, _) => "waiting",
        (State::Offline, None | Some(EndCause::Disconnected)) => "offline",
        (State::Offline, Some(_)) => "failed",
    }
}

/// Whether what ended had been a connection, and not only an attempt.
const fn was_online(status: &Status) -> bool {
    matches!(
        status.ended,
        Some(EndCause::Closed(Stage::Online, _) | EndCause::PingTimeout | EndCause::Violation(_))
    )
}

fn dot(status: &Status) -> &'static str {
    match state_id(status) {
        "online" => "dot on",
        "connecting" | "waiting" => "dot ing",
        "failed" if matches!(status.ended, Some(EndCause::Duel(_))) => "dot stop",
        "failed" => "dot err",
        _ => "dot off",
    }
}

fn state_name(lang: Lang, status: &Status) -> &'static str {
    match state_id(status) {
        "online" => lang.online(),
        "connecting" => lang.connecting(),
        "waiting" => lang.waiting(),
        "failed" if matches!(status.ended, Some(EndCause::Duel(_))) => lang.stopped(),
        "failed" if was_online(status) => lang.lost(),
        "failed" => lang.failed(),
        _ if status.ended.is_some() => lang.disconnected(),
        _ => lang.offline(),
    }
}
