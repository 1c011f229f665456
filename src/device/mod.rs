//! One device under test: session, transport and journal, wired together. The only room where IO, clock and state
//! meet.
//!
//! Everything that happens is handed to the [`Session`] with the time, and its outputs are carried out in order. The
//! screens are told through one callback, at most once a frame, that something changed; they read the rest from
//! here when they draw.

mod clock;
mod covered;
mod demo;
mod engine;
mod frames;
mod incoming;
mod log;
mod pairing;
mod registration;
mod requests;
mod round_trips;
mod services;
mod simulator;
mod tabs;
mod ticker;
mod wanted;

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;

use crate::journal::{Ack, Budget, Cleared, Direction, Journal, Note};
use crate::mqtt::{
    EndCause, Event, Input, Moment, OutboxCounts, Output, PacketView, PublishError, QoS, RequestId, Retry,
    Session, State, SubscribeError, Subscription, TopicFilter, TopicName,
};
use crate::storage::{ConnectionPlan, Endpoint};
use crate::transport::{Transport, WebSocketTransport};
pub use clock::{Clock, local_micros};
use covered::{covered, covered_address, covered_cause, covered_violation};
use demo::Demo;
pub use engine::{Engine, engine, with_engine};
use frames::Frames;
use log::Log;
pub use log::rescue;
pub use pairing::message_partner;
pub use registration::Registered;
use registration::Registering;
pub use simulator::{Simulator, simulator};
pub use tabs::Tabs;
pub use ticker::Alarm;

/// What the journal calls the way to the simulator in this page.
const SIMULATOR_ADDRESS: &str = "simulator:";

/// What changed since the last time the screens were told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// State, subscriptions or round-trip time.
    pub state: bool,
    /// The journal.
    pub journal: bool,
    /// What is known of the platform's services.
    pub services: bool,
}

/// What a screen shows of the connection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Status {
    /// Where the session stands.
    pub state: State,
    /// Why the last connection, or attempt, is over; until one succeeds.
    pub ended: Option<EndCause>,
    /// The next attempt, while waiting for it.
    pub retry: Option<Retry>,
    /// What waits for a connection or an acknowledgement.
    pub outbox: OutboxCounts,
    /// Whether PINGREQ is sent.
    pub pinging: bool,
    /// What the device connects with, once it was asked to.
    pub plan: Option<ConnectionPlan>,
    /// When CONNACK came.
    pub online_since: Option<Moment>,
    /// The last measured round trip.
    pub round_trip: Option<Duration>,
    /// Of the simulator's demo device: whether it runs by itself.
    pub demo_runs: Option<bool>,
    /// Whether the device is registering: its connection is good for nothing else then.
    pub registering: bool,
}

/// See the [room's docs](self). Clones are handles to the same device.
#[derive(Clone)]
pub struct Device(Rc<Inner>);

struct Inner {
    clock: Clock,
    core: RefCell<Core>,
    /// The journal, which the core writes.
    log: Log,
    /// What it connects with, beside the core for [`rescue`].
    plan: RefCell<Option<ConnectionPlan>>,
    frames: Frames,
}

#[derive(Default)]
struct Core {
    session: Option<Session>,
    transport: Option<Box<dyn Transport>>,
    /// Counts the transports, so that a late word of an old one is not taken for the new one's.
    transport_number: u64,
    journal: Log,
    status: Status,
    /// Where in the journal the requests stand that wait for their acknowledgement.
    open: HashMap<RequestId, u64>,
    wake: Option<Alarm>,
    /// What the device does by itself, if it is the simulator's demo device.
    demo: Option<Demo>,
    /// The dynamic registration that is under way, or was the last thing to happen.
    registering: Option<Registering>,
    /// The platform's services of the device.
    desk: services::Desk,
    /// The latest time at which anything happened.
    latest: Moment,
    /// Whether PINGREQ was switched off, also before there was a session.
    silent: bool,
    /// The last round trips in microseconds, oldest first; at most 30.
    round_trips: VecDeque<u32>,
    /// Within which time a request is to be acknowledged, also before there is a session.
    ack_deadline: Option<Duration>,
}

impl Device {
    /// A device that never connected. `on_change` is called at most once a frame.
    pub fn new(on_change: impl Fn(Changes) + 'static) -> Self {
        let log = Log::default();
        let inner = Rc::new(Inner {
            clock: Clock::start(),
            core: RefCell::new(Core { journal: log.clone(), ..Core::default() }),
            log,
            plan: RefCell::new(None),
            frames: Frames::new(on_change),
        });
        log::remember(&inner);
        Self(inner)
    }

    /// The clock by which this device's journal is dated.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The network came back, or the person looks at the page again.
    pub fn nudge(&self) {
        if let Some(engine) = engine::running() {
            (engine.nudge)(self);
        }
    }

    /// Switches PINGREQ on or off.
    pub fn set_pinging(&self, on: bool) {
        self.with_core(|core, now| {
            core.silent = !on;
            if let Some(session) = &mut core.session {
                session.set_pinging(on);
                if session.state() == State::Online {
                    core.journal.append_note(now, Note::Pinging(on));
                }
            }
        });
    }

    /// Sends PINGREQ now, to measure the round trip.
    pub fn ping_now(&self) {
        self.with_session(|session, now| session.ping_now(now));
    }

    /// Switches on or off that a lost connection is taken up again.
    pub fn set_auto_reconnect(&self, on: bool) {
        self.with_core(|core, now| {
            if core.reconnects_later(on) {
                return;
            }
            if let Some(session) = &mut core.session {
                session.set_auto_reconnect(now, on);
            }
        });
    }

    /// Throws away what waits for a connection.
    pub fn discard_queue(&self) {
        self.with_core(|core, now| {
            core.note_discarded(now, |core| {
                if let Some(session) = &mut core.session {
                    session.discard_queue();
                }
            });
        });
    }

    /// Where in the journal the requests stand that wait for their acknowledgement, newest first.
    pub fn open_requests(&self) -> Vec<u64> {
        let mut open: Vec<_> = self.0.core.borrow().open.values().copied().collect();
        open.sort_unstable_by(|one, other| other.cmp(one));
        open
    }

    /// The first `most` messages that wait for a connection: topic, QoS and bytes of payload.
    pub fn queued(&self, most: usize) -> Vec<(RequestId, String, QoS, usize)> {
        let core = self.0.core.borrow();
        let Some(session) = &core.session else { return Vec::new() };
        let shown = |(request, packet): (RequestId, &Bytes)| {
            let view = PacketView::read(packet)?;
            let topic = String::from_utf8_lossy(packet.get(view.topic.clone())?).into_owned();
            Some((request, topic, view.qos()?, view.payload.len()))
        };
        session.queued().take(most).filter_map(shown).collect()
    }

    /// Publishes a message; while a connection is on its way it waits for that.
    pub fn publish(
        &self,
        topic: &TopicName,
        payload: Vec<u8>,
        qos: QoS,
        retain: bool,
    ) -> Result<(), PublishError> {
        // That connection is for the DeviceSecret alone.
        if self.0.core.borrow().is_registering() {
            return Err(PublishError::NotConnected);
        }
        let payload = Bytes::from(payload);
        self.with_session(|session, now| session.publish(now, topic, payload, qos, retain).map(drop))
            .unwrap_or(Err(PublishError::NotConnected))
    }

    /// Subscribes; without a connection the wish is kept. Nothing happens before the first [`Self::connect`].
    pub fn subscribe(&self, filter: TopicFilter, qos: QoS) -> Result<(), SubscribeError> {
        self.with_core(|core, now| {
            if let Some(wanted) = core.wanted_later() {
                wanted.retain(|(known, _)| *known != filter);
                wanted.push((filter, qos));
                return Ok(());
            }
            core.session.as_mut().map_or(Ok(()), |session| session.subscribe(now, filter, qos))
        })
    }

    /// Takes a subscription back.
    pub fn unsubscribe(&self, filter: &TopicFilter) -> Result<(), SubscribeError> {
        self.with_core(|core, now| {
            if let Some(wanted) = core.wanted_later() {
                wanted.retain(|(known, _)| known != filter);
                return Ok(());
            }
            core.session.as_mut().map_or(Ok(()), |session| session.unsubscribe(now, filter))
        })
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
        self.0.log.read(read)
    }

    /// Sets how much the journal keeps; what is beyond it goes at once, oldest first.
    pub fn set_budget(&self, budget: Budget) {
        self.with_core(|core, _| core.journal.write(|journal| journal.set_budget(budget)));
    }

    /// Takes all messages out of view; the mark brings them back.
    pub fn clear_log(&self) -> Cleared {
        self.with_core(|core, _| core.journal.write(Journal::clear))
    }

    /// Brings back what [`Self::clear_log`] took out of view.
    pub fn restore_log(&self, mark: Cleared) {
        self.with_core(|core, _| core.journal.write(|journal| journal.restore(mark)));
    }

    /// Frees what [`Self::clear_log`] took out of view.
    pub fn forget_cleared(&self, mark: Cleared) {
        self.with_core(|core, _| core.journal.write(|journal| journal.forget_cleared(mark)));
    }

    /// Frees all that takes memory (session, socket and journal), and forgets what it connected with. For a device that nobody is to see again.
    pub fn retire(&self) {
        let clock = &self.0.clock;
        let mut core = self.0.core.borrow_mut();
        if let Some(transport) = core.transport.take() {
            transport.close();
        }
        self.0.log.write(|journal| *journal = Journal::default());
        *self.0.plan.borrow_mut() = None;
        let (transport_number, journal) = (core.transport_number + 1, self.0.log.clone());
        *core = Core { transport_number, journal, latest: clock.now(), ..Core::default() };
    }

    fn with_session<T>(&self, act: impl FnOnce(&mut Session, Moment) -> T) -> Option<T> {
        self.with_core(|core, now| core.session.as_mut().map(|session| act(session, now)))
    }

    /// Does something at the present time, and then whatever the session wants done.
    fn with_core<T>(&self, act: impl FnOnce(&mut Core, Moment) -> T) -> T {
        let now = self.0.clock.now();
        let mut core = self.0.core.borrow_mut();
        core.latest = now;
        let before = core.journal.total();
        let result = act(&mut core, now);
        self.drain(&mut core, now);
        let rows = core.journal.total() - before;
        let services = core.take_services_changed();
        drop(core);
        self.0.frames.request(now, Changes { state: true, journal: true, services }, rows);
        result
    }

    fn nudge_now(&self) {
        self.with_session(|session, now| session.handle_input(now, Input::Nudged));
    }

    fn woken(&self) {
        self.with_session(|session, now| session.handle_input(now, Input::Woken));
    }

    /// Does whatever the session wants done; tells whether more than the journal changed. Without an engine nothing was ever begun.
    fn drain(&self, core: &mut Core, now: Moment) -> bool {
        engine::running().is_some_and(|engine| (engine.drain)(self, core, now))
    }

    /// Carries out the session's outputs; tells whether more than the journal changed.
    fn carry_out(&self, core: &mut Core, now: Moment) -> bool {
        let mut state_changed = self.drain_session(core, now);
        while self.run_registration(core, now) || core.run_services(now) {
            state_changed |= self.drain_session(core, now);
        }
        state_changed |= self.cut_for_services(core, now);
        self.time_services(core, now);
        self.time_demo(core, now);
        self.time_registration(core, now);
        core.status.registering = core.is_registering();
        let demo_runs = core.demo.as_ref().and_then(Demo::runs);
        if let Some(session) = &core.session {
            let status = &mut core.status;
            let before = (status.state, status.retry, status.outbox, status.pinging, status.demo_runs);
            let after = (session.state(), session.retry(), session.outbox(), session.is_pinging(), demo_runs);
            state_changed |= before != after;
            (status.state, status.retry, status.outbox, status.pinging, status.demo_runs) = after;
        }
        state_changed
    }

    fn drain_session(&self, core: &mut Core, now: Moment) -> bool {
        let mut state_changed = false;
        while let Some(output) = core.session.as_mut().and_then(Session::poll_output) {
            match output {
                Output::OpenTransport(protocol) => self.open(core, now, protocol.sub_protocol()),
                Output::Send { packet, secret, request } => {
                    if let Some(transport) = &core.transport {
                        transport.send(&packet);
                    }
                    let written = covered(&packet, secret);
                    let seq = core.journal.append_packet(now, Direction::Out, &written);
                    core.follow_trail(seq, &written);
                    if let Some(request) = request {
                        core.remember(request, seq);
                    }
                }
                Output::Received(packet) => {
                    let seq = core.journal.append_packet(now, Direction::In, &covered(&packet, None));
                    core.follow_trail(seq, &packet);
                }
                Output::CloseTransport => {
                    core.transport_number += 1;
                    if let Some(transport) = core.transport.take() {
                        transport.close();
                    }
                }
                Output::WakeAt(at) => core.wake = at.map(|at| self.alarm(at - self.0.clock.now())),
                Output::Event(event) => {
                    core.registration_hears(now, &event);
                    state_changed |= core.event(now, event);
                }
            }
        }
        state_changed
    }

    fn open(&self, core: &mut Core, now: Moment, sub_protocol: &str) {
        let Some(endpoint) = core.status.plan.as_ref().map(|plan| plan.endpoint.clone()) else { return };
        core.transport_number += 1;
        let number = core.transport_number;
        let device = Rc::downgrade(&self.0);
        let on_event = move |event| {
            if let Some(inner) = device.upgrade() {
                Self(inner).transport_event(number, event);
            }
        };
        let address = match &endpoint {
            Endpoint::WebSocket(url) => covered_address(url),
            Endpoint::Simulator => SIMULATOR_ADDRESS.to_owned(),
        };
        core.journal.append_note(now, Note::Opening { address, sub_protocol: sub_protocol.to_owned() });
        let opened: Result<Box<dyn Transport>, String> = match endpoint {
            Endpoint::WebSocket(url) => {
                WebSocketTransport::open(&url, sub_protocol, on_event).map(|socket| Box::new(socket) as _)
            }
            Endpoint::Simulator => Ok(Box::new(simulator().hub().open(sub_protocol, on_event))),
        };
        match opened {
            Ok(transport) => core.transport = Some(transport),
            Err(words) => {
                if let Some(session) = &mut core.session {
                    session.handle_input(now, Input::OpenFailed(&words));
                }
            }
        }
    }

    fn alarm(&self, after: Duration) -> Alarm {
        let device = Rc::downgrade(&self.0);
        Alarm::after(after, move || {
            if let Some(inner) = device.upgrade() {
                Self(inner).woken();
            }
        })
    }
}

/// A number that no other page is likely to have.
fn random() -> u64 {
    // 53 bits are what a float holds.
    (js_sys::Math::random() * 9_007_199_254_740_992.0) as u64
}

impl Core {
    /// Takes note of an event; tells whether more than the journal changed.
    fn event(&mut self, now: Moment, event: Event) -> bool {
        match event {
            Event::Opened | Event::SubscriptionsChanged => true,
            Event::Connected { session_present, after } => {
                self.status.online_since = Some(now);
                self.took(after);
                self.status.ended = None;
                self.journal.mark_answer(Ack::answers(after));
                let after_micros = u64::try_from(after.as_micros()).unwrap_or(u64::MAX);
                self.journal.append_note(now, Note::Connected { session_present, after_micros });
                self.services_connected(now);
                self.demo_is_online(now);
                true
            }
            Event::SubscriptionRefused { filter, code } => {
                let filter = filter.as_str().to_owned();
                self.journal.append_note(now, Note::SubscriptionRefused { filter, code });
                true
            }
            Event::Restored { subscriptions, resent, queued } => {
                self.journal.append_note(now, Note::Restored { subscriptions, resent, queued });
                true
            }
            Event::Request(request, outcome) => {
                self.settle(now, request, outcome);
                true
            }
            Event::RoundTrip(after) => {
                self.took(after);
                self.journal.mark_answer(Ack::answers(after));
                true
            }
            Event::Violation(violation) => {
                let violation = self.journal.read(|journal| covered_violation(journal, violation));
                self.journal.append_note(now, Note::Violation(violation));
                false
            }
            Event::Ended(cause) => {
                self.services_disconnected();
                self.status.online_since = None;
                self.status.round_trip = None;
                let cause = covered_cause(cause, self.status.plan.as_ref());
                self.journal.append_note(now, Note::Ended(cause.clone()));
                self.status.ended = Some(cause);
                true
            }
            Event::Message(message) => {
                self.services_receive(now, &message);
                false
            }
            // The journal has it already.
            Event::Redelivered(_) => false,
        }
    }
}
