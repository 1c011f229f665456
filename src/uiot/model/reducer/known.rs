//! What the device knows of its properties.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::mqtt::Moment;
use crate::uiot::RetCode;
use crate::uiot::model::messages::Samples;
use crate::uiot::model::trend::Trend;

/// Properties that are known at most; further ones are not remembered. A product has 100 (limitation.md).
pub const PROPERTIES: usize = 1000;

/// What a property's last value rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was reported with this request, which has no answer yet.
    Reported(String),
    /// The platform took it.
    Accepted,
    /// The platform refused it.
    Refused(RetCode),
    /// The report with this request was given up without an answer.
    Unanswered(String),
    /// The cloud set it, and the device agreed.
    Set,
    /// The platform restored it.
    Restored,
}

/// A property's last value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The value.
    pub value: Value,
    /// Its time in milliseconds since 1970, UTC, where it has one.
    pub time: Option<u64>,
    /// When the device came to know it.
    pub at: Moment,
    /// What it rests on.
    pub standing: Standing,
}

/// See the [file's docs](self).
#[derive(Clone, Debug, Default)]
pub(super) struct Properties {
    known: BTreeMap<String, Known>,
    /// Of each that is known.
    trends: BTreeMap<String, Trend>,
}

impl Properties {
    pub(super) fn put(&mut self, identifier: &str, known: Known) {
        if let Some(place) = self.known.get_mut(identifier) {
            if let Some(trend) = self.trends.get_mut(identifier) {
                trend.add(known.at, &known.value, Some(&place.value));
            }
            *place = known;
        } else if self.known.len() < PROPERTIES {
            let mut trend = Trend::default();
            trend.add(known.at, &known.value, None);
            self.trends.insert(identifier.to_owned(), trend);
            self.known.insert(identifier.to_owned(), known);
        }
    }

    pub(super) fn put_reported(&mut self, now: Moment, samples: &Samples, request_id: &str) {
        for (identifier, sample) in samples {
            let standing = Standing::Reported(request_id.to_owned());
            let known = Known { value: sample.value.clone(), time: sample.time, at: now, standing };
            self.put(identifier, known);
        }
    }

    /// Takes over what the platform restored, but leaves alone what the device learned after it asked.
    pub(super) fn put_restored(&mut self, now: Moment, asked: Moment, samples: Samples) {
        for (identifier, sample) in samples {
            if self.known.get(&identifier).is_some_and(|known| known.at > asked) {
                continue;
            }
            let standing = Standing::Restored;
            self.put(&identifier, Known { value: sample.value, time: sample.time, at: now, standing });
        }
    }

    /// The report with this request found its end. Values that were reported again since are left alone.
    pub(super) fn settle(&mut self, request_id: &str, identifiers: &[String], standing: &Standing) {
        for identifier in identifiers {
            if let Some(known) = self.known.get_mut(identifier)
                && matches!(&known.standing, Standing::Reported(id) | Standing::Unanswered(id) if id == request_id)
            {
                known.standing = standing.clone();
            }
        }
    }

    pub(super) fn map(&self) -> &BTreeMap<String, Known> {
        &self.known
    }

    pub(super) fn trend(&self, identifier: &str) -> Option<&Trend> {
        self.trends.get(identifier)
    }
}
