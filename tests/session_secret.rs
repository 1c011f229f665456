//! A password leaves a session in CONNECT and nowhere else, whatever a server sends back.

mod support;

use std::time::Duration;

use support::SEED;

use uiot_testbench::mqtt::{
    ClientId, ConnectOptions, Event, Input, Login, Moment, Output, Rule, Secret, Session, Violation,
};

const SECRET: &str = "q8z3kfu6w1xn5rdt";

/// Opens a session, hands it what `answer` makes of its CONNECT in chunks, and gives the violations it tells of.
fn violations(answer: impl Fn(&[u8]) -> Vec<u8>, chunk: usize) -> Vec<Violation> {
    let options = ConnectOptions {
        client_id: ClientId::parse("p.d").unwrap_or_default(),
        login: Login::Password("p|d|1".into(), Secret::new(SECRET)),
        ..ConnectOptions::default()
    };
    let Ok(mut session) = Session::new(&options, SEED) else { return Vec::new() };
    session.connect(Moment::ZERO);
    session.handle_input(Moment::ZERO, Input::Opened { sub_protocol: "mqtt" });
    let mut connect = Vec::new();
    while let Some(output) = session.poll_output() {
        if let Output::Send { packet, .. } = output {
            connect = packet.to_vec();
        }
    }
    assert!(connect.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()));
    let mut told = Vec::new();
    for chunk in answer(&connect).chunks(chunk) {
        session.handle_input(Moment::ZERO + Duration::from_millis(1), Input::Received(chunk));
        while let Some(output) = session.poll_output() {
            if let Output::Event(Event::Violation(violation)) = output {
                told.push(violation);
            }
        }
    }
    told
}

fn assert_covered(told: &[Violation]) {
    assert!(!told.is_empty());
    for violation in told {
        let text = String::from_utf8_lossy(&violation.bytes).into_owned();
        for length in 4..=SECRET.len() {
            assert!(!text.contains(&SECRET[..length]), "{text:?}");
        }
    }
}

#[test]
fn an_echoed_connect_is_told_without_the_password() {
    for chunk in [1, 7, 30, 1000] {
        let told = violations(<[u8]>::to_vec, chunk);
        assert_eq!(told[0].rule, Rule::FirstPacketNotConnAck);
        assert_covered(&told);
    }
}

#[test]
fn a_cut_echo_is_told_without_the_beginning_of_the_password() {
    assert_covered(&violations(|connect| connect[..connect.len() - 5].to_vec(), 1000));
}

#[test]
fn a_password_in_other_company_is_covered_too() {
    let told = violations(|_| format!("HTTP/1.1 400 {SECRET}{SECRET} bad").into_bytes(), 1000);
    assert_covered(&told);
    assert!(told[0].bytes.starts_with(b"HTTP/1.1 400 ****"));
}

#[test]
fn a_password_in_a_broken_packet_after_connack_is_covered() {
    let answer = |_: &[u8]| {
        let mut bytes = vec![0x20, 2, 0, 0, 0x36, 40];
        bytes.extend_from_slice(SECRET.as_bytes());
        bytes
    };
    assert_covered(&violations(answer, 1000));
}

#[test]
fn a_password_at_the_edge_of_what_is_kept_is_covered() {
    for before in Violation::MAX_BYTES - SECRET.len()..Violation::MAX_BYTES {
        assert_covered(&violations(|_| format!("{}{SECRET}", "H".repeat(before)).into_bytes(), 1000));
    }
    // Cut by the network: the rest has not come yet.
    assert_covered(&violations(|_| format!("HTTP {SECRET}").into_bytes(), 5 + 9));
}
