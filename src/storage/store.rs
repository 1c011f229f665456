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
    /// The composer's own templates.
    Templates,
    /// The sessions that are open in this browser tab.
    Workspace,
}

impl Key {
    /// The name in the browser's storage. Pages opened as files share one storage, so it is prefixed.
    const fn name(self) -> &'static str {
        match self {
            Self::Form => "uiot-testbench.form",
            Self::Language => "uiot-testbench.language",
            Self::Theme => "uiot-testbench.theme",
            Self::Budget => "uiot-testbench.budget.1",
            Self::RawContent => "uiot-testbench.raw-content",
            Self::Templates => "uiot-testbench.templates.1",
            Self::Workspace => "uiot-testbench.workspace.1",
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
}
