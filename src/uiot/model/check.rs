use serde_json::{Map, Number, Value};

use super::path::Path;
use super::{ArraySpec, DataType, JsonKind, NumberSpec, Param, StructSpec};

/// Why a value does not fit its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueFault {
    /// Where in the value, as `fan.speed` or `schedule[3]`; empty for the value itself. Long keys are cut.
    pub path: String,
    /// What is wrong there.
    pub kind: ValueFaultKind,
}

impl ValueFault {
    /// The same fault, seen from the object that has the value under `key`.
    #[must_use]
    pub fn within(self, key: &str) -> Self {
        let root = Path::Root.key(key);
        let path = match self.path.chars().next() {
            None => root.to_string(),
            Some('[') => format!("{root}{}", self.path),
            Some(_) => format!("{root}.{}", self.path),
        };
        Self { path, ..self }
    }
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueFaultKind {
    /// Another kind of value has to stand here.
    WrongKind {
        /// What has to stand here.
        expected: Expected,
        /// What does.
        found: JsonKind,
    },
    /// `true` or `false` for a bool, which is 0 or 1 on this platform.
    TrueOrFalse,
    /// A number with a fraction, where an integer has to stand.
    Fraction,
    /// An integer written as `21.0` or `2e1`. [`CheckChoices::whole_floats`] lets it pass.
    WrittenAsFloat,
    /// A number that the type cannot hold.
    Overflow,
    /// A number under the model's lowest.
    BelowMin(Number),
    /// A number over the model's highest.
    AboveMax(Number),
    /// A number that no number of steps leads to. Only [`DataType::step_fault`] finds it, unless
    /// [`CheckChoices::step`] says otherwise.
    OffStep(Number),
    /// A number other than 0 and 1 for a bool.
    NotZeroOrOne,
    /// An integer that is no item of the enum.
    NoItem,
    /// A string that is too long.
    TooLong {
        /// Its bytes.
        bytes: usize,
        /// How many there may be.
        limit: u64,
    },
    /// An array with too many items.
    TooManyItems {
        /// Its items.
        count: usize,
        /// How many there may be.
        limit: u64,
    },
    /// The model knows no such parameter, the struct no such member.
    Unknown,
    /// A member of the struct is not there.
    Missing,
}

/// What a type wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// An integer.
    Integer,
    /// A number.
    Number,
    /// 0 or 1.
    ZeroOrOne,
    /// A text.
    String,
    /// Milliseconds since 1970.
    Milliseconds,
    /// A list.
    Array,
    /// An object.
    Object,
}

/// What the documents leave open about values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct CheckChoices {
    /// Whether `21.0` will do for an integer. The documents only say "integer", and the C SDK writes none with a
    /// point: no.
    pub whole_floats: bool,
    /// Whether `true` and `false` will do for a bool. The documents' samples and the C SDK write 0 and 1: no.
    pub true_and_false: bool,
    /// Whether a value must be a number of steps from `Min`. The documents explain the step, but nowhere say that a
    /// value off the steps is refused: no.
    pub step: bool,
    /// Whether a struct may lack members. Only commands and events may carry a part of their parameters, since
    /// 2020-09-14 (release_notes.md); a struct is one value, and the C SDK writes all of it: no.
    pub partial_structs: bool,
}

impl CheckChoices {
    /// What is done unless somebody chooses otherwise.
    pub const DEFAULT: Self =
        Self { whole_floats: false, true_and_false: false, step: false, partial_structs: false };
}

impl Default for CheckChoices {
    fn default() -> Self {
        Self::DEFAULT
    }
}

type Check = Result<(), ValueFault>;

/// Whether values fit the parameters that the model defines: a part of them will do (release_notes.md, 2020-09-14), one
/// that is not defined will not.
pub fn check_params(params: &[Param], values: &Map<String, Value>) -> Result<(), ValueFault> {
    check_params_with(params, values, &CheckChoices::DEFAULT)
}

/// [`check_params`] with other choices.
pub fn check_params_with(
    params: &[Param],
    values: &Map<String, Value>,
    choices: &CheckChoices,
) -> Result<(), ValueFault> {
    Checker { choices }.params(params, values, Path::Root)
}

impl DataType {
    /// Whether a value fits. What the Spec does not say is not checked; any value fits an unknown type.
    pub fn check(&self, value: &Value) -> Result<(), ValueFault> {
        self.check_with(value, &CheckChoices::DEFAULT)
    }

    /// [`Self::check`] with other choices.
    pub fn check_with(&self, value: &Value, choices: &CheckChoices) -> Result<(), ValueFault> {
        Checker { choices }.value(self, value, Path::Root)
    }

    /// Where a value that fits lies between two steps, counted from `Min` or, without it, from 0. The platform is not
    /// known to refuse it: a reason to warn.
    pub fn step_fault(&self, value: &Value) -> Option<ValueFault> {
        self.check_with(value, &CheckChoices { step: true, ..CheckChoices::DEFAULT })
            .err()
            .filter(|fault| matches!(fault.kind, ValueFaultKind::OffStep(_)))
    }
}

fn fault(path: Path<'_>, kind: ValueFaultKind) -> Check {
    Err(ValueFault { path: path.to_string(), kind })
}

fn wrong_kind<T>(path: Path<'_>, expected: Expected, found: &Value) -> Result<T, ValueFault> {
    let kind = ValueFaultKind::WrongKind { expected, found: JsonKind::of(found) };
    Err(ValueFault { path: path.to_string(), kind })
}

struct Checker<'a> {
    choices: &'a CheckChoices,
}

impl Checker<'_> {
    fn value(&self, data_type: &DataType, value: &Value, path: Path<'_>) -> Check {
        match data_type {
            DataType::Int32(spec) => self.int32(spec, value, path),
            DataType::Float32(spec) => self.float(spec, value, path, true),
            DataType::Float64(spec) => self.float(spec, value, path, false),
            DataType::Bool(_) => self.bool(value, path),
            DataType::Enum(spec) => {
                let item = self.integer(value, Expected::Integer, path)?;
                if spec.items.is_empty() || spec.items.contains_key(&item) {
                    Ok(())
                } else {
                    fault(path, ValueFaultKind::NoItem)
                }
            }
            DataType::String(spec) => {
                let Value::String(text) = value else { return wrong_kind(path, Expected::String, value) };
                match spec.length {
                    Some(limit) if text.len() as u64 > limit => {
                        fault(path, ValueFaultKind::TooLong { bytes: text.len(), limit })
                    }
                    _ => Ok(()),
                }
            }
            DataType::Date(_) => self.integer(value, Expected::Milliseconds, path).map(drop),
            DataType::Array(spec) => self.array(spec, value, path),
            DataType::Struct(spec) => self.object(spec, value, path),
            DataType::Unknown(_) => Ok(()),
        }
    }

    fn params(&self, params: &[Param], values: &Map<String, Value>, path: Path<'_>) -> Check {
        values.iter().try_for_each(|(key, value)| {
            let path = path.key(key);
            match params.iter().find(|param| param.identifier == *key) {
                Some(param) => self.value(&param.data_type, value, path),
                None => fault(path, ValueFaultKind::Unknown),
            }
        })
    }

    fn integer(&self, value: &Value, expected: Expected, path: Path<'_>) -> Result<i64, ValueFault> {
        let Value::Number(number) = value else { return wrong_kind(path, expected, value) };
        if let Some(integer) = number.as_i64() {
            return Ok(integer);
        }
        // The reader of JSON makes a float of `-0`.
        if number.as_f64() == Some(0.0) && number.as_f64().is_some_and(f64::is_sign_negative) {
            return Ok(0);
        }
        let kind = match number.as_f64() {
            Some(float) if float.fract() != 0.0 => ValueFaultKind::Fraction,
            // Beyond 2^53 a float is no longer a certain integer.
            Some(float) if number.is_f64() && float.abs() <= 9_007_199_254_740_992.0 => {
                if self.choices.whole_floats {
                    #[allow(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
                    return Ok(float as i64);
                }
                ValueFaultKind::WrittenAsFloat
            }
            _ => ValueFaultKind::Overflow,
        };
        Err(ValueFault { path: path.to_string(), kind })
    }

    fn int32(&self, spec: &NumberSpec, value: &Value, path: Path<'_>) -> Check {
        let integer = self.integer(value, Expected::Integer, path)?;
        match i32::try_from(integer) {
            Ok(integer) => self.range(spec, f64::from(integer), false, path),
            Err(_) => fault(path, ValueFaultKind::Overflow),
        }
    }

    fn float(&self, spec: &NumberSpec, value: &Value, path: Path<'_>, single: bool) -> Check {
        match value.as_f64() {
            None => wrong_kind(path, Expected::Number, value),
            Some(float) if single && as_single(float).is_infinite() => fault(path, ValueFaultKind::Overflow),
            Some(float) => self.range(spec, float, single, path),
        }
    }

    /// A float32 is compared as one: a device that holds 0.3 in 32 bits says 0.300000012, and is not over 0.3.
    fn range(&self, spec: &NumberSpec, float: f64, single: bool, path: Path<'_>) -> Check {
        let rounded = |float: f64| if single { as_single(float) } else { float };
        let bound = |bound: &Option<Number>| bound.as_ref().and_then(Number::as_f64).map(rounded);
        let value = rounded(float);
        match (&spec.min, &spec.max) {
            (Some(min), _) if bound(&spec.min).is_some_and(|bound| value < bound) => {
                fault(path, ValueFaultKind::BelowMin(min.clone()))
            }
            (_, Some(max)) if bound(&spec.max).is_some_and(|bound| value > bound) => {
                fault(path, ValueFaultKind::AboveMax(max.clone()))
            }
            _ => match &spec.step {
                Some(step) if self.choices.step && is_off_step(spec, step, float, single) => {
                    fault(path, ValueFaultKind::OffStep(step.clone()))
                }
                _ => Ok(()),
            },
        }
    }

    fn bool(&self, value: &Value, path: Path<'_>) -> Check {
        if value.is_boolean() {
            return if self.choices.true_and_false {
                Ok(())
            } else {
                fault(path, ValueFaultKind::TrueOrFalse)
            };
        }
        match self.integer(value, Expected::ZeroOrOne, path) {
            Ok(0 | 1) => Ok(()),
            Ok(_) => fault(path, ValueFaultKind::NotZeroOrOne),
            Err(other) => Err(other),
        }
    }

    fn array(&self, spec: &ArraySpec, value: &Value, path: Path<'_>) -> Check {
        let Value::Array(items) = value else { return wrong_kind(path, Expected::Array, value) };
        match spec.size {
            Some(limit) if items.len() as u64 > limit => {
                fault(path, ValueFaultKind::TooManyItems { count: items.len(), limit })
            }
            _ => items
                .iter()
                .enumerate()
                .try_for_each(|(index, item)| self.value(&spec.item, item, path.index(index))),
        }
    }

    fn object(&self, spec: &StructSpec, value: &Value, path: Path<'_>) -> Check {
        let Value::Object(values) = value else { return wrong_kind(path, Expected::Object, value) };
        if spec.members.is_empty() {
            return Ok(());
        }
        self.params(&spec.members, values, path)?;
        let missing = spec.members.iter().find(|member| !values.contains_key(&member.identifier));
        match missing {
            Some(member) if !self.choices.partial_structs => {
                fault(path.key(&member.identifier), ValueFaultKind::Missing)
            }
            _ => Ok(()),
        }
    }
}

/// The nearest float of 32 bits.
fn as_single(float: f64) -> f64 {
    #[allow(clippy::cast_possible_truncation, reason = "this is what it is for")]
    let single = float as f32;
    f64::from(single)
}

fn is_off_step(spec: &NumberSpec, step: &Number, value: f64, single: bool) -> bool {
    let origin = spec.min.as_ref().and_then(Number::as_f64).unwrap_or(0.0);
    let Some(step) = step.as_f64().filter(|step| *step > 0.0) else { return false };
    let nearest = origin + ((value - origin) / step).round() * step;
    // A tenth has no exact float: what the numbers' last digits can hide is no fault.
    let blur = if single { f64::from(f32::EPSILON) } else { 4.0 * f64::EPSILON };
    nearest.is_finite() && (value - nearest).abs() > blur * value.abs().max(origin.abs()).max(step)
}
