//! What is published while a connection is on its way waits, in order, within bounds, and is never overtaken.

mod support;

use std::time::Duration;

use support::{Rig, options, outcomes, payload, puback, reconnecting, sent, suback, topic, unclean, untimed};
use uiot_testbench::mqtt::{
    ConnectOptions, EndCause, Event, OutboxCounts, Outcome, Output, PublishError, QoS, QueueLimits, State,
};

const QOS_0: QoS = QoS::AtMostOnce;
const QOS_1: QoS = QoS::AtLeastOnce;
const QOS_2: QoS = QoS::ExactlyOnce;

/// A rig whose connection was lost and is to be taken up again.
fn waiting(options: &ConnectOptions) -> Rig {
    let mut rig = Rig::online(options);
    rig.lose();
    assert_eq!(rig.session.state(), State::Waiting);
    rig
}

fn limited(messages: usize, bytes: usize) -> ConnectOptions {
    ConnectOptions { queue: QueueLimits { messages, bytes }, ..reconnecting() }
}

fn texts(outputs: &[Output]) -> Vec<String> {
    let publishes = sent(outputs).into_iter().filter(|packet| packet[0] >> 4 == 3);
    publishes.map(|packet| payload(&packet)).collect()
}

/// A rig with all 65,535 identifiers in flight.
fn full() -> Rig {
    let mut rig = Rig::online(&ConnectOptions { auto_reconnect: true, ..unclean() });
    for _ in 0..65_535 {
        rig.publish(QOS_1);
    }
    rig
}

#[test]
fn messages_wait_for_a_connection_and_go_out_in_order_after_connack() {
    for mut rig in [Rig::opening(&options()), Rig::awaiting(&options()), waiting(&reconnecting())] {
        for (text, qos) in [("a", QOS_0), ("b", QOS_1), ("c", QOS_2), ("d", QOS_0)] {
            assert_eq!(rig.say(text, qos).1, [], "nothing happens yet");
        }
        assert_eq!(rig.queued(), ["a", "b", "c", "d"]);
        rig.connect();
        rig.open();
        let outputs = rig.broker(support::ACCEPTED);
        assert_eq!(texts(&outputs), ["a", "b", "c", "d"]);
        let packets = sent(&outputs);
        assert_eq!(packets[1], b"\x32\x06\0\x01t\0\x01b", "as if it were sent now, without DUP");
        assert_eq!((rig.queued().len(), rig.session.outbox().unacknowledged), (0, 2));
    }
}

#[test]
fn a_queued_message_is_confirmed_like_any_other() {
    let mut rig = waiting(&reconnecting());
    let (request, _) = rig.say("a", QOS_1);
    rig.sleep(support::secs(30));
    rig.come_back(support::ACCEPTED);
    rig.sleep(support::millis(5));
    let settled = outcomes(&rig.broker(&puback(1)));
    assert_eq!(settled, [(request, Outcome::Acknowledged(support::millis(5)))], "counted from the wire");
}

#[test]
fn subscriptions_go_out_before_what_waited() {
    // So that a message on a topic of one's own comes back.
    let mut rig = waiting(&reconnecting());
    rig.say("a", QOS_0);
    rig.subscribe("#", QOS_0);
    let packets = sent(&rig.come_back(support::ACCEPTED));
    assert_eq!(packets.iter().map(|packet| packet[0]).collect::<Vec<_>>(), [0x82, 0x30]);
}

#[test]
fn a_queued_message_keeps_its_qos_and_retain() {
    let mut rig = waiting(&reconnecting());
    for (qos, retain) in [(QOS_0, true), (QOS_1, false), (QOS_2, true)] {
        assert!(rig.session.publish(rig.now, &topic("t"), bytes::Bytes::new(), qos, retain).is_ok());
    }
    let packets = sent(&rig.come_back(support::ACCEPTED));
    assert_eq!(packets.iter().map(|packet| packet[0]).collect::<Vec<_>>(), [0x31, 0x32, 0x35]);
}

#[test]
fn a_full_queue_refuses_and_says_why() {
    let limits = QueueLimits { messages: 3, bytes: 1000 };
    let mut rig = waiting(&limited(3, 1000));
    for text in ["a", "b", "c"] {
        rig.say(text, QOS_1);
    }
    assert_eq!(rig.try_to_say("d", QOS_0), Err(PublishError::QueueFull(limits)));
    assert_eq!((rig.drain(), rig.queued()), (vec![], vec!["a".into(), "b".into(), "c".into()]));
    let words = "3 messages or 1000 bytes wait for a connection";
    assert_eq!(PublishError::QueueFull(limits).to_string(), words);
}

#[test]
fn the_bound_in_bytes_counts_whole_packets_and_is_exact() {
    // With QoS 0 and this topic a packet is five bytes more than its text.
    let mut rig = waiting(&limited(100, 20));
    rig.say("12345", QOS_0);
    assert!(rig.try_to_say("123456", QOS_0).is_err());
    rig.say("12345", QOS_0);
    let counts = OutboxCounts { queued: 2, queued_bytes: 20, unacknowledged: 0, overdue: 0 };
    assert_eq!(rig.session.outbox(), counts);
    assert!(rig.try_to_say("", QOS_0).is_err());
    rig.come_back(support::ACCEPTED);
    assert_eq!(rig.session.outbox(), OutboxCounts::default());
    rig.lose();
    rig.say("1234567890", QOS_1);
}

#[test]
fn a_message_that_is_too_large_does_not_keep_smaller_ones_out() {
    let mut rig = waiting(&limited(100, 20));
    assert!(rig.try_to_say(&"x".repeat(100), QOS_0).is_err());
    rig.say("a", QOS_0);
    assert_eq!(rig.queued(), ["a"]);
}

#[test]
fn what_was_sent_before_finds_room_in_a_full_queue() {
    let mut rig = Rig::online(&limited(2, 1000));
    for text in ["a", "b", "c"] {
        rig.say(text, QOS_1);
    }
    rig.lose();
    rig.say("d", QOS_1);
    rig.say("e", QOS_1);
    assert_eq!(texts(&rig.come_back(support::ACCEPTED)), ["a", "b", "c", "d", "e"]);
}

#[test]
fn a_failed_attempt_leaves_the_queue_as_it_was() {
    let mut rig = waiting(&reconnecting());
    rig.say("a", QOS_1);
    rig.say("b", QOS_0);
    for _ in 0..5 {
        rig.connect();
        assert_eq!(outcomes(&rig.lose()), []);
        rig.connect();
        rig.open();
        assert_eq!(outcomes(&rig.lose()), []);
        assert_eq!(rig.queued(), ["a", "b"]);
    }
    assert_eq!(texts(&rig.come_back(support::ACCEPTED)), ["a", "b"]);
}

#[test]
fn a_failed_attempt_says_nothing_of_what_was_interrupted_before() {
    let mut rig = Rig::online(&reconnecting());
    rig.say("a", QOS_1);
    assert_eq!(outcomes(&rig.lose()), [(0, Outcome::Interrupted)]);
    rig.connect();
    assert_eq!(outcomes(&rig.lose()), [], "it was not sent on this attempt");
}

#[test]
fn with_no_free_identifier_the_queue_waits_for_an_acknowledgement() {
    let mut rig = full();
    rig.lose();
    rig.say("a", QOS_1);
    rig.say("b", QOS_0);
    rig.say("c", QOS_1);
    let resent = sent(&rig.come_back(support::RESUMED));
    assert_eq!((resent.len(), rig.queued()), (65_535, vec!["a".into(), "b".into(), "c".into()]));
    assert_eq!(texts(&rig.broker(&puback(500))), ["a", "b"], "as far as identifiers go");
    assert_eq!(texts(&rig.broker(&puback(7))), ["c"]);
}

#[test]
fn a_message_published_while_the_queue_drains_does_not_overtake_it() {
    let mut rig = full();
    rig.lose();
    rig.say("a", QOS_1);
    rig.come_back(support::RESUMED);
    for (text, qos) in [("b", QOS_0), ("c", QOS_1)] {
        assert_eq!(rig.say(text, qos).1, [], "it queues, though the connection is there");
    }
    assert_eq!(rig.queued(), ["a", "b", "c"]);
    assert_eq!(texts(&rig.broker(&[puback(1), puback(2)].concat())), ["a", "b", "c"]);
    assert_eq!(texts(&rig.say("d", QOS_0).1), ["d"]);
}

#[test]
fn suback_and_unsuback_let_the_queue_go_on_too() {
    let mut rig = Rig::online(&ConnectOptions { auto_reconnect: true, ..unclean() });
    for _ in 0..65_534 {
        rig.publish(QOS_1);
    }
    rig.lose();
    rig.subscribe("f", QOS_0);
    rig.say("a", QOS_1);
    rig.come_back(support::RESUMED);
    assert_eq!(rig.queued(), ["a"]);
    assert_eq!(texts(&rig.broker(&suback(65_535, &[0]))), ["a"]);
}

#[test]
fn discarding_the_queue_gives_up_each_message_and_says_so() {
    let mut rig = waiting(&reconnecting());
    let requests: Vec<_> = [QOS_0, QOS_1, QOS_2].map(|qos| (rig.say("x", qos).0, Outcome::Lost)).into();
    rig.session.discard_queue();
    assert_eq!(outcomes(&rig.drain()), requests);
    assert_eq!(rig.session.outbox(), OutboxCounts::default());
    assert_eq!(texts(&rig.come_back(support::ACCEPTED)), Vec::<String>::new());
    rig.session.discard_queue();
    assert_eq!(rig.drain(), []);
}

#[test]
fn discarding_the_queue_leaves_what_was_sent() {
    let mut rig = Rig::online(&reconnecting());
    rig.say("sent", QOS_1);
    rig.lose();
    rig.say("queued", QOS_1);
    rig.session.discard_queue();
    rig.drain();
    assert_eq!(texts(&rig.come_back(support::ACCEPTED)), ["sent"]);
}

#[test]
fn the_queue_outlives_a_person_who_disconnects() {
    let mut rig = waiting(&reconnecting());
    rig.say("a", QOS_1);
    let outputs = rig.disconnect();
    assert_eq!(support::ended(&outputs), Some(EndCause::Disconnected));
    assert_eq!((outcomes(&outputs), rig.queued()), (vec![], vec!["a".to_owned()]));
    assert_eq!(rig.try_to_say("b", QOS_1), Err(PublishError::NotConnected), "and takes no more");
    assert_eq!(texts(&rig.come_back(support::ACCEPTED)), ["a"]);
}

#[test]
fn the_queue_does_not_follow_to_another_session() {
    let mut rig = waiting(&reconnecting());
    let (request, _) = rig.say("a", QOS_1);
    assert!(rig.session.reconfigure(rig.now, &reconnecting(), false).is_ok());
    assert_eq!(outcomes(&rig.drain()), [(request, Outcome::Lost)]);
    assert_eq!(rig.session.outbox(), OutboxCounts::default());
}

#[test]
fn request_numbers_are_never_given_twice() {
    let mut rig = Rig::online(&reconnecting());
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..3 {
        for qos in [QOS_0, QOS_1, QOS_2] {
            assert!(seen.insert(rig.say("x", qos).0));
        }
        rig.lose();
        assert!(seen.insert(rig.say("x", QOS_1).0));
        assert!(rig.session.reconfigure(rig.now, &reconnecting(), false).is_ok());
        rig.come_back(support::ACCEPTED);
    }
}

#[test]
fn what_waited_goes_out_no_faster_than_its_pace() {
    let pace = Duration::from_millis(40);
    let mut rig = waiting(&ConnectOptions { queue_pace: Some(pace), ..reconnecting() });
    for text in ["a", "b", "c"] {
        rig.say(text, QOS_1);
    }
    rig.connect();
    rig.open();
    let outputs = rig.broker(support::ACCEPTED);
    assert_eq!(texts(&outputs), ["a"]);
    assert!(outputs.contains(&Output::Event(Event::Restored { subscriptions: 0, resent: 0, queued: 3 })));
    assert_eq!(texts(&rig.broker(&puback(1))), [""; 0], "an acknowledgement does not hasten it");
    assert_eq!(texts(&rig.say("d", QOS_0).1), [""; 0], "what comes now does not overtake");
    for text in ["b", "c", "d"] {
        assert_eq!(texts(&untimed(rig.advance(pace))), [text]);
    }
    assert_eq!(texts(&untimed(rig.advance(pace))), [""; 0]);
    assert_eq!(texts(&rig.say("e", QOS_0).1), ["e"], "the way is free again");
}

#[test]
fn the_pace_ends_with_the_connection() {
    let pace = Duration::from_millis(40);
    let mut rig = waiting(&ConnectOptions { queue_pace: Some(pace), ..reconnecting() });
    for text in ["a", "b"] {
        rig.say(text, QOS_0);
    }
    rig.connect();
    rig.open();
    assert_eq!(texts(&rig.broker(support::ACCEPTED)), ["a"]);
    rig.lose();
    assert_eq!((texts(&untimed(rig.advance(pace))), rig.queued()), (vec![], vec!["b".to_owned()]));
}
