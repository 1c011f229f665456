//! Dynamic registration: a device that has only its product's secret asks for its own
//! (unique-certificate-per-product_authentication.md).
//!
//! [`Request`] and [`Reply`] are the messages. [`Registration`] tells step by step what to do, and is told what came of
//! it; who carries it out has the connection and the clock.

mod messages;
mod steps;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use messages::{Reply, Request};
pub use steps::{Action, Cause, Failure, Happened, Progress, Registration, Step};

/// How long the C SDK waits for the answer.
pub const ANSWER_TIME_C: Duration = Duration::from_secs(5);
/// How long the Arduino SDK waits for the answer.
pub const ANSWER_TIME_ARDUINO: Duration = Duration::from_secs(10);
