use super::*;

#[test]
fn an_order_has_the_documents_form() {
    let (mut desk, device) = reported(true);
    push(&mut desk, &device, "default", "2.0").unwrap();
    let (to, topic, body) = desk.only_sent();
    assert_eq!((to, topic), (device, SystemTopic::OtaDownstream));
    assert_eq!(body["Method"], "update_firmware");
    let mut fields: Vec<_> = body["Payload"].as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(fields, ["MD5", "Module", "Size", "URL", "Version"]);
    assert_eq!((&body["Payload"]["Version"], &body["Payload"]["Size"]), (&json!("2.0"), &json!(4233)));
    assert_eq!(state(&desk, "default"), UpgradeState::Pending);
}

#[test]
fn a_device_that_never_reported_cannot_be_upgraded() {
    let (mut desk, device) = desk(true);
    assert_eq!(push(&mut desk, &device, "default", "2.0"), Err(RetCode::VERSION_UNREPORTED));
    say(&mut desk, "report_version", &json!({"Version":"1.0"}));
    assert_eq!(push(&mut desk, &device, "wifi", "1.0"), Err(RetCode::VERSION_UNREPORTED));
    assert_eq!(push(&mut desk, &device, "default", "2.0"), Ok(()));
}

#[test]
fn a_device_cannot_be_upgraded_to_what_it_has_or_what_there_is_not() {
    let (mut desk, device) = reported(true);
    assert_eq!(push(&mut desk, &device, "default", "1.0"), Err(RetCode::VERSION_IS_CURRENT));
    assert_eq!(push(&mut desk, &device, "default", "9.9"), Err(RetCode::NO_FIRMWARE));
    assert_eq!(push(&mut desk, &device, "none", "1.0"), Err(RetCode::NO_FIRMWARE));
    let nobody = Credential::new(P, "nobody");
    assert_eq!(push(&mut desk, &nobody, "default", "2.0"), Err(RetCode::NO_DEVICE));
    let nothing = Credential::new("nothing", "dev1");
    assert_eq!(push(&mut desk, &nothing, "default", "2.0"), Err(RetCode::NO_PRODUCT));
    assert!(desk.effects().is_empty());
}

#[test]
fn a_second_upgrade_waits_for_the_end_of_the_first() {
    let (mut desk, device) = ordered();
    for report in [|_: &mut Desk| (), downloading, burning] {
        report(&mut desk);
        assert_eq!(push(&mut desk, &device, "default", "1.0"), Err(RetCode::OTA_RUNNING));
    }
    desk.choices.ota.one_upgrade_per_device = true;
    assert_eq!(push(&mut desk, &device, "wifi", "1.0"), Err(RetCode::OTA_RUNNING));
    desk.choices.ota.one_upgrade_per_device = false;
    assert_eq!(push(&mut desk, &device, "wifi", "1.0"), Ok(()));
    say(&mut desk, "report_fail", &json!({"ErrCode":-5}));
    assert_eq!(push(&mut desk, &device, "default", "2.0"), Ok(()));
}

#[test]
fn an_offline_device_is_told_when_it_asks() {
    let (mut desk, device) = reported(false);
    push(&mut desk, &device, "default", "2.0").unwrap();
    assert!(desk.effects().is_empty(), "an offline device gets nothing");
    assert_eq!(state(&desk, "default"), UpgradeState::Pending);
    desk.at_mut(&device).online = true;
    say(&mut desk, "request_firmware", &json!({"Module":"default","Version":"1.0"}));
    let (to, _, body) = desk.only_sent();
    assert_eq!((to, &body["Method"]), (device, &json!("update_firmware")));
}

#[test]
fn a_failed_or_hanging_upgrade_is_ordered_again() {
    let (mut desk, device) = reported(true);
    assert_eq!(retry(&mut desk, &device, "default"), Err(RetCode::NO_RECORDS));
    push(&mut desk, &device, "default", "2.0").unwrap();
    downloading(&mut desk);
    desk.effects();
    assert_eq!(retry(&mut desk, &device, "default"), Ok(()));
    assert_eq!(desk.only_sent().2["Payload"]["Version"], "2.0");
    assert_eq!(state(&desk, "default"), UpgradeState::Pending);
    say(&mut desk, "report_fail", &json!({"ErrCode":-3}));
    desk.effects();
    assert_eq!(retry(&mut desk, &device, "default"), Ok(()));
    say(&mut desk, "report_success", &json!({"Version":"2.0"}));
    assert_eq!(retry(&mut desk, &device, "default"), Err(RetCode::NO_RECORDS));
    assert_eq!(retry(&mut desk, &Credential::new(P, "no"), "default"), Err(RetCode::NO_DEVICE));
}

#[test]
fn a_running_upgrade_is_cancelled() {
    let (mut desk, device) = ordered();
    downloading(&mut desk);
    cancel(&mut desk, &device, "default").unwrap();
    let (to, topic, body) = desk.only_sent();
    assert_eq!((to, topic), (device.clone(), SystemTopic::OtaDownstream));
    let payload = json!({"Module":"default","Version":"2.0"});
    assert_eq!(body, json!({"Method":"cancel_update","Payload":payload}));
    assert_eq!(state(&desk, "default"), UpgradeState::Cancelled);

    assert_eq!(cancel(&mut desk, &device, "default"), Err(RetCode::NO_RECORDS));
    say(&mut desk, "report_success", &json!({"Version":"2.0"}));
    assert!(desk.only_error().contains("no upgrade"));
    assert_eq!(state(&desk, "default"), UpgradeState::Cancelled);
    assert_eq!(desk.at(&device).ota.modules()["default"].version, "1.0");
    assert_eq!(push(&mut desk, &device, "default", "2.0"), Ok(()));
}

#[test]
fn cancelling_needs_an_upgrade_and_tells_no_offline_device() {
    let (mut desk, device) = reported(false);
    assert_eq!(cancel(&mut desk, &device, "default"), Err(RetCode::NO_RECORDS));
    assert_eq!(cancel(&mut desk, &Credential::new(P, "no"), "default"), Err(RetCode::NO_DEVICE));
    push(&mut desk, &device, "default", "2.0").unwrap();
    cancel(&mut desk, &device, "default").unwrap();
    say(&mut desk, "request_firmware", &json!({"Version":"1.0"}));
    assert!(desk.effects().is_empty());
}

#[test]
fn whether_burning_can_be_cancelled_is_a_choice() {
    let (mut desk, device) = ordered();
    burning(&mut desk);
    desk.choices.ota.cancel_while_burning = false;
    assert_eq!(cancel(&mut desk, &device, "default"), Err(RetCode::OTA_RUNNING));
    desk.choices.ota.cancel_while_burning = true;
    assert_eq!(cancel(&mut desk, &device, "default"), Ok(()));
}
