//! Tells the screens that something changed, at most once a frame.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use gloo_timers::callback::Timeout;
use wasm_bindgen::prelude::*;

use super::{Changes, Moment};

/// While more rows than this come in a second, the journal is shown four times a second (guide: "Log").
const FAST_ROWS: u64 = 30;
const SLOW_MILLIS: u32 = 250;
/// While more than these come, nobody reads them as they go by: the time is better spent on a smooth page.
const FLOOD_ROWS: u64 = 5_000;
const FLOOD_MILLIS: u32 = 400;
/// Frames do not come while the page is hidden; a timer does, if slowly.
const HIDDEN_MILLIS: u32 = 500;

pub(super) struct Frames(Rc<State>);

struct State {
    on_change: Box<dyn Fn(Changes)>,
    pending: Cell<Changes>,
    scheduled: Cell<bool>,
    timer: RefCell<Option<Timeout>>,
    frame: RefCell<Option<Closure<dyn FnMut()>>>,
    /// Start of the present second, rows that came in it, rows that came in the one before.
    second: Cell<(Moment, u64, u64)>,
}

impl Frames {
    pub(super) fn new(on_change: impl Fn(Changes) + 'static) -> Self {
        let state = Rc::new(State {
            on_change: Box::new(on_change),
            pending: Cell::default(),
            scheduled: Cell::default(),
            timer: RefCell::default(),
            frame: RefCell::default(),
            second: Cell::new((Moment::ZERO, 0, 0)),
        });
        let weak = Rc::downgrade(&state);
        let frame = Closure::new(move || {
            if let Some(state) = weak.upgrade() {
                state.publish();
            }
        });
        *state.frame.borrow_mut() = Some(frame);
        Self(state)
    }

    /// Asks for a call of `on_change` soon; `rows` came since the last request.
    pub(super) fn request(&self, now: Moment, changes: Changes, rows: u64) {
        let state = &self.0;
        let before = state.pending.get();
        state.pending.set(Changes {
            state: before.state || changes.state,
            journal: before.journal || changes.journal,
            services: before.services || changes.services,
        });
        let pace = match state.count(now, rows) {
            flood if flood > FLOOD_ROWS => Some(FLOOD_MILLIS),
            fast if fast > FAST_ROWS => Some(SLOW_MILLIS),
            _ => None,
        };
        if state.scheduled.replace(true) {
            return;
        }
        let Some(window) = web_sys::window() else { return };
        let hidden = window.document().is_some_and(|document| document.hidden());
        let waits = if hidden { Some(HIDDEN_MILLIS) } else { pace };
        let frame = state.frame.borrow();
        let asked = match (waits, frame.as_ref()) {
            (None, Some(frame)) => window.request_animation_frame(frame.as_ref().unchecked_ref()).is_ok(),
            _ => false,
        };
        if !asked {
            let weak = Rc::downgrade(state);
            *state.timer.borrow_mut() = Some(Timeout::new(waits.unwrap_or(16), move || {
                if let Some(state) = weak.upgrade() {
                    state.publish();
                }
            }));
        }
    }
}

impl State {
    fn publish(&self) {
        self.scheduled.set(false);
        (self.on_change)(self.pending.take());
    }

    /// Counts the rows of the present second; gives that or the count of the second before, whichever is more.
    fn count(&self, now: Moment, rows: u64) -> u64 {
        let (start, count, before) = self.second.get();
        let (start, count, before) = match (now - start).as_millis() {
            0..1000 => (start, count, before),
            1000..2000 => (start + Duration::from_secs(1), 0, count),
            _ => (now, 0, 0),
        };
        self.second.set((start, count + rows, before));
        before.max(count + rows)
    }
}
