//! Any story into the session: commands, inputs and time, drained at once or later.

use std::collections::BTreeSet;

use bytes::Bytes;
use uiot_testbench::mqtt::{
    Capabilities, ClientId, CloseInfo, ConnectOptions, Event, Input, Login, Moment, Outcome, Output,
    PacketKind, PacketView, ProtocolVersion, QoS, QueueLimits, RequestId, Secret, Session, State,
    TopicFilter, TopicName, Will,
};

const PASSWORD: &str = "open sesame";
const FILTERS: [&str; 4] = ["a", "b/#", "+/c", "温度/+"];
const TOPICS: [&str; 3] = ["a", "b/c", "温度/1"];

// The parts of the session's interface that these stories use, each in one place.

fn new_session(options: &ConnectOptions, seed: u64) -> Session {
    Session::new(options, seed).expect("these options can be written")
}

fn reconfigure(session: &mut Session, now: Moment, options: &ConnectOptions, same_broker: bool) {
    session.reconfigure(now, options, same_broker).expect("these options can be written");
}

fn connect(session: &mut Session, now: Moment) {
    session.connect(now);
}

fn disconnect(session: &mut Session, now: Moment) {
    session.disconnect(now);
}

/// Refusals are part of the story, so nothing here looks at them.
fn subscribe(session: &mut Session, now: Moment, filter: TopicFilter, qos: QoS) {
    let _ = session.subscribe(now, filter, qos);
}

fn unsubscribe(session: &mut Session, now: Moment, filter: &TopicFilter) {
    let _ = session.unsubscribe(now, filter);
}

fn publish(
    session: &mut Session,
    now: Moment,
    topic: &TopicName,
    payload: Bytes,
    qos: QoS,
    retain: bool,
) -> Option<RequestId> {
    session.publish(now, topic, payload, qos, retain).ok()
}

/// Between `OpenTransport` and `CloseTransport`.
fn has_transport(state: State) -> bool {
    match state {
        State::Offline | State::Waiting => false,
        State::Opening | State::AwaitingConnAck | State::Online => true,
    }
}

/// Whether a session must have asked to be woken: it waits for somebody who may never answer.
fn waits(session: &Session, keep_alive: u16) -> bool {
    match session.state() {
        State::Offline => false,
        State::Opening | State::AwaitingConnAck | State::Waiting => true,
        State::Online => keep_alive > 0 && session.is_pinging(),
    }
}

/// Runs the story that `data` tells.
pub(crate) fn session(data: &[u8]) {
    play(data, &mut |_| {});
}

/// The same, and returns all that the session said.
pub(crate) fn story(data: &[u8]) -> Vec<Output> {
    let mut outputs = Vec::new();
    play(data, &mut |output| outputs.push(output));
    outputs
}

/// Takes a story apart; what is missing at its end is 0.
struct Script<'a>(&'a [u8]);

impl<'a> Script<'a> {
    fn byte(&mut self) -> u8 {
        self.0.split_off_first().copied().unwrap_or(0)
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.byte()) % choices.len()]
    }

    fn bytes(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte() % 64).min(self.0.len());
        let (bytes, rest) = self.0.split_at(length);
        self.0 = rest;
        bytes
    }

    fn options(&mut self) -> ConnectOptions {
        let login = match self.byte() % 3 {
            0 => Login::Anonymous,
            1 => Login::UserName("ann".to_owned()),
            _ => Login::Password("ann".to_owned(), Secret::new(PASSWORD)),
        };
        let switches = self.byte();
        let on = |bit: u8| switches & bit != 0;
        let will = on(1).then(|| Will {
            topic: TopicName::parse("gone").expect("a topic"),
            payload: Bytes::from_static(b"x"),
            qos: QoS::AtLeastOnce,
            retain: on(2),
        });
        ConnectOptions {
            protocol: self.pick(&[ProtocolVersion::V3_1_1, ProtocolVersion::V3_1]),
            client_id: ClientId::parse(self.pick(&["c", "d"])).expect("an identifier"),
            login,
            keep_alive: self.pick(&[30, 0, 1, 300, u16::MAX]),
            clean_session: self.pick(&[true, false]),
            will,
            max_packet: self.pick(&[1 << 20, 40]),
            capabilities: Capabilities { qos2: !on(4), retain: !on(8), will: true },
            queue: QueueLimits {
                messages: if on(16) { 3 } else { 1_000 },
                bytes: if on(32) { 60 } else { 8_000 },
            },
            auto_reconnect: !on(64),
            strict: on(128),
            ..ConnectOptions::default()
        }
    }

    fn qos(&mut self) -> QoS {
        self.pick(&[QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce])
    }

    /// What a broker might send, more or less.
    fn packet(&mut self) -> Vec<u8> {
        let kind = self.byte();
        let number = self.byte() % 8;
        match kind % 12 {
            0..=2 => vec![0x20, 2, 0, 0],
            3 => vec![0x20, 2, number, self.byte() % 8],
            4 => vec![0x40, 2, 0, number],
            5 => vec![self.pick(&[0x50, 0x62, 0x70]), 2, 0, number],
            6 => vec![0x90, 3, 0, number, self.pick(&[0, 1, 2, 0x80, 0x87])],
            7 => vec![0xb0, 2, 0, number],
            8 => vec![0xd0, 0],
            9 => vec![0x30 | self.byte() & 0b1001, 4, 0, 1, b'a', number],
            10 => vec![0x32 | self.byte() & 0b1001, 6, 0, 1, b'a', 0, number, b'x'],
            _ => vec![0x34 | self.byte() & 0b1001, 6, 0, 1, b'a', 0, number, b'x'],
        }
    }
}

fn has_password(options: &ConnectOptions) -> bool {
    matches!(options.login, Login::Password(..))
}

fn play(data: &[u8], said: &mut dyn FnMut(Output)) {
    let mut script = Script(data);
    let options = script.options();
    let mut keep_alive = options.keep_alive;
    let mut session = new_session(&options, script.byte().into());
    let mut witness = Witness { has_password: has_password(&options), ..Witness::default() };
    let mut now = Moment::from_millis(5_000);
    // Most stories begin online, since little happens without a connection.
    if script.byte() % 4 != 0 {
        connect(&mut session, now);
        session.handle_input(now, Input::Opened { sub_protocol: options.protocol.sub_protocol() });
        session.handle_input(now, Input::Received(&[0x20, 2, 0, 0]));
    }

    while !script.0.is_empty() {
        let step = script.byte();
        match step % 40 {
            0 | 1 => connect(&mut session, now),
            2 => disconnect(&mut session, now),
            3 => {
                let options = script.options();
                keep_alive = options.keep_alive;
                witness.has_password &= has_password(&options);
                reconfigure(&mut session, now, &options, step & 0x40 != 0);
            }
            4 | 5 => {
                let sub_protocol = script.pick(&["mqtt", "mqttv3.1", ""]);
                session.handle_input(now, Input::Opened { sub_protocol });
            }
            6 => session.handle_input(now, Input::OpenFailed("no")),
            7 => session.handle_input(now, Input::TextFrame(script.pick(&["text", "", PASSWORD]))),
            8 => {
                let info = CloseInfo { code: 1006, reason: String::new(), clean: false };
                session.handle_input(now, Input::Closed(info));
            }
            9 => {
                // A timer of the outside that goes off for nothing.
                witness.wake = None;
                session.handle_input(now, Input::Woken);
            }
            10..=12 => session.handle_input(now, Input::Received(script.bytes())),
            13..=19 => session.handle_input(now, Input::Received(&script.packet())),
            20 => {
                // Two packets cut in the middle of the second.
                let both = [script.packet(), script.packet()].concat();
                let (one, other) = both.split_at(both.len() - 1);
                session.handle_input(now, Input::Received(one));
                session.handle_input(now, Input::Received(other));
            }
            21 | 22 => {
                let filter = TopicFilter::parse(script.pick(&FILTERS)).expect("a filter");
                subscribe(&mut session, now, filter, script.qos());
            }
            23 => {
                let filter = TopicFilter::parse(script.pick(&FILTERS)).expect("a filter");
                unsubscribe(&mut session, now, &filter);
            }
            24..=26 => {
                let topic = TopicName::parse(script.pick(&TOPICS)).expect("a topic");
                let (qos, retain) = (script.qos(), step & 0x40 != 0);
                let payload = Bytes::copy_from_slice(script.bytes());
                if let Some(request) = publish(&mut session, now, &topic, payload, qos, retain) {
                    assert!(witness.last_request < Some(request), "a request has a number of its own");
                    witness.last_request = Some(request);
                }
            }
            32 => session.handle_input(now, Input::Nudged),
            33 => session.set_auto_reconnect(now, script.byte() % 2 == 0),
            34 => session.set_pinging(script.byte() % 2 == 0),
            35 => session.ping_now(now),
            36 => session.discard_queue(),
            // Time passes. The wake-ups come when they are due, or all too late.
            late @ (27..=31 | 37..) => {
                let span = u64::from(script.byte()).pow(2);
                let end = Moment::from_micros(now.as_micros() + span * 1_000);
                witness.drain(&mut session, said);
                let mut wakes = 0;
                while let Some(at) = witness.wake.filter(|at| *at <= end) {
                    wakes += 1;
                    assert!(wakes < 1_000, "the session asks again and again to be woken");
                    now = if late == 27 { end } else { now.max(at) };
                    witness.wake = None;
                    session.handle_input(now, Input::Woken);
                    witness.drain(&mut session, said);
                }
                now = end;
            }
        }
        // Who drives a session drains it, but not always at once.
        if step & 0x80 == 0 {
            witness.drain(&mut session, said);
            witness.check(&session, keep_alive);
        }
    }
    witness.drain(&mut session, said);
    witness.check(&session, keep_alive);
}

/// What the outside knows from the outputs alone.
#[derive(Default)]
struct Witness {
    /// Between `OpenTransport` and `CloseTransport`.
    open: bool,
    connect_sent: bool,
    wake: Option<Moment>,
    /// Whether the session had a password from the beginning to now.
    has_password: bool,
    /// The last that a publish was given.
    last_request: Option<RequestId>,
    /// Requests of which the last word was spoken.
    settled: BTreeSet<RequestId>,
}

impl Witness {
    fn drain(&mut self, session: &mut Session, said: &mut dyn FnMut(Output)) {
        let mut outputs = 0;
        let mut woken_last = false;
        while let Some(output) = session.poll_output() {
            outputs += 1;
            assert!(outputs < 100_000, "the session never falls silent");
            assert!(!woken_last, "a wake-up is the last thing said, so there is one at most");
            woken_last = matches!(output, Output::WakeAt(_));
            self.see(&output);
            said(output);
        }
        assert_eq!(session.poll_output(), None, "who has nothing to say keeps silent");
    }

    fn see(&mut self, output: &Output) {
        match output {
            Output::OpenTransport(_) => {
                assert!(!self.open, "one transport at a time");
                (self.open, self.connect_sent) = (true, false);
            }
            Output::CloseTransport => {
                assert!(self.open, "only an open transport is closed");
                self.open = false;
            }
            Output::Send { packet, secret, .. } => {
                assert!(self.open, "nothing is sent without a transport");
                let view = PacketView::read(packet).expect("exactly one packet is sent");
                assert_eq!(view.kind == PacketKind::Connect, !self.connect_sent, "CONNECT comes first, once");
                self.connect_sent = true;
                assert_ne!(view.packet_id, Some(0));
                if let Some(secret) = secret {
                    assert_eq!(&packet[secret.clone()], PASSWORD.as_bytes());
                }
            }
            Output::Received(bytes) => {
                assert!(self.open && self.connect_sent, "nothing is heard before CONNECT or after the end");
                assert!(PacketView::read(bytes).is_some() || bytes[0] >> 4 == 3, "a whole packet");
            }
            Output::WakeAt(at) => {
                assert_ne!(*at, self.wake, "a wake-up is announced only if it changes");
                self.wake = *at;
            }
            Output::Event(event) => {
                if let Event::Violation(violation) = event {
                    let leaks =
                        violation.bytes.windows(PASSWORD.len()).any(|part| part == PASSWORD.as_bytes());
                    assert!(!(self.has_password && leaks), "{violation:?}");
                }
                if let Event::Request(request, outcome) = event {
                    let last =
                        matches!(outcome, Outcome::Acknowledged(_) | Outcome::Refused(_) | Outcome::Lost);
                    assert!(
                        !self.settled.contains(request),
                        "{outcome:?} after the last word on {request:?}"
                    );
                    if last {
                        self.settled.insert(*request);
                    }
                }
            }
        }
    }

    fn check(&self, session: &Session, keep_alive: u16) {
        let state = session.state();
        assert_eq!(has_transport(state), self.open, "{state:?}");
        assert!(self.wake.is_some() || !waits(session, keep_alive), "{state:?} without a deadline");
        assert_eq!(session.retry().is_some(), state == State::Waiting);
    }
}
