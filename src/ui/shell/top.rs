//! Tabs, language and theme at the top; the rail of pages.

use leptos::prelude::*;

use super::{dot, state_id, state_name};
use crate::commands::Command;
use crate::i18n::Lang;
use crate::storage::Profile;
use crate::ui::commands::{PaletteButton, keys_of};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::{Theme, use_lang};
use crate::ui::page::Page;
use crate::ui::preferences::use_preferences;
use crate::ui::sessions::{Session, use_sessions};

#[component]
pub(super) fn TopBar() -> impl IntoView {
    let lang = use_lang();
    let sessions = use_sessions();
    let preferences = use_preferences();
    view! {
        <header class="top">
            <a class="brand" href=Page::Connect.href() aria-label=move || lang.get().product()>
                <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
                    <path d="M4 5v7a8 8 0 0 0 16 0V5" stroke-width="2.2" />
                    <path d="M8.500 12h1.700l1.300-4 2 7.500 1.300-3.500h.9" stroke-width="1.8" />
                </svg>
            </a>
            <nav class="tabs-s" aria-label=move || lang.get().sessions()>
                <For each=move || sessions.list().get() key=|session| session.id children=|session| view! { <Tab session /> } />
                <button
                    type="button"
                    class="btn gho ico sm"
                    data-testid="new-device"
                    aria-keyshortcuts=keys_of(Command::NewSession)
                    aria-label=move || lang.get().new_session()
                    title=move || lang.get().new_session()
                    on:click=move |_| {
                        sessions.open(preferences.new_profile(), None);
                    }
                >
                    <Icon name=IconName::Plus />
                </button>
            </nav>
            <div class="top-r">
                <PaletteButton />
                <LanguagePick />
                <ThemePick />
            </div>
        </header>
    }
}

#[component]
fn Tab(session: Session) -> impl IntoView {
    let lang = use_lang();
    let sessions = use_sessions();
    let bench = session.bench;
    let id = session.id;
    let name = move || session.name().unwrap_or_else(|| lang.get().new_session().to_owned());
    view! {
        <button
            type="button"
            class="tab-s"
            class:on=move || sessions.active() == id
            data-testid="session-tab"
            aria-current=move || (sessions.active() == id).then_some("true")
            on:click=move |_| sessions.activate(id)
        >
            <span class="row" data-testid="connection-state" data-state=move || bench.status.with(state_id)>
                <i class=move || bench.status.with(dot)></i>
                <span class="sr">{move || bench.status.with(|status| state_name(lang.get(), status))}</span>
            </span>
            <span class="ell">{name}</span>
            <Show when=move || bench.is_simulated()>
                <span class="chip sq">{move || lang.get().simulator_tag()}</span>
            </Show>
        </button>
    }
}

#[component]
fn LanguagePick() -> impl IntoView {
    let lang = use_lang();
    let preferences = use_preferences();
    let choose = move |id: String| {
        if let Some(chosen) = Lang::from_id(&id) {
            preferences.choose_language(Some(chosen));
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
    let preferences = use_preferences();
    let theme = preferences.theme;
    let choose = move |id: String| {
        if let Some(chosen) = Theme::from_id(&id) {
            preferences.choose_theme(chosen);
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
pub(super) fn Rail(page: Memo<Page>) -> impl IntoView {
    let lang = use_lang();
    let link = move |target: Page, test_id: &'static str, icon: IconName, label: fn(Lang) -> &'static str| {
        let keys = match target {
            Page::Messages => keys_of(Command::ToMessages),
            Page::Wire => keys_of(Command::ToWire),
            _ => None,
        };
        view! {
            <a
                href=target.href()
                data-testid=test_id
                aria-keyshortcuts=keys
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
            {link(Page::Wire, "nav-wire", IconName::Wire, Lang::wire)}
            {link(Page::Connect, "nav-connect", IconName::Plug, Lang::connect)}
            {link(Page::Settings, "nav-settings", IconName::Settings, Lang::settings)}
        </nav>
    }
}
