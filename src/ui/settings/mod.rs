//! The settings page: what holds for the whole tool, whatever the session. Everything takes effect at once.

mod about;
mod appearance;
mod connection;
mod erase;
mod log;
mod parts;
mod stored;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::commands::ShortcutList;
use super::components::{ChoiceOption, Icon, IconName};
use super::context::use_lang;
use super::page::Page;
use super::preferences::use_preferences;
use crate::i18n::Lang;

/// The part of the address behind the page's, a sign, and a name.
type Section = (&'static str, IconName, fn(Lang) -> &'static str);

/// The sections, from top to bottom.
const SECTIONS: [Section; 6] = [
    ("appearance", IconName::Theme, Lang::appearance),
    ("log", IconName::Messages, Lang::log_settings),
    ("connection", IconName::Plug, Lang::connection_settings),
    ("privacy", IconName::Key, Lang::privacy),
    ("shortcuts", IconName::Keyboard, Lang::settings_shortcuts),
    ("about", IconName::Note, Lang::about),
];

const ON_OFF: [ChoiceOption; 2] = [
    ChoiceOption { id: "on", label: Lang::sign_keys_on },
    ChoiceOption { id: "off", label: Lang::sign_keys_off },
];

/// The part of the address behind `#/settings/`.
fn section_of(hash: &str) -> Option<&'static str> {
    let path = hash.trim_start_matches('#').strip_prefix("/settings/")?;
    SECTIONS.iter().map(|(id, ..)| *id).find(|id| *id == path)
}

/// Brings a section to the top, and the focus to its heading.
fn go_to(id: &'static str) {
    request_animation_frame(move || {
        use leptos::wasm_bindgen::JsCast;
        let heading = document().get_element_by_id(&format!("settings-{id}"));
        if let Some(heading) = heading.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
            heading.scroll_into_view();
            // Fails only where nothing can be focused.
            let _ = heading.focus();
        }
    });
}

#[component]
pub(super) fn SettingsPage() -> impl IntoView {
    let lang = use_lang();
    let hash = use_location().hash;
    let section = Memo::new(move |_| section_of(&hash.get()));
    Effect::new(move |_| {
        if let Some(id) = section.get() {
            go_to(id);
        }
    });
    let links = SECTIONS
        .map(|(id, icon, name)| {
            let current = move || section.get().unwrap_or(SECTIONS[0].0) == id;
            view! {
                <a
                    class="li"
                    class:sel=current
                    href=format!("{}/{id}", Page::Settings.href())
                    data-testid=format!("settings-to-{id}")
                    aria-current=move || current().then_some("true")
                    on:click=move |_| go_to(id)
                >
                    <Icon name=icon />
                    <span>{move || name(lang.get())}</span>
                </a>
            }
        })
        .collect_view();
    view! {
        <div class="settings" data-testid="settings">
            <nav class="pane set-nav" aria-label=move || lang.get().settings_sections()>{links}</nav>
            <div class="scroll">
                <div class="set-b">
                    <h1 class="sr">{move || lang.get().settings()}</h1>
                    <Damaged />
                    {appearance::section()}
                    {log::section()}
                    {connection::section()}
                    {stored::section()}
                    {shortcuts()}
                    {about::section()}
                </div>
            </div>
        </div>
    }
}

fn shortcuts() -> AnyView {
    let preferences = use_preferences();
    let sign_keys = parts::choice(
        "sign-keys",
        "settings-sign-keys",
        Lang::sign_keys,
        parts::words(Lang::sign_keys_hint),
        &ON_OFF,
        Signal::derive(move || if preferences.all.with(|all| all.sign_keys) { "on" } else { "off" }),
        Callback::new(move |id| preferences.set(|all| all.sign_keys = id == "on")),
    );
    let list = view! { <div class="srow col"><ShortcutList /></div> };
    parts::section("shortcuts", Lang::settings_shortcuts, vec![sign_keys, list.into_any()])
}

/// Names what of the stored settings could not be read.
#[component]
fn Damaged() -> impl IntoView {
    let lang = use_lang();
    let damaged = use_preferences().damaged;
    move || {
        damaged.with(|names| (!names.is_empty()).then(|| names.join(", "))).map(|names| {
            view! {
                <p class="note warn" data-testid="settings-damaged">
                    <Icon name=IconName::Warning />
                    <span class="grow">{move || lang.get().settings_damaged(&names)}</span>
                    <button type="button" class="btn sm" on:click=move |_| damaged.set(Vec::new())>
                        {move || lang.get().settings_dismiss()}
                    </button>
                </p>
            }
        })
    }
}
