//! Dynamic registration: a device that has only its product's secret asks for its own
//! (unique-certificate-per-product_authentication.md).
//!
//! [`Request`] and [`Reply`] are the messages. [`Registration`] tells step by step what to do, and is told what came of
//! it; who carries it out has the connection and the clock. [`Course`] is a registration in time: what took how long, and until
//! when an answer is waited for.

mod course;
mod messages;
mod steps;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use course::{Course, Mark, Stage};
pub use messages::{Reply, Request};
pub use steps::{Action, Cause, Failure, Happened, Progress, Registration, Step};

/// How long the C SDK waits for the answer.
pub const ANSWER_TIME_C: Duration = Duration::from_secs(5);
/// How long the Arduino SDK waits for the answer.
pub const ANSWER_TIME_ARDUINO: Duration = Duration::from_secs(10);
/// How long this tool waits for SUBACK, and then for the answer: as the more patient of the two.
pub const ANSWER_TIME: Duration = ANSWER_TIME_ARDUINO;
