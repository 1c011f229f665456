use super::*;

#[test]
fn sub_devices_are_added_listed_and_deleted() {
    let mut house = house();
    let (gate, [first, second, _]) = (house.gate.clone(), house.subs.clone());
    assert_eq!(house.topology(&gate), json!([]));
    house.does(SystemTopic::TopoAdd, &[&second, &first, &first]);
    assert_eq!(house.topology(&gate), params(&[&first, &second]));
    // Once more is no mistake.
    house.does(SystemTopic::TopoAdd, &[&first]);
    house.does(SystemTopic::TopoDelete, &[&first]);
    assert_eq!(house.topology(&gate), params(&[&second]));
    assert_eq!(house.refused(SystemTopic::TopoDelete, &params(&[&first])), RetCode::NO_RECORDS);
}

#[test]
fn the_later_gateway_owns_a_sub_device() {
    let mut house = house().lived_in();
    let (gate, other_gate, [first, second, _]) =
        (house.gate.clone(), house.other_gate.clone(), house.subs.clone());
    assert!(house.is_online(&first));
    let body = json!({"RequestID":"9","Params":params(&[&first])});
    house.desk.says(&other_gate, SystemTopic::TopoAdd, &body);
    let sent = house.desk.sent();
    assert_eq!(sent.len(), 2, "{sent:?}");
    // The former owner is told, by choice.
    assert_eq!((&sent[0].0, sent[0].1), (&gate, SystemTopic::TopoNotifyDelete));
    assert_eq!(sent[0].2["Params"], with_secrets(&[(&first, "device-secret")]));
    let reply = json!({"RequestID":"9","RetCode":0});
    assert_eq!(sent[1], (other_gate.clone(), SystemTopic::TopoAddReply, reply));
    assert!(!house.is_online(&first));
    assert_eq!(house.topology(&gate), params(&[&second]));
    assert_eq!(house.topology(&other_gate), params(&[&first]));
    assert_eq!(house.refused(SystemTopic::SubLogin, &params(&[&first])), RetCode::UNAUTHORIZED);

    house.desk.choices.gateway.tell_former_owner = false;
    house.does(SystemTopic::TopoAdd, &[&first]);
}

#[test]
fn a_deleted_sub_device_is_offline() {
    let mut house = house().lived_in();
    let first = house.subs[0].clone();
    house.does(SystemTopic::TopoDelete, &[&first]);
    assert!(!house.is_online(&first));
    assert_eq!(carrier(&house.desk.registry, &first), first);
}

#[test]
fn only_known_devices_behind_gateways_can_be_added() {
    let mut house = house();
    for (product, device, code) in [
        ("nothing", "device1", RetCode::NO_PRODUCT),
        ("product1234", "nobody", RetCode::NO_DEVICE),
        ("plain", "plain-1", RetCode::PARAMETER_WRONG),
        ("gateproduct", "gate-2", RetCode::PARAMETER_WRONG),
        ("gateproduct", "gate-1", RetCode::PARAMETER_WRONG),
    ] {
        let device = Credential::new(product, device);
        assert_eq!(house.refused(SystemTopic::TopoAdd, &params(&[&device])), code, "{device:?}");
    }
    let gate = house.gate.clone();
    assert_eq!(house.topology(&gate), json!([]));
}

#[test]
fn a_request_that_fails_for_one_device_fails_for_all_by_choice() {
    let mut house = house();
    let (gate, first) = (house.gate.clone(), house.subs[0].clone());
    let nobody = Credential::new("product1234", "nobody");
    let both = params(&[&nobody, &first]);
    assert_eq!(house.refused(SystemTopic::TopoAdd, &both), RetCode::NO_DEVICE);
    assert_eq!(house.topology(&gate), json!([]));
    house.desk.choices.gateway.all_or_nothing = false;
    assert_eq!(house.refused(SystemTopic::TopoAdd, &both), RetCode::NO_DEVICE);
    assert_eq!(house.topology(&gate), params(&[&first]));
}

#[test]
fn a_request_names_at_least_one_device() {
    let mut house = house();
    use SystemTopic as T;
    for topic in [T::SubRegister, T::TopoAdd, T::TopoDelete, T::SubLogin, T::SubLogout] {
        assert_eq!(house.refused(topic, &json!([])), RetCode::PARAMETER_MISSING, "{topic}");
    }
}

#[test]
fn only_gateways_are_answered() {
    let mut house = house();
    let plain = Credential::new("plain", "plain-1");
    let reply = house.ask(&plain, SystemTopic::TopoAdd, &params(&[&house.subs[0].clone()]));
    assert_eq!(reply["RetCode"], RetCode::UNAUTHORIZED.0);
    assert_eq!(house.desk.at(&house.subs[0]).gateway.owner(), None);
}

#[test]
fn a_found_device_goes_to_the_rule_engine_as_it_is() {
    let mut house = house();
    let gate = house.gate.clone();
    for payload in [&b"{\"RequestID\":\"123\",\"Params\":[]} "[..], b"\xff no JSON"] {
        house.desk.says_bytes(&gate, SystemTopic::TopoFound, payload);
        let event = TraceEvent::RuleEngine { topic: SystemTopic::TopoFound, payload: payload.to_vec() };
        assert_eq!(house.desk.traced(), [(gate.clone(), event)]);
    }
}

#[test]
fn hostile_requests_are_answered_where_they_can_be() {
    let mut house = house().lived_in();
    let gate = house.gate.clone();
    use SystemTopic as T;
    for topic in [T::SubRegister, T::TopoAdd, T::TopoDelete, T::TopoGet, T::SubLogin, T::SubLogout] {
        for bad in [&b""[..], b"\xff", b"[]", b"{}", b"{\"RequestID\":1,\"Params\":[]}"] {
            house.desk.says_bytes(&gate, topic, bad);
            house.desk.only_error();
        }
        let bad = b"{\"RequestID\":\"7\",\"Params\":{\"a\":1}}";
        house.desk.says_bytes(&gate, topic, bad);
        let (_, reply_topic, reply) = house.desk.only_sent();
        assert_eq!(Some(reply_topic), topic.reply());
        assert_eq!((&reply["RequestID"], &reply["RetCode"]), (&json!("7"), &json!(RetCode::PARAMETER_WRONG)));
        house.desk.choices.gateway.answer_unreadable = false;
        house.desk.says_bytes(&gate, topic, bad);
        house.desk.only_error();
        house.desk.choices.gateway.answer_unreadable = true;
    }
    let long = json!([{"ProductSN":"x".repeat(100_000),"DeviceSN":"y"}]);
    let reply = house.ask(&gate, T::TopoAdd, &long);
    assert!(reply["Message"].as_str().unwrap().len() < 400);
    assert!(house.is_online(&house.subs[0].clone()));
}
