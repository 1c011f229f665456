use std::collections::HashMap;

use serde_json::Number;

use super::path::Path;
use super::{ArraySpec, DataType, EnumSpec, NumberSpec, Param, Template};
use crate::uiot::{identifier_is_regular, limits};

/// A rule of the console that a template breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateProblem {
    /// Where, as `Property[3].DataType.Spec.Max`, counted from 0 and without the wrapper.
    pub path: String,
    /// Which.
    pub rule: TemplateRule,
}

/// The console's rules (thingmode_guide.md; those with a count, and the length of strings, limitation.md).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateRule {
    /// Too many properties, events or commands, or too many parameters in one list.
    TooMany {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// An identifier has 1 to 32 letters, digits and `_`, and does not begin with a digit.
    IdentifierForm,
    /// An identifier stands for one function in the file, and for one parameter in its list.
    IdentifierTwice {
        /// Where it was used before.
        first: String,
    },
    /// A name has 1 to 32 Chinese characters, letters, digits and `_`.
    NameForm,
    /// A function's name is unique in the product.
    NameTwice {
        /// Where it was used before.
        first: String,
    },
    /// A description has up to 100 characters.
    DescriptionLength(usize),
    /// A unit has up to 16 characters.
    UnitLength(usize),
    /// A number has a lowest and a highest value and a step.
    BoundMissing(Bound),
    /// `Min` is not above `Max`.
    MinAboveMax {
        /// `Min`.
        min: Number,
        /// `Max`.
        max: Number,
    },
    /// The type cannot hold the bound: too large, or with a fraction for an integer.
    BoundOutsideType(Bound),
    /// A step is above 0.
    StepNotPositive,
    /// Both values of a bool have a text.
    BoolText(u8),
    /// An enum has 1 to 25 items.
    EnumItems(usize),
    /// An enum's values are integers of 32 bits.
    EnumValue(String),
    /// Each item of an enum has a description.
    EnumText(i64),
    /// A string has a length from 1 to 2048 bytes; none for one that is not given.
    StringLength(Option<u64>),
    /// An array has a size from 1 to 128; none for one that is not given.
    ArraySize(Option<u64>),
    /// An array holds int32, float32, float64, string or struct.
    ArrayItemType(String),
    /// A struct has members.
    NoMembers,
    /// A struct's members are int32, float32, float64, bool, enum or string.
    MemberType(String),
    /// The platform has no such type, or the type's Spec has another shape than expected.
    UnknownType(String),
}

/// Part of a number's Spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// `Min`.
    Min,
    /// `Max`.
    Max,
    /// `Step`.
    Step,
}

impl Bound {
    /// Its key in the Spec.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Min => "Min",
            Self::Max => "Max",
            Self::Step => "Step",
        }
    }
}

impl Template {
    /// The rules of the console that the template breaks, in the order of the file.
    pub fn problems(&self) -> Vec<TemplateProblem> {
        let mut finder = Finder::default();
        let mut functions = Names::default();
        let root = Path::Root;

        let list = root.key("Property");
        finder.count(list, self.properties.len(), limits::FUNCTIONS);
        for (index, property) in self.properties.iter().enumerate() {
            let path = list.index(index);
            finder.identifier(path, &property.identifier, &mut functions);
            finder.name(path, &property.name, Some(&mut functions));
            finder.description(path, property.description.as_deref());
            finder.data_type(path.key("DataType"), &property.data_type, Within::Function);
        }
        let list = root.key("Event");
        finder.count(list, self.events.len(), limits::FUNCTIONS);
        for (index, event) in self.events.iter().enumerate() {
            let path = list.index(index);
            finder.identifier(path, &event.identifier, &mut functions);
            finder.name(path, &event.name, Some(&mut functions));
            finder.description(path, event.description.as_deref());
            finder.parameters(path.key("Output"), &event.output);
        }
        let list = root.key("Command");
        finder.count(list, self.commands.len(), limits::FUNCTIONS);
        for (index, command) in self.commands.iter().enumerate() {
            let path = list.index(index);
            finder.identifier(path, &command.identifier, &mut functions);
            finder.name(path, &command.name, Some(&mut functions));
            finder.description(path, command.description.as_deref());
            finder.parameters(path.key("Input"), &command.input);
            finder.parameters(path.key("Output"), &command.output);
        }
        finder.found
    }
}

/// Identifiers and names that were seen, with their places.
#[derive(Default)]
struct Names<'a> {
    identifiers: HashMap<&'a str, String>,
    names: HashMap<&'a str, String>,
}

/// What a data type belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// A property or a parameter.
    Function,
    /// An array.
    Array,
    /// A struct.
    Struct,
}

#[derive(Default)]
struct Finder {
    found: Vec<TemplateProblem>,
}

impl Finder {
    fn report(&mut self, path: Path<'_>, rule: TemplateRule) {
        self.found.push(TemplateProblem { path: path.to_string(), rule });
    }

    fn count(&mut self, path: Path<'_>, count: usize, limit: usize) {
        if count > limit {
            self.report(path, TemplateRule::TooMany { count, limit });
        }
    }

    fn identifier<'a>(&mut self, path: Path<'_>, identifier: &'a str, seen: &mut Names<'a>) {
        let at = path.key("Identifier");
        if !identifier_is_regular(identifier) {
            self.report(at, TemplateRule::IdentifierForm);
        }
        match seen.identifiers.get(identifier) {
            Some(first) => self.report(at, TemplateRule::IdentifierTwice { first: first.clone() }),
            None => drop(seen.identifiers.insert(identifier, path.to_string())),
        }
    }

    /// That a name is unique is said of functions alone, not of parameters.
    fn name<'a>(&mut self, path: Path<'_>, name: &'a str, seen: Option<&mut Names<'a>>) {
        let at = path.key("Name");
        if !name_is_regular(name) {
            self.report(at, TemplateRule::NameForm);
        }
        let Some(seen) = seen else { return };
        match seen.names.get(name) {
            Some(first) => self.report(at, TemplateRule::NameTwice { first: first.clone() }),
            None => drop(seen.names.insert(name, path.to_string())),
        }
    }

    fn description(&mut self, path: Path<'_>, description: Option<&str>) {
        let length = description.map_or(0, |description| description.chars().count());
        if length > limits::DESCRIPTION_LENGTH {
            self.report(path.key("Description"), TemplateRule::DescriptionLength(length));
        }
    }

    fn parameters(&mut self, path: Path<'_>, params: &[Param]) {
        self.count(path, params.len(), limits::PARAMETERS);
        self.params(path, params, Within::Function);
    }

    fn params(&mut self, path: Path<'_>, params: &[Param], within: Within) {
        let mut seen = Names::default();
        for (index, param) in params.iter().enumerate() {
            let path = path.index(index);
            self.identifier(path, &param.identifier, &mut seen);
            self.name(path, &param.name, None);
            self.data_type(path.key("DataType"), &param.data_type, within);
        }
    }

    fn data_type(&mut self, path: Path<'_>, data_type: &DataType, within: Within) {
        let at = path.key("Type");
        let name = || data_type.name().to_owned();
        if let DataType::Unknown(_) = data_type {
            return self.report(at, TemplateRule::UnknownType(name()));
        }
        match within {
            Within::Array if !is_array_item(data_type) => {
                self.report(at, TemplateRule::ArrayItemType(name()));
            }
            Within::Struct if !is_member(data_type) => self.report(at, TemplateRule::MemberType(name())),
            _ => {}
        }
        let spec = path.key("Spec");
        match data_type {
            DataType::Int32(number) | DataType::Float32(number) | DataType::Float64(number) => {
                self.number(spec, number, data_type, within);
            }
            DataType::Bool(bool) => {
                for (value, text) in [(0, &bool.zero), (1, &bool.one)] {
                    if text.as_ref().is_none_or(String::is_empty) {
                        self.report(spec, TemplateRule::BoolText(value));
                    }
                }
            }
            DataType::Enum(items) => self.items(spec, items),
            DataType::String(string) => {
                let highest = limits::STRING_LENGTH as u64;
                let fits = string.length.map_or(within == Within::Array, |n| (1..=highest).contains(&n));
                if !fits {
                    self.report(spec.key("Length"), TemplateRule::StringLength(string.length));
                }
            }
            DataType::Array(array) => self.array(spec, array),
            DataType::Struct(members) => {
                if members.members.is_empty() {
                    self.report(spec, TemplateRule::NoMembers);
                }
                self.params(spec, &members.members, Within::Struct);
            }
            DataType::Date(_) | DataType::Unknown(_) => {}
        }
    }

    fn number(&mut self, path: Path<'_>, spec: &NumberSpec, data_type: &DataType, within: Within) {
        for (bound, number) in [(Bound::Min, &spec.min), (Bound::Max, &spec.max), (Bound::Step, &spec.step)] {
            let at = path.key(bound.key());
            match number {
                None if within == Within::Array => {}
                None => self.report(at, TemplateRule::BoundMissing(bound)),
                Some(number) if !holds(data_type, number) => {
                    self.report(at, TemplateRule::BoundOutsideType(bound));
                }
                Some(_) => {}
            }
        }
        if let (Some(min), Some(max)) = (&spec.min, &spec.max)
            && min.as_f64() > max.as_f64()
        {
            self.report(path, TemplateRule::MinAboveMax { min: min.clone(), max: max.clone() });
        }
        if spec.step.as_ref().and_then(Number::as_f64).is_some_and(|step| step <= 0.0) {
            self.report(path.key("Step"), TemplateRule::StepNotPositive);
        }
        let length = spec.unit.as_ref().map_or(0, |unit| unit.chars().count());
        if length > limits::UNIT_LENGTH {
            self.report(path.key("UnitName"), TemplateRule::UnitLength(length));
        }
    }

    fn items(&mut self, path: Path<'_>, spec: &EnumSpec) {
        if !(1..=limits::ENUM_ITEMS).contains(&spec.items.len()) {
            self.report(path, TemplateRule::EnumItems(spec.items.len()));
        }
        for (value, text) in &spec.items {
            if i32::try_from(*value).is_err() {
                self.report(path, TemplateRule::EnumValue(value.to_string()));
            }
            if text.is_empty() {
                self.report(path, TemplateRule::EnumText(*value));
            }
        }
        for key in spec.extra.keys() {
            self.report(path, TemplateRule::EnumValue(key.clone()));
        }
    }

    fn array(&mut self, path: Path<'_>, spec: &ArraySpec) {
        let size = spec.size.and_then(|size| usize::try_from(size).ok());
        if !size.is_some_and(|size| limits::ARRAY_SIZE.contains(&size)) {
            self.report(path.key("Size"), TemplateRule::ArraySize(spec.size));
        }
        self.data_type(path.key("Item"), &spec.item, Within::Array);
    }
}

/// Whether a text can be a function's name: 1 to 32 Chinese characters, letters, digits and `_`.
fn name_is_regular(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || is_chinese(c);
    (1..=limits::NAME_LENGTH).contains(&name.chars().count()) && name.chars().all(allowed)
}

/// The ideographs of Unicode's blocks for Chinese, without punctuation.
const fn is_chinese(c: char) -> bool {
    matches!(c,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'
        | '\u{3007}')
}

const fn is_array_item(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Int32(_)
            | DataType::Float32(_)
            | DataType::Float64(_)
            | DataType::String(_)
            | DataType::Struct(_)
    )
}

const fn is_member(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Int32(_)
            | DataType::Float32(_)
            | DataType::Float64(_)
            | DataType::Bool(_)
            | DataType::Enum(_)
            | DataType::String(_)
    )
}

fn holds(data_type: &DataType, number: &Number) -> bool {
    let Some(float) = number.as_f64() else { return false };
    match data_type {
        DataType::Int32(_) => {
            float.fract() == 0.0 && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&float)
        }
        DataType::Float32(_) => float.abs() <= f64::from(f32::MAX),
        _ => true,
    }
}
