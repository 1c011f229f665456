//! What a device knows of its shadow's document.

use serde_json::{Value, json};

use super::{Document, Edit, EditMethod, Part, Sections, Values};

/// How many desired keys are collected from pushes at most, so that a platform that goes mad cannot fill the memory.
const DESIRED_KEYS: usize = 10_000;

#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) version: i32,
    pub(super) reported: Values,
    pub(super) desired: Values,
    /// Of the platform's last word, in Unix seconds.
    pub(super) timestamp: Option<i64>,
    reported_at: Values,
    desired_at: Values,
    /// What the platform added and the documents do not name: beside `State`, in it, and in `Metadata`.
    rest: [Values; 3],
}

impl Known {
    pub(super) fn reported_at(&self, key: &str) -> Option<i64> {
        self.reported_at.get(key)?.get("Timestamp")?.as_i64()
    }

    pub(super) fn desired_at(&self, key: &str) -> Option<i64> {
        self.desired_at.get(key)?.get("Timestamp")?.as_i64()
    }

    /// Takes over a whole document.
    pub(super) fn take(&mut self, document: Document) {
        let Document { state, metadata, timestamp, version, rest } = document;
        self.version = version;
        self.timestamp = timestamp;
        self.replace(state, metadata);
        self.rest[0] = rest;
    }

    /// Takes over both halves of a document.
    pub(super) fn replace(&mut self, state: Sections, metadata: Sections) {
        self.reported = state.reported.unwrap_or_default();
        self.desired = state.desired.unwrap_or_default();
        self.reported_at = metadata.reported.unwrap_or_default();
        self.desired_at = metadata.desired.unwrap_or_default();
        self.rest = [Values::new(), state.rest, metadata.rest];
    }

    /// All that is known, as the platform writes it.
    pub(super) fn document(&self) -> Document {
        let [rest, in_state, in_metadata] = &self.rest;
        let sections = |reported: &Values, desired: &Values, rest: &Values| Sections {
            reported: Some(reported.clone()),
            desired: Some(desired.clone()),
            rest: rest.clone(),
        };
        Document {
            state: sections(&self.reported, &self.desired, in_state),
            metadata: sections(&self.reported_at, &self.desired_at, in_metadata),
            timestamp: self.timestamp,
            version: self.version,
            rest: rest.clone(),
        }
    }

    /// Adds what a push brings, and says whether it had to forget something for that. Whether a push holds all that is
    /// desired or only what is new is not documented; putting them together is right either way.
    pub(super) fn add_desired(&mut self, values: &Values, stamps: Values) -> bool {
        let forgets = self.desired.len() + values.len() > DESIRED_KEYS;
        if forgets {
            self.desired.clear();
            self.desired_at.clear();
        }
        self.desired.extend(values.clone());
        self.desired_at.extend(stamps.into_iter().filter(|(key, _)| values.contains_key(key)));
        forgets
    }

    /// Does to what is known what the platform did.
    pub(super) fn apply(&mut self, edit: &Edit, timestamp: Option<i64>) {
        let stamp = timestamp.map_or(Value::Null, |seconds| json!({ "Timestamp": seconds }));
        if edit.state.desired == Part::Null {
            self.desired_at.clear();
            for (key, value) in std::mem::take(&mut self.desired) {
                self.reported_at.insert(key.clone(), stamp.clone());
                self.reported.insert(key, value);
            }
        }
        match (edit.method, &edit.state.reported) {
            (EditMethod::Update, Part::Values(values)) => {
                for (key, value) in values {
                    self.reported_at.insert(key.clone(), stamp.clone());
                    self.reported.insert(key.clone(), value.clone());
                }
            }
            (EditMethod::Delete, Part::Values(values)) => {
                for key in values.keys() {
                    self.reported_at.remove(key);
                    self.reported.remove(key);
                }
            }
            (EditMethod::Delete, Part::Null) => {
                self.reported_at.clear();
                self.reported.clear();
            }
            (EditMethod::Update, Part::Null) | (_, Part::Absent) => {}
        }
    }
}
