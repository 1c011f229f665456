mod choices;
mod exchanges;
mod faults;
mod mirror;

use serde_json::Value;

use super::*;
use crate::mqtt::Moment;
use crate::simulator::services::Effect;
use crate::simulator::services::testing::Desk;
use crate::simulator::{Choices as AllChoices, Random, Registry};

/// Seconds.
const START: i64 = 1_562_904_212;

/// A platform with one product and one device, those of operation_guide.md.
struct Rig {
    registry: Registry,
    choices: AllChoices,
    random: Random,
    /// Unix seconds.
    now: i64,
}

/// What a service did.
#[derive(Debug, Default)]
struct Did {
    /// Messages to the device.
    sent: Vec<(SystemTopic, Value)>,
    /// Documents for the rule engine.
    documents: Vec<Value>,
    /// Reasons of refusals.
    refused: Vec<String>,
}

impl Did {
    /// The only message to the device.
    fn answer(&self) -> &Value {
        assert_eq!(self.sent.len(), 1, "{self:?}");
        &self.sent[0].1
    }

    /// Its return code.
    fn code(&self) -> i64 {
        self.answer()["Payload"]["RetCode"].as_i64().unwrap()
    }
}

fn device() -> Credential {
    Credential::new("70ly1tvowt696r15", "00:14:32:e1:72:f1")
}

fn values(value: Value) -> Values {
    value.as_object().unwrap().clone()
}

impl Rig {
    fn new() -> Self {
        let Credential { product_sn, device_sn } = device();
        let mut desk = Desk::new();
        desk.device(&product_sn, &device_sn, true);
        let registry = desk.registry;
        Self { registry, choices: AllChoices::default(), random: Random::new(1), now: START }
    }

    fn work<T>(&mut self, work: impl FnOnce(&mut Context<'_>) -> T) -> (T, Did) {
        let mut cx = Context {
            now: Moment::ZERO,
            wall: u64::try_from(self.now).unwrap() * 1000 + 999,
            registry: &mut self.registry,
            choices: &self.choices,
            random: &mut self.random,
            effects: Vec::new(),
        };
        let result = work(&mut cx);
        let mut did = Did::default();
        for effect in cx.effects {
            match effect {
                Effect::Send { to, topic, payload } => {
                    assert_eq!(to, device());
                    did.sent.push((topic, serde_json::from_slice(&payload).unwrap()));
                }
                Effect::Trace { event: TraceEvent::RuleEngine { topic, payload }, .. } => {
                    assert_eq!(topic, SystemTopic::ShadowDocument);
                    did.documents.push(serde_json::from_slice(&payload).unwrap());
                }
                Effect::Trace { event: TraceEvent::ServiceError { why, .. }, .. } => did.refused.push(why),
                other => panic!("{other:?}"),
            }
        }
        (result, did)
    }

    fn receive(&mut self, topic: SystemTopic, payload: &[u8]) -> Did {
        self.work(|cx| receive(cx, &device(), topic, payload)).1
    }

    /// The device's edit, and what follows.
    fn edit(&mut self, message: &Value) -> Did {
        self.receive(SystemTopic::ShadowUpstream, message.to_string().as_bytes())
    }

    /// The device's request for the document.
    fn get(&mut self) -> Did {
        self.receive(SystemTopic::ShadowGet, br#"{"Method":"get"}"#)
    }

    fn desire(&mut self, desired: Value) -> (Result<i32, RetCode>, Did) {
        self.work(|cx| cloud::set_desired(cx, &device(), &values(desired), None))
    }

    fn choices(&mut self) -> &mut Choices {
        &mut self.choices.shadow
    }

    fn shadow(&mut self) -> &mut DeviceShadow {
        &mut self.registry.device_mut(&device()).unwrap().shadow
    }

    fn reported(&mut self) -> Value {
        Value::Object(self.shadow().reported().clone())
    }

    fn desired(&mut self) -> Value {
        Value::Object(self.shadow().desired().clone())
    }

    /// An update of `Reported` with the present version.
    fn report(&mut self, reported: Value) -> Did {
        let version = self.shadow().version();
        self.edit(&json!({"Method": "update", "State": {"Reported": reported}, "Version": version}))
    }
}
