//! How a simulated upgrade is to go.

use std::time::Duration;

use super::{ErrCode, Percent, ProgressState};

/// How long an upgrade takes, how often it is reported, and how it ends. One plan holds for all modules of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// From one report of progress to the next: from [`Plan::SHORTEST`] on.
    pub every: Duration,
    /// How long fetching takes, up to [`Plan::LONGEST`].
    pub download: Duration,
    /// How long burning takes, up to [`Plan::LONGEST`]. Without it success is reported right after fetching, as the C SDK
    /// does.
    pub burn: Duration,
    /// How it ends.
    pub outcome: Outcome,
}

/// How an upgrade ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Success is reported with this version; none is the one that was ordered. The platform counts any other as a failure.
    Succeed(Option<String>),
    /// Failure is reported.
    Fail(ErrCode, Point),
    /// The connection is cut there, once. When the device is back it goes on.
    Drop(Point),
}

/// A place in an upgrade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// While fetching or while burning.
    pub state: ProgressState,
    /// How much of that is done.
    pub percent: Percent,
}

impl Default for Plan {
    /// Reports as often as the C SDK, and succeeds after a minute.
    fn default() -> Self {
        Self {
            every: Duration::from_secs(5),
            download: Duration::from_secs(50),
            burn: Duration::from_secs(10),
            outcome: Outcome::Succeed(None),
        }
    }
}

impl Plan {
    /// The least time between two reports: with ten modules, not much more than the 30 messages a second of the platform.
    pub const SHORTEST: Duration = Duration::from_millis(200);
    /// The most time that one report waits for the next, and that fetching or burning takes.
    pub const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

    /// An upgrade that is through in seconds.
    pub const fn quick() -> Self {
        Self {
            every: Duration::from_secs(1),
            download: Duration::from_secs(4),
            burn: Duration::from_secs(2),
            outcome: Outcome::Succeed(None),
        }
    }

    /// The same within its limits.
    pub(super) fn bounded(self) -> Self {
        Self {
            every: self.every.clamp(Self::SHORTEST, Self::LONGEST),
            download: self.download.min(Self::LONGEST),
            burn: self.burn.min(Self::LONGEST),
            ..self
        }
    }

    /// How long the device is in this state.
    pub(super) const fn length(&self, state: ProgressState) -> Duration {
        match state {
            ProgressState::Downloading => self.download,
            ProgressState::Burning => self.burn,
        }
    }

    /// Whether it burns at all.
    pub(super) fn burns(&self) -> bool {
        let ends_there = self.outcome.point().is_some_and(|point| point.state == ProgressState::Burning);
        !self.burn.is_zero() || ends_there
    }
}

impl Outcome {
    /// Where it does not go on.
    pub const fn point(&self) -> Option<Point> {
        match self {
            Self::Succeed(_) => None,
            Self::Fail(_, point) | Self::Drop(point) => Some(*point),
        }
    }
}
