//! What the documents leave open, in each setting.

use super::*;

#[test]
fn an_error_has_three_shapes_and_may_say_why() {
    let mut rig = Rig::new();
    rig.shadow().set_version(4);
    let wrong = json!({"Method": "shout"});
    let why = Fault::UnknownMethod.to_string();
    let reply =
        |payload: Value| json!({"Method": "reply", "Payload": payload, "Version": 4, "Timestamp": START});
    for (shape, message, expected) in [
        (ErrorReply::Reply, false, Some(reply(json!({"RetCode": 230})))),
        (ErrorReply::Reply, true, Some(reply(json!({"RetCode": 230, "Message": why})))),
        (ErrorReply::Bare, false, Some(json!({"RetCode": 230}))),
        (ErrorReply::Bare, true, Some(json!({"RetCode": 230, "Message": why}))),
        (ErrorReply::Silent, true, None),
    ] {
        rig.choices().error_reply = shape;
        rig.choices().error_message = message;
        let did = rig.edit(&wrong);
        let sent: Vec<_> = did.sent.into_iter().map(|(_, message)| message).collect();
        assert_eq!(sent, Vec::from_iter(expected));
        assert_eq!(did.refused.len(), 1);
    }
    rig.choices().error_reply = ErrorReply::Silent;
    let conflict = json!({"Method": "update", "State": {"Reported": {}}, "Version": 1});
    assert_eq!(rig.edit(&conflict).code(), 100_026, "a conflict is documented");
}

#[test]
fn a_disabled_shadow_gives_its_code_or_nothing() {
    let mut rig = Rig::new();
    rig.report(json!({"a": 1}));
    rig.registry.product_mut(&device().product_sn).unwrap().shadow = false;
    for topic in [SystemTopic::ShadowGet, SystemTopic::ShadowUpstream] {
        rig.choices().disabled = Disabled::Code;
        let did = rig.receive(topic, b"{}");
        let answer =
            json!({"Method": "reply", "Payload": {"RetCode": 100_027}, "Version": 1, "Timestamp": START});
        assert_eq!(did.sent, [(topic.reply().unwrap(), answer)]);
        rig.choices().disabled = Disabled::Silent;
        assert!(rig.receive(topic, b"{}").sent.is_empty());
    }
    rig.registry.product_mut(&device().product_sn).unwrap().shadow = true;
    assert_eq!(rig.get().answer()["State"]["Reported"], json!({"a": 1}));
}

#[test]
fn a_service_out_of_order_answers_130() {
    let mut rig = Rig::new();
    rig.choices().out_of_order = true;
    assert_eq!(rig.get().code(), 130);
    assert_eq!(rig.report(json!({"a": 1})).code(), 130);
    assert_eq!(rig.desire(json!({"a": 1})).0, Err(RetCode::UNAVAILABLE));
    rig.choices().out_of_order = false;
    assert_eq!(rig.report(json!({"a": 1})).code(), 0);
}

#[test]
fn the_lower_case_version_is_read_or_not() {
    let mut rig = Rig::new();
    let message = json!({"Method": "delete", "State": {"Reported": null}, "version": 0});
    rig.choices().lowercase_version = false;
    assert_eq!(rig.edit(&message).code(), 230);
    rig.choices().lowercase_version = true;
    assert_eq!(rig.edit(&message).code(), 0);
    let both = json!({"Method": "delete", "State": {"Reported": null}, "version": 0, "Version": 1});
    assert_eq!(rig.edit(&both).code(), 0, "Version goes before version");
}

#[test]
fn an_edit_without_a_version() {
    let mut rig = Rig::new();
    let message = json!({"Method": "update", "State": {"Reported": {"a": 1}}});
    for (choice, code, version) in
        [(NoVersion::Wrong, 230, 0), (NoVersion::Conflict, 100_026, 0), (NoVersion::Current, 0, 1)]
    {
        rig.choices().no_version = choice;
        assert_eq!((rig.edit(&message).code(), rig.shadow().version()), (code, version));
    }
}

#[test]
fn null_as_a_value() {
    for (choice, code, reported) in [
        (NullValue::Keep, 0, json!({"a": null, "b": {"c": null}})),
        (NullValue::Remove, 0, json!({"b": {"c": null}})),
        (NullValue::Refuse, 230, json!({"a": 1})),
    ] {
        let mut rig = Rig::new();
        rig.report(json!({"a": 1}));
        rig.desire(json!({"d": 1})).0.unwrap();
        rig.choices().null_value = choice;
        assert_eq!(rig.report(json!({"a": null, "b": {"c": null}})).code(), code);
        assert_eq!(rig.reported(), reported);
        let (desired, _) = rig.desire(json!({"d": null}));
        match choice {
            NullValue::Keep => assert_eq!(rig.desired(), json!({"d": null})),
            NullValue::Remove => assert_eq!(rig.desired(), json!({})),
            NullValue::Refuse => assert_eq!(desired, Err(RetCode::PARAMETER_WRONG)),
        }
    }
}

#[test]
fn a_value_of_a_key_to_delete() {
    let mut rig = Rig::new();
    rig.report(json!({"a": 1}));
    let message = json!({"Method": "delete", "State": {"Reported": {"a": 1}}, "Version": 1});
    assert_eq!(rig.edit(&message).code(), 230);
    rig.choices().delete_any_value = true;
    assert_eq!(rig.edit(&message).code(), 0);
    assert_eq!(rig.reported(), json!({}));
}

#[test]
fn desired_values_by_the_device() {
    for (choice, code, desired, reported) in [
        (DeviceDesired::Refuse, 230, json!({"d": 1}), json!({})),
        (DeviceDesired::Ignore, 0, json!({"d": 1}), json!({"a": 1})),
        (DeviceDesired::Take, 0, json!({"d": 2}), json!({"a": 1})),
    ] {
        let mut rig = Rig::new();
        rig.desire(json!({"d": 1})).0.unwrap();
        rig.choices().device_desired = choice;
        let state = json!({"Desired": {"d": 2}, "Reported": {"a": 1}});
        let did = rig.edit(&json!({"Method": "update", "State": state, "Version": 1}));
        assert_eq!((did.code(), rig.desired(), rig.reported()), (code, desired, reported));
    }
}

#[test]
fn desired_null_in_a_delete() {
    for (moves, reported) in [(true, json!({"a": 3, "b": 2})), (false, json!({"a": 1}))] {
        let mut rig = Rig::new();
        rig.report(json!({"a": 1, "c": 5}));
        rig.desire(json!({"a": 3, "b": 2, "c": 4})).0.unwrap();
        rig.choices().delete_moves_desired = moves;
        let state = json!({"Reported": {"c": null}, "Desired": null});
        let did = rig.edit(&json!({"Method": "delete", "State": state, "Version": 2}));
        assert_eq!((did.code(), rig.desired(), rig.reported()), (0, json!({}), reported));
        let did = rig.edit(&json!({"Method": "delete", "State": {"Desired": null}, "Version": 3}));
        assert_eq!(did.code(), 0);
    }
}

#[test]
fn objects_as_values() {
    for (nested, updated, deleted) in [
        (Nested::Replace, json!({"a": {"c": {"e": 2}}}), None),
        (Nested::Merge, json!({"a": {"b": 1, "c": {"d": 1, "e": 2}}}), Some(json!({"a": {"c": {"e": 2}}}))),
    ] {
        let mut rig = Rig::new();
        rig.choices().nested = nested;
        rig.report(json!({"a": {"b": 1, "c": {"d": 1}}}));
        rig.report(json!({"a": {"c": {"e": 2}}}));
        assert_eq!(rig.reported(), updated);
        let inner = json!({"a": {"b": null, "c": {"d": null}}});
        let did = rig.edit(&json!({"Method": "delete", "State": {"Reported": inner}, "Version": 2}));
        match deleted {
            Some(deleted) => assert_eq!(rig.reported(), deleted),
            None => assert_eq!((did.code(), rig.reported()), (230, updated)),
        }
    }
}

#[test]
fn desired_objects_that_are_settled() {
    for (nested, reported) in [
        (Nested::Replace, json!({"a": {"z": 3}, "b": {"y": 2}})),
        (Nested::Merge, json!({"a": {"x": 1, "z": 3}, "b": {"x": 1, "y": 2}})),
    ] {
        let mut rig = Rig::new();
        rig.choices().nested = nested;
        rig.report(json!({"a": {"x": 1}, "b": {"x": 1}}));
        rig.desire(json!({"a": {"y": 2}, "b": {"y": 2}})).0.unwrap();
        let state = json!({"Reported": {"a": {"z": 3}}, "Desired": null});
        let did = rig.edit(&json!({"Method": "update", "State": state, "Version": 2}));
        assert_eq!((did.code(), rig.reported()), (0, reported));
    }
}

#[test]
fn the_depth_of_values_has_no_limit_or_one() {
    let mut rig = Rig::new();
    let five = json!({"a": {"b": {"c": [{"d": 1}]}}});
    let six = json!({"a": {"b": {"c": [{"d": [1]}]}}});
    assert_eq!(rig.report(six.clone()).code(), 0);
    rig.choices().depth = Some(5);
    assert_eq!(rig.report(five.clone()).code(), 0);
    assert_eq!(rig.report(six.clone()).code(), 230);
    assert_eq!(rig.desire(five).0, Ok(3));
    assert_eq!(rig.desire(six).0, Err(RetCode::PARAMETER_EXCEEDS));
}

#[test]
fn the_version_after_the_last() {
    for (choice, code, version) in
        [(Overflow::Wrap, 0, i32::MIN), (Overflow::ToZero, 0, 0), (Overflow::Refuse, 130, i32::MAX)]
    {
        let mut rig = Rig::new();
        rig.choices().overflow = choice;
        rig.shadow().set_version(i32::MAX);
        let did = rig.report(json!({"a": 1}));
        assert_eq!((did.code(), rig.shadow().version()), (code, version));
        let reset = json!({"Method": "update", "State": {"Reported": {"a": 1}}, "Version": -1});
        assert_eq!((rig.edit(&reset).code(), rig.shadow().version()), (0, 0));
    }
}

#[test]
fn an_edit_that_changes_nothing_counts_or_not() {
    let mut rig = Rig::new();
    let nothing = json!({"Method": "delete", "State": {"Reported": {"none": null}}, "Version": 0});
    rig.choices().unchanged_counts = false;
    let did = rig.edit(&nothing);
    assert_eq!((did.code(), did.documents.len(), rig.shadow().version()), (0, 0, 0));
    rig.choices().unchanged_counts = true;
    let did = rig.edit(&nothing);
    assert_eq!((did.code(), did.documents.len(), rig.shadow().version()), (0, 1, 1));
}

#[test]
fn a_push_holds_all_that_is_desired_or_what_changed() {
    for (choice, pushed) in [(Pushed::Whole, json!({"a": 1, "b": 2})), (Pushed::Changed, json!({"b": 2}))] {
        let mut rig = Rig::new();
        rig.choices().pushed = choice;
        rig.desire(json!({"a": 1})).0.unwrap();
        let (_, did) = rig.desire(json!({"b": 2}));
        let payload = &did.answer()["Payload"];
        assert_eq!(payload["State"], json!({ "Desired": pushed }));
        let stamps = payload["Metadata"]["Desired"].as_object().unwrap();
        assert!(stamps.keys().eq(pushed.as_object().unwrap().keys()));
    }
}

#[test]
fn a_document_has_the_time_of_sending_or_of_the_last_change() {
    let mut rig = Rig::new();
    rig.report(json!({"a": 1}));
    rig.now += 60;
    assert_eq!(rig.get().answer()["Timestamp"], START + 60);
    rig.choices().document_time = DocumentTime::Changed;
    assert_eq!(rig.get().answer()["Timestamp"], START);
}
