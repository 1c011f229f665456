use std::fmt;

use serde_json::Value;

use crate::payload::{JsonFault, Place};

/// Why a text is no template, and where. The wording for people is made elsewhere; `Display` is for logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// Where.
    pub place: TemplatePlace,
    /// What is wrong there.
    pub fault: TemplateFault,
}

/// A place in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplatePlace {
    /// In the text, where it is no JSON.
    Text(Place),
    /// In the template, as `Property[3].DataType.Spec.Max`, counted from 0 and without the wrapper; empty for the
    /// whole.
    Path(String),
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateFault {
    /// It is no JSON.
    Json(JsonFault),
    /// It is nested deeper than a reader goes.
    TooDeep,
    /// It is an object, but has neither `Property` nor `Event` nor `Command` nor `Template`.
    NoTemplate,
    /// A field that has to be there is not.
    Missing,
    /// Another kind of JSON has to stand here.
    WrongKind {
        /// What has to stand here.
        expected: JsonKind,
        /// What does.
        found: JsonKind,
    },
    /// An integer has to stand here, and of no more than 64 bits.
    NotInteger,
    /// A number that cannot be negative.
    Negative,
    /// One of a few words has to stand here.
    UnknownWord {
        /// The word that does.
        found: String,
        /// The words.
        allowed: &'static [&'static str],
    },
}

/// A kind of JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A text.
    String,
    /// A list.
    Array,
    /// An object.
    Object,
}

impl JsonKind {
    /// The kind of a value.
    pub const fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }

    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            TemplatePlace::Text(place) => write!(f, "line {}, column {}: ", place.line, place.column)?,
            TemplatePlace::Path(path) if path.is_empty() => {}
            TemplatePlace::Path(path) => write!(f, "{path}: ")?,
        }
        match &self.fault {
            TemplateFault::Json(fault) => write!(f, "no JSON: {fault:?}"),
            TemplateFault::TooDeep => f.write_str("nested too deep"),
            TemplateFault::NoTemplate => f.write_str("no Property, no Event, no Command"),
            TemplateFault::Missing => f.write_str("missing"),
            TemplateFault::WrongKind { expected, found } => {
                write!(f, "{} expected, {} found", expected.name(), found.name())
            }
            TemplateFault::NotInteger => f.write_str("integer expected"),
            TemplateFault::Negative => f.write_str("must not be negative"),
            TemplateFault::UnknownWord { found, allowed } => {
                write!(f, "one of {} expected, {found:?} found", allowed.join(", "))
            }
        }
    }
}

impl std::error::Error for TemplateError {}
