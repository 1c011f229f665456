//! Connections whose packets a test writes and reads itself, and what the trace says, for tests of single rules.

use std::time::Duration;

use bytes::Bytes;
use uiot_testbench::mqtt::{
    ConnAck, ConnectOptions, ConnectReturnCode, Decoder, Moment, Packet, PacketId, QoS, TopicFilter,
    TopicName, raw,
};
use uiot_testbench::simulator::{CloseStyle, ConnectionId, InjectedFault, TraceEvent, Why};

use super::World;

/// A packet identifier.
pub fn id(number: u16) -> PacketId {
    PacketId::new(number).unwrap()
}

/// A PUBLISH as a device sends it.
pub fn publish(topic: &str, payload: &[u8], qos: QoS, number: u16) -> Bytes {
    let topic = TopicName::parse(topic).unwrap();
    let number = (qos != QoS::AtMostOnce).then(|| id(number));
    raw::publish(&topic, Bytes::copy_from_slice(payload), qos, false, false, number).unwrap()
}

/// A PUBLISH with RETAIN.
pub fn publish_retained(topic: &str, payload: &[u8], qos: QoS, number: u16) -> Bytes {
    let topic = TopicName::parse(topic).unwrap();
    let number = (qos != QoS::AtMostOnce).then(|| id(number));
    raw::publish(&topic, Bytes::copy_from_slice(payload), qos, true, false, number).unwrap()
}

/// A PUBLISH with QoS 0 of exactly so many bytes.
pub fn publish_of(topic: &str, length: usize) -> Bytes {
    let head = publish(topic, &[], QoS::AtMostOnce, 0).len() - 2;
    let (1.., body) = (length, length - head) else { panic!("{length}") };
    for payload in (body - 6..=body).rev() {
        let packet = publish(topic, &vec![b'x'; payload], QoS::AtMostOnce, 0);
        if packet.len() == length {
            return packet;
        }
    }
    panic!("no PUBLISH has {length} bytes");
}

pub fn subscribe(number: u16, filter: &str, qos: QoS) -> Bytes {
    raw::subscribe(id(number), &TopicFilter::parse(filter).unwrap(), qos).unwrap()
}

pub fn unsubscribe(number: u16, filter: &str) -> Bytes {
    raw::unsubscribe(id(number), &TopicFilter::parse(filter).unwrap()).unwrap()
}

pub fn puback(number: u16) -> Bytes {
    raw::puback(id(number)).unwrap()
}

pub fn pingreq() -> Bytes {
    raw::pingreq().unwrap()
}

/// CONNECT as our own client writes it.
pub fn connect(options: &ConnectOptions) -> Bytes {
    raw::write_connect(options).unwrap().0
}

/// CONNECT with any name, level and flags, and what follows the keep alive as it is.
pub fn odd_connect(name: &str, level: u8, flags: u8, keep_alive: u16, strings: &[&str]) -> Vec<u8> {
    let mut body = Vec::new();
    let string = |body: &mut Vec<u8>, text: &str| {
        body.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
        body.extend(text.as_bytes());
    };
    string(&mut body, name);
    body.extend([level, flags]);
    body.extend(keep_alive.to_be_bytes());
    strings.iter().for_each(|text| string(&mut body, text));
    packet(0x10, &body)
}

/// A packet with this first byte and what follows the remaining length.
pub fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first];
    let mut length = body.len();
    while length > 0x7f {
        packet.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    packet.push((length & 0x7f) as u8);
    packet.extend(body);
    packet
}

pub fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

impl World {
    /// A raw connection on which CONNECT was sent.
    pub fn raw_connect(&mut self, options: &ConnectOptions) -> ConnectionId {
        let id = self.raw();
        self.send_raw(id, &connect(options));
        id
    }

    /// A raw connection that is online.
    pub fn raw_online(&mut self, options: &ConnectOptions) -> ConnectionId {
        let id = self.raw_connect(options);
        assert_eq!(self.connack(id), Some((false, ConnectReturnCode::Accepted)));
        id
    }

    /// Session present and code of the CONNACK that came, if it did.
    pub fn connack(&mut self, id: ConnectionId) -> Option<(bool, ConnectReturnCode)> {
        self.packets(id).into_iter().find_map(|packet| match packet {
            Packet::ConnAck(ConnAck { session_present, code }) => Some((session_present, code)),
            _ => None,
        })
    }

    /// The packets that came on a raw connection since the last call.
    pub fn packets(&mut self, id: ConnectionId) -> Vec<Packet> {
        let mut decoder = Decoder::new(usize::MAX);
        decoder.push(&self.read_raw(id));
        let mut packets = Vec::new();
        while let Some(frame) = decoder.next_frame() {
            let frame = frame.expect("a packet");
            assert!(frame.oddities.is_empty(), "{frame:?}");
            packets.push(frame.content.expect("a packet with a meaning"));
        }
        assert!(decoder.rest().is_empty(), "a part of a packet came");
        packets
    }

    /// The messages among [`Self::packets`]: payload, packet identifier, DUP.
    pub fn raw_inbox(&mut self, id: ConnectionId) -> Vec<(String, Option<u16>, bool)> {
        let messages = self.packets(id).into_iter().filter_map(|packet| match packet {
            Packet::Publish(message) => Some((
                String::from_utf8(message.payload.to_vec()).unwrap(),
                message.packet_id.map(PacketId::number),
                message.dup,
            )),
            _ => None,
        });
        messages.collect()
    }

    /// How a raw connection was closed.
    pub fn close_style(&self, id: ConnectionId) -> Option<CloseStyle> {
        self.raw[&id].closed
    }

    /// The other side closes a raw connection.
    pub fn break_raw(&mut self, id: ConnectionId) {
        self.platform.closed(self.now, id);
        self.settle();
    }

    /// How much time passes, at most so much, until a raw connection is closed.
    pub fn time_to_close(&mut self, id: ConnectionId, most: Duration) -> Option<Duration> {
        let begin = self.now;
        while !self.is_closed(id) {
            let next = self.platform.wake_at().filter(|at| *at <= begin + most)?;
            self.run(next - self.now);
        }
        Some(self.now - begin)
    }

    /// Lets time pass until this moment.
    pub fn run_until(&mut self, at: Moment) {
        self.run(at - self.now);
    }

    /// Why messages went no further, in order.
    pub fn failures(&self) -> Vec<Why> {
        let failures = self.trace().into_iter().filter_map(|event| match event {
            TraceEvent::Failed { why, .. } => Some(*why),
            _ => None,
        });
        failures.collect()
    }

    /// With which codes, and why, CONNECTs were refused.
    pub fn refusals(&self) -> Vec<(u8, Why)> {
        let refusals = self.trace().into_iter().filter_map(|event| match event {
            TraceEvent::Refused(code, why) => Some((*code, *why)),
            _ => None,
        });
        refusals.collect()
    }

    /// Why devices went offline.
    pub fn ends(&self) -> Vec<Why> {
        let ends = self.trace().into_iter().filter_map(|event| match event {
            TraceEvent::Offline(why) => Some(*why),
            _ => None,
        });
        ends.collect()
    }

    /// The topics of the messages that devices brought.
    pub fn taken(&self) -> Vec<String> {
        use uiot_testbench::uiot::Direction;
        let taken = self.trace().into_iter().filter_map(|event| match event {
            TraceEvent::Message { direction: Direction::Up, topic, .. } => Some(topic.clone()),
            _ => None,
        });
        taken.collect()
    }

    /// The faults that took effect.
    pub fn injected(&self) -> Vec<InjectedFault> {
        let faults = self.trace().into_iter().filter_map(|event| match event {
            TraceEvent::Fault(fault) => Some(*fault),
            _ => None,
        });
        faults.collect()
    }
}
