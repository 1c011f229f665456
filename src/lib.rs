//! UIoT Testbench: the map of the house.
#[cfg(target_arch = "wasm32")]
pub mod device;
pub mod i18n;
pub mod journal;
pub mod mqtt;
pub mod payload;
pub mod storage;
pub mod transport;
#[cfg(target_arch = "wasm32")]
pub mod ui;
pub mod uiot;
