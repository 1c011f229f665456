use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;

use super::connection::Connection;
use super::effects::Late;
use super::quota::Quota;
use super::random::Random;
use super::registry::Registry;
use super::services::{self, Alarm, gateway};
use super::session::DeviceSession;
use super::trace::{InjectedFault, TraceEvent, Why};
use super::{Choices, CloseStyle, ConnectionId, Faults, Trace};
use crate::mqtt::Moment;
use crate::uiot::{AuthMode, Credential};

/// How long a connection may take until its CONNECT is there. Not documented.
pub const CONNECT_DEADLINE: Duration = Duration::from_secs(10);
/// Connections at a time; further ones are closed at once. The documents' limits allow 100 products with 10,000
/// devices each, which is more than a page holds.
pub const MAX_CONNECTIONS: usize = 20_000;
/// Bytes of all messages with QoS 1 that wait for devices; further ones are not kept. Each device may have 100 messages of
/// 256 KB, which all devices together could not have in a page.
pub const MAX_QUEUED: usize = 64 * 1024 * 1024;
/// Bytes of all packets of which the rest has yet to come; a connection with more is cut.
pub const MAX_UNREAD: usize = 64 * 1024 * 1024;
/// Bytes of all packets that a delay holds back, and of all answers of services that wait for their time. A connection with
/// more packets is cut; with more answers, a device gets those that wait at once.
pub const MAX_ON_THE_WAY: usize = 64 * 1024 * 1024;

/// The longest delay that makes a difference.
pub(super) const LONG: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// What the platform wants done outside, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send these bytes. Mostly one packet, a part of one where a fault cuts it.
    Send(ConnectionId, Bytes),
    /// Close the connection, after what was sent. Nothing that it says afterwards concerns the platform.
    Close(ConnectionId, CloseStyle),
}

/// See the [room's docs](super).
#[derive(Debug)]
pub struct Platform {
    /// What it does where the documents are silent.
    pub choices: Choices,
    /// What goes wrong for every connection.
    pub faults: Faults,
    /// What goes wrong for single devices, instead of [`Self::faults`].
    pub device_faults: BTreeMap<Credential, Faults>,
    pub(super) registry: Registry,
    pub(super) trace: Trace,
    pub(super) random: Random,
    pub(super) connections: BTreeMap<ConnectionId, Connection>,
    /// By device, and apart from it the session in which it registers.
    pub(super) sessions: BTreeMap<(Credential, bool), DeviceSession>,
    pub(super) queued: Quota,
    pub(super) on_the_way: Quota,
    pub(super) unread: Quota,
    pub(super) outputs: VecDeque<Output>,
    /// Messages of services that wait for their time, by the device to which they go.
    pub(super) late: BTreeMap<Credential, Late>,
    pub(super) timers: BTreeMap<(Moment, u64), Timer>,
    last_number: u64,
    /// Milliseconds since 1970, UTC, at [`Moment::ZERO`].
    wall_at_zero: u64,
}

/// What a platform holds for its connections and devices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Connections, whether they logged in or not; at most [`MAX_CONNECTIONS`].
    pub connections: usize,
    /// Sessions, with a connection or waiting for one; at most one a device, and one more while it registers.
    pub sessions: usize,
    /// Things that wait for their time.
    pub timers: usize,
    /// Bytes of messages that wait for devices, about; at most [`MAX_QUEUED`].
    pub queued: usize,
    /// Bytes of packets and answers that a delay holds back, about; at most [`MAX_ON_THE_WAY`].
    pub on_the_way: usize,
    /// Bytes of packets that are not complete, about; at most [`MAX_UNREAD`].
    pub unread: usize,
    /// Bytes of what the services know of devices, about; at most [`super::MAX_DEVICE_DATA`].
    pub device_data: usize,
    /// Bytes of the trace, about; at most [`super::TRACE_BYTES`].
    pub trace: usize,
}

/// What is to happen at a certain time.
#[derive(Debug)]
pub(super) enum Timer {
    /// A connection may have been silent for too long.
    Patience(ConnectionId),
    /// A connection is cut, as was asked for.
    Cut(ConnectionId),
    /// Somebody else logs in as the device of a connection.
    Rival(ConnectionId),
    /// A delayed packet goes out.
    Release(ConnectionId),
    /// Messages of services to a device are due.
    Late(Credential),
    /// A service's own alarm.
    Service(Alarm),
}

/// What kind of packet goes out: faults tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outgoing {
    ConnAck,
    Message,
    Ack,
    PingResp,
}

impl Platform {
    /// A platform without products. `wall_at_zero` is the time in milliseconds since 1970, UTC, at [`Moment::ZERO`];
    /// all that is made up follows from `seed`.
    pub fn new(wall_at_zero: u64, seed: u64) -> Self {
        Self {
            choices: Choices::default(),
            faults: Faults::default(),
            device_faults: BTreeMap::new(),
            registry: Registry::default(),
            trace: Trace::default(),
            random: Random::new(seed),
            connections: BTreeMap::new(),
            sessions: BTreeMap::new(),
            queued: Quota::new(MAX_QUEUED),
            on_the_way: Quota::new(MAX_ON_THE_WAY),
            unread: Quota::new(MAX_UNREAD),
            outputs: VecDeque::new(),
            late: BTreeMap::new(),
            timers: BTreeMap::new(),
            last_number: 0,
            wall_at_zero,
        }
    }

    /// Somebody opened a connection.
    pub fn connect(&mut self, now: Moment) -> ConnectionId {
        let id = self.new_connection();
        if self.connections.len() >= MAX_CONNECTIONS {
            self.outputs.push_back(Output::Close(id, self.choices.close_style));
            return id;
        }
        self.connections.insert(id, Connection::new(now, CONNECT_DEADLINE));
        self.watch(id);
        id
    }

    pub(super) fn new_connection(&mut self) -> ConnectionId {
        ConnectionId(self.number())
    }

    /// The other side, or the network, closed a connection.
    pub fn closed(&mut self, now: Moment, id: ConnectionId) {
        self.forget(now, id, Why::ConnectionLost);
    }

    /// A WebSocket text frame came, which MQTT forbids [MQTT-6.0.0-1].
    pub fn text_frame(&mut self, now: Moment, id: ConnectionId) {
        self.cut(now, id, Why::TextFrame);
    }

    /// The time of [`Self::wake_at`] has come.
    pub fn woken(&mut self, now: Moment) {
        while let Some(entry) = self.timers.first_entry()
            && entry.key().0 <= now
        {
            match entry.remove() {
                Timer::Patience(id) => self.check_patience(now, id),
                Timer::Cut(id) => {
                    self.note_fault(now, id, InjectedFault::Cut);
                    self.cut(now, id, Why::Injected);
                }
                Timer::Rival(id) => self.rival_comes(now, id),
                Timer::Release(id) => self.release(now, id),
                Timer::Late(to) => self.send_due_late(now, &to),
                Timer::Service(alarm) => self.service(now, |cx| services::alarm(cx, alarm)),
            }
        }
    }

    /// When [`Self::woken`] is to be called; none if nothing waits for its time.
    pub fn wake_at(&self) -> Option<Moment> {
        self.timers.first_key_value().map(|((at, _), _)| *at)
    }

    /// What is to be done next; to be called until it returns `None`.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// The time of day that belongs to [`Moment::ZERO`] from now on, in milliseconds since 1970, UTC: a clock that counts
    /// the time between moments may stand still while the computer sleeps.
    pub fn tie_to_wall(&mut self, wall_at_zero: u64) {
        self.wall_at_zero = wall_at_zero;
    }

    /// How much the platform holds.
    pub fn usage(&self) -> Usage {
        Usage {
            connections: self.connections.len(),
            sessions: self.sessions.len(),
            timers: self.timers.len(),
            queued: self.queued.used(),
            on_the_way: self.on_the_way.used(),
            unread: self.unread.used(),
            device_data: self.registry.data.used(),
            trace: self.trace.bytes(),
        }
    }

    /// Milliseconds since 1970, UTC.
    pub fn wall(&self, now: Moment) -> u64 {
        self.wall_at_zero.saturating_add(now.as_micros() / 1000)
    }

    /// Cuts a connection after this time, whatever it does; none takes that back.
    pub(super) fn plan_cut(&mut self, now: Moment, id: ConnectionId, after: Option<Duration>) {
        let entry = after.map(|after| self.at(now + after, Timer::Cut(id)));
        let Some(connection) = self.connections.get_mut(&id) else { return };
        if let Some(old) = std::mem::replace(&mut connection.cut, entry) {
            self.timers.remove(&old);
        }
    }

    /// Closes a connection at once: what was delayed does not go out any more.
    pub(super) fn cut(&mut self, now: Moment, id: ConnectionId, why: Why) {
        let Some(rival) = self.connections.get(&id).map(|connection| connection.rival) else { return };
        self.forget(now, id, why);
        if !rival {
            self.outputs.push_back(Output::Close(id, self.choices.close_style));
        }
    }

    /// Closes a connection after what is on its way.
    pub(super) fn close_after_sending(&mut self, now: Moment, id: ConnectionId, why: Why) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        if connection.delayed.is_empty() {
            return self.cut(now, id, why);
        }
        connection.closing = true;
        self.leave(now, id, why);
        self.stop_watching(id);
    }

    /// Cuts the connection of a device, if it has one.
    pub(super) fn kick_out(&mut self, now: Moment, device: &Credential, why: Why) {
        for dynamic in [false, true] {
            let session = self.sessions.get(&(device.clone(), dynamic));
            if let Some(id) = session.and_then(|session| session.connection) {
                self.cut(now, id, why);
            }
        }
    }

    /// Never cuts a connection because it is silent.
    pub(super) fn let_be(&mut self, id: ConnectionId) {
        self.stop_watching(id);
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.patience = None;
        }
    }

    /// Looks at a connection again when it may have been silent for too long.
    pub(super) fn watch(&mut self, id: ConnectionId) {
        let number = self.number();
        self.stop_watching(id);
        let Some(connection) = self.connections.get_mut(&id) else { return };
        if let Some(deadline) = connection.deadline() {
            connection.timer = Some((deadline, number));
            self.timers.insert((deadline, number), Timer::Patience(id));
        }
    }

    fn stop_watching(&mut self, id: ConnectionId) {
        if let Some(old) = self.connections.get_mut(&id).and_then(|connection| connection.timer.take()) {
            self.timers.remove(&old);
        }
    }

    fn check_patience(&mut self, now: Moment, id: ConnectionId) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.timer = None;
        match connection.deadline() {
            Some(deadline) if deadline <= now => {
                let why = if connection.who.is_some() { Why::KeepAliveOver } else { Why::NoConnect };
                self.cut(now, id, why);
            }
            _ => self.watch(id),
        }
    }

    /// Forgets a connection that is gone, or going.
    fn forget(&mut self, now: Moment, id: ConnectionId, why: Why) {
        self.leave(now, id, why);
        self.stop_watching(id);
        if let Some(connection) = self.connections.remove(&id) {
            for entry in connection.cut.into_iter().chain(connection.release).chain(connection.rival_timer) {
                self.timers.remove(&entry);
            }
        }
    }

    /// The device of a connection is offline.
    fn leave(&mut self, now: Moment, id: ConnectionId, why: Why) {
        let Some((device, mode)) = self.connections.get_mut(&id).and_then(|connection| connection.who.take())
        else {
            return;
        };
        let key = (device, mode == AuthMode::Dynamic);
        if let Some(session) = self.sessions.get_mut(&key) {
            session.connection = None;
            if session.clean {
                self.sessions.remove(&key);
            }
        }
        let device = key.0;
        self.trace.add(now, Some(device.clone()), TraceEvent::Offline(why));
        if mode == AuthMode::Static {
            self.service(now, |cx| {
                gateway::connection_lost(cx, &device);
                services::tell_status(cx, &device, false);
            });
        }
    }

    /// Has something happen at a time; returns by what it is found again.
    pub(super) fn at(&mut self, at: Moment, timer: Timer) -> (Moment, u64) {
        let entry = (at, self.number());
        self.timers.insert(entry, timer);
        entry
    }

    fn number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }
}
