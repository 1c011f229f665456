use super::split::{Form, RawTerm};
use super::{
    Comparison, Key, Kinds, Meaning, Pattern, QueryError, QueryFault, Term, TimePoint, TopicPattern,
};
use crate::journal::Direction;
use crate::mqtt::{QoS, TopicFilter};

/// What a term means; nothing if it asks for nothing, as `""` does.
pub(super) fn read(raw: &RawTerm) -> Result<Option<Term>, QueryError> {
    let value = raw.value.as_str();
    let fail = |fault| Err(QueryError { range: raw.value_range.clone(), fault });
    let meaning = match raw.form {
        Form::Word if value.is_empty() => return Ok(None),
        Form::Word => Meaning::Word(value.to_owned()),
        Form::Regex { ignore_case } => match Pattern::new(value, ignore_case) {
            Ok(pattern) => Meaning::Pattern(pattern),
            Err((range, fault)) => {
                let from = raw.value_range.start;
                let range = from + range.start..from + range.end;
                return Err(QueryError { range, fault: QueryFault::Pattern(fault) });
            }
        },
        Form::Key(key) if value.is_empty() => {
            return Err(QueryError { range: raw.range.clone(), fault: QueryFault::Empty(key) });
        }
        Form::Key(Key::Bytes) => match bytes(value) {
            Ok(bytes) => Meaning::Bytes(bytes),
            Err(fault) => return fail(fault),
        },
        Form::Key(key) => match keyed(key, value) {
            Some(meaning) => meaning,
            None => return fail(QueryFault::Value(key)),
        },
    };
    Ok(Some(Term { negated: raw.negated, meaning }))
}

fn keyed(key: Key, value: &str) -> Option<Meaning> {
    let is = |name: &str| value.eq_ignore_ascii_case(name);
    Some(match key {
        Key::Topic => Meaning::Topic(topic(value)?),
        Key::Direction if is("in") => Meaning::Direction(Direction::In),
        Key::Direction if is("out") => Meaning::Direction(Direction::Out),
        Key::Qos => Meaning::Qos(QoS::from_number(value.parse().ok()?)?),
        Key::Is if is("error") => Meaning::Error,
        Key::After => Meaning::After(TimePoint::parse(value)?),
        Key::Before => Meaning::Before(TimePoint::parse(value)?),
        Key::Type => Meaning::Type(Kinds::from_name(value)?),
        Key::Code => Meaning::Code(number(value)?),
        Key::PacketId => Meaning::PacketId(u16::try_from(number(value)?).ok().filter(|number| *number != 0)?),
        Key::Size => {
            let sign = Comparison::ALL.into_iter().find(|(sign, _)| value.starts_with(sign));
            let (sign, comparison) = sign.unwrap_or(("", Comparison::Equal));
            Meaning::Size(comparison, u64::try_from(number(value.strip_prefix(sign)?)?).ok()?)
        }
        Key::Direction | Key::Is | Key::Bytes => return None,
    })
}

fn topic(value: &str) -> Option<TopicPattern> {
    if let Some(whole) = value.strip_prefix('=') {
        return (!whole.is_empty()).then(|| TopicPattern::Whole(whole.to_owned()));
    }
    // What has a wildcard out of place can still be a piece of a topic that breaks the rules.
    let filter = TopicFilter::parse(value).ok().filter(|_| value.contains(['+', '#']));
    Some(filter.map_or_else(|| TopicPattern::Piece(value.to_owned()), TopicPattern::Filter))
}

/// A whole number, decimal or after `0x`.
fn number(text: &str) -> Option<i64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            i64::from_str_radix(digits, 16).ok()
        }
        Some(_) => None,
        None => text.parse().ok(),
    }
}

/// Bytes in pairs of hexadecimal digits; spaces may stand between the pairs.
fn bytes(text: &str) -> Result<Vec<u8>, QueryFault> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut half = None;
    for character in text.chars() {
        if character.is_whitespace() && half.is_none() {
            continue;
        }
        let digit = character.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let digit = match digit {
            Some(digit) => digit,
            None if character.is_whitespace() => return Err(QueryFault::HexOdd),
            None => return Err(QueryFault::HexDigit(character)),
        };
        half = match half {
            None => Some(digit),
            Some(high) => {
                bytes.push(high << 4 | digit);
                None
            }
        };
    }
    match half {
        Some(_) => Err(QueryFault::HexOdd),
        None if bytes.is_empty() => Err(QueryFault::Empty(Key::Bytes)),
        None => Ok(bytes),
    }
}
