//! What a message of the platform says, in one line: `#4127 temperature 26.4 humidity 61`.
//!
//! The wrappers that every message of a service has are left out, names and values stay as they were written. It is for
//! reading; the whole stands in the inspector.

use crate::payload::{self, TokenKind};

/// Longer payloads are not summarised, in bytes: a row has no room for them anyway.
const LONGEST: usize = 8 * 1024;
/// A RequestID that is longer is shown by its end, in characters; that is where two of them differ.
const LONGEST_ID: usize = 10;
/// What is left of it.
const ID_END: usize = 4;

/// Objects that only wrap: what is in them is named instead.
const WRAPPERS: [&str; 6] = ["Property", "Payload", "State", "Value", "Input", "Output"];
/// What says when, which the row says too.
const TIMES: [&str; 3] = ["Timestamp", "Time", "timestamp"];
/// The shadow's times of each value (device_shadow.md).
const METADATA: &str = "Metadata";

/// What a piece of a summary is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A name of the message: a property, an argument, `Reported`.
    Name,
    /// A RequestID, a method, an identifier, a version.
    About,
    /// A string with its quotes.
    Text,
    /// A number.
    Number,
    /// `true`, `false` or `null`.
    Literal,
    /// `RetCode` with a code that means success.
    Success,
    /// `RetCode` with any other.
    Failure,
    /// An empty object or list, or that there is more.
    Sign,
}

/// The summary of a message on a system topic, in about `most` characters. None for what is no JSON object, or a long one.
pub fn summary(bytes: &[u8], most: usize) -> Option<Vec<(Piece, String)>> {
    if bytes.len() > LONGEST {
        return None;
    }
    let text = payload::json(bytes)?;
    let mut line = Line { left: most, ..Line::default() };
    let mut pieces = payload::json_pieces(text).filter(|(_, piece)| !piece.trim().is_empty()).peekable();
    if pieces.peek().map(|(_, piece)| *piece) != Some("{") {
        return None;
    }
    // Names of what is open; the last is the next value's.
    let mut path: Vec<&str> = Vec::new();
    let mut name = "";
    while let Some((kind, piece)) = pieces.next() {
        match (kind, piece) {
            (TokenKind::Key, _) => name = unquoted(piece),
            (TokenKind::Punctuation, "{" | "[") => {
                let is_empty = matches!(pieces.peek(), Some((_, "}" | "]")));
                if name == METADATA || TIMES.contains(&name) {
                    skip(&mut pieces);
                } else {
                    if !path.is_empty() && !name.is_empty() && !WRAPPERS.contains(&name) {
                        line.push(Piece::Name, name);
                    }
                    if is_empty {
                        line.push(Piece::Sign, if piece == "{" { "{}" } else { "[]" });
                    }
                    path.push(name);
                }
                name = "";
            }
            (TokenKind::Punctuation, "}" | "]") => {
                path.pop();
                name = "";
            }
            (TokenKind::Punctuation, _) => {}
            _ => {
                line.value(name, kind, piece);
                name = "";
            }
        }
        if line.left == 0 {
            line.pieces.push((Piece::Sign, "…".to_owned()));
            break;
        }
    }
    let Line { id, mut pieces, .. } = line;
    pieces.splice(0..0, id.map(|id| (Piece::About, id)));
    Some(pieces)
}

#[derive(Default)]
struct Line {
    /// The RequestID, which comes first wherever it stands.
    id: Option<String>,
    pieces: Vec<(Piece, String)>,
    left: usize,
}

impl Line {
    fn push(&mut self, piece: Piece, text: &str) {
        let mut shown: String = text.chars().take(self.left).collect();
        self.left = self.left.saturating_sub(shown.chars().count() + 1);
        if shown.len() < text.len() {
            self.left = 0;
            shown.truncate(shown.trim_end().len());
        }
        self.pieces.push((piece, shown));
    }

    fn value(&mut self, name: &str, kind: TokenKind, written: &str) {
        match name {
            "RequestID" => {
                let id = unquoted(written);
                let length = id.chars().count();
                self.id = Some(if length > LONGEST_ID {
                    let end: String = id.chars().skip(length - ID_END).collect();
                    format!("#…{end}")
                } else {
                    format!("#{id}")
                });
            }
            "RetCode" => {
                let succeeded = unquoted(written) == "0";
                let piece = if succeeded { Piece::Success } else { Piece::Failure };
                self.push(piece, &format!("RetCode {}", unquoted(written)));
            }
            "Method" | "Identifier" => self.push(Piece::About, unquoted(written)),
            "Version" if kind == TokenKind::Number => self.push(Piece::About, &format!("v{written}")),
            "Message" if unquoted(written) == "success" => {}
            _ if TIMES.contains(&name) => {}
            _ => {
                if !name.is_empty() && !WRAPPERS.contains(&name) {
                    self.push(Piece::Name, name);
                }
                let piece = match kind {
                    TokenKind::Number => Piece::Number,
                    TokenKind::Literal => Piece::Literal,
                    _ => Piece::Text,
                };
                self.push(piece, written);
            }
        }
    }
}

fn unquoted(written: &str) -> &str {
    written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(written)
}

/// Goes to the end of the object or list that has just begun.
fn skip<'a>(pieces: &mut impl Iterator<Item = (TokenKind, &'a str)>) {
    let mut depth = 1_usize;
    for (kind, piece) in pieces {
        match (kind, piece) {
            (TokenKind::Punctuation, "{" | "[") => depth += 1,
            (TokenKind::Punctuation, "}" | "]") => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(payload: &str) -> String {
        let pieces = summary(payload.as_bytes(), 96).unwrap();
        pieces.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_service_reads_as_what_it_means() {
        for (payload, wanted) in [
            (
                r#"{"RequestID":"4127","Property":{"temperature":{"Value":26.4},"humidity":{"Value":61}}}"#,
                "#4127 temperature 26.4 humidity 61",
            ),
            (r#"{"RetCode":0,"RequestID":"4127","Message":"success"}"#, "#4127 RetCode 0"),
            (r#"{"RequestID":"428817530948214784","RetCode":220}"#, "#…4784 RetCode 220"),
            (
                r#"{"Method":"update","State":{"Reported":{"vent":1}},"Version":218}"#,
                "update Reported vent 1 v218",
            ),
            (
                r#"{"Method":"reply","Payload":{"RetCode":0,"Version":219},"Timestamp":1598432151}"#,
                "reply RetCode 0 v219",
            ),
            (
                r#"{"State":{"Reported":{"a":[1,2]},"Desired":{}},"Metadata":{"Reported":{"a":{"Timestamp":1}}},"Version":3}"#,
                "Reported a 1 2 Desired {} v3",
            ),
            (
                r#"{"RequestID":"7","Identifier":"openValve","Input":{"zone":2,"mode":"auto","fast":true}}"#,
                "#7 openValve zone 2 mode \"auto\" fast true",
            ),
            (
                r#"{"Method":"report_version","Payload":{"Module":"default","Version":"1.0.0"}}"#,
                "report_version Module \"default\" Version \"1.0.0\"",
            ),
        ] {
            assert_eq!(line(payload), wanted, "{payload}");
        }
    }

    #[test]
    fn what_is_long_ends_with_a_sign() {
        let payload = format!(r#"{{"Property":{{"a":{{"Value":"{}"}}}}}}"#, "温".repeat(500));
        let pieces = summary(payload.as_bytes(), 40).unwrap();
        assert_eq!(pieces.last().map(|(piece, text)| (*piece, text.as_str())), Some((Piece::Sign, "…")));
        let characters: usize = pieces.iter().map(|(_, text)| text.chars().count()).sum();
        assert!(characters <= 42, "{characters}");
    }

    #[test]
    fn what_is_no_object_has_none() {
        let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(LONGEST));
        for payload in ["", "on", "[1]", "{", "{\"a\":}", "\u{0}", &long] {
            assert_eq!(summary(payload.as_bytes(), 96), None, "{payload:.20}");
        }
    }
}
