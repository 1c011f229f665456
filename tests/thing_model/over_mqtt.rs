//! A device's session with its thing model against the simulated platform: real packets, a clock that only moves by hand.

use std::collections::BTreeMap;

use super::simulated::{self, Handle, PRODUCT, World};
use super::*;
use uiot_testbench::mqtt::QoS;
use uiot_testbench::simulator::services::model::{CallEnd, CommandKind, DeviceModel, SetOutcome};
use uiot_testbench::simulator::{DEMO_MODEL, Faults};
use uiot_testbench::uiot::model::Template;
use uiot_testbench::uiot::model::reducer::{CommandAnswer, PATIENCE, RequestEnd, Standing};
use uiot_testbench::uiot::{PlatformTopic, RetCode};

/// What a device subscribes to for its thing model.
const DOWN: [T; 8] = [
    T::TemplateGetReply,
    T::PropertyPostReply,
    T::PropertySet,
    T::PropertyRestoreReply,
    T::DesiredGetReply,
    T::DesiredDeleteReply,
    T::EventPostReply,
    T::Command,
];

const SYNC: CommandKind = CommandKind::Sync(Duration::from_secs(5));

struct Scene {
    world: World,
    device: Handle,
    model: ThingModel,
}

impl Scene {
    fn new() -> Self {
        let (mut world, device) = World::online();
        let template = Template::parse(DEMO_MODEL).unwrap();
        world.platform.set_template(world.now, PRODUCT, template).unwrap();
        for topic in DOWN {
            world.listen(device, &simulated::device(), topic);
        }
        let model = ThingModel::new(simulated::device(), RequestIds::new("", 1));
        Self { world, device, model }
    }

    /// Publishes, and takes what comes; answers that the model gives by itself are published too.
    fn say(&mut self, message: &Outgoing) -> Vec<Change> {
        self.world.publish(self.device, &message.topic, message.payload.clone(), message.qos).unwrap();
        self.take()
    }

    fn take(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        for message in self.world.inbox(self.device) {
            let Some(PlatformTopic::System { topic, .. }) = PlatformTopic::parse(&message.topic) else {
                panic!("{}", message.topic)
            };
            let change = self.model.receive(self.world.now, topic, &message.payload).unwrap();
            if let Change::Called { reply: Some(reply), .. } = &change {
                self.world.publish(self.device, &reply.topic, reply.payload.clone(), reply.qos).unwrap();
            }
            changes.push(change);
        }
        changes
    }

    fn code(&mut self, message: &Outgoing) -> i64 {
        let changes = self.say(message);
        let [Change::Answered(ended)] = &changes[..] else { panic!("{changes:?}") };
        let RequestEnd::Answered { code, .. } = ended.end else { panic!() };
        code.0
    }

    fn known(&self) -> &DeviceModel {
        &self.world.platform.registry().device(&simulated::device()).unwrap().model
    }

    fn set(&mut self, property: &Value, desired: bool) -> Result<SetOutcome, RetCode> {
        let now = self.world.now;
        let outcome = self.world.platform.set_property(now, &simulated::device(), object(property), desired);
        self.world.settle();
        outcome
    }

    fn command(&mut self, identifier: &str, input: &Value, kind: CommandKind) -> Result<String, RetCode> {
        let now = self.world.now;
        let device = simulated::device();
        let id = self.world.platform.send_command(now, &device, identifier, object(input), kind);
        self.world.settle();
        id
    }
}

#[test]
fn a_day_of_an_air_conditioner() {
    for chunk in [usize::MAX, 1] {
        let mut scene = Scene::new();
        scene.world.chunk = chunk;
        let now = scene.world.now;
        let get = scene.model.get_template(now);
        assert_eq!(scene.code(&get), 0);
        assert_eq!(scene.model.template().unwrap().properties.len(), 9);

        let post = scene.model.post(now, samples(&json!({"temperature": 26.5, "humidity": 61, "mode": 1})));
        assert_eq!(scene.code(&post), 0);
        let post = scene.model.post(now, samples(&json!({"temperature": 260})));
        assert_eq!(scene.code(&post), 220);
        assert_eq!(scene.known().values()["temperature"].value, 26.5);

        let event =
            scene.model.post_event(now, "fault", object(&json!({"code": 3, "message": "过热"})), None);
        assert_eq!(scene.code(&event), 0);
        assert_eq!(scene.known().events().next().unwrap().name, "故障");

        scene.model.automatic.sets = Some(RetCode::SUCCESS);
        let Ok(SetOutcome::Sent { request_id }) = scene.set(&json!({"target_temperature": 24}), false) else {
            panic!()
        };
        scene.take();
        assert_eq!(scene.known().end_of(&request_id).unwrap().end.code(), RetCode::SUCCESS);
        assert_eq!(scene.model.properties()["target_temperature"].value, 24);

        let output = object(&json!({"done": 1}));
        let answer = CommandAnswer { code: RetCode::SUCCESS, output: output.clone() };
        scene.model.automatic.commands = Some(BTreeMap::from([("clean_filter".to_owned(), answer)]));
        let id = scene.command("clean_filter", &json!({"minutes": 3}), SYNC).unwrap();
        scene.take();
        let end = CallEnd::Answered { code: RetCode::SUCCESS, output };
        assert_eq!(scene.known().end_of(&id).unwrap().end, end);
    }
}

#[test]
fn wishes_wait_for_a_device_that_comes_back() {
    let mut scene = Scene::new();
    scene.world.disconnect(scene.device);
    let wish = json!({"target_temperature": 20});
    assert_eq!(scene.set(&wish, false), Err(RetCode::NOT_ONLINE));
    assert_eq!(scene.command("clean_filter", &json!({}), CommandKind::Async), Err(RetCode::NOT_ONLINE));
    assert!(matches!(scene.set(&wish, true), Ok(SetOutcome::Stored { .. })));
    scene.world.connect(scene.device);
    for topic in DOWN {
        scene.world.listen(scene.device, &simulated::device(), topic);
    }
    assert_eq!(scene.take(), [], "a wish is not pushed");

    let now = scene.world.now;
    let get = scene.model.get_desired(now, vec!["target_temperature".into()]);
    assert_eq!(scene.code(&get), 0);
    let desired = scene.model.desired()["target_temperature"].clone();
    assert_eq!((desired.value, desired.version), (json!(20), 1));
    let post = scene.model.post(now, samples(&wish));
    assert_eq!(scene.code(&post), 0);
    let delete = scene.model.delete_desired(now, vec![("target_temperature".into(), desired.version)]);
    assert_eq!(scene.code(&delete), 0);
    assert!(scene.known().desired().is_empty());
}

#[test]
fn a_command_that_is_answered_too_late_has_timed_out() {
    let mut scene = Scene::new();
    let id = scene.command("clean_filter", &json!({"minutes": 3}), SYNC).unwrap();
    scene.world.run(Duration::from_millis(5001));
    assert_eq!(scene.known().end_of(&id).unwrap().end, CallEnd::Overdue);
    let [Change::Called { call, .. }] = &scene.take()[..] else { panic!() };
    let output = object(&json!({"done": 1}));
    let reply =
        scene.model.answer_command(&call.request_id, CommandAnswer { code: RetCode(0), output }).unwrap();
    assert_eq!(scene.say(&reply), []);
    let ended = scene.known().end_of(&id).unwrap();
    assert_eq!((&ended.end, ended.late_answers), (&CallEnd::Overdue, 1));
}

#[test]
fn a_device_that_does_not_subscribe_gets_no_command() {
    let (mut world, device) = World::online();
    let now = world.now;
    world.platform.set_template(now, PRODUCT, Template::parse(DEMO_MODEL).unwrap()).unwrap();
    let who = simulated::device();
    let id = world.platform.send_command(now, &who, "clean_filter", Object::new(), SYNC).unwrap();
    world.run(Duration::from_secs(5));
    assert!(world.inbox(device).is_empty());
    let known = &world.platform.registry().device(&who).unwrap().model;
    assert_eq!(known.end_of(&id).unwrap().end.code(), RetCode::COMMAND_TIMEOUT);
}

#[test]
fn a_lost_answer_is_given_up_and_the_next_report_stands() {
    let mut scene = Scene::new();
    scene.world.platform.faults = Faults { lose_messages: 1.0, ..Faults::default() };
    let post = scene.model.post(scene.world.now, samples(&json!({"temperature": 21})));
    assert_eq!(scene.say(&post), []);
    scene.world.run(PATIENCE);
    assert_eq!(scene.model.expire(scene.world.now).len(), 1);
    assert_eq!(scene.model.properties()["temperature"].standing, Standing::Unanswered("1".into()));

    scene.world.platform.faults = Faults::default();
    let post = scene.model.post(scene.world.now, samples(&json!({"temperature": 21})));
    assert_eq!(scene.code(&post), 0);
    assert_eq!(scene.model.properties()["temperature"].standing, Standing::Accepted);
}

#[test]
fn a_slow_platforms_answer_is_late_and_counts() {
    let mut scene = Scene::new();
    scene.world.platform.choices.service_delay = PATIENCE + SECOND;
    let post = scene.model.post(scene.world.now, samples(&json!({"temperature": 21})));
    assert_eq!(scene.say(&post), []);
    scene.world.run(PATIENCE);
    assert_eq!(scene.model.expire(scene.world.now).len(), 1);
    scene.world.run(SECOND);
    assert!(matches!(&scene.take()[..], [Change::Late(_)]));
    assert_eq!(scene.model.properties()["temperature"].standing, Standing::Accepted);
}

#[test]
fn another_devices_thing_model_is_out_of_reach() {
    let mut scene = Scene::new();
    let other = simulated::other();
    let body = r#"{"RequestID":"1","Property":{"temperature":{"Value":21}}}"#;
    scene.world.publish(scene.device, &T::PropertyPost.of(&other), body, QoS::AtLeastOnce).unwrap();
    let known = &scene.world.platform.registry().device(&other).unwrap().model;
    assert!(known.values().is_empty());
    let granted = scene.world.subscribe(scene.device, &T::PropertyPostReply.of(&other), QoS::AtLeastOnce);
    assert_eq!(granted, None);
    // What only the rule engine sees can neither be subscribed nor published.
    let document = T::PropertyDocument.of(&simulated::device());
    assert_eq!(scene.world.subscribe(scene.device, &document, QoS::AtLeastOnce), None);
}

#[test]
fn a_call_that_is_delivered_twice_is_carried_out_once() {
    let mut scene = Scene::new();
    let id = scene.command("clean_filter", &json!({"minutes": 3}), CommandKind::Async).unwrap();
    let [message] = &scene.world.inbox(scene.device)[..] else { panic!() };
    let now = scene.world.now;
    let first = scene.model.receive(now, T::Command, &message.payload).unwrap();
    assert!(matches!(first, Change::Called { .. }));
    // As a platform does that has lost our PUBACK.
    let second = scene.model.receive(now, T::Command, &message.payload).unwrap();
    assert_eq!(second, Change::Repeated { request_id: id.clone(), reply: None });
    assert_eq!(scene.model.commands().count(), 1);
}
