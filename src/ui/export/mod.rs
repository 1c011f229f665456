//! Exports of the journal that is shown, and records that are opened again.

mod dialog;
mod job;
mod open;
mod words;

pub(super) use dialog::ExportButton;
pub(super) use open::{OpenRecordButton, RecordBanner, Records};

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Bytes in millions, with one digit after the point.
fn megabytes(bytes: u64) -> String {
    let tenths = bytes / 100_000;
    format!("{}.{}", grouped(tenths / 10), tenths % 10)
}
