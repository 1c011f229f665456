//! Firmware upgrades over the air (ota.md): the messages of both directions, [`Ota`], the device's side, and [`Plays`], which
//! carries upgrades out as a device would.
//!
//! Each message is `{"Method":"…","Payload":{…}}`, up on `ota/upstream` and down on `ota/downstream`. No report of a
//! device is answered.

mod check;
mod device;
mod message;
mod plan;
mod play;
mod run;

pub use check::{Check, Checked, FETCHED, FetchFault, is_http, is_md5};
pub use device::{Ended, Module, Offer, Ota, OtaError, OtaEvent, Stage, Upgrade};
pub use message::{
    Body, CancelUpdate, DEFAULT_MODULE, Downstream, ErrCode, Failure, ModuleVersion, Percent, Progress,
    ProgressState, UpdateFirmware, UpgradeState, Upstream,
};
pub use plan::{Outcome, Plan, Point};
pub use play::{Oddity, Plays, Track};
pub use run::{Reported, Run, Standing, percent_of};
