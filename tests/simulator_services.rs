//! What the broker does with what services send: in time, in order, within a packet, and in bounded memory.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use serde_json::json;
use simulated::raw::{millis, publish, seconds, subscribe};
use simulated::*;
use uiot_testbench::mqtt::{ConnectOptions, QoS};
use uiot_testbench::simulator::{Breach, MAX_DEVICE_DATA, NewProduct, Why};
use uiot_testbench::uiot::{AuthMode, Credential, CustomTopic, RetCode, SystemTopic, limits};

fn update(version: i32) -> String {
    json!({"Method": "update", "State": {"Reported": {"n": version}}, "Version": version}).to_string()
}

/// The versions in the shadow's answers that came.
fn versions(world: &mut World, device: Handle) -> Vec<i64> {
    world.inbox(device).iter().map(|message| message.json()["Version"].as_i64().unwrap()).collect()
}

#[test]
fn a_shorter_delay_lets_no_answer_overtake_one_that_waits() {
    let (mut world, device) = World::online();
    world.listen(device, &simulated::device(), SystemTopic::ShadowDownstream);
    for (version, delay) in [seconds(10), seconds(1), millis(0), seconds(20)].into_iter().enumerate() {
        world.platform.choices.service_delay = delay;
        let version = i32::try_from(version).unwrap();
        world.say(device, &simulated::device(), SystemTopic::ShadowUpstream, update(version));
        world.run(millis(1));
    }
    world.run(seconds(9));
    assert!(world.inbox(device).is_empty());
    world.run(seconds(1));
    assert_eq!(versions(&mut world, device), [1, 2, 3]);
    world.run(seconds(10));
    assert_eq!(versions(&mut world, device), [4]);
    assert_eq!(world.platform.usage().on_the_way, 0);
}

#[test]
fn a_device_waits_for_no_other_devices_answers() {
    let (mut world, device) = World::online();
    let second = world.connected(&options(&other(), AuthMode::Static, SECRET));
    world.listen(device, &simulated::device(), SystemTopic::ShadowDownstream);
    world.listen(second, &other(), SystemTopic::ShadowDownstream);
    world.platform.choices.service_delay = seconds(10);
    world.say(device, &simulated::device(), SystemTopic::ShadowUpstream, update(0));
    world.platform.choices.service_delay = millis(0);
    world.say(second, &other(), SystemTopic::ShadowUpstream, update(0));
    assert_eq!((versions(&mut world, second), versions(&mut world, device)), (vec![1], vec![]));
}

#[test]
fn where_too_much_waits_it_comes_at_once_and_in_order() {
    let mut world = World::new();
    world.platform.choices.over_rate = Breach::Accept;
    world.platform.choices.over_bandwidth = Breach::Accept;
    world.platform.choices.service_qos = QoS::AtMostOnce;
    let id = world.raw_online(&static_options());
    world.send_raw(id, &subscribe(1, &SystemTopic::ShadowDownstream.of(&device()), QoS::AtMostOnce));
    world.send_raw(id, &subscribe(2, &SystemTopic::ShadowGetReply.of(&device()), QoS::AtMostOnce));
    let say =
        |topic: SystemTopic, body: &str| publish(&topic.of(&device()), body.as_bytes(), QoS::AtMostOnce, 0);
    let large = json!({"Method": "update", "State": {"Reported": {"x": "x".repeat(200_000)}}, "Version": 0});
    world.send_raw(id, &say(SystemTopic::ShadowUpstream, &large.to_string()));
    world.read_raw(id);
    world.platform.choices.service_delay = seconds(3600);
    world.send_raw(id, &say(SystemTopic::ShadowUpstream, &update(1)));
    let get = say(SystemTopic::ShadowGet, "{}");
    let mut count = 0;
    while world.read_raw(id).is_empty() {
        world.send_raw(id, &get);
        count += 1;
        assert!(count < 400, "the quota has no end");
    }
    // Each answer has 200 KB, and all that wait at most 64 MB.
    assert!(count > 300, "{count}");
    assert_eq!(world.platform.usage().on_the_way, 0);
    assert!(!world.is_closed(id));
}

#[test]
fn a_message_that_no_packet_holds_is_not_delivered() {
    let mut world = World::new();
    world.platform.choices.oversize = Breach::Accept;
    world.platform.choices.over_bandwidth = Breach::Accept;
    let forward = |product: &mut uiot_testbench::simulator::Product| {
        product.forwards.insert("upload".into(), "set".into());
    };
    world.platform.change_product(PRODUCT, forward).unwrap();
    let id = world.raw_online(&static_options());
    let own = |end: &str| format!("/{PRODUCT}/{DEVICE}/{end}");
    world.send_raw(id, &subscribe(1, &own("set"), QoS::AtLeastOnce));
    world.read_raw(id);
    let around = 4 + 2 + own("set").len() + 2;
    for (length, failures) in
        [(limits::PACKET_SIZE - around, vec![]), (limits::PACKET_SIZE - around + 1, vec![Why::PacketSize])]
    {
        world.send_raw(id, &publish(&own("upload"), &vec![b'x'; length], QoS::AtLeastOnce, 5));
        assert_eq!(world.failures(), failures, "{length}");
    }
    assert_eq!(world.platform.waiting(&device()), 1);
}

#[test]
fn an_application_cannot_answer_with_more_than_a_packet() {
    let mut world = World::new();
    let gates = NewProduct { gateway: true, ..NewProduct::default() };
    let gates = world.platform.create_product(gates).unwrap();
    let (gate, secret) = world.platform.create_device(&gates, "gate-1", "").unwrap();
    let device = world.connected(&options(&gate, AuthMode::Static, secret.expose()));
    world.listen(device, &gate, SystemTopic::TopoFoundReply);
    let words = "x".repeat(limits::PACKET_SIZE);
    world.platform.reply_found(world.now, &gate, "1", RetCode::SUCCESS, Some(&words)).unwrap();
    world.settle();
    assert!(world.inbox(device).is_empty());
    assert_eq!(world.failures(), [Why::PacketSize]);
}

#[test]
fn ten_thousand_full_shadows_have_a_bound() {
    let mut world = World::new();
    world.platform.choices.over_bandwidth = Breach::Accept;
    // Numbers of one digit take many times their JSON.
    let zeros = vec![0; 120_000];
    let full = json!({"Method": "update", "State": {"Reported": {"x": zeros}}, "Version": 0}).to_string();
    let mut codes = Vec::new();
    for n in 0..40 {
        let device = Credential::new(PRODUCT, format!("hoarder-{n}"));
        world.platform.create_device(PRODUCT, &device.device_sn, SECRET).unwrap();
        let handle = world.connected(&options(&device, AuthMode::Static, SECRET));
        world.listen(handle, &device, SystemTopic::ShadowDownstream);
        world.say(handle, &device, SystemTopic::ShadowUpstream, full.clone());
        let answer = world.answer(handle, &SystemTopic::ShadowDownstream.of(&device));
        codes.push(answer["Payload"]["RetCode"].as_i64().unwrap());
        world.disconnect(handle);
    }
    assert_eq!((codes.first(), codes.last()), (Some(&0), Some(&130)));
    let usage = world.platform.usage();
    assert!(usage.device_data <= MAX_DEVICE_DATA && usage.device_data > MAX_DEVICE_DATA / 2, "{usage:?}");
    // Others can still be small, and who goes makes room.
    let (mut shadows, now) = (0, world.now);
    while world.platform.delete_device(now, &Credential::new(PRODUCT, format!("hoarder-{shadows}"))).is_ok() {
        shadows += 1;
    }
    assert_eq!((shadows, world.platform.usage().device_data), (40, 0));
}

#[test]
fn whether_messages_for_sub_devices_wait_with_their_gateway_is_a_choice() {
    for keep in [false, true] {
        let mut world = World::new();
        world.platform.choices.gateway.keep_for_sub_devices = keep;
        let product = |gateway| NewProduct { gateway, behind_gateway: !gateway, ..NewProduct::default() };
        let gates = world.platform.create_product(product(true)).unwrap();
        let subs = world.platform.create_product(product(false)).unwrap();
        let (gate, secret) = world.platform.create_device(&gates, "gate-1", "").unwrap();
        let (sub, _) = world.platform.create_device(&subs, "sensor-1", "").unwrap();
        let lasting = options(&gate, AuthMode::Static, secret.expose());
        let device = world.connected(&ConnectOptions { clean_session: false, ..lasting });
        let params = json!({ "RequestID": "1", "Params": [sub] }).to_string();
        world.say(device, &gate, SystemTopic::TopoAdd, params.clone());
        world.say(device, &gate, SystemTopic::SubLogin, params);
        let set = CustomTopic::defaults().pop().unwrap().of(&sub);
        assert!(world.subscribe(device, &set, QoS::AtLeastOnce).is_some());
        world.disconnect(device);
        let before = world.failures().len();
        for qos in [QoS::AtMostOnce, QoS::AtLeastOnce] {
            world.platform.publish(world.now, &sub, &set, "late", qos).unwrap();
        }
        let offline = if keep { vec![Why::DeviceOffline] } else { vec![Why::DeviceOffline; 2] };
        assert_eq!(world.failures()[before..], offline, "QoS 0 never waits");
        world.connect(device);
        assert_eq!(world.inbox(device).len(), usize::from(keep));
    }
}
