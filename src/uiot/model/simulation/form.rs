//! What a person types for a simulated property, and what it means.

use std::time::Duration;

use serde_json::{Number, Value};

use super::{INTERVALS, Plan, ReplayFault, Source, read_replay};
use crate::payload::{self, Format, PayloadError};
use crate::uiot::model::steps::written;
use crate::uiot::model::{DataType, Draft};

/// Values of a list at most.
pub const MOST_LISTED: usize = 1000;
/// The longest period of a sine, in seconds: a day.
const LONGEST_PERIOD: f64 = 86_400.0;

/// A kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// [`Source::Constant`]
    Constant,
    /// [`Source::Ramp`]
    Ramp,
    /// [`Source::Sine`]
    Sine,
    /// [`Source::Walk`]
    Walk,
    /// [`Source::List`]
    List,
    /// [`Source::Replay`]
    Replay,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanField {
    /// The first number of a ramp; the lowest of a sine and a walk.
    Low,
    /// The last number of a ramp; the highest of a sine and a walk.
    High,
    /// The step of a ramp, the longest step of a walk.
    Step,
    /// Seconds from one highest of a sine to the next.
    Period,
    /// Milliseconds from one value to the next.
    Interval,
    /// The value that stays.
    Constant,
    /// The values of a list.
    List,
    /// A recording.
    Replay,
}

/// Why a field says nothing that can be done.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanFault {
    /// It is no number.
    NoNumber,
    /// It has to be more than 0.
    NotPositive,
    /// It has to lie between these, in the unit of the field.
    Outside(u64, u64),
    /// The highest is below the lowest.
    Reversed,
    /// There is nothing in it.
    Empty,
    /// More than [`MOST_LISTED`] values.
    TooMany,
    /// A line of the list, counted from 1, is no JSON.
    Line(usize, PayloadError),
    /// The value that stays cannot be written as JSON; its own form says why.
    Constant,
    /// The recording cannot be read.
    Replay(ReplayFault),
}

/// See the [file's docs](self). The value that stays has a form of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanDraft {
    /// Which source.
    pub kind: SourceKind,
    /// See [`PlanField::Low`].
    pub low: String,
    /// See [`PlanField::High`].
    pub high: String,
    /// See [`PlanField::Step`].
    pub step: String,
    /// See [`PlanField::Period`].
    pub period: String,
    /// See [`PlanField::Interval`].
    pub interval: String,
    /// A JSON list, or a value on each line.
    pub list: String,
    /// See [`read_replay`].
    pub replay: String,
}

impl SourceKind {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] = [Self::Constant, Self::Ramp, Self::Sine, Self::Walk, Self::List, Self::Replay];

    /// A name for choices and tests.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Ramp => "ramp",
            Self::Sine => "sine",
            Self::Walk => "walk",
            Self::List => "list",
            Self::Replay => "replay",
        }
    }

    /// The kind with this [`Self::id`].
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// Those that make values of this type: numbers say nothing of an array or a struct.
    pub fn of(data_type: &DataType) -> impl Iterator<Item = Self> {
        let has_numbers = data_type.nearest(0.0).is_some();
        let makes_numbers = |kind: &Self| matches!(kind, Self::Ramp | Self::Sine | Self::Walk);
        Self::ALL.into_iter().filter(move |kind| has_numbers || !makes_numbers(kind))
    }

    /// Its fields, in their order.
    pub const fn fields(self) -> &'static [PlanField] {
        use PlanField as F;
        match self {
            Self::Constant => &[F::Constant, F::Interval],
            Self::Ramp | Self::Walk => &[F::Low, F::High, F::Step, F::Interval],
            Self::Sine => &[F::Low, F::High, F::Period, F::Interval],
            Self::List => &[F::List, F::Interval],
            Self::Replay => &[F::Replay],
        }
    }
}

impl PlanDraft {
    /// What suits a type: its range, its items.
    pub fn new(data_type: &DataType) -> Self {
        let spec = data_type.number();
        let bound = |bound: Option<&Number>, other: f64| bound.and_then(Number::as_f64).unwrap_or(other);
        let low = bound(spec.and_then(|spec| spec.min.as_ref()), 0.0);
        let high = bound(spec.and_then(|spec| spec.max.as_ref()), low.max(0.0) + 100.0);
        let step = data_type.nearest(low + (high - low) / 20.0).and_then(|value| value.as_f64());
        let step = step.map(|to| to - low).filter(|step| *step > 0.0).unwrap_or(1.0);
        let text = |number: f64| {
            let rounded = written(number, 4).filter(|short| number == 0.0 || short.as_f64() != Some(0.0));
            let exact = || Number::from_f64(number);
            rounded.or_else(exact).map(|number| number.to_string()).unwrap_or_default()
        };
        let lines = |values: Vec<Value>| {
            let lines: Vec<_> = values.iter().map(Value::to_string).collect();
            lines.join("\n")
        };
        let (kind, list) = match data_type {
            DataType::Int32(_) | DataType::Float32(_) | DataType::Float64(_) => {
                (SourceKind::Sine, Vec::new())
            }
            DataType::Bool(_) => (SourceKind::List, vec![Value::from(0), Value::from(1)]),
            DataType::Enum(spec) => {
                (SourceKind::List, spec.items.keys().map(|item| Value::from(*item)).collect())
            }
            _ => (SourceKind::Constant, vec![data_type.sample()]),
        };
        Self {
            kind,
            low: text(low),
            high: text(high),
            step: text(step),
            period: "60".to_owned(),
            interval: "5000".to_owned(),
            list: lines(list),
            replay: String::new(),
        }
    }

    /// What stands in a field; nothing for the value that stays.
    pub fn text(&self, field: PlanField) -> &str {
        match field {
            PlanField::Low => &self.low,
            PlanField::High => &self.high,
            PlanField::Step => &self.step,
            PlanField::Period => &self.period,
            PlanField::Interval => &self.interval,
            PlanField::List => &self.list,
            PlanField::Replay => &self.replay,
            PlanField::Constant => "",
        }
    }

    /// Writes into a field.
    pub fn set(&mut self, field: PlanField, text: String) {
        match field {
            PlanField::Low => self.low = text,
            PlanField::High => self.high = text,
            PlanField::Step => self.step = text,
            PlanField::Period => self.period = text,
            PlanField::Interval => self.interval = text,
            PlanField::List => self.list = text,
            PlanField::Replay => self.replay = text,
            PlanField::Constant => {}
        }
    }

    /// What it means.
    ///
    /// # Errors
    /// The first field that says nothing that can be done, and why.
    pub fn plan(
        &self,
        data_type: &DataType,
        constant: &Draft,
        seed: u64,
    ) -> Result<Plan, (PlanField, PlanFault)> {
        let source = match self.kind {
            SourceKind::Constant => {
                let value = constant.value().map_err(|_| (PlanField::Constant, PlanFault::Constant))?;
                Source::Constant(value)
            }
            SourceKind::Ramp => {
                let (from, to) = (self.number(PlanField::Low)?, self.number(PlanField::High)?);
                Source::Ramp { from, to, step: self.positive(PlanField::Step)? }
            }
            SourceKind::Sine => {
                let (min, max) = self.range()?;
                let period = self.positive(PlanField::Period)?;
                if period > LONGEST_PERIOD {
                    return Err((PlanField::Period, PlanFault::Outside(0, LONGEST_PERIOD as u64)));
                }
                Source::Sine { min, max, period: Duration::from_secs_f64(period) }
            }
            SourceKind::Walk => {
                let (min, max) = self.range()?;
                Source::Walk { min, max, step: self.positive(PlanField::Step)? }
            }
            SourceKind::List => {
                let values = listed(&self.list, data_type).map_err(|fault| (PlanField::List, fault))?;
                Source::List(values)
            }
            SourceKind::Replay => {
                let points = read_replay(&self.replay)
                    .map_err(|fault| (PlanField::Replay, PlanFault::Replay(fault)))?;
                Source::Replay(points)
            }
        };
        let interval = if self.kind == SourceKind::Replay { *INTERVALS.start() } else { self.interval()? };
        Ok(Plan { source, interval, data_type: data_type.clone(), seed })
    }

    fn number(&self, field: PlanField) -> Result<f64, (PlanField, PlanFault)> {
        let number = self.text(field).trim().parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or((field, PlanFault::NoNumber))
    }

    fn positive(&self, field: PlanField) -> Result<f64, (PlanField, PlanFault)> {
        let number = self.number(field)?;
        if number > 0.0 { Ok(number) } else { Err((field, PlanFault::NotPositive)) }
    }

    fn range(&self) -> Result<(f64, f64), (PlanField, PlanFault)> {
        let (min, max) = (self.number(PlanField::Low)?, self.number(PlanField::High)?);
        if min <= max { Ok((min, max)) } else { Err((PlanField::High, PlanFault::Reversed)) }
    }

    fn interval(&self) -> Result<Duration, (PlanField, PlanFault)> {
        let field = PlanField::Interval;
        let millis = self.interval.trim().parse::<u64>().map_err(|_| (field, PlanFault::NoNumber))?;
        let interval = Duration::from_millis(millis);
        if INTERVALS.contains(&interval) {
            return Ok(interval);
        }
        let in_millis = |bound: &Duration| u64::try_from(bound.as_millis()).unwrap_or(u64::MAX);
        Err((field, PlanFault::Outside(in_millis(INTERVALS.start()), in_millis(INTERVALS.end()))))
    }
}

/// The values of a list: a JSON list, or a value on each line. A line of a string's list that is no JSON is the text itself.
fn listed(text: &str, data_type: &DataType) -> Result<Vec<Value>, PlanFault> {
    let as_list = match data_type {
        // A single line is one value.
        DataType::Array(_) => None,
        _ => serde_json::from_str::<Vec<Value>>(text).ok(),
    };
    let values = match as_list {
        Some(values) => values,
        None => {
            let mut values = Vec::new();
            for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
                match (serde_json::from_str(line), data_type) {
                    (Ok(value), _) => values.push(value),
                    (Err(_), DataType::String(_)) => values.push(Value::from(line.trim())),
                    (Err(_), _) => match payload::parse(Format::Json, line) {
                        Err(error) => return Err(PlanFault::Line(index + 1, error)),
                        // A number that no float holds.
                        Ok(_) => return Err(PlanFault::NoNumber),
                    },
                }
            }
            values
        }
    };
    match values.len() {
        0 => Err(PlanFault::Empty),
        MOST_LISTED.. if values.len() > MOST_LISTED => Err(PlanFault::TooMany),
        _ => Ok(values),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::{JsonFault, Place};
    use serde_json::json;

    fn data_type(json: Value) -> DataType {
        serde_json::from_value(json).unwrap()
    }

    fn float() -> DataType {
        data_type(json!({"Type":"float32","Spec":{"Max":60,"Min":-20,"Step":0.1}}))
    }

    fn source(draft: &PlanDraft) -> Result<Source, (PlanField, PlanFault)> {
        draft.plan(&float(), &Draft::Number("7".into()), 1).map(|plan| plan.source)
    }

    #[test]
    fn each_type_begins_with_a_source_that_suits_it() {
        let start = |json| {
            let data_type = data_type(json);
            let draft = PlanDraft::new(&data_type);
            let plan = draft.plan(&data_type, &Draft::new(&data_type), 1).unwrap();
            assert!(SourceKind::of(&data_type).any(|kind| kind == draft.kind));
            plan.source
        };
        let sine = |min, max| Source::Sine { min, max, period: Duration::from_secs(60) };
        assert_eq!(
            start(json!({"Type":"float32","Spec":{"Max":60,"Min":-20,"Step":0.1}})),
            sine(-20.0, 60.0)
        );
        assert_eq!(start(json!({"Type":"int32"})), sine(0.0, 100.0));
        assert_eq!(start(json!({"Type":"bool"})), Source::List(vec![json!(0), json!(1)]));
        assert_eq!(
            start(json!({"Type":"enum","Spec":{"3":"a","5":"b"}})),
            Source::List(vec![json!(3), json!(5)])
        );
        assert_eq!(start(json!({"Type":"string"})), Source::Constant(json!("")));
        assert_eq!(
            start(json!({"Type":"array","Spec":{"Item":{"Type":"int32"}}})),
            Source::Constant(json!([]))
        );
    }

    #[test]
    fn numbers_are_offered_where_they_say_something() {
        let kinds = |json| SourceKind::of(&data_type(json)).map(SourceKind::id).collect::<Vec<_>>().join(" ");
        assert_eq!(kinds(json!({"Type":"int32"})), "constant ramp sine walk list replay");
        assert_eq!(kinds(json!({"Type":"struct","Spec":[]})), "constant list replay");
        assert!(SourceKind::ALL.iter().all(|kind| SourceKind::from_id(kind.id()) == Some(*kind)));
    }

    #[test]
    fn what_is_typed_becomes_a_plan() {
        let mut draft = PlanDraft::new(&float());
        for (field, text) in [
            (PlanField::Low, "1"),
            (PlanField::High, "-5"),
            (PlanField::Step, " .5 "),
            (PlanField::Interval, "250"),
        ] {
            draft.set(field, text.into());
            assert_eq!(draft.text(field), text);
        }
        draft.kind = SourceKind::Ramp;
        assert_eq!(source(&draft), Ok(Source::Ramp { from: 1.0, to: -5.0, step: 0.5 }));
        assert_eq!(
            draft.plan(&float(), &Draft::Json("1".into()), 1).unwrap().interval,
            Duration::from_millis(250)
        );
        draft.high = "2".into();
        draft.kind = SourceKind::Walk;
        assert_eq!(source(&draft), Ok(Source::Walk { min: 1.0, max: 2.0, step: 0.5 }));
        draft.kind = SourceKind::Constant;
        assert_eq!(source(&draft), Ok(Source::Constant(json!(7))));
        draft.kind = SourceKind::List;
        draft.list = "1\n\n2.5\n{\"a\":1}".into();
        assert_eq!(source(&draft), Ok(Source::List(vec![json!(1), json!(2.5), json!({"a": 1})])));
        draft.list = "[1, 2]".into();
        assert_eq!(source(&draft), Ok(Source::List(vec![json!(1), json!(2)])));
        let words = data_type(json!({"Type":"string"}));
        assert_eq!(listed("low\n\"5\"", &words), Ok(vec![json!("low"), json!("5")]));
        let rows = data_type(json!({"Type":"array","Spec":{"Item":{"Type":"int32"}}}));
        assert_eq!(listed("[1, 2]", &rows), Ok(vec![json!([1, 2])]));
    }

    #[test]
    fn what_says_nothing_is_told_with_its_field() {
        let fault = |kind, field, text: &str| {
            let mut draft = PlanDraft { kind, ..PlanDraft::new(&float()) };
            draft.set(field, text.into());
            let (at, fault) = source(&draft).unwrap_err();
            assert_eq!(at, field);
            fault
        };
        assert_eq!(fault(SourceKind::Ramp, PlanField::Low, "x"), PlanFault::NoNumber);
        assert_eq!(fault(SourceKind::Ramp, PlanField::High, "inf"), PlanFault::NoNumber);
        assert_eq!(fault(SourceKind::Ramp, PlanField::Step, "0"), PlanFault::NotPositive);
        assert_eq!(fault(SourceKind::Sine, PlanField::High, "-30"), PlanFault::Reversed);
        assert_eq!(fault(SourceKind::Sine, PlanField::Period, "100000"), PlanFault::Outside(0, 86_400));
        assert_eq!(fault(SourceKind::Sine, PlanField::Interval, "5"), PlanFault::Outside(10, 86_400_000));
        assert_eq!(fault(SourceKind::Walk, PlanField::Interval, "1.5"), PlanFault::NoNumber);
        assert_eq!(fault(SourceKind::List, PlanField::List, " \n"), PlanFault::Empty);
        assert_eq!(
            fault(SourceKind::List, PlanField::List, &"1\n".repeat(MOST_LISTED + 1)),
            PlanFault::TooMany
        );
        assert_eq!(fault(SourceKind::List, PlanField::List, "1\n1e999"), PlanFault::NoNumber);
        let json = PayloadError::Json(JsonFault::ExpectedValue, Place { line: 1, column: 1 });
        assert_eq!(fault(SourceKind::List, PlanField::List, "1\nlow"), PlanFault::Line(2, json));
        assert_eq!(fault(SourceKind::Replay, PlanField::Replay, ""), PlanFault::Replay(ReplayFault::Empty));
        let constant = PlanDraft { kind: SourceKind::Constant, ..PlanDraft::new(&float()) };
        let faulty = constant.plan(&float(), &Draft::Number("12x".into()), 1).unwrap_err();
        assert_eq!(faulty, (PlanField::Constant, PlanFault::Constant));
    }
}
