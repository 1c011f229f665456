//! From a device's bytes to a message of the thing model, or to the reason why not.

use std::fmt::Write as _;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Choices;
use crate::uiot::RetCode;
use crate::uiot::model::messages::Object;
use crate::uiot::model::{
    CommandDef, EventDef, Expected, Param, Property, ValueFault, ValueFaultKind, check_params_with,
};

/// Characters of what a device sent that a reason shows: it may have sent a packet full.
const SHOWN: usize = 100;
/// Reasons that an answer names.
const REASONS: usize = 3;

/// Why something is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: RetCode,
    pub(super) why: String,
}

impl Refusal {
    pub(super) fn new(code: RetCode, why: impl Into<String>) -> Self {
        Self { code, why: why.into() }
    }

    /// One refusal for several: the first one's code, and the first few reasons.
    pub(super) fn of_all(refusals: &[Self]) -> Result<(), Self> {
        let Some(first) = refusals.first() else { return Ok(()) };
        let named: Vec<_> = refusals.iter().take(REASONS).map(|refusal| refusal.why.as_str()).collect();
        let mut why = named.join("; ");
        if refusals.len() > REASONS {
            // Writing to a String cannot fail.
            let _ = write!(why, "; and {} more", refusals.len() - REASONS);
        }
        Err(Self { code: first.code, why })
    }
}

/// What a device sent, cut to a length that can be shown.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A message with its RequestID, which can often be read even where the rest cannot. `required` are the fields that it
/// must have.
pub(super) fn read<T: DeserializeOwned>(
    choices: &Choices,
    payload: &[u8],
    required: &[&str],
) -> (Option<String>, Result<T, Refusal>) {
    let value: Value = match serde_json::from_slice(payload) {
        Ok(value) => value,
        Err(error) => return (None, Err(Refusal::new(choices.bad_json, format!("no JSON: {error}")))),
    };
    let Some(fields) = value.as_object() else {
        return (None, Err(Refusal::new(choices.bad_json, "no JSON object")));
    };
    let request_id = fields.get("RequestID").and_then(Value::as_str).map(str::to_owned);
    let absent = |key: &&&str| fields.get(**key).is_none_or(Value::is_null);
    if let Some(key) = required.iter().find(absent) {
        return (request_id, Err(Refusal::new(choices.missing, format!("{key} is missing"))));
    }
    let body = serde_json::from_value(value).map_err(|error| {
        let words = error.to_string();
        // The parser tells the two apart only in its words.
        let code = if words.starts_with("missing field") { choices.missing } else { choices.wrong_type };
        Refusal::new(code, shown(&words))
    });
    (request_id, body)
}

impl Choices {
    /// Whether a property may have this value.
    pub(super) fn check_property(
        &self,
        property: Option<&Property>,
        identifier: &str,
        value: &Value,
    ) -> Result<(), Refusal> {
        let Some(property) = property else {
            let why = format!("{}: the thing model has no such property", shown(identifier));
            return Err(Refusal::new(self.unknown_property, why));
        };
        property.data_type.check_with(value, &self.check).map_err(|fault| self.refusal(&fault, identifier))
    }

    /// Whether the parameters of an event fit.
    pub(super) fn check_event(&self, event: &EventDef, output: &Object) -> Result<(), Refusal> {
        self.check_params(&event.output, output, "Output")
    }

    /// Whether the parameters of a command fit.
    pub(super) fn check_input(&self, command: &CommandDef, input: &Object) -> Result<(), Refusal> {
        self.check_params(&command.input, input, "Input")
    }

    /// Whether the outcome of a command fits.
    pub(super) fn check_output(&self, command: &CommandDef, output: &Object) -> Result<(), Refusal> {
        self.check_params(&command.output, output, "Output")
    }

    fn check_params(&self, params: &[Param], values: &Object, field: &str) -> Result<(), Refusal> {
        check_params_with(params, values, &self.check).map_err(|fault| self.refusal(&fault, field))?;
        let absent = params.iter().find(|param| !values.contains_key(&param.identifier));
        match absent {
            Some(param) if self.all_parameters => {
                let why = format!("{field}.{} is missing", param.identifier);
                Err(Refusal::new(self.missing, why))
            }
            _ => Ok(()),
        }
    }

    fn refusal(&self, fault: &ValueFault, of: &str) -> Refusal {
        use ValueFaultKind as K;
        let of = shown(of);
        let place = match fault.path.as_str() {
            "" => of,
            path if path.starts_with('[') => format!("{of}{path}"),
            path => format!("{of}.{path}"),
        };
        let (code, why) = match &fault.kind {
            K::WrongKind { expected, found } => {
                (self.wrong_type, format!("{} found, {} expected", found.name(), expected_words(*expected)))
            }
            K::TrueOrFalse => (self.wrong_type, "true or false found, 0 or 1 expected".into()),
            K::Fraction => (self.wrong_type, "a fraction found, an integer expected".into()),
            K::WrittenAsFloat => (self.wrong_type, "an integer must be written without a point".into()),
            K::Overflow => (self.exceeds, "more than the type can hold".into()),
            K::BelowMin(min) => (self.exceeds, format!("below the lowest value {min}")),
            K::AboveMax(max) => (self.exceeds, format!("above the highest value {max}")),
            K::OffStep(step) => (self.wrong_value, format!("no number of steps of {step}")),
            K::NotZeroOrOne => (self.wrong_value, "neither 0 nor 1".into()),
            K::NoItem => (self.wrong_value, "no item of the enum".into()),
            K::TooLong { bytes, limit } => (self.exceeds, format!("{bytes} bytes, {limit} allowed")),
            K::TooManyItems { count, limit } => (self.exceeds, format!("{count} items, {limit} allowed")),
            K::Unknown => (self.unknown_parameter, "not defined".into()),
            K::Missing => (self.missing, "missing".into()),
        };
        Refusal::new(code, format!("{place}: {why}"))
    }
}

const fn expected_words(expected: Expected) -> &'static str {
    match expected {
        Expected::Integer => "integer",
        Expected::Number => "number",
        Expected::ZeroOrOne => "0 or 1",
        Expected::String => "string",
        Expected::Milliseconds => "milliseconds",
        Expected::Array => "array",
        Expected::Object => "object",
    }
}
