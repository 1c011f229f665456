//! What the broker does with each packet that a client sends.

use super::packets::{self, ClientPacket, ClientPublish, Fault};
use super::permissions;
use super::platform::Outgoing;
use super::services;
use super::trace::{TraceEvent, Why};
use super::{Breach, ConnectionId, Platform};
use crate::mqtt::{Moment, PacketKind, QoS, TopicFilter};
use crate::uiot::{
    AuthMode, Credential, Direction, PARSE_SUFFIX, PlatformTopic, SystemTopic, TopicLimit, limits,
    topic_limit,
};

/// Bytes of a packet that is read where the limit of 256 KB is switched off.
const PACKET_LIMIT_OFF: usize = 16 * limits::PACKET_SIZE;

impl Platform {
    /// Bytes came on a connection: a part of a packet, or many.
    pub fn receive(&mut self, now: Moment, id: ConnectionId, bytes: &[u8]) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        if connection.closing {
            return;
        }
        let within = connection.within_bandwidth(now, bytes.len());
        if !within && self.choices.over_bandwidth != Breach::Accept {
            // Bytes cannot be left out of a stream of packets: every other choice means to cut.
            return self.cut(now, id, Why::Bandwidth);
        }
        connection.reader.push(bytes);
        loop {
            let limit = match self.choices.oversize {
                Breach::Accept => PACKET_LIMIT_OFF,
                _ => limits::PACKET_SIZE,
            };
            // Handling a packet may have closed the connection.
            let Some(connection) = self.connections.get_mut(&id) else { return };
            if connection.closing {
                return;
            }
            let packet = match connection.reader.next(limit) {
                None => return self.wait_for_more(now, id),
                Some(Ok(packet)) => packet,
                Some(Err(Fault::Malformed(rule))) => return self.cut(now, id, Why::Malformed(rule)),
                Some(Err(Fault::TooLarge(length))) => match (self.choices.oversize, &connection.who) {
                    (Breach::Drop | Breach::Acknowledge, Some((device, _))) => {
                        connection.reader.skip_packet(length);
                        let device = device.clone();
                        self.refuse_message(now, &device, "", Why::PacketSize);
                        continue;
                    }
                    _ => return self.cut(now, id, Why::PacketSize),
                },
            };
            connection.last_heard = now;
            self.handle(now, id, packet);
        }
    }

    /// A part of a packet waits for the rest, if there is room for it.
    fn wait_for_more(&mut self, now: Moment, id: ConnectionId) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.unread = None;
        let length = connection.reader.settle();
        if length > 0 {
            connection.unread = self.unread.take(length);
            if connection.unread.is_none() {
                self.cut(now, id, Why::NoRoom);
            }
        }
    }

    fn handle(&mut self, now: Moment, id: ConnectionId, packet: ClientPacket) {
        let who = self.connections.get(&id).and_then(|connection| connection.who.clone());
        let Some((device, mode)) = who else {
            return match packet {
                ClientPacket::Connect(connect) => self.handle_connect(now, id, &connect),
                ClientPacket::ConnectOfVersion(level) => self.refuse_level(now, id, level),
                _ => self.cut(now, id, Why::OutOfPlace),
            };
        };
        let ack = |kind, packet_id| packets::ack(kind, packet_id);
        match packet {
            ClientPacket::Connect(_) | ClientPacket::ConnectOfVersion(_) => {
                self.cut(now, id, Why::OutOfPlace);
            }
            ClientPacket::Publish(message) => self.handle_publish(now, id, &device, mode, &message),
            ClientPacket::PubAck(packet_id) => {
                if let Some(session) = self.sessions.get_mut(&(device, mode == AuthMode::Dynamic)) {
                    session.acknowledge(packet_id);
                }
            }
            // Answers to messages with QoS 2, which the platform never sends.
            ClientPacket::PubRec(_) | ClientPacket::PubComp(_) => {}
            ClientPacket::PubRel(packet_id) => {
                if let Some(session) = self.sessions.get_mut(&(device, mode == AuthMode::Dynamic)) {
                    session.release(packet_id);
                }
                self.send(now, id, ack(PacketKind::PubComp, packet_id), Outgoing::Ack);
            }
            ClientPacket::Subscribe(packet_id, wishes) => {
                let codes: Vec<_> = wishes
                    .into_iter()
                    .map(|(filter, qos)| self.handle_subscribe(now, &device, mode, filter, qos))
                    .collect();
                self.send(now, id, packets::suback(packet_id, &codes), Outgoing::Ack);
            }
            ClientPacket::Unsubscribe(packet_id, filters) => {
                for filter in filters {
                    if let Some(session) = self.sessions.get_mut(&(device.clone(), mode == AuthMode::Dynamic))
                    {
                        session.unsubscribe(&filter);
                    }
                    let event = TraceEvent::Unsubscribed(filter.as_str().to_owned());
                    self.trace.add(now, Some(device.clone()), event);
                }
                self.send(now, id, ack(PacketKind::UnsubAck, packet_id), Outgoing::Ack);
            }
            ClientPacket::PingReq => self.send(now, id, packets::pingresp(), Outgoing::PingResp),
            ClientPacket::Disconnect => self.cut(now, id, Why::SentDisconnect),
        }
    }

    /// The code for SUBACK: the granted QoS, or 0x80 (limitation.md; connect_to_iotcore_with_mqttjs.md).
    fn handle_subscribe(
        &mut self,
        now: Moment,
        device: &Credential,
        mode: AuthMode,
        filter: TopicFilter,
        qos: QoS,
    ) -> u8 {
        let refused_by_fault = self
            .faults_of(Some(device))
            .refuse_subscribe
            .as_ref()
            .is_some_and(|refused| refused.matches(filter.as_str()));
        let refusal = if refused_by_fault {
            Some(Why::Injected)
        } else if topic_limit(filter.as_str()).is_some() {
            Some(Why::TopicLimit)
        } else if !permissions::may_subscribe(
            &self.registry,
            device,
            mode,
            &filter,
            self.choices.wide_filters,
        ) {
            Some(Why::NoPermission)
        } else if qos == QoS::ExactlyOnce && !self.choices.qos2_subscription {
            Some(Why::QoS2)
        } else {
            None
        };
        let topic = filter.as_str().to_owned();
        let granted = qos.min(QoS::AtLeastOnce);
        let refusal = refusal.or_else(|| {
            let session = self.sessions.get_mut(&(device.clone(), mode == AuthMode::Dynamic))?;
            (!session.subscribe(filter, granted)).then_some(Why::TooManySubscriptions)
        });
        let event = TraceEvent::Subscribed {
            filter: topic,
            granted: refusal.is_none().then_some(granted),
            why: refusal,
        };
        self.trace.add(now, Some(device.clone()), event);
        refusal.map_or(granted.number(), |_| 0x80)
    }

    fn handle_publish(
        &mut self,
        now: Moment,
        id: ConnectionId,
        device: &Credential,
        mode: AuthMode,
        message: &ClientPublish,
    ) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let in_rate = connection.may_publish(now);
        let choices = &self.choices;
        let other_topic = !choices.parse_suffix_on_system_topics
            && message.topic.starts_with("/$system/")
            && message.topic.ends_with(PARSE_SUFFIX);
        let publisher =
            permissions::publisher(&self.registry, device, mode, &message.topic).filter(|_| !other_topic);
        let limit = if choices.parse_suffix_counts { TopicLimit::broken_by } else { topic_limit };
        let over_limit = limit(&message.topic).is_some();
        // Each rule that the message breaks, with what follows.
        let breaches = [
            (message.qos == QoS::ExactlyOnce, Why::QoS2, choices.qos2_publish),
            (message.retain, Why::Retain, choices.retain),
            (!in_rate, Why::Rate, choices.over_rate),
            (over_limit, Why::TopicLimit, choices.topic_too_long),
            (publisher.is_none(), Why::NoPermission, choices.forbidden_publish),
        ];
        for (broken, why, breach) in breaches {
            if !broken || breach == Breach::Accept {
                continue;
            }
            self.refuse_message(now, device, &message.topic, why);
            return match breach {
                Breach::Disconnect => self.cut(now, id, why),
                Breach::Drop => {}
                _ => {
                    self.acknowledge(now, id, device, mode, message);
                }
            };
        }
        if !self.acknowledge(now, id, device, mode, message) {
            return;
        }
        let publisher = publisher.unwrap_or_else(|| device.clone());
        if self.loses_message(now, device) {
            return;
        }
        let event = TraceEvent::message(Direction::Up, &message.topic, &message.payload, message.qos);
        self.trace.add(now, Some(publisher.clone()), event);
        self.forward(now, &publisher, message);
    }

    /// Brings a message of a device to its service, or to where the product's rules send it: with the QoS with which it
    /// came, as there is no QoS 2 (limitation.md).
    fn forward(&mut self, now: Moment, publisher: &Credential, message: &ClientPublish) {
        match PlatformTopic::parse(&message.topic) {
            Some(PlatformTopic::System { topic, request_id, .. }) => {
                if topic == SystemTopic::ShadowUpstream {
                    self.overtake_edit(now, publisher, &message.payload);
                }
                self.service(now, |cx| {
                    services::receive(cx, publisher, topic, request_id, &message.payload);
                });
            }
            Some(PlatformTopic::Custom { rest, parse, .. }) => {
                if parse {
                    let event = TraceEvent::Unparsed(message.topic.clone());
                    self.trace.add(now, Some(publisher.clone()), event);
                }
                let product = self.registry.product(&publisher.product_sn);
                let Some((product, to)) = product.and_then(|known| Some((known, known.forwards.get(rest)?)))
                else {
                    return;
                };
                let topic = format!("/{}/{}/{to}", publisher.product_sn, publisher.device_sn);
                if !product.may_receive(to, false) {
                    let event =
                        TraceEvent::Failed { direction: Direction::Down, topic, why: Why::NoPermission };
                    return self.trace.add(now, Some(publisher.clone()), event);
                }
                let (payload, qos) = (message.payload.clone(), message.qos.min(QoS::AtLeastOnce));
                self.deliver(now, publisher, AuthMode::Static, &topic, payload, qos);
            }
            Some(PlatformTopic::Broadcast { .. }) | None => {}
        }
    }

    /// Acknowledges a message as its QoS asks; whether it is a new one.
    fn acknowledge(
        &mut self,
        now: Moment,
        id: ConnectionId,
        device: &Credential,
        mode: AuthMode,
        message: &ClientPublish,
    ) -> bool {
        let kind = match message.qos {
            QoS::AtMostOnce => return true,
            QoS::AtLeastOnce => PacketKind::PubAck,
            QoS::ExactlyOnce => PacketKind::PubRec,
        };
        let mut new = true;
        if kind == PacketKind::PubRec
            && let Some(session) = self.sessions.get_mut(&(device.clone(), mode == AuthMode::Dynamic))
        {
            new = session.receive(message.packet_id);
        }
        self.send(now, id, packets::ack(kind, message.packet_id), Outgoing::Ack);
        new
    }

    fn refuse_message(&mut self, now: Moment, device: &Credential, topic: &str, why: Why) {
        let event = TraceEvent::Failed { direction: Direction::Up, topic: topic.to_owned(), why };
        self.trace.add(now, Some(device.clone()), event);
    }
}
