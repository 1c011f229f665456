//! Sending the same again, every so often, and not faster than allowed. Time comes as an argument.

use std::collections::VecDeque;
use std::time::Duration;

use crate::mqtt::Moment;

/// The shortest interval.
pub const SHORTEST: Duration = Duration::from_millis(10);
/// The longest interval: a day.
pub const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

const SECOND: Duration = Duration::from_secs(1);
/// Over how many messages the rate is measured at most.
const MEASURED: usize = 128;

/// The shortest interval, in milliseconds, that keeps to so many messages a second.
pub const fn interval_for(per_second: usize) -> u64 {
    1000_u64.div_ceil(if per_second == 0 { 1 } else { per_second as u64 })
}

/// A message that goes out again and again.
#[derive(Clone, Debug)]
pub struct Repeat {
    every: Duration,
    /// How many are still to come; none: without end.
    left: Option<u64>,
    /// Messages that may go out in any second; none: as many as there are.
    most_per_second: Option<usize>,
    next: Moment,
    sent: u64,
    /// When the last ones went out.
    times: VecDeque<Moment>,
}

impl Repeat {
    /// Begins now. The interval is kept within [`SHORTEST`] and [`LONGEST`]; what is limited goes out evenly, not in bursts.
    pub fn start(now: Moment, every: Duration, count: Option<u64>, most_per_second: Option<usize>) -> Self {
        let least = most_per_second.map_or(SHORTEST, |most| Duration::from_millis(interval_for(most)));
        Self {
            every: every.clamp(least.max(SHORTEST), LONGEST),
            left: count,
            most_per_second,
            next: now,
            sent: 0,
            times: VecDeque::with_capacity(MEASURED),
        }
    }

    /// When the next one is due; none when all went out.
    pub fn due(&self) -> Option<Moment> {
        if self.left == Some(0) {
            return None;
        }
        let full = self.most_per_second.and_then(|most| {
            let first_of_second = self.times.len().checked_sub(most)?;
            Some(*self.times.get(first_of_second)? + SECOND)
        });
        Some(full.map_or(self.next, |free| free.max(self.next)))
    }

    /// Takes note that one went out. One that came late is not made up for by two at once.
    pub fn sent(&mut self, now: Moment) {
        self.sent += 1;
        self.left = self.left.map(|left| left.saturating_sub(1));
        let planned = self.next + self.every;
        self.next = if planned > now { planned } else { now + self.every };
        if self.times.len() >= MEASURED {
            self.times.pop_front();
        }
        self.times.push_back(now);
    }

    /// How many went out.
    pub const fn count(&self) -> u64 {
        self.sent
    }

    /// How many a second went out of late: over the last ten seconds or so, nothing before the second one.
    pub fn rate(&self, now: Moment) -> f64 {
        let from = self.times.iter().position(|at| now - *at <= SECOND * 10).unwrap_or(self.times.len());
        let recent = self.times.len() - from;
        // Where one comes every minute, the last two tell.
        let from = if recent < 2 { self.times.len().saturating_sub(2) } else { from };
        let (Some(first), Some(last)) = (self.times.get(from), self.times.back()) else { return 0.0 };
        let span = (*last - *first).as_secs_f64();
        let gaps = (self.times.len() - from).saturating_sub(1) as f64;
        if span > 0.0 { gaps / span } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uiot::limits;

    fn at(millis: u64) -> Moment {
        Moment::from_millis(millis)
    }

    /// Sends whenever something is due, by alarms that come a little late; when each went out, in milliseconds.
    fn run(mut repeat: Repeat, until: u64, late: u64) -> (Repeat, Vec<u64>) {
        let mut times = Vec::new();
        while let Some(due) = repeat.due() {
            let now = due + Duration::from_millis(late);
            if now > at(until) {
                break;
            }
            repeat.sent(now);
            times.push(now.as_micros() / 1000);
        }
        (repeat, times)
    }

    #[test]
    fn it_keeps_its_pace_and_counts() {
        let (repeat, times) = run(Repeat::start(at(0), Duration::from_millis(500), Some(4), None), 60_000, 0);
        assert_eq!(times, [0, 500, 1000, 1500]);
        assert_eq!((repeat.count(), repeat.due()), (4, None));
        assert!((repeat.rate(at(1500)) - 2.0).abs() < 0.01);
    }

    #[test]
    fn late_alarms_do_not_add_up() {
        let (_, times) = run(Repeat::start(at(0), Duration::from_millis(100), None, None), 1000, 7);
        assert_eq!(times, [7, 107, 207, 307, 407, 507, 607, 707, 807, 907]);
    }

    #[test]
    fn what_was_missed_is_not_made_up_for() {
        let mut repeat = Repeat::start(at(0), Duration::from_millis(100), None, None);
        repeat.sent(at(0));
        repeat.sent(at(5000));
        assert_eq!(repeat.due(), Some(at(5100)));
    }

    #[test]
    fn no_second_holds_more_than_the_platform_takes() {
        let most = Some(limits::PUBLISH_RATE);
        for late in [0, 3, 40] {
            let start = Repeat::start(at(0), Duration::from_millis(10), None, most);
            let (repeat, times) = run(start, 10_000, late);
            for window in times.windows(limits::PUBLISH_RATE + 1) {
                assert!(window[limits::PUBLISH_RATE] - window[0] >= 1000, "{window:?}");
            }
            if late < 10 {
                assert!(times.len() >= 290, "{}", times.len());
                assert!((28.0..=30.0).contains(&repeat.rate(at(10_000))), "{}", repeat.rate(at(10_000)));
            }
        }
        let (_, free) = run(Repeat::start(at(0), Duration::from_millis(1), None, None), 1000, 0);
        assert_eq!(free.len(), 101, "10 ms at least");
    }

    #[test]
    fn the_interval_for_a_rate() {
        assert_eq!([interval_for(30), interval_for(100), interval_for(0)], [34, 10, 1000]);
    }

    #[test]
    fn a_slow_rate_is_told_too() {
        let (repeat, _) = run(Repeat::start(at(0), Duration::from_secs(60), None, None), 600_000, 0);
        assert!((repeat.rate(at(620_000)) - 1.0 / 60.0).abs() < 1e-9);
        assert!(Repeat::start(at(0), SECOND, None, None).rate(at(5)).abs() < f64::EPSILON);
    }
}
