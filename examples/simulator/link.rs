//! What goes out on one socket: a queue that is bounded by its bytes, and the thread that writes them.

use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use bytes::Bytes;
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};

/// Bytes that may wait for one socket. An offline session's queue (100 messages of 256 KB) fits in.
const OWN_LIMIT: usize = 32 * 1024 * 1024;
/// Bytes that may wait for all sockets together.
const ALL_LIMIT: usize = 256 * 1024 * 1024;
/// Bytes that a waiting piece costs beside its own.
const OVERHEAD: usize = 128;
/// Bytes that are written at once.
const BATCH: usize = 256 * 1024;
/// How long a write may take.
const WRITE_TIME: Duration = Duration::from_secs(20);
/// How long the other side has to close after us.
const LINGER: Duration = Duration::from_secs(2);

/// How packets become bytes on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// Each in a binary frame.
    WebSocket,
    /// As they are.
    Plain,
}

/// How a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goodbye {
    /// With nothing but the end of the stream.
    None,
    /// WebSocket close code 1000.
    Normal,
    /// WebSocket close code 1001: the simulator ends.
    GoingAway,
}

enum Piece {
    Packet(Bytes, Ticket),
    /// What WebSocket itself sends: a pong, the answer to a close frame.
    Raw(Vec<u8>, Ticket),
    Close(Goodbye),
}

/// Bytes that wait, for one socket and for all.
struct Load {
    own: AtomicUsize,
    all: Arc<AtomicUsize>,
}

/// A place in the queue; given back when it is dropped.
struct Ticket {
    load: Arc<Load>,
    bytes: usize,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.load.own.fetch_sub(self.bytes, Ordering::Relaxed);
        self.load.all.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// The sending end of a socket.
#[derive(Clone)]
pub(crate) struct Link {
    queue: Sender<Piece>,
    load: Arc<Load>,
    stream: Arc<TcpStream>,
}

/// More waits for a socket than may.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooSlow;

impl Link {
    /// Makes the queue of a socket, and the work of the thread that writes: it ends when the queue is closed and `gone`
    /// says that nobody reads any more. `all` counts the bytes that wait for all sockets.
    pub(crate) fn new(
        stream: Arc<TcpStream>,
        framing: Framing,
        all: Arc<AtomicUsize>,
        gone: Receiver<()>,
    ) -> (Self, impl FnOnce() + Send + 'static) {
        let (queue, pieces) = std::sync::mpsc::channel();
        let load = Arc::new(Load { own: AtomicUsize::new(0), all });
        let line = Arc::clone(&stream);
        let work = move || {
            if write_all(&line, framing, &pieces).is_ok() && line.shutdown(Shutdown::Write).is_ok() {
                // What the other side sent meanwhile is read, lest the kernel throw away what we sent.
                let _: Result<(), RecvTimeoutError> = gone.recv_timeout(LINGER);
            }
            let _ = line.shutdown(Shutdown::Both);
        };
        (Self { queue, load, stream }, work)
    }

    pub(crate) fn packet(&self, packet: Bytes) -> Result<(), TooSlow> {
        let ticket = self.ticket(packet.len())?;
        // The writer is gone if the line is; the reader tells so.
        let _ = self.queue.send(Piece::Packet(packet, ticket));
        Ok(())
    }

    pub(crate) fn raw(&self, bytes: &[u8]) -> Result<(), TooSlow> {
        let ticket = self.ticket(bytes.len())?;
        let _ = self.queue.send(Piece::Raw(bytes.to_vec(), ticket));
        Ok(())
    }

    /// Closes the connection after what waits.
    pub(crate) fn close(&self, goodbye: Goodbye) {
        let _ = self.queue.send(Piece::Close(goodbye));
    }

    /// Cuts the connection: what waits is lost.
    pub(crate) fn cut(&self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    fn ticket(&self, bytes: usize) -> Result<Ticket, TooSlow> {
        let bytes = bytes + OVERHEAD;
        let own = self.load.own.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let all = self.load.all.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let ticket = Ticket { load: Arc::clone(&self.load), bytes };
        if own > OWN_LIMIT || all > ALL_LIMIT { Err(TooSlow) } else { Ok(ticket) }
    }
}

/// Writes until somebody closes the queue.
fn write_all(mut line: &TcpStream, framing: Framing, pieces: &Receiver<Piece>) -> io::Result<()> {
    line.set_write_timeout(Some(WRITE_TIME))?;
    let mut buffer = Vec::new();
    while let Ok(first) = pieces.recv() {
        let mut tickets = Vec::new();
        let mut next = Some(first);
        let mut closed = false;
        while let Some(piece) = next.take() {
            match piece {
                Piece::Packet(packet, ticket) => {
                    match framing {
                        Framing::Plain => buffer.extend_from_slice(&packet),
                        Framing::WebSocket => {
                            frame(Frame::message(packet, OpCode::Data(Data::Binary), true), &mut buffer)?;
                        }
                    }
                    tickets.push(ticket);
                }
                Piece::Raw(bytes, ticket) => {
                    buffer.extend_from_slice(&bytes);
                    tickets.push(ticket);
                }
                Piece::Close(goodbye) => {
                    closed = true;
                    let code = match goodbye {
                        Goodbye::None => None,
                        Goodbye::Normal => Some(CloseCode::Normal),
                        Goodbye::GoingAway => Some(CloseCode::Away),
                    };
                    if let (Some(code), Framing::WebSocket) = (code, framing) {
                        frame(Frame::close(Some(CloseFrame { code, reason: "".into() })), &mut buffer)?;
                    }
                }
            }
            if !closed && buffer.len() < BATCH {
                next = pieces.try_recv().ok();
            }
        }
        line.write_all(&buffer)?;
        buffer.clear();
        buffer.shrink_to(BATCH);
        drop(tickets);
        if closed {
            break;
        }
    }
    Ok(())
}

fn frame(frame: Frame, to: &mut Vec<u8>) -> io::Result<()> {
    frame.format(to).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpListener;

    use super::*;

    fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let there = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (listener.accept().unwrap().0, there)
    }

    #[test]
    fn what_waits_is_bounded_and_is_given_back() {
        let (here, _there) = pair();
        let all = Arc::new(AtomicUsize::new(0));
        let (_gone_sender, gone) = std::sync::mpsc::channel();
        let (link, work) = Link::new(Arc::new(here), Framing::Plain, Arc::clone(&all), gone);
        let packet = Bytes::from(vec![0; 1024 * 1024]);
        let taken = (0..100).take_while(|_| link.packet(packet.clone()).is_ok()).count();
        assert_eq!(taken, 31);
        link.cut();
        drop(link);
        work();
        assert_eq!(all.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn what_was_sent_goes_out_before_the_end() {
        let (here, mut there) = pair();
        let (gone_sender, gone) = std::sync::mpsc::channel();
        let (link, work) = Link::new(Arc::new(here), Framing::WebSocket, Arc::default(), gone);
        link.packet(Bytes::from_static(&[0xd0, 0])).unwrap();
        link.close(Goodbye::Normal);
        drop(gone_sender);
        work();
        let mut bytes = Vec::new();
        there.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, [0x82, 2, 0xd0, 0, 0x88, 2, 0x03, 0xe8]);
    }
}
