//! Finds commands and sessions by a few letters of their names.

/// How well a text fits what was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The lower, the better.
    pub rank: u32,
    /// The characters of the first text that were typed, by their number, in order.
    pub marks: Vec<usize>,
}

/// Looks for every word of `typed` in some of `texts`: as it is, at best where a word begins; else its letters in their
/// order. None if a word is in no text. What is typed in the first text is told, to be marked.
pub fn search(typed: &str, texts: &[&str]) -> Option<Found> {
    let mut found = Found::default();
    for word in typed.split_whitespace() {
        let word = word.chars().map(lower).collect::<Vec<_>>();
        let hits = texts.iter().enumerate().filter_map(|(place, text)| {
            let (rank, marks) = find_word(&word, text)?;
            // The name that is shown is worth more than the others.
            Some((rank + if place == 0 { 0 } else { 5 }, place, marks))
        });
        let (rank, place, marks) = hits.min_by_key(|(rank, ..)| *rank)?;
        found.rank += rank;
        if place == 0 {
            found.marks.extend(marks);
        }
    }
    found.marks.sort_unstable();
    found.marks.dedup();
    Some(found)
}

/// One character for one: marks count the characters of the text as it is shown.
fn lower(character: char) -> char {
    let mut lower = character.to_lowercase();
    lower.next().filter(|_| lower.next().is_none()).unwrap_or(character)
}

fn find_word(word: &[char], text: &str) -> Option<(u32, Vec<usize>)> {
    let text = text.chars().map(lower).collect::<Vec<_>>();
    let begins = |at: usize| at == 0 || text.get(at - 1).is_some_and(|before| !before.is_alphanumeric());
    let mut best = None;
    for at in (0..text.len()).filter(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(word))) {
        let rank = match at {
            0 => 0,
            at if begins(at) => 1,
            _ => 3,
        };
        if best.is_none_or(|(known, _)| rank < known) {
            best = Some((rank, at));
        }
    }
    if let Some((rank, at)) = best {
        return Some((rank, (at..at + word.len()).collect()));
    }
    // Letters in their order: the first of the word begins a word of the text, and gaps cost.
    (0..text.len()).filter(|at| begins(*at)).find_map(|start| {
        let mut marks = Vec::with_capacity(word.len());
        let mut at = start;
        for (index, wanted) in word.iter().enumerate() {
            let step = text.get(at..)?.iter().position(|character| character == wanted)?;
            if index == 0 && step > 0 {
                return None;
            }
            marks.push(at + step);
            at += step + 1;
        }
        let length = at - start;
        // Letters strewn over a long text are no find.
        (length <= word.len() * 6)
            .then(|| (10 + u32::try_from(length - word.len()).unwrap_or(u32::MAX / 2), marks))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank(typed: &str, text: &str) -> Option<u32> {
        search(typed, &[text]).map(|found| found.rank)
    }

    #[test]
    fn nothing_typed_finds_all() {
        assert_eq!(search("  ", &["Pause"]), Some(Found::default()));
    }

    #[test]
    fn a_beginning_is_better_than_a_word_is_better_than_a_part_is_better_than_letters() {
        let ranks = ["pin", "new pin", "spin", "previous inner"].map(|text| rank("pin", text));
        assert!(ranks.iter().all(Option::is_some), "{ranks:?}");
        assert!(ranks.is_sorted_by(|a, b| a < b), "{ranks:?}");
        assert_eq!(rank("pin", "nip"), None);
        assert_eq!(rank("tc", "Go to the end of something else, cold"), None);
    }

    #[test]
    fn every_word_counts_in_any_of_the_texts() {
        let texts = ["导出消息", "Export messages", "export"];
        assert_eq!(search("导出", &texts).map(|found| found.marks), Some(vec![0, 1]));
        assert_eq!(search("exp", &texts).map(|found| found.marks), Some(vec![]));
        assert!(search("消息 mess", &texts).is_some());
        assert!(search("消息 wire", &texts).is_none());
        // The shown name comes before the other language's.
        assert!(search("导", &texts).map(|found| found.rank) < search("exp", &texts).map(|found| found.rank));
    }

    #[test]
    fn marks_count_characters() {
        assert_eq!(search("wire view", &["Go to Wire"]), None);
        assert_eq!(search("TO wi", &["Go to Wire"]).map(|found| found.marks), Some(vec![3, 4, 6, 7]));
        assert_eq!(search("gtw", &["Go to Wire"]).map(|found| found.marks), Some(vec![0, 3, 6]));
    }

    #[test]
    fn characters_that_grow_in_lower_case_do_not_shift_the_marks() {
        assert_eq!(search("x", &["İx"]).map(|found| found.marks), Some(vec![1]));
        assert_eq!(search("İ", &["İx"]).map(|found| found.marks), Some(vec![0]));
    }
}
