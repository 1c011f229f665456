//! The life of a subscription: wanted, asked for, granted, downgraded, refused, left, asked for again.

mod support;

use support::{Rig, events, filter, options, sent, suback, told, unsuback, violations};
use uiot_testbench::mqtt::{Capabilities, ConnectOptions, Event, Output, QoS, Rule, SubscribeError, raw};

const QOS_0: QoS = QoS::AtMostOnce;
const QOS_1: QoS = QoS::AtLeastOnce;

fn subscribe(number: u16, text: &str, qos: QoS) -> Vec<u8> {
    raw::subscribe(support::id(number), &filter(text), qos).unwrap_or_default().to_vec()
}

fn unsubscribe(number: u16, text: &str) -> Vec<u8> {
    raw::unsubscribe(support::id(number), &filter(text)).unwrap_or_default().to_vec()
}

fn refused(text: &str, code: u8) -> Event {
    Event::SubscriptionRefused { filter: filter(text), code }
}

#[test]
fn subscribe_is_sent_byte_for_byte_and_granted() {
    let mut rig = Rig::online(&options());
    let outputs = rig.subscribe("a/+", QOS_1);
    assert_eq!(sent(&outputs), [b"\x82\x08\0\x01\0\x03a/+\x01"]);
    assert_eq!(events(&outputs), [Event::SubscriptionsChanged]);
    assert_eq!(rig.subscriptions(), ["a/+ Pending"]);
    assert_eq!(told(&rig.broker(&suback(1, &[1]))), [Event::SubscriptionsChanged]);
    assert_eq!(rig.subscriptions(), ["a/+ Granted(AtLeastOnce)"]);
}

#[test]
fn unsubscribe_is_sent_byte_for_byte_and_the_filter_goes_with_unsuback() {
    let mut rig = Rig::online(&options());
    rig.subscribe("a", QOS_0);
    rig.broker(&suback(1, &[0]));
    let outputs = rig.unsubscribe("a");
    assert_eq!(sent(&outputs), [b"\xa2\x05\0\x02\0\x01a"]);
    assert_eq!(rig.subscriptions(), ["a Leaving"]);
    assert_eq!(told(&rig.broker(&unsuback(2))), [Event::SubscriptionsChanged]);
    assert_eq!(rig.subscriptions(), Vec::<String>::new());
}

#[test]
fn a_downgraded_subscription_says_what_was_granted() {
    let mut rig = Rig::online(&options());
    rig.subscribe("a", QOS_1);
    rig.broker(&suback(1, &[0]));
    let known = &rig.session.subscriptions()[0];
    assert_eq!(known.requested, QOS_1);
    assert_eq!(rig.subscriptions(), ["a Granted(AtMostOnce)"]);
}

#[test]
fn a_refused_subscription_stays_in_the_list_with_its_code() {
    let mut rig = Rig::online(&options());
    rig.subscribe("a", QOS_1);
    assert_eq!(told(&rig.broker(&suback(1, &[0x80]))), [refused("a", 0x80), Event::SubscriptionsChanged]);
    assert_eq!(rig.subscriptions(), ["a Refused(128)"]);
}

#[test]
fn a_reserved_code_is_a_violation_and_a_refusal() {
    for code in [3, 0x7f, 0x81, 0x87, 0xff] {
        let mut rig = Rig::online(&options());
        rig.subscribe("a", QOS_1);
        let outputs = rig.broker(&suback(1, &[code]));
        assert_eq!(violations(&outputs)[0].rule, Rule::SubAckCode);
        assert!(events(&outputs).contains(&refused("a", code)));
        assert_eq!(rig.subscriptions(), [format!("a Refused({code})")]);
    }
}

#[test]
fn a_wrong_number_of_codes_is_a_violation_and_the_first_counts() {
    let mut rig = Rig::online(&options());
    rig.subscribe("a", QOS_1);
    let outputs = rig.broker(&suback(1, &[1, 0x80]));
    assert_eq!(violations(&outputs)[0].rule, Rule::SubAckCount);
    assert_eq!(rig.subscriptions(), ["a Granted(AtLeastOnce)"]);
}

#[test]
fn acknowledgements_of_an_unknown_identifier_change_nothing() {
    let mut rig = Rig::online(&options());
    rig.subscribe("a", QOS_1);
    for (bytes, rule) in [
        (suback(2, &[0]), Rule::UnknownRequest),
        (unsuback(1), Rule::UnknownRequest),
        (unsuback(9), Rule::UnknownRequest),
        (support::puback(1), Rule::UnknownPacketId),
    ] {
        let outputs = rig.broker(&bytes);
        assert_eq!(violations(&outputs)[0].rule, rule);
        assert_eq!(events(&outputs).len(), 1);
        assert_eq!(rig.subscriptions(), ["a Pending"]);
    }
    // The request is still waiting for its own answer.
    assert_eq!(violations(&rig.broker(&suback(1, &[0]))), []);
    assert_eq!(violations(&rig.broker(&suback(1, &[0])))[0].rule, Rule::UnknownRequest, "answered before");
}

#[test]
fn each_answer_finds_its_own_filter() {
    let mut rig = Rig::online(&options());
    for text in ["a", "b", "c"] {
        rig.subscribe(text, QOS_1);
    }
    rig.broker(&[suback(3, &[0]), suback(1, &[0x80]), suback(2, &[1])].concat());
    assert_eq!(rig.subscriptions(), ["a Refused(128)", "b Granted(AtLeastOnce)", "c Granted(AtMostOnce)"]);
}

#[test]
fn qos_2_is_refused_where_the_capabilities_exclude_it() {
    let plain = ConnectOptions { capabilities: Capabilities::PLAIN, ..options() };
    for mut rig in [Rig::new(&plain), Rig::online(&plain)] {
        let asked = rig.session.subscribe(rig.now, filter("a"), QoS::ExactlyOnce);
        assert_eq!(asked, Err(SubscribeError::QosNotOffered));
        assert_eq!(rig.drain(), []);
        assert_eq!(rig.subscriptions(), Vec::<String>::new());
    }
}

#[test]
fn a_wish_without_a_connection_waits_and_is_sent_after_connack() {
    for mut rig in [Rig::new(&options()), Rig::opening(&options()), Rig::awaiting(&options())] {
        let outputs = rig.subscribe("a", QOS_1);
        assert_eq!(outputs, [Output::Event(Event::SubscriptionsChanged)]);
        assert_eq!(rig.subscriptions(), ["a Waiting"]);
        rig.connect();
        rig.open();
        assert_eq!(sent(&rig.broker(support::ACCEPTED)), [subscribe(1, "a", QOS_1)]);
        assert_eq!(rig.subscriptions(), ["a Pending"]);
    }
}

#[test]
fn after_a_reconnect_everything_wanted_is_asked_for_again_in_order() {
    let mut rig = Rig::online(&options());
    for (text, qos) in [("granted", QOS_1), ("refused", QOS_0), ("pending", QOS_1), ("leaving", QOS_0)] {
        rig.subscribe(text, qos);
    }
    rig.broker(&[suback(1, &[0]), suback(2, &[0x80]), suback(4, &[0])].concat());
    rig.unsubscribe("leaving");
    rig.close(1006, "");
    assert_eq!(rig.subscriptions(), ["granted Waiting", "refused Waiting", "pending Waiting"]);

    rig.connect();
    rig.open();
    let outputs = rig.broker(support::ACCEPTED);
    let expected =
        [subscribe(6, "granted", QOS_1), subscribe(7, "refused", QOS_0), subscribe(8, "pending", QOS_1)];
    assert_eq!(sent(&outputs), expected, "with the QoS that was asked for, not the one that was granted");
    assert!(matches!(events(&outputs)[0], Event::Connected { .. }), "first online, then the rest");
}

#[test]
fn answers_of_the_last_connection_are_unknown_in_the_next() {
    let mut rig = Rig::online(&options());
    rig.subscribe("a", QOS_1);
    rig.unsubscribe("a");
    rig.reconnect();
    assert_eq!(violations(&rig.broker(&suback(1, &[0])))[0].rule, Rule::UnknownRequest);
}

#[test]
fn unsubscribe_without_a_connection_only_takes_the_wish_back() {
    let mut rig = Rig::new(&options());
    rig.subscribe("a", QOS_1);
    rig.subscribe("b", QOS_1);
    assert_eq!(sent(&rig.unsubscribe("a")), Vec::<Vec<u8>>::new());
    assert_eq!(rig.subscriptions(), ["b Waiting"]);
    rig.connect();
    rig.open();
    assert_eq!(sent(&rig.broker(support::ACCEPTED)), [subscribe(1, "b", QOS_1)]);
}

#[test]
fn unsubscribe_of_an_unknown_filter_is_sent_all_the_same() {
    // A broker that still has an old session may know it.
    let mut rig = Rig::online(&options());
    assert_eq!(sent(&rig.unsubscribe("a")), [unsubscribe(1, "a")]);
    assert_eq!(violations(&rig.broker(&unsuback(1))), []);
}

#[test]
fn subscribing_again_replaces_the_wish_and_keeps_its_place() {
    let mut rig = Rig::online(&options());
    rig.subscribe("a", QOS_0);
    rig.subscribe("b", QOS_0);
    rig.broker(&[suback(1, &[0]), suback(2, &[0])].concat());
    assert_eq!(sent(&rig.subscribe("a", QOS_1)), [subscribe(3, "a", QOS_1)]);
    assert_eq!(rig.subscriptions(), ["a Pending", "b Granted(AtMostOnce)"]);
    rig.broker(&suback(3, &[1]));
    assert_eq!(rig.subscriptions(), ["a Granted(AtLeastOnce)", "b Granted(AtMostOnce)"]);
}

#[test]
fn an_answer_to_an_earlier_request_does_not_speak_for_the_last_one() {
    let mut rig = Rig::online(&options());
    rig.subscribe("a", QOS_0);
    rig.subscribe("a", QOS_1);
    rig.broker(&suback(1, &[0]));
    assert_eq!(rig.subscriptions(), ["a Pending"], "the second SUBSCRIBE is still unanswered");
    rig.broker(&suback(2, &[1]));
    assert_eq!(rig.subscriptions(), ["a Granted(AtLeastOnce)"]);
}

#[test]
fn a_filter_that_is_wanted_again_survives_the_unsuback_of_before() {
    let mut rig = Rig::online(&options());
    rig.subscribe("a", QOS_1);
    rig.unsubscribe("a");
    rig.subscribe("a", QOS_1);
    rig.broker(&suback(1, &[1]));
    rig.broker(&unsuback(2));
    assert_eq!(rig.subscriptions(), ["a Pending"]);
    rig.broker(&suback(3, &[1]));
    assert_eq!(rig.subscriptions(), ["a Granted(AtLeastOnce)"]);
}

#[test]
fn a_filter_that_is_being_left_stays_so_when_its_subscription_is_granted_late() {
    let mut rig = Rig::online(&options());
    rig.subscribe("a", QOS_1);
    rig.unsubscribe("a");
    rig.broker(&suback(1, &[1]));
    assert_eq!(rig.subscriptions(), ["a Leaving"]);
    rig.close(1006, "");
    assert_eq!(rig.subscriptions(), Vec::<String>::new(), "and is not asked for again");
}

#[test]
fn many_subscriptions_keep_their_order() {
    let mut rig = Rig::online(&options());
    let texts: Vec<_> = (0..100).map(|n| format!("t/{n}")).collect();
    for text in &texts {
        rig.subscribe(text, QOS_0);
    }
    let listed: Vec<_> = rig.session.subscriptions().iter().map(|s| s.filter.to_string()).collect();
    assert_eq!(listed, texts);
}
