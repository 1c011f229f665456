//! One upgrade of one module, as it is played.

use std::time::Duration;

use super::{Ended, ErrCode, Ota, OtaError, Outcome, Percent, Plan, Point, ProgressState, UpdateFirmware};
use crate::mqtt::Moment;
use crate::uiot::Outgoing;

/// What a share may be off by calculating; less than a ten-thousandth of a second of the longest plan.
const BLUR: f64 = 1e-9;

/// A version of a module, and when it was reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// As it was reported.
    pub version: String,
    /// When.
    pub at: Moment,
}

/// Where an upgrade stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It waits for somebody to begin it.
    Offered,
    /// It goes on.
    Runs,
    /// A person halted it.
    Paused,
    /// It goes on as soon as the device is back.
    Held,
    /// It is over.
    Ended,
}

/// An upgrade that the cloud ordered: what is known of it, and when it came how far. It is kept when it is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The version that was reported before.
    pub from: Option<Reported>,
    /// What the cloud ordered, with the newest link.
    pub update: UpdateFirmware,
    /// When it was ordered.
    pub ordered: Moment,
    /// When the link came; an order that is repeated brings another.
    pub linked: Moment,
    /// The version of the upgrade that had to make way for it.
    pub replaced: Option<String>,
    /// When fetching began.
    pub downloading: Option<Moment>,
    /// When burning began.
    pub burning: Option<Moment>,
    /// When and how it ended.
    pub ended: Option<(Moment, Ended)>,
    /// What is done; none before it began.
    state: Option<ProgressState>,
    /// How much of that was done at `since`: from 0 to 1.
    done: f64,
    /// Since when it goes on; none while it stands still.
    since: Option<Moment>,
    /// A person halted it.
    paused: bool,
    /// The connection was cut for it.
    cut: bool,
    next_report: Moment,
    reported: Option<(ProgressState, Percent)>,
}

/// What a [`Run`] needs to say something.
pub(super) struct Stage<'a> {
    pub(super) now: Moment,
    pub(super) module: &'a str,
    pub(super) plan: &'a Plan,
    pub(super) ota: &'a mut Ota,
    pub(super) out: &'a mut Vec<Outgoing>,
}

/// What became of a module's upgrade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It goes on, or is over.
    None,
    /// The connection is to be cut.
    Cut,
    /// The module has this version now.
    Version(String),
}

impl Run {
    pub(super) fn new(
        now: Moment,
        from: Option<Reported>,
        update: UpdateFirmware,
        replaced: Option<String>,
    ) -> Self {
        Self {
            from,
            update,
            ordered: now,
            linked: now,
            replaced,
            downloading: None,
            burning: None,
            ended: None,
            state: None,
            done: 0.0,
            since: None,
            paused: false,
            cut: false,
            next_report: now,
            reported: None,
        }
    }

    /// Where it stands.
    pub const fn standing(&self) -> Standing {
        match (self.ended.is_some(), self.state, self.since, self.paused) {
            (true, ..) => Standing::Ended,
            (_, None, ..) => Standing::Offered,
            (_, _, Some(_), _) => Standing::Runs,
            (_, _, None, true) => Standing::Paused,
            (_, _, None, false) => Standing::Held,
        }
    }

    /// Whether the device fetches or burns; none before it began. Of one that is over, what it did last.
    pub const fn state(&self) -> Option<ProgressState> {
        self.state
    }

    /// How much of what it does is done at that time, from 0 to 1.
    pub fn share(&self, now: Moment, plan: &Plan) -> f64 {
        let (Some(since), Some(state)) = (self.since, self.state) else { return self.done };
        let whole = plan.length(state);
        if whole.is_zero() {
            return 1.0;
        }
        (self.done + (now - since).as_secs_f64() / whole.as_secs_f64()).min(1.0)
    }

    pub(super) fn repeat(&mut self, now: Moment, update: UpdateFirmware) {
        self.update = update;
        self.linked = now;
    }

    /// Begins; if it may not go on yet, as soon as it may.
    pub(super) fn begin(&mut self, now: Moment, held: bool) {
        if self.state.is_none() && self.ended.is_none() {
            self.state = Some(ProgressState::Downloading);
            self.go_on(now, held);
        }
    }

    pub(super) fn pause(&mut self, now: Moment, plan: &Plan) {
        self.settle(now, plan);
        self.since = None;
        self.paused = true;
    }

    /// What was done since the last report is lost with the connection.
    pub(super) const fn hold(&mut self) {
        self.since = None;
    }

    /// A person lets it go on.
    pub(super) fn go_on(&mut self, now: Moment, held: bool) {
        self.paused = false;
        if !held {
            self.resume(now);
        }
    }

    /// The device is back.
    pub(super) const fn resume(&mut self, now: Moment) {
        if self.state.is_some() && self.ended.is_none() && !self.paused {
            self.since = Some(now);
            self.next_report = now;
        }
    }

    /// Another plan holds from now on.
    pub(super) fn replan(&mut self, now: Moment, old: &Plan, new: &Plan) {
        self.settle(now, old);
        self.next_report = self.next_report.min(now + new.every);
    }

    fn settle(&mut self, now: Moment, plan: &Plan) {
        self.done = self.share(now, plan);
        self.since = self.since.map(|_| now);
    }

    pub(super) fn end(&mut self, now: Moment, ended: Ended) {
        self.since = None;
        self.ended = Some((now, ended));
    }

    pub(super) fn fail(&mut self, stage: &mut Stage<'_>, err_code: ErrCode) -> Result<(), OtaError> {
        self.settle(stage.now, stage.plan);
        stage.out.push(stage.ota.report_fail(stage.module, err_code)?);
        self.end(stage.now, Ended::Failure { err_code, target: self.update.version.clone() });
        Ok(())
    }

    /// When [`Self::step`] is to be called.
    pub(super) fn next_due(&self, plan: &Plan) -> Option<Moment> {
        let (since, state) = (self.since?, self.state?);
        let goal = self.point(plan).map_or(1.0, |point| share_of(point, state).min(1.0));
        let left = plan.length(state).as_secs_f64() * (goal - self.done).max(0.0);
        let left = Duration::try_from_secs_f64(left).unwrap_or_default();
        Some(self.next_report.min(since + left))
    }

    /// Says what is due.
    pub(super) fn step(&mut self, stage: &mut Stage<'_>) -> Turn {
        // After fetching comes burning, and then nothing.
        for _ in 0..2 {
            let (Some(_), Some(state)) = (self.since, self.state) else { return Turn::None };
            let share = self.share(stage.now, stage.plan);
            if let Some(point) = self.point(stage.plan)
                && share + BLUR >= share_of(point, state)
            {
                return self.stop(stage, point);
            }
            if share + BLUR < 1.0 {
                if self.next_report <= stage.now {
                    self.report(stage, state, share);
                }
                return Turn::None;
            }
            self.report(stage, state, 1.0);
            if state == ProgressState::Burning || !stage.plan.burns() {
                return self.succeed(stage);
            }
            (self.state, self.done, self.burning) = (Some(ProgressState::Burning), 0.0, Some(stage.now));
            self.next_report = stage.now;
        }
        Turn::None
    }

    /// Where it does not go on; none if that is behind it.
    fn point(&self, plan: &Plan) -> Option<Point> {
        plan.outcome.point().filter(|_| !(self.cut && matches!(plan.outcome, Outcome::Drop(_))))
    }

    fn report(&mut self, stage: &mut Stage<'_>, state: ProgressState, share: f64) {
        let percent = percent_of(share);
        self.done = share;
        self.since = Some(stage.now);
        self.next_report = stage.now + stage.plan.every;
        match stage.ota.report_progress(stage.module, state, percent) {
            Ok(progress) => {
                self.downloading.get_or_insert(stage.now);
                self.reported = Some((state, percent));
                stage.out.push(progress);
            }
            // Somebody else ended it.
            Err(_) => self.since = None,
        }
    }

    /// It has come to the place where it does not go on.
    fn stop(&mut self, stage: &mut Stage<'_>, point: Point) -> Turn {
        let Some(state) = self.state else { return Turn::None };
        // The plan may have been changed when it was past that.
        let share = share_of(point, state).max(self.done).min(1.0);
        if self.reported != Some((state, percent_of(share))) {
            self.report(stage, state, share);
        }
        self.done = share;
        self.since = None;
        match stage.plan.outcome {
            Outcome::Fail(err_code, _) => {
                // Fails only where somebody else ended it.
                let _ = self.fail(stage, err_code);
                Turn::None
            }
            Outcome::Drop(_) | Outcome::Succeed(_) => {
                self.cut = true;
                Turn::Cut
            }
        }
    }

    fn succeed(&mut self, stage: &mut Stage<'_>) -> Turn {
        let target = self.update.version.clone();
        let version = match &stage.plan.outcome {
            Outcome::Succeed(Some(version)) => version.clone(),
            _ => target.clone(),
        };
        let Ok(success) = stage.ota.report_success(stage.module, &version) else { return Turn::None };
        stage.out.push(success);
        // As after the restart with the new firmware.
        stage.out.extend(stage.ota.report_version(stage.module, &version));
        self.end(stage.now, Ended::Success { version: version.clone(), target });
        Turn::Version(version)
    }
}

/// Whole percents of a share, rounded down.
pub fn percent_of(share: f64) -> Percent {
    let number = ((share + BLUR) * 100.0).floor().clamp(0.0, 100.0);
    Percent::new(number as u8).unwrap_or_default()
}

/// How far a device in this state has to be for that place; nothing if the place is behind it.
fn share_of(point: Point, state: ProgressState) -> f64 {
    match (point.state, state) {
        (ProgressState::Downloading, ProgressState::Burning) => 0.0,
        // Not in this state: the end of it comes first.
        (ProgressState::Burning, ProgressState::Downloading) => f64::INFINITY,
        _ => f64::from(point.percent.number()) / 100.0,
    }
}
