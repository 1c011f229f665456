//! UIoT Testbench: the map of the house.
pub mod journal;
pub mod mqtt;
pub mod payload;
pub mod storage;
pub mod uiot;
