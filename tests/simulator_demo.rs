//! The demo product lives: its device reports and answers, its application asks.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use std::time::Duration;

use serde_json::Value;
use simulated::*;
use uiot_testbench::mqtt::{ConnectReturnCode, QoS};
use uiot_testbench::simulator::demo::{self, Firmware};
use uiot_testbench::simulator::services::model::CallEnd;
use uiot_testbench::simulator::{Platform, TraceEvent};
use uiot_testbench::uiot::services::Services;
use uiot_testbench::uiot::{AuthMode, Direction, RetCode, SystemTopic};

/// A world whose platform is as in the page, with the demo device online and its firmware running.
struct Demo {
    world: World,
    device: Handle,
    firmware: Firmware,
    services: Services,
    credential: uiot_testbench::uiot::Credential,
}

impl Demo {
    fn start() -> Self {
        let mut world = World::new();
        world.platform = Platform::new(WALL, 7);
        let demo = demo::install(&mut world.platform, world.now);
        world.platform.run_application(world.now, demo::PRODUCT, true);
        let options = options(&demo.credential, AuthMode::Static, demo.secret.expose());
        let device = world.connected(&options);
        for topic in SystemTopic::ALL.iter().filter(|topic| topic.direction() == Direction::Down) {
            if ["tmodel/", "shadow/", "ota/"].iter().any(|service| topic.suffix().starts_with(service)) {
                world.listen(device, &demo.credential, *topic);
            }
        }
        let mut firmware = Firmware::new(3);
        let mut services = Services::new(demo.credential.clone(), "t-");
        Firmware::drive(&mut services);
        firmware.online(world.now, &mut services);
        Self { world, device, firmware, services, credential: demo.credential }
    }

    /// Lets the firmware run for so long, in steps of a tenth of a second, as its alarms would.
    fn run(&mut self, seconds: u64) {
        for _ in 0..seconds * 10 {
            for message in self.world.inbox(self.device) {
                let now = self.world.now;
                if let Some(heard) = self.services.receive(now, &message.topic, &message.payload) {
                    self.firmware.heard(now, &mut self.services, &heard);
                }
            }
            if self.firmware.wake_at().is_some_and(|at| at <= self.world.now) {
                self.firmware.woken(self.world.now, &mut self.services);
            }
            if self.services.next_due().is_some_and(|at| at <= self.world.now) {
                self.services.woken(self.world.now);
            }
            while let Some(outgoing) = self.services.poll() {
                self.world.publish(self.device, &outgoing.topic, outgoing.payload, outgoing.qos).unwrap();
            }
            self.world.run(Duration::from_millis(100));
        }
    }

    /// The connection goes, something happens meanwhile, and it comes back.
    fn away(&mut self, meanwhile: impl FnOnce(&mut World, &uiot_testbench::uiot::Credential)) {
        self.world.disconnect(self.device);
        self.services.disconnected();
        meanwhile(&mut self.world, &self.credential);
        assert_eq!(self.world.connect(self.device), Some(ConnectReturnCode::Accepted));
        self.firmware.online(self.world.now, &mut self.services);
    }

    fn known(&self) -> &uiot_testbench::simulator::Device {
        self.world.platform.registry().device(&self.credential).unwrap()
    }
}

#[test]
fn the_device_reports_values_that_drift_and_no_report_is_refused() {
    let mut demo = Demo::start();
    demo.run(2);
    let value = |demo: &Demo, of: &str| demo.known().model.values()[of].value.as_f64().unwrap();
    let before = (value(&demo, "temperature"), value(&demo, "humidity"));
    demo.run(60);
    let after = (value(&demo, "temperature"), value(&demo, "humidity"));
    assert!(before.0 != after.0 && before.1 != after.1, "{before:?} {after:?}");
    assert!((16.0..32.0).contains(&after.0) && (30.0..=90.0).contains(&after.1), "{after:?}");
    let errors: Vec<_> = demo
        .world
        .trace()
        .into_iter()
        .filter(|event| matches!(event, TraceEvent::ServiceError { .. } | TraceEvent::Failed { .. }))
        .cloned()
        .collect();
    assert_eq!(errors, []);
    assert!(demo.known().model.events().any(|event| event.identifier == "fault"));
}

#[test]
fn the_application_sets_and_commands_and_the_device_answers() {
    let mut demo = Demo::start();
    demo.run(130);
    let ends: Vec<_> = demo.known().model.ended().map(|ended| ended.end.clone()).collect();
    assert!(ends.len() >= 4, "{ends:?}");
    for end in ends {
        assert!(matches!(&end, CallEnd::Answered { code, .. } if *code == RetCode::SUCCESS), "{end:?}");
    }
    // What was set is what the device reports from then on.
    assert!(demo.known().model.values().contains_key("target_temperature"));
    let document = demo.world.platform.shadow_document(demo.world.now, &demo.credential).unwrap();
    let reported = document.state.reported.unwrap();
    assert!(reported.contains_key("brightness"), "{reported:?}");
}

#[test]
fn the_device_takes_an_upgrade_to_its_end() {
    let mut demo = Demo::start();
    demo.run(1);
    let now = demo.world.now;
    demo.world.platform.push_firmware(now, &demo.credential, "default", "1.1.0").unwrap();
    demo.run(12);
    let status = demo.world.platform.firmware_status(demo::PRODUCT);
    let text = format!("{status:?}");
    assert!(text.contains("state: Succeeded") && text.contains("1.1.0"), "{text}");
}

#[test]
fn what_is_uploaded_comes_back() {
    let mut demo = Demo::start();
    let set = format!("/{}/{}/set", demo::PRODUCT, demo::DEVICE);
    assert_eq!(demo.world.subscribe(demo.device, &set, QoS::AtLeastOnce), Some(QoS::AtLeastOnce));
    let upload = format!("/{}/{}/upload", demo::PRODUCT, demo::DEVICE);
    demo.world.publish(demo.device, &upload, r#"{"hello":1}"#, QoS::AtMostOnce).unwrap();
    let answer: Value = demo.world.answer(demo.device, &set);
    assert_eq!(answer["hello"], 1);
}

#[test]
fn the_other_devices_register_dynamically() {
    let mut world = World::new();
    world.platform = Platform::new(WALL, 7);
    let demo = demo::install(&mut world.platform, world.now);
    let other = uiot_testbench::uiot::Credential::new(demo::PRODUCT, "sim-device-03");
    let options = options(&other, AuthMode::Dynamic, demo.product_secret.expose());
    assert_eq!(world.try_connect(&options), Some(ConnectReturnCode::Accepted));
}

#[test]
fn each_number_is_a_device_of_its_own_and_all_can_be_online_together() {
    let mut world = World::new();
    world.platform = Platform::new(WALL, 7);
    let first = demo::install(&mut world.platform, world.now);
    assert_eq!(demo::device(&mut world.platform, 1).as_ref(), Some(&first));
    let mut names = std::collections::BTreeSet::new();
    for number in 1..=50 {
        let lent = demo::device(&mut world.platform, number).unwrap();
        assert_eq!(demo::device(&mut world.platform, number).as_ref(), Some(&lent), "asked for again");
        let options = options(&lent.credential, AuthMode::Static, lent.secret.expose());
        assert_eq!(world.try_connect(&options), Some(ConnectReturnCode::Accepted));
        names.insert(lent.credential.device_sn);
    }
    assert_eq!(names.len(), 50);
    let product = world.platform.registry().product(demo::PRODUCT).unwrap();
    assert_eq!(product.devices.values().filter(|device| device.online).count(), 50);
}

#[test]
fn installing_twice_changes_nothing() {
    let mut platform = Platform::new(WALL, 7);
    let now = uiot_testbench::mqtt::Moment::ZERO;
    let first = demo::install(&mut platform, now);
    let secrets = |platform: &Platform| {
        let product = platform.registry().product(demo::PRODUCT).unwrap();
        product.devices.values().map(|device| device.secret.clone()).collect::<Vec<_>>()
    };
    let before = secrets(&platform);
    assert_eq!(demo::install(&mut platform, now), first);
    assert_eq!(secrets(&platform), before);
}

#[test]
fn what_was_wanted_while_the_device_was_away_is_done_when_it_is_back() {
    let mut demo = Demo::start();
    demo.run(1);
    demo.away(|world, device| {
        let now = world.now;
        let wish = serde_json::json!({"target_temperature": 19});
        world.platform.set_property(now, device, wish.as_object().unwrap().clone(), true).unwrap();
        let wish = serde_json::json!({"brightness": 70});
        world.platform.set_desired_shadow(now, device, wish.as_object().unwrap(), None).unwrap();
    });
    demo.run(5);
    assert_eq!(demo.known().model.values()["target_temperature"].value, 19);
    assert!(demo.known().model.desired().is_empty(), "{:?}", demo.known().model.desired());
    let document = demo.world.platform.shadow_document(demo.world.now, &demo.credential).unwrap();
    assert_eq!(document.state.reported.unwrap()["brightness"], 70);
    assert!(document.state.desired.is_none_or(|desired| desired.is_empty()));
}

#[test]
fn an_upgrade_goes_on_after_a_loss_and_one_that_was_ordered_meanwhile_begins() {
    for wait in [0, 2, 7] {
        let mut demo = Demo::start();
        demo.run(1);
        let order = |world: &mut World, device: &uiot_testbench::uiot::Credential| {
            world.platform.push_firmware(world.now, device, "default", "1.1.0").unwrap();
        };
        if wait == 0 {
            demo.away(order);
        } else {
            let credential = demo.credential.clone();
            order(&mut demo.world, &credential);
            demo.run(wait);
            demo.away(|_, _| {});
        }
        demo.run(12);
        let status = format!("{:?}", demo.world.platform.firmware_status(demo::PRODUCT));
        assert!(status.contains("state: Succeeded"), "after {wait} s: {status}");
    }
}

#[test]
fn a_shadow_edit_that_met_another_version_is_sent_again() {
    let mut demo = Demo::start();
    demo.run(1);
    let wish = serde_json::json!({"brightness": 30});
    let now = demo.world.now;
    demo.world.platform.set_desired_shadow(now, &demo.credential, wish.as_object().unwrap(), None).unwrap();
    // The version runs away before the device has answered.
    let other = serde_json::json!({"volume": 3});
    demo.world.run(Duration::from_millis(100));
    for message in demo.world.inbox(demo.device) {
        let now = demo.world.now;
        if let Some(heard) = demo.services.receive(now, &message.topic, &message.payload) {
            demo.firmware.heard(now, &mut demo.services, &heard);
        }
    }
    let now = demo.world.now;
    demo.world.platform.set_desired_shadow(now, &demo.credential, other.as_object().unwrap(), None).unwrap();
    demo.world.inbox(demo.device);
    demo.run(5);
    let document = demo.world.platform.shadow_document(demo.world.now, &demo.credential).unwrap();
    let reported = document.state.reported.unwrap();
    assert_eq!((&reported["brightness"], &reported["volume"]), (&30.into(), &3.into()));
}
