//! The way to the simulator in the page: connections that behave like sockets, without a network.
//!
//! A [`Hub`] owns the broker and carries bytes between it and the transports that it opens. As with a socket nothing
//! happens within a call: who sends is told of what comes of it later. The hub has no clock and no timers of its own;
//! its [`Surroundings`] bring them, so that it runs on a test's clock too.

mod platform;
mod stream;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use bytes::Bytes;

use super::{CloseInfo, Transport, TransportEvent};
use crate::mqtt::Moment;
use crate::simulator::CloseStyle;
pub use stream::{Chunking, MOST_WAITING};
use stream::{Overflow, Stream};

/// The sub-protocols that are spoken: MQTT 3.1.1 and 3.1. Offered another one, the connection fails as it does in a
/// browser whose server takes none of what was offered.
const SUB_PROTOCOLS: [&str; 2] = ["mqtt", "mqttv3.1"];

/// What the connections lead to. Sans-IO: after each call [`Self::poll`] is drained, and [`Self::wake_at`] looked at.
pub trait Broker {
    /// Names a connection; none is given twice.
    type Id: Copy + Eq;

    /// Somebody opened a connection.
    fn connect(&mut self, now: Moment) -> Self::Id;

    /// Bytes came.
    fn receive(&mut self, now: Moment, id: Self::Id, bytes: &[u8]);

    /// The client's side is gone.
    fn closed(&mut self, now: Moment, id: Self::Id);

    /// The time that [`Self::wake_at`] named has come.
    fn woken(&mut self, now: Moment);

    /// When it next has something to do by itself.
    fn wake_at(&self) -> Option<Moment>;

    /// The time of day that belongs to [`Moment::ZERO`], in milliseconds since 1970, UTC. It moves when the clock was tied
    /// anew, as after a sleep of the computer.
    fn tie(&mut self, millis_at_zero: u64);

    /// What it wants done next.
    fn poll(&mut self) -> Option<BrokerOutput<Self::Id>>;
}

/// What a broker wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BrokerOutput<Id> {
    /// Send these bytes.
    Send(Id, Bytes),
    /// Close the connection, after all that was sent before. The broker knows it no longer.
    Close(Id, CloseStyle),
}

/// Something that is called once.
pub type Act = Box<dyn FnOnce()>;

/// Time, as the hub needs it.
pub trait Surroundings {
    /// The present.
    fn now(&self) -> Moment;

    /// The time of day that belongs to [`Moment::ZERO`], in milliseconds since 1970, UTC.
    fn millis_at_zero(&self) -> u64;

    /// Calls soon, and never within this call.
    fn defer(&self, act: Act);

    /// Calls at this time or a little later, and never within this call. There is one alarm: the new one replaces the
    /// old, and none takes it back.
    fn wake(&self, alarm: Option<(Moment, Act)>);
}

/// See the [module's docs](self). Clones are handles to the same hub.
pub struct Hub<B: Broker>(Rc<Inner<B>>);

struct Inner<B: Broker> {
    broker: RefCell<B>,
    surroundings: Box<dyn Surroundings>,
    chunking: Chunking,
    /// In the order in which they were opened.
    lines: RefCell<Vec<Rc<Line<B::Id>>>>,
    /// Whether [`Inner::pump`] was asked for.
    scheduled: Cell<bool>,
    alarm: Cell<Option<Moment>>,
}

/// One connection.
struct Line<Id> {
    /// None until it is open.
    id: Cell<Option<Id>>,
    sub_protocol: String,
    on_event: Box<dyn Fn(TransportEvent)>,
    up: RefCell<Stream>,
    down: RefCell<Stream>,
    /// The client is to be told that it is open.
    opened: Cell<bool>,
    /// The client is to be told that it is closed, after what came before.
    closed: RefCell<Option<CloseInfo>>,
    /// The client still wants to be told.
    listening: Cell<bool>,
    /// More came than is kept: it breaks.
    overflowed: Cell<bool>,
    /// Over for the broker: it closed it, was told, or never knew of it.
    ended: Cell<bool>,
}

impl<B: Broker> Clone for Hub<B> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<B: Broker + 'static> Hub<B> {
    /// A hub without connections.
    pub fn new(broker: B, surroundings: impl Surroundings + 'static, chunking: Chunking) -> Self {
        let hub = Self(Rc::new(Inner {
            broker: RefCell::new(broker),
            surroundings: Box::new(surroundings),
            chunking,
            lines: RefCell::default(),
            scheduled: Cell::new(false),
            alarm: Cell::new(None),
        }));
        hub.0.with_broker(|_, _| ());
        hub
    }

    /// Opens a connection and offers `sub_protocol`. Like a socket it is not open yet: that comes as an event.
    pub fn open(
        &self,
        sub_protocol: &str,
        on_event: impl Fn(TransportEvent) + 'static,
    ) -> LoopbackTransport<B> {
        let line = Rc::new(Line {
            id: Cell::new(None),
            sub_protocol: sub_protocol.to_owned(),
            on_event: Box::new(on_event),
            up: RefCell::default(),
            down: RefCell::default(),
            opened: Cell::new(false),
            closed: RefCell::default(),
            listening: Cell::new(true),
            overflowed: Cell::new(false),
            ended: Cell::new(false),
        });
        self.0.lines.borrow_mut().push(Rc::clone(&line));
        self.0.schedule();
        LoopbackTransport { hub: Rc::clone(&self.0), line, flush: Cell::new(false) }
    }

    /// Does something with the broker itself: the cloud's side, a fault. What it sends is carried out afterwards.
    /// `act` must not use the hub.
    pub fn act<T>(&self, act: impl FnOnce(&mut B, Moment) -> T) -> T {
        let result = self.0.with_broker(act);
        self.0.schedule();
        result
    }

    /// How many bytes wait in both directions of all connections.
    pub fn waiting(&self) -> usize {
        let waiting = |line: &Rc<Line<B::Id>>| line.up.borrow().bytes() + line.down.borrow().bytes();
        self.0.lines.borrow().iter().map(waiting).sum()
    }
}

impl<B: Broker + 'static> Inner<B> {
    fn schedule(self: &Rc<Self>) {
        if !self.scheduled.replace(true) {
            let inner = Rc::downgrade(self);
            self.surroundings.defer(Box::new(move || {
                if let Some(inner) = inner.upgrade() {
                    inner.pump();
                }
            }));
        }
    }

    /// Carries what waits, in both directions.
    fn pump(self: &Rc<Self>) {
        self.scheduled.set(false);
        let lines = self.lines.borrow().clone();
        self.with_broker(|broker, now| lines.iter().for_each(|line| self.carry_up(broker, now, line)));
        // Nothing is borrowed here: whoever is told may send, close and open.
        lines.iter().for_each(|line| line.carry_down(&self.chunking));
        self.lines.borrow_mut().retain(|line| !line.ended.get() || line.listening.get());
    }

    /// Does something with the broker, and takes up what it wants done.
    fn with_broker<T>(self: &Rc<Self>, work: impl FnOnce(&mut B, Moment) -> T) -> T {
        let now = self.surroundings.now();
        let mut broker = self.broker.borrow_mut();
        broker.tie(self.surroundings.millis_at_zero());
        let result = work(&mut broker, now);
        self.take_outputs(&mut broker);
        let wake_at = broker.wake_at();
        drop(broker);
        if self.alarm.replace(wake_at) != wake_at {
            let inner = Rc::downgrade(self);
            let alarm = move |at| (at, Box::new(move || Self::woken(&inner)) as Act);
            self.surroundings.wake(wake_at.map(alarm));
        }
        result
    }

    fn woken(inner: &Weak<Self>) {
        if let Some(inner) = inner.upgrade() {
            inner.alarm.set(None);
            inner.with_broker(B::woken);
            inner.pump();
        }
    }

    /// Opens what is to be opened, hands over what was sent, and tells of who is gone.
    fn carry_up(&self, broker: &mut B, now: Moment, line: &Line<B::Id>) {
        if line.ended.get() {
            return;
        }
        let id = match line.id.get() {
            Some(id) => id,
            // Gone before it was there, or with nothing that both speak: the broker never hears of it.
            None if !line.listening.get() || !SUB_PROTOCOLS.contains(&line.sub_protocol.as_str()) => {
                return line.end(abrupt());
            }
            None => {
                let id = broker.connect(now);
                line.id.set(Some(id));
                line.opened.set(true);
                id
            }
        };
        self.take_outputs(broker);
        while !line.ended.get()
            && !line.overflowed.get()
            && let Some(bytes) = line.next_piece(&self.chunking)
        {
            broker.receive(now, id, &bytes);
            self.take_outputs(broker);
        }
        if !line.ended.get() && (line.overflowed.get() || !line.listening.get()) {
            line.end(abrupt());
            broker.closed(now, id);
        }
    }

    fn take_outputs(&self, broker: &mut B) {
        while let Some(output) = broker.poll() {
            let (BrokerOutput::Send(id, _) | BrokerOutput::Close(id, _)) = &output;
            let line = self.lines.borrow().iter().find(|line| line.id.get() == Some(*id)).cloned();
            match (line, output) {
                (Some(line), BrokerOutput::Send(_, bytes)) => line.push(&line.down, bytes),
                (Some(line), BrokerOutput::Close(_, style)) => line.end(match style {
                    CloseStyle::Abrupt => abrupt(),
                    CloseStyle::Normal => CloseInfo { code: 1000, reason: String::new(), clean: true },
                }),
                (None, _) => {}
            }
        }
    }
}

/// What a browser says of a connection that went without a closing handshake (RFC 6455 §7.4.1).
fn abrupt() -> CloseInfo {
    CloseInfo { code: 1006, reason: String::new(), clean: false }
}

impl<Id: Copy + Eq> Line<Id> {
    /// Lets bytes wait, unless it is over or nobody is left to take them.
    fn push(&self, stream: &RefCell<Stream>, bytes: Bytes) {
        let useless = self.ended.get() || self.overflowed.get() || !self.listening.get();
        if !useless && stream.borrow_mut().push(bytes) == Err(Overflow) {
            self.up.borrow_mut().clear();
            self.down.borrow_mut().clear();
            self.overflowed.set(true);
        }
    }

    /// The next piece for the broker. In a call of its own, so that nothing stays borrowed while the broker works.
    fn next_piece(&self, chunking: &Chunking) -> Option<Vec<u8>> {
        self.up.borrow_mut().take(chunking)
    }

    /// It is over for the broker; the client will be told.
    fn end(&self, info: CloseInfo) {
        if !self.ended.replace(true) {
            self.up.borrow_mut().clear();
            *self.closed.borrow_mut() = Some(info);
        }
    }

    /// Tells the client what happened, in order, for as long as it listens.
    fn carry_down(&self, chunking: &Chunking) {
        while self.listening.get() {
            let Some(event) = self.next_event(chunking) else { return };
            if matches!(event, TransportEvent::Closed(_)) {
                self.listening.set(false);
            }
            (self.on_event)(event);
        }
    }

    fn next_event(&self, chunking: &Chunking) -> Option<TransportEvent> {
        if self.opened.take() {
            return Some(TransportEvent::Opened(self.sub_protocol.clone()));
        }
        let bytes = self.down.borrow_mut().take(chunking);
        bytes
            .map(TransportEvent::Received)
            .or_else(|| self.closed.borrow_mut().take().map(TransportEvent::Closed))
    }
}

/// A connection to the broker of a [`Hub`].
pub struct LoopbackTransport<B: Broker + 'static> {
    hub: Rc<Inner<B>>,
    line: Rc<Line<B::Id>>,
    /// Whether what was sent still goes out.
    flush: Cell<bool>,
}

impl<B: Broker + 'static> Transport for LoopbackTransport<B> {
    fn send(&self, bytes: &[u8]) {
        self.line.push(&self.line.up, Bytes::copy_from_slice(bytes));
        self.hub.schedule();
    }

    fn close(self: Box<Self>) {
        self.flush.set(true);
    }
}

impl<B: Broker + 'static> Drop for LoopbackTransport<B> {
    fn drop(&mut self) {
        self.line.listening.set(false);
        self.line.down.borrow_mut().clear();
        if !self.flush.get() {
            self.line.up.borrow_mut().clear();
        }
        self.hub.schedule();
    }
}
