//! The page's side of the worker that has the sockets.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::{Array, Float64Array, Uint8Array, Uint32Array};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, MessageEvent, Url, Worker};

use super::direct::DirectSocket;
use crate::transport::{Batch, CloseInfo, TransportEvent};

const SOURCE: &str = include_str!("worker.js");

thread_local! {
    static POOL: Rc<Pool> = Rc::new(Pool::start());
}

struct Pool {
    /// None where the browser allows no worker.
    worker: RefCell<Option<Worker>>,
    /// Whether the worker runs.
    ready: Cell<bool>,
    sockets: RefCell<HashMap<u32, Rc<Socket>>>,
    next: Cell<u32>,
    /// What the worker's clock is behind the page's, in milliseconds: the least that was ever seen, for a message takes its
    /// time.
    behind: Cell<f64>,
}

struct Socket {
    url: String,
    sub_protocol: String,
    on_event: Rc<dyn Fn(TransportEvent)>,
    /// The page's own socket, where there is no worker.
    direct: RefCell<Option<DirectSocket>>,
}

/// Opens a socket and gives its number.
pub(super) fn open(
    url: &str,
    sub_protocol: &str,
    on_event: impl Fn(TransportEvent) + 'static,
) -> Result<u32, String> {
    let pool = POOL.with(Rc::clone);
    // 0 is the worker itself.
    let number = pool.next.get().wrapping_add(1).max(1);
    pool.next.set(number);
    let socket = Socket {
        url: url.to_owned(),
        sub_protocol: sub_protocol.to_owned(),
        on_event: Rc::new(on_event),
        direct: RefCell::default(),
    };
    let words = [JsValue::from("open"), url.into(), sub_protocol.into()];
    if !pool.tell(number, &words) {
        socket.open_directly()?;
    }
    pool.sockets.borrow_mut().insert(number, Rc::new(socket));
    Ok(number)
}

/// Sends bytes in one frame.
pub(super) fn send(number: u32, bytes: &[u8]) {
    let pool = POOL.with(Rc::clone);
    let Some(socket) = pool.socket(number) else { return };
    let direct = socket.direct.borrow();
    match direct.as_ref() {
        Some(direct) => direct.send(bytes),
        None => {
            pool.tell(number, &["send".into(), Uint8Array::from(bytes).into()]);
        }
    }
}

/// Closes in order; nothing more is told of it.
pub(super) fn close(number: u32) {
    end(number, "close", DirectSocket::close);
}

/// Closes at once; nothing more is told of it.
pub(super) fn abandon(number: u32) {
    end(number, "drop", drop);
}

fn end(number: u32, command: &str, direct: fn(DirectSocket)) {
    // The pool may be gone with the page.
    let Ok(pool) = POOL.try_with(Rc::clone) else { return };
    let Some(socket) = pool.sockets.borrow_mut().remove(&number) else { return };
    match socket.direct.take() {
        Some(socket) => direct(socket),
        None => {
            pool.tell(number, &[command.into()]);
        }
    }
}

impl Socket {
    fn open_directly(&self) -> Result<(), String> {
        let on_event = Rc::clone(&self.on_event);
        let socket = DirectSocket::open(&self.url, &self.sub_protocol, move |event| on_event(event))?;
        *self.direct.borrow_mut() = Some(socket);
        Ok(())
    }
}

impl Pool {
    fn start() -> Self {
        let worker = spawn().ok();
        if let Some(worker) = &worker {
            let told = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
                let words: Array = event.data().unchecked_into();
                POOL.with(Rc::clone).told(&words);
            });
            let failed = Closure::<dyn FnMut()>::new(|| POOL.with(Rc::clone).give_up_worker());
            worker.set_onmessage(Some(told.as_ref().unchecked_ref()));
            worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
            // All three live as long as the page.
            told.forget();
            failed.forget();
        }
        Self {
            worker: RefCell::new(worker),
            ready: Cell::new(false),
            sockets: RefCell::default(),
            next: Cell::new(0),
            behind: Cell::new(f64::INFINITY),
        }
    }

    fn socket(&self, number: u32) -> Option<Rc<Socket>> {
        self.sockets.borrow().get(&number).cloned()
    }

    /// Tells the worker; whether there is one to tell.
    fn tell(&self, number: u32, words: &[JsValue]) -> bool {
        let worker = self.worker.borrow();
        let Some(worker) = worker.as_ref() else { return false };
        let message = Array::of1(&number.into());
        for word in words {
            message.push(word);
        }
        worker.post_message(&message).is_ok()
    }

    /// Something that the worker said.
    fn told(&self, words: &Array) {
        let number = words.get(0).as_f64().unwrap_or(0.0) as u32;
        let kind = words.get(1).as_string().unwrap_or_default();
        if kind == "ready" {
            return self.ready.set(true);
        }
        let text = |index| words.get(index).as_string().unwrap_or_default();
        let event = match kind.as_str() {
            "opened" => TransportEvent::Opened(text(2)),
            "bytes" => {
                let batch = self.batch(words);
                let read = JsValue::from(batch.bytes.len() as f64);
                self.tell(0, &["read".into(), read]);
                TransportEvent::Batch(batch)
            }
            "text" => TransportEvent::Text(text(2)),
            "failed" => TransportEvent::Failed(text(2)),
            _ => TransportEvent::Closed(CloseInfo {
                code: words.get(2).as_f64().map_or(1006, |code| code as u16),
                reason: text(3),
                clean: words.get(4).is_truthy(),
            }),
        };
        // A socket that is gone on this side has nothing more to say.
        if let Some(socket) = self.socket(number) {
            (socket.on_event)(event);
        }
    }

    fn batch(&self, words: &Array) -> Batch {
        let bytes = words.get(2).unchecked_into::<Uint8Array>().to_vec();
        let lengths = words.get(3).unchecked_into::<Uint32Array>().to_vec();
        let times = words.get(4).unchecked_into::<Float64Array>().to_vec();
        let posted = words.get(5).as_f64().unwrap_or_default();
        let behind = self.behind.get().min(now() - posted);
        self.behind.set(behind);
        // Milliseconds to microseconds; a float cast saturates.
        let micros = |time: f64| ((time + behind) * 1000.0) as u64;
        let pieces = lengths.into_iter().zip(times).map(|(length, time)| (length, micros(time))).collect();
        Batch { bytes, pieces }
    }

    /// The browser refused the worker after all: what waits for it is opened by the page.
    fn give_up_worker(&self) {
        if self.ready.get() {
            return;
        }
        if let Some(worker) = self.worker.borrow_mut().take() {
            worker.terminate();
        }
        let waiting: Vec<_> = self.sockets.borrow().values().cloned().collect();
        for socket in waiting {
            if let Err(words) = socket.open_directly() {
                (socket.on_event)(TransportEvent::Failed(words));
            }
        }
    }
}

fn now() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
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
