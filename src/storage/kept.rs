//! Keeps texts by name in a storage that may be full, forbidden, or written by another tab meanwhile.

use std::cell::RefCell;
use std::collections::HashMap;

use super::library::Library;
use super::{Damage, DamagedTexts};

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
    /// Sizes of panes that were dragged.
    Panes,
    /// What was set for the whole tool.
    Preferences,
    /// The composer's own templates.
    Templates,
    /// Thing models, by product.
    Models,
    /// The custom topics of each product.
    CustomTopics,
    /// The sessions that are open in this browser tab.
    Workspace,
    /// The saved profiles, without secrets.
    Library,
    /// The secrets that are to be remembered, encrypted.
    Vault,
    /// What was found damaged, word for word.
    Damaged,
}

impl Key {
    /// All keys.
    pub const ALL: [Self; 14] = [
        Self::Form,
        Self::Language,
        Self::Theme,
        Self::Budget,
        Self::RawContent,
        Self::Panes,
        Self::Preferences,
        Self::Templates,
        Self::Models,
        Self::CustomTopics,
        Self::Workspace,
        Self::Library,
        Self::Vault,
        Self::Damaged,
    ];

    /// The name in the browser's storage. Pages opened as files share one storage, so it is prefixed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Form => "uiot-testbench.form",
            Self::Language => "uiot-testbench.language",
            Self::Theme => "uiot-testbench.theme",
            Self::Budget => "uiot-testbench.budget.1",
            Self::RawContent => "uiot-testbench.raw-content",
            Self::Panes => "uiot-testbench.panes.1",
            Self::Preferences => "uiot-testbench.preferences.1",
            Self::Templates => "uiot-testbench.templates.1",
            Self::Models => "uiot-testbench.models.1",
            Self::CustomTopics => "uiot-testbench.custom-topics.1",
            Self::Workspace => "uiot-testbench.workspace.1",
            Self::Library => "uiot-testbench.library.1",
            Self::Vault => "uiot-testbench.vault.1",
            Self::Damaged => "uiot-testbench.damaged.1",
        }
    }

    /// Whether it is this browser tab's alone: it outlasts loading the page again, but not the tab.
    pub const fn is_of_tab(self) -> bool {
        matches!(self, Self::Workspace)
    }
}

/// Why something is in memory only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaveError {
    /// The browser has no room for it. What was stored before is untouched.
    Full,
    /// The browser forbids storing.
    Blocked,
}

/// A storage. What it cannot do it says by [`SaveError`].
pub trait Backend {
    /// The text under a key.
    fn read(&self, key: Key) -> Option<String>;
    /// Stores a text, or leaves what is there.
    ///
    /// # Errors
    /// It is full, or forbidden.
    fn write(&self, key: Key, text: &str) -> Result<(), SaveError>;
    /// Takes a text away.
    fn remove(&self, key: Key);
    /// Whether it stores nothing at all.
    fn is_blocked(&self) -> bool {
        false
    }
}

/// Texts in a storage; in memory where it does not take them.
#[derive(Debug)]
pub struct Kept<B> {
    backend: B,
    memory: RefCell<HashMap<Key, (String, SaveError)>>,
}

impl<B: Backend> Kept<B> {
    /// On this storage.
    pub fn new(backend: B) -> Self {
        Self { backend, memory: RefCell::new(HashMap::new()) }
    }

    /// The text under a key: what was saved last, stored or not.
    pub fn text(&self, key: Key) -> Option<String> {
        let memory = self.memory.borrow().get(&key).map(|(text, _)| text.clone());
        memory.or_else(|| self.backend.read(key))
    }

    /// What the storage holds, whatever is in memory: another tab may have written it.
    pub fn stored_text(&self, key: Key) -> Option<String> {
        self.backend.read(key)
    }

    /// Stores a text. If the storage does not take it, it is kept in memory, and what is stored stays as it was.
    ///
    /// # Errors
    /// It is in memory only, and gone with the page.
    pub fn save_text(&self, key: Key, text: &str) -> Result<(), SaveError> {
        let result = self.backend.write(key, text);
        let mut memory = self.memory.borrow_mut();
        match result {
            Ok(()) => {
                memory.remove(&key);
            }
            Err(error) => {
                memory.insert(key, (text.to_owned(), error));
            }
        }
        result
    }

    /// Takes a text away.
    pub fn remove(&self, key: Key) {
        self.memory.borrow_mut().remove(&key);
        self.backend.remove(key);
    }

    /// Why something that was saved will be gone with the page; none if all is stored.
    pub fn trouble(&self) -> Option<SaveError> {
        let in_memory = self.memory.borrow().values().map(|(_, error)| *error).next();
        in_memory.or_else(|| self.backend.is_blocked().then_some(SaveError::Blocked))
    }

    /// Keeps damaged texts under a key of their own, so that nothing overwrites them.
    pub fn set_aside(&self, key: Key, damage: Vec<(Damage, String)>) {
        if damage.is_empty() {
            return;
        }
        let mut texts = self.damaged();
        let mut is_new = false;
        for (why, text) in damage.into_iter().filter(|(_, text)| !text.trim().is_empty()) {
            is_new |= texts.add(key.name(), why, text);
        }
        if is_new {
            // In memory they are still there to be looked at.
            let _ = self.save_text(Key::Damaged, &texts.to_text());
        }
    }

    /// What was set aside.
    pub fn damaged(&self) -> DamagedTexts {
        DamagedTexts::read(self.text(Key::Damaged).as_deref(), Key::Damaged.name())
    }

    /// The saved profiles.
    pub fn library(&self) -> Library {
        Library::read(self.text(Key::Library).as_deref())
    }

    /// Stores the saved profiles, after taking over what another tab stored meanwhile.
    ///
    /// # Errors
    /// They are in memory only. What is stored is untouched.
    pub fn save_library(&self, library: &mut Library) -> Result<(), SaveError> {
        if let Some(stored) = self.stored_text(Key::Library) {
            library.merge(Library::read(Some(&stored)));
        }
        self.save_text(Key::Library, &library.to_text())
    }
}
