use super::*;

fn settled(desk: &mut Desk) -> RetCode {
    match desk.traced().as_slice() {
        [(_, TraceEvent::Settled { topic: SystemTopic::OtaDownstream, code, .. })] => *code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_console_follows_an_upgrade() {
    let (mut desk, device) = reported(true);
    assert_eq!(state(&desk, "default"), UpgradeState::Initial);
    push(&mut desk, &device, "default", "2.0").unwrap();
    assert_eq!(state(&desk, "default"), UpgradeState::Pending);
    downloading(&mut desk);
    assert_eq!(state(&desk, "default"), UpgradeState::Downloading);
    let task = desk.at(&device).ota.modules()["default"].task.clone().unwrap();
    assert_eq!(task.percent.map(|percent| percent.number()), Some(50));
    burning(&mut desk);
    assert_eq!(state(&desk, "default"), UpgradeState::Burning);
    desk.effects();
    desk.pass(Duration::from_secs(5));
    say(&mut desk, "report_success", &json!({"Module":"default","Version":"2.0"}));
    assert_eq!(settled(&mut desk), RetCode::SUCCESS);
    let module = &desk.at(&device).ota.modules()["default"];
    assert_eq!((module.state, module.version.as_str()), (UpgradeState::Succeeded, "2.0"));
    assert_eq!(module.reported_at, WALL + 5000);
}

#[test]
fn success_with_another_version_is_a_failure() {
    let (mut desk, device) = ordered();
    say(&mut desk, "report_success", &json!({"Version":"2.0.1"}));
    assert_eq!(settled(&mut desk), RetCode::PARAMETER_WRONG);
    let module = &desk.at(&device).ota.modules()["default"];
    assert_eq!((module.state, module.version.as_str()), (UpgradeState::Failed, "1.0"));
}

#[test]
fn a_failure_is_kept_with_its_code() {
    for code in [-1, -2, -3, -4, -5, -6, -99, i64::MIN] {
        let (mut desk, device) = ordered();
        // The C SDK sends an empty version along.
        say(&mut desk, "report_fail", &json!({"Module":"default","ErrCode":code,"Version":""}));
        assert_eq!(settled(&mut desk), RetCode(code));
        let module = &desk.at(&device).ota.modules()["default"];
        assert_eq!(module.state, UpgradeState::Failed);
        assert_eq!(module.task.as_ref().unwrap().err_code, Some(ErrCode::from(code)));
    }
}

#[test]
fn reports_without_an_upgrade_count_for_nothing() {
    let (mut desk, device) = reported(true);
    let before = desk.at(&device).ota.clone();
    for (method, payload) in [
        ("report_progress", json!({"State":"downloading","Percent":1})),
        ("report_success", json!({"Version":"2.0"})),
        ("report_fail", json!({"ErrCode":-1})),
    ] {
        say(&mut desk, method, &payload);
        assert!(desk.only_error().contains("no upgrade"), "{method}");
    }
    assert_eq!(desk.at(&device).ota, before);
}

#[test]
fn an_unknown_module_makes_the_report_fail() {
    let (mut desk, device) = ordered();
    let before = desk.at(&device).ota.clone();
    for (method, payload) in [
        ("report_version", json!({"Module":"radio","Version":"1.0"})),
        ("request_firmware", json!({"Module":"radio","Version":"1.0"})),
        ("report_progress", json!({"Module":"radio","State":"burning"})),
        ("report_success", json!({"Module":"radio","Version":"2.0"})),
        ("report_fail", json!({"Module":"radio","ErrCode":-1})),
    ] {
        say(&mut desk, method, &payload);
        assert!(desk.only_error().contains("no module \"radio\""), "{method}");
    }
    assert_eq!(desk.at(&device).ota, before);
}

#[test]
fn a_report_without_module_is_one_of_default() {
    let (mut desk, device) = desk(true);
    say(&mut desk, "report_version", &json!({"Version":"1.0"}));
    assert_eq!(desk.at(&device).ota.modules().keys().collect::<Vec<_>>(), ["default"]);
}

#[test]
fn a_version_has_1_to_32_letters_digits_dots_dashes_underscores() {
    let (mut desk, device) = desk(true);
    for bad in ["", "1 0", "版本", &"1".repeat(33), &"x".repeat(100_000)] {
        say(&mut desk, "report_version", &json!({"Version":bad}));
        assert!(desk.only_error().len() < 400);
        say(&mut desk, "request_firmware", &json!({"Version":bad}));
        assert!(desk.only_error().len() < 400);
    }
    assert!(desk.at(&device).ota.modules().is_empty());
    for good in ["wifi_v1.0.8", "A-1", &"1".repeat(32)] {
        say(&mut desk, "report_version", &json!({"Version":good}));
        assert_eq!(desk.at(&device).ota.modules()["default"].version, good);
    }
    assert!(desk.effects().is_empty());
}

#[test]
fn a_request_is_answered_only_if_an_upgrade_waits() {
    let (mut desk, device) = reported(true);
    let request = json!({"Module":"default","Version":"1.0"});
    say(&mut desk, "request_firmware", &request);
    assert!(desk.effects().is_empty());
    push(&mut desk, &device, "default", "2.0").unwrap();
    desk.effects();
    say(&mut desk, "request_firmware", &json!({"Module":"wifi","Version":"0.9"}));
    assert!(desk.effects().is_empty(), "another module's upgrade waits");
    say(&mut desk, "request_firmware", &json!({"Module":"default","Version":"2.0"}));
    assert!(desk.effects().is_empty(), "it has the version");
    say(&mut desk, "request_firmware", &request);
    assert_eq!(desk.only_sent().2["Payload"]["Version"], "2.0");

    downloading(&mut desk);
    say(&mut desk, "request_firmware", &request);
    assert_eq!(desk.sent().len(), 1);
    desk.choices.ota.request_while_running = false;
    say(&mut desk, "request_firmware", &request);
    assert!(desk.effects().is_empty());
}

#[test]
fn progress_without_state_is_fetching_by_choice() {
    let (mut desk, _) = ordered();
    // The sample of the documents.
    let sample = json!({"Module":"default","Version":"2.0"});
    desk.choices.ota.missing_state = None;
    say(&mut desk, "report_progress", &sample);
    assert!(desk.only_error().contains("State"));
    assert_eq!(state(&desk, "default"), UpgradeState::Pending);
    desk.choices.ota.missing_state = Some(ProgressState::Downloading);
    say(&mut desk, "report_progress", &sample);
    assert_eq!(state(&desk, "default"), UpgradeState::Downloading);
    assert!(desk.effects().is_empty());
}

#[test]
fn late_or_foreign_progress_changes_nothing() {
    let (mut desk, _) = ordered();
    burning(&mut desk);
    downloading(&mut desk);
    assert_eq!(state(&desk, "default"), UpgradeState::Burning);
    let task = desk.at(&Credential::new(P, "dev1")).ota.modules()["default"].task.clone();
    assert_eq!(task.unwrap().percent.unwrap().number(), 10);
    assert!(desk.effects().is_empty());
    say(&mut desk, "report_progress", &json!({"State":"burning","Percent":90,"Version":"1.9"}));
    assert!(desk.only_error().contains("1.9"));
}

#[test]
fn a_reported_version_ends_an_upgrade_by_choice_only() {
    let (mut desk, device) = ordered();
    say(&mut desk, "report_version", &json!({"Version":"2.0"}));
    assert_eq!(state(&desk, "default"), UpgradeState::Pending);
    assert!(desk.effects().is_empty());
    desk.choices.ota.version_report_settles = true;
    say(&mut desk, "report_version", &json!({"Version":"1.5"}));
    assert_eq!(state(&desk, "default"), UpgradeState::Pending);
    say(&mut desk, "report_version", &json!({"Version":"2.0"}));
    assert_eq!(settled(&mut desk), RetCode::SUCCESS);
    assert_eq!(desk.at(&device).ota.modules()["default"].state, UpgradeState::Succeeded);
}

#[test]
fn hostile_reports_show_in_the_trace_and_change_nothing() {
    let (mut desk, device) = ordered();
    let before = desk.at(&device).ota.clone();
    let deep = "[".repeat(200_000);
    let long = format!("{{\"Method\":{:?},\"Payload\":{{}}}}", "x".repeat(200_000));
    for bad in [
        "",
        "null",
        "\u{0}",
        "{}",
        "{\"Method\":\"report_version\"}",
        "{\"Method\":7,\"Payload\":{}}",
        &deep,
        &long,
    ] {
        desk.says_bytes(&device, SystemTopic::OtaUpstream, bad.as_bytes());
        assert!(desk.only_error().len() < 1000);
    }
    desk.says_bytes(&device, SystemTopic::OtaUpstream, b"\xff\xfe");
    desk.only_error();
    for (method, payload) in [
        ("update_firmware", json!({"Version":"1","URL":"u","MD5":"m","Size":1})),
        ("report_progress", json!({"State":"downloading","Percent":101})),
        ("report_progress", json!({"State":"flashing","Percent":1})),
        ("report_fail", json!({"ErrCode":"x"})),
    ] {
        say(&mut desk, method, &payload);
        desk.only_error();
    }
    assert_eq!(desk.at(&device).ota, before);
}
