//! What holds in every session, whatever happens in it and in whatever order; and the same story told twice has
//! the same end.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails is a test that fails")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use support::{Rig, closed, connack, keep_alive, millis, puback, publish, secs, suback, unsuback};
use uiot_testbench::mqtt::{
    ConnectOptions, Event, Input, Moment, Outcome, Output, PacketKind, PacketView, QoS, QueueLimits, Rule,
    State, SubscriptionState, raw::FixedHeader,
};

const KEEP_ALIVE: u16 = 30;
const QUEUE: QueueLimits = QueueLimits { messages: 5, bytes: 1000 };

#[derive(Clone, Debug)]
enum Step {
    Connect,
    Disconnect,
    Reconfigure(bool),
    Open(&'static str),
    OpenFailed,
    TextFrame,
    Close,
    Woken,
    Nudged,
    Pinging(bool),
    PingNow,
    AutoReconnect(bool),
    DiscardQueue,
    Bytes(Vec<u8>),
    Advance(u64),
    Subscribe(usize, QoS),
    Unsubscribe(usize),
    Publish(QoS),
}

const FILTERS: [&str; 3] = ["a", "b/#", "+/c"];

fn steps() -> impl Strategy<Value = Step> {
    // Small numbers, so that answers meet requests.
    let number = 0..6_u16;
    let bytes = prop_oneof![
        6 => (0..2_u8).prop_map(|present| connack(present, 0)),
        1 => (0..3_u8, 0..8_u8).prop_map(|(flags, code)| connack(flags, code)),
        4 => number.clone().prop_map(puback),
        4 => number.clone().prop_map(support::pubrec),
        3 => number.clone().prop_map(support::pubrel),
        3 => number.clone().prop_map(support::pubcomp),
        4 => (number.clone(), vec(prop_oneof![0..3_u8, Just(0x80), Just(0x87)], 1..3))
            .prop_map(|(number, codes)| suback(number, &codes)),
        4 => number.clone().prop_map(unsuback),
        4 => (0..16_u8, "[a+#\0/]{0,3}", number)
            .prop_map(|(flags, topic, number)| publish(flags, topic.as_bytes(), number, b"x")),
        2 => Just(support::PINGRESP.to_vec()),
        1 => vec(any::<u8>(), 0..6),
    ];
    let qos = prop_oneof![Just(QoS::AtMostOnce), Just(QoS::AtLeastOnce), Just(QoS::ExactlyOnce)];
    prop_oneof![
        4 => Just(Step::Connect),
        1 => Just(Step::Disconnect),
        1 => any::<bool>().prop_map(Step::Reconfigure),
        8 => prop_oneof![4 => Just("mqtt"), 1 => Just("")].prop_map(Step::Open),
        1 => Just(Step::OpenFailed),
        1 => Just(Step::TextFrame),
        2 => Just(Step::Close),
        1 => Just(Step::Woken),
        1 => Just(Step::Nudged),
        1 => any::<bool>().prop_map(Step::Pinging),
        1 => Just(Step::PingNow),
        1 => any::<bool>().prop_map(Step::AutoReconnect),
        1 => Just(Step::DiscardQueue),
        24 => bytes.prop_map(Step::Bytes),
        4 => (0..40_000_u64).prop_map(Step::Advance),
        4 => (0..FILTERS.len(), qos.clone()).prop_map(|(which, qos)| Step::Subscribe(which, qos)),
        3 => (0..FILTERS.len()).prop_map(Step::Unsubscribe),
        8 => qos.prop_map(Step::Publish),
    ]
}

fn options(clean_session: bool, strict: bool, old: bool) -> ConnectOptions {
    let options = ConnectOptions {
        clean_session,
        strict,
        auto_reconnect: true,
        queue: QUEUE,
        ..keep_alive(KEEP_ALIVE)
    };
    if old { support::mqtt_3_1(options) } else { options }
}

fn play(rig: &mut Rig, options: &ConnectOptions, step: &Step) -> Vec<(Moment, Output)> {
    let outputs = match step {
        Step::Connect => rig.connect(),
        Step::Disconnect => rig.disconnect(),
        Step::Reconfigure(same_broker) => {
            rig.session.reconfigure(rig.now, options, *same_broker).unwrap();
            rig.drain()
        }
        Step::Open("mqtt") => rig.open(),
        Step::Open(sub_protocol) => rig.input(Input::Opened { sub_protocol }),
        Step::OpenFailed => rig.input(Input::OpenFailed("no")),
        Step::TextFrame => rig.input(Input::TextFrame("text")),
        Step::Close => rig.input(Input::Closed(closed(1006, ""))),
        Step::Woken => rig.input(Input::Woken),
        Step::Nudged => rig.input(Input::Nudged),
        Step::Pinging(on) => {
            rig.session.set_pinging(*on);
            rig.drain()
        }
        Step::PingNow => {
            rig.session.ping_now(rig.now);
            rig.drain()
        }
        Step::AutoReconnect(on) => {
            rig.session.set_auto_reconnect(rig.now, *on);
            rig.drain()
        }
        Step::DiscardQueue => {
            rig.session.discard_queue();
            rig.drain()
        }
        Step::Bytes(bytes) => rig.broker(bytes),
        Step::Advance(span) => return rig.advance(millis(*span)),
        Step::Subscribe(which, qos) => rig.subscribe(FILTERS[*which], *qos),
        Step::Unsubscribe(which) => rig.unsubscribe(FILTERS[*which]),
        Step::Publish(qos) => {
            // Refused while nothing is on its way, or with a full queue; then nothing may come out either.
            let refused = rig.try_to_say("x", *qos).is_err();
            let outputs = rig.drain();
            assert!(!refused || outputs.is_empty());
            outputs
        }
    };
    let now = rig.now;
    outputs.into_iter().map(|output| (now, output)).collect()
}

/// What a packet identifier of ours waits for on this connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaits {
    PubAck,
    PubRec,
    PubComp,
    SubAck,
    UnsubAck,
}

/// What the outside knows from the outputs alone; panics where they contradict each other.
#[derive(Default)]
struct Witness {
    /// Between `OpenTransport` and `CloseTransport`.
    open: bool,
    /// Between `OpenTransport` and `Ended`.
    running: bool,
    online: bool,
    last_sent: Option<Moment>,
    in_flight: BTreeMap<u16, Awaits>,
    /// What came last was the final answer to a request.
    answered: bool,
    /// The newest PUBLISH that was sent for the first time, ever, and again, on this connection.
    newest: Option<u64>,
    newest_again: Option<u64>,
    /// Requests above QoS 0 that were sent and not settled, and those that were settled.
    unsettled: BTreeSet<u64>,
    settled: BTreeSet<u64>,
    /// What the session says before a step: whether it pings, and whether it waits.
    pinging: bool,
    waiting: bool,
    /// Whether it may have missed the keep alive, because someone had told it not to ping.
    excused: bool,
}

impl Witness {
    fn see(&mut self, at: Moment, output: &Output) {
        match output {
            Output::OpenTransport(_) => {
                assert!(!self.open && !self.running, "one transport at a time");
                (self.open, self.running, self.online, self.last_sent) = (true, true, false, None);
                (self.excused, self.newest_again) = (!self.pinging, None);
                self.in_flight.clear();
            }
            Output::CloseTransport => {
                assert!(self.open, "only an open transport is closed");
                self.open = false;
            }
            Output::Send { packet, secret, request } => {
                assert!(self.open, "nothing is sent without a transport");
                assert_eq!(*secret, None);
                let view = PacketView::read(packet).expect("exactly one packet is sent");
                self.sends(at, &view, request.map(|request| request.number()));
            }
            Output::Received(bytes) => {
                assert!(self.running && self.last_sent.is_some(), "nothing is heard before CONNECT");
                self.receives(bytes);
            }
            Output::Event(Event::SubscriptionsChanged) => {}
            Output::Event(Event::Request(request, outcome)) => self.settles(request.number(), *outcome),
            Output::Event(event) => {
                let waited = self.waiting && matches!(event, Event::Ended(_));
                assert!(self.running || waited, "{event:?} without a connection");
                self.hears(event);
            }
            Output::WakeAt(_) => panic!("the rig keeps these"),
        }
    }

    fn sends(&mut self, at: Moment, view: &PacketView, request: Option<u64>) {
        let first = self.last_sent.is_none();
        assert_eq!(
            view.kind == PacketKind::Connect,
            first,
            "CONNECT comes first, and once [MQTT-3.1.0-1, -2]"
        );
        assert!(first || self.online, "nothing but CONNECT before CONNACK");
        if let Some(before) = self.last_sent {
            assert!(
                self.excused || at - before <= secs(KEEP_ALIVE.into()),
                "the broker heard nothing for too long"
            );
        }
        self.last_sent = Some(at);
        let awaits = match (view.kind, view.qos()) {
            (PacketKind::Publish, Some(QoS::AtLeastOnce)) => Awaits::PubAck,
            (PacketKind::Publish, Some(QoS::ExactlyOnce)) => Awaits::PubRec,
            (PacketKind::Subscribe, _) => Awaits::SubAck,
            (PacketKind::Unsubscribe, _) => Awaits::UnsubAck,
            (PacketKind::PubRel, _) => {
                let before = self.in_flight.insert(view.packet_id.unwrap(), Awaits::PubComp);
                // None if it is sent again on a new connection.
                return assert!(matches!(before, None | Some(Awaits::PubComp)), "PUBREL to nothing");
            }
            (PacketKind::Publish, _) => return self.orders(request.unwrap(), view.dup()),
            _ => return assert_eq!(request, None),
        };
        let before = self.in_flight.insert(view.packet_id.unwrap(), awaits);
        assert_eq!(before, None, "the identifier is in use");
        let request = request.expect("what waits for an answer is a request");
        if view.kind == PacketKind::Publish {
            self.orders(request, view.dup());
        }
        assert!(!self.settled.contains(&request), "what is settled is not sent again");
        self.unsettled.insert(request);
    }

    /// Messages go out in the order in which they were given, and again in the same order.
    fn orders(&mut self, request: u64, dup: bool) {
        if self.unsettled.contains(&request) {
            assert!(self.newest_again < Some(request), "sent again in another order");
            self.newest_again = Some(request);
        } else {
            assert!(!dup, "a new message is no duplicate");
            assert!(self.newest < Some(request), "a message was overtaken");
            self.newest = Some(request);
        }
    }

    fn settles(&mut self, request: u64, outcome: Outcome) {
        assert!(!self.settled.contains(&request), "{request} was settled before, now {outcome:?}");
        match outcome {
            Outcome::Overdue => assert!(self.online && self.unsettled.contains(&request)),
            Outcome::Interrupted => assert!(self.running && self.unsettled.contains(&request)),
            Outcome::Acknowledged(_) | Outcome::Refused(_) => {
                assert!(self.online && self.answered, "{outcome:?} of nothing");
                assert!(self.unsettled.remove(&request));
                self.settled.insert(request);
            }
            Outcome::Lost => {
                self.unsettled.remove(&request);
                self.settled.insert(request);
            }
        }
    }

    fn receives(&mut self, bytes: &[u8]) {
        let header = FixedHeader::read(bytes).expect("a whole packet");
        assert_eq!(header.packet_length(), bytes.len());
        self.answered = false;
        let Some(view) = PacketView::read(bytes) else { return };
        let Some(number) = view.packet_id else { return };
        match (view.kind, self.in_flight.get(&number)) {
            (PacketKind::PubAck, Some(Awaits::PubAck))
            | (PacketKind::PubComp, Some(Awaits::PubComp))
            | (PacketKind::SubAck, Some(Awaits::SubAck))
            | (PacketKind::UnsubAck, Some(Awaits::UnsubAck)) => {
                self.in_flight.remove(&number);
                self.answered = true;
            }
            (PacketKind::PubRec, Some(Awaits::PubRec | Awaits::PubComp)) => {
                self.in_flight.insert(number, Awaits::PubComp);
                self.answered = true;
            }
            _ => {}
        }
    }

    fn hears(&mut self, event: &Event) {
        match event {
            Event::Connected { .. } => {
                assert!(!self.online);
                self.online = true;
            }
            Event::Violation(violation)
                if matches!(violation.rule, Rule::UnknownPacketId | Rule::UnknownRequest) =>
            {
                assert!(!self.answered, "an answer to a request of ours was called unknown");
            }
            Event::Message(_) | Event::Redelivered(_) | Event::RoundTrip(_) => assert!(self.online),
            Event::Ended(_) => {
                assert!(!self.open, "first closed, then ended");
                (self.running, self.online, self.last_sent) = (false, false, None);
            }
            _ => {}
        }
    }
}

/// The whole story, with what the session says of itself after each step.
fn tell(options: &ConnectOptions, steps: &[Step]) -> (Vec<(Moment, Output)>, Vec<Option<Moment>>) {
    let (mut rig, mut witness, mut story) = (Rig::new(options), Witness::default(), Vec::new());
    for step in steps {
        witness.pinging = rig.session.is_pinging();
        witness.excused |= !witness.pinging;
        witness.waiting = rig.session.state() == State::Waiting;
        let outputs = play(&mut rig, options, step);
        for (at, output) in &outputs {
            witness.see(*at, output);
        }
        let violated = outputs.iter().any(|(_, output)| matches!(output, Output::Event(Event::Violation(_))));
        assert!(!(options.strict && violated && witness.running), "strict is strict");
        story.extend(outputs);

        let state = rig.session.state();
        let up = matches!(state, State::Opening | State::AwaitingConnAck | State::Online);
        assert_eq!((state == State::Online, up), (witness.online, witness.running));
        let retry = rig.session.retry().map(|retry| retry.at);
        match state {
            State::Offline => assert_eq!((rig.wake, retry), (None, None)),
            State::Opening | State::AwaitingConnAck => assert!(rig.wake.is_some() && retry.is_none()),
            State::Waiting => assert!(retry.is_some() && rig.wake == retry),
            State::Online if rig.session.is_pinging() => {
                let latest = witness.last_sent.unwrap() + secs(KEEP_ALIVE.into());
                assert!(rig.wake.is_some_and(|at| at < latest), "the next PINGREQ would be late");
            }
            State::Online => {}
        }
        let counts = rig.session.outbox();
        assert_eq!(counts.unacknowledged, witness.unsettled.len());
        assert_eq!(counts.queued, rig.session.queued().count());
        assert!(counts.queued <= QUEUE.messages && counts.queued_bytes <= QUEUE.bytes);
        assert!(counts.overdue <= counts.unacknowledged);
        assert!(state != State::Online || counts.queued == 0, "nothing waits while identifiers are free");

        let filters: Vec<_> = rig.session.subscriptions().iter().map(|known| &known.filter).collect();
        assert_eq!(filters.iter().collect::<BTreeSet<_>>().len(), filters.len(), "a filter occurs once");
        let asking = |known: &&uiot_testbench::mqtt::Subscription| {
            matches!(known.state, SubscriptionState::Pending | SubscriptionState::Leaving)
        };
        let pending = rig.session.subscriptions().iter().filter(asking).count();
        let requests =
            witness.in_flight.values().filter(|awaits| matches!(awaits, Awaits::SubAck | Awaits::UnsubAck));
        assert!(!witness.online || pending <= requests.count(), "who waits for an answer has asked");
    }
    (story, rig.announced)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_events_contradicts_itself_and_the_same_events_give_the_same_outputs(
        // Most stories begin with a connection, since little happens without one.
        begins_online: bool,
        clean_session: bool,
        strict in prop::bool::weighted(0.2),
        old in prop::bool::weighted(0.2),
        rest in vec(steps(), 1..80),
    ) {
        let options = options(clean_session, strict, old);
        let mut steps = Vec::new();
        if begins_online {
            steps = vec![Step::Connect, Step::Open("mqtt"), Step::Bytes(connack(0, 0))];
        }
        steps.extend(rest);
        prop_assert_eq!(tell(&options, &steps), tell(&options, &steps));
    }
}
