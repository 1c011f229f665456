//! Commands: what the device may answer, and when.

use super::*;

fn answer(request_id: &str, output: &Value) -> Value {
    json!({"RetCode": 0, "RequestID": request_id, "Identifier": "clean_filter", "Output": output})
}

fn sent(rig: &mut Rig, kind: CommandKind) -> String {
    rig.command("clean_filter", &json!({"minutes": 5}), kind).unwrap()
}

#[test]
fn a_right_answer_within_the_time_counts() {
    let mut rig = Rig::new();
    let id = sent(&mut rig, SYNC);
    rig.pass(Duration::from_millis(4999));
    rig.reply(&id, &answer(&id, &json!({"done": 1})));
    let output = object(&json!({"done": 1}));
    assert_eq!(rig.end_of(&id), Some(&CallEnd::Answered { code: RetCode::SUCCESS, output }));
    assert_eq!(rig.known().waiting().count(), 0);
    // The alarm finds nothing left to do.
    rig.pass(Duration::from_secs(5));
    assert_eq!(rig.known().ended().count(), 1);
}

#[test]
fn a_synchronous_command_without_answer_ends_with_100040() {
    let mut rig = Rig::new();
    let id = sent(&mut rig, SYNC);
    rig.pass(Duration::from_millis(4999));
    assert_eq!(rig.end_of(&id), None);
    rig.pass(Duration::from_millis(1));
    assert_eq!(rig.end_of(&id), Some(&CallEnd::Overdue));
    assert_eq!(rig.end_of(&id).unwrap().code(), RetCode::COMMAND_TIMEOUT);
    assert_eq!(settled(&rig.traced()), [(T::Command, id.as_str(), 100_040)]);
}

#[test]
fn the_application_may_give_a_shorter_time() {
    let mut rig = Rig::new();
    let id = sent(&mut rig, CommandKind::Sync(Duration::from_secs(1)));
    rig.pass(Duration::from_millis(1500));
    assert_eq!(rig.end_of(&id), Some(&CallEnd::Overdue));
}

#[test]
fn a_late_answer_to_a_synchronous_command_is_seen_and_does_not_count() {
    let mut rig = Rig::new();
    let id = sent(&mut rig, SYNC);
    rig.pass(Duration::from_millis(5001));
    rig.traced();
    rig.reply(&id, &answer(&id, &json!({"done": 1})));
    assert_eq!(rig.end_of(&id), Some(&CallEnd::Overdue));
    assert_eq!(rig.known().end_of(&id).unwrap().late_answers, 1);
    let traced = rig.traced();
    assert_eq!(errors(&traced), [format!("late answer to the command {id}")]);
    assert_eq!(settled(&traced), []);
}

#[test]
fn the_time_counts_even_where_the_alarm_rings_late() {
    let mut rig = Rig::new();
    let id = sent(&mut rig, SYNC);
    rig.now = rig.now + Duration::from_secs(6);
    rig.reply(&id, &answer(&id, &json!({"done": 1})));
    assert_eq!(rig.end_of(&id), Some(&CallEnd::Overdue));
    assert_eq!(rig.known().end_of(&id).unwrap().late_answers, 1);
    rig.pass(Duration::ZERO);
    assert_eq!(rig.known().ended().count(), 1);
}

#[test]
fn an_asynchronous_command_may_be_answered_at_any_time() {
    let mut rig = Rig::new();
    let id = sent(&mut rig, CommandKind::Async);
    rig.pass(Duration::from_secs(24 * 3600));
    assert_eq!(rig.known().waiting().count(), 1);
    rig.reply(&id, &answer(&id, &json!({"done": 0})));
    assert_eq!(rig.end_of(&id).unwrap().code(), RetCode::SUCCESS);
}

#[test]
fn answers_may_come_in_any_order() {
    let mut rig = Rig::new();
    let ids: Vec<_> = (0..3).map(|_| sent(&mut rig, CommandKind::Async)).collect();
    for id in [&ids[2], &ids[0], &ids[1]] {
        rig.reply(id, &answer(id, &json!({"done": 1})));
        assert_eq!(rig.end_of(id).unwrap().code(), RetCode::SUCCESS);
    }
}

#[test]
fn a_wrong_answer_ends_the_command_with_100041() {
    for (body, why) in [
        (json!({"RequestID": "ID", "Identifier": "clean_filter", "Output": {}}), "RetCode is missing"),
        (json!({"RetCode": 0, "Identifier": "clean_filter", "Output": {}}), "RequestID is missing"),
        (json!({"RetCode": 0, "RequestID": "ID", "Output": {}}), "Identifier is missing"),
        (json!({"RetCode": 0, "RequestID": "ID", "Identifier": "clean_filter"}), "Output is missing"),
        (
            json!({"RetCode": 0, "RequestID": "1", "Identifier": "clean_filter", "Output": {}}),
            "RequestID is 1",
        ),
        (
            json!({"RetCode": 0, "RequestID": "ID", "Identifier": "self_test", "Output": {}}),
            "Identifier is self_test, not clean_filter",
        ),
        (answer("ID", &json!({"result": 1})), "Output.result: not defined"),
        (answer("ID", &json!({"done": 2})), "Output.done: neither 0 nor 1"),
        (answer("ID", &json!({"done": true})), "Output.done: true or false found, 0 or 1 expected"),
    ] {
        let mut rig = Rig::new();
        let id = sent(&mut rig, SYNC);
        let text = body
            .to_string()
            .replace("ID\"", &format!("{id}\""))
            .replace(&format!("Request{id}"), "RequestID");
        rig.reply(&id, &serde_json::from_str(&text).unwrap());
        let end = CallEnd::WrongAnswer { code: RetCode::COMMAND_REPLY, why: why.into() };
        assert_eq!(rig.end_of(&id), Some(&end), "{text}");
        assert_eq!(settled(&rig.traced()), [(T::Command, id.as_str(), 100_041)]);
    }
}

#[test]
fn an_answer_that_is_no_json_is_a_wrong_one() {
    let mut rig = Rig::new();
    let id = sent(&mut rig, SYNC);
    rig.work(|cx, device| services::receive(cx, device, T::CommandReply, Some(&id), b"\xff"));
    assert_eq!(rig.end_of(&id).unwrap().code(), RetCode::COMMAND_REPLY);
}

#[test]
fn a_wrong_answer_is_passed_over_if_chosen() {
    let mut rig = Rig::new();
    rig.choices.model.wrong_answer_ends = false;
    let id = sent(&mut rig, SYNC);
    rig.reply(&id, &answer(&id, &json!({"done": 7})));
    assert_eq!(rig.end_of(&id), None);
    assert_eq!(errors(&rig.traced()).len(), 1);
    rig.reply(&id, &answer(&id, &json!({"done": 1})));
    assert_eq!(rig.end_of(&id).unwrap().code(), RetCode::SUCCESS);
}

#[test]
fn a_part_of_the_output_will_do_unless_chosen_otherwise() {
    for (all_parameters, code) in [(false, RetCode::SUCCESS), (true, RetCode::COMMAND_REPLY)] {
        let mut rig = Rig::new();
        rig.choices.model.all_parameters = all_parameters;
        let id = rig.command("self_test", &json!({"level": 1}), SYNC).unwrap();
        rig.reply(
            &id,
            &json!({"RetCode": 0, "RequestID": id, "Identifier": "self_test", "Output": {"result": 1}}),
        );
        assert_eq!(rig.end_of(&id).unwrap().code(), code);
    }
}

#[test]
fn an_output_may_be_absent_if_chosen() {
    let mut rig = Rig::new();
    rig.choices.model.output_required = false;
    let id = sent(&mut rig, SYNC);
    rig.reply(&id, &json!({"RetCode": 0, "RequestID": id, "Identifier": "clean_filter"}));
    assert_eq!(rig.end_of(&id).unwrap().code(), RetCode::SUCCESS);
}

#[test]
fn the_devices_own_code_is_passed_on_unless_chosen_otherwise() {
    for (choice, code) in [(DeviceCode::PassedOn, 17), (DeviceCode::ReplyError, 100_041)] {
        let mut rig = Rig::new();
        rig.choices.model.device_code = choice;
        let id = sent(&mut rig, SYNC);
        // The code as a string is read too; a failed command need not have an output.
        rig.reply(&id, &json!({"RetCode": "17", "RequestID": id, "Identifier": "clean_filter"}));
        assert_eq!(rig.end_of(&id).unwrap().code().0, code);
    }
}

#[test]
fn an_answer_to_no_command_changes_nothing() {
    let mut rig = Rig::new();
    let id = sent(&mut rig, SYNC);
    rig.reply("1", &answer("1", &json!({"done": 1})));
    assert_eq!(errors(&rig.traced()), ["answer to no command: 1"]);
    assert_eq!(rig.known().waiting().map(|call| call.request_id.as_str()).collect::<Vec<_>>(), [id.as_str()]);
}

#[test]
fn the_same_answer_twice_counts_once() {
    let mut rig = Rig::new();
    let id = sent(&mut rig, SYNC);
    rig.reply(&id, &answer(&id, &json!({"done": 1})));
    rig.reply(&id, &answer(&id, &json!({"done": 0})));
    let output = object(&json!({"done": 1}));
    assert_eq!(rig.end_of(&id), Some(&CallEnd::Answered { code: RetCode::SUCCESS, output }));
    assert_eq!(rig.known().end_of(&id).unwrap().late_answers, 1);
    assert_eq!(settled(&rig.traced()).len(), 1);
}

#[test]
fn a_property_set_is_not_answered_like_a_command() {
    let mut rig = Rig::new();
    let Ok(SetOutcome::Sent { request_id }) = rig.set(&json!({"power": 1}), false) else { panic!() };
    rig.reply(&request_id, &answer(&request_id, &json!({"done": 1})));
    assert_eq!(rig.end_of(&request_id), None);
    let id = sent(&mut rig, SYNC);
    rig.up(T::PropertySetReply, json!({"RequestID": id, "RetCode": 0}).to_string().as_bytes());
    assert_eq!(rig.end_of(&id), None);
}
