//! Opening, sending, closing.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use uiot_testbench::mqtt::{CloseInfo, Moment};
use uiot_testbench::simulator::CloseStyle;
use uiot_testbench::transport::{Chunking, LoopbackTransport, Transport, TransportEvent};

use crate::bench::{Call, Heard, Scripted, abrupt, bytes_of, calls, hub, open, opened};

/// A transport that whoever is told of its events can reach.
type Slot = Rc<RefCell<Option<Box<LoopbackTransport<Scripted>>>>>;

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
    let device: Slot = Rc::default();
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
    let slot: Slot = Rc::default();
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
fn a_hub_that_is_gone_does_nothing_with_what_was_put_off() {
    let (bench, hub) = hub(Chunking::AsSent);
    let (transport, heard) = open(&hub);
    hub.act(|broker, _| broker.wake_at = Some(Moment::from_millis(1)));
    drop(hub);
    drop(transport);
    bench.sleep(10);
    assert_eq!(*heard.borrow(), []);
}
