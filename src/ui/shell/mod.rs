//! The frame round every page: tabs, rail, strip, status bar, toasts.

mod budget;
mod help;
mod measures;
mod problem;
mod session_menu;
mod small;
mod status;
mod strip;
mod tabs;
mod top;
mod update;

use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;
use leptos_router::components::Router;

use super::bench::{self, use_bench};
use super::commands::{self, Commands, SkipLink};
use super::components::{Icon, IconName, PaneSizes};
use super::connect::{ConnectPage, Profiles, provide_profiles};
use super::context::{self, Narrow, Storage, Toast, Toasts, use_lang};
use super::custom_topics;
use super::delivery::Delivery;
use super::export::Records;
use super::filter_bar;
use super::page::Page;
use super::parts::{self, Late, Shown};
use super::sessions::Sessions;
use super::wire;
use crate::device::{Device, Status};
use crate::i18n::Lang;
use crate::mqtt::{EndCause, Stage, State};
pub(super) use budget::BUDGET_WINDOW;
use budget::BudgetWindow;
pub(super) use help::help_href;
use problem::ProblemBanner;
use session_menu::{SessionMenu, SessionMenus};
use small::SmallTop;
use status::{StatusBar, ToastList};
use strip::Strip;
use top::{Rail, TopBar};
use update::{UpdateDialog, UpdateNotice};

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    context::provide();
    Page::follow_links();
    view! {
        <Router>
            <Shell />
        </Router>
    }
}

#[component]
fn Shell() -> impl IntoView {
    let opened = StoredValue::new(None::<Sessions>);
    bench::provide_page(move || {
        if let Some(sessions) = opened.get_value() {
            sessions.for_each(|each| each.bench.device(Device::nudge));
        }
    });
    wire::provide_page();
    let narrow = expect_context::<Narrow>().0;
    // What the sessions' composers complete.
    custom_topics::provide_page();
    let sessions = Sessions::provide();
    SessionMenu::provide();
    opened.set_value(Some(sessions));
    budget::remember(sessions);
    provide_profiles(sessions);
    let profiles = expect_context::<Profiles>();
    commands::provide_page();
    PaneSizes::provide();
    Delivery::provide();
    let page = Page::current();
    Effect::new(move |_| {
        page.track();
        sessions.note_address();
    });
    let has_strip = move || {
        sessions
            .current()
            .is_some_and(|each| each.bench.status.with(|status| has_strip(narrow.get(), status)))
    };
    let toasts = expect_context::<Toasts>();
    let lang = use_lang();
    crate::parts::on_failure(move || {
        let text = lang.get_untracked().part_failed_why().to_owned();
        toasts.show(Toast { text, undo: None, gone: None });
    });
    parts::fetch_rest();
    // One at a time; keyed, so that no element of one session ever shows another.
    let in_front = move || sessions.current().into_iter().collect::<Vec<_>>();
    view! {
        <div class="app" class:no-strip=move || !has_strip()>
            <SkipLink />
            <Show when=move || narrow.get() fallback=move || view! { <TopBar page /> }>
                <SmallTop />
            </Show>
            <Rail page />
            <For
                each=in_front
                key=|session| session.id
                children=move |session| {
                    let owner = session.view_owner();
                    let shown = owner.with(|| {
                        provide_context(session);
                        view! { <InFront page /> }.into_any()
                    });
                    OwnedView::new_with_owner(shown, owner)
                }
            />
            <SessionMenus />
            <BudgetWindow />
            <UpdateDialog />
            <Late part=parts::PROFILE_DIALOGS wanted=Signal::derive(move || profiles.is_asking()) />
            <Commands />
            <ToastList />
        </div>
    }
}

/// The session in front: its strip, its page, its status.
#[component]
fn InFront(page: Memo<Page>) -> impl IntoView {
    let lang = use_lang();
    let bench = use_bench();
    let storage = expect_context::<Storage>();
    let narrow = expect_context::<Narrow>().0;
    filter_bar::follow_address();
    let records = expect_context::<Records>();
    records.take_dropped();
    // A connection that was asked for in the form leads to its messages; one that came back by itself takes nobody away
    // from what they do.
    Effect::new(move |_| {
        if bench.status.with(|status| status.state) == State::Online && bench.asked.get_untracked() {
            bench.asked.set(false);
            if !page.get_untracked().is_of_a_service() {
                Page::Messages.open();
            }
        }
        if bench.status.with(|status| status.state == State::Offline && status.ended.is_some()) {
            bench.asked.set(false);
        }
    });
    // While it tries again and again that is said once: each attempt would cut off what is being read.
    let state = Memo::new(move |before: Option<&&'static str>| {
        bench.status.with(|status| match state_id(status) {
            "connecting" if before == Some(&"waiting") => "waiting",
            now => now,
        })
    });
    let announced = move || {
        // Read, and not only tracked: a memo that nobody has read follows nothing.
        state.get();
        let lang = lang.get();
        untrack(|| bench.status.with(|status| state_name(lang, status)))
    };
    view! {
        <Show when=move || bench.status.with(|status| has_strip(narrow.get(), status))>
            <Strip />
        </Show>
        // Focusable for the link that leads here.
        <main class="main" tabindex="-1">
            <Show when=move || storage.is_memory_only()>
                <p class="note warn flat" data-testid="storage-notice">
                    <Icon name=IconName::Warning />
                    {move || lang.get().storage_notice()}
                </p>
            </Show>
            <UpdateNotice />
            <ProblemBanner />
            <Late part=parts::RECORD wanted=Signal::derive(move || records.is_busy()) />
            <div class="page">
                {move || match page.get() {
                    Page::Connect => view! { <ConnectPage /> }.into_any(),
                    Page::OpenLink => view! { <Shown part=parts::OPEN_LINK /> }.into_any(),
                    Page::Messages => view! { <Shown part=parts::MESSAGES /> }.into_any(),
                    Page::Shadow => view! { <Shown part=parts::SHADOW /> }.into_any(),
                    Page::Model => view! { <Shown part=parts::MODEL /> }.into_any(),
                    Page::Ota => view! { <Shown part=parts::OTA /> }.into_any(),
                    Page::Gateway => view! { <Shown part=parts::GATEWAY /> }.into_any(),
                    Page::Wire => view! { <Shown part=parts::WIRE /> }.into_any(),
                    Page::Cloud => view! { <Shown part=parts::CLOUD /> }.into_any(),
                    Page::Settings => view! { <Shown part=parts::SETTINGS /> }.into_any(),
                }}
            </div>
        </main>
        <StatusBar />
        <div class="sr" aria-live="assertive">
            {announced}
        </div>
    }
}

/// Whether there is something for the strip to say; on a small screen the upper bar says what there is of a connection that
/// works.
fn has_strip(narrow: bool, status: &Status) -> bool {
    status.plan.is_some() && !(narrow && status.state == State::Online)
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
        "online" | "connecting" if status.registering => lang.registering(),
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
