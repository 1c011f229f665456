//! The values that lie on the steps of a range, and numbers written as a person would write them.

use serde_json::{Number, Value};

use super::{DataType, NumberSpec};

/// Digits behind the point of a float whose model has no step: what a sensor is likely to know.
const DECIMALS: usize = 4;
/// Digits behind the point that a float of 64 bits can tell apart at most.
const MOST_DECIMALS: usize = 17;
/// Floats are whole numbers for certain up to here: 2^53.
const CERTAIN: f64 = 9_007_199_254_740_992.0;

impl NumberSpec {
    /// How many steps lead from the lowest to the highest value; none without both bounds and a step.
    pub fn steps(&self) -> Option<u64> {
        let (min, max, step) = (float(self.min.as_ref())?, float(self.max.as_ref())?, self.step_size()?);
        let steps = (max - min) / step;
        // A tenth has no exact float: 0.3 / 0.1 is a bit less than 3.
        let whole = (steps * (1.0 + 4.0 * f64::EPSILON)).floor();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is no less than 0")]
        (0.0..CERTAIN).contains(&whole).then_some(whole as u64)
    }

    /// The value so many steps above the lowest, or above 0 where there is no lowest.
    pub fn at_step(&self, index: u64) -> Option<Number> {
        #[allow(
            clippy::cast_precision_loss,
            reason = "a range of more than 2^53 steps is not stepped through"
        )]
        self.on_step(index as f64)
    }

    /// Which step is nearest to a value; none without a step, or beyond 2^53 steps.
    pub fn step_of(&self, value: f64) -> Option<i64> {
        let index = ((value - self.origin()) / self.step_size()?).round();
        #[allow(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
        (index.abs() < CERTAIN).then_some(index as i64)
    }

    /// The value on a step that is nearest to this one, within the range or beyond it; none without a step.
    pub fn nearest_step(&self, value: f64) -> Option<Number> {
        self.on_step(((value - self.origin()) / self.step_size()?).round())
    }

    /// The value one step above or below, where that is within the range or the value was outside it before; without a
    /// step it is 1 away.
    pub fn stepped(&self, value: &Number, up: bool) -> Option<Number> {
        let from = value.as_f64()?;
        let one = Number::from(1);
        let step = self.step.as_ref().filter(|_| self.step_size().is_some()).unwrap_or(&one);
        let size = step.as_f64()?;
        let to = if up { from + size } else { from - size };
        let bound = if up { &self.max } else { &self.min };
        match bound.as_ref().and_then(|bound| Some((bound, bound.as_f64()?))) {
            Some((bound, limit)) if up && from <= limit && to > limit => Some(bound.clone()),
            Some((bound, limit)) if !up && from >= limit && to < limit => Some(bound.clone()),
            _ => written(to, decimals(value).max(decimals(step))),
        }
    }

    fn step_size(&self) -> Option<f64> {
        float(self.step.as_ref()).filter(|step| *step > 0.0 && step.is_finite())
    }

    fn origin(&self) -> f64 {
        float(self.min.as_ref()).unwrap_or(0.0)
    }

    fn on_step(&self, index: f64) -> Option<Number> {
        let digits = self.step.as_ref().map_or(0, decimals).max(self.min.as_ref().map_or(0, decimals));
        written(self.origin() + index * self.step_size()?, digits)
    }
}

impl DataType {
    /// The value of this type that is nearest to a number: on a step, an item of the enum, 0 or 1, or its text. It may lie
    /// outside the range. None where a number says nothing: in an array, a struct or an unknown type.
    pub fn nearest(&self, number: f64) -> Option<Value> {
        let number = if number.is_finite() { number } else { 0.0 };
        #[allow(
            clippy::cast_possible_truncation,
            reason = "a cast of a float stays within the integer's bounds"
        )]
        let whole = number.round() as i64;
        match self {
            Self::Int32(spec) => {
                let on_step = spec.nearest_step(number).filter(Number::is_i64);
                Some(on_step.map_or_else(|| Value::from(whole), Value::Number))
            }
            Self::Float32(spec) | Self::Float64(spec) => {
                spec.nearest_step(number).or_else(|| written(number, DECIMALS)).map(Value::Number)
            }
            Self::Bool(_) => Some(Value::from(u8::from(number >= 0.5))),
            Self::Enum(spec) => {
                let nearest = spec.items.keys().min_by_key(|item| item.abs_diff(whole));
                Some(Value::from(nearest.copied().unwrap_or(whole)))
            }
            Self::Date(_) => Some(Value::from(whole)),
            Self::String(_) => written(number, DECIMALS).map(|number| Value::from(number.to_string())),
            Self::Array(_) | Self::Struct(_) | Self::Unknown(_) => None,
        }
    }
}

/// A number with no more digits behind its point than these, and none where they are all 0; none if it is not finite.
pub(super) fn written(value: f64, decimals: usize) -> Option<Number> {
    let text = format!("{value:.decimals$}");
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    match short.parse::<i64>() {
        Ok(whole) => Some(Number::from(whole)),
        Err(_) => Number::from_f64(short.parse().ok()?),
    }
}

/// Digits behind the point of a number.
fn decimals(number: &Number) -> usize {
    let text = number.to_string();
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i64>().unwrap_or(0)),
        None => (text.as_str(), 0),
    };
    let behind = match digits.split_once('.') {
        Some((_, "0")) | None => 0,
        Some((_, behind)) => i64::try_from(behind.len()).unwrap_or(0),
    };
    usize::try_from(behind - exponent).unwrap_or(0).min(MOST_DECIMALS)
}

fn float(number: Option<&Number>) -> Option<f64> {
    number.and_then(Number::as_f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(min: f64, max: f64, step: f64) -> NumberSpec {
        let number = |float| Number::from_f64(float).unwrap();
        NumberSpec::range(number(min), number(max), number(step))
    }

    #[test]
    fn a_range_has_as_many_steps_as_a_person_counts() {
        assert_eq!(spec(0.0, 0.3, 0.1).steps(), Some(3));
        assert_eq!(spec(-20.0, 60.0, 0.1).steps(), Some(800));
        assert_eq!(NumberSpec::range(16, 30, 1).steps(), Some(14));
        assert_eq!(NumberSpec::range(0, 10, 3).steps(), Some(3));
        assert_eq!(NumberSpec::range(10, 0, 1).steps(), None);
        assert_eq!(NumberSpec::range(0, 10, 0).steps(), None);
        assert_eq!(NumberSpec::default().steps(), None);
        assert_eq!(spec(-f64::MAX, f64::MAX, f64::MIN_POSITIVE).steps(), None);
    }

    #[test]
    fn values_on_steps_have_no_odd_digits() {
        let spec = spec(-20.0, 60.0, 0.1);
        assert_eq!(spec.at_step(463).unwrap().to_string(), "26.3");
        assert_eq!(spec.at_step(460).unwrap().to_string(), "26");
        assert_eq!(spec.nearest_step(26.34).unwrap().to_string(), "26.3");
        assert_eq!(spec.nearest_step(-33.34).unwrap().to_string(), "-33.3");
        assert_eq!(spec.step_of(26.3), Some(463));
        assert_eq!(
            NumberSpec::range(0, 1, Number::from_f64(1e-7).unwrap()).at_step(3).unwrap().to_string(),
            "3e-7"
        );
    }

    #[test]
    fn a_step_stops_at_the_bound_but_not_outside_the_range() {
        let spec = NumberSpec::range(16, 30, 4);
        let stepped = |value: i64, up| spec.stepped(&Number::from(value), up).unwrap().to_string();
        assert_eq!(stepped(20, true), "24");
        assert_eq!(stepped(28, true), "30");
        assert_eq!(stepped(30, true), "30");
        assert_eq!(stepped(40, true), "44");
        assert_eq!(stepped(40, false), "36");
        assert_eq!(stepped(17, false), "16");
        assert_eq!(
            NumberSpec::default().stepped(&Number::from_f64(2.5).unwrap(), true).unwrap().to_string(),
            "3.5"
        );
    }

    #[test]
    fn a_number_becomes_a_value_of_the_type() {
        let parse = |json: &str| serde_json::from_str::<DataType>(json).unwrap();
        let nearest = |json: &str, number| parse(json).nearest(number).map(|value| value.to_string());
        assert_eq!(nearest(r#"{"Type":"int32","Spec":{"Min":0,"Max":10,"Step":5}}"#, 7.6).unwrap(), "10");
        assert_eq!(nearest(r#"{"Type":"int32"}"#, 7.6).unwrap(), "8");
        assert_eq!(nearest(r#"{"Type":"float32","Spec":{"Min":0,"Max":9,"Step":0.5}}"#, 7.6).unwrap(), "7.5");
        assert_eq!(nearest(r#"{"Type":"float64"}"#, 1.0 / 3.0).unwrap(), "0.3333");
        assert_eq!(nearest(r#"{"Type":"bool"}"#, 0.6).unwrap(), "1");
        assert_eq!(nearest(r#"{"Type":"enum","Spec":{"1":"a","4":"b"}}"#, 2.9).unwrap(), "4");
        assert_eq!(nearest(r#"{"Type":"date"}"#, 1.7e12).unwrap(), "1700000000000");
        assert_eq!(nearest(r#"{"Type":"string"}"#, 2.5).unwrap(), "\"2.5\"");
        assert_eq!(nearest(r#"{"Type":"struct","Spec":[]}"#, 2.5), None);
        assert_eq!(nearest(r#"{"Type":"int32"}"#, f64::NAN).unwrap(), "0");
    }
}
