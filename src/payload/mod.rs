//! Payloads: bytes that people type and read in four formats. Nothing is converted before someone looks.
//!
//! [`parse`] turns typed text into bytes, exactly, or says where it is at fault. The readers ([`text`], [`json`],
//! [`hex_dump`], [`base64_text`], [`preview`]) show bytes without changing them.

pub mod diff;
mod hex;
mod json;
mod rows;
pub mod tree;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub use hex::{HexDump, hex_dump};
pub use json::{JsonFault, JsonToken, TokenKind, json_pieces, json_pretty, json_tokens};
pub use rows::{HexRow, TextRow, TextRows, base64_row, hex_row};

/// How a payload is typed or shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON, checked before it is sent, sent as typed.
    #[default]
    Json,
    /// UTF-8 text.
    Text,
    /// Two hexadecimal digits a byte; white space between bytes is free.
    Hex,
    /// Base64 with the standard alphabet; white space is free.
    Base64,
}

impl Format {
    /// All of them in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Json, Self::Text, Self::Hex, Self::Base64];

    /// A name for storage and tests.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Text => "text",
            Self::Hex => "hex",
            Self::Base64 => "base64",
        }
    }

    /// The format with this [`Self::id`].
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.id() == id)
    }
}

/// A place in typed text, both counted from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

impl Place {
    /// The place of the byte `offset` in `text`.
    fn of_offset(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }
}

/// What is wrong with typed text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayloadError {
    /// The text is no JSON.
    Json(JsonFault, Place),
    /// A group of hexadecimal digits of odd length; the place is its last digit.
    HexOdd(Place),
    /// A character that is no hexadecimal digit.
    HexDigit(char, Place),
    /// A character outside the Base64 alphabet, or padding in the wrong place.
    Base64Character(char, Place),
    /// The number of Base64 characters cannot be: some are missing at the end.
    Base64Length,
}

/// The bytes that `typed` means in `format`.
pub fn parse(format: Format, typed: &str) -> Result<Vec<u8>, PayloadError> {
    match format {
        Format::Text => Ok(typed.as_bytes().to_vec()),
        Format::Json => match json::fault(typed) {
            Some((fault, place)) => Err(PayloadError::Json(fault, place)),
            None => Ok(typed.as_bytes().to_vec()),
        },
        Format::Hex => hex::parse(typed),
        Format::Base64 => parse_base64(typed),
    }
}

fn parse_base64(typed: &str) -> Result<Vec<u8>, PayloadError> {
    let (offsets, compact): (Vec<usize>, String) =
        typed.char_indices().filter(|(_, character)| !character.is_whitespace()).unzip();
    let unpadded = compact.trim_end_matches('=');
    if let Some(third) = offsets.get(unpadded.chars().count() + 2) {
        return Err(PayloadError::Base64Character('=', Place::of_offset(typed, *third)));
    }
    if compact.len() != unpadded.len() && !compact.len().is_multiple_of(4) {
        return Err(PayloadError::Base64Length);
    }
    let padded = format!("{unpadded}{}", "=".repeat((4 - unpadded.len() % 4) % 4));
    STANDARD.decode(padded).map_err(|error| match error {
        base64::DecodeError::InvalidByte(at, _) | base64::DecodeError::InvalidLastSymbol(at, _) => {
            let index = compact.get(..at).map_or(0, |before| before.chars().count());
            match (compact.chars().nth(index), offsets.get(index)) {
                (Some(found), Some(offset)) => {
                    PayloadError::Base64Character(found, Place::of_offset(typed, *offset))
                }
                _ => PayloadError::Base64Length,
            }
        }
        _ => PayloadError::Base64Length,
    })
}

/// The payload as text, if it is UTF-8 without control characters other than tab and line ends.
pub fn text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let readable = |character: char| !character.is_control() || matches!(character, '\t' | '\n' | '\r');
    text.chars().all(readable).then_some(text)
}

/// The first `most` bytes or so: where that would cut a character of UTF-8 in two, without its beginning.
pub fn head(bytes: &[u8], most: usize) -> &[u8] {
    let head = &bytes[..bytes.len().min(most)];
    match std::str::from_utf8(head) {
        Err(error) if error.error_len().is_none() && head.len() < bytes.len() => &head[..error.valid_up_to()],
        _ => head,
    }
}

/// Whether a text could be the beginning of a JSON object or array.
pub fn begins_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// The payload as JSON text, if it is an object or array.
pub fn json(bytes: &[u8]) -> Option<&str> {
    let text = text(bytes)?;
    (begins_like_json(text) && json::fault(text).is_none()).then_some(text)
}

/// The payload in Base64.
pub fn base64_text(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// One line that tells payloads apart in a list, of at most `max` characters or so: the text with its white space
/// folded, or the first bytes in hexadecimal.
pub fn preview(bytes: &[u8], max: usize) -> Preview {
    // No more than the row can show is looked at.
    let head = head(bytes, max * 4);
    match text(head) {
        Some(text) => {
            let mut line = String::with_capacity(text.len().min(max * 4));
            let mut left = max;
            for character in text.split_whitespace().flat_map(|word| word.chars().chain([' '])) {
                if left == 0 {
                    break;
                }
                line.push(character);
                left -= 1;
            }
            let whole = left > 0 && head.len() == bytes.len();
            line.truncate(line.trim_end().len());
            if !whole {
                line.push('…');
            }
            Preview::Text(line)
        }
        None => {
            let mut line = String::new();
            for byte in bytes.iter().take(max / 3) {
                let _ = write!(line, "{byte:02x} ");
            }
            line.truncate(line.trim_end().len());
            if bytes.len() > max / 3 {
                line.push('…');
            }
            Preview::Binary(line)
        }
    }
}

/// What [`preview`] gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preview {
    /// The beginning of the text.
    Text(String),
    /// The first bytes in hexadecimal.
    Binary(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(line: usize, column: usize) -> Place {
        Place { line, column }
    }

    #[test]
    fn text_and_json_are_sent_as_typed() {
        let typed = "{ \"id\" : 12345678901234567890 }\n";
        assert_eq!(parse(Format::Json, typed).unwrap(), typed.as_bytes());
        assert_eq!(parse(Format::Text, "").unwrap(), b"");
    }

    #[test]
    fn a_fault_in_json_has_a_place() {
        let error = parse(Format::Json, "{\n  \"温度\": 21.5,\n  \"湿度\" 60\n}").unwrap_err();
        assert_eq!(error, PayloadError::Json(JsonFault::ExpectedColon, place(3, 8)));
        let error = parse(Format::Json, "").unwrap_err();
        assert!(matches!(error, PayloadError::Json(JsonFault::UnexpectedEnd, _)));
    }

    #[test]
    fn base64_takes_white_space_and_missing_padding() {
        assert_eq!(parse(Format::Base64, "aGVs\n bG8=").unwrap(), b"hello");
        assert_eq!(parse(Format::Base64, "aGVsbG8").unwrap(), b"hello");
        assert_eq!(parse(Format::Base64, "").unwrap(), b"");
    }

    #[test]
    fn a_fault_in_base64_has_a_place() {
        let error = parse(Format::Base64, "aGVs\nb*8=").unwrap_err();
        assert_eq!(error, PayloadError::Base64Character('*', place(2, 2)));
        assert_eq!(parse(Format::Base64, "a").unwrap_err(), PayloadError::Base64Length);
        let error = parse(Format::Base64, "QQ======").unwrap_err();
        assert_eq!(error, PayloadError::Base64Character('=', place(1, 5)));
        let error = parse(Format::Base64, "aGVs温").unwrap_err();
        assert_eq!(error, PayloadError::Base64Character('温', place(1, 5)));
    }

    #[test]
    fn every_byte_string_survives_hex_and_base64() {
        let all: Vec<u8> = (0..=255).collect();
        let hex: String = all.iter().map(|byte| format!("{byte:02x} ")).collect();
        assert_eq!(parse(Format::Hex, &hex).unwrap(), all);
        assert_eq!(parse(Format::Base64, &base64_text(&all)).unwrap(), all);
    }

    #[test]
    fn a_preview_tells_text_from_binary() {
        assert_eq!(preview(b"{\n  \"a\": 1\n}", 40), Preview::Text("{ \"a\": 1 }".into()));
        assert_eq!(preview(&[0, 255, 16], 40), Preview::Binary("00 ff 10".into()));
        assert_eq!(preview("温".repeat(100).as_bytes(), 10), Preview::Text(format!("{}…", "温".repeat(10))));
        assert_eq!(preview("温".repeat(10).as_bytes(), 10), Preview::Text(format!("{}…", "温".repeat(10))));
        assert_eq!(preview("温度 湿度".as_bytes(), 10), Preview::Text("温度 湿度".into()));
        assert_eq!(preview(b"", 10), Preview::Text(String::new()));
    }

    #[test]
    fn a_head_ends_between_characters() {
        let text = "温度".repeat(10);
        assert_eq!(head(text.as_bytes(), 4), "温".as_bytes());
        assert_eq!(head(text.as_bytes(), 1000), text.as_bytes());
        assert_eq!(head(&[0xff, 0xfe, 0xe6], 2), [0xff, 0xfe]);
        assert_eq!(head(&[0x61, 0xe6], 2), [0x61, 0xe6], "what is broken at its own end stays as it is");
    }

    #[test]
    fn json_is_recognised_only_where_a_tree_helps() {
        assert!(json(b" {\"a\":1}").is_some());
        assert!(json(b"12").is_none());
        assert!(json(b"{\"a\":}").is_none());
        assert!(json(&[0xff]).is_none());
    }
}
