//! Single keys that act on the selected message (guide, section 7), while the focus is in the log or in the inspector.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::message::{Message, Pin};
use super::partner::go_to_partner;
use super::{Opened, Pinned};
use crate::i18n::Lang;
use crate::payload;
use crate::ui::components::copy_text;
use crate::ui::context::{Toast, Toasts, use_lang};
use crate::ui::messages::View;
use crate::ui::messages::subscriptions::mute_selected;
use crate::ui::payload_view::Tab;

/// What the keys need of the page.
#[derive(Clone, Copy)]
pub(in crate::ui::messages) struct Keys {
    lang: RwSignal<Lang>,
    toasts: Toasts,
    pinned: Pinned,
    opened: Opened,
}

impl Keys {
    pub(in crate::ui::messages) fn of_page() -> Self {
        Self {
            lang: use_lang(),
            toasts: expect_context(),
            pinned: expect_context(),
            opened: expect_context(),
        }
    }

    /// Pins a message, or unpins it.
    pub(super) fn toggle_pin(self, message: &Message) {
        let is_pinned = untrack(|| self.pinned.is(message.journal, message.seq));
        self.pinned.0.set((!is_pinned).then(|| Pin::from(message)));
        if !is_pinned {
            self.tell(Lang::pinned_toast);
        }
    }

    fn tell(self, words: fn(Lang) -> &'static str) {
        let text = words(self.lang.get_untracked()).to_owned();
        self.toasts.show(Toast { text, undo: None, gone: None });
    }
}

/// Acts on a key, if it is one of these.
pub(in crate::ui::messages) fn by_key(view: View, keys: Keys, event: &leptos::ev::KeyboardEvent) {
    if event.default_prevented()
        || event.ctrl_key()
        || event.alt_key()
        || event.meta_key()
        || !is_for_these(event)
    {
        return;
    }
    let key = event.key();
    if let Some(tab) = Tab::of_key(&key) {
        if let Some(opened) = keys.opened.0.get_untracked() {
            event.prevent_default();
            opened.run(tab);
        }
        return;
    }
    if !matches!(key.as_str(), "c" | "C" | "m" | "M" | "p" | "P" | "r" | "R") {
        return;
    }
    let Some(message) = view.selected.get_untracked().and_then(|seq| Message::look_up(view.bench, seq))
    else {
        return;
    };
    event.prevent_default();
    match key.as_str() {
        "m" | "M" => mute_selected(view.bench, &message.topic, keys.lang, keys.toasts),
        "p" | "P" => keys.toggle_pin(&message),
        "r" | "R" => {
            if !go_to_partner(view, message.seq) {
                keys.tell(Lang::partner_none);
            }
        }
        _ if event.shift_key() => copy_text(&message.topic, keys.lang, keys.toasts),
        _ => copy_text(&payload_text(&message.payload), keys.lang, keys.toasts),
    }
}

/// A payload to be copied: its text, or its bytes in hexadecimal.
pub(super) fn payload_text(payload: &[u8]) -> String {
    match payload::text(payload) {
        Some(text) => text.to_owned(),
        None => payload::hex_dump(payload, 16).bytes,
    }
}

fn is_for_these(event: &leptos::ev::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let within = |selectors: &str| {
        target.as_ref().is_some_and(|target| target.closest(selectors).ok().flatten().is_some())
    };
    within("[data-testid=message-log], [data-testid=inspector]") && !within("input, textarea, select")
}
