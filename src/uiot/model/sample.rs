use serde_json::{Map, Number, Value};

use super::{DataType, NumberSpec, Param};

/// The date of every sample: 2024-01-01, 00:00 UTC, in milliseconds.
const SAMPLE_DATE: i64 = 1_704_067_200_000;
/// The text of every sample, as far as it may be as long.
const SAMPLE_TEXT: &str = "sample";

impl DataType {
    /// A value that fits, to begin with: 0 or what is nearest to it, an enum's first item, one item in an array.
    /// `null` for an unknown type.
    pub fn sample(&self) -> Value {
        match self {
            Self::Int32(spec) => Value::Number(int32(spec)),
            Self::Float32(spec) | Self::Float64(spec) => Value::Number(float(spec)),
            Self::Bool(_) => Value::from(0),
            Self::Enum(spec) => Value::from(spec.items.keys().next().copied().unwrap_or_default()),
            Self::String(spec) => {
                let room = spec.length.and_then(|length| usize::try_from(length).ok()).unwrap_or(usize::MAX);
                Value::from(&SAMPLE_TEXT[..SAMPLE_TEXT.len().min(room)])
            }
            Self::Date(_) => Value::from(SAMPLE_DATE),
            Self::Array(spec) => {
                Value::Array(if spec.size == Some(0) { Vec::new() } else { vec![spec.item.sample()] })
            }
            Self::Struct(spec) => Value::Object(Param::samples(&spec.members)),
            Self::Unknown(_) => Value::Null,
        }
    }
}

impl Param {
    /// A [sample](DataType::sample) of each parameter.
    pub fn samples(params: &[Self]) -> Map<String, Value> {
        params.iter().map(|param| (param.identifier.clone(), param.data_type.sample())).collect()
    }
}

fn float(spec: &NumberSpec) -> Number {
    let bound = |bound: &Option<Number>| bound.as_ref().and_then(Number::as_f64);
    match (&spec.min, &spec.max) {
        (Some(min), _) if bound(&spec.min).is_some_and(|min| min > 0.0) => min.clone(),
        (_, Some(max)) if bound(&spec.max).is_some_and(|max| max < 0.0) => max.clone(),
        _ => Number::from(0),
    }
}

/// A bound with a fraction is rounded into the range, one outside 32 bits is cut to them.
fn int32(spec: &NumberSpec) -> Number {
    let nearest = float(spec);
    match nearest.as_f64() {
        Some(nearest) => {
            let whole = if nearest > 0.0 { nearest.ceil() } else { nearest.floor() };
            #[allow(clippy::cast_possible_truncation, reason = "a cast of a float stays within 32 bits")]
            Number::from(whole as i32)
        }
        None => Number::from(0),
    }
}
