//! What a message of the platform changes on the device's side.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::incoming::{Call, Delivery, Incoming};
use super::{Asked, Ended, Origin, PROPERTIES, Request, RequestEnd, Standing, ThingModel};
use crate::mqtt::Moment;
use crate::uiot::model::Template;
use crate::uiot::model::messages::{
    Command, DesiredReply, DesiredValue, PropertySet, Reply, RestoreReply, TemplateReply,
};
use crate::uiot::{Misread, Outgoing, RetCode, SystemTopic};

/// What a message changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A request has its answer.
    Answered(Ended),
    /// The answer to a request that was given up before, or the second one to the same request. What it brings is
    /// taken over as if it had come in time.
    Late(Ended),
    /// An answer to no request of ours; what it brings is not taken over.
    Unasked {
        /// RequestID.
        request_id: String,
        /// RetCode.
        code: RetCode,
    },
    /// The cloud sets properties, or sends a command.
    Called {
        /// What it asks.
        call: Incoming,
        /// The answer that is to be published; none where a person answers.
        reply: Option<Outgoing>,
        /// The oldest call that waited, given up for this one.
        crowded_out: Option<Incoming>,
    },
    /// A property set or a command that came before came again, as QoS 1 may do.
    Repeated {
        /// RequestID.
        request_id: String,
        /// The answer once more; none where it waits, or where a person answered.
        reply: Option<Outgoing>,
    },
}

impl ThingModel {
    /// Takes a message that came on one of the device's system topics.
    ///
    /// # Errors
    /// The message is not what the documents say, or comes on a topic of another service. A request whose answer
    /// cannot be read stays under way.
    pub fn receive(&mut self, now: Moment, topic: SystemTopic, payload: &[u8]) -> Result<Change, Misread> {
        use SystemTopic as T;
        match topic {
            T::TemplateGetReply => {
                let body: TemplateReply = read(topic, payload)?;
                let template = match body.template {
                    Some(template) => Template::from_value(template)
                        .map(Some)
                        .map_err(|error| Misread { topic, why: format!("Template: {error}") })?,
                    None if body.ret_code.is_success() => {
                        return Err(Misread { topic, why: "Template is missing".into() });
                    }
                    None => None,
                };
                let answer = Answer::new(body.request_id, body.ret_code, body.message);
                Ok(self.answered(now, topic, answer, |model, _| {
                    model.use_template(template.map(Arc::new), Origin::Platform);
                }))
            }
            T::PropertyPostReply | T::EventPostReply | T::DesiredDeleteReply => {
                let body: Reply = read(topic, payload)?;
                let answer = Answer::new(body.request_id, body.ret_code, body.message);
                Ok(self.answered(now, topic, answer, |model, request| model.taken(request)))
            }
            T::PropertyRestoreReply => {
                let body: RestoreReply = read(topic, payload)?;
                let answer = Answer::new(body.request_id, body.ret_code, body.message);
                Ok(self.answered(now, topic, answer, |model, request| {
                    model.latest_update = body.latest_update_time;
                    model.properties.put_restored(now, request.at, body.property);
                }))
            }
            T::DesiredGetReply => {
                let body: DesiredReply = read(topic, payload)?;
                let answer = Answer::new(body.request_id, body.ret_code, body.message);
                Ok(self.answered(now, topic, answer, |model, request| {
                    model.desired_came(request, body.desired);
                }))
            }
            T::PropertySet => {
                let body: PropertySet = read(topic, payload)?;
                Ok(self.set_came(now, body))
            }
            T::Command => {
                let body: Command = read(topic, payload)?;
                if body.request_id.is_empty() || body.request_id.contains(['/', '+', '#', '\0']) {
                    let why =
                        format!("RequestID {:?} cannot be a level of the answer's topic", body.request_id);
                    return Err(Misread { topic, why });
                }
                Ok(self.command_came(now, body))
            }
            _ => Err(Misread { topic, why: "no topic of the thing model that a device subscribes".into() }),
        }
    }

    fn answered(
        &mut self,
        now: Moment,
        topic: SystemTopic,
        answer: Answer,
        take_over: impl FnOnce(&mut Self, &Request),
    ) -> Change {
        let Answer { id, code, message } = answer;
        let (request, late) = match self.requests.take(&id, topic) {
            Some(request) => (request, false),
            None => match self.requests.ended_before(&id, topic) {
                Some(ended) => (ended.request.clone(), true),
                None => return Change::Unasked { request_id: id, code },
            },
        };
        if code.is_success() {
            take_over(self, &request);
        } else if let Asked::Post(identifiers) = &request.asked {
            self.properties.settle(&request.id, identifiers, &Standing::Refused(code));
        }
        let ended = Ended { request, at: now, end: RequestEnd::Answered { code, message } };
        if late {
            if let Some(place) = self.requests.ended_before(&id, topic) {
                *place = ended.clone();
            }
            Change::Late(ended)
        } else {
            self.requests.end(ended.clone());
            Change::Answered(ended)
        }
    }

    /// The platform agreed to a request whose answer brings nothing.
    fn taken(&mut self, request: &Request) {
        match &request.asked {
            Asked::Post(identifiers) => {
                self.properties.settle(&request.id, identifiers, &Standing::Accepted);
            }
            Asked::DesiredDelete(deleted) => {
                for (identifier, version) in deleted {
                    // A newer wish may have come meanwhile.
                    if self.desired.get(identifier).is_some_and(|desired| desired.version == *version) {
                        self.desired.remove(identifier);
                    }
                }
            }
            _ => {}
        }
    }

    /// What was asked for and did not come is wished for no longer. An answer to an earlier question than the last one
    /// that was answered takes nothing back, neither wishes nor versions.
    fn desired_came(&mut self, request: &Request, desired: BTreeMap<String, DesiredValue>) {
        let newest = request.at >= self.desired_asked;
        if newest {
            self.desired_asked = request.at;
        }
        if let Asked::DesiredGet(required) = &request.asked
            && newest
        {
            for identifier in required {
                self.desired.remove(identifier);
            }
        }
        for (identifier, value) in desired {
            match self.desired.get(&identifier) {
                Some(known) if !newest && known.version >= value.version => {}
                None if self.desired.len() >= PROPERTIES => {}
                _ => {
                    self.desired.insert(identifier, value);
                }
            }
        }
    }

    fn set_came(&mut self, now: Moment, body: PropertySet) -> Change {
        let call = Call::Set(body.property);
        let id = body.request_id;
        match self.sets.add(now, &id, call.clone()) {
            Delivery::New(crowded_out) => {
                let reply = self.automatic.sets.and_then(|code| self.answer_set(now, &id, code));
                let call = Incoming { request_id: id, call, at: now, deliveries: 1 };
                Change::Called { call, reply, crowded_out }
            }
            Delivery::Again => Change::Repeated { request_id: id, reply: None },
            Delivery::Answered => {
                let reply = self.automatic.sets.map(|code| self.set_reply(&id, code));
                Change::Repeated { request_id: id, reply }
            }
        }
    }

    fn command_came(&mut self, now: Moment, body: Command) -> Change {
        let id = body.request_id;
        let automatic = self
            .automatic
            .commands
            .as_ref()
            .map(|all| all.get(&body.identifier).cloned().unwrap_or_default());
        let call = Call::Command { identifier: body.identifier.clone(), input: body.input };
        match self.commands.add(now, &id, call.clone()) {
            Delivery::New(crowded_out) => {
                let reply = automatic.and_then(|answer| self.answer_command(&id, answer));
                let call = Incoming { request_id: id, call, at: now, deliveries: 1 };
                Change::Called { call, reply, crowded_out }
            }
            Delivery::Again => Change::Repeated { request_id: id, reply: None },
            Delivery::Answered => {
                let reply = automatic.map(|answer| self.command_reply(&id, body.identifier, answer));
                Change::Repeated { request_id: id, reply }
            }
        }
    }
}

struct Answer {
    id: String,
    code: RetCode,
    message: Option<String>,
}

impl Answer {
    fn new(id: String, code: RetCode, message: Option<String>) -> Self {
        Self { id, code, message }
    }
}

fn read<T: DeserializeOwned>(topic: SystemTopic, payload: &[u8]) -> Result<T, Misread> {
    serde_json::from_slice(payload).map_err(|error| Misread { topic, why: error.to_string() })
}
