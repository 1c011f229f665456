//! The tree of topics: what its rows are, what they sum up, and that it stays still until it is told otherwise.

#![allow(clippy::unwrap_used, reason = "what cannot be built here fails the test")]

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use proptest::prelude::*;
use uiot_testbench::journal::topic_tree::{Fold, TopicTree};
use uiot_testbench::journal::{Budget, Direction, Journal};
use uiot_testbench::mqtt::{Moment, QoS, TopicFilter, TopicName, raw};

const ALL: usize = usize::MAX;

/// A journal and the tree over its topics.
struct Scene {
    journal: Journal,
    tree: TopicTree,
    now: u64,
}

impl Scene {
    fn new(folds: Vec<Fold>) -> Self {
        Self { journal: Journal::default(), tree: TopicTree::new(folds), now: 0 }
    }

    fn of(topics: &[&str]) -> Self {
        let mut scene = Self::new(Vec::new());
        topics.iter().for_each(|topic| scene.message(topic, Direction::In));
        scene.show("");
        scene
    }

    fn message(&mut self, topic: &str, direction: Direction) {
        let topic = TopicName::parse(topic).unwrap();
        let packet =
            raw::publish(&topic, Bytes::from_static(b"21.5"), QoS::AtMostOnce, false, false, None).unwrap();
        self.journal.append_packet(Moment::from_millis(self.now), direction, &packet);
    }

    fn look(&mut self) {
        assert!(self.tree.take_in(self.journal.topics(), ALL));
        self.tree.measure(self.journal.topics(), Moment::from_millis(self.now));
    }

    fn show(&mut self, search: &str) {
        self.look();
        self.tree.lay_out(search, true);
    }

    /// The rows with their depth as dots.
    fn rows(&self) -> Vec<String> {
        let rows = self.tree.rows().iter();
        rows.map(|row| ".".repeat(row.depth as usize) + &self.tree.label(row)).collect()
    }

    fn key(&self, label: &str) -> u64 {
        self.tree.rows().iter().find(|row| self.tree.label(row) == label).unwrap().key()
    }
}

#[test]
fn chains_are_one_row_until_something_stands_beside_them() {
    let mut scene = Scene::of(&["plant/hall/one/temperature"]);
    assert_eq!(scene.rows(), ["plant/hall/one/temperature"]);
    scene.message("plant/hall/one/humidity", Direction::In);
    scene.message("plant/yard", Direction::In);
    scene.show("");
    assert_eq!(scene.rows(), ["plant/", ".hall/one/", "..humidity", "..temperature", ".yard"]);
}

#[test]
fn a_topic_and_what_lies_below_it_are_two_rows_with_filters_that_tell_them_apart() {
    let scene = Scene::of(&["a/b", "a/b/c", "a/b/d", "a/e/f", "a/e/g"]);
    assert_eq!(scene.rows(), ["a/", ".b", ".b/", "..c", "..d", ".e/", "..f", "..g"]);
    let filters: Vec<_> = scene.tree.rows().iter().map(|row| scene.tree.filter(row)).collect();
    assert_eq!(filters, ["a/#", "a/b", "a/b/+/#", "a/b/c", "a/b/d", "a/e/#", "a/e/f", "a/e/g"]);
}

#[test]
fn own_prefixes_come_first_and_are_short() {
    let folds = vec![
        Fold { shown: "~", prefix: "/P/D/".into() },
        Fold { shown: "$sys", prefix: "/$system/P/D/".into() },
    ];
    let mut scene = Scene::new(folds);
    for topic in
        ["/P/D/set", "/$system/P/D/shadow/get", "/$system/P/D/ota/up", "/P/E/set", "~/set", "/P/D/up"]
    {
        scene.message(topic, Direction::Out);
    }
    scene.show("");
    assert_eq!(scene.rows(), ["~/", ".set", ".up", "$sys/", ".ota/up", ".shadow/get", "/P/E/set", "~/set"]);
    let row = scene.tree.rows()[3];
    assert_eq!(scene.tree.filter(&row), "/$system/P/D/#");
    scene.tree.lay_out("~/UP", true);
    assert_eq!(scene.rows(), ["~/", ".up"]);
}

#[test]
fn empty_levels_are_levels() {
    let scene = Scene::of(&["/", "a//b", "a/", "a", "/x"]);
    assert_eq!(scene.rows(), ["/", ".", ".x", "a", "a/", ".", "./b"]);
    let filters: Vec<_> = scene.tree.rows().iter().map(|row| scene.tree.filter(row)).collect();
    assert_eq!(filters, ["/#", "/", "/x", "a", "a/+/#", "a/", "a//b"]);
}

#[test]
fn a_branch_sums_up_what_lies_below_it() {
    let mut scene = Scene::of(&["a/b", "a/b", "a/c/d"]);
    scene.now = 1_000;
    scene.message("a/c/e", Direction::Out);
    scene.now = 2_000;
    scene.show("");
    let branch = scene.tree.figures(&scene.tree.rows()[0]);
    assert_eq!((branch.received, branch.sent, branch.topics), (3, 1, 3));
    assert_eq!((branch.last_seq, branch.last_at), (3, Moment::from_millis(1_000)));
    assert_eq!((branch.rate_in, branch.rate_out), (1.5, 1.0));
    assert_eq!(scene.tree.total(), branch);
    let leaf = scene.tree.figures(&scene.tree.rows()[1]);
    assert_eq!((leaf.received, leaf.sent, leaf.last_seq), (2, 0, 1));
}

#[test]
fn rows_stay_as_they_are_until_the_new_ones_are_admitted() {
    let mut scene = Scene::of(&["a/b/c", "d"]);
    scene.message("a/b/e", Direction::In);
    scene.message("a/b/c", Direction::In);
    scene.look();
    scene.tree.lay_out("", false);
    assert_eq!((scene.rows(), scene.tree.waiting()), (vec!["a/b/c".into(), "d".to_owned()], 1));
    assert_eq!(scene.tree.figures(&scene.tree.rows()[0]).received, 2);
    scene.tree.lay_out("", true);
    assert_eq!((scene.rows().len(), scene.tree.waiting()), (4, 0));
}

#[test]
fn a_closed_branch_stays_closed_and_a_search_opens_it() {
    let mut scene = Scene::of(&["a/b", "a/c", "d/e", "d/f"]);
    scene.tree.set_open(scene.key("a/"), false);
    scene.tree.lay_out("", true);
    assert_eq!(scene.rows(), ["a/", "d/", ".e", ".f"]);
    assert_eq!(scene.tree.rows()[0].open, Some(false));
    scene.message("a/g", Direction::In);
    scene.show("");
    assert_eq!(scene.rows(), ["a/", "d/", ".e", ".f"]);
    scene.tree.lay_out("A/C", true);
    assert_eq!(scene.rows(), ["a/", ".c"]);
    assert_eq!((scene.tree.rows()[1].position, scene.tree.rows()[1].siblings), (1, 1));
    scene.tree.lay_out("nowhere", true);
    assert!(scene.rows().is_empty());
    scene.tree.set_all_open(false);
    scene.tree.lay_out("", true);
    assert_eq!(scene.rows(), ["a/", "d/"]);
    scene.tree.set_all_open(true);
    scene.tree.lay_out("", true);
    assert_eq!(scene.rows().len(), 7);
    assert_eq!(scene.tree.parent_row(6), Some(4));
    assert_eq!(scene.tree.parent_row(4), None);
}

#[test]
fn forgotten_topics_leave_and_keys_never_mean_something_else() {
    let mut scene = Scene::new(Vec::new());
    scene.journal = Journal::new(Budget { bytes: usize::MAX, messages: 64 });
    (0..9_000).for_each(|number| scene.message(&format!("old/{number}"), Direction::In));
    scene.show("");
    let known = scene.tree.total().topics as usize;
    assert_eq!(known, scene.journal.topics().len());
    let key = scene.key("old/");
    (0..9_000).for_each(|number| scene.message(&format!("new/{number}"), Direction::In));
    scene.look();
    scene.tree.lay_out("", false);
    assert_eq!(scene.tree.rows().len(), known + 1, "nothing goes from under a person's hand");
    scene.tree.lay_out("", true);
    scene.look();
    let left = scene.journal.topics().len();
    assert_eq!(scene.tree.total().topics as usize, left);
    assert!(scene.tree.rows().iter().all(|row| row.key() != key || scene.tree.label(row) == "old/"));
    let branches = scene.tree.rows().iter().filter(|row| row.open.is_some()).count();
    assert_eq!(scene.tree.rows().len(), left + branches);
}

#[test]
fn another_journal_is_noticed() {
    let mut scene = Scene::of(&["a/b", "a/c"]);
    assert!(!scene.tree.has_news());
    scene.journal = Journal::default();
    for topic in ["x", "a/c", "a/c"] {
        scene.message(topic, Direction::Out);
    }
    scene.look();
    scene.look();
    assert!(scene.tree.has_news());
    scene.show("");
    scene.look();
    assert_eq!(scene.rows(), ["a/c", "x"]);
    let figures = scene.tree.figures(&scene.tree.rows()[0]);
    assert_eq!((figures.received, figures.sent), (0, 2));
}

#[test]
fn slices_take_in_all_and_a_topic_of_slashes_is_no_abyss() {
    let mut scene = Scene::new(Vec::new());
    scene.message(&"/".repeat(60_000), Direction::In);
    scene.message(&("/".repeat(60_000) + "x"), Direction::In);
    (0..100).for_each(|number| scene.message(&format!("t/{number}"), Direction::In));
    let mut slices = 1;
    while !scene.tree.take_in(scene.journal.topics(), 10) {
        slices += 1;
    }
    assert_eq!(slices, 11);
    scene.show("");
    assert_eq!(scene.tree.rows().len(), 3 + 101);
    assert!(scene.tree.rows().iter().all(|row| row.depth < 64));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Each topic is one row, each row's filter matches just what the row counts, and rows are in order.
    #[test]
    fn rows_filters_and_sums_agree(
        topics in prop::collection::vec("[ab]?(/[ab12]{0,2}){0,3}", 1..40),
        later in prop::collection::vec("[ab]?(/[ab12]{0,2}){0,3}", 0..10),
    ) {
        let mut scene = Scene::new(vec![Fold { shown: "~", prefix: "a/b/".into() }]);
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for topic in topics.iter().chain(&later).filter(|topic| !topic.is_empty()) {
            scene.message(topic, Direction::In);
            *counts.entry(topic.clone()).or_default() += 1;
            if counts.len().is_multiple_of(7) {
                scene.show("");
            }
        }
        scene.show("");
        let rows = scene.tree.rows();
        let leaves: Vec<_> = rows.iter().filter(|row| row.open.is_none()).map(|row| scene.tree.path(row)).collect();
        prop_assert_eq!(leaves.iter().cloned().collect::<BTreeSet<_>>(), counts.keys().cloned().collect());
        prop_assert_eq!(leaves.len(), counts.len());
        for row in rows {
            let filter = TopicFilter::parse(&scene.tree.filter(row)).unwrap();
            let matching: u64 = counts.iter().filter(|(topic, _)| filter.matches(topic)).map(|(_, count)| count).sum();
            // `a/b/c` is not below `a/` but below `~/`.
            if row.open.is_none() || scene.tree.path(row) != "a/" {
                prop_assert_eq!(scene.tree.figures(row).received, matching, "{}", filter.as_str());
            }
        }
        for (index, row) in rows.iter().enumerate() {
            let beside = rows.iter().enumerate().filter(|(other, each)| {
                each.depth == row.depth && scene.tree.parent_row(*other) == scene.tree.parent_row(index)
            });
            prop_assert_eq!(beside.count(), row.siblings as usize);
        }
    }
}
