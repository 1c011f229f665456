//! One run: a while with faults, time to settle, then the reckoning.

use std::collections::BTreeMap;

use uiot_testbench::mqtt::{
    ConnectOptions, ConnectReturnCode, EndCause, Event, Outcome, QoS, RequestId, State, TopicFilter,
};
use uiot_testbench::simulator::{Breach, Faults, InjectedFault, Random, TraceEvent, Why};
use uiot_testbench::uiot::{CustomTopic, Direction, Permission};

use super::figures::Figures;
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

#[derive(Debug)]
pub(crate) struct Upward {
    pub(crate) text: String,
    pub(crate) qos: QoS,
    pub(crate) outcome: Option<Outcome>,
}

pub(crate) struct Run {
    pub(crate) world: World,
    pub(crate) device: Handle,
    pub(crate) random: Random,
    pub(crate) flaw: Option<Flaw>,
    pub(crate) options: ConnectOptions,
    /// Whether packets are corrupted: then both sides may be deceived.
    pub(crate) corrupt: bool,
    /// Whether somebody else used the credential, who may have got messages in between.
    pub(crate) intruder: bool,
    pub(crate) disabled: bool,
    /// Whether packets were withheld, which a network would not do: what was among them comes later than what came after.
    pub(crate) silent: bool,
    pub(crate) upward: BTreeMap<RequestId, Upward>,
    /// The texts that the platform took, in order, with repetitions.
    pub(crate) taken: Vec<String>,
    /// What the platform undertook to deliver: the text, and its QoS.
    pub(crate) downward: Vec<(String, QoS)>,
    /// What came to the device: the text, and DUP.
    pub(crate) came: Vec<(String, bool)>,
    pub(crate) counter: usize,
    pub(crate) events_seen: usize,
    pub(crate) trace_seen: u64,
    pub(crate) figures: Figures,
    pub(crate) fault: Option<String>,
}

pub(crate) const TOPICS: [&str; 3] = ["a", "b/1", "b/2"];
pub(crate) const FILTERS: [&str; 4] = ["a", "b/1", "b/2", "b/+"];

pub(crate) fn own(rest: &str) -> String {
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

    pub(crate) fn fail(&mut self, what: String) {
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
                InjectedFault::MessageLost
                | InjectedFault::ShadowConflict
                | InjectedFault::Rival
                | InjectedFault::Restart => {}
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
}

fn below(random: &mut Random, end: usize) -> usize {
    (random.number() % end as u64) as usize
}
