//! An edit as a person types it: rows of key, type and value, or the JSON of the reported values.

use std::collections::HashSet;

use serde_json::{Number, Value};

use super::Values;
use crate::payload::{self, Format, PayloadError, TokenKind};

/// What a value is typed as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A number as JSON writes it.
    #[default]
    Number,
    /// Any text; it is quoted when it is sent.
    Text,
    /// `true` or `false`.
    Bool,
    /// `null`; nothing is typed.
    Null,
    /// Any JSON: an object, an array.
    Json,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Number, Self::Text, Self::Bool, Self::Null, Self::Json];

    /// Its name in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Text => "string",
            Self::Bool => "boolean",
            Self::Null => "null",
            Self::Json => "json",
        }
    }

    /// The kind with this [`Self::id`].
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }
}

/// A key and its value, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The key.
    pub key: String,
    /// What the value is.
    pub kind: Kind,
    /// The value.
    pub text: String,
}

impl Row {
    /// A row for a key that has a value.
    pub fn of(key: &str, value: &Value) -> Self {
        let (kind, text) = match value {
            Value::Number(number) => (Kind::Number, number.to_string()),
            Value::String(text) => (Kind::Text, text.clone()),
            Value::Bool(truth) => (Kind::Bool, truth.to_string()),
            Value::Null => (Kind::Null, String::new()),
            value => (Kind::Json, value.to_string()),
        };
        Self { key: key.to_owned(), kind, text }
    }

    /// Makes it of another kind. What was typed stays, unless there is nothing to type.
    pub fn turn(&mut self, kind: Kind) {
        self.kind = kind;
        if kind == Kind::Bool && self.value().is_err() {
            self.text = "true".to_owned();
        }
    }

    /// Whether nothing was typed.
    pub fn is_blank(&self) -> bool {
        self.key.is_empty() && (self.text.is_empty() || matches!(self.kind, Kind::Bool | Kind::Null))
    }

    /// The value.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn value(&self) -> Result<Value, RowFault> {
        let typed = self.text.trim();
        match self.kind {
            Kind::Text => Ok(Value::String(self.text.clone())),
            Kind::Null => Ok(Value::Null),
            Kind::Number => {
                serde_json::from_str::<Number>(typed).map(Value::Number).map_err(|_| RowFault::Number)
            }
            Kind::Bool => serde_json::from_str(typed).map(Value::Bool).map_err(|_| RowFault::Bool),
            Kind::Json => read_value(typed).map_err(RowFault::Json),
        }
    }

    /// A number in it that cannot be sent as it was typed, and what would be sent.
    pub fn changed_number(&self) -> Option<(String, String)> {
        matches!(self.kind, Kind::Number | Kind::Json).then(|| changed_number(&self.text)).flatten()
    }
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowFault {
    /// There is a value, but no key.
    NoKey,
    /// An earlier row has the same key.
    SameKey,
    /// Not a number as JSON writes it.
    Number,
    /// Neither `true` nor `false`.
    Bool,
    /// No JSON.
    Json(TextFault),
}

/// What is wrong with a text that should be JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextFault {
    /// It is none.
    Json(PayloadError),
    /// It is JSON, but no object.
    NotAnObject,
    /// It is JSON by its grammar, but no value can be made of it: it is nested too deep, a number is too large. The parser's
    /// words.
    Other(String),
}

/// The values of all rows; blank rows do not count.
///
/// # Errors
/// The places of the rows that are wrong, and what is wrong with each.
pub fn read_rows(rows: &[Row]) -> Result<Values, Vec<(usize, RowFault)>> {
    let mut values = Values::new();
    let mut seen = HashSet::new();
    let mut faults = Vec::new();
    for (place, row) in rows.iter().enumerate().filter(|(_, row)| !row.is_blank()) {
        let value = match row.value() {
            _ if row.key.is_empty() => Err(RowFault::NoKey),
            _ if !seen.insert(row.key.as_str()) => Err(RowFault::SameKey),
            value => value,
        };
        match value {
            Ok(value) => drop(values.insert(row.key.clone(), value)),
            Err(fault) => faults.push((place, fault)),
        }
    }
    if faults.is_empty() { Ok(values) } else { Err(faults) }
}

/// The rows that mean these values.
pub fn rows_of(values: &Values) -> Vec<Row> {
    values.iter().map(|(key, value)| Row::of(key, value)).collect()
}

/// The values that a text has, which is to be a JSON object; no text has none.
///
/// # Errors
/// What is wrong with it.
pub fn read_object(text: &str) -> Result<Values, TextFault> {
    if text.trim().is_empty() {
        return Ok(Values::new());
    }
    match read_value(text)? {
        Value::Object(values) => Ok(values),
        _ => Err(TextFault::NotAnObject),
    }
}

fn read_value(text: &str) -> Result<Value, TextFault> {
    payload::parse(Format::Json, text).map_err(TextFault::Json)?;
    serde_json::from_str(text).map_err(|error| TextFault::Other(error.to_string()))
}

/// The first number in a JSON text that cannot be sent as it was typed, and what would be sent in its place. Integers are exact
/// from −2^63 to 2^64 − 1; beyond, and with more than about 16 digits after the point, a number is rounded.
pub fn changed_number(json: &str) -> Option<(String, String)> {
    let numbers = payload::json_pieces(json).filter(|(kind, _)| *kind == TokenKind::Number);
    numbers.map(|(_, typed)| typed.trim()).find_map(|typed| {
        let sent = serde_json::from_str::<Number>(typed).ok()?.to_string();
        (exactly(typed) != exactly(&sent)).then(|| (typed.to_owned(), sent))
    })
}

/// A decimal number as sign, digits without zeros at either end, and the power of ten that they are multiplied by.
fn exactly(text: &str) -> Option<(bool, String, i64)> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let digits = all.trim_end_matches('0');
    if digits.is_empty() {
        return Some((false, String::new(), 0));
    }
    let dropped = i64::try_from(all.len() - digits.len()).ok()?;
    let power = power.parse::<i64>().ok()?.checked_sub(i64::try_from(fraction.len()).ok()?)?;
    Some((negative, digits.trim_start_matches('0').to_owned(), power.checked_add(dropped)?))
}

/// The version that was typed; none if it is no int32.
pub fn read_version(typed: &str) -> Option<i32> {
    typed.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(key: &str, kind: Kind, text: &str) -> Row {
        Row { key: key.to_owned(), kind, text: text.to_owned() }
    }

    #[test]
    fn rows_mean_their_values_and_come_back() {
        let rows = [
            row("id", Kind::Number, "123456789012345678"),
            row("temperature", Kind::Number, " 26.40 "),
            row("text", Kind::Text, " \"x\" "),
            row("on", Kind::Bool, "true"),
            row("none", Kind::Null, "left over"),
            row("place", Kind::Json, r#"{"row": 3, "bay": ["B", null]}"#),
            Row::default(),
        ];
        let values = read_rows(&rows).unwrap();
        let expected = json!({
            "id": 123_456_789_012_345_678_u64, "temperature": 26.4, "text": " \"x\" ", "on": true, "none": null,
            "place": {"row": 3, "bay": ["B", null]},
        });
        assert_eq!(Value::Object(values.clone()), expected);
        assert_eq!(read_rows(&rows_of(&values)).unwrap(), values);
        assert_eq!(read_object(&expected.to_string()).unwrap(), values);
        assert_eq!(read_object(" \n").unwrap(), Values::new());
    }

    #[test]
    fn each_fault_is_told_with_its_row() {
        let faults = read_rows(&[
            row("", Kind::Number, "1"),
            row("a", Kind::Number, "0x10"),
            row("b", Kind::Number, ""),
            row("c", Kind::Number, "\"1\""),
            row("ok", Kind::Number, "-1.5e3"),
            row("ok", Kind::Text, ""),
            row("d", Kind::Bool, "1"),
            row("e", Kind::Json, "{\"a\":}"),
        ])
        .unwrap_err();
        let kinds: Vec<_> =
            faults.iter().map(|(place, fault)| (*place, std::mem::discriminant(fault))).collect();
        let json = || RowFault::Json(TextFault::NotAnObject);
        let expected = [
            (0, RowFault::NoKey),
            (1, RowFault::Number),
            (2, RowFault::Number),
            (3, RowFault::Number),
            (5, RowFault::SameKey),
            (6, RowFault::Bool),
            (7, json()),
        ];
        assert_eq!(kinds, expected.map(|(place, fault)| (place, std::mem::discriminant(&fault))));
        assert!(
            matches!(&faults[6].1, RowFault::Json(TextFault::Json(PayloadError::Json(_, place))) if place.column == 6)
        );
        assert_eq!(read_object("[1]"), Err(TextFault::NotAnObject));
        assert!(matches!(read_object("{"), Err(TextFault::Json(_))));
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(500), "]".repeat(500));
        assert!(matches!(read_object(&deep), Err(TextFault::Other(_))));
    }

    #[test]
    fn a_kind_can_be_changed_without_losing_what_was_typed() {
        let mut typed = row("a", Kind::Text, "12");
        for kind in [Kind::Number, Kind::Null, Kind::Json, Kind::Text] {
            typed.turn(kind);
            assert_eq!(typed.text, "12");
            assert_eq!(Kind::from_id(kind.id()), Some(kind));
        }
        typed.turn(Kind::Bool);
        assert_eq!(typed.value(), Ok(json!(true)));
    }

    #[test]
    fn numbers_that_would_be_rounded_are_told() {
        for same in [
            "0",
            "-0.0",
            "1e3",
            "1000",
            "26.40",
            "9007199254740993",
            "18446744073709551615",
            "-9223372036854775808",
            "0.1",
        ] {
            assert_eq!(changed_number(same), None, "{same}");
        }
        let told = changed_number(r#"{"18446744073709551616": 1, "a": [18446744073709551616]}"#).unwrap();
        assert_eq!(told, ("18446744073709551616".to_owned(), "1.8446744073709552e+19".to_owned()));
        assert!(changed_number("0.12345678901234567890").is_some());
        assert_eq!(row("a", Kind::Text, "0.12345678901234567890").changed_number(), None);
    }

    #[test]
    fn a_version_is_an_int32() {
        assert_eq!([" 219 ", "-1", "2147483647"].map(read_version), [Some(219), Some(-1), Some(i32::MAX)]);
        assert_eq!(["", "1.5", "2147483648", "x"].map(read_version), [None; 4]);
    }
}
