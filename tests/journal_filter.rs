//! A filtered view has the rows that a plain look at every entry would give, whatever came, went or changed meanwhile.
#![allow(clippy::unwrap_used, reason = "a test that fails is to stop")]

use std::collections::BTreeSet;

use bytes::Bytes;
use proptest::prelude::*;
use uiot_testbench::journal::query::{Query, TimePoint};
use uiot_testbench::journal::{
    Ack, Budget, Cleared, Direction, Filter, Journal, Matches, Note, Scope, Surroundings, View,
};
use uiot_testbench::mqtt::{EndCause, Moment, PacketId, PacketKind, QoS, TopicName, raw};
use uiot_testbench::uiot::RetCode;

/// What a packet or a note is, apart from its bytes.
#[derive(Clone, Debug)]
struct Known {
    seq: u64,
    at: Moment,
    direction: Direction,
    kind: Option<PacketKind>,
    packet: Vec<u8>,
    topic: &'static str,
    payload: Vec<u8>,
    qos: Option<u8>,
    id: u16,
    /// Return codes that it carries.
    codes: Vec<i64>,
    /// Whether it tells of a fault, its acknowledgement left aside.
    is_fault: bool,
    ack_is_fault: bool,
    is_note: bool,
}

type Check = fn(&Known) -> bool;

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn has_word(known: &Known, word: &str) -> bool {
    let within = |bytes: &[u8]| holds(&bytes.to_ascii_lowercase(), word.to_ascii_lowercase().as_bytes());
    match known.kind {
        Some(PacketKind::Publish) => within(known.topic.as_bytes()) || within(&known.payload),
        _ => within(&known.packet),
    }
}

fn is_publish(known: &Known) -> bool {
    known.kind == Some(PacketKind::Publish)
}

/// Texts, and what they mean in the plainest words.
const QUERIES: [(&str, Check); 22] = [
    ("", |_| true),
    ("temp", |known| !known.is_note && has_word(known, "temp")),
    ("-temp", |known| !known.is_note && !has_word(known, "temp")),
    ("温度 TEMP", |known| !known.is_note && has_word(known, "temp") && has_word(known, "温度")),
    ("/(temp|te.p)/", |known| {
        !known.is_note && (holds(&known.payload, b"temp") || known.topic.contains("temp"))
    }),
    ("-/[温室]/i", |known| !known.is_note && !has_word(known, "温") && !has_word(known, "室")),
    ("topic:a/+", |known| is_publish(known) && matches!(known.topic, "a/temp" | "a/b")),
    ("topic:A/", |known| is_publish(known) && known.topic.contains("a/")),
    ("topic:=a/b", |known| is_publish(known) && known.topic == "a/b"),
    ("dir:out", |known| !known.is_note && known.direction == Direction::Out),
    ("qos:1 dir:in", |known| known.qos == Some(1) && known.direction == Direction::In),
    ("is:error", |known| known.is_fault || known.ack_is_fault),
    ("-is:error", |known| !known.is_fault && !known.ack_is_fault),
    ("is:error dir:out", |known| {
        !known.is_note && known.direction == Direction::Out && (known.is_fault || known.ack_is_fault)
    }),
    ("after:00:00:00.05", |known| known.at.as_micros() >= 50_000),
    ("before:00:00:00.05 type:NOTE", |known| known.at.as_micros() < 50_000 && known.is_note),
    ("hex:ff00", |known| is_publish(known) && holds(&known.payload, &[0xff, 0])),
    ("type:SUB", |known| known.kind == Some(PacketKind::SubAck)),
    ("-type:PUB", |known| !is_publish(known)),
    ("code:0x80", |known| known.codes.contains(&128)),
    ("code:220", |known| known.codes.contains(&220)),
    ("id:7 size:<30", |known| {
        known.id == 7 && (if is_publish(known) { known.payload.len() } else { known.packet.len() }) < 30
    }),
];

const TOPICS: [&str; 5] = ["a/temp", "a/b", "a", "温度", "b/a/TEMP"];

fn payloads() -> [Vec<u8>; 8] {
    [
        b"".to_vec(),
        "{\"temp\":26.4,\"室温\":1}".into(),
        "TEMP 温度".into(),
        b"\xff\x00\xfe temp".to_vec(),
        br#"{"RequestID":"1","RetCode":0}"#.to_vec(),
        br#"{"RetCode":220,"Message":"x"}"#.to_vec(),
        br#"{"RetCode":"no number""#.to_vec(),
        vec![b'x'; 900],
    ]
}

#[derive(Clone, Debug)]
enum Step {
    Publish { out: bool, topic: usize, payload: usize, id: Option<u16> },
    ConnAck(u8),
    SubAck(u8),
    PingReq,
    Broken,
    Note(bool),
    Amend(usize, Ack),
    Clear,
    Restore,
    Forget,
    Advance(usize),
    Filter(usize),
    Pause(bool),
    Budget(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let ack =
        prop::sample::select(vec![Ack::Overdue, Ack::Lost, Ack::After(3), Ack::Pending, Ack::Refused(1)]);
    prop_oneof![
        20 => (any::<bool>(), 0..TOPICS.len(), 0..payloads().len(), prop::option::of(6_u16..9))
            .prop_map(|(out, topic, payload, id)| Step::Publish { out, topic, payload, id }),
        1 => (0_u8..3).prop_map(Step::ConnAck),
        1 => prop::sample::select(vec![0, 1, 0x80]).prop_map(Step::SubAck),
        1 => Just(Step::PingReq),
        1 => Just(Step::Broken),
        2 => any::<bool>().prop_map(Step::Note),
        4 => (any::<usize>(), ack).prop_map(|(which, ack)| Step::Amend(which, ack)),
        1 => Just(Step::Clear),
        1 => Just(Step::Restore),
        1 => Just(Step::Forget),
        6 => (0_usize..4000).prop_map(Step::Advance),
        2 => (0..QUERIES.len()).prop_map(Step::Filter),
        1 => any::<bool>().prop_map(Step::Pause),
        1 => (5_u64..200).prop_map(Step::Budget),
    ]
}

fn resolve(time: TimePoint) -> Option<Moment> {
    let seconds = u64::from(time.hour) * 3600 + u64::from(time.minute) * 60 + u64::from(time.second);
    Some(Moment::from_micros(seconds * 1_000_000 + u64::from(time.micros)))
}

fn filter(text: &str) -> Filter {
    let ret_code = |payload: &[u8]| RetCode::in_message(payload).map(|RetCode(code)| code);
    Filter::compile(
        &Query::parse(text).unwrap(),
        &Surroundings { resolve: &resolve, ret_code, whole_packets: false },
    )
}

fn publish(topic: &str, payload: &[u8], id: Option<u16>) -> Bytes {
    let qos = if id.is_some() { QoS::AtLeastOnce } else { QoS::AtMostOnce };
    let (topic, payload) = (TopicName::parse(topic).unwrap(), Bytes::copy_from_slice(payload));
    raw::publish(&topic, payload, qos, false, false, id.and_then(PacketId::new)).unwrap()
}

/// A journal and its view, beside all that ever was appended.
struct Bench {
    journal: Journal,
    view: View,
    scope: Scope,
    check: Check,
    all: Vec<Known>,
    cleared: Option<Cleared>,
    /// While paused: what is from here on is not shown.
    shown_to: Option<u64>,
    now: u64,
}

impl Bench {
    fn new(scope: Scope, messages: u64) -> Self {
        Self {
            journal: Journal::new(Budget { bytes: 1 << 20, messages }),
            view: View::new(scope, None),
            scope,
            check: |_| true,
            all: Vec::new(),
            cleared: None,
            shown_to: None,
            now: 0,
        }
    }

    fn append(&mut self, direction: Direction, packet: &[u8], edit: impl FnOnce(&mut Known)) {
        let at = Moment::from_micros(self.now);
        let seq = self.journal.append_packet(at, direction, packet);
        let mut known = Known {
            seq,
            at,
            direction,
            kind: PacketKind::from_first_byte(packet[0]),
            packet: packet.to_vec(),
            topic: "",
            payload: Vec::new(),
            qos: None,
            id: 0,
            codes: Vec::new(),
            is_fault: false,
            ack_is_fault: false,
            is_note: false,
        };
        edit(&mut known);
        self.all.push(known);
    }

    fn take(&mut self, step: Step) {
        self.now += 700;
        match step {
            Step::Publish { out, topic, payload, id } => {
                let direction = if out { Direction::Out } else { Direction::In };
                let bytes = payloads()[payload].clone();
                self.append(direction, &publish(TOPICS[topic], &bytes, id), |known| {
                    known.topic = TOPICS[topic];
                    known.payload = bytes;
                    known.qos = Some(id.is_some().into());
                    known.id = id.unwrap_or(0);
                    known.codes = if payload == 4 {
                        vec![0]
                    } else if payload == 5 {
                        vec![220]
                    } else {
                        vec![]
                    };
                    known.is_fault = payload == 5;
                });
            }
            Step::ConnAck(code) => self.append(Direction::In, &[0x20, 2, 0, code], |known| {
                known.codes = vec![code.into()];
                known.is_fault = code != 0;
            }),
            Step::SubAck(code) => self.append(Direction::In, &[0x90, 4, 0, 7, 1, code], |known| {
                known.codes = vec![1, code.into()];
                known.is_fault = code == 0x80;
                known.id = 7;
            }),
            Step::PingReq => self.append(Direction::Out, &[0xc0, 0], |_| {}),
            Step::Broken => self.append(Direction::In, &[0xf0, 9, 1], |known| known.is_fault = true),
            Step::Note(is_fault) => {
                let note =
                    if is_fault { Note::QueueDiscarded(3) } else { Note::Ended(EndCause::Disconnected) };
                self.append(Direction::In, &[0], |_| {});
                // The number that was just taken is a packet's: the note is the next.
                let seq = self.journal.append_note(Moment::from_micros(self.now), note);
                let last = self.all.last_mut().unwrap();
                last.is_fault = true;
                let note =
                    Known { seq, is_fault, is_note: true, kind: None, packet: Vec::new(), ..last.clone() };
                self.all.push(note);
            }
            Step::Amend(which, ack) => {
                let first = self.journal.first_seq();
                let stored: Vec<usize> = (0..self.all.len())
                    .filter(|index| self.all[*index].seq >= first && !self.all[*index].is_note)
                    .collect();
                if let Some(index) = stored.get(which % stored.len().max(1)) {
                    let known = &mut self.all[*index];
                    known.ack_is_fault = ack.is_fault();
                    self.journal.set_ack(known.seq, ack);
                }
            }
            Step::Clear => self.cleared = Some(self.journal.clear()),
            Step::Restore => {
                if let Some(mark) = self.cleared.take() {
                    self.journal.restore(mark);
                }
            }
            Step::Forget => {
                if let Some(mark) = self.cleared.take() {
                    self.journal.forget_cleared(mark);
                }
            }
            Step::Advance(work) => {
                self.view.advance(&self.journal, work);
                self.compare(false);
            }
            Step::Filter(which) => {
                let (text, check) = QUERIES[which];
                let wanted: Option<Box<dyn Matches>> =
                    if text.is_empty() { None } else { Some(Box::new(filter(text))) };
                self.view.set_filter(wanted);
                self.check = check;
            }
            Step::Pause(paused) => {
                self.finish();
                self.view.set_paused(&self.journal, paused);
                let end = self.journal.end_seq();
                self.shown_to = paused.then(|| self.shown_to.unwrap_or(end));
            }
            Step::Budget(messages) => self.journal.set_budget(Budget { bytes: 1 << 20, messages }),
        }
    }

    fn finish(&mut self) {
        for round in 0.. {
            assert!(round < 10_000, "the view never ends");
            if self.view.advance(&self.journal, 700) {
                break;
            }
        }
        self.compare(true);
    }

    /// The view's rows against all that is stored. Before it is through it may lack some, but has none that is wrong;
    /// what became of a request since is taken up with the next step.
    fn compare(&self, whole: bool) {
        let stored = self.journal.first_seq()..self.journal.end_seq().min(self.shown_to.unwrap_or(u64::MAX));
        let in_scope = |known: &&Known| self.scope == Scope::Wire || known.is_note || is_publish(known);
        let expected: Vec<&Known> = self
            .all
            .iter()
            .filter(|known| stored.contains(&known.seq))
            .filter(in_scope)
            .filter(|known| (self.check)(known))
            .collect();
        let rows: Vec<u64> = self.view.rows(0..usize::MAX).collect();
        assert_eq!(rows.len(), self.view.row_count());
        if whole {
            assert_eq!(rows, expected.iter().map(|known| known.seq).collect::<Vec<_>>());
            let messages = expected.iter().filter(|known| is_publish(known)).count();
            assert_eq!(self.view.messages(), messages);
            for (row, seq) in rows.iter().enumerate() {
                assert_eq!((self.view.row(row), self.view.row_of(*seq)), (Some(*seq), row));
            }
        } else {
            let expected: BTreeSet<u64> = expected.iter().map(|known| known.seq).collect();
            assert!(rows.is_sorted() && rows.iter().all(|seq| expected.contains(seq)));
        }
    }
}

proptest! {
    #[test]
    fn a_filtered_view_has_the_rows_of_a_plain_look_at_all(
        wire in any::<bool>(),
        messages in 10_u64..200,
        first in 0..QUERIES.len(),
        steps in prop::collection::vec(step(), 1..150),
    ) {
        let mut bench = Bench::new(if wire { Scope::Wire } else { Scope::Messages }, messages);
        bench.take(Step::Filter(first));
        for step in steps {
            bench.take(step);
        }
        bench.finish();
        for which in 0..QUERIES.len() {
            bench.take(Step::Filter(which));
            bench.finish();
        }
    }
}

#[test]
fn what_was_remembered_of_a_topic_goes_when_its_number_means_another() {
    let mut journal = Journal::new(Budget { bytes: 64 << 20, messages: 10 });
    let mut view = View::new(Scope::Messages, Some(Box::new(filter("topic:odd"))));
    let generation = journal.topics().generation();
    for number in 0..60_000_u64 {
        // In no pattern that the order in which numbers are given anew could keep.
        let topic = format!("{}/{number}", if number * 7919 % 13 < 6 { "even" } else { "odd" });
        journal.append_packet(Moment::from_micros(number), Direction::In, &publish(&topic, b"", None));
        if number % 7 == 0 {
            while !view.advance(&journal, 4096) {}
        }
    }
    assert_ne!(journal.topics().generation(), generation, "no topic was forgotten");
    while !view.advance(&journal, 4096) {}
    let odd = |seq: &u64| journal.entry(*seq).unwrap().topic().starts_with("odd");
    let expected: Vec<u64> = (journal.first_seq()..journal.end_seq()).filter(odd).collect();
    assert_eq!(view.rows(0..usize::MAX).collect::<Vec<_>>(), expected);
}

#[test]
fn more_acknowledgements_than_are_remembered_are_found_all_the_same() {
    let mut journal = Journal::default();
    let mut view = View::new(Scope::Messages, Some(Box::new(filter("is:error"))));
    for _ in 0..10_000 {
        journal.append_packet(Moment::ZERO, Direction::Out, &publish("a", b"x", Some(1)));
    }
    while !view.advance(&journal, 4096) {}
    assert_eq!(view.row_count(), 0);
    for seq in 0..10_000 {
        journal.set_ack(seq, Ack::Overdue);
    }
    while !view.advance(&journal, 4096) {}
    assert_eq!(view.row_count(), 10_000);
}

#[test]
fn a_return_code_other_than_0_is_an_error_however_it_is_written() {
    let mut journal = Journal::default();
    let mut filter = filter("is:error");
    for (payload, is_error) in [
        (r#"{"RetCode":0}"#, false),
        (r#"{"RetCode": "0" ,"x":1}"#, false),
        (r#"{"RetCode" : 220}"#, true),
        (r#"{"RetCode":"220"}"#, true),
        (r#"{"RetCode":-1}"#, true),
        (r#"{"Payload":{"RetCode":100026,"x":{"RetCode":0}}}"#, true),
        (r#"{"x":{"RetCode":0},"RetCode":7}"#, true),
        (r#"{"x":"RetCode\":5","RetCode":0}"#, false),
        (r#"{"Payload":{"Payload":{"RetCode":5}}}"#, false),
        (r#"{"RetCode":5"#, false),
        (r#"[{"RetCode":5}]"#, false),
    ] {
        let seq = journal.append_packet(Moment::ZERO, Direction::In, &publish("a", payload.as_bytes(), None));
        let entry = journal.entry(seq).unwrap();
        assert_eq!(filter.matches(&entry, journal.topics()), is_error, "{payload}");
    }
}

#[test]
fn sizes_are_those_of_the_payload_or_of_the_packet_as_the_list_shows_them() {
    let mut journal = Journal::default();
    journal.append_packet(Moment::ZERO, Direction::In, &publish("a/b", b"12345", None));
    let query = Query::parse("size:5").unwrap();
    let found = |whole_packets| {
        let surroundings = Surroundings { resolve: &resolve, ret_code: |_| None, whole_packets };
        let mut filter = Filter::compile(&query, &surroundings);
        filter.matches(&journal.entry(0).unwrap(), journal.topics())
    };
    assert_eq!((found(false), found(true)), (true, false));
}
