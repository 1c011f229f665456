//! Upgrades as a device would carry them out, without a device: fetching and burning take the time that a plan says and
//! change nothing, but what is reported of them is real. Sans-IO: the time comes in, messages go out.

use std::collections::BTreeMap;

use super::run::{Stage, Turn};
use super::{Ended, ErrCode, Offer, Ota, OtaError, OtaEvent, Plan, Reported, Run};
use crate::mqtt::Moment;
use crate::uiot::{Outgoing, limits};

/// What is known of a module beside [`super::Module`]: when what happened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Track {
    /// The version that was reported last.
    pub reported: Option<Reported>,
    /// When it was last asked whether there is an upgrade.
    pub asked: Option<Moment>,
    /// The upgrade that runs, or the last one.
    pub run: Option<Run>,
}

/// A message of the cloud that changed nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// An upgrade was taken back that does not run.
    NothingToCancel {
        /// Of which module.
        module: String,
        /// To which version.
        version: String,
    },
    /// The device has all the modules that it may have, and this is none of them.
    TooManyModules(String),
}

/// See the [module's docs](self).
#[derive(Clone, Debug, Default)]
pub struct Plays {
    /// Whether an upgrade begins by itself as soon as it is ordered, and is asked for when the device is back.
    pub automatic: bool,
    plan: Plan,
    /// At most [`limits::FIRMWARES`], as [`Ota`] has.
    tracks: BTreeMap<String, Track>,
    oddity: Option<(Moment, Oddity)>,
    /// Whether the device is away, or silent: then nothing goes on.
    held: bool,
    cut: bool,
}

impl Plays {
    /// How upgrades go.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Lets upgrades go otherwise from now on, also those that run. Beyond the plan's limits the nearest is taken.
    pub fn set_plan(&mut self, now: Moment, plan: Plan) {
        let plan = plan.bounded();
        for run in self.tracks.values_mut().filter_map(|track| track.run.as_mut()) {
            run.replan(now, &self.plan, &plan);
        }
        self.plan = plan;
    }

    /// What is known of the modules.
    pub const fn tracks(&self) -> &BTreeMap<String, Track> {
        &self.tracks
    }

    /// The last message of the cloud that changed nothing, and when it came; until one that does.
    pub fn oddity(&self) -> Option<&(Moment, Oddity)> {
        self.oddity.as_ref()
    }

    /// Reports the version of a module.
    ///
    /// # Errors
    /// [`OtaError::TooManyModules`].
    pub fn report_version(
        &mut self,
        now: Moment,
        ota: &mut Ota,
        module: &str,
        version: &str,
    ) -> Result<Outgoing, OtaError> {
        let report = ota.report_version(module, version)?;
        self.track(module).reported = Some(Reported { version: version.to_owned(), at: now });
        Ok(report)
    }

    /// Asks whether there is an upgrade of a module.
    ///
    /// # Errors
    /// [`OtaError::NoVersion`].
    pub fn request_firmware(&mut self, now: Moment, ota: &Ota, module: &str) -> Result<Outgoing, OtaError> {
        let request = ota.request_firmware(module)?;
        self.track(module).asked = Some(now);
        Ok(request)
    }

    /// The cloud said something, and [`Ota`] took it so.
    pub fn heard(&mut self, now: Moment, event: &OtaEvent, ota: &mut Ota) -> Vec<Outgoing> {
        self.oddity = match event {
            OtaEvent::Ordered { module, offer } => {
                self.ordered(now, module, offer, ota);
                if self.automatic && !self.held {
                    // It was just ordered, unless it runs already.
                    self.oddity = None;
                    return self.begin(now, ota, module).unwrap_or_default();
                }
                None
            }
            OtaEvent::Cancelled { module, upgrade } => {
                if let Some(run) = &mut self.track(module).run {
                    run.end(now, Ended::Cancelled { target: upgrade.update.version.clone() });
                }
                None
            }
            OtaEvent::NothingToCancel { module, version } => {
                let (module, version) = (module.clone(), version.clone());
                Some((now, Oddity::NothingToCancel { module, version }))
            }
            OtaEvent::TooManyModules(module) => Some((now, Oddity::TooManyModules(module.clone()))),
        };
        Vec::new()
    }

    /// Begins the upgrade of a module, if it did not begin.
    ///
    /// # Errors
    /// [`OtaError::NoUpgrade`].
    pub fn begin(&mut self, now: Moment, ota: &mut Ota, module: &str) -> Result<Vec<Outgoing>, OtaError> {
        let held = self.held;
        self.running(module)?.begin(now, held);
        Ok(self.woken(now, ota))
    }

    /// Halts the upgrade of a module where it is.
    ///
    /// # Errors
    /// [`OtaError::NoUpgrade`], [`OtaError::NotBegun`].
    pub fn pause(&mut self, now: Moment, module: &str) -> Result<(), OtaError> {
        let plan = self.plan.clone();
        let run = self.running(module)?;
        run.state().ok_or(OtaError::NotBegun)?;
        run.pause(now, &plan);
        Ok(())
    }

    /// Lets the upgrade of a module go on.
    ///
    /// # Errors
    /// [`OtaError::NoUpgrade`].
    pub fn go_on(&mut self, now: Moment, ota: &mut Ota, module: &str) -> Result<Vec<Outgoing>, OtaError> {
        let held = self.held;
        self.running(module)?.go_on(now, held);
        Ok(self.woken(now, ota))
    }

    /// Lets the upgrade of a module fail at once, also before it began.
    ///
    /// # Errors
    /// [`OtaError::NoUpgrade`].
    pub fn fail(
        &mut self,
        now: Moment,
        ota: &mut Ota,
        module: &str,
        err_code: ErrCode,
    ) -> Result<Vec<Outgoing>, OtaError> {
        let plan = self.plan.clone();
        let mut out = Vec::new();
        let run = self.running(module)?;
        run.fail(&mut Stage { now, module, plan: &plan, ota, out: &mut out }, err_code)?;
        Ok(out)
    }

    /// The time of [`Self::next_due`] has come.
    pub fn woken(&mut self, now: Moment, ota: &mut Ota) -> Vec<Outgoing> {
        let mut out = Vec::new();
        for (module, track) in &mut self.tracks {
            let Some(run) = &mut track.run else { continue };
            match run.step(&mut Stage { now, module, plan: &self.plan, ota, out: &mut out }) {
                Turn::None => {}
                Turn::Cut => self.cut = true,
                Turn::Version(version) => track.reported = Some(Reported { version, at: now }),
            }
        }
        out
    }

    /// When [`Self::woken`] is to be called.
    pub fn next_due(&self) -> Option<Moment> {
        let runs = self.tracks.values().filter_map(|track| track.run.as_ref());
        runs.filter_map(|run| run.next_due(&self.plan)).min()
    }

    /// The device is away, or is to be silent: nothing goes on until [`Self::resume`]. What was fetched since the last
    /// report is to be fetched again.
    pub fn hold(&mut self) {
        self.held = true;
        self.tracks.values_mut().filter_map(|track| track.run.as_mut()).for_each(Run::hold);
    }

    /// The device is back: what ran goes on. What was ordered begins, where that happens by itself.
    pub fn resume(&mut self, now: Moment, ota: &mut Ota) -> Vec<Outgoing> {
        self.held = false;
        for run in self.tracks.values_mut().filter_map(|track| track.run.as_mut()) {
            run.resume(now);
            if self.automatic {
                run.begin(now, false);
            }
        }
        self.woken(now, ota)
    }

    /// Whether the connection is to be cut, without a word to the broker, after what was said; told once.
    pub fn take_cut(&mut self) -> bool {
        std::mem::take(&mut self.cut)
    }

    fn ordered(&mut self, now: Moment, module: &str, offer: &Offer, ota: &Ota) {
        let Some(upgrade) = ota.modules().get(module).and_then(|known| known.upgrade.as_ref()) else {
            return;
        };
        let update = upgrade.update.clone();
        let track = self.track(module);
        let replaced = match (offer, &mut track.run) {
            (Offer::Repeated, Some(run)) if run.ended.is_none() => return run.repeat(now, update),
            (Offer::Replaced(old), _) => Some(old.update.version.clone()),
            _ => None,
        };
        track.run = Some(Run::new(now, track.reported.clone(), update, replaced));
    }

    fn running(&mut self, module: &str) -> Result<&mut Run, OtaError> {
        let run = self.tracks.get_mut(module).and_then(|track| track.run.as_mut());
        run.filter(|run| run.ended.is_none()).ok_or(OtaError::NoUpgrade)
    }

    /// Only modules that [`Ota`] has taken.
    fn track(&mut self, module: &str) -> &mut Track {
        debug_assert!(self.tracks.len() < limits::FIRMWARES || self.tracks.contains_key(module));
        self.tracks.entry(module.to_owned()).or_default()
    }
}

#[cfg(test)]
mod tests;
