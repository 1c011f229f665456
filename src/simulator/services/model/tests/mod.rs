//! The service by itself, and against the device's side.

mod both_sides;
mod cloud;
mod commands;
mod desired;
mod documented;
mod events;
mod hostile;
mod properties;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::cloud::{send_command, set_property};
use super::*;
use crate::mqtt::Moment;
use crate::simulator::random::Random;
use crate::simulator::registry::Registry;
use crate::simulator::services::testing::Desk;
use crate::simulator::services::{self, CloudResult, Effect};
use crate::uiot::model::Template;
use crate::uiot::{PlatformTopic, SystemTopic as T};

/// Milliseconds since 1970 at the rig's beginning.
const WALL: u64 = 1_600_000_000_000;

/// One product with one device that is online, the service, and a clock that is moved by hand.
struct Rig {
    registry: Registry,
    choices: crate::simulator::Choices,
    random: Random,
    now: Moment,
    device: Credential,
    /// What the service wanted done, and was not yet looked at.
    effects: Vec<Effect>,
}

impl Rig {
    /// With the demo product's model.
    fn new() -> Self {
        Self::with(Template::parse(crate::simulator::DEMO_MODEL).unwrap())
    }

    fn with(template: Template) -> Self {
        let mut desk = Desk::new();
        desk.product("kx4m7q2vbn9wd5ts").model = ProductModel::new(template);
        let device = desk.device("kx4m7q2vbn9wd5ts", "ac-01", true);
        Self {
            registry: desk.registry,
            choices: crate::simulator::Choices::default(),
            random: Random::new(1),
            now: Moment::ZERO,
            device,
            effects: Vec::new(),
        }
    }

    fn work<R>(&mut self, work: impl FnOnce(&mut Context<'_>, &Credential) -> R) -> R {
        let mut cx = Context {
            now: self.now,
            wall: self.wall(),
            registry: &mut self.registry,
            choices: &self.choices,
            random: &mut self.random,
            effects: Vec::new(),
        };
        let result = work(&mut cx, &self.device);
        self.effects.append(&mut cx.effects);
        result
    }

    fn wall(&self) -> u64 {
        WALL + self.now.as_micros() / 1000
    }

    /// Moves the clock, and lets the alarms ring that fall due.
    fn pass(&mut self, span: Duration) {
        let until = self.now + span;
        loop {
            let due = |effect: &Effect| matches!(effect, Effect::WakeAt { at, .. } if *at <= until);
            let Some(place) = self.effects.iter().position(due) else { break };
            let Effect::WakeAt { at, alarm } = self.effects.remove(place) else { break };
            self.now = self.now.max(at);
            self.work(|cx, _| services::alarm(cx, alarm));
        }
        self.now = until;
    }

    /// A message of the device.
    fn up(&mut self, topic: T, payload: &[u8]) {
        self.work(|cx, device| services::receive(cx, device, topic, None, payload));
    }

    /// The device's answer to a command.
    fn reply(&mut self, request_id: &str, body: &Value) {
        let payload = serde_json::to_vec(body).unwrap();
        self.work(|cx, device| {
            services::receive(cx, device, T::CommandReply, Some(request_id), &payload);
        });
    }

    /// What was sent to the device since the last look.
    fn sent(&mut self) -> Vec<(T, Value)> {
        let mut sent = Vec::new();
        self.effects.retain(|effect| match effect {
            Effect::Send { to, topic, payload } => {
                assert_eq!(*to, self.device);
                sent.push((*topic, serde_json::from_slice(payload).unwrap()));
                false
            }
            _ => true,
        });
        sent
    }

    /// The lines for the trace since the last look.
    fn traced(&mut self) -> Vec<TraceEvent> {
        let mut traced = Vec::new();
        self.effects.retain(|effect| match effect {
            Effect::Trace { event, .. } => {
                traced.push(event.clone());
                false
            }
            _ => true,
        });
        traced
    }

    /// A question of the device and its one answer, on the topic on which it has to come.
    fn ask(&mut self, topic: T, body: &Value) -> Value {
        self.ask_bytes(topic, &serde_json::to_vec(body).unwrap())
    }

    fn ask_bytes(&mut self, topic: T, payload: &[u8]) -> Value {
        self.sent();
        self.up(topic, payload);
        let mut sent = self.sent();
        assert_eq!(sent.len(), 1, "{sent:?}");
        let (answer, body) = sent.remove(0);
        assert_eq!(Some(answer), topic.reply());
        body
    }

    /// Reports properties; the RetCode and the reason.
    fn post(&mut self, property: &Value) -> (i64, String) {
        let body = self.ask(T::PropertyPost, &json!({"RequestID": "1", "Property": property}));
        assert_eq!(body["RequestID"], "1");
        code_and_words(&body)
    }

    /// The documents for the rule engine since the last look.
    fn documents(&mut self) -> Vec<Value> {
        let document = |event: TraceEvent| match event {
            TraceEvent::RuleEngine { topic: T::PropertyDocument, payload } => {
                Some(serde_json::from_slice(&payload).unwrap())
            }
            _ => None,
        };
        self.traced().into_iter().filter_map(document).collect()
    }

    fn offline(&mut self) {
        self.registry.device_mut(&self.device).unwrap().online = false;
    }

    fn online(&mut self) {
        self.registry.device_mut(&self.device).unwrap().online = true;
    }

    fn known(&self) -> &DeviceModel {
        &self.registry.device(&self.device).unwrap().model
    }

    fn set(&mut self, property: &Value, desired: bool) -> CloudResult<SetOutcome> {
        let property = object(property);
        self.work(|cx, device| set_property(cx, device, property, desired))
    }

    fn command(&mut self, identifier: &str, input: &Value, kind: CommandKind) -> CloudResult<String> {
        let input = object(input);
        self.work(|cx, device| send_command(cx, device, identifier, input, kind))
    }

    /// How a call ended.
    fn end_of(&self, request_id: &str) -> Option<&CallEnd> {
        self.known().end_of(request_id).map(|ended| &ended.end)
    }
}

const SYNC: CommandKind = CommandKind::Sync(Duration::from_secs(5));

fn object(value: &Value) -> Object {
    value.as_object().unwrap().clone()
}

fn code_and_words(body: &Value) -> (i64, String) {
    (body["RetCode"].as_i64().unwrap(), body["Message"].as_str().unwrap_or_default().to_owned())
}

fn errors(traced: &[TraceEvent]) -> Vec<&str> {
    traced
        .iter()
        .filter_map(|event| match event {
            TraceEvent::ServiceError { why, .. } => Some(why.as_str()),
            _ => None,
        })
        .collect()
}

fn settled(traced: &[TraceEvent]) -> Vec<(T, &str, i64)> {
    traced
        .iter()
        .filter_map(|event| match event {
            TraceEvent::Settled { topic, request_id, code, .. } => {
                Some((*topic, request_id.as_str(), code.0))
            }
            _ => None,
        })
        .collect()
}
