//! What all screens share beside the device: language, theme, width, toasts. Each context is a type of its own.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use crate::i18n::Lang;
use crate::storage::{Key, Store};

/// The language of the interface.
#[derive(Clone, Copy)]
pub(super) struct Language(pub(super) RwSignal<Lang>);

/// The language as it was chosen; none follows the browser.
#[derive(Clone, Copy)]
pub(super) struct LanguageChoice(pub(super) RwSignal<Option<Lang>>);

/// The language, to be read inside a view: `lang.get().connect()`.
pub(super) fn use_lang() -> RwSignal<Lang> {
    expect_context::<Language>().0
}

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Theme {
    Light,
    Dark,
    #[default]
    System,
}

impl Theme {
    pub(super) const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::System];

    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::System => "system",
        }
    }

    pub(super) fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.id() == id)
    }

    fn is_dark(self, system_dark: bool) -> bool {
        self == Self::Dark || (self == Self::System && system_dark)
    }
}

/// The theme's choice.
#[derive(Clone, Copy)]
pub(super) struct ThemeChoice(pub(super) RwSignal<Theme>);

/// The browser's storage.
#[derive(Clone, Copy)]
pub(super) struct Storage(StoredValue<Store, LocalStorage>, RwSignal<bool>);

impl Storage {
    pub(super) fn with<T>(self, use_store: impl FnOnce(&Store) -> T) -> T {
        let result = self.0.with_value(use_store);
        let memory_only = self.0.with_value(Store::is_memory_only);
        if self.1.get_untracked() != memory_only {
            self.1.set(memory_only);
        }
        result
    }

    /// Whether what is saved will be gone with the page.
    pub(super) fn is_memory_only(self) -> bool {
        self.1.get()
    }
}

/// Whether the screen is too narrow for more than one pane (guide, section 2).
#[derive(Clone, Copy)]
pub(super) struct Narrow(pub(super) RwSignal<bool>);

/// Whether the log shows what the platform's messages mean, or their payloads as they are.
#[derive(Clone, Copy)]
pub(super) struct ContentAs(RwSignal<bool>, Storage);

impl ContentAs {
    /// Whether they are shown as they are.
    pub(super) fn is_raw(self) -> bool {
        self.0.get()
    }

    /// Shows the other, and remembers it.
    pub(super) fn toggle(self) {
        let raw = !self.0.get_untracked();
        self.0.set(raw);
        self.1.with(|store| store.save(Key::RawContent, &raw));
    }
}

/// Width below which there is one pane, in CSS pixels.
const NARROW: &str = "(max-width: 719.98px)";

/// Something to do later. No `Callback`: that ends with the screen that made it, and a toast outlives it.
pub(super) type Act = Arc<dyn Fn() + Send + Sync>;

/// A short message at the lower right, with a way back where there is one.
#[derive(Clone)]
pub(super) struct Toast {
    pub(super) text: String,
    pub(super) undo: Option<Act>,
    /// Called when it goes without having been undone.
    pub(super) gone: Option<Act>,
}

/// The toasts that are shown, oldest first; at most [`Toasts::MOST`].
#[derive(Clone, Copy)]
pub(super) struct Toasts(pub(super) RwSignal<Vec<(u32, Toast)>>, StoredValue<u32>);

impl Toasts {
    const MOST: usize = 3;

    pub(super) fn show(self, toast: Toast) {
        let number = self.1.get_value();
        self.1.set_value(number.wrapping_add(1));
        let seconds = if toast.undo.is_some() { 8 } else { 4 };
        self.0.update(|list| list.push((number, toast)));
        while self.0.with_untracked(Vec::len) > Self::MOST {
            if let Some(oldest) = self.0.with_untracked(|list| list.first().map(|(number, _)| *number)) {
                self.leave(oldest, false);
            }
        }
        set_timeout(move || self.leave(number, false), std::time::Duration::from_secs(seconds));
    }

    /// Takes a toast away.
    pub(super) fn leave(self, number: u32, undone: bool) {
        let found = self.0.try_update(|list| {
            list.iter().position(|(known, _)| *known == number).map(|index| list.remove(index).1)
        });
        if let Some(Some(toast)) = found {
            match (undone, toast.undo, toast.gone) {
                (true, Some(undo), _) => undo(),
                (false, _, Some(gone)) => gone(),
                _ => {}
            }
        }
    }
}

/// Provides all of these to what is rendered below. What was remembered is taken up; else the browser is asked.
pub(super) fn provide() {
    let storage = Storage(StoredValue::new_local(Store::open()), RwSignal::new(false));
    provide_context(storage);
    provide_context(Toasts(RwSignal::new(Vec::new()), StoredValue::new(0)));

    let remembered = storage.with(|store| store.load::<String>(Key::Language));
    let choice = RwSignal::new(remembered.and_then(|id| Lang::from_id(&id)));
    let lang = RwSignal::new(choice.get_untracked().unwrap_or_else(browser_language));
    provide_context(Language(lang));
    provide_context(LanguageChoice(choice));
    // Lives as long as the page.
    let _ = window_event_listener(leptos::ev::languagechange, move |_| {
        if choice.get_untracked().is_none() {
            lang.set(browser_language());
        }
    });
    Effect::new(move |_| {
        let lang = lang.get();
        if let Some(root) = document().document_element() {
            // Fails only for names that are no attribute.
            let _ = root.set_attribute("lang", lang.tag());
        }
        document().set_title(lang.product());
    });

    let remembered = storage.with(|store| store.load::<String>(Key::Theme));
    let theme = RwSignal::new(remembered.and_then(|id| Theme::from_id(&id)).unwrap_or_default());
    provide_context(ThemeChoice(theme));
    let system_dark = media("(prefers-color-scheme: dark)");
    Effect::new(move |_| {
        let shown = if theme.get().is_dark(system_dark.get()) { "dark" } else { "light" };
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", shown);
        }
    });

    let raw = storage.with(|store| store.load::<bool>(Key::RawContent)).unwrap_or_default();
    provide_context(ContentAs(RwSignal::new(raw), storage));

    provide_context(Narrow(media(NARROW)));
    super::preferences::Preferences::provide();
}

/// What the browser asks for; Chinese if it does not say.
pub(super) fn browser_language() -> Lang {
    match window().navigator().language() {
        Some(tag) if !tag.starts_with("zh") => Lang::En,
        _ => Lang::Zh,
    }
}

/// Whether a media query holds, as it changes.
pub(super) fn media(query: &str) -> RwSignal<bool> {
    let holds = RwSignal::new(false);
    if let Ok(Some(list)) = window().match_media(query) {
        holds.set(list.matches());
        let listener = Closure::<dyn FnMut()>::new({
            let list = list.clone();
            move || holds.set(list.matches())
        });
        // Both live as long as the page.
        let _ = list.add_event_listener_with_callback("change", listener.as_ref().unchecked_ref());
        listener.forget();
    }
    holds
}
