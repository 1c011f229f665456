//! How fast the core is on this machine: packets of 200 bytes through our codec and through bare `mqttbytes`, a
//! session with a thousand messages each way, filters over a hundred thousand. `script/bench-core` runs it;
//! `script/bench` measures the page.
#![allow(missing_docs, reason = "criterion's macros write functions")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that fails is to stop")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use criterion::{Criterion, Throughput, criterion_group};
use mqttbytes::v4;
use uiot_testbench::journal::query::Query;
use uiot_testbench::journal::{Budget, Direction, Filter, Journal, Scope, Surroundings, View};
use uiot_testbench::mqtt::{
    ClientId, ConnectOptions, Decoder, Event, Input, Moment, Output, PacketId, PacketKind, PacketView, QoS,
    Session, TopicFilter, TopicName, raw,
};
use uiot_testbench::payload::diff::diff;
use uiot_testbench::payload::tree::{Kind, TreeBuilder, Visible};
use uiot_testbench::uiot::RetCode;

const MESSAGES: u16 = 1_000;
const TOPIC: &str = "/bench/device/upload";
/// The whole packet: 3 bytes of header, 2 + 20 of topic, 2 of packet identifier, the rest payload.
const PACKET: usize = 200;
const PAYLOAD: usize = PACKET - 3 - 2 - TOPIC.len() - 2;

fn payload() -> Bytes {
    Bytes::from(vec![b'x'; PAYLOAD])
}

fn topic() -> TopicName {
    TopicName::parse(TOPIC).unwrap()
}

fn write(topic: &TopicName, payload: Bytes, number: u16) -> Bytes {
    raw::publish(topic, payload, QoS::AtLeastOnce, false, false, PacketId::new(number)).unwrap()
}

/// What a broker sends: PUBLISH with QoS 1, one after the other.
fn stream() -> Vec<u8> {
    let packets: Vec<Bytes> = (1..=MESSAGES).map(|number| write(&topic(), payload(), number)).collect();
    assert!(packets.iter().all(|packet| packet.len() == PACKET));
    packets.concat()
}

fn decode_ours(stream: &[u8]) {
    let mut decoder = Decoder::new(1 << 20);
    decoder.push(stream);
    let mut count = 0;
    while let Some(frame) = decoder.next_frame() {
        black_box(frame.unwrap().content.unwrap());
        count += 1;
    }
    assert_eq!(count, MESSAGES);
}

fn decode_mqttbytes(stream: &[u8]) {
    let mut buffer = BytesMut::new();
    buffer.extend_from_slice(stream);
    let mut count = 0;
    while !buffer.is_empty() {
        black_box(v4::read(&mut buffer, 1 << 20).unwrap());
        count += 1;
    }
    assert_eq!(count, MESSAGES);
}

fn encode_ours(topic: &TopicName, payload: &Bytes) {
    for number in 1..=MESSAGES {
        black_box(write(topic, payload.clone(), number));
    }
}

/// Each packet in a buffer of its own, as whoever sends it wants it.
fn encode_mqttbytes(topic: &str, payload: &Bytes) {
    for number in 1..=MESSAGES {
        let mut packet = v4::Publish::from_bytes(topic, mqttbytes::QoS::AtLeastOnce, payload.clone());
        packet.pkid = number;
        let mut buffer = BytesMut::with_capacity(PACKET);
        packet.write(&mut buffer).unwrap();
        black_box(buffer.freeze());
    }
}

// The parts of the session's interface that are measured, each in one place.

fn new_session() -> Session {
    let client_id = ClientId::parse("bench").unwrap();
    Session::new(&ConnectOptions { client_id, ..ConnectOptions::default() }, 1).unwrap()
}

fn subscribe(session: &mut Session, now: Moment) {
    session.subscribe(now, TopicFilter::parse("/bench/#").unwrap(), QoS::AtLeastOnce).unwrap();
}

fn publish(session: &mut Session, now: Moment, topic: &TopicName, payload: Bytes) {
    session.publish(now, topic, payload, QoS::AtLeastOnce, false).unwrap();
}

/// The packets that the session sends, with their types and identifiers; what it tells is counted.
fn drain(session: &mut Session, messages: &mut usize, mut sent: impl FnMut(PacketKind, Option<u16>)) {
    while let Some(output) = session.poll_output() {
        match &output {
            Output::Send { packet, .. } => {
                let view = PacketView::read(packet).unwrap();
                sent(view.kind, view.packet_id);
            }
            Output::Event(Event::Message(_)) => *messages += 1,
            _ => {}
        }
        black_box(output);
    }
}

/// Connects, subscribes, gets a thousand messages and acknowledges them, sends a thousand and gets them acknowledged.
fn session_pass(stream: &[u8], topic: &TopicName, payload: &Bytes) {
    let mut session = new_session();
    let mut now = Moment::from_millis(1);
    let (mut messages, mut acknowledged, mut answer) = (0, 0, Vec::new());
    session.connect(now);
    session.handle_input(now, Input::Opened { sub_protocol: "mqtt" });
    session.handle_input(now, Input::Received(&[0x20, 2, 0, 0]));
    drain(&mut session, &mut messages, |_, _| {});

    subscribe(&mut session, now);
    drain(&mut session, &mut messages, |_, number| {
        let [high, low] = number.unwrap().to_be_bytes();
        answer = vec![0x90, 3, high, low, 1];
    });
    session.handle_input(now, Input::Received(&answer));
    drain(&mut session, &mut messages, |_, _| {});

    // One packet a chunk: what a WebSocket hands over, as a rule.
    for packet in stream.chunks(PACKET) {
        now = now + Duration::from_micros(100);
        session.handle_input(now, Input::Received(packet));
        drain(&mut session, &mut messages, |kind, _| acknowledged += usize::from(kind == PacketKind::PubAck));
    }
    for _ in 0..MESSAGES {
        now = now + Duration::from_micros(100);
        publish(&mut session, now, topic, payload.clone());
        drain(&mut session, &mut messages, |_, number| {
            let [high, low] = number.unwrap().to_be_bytes();
            answer = vec![0x40, 2, high, low];
        });
        session.handle_input(now, Input::Received(&answer));
        drain(&mut session, &mut messages, |_, _| {});
    }
    assert_eq!((messages, acknowledged), (MESSAGES.into(), MESSAGES.into()));
}

fn codec(criterion: &mut Criterion) {
    let (stream, topic, payload) = (stream(), topic(), payload());
    let mut group = criterion.benchmark_group("decode");
    group.throughput(Throughput::Elements(MESSAGES.into()));
    group.bench_function("ours", |bencher| bencher.iter(|| decode_ours(&stream)));
    group.bench_function("mqttbytes", |bencher| bencher.iter(|| decode_mqttbytes(&stream)));
    group.finish();
    let mut group = criterion.benchmark_group("encode");
    group.throughput(Throughput::Elements(MESSAGES.into()));
    group.bench_function("ours", |bencher| bencher.iter(|| encode_ours(&topic, &payload)));
    group.bench_function("mqttbytes", |bencher| bencher.iter(|| encode_mqttbytes(TOPIC, &payload)));
    group.finish();
}

/// A journal that is full takes a message in and lets old ones go; beside it, what copying the bytes alone costs.
fn append(criterion: &mut Criterion) {
    let packet = write(&topic(), payload(), 1);
    let mut group = criterion.benchmark_group("append");
    group.throughput(Throughput::Elements(MESSAGES.into()));
    let mut journal = Journal::new(Budget { bytes: 16 << 20, messages: 50_000 });
    let mut at = 0;
    group.bench_function("to a full journal", |bencher| {
        bencher.iter(|| {
            for _ in 0..MESSAGES {
                at += 10;
                journal.append_packet(Moment::from_micros(at), Direction::In, &packet);
            }
        });
    });
    let mut copy = Vec::with_capacity(PACKET * usize::from(MESSAGES));
    group.bench_function("bytes alone", |bencher| {
        bencher.iter(|| {
            copy.clear();
            for _ in 0..MESSAGES {
                copy.extend_from_slice(black_box(&packet));
            }
            black_box(copy.len())
        });
    });
    group.finish();
}

/// A payload of 256 KB as devices send them: arrays of small objects.
fn long_json() -> Arc<[u8]> {
    let mut text = String::from("[");
    for number in 0_u64.. {
        let time = 1_763_000_000_000 + number;
        let line = format!(
            r#"{{"RequestID":"{number}","Time":{time},"Value":{}.5,"Text":"温度 \u00b0C"}},"#,
            number % 40
        );
        if text.len() + line.len() > 256 * 1024 {
            break;
        }
        text.push_str(&line);
    }
    text.push_str("null]");
    text.into_bytes().into()
}

fn trees(criterion: &mut Criterion) {
    let payload = long_json();
    let mut group = criterion.benchmark_group("tree");
    group.throughput(Throughput::Bytes(payload.len() as u64));
    group.bench_function("256 KB of JSON", |bencher| {
        bencher.iter(|| {
            let tree = TreeBuilder::all(Kind::Json, Arc::clone(&payload));
            assert!(tree.is_whole());
            black_box(Visible::new(&tree).len())
        });
    });
    group.bench_function("256 KB through serde_json, for scale", |bencher| {
        bencher.iter(|| black_box(serde_json::from_slice::<serde_json::Value>(&payload).unwrap()));
    });
    let mut other = payload.to_vec();
    let end = other.len() - 5;
    other.splice(end.., *b"1]");
    group.bench_function("256 KB compared", |bencher| {
        bencher.iter(|| {
            let found = diff(&payload, &other);
            assert_eq!(found.changes, 1);
            black_box(found)
        });
    });
    group.finish();
}

fn session(criterion: &mut Criterion) {
    let (stream, topic, payload) = (stream(), topic(), payload());
    let mut group = criterion.benchmark_group("session");
    group.throughput(Throughput::Elements(2 * u64::from(MESSAGES)));
    group.bench_function("a thousand each way", |bencher| {
        bencher.iter(|| session_pass(&stream, &topic, &payload));
    });
    group.finish();
}

/// What a device of the platform sends and gets, in packets of 200 bytes on a hundred topics.
fn journal(messages: u32) -> Journal {
    let mut journal = Journal::default();
    for number in 0..messages {
        let topic = format!("/bench/device-{:02}/upload", number % 100);
        let mut payload = format!(
            r#"{{"RequestID":"{number}","Property":{{"temperature":{{"Value":26.4}},"humidity":{{"Value":61}}}},"Name":"室内温度","RetCode":0"#
        );
        let room = PACKET - 3 - 2 - topic.len() - 2 - "}".len();
        payload.extend(std::iter::repeat_n(' ', room - payload.len()));
        payload.push('}');
        let packet = write(&TopicName::parse(&topic).unwrap(), payload.into(), 1);
        assert_eq!(packet.len(), PACKET);
        journal.append_packet(Moment::from_millis(number.into()), Direction::In, &packet);
    }
    journal
}

/// A new view over everything; how many rows it has.
fn filtered(journal: &Journal, text: &str) -> usize {
    let ret_code = |payload: &[u8]| RetCode::in_message(payload).map(|RetCode(code)| code);
    let surroundings = Surroundings { resolve: &|_| None, ret_code, whole_packets: false };
    let filter = Filter::compile(&Query::parse(text).unwrap(), &surroundings);
    let mut view = View::new(Scope::Messages, Some(Box::new(filter)));
    while !view.advance(journal, 128 * 1024) {}
    view.row_count()
}

fn filter(criterion: &mut Criterion) {
    const MESSAGES: u32 = 100_000;
    let journal = journal(MESSAGES);
    let mut group = criterion.benchmark_group("filter");
    group.throughput(Throughput::Bytes(u64::from(MESSAGES) * PACKET as u64));
    for (name, text, found) in [
        ("word", "pressure", 0),
        ("word that all have", "TEMPERATURE", 100_000),
        ("hex", "hex:ff00ff", 0),
        ("regex", r#"/"temp[a-z]+":\{"Value":9\d/"#, 0),
        ("regex of Chinese", "/[气压]{2}/", 0),
        ("topic", "topic:/bench/+/set", 0),
        ("piece of a topic", "topic:device-42", 1_000),
        ("errors", "is:error", 0),
    ] {
        assert_eq!(filtered(&journal, text), found, "{text}");
        group.bench_function(name, |bencher| bencher.iter(|| filtered(&journal, text)));
    }
    group.finish();
}

/// The median over many rounds, each of which runs both: a busy machine slows down both.
fn ratio(name: &str, ours: impl Fn(), mqttbytes: impl Fn()) {
    let time = |run: &dyn Fn()| {
        let start = Instant::now();
        (0..20).for_each(|_| run());
        start.elapsed().as_secs_f64()
    };
    let mut ratios: Vec<f64> = (0..101).map(|_| time(&ours) / time(&mqttbytes)).collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        "{name}: ours takes {:.2} times as long as bare mqttbytes (middle half {:.2} to {:.2})",
        ratios[50], ratios[25], ratios[75]
    );
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    targets = codec, trees, session, append, filter
}

fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
    // Not where only one benchmark, or a list or a test of them, is asked for.
    if std::env::args().skip(1).all(|argument| argument == "--bench") {
        let (stream, topic, payload) = (stream(), topic(), payload());
        ratio("decode", || decode_ours(&stream), || decode_mqttbytes(&stream));
        ratio("encode", || encode_ours(&topic, &payload), || encode_mqttbytes(TOPIC, &payload));
    }
}
