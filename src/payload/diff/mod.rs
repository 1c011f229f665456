//! What changed from one payload to another, line by line and word by word.
//!
//! Payloads of one notation are compared as trees, value by value, so that white space counts for nothing; other text
//! by its lines; all else by rows of bytes. Only the first [`MOST_BYTES`] are compared and work is bounded: a result
//! that is not the whole truth says so.

mod sequence;
mod words;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::tree::{FaultReason, Kind, NodeId, Tree, TreeBuilder, offers};
use super::{JsonFault, head, hex_row, text};
use sequence::{MOST_SEARCHES, changes, numbers};

/// Bytes of each payload that are compared; the platform's largest payload.
pub const MOST_BYTES: usize = 256 * 1024;
/// Lines of each payload that are compared.
const MOST_LINES: usize = 50_000;
/// Lines without a change that are shown before and after one.
const CONTEXT: usize = 2;
/// Bytes in a row.
const HEX_WIDTH: usize = 8;

/// What was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Values in the order in which they are written.
    Tree(Kind),
    /// Lines of text.
    Text,
    /// Rows of eight bytes.
    Hex,
}

/// Where a line belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// To both.
    Same,
    /// To the first payload only.
    Removed,
    /// To the second payload only.
    Added,
    /// So many lines of both are left out here.
    Gap(usize),
}

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine {
    /// Where it belongs.
    pub sign: Sign,
    /// The line, or of a long one the part around the first change between `…`.
    pub text: String,
    /// The changed words, as ranges of bytes of `text`.
    pub marks: Vec<Range<usize>>,
}

/// A comparison of two payloads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diff {
    /// What was compared.
    pub basis: Basis,
    /// Whether the payloads are the same to the last byte.
    pub identical: bool,
    /// Whether not all was compared, or not as finely as could be.
    pub cut: bool,
    /// How many lines changed; one that was replaced by another counts once.
    pub changes: usize,
    /// What changed, with a few lines around it.
    pub lines: Vec<DiffLine>,
}

/// Compares two payloads.
pub fn diff(before: &[u8], after: &[u8]) -> Diff {
    let heads = [head(before, MOST_BYTES), head(after, MOST_BYTES)];
    let cut = heads[0].len() < before.len() || heads[1].len() < after.len();
    if before == after {
        return Diff { basis: basis(heads[0]), identical: true, cut: false, changes: 0, lines: Vec::new() };
    }
    let (basis, [before, after]) = lines(heads);
    let mut diff = compare(&before, &after);
    diff.basis = basis;
    diff.cut |= cut;
    diff
}

/// What a payload is compared as with itself.
fn basis(payload: &[u8]) -> Basis {
    lines([payload, payload]).0
}

fn lines(heads: [&[u8]; 2]) -> (Basis, [Vec<String>; 2]) {
    for kind in [Kind::Json, Kind::Cbor, Kind::MessagePack] {
        if !heads.iter().all(|head| offers(kind, head)) {
            continue;
        }
        let trees = heads.map(|head| TreeBuilder::all(kind, Arc::from(head)));
        if trees.iter().zip(heads).all(|(tree, head)| is_readable(tree, head)) {
            return (Basis::Tree(kind), trees.map(|tree| tree.lines(NodeId::ROOT, usize::MAX).collect()));
        }
    }
    match heads.map(text) {
        [Some(before), Some(after)] => {
            (Basis::Text, [before, after].map(|text| text.lines().map(Into::into).collect()))
        }
        _ => (Basis::Hex, heads.map(hex_lines)),
    }
}

/// Whether a tree holds all of its payload, or as much as there is of one that was cut to the size that is compared.
fn is_readable(tree: &Tree, head: &[u8]) -> bool {
    let ends_early = tree.fault().is_some_and(|fault| {
        matches!(fault.reason, FaultReason::UnexpectedEnd | FaultReason::Json(JsonFault::UnexpectedEnd))
    });
    tree.is_whole() || ends_early && head.len() + 4 > MOST_BYTES
}

fn hex_lines(bytes: &[u8]) -> Vec<String> {
    let rows = bytes.len().div_ceil(HEX_WIDTH);
    let row = |row| {
        let row = hex_row(bytes, row, HEX_WIDTH);
        format!("{}  {}", row.offset, row.bytes)
    };
    (0..rows).map(row).collect()
}

fn compare<'a>(before: &'a [String], after: &'a [String]) -> Diff {
    let mut cut = before.len() > MOST_LINES || after.len() > MOST_LINES;
    let before = before.get(..MOST_LINES).unwrap_or(before);
    let after = after.get(..MOST_LINES).unwrap_or(after);
    // What both begin and end with need not be looked up, and as a rule that is almost all.
    let start = before.iter().zip(after).take_while(|(one, other)| one == other).count();
    let (left, right) = (before.get(start..).unwrap_or_default(), after.get(start..).unwrap_or_default());
    let end = left.iter().rev().zip(right.iter().rev()).take_while(|(one, other)| one == other).count();
    let mut known = HashMap::new();
    let mut middle = |lines: &'a [String]| {
        let lines = lines.get(..lines.len() - end).unwrap_or_default();
        numbers(&mut known, lines.iter().map(String::as_str))
    };
    let (left, right) = (middle(left), middle(right));
    let (mut found, searches) = changes(&left, &right);
    for change in &mut found {
        change.before = change.before.start + start..change.before.end + start;
        change.after = change.after.start + start..change.after.end + start;
    }
    cut |= searches > MOST_SEARCHES;
    let mut diff = Diff { basis: Basis::Text, identical: false, cut, changes: 0, lines: Vec::new() };
    // Lines of `after` that are written, as context or as a change.
    let mut written = 0;
    for (index, change) in found.iter().enumerate() {
        diff.changes += change.before.len().max(change.after.len());
        let leading = change.after.start.saturating_sub(CONTEXT).max(written);
        diff.gap(leading - written);
        diff.same(after, leading..change.after.start);
        diff.replace(
            before.get(change.before.clone()).unwrap_or_default(),
            after.get(change.after.clone()).unwrap_or_default(),
        );
        let next = found.get(index + 1).map_or(after.len(), |next| next.after.start);
        let trailing = (change.after.end + CONTEXT).min(next);
        diff.same(after, change.after.end..trailing);
        written = trailing;
    }
    if !found.is_empty() {
        diff.gap(after.len() - written);
    }
    diff
}

impl Diff {
    fn push(&mut self, sign: Sign, text: &str, marks: &[Range<usize>]) {
        let (text, marks) = words::excerpt(text, marks);
        self.lines.push(DiffLine { sign, text, marks });
    }

    fn gap(&mut self, count: usize) {
        if count > 0 {
            self.push(Sign::Gap(count), "", &[]);
        }
    }

    fn same(&mut self, lines: &[String], range: Range<usize>) {
        for line in lines.get(range).unwrap_or_default() {
            self.push(Sign::Same, line, &[]);
        }
    }

    /// Lines in the place of others. As many as there were: each beside the one in whose place it is.
    fn replace(&mut self, before: &[String], after: &[String]) {
        let marks: Vec<_> = before.iter().zip(after).map(|(old, new)| words::marks(old, new)).collect();
        let of = |index: usize| marks.get(index).cloned().unwrap_or_default();
        if before.len() == after.len() {
            for (index, (old, new)) in before.iter().zip(after).enumerate() {
                let (removed, added) = of(index);
                self.push(Sign::Removed, old, &removed);
                self.push(Sign::Added, new, &added);
            }
            return;
        }
        for (index, old) in before.iter().enumerate() {
            self.push(Sign::Removed, old, &of(index).0);
        }
        for (index, new) in after.iter().enumerate() {
            self.push(Sign::Added, new, &of(index).1);
        }
    }
}

#[cfg(test)]
mod tests;
