//! Profiles from files of this tool and of others, and credentials from pasted text.
//!
//! Formats: this tool's own export; the connections that MQTTX exports as JSON; lists of devices as CSV. The platform's
//! documents name no columns for the console's list of devices, so they are known by their headings: ProductSN or
//! 产品序列号, DeviceSN or 设备序列号, DeviceSecret or 设备密码, a name, in any order.

mod columns;
mod csv;
mod mqttx;
mod own;
mod pasted;

use serde_json::Value;

pub use own::export;
pub use pasted::{Credentials, read_pasted};

use super::Profile;

/// The longest text that is read, in bytes. A list of connections may hold all their messages.
pub const MOST_BYTES: usize = 32 << 20;
/// How many profiles are read from one text.
pub const MOST_PROFILES: usize = 1_000;

/// A profile as a file describes it, before it is saved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// What it is called; never empty.
    pub name: String,
    /// The folder; empty for none.
    pub folder: String,
    /// The number of its colour; 0 for none.
    pub colour: u8,
    /// Notes.
    pub notes: String,
    /// The form, with its secrets.
    pub profile: Profile,
    /// What could not be taken over as it was.
    pub remarks: Vec<Remark>,
}

/// Something of a profile that could not be taken over as it was.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Remark {
    /// It spoke MQTT over TCP, which a browser cannot: it is WebSocket now, with the default port. Holds the address that
    /// was given.
    PlainTcp(String),
    /// It spoke MQTT 5; it is 3.1.1 now.
    Version5,
    /// It had certificates of its own; a browser uses those that it is set up with.
    Certificates,
    /// It did not check the server's certificate; a browser always does.
    Unverified,
    /// Messages were left out; holds their number.
    Messages(usize),
    /// Subscriptions had options of MQTT 5; holds their number.
    SubscriptionOptions(usize),
    /// Fields that could not be read, by their names in the file. They have their defaults.
    Fields(Vec<String>),
    /// A column or field that was empty or missing, by its usual name.
    Missing(&'static str),
}

/// Why a text holds no profiles that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportError {
    /// The line of the text, from 1, where that is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub kind: ImportErrorKind,
}

/// See [`ImportError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportErrorKind {
    /// Nothing but white space.
    Empty,
    /// More than [`MOST_BYTES`]; holds the bytes.
    TooLarge(usize),
    /// More than [`MOST_PROFILES`]; holds the number.
    TooMany(usize),
    /// It looks like JSON and is none; holds the column in bytes, from 1.
    NotJson(usize),
    /// JSON, of no form that is known.
    UnknownJson,
    /// This tool's export, of a newer version; holds it.
    Newer(u64),
    /// A table without the column DeviceSN, or no table.
    NoColumns,
    /// A table without rows, a list without entries.
    NoProfiles,
    /// Quotation marks that nothing closes.
    OpenQuote,
}

impl ImportErrorKind {
    /// A name for tests.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge(_) => "too-large",
            Self::TooMany(_) => "too-many",
            Self::NotJson(_) => "not-json",
            Self::UnknownJson => "unknown-json",
            Self::Newer(_) => "newer",
            Self::NoColumns => "no-columns",
            Self::NoProfiles => "no-profiles",
            Self::OpenQuote => "open-quote",
        }
    }

    const fn at(self, line: usize) -> ImportError {
        ImportError { line: Some(line), kind: self }
    }
}

impl From<ImportErrorKind> for ImportError {
    fn from(kind: ImportErrorKind) -> Self {
        Self { line: None, kind }
    }
}

/// The profiles in a file. Its bytes are decoded by the caller: a table from a spreadsheet may be GB 18030.
///
/// # Errors
/// An [`ImportError`] where there are none. What is wrong with single ones is told by their [`Remark`]s.
pub fn read_file(name: &str, text: &str) -> Result<Vec<Draft>, ImportError> {
    if text.len() > MOST_BYTES {
        return Err(ImportErrorKind::TooLarge(text.len()).into());
    }
    let text = text.trim_start_matches('\u{feff}');
    let drafts = match text.trim_start().chars().next() {
        None => return Err(ImportErrorKind::Empty.into()),
        Some('{' | '[') => read_json(text)?,
        _ if name.to_ascii_lowercase().ends_with(".json") => read_json(text)?,
        _ => columns::read(text)?,
    };
    match drafts.len() {
        0 => Err(ImportErrorKind::NoProfiles.into()),
        1..=MOST_PROFILES => Ok(drafts),
        more => Err(ImportErrorKind::TooMany(more).into()),
    }
}

fn read_json(text: &str) -> Result<Vec<Draft>, ImportError> {
    let document: Value = serde_json::from_str(text)
        .map_err(|error| ImportErrorKind::NotJson(error.column()).at(error.line()))?;
    if own::is_own(&document) {
        own::read(&document)
    } else if let Some(drafts) = mqttx::read(&document) {
        Ok(drafts)
    } else if let Some(drafts) = columns::read_objects(&document) {
        Ok(drafts)
    } else {
        Err(ImportErrorKind::UnknownJson.into())
    }
}
