//! Dynamic registration (unique-certificate-per-product_authentication.md): a session of ours against the platform.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use simulated::*;
use uiot_testbench::mqtt::{ConnectOptions, ConnectReturnCode, Login, QoS, Secret, State};
use uiot_testbench::simulator::services::registration::{RefusedAt, Repeat};
use uiot_testbench::simulator::{Activation, Faults};
use uiot_testbench::uiot::registration::{
    ANSWER_TIME_C, Action, Cause, Failure, Happened, Progress, Registration, Step,
};
use uiot_testbench::uiot::{AuthMode, Credential, RetCode, SystemTopic};

/// Carries a registration out, as a device does: to its end, or until it waits for something that does not come.
struct Runner {
    registration: Registration,
    /// The present connection.
    handle: Option<Handle>,
}

impl Runner {
    fn start(world: &mut World, device: &Credential, product_secret: &str) -> Self {
        let (registration, first) = Registration::start(device.clone(), Secret::new(product_secret), "100");
        let mut runner = Self { registration, handle: None };
        runner.carry_on(world, Some(first));
        runner
    }

    fn carry_on(&mut self, world: &mut World, mut action: Option<Action>) {
        while let Some(next) = action {
            action = self.carry_out(world, next);
        }
    }

    fn carry_out(&mut self, world: &mut World, action: Action) -> Option<Action> {
        match action {
            Action::Connect { client_id, login } => {
                let base = static_options();
                let client_id = uiot_testbench::mqtt::ClientId::parse(&client_id).unwrap();
                let handle = world.add(&ConnectOptions { client_id, login, ..base });
                self.handle = Some(handle);
                match world.connect(handle)? {
                    ConnectReturnCode::Accepted => self.registration.handle(Happened::Connected),
                    code => self.registration.handle(Happened::Refused(code)),
                }
            }
            Action::Subscribe { filter, qos } => {
                let granted = world.subscribe(self.handle.unwrap(), &filter, qos);
                let happened = granted.map_or(Happened::SubscriptionRefused, |_| Happened::Subscribed);
                self.registration.handle(happened)
            }
            Action::Publish(outgoing) => {
                let handle = self.handle.unwrap();
                world.publish(handle, &outgoing.topic, outgoing.payload, outgoing.qos).unwrap();
                let answer = world.inbox(handle).pop()?;
                self.registration.receive(&answer.payload)
            }
            Action::KeepSecretAndDisconnect(_) => {
                world.disconnect(self.handle.unwrap());
                self.registration.handle(Happened::Disconnected)
            }
            Action::Disconnect => {
                world.disconnect(self.handle.unwrap());
                None
            }
        }
    }

    fn failure(&self) -> (Step, Cause) {
        match self.registration.progress() {
            Progress::Failed(Failure { step, cause }) => (*step, cause.clone()),
            progress => panic!("{progress:?}"),
        }
    }
}

fn register(world: &mut World, device: &Credential) -> Runner {
    Runner::start(world, device, PRODUCT_SECRET)
}

fn refused(world: &mut World, device: &Credential) -> bool {
    register(world, device).failure() == (Step::Connecting, Cause::Refused(ConnectReturnCode::NotAuthorized))
}

/// A connection that logged in with the product's secret.
fn restricted(world: &mut World) -> Handle {
    world.connected(&options(&device(), AuthMode::Dynamic, PRODUCT_SECRET))
}

fn ask(world: &mut World, handle: Handle, payload: &str) -> serde_json::Value {
    world.say(handle, &device(), SystemTopic::Password, payload);
    world.answer(handle, &SystemTopic::PasswordReply.of(&device()))
}

#[test]
fn a_device_gets_its_secret_and_logs_in_with_it() {
    let mut world = World::new();
    let runner = register(&mut world, &device());
    assert_eq!(runner.registration.progress(), &Progress::Done);
    assert_eq!(runner.registration.secret(), Some(&Secret::new(SECRET)));
    assert_eq!(world.state(runner.handle.unwrap()), State::Online);
    let known = world.platform.registry().device(&device()).unwrap();
    assert_eq!((known.activation, known.online), (Activation::Activated, true));
}

#[test]
fn the_documents_exchange_over_the_wire() {
    let mut world = World::new();
    let handle = restricted(&mut world);
    world.listen(handle, &device(), SystemTopic::PasswordReply);
    let expected = serde_json::json!({"RetCode": "0", "RequestID": "100", "Password": SECRET});
    assert_eq!(ask(&mut world, handle, "{\n  \"RequestID\": \"100\"\n}"), expected);
    let known = world.platform.registry().device(&device()).unwrap();
    assert_eq!((known.activation, known.online), (Activation::Inactivated, false));
}

#[test]
fn it_works_once_and_again_after_a_reset() {
    let mut world = World::new();
    assert_eq!(register(&mut world, &device()).registration.progress(), &Progress::Done);
    assert!(refused(&mut world, &device()));
    world.platform.reset_device(world.now, &device()).unwrap();
    assert_eq!(register(&mut world, &device()).registration.progress(), &Progress::Done);
    assert!(refused(&mut world, &device()));
}

#[test]
fn before_the_first_login_it_may_be_repeated() {
    let mut world = World::new();
    for _ in 0..3 {
        let handle = restricted(&mut world);
        world.listen(handle, &device(), SystemTopic::PasswordReply);
        assert_eq!(ask(&mut world, handle, r#"{"RequestID":"1"}"#)["Password"], SECRET);
        world.disconnect(handle);
    }
    world.platform.choices.registration.repeat = Repeat::NewSecret;
    let runner = register(&mut world, &device());
    assert_eq!(runner.registration.progress(), &Progress::Done);
    assert_ne!(runner.registration.secret(), Some(&Secret::new(SECRET)));
    assert_eq!(
        world.try_connect(&static_options()),
        Some(ConnectReturnCode::BadUserNameOrPassword),
        "the old secret"
    );
}

#[test]
fn a_repetition_that_is_refused_begins_anew_after_a_reset() {
    let mut world = World::new();
    world.platform.choices.registration.repeat = Repeat::Refused;
    assert_eq!(register(&mut world, &device()).registration.progress(), &Progress::Done);
    world.platform.reset_device(world.now, &device()).unwrap();
    let handle = restricted(&mut world);
    world.listen(handle, &device(), SystemTopic::PasswordReply);
    assert_eq!(ask(&mut world, handle, r#"{"RequestID":"1"}"#)["RetCode"], "0");
    assert_eq!(ask(&mut world, handle, r#"{"RequestID":"2"}"#)["RetCode"], "140");
}

#[test]
fn an_activated_device_may_be_refused_in_the_answer() {
    let mut world = World::new();
    assert_eq!(register(&mut world, &device()).registration.progress(), &Progress::Done);
    world.platform.choices.registration.refused_at = RefusedAt::Reply;
    let runner = register(&mut world, &device());
    assert_eq!(runner.failure(), (Step::Asking, Cause::Answer(RetCode::UNAUTHORIZED, None)));
    assert_eq!(world.state(runner.handle.unwrap()), State::Offline);
}

#[test]
fn the_product_must_have_it_switched_on() {
    let mut world = World::new();
    world.platform.change_product(PRODUCT, |product| product.dynamic_registration = false).unwrap();
    assert!(refused(&mut world, &device()));
    world.platform.change_product(PRODUCT, |product| product.dynamic_registration = true).unwrap();
    assert_eq!(register(&mut world, &device()).registration.progress(), &Progress::Done);
}

#[test]
fn with_pre_authentication_only_devices_that_were_added_come_in() {
    let mut world = World::new();
    world.platform.change_product(PRODUCT, |product| product.pre_authentication = true).unwrap();
    let unknown = Credential::new(PRODUCT, "never-added");
    assert!(refused(&mut world, &unknown));
    assert_eq!(world.platform.registry().device(&unknown).map(|known| known.sn.clone()), None);
    assert_eq!(register(&mut world, &device()).registration.progress(), &Progress::Done);

    world.platform.change_product(PRODUCT, |product| product.pre_authentication = false).unwrap();
    let runner = register(&mut world, &unknown);
    assert_eq!(runner.registration.progress(), &Progress::Done);
    let known = world.platform.registry().device(&unknown).unwrap();
    assert_eq!(Some(&known.secret), runner.registration.secret());
}

#[test]
fn a_wrong_product_secret_adds_no_device() {
    let mut world = World::new();
    let unknown = Credential::new(PRODUCT, "never-added");
    let runner = Runner::start(&mut world, &unknown, "wrongsecret00001");
    let refused = Cause::Refused(ConnectReturnCode::BadUserNameOrPassword);
    assert_eq!(runner.failure(), (Step::Connecting, refused));
    assert!(world.platform.registry().device(&unknown).is_none());
}

#[test]
fn a_disabled_device_cannot_register() {
    let mut world = World::new();
    world.platform.disable_device(world.now, &device()).unwrap();
    assert!(refused(&mut world, &device()));
    world.platform.enable_device(world.now, &device()).unwrap();
    assert_eq!(register(&mut world, &device()).registration.progress(), &Progress::Done);
}

#[test]
fn the_connection_is_good_for_nothing_else() {
    let mut world = World::new();
    let handle = restricted(&mut world);
    for topic in [SystemTopic::ShadowDownstream, SystemTopic::PropertySet, SystemTopic::OtaDownstream] {
        assert_eq!(world.subscribe(handle, &topic.of(&device()), QoS::AtLeastOnce), None, "{topic}");
    }
    assert_eq!(world.subscribe(handle, &format!("/{PRODUCT}/{DEVICE}/set"), QoS::AtLeastOnce), None);
    let others = SystemTopic::PasswordReply.of(&other());
    assert_eq!(world.subscribe(handle, &others, QoS::AtLeastOnce), None);

    let report = r#"{"Method":"update","State":{"Reported":{"a":1}},"Version":0}"#;
    world.say(handle, &device(), SystemTopic::ShadowUpstream, report);
    assert_eq!(world.platform.shadow_document(world.now, &device()).unwrap().version, 0);
    world.listen(handle, &device(), SystemTopic::PasswordReply);
    world.say(handle, &other(), SystemTopic::Password, r#"{"RequestID":"1"}"#);
    assert!(world.inbox(handle).is_empty(), "another device's secret");
    assert_eq!(ask(&mut world, handle, r#"{"RequestID":"1"}"#)["RetCode"], "0");
}

#[test]
fn a_device_that_logged_in_with_its_own_secret_is_not_told_it() {
    let (mut world, handle) = World::online();
    assert_eq!(world.subscribe(handle, &SystemTopic::PasswordReply.of(&device()), QoS::AtLeastOnce), None);
    world.say(handle, &device(), SystemTopic::Password, r#"{"RequestID":"1"}"#);
    assert!(world.inbox(handle).is_empty());
    assert!(!world.platform.registry().device(&device()).unwrap().secret_told);
}

#[test]
fn a_request_that_is_wrong_is_answered_with_a_code() {
    let mut world = World::new();
    let handle = restricted(&mut world);
    world.listen(handle, &device(), SystemTopic::PasswordReply);
    assert_eq!(ask(&mut world, handle, "what?")["RetCode"], "230");
    assert_eq!(ask(&mut world, handle, "{}")["RetCode"], "210");
    world.platform.choices.registration.code_as_string = false;
    assert_eq!(ask(&mut world, handle, r#"{"RequestID":1}"#)["RetCode"], 310);
    assert_eq!(world.state(handle), State::Online);
}

#[test]
fn an_answer_that_does_not_come_is_a_time_out() {
    let mut world = World::new();
    world.platform.faults = Faults { lose_messages: 1.0, ..Faults::default() };
    let mut runner = register(&mut world, &device());
    assert_eq!(runner.registration.progress(), &Progress::At(Step::Asking));
    world.run(ANSWER_TIME_C);
    let action = runner.registration.handle(Happened::TimedOut);
    runner.carry_on(&mut world, action);
    assert_eq!(runner.failure(), (Step::Asking, Cause::TimedOut));
    assert_eq!(world.state(runner.handle.unwrap()), State::Offline);

    world.platform.faults = Faults::default();
    assert_eq!(register(&mut world, &device()).registration.progress(), &Progress::Done);
}

#[test]
fn a_registration_that_is_stopped_can_begin_again() {
    let mut world = World::new();
    world.platform.faults = Faults { lose_messages: 1.0, ..Faults::default() };
    let mut runner = register(&mut world, &device());
    let action = runner.registration.stop();
    runner.carry_on(&mut world, action);
    assert_eq!(runner.registration.progress(), &Progress::Stopped);
    assert_eq!(world.state(runner.handle.unwrap()), State::Offline);
    world.platform.faults = Faults::default();
    assert_eq!(register(&mut world, &device()).registration.progress(), &Progress::Done);
}

#[test]
fn the_login_carries_the_product_secret_and_then_the_device_secret() {
    let (mut registration, first) = Registration::start(device(), Secret::new(PRODUCT_SECRET), "1");
    let login = |action| match action {
        Some(Action::Connect { login: Login::Password(user_name, secret), .. }) => {
            (user_name, secret.expose().to_owned())
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(login(Some(first)), (format!("{PRODUCT}|{DEVICE}|2"), PRODUCT_SECRET.to_owned()));
    registration.handle(Happened::Connected);
    registration.handle(Happened::Subscribed);
    registration.receive(format!(r#"{{"RetCode":"0","Password":"{SECRET}"}}"#).as_bytes());
    let second = registration.handle(Happened::Disconnected);
    assert_eq!(login(second), (format!("{PRODUCT}|{DEVICE}|1"), SECRET.to_owned()));
}

#[test]
fn who_connects_without_asking_is_not_added() {
    let mut world = World::new();
    let before = world.platform.registry().product(PRODUCT).unwrap().devices.len();
    let nobody = Credential::new(PRODUCT, "made-up-01");
    let handle = world.connected(&options(&nobody, AuthMode::Dynamic, PRODUCT_SECRET));
    world.listen(handle, &nobody, SystemTopic::PasswordReply);
    world.disconnect(handle);
    assert_eq!(world.platform.registry().product(PRODUCT).unwrap().devices.len(), before);

    // One that asks is, and logs in with what it got.
    assert_eq!(register(&mut world, &nobody).registration.progress(), &Progress::Done);
    assert!(world.platform.registry().device(&nobody).unwrap().online);
}
