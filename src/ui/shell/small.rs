//! The frame of a small screen: one line with the session in front, a list to change sessions, and what the status bar says
//! elsewhere.

use leptos::html;
use leptos::prelude::*;

use super::budget::BUDGET_WINDOW;
use super::help::help_href;
use super::measures::{active_faults, rate, round_trip};
use super::session_menu::{SessionMenu, hide};
use super::tabs::{face, focus_tab, name_of};
use super::top::{LanguagePick, ThemePick};
use super::{dot, state_name};
use crate::i18n::Lang;
use crate::i18n::numbers::{grouped, megabytes};
use crate::journal::Direction;
use crate::mqtt::State;
use crate::ui::commands::PaletteOpen;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::page::Page;
use crate::ui::preferences::use_preferences;
use crate::ui::sessions::{Session, use_sessions};

/// The `id`s of the windows, for the `popovertarget` of what opens them.
const SESSION_LIST: &str = "session-list";
const MORE: &str = "more-views";

/// A view, the name of its link, its icon and its label.
type Way = (Page, &'static str, IconName, fn(Lang) -> &'static str);

/// The views that have no place in the lower bar.
const IN_MORE: [Way; 4] = [
    (Page::Ota, "nav-ota", IconName::Upload, Lang::nav_ota),
    (Page::Gateway, "nav-gateway", IconName::Gateway, Lang::nav_gateway),
    (Page::Cloud, "nav-cloud", IconName::Cloud, Lang::nav_cloud),
    (Page::Settings, "nav-settings", IconName::Settings, Lang::settings),
];

/// The upper bar: the session in front opens the list of all.
#[component]
pub(super) fn SmallTop() -> impl IntoView {
    let lang = use_lang();
    let sessions = use_sessions();
    let menu = expect_context::<SessionMenu>();
    let behind = Memo::new(move |_| {
        let sum: u64 = sessions.list().with(|list| list.iter().map(Session::unread).sum());
        sum.min(100)
    });
    view! {
        <header class="top small">
            <button
                type="button"
                class="who"
                popovertarget=SESSION_LIST
                data-testid="sessions-open"
                title=move || lang.get().session_list()
            >
                {move || sessions.current().map(|session| who(&session))}
                <span class="badge acc" class:none=move || behind.get() == 0>
                    <span aria-hidden="true">
                        {move || if behind.get() > 99 { "99+".to_owned() } else { behind.get().to_string() }}
                    </span>
                    <span class="sr">
                        {move || match behind.get() {
                            0 => String::new(),
                            count => lang.get().session_unread(&count.to_string()),
                        }}
                    </span>
                </span>
            </button>
            <div class="top-r">
                <LanguagePick />
                <ThemePick />
                <button
                    type="button"
                    class="btn gho ico"
                    data-testid="session-more"
                    aria-haspopup="menu"
                    aria-label=move || lang.get().session_menu()
                    title=move || lang.get().session_menu()
                    on:click=move |event| menu.open_below_pressed(untrack(|| sessions.active()), &event)
                >
                    <Icon name=IconName::More />
                </button>
            </div>
        </header>
        <SessionList />
    }
}

/// State, name and measures of the session in front.
fn who(session: &Session) -> AnyView {
    let lang = use_lang();
    let bench = session.bench;
    let online = Memo::new(move |_| bench.status.with(|status| status.state == State::Online));
    let faults = active_faults(bench);
    let (sent, received) = (rate(bench, Direction::Out), rate(bench, Direction::In));
    view! {
        <i class=move || bench.status.with(dot)></i>
        <span class="col grow">
            <span class="row gap1">
                <b class="med ell">{name_of(session)}</b>
                <Show when=move || bench.is_simulated()>
                    <span class="chip sq acc" data-testid="simulator-badge">
                        {move || lang.get().simulator_tag()}
                    </span>
                </Show>
                <Show when=move || faults.get().gt(&0)>
                    <span class="c-warn" title=move || lang.get().faults_status(faults.get())>
                        <Icon name=IconName::Warning small=true />
                        <span class="sr">{move || lang.get().faults_status(faults.get())}</span>
                    </span>
                </Show>
                <Icon name=IconName::Chevron small=true />
            </span>
            <span class="mono num fg3 ell live">
                <Show
                    when=move || online.get()
                    fallback=move || bench.status.with(|status| state_name(lang.get(), status))
                >
                    <span class="sr">{move || lang.get().online()}</span>
                    <span class="box">{round_trip(bench)}</span>
                    <span class="c-up">"↑"<span class="box">{sent}</span></span>
                    <span class="c-down">"↓"<span class="box">{received}</span></span>
                    "/s"
                </Show>
            </span>
        </span>
    }
    .into_any()
}

#[component]
fn SessionList() -> impl IntoView {
    let lang = use_lang();
    let sessions = use_sessions();
    let preferences = use_preferences();
    let window = NodeRef::<html::Div>::new();
    let row = move |session: Session| {
        let id = session.id;
        let name = name_of(&session);
        view! {
            <li class:on=move || sessions.active() == id>
                <button
                    type="button"
                    class="pick-s"
                    data-testid="session-tab"
                    data-session=id.to_string()
                    aria-current=move || (sessions.active() == id).then_some("true")
                    on:click=move |_| {
                        hide(window);
                        sessions.activate(id);
                    }
                >
                    {face(&session)}
                </button>
                <button
                    type="button"
                    class="btn gho ico"
                    data-testid="session-close"
                    aria-label=move || lang.get().session_close(&name())
                    on:click=move |_| {
                        hide(window);
                        sessions.close(id);
                        focus_tab(sessions);
                    }
                >
                    <Icon name=IconName::Close />
                </button>
            </li>
        }
    };
    view! {
        <div
            node_ref=window
            id=SESSION_LIST
            class="menu sheet top-sheet"
            popover="auto"
            role="dialog"
            aria-label=move || lang.get().sessions()
            data-testid="session-list"
        >
            <ul>
                <For each=move || sessions.list().get() key=|session| session.id children=row />
            </ul>
            <button
                type="button"
                class="mi"
                data-testid="new-device"
                on:click=move |_| {
                    hide(window);
                    sessions.open(preferences.new_profile(), None);
                }
            >
                <Icon name=IconName::Plus />
                {move || lang.get().new_session()}
            </button>
        </div>
    }
}

/// The last place of the lower bar: the views that have none there, and what the log holds.
#[component]
pub(super) fn More(page: Memo<Page>) -> impl IntoView {
    let lang = use_lang();
    let sessions = use_sessions();
    let window = NodeRef::<html::Div>::new();
    let budget = sessions.budget();
    let palette = expect_context::<PaletteOpen>();
    let counts = Memo::new(move |_| sessions.current().map(|session| session.bench.live_counts()));
    let number = move |label: &'static str, value: String| {
        view! {
            <span class="fg3">{label}</span>
            <span class="num right">{value}</span>
        }
    };
    view! {
        <button
            type="button"
            popovertarget=MORE
            data-testid="nav-more"
            class:on=move || IN_MORE.iter().any(|(target, ..)| page.get() == *target)
        >
            <Icon name=IconName::More />
            <span>{move || lang.get().more_views()}</span>
        </button>
        <div
            node_ref=window
            id=MORE
            class="menu sheet foot-sheet"
            popover="auto"
            role="dialog"
            aria-label=move || lang.get().more_views()
            data-testid="more-views"
        >
            {IN_MORE
                .map(|(target, test_id, icon, label)| {
                    view! {
                        <a
                            class="mi"
                            href=target.href()
                            data-testid=test_id
                            aria-current=move || (page.get() == target).then_some("page")
                            on:click=move |_| hide(window)
                        >
                            <Icon name=icon />
                            {move || label(lang.get())}
                        </a>
                    }
                })}
            <a
                class="mi"
                href=move || help_href(lang.get(), page.get().chapter())
                target="_blank"
                rel="noopener"
                data-testid="help-link"
                on:click=move |_| hide(window)
            >
                <Icon name=IconName::Help />
                {move || lang.get().help_for_page()}
            </a>
            <button
                type="button"
                class="mi"
                data-testid="more-commands"
                on:click=move |_| {
                    hide(window);
                    palette.0.set(true);
                }
            >
                <Icon name=IconName::Search />
                {move || lang.get().commands()}
            </button>
            <button type="button" class="mi" popovertarget=BUDGET_WINDOW data-testid="more-memory">
                <Icon name=IconName::Ledger />
                {move || lang.get().log_memory()}
                <span class="num right">
                    {move || {
                        let used = counts.with(|counts| counts.map_or(0, |counts| counts.bytes));
                        format!("{} / {} MB", megabytes(used), budget.get().bytes >> 20)
                    }}
                </span>
            </button>
            <p class="mi">
                {move || number(lang.get().kept(), grouped(counts.with(|counts| counts.map_or(0, |counts| counts.kept))))}
            </p>
            <p class="mi">
                {move || {
                    number(lang.get().dropped(), grouped(counts.with(|counts| counts.map_or(0, |counts| counts.dropped))))
                }}
            </p>
        </div>
    }
}
