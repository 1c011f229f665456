//! Strict mode ends the connection at the first violation, as [MQTT-4.8.0-1] asks: once, with nothing after it. Which
//! violations there are is in hostile_broker.rs.

mod support;

use support::{
    Rig, ended, events, messages, outcomes, puback, pubcomp, publish, pubrec, pubrel, sent, strict, suback,
    unsuback, violations,
};
use uiot_testbench::mqtt::{ConnectOptions, EndCause, Event, Outcome, Output, QoS, Rule, State};

fn reconnecting() -> ConnectOptions {
    ConnectOptions { auto_reconnect: true, ..strict() }
}

fn ends(outputs: &[Output]) -> usize {
    events(outputs).iter().filter(|event| matches!(event, Event::Ended(_))).count()
}

#[test]
fn it_is_off_unless_asked_for() {
    assert!(!ConnectOptions::default().strict);
}

#[test]
fn a_packet_that_breaks_several_rules_ends_the_connection_once_at_the_first() {
    for options in [strict(), reconnecting()] {
        let mut rig = Rig::online(&options);
        // DUP with QoS 0, and a wildcard in the topic.
        let outputs = rig.broker(&publish(8, b"a/#", 0, b"x"));
        assert_eq!((violations(&outputs).len(), ends(&outputs)), (1, 1), "{outputs:?}");
        assert_eq!(ended(&outputs), Some(EndCause::Violation(Rule::DupWithQos0)));
        assert!(matches!(outputs.last(), Some(Output::Event(Event::Ended(_)))));

        let mut rig = Rig::online(&options);
        rig.subscribe("a", QoS::AtMostOnce);
        // Two codes for one filter, both reserved.
        let outputs = rig.broker(&suback(1, &[0x7f, 0x7f]));
        assert_eq!((violations(&outputs).len(), ends(&outputs)), (1, 1), "{outputs:?}");
    }
}

#[test]
fn a_request_whose_answer_is_broken_is_settled_once_and_before_the_end() {
    for (codes, outcome) in
        [(&[2][..], Outcome::Acknowledged(support::secs(0))), (&[0x87], Outcome::Refused(0x87))]
    {
        let mut rig = Rig::online(&strict());
        rig.subscribe("a", QoS::AtMostOnce);
        let outputs = rig.broker(&suback(1, codes));
        assert_eq!(outcomes(&outputs), [(0, outcome)]);
        assert!(matches!(outputs.last(), Some(Output::Event(Event::Ended(_)))));
        assert_eq!(rig.subscriptions(), ["a Waiting"], "nothing is granted without a connection");
    }
}

#[test]
fn nothing_of_the_queue_goes_to_a_connection_that_just_ended() {
    let mut rig = Rig::online(&ConnectOptions { clean_session: false, ..reconnecting() });
    for _ in 0..65_534 {
        rig.publish(QoS::AtLeastOnce);
    }
    rig.lose();
    rig.subscribe("a", QoS::AtMostOnce);
    rig.say("waiting", QoS::AtLeastOnce);
    rig.come_back(support::RESUMED);
    assert_eq!(rig.queued(), ["waiting"]);
    let outputs = rig.broker(&suback(65_535, &[2]));
    assert_eq!(ended(&outputs), Some(EndCause::Violation(Rule::GrantedAboveAsked)));
    assert_eq!((sent(&outputs).len(), rig.queued()), (0, vec!["waiting".to_owned()]));
}

#[test]
fn what_follows_in_the_same_chunk_is_not_told() {
    let mut rig = Rig::online(&strict());
    let outputs = rig.broker(&[support::PINGRESP, &publish(2, b"t", 7, b"x")].concat());
    assert_eq!((messages(&outputs).len(), sent(&outputs).len()), (0, 0));
    assert_eq!(ended(&outputs), Some(EndCause::Violation(Rule::UnaskedPingResp)));
}

#[test]
fn a_wrong_sub_protocol_ends_the_attempt_before_connect() {
    let mut rig = Rig::opening(&strict());
    "mqttv3.1".clone_into(&mut rig.sub_protocol);
    let outputs = rig.open();
    assert_eq!((sent(&outputs).len(), ended(&outputs)), (0, Some(EndCause::Violation(Rule::SubProtocol))));
    assert_eq!((rig.session.state(), rig.wake), (State::Offline, None));
}

#[test]
fn a_broker_that_worked_is_tried_again_after_a_violation() {
    let mut rig = Rig::online(&reconnecting());
    rig.broker(support::PINGRESP);
    assert_eq!(rig.session.state(), State::Waiting);
    rig.wait_for_the_attempt();
    rig.open();
    rig.broker(support::ACCEPTED);
    assert_eq!(rig.session.state(), State::Online);
}

#[test]
fn a_broker_that_keeps_the_rules_notices_nothing() {
    let mut rig = Rig::online(&ConnectOptions { clean_session: false, ..strict() });
    rig.subscribe("#", QoS::ExactlyOnce);
    rig.subscribe("refused", QoS::AtLeastOnce);
    rig.broker(&[suback(1, &[2]), suback(2, &[0x80])].concat());
    for qos in [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce] {
        rig.publish(qos);
    }
    rig.broker(&[puback(3), pubrec(4), pubrec(4), pubcomp(4)].concat());
    rig.broker(
        &[publish(0, b"t", 0, b""), publish(8 | 2, b"t", 1, b"x"), publish(4, b"t", 2, b"x")].concat(),
    );
    rig.session.ping_now(rig.now);
    rig.drain();
    rig.broker(support::PINGRESP);
    rig.unsubscribe("refused");
    rig.broker(&unsuback(5));
    rig.resume();
    // What a resumed session may bring: a duplicate, a release, and one of a release that was answered before.
    let outputs = rig.broker(&[publish(8 | 4, b"t", 2, b"x"), pubrel(2), pubrel(2)].concat());
    assert_eq!(sent(&outputs), [pubrec(2), pubcomp(2), pubcomp(2)]);
    // What had been buffered when the filter was given up.
    rig.unsubscribe("#");
    rig.broker(&[unsuback(6), publish(4, b"t", 9, b"x")].concat());
    assert_eq!(rig.session.state(), State::Online);
}

#[test]
fn what_mqtt_3_1_leaves_open_ends_nothing() {
    let mut rig = Rig::awaiting(&support::mqtt_3_1(strict()));
    rig.broker(&support::connack(0xff, 0));
    rig.subscribe("a", QoS::AtMostOnce);
    // Flags are not used, 0x80 is what brokers send all the same.
    rig.broker(&support::packet(0x9f, &[0, 1, 0x80]));
    assert_eq!(
        (rig.session.state(), rig.subscriptions()),
        (State::Online, vec!["a Refused(128)".to_owned()])
    );
}
