//! Where devices connect: MQTT over WebSocket, and plain MQTT. A thread reads, another one writes; the platform is
//! elsewhere.
//!
//! A WebSocket must offer the sub-protocol `mqtt` or `mqttv3.1`; the first of them that it names is taken. Without one it
//! is refused with status 400, as strict brokers do [MQTT-6.0.0-3]; the platform's documents say nothing of it. Any path
//! will do: the documents name none, and client libraries ask for `/` or `/mqtt`.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, SyncSender};

use base64::Engine;
use bytes::Bytes;
use tungstenite::handshake::derive_accept_key;
use tungstenite::protocol::{Role, WebSocketConfig};
use tungstenite::{Error, Message, WebSocket};

use crate::http::{NoRequest, REQUEST_TIME, Request, Response, Timed};
use crate::hub::ToHub;
use crate::link::{Framing, Goodbye, Link};
use crate::sockets::{Place, thread};

/// Bytes of a frame, and of a message in several frames. A device may send 1024 KB in a second.
const FRAME: usize = 2 * 1024 * 1024;
/// Bytes that are read from a socket at once.
const READ: usize = 16 * 1024;

/// What the connections of devices have in common.
#[derive(Clone)]
pub(crate) struct DeviceSide {
    hub: SyncSender<ToHub>,
    /// Bytes that wait to be sent, on all connections.
    waiting: Arc<AtomicUsize>,
    last_socket: Arc<AtomicU64>,
    any_sub_protocol: bool,
}

impl DeviceSide {
    pub(crate) fn new(hub: SyncSender<ToHub>, any_sub_protocol: bool) -> Self {
        Self { hub, waiting: Arc::default(), last_socket: Arc::default(), any_sub_protocol }
    }

    /// Serves a connection of the WebSocket port to its end.
    pub(crate) fn web_socket(&self, stream: TcpStream, peer: SocketAddr, place: Place) {
        let rest = match self.shake_hands(&stream) {
            Ok(rest) => rest,
            Err(NoRequest::Gone) => return,
            Err(NoRequest::Refused(status, why)) => {
                let said = Response::text(status, format!("{why}\n"));
                let said = if status == 426 { said.with("Upgrade", "websocket") } else { said };
                let _ = said.write(&stream);
                return;
            }
        };
        let Some(open) = self.open(stream, peer, Framing::WebSocket, place) else { return };
        let Open { socket, stream, link, gone: _gone } = open;
        let _ = stream.set_read_timeout(None);
        let config = WebSocketConfig::default()
            .read_buffer_size(READ)
            .write_buffer_size(0)
            .max_message_size(Some(FRAME))
            .max_frame_size(Some(FRAME));
        let mut web_socket =
            WebSocket::from_partially_read(Ends { stream, link }, rest, Role::Server, Some(config));
        let how = loop {
            let message = match web_socket.read() {
                Ok(Message::Binary(bytes)) => ToHub::Bytes { socket, bytes },
                Ok(Message::Text(_)) => ToHub::Text { socket },
                Ok(_) => continue,
                Err(Error::Capacity(_)) => break "a frame above 2 MB",
                Err(Error::Protocol(_) | Error::Utf8(_)) => break "no proper WebSocket",
                Err(_) => break "",
            };
            if self.hub.send(message).is_err() {
                break "";
            }
        };
        let _ = self.hub.send(ToHub::Closed { socket, how });
    }

    /// Serves a connection of the plain port to its end.
    pub(crate) fn plain(&self, stream: TcpStream, peer: SocketAddr, place: Place) {
        let Some(open) = self.open(stream, peer, Framing::Plain, place) else { return };
        let Open { socket, stream, link: _link, gone: _gone } = open;
        let mut stream: &TcpStream = &stream;
        let mut piece = [0; READ];
        while let Ok(count) = stream.read(&mut piece) {
            let bytes = Bytes::copy_from_slice(&piece[..count]);
            if count == 0 || self.hub.send(ToHub::Bytes { socket, bytes }).is_err() {
                break;
            }
        }
        let _ = self.hub.send(ToHub::Closed { socket, how: "" });
    }

    /// Tells the platform of a connection and starts the thread that writes; none if the simulator ends.
    fn open(&self, stream: TcpStream, peer: SocketAddr, framing: Framing, place: Place) -> Option<Open> {
        let stream = Arc::new(stream);
        let (gone, when_gone) = std::sync::mpsc::channel();
        let (link, write) = Link::new(Arc::clone(&stream), framing, Arc::clone(&self.waiting), when_gone);
        let socket = self.last_socket.fetch_add(1, Ordering::Relaxed) + 1;
        thread("writer", move || {
            write();
            drop(place);
        })
        .ok()?;
        if self.hub.send(ToHub::Opened { socket, link: link.clone(), peer }).is_err() {
            // The simulator ends.
            link.close(Goodbye::GoingAway);
            return None;
        }
        Some(Open { socket, stream, link, gone })
    }

    /// Answers the HTTP request with which a WebSocket begins; returns what came after it already.
    fn shake_hands(&self, mut stream: &TcpStream) -> Result<Vec<u8>, NoRequest> {
        let request = Request::read(&mut Timed::new(stream, REQUEST_TIME))?;
        let (key, sub_protocol) = accepted(&request, self.any_sub_protocol)?;
        let mut answer =
            String::from("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n");
        answer += &format!("Sec-WebSocket-Accept: {}\r\n", derive_accept_key(key.as_bytes()));
        if let Some(sub_protocol) = sub_protocol {
            answer += &format!("Sec-WebSocket-Protocol: {sub_protocol}\r\n");
        }
        answer += "\r\n";
        stream.write_all(answer.as_bytes()).map_err(|_| NoRequest::Gone)?;
        Ok(request.rest)
    }
}

/// A connection that the platform knows of.
struct Open {
    socket: u64,
    stream: Arc<TcpStream>,
    link: Link,
    /// The thread that writes knows by its end that nobody reads any more.
    gone: Sender<()>,
}

/// The key of a request for a WebSocket, and the sub-protocol that is chosen.
fn accepted(request: &Request, any_sub_protocol: bool) -> Result<(&str, Option<&'static str>), NoRequest> {
    let has = |name, wanted: &str| request.list(name).any(|item| item.eq_ignore_ascii_case(wanted));
    if request.method != "GET" || !has("upgrade", "websocket") || !has("connection", "upgrade") {
        return Err(NoRequest::Refused(
            426,
            "MQTT is spoken here, over WebSocket, with the sub-protocol mqtt",
        ));
    }
    if request.header("sec-websocket-version") != Some("13") {
        return Err(NoRequest::Refused(400, "Sec-WebSocket-Version must be 13"));
    }
    let key = request.header("sec-websocket-key").unwrap_or_default();
    let decoded = base64::engine::general_purpose::STANDARD.decode(key);
    if !decoded.is_ok_and(|bytes| bytes.len() == 16) {
        return Err(NoRequest::Refused(400, "Sec-WebSocket-Key must be 16 bytes in base64"));
    }
    let known = |offered: &str| ["mqtt", "mqttv3.1"].into_iter().find(|known| *known == offered);
    match request.list("sec-websocket-protocol").find_map(known) {
        None if !any_sub_protocol => {
            Err(NoRequest::Refused(400, "offer the WebSocket sub-protocol mqtt (or mqttv3.1) [MQTT-6.0.0-3]"))
        }
        chosen => Ok((key, chosen)),
    }
}

/// A socket whose reads come from the line, and whose writes (pongs, the answer to a close frame) queue up with all else
/// that goes out.
struct Ends {
    stream: Arc<TcpStream>,
    link: Link,
}

impl Read for Ends {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut stream: &TcpStream = &self.stream;
        stream.read(buffer)
    }
}

impl Write for Ends {
    /// Takes all, so that frames stay whole.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.link.raw(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(_) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &str, any: bool) -> Result<Option<&'static str>, u16> {
        let text = format!(
            "GET /any/path HTTP/1.1\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
        );
        let request = Request::read(&mut text.as_bytes()).unwrap();
        match accepted(&request, any) {
            Ok((_, chosen)) => Ok(chosen),
            Err(NoRequest::Refused(status, _)) => Err(status),
            Err(NoRequest::Gone) => Err(0),
        }
    }

    #[test]
    fn the_first_known_sub_protocol_is_taken() {
        assert_eq!(answer("Sec-WebSocket-Protocol: mqtt\r\n", false), Ok(Some("mqtt")));
        assert_eq!(answer("Sec-WebSocket-Protocol: chat, mqttv3.1, mqtt\r\n", false), Ok(Some("mqttv3.1")));
        let two = "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: mqtt\r\n";
        assert_eq!(answer(two, false), Ok(Some("mqtt")));
    }

    #[test]
    fn a_web_socket_without_one_is_refused_unless_somebody_chose_otherwise() {
        for headers in ["", "Sec-WebSocket-Protocol: chat\r\n", "Sec-WebSocket-Protocol: MQTT\r\n"] {
            assert_eq!(answer(headers, false), Err(400), "{headers}");
            assert_eq!(answer(headers, true), Ok(None), "{headers}");
        }
    }

    #[test]
    fn what_is_no_web_socket_is_told_so() {
        let status = |text: &str| match accepted(&Request::read(&mut text.as_bytes()).unwrap(), false) {
            Err(NoRequest::Refused(status, _)) => status,
            other => panic!("{other:?}"),
        };
        assert_eq!(status("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), 426);
        let upgrade = "Connection: upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Protocol: mqtt\r\n";
        assert_eq!(status(&format!("POST / HTTP/1.1\r\n{upgrade}\r\n")), 426);
        assert_eq!(status(&format!("GET / HTTP/1.1\r\n{upgrade}Sec-WebSocket-Version: 8\r\n\r\n")), 400);
        let key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n";
        assert_eq!(status(&format!("GET / HTTP/1.1\r\n{upgrade}{key}\r\n")), 400);
    }
}
