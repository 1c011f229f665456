//! Connections to the simulator in the page behave like sockets: nothing within a call, order kept, closes told once,
//! memory bounded; and a session on them cannot tell the difference.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod alarms;
mod bench;
mod bounds;
mod platform;
mod sockets;
