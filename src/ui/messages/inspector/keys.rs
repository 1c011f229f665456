//! Commands on the selected message.

use std::sync::Arc;

use leptos::prelude::*;

use super::message::{Message, Pin};
use super::partner::go_to_partner;
use super::{Opened, Pinned};
use crate::commands::Command;
use crate::i18n::Lang;
use crate::payload;
use crate::ui::components::{copy_text, focus};
use crate::ui::context::{Act, Toast, Toasts, use_lang};
use crate::ui::listing::WireListing;
use crate::ui::messages::View;
use crate::ui::messages::empty::holds;
use crate::ui::messages::subscriptions::mute_selected;
use crate::ui::payload_view::Tab;

/// What the commands need of the page.
#[derive(Clone, Copy)]
pub(in crate::ui::messages) struct Keys {
    lang: RwSignal<Lang>,
    toasts: Toasts,
    pinned: Pinned,
    opened: Opened,
    wire: WireListing,
}

impl Keys {
    pub(in crate::ui::messages) fn of_page() -> Self {
        Self {
            lang: use_lang(),
            toasts: expect_context(),
            pinned: expect_context(),
            opened: expect_context(),
            wire: expect_context(),
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

    /// Puts a message into the composer as it was; a toast brings back what was written there.
    pub(super) fn send_again(self, view: View, message: &Message) {
        let draft = view.draft;
        let undo = draft.keep().map(|before| Arc::new(move || draft.restore(&before)) as Act);
        draft.take_message(&message.topic, &message.payload, message.qos, message.retain);
        let text = self.lang.get_untracked().taken_to_send_again().to_owned();
        self.toasts.show(Toast { text, undo, gone: None });
        // Where the detail lies over the composer it makes room; where there is one pane, the composer opens.
        if holds("(max-width: 1199.98px)") {
            view.inspecting.set(false);
        }
        if holds("(max-width: 719.98px)") {
            view.composing.set(true);
        }
        focus("publish");
    }

    fn tell(self, words: fn(Lang) -> &'static str) {
        let text = words(self.lang.get_untracked()).to_owned();
        self.toasts.show(Toast { text, undo: None, gone: None });
    }
}

/// Does with the selected message what a command says.
pub(in crate::ui::messages) fn act(view: View, keys: Keys, command: Command) {
    let tab = match command {
        Command::TabJson => Some(Tab::Json),
        Command::TabText => Some(Tab::Text),
        Command::TabHex => Some(Tab::Hex),
        Command::TabBase64 => Some(Tab::Base64),
        Command::TabDiff => Some(Tab::Diff),
        _ => None,
    };
    if let Some(tab) = tab {
        if let Some(opened) = keys.opened.0.get_untracked() {
            opened.run(tab);
        }
        return;
    }
    let Some(message) = view.selected.get_untracked().and_then(|seq| Message::look_up(view.bench, seq))
    else {
        return;
    };
    match command {
        Command::Inspect => {
            view.ledger.set(false);
            view.inspecting.set(true);
        }
        Command::OpenInWire => keys.wire.open_at(message.seq),
        Command::Pin => keys.toggle_pin(&message),
        Command::Partner => {
            let found = go_to_partner(view, message.seq);
            if !found {
                keys.tell(Lang::partner_none);
            }
        }
        Command::SendAgain => keys.send_again(view, &message),
        Command::Mute => mute_selected(view.bench, &message.topic, keys.lang, keys.toasts),
        Command::CopyTopic => copy_text(&message.topic, keys.lang, keys.toasts),
        Command::CopyPayload => copy_text(&payload_text(&message.payload), keys.lang, keys.toasts),
        _ => {}
    }
}

/// A payload to be copied: its text, or its bytes in hexadecimal.
pub(super) fn payload_text(payload: &[u8]) -> String {
    match payload::text(payload) {
        Some(text) => text.to_owned(),
        None => payload::hex_dump(payload, 16).bytes,
    }
}
