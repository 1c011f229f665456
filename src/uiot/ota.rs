//! Firmware upgrades over the air (ota.md): the messages of both directions, and [`Ota`], the device's side.
//!
//! Each message is `{"Method":"…","Payload":{…}}`, up on `ota/upstream` and down on `ota/downstream`. No report of a
//! device is answered.

mod device;
mod message;

pub use device::{Ended, Module, Offer, Ota, OtaError, OtaEvent, Stage, Upgrade};
pub use message::{
    Body, CancelUpdate, DEFAULT_MODULE, Downstream, ErrCode, Failure, ModuleVersion, Percent, Progress,
    ProgressState, UpdateFirmware, UpgradeState, Upstream,
};
