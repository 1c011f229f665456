//! UIoT Testbench: the map of the house.
pub mod mqtt;
