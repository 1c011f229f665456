//! What a device knows of its shadow's document.

use serde_json::{Value, json};

use super::{Edit, EditMethod, Part, Sections, Values};

/// How many desired keys are collected from pushes at most, so that a platform that goes mad cannot fill the memory.
const DESIRED_KEYS: usize = 10_000;

#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) version: i32,
    pub(super) reported: Values,
    pub(super) desired: Values,
    reported_at: Values,
    desired_at: Values,
}

impl Known {
    pub(super) fn reported_at(&self, key: &str) -> Option<i64> {
        self.reported_at.get(key)?.get("Timestamp")?.as_i64()
    }

    pub(super) fn desired_at(&self, key: &str) -> Option<i64> {
        self.desired_at.get(key)?.get("Timestamp")?.as_i64()
    }

    /// Takes over a whole document.
    pub(super) fn replace(&mut self, state: Sections, metadata: Sections) {
        self.reported = state.reported.unwrap_or_default();
        self.desired = state.desired.unwrap_or_default();
        self.reported_at = metadata.reported.unwrap_or_default();
        self.desired_at = metadata.desired.unwrap_or_default();
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
