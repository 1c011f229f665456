//! JSON as text: checked by serde_json, cut into tokens and indented here, so that keys keep their order and
//! numbers every digit (request identifiers exceed 2^53).

use super::Place;

/// What is wrong with a text that should be JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonFault {
    /// The text ends too early.
    UnexpectedEnd,
    /// A value should stand here.
    ExpectedValue,
    /// `:` should stand here.
    ExpectedColon,
    /// `,` or the closing bracket should stand here.
    ExpectedCommaOrEnd,
    /// A key in double quotes should stand here.
    ExpectedKey,
    /// Something follows after the value.
    TrailingCharacters,
    /// A number that JSON does not know, such as `01` or `1.`.
    Number,
    /// A control character in a string; it has to be escaped.
    ControlCharacter,
    /// An escape that JSON does not know.
    Escape,
    /// Anything else, in the parser's own words.
    Other(String),
}

/// Why `text` is no JSON, and where; `None` if it is JSON.
pub(super) fn fault(text: &str) -> Option<(JsonFault, Place)> {
    let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
    let words = error.to_string();
    let words = words.split(" at line ").next().unwrap_or_default();
    let fault = match words {
        _ if words.starts_with("EOF") => JsonFault::UnexpectedEnd,
        "expected value" | "expected ident" => JsonFault::ExpectedValue,
        "expected `:`" => JsonFault::ExpectedColon,
        "expected `,` or `}`" | "expected `,` or `]`" => JsonFault::ExpectedCommaOrEnd,
        "key must be a string" => JsonFault::ExpectedKey,
        "trailing characters" => JsonFault::TrailingCharacters,
        "invalid number" | "number out of range" => JsonFault::Number,
        _ if words.starts_with("control character") => JsonFault::ControlCharacter,
        "invalid escape"
        | "lone leading surrogate in hex escape"
        | "unexpected end of hex escape"
        | "invalid unicode code point" => JsonFault::Escape,
        other => JsonFault::Other(other.to_owned()),
    };
    // serde_json counts columns in bytes.
    let line_start =
        text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
    let mut offset = (line_start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    Some((fault, Place::of_offset(text, offset)))
}

/// What a piece of JSON text is, for colouring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// An object's key with its quotes.
    Key,
    /// A string with its quotes.
    Text,
    /// A number.
    Number,
    /// `true`, `false` or `null`.
    Literal,
    /// Brackets, colons, commas and white space.
    Punctuation,
}

/// A piece of JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonToken {
    /// What it is.
    pub kind: TokenKind,
    /// The piece itself.
    pub text: String,
}

/// `text`, which is JSON, indented by two spaces a level. Only white space outside strings changes.
pub fn json_pretty(text: &str) -> String {
    json_tokens(text).into_iter().map(|token| token.text).collect()
}

/// [`json_pretty`] in pieces. What is no JSON comes back unharmed, if oddly coloured.
pub fn json_tokens(text: &str) -> Vec<JsonToken> {
    let mut writer = Writer::default();
    let mut tokens = json_pieces(text).filter(|(_, piece)| !piece.trim().is_empty()).peekable();
    while let Some((kind, piece)) = tokens.next() {
        writer.token(kind, piece, tokens.peek().map(|(_, next)| *next));
    }
    writer.tokens
}

/// `text` cut into pieces that can be coloured, nothing added and nothing left out. It need not be whole: the
/// beginning of a JSON text will do.
pub fn json_pieces(text: &str) -> impl Iterator<Item = (TokenKind, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let length = match first {
            '"' => string_length(rest),
            _ if first.is_whitespace() => rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len()),
            '{' | '}' | '[' | ']' | ':' | ',' => 1,
            _ => rest
                .find(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | '[' | ']' | ':' | ',' | '"'))
                .unwrap_or(rest.len()),
        };
        let (piece, after) = rest.split_at(length);
        rest = after;
        let kind = match first {
            '"' if after.trim_start().starts_with(':') => TokenKind::Key,
            '"' => TokenKind::Text,
            '0'..='9' | '-' => TokenKind::Number,
            '{' | '}' | '[' | ']' | ':' | ',' => TokenKind::Punctuation,
            _ if first.is_whitespace() => TokenKind::Punctuation,
            _ => TokenKind::Literal,
        };
        Some((kind, piece))
    })
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

/// Levels that are indented. Nesting is unlimited, and indenting it all would take its square in memory.
const DEEPEST_INDENT: usize = 32;

#[derive(Default)]
struct Writer {
    tokens: Vec<JsonToken>,
    depth: usize,
}

impl Writer {
    fn token(&mut self, kind: TokenKind, token: &str, next: Option<&str>) {
        match token {
            "{" | "[" => {
                self.punctuation(token);
                self.depth += 1;
                if !matches!(next, Some("}" | "]")) {
                    self.new_line();
                }
            }
            "}" | "]" => {
                self.depth = self.depth.saturating_sub(1);
                let empty = self.tokens.last().is_some_and(|last| last.text.ends_with(['{', '[']));
                if !empty {
                    self.new_line();
                }
                self.punctuation(token);
            }
            "," => {
                self.punctuation(token);
                self.new_line();
            }
            ":" => self.punctuation(": "),
            _ => self.push(kind, token),
        }
    }

    fn new_line(&mut self) {
        let line = format!("\n{}", "  ".repeat(self.depth.min(DEEPEST_INDENT)));
        self.punctuation(&line);
    }

    fn punctuation(&mut self, text: &str) {
        match self.tokens.last_mut() {
            Some(last) if last.kind == TokenKind::Punctuation => last.text.push_str(text),
            _ => self.push(TokenKind::Punctuation, text),
        }
    }

    fn push(&mut self, kind: TokenKind, text: &str) {
        self.tokens.push(JsonToken { kind, text: text.to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_and_key_order_survive() {
        let typed = r#"{"z":428817530948214784,"a":[1.50,-0,1e400],"e":{},"l":[],"s":"a\"{,b"}"#;
        assert_eq!(
            json_pretty(typed),
            "{\n  \"z\": 428817530948214784,\n  \"a\": [\n    1.50,\n    -0,\n    1e400\n  ],\n  \"e\": {},\n  \"l\": [],\n  \"s\": \"a\\\"{,b\"\n}"
        );
    }

    #[test]
    fn indenting_twice_changes_nothing() {
        let once = json_pretty(r#"[{"a":{"b":[1,[2,{}]]}},"x",null,true]"#);
        assert_eq!(json_pretty(&once), once);
    }

    #[test]
    fn deep_nesting_stays_small() {
        let deep = "[".repeat(30_000) + &"]".repeat(30_000);
        assert_eq!(fault(&deep), None);
        assert!(json_pretty(&deep).len() < 100 * deep.len());
    }

    #[test]
    fn keys_and_strings_are_told_apart() {
        let kinds: Vec<_> =
            json_tokens(r#"{"k" : "v"}"#).into_iter().map(|token| (token.kind, token.text)).collect();
        assert!(kinds.contains(&(TokenKind::Key, "\"k\"".into())));
        assert!(kinds.contains(&(TokenKind::Text, "\"v\"".into())));
    }

    #[test]
    fn faults_are_named() {
        for (text, wanted) in [
            ("{", JsonFault::UnexpectedEnd),
            ("{\"a\":}", JsonFault::ExpectedValue),
            ("{\"a\" 1}", JsonFault::ExpectedColon),
            ("[1 2]", JsonFault::ExpectedCommaOrEnd),
            ("{\"a\":1,}", JsonFault::ExpectedKey),
            ("[1,]", JsonFault::ExpectedValue),
            ("{a:1}", JsonFault::ExpectedKey),
            ("1 2", JsonFault::TrailingCharacters),
            ("[01]", JsonFault::Number),
            ("\"\n\"", JsonFault::ControlCharacter),
            ("\"\\x\"", JsonFault::Escape),
            (&"[".repeat(100_000), JsonFault::UnexpectedEnd),
            ("nul", JsonFault::UnexpectedEnd),
            ("nil", JsonFault::ExpectedValue),
        ] {
            assert_eq!(fault(text).map(|(fault, _)| fault), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_does_not_panic() {
        for text in ["\"abc\\", "温{:,]", "}}}", "\"", "{\"a", "\u{feff}{}"] {
            let _ = json_pretty(text);
            assert!(fault(text).is_some(), "{text}");
        }
    }
}
