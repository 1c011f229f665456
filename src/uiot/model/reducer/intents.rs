//! What a person wants of the thing model, as messages to publish.

use serde::Serialize;

use super::incoming::{Call, Incoming};
use super::{Asked, CommandAnswer, Known, SETTLED, Settled, Standing, ThingModel};
use crate::mqtt::{Moment, QoS};
use crate::uiot::model::messages::{
    Ask, CommandReply, DesiredDelete, DesiredGet, DesiredVersion, EventPost, Object, PropertyPost, Reply,
    Samples,
};
use crate::uiot::{Outgoing, RetCode, SystemTopic};

impl ThingModel {
    /// Asks for the product's thing model (get_json.md).
    pub fn get_template(&mut self, now: Moment) -> Outgoing {
        let request_id = self.begin(now, Asked::Template);
        self.outgoing(SystemTopic::TemplateGet, &Ask { request_id, ..Ask::default() })
    }

    /// Reports properties, each with or without its time (property.md).
    pub fn post(&mut self, now: Moment, property: Samples) -> Outgoing {
        let request_id = self.begin(now, Asked::Post(property.keys().cloned().collect()));
        self.properties.put_reported(now, &property, &request_id);
        let body = PropertyPost { request_id, property, ..PropertyPost::default() };
        self.outgoing(SystemTopic::PropertyPost, &body)
    }

    /// Asks for the last reported values (property.md).
    pub fn restore(&mut self, now: Moment) -> Outgoing {
        let request_id = self.begin(now, Asked::Restore);
        self.outgoing(SystemTopic::PropertyRestore, &Ask { request_id, ..Ask::default() })
    }

    /// Asks for the desired values of these properties (desired.md).
    pub fn get_desired(&mut self, now: Moment, require: Vec<String>) -> Outgoing {
        let request_id = self.begin(now, Asked::DesiredGet(require.clone()));
        let body = DesiredGet { request_id, require, ..DesiredGet::default() };
        self.outgoing(SystemTopic::DesiredGet, &body)
    }

    /// Asks to delete desired values, each by identifier and version (desired.md). [`Self::desired`] has the versions
    /// that the platform last told.
    pub fn delete_desired(&mut self, now: Moment, delete: Vec<(String, i64)>) -> Outgoing {
        let request_id = self.begin(now, Asked::DesiredDelete(delete.clone()));
        let delete = delete.into_iter().map(|(id, version)| (id, DesiredVersion::of(version))).collect();
        let body = DesiredDelete { request_id, delete, ..DesiredDelete::default() };
        self.outgoing(SystemTopic::DesiredDelete, &body)
    }

    /// Reports an event, with or without its time in milliseconds since 1970, UTC (event.md).
    pub fn post_event(
        &mut self,
        now: Moment,
        identifier: &str,
        output: Object,
        time: Option<u64>,
    ) -> Outgoing {
        let request_id = self.begin(now, Asked::Event(identifier.to_owned()));
        let identifier = identifier.to_owned();
        let body = EventPost { request_id, identifier, output, time, ..EventPost::default() };
        self.outgoing(SystemTopic::EventPost, &body)
    }

    /// Answers a property set that waits (property.md); none if there is none with this RequestID. With success the
    /// values count as the device's own.
    pub fn answer_set(&mut self, now: Moment, request_id: &str, code: RetCode) -> Option<Outgoing> {
        let incoming = self.sets.answer(request_id)?;
        self.settle(incoming.clone(), Some(CommandAnswer { code, output: Object::new() }));
        let Call::Set(property) = incoming.call else { return None };
        if code.is_success() {
            for (identifier, value) in property {
                let known = Known { value, time: None, at: now, standing: Standing::Set };
                self.properties.put(&identifier, known);
            }
        }
        Some(self.set_reply(request_id, code))
    }

    /// Answers a command that waits (command.md); none if there is none with this RequestID.
    pub fn answer_command(&mut self, request_id: &str, answer: CommandAnswer) -> Option<Outgoing> {
        let incoming = self.commands.answer(request_id)?;
        self.settle(incoming.clone(), Some(answer.clone()));
        let Call::Command { identifier, .. } = incoming.call else { return None };
        Some(self.command_reply(request_id, identifier, answer))
    }

    /// Leaves a property set that waits without an answer, as a device that failed. Whether there was one.
    pub fn ignore_set(&mut self, request_id: &str) -> bool {
        let incoming = self.sets.answer(request_id);
        incoming.map(|incoming| self.settle(incoming, None)).is_some()
    }

    /// Leaves a command that waits without an answer: its caller is told that it ran out of time. Whether there was one.
    pub fn ignore_command(&mut self, request_id: &str) -> bool {
        let incoming = self.commands.answer(request_id);
        incoming.map(|incoming| self.settle(incoming, None)).is_some()
    }

    fn settle(&mut self, incoming: Incoming, answer: Option<CommandAnswer>) {
        let before = match &incoming.call {
            Call::Set(property) => {
                let known = |identifier: &String| {
                    let known = self.properties.map().get(identifier)?;
                    Some((identifier.clone(), known.value.clone()))
                };
                property.keys().filter_map(known).collect()
            }
            Call::Command { .. } => Object::new(),
        };
        if self.settled.len() == SETTLED {
            self.settled.pop_front();
        }
        self.settled_ever += 1;
        self.settled.push_back(Settled { incoming, number: self.settled_ever, answer, before });
    }

    pub(super) fn set_reply(&self, request_id: &str, ret_code: RetCode) -> Outgoing {
        let body = Reply { request_id: request_id.to_owned(), ret_code, ..Reply::default() };
        self.outgoing(SystemTopic::PropertySetReply, &body)
    }

    pub(super) fn command_reply(
        &self,
        request_id: &str,
        identifier: String,
        answer: CommandAnswer,
    ) -> Outgoing {
        let body = CommandReply {
            ret_code: answer.code,
            request_id: request_id.to_owned(),
            identifier,
            output: Some(answer.output),
            extra: Object::new(),
        };
        let topic = SystemTopic::command_reply_of(&self.device, request_id);
        Outgoing { topic, ..self.outgoing(SystemTopic::CommandReply, &body) }
    }

    fn begin(&mut self, now: Moment, asked: Asked) -> String {
        let (id, crowded_out) = self.requests.begin(now, asked);
        if let Some(request) = crowded_out {
            self.unanswered(&request);
        }
        id
    }

    fn outgoing(&self, topic: SystemTopic, body: &impl Serialize) -> Outgoing {
        // Objects whose keys are strings can always be written.
        let payload = serde_json::to_vec(body).unwrap_or_default();
        Outgoing { topic: topic.of(&self.device), payload, qos: QoS::AtLeastOnce }
    }
}
