//! Who may connect to the platform, and for how long.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use simulated::*;
use uiot_testbench::mqtt::{ConnectReturnCode, State};

#[test]
fn a_device_with_its_secret_comes_in() {
    let (world, device) = World::online();
    assert_eq!(world.state(device), State::Online);
    assert!(world.platform.registry().device(&simulated::device()).unwrap().online);
}

#[test]
fn a_wrong_secret_is_refused() {
    let mut world = World::new();
    let options = options(&device(), uiot_testbench::uiot::AuthMode::Static, "wrongsecret00001");
    assert_eq!(world.try_connect(&options), Some(ConnectReturnCode::BadUserNameOrPassword));
}

#[test]
fn no_secret_stands_in_the_trace() {
    use uiot_testbench::mqtt::QoS;
    use uiot_testbench::uiot::{AuthMode, SystemTopic};
    let mut world = World::new();
    let registering = world.connected(&options(&device(), AuthMode::Dynamic, PRODUCT_SECRET));
    world.listen(registering, &device(), SystemTopic::PasswordReply);
    let topic = SystemTopic::Password.of(&device());
    world.publish(registering, &topic, r#"{"RequestID":"1"}"#, QoS::AtLeastOnce).unwrap();
    let answer = world.answer(registering, &SystemTopic::PasswordReply.of(&device()));
    assert_eq!(answer["Password"], SECRET);
    let shown = format!("{:?}", world.platform);
    let held =
        |secret: &str| shown.contains(secret) || shown.contains(&format!("{:?}", secret.as_bytes())[1..40]);
    assert!(!held(PRODUCT_SECRET), "the ProductSecret is shown");
    let lines = format!("{:?}", world.trace());
    let trace_bytes = format!("{:?}", SECRET.as_bytes());
    assert!(!lines.contains(SECRET) && !lines.contains(&trace_bytes[1..trace_bytes.len() - 1]), "{lines}");
}
