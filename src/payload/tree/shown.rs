//! The words of a row, made when it is drawn. However long a value is, no more of it is looked at than is shown.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::{Kind, NodeId, NodeKind, Tree, cbor, msgpack};

/// A key or a value in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// What it is, for colouring.
    pub kind: NodeKind,
    /// The words. Text is in quotes, with what cannot be seen escaped.
    pub text: String,
    /// Whether the words are only the beginning; they end in `…` then.
    pub cut: bool,
    /// What a number of seconds means, in UTC.
    pub note: Option<String>,
}

impl Shown {
    pub(super) const fn of(kind: NodeKind, text: String) -> Self {
        Self { kind, text, cut: false, note: None }
    }
}

impl Tree {
    /// A node's key in about `most` bytes of words; none outside a map.
    pub fn key(&self, id: NodeId, most: usize) -> Option<Shown> {
        let node = self.node(id).filter(|node| node.has_key())?;
        Some(self.words(self.slice(node.key), most))
    }

    /// A value in about `most` bytes of words; a container as the number of its values, `{ 2 }` or `[ 3 ]`.
    pub fn value(&self, id: NodeId, most: usize) -> Shown {
        let Some(node) = self.node(id) else { return Shown::of(NodeKind::Literal, String::new()) };
        let more = if node.cut { "…" } else { "" };
        let text = match (node.kind, node.children) {
            (NodeKind::Map, 0) => format!("{{{more}}}"),
            (NodeKind::Array, 0) => format!("[{more}]"),
            (NodeKind::Map, count) => format!("{{ {count}{more} }}"),
            (NodeKind::Array, count) => format!("[ {count}{more} ]"),
            _ => return self.words(self.slice(node.value), most),
        };
        Shown { kind: node.kind, text, cut: node.cut, note: None }
    }

    /// A value to be copied: text without quotes and escapes, byte strings in hexadecimal, other single values as they
    /// are shown; a container as JSON exactly as written, of the binary notations as indented lines.
    pub fn copy_value(&self, id: NodeId) -> String {
        let Some(node) = self.node(id) else { return String::new() };
        let bytes = self.slice(node.value);
        match node.kind {
            _ if self.kind == Kind::Json && node.kind != NodeKind::Text => {
                String::from_utf8_lossy(bytes).into_owned()
            }
            NodeKind::Map | NodeKind::Array => {
                let mut text = String::new();
                for line in self.lines(id, usize::MAX) {
                    if !text.is_empty() {
                        text.push('\n');
                    }
                    text.push_str(&line);
                }
                text
            }
            NodeKind::Text => self.content(bytes).into_owned(),
            NodeKind::Bytes => {
                let mut text = String::new();
                let content = match self.kind {
                    Kind::Cbor => Cow::Owned(cbor::content(bytes, usize::MAX)),
                    _ => Cow::Borrowed(msgpack::content(bytes)),
                };
                for byte in content.iter() {
                    let _ = write!(text, "{byte:02x}");
                }
                text
            }
            _ => self.words(bytes, usize::MAX).text,
        }
    }

    /// The text that a value or key stands for.
    pub(super) fn content<'a>(&self, bytes: &'a [u8]) -> Cow<'a, str> {
        match self.kind {
            Kind::Json => match serde_json::from_slice::<String>(bytes) {
                Ok(text) => Cow::Owned(text),
                // Half of a pair of surrogates stands for no character.
                Err(_) => String::from_utf8_lossy(inner(bytes)),
            },
            Kind::Cbor => Cow::Owned(String::from_utf8_lossy(&cbor::content(bytes, usize::MAX)).into_owned()),
            Kind::MessagePack => String::from_utf8_lossy(msgpack::content(bytes)),
        }
    }

    pub(super) fn words(&self, bytes: &[u8], most: usize) -> Shown {
        match self.kind {
            Kind::Json => json(bytes, most),
            Kind::Cbor => cbor::shown(bytes, most),
            Kind::MessagePack => msgpack::shown(bytes, most),
        }
    }
}

/// A JSON string without its quotes.
fn inner(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\"").and_then(|bytes| bytes.strip_suffix(b"\"")).unwrap_or(bytes)
}

fn json(bytes: &[u8], most: usize) -> Shown {
    let mut words = Words::new(most);
    let kind = match bytes.first() {
        Some(b'"') => {
            words.json_text(inner(bytes));
            NodeKind::Text
        }
        Some(b't' | b'f' | b'n') => {
            words.push(&String::from_utf8_lossy(bytes));
            NodeKind::Literal
        }
        _ => {
            words.push(&String::from_utf8_lossy(super::super::head(bytes, words.room().saturating_add(1))));
            NodeKind::Number
        }
    };
    words.into_shown(kind)
}

/// Collects words up to a length.
pub(super) struct Words {
    text: String,
    most: usize,
    cut: bool,
}

impl Words {
    pub(super) const fn new(most: usize) -> Self {
        Self { text: String::new(), most, cut: false }
    }

    /// How many bytes of words fit in.
    pub(super) const fn room(&self) -> usize {
        self.most.saturating_sub(self.text.len())
    }

    pub(super) fn into_shown(mut self, kind: NodeKind) -> Shown {
        if self.cut {
            self.text.push('…');
        }
        Shown { kind, text: self.text, cut: self.cut, note: None }
    }

    /// Words that are short, or are cut at the length.
    pub(super) fn push(&mut self, words: &str) {
        let fits = super::super::head(words.as_bytes(), self.room()).len();
        self.cut |= fits < words.len();
        self.text.push_str(words.get(..fits).unwrap_or_default());
    }

    /// A floating-point number as Rust writes it, which is as short as can be and exact.
    pub(super) fn float(&mut self, mut words: String) {
        words = words.replace("inf", "Infinity");
        if !words.contains(['.', 'e', 'n', 'N']) {
            words.push_str(".0");
        }
        self.push(&words);
    }

    /// `h'…'`, as diagnostic notation writes byte strings. `more`: there are more than these.
    pub(super) fn bytes(&mut self, bytes: &[u8], more: bool) {
        self.text.push_str("h'");
        let fit = self.room() / 2;
        for byte in bytes.iter().take(fit) {
            let _ = write!(self.text, "{byte:02x}");
        }
        self.cut = more || bytes.len() > fit;
        if !self.cut {
            self.text.push('\'');
        }
    }

    /// Text in quotes. `more`: there is more than this.
    pub(super) fn text(&mut self, bytes: &[u8], more: bool) {
        let head = super::super::head(bytes, self.room().saturating_add(4));
        self.text.push('"');
        for character in String::from_utf8_lossy(head).chars() {
            if self.room() == 0 {
                break;
            }
            match character {
                '"' | '\\' => self.text.extend(['\\', character]),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                _ if is_unseen(character) => {
                    let _ = write!(self.text, "\\u{{{:x}}}", u32::from(character));
                }
                _ => self.text.push(character),
            }
        }
        self.cut = more || head.len() < bytes.len() || self.room() == 0;
        if !self.cut {
            self.text.push('"');
        }
    }

    /// A JSON string's inside in quotes: escapes are replaced by the characters they mean, save where these could not
    /// be seen or would end the string.
    fn json_text(&mut self, bytes: &[u8]) {
        let head = super::super::head(bytes, self.room().saturating_mul(6).saturating_add(12));
        let text = String::from_utf8_lossy(head);
        let mut rest = text.as_ref();
        self.text.push('"');
        while self.room() > 0
            && let Some(character) = rest.chars().next()
        {
            let (written, meant) = match character {
                '\\' => escape(rest),
                _ => (character.len_utf8(), Some(character)),
            };
            let (piece, after) = rest.split_at_checked(written).unwrap_or((rest, ""));
            rest = after;
            match meant {
                Some(meant) if !is_unseen(meant) && (character != '\\' || !matches!(meant, '"' | '\\')) => {
                    self.text.push(meant);
                }
                _ if character != '\\' => {
                    let _ = write!(self.text, "\\u{:04x}", u32::from(character));
                }
                _ => self.text.push_str(piece),
            }
        }
        self.cut = !rest.is_empty() || head.len() < bytes.len();
        if !self.cut {
            self.text.push('"');
        }
    }
}

/// How long the escape at the beginning of `text` is, and the character it means.
fn escape(text: &str) -> (usize, Option<char>) {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    match text.as_bytes().get(1) {
        Some(b'/') => (2, Some('/')),
        Some(b'"') => (2, Some('"')),
        Some(b'u') => {
            let Some(first) = unit(0) else { return (6, None) };
            if let Some(second) = unit(6)
                && let Some(Ok(character)) = char::decode_utf16([first, second]).next()
                && character > '\u{ffff}'
            {
                return (12, Some(character));
            }
            (6, char::from_u32(first.into()))
        }
        _ => (2, None),
    }
}

/// Control characters, and those that change the direction or the look of what is around them.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A moment in UTC, `2026-11-23T05:31:26Z`; none outside the years 0 to 9999.
pub(super) fn utc(seconds: i64, nanos: u32) -> Option<String> {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days since 1 March of the year 0, in cycles of 400 years (146,097 days).
    let since = days.checked_add(719_468)?;
    let (cycle, day) = (since.div_euclid(146_097), since.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year + 400 * cycle + i64::from(month <= 2);
    let fraction = if nanos == 0 { String::new() } else { format!(".{nanos:09}") };
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    (0..=9_999)
        .contains(&year)
        .then(|| format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z"))
}
