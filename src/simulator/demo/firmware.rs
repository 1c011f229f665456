//! The firmware of the demo device: an air conditioner in a room that warms up.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde_json::{Value, json};

use super::FIRST_VERSION;
use crate::mqtt::Moment;
use crate::simulator::Random;
use crate::uiot::model::messages::{Object, Sample};
use crate::uiot::model::reducer::{Asked, Call, Change, CommandAnswer, RequestIds, ThingModel};
use crate::uiot::ota::{DEFAULT_MODULE, Ota, OtaEvent, Percent, ProgressState, Stage};
use crate::uiot::shadow::{self, Shadow};
use crate::uiot::{Credential, Outgoing, PlatformTopic, RetCode, SystemTopic};

/// From one report to the next.
const REPORT: Duration = Duration::from_secs(5);
/// How long it takes for an answer.
const ANSWER: Duration = Duration::from_millis(300);
/// From one step of an upgrade to the next.
const UPGRADE_STEP: Duration = Duration::from_secs(1);
/// So many reports make an event.
const REPORTS_TO_EVENT: u32 = 12;

/// Sans-IO like all else: messages and time go in, messages come out. It has no clock, and does nothing before
/// [`Self::online`].
#[derive(Debug)]
pub struct Firmware {
    model: ThingModel,
    shadow: Shadow,
    ota: Ota,
    random: Random,
    room: Room,
    /// What can be set, by identifier.
    settings: BTreeMap<&'static str, Value>,
    reports: u32,
    plans: BTreeMap<(Moment, u64), Plan>,
    planned: u64,
    out: VecDeque<Outgoing>,
}

#[derive(Debug)]
struct Room {
    temperature: f64,
    humidity: f64,
}

/// What is to be done at a certain time.
#[derive(Debug)]
enum Plan {
    Report,
    AnswerSet(String, Object),
    AnswerCommand(String, String, Object),
    AcceptDesired,
    RetryShadow,
    Upgrade(u8),
}

/// The step of an upgrade with which burning begins.
const BURNING: u8 = 5;

impl Firmware {
    /// The firmware of this device; all that is made up follows from `seed`.
    pub fn new(device: &Credential, seed: u64) -> Self {
        let mut random = Random::new(seed);
        // Answers to an earlier run may still be under way.
        let ids = RequestIds::new(format!("{:04}-", random.number() % 10_000), 1);
        Self {
            model: ThingModel::new(device.clone(), ids),
            shadow: Shadow::new(device.clone()),
            ota: Ota::new(device.clone()),
            room: Room { temperature: 27.0 + random.fraction(), humidity: 55.0 },
            settings: BTreeMap::from([
                ("target_temperature", json!(24)),
                ("mode", json!(1)),
                ("power", json!(1)),
                ("fan", json!({ "speed": 2, "swing": 0 })),
            ]),
            random,
            reports: 0,
            plans: BTreeMap::new(),
            planned: 0,
            out: VecDeque::new(),
        }
    }

    /// The device is online, and what it asked for is subscribed or about to be: it says what it is and begins to
    /// report.
    pub fn online(&mut self, now: Moment) {
        self.plans.clear();
        self.out.clear();
        // What the last connection left unanswered stays so.
        self.shadow.give_up_all();
        let version = self.ota.modules().get(DEFAULT_MODULE).and_then(|module| module.version.clone());
        let version = version.unwrap_or_else(|| FIRST_VERSION.to_owned());
        self.out.extend(self.ota.report_version(DEFAULT_MODULE, &version).ok());
        // What was wanted while it was offline, it has to ask for.
        self.out.extend(self.ota.request_firmware(DEFAULT_MODULE).ok());
        self.out.push_back(self.shadow.get(now));
        let settable = self.settings.keys().map(|identifier| (*identifier).to_owned()).collect();
        self.out.push_back(self.model.get_desired(now, settable));
        self.report_settings(now);
        self.plan(now + ANSWER, Plan::Report);
    }

    /// A message came for the device.
    pub fn receive(&mut self, now: Moment, topic: &str, payload: &[u8]) {
        let Some(PlatformTopic::System { topic, .. }) = PlatformTopic::parse(topic) else { return };
        match topic {
            SystemTopic::ShadowDownstream | SystemTopic::ShadowGetReply => {
                match self.shadow.receive(topic, payload) {
                    Ok(shadow::Change::Desired(_)) => self.plan(now + ANSWER, Plan::AcceptDesired),
                    Ok(shadow::Change::Fetched { .. }) if !self.shadow.desired().is_empty() => {
                        self.plan(now + ANSWER, Plan::AcceptDesired);
                    }
                    Ok(shadow::Change::Conflict(Some(_))) => self.plan(now + ANSWER, Plan::RetryShadow),
                    _ => {}
                }
            }
            SystemTopic::OtaDownstream => {
                if let Ok(OtaEvent::Ordered { .. }) = self.ota.receive(payload) {
                    self.plans.retain(|_, plan| !matches!(plan, Plan::Upgrade(_)));
                    self.plan(now + UPGRADE_STEP, Plan::Upgrade(self.first_step()));
                }
            }
            _ => match self.model.receive(now, topic, payload) {
                Ok(Change::Called { call, .. }) => {
                    let plan = match call.call {
                        Call::Set(values) => Plan::AnswerSet(call.request_id, values),
                        Call::Command { identifier, input } => {
                            Plan::AnswerCommand(call.request_id, identifier, input)
                        }
                    };
                    self.plan(now + ANSWER, plan);
                }
                Ok(Change::Answered(ended)) if matches!(ended.request.asked, Asked::DesiredGet(_)) => {
                    self.take_desired(now);
                }
                _ => {}
            },
        }
    }

    /// The time of [`Self::wake_at`] has come.
    pub fn woken(&mut self, now: Moment) {
        self.model.expire(now);
        self.shadow.time_out(now);
        while let Some(entry) = self.plans.first_entry()
            && entry.key().0 <= now
        {
            match entry.remove() {
                Plan::Report => self.report(now),
                Plan::AnswerSet(request_id, values) => self.answer_set(now, &request_id, values),
                Plan::AnswerCommand(request_id, identifier, input) => {
                    self.answer_command(&request_id, &identifier, &input);
                }
                Plan::AcceptDesired => self.out.push_back(self.shadow.accept_desired(now)),
                Plan::RetryShadow => self.out.extend(self.shadow.retry(now)),
                Plan::Upgrade(step) => self.upgrade(now, step),
            }
        }
    }

    /// When [`Self::woken`] is to be called.
    pub fn wake_at(&self) -> Option<Moment> {
        self.plans.first_key_value().map(|((at, _), _)| *at)
    }

    /// The next message to publish; to be called until it returns `None`.
    pub fn poll(&mut self) -> Option<Outgoing> {
        self.out.pop_front()
    }

    fn plan(&mut self, at: Moment, plan: Plan) {
        /// Calls that wait for their answers at most; a device has little memory.
        const MOST: usize = 32;
        if self.plans.len() < MOST {
            self.planned += 1;
            self.plans.insert((at, self.planned), plan);
        }
    }

    fn setting(&self, identifier: &str) -> f64 {
        self.settings.get(identifier).and_then(Value::as_f64).unwrap_or_default()
    }

    fn report(&mut self, now: Moment) {
        let drift = |random: &mut Random, width: f64| width * (random.fraction() - 0.5);
        let on = self.setting("power") > 0.0;
        let goal = if on { self.setting("target_temperature") } else { 31.0 };
        let room = &mut self.room;
        room.temperature += (goal - room.temperature) * 0.08 + drift(&mut self.random, 0.3);
        room.humidity = (room.humidity + drift(&mut self.random, 2.0)).clamp(30.0, 90.0);
        let tenths = |value: f64| (value * 10.0).round() / 10.0;
        let values = [
            ("temperature".to_owned(), Sample::of(tenths(room.temperature))),
            ("humidity".to_owned(), Sample::of(tenths(room.humidity))),
        ];
        self.out.push_back(self.model.post(now, values.into_iter().collect()));
        self.reports += 1;
        if self.reports % REPORTS_TO_EVENT == 4 {
            let output = object(json!({ "code": 12, "message": "滤网压差偏高 / filter pressure high" }));
            self.out.push_back(self.model.post_event(now, "fault", output, None));
        }
        self.plan(now + REPORT, Plan::Report);
    }

    fn report_settings(&mut self, now: Moment) {
        let values = self
            .settings
            .iter()
            .map(|(identifier, value)| ((*identifier).to_owned(), Sample::of(value.clone())));
        let values = values.collect();
        self.out.push_back(self.model.post(now, values));
    }

    fn apply(&mut self, values: impl IntoIterator<Item = (String, Value)>) {
        for (identifier, value) in values {
            if let Some(known) = self.settings.get_mut(identifier.as_str()) {
                *known = value;
            }
        }
    }

    /// What was wanted while it was offline is done, reported, and no longer wanted.
    fn take_desired(&mut self, now: Moment) {
        let desired = self.model.desired().clone();
        if desired.is_empty() {
            return;
        }
        let versions = desired.iter().map(|(identifier, wish)| (identifier.clone(), wish.version)).collect();
        self.apply(desired.into_iter().map(|(identifier, wish)| (identifier, wish.value)));
        self.report_settings(now);
        self.out.push_back(self.model.delete_desired(now, versions));
    }

    fn answer_set(&mut self, now: Moment, request_id: &str, values: Object) {
        self.apply(values);
        self.out.extend(self.model.answer_set(now, request_id, RetCode::SUCCESS));
        self.report_settings(now);
    }

    fn answer_command(&mut self, request_id: &str, identifier: &str, input: &Object) {
        let output = match identifier {
            "self_test" => {
                let level = input.get("level").and_then(Value::as_u64).unwrap_or(1);
                json!({ "result": 1, "duration": 1200 * level })
            }
            "clean_filter" => json!({ "done": 1 }),
            _ => json!({}),
        };
        let answer = CommandAnswer { code: RetCode::SUCCESS, output: object(output) };
        self.out.extend(self.model.answer_command(request_id, answer));
    }

    /// Where an upgrade is taken up: what is being burnt is not fetched again.
    fn first_step(&self) -> u8 {
        let upgrade = self.ota.modules().get(DEFAULT_MODULE).and_then(|module| module.upgrade.as_ref());
        match upgrade.map(|upgrade| upgrade.stage) {
            Some(Stage::Burning(_)) => BURNING,
            _ => 0,
        }
    }

    /// Fetching in four steps, burning in two, and then the new version.
    fn upgrade(&mut self, now: Moment, step: u8) {
        let target = self.ota.modules().get(DEFAULT_MODULE).and_then(|module| module.upgrade.as_ref());
        let Some(version) = target.map(|upgrade| upgrade.update.version.clone()) else { return };
        let (state, percent) = match step {
            0..BURNING => (ProgressState::Downloading, 25 * u64::from(step)),
            BURNING..=6 => (ProgressState::Burning, 50 * u64::from(step + 1 - BURNING)),
            _ => {
                self.out.extend(self.ota.report_success(DEFAULT_MODULE, &version).ok());
                self.out.extend(self.ota.report_version(DEFAULT_MODULE, &version).ok());
                return;
            }
        };
        if let Ok(percent) = Percent::try_from(percent) {
            self.out.extend(self.ota.report_progress(DEFAULT_MODULE, state, percent).ok());
        }
        self.plan(now + UPGRADE_STEP, Plan::Upgrade(step + 1));
    }
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Object::default(),
    }
}
