//! The journal keeps every byte, within its budget, and says what it dropped.

use bytes::Bytes;
use uiot_testbench::journal::{Ack, Budget, Direction, Journal, Note, Scope, View, mask};
use uiot_testbench::mqtt::{
    ClientId, ConnectOptions, EndCause, Login, Moment, PacketId, QoS, Secret, TopicName, raw,
};

fn publish(topic: &str, payload: Vec<u8>, id: Option<u16>) -> Option<Bytes> {
    let qos = if id.is_some() { QoS::AtLeastOnce } else { QoS::AtMostOnce };
    let topic = TopicName::parse(topic).ok()?;
    raw::publish(&topic, Bytes::from(payload), qos, false, false, id.and_then(PacketId::new)).ok()
}

fn messages(journal: &Journal) -> View {
    let mut view = View::new(Scope::Messages, None);
    assert!(view.advance(journal, usize::MAX));
    view
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
        assert_eq!(entry.packet(), packet);
        assert_eq!(entry.payload(), payload);
        assert_eq!(entry.topic(), format!("温度/{seq}"));
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
    let view = messages(&journal);
    assert_eq!(view.rows(0..10).collect::<Vec<_>>(), [message, note]);
    assert_eq!((view.row_of(message), view.row_of(note)), (0, 1));
    assert_eq!((view.row_count(), view.messages()), (2, 1));
    let mut wire = View::new(Scope::Wire, None);
    assert!(wire.advance(&journal, usize::MAX));
    assert_eq!(wire.rows(0..10).collect::<Vec<_>>(), [0, 1, 2]);
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
    let mut journal = Journal::new(Budget { bytes: usize::MAX, messages: 100 });
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
    assert_eq!(last.payload(), 999_u32.to_be_bytes());
    assert_eq!(journal.first_seq(), 1000 - counts.kept);
    let view = messages(&journal);
    assert_eq!(view.row_count() as u64, counts.kept);
    assert_eq!(view.row(0), Some(1000 - counts.kept));
}

#[test]
fn the_oldest_go_when_the_bytes_are_used_up() {
    let budget = Budget { bytes: 2 * 1024 * 1024, messages: u64::MAX };
    let mut journal = Journal::new(budget);
    for number in 0..400_u32 {
        let payload = vec![number as u8; 10_000 + (number as usize * 997) % 500_000];
        let packet = publish("big", payload.clone(), None).unwrap();
        let seq = journal.append_packet(Moment::ZERO, Direction::In, &packet);
        assert_eq!(journal.entry(seq).unwrap().payload(), payload);
        assert!(journal.counts().bytes <= budget.bytes, "{:?}", journal.counts());
        let oldest = journal.entry(journal.first_seq()).unwrap();
        assert_eq!(oldest.topic(), "big");
        assert!(!oldest.payload().is_empty());
    }
    let counts = journal.counts();
    assert_eq!(counts.kept + counts.dropped, 400);
}

#[test]
fn a_packet_above_the_budget_is_kept_alone() {
    let mut journal = Journal::new(Budget { bytes: 1024, messages: 10 });
    journal.append_packet(Moment::ZERO, Direction::In, &publish("a", vec![1; 100], None).unwrap());
    let seq =
        journal.append_packet(Moment::ZERO, Direction::In, &publish("a", vec![2; 1_000_000], None).unwrap());
    assert_eq!(journal.entry(seq).unwrap().payload().len(), 1_000_000);
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
    let mut view = messages(&journal);
    assert_eq!((view.row_count(), journal.counts().kept, journal.counts().total), (1, 1, 11));
    assert_eq!(view.row_of(seq), 0);
    journal.restore(cleared);
    assert!(view.advance(&journal, usize::MAX));
    assert_eq!((view.row_count(), journal.counts().kept), (11, 11));
    let cleared = journal.clear();
    assert!(view.advance(&journal, usize::MAX));
    assert_eq!((view.row_count(), view.row_of(seq)), (0, 0), "an old view follows too");
    journal.restore(cleared);
    assert!(view.advance(&journal, usize::MAX));
    assert_eq!((view.row_count(), view.row_of(seq)), (11, 10));
    journal.forget_cleared(cleared);
    assert!(view.advance(&journal, usize::MAX));
    assert_eq!(view.row_count(), 11, "what was brought back is not forgotten");
    let cleared = journal.clear();
    journal.forget_cleared(cleared);
    assert!(view.advance(&journal, usize::MAX));
    assert_eq!((view.row_count(), journal.counts().kept, journal.counts().dropped), (0, 0, 0));
    assert!(journal.counts().bytes < before);
    let after = journal.append_packet(Moment::ZERO, Direction::In, &packet);
    assert_eq!(after, 11);
    assert_eq!(journal.entry(after).unwrap().packet(), packet);
}

#[test]
fn a_masked_connect_holds_no_secret() {
    let options = ConnectOptions {
        client_id: ClientId::parse("p.d").unwrap(),
        login: Login::Password("p|d|1".into(), Secret::new("s3cr3t")),
        ..ConnectOptions::default()
    };
    let (packet, secret) = raw::write_connect(&options).unwrap();
    let masked = mask(&packet, secret);
    assert_eq!(masked.len(), packet.len());
    let text = String::from_utf8_lossy(&masked).into_owned();
    assert!(text.contains("p|d|1") && text.ends_with("******") && !text.contains("s3cr3t"), "{text}");
}

#[test]
fn bytes_that_are_no_packet_are_kept_as_they_are() {
    let mut journal = Journal::default();
    let seq = journal.append_packet(Moment::ZERO, Direction::In, &[0xff, 1, 2]);
    assert_eq!(journal.entry(seq).unwrap().packet(), [0xff, 1, 2]);
    assert_eq!(messages(&journal).row_count(), 0);
}

#[test]
fn a_message_of_200_bytes_takes_little_more_than_its_bytes() {
    for id in [None, Some(7)] {
        let mut journal = Journal::default();
        let overhead = publish("/bench/device/upload", vec![], id).unwrap().len();
        let packet = publish("/bench/device/upload", vec![b'x'; 199 - overhead], id).unwrap();
        assert_eq!(packet.len(), 200);
        let acknowledgement = raw::puback(PacketId::new(7).unwrap()).unwrap();
        let count = 200_000_usize;
        for _ in 0..count {
            journal.append_packet(Moment::ZERO, Direction::In, &packet);
            if id.is_some() {
                journal.append_packet(Moment::ZERO, Direction::Out, &acknowledgement);
            }
        }
        let mut view = messages(&journal);
        let mut wire = View::new(Scope::Wire, None);
        assert!(wire.advance(&journal, usize::MAX) && view.advance(&journal, usize::MAX));
        let rows = 2 * (view.row_count() + wire.row_count());
        let part = (journal.counts().bytes + rows) as f64 / (count * packet.len()) as f64;
        println!("QoS {}: {part:.3} of the packet bytes", u8::from(id.is_some()));
        assert!(part <= 1.5, "{part}");
        assert_eq!(journal.counts().kept, count as u64);
    }
}

#[test]
fn memory_of_dropped_blocks_is_used_again() {
    let budget = Budget { bytes: 8 << 20, messages: u64::MAX };
    let mut journal = Journal::new(budget);
    let mut most = 0;
    for number in 0..200_000_u32 {
        let payload = number.to_be_bytes().repeat(50);
        journal.append_packet(Moment::ZERO, Direction::In, &publish("t", payload, None).unwrap());
        most = most.max(journal.counts().bytes);
    }
    assert!(most <= budget.bytes, "{most}");
    let counts = journal.counts();
    assert!(counts.kept > 30_000, "{counts:?}");
    for entry in journal.entries(0..u64::MAX) {
        assert_eq!(entry.payload(), u32::try_from(entry.seq).unwrap().to_be_bytes().repeat(50));
    }
    assert_eq!(journal.entries(0..u64::MAX).count() as u64, counts.kept);
}

#[test]
fn topics_that_never_come_again_do_not_pile_up() {
    let mut journal = Journal::new(Budget { bytes: 4 << 20, messages: 5_000 });
    for number in 0..100_000_u32 {
        let packet = publish(&format!("device/{number}"), vec![0; 20], None).unwrap();
        journal.append_packet(Moment::ZERO, Direction::In, &packet);
    }
    assert!(journal.topics().len() < 12_000, "{}", journal.topics().len());
    assert!(journal.counts().bytes <= 4 << 20);
    for entry in journal.entries(0..u64::MAX) {
        let topic = journal.topics().get(entry.topic_id.unwrap()).unwrap();
        assert_eq!(topic.text(), entry.topic());
        assert_eq!((topic.kept, topic.received, topic.last_seq), (1, 1, entry.seq));
    }
}

#[test]
fn a_smaller_budget_takes_effect_at_once() {
    let mut journal = Journal::default();
    for _ in 0..50_000 {
        journal.append_packet(Moment::ZERO, Direction::In, &publish("a", vec![0; 100], None).unwrap());
    }
    journal.set_budget(Budget { bytes: 64 << 20, messages: 10_000 });
    let counts = journal.counts();
    assert!((5_000..=10_000).contains(&counts.kept), "{counts:?}");
    assert_eq!(counts.kept + counts.dropped, 50_000);
    journal.set_budget(Budget { bytes: 1 << 20, messages: 10_000 });
    assert!(journal.counts().bytes <= 1 << 20, "{:?}", journal.counts());
}

#[test]
fn entries_far_apart_in_time_keep_their_time() {
    let mut journal = Journal::default();
    let hours = [0_u64, 1, 2, 30, 30, 2_000, 3];
    for hour in hours {
        let at = Moment::from_millis(hour * 3_600_000);
        journal.append_packet(at, Direction::In, &publish("a", vec![1], None).unwrap());
    }
    let found: Vec<_> = journal.entries(0..100).map(|entry| entry.at.as_micros() / 3_600_000_000).collect();
    assert_eq!(found, hours);
}

#[test]
fn an_answer_tells_what_it_answers() {
    let mut journal = Journal::default();
    journal.append_packet(Moment::ZERO, Direction::Out, &publish("a", vec![], Some(7)).unwrap());
    let id = PacketId::new(7).unwrap();
    let seq = journal.append_packet(Moment::ZERO, Direction::In, &raw::puback(id).unwrap());
    journal.mark_answer(Ack::Answers(31_000));
    assert_eq!(journal.entry(seq).unwrap().ack, Ack::Answers(31_000));
    let sent = journal.append_packet(Moment::ZERO, Direction::Out, &raw::puback(id).unwrap());
    journal.mark_answer(Ack::Answers(1));
    assert_eq!(journal.entry(sent).unwrap().ack, Ack::None, "our own packets answer nothing of ours");
}

#[test]
fn what_goes_while_it_is_cleared_counts_as_dropped_once_it_is_missed() {
    let mut journal = Journal::new(Budget { bytes: usize::MAX, messages: 1_000 });
    let packet = publish("a", vec![0; 10], None).unwrap();
    let append = |journal: &mut Journal, count: u32| {
        for _ in 0..count {
            journal.append_packet(Moment::ZERO, Direction::In, &packet);
        }
    };
    append(&mut journal, 800);
    let cleared = journal.clear();
    append(&mut journal, 800);
    assert_eq!((journal.counts().kept, journal.counts().dropped), (800, 0));
    journal.restore(cleared);
    let counts = journal.counts();
    assert_eq!(counts.kept + counts.dropped, 1_600, "{counts:?}");
    let cleared = journal.clear();
    append(&mut journal, 100);
    journal.forget_cleared(cleared);
    assert_eq!((journal.counts().kept, journal.counts().dropped), (100, counts.dropped));
}
