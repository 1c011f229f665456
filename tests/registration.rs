//! Dynamic registration (unique-certificate-per-product_authentication.md): a session of ours against the platform.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use std::time::Duration;

use simulated::registering::Runner;
use simulated::*;
use uiot_testbench::mqtt::{ConnectReturnCode, EndCause, Event, Login, QoS, Secret, State, TopicFilter};
use uiot_testbench::simulator::services::registration::{RefusedAt, Repeat};
use uiot_testbench::simulator::{Activation, Faults};
use uiot_testbench::uiot::registration::{
    ANSWER_TIME, ANSWER_TIME_ARDUINO, ANSWER_TIME_C, Action, Cause, Happened, Mark, Progress, Registration,
    Stage, Step,
};
use uiot_testbench::uiot::{AuthMode, Credential, RetCode, SystemTopic};

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
    runner.wait(&mut world, ANSWER_TIME_C);
    assert_eq!(runner.registration.progress(), &Progress::At(Step::Asking), "as patient as the Arduino SDK");
    runner.wait(&mut world, ANSWER_TIME - ANSWER_TIME_C);
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
    runner.next = runner.registration.stop(world.now);
    runner.finish(&mut world);
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

#[test]
fn a_course_tells_when_each_stage_was_done_and_how_long_it_took() {
    let mut world = World::new();
    world.platform.faults = Faults { delay: Duration::from_millis(40), ..Faults::default() };
    let start = world.now;
    let mut runner = Runner::prepare(&world, &device(), PRODUCT_SECRET, "1");
    assert_eq!(runner.registration.mark(Stage::Connect), Mark::Now);
    let handle = world.add(&options(&device(), AuthMode::Dynamic, PRODUCT_SECRET));
    runner.handle = Some(handle);
    world.connect(handle);
    world.run(Duration::from_millis(40));
    runner.next = runner.registration.handle(world.now, Happened::Connected);
    assert_eq!(runner.registration.ended_at(Stage::Connect), Some(world.now));
    assert_eq!(runner.registration.time_of(Stage::Connect), Some(Duration::from_millis(40)));
    assert_eq!(runner.registration.due(), Some(world.now + ANSWER_TIME));
    assert_eq!(ANSWER_TIME, ANSWER_TIME_ARDUINO);
    let marks: Vec<_> = Stage::ALL.into_iter().map(|stage| runner.registration.mark(stage)).collect();
    assert_eq!(marks, [Mark::Done, Mark::Now, Mark::ToCome, Mark::ToCome, Mark::ToCome]);

    world.platform.faults = Faults::default();
    runner.finish(&mut world);
    assert!(Stage::ALL.into_iter().all(|stage| runner.registration.mark(stage) == Mark::Done));
    assert!(
        Stage::ALL.into_iter().all(|stage| runner.registration.ended_at(stage).is_some_and(|at| at > start))
    );
    assert_eq!(runner.registration.time_of(Stage::Ask), None);
    assert_eq!(runner.registration.due(), None);
}

#[test]
fn a_suback_that_does_not_come_is_a_time_out() {
    let mut world = World::new();
    let mut runner = Runner::at(&mut world, Step::Subscribing);
    world.platform.faults = Faults { lose_acks: 1.0, ..Faults::default() };
    runner.finish(&mut world);
    runner.wait(&mut world, ANSWER_TIME);
    assert_eq!(runner.failure(), (Step::Subscribing, Cause::TimedOut));
    assert_eq!(runner.registration.mark(Stage::Subscribe), Mark::Failed);
    assert_eq!(world.state(runner.handle.unwrap()), State::Offline);
}

#[test]
fn a_subscription_that_is_refused_ends_it() {
    let mut world = World::new();
    let filter = TopicFilter::parse("/$system/+/+/password_reply").ok();
    world.platform.faults = Faults { refuse_subscribe: filter, ..Faults::default() };
    let runner = register(&mut world, &device());
    assert_eq!(runner.failure(), (Step::Subscribing, Cause::SubscriptionRefused));
    assert_eq!(world.state(runner.handle.unwrap()), State::Offline);
}

#[test]
fn a_line_that_is_cut_ends_it_in_each_step_and_it_can_begin_again() {
    for step in [Step::Subscribing, Step::Asking] {
        let mut world = World::new();
        let mut runner = Runner::at(&mut world, step);
        world.break_line(runner.handle.unwrap());
        runner.next = runner.registration.handle(world.now, Happened::Disconnected);
        assert_eq!(runner.next, None, "there is nothing left to disconnect");
        assert_eq!(runner.failure(), (step, Cause::ConnectionLost));
        assert_eq!(register(&mut world, &device()).registration.progress(), &Progress::Done);
    }
}

#[test]
fn an_answer_after_the_deadline_comes_too_late_and_costs_nothing() {
    let mut world = World::new();
    let mut runner = Runner::at(&mut world, Step::Asking);
    world.platform.faults = Faults { delay: ANSWER_TIME + Duration::from_secs(2), ..Faults::default() };
    runner.finish(&mut world);
    runner.wait(&mut world, ANSWER_TIME);
    assert_eq!(runner.failure(), (Step::Asking, Cause::TimedOut));
    world.platform.faults = Faults::default();
    world.run(Duration::from_secs(5));
    assert_eq!(runner.listen(&mut world), None);
    assert_eq!(
        (runner.registration.secret(), runner.registration.mark(Stage::Receive)),
        (None, Mark::Failed)
    );
    // Nobody logged in with the secret: it can be had once more.
    assert_eq!(register(&mut world, &device()).registration.progress(), &Progress::Done);
}

#[test]
fn an_answer_that_takes_its_time_is_taken() {
    let mut world = World::new();
    let mut runner = Runner::at(&mut world, Step::Asking);
    world.platform.faults = Faults { delay: ANSWER_TIME_C + Duration::from_secs(2), ..Faults::default() };
    runner.finish(&mut world);
    runner.wait(&mut world, ANSWER_TIME_C);
    world.run(Duration::from_secs(2));
    world.platform.faults = Faults::default();
    runner.next = runner.listen(&mut world);
    runner.finish(&mut world);
    assert_eq!(runner.registration.progress(), &Progress::Done);
}

#[test]
fn answers_to_other_requests_may_come_before_its_own() {
    let mut world = World::new();
    let mut runner = Runner::at(&mut world, Step::Asking);
    let handle = runner.handle.unwrap();
    for other in [r#"{"RequestID":"99"}"#, "what?", "{}"] {
        world.say(handle, &device(), SystemTopic::Password, other);
    }
    let before = world.inbox(handle);
    assert_eq!(before.len(), 3);
    assert_eq!(runner.registration.receive(world.now, &before[0].payload), None, "an answer to another");
    runner.finish(&mut world);
    assert_eq!(runner.registration.progress(), &Progress::Done);
}

#[test]
fn an_identifier_of_eighteen_digits_and_a_code_that_is_a_number_are_understood() {
    let mut world = World::new();
    world.platform.choices.registration.code_as_string = false;
    let mut runner = Runner::prepare(&world, &device(), PRODUCT_SECRET, "987654321098765432");
    runner.finish(&mut world);
    assert_eq!(runner.registration.progress(), &Progress::Done);
}

#[test]
fn a_login_that_is_refused_afterwards_leaves_the_secret() {
    let mut world = World::new();
    let mut runner = Runner::at(&mut world, Step::LoggingIn);
    world.platform.disable_device(world.now, &device()).unwrap();
    runner.finish(&mut world);
    let (step, cause) = runner.failure();
    assert!(matches!((step, cause), (Step::LoggingIn, Cause::Refused(_))));
    assert_eq!(runner.registration.mark(Stage::Receive), Mark::Done);
    assert_eq!(runner.registration.secret(), Some(&Secret::new(SECRET)));
    world.platform.enable_device(world.now, &device()).unwrap();
    assert_eq!(world.try_connect(&static_options()), Some(ConnectReturnCode::Accepted), "by hand");
}

#[test]
fn a_platform_that_does_not_answer_connect_is_left_to_the_sessions_deadline() {
    let mut world = World::new();
    world.platform.faults = Faults { silence: true, ..Faults::default() };
    let mut runner = register(&mut world, &device());
    assert_eq!((runner.registration.stage(), runner.registration.due()), (Stage::Connect, None));
    world.run(Duration::from_secs(20));
    let late = |event: &Event| matches!(event, Event::Ended(EndCause::ConnAckTimeout));
    assert!(world.events(runner.handle.unwrap()).iter().any(late));
    runner.next = runner.registration.handle(world.now, Happened::TimedOut);
    runner.finish(&mut world);
    assert_eq!(runner.failure(), (Step::Connecting, Cause::TimedOut));
}
