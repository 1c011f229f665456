//! Keys: what was pressed, which command it means, and how keys are written.

use super::table::{Command, Entry, Scope, TABLE};

/// A key with its modifiers, as written for every system but macOS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Combo {
    /// `Ctrl`; on macOS `⌘`, but `⌃` together with [`Self::alt`].
    pub ctrl: bool,
    /// `Alt`; on macOS `⌥`.
    pub alt: bool,
    /// `Shift`.
    pub shift: bool,
    /// An upper-case letter, a digit, a sign, or the browser's name of a key (`F6`, `ArrowLeft`, `Space`).
    pub key: &'static str,
}

impl Combo {
    /// The key alone.
    pub const fn plain(key: &'static str) -> Self {
        Self { ctrl: false, alt: false, shift: false, key }
    }

    /// With `Ctrl`.
    pub const fn ctrl(self) -> Self {
        Self { ctrl: true, ..self }
    }

    /// With `Alt`.
    pub const fn alt(self) -> Self {
        Self { alt: true, ..self }
    }

    /// With `Shift`.
    pub const fn shift(self) -> Self {
        Self { shift: true, ..self }
    }

    /// Whether it writes a character where text is typed.
    fn types(self, mac: bool) -> bool {
        let one = self.key.chars().count() == 1 || self.key == "Space";
        // Option writes characters, `[` and `|` among them on some layouts.
        one && !self.ctrl && (!self.alt || mac)
    }

    /// Whether this is what was pressed. Letters go by what the key types; where that is no Latin letter (another script,
    /// Option on macOS), by its place. Digits with `Alt` go by their place, for on some layouts they want `Shift`.
    pub fn is(self, pressed: &Pressed<'_>, mac: bool) -> bool {
        let (ctrl, meta) = match self.ctrl {
            true if mac && !self.alt => (false, true),
            ctrl => (ctrl, false),
        };
        if (pressed.ctrl, pressed.meta, pressed.alt) != (ctrl, meta, self.alt) {
            return false;
        }
        let mut typed = pressed.key.chars();
        let typed = typed.next().filter(|_| typed.next().is_none());
        let mut own = self.key.chars();
        match own.next().filter(|_| own.next().is_none()) {
            Some(letter) if letter.is_ascii_alphabetic() => {
                let same = match typed.filter(char::is_ascii_alphabetic) {
                    Some(typed) => typed.eq_ignore_ascii_case(&letter),
                    None => pressed.code.strip_prefix("Key") == Some(self.key),
                };
                same && pressed.shift == self.shift
            }
            Some(digit) if digit.is_ascii_digit() => {
                let by_place = pressed.code.strip_prefix("Digit") == Some(self.key);
                if self.ctrl || self.alt {
                    by_place && pressed.shift == self.shift
                } else {
                    typed == Some(digit) || by_place && !pressed.shift
                }
            }
            // Where a sign lies, and whether it wants `Shift`, is the layout's matter.
            Some(sign) => typed == Some(sign),
            None if self.key == "Space" => typed == Some(' ') && pressed.shift == self.shift,
            None => pressed.key == self.key && pressed.shift == self.shift,
        }
    }
}

/// A key as the browser tells it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pressed<'a> {
    /// What it types, or its name.
    pub key: &'a str,
    /// Its place on the keyboard.
    pub code: &'a str,
    /// Control.
    pub ctrl: bool,
    /// Alt or Option.
    pub alt: bool,
    /// Shift.
    pub shift: bool,
    /// Command on macOS.
    pub meta: bool,
}

/// Where the focus is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Focus {
    /// In a field that takes text, or a list to choose from by typing.
    pub typing: bool,
    /// On the list of messages or packets itself.
    pub list: bool,
    /// On the list, or in the detail of its selected row.
    pub message: bool,
    /// In a form that has a button to submit it.
    pub form: bool,
}

/// The command that a key means there. What a control does by itself ([`Entry::own`]) is left to it.
pub fn find(pressed: &Pressed<'_>, focus: Focus, mac: bool) -> Option<&'static Entry> {
    let holds = |scope: Scope| match scope {
        Scope::Anywhere => true,
        Scope::List => focus.list,
        Scope::Message => focus.message && !focus.typing,
        Scope::Form => focus.form,
        Scope::Composer => false,
    };
    TABLE.iter().filter(|entry| !entry.own && holds(entry.scope)).find(|entry| {
        let free = |combo: &&Combo| !(focus.typing && combo.types(mac));
        entry.keys.iter().filter(free).any(|combo| combo.is(pressed, mac))
    })
}

/// How the keys of a combination are written, one cap each.
pub fn labels(combo: Combo, mac: bool) -> Vec<&'static str> {
    let mut caps = Vec::new();
    if combo.ctrl {
        caps.push(if !mac {
            "Ctrl"
        } else if combo.alt {
            "⌃"
        } else {
            "⌘"
        });
    }
    if combo.alt {
        caps.push(if mac { "⌥" } else { "Alt" });
    }
    if combo.shift {
        caps.push(if mac { "⇧" } else { "Shift" });
    }
    caps.push(match combo.key {
        "ArrowLeft" => "←",
        "ArrowRight" => "→",
        "ArrowUp" => "↑",
        "ArrowDown" => "↓",
        "PageUp" => "PgUp",
        "PageDown" => "PgDn",
        "Escape" => "Esc",
        other => other,
    });
    caps
}

/// The value of `aria-keyshortcuts` for what carries out a command; none without keys.
pub fn aria(command: Command, mac: bool) -> Option<String> {
    let written = |combo: &Combo| {
        let mut names = Vec::new();
        if combo.ctrl {
            names.push(if mac && !combo.alt { "Meta" } else { "Control" });
        }
        if combo.alt {
            names.push("Alt");
        }
        if combo.shift {
            names.push("Shift");
        }
        names.push(combo.key);
        names.join("+")
    };
    let keys = command.entry().map(|entry| entry.keys).unwrap_or_default();
    (!keys.is_empty()).then(|| keys.iter().map(written).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: Focus = Focus { typing: false, list: true, message: true, form: false };
    const FIELD: Focus = Focus { typing: true, list: false, message: false, form: true };

    fn pressed<'a>(modifiers: &str, key: &'a str, code: &'a str) -> Pressed<'a> {
        Pressed {
            key,
            code,
            ctrl: modifiers.contains('c'),
            alt: modifiers.contains('a'),
            shift: modifiers.contains('s'),
            meta: modifiers.contains('m'),
        }
    }

    fn found(modifiers: &str, key: &str, code: &str, focus: Focus, mac: bool) -> Option<Command> {
        find(&pressed(modifiers, key, code), focus, mac).map(|entry| entry.command)
    }

    #[test]
    fn control_is_command_on_macos_but_for_control_and_alt() {
        assert_eq!(found("c", "k", "KeyK", LOG, false), Some(Command::Palette));
        assert_eq!(found("m", "k", "KeyK", LOG, false), None);
        assert_eq!(found("m", "k", "KeyK", LOG, true), Some(Command::Palette));
        assert_eq!(found("c", "k", "KeyK", LOG, true), None);
        assert_eq!(found("ca", "ArrowLeft", "ArrowLeft", LOG, true), Some(Command::PreviousSession));
        assert_eq!(found("ca", "˜", "KeyN", LOG, true), Some(Command::NewSession));
    }

    #[test]
    fn letters_go_by_what_they_type_and_in_another_script_by_their_place() {
        // Dvorak: the key at the place of K types T, and Ctrl T is the browser's.
        assert_eq!(found("c", "t", "KeyK", LOG, false), None);
        assert_eq!(found("c", "k", "KeyV", LOG, false), Some(Command::Palette));
        // A Russian layout.
        assert_eq!(found("c", "л", "KeyK", LOG, false), Some(Command::Palette));
        assert_eq!(found("", "з", "KeyP", LOG, false), Some(Command::Pin));
        // Caps lock.
        assert_eq!(found("", "C", "KeyC", LOG, false), Some(Command::CopyPayload));
        assert_eq!(found("s", "C", "KeyC", LOG, false), Some(Command::CopyTopic));
    }

    #[test]
    fn digits_with_alt_go_by_their_place() {
        // A French layout types & there.
        assert_eq!(found("a", "&", "Digit1", LOG, false), Some(Command::ToMessages));
        assert_eq!(found("a", "§", "Digit6", LOG, true), Some(Command::ToWire));
        // Windows writes characters by their number with Alt and the number pad.
        assert_eq!(found("a", "1", "Numpad1", LOG, false), None);
        // A digit of the French layout wants Shift.
        assert_eq!(found("s", "1", "Digit1", LOG, false), Some(Command::TabJson));
        assert_eq!(found("", "1", "Numpad1", LOG, false), Some(Command::TabJson));
        assert_eq!(found("s", "!", "Digit1", LOG, false), None);
    }

    #[test]
    fn what_types_a_character_does_nothing_else_in_a_field() {
        for key in ["/", "?", "c", "p", "r", "m", "1", " "] {
            assert_eq!(found("", key, "", FIELD, false), None, "{key}");
        }
        assert_eq!(found("s", "?", "Slash", FIELD, false), None);
        assert_eq!(found("c", "k", "KeyK", FIELD, false), Some(Command::Palette));
        assert_eq!(found("", "F6", "F6", FIELD, false), Some(Command::NextPane));
        assert_eq!(found("a", "1", "Digit1", FIELD, false), Some(Command::ToMessages));
        // Option 6 is a bracket on a German keyboard.
        assert_eq!(found("a", "]", "Digit6", FIELD, true), None);
    }

    #[test]
    fn single_letters_hold_in_the_log_alone() {
        let elsewhere = Focus::default();
        for key in ["c", "p", "r", "m", "1", " ", "Enter"] {
            assert_eq!(found("", key, "", elsewhere, false), None, "{key}");
        }
        assert_eq!(found("", "/", "Slash", elsewhere, false), Some(Command::Filter));
        assert_eq!(found("s", "?", "Slash", elsewhere, false), Some(Command::Shortcuts));
        // On a button of the detail, Enter and Space are the button's.
        let detail = Focus { message: true, ..elsewhere };
        assert_eq!(found("", "Enter", "Enter", detail, false), None);
        assert_eq!(found("", " ", "Space", detail, false), None);
        assert_eq!(found("", "r", "KeyR", detail, false), Some(Command::Partner));
        assert_eq!(found("", "Enter", "Enter", LOG, false), Some(Command::Inspect));
        assert_eq!(found("s", "Enter", "Enter", LOG, false), Some(Command::OpenInWire));
        assert_eq!(found("", " ", "Space", LOG, false), Some(Command::Pause));
    }

    #[test]
    fn keys_are_written_as_the_system_writes_them() {
        let combo = Combo::plain("N").ctrl().alt();
        assert_eq!(labels(combo, false), ["Ctrl", "Alt", "N"]);
        assert_eq!(labels(combo, true), ["⌃", "⌥", "N"]);
        assert_eq!(labels(Combo::plain("S").ctrl().shift(), true), ["⌘", "⇧", "S"]);
        assert_eq!(aria(Command::Palette, false).as_deref(), Some("Control+K"));
        assert_eq!(aria(Command::Palette, true).as_deref(), Some("Meta+K"));
        assert_eq!(aria(Command::NewSession, true).as_deref(), Some("Control+Alt+N"));
        assert_eq!(aria(Command::Rename, false), None);
    }
}
