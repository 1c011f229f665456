use std::cell::{Cell, RefCell};
use std::time::Duration;

use crate::journal::WallClock;
use crate::journal::query::{Date, TimePoint};
use crate::mqtt::Moment;

/// How far the monotonic clock and the time of day may drift apart before they are tied anew, in milliseconds.
const DRIFT: f64 = 1000.0;
/// How often that is looked at. The time is asked for with every WebSocket frame, so it has to be cheap.
const CHECK_EVERY: Duration = Duration::from_millis(500);

/// The page's clock: monotonic for the session, and tied to the time of day for display.
///
/// The monotonic clock may stand still while the computer sleeps, so it is tied anew where the two have drifted
/// apart; what was dated before keeps its time.
#[derive(Clone, Debug)]
pub struct Clock {
    performance: Option<web_sys::Performance>,
    /// From when on, and the milliseconds since 1970 at [`Moment::ZERO`].
    ties: RefCell<Vec<(Moment, f64)>>,
    next_check: Cell<Moment>,
}

impl Clock {
    /// Starts at the present.
    pub fn start() -> Self {
        let performance = web_sys::window().and_then(|window| window.performance());
        let elapsed = performance.as_ref().map_or(0.0, web_sys::Performance::now);
        let ties = RefCell::new(vec![(Moment::ZERO, js_sys::Date::now() - elapsed)]);
        Self { performance, ties, next_check: Cell::new(Moment::ZERO) }
    }

    /// The present.
    pub fn now(&self) -> Moment {
        let Some(performance) = &self.performance else {
            return Moment::from_micros(((js_sys::Date::now() - self.origin()) * 1000.0) as u64);
        };
        let millis = performance.now();
        // A float cast saturates, and a clock that runs backwards reads as its origin.
        let now = Moment::from_micros((millis * 1000.0) as u64);
        if now >= self.next_check.get() {
            self.next_check.set(now + CHECK_EVERY);
            let origin = js_sys::Date::now() - millis;
            if (origin - self.origin()).abs() > DRIFT {
                self.ties.borrow_mut().push((now, origin));
            }
        }
        now
    }

    fn origin(&self) -> f64 {
        self.ties.borrow().last().map_or(0.0, |(_, origin)| *origin)
    }

    /// Milliseconds since 1970, UTC, at [`Moment::ZERO`].
    pub(super) fn millis_at_zero(&self) -> u64 {
        self.origin() as u64
    }

    /// The time of day of all moments so far.
    pub fn wall(&self) -> WallClock {
        let micros = |(from, origin): &(Moment, f64)| (*from, (origin * 1000.0) as u64);
        WallClock::new(self.ties.borrow().iter().map(micros).collect())
    }

    /// Microseconds since 1970, UTC, at `moment`, as an export of the journal dates it.
    pub fn unix_micros(&self, moment: Moment) -> u64 {
        let ties = self.ties.borrow();
        let tie = ties.iter().rev().find(|(from, _)| *from <= moment).or(ties.first());
        tie.map_or(0, |(_, origin)| (origin * 1000.0) as u64).saturating_add(moment.as_micros())
    }
}

/// Microseconds since 1970, UTC, at a time of the local calendar; a time of day without a date is that of `today`. None if the
/// browser cannot tell.
pub fn local_micros(time: TimePoint, today: &js_sys::Date) -> Option<u64> {
    let (year, month, day) = match time.date {
        Some(Date { year, month, day }) => (u32::from(year), i32::from(month) - 1, i32::from(day)),
        None => (today.get_full_year(), today.get_month() as i32, today.get_date() as i32),
    };
    let [hour, minute, second] = [time.hour, time.minute, time.second].map(i32::from);
    let date = js_sys::Date::new_with_year_month_day_hr_min_sec(year, month, day, hour, minute, second);
    let millis = date.get_time();
    // Times before 1970 are as early as any.
    (!millis.is_nan()).then(|| (millis * 1000.0) as u64 + u64::from(time.micros))
}
