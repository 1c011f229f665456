//! Whatever a device sends, the service stays bounded and answers.

use super::*;
use crate::simulator::quota::Quota;

const UP: [T; 7] = [
    T::TemplateGet,
    T::PropertyPost,
    T::PropertySetReply,
    T::PropertyRestore,
    T::DesiredGet,
    T::DesiredDelete,
    T::EventPost,
];

#[test]
fn random_bytes_and_broken_messages_do_no_harm() {
    let mut rig = Rig::new();
    let mut random = Random::new(7);
    let sound: [&[u8]; 4] = [
        br#"{"RequestID":"1","Property":{"fan":{"Value":{"speed":1,"swing":0},"Time":5}}}"#,
        br#"{"RequestID":"1","Delete":{"power":{"Version":1}},"Require":["power"],"RetCode":0}"#,
        br#"{"RequestID":"1","Identifier":"fault","Output":{"code":1,"message":"m"},"Time":5}"#,
        br#"{"RetCode":0,"RequestID":"1","Identifier":"clean_filter","Output":{"done":1}}"#,
    ];
    for round in 0..4000 {
        let mut payload = sound[round % sound.len()].to_vec();
        for _ in 0..random.number() % 4 {
            let place = random.number() as usize % payload.len();
            match random.number() % 3 {
                0 => payload[place] = random.number() as u8,
                1 => payload.truncate(place.max(1)),
                _ => payload.insert(place, b"\"{}[],:0e-\\\xff"[random.number() as usize % 12]),
            }
        }
        let topic = UP[random.number() as usize % UP.len()];
        rig.up(topic, &payload);
        rig.work(|cx, device| services::receive(cx, device, T::CommandReply, Some("1"), &payload));
        let answers = usize::from(topic.reply().is_some());
        assert_eq!(rig.sent().len(), answers, "{topic} {}", String::from_utf8_lossy(&payload));
        rig.traced();
    }
    assert!(rig.known().values().len() <= 9);
    assert!(rig.known().events().count() <= HISTORY);
}

#[test]
fn deep_nesting_is_an_error() {
    let mut rig = Rig::new();
    let body = rig.ask_bytes(T::PropertyPost, "[".repeat(200_000).as_bytes());
    assert_eq!(body["RetCode"], 230);
}

#[test]
fn thousands_of_unknown_properties_give_a_short_answer() {
    let mut rig = Rig::new();
    let property: serde_json::Map<_, _> =
        (0..10_000).map(|n| (format!("p{n}"), json!({"Value": n}))).collect();
    let (code, words) = rig.post(&property.into());
    assert_eq!(code, 100_058);
    assert!(words.ends_with("; and 9997 more"), "{words}");
    assert!(words.len() < 500);
}

#[test]
fn long_names_are_cut_where_they_are_shown() {
    let mut rig = Rig::new();
    let long = "长".repeat(50_000);
    let mut bodies = vec![(T::PropertyPost, json!({"RequestID": "1", "Property": {&long: {"Value": 1}}}))];
    bodies.push((T::PropertyPost, json!({"RequestID": "1", "Property": {"fan": {"Value": {&long: 1}}}})));
    bodies.push((T::EventPost, json!({"RequestID": "1", "Identifier": &long, "Output": {}})));
    bodies.push((T::EventPost, json!({"RequestID": "1", "Identifier": "fault", "Output": {&long: 1}})));
    bodies.push((T::DesiredDelete, json!({"RequestID": "1", "Delete": {&long: {"Version": 1}}})));
    bodies.push((T::DesiredDelete, json!({"RequestID": "1", "Delete": {"power": {"Version": &long}}})));
    for (topic, body) in bodies {
        let (code, words) = code_and_words(&rig.ask(topic, &body));
        assert_ne!(code, 0);
        assert!(words.len() < 1000, "{topic}: {}", words.len());
    }
    rig.up(T::PropertySetReply, json!({"RequestID": &long, "RetCode": 0}).to_string().as_bytes());
    rig.work(|cx, device| services::receive(cx, device, T::CommandReply, Some(&long), b"{}"));
    assert!(errors(&rig.traced()).iter().all(|why| why.len() < 1000));
}

#[test]
fn remembered_events_are_bounded_by_number_and_by_bytes() {
    let mut rig = Rig::new();
    for n in 0..1000 {
        let body = json!({"RequestID": n.to_string(), "Identifier": "fault", "Output": {"code": n % 1000}});
        rig.ask(T::EventPost, &body);
    }
    assert_eq!(rig.known().events().count(), HISTORY);
    assert_eq!(rig.known().events().next().unwrap().request_id, "900");

    for _ in 0..10 {
        let body = json!({"RequestID": "x".repeat(200_000), "Identifier": "fault", "Output": {}});
        rig.ask(T::EventPost, &body);
        rig.traced();
    }
    assert_eq!(rig.known().events().count(), 1);
}

#[test]
fn calls_that_wait_are_bounded_and_the_oldest_is_given_up() {
    let mut rig = Rig::new();
    let ids: Vec<_> =
        (0..=WAITING).map(|_| rig.command("clean_filter", &json!({}), CommandKind::Async).unwrap()).collect();
    assert_eq!(rig.known().waiting().count(), WAITING);
    assert_eq!(rig.end_of(&ids[0]), Some(&CallEnd::CrowdedOut));
    assert_eq!(settled(&rig.traced()), [(T::Command, ids[0].as_str(), 110)]);
    rig.reply(
        &ids[0],
        &json!({"RetCode": 0, "RequestID": ids[0], "Identifier": "clean_filter", "Output": {}}),
    );
    assert_eq!(rig.end_of(&ids[0]), Some(&CallEnd::CrowdedOut));

    for id in &ids[1..] {
        let answer = json!({"RetCode": 0, "RequestID": id, "Identifier": "clean_filter", "Output": {}});
        rig.reply(id, &answer);
    }
    assert_eq!(rig.known().waiting().count(), 0);
    assert_eq!(rig.known().ended().count(), HISTORY);
}

#[test]
fn an_answer_that_is_longer_than_a_packet_is_not_sent() {
    let text = |n: usize| {
        let data_type = json!({"Type": "string", "Spec": {"Length": 2048}});
        json!({"Identifier": format!("t{n}"), "Name": format!("t{n}"), "AccessMode": "rw", "DataType": data_type})
    };
    let properties: Vec<_> = (0..200).map(text).collect();
    let mut rig = Rig::with(Template::from_value(json!({"Property": properties})).unwrap());
    for n in 0..200 {
        assert_eq!(rig.post(&json!({format!("t{n}"): {"Value": "x".repeat(2048)}})).0, 0);
        rig.traced();
    }
    let body = rig.ask(T::PropertyRestore, &json!({"RequestID": "1"}));
    assert_eq!((&body["RequestID"], &body["RetCode"]), (&json!("1"), &json!(220)));

    let all: serde_json::Map<_, _> = (0..200).map(|n| (format!("t{n}"), json!("x".repeat(2048)))).collect();
    assert_eq!(rig.set(&all.into(), false), Err(RetCode::PARAMETER_EXCEEDS));
    assert_eq!(rig.known().waiting().count(), 0);
}

#[test]
fn a_device_that_is_gone_gets_an_error() {
    let mut rig = Rig::new();
    rig.registry.product_mut("kx4m7q2vbn9wd5ts").unwrap().devices.clear();
    for (topic, body) in [
        (T::PropertyPost, json!({"RequestID": "1", "Property": {"power": {"Value": 1}}})),
        (T::PropertyRestore, json!({"RequestID": "1"})),
        (T::DesiredGet, json!({"RequestID": "1", "Require": []})),
        (T::DesiredDelete, json!({"RequestID": "1", "Delete": {"power": {"Version": 1}}})),
        (T::EventPost, json!({"RequestID": "1", "Identifier": "fault", "Output": {}})),
    ] {
        assert_eq!(rig.ask(topic, &body)["RetCode"], 100_008, "{topic}");
    }
    rig.up(T::PropertySetReply, b"{\"RequestID\":\"1\",\"RetCode\":0}");
    rig.work(|cx, device| services::receive(cx, device, T::CommandReply, Some("1"), b"{}"));
}

#[test]
fn without_memory_older_events_go_and_values_do_not_grow() {
    let mut rig = Rig::new();
    rig.registry.data = Quota::new(2000);
    let event = |n: usize| json!({"RequestID": n.to_string(), "Identifier": "fault", "Output": {"code": 1}});
    for n in 0..20 {
        assert_eq!(rig.ask(T::EventPost, &event(n))["RetCode"], 0);
    }
    let kept = rig.known().events().count();
    assert!((1..10).contains(&kept), "{kept}");
    assert_eq!(rig.known().events().next_back().unwrap().request_id, "19");
    assert!(rig.registry.data.used() <= 2000);

    let _others = rig.registry.data.take(2000 - 200 - rig.registry.data.used());
    let (code, words) = rig.post(&json!({"power": {"Value": 1}}));
    assert_eq!((code, &*words), (130, "there is no memory left for what devices report"));
    assert!(rig.known().values().is_empty());
    let huge = json!({"RequestID": "x".repeat(3000), "Identifier": "fault", "Output": {"code": 1}});
    assert_eq!(rig.ask(T::EventPost, &huge)["RetCode"], 130);
}

#[test]
fn what_is_forgotten_gives_its_memory_back() {
    let mut rig = Rig::new();
    assert_eq!(rig.post(&json!({"power": {"Value": 1}})).0, 0);
    let before = rig.registry.data.used();
    assert_eq!(rig.post(&json!({"power": {"Value": 0}})).0, 0);
    assert_eq!(rig.registry.data.used(), before);
    rig.registry.products.clear();
    assert_eq!(rig.registry.data.used(), 0);
}

#[test]
fn an_error_repeats_no_request_id_that_no_packet_holds() {
    let mut rig = Rig::new();
    let body = rig.ask(T::PropertyRestore, &json!({"RequestID": "x".repeat(262_000)}));
    assert_eq!((&body["RetCode"], &body["RequestID"]), (&json!(220), &json!("")));
}
