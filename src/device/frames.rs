//! Tells the screens that something changed, at most once a frame.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use wasm_bindgen::prelude::*;

use super::Changes;

/// While more rows than this come in a second, the journal is shown four times a second (guide: "Log").
const FAST_ROWS: u32 = 30;
const SLOW_MILLIS: u32 = 250;
/// Frames do not come while the page is hidden; a timer does, if slowly.
const HIDDEN_MILLIS: u32 = 500;

pub(super) struct Frames(Rc<State>);

struct State {
    on_change: Box<dyn Fn(Changes)>,
    pending: Cell<Changes>,
    scheduled: Cell<bool>,
    timer: RefCell<Option<Timeout>>,
    frame: RefCell<Option<Closure<dyn FnMut()>>>,
    /// Start of the present second and what was requested in it.
    second: Cell<(f64, u32)>,
}

impl Frames {
    pub(super) fn new(on_change: impl Fn(Changes) + 'static) -> Self {
        let state = Rc::new(State {
            on_change: Box::new(on_change),
            pending: Cell::default(),
            scheduled: Cell::default(),
            timer: RefCell::default(),
            frame: RefCell::default(),
            second: Cell::new((0.0, 0)),
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

    /// Asks for a call of `on_change` soon.
    pub(super) fn request(&self, changes: Changes) {
        let state = &self.0;
        let before = state.pending.get();
        state.pending.set(Changes {
            state: before.state || changes.state,
            journal: before.journal || changes.journal,
        });
        let fast = state.count(changes.journal) > FAST_ROWS;
        if state.scheduled.replace(true) {
            return;
        }
        let Some(window) = web_sys::window() else { return };
        let hidden = window.document().is_some_and(|document| document.hidden());
        let waits = match (hidden, fast) {
            (true, _) => Some(HIDDEN_MILLIS),
            (false, true) => Some(SLOW_MILLIS),
            (false, false) => None,
        };
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

    /// Counts what is requested in the present second.
    fn count(&self, journal: bool) -> u32 {
        let now = js_sys::Date::now();
        let (start, mut count) = self.second.get();
        let fresh = !(0.0..1000.0).contains(&(now - start));
        if fresh {
            count = 0;
        }
        count += u32::from(journal);
        self.second.set((if fresh { now } else { start }, count));
        count
    }
}
