//! The library as text and back.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{Library, ProfileId, SavedProfile, VERSION};
use crate::storage::{Damage, Profile, migrate, pieces};

/// The fields of an entry that this version knows.
const KNOWN: [&str; 8] = ["id", "name", "folder", "colour", "notes", "profile", "changed", "born"];

/// Fields that have no place here, whoever wrote them.
const SECRET: [&str; 4] = ["device_secret", "product_secret", "password", "secret"];

pub(super) fn write(library: &Library) -> String {
    let aside = library
        .set_aside
        .iter()
        .map(|each| json!({ "name": each.name, "why": each.why.to_value(), "text": each.text }));
    json!({
        "version": VERSION,
        "latest": library.latest,
        "profiles": library.profiles.iter().map(entry_to_value).collect::<Vec<_>>(),
        "removed": library.removed,
        "set_aside": aside.collect::<Vec<_>>(),
    })
    .to_string()
}

pub(super) fn entry_to_value(saved: &SavedProfile) -> Value {
    let mut fields = saved.rest.clone();
    let mut profile = saved.rest_of_profile.clone();
    if let Ok(Value::Object(known)) = serde_json::to_value(&saved.profile) {
        profile.extend(known);
    }
    for (name, value) in [
        ("id", Value::from(saved.id.as_str())),
        ("name", saved.name.as_str().into()),
        ("folder", saved.folder.as_str().into()),
        ("colour", saved.colour.into()),
        ("notes", saved.notes.as_str().into()),
        ("profile", Value::Object(profile)),
        ("changed", saved.changed.into()),
        ("born", saved.born.into()),
    ] {
        fields.insert(name.to_owned(), value);
    }
    Value::Object(fields)
}

pub(super) fn read(text: &str) -> Library {
    let mut library = Library::default();
    let document = match serde_json::from_str::<Value>(text) {
        Ok(document) => document,
        Err(error) => {
            library.keep_aside(None, Damage::of(&error), text.to_owned());
            return library;
        }
    };
    match document.get("version").and_then(Value::as_u64) {
        Some(1..=VERSION) => {}
        Some(newer @ VERSION..) => {
            library.keep_aside(None, Damage::Newer(newer), text.to_owned());
            return library;
        }
        _ => {
            library.keep_aside(None, Damage::Shape, text.to_owned());
            return library;
        }
    }
    if let Some(Value::Object(removed)) = document.get("removed") {
        library.removed =
            removed.iter().filter_map(|(id, number)| Some((id.clone(), number.as_u64()?))).collect();
    }
    library.latest = document.get("latest").and_then(Value::as_u64).unwrap_or_default();
    read_aside(&mut library, &document);
    match document.get("profiles") {
        None => {}
        Some(Value::Array(entries)) => read_entries(&mut library, entries, text),
        Some(other) => library.keep_aside(None, Damage::Shape, other.to_string()),
    }
    // Whatever the document says, a number is never given twice.
    let highest =
        library.profiles.iter().map(|each| each.changed).chain(library.removed.values().copied()).max();
    library.latest = library.latest.max(highest.unwrap_or_default());
    library
}

fn read_entries(library: &mut Library, entries: &[Value], text: &str) {
    let texts = pieces::items(text, "profiles").filter(|texts| texts.len() == entries.len());
    let mut seen = HashSet::new();
    for (place, entry) in entries.iter().enumerate() {
        let as_written = || match texts.as_ref().and_then(|texts| texts.get(place)) {
            Some(text) => (*text).to_owned(),
            None => entry.to_string(),
        };
        let name = entry.get("name").and_then(Value::as_str).map(str::to_owned);
        match read_entry(entry) {
            None => library.keep_aside(name, Damage::Shape, as_written()),
            Some((saved, _)) if !seen.insert(saved.id.clone()) => {
                library.keep_aside(name, Damage::Twin, as_written());
            }
            Some((saved, damaged)) => {
                if !damaged.is_empty() {
                    library.keep_aside(name, Damage::Fields(damaged), as_written());
                }
                library.profiles.push(saved);
            }
        }
    }
}

/// An entry, and the names of those of its fields that could not be read. None without an identifier and a form.
fn read_entry(entry: &Value) -> Option<(SavedProfile, Vec<String>)> {
    let fields = entry.as_object()?;
    let id = ProfileId::parse(fields.get("id")?.as_str()?)?;
    let (profile, inner) = migrate::profile(fields.get("profile")?)?;
    let mut damaged: Vec<String> = inner.into_iter().map(|field| format!("profile.{field}")).collect();
    let mut string = |name: &str| match fields.get(name) {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(_) => {
            damaged.push(name.to_owned());
            String::new()
        }
    };
    let (name, folder, notes) = (string("name"), string("folder"), string("notes"));
    let mut number = |name: &str, most: u64| match fields.get(name) {
        None => 0,
        Some(value) => value.as_u64().filter(|number| *number <= most).unwrap_or_else(|| {
            damaged.push(name.to_owned());
            0
        }),
    };
    let colour = number("colour", SavedProfile::MOST_COLOUR.into());
    let (changed, born) = (number("changed", u64::MAX), number("born", u64::MAX));
    let rest: Map<String, Value> = fields
        .iter()
        .filter(|(name, _)| !KNOWN.contains(&name.as_str()) && !SECRET.contains(&name.as_str()))
        .map(own)
        .collect();
    let rest_of_profile = unknown_fields(fields.get("profile")?, &profile);
    let colour = u8::try_from(colour).unwrap_or_default();
    let saved =
        SavedProfile { id, name, folder, colour, notes, profile, changed, born, rest, rest_of_profile };
    Some((saved, damaged))
}

fn unknown_fields(given: &Value, profile: &Profile) -> Map<String, Value> {
    let (Some(given), Ok(Value::Object(known))) = (given.as_object(), serde_json::to_value(profile)) else {
        return Map::new();
    };
    let is_new = |name: &str| !known.contains_key(name) && !SECRET.contains(&name);
    given.iter().filter(|(name, _)| is_new(name)).map(own).collect()
}

fn own((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}

/// What was set aside before. What only a newer version could read is tried again.
fn read_aside(library: &mut Library, document: &Value) {
    for aside in document.get("set_aside").and_then(Value::as_array).into_iter().flatten() {
        let name = aside.get("name").and_then(Value::as_str).map(str::to_owned);
        let why = aside.get("why").map_or(Damage::Shape, Damage::from_value);
        match aside.get("text").and_then(Value::as_str) {
            None => library.keep_aside(None, Damage::Shape, aside.to_string()),
            Some(text) => match why {
                Damage::Newer(version) if version <= VERSION => {
                    let newer = read(text);
                    library.merge(newer);
                }
                why => library.keep_aside(name, why, text.to_owned()),
            },
        }
    }
}
