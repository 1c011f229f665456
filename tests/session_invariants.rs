//! What holds in every session, whatever happens in it and in whatever order; and the same story told twice has
//! the same end.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails is a test that fails")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use support::{Rig, closed, connack, keep_alive, millis, puback, publish, secs, suback, unsuback};
use uiot_testbench::mqtt::{
    Event, Input, Moment, Output, PacketKind, PacketView, QoS, Rule, State, SubscriptionState,
    raw::FixedHeader,
};

const KEEP_ALIVE: u16 = 30;

#[derive(Clone, Debug)]
enum Step {
    Connect,
    Disconnect,
    Reconfigure,
    Open(&'static str),
    OpenFailed,
    TextFrame,
    Close,
    Woken,
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
        4 => Just(connack(0, 0)),
        1 => (0..3_u8, 0..8_u8).prop_map(|(flags, code)| connack(flags, code)),
        4 => number.clone().prop_map(puback),
        4 => (number.clone(), vec(prop_oneof![0..3_u8, Just(0x80), Just(0x87)], 1..3))
            .prop_map(|(number, codes)| suback(number, &codes)),
        4 => number.clone().prop_map(unsuback),
        4 => (0..16_u8, "[a+#\0/]{0,3}", number)
            .prop_map(|(flags, topic, number)| publish(flags, topic.as_bytes(), number, b"x")),
        2 => Just(support::PINGRESP.to_vec()),
        1 => vec(any::<u8>(), 0..6),
    ];
    let qos = prop_oneof![Just(QoS::AtMostOnce), Just(QoS::AtLeastOnce)];
    prop_oneof![
        4 => Just(Step::Connect),
        1 => Just(Step::Disconnect),
        1 => Just(Step::Reconfigure),
        6 => prop_oneof![Just("mqtt"), Just("")].prop_map(Step::Open),
        1 => Just(Step::OpenFailed),
        1 => Just(Step::TextFrame),
        1 => Just(Step::Close),
        1 => Just(Step::Woken),
        16 => bytes.prop_map(Step::Bytes),
        4 => (0..40_000_u64).prop_map(Step::Advance),
        4 => (0..FILTERS.len(), qos.clone()).prop_map(|(which, qos)| Step::Subscribe(which, qos)),
        3 => (0..FILTERS.len()).prop_map(Step::Unsubscribe),
        4 => qos.prop_map(Step::Publish),
    ]
}

fn play(rig: &mut Rig, step: &Step) -> Vec<(Moment, Output)> {
    let outputs = match step {
        Step::Connect => rig.connect(),
        Step::Disconnect => rig.disconnect(),
        Step::Reconfigure => {
            rig.session.reconfigure(rig.now, &keep_alive(KEEP_ALIVE), false).unwrap();
            rig.drain()
        }
        Step::Open(sub_protocol) => rig.input(Input::Opened { sub_protocol }),
        Step::OpenFailed => rig.input(Input::OpenFailed("no")),
        Step::TextFrame => rig.input(Input::TextFrame("text")),
        Step::Close => rig.input(Input::Closed(closed(1006, ""))),
        Step::Woken => rig.input(Input::Woken),
        Step::Bytes(bytes) => rig.broker(bytes),
        Step::Advance(span) => return rig.advance(millis(*span)),
        Step::Subscribe(which, qos) => rig.subscribe(FILTERS[*which], *qos),
        Step::Unsubscribe(which) => rig.unsubscribe(FILTERS[*which]),
        Step::Publish(qos) => {
            // Refused without a connection; then nothing may come out either.
            let payload = bytes::Bytes::from_static(b"x");
            let _ = rig.session.publish(rig.now, &support::topic("t"), payload, *qos);
            rig.drain()
        }
    };
    let now = rig.now;
    outputs.into_iter().map(|output| (now, output)).collect()
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
    in_flight: BTreeMap<u16, PacketKind>,
    /// The packet that came last answered this.
    answered: Option<u16>,
}

impl Witness {
    fn see(&mut self, at: Moment, output: &Output) {
        match output {
            Output::OpenTransport(_) => {
                assert!(!self.open && !self.running, "one transport at a time");
                *self = Self { open: true, running: true, ..Self::default() };
            }
            Output::CloseTransport => {
                assert!(self.open, "only an open transport is closed");
                self.open = false;
            }
            Output::Send { packet, secret, .. } => {
                assert!(self.open, "nothing is sent without a transport");
                assert_eq!(*secret, None);
                self.sends(at, &PacketView::read(packet).expect("exactly one packet is sent"));
            }
            Output::Received(bytes) => {
                assert!(self.running && self.last_sent.is_some(), "nothing is heard before CONNECT");
                self.receives(bytes);
            }
            Output::Event(Event::SubscriptionsChanged) => {}
            Output::Event(event) => {
                assert!(self.running, "{event:?} without a connection");
                self.hears(event);
            }
            Output::WakeAt(_) => panic!("the rig keeps these"),
        }
    }

    fn sends(&mut self, at: Moment, view: &PacketView) {
        let first = self.last_sent.is_none();
        assert_eq!(
            view.kind == PacketKind::Connect,
            first,
            "CONNECT comes first, and once [MQTT-3.1.0-1, -2]"
        );
        if let Some(before) = self.last_sent {
            assert!(at - before <= secs(KEEP_ALIVE.into()), "the broker heard nothing for too long");
        }
        self.last_sent = Some(at);
        if let (Some(number), PacketKind::Publish | PacketKind::Subscribe | PacketKind::Unsubscribe) =
            (view.packet_id, view.kind)
        {
            assert_eq!(self.in_flight.insert(number, view.kind), None, "the identifier is in use");
        }
    }

    fn receives(&mut self, bytes: &[u8]) {
        let header = FixedHeader::read(bytes).expect("a whole packet");
        assert_eq!(header.packet_length(), bytes.len());
        let answered = PacketView::read(bytes).and_then(|view| {
            let answers = match view.kind {
                PacketKind::PubAck => PacketKind::Publish,
                PacketKind::SubAck => PacketKind::Subscribe,
                PacketKind::UnsubAck => PacketKind::Unsubscribe,
                _ => return None,
            };
            view.packet_id.filter(|number| self.in_flight.get(number) == Some(&answers))
        });
        if let Some(number) = answered {
            self.in_flight.remove(&number);
        }
        self.answered = answered;
    }

    fn hears(&mut self, event: &Event) {
        match event {
            Event::Connected { .. } => {
                assert!(!self.online);
                self.online = true;
            }
            Event::Published { packet_id, .. } => assert_eq!(self.answered, Some(packet_id.number())),
            Event::Violation(violation) if violation.rule == Rule::UnknownPacketId => {
                assert_eq!(self.answered, None, "an answer to a request of ours was called unknown");
            }
            Event::Message(_) => assert!(self.online),
            Event::Ended(_) => {
                assert!(!self.open, "first closed, then ended");
                *self = Self::default();
            }
            _ => {}
        }
    }
}

/// The whole story, with what the session says of itself after each step.
fn tell(steps: &[Step]) -> (Vec<(Moment, Output)>, Vec<Option<Moment>>) {
    let (mut rig, mut witness, mut story) =
        (Rig::new(&keep_alive(KEEP_ALIVE)), Witness::default(), Vec::new());
    for step in steps {
        let outputs = play(&mut rig, step);
        for (at, output) in &outputs {
            witness.see(*at, output);
        }
        story.extend(outputs);

        let state = rig.session.state();
        assert_eq!((state == State::Online, state != State::Offline), (witness.online, witness.running));
        match state {
            State::Offline => assert_eq!(rig.wake, None),
            State::Opening | State::AwaitingConnAck => assert!(rig.wake.is_some()),
            State::Online => {
                let latest = witness.last_sent.unwrap() + secs(KEEP_ALIVE.into());
                assert!(rig.wake.is_some_and(|at| at < latest), "the next PINGREQ would be late");
            }
        }
        let filters: Vec<_> = rig.session.subscriptions().iter().map(|known| &known.filter).collect();
        assert_eq!(filters.iter().collect::<BTreeSet<_>>().len(), filters.len(), "a filter occurs once");
        let pending =
            rig.session.subscriptions().iter().filter(|known| {
                matches!(known.state, SubscriptionState::Pending | SubscriptionState::Leaving)
            });
        let requests = witness.in_flight.values().filter(|kind| **kind != PacketKind::Publish);
        assert!(pending.count() <= requests.count(), "who waits for an answer has asked");
    }
    (story, rig.announced)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_events_contradicts_itself_and_the_same_events_give_the_same_outputs(
        // Most stories begin with a connection, since little happens without one.
        begins_online: bool,
        rest in vec(steps(), 1..80),
    ) {
        let mut steps = Vec::new();
        if begins_online {
            steps = vec![Step::Connect, Step::Open("mqtt"), Step::Bytes(connack(0, 0))];
        }
        steps.extend(rest);
        prop_assert_eq!(tell(&steps), tell(&steps));
    }
}
