use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

use crate::transport::{CloseInfo, TransportEvent};

/// Bytes that may lie in the browser's own send buffer. What comes on top waits here: the browser would take it
/// all, but then nothing could be told of it, and a socket whose buffer overflows closes.
const HIGH_WATER: u32 = 1024 * 1024;
/// How often a closing socket is asked before what still waits is given up: three seconds.
const CLOSING_RETRIES: u32 = 150;
/// How often a congested socket is asked whether there is room again. There is no event for it.
const RETRY_MILLIS: u32 = 20;

/// A WebSocket in the page's own thread.
pub(super) struct DirectSocket {
    shared: Rc<Shared>,
    _closures: Closures,
}

struct Shared {
    socket: WebSocket,
    waiting: RefCell<VecDeque<Vec<u8>>>,
    retry: RefCell<Option<Timeout>>,
    closing: Cell<bool>,
    closing_retries: Cell<u32>,
}

/// Kept alive as long as the socket may call them.
struct Closures {
    _open: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _close: Closure<dyn FnMut(CloseEvent)>,
}

impl DirectSocket {
    /// Opens `url` and offers `sub_protocol`. The error is the browser's own text, for an address that it does not
    /// open at all (malformed, or `ws:` from a page that came by https).
    pub(super) fn open(
        url: &str,
        sub_protocol: &str,
        on_event: impl Fn(TransportEvent) + 'static,
    ) -> Result<Self, String> {
        let socket = WebSocket::new_with_str(url, sub_protocol).map_err(|error| words_of(&error))?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let on_event = Rc::new(on_event);

        let open = Closure::<dyn FnMut()>::new({
            let (socket, on_event) = (socket.clone(), Rc::clone(&on_event));
            move || on_event(TransportEvent::Opened(socket.protocol()))
        });
        let message = Closure::<dyn FnMut(MessageEvent)>::new({
            let on_event = Rc::clone(&on_event);
            move |event: MessageEvent| {
                let data = event.data();
                match data.dyn_ref::<ArrayBuffer>() {
                    Some(buffer) => on_event(TransportEvent::Received(Uint8Array::new(buffer).to_vec())),
                    None => on_event(TransportEvent::Text(data.as_string().unwrap_or_default())),
                }
            }
        });
        // A failing socket gives `error`, which says nothing, and then `close`, which says all there is.
        let close = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
            on_event(TransportEvent::Closed(CloseInfo {
                code: event.code(),
                reason: event.reason(),
                clean: event.was_clean(),
            }));
        });
        socket.set_onopen(Some(open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(close.as_ref().unchecked_ref()));

        Ok(Self {
            shared: Rc::new(Shared {
                socket,
                waiting: RefCell::default(),
                retry: RefCell::default(),
                closing: Cell::new(false),
                closing_retries: Cell::new(0),
            }),
            _closures: Closures { _open: open, _message: message, _close: close },
        })
    }

    /// Sends bytes in one frame. They may wait here while the way out is congested.
    pub(super) fn send(&self, bytes: &[u8]) {
        let shared = &self.shared;
        shared.waiting.borrow_mut().push_back(bytes.to_vec());
        Shared::flush(shared);
    }

    /// Closes once what waits is sent, within a few seconds.
    pub(super) fn close(self) {
        self.shared.closing.set(true);
        Shared::flush(&self.shared);
    }
}

impl Drop for DirectSocket {
    fn drop(&mut self) {
        let socket = &self.shared.socket;
        socket.set_onopen(None);
        socket.set_onmessage(None);
        socket.set_onclose(None);
        if !self.shared.closing.get() {
            // Fails only for codes that are not allowed; there is none here.
            let _ = socket.close();
        }
    }
}

impl Shared {
    fn flush(shared: &Rc<Self>) {
        let mut waiting = shared.waiting.borrow_mut();
        if shared.socket.ready_state() == WebSocket::OPEN {
            while shared.socket.buffered_amount() < HIGH_WATER
                && let Some(bytes) = waiting.pop_front()
            {
                // Throws only while connecting. A closed socket swallows it, and `close` tells.
                let _ = shared.socket.send_with_u8_array(&bytes);
            }
        } else if shared.socket.ready_state() != WebSocket::CONNECTING {
            waiting.clear();
        }
        if shared.closing.get()
            && shared.closing_retries.replace(shared.closing_retries.get() + 1) > CLOSING_RETRIES
        {
            waiting.clear();
        }
        if waiting.is_empty() {
            if shared.closing.get() {
                let _ = shared.socket.close_with_code(1000);
            }
            return;
        }
        let again = Rc::clone(shared);
        *shared.retry.borrow_mut() = Some(Timeout::new(RETRY_MILLIS, move || Self::flush(&again)));
    }
}

/// What a thrown value says of itself.
fn words_of(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => error.as_string().unwrap_or_else(|| "?".into()),
    }
}
