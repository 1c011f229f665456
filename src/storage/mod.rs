//! Profiles and settings: what a person enters to connect, what makes it valid, and how it is remembered.
//!
//! [`Profile`], its checks, the [`library`] of saved ones, [`import`], [`share`] links and how old shapes are read
//! ([`migrate`]) are plain Rust. Only [`Store`] and the key of the [`vault`] touch the browser; the store keeps what it can
//! and says when it cannot.

pub mod address;
mod budget;
mod bulk;
mod colours;
mod custom_topics;
mod damage;
pub mod import;
mod kept;
pub mod library;
pub mod migrate;
pub mod models;
mod pieces;
mod plan;
mod preferences;
mod preflight;
mod problem;
mod profile;
mod server;
pub mod share;
#[cfg(target_arch = "wasm32")]
mod store;
#[cfg(target_arch = "wasm32")]
mod stored;
mod times;
pub mod vault;
mod wanted;
mod workspace;

pub use budget::{BudgetFault, BudgetForm};
pub use bulk::{BulkFault, BulkLine, read_bulk};
pub use colours::{COLOURS, Colour, assign_colours};
pub use custom_topics::{AddFault, CustomTopics};
pub use damage::{Damage, DamagedText, DamagedTexts, Recovered};
pub use kept::{Backend, Kept, Key, SaveError};
pub use plan::{ConnectionPlan, Endpoint};
pub use preferences::{Beginning, Density, Limits, NumberFault, Preferences};
pub use preflight::{Correction, Finding, Holder, Verdict, preflight};
pub use problem::{Fault, Field, Problem};
pub use profile::{Mode, Page, Profile, WantedSubscription, WillForm};
pub use server::{SIMULATOR_HOST, Server};
#[cfg(target_arch = "wasm32")]
pub use store::{Listening, Store, fresh_id};
#[cfg(target_arch = "wasm32")]
pub use stored::{erase_stored, stored};
pub use times::{TimeFormat, Times, Zone};
pub use wanted::{change_wanted, wanted_of};
pub use workspace::{SavedSession, Workspace};
