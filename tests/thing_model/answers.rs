//! Answers that come in order, out of order, late, never, twice, wrong, or unasked.

use super::*;
use uiot_testbench::uiot::RetCode;
use uiot_testbench::uiot::model::reducer::{ENDED, PATIENCE, PROPERTIES, RequestEnd, Standing};

fn standing<'a>(model: &'a ThingModel, identifier: &str) -> &'a Standing {
    &model.properties()[identifier].standing
}

#[test]
fn answers_find_their_requests_in_any_order() {
    let mut model = model();
    model.post(Moment::ZERO, samples(&json!({"a": 1})));
    model.post(Moment::ZERO, samples(&json!({"b": 1})));
    model.post(Moment::ZERO, samples(&json!({"c": 1})));
    let refused = json!({"RequestID": "101", "RetCode": 220, "Message": "b: above the highest value 0"});
    for (id, body) in [("102", ok("102")), ("101", refused), ("100", ok("100"))] {
        let Change::Answered(ended) = come(&mut model, seconds(1), T::PropertyPostReply, &body).unwrap()
        else {
            panic!()
        };
        assert_eq!(ended.request.id, id);
    }
    assert_eq!(model.in_flight().count(), 0);
    assert_eq!(*standing(&model, "a"), Standing::Accepted);
    assert_eq!(*standing(&model, "b"), Standing::Refused(RetCode::PARAMETER_EXCEEDS));
    // The reason is kept with the request.
    let refused = model.ended().find(|ended| ended.request.id == "101").unwrap();
    let message = Some("b: above the highest value 0".into());
    assert_eq!(refused.end, RequestEnd::Answered { code: RetCode::PARAMETER_EXCEEDS, message });
}

#[test]
fn an_answer_to_an_older_report_leaves_the_newer_value_alone() {
    let mut model = model();
    model.post(Moment::ZERO, samples(&json!({"a": 1})));
    model.post(Moment::ZERO, samples(&json!({"a": 2})));
    come(&mut model, Moment::ZERO, T::PropertyPostReply, &ok("100")).unwrap();
    assert_eq!(*standing(&model, "a"), Standing::Reported("101".into()));
    come(&mut model, Moment::ZERO, T::PropertyPostReply, &ok("101")).unwrap();
    assert_eq!(*standing(&model, "a"), Standing::Accepted);
}

#[test]
fn a_lost_answer_is_given_up_in_time() {
    let mut model = model();
    assert_eq!(model.next_expiry(), None);
    model.post(seconds(1), samples(&json!({"a": 1})));
    model.restore(seconds(2));
    assert_eq!(model.next_expiry(), Some(seconds(1) + PATIENCE));
    assert!(model.expire(seconds(1) + (PATIENCE - SECOND)).is_empty());
    let given_up = model.expire(seconds(1) + PATIENCE);
    assert_eq!(given_up.iter().map(|request| request.id.as_str()).collect::<Vec<_>>(), ["100"]);
    assert_eq!(*standing(&model, "a"), Standing::Unanswered("100".into()));
    assert_eq!(model.ended().next().unwrap().end, RequestEnd::Overdue);
    assert_eq!(model.next_expiry(), Some(seconds(2) + PATIENCE));
    model.set_patience(SECOND);
    assert_eq!(model.expire(seconds(3)).len(), 1);
    assert_eq!(model.next_expiry(), None);
}

#[test]
fn a_late_answer_is_told_as_late_and_still_taken_over() {
    let mut model = model();
    model.post(Moment::ZERO, samples(&json!({"a": 1})));
    model.get_desired(Moment::ZERO, vec!["a".into()]);
    model.expire(seconds(60));
    let Change::Late(ended) = come(&mut model, seconds(61), T::PropertyPostReply, &ok("100")).unwrap() else {
        panic!()
    };
    assert_eq!((ended.request.id.as_str(), ended.at), ("100", seconds(61)));
    assert_eq!(*standing(&model, "a"), Standing::Accepted);
    let desired = json!({"RetCode": 0, "RequestID": "101", "Desired": {"a": {"Value": 1, "Version": 4}}});
    assert!(matches!(come(&mut model, seconds(62), T::DesiredGetReply, &desired), Ok(Change::Late(_))));
    assert_eq!(model.desired()["a"].version, 4);
    assert!(model.ended().all(|ended| matches!(ended.end, RequestEnd::Answered { .. })));
}

#[test]
fn a_second_answer_is_late_too() {
    let mut model = model();
    model.restore(Moment::ZERO);
    let body =
        json!({"RetCode": 0, "RequestID": "100", "LatestUpdateTime": 7, "Property": {"a": {"Value": 1}}});
    assert!(matches!(
        come(&mut model, Moment::ZERO, T::PropertyRestoreReply, &body),
        Ok(Change::Answered(_))
    ));
    assert!(matches!(come(&mut model, Moment::ZERO, T::PropertyRestoreReply, &body), Ok(Change::Late(_))));
    assert_eq!(model.ended().count(), 1);
}

#[test]
fn an_answer_to_nobodys_request_changes_nothing() {
    let mut model = model();
    model.get_desired(Moment::ZERO, vec!["a".into()]);
    let body =
        json!({"RetCode": 0, "RequestID": "7", "LatestUpdateTime": 7, "Property": {"a": {"Value": 1}}});
    let change = come(&mut model, Moment::ZERO, T::PropertyRestoreReply, &body).unwrap();
    assert_eq!(change, Change::Unasked { request_id: "7".into(), code: RetCode::SUCCESS });
    assert!(model.properties().is_empty());
    assert_eq!(model.latest_update(), None);
    // The right identifier on the wrong topic is nobody's either.
    let change = come(&mut model, Moment::ZERO, T::PropertyPostReply, &ok("100")).unwrap();
    assert_eq!(change, Change::Unasked { request_id: "100".into(), code: RetCode::SUCCESS });
    assert_eq!(model.in_flight().count(), 1);
}

#[test]
fn what_cannot_be_read_is_told_and_the_request_stays() {
    let mut model = model();
    model.restore(Moment::ZERO);
    model.get_template(Moment::ZERO);
    for (topic, payload) in [
        (T::PropertyRestoreReply, &b"no json"[..]),
        (T::PropertyRestoreReply, b"[]"),
        (T::PropertyRestoreReply, b"{\"RequestID\":\"100\"}"),
        (T::PropertyRestoreReply, b"{\"RequestID\":100,\"RetCode\":0}"),
        (T::PropertyRestoreReply, b"{\"RequestID\":\"100\",\"RetCode\":0,\"Property\":[]}"),
        (T::TemplateGetReply, b"{\"RequestID\":\"101\",\"RetCode\":0}"),
        (T::TemplateGetReply, b"{\"RequestID\":\"101\",\"RetCode\":0,\"Template\":{\"Property\":1}}"),
        (T::Command, b"{\"RequestID\":\"a/b\",\"Identifier\":\"c\",\"Input\":{}}"),
        (T::Command, b"{\"RequestID\":\"\",\"Identifier\":\"c\",\"Input\":{}}"),
        (T::PropertySet, b"{\"RequestID\":\"1\",\"Property\":[1]}"),
        (T::PropertyPost, b"{\"RequestID\":\"1\",\"Property\":{}}"),
        (T::ShadowDownstream, b"{}"),
    ] {
        let misread = model.receive(Moment::ZERO, topic, payload).unwrap_err();
        assert_eq!(misread.topic, topic);
        assert!(!misread.why.is_empty());
    }
    assert_eq!(model.in_flight().count(), 2);
    assert_eq!((model.sets().count(), model.commands().count()), (0, 0));
}

#[test]
fn a_refused_question_brings_nothing() {
    let mut model = model();
    model.get_template(Moment::ZERO);
    let body = json!({"RequestID": "100", "RetCode": 130});
    let Change::Answered(ended) = come(&mut model, Moment::ZERO, T::TemplateGetReply, &body).unwrap() else {
        panic!()
    };
    assert_eq!(ended.end, RequestEnd::Answered { code: RetCode::UNAVAILABLE, message: None });
    assert_eq!(model.template(), None);
}

#[test]
fn restoring_leaves_alone_what_was_learned_after_the_question() {
    let mut model = model();
    model.post(seconds(1), samples(&json!({"a": 1, "b": 1})));
    model.restore(seconds(2));
    model.post(seconds(3), samples(&json!({"a": 3})));
    let property = json!({"a": {"Value": 0, "Time": 5}, "b": {"Value": 0, "Time": 5}});
    let body = json!({"RetCode": 0, "RequestID": "101", "LatestUpdateTime": 7, "Property": property});
    come(&mut model, seconds(4), T::PropertyRestoreReply, &body).unwrap();
    assert_eq!((&model.properties()["a"].value, &model.properties()["b"].value), (&json!(3), &json!(0)));
    assert_eq!(*standing(&model, "b"), Standing::Restored);
    assert_eq!(model.latest_update(), Some(7));
}

#[test]
fn desired_values_go_when_the_platform_no_longer_has_them() {
    let mut model = model();
    let reply = |id: &str, desired: Value| json!({"RetCode": 0, "RequestID": id, "Desired": desired});
    model.get_desired(seconds(1), vec!["a".into(), "b".into()]);
    let both = json!({"a": {"Value": 1, "Version": 1}, "b": {"Value": 1, "Version": 1}});
    come(&mut model, seconds(1), T::DesiredGetReply, &reply("100", both)).unwrap();
    assert_eq!(model.desired().len(), 2);
    model.get_desired(seconds(2), vec!["a".into()]);
    come(&mut model, seconds(2), T::DesiredGetReply, &reply("101", json!({}))).unwrap();
    assert_eq!(model.desired().keys().collect::<Vec<_>>(), ["b"]);
}

#[test]
fn an_older_answer_takes_no_version_back() {
    let mut model = model();
    let reply = |id: &str, version: i64| {
        let desired = json!({"a": {"Value": version, "Version": version}});
        json!({"RetCode": 0, "RequestID": id, "Desired": desired})
    };
    model.get_desired(seconds(1), vec!["a".into()]);
    model.get_desired(seconds(2), vec!["a".into()]);
    come(&mut model, seconds(3), T::DesiredGetReply, &reply("101", 2)).unwrap();
    come(&mut model, seconds(3), T::DesiredGetReply, &reply("100", 1)).unwrap();
    assert_eq!(model.desired()["a"].version, 2);
}

#[test]
fn a_deletion_forgets_only_the_version_that_it_named() {
    let mut model = model();
    let desired = |version: i64| json!({"a": {"Value": 1, "Version": version}});
    model.get_desired(Moment::ZERO, vec!["a".into()]);
    let body = json!({"RetCode": 0, "RequestID": "100", "Desired": desired(1)});
    come(&mut model, Moment::ZERO, T::DesiredGetReply, &body).unwrap();
    model.delete_desired(Moment::ZERO, vec![("a".into(), 1)]);
    model.get_desired(Moment::ZERO, vec!["a".into()]);
    let body = json!({"RetCode": 0, "RequestID": "102", "Desired": desired(2)});
    come(&mut model, Moment::ZERO, T::DesiredGetReply, &body).unwrap();
    come(&mut model, Moment::ZERO, T::DesiredDeleteReply, &ok("101")).unwrap();
    assert_eq!(model.desired()["a"].version, 2);

    model.delete_desired(Moment::ZERO, vec![("a".into(), 2)]);
    let refused = json!({"RequestID": "103", "RetCode": 230, "Message": "a: Version is 3, not 2"});
    come(&mut model, Moment::ZERO, T::DesiredDeleteReply, &refused).unwrap();
    assert_eq!(model.desired().len(), 1, "it is to be asked for again");
}

#[test]
fn what_a_platform_can_make_grow_is_bounded() {
    let mut model = model();
    for n in 0..300 {
        model.restore(Moment::ZERO);
        let id = (100 + n).to_string();
        let property: serde_json::Map<_, _> =
            (0..10).map(|k| (format!("p{n}-{k}"), json!({"Value": 1}))).collect();
        let body = json!({"RetCode": 0, "RequestID": id, "Property": property});
        come(&mut model, Moment::ZERO, T::PropertyRestoreReply, &body).unwrap();
    }
    assert_eq!(model.ended().count(), ENDED);
    assert_eq!(model.properties().len(), PROPERTIES);
    for n in 0..300 {
        model.get_desired(Moment::ZERO, Vec::new());
        let id = (400 + n).to_string();
        let desired: serde_json::Map<_, _> =
            (0..10).map(|k| (format!("p{n}-{k}"), json!({"Value": 1, "Version": 1}))).collect();
        let body = json!({"RetCode": 0, "RequestID": id, "Desired": desired});
        come(&mut model, Moment::ZERO, T::DesiredGetReply, &body).unwrap();
    }
    assert_eq!(model.desired().len(), PROPERTIES);
}
