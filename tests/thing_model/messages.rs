//! Each message as the documents show it, read and written again.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uiot_testbench::uiot::RetCode;
use uiot_testbench::uiot::model::messages::*;

/// Reads a message, and sees that nothing is lost when it is written again, with unknown fields and without.
fn both_ways<M: Serialize + DeserializeOwned + Debug + PartialEq>(text: &str) -> M {
    let documented: Value = serde_json::from_str(text).unwrap();
    let message: M = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_value(&message).unwrap(), documented);

    let mut more = documented;
    more["Method"] = json!({"deep": [1, 18_446_744_073_709_551_615_u64, -9_223_372_036_854_775_808_i64]});
    let message_with_more: M = serde_json::from_value(more.clone()).unwrap();
    assert_eq!(serde_json::to_value(&message_with_more).unwrap(), more);
    message
}

#[test]
fn get_json() {
    let ask: Ask = both_ways(r#"{ "RequestID": "100" }"#);
    assert_eq!(ask.request_id, "100");
    let reply: TemplateReply = both_ways(
        r#"{ "RetCode": 0, "RequestID": "100", "Template": {"Property": [], "Event": [], "Command": []} }"#,
    );
    assert!(reply.template.is_some());
}

#[test]
fn property() {
    let post: PropertyPost = both_ways(
        r#"{"RequestID": "100", "Property": {
            "propertyIdentifier1": {"Value": "propertyValue1", "Time": 1524448722000},
            "propertyIdentifier2": {"Value": "propertyValue2", "Time": 1524448722000}}}"#,
    );
    assert_eq!(post.property["propertyIdentifier1"], Sample::at("propertyValue1", 1_524_448_722_000));
    let reply: Reply = both_ways(r#"{"RequestID": "100", "RetCode": 0, "Message": "success"}"#);
    assert_eq!(reply.message.as_deref(), Some(SUCCESS));
    let set: PropertySet = both_ways(
        r#"{"RequestID": "100", "Property": {
            "propertyIdentifier1": "propertyValue1", "propertyIdentifier2": "propertyValue2"}}"#,
    );
    assert_eq!(set.property["propertyIdentifier2"], "propertyValue2");
    let reply: Reply = both_ways(r#"{"RequestID": "100", "RetCode": 0}"#);
    assert_eq!(reply.message, None);
    let reply: RestoreReply = both_ways(
        r#"{"RetCode": 0, "RequestID": "100", "LatestUpdateTime": 1516541821599, "Property": {
            "propertyIdentifier1": {"Value": "propertyValue1", "Time": 1516541885630}}}"#,
    );
    assert_eq!(reply.latest_update_time, Some(1_516_541_821_599));
}

#[test]
fn desired() {
    let get: DesiredGet = both_ways(r#"{"RequestID": "100", "Require": ["propertyName1", "propertyName2"]}"#);
    assert_eq!(get.require, ["propertyName1", "propertyName2"]);
    let reply: DesiredReply = both_ways(
        r#"{"RetCode": 0, "RequestID": "100", "Desired": {
            "propertyIdentifier1": {"Value": "desiredPropertyValue1", "Version": 1}}}"#,
    );
    assert_eq!(reply.desired["propertyIdentifier1"].version, 1);
    let delete: DesiredDelete =
        both_ways(r#"{"RequestID": "100", "Delete": {"propertyIdentifier1": {"Version": 1}}}"#);
    assert_eq!(delete.delete["propertyIdentifier1"], DesiredVersion::of(1));
    // dm_mqtt.c of the C SDK.
    let delete: DesiredDelete = both_ways(r#"{"RequestID": "100", "Delete": {"volume": {"version": 7}}}"#);
    assert_eq!((delete.delete["volume"].version, delete.delete["volume"].lower_case()), (None, Some(7)));
}

#[test]
fn event() {
    let event: EventPost = both_ways(
        r#"{"RequestID": "100", "Identifier": "eventIdentifier", "Output": {"output1": "outputValue1"},
            "Time": 1524448723000}"#,
    );
    assert_eq!(event.time, Some(1_524_448_723_000));
    // The C SDK sends no time.
    let event: EventPost =
        both_ways(r#"{"RequestID": "100", "Identifier": "low_power_alert", "Output": {"power": 5}}"#);
    assert_eq!(event.time, None);
}

#[test]
fn command() {
    let command: Command = both_ways(
        r#"{"RequestID": "335986033460625408", "Identifier": "commandIdentifier", "Input": {"input1": "inputValue1"}}"#,
    );
    assert_eq!(command.request_id, "335986033460625408");
    let reply: CommandReply = both_ways(
        r#"{"RetCode": 0, "RequestID": "335986033460625408", "Identifier": "commandIdentifier",
            "Output": {"output1": "outputValue1"}}"#,
    );
    assert!(reply.output.is_some());
}

#[test]
fn a_code_may_be_a_text() {
    let reply: Reply = serde_json::from_str(r#"{"RequestID": "1", "RetCode": "100058"}"#).unwrap();
    assert_eq!(reply.ret_code, RetCode::NO_PROPERTY);
}

#[test]
fn a_request_identifier_that_is_a_number_is_none() {
    // As a number it would already have lost its last digits in JavaScript.
    assert!(
        serde_json::from_str::<Command>(r#"{"RequestID": 335986033460625408, "Identifier": "c"}"#).is_err()
    );
}

#[test]
fn values_keep_their_64_bits_and_their_fields() {
    let text = r#"{"RequestID":"1","Property":{"a":{"Value":9007199254740993,"Quality":{"x":1}},"#.to_owned()
        + r#""b":{"Value":-9223372036854775808}}}"#;
    let post: PropertyPost = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&post).unwrap(), text);
}
