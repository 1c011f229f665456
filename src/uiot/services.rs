//! All services of one device together: who gets which message, what is answered without a person, and when something is due.
//!
//! The services themselves are [`Shadow`], [`ThingModel`], [`Ota`] and [`Gateway`]; what they want published is handed to
//! [`Services::send`] and comes out of [`Services::poll`] in that order.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::gateway::{Gateway, GatewayEvent};
use super::model::reducer::{self, Call, CommandAnswer, RequestIds, ThingModel};
use super::model::simulation::Simulation;
use super::ota::{Ota, OtaEvent, Plays};
use super::shadow::{self, Shadow};
use super::{Credential, Misread, Outgoing, PlatformTopic, RetCode, SystemTopic, TopicFamily};
use crate::mqtt::Moment;

/// Things that are to be done later at most; a device has little memory.
const PLANS: usize = 256;

/// What the device does without being asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Automation {
    /// Property sets are answered with this code; none where a person answers.
    pub sets: Option<RetCode>,
    /// Commands are answered.
    pub commands: bool,
    /// What a command is answered with, by its identifier; others with success and without output.
    pub answers: BTreeMap<String, CommandAnswer>,
    /// What the cloud desires in the shadow is accepted just so.
    pub accept_desired: bool,
    /// An edit of the shadow that conflicted is sent once more, with the version that is known by then; not a third time.
    pub retry_conflicts: bool,
    /// How long it takes for any of it.
    pub delay: Duration,
}

impl Default for Automation {
    /// Property sets are answered with success, all else waits for a person.
    fn default() -> Self {
        Self {
            sets: Some(RetCode::SUCCESS),
            commands: false,
            answers: BTreeMap::new(),
            accept_desired: false,
            retry_conflicts: false,
            delay: Duration::ZERO,
        }
    }
}

/// What a message of the platform changed, and with which service.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// The device shadow.
    Shadow(shadow::Change),
    /// The thing model.
    Model(reducer::Change),
    /// Firmware upgrades.
    Ota(OtaEvent),
    /// Sub-devices.
    Gateway(GatewayEvent),
    /// It could not be understood; nothing changed.
    Misread(Misread),
}

/// What is to be done at a certain time.
#[derive(Clone, Debug)]
enum Plan {
    AnswerSet(String),
    AnswerCommand(String, String),
    AcceptDesired,
    RetryShadow,
}

/// See the [module's docs](self).
#[derive(Clone, Debug)]
pub struct Services {
    device: Credential,
    /// The device shadow.
    pub shadow: Shadow,
    /// When the whole document of the shadow came last.
    pub shadow_read: Option<Moment>,
    /// The thing model.
    pub model: ThingModel,
    /// Firmware upgrades.
    pub ota: Ota,
    /// How firmware upgrades are carried out.
    pub plays: Plays,
    /// Sub-devices behind this device.
    pub gateway: Gateway,
    /// Property values that are made up and reported.
    pub simulation: Simulation,
    /// What happens without a person.
    pub automation: Automation,
    /// Whether somebody else carries the automation out, who knows what the values mean: the simulator's demo device.
    pub is_driven: bool,
    misread: BTreeMap<TopicFamily, Misread>,
    plans: BTreeMap<(Moment, u64), Plan>,
    planned: u64,
    out: VecDeque<Outgoing>,
}

impl Services {
    /// The services of a device that has not said anything yet. `prefix` begins the RequestIDs of the thing model; it should
    /// differ from that of an earlier page, whose answers may still be under way.
    pub fn new(device: Credential, prefix: impl Into<String>) -> Self {
        Self {
            shadow: Shadow::new(device.clone()),
            shadow_read: None,
            model: ThingModel::new(device.clone(), RequestIds::new(prefix, 1)),
            ota: Ota::new(device.clone()),
            plays: Plays::default(),
            gateway: Gateway::new(device.clone()),
            device,
            simulation: Simulation::default(),
            automation: Automation::default(),
            is_driven: false,
            misread: BTreeMap::new(),
            plans: BTreeMap::new(),
            planned: 0,
            out: VecDeque::new(),
        }
    }

    /// Whose they are.
    pub const fn device(&self) -> &Credential {
        &self.device
    }

    /// The last message of each kind that could not be understood.
    pub const fn misread(&self) -> &BTreeMap<TopicFamily, Misread> {
        &self.misread
    }

    /// Has a message published.
    pub fn send(&mut self, message: Outgoing) {
        self.out.push_back(message);
    }

    /// The next message to publish; to be called until it returns `None`.
    pub fn poll(&mut self) -> Option<Outgoing> {
        self.out.pop_front()
    }

    /// A message came. None if it is none of these services', or not for this device.
    pub fn receive(&mut self, now: Moment, topic: &str, payload: &[u8]) -> Option<Heard> {
        let PlatformTopic::System { device, topic, .. } = PlatformTopic::parse(topic)? else { return None };
        if device != self.device {
            return None;
        }
        let heard = match topic.family() {
            TopicFamily::Shadow => self.shadow.receive(topic, payload).map(Heard::Shadow),
            TopicFamily::Properties | TopicFamily::Commands => {
                self.model.receive(now, topic, payload).map(Heard::Model)
            }
            TopicFamily::Ota => self.ota.receive(payload).map(Heard::Ota),
            TopicFamily::Gateway => self.gateway.receive(now, topic, payload).map(Heard::Gateway),
            TopicFamily::Registration | TopicFamily::Status => return None,
        };
        let heard = heard.unwrap_or_else(|misread| {
            self.misread.insert(topic.family(), misread.clone());
            Heard::Misread(misread)
        });
        if let Heard::Shadow(shadow::Change::Fetched { .. } | shadow::Change::Conflict(_)) = heard
            && !self.shadow.in_doubt()
        {
            self.shadow_read = Some(now);
        }
        if let Heard::Ota(event) = &heard {
            self.out.extend(self.plays.heard(now, event, &mut self.ota));
        }
        if !self.is_driven {
            self.react(now, &heard);
        }
        Some(heard)
    }

    /// The time of [`Self::next_due`] has come.
    pub fn woken(&mut self, now: Moment) {
        self.model.expire(now);
        self.shadow.time_out(now);
        self.gateway.expire(now);
        self.out.extend(self.plays.woken(now, &mut self.ota));
        while let Some(entry) = self.plans.first_entry()
            && entry.key().0 <= now
        {
            let plan = entry.remove();
            self.carry_out(now, plan);
        }
        let report = self.simulation.woken(now, &mut self.model);
        self.out.extend(report);
    }

    /// When [`Self::woken`] is to be called.
    pub fn next_due(&self) -> Option<Moment> {
        let plan = self.plans.first_key_value().map(|((at, _), _)| *at);
        let waits = [
            self.model.next_expiry(),
            self.shadow.deadline(),
            self.gateway.next_due(),
            self.simulation.next_due(),
            self.plays.next_due(),
            plan,
        ];
        waits.into_iter().flatten().min()
    }

    /// The device is online: upgrades go on, and where they begin by themselves, it is asked whether there are others.
    pub fn connected(&mut self, now: Moment) {
        self.out.extend(self.plays.resume(now, &mut self.ota));
        if !self.plays.automatic {
            return;
        }
        let versions = self.ota.modules().iter().filter(|(_, known)| known.version.is_some());
        let modules: Vec<_> = versions.map(|(module, _)| module.clone()).collect();
        for module in modules {
            self.out.extend(self.plays.request_firmware(now, &self.ota, &module));
        }
    }

    /// The connection is gone: no answer will come, and what was not said is not said.
    pub fn disconnected(&mut self) {
        self.shadow.give_up_all();
        self.gateway.disconnected();
        self.simulation.disconnected();
        self.plays.hold();
        self.plans.clear();
        self.out.clear();
    }

    fn react(&mut self, now: Moment, heard: &Heard) {
        let plan = match heard {
            Heard::Model(reducer::Change::Called { call, .. }) => match &call.call {
                Call::Set(_) if self.automation.sets.is_some() => Plan::AnswerSet(call.request_id.clone()),
                Call::Command { identifier, .. } if self.automation.commands => {
                    Plan::AnswerCommand(call.request_id.clone(), identifier.clone())
                }
                _ => return,
            },
            Heard::Shadow(shadow::Change::Desired(_)) if self.automation.accept_desired => {
                Plan::AcceptDesired
            }
            Heard::Shadow(shadow::Change::Fetched { .. })
                if self.automation.accept_desired && !self.shadow.desired().is_empty() =>
            {
                Plan::AcceptDesired
            }
            Heard::Shadow(shadow::Change::Conflict(Some(_))) if self.automation.retry_conflicts => {
                Plan::RetryShadow
            }
            _ => return,
        };
        if self.automation.delay.is_zero() {
            self.carry_out(now, plan);
        } else if self.plans.len() < PLANS {
            self.planned += 1;
            self.plans.insert((now + self.automation.delay, self.planned), plan);
        }
    }

    fn carry_out(&mut self, now: Moment, plan: Plan) {
        let message = match plan {
            // Meanwhile it may have been left to a person.
            Plan::AnswerSet(request_id) => {
                let code = self.automation.sets;
                code.and_then(|code| self.model.answer_set(now, &request_id, code))
            }
            Plan::AnswerCommand(..) if !self.automation.commands => None,
            Plan::AnswerCommand(request_id, identifier) => {
                let answer = self.automation.answers.get(&identifier).cloned().unwrap_or_default();
                self.model.answer_command(&request_id, answer)
            }
            Plan::AcceptDesired => self.automation.accept_desired.then(|| self.shadow.accept_desired(now)),
            Plan::RetryShadow => self.shadow.retry_once(now),
        };
        self.out.extend(message);
    }
}

/// The family of a message's topic, where it is a system topic of this device; without taking the topic apart.
pub fn family_of(topic: &[u8], device: &Credential) -> Option<TopicFamily> {
    let rest = topic.strip_prefix(b"/$system/")?.strip_prefix(device.product_sn.as_bytes())?;
    let suffix = rest.strip_prefix(b"/")?.strip_prefix(device.device_sn.as_bytes())?.strip_prefix(b"/")?;
    let suffix = std::str::from_utf8(suffix).ok()?;
    SystemTopic::from_suffix(suffix).map(|(topic, _)| topic.family())
}
