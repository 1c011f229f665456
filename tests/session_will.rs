//! Will, retain, and the limits of CONNECT's fields, byte for byte (MQTT §3.1).
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod support;

use bytes::Bytes;
use support::{Rig, mqtt_3_1, options, packet, sent, topic};
use uiot_testbench::mqtt::raw::write_connect;
use uiot_testbench::mqtt::{
    Capabilities, ClientId, ConnectOptions, EncodeError, Login, NameError, QoS, Secret, Session, TopicName,
    Will,
};

fn will(qos: QoS, retain: bool) -> Will {
    Will { topic: topic("w/t"), payload: Bytes::from_static(b"gone"), qos, retain }
}

fn with_will(will: Will) -> ConnectOptions {
    ConnectOptions { will: Some(will), ..options() }
}

fn written(options: &ConnectOptions) -> Vec<u8> {
    write_connect(options).unwrap().0.to_vec()
}

/// CONNECT of MQTT 3.1.1 with keep alive 300 and client identifier `c`.
fn expected(flags: u8, fields: &[u8]) -> Vec<u8> {
    packet(0x10, &[b"\0\x04MQTT\x04", &[flags, 0x01, 0x2c][..], b"\0\x01c", fields].concat())
}

#[test]
fn a_will_is_written_between_client_identifier_and_login() {
    let login = Login::Password("ann".to_owned(), Secret::new("pw"));
    let options = ConnectOptions { login, ..with_will(will(QoS::AtMostOnce, false)) };
    assert_eq!(written(&options), expected(0xc6, b"\0\x03w/t\0\x04gone\0\x03ann\0\x02pw"));
    let (packet, secret) = write_connect(&options).unwrap();
    assert_eq!(&packet[secret.unwrap()], b"pw");
    assert_eq!(sent(&Rig::opening(&options).open()), [packet]);
}

#[test]
fn each_qos_and_retain_of_a_will_has_its_flags_in_both_versions() {
    for (qos, retain, flags) in [
        (QoS::AtMostOnce, false, 0x06),
        (QoS::AtLeastOnce, false, 0x0e),
        (QoS::ExactlyOnce, false, 0x16),
        (QoS::AtMostOnce, true, 0x26),
        (QoS::AtLeastOnce, true, 0x2e),
        (QoS::ExactlyOnce, true, 0x36),
    ] {
        let options = with_will(will(qos, retain));
        assert_eq!(written(&options), expected(flags, b"\0\x03w/t\0\x04gone"));
        let body = [b"\0\x06MQIsdp\x03", &[flags, 0x01, 0x2c][..], b"\0\x01c\0\x03w/t\0\x04gone"].concat();
        assert_eq!(written(&mqtt_3_1(options)), packet(0x10, &body));
    }
}

#[test]
fn without_a_will_its_flags_are_0_and_its_fields_absent() {
    assert_eq!(written(&options()), expected(0x02, b""));
}

#[test]
fn a_will_message_may_be_empty_or_binary() {
    let empty = Will { payload: Bytes::new(), ..will(QoS::AtMostOnce, false) };
    assert_eq!(written(&with_will(empty)), expected(0x06, b"\0\x03w/t\0\0"));
    let binary = Will { payload: Bytes::from_iter(0..=255), ..will(QoS::AtMostOnce, false) };
    let bytes: Vec<u8> = (0..=255).collect();
    assert_eq!(written(&with_will(binary)), expected(0x06, &[b"\0\x03w/t\x01\0", &bytes[..]].concat()));
}

#[test]
fn a_will_message_has_at_most_65535_bytes() {
    let of = |length| with_will(Will { payload: vec![7; length].into(), ..will(QoS::AtMostOnce, false) });
    assert_eq!(written(&of(65_535)).len(), 1 + 3 + 13 + 5 + 2 + 65_535);
    assert_eq!(write_connect(&of(65_536)), Err(EncodeError::StringTooLong(65_536)));
    assert_eq!(
        Session::new(&of(65_536), support::SEED).err(),
        Some(EncodeError::StringTooLong(65_536)),
        "no session begins that could never connect"
    );
}

#[test]
fn a_will_topic_is_checked_like_any_topic() {
    for (text, error) in [("", NameError::Empty), ("a/#", NameError::Wildcard), ("a\0", NameError::Nul)] {
        assert_eq!(TopicName::parse(text), Err(error));
    }
    let long = "x".repeat(65_535);
    let options = with_will(Will { topic: topic(&long), ..will(QoS::AtMostOnce, false) });
    assert!(written(&options).windows(5).any(|window| window == b"\xff\xffxxx"));
}

#[test]
fn a_will_that_the_capabilities_exclude_is_refused() {
    let options =
        ConnectOptions { capabilities: Capabilities::PLAIN, ..with_will(will(QoS::AtMostOnce, false)) };
    assert_eq!(write_connect(&options), Err(EncodeError::WillNotOffered));
    assert!(written(&ConnectOptions { will: None, ..options }).len() > 2);
}

#[test]
fn an_empty_client_identifier_needs_mqtt_3_1_1_and_a_clean_session() {
    let nameless = ConnectOptions { client_id: ClientId::default(), ..options() };
    assert_eq!(written(&nameless), b"\x10\x0c\0\x04MQTT\x04\x02\x01\x2c\0\0");
    for refused in [
        ConnectOptions { clean_session: false, ..nameless.clone() },
        mqtt_3_1(nameless.clone()),
        ConnectOptions { clean_session: false, ..mqtt_3_1(nameless) },
    ] {
        assert_eq!(write_connect(&refused), Err(EncodeError::ClientIdRequired), "[MQTT-3.1.3-7]");
    }
}

#[test]
fn u0000_in_a_user_name_is_refused() {
    for login in [
        Login::UserName("a\0b".to_owned()),
        Login::UserName("\0".to_owned()),
        Login::Password("a\0".to_owned(), Secret::new("pw")),
    ] {
        assert_eq!(write_connect(&ConnectOptions { login, ..options() }), Err(EncodeError::Nul));
    }
    // A password is no string of MQTT's but bytes, in which 0 is as good as any (MQTT §3.1.3.5).
    let login = Login::Password("ann".to_owned(), Secret::new("p\0w"));
    assert!(written(&ConnectOptions { login, ..options() }).ends_with(b"\0\x03p\0w"));
}

#[test]
fn a_published_message_carries_retain_if_asked() {
    let mut rig = Rig::online(&options());
    for (qos, retain, first_byte) in [
        (QoS::AtMostOnce, true, 0x31),
        (QoS::AtMostOnce, false, 0x30),
        (QoS::AtLeastOnce, true, 0x33),
        (QoS::ExactlyOnce, true, 0x35),
    ] {
        let payload = Bytes::from_static(b"x");
        assert!(rig.session.publish(rig.now, &topic("t"), payload, qos, retain).is_ok());
        assert_eq!(sent(&rig.drain())[0][0], first_byte);
    }
}

#[test]
fn a_goodbye_is_said_so_that_the_broker_keeps_the_will_to_itself() {
    // [MQTT-3.14.4-3]; without DISCONNECT, as after a violation, it publishes the will.
    let options = with_will(will(QoS::AtLeastOnce, false));
    assert_eq!(sent(&Rig::online(&options).disconnect()), [support::DISCONNECT]);
    assert_eq!(sent(&Rig::online(&options).broker(&[0x2f])), Vec::<Vec<u8>>::new());
}
