//! Firmware upgrades over the wire: the documents' exchanges (ota.md), the device's side against the platform's.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use std::time::Duration;

use serde_json::{Value, json};
use simulated::*;
use uiot_testbench::mqtt::{ConnectOptions, QoS};
use uiot_testbench::simulator::TraceEvent;
use uiot_testbench::simulator::services::ota::{Content, FetchError};
use uiot_testbench::uiot::ota::{
    DEFAULT_MODULE, Ended, ErrCode, Offer, Ota, OtaEvent, Percent, ProgressState, UpgradeState,
};
use uiot_testbench::uiot::{Direction, Outgoing, RetCode, SystemTopic};

/// A device that is online and listens, with the reducer that speaks for it; firmware 1.0 and 2.0 of `default`, 1.0 of
/// `wifi`.
struct Workshop {
    world: World,
    handle: Handle,
    ota: Ota,
}

impl Workshop {
    fn new() -> Self {
        Self::with(&static_options())
    }

    fn with(options: &ConnectOptions) -> Self {
        let mut world = World::new();
        world.platform.add_firmware_module(PRODUCT, "wifi").unwrap();
        for (module, version) in [("default", "1.0"), ("default", "2.0"), ("wifi", "1.0")] {
            let content = Content::Made { size: 4233 };
            world.platform.add_firmware(PRODUCT, module, version, "", content).unwrap();
        }
        let handle = world.connected(options);
        world.listen(handle, &device(), SystemTopic::OtaDownstream);
        Self { world, handle, ota: Ota::new(device()) }
    }

    /// The same, version 1.0 of `default` reported.
    fn reported() -> Self {
        let mut shop = Self::new();
        let report = shop.ota.report_version(DEFAULT_MODULE, "1.0").unwrap();
        shop.publish(report);
        shop
    }

    fn publish(&mut self, outgoing: Outgoing) {
        self.world.publish(self.handle, &outgoing.topic, outgoing.payload, outgoing.qos).unwrap();
    }

    fn push(&mut self, version: &str) -> Result<(), RetCode> {
        let result = self.world.platform.push_firmware(self.world.now, &device(), DEFAULT_MODULE, version);
        self.world.settle();
        result
    }

    /// Takes the one message that came.
    fn hear(&mut self) -> OtaEvent {
        let inbox = self.world.inbox(self.handle);
        assert_eq!(inbox.len(), 1, "{inbox:?}");
        assert_eq!(inbox[0].topic, SystemTopic::OtaDownstream.of(&device()));
        self.ota.receive(&inbox[0].payload).unwrap()
    }

    fn progress(&mut self, state: ProgressState, percent: u8) {
        let percent = Percent::new(percent).unwrap();
        let progress = self.ota.report_progress(DEFAULT_MODULE, state, percent).unwrap();
        self.publish(progress);
    }

    fn state(&self) -> Option<UpgradeState> {
        let status = self.world.platform.firmware_status(PRODUCT);
        let mut of_device =
            status.into_iter().filter(|status| status.device == device() && status.module == DEFAULT_MODULE);
        of_device.next().unwrap().status.map(|status| status.state)
    }

    /// Says a body as it stands.
    fn say(&mut self, body: &Value) {
        self.world.say(self.handle, &device(), SystemTopic::OtaUpstream, body.to_string());
    }

    fn settled(&self) -> Vec<RetCode> {
        let trace = self.world.trace().into_iter();
        trace
            .filter_map(|event| match event {
                TraceEvent::Settled { topic: SystemTopic::OtaDownstream, code, .. } => Some(*code),
                _ => None,
            })
            .collect()
    }
}

#[test]
fn an_upgrade_from_report_to_success() {
    let mut shop = Workshop::new();
    assert_eq!(shop.state(), None, "未上报");
    assert_eq!(shop.push("2.0"), Err(RetCode::VERSION_UNREPORTED));
    let report = shop.ota.report_version(DEFAULT_MODULE, "1.0").unwrap();
    shop.publish(report);
    assert_eq!(shop.state(), Some(UpgradeState::Initial));

    shop.push("2.0").unwrap();
    assert_eq!(shop.hear(), OtaEvent::Ordered { module: "default".into(), offer: Offer::New });
    assert_eq!(shop.state(), Some(UpgradeState::Pending));
    let update = shop.ota.modules()[DEFAULT_MODULE].upgrade.as_ref().unwrap().update.clone();
    let now = shop.world.now;
    let bytes = shop.world.platform.fetch_firmware(now, &update.url).unwrap();
    assert_eq!(bytes.len() as u64, update.size);
    shop.progress(ProgressState::Downloading, 50);
    assert_eq!(shop.state(), Some(UpgradeState::Downloading));
    shop.progress(ProgressState::Burning, 50);
    assert_eq!(shop.state(), Some(UpgradeState::Burning));
    let success = shop.ota.report_success(DEFAULT_MODULE, &update.version).unwrap();
    shop.publish(success);
    assert_eq!(shop.state(), Some(UpgradeState::Succeeded));
    assert_eq!(shop.settled(), [RetCode::SUCCESS]);
    assert_eq!(shop.push("2.0"), Err(RetCode::VERSION_IS_CURRENT));
    assert!(shop.world.inbox(shop.handle).is_empty(), "no report is answered");
}

#[test]
fn the_documents_bodies_replayed() {
    let mut shop = Workshop::new();
    shop.say(&json!({"Method":"report_version","Payload":{"Module":"default","Version":"1.0"}}));
    shop.push("2.0").unwrap();
    let order = shop.world.answer(shop.handle, &SystemTopic::OtaDownstream.of(&device()));
    assert_eq!(order["Method"], "update_firmware");
    assert!(order["Payload"]["URL"].is_string() && order["Payload"]["MD5"].is_string());
    assert_eq!(order["Payload"]["Size"], 4233);
    // Samples of two revisions of the page: with a module and without State, with State and without a module.
    shop.say(&json!({"Method":"report_progress","Payload":{"Module":"default","Version":"2.0"}}));
    assert_eq!(shop.state(), Some(UpgradeState::Downloading));
    shop.say(&json!({"Method":"report_progress","Payload":{"State":"downloading","Percent":50}}));
    shop.say(&json!({"Method":"report_progress","Payload":{"Module":"default","State":"burning"}}));
    assert_eq!(shop.state(), Some(UpgradeState::Burning));
    shop.say(&json!({"Method":"report_success","Payload":{"Module":"default","Version":"2.0"}}));
    assert_eq!(shop.state(), Some(UpgradeState::Succeeded));
    shop.push("1.0").unwrap();
    shop.world.inbox(shop.handle);
    shop.say(&json!({"Method":"request_firmware","Payload":{"Module":"default","Version":"0.1"}}));
    let order = shop.world.answer(shop.handle, &SystemTopic::OtaDownstream.of(&device()));
    assert_eq!(order["Payload"]["Version"], "1.0");
    shop.say(&json!({"Method":"report_fail","Payload":{"Module":"default","ErrCode":-1}}));
    assert_eq!(shop.state(), Some(UpgradeState::Failed));
    assert_eq!(shop.settled(), [RetCode::SUCCESS, RetCode(-1)]);
    shop.push("1.0").unwrap();
    shop.world.inbox(shop.handle);
    let now = shop.world.now;
    shop.world.platform.cancel_firmware(now, &device(), DEFAULT_MODULE).unwrap();
    shop.world.settle();
    let cancel = shop.world.answer(shop.handle, &SystemTopic::OtaDownstream.of(&device()));
    assert_eq!(cancel, json!({"Method":"cancel_update","Payload":{"Module":"default","Version":"1.0"}}));
}

#[test]
fn progress_goes_with_qos_0_and_all_else_with_qos_1() {
    let mut shop = Workshop::reported();
    shop.push("2.0").unwrap();
    shop.hear();
    shop.progress(ProgressState::Downloading, 1);
    let fail = shop.ota.report_fail(DEFAULT_MODULE, ErrCode::DownloadTimeout).unwrap();
    shop.publish(fail);
    let sent = shop.world.trace().into_iter().filter_map(|event| match event {
        TraceEvent::Message { direction: Direction::Up, qos, .. } => Some(*qos),
        _ => None,
    });
    assert_eq!(sent.collect::<Vec<_>>(), [QoS::AtLeastOnce, QoS::AtMostOnce, QoS::AtLeastOnce]);
}

#[test]
fn an_order_to_an_offline_device_waits_until_it_asks() {
    // Also a session that lasts keeps no order.
    let mut shop = Workshop::with(&ConnectOptions { clean_session: false, ..static_options() });
    let report = shop.ota.report_version(DEFAULT_MODULE, "1.0").unwrap();
    shop.publish(report);
    shop.world.disconnect(shop.handle);
    shop.push("2.0").unwrap();
    assert_eq!(shop.state(), Some(UpgradeState::Pending));
    shop.world.connect(shop.handle);
    assert!(shop.world.inbox(shop.handle).is_empty());
    let request = shop.ota.request_firmware(DEFAULT_MODULE).unwrap();
    shop.publish(request);
    assert_eq!(shop.hear(), OtaEvent::Ordered { module: "default".into(), offer: Offer::New });

    let success = |shop: &mut Workshop| {
        shop.progress(ProgressState::Downloading, 100);
        let success = shop.ota.report_success(DEFAULT_MODULE, "2.0").unwrap();
        shop.publish(success);
    };
    success(&mut shop);
    let request = shop.ota.request_firmware(DEFAULT_MODULE).unwrap();
    shop.publish(request);
    assert!(shop.world.inbox(shop.handle).is_empty(), "nothing waits any more");
}

#[test]
fn an_upgrade_outlives_the_connection() {
    let mut shop = Workshop::reported();
    shop.push("2.0").unwrap();
    shop.hear();
    shop.progress(ProgressState::Downloading, 30);
    shop.world.break_line(shop.handle);
    shop.world.connect(shop.handle);
    assert_eq!(shop.state(), Some(UpgradeState::Downloading));
    let request = shop.ota.request_firmware(DEFAULT_MODULE).unwrap();
    shop.publish(request);
    assert_eq!(shop.hear(), OtaEvent::Ordered { module: "default".into(), offer: Offer::Repeated });
}

#[test]
fn a_cancelled_upgrade_stops_on_both_sides() {
    let mut shop = Workshop::reported();
    shop.push("2.0").unwrap();
    shop.hear();
    shop.progress(ProgressState::Downloading, 30);
    let now = shop.world.now;
    shop.world.platform.cancel_firmware(now, &device(), DEFAULT_MODULE).unwrap();
    shop.world.settle();
    assert!(matches!(shop.hear(), OtaEvent::Cancelled { .. }));
    assert_eq!(shop.ota.modules()[DEFAULT_MODULE].last, Some(Ended::Cancelled { target: "2.0".into() }));
    assert_eq!(shop.state(), Some(UpgradeState::Cancelled));
    shop.push("2.0").unwrap();
    assert!(matches!(shop.hear(), OtaEvent::Ordered { offer: Offer::New, .. }));
}

#[test]
fn success_with_another_version_is_a_failure_and_may_be_retried() {
    let mut shop = Workshop::reported();
    shop.push("2.0").unwrap();
    shop.hear();
    shop.progress(ProgressState::Downloading, 100);
    let success = shop.ota.report_success(DEFAULT_MODULE, "2.0-dirty").unwrap();
    shop.publish(success);
    assert_eq!(shop.state(), Some(UpgradeState::Failed));
    let now = shop.world.now;
    shop.world.platform.retry_firmware(now, &device(), DEFAULT_MODULE).unwrap();
    shop.world.settle();
    assert!(matches!(shop.hear(), OtaEvent::Ordered { .. }));
}

#[test]
fn a_link_that_is_a_day_old_is_answered_with_its_error_code() {
    let mut shop = Workshop::reported();
    shop.push("2.0").unwrap();
    shop.hear();
    let url = shop.ota.modules()[DEFAULT_MODULE].upgrade.as_ref().unwrap().update.url.clone();
    shop.world.run(Duration::from_secs(24 * 60 * 60));
    let now = shop.world.now;
    let error = shop.world.platform.fetch_firmware(now, &url).unwrap_err();
    assert_eq!(error, FetchError::Expired);
    let fail = shop.ota.report_fail(DEFAULT_MODULE, error.err_code()).unwrap();
    shop.publish(fail);
    assert_eq!(shop.settled(), [RetCode(-2)]);
}

#[test]
fn modules_are_upgraded_apart_from_each_other() {
    let mut shop = Workshop::reported();
    let report = shop.ota.report_version("wifi", "0.9").unwrap();
    shop.publish(report);
    shop.push("2.0").unwrap();
    shop.hear();
    let now = shop.world.now;
    shop.world.platform.push_firmware(now, &device(), "wifi", "1.0").unwrap();
    shop.world.settle();
    assert_eq!(shop.hear(), OtaEvent::Ordered { module: "wifi".into(), offer: Offer::New });
    let fail = shop.ota.report_fail("wifi", ErrCode::BurnFailed).unwrap();
    shop.publish(fail);
    assert_eq!(shop.state(), Some(UpgradeState::Pending));
}

#[test]
fn a_module_that_the_product_has_not_is_not_known_of_the_device() {
    let mut shop = Workshop::new();
    let report = shop.ota.report_version("radio", "1.0").unwrap();
    shop.publish(report);
    let known = shop.world.platform.registry().device(&device()).unwrap().ota.modules();
    assert!(known.is_empty());
    assert!(matches!(shop.world.trace().last(), Some(TraceEvent::ServiceError { .. })));
    // With the module goes what was reported of it.
    let report = shop.ota.report_version("wifi", "1.0").unwrap();
    shop.publish(report);
    shop.world.platform.remove_firmware_module(PRODUCT, "wifi").unwrap();
    assert!(shop.world.platform.registry().device(&device()).unwrap().ota.modules().is_empty());
    assert!(shop.world.platform.firmware_status(PRODUCT).iter().all(|status| status.module == "default"));
}

#[test]
fn calls_about_what_there_is_not_have_their_codes() {
    let mut shop = Workshop::reported();
    let (now, platform) = (shop.world.now, &mut shop.world.platform);
    let made = || Content::Made { size: 1 };
    assert_eq!(platform.add_firmware("none", "default", "9", "", made()), Err(RetCode::NO_PRODUCT));
    assert_eq!(platform.add_firmware(PRODUCT, "none", "9", "", made()), Err(RetCode::NO_RECORDS));
    assert_eq!(platform.add_firmware(PRODUCT, "default", "2.0", "", made()), Err(RetCode::FIRMWARE_EXISTS));
    assert_eq!(platform.remove_firmware(PRODUCT, "default", "9"), Err(RetCode::NO_FIRMWARE));
    assert_eq!(platform.push_firmware(now, &device(), "default", "9"), Err(RetCode::NO_FIRMWARE));
    assert_eq!(platform.push_firmware(now, &other(), "default", "2.0"), Err(RetCode::VERSION_UNREPORTED));
    assert_eq!(platform.cancel_firmware(now, &device(), "default"), Err(RetCode::NO_RECORDS));
    assert_eq!(platform.push_firmware(now, &device(), "default", "2.0"), Ok(()));
    assert_eq!(platform.push_firmware(now, &device(), "default", "1.0"), Err(RetCode::OTA_RUNNING));
}
