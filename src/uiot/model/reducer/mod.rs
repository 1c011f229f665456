//! The device's side of the thing model: a person's intents become messages to publish, and messages that came change
//! what is known. No IO and no clock, so it runs against the simulator in a test exactly as in the page.
//!
//! An answer finds its request by RequestID and topic, in whatever order answers come. A request without an answer is
//! given up by [`ThingModel::expire`]; an answer that comes after that is told as late.

mod incoming;
mod intents;
mod known;
mod receive;
mod requests;

pub use incoming::{Automatic, Call, CommandAnswer, INCOMING, Incoming, SETTLED, Settled};
pub use known::{Known, PROPERTIES, Standing};
pub use receive::Change;
pub use requests::{Asked, ENDED, Ended, IN_FLIGHT, PATIENCE, Request, RequestEnd, RequestIds};

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::Template;
use super::messages::DesiredValue;
use super::trend::Trend;
use crate::mqtt::Moment;
use crate::uiot::Credential;

/// Where a thing model comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The platform sent it.
    Platform,
    /// From a file, or made by hand.
    Person,
    /// It was kept from an earlier session.
    Kept,
}

/// See the [room's docs](self).
#[derive(Clone, Debug)]
pub struct ThingModel {
    device: Credential,
    /// What is answered without a person.
    pub automatic: Automatic,
    requests: requests::Requests,
    sets: incoming::Waiting,
    commands: incoming::Waiting,
    settled: VecDeque<Settled>,
    settled_ever: u64,
    properties: known::Properties,
    desired: BTreeMap<String, DesiredValue>,
    /// When the desired values that are known were asked for.
    desired_asked: Moment,
    latest_update: Option<u64>,
    template: Option<Arc<Template>>,
    template_from: Origin,
    template_revision: u32,
}

impl ThingModel {
    /// The thing model of a device that has not asked for anything yet. The request identifiers should differ from
    /// those of earlier connections, whose answers may still be under way.
    pub fn new(device: Credential, ids: RequestIds) -> Self {
        Self {
            device,
            automatic: Automatic::default(),
            requests: requests::Requests::new(ids),
            sets: incoming::Waiting::default(),
            commands: incoming::Waiting::default(),
            settled: VecDeque::new(),
            settled_ever: 0,
            properties: known::Properties::default(),
            desired: BTreeMap::new(),
            desired_asked: Moment::ZERO,
            latest_update: None,
            template: None,
            template_from: Origin::Platform,
            template_revision: 0,
        }
    }

    /// How long answers are waited for; [`PATIENCE`] unless changed.
    pub fn set_patience(&mut self, patience: Duration) {
        self.requests.patience = patience;
    }

    /// The product's thing model: as the platform last sent it, or as a person gave it since.
    pub fn template(&self) -> Option<&Template> {
        self.template.as_deref()
    }

    /// The same, to be kept.
    pub fn shared_template(&self) -> Option<Arc<Template>> {
        self.template.clone()
    }

    /// Where the thing model comes from.
    pub const fn template_origin(&self) -> Origin {
        self.template_from
    }

    /// Counts how often the thing model became another one.
    pub const fn template_revision(&self) -> u32 {
        self.template_revision
    }

    /// Takes a thing model of a person's, or none. It holds until the platform sends one.
    pub fn use_template(&mut self, template: Option<Arc<Template>>, origin: Origin) {
        self.template = template;
        self.template_from = origin;
        self.template_revision = self.template_revision.wrapping_add(1);
    }

    /// How a property's value went lately.
    pub fn trend(&self, identifier: &str) -> Option<&Trend> {
        self.properties.trend(identifier)
    }

    /// A request that is under way or ended lately, by its RequestID, and how it ended if it did.
    pub fn request(&self, id: &str) -> Option<(&Request, Option<&Ended>)> {
        let ended = self.ended().rev().find(|ended| ended.request.id == id);
        let waiting = || self.in_flight().find(|request| request.id == id);
        ended.map(|ended| (&ended.request, Some(ended))).or_else(|| waiting().map(|request| (request, None)))
    }

    /// The last value of each property.
    pub fn properties(&self) -> &BTreeMap<String, Known> {
        self.properties.map()
    }

    /// The desired values that the platform last told of, with their versions.
    pub fn desired(&self) -> &BTreeMap<String, DesiredValue> {
        &self.desired
    }

    /// When a property was last changed, in milliseconds since 1970, UTC, as the platform said when it restored.
    pub fn latest_update(&self) -> Option<u64> {
        self.latest_update
    }

    /// The requests under way, oldest first.
    pub fn in_flight(&self) -> impl ExactSizeIterator<Item = &Request> {
        self.requests.in_flight()
    }

    /// How the last requests ended, oldest first; at most [`ENDED`].
    pub fn ended(&self) -> impl DoubleEndedIterator<Item = &Ended> {
        self.requests.ended()
    }

    /// The property sets that wait for an answer, oldest first.
    pub fn sets(&self) -> impl DoubleEndedIterator<Item = &Incoming> {
        self.sets.calls()
    }

    /// The commands that wait for an answer, oldest first.
    pub fn commands(&self) -> impl DoubleEndedIterator<Item = &Incoming> {
        self.commands.calls()
    }

    /// The last property sets and commands that were answered or left without an answer, oldest first; at most [`SETTLED`].
    pub fn settled(&self) -> impl DoubleEndedIterator<Item = &Settled> {
        self.settled.iter()
    }

    /// When the next request under way is overdue: then [`Self::expire`] is to be called.
    pub fn next_expiry(&self) -> Option<Moment> {
        self.requests.next_expiry()
    }

    /// Gives up the requests whose answers are overdue, and says which.
    pub fn expire(&mut self, now: Moment) -> Vec<Request> {
        let overdue = self.requests.expire(now);
        for request in &overdue {
            self.unanswered(request);
        }
        overdue
    }

    fn unanswered(&mut self, request: &Request) {
        if let Asked::Post(identifiers) = &request.asked {
            let standing = Standing::Unanswered(request.id.clone());
            self.properties.settle(&request.id, identifiers, &standing);
        }
    }
}
