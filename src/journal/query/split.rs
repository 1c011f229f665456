use std::ops::Range;

use super::Key;

/// One term of a text as it stands there, before its value is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawTerm {
    /// The whole term, a leading `-` included.
    pub(super) range: Range<usize>,
    /// Where the value stands, quotes and slashes left out.
    pub(super) value_range: Range<usize>,
    pub(super) negated: bool,
    pub(super) form: Form,
    /// The value, quotes and escapes taken away; of a regular expression its source.
    pub(super) value: String,
    /// Whether what follows could be taken for a part of it: a quote that is never closed.
    pub(super) is_open: bool,
}

/// How a term is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A word or a quoted phrase.
    Word,
    /// `/…/`, or `/…/i` if the case does not matter.
    Regex { ignore_case: bool },
    /// `key:value`
    Key(Key),
}

/// Splits a text into its terms. Every text can be split: what is no phrase, no regular expression and no known key
/// is a word.
pub(super) fn split(text: &str) -> Vec<RawTerm> {
    let mut terms = Vec::new();
    let mut at = 0;
    while let Some(start) = next_term(text, at) {
        let term = read(text, start);
        at = term.range.end;
        terms.push(term);
    }
    terms
}

fn rest(text: &str, from: usize) -> &str {
    text.get(from..).unwrap_or_default()
}

fn next_term(text: &str, from: usize) -> Option<usize> {
    rest(text, from).find(|character: char| !character.is_whitespace()).map(|offset| from + offset)
}

/// The end of what begins here and goes on to the next white space.
fn end_of_bare(text: &str, from: usize) -> usize {
    rest(text, from).find(char::is_whitespace).map_or(text.len(), |offset| from + offset)
}

fn is_end(text: &str, at: usize) -> bool {
    rest(text, at).chars().next().is_none_or(char::is_whitespace)
}

fn read(text: &str, start: usize) -> RawTerm {
    let negated = rest(text, start).starts_with('-') && !is_end(text, start + 1);
    let from = start + usize::from(negated);
    let term = |end, form, Quoted { value, range, is_open }| RawTerm {
        range: start..end,
        value_range: range,
        negated,
        form,
        value,
        is_open,
    };
    if let Some((end, quoted)) = read_quoted(text, from) {
        return term(end, Form::Word, quoted);
    }
    if let Some((end, ignore_case, source)) = read_regex(text, from) {
        return term(end, Form::Regex { ignore_case }, source);
    }
    let bare_end = end_of_bare(text, from);
    let bare = text.get(from..bare_end).unwrap_or_default();
    let keyed =
        bare.split_once(':').and_then(|(name, _)| Some((Key::from_name(name)?, from + name.len() + 1)));
    let Some((key, at)) = keyed else {
        return term(bare_end, Form::Word, Quoted::bare(text, from..bare_end));
    };
    match read_quoted(text, at) {
        Some((end, quoted)) => term(end, Form::Key(key), quoted),
        None => term(bare_end, Form::Key(key), Quoted::bare(text, at..bare_end)),
    }
}

struct Quoted {
    value: String,
    range: Range<usize>,
    is_open: bool,
}

impl Quoted {
    fn bare(text: &str, range: Range<usize>) -> Self {
        Self { value: text.get(range.clone()).unwrap_or_default().to_owned(), range, is_open: false }
    }
}

/// A phrase in quotes: to the closing quote if that ends a term, or to the end of the text if there is none. What is
/// pasted from JSON (`"temperature":26`) is no phrase, so that it is found as it stands.
fn read_quoted(text: &str, from: usize) -> Option<(usize, Quoted)> {
    let inside = from + 1;
    let mut characters = rest(text, from).strip_prefix('"')?.char_indices();
    let mut value = String::new();
    while let Some((offset, character)) = characters.next() {
        match character {
            '"' => {
                let end = inside + offset + 1;
                let quoted = Quoted { value, range: inside..end - 1, is_open: false };
                return is_end(text, end).then_some((end, quoted));
            }
            '\\' => match characters.next() {
                Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                other => {
                    value.push('\\');
                    value.extend(other.map(|(_, character)| character));
                }
            },
            other => value.push(other),
        }
    }
    Some((text.len(), Quoted { value, range: inside..text.len(), is_open: true }))
}

/// A regular expression: from slash to slash. The closing one has no `\` before it and ends the term, after an `i` at
/// most. White space may stand in it, unless an inner slash comes before: `/product/device text/` is a piece of a
/// topic and a word.
fn read_regex(text: &str, from: usize) -> Option<(usize, bool, Quoted)> {
    let inside = from + 1;
    let mut characters = rest(text, from).strip_prefix('/')?.char_indices();
    let (mut inner_slash, mut empty) = (false, true);
    while let Some((offset, character)) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '/' => {
                let after = inside + offset + 1;
                let ignore_case = rest(text, after).starts_with('i') && is_end(text, after + 1);
                if ignore_case || is_end(text, after) {
                    let source = Quoted::bare(text, inside..after - 1);
                    return (!empty).then_some((after + usize::from(ignore_case), ignore_case, source));
                }
                inner_slash = true;
            }
            space if space.is_whitespace() && inner_slash => return None,
            _ => {}
        }
        empty = false;
    }
    None
}

/// `value` as it can stand behind a key or as a word of its own: bare where that reads the same, else in quotes.
pub(super) fn quote(value: &str, bare: bool) -> String {
    if bare {
        return value.to_owned();
    }
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for character in value.chars() {
        if matches!(character, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push('"');
    quoted
}

/// Whether a value needs no quotes behind a key.
pub(super) fn is_bare_value(value: &str) -> bool {
    !value.is_empty() && !value.starts_with('"') && !value.contains(char::is_whitespace)
}

/// Whether a word needs no quotes, wherever it stands.
pub(super) fn is_bare_word(word: &str) -> bool {
    let known_key = word.split_once(':').is_some_and(|(name, _)| Key::from_name(name).is_some());
    is_bare_value(word) && !known_key && !word.starts_with(['-', '/'])
}
