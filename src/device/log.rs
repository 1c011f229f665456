//! The journals of the devices, held apart from what is at work on them, so that they can be saved when that has panicked.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use super::{Clock, Inner};
use crate::journal::{Ack, Direction, Journal, Note, WallClock};
use crate::mqtt::Moment;
use crate::storage::ConnectionPlan;

thread_local! {
    /// Every device that there is.
    static DEVICES: RefCell<Vec<Weak<Inner>>> = const { RefCell::new(Vec::new()) };
}

/// A device's journal. Clones are handles to the same one; it is borrowed for as long as a call takes.
#[derive(Clone, Default)]
pub(super) struct Log(Rc<RefCell<Journal>>);

impl Log {
    pub(super) fn read<T>(&self, read: impl FnOnce(&Journal) -> T) -> T {
        read(&self.0.borrow())
    }

    pub(super) fn write<T>(&self, write: impl FnOnce(&mut Journal) -> T) -> T {
        write(&mut self.0.borrow_mut())
    }

    pub(super) fn total(&self) -> u64 {
        self.0.borrow().total()
    }

    pub(super) fn append_packet(&self, at: Moment, direction: Direction, packet: &[u8]) -> u64 {
        self.0.borrow_mut().append_packet(at, direction, packet)
    }

    pub(super) fn append_note(&self, at: Moment, note: Note) {
        self.0.borrow_mut().append_note(at, note);
    }

    pub(super) fn set_ack(&self, seq: u64, ack: Ack) {
        self.0.borrow_mut().set_ack(seq, ack);
    }

    pub(super) fn mark_answer(&self, ack: Ack) {
        self.0.borrow_mut().mark_answer(ack);
    }
}

/// Remembers a device for [`rescue`].
pub(super) fn remember(device: &Rc<Inner>) {
    DEVICES.with_borrow_mut(|devices| {
        devices.retain(|known| known.strong_count() > 0);
        devices.push(Rc::downgrade(device));
    });
}

/// Goes through the journals after a panic, touching nothing that was at work then: with what each device connected, its clock,
/// and its journal if that was not being written.
pub fn rescue(mut each: impl FnMut(Option<&ConnectionPlan>, WallClock, Option<&Journal>)) {
    let devices = DEVICES.with(|devices| match devices.try_borrow() {
        Ok(devices) => devices.iter().filter_map(Weak::upgrade).collect(),
        Err(_) => Vec::new(),
    });
    for device in devices {
        let plan = device.plan.try_borrow().ok();
        let plan = plan.as_ref().and_then(|plan| plan.as_ref());
        let clock = Clock::wall(&device.clock);
        match device.log.0.try_borrow() {
            Ok(journal) => each(plan, clock, Some(&journal)),
            Err(_) => each(plan, clock, None),
        }
    }
}
