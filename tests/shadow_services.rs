//! The device shadow among the services of a device: what is sent again without a person, what is kept for one, and what the page
//! can tell of it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use std::time::Duration;

use serde_json::{Value, json};
use simulated::*;
use uiot_testbench::simulator::demo::Firmware;
use uiot_testbench::simulator::{Faults, ShadowConflict};
use uiot_testbench::uiot::RetCode;
use uiot_testbench::uiot::services::{Heard, Services};
use uiot_testbench::uiot::shadow::{ANSWER_TIME, Change, Edit, Lost, Shadow, Values};

/// A device online with its services; who answers without a person is the services themselves, or the demo's firmware.
struct Rig {
    world: World,
    handle: Handle,
    services: Services,
    firmware: Option<Firmware>,
    /// Edits that were published.
    edits: Vec<Value>,
}

fn values(value: Value) -> Values {
    value.as_object().unwrap().clone()
}

impl Rig {
    fn new() -> Self {
        let (mut world, handle) = World::online();
        for topic in Shadow::TOPICS {
            world.listen(handle, &device(), topic);
        }
        let mut services = Services::new(device(), "t-");
        services.automation.retry_conflicts = true;
        Self { world, handle, services, firmware: None, edits: Vec::new() }
    }

    fn with_firmware() -> Self {
        let mut rig = Self::new();
        Firmware::drive(&mut rig.services);
        rig.services.automation.accept_desired = false;
        rig.firmware = Some(Firmware::new(1));
        rig
    }

    fn overtake(&mut self) {
        let ahead = |product: &mut uiot_testbench::simulator::Product| {
            let shadow = &mut product.devices.get_mut(DEVICE).unwrap().shadow;
            shadow.set_version(shadow.version() + 7);
        };
        self.world.platform.change_product(PRODUCT, ahead).unwrap();
    }

    fn update(&mut self, reported: Value) {
        let message = self.services.shadow.update(self.world.now, values(reported));
        self.services.send(message);
    }

    /// Lets a few seconds pass, and returns what was heard of the shadow.
    fn run(&mut self) -> Vec<Change> {
        let mut heard = Vec::new();
        for _ in 0..40 {
            while let Some(outgoing) = self.services.poll() {
                if outgoing.topic.ends_with("shadow/upstream") {
                    self.edits.push(serde_json::from_slice(&outgoing.payload).unwrap());
                }
                self.world.publish(self.handle, &outgoing.topic, outgoing.payload, outgoing.qos).unwrap();
            }
            let now = self.world.now;
            for message in self.world.inbox(self.handle) {
                let Some(came) = self.services.receive(now, &message.topic, &message.payload) else {
                    continue;
                };
                if let Some(firmware) = &mut self.firmware {
                    firmware.heard(now, &mut self.services, &came);
                }
                if let Heard::Shadow(change) = came {
                    heard.push(change);
                }
            }
            if self.services.next_due().is_some_and(|at| at <= now) {
                self.services.woken(now);
            }
            if let Some(firmware) = &mut self.firmware
                && firmware.wake_at().is_some_and(|at| at <= now)
            {
                firmware.woken(now, &mut self.services);
            }
            self.world.run(Duration::from_millis(100));
        }
        heard
    }

    fn kept(&self) -> Vec<(i32, bool)> {
        self.services.shadow.refused().map(|kept| (kept.edit.version, kept.by_hand)).collect()
    }
}

#[test]
fn an_edit_that_conflicts_is_sent_once_more_by_itself() {
    for mut rig in [Rig::new(), Rig::with_firmware()] {
        rig.overtake();
        rig.update(json!({"a": 1}));
        let heard = rig.run();
        assert!(matches!(&heard[..], [Change::Conflict(Some(_)), Change::Accepted(_)]), "{heard:?}");
        assert_eq!(rig.edits[1]["Version"], 7);
        assert_eq!((rig.kept(), rig.services.shadow.version()), (vec![], 8));
    }
}

#[test]
fn an_edit_that_conflicts_each_time_is_not_sent_a_third_time() {
    for mut rig in [Rig::new(), Rig::with_firmware()] {
        rig.world.platform.faults =
            Faults { shadow_conflict: Some(ShadowConflict::Every), ..Faults::default() };
        rig.update(json!({"a": 1}));
        rig.update(json!({"b": 2}));
        rig.run();
        assert_eq!(rig.edits.len(), 4, "each twice");
        assert_eq!(rig.kept().len(), 2);
        assert!(rig.kept().iter().all(|(_, by_hand)| *by_hand));
        // A person may go on; that does not begin it anew.
        let again = rig.services.shadow.retry(rig.world.now).unwrap();
        rig.services.send(again);
        rig.run();
        assert_eq!((rig.edits.len(), rig.kept().len()), (5, 2));
        rig.world.platform.faults = Faults::default();
        let again = rig.services.shadow.retry(rig.world.now).unwrap();
        rig.services.send(again);
        assert!(matches!(&rig.run()[..], [Change::Accepted(_)]));
        assert!(rig.services.shadow.discard().is_some());
        assert_eq!((rig.kept(), rig.services.shadow.discard()), (vec![], None));
    }
}

#[test]
fn what_conflicted_before_the_connection_was_lost_or_without_automation_waits_for_a_person() {
    let mut rig = Rig::new();
    rig.services.automation.delay = Duration::from_secs(60);
    rig.overtake();
    rig.update(json!({"a": 1}));
    rig.run();
    assert_eq!(rig.kept(), [(0, false)]);
    rig.services.disconnected();
    assert_eq!(rig.kept(), [(0, true)]);
    assert!(rig.services.shadow.in_doubt(), "what the cloud wants meanwhile is not sent later");
    assert_eq!(rig.services.shadow.retry_once(rig.world.now), None);

    let mut rig = Rig::new();
    rig.services.automation.retry_conflicts = false;
    rig.overtake();
    rig.update(json!({"a": 1}));
    rig.run();
    rig.services.shadow.leave_refused();
    rig.services.automation.retry_conflicts = true;
    rig.overtake();
    rig.update(json!({"b": 2}));
    rig.run();
    assert_eq!(rig.kept(), [(0, true)], "the later edit went through alone");
}

#[test]
fn when_the_document_was_read_and_what_it_holds_is_known() {
    let mut rig = Rig::new();
    assert_eq!((rig.services.shadow_read, rig.services.shadow.revision()), (None, 0));
    rig.update(json!({"id": 123_456_789_012_345_678_u64}));
    rig.run();
    assert_eq!(rig.services.shadow_read, None, "an answer is no document");
    let before = rig.world.now;
    let get = rig.services.shadow.get(rig.world.now);
    rig.services.send(get);
    rig.run();
    assert!(rig.services.shadow_read.is_some_and(|at| at >= before));
    let document = rig.services.shadow.document();
    let platform = rig.world.platform.shadow_document(rig.world.now, &device()).unwrap();
    assert_eq!(
        (&document.state, &document.metadata, document.version),
        (&platform.state, &platform.metadata, 1)
    );
    assert_eq!(document.state.reported.unwrap()["id"], json!(123_456_789_012_345_678_u64));
    let read = rig.services.shadow_read;
    rig.overtake();
    rig.update(json!({"a": 1}));
    rig.run();
    assert!(rig.services.shadow_read > read, "a conflict brings the whole document");
    assert_eq!(rig.services.shadow.revision(), 4);
}

#[test]
fn unknown_fields_of_a_document_stay_in_it() {
    let mut shadow = Shadow::new(device());
    let came = json!({
        "State": {"Reported": {"a": 1}, "Desired": {}, "Else": [1]},
        "Metadata": {"Reported": {"a": {"Timestamp": 5, "By": "x"}}, "Desired": {}, "More": 1},
        "Timestamp": 9, "Version": 3, "Extra": {"b": null},
    });
    shadow.receive(uiot_testbench::uiot::SystemTopic::ShadowGetReply, came.to_string().as_bytes()).unwrap();
    assert_eq!(serde_json::to_value(shadow.document()).unwrap(), came);
}

#[test]
fn a_lost_answer_is_told_until_the_next_document() {
    let mut rig = Rig::new();
    rig.world.platform.faults = Faults { lose_messages: 1.0, ..Faults::default() };
    rig.update(json!({"a": 1}));
    rig.run();
    rig.world.run(ANSWER_TIME);
    rig.run();
    assert!(matches!(rig.services.shadow.lost().collect::<Vec<_>>()[..], [Lost::Edit(_)]));
    rig.world.platform.faults = Faults::default();
    let get = rig.services.shadow.get(rig.world.now);
    rig.services.send(get);
    rig.run();
    assert_eq!(rig.services.shadow.lost().count(), 0);
    assert!(!rig.services.shadow.in_doubt());
}

#[test]
fn a_refusal_is_told_until_a_person_has_seen_it() {
    let mut rig = Rig::new();
    rig.world.platform.switch_shadow(rig.world.now, PRODUCT, false).unwrap();
    let get = rig.services.shadow.get(rig.world.now);
    rig.services.send(get);
    rig.run();
    let refused = |rig: &Rig| match rig.services.shadow.trouble() {
        Some(Change::GetRefused { code, .. }) => Some((false, *code)),
        Some(Change::Refused { edit: Some(_), code, .. }) => Some((true, *code)),
        _ => None,
    };
    assert_eq!(refused(&rig), Some((false, RetCode::SHADOW_DISABLED)));
    rig.world.platform.switch_shadow(rig.world.now, PRODUCT, true).unwrap();
    let get = rig.services.shadow.get(rig.world.now);
    rig.services.send(get);
    rig.run();
    assert_eq!(rig.services.shadow.trouble(), None, "the document settles it");

    rig.world.platform.choices.shadow.out_of_order = true;
    rig.update(json!({"a": 1}));
    rig.run();
    assert_eq!(refused(&rig), Some((true, RetCode::UNAVAILABLE)));
    rig.world.platform.choices.shadow.out_of_order = false;
    rig.update(json!({"b": 1}));
    rig.run();
    assert_eq!(refused(&rig), Some((true, RetCode::UNAVAILABLE)), "another edit does not settle it");
    rig.services.shadow.forget_trouble();
    assert_eq!(rig.services.shadow.trouble(), None);

    let push = br#"{"Method":"reply","Payload":{"RetCode":0},"Version":9}"#;
    let topic = uiot_testbench::uiot::SystemTopic::ShadowDownstream;
    rig.services.shadow.receive(topic, push).unwrap();
    assert_eq!(rig.services.shadow.trouble(), Some(&Change::Unasked { version: Some(9) }));
}

#[test]
fn a_desired_value_is_accepted_by_itself_only_if_that_is_wanted() {
    for accepts in [false, true] {
        let mut rig = Rig::new();
        rig.services.automation.accept_desired = accepts;
        let desired = values(json!({"vent": 1}));
        rig.world.platform.set_desired_shadow(rig.world.now, &device(), &desired, None).unwrap();
        rig.run();
        assert_eq!(rig.edits.len(), usize::from(accepts));
        assert_eq!(rig.services.shadow.desired().is_empty(), accepts);
        let edit: Vec<Edit> =
            rig.edits.iter().map(|edit| serde_json::from_value(edit.clone()).unwrap()).collect();
        assert_eq!(edit, accepts.then(|| Edit::desired_done(1)).into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn answers_in_the_wrong_order_leave_a_doubt_and_no_wrong_version() {
    let mut shadow = Shadow::new(device());
    let topic = uiot_testbench::uiot::SystemTopic::ShadowDownstream;
    let now = uiot_testbench::mqtt::Moment::ZERO;
    shadow.update(now, values(json!({"a": 1})));
    shadow.update(now, values(json!({"a": 2})));
    let answer = |version: i32| {
        json!({"Method": "reply", "Payload": {"RetCode": "0"}, "Version": version, "Timestamp": 9})
            .to_string()
    };
    let change = shadow.receive(topic, answer(2).as_bytes()).unwrap();
    assert!(matches!(change, Change::Accepted(edit) if edit.version == 1));
    assert_eq!(shadow.receive(topic, answer(1).as_bytes()).unwrap(), Change::Unasked { version: Some(1) });
    assert_eq!((shadow.version(), shadow.in_doubt(), &shadow.reported()["a"]), (2, true, &json!(2)));
    assert!(matches!(shadow.lost().collect::<Vec<_>>()[..], [Lost::Edit(edit)] if edit.version == 0));
}
