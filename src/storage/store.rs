use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

use super::kept::{Backend, Kept, Key, SaveError};
use super::library::{Library, ProfileId};
use super::models::Models;
use super::{CustomTopics, Damage, DamagedTexts, Profile, Workspace, migrate};

/// The browser's storage, or memory where the browser forbids it.
#[derive(Clone, Debug)]
pub struct Store(Rc<Kept<Browser>>);

/// The two storages of a browser tab: one for all tabs, one of its own. Each may be forbidden.
#[derive(Debug)]
struct Browser {
    of_all: Option<web_sys::Storage>,
    of_tab: Option<web_sys::Storage>,
}

impl Browser {
    fn of(&self, key: Key) -> Option<&web_sys::Storage> {
        if key.is_of_tab() { self.of_tab.as_ref() } else { self.of_all.as_ref() }
    }
}

impl Backend for Browser {
    fn read(&self, key: Key) -> Option<String> {
        self.of(key)?.get_item(key.name()).ok().flatten()
    }

    fn write(&self, key: Key, text: &str) -> Result<(), SaveError> {
        let storage = self.of(key).ok_or(SaveError::Blocked)?;
        // A storage that took a probe and refuses now has no room.
        storage.set_item(key.name(), text).map_err(|_| SaveError::Full)
    }

    fn remove(&self, key: Key) {
        if let Some(storage) = self.of(key) {
            // Fails where storing is forbidden, and then there is nothing.
            let _ = storage.remove_item(key.name());
        }
    }

    fn is_blocked(&self) -> bool {
        self.of_all.is_none()
    }
}

/// Whether this storage can be used. A full one can: it still holds what was stored.
fn usable(storage: Result<Option<web_sys::Storage>, wasm_bindgen::JsValue>) -> Option<web_sys::Storage> {
    let storage = storage.ok().flatten()?;
    let probe = "uiot-testbench.probe";
    let works = storage.set_item(probe, "1").is_ok() && storage.remove_item(probe).is_ok();
    let holds = || Key::ALL.iter().any(|key| matches!(storage.get_item(key.name()), Ok(Some(_))));
    (works || holds()).then_some(storage)
}

impl Store {
    /// Probes the browser's storages once: asking for them can throw.
    pub fn open() -> Self {
        let window = web_sys::window();
        let of_all = window.as_ref().and_then(|window| usable(window.local_storage()));
        let of_tab = window.as_ref().and_then(|window| usable(window.session_storage()));
        Self(Rc::new(Kept::new(Browser { of_all, of_tab })))
    }

    /// Whether what is saved now will be gone with the page.
    pub fn is_memory_only(&self) -> bool {
        self.trouble().is_some()
    }

    /// Why what is saved will be gone with the page; none if all is stored.
    pub fn trouble(&self) -> Option<SaveError> {
        self.0.trouble()
    }

    /// What is stored under `key`, if it is there and can be read; else its text is kept apart. For single words and small
    /// forms; see [`Self::load_form`], [`Self::load_workspace`] and [`Self::load_library`] for what is read part by part.
    pub fn load<T: DeserializeOwned>(&self, key: Key) -> Option<T> {
        let text = self.load_text(key)?;
        serde_json::from_str(&text)
            .map_err(|error| self.0.set_aside(key, vec![(Damage::of(&error), text)]))
            .ok()
    }

    /// Keeps what is stored under `key` apart, word for word, where a part of it could not be read.
    pub fn keep_damaged(&self, key: Key) {
        if let Some(text) = self.load_text(key) {
            self.0.set_aside(key, vec![(Damage::Shape, text)]);
        }
    }

    /// The text under `key`.
    pub fn load_text(&self, key: Key) -> Option<String> {
        self.0.text(key)
    }

    /// Stores `value` under `key`; in memory if the browser does not take it.
    pub fn save<T: Serialize>(&self, key: Key, value: &T) {
        if let Ok(text) = serde_json::to_string(value) {
            // `trouble` tells.
            let _ = self.save_text(key, &text);
        }
    }

    /// Stores a text; in memory if the browser does not take it.
    ///
    /// # Errors
    /// It is in memory only. What was stored before is untouched.
    pub fn save_text(&self, key: Key, text: &str) -> Result<(), SaveError> {
        self.0.save_text(key, text)
    }

    /// Takes away what is stored under `key`.
    pub fn remove(&self, key: Key) {
        self.0.remove(key);
    }

    /// The last connect form, as far as it can be read. What cannot is kept apart.
    pub fn load_form(&self) -> Option<Profile> {
        let found = migrate::form(&self.load_text(Key::Form)?);
        self.0.set_aside(Key::Form, found.damage);
        Some(found.value)
    }

    /// The sessions of this browser tab, as far as they can be read. What cannot is kept apart.
    pub fn load_workspace(&self) -> Workspace {
        let Some(text) = self.load_text(Key::Workspace) else { return Workspace::default() };
        let found = migrate::workspace(&text);
        self.0.set_aside(Key::Workspace, found.damage);
        found.value
    }

    /// The thing models that are kept, as far as they can be read. What cannot is kept apart.
    pub fn load_models(&self) -> Models {
        let found = Models::read(self.load_text(Key::Models).as_deref());
        self.0.set_aside(Key::Models, found.damage);
        found.value
    }

    /// The custom topics of each product, as far as they can be read. What cannot is kept apart.
    pub fn load_custom_topics(&self) -> CustomTopics {
        let Some(text) = self.load_text(Key::CustomTopics) else { return CustomTopics::default() };
        let found = CustomTopics::read(&text);
        self.0.set_aside(Key::CustomTopics, found.damage);
        found.value
    }

    /// The saved profiles.
    pub fn load_library(&self) -> Library {
        self.0.library()
    }

    /// Stores the saved profiles, after taking over what another tab stored meanwhile.
    ///
    /// # Errors
    /// They are in memory only. What is stored is untouched.
    pub fn save_library(&self, library: &mut Library) -> Result<(), SaveError> {
        self.0.save_library(library)
    }

    /// What was found damaged, word for word. The library keeps its own.
    pub fn damaged(&self) -> DamagedTexts {
        self.0.damaged()
    }

    /// Calls `act` when another tab changed something, until what this returns is dropped.
    pub fn on_change(&self, act: impl Fn(Key) + 'static) -> Listening {
        let heard = Closure::<dyn Fn(web_sys::StorageEvent)>::new(move |event: web_sys::StorageEvent| {
            // Without a key, all was cleared.
            let name = event.key();
            for key in Key::ALL {
                if !key.is_of_tab() && name.as_deref().is_none_or(|name| name == key.name()) {
                    act(key);
                }
            }
        });
        if let Some(window) = web_sys::window() {
            let _ = window.add_event_listener_with_callback("storage", heard.as_ref().unchecked_ref());
        }
        Listening(heard)
    }
}

/// An identifier that no other profile has.
pub fn fresh_id() -> ProfileId {
    let mut bytes = [0; 8];
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    let drawn = crypto.is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if !drawn {
        // 53 bits are enough against meeting twice, and nobody has to be kept from guessing one.
        bytes = js_sys::Math::random().to_bits().to_be_bytes();
    }
    ProfileId::new(u64::from_be_bytes(bytes))
}

/// Listens to other tabs for as long as it lives.
#[derive(Debug)]
pub struct Listening(Closure<dyn Fn(web_sys::StorageEvent)>);

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            let _ = window.remove_event_listener_with_callback("storage", self.0.as_ref().unchecked_ref());
        }
    }
}
