//! What was found damaged in the browser's storage, and where its text is kept.

use std::fmt;

use serde_json::{Value, json};

/// Why something that was stored could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// It is no JSON, from this line and column on (both count from 1).
    NotJson {
        /// The line.
        line: usize,
        /// The column, in bytes.
        column: usize,
    },
    /// It is JSON, but of another kind than it has to be.
    Shape,
    /// A newer version of this tool wrote it; holds the version.
    Newer(u64),
    /// Some of its fields cannot be read, named as in the text (`will.qos`). All others were taken over.
    Fields(Vec<String>),
    /// Another entry has the same identifier.
    Twin,
}

impl Damage {
    /// What a reader of JSON says of a text.
    pub fn of(error: &serde_json::Error) -> Self {
        Self::NotJson { line: error.line(), column: error.column() }
    }

    /// A name for tests and for storage.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotJson { .. } => "not-json",
            Self::Shape => "shape",
            Self::Newer(_) => "newer",
            Self::Fields(_) => "fields",
            Self::Twin => "twin",
        }
    }

    /// What [`Self::to_value`] made.
    pub fn from_value(value: &Value) -> Self {
        let number = |name| value.get(name).and_then(Value::as_u64).unwrap_or_default();
        let small = |name| usize::try_from(number(name)).unwrap_or_default();
        match value.get("code").and_then(Value::as_str) {
            Some("not-json") => Self::NotJson { line: small("line"), column: small("column") },
            Some("newer") => Self::Newer(number("version")),
            Some("twin") => Self::Twin,
            Some("fields") => {
                let names = value.get("fields").and_then(Value::as_array).into_iter().flatten();
                Self::Fields(names.filter_map(Value::as_str).map(str::to_owned).collect())
            }
            _ => Self::Shape,
        }
    }

    /// For storage.
    pub fn to_value(&self) -> Value {
        match self {
            Self::NotJson { line, column } => json!({ "code": self.code(), "line": line, "column": column }),
            Self::Newer(version) => json!({ "code": self.code(), "version": version }),
            Self::Fields(names) => json!({ "code": self.code(), "fields": names }),
            Self::Shape | Self::Twin => json!({ "code": self.code() }),
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What could be read, and what was wrong with the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered<T> {
    /// What could be read; defaults stand for what could not.
    pub value: T,
    /// What was wrong, each with the text that it is about, word for word.
    pub damage: Vec<(Damage, String)>,
}

impl<T> Recovered<T> {
    /// Sound in all parts.
    pub const fn sound(value: T) -> Self {
        Self { value, damage: Vec::new() }
    }
}

/// A text that could not be read, or not in full, kept word for word under a key of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DamagedText {
    /// The name in the storage under which it was found.
    pub key: String,
    /// What is wrong with it.
    pub why: Damage,
    /// The text.
    pub text: String,
}

/// All texts that were set aside: version 1 of the document under [`Key::Damaged`](super::Key).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DamagedTexts(pub Vec<DamagedText>);

impl DamagedTexts {
    /// Reads the document. A text that is none is itself set aside in it.
    pub fn read(text: Option<&str>, key: &str) -> Self {
        let Some(text) = text else { return Self::default() };
        let whole = |why| Self(vec![DamagedText { key: key.to_owned(), why, text: text.to_owned() }]);
        let document = match serde_json::from_str::<Value>(text) {
            Ok(document) => document,
            Err(error) => return whole(Damage::of(&error)),
        };
        match document.get("version").and_then(Value::as_u64) {
            Some(0 | 1) => {}
            Some(newer) => return whole(Damage::Newer(newer)),
            None => return whole(Damage::Shape),
        }
        let string = |entry: &Value, name| entry.get(name).and_then(Value::as_str).map(str::to_owned);
        let entries = document.get("texts").and_then(Value::as_array).into_iter().flatten();
        Self(
            entries
                .map(|entry| DamagedText {
                    key: string(entry, "key").unwrap_or_default(),
                    why: entry.get("why").map_or(Damage::Shape, Damage::from_value),
                    // What is no entry is kept as the text that it is.
                    text: string(entry, "text").unwrap_or_else(|| entry.to_string()),
                })
                .collect(),
        )
    }

    /// The document.
    pub fn to_text(&self) -> String {
        let entry =
            |each: &DamagedText| json!({ "key": each.key, "why": each.why.to_value(), "text": each.text });
        json!({ "version": 1, "texts": self.0.iter().map(entry).collect::<Vec<_>>() }).to_string()
    }

    /// Adds a text, unless it is there. Whether it was added.
    pub fn add(&mut self, key: &str, why: Damage, text: String) -> bool {
        let known = self.0.iter().any(|each| each.key == key && each.text == text);
        if !known {
            self.0.push(DamagedText { key: key.to_owned(), why, text });
        }
        !known
    }
}
