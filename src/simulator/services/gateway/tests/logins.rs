use super::*;

#[test]
fn a_sub_device_is_online_and_activated_once_its_gateway_logged_it_in() {
    let mut house = house();
    let (gate, first) = (house.gate.clone(), house.subs[0].clone());
    house.does(SystemTopic::TopoAdd, &[&first]);
    assert_eq!(house.desk.at(&first).activation, Activation::Inactivated);
    house.desk.says(&gate, SystemTopic::SubLogin, &json!({"RequestID":"1","Params":params(&[&first])}));
    assert_eq!(house.statuses(), [(first.clone(), json!("Online"))]);
    assert!(house.is_online(&first));
    assert_eq!(house.desk.at(&first).activation, Activation::Activated);
    assert_eq!(carrier(&house.desk.registry, &first), gate);
    assert_eq!(logged_in(&house.desk.registry, &gate), [&first]);
    assert!(speaks_for(&house.desk.registry, &gate, &first));
    assert!(!speaks_for(&house.desk.registry, &house.other_gate, &first));

    // Once more is no mistake, and no news.
    house.does(SystemTopic::SubLogin, &[&first]);
    house.desk.says(&gate, SystemTopic::SubLogout, &json!({"RequestID":"1","Params":params(&[&first])}));
    assert_eq!(house.statuses(), [(first.clone(), json!("Offline"))]);
    assert!(!house.is_online(&first));
    assert_eq!(carrier(&house.desk.registry, &first), first);
    assert_eq!(house.desk.at(&first).activation, Activation::Activated);
    assert_eq!(house.refused(SystemTopic::SubLogout, &params(&[&first])), RetCode::NOT_ONLINE);
}

#[test]
fn a_sub_device_logs_in_through_its_own_gateway_only() {
    let mut house = house();
    let (other_gate, [first, second, _]) = (house.other_gate.clone(), house.subs.clone());
    let one = params(&[&first]);
    assert_eq!(house.refused(SystemTopic::SubLogin, &one), RetCode::UNAUTHORIZED);
    house.ask(&other_gate, SystemTopic::TopoAdd, &one);
    house.desk.choices.gateway.login_needs_topology = false;
    assert_eq!(house.refused(SystemTopic::SubLogin, &one), RetCode::UNAUTHORIZED, "it is another's");
    house.does(SystemTopic::SubLogin, &[&second]);
    assert!(house.is_online(&second));
    let gate = house.gate.clone();
    assert_eq!(house.topology(&gate), json!([]));

    // A gateway to which nobody objects takes over.
    house.ask(&other_gate, SystemTopic::SubLogin, &params(&[&second]));
    assert_eq!(carrier(&house.desk.registry, &second), other_gate);
    assert!(logged_in(&house.desk.registry, &gate).is_empty());
    house.does(SystemTopic::TopoAdd, &[&second]);
    assert!(!house.is_online(&second), "it has to log in with its new gateway");
}

#[test]
fn a_disabled_or_unknown_sub_device_cannot_log_in() {
    let mut house = house();
    let first = house.subs[0].clone();
    house.does(SystemTopic::TopoAdd, &[&first]);
    house.desk.at_mut(&first).disabled = true;
    assert_eq!(house.refused(SystemTopic::SubLogin, &params(&[&first])), RetCode::UNAUTHORIZED);
    for (product, device, code) in [
        ("nothing", "device1", RetCode::NO_PRODUCT),
        ("product1234", "nobody", RetCode::NO_DEVICE),
        ("plain", "plain-1", RetCode::PARAMETER_WRONG),
    ] {
        for topic in [SystemTopic::SubLogin, SystemTopic::SubLogout] {
            assert_eq!(house.refused(topic, &params(&[&Credential::new(product, device)])), code);
        }
    }
}

#[test]
fn all_sub_devices_are_offline_once_the_gateways_connection_is_lost() {
    let mut house = house();
    let (gate, [first, second, third]) = (house.gate.clone(), house.subs.clone());
    house.does(SystemTopic::TopoAdd, &[&first, &second, &third]);
    house.does(SystemTopic::SubLogin, &[&first, &second]);
    house.desk.effects();
    house.desk.work(|cx| connection_lost(cx, &gate));
    assert_eq!(house.statuses(), [(first.clone(), json!("Offline")), (second.clone(), json!("Offline"))]);
    assert!(!house.is_online(&first) && !house.is_online(&second));
    assert!(logged_in(&house.desk.registry, &gate).is_empty());
    assert_eq!(house.topology(&gate), params(&[&first, &second, &third]), "the topology stays");
    house.desk.work(|cx| connection_lost(cx, &Credential::new("no", "body")));
}

#[test]
fn logging_in_one_of_two_is_a_choice() {
    let mut house = house().lived_in();
    let [_, second, third] = house.subs.clone();
    let both = params(&[&second, &third]);
    assert_eq!(house.refused(SystemTopic::SubLogin, &both), RetCode::UNAUTHORIZED);
    assert!(!house.is_online(&second));
    house.desk.choices.gateway.all_or_nothing = false;
    assert_eq!(house.refused(SystemTopic::SubLogin, &both), RetCode::UNAUTHORIZED);
    assert!(house.is_online(&second) && !house.is_online(&third));
}
