//! The platform's services of the device: its messages go to them, and what they want to say is published like anything else.
//!
//! They live as long as the session's device is the same; a connection that is lost takes what was under way with it.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;

use super::ticker::Alarm;
use super::{Core, Device, Moment, Session, State, TopicName, random};
use crate::mqtt::{CloseInfo, Input, Publish, PublishError};
use crate::uiot::services::{Services, family_of};
use crate::uiot::{Credential, TopicFamily};

/// Messages of a service that [`Device::trail`] knows at most, the newest.
const TRAIL: usize = 200;

/// What the log says of a connection that the simulated upgrade cut.
const CUT: &str = "cut by the simulated OTA upgrade";

#[derive(Default)]
pub(super) struct Desk {
    services: Option<Services>,
    alarm: Option<(Moment, Alarm)>,
    /// Where in the journal the messages of each service stand, oldest first.
    trails: BTreeMap<TopicFamily, VecDeque<u64>>,
    /// Where the messages of its sub-devices stand, of all together.
    sub_trail: VecDeque<u64>,
    /// Why the last message that a service wanted published was not.
    unsent: Option<PublishError>,
    /// Whether anything changed since the screens were told.
    changed: bool,
}

impl Desk {
    /// The services, for the demo device.
    pub(super) fn services_mut(&mut self) -> Option<&mut Services> {
        self.services.as_mut()
    }
}

impl Device {
    /// Reads from the services; none where the session has no device of the platform.
    pub fn services<T>(&self, read: impl FnOnce(&Services) -> T) -> Option<T> {
        self.0.core.borrow().desk.services.as_ref().map(read)
    }

    /// Does something with the services; what they want published is published. None where the session has no device of the
    /// platform.
    ///
    /// # Errors
    /// Why a message of theirs could not be published; the service does not know, and will miss the answer.
    pub fn serve<T>(&self, act: impl FnOnce(&mut Services, Moment) -> T) -> Option<Result<T, PublishError>> {
        self.with_core(|core, now| {
            core.desk.unsent = None;
            let done = core.desk.services.as_mut().map(|services| act(services, now))?;
            core.desk.changed = true;
            core.run_services(now);
            Some(core.desk.unsent.take().map_or(Ok(done), Err))
        })
    }

    /// Where in the journal the last messages of these services stand, oldest first; those that are gone too.
    pub fn trail(&self, families: &[TopicFamily]) -> Vec<u64> {
        let core = self.0.core.borrow();
        let of = |family| core.desk.trails.get(family).into_iter().flatten().copied();
        let mut trail: Vec<_> = families.iter().flat_map(of).collect();
        trail.sort_unstable();
        trail
    }

    /// Cuts the connection where a service wants that, as if the network were gone: no DISCONNECT, and it is tried again as
    /// after any loss. What was said before goes out first.
    pub(super) fn cut_for_services(&self, core: &mut Core, now: Moment) -> bool {
        let wanted = core.desk.services.as_mut().is_some_and(|services| services.plays.take_cut());
        let Some(session) =
            core.session.as_mut().filter(|session| wanted && session.state() == State::Online)
        else {
            return false;
        };
        core.transport_number += 1;
        if let Some(transport) = core.transport.take() {
            transport.close();
        }
        // As browsers tell a connection that broke; the reason says who did it.
        let info = CloseInfo { code: 1006, reason: CUT.to_owned(), clean: false };
        session.handle_input(now, Input::Closed(info));
        self.drain_session(core, now)
    }

    /// Where in the journal the last messages on topics of known sub-devices stand, oldest first, of all sub-devices together.
    pub fn sub_trail(&self) -> Vec<u64> {
        self.0.core.borrow().desk.sub_trail.iter().copied().collect()
    }

    /// Sets the services' alarm, or takes it back.
    pub(super) fn time_services(&self, core: &mut Core, now: Moment) {
        let at = core.desk.services.as_ref().and_then(Services::next_due);
        if at == core.desk.alarm.as_ref().map(|(at, _)| *at) {
            return;
        }
        core.desk.alarm = at.map(|at| {
            let device = std::rc::Rc::downgrade(&self.0);
            let woken = move || {
                if let Some(inner) = device.upgrade() {
                    Self(inner).with_core(|core, now| {
                        core.desk.alarm = None;
                        if let Some(services) = &mut core.desk.services {
                            services.woken(now);
                        }
                        core.services_changed();
                    });
                }
            };
            (at, Alarm::after(at - now, woken))
        });
    }
}

impl Core {
    /// The session is now this device's at this broker, or nobody's that the platform knows.
    pub(super) fn serve_device(&mut self, device: Option<Credential>, same_broker: bool) {
        if same_broker && self.desk.services.as_ref().map(Services::device) == device.as_ref() {
            return;
        }
        // Answers to an earlier page may still be under way.
        let prefix = format!("{:04}-", random() % 10_000);
        let services = device.map(|device| Services::new(device, prefix));
        self.desk = Desk { services, ..Desk::default() };
        self.services_changed();
    }

    /// A message came.
    pub(super) fn services_receive(&mut self, now: Moment, message: &Publish) {
        let Some(services) = &mut self.desk.services else { return };
        // Most messages are none of theirs: that has to be cheap.
        if !message.topic.starts_with("/$system/") {
            return;
        }
        let Some(heard) = services.receive(now, &message.topic, &message.payload) else { return };
        if let Some(demo) = &mut self.demo {
            demo.heard(now, services, &heard);
        }
        self.services_changed();
    }

    /// A packet was appended to the journal: if it is a message of a service, that is remembered for its trail.
    pub(super) fn follow_trail(&mut self, seq: u64, packet: &[u8]) {
        let Some(services) = &self.desk.services else { return };
        let Some(topic) = topic_of(packet) else { return };
        let trail = match family_of(topic, services.device()) {
            Some(family) => self.desk.trails.entry(family).or_default(),
            None if services.gateway.carries(topic) => &mut self.desk.sub_trail,
            None => return,
        };
        if trail.len() == TRAIL {
            trail.pop_front();
        }
        trail.push_back(seq);
        self.desk.changed = true;
    }

    /// CONNACK came. A demo device that is to be silent stays so.
    pub(super) fn services_connected(&mut self, now: Moment) {
        // That connection is for the DeviceSecret alone.
        if self.is_registering() {
            return;
        }
        if let Some(services) = self.desk.services.as_mut().filter(|services| !services.is_driven) {
            services.connected(now);
            self.services_changed();
        }
    }

    /// The connection is gone.
    pub(super) fn services_disconnected(&mut self) {
        if let Some(services) = &mut self.desk.services {
            services.disconnected();
            self.services_changed();
        }
    }

    /// Publishes what the services have to say; whether that was anything.
    pub(super) fn run_services(&mut self, now: Moment) -> bool {
        let online =
            !self.is_registering() && self.session.as_ref().map(Session::state) == Some(State::Online);
        let (Some(services), Some(session)) = (&mut self.desk.services, &mut self.session) else {
            return false;
        };
        let mut said = false;
        while let Some(outgoing) = services.poll() {
            // Without a connection it goes nowhere, as with a device that has no memory for it.
            let sent = match TopicName::parse(&outgoing.topic) {
                Ok(topic) if online => {
                    session.publish(now, &topic, Bytes::from(outgoing.payload), outgoing.qos, false).map(drop)
                }
                _ => Err(PublishError::NotConnected),
            };
            match sent {
                Ok(()) => said = true,
                Err(error) => self.desk.unsent = Some(error),
            }
        }
        said
    }

    pub(super) fn services_changed(&mut self) {
        self.desk.changed = true;
    }

    /// Whether anything changed since the last call.
    pub(super) fn take_services_changed(&mut self) -> bool {
        std::mem::take(&mut self.desk.changed)
    }
}

/// The topic of a PUBLISH; of anything else none. Not more is looked at than that takes, for it is asked of every packet.
fn topic_of(packet: &[u8]) -> Option<&[u8]> {
    let (first, rest) = packet.split_first()?;
    if first >> 4 != 3 {
        return None;
    }
    let length = rest.iter().take(4).position(|byte| byte & 0x80 == 0)? + 1;
    let (size, rest) = rest.get(length..)?.split_first_chunk::<2>()?;
    rest.get(..usize::from(u16::from_be_bytes(*size)))
}
