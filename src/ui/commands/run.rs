//! Carrying out a command.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::able::{Reason, shown_list};
use super::dispatch::submit_of;
use super::panes::{next_pane, press_back};
use super::{Acting, Commander, control, focused};
use crate::commands::Command;
use crate::device::Device;
use crate::i18n::Lang;
use crate::mqtt::State;
use crate::storage::Profile;
use crate::ui::bench::PageTabs;
use crate::ui::components::focus;
use crate::ui::context::{Theme, Toast};
use crate::ui::page::Page;
use crate::ui::sessions::Session;

impl Commander {
    /// Says something in a toast.
    pub(super) fn tell(self, words: Reason) {
        let text = words(self.lang.0.get_untracked()).to_owned();
        self.toasts.show(Toast { text, undo: None, gone: None });
    }

    /// Puts the session that is `step` tabs further in front; after the last comes the first.
    fn step(self, session: &Session, forward: bool) {
        let next = self.sessions.list().with_untracked(|list| {
            let at = list.iter().position(|each| each.id == session.id)?;
            let last = list.len().checked_sub(1)?;
            let next = match forward {
                true if at == last => 0,
                true => at + 1,
                false => at.checked_sub(1).unwrap_or(last),
            };
            list.get(next).map(|each| each.id)
        });
        next.into_iter().for_each(|id| self.sessions.activate(id));
    }
}

/// Carries out a command that is possible.
pub(super) fn run(commander: Commander, command: Command) {
    use Command as C;
    let Some(session) = untrack(|| commander.sessions.current()) else { return };
    let bench = session.bench;
    let sessions = commander.sessions;
    let opener = commander.opener.get_value();
    match command {
        C::Palette => commander.palette.set(true),
        C::Shortcuts => commander.shortcuts.set(true),
        C::Help => press(&["help-link"]),
        C::NextPane => next_pane(true),
        C::PreviousPane => next_pane(false),
        C::Back => press_back(),
        C::Primary => {
            if let Some(button) = opener.or_else(focused).and_then(|element| submit_of(&element)) {
                button.click();
            }
        }
        C::ToMessages => Page::Messages.open(),
        C::ToShadow => Page::Shadow.open(),
        C::ToModel => Page::Model.open(),
        C::ToOta => Page::Ota.open(),
        C::ToGateway => Page::Gateway.open(),
        C::ToWire => Page::Wire.open(),
        C::ToCloud => Page::Cloud.open(),
        C::ToConnect => Page::Connect.open(),
        C::ToSettings => Page::Settings.open(),
        C::ToAbout => Page::open_about(),
        C::NewSession => {
            sessions.open(commander.preferences.new_profile(), None);
        }
        C::PreviousSession => commander.step(&session, false),
        C::NextSession => commander.step(&session, true),
        C::Duplicate => {
            sessions.duplicate(session.id);
        }
        C::Rename => {
            commander.renaming.set(true);
            commander.palette.set(true);
        }
        C::Close => sessions.close(session.id),
        C::Connect => connect(commander, &session),
        C::Disconnect => bench.device(Device::disconnect),
        C::Ping => bench.device(Device::ping_now),
        C::StartSimulator => start_simulator(commander, &session),
        C::Filter => {
            let field =
                control("log-filter").and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok());
            if let Some(field) = field {
                // Fails only where nothing can be focused.
                let _ = field.focus();
                field.select();
            }
        }
        C::Move => focus(if Page::shown() == Page::Wire { "wire-log" } else { "message-log" }),
        C::ToEnd => {
            let follow = control(if Page::shown() == Page::Wire { "wire-follow" } else { "log-follow" });
            // On already: the list is at its end.
            let off = |button: &web_sys::HtmlElement| {
                button.get_attribute("aria-pressed").as_deref() == Some("false")
            };
            follow.filter(off).inspect(|button| button.click());
        }
        C::Follow => press(&["log-follow", "wire-follow"]),
        C::Pause => {
            if let Some(list) = shown_list(&session) {
                list.set_paused(untrack(|| !list.is_paused()));
            }
        }
        C::Clear => press(&["log-clear"]),
        C::Export => press(&["log-export"]),
        C::OpenRecord => {
            if let Some(file) = commander.file.get_untracked() {
                file.click();
            }
        }
        C::Compose => {
            // On a narrow screen the composer opens first.
            if let Some(open) = control("open-composer").filter(|open| open.offset_height() > 0) {
                open.click();
            }
            focus("publish-topic");
        }
        C::Older
        | C::Newer
        | C::Inspect
        | C::OpenInWire
        | C::Partner
        | C::OtherPartner
        | C::TabJson
        | C::TabText
        | C::TabHex
        | C::TabBase64
        | C::TabDiff
        | C::Pin
        | C::CopyPayload
        | C::CopyTopic
        | C::SendAgain
        | C::Mute => {
            if let Some(acting) = session.context::<Acting>() {
                acting.act(command);
            }
        }
        C::LanguageZh => commander.preferences.choose_language(Some(Lang::Zh)),
        C::LanguageEn => commander.preferences.choose_language(Some(Lang::En)),
        C::ThemeLight => commander.preferences.choose_theme(Theme::Light),
        C::ThemeDark => commander.preferences.choose_theme(Theme::Dark),
        C::ThemeSystem => commander.preferences.choose_theme(Theme::System),
        C::ResetPanes => commander.sizes.restore_all(),
    }
}

/// Clicks the first of these controls that is there.
fn press(test_ids: &[&str]) {
    if let Some(found) = test_ids.iter().find_map(|id| control(id)) {
        found.click();
    }
}

/// Connects with the form, or once more as before; where the form has faults, or another session is connected as the same
/// device, leads to the form, which says so.
fn connect(commander: Commander, session: &Session) {
    let bench = session.bench;
    if bench.status.with_untracked(|status| status.state == State::Waiting) {
        return bench.device(Device::reconnect);
    }
    let plan = bench.profile.with_untracked(Profile::plan).filter(|plan| {
        let held = |identity: String| {
            untrack(|| commander.sessions.holder(&identity, bench).is_some())
                || session
                    .context::<PageTabs>()
                    .is_some_and(|tabs| untrack(|| tabs.is_held_elsewhere(&identity)))
        };
        !plan.identity().is_some_and(held)
    });
    match plan {
        Some(plan) => {
            bench.asked.set(true);
            bench.connect(plan);
        }
        None => {
            Page::Connect.open();
            // The page is there once the browser has told of the new address.
            set_timeout(|| focus("connect"), std::time::Duration::from_millis(50));
        }
    }
}

/// Starts it in this session if that has never connected, else in a new one.
fn start_simulator(commander: Commander, session: &Session) {
    let unused = session.bench.status.with_untracked(|status| status.plan.is_none());
    let session = if unused {
        Some(session.clone())
    } else {
        commander.sessions.open(commander.preferences.new_profile(), None)
    };
    match session {
        Some(session) => session.bench.try_simulator(),
        None => commander.tell(Lang::why_most_sessions),
    }
}
