use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Map, Value};

use super::{DataType, TemplateError, read};

/// A product's thing model, as its file has it. Unknown fields are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Template {
    /// What its devices are in.
    #[serde(rename = "Property")]
    pub properties: Vec<Property>,
    /// What happens to them.
    #[serde(rename = "Event")]
    pub events: Vec<EventDef>,
    /// What they can be told to do.
    #[serde(rename = "Command")]
    pub commands: Vec<CommandDef>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Property {
    /// A number that the platform made.
    #[serde(rename = "PropertyID", skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Its key in messages.
    pub identifier: String,
    /// Its name for people.
    pub name: String,
    /// Whether the cloud may set it.
    #[serde(rename = "AccessMode")]
    pub access: AccessMode,
    /// More words for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What its value may be.
    pub data_type: DataType,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventDef {
    /// A number that the platform made.
    #[serde(rename = "EventID", skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Its name in messages.
    pub identifier: String,
    /// Its name for people.
    pub name: String,
    /// More words for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How grave it is.
    #[serde(rename = "Type")]
    pub event_type: EventType,
    /// What it tells.
    pub output: Vec<Param>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A command. (Its fields have another order in the documents than an event's.)
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CommandDef {
    /// A number that the platform made.
    #[serde(rename = "CommandID", skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Its name for people.
    pub name: String,
    /// Its name in messages.
    pub identifier: String,
    /// More words for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it answers.
    pub output: Vec<Param>,
    /// What the device is told.
    pub input: Vec<Param>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A parameter of an event or a command, or a member of a struct.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Param {
    /// Its key in messages.
    pub identifier: String,
    /// Its name for people.
    pub name: String,
    /// What its value may be.
    pub data_type: DataType,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Who may change a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum AccessMode {
    /// `r`: the device reports it.
    #[serde(rename = "r")]
    Read,
    /// `rw`: the cloud may set it too.
    #[serde(rename = "rw")]
    ReadWrite,
}

/// How grave an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EventType {
    /// `notify`, 通知.
    Notify,
    /// `warning`, 警告.
    Warning,
    /// `error`, 故障.
    Error,
}

/// Whether a file has `{"Template":…}` around it, as the console's export has and the C SDK's file has not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wrapper {
    /// It has.
    #[default]
    With,
    /// It has not.
    Without,
}

impl AccessMode {
    pub(super) const WORDS: &'static [&'static str] = &["r", "rw"];

    /// Whether the cloud may set the property.
    pub const fn is_writable(self) -> bool {
        matches!(self, Self::ReadWrite)
    }
}

impl EventType {
    pub(super) const WORDS: &'static [&'static str] = &["notify", "warning", "error"];
}

impl Template {
    /// Reads a file, with `{"Template":…}` around it or without. A byte order mark is passed over; what stands beside
    /// `Template` (`RetCode` and the like, if the text is an answer of the platform) is left out.
    ///
    /// `Description`, the numbers that the platform makes, and a list that is empty may be absent or `null`.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        read::text(text)
    }

    /// The same from JSON that was read before.
    pub fn from_value(value: Value) -> Result<Self, TemplateError> {
        read::template(value)
    }

    /// The file: JSON in lines of their own, fields in the order of the documents.
    pub fn to_json(&self, wrapper: Wrapper) -> String {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Wrapped<'a> {
            template: &'a Template,
        }

        // All keys are texts, so that nothing can fail.
        match wrapper {
            Wrapper::With => serde_json::to_string_pretty(&Wrapped { template: self }).unwrap_or_default(),
            Wrapper::Without => serde_json::to_string_pretty(self).unwrap_or_default(),
        }
    }

    /// A property by its identifier.
    pub fn property(&self, identifier: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.identifier == identifier)
    }

    /// An event by its identifier.
    pub fn event(&self, identifier: &str) -> Option<&EventDef> {
        self.events.iter().find(|event| event.identifier == identifier)
    }

    /// A command by its identifier.
    pub fn command(&self, identifier: &str) -> Option<&CommandDef> {
        self.commands.iter().find(|command| command.identifier == identifier)
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::from_value(Value::deserialize(from)?).map_err(de::Error::custom)
    }
}
