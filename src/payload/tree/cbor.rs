//! CBOR, RFC 8949: heads while a tree is read, words when a row is drawn (section 8, diagnostic notation).

use super::binary::Head;
use super::build::FaultReason;
use super::shown::{Shown, Words, utc};
use super::{NodeKind, NodeKind as N};

/// The initial byte's major type and additional information, its argument, and how many bytes these take.
struct Initial {
    major: u8,
    info: u8,
    argument: u64,
    length: usize,
}

fn initial(bytes: &[u8]) -> Result<Initial, FaultReason> {
    let first = *bytes.first().ok_or(FaultReason::UnexpectedEnd)?;
    let (major, info) = (first >> 5, first & 31);
    let width = match info {
        0..=23 | 31 => 0,
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return Err(FaultReason::Forbidden(first)),
    };
    let argument = match width {
        0 => u64::from(info),
        _ => {
            let argument = bytes.get(1..1 + width).ok_or(FaultReason::UnexpectedEnd)?;
            argument.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
        }
    };
    Ok(Initial { major, info, argument, length: 1 + width })
}

/// What begins at the beginning of `bytes`.
pub(super) fn head(bytes: &[u8]) -> Result<(Head, usize), FaultReason> {
    let Initial { major, info, argument, length } = initial(bytes)?;
    let open = info == 31;
    let head = match (major, open) {
        (0 | 1, false) => Head::Leaf(N::Number, 0),
        (2, false) => Head::Leaf(N::Bytes, argument),
        (2, true) => Head::Pieces(N::Bytes),
        (3, false) => Head::Text(argument),
        (3, true) => Head::Pieces(N::Text),
        (4, _) => Head::Array((!open).then_some(argument)),
        (5, _) => Head::Map((!open).then_some(argument)),
        (6, false) => Head::Tag,
        (7, true) => Head::Break,
        // Section 3.3: simple values below 32 are written in one byte.
        (7, false) if info == 24 && argument < 32 => return Err(FaultReason::Forbidden(argument as u8)),
        (7, false) if info > 24 => Head::Leaf(N::Number, 0),
        (7, false) => Head::Leaf(N::Literal, 0),
        _ => return Err(FaultReason::Forbidden(bytes.first().copied().unwrap_or_default())),
    };
    Ok((head, length))
}

/// Tags that are written out; of a longer chain the rest is left out.
const MOST_TAGS: usize = 8;
/// Bytes of a bignum that is written in decimal.
const MOST_BIGNUM: usize = 64;

/// The words for a value that is no container, at most about `most` bytes of them.
pub(super) fn shown(mut bytes: &[u8], most: usize) -> Shown {
    let mut tags = Vec::new();
    let mut dropped = false;
    let first = loop {
        match initial(bytes) {
            Ok(first) if first.major == 6 => {
                if tags.len() < MOST_TAGS {
                    tags.push(first.argument)
                } else {
                    dropped = true
                }
                bytes = bytes.get(first.length..).unwrap_or_default();
            }
            Ok(first) => break first,
            Err(_) => return Shown::of(N::Literal, String::new()),
        }
    };
    let mut words = Words::new(most);
    // Section 3.4.3: tags 2 and 3 make numbers of byte strings.
    if let (2, Some(tag @ (2 | 3))) = (first.major, tags.last().copied())
        && let Some(number) = bignum(&content(bytes, MOST_BIGNUM + 1), tag == 3)
    {
        tags.pop();
        words.push(&number);
        return tagged(&tags, dropped, words.into_shown(N::Number));
    }
    let kind = inner(bytes, &first, &mut words);
    let mut shown = words.into_shown(kind);
    // Section 3.4.2: seconds since 1970.
    if tags.last() == Some(&1) && first.major == 0 {
        shown.note = i64::try_from(first.argument).ok().and_then(|seconds| utc(seconds, 0));
    }
    tagged(&tags, dropped, shown)
}

fn inner(bytes: &[u8], first: &Initial, words: &mut Words) -> NodeKind {
    match first.major {
        0 => words.push(&first.argument.to_string()),
        1 => words.push(&(-1 - i128::from(first.argument)).to_string()),
        2 => {
            words.bytes(&content(bytes, words.room()), has_more(bytes, words.room()));
            return N::Bytes;
        }
        3 => {
            words.text(&content(bytes, words.room()), has_more(bytes, words.room()));
            return N::Text;
        }
        4 => {
            words.push("[…]");
            return N::Array;
        }
        5 => {
            words.push("{…}");
            return N::Map;
        }
        _ => match first.info {
            25 => words.float(format!("{:?}", half(first.argument as u16))),
            26 => words.float(format!("{:?}", f32::from_bits(first.argument as u32))),
            27 => words.float(format!("{:?}", f64::from_bits(first.argument))),
            _ => {
                match first.argument {
                    20 => words.push("false"),
                    21 => words.push("true"),
                    22 => words.push("null"),
                    23 => words.push("undefined"),
                    other => words.push(&format!("simple({other})")),
                }
                return N::Literal;
            }
        },
    }
    N::Number
}

fn tagged(tags: &[u64], dropped: bool, mut shown: Shown) -> Shown {
    if dropped {
        shown.text = format!("…({})", shown.text);
    }
    for tag in tags.iter().rev() {
        shown.text = format!("{tag}({})", shown.text);
    }
    shown
}

/// The bytes of a string, in one piece or in several, about `most` of them.
pub(super) fn content(bytes: &[u8], most: usize) -> Vec<u8> {
    let mut content = Vec::new();
    pieces(bytes, |piece| {
        content.extend_from_slice(piece.get(..most.saturating_sub(content.len())).unwrap_or(piece));
        content.len() < most
    });
    content
}

fn has_more(bytes: &[u8], most: usize) -> bool {
    let mut length = 0;
    pieces(bytes, |piece| {
        length += piece.len();
        length <= most
    });
    length > most
}

/// The pieces of a string one after the other, as long as `take` wants more.
fn pieces(mut bytes: &[u8], mut take: impl FnMut(&[u8]) -> bool) {
    let mut open = false;
    while let Ok(first) = initial(bytes) {
        bytes = bytes.get(first.length..).unwrap_or_default();
        match first.major {
            6 => {}
            2 | 3 if first.info == 31 => open = true,
            2 | 3 => {
                let length = usize::try_from(first.argument).unwrap_or(usize::MAX).min(bytes.len());
                let (piece, rest) = bytes.split_at(length);
                if !take(piece) || !open {
                    return;
                }
                bytes = rest;
            }
            _ => return,
        }
    }
}

/// Section 3.3 and appendix D: IEEE 754 binary16.
fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2.0_f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1024.0 + fraction) * 2.0_f32.powi(exponent - 25),
    }
}

/// A number of any length in decimal; none if it is too long to be worth it.
fn bignum(bytes: &[u8], negative: bool) -> Option<String> {
    if bytes.len() > MOST_BIGNUM {
        return None;
    }
    // Digits of 10^9, the lowest first.
    let mut limbs: Vec<u64> = vec![0];
    // A negative one is -1 - n.
    for (byte, carry) in bytes.iter().map(|byte| (*byte, 256)).chain(negative.then_some((1, 1))) {
        let mut carried = u64::from(byte);
        for limb in &mut limbs {
            let sum = *limb * carry + carried;
            *limb = sum % 1_000_000_000;
            carried = sum / 1_000_000_000;
        }
        if carried > 0 {
            limbs.push(carried);
        }
    }
    let mut text = String::from(if negative { "-" } else { "" });
    let mut limbs = limbs.iter().rev().skip_while(|limb| **limb == 0);
    text.push_str(&limbs.next().copied().unwrap_or_default().to_string());
    for limb in limbs {
        text.push_str(&format!("{limb:09}"));
    }
    Some(text)
}

/// The tags before a value, each followed by a space.
pub(super) fn tags(mut bytes: &[u8]) -> String {
    let mut words = String::new();
    for _ in 0..MOST_TAGS {
        match initial(bytes) {
            Ok(first) if first.major == 6 => {
                words.push_str(&format!("{} ", first.argument));
                bytes = bytes.get(first.length..).unwrap_or_default();
            }
            _ => break,
        }
    }
    words
}
