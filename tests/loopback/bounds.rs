//! What waits is bounded, in both directions.

use uiot_testbench::transport::{Chunking, MOST_WAITING, Transport};

use crate::bench::{Call, abrupt, calls, hub, opened};

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
