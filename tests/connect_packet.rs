//! CONNECT byte for byte (MQTT §3.1), and nobody but the transport sees the password.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod support;

use bytes::BytesMut;
use mqttbytes::v4;
use proptest::prelude::*;
use support::{Rig, SEED, options};
use uiot_testbench::mqtt::raw::write_connect;
use uiot_testbench::mqtt::{
    ClientId, ConnectOptions, EncodeError, Login, Output, ProtocolVersion, Secret, Session,
};

const PASSWORD: &str = "hunter2-口令";

fn with_login(login: Login) -> ConnectOptions {
    ConnectOptions { client_id: ClientId::parse("dev").unwrap(), login, keep_alive: 300, ..options() }
}

fn password(name: &str, secret: &str) -> Login {
    Login::Password(name.to_owned(), Secret::new(secret))
}

/// The packet, and the bytes that its secret range points at.
fn written(options: &ConnectOptions) -> (Vec<u8>, Option<Vec<u8>>) {
    let (packet, secret) = write_connect(options).unwrap();
    (packet.to_vec(), secret.map(|range| packet[range].to_vec()))
}

/// Everything of CONNECT for 3.1.1 with keep alive 300, client identifier `dev` and a clean session.
fn expected(flags: u8, login: &[u8]) -> Vec<u8> {
    let head: &[u8] = &[0, 4, b'M', b'Q', b'T', b'T', 4, flags, 0x01, 0x2c, 0, 3, b'd', b'e', b'v'];
    support::packet(0x10, &[head, login].concat())
}

#[test]
fn anonymous_3_1_1() {
    assert_eq!(written(&with_login(Login::Anonymous)), (expected(0x02, b""), None));
}

#[test]
fn user_name_alone() {
    let login = Login::UserName("ann".to_owned());
    assert_eq!(written(&with_login(login)), (expected(0x82, b"\0\x03ann"), None));
}

#[test]
fn empty_user_name_alone_is_sent_as_an_empty_user_name() {
    assert_eq!(written(&with_login(Login::UserName(String::new()))), (expected(0x82, b"\0\0"), None));
}

#[test]
fn user_name_and_password() {
    let packet = expected(0xc2, b"\0\x03ann\0\x02pw");
    assert_eq!(written(&with_login(password("ann", "pw"))), (packet, Some(b"pw".to_vec())));
}

#[test]
fn empty_user_name_with_a_password_has_both_flags() {
    let packet = expected(0xc2, b"\0\0\0\x02pw");
    assert_eq!(written(&with_login(password("", "pw"))), (packet, Some(b"pw".to_vec())));
}

#[test]
fn empty_password_is_sent_as_an_empty_password() {
    let packet = expected(0xc2, b"\0\x03ann\0\0");
    assert_eq!(written(&with_login(password("ann", ""))), (packet, Some(Vec::new())));
}

#[test]
fn non_ascii_password_is_counted_in_bytes() {
    let packet = expected(0xc2, b"\0\x03ann\0\x06\xe5\x8f\xa3\xe4\xbb\xa4");
    assert_eq!(written(&with_login(password("ann", "口令"))), (packet, Some("口令".as_bytes().to_vec())));
}

#[test]
fn mqtt_3_1_says_mqisdp_and_level_3() {
    let options = ConnectOptions { protocol: ProtocolVersion::V3_1, ..with_login(password("ann", "pw")) };
    let body = b"\0\x06MQIsdp\x03\xc2\x01\x2c\0\x03dev\0\x03ann\0\x02pw";
    assert_eq!(written(&options), (support::packet(0x10, body), Some(b"pw".to_vec())));
}

#[test]
fn an_unclean_session_and_other_keep_alives() {
    for (keep_alive, bytes) in [(0, [0, 0]), (1, [0, 1]), (30, [0, 30]), (65_535, [255, 255])] {
        let options = ConnectOptions { clean_session: false, keep_alive, ..with_login(Login::Anonymous) };
        let (packet, _) = written(&options);
        assert_eq!((packet[9], &packet[10..12]), (0x00, &bytes[..]));
    }
}

#[test]
fn an_empty_client_identifier_is_two_zero_bytes() {
    let options = ConnectOptions::default();
    assert_eq!(written(&options).0, b"\x10\x0c\0\x04MQTT\x04\x02\x01\x2c\0\0");
}

#[test]
fn the_secret_range_holds_behind_a_longer_fixed_header() {
    for length in [1, 127, 128, 16_383, 65_535] {
        let (packet, secret) = written(&with_login(password(&"u".repeat(length), "pässwort")));
        assert_eq!(secret.unwrap(), "pässwort".as_bytes());
        assert!(packet.ends_with("pässwort".as_bytes()));
    }
}

#[test]
fn strings_above_65535_bytes_are_an_error() {
    let long = "x".repeat(65_536);
    let error = Err(EncodeError::StringTooLong(65_536));
    for login in [Login::UserName(long.clone()), password(&long, "pw"), password("ann", &long)] {
        assert_eq!(write_connect(&with_login(login.clone())), error);
        assert_eq!(Session::new(&with_login(login), SEED).err(), Some(EncodeError::StringTooLong(65_536)));
    }
    // Bytes count, not characters.
    let login = password("ann", &"口".repeat(21_846));
    assert_eq!(write_connect(&with_login(login)), Err(EncodeError::StringTooLong(65_538)));
}

#[test]
fn the_longest_strings_are_written_in_full() {
    let long = "x".repeat(65_535);
    let options =
        ConnectOptions { client_id: ClientId::parse(&long).unwrap(), ..with_login(password(&long, &long)) };
    let (packet, secret) = written(&options);
    assert_eq!(packet.len(), 1 + 3 + 10 + 3 * 65_537);
    assert_eq!(secret.unwrap(), long.as_bytes());
}

/// Nothing of the password may be in `text`, neither as it is nor the way `Debug` writes bytes, nor in pieces.
#[track_caller]
fn assert_secret(text: &str) {
    for piece in ["hunter", "unter2", "口令", "\\xe5\\x8f", "104, 117, 110", "68, 75, 6e"] {
        assert!(!text.to_lowercase().contains(piece), "{piece} shows in {text}");
    }
}

#[test]
fn debug_of_the_options_hides_the_password() {
    let options = with_login(password("ann", PASSWORD));
    for text in [format!("{options:?}"), format!("{options:#?}"), format!("{:?}", options.login)] {
        assert_secret(&text);
        assert!(text.contains("ann"), "the user name is no secret");
    }
    assert_secret(&format!("{:?} {:#x?}", Secret::new(PASSWORD), Secret::new(PASSWORD)));
}

#[test]
fn debug_of_a_secret_does_not_tell_its_length() {
    assert_eq!(format!("{:?}", Secret::new("")), format!("{:?}", Secret::new(PASSWORD)));
}

#[test]
fn debug_of_the_session_hides_the_password_at_every_stage() {
    let options = with_login(password("ann", PASSWORD));
    let mut session = Session::new(&options, SEED).unwrap();
    assert_secret(&format!("{session:?}"));
    session.connect(support::Rig::new(&options).now);
    assert_secret(&format!("{session:?}"));
    let now = Rig::new(&options).now;
    session.handle_input(now, uiot_testbench::mqtt::Input::Opened { sub_protocol: "mqtt" });
    // CONNECT now waits in the queue of outputs.
    assert_secret(&format!("{session:?} {session:#?} {session:x?}"));
}

#[test]
fn debug_of_the_connect_output_hides_the_password_and_shows_the_rest() {
    let mut rig = Rig::opening(&with_login(password("ann", PASSWORD)));
    let outputs = rig.open();
    let connect = outputs.iter().find(|output| matches!(output, Output::Send { .. })).unwrap();
    for text in [format!("{connect:?}"), format!("{connect:#?}"), format!("{connect:x?}")] {
        assert_secret(&text);
        assert!(text.contains("MQTT") && text.contains("ann"), "{text}");
    }
}

#[test]
fn the_session_sends_connect_with_the_range_of_the_password() {
    let options = with_login(password("ann", PASSWORD));
    let mut rig = Rig::opening(&options);
    let outputs = rig.open();
    let Some(Output::Send { packet, secret: Some(secret), .. }) = outputs.last() else {
        panic!("{outputs:?}")
    };
    assert_eq!(packet[secret.clone()], *PASSWORD.as_bytes());
    assert_eq!(write_connect(&options).unwrap(), (packet.clone(), Some(secret.clone())));
}

#[test]
fn a_session_without_a_password_names_no_secret() {
    let outputs = Rig::opening(&with_login(Login::UserName("ann".to_owned()))).open();
    assert!(matches!(outputs.last(), Some(Output::Send { secret: None, .. })), "{outputs:?}");
}

fn logins() -> impl Strategy<Value = Login> {
    prop_oneof![
        Just(Login::Anonymous),
        "[^\0]{1,40}".prop_map(Login::UserName),
        ("[^\0]{1,40}", ".{0,200}").prop_map(|(name, secret)| password(&name, &secret)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// mqttbytes reads 3.1.1 back as it was meant (it takes an empty user name for none, so that is left out).
    #[test]
    fn mqttbytes_reads_back_what_is_written(
        client in "[^\0]{0,200}",
        login in logins(),
        keep_alive: u16,
        clean_session: bool,
    ) {
        let client_id = ClientId::parse(&client).unwrap();
        let clean_session = clean_session || client.is_empty();
        let options = ConnectOptions { client_id, login, keep_alive, clean_session, ..options() };
        let (packet, _) = write_connect(&options).unwrap();
        let mut stream = BytesMut::from(&packet[..]);
        let v4::Packet::Connect(read) = v4::read(&mut stream, packet.len()).unwrap() else {
            panic!("not a CONNECT")
        };
        prop_assert!(stream.is_empty());
        prop_assert_eq!(read.client_id, client);
        prop_assert_eq!((read.keep_alive, read.clean_session), (keep_alive, clean_session));
        prop_assert!(read.last_will.is_none());
        let expected = match options.login {
            Login::Anonymous => None,
            Login::UserName(name) => Some((name, String::new())),
            Login::Password(name, secret) => Some((name, secret.expose().to_owned())),
        };
        prop_assert_eq!(read.login.map(|login| (login.username, login.password)), expected);
    }
}
