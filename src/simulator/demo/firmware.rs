//! The firmware of the demo device: an air conditioner in a room that warms up.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::FIRST_VERSION;
use crate::mqtt::Moment;
use crate::simulator::Random;
use crate::uiot::model::messages::{Object, Sample};
use crate::uiot::model::reducer::{Asked, Call, Change, CommandAnswer};
use crate::uiot::ota::{DEFAULT_MODULE, Plan as UpgradePlan};
use crate::uiot::services::{Automation, Heard, Services};
use crate::uiot::{RetCode, shadow};

/// From one report to the next.
const REPORT: Duration = Duration::from_secs(5);
/// How long it takes for an answer.
const ANSWER: Duration = Duration::from_millis(300);
/// So many reports make an event.
const REPORTS_TO_EVENT: u32 = 12;

/// Sans-IO like all else: it is told what the device's [`Services`] heard, and does something with them. It has no clock, and
/// does nothing before [`Self::online`]. What a person wants to answer himself ([`Services::automation`]) it leaves alone.
#[derive(Debug)]
pub struct Firmware {
    random: Random,
    room: Room,
    /// What can be set, by identifier.
    settings: BTreeMap<&'static str, Value>,
    reports: u32,
    plans: BTreeMap<(Moment, u64), Plan>,
    planned: u64,
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
}

impl Firmware {
    /// A firmware that was just switched on; all that is made up follows from `seed`.
    pub fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        Self {
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
        }
    }

    /// Takes over what the device does by itself: all of it. Upgrades it carries out in a few seconds.
    pub fn drive(services: &mut Services) {
        services.is_driven = true;
        services.automation = Automation {
            commands: true,
            accept_desired: true,
            retry_conflicts: true,
            delay: ANSWER,
            ..Automation::default()
        };
        services.plays.automatic = true;
        // Nothing runs yet: the time does not matter.
        services.plays.set_plan(Moment::ZERO, UpgradePlan::quick());
    }

    /// The device is to be silent until it is [`Self::online`] again.
    pub fn silence(services: &mut Services) {
        services.plays.hold();
    }

    /// The device is online, and what it asked for is subscribed or about to be: it says what it is and begins to
    /// report.
    pub fn online(&mut self, now: Moment, services: &mut Services) {
        self.plans.clear();
        let known = services.ota.modules().get(DEFAULT_MODULE).and_then(|module| module.version.clone());
        let version = known.unwrap_or_else(|| FIRST_VERSION.to_owned());
        let said = services.plays.report_version(now, &mut services.ota, DEFAULT_MODULE, &version);
        said.into_iter().for_each(|message| services.send(message));
        // What was wanted while it was offline, it has to ask for.
        services.connected(now);
        let get = services.shadow.get(now);
        services.send(get);
        let settable = self.settings.keys().map(|identifier| (*identifier).to_owned()).collect();
        let get = services.model.get_desired(now, settable);
        services.send(get);
        self.report_settings(now, services);
        self.plan(now + ANSWER, Plan::Report);
    }

    /// The device's services heard something.
    pub fn heard(&mut self, now: Moment, services: &mut Services, heard: &Heard) {
        let automation = &services.automation;
        let later = now + automation.delay;
        match heard {
            Heard::Shadow(shadow::Change::Desired(_)) if automation.accept_desired => {
                self.plan(later, Plan::AcceptDesired);
            }
            Heard::Shadow(shadow::Change::Fetched { .. })
                if automation.accept_desired && !services.shadow.desired().is_empty() =>
            {
                self.plan(later, Plan::AcceptDesired);
            }
            Heard::Shadow(shadow::Change::Conflict(Some(_))) if automation.retry_conflicts => {
                self.plan(later, Plan::RetryShadow);
            }
            Heard::Model(Change::Called { call, .. }) => match &call.call {
                Call::Set(values) if automation.sets.is_some() => {
                    self.plan(later, Plan::AnswerSet(call.request_id.clone(), values.clone()));
                }
                Call::Command { identifier, input } if automation.commands => {
                    let plan =
                        Plan::AnswerCommand(call.request_id.clone(), identifier.clone(), input.clone());
                    self.plan(later, plan);
                }
                _ => {}
            },
            Heard::Model(Change::Answered(ended)) if matches!(ended.request.asked, Asked::DesiredGet(_)) => {
                self.take_desired(now, services);
            }
            _ => {}
        }
    }

    /// The time of [`Self::wake_at`] has come.
    pub fn woken(&mut self, now: Moment, services: &mut Services) {
        while let Some(entry) = self.plans.first_entry()
            && entry.key().0 <= now
        {
            match entry.remove() {
                Plan::Report => self.report(now, services),
                // Meanwhile it may have been left to a person.
                Plan::AnswerSet(..) if services.automation.sets.is_none() => {}
                Plan::AnswerCommand(..) if !services.automation.commands => {}
                Plan::AcceptDesired if !services.automation.accept_desired => {}
                Plan::AnswerSet(request_id, values) => self.answer_set(now, services, &request_id, values),
                Plan::AnswerCommand(request_id, identifier, input) => {
                    answer_command(services, &request_id, &identifier, &input);
                }
                Plan::AcceptDesired => {
                    let accept = services.shadow.accept_desired(now);
                    services.send(accept);
                }
                Plan::RetryShadow => {
                    let retry = services.shadow.retry_once(now);
                    retry.into_iter().for_each(|message| services.send(message));
                }
            }
        }
    }

    /// When [`Self::woken`] is to be called.
    pub fn wake_at(&self) -> Option<Moment> {
        self.plans.first_key_value().map(|((at, _), _)| *at)
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

    fn report(&mut self, now: Moment, services: &mut Services) {
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
        let post = services.model.post(now, values.into_iter().collect());
        services.send(post);
        self.reports += 1;
        if self.reports % REPORTS_TO_EVENT == 4 {
            let output = object(json!({ "code": 12, "message": "滤网压差偏高 / filter pressure high" }));
            let event = services.model.post_event(now, "fault", output, None);
            services.send(event);
        }
        self.plan(now + REPORT, Plan::Report);
    }

    fn report_settings(&mut self, now: Moment, services: &mut Services) {
        let values = self
            .settings
            .iter()
            .map(|(identifier, value)| ((*identifier).to_owned(), Sample::of(value.clone())));
        let post = services.model.post(now, values.collect());
        services.send(post);
    }

    fn apply(&mut self, values: impl IntoIterator<Item = (String, Value)>) {
        for (identifier, value) in values {
            if let Some(known) = self.settings.get_mut(identifier.as_str()) {
                *known = value;
            }
        }
    }

    /// What was wanted while it was offline is done, reported, and no longer wanted.
    fn take_desired(&mut self, now: Moment, services: &mut Services) {
        let desired = services.model.desired().clone();
        if desired.is_empty() {
            return;
        }
        let versions = desired.iter().map(|(identifier, wish)| (identifier.clone(), wish.version)).collect();
        self.apply(desired.into_iter().map(|(identifier, wish)| (identifier, wish.value)));
        self.report_settings(now, services);
        let delete = services.model.delete_desired(now, versions);
        services.send(delete);
    }

    fn answer_set(&mut self, now: Moment, services: &mut Services, request_id: &str, values: Object) {
        let code = services.automation.sets.unwrap_or(RetCode::SUCCESS);
        // Somebody may have answered it meanwhile.
        let Some(reply) = services.model.answer_set(now, request_id, code) else { return };
        services.send(reply);
        if code.is_success() {
            self.apply(values);
            self.report_settings(now, services);
        }
    }
}

fn answer_command(services: &mut Services, request_id: &str, identifier: &str, input: &Object) {
    let output = match identifier {
        "self_test" => {
            let level = input.get("level").and_then(Value::as_u64).unwrap_or(1);
            json!({ "result": 1, "duration": 1200 * level })
        }
        "clean_filter" => json!({ "done": 1 }),
        _ => json!({}),
    };
    let own = CommandAnswer { code: RetCode::SUCCESS, output: object(output) };
    let answer = services.automation.answers.get(identifier).cloned().unwrap_or(own);
    let reply = services.model.answer_command(request_id, answer);
    reply.into_iter().for_each(|message| services.send(message));
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Object::default(),
    }
}
