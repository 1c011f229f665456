//! The frame round every page: tabs, rail, strip, status bar, toasts.

use leptos::prelude::*;
use leptos_router::components::Router;

use super::bench::{Bench, use_bench};
use super::components::{CopyButton, Icon, IconName};
use super::connect::ConnectPage;
use super::context::{self, Language, Storage, Theme, ThemeChoice, Toasts, use_lang};
use super::messages::{self, MessagesPage};
use super::page::Page;
use crate::device::Status;
use crate::i18n::Lang;
use crate::journal::Counts;
use crate::mqtt::{ConnectReturnCode, EndCause, Stage, State};
use crate::storage::{Key, Mode};

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    context::provide();
    Bench::provide();
    messages::provide();
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
    // A connection that came about leads to its messages.
    Effect::new(move |before: Option<State>| {
        let state = bench.status.with(|status| status.state);
        if state == State::Online && before.is_some_and(|before| before != State::Online) {
            Page::Messages.open();
        }
        state
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
                <div class="page">
                    {move || match page.get() {
                        Page::Connect => view! { <ConnectPage /> }.into_any(),
                        Page::Messages => view! { <MessagesPage /> }.into_any(),
                    }}
                </div>
            </main>
            <StatusBar />
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
        (State::Offline, None | Some(EndCause::Disconnected)) => "offline",
        (State::Offline, Some(_)) => "failed",
    }
}

fn dot(status: &Status) -> &'static str {
    match state_id(status) {
        "online" => "dot on",
        "connecting" => "dot ing",
        "failed" => "dot err",
        _ => "dot off",
    }
}

fn state_name(lang: Lang, status: &Status) -> &'static str {
    match state_id(status) {
        "online" => lang.online(),
        "connecting" => lang.connecting(),
        "failed" => lang.failed(),
        _ if status.ended.is_some() => lang.disconnected(),
        _ => lang.offline(),
    }
}

#[component]
fn TopBar() -> impl IntoView {
    let lang = use_lang();
    let bench = use_bench();
    let name = move || {
        bench.status.with(|status| match &status.plan {
            Some(plan) => plan.name.clone(),
            None => lang.get().new_session().to_owned(),
        })
    };
    let target = move || {
        if bench.status.with(|status| status.plan.is_some()) { Page::Messages } else { Page::Connect }
    };
    view! {
        <header class="top">
            <a class="brand" href=Page::Connect.href() aria-label=move || lang.get().product()>
                <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
                    <path d="M4 5v7a8 8 0 0 0 16 0V5" stroke-width="2.2" />
                    <path d="M8.500 12h1.700l1.300-4 2 7.500 1.300-3.500h.9" stroke-width="1.8" />
                </svg>
            </a>
            <nav class="tabs-s" aria-label=move || lang.get().sessions()>
                <a class="tab-s on" data-testid="session-tab" href=move || target().href() aria-current="true">
                    <span
                        class="row"
                        data-testid="connection-state"
                        data-state=move || bench.status.with(state_id)
                    >
                        <i class=move || bench.status.with(dot)></i>
                        <span class="sr">{move || bench.status.with(|status| state_name(lang.get(), status))}</span>
                    </span>
                    <span class="ell">{name}</span>
                </a>
            </nav>
            <div class="top-r">
                <LanguagePick />
                <ThemePick />
            </div>
        </header>
    }
}

#[component]
fn LanguagePick() -> impl IntoView {
    let lang = expect_context::<Language>().0;
    let storage = expect_context::<Storage>();
    let choose = move |id: String| {
        if let Some(chosen) = Lang::from_id(&id) {
            lang.set(chosen);
            storage.with(|store| store.save(Key::Language, &chosen.id()));
        }
    };
    view! {
        <label class="pick btn gho sm">
            <Icon name=IconName::Language />
            <span aria-hidden="true">{move || if lang.get() == Lang::Zh { "中" } else { "EN" }}</span>
            <select
                data-testid="language"
                aria-label=move || lang.get().language()
                prop:value=move || lang.get().id()
                on:change:target=move |event| choose(event.target().value())
            >
                {Lang::ALL
                    .map(|each| {
                        view! {
                            <option value=each.id() selected=move || lang.get() == each>
                                {each.own_name()}
                            </option>
                        }
                    })}
            </select>
        </label>
    }
}

#[component]
fn ThemePick() -> impl IntoView {
    let lang = use_lang();
    let theme = expect_context::<ThemeChoice>().0;
    let storage = expect_context::<Storage>();
    let choose = move |id: String| {
        if let Some(chosen) = Theme::from_id(&id) {
            theme.set(chosen);
            storage.with(|store| store.save(Key::Theme, &chosen.id()));
        }
    };
    let name = move |each: Theme| match each {
        Theme::Light => lang.get().theme_light(),
        Theme::Dark => lang.get().theme_dark(),
        Theme::System => lang.get().theme_system(),
    };
    view! {
        <label class="pick btn gho sm ico">
            <Icon name=IconName::Theme />
            <select
                data-testid="theme"
                aria-label=move || lang.get().theme()
                prop:value=move || theme.get().id()
                on:change:target=move |event| choose(event.target().value())
            >
                {Theme::ALL
                    .map(|each| {
                        view! {
                            <option value=each.id() selected=move || theme.get() == each>
                                {move || name(each)}
                            </option>
                        }
                    })}
            </select>
        </label>
    }
}

#[component]
fn Rail(page: Memo<Page>) -> impl IntoView {
    let lang = use_lang();
    let link = move |target: Page, test_id: &'static str, icon: IconName, label: fn(Lang) -> &'static str| {
        view! {
            <a
                href=target.href()
                data-testid=test_id
                aria-current=move || (page.get() == target).then_some("page")
            >
                <Icon name=icon />
                <span>{move || label(lang.get())}</span>
            </a>
        }
    };
    view! {
        <nav class="rail" aria-label=move || lang.get().views()>
            {link(Page::Messages, "nav-messages", IconName::Messages, Lang::messages)}
            {link(Page::Connect, "nav-connect", IconName::Plug, Lang::connection)}
        </nav>
    }
}

/// A number that keeps its width: `12.3k` before it would outgrow its place.
fn compact(number: u64) -> String {
    match number {
        0..100_000 => number.to_string(),
        100_000..1_000_000 => format!("{}k", number / 1000),
        _ => format!("{}.{}M", number / 1_000_000, number % 1_000_000 / 100_000),
    }
}

fn clock_time(seconds: u64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[component]
fn Strip() -> impl IntoView {
    let lang = use_lang();
    let bench = use_bench();
    let state = move || bench.status.with(|status| status.state);
    let plan = Memo::new(move |_| bench.status.with(|status| status.plan.clone()));
    let identity = move || {
        plan.get().map(|plan| match plan.product {
            Some(product) => view! { <span class="fg3">{product}" / "</span>{plan.name} }.into_any(),
            None => view! { {plan.name} }.into_any(),
        })
    };
    let client_id =
        move || plan.get_untracked().map(|plan| plan.options.client_id.to_string()).unwrap_or_default();
    let address = move || plan.with(|plan| plan.as_ref().map(|plan| plan.url.clone())).unwrap_or_default();
    let round_trip = move || {
        bench.status.with(|status| status.round_trip).map_or("—".to_owned(), |span| {
            crate::i18n::millis(u64::try_from(span.as_micros()).unwrap_or(u64::MAX)) + " ms"
        })
    };
    let uptime = move || {
        bench.seconds.track();
        let since = bench.status.with(|status| status.online_since);
        since.map_or("—".to_owned(), |since| {
            clock_time((bench.device(|d| d.clock().now()) - since).as_secs())
        })
    };
    // Messages of the last second.
    let rates = Memo::new(move |before: Option<&(Counts, u64, u64)>| {
        bench.seconds.track();
        let now = untrack(|| bench.counts());
        before
            .map_or((now, 0, 0), |(before, ..)| (now, now.sent - before.sent, now.received - before.received))
    });
    view! {
        <div class="strip">
            <span class="row">
                <i class=move || bench.status.with(dot)></i>
                <b class="med">{move || bench.status.with(|status| state_name(lang.get(), status))}</b>
            </span>
            <span class="row gap1 mono ident">
                <span class="ell">{identity}</span>
                <CopyButton label=Signal::derive(move || lang.get().copy_client_id().to_owned()) text=client_id />
            </span>
            <span class="mono fg3 ell addr">{address}</span>
            <span class="right row gap4 metrics">
                <span class="metric">"RTT "<b style="min-width:7ch">{round_trip}</b></span>
                <span class="metric up">
                    {move || lang.get().uptime()}" "<b style="min-width:8ch">{uptime}</b>
                </span>
                <span class="vr"></span>
                <span class="metric">
                    <span class="c-up"><Icon name=IconName::ArrowUp small=true /></span>
                    {move || lang.get().sent()}" "<b style="min-width:5ch">{move || compact(rates.get().1)}</b>" /s"
                </span>
                <span class="metric">
                    <span class="c-down"><Icon name=IconName::ArrowDown small=true /></span>
                    {move || lang.get().received()}" "<b style="min-width:5ch">{move || compact(rates.get().2)}</b>" /s"
                </span>
            </span>
            {move || match state() {
                State::Offline => view! {
                    <button type="button" class="btn" data-testid="reconnect" on:click=move |_| bench.device(crate::device::Device::reconnect)>
                        <Icon name=IconName::Plug />
                        {move || lang.get().reconnect()}
                    </button>
                }.into_any(),
                _ => view! {
                    <button type="button" class="btn" data-testid="disconnect" on:click=move |_| bench.device(crate::device::Device::disconnect)>
                        <Icon name=IconName::Plug />
                        {move || if state() == State::Online { lang.get().disconnect() } else { lang.get().cancel() }}
                    </button>
                }.into_any(),
            }}
        </div>
    }
}

/// A name for tests and links of why a connection is over.
const fn problem_code(cause: &EndCause, mixed_content: bool) -> &'static str {
    match cause {
        EndCause::Disconnected => "disconnected",
        EndCause::Refused(code) => match code {
            ConnectReturnCode::UnacceptableProtocolVersion => "protocol-version",
            ConnectReturnCode::IdentifierRejected => "client-id-rejected",
            ConnectReturnCode::ServerUnavailable => "server-unavailable",
            ConnectReturnCode::BadUserNameOrPassword => "bad-credentials",
            ConnectReturnCode::NotAuthorized => "not-authorized",
            ConnectReturnCode::Accepted | ConnectReturnCode::Reserved(_) => "protocol-error",
        },
        EndCause::OpenFailed(_) if mixed_content => "mixed-content",
        EndCause::OpenFailed(_) => "bad-address",
        EndCause::OpenTimeout | EndCause::Closed(Stage::Opening, _) => "unreachable",
        EndCause::ConnAckTimeout => "no-connack",
        EndCause::PingTimeout => "no-pingresp",
        EndCause::NotMqtt => "no-mqtt",
        EndCause::Violation(_) => "protocol-error",
        EndCause::Closed(Stage::AwaitingConnAck, _) => "closed-early",
        EndCause::Closed(Stage::Online, _) => "connection-lost",
    }
}

/// Why the connection failed or ended, until the next attempt.
#[component]
fn ProblemBanner() -> impl IntoView {
    let lang = use_lang();
    let bench = use_bench();
    let problem = Memo::new(move |_| {
        bench.status.with(|status| {
            let cause = status.ended.clone().filter(|cause| *cause != EndCause::Disconnected)?;
            let https = window().location().protocol().is_ok_and(|scheme| scheme == "https:");
            let mixed = https && status.plan.as_ref().is_some_and(|plan| plan.url.starts_with("ws:"));
            Some((cause, mixed))
        })
    });
    move || {
        problem.get().map(|(cause, mixed)| {
            let code = problem_code(&cause, mixed);
            let text = move || match code {
                "mixed-content" => lang.get().end_mixed_content().to_owned(),
                _ => lang.get().end_cause(&cause),
            };
            view! {
                <div class="note err flat" role="alert" data-testid="problem" data-code=code>
                    <Icon name=IconName::Error />
                    <span class="grow">{text}</span>
                </div>
            }
        })
    }
}

#[component]
fn StatusBar() -> impl IntoView {
    let lang = use_lang();
    let bench = use_bench();
    let counts = Memo::new(move |_| bench.counts());
    let megabytes = move || {
        let tenths = counts.get().bytes / 104_858;
        format!("{}.{} MB", tenths / 10, tenths % 10)
    };
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
                        {lang.get().secrets_in_memory()}
                    </span>
                    <span class="right">{concat!("UIoT Testbench ", env!("CARGO_PKG_VERSION"))}</span>
                    <span class="wide">{lang.get().no_third_party()}</span>
                }.into_any(),
                Some(mode) => view! {
                    <span>
                        {lang.get().kept()}" "
                        <span class="num">{move || counts.get().kept}</span>
                    </span>
                    <span>{lang.get().memory()}" "<span class="num">{megabytes}</span></span>
                    <span>
                        {lang.get().dropped()}" "
                        <span class="num">{move || counts.get().dropped}</span>
                    </span>
                    <span class="right wide">
                        <Icon name=IconName::Bolt small=true />
                        {match mode {
                            Mode::Uiot => lang.get().rules_uiot(),
                            Mode::Generic => lang.get().rules_generic(),
                        }}
                    </span>
                    <span class="wide">{session}</span>
                    <span class="wide">
                        {lang.get().subscriptions()}" "
                        <span class="num">{move || bench.subscriptions.with(Vec::len)}</span>
                    </span>
                }.into_any(),
            }}
        </footer>
    }
}

#[component]
fn ToastList() -> impl IntoView {
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
