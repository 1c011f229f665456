//! JSON as RFC 8259 has it, one byte after the other: every state can be left and taken up again.

use super::build::{Fault, FaultReason, Growing};
use super::{NodeKind, Span};
use crate::payload::JsonFault;

/// What is expected next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Value,
    /// A value or `]`.
    FirstElement,
    /// A key or `}`.
    FirstKey,
    Key,
    Colon,
    /// `,` or the closing bracket.
    Comma,
    /// The rest of a string, which is a key or a value.
    Text {
        key: bool,
    },
    Number(Part),
    /// White space.
    End,
}

/// The part of a number that was read last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Minus,
    Zero,
    Integer,
    Point,
    Fraction,
    Exponent,
    ExponentSign,
    ExponentDigits,
}

impl Part {
    const fn may_end(self) -> bool {
        matches!(self, Self::Zero | Self::Integer | Self::Fraction | Self::ExponentDigits)
    }

    const fn with(self, byte: u8) -> Option<Self> {
        Some(match (self, byte) {
            (Self::Minus, b'0') => Self::Zero,
            (Self::Minus | Self::Integer, b'0'..=b'9') => Self::Integer,
            (Self::Zero | Self::Integer, b'.') => Self::Point,
            (Self::Point | Self::Fraction, b'0'..=b'9') => Self::Fraction,
            (Self::Zero | Self::Integer | Self::Fraction, b'e' | b'E') => Self::Exponent,
            (Self::Exponent, b'+' | b'-') => Self::ExponentSign,
            (Self::Exponent | Self::ExponentSign | Self::ExponentDigits, b'0'..=b'9') => Self::ExponentDigits,
            _ => return None,
        })
    }
}

#[derive(Debug, Default)]
pub(super) struct Json {
    at: usize,
    state: State,
    /// Where the string or number that is being read began.
    start: usize,
    key: Span,
}

impl Json {
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Reads about `work` bytes; whether the end was reached.
    pub(super) fn advance(
        &mut self,
        source: &[u8],
        growing: &mut Growing,
        work: usize,
    ) -> Result<bool, Fault> {
        let until = self.at.saturating_add(work).min(source.len());
        while self.at < until {
            match self.state {
                State::Text { key } => self.text(source, growing, key, until)?,
                State::Number(part) => self.number(source, growing, part)?,
                _ => self.between(source, growing)?,
            }
        }
        if self.at < source.len() {
            return Ok(false);
        }
        match self.state {
            State::Number(part) if part.may_end() => self.end_of_number(growing)?,
            _ => {}
        }
        match self.state {
            State::End => Ok(true),
            _ => Err(self.fault(JsonFault::UnexpectedEnd)),
        }
    }

    const fn fault(&self, fault: JsonFault) -> Fault {
        FaultReason::Json(fault).at(self.at)
    }

    fn between(&mut self, source: &[u8], growing: &mut Growing) -> Result<(), Fault> {
        let Some(byte) = source.get(self.at).copied() else { return Ok(()) };
        if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
            return Ok(());
        }
        match (self.state, byte) {
            (State::FirstElement, b']') | (State::FirstKey, b'}') => self.close(growing),
            (State::Comma, b',') => {
                let in_map = growing.innermost() == Some(NodeKind::Map);
                self.state = if in_map { State::Key } else { State::Value };
                self.at += 1;
            }
            (State::Comma, b']') if growing.innermost() == Some(NodeKind::Array) => self.close(growing),
            (State::Comma, b'}') if growing.innermost() == Some(NodeKind::Map) => self.close(growing),
            (State::Comma, _) => return Err(self.fault(JsonFault::ExpectedCommaOrEnd)),
            (State::Colon, b':') => {
                self.state = State::Value;
                self.at += 1;
            }
            (State::Colon, _) => return Err(self.fault(JsonFault::ExpectedColon)),
            (State::FirstKey | State::Key, b'"') => self.begin(State::Text { key: true }),
            (State::FirstKey | State::Key, _) => return Err(self.fault(JsonFault::ExpectedKey)),
            (State::End, _) => return Err(self.fault(JsonFault::TrailingCharacters)),
            _ => self.value(source, growing, byte)?,
        }
        Ok(())
    }

    fn value(&mut self, source: &[u8], growing: &mut Growing, byte: u8) -> Result<(), Fault> {
        match byte {
            b'{' | b'[' => {
                let (kind, state) = match byte {
                    b'{' => (NodeKind::Map, State::FirstKey),
                    _ => (NodeKind::Array, State::FirstElement),
                };
                growing.open(kind, std::mem::take(&mut self.key), self.at as u32)?;
                self.state = state;
                self.at += 1;
            }
            b'"' => self.begin(State::Text { key: false }),
            b'-' => self.begin(State::Number(Part::Minus)),
            b'0' => self.begin(State::Number(Part::Zero)),
            b'1'..=b'9' => self.begin(State::Number(Part::Integer)),
            b't' => self.literal(source, growing, b"true")?,
            b'f' => self.literal(source, growing, b"false")?,
            b'n' => self.literal(source, growing, b"null")?,
            _ => return Err(self.fault(JsonFault::ExpectedValue)),
        }
        Ok(())
    }

    const fn begin(&mut self, state: State) {
        self.start = self.at;
        self.state = state;
        self.at += 1;
    }

    fn literal(&mut self, source: &[u8], growing: &mut Growing, word: &[u8]) -> Result<(), Fault> {
        let found = source.get(self.at..).unwrap_or_default();
        if found.starts_with(word) {
            self.start = self.at;
            self.at += word.len();
            return self.leaf(growing, NodeKind::Literal);
        }
        let same = found.iter().zip(word).take_while(|(found, wanted)| found == wanted).count();
        self.at += same;
        Err(self.fault(match self.at == source.len() {
            true => JsonFault::UnexpectedEnd,
            false => JsonFault::ExpectedValue,
        }))
    }

    fn text(&mut self, source: &[u8], growing: &mut Growing, key: bool, until: usize) -> Result<(), Fault> {
        while self.at < until {
            let Some(byte) = source.get(self.at).copied() else { break };
            match byte {
                b'"' => {
                    self.at += 1;
                    if !key {
                        return self.leaf(growing, NodeKind::Text);
                    }
                    self.key = (self.start as u32, self.at as u32);
                    self.state = State::Colon;
                    return Ok(());
                }
                b'\\' => self.escape(source)?,
                0..0x20 => return Err(self.fault(JsonFault::ControlCharacter)),
                0x80.. => {
                    let length = match byte {
                        0xf0.. => 4,
                        0xe0.. => 3,
                        _ => 2,
                    };
                    let character = source.get(self.at..self.at + length);
                    if character.is_none_or(|bytes| std::str::from_utf8(bytes).is_err()) {
                        return Err(FaultReason::NotUtf8.at(self.at));
                    }
                    self.at += length;
                }
                _ => self.at += 1,
            }
        }
        Ok(())
    }

    fn escape(&mut self, source: &[u8]) -> Result<(), Fault> {
        match source.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
            Some(b'u') => {
                let digits = source.get(self.at + 2..).unwrap_or_default();
                match digits.iter().take(4).position(|digit| !digit.is_ascii_hexdigit()) {
                    None if digits.len() >= 4 => self.at += 6,
                    Some(_) => return Err(self.fault(JsonFault::Escape)),
                    None => {
                        self.at = source.len();
                        return Err(self.fault(JsonFault::UnexpectedEnd));
                    }
                }
            }
            Some(_) => return Err(self.fault(JsonFault::Escape)),
            None => {
                self.at = source.len();
                return Err(self.fault(JsonFault::UnexpectedEnd));
            }
        }
        Ok(())
    }

    fn number(&mut self, source: &[u8], growing: &mut Growing, part: Part) -> Result<(), Fault> {
        let Some(byte) = source.get(self.at).copied() else { return Ok(()) };
        match part.with(byte) {
            Some(part) => {
                self.state = State::Number(part);
                self.at += 1;
                Ok(())
            }
            None if part.may_end() && !byte.is_ascii_digit() => self.end_of_number(growing),
            None => Err(self.fault(JsonFault::Number)),
        }
    }

    fn end_of_number(&mut self, growing: &mut Growing) -> Result<(), Fault> {
        self.leaf(growing, NodeKind::Number)
    }

    fn leaf(&mut self, growing: &mut Growing, kind: NodeKind) -> Result<(), Fault> {
        growing.leaf(kind, std::mem::take(&mut self.key), (self.start as u32, self.at as u32))?;
        self.after_value(growing);
        Ok(())
    }

    fn close(&mut self, growing: &mut Growing) {
        self.at += 1;
        growing.close(self.at as u32);
        self.after_value(growing);
    }

    fn after_value(&mut self, growing: &Growing) {
        self.state = if growing.innermost().is_some() { State::Comma } else { State::End };
    }
}
