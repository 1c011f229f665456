//! The codes with which the thing model refuses, and what it holds a value to: each choice in its settings, over the
//! wire.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use serde_json::{Value, json};
use simulated::*;
use uiot_testbench::simulator::DEMO_MODEL;
use uiot_testbench::simulator::services::model::Choices;
use uiot_testbench::uiot::model::{CheckChoices, Template};
use uiot_testbench::uiot::{RetCode, SystemTopic};

/// No code of the platform's.
const CHOSEN: RetCode = RetCode(777);

fn with(choose: impl FnOnce(&mut Choices)) -> (World, Handle) {
    let (mut world, handle) = World::online();
    let template = Template::parse(DEMO_MODEL).unwrap();
    world.platform.set_template(world.now, PRODUCT, template).unwrap();
    choose(&mut world.platform.choices.model);
    (world, handle)
}

/// The code in the answer to a message.
fn code(world: &mut World, handle: Handle, topic: SystemTopic, payload: &str) -> i64 {
    let reply = topic.reply().unwrap();
    world.listen(handle, &device(), reply);
    world.say(handle, &device(), topic, payload);
    world.answer(handle, &reply.of(&device()))["RetCode"].as_i64().unwrap()
}

fn post(property: &Value) -> String {
    json!({ "RequestID": "1", "Property": property }).to_string()
}

/// A message gets this code by default, and another one where it is chosen.
fn check(topic: SystemTopic, payload: &str, default: RetCode, choose: impl FnOnce(&mut Choices)) {
    let (mut world, handle) = with(|_| {});
    assert_eq!(code(&mut world, handle, topic, payload), default.0, "{payload}");
    let (mut world, handle) = with(choose);
    assert_eq!(code(&mut world, handle, topic, payload), CHOSEN.0, "{payload}");
}

#[test]
fn each_kind_of_fault_has_its_code() {
    use SystemTopic::{EventPost, PropertyPost};
    let wrong = |value: Value| post(&json!({ "mode": { "Value": value } }));
    check(PropertyPost, "{", RetCode::PARAMETER_WRONG, |choices| choices.bad_json = CHOSEN);
    check(PropertyPost, r#"{"RequestID":"1"}"#, RetCode::PARAMETER_MISSING, |choices| {
        choices.missing = CHOSEN;
    });
    check(PropertyPost, &wrong(json!("1")), RetCode::PARAMETER_TYPE, |choices| choices.wrong_type = CHOSEN);
    check(PropertyPost, &wrong(json!(99)), RetCode::PARAMETER_WRONG, |choices| choices.wrong_value = CHOSEN);
    let far = post(&json!({ "temperature": { "Value": 1000 } }));
    check(PropertyPost, &far, RetCode::PARAMETER_EXCEEDS, |choices| choices.exceeds = CHOSEN);
    let unknown = post(&json!({ "pressure": { "Value": 1 } }));
    check(PropertyPost, &unknown, RetCode::NO_PROPERTY, |choices| choices.unknown_property = CHOSEN);
    let member = post(&json!({ "fan": { "Value": { "speed": 1, "swing": 0, "colour": 1 } } }));
    check(PropertyPost, &member, RetCode::NO_IDENTIFIER, |choices| choices.unknown_parameter = CHOSEN);
    let template = Template::parse(DEMO_MODEL).unwrap();
    let event = &template.events[0].identifier;
    let event = json!({ "RequestID": "1", "Identifier": event, "Output": { "nothing_known": 1 } });
    check(EventPost, &event.to_string(), RetCode::NO_IDENTIFIER, |choices| {
        choices.unknown_parameter = CHOSEN;
    });
}

#[test]
fn a_deletion_of_another_version_and_of_nothing_have_their_codes() {
    let delete = |version: i64| {
        json!({ "RequestID": "1", "Delete": { "target_temperature": { "Version": version } } }).to_string()
    };
    for (wished, choose, default) in [
        (
            true,
            (|choices: &mut Choices| choices.desired_version = CHOSEN) as fn(&mut Choices),
            RetCode::PARAMETER_WRONG,
        ),
        (false, |choices| choices.no_desired = CHOSEN, RetCode::NO_RECORDS),
    ] {
        for (choose, expected) in [(choose, CHOSEN), (|_: &mut Choices| {}, default)] {
            let (mut world, handle) = with(choose);
            if wished {
                world.disconnect(handle);
                let wish = json!({ "target_temperature": 20 });
                let wish = wish.as_object().unwrap().clone();
                world.platform.set_property(world.now, &device(), wish, true).unwrap();
                world.connect(handle);
            }
            let code = code(&mut world, handle, SystemTopic::DesiredDelete, &delete(9));
            assert_eq!(code, expected.0, "{wished}");
        }
    }
}

#[test]
fn what_a_value_is_held_to_is_a_choice() {
    let strict = CheckChoices::DEFAULT;
    for (value, taken, choice) in [
        (
            json!({ "target_temperature": { "Value": 20.0 } }),
            false,
            CheckChoices { whole_floats: true, ..strict },
        ),
        (json!({ "power": { "Value": true } }), false, CheckChoices { true_and_false: true, ..strict }),
        (json!({ "temperature": { "Value": 20.05 } }), true, CheckChoices { step: true, ..strict }),
        (
            json!({ "fan": { "Value": { "speed": 2 } } }),
            false,
            CheckChoices { partial_structs: true, ..strict },
        ),
    ] {
        let taken_with = |check: CheckChoices| {
            let (mut world, handle) = with(|choices| choices.check = check);
            code(&mut world, handle, SystemTopic::PropertyPost, &post(&value)) == 0
        };
        assert_eq!((taken_with(strict), taken_with(choice)), (taken, !taken), "{value}");
    }
}
