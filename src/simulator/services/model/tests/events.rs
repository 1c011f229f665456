//! Events: each rule obeyed and broken.

use super::*;

fn post(rig: &mut Rig, identifier: &str, output: &Value) -> (i64, String) {
    let body = json!({"RequestID": "1", "Identifier": identifier, "Output": output});
    code_and_words(&rig.ask(T::EventPost, &body))
}

#[test]
fn an_event_is_held_to_the_model() {
    let mut rig = Rig::new();
    for (identifier, output, code) in [
        ("filter_dirty", json!({"hours": 500}), 0),
        ("fault", json!({"code": 1, "message": "m"}), 0),
        ("fault", json!({"code": 1}), 0),
        ("fault", json!({}), 0),
        ("flood", json!({}), 100_047),
        ("temperature", json!({}), 100_047),
        ("filter_dirty", json!({"days": 500}), 100_038),
        ("filter_dirty", json!({"hours": "500"}), 310),
        ("filter_dirty", json!({"hours": -1}), 220),
        ("filter_dirty", json!([]), 310),
        ("filter_dirty", json!(null), 210),
    ] {
        let (found, words) = post(&mut rig, identifier, &output);
        assert_eq!(found, code, "{identifier} {output}: {words}");
    }
    assert_eq!(rig.known().events().count(), 4);
    assert_eq!(
        post(&mut rig, "filter_dirty", &json!({"hours": "500"})).1,
        "Output.hours: string found, integer expected"
    );
}

#[test]
fn all_parameters_are_needed_if_chosen() {
    let mut rig = Rig::new();
    rig.choices.model.all_parameters = true;
    assert_eq!(post(&mut rig, "fault", &json!({"code": 1})), (210, "Output.message is missing".into()));
    assert_eq!(post(&mut rig, "fault", &json!({"code": 1, "message": "m"})).0, 0);
}

#[test]
fn an_event_without_output_is_taken_if_chosen() {
    let mut rig = Rig::new();
    let body = json!({"RequestID": "1", "Identifier": "fault"});
    assert_eq!(rig.ask(T::EventPost, &body)["RetCode"], 210);
    rig.choices.model.output_required = false;
    assert_eq!(rig.ask(T::EventPost, &body)["RetCode"], 0);
}

#[test]
fn an_event_is_remembered_with_its_names_and_time() {
    let mut rig = Rig::new();
    rig.pass(Duration::from_secs(1));
    post(&mut rig, "filter_dirty", &json!({"hours": 500}));
    let body = json!({"RequestID": "2", "Identifier": "fault", "Output": {"code": 1}, "Time": 5});
    rig.ask(T::EventPost, &body);
    let events: Vec<_> = rig.known().events().collect();
    assert_eq!(events[0].time, WALL + 1000, "the C SDK sends no time");
    assert_eq!((events[1].time, events[1].request_id.as_str()), (5, "2"));
    assert_eq!(events[1].event_type, crate::uiot::model::EventType::Error);
    assert_eq!(events[1].output, object(&json!({"code": 1})));
}

#[test]
fn several_events_in_a_message_are_not_understood() {
    let mut rig = Rig::new();
    let body = json!({"RequestID": "1", "Identifier": ["fault", "filter_dirty"], "Output": {}});
    assert_eq!(rig.ask(T::EventPost, &body)["RetCode"], 310);
}
