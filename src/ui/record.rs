//! The journal that is shown: the live one of the device, or that of a record in its place. All screens read it through
//! [`Bench::journal`] and the methods here; the live session goes on meanwhile.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::prelude::*;

use super::bench::Bench;
use crate::device::local_micros;
use crate::journal::WallClock;
use crate::journal::export::About;
use crate::journal::import::Record;
use crate::journal::query::TimePoint;
use crate::mqtt::{ClientId, ConnectOptions, Moment, ProtocolVersion};
use crate::storage::{ConnectionPlan, Endpoint, Mode, TimeFormat, Times, Zone};

/// A record that was opened, with the name of its file.
pub(super) struct OpenRecord {
    pub(super) name: String,
    pub(super) record: Record,
}

/// How many records were opened.
static RECORDS: AtomicU32 = AtomicU32::new(0);

impl Bench {
    /// The time at a moment of the journal that is shown, as it was set to be written. Whoever keeps it
    /// [follows](Self::follow_times) the settings.
    pub(super) fn time_of(self, at: Moment) -> String {
        self.write_time(at, Times::write)
    }

    /// The same without fractions of a second.
    pub(super) fn short_time_of(self, at: Moment) -> String {
        self.write_time(at, Times::write_short)
    }

    fn write_time(self, at: Moment, write: fn(Times, u64, i32, Option<u64>) -> String) -> String {
        let unix = self.record.with_value(|open| match open {
            Some(open) => open.record.about.clock.unix_micros(at),
            None => self.device(|device| device.clock().unix_micros(at)),
        });
        untrack(|| {
            let since = || self.journal(|journal| journal.connected_at(at)).map(|from| at - from);
            let times = self.preferences.times.get();
            // Looked up where it is wanted only.
            let since = if times.format == TimeFormat::SinceConnect { since() } else { None };
            let since = since.map(|span| u64::try_from(span.as_micros()).unwrap_or(u64::MAX));
            write(times, unix, self.preferences.offset_at(unix), since)
        })
    }

    /// Reads again whenever times are to be written in another way.
    pub(super) fn follow_times(self) {
        self.preferences.times.track();
    }

    /// The present in the journal that is shown: of a record, its last moment.
    pub(super) fn now(self) -> Moment {
        self.record.with_value(|open| match open {
            Some(OpenRecord { record: Record { journal, .. }, .. }) => {
                let last = journal.end_seq().checked_sub(1).and_then(|seq| journal.entry(seq));
                last.map_or(Moment::ZERO, |entry| entry.at)
            }
            None => self.device(|device| device.clock().now()),
        })
    }

    /// What an export of the journal that is shown says of it.
    pub(super) fn about(self) -> About {
        let product = concat!("UIoT Testbench ", env!("CARGO_PKG_VERSION")).to_owned();
        self.record.with_value(|open| match open {
            Some(open) => About { product, ..open.record.about.clone() },
            None => {
                let clock = self.device(|device| device.clock().wall());
                self.status.with_untracked(|status| about_session(status.plan.as_ref(), product, clock))
            }
        })
    }

    /// Whether a record is shown in the live journal's place.
    pub(super) fn shows_record(self) -> bool {
        self.shown.get() != 0
    }

    /// Which journal is shown: another number, another journal.
    pub(super) fn shown(self) -> u32 {
        self.shown.get()
    }

    /// Reads the open record.
    pub(super) fn record<T>(self, read: impl FnOnce(&OpenRecord) -> T) -> Option<T> {
        self.shown.track();
        self.record.with_value(|open| open.as_ref().map(read))
    }

    /// Shows a record in the live journal's place; the session goes on.
    pub(super) fn open_record(self, open: OpenRecord) {
        self.record.set_value(Some(open));
        // 0 is the live journal; each record has a number of its own.
        self.shown.set(RECORDS.fetch_add(1, Ordering::Relaxed).wrapping_add(1).max(1));
    }

    /// Shows the live journal again.
    pub(super) fn close_record(self) {
        self.record.set_value(None);
        self.shown.set(0);
    }

    /// What the device of the journal that is shown connected with: for a record, as much as it says of itself.
    pub(super) fn shown_plan(self) -> Option<ConnectionPlan> {
        if self.shown.get() == 0 {
            return self.status.with(|status| status.plan.clone());
        }
        self.record.with_value(|open| open.as_ref().map(|open| plan_of(&open.record.about)))
    }

    /// When a time of the chosen zone's calendar is or was, in the journal that is shown. A time of day without a date is
    /// today's; of a record, that of the day on which it ended. Times before all of them are its beginning; none if the browser
    /// cannot tell.
    pub(super) fn moment_of(self, time: TimePoint) -> Option<Moment> {
        let now = self.now();
        let clock = self.record.with_value(|open| match open {
            Some(open) => open.record.about.clock.clone(),
            None => self.device(|device| device.clock().wall()),
        });
        let today = clock.unix_micros(now);
        let micros = match self.preferences.times.get_untracked().zone {
            Zone::Local => local_micros(time, &js_sys::Date::new(&(today as f64 / 1000.0).into()))?,
            zone @ Zone::Fixed(_) => zone.unix_micros(time, today)?,
        };
        Some(clock.moment_at(micros))
    }
}

/// What stands in a record for each mode.
const fn mode_id(mode: Mode) -> &'static str {
    match mode {
        Mode::Uiot => "uiot",
        Mode::Generic => "generic",
    }
}

/// A plan to read the record by, never to connect with.
fn plan_of(about: &About) -> ConnectionPlan {
    let mode = if about.mode == mode_id(Mode::Uiot) { Mode::Uiot } else { Mode::Generic };
    let device = about.client_id.split_once('.').filter(|_| mode == Mode::Uiot);
    let protocol = match about.protocol.as_str() {
        "3.1" => ProtocolVersion::V3_1,
        _ => ProtocolVersion::V3_1_1,
    };
    let client_id = ClientId::parse(&about.client_id).unwrap_or_default();
    ConnectionPlan {
        mode,
        endpoint: Endpoint::Simulator,
        options: ConnectOptions { protocol, client_id, ..ConnectOptions::default() },
        product: device.map(|(product, _)| product.to_owned()),
        name: device.map_or(about.client_id.as_str(), |(_, name)| name).to_owned(),
        registers: false,
    }
}

/// What an export says of a session with this plan.
pub(super) fn about_session(plan: Option<&ConnectionPlan>, product: String, clock: WallClock) -> About {
    let Some(plan) = plan else { return About { product, clock, ..About::default() } };
    let host = match &plan.endpoint {
        // Without a user name, a path or a query, in which a secret may stand.
        Endpoint::WebSocket(url) => {
            let after = url.split_once("://").map_or(url.as_str(), |(_, after)| after);
            let authority = after.split(['/', '?', '#']).next().unwrap_or_default();
            authority.rsplit('@').next().unwrap_or_default().to_owned()
        }
        Endpoint::Simulator => "simulator".to_owned(),
    };
    About {
        product,
        clock,
        filter: String::new(),
        host,
        client_id: plan.options.client_id.to_string(),
        protocol: plan.options.protocol.name().to_owned(),
        mode: mode_id(plan.mode).to_owned(),
    }
}

/// Minutes by which local time is ahead of UTC, at a time in microseconds since 1970, UTC.
pub(super) fn offset_minutes(unix_micros: u64) -> i32 {
    let date = js_sys::Date::new(&(unix_micros as f64 / 1000.0).into());
    // Not a number for a date that is out of range, which casts to 0.
    -date.get_timezone_offset() as i32
}
