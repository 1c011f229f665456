use super::*;
use crate::uiot::limits;

fn registration(sn: &str, secret: &str) -> Value {
    json!({"ProductSN":"product1234","DeviceSN":sn,"ProductSecret":secret})
}

const SECRET: &str = "product-secret";

#[test]
fn a_known_sub_device_gets_its_secret_and_stays_inactivated() {
    let mut house = house();
    let (gate, first) = (house.gate.clone(), house.subs[0].clone());
    let asked = json!([registration("device1", SECRET)]);
    for _ in 0..2 {
        let reply = house.ask(&gate, SystemTopic::SubRegister, &asked);
        let data = with_secrets(&[(&first, "device-secret")]);
        assert_eq!(reply, json!({"RequestID":"123","RetCode":0,"Data":data}));
        assert_eq!(house.desk.at(&first).activation, Activation::Inactivated);
        assert_eq!(house.desk.at(&first).gateway.owner(), None);
    }
}

#[test]
fn an_activated_sub_device_cannot_register_again() {
    let mut house = house().lived_in();
    let asked = json!([registration("device1", SECRET)]);
    assert_eq!(house.refused(SystemTopic::SubRegister, &asked), RetCode::UNAUTHORIZED);
    house.desk.at_mut(&house.subs[0].clone()).activation = Activation::Inactivated;
    let gate = house.gate.clone();
    assert_eq!(house.ask(&gate, SystemTopic::SubRegister, &asked)["RetCode"], 0);
}

#[test]
fn pre_authentication_decides_whether_a_new_sub_device_is_made() {
    let mut house = house();
    let gate = house.gate.clone();
    let asked = json!([registration("new-1", SECRET), registration("new-1", SECRET)]);
    house.desk.product("product1234").pre_authentication = true;
    assert_eq!(house.refused(SystemTopic::SubRegister, &asked), RetCode::NO_DEVICE);
    house.desk.product("product1234").pre_authentication = false;
    let reply = house.ask(&gate, SystemTopic::SubRegister, &asked);
    let made = house.desk.at(&Credential::new("product1234", "new-1"));
    assert_eq!(made.activation, Activation::Inactivated);
    assert_eq!(made.secret.chars(), limits::SECRET_LENGTH);
    let data = with_secrets(&[(&Credential::new("product1234", "new-1"), made.secret.expose())]);
    assert_eq!(reply, json!({"RequestID":"123","RetCode":0,"Data":data}));
}

#[test]
fn registration_keeps_the_rules_of_dynamic_registration() {
    let mut house = house();
    for (asked, code) in [
        (registration("device1", "another-secret"), RetCode::WRONG_SECRET),
        (registration("new-1", ""), RetCode::WRONG_SECRET),
        (registration("a b", SECRET), RetCode::PARAMETER_WRONG),
        (registration("new", SECRET), RetCode::PARAMETER_WRONG),
        (registration(&"x".repeat(65), SECRET), RetCode::PARAMETER_WRONG),
        (json!({"ProductSN":"plain","DeviceSN":"new-1","ProductSecret":SECRET}), RetCode::PARAMETER_WRONG),
        (json!({"ProductSN":"none","DeviceSN":"new-1","ProductSecret":SECRET}), RetCode::NO_PRODUCT),
    ] {
        assert_eq!(house.refused(SystemTopic::SubRegister, &json!([asked])), code, "{asked}");
    }
    house.desk.product("product1234").dynamic_registration = false;
    let asked = json!([registration("device1", SECRET)]);
    assert_eq!(house.refused(SystemTopic::SubRegister, &asked), RetCode::UNAUTHORIZED);
    assert_eq!(house.desk.product("product1234").devices.len(), 3);
}

#[test]
fn what_a_second_registration_brings_is_the_choice_of_dynamic_registration() {
    use crate::simulator::services::registration::Repeat;
    let mut house = house();
    let (gate, first) = (house.gate.clone(), house.subs[0].clone());
    let asked = json!([registration("device1", SECRET)]);
    house.ask(&gate, SystemTopic::SubRegister, &asked);
    house.desk.choices.registration.repeat = Repeat::Refused;
    assert_eq!(house.refused(SystemTopic::SubRegister, &asked), RetCode::UNAUTHORIZED);
    house.desk.choices.registration.repeat = Repeat::NewSecret;
    let with_bad = json!([asked[0], registration("device2", "another-secret")]);
    assert_eq!(house.refused(SystemTopic::SubRegister, &with_bad), RetCode::WRONG_SECRET);
    assert_eq!(house.desk.at(&first).secret.expose(), "device-secret", "all or none");
    house.ask(&gate, SystemTopic::SubRegister, &asked);
    assert_ne!(house.desk.at(&first).secret.expose(), "device-secret");
}

#[test]
fn a_product_has_at_most_10_000_devices() {
    let mut house = house();
    for number in 3..limits::DEVICES - 1 {
        house.desk.device("product1234", &format!("filling{number}"), false);
    }
    let asked = json!([registration("last-1", SECRET), registration("last-2", SECRET)]);
    assert_eq!(house.refused(SystemTopic::SubRegister, &asked), RetCode::TOO_MANY_DEVICES);
    assert_eq!(house.desk.product("product1234").devices.len(), limits::DEVICES - 1, "none was made");
    house.desk.choices.gateway.all_or_nothing = false;
    let gate = house.gate.clone();
    let reply = house.ask(&gate, SystemTopic::SubRegister, &asked);
    assert_eq!(reply["RetCode"], RetCode::TOO_MANY_DEVICES.0);
    assert_eq!(reply["Data"].as_array().unwrap().len(), 1);
    assert_eq!(house.desk.product("product1234").devices.len(), limits::DEVICES);
}
