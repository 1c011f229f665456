//! What the platform answers: one file a service. A service gets a message with a [`Context`], changes what the
//! registry knows, and leaves in the context what is to be sent.

pub mod gateway;
pub mod model;
pub mod ota;
pub mod registration;
pub mod shadow;
#[cfg(test)]
mod testing;

use std::time::Duration;

use serde::Serialize;

use super::choices::Choices;
use super::demo;
use super::random::Random;
use super::registry::Registry;
use super::trace::TraceEvent;
use crate::mqtt::Moment;
use crate::uiot::{Credential, RetCode, SystemTopic, limits};

/// Bytes of a PUBLISH that are not its payload, at most: its header, its packet identifier, and a topic of 128 bytes.
const AROUND_PAYLOAD: usize = 5 + 2 + 2 + limits::TOPIC_LENGTH;
/// Bytes of a RequestID that the answer repeats in any case; the documents' have about 18.
const REPEATED: usize = 1024;

/// What a service works with while it answers one message, one call of the cloud side, or one alarm.
pub(super) struct Context<'a> {
    /// The caller's clock.
    pub(super) now: Moment,
    /// Milliseconds since 1970, UTC.
    pub(super) wall: u64,
    /// What the platform knows.
    pub(super) registry: &'a mut Registry,
    /// What it does where the documents are silent.
    pub(super) choices: &'a Choices,
    /// Made-up identifiers and secrets.
    pub(super) random: &'a mut Random,
    /// What is to be done afterwards, in this order.
    pub(super) effects: Vec<Effect>,
}

/// What a service wants done.
#[derive(Debug)]
pub(super) enum Effect {
    /// A message to a device, on its own system topic; QoS as [`Choices::service_qos`] says. One that is not subscribed
    /// does not get it.
    Send { to: Credential, topic: SystemTopic, payload: Vec<u8> },
    /// A line for the trace of what the cloud sees.
    Trace { device: Credential, event: TraceEvent },
    /// [`alarm`] is to be called then.
    WakeAt { at: Moment, alarm: Alarm },
}

/// What a service waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Alarm {
    /// A device has had its time to answer a command.
    Command { device: Credential, request_id: String },
    /// The demo's application wants to do something with a device.
    Application { device: Credential },
}

impl Context<'_> {
    /// Sends a message to a device on its own system topic.
    pub(super) fn send(&mut self, to: &Credential, topic: SystemTopic, body: &impl Serialize) {
        match serde_json::to_vec(body) {
            Ok(payload) => self.effects.push(Effect::Send { to: to.clone(), topic, payload }),
            // A map with keys that are no strings: there is none.
            Err(_) => self.trace(to, TraceEvent::ServiceError { topic, why: "unwritable".into() }),
        }
    }

    /// Sends a message, if its packet is no longer than the platform allows.
    ///
    /// # Errors
    /// 220, and nothing is sent.
    pub(super) fn send_whole(
        &mut self,
        to: &Credential,
        topic: SystemTopic,
        body: &impl Serialize,
    ) -> CloudResult<()> {
        let payload = serde_json::to_vec(body).map_err(|_| RetCode::UNAVAILABLE)?;
        if payload.len() + AROUND_PAYLOAD > limits::PACKET_SIZE {
            return Err(RetCode::PARAMETER_EXCEEDS);
        }
        self.effects.push(Effect::Send { to: to.clone(), topic, payload });
        Ok(())
    }

    /// Answers a request on the topic `asked`. Where no packet holds the answer, what `error` makes of the RequestID, 220
    /// and the reason is sent in its place; without the RequestID if that is what is too long.
    pub(super) fn answer<E: Serialize>(
        &mut self,
        to: &Credential,
        asked: SystemTopic,
        request_id: &str,
        body: &impl Serialize,
        error: impl FnOnce(String, RetCode, String) -> E,
    ) {
        let Some(topic) = asked.reply() else { return };
        if let Err(code) = self.send_whole(to, topic, body) {
            let why = "the answer would be longer than a packet may be".to_owned();
            self.trace(to, TraceEvent::ServiceError { topic: asked, why: why.clone() });
            let repeated = if request_id.len() <= REPEATED { request_id } else { "" };
            self.send(to, topic, &error(repeated.to_owned(), code, why));
        }
    }

    /// Hands a message to the rule engine: there is none here, so it shows in the trace.
    pub(super) fn rule_engine(&mut self, device: &Credential, topic: SystemTopic, body: &impl Serialize) {
        let payload = serde_json::to_vec(body).unwrap_or_default();
        self.trace(device, TraceEvent::RuleEngine { topic, payload });
    }

    /// Adds a line to the trace.
    pub(super) fn trace(&mut self, device: &Credential, event: TraceEvent) {
        self.effects.push(Effect::Trace { device: device.clone(), event });
    }

    /// Calls [`alarm`] after this time.
    pub(super) fn wake_after(&mut self, after: Duration, alarm: Alarm) {
        self.effects.push(Effect::WakeAt { at: self.now + after, alarm });
    }
}

/// A message that a device may send came on one of its system topics. `request_id` is the last level of the answer to
/// a command.
pub(super) fn receive(
    cx: &mut Context<'_>,
    from: &Credential,
    topic: SystemTopic,
    request_id: Option<&str>,
    payload: &[u8],
) {
    use SystemTopic as T;
    match topic {
        T::Password => registration::receive(cx, from, payload),
        T::ShadowUpstream | T::ShadowGet => shadow::receive(cx, from, topic, payload),
        T::TemplateGet
        | T::PropertyPost
        | T::PropertySetReply
        | T::PropertyRestore
        | T::DesiredGet
        | T::DesiredDelete
        | T::EventPost
        | T::CommandReply => model::receive(cx, from, topic, request_id, payload),
        T::OtaUpstream => ota::receive(cx, from, payload),
        T::SubRegister
        | T::TopoAdd
        | T::TopoDelete
        | T::TopoGet
        | T::SubLogin
        | T::SubLogout
        | T::TopoFound => gateway::receive(cx, from, topic, payload),
        // The broker lets no device publish on the others.
        _ => {}
    }
}

/// A device came online or went offline: it is so from now on, and the rule engine hears of it (status.md).
pub(super) fn tell_status(cx: &mut Context<'_>, device: &Credential, online: bool) {
    let now = cx.now;
    if let Some(known) = cx.registry.device_mut(device) {
        known.online = online;
        known.since = Some(now);
    }
    let status = serde_json::json!({
        "ProductSN": device.product_sn,
        "DeviceSN": device.device_sn,
        "Status": if online { "Online" } else { "Offline" },
    });
    cx.rule_engine(device, SystemTopic::DeviceStatus, &status);
    if online {
        demo::application_sees(cx, device);
    }
}

/// What was set with [`Context::wake_after`] is due; it may have settled itself meanwhile.
pub(super) fn alarm(cx: &mut Context<'_>, alarm: Alarm) {
    match alarm {
        Alarm::Command { device, request_id } => model::command_overdue(cx, &device, &request_id),
        Alarm::Application { device } => demo::application_acts(cx, &device),
    }
}

/// A call of the cloud side that failed, with the code that the platform's API gives.
pub type CloudResult<T> = Result<T, RetCode>;
