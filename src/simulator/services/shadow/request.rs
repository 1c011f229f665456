//! A message on `shadow/upstream`, read as the platform reads it: each listed fault has its name.

use std::fmt;

use serde_json::Value;

use super::choices::{Choices, NoVersion};
use crate::uiot::RetCode;
use crate::uiot::shadow::{EditMethod, Part, Values};

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The message is no JSON object.
    NotJson,
    NoMethod,
    UnknownMethod,
    NoState,
    VersionNotANumber,
    /// `State` has nothing that the method could work on. The list of errors says "missing desired".
    NothingToDo,
    /// `Reported` or `Desired` is neither an object nor, where it may be, `null`.
    BadPart,
    NullValue,
    /// A key to delete has a value.
    ValueInDelete,
    DeviceDesired,
    TooDeep,
    TooLarge,
    /// Another version than the platform's.
    Conflict,
    /// There is no version after this one.
    Overflow,
    Disabled,
    OutOfOrder,
    /// All shadows, and what else is known of devices, have [`crate::simulator::MAX_DEVICE_DATA`] already.
    NoRoom,
}

impl Fault {
    /// What a device is told: the shadow's own list of codes (operation_guide.md).
    pub(super) const fn code(self) -> RetCode {
        match self {
            Self::Conflict => RetCode::SHADOW_VERSION,
            Self::Disabled => RetCode::SHADOW_DISABLED,
            Self::Overflow | Self::OutOfOrder | Self::NoRoom => RetCode::UNAVAILABLE,
            _ => RetCode::PARAMETER_WRONG,
        }
    }

    /// What the cloud side is told: the platform's whole list (retcode.md).
    pub(super) const fn cloud_code(self) -> RetCode {
        match self {
            Self::TooDeep | Self::TooLarge => RetCode::PARAMETER_EXCEEDS,
            other => other.code(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotJson => "the message is no JSON object",
            Self::NoMethod => "Method is missing",
            Self::UnknownMethod => "Method is neither update nor delete",
            Self::NoState => "State is missing",
            Self::VersionNotANumber => "Version is no number",
            Self::NothingToDo => "Desired is missing, and so is Reported",
            Self::BadPart => "Reported or Desired is no object",
            Self::NullValue => "a value is null",
            Self::ValueInDelete => "a key to delete has a value that is not null",
            Self::DeviceDesired => "Desired is not null",
            Self::TooDeep => "a value is nested too deep",
            Self::TooLarge => "the document would be too large",
            Self::Conflict => "the version is another",
            Self::Overflow => "the version cannot be counted further",
            Self::Disabled => "the shadow is switched off",
            Self::OutOfOrder => "the service is out of order",
            Self::NoRoom => "there is no memory left for shadows",
        })
    }
}

/// The version that an edit carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// A number that a version can be.
    Of(i32),
    /// Another number: no shadow has this version.
    Impossible,
    /// None.
    Absent,
}

/// An edit that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: EditMethod,
    pub(super) reported: Part,
    pub(super) desired: Part,
    pub(super) version: Version,
}

impl Request {
    /// Reads a message. The faults are looked for in the order of the fields.
    pub(super) fn read(payload: &[u8], choices: &Choices) -> Result<Self, Fault> {
        let Ok(Value::Object(mut message)) = serde_json::from_slice(payload) else {
            return Err(Fault::NotJson);
        };
        let method = match message.get("Method") {
            None | Some(Value::Null) => return Err(Fault::NoMethod),
            Some(Value::String(method)) if method == "update" => EditMethod::Update,
            Some(Value::String(method)) if method == "delete" => EditMethod::Delete,
            Some(_) => return Err(Fault::UnknownMethod),
        };
        let Some(Value::Object(mut state)) = message.remove("State") else {
            return Err(Fault::NoState);
        };
        let lowercase = || message.get("version").filter(|_| choices.lowercase_version);
        let version = match message.get("Version").or_else(lowercase) {
            None if choices.no_version == NoVersion::Wrong => return Err(Fault::VersionNotANumber),
            None => Version::Absent,
            Some(value) => number(value).ok_or(Fault::VersionNotANumber)?,
        };
        let reported = part(&mut state, "Reported")?;
        let desired = part(&mut state, "Desired")?;
        if reported.is_absent() && desired.is_absent() {
            return Err(Fault::NothingToDo);
        }
        // All that is reported can be deleted, but not updated, at once.
        if method == EditMethod::Update && reported == Part::Null {
            return Err(Fault::BadPart);
        }
        Ok(Self { method, reported, desired, version })
    }
}

fn part(state: &mut Values, name: &str) -> Result<Part, Fault> {
    match state.remove(name) {
        None => Ok(Part::Absent),
        Some(Value::Null) => Ok(Part::Null),
        Some(Value::Object(values)) => Ok(Part::Values(values)),
        Some(_) => Err(Fault::BadPart),
    }
}

/// JSON knows no whole numbers: 1, 1.0 and 1e0 are the same.
fn number(value: &Value) -> Option<Version> {
    let Value::Number(number) = value else { return None };
    let whole = match number.as_i64() {
        Some(whole) => i32::try_from(whole).ok(),
        None => number.as_f64().filter(|float| float.fract() == 0.0).and_then(whole_float),
    };
    Some(whole.map_or(Version::Impossible, Version::Of))
}

fn whole_float(float: f64) -> Option<i32> {
    let range = f64::from(i32::MIN)..=f64::from(i32::MAX);
    // A float converts without loss where it is whole and in range.
    range.contains(&float).then_some(float as i32)
}

/// How deep a value is nested: 1 for what holds nothing.
pub(super) fn depth(value: &Value) -> usize {
    match value {
        Value::Object(values) => 1 + values.values().map(depth).max().unwrap_or(0),
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        _ => 1,
    }
}
