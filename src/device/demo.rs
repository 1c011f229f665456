//! The simulator's demo device: the session's firmware, so to speak. It hears what the device's services hear, and what it wants
//! to say goes out by them.

use std::rc::Rc;

use super::engine::with_engine;
use super::simulator::{Kind, Lent, simulator};
use super::ticker::Alarm;
use super::{Core, Device, Moment, QoS, Session, State, TopicFilter, random};
use crate::simulator::demo::Firmware;
use crate::storage::ConnectionPlan;
use crate::uiot::services::{Heard, Services};
use crate::uiot::{Credential, Direction, SystemTopic};

/// The services whose messages such a device takes; gateways have more, and its secret it knows already.
const SERVICES: [&str; 3] = ["tmodel/", "shadow/", "ota/"];
/// What the platform tells a gateway.
const GATEWAY: &str = "subdev/";

pub(super) struct Demo {
    lent: Rc<Lent>,
    /// None for a gateway: a person does what there is to do.
    firmware: Option<Firmware>,
    runs: bool,
    /// Whether its topics were subscribed. Once: what a person takes back stays taken back.
    subscribed: bool,
    alarm: Option<(Moment, Alarm)>,
}

impl Device {
    /// Connects as a demo device of the simulator in this page, the same as before where there was one; an existing
    /// connection is ended first.
    pub fn try_simulator(&self) {
        let device = self.clone();
        with_engine(move |engine| (engine.try_as)(&device, Kind::Device));
    }

    /// The same as a gateway. It has no firmware, and listens to what the platform tells gateways.
    pub fn try_gateway(&self) {
        let device = self.clone();
        with_engine(move |engine| (engine.try_as)(&device, Kind::Gateway));
    }

    pub(super) fn try_as(&self, kind: Kind) {
        let simulator = simulator();
        let own = {
            let core = self.0.core.borrow();
            let demo = core.demo.as_ref().filter(|demo| demo.lent.kind == kind);
            demo.map(|demo| Rc::clone(&demo.lent))
        };
        // It may have been deleted meanwhile, or made anew with another secret.
        let is_there = |lent: &Rc<Lent>| {
            simulator.act(|platform, _| {
                let known = platform.registry().device(&lent.device.credential);
                known.is_some_and(|known| known.secret == lent.device.secret)
            })
        };
        let own = own.filter(is_there);
        let Some(lent) = own.or_else(|| simulator.lend(kind).map(Rc::new)) else { return };
        // Its serial numbers are our own: they fit.
        if let Some(plan) = ConnectionPlan::simulated(&lent.device.credential, lent.device.secret.clone()) {
            self.connect_as(plan, Some(Demo::new(lent)));
        }
    }

    /// Connects as this device of the simulator; an existing connection is ended first. One of the demo product has its
    /// firmware. Nothing happens if there is no such device.
    pub fn connect_simulated(&self, credential: &Credential) {
        let (device, credential) = (self.clone(), credential.clone());
        with_engine(move |engine| (engine.simulate)(&device, &credential));
    }

    pub(super) fn simulate_now(&self, device: &Credential) {
        let Some(lent) = simulator().lend_this(device) else { return };
        // Its serial numbers are the platform's: they fit.
        if let Some(plan) = ConnectionPlan::simulated(&lent.device.credential, lent.device.secret.clone()) {
            self.connect_as(plan, Some(Demo::new(Rc::new(lent))));
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
        let firmware = demo.firmware.as_ref().filter(|_| online && demo.runs);
        let at = firmware.and_then(Firmware::wake_at);
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
        let firmware = (lent.kind == Kind::Device).then(|| Firmware::new(random()));
        Self { lent, firmware, runs: true, subscribed: false, alarm: None }
    }

    /// Whether it runs by itself; none if it cannot.
    pub(super) fn runs(&self) -> Option<bool> {
        self.firmware.as_ref().map(|_| self.runs)
    }

    /// The device's services heard something.
    pub(super) fn heard(&mut self, now: Moment, services: &mut Services, heard: &Heard) {
        if let Some(firmware) = self.firmware.as_mut().filter(|_| self.runs) {
            firmware.heard(now, services, heard);
        }
    }

    /// What it subscribes: all that the thing model, the shadow and OTA send to a device, or that the platform tells a
    /// gateway, and the topic that every product has for the cloud to write to.
    fn filters(&self) -> impl Iterator<Item = TopicFilter> {
        let is_sent = |topic: &&SystemTopic| {
            let of = |service: &str| topic.suffix().starts_with(service);
            let listens = match self.lent.kind {
                Kind::Device | Kind::Plain => SERVICES.into_iter().any(of),
                Kind::Gateway => of(GATEWAY),
            };
            listens && topic.direction() == Direction::Down
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
            let is_driven = self.demo.as_ref().is_some_and(|demo| demo.firmware.is_some());
            // What a person changed of it stays so when it connects again.
            if !is_driven {
                services.is_driven = false;
            } else if !services.is_driven {
                Firmware::drive(services);
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
        let firmware = self.demo.as_mut().and_then(|demo| demo.firmware.as_mut());
        if let (Some(firmware), Some(services)) = (firmware, self.desk.services_mut()) {
            firmware.online(now, services);
        }
    }

    fn demo_is_woken(&mut self, now: Moment) {
        if let (Some(demo), Some(services)) = (&mut self.demo, self.desk.services_mut()) {
            demo.alarm = None;
            if let Some(firmware) = &mut demo.firmware {
                firmware.woken(now, services);
            }
            self.services_changed();
        }
    }

    fn is_online(&self) -> bool {
        self.session.as_ref().map(Session::state) == Some(State::Online)
    }
}
