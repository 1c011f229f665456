//! The cloud's calls, and what they refuse.

use super::*;
use crate::simulator::services::model::cloud::set_template;

#[test]
fn a_command_is_held_to_the_model() {
    let mut rig = Rig::new();
    for (identifier, input, code) in [
        ("defrost", json!({}), 100_046),
        ("fault", json!({}), 100_046),
        ("clean_filter", json!({"hours": 1}), 100_038),
        ("clean_filter", json!({"minutes": "5"}), 310),
        ("clean_filter", json!({"minutes": 61}), 220),
    ] {
        assert_eq!(rig.command(identifier, &input, SYNC), Err(RetCode(code)), "{identifier} {input}");
    }
    assert_eq!(rig.sent(), []);
    assert!(rig.command("clean_filter", &json!({}), SYNC).is_ok(), "a part of the input will do");
    rig.choices.model.all_parameters = true;
    assert_eq!(rig.command("clean_filter", &json!({}), SYNC), Err(RetCode::PARAMETER_MISSING));
}

#[test]
fn a_synchronous_command_waits_5_seconds_at_most() {
    let mut rig = Rig::new();
    for (millis, fine) in [(0, false), (1, true), (5000, true), (5001, false)] {
        let kind = CommandKind::Sync(Duration::from_millis(millis));
        let result = rig.command("clean_filter", &json!({}), kind);
        assert_eq!(result.err(), (!fine).then_some(RetCode::PARAMETER_EXCEEDS), "{millis}");
    }
}

#[test]
fn an_offline_device_gets_no_command() {
    for kind in [SYNC, CommandKind::Async] {
        let mut rig = Rig::new();
        rig.offline();
        assert_eq!(rig.command("clean_filter", &json!({"minutes": 5}), kind), Err(RetCode::NOT_ONLINE));
        assert!(rig.effects.is_empty());
        assert_eq!(rig.known().waiting().count(), 0);
        rig.online();
        assert_eq!(rig.sent(), []);
    }
}

#[test]
fn a_set_is_held_to_the_model() {
    let mut rig = Rig::new();
    for online in [true, false] {
        if !online {
            rig.offline();
        }
        for (property, code) in [
            (json!({}), 210),
            (json!({"pressure": 1}), 100_058),
            (json!({"temperature": 21}), 100_049),
            (json!({"target_temperature": 21, "temperature": 21}), 100_049),
            (json!({"target_temperature": 31}), 220),
            (json!({"target_temperature": "21"}), 310),
            (json!({"power": true}), 310),
        ] {
            assert_eq!(rig.set(&property, true), Err(RetCode(code)), "{property}");
        }
        assert!(rig.effects.is_empty());
        assert!(rig.known().desired().is_empty());
    }
}

#[test]
fn an_offline_device_is_set_only_as_desired() {
    let mut rig = Rig::new();
    rig.offline();
    assert_eq!(rig.set(&json!({"power": 1}), false), Err(RetCode::NOT_ONLINE));
    assert!(rig.known().desired().is_empty());
    let Ok(SetOutcome::Stored { versions, .. }) = rig.set(&json!({"power": 1}), true) else { panic!() };
    assert_eq!(versions["power"], 1);
    assert!(rig.effects.is_empty());
    assert_eq!(rig.known().waiting().count(), 0);
}

#[test]
fn an_online_device_is_set_at_once_even_as_desired() {
    for desired in [false, true] {
        let mut rig = Rig::new();
        let Ok(SetOutcome::Sent { request_id }) = rig.set(&json!({"power": 1}), desired) else { panic!() };
        assert_eq!(
            rig.sent(),
            [(T::PropertySet, json!({"RequestID": request_id, "Property": {"power": 1}}))]
        );
        assert!(rig.known().desired().is_empty());
    }
}

#[test]
fn what_the_device_says_to_a_set_settles_it() {
    let mut rig = Rig::new();
    for (code, saves) in [(0, false), (0, true), (310, true)] {
        rig.choices.model.set_reply_saves = saves;
        let Ok(SetOutcome::Sent { request_id }) = rig.set(&json!({"power": 1}), false) else { panic!() };
        assert_eq!(rig.known().waiting().count(), 1);
        rig.pass(Duration::from_secs(3600));
        rig.up(T::PropertySetReply, json!({"RequestID": request_id, "RetCode": code}).to_string().as_bytes());
        assert_eq!(rig.end_of(&request_id).unwrap().code().0, code);
        assert_eq!(rig.known().waiting().count(), 0);
        let saved = rig.known().values().contains_key("power");
        assert_eq!(saved, saves, "{code}: it stays from the second on");
    }
}

#[test]
fn answers_to_sets_that_nobody_waits_for_only_show_in_the_trace() {
    let mut rig = Rig::new();
    for payload in [&b"no json"[..], b"{}", b"{\"RequestID\":\"9\",\"RetCode\":0}", b"{\"RequestID\":\"9\"}"]
    {
        rig.up(T::PropertySetReply, payload);
    }
    assert_eq!(rig.sent(), []);
    assert_eq!(errors(&rig.traced()).len(), 4);

    let Ok(SetOutcome::Sent { request_id }) = rig.set(&json!({"power": 1}), false) else { panic!() };
    let answer = json!({"RequestID": request_id, "RetCode": 0}).to_string();
    rig.up(T::PropertySetReply, answer.as_bytes());
    rig.up(T::PropertySetReply, answer.as_bytes());
    assert_eq!(rig.known().end_of(&request_id).unwrap().late_answers, 1);
}

#[test]
fn unknown_devices_and_products_are_named() {
    let mut rig = Rig::new();
    rig.device = Credential::new("kx4m7q2vbn9wd5ts", "nobody");
    assert_eq!(rig.set(&json!({"power": 1}), true), Err(RetCode::NO_DEVICE));
    assert_eq!(rig.command("clean_filter", &json!({}), SYNC), Err(RetCode::NO_DEVICE));
    assert_eq!(rig.work(|cx, _| set_template(cx, "none", Template::default())), Err(RetCode::NO_PRODUCT));
}

fn new_model(rig: &mut Rig, template: Template) -> CloudResult<()> {
    rig.work(|cx, device| set_template(cx, &device.product_sn, template))
}

#[test]
fn the_model_of_a_published_product_cannot_be_changed() {
    let mut rig = Rig::new();
    rig.registry.product_mut("kx4m7q2vbn9wd5ts").unwrap().published = true;
    assert_eq!(new_model(&mut rig, Template::default()), Err(RetCode::PUBLISHED));
    assert_eq!(rig.post(&json!({"temperature": {"Value": 21}})).0, 0);
    rig.registry.product_mut("kx4m7q2vbn9wd5ts").unwrap().published = false;
    assert_eq!(new_model(&mut rig, Template::default()), Ok(()));
    assert_eq!(rig.post(&json!({"temperature": {"Value": 21}})).0, 100_058);
}

#[test]
fn a_model_that_breaks_a_rule_is_refused() {
    let mut rig = Rig::new();
    let mut template = Template::parse(crate::simulator::DEMO_MODEL).unwrap();
    template.properties[0].identifier = "2nd".into();
    assert_eq!(new_model(&mut rig, template), Err(RetCode::PARAMETER_WRONG));
}

#[test]
fn a_new_model_forgets_what_it_has_no_place_for() {
    let mut rig = Rig::new();
    rig.post(
        &json!({"temperature": {"Value": 21}, "label": {"Value": "a long label"}, "power": {"Value": 1}}),
    );
    rig.offline();
    rig.set(&json!({"power": 0, "label": "another long label"}), true).unwrap();
    rig.online();
    let mut template = Template::parse(crate::simulator::DEMO_MODEL).unwrap();
    template.properties.retain(|property| property.identifier != "temperature");
    let label = template.properties.iter_mut().find(|property| property.identifier == "label").unwrap();
    label.data_type = serde_json::from_value(json!({"Type": "string", "Spec": {"Length": 4}})).unwrap();
    assert_eq!(new_model(&mut rig, template), Ok(()));
    assert_eq!(rig.known().values().keys().collect::<Vec<_>>(), ["power"]);
    assert_eq!(rig.known().desired().keys().collect::<Vec<_>>(), ["power"]);
}
