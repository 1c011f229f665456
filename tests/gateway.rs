//! A gateway and the devices behind it, over the wire: the documents' exchanges (uiot-edge, subdev_access_protocol.md).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use serde_json::{Value, json};
use simulated::*;
use uiot_testbench::mqtt::{ConnectReturnCode, QoS, Secret};
use uiot_testbench::simulator::{Activation, NewProduct, TraceEvent};
use uiot_testbench::uiot::gateway::{
    Gateway, GatewayEvent, Notice, Registration, Request, RequestKind, SubDevice,
};
use uiot_testbench::uiot::{AuthMode, Credential, Outgoing, RetCode, SystemTopic};

const GATES: &str = "gatewayproduct01";
const SUBS: &str = "product1234abcde";
const SUB_PRODUCT_SECRET: &str = "subprodsecret001";

/// A gateway that is online and listens on all topics of its own, with the reducer that speaks for it.
struct House {
    world: World,
    device: Handle,
    gate: Credential,
    gateway: Gateway,
}

fn sub(number: u32) -> Credential {
    Credential::new(SUBS, format!("device{number}"))
}

fn params(devices: &[&Credential]) -> Value {
    devices.iter().map(|device| json!({"ProductSN":device.product_sn,"DeviceSN":device.device_sn})).collect()
}

impl House {
    fn new() -> Self {
        let mut world = World::new();
        let product = |sn: &str, gateway| NewProduct {
            sn: sn.into(),
            secret: SUB_PRODUCT_SECRET.into(),
            dynamic_registration: true,
            shadow: true,
            gateway,
            behind_gateway: !gateway,
            ..NewProduct::default()
        };
        world.platform.create_product(product(GATES, true)).unwrap();
        world.platform.create_product(product(SUBS, false)).unwrap();
        for number in 1..=3 {
            world.platform.create_device(SUBS, &sub(number).device_sn, SECRET).unwrap();
        }
        let gate = Credential::new(GATES, "gate-1");
        let device = Self::gateway_of(&mut world, &gate);
        Self { world, device, gateway: Gateway::new(gate.clone()), gate }
    }

    fn gateway_of(world: &mut World, gate: &Credential) -> Handle {
        world.platform.create_device(GATES, &gate.device_sn, SECRET).unwrap();
        let device = world.connected(&options(gate, AuthMode::Static, SECRET));
        let replies = RequestKind::ALL.map(|kind| kind.topic().reply().unwrap());
        let told = SystemTopic::ALL.iter().copied().filter(|topic| Notice::on(*topic).is_some());
        for topic in replies.into_iter().chain(told) {
            world.listen(device, gate, topic);
        }
        device
    }

    /// Publishes what the gateway's side wants, and returns what the answer changed there.
    fn ask(&mut self, outgoing: Outgoing) -> GatewayEvent {
        self.world.publish(self.device, &outgoing.topic, outgoing.payload, outgoing.qos).unwrap();
        self.hear()
    }

    /// Takes the one message that came.
    fn hear(&mut self) -> GatewayEvent {
        let inbox = self.world.inbox(self.device);
        assert_eq!(inbox.len(), 1, "{inbox:?}");
        let suffix = inbox[0].topic.strip_prefix("/$system/gatewayproduct01/gate-1/").unwrap();
        let (topic, _) = SystemTopic::from_suffix(suffix).unwrap();
        self.gateway.receive(self.world.now, topic, &inbox[0].payload).unwrap()
    }

    /// Adds sub-devices and logs them in.
    fn move_in(&mut self, devices: &[Credential]) {
        let add = self.gateway.topo_add(self.world.now, devices.to_vec()).unwrap();
        assert!(matches!(self.ask(add), GatewayEvent::Done { kind: RequestKind::TopoAdd, .. }));
        let login = self.gateway.login(self.world.now, devices.to_vec()).unwrap();
        assert!(matches!(self.ask(login), GatewayEvent::Done { kind: RequestKind::Login, .. }));
    }

    fn is_online(&self, device: &Credential) -> bool {
        self.world.platform.registry().device(device).unwrap().online
    }

    /// Says a body as it stands, and returns the answer as it stands.
    fn exchange(&mut self, topic: SystemTopic, body: &Value) -> Value {
        self.world.say(self.device, &self.gate, topic, body.to_string());
        self.world.answer(self.device, &topic.reply().unwrap().of(&self.gate))
    }
}

#[test]
fn the_documents_exchanges() {
    let mut house = House::new();
    let one = params(&[&sub(1)]);
    let mut registration = one.clone();
    registration[0]["ProductSecret"] = json!(SUB_PRODUCT_SECRET);
    let mut known = one.clone();
    known[0]["DeviceSecret"] = json!(SECRET);
    let ask = |params: &Value| json!({"RequestID":"123","Params":params});
    let done = json!({"RequestID":"123","RetCode":0});

    let reply = house.exchange(SystemTopic::SubRegister, &ask(&registration));
    assert_eq!(reply, json!({"RequestID":"123","RetCode":0,"Data":known}));
    assert_eq!(house.exchange(SystemTopic::TopoAdd, &ask(&one)), done);
    let reply = house.exchange(SystemTopic::TopoGet, &ask(&json!([])));
    assert_eq!(reply, json!({"RequestID":"123","RetCode":0,"Data":one}));
    assert_eq!(house.exchange(SystemTopic::SubLogin, &ask(&one)), done);
    assert_eq!(house.exchange(SystemTopic::SubLogout, &ask(&one)), done);
    assert_eq!(house.exchange(SystemTopic::TopoDelete, &ask(&one)), done);

    // To be found is for the rule engine; the user's application answers.
    house.world.say(house.device, &house.gate, SystemTopic::TopoFound, ask(&registration).to_string());
    assert!(house.world.inbox(house.device).is_empty());
    let found = house.world.trace().into_iter().rev().find_map(|event| match event {
        TraceEvent::RuleEngine { topic: SystemTopic::TopoFound, payload } => Some(payload.clone()),
        _ => None,
    });
    // The trace covers the secret.
    registration[0]["ProductSecret"] = json!("••••");
    assert_eq!(serde_json::from_slice::<Value>(&found.unwrap()).unwrap(), ask(&registration));
    let (now, gate) = (house.world.now, house.gate.clone());
    house.world.platform.reply_found(now, &gate, "123", RetCode::SUCCESS, None).unwrap();
    house.world.settle();
    assert_eq!(house.world.answer(house.device, &SystemTopic::TopoFoundReply.of(&gate)), done);

    house.world.platform.add_sub_devices(now, &gate, &[sub(1)]).unwrap();
    house.world.settle();
    let told = house.world.answer(house.device, &SystemTopic::TopoNotifyAdd.of(&gate));
    assert_eq!(told["Params"], known);
    house.world.platform.remove_sub_devices(now, &gate, &[sub(1)]).unwrap();
    house.world.settle();
    let told = house.world.answer(house.device, &SystemTopic::TopoNotifyDelete.of(&gate));
    assert_eq!(told["Params"], known);
}

#[test]
fn a_new_sub_device_from_registration_to_its_first_message() {
    let mut house = House::new();
    let new = Credential::new(SUBS, "sensor@door");
    let registration = Registration::new(new.clone(), Secret::new(SUB_PRODUCT_SECRET));
    let register = house.gateway.register(house.world.now, vec![registration]).unwrap();
    assert!(matches!(house.ask(register), GatewayEvent::Done { kind: RequestKind::Register, .. }));
    let registered = house.world.platform.registry().device(&new).unwrap();
    assert_eq!(registered.activation, Activation::Inactivated);
    assert_eq!(Some(&registered.secret), house.gateway.sub_devices()[&new].secret.as_ref());

    let upload = format!("/{SUBS}/sensor@door/upload");
    let set = format!("/{SUBS}/sensor@door/set");
    assert_eq!(house.world.subscribe(house.device, &set, QoS::AtLeastOnce), None, "not logged in");
    house.move_in(std::slice::from_ref(&new));
    assert_eq!(house.world.platform.registry().device(&new).unwrap().activation, Activation::Activated);
    assert!(house.world.subscribe(house.device, &set, QoS::AtLeastOnce).is_some());
    house.world.publish(house.device, &upload, "21.5", QoS::AtLeastOnce).unwrap();
    let came = house.world.platform.trace().lines().any(|line| {
        line.device.as_ref() == Some(&new)
            && matches!(&line.event, TraceEvent::Message { topic, .. } if *topic == upload)
    });
    assert!(came, "the cloud takes it for the sub-device's");
    let now = house.world.now;
    house.world.platform.publish(now, &new, &set, "on", QoS::AtLeastOnce).unwrap();
    house.world.settle();
    assert_eq!(house.world.inbox(house.device)[0].topic, set);
}

#[test]
fn a_gateway_has_no_part_in_sub_devices_that_are_not_logged_in() {
    let mut house = House::new();
    house.move_in(&[sub(1)]);
    let set = format!("/{SUBS}/device1/set");
    house.world.subscribe(house.device, &set, QoS::AtLeastOnce).unwrap();
    let logout = house.gateway.logout(house.world.now, vec![sub(1)]).unwrap();
    house.ask(logout);

    let upload = format!("/{SUBS}/device1/upload");
    house.world.publish(house.device, &upload, "x", QoS::AtLeastOnce).unwrap();
    assert!(
        !house
            .world
            .trace()
            .iter()
            .any(|event| { matches!(event, TraceEvent::Message { topic, .. } if *topic == upload) })
    );
    let now = house.world.now;
    house.world.platform.publish(now, &sub(1), &set, "on", QoS::AtLeastOnce).unwrap();
    house.world.settle();
    assert!(house.world.inbox(house.device).is_empty());
    for foreign in [format!("/{SUBS}/device2/set"), format!("/$system/{SUBS}/device1/shadow/downstream")] {
        assert_eq!(house.world.subscribe(house.device, &foreign, QoS::AtLeastOnce), None, "{foreign}");
    }
}

#[test]
fn services_answer_a_sub_device_on_its_gateways_connection() {
    let mut house = House::new();
    house.move_in(&[sub(1)]);
    house.world.listen(house.device, &sub(1), SystemTopic::OtaDownstream);
    let version = json!({"Method":"report_version","Payload":{"Version":"1.0"}});
    house.world.say(house.device, &sub(1), SystemTopic::OtaUpstream, version.to_string());
    let content = uiot_testbench::simulator::services::ota::Content::Made { size: 9 };
    house.world.platform.add_firmware(SUBS, "default", "2.0", "", content).unwrap();
    let now = house.world.now;
    house.world.platform.push_firmware(now, &sub(1), "default", "2.0").unwrap();
    house.world.settle();
    let order = house.world.answer(house.device, &SystemTopic::OtaDownstream.of(&sub(1)));
    assert_eq!(order["Payload"]["Version"], "2.0");
}

#[test]
fn a_broadcast_reaches_sub_devices_that_are_logged_in() {
    use uiot_testbench::uiot::{CustomTopic, Permission};
    let mut house = House::new();
    let topics = vec![CustomTopic { rest: "news".into(), permission: Permission::Sub, broadcast: true }];
    house.world.platform.define_topics(SUBS, topics).unwrap();
    house.move_in(&[sub(1)]);
    let topic = format!("/{SUBS}/$broadcast/news");
    house.world.subscribe(house.device, &topic, QoS::AtLeastOnce).unwrap();
    let now = house.world.now;
    house.world.platform.broadcast(now, SUBS, "news", "1", QoS::AtLeastOnce).unwrap();
    house.world.settle();
    assert_eq!(house.world.inbox(house.device).len(), 1);
    let logout = house.gateway.logout(house.world.now, vec![sub(1)]).unwrap();
    house.ask(logout);
    house.world.platform.broadcast(now, SUBS, "news", "2", QoS::AtLeastOnce).unwrap();
    house.world.settle();
    assert!(house.world.inbox(house.device).is_empty());
}

#[test]
fn sub_devices_are_offline_with_their_gateway_and_must_log_in_again() {
    let mut house = House::new();
    house.move_in(&[sub(1), sub(2)]);
    house.world.break_line(house.device);
    assert!(!house.is_online(&sub(1)) && !house.is_online(&sub(2)));
    house.gateway.disconnected();
    house.world.connect(house.device);
    assert!(!house.is_online(&sub(1)));
    let login = house.gateway.login(house.world.now, vec![sub(1)]).unwrap();
    // Sessions of ours subscribe again after a reconnect.
    assert!(matches!(house.ask(login), GatewayEvent::Done { .. }));
    assert!(house.is_online(&sub(1)) && !house.is_online(&sub(2)));
    let status = json!({"ProductSN":SUBS,"DeviceSN":"device1","Status":"Online"});
    let last = house.world.trace().into_iter().rev().find_map(|event| match event {
        TraceEvent::RuleEngine { topic: SystemTopic::DeviceStatus, payload } => Some(payload.clone()),
        _ => None,
    });
    assert_eq!(serde_json::from_slice::<Value>(&last.unwrap()).unwrap(), status);
}

#[test]
fn a_second_gateway_takes_a_sub_device_over() {
    let mut house = House::new();
    house.move_in(&[sub(1)]);
    let later = Credential::new(GATES, "gate-2");
    let device = House::gateway_of(&mut house.world, &later);
    let body = serde_json::to_vec(&Request::new("1", vec![SubDevice::from(sub(1))])).unwrap();
    house.world.say(device, &later, SystemTopic::TopoAdd, body.clone());
    house.world.say(device, &later, SystemTopic::SubLogin, body);
    let replies = house.world.inbox(device);
    assert!(replies.iter().all(|reply| reply.json()["RetCode"] == 0), "{replies:?}");
    assert!(matches!(house.hear(), GatewayEvent::Noticed { notice: Notice::Removed, .. }));
    assert!(!house.gateway.sub_devices().get(&sub(1)).is_some_and(|state| state.logged_in));
    assert!(house.is_online(&sub(1)));
    let login = house.gateway.login(house.world.now, vec![sub(1)]).unwrap();
    assert!(matches!(house.ask(login), GatewayEvent::Refused { .. }));
}

#[test]
fn the_console_disables_enables_and_deletes_a_sub_device() {
    let mut house = House::new();
    house.move_in(&[sub(1)]);
    let now = house.world.now;
    let noticed = |notice| GatewayEvent::Noticed { notice, devices: vec![sub(1)], left_out: 0 };
    house.world.platform.disable_device(now, &sub(1)).unwrap();
    house.world.settle();
    assert_eq!(house.hear(), noticed(Notice::Disabled));
    assert!(!house.is_online(&sub(1)));
    let login = house.gateway.login(now, vec![sub(1)]).unwrap();
    assert!(matches!(house.ask(login), GatewayEvent::Refused { code: RetCode::UNAUTHORIZED, .. }));
    house.world.platform.enable_device(now, &sub(1)).unwrap();
    house.world.settle();
    assert_eq!(house.hear(), noticed(Notice::Enabled));
    let login = house.gateway.login(now, vec![sub(1)]).unwrap();
    assert!(matches!(house.ask(login), GatewayEvent::Done { .. }));
    house.world.platform.delete_device(now, &sub(1)).unwrap();
    house.world.settle();
    assert_eq!(house.hear(), noticed(Notice::Deleted));
    assert!(house.gateway.sub_devices().is_empty());
    let get = house.gateway.topo_get(now).unwrap();
    assert!(matches!(house.ask(get), GatewayEvent::Done { devices, .. } if devices.is_empty()));
}

#[test]
fn a_reset_sub_device_is_offline_and_may_register_again() {
    let mut house = House::new();
    house.move_in(&[sub(1)]);
    let registration = || vec![Registration::new(sub(1), Secret::new(SUB_PRODUCT_SECRET))];
    let register = house.gateway.register(house.world.now, registration()).unwrap();
    assert!(matches!(house.ask(register), GatewayEvent::Refused { code: RetCode::UNAUTHORIZED, .. }));
    let now = house.world.now;
    house.world.platform.reset_device(now, &sub(1)).unwrap();
    assert!(!house.is_online(&sub(1)));
    let register = house.gateway.register(now, registration()).unwrap();
    assert!(matches!(house.ask(register), GatewayEvent::Done { .. }));
}

#[test]
fn a_deleted_gateway_leaves_its_sub_devices_to_others() {
    let mut house = House::new();
    house.move_in(&[sub(1)]);
    let now = house.world.now;
    house.world.platform.delete_device(now, &house.gate.clone()).unwrap();
    house.world.settle();
    assert!(!house.is_online(&sub(1)));
    assert_eq!(house.world.platform.registry().device(&sub(1)).unwrap().gateway.owner(), None);
}

#[test]
fn a_sub_device_cannot_connect_by_itself() {
    let mut house = House::new();
    let answer = house.world.try_connect(&options(&sub(1), AuthMode::Static, SECRET));
    assert_eq!(answer, Some(ConnectReturnCode::NotAuthorized));
}

#[test]
fn only_gateways_may_use_the_topics_of_gateways() {
    let (mut world, handle) = World::online();
    let reply = SystemTopic::SubLoginReply.of(&device());
    assert_eq!(world.subscribe(handle, &reply, QoS::AtLeastOnce), None);
    let body = json!({"RequestID":"1","Params":params(&[&other()])});
    world.say(handle, &device(), SystemTopic::SubLogin, body.to_string());
    assert!(world.trace().iter().any(|event| matches!(event, TraceEvent::Failed { .. })));
    assert!(!world.platform.registry().device(&other()).unwrap().online);
}

#[test]
fn a_hostile_gateway_finds_the_platform_alive_and_bounded() {
    let mut house = House::new();
    let params: Vec<_> = (0..3000).map(|number| params(&[&sub(number)])[0].clone()).collect();
    let huge = json!({"RequestID":"x".repeat(1000),"Params":params}).to_string();
    let deep = "[".repeat(200_000);
    for kind in RequestKind::ALL {
        for body in [&huge[..], &deep, "", "null", "{\"RequestID\":\"1\"}"] {
            let topic = kind.topic();
            house.world.publish(house.device, &topic.of(&house.gate), body, QoS::AtMostOnce).unwrap();
            house.world.run(std::time::Duration::from_secs(1));
        }
    }
    assert_eq!(house.world.platform.registry().product(SUBS).unwrap().devices.len(), 3);
    house.world.inbox(house.device);
    house.move_in(&[sub(1)]);
    assert!(house.is_online(&sub(1)));
}
