//! The device shadow (operation_guide.md): a session of ours against the platform.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use std::time::Duration;

use serde_json::{Value, json};
use simulated::*;
use uiot_testbench::mqtt::{ConnectOptions, QoS, State};
use uiot_testbench::simulator::{Faults, Random, TraceEvent};
use uiot_testbench::uiot::shadow::{ANSWER_TIME, Change, Edit, Lost, Shadow, Values};
use uiot_testbench::uiot::{Outgoing, RetCode, SystemTopic};

/// A device online that has subscribed to what its shadow needs.
struct Rig {
    world: World,
    handle: Handle,
    shadow: Shadow,
}

fn values(value: Value) -> Values {
    value.as_object().unwrap().clone()
}

impl Rig {
    fn new() -> Self {
        let (world, handle) = World::online();
        let mut rig = Self { world, handle, shadow: Shadow::new(device()) };
        rig.listen();
        rig
    }

    fn listen(&mut self) {
        for topic in Shadow::TOPICS {
            self.world.listen(self.handle, &device(), topic);
        }
    }

    /// Lets the device do something, and returns what came of it.
    fn act(
        &mut self,
        intent: impl FnOnce(&mut Shadow, uiot_testbench::mqtt::Moment) -> Outgoing,
    ) -> Vec<Change> {
        let outgoing = intent(&mut self.shadow, self.world.now);
        self.world.publish(self.handle, &outgoing.topic, outgoing.payload, outgoing.qos).unwrap();
        self.changes()
    }

    /// The same, where one thing comes of it.
    fn act_once(
        &mut self,
        intent: impl FnOnce(&mut Shadow, uiot_testbench::mqtt::Moment) -> Outgoing,
    ) -> Change {
        let mut changes = self.act(intent);
        assert_eq!(changes.len(), 1, "{changes:?}");
        changes.remove(0)
    }

    /// Takes what came.
    fn changes(&mut self) -> Vec<Change> {
        let prefix = format!("/$system/{PRODUCT}/{DEVICE}/");
        let messages = self.world.inbox(self.handle);
        messages
            .iter()
            .map(|message| {
                let suffix = message.topic.strip_prefix(&prefix).unwrap();
                let (topic, _) = SystemTopic::from_suffix(suffix).unwrap();
                self.shadow.receive(topic, &message.payload).unwrap()
            })
            .collect()
    }

    fn desire(&mut self, desired: Value) -> i32 {
        let now = self.world.now;
        self.world.platform.set_desired_shadow(now, &device(), &values(desired), None).unwrap()
    }

    /// What the device knows is what the platform has.
    fn agrees(&mut self) -> bool {
        let document = self.world.platform.shadow_document(self.world.now, &device()).unwrap();
        document.version == self.shadow.version()
            && document.state.reported.as_ref() == Some(self.shadow.reported())
            && document.state.desired.as_ref() == Some(self.shadow.desired())
    }
}

#[test]
fn get_update_delete_and_reset_over_the_wire() {
    let mut rig = Rig::new();
    assert_eq!(rig.act_once(Shadow::get), Change::Fetched { asked: true });
    let report = values(json!({"temperature": 26, "humidity": 57}));
    assert!(matches!(rig.act_once(|shadow, now| shadow.update(now, report.clone())), Change::Accepted(_)));
    assert_eq!(rig.shadow.version(), 1);
    let seconds = i64::try_from(WALL / 1000).unwrap() + 1;
    assert_eq!(rig.shadow.reported_at("humidity"), Some(seconds), "Unix seconds");
    assert!(matches!(rig.act_once(|shadow, now| shadow.delete(now, ["temperature"])), Change::Accepted(_)));
    assert!(matches!(rig.act_once(Shadow::delete_all), Change::Accepted(_)));
    assert_eq!(rig.shadow.version(), 3);
    assert!(rig.agrees());
    assert!(matches!(rig.act_once(|shadow, now| shadow.reset_version(now, report)), Change::Accepted(_)));
    assert_eq!(rig.shadow.version(), 0);
    assert!(rig.agrees());
    assert_eq!(rig.act_once(Shadow::get), Change::Fetched { asked: true });
    assert!(rig.agrees());
}

#[test]
fn a_wish_of_the_cloud_comes_at_once_and_is_settled() {
    let mut rig = Rig::new();
    rig.act(|shadow, now| shadow.update(now, values(json!({"temperature": 26}))));
    assert_eq!(rig.desire(json!({"temperature": 17})), 2);
    rig.world.settle();
    assert_eq!(rig.changes(), [Change::Desired(values(json!({"temperature": 17})))]);
    assert!(matches!(rig.act_once(Shadow::accept_desired), Change::Accepted(_)));
    assert_eq!(rig.shadow.reported(), &values(json!({"temperature": 17})));
    assert!(rig.agrees());

    rig.desire(json!({"temperature": 99}));
    rig.world.settle();
    rig.changes();
    let own = values(json!({"temperature": 40}));
    assert!(matches!(rig.act_once(|shadow, now| shadow.accept_with(now, own)), Change::Accepted(_)));
    assert_eq!(rig.shadow.reported(), &values(json!({"temperature": 40})));
    assert!(rig.agrees());
}

#[test]
fn a_wish_from_offline_times_is_found_with_get_and_not_pushed() {
    for clean_session in [true, false] {
        let mut world = World::new();
        let handle = world.connected(&ConnectOptions { clean_session, ..static_options() });
        let mut rig = Rig { world, handle, shadow: Shadow::new(device()) };
        rig.listen();
        rig.world.disconnect(handle);
        rig.desire(json!({"temperature": 17}));
        rig.world.connect(handle);
        rig.listen();
        rig.world.run(Duration::from_secs(10));
        assert_eq!(rig.changes(), []);
        assert_eq!(rig.act_once(Shadow::get), Change::Fetched { asked: true });
        assert_eq!(rig.shadow.desired(), &values(json!({"temperature": 17})));
    }
}

#[test]
fn a_conflict_is_found_and_the_edit_goes_again() {
    let mut rig = Rig::new();
    rig.act(Shadow::get);
    rig.world
        .publish(
            rig.handle,
            &SystemTopic::ShadowUpstream.of(&device()),
            r#"{"Method":"update","State":{"Reported":{"a":1}},"Version":0}"#,
            QoS::AtLeastOnce,
        )
        .unwrap();
    rig.world.inbox(rig.handle);
    let change = rig.act_once(|shadow, now| shadow.update(now, values(json!({"b": 2}))));
    assert!(matches!(change, Change::Conflict(Some(_))));
    assert!(rig.agrees());
    let change = rig.act_once(|shadow, now| shadow.retry(now).unwrap());
    assert!(matches!(change, Change::Accepted(_)));
    assert_eq!(rig.shadow.reported(), &values(json!({"a": 1, "b": 2})));
    assert!(rig.agrees());
}

#[test]
fn several_edits_under_way_are_all_taken() {
    let mut rig = Rig::new();
    let edits = (0..8).map(|i| rig.shadow.update(rig.world.now, values(json!({ format!("k{i}"): i }))));
    for outgoing in edits.collect::<Vec<_>>() {
        rig.world.publish(rig.handle, &outgoing.topic, outgoing.payload, outgoing.qos).unwrap();
    }
    assert!(rig.changes().iter().all(|change| matches!(change, Change::Accepted(_))));
    assert_eq!(rig.shadow.version(), 8);
    assert!(rig.agrees());
}

#[test]
fn an_edit_with_a_wrong_version_can_be_sent_on_purpose() {
    let mut rig = Rig::new();
    let change = rig.act_once(|shadow, now| shadow.send(now, Edit::delete_all(41)));
    assert!(matches!(change, Change::Conflict(Some(edit)) if edit.version == 41));
    assert_eq!(rig.shadow.version(), 0);
}

#[test]
fn the_version_overflows_on_both_sides_alike() {
    let mut rig = Rig::new();
    let near = |product: &mut uiot_testbench::simulator::Product| {
        product.devices.get_mut(DEVICE).unwrap().shadow.set_version(i32::MAX);
    };
    rig.world.platform.change_product(PRODUCT, near).unwrap();
    rig.act(Shadow::get);
    for version in [i32::MIN, i32::MIN + 1] {
        let change = rig.act_once(|shadow, now| shadow.update(now, values(json!({"a": version}))));
        assert!(matches!(change, Change::Accepted(_)));
        assert_eq!(rig.shadow.version(), version);
        assert!(rig.agrees());
    }
}

#[test]
fn a_shadow_that_is_switched_off_refuses() {
    let mut rig = Rig::new();
    rig.world.platform.switch_shadow(rig.world.now, PRODUCT, false).unwrap();
    let code = RetCode::SHADOW_DISABLED;
    assert_eq!(rig.act_once(Shadow::get), Change::GetRefused { code, message: None });
    let change = rig.act_once(|shadow, now| shadow.update(now, values(json!({"a": 1}))));
    assert!(matches!(change, Change::Refused { edit: Some(_), code: RetCode::SHADOW_DISABLED, .. }));
    assert_eq!(rig.world.platform.shadow_document(rig.world.now, &device()), Err(code));
    rig.world.platform.switch_shadow(rig.world.now, PRODUCT, true).unwrap();
    assert!(matches!(rig.act_once(Shadow::delete_all), Change::Accepted(_)));
}

#[test]
fn each_change_goes_to_the_rule_engine_and_to_no_device() {
    let mut rig = Rig::new();
    let topic = SystemTopic::ShadowDocument.of(&device());
    assert_eq!(rig.world.subscribe(rig.handle, &topic, QoS::AtLeastOnce), None);
    rig.act(|shadow, now| shadow.update(now, values(json!({"a": 1}))));
    rig.desire(json!({"a": 2}));
    let documents: Vec<Value> = rig
        .world
        .trace()
        .iter()
        .filter_map(|event| match event {
            TraceEvent::RuleEngine { topic: SystemTopic::ShadowDocument, payload } => {
                Some(serde_json::from_slice(payload).unwrap())
            }
            _ => None,
        })
        .collect();
    assert_eq!(documents.len(), 2);
    assert_eq!((&documents[0]["Version"], &documents[1]["Version"]), (&json!(1), &json!(2)));
    assert_eq!(documents[1]["State"], json!({"Reported": {"a": 1}, "Desired": {"a": 2}}));
}

#[test]
fn lost_messages_leave_a_doubt_that_the_next_document_clears() {
    let mut rig = Rig::new();
    rig.act(Shadow::get);
    rig.world.platform.faults = Faults { lose_messages: 1.0, ..Faults::default() };
    assert_eq!(rig.act(|shadow, now| shadow.update(now, values(json!({"a": 1})))), []);
    rig.world.run(ANSWER_TIME);
    rig.shadow.time_out(rig.world.now);
    assert!(matches!(&rig.shadow.take_lost()[..], [Lost::Edit(_)]));
    assert!(rig.shadow.in_doubt());
    rig.world.platform.faults = Faults::default();
    rig.act(Shadow::get);
    assert!(!rig.shadow.in_doubt());
    assert!(rig.agrees());
    rig.act(|shadow, now| shadow.update(now, values(json!({"a": 2}))));
    assert!(rig.agrees());
}

#[test]
fn with_every_third_message_lost_it_still_comes_through() {
    let mut rig = Rig::new();
    rig.world.platform.faults = Faults { lose_messages: 0.33, ..Faults::default() };
    for round in 0..200 {
        rig.act(|shadow, now| shadow.update(now, values(json!({"round": round}))));
        while rig.shadow.refused().count() > 0 {
            rig.act(|shadow, now| shadow.retry(now).unwrap());
        }
        if round % 3 == 0 {
            rig.desire(json!({"wish": round}));
        }
        rig.world.run(Duration::from_secs(1));
        rig.changes();
        rig.shadow.time_out(rig.world.now);
    }
    rig.world.platform.faults = Faults::default();
    rig.world.run(ANSWER_TIME);
    rig.shadow.time_out(rig.world.now);
    rig.act(Shadow::get);
    assert!(rig.agrees() && !rig.shadow.in_doubt());
    let change = rig.act_once(|shadow, now| shadow.update(now, values(json!({"round": "last"}))));
    assert!(matches!(change, Change::Accepted(_)));
    assert!(rig.agrees());
}

#[test]
fn noise_on_the_shadows_topics_harms_nothing() {
    let mut rig = Rig::new();
    let mut random = Random::new(3);
    let good = br#"{"Method":"update","State":{"Reported":{"a":1},"Desired":null},"Version":0}"#;
    for round in 0..2_000 {
        let mut payload = good.to_vec();
        for _ in 0..=random.number() % 4 {
            let at = random.number() as usize % payload.len();
            match random.number() % 3 {
                0 => payload.truncate(at.max(1)),
                1 => payload[at] = random.number() as u8,
                _ => payload.insert(at, b"{}[]\",:0-null"[random.number() as usize % 13]),
            }
        }
        let topic = if round % 5 == 0 { SystemTopic::ShadowGet } else { SystemTopic::ShadowUpstream };
        rig.world.say(rig.handle, &device(), topic, payload);
        for message in rig.world.inbox(rig.handle) {
            let answer = message.json();
            assert!(answer.get("Payload").is_some() || answer.get("State").is_some());
        }
        rig.world.run(Duration::from_millis(50));
    }
    assert_eq!(rig.world.state(rig.handle), State::Online);
    rig.act(Shadow::get);
    assert!(rig.agrees());
}
