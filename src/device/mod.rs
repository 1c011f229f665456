//! One device under test: session, transport and journal, wired together. The only room where IO, clock and state
//! meet.
//!
//! Everything that happens is handed to the [`Session`] with the time, and its outputs are carried out in order. The
//! screens are told through one callback, at most once a frame, that something changed; they read the rest from
//! here when they draw.

mod clock;
mod frames;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use gloo_timers::callback::Timeout;

use crate::journal::{Ack, Cleared, Direction, Journal, Note, mask};
use crate::mqtt::{
    EndCause, Event, Input, Moment, Output, PacketId, PacketKind, PacketView, PublishError, QoS, Session,
    State, SubscribeError, Subscription, TopicFilter, TopicName,
};
use crate::storage::ConnectionPlan;
use crate::transport::{Transport, TransportEvent, WebSocketTransport};
pub use clock::Clock;
use frames::Frames;

/// What changed since the last time the screens were told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// State, subscriptions or round-trip time.
    pub state: bool,
    /// The journal.
    pub journal: bool,
}

/// What a screen shows of the connection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Status {
    /// Where the session stands.
    pub state: State,
    /// Why the last connection, or attempt, is over.
    pub ended: Option<EndCause>,
    /// What the device connects with, once it was asked to.
    pub plan: Option<ConnectionPlan>,
    /// When CONNACK came.
    pub online_since: Option<Moment>,
    /// The last measured round trip.
    pub round_trip: Option<Duration>,
}

/// See the [room's docs](self). Clones are handles to the same device.
#[derive(Clone)]
pub struct Device(Rc<Inner>);

struct Inner {
    clock: Clock,
    core: RefCell<Core>,
    frames: Frames,
}

#[derive(Default)]
struct Core {
    session: Option<Session>,
    transport: Option<Box<dyn Transport>>,
    /// Counts the transports, so that a late word of an old one is not taken for the new one's.
    transport_number: u64,
    journal: Journal,
    status: Status,
    /// Where in the journal the messages stand that wait for their PUBACK.
    unacknowledged: HashMap<PacketId, u64>,
    wake: Option<Timeout>,
}

impl Device {
    /// A device that never connected. `on_change` is called at most once a frame.
    pub fn new(on_change: impl Fn(Changes) + 'static) -> Self {
        Self(Rc::new(Inner {
            clock: Clock::start(),
            core: RefCell::default(),
            frames: Frames::new(on_change),
        }))
    }

    /// The clock by which this device's journal is dated.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Connects as planned; an existing connection is ended first. Subscriptions stay.
    pub fn connect(&self, plan: ConnectionPlan) {
        self.with_core(|core, now| {
            let configured = match &mut core.session {
                Some(session) => session.reconfigure(&plan.options),
                none => Session::new(&plan.options).map(|session| *none = Some(session)),
            };
            // A plan is checked when it is made: its strings fit.
            if configured.is_err() {
                return;
            }
            core.status = Status { plan: Some(plan), ..Status::default() };
            if let Some(session) = &mut core.session {
                session.connect(now);
            }
        });
    }

    /// Connects again as the last time.
    pub fn reconnect(&self) {
        let plan = self.0.core.borrow().status.plan.clone();
        if let Some(plan) = plan {
            self.connect(plan);
        }
    }

    /// Ends the connection.
    pub fn disconnect(&self) {
        self.with_session(|session, _| session.disconnect());
    }

    /// Publishes a message.
    pub fn publish(&self, topic: &TopicName, payload: Vec<u8>, qos: QoS) -> Result<(), PublishError> {
        self.with_session(|session, now| session.publish(now, topic, Bytes::from(payload), qos).map(drop))
            .unwrap_or(Err(PublishError::NotConnected))
    }

    /// Subscribes; without a connection the wish is kept. Nothing happens before the first [`Self::connect`].
    pub fn subscribe(&self, filter: TopicFilter, qos: QoS) -> Result<(), SubscribeError> {
        self.with_session(|session, now| session.subscribe(now, filter, qos)).unwrap_or(Ok(()))
    }

    /// Takes a subscription back.
    pub fn unsubscribe(&self, filter: &TopicFilter) -> Result<(), SubscribeError> {
        self.with_session(|session, now| session.unsubscribe(now, filter)).unwrap_or(Ok(()))
    }

    /// The connection's status.
    pub fn status(&self) -> Status {
        self.0.core.borrow().status.clone()
    }

    /// The subscriptions in the order in which they were asked for.
    pub fn subscriptions(&self) -> Vec<Subscription> {
        let core = self.0.core.borrow();
        core.session.as_ref().map(|session| session.subscriptions().to_vec()).unwrap_or_default()
    }

    /// Reads from the journal.
    pub fn read<T>(&self, read: impl FnOnce(&Journal) -> T) -> T {
        read(&self.0.core.borrow().journal)
    }

    /// Takes all messages out of view; the mark brings them back.
    pub fn clear_log(&self) -> Cleared {
        self.with_core(|core, _| core.journal.clear())
    }

    /// Brings back what [`Self::clear_log`] took out of view.
    pub fn restore_log(&self, mark: Cleared) {
        self.with_core(|core, _| core.journal.restore(mark));
    }

    /// Frees what [`Self::clear_log`] took out of view.
    pub fn forget_cleared(&self, mark: Cleared) {
        self.with_core(|core, _| core.journal.forget_cleared(mark));
    }

    fn with_session<T>(&self, act: impl FnOnce(&mut Session, Moment) -> T) -> Option<T> {
        self.with_core(|core, now| core.session.as_mut().map(|session| act(session, now)))
    }

    /// Does something at the present time, and then whatever the session wants done.
    fn with_core<T>(&self, act: impl FnOnce(&mut Core, Moment) -> T) -> T {
        let now = self.0.clock.now();
        let mut core = self.0.core.borrow_mut();
        let before = core.journal.counts().total;
        let result = act(&mut core, now);
        self.drain(&mut core, now);
        let rows = core.journal.counts().total - before;
        drop(core);
        self.0.frames.request(now, Changes { state: true, journal: true }, rows);
        result
    }

    fn transport_event(&self, number: u64, event: TransportEvent) {
        let now = self.0.clock.now();
        let mut core = self.0.core.borrow_mut();
        if core.transport_number != number {
            return;
        }
        let before = core.journal.counts().total;
        let Some(session) = &mut core.session else { return };
        let input = match &event {
            TransportEvent::Opened(sub_protocol) => Input::Opened { sub_protocol },
            TransportEvent::Received(bytes) => Input::Received(bytes),
            TransportEvent::Text(text) => Input::TextFrame(text),
            TransportEvent::Closed(info) => Input::Closed(info.clone()),
        };
        session.handle_input(now, input);
        let state = self.drain(&mut core, now);
        let rows = core.journal.counts().total - before;
        drop(core);
        self.0.frames.request(now, Changes { state, journal: true }, rows);
    }

    fn woken(&self) {
        self.with_session(|session, now| session.handle_input(now, Input::Woken));
    }

    /// Carries out the session's outputs; tells whether more than the journal changed.
    fn drain(&self, core: &mut Core, now: Moment) -> bool {
        let mut state_changed = false;
        while let Some(output) = core.session.as_mut().and_then(Session::poll_output) {
            match output {
                Output::OpenTransport(protocol) => self.open(core, now, protocol.sub_protocol()),
                Output::Send { packet, secret } => {
                    if let Some(transport) = &core.transport {
                        transport.send(&packet);
                    }
                    let masked = secret.map(|secret| mask(&packet, secret));
                    let written = masked.as_deref().unwrap_or(&packet);
                    let seq = core.journal.append_packet(now, Direction::Out, written);
                    core.remember_unacknowledged(&packet, seq);
                }
                Output::Received(packet) => {
                    core.journal.append_packet(now, Direction::In, &packet);
                }
                Output::CloseTransport => {
                    core.transport_number += 1;
                    if let Some(transport) = core.transport.take() {
                        transport.close();
                    }
                }
                Output::WakeAt(at) => core.wake = at.map(|at| self.alarm(at - now)),
                Output::Event(event) => state_changed |= core.event(now, event),
            }
        }
        if let Some(session) = &core.session {
            state_changed |= core.status.state != session.state();
            core.status.state = session.state();
        }
        state_changed
    }

    fn open(&self, core: &mut Core, now: Moment, sub_protocol: &str) {
        let Some(url) = core.status.plan.as_ref().map(|plan| plan.url.clone()) else { return };
        core.transport_number += 1;
        let number = core.transport_number;
        let device = Rc::downgrade(&self.0);
        let opened = WebSocketTransport::open(&url, sub_protocol, move |event| {
            if let Some(inner) = device.upgrade() {
                Self(inner).transport_event(number, event);
            }
        });
        match opened {
            Ok(transport) => core.transport = Some(Box::new(transport)),
            Err(words) => {
                if let Some(session) = &mut core.session {
                    session.handle_input(now, Input::OpenFailed(&words));
                }
            }
        }
    }

    fn alarm(&self, after: Duration) -> Timeout {
        let device = Rc::downgrade(&self.0);
        // Rounded up: an alarm that comes early would only have to be set again.
        let millis = u32::try_from(after.as_micros().div_ceil(1000)).unwrap_or(u32::MAX);
        Timeout::new(millis, move || {
            if let Some(inner) = device.upgrade() {
                Self(inner).woken();
            }
        })
    }
}

impl Core {
    fn remember_unacknowledged(&mut self, packet: &[u8], seq: u64) {
        let Some(view) = PacketView::read(packet) else { return };
        if view.kind == PacketKind::Publish
            && let Some(packet_id) = view.packet_id.and_then(PacketId::new)
        {
            self.unacknowledged.insert(packet_id, seq);
        }
    }

    /// Takes note of an event; tells whether more than the journal changed.
    fn event(&mut self, now: Moment, event: Event) -> bool {
        match event {
            Event::Opened | Event::SubscriptionsChanged => true,
            Event::Connected { session_present, after } => {
                self.status.online_since = Some(now);
                self.status.round_trip = Some(after);
                let after_micros = u64::try_from(after.as_micros()).unwrap_or(u64::MAX);
                self.journal.append_note(now, Note::Connected { session_present, after_micros });
                true
            }
            Event::SubscriptionRefused { filter, code } => {
                let filter = filter.as_str().to_owned();
                self.journal.append_note(now, Note::SubscriptionRefused { filter, code });
                true
            }
            Event::Published { packet_id, after } => {
                if let Some(seq) = self.unacknowledged.remove(&packet_id) {
                    self.journal.set_ack(seq, Ack::after(after));
                }
                self.status.round_trip = Some(after);
                true
            }
            Event::RoundTrip(after) => {
                self.status.round_trip = Some(after);
                true
            }
            Event::Violation(violation) => {
                self.journal.append_note(now, Note::Violation(violation));
                false
            }
            Event::Ended(cause) => {
                for (_, seq) in self.unacknowledged.drain() {
                    self.journal.set_ack(seq, Ack::Lost);
                }
                self.status.online_since = None;
                self.journal.append_note(now, Note::Ended(cause.clone()));
                self.status.ended = Some(cause);
                true
            }
            // The journal has it already; the platform's services will want it.
            Event::Message(_) => false,
        }
    }
}
