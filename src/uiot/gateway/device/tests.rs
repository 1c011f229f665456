use serde_json::{Value, json};

use super::*;
use crate::uiot::RetCode;
use crate::uiot::gateway::{End, FOUND_TIMEOUT, OUTCOMES, REQUEST_TIMEOUT};

fn gateway() -> Gateway {
    Gateway::new(Credential::new("gw", "gate1"))
}

fn sub(number: u32) -> Credential {
    Credential::new("product1234", format!("device{number}"))
}

fn of(device: &Credential) -> Value {
    json!({"ProductSN":device.product_sn,"DeviceSN":device.device_sn})
}

fn secret_of(device: &Credential) -> Value {
    json!({"ProductSN":device.product_sn,"DeviceSN":device.device_sn,"DeviceSecret":"xxxxxx"})
}

fn tell(gateway: &mut Gateway, topic: SystemTopic, body: &Value) -> GatewayEvent {
    gateway.receive(Moment::ZERO, topic, &serde_json::to_vec(body).unwrap()).unwrap()
}

fn done(kind: RequestKind, devices: Vec<Credential>) -> GatewayEvent {
    GatewayEvent::Done { kind, devices, left_out: 0 }
}

#[test]
fn a_sub_device_is_registered_added_logged_in_and_out() {
    let (mut gateway, now) = (gateway(), Moment::ZERO);
    let registration = Registration::new(sub(1), Secret::new("xxxxxxx"));
    let register = gateway.register(now, vec![registration]).unwrap();
    assert_eq!(register.topic, "/$system/gw/gate1/subdev/register");
    let mut params = of(&sub(1));
    params["ProductSecret"] = json!("xxxxxxx");
    let body: Value = serde_json::from_slice(&register.payload).unwrap();
    assert_eq!(body, json!({"RequestID":"1","Params":[params]}));
    let reply = json!({"RequestID":"1","RetCode":0,"Data":[secret_of(&sub(1))]});
    let event = tell(&mut gateway, SystemTopic::SubRegisterReply, &reply);
    assert_eq!(event, done(RequestKind::Register, vec![sub(1)]));
    assert_eq!(gateway.sub_devices()[&sub(1)].secret, Some(Secret::new("xxxxxx")));

    for (kind, in_topology, logged_in) in [
        (RequestKind::TopoAdd, true, false),
        (RequestKind::Login, true, true),
        (RequestKind::Logout, true, false),
        (RequestKind::Login, true, true),
        (RequestKind::TopoDelete, false, false),
    ] {
        let before = gateway.sub_devices().clone();
        let out = gateway.ask_for(now, kind, vec![sub(1)]).unwrap();
        assert_eq!(*gateway.sub_devices(), before, "nothing changes before the answer");
        let body: Value = serde_json::from_slice(&out.payload).unwrap();
        assert_eq!(body["Params"], json!([of(&sub(1))]));
        let reply = json!({"RequestID":body["RequestID"],"RetCode":0});
        let event = tell(&mut gateway, kind.topic().reply().unwrap(), &reply);
        assert_eq!(event, done(kind, vec![sub(1)]));
        let state = &gateway.sub_devices()[&sub(1)];
        assert_eq!((state.in_topology, state.logged_in), (in_topology, logged_in), "{kind:?}");
    }
}

#[test]
fn the_topology_is_what_the_platform_says() {
    let mut gateway = gateway();
    gateway.topo_add(Moment::ZERO, vec![sub(1), sub(2)]).unwrap();
    tell(&mut gateway, SystemTopic::TopoAddReply, &json!({"RequestID":"1","RetCode":0}));
    gateway.topo_get(Moment::ZERO).unwrap();
    let reply = json!({"RequestID":"2","RetCode":0,"Data":[of(&sub(2)),of(&sub(3))]});
    let event = tell(&mut gateway, SystemTopic::TopoGetReply, &reply);
    assert_eq!(event, done(RequestKind::TopoGet, vec![sub(2), sub(3)]));
    assert_eq!(gateway.sub_devices().keys().cloned().collect::<Vec<_>>(), [sub(2), sub(3)]);
}

#[test]
fn who_is_no_longer_in_the_topology_is_not_logged_in() {
    let mut gateway = gateway();
    gateway.topo_add(Moment::ZERO, vec![sub(1), sub(2)]).unwrap();
    tell(&mut gateway, SystemTopic::TopoAddReply, &json!({"RequestID":"1","RetCode":0}));
    gateway.login(Moment::ZERO, vec![sub(1), sub(2)]).unwrap();
    tell(&mut gateway, SystemTopic::SubLoginReply, &json!({"RequestID":"2","RetCode":0}));
    gateway.topo_get(Moment::ZERO).unwrap();
    let reply = json!({"RequestID":"3","RetCode":0,"Data":[of(&sub(2))]});
    tell(&mut gateway, SystemTopic::TopoGetReply, &reply);
    assert_eq!(gateway.sub_devices().keys().cloned().collect::<Vec<_>>(), [sub(2)]);
    assert!(gateway.sub_devices()[&sub(2)].logged_in && gateway.sub_devices()[&sub(2)].in_topology);
}

#[test]
fn a_refused_request_changes_nothing() {
    let mut gateway = gateway();
    gateway.login(Moment::ZERO, vec![sub(1)]).unwrap();
    let reply = json!({"RequestID":"1","RetCode":100_008,"Message":"no such device"});
    let event = tell(&mut gateway, SystemTopic::SubLoginReply, &reply);
    let expected = GatewayEvent::Refused {
        kind: RequestKind::Login,
        devices: vec![sub(1)],
        code: RetCode::NO_DEVICE,
        message: "no such device".into(),
    };
    assert_eq!((event, gateway.sub_devices().len()), (expected, 0));
}

#[test]
fn answers_are_matched_by_request_id_and_topic_once() {
    let mut gateway = gateway();
    gateway.login(Moment::ZERO, vec![sub(1)]).unwrap();
    let reply = json!({"RequestID":"1","RetCode":0});
    let unasked = |topic| GatewayEvent::Unasked { topic, request_id: "1".into() };
    let other = SystemTopic::SubLogoutReply;
    assert_eq!(tell(&mut gateway, other, &reply), unasked(other));
    let login = SystemTopic::SubLoginReply;
    assert_eq!(tell(&mut gateway, login, &reply), done(RequestKind::Login, vec![sub(1)]));
    assert_eq!(tell(&mut gateway, login, &reply), unasked(login));
}

#[test]
fn requests_are_bounded_and_expire() {
    let mut gateway = gateway();
    for _ in 1..REQUESTS {
        gateway.topo_get(Moment::ZERO).unwrap();
    }
    let found = vec![Registration::new(sub(1), Secret::new("123456"))];
    gateway.found(Moment::ZERO, found).unwrap();
    assert_eq!(gateway.topo_get(Moment::ZERO), Err(GatewayError::TooManyRequests));
    let due = gateway.next_due().unwrap();
    assert_eq!(due, Moment::ZERO + REQUEST_TIMEOUT);
    assert_eq!(gateway.expire(Moment::ZERO), []);
    assert_eq!(gateway.expire(due).len(), REQUESTS - 1);
    assert_eq!(gateway.next_due(), Some(Moment::ZERO + FOUND_TIMEOUT));
    assert!(gateway.topo_get(due).is_ok());
    let late = tell(&mut gateway, SystemTopic::TopoGetReply, &json!({"RequestID":"1","RetCode":0}));
    assert!(matches!(late, GatewayEvent::Unasked { .. }));
}

#[test]
fn the_cloud_adds_disables_enables_removes_and_deletes() {
    let mut gateway = gateway();
    let with_secret = json!({"RequestID":"123","Params":[secret_of(&sub(1))]});
    let plain = json!({"RequestID":"123","Params":[of(&sub(1))]});
    let noticed = |notice| GatewayEvent::Noticed { notice, devices: vec![sub(1)], left_out: 0 };
    let event = tell(&mut gateway, SystemTopic::TopoNotifyAdd, &with_secret);
    assert_eq!(event, noticed(Notice::Added));
    gateway.login(Moment::ZERO, vec![sub(1)]).unwrap();
    tell(&mut gateway, SystemTopic::SubLoginReply, &json!({"RequestID":"1","RetCode":0}));

    assert_eq!(tell(&mut gateway, SystemTopic::SubDisable, &plain), noticed(Notice::Disabled));
    let state = &gateway.sub_devices()[&sub(1)];
    assert_eq!((state.disabled, state.logged_in, state.in_topology), (true, false, true));
    assert_eq!(tell(&mut gateway, SystemTopic::SubEnable, &plain), noticed(Notice::Enabled));
    assert!(!gateway.sub_devices()[&sub(1)].disabled);
    let event = tell(&mut gateway, SystemTopic::TopoNotifyDelete, &with_secret);
    assert_eq!(event, noticed(Notice::Removed));
    assert!(!gateway.sub_devices()[&sub(1)].in_topology);
    assert_eq!(tell(&mut gateway, SystemTopic::SubDelete, &plain), noticed(Notice::Deleted));
    assert!(gateway.sub_devices().is_empty());
}

#[test]
fn a_lost_connection_logs_all_out_and_drops_the_requests() {
    let mut gateway = gateway();
    gateway.login(Moment::ZERO, vec![sub(1)]).unwrap();
    tell(&mut gateway, SystemTopic::SubLoginReply, &json!({"RequestID":"1","RetCode":0}));
    gateway.topo_get(Moment::ZERO).unwrap();
    assert_eq!(gateway.disconnected().len(), 1);
    assert!(gateway.sub_devices().is_empty() && gateway.next_due().is_none());
}

#[test]
fn sub_devices_are_bounded() {
    let mut gateway = gateway();
    let data: Vec<_> = (0..SUB_DEVICES as u32 + 3).map(|number| of(&sub(number))).collect();
    gateway.topo_get(Moment::ZERO).unwrap();
    let reply = json!({"RequestID":"1","RetCode":0,"Data":data});
    let event = tell(&mut gateway, SystemTopic::TopoGetReply, &reply);
    assert!(matches!(event, GatewayEvent::Done { left_out: 3, .. }));
    assert_eq!(gateway.sub_devices().len(), SUB_DEVICES);
}

#[test]
fn hostile_messages_change_nothing() {
    let mut gateway = gateway();
    gateway.topo_get(Moment::ZERO).unwrap();
    for topic in SystemTopic::ALL {
        for bad in [&b""[..], b"\xff", b"[", b"{\"RequestID\":1}", b"{\"RequestID\":\"1\",\"Params\":7}"] {
            assert_eq!(gateway.receive(Moment::ZERO, *topic, bad).unwrap_err().topic, *topic);
        }
    }
    assert_eq!((gateway.requests().len(), gateway.sub_devices().len()), (1, 0));
}

fn last_end(gateway: &Gateway) -> (String, End) {
    let outcome = gateway.outcomes().back().unwrap();
    (outcome.request_id.clone(), outcome.end.clone())
}

#[test]
fn the_last_outcomes_are_kept_with_what_they_are_about() {
    let mut gateway = gateway();
    let all: Vec<_> = (0..5).map(sub).collect();
    gateway.topo_add(Moment::ZERO, all).unwrap();
    tell(&mut gateway, SystemTopic::TopoAddReply, &json!({"RequestID":"1","RetCode":0}));
    assert_eq!(last_end(&gateway), ("1".into(), End::Done(RequestKind::TopoAdd)));
    let outcome = gateway.outcomes().back().unwrap();
    assert_eq!((outcome.number, outcome.at, outcome.count), (1, Some(Moment::ZERO), 5));
    assert_eq!(outcome.devices, [sub(0), sub(1), sub(2)]);

    gateway.login(Moment::ZERO, vec![sub(1)]).unwrap();
    let refusal = json!({"RequestID":"2","RetCode":"100008","Message":"x".repeat(5_000)});
    tell(&mut gateway, SystemTopic::SubLoginReply, &refusal);
    let (_, End::Refused(kind, code, message)) = last_end(&gateway) else { panic!() };
    assert_eq!((kind, code, message.len()), (RequestKind::Login, RetCode::NO_DEVICE, 300));

    let notice = json!({"RequestID":"428817530948214784","Params":[of(&sub(1))],"Trace":[1]});
    tell(&mut gateway, SystemTopic::SubDisable, &notice);
    assert_eq!(last_end(&gateway), ("428817530948214784".into(), End::Noticed(Notice::Disabled)));

    for _ in 0..OUTCOMES + 9 {
        tell(&mut gateway, SystemTopic::SubLogoutReply, &json!({"RequestID":"7","RetCode":0}));
    }
    assert_eq!(gateway.outcomes().len(), OUTCOMES);
    let unasked = End::Unasked { topic: SystemTopic::SubLogoutReply, late: false };
    assert_eq!(last_end(&gateway), ("7".into(), unasked));
}

#[test]
fn an_answer_after_the_deadline_is_told_as_late_and_changes_nothing() {
    let mut gateway = gateway();
    gateway.login(Moment::ZERO, vec![sub(1)]).unwrap();
    let due = gateway.next_due().unwrap();
    gateway.expire(due);
    assert_eq!(last_end(&gateway), ("1".into(), End::Overdue(RequestKind::Login)));
    tell(&mut gateway, SystemTopic::SubLoginReply, &json!({"RequestID":"1","RetCode":0}));
    let late = End::Unasked { topic: SystemTopic::SubLoginReply, late: true };
    assert_eq!(last_end(&gateway), ("1".into(), late));
    assert!(gateway.sub_devices().is_empty());
    // The same number on another topic answers nothing that was asked.
    tell(&mut gateway, SystemTopic::SubLogoutReply, &json!({"RequestID":"1","RetCode":0}));
    let unasked = End::Unasked { topic: SystemTopic::SubLogoutReply, late: false };
    assert_eq!(last_end(&gateway).1, unasked);

    gateway.login(due, vec![sub(1)]).unwrap();
    gateway.disconnected();
    assert_eq!(last_end(&gateway), ("2".into(), End::Lost(RequestKind::Login)));
    assert_eq!(gateway.outcomes().back().unwrap().at, None);
}

#[test]
fn answers_in_another_order_find_their_requests() {
    let mut gateway = gateway();
    gateway.topo_add(Moment::ZERO, vec![sub(1)]).unwrap();
    gateway.topo_add(Moment::ZERO, vec![sub(2)]).unwrap();
    gateway.login(Moment::ZERO, vec![sub(2)]).unwrap();
    for (topic, id) in [
        (SystemTopic::SubLoginReply, "3"),
        (SystemTopic::TopoAddReply, "2"),
        (SystemTopic::TopoAddReply, "1"),
    ] {
        let reply = json!({"RequestID":id,"RetCode":"0","Message":"success","Cost":3});
        assert!(matches!(tell(&mut gateway, topic, &reply), GatewayEvent::Done { .. }), "{id}");
    }
    let known = gateway.sub_devices();
    assert!(known[&sub(1)].in_topology && !known[&sub(1)].logged_in);
    assert!(known[&sub(2)].in_topology && known[&sub(2)].logged_in);
    assert!(gateway.requests().is_empty());
}

#[test]
fn topics_of_known_sub_devices_are_the_gateways_to_carry() {
    let mut gateway = gateway();
    assert!(!gateway.carries(b"/product1234/device1/set"));
    gateway.topo_add(Moment::ZERO, vec![sub(1)]).unwrap();
    tell(&mut gateway, SystemTopic::TopoAddReply, &json!({"RequestID":"1","RetCode":0}));
    for (topic, carries) in [
        ("/product1234/device1/set", true),
        ("/product1234/device1/upload?parse=true", true),
        ("/$system/product1234/device1/tmodel/command", true),
        ("/product1234/$broadcast/news", true),
        ("/product1234/device2/set", false),
        ("/gw/gate1/set", false),
        ("/gw/$broadcast/news", false),
        ("/other/$broadcast/news", false),
        ("", false),
    ] {
        assert_eq!(gateway.carries(topic.as_bytes()), carries, "{topic}");
    }
    assert!(!gateway.carries(b"/product1234/\xff/set"));
}
