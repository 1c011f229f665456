//! Alarms that come in time, also while the page is hidden.
//!
//! Browsers slow the timers of a hidden page down to one a second, and soon (Chromium: a minute later) chains of them to
//! one a minute; the platform cuts a device that is silent for one and a half keep alives, which may be 45 s. Timers of a
//! worker are not slowed. The worker is made from a Blob, so that it also works in a page that was opened as a file.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use gloo_timers::callback::Timeout;
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, MessageEvent, Url, Worker};

/// Takes `[number, milliseconds]` and answers with the number when the time has come; no milliseconds take it back.
const SOURCE: &str = "const timers = new Map();
onmessage = ({ data: [number, wait] }) => {
  clearTimeout(timers.get(number));
  timers.delete(number);
  if (wait === undefined) return;
  timers.set(number, setTimeout(() => { timers.delete(number); postMessage(number); }, wait));
};";
/// The longest wait that `setTimeout` takes, in milliseconds.
const LONGEST: u32 = i32::MAX as u32;

thread_local! {
    static TICKER: Rc<Ticker> = Rc::new(Ticker::start());
}

/// An alarm that has not come yet. Dropping it takes it back.
pub struct Alarm(u32);

impl Alarm {
    /// Calls `act` once, after at least this time.
    pub fn after(wait: Duration, act: impl FnOnce() + 'static) -> Self {
        // Rounded up: an alarm that comes early would only have to be set again.
        let millis = u32::try_from(wait.as_micros().div_ceil(1000)).unwrap_or(LONGEST).min(LONGEST);
        TICKER.with(|ticker| Self(ticker.set(millis, Box::new(act))))
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        // Nothing is left to be taken back when the page itself goes.
        let _ = TICKER.try_with(|ticker| ticker.cancel(self.0));
    }
}

struct Pending {
    act: Box<dyn FnOnce()>,
    /// When it is due, by the page's clock in milliseconds.
    due: f64,
    /// The page's own timer, where there is no worker.
    timer: Option<Timeout>,
}

struct Ticker {
    /// None where the browser allows no worker.
    worker: RefCell<Option<Worker>>,
    pending: RefCell<HashMap<u32, Pending>>,
    next: Cell<u32>,
}

impl Ticker {
    fn start() -> Self {
        let worker = spawn().ok();
        if let Some(worker) = &worker {
            let ticked = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
                if let Some(number) = event.data().as_f64() {
                    fire(number as u32);
                }
            });
            let failed = Closure::<dyn FnMut()>::new(|| {
                // Later: this may come while the ticker is still being made.
                Timeout::new(0, || TICKER.with(|ticker| ticker.give_up_worker())).forget();
            });
            worker.set_onmessage(Some(ticked.as_ref().unchecked_ref()));
            worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
            // All three live as long as the page.
            ticked.forget();
            failed.forget();
        }
        Self { worker: RefCell::new(worker), pending: RefCell::default(), next: Cell::new(0) }
    }

    fn set(&self, millis: u32, act: Box<dyn FnOnce()>) -> u32 {
        let number = self.next.get();
        self.next.set(number.wrapping_add(1));
        let timer = if self.tell(number, Some(millis)) { None } else { Some(own_timer(number, millis)) };
        let due = now() + f64::from(millis);
        self.pending.borrow_mut().insert(number, Pending { act, due, timer });
        number
    }

    fn cancel(&self, number: u32) {
        let taken = self.pending.borrow_mut().remove(&number);
        if taken.is_some_and(|pending| pending.timer.is_none()) {
            self.tell(number, None);
        }
    }

    /// Tells the worker; whether there is one to tell.
    fn tell(&self, number: u32, millis: Option<u32>) -> bool {
        let worker = self.worker.borrow();
        let Some(worker) = worker.as_ref() else { return false };
        let message = Array::of1(&number.into());
        if let Some(millis) = millis {
            message.push(&millis.into());
        }
        worker.post_message(&message).is_ok()
    }

    /// The browser refused the worker after all: what waits for it waits for the page's timers.
    fn give_up_worker(&self) {
        if let Some(worker) = self.worker.borrow_mut().take() {
            worker.terminate();
        }
        for (number, pending) in self.pending.borrow_mut().iter_mut() {
            if pending.timer.is_none() {
                pending.timer = Some(own_timer(*number, (pending.due - now()).max(0.0) as u32));
            }
        }
    }
}

fn fire(number: u32) {
    let pending = TICKER.with(|ticker| ticker.pending.borrow_mut().remove(&number));
    if let Some(pending) = pending {
        (pending.act)();
    }
}

fn own_timer(number: u32, millis: u32) -> Timeout {
    Timeout::new(millis, move || fire(number))
}

fn now() -> f64 {
    js_sys::Date::now()
}

fn spawn() -> Result<Worker, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&SOURCE.into()), &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let worker = Worker::new(&url);
    // The worker has it by now.
    Url::revoke_object_url(&url)?;
    worker
}
