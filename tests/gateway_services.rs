//! The demo gateway with its services, as the page has them, against the simulated platform: what a person does with it, and what
//! becomes of answers that are lost or late.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use std::time::Duration;

use simulated::*;
use uiot_testbench::mqtt::{Moment, QoS, Secret};
use uiot_testbench::simulator::demo;
use uiot_testbench::uiot::gateway::{
    End, Gateway, GatewayError, REQUEST_TIMEOUT, Registration, RequestKind, SubState,
};
use uiot_testbench::uiot::services::Services;
use uiot_testbench::uiot::{AuthMode, Credential, Direction, Outgoing, RetCode, SystemTopic, TopicFamily};

struct Tried {
    world: World,
    device: Handle,
    services: Services,
}

fn sensor(sn: &str) -> Credential {
    Credential::new(demo::SUB_PRODUCT, sn)
}

impl Tried {
    fn new() -> Self {
        let mut world = World::new();
        let gateway = demo::gateway(&mut world.platform, world.now, 1).unwrap();
        let device =
            world.connected(&options(&gateway.credential, AuthMode::Static, gateway.secret.expose()));
        for topic in TopicFamily::Gateway.topics().filter(|topic| topic.direction() == Direction::Down) {
            world.listen(device, &gateway.credential, topic);
        }
        Self { world, device, services: Services::new(gateway.credential, "t-") }
    }

    /// Has the gateway ask for something, and lets the services hear what came.
    fn ask(&mut self, ask: impl FnOnce(&mut Gateway, Moment) -> Result<Outgoing, GatewayError>) {
        let message = ask(&mut self.services.gateway, self.world.now).unwrap();
        self.services.send(message);
        while let Some(message) = self.services.poll() {
            self.world.publish(self.device, &message.topic, message.payload, message.qos).unwrap();
        }
        self.hear();
    }

    fn hear(&mut self) {
        for message in self.world.inbox(self.device) {
            self.services.receive(self.world.now, &message.topic, &message.payload);
        }
    }

    /// Time passes; the services are woken when they want to be.
    fn pass(&mut self, span: Duration) {
        let end = self.world.now + span;
        while let Some(due) = self.services.next_due().filter(|due| *due <= end) {
            self.world.run(due - self.world.now);
            self.services.woken(self.world.now);
        }
        self.world.run(end - self.world.now);
        self.hear();
    }

    fn end(&self) -> End {
        self.services.gateway.outcomes().back().unwrap().end.clone()
    }

    fn state(&self, sn: &str) -> SubState {
        self.services.gateway.sub_devices().get(&sensor(sn)).cloned().unwrap_or_default()
    }
}

#[test]
fn a_known_sensor_and_a_new_one_come_online_behind_the_demo_gateway() {
    let mut tried = Tried::new();
    let (known, new) = (sensor(demo::STATIC_SUB), sensor(demo::NEW_SUB));
    let both = || vec![known.clone(), new.clone()];
    tried.ask(|gateway, now| gateway.topo_add(now, both()));
    assert!(
        matches!(tried.end(), End::Refused(RequestKind::TopoAdd, RetCode::NO_DEVICE, _)),
        "{:?}",
        tried.end()
    );
    let registration = Registration::new(new.clone(), Secret::new(demo::SUB_PRODUCT_SECRET));
    tried.ask(|gateway, now| gateway.register(now, vec![registration]));
    assert_eq!(tried.end(), End::Done(RequestKind::Register));
    assert!(tried.state(demo::NEW_SUB).secret.is_some());
    tried.ask(|gateway, now| gateway.topo_add(now, both()));
    tried.ask(|gateway, now| gateway.login(now, both()));
    assert_eq!(tried.end(), End::Done(RequestKind::Login));
    assert!(tried.state(demo::STATIC_SUB).logged_in && tried.state(demo::NEW_SUB).logged_in);

    // What a sensor uploads comes back to it, and its reports are held to a model.
    let set = format!("/{}/{}/set", new.product_sn, new.device_sn);
    tried.world.subscribe(tried.device, &set, QoS::AtLeastOnce).unwrap();
    tried.world.listen(tried.device, &new, SystemTopic::PropertyPostReply);
    tried.world.publish(tried.device, &set.replace("/set", "/upload"), "21.5", QoS::AtLeastOnce).unwrap();
    assert_eq!(tried.world.inbox(tried.device)[0].topic, set);
    let post = r#"{"RequestID":"1","Property":{"temperature":{"Value":25.5}}}"#;
    tried.world.say(tried.device, &new, SystemTopic::PropertyPost, post);
    let reply = tried.world.answer(tried.device, &SystemTopic::PropertyPostReply.of(&new));
    assert_eq!(reply["RetCode"], 0);
}

#[test]
fn two_demo_gateways_share_their_sensors_and_the_ordinary_demo_has_none_of_them() {
    let mut world = World::new();
    let now = world.now;
    let first = demo::gateway(&mut world.platform, now, 1).unwrap();
    let second = demo::gateway(&mut world.platform, now, 2).unwrap();
    assert_ne!(first.credential, second.credential);
    assert_eq!(demo::gateway(&mut world.platform, now, 1).unwrap(), first, "the same with the same secret");
    let mut plain = World::new();
    demo::install(&mut plain.platform, now);
    assert!(plain.platform.registry().product(demo::GATEWAY_PRODUCT).is_none());
}

#[test]
fn a_lost_answer_is_overdue_and_a_late_one_is_told() {
    let mut tried = Tried::new();
    let one = vec![sensor(demo::STATIC_SUB)];
    tried.world.platform.faults.lose_messages = 1.0;
    tried.ask(|gateway, now| gateway.topo_add(now, one.clone()));
    assert_eq!(tried.services.gateway.requests().len(), 1);
    tried.pass(REQUEST_TIMEOUT);
    assert_eq!(tried.end(), End::Overdue(RequestKind::TopoAdd));
    assert_eq!(tried.state(demo::STATIC_SUB), SubState::default());

    tried.world.platform.faults.lose_messages = 0.0;
    tried.world.platform.faults.delay = REQUEST_TIMEOUT + Duration::from_secs(1);
    tried.ask(|gateway, now| gateway.topo_add(now, one));
    tried.pass(REQUEST_TIMEOUT + Duration::from_secs(3));
    assert_eq!(tried.end(), End::Unasked { topic: SystemTopic::TopoAddReply, late: true });
    assert!(!tried.state(demo::STATIC_SUB).in_topology, "what came too late changes nothing");
    // Asking again says what holds.
    tried.world.platform.faults.delay = Duration::ZERO;
    tried.ask(|gateway, now| gateway.topo_get(now));
    tried.pass(Duration::from_secs(1));
    assert!(tried.state(demo::STATIC_SUB).in_topology);
}

#[test]
fn a_message_that_cannot_be_understood_is_kept_for_the_screen() {
    let mut tried = Tried::new();
    let topic = SystemTopic::SubDisable.of(tried.services.device());
    tried.services.receive(tried.world.now, &topic, b"{\"RequestID\":17}");
    let misread = tried.services.misread().get(&TopicFamily::Gateway).unwrap();
    assert_eq!(misread.topic, SystemTopic::SubDisable);
    assert!(tried.services.gateway.outcomes().is_empty());
}
