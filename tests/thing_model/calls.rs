//! Property sets and commands at the device: waiting, answering, repeated deliveries, time.

use std::collections::BTreeMap;

use super::*;
use uiot_testbench::uiot::RetCode;
use uiot_testbench::uiot::model::reducer::{Call, CommandAnswer, INCOMING, SETTLED, Standing};

fn set(id: &str, value: i64) -> Value {
    json!({"RequestID": id, "Property": {"a": value}})
}

fn command(id: &str, identifier: &str) -> Value {
    json!({"RequestID": id, "Identifier": identifier, "Input": {"n": 1}})
}

#[test]
fn calls_wait_with_their_countdown() {
    let mut model = model();
    come(&mut model, seconds(10), T::Command, &command("432542341234", "c")).unwrap();
    let waiting = model.commands().next().unwrap();
    assert_eq!(waiting.request_id, "432542341234");
    assert_eq!(waiting.call, Call::Command { identifier: "c".into(), input: object(&json!({"n": 1})) });
    assert_eq!(waiting.remaining(seconds(10)), 5 * SECOND);
    assert_eq!(waiting.remaining(seconds(14)), SECOND);
    assert_eq!(waiting.remaining(seconds(16)), Duration::ZERO);
    assert_eq!(waiting.deadline(), seconds(15));
    // An asynchronous one may be answered later, and the device cannot know which it is.
    assert!(model.expire(seconds(100)).is_empty());
    assert!(model.answer_command("432542341234", CommandAnswer::default()).is_some());
    assert_eq!(model.answer_command("432542341234", CommandAnswer::default()), None);
}

#[test]
fn an_answer_needs_a_call_of_its_kind() {
    let mut model = model();
    come(&mut model, Moment::ZERO, T::PropertySet, &set("1", 1)).unwrap();
    come(&mut model, Moment::ZERO, T::Command, &command("2", "c")).unwrap();
    assert_eq!(model.answer_command("1", CommandAnswer::default()), None);
    assert_eq!(model.answer_set(Moment::ZERO, "2", RetCode::SUCCESS), None);
    assert_eq!((model.sets().count(), model.commands().count()), (1, 1));
}

#[test]
fn only_an_agreed_set_changes_a_value() {
    let mut model = model();
    come(&mut model, seconds(1), T::PropertySet, &set("1", 5)).unwrap();
    come(&mut model, seconds(1), T::PropertySet, &set("2", 6)).unwrap();
    assert!(model.properties().is_empty());
    model.answer_set(seconds(2), "1", RetCode::SUCCESS).unwrap();
    model.answer_set(seconds(3), "2", RetCode::PARAMETER_WRONG).unwrap();
    let a = &model.properties()["a"];
    assert_eq!((&a.value, a.at, &a.standing), (&json!(5), seconds(2), &Standing::Set));
}

#[test]
fn a_call_that_is_delivered_again_is_not_carried_out_again() {
    let mut model = model();
    let again = Change::Repeated { request_id: "1".into(), reply: None };
    assert!(matches!(
        come(&mut model, Moment::ZERO, T::Command, &command("1", "c")),
        Ok(Change::Called { .. })
    ));
    assert_eq!(come(&mut model, Moment::ZERO, T::Command, &command("1", "c")).unwrap(), again);
    assert_eq!(model.commands().next().unwrap().deliveries, 2);
    model.answer_command("1", CommandAnswer::default()).unwrap();
    assert_eq!(come(&mut model, Moment::ZERO, T::Command, &command("1", "c")).unwrap(), again);
    assert_eq!(model.commands().count(), 0);
}

#[test]
fn what_was_answered_at_once_is_answered_again() {
    let mut model = model();
    model.automatic.sets = Some(RetCode::SUCCESS);
    model.automatic.commands = Some(BTreeMap::new());
    for (topic, body) in [(T::PropertySet, set("1", 5)), (T::Command, command("1", "c"))] {
        let Change::Called { reply: Some(first), .. } = come(&mut model, Moment::ZERO, topic, &body).unwrap()
        else {
            panic!()
        };
        let again = come(&mut model, Moment::ZERO, topic, &body).unwrap();
        assert_eq!(again, Change::Repeated { request_id: "1".into(), reply: Some(first) });
    }
}

#[test]
fn another_call_under_a_known_identifier_is_a_new_one() {
    let mut model = model();
    come(&mut model, Moment::ZERO, T::PropertySet, &set("100", 1)).unwrap();
    model.answer_set(Moment::ZERO, "100", RetCode::SUCCESS).unwrap();
    let change = come(&mut model, Moment::ZERO, T::PropertySet, &set("100", 2)).unwrap();
    assert!(matches!(change, Change::Called { .. }));
    assert!(model.answer_set(Moment::ZERO, "100", RetCode::SUCCESS).is_some());
    assert_eq!(model.properties()["a"].value, 2);
}

#[test]
fn each_command_has_its_own_automatic_answer() {
    let mut model = model();
    let refuse = CommandAnswer { code: RetCode(7), output: object(&json!({"why": "busy"})) };
    model.automatic.commands = Some(BTreeMap::from([("reboot".to_owned(), refuse)]));
    for (identifier, code, output) in [("reboot", 7, json!({"why": "busy"})), ("other", 0, json!({}))] {
        let body = command(identifier, identifier);
        let Change::Called { reply: Some(reply), .. } =
            come(&mut model, Moment::ZERO, T::Command, &body).unwrap()
        else {
            panic!()
        };
        let (topic, body) = written(&reply);
        assert_eq!(topic, format!("tmodel/command_reply/{identifier}"));
        assert_eq!((&body["RetCode"], &body["Output"]), (&json!(code), &output));
    }
    // Sets are still a person's.
    assert!(matches!(
        come(&mut model, Moment::ZERO, T::PropertySet, &set("1", 1)),
        Ok(Change::Called { reply: None, .. })
    ));
}

#[test]
fn calls_that_wait_are_bounded_and_the_oldest_is_given_up() {
    let mut model = model();
    for n in 0..INCOMING {
        come(&mut model, Moment::ZERO, T::Command, &command(&n.to_string(), "c")).unwrap();
        come(&mut model, Moment::ZERO, T::PropertySet, &set(&n.to_string(), 1)).unwrap();
    }
    for (topic, body) in [(T::Command, command("new", "c")), (T::PropertySet, set("new", 1))] {
        let Change::Called { crowded_out, .. } = come(&mut model, Moment::ZERO, topic, &body).unwrap() else {
            panic!()
        };
        assert_eq!(crowded_out.unwrap().request_id, "0");
    }
    assert_eq!((model.sets().count(), model.commands().count()), (INCOMING, INCOMING));
    assert_eq!(model.answer_command("0", CommandAnswer::default()), None);
}

#[test]
fn what_is_done_with_is_remembered_with_what_was_before_it() {
    let mut model = model();
    model.post(Moment::ZERO, [("a".to_owned(), Sample::of(1))].into());
    come(&mut model, seconds(1), T::PropertySet, &set("1", 5)).unwrap();
    come(&mut model, seconds(2), T::Command, &command("2", "c")).unwrap();
    model.answer_set(seconds(3), "1", RetCode::SUCCESS).unwrap();
    let answer = CommandAnswer { code: RetCode::TIMED_OUT, output: object(&json!({"x": 1})) };
    model.answer_command("2", answer.clone()).unwrap();
    let settled: Vec<_> = model.settled().collect();
    assert_eq!(settled.len(), 2);
    assert_eq!(
        (settled[0].incoming.request_id.as_str(), &settled[0].before),
        ("1", &object(&json!({"a": 1})))
    );
    assert_eq!(settled[0].answer.as_ref().unwrap().code, RetCode::SUCCESS);
    assert_eq!((settled[1].number, settled[1].answer.as_ref()), (2, Some(&answer)));
    assert!(settled[1].before.is_empty());
    for number in 0..2 * SETTLED {
        come(&mut model, seconds(4), T::Command, &command(&format!("n{number}"), "c")).unwrap();
        model.answer_command(&format!("n{number}"), CommandAnswer::default()).unwrap();
    }
    assert_eq!(model.settled().count(), SETTLED);
}

#[test]
fn a_call_can_be_left_without_an_answer() {
    let mut model = model();
    come(&mut model, seconds(1), T::PropertySet, &set("1", 5)).unwrap();
    come(&mut model, seconds(1), T::Command, &command("2", "c")).unwrap();
    assert!(!model.ignore_set("2") && !model.ignore_command("1"));
    assert!(model.ignore_set("1") && model.ignore_command("2"));
    assert_eq!((model.sets().count(), model.commands().count()), (0, 0));
    assert!(model.settled().all(|one| one.answer.is_none()));
    assert!(model.properties().is_empty());
    // It was dealt with: delivered again it does not wait again.
    let again = Change::Repeated { request_id: "2".into(), reply: None };
    assert_eq!(come(&mut model, seconds(2), T::Command, &command("2", "c")).unwrap(), again);
}
