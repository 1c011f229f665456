//! Desired values: versions, questions, deletions.

use super::*;

/// A device that is online again, for which a target temperature was wished for twice and a label once.
fn rig() -> Rig {
    let mut rig = Rig::new();
    rig.offline();
    for wish in [json!({"target_temperature": 20}), json!({"target_temperature": 21, "label": "x"})] {
        assert!(matches!(rig.set(&wish, true), Ok(SetOutcome::Stored { .. })));
    }
    rig.online();
    rig
}

fn get(rig: &mut Rig, require: &Value) -> Value {
    rig.ask(T::DesiredGet, &json!({"RequestID": "1", "Require": require}))
}

fn delete(rig: &mut Rig, delete: &Value) -> i64 {
    code_and_words(&rig.ask(T::DesiredDelete, &json!({"RequestID": "1", "Delete": delete}))).0
}

#[test]
fn each_wish_adds_one_to_its_propertys_version() {
    let mut rig = rig();
    let body = get(&mut rig, &json!(["target_temperature", "label", "mode"]));
    let desired =
        json!({"target_temperature": {"Value": 21, "Version": 2}, "label": {"Value": "x", "Version": 1}});
    assert_eq!(body, json!({"RetCode": 0, "RequestID": "1", "Desired": desired}));
}

#[test]
fn only_what_is_required_comes() {
    let mut rig = rig();
    let body = get(&mut rig, &json!(["label", "label"]));
    assert_eq!(body["Desired"], json!({"label": {"Value": "x", "Version": 1}}));
}

#[test]
fn an_empty_require_brings_all_unless_chosen_otherwise() {
    let mut rig = rig();
    assert_eq!(get(&mut rig, &json!([]))["Desired"].as_object().unwrap().len(), 2);
    rig.choices.model.empty_require = EmptyRequire::Nothing;
    let body = get(&mut rig, &json!([]));
    assert_eq!((&body["RetCode"], &body["Desired"]), (&json!(0), &json!({})));
    rig.choices.model.empty_require = EmptyRequire::Refused;
    assert_eq!(get(&mut rig, &json!([]))["RetCode"], 210);
}

#[test]
fn an_unknown_identifier_is_left_out_unless_chosen_otherwise() {
    let mut rig = rig();
    let body = get(&mut rig, &json!(["label", "pressure"]));
    assert_eq!((&body["RetCode"], body["Desired"].as_object().unwrap().len()), (&json!(0), 1));
    rig.choices.model.unknown_require = Some(RetCode::NO_PROPERTY);
    let body = get(&mut rig, &json!(["label", "pressure"]));
    assert_eq!((&body["RetCode"], &body["Desired"]), (&json!(100_058), &json!({})));
}

#[test]
fn a_require_that_is_no_list_of_texts_is_refused() {
    let mut rig = rig();
    for (require, code) in [(json!("label"), 310), (json!([1]), 310), (json!(null), 210)] {
        let body = get(&mut rig, &require);
        assert_eq!((&body["RetCode"], &body["Desired"]), (&json!(code), &json!({})), "{require}");
    }
}

#[test]
fn a_deletion_needs_the_platforms_version() {
    let mut rig = rig();
    for (version, code) in [(json!(1), 230), (json!(3), 230), (json!("2"), 310), (json!(null), 210)] {
        assert_eq!(delete(&mut rig, &json!({"target_temperature": {"Version": version}})), code, "{version}");
        assert_eq!(rig.known().desired()["target_temperature"].version, 2);
    }
    assert_eq!(delete(&mut rig, &json!({"target_temperature": {"Version": 2}})), 0);
    assert!(!rig.known().desired().contains_key("target_temperature"));
    assert!(rig.known().desired().contains_key("label"));
    assert_eq!(delete(&mut rig, &json!({"target_temperature": {"Version": 2}})), 100_020, "it is gone");
}

#[test]
fn a_wish_between_question_and_deletion_outlives_the_deletion() {
    let mut rig = rig();
    assert_eq!(get(&mut rig, &json!(["label"]))["Desired"]["label"]["Version"], 1);
    rig.offline();
    rig.set(&json!({"label": "y"}), true).unwrap();
    rig.online();
    assert_eq!(delete(&mut rig, &json!({"label": {"Version": 1}})), 230);
    assert_eq!(get(&mut rig, &json!(["label"]))["Desired"]["label"], json!({"Value": "y", "Version": 2}));
    assert_eq!(delete(&mut rig, &json!({"label": {"Version": 2}})), 0);
}

#[test]
fn one_wrong_version_spoils_the_deletion_unless_chosen_otherwise() {
    let mut rig = rig();
    let both = json!({"target_temperature": {"Version": 1}, "label": {"Version": 1}});
    assert_eq!(delete(&mut rig, &both), 230);
    assert_eq!(rig.known().desired().len(), 2);
    rig.choices.model.partial_deletes = true;
    assert_eq!(delete(&mut rig, &both), 230);
    assert_eq!(rig.known().desired().keys().collect::<Vec<_>>(), ["target_temperature"]);
}

#[test]
fn the_c_sdks_lower_case_version_is_taken_unless_chosen_otherwise() {
    let mut rig = rig();
    rig.choices.model.lower_case_version = false;
    assert_eq!(delete(&mut rig, &json!({"label": {"version": 1}})), 210);
    rig.choices.model.lower_case_version = true;
    assert_eq!(delete(&mut rig, &json!({"label": {"version": 9}})), 230);
    assert_eq!(delete(&mut rig, &json!({"label": {"version": 1}})), 0);
}

#[test]
fn an_empty_deletion_is_refused_unless_chosen_otherwise() {
    let mut rig = rig();
    assert_eq!(delete(&mut rig, &json!({})), 210);
    rig.choices.model.empty_lists = true;
    assert_eq!(delete(&mut rig, &json!({})), 0);
}

#[test]
fn a_version_counts_on_after_a_deletion_unless_chosen_otherwise() {
    for (outlives, next) in [(true, 3), (false, 1)] {
        let mut rig = rig();
        rig.choices.model.version_outlives_value = outlives;
        assert_eq!(delete(&mut rig, &json!({"target_temperature": {"Version": 2}})), 0);
        rig.offline();
        rig.set(&json!({"target_temperature": 22}), true).unwrap();
        assert_eq!(rig.known().desired()["target_temperature"].version, next);
    }
}

#[test]
fn desired_values_are_no_reports() {
    let mut rig = rig();
    let body = rig.ask(T::PropertyRestore, &json!({"RequestID": "1"}));
    assert_eq!(body["Property"], json!({}));
}
