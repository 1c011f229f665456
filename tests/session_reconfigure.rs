//! Other options for the same session: the connection ends, the subscriptions stay.

mod support;

use support::{Rig, ended, keep_alive, options, secs, sent};
use uiot_testbench::mqtt::{
    ClientId, ConnectOptions, EncodeError, EndCause, Login, Output, ProtocolVersion, QoS, Rule, State, raw,
};

fn other() -> ConnectOptions {
    ConnectOptions {
        protocol: ProtocolVersion::V3_1,
        client_id: ClientId::parse("other").unwrap_or_default(),
        login: Login::UserName("ann".to_owned()),
        keep_alive: 60,
        clean_session: false,
        max_packet: 100,
        ..options()
    }
}

#[test]
fn reconfigure_ends_the_connection_with_a_goodbye() {
    let mut rig = Rig::online(&options());
    rig.session.reconfigure(rig.now, &other(), false).unwrap();
    let outputs = rig.drain();
    assert_eq!(sent(&outputs), [support::DISCONNECT]);
    assert_eq!(ended(&outputs), Some(EndCause::Disconnected));
    assert_eq!((rig.session.state(), rig.wake), (State::Offline, None));
}

#[test]
fn reconfigure_without_a_connection_says_nothing() {
    let mut rig = Rig::new(&options());
    rig.session.reconfigure(rig.now, &other(), false).unwrap();
    assert_eq!(rig.drain(), []);
}

#[test]
fn the_next_connection_uses_the_new_options() {
    let mut rig = Rig::online(&options());
    rig.session.reconfigure(rig.now, &other(), false).unwrap();
    rig.drain();
    assert_eq!(rig.connect(), [Output::OpenTransport(ProtocolVersion::V3_1)]);
    "mqttv3.1".clone_into(&mut rig.sub_protocol);
    assert_eq!(sent(&rig.open()), [raw::write_connect(&other()).unwrap().0]);
    rig.broker(support::ACCEPTED);
    assert_eq!(rig.wake, Some(rig.now + secs(55)));
    let outputs = rig.broker(&support::publish(0, b"t", 0, &[0; 100]));
    assert_eq!(ended(&outputs), Some(EndCause::Violation(Rule::PacketTooLarge)));
}

#[test]
fn subscriptions_stay_and_are_asked_for_again() {
    let mut rig = Rig::online(&options());
    rig.subscribe("kept", QoS::AtLeastOnce);
    rig.subscribe("left", QoS::AtLeastOnce);
    rig.broker(&support::suback(1, &[1]));
    rig.unsubscribe("left");
    rig.session.reconfigure(rig.now, &keep_alive(30), false).unwrap();
    rig.drain();
    assert_eq!(rig.subscriptions(), ["kept Waiting"]);
    rig.connect();
    rig.open();
    let packet = raw::subscribe(support::id(4), &support::filter("kept"), QoS::AtLeastOnce).unwrap();
    assert_eq!(sent(&rig.broker(support::ACCEPTED)), [packet]);
}

#[test]
fn what_was_not_yet_drained_is_not_lost() {
    let mut rig = Rig::online(&options());
    rig.session.publish(rig.now, &support::topic("t"), bytes::Bytes::new(), QoS::AtMostOnce, false).unwrap();
    rig.session.reconfigure(rig.now, &other(), false).unwrap();
    assert_eq!(sent(&rig.drain()), [b"\x30\x03\0\x01t".to_vec(), support::DISCONNECT.to_vec()]);
}

#[test]
fn options_that_cannot_be_written_change_nothing() {
    let mut rig = Rig::online(&options());
    let wake = rig.wake;
    let bad = ConnectOptions { login: Login::UserName("x".repeat(65_536)), ..other() };
    assert_eq!(rig.session.reconfigure(rig.now, &bad, false), Err(EncodeError::StringTooLong(65_536)));
    assert_eq!(rig.drain(), []);
    assert_eq!((rig.session.state(), rig.wake), (State::Online, wake));
    assert_eq!(rig.publish(QoS::AtLeastOnce).0, Some(1));
}

#[test]
fn a_wake_up_of_the_old_options_does_no_harm() {
    let mut rig = Rig::online(&keep_alive(30));
    rig.session.reconfigure(rig.now, &keep_alive(0), false).unwrap();
    rig.drain();
    rig.connect();
    rig.open();
    rig.broker(support::ACCEPTED);
    assert_eq!(rig.wake, None);
    rig.sleep(secs(27));
    assert_eq!(rig.input(uiot_testbench::mqtt::Input::Woken), []);
}
