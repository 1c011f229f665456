//! The device's side of the thing model: its messages, and what becomes of answers that are late, lost, out of order or
//! wrong; and both sides over MQTT. The platform's rules are tested beside the simulator's service.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod answers;
mod calls;
mod intents;
mod known;
mod messages;
mod over_mqtt;
#[path = "../simulated/mod.rs"]
mod simulated;

use std::time::Duration;

use serde_json::{Value, json};
use uiot_testbench::mqtt::Moment;
use uiot_testbench::uiot::model::messages::{Object, Sample, Samples};
use uiot_testbench::uiot::model::reducer::{Change, RequestIds, ThingModel};
use uiot_testbench::uiot::{Credential, Misread, Outgoing, SystemTopic as T};

fn model() -> ThingModel {
    ThingModel::new(Credential::new("kx4m7q2vbn9wd5ts", "ac-01"), RequestIds::new("", 100))
}

fn seconds(seconds: u64) -> Moment {
    Moment::from_millis(seconds * 1000)
}

fn samples(property: &Value) -> Samples {
    property.as_object().unwrap().iter().map(|(id, value)| (id.clone(), Sample::of(value.clone()))).collect()
}

fn object(value: &Value) -> Object {
    value.as_object().unwrap().clone()
}

/// The message's topic after `/$system/P/D/`, and its body.
fn written(message: &Outgoing) -> (&str, Value) {
    let suffix = message.topic.strip_prefix("/$system/kx4m7q2vbn9wd5ts/ac-01/").unwrap();
    (suffix, serde_json::from_slice(&message.payload).unwrap())
}

fn come(model: &mut ThingModel, at: Moment, topic: T, body: &Value) -> Result<Change, Misread> {
    model.receive(at, topic, body.to_string().as_bytes())
}

fn ok(id: &str) -> Value {
    json!({"RequestID": id, "RetCode": 0, "Message": "success"})
}

const SECOND: Duration = Duration::from_secs(1);
