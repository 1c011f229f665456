//! What only a browser can show: storage, sockets, the clock, frames.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use uiot_testbench::device::{Changes, Clock, Device};
use uiot_testbench::journal::Note;
use uiot_testbench::mqtt::{EndCause, Moment, QoS, Secret, Stage, State, TopicName};
use uiot_testbench::storage::{Key, Mode, Profile, Store};
use uiot_testbench::transport::{TransportEvent, WebSocketTransport};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// A port on which nothing listens (reserved; browsers allow it).
const CLOSED: &str = "ws://127.0.0.1:9/";

async fn sleep(millis: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// Waits until `done`, five seconds at most.
async fn until(what: &str, done: impl Fn() -> bool) {
    for _ in 0..500 {
        if done() {
            return;
        }
        sleep(10).await;
    }
    panic!("not within 5 s: {what}");
}

fn closed_port_profile() -> Profile {
    let mut profile = Profile { mode: Mode::Generic, client_id: "web".into(), ..Profile::default() };
    profile.set_host(CLOSED.into());
    profile
}

#[wasm_bindgen_test]
fn the_form_comes_back_without_its_secrets() {
    let store = Store::open();
    assert!(!store.is_memory_only());
    let profile = Profile {
        product_sn: "kx4m7q2vbn9wd5ts".into(),
        device_secret: Secret::new("0123456789abcdef"),
        ..Profile::default()
    };
    store.save(Key::Form, &profile);
    let raw = web_sys::window().unwrap().local_storage().unwrap().unwrap();
    let raw = raw.get_item("uiot-testbench.form").unwrap().unwrap();
    assert!(raw.contains("kx4m7q2vbn9wd5ts") && !raw.contains("0123456789abcdef"), "{raw}");
    let loaded: Profile = Store::open().load(Key::Form).unwrap();
    assert_eq!(loaded, Profile { device_secret: Secret::default(), ..profile });
}

#[wasm_bindgen_test]
fn a_damaged_entry_counts_as_none_and_can_be_replaced() {
    let raw = web_sys::window().unwrap().local_storage().unwrap().unwrap();
    raw.set_item("uiot-testbench.language", "{\"broken").unwrap();
    let store = Store::open();
    assert_eq!(store.load::<String>(Key::Language), None);
    store.save(Key::Language, &"en");
    assert_eq!(store.load::<String>(Key::Language).as_deref(), Some("en"));
}

#[wasm_bindgen_test]
async fn an_address_that_the_browser_refuses_is_an_error_with_its_words() {
    for url in ["ws://host:99999/", "ws://[::g]/", "ftp://x/"] {
        let events = Rc::new(RefCell::new(Vec::new()));
        let seen = Rc::clone(&events);
        let _transport = WebSocketTransport::open(url, "mqtt", move |event| seen.borrow_mut().push(event));
        until("the refusal", || !events.borrow().is_empty()).await;
        let events = events.borrow();
        assert!(
            matches!(&events[..], [TransportEvent::Failed(words)] if words.len() > 10),
            "{url}: {events:?}"
        );
    }
}

#[wasm_bindgen_test]
async fn a_closed_port_is_told_with_code_1006() {
    let events = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&events);
    let _transport =
        WebSocketTransport::open(CLOSED, "mqtt", move |event| seen.borrow_mut().push(event)).unwrap();
    until("a close", || !events.borrow().is_empty()).await;
    let events = events.borrow();
    assert!(matches!(&events[..], [TransportEvent::Closed(info)] if info.code == 1006 && !info.clean));
}

#[wasm_bindgen_test]
async fn a_dropped_transport_says_nothing_more() {
    let count = Rc::new(Cell::new(0));
    let seen = Rc::clone(&count);
    drop(WebSocketTransport::open(CLOSED, "mqtt", move |_| seen.set(seen.get() + 1)).unwrap());
    sleep(300).await;
    assert_eq!(count.get(), 0);
}

#[wasm_bindgen_test]
async fn a_device_tells_why_it_could_not_connect() {
    let device = Device::new(|_| {});
    device.connect(closed_port_profile().plan().unwrap(), &[]);
    assert_eq!(device.status().state, State::Opening);
    until("the end", || device.status().ended.is_some()).await;
    let status = device.status();
    assert_eq!(status.state, State::Offline);
    assert!(matches!(&status.ended, Some(EndCause::Closed(Stage::Opening, info)) if info.code == 1006));
    let note = device.read(|journal| {
        journal
            .entries(0..100)
            .find_map(|entry| entry.note().filter(|note| matches!(note, Note::Ended(_))).cloned())
    });
    assert_eq!(note, status.ended.map(Note::Ended));
}

#[wasm_bindgen_test]
async fn a_second_attempt_replaces_the_first() {
    let device = Device::new(|_| {});
    let plan = closed_port_profile().plan().unwrap();
    device.connect(plan.clone(), &[]);
    device.connect(plan, &[]);
    until("the end", || device.status().ended.is_some()).await;
    sleep(100).await;
    let ends = device.read(|journal| {
        let is_end = |note: &&Note| matches!(note, Note::Ended(EndCause::Closed(..)));
        journal.entries(0..100).filter_map(|entry| entry.note()).filter(is_end).count()
    });
    assert_eq!(ends, 1);
}

#[wasm_bindgen_test]
async fn however_much_happens_the_screens_are_told_once_a_frame() {
    let calls = Rc::new(Cell::new(0));
    let seen = Rc::clone(&calls);
    let device = Device::new(move |changes| {
        assert_ne!(changes, Changes::default());
        seen.set(seen.get() + 1);
    });
    let topic = TopicName::parse("a").unwrap();
    for _ in 0..1000 {
        let _ = device.publish(&topic, vec![0; 10], QoS::AtMostOnce, false);
    }
    assert_eq!(calls.get(), 0, "not within the same task");
    until("a call", || calls.get() > 0).await;
    sleep(50).await;
    assert_eq!(calls.get(), 1);
}

#[wasm_bindgen_test]
async fn the_clock_runs_forward_and_agrees_with_the_wall_clock() {
    let clock = Clock::start();
    let before = clock.now();
    sleep(20).await;
    let after = clock.now();
    assert!((after - before).as_millis() >= 15, "{before:?} {after:?}");
    assert!(after > Moment::ZERO);
    let off = clock.unix_micros(after) as f64 / 1000.0 - js_sys::Date::now();
    assert!(off.abs() < 1000.0, "{off} ms off the wall clock");
}
