//! The messages of the thing model, as they travel on the topics `tmodel/…` (get_json.md, property.md, desired.md,
//! event.md, command.md). Both sides use them.
//!
//! Fields that the documents do not name are kept in `extra` and written again. A request identifier is a string and
//! stays one: the platform's own have 18 digits, more than a number in JavaScript holds. All times are milliseconds
//! since 1970, UTC.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::uiot::RetCode;

/// A JSON object: identifiers and their values.
pub type Object = Map<String, Value>;

/// What an answer says when all went well (property.md).
pub const SUCCESS: &str = "success";

/// A question without further fields: `tmodel/template/get` (get_json.md) and `tmodel/property/restore` (property.md).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ask {
    /// Ties the answer to the question.
    #[serde(rename = "RequestID")]
    pub request_id: String,
    /// Fields that the documents do not name.
    #[serde(flatten)]
    pub extra: Object,
}

/// The plain answer: `tmodel/property/post_reply`, `tmodel/property/set_reply` (property.md; the latter without a
/// message), `tmodel/property/desired/delete_reply` (desired.md), `tmodel/event/post_reply` (event.md).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Reply {
    /// That of the request.
    #[serde(rename = "RequestID")]
    pub request_id: String,
    /// How it went.
    pub ret_code: RetCode,
    /// [`SUCCESS`], or why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Fields that the documents do not name.
    #[serde(flatten)]
    pub extra: Object,
}

/// `tmodel/template/get_reply` (get_json.md).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TemplateReply {
    /// How it went.
    pub ret_code: RetCode,
    /// That of the request.
    #[serde(rename = "RequestID")]
    pub request_id: String,
    /// The thing model, as [`super::Template`] reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Value>,
    /// Why it failed. The documents show none here; all other answers have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Fields that the documents do not name.
    #[serde(flatten)]
    pub extra: Object,
}

/// A property's value at a time (property.md).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Sample {
    /// The value.
    pub value: Value,
    /// When it was so; the platform takes the time at which it comes where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<u64>,
    /// Fields that the documents do not name.
    #[serde(flatten)]
    pub extra: Object,
}

impl Sample {
    /// A value without a time.
    pub fn of(value: impl Into<Value>) -> Self {
        Self { value: value.into(), ..Self::default() }
    }

    /// A value with its time in milliseconds since 1970, UTC.
    pub fn at(value: impl Into<Value>, time: u64) -> Self {
        Self { time: Some(time), ..Self::of(value) }
    }
}

/// Properties by identifier.
pub type Samples = BTreeMap<String, Sample>;

/// `tmodel/property/post` (property.md).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PropertyPost {
    /// Ties the answer to it.
    #[serde(rename = "RequestID")]
    pub request_id: String,
    /// What is reported.
    pub property: Samples,
    /// Fields that the documents do not name.
    #[serde(flatten)]
    pub extra: Object,
}

/// `tmodel/property/set` (property.md): plain values, without the `Value` that reports have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PropertySet {
    /// Ties the answer to it.
    #[serde(rename = "RequestID")]
    pub request_id: String,
    /// What is to be set.
    pub property: Object,
    /// Fields that the documents do not name.
    #[serde(flatten)]
    pub extra: Object,
}

/// `tmodel/property/restore_reply` (property.md).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RestoreReply {
    /// How it went.
    pub ret_code: RetCode,
    /// That of the request.
    #[serde(rename = "RequestID")]
    pub request_id: String,
    /// When a property was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_update_time: Option<u64>,
    /// The last reported values.
    #[serde(default)]
    pub property: Samples,
    /// Why it failed. The documents show none here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Fields that the documents do not name.
    #[serde(flatten)]
    pub extra: Object,
}

/// `tmodel/property/desired/get` (desired.md).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DesiredGet {
    /// Ties the answer to it.
    #[serde(rename = "RequestID")]
    pub request_id: String,
    /// The identifiers whose desired values are asked for. What an empty list asks for is not documented.
    pub require: Vec<String>,
    /// Fields that the documents do not name.
    #[serde(flatten)]
    pub extra: Object,
}

/// A value that the cloud wishes for (desired.md).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DesiredValue {
    /// The value.
    pub value: Value,
    /// Counts the cloud's wishes for this property; a deletion has to name it.
    pub version: i64,
    /// Fields that the documents do not name.
    #[serde(flatten)]
    pub extra: Object,
}

/// `tmodel/property/desired/get_reply` (desired.md).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DesiredReply {
    /// How it went.
    pub ret_code: RetCode,
    /// That of the request.
    #[serde(rename = "RequestID")]
    pub request_id: String,
    /// The desired values.
    #[serde(default)]
    pub desired: BTreeMap<String, DesiredValue>,
    /// Why it failed. The documents show none here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Fields that the documents do not name.
    #[serde(flatten)]
    pub extra: Object,
}

/// Which desired value is to be deleted (desired.md).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DesiredVersion {
    /// The version that the platform has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// Fields that the documents do not name; among them `version`, as the C SDK writes it.
    #[serde(flatten)]
    pub extra: Object,
}

impl DesiredVersion {
    /// This version.
    pub fn of(version: i64) -> Self {
        Self { version: Some(version), ..Self::default() }
    }

    /// The version as the C SDK's helper writes it, in lower case (`dm_mqtt.c`; desired.md has `Version`).
    pub fn lower_case(&self) -> Option<i64> {
        self.extra.get("version")?.as_i64()
    }
}

/// `tmodel/property/desired/delete` (desired.md).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DesiredDelete {
    /// Ties the answer to it.
    #[serde(rename = "RequestID")]
    pub request_id: String,
    /// What is to be deleted.
    pub delete: BTreeMap<String, DesiredVersion>,
    /// Fields that the documents do not name.
    #[serde(flatten)]
    pub extra: Object,
}

/// `tmodel/event/post` (event.md): one event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventPost {
    /// Ties the answer to it.
    #[serde(rename = "RequestID")]
    pub request_id: String,
    /// Which event.
    pub identifier: String,
    /// Its parameters.
    #[serde(default)]
    pub output: Object,
    /// When it happened. The documents' sample has it, the C SDK sends none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<u64>,
    /// Fields that the documents do not name.
    #[serde(flatten)]
    pub extra: Object,
}

/// `tmodel/command` (command.md).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Command {
    /// Ties the answer to it, and is the last level of the answer's topic.
    #[serde(rename = "RequestID")]
    pub request_id: String,
    /// Which command.
    pub identifier: String,
    /// Its parameters. The cloud's call may leave them out.
    #[serde(default)]
    pub input: Object,
    /// Fields that the documents do not name.
    #[serde(flatten)]
    pub extra: Object,
}

/// `tmodel/command_reply/<RequestID>` (command.md).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CommandReply {
    /// How it went.
    pub ret_code: RetCode,
    /// That of the command.
    #[serde(rename = "RequestID")]
    pub request_id: String,
    /// Which command.
    pub identifier: String,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Object>,
    /// Fields that the documents do not name.
    #[serde(flatten)]
    pub extra: Object,
}

/// `tmodel/property/document`, for the rule engine (property.md, "all properties"). The documents do not show it; it is
/// written as `restore_reply` is, without what belongs to an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PropertyDocument {
    /// When a property was last changed.
    pub latest_update_time: u64,
    /// All values.
    pub property: Samples,
}
