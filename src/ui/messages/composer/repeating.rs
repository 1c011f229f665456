//! A message that goes out again and again. It is driven by alarms that hidden pages do not slow, and goes on while
//! another page or session is shown.

use std::time::Duration;

use leptos::prelude::*;

use super::draft::{Draft, Prepared};
use super::problem::Problem;
use crate::composing::Repeat;
use crate::composing::repeat::{LONGEST, SHORTEST};
use crate::device::Alarm;
use crate::mqtt::{Moment, PublishError, State};
use crate::uiot::lint::{most_per_second, packet_length};

/// How often the numbers change at most.
const SHOWN_EVERY: Duration = Duration::from_millis(250);

/// What is shown of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Progress {
    pub(super) runs: bool,
    pub(super) sent: u64,
    /// How many are to be sent, where that has an end.
    pub(super) of: Option<u64>,
    /// Messages a second.
    pub(super) rate: f64,
}

/// Why it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// All are sent.
    Done,
    Disconnected,
    /// The problem that is shown.
    Failed,
}

impl End {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Disconnected => "disconnected",
            Self::Failed => "failed",
        }
    }
}

/// Whether and how a session's draft is repeated.
#[derive(Clone, Copy)]
pub(super) struct Repeating {
    /// Whether sending means to begin.
    pub(super) armed: RwSignal<bool>,
    /// Milliseconds, as typed.
    pub(super) interval: RwSignal<String>,
    /// How many, as typed; nothing is without end.
    pub(super) count: RwSignal<String>,
    /// Whether the platform's limit is not kept to.
    pub(super) anyway: RwSignal<bool>,
    pub(super) progress: RwSignal<Progress>,
    pub(super) end: RwSignal<Option<End>>,
    running: StoredValue<Option<Running>, LocalStorage>,
}

struct Running {
    repeat: Repeat,
    of: Option<u64>,
    prepared: Prepared,
    /// Kept so that it comes.
    alarm: Option<Alarm>,
    shown: Option<Moment>,
}

impl Repeating {
    pub(super) fn new() -> Self {
        Self {
            armed: RwSignal::new(false),
            interval: RwSignal::new("1000".to_owned()),
            count: RwSignal::new(String::new()),
            anyway: RwSignal::new(false),
            progress: RwSignal::new(Progress::default()),
            end: RwSignal::new(None),
            running: StoredValue::new_local(None),
        }
    }

    pub(super) fn runs(self) -> bool {
        self.progress.with(|progress| progress.runs)
    }

    /// The interval that is typed.
    pub(super) fn every(self) -> Option<Duration> {
        let millis = self.interval.with(|typed| typed.trim().parse().ok())?;
        Some(Duration::from_millis(millis)).filter(|every| (SHORTEST..=LONGEST).contains(every))
    }

    /// The count that is typed; none inside is without end.
    fn times(self) -> Option<Option<u64>> {
        self.count.with(|typed| match typed.trim() {
            "" => Some(None),
            typed => typed.parse().ok().filter(|count| *count > 0).map(Some),
        })
    }

    pub(super) fn forget_end(self) {
        if self.end.with_untracked(Option::is_some) {
            self.end.set(None);
        }
    }

    fn show(self, running: &Running, now: Moment, runs: bool) {
        self.progress.set(Progress {
            runs,
            sent: running.repeat.count(),
            of: running.of,
            rate: running.repeat.rate(now),
        });
    }

    /// Ends it; by a person where there is no reason.
    pub(super) fn stop(self, draft: Draft, end: Option<End>) {
        let Some(running) = self.running.try_update_value(Option::take).flatten() else { return };
        self.show(&running, draft.now(), false);
        self.end.set(end);
    }
}

impl Draft {
    fn now(self) -> Moment {
        self.bench.device(|device| device.clock().now())
    }

    fn is_online(self) -> bool {
        self.bench.status.with(|status| status.state == State::Online)
    }

    /// A repetition ends with its connection: it would fill the queue.
    pub(super) fn stop_when_offline(self) {
        let online = Memo::new(move |_| self.is_online());
        Effect::new(move |_| {
            if !online.get() {
                self.repeating.stop(self, Some(End::Disconnected));
            }
        });
    }

    /// Begins to repeat what is written. Whether it began.
    pub(super) fn begin(self) -> bool {
        let begun = untrack(|| {
            let every = self.repeating.every().ok_or(Problem::Interval)?;
            let of = self.repeating.times().ok_or(Problem::Count)?;
            if !self.is_online() {
                return Err(Problem::Publish(PublishError::NotConnected));
            }
            let is_limited = self.device().is_some() && !self.repeating.anyway.get();
            // What cannot be written as bytes is told when it is sent.
            let payload = self.bytes().map_or(0, |bytes| bytes.len());
            let length = packet_length(&self.full_topic(), payload, self.qos().number());
            let most = is_limited.then(|| most_per_second(length));
            let repeat = Repeat::start(self.now(), every, of, most);
            Ok(Running { repeat, of, prepared: self.prepared(), alarm: None, shown: None })
        });
        self.repeating.forget_end();
        match begun {
            Ok(running) => {
                self.problem.set(None);
                self.remember();
                self.repeating.running.set_value(Some(running));
                self.tick();
                self.problem.with_untracked(Option::is_none)
            }
            Err(problem) => {
                self.problem.set(Some(problem));
                false
            }
        }
    }

    /// Sends what is due, and waits for the next.
    fn tick(self) {
        // Nothing is there once the session is gone.
        let Some(mut running) = self.repeating.running.try_update_value(Option::take).flatten() else {
            return;
        };
        let repeating = self.repeating;
        let over = |running: Running, end: End| {
            repeating.running.set_value(Some(running));
            repeating.stop(self, Some(end));
        };
        if !untrack(|| self.is_online()) {
            return over(running, End::Disconnected);
        }
        let now = self.now();
        if running.repeat.due().is_some_and(|due| due <= now) {
            if let Err(problem) = self.emit(&running.prepared) {
                // The device knows of a loss a frame before the screen does.
                if matches!(problem, Problem::Publish(PublishError::NotConnected)) {
                    return over(running, End::Disconnected);
                }
                self.problem.set(Some(problem));
                return over(running, End::Failed);
            }
            running.repeat.sent(now);
        }
        let Some(due) = running.repeat.due() else { return over(running, End::Done) };
        running.alarm = Some(Alarm::after(due - now, move || self.tick()));
        if running.shown.is_none_or(|shown| now - shown >= SHOWN_EVERY) {
            running.shown = Some(now);
            repeating.show(&running, now, true);
        }
        repeating.running.set_value(Some(running));
    }
}
