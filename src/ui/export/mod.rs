//! Exports of the journal that is shown, and records that are opened again.

mod banner;
mod dialog;
mod job;
mod open;
mod words;

pub(super) use banner::RecordBanner;
pub(super) use dialog::ExportButton;
pub(super) use job::words as error_words;
pub(super) use open::{OpenRecordButton, Records, fetch};
pub(super) use words::Words;
