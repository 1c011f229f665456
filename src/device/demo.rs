//! The simulator's demo device: the session's firmware, so to speak. It hears what the device's services hear, and what it wants
//! to say goes out by them.

use std::rc::Rc;

use super::simulator::Lent;
use super::ticker::Alarm;
use super::{Core, Device, Moment, QoS, Session, Simulator, State, TopicFilter, random};
use crate::simulator::demo::Firmware;
use crate::storage::ConnectionPlan;
use crate::uiot::services::{Heard, Services};
use crate::uiot::{Direction, SystemTopic};

/// The services whose messages such a device takes; gateways have more, and its secret it knows already.
const SERVICES: [&str; 3] = ["tmodel/", "shadow/", "ota/"];

pub(super) struct Demo {
    lent: Rc<Lent>,
    firmware: Firmware,
    runs: bool,
    /// Whether its topics were subscribed. Once: what a person takes back stays taken back.
    subscribed: bool,
    alarm: Option<(Moment, Alarm)>,
}

impl Device {
    /// Connects as a demo device of the simulator in this page, the same as before where there was one; an existing
    /// connection is ended first.
    pub fn try_simulator(&self, simulator: &Simulator) {
        let own = self.0.core.borrow().demo.as_ref().map(|demo| Rc::clone(&demo.lent));
        let Some(lent) = own.or_else(|| simulator.lend().map(Rc::new)) else { return };
        // Its serial numbers are our own: they fit.
        if let Some(plan) = ConnectionPlan::simulated(&lent.device.credential, lent.device.secret.clone()) {
            self.connect_as(plan, Some(Demo::new(lent)));
        }
    }

    /// Lets the demo device run by itself, or be silent: then nothing is reported and nothing answered.
    pub fn run_demo(&self, runs: bool) {
        self.with_core(|core, now| {
            let online = core.is_online();
            if let Some(demo) = &mut core.demo {
                demo.runs = runs;
                if runs && online {
                    core.switch_on_demo(now);
                } else if let Some(services) = core.desk.services_mut() {
                    Firmware::silence(services);
                    core.services_changed();
                }
            }
        });
    }

    /// Sets the demo device's alarm, or takes it back.
    pub(super) fn time_demo(&self, core: &mut Core, now: Moment) {
        let online = core.is_online();
        let Some(demo) = &mut core.demo else { return };
        let at = demo.firmware.wake_at().filter(|_| online && demo.runs);
        if at == demo.alarm.as_ref().map(|(at, _)| *at) {
            return;
        }
        demo.alarm = at.map(|at| {
            let device = Rc::downgrade(&self.0);
            let woken = move || {
                if let Some(inner) = device.upgrade() {
                    Self(inner).with_core(Core::demo_is_woken);
                }
            };
            (at, Alarm::after(at - now, woken))
        });
    }
}

impl Demo {
    fn new(lent: Rc<Lent>) -> Self {
        let firmware = Firmware::new(random());
        Self { lent, firmware, runs: true, subscribed: false, alarm: None }
    }

    /// Whether it runs by itself.
    pub(super) fn runs(&self) -> bool {
        self.runs
    }

    /// The device's services heard something.
    pub(super) fn heard(&mut self, now: Moment, services: &mut Services, heard: &Heard) {
        if self.runs {
            self.firmware.heard(now, services, heard);
        }
    }

    /// What it subscribes: all that the thing model, the shadow and OTA send to a device, and the topic that every
    /// product has for the cloud to write to.
    fn filters(&self) -> impl Iterator<Item = TopicFilter> {
        let is_sent = |topic: &&SystemTopic| {
            let of_service = SERVICES.iter().any(|service| topic.suffix().starts_with(service));
            of_service && topic.direction() == Direction::Down
        };
        let device = &self.lent.device.credential;
        let system = SystemTopic::ALL.iter().filter(is_sent).map(|topic| topic.of(device));
        let custom = format!("/{}/{}/set", device.product_sn, device.device_sn);
        system.chain([custom]).filter_map(|filter| TopicFilter::parse(&filter).ok())
    }
}

impl Core {
    /// Another device takes the place of the demo device, or it that of another. Its subscriptions go with it: they are
    /// of no use to anybody else.
    pub(super) fn replace_demo(&mut self, now: Moment, new: Option<Demo>) {
        let old = std::mem::replace(&mut self.demo, new);
        if let Some(services) = self.desk.services_mut() {
            match &self.demo {
                // What a person changed of it stays so when it connects again.
                Some(_) if services.is_driven => {}
                Some(_) => Firmware::drive(services),
                None => services.is_driven = false,
            }
        }
        if let (Some(old), Some(session)) = (old, &mut self.session) {
            for filter in old.filters() {
                // Without a connection nothing can stand against it.
                let _ = session.unsubscribe(now, &filter);
            }
        }
    }

    /// CONNACK came.
    pub(super) fn demo_is_online(&mut self, now: Moment) {
        let (Some(demo), Some(session)) = (&mut self.demo, &mut self.session) else { return };
        if !std::mem::replace(&mut demo.subscribed, true) {
            for filter in demo.filters() {
                // Fails only if there is no packet identifier left, of 65,535.
                let _ = session.subscribe(now, filter, QoS::AtLeastOnce);
            }
        }
        if demo.runs {
            self.switch_on_demo(now);
        }
    }

    fn switch_on_demo(&mut self, now: Moment) {
        if let (Some(demo), Some(services)) = (&mut self.demo, self.desk.services_mut()) {
            demo.firmware.online(now, services);
        }
    }

    fn demo_is_woken(&mut self, now: Moment) {
        if let (Some(demo), Some(services)) = (&mut self.demo, self.desk.services_mut()) {
            demo.alarm = None;
            demo.firmware.woken(now, services);
            self.services_changed();
        }
    }

    fn is_online(&self) -> bool {
        self.session.as_ref().map(Session::state) == Some(State::Online)
    }
}
