use std::cmp::Ordering;
use std::time::Duration;

use super::{ANSWER_TIME, Action, Cause, Happened, Progress, Registration, Step};
use crate::mqtt::{Moment, Secret};
use crate::uiot::Credential;

/// What a registration goes through as a person sees it: asking and being answered are two things, leaving is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Connects as `|2`, with the ProductSecret.
    Connect,
    /// Subscribes to `password_reply`.
    Subscribe,
    /// Publishes the request to `password`.
    Ask,
    /// The answer with the DeviceSecret.
    Receive,
    /// Connects as `|1`, with the DeviceSecret.
    LogIn,
}

impl Stage {
    /// In their order.
    pub const ALL: [Self; 5] = [Self::Connect, Self::Subscribe, Self::Ask, Self::Receive, Self::LogIn];

    /// A name for tests.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Subscribe => "subscribe",
            Self::Ask => "ask",
            Self::Receive => "receive",
            Self::LogIn => "log-in",
        }
    }
}

/// How a stage stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is behind.
    Done,
    /// It is under way.
    Now,
    /// It is to come, or never came.
    ToCome,
    /// The registration failed in it.
    Failed,
    /// The registration was stopped in it.
    Stopped,
}

impl Mark {
    /// A name for tests.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Now => "now",
            Self::ToCome => "to-come",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
}

/// A [`Registration`] in time: when each of its steps began, and until when the present one may take.
///
/// Connecting has the session's own deadlines; what is waited for on the restricted connection has [`ANSWER_TIME`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    registration: Registration,
    /// The steps that were come to, in their order, and when.
    begun: Vec<(Step, Moment)>,
    /// When nothing more was to be done.
    over: Option<Moment>,
}

impl Course {
    /// Begins, see [`Registration::start`].
    pub fn start(
        now: Moment,
        device: Credential,
        product_secret: Secret,
        request_id: impl Into<String>,
    ) -> (Self, Action) {
        let (registration, action) = Registration::start(device, product_secret, request_id);
        (Self { registration, begun: vec![(Step::Connecting, now)], over: None }, action)
    }

    /// Whose it is.
    pub const fn device(&self) -> &Credential {
        self.registration.device()
    }

    /// Where it stands.
    pub fn progress(&self) -> &Progress {
        self.registration.progress()
    }

    /// Whether nothing more is to be done.
    pub fn is_over(&self) -> bool {
        self.registration.is_over()
    }

    /// The DeviceSecret as soon as it came, whatever became of the rest.
    pub fn secret(&self) -> Option<&Secret> {
        self.registration.secret()
    }

    /// The step in which it is, or in which it ended.
    pub fn step(&self) -> Step {
        self.begun.last().map_or(Step::Connecting, |(step, _)| *step)
    }

    /// How long a step took, or takes by now; none where it was not come to.
    pub fn took(&self, step: Step, now: Moment) -> Option<Duration> {
        let place = self.begun.iter().position(|(known, _)| *known == step)?;
        let (_, begun) = self.begun.get(place)?;
        let end = self.begun.get(place + 1).map_or(self.over.unwrap_or(now), |(_, next)| *next);
        Some(end - *begun)
    }

    /// The stage in which it is, or in which it ended.
    pub fn stage(&self) -> Stage {
        match (self.step(), self.progress()) {
            (Step::Connecting, _) => Stage::Connect,
            (Step::Subscribing, _) => Stage::Subscribe,
            (Step::Asking, Progress::Failed(failure)) if failure.cause == Cause::NotSent => Stage::Ask,
            (Step::Asking, _) => Stage::Receive,
            (Step::Leaving | Step::LoggingIn, _) => Stage::LogIn,
        }
    }

    /// How a stage stands.
    pub fn mark(&self, stage: Stage) -> Mark {
        let place = |stage| Stage::ALL.iter().position(|known| *known == stage);
        match place(stage).cmp(&place(self.stage())) {
            Ordering::Less => Mark::Done,
            Ordering::Greater => Mark::ToCome,
            Ordering::Equal => match self.progress() {
                Progress::At(_) => Mark::Now,
                Progress::Done => Mark::Done,
                Progress::Failed(_) => Mark::Failed,
                Progress::Stopped => Mark::Stopped,
            },
        }
    }

    /// When a stage was done, or ended otherwise.
    pub fn ended_at(&self, stage: Stage) -> Option<Moment> {
        let begun = |wanted| self.begun.iter().find(|(step, _)| *step == wanted).map(|(_, at)| *at);
        match self.mark(stage) {
            Mark::Now | Mark::ToCome => None,
            Mark::Failed | Mark::Stopped => self.over,
            Mark::Done => match stage {
                Stage::Connect => begun(Step::Subscribing),
                Stage::Subscribe | Stage::Ask => begun(Step::Asking),
                Stage::Receive => begun(Step::Leaving),
                Stage::LogIn => self.over,
            },
        }
    }

    /// How long a stage took; none before it is done, and for asking, which takes no time.
    pub fn time_of(&self, stage: Stage) -> Option<Duration> {
        let ended = self.ended_at(stage)?;
        match stage {
            Stage::Connect => self.took(Step::Connecting, ended),
            Stage::Subscribe => self.took(Step::Subscribing, ended),
            Stage::Ask => None,
            Stage::Receive => self.took(Step::Asking, ended),
            Stage::LogIn => self.took(Step::LoggingIn, ended),
        }
    }

    /// When [`Self::woken`] is to be called.
    pub fn due(&self) -> Option<Moment> {
        let waits = !self.is_over() && matches!(self.step(), Step::Subscribing | Step::Asking);
        self.begun.last().filter(|_| waits).map(|(_, begun)| *begun + ANSWER_TIME)
    }

    /// Takes what happened, and returns what to do next.
    pub fn handle(&mut self, now: Moment, happened: Happened) -> Option<Action> {
        let action = self.registration.handle(happened);
        self.note(now);
        action
    }

    /// Takes a message that came on `password_reply`, and returns what to do next.
    pub fn receive(&mut self, now: Moment, payload: &[u8]) -> Option<Action> {
        let action = self.registration.receive(payload);
        self.note(now);
        action
    }

    /// Stops, whatever the step.
    pub fn stop(&mut self, now: Moment) -> Option<Action> {
        let action = self.registration.stop();
        self.note(now);
        action
    }

    /// Time has passed: ends it where the answer is overdue.
    pub fn woken(&mut self, now: Moment) -> Option<Action> {
        let is_due = self.due().is_some_and(|due| due <= now);
        is_due.then(|| self.handle(now, Happened::TimedOut)).flatten()
    }

    fn note(&mut self, now: Moment) {
        match self.registration.progress() {
            Progress::At(step) if *step != self.step() => self.begun.push((*step, now)),
            Progress::At(_) => {}
            _ => self.over = self.over.or(Some(now)),
        }
    }
}
