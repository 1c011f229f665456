//! The session over a WebSocket against a real mosquitto.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a client that fails is a test that fails")]

mod broker;
mod client;

use std::collections::BTreeSet;
use std::io::Write;
use std::time::{Duration, Instant};

use broker::Broker;
use bytes::Bytes;
use client::{Client, options};
use uiot_testbench::mqtt::{
    ConnectOptions, EndCause, Event, ProtocolVersion, QoS, Stage, State, TopicName, Will,
};

/// Past the capture of the test harness.
fn say(text: &str) {
    let mut out = std::io::stderr();
    writeln!(out, "{text}").unwrap();
}

fn kept(client_id: &str) -> ConnectOptions {
    ConnectOptions { clean_session: false, ..options(client_id) }
}

#[test]
fn a_session_survives_kill_and_restart() {
    let mut broker = Broker::start();
    let mut away = Client::online(broker.port, &kept("away"));
    away.subscribe("down/#", QoS::ExactlyOnce);
    away.cut();
    // Not to come back before the broker was killed.
    away.disconnect();

    let mut other = Client::online(broker.port, &options("other"));
    for (payload, qos) in [("one", QoS::AtLeastOnce), ("two", QoS::ExactlyOnce), ("three", QoS::AtLeastOnce)]
    {
        other.publish("down/x", payload, qos, false);
    }
    other.until("three acknowledgements", |client| client.acknowledged.len() == 3);
    broker.kill();
    other.until("the loss", |client| client.session.state() == State::Waiting);
    broker.restart();

    away.connect();
    away.until("what waited", |client| client.messages.len() >= 3);
    away.go_on(Duration::from_millis(200));
    // Mosquitto keeps no order between QoS 1 and QoS 2 over a restart.
    let mut payloads = away.payloads();
    payloads.sort();
    assert_eq!(payloads, ["one", "three", "two"]);
    assert_eq!(away.present(), [false, true]);
    let subscribes = away.sent.iter().filter(|packet| packet[0] == 0x82).count();
    assert_eq!(subscribes, 1, "what the broker kept is not asked for again");

    // The subscription is still there for what is new.
    other.until("the reconnect", |client| client.session.state() == State::Online);
    other.publish("down/x", "four", QoS::ExactlyOnce, false);
    other.until("the acknowledgement", |client| client.acknowledged.len() == 4);
    away.until("the new message", |client| client.messages.len() == 4);
}

#[test]
fn what_was_in_flight_at_the_kill_goes_out_again_with_dup() {
    let mut broker = Broker::start();
    let mut listener = Client::online(broker.port, &kept("listener"));
    listener.subscribe("up", QoS::ExactlyOnce);
    let mut client = Client::online(broker.port, &kept("sender"));
    broker.pause();
    client.publish("up", "one", QoS::AtLeastOnce, false);
    client.publish("up", "two", QoS::ExactlyOnce, false);
    client.go_on(Duration::from_millis(100));
    assert_eq!((client.session.outbox().unacknowledged, client.acknowledged.len()), (2, 0));
    broker.kill();
    client.until("the loss", |client| client.session.state() == State::Waiting);
    client.publish("up", "three", QoS::ExactlyOnce, false);
    broker.restart();

    client.until("all acknowledgements", |client| client.acknowledged.len() == 3);
    let published: Vec<_> = client.sent.iter().filter(|packet| packet[0] >> 4 == 3).map(|p| p[0]).collect();
    assert_eq!(published, [0x32, 0x34, 0x3a, 0x3c, 0x34]);
    assert_eq!(client.present(), [false, true]);
    listener.until("all messages", |client| client.messages.len() >= 3);
    listener.go_on(Duration::from_millis(200));
    assert_eq!(listener.payloads(), ["one", "two", "three"]);
}

#[test]
fn a_takeover_is_a_quiet_close_and_the_third_is_a_duel() {
    let broker = Broker::start();
    let mut ours = Client::online(broker.port, &options("same"));
    let alone = ConnectOptions { auto_reconnect: false, ..options("same") };
    for round in 1..=3 {
        let mut theirs = Client::online(broker.port, &alone);
        ours.until("the takeover", |client| client.ends().len() == round);
        if round < 3 {
            assert_eq!(ours.session.state(), State::Waiting);
            ours.connect();
            theirs.until("the takeover back", |client| !client.ends().is_empty());
        }
    }
    let ends = ours.ends();
    for end in &ends[..2] {
        let EndCause::Closed(Stage::Online, close) = end else { panic!("{ends:?}") };
        say(&format!("mosquitto at takeover: {close:?}"));
    }
    let EndCause::Duel(evidence) = &ends[2] else { panic!("{ends:?}") };
    assert_eq!((evidence.len(), ours.session.state()), (3, State::Offline));
}

#[test]
fn the_will_arrives_when_the_socket_is_cut_and_not_after_disconnect() {
    let broker = Broker::start();
    let mut listener = Client::online(broker.port, &options("listener"));
    listener.subscribe("will/#", QoS::ExactlyOnce);
    let with_will = |name: &str| {
        let topic = TopicName::parse(&format!("will/{name}")).unwrap();
        let payload = Bytes::from_static("gone 再见".as_bytes());
        let will = Will { topic, payload, qos: QoS::ExactlyOnce, retain: false };
        ConnectOptions { will: Some(will), ..options(name) }
    };
    Client::online(broker.port, &with_will("polite")).disconnect();
    Client::online(broker.port, &with_will("cut")).cut();
    listener.until("the will", |client| !client.messages.is_empty());
    listener.go_on(Duration::from_millis(200));
    assert_eq!(listener.payloads(), ["gone 再见"]);
    assert_eq!(
        (listener.messages[0].topic.as_str(), listener.messages[0].qos),
        ("will/cut", QoS::ExactlyOnce)
    );
}

#[test]
fn a_retained_message_is_there_for_who_comes_later_until_it_is_cleared() {
    let broker = Broker::start();
    let mut sender = Client::online(broker.port, &options("sender"));
    let mut early = Client::online(broker.port, &options("early"));
    early.subscribe("kept", QoS::AtLeastOnce);
    sender.publish("kept", "21 °C", QoS::AtLeastOnce, true);
    sender.until("the acknowledgement", |client| client.acknowledged.len() == 1);
    early.until("the message", |client| client.messages.len() == 1);
    let mut late = Client::online(broker.port, &options("late"));
    late.subscribe("kept", QoS::AtLeastOnce);
    late.until("the message", |client| client.messages.len() == 1);
    assert_eq!((early.messages[0].retain, late.messages[0].retain), (false, true));
    assert_eq!(late.payloads(), ["21 °C"]);

    sender.publish("kept", "", QoS::AtLeastOnce, true);
    sender.until("the acknowledgement", |client| client.acknowledged.len() == 2);
    let mut later = Client::online(broker.port, &options("later"));
    later.subscribe("kept", QoS::AtLeastOnce);
    later.go_on(Duration::from_millis(200));
    assert_eq!(later.payloads(), Vec::<String>::new());
}

/// Sends `count` messages with QoS 1 from one client to another, at most 1,000 of them unacknowledged.
fn stream(from: &mut Client, to: &mut Client, topic: &str, count: usize) {
    from.acknowledged.clear();
    to.messages.clear();
    let started = Instant::now();
    let mut requests = BTreeSet::new();
    let mut acknowledged_after = None;
    while requests.len() < count || from.acknowledged.len() < count || to.messages.len() < count {
        assert!(started.elapsed() < Duration::from_secs(300), "{} of {count}", to.messages.len());
        while requests.len() < count && from.session.outbox().unacknowledged < 1_000 {
            assert!(requests.insert(from.publish(
                topic,
                &requests.len().to_string(),
                QoS::AtLeastOnce,
                false
            )));
        }
        // Who has nothing to do would only wait.
        if from.acknowledged.len() < count {
            from.step();
        } else {
            acknowledged_after.get_or_insert_with(|| started.elapsed());
        }
        to.step();
    }
    let all = started.elapsed();
    from.go_on(Duration::from_millis(50));
    to.go_on(Duration::from_millis(50));
    let numbers: Vec<_> = (0..count).map(|number| number.to_string()).collect();
    assert_eq!(to.payloads(), numbers, "each once, in order");
    let unique: BTreeSet<_> = from.acknowledged.iter().copied().collect();
    assert_eq!((from.acknowledged.len(), unique), (count, requests), "each acknowledged once");
    let rate = |span: Duration| count as f64 / span.as_secs_f64();
    say(&format!(
        "{topic}: {count} messages acknowledged at {:.0}/s, received at {:.0}/s",
        rate(acknowledged_after.unwrap_or(all)),
        rate(all)
    ));
}

#[test]
fn ten_thousand_messages_each_way() {
    let count = 10_000;
    let broker = Broker::start();
    let mut one = Client::online(broker.port, &options("one"));
    let mut two = Client::online(broker.port, &options("two"));
    one.subscribe("down", QoS::AtLeastOnce);
    two.subscribe("up", QoS::AtLeastOnce);
    stream(&mut one, &mut two, "up", count);
    stream(&mut two, &mut one, "down", count);
    assert!(!one.events.iter().chain(&two.events).any(|event| matches!(event, Event::Ended(_))));
}

#[test]
fn connect_subscribe_publish_and_receive_with_each_qos() {
    let broker = Broker::start();
    let levels = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce];
    for granted in levels {
        let mut client = Client::online(broker.port, &options("each"));
        client.subscribe("each/+", granted);
        for sent in levels {
            let topic = format!("each/{}", sent.number());
            client.publish(&topic, "x", sent, false);
            client.until("the message", |client| !client.messages.is_empty());
            let message = client.messages.remove(0);
            assert_eq!((message.topic, message.qos), (topic, sent.min(granted)), "the lower of both");
        }
        client.until("the end of the handshakes", |client| client.session.outbox().unacknowledged == 0);
        client.disconnect();
    }
}

#[test]
fn mqtt_3_1_and_3_1_1_are_both_spoken() {
    let broker = Broker::start();
    for protocol in [ProtocolVersion::V3_1, ProtocolVersion::V3_1_1] {
        let mut client = Client::online(broker.port, &ConnectOptions { protocol, ..options("version") });
        client.subscribe("v", QoS::ExactlyOnce);
        client.publish("v", "both ways", QoS::ExactlyOnce, false);
        client.until("the message", |client| client.payloads() == ["both ways"]);
        client.disconnect();
    }
}

#[test]
fn a_clean_session_finds_nothing_of_before() {
    let broker = Broker::start();
    let mut sender = Client::online(broker.port, &options("sender"));
    let mut first = Client::online(broker.port, &options("clean"));
    first.subscribe("c", QoS::AtLeastOnce);
    first.disconnect();
    sender.publish("c", "missed", QoS::AtLeastOnce, false);
    sender.until("PUBACK", |client| client.acknowledged.len() == 1);
    // Another page: it knows of no subscription that it could ask for again.
    let mut second = Client::online(broker.port, &options("clean"));
    sender.publish("c", "nobody asked", QoS::AtLeastOnce, false);
    sender.until("PUBACK", |client| client.acknowledged.len() == 2);
    second.go_on(Duration::from_millis(200));
    assert_eq!((second.present(), second.payloads()), (vec![false], vec![]));
}

#[test]
fn an_empty_client_identifier_is_taken_with_a_clean_session() {
    let broker = Broker::start();
    let mut clients = [Client::online(broker.port, &options("")), Client::online(broker.port, &options(""))];
    for client in &mut clients {
        client.go_on(Duration::from_millis(100));
        assert_eq!((client.session.state(), client.ends()), (State::Online, vec![]), "each has its own");
    }
}

#[test]
fn a_large_message_comes_back_whole() {
    let broker = Broker::start();
    let mut client = Client::online(broker.port, &options("large"));
    client.subscribe("large", QoS::AtLeastOnce);
    let payload = "0123456789abcde\n".repeat(16 * 1024);
    client.publish("large", &payload, QoS::AtLeastOnce, false);
    client.until("the message", |client| !client.messages.is_empty());
    assert!(client.payloads() == [payload], "256 KiB, byte for byte");
}

#[test]
fn two_publishers_and_ten_subscribers_miss_nothing() {
    let broker = Broker::start();
    let mut subscribers: Vec<_> =
        (0..10).map(|number| Client::online(broker.port, &options(&format!("s{number}")))).collect();
    for subscriber in &mut subscribers {
        subscriber.subscribe("many/#", QoS::AtLeastOnce);
    }
    let mut publishers = ["a", "b"].map(|name| (name, Client::online(broker.port, &options(name))));
    for number in 0..50 {
        for (name, publisher) in &mut publishers {
            publisher.publish(&format!("many/{name}"), &number.to_string(), QoS::AtLeastOnce, false);
        }
    }
    for (_, publisher) in &mut publishers {
        publisher.until("all acknowledgements", |client| client.acknowledged.len() == 50);
    }
    let numbers: Vec<_> = (0..50).map(|number| number.to_string()).collect();
    for subscriber in &mut subscribers {
        subscriber.until("all messages", |client| client.messages.len() == 100);
        for name in ["a", "b"] {
            let topic = format!("many/{name}");
            let of_one = subscriber.messages.iter().filter(|message| message.topic == topic);
            let payloads: Vec<_> =
                of_one.map(|message| String::from_utf8(message.payload.to_vec()).unwrap()).collect();
            assert_eq!(payloads, numbers, "each publisher's messages in order");
        }
    }
}
