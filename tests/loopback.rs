//! The hub's connections behave like sockets: nothing within a call, order kept, closes told once, memory bounded.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use uiot_testbench::mqtt::{CloseInfo, Moment};
use uiot_testbench::simulator::CloseStyle;
use uiot_testbench::transport::{
    Act, Broker, BrokerOutput, Chunking, Hub, LoopbackTransport, MOST_WAITING, Surroundings, Transport,
    TransportEvent,
};

/// A clock that only the test moves, what was put off, and the alarm.
#[derive(Clone, Default)]
struct Bench {
    now: Rc<Cell<Moment>>,
    deferred: Rc<RefCell<VecDeque<Act>>>,
    alarm: Rc<RefCell<Option<(Moment, Act)>>>,
    /// How often an alarm was set or taken back.
    alarms: Rc<Cell<usize>>,
}

impl Surroundings for Bench {
    fn now(&self) -> Moment {
        self.now.get()
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
    fn next(&self) -> Option<Act> {
        self.deferred.borrow_mut().pop_front()
    }

    /// Does what was put off, until there is nothing more.
    fn settle(&self) {
        while let Some(act) = self.next() {
            act();
        }
    }

    /// Lets time pass, and the alarm come if it is due.
    fn sleep(&self, millis: u64) {
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
enum Call {
    Connect(u32),
    Receive(u32, Vec<u8>),
    Closed(u32),
    Woken(Moment),
}

/// A broker that notes what it is told, and does what the test says.
#[derive(Default)]
struct Scripted {
    calls: Vec<Call>,
    outputs: VecDeque<BrokerOutput<u32>>,
    wake_at: Option<Moment>,
    connections: u32,
    /// Sends back what comes.
    echo: bool,
    /// Closes after so many pieces.
    close_after: Option<usize>,
}

impl Scripted {
    fn send(&mut self, id: u32, bytes: &[u8]) {
        self.outputs.push_back(BrokerOutput::Send(id, Bytes::copy_from_slice(bytes)));
    }

    fn close(&mut self, id: u32, style: CloseStyle) {
        self.outputs.push_back(BrokerOutput::Close(id, style));
    }

    fn received(&self, id: u32) -> Vec<u8> {
        let of = |call: &Call| match call {
            Call::Receive(from, bytes) if *from == id => bytes.clone(),
            _ => Vec::new(),
        };
        self.calls.iter().flat_map(of).collect()
    }
}

impl Broker for Scripted {
    type Id = u32;

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

type Heard = Rc<RefCell<Vec<TransportEvent>>>;

fn hub(chunking: Chunking) -> (Bench, Hub<Scripted>) {
    let bench = Bench::default();
    (bench.clone(), Hub::new(Scripted::default(), bench, chunking))
}

fn open(hub: &Hub<Scripted>) -> (Box<LoopbackTransport<Scripted>>, Heard) {
    let heard = Heard::default();
    let events = Rc::clone(&heard);
    (Box::new(hub.open("mqtt", move |event| events.borrow_mut().push(event))), heard)
}

/// An open connection, and nothing heard yet.
fn opened(bench: &Bench, hub: &Hub<Scripted>) -> (Box<LoopbackTransport<Scripted>>, Heard) {
    let (transport, heard) = open(hub);
    bench.settle();
    assert_eq!(heard.take(), [TransportEvent::Opened("mqtt".into())]);
    (transport, heard)
}

fn calls(hub: &Hub<Scripted>) -> Vec<Call> {
    hub.act(|broker, _| broker.calls.clone())
}

fn bytes_of(events: &[TransportEvent]) -> Vec<u8> {
    let of = |event: &TransportEvent| match event {
        TransportEvent::Received(bytes) => bytes.clone(),
        other => panic!("{other:?}"),
    };
    events.iter().flat_map(of).collect()
}

fn abrupt() -> TransportEvent {
    TransportEvent::Closed(CloseInfo { code: 1006, reason: String::new(), clean: false })
}

#[test]
fn opening_comes_later_and_names_the_sub_protocol() {
    for sub_protocol in ["mqtt", "mqttv3.1"] {
        let (bench, hub) = hub(Chunking::AsSent);
        let heard = Heard::default();
        let events = Rc::clone(&heard);
        let _transport = hub.open(sub_protocol, move |event| events.borrow_mut().push(event));
        assert!(heard.borrow().is_empty(), "not within the call");
        bench.settle();
        assert_eq!(*heard.borrow(), [TransportEvent::Opened(sub_protocol.into())]);
        assert_eq!(calls(&hub), [Call::Connect(1)]);
    }
}

#[test]
fn another_sub_protocol_fails_as_in_a_browser() {
    for sub_protocol in ["", "mqttv5", "MQTT"] {
        let (bench, hub) = hub(Chunking::AsSent);
        let heard = Heard::default();
        let events = Rc::clone(&heard);
        let transport = hub.open(sub_protocol, move |event| events.borrow_mut().push(event));
        transport.send(b"x");
        bench.settle();
        transport.send(b"y");
        bench.settle();
        assert_eq!(*heard.borrow(), [abrupt()]);
        drop(transport);
        bench.settle();
        assert_eq!(calls(&hub), [], "the broker never hears of it");
        assert_eq!(hub.waiting(), 0);
    }
}

#[test]
fn bytes_keep_their_order_in_both_directions() {
    let (bench, hub) = hub(Chunking::AsSent);
    hub.act(|broker, _| broker.echo = true);
    let (transport, heard) = open(&hub);
    // What is sent before it is open waits for that.
    for piece in [&b"one"[..], b"", b"two", b"three"] {
        transport.send(piece);
    }
    assert_eq!(calls(&hub), []);
    bench.settle();
    let received = |bytes: &[u8]| Call::Receive(1, bytes.to_vec());
    assert_eq!(calls(&hub), [Call::Connect(1), received(b"one"), received(b"two"), received(b"three")]);
    let heard = heard.take();
    assert_eq!(heard[0], TransportEvent::Opened("mqtt".into()));
    assert_eq!(bytes_of(&heard[1..]), b"onetwothree");
}

#[test]
fn nothing_happens_within_a_call() {
    // As a device does: it is borrowed while it sends, and while it is told.
    let (bench, hub) = hub(Chunking::AsSent);
    hub.act(|broker, _| broker.echo = true);
    let device: Rc<RefCell<Option<Box<LoopbackTransport<Scripted>>>>> = Rc::default();
    let told = Rc::new(Cell::new(0));
    let transport = hub.open("mqtt", {
        let (device, told, hub) = (Rc::clone(&device), Rc::clone(&told), hub.clone());
        move |event| {
            let device = device.borrow_mut();
            told.set(told.get() + 1);
            // The cloud's side may act at any time too.
            hub.act(|broker, _| assert!(broker.calls.contains(&Call::Connect(1))));
            if let TransportEvent::Received(bytes) = &event
                && bytes.len() < 5
            {
                device.as_ref().unwrap().send(&[bytes.as_slice(), b"+"].concat());
            }
        }
    });
    *device.borrow_mut() = Some(Box::new(transport));
    let borrowed = device.borrow_mut();
    borrowed.as_ref().unwrap().send(b"1");
    drop(borrowed);
    bench.settle();
    assert_eq!(told.get(), 6, "opened, and five echoes");
}

#[test]
fn pieces_are_cut_and_glued_as_asked_whatever_the_packets() {
    let packets: Vec<Vec<u8>> = (1..=40_u8).map(|length| vec![length; usize::from(length)]).collect();
    let whole = packets.concat();
    let chunkings = [
        Chunking::AsSent,
        Chunking::Lengths(vec![]),
        Chunking::Lengths(vec![0]),
        Chunking::Lengths(vec![1]),
        Chunking::Lengths(vec![2, 1, 7, 100]),
        Chunking::Lengths(vec![usize::MAX]),
    ];
    for chunking in chunkings {
        let (bench, hub) = hub(chunking.clone());
        hub.act(|broker, _| broker.echo = true);
        let (transport, heard) = opened(&bench, &hub);
        packets.iter().for_each(|packet| transport.send(packet));
        bench.settle();
        assert_eq!(hub.act(|broker, _| broker.received(1)), whole, "{chunking:?}");
        let heard = heard.take();
        assert_eq!(bytes_of(&heard), whole, "{chunking:?}");
        let lengths: Vec<usize> =
            heard.iter().map(|event| bytes_of(std::slice::from_ref(event)).len()).collect();
        match &chunking {
            Chunking::Lengths(asked) if !asked.is_empty() => {
                let fits = |(index, length): (usize, &usize)| {
                    let asked = asked[index % asked.len()].max(1);
                    *length == asked || (index + 1 == lengths.len() && *length < asked)
                };
                assert!(lengths.iter().enumerate().all(fits), "{chunking:?}: {lengths:?}");
            }
            _ => assert_eq!(lengths, (1..=40).collect::<Vec<_>>()),
        }
    }
}

#[test]
fn close_lets_out_what_was_sent_first() {
    let (bench, hub) = hub(Chunking::Lengths(vec![2]));
    hub.act(|broker, _| broker.echo = true);
    let (transport, heard) = opened(&bench, &hub);
    transport.send(b"last words");
    transport.close();
    assert!(!calls(&hub).contains(&Call::Closed(1)), "not within the call");
    bench.settle();
    assert_eq!(hub.act(|broker, _| broker.received(1)), b"last words");
    assert_eq!(calls(&hub).last(), Some(&Call::Closed(1)));
    assert_eq!(*heard.borrow(), [], "no event follows");
    hub.act(|broker, _| broker.send(1, b"late"));
    bench.settle();
    assert_eq!(*heard.borrow(), []);
    assert_eq!(hub.waiting(), 0);
}

#[test]
fn dropping_it_tells_the_broker_once_and_nobody_else() {
    let (bench, hub) = hub(Chunking::AsSent);
    hub.act(|broker, _| broker.echo = true);
    let (transport, heard) = opened(&bench, &hub);
    transport.send(b"lost");
    drop(transport);
    bench.settle();
    bench.settle();
    assert_eq!(calls(&hub), [Call::Connect(1), Call::Closed(1)]);
    assert_eq!(*heard.borrow(), []);
}

#[test]
fn closed_before_it_was_open_the_broker_never_hears_of_it() {
    let (bench, hub) = hub(Chunking::AsSent);
    let (transport, heard) = open(&hub);
    transport.close();
    bench.settle();
    assert_eq!(calls(&hub), []);
    assert_eq!(*heard.borrow(), []);
}

#[test]
fn the_brokers_close_comes_after_what_it_sent_and_nothing_comes_after_it() {
    for (style, code, clean) in [(CloseStyle::Abrupt, 1006, false), (CloseStyle::Normal, 1000, true)] {
        let (bench, hub) = hub(Chunking::Lengths(vec![1]));
        let (transport, heard) = opened(&bench, &hub);
        hub.act(|broker, _| {
            broker.send(1, b"ab");
            broker.close(1, style);
            broker.send(1, b"too late");
            broker.close(1, style);
        });
        bench.settle();
        let closed = TransportEvent::Closed(CloseInfo { code, reason: String::new(), clean });
        let received = |byte: u8| TransportEvent::Received(vec![byte]);
        assert_eq!(heard.take(), [received(b'a'), received(b'b'), closed]);

        transport.send(b"into the void");
        bench.settle();
        transport.close();
        bench.settle();
        assert_eq!(*heard.borrow(), []);
        assert_eq!(calls(&hub), [Call::Connect(1)], "it knows the connection no longer");
        assert_eq!(hub.waiting(), 0);
    }
}

#[test]
fn what_comes_after_the_brokers_close_does_not_reach_it() {
    let (bench, hub) = hub(Chunking::AsSent);
    hub.act(|broker, _| broker.close_after = Some(2));
    let (transport, heard) = opened(&bench, &hub);
    for piece in [b"1", b"2", b"3", b"4"] {
        transport.send(piece);
    }
    bench.settle();
    assert_eq!(hub.act(|broker, _| broker.received(1)), b"12");
    assert_eq!(heard.take(), [abrupt()]);
}

#[test]
fn who_closes_while_being_told_hears_nothing_more() {
    let (bench, hub) = hub(Chunking::AsSent);
    let slot: Rc<RefCell<Option<Box<LoopbackTransport<Scripted>>>>> = Rc::default();
    let heard = Rc::new(Cell::new(0));
    let transport = hub.open("mqtt", {
        let (slot, heard) = (Rc::clone(&slot), Rc::clone(&heard));
        move |event| {
            heard.set(heard.get() + 1);
            if matches!(event, TransportEvent::Received(_)) {
                let transport: Box<LoopbackTransport<Scripted>> = slot.borrow_mut().take().unwrap();
                transport.send(b"bye");
                transport.close();
            }
        }
    });
    *slot.borrow_mut() = Some(Box::new(transport));
    bench.settle();
    hub.act(|broker, _| {
        broker.send(1, b"first");
        broker.send(1, b"second");
        broker.close(1, CloseStyle::Normal);
    });
    bench.settle();
    assert_eq!(heard.get(), 2, "opened and the first");
    // The broker had closed already: what was said last goes nowhere.
    assert_eq!(calls(&hub), [Call::Connect(1)]);
}

#[test]
fn there_is_one_alarm_and_it_follows_the_broker() {
    let (bench, hub) = hub(Chunking::AsSent);
    let set = |millis: Option<u64>| hub.act(|broker, _| broker.wake_at = millis.map(Moment::from_millis));
    let alarm = || bench.alarm.borrow().as_ref().map(|(at, _)| *at);
    assert_eq!((alarm(), bench.alarms.get()), (None, 0));
    set(Some(500));
    set(Some(500));
    assert_eq!((alarm(), bench.alarms.get()), (Some(Moment::from_millis(500)), 1), "set once");
    set(Some(200));
    assert_eq!(alarm(), Some(Moment::from_millis(200)));
    set(None);
    assert_eq!(alarm(), None);
    set(Some(300));
    bench.sleep(299);
    assert_eq!(calls(&hub), []);
    bench.sleep(1);
    assert_eq!(calls(&hub), [Call::Woken(Moment::from_millis(300))]);
    assert_eq!(alarm(), None);
    set(Some(400));
    bench.sleep(1000);
    assert_eq!(calls(&hub).last(), Some(&Call::Woken(Moment::from_millis(1300))), "late, but it comes");
}

#[test]
fn what_an_alarm_sends_arrives() {
    struct Delayed(Scripted);
    impl Broker for Delayed {
        type Id = u32;
        fn connect(&mut self, now: Moment) -> u32 {
            self.0.wake_at = Some(now + Duration::from_secs(3));
            self.0.connect(now)
        }
        fn receive(&mut self, now: Moment, id: u32, bytes: &[u8]) {
            self.0.receive(now, id, bytes);
        }
        fn closed(&mut self, now: Moment, id: u32) {
            self.0.closed(now, id);
        }
        fn woken(&mut self, now: Moment) {
            self.0.woken(now);
            self.0.send(1, b"at last");
        }
        fn wake_at(&self) -> Option<Moment> {
            self.0.wake_at()
        }
        fn poll(&mut self) -> Option<BrokerOutput<u32>> {
            self.0.poll()
        }
    }
    let bench = Bench::default();
    let hub = Hub::new(Delayed(Scripted::default()), bench.clone(), Chunking::AsSent);
    let heard = Heard::default();
    let events = Rc::clone(&heard);
    let _transport = hub.open("mqtt", move |event| events.borrow_mut().push(event));
    bench.settle();
    bench.sleep(2_999);
    assert_eq!(heard.take().len(), 1);
    bench.sleep(1);
    assert_eq!(bytes_of(&heard.take()), b"at last");
}

#[test]
fn connections_do_not_mix() {
    let (bench, hub) = hub(Chunking::AsSent);
    let (one, heard_one) = opened(&bench, &hub);
    let (two, heard_two) = opened(&bench, &hub);
    one.send(b"from one");
    two.send(b"from two");
    hub.act(|broker, _| {
        broker.send(2, b"to two");
        broker.close(1, CloseStyle::Normal);
        broker.send(7, b"to nobody");
    });
    bench.settle();
    assert_eq!(bytes_of(&heard_two.take()), b"to two");
    assert!(matches!(&heard_one.take()[..], [TransportEvent::Closed(info)] if info.code == 1000));
    assert_eq!(hub.act(|broker, _| broker.received(2)), b"from two");
    let (_three, _) = opened(&bench, &hub);
    assert_eq!(calls(&hub).last(), Some(&Call::Connect(3)));
}

#[test]
fn a_receiver_that_never_drains_costs_a_bounded_amount_and_loses_its_connection() {
    let (bench, hub) = hub(Chunking::AsSent);
    let (transport, heard) = opened(&bench, &hub);
    let block = vec![7; 64 * 1024];
    // Whatever was put off never comes.
    for _ in 0..1_000 {
        hub.act(|broker, _| broker.send(1, &block));
        assert!(hub.waiting() <= MOST_WAITING);
    }
    bench.settle();
    assert_eq!(heard.take(), [abrupt()]);
    assert_eq!(hub.waiting(), 0);
    assert_eq!(calls(&hub), [Call::Connect(1), Call::Closed(1)]);
    transport.close();
    bench.settle();
    assert_eq!(calls(&hub).len(), 2);
}

#[test]
fn a_sender_without_end_costs_a_bounded_amount_and_loses_its_connection() {
    let (bench, hub) = hub(Chunking::AsSent);
    let (transport, heard) = opened(&bench, &hub);
    let (other, heard_other) = opened(&bench, &hub);
    let block = vec![7; 256 * 1024];
    for _ in 0..1_000 {
        transport.send(&block);
        assert!(hub.waiting() <= MOST_WAITING);
    }
    other.send(b"still here");
    bench.settle();
    assert_eq!(heard.take(), [abrupt()]);
    assert_eq!(heard_other.take(), []);
    assert_eq!(hub.act(|broker, _| broker.received(2)), b"still here");
    assert!(calls(&hub).contains(&Call::Closed(1)) && !calls(&hub).contains(&Call::Closed(2)));
}

#[test]
fn a_hub_that_is_gone_does_nothing_with_what_was_put_off() {
    let (bench, hub) = hub(Chunking::AsSent);
    let (transport, heard) = open(&hub);
    hub.act(|broker, _| broker.wake_at = Some(Moment::from_millis(1)));
    drop(hub);
    drop(transport);
    bench.sleep(10);
    assert_eq!(*heard.borrow(), []);
}
