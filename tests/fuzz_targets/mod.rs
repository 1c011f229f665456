//! What the fuzzer runs (`fuzz/`), in a place where an ordinary test can run it too: every target takes any bytes
//! and panics where the code does something that it never may.
#![allow(dead_code, unused_imports, reason = "each binary of the fuzzer runs one of the targets")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is how a target reports")]

mod codec;
mod platform;
mod session;

pub(crate) use codec::codec;
pub(crate) use platform::platform;
pub(crate) use session::{session, story};
