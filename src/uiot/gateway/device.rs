use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::outcomes::Outcomes;
use super::{
    GatewayError, GatewayEvent, Known, Notice, Outcome, REQUESTS, Registration, Reply, Request, RequestKind,
    SUB_DEVICES, SubDevice, SubState, Waiting,
};
use crate::mqtt::{Moment, QoS, Secret};
use crate::uiot::{Credential, Misread, Outgoing, PlatformTopic, SystemTopic};

/// The gateway's side. Answers are matched to requests by RequestID and topic.
///
/// A request changes nothing until it is answered, and nothing if it is refused.
#[derive(Clone, Debug)]
pub struct Gateway {
    device: Credential,
    last_request: u64,
    requests: BTreeMap<String, Waiting>,
    sub_devices: BTreeMap<Credential, SubState>,
    outcomes: Outcomes,
}

impl Gateway {
    /// A gateway that knows of no sub-device.
    pub const fn new(device: Credential) -> Self {
        Self {
            device,
            last_request: 0,
            requests: BTreeMap::new(),
            sub_devices: BTreeMap::new(),
            outcomes: Outcomes::new(),
        }
    }

    /// What is known of sub-devices.
    pub const fn sub_devices(&self) -> &BTreeMap<Credential, SubState> {
        &self.sub_devices
    }

    /// The requests that wait for an answer, by RequestID.
    pub const fn requests(&self) -> &BTreeMap<String, Waiting> {
        &self.requests
    }

    /// How the last requests ended, and what the cloud said, oldest first.
    pub const fn outcomes(&self) -> &VecDeque<Outcome> {
        self.outcomes.list()
    }

    /// Whether a topic is one of a sub-device that is known. A gateway without any is asked for each message that comes, so that
    /// has to be cheap.
    pub fn carries(&self, topic: &[u8]) -> bool {
        if self.sub_devices.is_empty() {
            return false;
        }
        let device = match std::str::from_utf8(topic).ok().and_then(PlatformTopic::parse) {
            Some(PlatformTopic::System { device, .. } | PlatformTopic::Custom { device, .. }) => device,
            Some(PlatformTopic::Broadcast { product_sn, .. }) => {
                let first = Credential::new(product_sn, "");
                let next = self.sub_devices.range(first..).next();
                return product_sn != self.device.product_sn
                    && next.is_some_and(|(sub, _)| sub.product_sn == product_sn);
            }
            None => return false,
        };
        self.sub_devices.contains_key(&device)
    }

    /// Asks for the DeviceSecrets of these sub-devices, with the secrets of their products. Needed for dynamic
    /// registration only.
    pub fn register(
        &mut self,
        now: Moment,
        sub_devices: Vec<Registration>,
    ) -> Result<Outgoing, GatewayError> {
        let devices = sub_devices.iter().map(|sub| sub.device.clone()).collect();
        self.ask(now, RequestKind::Register, devices, sub_devices)
    }

    /// Tells the cloud's rule engine of sub-devices that were found.
    pub fn found(&mut self, now: Moment, sub_devices: Vec<Registration>) -> Result<Outgoing, GatewayError> {
        let devices = sub_devices.iter().map(|sub| sub.device.clone()).collect();
        self.ask(now, RequestKind::Found, devices, sub_devices)
    }

    /// Puts sub-devices behind this gateway, also if they are behind another one.
    pub fn topo_add(&mut self, now: Moment, devices: Vec<Credential>) -> Result<Outgoing, GatewayError> {
        self.ask_for(now, RequestKind::TopoAdd, devices)
    }

    /// Takes sub-devices away from this gateway.
    pub fn topo_delete(&mut self, now: Moment, devices: Vec<Credential>) -> Result<Outgoing, GatewayError> {
        self.ask_for(now, RequestKind::TopoDelete, devices)
    }

    /// Asks which sub-devices are behind this gateway.
    pub fn topo_get(&mut self, now: Moment) -> Result<Outgoing, GatewayError> {
        self.ask_for(now, RequestKind::TopoGet, Vec::new())
    }

    /// Says that sub-devices are online. From the answer on the gateway may use their topics.
    pub fn login(&mut self, now: Moment, devices: Vec<Credential>) -> Result<Outgoing, GatewayError> {
        self.ask_for(now, RequestKind::Login, devices)
    }

    /// Says that sub-devices are offline.
    pub fn logout(&mut self, now: Moment, devices: Vec<Credential>) -> Result<Outgoing, GatewayError> {
        self.ask_for(now, RequestKind::Logout, devices)
    }

    /// Takes a message on one of the topics `subdev/…` that a gateway subscribes.
    ///
    /// # Errors
    /// It is no such message; nothing changed.
    pub fn receive(
        &mut self,
        now: Moment,
        topic: SystemTopic,
        payload: &[u8],
    ) -> Result<GatewayEvent, Misread> {
        let (request_id, event) = self.take(topic, payload)?;
        self.outcomes.heard(now, &request_id, &event);
        Ok(event)
    }

    /// What a message changed, with its RequestID.
    fn take(&mut self, topic: SystemTopic, payload: &[u8]) -> Result<(String, GatewayEvent), Misread> {
        if let Some(notice) = Notice::on(topic) {
            return self.noticed(topic, notice, payload);
        }
        let kind = RequestKind::ALL.into_iter().find(|kind| kind.topic().reply() == Some(topic));
        match kind {
            Some(RequestKind::Register) => {
                let reply: Reply<Known> = read(topic, payload)?;
                Ok(self.replied(topic, RequestKind::Register, reply, |known| {
                    (known.device, Some(known.device_secret))
                }))
            }
            Some(kind) => {
                let reply: Reply<SubDevice> = read(topic, payload)?;
                Ok(self.replied(topic, kind, reply, |sub| (sub.device, None)))
            }
            None => Err(Misread { topic, why: "no topic that a gateway subscribes".into() }),
        }
    }

    /// When the next request has waited long enough.
    pub fn next_due(&self) -> Option<Moment> {
        self.requests.values().map(|waiting| waiting.due).min()
    }

    /// Gives up the requests that have waited long enough.
    pub fn expire(&mut self, now: Moment) -> Vec<(String, Waiting)> {
        let (due, kept): (BTreeMap<_, _>, _) =
            std::mem::take(&mut self.requests).into_iter().partition(|(_, waiting)| waiting.due <= now);
        self.requests = kept;
        for (request_id, waiting) in &due {
            self.outcomes.gave_up(Some(now), request_id, waiting);
        }
        due.into_iter().collect()
    }

    /// The connection is gone: the platform takes all sub-devices for offline, and no answer will come.
    pub fn disconnected(&mut self) -> Vec<(String, Waiting)> {
        for state in self.sub_devices.values_mut() {
            state.logged_in = false;
        }
        self.forget_strangers();
        let lost = std::mem::take(&mut self.requests);
        for (request_id, waiting) in &lost {
            self.outcomes.gave_up(None, request_id, waiting);
        }
        lost.into_iter().collect()
    }

    fn ask_for(
        &mut self,
        now: Moment,
        kind: RequestKind,
        devices: Vec<Credential>,
    ) -> Result<Outgoing, GatewayError> {
        let params = devices.iter().cloned().map(SubDevice::from).collect();
        self.ask(now, kind, devices, params)
    }

    fn ask<P: Serialize>(
        &mut self,
        now: Moment,
        kind: RequestKind,
        devices: Vec<Credential>,
        params: Vec<P>,
    ) -> Result<Outgoing, GatewayError> {
        if self.requests.len() >= REQUESTS {
            return Err(GatewayError::TooManyRequests);
        }
        self.last_request += 1;
        let request_id = self.last_request.to_string();
        // Only maps with keys that are no strings cannot be written, and there are none.
        let payload = serde_json::to_vec(&Request::new(&request_id, params)).unwrap_or_default();
        self.requests.insert(request_id, Waiting { kind, devices, due: now + kind.timeout() });
        Ok(Outgoing { topic: kind.topic().of(&self.device), payload, qos: QoS::AtLeastOnce })
    }

    fn replied<D>(
        &mut self,
        topic: SystemTopic,
        kind: RequestKind,
        reply: Reply<D>,
        part: impl Fn(D) -> (Credential, Option<Secret>),
    ) -> (String, GatewayEvent) {
        let asked = self.requests.get(&reply.request_id).is_some_and(|waiting| waiting.kind == kind);
        let Some(waiting) = asked.then(|| self.requests.remove(&reply.request_id)).flatten() else {
            let request_id = reply.request_id;
            return (request_id.clone(), GatewayEvent::Unasked { topic, request_id });
        };
        let request_id = reply.request_id;
        if !reply.ret_code.is_success() {
            let message = reply.message.unwrap_or_default();
            let event =
                GatewayEvent::Refused { kind, devices: waiting.devices, code: reply.ret_code, message };
            return (request_id, event);
        }
        let answered: Vec<_> = reply.data.unwrap_or_default().into_iter().map(part).collect();
        let (devices, left_out) = self.done(kind, waiting.devices, answered);
        self.forget_strangers();
        (request_id, GatewayEvent::Done { kind, devices, left_out })
    }

    fn done(
        &mut self,
        kind: RequestKind,
        asked: Vec<Credential>,
        answered: Vec<(Credential, Option<Secret>)>,
    ) -> (Vec<Credential>, usize) {
        match kind {
            RequestKind::Register => {
                let (devices, secrets): (Vec<_>, Vec<_>) = answered.into_iter().unzip();
                let mut secrets = secrets.into_iter();
                let left_out = self.change(&devices, true, |state| state.secret = secrets.next().flatten());
                (devices, left_out)
            }
            RequestKind::TopoGet => {
                let devices: Vec<_> = answered.into_iter().map(|(device, _)| device).collect();
                let there: BTreeSet<_> = devices.iter().collect();
                // Who is behind no gateway, or another one, is not logged in through this one.
                for (_, state) in self.sub_devices.iter_mut().filter(|(device, _)| !there.contains(device)) {
                    state.leave();
                }
                self.forget_strangers();
                let left_out = self.change(&devices, true, |state| state.in_topology = true);
                (devices, left_out)
            }
            RequestKind::TopoAdd => {
                let left_out = self.change(&asked, true, |state| state.in_topology = true);
                (asked, left_out)
            }
            RequestKind::Login => {
                let left_out = self.change(&asked, true, |state| state.logged_in = true);
                (asked, left_out)
            }
            RequestKind::TopoDelete => {
                self.change(&asked, false, SubState::leave);
                (asked, 0)
            }
            RequestKind::Logout => {
                self.change(&asked, false, |state| state.logged_in = false);
                (asked, 0)
            }
            RequestKind::Found => (asked, 0),
        }
    }

    fn noticed(
        &mut self,
        topic: SystemTopic,
        notice: Notice,
        payload: &[u8],
    ) -> Result<(String, GatewayEvent), Misread> {
        let (request_id, (devices, secrets)): (_, (Vec<_>, Vec<_>)) = match notice {
            Notice::Added | Notice::Removed => {
                let request: Request<Known> = read(topic, payload)?;
                let known = request.params.into_iter().map(|known| (known.device, Some(known.device_secret)));
                (request.request_id, known.unzip())
            }
            Notice::Enabled | Notice::Disabled | Notice::Deleted => {
                let request: Request<SubDevice> = read(topic, payload)?;
                (request.request_id, request.params.into_iter().map(|sub| (sub.device, None)).unzip())
            }
        };
        let mut secrets = secrets.into_iter();
        let left_out = match notice {
            Notice::Added => self.change(&devices, true, |state| {
                state.in_topology = true;
                state.secret = secrets.next().flatten();
            }),
            Notice::Removed => self.change(&devices, false, SubState::leave),
            Notice::Enabled => self.change(&devices, false, |state| state.disabled = false),
            // A disabled device is forced offline (create_devcies.md).
            Notice::Disabled => self.change(&devices, true, |state| {
                state.disabled = true;
                state.logged_in = false;
            }),
            Notice::Deleted => self.change(&devices, false, |state| *state = SubState::default()),
        };
        self.forget_strangers();
        Ok((request_id, GatewayEvent::Noticed { notice, devices, left_out }))
    }

    /// Changes what is known of devices; unknown ones are added if wanted. Returns how many had no room.
    fn change(&mut self, devices: &[Credential], add: bool, mut change: impl FnMut(&mut SubState)) -> usize {
        let mut left_out = 0;
        for device in devices {
            if let Some(state) = self.sub_devices.get_mut(device) {
                change(state);
            } else if add && self.sub_devices.len() < SUB_DEVICES {
                change(self.sub_devices.entry(device.clone()).or_default());
            } else {
                // So that what belongs to the next device is not taken for it.
                change(&mut SubState::default());
                left_out += usize::from(add);
            }
        }
        left_out
    }

    /// Of devices that are neither here nor known by a secret nothing need be remembered.
    fn forget_strangers(&mut self) {
        self.sub_devices.retain(|_, state| *state != SubState::default());
    }
}

impl SubState {
    fn leave(&mut self) {
        self.in_topology = false;
        self.logged_in = false;
    }
}

fn read<T: DeserializeOwned>(topic: SystemTopic, payload: &[u8]) -> Result<T, Misread> {
    serde_json::from_slice(payload).map_err(|error| {
        // What is of the wrong kind is quoted, and may be a secret.
        let hides = topic.carries_secret() && error.is_data();
        let why = if hides { "not of the documented form".to_owned() } else { error.to_string() };
        Misread { topic, why }
    })
}

#[cfg(test)]
mod tests;
