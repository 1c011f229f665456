//! The services of one device together: who hears what, and what is answered without a person.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use std::time::Duration;

use serde_json::{Value, json};
use simulated::*;
use uiot_testbench::mqtt::QoS;
use uiot_testbench::simulator::DEMO_MODEL;
use uiot_testbench::simulator::services::model::{CallEnd, CommandKind, SetOutcome};
use uiot_testbench::uiot::model::Template;
use uiot_testbench::uiot::model::messages::Object;
use uiot_testbench::uiot::model::reducer::CommandAnswer;
use uiot_testbench::uiot::services::{Heard, Services, family_of};
use uiot_testbench::uiot::{RetCode, SystemTopic, TopicFamily};

/// A device with its services at the platform; what happens by itself is in the hands of the test.
struct Bench {
    world: World,
    device: Handle,
    services: Services,
}

fn object(value: Value) -> Object {
    value.as_object().unwrap().clone()
}

impl Bench {
    fn new() -> Self {
        let (mut world, device) = World::online();
        world.platform.set_template(world.now, PRODUCT, Template::parse(DEMO_MODEL).unwrap()).unwrap();
        let credential = simulated::device();
        for topic in SystemTopic::to_subscribe() {
            world.listen(device, &credential, topic);
        }
        Self { world, device, services: Services::new(credential, "t-") }
    }

    /// Hands on what came, does what is due and publishes what is said, for so many tenths of a second.
    fn run(&mut self, tenths: u32) {
        for _ in 0..tenths {
            let now = self.world.now;
            for message in self.world.inbox(self.device) {
                self.services.receive(now, &message.topic, &message.payload);
            }
            if self.services.next_due().is_some_and(|at| at <= now) {
                self.services.woken(now);
            }
            while let Some(said) = self.services.poll() {
                self.world.publish(self.device, &said.topic, said.payload, said.qos).unwrap();
            }
            self.world.run(Duration::from_millis(100));
        }
    }

    /// The RequestID of what the platform asked.
    fn set(&mut self, property: Value) -> String {
        let now = self.world.now;
        match self.world.platform.set_property(now, &simulated::device(), object(property), false) {
            Ok(SetOutcome::Sent { request_id }) => request_id,
            other => panic!("{other:?}"),
        }
    }

    fn command(&mut self, identifier: &str, input: Value) -> String {
        let kind = CommandKind::Sync(Duration::from_secs(5));
        let now = self.world.now;
        self.world.platform.send_command(now, &simulated::device(), identifier, object(input), kind).unwrap()
    }

    fn end_of(&self, request_id: &str) -> Option<CallEnd> {
        let registry = self.world.platform.registry();
        registry.device(&simulated::device()).unwrap().model.end_of(request_id).map(|ended| ended.end.clone())
    }
}

#[test]
fn a_property_set_is_answered_by_itself_and_a_command_waits_for_a_person() {
    let mut bench = Bench::new();
    let set = bench.set(json!({ "power": 1 }));
    let command = bench.command("self_test", json!({ "level": 1 }));
    bench.run(5);
    let answered = CallEnd::Answered { code: RetCode::SUCCESS, output: Object::new() };
    assert_eq!(bench.end_of(&set), Some(answered));
    assert_eq!(bench.end_of(&command), None);
    assert_eq!(bench.services.model.commands().count(), 1);
    assert_eq!(bench.services.model.properties()["power"].value, json!(1));
}

#[test]
fn a_set_can_be_refused_by_itself_or_left_to_a_person() {
    let mut bench = Bench::new();
    bench.services.automation.sets = Some(RetCode(210));
    let refused = bench.set(json!({ "power": 1 }));
    bench.run(3);
    assert!(format!("{:?}", bench.end_of(&refused)).contains("RetCode(210)"));
    assert!(!bench.services.model.properties().contains_key("power"), "what was refused is not the device's");
    bench.services.automation.sets = None;
    let waits = bench.set(json!({ "power": 0 }));
    bench.run(3);
    assert_eq!(bench.end_of(&waits), None);
    assert_eq!(bench.services.model.sets().next().unwrap().request_id, waits);
}

#[test]
fn a_command_is_answered_by_itself_with_what_was_laid_down_for_it() {
    let mut bench = Bench::new();
    bench.services.automation.commands = true;
    let output = object(json!({ "result": 0, "duration": 17 }));
    let answer = CommandAnswer { code: RetCode::SUCCESS, output: output.clone() };
    bench.services.automation.answers.insert("self_test".into(), answer);
    let command = bench.command("self_test", json!({ "level": 2 }));
    bench.run(3);
    assert_eq!(bench.end_of(&command), Some(CallEnd::Answered { code: RetCode::SUCCESS, output }));
}

#[test]
fn an_answer_takes_as_long_as_it_was_told_to() {
    let mut bench = Bench::new();
    bench.services.automation.delay = Duration::from_secs(2);
    let set = bench.set(json!({ "power": 1 }));
    bench.run(15);
    assert_eq!(bench.end_of(&set), None);
    bench.run(15);
    assert!(bench.end_of(&set).is_some());
}

#[test]
fn what_was_left_to_a_person_meanwhile_is_not_answered() {
    let mut bench = Bench::new();
    bench.services.automation.delay = Duration::from_secs(1);
    bench.services.automation.commands = true;
    let set = bench.set(json!({ "power": 1 }));
    let command = bench.command("self_test", json!({ "level": 1 }));
    bench.run(2);
    bench.services.automation.sets = None;
    bench.services.automation.commands = false;
    bench.run(20);
    assert_eq!((bench.end_of(&set), bench.end_of(&command)), (None, None));
    assert_eq!((bench.services.model.sets().count(), bench.services.model.commands().count()), (1, 1));
}

#[test]
fn what_was_to_be_answered_later_dies_with_the_connection() {
    let mut bench = Bench::new();
    bench.services.automation.delay = Duration::from_secs(1);
    bench.set(json!({ "power": 1 }));
    bench.run(2);
    assert!(bench.services.next_due().is_some());
    bench.services.disconnected();
    bench.services.woken(bench.world.now + Duration::from_secs(5));
    assert_eq!(bench.services.poll(), None);
}

#[test]
fn what_is_desired_in_the_shadow_is_accepted_by_itself_if_wanted() {
    let mut bench = Bench::new();
    let wish = object(json!({ "brightness": 30 }));
    for accepts in [false, true] {
        bench.services.automation.accept_desired = accepts;
        let now = bench.world.now;
        bench.world.platform.set_desired_shadow(now, &simulated::device(), &wish, None).unwrap();
        bench.run(5);
        let now = bench.world.now;
        let document = bench.world.platform.shadow_document(now, &simulated::device()).unwrap();
        let reported = document.state.reported.unwrap_or_default();
        assert_eq!(reported.contains_key("brightness"), accepts);
    }
}

#[test]
fn each_message_goes_to_its_service_and_what_cannot_be_read_is_remembered() {
    let mut bench = Bench::new();
    let (now, device) = (bench.world.now, simulated::device());
    let mut hear = |topic: &str, payload: &[u8]| bench.services.receive(now, topic, payload);
    let of = |topic: SystemTopic| topic.of(&device);
    let control = br#"{"Method":"control","Payload":{"RetCode":0,"State":{"Desired":{"a":1}}},"Version":3}"#;
    assert!(matches!(hear(&of(SystemTopic::ShadowDownstream), control), Some(Heard::Shadow(_))));
    let set = br#"{"RequestID":"428817530948214784","Property":{"power":1}}"#;
    assert!(matches!(hear(&of(SystemTopic::PropertySet), set), Some(Heard::Model(_))));
    let update = br#"{"Method":"update_firmware","Payload":{"Module":"default","Version":"2","URL":"http://a","MD5":"","Size":1}}"#;
    assert!(matches!(hear(&of(SystemTopic::OtaDownstream), update), Some(Heard::Ota(_))));
    let notice = br#"{"RequestID":"1","Params":[]}"#;
    assert!(matches!(hear(&of(SystemTopic::SubDisable), notice), Some(Heard::Gateway(_))));
    assert!(matches!(hear(&of(SystemTopic::OtaDownstream), b"<html>"), Some(Heard::Misread(_))));
    // A remark on what was misread quotes no secret.
    let secret = br#"{"RequestID":"1","RetCode":0,"Data":["simdevsecret0009"]}"#;
    let Some(Heard::Misread(misread)) = hear(&of(SystemTopic::SubRegisterReply), secret) else {
        panic!("it was understood")
    };
    assert!(!misread.why.contains("simdevsecret0009"), "{}", misread.why);
    assert_eq!(hear("/simproduct000001/sim-device-01/set", b"{}"), None);
    assert_eq!(hear(&SystemTopic::PropertySet.of(&simulated::other()), set), None, "not for this device");
    assert_eq!(
        bench.services.misread().keys().collect::<Vec<_>>(),
        [&TopicFamily::Ota, &TopicFamily::Gateway]
    );
}

#[test]
fn the_family_of_a_topic_is_told_without_taking_it_apart() {
    let device = simulated::device();
    for topic in SystemTopic::ALL.iter().filter(|topic| **topic != SystemTopic::CommandReply) {
        assert_eq!(family_of(topic.of(&device).as_bytes(), &device), Some(topic.family()));
    }
    let reply = SystemTopic::command_reply_of(&device, "428817530948214784");
    assert_eq!(family_of(reply.as_bytes(), &device), Some(TopicFamily::Commands));
    for other in
        ["/simproduct000001/sim-device-01/set", "/$system/simproduct000001/sim-device-011/shadow/get", ""]
    {
        assert_eq!(family_of(other.as_bytes(), &device), None);
    }
    assert_eq!(family_of(b"/$system/simproduct000001/sim-device-01/\xff", &device), None);
}

#[test]
fn a_request_that_nobody_answers_is_given_up_in_its_time() {
    let mut bench = Bench::new();
    let now = bench.world.now;
    let get = bench.services.shadow.get(now);
    let template = bench.services.model.get_template(now);
    assert_eq!((get.qos, template.qos), (QoS::AtLeastOnce, QoS::AtLeastOnce));
    // Neither is sent.
    let mut wakes = 0;
    while let Some(at) = bench.services.next_due() {
        bench.services.woken(at);
        wakes += 1;
        assert!(wakes < 10);
    }
    assert_eq!(bench.services.shadow.take_lost().len(), 1);
    assert_eq!(bench.services.model.ended().count(), 1);
}
