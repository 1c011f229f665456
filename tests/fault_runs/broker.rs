//! A little broker for one client identifier, correct by MQTT 3.1.1, which keeps sessions: QoS 0 to 2 both ways,
//! session present, redelivery with DUP. It reads and writes packets by itself, so that a fault of the codec under
//! test cannot cancel itself out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use uiot_testbench::mqtt::TopicFilter;

/// How a broker can be wrong on purpose, to see whether the rig notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sabotage {
    /// Acknowledges a QoS 1 message and forgets it.
    ForgetsAcknowledged,
    /// Acknowledges each QoS 1 message twice.
    AcknowledgesTwice,
    /// Sends a QoS 2 message a second time after PUBCOMP.
    RepeatsCompleted,
    /// Grants a subscription and does not keep it.
    ForgetsSubscription,
    /// Holds back one message to the client for ever.
    WithholdsMessage,
    /// Drops the session while it says that it has it.
    ClaimsSession,
}

/// What the broker wants done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Send(usize, Vec<u8>),
    Close(usize),
}

/// A message on its way to the client.
#[derive(Clone, Debug)]
struct Outgoing {
    number: u32,
    topic: String,
    qos: u8,
    packet_id: u16,
    released: bool,
}

/// What the broker keeps for the client.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    pub(crate) subscriptions: BTreeMap<String, u8>,
    /// Packet identifiers of QoS 2 messages from the client that wait for PUBREL.
    received: BTreeSet<u16>,
    in_flight: VecDeque<Outgoing>,
    waiting: VecDeque<(u32, String, u8)>,
    next_id: u16,
}

/// One message to the client, for the reckoning at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) qos: u8,
    /// In which of the broker's sessions it was taken on; it has to arrive if that session lives to the end.
    pub(crate) epoch: u32,
}

/// A message from the client that came for the first time, or came again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    pub(crate) times: u32,
    /// For QoS 2: how often it was passed on, and in which session last.
    pub(crate) passed_on: u32,
    pub(crate) epoch: u32,
}

#[derive(Debug)]
struct Client {
    link: usize,
    keep_alive: u16,
    clean: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Broker {
    sabotage: Option<Sabotage>,
    sabotaged: bool,
    buffers: BTreeMap<usize, Vec<u8>>,
    client: Option<Client>,
    pub(crate) kept: Option<Kept>,
    /// Counts the sessions that the broker began.
    pub(crate) epoch: u32,
    /// Links whose CONNECT is answered with code 3.
    pub(crate) unavailable: BTreeSet<usize>,
    pub(crate) arrivals: BTreeMap<u32, Arrival>,
    last_first: Option<u32>,
    pub(crate) sent: Vec<Sent>,
    /// Packets that each link brought.
    pub(crate) packets: BTreeMap<usize, u64>,
    /// The first rule that the client broke.
    pub(crate) complaint: Option<String>,
    pub(crate) present: u32,
    pub(crate) redelivered: u32,
    pub(crate) repeated: u32,
}

pub(crate) fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first];
    let mut length = body.len();
    loop {
        let low = u8::try_from(length % 128).unwrap();
        length /= 128;
        packet.push(if length > 0 { low | 0x80 } else { low });
        if length == 0 {
            break;
        }
    }
    packet.extend_from_slice(body);
    packet
}

/// The first byte and the body of the packet at the start of `bytes`, and its length.
pub(crate) fn cut(bytes: &[u8]) -> Option<(u8, &[u8], usize)> {
    let (mut length, mut at) = (0, 1);
    loop {
        let byte = *bytes.get(at)?;
        length |= usize::from(byte & 0x7f) << (7 * (at - 1));
        at += 1;
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some((bytes[0], bytes.get(at..at + length)?, at + length))
}

pub(crate) fn number_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}

/// A PUBLISH taken apart: topic, packet identifier, payload.
pub(crate) fn parts(first: u8, body: &[u8]) -> (String, Option<u16>, &[u8]) {
    let end = 2 + usize::from(number_at(body, 0));
    let topic = String::from_utf8(body[2..end].to_vec()).unwrap();
    if first & 0b0110 == 0 {
        (topic, None, &body[end..])
    } else {
        (topic, Some(number_at(body, end)), &body[end + 2..])
    }
}

/// The number with which a payload of this rig begins.
pub(crate) fn tag(payload: &[u8]) -> u32 {
    u32::from_be_bytes(payload[..4].try_into().unwrap())
}

fn answer(first: u8, id: u16) -> Vec<u8> {
    packet(first, &id.to_be_bytes())
}

/// What the broker grants: nothing below `no/`, at most QoS 1 below `low/`.
pub(crate) fn granted(filter: &str, asked: u8) -> Option<u8> {
    match filter {
        _ if filter.starts_with("no/") => None,
        _ if filter.starts_with("low/") => Some(asked.min(1)),
        _ => Some(asked),
    }
}

impl Broker {
    pub(crate) fn with(sabotage: Option<Sabotage>) -> Self {
        Self { sabotage, ..Self::default() }
    }

    fn complain(&mut self, what: impl Into<String>) {
        self.complaint.get_or_insert(what.into());
    }

    /// Whether this link has the client.
    pub(crate) fn serves(&self, link: usize) -> bool {
        self.client.as_ref().is_some_and(|client| client.link == link)
    }

    pub(crate) fn keep_alive(&self, link: usize) -> Option<u16> {
        self.client.as_ref().filter(|client| client.link == link).map(|client| client.keep_alive)
    }

    /// Nothing is on its way to the client, and nothing waits.
    pub(crate) fn is_idle(&self) -> bool {
        self.kept.as_ref().is_none_or(|kept| kept.in_flight.is_empty() && kept.waiting.is_empty())
    }

    /// Loses all that it knows, connections included.
    pub(crate) fn restart(&mut self) {
        self.client = None;
        self.kept = None;
        self.buffers.clear();
        self.epoch += 1;
    }

    pub(crate) fn closed(&mut self, link: usize) {
        self.buffers.remove(&link);
        if self.serves(link) {
            let client = self.client.take().unwrap();
            if client.clean {
                self.kept = None;
                self.epoch += 1;
            }
        }
    }

    /// Whether it sabotages now: once, or every time for what is a habit.
    fn sabotages(&mut self, how: Sabotage) -> bool {
        let now = self.sabotage == Some(how) && !self.sabotaged;
        self.sabotaged |= now;
        now
    }

    pub(crate) fn receive(&mut self, link: usize, bytes: &[u8]) -> Vec<Act> {
        let mut acts = Vec::new();
        let mut buffer = self.buffers.remove(&link).unwrap_or_default();
        buffer.extend_from_slice(bytes);
        let mut at = 0;
        while let Some((first, body, length)) = cut(&buffer[at..]) {
            at += length;
            *self.packets.entry(link).or_default() += 1;
            self.packet(link, first, body, &mut acts);
            if acts.contains(&Act::Close(link)) {
                return acts;
            }
        }
        buffer.drain(..at);
        self.buffers.insert(link, buffer);
        acts
    }

    fn packet(&mut self, link: usize, first: u8, body: &[u8], acts: &mut Vec<Act>) {
        if first >> 4 == 1 {
            return self.connect(link, body, acts);
        }
        if !self.serves(link) {
            return self.complain(format!("packet {first:#04x} before CONNECT was accepted"));
        }
        if self.kept.is_none() {
            return self.complain("a client without a session");
        }
        let reply = match first >> 4 {
            3 => self.publish(first, body),
            4 | 5 | 7 => self.progress(first >> 4, number_at(body, 0)),
            6 => {
                self.kept.as_mut().unwrap().received.remove(&number_at(body, 0));
                Some(answer(0x70, number_at(body, 0)))
            }
            8 => self.subscribe(body),
            10 => {
                let filter = std::str::from_utf8(&body[4..]).unwrap();
                self.kept.as_mut().unwrap().subscriptions.remove(filter);
                Some(answer(0xb0, number_at(body, 0)))
            }
            12 => Some(vec![0xd0, 0]),
            14 => {
                self.closed(link);
                return acts.push(Act::Close(link));
            }
            _ => {
                self.complain(format!("packet {first:#04x}"));
                None
            }
        };
        if first >> 4 == 3 && first & 0b0110 == 2 && self.sabotage == Some(Sabotage::AcknowledgesTwice) {
            acts.extend(reply.clone().map(|reply| Act::Send(link, reply)));
        }
        acts.extend(reply.map(|reply| Act::Send(link, reply)));
    }

    fn connect(&mut self, link: usize, body: &[u8], acts: &mut Vec<Act>) {
        if self.serves(link) || !body.starts_with(b"\0\x04MQTT\x04") {
            return self.complain("a second CONNECT, or one that is no MQTT 3.1.1");
        }
        if self.unavailable.contains(&link) {
            acts.push(Act::Send(link, vec![0x20, 2, 0, 3]));
            return acts.push(Act::Close(link));
        }
        if let Some(old) = self.client.as_ref().map(|client| client.link) {
            self.closed(old);
            acts.push(Act::Close(old));
        }
        let clean = body[7] & 2 != 0;
        self.client = Some(Client { link, keep_alive: number_at(body, 8), clean });
        let present = !clean && self.kept.is_some();
        if !present {
            self.kept = Some(Kept::default());
            self.epoch += 1;
        }
        if present && self.sabotages(Sabotage::ClaimsSession) {
            self.kept = Some(Kept::default());
        }
        self.present += u32::from(present);
        acts.push(Act::Send(link, vec![0x20, 2, u8::from(present), 0]));
        let kept = self.kept.as_ref().unwrap();
        for message in &kept.in_flight {
            self.redelivered += 1;
            let again =
                if message.released { answer(0x62, message.packet_id) } else { written(message, true) };
            acts.push(Act::Send(link, again));
        }
        self.send_waiting(acts);
    }

    fn publish(&mut self, first: u8, body: &[u8]) -> Option<Vec<u8>> {
        let (_, id, payload) = parts(first, body);
        let (qos, dup, number) = ((first >> 1) & 3, first & 8 != 0, tag(payload));
        if id == Some(0) {
            self.complain(format!("message {number} has packet identifier 0"));
        }
        if qos == 1 && self.sabotages(Sabotage::ForgetsAcknowledged) {
            return id.map(|id| answer(0x40, id));
        }
        let epoch = self.epoch;
        if let Some(known) = self.arrivals.get_mut(&number) {
            known.times += 1;
            self.repeated += 1;
            if qos == 0 {
                self.complain(format!("message {number} with QoS 0 came twice"));
            }
        } else {
            self.arrivals.insert(number, Arrival { times: 1, passed_on: 0, epoch });
            if self.last_first.is_some_and(|last| last > number) {
                self.complain(format!("message {number} came after message {:?}", self.last_first));
            }
            self.last_first = Some(number);
        }
        let kept = self.kept.as_mut().unwrap();
        match (qos, id) {
            (1, Some(id)) => Some(answer(0x40, id)),
            (2, Some(id)) => {
                let is_new = kept.received.insert(id);
                let arrival = self.arrivals.get_mut(&number).unwrap();
                if is_new {
                    if arrival.passed_on > 0 && arrival.epoch == epoch {
                        self.complain(format!("message {number} with QoS 2 arrived twice in one session"));
                    }
                    let arrival = self.arrivals.get_mut(&number).unwrap();
                    arrival.passed_on += 1;
                    arrival.epoch = epoch;
                } else if arrival.passed_on == 0 {
                    self.complain(format!("message {number} came under identifier {id} of another"));
                } else if !dup {
                    self.complain(format!("message {number} came again without DUP"));
                }
                Some(answer(0x50, id))
            }
            _ => None,
        }
    }

    fn subscribe(&mut self, body: &[u8]) -> Option<Vec<u8>> {
        let filter = String::from_utf8(body[4..body.len() - 1].to_vec()).unwrap();
        let grant = granted(&filter, *body.last().unwrap());
        let forgets = self.sabotages(Sabotage::ForgetsSubscription);
        if let Some(qos) = grant.filter(|_| !forgets) {
            self.kept.as_mut().unwrap().subscriptions.insert(filter, qos);
        }
        Some(packet(0x90, &[body[0], body[1], grant.unwrap_or(0x80)]))
    }

    /// PUBACK, PUBREC or PUBCOMP for a message to the client.
    fn progress(&mut self, kind: u8, id: u16) -> Option<Vec<u8>> {
        let repeats = self.sabotage == Some(Sabotage::RepeatsCompleted);
        let kept = self.kept.as_mut().unwrap();
        let at = kept.in_flight.iter().position(|message| message.packet_id == id);
        let Some(message) = at.and_then(|at| kept.in_flight.get_mut(at)) else {
            self.complain(format!("answer {kind} to unknown message {id}"));
            return None;
        };
        match (kind, message.qos) {
            (5, 2) => {
                message.released = true;
                return Some(answer(0x62, id));
            }
            (4, 1) => {}
            (7, 2) if message.released => {
                if repeats && !self.sabotaged {
                    self.sabotaged = true;
                    message.released = false;
                    return Some(written(message, false));
                }
            }
            _ => self.complain(format!("answer {kind} to message {id} with another QoS or at another step")),
        }
        let kept = self.kept.as_mut().unwrap();
        kept.in_flight.remove(at.unwrap());
        None
    }

    /// Somebody else publishes; the client gets it if it subscribed, now or when it is back.
    pub(crate) fn publish_from_elsewhere(&mut self, topic: &str, qos: u8) -> Vec<Act> {
        let mut acts = Vec::new();
        let Some(kept) = self.kept.as_mut() else { return acts };
        let matching = kept
            .subscriptions
            .iter()
            .filter(|(filter, _)| TopicFilter::parse(filter).unwrap().matches(topic));
        let Some(qos) = matching.map(|(_, granted)| qos.min(*granted)).max() else { return acts };
        if qos == 0 && self.client.is_none() {
            return acts;
        }
        kept.waiting.push_back((u32::try_from(self.sent.len()).unwrap(), topic.to_owned(), qos));
        self.sent.push(Sent { qos, epoch: self.epoch });
        if self.sabotages(Sabotage::WithholdsMessage) {
            self.kept.as_mut().unwrap().waiting.pop_back();
        }
        if self.client.is_some() {
            self.send_waiting(&mut acts);
        }
        acts
    }

    fn send_waiting(&mut self, acts: &mut Vec<Act>) {
        let (Some(client), Some(kept)) = (&self.client, &mut self.kept) else { return };
        while let Some((number, topic, qos)) = kept.waiting.pop_front() {
            let mut message = Outgoing { number, topic, qos, packet_id: 0, released: false };
            if qos > 0 {
                // Small numbers, so that they come again and again, as do those of the client.
                loop {
                    kept.next_id = kept.next_id % 40 + 1;
                    if kept.in_flight.iter().all(|other| other.packet_id != kept.next_id) {
                        break;
                    }
                    if kept.in_flight.len() >= 40 {
                        kept.waiting.push_front((number, message.topic, qos));
                        return;
                    }
                }
                message.packet_id = kept.next_id;
                kept.in_flight.push_back(message.clone());
            }
            acts.push(Act::Send(client.link, written(&message, false)));
        }
    }

    /// What waited for a packet identifier goes out as soon as there is one.
    pub(crate) fn go_on(&mut self) -> Vec<Act> {
        let mut acts = Vec::new();
        self.send_waiting(&mut acts);
        acts
    }
}

fn written(message: &Outgoing, dup: bool) -> Vec<u8> {
    let mut body = u16::try_from(message.topic.len()).unwrap().to_be_bytes().to_vec();
    body.extend_from_slice(message.topic.as_bytes());
    if message.qos > 0 {
        body.extend_from_slice(&message.packet_id.to_be_bytes());
    }
    body.extend_from_slice(&message.number.to_be_bytes());
    packet(0x30 | message.qos << 1 | u8::from(dup) << 3, &body)
}
