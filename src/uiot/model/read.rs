//! From JSON to a template, with the place of what cannot be read.

use serde_json::{Map, Number, Value};

use super::path::Path;
use super::{
    AccessMode, ArraySpec, BoolSpec, CommandDef, DataType, DateSpec, EnumSpec, EventDef, EventType, JsonKind,
    NumberSpec, Param, Property, StringSpec, StructSpec, Template, TemplateError, TemplateFault,
    TemplatePlace, UnknownType,
};
use crate::payload::{self, Format, JsonFault, PayloadError, Place};

type Read<T> = Result<T, TemplateError>;

fn fault<T>(path: Path<'_>, fault: TemplateFault) -> Read<T> {
    Err(TemplateError { place: TemplatePlace::Path(path.to_string()), fault })
}

fn wrong_kind<T>(path: Path<'_>, expected: JsonKind, found: &Value) -> Read<T> {
    fault(path, TemplateFault::WrongKind { expected, found: JsonKind::of(found) })
}

/// A template from a text.
pub(super) fn text(text: &str) -> Read<Template> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match serde_json::from_str(text) {
        Ok(value) => template(value),
        Err(error) => Err(no_json(text, &error)),
    }
}

fn no_json(text: &str, error: &serde_json::Error) -> TemplateError {
    let (place, fault) = match payload::parse(Format::Json, text) {
        Err(PayloadError::Json(fault, place)) => (place, TemplateFault::Json(fault)),
        // JSON by its grammar, but no value can be made of it.
        _ => {
            let words = error.to_string();
            let fault = if words.starts_with("recursion limit") {
                TemplateFault::TooDeep
            } else if words.starts_with("number out of range") {
                TemplateFault::Json(JsonFault::Number)
            } else {
                TemplateFault::Json(JsonFault::Other(words))
            };
            (place(text, error), fault)
        }
    };
    TemplateError { place: TemplatePlace::Text(place), fault }
}

/// The parser counts columns in bytes, people in characters.
fn place(text: &str, error: &serde_json::Error) -> Place {
    let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
    let before = line.char_indices().take_while(|(start, _)| *start < error.column().saturating_sub(1));
    Place { line: error.line(), column: before.count() + 1 }
}

/// A template from JSON, with its wrapper or without.
pub(super) fn template(value: Value) -> Read<Template> {
    let mut root = Fields::of(value, Path::Root)?;
    let wrapped = match root.map.remove("Template") {
        Some(inner) => {
            root.map = match inner {
                Value::Object(map) => map,
                other => return wrong_kind(Path::Root.key("Template"), JsonKind::Object, &other),
            };
            true
        }
        None => false,
    };
    let known = ["Property", "Event", "Command"].iter().any(|key| root.map.contains_key(*key));
    if !wrapped && !known && !root.map.is_empty() {
        return fault(Path::Root, TemplateFault::NoTemplate);
    }
    Ok(Template {
        properties: root.list("Property", property)?,
        events: root.list("Event", event)?,
        commands: root.list("Command", command)?,
        extra: root.map,
    })
}

fn property(value: Value, path: Path<'_>) -> Read<Property> {
    let mut fields = Fields::of(value, path)?;
    Ok(Property {
        id: fields.optional_integer("PropertyID")?,
        identifier: fields.text("Identifier")?,
        name: fields.text("Name")?,
        access: fields.word("AccessMode", AccessMode::WORDS, |word| match word {
            "r" => Some(AccessMode::Read),
            "rw" => Some(AccessMode::ReadWrite),
            _ => None,
        })?,
        description: fields.optional_text("Description")?,
        data_type: fields.data_type("DataType")?,
        extra: fields.map,
    })
}

fn event(value: Value, path: Path<'_>) -> Read<EventDef> {
    let mut fields = Fields::of(value, path)?;
    Ok(EventDef {
        id: fields.optional_integer("EventID")?,
        identifier: fields.text("Identifier")?,
        name: fields.text("Name")?,
        description: fields.optional_text("Description")?,
        event_type: fields.word("Type", EventType::WORDS, |word| match word {
            "notify" => Some(EventType::Notify),
            "warning" => Some(EventType::Warning),
            "error" => Some(EventType::Error),
            _ => None,
        })?,
        output: fields.list("Output", param)?,
        extra: fields.map,
    })
}

fn command(value: Value, path: Path<'_>) -> Read<CommandDef> {
    let mut fields = Fields::of(value, path)?;
    Ok(CommandDef {
        id: fields.optional_integer("CommandID")?,
        identifier: fields.text("Identifier")?,
        name: fields.text("Name")?,
        description: fields.optional_text("Description")?,
        input: fields.list("Input", param)?,
        output: fields.list("Output", param)?,
        extra: fields.map,
    })
}

fn param(value: Value, path: Path<'_>) -> Read<Param> {
    let mut fields = Fields::of(value, path)?;
    Ok(Param {
        identifier: fields.text("Identifier")?,
        name: fields.text("Name")?,
        data_type: fields.data_type("DataType")?,
        extra: fields.map,
    })
}

/// A data type from JSON.
pub(super) fn data_type(value: Value, path: Path<'_>) -> Read<DataType> {
    let mut fields = Fields::of(value, path)?;
    let name = fields.text("Type")?;
    let spec = fields.optional("Spec");
    let beside = fields.map;
    let at = path.key("Spec");
    Ok(match name.as_str() {
        "int32" => DataType::Int32(number_spec(spec, at, beside)?),
        "float32" => DataType::Float32(number_spec(spec, at, beside)?),
        "float64" => DataType::Float64(number_spec(spec, at, beside)?),
        "bool" => {
            let mut spec = Fields::of_optional(spec, at)?;
            DataType::Bool(BoolSpec {
                zero: spec.optional_text("0")?,
                one: spec.optional_text("1")?,
                extra: spec.map,
                beside,
            })
        }
        "enum" => match spec {
            None | Some(Value::Object(_)) => DataType::Enum(enum_spec(spec, at, beside)?),
            Some(_) => DataType::Unknown(UnknownType { name, spec, beside }),
        },
        "string" => {
            let mut spec = Fields::of_optional(spec, at)?;
            DataType::String(StringSpec { length: spec.optional_count("Length")?, extra: spec.map, beside })
        }
        "date" => DataType::Date(DateSpec { spec, beside }),
        "array" => {
            let Some(spec) = spec else { return fault(at, TemplateFault::Missing) };
            let mut spec = Fields::of(spec, at)?;
            DataType::Array(ArraySpec {
                size: spec.optional_count("Size")?,
                item: Box::new(spec.data_type("Item")?),
                extra: spec.map,
                beside,
            })
        }
        "struct" => DataType::Struct(StructSpec { members: list(spec, at, param)?, beside }),
        _ => DataType::Unknown(UnknownType { name, spec, beside }),
    })
}

fn number_spec(spec: Option<Value>, path: Path<'_>, beside: Map<String, Value>) -> Read<NumberSpec> {
    let mut spec = Fields::of_optional(spec, path)?;
    Ok(NumberSpec {
        max: spec.optional_number("Max")?,
        min: spec.optional_number("Min")?,
        step: spec.optional_number("Step")?,
        unit: spec.optional_text("UnitName")?,
        extra: spec.map,
        beside,
    })
}

fn enum_spec(spec: Option<Value>, path: Path<'_>, beside: Map<String, Value>) -> Read<EnumSpec> {
    let mut read = EnumSpec { beside, ..EnumSpec::default() };
    for (key, value) in Fields::of_optional(spec, path)?.map {
        match (plain_integer(&key), value) {
            (Some(item), Value::String(text)) => {
                read.items.insert(item, text);
            }
            (Some(_), value) => return wrong_kind(path.key(&key), JsonKind::String, &value),
            (None, value) => {
                read.extra.insert(key, value);
            }
        }
    }
    Ok(read)
}

/// `-1`, `0`, `7`, but not `+7`, `07` or ` 7`, which would be the same item twice.
fn plain_integer(key: &str) -> Option<i64> {
    key.parse::<i64>().ok().filter(|integer| integer.to_string() == key)
}

fn list<T>(value: Option<Value>, path: Path<'_>, item: fn(Value, Path<'_>) -> Read<T>) -> Read<Vec<T>> {
    match value {
        None => Ok(Vec::new()),
        Some(Value::Array(values)) => {
            values.into_iter().enumerate().map(|(index, value)| item(value, path.index(index))).collect()
        }
        Some(other) => wrong_kind(path, JsonKind::Array, &other),
    }
}

/// An object of which one field after the other is taken; what is left is unknown.
struct Fields<'a> {
    map: Map<String, Value>,
    path: Path<'a>,
}

impl<'a> Fields<'a> {
    fn of(value: Value, path: Path<'a>) -> Read<Self> {
        match value {
            Value::Object(map) => Ok(Self { map, path }),
            other => wrong_kind(path, JsonKind::Object, &other),
        }
    }

    fn of_optional(value: Option<Value>, path: Path<'a>) -> Read<Self> {
        value.map_or_else(|| Ok(Self { map: Map::new(), path }), |value| Self::of(value, path))
    }

    /// `null` is as good as nothing.
    fn optional(&mut self, key: &str) -> Option<Value> {
        self.map.remove(key).filter(|value| !value.is_null())
    }

    fn optional_text(&mut self, key: &str) -> Read<Option<String>> {
        match self.optional(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => wrong_kind(self.path.key(key), JsonKind::String, &other),
        }
    }

    fn text(&mut self, key: &str) -> Read<String> {
        match self.optional_text(key)? {
            Some(text) => Ok(text),
            None => fault(self.path.key(key), TemplateFault::Missing),
        }
    }

    fn word<T>(
        &mut self,
        key: &str,
        allowed: &'static [&'static str],
        meaning: fn(&str) -> Option<T>,
    ) -> Read<T> {
        let found = self.text(key)?;
        match meaning(&found) {
            Some(word) => Ok(word),
            None => fault(self.path.key(key), TemplateFault::UnknownWord { found, allowed }),
        }
    }

    fn optional_number(&mut self, key: &str) -> Read<Option<Number>> {
        match self.optional(key) {
            None => Ok(None),
            Some(Value::Number(number)) => Ok(Some(number)),
            Some(other) => wrong_kind(self.path.key(key), JsonKind::Number, &other),
        }
    }

    fn optional_integer(&mut self, key: &str) -> Read<Option<i64>> {
        match self.optional_number(key)? {
            None => Ok(None),
            Some(number) => match number.as_i64() {
                Some(integer) => Ok(Some(integer)),
                None => fault(self.path.key(key), TemplateFault::NotInteger),
            },
        }
    }

    fn optional_count(&mut self, key: &str) -> Read<Option<u64>> {
        match self.optional_integer(key)?.map(u64::try_from) {
            None => Ok(None),
            Some(Ok(count)) => Ok(Some(count)),
            Some(Err(_)) => fault(self.path.key(key), TemplateFault::Negative),
        }
    }

    fn data_type(&mut self, key: &str) -> Read<DataType> {
        match self.optional(key) {
            Some(value) => data_type(value, self.path.key(key)),
            None => fault(self.path.key(key), TemplateFault::Missing),
        }
    }

    fn list<T>(&mut self, key: &str, item: fn(Value, Path<'_>) -> Read<T>) -> Read<Vec<T>> {
        let value = self.optional(key);
        list(value, self.path.key(key), item)
    }
}
