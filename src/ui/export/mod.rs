//! Exports of the journal that is shown, and records that are opened again.

mod dialog;
mod job;
mod open;
mod words;

pub(super) use dialog::ExportButton;
pub(super) use open::{OpenRecordButton, RecordBanner, Records};
