//! The thing model's file: the platform's samples, damaged files, and the demo product's.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails is a test that fails")]

use uiot_testbench::simulator::DEMO_MODEL;
use uiot_testbench::uiot::model::{Template, Wrapper};

#[test]
fn the_demo_model_breaks_no_rule() {
    let model = Template::parse(DEMO_MODEL).unwrap();
    assert_eq!(model.problems(), []);
    assert_eq!(model.to_json(Wrapper::With).trim(), DEMO_MODEL.trim());
}
