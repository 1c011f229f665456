//! The exchanges of operation_guide.md, with the documents' own JSON.

use super::*;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn get_answers_any_content_with_the_bare_document() {
    let mut rig = Rig::new();
    for payload in [br#"{"Method":"get"}"#.as_slice(), b"", b"what?", b"\xff\0"] {
        let did = rig.receive(SystemTopic::ShadowGet, payload);
        let expected = json!({
            "State": {"Reported": {}, "Desired": {}}, "Metadata": {"Reported": {}, "Desired": {}},
            "Timestamp": 1_562_904_212, "Version": 0,
        });
        assert_eq!(did.sent, [(SystemTopic::ShadowGetReply, expected)]);
        assert!(did.documents.is_empty());
    }
}

#[test]
fn update_conflict_and_delete() {
    let mut rig = Rig::new();
    rig.now = 1_562_909_435;
    let update =
        json(r#"{"Method":"update","State":{"Reported":{"temperature":26,"humidity":57}},"Version":0}"#);
    let did = rig.edit(&update);
    let reply = json(r#"{"Method":"reply","Payload":{"RetCode":0},"Version":1,"Timestamp":1562909435}"#);
    assert_eq!(did.sent, [(SystemTopic::ShadowDownstream, reply)]);
    let document = json(
        r#"{"State":{"Reported":{"temperature":26,"humidity":57},"Desired":{}},
            "Metadata":{"Reported":{"temperature":{"Timestamp":1562909435},"humidity":{"Timestamp":1562909435}},
            "Desired":{}},"Timestamp":1562909435,"Version":1}"#,
    );
    assert_eq!(did.documents.first(), Some(&document));
    assert_eq!(rig.get().answer(), &document);

    rig.now = 1_562_909_688;
    let did = rig.edit(&update);
    let control = json(
        r#"{"Method":"control","Payload":{"RetCode":100026,
            "State":{"Reported":{"humidity":57,"temperature":26},"Desired":{}},
            "Metadata":{"Reported":{"humidity":{"Timestamp":1562909435},"temperature":{"Timestamp":1562909435}},
            "Desired":{}}},"Version":1,"Timestamp":1562909688}"#,
    );
    assert_eq!(did.sent, [(SystemTopic::ShadowDownstream, control)]);
    assert!(did.documents.is_empty());

    rig.now = 1_562_911_255;
    let did = rig.edit(&json(r#"{"Method":"delete","State":{"Reported":{"temperature":null}},"version":1}"#));
    let reply = json(r#"{"Method":"reply","Payload":{"RetCode":0},"Version":2,"Timestamp":1562911255}"#);
    assert_eq!(did.sent, [(SystemTopic::ShadowDownstream, reply)]);
    rig.now = 1_562_911_400;
    let document = json(
        r#"{"State":{"Reported":{"humidity":57},"Desired":{}},
            "Metadata":{"Reported":{"humidity":{"Timestamp":1562909435}},"Desired":{}},
            "Timestamp":1562911400,"Version":2}"#,
    );
    assert_eq!(rig.get().answer(), &document);
}

#[test]
fn delete_all() {
    let mut rig = Rig::new();
    rig.report(json!({"temperature": 26, "humidity": 57}));
    let did = rig.edit(&json(r#"{"Method":"delete","State":{"Reported":null},"version":1}"#));
    assert_eq!((did.code(), rig.shadow().version()), (0, 2));
    assert_eq!(did.documents[0]["State"], json!({"Reported": {}, "Desired": {}}));
    assert_eq!(did.documents[0]["Metadata"], json!({"Reported": {}, "Desired": {}}));
}

#[test]
fn reset() {
    let mut rig = Rig::new();
    rig.shadow().set_version(8);
    rig.now = 1_562_912_657;
    let did = rig.edit(&json(
        r#"{"Method":"update","State":{"Reported":{"temperature":26,"humidity":57}},"Version":-1}"#,
    ));
    let reply = json(r#"{"Method":"reply","Payload":{"RetCode":0},"Version":0,"Timestamp":1562912657}"#);
    assert_eq!(did.sent, [(SystemTopic::ShadowDownstream, reply)]);
    assert_eq!(did.documents.len(), 1);
    rig.now = 1_562_912_800;
    let document = json(
        r#"{"State":{"Reported":{"humidity":57,"temperature":26},"Desired":{}},
            "Metadata":{"Reported":{"humidity":{"Timestamp":1562912657},"temperature":{"Timestamp":1562912657}},
            "Desired":{}},"Timestamp":1562912800,"Version":0}"#,
    );
    assert_eq!(rig.get().answer(), &document);
}

#[test]
fn only_an_update_resets() {
    let mut rig = Rig::new();
    rig.shadow().set_version(8);
    let did = rig.edit(&json!({"Method": "delete", "State": {"Reported": null}, "Version": -1}));
    assert_eq!((did.code(), rig.shadow().version()), (100_026, 8));
}

/// A shadow as the documents have it when the cloud begins to want something.
fn before_desired() -> Rig {
    let mut rig = Rig::new();
    rig.now = 1_562_912_843;
    rig.report(json!({"temperature": 26, "humidity": 57}));
    rig.now = 1_562_917_500;
    rig
}

#[test]
fn desired_done_as_asked() {
    let mut rig = before_desired();
    let (version, did) =
        rig.work(|cx| cloud::set_desired(cx, &device(), &values(json!({"temperature": 17})), Some(1)));
    assert_eq!(version, Ok(2));
    let control = json(
        r#"{"Method":"control","Payload":{"RetCode":0,"State":{"Desired":{"temperature":17}},
            "Metadata":{"Desired":{"temperature":{"Timestamp":1562917500}}}},"Version":2,"Timestamp":1562917500}"#,
    );
    assert_eq!(did.sent, [(SystemTopic::ShadowDownstream, control)]);
    let mut document = json(
        r#"{"State":{"Reported":{"humidity":57,"temperature":26},"Desired":{"temperature":17}},
            "Metadata":{"Reported":{"humidity":{"Timestamp":1562912843},"temperature":{"Timestamp":1562912843}},
            "Desired":{"temperature":{"Timestamp":1562917500}}},"Timestamp":1562917600,"Version":2}"#,
    );
    rig.now = 1_562_917_600;
    assert_eq!(rig.get().answer(), &document);
    document["Timestamp"] = 1_562_917_500.into();
    assert_eq!(did.documents, [document]);

    rig.now = 1_562_919_549;
    let did = rig.edit(&json(r#"{"Method":"update","State":{"Desired":null},"Version":2}"#));
    let reply = json(r#"{"Method":"reply","Payload":{"RetCode":0},"Version":3,"Timestamp":1562919549}"#);
    assert_eq!(did.sent, [(SystemTopic::ShadowDownstream, reply)]);
    rig.now = 1_562_919_600;
    let document = json(
        r#"{"State":{"Reported":{"humidity":57,"temperature":17},"Desired":{}},
            "Metadata":{"Reported":{"humidity":{"Timestamp":1562912843},"temperature":{"Timestamp":1562919549}},
            "Desired":{}},"Timestamp":1562919600,"Version":3}"#,
    );
    assert_eq!(rig.get().answer(), &document);
}

#[test]
fn desired_done_with_another_value() {
    let mut rig = before_desired();
    rig.desire(json!({"temperature": 17, "humidity": 60})).0.unwrap();
    let done =
        json(r#"{"Method":"update","State":{"Reported":{"temperature":20},"Desired":null},"Version":2}"#);
    assert_eq!(rig.edit(&done).code(), 0);
    assert_eq!(rig.reported(), json!({"temperature": 20, "humidity": 60}));
    assert_eq!((rig.desired(), rig.shadow().version()), (json!({}), 3));
}

#[test]
fn an_offline_device_finds_what_is_desired_when_it_asks() {
    let mut rig = before_desired();
    rig.registry.device_mut(&device()).unwrap().online = false;
    let (version, did) = rig.desire(json!({"temperature": 17}));
    assert_eq!(version, Ok(2));
    assert!(did.sent.is_empty());
    assert_eq!(did.documents.len(), 1, "the rule engine sees it all the same");
    rig.registry.device_mut(&device()).unwrap().online = true;
    assert_eq!(rig.get().answer()["State"]["Desired"], json!({"temperature": 17}));
}

/// The two keys of the sample in deviceshadowmgmtapi.md have different times.
#[test]
fn what_is_desired_adds_up() {
    let mut rig = Rig::new();
    rig.now = 1_564_399_417;
    rig.desire(json!({"key": "value"})).0.unwrap();
    rig.now = 1_564_557_762;
    rig.desire(json!({"key_1": "value_1"})).0.unwrap();
    let (document, _) = rig.work(|cx| cloud::document(cx, &device()));
    let document = document.unwrap();
    assert_eq!(document.state.desired, Some(values(json!({"key": "value", "key_1": "value_1"}))));
    let stamps = json!({"key": {"Timestamp": 1_564_399_417}, "key_1": {"Timestamp": 1_564_557_762}});
    assert_eq!(document.metadata.desired, Some(values(stamps)));
}

#[test]
fn the_cloud_is_refused_with_codes() {
    let mut rig = Rig::new();
    let none = Values::new();
    let call = |rig: &mut Rig, product: &str, device: &str, version| {
        let device = Credential::new(product, device);
        let set = rig.work(|cx| cloud::set_desired(cx, &device, &none, version)).0;
        (set, rig.work(|cx| cloud::document(cx, &device)).0.map(|document| document.version))
    };
    let Credential { product_sn, device_sn } = device();
    let both = |code| (Err(code), Err(code));
    assert_eq!(call(&mut rig, "none", &device_sn, None), both(RetCode::NO_PRODUCT));
    assert_eq!(call(&mut rig, &product_sn, "none", None), both(RetCode::NO_DEVICE));
    assert_eq!(call(&mut rig, &product_sn, &device_sn, Some(1)), (Err(RetCode::SHADOW_VERSION), Ok(0)));
    assert_eq!(call(&mut rig, &product_sn, &device_sn, Some(0)), (Ok(1), Ok(1)));

    let mut switch = |on| rig.work(|cx| cloud::switch(cx, &device().product_sn, on)).0;
    assert_eq!([switch(true), switch(false)], [Ok(()), Ok(())]);
    assert_eq!(switch(false), Err(RetCode::SHADOW_DISABLED));
    assert_eq!(call(&mut rig, &product_sn, &device_sn, None), both(RetCode::SHADOW_DISABLED));
    assert_eq!(rig.work(|cx| cloud::switch(cx, "none", true)).0, Err(RetCode::NO_PRODUCT));
    assert_eq!(rig.work(|cx| cloud::switch(cx, &device().product_sn, true)).0, Ok(()));
    assert_eq!(call(&mut rig, &product_sn, &device_sn, None), (Ok(2), Ok(2)));
}
