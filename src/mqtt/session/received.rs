//! What a packet from the broker leads to.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::super::codec::{self, Frame};
use super::super::outbox::{InFlight, Step};
use super::super::timers::Timer;
use super::super::{
    ConnAck, ConnectReturnCode, EndCause, Event, Moment, Outcome, Output, Packet, PacketId, ProtocolVersion,
    Publish, QoS, Rule, State, SubscribeReturnCode, Violation,
};
use super::Session;

/// A message received with QoS 2 that is not released yet.
#[derive(Debug)]
pub(super) struct Incoming {
    /// A fingerprint of topic and payload, to tell the message when it comes again from another under its identifier.
    print: u64,
    /// CONNACK got lost since, or says nothing of the session (MQTT 3.1): the broker's may be another one that uses the
    /// identifier anew.
    pub(super) in_doubt: bool,
}

impl Incoming {
    fn new(publish: &Publish) -> Self {
        let mut hasher = DefaultHasher::new();
        (&publish.topic, &publish.payload).hash(&mut hasher);
        Self { print: hasher.finish(), in_doubt: false }
    }
}

impl Session {
    /// Handles the next packet of what was received; tells whether there was one.
    pub(super) fn decode_one(&mut self) -> bool {
        if !matches!(self.state, State::AwaitingConnAck | State::Online) {
            return false;
        }
        let now = self.received_at;
        // Before CONNACK the first byte tells whether the server speaks MQTT at all.
        let first = self.decoder.rest().first();
        if self.state == State::AwaitingConnAck && first.is_some_and(|first| first >> 4 != 2) {
            self.report(now, Violation::new(Rule::FirstPacketNotConnAck, self.decoder.rest()));
            return true;
        }
        match self.decoder.next_frame() {
            None => return false,
            Some(Ok(frame)) => self.frame(now, frame),
            Some(Err(violation)) => self.report(now, violation),
        }
        true
    }

    fn frame(&mut self, now: Moment, frame: Frame) {
        let Frame { bytes, content, oddities } = frame;
        self.outputs.push_back(Output::Received(bytes.clone()));
        // MQTT 3.1 has no flags in CONNACK: the byte is "not used", whatever it says.
        let unused = |rule: &Rule| matches!(rule, Rule::ConnAckFlags | Rule::SessionPresentWithRefusal);
        for rule in oddities {
            if self.settings.protocol != ProtocolVersion::V3_1 || !unused(&rule) {
                self.violated(now, rule, &bytes);
            }
            // It may have ended the connection.
            if !matches!(self.state, State::AwaitingConnAck | State::Online) {
                return;
            }
        }
        match content {
            Err(rule) => self.violated(now, rule, &bytes),
            Ok(Packet::ConnAck(connack)) => self.connack(now, connack, &bytes),
            Ok(Packet::Publish(publish)) => self.message(now, publish, &bytes),
            Ok(Packet::PubAck(id)) => self.last_ack(now, id, |step| matches!(step, Step::PubAck(_)), &bytes),
            Ok(Packet::PubRec(id)) => self.pubrec(now, id, &bytes),
            Ok(Packet::PubRel(id)) => self.pubrel(now, id, &bytes),
            Ok(Packet::PubComp(id)) => self.last_ack(now, id, |step| *step == Step::PubComp, &bytes),
            Ok(Packet::SubAck(id, codes)) => self.suback(now, id, &codes, &bytes),
            Ok(Packet::UnsubAck(id)) => self.unsuback(now, id, &bytes),
            Ok(Packet::PingResp) => match self.pings_sent.pop_front() {
                Some(sent) => {
                    self.await_pingresp();
                    self.event(Event::RoundTrip(now - sent));
                }
                None => self.violated(now, Rule::UnaskedPingResp, &bytes),
            },
        }
    }

    fn connack(&mut self, now: Moment, connack: ConnAck, bytes: &[u8]) {
        if self.state == State::Online {
            return self.violated(now, Rule::SecondConnAck, bytes);
        }
        self.timers.stop(Timer::ConnAck);
        if connack.code != ConnectReturnCode::Accepted {
            return self.end(now, EndCause::Refused(connack.code));
        }
        let present = connack.session_present && self.settings.protocol == ProtocolVersion::V3_1_1;
        if present && self.settings.clean_session {
            self.violated(now, Rule::SessionPresentWithCleanSession, bytes);
            if self.state != State::AwaitingConnAck {
                return;
            }
        }
        self.state = State::Online;
        self.online_since = Some(now);
        self.reconnect.accepted();
        // CONNECT was the last packet sent.
        self.last_sent = self.connect_sent;
        self.last_ping = self.connect_sent;
        self.await_keep_alive();
        self.event(Event::Connected { session_present: present, after: now - self.connect_sent });
        self.restore(now, present);
    }

    fn message(&mut self, now: Moment, publish: Publish, bytes: &[u8]) {
        if publish.qos == QoS::ExactlyOnce && !self.may_come_with_qos2() {
            self.violated(now, Rule::UnaskedQos2, bytes);
            if self.state != State::Online {
                return;
            }
        }
        match (publish.qos, publish.packet_id) {
            (QoS::AtLeastOnce, Some(packet_id)) => {
                self.event(Event::Message(publish));
                if let (Ok(packet), State::Online) = (codec::puback(packet_id), self.state) {
                    self.send(now, packet, None);
                }
            }
            (QoS::ExactlyOnce, Some(packet_id)) => {
                let incoming = Incoming::new(&publish);
                let print = incoming.print;
                let before = self.incoming.insert(packet_id, incoming);
                let another = |before: &Incoming| !publish.dup || before.print != print;
                if before.as_ref().is_some_and(|before| another(before) && !before.in_doubt) {
                    self.violated(now, Rule::PacketIdInUse, bytes);
                    if self.state != State::Online {
                        return;
                    }
                }
                // What comes without DUP where the session is in doubt is new, whatever it says.
                let is_new =
                    before.is_none_or(|before| before.print != print || before.in_doubt && !publish.dup);
                self.event(if is_new { Event::Message(publish) } else { Event::Redelivered(publish) });
                if let (Ok(packet), State::Online) = (codec::pubrec(packet_id), self.state) {
                    self.send(now, packet, None);
                }
            }
            _ => self.event(Event::Message(publish)),
        }
    }

    /// A session that the broker kept may hold messages of subscriptions that this page knows nothing of.
    fn may_come_with_qos2(&self) -> bool {
        self.resumed || self.subscriptions.asked_qos2()
    }

    fn last_ack(&mut self, now: Moment, id: PacketId, fits: impl FnOnce(&Step) -> bool, bytes: &[u8]) {
        match self.outbox.take(id, fits) {
            Some(InFlight { request, sent, .. }) => {
                self.settled(request, Outcome::Acknowledged(now - sent));
                self.flush_queue(now);
            }
            None => self.violated(now, Rule::UnknownPacketId, bytes),
        }
    }

    /// The broker has the message; it is told that we know (MQTT §4.3.3). PUBREC that comes twice is answered twice.
    fn pubrec(&mut self, now: Moment, id: PacketId, bytes: &[u8]) {
        let order = self.outbox.new_order();
        match self.outbox.in_flight(id) {
            Some(open) if matches!(open.step, Step::PubRec(_)) => {
                open.step = Step::PubComp;
                open.order = order;
            }
            Some(open) if open.step == Step::PubComp => {}
            _ => return self.violated(now, Rule::UnknownPacketId, bytes),
        }
        if let Ok(packet) = codec::pubrel(id) {
            self.send(now, packet, None);
        }
    }

    /// The broker may use the identifier anew. It is answered in any case: after a lost PUBCOMP it asks again
    /// [MQTT-4.3.3-2].
    fn pubrel(&mut self, now: Moment, id: PacketId, bytes: &[u8]) {
        if self.incoming.remove(&id).is_none() && !self.resumed {
            self.violated(now, Rule::UnknownPacketId, bytes);
        }
        if let (Ok(packet), State::Online) = (codec::pubcomp(id), self.state) {
            self.send(now, packet, None);
        }
    }

    fn suback(&mut self, now: Moment, id: PacketId, codes: &[SubscribeReturnCode], bytes: &[u8]) {
        let taken = self.outbox.take(id, |step| matches!(step, Step::SubAck(_)));
        let Some(InFlight { request, sent, step: Step::SubAck(filter), .. }) = taken else {
            return self.violated(now, Rule::UnknownRequest, bytes);
        };
        // Each SUBSCRIBE of this session holds one filter, so the first code is its answer.
        let code = codes.first().copied().unwrap_or(SubscribeReturnCode::Refused);
        let asked = self.subscriptions.requested(&filter, id);
        self.subscriptions.answered(&filter, id, code);
        match code {
            SubscribeReturnCode::Granted(_) => self.settled(request, Outcome::Acknowledged(now - sent)),
            refused => {
                self.settled(request, Outcome::Refused(refused.number()));
                self.event(Event::SubscriptionRefused { filter, code: refused.number() });
            }
        }
        self.event(Event::SubscriptionsChanged);
        let above = |asked| matches!(code, SubscribeReturnCode::Granted(granted) if granted > asked);
        for (broken, rule) in [
            (codes.len() != 1, Rule::SubAckCount),
            (codes.iter().any(|code| matches!(code, SubscribeReturnCode::Reserved(_))), Rule::SubAckCode),
            (asked.is_some_and(above), Rule::GrantedAboveAsked),
        ] {
            if broken && self.state == State::Online {
                self.violated(now, rule, bytes);
            }
        }
        self.flush_queue(now);
    }

    fn unsuback(&mut self, now: Moment, id: PacketId, bytes: &[u8]) {
        let taken = self.outbox.take(id, |step| matches!(step, Step::UnsubAck(_)));
        let Some(InFlight { request, sent, step: Step::UnsubAck(filter), .. }) = taken else {
            return self.violated(now, Rule::UnknownRequest, bytes);
        };
        self.subscriptions.left(&filter, id);
        self.settled(request, Outcome::Acknowledged(now - sent));
        self.event(Event::SubscriptionsChanged);
        self.flush_queue(now);
    }
}
