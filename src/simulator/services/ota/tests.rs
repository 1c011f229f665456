use std::time::Duration;

use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::cloud::{cancel_firmware, push_firmware, retry_firmware};
use super::*;
use crate::simulator::services::testing::{Desk, WALL};
use crate::simulator::{CloudResult, TraceEvent};
use crate::uiot::ota::{DEFAULT_MODULE, ErrCode, UpgradeState};
use crate::uiot::{Credential, RetCode, SystemTopic, limits};

const P: &str = "iwfrdgwhmwscqbmv";

/// A product with firmware 1.0 and 2.0 of `default` and 1.0 of `wifi`, and a device.
fn desk(online: bool) -> (Desk, Credential) {
    let mut desk = Desk::new();
    let ota = &mut desk.product(P).ota;
    ota.add_module("wifi").unwrap();
    for (module, version) in [("default", "1.0"), ("default", "2.0"), ("wifi", "1.0")] {
        ota.add(&Choices::default(), module, version, "", Content::Made { size: 4233 }).unwrap();
    }
    let device = desk.device(P, "dev1", online);
    (desk, device)
}

/// The same, the version of both modules reported.
fn reported(online: bool) -> (Desk, Credential) {
    let (mut desk, device) = desk(online);
    for (module, version) in [("default", "1.0"), ("wifi", "0.9")] {
        say(&mut desk, "report_version", &json!({"Module":module,"Version":version}));
    }
    assert!(desk.effects().is_empty());
    (desk, device)
}

/// The same, `default` being upgraded to 2.0.
fn ordered() -> (Desk, Credential) {
    let (mut desk, device) = reported(true);
    push(&mut desk, &device, "default", "2.0").unwrap();
    desk.effects();
    (desk, device)
}

fn say(desk: &mut Desk, method: &str, payload: &Value) {
    let device = Credential::new(P, "dev1");
    desk.says(&device, SystemTopic::OtaUpstream, &json!({"Method":method,"Payload":payload}));
}

fn push(desk: &mut Desk, device: &Credential, module: &str, version: &str) -> CloudResult<()> {
    desk.work(|cx| push_firmware(cx, device, module, version))
}

fn retry(desk: &mut Desk, device: &Credential, module: &str) -> CloudResult<()> {
    desk.work(|cx| retry_firmware(cx, device, module))
}

fn cancel(desk: &mut Desk, device: &Credential, module: &str) -> CloudResult<()> {
    desk.work(|cx| cancel_firmware(cx, device, module))
}

fn fetch(desk: &mut Desk, url: &str) -> Result<Vec<u8>, FetchError> {
    desk.work(|cx| firmware::fetch(&cx.choices.ota, cx.registry, url, cx.wall))
}

fn state(desk: &Desk, module: &str) -> UpgradeState {
    desk.at(&Credential::new(P, "dev1")).ota.modules()[module].state
}

fn downloading(desk: &mut Desk) {
    say(desk, "report_progress", &json!({"State":"downloading","Percent":50}));
}

fn burning(desk: &mut Desk) {
    say(desk, "report_progress", &json!({"State":"burning","Percent":10}));
}

mod device_reports;
mod orders;
mod store;
