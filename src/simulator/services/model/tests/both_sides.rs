//! The device's side against the platform's, message by message.

use super::*;
use crate::uiot::Outgoing;
use crate::uiot::model::messages::{Sample, Samples};
use crate::uiot::model::reducer::{
    Automatic, Call as Told, Change, CommandAnswer, RequestEnd, RequestIds, Standing, ThingModel,
};

struct Pair {
    rig: Rig,
    device: ThingModel,
}

impl Pair {
    fn new() -> Self {
        let rig = Rig::new();
        let device = ThingModel::new(rig.device.clone(), RequestIds::new("t", 1));
        Self { rig, device }
    }

    /// The device's message reaches the platform.
    fn publish(&mut self, message: &Outgoing) {
        let Some(PlatformTopic::System { device, topic, request_id }) = PlatformTopic::parse(&message.topic)
        else {
            panic!("{}", message.topic)
        };
        assert_eq!(device, self.rig.device);
        self.rig.work(|cx, from| services::receive(cx, from, topic, request_id, &message.payload));
    }

    /// The platform's messages reach the device.
    fn deliver(&mut self) -> Vec<Change> {
        let now = self.rig.now;
        let sent = self.rig.sent();
        let take =
            |(topic, body): (T, Value)| self.device.receive(now, topic, body.to_string().as_bytes()).unwrap();
        sent.into_iter().map(take).collect()
    }

    fn ask(&mut self, message: &Outgoing) -> (i64, String) {
        self.publish(message);
        let changes = self.deliver();
        let [Change::Answered(ended)] = &changes[..] else { panic!("{changes:?}") };
        let RequestEnd::Answered { code, message } = &ended.end else { panic!() };
        (code.0, message.clone().unwrap_or_default())
    }
}

fn samples(property: &Value) -> Samples {
    property.as_object().unwrap().iter().map(|(id, value)| (id.clone(), Sample::of(value.clone()))).collect()
}

#[test]
fn the_device_learns_its_model() {
    let mut pair = Pair::new();
    let asked = pair.device.get_template(pair.rig.now);
    assert_eq!(pair.ask(&asked).0, 0);
    assert_eq!(pair.device.template(), Some(&Template::parse(crate::simulator::DEMO_MODEL).unwrap()));
}

#[test]
fn reports_are_taken_and_refused() {
    let mut pair = Pair::new();
    let now = pair.rig.now;
    let post = pair.device.post(now, samples(&json!({"temperature": 21.5, "humidity": 40})));
    assert_eq!(pair.ask(&post), (0, "success".into()));
    assert_eq!(pair.device.properties()["temperature"].standing, Standing::Accepted);
    let post = pair.device.post(now, samples(&json!({"humidity": 400})));
    assert_eq!(pair.ask(&post), (220, "humidity: above the highest value 100".into()));
    assert_eq!(pair.device.properties()["humidity"].standing, Standing::Refused(RetCode::PARAMETER_EXCEEDS));
    assert_eq!(pair.rig.known().values()["humidity"].value, 40);

    // What was refused here is put right by what is saved there.
    pair.rig.pass(Duration::from_secs(1));
    let restore = pair.device.restore(pair.rig.now);
    assert_eq!(pair.ask(&restore).0, 0);
    assert_eq!(pair.device.properties()["humidity"].value, 40);
    assert_eq!(pair.device.properties()["humidity"].standing, Standing::Restored);
    assert_eq!(pair.device.latest_update(), Some(WALL));
}

#[test]
fn a_wish_finds_its_way() {
    let mut pair = Pair::new();
    let now = pair.rig.now;
    pair.rig.offline();
    pair.rig.set(&json!({"target_temperature": 20}), true).unwrap();
    pair.rig.set(&json!({"target_temperature": 22}), true).unwrap();
    pair.rig.online();

    let get = pair.device.get_desired(now, vec!["target_temperature".into()]);
    assert_eq!(pair.ask(&get).0, 0);
    assert_eq!(pair.device.desired()["target_temperature"].version, 2);
    let delete = pair.device.delete_desired(now, vec![("target_temperature".into(), 1)]);
    assert_eq!(pair.ask(&delete).0, 230);
    assert_eq!(pair.device.desired().len(), 1);
    let delete = pair.device.delete_desired(now, vec![("target_temperature".into(), 2)]);
    assert_eq!(pair.ask(&delete).0, 0);
    assert!(pair.device.desired().is_empty());
    assert!(pair.rig.known().desired().is_empty());
}

#[test]
fn an_event_reaches_the_cloud() {
    let mut pair = Pair::new();
    let now = pair.rig.now;
    let event = pair.device.post_event(now, "fault", object(&json!({"code": 7})), Some(5));
    assert_eq!(pair.ask(&event).0, 0);
    assert_eq!(pair.rig.known().events().next().unwrap().time, 5);
    let event = pair.device.post_event(now, "flood", object(&json!({})), None);
    assert_eq!(pair.ask(&event).0, 100_047);
}

#[test]
fn a_set_is_answered_by_hand_or_at_once() {
    for code in [RetCode::SUCCESS, RetCode::PARAMETER_WRONG] {
        for automatic in [false, true] {
            let mut pair = Pair::new();
            let now = pair.rig.now;
            pair.device.automatic.sets = automatic.then_some(code);
            let Ok(SetOutcome::Sent { request_id }) = pair.rig.set(&json!({"power": 1}), false) else {
                panic!()
            };
            let [Change::Called { call, reply, .. }] = &pair.deliver()[..] else { panic!() };
            assert_eq!(call.call, Told::Set(object(&json!({"power": 1}))));
            assert_eq!(reply.is_some(), automatic);
            assert_eq!(pair.device.sets().count(), usize::from(!automatic));
            let reply =
                reply.clone().unwrap_or_else(|| pair.device.answer_set(now, &request_id, code).unwrap());
            pair.publish(&reply);
            assert_eq!(pair.rig.end_of(&request_id).unwrap().code(), code);
            let set = pair.device.properties().get("power");
            assert_eq!(set.map(|known| &known.standing), code.is_success().then_some(&Standing::Set));
            assert_eq!(pair.device.answer_set(now, &request_id, code), None, "once");
        }
    }
}

#[test]
fn a_command_is_answered_by_hand_or_at_once() {
    for automatic in [false, true] {
        let mut pair = Pair::new();
        let answer = CommandAnswer { code: RetCode::SUCCESS, output: object(&json!({"done": 1})) };
        if automatic {
            let commands = Some(BTreeMap::from([("clean_filter".to_owned(), answer.clone())]));
            pair.device.automatic = Automatic { sets: None, commands };
        }
        let id = pair.rig.command("clean_filter", &json!({"minutes": 5}), SYNC).unwrap();
        let [Change::Called { call, reply, .. }] = &pair.deliver()[..] else { panic!() };
        assert_eq!(call.deadline(), pair.rig.now + Duration::from_secs(5));
        pair.rig.pass(Duration::from_secs(2));
        assert_eq!(call.remaining(pair.rig.now), Duration::from_secs(3));
        let reply = reply.clone().unwrap_or_else(|| pair.device.answer_command(&id, answer.clone()).unwrap());
        pair.publish(&reply);
        let end = CallEnd::Answered { code: RetCode::SUCCESS, output: answer.output };
        assert_eq!(pair.rig.end_of(&id), Some(&end));
        assert_eq!(pair.device.commands().count(), 0);
    }
}

#[test]
fn a_command_of_which_nothing_is_known_is_answered_with_an_empty_output() {
    let mut pair = Pair::new();
    pair.device.automatic.commands = Some(BTreeMap::new());
    let id = pair.rig.command("self_test", &json!({"level": 1}), SYNC).unwrap();
    let [Change::Called { reply: Some(reply), .. }] = &pair.deliver()[..] else { panic!() };
    pair.publish(&reply.clone());
    assert_eq!(pair.rig.end_of(&id).unwrap().code(), RetCode::SUCCESS);
}
