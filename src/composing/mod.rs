//! Writing messages: what a person types becomes what is sent. Variables in a template, what was sent before, topics
//! to complete, templates with a name, and sending the same again every so often.
//!
//! Plain Rust without a clock and without chance: time, counter and seed are arguments.

pub mod completion;
pub mod convert;
pub mod history;
mod random;
pub mod repeat;
pub mod saved;
pub mod template;

pub use history::{History, Message};
pub use repeat::Repeat;
pub use saved::SavedTemplate;
pub use template::{Circumstances, Fault, FaultKind, Template, Variable, escaped};
