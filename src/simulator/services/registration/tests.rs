use serde_json::json;

use super::*;
use crate::mqtt::Moment;
use crate::simulator::services::Effect;
use crate::simulator::services::testing::Desk;
use crate::simulator::{Choices as AllChoices, Product, Random, Registry};

const PRODUCT: &str = "70ly1tvowt696r15";
const SECRET: &str = "zlc3d21u5k8fq0d2";

/// A platform with one product that registers dynamically, and one device that was added by hand.
struct Rig {
    registry: Registry,
    choices: AllChoices,
    random: Random,
}

fn device(sn: &str) -> Credential {
    Credential::new(PRODUCT, sn)
}

impl Rig {
    fn new() -> Self {
        let mut desk = Desk::new();
        let product = desk.product(PRODUCT);
        product.secret = Secret::new("sqx0cltqba402z7z");
        product.dynamic_registration = true;
        product.pre_authentication = true;
        product.shadow = false;
        product.devices.insert("112233445566".to_owned(), Device::new("112233445566", Secret::new(SECRET)));
        Self { registry: desk.registry, choices: AllChoices::default(), random: Random::new(1) }
    }

    fn work<T>(&mut self, work: impl FnOnce(&mut Context<'_>) -> T) -> (T, Vec<Effect>) {
        let mut cx = Context {
            now: Moment::ZERO,
            wall: 0,
            registry: &mut self.registry,
            choices: &self.choices,
            random: &mut self.random,
            effects: Vec::new(),
        };
        let result = work(&mut cx);
        (result, cx.effects)
    }

    fn may_register(&mut self, sn: &str) -> Result<(), Refusal> {
        self.work(|cx| may_register(cx, &device(sn))).0
    }

    /// The answer, if there is one.
    fn ask(&mut self, payload: &str) -> Option<Value> {
        self.ask_as("112233445566", payload)
    }

    fn ask_as(&mut self, sn: &str, payload: &str) -> Option<Value> {
        let ((), effects) = self.work(|cx| receive(cx, &device(sn), payload.as_bytes()));
        effects.into_iter().find_map(|effect| match effect {
            Effect::Send { to, topic: SystemTopic::PasswordReply, payload } => {
                assert_eq!(to, device(sn));
                Some(serde_json::from_slice(&payload).unwrap())
            }
            _ => None,
        })
    }

    /// The code for a device, which is added if it may be.
    fn code_for(&mut self, sn: &str) -> Value {
        self.ask_as(sn, r#"{"RequestID":"100"}"#).unwrap()["RetCode"].clone()
    }

    fn code(&mut self) -> Value {
        self.ask(r#"{"RequestID":"100"}"#).unwrap()["RetCode"].clone()
    }

    fn product(&mut self) -> &mut Product {
        self.registry.product_mut(PRODUCT).unwrap()
    }

    fn known(&mut self) -> &mut Device {
        self.registry.device_mut(&device("112233445566")).unwrap()
    }
}

#[test]
fn the_documents_exchange_is_answered() {
    let mut rig = Rig::new();
    assert_eq!(rig.may_register("112233445566"), Ok(()));
    let answer = rig.ask("{\n  \"RequestID\": \"100\"\n}").unwrap();
    assert_eq!(answer, json!({"RetCode": "0", "RequestID": "100", "Password": SECRET}));
    rig.choices.registration.code_as_string = false;
    let answer = rig.ask(r#"{"RequestID":"100"}"#).unwrap();
    assert_eq!(answer, json!({"RetCode": 0, "RequestID": "100", "Password": SECRET}));
}

#[test]
fn who_may_register() {
    let mut rig = Rig::new();
    assert_eq!(rig.may_register("another-device"), Err(Refusal::NotAdded));
    assert_eq!(rig.work(|cx| may_register(cx, &Credential::new("none", "d"))).0, Err(Refusal::NoProduct));
    rig.product().dynamic_registration = false;
    assert_eq!(rig.may_register("112233445566"), Err(Refusal::SwitchedOff));
    assert_eq!(rig.code(), "140", "the switch was turned after the login");
    let (admitted, effects) = rig.work(|cx| admit(cx, &device("112233445566")));
    assert!(!admitted);
    let Effect::Trace { event: TraceEvent::ServiceError { why, .. }, .. } = &effects[0] else { panic!() };
    assert_eq!(*why, Refusal::SwitchedOff.to_string());
    rig.product().dynamic_registration = true;
    let (admitted, effects) = rig.work(|cx| admit(cx, &device("112233445566")));
    assert!(admitted && effects.is_empty());
    for refusal in [
        Refusal::NoProduct,
        Refusal::SwitchedOff,
        Refusal::NotAdded,
        Refusal::IrregularDeviceSn,
        Refusal::TooManyDevices,
        Refusal::Activated,
    ] {
        assert!(!refusal.to_string().is_empty());
    }
}

#[test]
fn without_pre_authentication_unknown_devices_are_added() {
    let mut rig = Rig::new();
    rig.product().pre_authentication = false;
    assert_eq!(rig.may_register("another-device"), Ok(()));
    assert_eq!(rig.product().devices.len(), 1, "it has not asked yet");
    let answer = rig.ask_as("another-device", r#"{"RequestID":"1"}"#).unwrap();
    let added = &rig.product().devices["another-device"];
    assert_eq!(answer["Password"], added.secret.expose());
    assert_eq!(added.secret.chars(), limits::SECRET_LENGTH);
    assert_eq!(added.activation, Activation::Inactivated);
    let secret = added.secret.clone();
    assert_eq!(rig.may_register("another-device"), Ok(()));
    assert_eq!(rig.code_for("another-device"), "0");
    assert_eq!(rig.product().devices["another-device"].secret, secret);
    // A request that is wrong adds nobody, and the rules may have changed since the login.
    assert_eq!(rig.ask_as("a-third-device", "{}").unwrap()["RetCode"], "210");
    rig.product().pre_authentication = true;
    assert_eq!(rig.code_for("a-third-device"), "140");
    assert_eq!(rig.product().devices.len(), 2);
}

#[test]
fn a_request_id_that_no_packet_holds_is_not_repeated() {
    let answer = Rig::new().ask(&format!(r#"{{"RequestID":"{}"}}"#, "x".repeat(262_000))).unwrap();
    assert_eq!((&answer["RetCode"], &answer["RequestID"]), (&json!("220"), &json!("")));
    assert_eq!(answer.get("Password"), None);
}

#[test]
fn a_device_sn_that_the_console_would_not_take_is_a_choice() {
    let mut rig = Rig::new();
    rig.product().pre_authentication = false;
    for sn in ["abc", "a b c d", "温度计1"] {
        rig.choices.registration.irregular_device_sn = false;
        assert_eq!(rig.may_register(sn), Err(Refusal::IrregularDeviceSn), "{sn}");
        rig.choices.registration.irregular_device_sn = true;
        assert_eq!(rig.may_register(sn), Ok(()), "{sn}");
    }
    for sn in ["", "a/bcd", "a+bcd", "#abcd", "a|bcd", "$broadcast", "a\0bcd", &"x".repeat(65)] {
        assert_eq!(rig.may_register(sn), Err(Refusal::IrregularDeviceSn), "{sn}");
    }
}

#[test]
fn a_product_takes_10_000_devices() {
    let mut rig = Rig::new();
    rig.product().pre_authentication = false;
    for number in 1..limits::DEVICES {
        assert_eq!(rig.code_for(&format!("device-{number}")), "0");
    }
    assert_eq!(rig.may_register("one-more"), Err(Refusal::TooManyDevices));
    assert_eq!(rig.code_for("one-more"), "100019");
    assert_eq!(rig.may_register("device-1"), Ok(()));
    assert_eq!(rig.product().devices.len(), limits::DEVICES);
}

#[test]
fn after_the_first_login_nobody_registers_until_a_reset() {
    let mut rig = Rig::new();
    rig.known().activation = Activation::Activated;
    assert_eq!(rig.may_register("112233445566"), Err(Refusal::Activated));
    assert_eq!(rig.code(), "140");
    rig.choices.registration.refusal = RetCode::NO_DEVICE;
    assert_eq!(rig.code(), "100008");

    rig.choices.registration.refused_at = RefusedAt::Reply;
    assert_eq!(rig.may_register("112233445566"), Ok(()));
    let answer = rig.ask(r#"{"RequestID":"7"}"#).unwrap();
    assert_eq!(answer, json!({"RetCode": "100008", "RequestID": "7"}));

    rig.choices.registration.refused_at = RefusedAt::Connect;
    rig.known().activation = Activation::Inactivated;
    assert_eq!(rig.may_register("112233445566"), Ok(()));
    assert_eq!(rig.code(), "0");
}

#[test]
fn a_second_request_before_the_first_login_is_a_choice() {
    let password = |rig: &mut Rig| rig.ask(r#"{"RequestID":"1"}"#).unwrap()["Password"].clone();
    let mut rig = Rig::new();
    assert_eq!([password(&mut rig), password(&mut rig)], [SECRET, SECRET]);

    let mut rig = Rig::new();
    rig.choices.registration.repeat = Repeat::NewSecret;
    assert_eq!(password(&mut rig), SECRET);
    let second = password(&mut rig);
    assert_ne!(second, SECRET);
    assert_eq!(second, rig.known().secret.expose());

    let mut rig = Rig::new();
    rig.choices.registration.repeat = Repeat::Refused;
    assert_eq!(password(&mut rig), SECRET);
    assert_eq!(rig.code(), "140");
}

#[test]
fn a_wrong_request_gets_a_code_or_silence() {
    let deep = "[".repeat(100_000);
    for (payload, code) in [
        ("", "230"),
        ("RequestID", "230"),
        ("[]", "230"),
        (&deep, "230"),
        ("\u{0}", "230"),
        ("{}", "210"),
        (r#"{"RequestID":null}"#, "210"),
        (r#"{"requestid":"1"}"#, "210"),
        (r#"{"RequestID":1}"#, "310"),
        (r#"{"RequestID":{"a":1}}"#, "310"),
    ] {
        let mut rig = Rig::new();
        assert_eq!(rig.ask(payload), Some(json!({"RetCode": code})), "{payload:.40}");
        rig.choices.registration.bad_request = BadRequest::Silent;
        assert_eq!(rig.ask(payload), None);
        assert!(!rig.known().secret_told);
        assert!(rig.ask(r#"{"RequestID":""}"#).is_some(), "any text is an identifier");
    }
}
