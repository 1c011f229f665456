//! The journal keeps every byte, within its budget, and says what it dropped.

use bytes::Bytes;
use uiot_testbench::journal::{Ack, Budget, Direction, Journal, Note, mask};
use uiot_testbench::mqtt::{
    ClientId, ConnectOptions, EndCause, Login, Moment, PacketId, QoS, Secret, TopicName, raw,
};

fn publish(topic: &str, payload: Vec<u8>, id: Option<u16>) -> Option<Bytes> {
    let qos = if id.is_some() { QoS::AtLeastOnce } else { QoS::AtMostOnce };
    let topic = TopicName::parse(topic).ok()?;
    raw::publish(&topic, Bytes::from(payload), qos, false, false, id.and_then(PacketId::new)).ok()
}

#[test]
fn packets_come_back_byte_for_byte() {
    let mut journal = Journal::default();
    let mut sent = Vec::new();
    for number in 0..1000_u32 {
        let payload: Vec<u8> = (0..number % 700).map(|byte| (byte * 7 % 256) as u8).collect();
        let packet = publish(&format!("温度/{number}"), payload.clone(), None).unwrap();
        let at = Moment::from_micros(u64::from(number));
        sent.push((journal.append_packet(at, Direction::In, &packet), packet, payload));
    }
    for (seq, packet, payload) in &sent {
        let entry = journal.entry(*seq).unwrap();
        assert_eq!(journal.packet(entry), packet);
        assert_eq!(journal.payload(entry), payload);
        assert_eq!(journal.topic(entry), format!("温度/{seq}"));
        assert_eq!(entry.payload_len(), payload.len());
        assert_eq!(entry.at.as_micros(), *seq);
    }
}

#[test]
fn rows_are_messages_and_notes_in_order() {
    let mut journal = Journal::default();
    let packet = publish("a", vec![1], None).unwrap();
    journal.append_packet(Moment::ZERO, Direction::Out, &raw::pingreq().unwrap());
    let message = journal.append_packet(Moment::ZERO, Direction::In, &packet);
    let note = journal.append_note(Moment::ZERO, Note::Ended(EndCause::Disconnected));
    assert_eq!(journal.rows(0..10).collect::<Vec<_>>(), [message, note]);
    assert_eq!((journal.row_of(message), journal.row_of(note)), (0, 1));
    assert_eq!(journal.note(note), Some(&Note::Ended(EndCause::Disconnected)));
    assert_eq!(journal.note(message), None);
    assert_eq!(journal.counts().total, 1);
}

#[test]
fn an_unacknowledged_send_is_visible_until_it_is_answered() {
    let mut journal = Journal::default();
    let seq = journal.append_packet(Moment::ZERO, Direction::Out, &publish("a", vec![], Some(7)).unwrap());
    assert_eq!(journal.entry(seq).unwrap().ack, Ack::Pending);
    assert_eq!(journal.entry(seq).unwrap().packet_id, 7);
    journal.set_ack(seq, Ack::After(31_000));
    assert_eq!(journal.entry(seq).unwrap().ack, Ack::After(31_000));
    let qos0 = journal.append_packet(Moment::ZERO, Direction::Out, &publish("a", vec![], None).unwrap());
    let incoming =
        journal.append_packet(Moment::ZERO, Direction::In, &publish("a", vec![], Some(1)).unwrap());
    assert_eq!(journal.entry(qos0).unwrap().ack, Ack::None);
    assert_eq!(journal.entry(incoming).unwrap().ack, Ack::None);
}

#[test]
fn the_oldest_go_when_the_entries_are_used_up() {
    let mut journal = Journal::new(Budget { bytes: usize::MAX, entries: 100 });
    for number in 0..1000_u32 {
        journal.append_packet(
            Moment::ZERO,
            Direction::In,
            &publish("a", number.to_be_bytes().to_vec(), None).unwrap(),
        );
    }
    let counts = journal.counts();
    assert_eq!(counts.total, 1000);
    assert_eq!(counts.kept + counts.dropped, 1000);
    assert!((90..=100).contains(&counts.kept), "{counts:?}");
    assert!(journal.entry(0).is_none());
    let last = journal.entry(999).unwrap();
    assert_eq!(journal.payload(last), 999_u32.to_be_bytes());
    assert_eq!(journal.row_count() as u64, counts.kept);
    assert_eq!(journal.rows(0..1).next(), Some(1000 - counts.kept));
    assert_eq!(journal.first_row_number(), 1000 - counts.kept);
}

#[test]
fn the_oldest_go_when_the_bytes_are_used_up() {
    let budget = Budget { bytes: 2 * 1024 * 1024, entries: usize::MAX };
    let mut journal = Journal::new(budget);
    for number in 0..400_u32 {
        let payload = vec![number as u8; 10_000 + (number as usize * 997) % 500_000];
        let packet = publish("big", payload.clone(), None).unwrap();
        let seq = journal.append_packet(Moment::ZERO, Direction::In, &packet);
        assert_eq!(journal.payload(journal.entry(seq).unwrap()), payload);
        assert!(journal.counts().bytes <= budget.bytes, "{:?}", journal.counts());
        let oldest = journal.rows(0..1).next().and_then(|seq| journal.entry(seq)).unwrap();
        assert_eq!(journal.topic(oldest), "big");
        assert!(!journal.payload(oldest).is_empty());
    }
    let counts = journal.counts();
    assert_eq!(counts.kept + counts.dropped, 400);
}

#[test]
fn a_packet_above_the_budget_is_kept_alone() {
    let mut journal = Journal::new(Budget { bytes: 1024, entries: 10 });
    journal.append_packet(Moment::ZERO, Direction::In, &publish("a", vec![1; 100], None).unwrap());
    let seq =
        journal.append_packet(Moment::ZERO, Direction::In, &publish("a", vec![2; 1_000_000], None).unwrap());
    assert_eq!(journal.payload(journal.entry(seq).unwrap()).len(), 1_000_000);
    assert_eq!(journal.counts().kept, 1);
    assert_eq!(journal.counts().dropped, 1);
}

#[test]
fn clearing_can_be_undone_until_it_is_forgotten() {
    let mut journal = Journal::default();
    let packet = publish("a", vec![0; 100_000], None).unwrap();
    for _ in 0..10 {
        journal.append_packet(Moment::ZERO, Direction::In, &packet);
    }
    let before = journal.counts().bytes;
    let cleared = journal.clear();
    let seq = journal.append_packet(Moment::ZERO, Direction::In, &packet);
    assert_eq!((journal.row_count(), journal.counts().kept, journal.counts().total), (1, 1, 11));
    assert_eq!(journal.row_of(seq), 0);
    journal.restore(cleared);
    assert_eq!((journal.row_count(), journal.counts().kept), (11, 11));
    journal.forget_cleared(cleared);
    assert_eq!(journal.row_count(), 11, "what was brought back is not forgotten");
    let cleared = journal.clear();
    journal.forget_cleared(cleared);
    assert_eq!((journal.row_count(), journal.counts().kept, journal.counts().dropped), (0, 0, 0));
    assert!(journal.counts().bytes < before);
    let after = journal.append_packet(Moment::ZERO, Direction::In, &packet);
    assert_eq!(after, 11);
    assert_eq!(journal.packet(journal.entry(after).unwrap()), packet);
}

#[test]
fn a_masked_connect_holds_no_secret() {
    let options = ConnectOptions {
        client_id: ClientId::parse("p.d").unwrap(),
        login: Login::Password("p|d|1".into(), Secret::new("s3cr3t")),
        ..ConnectOptions::default()
    };
    let (packet, secret) = raw::write_connect(&options).unwrap();
    let masked = mask(&packet, secret.unwrap());
    assert_eq!(masked.len(), packet.len());
    let text = String::from_utf8_lossy(&masked).into_owned();
    assert!(text.contains("p|d|1") && text.ends_with("******") && !text.contains("s3cr3t"), "{text}");
}

#[test]
fn bytes_that_are_no_packet_are_kept_as_they_are() {
    let mut journal = Journal::default();
    let seq = journal.append_packet(Moment::ZERO, Direction::In, &[0xff, 1, 2]);
    assert_eq!(journal.packet(journal.entry(seq).unwrap()), [0xff, 1, 2]);
    assert_eq!(journal.row_count(), 0);
}
