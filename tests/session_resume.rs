//! A session that the broker keeps: subscriptions as the person left them, no more and no less, and messages with
//! QoS 2 that were half received.

mod support;

use support::{
    Rig, filter, id, messages, mqtt_3_1, options, pubcomp, publish, pubrec, pubrel, reconnecting,
    redelivered, sent, suback, unclean, unsuback, violations,
};
use uiot_testbench::mqtt::{ClientId, ConnectOptions, QoS, Rule, raw};

const QOS_0: QoS = QoS::AtMostOnce;
const QOS_1: QoS = QoS::AtLeastOnce;
const QOS_2: QoS = QoS::ExactlyOnce;

fn subscribe(number: u16, text: &str, qos: QoS) -> Vec<u8> {
    raw::subscribe(id(number), &filter(text), qos).unwrap_or_default().to_vec()
}

fn unsubscribe(number: u16, text: &str) -> Vec<u8> {
    raw::unsubscribe(id(number), &filter(text)).unwrap_or_default().to_vec()
}

/// Online in a session to be kept, with `a` granted as asked, `b` granted lower and `c` refused.
fn with_three(options: &ConnectOptions) -> Rig {
    let mut rig = Rig::online(options);
    for text in ["a", "b", "c"] {
        rig.subscribe(text, QOS_1);
    }
    rig.broker(&[suback(1, &[1]), suback(2, &[0]), suback(3, &[0x80])].concat());
    rig
}

#[test]
fn what_the_broker_kept_is_not_asked_for_again() {
    let mut rig = with_three(&unclean());
    rig.lose();
    assert_eq!(rig.subscriptions(), ["a Waiting", "b Waiting", "c Waiting"]);
    assert_eq!(sent(&rig.come_back(support::RESUMED)), [subscribe(4, "c", QOS_1)], "c was refused, not kept");
    assert_eq!(rig.subscriptions(), ["a Granted(AtLeastOnce)", "b Granted(AtMostOnce)", "c Pending"]);
}

#[test]
fn without_session_present_every_subscription_is_asked_for_again() {
    for options in [unclean(), options()] {
        let mut rig = with_three(&options);
        let expected = [subscribe(4, "a", QOS_1), subscribe(5, "b", QOS_1), subscribe(6, "c", QOS_1)];
        assert_eq!(sent(&rig.reconnect()), expected);
    }
}

#[test]
fn what_is_granted_anew_is_kept_anew() {
    let mut rig = with_three(&unclean());
    rig.reconnect();
    rig.broker(&[suback(4, &[1]), suback(5, &[1]), suback(6, &[1])].concat());
    assert_eq!(sent(&rig.resume()), Vec::<Vec<u8>>::new());
    rig.reconnect();
    // Only `a` was answered on the last connection.
    rig.broker(&suback(7, &[1]));
    assert_eq!(sent(&rig.resume()), [subscribe(10, "b", QOS_1), subscribe(11, "c", QOS_1)]);
}

#[test]
fn changes_made_offline_reach_the_broker() {
    for connack in [support::RESUMED, support::ACCEPTED] {
        let mut rig = Rig::online(&ConnectOptions { auto_reconnect: true, ..unclean() });
        for text in ["stays", "goes", "rises"] {
            rig.subscribe(text, QOS_0);
        }
        rig.broker(&[suback(1, &[0]), suback(2, &[0]), suback(3, &[0])].concat());
        rig.lose();
        rig.unsubscribe("goes");
        rig.subscribe("rises", QOS_2);
        rig.subscribe("new", QOS_1);
        assert_eq!(rig.subscriptions(), ["stays Waiting", "goes Leaving", "rises Waiting", "new Waiting"]);
        let packets = sent(&rig.come_back(connack));
        let expected = if connack == support::RESUMED {
            vec![unsubscribe(4, "goes"), subscribe(5, "rises", QOS_2), subscribe(6, "new", QOS_1)]
        } else {
            vec![subscribe(4, "stays", QOS_0), subscribe(5, "rises", QOS_2), subscribe(6, "new", QOS_1)]
        };
        assert_eq!(packets, expected);
    }
}

#[test]
fn a_filter_given_up_offline_is_unsubscribed_if_the_broker_kept_the_session() {
    let mut rig = with_three(&unclean());
    rig.lose();
    rig.unsubscribe("a");
    // As long as the broker has not heard of it: also over an attempt that fails, and over a loss before UNSUBACK.
    rig.connect();
    rig.lose();
    assert_eq!(sent(&rig.come_back(support::RESUMED)), [unsubscribe(4, "a"), subscribe(5, "c", QOS_1)]);
    assert_eq!(rig.subscriptions()[0], "a Leaving");
    rig.broker(&suback(5, &[1]));
    assert_eq!(sent(&rig.resume()), [unsubscribe(6, "a")]);
    rig.broker(&unsuback(6));
    assert_eq!(rig.subscriptions(), ["b Granted(AtMostOnce)", "c Granted(AtLeastOnce)"]);
    assert_eq!(sent(&rig.resume()), Vec::<Vec<u8>>::new());
}

#[test]
fn a_filter_given_up_offline_is_forgotten_where_the_broker_has_nothing() {
    // A clean session, one that is gone, and a filter that never reached the broker.
    let mut rig = with_three(&options());
    rig.lose();
    rig.unsubscribe("a");
    assert_eq!(rig.subscriptions(), ["b Waiting", "c Waiting"]);

    let mut rig = with_three(&unclean());
    rig.lose();
    rig.unsubscribe("a");
    assert_eq!(sent(&rig.come_back(support::ACCEPTED)), [subscribe(4, "b", QOS_1), subscribe(5, "c", QOS_1)]);
    assert_eq!(rig.subscriptions(), ["b Pending", "c Pending"]);

    rig.lose();
    rig.subscribe("d", QOS_1);
    rig.unsubscribe("d");
    assert_eq!(rig.subscriptions(), ["b Waiting", "c Waiting"]);
}

#[test]
fn a_filter_given_up_and_wanted_again_offline_is_as_if_nothing_had_been() {
    let mut rig = with_three(&unclean());
    rig.lose();
    rig.unsubscribe("a");
    rig.subscribe("a", QOS_1);
    assert_eq!(sent(&rig.come_back(support::RESUMED)), [subscribe(4, "c", QOS_1)]);
    assert_eq!(rig.subscriptions()[0], "a Granted(AtLeastOnce)");
}

#[test]
fn an_unsubscribe_without_unsuback_is_sent_again() {
    let mut rig = with_three(&unclean());
    rig.unsubscribe("a");
    rig.lose();
    assert_eq!(rig.subscriptions()[0], "a Leaving");
    assert_eq!(sent(&rig.come_back(support::RESUMED))[0], unsubscribe(5, "a"));
}

#[test]
fn a_subscription_without_suback_is_asked_for_again_once() {
    let mut rig = Rig::online(&unclean());
    rig.subscribe("a", QOS_1);
    rig.lose();
    assert_eq!(sent(&rig.come_back(support::RESUMED)), [subscribe(2, "a", QOS_1)]);
    rig.broker(&suback(2, &[1]));
    assert_eq!(rig.subscriptions(), ["a Granted(AtLeastOnce)"]);
    assert_eq!(sent(&rig.resume()), Vec::<Vec<u8>>::new());
}

#[test]
fn after_an_attempt_without_connack_nothing_is_taken_for_kept() {
    // The broker may have begun a new session on the attempt whose CONNACK was lost, and calls that one present.
    let mut rig = with_three(&unclean());
    rig.lose();
    rig.connect();
    rig.open();
    rig.lose();
    assert_eq!(sent(&rig.come_back(support::RESUMED)).len(), 3);
}

#[test]
fn a_received_identifier_is_remembered_until_it_is_released() {
    let mut rig = Rig::online(&unclean());
    rig.subscribe("#", QOS_2);
    rig.broker(&suback(1, &[2]));
    rig.broker(&publish(4, b"t", 7, b"x"));
    rig.resume();
    let outputs = rig.broker(&publish(8 | 4, b"t", 7, b"x"));
    assert_eq!((messages(&outputs).len(), redelivered(&outputs).len()), (0, 1), "told before the loss");
    assert_eq!((sent(&outputs), violations(&outputs)), (vec![pubrec(7)], vec![]));
    assert_eq!(sent(&rig.broker(&pubrel(7))), [pubcomp(7)]);
    rig.resume();
    assert_eq!(messages(&rig.broker(&publish(4, b"t", 7, b"new"))).len(), 1);
}

#[test]
fn received_identifiers_are_forgotten_with_the_session() {
    for options in [unclean(), options(), reconnecting()] {
        let mut rig = Rig::online(&options);
        rig.subscribe("#", QOS_2);
        rig.broker(&suback(1, &[2]));
        rig.broker(&publish(4, b"t", 7, b"x"));
        rig.reconnect();
        let outputs = rig.broker(&publish(4, b"t", 7, b"another"));
        assert_eq!((messages(&outputs).len(), violations(&outputs)), (1, vec![]));
    }
}

#[test]
fn pubrel_after_a_lost_pubcomp_is_answered_and_nothing_is_told_again() {
    let mut rig = Rig::online(&unclean());
    rig.subscribe("#", QOS_2);
    rig.broker(&suback(1, &[2]));
    rig.broker(&[publish(4, b"t", 7, b"x"), pubrel(7)].concat());
    rig.resume();
    let outputs = rig.broker(&pubrel(7));
    assert_eq!((sent(&outputs), violations(&outputs)), (vec![pubcomp(7)], vec![]), "[MQTT-4.3.3-2]");
    assert_eq!((messages(&outputs).len(), redelivered(&outputs).len()), (0, 0));
}

#[test]
fn a_kept_session_may_send_qos_2_that_this_page_never_asked_for() {
    // Another page of the same client identifier may have subscribed.
    let mut rig = Rig::awaiting(&unclean());
    rig.broker(support::RESUMED);
    assert_eq!(violations(&rig.broker(&publish(4, b"t", 7, b"x"))), []);
    rig.reconnect();
    assert_eq!(violations(&rig.broker(&publish(4, b"t", 7, b"x")))[0].rule, Rule::UnaskedQos2);
}

#[test]
fn with_mqtt_3_1_an_unclean_session_counts_as_resumed() {
    let mut rig = Rig::online(&mqtt_3_1(unclean()));
    rig.say("a", QOS_1);
    rig.subscribe("#", QOS_2);
    rig.broker(&suback(2, &[2]));
    rig.broker(&publish(4, b"t", 7, b"x"));
    rig.lose();
    rig.unsubscribe("#");
    rig.subscribe("f", QOS_1);
    // The flag of CONNACK means nothing here, whichever way it stands.
    for connack in [support::ACCEPTED, support::RESUMED] {
        let packets = sent(&rig.come_back(connack));
        assert_eq!(packets[0], b"\x3a\x06\0\x01t\0\x01a", "sent again with DUP");
        assert_eq!(packets[1][0], 0xa2, "the broker is told of what was given up");
        let outputs = rig.broker(&publish(8 | 4, b"t", 7, b"x"));
        assert_eq!((messages(&outputs).len(), sent(&outputs)), (0, vec![pubrec(7)]));
        rig.lose();
    }
}

#[test]
fn a_remembered_identifier_that_may_be_another_sessions_is_no_violation() {
    // After a lost CONNACK, and with MQTT 3.1 always, the broker's session may be a new one that counts anew.
    type ComeBack = fn(&mut Rig);
    let ways: [(ConnectOptions, ComeBack); 2] = [
        (unclean(), |rig| {
            rig.connect();
            rig.open();
            rig.lose();
            rig.come_back(support::RESUMED);
        }),
        (mqtt_3_1(unclean()), |rig| drop(rig.come_back(support::ACCEPTED))),
    ];
    for (options, come_back) in ways {
        let mut rig = Rig::online(&options);
        rig.subscribe("#", QOS_2);
        rig.broker(&[suback(1, &[2]), publish(4, b"t", 7, b"x"), publish(4, b"t", 8, b"x")].concat());
        rig.lose();
        come_back(&mut rig);
        let outputs = rig.broker(&publish(4, b"t", 7, b"new"));
        assert_eq!((messages(&outputs).len(), violations(&outputs)), (1, vec![]));
        let outputs = rig.broker(&publish(8 | 4, b"t", 8, b"x"));
        assert_eq!((redelivered(&outputs).len(), violations(&outputs)), (1, vec![]));
    }
}

#[test]
fn with_mqtt_3_1_subscriptions_are_asked_for_again_in_any_case() {
    // Nothing says whether the broker kept them, and asking twice does no harm.
    let mut rig = with_three(&mqtt_3_1(unclean()));
    for _ in 0..2 {
        let asked = sent(&rig.reconnect());
        assert_eq!(asked.len(), 3);
        assert!(asked.iter().all(|packet| packet[0] == 0x82));
    }
}

#[test]
fn another_client_identifier_starts_with_nothing() {
    let other = ConnectOptions { client_id: ClientId::parse("other").unwrap_or_default(), ..unclean() };
    for (options, same_broker) in [(other, true), (unclean(), false), (options(), true)] {
        let mut rig = with_three(&unclean());
        rig.say("unacknowledged", QOS_1);
        rig.broker(&publish(4, b"t", 7, b"x"));
        rig.unsubscribe("c");
        assert!(rig.session.reconfigure(rig.now, &options, same_broker).is_ok());
        rig.drain();
        let expected = [subscribe(6, "a", QOS_1), subscribe(7, "b", QOS_1)];
        assert_eq!(sent(&rig.come_back(support::RESUMED)), expected, "nothing but the wishes is left");
        assert_eq!(messages(&rig.broker(&publish(4, b"t", 7, b"x"))).len(), 1);
    }
}

#[test]
fn other_options_of_the_same_session_change_nothing_about_it() {
    let mut rig = with_three(&unclean());
    rig.say("unacknowledged", QOS_1);
    rig.broker(&publish(4, b"t", 7, b"x"));
    assert!(rig.session.reconfigure(rig.now, &ConnectOptions { keep_alive: 30, ..unclean() }, true).is_ok());
    rig.drain();
    let expected = [b"\x3a\x13\0\x01t\0\x04unacknowledged".to_vec(), subscribe(5, "c", QOS_1)];
    assert_eq!(sent(&rig.come_back(support::RESUMED)), expected);
    assert_eq!(redelivered(&rig.broker(&publish(8 | 4, b"t", 7, b"x"))).len(), 1);
}

#[test]
fn with_no_free_identifier_a_subscription_waits_for_one() {
    let mut rig = Rig::online(&ConnectOptions { auto_reconnect: true, ..unclean() });
    for _ in 0..65_535 {
        rig.publish(QOS_1);
    }
    rig.lose();
    rig.subscribe("a", QOS_1);
    rig.come_back(support::RESUMED);
    assert_eq!(rig.subscriptions(), ["a Waiting"]);
    assert_eq!(sent(&rig.broker(&support::puback(9))), [subscribe(9, "a", QOS_1)]);
    assert_eq!(rig.subscriptions(), ["a Pending"]);
}
