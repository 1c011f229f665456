//! WebSockets of the browser: binary frames out; binary and text frames in (RFC 6455).
//!
//! They live in a worker of their own. Handling a frame costs the browser some thirty microseconds in the thread whose
//! socket it is, whatever is done with it: at ten thousand a second that is a third of a page's time. The worker hands
//! over what came within a few milliseconds in one piece, each frame with the time at which it came. The worker is made
//! from a Blob, so that it works in a page that was opened as a file; where the browser allows none (a Content Security
//! Policy without `worker-src blob:`), the page opens the sockets itself.

mod direct;
mod worker;

use std::cell::Cell;

use super::{Transport, TransportEvent};

/// See the [module's docs](self).
pub struct WebSocketTransport {
    number: u32,
    over: Cell<bool>,
}

impl WebSocketTransport {
    /// Opens `url` and offers `sub_protocol`. An address that the browser does not open at all (malformed, or `ws:` from a
    /// page that came by https) is told with its own words, here or by [`TransportEvent::Failed`].
    pub fn open(
        url: &str,
        sub_protocol: &str,
        on_event: impl Fn(TransportEvent) + 'static,
    ) -> Result<Self, String> {
        let number = worker::open(url, sub_protocol, on_event)?;
        Ok(Self { number, over: Cell::new(false) })
    }
}

impl Transport for WebSocketTransport {
    fn send(&self, bytes: &[u8]) {
        worker::send(self.number, bytes);
    }

    fn close(self: Box<Self>) {
        self.over.set(true);
        worker::close(self.number);
    }
}

impl Drop for WebSocketTransport {
    fn drop(&mut self) {
        if !self.over.get() {
            worker::abandon(self.number);
        }
    }
}
