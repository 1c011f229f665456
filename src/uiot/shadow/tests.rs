use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::mqtt::{Moment, QoS};
use crate::uiot::{Credential, Misread, Outgoing, RetCode, SystemTopic};

const NOW: Moment = Moment::ZERO;

fn shadow() -> Shadow {
    Shadow::new(Credential::new("70ly1tvowt696r15", "00:14:32:e1:72:f1"))
}

fn values(value: Value) -> Values {
    value.as_object().unwrap().clone()
}

fn body(outgoing: &Outgoing) -> Value {
    assert_eq!(outgoing.topic, "/$system/70ly1tvowt696r15/00:14:32:e1:72:f1/shadow/upstream");
    assert_eq!(outgoing.qos, QoS::AtLeastOnce);
    serde_json::from_slice(&outgoing.payload).unwrap()
}

fn down(shadow: &mut Shadow, message: Value) -> Change {
    shadow.receive(SystemTopic::ShadowDownstream, message.to_string().as_bytes()).unwrap()
}

fn reply(shadow: &mut Shadow, code: i64, version: i64) -> Change {
    let message =
        json!({"Method": "reply", "Payload": {"RetCode": code}, "Version": version, "Timestamp": 9});
    down(shadow, message)
}

fn document(shadow: &mut Shadow, reported: Value, desired: Value, version: i32) -> Change {
    let document = json!({
        "State": {"Reported": reported, "Desired": desired},
        "Metadata": {"Reported": {}, "Desired": {}},
        "Timestamp": 1, "Version": version,
    });
    shadow.receive(SystemTopic::ShadowGetReply, document.to_string().as_bytes()).unwrap()
}

fn version_of(outgoing: &Outgoing) -> i64 {
    body(outgoing)["Version"].as_i64().unwrap()
}

/// The exchanges of operation_guide.md, from the device's side.
#[test]
fn the_documents_exchanges_are_replayed() {
    let mut shadow = shadow();
    let get = shadow.get(NOW);
    assert_eq!(get.topic, "/$system/70ly1tvowt696r15/00:14:32:e1:72:f1/shadow/get");
    assert_eq!(get.payload, br#"{"Method":"get"}"#);
    assert!(shadow.in_doubt());
    let empty = br#"{"State":{"Reported":{},"Desired":{}},"Metadata":{"Reported":{},"Desired":{}},
        "Timestamp":1562904212,"Version":0}"#;
    let change = shadow.receive(SystemTopic::ShadowGetReply, empty).unwrap();
    assert_eq!(change, Change::Fetched { asked: true });
    assert!(!shadow.in_doubt());

    let update = shadow.update(NOW, values(json!({"temperature": 26, "humidity": 57})));
    let state = json!({"Reported": {"temperature": 26, "humidity": 57}});
    assert_eq!(body(&update), json!({"Method": "update", "State": state, "Version": 0}));
    let answer = br#"{"Method":"reply","Payload":{"RetCode":0},"Version":1,"Timestamp":1562909435}"#;
    let change = shadow.receive(SystemTopic::ShadowDownstream, answer).unwrap();
    assert!(matches!(change, Change::Accepted(_)));
    assert_eq!(shadow.version(), 1);
    assert_eq!(Value::Object(shadow.reported().clone()), json!({"humidity": 57, "temperature": 26}));
    assert_eq!(shadow.reported_at("humidity"), Some(1_562_909_435));

    let delete = shadow.delete(NOW, ["temperature"]);
    let expected = json!({"Method": "delete", "State": {"Reported": {"temperature": null}}, "Version": 1});
    assert_eq!(body(&delete), expected);
    down(
        &mut shadow,
        json!({"Method": "reply", "Payload": {"RetCode": 0}, "Version": 2, "Timestamp": 1_562_911_255}),
    );
    assert_eq!(Value::Object(shadow.reported().clone()), json!({"humidity": 57}));

    let reset = shadow.reset_version(NOW, values(json!({"temperature": 26, "humidity": 57})));
    assert_eq!(version_of(&reset), -1);
    down(
        &mut shadow,
        json!({"Method": "reply", "Payload": {"RetCode": 0}, "Version": 0, "Timestamp": 1_562_912_657}),
    );
    assert_eq!(shadow.version(), 0);
}

#[test]
fn desired_values_come_and_are_settled_as_the_documents_show() {
    let mut shadow = shadow();
    document(&mut shadow, json!({"humidity": 57, "temperature": 26}), json!({}), 1);
    let pushed = br#"{"Method":"control","Payload":{"RetCode":0,"State":{"Desired":{"temperature":17}},
        "Metadata":{"Desired":{"temperature":{"Timestamp":1562917500}}}},"Version":2,"Timestamp":1562917504}"#;
    let change = shadow.receive(SystemTopic::ShadowDownstream, pushed).unwrap();
    assert_eq!(change, Change::Desired(values(json!({"temperature": 17}))));
    assert_eq!(shadow.desired_at("temperature"), Some(1_562_917_500));

    let done = shadow.accept_desired(NOW);
    assert_eq!(body(&done), json!({"Method": "update", "State": {"Desired": null}, "Version": 2}));
    down(
        &mut shadow,
        json!({"Method": "reply", "Payload": {"RetCode": 0}, "Version": 3, "Timestamp": 1_562_919_549}),
    );
    assert!(shadow.desired().is_empty());
    assert_eq!(Value::Object(shadow.reported().clone()), json!({"humidity": 57, "temperature": 17}));
    assert_eq!(shadow.reported_at("temperature"), Some(1_562_919_549));
}

#[test]
fn other_values_than_desired_are_kept_as_reported() {
    let mut shadow = shadow();
    document(&mut shadow, json!({"a": 1}), json!({"a": 2, "b": 3}), 4);
    let done = shadow.accept_with(NOW, values(json!({"a": 5})));
    assert_eq!(
        body(&done),
        json!({"Method": "update", "State": {"Reported": {"a": 5}, "Desired": null}, "Version": 4})
    );
    reply(&mut shadow, 0, 5);
    assert_eq!(Value::Object(shadow.reported().clone()), json!({"a": 5, "b": 3}));
    assert!(shadow.desired().is_empty());
}

#[test]
fn all_keys_are_deleted_with_null() {
    let mut shadow = shadow();
    document(&mut shadow, json!({"a": 1, "b": 2}), json!({}), 4);
    let delete = shadow.delete_all(NOW);
    assert_eq!(body(&delete), json!({"Method": "delete", "State": {"Reported": null}, "Version": 4}));
    reply(&mut shadow, 0, 5);
    assert!(shadow.reported().is_empty());
}

#[test]
fn a_conflict_brings_the_document_and_keeps_the_edit() {
    let mut shadow = shadow();
    shadow.update(NOW, values(json!({"temperature": 30})));
    let conflict = br#"{"Method":"control","Payload":{"RetCode":100026,
        "State":{"Reported":{"humidity":57,"temperature":26},"Desired":{}},
        "Metadata":{"Reported":{"humidity":{"Timestamp":1562909435},"temperature":{"Timestamp":1562909435}},"Desired":{}}},
        "Version":1,"Timestamp":1562909688}"#;
    let change = shadow.receive(SystemTopic::ShadowDownstream, conflict).unwrap();
    assert!(matches!(change, Change::Conflict(Some(edit)) if edit.version == 0));
    assert_eq!(shadow.version(), 1);
    assert_eq!(Value::Object(shadow.reported().clone()), json!({"humidity": 57, "temperature": 26}));
    assert_eq!(shadow.reported_at("humidity"), Some(1_562_909_435));
    assert!(!shadow.in_doubt());

    let again = shadow.retry(NOW).unwrap();
    assert_eq!(body(&again)["State"], json!({"Reported": {"temperature": 30}}));
    assert_eq!(version_of(&again), 1);
    assert_eq!(shadow.retry(NOW), None);
    assert!(matches!(reply(&mut shadow, 0, 2), Change::Accepted(_)));
    assert_eq!(shadow.reported()["temperature"], 30);
}

#[test]
fn edits_that_follow_each_other_carry_the_version_to_come() {
    let mut shadow = shadow();
    document(&mut shadow, json!({}), json!({}), 7);
    assert_eq!(version_of(&shadow.update(NOW, values(json!({"a": 1})))), 7);
    assert_eq!(version_of(&shadow.reset_version(NOW, values(json!({"b": 1})))), -1);
    assert_eq!(version_of(&shadow.delete(NOW, ["a"])), 0);
    for version in [8, 0, 1] {
        assert!(matches!(reply(&mut shadow, 0, version), Change::Accepted(_)));
    }
    assert_eq!(Value::Object(shadow.reported().clone()), json!({"b": 1}));
    assert_eq!((shadow.version(), shadow.in_doubt()), (1, false));
}

#[test]
fn an_edit_that_a_push_overtook_no_longer_counts_for_the_next_version() {
    let mut shadow = shadow();
    document(&mut shadow, json!({}), json!({}), 7);
    shadow.update(NOW, values(json!({"a": 1})));
    let push =
        json!({"Method": "control", "Payload": {"RetCode": 0, "State": {"Desired": {"b": 1}}}, "Version": 8});
    down(&mut shadow, push);
    assert_eq!(shadow.next_version(), 8);
}

#[test]
fn the_version_overflows_as_an_int32_does() {
    let mut shadow = shadow();
    document(&mut shadow, json!({}), json!({}), i32::MAX);
    assert_eq!(version_of(&shadow.update(NOW, Values::new())), i64::from(i32::MAX));
    assert_eq!(version_of(&shadow.update(NOW, Values::new())), i64::from(i32::MIN));
    reply(&mut shadow, 0, i64::from(i32::MIN));
    assert_eq!(shadow.version(), i32::MIN);
    let outside =
        json!({"Method": "reply", "Payload": {"RetCode": 0}, "Version": 2_147_483_648_u32}).to_string();
    assert!(shadow.receive(SystemTopic::ShadowDownstream, outside.as_bytes()).is_err());
    assert_eq!((shadow.version(), shadow.under_way().count()), (i32::MIN, 1));
}

#[test]
fn a_lost_answer_does_not_shift_the_later_ones() {
    let mut shadow = shadow();
    document(&mut shadow, json!({}), json!({}), 0);
    shadow.update(NOW, values(json!({"a": 1})));
    shadow.update(NOW, values(json!({"b": 2})));
    let change = reply(&mut shadow, 0, 2);
    assert!(matches!(change, Change::Accepted(edit) if edit.version == 1));
    assert!(matches!(&shadow.take_lost()[..], [Lost::Edit(edit)] if edit.version == 0));
    assert!(shadow.in_doubt());
    assert_eq!((shadow.version(), shadow.under_way().count()), (2, 0));
}

#[test]
fn a_lost_edit_is_told_apart_from_the_one_that_conflicts_because_of_it() {
    let mut shadow = shadow();
    document(&mut shadow, json!({}), json!({}), 0);
    shadow.update(NOW, values(json!({"a": 1})));
    shadow.update(NOW, values(json!({"b": 2})));
    let state = json!({"Reported": {}, "Desired": {}});
    let conflict =
        json!({"Method": "control", "Payload": {"RetCode": 100_026, "State": state}, "Version": 0});
    assert!(matches!(down(&mut shadow, conflict), Change::Conflict(Some(edit)) if edit.version == 1));
    assert!(matches!(&shadow.take_lost()[..], [Lost::Edit(edit)] if edit.version == 0));
    assert_eq!(version_of(&shadow.retry(NOW).unwrap()), 0);
}

#[test]
fn overdue_requests_are_given_up_and_late_answers_reported() {
    let mut shadow = shadow();
    document(&mut shadow, json!({}), json!({}), 3);
    shadow.get(NOW);
    shadow.update(NOW + Duration::from_secs(1), values(json!({"a": 1})));
    assert_eq!(shadow.deadline(), Some(NOW + ANSWER_TIME));
    shadow.time_out(NOW + ANSWER_TIME);
    assert_eq!(shadow.take_lost(), [Lost::Get]);
    assert!(!shadow.in_doubt());
    shadow.time_out(NOW + Duration::from_secs(6));
    assert!(matches!(&shadow.take_lost()[..], [Lost::Edit(_)]));
    assert!(shadow.in_doubt());
    assert_eq!((shadow.deadline(), shadow.take_lost()), (None, vec![]));

    assert_eq!(reply(&mut shadow, 0, 4), Change::Unasked { version: Some(4) });
    assert_eq!(shadow.version(), 3, "a late answer may be an old one");
    assert_eq!(document(&mut shadow, json!({"a": 1}), json!({}), 4), Change::Fetched { asked: false });
    assert_eq!((shadow.version(), shadow.in_doubt()), (4, false));
}

#[test]
fn unasked_refusals_and_conflicts_are_reported() {
    let mut shadow = shadow();
    let change = reply(&mut shadow, 230, 5);
    assert_eq!(change, Change::Refused { edit: None, code: RetCode::PARAMETER_WRONG, message: None });
    assert_eq!(shadow.version(), 5);
    let state = json!({"Reported": {}, "Desired": {}});
    let conflict =
        json!({"Method": "control", "Payload": {"RetCode": 100_026, "State": state}, "Version": 6});
    assert_eq!(down(&mut shadow, conflict), Change::Conflict(None));
    assert_eq!(shadow.refused().count(), 0);
}

#[test]
fn refusals_are_read_in_each_shape() {
    let mut shadow = shadow();
    for answer in [
        json!({"Method": "reply", "Payload": {"RetCode": 230, "Message": "why"}, "Version": 0, "Timestamp": 1}),
        json!({"Payload": {"RetCode": "230", "Message": "why"}, "Method": "reply"}),
        json!({"RetCode": 230, "Message": "why"}),
    ] {
        let sent = shadow.update(NOW, values(json!({"a": 1})));
        let Change::Refused { edit: Some(edit), code, message } = down(&mut shadow, answer) else {
            panic!("no refusal")
        };
        assert_eq!(serde_json::to_value(&edit).unwrap(), body(&sent));
        assert_eq!((code, message.as_deref()), (RetCode::PARAMETER_WRONG, Some("why")));

        shadow.get(NOW);
        let disabled = json!({"Method": "reply", "Payload": {"RetCode": 100_027}}).to_string();
        let change = shadow.receive(SystemTopic::ShadowGetReply, disabled.as_bytes()).unwrap();
        assert_eq!(change, Change::GetRefused { code: RetCode::SHADOW_DISABLED, message: None });
        assert_eq!(shadow.gets_under_way(), 0);
    }
    assert_eq!(shadow.refused().count(), 0, "sending it again would not help");
}

#[test]
fn a_conflict_without_a_document_leaves_a_doubt() {
    let mut shadow = shadow();
    document(&mut shadow, json!({"a": 1}), json!({}), 0);
    shadow.update(NOW, values(json!({"a": 2})));
    assert!(matches!(reply(&mut shadow, 100_026, 9), Change::Conflict(Some(_))));
    assert_eq!((shadow.version(), shadow.in_doubt()), (9, true));
}

#[test]
fn what_cannot_be_understood_changes_nothing() {
    let mut shadow = shadow();
    document(&mut shadow, json!({"a": 1}), json!({}), 3);
    shadow.update(NOW, values(json!({"a": 2})));
    shadow.get(NOW);
    let deep = "[".repeat(100_000);
    for (topic, payload) in [
        (SystemTopic::ShadowDownstream, ""),
        (SystemTopic::ShadowDownstream, "null"),
        (SystemTopic::ShadowDownstream, "[1]"),
        (SystemTopic::ShadowDownstream, &deep),
        (SystemTopic::ShadowDownstream, r#"{"Method":"reply","Version":4}"#),
        (SystemTopic::ShadowDownstream, r#"{"Method":"shout","Payload":{"RetCode":0},"Version":4}"#),
        (SystemTopic::ShadowDownstream, r#"{"Method":"control","Payload":{"RetCode":0},"Version":4}"#),
        (SystemTopic::ShadowDownstream, r#"{"RetCode":0}"#),
        (SystemTopic::ShadowGetReply, r#"{"State":{"Reported":{}}}"#),
        (SystemTopic::ShadowGetReply, r#"{"State":{"Reported":[]},"Version":4}"#),
        (SystemTopic::ShadowGetReply, r#"{"Method":"reply","Payload":{"RetCode":0}}"#),
        (SystemTopic::ShadowGet, r#"{"Method":"reply","Payload":{"RetCode":0},"Version":4}"#),
    ] {
        let Err(Misread { topic: named, why }) = shadow.receive(topic, payload.as_bytes()) else {
            panic!("understood {payload}")
        };
        assert_eq!(named, topic);
        assert!(!why.is_empty());
    }
    assert_eq!(shadow.version(), 3);
    assert_eq!(Value::Object(shadow.reported().clone()), json!({"a": 1}));
    assert_eq!((shadow.under_way().count(), shadow.gets_under_way()), (1, 1));
}

#[test]
fn unanswered_requests_are_bounded() {
    let mut shadow = shadow();
    document(&mut shadow, json!({}), json!({}), 0);
    for _ in 0..=REQUESTS {
        shadow.update(NOW, Values::new());
        shadow.get(NOW);
    }
    assert_eq!((shadow.under_way().count(), shadow.gets_under_way()), (REQUESTS, REQUESTS));
    assert_eq!(shadow.take_lost().len(), 2);
    shadow.give_up_all();
    assert_eq!((shadow.under_way().count(), shadow.gets_under_way()), (0, 0));
    assert_eq!(shadow.take_lost().len(), REQUESTS);
    for version in 0..20 {
        shadow.update(NOW, Values::new());
        reply(&mut shadow, 100_026, version + 100);
    }
    assert_eq!(shadow.refused().count(), REQUESTS);
    shadow.discard_refused();
    assert_eq!(shadow.retry(NOW), None);
}

#[test]
fn pushes_cannot_fill_the_memory() {
    let mut shadow = shadow();
    for round in 0..4 {
        let many: Values = (0..4_000).map(|i| (format!("{round}-{i}"), json!(i))).collect();
        let push =
            json!({"Method": "control", "Payload": {"RetCode": 0, "State": {"Desired": many}}, "Version": 1});
        down(&mut shadow, push);
        assert!(shadow.desired().len() <= 10_000);
    }
}

#[test]
fn the_lower_case_version_and_unknown_fields_are_kept() {
    let sample = json!({"Method": "delete", "State": {"Reported": {"temperature": null}, "x": [1]}, "version": 1, "y": 2});
    let edit: Edit = serde_json::from_value(sample).unwrap();
    assert_eq!(edit.version, 1);
    let written = serde_json::to_value(&edit).unwrap();
    let expected = json!({"Method": "delete", "State": {"Reported": {"temperature": null}, "x": [1]}, "Version": 1, "y": 2});
    assert_eq!(written, expected);

    let id = u64::MAX;
    let document = json!({
        "State": {"Reported": {"id": id}, "Else": 1}, "Metadata": {"Reported": {"id": {"Timestamp": 1, "By": "x"}}},
        "Timestamp": 1, "Version": 2, "Extra": {"a": null},
    });
    let read: Document = serde_json::from_value(document.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), document);
    let down =
        json!({"Method": "control", "Payload": {"RetCode": 0, "More": true}, "Version": 1, "Extra": "z"});
    let read: Downstream = serde_json::from_value(down.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), down);
}

#[test]
fn absent_null_and_empty_are_three_things() {
    for (json, part) in [
        (json!({}), Part::Absent),
        (json!({"Reported": null}), Part::Null),
        (json!({"Reported": {}}), Part::Values(Values::new())),
    ] {
        let state: EditState = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(state.reported, part);
        assert_eq!(serde_json::to_value(&state).unwrap(), json);
    }
}
