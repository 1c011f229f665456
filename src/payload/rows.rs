//! Payloads as rows of one height, each made when it is drawn: of a payload of any size only what is on screen is
//! looked at.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A row of a hex view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HexRow {
    /// Offset of the first byte, four digits or more.
    pub offset: String,
    /// The bytes, parted by spaces.
    pub bytes: String,
    /// Printable ASCII, `·` for all else.
    pub characters: String,
}

/// The row with this number of `bytes`, `width` bytes a row.
pub fn hex_row(bytes: &[u8], row: usize, width: usize) -> HexRow {
    let start = row.saturating_mul(width);
    let end = start.saturating_add(width).min(bytes.len());
    let mut hex = HexRow { offset: format!("{start:04x}"), ..HexRow::default() };
    for (column, byte) in bytes.get(start..end).unwrap_or_default().iter().enumerate() {
        let _ = write!(hex.bytes, "{}{byte:02x}", if column > 0 { " " } else { "" });
        hex.characters.push(match byte {
            0x20..=0x7e => char::from(*byte),
            _ => '·',
        });
    }
    hex
}

/// The row with this number of `bytes` in Base64, `characters` a row, of which each four stand for three bytes.
pub fn base64_row(bytes: &[u8], row: usize, characters: usize) -> String {
    let width = characters / 4 * 3;
    let start = row.saturating_mul(width);
    let end = start.saturating_add(width).min(bytes.len());
    STANDARD.encode(bytes.get(start..end).unwrap_or_default())
}

/// Where the rows of a text begin: lines, and the parts of lines that are longer than a row.
#[derive(Clone, Debug)]
pub struct TextRows {
    columns: usize,
    /// The first byte of each row; with the highest bit set, of a row that goes on with a line.
    starts: Vec<u32>,
    read: usize,
}

const GOES_ON: u32 = 1 << 31;

/// A row of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextRow<'a> {
    /// The text without its line end.
    pub text: &'a str,
    /// Whether it goes on with the line of the row before.
    pub goes_on: bool,
}

impl TextRows {
    /// For rows of `columns`, of which a character outside ASCII may take two.
    pub fn new(columns: usize) -> Self {
        Self { columns: columns.max(2), starts: vec![0], read: 0 }
    }

    /// Looks on for about `work` bytes; whether the end was reached. `text` has to be the same each time.
    pub fn advance(&mut self, text: &str, work: usize) -> bool {
        let until = self.read.saturating_add(work.max(1));
        while self.read < text.len() && self.read < until {
            let rest = text.get(self.read..).unwrap_or_default();
            let mut column = 0;
            let mut next = None;
            for (at, character) in rest.char_indices() {
                if character == '\n' {
                    next = Some((at + 1, 0));
                    break;
                }
                column += if character.is_ascii() { 1 } else { 2 };
                // What is longer than a row goes on in the next; a line end that just fits does not.
                if column > self.columns {
                    next = Some((at, GOES_ON));
                    break;
                }
            }
            match next {
                Some((length, goes_on)) => {
                    self.read += length;
                    self.starts.push(u32::try_from(self.read).unwrap_or(GOES_ON - 1) | goes_on);
                }
                None => self.read = text.len(),
            }
        }
        self.read >= text.len()
    }

    /// How much of `length` bytes was looked at, from 0 to 1.
    pub fn progress(&self, length: usize) -> f64 {
        self.read as f64 / length.max(1) as f64
    }

    /// How many rows were found.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never: even an empty text has a row.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The row with this number.
    pub fn row<'a>(&self, text: &'a str, row: usize) -> Option<TextRow<'a>> {
        let start = *self.starts.get(row)?;
        let end = self.starts.get(row + 1).map_or(self.read, |next| (*next & !GOES_ON) as usize);
        let line = text.get((start & !GOES_ON) as usize..end)?;
        let line = line.strip_suffix('\n').unwrap_or(line);
        Some(TextRow { text: line.strip_suffix('\r').unwrap_or(line), goes_on: start & GOES_ON != 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::{base64_text, hex_dump};

    #[test]
    fn rows_of_hex_are_those_of_the_whole_dump() {
        let bytes: Vec<u8> = (0..=255).cycle().take(70_001).collect();
        let dump = hex_dump(&bytes, 8);
        let rows: Vec<_> = (0..bytes.len().div_ceil(8)).map(|row| hex_row(&bytes, row, 8)).collect();
        let joined = |part: fn(&HexRow) -> &str| rows.iter().map(part).collect::<Vec<_>>().join("\n");
        assert_eq!(joined(|row| &row.offset), dump.offsets);
        assert_eq!(joined(|row| &row.bytes), dump.bytes);
        assert_eq!(joined(|row| &row.characters), dump.characters);
        assert_eq!(hex_row(&bytes, usize::MAX, 8).bytes, "");
    }

    #[test]
    fn rows_of_base64_add_up_to_the_whole() {
        for length in [0_usize, 1, 2, 3, 47, 48, 49, 1_000] {
            let bytes = vec![0xa7; length];
            let rows = (0..length.div_ceil(36)).map(|row| base64_row(&bytes, row, 48)).collect::<String>();
            assert_eq!(rows, base64_text(&bytes));
        }
    }

    #[test]
    fn text_has_a_row_a_line_and_more_for_long_ones() {
        let text = "one\r\n\n0123456789abc\n温度湿度\n12345678\n";
        for work in [1, 3, 1_000] {
            let mut rows = TextRows::new(8);
            while !rows.advance(text, work) {}
            let all: Vec<_> = (0..rows.len())
                .map(|row| rows.row(text, row).map(|row| (row.text, row.goes_on)).unwrap())
                .collect();
            let expected = [
                ("one", false),
                ("", false),
                ("01234567", false),
                ("89abc", true),
                ("温度湿度", false),
                ("12345678", false),
                ("", false),
            ];
            assert_eq!(all, expected, "{work}");
        }
        let mut rows = TextRows::new(80);
        assert!(rows.advance("", 1));
        assert_eq!(rows.row("", 0), Some(TextRow { text: "", goes_on: false }));
    }
}
