//! Reports and restoring: each rule obeyed and broken.

use super::*;

#[test]
fn a_report_is_held_to_the_model() {
    let mut rig = Rig::new();
    for (property, code) in [
        (json!({"temperature": {"Value": 21.5}}), 0),
        (json!({"power": {"Value": 1}, "mode": {"Value": 1}, "label": {"Value": "客厅"}}), 0),
        (json!({"fan": {"Value": {"speed": 1, "swing": 0}}}), 0),
        (json!({"schedule": {"Value": [1, 2, 3]}}), 0),
        (json!({"last_service": {"Value": 1_704_067_200_000_u64}}), 0),
        (json!({"pressure": {"Value": 1}}), 100_058),
        (json!({"temperature": {"Value": "21.5"}}), 310),
        (json!({"temperature": {"Value": null}}), 310),
        (json!({"power": {"Value": true}}), 310),
        (json!({"power": {"Value": 2}}), 230),
        (json!({"mode": {"Value": 1000}}), 230),
        (json!({"temperature": {"Value": 60.5}}), 220),
        (json!({"temperature": {"Value": -1e300}}), 220),
        (json!({"target_temperature": {"Value": 15}}), 220),
        (json!({"target_temperature": {"Value": 20.5}}), 310),
        (json!({"label": {"Value": "x".repeat(4096)}}), 220),
        (json!({"schedule": {"Value": vec![0; 1000]}}), 220),
        (json!({"fan": {"Value": {"speed": 1, "swing": 0, "colour": 1}}}), 100_038),
        (json!({"fan": {"Value": {"speed": 1}}}), 210),
        (json!({"temperature": 21.5}), 310),
        (json!({"temperature": {"Time": 1}}), 210),
        (json!({"temperature": {"Value": 21.5, "Time": "now"}}), 310),
        (json!({"temperature": {"Value": 21.5, "Time": -1}}), 310),
        (json!({}), 210),
        (json!([]), 310),
    ] {
        let (found, words) = rig.post(&property);
        assert_eq!(found, code, "{property}: {words}");
        assert_eq!(words == "success", code == 0, "{property}: {words}");
    }
}

#[test]
fn the_message_says_what_was_wrong_and_where() {
    let mut rig = Rig::new();
    for (property, words) in [
        (json!({"pressure": {"Value": 1}}), "pressure: the thing model has no such property"),
        (json!({"temperature": {"Value": 61}}), "temperature: above the highest value 60"),
        (
            json!({"fan": {"Value": {"speed": "fast", "swing": 0}}}),
            "fan.speed: string found, integer expected",
        ),
        (json!({"schedule": {"Value": ["x"]}}), "schedule[0]: string found, integer expected"),
    ] {
        assert_eq!(rig.post(&property).1, words);
    }
    assert_eq!(errors(&rig.traced())[0], "100058: pressure: the thing model has no such property");
}

#[test]
fn a_report_without_time_gets_the_platforms() {
    let mut rig = Rig::new();
    rig.pass(Duration::from_millis(1234));
    assert_eq!(rig.post(&json!({"temperature": {"Value": 21}, "humidity": {"Value": 40, "Time": 7}})).0, 0);
    assert_eq!(rig.known().values()["temperature"].time, Some(WALL + 1234));
    assert_eq!(rig.known().values()["humidity"].time, Some(7));
    assert_eq!(rig.known().latest_update(), WALL + 1234);
}

#[test]
fn one_wrong_property_spoils_the_report_unless_chosen_otherwise() {
    let mut rig = Rig::new();
    let property =
        json!({"temperature": {"Value": 21}, "humidity": {"Value": 200}, "pressure": {"Value": 1}});
    assert_eq!(
        rig.post(&property),
        (220, "humidity: above the highest value 100; pressure: the thing model has no such property".into())
    );
    assert!(rig.known().values().is_empty());
    assert_eq!(rig.documents().len(), 0);

    rig.choices.model.partial_posts = true;
    assert_eq!(rig.post(&property).0, 220);
    assert_eq!(rig.known().values().keys().collect::<Vec<_>>(), ["temperature"]);
    assert_eq!(rig.documents().len(), 1);
}

#[test]
fn the_rule_engine_gets_all_properties_when_a_value_changes() {
    let mut rig = Rig::new();
    rig.post(&json!({"temperature": {"Value": 21, "Time": 5}}));
    rig.post(&json!({"humidity": {"Value": 40, "Time": 6}}));
    let documents = rig.documents();
    let property = json!({"temperature": {"Value": 21, "Time": 5}, "humidity": {"Value": 40, "Time": 6}});
    assert_eq!(documents[1], json!({"LatestUpdateTime": WALL, "Property": property}));

    rig.post(&json!({"humidity": {"Value": 40, "Time": 7}}));
    assert_eq!(rig.documents().len(), 0, "no value changed");
    rig.choices.model.document_without_change = true;
    rig.post(&json!({"humidity": {"Value": 40, "Time": 8}}));
    assert_eq!(rig.documents().len(), 1);
}

#[test]
fn what_comes_last_is_saved_unless_the_latest_time_is_chosen() {
    let mut rig = Rig::new();
    rig.post(&json!({"temperature": {"Value": 21, "Time": 100}}));
    rig.post(&json!({"temperature": {"Value": 20, "Time": 50}}));
    assert_eq!(rig.known().values()["temperature"].value, 20);

    rig.choices.model.keep_latest_time = true;
    assert_eq!(rig.post(&json!({"temperature": {"Value": 19, "Time": 49}})).0, 0);
    assert_eq!(rig.known().values()["temperature"].value, 20);
    rig.post(&json!({"temperature": {"Value": 19, "Time": 50}}));
    assert_eq!(rig.known().values()["temperature"].value, 19);
}

#[test]
fn a_device_that_never_reported_restores_nothing() {
    let mut rig = Rig::new();
    let body = rig.ask(T::PropertyRestore, &json!({"RequestID": "7"}));
    assert_eq!(body, json!({"RetCode": 0, "RequestID": "7", "LatestUpdateTime": 0, "Property": {}}));
}

#[test]
fn integers_of_64_bits_stay_whole() {
    let mut rig = Rig::new();
    let date = 9_007_199_254_740_993_u64;
    rig.post(&json!({"last_service": {"Value": date, "Time": u64::MAX}}));
    let body = rig.ask(T::PropertyRestore, &json!({"RequestID": "335986033460625409"}));
    assert_eq!(body["Property"]["last_service"], json!({"Value": date, "Time": u64::MAX}));
    assert_eq!(body["RequestID"], "335986033460625409");
}

#[test]
fn unknown_fields_do_no_harm_and_are_not_saved() {
    let mut rig = Rig::new();
    let body = json!({
        "RequestID": "1",
        "Method": "post",
        "Property": {"temperature": {"Value": 21, "Time": 5, "Quality": "good"}},
    });
    assert_eq!(rig.ask(T::PropertyPost, &body)["RetCode"], 0);
    let body = rig.ask(T::PropertyRestore, &json!({"RequestID": "2"}));
    assert_eq!(body["Property"], json!({"temperature": {"Value": 21, "Time": 5}}));
}

#[test]
fn a_request_that_cannot_be_read_is_answered_with_the_reason() {
    let mut rig = Rig::new();
    for (payload, id, code) in [
        (&b"no json"[..], "", 230),
        (b"", "", 230),
        (b"[]", "", 230),
        (b"{\"RequestID\":\"1\"", "", 230),
        (b"\xff\xfe", "", 230),
        (b"{}", "", 210),
        (b"{\"RequestID\":null,\"Property\":{}}", "", 210),
        (b"{\"RequestID\":100,\"Property\":{}}", "", 310),
        (b"{\"RequestID\":\"1\"}", "1", 210),
        (b"{\"RequestID\":\"1\",\"Property\":null}", "1", 210),
        (b"{\"RequestID\":\"1\",\"Property\":7}", "1", 310),
        (b"{\"RequestID\":\"1\",\"Property\":{\"temperature\":{\"Value\":1e999}}}", "", 230),
    ] {
        let body = rig.ask_bytes(T::PropertyPost, payload);
        let shown = String::from_utf8_lossy(payload);
        assert_eq!(
            (&body["RequestID"], body["RetCode"].as_i64()),
            (&json!(id), Some(code)),
            "{shown}: {body}"
        );
    }
}

#[test]
fn a_request_without_identifier_is_passed_over_if_chosen() {
    let mut rig = Rig::new();
    rig.choices.model.answer_without_request_id = false;
    rig.up(T::PropertyPost, b"no json");
    rig.up(T::PropertyRestore, b"{}");
    assert_eq!(rig.sent(), []);
    assert_eq!(errors(&rig.traced()).len(), 2);
    assert_eq!(rig.ask(T::PropertyRestore, &json!({"RequestID": ""}))["RetCode"], 0, "an empty one is one");
}

#[test]
fn an_empty_report_succeeds_if_chosen() {
    let mut rig = Rig::new();
    rig.choices.model.empty_lists = true;
    assert_eq!(rig.post(&json!({})), (0, "success".into()));
    assert_eq!(rig.documents().len(), 0);
    assert_eq!(rig.known().latest_update(), 0);
}

#[test]
fn codes_can_be_chosen() {
    let mut rig = Rig::new();
    rig.choices.model.exceeds = RetCode::PARAMETER_WRONG;
    rig.choices.model.unknown_property = RetCode::NO_IDENTIFIER;
    assert_eq!(rig.post(&json!({"temperature": {"Value": 100}})).0, 230);
    assert_eq!(rig.post(&json!({"pressure": {"Value": 100}})).0, 100_038);
}
