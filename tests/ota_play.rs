//! Upgrades that are played, against the simulated platform: what its console shows of each outcome.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use std::time::Duration;

use simulated::*;
use uiot_testbench::simulator::TraceEvent;
use uiot_testbench::simulator::services::ota::{Content, FetchError, ModuleState};
use uiot_testbench::uiot::ota::{
    Check, DEFAULT_MODULE, Ended, ErrCode, OtaError, Outcome, Percent, Plan, Point, ProgressState, Standing,
    UpgradeState,
};
use uiot_testbench::uiot::services::Services;
use uiot_testbench::uiot::{Outgoing, RetCode, SystemTopic};

/// A device that is online, listens, and has reported version 1.0 of `default` and `wifi`; there is a 2.0 of both.
struct Bench {
    world: World,
    handle: Handle,
    services: Services,
}

const fn at(state: ProgressState, percent: u8) -> Point {
    Point { state, percent: Percent::new(percent).unwrap() }
}

const DOWNLOADING: ProgressState = ProgressState::Downloading;
const BURNING: ProgressState = ProgressState::Burning;

impl Bench {
    fn new(outcome: Outcome) -> Self {
        let mut world = World::new();
        world.platform.add_firmware_module(PRODUCT, "wifi").unwrap();
        for (module, version) in [("default", "2.0"), ("default", "3.0"), ("wifi", "2.0")] {
            world.platform.add_firmware(PRODUCT, module, version, "", Content::Made { size: 4233 }).unwrap();
        }
        let handle = world.connected(&static_options());
        world.listen(handle, &device(), SystemTopic::OtaDownstream);
        let mut bench = Self { world, handle, services: Services::new(device(), "t-") };
        bench.services.plays.automatic = true;
        let now = bench.world.now;
        bench.services.plays.set_plan(now, Plan { outcome, ..Plan::quick() });
        for module in [DEFAULT_MODULE, "wifi"] {
            bench.act(|services, now| {
                services.plays.report_version(now, &mut services.ota, module, "1.0").map(|out| vec![out])
            });
        }
        bench.world.settle();
        bench
    }

    fn act(
        &mut self,
        act: impl FnOnce(&mut Services, uiot_testbench::mqtt::Moment) -> Result<Vec<Outgoing>, OtaError>,
    ) {
        let now = self.world.now;
        for out in act(&mut self.services, now).unwrap() {
            self.services.send(out);
        }
        self.publish();
    }

    fn publish(&mut self) {
        while let Some(out) = self.services.poll() {
            self.world.publish(self.handle, &out.topic, out.payload, out.qos).unwrap();
        }
    }

    fn push(&mut self, module: &str, version: &str) {
        self.world.platform.push_firmware(self.world.now, &device(), module, version).unwrap();
        self.world.settle();
    }

    fn cancel(&mut self) {
        self.world.platform.cancel_firmware(self.world.now, &device(), DEFAULT_MODULE).unwrap();
        self.world.settle();
    }

    /// Lets time pass, as the device's alarms would; until the connection is to be cut.
    fn run(&mut self, millis: u64) {
        let end = self.world.now + Duration::from_millis(millis);
        while self.world.now < end {
            self.hear();
            if self.services.next_due().is_some_and(|due| due <= self.world.now) {
                self.services.woken(self.world.now);
            }
            self.publish();
            if self.services.plays.take_cut() {
                self.world.break_line(self.handle);
                self.services.disconnected();
                return;
            }
            self.world.run(Duration::from_millis(20));
        }
    }

    fn hear(&mut self) {
        let now = self.world.now;
        for message in self.world.inbox(self.handle) {
            self.services.receive(now, &message.topic, &message.payload);
        }
        self.publish();
    }

    fn back(&mut self) {
        self.world.connect(self.handle);
        self.services.connected(self.world.now);
        self.publish();
    }

    /// What the console shows of a module.
    fn console(&self, module: &str) -> ModuleState {
        let status = self.world.platform.firmware_status(PRODUCT);
        let of_module =
            status.into_iter().find(|status| status.device == device() && status.module == module);
        of_module.unwrap().status.unwrap()
    }

    fn state(&self) -> UpgradeState {
        self.console(DEFAULT_MODULE).state
    }

    fn standing(&self) -> Standing {
        self.services.plays.tracks()[DEFAULT_MODULE].run.as_ref().unwrap().standing()
    }

    fn ended(&self) -> Ended {
        let run = self.services.plays.tracks()[DEFAULT_MODULE].run.as_ref().unwrap();
        run.ended.clone().unwrap().1
    }

    fn no_errors(&self) {
        let errors: Vec<_> = self
            .world
            .trace()
            .into_iter()
            .filter(|event| matches!(event, TraceEvent::ServiceError { .. }))
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}

#[test]
fn success_is_what_the_console_shows_after_each_state() {
    let mut bench = Bench::new(Outcome::Succeed(None));
    bench.push(DEFAULT_MODULE, "2.0");
    assert_eq!(bench.state(), UpgradeState::Pending);
    let mut seen = Vec::new();
    for _ in 0..100 {
        bench.run(100);
        if seen.last() != Some(&bench.state()) {
            seen.push(bench.state());
        }
    }
    assert_eq!(seen, [UpgradeState::Downloading, UpgradeState::Burning, UpgradeState::Succeeded]);
    assert_eq!(bench.console(DEFAULT_MODULE).version, "2.0");
    assert_eq!(bench.services.ota.modules()[DEFAULT_MODULE].version.as_deref(), Some("2.0"));
    bench.no_errors();
}

#[test]
fn each_failure_reaches_the_console_with_its_code() {
    for code in ErrCode::KNOWN.into_iter().chain([ErrCode::Other(-99)]) {
        for point in [at(DOWNLOADING, 0), at(DOWNLOADING, 85), at(BURNING, 50)] {
            let mut bench = Bench::new(Outcome::Fail(code, point));
            bench.push(DEFAULT_MODULE, "2.0");
            bench.run(8_000);
            let console = bench.console(DEFAULT_MODULE);
            let task = console.task.unwrap();
            assert_eq!((console.state, task.err_code), (UpgradeState::Failed, Some(code)));
            assert_eq!(task.percent, Some(point.percent), "the last that was reported");
            assert_eq!(console.version, "1.0");
            bench.no_errors();
        }
    }
}

#[test]
fn success_with_another_version_counts_as_a_failure() {
    let mut bench = Bench::new(Outcome::Succeed(Some("2.0-dirty".into())));
    bench.push(DEFAULT_MODULE, "2.0");
    bench.run(8_000);
    assert_eq!(bench.state(), UpgradeState::Failed);
    assert_eq!(bench.ended(), Ended::Success { version: "2.0-dirty".into(), target: "2.0".into() });
    // The console offers to try again.
    bench.world.platform.retry_firmware(bench.world.now, &device(), DEFAULT_MODULE).unwrap();
    bench.services.plays.set_plan(bench.world.now, Plan::quick());
    bench.run(8_000);
    assert_eq!(bench.state(), UpgradeState::Succeeded);
}

#[test]
fn a_cancellation_stops_it_at_whatever_stage() {
    // Offered, downloading, paused, burning.
    for (begins, wait, pauses) in
        [(false, 500, false), (true, 1_500, false), (true, 1_500, true), (true, 5_000, false)]
    {
        let mut bench = Bench::new(Outcome::Succeed(None));
        bench.services.plays.automatic = begins;
        bench.push(DEFAULT_MODULE, "2.0");
        bench.run(wait);
        if pauses {
            bench.services.plays.pause(bench.world.now, DEFAULT_MODULE).unwrap();
        }
        bench.cancel();
        bench.run(8_000);
        assert_eq!((bench.state(), bench.standing()), (UpgradeState::Cancelled, Standing::Ended));
        assert_eq!(bench.ended(), Ended::Cancelled { target: "2.0".into() });
        let up = bench.world.trace().into_iter().rev().find_map(|event| match event {
            TraceEvent::Message { topic, .. } => Some(topic.clone()),
            _ => None,
        });
        assert!(up.unwrap().ends_with("downstream"), "nothing was said after it");
        bench.no_errors();
    }
}

#[test]
fn a_paused_upgrade_says_nothing_and_the_console_waits() {
    let mut bench = Bench::new(Outcome::Succeed(None));
    bench.push(DEFAULT_MODULE, "2.0");
    bench.run(1_500);
    bench.services.plays.pause(bench.world.now, DEFAULT_MODULE).unwrap();
    let before = bench.console(DEFAULT_MODULE);
    bench.run(60_000);
    assert_eq!(bench.console(DEFAULT_MODULE), before);
    bench.act(|services, now| services.plays.go_on(now, &mut services.ota, DEFAULT_MODULE));
    bench.run(8_000);
    assert_eq!(bench.state(), UpgradeState::Succeeded);
}

#[test]
fn a_link_that_is_cut_leaves_the_console_waiting_and_the_upgrade_goes_on_afterwards() {
    for point in [at(DOWNLOADING, 60), at(BURNING, 40)] {
        let mut bench = Bench::new(Outcome::Drop(point));
        bench.push(DEFAULT_MODULE, "2.0");
        bench.run(8_000);
        assert_eq!(bench.standing(), Standing::Held);
        assert!(bench.state().is_running());
        bench.world.run(Duration::from_secs(30));
        let percent = bench.console(DEFAULT_MODULE).task.unwrap().percent;
        assert_eq!(percent, Some(point.percent), "nothing came meanwhile");
        bench.back();
        bench.run(8_000);
        assert_eq!(bench.state(), UpgradeState::Succeeded, "{point:?}");
        bench.no_errors();
    }
}

#[test]
fn what_was_ordered_while_the_device_was_away_is_asked_for_and_begins() {
    let mut bench = Bench::new(Outcome::Succeed(None));
    bench.world.disconnect(bench.handle);
    bench.services.disconnected();
    bench.push(DEFAULT_MODULE, "2.0");
    bench.back();
    bench.run(8_000);
    assert_eq!(bench.state(), UpgradeState::Succeeded);
}

#[test]
fn by_hand_nothing_is_asked_for_and_nothing_begins() {
    let mut bench = Bench::new(Outcome::Succeed(None));
    bench.services.plays.automatic = false;
    bench.world.disconnect(bench.handle);
    bench.services.disconnected();
    bench.push(DEFAULT_MODULE, "2.0");
    bench.back();
    bench.run(2_000);
    assert!(bench.services.plays.tracks()[DEFAULT_MODULE].run.is_none());
    bench.act(|services, now| {
        services.plays.request_firmware(now, &services.ota, DEFAULT_MODULE).map(|out| vec![out])
    });
    bench.run(2_000);
    assert_eq!((bench.state(), bench.standing()), (UpgradeState::Pending, Standing::Offered));
    bench.act(|services, now| {
        services.plays.fail(now, &mut services.ota, DEFAULT_MODULE, ErrCode::UrlUnreachable)
    });
    bench.world.settle();
    assert_eq!(bench.state(), UpgradeState::Failed);
}

#[test]
fn two_modules_are_upgraded_at_once_each_to_its_own_end() {
    let mut bench = Bench::new(Outcome::Succeed(None));
    bench.push(DEFAULT_MODULE, "2.0");
    bench.run(1_000);
    bench.push("wifi", "2.0");
    bench.run(1_000);
    bench.act(|services, now| services.plays.fail(now, &mut services.ota, "wifi", ErrCode::BurnFailed));
    bench.run(8_000);
    assert_eq!(bench.state(), UpgradeState::Succeeded);
    let wifi = bench.console("wifi");
    assert_eq!((wifi.state, wifi.task.unwrap().err_code), (UpgradeState::Failed, Some(ErrCode::BurnFailed)));
    bench.no_errors();
}

#[test]
fn an_order_whose_cancellation_was_lost_gives_way_to_the_next() {
    let mut bench = Bench::new(Outcome::Succeed(None));
    bench.push(DEFAULT_MODULE, "2.0");
    bench.run(1_500);
    bench.cancel();
    // The cancellation does not reach the device.
    bench.world.inbox(bench.handle);
    bench.push(DEFAULT_MODULE, "3.0");
    bench.run(100);
    let run = bench.services.plays.tracks()[DEFAULT_MODULE].run.clone().unwrap();
    assert_eq!((run.update.version.as_str(), run.replaced.as_deref()), ("3.0", Some("2.0")));
    bench.run(8_000);
    assert_eq!(
        (bench.state(), bench.console(DEFAULT_MODULE).version.as_str()),
        (UpgradeState::Succeeded, "3.0")
    );
}

#[test]
fn the_platforms_file_is_what_was_ordered_and_a_wrong_link_has_its_code() {
    let mut bench = Bench::new(Outcome::Succeed(None));
    bench.push(DEFAULT_MODULE, "2.0");
    bench.run(100);
    let update = bench.services.plays.tracks()[DEFAULT_MODULE].run.clone().unwrap().update;
    let now = bench.world.now;
    let bytes = bench.world.platform.fetch_firmware(now, &update.url).unwrap();
    let mut check = Check::default();
    bytes.chunks(1000).for_each(|piece| check.add(piece));
    assert_eq!(check.finish().err_code(&update), None);
    let altered = update.url.replace("2.0.bin", "3.0.bin");
    let errors = [(altered.as_str(), FetchError::Altered), ("http://elsewhere.test/", FetchError::NotFound)];
    for (url, error) in errors {
        assert_eq!(bench.world.platform.fetch_firmware(now, url), Err(error));
    }
    bench.act(|services, now| {
        services.plays.fail(now, &mut services.ota, DEFAULT_MODULE, FetchError::Altered.err_code())
    });
    bench.world.settle();
    let settled = bench.world.trace().into_iter().any(
        |event| matches!(event, TraceEvent::Settled { topic: SystemTopic::OtaDownstream, code, .. } if *code == RetCode(-2)),
    );
    assert!(settled);
}
