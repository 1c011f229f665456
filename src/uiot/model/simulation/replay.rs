//! Recorded values, as a person pastes them: a JSON list, or a line each with a time and a value.

use std::time::Duration;

use serde_json::Value;

use crate::payload::{self, Format, PayloadError};

/// Values of a recording at most; further ones are refused.
pub const MOST_POINTS: usize = 10_000;
/// Bytes of a recording at most.
const MOST_BYTES: usize = 1 << 20;

/// A value and its time.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplayPoint {
    /// After the beginning; the first value's time is the beginning.
    pub after: Duration,
    /// The value.
    pub value: Value,
}

/// Why a text is no recording. Lines and items are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplayFault {
    /// There is nothing in it.
    Empty,
    /// More than [`MOST_POINTS`] values, or more than a megabyte.
    TooMuch,
    /// It begins as a JSON list, and is none.
    Json(PayloadError),
    /// No time in milliseconds at the beginning of the line, or in the item.
    NoTime(usize),
    /// No value after the time.
    NoValue(usize),
    /// Its time is before that of the one before it.
    Backwards(usize),
}

/// Reads a recording. Times are milliseconds, since 1970 or since any other time: only their differences count. A line is
/// `time,value`, with a comma, a semicolon or a tab between them; the value is JSON, and a text where it is none. A line without
/// any digit at the beginning of all is a heading. A JSON list has items as in reports, `{"Time":…,"Value":…}`, or `[time,value]`.
///
/// # Errors
/// What is wrong, and in which line or item.
pub fn read_replay(text: &str) -> Result<Vec<ReplayPoint>, ReplayFault> {
    if text.len() > MOST_BYTES {
        return Err(ReplayFault::TooMuch);
    }
    let mut points = Vec::new();
    let text = text.trim_start_matches('\u{feff}').trim();
    let is_lines = || {
        let first = text.lines().next().map(|line| line.trim().trim_end_matches(','));
        first.is_some_and(|line| serde_json::from_str::<(u64, Value)>(line).is_ok())
    };
    if text.starts_with('[') && (text.lines().count() == 1 || !is_lines()) {
        payload::parse(Format::Json, text).map_err(ReplayFault::Json)?;
        let items: Vec<Value> = serde_json::from_str(text).map_err(|_| ReplayFault::NoValue(1))?;
        for (index, item) in items.into_iter().enumerate() {
            add(&mut points, index + 1, item_of(item))?;
        }
    } else {
        for (index, line) in text.lines().enumerate() {
            let is_heading = index == 0 && !line.contains(|letter: char| letter.is_ascii_digit());
            if line.trim().is_empty() || is_heading {
                continue;
            }
            add(&mut points, index + 1, line_of(line))?;
        }
    }
    let Some((first, _)) = points.first().cloned() else { return Err(ReplayFault::Empty) };
    let point =
        |(time, value): (u64, Value)| ReplayPoint { after: Duration::from_millis(time - first), value };
    Ok(points.into_iter().map(point).collect())
}

/// Time and value, each if it is there.
type Read = (Option<u64>, Option<Value>);

fn add(points: &mut Vec<(u64, Value)>, place: usize, (time, value): Read) -> Result<(), ReplayFault> {
    let time = time.ok_or(ReplayFault::NoTime(place))?;
    let value = value.ok_or(ReplayFault::NoValue(place))?;
    if points.last().is_some_and(|(before, _)| time < *before) {
        return Err(ReplayFault::Backwards(place));
    }
    if points.len() == MOST_POINTS {
        return Err(ReplayFault::TooMuch);
    }
    points.push((time, value));
    Ok(())
}

fn item_of(item: Value) -> Read {
    match item {
        Value::Array(pair) => {
            let mut pair = pair.into_iter();
            (pair.next().and_then(|time| time.as_u64()), pair.next())
        }
        Value::Object(mut item) => (item.get("Time").and_then(Value::as_u64), item.remove("Value")),
        _ => (None, None),
    }
}

fn line_of(line: &str) -> Read {
    let line = line.trim();
    // As in a report, where each line is one.
    if line.starts_with(['{', '[']) {
        let item = line.trim_end_matches(',');
        return serde_json::from_str(item).map_or((None, None), item_of);
    }
    let (time, value) = line.split_once([',', ';', '\t']).unwrap_or((line, ""));
    let value = value.trim();
    let value = match serde_json::from_str(value) {
        Ok(value) => Some(value),
        Err(_) => (!value.is_empty()).then(|| Value::from(value)),
    };
    (time.trim().parse().ok(), value)
}
