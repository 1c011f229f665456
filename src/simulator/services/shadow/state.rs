use serde_json::{Map, Value, json};

use super::choices::{Choices, DeviceDesired, DocumentTime, Nested, NullValue, Overflow};
use super::request::{Fault, Request, Version, depth};
use crate::simulator::memory::weight_of_all;
use crate::uiot::shadow::{Document, EditMethod, Part, RESET_VERSION, Sections, Values};

/// A device's shadow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceShadow {
    version: i32,
    reported: Half,
    desired: Half,
    /// Unix seconds; none before the first change.
    changed: Option<i64>,
}

/// Keys, values, and for each key when it was set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Half {
    values: Values,
    /// `{"Timestamp":n}` for each key, as the document has it.
    stamps: Values,
}

impl Half {
    fn set(&mut self, key: String, value: Value, at: i64, choices: &Choices) {
        if value.is_null() && choices.null_value == NullValue::Remove {
            self.remove(&key);
        } else {
            self.put(key, value, at, choices);
        }
    }

    fn put(&mut self, key: String, value: Value, at: i64, choices: &Choices) {
        self.stamps.insert(key.clone(), json!({ "Timestamp": at }));
        match (self.values.get_mut(&key), value) {
            (Some(Value::Object(old)), Value::Object(new)) if choices.nested == Nested::Merge => {
                merge(old, new);
            }
            (_, value) => {
                self.values.insert(key, value);
            }
        }
    }

    fn set_all(&mut self, values: &Values, at: i64, choices: &Choices) {
        for (key, value) in values {
            self.set(key.clone(), value.clone(), at, choices);
        }
    }

    fn remove(&mut self, key: &str) {
        self.values.remove(key);
        self.stamps.remove(key);
    }

    fn delete(&mut self, key: &str, value: &Value, choices: &Choices) {
        match (self.values.get_mut(key), value) {
            (Some(Value::Object(old)), Value::Object(named)) if choices.nested == Nested::Merge => {
                prune(old, named)
            }
            _ => self.remove(key),
        }
    }
}

fn merge(old: &mut Values, new: Values) {
    for (key, value) in new {
        match (old.get_mut(&key), value) {
            (Some(Value::Object(inner)), Value::Object(value)) => merge(inner, value),
            (_, value) => {
                old.insert(key, value);
            }
        }
    }
}

fn prune(old: &mut Values, named: &Values) {
    for (key, value) in named {
        match (old.get_mut(key), value) {
            (Some(Value::Object(inner)), Value::Object(value)) => prune(inner, value),
            _ => {
                old.remove(key);
            }
        }
    }
}

impl DeviceShadow {
    /// How often it was changed, from either side, since it was made or reset.
    pub fn version(&self) -> i32 {
        self.version
    }

    /// Puts the version where a test wants it, near the overflow for instance. No platform offers that.
    pub fn set_version(&mut self, version: i32) {
        self.version = version;
    }

    /// Somebody else edited it and changed nothing: only the version counts on. Not where there is no next one.
    pub(in crate::simulator) fn edited_elsewhere(&mut self, choices: &Choices) {
        self.version = self.next_version(choices).unwrap_or(self.version);
    }

    /// Bytes of memory that it takes, about.
    pub(super) fn weight(&self) -> usize {
        let halves = [&self.reported, &self.desired];
        halves.map(|half| weight_of_all(&half.values) + weight_of_all(&half.stamps)).iter().sum()
    }

    /// What the cloud wants of the device.
    pub fn desired(&self) -> &Values {
        &self.desired.values
    }

    /// What the device reported.
    pub fn reported(&self) -> &Values {
        &self.reported.values
    }

    /// The document as it is sent at `now`, in Unix seconds.
    pub(super) fn document(&self, now: i64, choices: &Choices) -> Document {
        let timestamp = match choices.document_time {
            DocumentTime::Sent => now,
            DocumentTime::Changed => self.changed.unwrap_or(now),
        };
        let (state, metadata) = self.sections();
        Document { state, metadata, timestamp: Some(timestamp), version: self.version, rest: Map::new() }
    }

    /// `State` and `Metadata`, both halves.
    pub(super) fn sections(&self) -> (Sections, Sections) {
        let sections = |reported: &Values, desired: &Values| Sections {
            reported: Some(reported.clone()),
            desired: Some(desired.clone()),
            rest: Map::new(),
        };
        (
            sections(&self.reported.values, &self.desired.values),
            sections(&self.reported.stamps, &self.desired.stamps),
        )
    }

    /// `Desired` alone: all of it, or what has one of these keys.
    pub(super) fn desired_sections(&self, only: Option<&Values>) -> (Sections, Sections) {
        let pick = |values: &Values| {
            let wanted = |key: &String| only.is_none_or(|only| only.contains_key(key));
            let picked = values.iter().filter(|(key, _)| wanted(key));
            let desired = picked.map(|(key, value)| (key.clone(), value.clone())).collect();
            Sections { reported: None, desired: Some(desired), rest: Map::new() }
        };
        (pick(&self.desired.values), pick(&self.desired.stamps))
    }

    /// The shadow after a device's edit; `now` in Unix seconds.
    pub(super) fn edited(&self, request: &Request, now: i64, choices: &Choices) -> Result<Self, Fault> {
        let resets = request.method == EditMethod::Update && request.version == Version::Of(RESET_VERSION);
        if !resets && !self.is_at(request.version, choices) {
            return Err(Fault::Conflict);
        }
        let mut after = self.clone();
        if request.desired == Part::Null {
            after.settle_desired(request, now, choices);
        }
        if let Part::Values(values) = &request.desired {
            match choices.device_desired {
                DeviceDesired::Refuse => return Err(Fault::DeviceDesired),
                DeviceDesired::Ignore => {}
                DeviceDesired::Take => {
                    check_values(values, choices)?;
                    after.desired.set_all(values, now, choices);
                }
            }
        }
        match (request.method, &request.reported) {
            (EditMethod::Update, Part::Values(values)) => {
                check_values(values, choices)?;
                after.reported.set_all(values, now, choices);
            }
            (EditMethod::Delete, Part::Values(values)) => {
                for (key, value) in values {
                    check_deletion(value, choices)?;
                    after.reported.delete(key, value, choices);
                }
            }
            (EditMethod::Delete, Part::Null) => after.reported = Half::default(),
            (EditMethod::Update, Part::Null) | (_, Part::Absent) => {}
        }
        if resets {
            after.version = 0;
            return self.bounded(after, now, choices);
        }
        self.followed_by(after, now, choices)
    }

    /// The shadow after the cloud wanted these values; `now` in Unix seconds.
    pub(super) fn wanted(&self, values: &Values, now: i64, choices: &Choices) -> Result<Self, Fault> {
        check_values(values, choices)?;
        let mut after = self.clone();
        after.desired.set_all(values, now, choices);
        self.followed_by(after, now, choices)
    }

    fn is_at(&self, version: Version, choices: &Choices) -> bool {
        match version {
            Version::Of(version) => version == self.version,
            Version::Impossible => false,
            Version::Absent => choices.no_version == super::choices::NoVersion::Current,
        }
    }

    /// What was desired becomes what is reported, but for the keys that the same message names: those it settles itself.
    fn settle_desired(&mut self, request: &Request, now: i64, choices: &Choices) {
        let desired = std::mem::take(&mut self.desired);
        if request.method == EditMethod::Delete && !choices.delete_moves_desired {
            return;
        }
        for (key, value) in desired.values {
            let named = request.reported.values().is_some_and(|values| values.contains_key(&key));
            if !named {
                // Whatever null does elsewhere, it was let in as desired.
                self.reported.put(key, value, now, choices);
            }
        }
    }

    fn followed_by(&self, mut after: Self, now: i64, choices: &Choices) -> Result<Self, Fault> {
        let same =
            self.reported.values == after.reported.values && self.desired.values == after.desired.values;
        if same && !choices.unchanged_counts {
            return Ok(self.clone());
        }
        after.version = self.next_version(choices).ok_or(Fault::Overflow)?;
        self.bounded(after, now, choices)
    }

    fn next_version(&self, choices: &Choices) -> Option<i32> {
        match (self.version.checked_add(1), choices.overflow) {
            (Some(next), _) => Some(next),
            (None, Overflow::Wrap) => Some(i32::MIN),
            (None, Overflow::ToZero) => Some(0),
            (None, Overflow::Refuse) => None,
        }
    }

    /// A document that is too large already may still shrink.
    fn bounded(&self, mut after: Self, now: i64, choices: &Choices) -> Result<Self, Fault> {
        after.changed = Some(now);
        let size = after.size(now, choices);
        if size > choices.size && size > self.size(now, choices) { Err(Fault::TooLarge) } else { Ok(after) }
    }

    fn size(&self, now: i64, choices: &Choices) -> usize {
        serde_json::to_vec(&self.document(now, choices)).map_or(usize::MAX, |json| json.len())
    }
}

fn check_values(values: &Values, choices: &Choices) -> Result<(), Fault> {
    if choices.null_value == NullValue::Refuse && values.values().any(Value::is_null) {
        return Err(Fault::NullValue);
    }
    match choices.depth {
        Some(limit) if values.values().any(|value| depth(value) > limit) => Err(Fault::TooDeep),
        _ => Ok(()),
    }
}

fn check_deletion(value: &Value, choices: &Choices) -> Result<(), Fault> {
    let within = value.is_object() && choices.nested == Nested::Merge;
    if value.is_null() || within || choices.delete_any_value { Ok(()) } else { Err(Fault::ValueInDelete) }
}
