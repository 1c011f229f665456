//! The system topics: who may publish and subscribe on which (topic.md, subdev_access_protocol.md).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use simulated::raw::{publish, subscribe};
use simulated::*;
use uiot_testbench::mqtt::{Packet, QoS, SubscribeReturnCode};
use uiot_testbench::simulator::{ConnectionId, NewProduct, TraceEvent, Why};
use uiot_testbench::uiot::{AuthMode, Credential, Direction, SystemTopic};

/// A gateway of a product of its own, online.
fn gateway(world: &mut World) -> (Credential, ConnectionId) {
    let product =
        world.platform.create_product(NewProduct { gateway: true, ..NewProduct::default() }).unwrap();
    let (device, secret) = world.platform.create_device(&product, "gate-1", "").unwrap();
    let id = world.raw_online(&options(&device, AuthMode::Static, secret.expose()));
    (device, id)
}

/// Whether a message is taken: the broker says so in the trace, and acknowledges it in either case.
fn may_publish(world: &mut World, id: ConnectionId, topic: &str) -> bool {
    world.run(raw::millis(40));
    let (taken, failed) = (world.taken().len(), world.failures().len());
    world.send_raw(id, &publish(topic, b"?", QoS::AtLeastOnce, 1));
    assert!(!world.is_closed(id), "{topic}");
    // What the service answers is not subscribed.
    let packets = world.packets(id);
    assert!(packets.contains(&Packet::PubAck(raw::id(1))), "{topic}: {packets:?}");
    let is_taken = world.taken().len() > taken;
    if !is_taken {
        assert_eq!(world.failures()[failed..], [Why::NoPermission], "{topic}");
    }
    is_taken
}

/// Whether a subscription is granted, which SUBACK and the trace say alike.
fn may_subscribe(world: &mut World, id: ConnectionId, filter: &str) -> bool {
    world.send_raw(id, &subscribe(9, filter, QoS::AtLeastOnce));
    let codes = match world.packets(id).as_slice() {
        [Packet::SubAck(number, codes)] if *number == raw::id(9) => codes.clone(),
        other => panic!("{filter}: {other:?}"),
    };
    let granted = codes == [SubscribeReturnCode::Granted(QoS::AtLeastOnce)];
    assert!(granted || codes == [SubscribeReturnCode::Refused], "{filter}: {codes:?}");
    let why = (!granted).then_some(Why::NoPermission);
    let event =
        TraceEvent::Subscribed { filter: filter.into(), granted: granted.then_some(QoS::AtLeastOnce), why };
    assert_eq!(world.trace().last(), Some(&&event));
    if granted {
        world.send_raw(id, &raw::unsubscribe(9, filter));
        world.read_raw(id);
    }
    granted
}

fn of_gateways(topic: SystemTopic) -> bool {
    topic.suffix().starts_with("subdev/")
}

fn written(topic: SystemTopic, device: &Credential) -> String {
    match topic {
        SystemTopic::CommandReply => SystemTopic::command_reply_of(device, "432542341234"),
        _ => topic.of(device),
    }
}

#[test]
fn all_topics_of_the_documents_are_known() {
    assert_eq!(SystemTopic::ALL.len(), 27 + 19);
    assert_eq!(SystemTopic::ALL.iter().filter(|topic| of_gateways(**topic)).count(), 19);
}

#[test]
fn a_device_publishes_on_the_topics_that_go_up_and_on_no_other() {
    let mut world = World::new();
    let id = world.raw_online(&static_options());
    for &topic in SystemTopic::ALL {
        let own = topic.direction() == Direction::Up && topic != SystemTopic::Password && !of_gateways(topic);
        assert_eq!(may_publish(&mut world, id, &written(topic, &device())), own, "{topic}");
    }
}

#[test]
fn a_device_subscribes_to_the_topics_that_go_down_and_to_no_other() {
    let mut world = World::new();
    let id = world.raw_online(&static_options());
    for &topic in SystemTopic::ALL {
        let own = topic.direction() == Direction::Down
            && topic != SystemTopic::PasswordReply
            && !of_gateways(topic);
        assert_eq!(may_subscribe(&mut world, id, &written(topic, &device())), own, "{topic}");
    }
}

#[test]
fn another_devices_topics_are_closed_in_both_directions() {
    let mut world = World::new();
    let id = world.raw_online(&static_options());
    let elsewhere = Credential::new("otherproduct0001", DEVICE);
    for &topic in SystemTopic::ALL {
        for stranger in [other(), elsewhere.clone()] {
            assert!(!may_publish(&mut world, id, &written(topic, &stranger)), "{topic}");
            assert!(!may_subscribe(&mut world, id, &written(topic, &stranger)), "{topic}");
        }
    }
}

#[test]
fn a_gateway_has_the_topics_of_gateways_too() {
    let mut world = World::new();
    let (gate, id) = gateway(&mut world);
    for &topic in SystemTopic::ALL {
        let up = topic.direction() == Direction::Up && topic != SystemTopic::Password;
        let down = topic.direction() == Direction::Down && topic != SystemTopic::PasswordReply;
        assert_eq!(may_publish(&mut world, id, &written(topic, &gate)), up, "{topic}");
        assert_eq!(may_subscribe(&mut world, id, &written(topic, &gate)), down, "{topic}");
        assert!(!may_publish(&mut world, id, &written(topic, &device())), "{topic}");
        assert!(!may_subscribe(&mut world, id, &written(topic, &device())), "{topic}");
    }
}

#[test]
fn who_registers_has_the_two_topics_of_the_exchange_and_no_other() {
    let mut world = World::new();
    let id = world.raw_online(&options(&device(), AuthMode::Dynamic, PRODUCT_SECRET));
    for &topic in SystemTopic::ALL {
        let topic_name = written(topic, &device());
        assert_eq!(may_publish(&mut world, id, &topic_name), topic == SystemTopic::Password, "{topic}");
        assert_eq!(may_subscribe(&mut world, id, &topic_name), topic == SystemTopic::PasswordReply);
    }
    for rest in ["upload", "upload/event", "set"] {
        assert!(!may_publish(&mut world, id, &format!("/{PRODUCT}/{DEVICE}/{rest}")));
        assert!(!may_subscribe(&mut world, id, &format!("/{PRODUCT}/{DEVICE}/{rest}")));
    }
}

#[test]
fn an_answer_to_a_command_has_its_request_in_the_topic() {
    let mut world = World::new();
    let id = world.raw_online(&static_options());
    let reply = SystemTopic::CommandReply.of(&device());
    assert!(may_publish(&mut world, id, &format!("{reply}/1")));
    for wrong in [reply.clone(), format!("{reply}/"), format!("{reply}/1/2")] {
        assert!(!may_publish(&mut world, id, &wrong), "{wrong}");
    }
}

#[test]
fn what_the_documents_do_not_name_is_no_topic() {
    let mut world = World::new();
    let id = world.raw_online(&static_options());
    for suffix in [
        "ntp/request",
        "log/post",
        "config/get",
        "device/info",
        "rrpc/request/1",
        "rrpc/response/1",
        "shadow",
        "shadow/update",
        "tmodel",
        "tmodel/property",
        "Shadow/get",
        "shadow/get/",
    ] {
        let topic = format!("/$system/{PRODUCT}/{DEVICE}/{suffix}");
        assert!(!may_publish(&mut world, id, &topic), "{suffix}");
        assert!(!may_subscribe(&mut world, id, &topic), "{suffix}");
    }
    for topic in ["$SYS/broker/uptime", "/$system", "/$system/", "simproduct000001/sim-device-01/set", "/"] {
        assert!(!may_publish(&mut world, id, topic), "{topic}");
        assert!(!may_subscribe(&mut world, id, topic), "{topic}");
    }
}

#[test]
fn filters_with_wildcards_stay_within_a_topic_that_is_granted() {
    let mut world = World::new();
    let id = world.raw_online(&static_options());
    for filter in [
        "#",
        "+/#",
        "/#",
        "/$system/#",
        "/+/+/+/shadow/get_reply",
        &format!("/$system/{PRODUCT}/+/shadow/get_reply"),
        &format!("/$system/+/{DEVICE}/shadow/get_reply"),
        &format!("/$system/{PRODUCT}/#"),
        &format!("/$system/{PRODUCT}/{DEVICE}/#"),
        &format!("/$system/{PRODUCT}/{DEVICE}/shadow/+"),
        &format!("/$system/{PRODUCT}/{DEVICE}/shadow/get_reply/#"),
    ] {
        assert!(!may_subscribe(&mut world, id, filter), "{filter}");
    }
}

#[test]
fn a_topic_that_two_devices_share_has_the_same_shape() {
    let (mut world, _) = World::online();
    let second = world.raw_online(&options(&other(), AuthMode::Static, SECRET));
    for &topic in SystemTopic::ALL {
        let allowed = topic.direction() == Direction::Down
            && topic != SystemTopic::PasswordReply
            && !of_gateways(topic);
        assert_eq!(may_subscribe(&mut world, second, &topic.of(&other())), allowed, "{topic}");
    }
}
