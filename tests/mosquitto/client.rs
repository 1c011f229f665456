//! The session over a WebSocket of this machine, driven by the real clock.

use std::io::ErrorKind;
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tungstenite::client::IntoClientRequest;
use tungstenite::http::HeaderValue;
use tungstenite::{Error, Message, WebSocket};
use uiot_testbench::mqtt::{
    ClientId, CloseInfo, ConnectOptions, EndCause, Event, Input, Moment, Outcome, Output, Publish, QoS,
    RequestId, Session, State, TopicFilter, TopicName,
};

/// More than any step of these tests takes, also on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Client {
    pub(crate) session: Session,
    port: u16,
    origin: Instant,
    sub_protocol: &'static str,
    socket: Option<WebSocket<TcpStream>>,
    wake: Option<Moment>,
    pub(crate) events: Vec<Event>,
    /// Messages that came as new.
    pub(crate) messages: Vec<Publish>,
    pub(crate) sent: Vec<Bytes>,
    /// Requests that were acknowledged, in the order in which they were.
    pub(crate) acknowledged: Vec<RequestId>,
}

pub(crate) fn options(client_id: &str) -> ConnectOptions {
    let client_id = ClientId::parse(client_id).unwrap();
    ConnectOptions { client_id, keep_alive: 30, ..ConnectOptions::default() }
}

impl Client {
    pub(crate) fn new(port: u16, options: &ConnectOptions) -> Self {
        Self {
            session: Session::new(options, 1).unwrap(),
            port,
            sub_protocol: options.protocol.sub_protocol(),
            origin: Instant::now(),
            socket: None,
            wake: None,
            events: Vec::new(),
            messages: Vec::new(),
            sent: Vec::new(),
            acknowledged: Vec::new(),
        }
    }

    /// A client that is online.
    pub(crate) fn online(port: u16, options: &ConnectOptions) -> Self {
        let mut client = Self::new(port, options);
        client.connect();
        client
    }

    pub(crate) fn connect(&mut self) {
        self.session.connect(self.now());
        self.drain();
        self.until("CONNACK", |client| client.session.state() == State::Online);
    }

    pub(crate) fn disconnect(&mut self) {
        self.session.disconnect(self.now());
        self.drain();
    }

    /// The network cable is pulled: no DISCONNECT and no closing handshake.
    pub(crate) fn cut(&mut self) {
        if let Some(socket) = self.socket.take() {
            socket.get_ref().shutdown(Shutdown::Both).unwrap();
        }
        self.closed(1006, String::new());
    }

    pub(crate) fn subscribe(&mut self, filter: &str, qos: QoS) {
        let filter = TopicFilter::parse(filter).unwrap();
        let before = self.acknowledged.len();
        self.session.subscribe(self.now(), filter, qos).unwrap();
        self.drain();
        self.until("SUBACK", |client| client.acknowledged.len() > before);
    }

    pub(crate) fn publish(&mut self, topic: &str, payload: &str, qos: QoS, retain: bool) -> RequestId {
        let (topic, payload) = (TopicName::parse(topic).unwrap(), Bytes::copy_from_slice(payload.as_bytes()));
        let request = self.session.publish(self.now(), &topic, payload, qos, retain).unwrap();
        self.drain();
        request
    }

    /// Goes on until `done`, with patience.
    pub(crate) fn until(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !done(self) {
            assert!(Instant::now() < end, "{what} never came; {:?}, {:?}", self.session.state(), self.events);
            self.step();
        }
    }

    pub(crate) fn go_on(&mut self, span: Duration) {
        let end = Instant::now() + span;
        while Instant::now() < end {
            self.step();
        }
    }

    /// Handles what is there, or waits a moment for it.
    pub(crate) fn step(&mut self) {
        if self.wake.is_some_and(|wake| wake <= self.now()) {
            self.wake = None;
            self.input(Input::Woken);
        }
        let Some(socket) = &mut self.socket else { return std::thread::sleep(Duration::from_millis(5)) };
        match socket.read() {
            Ok(Message::Binary(bytes)) => self.input(Input::Received(&bytes)),
            Ok(Message::Text(text)) => self.input(Input::TextFrame(&text)),
            Ok(Message::Close(None)) => self.closed(1005, String::new()),
            Ok(Message::Close(Some(frame))) => self.closed(frame.code.into(), frame.reason.to_string()),
            Ok(_) => {}
            Err(Error::Io(error)) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => self.closed(1006, String::new()),
        }
    }

    pub(crate) fn payloads(&self) -> Vec<String> {
        self.messages.iter().map(|message| String::from_utf8(message.payload.to_vec()).unwrap()).collect()
    }

    pub(crate) fn ends(&self) -> Vec<EndCause> {
        let end = |event: &Event| match event {
            Event::Ended(cause) => Some(cause.clone()),
            _ => None,
        };
        self.events.iter().filter_map(end).collect()
    }

    /// What each CONNACK said of the broker's session.
    pub(crate) fn present(&self) -> Vec<bool> {
        let present = |event: &Event| match event {
            Event::Connected { session_present, .. } => Some(*session_present),
            _ => None,
        };
        self.events.iter().filter_map(present).collect()
    }

    fn now(&self) -> Moment {
        Moment::from_micros(u64::try_from(self.origin.elapsed().as_micros()).unwrap())
    }

    fn input(&mut self, input: Input<'_>) {
        self.session.handle_input(self.now(), input);
        self.drain();
    }

    fn closed(&mut self, code: u16, reason: String) {
        self.input(Input::Closed(CloseInfo { code, reason, clean: code != 1006 }));
    }

    fn drain(&mut self) {
        let (mut opens, mut writes) = (false, false);
        while let Some(output) = self.session.poll_output() {
            match output {
                Output::OpenTransport(_) => opens = true,
                Output::Send { packet, .. } => {
                    writes = true;
                    if let Some(socket) = &mut self.socket {
                        // What cannot be written is told by the next read.
                        let _ = socket.write(Message::Binary(packet.clone()));
                    }
                    self.sent.push(packet);
                }
                Output::CloseTransport => {
                    if let Some(mut socket) = self.socket.take() {
                        let _ = socket.close(None);
                        let _ = socket.flush();
                    }
                }
                Output::WakeAt(at) => self.wake = at,
                Output::Received(_) => {}
                Output::Event(event) => self.told(event),
            }
        }
        if let (true, Some(socket)) = (writes, &mut self.socket) {
            let _ = socket.flush();
        }
        if opens {
            match self.open() {
                Ok((socket, sub_protocol)) => {
                    self.socket = Some(socket);
                    self.input(Input::Opened { sub_protocol: &sub_protocol });
                }
                // As a browser tells it.
                Err(_) => self.closed(1006, String::new()),
            }
        }
    }

    fn open(&self) -> Result<(WebSocket<TcpStream>, String), Box<dyn std::error::Error>> {
        let mut request = format!("ws://127.0.0.1:{}/mqtt", self.port).into_client_request()?;
        request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static(self.sub_protocol));
        let stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (socket, response) = tungstenite::client(request, stream).map_err(|error| error.to_string())?;
        socket.get_ref().set_read_timeout(Some(Duration::from_millis(2)))?;
        let chosen = response.headers().get("Sec-WebSocket-Protocol");
        Ok((socket, chosen.map_or("", |chosen| chosen.to_str().unwrap_or("?")).to_owned()))
    }

    fn told(&mut self, event: Event) {
        match event {
            Event::Message(message) => self.messages.push(message),
            Event::Request(request, Outcome::Acknowledged(_)) => self.acknowledged.push(request),
            Event::Violation(violation) => panic!("mosquitto is blamed: {violation:?}"),
            Event::SubscriptionsChanged => {}
            event => self.events.push(event),
        }
    }
}
