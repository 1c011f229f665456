//! The changed words of a line that was replaced by another, and the part of a long line that shows them.

use std::collections::HashMap;
use std::ops::Range;

use super::sequence::{changes, numbers};

/// Words of a line that are compared one by one; of a longer line, what is between the same beginning and the same
/// end is taken as changed.
const MOST_WORDS: usize = 400;
/// Bytes of a line that are shown.
const SHOWN: usize = 400;
/// Bytes that are shown before the first change of a long line.
const BEFORE: usize = 60;

type Marks = Vec<Range<usize>>;

/// The changed parts of two lines, one of which replaced the other; none where they have little in common.
pub(super) fn marks(before: &str, after: &str) -> (Marks, Marks) {
    let (left, right) = (split(before), split(after));
    let (Some(left), Some(right)) = (left, right) else { return between(before, after) };
    let mut known = HashMap::new();
    let old = numbers(&mut known, left.iter().filter_map(|range| before.get(range.clone())));
    let new = numbers(&mut known, right.iter().filter_map(|range| after.get(range.clone())));
    let (found, _) = changes(&old, &new);
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    for change in found {
        removed.extend(join(&left, change.before));
        added.extend(join(&right, change.after));
    }
    let little = |line: &str, marks: &Marks| {
        let changed: usize = marks.iter().map(ExactSizeIterator::len).sum();
        let length = line.trim_start().len();
        4 * length.saturating_sub(changed) < length
    };
    if little(before, &removed) && little(after, &added) {
        return (Vec::new(), Vec::new());
    }
    (removed, added)
}

fn join(words: &[Range<usize>], range: Range<usize>) -> Option<Range<usize>> {
    let words = words.get(range)?;
    Some(words.first()?.start..words.last()?.end)
}

/// Words: what is spelled with letters, digits and what holds numbers together; any other character by itself.
fn split(line: &str) -> Option<Vec<Range<usize>>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut in_word = false;
    for (at, character) in line.char_indices() {
        let joins = character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '+' | '_');
        let end = at + character.len_utf8();
        let count = words.len();
        match words.last_mut() {
            Some(word) if joins && in_word => word.end = end,
            _ if count == MOST_WORDS => return None,
            _ => words.push(at..end),
        }
        in_word = joins;
    }
    Some(words)
}

/// What is between the beginning and the end that two lines have in common.
fn between(before: &str, after: &str) -> (Marks, Marks) {
    let same = |(one, other): &(char, char)| one == other;
    let length = |(one, _): (char, char)| one.len_utf8();
    let start: usize = before.chars().zip(after.chars()).take_while(same).map(length).sum();
    let (left, right) = (before.get(start..).unwrap_or_default(), after.get(start..).unwrap_or_default());
    let end: usize = left.chars().rev().zip(right.chars().rev()).take_while(same).map(length).sum();
    let mark = |line: &str| {
        let range = start..line.len() - end;
        if range.is_empty() { Vec::new() } else { vec![range] }
    };
    (mark(before), mark(after))
}

/// A line as it is shown: a long one from a little before its first change.
pub(super) fn excerpt(line: &str, marks: &[Range<usize>]) -> (String, Marks) {
    if line.len() <= SHOWN {
        return (line.to_owned(), marks.to_vec());
    }
    let first = marks.first().map_or(0, |mark| mark.start.saturating_sub(BEFORE));
    let start = floor(line, first);
    let end = floor(line, start.saturating_add(SHOWN));
    let leading = if start > 0 { "…" } else { "" };
    let trailing = if end < line.len() { "…" } else { "" };
    let text = format!("{leading}{}{trailing}", line.get(start..end).unwrap_or_default());
    let moved = |at: usize| at.clamp(start, end) - start + leading.len();
    let marks = marks.iter().map(|mark| moved(mark.start)..moved(mark.end)).filter(|mark| !mark.is_empty());
    (text, marks.collect())
}

fn floor(line: &str, mut at: usize) -> usize {
    at = at.min(line.len());
    while !line.is_char_boundary(at) {
        at -= 1;
    }
    at
}
