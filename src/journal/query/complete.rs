use std::ops::Range;

use super::Key;
use super::split::{Form, is_bare_value, quote, split};
use crate::journal::Topics;

/// A place in a text where a topic is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The term, in bytes; a leading `-` is left out.
    pub range: Range<usize>,
    /// What of the topic is there.
    pub piece: String,
}

/// What is being typed where the caret stands (in bytes): the value of `topic:`, or a word of two characters or more.
pub fn typed_topic(text: &str, caret: usize) -> Option<Typed> {
    let term = split(text).into_iter().find(|term| term.range.start < caret && caret <= term.range.end)?;
    let range = term.range.start + usize::from(term.negated)..term.range.end;
    let piece = match term.form {
        Form::Key(Key::Topic) => term.value.strip_prefix('=').unwrap_or(&term.value).to_owned(),
        Form::Word if term.value.chars().nth(1).is_some() => term.value,
        _ => return None,
    };
    Some(Typed { range, piece })
}

/// The text with exactly this topic in the place of what was typed, and where the caret goes.
pub fn complete(text: &str, typed: &Typed, topic: &str) -> (String, usize) {
    let value = format!("={topic}");
    let mut term = format!("{}:{}", Key::Topic.name(), quote(&value, is_bare_value(&value)));
    let after = text.get(typed.range.end..).unwrap_or_default();
    if after.is_empty() {
        term.push(' ');
    }
    let mut result = text.to_owned();
    result.replace_range(typed.range.clone(), &term);
    (result, typed.range.start + term.len() + usize::from(!after.is_empty()))
}

/// The topics in which this occurs (in either case of ASCII letters), those with the most messages first.
pub fn matching_topics(topics: &Topics, piece: &str, most: usize) -> Vec<String> {
    let finder = crate::journal::find::Finder::ignoring_case(piece.as_bytes());
    let mut best: Vec<(u64, &[u8])> = Vec::with_capacity(most + 1);
    for (_, topic) in topics.iter().filter(|(_, topic)| finder.is_in(&topic.name)) {
        let uses = topic.received + topic.sent;
        let rank = (std::cmp::Reverse(uses), &*topic.name);
        let place = best.partition_point(|(uses, name)| (std::cmp::Reverse(*uses), *name) < rank);
        if place < most {
            best.insert(place, (uses, &topic.name));
            best.truncate(most);
        }
    }
    // What is not UTF-8 cannot be typed.
    best.into_iter().filter_map(|(_, name)| Some(std::str::from_utf8(name).ok()?.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{Direction, Journal};
    use crate::mqtt::{Moment, QoS, TopicName, raw};

    #[test]
    fn a_topic_is_completed_where_the_caret_stands() {
        for (text, caret, completed) in [
            ("topic:up", 8, "topic:=/a/upload "),
            ("topic:", 6, "topic:=/a/upload "),
            ("dir:in -topic:=/a x", 16, "dir:in -topic:=/a/upload x"),
            ("温度 upl", 10, "温度 topic:=/a/upload "),
        ] {
            let typed = typed_topic(text, caret).unwrap();
            let (result, caret) = complete(text, &typed, "/a/upload");
            assert_eq!(result, completed);
            assert!(result[..caret].ends_with(' '), "{result} at {caret}");
        }
        let typed = typed_topic("topic:a", 7).unwrap();
        assert_eq!(complete("topic:a", &typed, "a b").0, "topic:\"=a b\" ");
    }

    #[test]
    fn other_terms_are_no_topic() {
        for (text, caret) in
            [("", 0), ("a", 1), ("dir:in", 6), ("/up/", 4), ("upload", 0), ("upload ", 7), ("up", 9)]
        {
            assert_eq!(typed_topic(text, caret), None, "{text} at {caret}");
        }
    }

    #[test]
    fn topics_are_offered_by_use() {
        let mut journal = Journal::default();
        for (topic, count) in [("a/Up", 1), ("b/up", 3), ("c/up", 1), ("d/down", 9)] {
            let topic = TopicName::parse(topic).unwrap();
            let packet =
                raw::publish(&topic, Default::default(), QoS::AtMostOnce, false, false, None).unwrap();
            for _ in 0..count {
                journal.append_packet(Moment::ZERO, Direction::In, &packet);
            }
        }
        assert_eq!(matching_topics(journal.topics(), "uP", 9), ["b/up", "a/Up", "c/up"]);
        assert_eq!(matching_topics(journal.topics(), "", 2), ["d/down", "b/up"]);
        assert!(matching_topics(journal.topics(), "温", 9).is_empty());
    }
}
