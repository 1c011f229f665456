//! The broker's one alarm.

use std::rc::Rc;
use std::time::Duration;

use uiot_testbench::mqtt::Moment;
use uiot_testbench::transport::{Broker, BrokerOutput, Chunking, Hub};

use crate::bench::{Bench, Call, Heard, Scripted, bytes_of, calls, hub};

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
        fn tie(&mut self, _millis_at_zero: u64) {}
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
