use crate::uiot::limits;

/// How an error looks that is no conflict. The documents list the codes, but show no such message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorReply {
    /// `{"Method":"reply","Payload":{"RetCode":230},"Version":n,"Timestamp":t}`, like a success. The C SDK reads the
    /// code at this place, and the version before it.
    Reply,
    /// `{"RetCode":230}`, as the thing model answers.
    Bare,
    /// There is none.
    Silent,
}

/// What a request to a shadow gets that is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disabled {
    /// An error with [`SHADOW_DISABLED`](crate::uiot::RetCode::SHADOW_DISABLED), in the shape of
    /// [`Choices::error_reply`].
    Code,
    /// No answer.
    Silent,
}

/// What an edit without `Version` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoVersion {
    /// Wrong: its version "is not a number".
    Wrong,
    /// Of another version than the platform's: a conflict.
    Conflict,
    /// Of the platform's version: it is taken.
    Current,
}

/// What `null` does as the value of a key that is reported with `update`, or desired by the cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NullValue {
    /// It is a value like others.
    Keep,
    /// The key is removed.
    Remove,
    /// The message is wrong.
    Refuse,
}

/// What `Desired` does in a device's edit where it is not `null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceDesired {
    /// The message is wrong.
    Refuse,
    /// Nothing.
    Ignore,
    /// The device sets desired values as the cloud does; nothing is pushed.
    Take,
}

/// What a value does that is an object, where the key holds an object already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nested {
    /// It takes the old one's place.
    Replace,
    /// The two are merged, at each depth; deleting `{"a":{"b":null}}` deletes `b` in `a`.
    Merge,
}

/// What follows version 2,147,483,647.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overflow {
    /// −2,147,483,648, as an int32 does.
    Wrap,
    /// 0.
    ToZero,
    /// Nothing: edits get error 130 until the device resets the version.
    Refuse,
}

/// What a push of new desired values holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pushed {
    /// All that is desired.
    Whole,
    /// What the cloud changed just now.
    Changed,
}

/// Which time a document carries as its `Timestamp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentTime {
    /// When it is sent.
    Sent,
    /// When the shadow changed last.
    Changed,
}

/// What the documents leave open about the shadow.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Choices {
    /// Of an error that is no conflict. [`ErrorReply::Reply`], by analogy.
    pub error_reply: ErrorReply,
    /// Whether such an error says why in `Payload.Message`. Other services do; here the documents show nothing: no.
    pub error_message: bool,
    /// Of a switched-off shadow. The code is in the platform's list; whether devices get it is not stated.
    /// [`Disabled::Code`].
    pub disabled: Disabled,
    /// Whether `version` in lower case is read too, as the documents' samples of deleting have it. Yes.
    pub lowercase_version: bool,
    /// Of an edit without a version. [`NoVersion::Wrong`], after "version is not a number" in the list of errors.
    pub no_version: NoVersion,
    /// Of `null` in an update. [`NullValue::Keep`]: the documents delete with a method of its own.
    pub null_value: NullValue,
    /// Whether `delete` takes a key whose value is not `null`; else the message is wrong. No: the samples have `null`.
    pub delete_any_value: bool,
    /// Of `Desired` with values in a device's edit. [`DeviceDesired::Refuse`]: the documents have `null` alone.
    pub device_desired: DeviceDesired,
    /// Whether `"Desired":null` in a `delete`, as the C SDK sends it, moves what was desired to the reported values, as in
    /// an update; else it is only forgotten. Yes, except for the keys that the same message deletes.
    pub delete_moves_desired: bool,
    /// Of objects as values. [`Nested::Replace`]: times are kept for whole keys.
    pub nested: Nested,
    /// How deep a value may be: 1 is no object or array, 2 is one that holds such values. None: without limit, as in the
    /// present documents; a draft had 5.
    pub depth: Option<usize>,
    /// How large the document may become, in bytes of JSON; an edit that would exceed it is wrong. Not documented. 1 KB
    /// less than a packet, because the document must fit one.
    pub size: usize,
    /// Of the last version. [`Overflow::Wrap`]: the documents warn devices of the "overflow".
    pub overflow: Overflow,
    /// Whether an edit that changes nothing (a key that is not there is deleted) counts a version all the same. Yes: each
    /// update does.
    pub unchanged_counts: bool,
    /// Of a push. [`Pushed::Whole`], because the device's answer settles the whole of `Desired`. The samples fit both.
    pub pushed: Pushed,
    /// Of a document. [`DocumentTime::Sent`]: in the documents' samples it is later than the last change.
    pub document_time: DocumentTime,
    /// Whether the service is out of order: each request gets error 130. No.
    pub out_of_order: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            error_reply: ErrorReply::Reply,
            error_message: false,
            disabled: Disabled::Code,
            lowercase_version: true,
            no_version: NoVersion::Wrong,
            null_value: NullValue::Keep,
            delete_any_value: false,
            device_desired: DeviceDesired::Refuse,
            delete_moves_desired: true,
            nested: Nested::Replace,
            depth: None,
            size: limits::PACKET_SIZE - 1024,
            overflow: Overflow::Wrap,
            unchanged_counts: true,
            pushed: Pushed::Whole,
            document_time: DocumentTime::Sent,
            out_of_order: false,
        }
    }
}
