use crate::uiot::RetCode;
use crate::uiot::model::CheckChoices;

/// What the documents leave open about the thing model. They point the `RetCode` of answers at the list of all codes
/// (retcode.md) and do not say which one occurs where, so each code here is the one whose words fit.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Choices {
    /// RetCode for a payload that is no JSON object. 230 is documented for the shadow's bad JSON.
    pub bad_json: RetCode,
    /// RetCode for a field that is missing.
    pub missing: RetCode,
    /// RetCode for a value, or a field of the message, of another type.
    pub wrong_type: RetCode,
    /// RetCode for a number outside its range, and a string or an array that is too long.
    pub exceeds: RetCode,
    /// RetCode for a value of the right type that is none of those allowed: another item than the enum has, or a number
    /// beside the step.
    pub wrong_value: RetCode,
    /// RetCode for a property that the model does not define, in reports and in the cloud's calls.
    pub unknown_property: RetCode,
    /// RetCode for a parameter of an event or a command, or a member of a struct, that the model does not define.
    pub unknown_parameter: RetCode,
    /// What a value is held to.
    pub check: CheckChoices,
    /// Whether commands and events must carry all their parameters. Documented is that they need not since 2020-09-14
    /// (release_notes.md); before that the documents said that the identifiers must match.
    pub all_parameters: bool,
    /// Whether a message whose RequestID cannot be read is answered, with an empty one. Not documented.
    pub answer_without_request_id: bool,
    /// Whether a report in which some properties are wrong is taken for the others; its answer names the error all the
    /// same. Not documented.
    pub partial_posts: bool,
    /// Whether a report without properties, and a deletion without identifiers, is taken as a success; else something
    /// is missing. Not documented.
    pub empty_lists: bool,
    /// Whether a value with an earlier time than the known one is passed over. Restoring brings "the last saved
    /// values" (property.md), which may be the last that came or the one with the latest time.
    pub keep_latest_time: bool,
    /// Whether the rule engine gets the property document after a report that changes no value. The document is sent
    /// "when a value changes" (property.md).
    pub document_without_change: bool,
    /// Whether a property set that the device agreed to changes the saved values. Saved is what was "last reported"
    /// (property.md), so a device has to report what it set.
    pub set_reply_saves: bool,
    /// What an empty `Require` asks for. Not documented.
    pub empty_require: EmptyRequire,
    /// RetCode for an identifier in `Require` that the model does not define; none leaves it out of the answer. Not
    /// documented.
    pub unknown_require: Option<RetCode>,
    /// RetCode for the deletion of a desired value with another version. Documented is only that it does not work.
    pub desired_version: RetCode,
    /// RetCode for the deletion of a desired value that there is not. Not documented.
    pub no_desired: RetCode,
    /// Whether a deletion in which some versions are wrong works for the others; its answer names the error all the
    /// same. Not documented.
    pub partial_deletes: bool,
    /// Whether `version` counts as `Version` in a deletion: desired.md writes the latter, a helper of the C SDK the
    /// former.
    pub lower_case_version: bool,
    /// Whether a deleted desired value's version counts on with the next wish; else it begins at 1 again. Documented is
    /// only that it counts the calls.
    pub version_outlives_value: bool,
    /// What the application gets where the device answers a command with a RetCode of its own.
    pub device_code: DeviceCode,
    /// Whether a wrong answer to a command ends the command, with 100041; else it is passed over, and a synchronous
    /// command runs into its timeout. The documents say "an error, or empty" (command.md).
    pub wrong_answer_ends: bool,
    /// Whether the answer to a command must have an `Output` where its RetCode is 0. All samples have one.
    pub output_required: bool,
}

/// What an empty `Require` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmptyRequire {
    /// All desired values.
    All,
    /// None of them.
    Nothing,
    /// Nothing that could be answered: something is missing.
    Refused,
}

/// What the application gets where the device answers a command with a RetCode other than 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceCode {
    /// That RetCode: the platform passes on what the device reported (command.md).
    PassedOn,
    /// 100041, "command reply error".
    ReplyError,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            bad_json: RetCode::PARAMETER_WRONG,
            missing: RetCode::PARAMETER_MISSING,
            wrong_type: RetCode::PARAMETER_TYPE,
            exceeds: RetCode::PARAMETER_EXCEEDS,
            wrong_value: RetCode::PARAMETER_WRONG,
            unknown_property: RetCode::NO_PROPERTY,
            unknown_parameter: RetCode::NO_IDENTIFIER,
            check: CheckChoices::default(),
            all_parameters: false,
            answer_without_request_id: true,
            partial_posts: false,
            empty_lists: false,
            keep_latest_time: false,
            document_without_change: false,
            set_reply_saves: false,
            empty_require: EmptyRequire::All,
            unknown_require: None,
            desired_version: RetCode::PARAMETER_WRONG,
            no_desired: RetCode::NO_RECORDS,
            partial_deletes: false,
            lower_case_version: true,
            version_outlives_value: true,
            device_code: DeviceCode::PassedOn,
            wrong_answer_ends: true,
            output_required: true,
        }
    }
}
