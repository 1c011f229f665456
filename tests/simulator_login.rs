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
