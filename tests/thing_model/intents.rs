//! What is published for each intent.

use super::*;
use uiot_testbench::mqtt::QoS;
use uiot_testbench::uiot::RetCode;
use uiot_testbench::uiot::model::reducer::{Asked, CommandAnswer, IN_FLIGHT, RequestEnd, Standing};

#[test]
fn each_intent_is_one_message_as_the_documents_have_it() {
    let mut model = model();
    let now = Moment::ZERO;
    for (message, topic, body) in [
        (model.get_template(now), "tmodel/template/get", json!({"RequestID": "100"})),
        (
            model.post(now, Samples::from([("a".into(), Sample::at(1, 5)), ("b".into(), Sample::of("x"))])),
            "tmodel/property/post",
            json!({"RequestID": "101", "Property": {"a": {"Value": 1, "Time": 5}, "b": {"Value": "x"}}}),
        ),
        (model.restore(now), "tmodel/property/restore", json!({"RequestID": "102"})),
        (
            model.get_desired(now, vec!["a".into(), "b".into()]),
            "tmodel/property/desired/get",
            json!({"RequestID": "103", "Require": ["a", "b"]}),
        ),
        (
            model.delete_desired(now, vec![("a".into(), 3)]),
            "tmodel/property/desired/delete",
            json!({"RequestID": "104", "Delete": {"a": {"Version": 3}}}),
        ),
        (
            model.post_event(now, "e", object(&json!({"o": 1})), Some(7)),
            "tmodel/event/post",
            json!({"RequestID": "105", "Identifier": "e", "Output": {"o": 1}, "Time": 7}),
        ),
        (
            model.post_event(now, "e", Object::new(), None),
            "tmodel/event/post",
            json!({"RequestID": "106", "Identifier": "e", "Output": {}}),
        ),
    ] {
        assert_eq!(written(&message), (topic, body));
        assert_eq!(message.qos, QoS::AtLeastOnce);
    }
    assert_eq!(model.in_flight().count(), 7);
}

#[test]
fn answers_are_written_as_the_documents_have_them() {
    let mut model = model();
    let set = json!({"RequestID": "100", "Property": {"a": 1}});
    come(&mut model, Moment::ZERO, T::PropertySet, &set).unwrap();
    let reply = model.answer_set(Moment::ZERO, "100", RetCode::SUCCESS).unwrap();
    assert_eq!(written(&reply), ("tmodel/property/set_reply", json!({"RequestID": "100", "RetCode": 0})));

    let command = json!({"RequestID": "432542341234", "Identifier": "c", "Input": {"input1": "inputValue1"}});
    come(&mut model, Moment::ZERO, T::Command, &command).unwrap();
    let output = object(&json!({"output1": "outputValue1"}));
    let reply = model.answer_command("432542341234", CommandAnswer { code: RetCode(3), output }).unwrap();
    assert_eq!(
        written(&reply),
        (
            "tmodel/command_reply/432542341234",
            json!({"RetCode": 3, "RequestID": "432542341234", "Identifier": "c",
                "Output": {"output1": "outputValue1"}}),
        )
    );
}

#[test]
fn request_identifiers_are_texts_with_the_owners_prefix() {
    let mut model =
        ThingModel::new(Credential::new("kx4m7q2vbn9wd5ts", "ac-01"), RequestIds::new("b7-", u64::MAX));
    assert_eq!(written(&model.restore(Moment::ZERO)).1["RequestID"], "b7-18446744073709551615");
    assert_eq!(written(&model.restore(Moment::ZERO)).1["RequestID"], "b7-0");
}

#[test]
fn requests_under_way_are_bounded_and_the_oldest_is_given_up() {
    let mut model = model();
    model.post(Moment::ZERO, samples(&json!({"a": 1})));
    for _ in 0..IN_FLIGHT {
        model.restore(seconds(1));
    }
    assert_eq!(model.in_flight().count(), IN_FLIGHT);
    let ended = model.ended().next().unwrap();
    assert_eq!((&ended.end, ended.at), (&RequestEnd::CrowdedOut, seconds(1)));
    assert_eq!(ended.request.asked, Asked::Post(vec!["a".into()]));
    assert_eq!(model.properties()["a"].standing, Standing::Unanswered("100".into()));
}

#[test]
fn what_was_reported_is_known_with_its_time() {
    let mut model = model();
    model.post(seconds(1), Samples::from([("a".into(), Sample::at(1, 5))]));
    model.post(seconds(2), samples(&json!({"a": 2, "b": 3})));
    let a = &model.properties()["a"];
    assert_eq!((&a.value, a.time, a.at), (&json!(2), None, seconds(2)));
    assert_eq!(a.standing, Standing::Reported("101".into()));
    assert_eq!(model.properties().len(), 2);
}
