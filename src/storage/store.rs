use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use gloo_storage::{LocalStorage, SessionStorage, Storage as _};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What is remembered in this browser. None of it is secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// The last connect form.
    Form,
    /// The language of the interface.
    Language,
    /// Light, dark, or as the system says.
    Theme,
    /// How much the log keeps, as typed.
    Budget,
    /// Whether the log shows payloads as they are.
    RawContent,
    /// The sessions that are open in this browser tab.
    Workspace,
    /// What was set for the whole tool.
    Preferences,
}

impl Key {
    /// The name in the browser's storage. Pages opened as files share one storage, so it is prefixed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Form => "uiot-testbench.form",
            Self::Language => "uiot-testbench.language",
            Self::Theme => "uiot-testbench.theme",
            Self::Budget => "uiot-testbench.budget.1",
            Self::RawContent => "uiot-testbench.raw-content",
            Self::Workspace => "uiot-testbench.workspace.1",
            Self::Preferences => "uiot-testbench.preferences.1",
        }
    }

    /// Whether it is this browser tab's alone: it outlasts loading the page again, but not the tab.
    const fn is_of_tab(self) -> bool {
        matches!(self, Self::Workspace)
    }
}

/// The browser's storage, or memory where the browser forbids it.
#[derive(Clone, Debug)]
pub struct Store(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    blocked: bool,
    full: Cell<bool>,
    memory: RefCell<HashMap<Key, String>>,
}

impl Store {
    /// Probes the browser's storage once: asking for it can throw, and `gloo_storage` would pass that on as a panic.
    pub fn open() -> Self {
        let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
        let works = storage.is_some_and(|storage| {
            let probe = "uiot-testbench.probe";
            storage.set_item(probe, "1").is_ok() && storage.remove_item(probe).is_ok()
        });
        Self(Rc::new(Inner { blocked: !works, full: Cell::new(false), memory: RefCell::new(HashMap::new()) }))
    }

    /// Whether what is saved now will be gone with the page.
    pub fn is_memory_only(&self) -> bool {
        self.0.blocked || self.0.full.get()
    }

    /// What is stored under `key`, if it is there and can be read. A damaged entry counts as none.
    pub fn load<T: DeserializeOwned>(&self, key: Key) -> Option<T> {
        if let Some(text) = self.0.memory.borrow().get(&key) {
            return serde_json::from_str(text).ok();
        }
        if self.0.blocked {
            None
        } else if key.is_of_tab() {
            SessionStorage::get(key.name()).ok()
        } else {
            LocalStorage::get(key.name()).ok()
        }
    }

    /// Stores `value` under `key`; in memory if the browser does not take it.
    pub fn save<T: Serialize>(&self, key: Key, value: &T) {
        let set = if key.is_of_tab() { SessionStorage::set } else { LocalStorage::set };
        if !self.0.blocked && set(key.name(), value).is_ok() {
            self.0.memory.borrow_mut().remove(&key);
            self.0.full.set(false);
            return;
        }
        self.0.full.set(!self.0.blocked);
        if let Ok(text) = serde_json::to_string(value) {
            self.0.memory.borrow_mut().insert(key, text);
        }
    }

    /// The text that is stored under `key`, whatever it is.
    pub fn text(&self, key: Key) -> Option<String> {
        if let Some(text) = self.0.memory.borrow().get(&key) {
            return Some(text.clone());
        }
        if self.0.blocked { None } else { area(key.is_of_tab())?.get_item(key.name()).ok().flatten() }
    }

    /// Stores `text` under `key`; in memory if the browser does not take it.
    pub fn save_text(&self, key: Key, text: String) {
        let stored = !self.0.blocked
            && area(key.is_of_tab()).is_some_and(|area| area.set_item(key.name(), &text).is_ok());
        if stored {
            self.0.memory.borrow_mut().remove(&key);
        } else {
            self.0.memory.borrow_mut().insert(key, text);
        }
        self.0.full.set(!self.0.blocked && !stored);
    }
}

/// What every name of ours in the browser's storage begins with.
const PREFIX: &str = "uiot-testbench.";

/// What is stored of ours in this browser, and in this tab of it: names, bytes, and whether it is the tab's. The bytes are as
/// browsers count them, two for each UTF-16 unit.
pub fn stored() -> Vec<(String, usize, bool)> {
    let mut found = Vec::new();
    for (area, of_tab) in areas() {
        for index in 0..area.length().unwrap_or(0) {
            let Some(name) = area.key(index).ok().flatten().filter(|name| name.starts_with(PREFIX)) else {
                continue;
            };
            let text = area.get_item(&name).ok().flatten().unwrap_or_default();
            let bytes = 2 * (name.encode_utf16().count() + text.encode_utf16().count());
            found.push((name, bytes, of_tab));
        }
    }
    found.sort();
    found
}

/// Removes all that [`stored`] tells.
pub fn erase_stored() {
    let all = stored();
    for (area, of_tab) in areas() {
        for (name, _, _) in all.iter().filter(|(_, _, theirs)| *theirs == of_tab) {
            // Fails only where nothing is stored.
            let _ = area.remove_item(name);
        }
    }
}

fn area(of_tab: bool) -> Option<web_sys::Storage> {
    let window = web_sys::window()?;
    let area = if of_tab { window.session_storage() } else { window.local_storage() };
    area.ok().flatten()
}

fn areas() -> impl Iterator<Item = (web_sys::Storage, bool)> {
    [false, true].into_iter().filter_map(|of_tab| Some((area(of_tab)?, of_tab)))
}
