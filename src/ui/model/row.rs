//! A property as its row shows it.

use leptos::prelude::*;
use serde_json::Value;

use super::kept::Kept;
use crate::i18n::Lang;
use crate::journal::wall;
use crate::mqtt::Moment;
use crate::ui::components::IconName;
use crate::uiot::RetCode;
use crate::uiot::model::reducer::{Known, Standing};
use crate::uiot::model::trend::Line;
use crate::uiot::model::{ArraySpec, BoolSpec, DataType, Draft, EnumSpec, NumberSpec, Property};

/// Characters of a value; the whole stands in its tooltip, and in the panel.
const VALUE: usize = 200;
/// The line's field, in CSS pixels.
pub(super) const SPARK: (f64, f64) = (96.0, 20.0);

/// What a row says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    None,
    NotInModel,
    Faulty,
    Edited,
    Start,
    Waiting,
    Accepted,
    Refused(RetCode),
    Unanswered,
    Set,
    Restored,
}

/// See the [file's docs](self).
#[derive(Clone, PartialEq)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) type_name: String,
    /// Whether the cloud may set it; none where that is not known.
    pub(super) writable: Option<bool>,
    pub(super) value: Option<String>,
    /// The unit, or what the value means.
    pub(super) unit: Unit,
    pub(super) line: Option<Line>,
    pub(super) changed: Option<Moment>,
    pub(super) range: Range,
    pub(super) mark: Mark,
}

/// What stands behind a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    None,
    Text(String),
    /// Members of a struct.
    Members(usize),
}

/// What a value may be, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Range {
    None,
    Text(String),
    Items(usize),
    Bytes(u64),
}

impl Unit {
    pub(super) fn text(&self, lang: Lang) -> String {
        match self {
            Self::None => String::new(),
            Self::Text(text) => text.clone(),
            Self::Members(count) => lang.model_members(*count),
        }
    }
}

impl Range {
    pub(super) fn text(&self, lang: Lang) -> String {
        match self {
            Self::None => String::new(),
            Self::Text(text) => text.clone(),
            Self::Items(count) => lang.model_items(*count),
            Self::Bytes(length) => lang.model_bytes(*length),
        }
    }
}

impl Mark {
    /// A name for tests.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::NotInModel => "not-in-model",
            Self::Faulty => "faulty",
            Self::Edited => "edited",
            Self::Start => "start",
            Self::Waiting => "waiting",
            Self::Accepted => "accepted",
            Self::Refused(_) => "refused",
            Self::Unanswered => "unanswered",
            Self::Set => "set",
            Self::Restored => "restored",
        }
    }

    /// The chip's class and sign.
    pub(super) const fn look(self) -> (&'static str, Option<IconName>) {
        match self {
            Self::Faulty | Self::Refused(_) => ("chip sq err", Some(IconName::Error)),
            Self::NotInModel | Self::Unanswered => ("chip sq warn", Some(IconName::Warning)),
            Self::Edited | Self::Start => ("chip sq acc", None),
            Self::Accepted => ("chip sq ok", Some(IconName::Check)),
            Self::Waiting => ("chip sq", Some(IconName::Clock)),
            Self::Set | Self::Restored => ("chip sq down", Some(IconName::ArrowDown)),
            Self::None => ("chip sq", None),
        }
    }

    /// What the chip says, and what that means.
    pub(super) fn words(self, lang: Lang) -> (String, String) {
        let (short, long) = match self {
            Self::None => ("", ""),
            Self::NotInModel => (lang.model_not_in(), lang.model_not_in()),
            Self::Faulty => (lang.standing_faulty(), lang.standing_faulty_why()),
            Self::Edited => (lang.standing_edited(), lang.standing_edited_why()),
            Self::Start => (lang.standing_start(), lang.standing_start_why()),
            Self::Waiting => (lang.standing_waiting(), lang.standing_waiting_why()),
            Self::Accepted => (lang.standing_accepted(), lang.standing_accepted_why()),
            Self::Refused(code) => return (lang.standing_refused(code.0), lang.ret_code_in_full(code)),
            Self::Unanswered => (lang.standing_unanswered(), lang.standing_unanswered_why()),
            Self::Set => (lang.standing_set(), lang.standing_set_why()),
            Self::Restored => (lang.standing_restored(), lang.standing_restored_why()),
        };
        (short.to_owned(), long.to_owned())
    }
}

impl Row {
    /// The property as it is now; follows what the device knows, what a person typed, and the time.
    pub(super) fn of(kept: Kept, identifier: &str) -> Self {
        kept.desk.bench.seconds.track();
        let now = kept.desk.now();
        let property = kept.property(identifier);
        let has_model = kept.template.with(Option::is_some);
        let data_type = property.as_ref().map(|property| &property.data_type);
        let steps = !matches!(data_type, Some(DataType::Float32(_) | DataType::Float64(_)));
        let (known, line, changed) = kept
            .desk
            .read(|services| {
                let trend = services.model.trend(identifier);
                let line = trend.and_then(|trend| trend.line(now, SPARK, steps && data_type.is_some()));
                let known = services.model.properties().get(identifier).cloned();
                (known, line, trend.and_then(|trend| trend.changed()))
            })
            .unwrap_or_default();
        let edit = kept.edits.with(|edits| edits.get(identifier).cloned());
        let changed_draft = edit.filter(|edit| edit.is_changed()).map(|edit| edit.draft.get());
        let is_ticked = kept.ticked.with(|ticked| ticked.contains(identifier));
        let edited = changed_draft.map(|draft| draft.value().ok());
        let is_edited = edited.is_some();
        let start = || data_type.filter(|_| is_ticked).map(|data_type| Draft::new(data_type).value_or_null());
        let is_start = !is_edited && known.is_none() && is_ticked;
        let value = match edited {
            Some(typed) => typed,
            None => known.as_ref().map(|known| known.value.clone()).or_else(start),
        };
        let breaks = match (data_type, &value) {
            (Some(data_type), Some(value)) => data_type.check(value).is_err(),
            // What was typed is no value at all.
            (_, None) => is_edited,
            _ => false,
        };
        let mark = match (&known, property.is_some()) {
            _ if breaks && (is_edited || is_start) => Mark::Faulty,
            _ if is_edited => Mark::Edited,
            (Some(known), _) if matches!(known.standing, Standing::Refused(_)) => mark_of(known),
            (_, false) if has_model => Mark::NotInModel,
            _ if breaks => Mark::Faulty,
            (None, _) if is_start => Mark::Start,
            (None, _) => Mark::None,
            (Some(known), _) => mark_of(known),
        };
        Self {
            name: property.as_ref().map(|property| property.name.clone()).unwrap_or_default(),
            type_name: data_type
                .map_or_else(|| guessed(value.as_ref()), |data_type| data_type.name().to_owned()),
            writable: property.as_ref().map(|property| property.access.is_writable()),
            unit: data_type.map_or(Unit::None, |data_type| unit_of(data_type, value.as_ref())),
            range: property.as_ref().map_or(Range::None, range_of),
            value: value.map(|value| text_of(data_type, &value)),
            line,
            changed,
            mark,
        }
    }
}

fn mark_of(known: &Known) -> Mark {
    match known.standing {
        Standing::Reported(_) => Mark::Waiting,
        Standing::Accepted => Mark::Accepted,
        Standing::Refused(code) => Mark::Refused(code),
        Standing::Unanswered(_) => Mark::Unanswered,
        Standing::Set => Mark::Set,
        Standing::Restored => Mark::Restored,
    }
}

/// The kind of a value of which no model tells the type.
fn guessed(value: Option<&Value>) -> String {
    let kind = match value {
        Some(Value::Number(_)) => "number",
        Some(Value::String(_)) => "string",
        Some(Value::Array(_)) => "array",
        Some(Value::Object(_)) => "object",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Null) => "null",
        None => "",
    };
    kind.to_owned()
}

/// A value in a line: a date as people write it, all else as JSON.
pub(super) fn text_of(data_type: Option<&DataType>, value: &Value) -> String {
    if let (Some(DataType::Date(_)), Some(millis)) = (data_type, value.as_i64())
        && let Some(date) = date(millis)
    {
        return date;
    }
    let text = value.to_string();
    match text.char_indices().nth(VALUE) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// `2026-11-02 09:30:00`, UTC; none for what no calendar has.
fn date(millis: i64) -> Option<String> {
    /// The last year that is written with four digits ends here.
    const END: u64 = 253_402_300_800_000;
    let millis = u64::try_from(millis).ok().filter(|millis| *millis < END)?;
    Some(wall::local(millis * 1_000, 0).chars().take(19).collect())
}

fn unit_of(data_type: &DataType, value: Option<&Value>) -> Unit {
    let item = |items: &EnumSpec, value: i64| items.items.get(&value).cloned();
    let text = match (data_type, value) {
        (DataType::Int32(NumberSpec { unit, .. }), _)
        | (DataType::Float32(NumberSpec { unit, .. }), _)
        | (DataType::Float64(NumberSpec { unit, .. }), _) => unit.clone(),
        (DataType::Bool(BoolSpec { zero, one, .. }), Some(value)) => match value.as_i64() {
            Some(0) => zero.clone(),
            Some(1) => one.clone(),
            _ => None,
        },
        (DataType::Enum(spec), Some(value)) => value.as_i64().and_then(|value| item(spec, value)),
        (DataType::Date(_), Some(_)) => Some("UTC".to_owned()),
        (DataType::Array(ArraySpec { size: Some(size), .. }), Some(Value::Array(items))) => {
            Some(format!("{} / {size}", items.len()))
        }
        (DataType::Struct(spec), _) => return Unit::Members(spec.members.len()),
        _ => None,
    };
    text.map_or(Unit::None, Unit::Text)
}

fn range_of(property: &Property) -> Range {
    let text = match &property.data_type {
        DataType::Int32(spec) | DataType::Float32(spec) | DataType::Float64(spec) => {
            match (&spec.min, &spec.max) {
                (Some(min), Some(max)) => Some(format!("{min} – {max}")),
                (Some(min), None) => Some(format!("≥ {min}")),
                (None, Some(max)) => Some(format!("≤ {max}")),
                (None, None) => None,
            }
        }
        DataType::Bool(_) => Some("0 / 1".to_owned()),
        DataType::Enum(spec) => return Range::Items(spec.items.len()),
        DataType::String(spec) => return spec.length.map_or(Range::None, Range::Bytes),
        DataType::Date(_) => Some("ms".to_owned()),
        DataType::Array(spec) => Some(
            spec.size
                .map_or_else(|| spec.item.name().to_owned(), |size| format!("{} × {size}", spec.item.name())),
        ),
        DataType::Struct(_) | DataType::Unknown(_) => None,
    };
    text.map_or(Range::None, Range::Text)
}
