use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::{Bytes, BytesMut};

use super::connection::Connection;
use super::random::Random;
use super::registry::Registry;
use super::services::{self, Alarm, Context, Effect, gateway};
use super::session::DeviceSession;
use super::trace::{InjectedFault, TraceEvent, Why};
use super::{Choices, CloseStyle, ConnectionId, Faults, Trace};
use crate::mqtt::{Moment, QoS};
use crate::uiot::{AuthMode, Credential, Direction, SystemTopic};

/// How long a connection may take until its CONNECT is there. Not documented.
pub const CONNECT_DEADLINE: Duration = Duration::from_secs(10);
/// Connections at a time; further ones are closed at once. The documents' limits allow 100 products with 10,000
/// devices each, which is more than a page holds.
pub const MAX_CONNECTIONS: usize = 20_000;

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
    outputs: VecDeque<Output>,
    timers: BTreeMap<(Moment, u64), Timer>,
    last_number: u64,
    /// Milliseconds since 1970, UTC, at [`Moment::ZERO`].
    wall_at_zero: u64,
}

/// What is to happen at a certain time.
#[derive(Debug)]
enum Timer {
    /// A connection may have been silent for too long.
    Patience(ConnectionId),
    /// A connection is cut, as was asked for.
    Cut(ConnectionId),
    /// Delayed output.
    Output(Output),
    /// Delayed work of a service.
    Effect(Box<Effect>),
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
            outputs: VecDeque::new(),
            timers: BTreeMap::new(),
            last_number: 0,
            wall_at_zero,
        }
    }

    /// Somebody opened a connection.
    pub fn connect(&mut self, now: Moment) -> ConnectionId {
        let id = ConnectionId(self.number());
        if self.connections.len() >= MAX_CONNECTIONS {
            self.outputs.push_back(Output::Close(id, self.choices.close_style));
            return id;
        }
        self.connections.insert(id, Connection::new(now, CONNECT_DEADLINE));
        self.watch(id);
        id
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
                    if self.connections.contains_key(&id) {
                        self.note_fault(now, id, InjectedFault::Cut);
                        self.cut(now, id, Why::Injected);
                    }
                }
                Timer::Output(output @ Output::Send(id, _)) => {
                    if self.connections.contains_key(&id) {
                        self.outputs.push_back(output);
                    }
                }
                Timer::Output(Output::Close(id, style)) => {
                    if self.connections.remove(&id).is_some() {
                        self.outputs.push_back(Output::Close(id, style));
                    }
                }
                Timer::Effect(effect) => self.carry_out(now, *effect),
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

    /// Milliseconds since 1970, UTC.
    pub fn wall(&self, now: Moment) -> u64 {
        self.wall_at_zero.saturating_add(now.as_micros() / 1000)
    }

    /// Lets a service work, and does what it wants done.
    pub(super) fn service<T>(&mut self, now: Moment, work: impl FnOnce(&mut Context<'_>) -> T) -> T {
        let mut cx = Context {
            now,
            wall: self.wall(now),
            registry: &mut self.registry,
            choices: &self.choices,
            random: &mut self.random,
            effects: Vec::new(),
        };
        let result = work(&mut cx);
        for effect in cx.effects {
            let delay = self.choices.service_delay;
            if matches!(effect, Effect::Send { .. }) && !delay.is_zero() {
                self.at(now + delay, Timer::Effect(Box::new(effect)));
            } else {
                self.carry_out(now, effect);
            }
        }
        result
    }

    fn carry_out(&mut self, now: Moment, effect: Effect) {
        match effect {
            Effect::Send { to, topic, payload } => {
                let mode =
                    if topic == SystemTopic::PasswordReply { AuthMode::Dynamic } else { AuthMode::Static };
                let qos = self.choices.service_qos;
                self.deliver(now, &to, mode, &topic.of(&to), Bytes::from(payload), qos);
            }
            Effect::Trace { device, event } => self.trace.add(now, Some(device), event),
            Effect::WakeAt { at, alarm } => self.at(at, Timer::Service(alarm)),
        }
    }

    /// Sends a message to a device, on its own connection or its gateway's; keeps it where the rules say so.
    pub(super) fn deliver(
        &mut self,
        now: Moment,
        to: &Credential,
        mode: AuthMode,
        topic: &str,
        payload: Bytes,
        qos: QoS,
    ) {
        let carrier = gateway::carrier(&self.registry, to);
        if self.loses_message(now, &carrier) {
            return;
        }
        let outcome = self.hand_over(now, (carrier, mode == AuthMode::Dynamic), topic, &payload, qos);
        let event = match outcome {
            Ok(qos) => TraceEvent::message(Direction::Down, topic, &payload, qos),
            Err(why) => TraceEvent::Failed { direction: Direction::Down, topic: topic.to_owned(), why },
        };
        self.trace.add(now, Some(to.clone()), event);
    }

    fn hand_over(
        &mut self,
        now: Moment,
        key: (Credential, bool),
        topic: &str,
        payload: &Bytes,
        qos: QoS,
    ) -> Result<QoS, Why> {
        let session = self.sessions.get_mut(&key).ok_or(Why::DeviceOffline)?;
        let qos = session.granted(topic).ok_or(Why::NotSubscribed)?.min(qos);
        let connection = session.connection;
        if qos == QoS::AtMostOnce {
            let id = connection.ok_or(Why::DeviceOffline)?;
            if let Some(packet) = super::packets::publish(topic, payload, None, false) {
                self.send(now, id, packet, Outgoing::Message);
            }
            return Ok(qos);
        }
        if !session.keep(now, topic.to_owned(), payload.clone()) {
            return Err(Why::QueueFull);
        }
        if let Some(id) = connection {
            let due = session.due();
            self.send_due(now, id, due);
        }
        Ok(qos)
    }

    pub(super) fn send_due(&mut self, now: Moment, id: ConnectionId, due: Vec<super::session::Due>) {
        for message in due {
            let id_and_dup = (Some(message.packet_id), message.dup);
            if let Some(packet) =
                super::packets::publish(&message.topic, &message.payload, id_and_dup.0, id_and_dup.1)
            {
                self.send(now, id, packet, Outgoing::Message);
            }
        }
    }

    /// Sends a packet, unless a fault is against it.
    pub(super) fn send(&mut self, now: Moment, id: ConnectionId, packet: Bytes, kind: Outgoing) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let faults = match &connection.who {
            Some((device, _)) if self.device_faults.contains_key(device) => {
                self.device_faults.get_mut(device)
            }
            _ => None,
        };
        let faults = faults.unwrap_or(&mut self.faults);
        if !faults.any() {
            if connection.sent_until > now {
                // What was delayed before goes first.
                let at = connection.sent_until;
                return self.at(at, Timer::Output(Output::Send(id, packet)));
            }
            return self.outputs.push_back(Output::Send(id, packet));
        }
        if faults.silence || (kind == Outgoing::PingResp && faults.withhold_pingresp) {
            return self.note_fault(now, id, InjectedFault::Silence);
        }
        if kind == Outgoing::Ack && self.random.happens(faults.lose_acks) {
            return self.note_fault(now, id, InjectedFault::AckLost);
        }
        let mut packet = packet;
        let corrupted = faults.corrupt_packets > 0;
        if corrupted {
            faults.corrupt_packets -= 1;
            let mut bytes = BytesMut::from(&packet[..]);
            let at = (self.random.number() % bytes.len() as u64) as usize;
            bytes[at] ^= 1 + (self.random.number() % 255) as u8;
            packet = bytes.freeze();
        }
        let cut = match &mut faults.cut_at_byte {
            Some(left) if *left <= packet.len() => {
                packet.truncate(*left);
                faults.cut_at_byte = None;
                true
            }
            Some(left) => {
                *left -= packet.len();
                false
            }
            None => false,
        };
        let spread = faults.jitter.mul_f64(2.0 * self.random.fraction());
        let delay = (faults.delay + spread).saturating_sub(faults.jitter);
        let at = (now + delay).max(connection.sent_until);
        connection.sent_until = at;
        if at > now {
            self.at(at, Timer::Output(Output::Send(id, packet)));
        } else {
            self.outputs.push_back(Output::Send(id, packet));
        }
        if corrupted {
            self.note_fault(now, id, InjectedFault::Corrupted);
        }
        if cut {
            self.note_fault(now, id, InjectedFault::Cut);
            self.close_after_sending(now, id, Why::Injected);
        }
    }

    /// The faults that hold for a device.
    pub(super) fn faults_of(&self, device: Option<&Credential>) -> &Faults {
        device.and_then(|device| self.device_faults.get(device)).unwrap_or(&self.faults)
    }

    /// Whether a fault takes a message to or from a device.
    pub(super) fn loses_message(&mut self, now: Moment, device: &Credential) -> bool {
        let share = self.faults_of(Some(device)).lose_messages;
        let lost = share > 0.0 && self.random.happens(share);
        if lost {
            self.trace.add(now, Some(device.clone()), TraceEvent::Fault(InjectedFault::MessageLost));
        }
        lost
    }

    fn note_fault(&mut self, now: Moment, id: ConnectionId, fault: InjectedFault) {
        let device = self.connections.get(&id).and_then(|connection| connection.who.clone());
        self.trace.add(now, device.map(|(device, _)| device), TraceEvent::Fault(fault));
    }

    /// Cuts a connection after this time, whatever it does.
    pub(super) fn cut_after(&mut self, now: Moment, id: ConnectionId, after: Duration) {
        self.at(now + after, Timer::Cut(id));
    }

    /// Closes a connection at once: what was delayed does not go out any more.
    pub(super) fn cut(&mut self, now: Moment, id: ConnectionId, why: Why) {
        if self.connections.contains_key(&id) {
            self.forget(now, id, why);
            self.outputs.push_back(Output::Close(id, self.choices.close_style));
        }
    }

    /// Closes a connection after what is on its way.
    pub(super) fn close_after_sending(&mut self, now: Moment, id: ConnectionId, why: Why) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let at = connection.sent_until;
        if at <= now {
            return self.cut(now, id, why);
        }
        connection.closing = true;
        self.leave(now, id, why);
        let style = self.choices.close_style;
        self.at(at, Timer::Output(Output::Close(id, style)));
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

    /// Looks at a connection again when it may have been silent for too long.
    pub(super) fn watch(&mut self, id: ConnectionId) {
        let number = self.number();
        let Some(connection) = self.connections.get_mut(&id) else { return };
        if let Some(old) = connection.timer.take() {
            self.timers.remove(&old);
        }
        if let Some(deadline) = connection.deadline() {
            connection.timer = Some((deadline, number));
            self.timers.insert((deadline, number), Timer::Patience(id));
        }
    }

    fn check_patience(&mut self, now: Moment, id: ConnectionId) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.timer = None;
        match connection.deadline() {
            Some(deadline) if deadline <= now && !connection.closing => {
                let why = if connection.who.is_some() { Why::KeepAliveOver } else { Why::NoConnect };
                self.cut(now, id, why);
            }
            _ => self.watch(id),
        }
    }

    /// Forgets a connection that is gone, or going.
    fn forget(&mut self, now: Moment, id: ConnectionId, why: Why) {
        self.leave(now, id, why);
        if let Some(connection) = self.connections.remove(&id)
            && let Some(timer) = connection.timer
        {
            self.timers.remove(&timer);
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

    fn at(&mut self, at: Moment, timer: Timer) {
        let number = self.number();
        self.timers.insert((at, number), timer);
    }

    fn number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }
}
