//! The session: a state machine between a person's wishes, a transport and a clock.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;

use super::codec::{self, Decoder, EncodeError, Frame};
use super::connect::write_connect;
use super::subscriptions::{InFlight, Request, Subscriptions};
use super::timers::{Timer, Timers};
use super::{
    ConnAck, ConnectOptions, ConnectReturnCode, EndCause, Event, Input, Moment, Output, Packet, PacketId,
    ProtocolVersion, Publish, PublishError, QoS, Rule, Stage, State, SubscribeError, SubscribeReturnCode,
    Subscription, SubscriptionState, TopicFilter, TopicName, Violation,
};

/// How long the transport may take to open, and how long CONNACK may take after that.
const CONNECT_DEADLINE: Duration = Duration::from_secs(10);
/// How long PINGRESP may take.
const PING_DEADLINE: Duration = Duration::from_secs(10);

/// An MQTT client session. See the [room's docs](super) for how it is driven.
#[derive(Debug)]
pub struct Session {
    protocol: ProtocolVersion,
    clean_session: bool,
    keep_alive: Option<Duration>,
    max_packet: usize,
    /// CONNECT as it is sent. An [`Output`], because its `Debug` hides the password.
    connect: Output,

    state: State,
    decoder: Decoder,
    timers: Timers,
    announced_wake: Option<Moment>,
    outputs: VecDeque<Output>,
    subscriptions: Subscriptions,
    in_flight: InFlight,
    next_packet_id: PacketId,
    connect_sent: Moment,
    /// When the bytes came that wait in the decoder.
    received_at: Moment,
    /// When the PINGREQs were sent that are still unanswered: with a short keep alive there can be several.
    pings_sent: VecDeque<Moment>,
}

impl Session {
    /// A session that is offline. Fails if `options` cannot be written as a CONNECT packet.
    pub fn new(options: &ConnectOptions) -> Result<Self, EncodeError> {
        let (packet, secret) = write_connect(options)?;
        Ok(Self {
            protocol: options.protocol,
            clean_session: options.clean_session,
            keep_alive: (options.keep_alive > 0).then(|| Duration::from_secs(options.keep_alive.into())),
            max_packet: options.max_packet,
            connect: Output::Send { packet, secret },
            state: State::Offline,
            decoder: Decoder::new(options.max_packet),
            timers: Timers::default(),
            announced_wake: None,
            outputs: VecDeque::new(),
            subscriptions: Subscriptions::default(),
            in_flight: InFlight::new(),
            next_packet_id: PacketId::FIRST,
            connect_sent: Moment::ZERO,
            received_at: Moment::ZERO,
            pings_sent: VecDeque::new(),
        })
    }

    /// Takes other options, keeps the subscriptions. Ends the connection if there is one.
    pub fn reconfigure(&mut self, options: &ConnectOptions) -> Result<(), EncodeError> {
        let fresh = Self::new(options)?;
        self.disconnect();
        let old = std::mem::replace(self, fresh);
        self.outputs = old.outputs;
        self.announced_wake = old.announced_wake;
        self.subscriptions = old.subscriptions;
        Ok(())
    }

    /// Where the session stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// The subscriptions in the order in which they were asked for.
    pub fn subscriptions(&self) -> &[Subscription] {
        self.subscriptions.list()
    }

    /// What is to be done outside. Call it until it returns `None` after every input and command.
    pub fn poll_output(&mut self) -> Option<Output> {
        // One packet at a time: a chunk full of small packets must not become a pile of outputs.
        while self.outputs.is_empty() && self.decode_one() {}
        if let Some(output) = self.outputs.pop_front() {
            return Some(output);
        }
        let wake = self.timers.next();
        if wake == self.announced_wake {
            return None;
        }
        self.announced_wake = wake;
        Some(Output::WakeAt(wake))
    }

    /// Starts a connection; nothing if there is one already.
    pub fn connect(&mut self, now: Moment) {
        if self.state != State::Offline {
            return;
        }
        self.state = State::Opening;
        self.timers.set(Timer::Open, now + CONNECT_DEADLINE);
        self.outputs.push_back(Output::OpenTransport(self.protocol));
    }

    /// Says goodbye as MQTT asks (DISCONNECT, so that the broker knows it was meant) and ends the connection.
    pub fn disconnect(&mut self) {
        match self.state {
            State::Offline => return,
            State::Opening | State::AwaitingConnAck => {}
            State::Online => {
                if let Ok(packet) = codec::disconnect() {
                    self.outputs.push_back(Output::Send { packet, secret: None });
                }
            }
        }
        self.end(EndCause::Disconnected);
    }

    /// Asks for messages of `filter`. Without a connection the wish is kept and sent after the next CONNACK.
    /// A filter that is already in the list is asked for again.
    pub fn subscribe(&mut self, now: Moment, filter: TopicFilter, qos: QoS) -> Result<(), SubscribeError> {
        if qos == QoS::ExactlyOnce {
            return Err(SubscribeError::QosNotOffered);
        }
        let mut state = SubscriptionState::Waiting;
        if self.state == State::Online {
            let packet_id = self.free_packet_id().ok_or(SubscribeError::NoPacketId)?;
            let packet = codec::subscribe(packet_id, &filter, qos).map_err(SubscribeError::Encode)?;
            self.in_flight.insert(packet_id, (Request::Subscribe(filter.clone()), now));
            self.subscriptions.asked(&filter, packet_id);
            self.send(now, packet);
            state = SubscriptionState::Pending;
        }
        self.subscriptions.want(filter, qos, state);
        self.event(Event::SubscriptionsChanged);
        Ok(())
    }

    /// Takes back what [`Self::subscribe`] asked for.
    pub fn unsubscribe(&mut self, now: Moment, filter: &TopicFilter) -> Result<(), SubscribeError> {
        if self.state == State::Online {
            let packet_id = self.free_packet_id().ok_or(SubscribeError::NoPacketId)?;
            let packet = codec::unsubscribe(packet_id, filter).map_err(SubscribeError::Encode)?;
            self.in_flight.insert(packet_id, (Request::Unsubscribe(filter.clone()), now));
            self.subscriptions.asked(filter, packet_id);
            self.send(now, packet);
            self.subscriptions.set_state(filter, SubscriptionState::Leaving);
        } else {
            self.subscriptions.remove(filter);
        }
        self.event(Event::SubscriptionsChanged);
        Ok(())
    }

    /// Sends a message. With QoS 1 the packet identifier is returned, and [`Event::Published`] names it again.
    pub fn publish(
        &mut self,
        now: Moment,
        topic: &TopicName,
        payload: Bytes,
        qos: QoS,
    ) -> Result<Option<PacketId>, PublishError> {
        if self.state != State::Online {
            return Err(PublishError::NotConnected);
        }
        let packet_id = match qos {
            QoS::AtMostOnce => None,
            QoS::AtLeastOnce => Some(self.free_packet_id().ok_or(PublishError::NoPacketId)?),
            QoS::ExactlyOnce => return Err(PublishError::QosNotOffered),
        };
        let packet =
            codec::publish(topic, payload, qos, false, false, packet_id).map_err(PublishError::Encode)?;
        if let Some(packet_id) = packet_id {
            self.in_flight.insert(packet_id, (Request::Publish, now));
        }
        self.send(now, packet);
        Ok(packet_id)
    }

    /// Takes note of what happened outside at `now`.
    pub fn handle_input(&mut self, now: Moment, input: Input<'_>) {
        // Whoever did not drain after the last bytes: they came before this.
        if !matches!(input, Input::Received(_)) {
            while self.decode_one() {}
        }
        match input {
            Input::Woken => self.woken(now),
            _ if self.state == State::Offline => {}
            Input::Opened { sub_protocol } => self.opened(now, sub_protocol),
            Input::OpenFailed(reason) => self.end(EndCause::OpenFailed(reason.to_owned())),
            // Late words of a transport that was closed before: the new one is not open yet.
            Input::Received(_) | Input::TextFrame(_) if self.state == State::Opening => {}
            Input::Received(chunk) => {
                self.decoder.push(chunk);
                self.received_at = now;
            }
            Input::TextFrame(text) => self.violated(Rule::TextFrame, text.as_bytes()),
            Input::Closed(info) => self.end(EndCause::Closed(self.stage(), info)),
        }
    }

    fn woken(&mut self, now: Moment) {
        self.announced_wake = None;
        while let Some(timer) = self.timers.take_due(now) {
            match timer {
                Timer::Open => self.end(EndCause::OpenTimeout),
                Timer::ConnAck => self.end(EndCause::ConnAckTimeout),
                Timer::PingResp => self.end(EndCause::PingTimeout),
                Timer::KeepAlive => self.ping(now),
            }
        }
    }

    fn opened(&mut self, now: Moment, sub_protocol: &str) {
        if self.state != State::Opening {
            return;
        }
        self.timers.stop(Timer::Open);
        self.timers.set(Timer::ConnAck, now + CONNECT_DEADLINE);
        self.state = State::AwaitingConnAck;
        self.connect_sent = now;
        self.event(Event::Opened);
        if sub_protocol != self.protocol.sub_protocol() {
            self.violated(Rule::SubProtocol, sub_protocol.as_bytes());
        }
        self.outputs.push_back(self.connect.clone());
    }

    /// Handles the next packet of what was received; tells whether there was one.
    fn decode_one(&mut self) -> bool {
        if self.state == State::Offline {
            return false;
        }
        // Before CONNACK the first byte tells whether the server speaks MQTT at all.
        let first = self.decoder.rest().first();
        if self.state == State::AwaitingConnAck && first.is_some_and(|first| *first != 0x20) {
            self.report(Violation::new(Rule::FirstPacketNotConnAck, self.decoder.rest()));
            return true;
        }
        match self.decoder.next_frame() {
            None => return false,
            Some(Ok(frame)) => self.frame(self.received_at, frame),
            Some(Err(violation)) => self.report(violation),
        }
        true
    }

    fn frame(&mut self, now: Moment, frame: Frame) {
        let Frame { bytes, content, oddities } = frame;
        self.outputs.push_back(Output::Received(bytes.clone()));
        // MQTT 3.1 has no flags in CONNACK: the byte is "not used", whatever it says.
        let unused = |rule: &Rule| matches!(rule, Rule::ConnAckFlags | Rule::SessionPresentWithRefusal);
        for rule in oddities {
            if self.protocol != ProtocolVersion::V3_1 || !unused(&rule) {
                self.violated(rule, &bytes);
            }
        }
        match content {
            Err(rule) => self.violated(rule, &bytes),
            Ok(Packet::ConnAck(connack)) => self.connack(now, connack, &bytes),
            Ok(Packet::Publish(publish)) => self.message(now, publish, &bytes),
            Ok(Packet::PubAck(id)) => match self.take_request(id, |r| *r == Request::Publish) {
                Some((_, sent)) => self.event(Event::Published { packet_id: id, after: now - sent }),
                None => self.violated(Rule::UnknownPacketId, &bytes),
            },
            Ok(Packet::SubAck(id, codes)) => self.suback(id, &codes, &bytes),
            Ok(Packet::UnsubAck(id)) => {
                match self.take_request(id, |r| matches!(r, Request::Unsubscribe(_))) {
                    Some((Request::Unsubscribe(filter), _)) => {
                        self.subscriptions.left(&filter, id);
                        self.event(Event::SubscriptionsChanged);
                    }
                    _ => self.violated(Rule::UnknownPacketId, &bytes),
                }
            }
            // Nothing is sent or asked for with QoS 2, so these answer nothing.
            Ok(Packet::PubRec(_) | Packet::PubRel(_) | Packet::PubComp(_)) => {
                self.violated(Rule::UnknownPacketId, &bytes);
            }
            Ok(Packet::PingResp) => match self.pings_sent.pop_front() {
                Some(sent) => {
                    self.await_pingresp();
                    self.event(Event::RoundTrip(now - sent));
                }
                None => self.violated(Rule::UnaskedPingResp, &bytes),
            },
        }
    }

    fn connack(&mut self, now: Moment, connack: ConnAck, bytes: &[u8]) {
        if self.state == State::Online {
            return self.violated(Rule::SecondConnAck, bytes);
        }
        self.timers.stop(Timer::ConnAck);
        if connack.code != ConnectReturnCode::Accepted {
            return self.end(EndCause::Refused(connack.code));
        }
        if connack.session_present && self.clean_session && self.protocol == ProtocolVersion::V3_1_1 {
            self.violated(Rule::SessionPresentWithCleanSession, bytes);
        }
        self.state = State::Online;
        // CONNECT was the last packet sent.
        self.restart_keep_alive(self.connect_sent);
        let session_present = connack.session_present && self.protocol == ProtocolVersion::V3_1_1;
        self.event(Event::Connected { session_present, after: now - self.connect_sent });
        for (filter, qos) in self.subscriptions.to_restore() {
            // Packet identifiers are all free here, and the filter was written before: it stays in the list.
            if self.subscribe(now, filter.clone(), qos).is_err() {
                self.subscriptions.set_state(&filter, SubscriptionState::Waiting);
            }
        }
    }

    fn message(&mut self, now: Moment, publish: Publish, bytes: &[u8]) {
        match (publish.qos, publish.packet_id) {
            (QoS::AtLeastOnce, Some(packet_id)) => {
                if let Ok(packet) = codec::puback(packet_id) {
                    self.event(Event::Message(publish));
                    return self.send(now, packet);
                }
            }
            (QoS::ExactlyOnce, _) => self.violated(Rule::UnaskedQos2, bytes),
            _ => {}
        }
        self.event(Event::Message(publish));
    }

    fn suback(&mut self, id: PacketId, codes: &[SubscribeReturnCode], bytes: &[u8]) {
        let request = self.take_request(id, |r| matches!(r, Request::Subscribe(_)));
        let Some((Request::Subscribe(filter), _)) = request else {
            return self.violated(Rule::UnknownPacketId, bytes);
        };
        if codes.len() != 1 {
            self.violated(Rule::SubAckCount, bytes);
        }
        if codes.iter().any(|code| matches!(code, SubscribeReturnCode::Reserved(_))) {
            self.violated(Rule::SubAckCode, bytes);
        }
        // Each SUBSCRIBE of this session holds one filter, so the first code is its answer.
        let code = codes.first().copied().unwrap_or(SubscribeReturnCode::Refused);
        self.subscriptions.answered(&filter, id, code);
        if !matches!(code, SubscribeReturnCode::Granted(_)) {
            self.event(Event::SubscriptionRefused { filter, code: code.number() });
        }
        self.event(Event::SubscriptionsChanged);
    }

    fn ping(&mut self, now: Moment) {
        if let Ok(packet) = codec::pingreq() {
            self.pings_sent.push_back(now);
            self.send(now, packet);
            self.await_pingresp();
        }
    }

    /// The deadline is that of the oldest PINGREQ without an answer.
    fn await_pingresp(&mut self) {
        match self.pings_sent.front() {
            Some(sent) => self.timers.set(Timer::PingResp, *sent + PING_DEADLINE),
            None => self.timers.stop(Timer::PingResp),
        }
    }

    fn send(&mut self, now: Moment, packet: Bytes) {
        self.outputs.push_back(Output::Send { packet, secret: None });
        self.restart_keep_alive(now);
    }

    /// The next PINGREQ is due one keep alive after the last packet sent [MQTT-3.1.2-23], less a little so that
    /// it arrives in time: a tenth, at most five seconds.
    fn restart_keep_alive(&mut self, last_sent: Moment) {
        if let Some(keep_alive) = self.keep_alive {
            let early = (keep_alive / 10).min(Duration::from_secs(5));
            self.timers.set(Timer::KeepAlive, last_sent + (keep_alive - early));
        }
    }

    fn free_packet_id(&mut self) -> Option<PacketId> {
        if self.in_flight.len() == usize::from(u16::MAX) {
            return None;
        }
        while self.in_flight.contains_key(&self.next_packet_id) {
            self.next_packet_id = self.next_packet_id.following();
        }
        let free = self.next_packet_id;
        self.next_packet_id = free.following();
        Some(free)
    }

    fn take_request(
        &mut self,
        id: PacketId,
        fits: impl FnOnce(&Request) -> bool,
    ) -> Option<(Request, Moment)> {
        let (request, _) = self.in_flight.get(&id)?;
        if fits(request) { self.in_flight.remove(&id) } else { None }
    }

    fn violated(&mut self, rule: Rule, bytes: &[u8]) {
        self.report(Violation::new(rule, bytes));
    }

    /// Tells of a violation, and ends the connection if nothing can be trusted after it. Before CONNACK that means
    /// that the server speaks no MQTT.
    fn report(&mut self, violation: Violation) {
        let Violation { rule, bytes } = violation;
        let violation = Violation { rule, bytes: self.without_secret(bytes) };
        self.event(Event::Violation(violation));
        if rule.is_fatal() {
            let first = self.state == State::AwaitingConnAck;
            self.end(if first { EndCause::NotMqtt } else { EndCause::Violation(rule) });
        }
    }

    /// `bytes` with our password covered: a server that is no broker may send back what it got.
    fn without_secret(&self, bytes: Bytes) -> Bytes {
        let Output::Send { packet, secret: Some(range) } = &self.connect else { return bytes };
        let mut covered = bytes.to_vec();
        // Our own CONNECT, whole or cut short.
        let length = covered.len();
        if length > range.start && covered[..range.start] == packet[..range.start] {
            covered[range.start..range.end.min(length)].fill(b'*');
        }
        let secret = &packet[range.clone()];
        let mut at = 0;
        while !secret.is_empty() && at + secret.len() <= length {
            if covered[at..at + secret.len()] == *secret {
                covered[at..at + secret.len()].fill(b'*');
            }
            at += 1;
        }
        Bytes::from(covered)
    }

    fn stage(&self) -> Stage {
        match self.state {
            State::Offline | State::Opening => Stage::Opening,
            State::AwaitingConnAck => Stage::AwaitingConnAck,
            State::Online => Stage::Online,
        }
    }

    fn end(&mut self, cause: EndCause) {
        if self.state == State::Offline {
            return;
        }
        self.state = State::Offline;
        self.timers.stop_all();
        self.decoder = Decoder::new(self.max_packet);
        self.pings_sent.clear();
        self.in_flight.clear();
        self.subscriptions.connection_lost();
        self.outputs.push_back(Output::CloseTransport);
        self.event(Event::SubscriptionsChanged);
        self.event(Event::Ended(cause));
    }

    fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }
}
