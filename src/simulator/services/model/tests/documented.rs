//! The exchanges that the documents show, with their own JSON. Its identifiers are placeholders; the model here gives
//! them the types that their values have.

use super::*;

fn documents_model() -> Template {
    let data_type = json!({"Type": "string", "Spec": {"Length": 64}});
    let text = |name: &str| json!({"Identifier": name, "Name": name, "DataType": data_type});
    let property = |identifier: &str| {
        let mut property = text(identifier);
        property["AccessMode"] = "rw".into();
        property
    };
    Template::from_value(json!({
        "Property": [property("propertyIdentifier1"), property("propertyIdentifier2")],
        "Event": [{"Identifier": "eventIdentifier", "Name": "e", "Type": "warning", "Output": [text("output1")]}],
        "Command": [{
            "Identifier": "commandIdentifier", "Name": "c", "Input": [text("input1")], "Output": [text("output1")],
        }],
    }))
    .unwrap()
}

fn rig() -> Rig {
    Rig::with(documents_model())
}

/// get_json.md with the model of operation_example.md.
#[test]
fn the_template_of_operation_example_is_what_a_device_gets() {
    let model = r#"{"Template": {
        "Property": [{"PropertyID": 94, "Identifier": "temperature", "Name": "温度", "AccessMode": "rw",
            "Description": "温度属性。",
            "DataType": {"Type": "int32", "Spec": {"Max": 100, "Min": -40, "Step": 1, "UnitName": "摄氏度"}}}],
        "Event": [{"EventID": 43, "Identifier": "alarm", "Name": "空调告警", "Description": "空调告警", "Type": "warning",
            "Output": [{"Identifier": "alarmcode", "Name": "报警码",
                "DataType": {"Type": "int32", "Spec": {"Max": 600, "Min": 0, "Step": 1, "UnitName": ""}}}]}],
        "Command": [{"CommandID": 53, "Name": "调低温度", "Identifier": "downtemperature", "Description": "命令",
            "Output": [{"Identifier": "nowvalue", "Name": "调低后温度",
                "DataType": {"Type": "int32", "Spec": {"Max": 100, "Min": -40, "Step": 1, "UnitName": "摄氏度"}}}],
            "Input": [{"Identifier": "downvalue", "Name": "调低温度值",
                "DataType": {"Type": "int32", "Spec": {"Max": 100, "Min": 0, "Step": 1, "UnitName": "摄氏度"}}}]}]
    }}"#;
    let mut rig = Rig::with(Template::parse(model).unwrap());
    let body = rig.ask_bytes(T::TemplateGet, br#"{"RequestID": "100"}"#);
    assert_eq!(body["RetCode"], 0);
    assert_eq!(body["RequestID"], "100");
    let documented: Value = serde_json::from_str(model).unwrap();
    assert_eq!(body["Template"], documented["Template"]);
}

/// property.md, reports.
#[test]
fn a_report_of_two_properties() {
    let mut rig = rig();
    let body = rig.ask_bytes(
        T::PropertyPost,
        br#"{
"RequestID": "100",
"Property": {
	"propertyIdentifier1": {
		"Value": "propertyValue1",
		"Time": 1524448722000
	},
	"propertyIdentifier2": {
		"Value": "propertyValue2",
		"Time": 1524448722000
	}
}
}"#,
    );
    assert_eq!(body, json!({"RequestID": "100", "RetCode": 0, "Message": "success"}));
    assert_eq!(rig.known().values()["propertyIdentifier2"].value, "propertyValue2");
    assert_eq!(rig.known().values()["propertyIdentifier2"].time, Some(1_524_448_722_000));
}

/// property.md, sets. The platform makes the RequestID; all else is as the documents have it.
#[test]
fn a_property_set_and_its_answer() {
    let mut rig = rig();
    let property = json!({"propertyIdentifier1": "propertyValue1", "propertyIdentifier2": "propertyValue2"});
    let Ok(SetOutcome::Sent { request_id }) = rig.set(&property, false) else { panic!() };
    assert_eq!(rig.sent(), [(T::PropertySet, json!({"RequestID": request_id, "Property": property}))]);

    let answer = br#"{
	"RequestID": "100",
	"RetCode": 0
}"#;
    let answer = String::from_utf8_lossy(answer).replace("100", &request_id);
    rig.up(T::PropertySetReply, answer.as_bytes());
    assert_eq!(rig.sent(), []);
    assert_eq!(settled(&rig.traced()), [(T::PropertySet, request_id.as_str(), 0)]);
    assert_eq!(rig.end_of(&request_id).unwrap().code(), RetCode::SUCCESS);
}

/// property.md, restoring.
#[test]
fn restoring_brings_the_last_reported_values() {
    let mut rig = rig();
    rig.post(&json!({"propertyIdentifier1": {"Value": "propertyValue1", "Time": 1_516_541_885_630_u64}}));
    let body = rig.ask_bytes(T::PropertyRestore, br#"{ "RequestID": "100" }"#);
    let property = json!({"propertyIdentifier1": {"Value": "propertyValue1", "Time": 1_516_541_885_630_u64}});
    assert_eq!(
        body,
        json!({"RetCode": 0, "RequestID": "100", "LatestUpdateTime": WALL, "Property": property})
    );
}

/// desired.md, all steps.
#[test]
fn a_desired_value_is_stored_asked_for_and_deleted() {
    let mut rig = rig();
    rig.offline();
    let stored = rig.set(&json!({"propertyIdentifier1": "desiredPropertyValue1"}), true).unwrap();
    let SetOutcome::Stored { versions, .. } = stored else { panic!("{stored:?}") };
    assert_eq!(versions, BTreeMap::from([("propertyIdentifier1".to_owned(), 1)]));
    assert_eq!(rig.sent(), []);

    rig.online();
    // The sample asks for propertyName1 and propertyName2, and is answered with propertyIdentifier1.
    let body = rig.ask_bytes(
        T::DesiredGet,
        br#"{"RequestID": "100", "Require": ["propertyIdentifier1", "propertyIdentifier2"]}"#,
    );
    let desired = json!({"propertyIdentifier1": {"Value": "desiredPropertyValue1", "Version": 1}});
    assert_eq!(body, json!({"RetCode": 0, "RequestID": "100", "Desired": desired}));

    let body = rig.ask_bytes(
        T::DesiredDelete,
        br#"{"RequestID": "100", "Delete": {"propertyIdentifier1": {"Version": 1}}}"#,
    );
    assert_eq!(body, json!({"RequestID": "100", "RetCode": 0, "Message": "success"}));
    assert!(rig.known().desired().is_empty());
}

/// event.md.
#[test]
fn an_event() {
    let mut rig = rig();
    let body = rig.ask_bytes(
        T::EventPost,
        br#"{
	"RequestID": "100",
	"Identifier": "eventIdentifier",
	"Output": {
		"output1": "outputValue1"
	},
	"Time": 1524448723000
}"#,
    );
    assert_eq!(body, json!({"RequestID": "100", "RetCode": 0, "Message": "success"}));
    let event = rig.known().events().next().unwrap();
    assert_eq!((event.identifier.as_str(), event.time), ("eventIdentifier", 1_524_448_723_000));
}

/// command.md, both kinds.
#[test]
fn a_command_and_its_answer() {
    for kind in [SYNC, CommandKind::Async] {
        let mut rig = rig();
        let input = json!({"input1": "inputValue1"});
        let request_id = rig.command("commandIdentifier", &input, kind).unwrap();
        let body = json!({"RequestID": request_id, "Identifier": "commandIdentifier", "Input": input});
        assert_eq!(rig.sent(), [(T::Command, body)]);

        rig.reply(
            &request_id,
            &json!({
                "RetCode": 0,
                "RequestID": request_id,
                "Identifier": "commandIdentifier",
                "Output": {"output1": "outputValue1"},
            }),
        );
        let output = object(&json!({"output1": "outputValue1"}));
        let end = CallEnd::Answered { code: RetCode::SUCCESS, output };
        assert_eq!(rig.end_of(&request_id), Some(&end));
        assert_eq!(settled(&rig.traced()), [(T::Command, request_id.as_str(), 0)]);
        // Nobody answers an answer.
        assert_eq!(rig.sent(), []);
    }
}

/// command.md: `"RequestID": "335986033460625408"`, more than a number in JavaScript holds.
#[test]
fn request_identifiers_are_strings_of_18_digits() {
    let mut rig = rig();
    let request_id = rig.command("commandIdentifier", &json!({}), CommandKind::Async).unwrap();
    assert_eq!(request_id.len(), 18);
    assert!(request_id.parse::<u64>().unwrap() > 1 << 53);
    assert!(rig.sent()[0].1["RequestID"].is_string());
}
