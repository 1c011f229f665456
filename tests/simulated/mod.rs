//! Sessions of ours and raw connections against the simulated platform, on a clock that only the test moves.
#![allow(dead_code, unreachable_pub, reason = "each test crate uses another part of the rig")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a rig that fails is a test that fails")]

pub mod raw;
pub mod registering;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use uiot_testbench::mqtt::{
    ClientId, CloseInfo, ConnectOptions, ConnectReturnCode, EndCause, Event, Input, Login, Moment, Outcome,
    Output, PublishError, QoS, RequestId, Secret, Session, State, TopicFilter, TopicName,
};
use uiot_testbench::simulator::{
    self, CloseStyle, ConnectionId, NewProduct, Platform, TraceEvent, TraceLine,
};
use uiot_testbench::uiot::{AuthMode, Credential, SystemTopic, limits};

/// 2026-01-01 00:00 UTC, in milliseconds.
pub const WALL: u64 = 1_767_225_600_000;
pub const PRODUCT: &str = "simproduct000001";
pub const PRODUCT_SECRET: &str = "simprodsecret001";
pub const DEVICE: &str = "sim-device-01";
pub const SECRET: &str = "simdevsecret0001";
/// A second device of the same product.
pub const OTHER: &str = "sim-device-02";

/// The platform, its devices, and the clock.
pub struct World {
    pub platform: Platform,
    pub now: Moment,
    /// How many bytes arrive at once, either way.
    pub chunk: usize,
    /// After so many bytes more from devices the line of the one that sends breaks; once.
    pub breaks_after: Option<usize>,
    devices: Vec<Client>,
    raw: BTreeMap<ConnectionId, Raw>,
}

/// A device of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handle(usize);

struct Client {
    session: Session,
    sub_protocol: &'static str,
    connection: Option<ConnectionId>,
    wake: Option<Moment>,
    inbox: Vec<Message>,
    events: Vec<Event>,
}

/// A message that came to a device.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub topic: String,
    pub payload: Vec<u8>,
    pub qos: QoS,
    pub dup: bool,
}

impl Message {
    /// The payload as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.payload).unwrap()
    }
}

#[derive(Default)]
struct Raw {
    received: Vec<u8>,
    closed: Option<CloseStyle>,
}

pub fn device() -> Credential {
    Credential::new(PRODUCT, DEVICE)
}

pub fn other() -> Credential {
    Credential::new(PRODUCT, OTHER)
}

/// What a device connects with.
pub fn options(device: &Credential, mode: AuthMode, secret: &str) -> ConnectOptions {
    ConnectOptions {
        client_id: ClientId::parse(&device.client_id()).unwrap(),
        login: Login::Password(device.user_name_for(mode), Secret::new(secret)),
        keep_alive: 300,
        capabilities: limits::CAPABILITIES,
        auto_reconnect: false,
        ..ConnectOptions::default()
    }
}

/// What [`DEVICE`] connects with.
pub fn static_options() -> ConnectOptions {
    options(&device(), AuthMode::Static, SECRET)
}

impl World {
    /// A platform with a product, dynamic registration and shadow on, and two devices.
    pub fn new() -> Self {
        let mut platform = Platform::new(WALL, 7);
        platform
            .create_product(NewProduct {
                name: "空调".into(),
                sn: PRODUCT.into(),
                secret: PRODUCT_SECRET.into(),
                dynamic_registration: true,
                shadow: true,
                ..NewProduct::default()
            })
            .unwrap();
        platform.create_device(PRODUCT, DEVICE, SECRET).unwrap();
        platform.create_device(PRODUCT, OTHER, SECRET).unwrap();
        let now = Moment::from_millis(1_000);
        Self {
            platform,
            now,
            chunk: usize::MAX,
            breaks_after: None,
            devices: Vec::new(),
            raw: BTreeMap::new(),
        }
    }

    /// A world in which [`DEVICE`] is online.
    pub fn online() -> (Self, Handle) {
        let mut world = Self::new();
        let device = world.connected(&static_options());
        (world, device)
    }

    /// Another device, not connected.
    pub fn add(&mut self, options: &ConnectOptions) -> Handle {
        self.devices.push(Client {
            session: Session::new(options, 0x5eed).unwrap(),
            sub_protocol: options.protocol.sub_protocol(),
            connection: None,
            wake: None,
            inbox: Vec::new(),
            events: Vec::new(),
        });
        Handle(self.devices.len() - 1)
    }

    /// Another device, online.
    pub fn connected(&mut self, options: &ConnectOptions) -> Handle {
        let device = self.add(options);
        self.connect(device);
        assert_eq!(self.state(device), State::Online, "{:?}", self.events(device));
        device
    }

    /// Connects, and returns with which code the platform answered, if it did.
    pub fn connect(&mut self, device: Handle) -> Option<ConnectReturnCode> {
        let now = self.now;
        self.devices[device.0].session.connect(now);
        self.settle();
        self.devices[device.0].events.iter().rev().find_map(|event| match event {
            Event::Connected { .. } => Some(ConnectReturnCode::Accepted),
            Event::Ended(EndCause::Refused(code)) => Some(*code),
            _ => None,
        })
    }

    /// Tries these options with a device of its own, and returns the answer to CONNECT.
    pub fn try_connect(&mut self, options: &ConnectOptions) -> Option<ConnectReturnCode> {
        let device = self.add(options);
        self.connect(device)
    }

    pub fn disconnect(&mut self, device: Handle) {
        let now = self.now;
        self.devices[device.0].session.disconnect(now);
        self.settle();
    }

    /// The network goes without a word to either side's program but the closing.
    pub fn break_line(&mut self, device: Handle) {
        let now = self.now;
        if let Some(id) = self.devices[device.0].connection.take() {
            self.platform.closed(now, id);
            let info = CloseInfo { code: 1006, ..CloseInfo::default() };
            self.devices[device.0].session.handle_input(now, Input::Closed(info));
        }
        self.settle();
    }

    pub fn session(&mut self, device: Handle) -> &mut Session {
        &mut self.devices[device.0].session
    }

    pub fn state(&self, device: Handle) -> State {
        self.devices[device.0].session.state()
    }

    pub fn publish(
        &mut self,
        device: Handle,
        topic: &str,
        payload: impl Into<Vec<u8>>,
        qos: QoS,
    ) -> Result<RequestId, PublishError> {
        let topic = TopicName::parse(topic).unwrap();
        let (now, payload) = (self.now, payload.into().into());
        let sent = self.devices[device.0].session.publish(now, &topic, payload, qos, false);
        self.settle();
        sent
    }

    /// Publishes on a system topic of the device with QoS 1.
    pub fn say(&mut self, device: Handle, who: &Credential, topic: SystemTopic, payload: impl Into<Vec<u8>>) {
        self.publish(device, &topic.of(who), payload, QoS::AtLeastOnce).unwrap();
    }

    /// Subscribes; the granted QoS, or none where it was refused.
    pub fn subscribe(&mut self, device: Handle, filter: &str, qos: QoS) -> Option<QoS> {
        let filter = TopicFilter::parse(filter).unwrap();
        let now = self.now;
        self.devices[device.0].session.subscribe(now, filter.clone(), qos).unwrap();
        self.settle();
        let known = self.devices[device.0].session.subscriptions();
        known.iter().find(|known| known.filter == filter).and_then(|known| match known.state {
            uiot_testbench::mqtt::SubscriptionState::Granted(granted) => Some(granted),
            _ => None,
        })
    }

    /// Subscribes to a system topic of the device with QoS 1.
    pub fn listen(&mut self, device: Handle, who: &Credential, topic: SystemTopic) {
        assert!(self.subscribe(device, &topic.of(who), QoS::AtLeastOnce).is_some(), "{topic}");
    }

    /// The messages that came since the last call.
    pub fn inbox(&mut self, device: Handle) -> Vec<Message> {
        std::mem::take(&mut self.devices[device.0].inbox)
    }

    /// The one message that came since the last call, on this topic, as JSON.
    pub fn answer(&mut self, device: Handle, topic: &str) -> Value {
        let inbox = self.inbox(device);
        assert_eq!(inbox.len(), 1, "{inbox:?}");
        assert_eq!(inbox[0].topic, topic);
        inbox[0].json()
    }

    pub fn events(&self, device: Handle) -> &[Event] {
        &self.devices[device.0].events
    }

    /// What became of a request.
    pub fn outcome(&self, device: Handle, request: RequestId) -> Option<Outcome> {
        self.devices[device.0].events.iter().rev().find_map(|event| match event {
            Event::Request(known, outcome) if *known == request => Some(*outcome),
            _ => None,
        })
    }

    pub fn trace(&self) -> Vec<&TraceEvent> {
        self.platform.trace().lines().map(|line: &TraceLine| &line.event).collect()
    }

    /// A connection whose bytes the test writes itself.
    pub fn raw(&mut self) -> ConnectionId {
        let id = self.platform.connect(self.now);
        self.raw.insert(id, Raw::default());
        self.settle();
        id
    }

    pub fn send_raw(&mut self, id: ConnectionId, bytes: &[u8]) {
        self.platform.receive(self.now, id, bytes);
        self.settle();
    }

    /// What came on a raw connection since the last call.
    pub fn read_raw(&mut self, id: ConnectionId) -> Vec<u8> {
        std::mem::take(&mut self.raw.get_mut(&id).unwrap().received)
    }

    pub fn is_closed(&self, id: ConnectionId) -> bool {
        self.raw[&id].closed.is_some()
    }

    /// Lets this much time pass.
    pub fn run(&mut self, span: Duration) {
        let end = self.now + span;
        loop {
            self.settle();
            let wakes = self.devices.iter().filter_map(|device| device.wake);
            let next = wakes.chain(self.platform.wake_at()).min();
            match next {
                Some(at) if at <= end => self.now = self.now.max(at),
                _ => break,
            }
        }
        self.now = end;
        self.settle();
    }

    /// Does all that is due now.
    pub fn settle(&mut self) {
        for round in 0.. {
            assert!(round < 100_000, "the world does not come to rest");
            let mut quiet = true;
            for index in 0..self.devices.len() {
                if self.devices[index].wake.is_some_and(|at| at <= self.now) {
                    self.devices[index].wake = None;
                    let now = self.now;
                    self.devices[index].session.handle_input(now, Input::Woken);
                }
                quiet &= !self.drain(index);
            }
            if self.platform.wake_at().is_some_and(|at| at <= self.now) {
                self.platform.woken(self.now);
                quiet = false;
            }
            while let Some(output) = self.platform.poll() {
                quiet = false;
                self.platform_says(output);
            }
            if quiet {
                break;
            }
        }
    }

    /// Carries out what a session wants; whether there was anything.
    fn drain(&mut self, index: usize) -> bool {
        let mut any = false;
        let now = self.now;
        while let Some(output) = self.devices[index].session.poll_output() {
            any = true;
            let client = &mut self.devices[index];
            match output {
                Output::OpenTransport(_) => {
                    client.connection = Some(self.platform.connect(now));
                    let sub_protocol = client.sub_protocol;
                    client.session.handle_input(now, Input::Opened { sub_protocol });
                }
                Output::Send { packet, .. } => {
                    let Some(id) = client.connection else { continue };
                    let whole = self.breaks_after.is_none_or(|left| left >= packet.len());
                    let length = if whole { packet.len() } else { self.breaks_after.unwrap_or_default() };
                    for chunk in packet[..length].chunks(self.chunk) {
                        self.platform.receive(now, id, chunk);
                    }
                    self.breaks_after = self.breaks_after.filter(|_| whole).map(|left| left - length);
                    if !whole {
                        client.connection = None;
                        self.platform.closed(now, id);
                        let info = CloseInfo { code: 1006, ..CloseInfo::default() };
                        client.session.handle_input(now, Input::Closed(info));
                    }
                }
                Output::CloseTransport => {
                    if let Some(id) = client.connection.take() {
                        self.platform.closed(now, id);
                    }
                }
                Output::WakeAt(at) => client.wake = at,
                Output::Event(Event::Message(publish)) => client.inbox.push(Message {
                    topic: publish.topic,
                    payload: publish.payload.to_vec(),
                    qos: publish.qos,
                    dup: publish.dup,
                }),
                Output::Event(event) => client.events.push(event),
                Output::Received(_) => {}
            }
        }
        any
    }

    fn platform_says(&mut self, output: simulator::Output) {
        let (simulator::Output::Send(id, _) | simulator::Output::Close(id, _)) = output;
        if let Some(raw) = self.raw.get_mut(&id) {
            match output {
                simulator::Output::Send(_, bytes) => raw.received.extend_from_slice(&bytes),
                simulator::Output::Close(_, style) => raw.closed = Some(style),
            }
            return;
        }
        let Some(client) = self.devices.iter_mut().find(|client| client.connection == Some(id)) else {
            return;
        };
        match output {
            simulator::Output::Send(_, bytes) => {
                for chunk in bytes.chunks(self.chunk) {
                    client.session.handle_input(self.now, Input::Received(chunk));
                }
            }
            simulator::Output::Close(_, style) => {
                client.connection = None;
                let (code, clean) = match style {
                    CloseStyle::Abrupt => (1006, false),
                    CloseStyle::Normal => (1000, true),
                };
                let info = CloseInfo { code, reason: String::new(), clean };
                client.session.handle_input(self.now, Input::Closed(info));
            }
        }
    }
}
