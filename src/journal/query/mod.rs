//! What a person looks for in a journal: one line of text, and what it means.
//!
//! The text alone is kept and shared; controls edit it with [`set`]. Terms are parted by white space and all of them
//! must hold: words and `"phrases"`, `/regular expressions/`, and `key:value` (see [`Key`]). A `-` before a term
//! turns it round.

mod complete;
mod fold;
mod key;
mod kinds;
mod pattern;
mod split;
mod term;
mod time;
mod value;

use std::fmt;
use std::ops::Range;

pub use complete::{Typed, complete, matching_topics, typed_topic};
pub use key::Key;
pub use kinds::Kinds;
pub use pattern::{Pattern, PatternFault};
pub use term::{Comparison, Meaning, Term, TopicPattern};
pub use time::{Date, TimePoint};

use split::{Form, RawTerm, is_bare_value, quote, split};

/// A text that was understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    terms: Vec<Term>,
}

/// A term that means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// Where in the text, in bytes.
    pub range: Range<usize>,
    /// What is wrong there.
    pub fault: QueryFault,
}

/// Why a term means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryFault {
    /// Nothing stands behind the key.
    Empty(Key),
    /// What stands behind the key is none of what can stand there.
    Value(Key),
    /// An odd number of hexadecimal digits.
    HexOdd,
    /// A character that is no hexadecimal digit.
    HexDigit(char),
    /// A regular expression that cannot be used.
    Pattern(PatternFault),
}

impl QueryFault {
    /// The regular expression engine's own words, which are English, on what is wrong with a pattern.
    pub fn pattern_words(&self) -> Option<&str> {
        match self {
            Self::Pattern(PatternFault::Syntax(words)) => Some(words),
            _ => None,
        }
    }
}

impl Query {
    /// Reads a text. Of several faults the first is told.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let terms = split(text).into_iter().filter_map(|raw| value::read(&raw).transpose());
        Ok(Self { terms: terms.collect::<Result<_, _>>()? })
    }

    /// The terms, in the order of the text. All must hold.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Whether everything matches.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}

impl fmt::Display for Query {
    /// A text that reads as this query.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            term.fmt(f)?;
        }
        Ok(())
    }
}

/// The value that a text has for a key, quotes taken away: that of the first such term without a `-`.
pub fn get(text: &str, key: Key) -> Option<String> {
    split(text).into_iter().find(|term| is_plain(term, key)).map(|term| term.value)
}

/// The text with another value for a key, or without one. All else stays as it is; it need not be understood.
pub fn set(text: &str, key: Key, value: Option<&str>) -> String {
    let mut result = text.to_owned();
    let mut place = None;
    let terms = split(text);
    for term in terms.iter().filter(|term| is_plain(term, key)).rev() {
        let after = result.get(term.range.end..).unwrap_or_default();
        let gap = after.len() - after.trim_start().len();
        let was_last = after.len() == gap;
        result.replace_range(term.range.start..term.range.end + gap, "");
        if was_last {
            result.truncate(result.trim_end().len());
        }
        place = Some(term.range.start);
    }
    let Some(value) = value else { return result };
    // A term among words could close a regular expression that is being typed before it; a key at the start stands
    // for itself, whatever follows.
    let leads = |term: &&RawTerm| matches!(term.form, Form::Key(_)) && !term.is_open;
    let leading = terms.iter().take_while(leads);
    let kept = leading.clone().filter(|term| !is_plain(term, key)).count();
    let place = match place {
        Some(place) if leading.clone().any(|term| term.range.start == place) => place.min(result.len()),
        _ => split(&result).get(kept).map_or(result.len(), |next| next.range.start),
    };
    let before = result.get(..place).unwrap_or_default();
    let gap_before = if before.is_empty() || before.ends_with(char::is_whitespace) { "" } else { " " };
    let gap_after = if place == result.len() { "" } else { " " };
    let value = quote(value, is_bare_value(value));
    result.insert_str(place, &format!("{gap_before}{}:{value}{gap_after}", key.name()));
    result
}

fn is_plain(term: &RawTerm, key: Key) -> bool {
    term.form == Form::Key(key) && !term.negated
}

#[cfg(test)]
mod tests;
