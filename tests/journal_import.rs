//! A record is opened again as it was, byte for byte; what is damaged is named, and the rest stays.

mod records;

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use proptest::prelude::*;
use records::{ZERO, acks, entries, everything, export, export_in, import, publish};
use uiot_testbench::journal::export::Form;
use uiot_testbench::journal::import::{ImportError, LineFault, MOST_FAULTS};
use uiot_testbench::journal::{Direction, Journal};
use uiot_testbench::mqtt::Moment;

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
