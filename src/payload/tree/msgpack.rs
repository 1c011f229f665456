//! MessagePack: heads while a tree is read, words when a row is drawn.

use super::NodeKind as N;
use super::binary::Head;
use super::build::FaultReason;
use super::shown::{Shown, Words, utc};

/// The number of `width` bytes after the first byte.
fn number(bytes: &[u8], width: usize) -> Result<u64, FaultReason> {
    let number = bytes.get(1..1 + width).ok_or(FaultReason::UnexpectedEnd)?;
    Ok(number.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

/// What begins at the beginning of `bytes`.
pub(super) fn head(bytes: &[u8]) -> Result<(Head, usize), FaultReason> {
    let first = *bytes.first().ok_or(FaultReason::UnexpectedEnd)?;
    // A length of 1, 2 or 4 bytes, by its place in a group of three.
    let length = |base: u8| 1 << (first - base);
    Ok(match first {
        0x00..=0x7f | 0xe0..=0xff => (Head::Leaf(N::Number, 0), 1),
        0x80..=0x8f => (Head::Map(Some(u64::from(first & 15))), 1),
        0x90..=0x9f => (Head::Array(Some(u64::from(first & 15))), 1),
        0xa0..=0xbf => (Head::Text(u64::from(first & 31)), 1),
        0xc0 | 0xc2 | 0xc3 => (Head::Leaf(N::Literal, 0), 1),
        0xc1 => return Err(FaultReason::Forbidden(first)),
        0xc4..=0xc6 => (Head::Leaf(N::Bytes, number(bytes, length(0xc4))?), 1 + length(0xc4)),
        // The type of an extension is one more byte.
        0xc7..=0xc9 => (Head::Leaf(N::Extension, number(bytes, length(0xc7))? + 1), 1 + length(0xc7)),
        0xca => (Head::Leaf(N::Number, 4), 1),
        0xcb => (Head::Leaf(N::Number, 8), 1),
        0xcc..=0xcf => (Head::Leaf(N::Number, 1 << (first - 0xcc)), 1),
        0xd0..=0xd3 => (Head::Leaf(N::Number, 1 << (first - 0xd0)), 1),
        0xd4..=0xd8 => (Head::Leaf(N::Extension, (1 << (first - 0xd4)) + 1), 1),
        0xd9..=0xdb => (Head::Text(number(bytes, length(0xd9))?), 1 + length(0xd9)),
        0xdc | 0xdd => (Head::Array(Some(number(bytes, 2 * length(0xdc))?)), 1 + 2 * length(0xdc)),
        0xde | 0xdf => (Head::Map(Some(number(bytes, 2 * length(0xde))?)), 1 + 2 * length(0xde)),
    })
}

/// The words for a value that is no container, at most about `most` bytes of them.
pub(super) fn shown(bytes: &[u8], most: usize) -> Shown {
    let mut words = Words::new(most);
    let (Some(first), Ok((head, length))) = (bytes.first().copied(), head(bytes)) else {
        return Shown::of(N::Literal, String::new());
    };
    let rest = bytes.get(length..).unwrap_or_default();
    let argument = rest.iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    match head {
        Head::Map(_) => words.push("{…}"),
        Head::Array(_) => words.push("[…]"),
        Head::Text(_) => words.text(rest, false),
        Head::Leaf(N::Bytes, _) => words.bytes(rest, false),
        Head::Leaf(N::Extension, _) => return extension(rest, words),
        Head::Leaf(N::Literal, _) => words.push(match first {
            0xc2 => "false",
            0xc3 => "true",
            _ => "null",
        }),
        _ => match first {
            0xca => words.float(format!("{:?}", f32::from_bits(argument as u32))),
            0xcb => words.float(format!("{:?}", f64::from_bits(argument))),
            0xd0 => words.push(&(argument as u8).cast_signed().to_string()),
            0xd1 => words.push(&(argument as u16).cast_signed().to_string()),
            0xd2 => words.push(&(argument as u32).cast_signed().to_string()),
            0xd3 => words.push(&argument.cast_signed().to_string()),
            0xcc..=0xcf => words.push(&argument.to_string()),
            fixed => words.push(&fixed.cast_signed().to_string()),
        },
    }
    words.into_shown(match head {
        Head::Map(_) => N::Map,
        Head::Array(_) => N::Array,
        Head::Text(_) => N::Text,
        Head::Leaf(kind, _) => kind,
        Head::Pieces(_) | Head::Tag | Head::Break => N::Literal,
    })
}

/// An extension's type, signed, and its bytes; type -1 is a timestamp.
fn extension(rest: &[u8], mut words: Words) -> Shown {
    let Some((kind, data)) = rest.split_first() else { return words.into_shown(N::Extension) };
    let kind = kind.cast_signed();
    let big_endian = |bytes: &[u8]| bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let time = match (kind, data.len()) {
        (-1, 4) => Some((big_endian(data).cast_signed(), 0)),
        // 30 bits of nanoseconds, 34 of seconds.
        (-1, 8) => Some(((big_endian(data) & 0x3_ffff_ffff).cast_signed(), (big_endian(data) >> 34) as u32)),
        (-1, 12) => {
            let (nanos, seconds) = data.split_at(4);
            Some((big_endian(seconds).cast_signed(), big_endian(nanos) as u32))
        }
        _ => None,
    };
    match time.filter(|(_, nanos)| *nanos < 1_000_000_000) {
        Some((seconds, nanos)) => {
            words.push(&match nanos {
                0 => format!("timestamp({seconds})"),
                _ => format!("timestamp({seconds} s, {nanos} ns)"),
            });
            let mut shown = words.into_shown(N::Extension);
            shown.note = utc(seconds, nanos);
            shown
        }
        None => {
            words.push(&format!("ext({kind}) "));
            words.bytes(data, false);
            words.into_shown(N::Extension)
        }
    }
}

/// The bytes of a text or of a byte string.
pub(super) fn content(bytes: &[u8]) -> &[u8] {
    match head(bytes) {
        Ok((Head::Text(_) | Head::Leaf(N::Bytes, _), length)) => bytes.get(length..).unwrap_or_default(),
        _ => &[],
    }
}
