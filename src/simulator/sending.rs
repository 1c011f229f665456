//! What goes out to devices: messages, kept where the rules say so, and packets, with the faults that are asked for.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use super::platform::{LONG, Outgoing, Timer};
use super::services::gateway;
use super::session::Due;
use super::trace::{InjectedFault, TraceEvent, Why};
use super::{ConnectionId, Faults, Output, Platform, packets};
use crate::mqtt::{Moment, QoS};
use crate::uiot::{AuthMode, Credential, Direction, limits};

impl Platform {
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
        let carrier = self.carrier(to);
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

    /// The device in whose session a message to a device goes.
    fn carrier(&self, to: &Credential) -> Credential {
        let carrier = gateway::carrier(&self.registry, to);
        if carrier != *to || !self.choices.gateway.keep_for_sub_devices {
            return carrier;
        }
        let waits = |owner: &&Credential| {
            let session = self.sessions.get(&((*owner).clone(), false));
            session.is_some_and(|session| session.connection.is_none())
        };
        let owner = self.registry.device(to).and_then(|found| found.gateway.owner());
        owner.filter(waits).cloned().unwrap_or(carrier)
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
        if packets::publish_length(topic, payload, qos) > limits::PACKET_SIZE {
            return Err(Why::PacketSize);
        }
        if qos == QoS::AtMostOnce {
            let id = connection.ok_or(Why::DeviceOffline)?;
            if let Some(packet) = packets::publish(topic, payload, None, false) {
                self.send(now, id, packet, Outgoing::Message);
            }
            return Ok(qos);
        }
        if !session.keep(now, topic, payload, &self.queued) {
            return Err(Why::QueueFull);
        }
        if let Some(id) = connection {
            let due = session.due();
            self.send_due(now, id, due);
        }
        Ok(qos)
    }

    pub(super) fn send_due(&mut self, now: Moment, id: ConnectionId, due: Vec<Due>) {
        for Due { topic, payload, packet_id, dup } in due {
            if let Some(packet) = packets::publish(&topic, &payload, Some(packet_id), dup) {
                self.send(now, id, packet, Outgoing::Message);
            }
        }
    }

    /// Sends a packet, unless a fault is against it.
    pub(super) fn send(&mut self, now: Moment, id: ConnectionId, packet: Bytes, kind: Outgoing) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        if connection.rival {
            return;
        }
        if connection.mute {
            return self.note_fault(now, id, InjectedFault::Silence);
        }
        let own = connection.faults_of.as_ref().and_then(|device| self.device_faults.get_mut(device));
        let faults = own.unwrap_or(&mut self.faults);
        if !faults.any() {
            return self.send_after(now, id, packet, Duration::ZERO);
        }
        if faults.silence || (kind == Outgoing::PingResp && faults.withhold_pingresp) {
            connection.mute |= kind == Outgoing::ConnAck;
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
        let jitter = faults.jitter.min(LONG);
        let spread = jitter.mul_f64(2.0 * self.random.fraction());
        let delay = (faults.delay.min(LONG) + spread).saturating_sub(jitter);
        let spent = (corrupted || cut) && !faults.any();
        let owner = self.connections.get(&id).and_then(|connection| connection.faults_of.clone());
        if let Some(owner) = owner.filter(|_| spent) {
            self.drop_spent(now, &owner);
        }
        if !packet.is_empty() {
            self.send_after(now, id, packet, delay);
        }
        if corrupted {
            self.note_fault(now, id, InjectedFault::Corrupted);
        }
        if cut {
            self.note_fault(now, id, InjectedFault::Cut);
            self.close_after_sending(now, id, Why::Injected);
        }
    }

    /// Sends a packet after this time, and never before one that was to go earlier.
    fn send_after(&mut self, now: Moment, id: ConnectionId, packet: Bytes, delay: Duration) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        if delay.is_zero() && connection.delayed.is_empty() {
            return self.outputs.push_back(Output::Send(id, packet));
        }
        let Some(room) = self.on_the_way.take(packet.len()) else {
            self.note_fault(now, id, InjectedFault::Cut);
            return self.cut(now, id, Why::Injected);
        };
        let last = connection.delayed.back().map(|(at, ..)| *at);
        let at = last.map_or(now + delay, |last| last.max(now + delay));
        connection.delayed.push_back((at, packet, room));
        if last.is_none() {
            self.release_at(at, id);
        }
    }

    fn release_at(&mut self, at: Moment, id: ConnectionId) {
        let entry = self.at(at, Timer::Release(id));
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.release = Some(entry);
        }
    }

    /// Lets no packet wait longer than the faults ask for by now.
    pub(super) fn hurry(&mut self, now: Moment, id: ConnectionId) {
        let Some(connection) = self.connections.get(&id) else { return };
        let faults = self.faults_of(connection.faults_of.as_ref());
        let latest = now + (faults.delay.min(LONG) + faults.jitter.min(LONG));
        let Some(connection) = self.connections.get_mut(&id) else { return };
        if connection.delayed.back().is_none_or(|(at, ..)| *at <= latest) {
            return;
        }
        for (at, ..) in &mut connection.delayed {
            *at = (*at).min(latest);
        }
        if let Some(old) = connection.release.take() {
            self.timers.remove(&old);
        }
        self.release(now, id);
    }

    /// Sends the delayed packets whose time has come.
    pub(super) fn release(&mut self, now: Moment, id: ConnectionId) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.release = None;
        while let Some((at, packet, room)) = connection.delayed.pop_front() {
            if at > now {
                connection.delayed.push_front((at, packet, room));
                return self.release_at(at, id);
            }
            self.outputs.push_back(Output::Send(id, packet));
        }
        if connection.closing {
            self.cut(now, id, Why::Injected);
        }
    }

    /// The faults that hold for a device: its own, or else those for all.
    pub fn faults_of(&self, device: Option<&Credential>) -> &Faults {
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

    pub(super) fn note_fault(&mut self, now: Moment, id: ConnectionId, fault: InjectedFault) {
        let device = self.connections.get(&id).and_then(|connection| connection.who.clone());
        self.trace.add(now, device.map(|(device, _)| device), TraceEvent::Fault(fault));
    }
}
