//! A service on its own, without a broker around it: what tests of a service look into.

use std::time::Duration;

use serde_json::Value;

use super::{Context, Effect, receive};
use crate::mqtt::{Moment, Secret};
use crate::simulator::{Activation, Choices, Device, Product, Random, Registry, TraceEvent};
use crate::uiot::{Credential, SystemTopic};

/// Milliseconds since 1970 at [`Moment::ZERO`].
pub(super) const WALL: u64 = 1_573_195_291_000;

/// A registry and what a context needs beside it.
pub(super) struct Desk {
    pub(super) registry: Registry,
    pub(super) choices: Choices,
    pub(super) now: Moment,
    random: Random,
    effects: Vec<Effect>,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self {
            registry: Registry::default(),
            choices: Choices::default(),
            now: Moment::ZERO,
            random: Random::new(1),
            effects: Vec::new(),
        }
    }

    /// Adds a product with the secret `product-secret`.
    pub(super) fn product(&mut self, sn: &str) -> &mut Product {
        let product = Product {
            sn: sn.into(),
            name: sn.into(),
            secret: Secret::new("product-secret"),
            dynamic_registration: false,
            pre_authentication: false,
            shadow: true,
            published: false,
            gateway: false,
            behind_gateway: false,
            topics: Vec::new(),
            forwards: Default::default(),
            application: None,
            model: Default::default(),
            ota: Default::default(),
            devices: Default::default(),
        };
        self.registry.products.entry(sn.into()).or_insert(product)
    }

    /// Adds a device with the secret `device-secret`, online or never activated.
    pub(super) fn device(&mut self, product_sn: &str, sn: &str, online: bool) -> Credential {
        let mut device = Device::new(sn, Secret::new("device-secret"));
        device.online = online;
        device.activation = if online { Activation::Activated } else { Activation::Inactivated };
        self.product(product_sn).devices.insert(sn.into(), device);
        Credential::new(product_sn, sn)
    }

    pub(super) fn at(&self, device: &Credential) -> &Device {
        self.registry.device(device).unwrap()
    }

    pub(super) fn at_mut(&mut self, device: &Credential) -> &mut Device {
        self.registry.device_mut(device).unwrap()
    }

    pub(super) fn pass(&mut self, time: Duration) {
        self.now = self.now + time;
    }

    pub(super) fn work<T>(&mut self, work: impl FnOnce(&mut Context<'_>) -> T) -> T {
        let mut cx = Context {
            now: self.now,
            wall: WALL + self.now.as_micros() / 1000,
            registry: &mut self.registry,
            choices: &self.choices,
            random: &mut self.random,
            effects: Vec::new(),
        };
        let result = work(&mut cx);
        self.effects.extend(cx.effects);
        result
    }

    /// A device publishes.
    pub(super) fn says(&mut self, from: &Credential, topic: SystemTopic, body: &Value) {
        self.says_bytes(from, topic, &serde_json::to_vec(body).unwrap());
    }

    pub(super) fn says_bytes(&mut self, from: &Credential, topic: SystemTopic, payload: &[u8]) {
        self.work(|cx| receive(cx, from, topic, None, payload));
    }

    /// All that was to be done since the last look.
    pub(super) fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// What was sent since the last look; to whom, where and what.
    pub(super) fn sent(&mut self) -> Vec<(Credential, SystemTopic, Value)> {
        let sent = self.effects().into_iter().filter_map(|effect| match effect {
            Effect::Send { to, topic, payload } => {
                Some((to, topic, serde_json::from_slice(&payload).unwrap()))
            }
            _ => None,
        });
        sent.collect()
    }

    /// The only message that was sent since the last look.
    pub(super) fn only_sent(&mut self) -> (Credential, SystemTopic, Value) {
        let mut sent = self.sent();
        assert_eq!(sent.len(), 1, "{sent:?}");
        sent.remove(0)
    }

    /// What was traced since the last look.
    pub(super) fn traced(&mut self) -> Vec<(Credential, TraceEvent)> {
        let traced = self.effects().into_iter().filter_map(|effect| match effect {
            Effect::Trace { device, event } => Some((device, event)),
            _ => None,
        });
        traced.collect()
    }

    /// Why the last message was not taken: the only thing that happened since the last look.
    pub(super) fn only_error(&mut self) -> String {
        match self.effects().as_slice() {
            [Effect::Trace { event: TraceEvent::ServiceError { why, .. }, .. }] => why.clone(),
            other => panic!("{other:?}"),
        }
    }
}
