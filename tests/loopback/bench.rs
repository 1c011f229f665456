//! A bench for the hub: a clock that only the test moves, and a broker that does what the test says.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use uiot_testbench::mqtt::{CloseInfo, Moment};
use uiot_testbench::simulator::CloseStyle;
use uiot_testbench::transport::{
    Act, Broker, BrokerOutput, Chunking, Hub, LoopbackTransport, Surroundings, TransportEvent,
};

/// A clock that only the test moves, what was put off, and the alarm.
#[derive(Clone, Default)]
pub(crate) struct Bench {
    pub(crate) now: Rc<Cell<Moment>>,
    deferred: Rc<RefCell<VecDeque<Act>>>,
    pub(crate) alarm: Rc<RefCell<Option<(Moment, Act)>>>,
    /// How often an alarm was set or taken back.
    pub(crate) alarms: Rc<Cell<usize>>,
    /// The time of day at the clock's origin.
    pub(crate) millis_at_zero: Rc<Cell<u64>>,
}

impl Surroundings for Bench {
    fn now(&self) -> Moment {
        self.now.get()
    }

    fn millis_at_zero(&self) -> u64 {
        self.millis_at_zero.get()
    }

    fn defer(&self, act: Act) {
        self.deferred.borrow_mut().push_back(act);
    }

    fn wake(&self, alarm: Option<(Moment, Act)>) {
        *self.alarm.borrow_mut() = alarm;
        self.alarms.set(self.alarms.get() + 1);
    }
}

impl Bench {
    pub(crate) fn next(&self) -> Option<Act> {
        self.deferred.borrow_mut().pop_front()
    }

    /// Does what was put off, until there is nothing more.
    pub(crate) fn settle(&self) {
        while let Some(act) = self.next() {
            act();
        }
    }

    /// Lets time pass, and the alarm come if it is due.
    pub(crate) fn sleep(&self, millis: u64) {
        self.now.set(self.now.get() + Duration::from_millis(millis));
        let due = self.alarm.borrow().as_ref().is_some_and(|(at, _)| *at <= self.now.get());
        if due {
            let (_, act) = self.alarm.borrow_mut().take().unwrap();
            act();
        }
        self.settle();
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Connect(u32),
    Receive(u32, Vec<u8>),
    Closed(u32),
    Woken(Moment),
}

/// A broker that notes what it is told, and does what the test says.
#[derive(Default)]
pub(crate) struct Scripted {
    pub(crate) calls: Vec<Call>,
    pub(crate) outputs: VecDeque<BrokerOutput<u32>>,
    pub(crate) wake_at: Option<Moment>,
    connections: u32,
    /// Sends back what comes.
    pub(crate) echo: bool,
    /// Closes after so many pieces.
    pub(crate) close_after: Option<usize>,
}

impl Scripted {
    pub(crate) fn send(&mut self, id: u32, bytes: &[u8]) {
        self.outputs.push_back(BrokerOutput::Send(id, Bytes::copy_from_slice(bytes)));
    }

    pub(crate) fn close(&mut self, id: u32, style: CloseStyle) {
        self.outputs.push_back(BrokerOutput::Close(id, style));
    }

    pub(crate) fn received(&self, id: u32) -> Vec<u8> {
        let of = |call: &Call| match call {
            Call::Receive(from, bytes) if *from == id => bytes.clone(),
            _ => Vec::new(),
        };
        self.calls.iter().flat_map(of).collect()
    }
}

impl Broker for Scripted {
    type Id = u32;

    fn tie(&mut self, _millis_at_zero: u64) {}

    fn connect(&mut self, _now: Moment) -> u32 {
        self.connections += 1;
        self.calls.push(Call::Connect(self.connections));
        self.connections
    }

    fn receive(&mut self, _now: Moment, id: u32, bytes: &[u8]) {
        self.calls.push(Call::Receive(id, bytes.to_vec()));
        if self.echo {
            self.send(id, bytes);
        }
        if let Some(left) = &mut self.close_after {
            *left -= 1;
            if *left == 0 {
                self.close(id, CloseStyle::Abrupt);
            }
        }
    }

    fn closed(&mut self, _now: Moment, id: u32) {
        self.calls.push(Call::Closed(id));
    }

    fn woken(&mut self, now: Moment) {
        self.calls.push(Call::Woken(now));
        self.wake_at = None;
    }

    fn wake_at(&self) -> Option<Moment> {
        self.wake_at
    }

    fn poll(&mut self) -> Option<BrokerOutput<u32>> {
        self.outputs.pop_front()
    }
}

pub(crate) type Heard = Rc<RefCell<Vec<TransportEvent>>>;

pub(crate) fn hub(chunking: Chunking) -> (Bench, Hub<Scripted>) {
    let bench = Bench::default();
    (bench.clone(), Hub::new(Scripted::default(), bench, chunking))
}

pub(crate) fn open(hub: &Hub<Scripted>) -> (Box<LoopbackTransport<Scripted>>, Heard) {
    let heard = Heard::default();
    let events = Rc::clone(&heard);
    (Box::new(hub.open("mqtt", move |event| events.borrow_mut().push(event))), heard)
}

/// An open connection, and nothing heard yet.
pub(crate) fn opened(bench: &Bench, hub: &Hub<Scripted>) -> (Box<LoopbackTransport<Scripted>>, Heard) {
    let (transport, heard) = open(hub);
    bench.settle();
    assert_eq!(heard.take(), [TransportEvent::Opened("mqtt".into())]);
    (transport, heard)
}

pub(crate) fn calls(hub: &Hub<Scripted>) -> Vec<Call> {
    hub.act(|broker, _| broker.calls.clone())
}

pub(crate) fn bytes_of(events: &[TransportEvent]) -> Vec<u8> {
    let of = |event: &TransportEvent| match event {
        TransportEvent::Received(bytes) => bytes.clone(),
        other => panic!("{other:?}"),
    };
    events.iter().flat_map(of).collect()
}

pub(crate) fn abrupt() -> TransportEvent {
    TransportEvent::Closed(CloseInfo { code: 1006, reason: String::new(), clean: false })
}
