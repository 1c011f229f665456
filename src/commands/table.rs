use super::keys::Combo;
use crate::i18n::Lang;

/// Something a person can tell the tool to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the table names each of them")]
pub enum Command {
    Palette,
    Shortcuts,
    Help,
    NextPane,
    PreviousPane,
    Back,
    Primary,
    ToMessages,
    ToShadow,
    ToModel,
    ToOta,
    ToGateway,
    ToWire,
    ToCloud,
    ToConnect,
    ToSettings,
    ToAbout,
    NewSession,
    PreviousSession,
    NextSession,
    Duplicate,
    Rename,
    Close,
    Connect,
    Disconnect,
    Ping,
    StartSimulator,
    Filter,
    Move,
    ToEnd,
    Pause,
    Follow,
    Clear,
    Export,
    OpenRecord,
    Inspect,
    OpenInWire,
    Partner,
    OtherPartner,
    TabJson,
    TabText,
    TabHex,
    TabBase64,
    TabDiff,
    Pin,
    CopyPayload,
    CopyTopic,
    SendAgain,
    Mute,
    Compose,
    Older,
    Newer,
    LanguageZh,
    LanguageEn,
    ThemeLight,
    ThemeDark,
    ThemeSystem,
    ResetPanes,
}

/// What belongs together in the palette and in the list of shortcuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "their names say it")]
pub enum Group {
    General,
    Pages,
    Sessions,
    Connection,
    List,
    Message,
    Composer,
    Look,
}

impl Group {
    /// All groups, in their order.
    pub const ALL: [Self; 8] = [
        Self::General,
        Self::Pages,
        Self::Sessions,
        Self::Connection,
        Self::List,
        Self::Message,
        Self::Composer,
        Self::Look,
    ];

    /// Its title.
    pub const fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::General => lang.group_general(),
            Self::Pages => lang.views(),
            Self::Sessions => lang.sessions(),
            Self::Connection => lang.group_connection(),
            Self::List => lang.group_list(),
            Self::Message => lang.group_message(),
            Self::Composer => lang.group_composer(),
            Self::Look => lang.group_look(),
        }
    }
}

/// Where a command's keys hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Wherever the focus is, but not what types a character while text is typed.
    Anywhere,
    /// The focus is on the list of messages or packets.
    List,
    /// The focus is on the list, or in the detail of the selected row.
    Message,
    /// The focus is in a form.
    Form,
    /// The focus is in the composer.
    Composer,
}

/// A command and what is to be known of it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The command.
    pub command: Command,
    /// A name for tests, and for searching; it does not change with the language.
    pub id: &'static str,
    /// What the palette calls it.
    pub name: fn(Lang) -> &'static str,
    /// With what it is shown.
    pub group: Group,
    /// Where its keys hold.
    pub scope: Scope,
    /// Its keys; any of them.
    pub keys: &'static [Combo],
    /// Whether a control acts on these keys by itself, so that nothing else may.
    pub own: bool,
}

impl Entry {
    const fn own(self) -> Self {
        Self { own: true, ..self }
    }
}

impl Command {
    /// What is to be known of it. Every command has an entry.
    pub fn entry(self) -> Option<&'static Entry> {
        TABLE.iter().find(|entry| entry.command == self)
    }
}

const fn entry(
    command: Command,
    id: &'static str,
    name: fn(Lang) -> &'static str,
    group: Group,
    scope: Scope,
    keys: &'static [Combo],
) -> Entry {
    Entry { command, id, name, group, scope, keys, own: false }
}

const fn key(key: &'static str) -> Combo {
    Combo::plain(key)
}

const MOVE: &[Combo] =
    &[key("ArrowUp"), key("ArrowDown"), key("PageUp"), key("PageDown"), key("Home"), key("End")];

use Scope::{Anywhere, Composer, Form, List, Message};

/// All commands, group by group. `Alt` with 2 to 5, 7 and 8 is kept for pages to come.
pub const TABLE: &[Entry] = &[
    entry(Command::Palette, "palette", Lang::cmd_palette, Group::General, Anywhere, &[key("K").ctrl()]),
    entry(Command::Shortcuts, "shortcuts", Lang::cmd_shortcuts, Group::General, Anywhere, &[key("?")]),
    entry(Command::Help, "help", Lang::help_for_page, Group::General, Anywhere, &[key("F1")]),
    entry(Command::NextPane, "next-pane", Lang::cmd_next_pane, Group::General, Anywhere, &[key("F6")]),
    entry(
        Command::PreviousPane,
        "previous-pane",
        Lang::cmd_previous_pane,
        Group::General,
        Anywhere,
        &[key("F6").shift()],
    ),
    entry(Command::Back, "back", Lang::cmd_back, Group::General, Anywhere, &[key("Escape")]).own(),
    entry(Command::Primary, "primary", Lang::cmd_primary, Group::General, Form, &[key("Enter").ctrl()]),
    entry(Command::ToMessages, "messages", Lang::cmd_messages, Group::Pages, Anywhere, &[key("1").alt()]),
    entry(Command::ToShadow, "shadow", Lang::cmd_shadow, Group::Pages, Anywhere, &[key("2").alt()]),
    entry(Command::ToModel, "model", Lang::cmd_model, Group::Pages, Anywhere, &[key("3").alt()]),
    entry(Command::ToOta, "ota", Lang::cmd_ota, Group::Pages, Anywhere, &[key("4").alt()]),
    entry(Command::ToGateway, "gateway", Lang::cmd_gateway, Group::Pages, Anywhere, &[]),
    entry(Command::ToWire, "wire", Lang::cmd_wire, Group::Pages, Anywhere, &[key("6").alt()]),
    entry(Command::ToCloud, "cloud", Lang::cmd_cloud, Group::Pages, Anywhere, &[key("8").alt()]),
    entry(Command::ToConnect, "connect-page", Lang::cmd_connect_page, Group::Pages, Anywhere, &[]),
    entry(Command::ToSettings, "settings", Lang::cmd_settings, Group::Pages, Anywhere, &[]),
    entry(Command::ToAbout, "about", Lang::cmd_about, Group::Pages, Anywhere, &[]),
    entry(
        Command::NewSession,
        "new-session",
        Lang::new_session,
        Group::Sessions,
        Anywhere,
        &[key("N").ctrl().alt()],
    ),
    entry(
        Command::PreviousSession,
        "previous-session",
        Lang::cmd_previous_session,
        Group::Sessions,
        Anywhere,
        &[key("ArrowLeft").ctrl().alt()],
    ),
    entry(
        Command::NextSession,
        "next-session",
        Lang::cmd_next_session,
        Group::Sessions,
        Anywhere,
        &[key("ArrowRight").ctrl().alt()],
    ),
    entry(Command::Duplicate, "duplicate", Lang::cmd_duplicate, Group::Sessions, Anywhere, &[]),
    entry(Command::Rename, "rename", Lang::cmd_rename, Group::Sessions, Anywhere, &[]),
    entry(Command::Close, "close", Lang::cmd_close, Group::Sessions, Anywhere, &[]),
    entry(Command::Connect, "connect", Lang::connect, Group::Connection, Anywhere, &[]),
    entry(Command::Disconnect, "disconnect", Lang::cmd_disconnect, Group::Connection, Anywhere, &[]),
    entry(Command::Ping, "ping", Lang::ping_now, Group::Connection, Anywhere, &[]),
    entry(
        Command::StartSimulator,
        "simulator",
        Lang::cmd_simulator,
        Group::Connection,
        Anywhere,
        &[key("S").ctrl().shift()],
    ),
    entry(Command::Filter, "filter", Lang::filter, Group::List, Anywhere, &[key("/")]),
    entry(Command::Move, "move", Lang::cmd_move, Group::List, List, MOVE).own(),
    entry(Command::ToEnd, "to-end", Lang::cmd_to_end, Group::List, List, &[]),
    entry(Command::Pause, "pause", Lang::cmd_pause, Group::List, List, &[key("Space")]),
    entry(Command::Follow, "follow", Lang::cmd_follow, Group::List, List, &[]),
    entry(Command::Clear, "clear", Lang::cmd_clear, Group::List, List, &[]),
    entry(Command::Export, "export", Lang::cmd_export, Group::List, List, &[]),
    entry(Command::OpenRecord, "open-record", Lang::cmd_open_record, Group::List, List, &[]),
    entry(Command::Inspect, "inspect", Lang::cmd_inspect, Group::Message, List, &[key("Enter")]),
    entry(
        Command::OpenInWire,
        "open-in-wire",
        Lang::cmd_open_in_wire,
        Group::Message,
        List,
        &[key("Enter").shift()],
    ),
    entry(Command::Partner, "partner", Lang::cmd_partner, Group::Message, Message, &[key("R")]),
    entry(
        Command::OtherPartner,
        "other-partner",
        Lang::cmd_other_partner,
        Group::Message,
        Message,
        &[key("R").shift()],
    ),
    entry(Command::TabJson, "tab-json", Lang::cmd_tab_json, Group::Message, Message, &[key("1")]),
    entry(Command::TabText, "tab-text", Lang::cmd_tab_text, Group::Message, Message, &[key("2")]),
    entry(Command::TabHex, "tab-hex", Lang::cmd_tab_hex, Group::Message, Message, &[key("3")]),
    entry(Command::TabBase64, "tab-base64", Lang::cmd_tab_base64, Group::Message, Message, &[key("4")]),
    entry(Command::TabDiff, "tab-diff", Lang::cmd_tab_diff, Group::Message, Message, &[key("5")]),
    entry(Command::Pin, "pin", Lang::cmd_pin, Group::Message, Message, &[key("P")]),
    entry(Command::CopyPayload, "copy-payload", Lang::copy_payload, Group::Message, Message, &[key("C")]),
    entry(Command::CopyTopic, "copy-topic", Lang::copy_topic, Group::Message, Message, &[key("C").shift()]),
    entry(Command::SendAgain, "send-again", Lang::send_again, Group::Message, Message, &[]),
    entry(Command::Mute, "mute", Lang::cmd_mute, Group::Message, Message, &[key("M")]),
    entry(Command::Compose, "compose", Lang::open_composer, Group::Composer, Anywhere, &[]),
    entry(Command::Older, "older", Lang::cmd_older, Group::Composer, Composer, &[key("ArrowUp").alt()]).own(),
    entry(Command::Newer, "newer", Lang::cmd_newer, Group::Composer, Composer, &[key("ArrowDown").alt()])
        .own(),
    entry(Command::LanguageZh, "language-zh", Lang::cmd_language_zh, Group::Look, Anywhere, &[]),
    entry(Command::LanguageEn, "language-en", Lang::cmd_language_en, Group::Look, Anywhere, &[]),
    entry(Command::ThemeLight, "theme-light", Lang::cmd_theme_light, Group::Look, Anywhere, &[]),
    entry(Command::ThemeDark, "theme-dark", Lang::cmd_theme_dark, Group::Look, Anywhere, &[]),
    entry(Command::ThemeSystem, "theme-system", Lang::cmd_theme_system, Group::Look, Anywhere, &[]),
    entry(Command::ResetPanes, "reset-panes", Lang::cmd_reset_panes, Group::Look, Anywhere, &[]),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::keys::labels;
    use super::*;

    /// Whether both can be meant by one key.
    fn overlap(a: Scope, b: Scope) -> bool {
        use Scope::{Anywhere, Composer, Form, List, Message};
        matches!(
            (a, b),
            (Anywhere, _)
                | (_, Anywhere)
                | (List | Message, List | Message)
                | (Form | Composer, Form | Composer)
        )
    }

    #[test]
    fn no_two_commands_share_keys_where_both_hold() {
        for (index, one) in TABLE.iter().enumerate() {
            for other in TABLE.iter().skip(index + 1).filter(|other| overlap(one.scope, other.scope)) {
                for combo in one.keys {
                    assert!(!other.keys.contains(combo), "{} and {}: {combo:?}", one.id, other.id);
                }
            }
        }
    }

    #[test]
    fn each_command_has_one_entry_and_a_name_of_its_own() {
        let mut seen = HashSet::new();
        for entry in TABLE {
            assert!(seen.insert(entry.command), "{:?} twice", entry.command);
            assert_eq!(entry.command.entry().map(|found| found.id), Some(entry.id));
        }
        for lang in Lang::ALL {
            let names = TABLE.iter().map(|entry| (entry.name)(lang)).collect::<HashSet<_>>();
            assert_eq!(names.len(), TABLE.len(), "{lang:?}");
        }
        assert_eq!(TABLE.iter().map(|entry| entry.id).collect::<HashSet<_>>().len(), TABLE.len());
        // The last command of the enum: none is missing.
        assert_eq!(TABLE.len(), Command::ResetPanes as usize + 1);
    }

    #[test]
    fn the_groups_follow_each_other_without_a_break() {
        let mut order = TABLE.iter().map(|entry| entry.group).collect::<Vec<_>>();
        order.dedup();
        assert_eq!(order, Group::ALL);
    }

    /// The keys that the design promises, section 7.
    #[test]
    fn every_promised_key_is_there() {
        use Command as C;
        let promised: &[(C, &[&str])] = &[
            (C::Palette, &["Ctrl K"]),
            (C::Shortcuts, &["?"]),
            (C::Help, &["F1"]),
            (C::ToMessages, &["Alt 1"]),
            (C::ToShadow, &["Alt 2"]),
            (C::ToModel, &["Alt 3"]),
            (C::ToOta, &["Alt 4"]),
            (C::ToWire, &["Alt 6"]),
            (C::ToCloud, &["Alt 8"]),
            (C::PreviousSession, &["Ctrl Alt ←"]),
            (C::NextSession, &["Ctrl Alt →"]),
            (C::NewSession, &["Ctrl Alt N"]),
            (C::Primary, &["Ctrl Enter"]),
            (C::StartSimulator, &["Ctrl Shift S"]),
            (C::Filter, &["/"]),
            (C::Back, &["Esc"]),
            (C::Move, &["↑", "↓", "PgUp", "PgDn", "Home", "End"]),
            (C::Inspect, &["Enter"]),
            (C::OpenInWire, &["Shift Enter"]),
            (C::Partner, &["R"]),
            (C::TabJson, &["1"]),
            (C::TabText, &["2"]),
            (C::TabHex, &["3"]),
            (C::TabBase64, &["4"]),
            (C::TabDiff, &["5"]),
            (C::Pin, &["P"]),
            (C::CopyPayload, &["C"]),
            (C::CopyTopic, &["Shift C"]),
            (C::Pause, &["Space"]),
            (C::Mute, &["M"]),
            (C::Older, &["Alt ↑"]),
            (C::Newer, &["Alt ↓"]),
            (C::NextPane, &["F6"]),
            (C::PreviousPane, &["Shift F6"]),
        ];
        for (command, keys) in promised {
            let written = command.entry().map(|entry| {
                entry.keys.iter().map(|combo| labels(*combo, false).join(" ")).collect::<Vec<_>>()
            });
            assert_eq!(written.unwrap_or_default(), *keys, "{command:?}");
        }
    }

    #[test]
    fn keys_of_pages_to_come_and_of_the_browser_stay_free() {
        let taken = |combo: Combo| TABLE.iter().any(|entry| entry.keys.contains(&combo));
        for digit in ["5", "7"] {
            assert!(!taken(key(digit).alt()), "Alt {digit}");
        }
        for owned in ["T", "W", "Tab", "1", "N"] {
            assert!(!taken(key(owned).ctrl()), "Ctrl {owned}");
        }
    }
}
