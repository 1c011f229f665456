//! The language of UCloud UIoT Core: what the platform calls things, and the rules it states.
//!
//! Sources are pages of the platform's documentation, named as in their repository `uiot-core`.

mod credential;
pub mod limits;
mod region;

pub use credential::{Credential, device_sn_is_regular};
pub use region::Region;
