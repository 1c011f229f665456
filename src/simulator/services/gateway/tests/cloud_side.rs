use super::super::cloud::{found_reply, notify_add, notify_delete};
use super::*;
use crate::uiot::limits;

#[test]
fn the_cloud_adds_sub_devices_and_tells_the_gateway() {
    let mut house = house();
    let (gate, [first, second, _]) = (house.gate.clone(), house.subs.clone());
    house.desk.work(|cx| notify_add(cx, &gate, &[second.clone(), first.clone()])).unwrap();
    let (to, topic, body) = house.desk.only_sent();
    assert_eq!((&to, topic), (&gate, SystemTopic::TopoNotifyAdd));
    assert!(body["RequestID"].is_string());
    assert_eq!(body["Params"], with_secrets(&[(&first, "device-secret"), (&second, "device-secret")]));
    assert_eq!(house.topology(&gate), params(&[&first, &second]));
}

#[test]
fn the_cloud_moves_sub_devices_from_one_gateway_to_another() {
    let mut house = house().lived_in();
    let (gate, other_gate, first) = (house.gate.clone(), house.other_gate.clone(), house.subs[0].clone());
    house.desk.work(|cx| notify_add(cx, &other_gate, std::slice::from_ref(&first))).unwrap();
    let sent = house.desk.sent();
    let told: Vec<_> = sent.iter().map(|(to, topic, _)| (to, *topic)).collect();
    assert_eq!(told, [(&gate, SystemTopic::TopoNotifyDelete), (&other_gate, SystemTopic::TopoNotifyAdd)]);
    assert!(!house.is_online(&first));
}

#[test]
fn the_cloud_removes_sub_devices_and_tells_the_gateway() {
    let mut house = house().lived_in();
    let (gate, [first, _, third]) = (house.gate.clone(), house.subs.clone());
    let result = house.desk.work(|cx| notify_delete(cx, &gate, &[first.clone(), third.clone()]));
    assert_eq!(result, Err(RetCode::NO_RECORDS));
    assert!(house.is_online(&first), "all or none");
    house.desk.work(|cx| notify_delete(cx, &gate, std::slice::from_ref(&first))).unwrap();
    let (to, topic, body) = house.desk.only_sent();
    assert_eq!((to, topic), (gate, SystemTopic::TopoNotifyDelete));
    assert_eq!(body["Params"], with_secrets(&[(&first, "device-secret")]));
    assert!(!house.is_online(&first));
}

#[test]
fn the_cloud_adds_only_to_gateways_and_only_what_can_be_behind_one() {
    let mut house = house();
    let (gate, first) = (house.gate.clone(), house.subs[0].clone());
    let plain = Credential::new("plain", "plain-1");
    let nobody = Credential::new("gateproduct", "nobody");
    for (gateway, devices, code) in [
        (&plain, vec![first.clone()], RetCode::PARAMETER_WRONG),
        (&nobody, vec![first.clone()], RetCode::NO_DEVICE),
        (&gate, vec![first.clone(), plain.clone()], RetCode::PARAMETER_WRONG),
        (&gate, vec![], RetCode::PARAMETER_MISSING),
    ] {
        assert_eq!(house.desk.work(|cx| notify_add(cx, gateway, &devices)), Err(code));
    }
    assert!(house.desk.effects().is_empty());
}

#[test]
fn a_disabled_sub_device_is_forced_offline_and_its_gateway_told() {
    let mut house = house().lived_in();
    let (gate, first) = (house.gate.clone(), house.subs[0].clone());
    for (notice, topic) in
        [(Notice::Disabled, SystemTopic::SubDisable), (Notice::Enabled, SystemTopic::SubEnable)]
    {
        house.desk.work(|cx| told(cx, &first, notice));
        let (to, told_on, body) = house.desk.only_sent();
        assert_eq!((&to, told_on), (&gate, topic));
        assert_eq!(body["Params"], params(&[&first]));
        assert!(!house.is_online(&first));
    }
    assert_eq!(house.desk.at(&first).gateway.owner(), Some(&gate), "the topology stays");
}

#[test]
fn a_sub_device_that_is_deleted_leaves_no_trace_in_the_topology() {
    let mut house = house().lived_in();
    let (gate, [first, second, _]) = (house.gate.clone(), house.subs.clone());
    house.desk.work(|cx| told(cx, &first, Notice::Deleted));
    let (to, topic, body) = house.desk.only_sent();
    assert_eq!((&to, topic, &body["Params"]), (&gate, SystemTopic::SubDelete, &params(&[&first])));
    assert_eq!(house.topology(&gate), params(&[&second]));
    assert!(logged_in(&house.desk.registry, &gate).is_empty());
}

#[test]
fn a_gateway_that_is_deleted_leaves_its_sub_devices_free() {
    let mut house = house().lived_in();
    let (gate, first) = (house.gate.clone(), house.subs[0].clone());
    house.desk.work(|cx| told(cx, &gate, Notice::Deleted));
    assert!(house.desk.sent().is_empty());
    for sub_device in &house.subs {
        assert_eq!(house.desk.at(sub_device).gateway, DeviceTopology::default());
    }
    assert!(!house.is_online(&first));
}

#[test]
fn an_application_answers_a_found_device() {
    let mut house = house();
    let gate = house.gate.clone();
    house.desk.work(|cx| found_reply(cx, &gate, "123", RetCode::SUCCESS, None)).unwrap();
    let reply = json!({"RequestID":"123","RetCode":0});
    assert_eq!(house.desk.only_sent(), (gate.clone(), SystemTopic::TopoFoundReply, reply));
    house.desk.work(|cx| found_reply(cx, &gate, "123", RetCode(7), Some("no"))).unwrap();
    assert_eq!(house.desk.only_sent().2, json!({"RequestID":"123","RetCode":7,"Message":"no"}));
    let sub = house.subs[0].clone();
    let result = house.desk.work(|cx| found_reply(cx, &sub, "1", RetCode::SUCCESS, None));
    assert_eq!(result, Err(RetCode::PARAMETER_WRONG));
}

#[test]
fn thousands_of_sub_devices_are_told_in_several_messages() {
    let mut house = house();
    let gate = house.gate.clone();
    let name = |number: usize| format!("{number:\u{1}>64}");
    let devices: Vec<_> =
        (0..1000).map(|number| house.desk.device("product1234", &name(number), false)).collect();
    house.desk.work(|cx| notify_add(cx, &gate, &devices)).unwrap();
    let sent = house.desk.sent();
    assert!(sent.iter().all(|(_, _, body)| body.to_string().len() < limits::PACKET_SIZE - 200));
    let told: usize = sent.iter().map(|(_, _, body)| body["Params"].as_array().unwrap().len()).sum();
    assert_eq!((sent.len(), told), (3, 1000));
}

#[test]
fn a_topology_that_no_packet_holds_is_an_error() {
    let mut house = house();
    let gate = house.gate.clone();
    let devices: Vec<_> =
        (0..3000).map(|number| house.desk.device("product1234", &format!("{number:0>64}"), false)).collect();
    house.desk.work(|cx| notify_add(cx, &gate, &devices)).unwrap();
    assert_eq!(house.refused(SystemTopic::TopoGet, &json!([])), RetCode::PARAMETER_EXCEEDS);
    house.desk.work(|cx| notify_delete(cx, &gate, &devices[..2000])).unwrap();
    assert_eq!(house.topology(&gate).as_array().unwrap().len(), 1000);
}
