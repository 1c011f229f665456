//! This tool's own export.

use serde_json::{Map, Value, json};

use super::{Draft, ImportError, ImportErrorKind, Remark};
use crate::mqtt::Secret;
use crate::storage::library::SavedProfile;
use crate::storage::migrate;

/// What tells the format.
const FORMAT: &str = "uiot-testbench.profiles";
/// The version that is written.
const VERSION: u64 = 1;

/// Profiles as a file. Their secrets are in it only if `secrets` says so.
pub fn export(profiles: &[(SavedProfile, Option<Secret>)], secrets: bool) -> String {
    let entry = |(saved, secret): &(SavedProfile, Option<Secret>)| {
        let mut fields = Map::new();
        for (name, text) in [("name", &saved.name), ("folder", &saved.folder), ("notes", &saved.notes)] {
            fields.insert(name.to_owned(), text.as_str().into());
        }
        fields.insert("colour".to_owned(), saved.colour.into());
        // Serialising leaves the secrets of the form out.
        fields.insert("profile".to_owned(), serde_json::to_value(&saved.profile).unwrap_or_default());
        if let Some(secret) = secret.as_ref().filter(|secret| secrets && !secret.is_empty()) {
            fields.insert("secret".to_owned(), secret.expose().into());
        }
        Value::Object(fields)
    };
    let document = json!({
        "format": FORMAT,
        "version": VERSION,
        "profiles": profiles.iter().map(entry).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

/// Whether it says that it is one.
pub(super) fn is_own(document: &Value) -> bool {
    document.get("format").and_then(Value::as_str) == Some(FORMAT)
}

pub(super) fn read(document: &Value) -> Result<Vec<Draft>, ImportError> {
    match document.get("version").and_then(Value::as_u64) {
        Some(VERSION) => {}
        Some(newer) if newer > VERSION => return Err(ImportErrorKind::Newer(newer).into()),
        _ => return Err(ImportErrorKind::UnknownJson.into()),
    }
    let Some(Value::Array(entries)) = document.get("profiles") else {
        return Err(ImportErrorKind::UnknownJson.into());
    };
    Ok(entries.iter().map(draft).collect())
}

fn draft(entry: &Value) -> Draft {
    let mut damaged = Vec::new();
    let (mut profile, inner) = entry.get("profile").and_then(migrate::profile).unwrap_or_else(|| {
        damaged.push("profile".to_owned());
        Default::default()
    });
    damaged.extend(inner.into_iter().map(|field| format!("profile.{field}")));
    let mut string = |name: &str| match entry.get(name) {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(_) => {
            damaged.push(name.to_owned());
            String::new()
        }
    };
    let (name, folder, notes, secret) = (string("name"), string("folder"), string("notes"), string("secret"));
    let colour = match entry.get("colour") {
        None => 0,
        Some(value) => {
            let number = value.as_u64().and_then(|number| u8::try_from(number).ok());
            number.filter(|number| *number <= SavedProfile::MOST_COLOUR).unwrap_or_else(|| {
                damaged.push("colour".to_owned());
                0
            })
        }
    };
    profile.set_secret(Secret::new(secret));
    let mut draft = Draft { name, folder, colour, notes, profile, remarks: Vec::new() };
    draft.name_it();
    if !damaged.is_empty() {
        draft.remarks.push(Remark::Fields(damaged));
    }
    draft
}

impl Draft {
    /// Gives it a name, if it has none: its device's, its client identifier, or its host.
    pub(super) fn name_it(&mut self) {
        if self.name.trim().is_empty() {
            let host = || self.profile.server().host.trim().to_owned();
            let name = self.profile.short_name().unwrap_or_else(host);
            self.name = if name.is_empty() { "?".to_owned() } else { name };
        }
    }
}
