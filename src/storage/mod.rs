//! Profiles and settings: what a person enters to connect, what makes it valid, and how it is remembered.
//!
//! [`Profile`] and its checks are plain Rust. Only [`Store`] touches the browser; it keeps what it can and says
//! when it cannot.

pub mod address;
mod budget;
mod plan;
mod preflight;
mod problem;
mod profile;
mod server;
#[cfg(target_arch = "wasm32")]
mod store;

pub use budget::{BudgetFault, BudgetForm};
pub use plan::{ConnectionPlan, Endpoint};
pub use preflight::{Correction, Finding, Holder, Verdict, preflight};
pub use problem::{Fault, Field, Problem};
pub use profile::{Mode, Page, Profile, WantedSubscription, WillForm};
pub use server::Server;
#[cfg(target_arch = "wasm32")]
pub use store::{Key, Store};
