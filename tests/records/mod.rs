//! What the tests of exported and opened records share.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::time::Duration;

use bytes::Bytes;
use uiot_testbench::journal::export::{About, Column, Export, Form, Locale, Step};
use uiot_testbench::journal::import::{Import, ImportError, Record};
use uiot_testbench::journal::{Ack, Budget, Direction, Journal, Note, WallClock};
use uiot_testbench::mqtt::{
    CloseInfo, ConnectReturnCode, EndCause, Moment, PacketKind, QuietClose, Rule, Stage, Violation,
};
use uiot_testbench::uiot;

/// 2026-11-23T05:31:26.123456Z
pub(crate) const ZERO: u64 = 1_795_411_886_123_456;

pub(crate) struct English;

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

pub(crate) fn about() -> About {
    About {
        product: "UIoT Testbench 0.1.0".to_owned(),
        clock: WallClock::new(vec![(Moment::ZERO, ZERO)]),
        filter: "topic:\"a/#\"".to_owned(),
        host: "broker.example".to_owned(),
        client_id: "产品.device".to_owned(),
        protocol: "3.1.1".to_owned(),
        mode: "generic".to_owned(),
    }
}

pub(crate) fn export(journal: &Journal, form: Form) -> Vec<u8> {
    export_in(journal, form, usize::MAX)
}

pub(crate) fn export_in(journal: &Journal, form: Form, work: usize) -> Vec<u8> {
    let all = vec![journal.first_seq()..journal.end_seq()];
    run(Export::new(form, all, about(), Box::new(English), uiot::secrets), journal, work)
}

pub(crate) fn run(mut export: Export, journal: &Journal, work: usize) -> Vec<u8> {
    let mut file = Vec::new();
    while export.advance(journal, work, &mut file) != Step::Done {}
    file
}

pub(crate) fn import(file: &[u8], chunk: usize) -> Result<Record, ImportError> {
    let mut import = Import::new(Budget::default());
    for chunk in file.chunks(chunk) {
        import.advance(chunk)?;
    }
    import.finish()
}

/// All that there is to an entry.
pub(crate) fn entries(
    journal: &Journal,
) -> Vec<(Moment, Direction, Option<PacketKind>, Ack, Vec<u8>, Option<Note>)> {
    let all = journal.entries(journal.first_seq()..journal.end_seq());
    all.map(|each| {
        (each.at, each.direction, each.kind, each.ack, each.packet().to_vec(), each.note().cloned())
    })
    .collect()
}

pub(crate) fn publish(topic: &[u8], payload: &[u8], first_byte: u8) -> Vec<u8> {
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

pub(crate) fn notes() -> Vec<Note> {
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

pub(crate) fn acks() -> [Ack; 9] {
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
pub(crate) fn everything() -> Journal {
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
