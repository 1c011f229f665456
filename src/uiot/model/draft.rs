//! What a person typed for a value, before it is one.
//!
//! Whatever can be written as JSON can be sent, since breaking the model is what a test is about. So two questions are kept
//! apart: [`Draft::value`] says whether there is a value at all, [`Draft::check`] whether it keeps the model's rules.

use serde_json::{Number, Value};

use super::path::Path;
use super::steps::written;
use super::{DataType, Param, StructSpec, ValueFault, ValueFaultKind};
use crate::payload::{self, Format, PayloadError};

/// Items that a form has at most; a longer array is a text.
pub const DRAFT_ITEMS: usize = 256;

/// What was typed, in the shape of the type's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Draft {
    /// A number of whatever kind, an enum's item or a date in milliseconds, as typed.
    Number(String),
    /// 0 or 1.
    Switch(bool),
    /// The text of a string.
    Text(String),
    /// The items of an array.
    Items(Vec<Self>),
    /// The members of a struct by identifier, in the order of the model.
    Members(Vec<(String, Self)>),
    /// Any value, as JSON: for what the type has no form for.
    Json(String),
}

/// What is wrong with a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftFault {
    /// Where, as `fan.speed` or `[2]`; empty for the whole.
    pub path: String,
    /// What is wrong there.
    pub kind: DraftFaultKind,
    /// What could stand there instead, where that is clear.
    pub fix: Option<Value>,
}

/// See [`DraftFault`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftFaultKind {
    /// Nothing was typed where a number has to stand.
    Empty,
    /// It is no number.
    NoNumber(String),
    /// A number that no float of 64 bits holds.
    TooLarge,
    /// It is no JSON.
    Json(PayloadError),
    /// It can be sent, but the model knows no such value.
    Rule(ValueFaultKind),
}

impl DraftFaultKind {
    /// Whether it can be sent all the same.
    pub const fn is_warning(&self) -> bool {
        matches!(self, Self::Rule(_))
    }

    /// A name for tests.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NoNumber(_) => "no-number",
            Self::TooLarge => "too-large",
            Self::Json(_) => "no-json",
            Self::Rule(rule) => match rule {
                ValueFaultKind::WrongKind { .. } => "wrong-kind",
                ValueFaultKind::TrueOrFalse => "true-or-false",
                ValueFaultKind::Fraction => "fraction",
                ValueFaultKind::WrittenAsFloat => "written-as-float",
                ValueFaultKind::Overflow => "overflow",
                ValueFaultKind::BelowMin(_) => "below-min",
                ValueFaultKind::AboveMax(_) => "above-max",
                ValueFaultKind::OffStep(_) => "off-step",
                ValueFaultKind::NotZeroOrOne => "not-zero-or-one",
                ValueFaultKind::NoItem => "no-item",
                ValueFaultKind::TooLong { .. } => "too-long",
                ValueFaultKind::TooManyItems { .. } => "too-many-items",
                ValueFaultKind::Unknown => "unknown",
                ValueFaultKind::Missing => "missing",
            },
        }
    }
}

impl Draft {
    /// What a form begins with: a [sample](DataType::sample) without made-up texts and items.
    pub fn new(data_type: &DataType) -> Self {
        match data_type {
            DataType::String(_) => Self::Text(String::new()),
            DataType::Array(_) => Self::Items(Vec::new()),
            DataType::Struct(spec) => Self::members(spec, |member| Some(Self::new(&member.data_type)))
                .unwrap_or_else(Self::no_members),
            _ => Self::of(data_type, &data_type.sample()),
        }
    }

    /// What has to be typed to get this value: [`Self::value`] gives the very same back.
    pub fn of(data_type: &DataType, value: &Value) -> Self {
        let draft = match (data_type, value) {
            (
                DataType::Int32(_)
                | DataType::Float32(_)
                | DataType::Float64(_)
                | DataType::Enum(_)
                | DataType::Date(_),
                Value::Number(number),
            ) => Some(Self::Number(number.to_string())),
            (DataType::Bool(_), Value::Number(number)) => match number.as_u64() {
                Some(bit @ (0 | 1)) => Some(Self::Switch(bit == 1)),
                _ => None,
            },
            (DataType::String(_), Value::String(text)) => Some(Self::Text(text.clone())),
            (DataType::Array(spec), Value::Array(items)) if items.len() <= DRAFT_ITEMS => {
                Some(Self::Items(items.iter().map(|item| Self::of(&spec.item, item)).collect()))
            }
            (DataType::Struct(spec), Value::Object(values)) => {
                let is_known = |key: &String| spec.members.iter().any(|member| member.identifier == *key);
                let of = |member: &Param| Some(Self::of(&member.data_type, values.get(&member.identifier)?));
                Self::members(spec, of).filter(|_| values.keys().all(is_known))
            }
            _ => None,
        };
        draft.unwrap_or_else(|| Self::Json(value.to_string()))
    }

    /// None for a struct whose members the model does not name, and where one is none.
    fn members(spec: &StructSpec, of: impl Fn(&Param) -> Option<Self>) -> Option<Self> {
        let mut members: Vec<(String, Self)> = Vec::new();
        for member in &spec.members {
            // A model may name a member twice; an object cannot.
            if members.iter().all(|(identifier, _)| *identifier != member.identifier) {
                members.push((member.identifier.clone(), of(member)?));
            }
        }
        (!members.is_empty()).then_some(Self::Members(members))
    }

    fn no_members() -> Self {
        Self::Json("{}".to_owned())
    }

    /// The value.
    ///
    /// # Errors
    /// Everything in it that cannot be written as JSON, with its place.
    pub fn value(&self) -> Result<Value, Vec<DraftFault>> {
        let mut faults = Vec::new();
        let value = self.read(Path::Root, &mut faults);
        if faults.is_empty() { Ok(value) } else { Err(faults) }
    }

    /// The value with `null` in the places that cannot be written as JSON.
    pub fn value_or_null(&self) -> Value {
        self.read(Path::Root, &mut Vec::new())
    }

    /// The same as JSON, to be changed beyond what the form offers; what cannot be read is kept as it was typed.
    #[must_use]
    pub fn as_json(&self) -> Self {
        match self {
            Self::Number(typed) if self.value().is_err() => Self::Json(typed.clone()),
            Self::Json(typed) => Self::Json(typed.clone()),
            // Objects whose keys are strings can always be written.
            _ => Self::Json(serde_json::to_string_pretty(&self.value_or_null()).unwrap_or_default()),
        }
    }

    /// What in the value breaks the model's rules, with its place. The platform may refuse it; sent it can be. What cannot be
    /// sent at all is not listed here.
    pub fn check(&self, data_type: &DataType) -> Vec<DraftFault> {
        let mut faults = Vec::new();
        self.judge(data_type, Path::Root, &mut faults);
        faults
    }

    /// The part at this place: the number of an item or a member, and so on inwards.
    pub fn part(&self, at: &[usize]) -> Option<&Self> {
        let Some((first, rest)) = at.split_first() else { return Some(self) };
        match self {
            Self::Items(items) => items.get(*first)?.part(rest),
            Self::Members(members) => members.get(*first)?.1.part(rest),
            _ => None,
        }
    }

    /// [`Self::part`], to be changed.
    pub fn part_mut(&mut self, at: &[usize]) -> Option<&mut Self> {
        let Some((first, rest)) = at.split_first() else { return Some(self) };
        match self {
            Self::Items(items) => items.get_mut(*first)?.part_mut(rest),
            Self::Members(members) => members.get_mut(*first)?.1.part_mut(rest),
            _ => None,
        }
    }

    fn read(&self, path: Path<'_>, faults: &mut Vec<DraftFault>) -> Value {
        let read = match self {
            Self::Number(typed) => number(typed),
            Self::Switch(on) => Ok(Value::from(u8::from(*on))),
            Self::Text(text) => Ok(Value::from(text.as_str())),
            Self::Items(items) => {
                let items = items.iter().enumerate();
                Ok(items.map(|(index, item)| item.read(path.index(index), faults)).collect())
            }
            Self::Members(members) => {
                let read = |(identifier, member): &(String, Self)| {
                    (identifier.clone(), member.read(path.key(identifier), faults))
                };
                Ok(Value::Object(members.iter().map(read).collect()))
            }
            Self::Json(typed) => json(typed),
        };
        read.unwrap_or_else(|kind| {
            faults.push(DraftFault { path: path.to_string(), kind, fix: None });
            Value::Null
        })
    }

    fn judge(&self, data_type: &DataType, path: Path<'_>, faults: &mut Vec<DraftFault>) {
        match (self, data_type) {
            (Self::Items(items), DataType::Array(spec)) => {
                let many = spec.size.filter(|size| items.len() as u64 > *size);
                if let Some(limit) = many {
                    let kind =
                        DraftFaultKind::Rule(ValueFaultKind::TooManyItems { count: items.len(), limit });
                    faults.push(DraftFault { path: path.to_string(), kind, fix: None });
                }
                for (index, item) in items.iter().enumerate() {
                    item.judge(&spec.item, path.index(index), faults);
                }
            }
            (Self::Members(members), DataType::Struct(spec)) => {
                for (identifier, draft) in members {
                    if let Some(member) = spec.members.iter().find(|member| member.identifier == *identifier)
                    {
                        draft.judge(&member.data_type, path.key(identifier), faults);
                    }
                }
            }
            _ => {
                let Ok(value) = self.value() else { return };
                let fault = data_type.check(&value).err().or_else(|| data_type.step_fault(&value));
                if let Some(ValueFault { path: inner, kind }) = fault {
                    let fix = if inner.is_empty() { fix(data_type, &value, &kind) } else { None };
                    let path = joined(&path.to_string(), &inner);
                    faults.push(DraftFault { path, kind: DraftFaultKind::Rule(kind), fix });
                }
            }
        }
    }
}

fn joined(outer: &str, inner: &str) -> String {
    let point = if outer.is_empty() || inner.is_empty() || inner.starts_with('[') { "" } else { "." };
    format!("{outer}{point}{inner}")
}

/// A number as people type it: JSON's, and `+5`, `.5`, `5.` and `007` too.
fn number(typed: &str) -> Result<Value, DraftFaultKind> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(DraftFaultKind::Empty);
    }
    if let Ok(number) = serde_json::from_str::<Number>(typed) {
        return Ok(Value::Number(number));
    }
    if let Ok(whole) = typed.parse::<i64>() {
        return Ok(Value::from(whole));
    }
    // Names of what is no number are floats to the library.
    let float = typed.parse::<f64>().ok().filter(|_| typed.bytes().any(|byte| byte.is_ascii_digit()));
    match float {
        Some(float) => Number::from_f64(float).map(Value::Number).ok_or(DraftFaultKind::TooLarge),
        None => Err(DraftFaultKind::NoNumber(typed.to_owned())),
    }
}

fn json(typed: &str) -> Result<Value, DraftFaultKind> {
    if typed.trim().is_empty() {
        return Err(DraftFaultKind::Empty);
    }
    // Bounds of numbers are not looked at where only the form is checked.
    serde_json::from_str(typed).map_err(|_| match payload::parse(Format::Json, typed) {
        Err(error) => DraftFaultKind::Json(error),
        Ok(_) => DraftFaultKind::TooLarge,
    })
}

/// What could stand in the place of a value that breaks a rule, where there is only one thing that is near.
fn fix(data_type: &DataType, value: &Value, kind: &ValueFaultKind) -> Option<Value> {
    let whole = matches!(data_type, DataType::Int32(_));
    let bound = |bound: &Number, up: bool| match bound.as_f64() {
        Some(float) if whole && float.fract() != 0.0 => {
            written(if up { float.ceil() } else { float.floor() }, 0).map(Value::Number)
        }
        _ => Some(Value::Number(bound.clone())),
    };
    match kind {
        ValueFaultKind::BelowMin(min) => bound(min, true),
        ValueFaultKind::AboveMax(max) => bound(max, false),
        ValueFaultKind::Fraction | ValueFaultKind::WrittenAsFloat => {
            written(value.as_f64()?.round(), 0).map(Value::Number)
        }
        ValueFaultKind::OffStep(_) => {
            let spec = data_type.number()?;
            let on_step = spec.nearest_step(value.as_f64()?)?;
            let max = spec.max.as_ref().and_then(Number::as_f64);
            let is_over = max.zip(on_step.as_f64()).is_some_and(|(max, value)| value > max);
            let within = if is_over { spec.at_step(spec.steps()?)? } else { on_step };
            Some(Value::Number(within))
        }
        ValueFaultKind::TrueOrFalse => Some(Value::from(u8::from(value.as_bool()?))),
        ValueFaultKind::NotZeroOrOne => Some(Value::from(1)),
        ValueFaultKind::TooLong { limit, .. } => {
            let text = value.as_str()?;
            let mut end = usize::try_from(*limit).unwrap_or(usize::MAX).min(text.len());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.get(..end).map(Value::from)
        }
        _ => None,
    }
}
