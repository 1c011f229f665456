//! What the platform refuses.

use super::*;
use crate::simulator::quota::Quota;

#[test]
fn each_listed_fault_is_answered_with_230() {
    let deep = "{\"a\":".repeat(1000);
    for (message, why) in [
        ("", Fault::NotJson),
        ("{", Fault::NotJson),
        ("[]", Fault::NotJson),
        ("null", Fault::NotJson),
        ("\u{0}", Fault::NotJson),
        (&deep, Fault::NotJson),
        (r#"{"State":{"Reported":{}},"Version":0}"#, Fault::NoMethod),
        (r#"{"Method":null,"State":{"Reported":{}},"Version":0}"#, Fault::NoMethod),
        (r#"{"method":"update","State":{"Reported":{}},"Version":0}"#, Fault::NoMethod),
        (r#"{"Method":"get","State":{"Reported":{}},"Version":0}"#, Fault::UnknownMethod),
        (r#"{"Method":"Update","State":{"Reported":{}},"Version":0}"#, Fault::UnknownMethod),
        (r#"{"Method":7,"State":{"Reported":{}},"Version":0}"#, Fault::UnknownMethod),
        (r#"{"Method":"update","Version":0}"#, Fault::NoState),
        (r#"{"Method":"update","State":null,"Version":0}"#, Fault::NoState),
        (r#"{"Method":"update","State":[],"Version":0}"#, Fault::NoState),
        (r#"{"Method":"update","State":{"Reported":{}},"Version":"0"}"#, Fault::VersionNotANumber),
        (r#"{"Method":"update","State":{"Reported":{}},"Version":null}"#, Fault::VersionNotANumber),
        (r#"{"Method":"update","State":{"Reported":{}}}"#, Fault::VersionNotANumber),
        (r#"{"Method":"update","State":{},"Version":0}"#, Fault::NothingToDo),
        (r#"{"Method":"delete","State":{"reported":{}},"Version":0}"#, Fault::NothingToDo),
        (r#"{"Method":"update","State":{"Reported":null},"Version":0}"#, Fault::BadPart),
        (r#"{"Method":"update","State":{"Reported":[1]},"Version":0}"#, Fault::BadPart),
        (r#"{"Method":"delete","State":{"Reported":"a"},"Version":0}"#, Fault::BadPart),
        (r#"{"Method":"update","State":{"Desired":"null"},"Version":0}"#, Fault::BadPart),
    ] {
        let mut rig = Rig::new();
        let did = rig.receive(SystemTopic::ShadowUpstream, message.as_bytes());
        let expected = json!({
            "Method": "reply", "Payload": {"RetCode": 230}, "Version": 0, "Timestamp": START,
        });
        assert_eq!(did.sent, [(SystemTopic::ShadowDownstream, expected)], "{message:.60}");
        assert_eq!(did.refused, [why.to_string()], "{message:.60}");
        assert!(did.documents.is_empty());
        assert_eq!(rig.shadow(), &DeviceShadow::default());
    }
}

#[test]
fn an_edit_of_another_version_changes_nothing() {
    let mut rig = Rig::new();
    rig.report(json!({"a": 1}));
    for version in
        ["0", "2", "1.5", "-2", "2147483648", "9223372036854775807", "18446744073709551615", "1e300"]
    {
        for message in [
            format!(r#"{{"Method":"update","State":{{"Reported":{{"a":2}}}},"Version":{version}}}"#),
            format!(r#"{{"Method":"delete","State":{{"Reported":null}},"Version":{version}}}"#),
            format!(r#"{{"Method":"update","State":{{"Desired":null}},"Version":{version}}}"#),
        ] {
            let did = rig.receive(SystemTopic::ShadowUpstream, message.as_bytes());
            assert_eq!(did.code(), 100_026, "{message}");
            assert_eq!(did.answer()["Method"], "control");
            assert_eq!(did.answer()["Version"], 1);
            assert_eq!(rig.reported(), json!({"a": 1}));
        }
    }
}

#[test]
fn a_version_may_be_written_as_any_whole_number() {
    let mut rig = Rig::new();
    for version in ["0", "1.0", "2e0", "3.0e0"] {
        let message = format!(r#"{{"Method":"update","State":{{"Reported":{{}}}},"Version":{version}}}"#);
        assert_eq!(rig.receive(SystemTopic::ShadowUpstream, message.as_bytes()).code(), 0, "{version}");
    }
}

#[test]
fn the_document_stays_within_its_size() {
    let mut rig = Rig::new();
    let mut refused = 0;
    for key in 0..40 {
        let did = rig.report(json!({ format!("key{key}"): "x".repeat(10_000) }));
        refused += usize::from(did.code() == 230);
        assert!(did.documents.iter().all(|document| document.to_string().len() <= rig.choices.shadow.size));
    }
    assert_eq!(refused, 40 - 25);
    assert_eq!(rig.shadow().version(), 25);
    assert_eq!(rig.desire(json!({"key": "x".repeat(10_000)})).0, Err(RetCode::PARAMETER_EXCEEDS));
    let get = rig.get().answer().to_string();
    assert!(get.len() < crate::uiot::limits::PACKET_SIZE);

    rig.choices().size = 1000;
    let did = rig.edit(&json!({"Method": "delete", "State": {"Reported": {"key0": null}}, "Version": 25}));
    assert_eq!(did.code(), 0, "what is too large may still shrink");
    assert_eq!(rig.report(json!({"key0": "x"})).code(), 230);
}

#[test]
fn many_small_keys_are_bounded_too() {
    let mut rig = Rig::new();
    rig.choices().size = 2_000;
    let codes: Vec<_> = (0..200).map(|key| rig.report(json!({ format!("{key}"): key })).code()).collect();
    assert!(codes.contains(&230));
    assert!(rig.get().answer().to_string().len() <= 2_000);
}

#[test]
fn integers_of_64_bits_are_kept() {
    let mut rig = Rig::new();
    let message = format!(
        r#"{{"Method":"update","State":{{"Reported":{{"a":{},"b":{},"c":[{}]}}}},"Version":0}}"#,
        u64::MAX,
        i64::MIN,
        u64::MAX - 1
    );
    rig.receive(SystemTopic::ShadowUpstream, message.as_bytes());
    assert_eq!(rig.reported(), json!({"a": u64::MAX, "b": i64::MIN, "c": [u64::MAX - 1]}));
}

#[test]
fn without_memory_for_it_a_shadow_does_not_grow() {
    let mut rig = Rig::new();
    rig.registry.data = Quota::new(10_000);
    let update = |value: &str, version: i32| json!({"Method": "update", "State": {"Reported": {"a": value}}, "Version": version});
    assert_eq!(rig.edit(&update(&"x".repeat(5000), 0)).code(), 0);
    let before = rig.shadow().clone();
    let did = rig.edit(&update(&"x".repeat(10_000), 1));
    assert_eq!((did.code(), &*did.refused[0]), (130, "there is no memory left for shadows"));
    assert!(did.documents.is_empty());
    assert_eq!(rig.desire(json!({"b": "x".repeat(5000)})).0, Err(RetCode::UNAVAILABLE));
    assert_eq!(rig.shadow(), &before);
    // What is as large, or smaller, has room; and what it gives back is there for others.
    assert_eq!(rig.edit(&update(&"y".repeat(5000), 1)).code(), 0);
    assert_eq!(rig.edit(&json!({"Method": "delete", "State": {"Reported": null}, "Version": 2})).code(), 0);
    assert!(rig.registry.data.used() < 1000);
    assert_eq!(rig.desire(json!({"b": "x".repeat(5000)})).0, Ok(4));
}
