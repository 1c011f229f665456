//! What fault runs found, each in as few steps as it takes.

use bytes::Bytes;
use uiot_testbench::mqtt::{
    ClientId, CloseInfo, ConnectOptions, Event, Input, Moment, Output, QoS, Session, TopicFilter,
};

const CONNACK_NEW: &[u8] = &[0x20, 2, 0, 0];
const CONNACK_PRESENT: &[u8] = &[0x20, 2, 1, 0];

struct Rig(Session);

impl Rig {
    fn new() -> Self {
        let client_id = ClientId::parse("c").unwrap();
        let options = ConnectOptions { client_id, clean_session: false, ..ConnectOptions::default() };
        Self(Session::new(&options, 1).unwrap())
    }

    /// What was sent, and what was told of messages and violations.
    fn drain(&mut self) -> (Vec<Bytes>, Vec<Event>) {
        let (mut sent, mut told) = (Vec::new(), Vec::new());
        while let Some(output) = self.0.poll_output() {
            match output {
                Output::Send { packet, .. } => sent.push(packet),
                Output::Event(event @ (Event::Message(_) | Event::Redelivered(_) | Event::Violation(_))) => {
                    told.push(event)
                }
                _ => {}
            }
        }
        (sent, told)
    }

    fn open(&mut self) {
        self.0.connect(Moment::ZERO);
        self.0.handle_input(Moment::ZERO, Input::Opened { sub_protocol: "mqtt" });
        self.drain();
    }

    fn broker(&mut self, bytes: &[u8]) -> (Vec<Bytes>, Vec<Event>) {
        self.0.handle_input(Moment::ZERO, Input::Received(bytes));
        self.drain()
    }

    fn lost(&mut self) {
        self.0.handle_input(Moment::ZERO, Input::Closed(CloseInfo { code: 1006, ..CloseInfo::default() }));
        self.drain();
    }

    fn subscribe(&mut self, qos: QoS) {
        self.0.subscribe(Moment::ZERO, TopicFilter::parse("t").unwrap(), qos).unwrap();
        self.drain();
    }

    /// Online, with a subscription that was granted QoS 2.
    fn subscribed() -> Self {
        let mut rig = Self::new();
        rig.open();
        rig.broker(CONNACK_NEW);
        rig.subscribe(QoS::ExactlyOnce);
        rig.broker(&[0x90, 3, 0, 1, 2]);
        rig
    }

    /// The broker lost its session; the CONNACK that said so was lost too. The next one calls the new session present.
    fn comes_back_to_a_session_it_never_saw(&mut self) -> (Vec<Bytes>, Vec<Event>) {
        self.lost();
        self.open();
        self.lost();
        self.open();
        self.broker(CONNACK_PRESENT)
    }
}

fn message(dup: u8, payload: u8) -> [u8; 8] {
    [0x34 | dup << 3, 6, 0, 1, b't', 0, 1, payload]
}

#[test]
fn after_a_lost_connack_subscriptions_are_asked_for_again() {
    let mut rig = Rig::subscribed();
    let (sent, _) = rig.comes_back_to_a_session_it_never_saw();
    assert_eq!(sent, [Bytes::from_static(b"\x82\x06\0\x02\0\x01t\x02")]);
    // After a loss that leaves no doubt they are not.
    rig.broker(&[0x90, 3, 0, 2, 2]);
    rig.lost();
    rig.open();
    assert_eq!(rig.broker(CONNACK_PRESENT).0, Vec::<Bytes>::new());
}

#[test]
fn qos_2_that_was_under_way_when_the_subscription_was_lowered_is_no_violation() {
    let mut rig = Rig::subscribed();
    rig.subscribe(QoS::AtMostOnce);
    let (_, told) = rig.broker(&message(0, b'x'));
    assert!(matches!(&told[..], [Event::Message(_)]), "{told:?}");
}

#[test]
fn another_message_under_a_known_identifier_is_told_as_new_after_a_lost_connack() {
    for dup in [0, 1] {
        let mut rig = Rig::subscribed();
        rig.broker(&message(0, b'x'));
        rig.comes_back_to_a_session_it_never_saw();
        let (sent, told) = rig.broker(&message(dup, b'y'));
        assert!(matches!(&told[..], [Event::Message(_)]), "{told:?}");
        assert_eq!(sent, [Bytes::from_static(b"\x50\x02\0\x01")]);
    }
}

#[test]
fn the_same_message_is_told_as_redelivered_after_a_lost_connack() {
    let mut rig = Rig::subscribed();
    rig.broker(&message(0, b'x'));
    rig.comes_back_to_a_session_it_never_saw();
    let (_, told) = rig.broker(&message(1, b'x'));
    assert!(matches!(&told[..], [Event::Redelivered(_)]), "{told:?}");
}
