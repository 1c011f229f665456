//! A table as spreadsheets read it: a byte order mark, so that it is taken for UTF-8, RFC 4180 quoting, CRLF.
//!
//! What a broker sends may look like a formula, which a spreadsheet would carry out: a cell that begins like one gets
//! a `'` before it. A payload that is no text, or holds control characters, stands in hexadecimal after `0x`. A cell
//! holds 32,767 characters (Excel), so a payload is cut before that, and `… +N B` says how much is missing.

use std::collections::VecDeque;

use super::{Item, Locale, Part, decimal};
use crate::journal::Ack;
use crate::journal::wall::local;

/// The columns of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// The entry's number, counted from 1.
    Number,
    /// Local time with microseconds.
    Time,
    /// Sent or received; empty for a note.
    Direction,
    /// The packet type; empty for a note.
    Type,
    /// The topic of a PUBLISH.
    Topic,
    /// Its QoS.
    Qos,
    /// Its DUP, 1 or 0.
    Dup,
    /// Its RETAIN, 1 or 0.
    Retain,
    /// The packet identifier.
    PacketId,
    /// Bytes of the packet.
    PacketBytes,
    /// Bytes of a PUBLISH's payload.
    PayloadBytes,
    /// What became of a request.
    Ack,
    /// Milliseconds until it was acknowledged.
    AckMillis,
    /// The payload, or the words of a note.
    Content,
}

impl Column {
    /// All of them, from left to right.
    pub const ALL: [Self; 14] = [
        Self::Number,
        Self::Time,
        Self::Direction,
        Self::Type,
        Self::Topic,
        Self::Qos,
        Self::Dup,
        Self::Retain,
        Self::PacketId,
        Self::PacketBytes,
        Self::PayloadBytes,
        Self::Ack,
        Self::AckMillis,
        Self::Content,
    ];
}

/// Bytes of a text in a cell. A character has at least one byte, and a few are left for the mark that it is cut.
const MOST_TEXT: usize = 32_700;
/// Bytes of a payload in a cell in hexadecimal, two digits each.
const MOST_BINARY: usize = 16_340;

pub(super) fn begin(locale: &dyn Locale, out: &mut Vec<u8>) {
    out.extend_from_slice("\u{feff}".as_bytes());
    for (index, column) in Column::ALL.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        cell(locale.column(column), out);
    }
    out.extend_from_slice(b"\r\n");
}

pub(super) fn end(locale: &dyn Locale, gone: u64, out: &mut Vec<u8>) {
    if gone > 0 {
        out.extend(std::iter::repeat_n(b',', Column::ALL.len() - 1));
        cell(&locale.gone(gone), out);
        out.extend_from_slice(b"\r\n");
    }
}

pub(super) fn entry(item: &Item<'_>, locale: &dyn Locale, out: &mut Vec<u8>, parts: &mut VecDeque<Part>) {
    let entry = item.entry;
    plain(entry.seq + 1, out);
    out.extend_from_slice(local(item.unix_micros, locale.offset_minutes(item.unix_micros)).as_bytes());
    out.push(b',');
    if let Some(note) = &item.note {
        out.extend(std::iter::repeat_n(b',', Column::ALL.len() - 3));
        cell(&locale.note(note), out);
        out.extend_from_slice(b"\r\n");
        return;
    }
    cell(locale.direction(entry.direction), out);
    out.push(b',');
    out.extend_from_slice(entry.kind.map_or("", |kind| kind.name()).as_bytes());
    out.push(b',');
    match &item.view {
        Some(_) => {
            cell(&item.topic(), out);
            out.push(b',');
            plain(entry.qos().number().into(), out);
            plain(entry.dup().into(), out);
            plain(entry.retain().into(), out);
        }
        None => out.extend_from_slice(b",,,,"),
    }
    match entry.packet_id {
        0 => out.push(b','),
        id => plain(id.into(), out),
    }
    plain(item.packet.len() as u64, out);
    let payload = item.view.as_ref().map(|view| view.payload.clone());
    match &payload {
        Some(payload) => plain(payload.len() as u64, out),
        None => out.push(b','),
    }
    if entry.ack != Ack::None {
        cell(&locale.ack(entry.ack), out);
    }
    out.push(b',');
    if let Ack::After(micros) | Ack::Answers(micros) = entry.ack {
        out.extend_from_slice(format!("{}.{:03}", micros / 1000, micros % 1000).as_bytes());
    }
    out.push(b',');
    match payload {
        Some(payload) if !payload.is_empty() => content(item.packet, payload, out, parts),
        _ => {}
    }
    parts.push_back(Part::Literal("\r\n"));
}

/// The payload's cell.
fn content(packet: &[u8], payload: std::ops::Range<usize>, out: &mut Vec<u8>, parts: &mut VecDeque<Part>) {
    let bytes = packet.get(payload.clone()).unwrap_or_default();
    let text = str::from_utf8(bytes).ok().filter(|text| !text.contains(is_unprintable));
    out.push(b'"');
    let shown = match text {
        Some(text) => {
            if is_formula(text) {
                out.push(b'\'');
            }
            let end =
                (0..=text.len().min(MOST_TEXT)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
            parts.push_back(Part::CsvText(payload.start..payload.start + end));
            end
        }
        None => {
            out.extend_from_slice(b"0x");
            let end = bytes.len().min(MOST_BINARY);
            parts.push_back(Part::CsvHex(payload.start..payload.start + end));
            end
        }
    };
    parts.push_back(match bytes.len() - shown {
        0 => Part::Literal("\""),
        missing => Part::Cut(missing),
    });
}

/// Control characters that no cell can show.
const fn is_unprintable(character: char) -> bool {
    matches!(character, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\x7f')
}

/// Whether a spreadsheet would take the cell for a formula.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// A number and the comma after it.
fn plain(number: u64, out: &mut Vec<u8>) {
    decimal(number, out);
    out.push(b',');
}

/// A cell of text, in quotes where it needs them.
fn cell(text: &str, out: &mut Vec<u8>) {
    let quoted = text.contains([',', '"', '\r', '\n']);
    if quoted {
        out.push(b'"');
    }
    if is_formula(text) {
        out.push(b'\'');
    }
    escape(text.as_bytes(), out);
    if quoted {
        out.push(b'"');
    }
}

/// Doubles the quotes.
pub(super) fn escape(bytes: &[u8], out: &mut Vec<u8>) {
    for (index, piece) in bytes.split(|byte| *byte == b'"').enumerate() {
        if index > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(piece);
    }
}

pub(super) fn hex(bytes: &[u8], out: &mut Vec<u8>) {
    for byte in bytes {
        out.extend_from_slice(&super::wire::digits(*byte));
    }
}

/// The end of a cell that is cut: how many bytes are missing.
pub(super) fn cut(missing: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(format!(" … +{missing} B\"").as_bytes());
}
