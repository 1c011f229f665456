//! One run: a while with faults, time to settle, then the reckoning.

use std::collections::{BTreeMap, BTreeSet};

use uiot_testbench::mqtt::{
    ConnectOptions, ConnectReturnCode, EndCause, Event, Outcome, QoS, RequestId, State, SubscriptionState,
    TopicFilter, TopicName,
};
use uiot_testbench::simulator::{Breach, Faults, InjectedFault, Random, TraceEvent, Why};
use uiot_testbench::uiot::{CustomTopic, Direction, Permission};

use super::simulated::raw::{connect, millis, seconds};
use super::simulated::{DEVICE, Handle, PRODUCT, World, device, static_options};

/// What the runs are to notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    PlatformLosesMessages,
    PlatformForgetsSession,
    DeviceDropsMessages,
    DeviceRepeatsMessages,
    DeviceForgetsSubscription,
    DeviceDoesNotPing,
    CorruptPackets,
}

/// How often things happened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) connections: usize,
    resumed: usize,
    published: usize,
    acknowledged: usize,
    overdue: usize,
    lost: usize,
    received: usize,
    dups: usize,
    repeated_up: usize,
    kicked: usize,
    refused: usize,
    cut: usize,
    acks_lost: usize,
    silences: usize,
    corrupted: usize,
    violations: usize,
    queue_full: usize,
}

#[derive(Debug)]
struct Upward {
    text: String,
    qos: QoS,
    outcome: Option<Outcome>,
}

pub(crate) struct Run {
    world: World,
    device: Handle,
    random: Random,
    flaw: Option<Flaw>,
    options: ConnectOptions,
    /// Whether packets are corrupted: then both sides may be deceived.
    corrupt: bool,
    /// Whether somebody else used the credential, who may have got messages in between.
    intruder: bool,
    disabled: bool,
    /// Whether packets were withheld, which a network would not do: what was among them comes later than what came after.
    silent: bool,
    upward: BTreeMap<RequestId, Upward>,
    /// The texts that the platform took, in order, with repetitions.
    taken: Vec<String>,
    /// What the platform undertook to deliver: the text, and its QoS.
    downward: Vec<(String, QoS)>,
    /// What came to the device: the text, and DUP.
    came: Vec<(String, bool)>,
    counter: usize,
    events_seen: usize,
    trace_seen: u64,
    figures: Figures,
    fault: Option<String>,
}

const TOPICS: [&str; 3] = ["a", "b/1", "b/2"];
const FILTERS: [&str; 4] = ["a", "b/1", "b/2", "b/+"];

fn own(rest: &str) -> String {
    format!("/{PRODUCT}/{DEVICE}/{rest}")
}

impl Run {
    pub(crate) fn new(seed: u64, flaw: Option<Flaw>) -> Self {
        let mut random = Random::new(seed);
        let mut world = World::new();
        let topic = |rest: &str, permission| CustomTopic { rest: rest.into(), permission, broadcast: false };
        let topics = vec![
            topic("upload", Permission::Pub),
            topic("a", Permission::Sub),
            topic("b/+", Permission::Sub),
        ];
        world.platform.define_topics(PRODUCT, topics).unwrap();
        world.chunk = [usize::MAX, usize::MAX, 1, 7][below(&mut random, 4)];
        // After a reconnect the session sends at once all that waited; its order is checked, so nothing may be left out.
        world.platform.choices.over_rate = Breach::Accept;
        let options = ConnectOptions {
            clean_session: random.happens(0.3),
            auto_reconnect: true,
            keep_alive: [30, 60, 300][below(&mut random, 3)],
            ..static_options()
        };
        let device = world.add(&options);
        Self {
            corrupt: flaw.is_none() && random.happens(0.2),
            device,
            world,
            random,
            flaw,
            options,
            intruder: false,
            disabled: false,
            silent: false,
            upward: BTreeMap::new(),
            taken: Vec::new(),
            downward: Vec::new(),
            came: Vec::new(),
            counter: 0,
            events_seen: 0,
            trace_seen: 0,
            figures: Figures::default(),
            fault: None,
        }
    }

    pub(crate) fn run(mut self) -> Result<Figures, String> {
        self.world.connect(self.device);
        for filter in FILTERS {
            if self.random.happens(0.7) {
                self.subscribe(filter);
            }
        }
        if self.flaw == Some(Flaw::DeviceDoesNotPing) {
            self.world.session(self.device).set_pinging(false);
        }
        for _ in 0..60 + below(&mut self.random, 100) {
            let pause = millis(self.random.number() % 4000);
            self.world.run(pause);
            self.happen();
            self.look();
        }
        self.settle();
        self.reckon();
        self.fault.map_or(Ok(self.figures), Err)
    }

    fn fail(&mut self, what: String) {
        self.fault.get_or_insert(what);
    }

    fn happen(&mut self) {
        if self.world.state(self.device) == State::Offline {
            self.world.connect(self.device);
        }
        match below(&mut self.random, 20) {
            0..=5 | 10..=13 if self.flaw == Some(Flaw::DeviceDoesNotPing) => {}
            0..=5 => (0..1 + below(&mut self.random, 5)).for_each(|_| self.publish()),
            6..=9 => (0..1 + below(&mut self.random, 5)).for_each(|_| self.send()),
            10 => {
                let filter = FILTERS[below(&mut self.random, FILTERS.len())];
                if self.random.happens(0.5) { self.subscribe(filter) } else { self.unsubscribe(filter) }
            }
            11 => self.world.break_line(self.device),
            12 => self.world.breaks_after = Some(below(&mut self.random, 200)),
            13 => self.somebody_else(),
            14 => self.console(),
            _ => self.other_faults(),
        }
    }

    fn publish(&mut self) {
        self.counter += 1;
        let text = format!("up {}", self.counter);
        let qos = if self.random.happens(0.7) { QoS::AtLeastOnce } else { QoS::AtMostOnce };
        if let Ok(request) = self.world.publish(self.device, &own("upload"), text.clone(), qos) {
            self.upward.insert(request, Upward { text, qos, outcome: None });
        }
    }

    fn send(&mut self) {
        self.counter += 1;
        let text = format!("down {}", self.counter);
        let qos = if self.random.happens(0.7) { QoS::AtLeastOnce } else { QoS::AtMostOnce };
        let topic = own(TOPICS[below(&mut self.random, TOPICS.len())]);
        let now = self.world.now;
        self.world.platform.publish(now, &device(), &topic, text, qos).unwrap();
        self.world.settle();
    }

    fn subscribe(&mut self, filter: &str) {
        let filter = TopicFilter::parse(&own(filter)).unwrap();
        let (now, device) = (self.world.now, self.device);
        let qos = if self.random.happens(0.7) { QoS::AtLeastOnce } else { QoS::AtMostOnce };
        let _ = self.world.session(device).subscribe(now, filter, qos);
        self.world.settle();
    }

    fn unsubscribe(&mut self, filter: &str) {
        let filter = TopicFilter::parse(&own(filter)).unwrap();
        let (now, device) = (self.world.now, self.device);
        let _ = self.world.session(device).unsubscribe(now, &filter);
        self.world.settle();
    }

    /// The same credential is used elsewhere.
    fn somebody_else(&mut self) {
        self.intruder = true;
        let id = self.world.raw();
        self.world.send_raw(id, &connect(&self.options));
    }

    fn console(&mut self) {
        let now = self.world.now;
        let platform = &mut self.world.platform;
        match below(&mut self.random, 3) {
            0 => drop(platform.kick_device(now, &device())),
            1 if !self.disabled => platform.disable_device(now, &device()).unwrap(),
            _ => platform.enable_device(now, &device()).unwrap(),
        }
        self.disabled = platform.registry().device(&device()).unwrap().disabled;
        self.world.settle();
        if self.flaw == Some(Flaw::PlatformForgetsSession) {
            self.world.platform.reset_device(now, &device()).unwrap();
        }
    }

    fn other_faults(&mut self) {
        let random = &mut self.random;
        let mut faults = Faults::default();
        match below(random, 10) {
            0 => {
                (faults.delay, faults.jitter) =
                    (millis(random.number() % 3000), millis(random.number() % 2000))
            }
            1 => faults.lose_acks = 0.4,
            2 => (faults.silence, self.silent) = (true, true),
            3 => faults.withhold_pingresp = true,
            4 => faults.cut_after = Some(millis(random.number() % 20_000)),
            5 => faults.cut_at_byte = Some(below(random, 100)),
            6 => faults.refuse_connect = Some(ConnectReturnCode::ServerUnavailable),
            7 => faults.refuse_subscribe = TopicFilter::parse(&own("b/+")).ok(),
            _ => {}
        }
        let corrupt = self.corrupt || self.flaw == Some(Flaw::CorruptPackets);
        if corrupt && random.happens(0.5) {
            faults.corrupt_packets = 1 + below(random, 3) as u32;
        }
        if self.flaw == Some(Flaw::PlatformLosesMessages) {
            faults.lose_messages = 0.2;
        }
        self.world.platform.faults = faults;
    }

    /// Takes note of what happened on both sides.
    fn look(&mut self) {
        for message in self.world.inbox(self.device) {
            let text = String::from_utf8_lossy(&message.payload).into_owned();
            self.figures.received += 1;
            self.figures.dups += usize::from(message.dup);
            match self.flaw {
                Some(Flaw::DeviceDropsMessages) if self.figures.received.is_multiple_of(10) => continue,
                Some(Flaw::DeviceRepeatsMessages) => self.came.push((text.clone(), message.dup)),
                _ => {}
            }
            self.came.push((text, message.dup));
        }
        let events = self.world.events(self.device)[self.events_seen..].to_vec();
        self.events_seen += events.len();
        for event in events {
            self.told(event);
        }
        let lines: Vec<_> = self.world.platform.trace().since(self.trace_seen).cloned().collect();
        for line in lines {
            self.trace_seen = line.seq + 1;
            self.traced(line.event);
        }
    }

    fn told(&mut self, event: Event) {
        match event {
            Event::Connected { session_present, .. } => {
                self.figures.connections += 1;
                self.figures.resumed += usize::from(session_present);
            }
            Event::Violation(violation) => {
                self.figures.violations += 1;
                if !self.corrupt {
                    self.fail(format!("a violation: {violation:?}"));
                }
            }
            Event::Ended(EndCause::Refused(_)) => self.figures.refused += 1,
            Event::Request(request, outcome) => {
                self.figures.overdue += usize::from(outcome == Outcome::Overdue);
                if let Some(known) = self.upward.get_mut(&request) {
                    known.outcome = Some(outcome);
                }
            }
            _ => {}
        }
    }

    fn traced(&mut self, event: TraceEvent) {
        match event {
            TraceEvent::Message { direction: Direction::Up, payload, .. } => {
                self.taken.push(String::from_utf8(payload).unwrap());
            }
            TraceEvent::Message { payload, qos, .. } => {
                self.downward.push((String::from_utf8(payload).unwrap(), qos));
            }
            TraceEvent::Failed { why: Why::QueueFull, .. } => self.figures.queue_full += 1,
            TraceEvent::Failed { why: Why::DeviceOffline | Why::NotSubscribed, .. } => {}
            TraceEvent::Failed { .. } => self.fail(format!("the platform's rules: {event:?}")),
            TraceEvent::Offline(why) => match why {
                Why::SameClientId | Why::Kicked => self.figures.kicked += 1,
                Why::ConnectionLost | Why::SentDisconnect | Why::Injected | Why::Disabled | Why::Reset => {}
                // Somebody else does not ping.
                Why::KeepAliveOver if self.intruder => {}
                _ => self.fail(format!("the device was cut: {why:?}")),
            },
            TraceEvent::Refused(_, Why::Injected | Why::Disabled) => {}
            TraceEvent::Refused(..) => self.fail(format!("refused: {event:?}")),
            TraceEvent::Fault(fault) => match fault {
                InjectedFault::Cut => self.figures.cut += 1,
                InjectedFault::AckLost => self.figures.acks_lost += 1,
                InjectedFault::Silence => self.figures.silences += 1,
                InjectedFault::Corrupted => self.figures.corrupted += 1,
                InjectedFault::MessageLost => {}
            },
            _ => {}
        }
    }

    /// No more faults: whatever was interrupted is taken up again.
    fn settle(&mut self) {
        self.world.platform.faults = Faults::default();
        self.world.breaks_after = None;
        let now = self.world.now;
        self.world.platform.enable_device(now, &device()).unwrap();
        for _ in 0..3 {
            // An acknowledgement that was lost is made up for on the next connection.
            self.world.run(seconds(11));
            self.world.break_line(self.device);
            self.world.run(seconds(70));
            if self.world.state(self.device) == State::Offline {
                self.world.connect(self.device);
            }
            self.look();
        }
        self.world.run(seconds(5));
        self.look();
    }

    fn reckon(&mut self) {
        if self.world.state(self.device) != State::Online {
            return self.fail(format!("still {:?}", self.world.state(self.device)));
        }
        let outbox = self.world.session(self.device).outbox();
        if outbox.unacknowledged + outbox.queued > 0 {
            self.fail(format!("the device still waits: {outbox:?}"));
        }
        let waiting = self.world.platform.waiting(&device());
        if waiting > 0 {
            self.fail(format!("{waiting} messages still wait for the device"));
        }
        self.reckon_up();
        if !self.corrupt {
            self.reckon_down();
            self.agree();
        }
    }

    fn reckon_up(&mut self) {
        let mut first_times = Vec::new();
        let mut seen = BTreeSet::new();
        for text in &self.taken {
            if seen.insert(text.clone()) {
                first_times.push(text.clone());
            }
        }
        let times = |text: &str| self.taken.iter().filter(|known| *known == text).count();
        let mut faults = Vec::new();
        for upward in self.upward.values() {
            let times = times(&upward.text);
            self.figures.published += 1;
            match (upward.qos, upward.outcome) {
                (QoS::AtMostOnce, _) if times > 1 => faults.push(format!("{upward:?} came twice")),
                (QoS::AtMostOnce, _) => {}
                (_, Some(Outcome::Acknowledged(_))) => {
                    self.figures.acknowledged += 1;
                    self.figures.repeated_up += usize::from(times > 1);
                    // Where packets are corrupted, a PUBACK may speak of another message.
                    if times == 0 && !self.corrupt {
                        faults.push(format!("{upward:?} never reached the platform"));
                    }
                }
                // A clean session that ended for good: it was said.
                (_, Some(Outcome::Lost)) if self.options.clean_session => self.figures.lost += 1,
                _ => faults.push(format!("{upward:?} came to no end")),
            }
        }
        let of_qos_1 = |text: &String| {
            self.upward.values().any(|known| known.text == *text && known.qos == QoS::AtLeastOnce)
        };
        let order: Vec<_> =
            first_times.iter().filter(|text| of_qos_1(text)).map(|text| number(text)).collect();
        if !self.corrupt && !order.is_sorted() {
            faults.push(format!("the order of {order:?}"));
        }
        faults.into_iter().for_each(|fault| self.fail(fault));
    }

    fn reckon_down(&mut self) {
        let mut faults = Vec::new();
        let mut times: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (text, dup) in &self.came {
            let (all, dups) = times.entry(text).or_default();
            (*all, *dups) = (*all + 1, *dups + usize::from(*dup));
        }
        for (text, qos) in &self.downward {
            let (all, dups) = times.get(&**text).copied().unwrap_or_default();
            if *qos == QoS::AtLeastOnce && all == 0 && !self.options.clean_session {
                faults.push(format!("{text} never reached the device"));
            }
            if all - dups > 1 || (*qos == QoS::AtMostOnce && all > 1) {
                faults.push(format!("{text} came twice"));
            }
            if all > 0 && all == dups && !self.intruder && self.options.clean_session {
                faults.push(format!("{text} came as a duplicate the first time"));
            }
        }
        let undertaken: BTreeSet<_> = self.downward.iter().map(|(text, _)| &**text).collect();
        if let Some(text) = times.keys().find(|text| !undertaken.contains(*text)) {
            faults.push(format!("{text} came from nowhere"));
        }
        let mut seen = BTreeSet::new();
        let first = self.came.iter().filter(|(text, _)| seen.insert(text.clone()));
        let of_qos_1 =
            |text: &str| self.downward.iter().any(|(known, qos)| known == text && *qos == QoS::AtLeastOnce);
        let order: Vec<_> = first.filter(|(text, _)| of_qos_1(text)).map(|(text, _)| number(text)).collect();
        if !self.silent && !order.is_sorted() {
            faults.push(format!("the order of {order:?}"));
        }
        faults.into_iter().for_each(|fault| self.fail(fault));
    }

    /// What the session says of its subscriptions is what the platform does.
    fn agree(&mut self) {
        if self.flaw == Some(Flaw::DeviceForgetsSubscription) {
            // Behind the session's back.
            let connection = self.world.raw();
            self.world.send_raw(connection, &connect(&self.options));
            for (number, filter) in (1..).zip(FILTERS) {
                self.world.send_raw(connection, &super::simulated::raw::unsubscribe(number, &own(filter)));
            }
            self.options.clean_session = false;
            self.world.run(seconds(5));
        }
        let known = self.world.session(self.device).subscriptions().to_vec();
        for rest in TOPICS {
            let topic = TopicName::parse(&own(rest)).unwrap();
            let granted = known.iter().filter(|known| known.filter.matches(topic.as_str()));
            let granted = granted.filter_map(|known| match known.state {
                SubscriptionState::Granted(qos) => Some(qos),
                _ => None,
            });
            let expected = granted.max();
            let now = self.world.now;
            self.world.platform.publish(now, &device(), topic.as_str(), "probe", QoS::AtLeastOnce).unwrap();
            self.world.settle();
            let came: Vec<_> = self.world.inbox(self.device).into_iter().map(|message| message.qos).collect();
            if came != expected.into_iter().collect::<Vec<_>>() {
                self.fail(format!("{rest}: the two sides disagree: {came:?}, {known:?}"));
            }
        }
    }
}

fn number(text: &str) -> usize {
    text.rsplit(' ').next().unwrap().parse().unwrap()
}

fn below(random: &mut Random, end: usize) -> usize {
    (random.number() % end as u64) as usize
}

impl Figures {
    pub(crate) fn add(&mut self, other: &Self) {
        macro_rules! add {
            ($($field:ident),*) => { $(self.$field += other.$field;)* };
        }
        add!(
            connections,
            resumed,
            published,
            acknowledged,
            overdue,
            lost,
            received,
            dups,
            repeated_up,
            kicked,
            refused,
            cut,
            acks_lost,
            silences,
            corrupted,
            violations,
            queue_full
        );
    }

    /// Runs without faults would prove nothing.
    pub(crate) fn assert_everything_happened(&self) {
        for (what, often, least) in [
            ("connections", self.connections, 1000),
            ("resumed", self.resumed, 500),
            ("acknowledged", self.acknowledged, 5000),
            ("overdue", self.overdue, 50),
            ("received", self.received, 3000),
            ("dups", self.dups, 30),
            ("repeated on the way up", self.repeated_up, 30),
            ("kicked", self.kicked, 200),
            ("refused", self.refused, 50),
            ("cut", self.cut, 100),
            ("acks lost", self.acks_lost, 100),
            ("silences", self.silences, 100),
            ("corrupted", self.corrupted, 50),
            ("violations", self.violations, 10),
        ] {
            assert!(often >= least, "{what}: only {often} times\n{self:?}");
        }
    }
}
