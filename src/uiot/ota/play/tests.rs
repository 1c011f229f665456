use std::time::Duration;

use serde_json::{Value, json};

use super::super::{Outcome, Percent, Point, ProgressState, Standing};
use super::*;
use crate::uiot::Credential;

/// A device that reported version 1 of `default`, with a plan of ten seconds each, reported every two.
struct Device {
    now: Moment,
    ota: Ota,
    plays: Plays,
    said: Vec<Value>,
}

fn at(state: ProgressState, percent: u8) -> Point {
    Point { state, percent: Percent::new(percent).unwrap() }
}

const DOWNLOADING: ProgressState = ProgressState::Downloading;
const BURNING: ProgressState = ProgressState::Burning;

impl Device {
    fn new(outcome: Outcome) -> Self {
        let ota = Ota::new(Credential::new("p", "d"));
        let mut device =
            Self { now: Moment::from_millis(5_000), ota, plays: Plays::default(), said: Vec::new() };
        let ten = Duration::from_secs(10);
        device.plan(Plan { every: Duration::from_secs(2), download: ten, burn: ten, outcome });
        device.act(|plays, ota, now| {
            plays.automatic = true;
            vec![plays.report_version(now, ota, "default", "1").unwrap()]
        });
        device.said.clear();
        device
    }

    fn plan(&mut self, plan: Plan) {
        self.plays.set_plan(self.now, plan);
    }

    fn act(&mut self, act: impl FnOnce(&mut Plays, &mut Ota, Moment) -> Vec<Outgoing>) {
        let out = act(&mut self.plays, &mut self.ota, self.now);
        self.said.extend(out.iter().map(|out| serde_json::from_slice::<Value>(&out.payload).unwrap()));
    }

    fn hear(&mut self, body: &Value) {
        let event = self.ota.receive(body.to_string().as_bytes()).unwrap();
        self.act(|plays, ota, now| plays.heard(now, &event, ota));
    }

    fn order(&mut self, module: &str, version: &str) {
        self.hear(&json!({ "Method": "update_firmware", "Payload":
            { "Module": module, "Version": version, "URL": "http://a/", "MD5": "00", "Size": 9 } }));
    }

    /// Lets so many seconds pass; each alarm rings when it is due, and only then.
    fn run(&mut self, seconds: u64) {
        let end = self.now + Duration::from_secs(seconds);
        let mut alarms = 0;
        while let Some(due) = self.plays.next_due().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.act(|plays, ota, now| plays.woken(now, ota));
            alarms += 1;
            assert!(alarms < 1_000, "an alarm that rings and rings");
        }
        self.now = end;
    }

    /// What was said since the last time, in short.
    fn said(&mut self) -> Vec<String> {
        let short = |body: Value| {
            let payload = &body["Payload"];
            let module = payload["Module"].as_str().filter(|module| *module != "default");
            let what = match body["Method"].as_str().unwrap() {
                "report_progress" => {
                    format!("{} {}", payload["State"].as_str().unwrap(), payload["Percent"])
                }
                "report_fail" => format!("fail {}", payload["ErrCode"]),
                method => format!("{} {}", method, payload["Version"].as_str().unwrap()),
            };
            module.map_or_else(|| what.clone(), |module| format!("{module}: {what}"))
        };
        std::mem::take(&mut self.said).into_iter().map(short).collect()
    }

    fn standing(&self) -> Standing {
        self.plays.tracks()["default"].run.as_ref().unwrap().standing()
    }
}

#[test]
fn an_upgrade_is_reported_as_it_goes_and_succeeds() {
    let mut device = Device::new(Outcome::Succeed(None));
    device.order("default", "2");
    assert_eq!(device.said(), ["downloading 0"], "it begins at once");
    device.run(9);
    assert_eq!(device.said(), ["downloading 20", "downloading 40", "downloading 60", "downloading 80"]);
    device.run(2);
    assert_eq!(device.said(), ["downloading 100", "burning 0"]);
    device.run(10);
    assert_eq!(
        device.said(),
        [
            "burning 20",
            "burning 40",
            "burning 60",
            "burning 80",
            "burning 100",
            "report_success 2",
            "report_version 2"
        ]
    );
    assert_eq!(device.standing(), Standing::Ended);
    assert_eq!(device.plays.next_due(), None);
    let track = &device.plays.tracks()["default"];
    let run = track.run.as_ref().unwrap();
    let millis = |at: Moment| at.as_micros() / 1000;
    assert_eq!(run.from.as_ref().map(|from| (from.version.as_str(), millis(from.at))), Some(("1", 5_000)));
    assert_eq!([run.downloading, run.burning].map(|at| at.map(millis)), [Some(5_000), Some(15_000)]);
    assert_eq!(run.ended.as_ref().map(|(at, _)| millis(*at)), Some(25_000));
    assert_eq!(track.reported.as_ref().map(|reported| reported.version.as_str()), Some("2"));
}

#[test]
fn without_burning_success_follows_fetching_as_in_the_c_sdk() {
    let mut device = Device::new(Outcome::Succeed(Some("2-dirty".into())));
    device.plan(Plan { burn: Duration::ZERO, ..device.plays.plan().clone() });
    device.order("default", "2");
    device.run(20);
    let said = device.said();
    assert_eq!(
        said[said.len() - 3..],
        ["downloading 100", "report_success 2-dirty", "report_version 2-dirty"]
    );
}

#[test]
fn it_fails_at_the_chosen_place_with_the_chosen_code() {
    for (point, last) in [
        (at(DOWNLOADING, 0), "downloading 0"),
        (at(DOWNLOADING, 37), "downloading 37"),
        (at(DOWNLOADING, 100), "downloading 100"),
        (at(BURNING, 0), "burning 0"),
        (at(BURNING, 85), "burning 85"),
    ] {
        for code in ErrCode::KNOWN {
            let mut device = Device::new(Outcome::Fail(code, point));
            device.order("default", "2");
            device.run(30);
            let said = device.said();
            assert_eq!(said[said.len() - 2..], [last.to_owned(), format!("fail {code}")], "{said:?}");
            assert_eq!(device.standing(), Standing::Ended);
        }
    }
}

#[test]
fn the_link_is_cut_once_and_the_upgrade_goes_on_when_the_device_is_back() {
    let mut device = Device::new(Outcome::Drop(at(DOWNLOADING, 50)));
    device.order("default", "2");
    device.run(30);
    assert_eq!(device.said(), ["downloading 0", "downloading 20", "downloading 40", "downloading 50"]);
    assert!(device.plays.take_cut());
    assert!(!device.plays.take_cut(), "told once");
    device.plays.hold();
    assert_eq!(device.standing(), Standing::Held);
    device.run(30);
    assert_eq!(device.said(), [""; 0]);
    device.act(|plays, ota, now| plays.resume(now, ota));
    assert_eq!(device.said(), ["downloading 50"]);
    device.run(30);
    assert_eq!(device.said().last().map(String::as_str), Some("report_version 2"));
    assert!(!device.plays.take_cut());
}

#[test]
fn a_lost_link_takes_what_came_after_the_last_report() {
    let mut device = Device::new(Outcome::Succeed(None));
    device.order("default", "2");
    device.run(3);
    device.plays.hold();
    device.said();
    device.run(100);
    device.act(|plays, ota, now| plays.resume(now, ota));
    assert_eq!(device.said(), ["downloading 20"]);
}

#[test]
fn a_paused_upgrade_waits_for_a_person_whatever_the_link_does() {
    let mut device = Device::new(Outcome::Succeed(None));
    device.order("default", "2");
    device.run(3);
    device.plays.pause(device.now, "default").unwrap();
    device.said();
    device.plays.hold();
    device.act(|plays, ota, now| plays.resume(now, ota));
    device.run(60);
    assert_eq!((device.said(), device.standing()), (vec![], Standing::Paused));
    device.act(|plays, ota, now| plays.go_on(now, ota, "default").unwrap());
    assert_eq!(device.said(), ["downloading 30"]);
    device.run(60);
    assert_eq!(device.standing(), Standing::Ended);
    for refused in [device.plays.pause(device.now, "default"), device.plays.pause(device.now, "none")] {
        assert_eq!(refused, Err(OtaError::NoUpgrade));
    }
}

#[test]
fn by_hand_it_waits_until_somebody_begins_it_and_may_fail_before() {
    let mut device = Device::new(Outcome::Succeed(None));
    device.plays.automatic = false;
    device.order("default", "2");
    device.run(60);
    assert_eq!((device.said(), device.standing()), (vec![], Standing::Offered));
    assert_eq!(device.plays.pause(device.now, "default"), Err(OtaError::NotBegun));
    device.act(|plays, ota, now| plays.begin(now, ota, "default").unwrap());
    assert_eq!(device.said(), ["downloading 0"]);
    device.act(|plays, ota, now| plays.fail(now, ota, "default", ErrCode::Other(-77)).unwrap());
    assert_eq!(device.said(), ["fail -77"]);
    device.order("default", "3");
    device.act(|plays, ota, now| plays.fail(now, ota, "default", ErrCode::UrlUnreachable).unwrap());
    assert_eq!(device.said(), ["fail -1"]);
    assert_eq!(device.plays.begin(device.now, &mut device.ota, "default"), Err(OtaError::NoUpgrade));
}

#[test]
fn a_new_order_replaces_the_one_that_runs_and_the_same_brings_a_new_link() {
    let mut device = Device::new(Outcome::Succeed(None));
    device.order("default", "2");
    device.run(5);
    device.order("default", "2");
    device.said();
    device.run(1);
    assert_eq!(device.said(), ["downloading 60"], "it goes on");
    let run = device.plays.tracks()["default"].run.clone().unwrap();
    assert_eq!((run.linked - run.ordered, run.replaced), (Duration::from_secs(5), None));
    device.order("default", "3");
    assert_eq!(device.said(), ["downloading 0"]);
    let run = device.plays.tracks()["default"].run.clone().unwrap();
    assert_eq!((run.update.version.as_str(), run.replaced.as_deref()), ("3", Some("2")));
}

#[test]
fn a_cancellation_stops_it_and_one_of_nothing_is_told() {
    let mut device = Device::new(Outcome::Succeed(None));
    device.order("default", "2");
    device.run(5);
    device.said();
    device.hear(&json!({"Method":"cancel_update","Payload":{"Version":"9"}}));
    let nothing = Oddity::NothingToCancel { module: "default".into(), version: "9".into() };
    assert_eq!(device.plays.oddity(), Some(&(device.now, nothing)));
    assert_eq!(device.standing(), Standing::Runs);
    device.hear(&json!({"Method":"cancel_update","Payload":{"Version":"2"}}));
    assert_eq!(device.plays.oddity(), None);
    device.run(60);
    assert_eq!((device.said(), device.standing()), (vec![], Standing::Ended));
}

#[test]
fn modules_go_side_by_side_and_an_eleventh_is_told() {
    let mut device = Device::new(Outcome::Succeed(None));
    device.order("default", "2");
    device.run(1);
    device.order("wifi", "7");
    device.run(2);
    assert_eq!(
        device.said(),
        ["downloading 0", "wifi: downloading 0", "downloading 20", "wifi: downloading 20"]
    );
    for number in 3..=10 {
        device.order(&format!("m{number}"), "1");
    }
    device.order("m11", "1");
    assert_eq!(device.plays.tracks().len(), limits::FIRMWARES);
    assert!(matches!(device.plays.oddity(), Some((_, Oddity::TooManyModules(module))) if module == "m11"));
    let refused = device.plays.report_version(device.now, &mut device.ota, "m11", "1");
    assert_eq!(refused, Err(OtaError::TooManyModules));
}

#[test]
fn a_plan_that_changes_holds_from_then_on() {
    let mut device = Device::new(Outcome::Succeed(None));
    device.order("default", "2");
    device.run(5);
    device.said();
    let slower = Plan { download: Duration::from_secs(100), ..device.plays.plan().clone() };
    device.plan(slower.clone());
    device.run(5);
    assert_eq!(device.said(), ["downloading 51", "downloading 53", "downloading 55"]);
    // Past the place at which it is to fail.
    device.plan(Plan { outcome: Outcome::Fail(ErrCode::BurnFailed, at(DOWNLOADING, 10)), ..slower });
    device.run(1);
    assert_eq!(device.said().last().map(String::as_str), Some("fail -5"));
}

#[test]
fn a_plan_is_held_to_its_limits() {
    let mut device = Device::new(Outcome::Succeed(None));
    let (never, ever) = (Duration::ZERO, Duration::MAX);
    device.plan(Plan { every: never, download: ever, burn: ever, outcome: Outcome::Succeed(None) });
    let plan = device.plays.plan();
    assert_eq!([plan.every, plan.download, plan.burn], [Plan::SHORTEST, Plan::LONGEST, Plan::LONGEST]);
    // Through at once: nothing is waited for.
    device.plan(Plan { every: ever, download: never, burn: never, outcome: Outcome::Succeed(None) });
    device.order("default", "2");
    assert_eq!(device.said(), ["downloading 100", "report_success 2", "report_version 2"]);
}

#[test]
fn a_long_sleep_is_not_made_up_for() {
    let mut device = Device::new(Outcome::Succeed(None));
    device.order("default", "2");
    device.said();
    device.now = device.now + Duration::from_secs(10_000);
    device.act(|plays, ota, now| plays.woken(now, ota));
    assert_eq!(device.said(), ["downloading 100", "burning 0"]);
}
