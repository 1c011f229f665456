//! The platform in the page: one for the whole page, made when it is first needed. Another tab has its own.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use super::ticker::Alarm;
use super::{Clock, Moment, random};
use crate::simulator::demo::{self, DemoDevice};
use crate::simulator::{Activation, Platform};
use crate::transport::{Act, Chunking, Hub, Surroundings};
use crate::uiot::Credential;

/// How many devices are tried for one that can still register.
const TRIED: u32 = 10_000;

/// See the [module's docs](self). Clones are handles to the same simulator.
#[derive(Clone)]
pub struct Simulator {
    hub: Hub<Platform>,
    /// The numbers of the devices, and of the gateways, that sessions have.
    lent: Rc<RefCell<BTreeSet<(Kind, u32)>>>,
}

/// Which of the simulator's devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The demo device, with its firmware.
    Device,
    /// A gateway, which does nothing by itself.
    Gateway,
    /// A device of another product: no firmware is made for it.
    Plain,
}

/// A device of the simulator that one session has to itself. Dropping it lets another have it.
pub(super) struct Lent {
    pub(super) device: DemoDevice,
    pub(super) kind: Kind,
    /// None where another session had it first, or where devices of its kind have no numbers.
    number: Option<u32>,
    all: Rc<RefCell<BTreeSet<(Kind, u32)>>>,
}

impl Drop for Lent {
    fn drop(&mut self) {
        // Nobody holds on to the numbers while a device goes.
        if let (Some(number), Ok(mut all)) = (self.number, self.all.try_borrow_mut()) {
            all.remove(&(self.kind, number));
        }
    }
}

thread_local! {
    static PAGE: OnceCell<Simulator> = const { OnceCell::new() };
}

/// The simulator of this page.
pub fn simulator() -> Simulator {
    PAGE.with(|page| page.get_or_init(Simulator::start).clone())
}

/// How many faults hold for a device of the simulator.
pub(super) fn faults(device: Option<&Credential>) -> usize {
    simulator().act(|platform, _| platform.faults_of(device).count())
}

/// The DeviceSN of the first device of a row that never logged in.
pub(super) fn unregistered() -> String {
    let name = |number: u32| format!("new-device-{number:02}");
    simulator().act(|platform, _| {
        let is_new = |name: &String| {
            let known = platform.registry().device(&Credential::new(demo::PRODUCT, name.clone()));
            known.is_none_or(|device| device.activation != Activation::Activated)
        };
        (1..TRIED).map(name).find(is_new).unwrap_or_else(|| name(1))
    })
}

impl Simulator {
    fn start() -> Self {
        let clock = Clock::start();
        let mut platform = Platform::new(clock.millis_at_zero(), random());
        let now = clock.now();
        demo::install(&mut platform, now);
        // Somebody with an app on his phone, so that there is something to answer.
        platform.run_application(now, demo::PRODUCT, true);
        let surroundings = Browser { clock, alarm: RefCell::default() };
        // As brokers do: a packet a WebSocket message.
        Self { hub: Hub::new(platform, surroundings, Chunking::AsSent), lent: Rc::default() }
    }

    /// Does something on the cloud's side. `act` must not use the simulator.
    pub fn act<T>(&self, act: impl FnOnce(&mut Platform, Moment) -> T) -> T {
        self.hub.act(act)
    }

    /// The first device of this kind that no session has. None once the product has all the devices that it may have.
    pub(super) fn lend(&self, kind: Kind) -> Option<Lent> {
        let number = {
            let lent = self.lent.borrow();
            (1..).find(|number| !lent.contains(&(kind, *number)))?
        };
        let device = self.act(|platform, now| match kind {
            Kind::Device => demo::device(platform, number),
            Kind::Gateway => demo::gateway(platform, now, number),
            Kind::Plain => None,
        })?;
        self.lent.borrow_mut().insert((kind, number));
        Some(Lent { device, kind, number: Some(number), all: Rc::clone(&self.lent) })
    }

    /// A certain device of the platform, whether another session has it or not. None if there is no such device.
    pub(super) fn lend_this(&self, credential: &Credential) -> Option<Lent> {
        let (device, gateway) = self.act(|platform, _| {
            let product = platform.registry().product(&credential.product_sn)?;
            let secret = product.devices.get(&credential.device_sn)?.secret.clone();
            let product_secret = product.secret.clone();
            Some((DemoDevice { credential: credential.clone(), secret, product_secret }, product.gateway))
        })?;
        let kind = match gateway {
            true => Kind::Gateway,
            false if credential.product_sn == demo::PRODUCT => Kind::Device,
            false => Kind::Plain,
        };
        let number = demo::number(credential).filter(|number| self.lent.borrow_mut().insert((kind, *number)));
        Some(Lent { device, kind, number, all: Rc::clone(&self.lent) })
    }

    pub(super) fn hub(&self) -> &Hub<Platform> {
        &self.hub
    }
}

/// What the hub needs of the browser. Neither microtasks nor the worker's alarms are slowed in a hidden tab.
struct Browser {
    clock: Clock,
    alarm: RefCell<Option<Alarm>>,
}

impl Surroundings for Browser {
    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn millis_at_zero(&self) -> u64 {
        self.clock.millis_at_zero()
    }

    fn defer(&self, act: Act) {
        wasm_bindgen_futures::spawn_local(async move { act() });
    }

    fn wake(&self, alarm: Option<(Moment, Act)>) {
        let alarm = alarm.map(|(at, act)| Alarm::after(at - self.clock.now(), act));
        *self.alarm.borrow_mut() = alarm;
    }
}
