//! A budget that is changed while messages are kept: what goes is the oldest, no more than said before, and all that
//! stays is as it was.

#![allow(clippy::unwrap_used, reason = "what cannot be built here fails the test")]

use bytes::Bytes;
use proptest::prelude::*;
use uiot_testbench::journal::{Budget, Direction, Journal, Note, Scope, View};
use uiot_testbench::mqtt::{Moment, QoS, TopicName, raw};

fn packet(number: u64, size: usize) -> Bytes {
    let topic = TopicName::parse("plant/one").unwrap();
    let mut payload = number.to_string().into_bytes();
    payload.resize(payload.len() + size, b'.');
    raw::publish(&topic, payload.into(), QoS::AtMostOnce, false, false, None).unwrap()
}

fn filled(entries: u64, size: usize) -> Journal {
    let mut journal = Journal::default();
    for number in 0..entries {
        let at = Moment::from_millis(number);
        match number % 50 {
            48 => journal.append_note(at, Note::Pinging(true)),
            49 => journal.append_packet(at, Direction::Out, &raw::pingreq().unwrap()),
            _ => journal.append_packet(at, Direction::In, &packet(number, size)),
        };
    }
    journal
}

/// What is there is what was appended, without a gap up to the newest.
fn check(journal: &Journal, size: usize) {
    let mut expected = journal.first_seq();
    for entry in journal.entries(0..u64::MAX) {
        assert_eq!((entry.seq, entry.at), (expected, Moment::from_millis(expected)));
        match expected % 50 {
            48 => assert_eq!(entry.note(), Some(&Note::Pinging(true))),
            49 => assert_eq!(entry.packet(), raw::pingreq().unwrap()),
            _ => assert_eq!(entry.packet(), packet(expected, size)),
        }
        expected += 1;
    }
    assert_eq!(expected, journal.end_seq());
    let messages = journal.entries(0..u64::MAX).filter(|entry| entry.is_message()).count() as u64;
    assert_eq!(journal.counts().kept, messages);
    assert_eq!(journal.counts().kept + journal.counts().dropped, journal.total());
}

fn rows(view: &mut View, journal: &Journal) -> Vec<u64> {
    while !view.advance(journal, 10_000) {}
    view.rows(0..usize::MAX).collect()
}

#[test]
fn a_small_budget_keeps_the_newest_and_later_drops_little_at_a_time() {
    let mut journal = filled(5_000, 20);
    let budget = Budget { messages: 1_000, ..Budget::default() };
    let said = journal.would_drop(budget);
    journal.set_budget(budget);
    assert_eq!(journal.counts().dropped, said);
    let kept = journal.counts().kept;
    assert!((1_000 - 62..=1_000).contains(&kept), "{kept}");
    for number in 5_000..9_000 {
        let before = journal.counts().kept;
        let at = Moment::from_millis(number);
        match number % 50 {
            48 => journal.append_note(at, Note::Pinging(true)),
            49 => journal.append_packet(at, Direction::Out, &raw::pingreq().unwrap()),
            _ => journal.append_packet(at, Direction::In, &packet(number, 20)),
        };
        let kept = journal.counts().kept;
        assert!(kept <= 1_000 && kept + 62 >= before, "{before} to {kept}");
    }
    check(&journal, 20);
}

#[test]
fn a_larger_budget_drops_nothing() {
    let mut journal = filled(3_000, 200);
    let budget = Budget { bytes: 1 << 30, messages: 4_000_000 };
    assert_eq!(journal.would_drop(budget), 0);
    journal.set_budget(budget);
    assert_eq!(journal.counts().dropped, 0);
    check(&journal, 200);
}

#[test]
fn cleared_messages_are_not_said_to_go() {
    let mut journal = filled(3_000, 20);
    journal.clear();
    let budget = Budget { messages: 1_000, ..Budget::default() };
    assert_eq!(journal.would_drop(budget), 0);
    journal.set_budget(budget);
    assert_eq!(journal.counts().dropped, 0);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_stays_is_whole_and_views_agree(
        entries in 0_u64..9_000,
        size in 0_usize..400,
        budgets in prop::collection::vec((10_u32..24, 16_u64..10_000), 1..4),
        slice in 1_usize..200_000,
    ) {
        let mut journal = filled(entries, size);
        let mut view = View::new(Scope::Wire, None);
        // It may be half way when the budget changes.
        view.advance(&journal, slice);
        for (bits, messages) in budgets {
            let budget = Budget { bytes: 1 << bits, messages };
            let before = journal.counts().dropped;
            let said = journal.would_drop(budget);
            journal.set_budget(budget);
            prop_assert!(journal.counts().dropped - before == said);
            check(&journal, size);
            let counts = journal.counts();
            prop_assert!(counts.kept <= messages || journal.entries(0..u64::MAX).count() <= 4_096);
            prop_assert_eq!(rows(&mut view, &journal), journal.entries(0..u64::MAX).map(|entry| entry.seq).collect::<Vec<_>>());
        }
        let at = Moment::from_millis(entries);
        if entries % 50 < 48 {
            journal.append_packet(at, Direction::In, &packet(entries, size));
            check(&journal, size);
            prop_assert_eq!(rows(&mut view, &journal).last().copied(), Some(entries));
        }
    }
}
