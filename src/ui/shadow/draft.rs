//! The edit that a person is writing: rows or JSON, and the version that it is to carry.

use leptos::prelude::*;

use crate::uiot::limits;
use crate::uiot::shadow::{
    Row, RowFault, TextFault, Values, changed_number, read_object, read_rows, read_version, rows_of,
};

/// Rows of the form at most; more keys are edited as JSON.
pub(super) const ROWS: usize = 100;

/// See the [module's docs](self). Copies are handles to the same one.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    /// Rows with a number that names each for as long as it lives.
    pub(super) rows: RwSignal<Vec<(u32, Row)>>,
    next: StoredValue<u32>,
    /// Whether it is edited as JSON.
    pub(super) as_json: RwSignal<bool>,
    pub(super) json: RwSignal<String>,
    /// The version as typed; none follows the platform's.
    pub(super) version: RwSignal<Option<String>>,
    /// Whether it says too that what was desired is done.
    pub(super) settles: RwSignal<bool>,
    /// Whether sending was tried: then what is missing counts as wrong.
    pub(super) tried: RwSignal<bool>,
    /// What it means.
    pub(super) meaning: Memo<Meaning>,
}

/// What the draft means.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Meaning {
    pub(super) values: Result<Values, Fault>,
    /// A number that cannot be sent as typed, and what would be sent.
    pub(super) changed: Option<(String, String)>,
    /// Bytes of the values as JSON, where they exceed what the platform takes.
    pub(super) too_large: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Rows(Vec<(usize, RowFault)>),
    Text(TextFault),
}

impl Draft {
    pub(super) fn new() -> Self {
        let rows = RwSignal::new(Vec::<(u32, Row)>::new());
        let as_json = RwSignal::new(false);
        let json = RwSignal::new(String::new());
        let meaning = Memo::new(move |_| {
            let (values, changed) = if as_json.get() {
                json.with(|text| (read_object(text).map_err(Fault::Text), changed_number(text)))
            } else {
                rows.with(|rows| {
                    let plain: Vec<_> = rows.iter().map(|(_, row)| row.clone()).collect();
                    let changed = plain.iter().find_map(Row::changed_number);
                    (read_rows(&plain).map_err(Fault::Rows), changed)
                })
            };
            let size = |values: &Values| serde_json::to_vec(values).map_or(usize::MAX, |json| json.len());
            let too_large = values.as_ref().ok().map(size).filter(|bytes| *bytes > limits::PACKET_SIZE);
            Meaning { values, changed, too_large }
        });
        Self {
            rows,
            next: StoredValue::new(0),
            as_json,
            json,
            version: RwSignal::new(None),
            settles: RwSignal::new(false),
            tried: RwSignal::new(false),
            meaning,
        }
    }

    /// Adds a row; its number.
    pub(super) fn add(self, row: Row) -> u32 {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.rows.update(|rows| rows.push((id, row)));
        id
    }

    pub(super) fn remove(self, id: u32) {
        self.rows.update(|rows| rows.retain(|(each, _)| *each != id));
    }

    pub(super) fn change(self, id: u32, change: impl FnOnce(&mut Row)) {
        self.rows.update(|rows| {
            if let Some((_, row)) = rows.iter_mut().find(|(each, _)| *each == id) {
                change(row);
            }
        });
    }

    /// Reads from a row; what there is no row for is read from a blank one.
    pub(super) fn of<T>(self, id: u32, read: impl FnOnce(&Row) -> T) -> T {
        self.rows.with(|rows| match rows.iter().find(|(each, _)| *each == id) {
            Some((_, row)) => read(row),
            None => read(&Row::default()),
        })
    }

    /// What is wrong with a row. That something is missing counts only once sending was tried.
    pub(super) fn fault_of(self, id: u32) -> Option<RowFault> {
        let place = self.rows.with(|rows| rows.iter().position(|(each, _)| *each == id))?;
        let fault = self.meaning.with(|meaning| match &meaning.values {
            Err(Fault::Rows(faults)) => {
                faults.iter().find(|(at, _)| *at == place).map(|(_, fault)| fault.clone())
            }
            _ => None,
        })?;
        let is_unfinished = fault == RowFault::NoKey || self.of(id, |row| row.text.is_empty());
        (self.tried.get() || !is_unfinished).then_some(fault)
    }

    /// Puts these values in the place of what was typed; whether there was room for them.
    pub(super) fn fill(self, values: &Values) -> bool {
        self.tried.set(false);
        if self.as_json.get_untracked() {
            self.json.set(pretty(values));
            return true;
        }
        if values.len() > ROWS {
            return false;
        }
        self.rows.set(Vec::new());
        for row in rows_of(values) {
            self.add(row);
        }
        true
    }

    /// Goes from the form to JSON or back, with what was typed; whether that could be done.
    pub(super) fn turn(self, as_json: bool) -> Turned {
        if self.as_json.get_untracked() == as_json {
            return Turned::Done;
        }
        let values = self.meaning.with_untracked(|meaning| meaning.values.clone());
        match (values, as_json) {
            // What was begun in the form stays there.
            (Err(_), true) => {}
            (Ok(values), true) if values.is_empty() => {}
            (Ok(values), true) => self.json.set(pretty(&values)),
            (Err(_), false) => return Turned::Wrong,
            (Ok(values), false) if values.len() > ROWS => return Turned::TooMany,
            (Ok(values), false) if values.is_empty() => {}
            (Ok(values), false) => {
                self.rows.set(Vec::new());
                for row in rows_of(&values) {
                    self.add(row);
                }
            }
        }
        self.tried.set(false);
        self.as_json.set(as_json);
        Turned::Done
    }

    /// The keys that are named, whatever their values are.
    pub(super) fn keys(self) -> Vec<String> {
        if self.as_json.get() {
            return self.meaning.with(|meaning| {
                meaning.values.as_ref().map_or_else(|_| Vec::new(), |values| values.keys().cloned().collect())
            });
        }
        let mut keys: Vec<String> = self
            .rows
            .with(|rows| rows.iter().map(|(_, row)| row.key.clone()).filter(|key| !key.is_empty()).collect());
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The version that an edit is to carry where the platform's is `known`; none if what was typed is no version.
    pub(super) fn carried(self, known: i32) -> Option<i32> {
        self.version.with(|typed| typed.as_deref().map_or(Some(known), read_version))
    }
}

/// What came of going from the form to JSON or back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Turned {
    Done,
    /// The JSON is wrong.
    Wrong,
    /// There are more keys than rows.
    TooMany,
}

fn pretty(values: &Values) -> String {
    // Keys are strings, so this cannot fail.
    serde_json::to_string_pretty(values).unwrap_or_default()
}
