//! What makes a device do anything: the session's outputs carried out, the way to a connection, the simulator. A part of the
//! program of its own ([`crate::parts`]): a form that is filled in needs none of it.

use std::cell::Cell;

use super::simulator::Kind;
use super::wanted::Wanted;
use super::{Core, Device, Moment};
use crate::parts::{Part, part};
use crate::storage::ConnectionPlan;
use crate::uiot::Credential;

/// The ways into the part. Who calls what they lead to by its own name takes it out of the part.
#[derive(Clone, Copy)]
pub struct Engine {
    pub(super) drain: fn(&Device, &mut Core, Moment) -> bool,
    pub(super) nudge: fn(&Device),
    pub(super) connect: fn(&Device, ConnectionPlan, &[Wanted]),
    pub(super) register: fn(&Device, ConnectionPlan, Vec<Wanted>),
    pub(super) try_as: fn(&Device, Kind),
    pub(super) simulate: fn(&Device, &Credential),
    /// How many faults hold for a device of the simulator.
    pub(super) faults: fn(Option<&Credential>) -> usize,
    /// The DeviceSN of a device of the simulator that never logged in.
    pub(super) unregistered: fn() -> String,
}

part!(ENGINE: Engine = session, fetch_engine, whole_engine => Engine {
    drain: Device::carry_out,
    nudge: Device::nudge_now,
    connect: Device::connect_now,
    register: Device::register_now,
    try_as: Device::try_as,
    simulate: Device::simulate_now,
    faults: super::simulator::faults,
    unregistered: super::simulator::unregistered,
});

thread_local! {
    static THERE: Cell<Option<Engine>> = const { Cell::new(None) };
}

/// The engine, where it is there. Quick: this is asked for each packet.
pub(super) fn running() -> Option<Engine> {
    THERE.get()
}

/// The part, for who fetches it beforehand.
pub const fn engine() -> Part<Engine> {
    ENGINE
}

/// Does something that needs the engine: at once, or as soon as it came.
pub fn with_engine(act: impl FnOnce(Engine) + 'static) {
    ENGINE.with(|engine| {
        THERE.set(Some(engine));
        act(engine);
    });
}

impl Engine {
    /// How many of the simulator's faults hold for this device.
    pub fn faults(self, device: Option<&Credential>) -> usize {
        (self.faults)(device)
    }

    /// The DeviceSN of a device of the simulator that never logged in. They are not those that sessions are lent.
    pub fn unregistered(self) -> String {
        (self.unregistered)()
    }
}
