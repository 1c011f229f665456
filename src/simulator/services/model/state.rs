//! What the platform keeps: a product's thing model; of a device its values, what the cloud wishes for, and the calls
//! that wait for its answer.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde_json::Value;

use crate::mqtt::Moment;
use crate::simulator::memory::{weight_of_all, weight_of_entry};
use crate::simulator::quota::{Held, Quota};
use crate::uiot::RetCode;
use crate::uiot::model::messages::{DesiredValue, Object, Sample, Samples};
use crate::uiot::model::{CheckChoices, EventType, Template};

/// Property sets and commands of one device that wait for its answer at most: an asynchronous command may be answered
/// at any time, so the oldest is given up for a new one. The documents name no number.
pub const WAITING: usize = 100;
/// Ended calls, and events, of one device that are remembered: at most so many of each.
pub const HISTORY: usize = 100;
/// Ended calls, and events, of one device that are remembered: at most so many bytes of what it sent for each. The
/// newest is kept whatever its size, unless there is no memory left at all ([`crate::simulator::MAX_DEVICE_DATA`]).
pub const HISTORY_BYTES: usize = 256 * 1024;

/// A product's thing model.
#[derive(Clone, Debug, Default)]
pub struct ProductModel {
    pub(super) template: Template,
}

impl ProductModel {
    /// A thing model as it stands, whether or not the console would take it.
    pub fn new(template: Template) -> Self {
        Self { template }
    }

    /// Its properties, events and commands.
    pub fn template(&self) -> &Template {
        &self.template
    }
}

/// What the application asked of the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To set these properties.
    Set(Object),
    /// To carry out a command.
    Command {
        /// Which.
        identifier: String,
        /// Its parameters.
        input: Object,
        /// How the application waits.
        kind: CommandKind,
    },
}

/// How the application waits for a command (SendUIoTCoreDeviceCommand, `Method`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandKind {
    /// `sync`: for so long, at most [`crate::uiot::limits::COMMAND_TIMEOUT`].
    Sync(Duration),
    /// `async`: not at all; the device answers when it likes.
    Async,
}

/// A property set or a command under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// RequestID.
    pub request_id: String,
    /// What the application asked.
    pub asked: Asked,
    /// When it was sent.
    pub at: Moment,
    /// The same in milliseconds since 1970, UTC.
    pub time: u64,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallEnd {
    /// The device answered.
    Answered {
        /// What the application gets.
        code: RetCode,
        /// What came of a command; nothing of a property set.
        output: Object,
    },
    /// The device's answer was wrong.
    WrongAnswer {
        /// What the application gets.
        code: RetCode,
        /// What was wrong.
        why: String,
    },
    /// The time of a synchronous command was over.
    Overdue,
    /// More than [`WAITING`] calls waited, and this was the oldest.
    CrowdedOut,
}

impl CallEnd {
    /// What the application gets. For a call that was crowded out it is 110, "operation timed out"; nobody waits for
    /// it.
    pub const fn code(&self) -> RetCode {
        match self {
            Self::Answered { code, .. } | Self::WrongAnswer { code, .. } => *code,
            Self::Overdue => RetCode::COMMAND_TIMEOUT,
            Self::CrowdedOut => RetCode::TIMED_OUT,
        }
    }
}

/// A call that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedCall {
    /// The call.
    pub call: Call,
    /// When it ended.
    pub at: Moment,
    /// How.
    pub end: CallEnd,
    /// How many answers came after that; they count for nothing.
    pub late_answers: u32,
}

impl EndedCall {
    /// Bytes of memory that it takes, about.
    pub(super) fn weight(&self) -> usize {
        let asked = match &self.call.asked {
            Asked::Set(values) => weight_of_all(values),
            Asked::Command { identifier, input, .. } => identifier.len() + weight_of_all(input),
        };
        let end = match &self.end {
            CallEnd::Answered { output, .. } => weight_of_all(output),
            CallEnd::WrongAnswer { why, .. } => why.len(),
            CallEnd::Overdue | CallEnd::CrowdedOut => 0,
        };
        size_of::<Self>() + asked + end
    }
}

/// An event that a device reported (GetUIoTCoreDeviceEventList).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRecord {
    /// RequestID.
    pub request_id: String,
    /// Which event.
    pub identifier: String,
    /// Its name in the model.
    pub name: String,
    /// How grave it is.
    pub event_type: EventType,
    /// When it happened, in milliseconds since 1970, UTC: as the device said, else when it came.
    pub time: u64,
    /// Its parameters.
    pub output: Object,
}

impl EventRecord {
    /// Bytes of memory that it takes, about.
    pub(super) fn weight(&self) -> usize {
        let texts = self.request_id.len() + self.identifier.len() + self.name.len();
        size_of::<Self>() + texts + weight_of_all(&self.output)
    }
}

/// The newest of something, bounded by number and by bytes.
#[derive(Clone, Debug)]
pub(super) struct History<T> {
    entries: VecDeque<(usize, T, Held)>,
    bytes: usize,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self { entries: VecDeque::new(), bytes: 0 }
    }
}

impl<T> History<T> {
    /// Adds what a device sent with so many bytes, and what takes so much memory; whether there was room for it once older
    /// entries were gone.
    pub(super) fn add(&mut self, memory: &Quota, bytes: usize, weight: usize, entry: T) -> bool {
        let room = loop {
            match memory.take(weight) {
                Some(room) => break room,
                None if self.drop_oldest() => {}
                None => return false,
            }
        };
        self.entries.push_back((bytes, entry, room));
        self.bytes += bytes;
        while self.entries.len() > 1 && (self.entries.len() > HISTORY || self.bytes > HISTORY_BYTES) {
            self.drop_oldest();
        }
        true
    }

    fn drop_oldest(&mut self) -> bool {
        let oldest = self.entries.pop_front();
        self.bytes -= oldest.as_ref().map_or(0, |(bytes, ..)| *bytes);
        oldest.is_some()
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.entries.iter().map(|(_, entry, _)| entry)
    }

    pub(super) fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut T> {
        self.entries.iter_mut().map(|(_, entry, _)| entry)
    }
}

/// What the platform knows of a device's properties, and the calls that wait for its answer.
#[derive(Clone, Debug, Default)]
pub struct DeviceModel {
    pub(super) values: Samples,
    pub(super) latest_update: u64,
    pub(super) desired: BTreeMap<String, DesiredValue>,
    /// The last version of each property that was ever wished for.
    pub(super) versions: BTreeMap<String, i64>,
    values_room: Option<Held>,
    desired_room: Option<Held>,
    pub(super) waiting: VecDeque<Call>,
    pub(super) ended: History<EndedCall>,
    pub(super) events: History<EventRecord>,
}

impl DeviceModel {
    /// The last reported values (GetUIoTCoreDeviceProperty).
    pub fn values(&self) -> &Samples {
        &self.values
    }

    /// When a report was last taken, in milliseconds since 1970, UTC; 0 if never (GetUIoTCoreDeviceProperty).
    pub fn latest_update(&self) -> u64 {
        self.latest_update
    }

    /// What the cloud wishes for, with its versions.
    pub fn desired(&self) -> &BTreeMap<String, DesiredValue> {
        &self.desired
    }

    /// The property sets and commands that wait for the device's answer, oldest first; at most [`WAITING`].
    pub fn waiting(&self) -> impl DoubleEndedIterator<Item = &Call> {
        self.waiting.iter()
    }

    /// How the last calls ended, oldest first (GetUIoTCoreDeviceCommandList); see [`HISTORY`] and [`HISTORY_BYTES`].
    pub fn ended(&self) -> impl DoubleEndedIterator<Item = &EndedCall> {
        self.ended.iter()
    }

    /// How this call ended, if it is still remembered.
    pub fn end_of(&self, request_id: &str) -> Option<&EndedCall> {
        self.ended.iter().rev().find(|ended| ended.call.request_id == request_id)
    }

    /// The last events, oldest first (GetUIoTCoreDeviceEventList); see [`HISTORY`] and [`HISTORY_BYTES`].
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &EventRecord> {
        self.events.iter()
    }

    /// Takes the memory for what is known once these values are reported; whether there was room.
    pub(super) fn make_room(&mut self, memory: &Quota, reported: &Samples) -> bool {
        let others = self.values.iter().filter(|(identifier, _)| !reported.contains_key(*identifier));
        let all = others.chain(reported);
        let weight = all.map(|(identifier, sample)| weight_of_entry(identifier, &sample.value)).sum();
        memory.fit(&mut self.values_room, weight)
    }

    /// Takes the memory for what is wished for together with these values; whether there was room.
    pub(super) fn make_room_to_wish(&mut self, memory: &Quota, wishes: &Object) -> bool {
        let others = self.desired.iter().filter(|(identifier, _)| !wishes.contains_key(*identifier));
        let others = others.map(|(identifier, desired)| weight_of_entry(identifier, &desired.value));
        let weight = others.sum::<usize>() + weight_of_all(wishes);
        memory.fit(&mut self.desired_room, weight)
    }

    /// Gives back the memory of what is forgotten.
    pub(super) fn give_back(&mut self, memory: &Quota) {
        self.make_room(memory, &Samples::new());
        self.make_room_to_wish(memory, &Object::new());
    }

    /// Takes reported values; says whether one differs from what was known. Fields that the documents do not name are
    /// not saved.
    pub(super) fn report(&mut self, samples: Samples, wall: u64, keep_latest_time: bool) -> bool {
        let mut changed = false;
        self.latest_update = wall;
        for (identifier, sample) in samples {
            let time = sample.time.unwrap_or(wall);
            let known = self.values.get(&identifier);
            if keep_latest_time && known.and_then(|known| known.time).is_some_and(|known| known > time) {
                continue;
            }
            changed |= known.is_none_or(|known| known.value != sample.value);
            self.values.insert(identifier, Sample::at(sample.value, time));
        }
        changed
    }

    /// Remembers a wish, and returns its version.
    pub(super) fn wish(&mut self, identifier: String, value: Value, version_outlives_value: bool) -> i64 {
        let last = if version_outlives_value {
            self.versions.get(&identifier).copied()
        } else {
            self.desired.get(&identifier).map(|desired| desired.version)
        };
        let version = last.unwrap_or(0).saturating_add(1);
        self.versions.insert(identifier.clone(), version);
        self.desired.insert(identifier, DesiredValue { value, version, ..DesiredValue::default() });
        version
    }

    /// Forgets what the new model no longer has a place for.
    pub(super) fn conform(&mut self, template: &Template, check: &CheckChoices) {
        let fits = |identifier: &str, value: &Value| {
            template
                .property(identifier)
                .is_some_and(|property| property.data_type.check_with(value, check).is_ok())
        };
        self.values.retain(|identifier, sample| fits(identifier, &sample.value));
        self.desired.retain(|identifier, desired| fits(identifier, &desired.value));
        self.versions.retain(|identifier, _| template.property(identifier).is_some());
    }

    /// Lets a call wait, and returns what was given up for it.
    pub(super) fn wait_for(&mut self, call: Call) -> Option<Call> {
        let crowded_out = if self.waiting.len() >= WAITING { self.waiting.pop_front() } else { None };
        self.waiting.push_back(call);
        crowded_out
    }
}
