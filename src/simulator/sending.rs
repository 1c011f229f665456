//! What goes out to devices: messages, kept where the rules say so, and packets, with the faults that are asked for.

use bytes::{Bytes, BytesMut};

use super::platform::{Outgoing, Timer};
use super::services::gateway;
use super::session::Due;
use super::trace::{InjectedFault, TraceEvent, Why};
use super::{ConnectionId, Faults, Output, Platform, packets};
use crate::mqtt::{Moment, QoS};
use crate::uiot::{AuthMode, Credential, Direction};

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
            if let Some(packet) = packets::publish(topic, payload, None, false) {
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

    pub(super) fn send_due(&mut self, now: Moment, id: ConnectionId, due: Vec<Due>) {
        for message in due {
            let id_and_dup = (Some(message.packet_id), message.dup);
            if let Some(packet) =
                packets::publish(&message.topic, &message.payload, id_and_dup.0, id_and_dup.1)
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

    pub(super) fn note_fault(&mut self, now: Moment, id: ConnectionId, fault: InjectedFault) {
        let device = self.connections.get(&id).and_then(|connection| connection.who.clone());
        self.trace.add(now, device.map(|(device, _)| device), TraceEvent::Fault(fault));
    }
}
