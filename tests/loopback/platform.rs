//! A session on the platform, wired as the page wires it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use uiot_testbench::mqtt::{
    CloseInfo, ConnectReturnCode, EndCause, Event, Input, Moment, Output, QoS, Secret, Session, Stage, State,
    TopicFilter, TopicName,
};
use uiot_testbench::simulator::{NewProduct, Platform};
use uiot_testbench::storage::ConnectionPlan;
use uiot_testbench::transport::{Chunking, Hub, Transport, TransportEvent};
use uiot_testbench::uiot::Credential;

use crate::bench::Bench;

/// The device's own secret.
const GOOD: &str = "0123456789abcdef";

/// A device whose session talks to the platform over the hub.
struct Rig {
    bench: Bench,
    hub: Hub<Platform>,
    device: Rc<Device>,
    credential: Credential,
}

struct Device {
    core: RefCell<Core>,
    hub: Hub<Platform>,
    now: Rc<Cell<Moment>>,
}

struct Core {
    session: Session,
    transport: Option<Box<dyn Transport>>,
    number: u64,
    wake_at: Option<Moment>,
    events: Vec<Event>,
}

impl Device {
    /// Does something with the session and what it wants done; it is borrowed all the while, as in the page.
    fn with<T>(self: &Rc<Self>, act: impl FnOnce(&mut Session, Moment) -> T) -> T {
        let mut core = self.core.borrow_mut();
        let now = self.now.get();
        let result = act(&mut core.session, now);
        while let Some(output) = core.session.poll_output() {
            match output {
                Output::OpenTransport(version) => {
                    core.number += 1;
                    let (number, device) = (core.number, Rc::downgrade(self));
                    let told = move |event| {
                        if let Some(device) = device.upgrade() {
                            device.told(number, &event);
                        }
                    };
                    core.transport = Some(Box::new(self.hub.open(version.sub_protocol(), told)));
                }
                Output::Send { packet, .. } => core.transport.as_ref().unwrap().send(&packet),
                Output::CloseTransport => {
                    core.number += 1;
                    core.transport.take().unwrap().close();
                }
                Output::WakeAt(at) => core.wake_at = at,
                Output::Event(event) => core.events.push(event),
                Output::Received(_) => {}
            }
        }
        result
    }

    fn told(self: &Rc<Self>, number: u64, event: &TransportEvent) {
        if self.core.borrow().number == number {
            self.with(|session, now| match event {
                TransportEvent::Opened(sub_protocol) => {
                    session.handle_input(now, Input::Opened { sub_protocol })
                }
                TransportEvent::Failed(words) => session.handle_input(now, Input::OpenFailed(words)),
                TransportEvent::Received(bytes) => session.handle_input(now, Input::Received(bytes)),
                TransportEvent::Batch(batch) => session.handle_input(now, Input::Received(&batch.bytes)),
                TransportEvent::Text(text) => session.handle_input(now, Input::TextFrame(text)),
                TransportEvent::Closed(info) => session.handle_input(now, Input::Closed(info.clone())),
            });
        }
    }
}

impl Rig {
    /// A device that says this secret.
    fn new(chunking: Chunking, secret: &str) -> Self {
        let bench = Bench::default();
        bench.now.set(Moment::from_millis(1_000));
        let mut platform = Platform::new(1_795_365_000_000, 7);
        let product =
            platform.create_product(NewProduct { name: "air".into(), ..NewProduct::default() }).unwrap();
        let (credential, _) = platform.create_device(&product, "living-room", GOOD).unwrap();
        let hub = Hub::new(platform, bench.clone(), chunking);
        let plan = ConnectionPlan::simulated(&credential, Secret::new(secret)).unwrap();
        let core = Core {
            session: Session::new(&plan.options, 1).unwrap(),
            transport: None,
            number: 0,
            wake_at: None,
            events: Vec::new(),
        };
        let device = Device { core: RefCell::new(core), hub: hub.clone(), now: Rc::clone(&bench.now) };
        Self { bench, hub, device: Rc::new(device), credential }
    }

    fn online(chunking: Chunking) -> Self {
        let rig = Self::new(chunking, GOOD);
        rig.device.with(|session, now| session.connect(now));
        rig.bench.settle();
        assert_eq!(rig.state(), State::Online);
        rig
    }

    fn state(&self) -> State {
        self.device.core.borrow().session.state()
    }

    fn events(&self) -> Vec<Event> {
        std::mem::take(&mut self.device.core.borrow_mut().events)
    }

    /// Lets time pass, alarm by alarm.
    fn sleep(&self, span: Duration) {
        let until = self.bench.now.get() + span;
        loop {
            let hub_at = self.bench.alarm.borrow().as_ref().map(|(at, _)| *at);
            let next = [hub_at, self.device.core.borrow().wake_at].into_iter().flatten().min();
            let Some(at) = next.filter(|at| *at <= until) else { break };
            self.bench.now.set(self.bench.now.get().max(at));
            if self.device.core.borrow().wake_at.is_some_and(|wake_at| wake_at <= at) {
                self.device.core.borrow_mut().wake_at = None;
                self.device.with(|session, now| session.handle_input(now, Input::Woken));
            }
            self.bench.sleep(0);
        }
        self.bench.now.set(until);
        self.bench.settle();
    }

    fn own(&self, rest: &str) -> String {
        format!("/{}/{}/{rest}", self.credential.product_sn, self.credential.device_sn)
    }

    fn ended(&self) -> Vec<EndCause> {
        let end = |event| if let Event::Ended(cause) = event { Some(cause) } else { None };
        self.events().into_iter().filter_map(end).collect()
    }
}

fn chunkings() -> [Chunking; 4] {
    [
        Chunking::AsSent,
        Chunking::Lengths(vec![1]),
        Chunking::Lengths(vec![3, 1, 40]),
        Chunking::Lengths(vec![usize::MAX]),
    ]
}

#[test]
fn messages_go_both_ways_whatever_the_chunking() {
    for chunking in chunkings() {
        let rig = Rig::online(chunking.clone());
        let filter = TopicFilter::parse(&rig.own("set")).unwrap();
        rig.device.with(|session, now| session.subscribe(now, filter, QoS::AtLeastOnce)).unwrap();
        rig.bench.settle();
        let topic = TopicName::parse(&rig.own("upload")).unwrap();
        let big = Bytes::from(vec![b'x'; 100_000]);
        for payload in [Bytes::from_static(b"1"), big, Bytes::new()] {
            let publish = |session: &mut Session, now| {
                session.publish(now, &topic, payload.clone(), QoS::AtLeastOnce, false).map(drop)
            };
            rig.device.with(publish).unwrap();
        }
        rig.bench.settle();
        assert_eq!(
            rig.device.core.borrow().session.outbox().unacknowledged,
            0,
            "{chunking:?}: all acknowledged"
        );

        let set = rig.own("set");
        for number in 0..20_u8 {
            let payload = Bytes::from(vec![number; 3000]);
            rig.hub
                .act(|platform, now| platform.publish(now, &rig.credential, &set, payload, QoS::AtLeastOnce))
                .unwrap();
        }
        rig.bench.settle();
        let of =
            |event: Event| if let Event::Message(message) = event { Some(message.payload[0]) } else { None };
        let came: Vec<u8> = rig.events().into_iter().filter_map(of).collect();
        assert_eq!(came, (0..20).collect::<Vec<_>>(), "{chunking:?}");
    }
}

#[test]
fn a_refusal_is_heard_before_the_close() {
    for chunking in chunkings() {
        let rig = Rig::new(chunking, "bad secret");
        rig.device.with(|session, now| session.connect(now));
        rig.bench.settle();
        assert_eq!(rig.ended(), [EndCause::Refused(ConnectReturnCode::BadUserNameOrPassword)]);
        rig.sleep(Duration::from_secs(60));
        assert_eq!(rig.hub.act(|platform, _| platform.connections()), 0);
    }
}

#[test]
fn a_kick_is_a_close_without_a_word_and_the_session_comes_back() {
    let rig = Rig::online(Chunking::AsSent);
    rig.events();
    rig.sleep(Duration::from_secs(60));
    rig.hub.act(|platform, now| platform.kick_device(now, &rig.credential)).unwrap();
    rig.bench.settle();
    let info = CloseInfo { code: 1006, reason: String::new(), clean: false };
    assert_eq!(rig.ended(), [EndCause::Closed(Stage::Online, info)]);
    assert_eq!(rig.state(), State::Waiting);
    rig.sleep(Duration::from_secs(3));
    assert_eq!(rig.state(), State::Online);
    assert_eq!(rig.hub.act(|platform, _| platform.connections()), 1);
}

#[test]
fn a_goodbye_reaches_the_platform() {
    let rig = Rig::online(Chunking::Lengths(vec![1]));
    rig.device.with(|session, now| session.disconnect(now));
    assert!(rig.hub.act(|platform, _| platform.is_connected(&rig.credential)), "not within the call");
    rig.bench.settle();
    assert!(!rig.hub.act(|platform, _| platform.is_connected(&rig.credential)));
    assert_eq!(rig.state(), State::Offline);
    rig.device.with(|session, now| session.connect(now));
    rig.bench.settle();
    assert_eq!(rig.state(), State::Online);
}

#[test]
fn a_silent_session_is_cut_by_the_platforms_own_alarm() {
    let rig = Rig::online(Chunking::AsSent);
    rig.device.with(|session, _| session.set_pinging(false));
    rig.sleep(Duration::from_secs(449));
    assert_eq!(rig.state(), State::Online, "keep alive is 300 s, and half of it is given on top");
    rig.sleep(Duration::from_secs(2));
    assert!(matches!(rig.ended()[..], [EndCause::Closed(Stage::Online, _)]));
}

#[test]
fn a_session_that_pings_stays_for_a_day() {
    let rig = Rig::online(Chunking::Lengths(vec![1]));
    rig.sleep(Duration::from_secs(24 * 60 * 60));
    assert_eq!(rig.state(), State::Online);
    assert_eq!(rig.ended(), []);
}

#[test]
fn the_platform_follows_the_time_of_day_when_the_clock_is_tied_anew() {
    let bench = Bench::default();
    bench.millis_at_zero.set(1_000_000);
    let hub = Hub::new(Platform::new(1_000_000, 1), bench.clone(), Chunking::AsSent);
    let wall = || hub.act(|platform, now| platform.wall(now));
    let before = wall();
    bench.millis_at_zero.set(4_600_000);
    assert_eq!(wall(), before + 3_600_000);
}
