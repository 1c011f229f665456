//! A small deterministic rig: a session, a clock that only the test moves, and a broker whose packets the test
//! writes byte by byte, in chunks as odd as it likes.
#![allow(dead_code, reason = "each test crate uses another part of the rig")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a rig that fails is a test that fails")]

use std::time::Duration;

use bytes::Bytes;
use uiot_testbench::mqtt::{
    ClientId, CloseInfo, ConnectOptions, Event, Input, Moment, Outcome, Output, PacketId, PacketView,
    ProtocolVersion, Publish, PublishError, QoS, RequestId, Session, TopicFilter, TopicName, Violation,
};

/// Where the jitter of every rig comes from, so that a failure comes again.
pub(crate) const SEED: u64 = 0x5eed;

/// CONNACK 0.
pub(crate) const ACCEPTED: &[u8] = &[0x20, 2, 0, 0];
/// CONNACK 0 with session present.
pub(crate) const RESUMED: &[u8] = &[0x20, 2, 1, 0];
pub(crate) const PINGREQ: &[u8] = &[0xc0, 0];
pub(crate) const PINGRESP: &[u8] = &[0xd0, 0];
pub(crate) const DISCONNECT: &[u8] = &[0xe0, 0];

/// A session and the clock that drives it. Every step returns what came out, save the wake-ups, which it keeps.
pub(crate) struct Rig {
    pub(crate) session: Session,
    pub(crate) now: Moment,
    /// How many bytes of the broker arrive at once.
    pub(crate) chunk: usize,
    /// The sub-protocol that the server chooses.
    pub(crate) sub_protocol: String,
    /// The wake-up that was asked for and has not come yet.
    pub(crate) wake: Option<Moment>,
    /// Every wake-up that was ever announced.
    pub(crate) announced: Vec<Option<Moment>>,
}

impl Rig {
    pub(crate) fn new(options: &ConnectOptions) -> Self {
        Self::seeded(options, SEED)
    }

    /// A rig with other jitter.
    pub(crate) fn seeded(options: &ConnectOptions, seed: u64) -> Self {
        Self {
            session: Session::new(options, seed).unwrap(),
            now: Moment::from_millis(5_000),
            chunk: usize::MAX,
            sub_protocol: options.protocol.sub_protocol().to_owned(),
            wake: None,
            announced: Vec::new(),
        }
    }

    /// A rig whose session waits for the transport.
    pub(crate) fn opening(options: &ConnectOptions) -> Self {
        let mut rig = Self::new(options);
        rig.connect();
        rig
    }

    /// A rig whose session waits for CONNACK.
    pub(crate) fn awaiting(options: &ConnectOptions) -> Self {
        let mut rig = Self::opening(options);
        rig.open();
        rig
    }

    /// A rig whose session is online, with everything up to then drained.
    pub(crate) fn online(options: &ConnectOptions) -> Self {
        let mut rig = Self::awaiting(options);
        rig.broker(ACCEPTED);
        rig
    }

    pub(crate) fn connect(&mut self) -> Vec<Output> {
        self.session.connect(self.now);
        self.drain()
    }

    pub(crate) fn disconnect(&mut self) -> Vec<Output> {
        self.session.disconnect(self.now);
        self.drain()
    }

    pub(crate) fn open(&mut self) -> Vec<Output> {
        let sub_protocol = self.sub_protocol.clone();
        self.input(Input::Opened { sub_protocol: &sub_protocol })
    }

    pub(crate) fn close(&mut self, code: u16, reason: &str) -> Vec<Output> {
        self.input(Input::Closed(closed(code, reason)))
    }

    /// From online to lost to online again; what came out after CONNACK.
    pub(crate) fn reconnect(&mut self) -> Vec<Output> {
        self.lose();
        self.come_back(ACCEPTED)
    }

    /// The same, and the broker says that it still has the session.
    pub(crate) fn resume(&mut self) -> Vec<Output> {
        self.lose();
        self.come_back(RESUMED)
    }

    /// The network goes.
    pub(crate) fn lose(&mut self) -> Vec<Output> {
        self.close(1006, "")
    }

    /// From offline or waiting to online, by hand; what came out after this CONNACK.
    pub(crate) fn come_back(&mut self, connack: &[u8]) -> Vec<Output> {
        self.connect();
        self.open();
        self.broker(connack)
    }

    /// Lets time pass until the session opens a transport by itself; how long that took.
    pub(crate) fn wait_for_the_attempt(&mut self) -> Duration {
        let at = self.session.retry().unwrap().at;
        let pause = at - self.now;
        let outputs = self.advance(pause);
        assert!(matches!(outputs[..], [(_, Output::OpenTransport(_))]), "{outputs:?}");
        pause
    }

    pub(crate) fn subscribe(&mut self, text: &str, qos: QoS) -> Vec<Output> {
        self.session.subscribe(self.now, filter(text), qos).unwrap();
        self.drain()
    }

    pub(crate) fn unsubscribe(&mut self, text: &str) -> Vec<Output> {
        self.session.unsubscribe(self.now, &filter(text)).unwrap();
        self.drain()
    }

    /// Publishes `x` on `t`; the packet identifier and what came out.
    pub(crate) fn publish(&mut self, qos: QoS) -> (Option<u16>, Vec<Output>) {
        let outputs = self.say("x", qos).1;
        let packet_id = |packet: &Vec<u8>| PacketView::read(packet).and_then(|view| view.packet_id);
        (sent(&outputs).last().and_then(packet_id), outputs)
    }

    /// Publishes `text` on `t`; the request's number and what came out.
    pub(crate) fn say(&mut self, text: &str, qos: QoS) -> (u64, Vec<Output>) {
        let request = self.try_to_say(text, qos).unwrap();
        (request.number(), self.drain())
    }

    /// Publishes `text` on `t`, or not.
    pub(crate) fn try_to_say(&mut self, text: &str, qos: QoS) -> Result<RequestId, PublishError> {
        let payload = Bytes::copy_from_slice(text.as_bytes());
        self.session.publish(self.now, &topic("t"), payload, qos, false)
    }

    /// The payloads that wait for a connection.
    pub(crate) fn queued(&self) -> Vec<String> {
        self.session.queued().map(|(_, packet)| payload(packet)).collect()
    }

    /// The broker sends `bytes`, in chunks of [`Self::chunk`].
    pub(crate) fn broker(&mut self, bytes: &[u8]) -> Vec<Output> {
        bytes.chunks(self.chunk).flat_map(|chunk| self.input(Input::Received(chunk))).collect()
    }

    pub(crate) fn input(&mut self, input: Input<'_>) -> Vec<Output> {
        if input == Input::Woken {
            self.wake = None;
        }
        self.session.handle_input(self.now, input);
        self.drain()
    }

    /// Lets time pass and keeps every wake-up exactly; what came out, each with its time.
    pub(crate) fn advance(&mut self, span: Duration) -> Vec<(Moment, Output)> {
        let end = self.now + span;
        let mut outputs = Vec::new();
        let mut wakes_without_progress = 0;
        while let Some(at) = self.wake.filter(|at| *at <= end) {
            wakes_without_progress = if at > self.now { 0 } else { wakes_without_progress + 1 };
            assert!(wakes_without_progress < 100, "the session asks again and again to be woken at once");
            self.now = self.now.max(at);
            let now = self.now;
            outputs.extend(self.input(Input::Woken).into_iter().map(|output| (now, output)));
        }
        self.now = end;
        outputs
    }

    /// Lets time pass without a wake-up, as a page does that the browser holds back.
    pub(crate) fn sleep(&mut self, span: Duration) {
        self.now = self.now + span;
    }

    pub(crate) fn drain(&mut self) -> Vec<Output> {
        let mut outputs = Vec::new();
        let mut wakes = 0;
        while let Some(output) = self.session.poll_output() {
            assert_eq!(wakes, 0, "a wake-up is the last thing said");
            match output {
                Output::WakeAt(at) => {
                    assert_ne!(at, self.wake, "a wake-up is announced only if it changes");
                    self.wake = at;
                    self.announced.push(at);
                    wakes += 1;
                }
                other => outputs.push(other),
            }
        }
        assert_eq!(self.session.poll_output(), None);
        outputs
    }

    /// The filters of the session with their states, as text.
    pub(crate) fn subscriptions(&self) -> Vec<String> {
        let show = |s: &uiot_testbench::mqtt::Subscription| format!("{} {:?}", s.filter, s.state);
        self.session.subscriptions().iter().map(show).collect()
    }
}

/// A clean session whose connection, once lost, stays so: most tests mean the end when they end it.
pub(crate) fn options() -> ConnectOptions {
    let client_id = ClientId::parse("c").unwrap();
    ConnectOptions { client_id, auto_reconnect: false, ..ConnectOptions::default() }
}

/// As the default is: a lost connection is taken up again.
pub(crate) fn reconnecting() -> ConnectOptions {
    ConnectOptions { auto_reconnect: true, ..options() }
}

/// A session that the broker is to keep.
pub(crate) fn unclean() -> ConnectOptions {
    ConnectOptions { clean_session: false, ..options() }
}

/// MQTT 3.1, whose CONNACK says nothing of the session.
pub(crate) fn mqtt_3_1(options: ConnectOptions) -> ConnectOptions {
    ConnectOptions { protocol: ProtocolVersion::V3_1, ..options }
}

/// Every violation ends the connection.
pub(crate) fn strict() -> ConnectOptions {
    ConnectOptions { strict: true, ..options() }
}

pub(crate) fn keep_alive(seconds: u16) -> ConnectOptions {
    ConnectOptions { keep_alive: seconds, ..options() }
}

pub(crate) fn filter(text: &str) -> TopicFilter {
    TopicFilter::parse(text).unwrap()
}

pub(crate) fn topic(text: &str) -> TopicName {
    TopicName::parse(text).unwrap()
}

pub(crate) fn id(number: u16) -> PacketId {
    PacketId::new(number).unwrap()
}

pub(crate) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) fn millis(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub(crate) fn closed(code: u16, reason: &str) -> CloseInfo {
    CloseInfo { code, reason: reason.to_owned(), clean: code != 1006 }
}

/// The packets that were sent.
pub(crate) fn sent(outputs: &[Output]) -> Vec<Vec<u8>> {
    let packet = |output: &Output| match output {
        Output::Send { packet, .. } => Some(packet.to_vec()),
        _ => None,
    };
    outputs.iter().filter_map(packet).collect()
}

pub(crate) fn events(outputs: &[Output]) -> Vec<Event> {
    let event = |output: &Output| match output {
        Output::Event(event) => Some(event.clone()),
        _ => None,
    };
    outputs.iter().filter_map(event).collect()
}

/// What became of which request, by its number.
pub(crate) fn outcomes(outputs: &[Output]) -> Vec<(u64, Outcome)> {
    let outcome = |event| match event {
        Event::Request(request, outcome) => Some((request.number(), outcome)),
        _ => None,
    };
    events(outputs).into_iter().filter_map(outcome).collect()
}

/// The events save those of single requests.
pub(crate) fn told(outputs: &[Output]) -> Vec<Event> {
    events(outputs).into_iter().filter(|event| !matches!(event, Event::Request(..))).collect()
}

/// The messages that came again.
pub(crate) fn redelivered(outputs: &[Output]) -> Vec<Publish> {
    let message = |event| match event {
        Event::Redelivered(publish) => Some(publish),
        _ => None,
    };
    events(outputs).into_iter().filter_map(message).collect()
}

pub(crate) fn messages(outputs: &[Output]) -> Vec<Publish> {
    let message = |event| match event {
        Event::Message(publish) => Some(publish),
        _ => None,
    };
    events(outputs).into_iter().filter_map(message).collect()
}

pub(crate) fn violations(outputs: &[Output]) -> Vec<Violation> {
    let violation = |event| match event {
        Event::Violation(violation) => Some(violation),
        _ => None,
    };
    events(outputs).into_iter().filter_map(violation).collect()
}

/// Why the connection ended, if it did.
pub(crate) fn ended(outputs: &[Output]) -> Option<uiot_testbench::mqtt::EndCause> {
    events(outputs).into_iter().find_map(|event| match event {
        Event::Ended(cause) => Some(cause),
        _ => None,
    })
}

/// One packet: the first byte, the remaining length, the body.
pub(crate) fn packet(first_byte: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first_byte];
    let mut length = body.len();
    while length > 127 {
        packet.push(u8::try_from(length % 128).unwrap() | 0x80);
        length /= 128;
    }
    packet.push(u8::try_from(length).unwrap());
    packet.extend_from_slice(body);
    packet
}

/// The payload of a PUBLISH as text.
pub(crate) fn payload(packet: &[u8]) -> String {
    let view = PacketView::read(packet).unwrap();
    String::from_utf8(packet[view.payload].to_vec()).unwrap()
}

/// Outputs without their times.
pub(crate) fn untimed(outputs: Vec<(Moment, Output)>) -> Vec<Output> {
    outputs.into_iter().map(|(_, output)| output).collect()
}

fn numbered(first_byte: u8, number: u16, rest: &[u8]) -> Vec<u8> {
    packet(first_byte, &[&number.to_be_bytes(), rest].concat())
}

pub(crate) fn connack(flags: u8, code: u8) -> Vec<u8> {
    packet(0x20, &[flags, code])
}

pub(crate) fn puback(number: u16) -> Vec<u8> {
    numbered(0x40, number, &[])
}

pub(crate) fn pubrec(number: u16) -> Vec<u8> {
    numbered(0x50, number, &[])
}

pub(crate) fn pubrel(number: u16) -> Vec<u8> {
    numbered(0x62, number, &[])
}

pub(crate) fn pubcomp(number: u16) -> Vec<u8> {
    numbered(0x70, number, &[])
}

pub(crate) fn suback(number: u16, codes: &[u8]) -> Vec<u8> {
    numbered(0x90, number, codes)
}

pub(crate) fn unsuback(number: u16) -> Vec<u8> {
    numbered(0xb0, number, &[])
}

/// PUBLISH with these flags; the packet identifier is written if the flags name a QoS above 0.
pub(crate) fn publish(flags: u8, topic: &[u8], number: u16, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(topic.len()).unwrap().to_be_bytes();
    let number = number.to_be_bytes();
    let number: &[u8] = if flags & 0b0110 == 0 { &[] } else { &number };
    packet(0x30 | flags, &[&length, topic, number, payload].concat())
}
