//! Tabs, language and theme at the top; the rail of pages.

use leptos::prelude::*;

use super::help::HelpLink;
use super::small::More;
use super::tabs::Tabs;
use crate::commands::Command;
use crate::i18n::Lang;
use crate::ui::commands::{PaletteButton, keys_of};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::{Narrow, Theme, use_lang};
use crate::ui::page::Page;
use crate::ui::preferences::use_preferences;

#[component]
pub(super) fn TopBar(page: Memo<Page>) -> impl IntoView {
    let lang = use_lang();
    view! {
        <header class="top">
            <a class="brand" href=Page::Connect.href() aria-label=move || lang.get().product()>
                <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
                    <path d="M4 5v7a8 8 0 0 0 16 0V5" stroke-width="2.2" />
                    <path d="M8.500 12h1.700l1.300-4 2 7.500 1.300-3.500h.9" stroke-width="1.8" />
                </svg>
            </a>
            <Tabs />
            <div class="top-r">
                <PaletteButton />
                <LanguagePick />
                <ThemePick />
                <HelpLink page />
            </div>
        </header>
    }
}

#[component]
pub(super) fn LanguagePick() -> impl IntoView {
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
pub(super) fn ThemePick() -> impl IntoView {
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
    let narrow = expect_context::<Narrow>().0;
    let link = move |target: Page, test_id: &'static str, icon: IconName, label: fn(Lang) -> &'static str| {
        let keys = match target {
            Page::Messages => keys_of(Command::ToMessages),
            Page::Shadow => keys_of(Command::ToShadow),
            Page::Model => keys_of(Command::ToModel),
            Page::Ota => keys_of(Command::ToOta),
            Page::Wire => keys_of(Command::ToWire),
            Page::Cloud => keys_of(Command::ToCloud),
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
        .into_any()
    };
    view! {
        <nav class="rail" aria-label=move || lang.get().views()>
            {link(Page::Messages, "nav-messages", IconName::Messages, Lang::messages)}
            {link(Page::Shadow, "nav-shadow", IconName::Shadow, Lang::nav_shadow)}
            {link(Page::Model, "nav-model", IconName::Cube, Lang::nav_model)}
            {move || {
                (!narrow.get())
                    .then(|| {
                        view! {
                            {link(Page::Ota, "nav-ota", IconName::Upload, Lang::nav_ota)}
                            {link(Page::Gateway, "nav-gateway", IconName::Gateway, Lang::nav_gateway)}
                        }
                    })
            }}
            // What is there at every width keeps its element, and with it the focus.
            {link(Page::Wire, "nav-wire", IconName::Wire, Lang::wire)}
            {move || {
                (!narrow.get()).then(|| link(Page::Cloud, "nav-cloud", IconName::Cloud, Lang::nav_cloud))
            }}
            {link(Page::Connect, "nav-connect", IconName::Plug, Lang::connect)}
            {move || {
                if narrow.get() {
                    view! { <More page /> }.into_any()
                } else {
                    view! {
                        <span class="sp"></span>
                        {link(Page::Settings, "nav-settings", IconName::Settings, Lang::settings)}
                    }
                    .into_any()
                }
            }}
        </nav>
    }
}
