//! What a model is built from by hand: a property of each type, an event, a command, each to begin with and none of them breaking
//! a rule of the console.

use serde_json::{Map, Number};

use super::{
    AccessMode, ArraySpec, BoolSpec, CommandDef, DataType, DateSpec, EnumSpec, EventDef, EventType,
    NumberSpec, Param, Property, StringSpec, StructSpec, Template,
};

/// Names of the types that the console offers, as the file has them.
pub const TYPES: [&str; 9] =
    ["int32", "float32", "float64", "bool", "enum", "string", "date", "array", "struct"];

/// What can be added to a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A property of this type, one of [`TYPES`].
    Property(&'static str),
    /// An event.
    Event,
    /// A command.
    Command,
}

impl Part {
    /// All parts.
    pub fn all() -> impl Iterator<Item = Self> {
        TYPES.into_iter().map(Self::Property).chain([Self::Event, Self::Command])
    }

    /// A name for a choice: the type's, `event` or `command`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Property(name) => name,
            Self::Event => "event",
            Self::Command => "command",
        }
    }

    /// The part with this [`Self::id`].
    pub fn from_id(id: &str) -> Option<Self> {
        Self::all().find(|part| part.id() == id)
    }
}

impl DataType {
    /// A type to begin with, by its name in the file; none for a name that the console does not have.
    pub fn to_begin_with(name: &str) -> Option<Self> {
        let numbers = || NumberSpec::range(0, 100, 1);
        Some(match name {
            "int32" => Self::Int32(numbers()),
            "float32" => Self::Float32(tenths()),
            "float64" => Self::Float64(tenths()),
            "bool" => Self::Bool(BoolSpec {
                zero: Some("off".into()),
                one: Some("on".into()),
                ..BoolSpec::default()
            }),
            "enum" => Self::Enum(EnumSpec {
                items: [(0, "auto".into()), (1, "manual".into())].into(),
                ..EnumSpec::default()
            }),
            "string" => Self::String(StringSpec { length: Some(64), ..StringSpec::default() }),
            "date" => Self::Date(DateSpec::default()),
            "array" => Self::Array(ArraySpec {
                size: Some(8),
                item: Box::new(Self::Int32(NumberSpec::default())),
                extra: Map::new(),
                beside: Map::new(),
            }),
            "struct" => Self::Struct(StructSpec {
                members: vec![param("x", Self::Int32(numbers())), param("y", Self::Int32(numbers()))],
                ..StructSpec::default()
            }),
            _ => return None,
        })
    }
}

impl Template {
    /// Adds a part with an identifier of its own, and tells the identifier. None for a type that the console does not have.
    pub fn add(&mut self, part: Part) -> Option<String> {
        let name = self.free_name(match part {
            Part::Property(name) => name,
            Part::Event => "event",
            Part::Command => "command",
        });
        match part {
            Part::Property(data_type) => self.properties.push(Property {
                id: None,
                identifier: name.clone(),
                name: name.clone(),
                access: AccessMode::ReadWrite,
                description: Some(String::new()),
                data_type: DataType::to_begin_with(data_type)?,
                extra: Map::new(),
            }),
            Part::Event => self.events.push(EventDef {
                id: None,
                identifier: name.clone(),
                name: name.clone(),
                description: Some(String::new()),
                event_type: EventType::Notify,
                output: vec![param("code", DataType::to_begin_with("int32")?)],
                extra: Map::new(),
            }),
            Part::Command => self.commands.push(CommandDef {
                id: None,
                name: name.clone(),
                identifier: name.clone(),
                description: Some(String::new()),
                output: vec![param("result", DataType::to_begin_with("int32")?)],
                input: vec![param("level", DataType::to_begin_with("int32")?)],
                extra: Map::new(),
            }),
        }
        Some(name)
    }

    /// Takes away the property, event or command with this identifier; whether there was one.
    pub fn remove(&mut self, identifier: &str) -> bool {
        let before = self.len();
        self.properties.retain(|property| property.identifier != identifier);
        self.events.retain(|event| event.identifier != identifier);
        self.commands.retain(|command| command.identifier != identifier);
        self.len() < before
    }

    /// How many functions it has.
    pub fn len(&self) -> usize {
        self.properties.len() + self.events.len() + self.commands.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `enum_1`, or with the next number that neither an identifier nor a name has.
    fn free_name(&self, stem: &str) -> String {
        let is_taken = |wanted: &str| {
            let same = |identifier: &str, name: &str| identifier == wanted || name == wanted;
            self.properties.iter().any(|property| same(&property.identifier, &property.name))
                || self.events.iter().any(|event| same(&event.identifier, &event.name))
                || self.commands.iter().any(|command| same(&command.identifier, &command.name))
        };
        let mut names = (1..=2 * self.len() + 1).map(|number| format!("{stem}_{number}"));
        // Each function takes two of them at most.
        names.find(|name| !is_taken(name)).unwrap_or_else(|| stem.to_owned())
    }
}

fn tenths() -> NumberSpec {
    let step = Number::from_f64(0.1).unwrap_or_else(|| Number::from(1));
    NumberSpec::range(0, 100, step)
}

fn param(identifier: &str, data_type: DataType) -> Param {
    Param { identifier: identifier.to_owned(), name: identifier.to_owned(), data_type, extra: Map::new() }
}

#[cfg(test)]
mod tests {
    use super::super::Wrapper;
    use super::*;

    #[test]
    fn a_model_of_all_parts_breaks_no_rule_and_survives_its_file() {
        let mut template = Template::default();
        // Twice, so that there are names to avoid.
        for part in Part::all().chain(Part::all()) {
            assert!(template.add(part).is_some(), "{part:?}");
        }
        assert_eq!(template.len(), 22);
        assert_eq!(template.problems(), []);
        for wrapper in [Wrapper::With, Wrapper::Without] {
            assert_eq!(Template::parse(&template.to_json(wrapper)).as_ref(), Ok(&template));
        }
    }

    #[test]
    fn a_value_to_begin_with_fits_each_type_to_begin_with() {
        for name in TYPES {
            let data_type = DataType::to_begin_with(name).unwrap();
            assert_eq!(data_type.name(), name);
            assert_eq!(data_type.check(&data_type.sample()), Ok(()), "{name}");
        }
        assert_eq!(DataType::to_begin_with("int64"), None);
    }

    #[test]
    fn what_is_added_avoids_every_name_and_can_be_removed() {
        let mut template = Template::default();
        assert_eq!(template.add(Part::Event).as_deref(), Some("event_1"));
        template.events[0].name = "event_2".into();
        assert_eq!(template.add(Part::Event).as_deref(), Some("event_3"));
        assert!(template.remove("event_1"));
        assert!(!template.remove("event_1"));
        assert_eq!(template.events.len(), 1);
        assert!(template.remove("event_3") && template.is_empty());
    }

    #[test]
    fn a_part_is_found_by_its_name() {
        for part in Part::all() {
            assert_eq!(Part::from_id(part.id()), Some(part));
        }
        assert_eq!(Part::from_id("int64"), None);
    }
}
