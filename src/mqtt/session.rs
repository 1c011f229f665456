//! The session: a state machine between a person's wishes, a transport and a clock.

mod received;
mod report;
mod restore;
mod timing;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;

use received::Incoming;

use super::codec::{self, Decoder, EncodeError};
use super::connect::write_connect;
use super::outbox::{Outbox, OutboxCounts, Queued, Step};
use super::reconnect::Reconnect;
use super::subscriptions::Subscriptions;
use super::timers::{Timer, Timers};
use super::{
    Capabilities, ConnectOptions, Deadlines, EndCause, Event, Input, Moment, Outcome, Output, PacketId,
    ProtocolVersion, PublishError, QoS, QueueLimits, RequestId, Retry, Rule, Stage, State, SubscribeError,
    Subscription, SubscriptionState, TopicFilter, TopicName,
};

/// An MQTT client session. See the [room's docs](super) for how it is driven.
#[derive(Debug)]
pub struct Session {
    settings: Settings,
    /// CONNECT as it is sent. An [`Output`], because its `Debug` hides the password.
    connect: Output,

    state: State,
    decoder: Decoder,
    timers: Timers,
    announced_wake: Option<Moment>,
    outputs: VecDeque<Output>,
    subscriptions: Subscriptions,
    outbox: Outbox,
    /// Messages received with QoS 2 whose PUBREL is still to come (MQTT §4.3.3).
    incoming: BTreeMap<PacketId, Incoming>,
    reconnect: Reconnect,
    retry: Option<Retry>,
    connect_sent: Moment,
    online_since: Option<Moment>,
    /// Whether the broker had kept the session when this connection began.
    resumed: bool,
    /// Whether subscriptions wait for a packet identifier.
    subscriptions_left: bool,
    last_sent: Moment,
    /// When the bytes came that wait in the decoder, or the last ones.
    received_at: Moment,
    last_ping: Moment,
    /// Whether PINGREQ is sent at all.
    pinging: bool,
    /// When the PINGREQs were sent that are still unanswered: with a short keep alive there can be several.
    pings_sent: VecDeque<Moment>,
}

/// What of the [`ConnectOptions`] is needed after CONNECT is written.
#[derive(Debug)]
struct Settings {
    protocol: ProtocolVersion,
    client_id: super::ClientId,
    clean_session: bool,
    keep_alive: Option<Duration>,
    max_packet: usize,
    capabilities: Capabilities,
    deadlines: Deadlines,
    queue: QueueLimits,
    queue_pace: Option<Duration>,
    strict: bool,
}

impl Settings {
    fn decoder(&self) -> Decoder {
        Decoder::new(self.max_packet).of_version(self.protocol)
    }
}

impl Session {
    /// A session that is offline. `seed` is the source of the jitter between attempts to connect; it should differ
    /// between any two pages.
    ///
    /// # Errors
    /// [`EncodeError`], if `options` cannot be written as a CONNECT packet.
    pub fn new(options: &ConnectOptions, seed: u64) -> Result<Self, EncodeError> {
        let (packet, secret) = write_connect(options)?;
        let settings = Settings {
            protocol: options.protocol,
            client_id: options.client_id.clone(),
            clean_session: options.clean_session,
            keep_alive: (options.keep_alive > 0).then(|| Duration::from_secs(options.keep_alive.into())),
            max_packet: options.max_packet,
            capabilities: options.capabilities,
            deadlines: options.deadlines,
            queue: options.queue,
            queue_pace: options.queue_pace,
            strict: options.strict,
        };
        Ok(Self {
            decoder: settings.decoder(),
            settings,
            connect: Output::Send { packet, secret, request: None },
            state: State::Offline,
            timers: Timers::default(),
            announced_wake: None,
            outputs: VecDeque::new(),
            subscriptions: Subscriptions::default(),
            outbox: Outbox::default(),
            incoming: BTreeMap::new(),
            reconnect: Reconnect::new(options.auto_reconnect, seed),
            retry: None,
            connect_sent: Moment::ZERO,
            online_since: None,
            resumed: false,
            subscriptions_left: false,
            last_sent: Moment::ZERO,
            received_at: Moment::ZERO,
            last_ping: Moment::ZERO,
            pinging: true,
            pings_sent: VecDeque::new(),
        })
    }

    /// Takes other options, keeps the subscriptions. Ends the connection if there is one. What waits for a
    /// connection is kept for the same client at the same broker (`same_broker`); what is unacknowledged only if the
    /// broker's session goes on too, that is without a clean session.
    ///
    /// # Errors
    /// [`EncodeError`], if `options` cannot be written as a CONNECT packet; nothing has changed then.
    pub fn reconfigure(
        &mut self,
        now: Moment,
        options: &ConnectOptions,
        same_broker: bool,
    ) -> Result<(), EncodeError> {
        let mut fresh = Self::new(options, self.reconnect.next_seed())?;
        self.disconnect(now);
        let same_client = same_broker && options.client_id == self.settings.client_id;
        let goes_on = same_client && !options.clean_session && !self.settings.clean_session;
        if !goes_on {
            self.subscriptions.forget_broker();
            self.give_up(|_| true);
        }
        if !same_client {
            self.discard_queue();
        }
        std::mem::swap(&mut fresh.outputs, &mut self.outputs);
        std::mem::swap(&mut fresh.subscriptions, &mut self.subscriptions);
        std::mem::swap(&mut fresh.outbox, &mut self.outbox);
        if same_client {
            std::mem::swap(&mut fresh.reconnect, &mut self.reconnect);
            fresh.reconnect.enabled = options.auto_reconnect;
        }
        if goes_on {
            std::mem::swap(&mut fresh.incoming, &mut self.incoming);
        }
        fresh.announced_wake = self.announced_wake;
        fresh.pinging = self.pinging;
        *self = fresh;
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

    /// How much waits for a connection or an acknowledgement.
    pub fn outbox(&self) -> OutboxCounts {
        self.outbox.counts()
    }

    /// The messages that wait for a connection, oldest first: whole PUBLISH packets whose packet identifier is yet to
    /// be chosen.
    pub fn queued(&self) -> impl Iterator<Item = (RequestId, &Bytes)> {
        self.outbox.queued().map(|message| (message.request, &message.packet))
    }

    /// The next attempt to connect, while the state is [`State::Waiting`].
    pub fn retry(&self) -> Option<Retry> {
        self.retry
    }

    /// Whether PINGREQ is sent when it is due.
    pub fn is_pinging(&self) -> bool {
        self.pinging
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

    /// Starts a connection; at once if the next attempt has yet to come; nothing if there is one already.
    pub fn connect(&mut self, now: Moment) {
        match self.state {
            State::Offline => {
                self.reconnect.asked_for();
                self.open(now);
            }
            State::Waiting => self.open(now),
            State::Opening | State::AwaitingConnAck | State::Online => {}
        }
    }

    /// Says goodbye as MQTT asks (DISCONNECT, so that the broker knows it was meant) and ends the connection, or the
    /// wait for the next one.
    pub fn disconnect(&mut self, now: Moment) {
        if self.state == State::Online
            && let Ok(packet) = codec::disconnect()
        {
            self.outputs.push_back(Output::Send { packet, secret: None, request: None });
        }
        self.end(now, EndCause::Disconnected);
    }

    /// Switches on or off that a lost connection is taken up again. Switched off it also ends a wait.
    pub fn set_auto_reconnect(&mut self, now: Moment, enabled: bool) {
        self.reconnect.enabled = enabled;
        if !enabled && self.state == State::Waiting {
            self.end(now, EndCause::Disconnected);
        }
    }

    /// Switches PINGREQ on or off. Off, the broker is to end the connection after one and a half times the keep alive
    /// in which nothing else is sent [MQTT-3.1.2-24]; that is what there is to watch.
    pub fn set_pinging(&mut self, on: bool) {
        self.pinging = on;
        self.timers.stop(Timer::KeepAlive);
        self.await_keep_alive();
    }

    /// Sends PINGREQ now, whatever the keep alive, to measure the round trip. Nothing without a connection.
    pub fn ping_now(&mut self, now: Moment) {
        if self.state == State::Online {
            self.ping(now);
        }
    }

    /// Asks for messages of `filter`. Without a connection the wish is kept and sent after the next CONNACK.
    /// A filter that is already in the list is asked for again.
    ///
    /// # Errors
    /// [`SubscribeError`]; nothing was sent or kept then.
    pub fn subscribe(&mut self, now: Moment, filter: TopicFilter, qos: QoS) -> Result<(), SubscribeError> {
        if qos == QoS::ExactlyOnce && !self.settings.capabilities.qos2 {
            return Err(SubscribeError::QosNotOffered);
        }
        let packet_id = if self.state == State::Online {
            Some(self.outbox.free_packet_id().ok_or(SubscribeError::NoPacketId)?)
        } else {
            None
        };
        let packet = codec::subscribe(packet_id.unwrap_or(PacketId::FIRST), &filter, qos);
        let packet = packet.map_err(SubscribeError::Encode)?;
        self.subscriptions.want(filter.clone(), qos);
        if let Some(packet_id) = packet_id {
            self.subscriptions.asked(&filter, packet_id, SubscriptionState::Pending);
            self.request(now, packet_id, Step::SubAck(filter), packet);
        }
        self.event(Event::SubscriptionsChanged);
        Ok(())
    }

    /// Takes back what [`Self::subscribe`] asked for. Without a connection the broker is told after the next CONNACK,
    /// if it kept the session.
    ///
    /// # Errors
    /// [`SubscribeError`]; nothing was sent or changed then.
    pub fn unsubscribe(&mut self, now: Moment, filter: &TopicFilter) -> Result<(), SubscribeError> {
        if self.state == State::Online {
            let packet_id = self.outbox.free_packet_id().ok_or(SubscribeError::NoPacketId)?;
            let packet = codec::unsubscribe(packet_id, filter).map_err(SubscribeError::Encode)?;
            self.subscriptions.asked(filter, packet_id, SubscriptionState::Leaving);
            self.request(now, packet_id, Step::UnsubAck(filter.clone()), packet);
        } else {
            self.subscriptions.drop_wish(filter, !self.settings.clean_session);
        }
        self.event(Event::SubscriptionsChanged);
        Ok(())
    }

    /// Sends a message, or queues it while a connection is on its way, behind all that waits already. What becomes of
    /// it is told by [`Event::Request`], save for QoS 0, which nobody acknowledges.
    ///
    /// # Errors
    /// [`PublishError`]; nothing was sent or queued then.
    pub fn publish(
        &mut self,
        now: Moment,
        topic: &TopicName,
        payload: Bytes,
        qos: QoS,
        retain: bool,
    ) -> Result<RequestId, PublishError> {
        if qos == QoS::ExactlyOnce && !self.settings.capabilities.qos2 {
            return Err(PublishError::QosNotOffered);
        }
        if retain && !self.settings.capabilities.retain {
            return Err(PublishError::RetainNotOffered);
        }
        if self.state == State::Offline {
            return Err(PublishError::NotConnected);
        }
        let at_once = self.state == State::Online && self.outbox.queue_is_empty();
        let packet_id = match (qos, at_once) {
            (QoS::AtMostOnce, _) => None,
            (_, true) => Some(self.outbox.free_packet_id().ok_or(PublishError::NoPacketId)?),
            (_, false) => Some(PacketId::FIRST),
        };
        let packet = codec::publish(topic, payload, qos, retain, false, packet_id);
        let packet = packet.map_err(PublishError::Encode)?;
        let request = self.outbox.new_request();
        if at_once {
            self.send_publish(now, request, packet, packet_id);
        } else {
            let queued = Queued { request, packet };
            self.outbox.enqueue(queued, self.settings.queue).map_err(PublishError::QueueFull)?;
        }
        Ok(request)
    }

    /// Throws away what waits for a connection; each message is told as [`Outcome::Lost`].
    pub fn discard_queue(&mut self) {
        while let Some(message) = self.outbox.dequeue() {
            self.settled(message.request, Outcome::Lost);
        }
    }

    /// Takes note of what happened outside at `now`.
    pub fn handle_input(&mut self, now: Moment, input: Input<'_>) {
        // Whoever did not drain after the last bytes: they came before this.
        if !matches!(input, Input::Received(_)) {
            while self.decode_one() {}
        }
        match input {
            Input::Woken => self.woken(now),
            Input::Nudged => self.nudged(now),
            _ if matches!(self.state, State::Offline | State::Waiting) => {}
            Input::Opened { sub_protocol } => self.opened(now, sub_protocol),
            Input::OpenFailed(reason) => self.end(now, EndCause::OpenFailed(reason.to_owned())),
            // Late words of a transport that was closed before: the new one is not open yet.
            Input::Received(_) | Input::TextFrame(_) if self.state == State::Opening => {}
            Input::Received(chunk) => {
                self.decoder.push(chunk);
                self.received_at = now;
            }
            Input::TextFrame(text) => self.violated(now, Rule::TextFrame, text.as_bytes()),
            Input::Closed(info) => self.end(now, EndCause::Closed(self.stage(), info)),
        }
    }

    fn open(&mut self, now: Moment) {
        self.timers.stop_all();
        self.retry = None;
        self.state = State::Opening;
        self.timers.set(Timer::Open, now + self.settings.deadlines.open);
        self.outputs.push_back(Output::OpenTransport(self.settings.protocol));
    }

    fn opened(&mut self, now: Moment, sub_protocol: &str) {
        if self.state != State::Opening {
            return;
        }
        self.timers.stop(Timer::Open);
        self.timers.set(Timer::ConnAck, now + self.settings.deadlines.connack);
        self.state = State::AwaitingConnAck;
        self.connect_sent = now;
        self.last_sent = now;
        self.event(Event::Opened);
        if sub_protocol != self.settings.protocol.sub_protocol() {
            self.violated(now, Rule::SubProtocol, sub_protocol.as_bytes());
        }
        if self.state == State::AwaitingConnAck {
            self.outputs.push_back(self.connect.clone());
        }
    }

    fn send(&mut self, now: Moment, packet: Bytes, request: Option<RequestId>) {
        self.outputs.push_back(Output::Send { packet, secret: None, request });
        self.last_sent = now;
    }

    /// Sends a SUBSCRIBE or UNSUBSCRIBE.
    fn request(&mut self, now: Moment, packet_id: PacketId, step: Step, packet: Bytes) {
        let request = self.outbox.new_request();
        self.outbox.sent(now, now + self.settings.deadlines.ack, packet_id, request, step);
        self.send(now, packet, Some(request));
        self.await_ack();
    }

    /// Sends a PUBLISH for the first time.
    fn send_publish(&mut self, now: Moment, request: RequestId, packet: Bytes, packet_id: Option<PacketId>) {
        if let Some(packet_id) = packet_id {
            let two = packet.first().is_some_and(|first| first & 0b0100 != 0);
            let step = if two { Step::PubRec(packet.clone()) } else { Step::PubAck(packet.clone()) };
            self.outbox.sent(now, now + self.settings.deadlines.ack, packet_id, request, step);
            self.await_ack();
        }
        self.send(now, packet, Some(request));
    }

    fn stage(&self) -> Stage {
        match self.state {
            State::Offline | State::Waiting | State::Opening => Stage::Opening,
            State::AwaitingConnAck => Stage::AwaitingConnAck,
            State::Online => Stage::Online,
        }
    }

    /// Ends the connection, the attempt, or the wait for one, and decides whether there will be another.
    fn end(&mut self, now: Moment, cause: EndCause) {
        if self.state == State::Offline {
            return;
        }
        let was_waiting = self.state == State::Waiting;
        let was_awaiting = self.state == State::AwaitingConnAck;
        let lived = self.online_since.take().map(|since| now - since);
        let overdue = self.outbox.counts().overdue > 0;
        let cause = self.reconnect.judge(cause, lived, overdue);
        self.timers.stop_all();
        self.retry = self.reconnect.next(&cause).map(|(wait, attempt)| Retry { at: now + wait, attempt });
        if let Some(retry) = self.retry {
            self.timers.set(Timer::Retry, retry.at);
        }
        self.state = if self.retry.is_some() { State::Waiting } else { State::Offline };
        self.decoder = self.settings.decoder();
        self.pings_sent.clear();
        self.subscriptions_left = false;
        self.outbox.stop_deadlines();
        let broker_keeps = !self.settings.clean_session;
        self.subscriptions.connection_lost(broker_keeps);
        if was_awaiting && !matches!(cause, EndCause::Refused(_)) {
            self.subscriptions.doubt();
            self.incoming.values_mut().for_each(|known| known.in_doubt = true);
        }
        if !was_waiting {
            self.outputs.push_back(Output::CloseTransport);
            self.give_up(|step| !step.is_publish());
        }
        // Without another attempt a clean session ends here; with one, its messages go out anew on the next.
        if self.state == State::Offline && !broker_keeps {
            self.give_up(|_| true);
            self.incoming.clear();
        }
        // An attempt that failed had sent none of them again.
        if lived.is_some() {
            for (_, open) in self.outbox.in_order() {
                self.settled(open.request, Outcome::Interrupted);
            }
        }
        self.event(Event::SubscriptionsChanged);
        self.event(Event::Ended(cause));
    }

    /// Gives up the requests that `leaves` picks.
    fn give_up(&mut self, leaves: impl Fn(&Step) -> bool) {
        for open in self.outbox.take_all(leaves) {
            self.settled(open.request, Outcome::Lost);
        }
    }

    fn settled(&mut self, request: RequestId, outcome: Outcome) {
        self.event(Event::Request(request, outcome));
    }

    fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }
}
