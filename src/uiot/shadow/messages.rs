//! The messages of the shadow as they are on the wire; fields that the documents do not know are kept in `rest`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::RESET_VERSION;
use crate::uiot::RetCode;

/// Properties by their keys.
pub type Values = Map<String, Value>;

/// The two halves of `State`, and of `Metadata`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Sections {
    /// What the device reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported: Option<Values>,
    /// What the cloud wants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desired: Option<Values>,
    /// Fields that the documents do not know.
    #[serde(flatten)]
    pub rest: Values,
}

/// The whole shadow: the answer on `shadow/get_reply`, and what goes to `shadow/document`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Document {
    /// Keys and values.
    pub state: Sections,
    /// For each key of [`Self::state`] an object with a `Timestamp` in Unix seconds.
    #[serde(default)]
    pub metadata: Sections,
    /// Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    /// Counts the changes from either side.
    #[serde(alias = "version")]
    pub version: i32,
    /// Fields that the documents do not know.
    #[serde(flatten)]
    pub rest: Values,
}

/// What a device asks for on `shadow/upstream`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EditMethod {
    /// Reports values, or settles what was desired.
    Update,
    /// Deletes keys, or all of them.
    Delete,
}

/// A field that may be absent, `null`, or an object: to an edit these are three different things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// The field is not there: nothing happens to this half.
    #[default]
    Absent,
    /// `null`: all of this half.
    Null,
    /// These keys.
    Values(Values),
}

impl Part {
    /// Whether the field is not there.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The keys and values, if there are any.
    pub const fn values(&self) -> Option<&Values> {
        match self {
            Self::Values(values) => Some(values),
            Self::Absent | Self::Null => None,
        }
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.values().serialize(to)
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(from)?.map_or(Self::Null, Self::Values))
    }
}

/// The `State` of an [`Edit`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EditState {
    /// To update: the values. To delete: each key with `null`, or `null` for all.
    #[serde(default, skip_serializing_if = "Part::is_absent")]
    pub reported: Part,
    /// `null` where the device has done what was desired.
    #[serde(default, skip_serializing_if = "Part::is_absent")]
    pub desired: Part,
    /// Fields that the documents do not know.
    #[serde(flatten)]
    pub rest: Values,
}

/// A message on `shadow/upstream`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Edit {
    /// What to do.
    pub method: EditMethod,
    /// With what.
    pub state: EditState,
    /// The platform's present version, or [`RESET_VERSION`]. The documents' samples of deleting write `version`, so
    /// both are read; `Version` is what is written.
    #[serde(alias = "version")]
    pub version: i32,
    /// Fields that the documents do not know.
    #[serde(flatten)]
    pub rest: Values,
}

impl Edit {
    fn new(method: EditMethod, reported: Part, desired: Part, version: i32) -> Self {
        let state = EditState { reported, desired, rest: Values::new() };
        Self { method, state, version, rest: Values::new() }
    }

    /// Reports values.
    pub fn update(reported: Values, version: i32) -> Self {
        Self::new(EditMethod::Update, Part::Values(reported), Part::Absent, version)
    }

    /// Reports values, and lets the platform count from 0 again.
    pub fn reset(reported: Values) -> Self {
        Self::update(reported, RESET_VERSION)
    }

    /// Deletes keys.
    pub fn delete<K: Into<String>>(keys: impl IntoIterator<Item = K>, version: i32) -> Self {
        let keys = keys.into_iter().map(|key| (key.into(), Value::Null)).collect();
        Self::new(EditMethod::Delete, Part::Values(keys), Part::Absent, version)
    }

    /// Deletes all keys.
    pub fn delete_all(version: i32) -> Self {
        Self::new(EditMethod::Delete, Part::Null, Part::Absent, version)
    }

    /// Says that the device has done what was desired, just as it was desired.
    pub fn desired_done(version: i32) -> Self {
        Self::new(EditMethod::Update, Part::Absent, Part::Null, version)
    }

    /// Says that the device is through with what was desired, and has these values instead.
    pub fn desired_done_with(reported: Values, version: i32) -> Self {
        Self::new(EditMethod::Update, Part::Values(reported), Part::Null, version)
    }

    /// Whether it asks the platform to count from 0 again; only an update can.
    pub fn resets(&self) -> bool {
        self.method == EditMethod::Update && self.version == RESET_VERSION
    }

    /// The version that the platform has afterwards, if it takes the edit: one more, 0 after [`RESET_VERSION`]. The
    /// documents say that the version is an int32 that overflows.
    pub const fn next_version(&self) -> i32 {
        self.version.wrapping_add(1)
    }
}

/// What the platform says on `shadow/downstream`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DownstreamMethod {
    /// The answer to an edit.
    Reply,
    /// New desired values, or, with [`RetCode::SHADOW_VERSION`], the answer to an edit of another version.
    Control,
}

/// A message on `shadow/downstream`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Downstream {
    /// What it is.
    pub method: DownstreamMethod,
    /// What it says.
    pub payload: Payload,
    /// The platform's version.
    #[serde(alias = "version", skip_serializing_if = "Option::is_none")]
    pub version: Option<i32>,
    /// Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    /// Fields that the documents do not know.
    #[serde(flatten)]
    pub rest: Values,
}

/// The `Payload` of a [`Downstream`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Payload {
    /// How the edit went; 0 in a message with new desired values.
    pub ret_code: RetCode,
    /// Only `Desired` where new values come, both halves after a conflict, none in an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<Sections>,
    /// Likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Sections>,
    /// The reason of a refusal. The documents show none here, though other services of the platform give one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Fields that the documents do not know.
    #[serde(flatten)]
    pub rest: Values,
}

impl Payload {
    /// Of an answer that has nothing but a code to say.
    pub fn of(ret_code: RetCode) -> Self {
        Self { ret_code, ..Self::default() }
    }
}
