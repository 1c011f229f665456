use serde_json::{Value, json};

use super::*;
use crate::simulator::services::testing::Desk;
use crate::simulator::{Activation, TraceEvent};
use crate::uiot::gateway::Notice;
use crate::uiot::{RetCode, SystemTopic};

/// Products of gateways, of devices behind them and of others; two gateways online, three sub-devices never activated.
struct House {
    desk: Desk,
    gate: Credential,
    other_gate: Credential,
    subs: [Credential; 3],
}

fn house() -> House {
    let mut desk = Desk::new();
    desk.product("gateproduct").gateway = true;
    let product = desk.product("product1234");
    product.behind_gateway = true;
    product.dynamic_registration = true;
    let gate = desk.device("gateproduct", "gate-1", true);
    let other_gate = desk.device("gateproduct", "gate-2", true);
    let subs = [1, 2, 3].map(|number| desk.device("product1234", &format!("device{number}"), false));
    desk.device("plain", "plain-1", true);
    House { desk, gate, other_gate, subs }
}

fn params(devices: &[&Credential]) -> Value {
    devices.iter().map(|device| json!({"ProductSN":device.product_sn,"DeviceSN":device.device_sn})).collect()
}

fn with_secrets(devices: &[(&Credential, &str)]) -> Value {
    let known = |(device, secret): &(&Credential, &str)| json!({"ProductSN":device.product_sn,"DeviceSN":device.device_sn,"DeviceSecret":secret});
    devices.iter().map(known).collect()
}

impl House {
    /// The gateway asks, and gets this one answer; nothing else is sent.
    fn ask(&mut self, gateway: &Credential, topic: SystemTopic, params: &Value) -> Value {
        self.desk.effects();
        self.desk.says(gateway, topic, &json!({"RequestID":"123","Params":params}));
        let (to, reply_topic, reply) = self.desk.only_sent();
        assert_eq!((&to, Some(reply_topic)), (gateway, topic.reply()));
        assert_eq!(reply["RequestID"], "123");
        reply
    }

    /// [`Self::ask`] of the first gateway, which is refused with this code and a message.
    fn refused(&mut self, topic: SystemTopic, params: &Value) -> RetCode {
        let gate = self.gate.clone();
        let reply = self.ask(&gate, topic, params);
        assert!(!reply["Message"].as_str().unwrap().is_empty());
        RetCode(reply["RetCode"].as_i64().unwrap())
    }

    /// [`Self::ask`] of the first gateway, which succeeds.
    fn does(&mut self, topic: SystemTopic, devices: &[&Credential]) {
        let gate = self.gate.clone();
        let reply = self.ask(&gate, topic, &params(devices));
        assert_eq!(reply, json!({"RequestID":"123","RetCode":0}));
    }

    /// The first gateway with its first two sub-devices, the first one logged in.
    fn lived_in(mut self) -> Self {
        let [first, second, _] = self.subs.clone();
        self.does(SystemTopic::TopoAdd, &[&first, &second]);
        self.does(SystemTopic::SubLogin, &[&first]);
        self.desk.effects();
        self
    }

    fn topology(&mut self, gateway: &Credential) -> Value {
        self.ask(gateway, SystemTopic::TopoGet, &json!([]))["Data"].clone()
    }

    fn is_online(&self, device: &Credential) -> bool {
        let found = self.desk.at(device);
        assert_eq!(found.online, found.gateway.carrier().is_some());
        found.online
    }

    /// What the rule engine was told of who is online, since the last look.
    fn statuses(&mut self) -> Vec<(Credential, Value)> {
        let traced = self.desk.traced().into_iter();
        let statuses = traced.filter_map(|(device, event)| match event {
            TraceEvent::RuleEngine { topic: SystemTopic::DeviceStatus, payload } => {
                Some((device, serde_json::from_slice::<Value>(&payload).unwrap()["Status"].clone()))
            }
            _ => None,
        });
        statuses.collect()
    }
}

mod cloud_side;
mod invariants;
mod logins;
mod registering;
mod topologies;
