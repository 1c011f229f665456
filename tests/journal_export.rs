//! A journal that is exported and opened again is the same, byte for byte; what is damaged is named, and the rest
//! stays; no form holds a secret.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;
use uiot_testbench::journal::export::{About, Column, Export, Form, Locale, Step, file_name, ranges};
use uiot_testbench::journal::import::{Import, ImportError, LineFault, MOST_FAULTS, Record};
use uiot_testbench::journal::{Ack, Budget, Direction, Journal, Note, WallClock, mask};
use uiot_testbench::mqtt::{
    CloseInfo, ConnectReturnCode, EndCause, Moment, PacketKind, QuietClose, Rule, Stage, Violation,
};
use uiot_testbench::uiot;

/// 2026-11-23T05:31:26.123456Z
const ZERO: u64 = 1_795_411_886_123_456;

struct English;

impl Locale for English {
    fn column(&self, column: Column) -> &str {
        match column {
            Column::Number => "No.",
            Column::Content => "Content, or note",
            _ => "…",
        }
    }

    fn direction(&self, direction: Direction) -> &str {
        if direction == Direction::In { "received" } else { "sent" }
    }

    fn ack(&self, ack: Ack) -> String {
        format!("{ack:?}")
    }

    fn note(&self, note: &Note) -> String {
        format!("{note:?}")
    }

    fn gone(&self, count: u64) -> String {
        format!("{count} gone")
    }

    fn offset_minutes(&self, _: u64) -> i32 {
        480
    }
}

fn about() -> About {
    About {
        product: "UIoT Testbench 0.1.0".to_owned(),
        clock: WallClock::new(vec![(Moment::ZERO, ZERO)]),
        filter: "topic:\"a/#\"".to_owned(),
        host: "broker.example".to_owned(),
        client_id: "产品.device".to_owned(),
        protocol: "3.1.1".to_owned(),
    }
}

fn export(journal: &Journal, form: Form) -> Vec<u8> {
    export_in(journal, form, usize::MAX)
}

fn export_in(journal: &Journal, form: Form, work: usize) -> Vec<u8> {
    let all = vec![journal.first_seq()..journal.end_seq()];
    run(Export::new(form, all, about(), Box::new(English), uiot::secrets), journal, work)
}

fn run(mut export: Export, journal: &Journal, work: usize) -> Vec<u8> {
    let mut file = Vec::new();
    while export.advance(journal, work, &mut file) != Step::Done {}
    file
}

fn import(file: &[u8], chunk: usize) -> Result<Record, ImportError> {
    let mut import = Import::new(Budget::default());
    for chunk in file.chunks(chunk) {
        import.advance(chunk)?;
    }
    import.finish()
}

/// All that there is to an entry.
fn entries(journal: &Journal) -> Vec<(Moment, Direction, Option<PacketKind>, Ack, Vec<u8>, Option<Note>)> {
    let all = journal.entries(journal.first_seq()..journal.end_seq());
    all.map(|each| {
        (each.at, each.direction, each.kind, each.ack, each.packet().to_vec(), each.note().cloned())
    })
    .collect()
}

fn publish(topic: &[u8], payload: &[u8], first_byte: u8) -> Vec<u8> {
    let id: &[u8] = if first_byte & 0b0110 == 0 { &[] } else { &[0, 7] };
    let mut length = 2 + topic.len() + id.len() + payload.len();
    let mut packet = vec![first_byte];
    while length > 127 {
        packet.push((length % 128) as u8 | 0x80);
        length /= 128;
    }
    packet.push(length as u8);
    packet.extend((topic.len() as u16).to_be_bytes());
    packet.extend([topic, id, payload].concat());
    packet
}

fn notes() -> Vec<Note> {
    let close = || CloseInfo { code: 4001, reason: "再见 \"\u{1}".to_owned(), clean: true };
    let causes = [
        EndCause::Disconnected,
        EndCause::Refused(ConnectReturnCode::NotAuthorized),
        EndCause::Refused(ConnectReturnCode::Reserved(77)),
        EndCause::OpenTimeout,
        EndCause::OpenFailed("SyntaxError: <b>no</b>".to_owned()),
        EndCause::ConnAckTimeout,
        EndCause::PingTimeout,
        EndCause::NotMqtt,
        EndCause::Violation(Rule::SubAckCount),
        EndCause::Closed(Stage::Opening, close()),
        EndCause::Closed(Stage::AwaitingConnAck, close()),
        EndCause::Closed(Stage::Online, close()),
        EndCause::Duel(vec![
            QuietClose { lived: Duration::from_nanos(1_234_567_891), close: close() },
            QuietClose { lived: Duration::ZERO, close: close() },
        ]),
    ];
    let mut notes = vec![
        Note::Opening {
            address: "wss://broker.example:443/mqtt".to_owned(),
            sub_protocol: "mqtt".to_owned(),
        },
        Note::Opened { sub_protocol: String::new() },
        Note::Connected { session_present: true, after_micros: u64::MAX },
        Note::Restored { subscriptions: 3, resent: 2, queued: 1 },
        Note::Overdue { kind: PacketKind::Unsubscribe, filter: "温/+/#".to_owned() },
        Note::QueueDiscarded(12),
        Note::Pinging(false),
        Note::SubscriptionRefused { filter: "a,b\n\"c\"".to_owned(), code: 0x80 },
        Note::Violation(Violation { rule: Rule::PublishQos3, bytes: Bytes::from_static(&[0x36, 0xff, 0]) }),
    ];
    notes.extend(causes.map(Note::Ended));
    notes
}

fn acks() -> [Ack; 9] {
    [
        Ack::None,
        Ack::Pending,
        Ack::After(23_456),
        Ack::Refused(0x80),
        Ack::Overdue,
        Ack::Interrupted,
        Ack::Resent,
        Ack::Lost,
        Ack::Answers(u32::MAX),
    ]
}

/// Everything that a journal can hold.
fn everything() -> Journal {
    let mut journal = Journal::default();
    let mut at = Moment::from_micros(1);
    let mut later = || {
        at = at + Duration::from_micros(1_000_003);
        at
    };
    for kind in 1..=14_u8 {
        if kind != 3 {
            journal.append_packet(later(), Direction::In, &[kind << 4, 2, 0, 9]);
        }
    }
    let large: Vec<u8> = (0..256 * 1024_u32).map(|index| (index * 7) as u8).collect();
    let long = "温".repeat(30_000);
    let payloads: [&[u8]; 10] = [
        b"",
        b"{\"a\": 1}\r\n",
        &[0xff, 0xfe, 0, 1, b'"', b'\\'],
        b"broken \xf0\x9f\x98 utf-8",
        b"nul \0 \x1f \x7f",
        "emoji 😀 温度 \u{2028}".as_bytes(),
        b"=cmd|' /C calc'!A0",
        b"-1",
        &large,
        long.as_bytes(),
    ];
    for (index, payload) in payloads.into_iter().enumerate() {
        let direction = if index % 2 == 0 { Direction::In } else { Direction::Out };
        journal.append_packet(later(), direction, &publish("主题/a,\"b\"".as_bytes(), payload, 0x3b));
    }
    journal.append_packet(later(), Direction::In, &publish(b"\xff\xfe\n", b"x", 0x30));
    for ack in acks() {
        let seq = journal.append_packet(later(), Direction::Out, &publish(b"t", b"x", 0x32));
        journal.set_ack(seq, ack);
    }
    // What is no packet at all.
    journal.append_packet(later(), Direction::In, &[0xf0, 1, 2, 3]);
    for note in notes() {
        journal.append_note(later(), note);
    }
    journal
}

#[test]
fn what_is_exported_comes_back_byte_for_byte() {
    let journal = everything();
    let file = export(&journal, Form::Jsonl);
    let record = import(&file, 64 * 1024).unwrap();
    assert_eq!(entries(&record.journal), entries(&journal));
    assert_eq!(record.about, about());
    assert_eq!((record.entries, record.left_out), (journal.end_seq(), 0));
    assert_eq!(record.faults, []);
    assert!(record.is_whole);
    assert_eq!(export(&record.journal, Form::Jsonl), file, "and goes out the same");
}

#[test]
fn every_kind_of_note_is_tried() {
    let mut journal = Journal::default();
    for note in notes() {
        journal.append_note(Moment::ZERO, note);
    }
    let mut kinds = BTreeSet::new();
    for line in export(&journal, Form::Jsonl).split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let line: serde_json::Value = serde_json::from_slice(line).unwrap();
        let note = &line["note"];
        kinds.extend([note["kind"].to_string(), note["cause"]["kind"].to_string()]);
    }
    // Ten kinds of notes, ten causes of an end, and what stands for none.
    assert_eq!(kinds.len(), 10 + 10 + 1 - 1, "“violation” is both: {kinds:?}");
}

#[test]
fn slices_of_any_size_give_the_same_file() {
    let journal = everything();
    for form in Form::ALL {
        let whole = export(&journal, form);
        for work in [1, 1000, 100_000] {
            assert!(export_in(&journal, form, work) == whole, "{form:?} in slices of {work}");
        }
    }
    let file = export(&journal, Form::Jsonl);
    for chunk in [1, 7, 4096, file.len()] {
        assert_eq!(entries(&import(&file, chunk).unwrap().journal), entries(&journal));
    }
}

#[test]
fn a_slice_is_little_more_than_was_asked_for() {
    let mut journal = Journal::default();
    journal.append_packet(Moment::ZERO, Direction::In, &publish(b"t", &vec![1; 8 * 1024 * 1024], 0x30));
    for form in Form::ALL {
        let mut export =
            Export::new(form, vec![0..1], about(), Box::new(English), |_: &str, _: &[u8]| Vec::new());
        let mut file = Vec::new();
        loop {
            let before = file.len();
            let step = export.advance(&journal, 1, &mut file);
            assert!(file.len() - before < 300_000, "{form:?}: {}", file.len() - before);
            if step == Step::Done {
                break;
            }
        }
    }
}

#[test]
fn what_is_dropped_meanwhile_is_counted() {
    let mut journal = Journal::new(Budget { bytes: 1024 * 1024, messages: 1000 });
    let append = |journal: &mut Journal, number: u32| {
        journal.append_packet(Moment::ZERO, Direction::In, &publish(b"t", &number.to_be_bytes(), 0x30));
    };
    (0..1000).for_each(|number| append(&mut journal, number));
    let mut export =
        Export::new(Form::Jsonl, vec![journal.first_seq()..1000], about(), Box::new(English), uiot::secrets);
    let total = export.total();
    let mut file = Vec::new();
    assert!(
        matches!(export.advance(&journal, 20_000, &mut file), Step::More(done) if done > 0.0 && done < 0.5)
    );
    let written = export.written();
    (1000..1500).for_each(|number| append(&mut journal, number));
    let first = journal.first_seq();
    assert!(first > written);
    while export.advance(&journal, 20_000, &mut file) != Step::Done {}
    assert_eq!(export.gone(), first - written);
    assert_eq!(export.written() + export.gone(), total);
    let record = import(&file, 4096).unwrap();
    assert_eq!((record.entries, record.gone, record.left_out), (export.written(), export.gone(), 0));

    let gone = vec![0..5];
    for (form, expected) in [(Form::Csv, ",5 gone\r\n"), (Form::Wire, "# 5 gone\n")] {
        let export = Export::new(form, gone.clone(), about(), Box::new(English), uiot::secrets);
        assert!(String::from_utf8(run(export, &journal, 99)).unwrap().ends_with(expected));
    }
}

#[test]
fn only_what_is_chosen_is_written() {
    let journal = everything();
    let chosen = ranges([2, 3, 4, 8, 10, 11]);
    assert_eq!(chosen, [2..5, 8..9, 10..12]);
    let export = Export::new(Form::Jsonl, chosen, about(), Box::new(English), uiot::secrets);
    let record = import(&run(export, &journal, 500), 100).unwrap();
    let all = entries(&journal);
    let expected: Vec<_> = [2, 3, 4, 8, 10, 11].map(|index: usize| all[index].clone()).to_vec();
    assert_eq!(entries(&record.journal), expected);
}

#[test]
fn a_file_has_a_name_that_every_system_takes() {
    let name = |id| file_name(id, "2026-11-23 13:31:26.123456", Form::Jsonl);
    assert_eq!(name("6ptk.greenhouse-07"), "6ptk.greenhouse-07-20261123-133126.jsonl");
    assert_eq!(name(""), "uiot-testbench-20261123-133126.jsonl");
    assert_eq!(name("../温|度:*?"), "_______-20261123-133126.jsonl");
    assert!(name(&"x".repeat(70_000)).len() < 120);
}

#[test]
fn no_form_holds_a_secret() {
    const SECRET: &str = "geheim-42-geheim";
    let mut journal = Journal::default();
    let mut connect = b"\x10\x22\x00\x04MQTT\x04\xc2\x00\x3c\x00\x01c\x00\x01u\x00\x10".to_vec();
    connect.extend_from_slice(SECRET.as_bytes());
    let place = connect.len() - SECRET.len()..connect.len();
    journal.append_packet(Moment::ZERO, Direction::Out, &mask(&connect, [place]));
    let reply = format!(r#"{{"RetCode":0,"RequestID":"9007199254740993","Password":"{SECRET}"}}"#);
    let topic = b"/$system/p/d/password_reply";
    let packet = publish(topic, reply.as_bytes(), 0x30);
    journal.append_packet(Moment::ZERO, Direction::In, &packet);
    let cut = publish(topic, format!("{reply}{}", " ".repeat(500)).as_bytes(), 0x38);
    journal.append_note(Moment::ZERO, Note::Violation(Violation::new(Rule::DupWithQos0, &cut)));
    let broken = format!("{{\"Password\":\"{SECRET}");
    journal.append_packet(Moment::ZERO, Direction::In, &publish(topic, broken.as_bytes(), 0x30));

    let hex: Vec<String> = SECRET.bytes().map(|byte| format!("{byte:02x}")).collect();
    for form in Form::ALL {
        let file = String::from_utf8(export(&journal, form)).unwrap();
        for shown in
            [SECRET.to_owned(), hex.concat(), hex[..8].join(" "), hex[8..].join(" "), hex[2..6].join(" ")]
        {
            assert!(!file.contains(&shown), "{form:?} holds {shown}: {file}");
        }
    }
    let record = import(&export(&journal, Form::Jsonl), 999).unwrap();
    for (_, _, _, _, packet, note) in entries(&record.journal) {
        let quoted = note.map(|note| match note {
            Note::Violation(violation) => violation.bytes.to_vec(),
            _ => Vec::new(),
        });
        for bytes in [packet, quoted.unwrap_or_default()] {
            assert!(!bytes.windows(8).any(|window| SECRET.as_bytes().starts_with(window)));
        }
    }
    let covered = record.journal.entry(1).unwrap();
    let expected = reply.replace(SECRET, &"*".repeat(SECRET.len()));
    assert_eq!(covered.payload(), expected.as_bytes(), "only the secret is covered");
}

#[test]
fn a_table_is_safe_to_open() {
    let file = String::from_utf8(export(&everything(), Form::Csv)).unwrap();
    let rows = file.strip_prefix('\u{feff}').unwrap();
    assert!(rows.starts_with("No.,…"));
    assert!(rows.contains("\"Content, or note\"\r\n"));
    assert!(rows.contains(",\"'=cmd|' /C calc'!A0\"\r\n"));
    assert!(rows.contains(",\"'-1\"\r\n"));
    assert!(rows.contains(",\"主题/a,\"\"b\"\"\",1,1,1,7,"));
    assert!(rows.contains("\"{\"\"a\"\": 1}\r\n\"\r\n"));
    assert!(rows.contains(",\"0xfffe0001225c\"\r\n"));
    assert!(rows.contains(",\"emoji 😀 温度 \u{2028}\"\r\n"));
    assert!(
        rows.contains("0 … +245804 B\"\r\n") || rows.contains(" … +245804 B\"\r\n"),
        "the large one is cut"
    );
    assert!(rows.contains("温 … +57300 B\"\r\n"));
    assert!(rows.contains("1,2026-11-23 13:31:27.123460,received,CONNECT,,,,,,4,,,,\r\n"));
    assert!(rows.contains(",After(23456),23.456,\"x\"\r\n"));
    for row in rows.split("\r\n") {
        let longest = row.split(',').map(|cell| cell.chars().count()).max();
        assert!(longest <= Some(32_767));
    }
}

#[test]
fn a_dump_can_be_read_back() {
    let journal = everything();
    let file = String::from_utf8(export(&journal, Form::Wire)).unwrap();
    let mut packets: Vec<(char, Vec<u8>)> = Vec::new();
    for line in file.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        if let Some(time) = line.strip_prefix("I ").or(line.strip_prefix("O ")) {
            assert_eq!(time.len(), "2026-11-23 13:31:26.123456".len());
            packets.push((line.chars().next().unwrap(), Vec::new()));
            continue;
        }
        let bytes = &mut packets.last_mut().unwrap().1;
        let (offset, rest) = line.split_once(' ').unwrap();
        assert_eq!(usize::from_str_radix(offset, 16).unwrap(), bytes.len());
        let digits = rest.split_once("  |").unwrap().0;
        bytes.extend(digits.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()));
    }
    let expected: Vec<_> = entries(&journal)
        .into_iter()
        .filter(|entry| entry.5.is_none())
        .map(|entry| (if entry.1 == Direction::In { 'I' } else { 'O' }, entry.4))
        .collect();
    assert!(packets == expected);
    assert!(file.contains("  QoS 1  DUP  RETAIN  id 7  主题/a,\"b\""));
    assert!(file.contains("��·"), "a topic never begins a line");
}

fn lines(file: &[u8]) -> Vec<String> {
    String::from_utf8(file.to_vec()).unwrap().lines().map(str::to_owned).collect()
}

fn ten_messages() -> (Journal, Vec<String>) {
    let mut journal = Journal::default();
    for number in 0..10_u64 {
        let packet = publish(b"t", number.to_string().as_bytes(), 0x30);
        journal.append_packet(Moment::from_millis(number * 10), Direction::In, &packet);
    }
    let lines = lines(&export(&journal, Form::Jsonl));
    (journal, lines)
}

#[test]
fn a_damaged_line_is_named_and_the_rest_kept() {
    let (journal, good) = ten_messages();
    let all = entries(&journal);
    // Line 5 of the file tells of entry 3.
    let damage: [(&str, LineFault); 16] = [
        ("", LineFault::Json(0)),
        ("{\"seq\":3,\"time\":", LineFault::Json(17)),
        ("garbage \u{fffd}", LineFault::NoObject),
        ("[1,2]", LineFault::NoObject),
        ("{}", LineFault::Time),
        (r#"{"at":18446744073709551615}"#, LineFault::Time),
        (r#"{"at":30000}"#, LineFault::NoPacket),
        (r#"{"at":30000,"packet":"w"}"#, LineFault::Base64),
        (r#"{"at":30000,"packet":"wAA=","type":"PINGREQ"}"#, LineFault::Direction),
        (r#"{"at":30000,"packet":"wAA=","type":"PUBACK","direction":"in"}"#, LineFault::Type),
        (r#"{"at":30000,"packet":"wAA=","type":"PINGREQ","direction":"in","ack":"later"}"#, LineFault::Ack),
        (r#"{"at":30000,"packet":"wAA=","type":"PINGREQ","direction":"in","ack":"after"}"#, LineFault::Ack),
        (r#"{"at":30000,"note":{"kind":"news"}}"#, LineFault::Note),
        (r#"{"at":30000,"note":{"kind":"ended","cause":{"kind":"refused","code":256}}}"#, LineFault::Note),
        (&good[0], LineFault::SecondHeader),
        (r#"{"format":"other"}"#, LineFault::SecondHeader),
    ];
    for (text, fault) in damage {
        let mut file = good.clone();
        file[4] = text.to_owned();
        let record = import(file.join("\n").as_bytes(), 13).unwrap();
        let rest: Vec<_> =
            all.iter().enumerate().filter(|(index, _)| *index != 3).map(|(_, each)| each.clone()).collect();
        assert_eq!(entries(&record.journal), rest, "{text}");
        if text.is_empty() {
            assert_eq!(record.faults, [], "an empty line is no damage");
        } else {
            assert_eq!(record.faults, [(5, fault)], "{text}");
            assert_eq!(record.left_out, 1);
        }
    }
    let mut file = good.clone();
    file[4] = r#"{"at":"soon"}"#.to_owned();
    let record = import(file.join("\n").as_bytes(), 13).unwrap();
    assert!(matches!(&record.faults[..], [(5, LineFault::Field(words))] if words.contains("invalid type")));
    file[4] = format!(r#"{{"at":{}"#, "[".repeat(100_000));
    assert_eq!(import(file.join("\n").as_bytes(), 1000).unwrap().left_out, 1, "deep nesting");
}

#[test]
fn a_file_that_is_cut_off_says_so() {
    let (journal, good) = ten_messages();
    let whole = good.join("\n");
    for end in (whole.len() / 3..whole.len() - 40).step_by(17) {
        let record = import(&whole.as_bytes()[..end], 50).unwrap();
        assert!(!record.is_whole);
        let kept = entries(&record.journal);
        assert_eq!(kept, entries(&journal)[..kept.len()]);
        assert!(record.left_out <= 1);
    }
}

#[test]
fn a_file_without_its_first_line_is_still_read() {
    let (journal, good) = ten_messages();
    for damaged in ["", "{\"format\"", "\u{feff}"] {
        let file = [&[damaged.to_owned()], &good[1..]].concat().join("\r\n");
        let record = import(file.as_bytes(), 50).unwrap();
        assert_eq!(entries(&record.journal), entries(&journal));
        assert_eq!(record.about.clock.unix_micros(Moment::ZERO), ZERO, "taken from an entry");
    }
}

#[test]
fn times_and_numbers_that_go_back_are_named_and_kept() {
    let (_, mut good) = ten_messages();
    good.swap(4, 8);
    let record = import(good.join("\n").as_bytes(), 50).unwrap();
    assert_eq!(record.entries, 10);
    assert_eq!(record.left_out, 0);
    let lines: BTreeSet<u64> = record.faults.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, BTreeSet::from([6, 7, 8, 9]));
    assert!(record.faults.iter().all(|(_, fault)| fault.is_kept()));
    let times: Vec<Moment> = entries(&record.journal).into_iter().map(|entry| entry.0).collect();
    assert!(times.is_sorted());
}

#[test]
fn what_is_no_record_is_refused() {
    let journal = everything();
    assert_eq!(import(b"", 10).unwrap_err(), ImportError::Empty);
    assert_eq!(import(&export(&journal, Form::Csv), 4096).unwrap_err(), ImportError::Table);
    assert_eq!(import(&export(&journal, Form::Wire), 4096).unwrap_err(), ImportError::Unknown);
    assert_eq!(
        import(&[b"PK\x03\x04".as_slice(), &[7; 2_000_000]].concat(), 4096).unwrap_err(),
        ImportError::Compressed
    );
    assert_eq!(import(b"hello", 2).unwrap_err(), ImportError::Unknown);
    assert_eq!(import(&b"{\"a\":1}\n".repeat(100), 64).unwrap_err(), ImportError::Unknown);
    assert_eq!(import(&vec![0; 3_000_000], 4096).unwrap_err(), ImportError::Unknown);
    let newer = br#"{"format":"uiot-testbench-journal","version":2}"#;
    assert_eq!(import(newer, 9).unwrap_err(), ImportError::Newer(2));
    let (_, good) = ten_messages();
    assert_eq!(import(good[0].as_bytes(), 9).unwrap().entries, 0, "a record may be empty");
}

#[test]
fn many_damaged_lines_are_counted() {
    let (_, good) = ten_messages();
    let file = format!("{}\n{}{}\n", good[0], "no\n".repeat(100_000), good[1]);
    let record = import(file.as_bytes(), 4096).unwrap();
    assert_eq!((record.entries, record.left_out, record.fault_count), (1, 100_000, 100_000));
    assert_eq!(record.faults.len(), MOST_FAULTS);
}

fn any_packet() -> impl Strategy<Value = Vec<u8>> {
    let message = (any::<[bool; 3]>(), 0..3_u8, ".{0,12}", prop::collection::vec(any::<u8>(), 0..400))
        .prop_map(|([dup, retain, _], qos, topic, payload)| {
            publish(topic.as_bytes(), &payload, 0x30 | u8::from(dup) << 3 | qos << 1 | u8::from(retain))
        });
    prop_oneof![4 => message, 1 => prop::collection::vec(any::<u8>(), 1..40)]
}

fn any_range() -> impl Strategy<Value = Range<usize>> {
    (0..40_usize, 0..40_usize).prop_map(|(start, length)| start..start + length)
}

proptest! {
    #[test]
    fn whatever_was_on_the_wire_comes_back(
        packets in prop::collection::vec((any_packet(), any::<bool>(), 0..9_usize, 0..5_000_000_u64), 0..40),
        work in 1..4000_usize,
        chunk in 1..4000_usize,
    ) {
        let mut journal = Journal::default();
        let mut at = Moment::ZERO;
        for (packet, out, ack, pause) in &packets {
            at = at + Duration::from_micros(*pause);
            let direction = if *out { Direction::Out } else { Direction::In };
            let seq = journal.append_packet(at, direction, packet);
            journal.set_ack(seq, acks()[*ack]);
        }
        let record = import(&export_in(&journal, Form::Jsonl, work), chunk).unwrap();
        prop_assert_eq!(entries(&record.journal), entries(&journal));
        prop_assert_eq!(record.fault_count, 0);
    }

    #[test]
    fn a_file_with_bytes_changed_is_never_the_end_of_us(
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..30),
        cut in any_range(),
        chunk in 1..500_usize,
    ) {
        let (_, good) = ten_messages();
        let mut file = good.join("\n").into_bytes();
        for (place, byte) in places {
            let index = place.index(file.len());
            file[index] = byte;
        }
        file.drain(cut.start..cut.end);
        if let Ok(record) = import(&file, chunk) {
            prop_assert!(record.entries <= 10 && record.journal.end_seq() == record.entries);
        }
    }
}
