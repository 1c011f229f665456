//! The shortest way from one sequence to another, after Myers, "An O(ND) Difference Algorithm and Its Variations"
//! (1986), section 4, with a bound: after so many edits the best beginning is kept and the search begins anew behind
//! it, so that time grows with the length and not with its square.

use std::collections::HashMap;
use std::ops::Range;

/// Edits after which the search begins anew.
const MOST_EDITS: usize = 256;
/// Searches after which the rest is taken as changed altogether.
pub(super) const MOST_SEARCHES: usize = 128;

/// A part of the first sequence in whose place a part of the second came; one of them may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// The part of the first.
    pub(super) before: Range<usize>,
    /// The part of the second.
    pub(super) after: Range<usize>,
}

/// A number for each part, the same for the same part.
pub(super) fn numbers<'a>(
    known: &mut HashMap<&'a str, usize>,
    parts: impl Iterator<Item = &'a str>,
) -> Vec<usize> {
    let number = |part| {
        let next = known.len();
        *known.entry(part).or_insert(next)
    };
    parts.map(number).collect()
}

/// What changed, in order, and how many searches that took: of more than one, a shorter way may have been missed; of
/// more than [`MOST_SEARCHES`], the last change is all that was not looked at.
pub(super) fn changes(before: &[usize], after: &[usize]) -> (Vec<Change>, usize) {
    let mut found: Vec<Change> = Vec::new();
    let (mut x, mut y, mut searches) = (0, 0, 0);
    let mut change = |from: (usize, usize), to: (usize, usize)| {
        if from == to {
            return;
        }
        match found.last_mut() {
            Some(last) if last.before.end == from.0 && last.after.end == from.1 => {
                (last.before.end, last.after.end) = to;
            }
            _ => found.push(Change { before: from.0..to.0, after: from.1..to.1 }),
        }
    };
    loop {
        let (rest, others) = (before.get(x..).unwrap_or_default(), after.get(y..).unwrap_or_default());
        let same = rest.iter().zip(others).take_while(|(one, other)| one == other).count();
        (x, y) = (x + same, y + same);
        let (rest, others) = (before.get(x..).unwrap_or_default(), after.get(y..).unwrap_or_default());
        let tail = rest.iter().rev().zip(others.iter().rev()).take_while(|(one, other)| one == other).count();
        let rest = rest.get(..rest.len() - tail).unwrap_or_default();
        let others = others.get(..others.len() - tail).unwrap_or_default();
        let end = (x + rest.len(), y + others.len());
        if rest.is_empty() || others.is_empty() {
            change((x, y), end);
            break;
        }
        searches += 1;
        if searches > MOST_SEARCHES {
            change((x, y), end);
            break;
        }
        let (matches, reached) = search(rest, others);
        let (mut last_x, mut last_y) = (x, y);
        for (match_x, match_y, length) in matches {
            change((last_x, last_y), (x + match_x, y + match_y));
            (last_x, last_y) = (x + match_x + length, y + match_y + length);
        }
        (x, y) = (x + reached.0, y + reached.1);
        change((last_x, last_y), (x, y));
        if (x, y) == end {
            break;
        }
    }
    (found, searches)
}

type Matches = Vec<(usize, usize, usize)>;

/// The runs that both have in common, as their places and lengths, and the point up to which they were sought: the
/// end, or the farthest that [`MOST_EDITS`] lead to.
fn search(before: &[usize], after: &[usize]) -> (Matches, (usize, usize)) {
    let (width, height) = (before.len() as isize, after.len() as isize);
    let most = MOST_EDITS.min(before.len() + after.len()) as isize;
    // Where the farthest way on each diagonal (x - y) ends, by x; a step's ways are kept to be traced back.
    let mut ends = vec![0_isize; 2 * most as usize + 3];
    let slot = |diagonal: isize| (diagonal + most + 1) as usize;
    let mut steps: Vec<Vec<isize>> = Vec::new();
    let mut last = (0, 0);
    'search: for edits in 0..=most {
        steps.push(ends.clone());
        last = (0, 0);
        for diagonal in (-edits..=edits).step_by(2) {
            let down = goes_down(&ends, slot(diagonal), edits, diagonal);
            let mut x = if down { ends[slot(diagonal + 1)] } else { ends[slot(diagonal - 1)] + 1 };
            let mut y = x - diagonal;
            while x < width && y < height && before[x as usize] == after[y as usize] {
                (x, y) = (x + 1, y + 1);
            }
            ends[slot(diagonal)] = x;
            if x <= width && y <= height && x + y > last.0 + last.1 {
                last = (x, y);
            }
            if (x, y) == (width, height) {
                break 'search;
            }
        }
    }
    let mut matches = Vec::new();
    let (mut x, mut y) = last;
    for (edits, ends) in steps.iter().enumerate().rev() {
        let (edits, diagonal) = (edits as isize, x - y);
        let down = goes_down(ends, slot(diagonal), edits, diagonal);
        let from = if down { ends[slot(diagonal + 1)] } else { ends[slot(diagonal - 1)] };
        // Where the run of this step begins: after its one edit.
        let start = if edits == 0 {
            0
        } else if down {
            from
        } else {
            from + 1
        };
        if x > start {
            matches.push((start as usize, (start - diagonal) as usize, (x - start) as usize));
        }
        if edits == 0 {
            break;
        }
        (x, y) = if down { (from, from - diagonal - 1) } else { (from, from - diagonal + 1) };
    }
    matches.reverse();
    (matches, (last.0 as usize, last.1 as usize))
}

/// Whether the farthest way to a diagonal comes from the one above it.
fn goes_down(ends: &[isize], slot: usize, edits: isize, diagonal: isize) -> bool {
    diagonal == -edits || diagonal != edits && ends[slot - 1] < ends[slot + 1]
}
