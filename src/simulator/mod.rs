//! A whole UIoT platform in memory: broker, services, the cloud's side, and faults on request.
//!
//! Sans-IO like the client session: [`Platform::connect`] says that somebody opened a connection,
//! [`Platform::receive`] hands over bytes with the time at which they came, and [`Platform::poll`] is drained for the
//! bytes that go back and the connections that are closed. The room has no clock and no randomness of its own.
//!
//! It enforces each rule that the platform's documents state and answers each request that they describe. Where they
//! are silent it has a [`Choices`] with a name and a reason.

mod as_json;
mod broker;
mod choices;
mod choose;
mod cloud;
mod connection;
pub mod demo;
mod effects;
mod faults;
mod login;
mod memory;
mod packets;
mod permissions;
mod platform;
mod quota;
mod random;
mod registry;
mod sending;
pub mod services;
mod session;
mod switches;
mod trace;
mod trace_rows;

pub use choices::{Breach, Choices, CloseStyle};
pub use choose::ChoiceError;
pub use cloud::NewProduct;
pub use connection::ConnectionId;
pub use faults::{Faults, ShadowConflict};
pub use memory::MAX_DEVICE_DATA;
pub use platform::{
    CONNECT_DEADLINE, MAX_CONNECTIONS, MAX_ON_THE_WAY, MAX_QUEUED, MAX_UNREAD, Output, Platform, Usage,
};
pub use random::Random;
pub use registry::{Activation, Device, DeviceState, Product, Registry};
pub use services::CloudResult;
pub use switches::{BadFaultValue, FaultSwitch, FaultTexts, FaultValue};
pub use trace::{InjectedFault, TRACE_BYTES, TRACE_LENGTH, TRACE_PAYLOAD, Trace, TraceEvent, TraceLine, Why};
pub use trace_rows::{TracePart, TraceRows};

/// The thing model of the demo product, an air conditioner, as the console would export it. Its enum has the Spec that
/// [`crate::uiot::model::EnumSpec`] explains.
pub const DEMO_MODEL: &str = include_str!("demo_model.json");
