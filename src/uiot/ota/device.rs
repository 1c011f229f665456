use std::collections::BTreeMap;

use serde_json::Map;

use super::{
    Body, Downstream, ErrCode, Failure, ModuleVersion, Percent, Progress, ProgressState, UpdateFirmware,
    Upstream,
};
use crate::mqtt::QoS;
use crate::uiot::{Credential, Misread, Outgoing, SystemTopic, limits};

/// How far a running upgrade is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The cloud ordered it, the device did not begin.
    Offered,
    /// The firmware is being fetched.
    Downloading(Percent),
    /// The firmware is being burnt.
    Burning(Percent),
}

/// An upgrade that runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Upgrade {
    /// What the cloud ordered.
    pub update: UpdateFirmware,
    /// How far it is.
    pub stage: Stage,
}

/// How a module's last upgrade ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Success was reported with this version. It counts only if it is the target.
    Success {
        /// What was reported.
        version: String,
        /// What was ordered.
        target: String,
    },
    /// Failure was reported.
    Failure {
        /// Why.
        err_code: ErrCode,
        /// What was ordered.
        target: String,
    },
    /// The cloud took it back.
    Cancelled {
        /// What was ordered.
        target: String,
    },
}

/// A module of the device's firmware.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Module {
    /// The version that was reported last, or that the last upgrade brought.
    pub version: Option<String>,
    /// The upgrade that runs.
    pub upgrade: Option<Upgrade>,
    /// How the one before ended.
    pub last: Option<Ended>,
}

/// Why the device's side cannot say that now. The platform itself would take the message and ignore it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtaError {
    /// The module has no upgrade that runs.
    NoUpgrade,
    /// It is only offered: nothing was fetched that could be burnt, or have succeeded.
    NotBegun,
    /// It is being burnt, and so was fetched.
    AlreadyBurning,
    /// The module's version was never reported, so it cannot be named.
    NoVersion,
    /// The device has [`limits::FIRMWARES`] modules.
    TooManyModules,
}

/// How the cloud's order to upgrade was taken.
#[derive(Clone, Debug, PartialEq)]
pub enum Offer {
    /// No upgrade of the module ran.
    New,
    /// The same version was ordered already; link, MD5 and size are the new ones, the stage stays.
    Repeated,
    /// Another version was ordered before. The newest order counts; this one is to be dropped.
    Replaced(Upgrade),
}

/// What a message of the cloud changed.
#[derive(Clone, Debug, PartialEq)]
pub enum OtaEvent {
    /// An upgrade was ordered.
    Ordered {
        /// Of which module.
        module: String,
        /// What became of the one before.
        offer: Offer,
    },
    /// An upgrade was taken back.
    Cancelled {
        /// Of which module.
        module: String,
        /// As it stood.
        upgrade: Upgrade,
    },
    /// Nothing was changed: no such upgrade runs.
    NothingToCancel {
        /// Of which module.
        module: String,
        /// Which version was to be dropped.
        version: String,
    },
    /// Nothing was changed: the device has [`limits::FIRMWARES`] modules, and this is none of them.
    TooManyModules(String),
}

/// The device's side of firmware upgrades. Modules are upgraded apart from each other.
///
/// Versions are taken as they are: whether one is regular says [`crate::uiot::version_is_regular`], and the platform
/// may be tested with one that is not.
#[derive(Clone, Debug)]
pub struct Ota {
    device: Credential,
    modules: BTreeMap<String, Module>,
}

impl Ota {
    /// A device that has reported nothing.
    pub const fn new(device: Credential) -> Self {
        Self { device, modules: BTreeMap::new() }
    }

    /// What is known of the modules, at most [`limits::FIRMWARES`].
    pub const fn modules(&self) -> &BTreeMap<String, Module> {
        &self.modules
    }

    /// Reports the version of a module. Must have been done once before the module can be upgraded.
    pub fn report_version(&mut self, module: &str, version: &str) -> Result<Outgoing, OtaError> {
        let known = self.entry(module).ok_or(OtaError::TooManyModules)?;
        known.version = Some(version.to_owned());
        Ok(self.outgoing(Upstream::ReportVersion(ModuleVersion::new(module, version))))
    }

    /// Asks whether there is an upgrade, after the device was offline. An answer comes only if there is.
    pub fn request_firmware(&self, module: &str) -> Result<Outgoing, OtaError> {
        let version = self.modules.get(module).and_then(|known| known.version.clone());
        let version = version.ok_or(OtaError::NoVersion)?;
        Ok(self.outgoing(Upstream::RequestFirmware(ModuleVersion::new(module, version))))
    }

    /// Reports how far the upgrade is, with QoS 0 as the C SDK does. Fetching comes before burning.
    pub fn report_progress(
        &mut self,
        module: &str,
        state: ProgressState,
        percent: Percent,
    ) -> Result<Outgoing, OtaError> {
        let upgrade = self.upgrade_mut(module)?;
        upgrade.stage = match (state, upgrade.stage) {
            (ProgressState::Downloading, Stage::Burning(_)) => return Err(OtaError::AlreadyBurning),
            (ProgressState::Burning, Stage::Offered) => return Err(OtaError::NotBegun),
            (ProgressState::Downloading, _) => Stage::Downloading(percent),
            (ProgressState::Burning, _) => Stage::Burning(percent),
        };
        let progress = Progress {
            module: module.to_owned(),
            state: Some(state),
            percent: Some(percent),
            version: Some(upgrade.update.version.clone()),
            rest: Map::new(),
        };
        Ok(Outgoing { qos: QoS::AtMostOnce, ..self.outgoing(Upstream::ReportProgress(progress)) })
    }

    /// Reports that the module now has this version. If it is not the one that was ordered, the platform counts it as a
    /// failure. The C SDK reports success right after fetching, so burning may be left out.
    pub fn report_success(&mut self, module: &str, version: &str) -> Result<Outgoing, OtaError> {
        if self.upgrade_mut(module)?.stage == Stage::Offered {
            return Err(OtaError::NotBegun);
        }
        self.end(module, |target| Ended::Success { version: version.to_owned(), target });
        if let Some(known) = self.modules.get_mut(module) {
            known.version = Some(version.to_owned());
        }
        Ok(self.outgoing(Upstream::ReportSuccess(ModuleVersion::new(module, version))))
    }

    /// Reports that the upgrade failed, at whatever stage.
    pub fn report_fail(&mut self, module: &str, err_code: ErrCode) -> Result<Outgoing, OtaError> {
        self.upgrade_mut(module)?;
        self.end(module, |target| Ended::Failure { err_code, target });
        let failure = Failure { module: module.to_owned(), err_code, version: None, rest: Map::new() };
        Ok(self.outgoing(Upstream::ReportFail(failure)))
    }

    /// Takes a message on `ota/downstream`.
    pub fn receive(&mut self, payload: &[u8]) -> Result<OtaEvent, Misread> {
        let body: Body<Downstream> = serde_json::from_slice(payload)
            .map_err(|error| Misread { topic: SystemTopic::OtaDownstream, why: error.to_string() })?;
        Ok(match body.message {
            Downstream::UpdateFirmware(update) => self.ordered(update),
            Downstream::CancelUpdate(cancel) => self.cancelled(cancel),
        })
    }

    fn ordered(&mut self, update: UpdateFirmware) -> OtaEvent {
        let module = update.module.clone();
        let Some(known) = self.entry(&module) else {
            return OtaEvent::TooManyModules(module);
        };
        let offer = match known.upgrade.take() {
            None => {
                known.upgrade = Some(Upgrade { update, stage: Stage::Offered });
                Offer::New
            }
            Some(running) if running.update.version == update.version => {
                known.upgrade = Some(Upgrade { update, stage: running.stage });
                Offer::Repeated
            }
            Some(running) => {
                known.upgrade = Some(Upgrade { update, stage: Stage::Offered });
                Offer::Replaced(running)
            }
        };
        OtaEvent::Ordered { module, offer }
    }

    /// As in the C SDK, a cancellation counts only if module and version are those of the upgrade that runs.
    fn cancelled(&mut self, cancel: ModuleVersion) -> OtaEvent {
        let ModuleVersion { module, version, .. } = cancel;
        let meant = self
            .modules
            .get(&module)
            .and_then(|known| known.upgrade.as_ref())
            .is_some_and(|upgrade| upgrade.update.version == version);
        let ended = if meant { self.end(&module, |target| Ended::Cancelled { target }) } else { None };
        match ended {
            Some(upgrade) => OtaEvent::Cancelled { module, upgrade },
            None => OtaEvent::NothingToCancel { module, version },
        }
    }

    fn end(&mut self, module: &str, ended: impl FnOnce(String) -> Ended) -> Option<Upgrade> {
        let known = self.modules.get_mut(module)?;
        let upgrade = known.upgrade.take()?;
        known.last = Some(ended(upgrade.update.version.clone()));
        Some(upgrade)
    }

    fn upgrade_mut(&mut self, module: &str) -> Result<&mut Upgrade, OtaError> {
        self.modules.get_mut(module).and_then(|known| known.upgrade.as_mut()).ok_or(OtaError::NoUpgrade)
    }

    fn entry(&mut self, module: &str) -> Option<&mut Module> {
        if self.modules.len() >= limits::FIRMWARES && !self.modules.contains_key(module) {
            return None;
        }
        Some(self.modules.entry(module.to_owned()).or_default())
    }

    fn outgoing(&self, message: Upstream) -> Outgoing {
        // Only maps with keys that are no strings cannot be written, and there are none.
        let payload = serde_json::to_vec(&Body::from(message)).unwrap_or_default();
        Outgoing { topic: SystemTopic::OtaUpstream.of(&self.device), payload, qos: QoS::AtLeastOnce }
    }
}

#[cfg(test)]
mod tests;
