//! Whether a command is possible now, and if not, why.

use leptos::prelude::*;

use super::dispatch::submit_of;
use super::{Commander, control, focused};
use crate::commands::Command;
use crate::i18n::Lang;
use crate::mqtt::State;
use crate::ui::context::Theme;
use crate::ui::listing::{Listing, MessagesListing, WireListing};
use crate::ui::page::Page;
use crate::ui::sessions::{MOST_SESSIONS, Session};

/// Why not, in words; none if it is possible.
pub(super) type Reason = fn(Lang) -> &'static str;

/// The list that the page shows.
pub(super) fn shown_list(session: &Session) -> Option<Listing> {
    match Page::shown() {
        Page::Messages => session.context::<MessagesListing>().map(|list| list.0),
        Page::Wire => session.context::<WireListing>().map(|list| list.0),
        _ => None,
    }
}

/// Why a command is not possible at present.
pub(super) fn why_not(commander: Commander, command: Command) -> Option<Reason> {
    use Command as C;
    let session = commander.sessions.current()?;
    let state = || session.bench.status.with(|status| status.state);
    let page = Page::shown();
    let record = session.bench.shows_record();
    let unless = |possible: bool, reason: Reason| (!possible).then_some(reason);
    let list = || unless(matches!(page, Page::Messages | Page::Wire), Lang::why_lists_only);
    let messages = || unless(page == Page::Messages, Lang::why_messages_only);
    let selected = || {
        let some = shown_list(&session).is_some_and(|list| list.selected.get().is_some());
        unless(some, Lang::why_none_selected)
    };
    let count = || commander.sessions.list().with(Vec::len);
    match command {
        C::Palette
        | C::Shortcuts
        | C::Help
        | C::NextPane
        | C::PreviousPane
        | C::Back
        | C::ToMessages
        | C::ToShadow
        | C::ToModel
        | C::ToOta
        | C::ToGateway
        | C::ToWire
        | C::ToCloud
        | C::ToConnect
        | C::ToSettings
        | C::ToAbout
        | C::Rename
        | C::Close
        | C::StartSimulator
        | C::OpenRecord
        | C::ResetPanes => None,
        C::Primary => {
            let element = if commander.palette.get() { commander.opener.get_value() } else { focused() };
            unless(element.is_some_and(|element| submit_of(&element).is_some()), Lang::why_no_form)
        }
        C::NewSession | C::Duplicate => unless(count() < MOST_SESSIONS, Lang::why_most_sessions),
        C::PreviousSession | C::NextSession => unless(count() > 1, Lang::why_one_session),
        C::Connect => unless(matches!(state(), State::Offline | State::Waiting), Lang::why_connected),
        C::Disconnect => unless(state() != State::Offline, Lang::why_offline),
        C::Ping => unless(state() == State::Online, Lang::why_offline),
        C::Filter | C::Move | C::ToEnd | C::Pause | C::Follow => list(),
        C::Export => list().or_else(|| unless(control("log-export").is_some(), Lang::why_lists_only)),
        C::Clear | C::Compose | C::Older | C::Newer => {
            messages().or_else(|| unless(!record, Lang::why_record))
        }
        C::Inspect | C::Partner => list().or_else(selected),
        C::OtherPartner => unless(page == Page::Wire, Lang::why_wire_only).or_else(selected),
        C::OpenInWire | C::Pin | C::CopyPayload | C::CopyTopic => messages().or_else(selected),
        C::TabJson | C::TabText | C::TabHex | C::TabBase64 | C::TabDiff => messages()
            .or_else(selected)
            .or_else(|| unless(control("inspector").is_some(), Lang::why_no_detail)),
        C::SendAgain | C::Mute => messages().or_else(selected).or_else(|| unless(!record, Lang::why_record)),
        C::LanguageZh => unless(commander.lang.0.get() != Lang::Zh, Lang::why_already),
        C::LanguageEn => unless(commander.lang.0.get() != Lang::En, Lang::why_already),
        C::ThemeLight => unless(commander.preferences.theme.get() != Theme::Light, Lang::why_already),
        C::ThemeDark => unless(commander.preferences.theme.get() != Theme::Dark, Lang::why_already),
        C::ThemeSystem => unless(commander.preferences.theme.get() != Theme::System, Lang::why_already),
    }
}
