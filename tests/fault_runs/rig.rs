//! A session, a broker, the links between them and the people at both ends, on one virtual clock. Everything that
//! happens is drawn from one seed, so that a seed repeats a run exactly.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use uiot_testbench::mqtt::{
    ClientId, CloseInfo, ConnectOptions, EndCause, Event, Input, Moment, Outcome, Output, PublishError, QoS,
    QueueLimits, RequestId, Session, State, SubscriptionState, TopicFilter, TopicName,
};

use super::broker::{self, Act, Broker, Sabotage};
use super::random::Random;

/// How the rig can be wrong on purpose on the client's side, to see whether it notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    Broker(Sabotage),
    /// DUP is taken off what is sent again.
    NoDup,
    /// PINGREQ never leaves.
    NoPings,
    /// Every tenth message with QoS 1 gets the packet identifier of the one before.
    SameId,
    /// Of two messages that are sent at once the second goes first.
    Swapped,
}

/// What a run saw, to know that the faults were really there.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) virtual_time: Duration,
    pub(crate) connections: u32,
    pub(crate) published: u32,
    pub(crate) acknowledged: u32,
    pub(crate) lost: u32,
    pub(crate) received: u32,
    pub(crate) resumed: u32,
    pub(crate) broker_restarts: u32,
    pub(crate) cuts: u32,
    pub(crate) silences: u32,
    pub(crate) freezes: u32,
    pub(crate) closes: u32,
    pub(crate) refused: u32,
    pub(crate) duels: u32,
    pub(crate) ping_timeouts: u32,
    pub(crate) dups: u32,
    pub(crate) dups_from_broker: u32,
    pub(crate) redelivered: u32,
    pub(crate) restored_subscriptions: u32,
    pub(crate) settled: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

/// What happens when the byte at which a way is cut is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// All bytes from there on vanish, and nobody is told.
    Vanish,
    /// Both sides see the connection closed, each when all before it has arrived.
    Close,
}

#[derive(Debug, Default)]
struct Pipe {
    /// When the last chunk arrives: none overtakes another.
    free_at: Moment,
    sent: usize,
    cut: Option<(usize, Cut)>,
    dead: bool,
    /// The last chunk, which may still grow.
    last: Option<(Moment, u64)>,
}

/// One connection, with its way up to the broker and its way down.
#[derive(Debug, Default)]
struct Link {
    up: Pipe,
    down: Pipe,
    delay: u64,
    jitter: u64,
    /// How many percent of the packets are torn into chunks.
    torn: u64,
    opened: bool,
    client_open: bool,
    broker_open: bool,
    connect_sent: bool,
    connack_came: bool,
    said_goodbye: bool,
    /// Something happened to it; whether the keep alive holds can no longer be told.
    faulty: bool,
    /// The last PUBLISH that was sent: their order is that of publish(), also when they are sent again.
    last_published: Option<usize>,
    last_heard: Moment,
}

#[derive(Clone, Debug)]
enum Happening {
    Opens(usize),
    Refused(usize),
    Arrives(usize, Way, Vec<u8>),
    BrokerSeesClose(usize),
    ClientSeesClose(usize, u16),
    KeepAlive(usize),
    Silence(usize),
    BrokerCloses(usize, u16),
    BrokerRestarts,
    Freezes,
    Person,
    Elsewhere,
}

/// A message that publish() took.
#[derive(Debug)]
struct Publication {
    qos: u8,
    retain: bool,
    topic: String,
    payload: Vec<u8>,
    request: RequestId,
    sent: Option<(usize, Vec<u8>, Moment)>,
    /// PUBREC came: the message is the broker's.
    released: bool,
    /// Its last acknowledgement came as a packet.
    answered: bool,
    end: Option<Outcome>,
    /// When its PUBREL first went out, among all of them.
    release: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    Message(usize),
    Request(RequestId),
}

pub(crate) struct Rig {
    random: Random,
    flaw: Option<Flaw>,
    options: ConnectOptions,
    session: Session,
    broker: Broker,
    now: Moment,
    queue: BTreeMap<(Moment, u64), Happening>,
    sequence: u64,
    wake: Option<Moment>,
    woken_at: Option<Moment>,
    wakes_in_place: u32,
    lateness: u64,
    links: Vec<Link>,
    down_until: Moment,
    /// Until then the page stands still, as in a hidden tab or a computer that sleeps.
    frozen_until: Moment,
    faults: bool,
    wants_connection: bool,
    publications: Vec<Publication>,
    requests: BTreeMap<RequestId, usize>,
    request_ends: BTreeMap<RequestId, Outcome>,
    in_use: BTreeMap<u16, Holder>,
    /// What the last CONNACK said.
    resumed: bool,
    releases: u64,
    last_release_sent: Option<u64>,
    wishes: BTreeMap<String, u8>,
    /// How often each message of the broker was told of as new.
    told: BTreeMap<u32, u32>,
    last_told: Option<u32>,
    pub(crate) figures: Figures,
    fault: Option<String>,
    /// The last lines of what happened, if wanted.
    trace: Option<VecDeque<String>>,
    traced: usize,
}

const TOPICS: [&str; 5] = ["t/0", "t/1", "t/2", "low/0", "u/温"];
const FILTERS: [&str; 8] = ["t/0", "t/1", "t/+", "t/#", "low/0", "u/+", "no/0", "+/2"];

fn level(qos: QoS) -> u8 {
    qos.number()
}

fn shown(bytes: &[u8]) -> String {
    let names = [
        "?",
        "CONNECT",
        "CONNACK",
        "PUBLISH",
        "PUBACK",
        "PUBREC",
        "PUBREL",
        "PUBCOMP",
        "SUBSCRIBE",
        "SUBACK",
        "UNSUBSCRIBE",
        "UNSUBACK",
        "PINGREQ",
        "PINGRESP",
        "DISCONNECT",
        "?",
    ];
    let Some((first, body, _)) = broker::cut(bytes) else { return format!("{bytes:02x?}") };
    let name = names[usize::from(first >> 4)];
    match first >> 4 {
        3 => {
            let (topic, id, payload) = broker::parts(first, body);
            let (qos, dup) = ((first >> 1) & 3, first & 8 != 0);
            format!(
                "{name} {} on {topic} QoS {qos} id {id:?}{}",
                broker::tag(payload),
                if dup { " DUP" } else { "" }
            )
        }
        1 | 12.. => name.to_owned(),
        2 => format!("{name} {body:?}"),
        8 | 10 => format!("{name} {} {}", broker::number_at(body, 0), String::from_utf8_lossy(&body[4..])),
        _ => format!("{name} {body:?}"),
    }
}

impl Rig {
    pub(crate) fn new(seed: u64, flaw: Option<Flaw>, traced: usize) -> Self {
        let mut random = Random::new(seed);
        let mut options = ConnectOptions {
            client_id: ClientId::parse("c").unwrap(),
            clean_session: random.chance(35),
            auto_reconnect: random.chance(85),
            keep_alive: random.pick(&[0, 5, 10, 30, 30, 60]),
            ..ConnectOptions::default()
        };
        if random.chance(20) {
            options.queue = QueueLimits { messages: 15, bytes: 2_000 };
        }
        let sabotage = match flaw {
            Some(Flaw::Broker(sabotage)) => Some(sabotage),
            _ => None,
        };
        let lateness = random.pick(&[0, 0, 20, 300]);
        Self {
            session: Session::new(&options, random.next()).unwrap(),
            random,
            flaw,
            options,
            broker: Broker::with(sabotage),
            now: Moment::from_millis(1_000),
            queue: BTreeMap::new(),
            sequence: 0,
            wake: None,
            woken_at: None,
            wakes_in_place: 0,
            lateness,
            links: Vec::new(),
            down_until: Moment::ZERO,
            frozen_until: Moment::ZERO,
            faults: true,
            wants_connection: true,
            publications: Vec::new(),
            requests: BTreeMap::new(),
            request_ends: BTreeMap::new(),
            in_use: BTreeMap::new(),
            resumed: false,
            releases: 0,
            last_release_sent: None,
            wishes: BTreeMap::new(),
            told: BTreeMap::new(),
            last_told: None,
            figures: Figures::default(),
            fault: None,
            trace: (traced > 0).then(VecDeque::new),
            traced,
        }
    }

    /// A whole run: faults for a while, then time to settle, then the reckoning.
    pub(crate) fn run(mut self) -> Result<Figures, (String, Vec<String>)> {
        let start = self.now;
        self.note(|rig| {
            let options = &rig.options;
            format!(
                "clean {} auto {} keep alive {}",
                options.clean_session, options.auto_reconnect, options.keep_alive
            )
        });
        let busy = Duration::from_secs(20) + self.random.within(130_000);
        self.later(Duration::ZERO, Happening::Person);
        self.later(Duration::from_secs(1), Happening::Elsewhere);
        self.advance(busy);
        self.settle();
        self.reckon();
        self.figures.virtual_time = self.now - start;
        self.figures.dups_from_broker = self.broker.redelivered;
        self.figures.resumed = self.broker.present;
        match self.fault.take() {
            None => Ok(self.figures),
            Some(fault) => Err((fault, self.trace.unwrap_or_default().into())),
        }
    }

    fn fail(&mut self, what: impl Into<String>) {
        if self.fault.is_none() {
            let what = what.into();
            self.note(|_| format!("FAULT {what}"));
            self.fault = Some(what);
        }
    }

    fn check(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.fail(what());
        }
    }

    fn note(&mut self, what: impl FnOnce(&Self) -> String) {
        if self.trace.is_none() || self.fault.is_some() {
            return;
        }
        let line = format!("{:>12.6} {}", self.now.as_micros() as f64 / 1e6, what(self));
        let lines = self.traced;
        if let Some(trace) = &mut self.trace {
            trace.push_back(line);
            if trace.len() > lines {
                trace.pop_front();
            }
        }
    }

    fn at(&mut self, at: Moment, what: Happening) -> (Moment, u64) {
        self.sequence += 1;
        self.queue.insert((at, self.sequence), what);
        (at, self.sequence)
    }

    fn later(&mut self, wait: Duration, what: Happening) {
        self.at(self.now + wait, what);
    }

    fn advance(&mut self, span: Duration) {
        let end = self.now + span;
        while self.fault.is_none() {
            let next = self.queue.first_key_value().map(|((at, _), _)| *at);
            self.woken_at = self.woken_at.map(|wake| wake.max(self.frozen_until));
            let wake = self.woken_at.filter(|wake| next.is_none_or(|next| *wake <= next));
            let Some(at) = wake.or(next).filter(|at| *at <= end) else { break };
            self.now = self.now.max(at);
            if wake.is_some() {
                self.wake();
            } else if let Some((_, what)) = self.queue.pop_first() {
                self.happens(what);
            }
        }
        self.now = self.now.max(end);
    }

    fn wake(&mut self) {
        self.wakes_in_place += 1;
        self.check(self.wakes_in_place < 100, || "it asks again and again to be woken at once".to_owned());
        self.woken_at = None;
        self.wake = None;
        self.input(Input::Woken);
    }

    fn input(&mut self, input: Input<'_>) {
        self.session.handle_input(self.now, input);
        self.drain();
    }

    fn happens(&mut self, what: Happening) {
        self.wakes_in_place = 0;
        let at_the_client = matches!(
            what,
            Happening::Opens(_)
                | Happening::Refused(_)
                | Happening::ClientSeesClose(..)
                | Happening::Arrives(_, Way::Down, _)
                | Happening::Person
        );
        if at_the_client && self.now < self.frozen_until {
            // All of it comes in its order, as soon as the page goes on.
            self.at(self.frozen_until, what);
            return;
        }
        match what {
            Happening::Freezes => {
                if self.faults && self.now > self.frozen_until {
                    self.frozen_until = self.now + self.random.within(90_000);
                    self.note(|rig| format!("the page stands still until {:?}", rig.frozen_until));
                    self.figures.freezes += 1;
                    for link in &mut self.links {
                        link.faulty = true;
                    }
                }
            }
            Happening::Opens(link) => {
                if self.links[link].client_open {
                    self.links[link].opened = true;
                    self.links[link].broker_open = true;
                    self.links[link].last_heard = self.now;
                    self.input(Input::Opened { sub_protocol: "mqtt" });
                }
            }
            Happening::Refused(link) => self.client_sees_close(link, 1006),
            Happening::ClientSeesClose(link, code) => self.client_sees_close(link, code),
            Happening::Arrives(link, Way::Up, bytes) => {
                if self.links[link].broker_open {
                    let before = self.broker.packets.get(&link).copied();
                    let mut acts = self.broker.receive(link, &bytes);
                    acts.extend(self.broker.go_on());
                    if self.broker.packets.get(&link).copied() != before {
                        self.links[link].last_heard = self.now;
                    }
                    if before.is_none()
                        && let Some(seconds) = self.broker.keep_alive(link).filter(|seconds| *seconds > 0)
                    {
                        let limit = Duration::from_millis(u64::from(seconds) * 1500);
                        self.later(limit, Happening::KeepAlive(link));
                    }
                    self.perform(acts);
                }
            }
            Happening::Arrives(link, Way::Down, bytes) => {
                if self.links[link].client_open {
                    self.input(Input::Received(&bytes));
                }
            }
            Happening::BrokerSeesClose(link) => {
                if self.links[link].broker_open {
                    self.note(|_| format!("broker sees link {link} closed"));
                    self.links[link].broker_open = false;
                    self.broker.closed(link);
                }
            }
            Happening::KeepAlive(link) => self.look_at_keep_alive(link),
            Happening::Silence(link) => {
                if self.faults && self.links[link].client_open {
                    self.note(|_| format!("link {link} falls silent"));
                    self.figures.silences += 1;
                    let link = &mut self.links[link];
                    (link.up.dead, link.down.dead, link.faulty) = (true, true, true);
                }
            }
            Happening::BrokerCloses(link, code) => {
                if self.faults && self.links[link].broker_open {
                    self.note(|_| format!("link {link} is closed with {code}"));
                    self.figures.closes += 1;
                    self.links[link].broker_open = false;
                    self.broker.closed(link);
                    self.close_towards_client(link, code);
                }
            }
            Happening::BrokerRestarts => {
                if self.faults {
                    self.note(|_| "the broker restarts and has forgotten all".to_owned());
                    self.figures.broker_restarts += 1;
                    self.broker.restart();
                    self.down_until = self.now + self.random.within(8_000);
                    for link in 0..self.links.len() {
                        if self.links[link].broker_open {
                            self.links[link].broker_open = false;
                            self.links[link].faulty = true;
                            if self.random.chance(80) {
                                self.close_towards_client(link, 1006);
                            }
                        }
                    }
                }
            }
            Happening::Person => self.person(),
            Happening::Elsewhere => {
                for _ in 0..=self.random.below(3) {
                    let (topic, qos) = (self.random.pick(&TOPICS), self.random.pick(&[0, 1, 2, 2]));
                    let acts = self.broker.publish_from_elsewhere(topic, qos);
                    self.perform(acts);
                }
                if self.faults {
                    let wait = self.random.within(4_000);
                    self.later(wait, Happening::Elsewhere);
                }
            }
        }
        if let Some(complaint) = self.broker.complaint.take() {
            self.fail(complaint);
        }
    }

    fn look_at_keep_alive(&mut self, link: usize) {
        let Some(seconds) = self.broker.keep_alive(link) else { return };
        let due = self.links[link].last_heard + Duration::from_millis(u64::from(seconds) * 1500);
        if due > self.now {
            self.at(due, Happening::KeepAlive(link));
            return;
        }
        let Link { faulty, client_open, .. } = self.links[link];
        self.check(faulty || !client_open, || {
            format!("nothing came on link {link} for 1.5 times the keep alive")
        });
        self.note(|_| format!("broker gives up link {link}"));
        self.links[link].broker_open = false;
        self.broker.closed(link);
        self.close_towards_client(link, 1006);
    }

    fn close_towards_client(&mut self, link: usize, code: u16) {
        if !self.links[link].down.dead {
            let at = self.arrival(link, Way::Down);
            self.at(at, Happening::ClientSeesClose(link, code));
        }
    }

    fn client_sees_close(&mut self, link: usize, code: u16) {
        if self.links[link].client_open {
            self.note(|_| format!("client sees link {link} closed with {code}"));
            // The session says CloseTransport in answer; there is nothing left to close.
            self.input(Input::Closed(CloseInfo { code, reason: String::new(), clean: code != 1006 }));
            self.check(!self.links[link].client_open, || "a closed transport is let go".to_owned());
        }
    }

    fn perform(&mut self, acts: Vec<Act>) {
        for act in acts {
            match act {
                Act::Send(link, bytes) => {
                    self.note(|_| format!("broker  {link} {}", shown(&bytes)));
                    self.transmit(link, Way::Down, &bytes);
                }
                Act::Close(link) => {
                    self.links[link].broker_open = false;
                    self.close_towards_client(link, 1000);
                }
            }
        }
    }

    fn pipe(&mut self, link: usize, way: Way) -> &mut Pipe {
        match way {
            Way::Up => &mut self.links[link].up,
            Way::Down => &mut self.links[link].down,
        }
    }

    /// When what is sent now arrives: behind all that was sent before.
    fn arrival(&mut self, link: usize, way: Way) -> Moment {
        let delay = self.links[link].delay + self.random.below(self.links[link].jitter + 1);
        let at = self.now + Duration::from_micros(delay);
        let pipe = self.pipe(link, way);
        pipe.free_at = pipe.free_at.max(at);
        pipe.free_at
    }

    fn transmit(&mut self, link: usize, way: Way, bytes: &[u8]) {
        let faults = self.faults;
        let pipe = self.pipe(link, way);
        if pipe.dead {
            return;
        }
        let cut = pipe.cut.filter(|_| faults).filter(|(at, _)| pipe.sent + bytes.len() > *at);
        let carried = cut.map_or(bytes.len(), |(at, _)| at - pipe.sent);
        pipe.sent += carried;
        let mut rest = &bytes[..carried];
        while !rest.is_empty() {
            let torn = self.random.chance(self.links[link].torn);
            let length = if torn { 1 + self.random.index(rest.len()) } else { rest.len() };
            let (chunk, after) = rest.split_at(length);
            rest = after;
            let last = self.pipe(link, way).last;
            // A chunk that is still on its way may take the next with it.
            if self.random.chance(40)
                && let Some(Happening::Arrives(_, _, growing)) = last.and_then(|key| self.queue.get_mut(&key))
            {
                growing.extend_from_slice(chunk);
                continue;
            }
            let at = self.arrival(link, way);
            let key = self.at(at, Happening::Arrives(link, way, chunk.to_vec()));
            self.pipe(link, way).last = Some(key);
        }
        if let Some((_, how)) = cut {
            self.note(|_| {
                format!("link {link} is cut {way:?}, {how:?}, after {carried} of {} bytes", bytes.len())
            });
            self.figures.cuts += 1;
            self.links[link].faulty = true;
            if how == Cut::Close {
                let code = self.random.pick(&[1006, 1006, 1000, 1001]);
                self.close_towards_client(link, code);
                let at = self.arrival(link, Way::Up);
                self.at(at, Happening::BrokerSeesClose(link));
                (self.links[link].up.dead, self.links[link].down.dead) = (true, true);
            }
            self.pipe(link, way).dead = true;
        }
    }

    fn open_transport(&mut self) {
        let open = self.links.last().is_some_and(|link| link.client_open);
        self.check(!open, || "a transport is opened beside another".to_owned());
        self.figures.connections += 1;
        let number = self.links.len();
        self.links.push(Link {
            delay: self.random.pick(&[0, 5_000, 40_000, 300_000]),
            jitter: self.random.pick(&[0, 1_000, 200_000]),
            torn: self.random.pick(&[0, 30, 100]),
            client_open: true,
            ..Link::default()
        });
        let wait = Duration::from_micros(self.links[number].delay) + self.random.within(200);
        if self.now < self.down_until {
            return self.later(wait, Happening::Refused(number));
        }
        if self.faults {
            let how = self.random.pick(&[Cut::Vanish, Cut::Close]);
            // Many bytes or few, so that CONNECT and CONNACK are cut too.
            let size = 2 + self.random.below(11);
            let byte = self.random.index(1 << size);
            match self.random.below(20) {
                0 => {
                    self.figures.refused += 1;
                    return self.later(wait, Happening::Refused(number));
                }
                1 => {
                    self.figures.refused += 1;
                    return;
                }
                2 => {
                    self.figures.refused += 1;
                    self.broker.unavailable.insert(number);
                }
                3..=7 => self.links[number].up.cut = Some((byte, how)),
                8..=12 => self.links[number].down.cut = Some((byte, how)),
                13 => {
                    self.links[number].up.cut = Some((byte, how));
                    self.links[number].down.cut = Some((byte, how));
                }
                _ => {}
            }
            let when = wait + self.random.within(45_000);
            match self.random.below(10) {
                0 | 1 => self.later(when, Happening::Silence(number)),
                2..=4 => {
                    let code = self.random.pick(&[1000, 1001, 1005, 1006, 1006]);
                    self.later(when, Happening::BrokerCloses(number, code));
                }
                5 => {
                    let soon = wait + self.random.within(3_000);
                    self.later(soon, Happening::BrokerCloses(number, 1006));
                }
                6 => self.later(when, Happening::BrokerRestarts),
                7 => self.later(when, Happening::Freezes),
                _ => {}
            }
        }
        self.later(wait, Happening::Opens(number));
    }

    /// Does what the session wants, and looks whether it may want it.
    fn drain(&mut self) {
        let mut wakes = 0;
        let mut outputs = VecDeque::new();
        while let Some(output) = self.session.poll_output() {
            self.check(wakes == 0, || "a wake-up is the last thing said".to_owned());
            if let Output::WakeAt(at) = output {
                wakes += 1;
                self.check(at != self.wake, || "a wake-up is announced only if it changes".to_owned());
                self.wake = at;
                let late = self.random.within(self.lateness);
                self.woken_at = at.map(|at| at.max(self.now) + late);
            } else {
                outputs.push_back(output);
            }
        }
        if self.flaw == Some(Flaw::Swapped) {
            swap_messages(&mut outputs);
        }
        for output in outputs {
            match output {
                Output::OpenTransport(_) => self.open_transport(),
                Output::CloseTransport => self.close_transport(),
                Output::Send { packet, request, .. } => self.send(packet.to_vec(), request),
                Output::Received(bytes) => self.came(&bytes),
                Output::WakeAt(_) => {}
                Output::Event(event) => self.told(event),
            }
        }
    }

    fn close_transport(&mut self) {
        let link = self.links.len().checked_sub(1).filter(|link| self.links[*link].client_open);
        let Some(link) = link else { return self.fail("CloseTransport without a transport") };
        self.links[link].client_open = false;
        self.note(|_| format!("client closes link {link}"));
        if self.links[link].opened && !self.links[link].up.dead {
            let at = self.arrival(link, Way::Up);
            self.at(at, Happening::BrokerSeesClose(link));
        }
    }

    fn send(&mut self, mut packet: Vec<u8>, request: Option<RequestId>) {
        let link = self
            .links
            .len()
            .checked_sub(1)
            .filter(|at| self.links[*at].client_open && self.links[*at].opened);
        let Some(link) = link else { return self.fail("something is sent without a transport") };
        match self.flaw {
            Some(Flaw::NoPings) if packet[0] == 0xc0 => return,
            Some(Flaw::NoDup) if packet[0] >> 4 == 3 => packet[0] &= !8,
            _ => {}
        }
        self.note(|_| format!("client  {link} {} {request:?}", shown(&packet)));
        let (first, body, length) = broker::cut(&packet).unwrap();
        let (whole, first_kind) = (length == packet.len(), first >> 4);
        let body = body.to_vec();
        let Link { connect_sent, connack_came, said_goodbye, .. } = self.links[link];
        self.check(whole && !said_goodbye, || {
            "one whole packet at a time, and none after DISCONNECT".to_owned()
        });
        let in_time = if first_kind == 1 { !connect_sent } else { connack_came };
        self.check(in_time, || format!("{} at the wrong time", shown(&packet)));
        match first_kind {
            1 => self.links[link].connect_sent = true,
            14 => self.links[link].said_goodbye = true,
            3 => self.sends_publish(link, first, &mut packet, request),
            6 => self.sends_pubrel(link, broker::number_at(&body, 0)),
            8 | 10 => {
                let id = broker::number_at(&body, 0);
                self.check(id != 0, || "packet identifier 0".to_owned());
                match request {
                    Some(request) => self.hold(id, Holder::Request(request)),
                    None => self.fail("a SUBSCRIBE or UNSUBSCRIBE without a request"),
                }
            }
            _ => {}
        }
        self.transmit(link, Way::Up, &packet);
    }

    fn hold(&mut self, id: u16, holder: Holder) {
        if let Some(other) = self.in_use.insert(id, holder) {
            self.check(other == holder, || format!("identifier {id} of {other:?} is used for {holder:?}"));
        }
    }

    fn sends_publish(&mut self, link: usize, first: u8, packet: &mut [u8], request: Option<RequestId>) {
        let Some(index) = request.and_then(|request| self.requests.get(&request).copied()) else {
            return self.fail("a PUBLISH that nobody asked for");
        };
        let (topic_end, id) = {
            let (_, body, length) = broker::cut(packet).unwrap();
            let (topic, id, payload) = broker::parts(first, body);
            let wanted = &self.publications[index];
            let same = topic == wanted.topic
                && payload == wanted.payload
                && (first >> 1) & 3 == wanted.qos
                && (first & 1 != 0) == wanted.retain;
            let topic_end = length - payload.len();
            self.check(same, || format!("message {index} is sent as another one"));
            (topic_end, id)
        };
        if self.flaw == Some(Flaw::SameId) && index % 10 == 9 && id.is_some_and(|id| id > 1) {
            let before = id.unwrap() - 1;
            packet[topic_end - 2..topic_end].copy_from_slice(&before.to_be_bytes());
            return self.hold(before, Holder::Message(index));
        }
        if let Some(last) = self.links[link].last_published.replace(index) {
            self.check(last < index, || format!("message {index} is sent after message {last}"));
        }
        let present = self.present(link);
        let wanted = &self.publications[index];
        let (ended, released) = (wanted.end.is_some(), wanted.released);
        let dup = first & 8 != 0;
        match &wanted.sent {
            None => self.check(!dup, || format!("message {index} has DUP at first")),
            Some((before, _, _)) if *before == link => self.fail(format!("message {index} is sent twice")),
            Some((_, bytes, _)) if present => {
                let mut again = bytes.clone();
                again[0] |= 8;
                let same = again == packet;
                self.figures.dups += 1;
                self.check(same, || {
                    format!("message {index} is sent again with DUP and not otherwise changed")
                });
            }
            Some(_) => self.check(!dup, || format!("message {index} has DUP in another session")),
        }
        self.check(!ended && !released, || format!("message {index} is sent though it is settled"));
        if let Some(id) = id {
            self.check(id != 0, || "packet identifier 0".to_owned());
            self.hold(id, Holder::Message(index));
        }
        self.publications[index].sent = Some((link, packet.to_vec(), self.now));
    }

    fn sends_pubrel(&mut self, link: usize, id: u16) {
        let Some(Holder::Message(index)) = self.in_use.get(&id).copied() else {
            return self.fail(format!("PUBREL {id} for no message"));
        };
        self.check(self.publications[index].released, || format!("PUBREL {id} before PUBREC"));
        let release = match self.publications[index].release {
            Some(release) => release,
            None => {
                self.releases += 1;
                self.publications[index].release = Some(self.releases);
                self.releases
            }
        };
        // On a link the releases go out in the order in which they did at first.
        let first_here = self.publications[index].sent.as_ref().is_some_and(|(before, _, _)| *before != link);
        if first_here && let Some(last) = self.last_release_sent {
            self.check(last < release, || format!("PUBREL {id} is sent again out of order"));
        }
        self.last_release_sent = Some(release);
    }

    /// Whether this link resumed the broker's session.
    fn present(&self, link: usize) -> bool {
        self.links[link].connack_came && self.resumed
    }

    fn came(&mut self, packet: &[u8]) {
        self.note(|_| format!("client  got {}", shown(packet)));
        let (first, body, _) = broker::cut(packet).unwrap();
        if first >> 4 == 2 {
            let link = self.links.len() - 1;
            if body[1] == 0 {
                self.links[link].connack_came = true;
                self.resumed = body[0] & 1 != 0;
                self.last_release_sent = None;
                self.in_use.retain(|_, holder| body[0] & 1 != 0 && matches!(holder, Holder::Message(_)));
            }
            return;
        }
        if !matches!(first >> 4, 4 | 5 | 7 | 9 | 11) {
            return;
        }
        let id = broker::number_at(body, 0);
        match (first >> 4, self.in_use.get(&id).copied()) {
            (5, Some(Holder::Message(index))) => self.publications[index].released = true,
            (4 | 7, Some(Holder::Message(index))) => {
                self.publications[index].answered = true;
                self.in_use.remove(&id);
            }
            (9 | 11, Some(Holder::Request(_))) => {
                self.in_use.remove(&id);
            }
            _ => {}
        }
    }

    fn told(&mut self, event: Event) {
        if !matches!(event, Event::SubscriptionsChanged) {
            self.note(|_| format!("told    {}", format!("{event:?}").chars().take(160).collect::<String>()));
        }
        match event {
            Event::Violation(violation) => self.fail(format!("a correct broker is blamed: {violation:?}")),
            Event::Request(request, outcome) => self.became(request, outcome),
            Event::Message(message) => {
                let number = broker::tag(&message.payload);
                let times = self.told.entry(number).or_default();
                *times += 1;
                let (times, qos) = (*times, level(message.qos));
                self.figures.received += 1;
                self.check(qos == 1 || times == 1, || {
                    format!("message {number} with QoS {qos} is told twice")
                });
                self.check(times == 1 || message.dup, || {
                    format!("message {number} is told twice without DUP")
                });
                if times == 1 {
                    let overtaken = self.last_told.is_some_and(|last| last > number);
                    self.check(!overtaken, || format!("message {number} is told after a later one"));
                    self.last_told = Some(number);
                }
            }
            Event::Redelivered(message) => {
                let number = broker::tag(&message.payload);
                self.figures.redelivered += 1;
                let known = self.told.contains_key(&number) && message.dup;
                self.check(known, || format!("message {number} is told as redelivered, but never came"));
            }
            Event::Restored { subscriptions, .. } => {
                self.figures.restored_subscriptions += u32::try_from(subscriptions).unwrap();
            }
            Event::Ended(cause) => {
                self.in_use.retain(|_, holder| matches!(holder, Holder::Message(_)));
                match cause {
                    EndCause::Duel(_) => self.figures.duels += 1,
                    EndCause::PingTimeout => self.figures.ping_timeouts += 1,
                    EndCause::NotMqtt | EndCause::OpenFailed(_) | EndCause::Violation(_) => {
                        self.fail(format!("a connection to a correct broker ended with {cause:?}"));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn became(&mut self, request: RequestId, outcome: Outcome) {
        let ends = !matches!(outcome, Outcome::Overdue | Outcome::Interrupted);
        let Some(index) = self.requests.get(&request).copied() else {
            if ends && let Some(before) = self.request_ends.insert(request, outcome) {
                self.fail(format!("{request:?} ends twice: {before:?}, {outcome:?}"));
            }
            return;
        };
        let clean = self.options.clean_session;
        let offline = self.session.state() == State::Offline;
        let Publication { qos, released, answered, end: again, ref sent, .. } = self.publications[index];
        let sent_at = sent.as_ref().map(|(_, _, at)| *at);
        self.check(again.is_none() && qos > 0, || {
            format!("message {index} with QoS {qos} is told as {outcome:?} after {again:?}")
        });
        match outcome {
            Outcome::Acknowledged(_) => {
                let arrived = self.broker.arrivals.contains_key(&u32::try_from(index).unwrap());
                self.check(answered && arrived, || format!("message {index} is acknowledged by nobody"));
                self.figures.acknowledged += 1;
            }
            Outcome::Overdue => {
                let late = sent_at.is_some_and(|at| self.now - at >= self.options.deadlines.ack);
                self.check(late, || format!("message {index} is overdue too early"));
            }
            Outcome::Lost => {
                // Kept messages are given up only where nobody can know, or where the person gave the session up.
                self.check(released || clean && offline, || format!("message {index} is given up"));
                self.figures.lost += 1;
            }
            Outcome::Interrupted => {
                self.check(sent_at.is_some(), || format!("message {index} was never sent"))
            }
            Outcome::Refused(_) => self.fail(format!("message {index} is refused")),
        }
        if ends {
            self.publications[index].end = Some(outcome);
        }
    }

    fn publish(&mut self) {
        let index = self.publications.len();
        let qos = self.random.pick(&[QoS::AtMostOnce, QoS::AtLeastOnce, QoS::AtLeastOnce, QoS::ExactlyOnce]);
        let retain = self.random.chance(10);
        let topic = self.random.pick(&["up", "up/long/er", "上"]);
        let mut payload = u32::try_from(index).unwrap().to_be_bytes().to_vec();
        let length = self.random.pick(&[0, 1, 20, 119, 120, 300]);
        payload.extend((0..length).map(|at: u32| at as u8));
        let before = self.session.state();
        let asked = self.session.publish(
            self.now,
            &TopicName::parse(topic).unwrap(),
            Bytes::from(payload.clone()),
            qos,
            retain,
        );
        match asked {
            Ok(request) => {
                self.note(|_| format!("person publishes {index} with {qos:?}, {request:?}"));
                self.figures.published += 1;
                self.requests.insert(request, index);
                self.publications.push(Publication {
                    qos: level(qos),
                    retain,
                    topic: topic.to_owned(),
                    payload,
                    request,
                    sent: None,
                    released: false,
                    answered: false,
                    end: None,
                    release: None,
                });
            }
            Err(PublishError::NotConnected) => {
                self.check(before == State::Offline, || format!("not connected in state {before:?}"));
            }
            Err(PublishError::QueueFull(limits)) => {
                let counts = self.session.outbox();
                let full = counts.queued >= limits.messages || counts.queued_bytes + 330 > limits.bytes;
                self.check(full && before != State::Online, || format!("the queue is full with {counts:?}"));
            }
            Err(error) => self.fail(format!("publish: {error}")),
        }
        self.drain();
    }

    fn person(&mut self) {
        match self.random.below(100) {
            0..=39 => self.publish(),
            40..=47 => {
                for _ in 0..self.random.below(40) {
                    self.publish();
                }
            }
            48..=65 => {
                let filter = self.random.pick(&FILTERS);
                let qos = self.random.pick(&[QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce]);
                self.note(|_| format!("person subscribes {filter} {qos:?}"));
                self.wishes.insert(filter.to_owned(), level(qos));
                self.session.subscribe(self.now, TopicFilter::parse(filter).unwrap(), qos).unwrap();
                self.drain();
            }
            66..=77 => {
                let filter = self.random.pick(&FILTERS);
                self.note(|_| format!("person unsubscribes {filter}"));
                self.wishes.remove(filter);
                self.session.unsubscribe(self.now, &TopicFilter::parse(filter).unwrap()).unwrap();
                self.drain();
            }
            78..=80 => {
                self.note(|_| "person disconnects".to_owned());
                self.wants_connection = false;
                self.session.disconnect(self.now);
                self.drain();
            }
            81..=84 => self.input(Input::Nudged),
            85..=86 => {
                self.session.ping_now(self.now);
                self.drain();
            }
            87..=92 => self.wants_connection = true,
            _ => {}
        }
        if self.wants_connection || self.random.chance(20) {
            self.connect();
        }
        if self.faults {
            let wait = self.random.pick(&[1, 50, 1_000, 3_000, 8_000]);
            let wait = self.random.within(wait);
            self.later(wait, Happening::Person);
        }
    }

    fn connect(&mut self) {
        if self.session.state() == State::Offline {
            self.note(|_| "person connects".to_owned());
            self.wants_connection = true;
            self.session.connect(self.now);
            self.drain();
        }
    }

    fn is_settled(&self) -> bool {
        let Some(link) = self.links.len().checked_sub(1) else { return false };
        let counts = self.session.outbox();
        let decided = |state| matches!(state, SubscriptionState::Granted(_) | SubscriptionState::Refused(_));
        self.session.state() == State::Online
            && self.broker.serves(link)
            && !(self.links[link].up.dead || self.links[link].down.dead)
            && counts.unacknowledged + counts.queued == 0
            && self.broker.is_idle()
            && self.session.subscriptions().iter().all(|known| decided(known.state))
            && !self.queue.values().any(|what| matches!(what, Happening::Arrives(..)))
    }

    /// No more faults: with time all has to be delivered.
    fn settle(&mut self) {
        self.faults = false;
        for round in 0..300 {
            if self.fault.is_some() {
                return;
            }
            self.connect();
            self.advance(Duration::from_secs(1));
            if self.is_settled() {
                self.figures.settled += 1;
                return;
            }
            // Without keep alive nobody but the person can find out that a link is dead.
            if self.options.keep_alive == 0 && round == 100 {
                self.session.disconnect(self.now);
                self.drain();
            }
        }
        let counts = self.session.outbox();
        let state = self.session.state();
        self.fail(format!("it did not settle: {state:?} {counts:?} {:?}", self.session.subscriptions()));
    }

    fn reckon(&mut self) {
        if self.fault.is_some() {
            return;
        }
        for index in 0..self.publications.len() {
            let Publication { qos, request, end, .. } = &self.publications[index];
            if *qos == 0 {
                continue;
            }
            let arrived = self.broker.arrivals.get(&u32::try_from(index).unwrap());
            let what =
                format!("message {index} with QoS {qos}, {request:?}, ended {end:?}, arrived {arrived:?}");
            let fine = match end {
                Some(Outcome::Acknowledged(_)) => arrived.is_some(),
                Some(Outcome::Lost) => true,
                _ => false,
            };
            self.check(fine, || what);
        }
        for number in 0..self.broker.sent.len() {
            let sent = self.broker.sent[number];
            let times = self.told.get(&u32::try_from(number).unwrap()).copied().unwrap_or(0);
            let kept = sent.epoch == self.broker.epoch && sent.qos > 0;
            self.check(!kept || times > 0, || {
                format!("message {number} of the broker, {sent:?}, never came")
            });
        }
        let mut held = BTreeMap::new();
        let mut states = BTreeSet::new();
        for (filter, asked) in &self.wishes {
            let grant = broker::granted(filter, *asked);
            if let Some(qos) = grant {
                held.insert(filter.clone(), qos);
            }
            let state = grant.map_or(SubscriptionState::Refused(0x80), |qos| {
                SubscriptionState::Granted(QoS::from_number(qos).unwrap())
            });
            states.insert(format!("{filter} {state:?}"));
        }
        let broker = self.broker.kept.as_ref().map(|kept| kept.subscriptions.clone()).unwrap_or_default();
        self.check(broker == held, || format!("the broker holds {broker:?}, wanted is {held:?}"));
        let listed = self.session.subscriptions().iter().map(|s| format!("{} {:?}", s.filter, s.state));
        let listed: BTreeSet<_> = listed.collect();
        self.check(listed == states, || format!("listed are {listed:?}, wanted is {states:?}"));
    }
}

/// Puts the second of two neighbouring messages first.
fn swap_messages(outputs: &mut VecDeque<Output>) {
    let is_message = |output: &Output| matches!(output, Output::Send { packet, .. } if packet[0] >> 4 == 3);
    for at in 1..outputs.len() {
        if is_message(&outputs[at - 1]) && is_message(&outputs[at]) {
            return outputs.swap(at - 1, at);
        }
    }
}
