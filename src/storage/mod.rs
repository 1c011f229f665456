//! Profiles and settings: what a person enters to connect, what makes it valid, and how it is remembered.
//!
//! [`Profile`] and its checks are plain Rust. Only [`Store`] touches the browser; it keeps what it can and says
//! when it cannot.

mod profile;
#[cfg(target_arch = "wasm32")]
mod store;

pub use profile::{ConnectionPlan, Fault, Field, Mode, Page, Problem, Profile, Server};
#[cfg(target_arch = "wasm32")]
pub use store::{Key, Store};
