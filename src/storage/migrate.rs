//! Reads what any earlier version of this tool stored.
//!
//! | name in the storage | since | what it holds | how an older one is read |
//! |---|---|---|---|
//! | `uiot-testbench.form` | first version | a [`Profile`]; has no number, which counts as version 0. Grew by `auto_reconnect`, `strict`, `will`, then by `subscriptions`, `subscribe_system`, then by `registration` | missing fields have their defaults, each damaged field costs itself |
//! | `uiot-testbench.language`, `.theme` | first version | one word as a JSON string | an unknown word counts as none |
//! | `uiot-testbench.budget.1` | the journal's budget | a [`BudgetForm`](super::BudgetForm) | only version 1 so far |
//! | `uiot-testbench.workspace.1` | several sessions | a [`Workspace`] | each damaged session costs itself |
//! | `uiot-testbench.library.1` | saved profiles | a [`Library`](super::library::Library) | only version 1 so far |
//! | `uiot-testbench.vault.1` | remembered secrets | an [`Envelope`](super::vault::Envelope) | only version 1 so far |
//! | `uiot-testbench.preferences.1` | settings | [`Preferences`](super::Preferences) | only version 1 so far; each damaged value costs itself |
//! | `uiot-testbench.templates.1` | named templates | a list of messages | only version 1 so far; each damaged one costs itself |
//! | `uiot-testbench.custom-topics.1` | custom topics kept per product | [`CustomTopics`](super::CustomTopics) | only version 1 so far; each damaged topic costs itself |
//! | `uiot-testbench.panes.1`, `.raw-content` | sizes, a switch | numbers by name, `true` or `false` | as a whole |
//! | `uiot-testbench.damaged.1` | saved profiles | [`DamagedTexts`](super::DamagedTexts) | only version 1 so far |
//!
//! A shape that older readers would misread gets a new number in its name, and its reader here falls back on the name
//! before. What merely grows keeps its number: readers skip what they do not know.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Damage, Profile, Recovered, SavedSession, Workspace, pieces};
use crate::uiot::Region;

/// The last connect form.
pub fn form(text: &str) -> Recovered<Profile> {
    let failed = |why| Recovered { value: Profile::default(), damage: vec![(why, text.to_owned())] };
    match serde_json::from_str::<Value>(text) {
        Err(error) => failed(Damage::of(&error)),
        Ok(value) => match profile(&value) {
            None => failed(Damage::Shape),
            Some((profile, fields)) => Recovered {
                value: profile,
                damage: if fields.is_empty() {
                    Vec::new()
                } else {
                    vec![(Damage::Fields(fields), text.to_owned())]
                },
            },
        },
    }
}

/// The sessions of a browser tab. A session that is none is left out, and its text kept.
pub fn workspace(text: &str) -> Recovered<Workspace> {
    let failed = |why| Recovered { value: Workspace::default(), damage: vec![(why, text.to_owned())] };
    let value = match serde_json::from_str::<Value>(text) {
        Err(error) => return failed(Damage::of(&error)),
        Ok(value) => value,
    };
    let sessions = match value.get("sessions") {
        Some(Value::Array(sessions)) => sessions.as_slice(),
        None if value.is_object() => &[],
        _ => return failed(Damage::Shape),
    };
    let active = value.get("active").and_then(Value::as_u64).and_then(|place| usize::try_from(place).ok());
    let mut found = Recovered::<Workspace>::default();
    let texts = pieces::items(text, "sessions").filter(|texts| texts.len() == sessions.len());
    for (place, entry) in sessions.iter().enumerate() {
        let as_written = || match texts.as_ref().and_then(|texts| texts.get(place)) {
            Some(text) => (*text).to_owned(),
            None => entry.to_string(),
        };
        let mut fields = Vec::new();
        let title = match entry.get("title") {
            None | Some(Value::Null) => None,
            Some(Value::String(title)) => Some(title.clone()),
            Some(_) => {
                fields.push("title".to_owned());
                None
            }
        };
        let read = match entry.get("profile") {
            None if entry.is_object() => Some((Profile::default(), Vec::new())),
            None => None,
            Some(value) => profile(value),
        };
        let Some((profile, damaged)) = read else {
            found.damage.push((Damage::Shape, as_written()));
            continue;
        };
        fields.extend(damaged.into_iter().map(|field| format!("profile.{field}")));
        if !fields.is_empty() {
            found.damage.push((Damage::Fields(fields), as_written()));
        }
        if Some(place) == active {
            found.value.active = found.value.sessions.len();
        }
        found.value.sessions.push(SavedSession { title, profile });
    }
    found
}

/// A profile from JSON, and the names of the fields that could not be read. None if it is no object.
pub fn profile(value: &Value) -> Option<(Profile, Vec<String>)> {
    let fields = value.as_object()?;
    let mut damaged = Vec::new();
    let mut profile = match Profile::deserialize(value) {
        Ok(profile) => profile,
        Err(_) => Profile::deserialize(&sound_fields(fields, &mut damaged)).unwrap_or_default(),
    };
    // Reading takes any name, and a default for one that nobody knows.
    let name = |field: &str| value.get(field).and_then(Value::as_str);
    if name("protocol").is_some_and(|name| name != profile.protocol.name()) {
        damaged.push("protocol".to_owned());
    }
    if name("region").is_some_and(|id| id != profile.region.map_or("custom", Region::id)) {
        damaged.push("region".to_owned());
    }
    if profile.will.qos > 2 {
        profile.will.qos = 0;
        damaged.push("will.qos".to_owned());
    }
    for (place, wanted) in profile.subscriptions.iter_mut().enumerate() {
        if wanted.qos > 2 {
            wanted.qos = 0;
            damaged.push(format!("subscriptions.{place}.qos"));
        }
    }
    Some((profile, damaged))
}

/// The fields of a profile that can be read, each for itself; one level down too.
fn sound_fields(fields: &Map<String, Value>, damaged: &mut Vec<String>) -> Value {
    let mut sound = Map::new();
    for (name, value) in fields {
        if is_sound(name, value) {
            sound.insert(name.clone(), value.clone());
            continue;
        }
        let mut inner = Vec::new();
        let rest = match value {
            Value::Object(parts) => {
                let mut rest = Map::new();
                for (part, value) in parts {
                    if is_sound(name, &object(part, value)) {
                        rest.insert(part.clone(), value.clone());
                    } else {
                        inner.push(format!("{name}.{part}"));
                    }
                }
                Value::Object(rest)
            }
            Value::Array(items) => {
                let mut rest = Vec::new();
                for (place, item) in items.iter().enumerate() {
                    if is_sound(name, &Value::Array(vec![item.clone()])) {
                        rest.push(item.clone());
                    } else {
                        inner.push(format!("{name}.{place}"));
                    }
                }
                Value::Array(rest)
            }
            _ => Value::Null,
        };
        if is_sound(name, &rest) {
            sound.insert(name.clone(), rest);
            damaged.append(&mut inner);
        } else {
            damaged.push(name.clone());
        }
    }
    Value::Object(sound)
}

fn is_sound(name: &str, value: &Value) -> bool {
    Profile::deserialize(&object(name, value)).is_ok()
}

fn object(name: &str, value: &Value) -> Value {
    Value::Object(std::iter::once((name.to_owned(), value.clone())).collect())
}
