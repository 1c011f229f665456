use std::cell::Cell;

use crate::i18n::Lang;
use crate::journal::export::{Column, Locale};
use crate::journal::{Ack, Direction, Note};
use crate::ui::record::offset_minutes;

/// For how long local time keeps its distance from UTC, in microseconds: it changes on a full quarter of an hour.
const QUARTER: u64 = 15 * 60 * 1_000_000;

/// The words of an export in the language of the interface, and the browser's time zone.
pub(in crate::ui) struct Words {
    lang: Lang,
    /// The quarter of an hour that was asked for last, and what came out.
    offset: Cell<Option<(u64, i32)>>,
}

impl Words {
    pub(in crate::ui) const fn new(lang: Lang) -> Self {
        Self { lang, offset: Cell::new(None) }
    }
}

impl Locale for Words {
    fn column(&self, column: Column) -> &str {
        self.lang.export_column(column)
    }

    fn direction(&self, direction: Direction) -> &str {
        match direction {
            Direction::In => self.lang.direction_in(),
            Direction::Out => self.lang.direction_out(),
        }
    }

    fn ack(&self, ack: Ack) -> String {
        self.lang.export_ack(ack)
    }

    fn note(&self, note: &Note) -> String {
        self.lang.note(note)
    }

    fn gone(&self, count: u64) -> String {
        self.lang.export_gone(count)
    }

    fn offset_minutes(&self, unix_micros: u64) -> i32 {
        let quarter = unix_micros / QUARTER;
        match self.offset.get() {
            Some((known, minutes)) if known == quarter => minutes,
            _ => {
                let minutes = offset_minutes(unix_micros);
                self.offset.set(Some((quarter, minutes)));
                minutes
            }
        }
    }
}
