//! What was set for the whole tool, as signals: in force at once, remembered, and taken over from other tabs.

use leptos::prelude::*;

use super::context::{Language, LanguageChoice, Storage, Theme, ThemeChoice, browser_language};
use super::record::offset_minutes;
use crate::i18n::Lang;
use crate::storage::{self, Key, Profile, Times, Zone};

/// See the [module's docs](self).
#[derive(Clone, Copy)]
pub(super) struct Preferences {
    /// All of them, for whoever changes one: what is set here is remembered.
    pub(super) all: RwSignal<storage::Preferences>,
    /// How times are written.
    pub(super) times: Memo<Times>,
    /// The height of a row on a screen with room for several panes, in CSS pixels.
    pub(super) row: Memo<f64>,
    /// An acknowledgement that takes longer is late, in microseconds.
    pub(super) late: Memo<u32>,
    /// A request without an acknowledgement is overdue after so many seconds.
    pub(super) overdue: Memo<u32>,
    /// The language as it was chosen; none follows the browser.
    pub(super) language: RwSignal<Option<Lang>>,
    lang: RwSignal<Lang>,
    pub(super) theme: RwSignal<Theme>,
    storage: Storage,
    /// Names of stored values that could not be read; they are at their default.
    pub(super) damaged: RwSignal<Vec<&'static str>>,
}

impl Preferences {
    /// Takes up what is remembered, and makes itself known. Needs the storage, the language and the theme.
    pub(super) fn provide() -> Self {
        let storage = expect_context::<Storage>();
        let (read, damaged) =
            storage::Preferences::read(storage.with(|store| store.load_text(Key::Preferences)).as_deref());
        let all = RwSignal::new(read);
        let Language(lang) = expect_context();
        let LanguageChoice(language) = expect_context();
        let ThemeChoice(theme) = expect_context();
        let preferences = Self {
            all,
            language,
            lang,
            theme,
            storage,
            times: Memo::new(move |_| all.with(|all| all.times)),
            row: Memo::new(move |_| all.with(|all| all.density.row())),
            late: Memo::new(move |_| all.with(|all| all.late.saturating_mul(1000))),
            overdue: Memo::new(move |_| all.with(|all| all.overdue)),
            damaged: RwSignal::new(damaged),
        };
        provide_context(preferences);
        let stored = StoredValue::new(read);
        Effect::new(move |_| {
            let now = all.get();
            if stored.get_value() != now {
                stored.set_value(now);
                // What the browser does not take is kept in memory, and the notice says so.
                let _ = storage.with(|store| store.save_text(Key::Preferences, &now.to_text()));
            }
        });
        Effect::new(move |_| show(&all.get()));
        // Whoever sets the language elsewhere has chosen it.
        Effect::new(move |_| {
            let shown = lang.get();
            if language.get_untracked().unwrap_or_else(browser_language) != shown {
                language.set(Some(shown));
            }
        });
        // What another tab stores is said to all but itself. The listener lives as long as the page.
        let _ = window_event_listener(leptos::ev::storage, move |event| {
            let (Some(key), text) = (event.key(), event.new_value()) else { return };
            let id = || {
                text.as_deref().and_then(|text| serde_json::from_str::<String>(text).ok()).unwrap_or_default()
            };
            if key == Key::Preferences.name() {
                let (read, _) = storage::Preferences::read(text.as_deref());
                stored.set_value(read);
                all.set(read);
            } else if key == Key::Language.name() {
                let chosen = Lang::from_id(&id());
                language.set(chosen);
                lang.set(chosen.unwrap_or_else(browser_language));
            } else if key == Key::Theme.name() {
                theme.set(Theme::from_id(&id()).unwrap_or_default());
            }
        });
        preferences
    }

    /// Changes some of them.
    pub(super) fn set(self, change: impl FnOnce(&mut storage::Preferences)) {
        self.all.update(change);
    }

    /// Chooses the language and remembers it; none follows the browser.
    pub(super) fn choose_language(self, chosen: Option<Lang>) {
        self.language.set(chosen);
        self.lang.set(chosen.unwrap_or_else(browser_language));
        let id = chosen.map_or("auto", Lang::id);
        self.storage.with(|store| store.save(Key::Language, &id));
    }

    /// Chooses the theme and remembers it.
    pub(super) fn choose_theme(self, chosen: Theme) {
        self.theme.set(chosen);
        self.storage.with(|store| store.save(Key::Theme, &chosen.id()));
    }

    /// The name of the zone in which times are shown, as `UTC+8`: what it is at present.
    pub(super) fn zone_name(self) -> String {
        Zone::name_of(self.offset_at(js_sys::Date::now() as u64 * 1000))
    }

    /// Minutes by which that zone is ahead of UTC at a time in microseconds since 1970, UTC.
    pub(super) fn offset_at(self, unix_micros: u64) -> i32 {
        self.times.get().zone.offset(|| offset_minutes(unix_micros))
    }

    /// The form of a new session.
    pub(super) fn new_profile(self) -> Profile {
        self.all.with_untracked(storage::Preferences::new_profile)
    }
}

/// What was set for the whole tool, for a screen.
pub(super) fn use_preferences() -> Preferences {
    expect_context()
}

/// Tells the stylesheets.
fn show(all: &storage::Preferences) {
    use leptos::wasm_bindgen::JsCast;
    let root = document().document_element();
    let Some(root) = root.and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok()) else { return };
    // Both fail only for names that are none.
    let _ = root.set_attribute("data-density", all.density.id());
    let scale = f64::from(all.mono) / 12.0;
    let set = |name: &str, value: String| {
        let _ = root.style().set_property(name, &value);
    };
    set("--fs-mono", format!("{}px", all.mono));
    set("--mono", format!("{scale:.4}"));
    set("--time-chars", all.times.format.width().to_string());
}
