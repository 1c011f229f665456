//! Muted subscriptions in a list: what they hide, what they leave, and what is counted all the same.
#![allow(clippy::unwrap_used, reason = "a test that fails is to stop")]

use uiot_testbench::journal::query::Query;
use uiot_testbench::journal::{
    Direction, Filter, Heard, Journal, Matches, Muting, Note, Scope, Surroundings, Tally, View,
};
use uiot_testbench::mqtt::{Moment, QoS, TopicFilter, TopicName, raw};

fn heard(list: &[(&str, bool)]) -> Vec<Heard> {
    let one =
        |(filter, muted): &(&str, bool)| Heard { filter: TopicFilter::parse(filter).unwrap(), muted: *muted };
    list.iter().map(one).collect()
}

fn message(journal: &mut Journal, direction: Direction, topic: &str, payload: &str) {
    let topic = TopicName::parse(topic).unwrap();
    let packet =
        raw::publish(&topic, payload.to_owned().into(), QoS::AtMostOnce, false, false, None).unwrap();
    journal.append_packet(Moment::ZERO, direction, &packet);
}

/// The contents of the rows, notes as `·`.
fn rows(view: &mut View, journal: &Journal) -> Vec<String> {
    while !view.advance(journal, 1) {}
    let shown = |seq| {
        let entry = journal.entry(seq).unwrap();
        if entry.note().is_some() {
            "·".to_owned()
        } else {
            String::from_utf8_lossy(entry.payload()).into_owned()
        }
    };
    view.rows(0..view.row_count()).map(shown).collect()
}

fn journal() -> Journal {
    let mut journal = Journal::default();
    message(&mut journal, Direction::In, "a/1", "one");
    message(&mut journal, Direction::In, "a/2", "two");
    journal.append_note(Moment::ZERO, Note::Pinging(true));
    message(&mut journal, Direction::Out, "a/1", "sent");
    message(&mut journal, Direction::In, "b", "three");
    journal
}

fn muting(list: &[(&str, bool)], within: Option<Box<dyn Matches>>) -> Option<Box<dyn Matches>> {
    Some(Box::new(Muting::new(heard(list), within)))
}

#[test]
fn a_muted_topic_is_hidden_and_what_was_sent_stays() {
    let journal = journal();
    let mut view = View::new(Scope::Messages, muting(&[("a/#", true), ("b", false)], None));
    assert_eq!(rows(&mut view, &journal), ["·", "sent", "three"]);
    assert_eq!(view.messages(), 2);
}

#[test]
fn a_message_is_hidden_only_if_every_filter_that_takes_it_is_muted() {
    let journal = journal();
    let mut view = View::new(Scope::Messages, muting(&[("a/#", true), ("a/1", false)], None));
    assert_eq!(rows(&mut view, &journal), ["one", "·", "sent", "three"]);
    // What no subscription takes cannot be muted.
    let mut view = View::new(Scope::Messages, muting(&[("c", true)], None));
    assert_eq!(rows(&mut view, &journal).len(), 5);
}

#[test]
fn muting_works_within_a_filter_and_while_paused() {
    let mut journal = journal();
    let surroundings = Surroundings { resolve: &|_| None, ret_code: |_| None, whole_packets: false };
    let filter = Filter::compile(&Query::parse("t").unwrap(), &surroundings);
    let mut view = View::new(Scope::Messages, muting(&[("a/2", true)], Some(Box::new(filter))));
    assert_eq!(rows(&mut view, &journal), ["sent", "three"]);
    view.set_paused(&journal, true);
    message(&mut journal, Direction::In, "b", "tail");
    assert_eq!(rows(&mut view, &journal), ["sent", "three"]);
    view.set_filter(muting(&[("b", true)], None));
    assert_eq!(rows(&mut view, &journal), ["one", "two", "·", "sent"]);
    view.set_paused(&journal, false);
    message(&mut journal, Direction::In, "a/3", "new");
    assert_eq!(rows(&mut view, &journal), ["one", "two", "·", "sent", "new"]);
}

#[test]
fn each_filter_counts_what_it_takes_muted_or_not() {
    let mut journal = journal();
    let mut tally = Tally::default();
    tally.set(&heard(&[("a/#", true), ("a/1", true), ("+", false), ("c", false)]));
    let counted = tally.count(journal.topics());
    assert_eq!(counted.counts, [2, 1, 1, 0]);
    assert_eq!(counted.hidden, 2);
    message(&mut journal, Direction::In, "a/1", "more");
    message(&mut journal, Direction::In, "c", "first");
    let counted = tally.count(journal.topics());
    assert_eq!((counted.counts, counted.hidden), (vec![3, 2, 2, 1], 3));
    tally.set(&heard(&[("a/#", true), ("a/1", false)]));
    let counted = tally.count(journal.topics());
    assert_eq!((counted.counts, counted.hidden), (vec![3, 2], 1));
}
