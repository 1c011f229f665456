//! Values that a device without sensors reports by itself: each property from a source of its own, at an interval of its own.
//!
//! What is due at the same time goes out in one message, so intervals are counted from one beginning. The platform loses what is
//! beyond its limit of messages a second without a word, so what would be beyond it is held back here, and counted.

mod form;
mod replay;
mod source;

use std::collections::{BTreeMap, VecDeque};
use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::Value;

use super::DataType;
use super::messages::{Sample, Samples};
use super::reducer::ThingModel;
use crate::mqtt::Moment;
use crate::uiot::{Outgoing, limits};
pub use form::{MOST_LISTED, PlanDraft, PlanFault, PlanField, SourceKind};
pub use replay::{MOST_POINTS, ReplayFault, ReplayPoint, read_replay};
use source::Run;
pub use source::Source;

/// From one value to the next.
pub const INTERVALS: RangeInclusive<Duration> = Duration::from_millis(10)..=Duration::from_secs(24 * 60 * 60);
/// Messages of all sources together in any second: as many as the platform takes, less one, so that there is room for one by
/// hand.
pub const RATE: usize = limits::PUBLISH_RATE - 1;
/// Properties that are simulated at most.
pub const PLANS: usize = limits::FUNCTIONS;

const SECOND: Duration = Duration::from_secs(1);

/// What a property is to report.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where its values come from.
    pub source: Source,
    /// From one value to the next, within [`INTERVALS`]; a replay has times of its own.
    pub interval: Duration,
    /// What its value may be.
    pub data_type: DataType,
    /// Where a random walk's steps come from.
    pub seed: u64,
}

/// Why a simulation stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A person stopped it.
    Asked,
    /// The connection was lost.
    Disconnected,
    /// All values of a replay were reported.
    Over,
}

/// How a property's simulation is getting on.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// Values that were handed out.
    pub sent: u64,
    /// Values that were not: too many messages a second, or nobody was awake when they were due.
    pub held: u64,
    /// The last value that was handed out.
    pub last: Option<Value>,
    /// Why it stands still; none while it runs.
    pub stopped: Option<Stop>,
}

#[derive(Clone, Debug)]
struct Row {
    plan: Plan,
    run: Run,
    began: Moment,
    /// When the next value is due; none when it stands still.
    due: Option<Moment>,
    progress: Progress,
}

/// See the [module's docs](self).
#[derive(Clone, Debug, Default)]
pub struct Simulation {
    rows: BTreeMap<String, Row>,
    /// When the first of those that run began.
    origin: Moment,
    /// When the messages of the last second went out.
    recent: VecDeque<Moment>,
    /// When something was last held back.
    held_at: Option<Moment>,
}

impl Simulation {
    /// Begins to simulate a property, anew where it was simulated before; the first value is due now. Whether there was room
    /// for it.
    pub fn start(&mut self, now: Moment, identifier: &str, plan: Plan) -> bool {
        if self.rows.len() >= PLANS && !self.rows.contains_key(identifier) {
            return false;
        }
        if !self.is_running() {
            self.origin = now;
        }
        let interval = plan.interval.clamp(*INTERVALS.start(), *INTERVALS.end());
        let plan = Plan { interval, ..plan };
        let run = Run::new(&plan.source, plan.seed);
        let progress = Progress { sent: 0, held: 0, last: None, stopped: None };
        let mut row = Row { plan, run, began: now, due: Some(now), progress };
        if let Source::Replay(points) = &row.plan.source {
            row.due = points.first().map(|point| now + point.after);
            row.progress.stopped = row.due.is_none().then_some(Stop::Over);
        }
        self.rows.insert(identifier.to_owned(), row);
        true
    }

    /// Stops simulating a property.
    pub fn stop(&mut self, identifier: &str) {
        self.rows.get_mut(identifier).into_iter().for_each(|row| row.stop(Stop::Asked));
    }

    /// Stops them all.
    pub fn stop_all(&mut self) {
        self.rows.values_mut().for_each(|row| row.stop(Stop::Asked));
    }

    /// Forgets a property.
    pub fn remove(&mut self, identifier: &str) {
        self.rows.remove(identifier);
    }

    /// How a property's simulation is getting on; none where it was never started.
    pub fn progress(&self, identifier: &str) -> Option<&Progress> {
        self.rows.get(identifier).map(|row| &row.progress)
    }

    /// Whether any property is simulated at present.
    pub fn is_running(&self) -> bool {
        self.rows.values().any(|row| row.due.is_some())
    }

    /// Whether something was held back within the last second, since there were too many messages.
    pub fn is_holding_back(&self, now: Moment) -> bool {
        self.held_at.is_some_and(|at| now - at <= SECOND)
    }

    /// When [`Self::woken`] is to be called.
    pub fn next_due(&self) -> Option<Moment> {
        self.rows.values().filter_map(|row| row.due).min()
    }

    /// The time of [`Self::next_due`] has come: the report of all values that are due.
    pub fn woken(&mut self, now: Moment, model: &mut ThingModel) -> Option<Outgoing> {
        if self.next_due().is_none_or(|due| due > now) {
            return None;
        }
        while self.recent.front().is_some_and(|at| now - *at >= SECOND) {
            self.recent.pop_front();
        }
        let is_full = self.recent.len() >= RATE;
        let mut samples = Samples::new();
        for (identifier, row) in &mut self.rows {
            let Some(value) = row.next(now, self.origin) else { continue };
            if is_full {
                row.progress.held += 1;
            } else {
                row.progress.sent += 1;
                row.progress.last = Some(value.clone());
                samples.insert(identifier.clone(), Sample::of(value));
            }
        }
        if is_full {
            self.held_at = Some(now);
        }
        if samples.is_empty() {
            return None;
        }
        self.recent.push_back(now);
        Some(model.post(now, samples))
    }

    /// The connection is gone: nothing is reported any more, until somebody starts it again.
    pub fn disconnected(&mut self) {
        self.rows.values_mut().for_each(|row| row.stop(Stop::Disconnected));
    }
}

impl Row {
    fn stop(&mut self, why: Stop) {
        if self.due.take().is_some() {
            self.progress.stopped = Some(why);
        }
    }

    /// The value that is due, if one is; then the next one is awaited. Of several only the last is left.
    fn next(&mut self, now: Moment, origin: Moment) -> Option<Value> {
        let due = self.due.filter(|due| *due <= now)?;
        if let Source::Replay(points) = &self.plan.source {
            let from = self.run.place;
            let is_due = |point: &&ReplayPoint| self.began + point.after <= now;
            let count = points.get(from..)?.iter().take_while(is_due).count();
            let value = points.get((from + count).checked_sub(1)?)?.value.clone();
            self.run.place += count;
            self.progress.held += u64::try_from(count.saturating_sub(1)).unwrap_or(0);
            self.due = points.get(self.run.place).map(|point| self.began + point.after);
            if self.due.is_none() {
                self.progress.stopped = Some(Stop::Over);
            }
            return Some(value);
        }
        let interval = self.plan.interval;
        let value = self.run.next(&self.plan.source, &self.plan.data_type, now - self.began);
        // The next whole number of intervals since the beginning of all, so that those of one length meet.
        let passed = (now - origin).as_micros() / interval.as_micros().max(1);
        let next =
            u32::try_from(passed + 1).map_or(now + interval, |count| origin + interval.saturating_mul(count));
        let missed = (now - due).as_micros() / interval.as_micros().max(1);
        self.progress.held += u64::try_from(missed).unwrap_or(0);
        self.due = Some(next);
        Some(value)
    }
}
