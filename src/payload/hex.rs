use super::{PayloadError, Place};

/// The bytes that hexadecimal digits mean: groups of whole bytes, parted by white space (`a1 a2`, lines, `a1a2`).
pub(super) fn parse(typed: &str) -> Result<Vec<u8>, PayloadError> {
    let mut bytes = Vec::with_capacity(typed.len() / 2);
    let mut half: Option<(u8, usize)> = None;
    for (offset, character) in typed.char_indices() {
        if character.is_whitespace() {
            odd_unless_none(typed, half)?;
            continue;
        }
        let digit = character
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
            .ok_or_else(|| PayloadError::HexDigit(character, Place::of_offset(typed, offset)))?;
        half = match half {
            None => Some((digit, offset)),
            Some((high, _)) => {
                bytes.push(high << 4 | digit);
                None
            }
        };
    }
    odd_unless_none(typed, half)?;
    Ok(bytes)
}

fn odd_unless_none(typed: &str, half: Option<(u8, usize)>) -> Result<(), PayloadError> {
    half.map_or(Ok(()), |(_, offset)| Err(PayloadError::HexOdd(Place::of_offset(typed, offset))))
}

/// A payload in three columns of equal line count: offsets, bytes, characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HexDump {
    /// Offset of each line's first byte, four digits or more.
    pub offsets: String,
    /// The bytes, parted by spaces.
    pub bytes: String,
    /// Printable ASCII, `·` for all else.
    pub characters: String,
}

/// Dumps `bytes` with `width` bytes a line.
pub fn hex_dump(bytes: &[u8], width: usize) -> HexDump {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut dump = HexDump::default();
    for (index, line) in bytes.chunks(width.max(1)).enumerate() {
        if index > 0 {
            dump.offsets.push('\n');
            dump.bytes.push('\n');
            dump.characters.push('\n');
        }
        dump.offsets.push_str(&format!("{:04x}", index * width));
        for (column, byte) in line.iter().enumerate() {
            if column > 0 {
                dump.bytes.push(' ');
            }
            dump.bytes.push(char::from(DIGITS[usize::from(byte >> 4)]));
            dump.bytes.push(char::from(DIGITS[usize::from(byte & 15)]));
            dump.characters.push(match byte {
                0x20..=0x7e => char::from(*byte),
                _ => '·',
            });
        }
    }
    dump
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_parted_by_spaces_lines_or_nothing() {
        for typed in ["a1 a2 0f", "A1\nA2\n0F\n", "a1a20f", "  a1\t a20f \r\n"] {
            assert_eq!(parse(typed).unwrap(), [0xa1, 0xa2, 0x0f], "{typed:?}");
        }
        assert!(parse("").unwrap().is_empty());
    }

    #[test]
    fn an_odd_digit_has_a_place() {
        assert_eq!(parse("a1 a").unwrap_err(), PayloadError::HexOdd(Place { line: 1, column: 4 }));
        assert_eq!(parse("a1\n0a b 00").unwrap_err(), PayloadError::HexOdd(Place { line: 2, column: 4 }));
    }

    #[test]
    fn a_character_that_is_no_digit_has_a_place() {
        let place = Place { line: 2, column: 2 };
        assert_eq!(parse("00\n0温").unwrap_err(), PayloadError::HexDigit('温', place));
        assert_eq!(parse("0x01").unwrap_err(), PayloadError::HexDigit('x', Place { line: 1, column: 2 }));
    }

    #[test]
    fn a_dump_has_offsets_bytes_and_characters() {
        let dump = hex_dump(b"0123456789abcdef\x00\xff", 16);
        assert_eq!(dump.offsets, "0000\n0010");
        assert_eq!(dump.bytes, "30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66\n00 ff");
        assert_eq!(dump.characters, "0123456789abcdef\n··");
        assert_eq!(hex_dump(b"", 16), HexDump::default());
    }
}
