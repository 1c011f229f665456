//! A journal is exported whole or in part, in slices of any size; no form holds a secret.

mod records;

use std::collections::BTreeSet;

use records::{English, about, entries, everything, export, export_in, import, notes, publish, run};
use uiot_testbench::journal::export::{Export, Form, Step, file_name, ranges};
use uiot_testbench::journal::{Budget, Direction, Journal, Note, mask};
use uiot_testbench::mqtt::{Moment, Rule, Violation};
use uiot_testbench::uiot;

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
