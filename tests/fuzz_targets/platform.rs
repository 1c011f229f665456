//! Any story into the simulated platform: connections, bytes in any pieces, time, the cloud's side and faults.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use uiot_testbench::mqtt::raw;
use uiot_testbench::mqtt::{
    ClientId, ConnectOptions, ConnectReturnCode, Decoder, Login, Moment, Packet, PacketId, ProtocolVersion,
    QoS, Secret, TopicFilter, TopicName,
};
use uiot_testbench::simulator::{
    Breach, ConnectionId, Faults, MAX_ON_THE_WAY, MAX_QUEUED, MAX_UNREAD, NewProduct, Output, Platform,
    TRACE_BYTES, TRACE_LENGTH,
};
use uiot_testbench::uiot::{AuthMode, Credential, CustomTopic, Permission, SystemTopic};

const PRODUCT: &str = "simproduct000001";
const SECRET: &str = "simdevsecret0001";
/// Connections at a time in a story.
const CONNECTIONS: usize = 4;

/// Runs the story that `data` tells. How the bytes of a connection are cut is the network's affair: it changes nothing.
pub(crate) fn platform(data: &[u8]) {
    let whole = Story::tell(data, usize::MAX);
    let single = Story::tell(data, 1);
    assert_eq!(whole, single, "the same however the bytes are cut");
}

struct Story<'a> {
    data: &'a [u8],
    chunk: usize,
    now: Moment,
    platform: Platform,
    ids: Vec<ConnectionId>,
    /// What a client of ours makes of what comes; none where a fault may change bytes.
    readers: BTreeMap<ConnectionId, Option<Decoder>>,
    said: Vec<Output>,
}

impl<'a> Story<'a> {
    fn tell(data: &'a [u8], chunk: usize) -> Vec<Output> {
        let mut platform = Platform::new(1_767_225_600_000, 7);
        let product = NewProduct {
            sn: PRODUCT.into(),
            secret: SECRET.into(),
            dynamic_registration: true,
            shadow: true,
            ..NewProduct::default()
        };
        platform.create_product(product).expect("a product");
        let both =
            |rest: &str| CustomTopic { rest: rest.into(), permission: Permission::PubSub, broadcast: false };
        platform.define_topics(PRODUCT, vec![both("a"), both("b")]).expect("two topics");
        let forward = |product: &mut uiot_testbench::simulator::Product| {
            product.forwards.insert("a".into(), "b".into());
        };
        platform.change_product(PRODUCT, forward).expect("a way back");
        for number in 0..2 {
            platform.create_device(PRODUCT, &device(number).device_sn, SECRET).expect("a device");
        }
        let (ids, readers, said) = (Vec::new(), BTreeMap::new(), Vec::new());
        let mut story = Self { data, chunk, now: Moment::from_millis(1), platform, ids, readers, said };
        while !story.data.is_empty() {
            story.happen();
            story.drain();
        }
        // Long after, all that waited for its time has had it.
        story.platform.faults = Faults::default();
        story.sleep(Duration::from_secs(100_000));
        assert_eq!(story.platform.usage().connections, 0, "the silent are cut");
        assert_eq!(story.platform.wake_at(), None);
        story.said
    }

    fn byte(&mut self) -> u8 {
        let (first, rest) = self.data.split_first().unwrap_or((&0, &[]));
        self.data = rest;
        *first
    }

    fn connection(&mut self) -> Option<ConnectionId> {
        let index = usize::from(self.byte());
        (!self.ids.is_empty()).then(|| self.ids[index % self.ids.len()])
    }

    fn happen(&mut self) {
        match self.byte() % 12 {
            0 => drop(self.open()),
            1 | 2 => {
                let packet = self.connect();
                if let Some(id) = self.open() {
                    self.receive(id, &packet);
                }
            }
            3 => {
                if let Some(id) = self.connection() {
                    let length = usize::from(self.byte()).min(self.data.len());
                    let (bytes, rest) = self.data.split_at(length);
                    self.data = rest;
                    self.receive(id, bytes);
                }
            }
            4..=6 => {
                if let Some(id) = self.connection() {
                    let packet = self.packet();
                    self.receive(id, &packet);
                }
            }
            7 => {
                let span = Duration::from_millis(u64::from(self.byte()) * 137);
                self.sleep(span);
            }
            // The clock goes on, and nobody wakes the platform in time.
            8 => self.now = self.now + Duration::from_millis(u64::from(self.byte()) * 37),
            9 => {
                if let Some(id) = self.connection() {
                    let now = self.now;
                    if self.byte().is_multiple_of(4) {
                        self.platform.text_frame(now, id);
                    } else {
                        self.platform.closed(now, id);
                        self.ids.retain(|known| *known != id);
                        self.readers.remove(&id);
                    }
                }
            }
            10 => self.cloud(),
            _ => self.choose(),
        }
    }

    fn open(&mut self) -> Option<ConnectionId> {
        if self.ids.len() >= CONNECTIONS {
            return None;
        }
        let id = self.platform.connect(self.now);
        self.ids.push(id);
        let faults = &self.platform.faults;
        let whole = faults.corrupt_packets == 0 && faults.cut_at_byte.is_none();
        self.readers.insert(id, whole.then(|| Decoder::new(1 << 20)));
        Some(id)
    }

    fn connect(&mut self) -> Bytes {
        let kind = self.byte();
        let (device, mode) =
            (device(kind & 1), if kind & 2 == 0 { AuthMode::Static } else { AuthMode::Dynamic });
        let options = ConnectOptions {
            client_id: ClientId::parse(&device.client_id()).expect("an identifier"),
            login: Login::Password(device.user_name_for(mode), Secret::new(SECRET)),
            protocol: if kind & 4 == 0 { ProtocolVersion::V3_1_1 } else { ProtocolVersion::V3_1 },
            clean_session: kind & 8 == 0,
            keep_alive: [30, 1200, 29, 60][usize::from(kind >> 4 & 3)],
            ..ConnectOptions::default()
        };
        raw::write_connect(&options).expect("CONNECT").0
    }

    /// A packet that is right in itself.
    fn packet(&mut self) -> Bytes {
        let (kind, choice) = (self.byte(), self.byte());
        let device = device(choice & 1);
        let own = |rest: &str| format!("/{PRODUCT}/{}/{rest}", device.device_sn);
        let topics = SystemTopic::ALL;
        let topic = match choice >> 1 {
            0..=9 => own("a"),
            10..=19 => own("b"),
            20 => own("a?parse=true"),
            21 => SystemTopic::command_reply_of(&device, "1"),
            other => topics[usize::from(other) % topics.len()].of(&device),
        };
        let number = PacketId::new(1 + u16::from(kind >> 4)).expect("not 0");
        let filter = TopicFilter::parse(&topic).expect("a filter");
        let qos = QoS::from_number(kind >> 6 & 3).unwrap_or(QoS::AtLeastOnce);
        match kind % 8 {
            0 => raw::pingreq(),
            1 => raw::subscribe(number, &filter, qos),
            2 => raw::unsubscribe(number, &filter),
            3 => raw::puback(number),
            4 => raw::pubrel(number),
            5 if kind > 250 => raw::disconnect(),
            _ => {
                let name = TopicName::parse(&topic).expect("a topic");
                let id = (qos != QoS::AtMostOnce).then_some(number);
                let payload = [
                    &b"{}"[..],
                    br#"{"RequestID":"1"}"#,
                    br#"{"Method":"update","State":{"Reported":{"a":1}},"Version":-1}"#,
                    br#"{"RequestID":"1","Params":[]}"#,
                    &[0xff; 70],
                ][usize::from(choice % 5)];
                raw::publish(&name, Bytes::from_static(payload), qos, false, false, id)
            }
        }
        .expect("a packet")
    }

    fn receive(&mut self, id: ConnectionId, bytes: &[u8]) {
        for chunk in bytes.chunks(self.chunk) {
            self.platform.receive(self.now, id, chunk);
        }
    }

    fn cloud(&mut self) {
        let (what, now) = (self.byte(), self.now);
        let device = device(what & 1);
        let topic = format!("/{PRODUCT}/{}/b", device.device_sn);
        // Refusals are part of the story.
        let _ = match what >> 1 & 7 {
            0..=2 => self.platform.publish(now, &device, &topic, vec![what; 9], QoS::AtLeastOnce),
            3 => self.platform.kick_device(now, &device),
            4 => self.platform.disable_device(now, &device),
            5 => self.platform.enable_device(now, &device),
            6 => self.platform.reset_device(now, &device),
            _ => {
                let _ = self.platform.delete_device(now, &device);
                self.platform.create_device(PRODUCT, &device.device_sn, SECRET).map(|_| ())
            }
        };
    }

    fn choose(&mut self) {
        let (what, how) = (self.byte(), self.byte());
        let breach =
            [Breach::Acknowledge, Breach::Drop, Breach::Disconnect, Breach::Accept][usize::from(how & 3)];
        let (choices, faults) = (&mut self.platform.choices, &mut self.platform.faults);
        let span = Duration::from_millis(u64::from(how) * 10);
        match what % 16 {
            0 => choices.qos2_publish = breach,
            1 => choices.retain = breach,
            2 => choices.forbidden_publish = breach,
            3 => choices.over_rate = breach,
            4 => choices.wide_filters = how & 1 == 1,
            5 => choices.newcomer_wins = how & 1 == 1,
            6 => choices.service_delay = span,
            7 => choices.keep_alive_grace = f64::from(how) / 50.0,
            8 => choices.wrong_secret = ConnectReturnCode::from_number(how),
            9 => faults.delay = span,
            10 => faults.jitter = span,
            11 => faults.lose_acks = f64::from(how) / 255.0,
            12 => faults.silence = how & 1 == 1,
            13 => faults.cut_after = (how & 1 == 1).then_some(span),
            14 => faults.cut_at_byte = Some(usize::from(how)),
            _ => faults.corrupt_packets = u32::from(how & 7),
        }
        if what % 16 >= 14 {
            // From here on parts of packets and changed ones may come.
            self.readers.values_mut().for_each(|reader| *reader = None);
        }
    }

    fn sleep(&mut self, span: Duration) {
        let end = self.now + span;
        while let Some(at) = self.platform.wake_at().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.platform.woken(self.now);
            assert!(self.platform.wake_at().is_none_or(|next| next > self.now), "it is awake");
            self.drain();
        }
        self.now = end;
    }

    fn drain(&mut self) {
        while let Some(output) = self.platform.poll() {
            match &output {
                Output::Send(id, bytes) => {
                    assert!(!bytes.is_empty());
                    let reader =
                        self.readers.get_mut(id).expect("it is open, and was not closed from outside");
                    if let Some(reader) = reader {
                        check_packets(reader, bytes);
                    }
                }
                Output::Close(id, _) => {
                    assert!(self.readers.remove(id).is_some(), "closed once");
                    self.ids.retain(|known| known != id);
                }
            }
            self.said.push(output);
        }
        let usage = self.platform.usage();
        assert_eq!(usage.connections, self.ids.len());
        assert!(usage.queued <= MAX_QUEUED && usage.on_the_way <= MAX_ON_THE_WAY, "{usage:?}");
        assert!(usage.unread <= MAX_UNREAD && usage.trace <= TRACE_BYTES, "{usage:?}");
        assert!(self.platform.trace().lines().count() <= TRACE_LENGTH);
        assert!(usage.sessions <= 4, "{usage:?}");
    }
}

fn device(number: u8) -> Credential {
    Credential::new(PRODUCT, format!("sim-device-{number}"))
}

/// What the platform sends is one whole packet that breaks no rule.
fn check_packets(reader: &mut Decoder, bytes: &Bytes) {
    reader.push(bytes);
    let frame = reader.next_frame().expect("a whole packet").expect("a packet");
    assert!(frame.oddities.is_empty() && reader.rest().is_empty(), "{frame:?}");
    if let Packet::Publish(message) = frame.content.expect("a packet with a meaning") {
        assert!(message.qos <= QoS::AtLeastOnce && !message.retain, "{message:?}");
    }
}
