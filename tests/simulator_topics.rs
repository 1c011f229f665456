//! Custom topics, broadcast, wildcards, the parser's suffix and the rule engine's way back (topic.md, topicmgmt.md,
//! binary_parse_intro.md).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use simulated::*;
use uiot_testbench::mqtt::QoS;
use uiot_testbench::simulator::{Breach, Product, TraceEvent, Why};
use uiot_testbench::uiot::{
    AuthMode, Credential, CustomTopic, CustomTopicError, Direction, PARSE_SUFFIX, Permission, RetCode,
    SystemTopic, limits,
};

fn topic(rest: &str, permission: Permission) -> CustomTopic {
    CustomTopic { rest: rest.into(), permission, broadcast: false }
}

fn broadcast(rest: &str) -> CustomTopic {
    CustomTopic { rest: rest.into(), permission: Permission::Sub, broadcast: true }
}

fn own(rest: &str) -> String {
    format!("/{PRODUCT}/{DEVICE}/{rest}")
}

/// A device of a product with these topics.
fn with(topics: Vec<CustomTopic>) -> (World, Handle) {
    let (mut world, device) = World::online();
    world.platform.define_topics(PRODUCT, topics).unwrap();
    (world, device)
}

fn may_publish(world: &mut World, device: Handle, topic: &str) -> bool {
    let (taken, failed) = (world.taken().len(), world.failures().len());
    world.publish(device, topic, "x", QoS::AtLeastOnce).unwrap();
    let is_taken = world.taken().len() > taken;
    assert!(is_taken || world.failures()[failed..] == [Why::NoPermission], "{topic}");
    is_taken
}

fn may_subscribe(world: &mut World, device: Handle, filter: &str) -> bool {
    world.subscribe(device, filter, QoS::AtLeastOnce).is_some()
}

#[test]
fn each_product_begins_with_three_topics() {
    let (mut world, device) = World::online();
    for (rest, up, down) in [("upload", true, false), ("upload/event", true, false), ("set", false, true)] {
        assert_eq!(may_publish(&mut world, device, &own(rest)), up, "{rest}");
        assert_eq!(may_subscribe(&mut world, device, &own(rest)), down, "{rest}");
    }
    for rest in ["get", "upload/other", "Upload", "upload/", "set/1"] {
        assert!(!may_publish(&mut world, device, &own(rest)), "{rest}");
        assert!(!may_subscribe(&mut world, device, &own(rest)), "{rest}");
    }
}

#[test]
fn a_permission_is_to_publish_to_subscribe_or_both() {
    let topics =
        vec![topic("p", Permission::Pub), topic("s", Permission::Sub), topic("b", Permission::PubSub)];
    let (mut world, device) = with(topics);
    for (rest, up, down) in [("p", true, false), ("s", false, true), ("b", true, true)] {
        assert_eq!(may_publish(&mut world, device, &own(rest)), up, "{rest}");
        assert_eq!(may_subscribe(&mut world, device, &own(rest)), down, "{rest}");
    }
}

#[test]
fn another_devices_or_products_topics_are_closed() {
    let (mut world, device) = World::online();
    for place in [format!("/{PRODUCT}/{OTHER}"), format!("/otherproduct0001/{DEVICE}"), "/+/+".into()] {
        assert!(!may_subscribe(&mut world, device, &format!("{place}/set")), "{place}");
        if !place.contains('+') {
            assert!(!may_publish(&mut world, device, &format!("{place}/upload")), "{place}");
        }
    }
    assert!(!may_subscribe(&mut world, device, &format!("/{PRODUCT}/+/set")));
    assert!(!may_subscribe(&mut world, device, &format!("/+/{DEVICE}/set")));
    assert!(!may_subscribe(&mut world, device, "#"));
}

#[test]
fn a_refused_message_is_acknowledged_and_the_connection_stays() {
    let (mut world, device) = World::online();
    let request = world.publish(device, &own("set"), "x", QoS::AtLeastOnce).unwrap();
    world.publish(device, &own("set"), "x", QoS::AtMostOnce).unwrap();
    assert!(matches!(world.outcome(device, request), Some(uiot_testbench::mqtt::Outcome::Acknowledged(_))));
    let failed = TraceEvent::Failed { direction: Direction::Up, topic: own("set"), why: Why::NoPermission };
    assert_eq!(world.trace().into_iter().filter(|event| **event == failed).count(), 2);
    assert_eq!(world.state(device), uiot_testbench::mqtt::State::Online);
}

#[test]
fn wildcards_in_a_defined_topic_grant_what_they_cover() {
    let (mut world, device) =
        with(vec![topic("a/+", Permission::Sub), topic("b/#", Permission::Sub), topic("c", Permission::Sub)]);
    for granted in ["a/1", "a/+", "b/1", "b/1/2/3", "b/+/2", "b/#", "b", "c"] {
        assert!(may_subscribe(&mut world, device, &own(granted)), "{granted}");
    }
    for refused in ["a/#", "a/1/2", "a", "+/1", "#", "+", "c/+", "c/#", "+/+"] {
        assert!(!may_subscribe(&mut world, device, &own(refused)), "{refused}");
    }
}

#[test]
fn a_wildcard_subscription_brings_each_topic_below_it() {
    let (mut world, device) = with(vec![topic("cmd/#", Permission::Sub), topic("other", Permission::Sub)]);
    assert_eq!(world.subscribe(device, &own("cmd/#"), QoS::AtLeastOnce), Some(QoS::AtLeastOnce));
    for rest in ["cmd", "cmd/1", "cmd/1/2", "other"] {
        world.platform.publish(world.now, &simulated::device(), &own(rest), rest, QoS::AtLeastOnce).unwrap();
    }
    world.settle();
    let topics: Vec<_> = world.inbox(device).into_iter().map(|message| message.topic).collect();
    assert_eq!(topics, [own("cmd"), own("cmd/1"), own("cmd/1/2")]);
    assert_eq!(world.failures(), [Why::NotSubscribed]);
}

#[test]
fn two_subscriptions_that_match_bring_a_message_once_with_the_higher_qos() {
    let (mut world, device) = with(vec![topic("cmd/#", Permission::Sub)]);
    world.subscribe(device, &own("cmd/+"), QoS::AtMostOnce);
    world.subscribe(device, &own("cmd/#"), QoS::AtLeastOnce);
    world.platform.publish(world.now, &simulated::device(), &own("cmd/1"), "x", QoS::AtLeastOnce).unwrap();
    world.settle();
    let inbox = world.inbox(device);
    assert_eq!(inbox.len(), 1);
    assert_eq!(inbox[0].qos, QoS::AtLeastOnce);
}

#[test]
fn a_broadcast_reaches_every_device_that_subscribed() {
    let (mut world, device) = with(vec![broadcast("news/#")]);
    let second = world.connected(&options(&other(), AuthMode::Static, SECRET));
    let third = world.platform.create_device(PRODUCT, "sim-device-03", SECRET).unwrap().0;
    let third = world.connected(&options(&third, AuthMode::Static, SECRET));
    let topic = format!("/{PRODUCT}/$broadcast/news/1");
    assert_eq!(world.subscribe(device, &topic, QoS::AtLeastOnce), Some(QoS::AtLeastOnce));
    let filter = format!("/{PRODUCT}/$broadcast/news/#");
    assert_eq!(world.subscribe(second, &filter, QoS::AtMostOnce), Some(QoS::AtMostOnce));
    world.platform.broadcast(world.now, PRODUCT, "news/1", "hello", QoS::AtLeastOnce).unwrap();
    world.settle();
    let got = |world: &mut World, who| -> Vec<_> {
        world.inbox(who).into_iter().map(|message| (message.topic, message.payload, message.qos)).collect()
    };
    assert_eq!(got(&mut world, device), [(topic.clone(), b"hello".to_vec(), QoS::AtLeastOnce)]);
    assert_eq!(got(&mut world, second), [(topic, b"hello".to_vec(), QoS::AtMostOnce)]);
    assert!(got(&mut world, third).is_empty());
}

#[test]
fn a_device_cannot_publish_a_broadcast_nor_hear_another_products() {
    let (mut world, device) = with(vec![broadcast("news")]);
    assert!(!may_publish(&mut world, device, &format!("/{PRODUCT}/$broadcast/news")));
    assert!(!may_subscribe(&mut world, device, &format!("/{PRODUCT}/$broadcast/other")));
    assert!(!may_subscribe(&mut world, device, "/otherproduct0001/$broadcast/news"));
    // A topic of the device and one for all are two, even with the same end.
    assert!(!may_subscribe(&mut world, device, &own("news")));
}

#[test]
fn the_parsers_suffix_belongs_to_the_topic_without_it() {
    let (mut world, device) = World::online();
    assert!(may_publish(&mut world, device, &own(&format!("upload{PARSE_SUFFIX}"))));
    assert_eq!(world.taken(), [own("upload?parse=true")]);
    for wrong in
        ["set?parse=true", "other?parse=true", "upload?parse=false", "upload?", "upload?parse=true/x"]
    {
        assert!(!may_publish(&mut world, device, &own(wrong)), "{wrong}");
    }
    assert!(!may_subscribe(&mut world, device, &own("set?parse=true")));
}

#[test]
fn a_deleted_topic_is_closed_at_once_also_for_who_subscribed() {
    let (mut world, device) = World::online();
    assert!(may_subscribe(&mut world, device, &own("set")));
    assert!(may_publish(&mut world, device, &own("upload")));
    world.platform.define_topics(PRODUCT, vec![topic("new", Permission::PubSub)]).unwrap();
    assert!(!may_publish(&mut world, device, &own("upload")));
    assert_eq!(
        world.platform.publish(world.now, &simulated::device(), &own("set"), "x", QoS::AtLeastOnce),
        Err(RetCode::NO_TOPIC)
    );
    // Defined again, the old subscription is not there any more.
    world.platform.define_topics(PRODUCT, CustomTopic::defaults()).unwrap();
    world.platform.publish(world.now, &simulated::device(), &own("set"), "x", QoS::AtLeastOnce).unwrap();
    world.settle();
    assert!(world.inbox(device).is_empty());
    assert_eq!(world.failures().last(), Some(&Why::NotSubscribed));
}

#[test]
fn a_topic_can_be_defined_only_as_the_console_takes_it() {
    use CustomTopicError as E;
    let long = "x".repeat(64);
    let good = [
        topic("a", Permission::Pub),
        topic("a/b/c/d/e", Permission::PubSub),
        topic("A-z_0@9:x", Permission::Sub),
        topic("+/b/#", Permission::Sub),
        topic(&long, Permission::Pub),
        broadcast("a/+"),
    ];
    for topic in good {
        assert_eq!(topic.check(), Ok(()), "{topic:?}");
    }
    let bad = [
        (topic("", Permission::Pub), E::EmptyLevel),
        (topic("a//b", Permission::Pub), E::EmptyLevel),
        (topic("a/", Permission::Pub), E::EmptyLevel),
        (topic("a/b/c/d/e/f", Permission::Pub), E::TooManyLevels),
        (topic("a b", Permission::Pub), E::Character(' ')),
        (topic("温度", Permission::Pub), E::Character('温')),
        (topic("a?parse=true", Permission::Pub), E::Character('?')),
        (topic(&format!("{long}x"), Permission::Pub), E::TooLong),
        (topic("+", Permission::Pub), E::WildcardWithPub),
        (topic("a/#", Permission::PubSub), E::WildcardWithPub),
        (topic("#/a", Permission::Sub), E::MisplacedWildcard),
        (topic("a+", Permission::Sub), E::MisplacedWildcard),
        (CustomTopic { broadcast: true, ..topic("a", Permission::Pub) }, E::BroadcastWithPub),
        (CustomTopic { broadcast: true, ..topic("a", Permission::PubSub) }, E::BroadcastWithPub),
    ];
    let mut world = World::new();
    for (topic, error) in bad {
        assert_eq!(topic.check(), Err(error), "{topic:?}");
        assert_eq!(world.platform.define_topics(PRODUCT, vec![topic]), Err(RetCode::PARAMETER_WRONG));
    }
    assert_eq!(world.platform.registry().product(PRODUCT).unwrap().topics, CustomTopic::defaults());
}

#[test]
fn a_product_has_fifty_custom_topics_and_none_can_be_changed_once_it_is_published() {
    let mut world = World::new();
    let topics = |count: usize| (0..count).map(|n| topic(&format!("t{n}"), Permission::Pub)).collect();
    let define = |world: &mut World, count| world.platform.define_topics(PRODUCT, topics(count));
    assert_eq!(define(&mut world, limits::CUSTOM_TOPICS), Ok(()));
    assert_eq!(define(&mut world, limits::CUSTOM_TOPICS + 1), Err(RetCode::PARAMETER_EXCEEDS));
    assert_eq!(world.platform.define_topics("nosuchproduct000", vec![]), Err(RetCode::NO_PRODUCT));
    world.platform.change_product(PRODUCT, |product| product.published = true).unwrap();
    assert_eq!(define(&mut world, 1), Err(RetCode::PUBLISHED));
}

#[test]
fn the_rule_engine_sends_a_message_on_to_another_topic_of_the_same_device() {
    let (mut world, device) = World::online();
    world
        .platform
        .change_product(PRODUCT, |product| {
            product.forwards.insert("upload".into(), "set".into());
            product.forwards.insert("upload/event".into(), "upload".into());
        })
        .unwrap();
    let second = world.connected(&options(&other(), AuthMode::Static, SECRET));
    world.subscribe(device, &own("set"), QoS::AtLeastOnce);
    world.subscribe(second, &format!("/{PRODUCT}/{OTHER}/set"), QoS::AtLeastOnce);
    world.publish(device, &own("upload"), "loop", QoS::AtMostOnce).unwrap();
    let inbox = world.inbox(device);
    assert_eq!((inbox.len(), &*inbox[0].topic, &*inbox[0].payload), (1, &*own("set"), &b"loop"[..]));
    assert!(world.inbox(second).is_empty());
    // The parser's suffix changes nothing of that; a topic that no device may hear is no way back.
    world.publish(device, &own("upload?parse=true"), "raw", QoS::AtMostOnce).unwrap();
    assert_eq!(world.inbox(device).len(), 1);
    world.platform.choices.wide_filters = true;
    world.subscribe(device, &own("#"), QoS::AtLeastOnce);
    world.publish(device, &own("upload/event"), "x", QoS::AtMostOnce).unwrap();
    assert!(world.inbox(device).is_empty());
    assert_eq!(world.failures(), [Why::NoPermission]);
}

#[test]
fn a_message_that_is_sent_on_keeps_its_qos() {
    let (mut world, device) = World::online();
    let forward = |product: &mut Product| drop(product.forwards.insert("upload".into(), "set".into()));
    world.platform.change_product(PRODUCT, forward).unwrap();
    world.platform.choices.qos2_publish = Breach::Accept;
    let id = world.raw_online(&options(&other(), AuthMode::Static, SECRET));
    for granted in [QoS::AtMostOnce, QoS::AtLeastOnce] {
        world.subscribe(device, &own("set"), granted);
        for sent in [QoS::AtMostOnce, QoS::AtLeastOnce] {
            world.publish(device, &own("upload"), "loop", sent).unwrap();
            assert_eq!(world.inbox(device)[0].qos, sent.min(granted));
        }
    }
    // QoS 2 is sent on with QoS 1.
    let place = |end: &str| format!("/{PRODUCT}/{OTHER}/{end}");
    world.send_raw(id, &raw::subscribe(1, &place("set"), QoS::AtLeastOnce));
    world.send_raw(id, &raw::publish(&place("upload"), b"twice", QoS::ExactlyOnce, 2));
    let inbox = world.raw_inbox(id);
    assert!(matches!(&inbox[..], [(text, Some(_), false)] if text == "twice"), "{inbox:?}");
}

#[test]
fn no_parser_runs_and_the_trace_says_so() {
    let (mut world, device) = World::online();
    world.publish(device, &own("upload?parse=true"), [1, 2, 3], QoS::AtLeastOnce).unwrap();
    assert!(world.trace().contains(&&TraceEvent::Unparsed(own("upload?parse=true"))));
    let message = TraceEvent::Message {
        direction: Direction::Up,
        topic: own("upload?parse=true"),
        payload: vec![1, 2, 3],
        qos: QoS::AtLeastOnce,
    };
    assert!(world.trace().contains(&&message));
    world.publish(device, &own("upload"), [1, 2, 3], QoS::AtLeastOnce).unwrap();
    let unparsed = |event: &&&TraceEvent| matches!(event, TraceEvent::Unparsed(_));
    assert_eq!(world.trace().iter().filter(unparsed).count(), 1);
}

#[test]
fn on_system_topics_the_parsers_suffix_has_no_effect_or_is_no_topic() {
    let (mut world, device) = World::online();
    world.listen(device, &simulated::device(), SystemTopic::ShadowGetReply);
    let get = SystemTopic::ShadowGet.of(&simulated::device());
    world.publish(device, &format!("{get}{PARSE_SUFFIX}"), "{}", QoS::AtLeastOnce).unwrap();
    assert_eq!(world.inbox(device).len(), 1);
    assert!(!world.trace().iter().any(|event| matches!(event, TraceEvent::Unparsed(_))));
    // Or else it is another topic.
    world.platform.choices.parse_suffix_on_system_topics = false;
    assert!(!may_publish(&mut world, device, &format!("{get}{PARSE_SUFFIX}")));
    assert!(may_publish(&mut world, device, &get) && world.inbox(device).len() == 1);
    world.platform.choices.parse_suffix_on_system_topics = true;
    // What may not be published may not with the suffix.
    let reply = SystemTopic::ShadowGetReply.of(&simulated::device());
    assert!(!may_publish(&mut world, device, &format!("{reply}{PARSE_SUFFIX}")));
    assert!(!may_publish(&mut world, device, &format!("{get}{PARSE_SUFFIX}{PARSE_SUFFIX}")));
}

#[test]
fn whether_the_parsers_suffix_counts_is_a_choice() {
    // 128 bytes without the suffix are more than the console lets a topic have; the whole of this one has 129.
    let device = Credential::new(PRODUCT, "d".repeat(64));
    for (counts, failures) in [(false, vec![]), (true, vec![Why::TopicLimit])] {
        let mut world = World::new();
        world.platform.choices.parse_suffix_counts = counts;
        world.platform.create_device(PRODUCT, &device.device_sn, SECRET).unwrap();
        let defined = topic(&"x".repeat(35), Permission::Pub);
        let name = format!("{}{PARSE_SUFFIX}", defined.of(&device));
        assert_eq!(name.len(), limits::TOPIC_LENGTH + 1);
        world.platform.define_topics(PRODUCT, vec![defined]).unwrap();
        let id = world.raw_online(&options(&device, AuthMode::Static, SECRET));
        world.send_raw(id, &raw::publish(&name, b"x", QoS::AtMostOnce, 0));
        assert_eq!(world.failures(), failures);
    }
}

#[test]
fn a_gateway_loses_what_its_sub_device_may_not_hear_any_more() {
    use uiot_testbench::simulator::NewProduct;
    let mut world = World::new();
    let product = |gateway| NewProduct { gateway, behind_gateway: !gateway, ..NewProduct::default() };
    let gates = world.platform.create_product(product(true)).unwrap();
    let subs = world.platform.create_product(product(false)).unwrap();
    let (gate, secret) = world.platform.create_device(&gates, "gate-1", "").unwrap();
    let (sub, _) = world.platform.create_device(&subs, "sensor-1", "").unwrap();
    let device = world.connected(&options(&gate, AuthMode::Static, secret.expose()));
    let params =
        |device: &Credential| serde_json::json!({ "RequestID": "1", "Params": [device] }).to_string();
    let set = CustomTopic::defaults().pop().unwrap().of(&sub);
    assert!(!may_subscribe(&mut world, device, &set), "before it is logged in");
    world.say(device, &gate, SystemTopic::TopoAdd, params(&sub));
    world.say(device, &gate, SystemTopic::SubLogin, params(&sub));
    assert!(may_subscribe(&mut world, device, &set));
    let own = CustomTopic::defaults().pop().unwrap().of(&gate);
    assert!(may_subscribe(&mut world, device, &own));

    let publish = |world: &mut World, to: &Credential, topic: &str| {
        world.platform.publish(world.now, to, topic, "x", QoS::AtMostOnce).unwrap();
        world.settle();
        world.inbox(device).len()
    };
    assert_eq!(publish(&mut world, &sub, &set), 1);
    world.platform.define_topics(&subs, vec![]).unwrap();
    world.platform.define_topics(&subs, CustomTopic::defaults()).unwrap();
    assert_eq!(publish(&mut world, &sub, &set), 0);
    assert_eq!(publish(&mut world, &gate, &own), 1);
}
