use serde_json::{Value, json};

use super::*;
use crate::uiot::ota::DEFAULT_MODULE;

fn ota() -> Ota {
    Ota::new(Credential::new("p", "dev1"))
}

fn update(module: &str, version: &str) -> Vec<u8> {
    let payload = json!({"Module":module,"Version":version,"URL":"http://x/","MD5":"m","Size":10000});
    serde_json::to_vec(&json!({"Method":"update_firmware","Payload":payload})).unwrap()
}

fn cancel(module: &str, version: &str) -> Vec<u8> {
    let payload = json!({"Module":module,"Version":version});
    serde_json::to_vec(&json!({"Method":"cancel_update","Payload":payload})).unwrap()
}

fn body(outgoing: &Outgoing) -> Value {
    assert_eq!(outgoing.topic, "/$system/p/dev1/ota/upstream");
    serde_json::from_slice(&outgoing.payload).unwrap()
}

fn percent(number: u8) -> Percent {
    Percent::new(number).unwrap()
}

#[test]
fn an_upgrade_from_the_first_report_to_success() {
    let mut ota = ota();
    let report = ota.report_version(DEFAULT_MODULE, "1.0").unwrap();
    assert_eq!(report.qos, QoS::AtLeastOnce);
    assert_eq!(
        body(&report),
        json!({"Method":"report_version","Payload":{"Module":"default","Version":"1.0"}})
    );
    let event = ota.receive(&update(DEFAULT_MODULE, "2.0")).unwrap();
    assert_eq!(event, OtaEvent::Ordered { module: "default".into(), offer: Offer::New });

    let half = ota.report_progress(DEFAULT_MODULE, ProgressState::Downloading, percent(50)).unwrap();
    assert_eq!(half.qos, QoS::AtMostOnce);
    let expected = json!({"Module":"default","State":"downloading","Percent":50,"Version":"2.0"});
    assert_eq!(body(&half), json!({"Method":"report_progress","Payload":expected}));
    let burning = ota.report_progress(DEFAULT_MODULE, ProgressState::Burning, percent(50)).unwrap();
    assert_eq!(body(&burning)["Payload"]["State"], "burning");
    let success = ota.report_success(DEFAULT_MODULE, "2.0").unwrap();
    assert_eq!(success.qos, QoS::AtLeastOnce);
    assert_eq!(
        body(&success),
        json!({"Method":"report_success","Payload":{"Module":"default","Version":"2.0"}})
    );
    let module = &ota.modules()[DEFAULT_MODULE];
    assert_eq!((module.version.as_deref(), &module.upgrade), (Some("2.0"), &None));
    assert_eq!(module.last, Some(Ended::Success { version: "2.0".into(), target: "2.0".into() }));
}

#[test]
fn steps_out_of_order_are_refused() {
    let mut ota = ota();
    assert_eq!(ota.request_firmware("default"), Err(OtaError::NoVersion));
    let downloading = |ota: &mut Ota| ota.report_progress("default", ProgressState::Downloading, percent(1));
    let burning = |ota: &mut Ota| ota.report_progress("default", ProgressState::Burning, percent(1));
    assert_eq!(downloading(&mut ota), Err(OtaError::NoUpgrade));
    assert_eq!(ota.report_success("default", "2.0"), Err(OtaError::NoUpgrade));
    assert_eq!(ota.report_fail("default", ErrCode::Undefined), Err(OtaError::NoUpgrade));

    ota.receive(&update("default", "2.0")).unwrap();
    assert_eq!(burning(&mut ota), Err(OtaError::NotBegun));
    assert_eq!(ota.report_success("default", "2.0"), Err(OtaError::NotBegun));
    downloading(&mut ota).unwrap();
    burning(&mut ota).unwrap();
    assert_eq!(downloading(&mut ota), Err(OtaError::AlreadyBurning));
    assert_eq!(ota.modules()["default"].upgrade.as_ref().unwrap().stage, Stage::Burning(percent(1)));
}

#[test]
fn a_failure_may_be_reported_at_any_stage() {
    let mut ota = ota();
    ota.receive(&update("default", "2.0")).unwrap();
    let fail = ota.report_fail("default", ErrCode::Md5Mismatch).unwrap();
    assert_eq!(body(&fail), json!({"Method":"report_fail","Payload":{"Module":"default","ErrCode":-4}}));
    let ended = Ended::Failure { err_code: ErrCode::Md5Mismatch, target: "2.0".into() };
    assert_eq!(ota.modules()["default"].last, Some(ended));
}

#[test]
fn a_request_names_the_version_that_the_module_has() {
    let mut ota = ota();
    ota.report_version("wifi", "0.1").unwrap();
    let request = ota.request_firmware("wifi").unwrap();
    assert_eq!(
        body(&request),
        json!({"Method":"request_firmware","Payload":{"Module":"wifi","Version":"0.1"}})
    );
}

#[test]
fn an_order_during_an_upgrade_repeats_or_replaces_it() {
    let mut ota = ota();
    ota.receive(&update("default", "2.0")).unwrap();
    ota.report_progress("default", ProgressState::Downloading, percent(7)).unwrap();
    let repeated = ota.receive(&update("default", "2.0")).unwrap();
    assert_eq!(repeated, OtaEvent::Ordered { module: "default".into(), offer: Offer::Repeated });
    assert_eq!(ota.modules()["default"].upgrade.as_ref().unwrap().stage, Stage::Downloading(percent(7)));

    let OtaEvent::Ordered { offer: Offer::Replaced(old), .. } =
        ota.receive(&update("default", "3.0")).unwrap()
    else {
        panic!()
    };
    assert_eq!(old.update.version, "2.0");
    assert_eq!(ota.modules()["default"].upgrade.as_ref().unwrap().stage, Stage::Offered);
    // Another module's upgrade runs beside it.
    ota.receive(&update("wifi", "1.0")).unwrap();
    assert_eq!(ota.modules()["default"].upgrade.as_ref().unwrap().update.version, "3.0");
}

#[test]
fn only_the_upgrade_that_runs_can_be_cancelled() {
    let mut ota = ota();
    let nothing = |module: &str, version: &str| OtaEvent::NothingToCancel {
        module: module.into(),
        version: version.into(),
    };
    assert_eq!(ota.receive(&cancel("default", "2.0")).unwrap(), nothing("default", "2.0"));
    ota.receive(&update("default", "2.0")).unwrap();
    assert_eq!(ota.receive(&cancel("default", "1.0")).unwrap(), nothing("default", "1.0"));
    assert_eq!(ota.receive(&cancel("wifi", "2.0")).unwrap(), nothing("wifi", "2.0"));
    assert!(matches!(ota.receive(&cancel("default", "2.0")).unwrap(), OtaEvent::Cancelled { .. }));
    assert_eq!(ota.modules()["default"].last, Some(Ended::Cancelled { target: "2.0".into() }));
    assert_eq!(ota.report_success("default", "2.0"), Err(OtaError::NoUpgrade));
}

#[test]
fn modules_are_bounded() {
    let mut ota = ota();
    for number in 0..limits::FIRMWARES {
        ota.receive(&update(&number.to_string(), "1")).unwrap();
    }
    assert_eq!(ota.receive(&update("more", "1")).unwrap(), OtaEvent::TooManyModules("more".into()));
    assert_eq!(ota.report_version("more", "1"), Err(OtaError::TooManyModules));
    assert!(ota.report_version("0", "1").is_ok());
    assert_eq!(ota.modules().len(), limits::FIRMWARES);
}

#[test]
fn hostile_messages_change_nothing() {
    let mut ota = ota();
    ota.receive(&update("default", "2.0")).unwrap();
    let before = ota.modules().clone();
    for bad in [&b""[..], b"\xff", b"{}", b"[[[[", b"{\"Method\":\"update_firmware\",\"Payload\":[]}"] {
        assert_eq!(ota.receive(bad).unwrap_err().topic, SystemTopic::OtaDownstream);
    }
    assert!(ota.receive("[".repeat(100_000).as_bytes()).is_err());
    assert_eq!(*ota.modules(), before);
}
