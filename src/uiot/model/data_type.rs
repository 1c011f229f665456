use std::collections::BTreeMap;

use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Number, Value};

use super::Param;
use super::path::Path;

/// What a value may be: `{"Type":…,"Spec":…}`.
///
/// What the Spec does not say is not checked. Unknown fields are kept: those of the Spec in `extra`, those beside
/// `Type` and `Spec` in `beside`. A Spec with nothing in it is not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataType {
    /// `int32`, the console's "int": an integer of 32 bits.
    Int32(NumberSpec),
    /// `float32`.
    Float32(NumberSpec),
    /// `float64`.
    Float64(NumberSpec),
    /// `bool`: on the wire 0 or 1.
    Bool(BoolSpec),
    /// `enum`: on the wire an integer.
    Enum(EnumSpec),
    /// `string`.
    String(StringSpec),
    /// `date`: on the wire an integer, milliseconds since 1970, UTC.
    Date(DateSpec),
    /// `array`.
    Array(ArraySpec),
    /// `struct`: on the wire an object.
    Struct(StructSpec),
    /// Another type, or an `enum` whose Spec has another shape than expected: any value passes.
    Unknown(UnknownType),
}

/// Range, step and unit of a number. The console demands all but the unit; the item of an array may have none of them,
/// as no sample of the documents shows one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct NumberSpec {
    /// The highest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Number>,
    /// The lowest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Number>,
    /// From one value to the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<Number>,
    /// The unit, for people.
    #[serde(rename = "UnitName", skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Unknown fields of the Spec.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
    /// Unknown fields beside `Type` and `Spec`.
    #[serde(skip)]
    pub beside: Map<String, Value>,
}

/// What 0 and 1 mean: `{"0":"关","1":"开"}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BoolSpec {
    /// The meaning of 0.
    #[serde(rename = "0", skip_serializing_if = "Option::is_none")]
    pub zero: Option<String>,
    /// The meaning of 1.
    #[serde(rename = "1", skip_serializing_if = "Option::is_none")]
    pub one: Option<String>,
    /// Unknown fields of the Spec.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
    /// Unknown fields beside `Type` and `Spec`.
    #[serde(skip)]
    pub beside: Map<String, Value>,
}

/// The items of an enum, value and description.
///
/// The documents have no sample of this Spec. The console asks for a value and a description of each item, and a bool's
/// Spec is an object from number to text, so an enum's is taken to be the same: `{"0":"自动","1":"制冷"}`. A key that
/// is no plain integer is kept in `extra`. A Spec that is no object makes the type [`DataType::Unknown`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EnumSpec {
    /// The items by value.
    #[serde(flatten)]
    pub items: BTreeMap<i64, String>,
    /// Unknown fields of the Spec.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
    /// Unknown fields beside `Type` and `Spec`.
    #[serde(skip)]
    pub beside: Map<String, Value>,
}

/// The length of a string. The item of an array has no Spec in the documents' sample.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StringSpec {
    /// How long the string may be, in bytes of UTF-8: limitation.md gives the highest length in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
    /// Unknown fields of the Spec.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
    /// Unknown fields beside `Type` and `Spec`.
    #[serde(skip)]
    pub beside: Map<String, Value>,
}

/// A date has no options in the console and its Spec no sample in the documents, so none is demanded and whatever is
/// there is kept as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateSpec {
    /// The Spec, if there is one.
    pub spec: Option<Value>,
    /// Unknown fields beside `Type` and `Spec`.
    pub beside: Map<String, Value>,
}

/// How many items an array holds, and of what type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ArraySpec {
    /// How many items at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// What each is.
    pub item: Box<DataType>,
    /// Unknown fields of the Spec.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
    /// Unknown fields beside `Type` and `Spec`.
    #[serde(skip)]
    pub beside: Map<String, Value>,
}

/// The members of a struct; the Spec is a list of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StructSpec {
    /// The members.
    pub members: Vec<Param>,
    /// Unknown fields beside `Type` and `Spec`.
    pub beside: Map<String, Value>,
}

/// A type that the documents do not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownType {
    /// Its name.
    pub name: String,
    /// Its Spec, if it has one.
    pub spec: Option<Value>,
    /// Unknown fields beside `Type` and `Spec`.
    pub beside: Map<String, Value>,
}

impl NumberSpec {
    /// A range with its step.
    pub fn range(min: impl Into<Number>, max: impl Into<Number>, step: impl Into<Number>) -> Self {
        Self { min: Some(min.into()), max: Some(max.into()), step: Some(step.into()), ..Self::default() }
    }

    fn is_empty(&self) -> bool {
        self.max.is_none()
            && self.min.is_none()
            && self.step.is_none()
            && self.unit.is_none()
            && self.extra.is_empty()
    }
}

impl BoolSpec {
    fn is_empty(&self) -> bool {
        self.zero.is_none() && self.one.is_none() && self.extra.is_empty()
    }
}

impl EnumSpec {
    fn is_empty(&self) -> bool {
        self.items.is_empty() && self.extra.is_empty()
    }
}

impl StringSpec {
    fn is_empty(&self) -> bool {
        self.length.is_none() && self.extra.is_empty()
    }
}

impl DataType {
    /// `Type` of the JSON.
    pub fn name(&self) -> &str {
        match self {
            Self::Int32(_) => "int32",
            Self::Float32(_) => "float32",
            Self::Float64(_) => "float64",
            Self::Bool(_) => "bool",
            Self::Enum(_) => "enum",
            Self::String(_) => "string",
            Self::Date(_) => "date",
            Self::Array(_) => "array",
            Self::Struct(_) => "struct",
            Self::Unknown(unknown) => &unknown.name,
        }
    }

    /// Range, step and unit, if it is a number.
    pub const fn number(&self) -> Option<&NumberSpec> {
        match self {
            Self::Int32(spec) | Self::Float32(spec) | Self::Float64(spec) => Some(spec),
            _ => None,
        }
    }

    fn beside(&self) -> &Map<String, Value> {
        match self {
            Self::Int32(spec) | Self::Float32(spec) | Self::Float64(spec) => &spec.beside,
            Self::Bool(spec) => &spec.beside,
            Self::Enum(spec) => &spec.beside,
            Self::String(spec) => &spec.beside,
            Self::Date(spec) => &spec.beside,
            Self::Array(spec) => &spec.beside,
            Self::Struct(spec) => &spec.beside,
            Self::Unknown(spec) => &spec.beside,
        }
    }
}

impl Serialize for DataType {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("Type", self.name())?;
        match self {
            Self::Int32(spec) | Self::Float32(spec) | Self::Float64(spec) if !spec.is_empty() => {
                map.serialize_entry("Spec", spec)?;
            }
            Self::Bool(spec) if !spec.is_empty() => map.serialize_entry("Spec", spec)?,
            Self::Enum(spec) if !spec.is_empty() => map.serialize_entry("Spec", spec)?,
            Self::String(spec) if !spec.is_empty() => map.serialize_entry("Spec", spec)?,
            Self::Array(spec) => map.serialize_entry("Spec", spec)?,
            Self::Struct(spec) if !spec.members.is_empty() => map.serialize_entry("Spec", &spec.members)?,
            Self::Date(DateSpec { spec: Some(spec), .. })
            | Self::Unknown(UnknownType { spec: Some(spec), .. }) => map.serialize_entry("Spec", spec)?,
            _ => {}
        }
        for (key, value) in self.beside() {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for DataType {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        super::read::data_type(Value::deserialize(from)?, Path::Root).map_err(de::Error::custom)
    }
}
