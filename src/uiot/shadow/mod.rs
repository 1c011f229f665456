//! The device shadow: the platform's copy of what a device reported and of what the cloud wants of it
//! (operation_guide.md).
//!
//! [`Document`], [`Edit`] and [`Downstream`] are its messages, [`Shadow`] is the device's side. Answers carry no request
//! identifier: they are told apart by their order and their versions.

mod answers;
mod change;
mod compare;
mod device;
mod draft;
mod known;
mod messages;
#[cfg(test)]
mod tests;

pub use change::{Change, Kept, Lost};
pub use compare::{Pair, Verdict, pairs};
pub use device::{ANSWER_TIME, REQUESTS, Shadow};
pub use draft::{
    Kind, Row, RowFault, TextFault, changed_number, read_object, read_rows, read_version, rows_of,
};
pub use messages::{
    Document, Downstream, DownstreamMethod, Edit, EditMethod, EditState, Part, Payload, Sections, Values,
};

/// The version that asks the platform to count from 0 again (operation_guide.md).
pub const RESET_VERSION: i32 = -1;
