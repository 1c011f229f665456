//! Every documented request that the composer offers is taken by the simulated platform as it stands.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use serde_json::json;
use simulated::*;
use uiot_testbench::composing::{Circumstances, Template};
use uiot_testbench::mqtt::QoS;
use uiot_testbench::simulator::{NewProduct, TraceEvent, demo};
use uiot_testbench::uiot::ota::UpgradeState;
use uiot_testbench::uiot::requests::{Request, SUB_DEVICE, SUB_PRODUCT, SUB_SECRET};
use uiot_testbench::uiot::{AuthMode, Credential, SystemTopic, TopicFamily};

fn expanded(request: Request) -> String {
    let at = Circumstances { counter: 7, unix_millis: WALL, seed: 1 };
    Template::parse(request.payload()).expand(at).into_owned()
}

/// Sends a request and returns what came on the topic of its answer.
fn ask(
    world: &mut World,
    device: Handle,
    who: &Credential,
    request: Request,
    payload: &str,
) -> serde_json::Value {
    let reply = request.topic().reply().unwrap();
    world.listen(device, who, reply);
    world.inbox(device);
    world.publish(device, &request.topic().of(who), payload.to_owned(), request.qos()).unwrap();
    world.answer(device, &reply.of(who))
}

fn of(families: &[TopicFamily]) -> impl Iterator<Item = Request> {
    Request::ALL.into_iter().filter(|request| families.contains(&request.family()))
}

/// The demo device, online in a world of its own.
fn demo_world() -> (World, Handle, Credential) {
    let mut world = World::new();
    let demo = demo::install(&mut world.platform, world.now);
    let login = options(&demo.credential, AuthMode::Static, demo.secret.expose());
    let device = world.connected(&login);
    (world, device, demo.credential)
}

#[test]
fn requests_of_the_thing_model() {
    for request in of(&[TopicFamily::Properties, TopicFamily::Commands]) {
        let (mut world, device, who) = demo_world();
        if request == Request::DesiredDelete {
            world.disconnect(device);
            let desired = json!({"target_temperature": 21}).as_object().unwrap().clone();
            world.platform.set_property(world.now, &who, desired, true).unwrap();
            world.connect(device);
        }
        let reply = ask(&mut world, device, &who, request, &expanded(request));
        assert_eq!(reply["RetCode"], json!(0), "{request:?}: {reply}");
        assert_eq!(reply["RequestID"], json!(WALL.to_string()), "{request:?}");
    }
}

#[test]
fn requests_of_the_shadow() {
    for request in of(&[TopicFamily::Shadow]) {
        let (mut world, device, who) = demo_world();
        let reply = ask(&mut world, device, &who, request, &expanded(request));
        match request {
            Request::ShadowGet => assert_eq!(reply["Version"], json!(0)),
            _ => assert_eq!(reply["Payload"]["RetCode"], json!(0), "{request:?}: {reply}"),
        }
    }
}

#[test]
fn reports_of_ota() {
    for request in of(&[TopicFamily::Ota]) {
        let (mut world, device, who) = demo_world();
        world.listen(device, &who, SystemTopic::OtaDownstream);
        world.say(device, &who, SystemTopic::OtaUpstream, expanded(Request::OtaVersion));
        world.platform.push_firmware(world.now, &who, "default", "1.1.0").unwrap();
        world.settle();
        world.inbox(device);
        world.publish(device, &request.topic().of(&who), expanded(request), request.qos()).unwrap();
        let misread = world.trace().into_iter().any(|event| matches!(event, TraceEvent::ServiceError { .. }));
        assert!(!misread, "{request:?}");
        let known = &world.platform.registry().device(&who).unwrap().ota.modules()["default"];
        let state = known.state;
        let expected = match request {
            Request::OtaProgress => UpgradeState::Downloading,
            Request::OtaSuccess => UpgradeState::Succeeded,
            Request::OtaFail => UpgradeState::Failed,
            _ => UpgradeState::Pending,
        };
        assert_eq!(state, expected, "{request:?}");
        if request == Request::OtaRequest {
            let order = world.answer(device, &SystemTopic::OtaDownstream.of(&who));
            assert_eq!(order["Method"], json!("update_firmware"));
        }
    }
}

#[test]
fn requests_of_a_gateway() {
    for request in of(&[TopicFamily::Gateway]) {
        let mut world = World::new();
        let product = |gateway| NewProduct {
            gateway,
            behind_gateway: !gateway,
            dynamic_registration: true,
            secret: if gateway { String::new() } else { PRODUCT_SECRET.into() },
            ..NewProduct::default()
        };
        let gates = world.platform.create_product(product(true)).unwrap();
        let subs = world.platform.create_product(product(false)).unwrap();
        let (gate, secret) = world.platform.create_device(&gates, "gate-1", "").unwrap();
        world.platform.create_device(&subs, "sensor-1", "").unwrap();
        let device = world.connected(&options(&gate, AuthMode::Static, secret.expose()));
        let filled = |request| {
            let secret = expanded(request).replace(SUB_SECRET, PRODUCT_SECRET);
            secret.replace(SUB_PRODUCT, &subs).replace(SUB_DEVICE, "sensor-1")
        };
        if !matches!(request, Request::TopoAdd | Request::TopoGet | Request::SubRegister) {
            ask(&mut world, device, &gate, Request::TopoAdd, &filled(Request::TopoAdd));
        }
        if request == Request::SubLogout {
            ask(&mut world, device, &gate, Request::SubLogin, &filled(Request::SubLogin));
        }
        if request == Request::TopoFound {
            // It is passed to the rule engine; only an application answers.
            world.say(device, &gate, request.topic(), filled(request));
            let found = world
                .trace()
                .into_iter()
                .any(|event| matches!(event, TraceEvent::RuleEngine { topic: SystemTopic::TopoFound, .. }));
            assert!(found);
            continue;
        }
        let reply = ask(&mut world, device, &gate, request, &filled(request));
        assert_eq!(reply["RetCode"], json!(0), "{request:?}: {reply}");
    }
}

#[test]
fn the_request_of_dynamic_registration() {
    let mut world = World::new();
    let device = world.connected(&options(&device(), AuthMode::Dynamic, PRODUCT_SECRET));
    let who = simulated::device();
    assert!(world.subscribe(device, &SystemTopic::PasswordReply.of(&who), QoS::AtLeastOnce).is_some());
    let reply = ask(&mut world, device, &who, Request::Password, &expanded(Request::Password));
    assert_eq!(reply["Password"], json!(SECRET));
}
