//! UIoT Testbench.
#![cfg_attr(not(target_arch = "wasm32"), allow(missing_docs))]
