//! The control's commands, and what they are given: from a JSON body, from a query, or from a line that somebody typed.

use serde_json::{Map, Value};

use crate::cloud::{Cloud, Outcome, Problem};
use crate::http::percent_decoded;

/// Something that the cloud's side can do.
pub(crate) struct Command {
    /// Its path, and its first word on a line.
    pub(crate) name: &'static str,
    /// Whether it only looks: then it is asked for with GET.
    pub(crate) reads: bool,
    pub(crate) fields: &'static [Field],
    pub(crate) help: &'static str,
    pub(crate) run: fn(&mut Cloud<'_>, &Arguments) -> Result<Outcome, Problem>,
}

/// A field of a command.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// A whole number, 0 or above.
    Whole,
    Flag,
    /// A JSON object.
    Object,
    /// A JSON array.
    List,
}

pub(crate) const fn needs(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: true }
}

pub(crate) const fn may(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: false }
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Whole => "number",
            Self::Flag => "true|false",
            Self::Object => "{…}",
            Self::List => "[…]",
        }
    }

    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Whole => value.is_u64(),
            Self::Flag => value.is_boolean(),
            Self::Object => value.is_object(),
            Self::List => value.is_array(),
        }
    }

    /// The value that a bare word stands for.
    fn read(self, word: &str) -> Value {
        match self {
            Self::Text => word.into(),
            // What is no JSON stays a text, and does not fit.
            _ => serde_json::from_str(word).unwrap_or_else(|_| word.into()),
        }
    }
}

impl Command {
    /// How it is written on a line.
    pub(crate) fn usage(&self) -> String {
        let field = |field: &Field| {
            let usage = format!("{}={}", field.name, field.kind.name());
            if field.required { format!(" {usage}") } else { format!(" [{usage}]") }
        };
        let fields: String = self.fields.iter().map(field).collect();
        format!("{}{fields}", self.name)
    }

    fn field(&self, name: &str) -> Result<&Field, Problem> {
        let known = || self.fields.iter().map(|field| field.name).collect::<Vec<_>>().join(", ");
        let unknown = || match self.fields {
            [] => Problem::Field(format!("{name}: {} has no fields", self.name)),
            _ => Problem::Field(format!("{name}: no such field; {} has {}", self.name, known())),
        };
        self.fields.iter().find(|field| field.name == name).ok_or_else(unknown)
    }
}

/// What a command is given: only fields that it has, each of its kind, all that it needs.
#[derive(Debug)]
pub(crate) struct Arguments(Map<String, Value>);

impl Arguments {
    /// From the body of a request. An empty one is an empty object.
    pub(crate) fn from_body(command: &Command, body: &[u8]) -> Result<Self, Problem> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Self::checked(command, Map::new());
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Self::checked(command, fields),
            Ok(_) => Err(Problem::Field("the body is no JSON object".into())),
            Err(error) => Err(Problem::Field(format!("the body is no JSON: {error}"))),
        }
    }

    /// From `A=1&B=2`.
    pub(crate) fn from_query(command: &Command, query: &str) -> Result<Self, Problem> {
        let mut fields = Map::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decoded =
                |text| percent_decoded(text).ok_or(Problem::Field(format!("{pair}: wrongly encoded")));
            let (name, value) = (decoded(name)?, decoded(value)?);
            let value = command.field(&name)?.kind.read(&value);
            fields.insert(name, value);
        }
        Self::checked(command, fields)
    }

    /// From `A=1 B="two words" C={"x":1}`, or one JSON object.
    pub(crate) fn from_line(command: &Command, line: &str) -> Result<Self, Problem> {
        let mut rest = line.trim();
        if rest.starts_with('{') {
            return Self::from_body(command, rest.as_bytes());
        }
        let mut fields = Map::new();
        while !rest.is_empty() {
            let Some((name, after)) = rest.split_once('=') else {
                return Err(Problem::Field(format!("{rest}: fields are written as Name=value")));
            };
            let field = command.field(name.trim_end())?;
            let (value, after) = if after.starts_with(['{', '[', '"']) {
                let mut values = serde_json::Deserializer::from_str(after).into_iter::<Value>();
                match values.next() {
                    Some(Ok(value)) => (value, &after[values.byte_offset()..]),
                    Some(Err(error)) => return Err(Problem::Field(format!("{name}: {error}"))),
                    None => return Err(Problem::Field(format!("{name}: nothing"))),
                }
            } else {
                let (word, after) = after.split_once(char::is_whitespace).unwrap_or((after, ""));
                (field.kind.read(word), after)
            };
            fields.insert(name.trim_end().to_owned(), value);
            rest = after.trim_start();
        }
        Self::checked(command, fields)
    }

    fn checked(command: &Command, fields: Map<String, Value>) -> Result<Self, Problem> {
        for (name, value) in &fields {
            let field = command.field(name)?;
            if !field.kind.fits(value) {
                return Err(Problem::Field(format!("{name}: must be {}", field.kind.name())));
            }
        }
        match command.fields.iter().find(|field| field.required && !fields.contains_key(field.name)) {
            Some(missing) => Err(Problem::Field(format!("{}: missing", missing.name))),
            None => Ok(Self(fields)),
        }
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    pub(crate) fn whole(&self, name: &str) -> Option<u64> {
        self.0.get(name)?.as_u64()
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.0.get(name)?.as_bool()
    }

    pub(crate) fn object(&self, name: &str) -> Option<&Map<String, Value>> {
        self.0.get(name)?.as_object()
    }

    pub(crate) fn list(&self, name: &str) -> Option<&[Value]> {
        self.0.get(name)?.as_array().map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const COMMAND: Command = Command {
        name: "try",
        reads: false,
        fields: &[
            needs("DeviceSN", Kind::Text),
            may("Qos", Kind::Whole),
            may("On", Kind::Flag),
            may("Input", Kind::Object),
        ],
        help: "",
        run: |_, _| Ok(Outcome::Now(Value::Null)),
    };

    fn error(read: Result<Arguments, Problem>) -> String {
        match read {
            Err(Problem::Field(text)) => text,
            other => panic!("{:?}", other.map(|arguments| arguments.0).ok()),
        }
    }

    #[test]
    fn a_line_a_query_and_a_body_say_the_same() {
        let wanted = json!({ "DeviceSN": "0012", "Qos": 1, "On": true, "Input": { "a": "b c" } });
        let line = r#"DeviceSN=0012 Qos=1  On=true Input={"a": "b c"}"#;
        let query = "DeviceSN=0012&Qos=1&On=true&Input=%7B%22a%22:%22b+c%22%7D";
        for read in [
            Arguments::from_line(&COMMAND, line),
            Arguments::from_line(&COMMAND, &wanted.to_string()),
            Arguments::from_query(&COMMAND, query),
            Arguments::from_body(&COMMAND, wanted.to_string().as_bytes()),
        ] {
            let read = read.unwrap_or_else(|_| panic!("not read"));
            assert_eq!(Value::Object(read.0), wanted);
        }
        let read =
            Arguments::from_line(&COMMAND, r#"DeviceSN="two words" Qos=0"#).unwrap_or_else(|_| panic!());
        assert_eq!(read.text("DeviceSN"), Some("two words"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, part) in [
            ("", "DeviceSN: missing"),
            ("DeviceSN", "fields are written as Name=value"),
            ("DeviceSn=a", "DeviceSn: no such field; try has DeviceSN, Qos, On, Input"),
            ("DeviceSN=a Qos=x", "Qos: must be number"),
            ("DeviceSN=a Qos=-1", "Qos: must be number"),
            ("DeviceSN=a On=1", "On: must be true|false"),
            ("DeviceSN=a Input={\"a\":", "Input: "),
            ("DeviceSN=a Input=", "Input: must be {…}"),
            ("{\"DeviceSN\":12}", "DeviceSN: must be text"),
            ("{", "the body is no JSON"),
        ] {
            let error = error(Arguments::from_line(&COMMAND, line));
            assert!(error.contains(part), "{line}: {error}");
        }
        assert!(error(Arguments::from_body(&COMMAND, b"[]")).contains("no JSON object"));
        assert!(error(Arguments::from_query(&COMMAND, "DeviceSN=%zz")).contains("wrongly encoded"));
    }
}
