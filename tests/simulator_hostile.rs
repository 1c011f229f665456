//! Devices that mean no good: whatever they send, the platform does not panic, stays bounded, and serves the others.
//!
//! `HOSTILE_SEED` repeats the random tests with that seed; a failure names it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use std::panic::{AssertUnwindSafe, catch_unwind};

use simulated::raw::{
    connect, millis, packet, pingreq, publish, publish_of, seconds, subscribe, unsubscribe,
};
use simulated::*;
use uiot_testbench::mqtt::{ConnectOptions, ConnectReturnCode as Code, QoS, State};
use uiot_testbench::simulator::{
    Breach, CONNECT_DEADLINE, ConnectionId, Faults, MAX_CONNECTIONS, MAX_ON_THE_WAY, MAX_QUEUED, MAX_UNREAD,
    Platform, Random, TRACE_BYTES, TRACE_LENGTH, Why,
};
use uiot_testbench::uiot::{AuthMode, Credential, CustomTopic, Permission, SystemTopic, limits};

fn set() -> String {
    format!("/{PRODUCT}/{DEVICE}/set")
}

fn upload() -> String {
    format!("/{PRODUCT}/{DEVICE}/upload")
}

/// What is kept never exceeds what may be.
fn assert_bounded(platform: &Platform) {
    let usage = platform.usage();
    assert!(usage.connections <= MAX_CONNECTIONS, "{usage:?}");
    assert!(usage.queued <= MAX_QUEUED, "{usage:?}");
    assert!(usage.on_the_way <= MAX_ON_THE_WAY, "{usage:?}");
    assert!(usage.unread <= MAX_UNREAD, "{usage:?}");
    assert!(usage.trace <= TRACE_BYTES, "{usage:?}");
    assert!(platform.trace().lines().count() <= TRACE_LENGTH);
    // A connection's own, and what its faults want; services have theirs for commands alone.
    assert!(usage.timers <= 3 * usage.connections + 1000, "{usage:?}");
    assert!(usage.sessions <= 2 * limits::DEVICES, "{usage:?}");
}

/// A good device is served while the others do what they do.
fn assert_alive(world: &mut World) {
    // What was sent too fast before is no affair of this one.
    world.run(seconds(2));
    let device = world.connected(&options(&other(), AuthMode::Static, SECRET));
    world.listen(device, &other(), SystemTopic::ShadowGetReply);
    world.say(device, &other(), SystemTopic::ShadowGet, "{}");
    assert_eq!(world.inbox(device).len(), 1);
    world.disconnect(device);
    assert_bounded(&world.platform);
}

/// Runs a test with a seed that a failure names.
fn with_seed(rounds: u64, test: impl Fn(&mut Random)) {
    let given = std::env::var("HOSTILE_SEED").ok().map(|text| text.parse::<u64>().expect("a number"));
    let seeds = given.map_or(0..rounds, |seed| seed..seed + 1);
    for seed in seeds {
        let run = catch_unwind(AssertUnwindSafe(|| test(&mut Random::new(seed))));
        if let Err(panic) = run {
            println!("HOSTILE_SEED={seed}");
            std::panic::resume_unwind(panic);
        }
    }
}

fn below(random: &mut Random, end: usize) -> usize {
    (random.number() % end as u64) as usize
}

/// Some packets as a device might send them, most of them right.
fn some_packets(random: &mut Random) -> Vec<Vec<u8>> {
    let number = 1 + (random.number() % 9) as u16;
    let qos = QoS::from_number((random.number() % 3) as u8).unwrap();
    let topics = [
        upload(),
        set(),
        format!("/{PRODUCT}/{OTHER}/upload"),
        "x".into(),
        format!("{}?parse=true", upload()),
        SystemTopic::ShadowUpstream.of(&device()),
        SystemTopic::PropertyPost.of(&device()),
        SystemTopic::EventPost.of(&device()),
        SystemTopic::OtaUpstream.of(&device()),
        SystemTopic::TopoAdd.of(&device()),
        SystemTopic::Password.of(&device()),
        SystemTopic::command_reply_of(&device(), "17"),
        SystemTopic::DesiredDelete.of(&device()),
    ];
    let payloads: [&[u8]; 6] = [
        b"",
        b"{}",
        br#"{"RequestID":"1"}"#,
        br#"{"Method":"update","State":{"Reported":{"a":[{}]}},"Version":-1}"#,
        br#"{"RequestID":"1","Property":{"a":{"Value":1e999}}}"#,
        &[0xff; 50],
    ];
    let topic = &topics[below(random, topics.len())];
    let payload = payloads[below(random, payloads.len())];
    vec![
        publish(topic, payload, qos, number).to_vec(),
        subscribe(number, topic, qos).to_vec(),
        unsubscribe(number, topic).to_vec(),
        pingreq().to_vec(),
        packet(0x40, &number.to_be_bytes()),
        packet(0x62, &number.to_be_bytes()),
        connect(&static_options()).to_vec(),
        packet(0xe0, &[]),
    ]
}

/// Sends a stream in pieces of odd sizes, with time between them.
fn send_in_pieces(world: &mut World, id: ConnectionId, stream: &[u8], random: &mut Random) {
    let mut rest = stream;
    while !rest.is_empty() {
        let (piece, left) = rest.split_at((1 + below(random, 40)).min(rest.len()));
        world.send_raw(id, piece);
        if random.happens(0.2) {
            world.run(millis(random.number() % 400));
        }
        rest = left;
    }
    world.read_raw(id);
}

#[test]
fn random_bytes_do_no_harm() {
    with_seed(300, |random| {
        let mut world = World::new();
        for _ in 0..10 {
            let id = if random.happens(0.5) { world.raw() } else { world.raw_connect(&static_options()) };
            let length = below(random, 300);
            let bytes: Vec<u8> = (0..length).map(|_| (random.number() >> 13) as u8).collect();
            send_in_pieces(&mut world, id, &bytes, random);
        }
        assert_alive(&mut world);
    });
}

#[test]
fn changed_packets_do_no_harm() {
    with_seed(300, |random| {
        let mut world = World::new();
        if random.happens(0.3) {
            let choices = &mut world.platform.choices;
            choices.forbidden_publish = Breach::Accept;
            choices.qos2_publish = Breach::Accept;
            choices.over_rate = Breach::Accept;
            choices.oversize = Breach::Drop;
            choices.wide_filters = true;
        }
        let id = world.raw_connect(&static_options());
        for _ in 0..40 {
            let packets = some_packets(random);
            let mut bytes = packets[below(random, packets.len())].clone();
            for _ in 0..below(random, 3) {
                let at = below(random, bytes.len());
                match random.number() % 3 {
                    0 => bytes[at] ^= 1 << (random.number() % 8),
                    1 => bytes.insert(at, random.number() as u8),
                    _ if bytes.len() > 1 => drop(bytes.remove(at)),
                    _ => {}
                }
            }
            let id = if world.is_closed(id) { world.raw_connect(&static_options()) } else { id };
            send_in_pieces(&mut world, id, &bytes, random);
        }
        assert_alive(&mut world);
    });
}

#[test]
fn ten_thousand_connections_that_say_nothing_are_gone_after_their_time() {
    let mut world = World::new();
    for n in 0..10_000 {
        let id = world.platform.connect(world.now);
        if n % 3 == 0 {
            world.platform.receive(world.now, id, &connect(&static_options())[..n % 60]);
        }
    }
    assert_eq!(world.platform.usage().connections, 10_000);
    assert_alive_among_others(&mut world);
    world.run(CONNECT_DEADLINE);
    let usage = world.platform.usage();
    assert_eq!((usage.connections, usage.timers, usage.unread), (0, 0, 0));
}

/// As [`assert_alive`], without time passing.
fn assert_alive_among_others(world: &mut World) {
    let device = world.connected(&options(&other(), AuthMode::Static, SECRET));
    assert_bounded(&world.platform);
    world.disconnect(device);
}

#[test]
fn ten_thousand_connects_of_one_device_leave_one_connection() {
    let mut world = World::new();
    world.platform.faults.cut_after = Some(seconds(3600));
    for n in 0..10_000 {
        let id = world.platform.connect(world.now);
        let clean_session = n % 2 == 0;
        let bytes = connect(&ConnectOptions { clean_session, ..static_options() });
        world.platform.receive(world.now, id, &bytes);
        if n % 100 == 0 {
            world.settle();
        }
    }
    world.settle();
    let usage = world.platform.usage();
    assert_eq!((usage.connections, usage.sessions), (1, 1));
    assert!(usage.timers <= 2, "{usage:?}");
    world.platform.faults = Faults::default();
    assert_alive(&mut world);
}

#[test]
fn ten_thousand_refused_connects_leave_nothing() {
    let mut world = World::new();
    for n in 0..10_000 {
        let device = Credential::new(format!("product{n}"), "d".repeat(60_000));
        let options = options(&device, AuthMode::Static, "wrongsecret00001");
        let id = world.platform.connect(world.now);
        world.platform.receive(world.now, id, &connect(&options));
        while world.platform.poll().is_some() {}
    }
    let usage = world.platform.usage();
    assert_eq!((usage.connections, usage.sessions, usage.timers), (0, 0, 0));
    assert!(usage.trace < 2 * 1024 * 1024, "{usage:?}");
    assert_eq!(world.refusals().last(), Some(&(5, Why::UnknownDevice)));
    assert_alive(&mut world);
}

#[test]
fn there_is_a_last_connection() {
    let mut world = World::new();
    let ids: Vec<_> = (0..MAX_CONNECTIONS).map(|_| world.platform.connect(world.now)).collect();
    let one_more = world.raw();
    assert!(world.is_closed(one_more));
    assert_eq!(world.platform.usage().connections, MAX_CONNECTIONS);
    world.platform.closed(world.now, ids[7]);
    world.raw_online(&static_options());
    assert_bounded(&world.platform);
}

#[test]
fn ten_thousand_devices_that_register_are_all_there_are() {
    let mut world = World::new();
    for n in 0..limits::DEVICES + 500 {
        let device = Credential::new(PRODUCT, format!("flood-{n}"));
        let id = world.platform.connect(world.now);
        let options = options(&device, AuthMode::Dynamic, PRODUCT_SECRET);
        world.platform.receive(world.now, id, &connect(&options));
        let ask = [
            subscribe(1, &SystemTopic::PasswordReply.of(&device), QoS::AtLeastOnce),
            publish(&SystemTopic::Password.of(&device), br#"{"RequestID":"1"}"#, QoS::AtLeastOnce, 2),
        ];
        world.platform.receive(world.now, id, &ask.concat());
        while world.platform.poll().is_some() {}
        if n % 2 == 0 {
            world.platform.closed(world.now, id);
        }
    }
    assert_eq!(world.platform.registry().product(PRODUCT).unwrap().devices.len(), limits::DEVICES);
    assert_bounded(&world.platform);
    assert_eq!(world.refusals().last(), Some(&(5, Why::Registration)));
    let registered = world.platform.registry().device(&Credential::new(PRODUCT, "flood-9997")).unwrap();
    assert!(registered.secret_told);
    world.run(seconds(3600));
    let usage = world.platform.usage();
    assert_eq!((usage.connections, usage.sessions), (0, 0));
}

#[test]
fn floods_of_small_packets_are_answered_or_cut() {
    let mut world = World::new();
    let id = world.raw_online(&static_options());
    let flood = pingreq().repeat(100_000);
    world.send_raw(id, &flood);
    assert_eq!(world.read_raw(id).len(), flood.len());
    for n in 0..20_000_u16 {
        world.platform.receive(world.now, id, &publish(&upload(), b"x", QoS::AtLeastOnce, 1 + n % 100));
    }
    world.settle();
    assert_bounded(&world.platform);
    world.send_raw(id, &[0xc0, 0].repeat(600_000));
    assert!(world.is_closed(id));
    assert_eq!(world.ends(), [Why::Bandwidth]);
    assert_alive(&mut world);
}

#[test]
fn a_flood_of_filters_takes_no_room() {
    let mut world = World::new();
    let id = world.raw_online(&static_options());
    let long = format!("/{PRODUCT}/{DEVICE}/{}", "温".repeat(20_000));
    for filter in ["a", "#", &set(), &long] {
        let one = [&(filter.len() as u16).to_be_bytes()[..], filter.as_bytes(), &[0]].concat();
        let many = (limits::PACKET_SIZE - 20) / one.len();
        let body = [&[0, 1][..], &one.repeat(many)].concat();
        world.send_raw(id, &packet(0x82, &body));
        assert_eq!(world.read_raw(id).len(), many + 4 + usize::from(many > 125) + usize::from(many > 16_381));
        world.run(seconds(2));
    }
    for filter in ["a".repeat(60_000), "b/".repeat(30_000)] {
        for _ in 0..4 {
            world.send_raw(id, &unsubscribe(1, &filter));
        }
    }
    assert!(!world.is_closed(id));
    assert!(world.platform.usage().trace < 2 * 1024 * 1024, "{:?}", world.platform.usage());
    assert_alive(&mut world);
}

#[test]
fn announced_giants_are_cut_and_slow_ones_run_out_of_time() {
    let mut world = World::new();
    for first in [0x10, 0x30, 0x82] {
        let id = world.raw();
        world.send_raw(id, &[first, 0xff, 0xff, 0xff, 0x7f]);
        assert!(world.is_closed(id));
    }
    let id = world.raw_online(&ConnectOptions { keep_alive: 30, ..static_options() });
    let giant = publish_of(&upload(), limits::PACKET_SIZE);
    for byte in &giant[..100] {
        world.send_raw(id, &[*byte]);
        world.run(millis(500));
    }
    assert!(world.is_closed(id));
    assert_eq!(world.ends(), [Why::KeepAliveOver]);
    // A giant in single bytes is read all the same.
    world.platform.choices.over_bandwidth = Breach::Accept;
    let id = world.raw_online(&static_options());
    for byte in &giant {
        world.platform.receive(world.now, id, &[*byte]);
    }
    world.settle();
    assert_eq!(world.taken().len(), 1);
}

#[test]
fn unfinished_packets_of_many_connections_have_their_bound() {
    let mut world = World::new();
    let part = &publish_of(&upload(), limits::PACKET_SIZE)[..200_000];
    let fit = MAX_UNREAD / 200_200;
    let ids: Vec<_> = (0..fit + 3).map(|_| world.raw()).collect();
    for id in &ids {
        world.send_raw(*id, part);
        assert_bounded(&world.platform);
    }
    assert_eq!(ids.iter().filter(|id| world.is_closed(**id)).count(), 3);
    // What is complete needs no room, and what is cut gives it back.
    assert_alive_among_others(&mut world);
    world.break_raw(ids[0]);
    let id = world.raw();
    world.send_raw(id, part);
    assert!(!world.is_closed(id));
    world.run(CONNECT_DEADLINE);
    assert_eq!(world.platform.usage().unread, 0);
}

#[test]
fn a_device_that_acknowledges_nothing_has_a_queue_and_no_more() {
    let mut world = World::new();
    world.platform.choices.over_rate = Breach::Accept;
    world.platform.choices.over_bandwidth = Breach::Accept;
    world
        .platform
        .change_product(PRODUCT, |product| drop(product.forwards.insert("upload".into(), "set".into())))
        .unwrap();
    let id = world.raw_online(&static_options());
    world.send_raw(id, &subscribe(1, &set(), QoS::AtLeastOnce));
    // What is sent on has the QoS with which it came.
    let message = publish(&upload(), &[b'x'; 100_000], QoS::AtLeastOnce, 2);
    for _ in 0..1000 {
        world.platform.receive(world.now, id, &message);
        while world.platform.poll().is_some() {}
    }
    assert_eq!(world.platform.waiting(&device()), limits::QUEUE_LENGTH);
    assert_bounded(&world.platform);
    assert_eq!(world.failures().iter().filter(|why| **why == Why::QueueFull).count(), 900);
    assert_alive(&mut world);
}

#[test]
fn a_flood_into_a_delay_has_its_bound() {
    let mut world = World::new();
    world.platform.choices.over_bandwidth = Breach::Accept;
    world.platform.choices.service_delay = seconds(3600);
    world.platform.choices.over_rate = Breach::Accept;
    let id = world.raw_online(&static_options());
    world.platform.faults.delay = seconds(3600);
    let get = publish(&SystemTopic::ShadowGet.of(&device()), b"{}", QoS::AtMostOnce, 0);
    for _ in 0..300 {
        world.platform.receive(world.now, id, &get.repeat(1000));
        world.platform.receive(world.now, id, &pingreq().repeat(1000));
    }
    let usage = world.platform.usage();
    assert!(usage.timers <= 10 && usage.on_the_way <= MAX_ON_THE_WAY, "{usage:?}");
    world.platform.receive(world.now, id, &pingreq().repeat(200_000));
    world.settle();
    assert!(world.is_closed(id));
    world.run(seconds(3600));
    assert_eq!(world.platform.usage().on_the_way, 0);
}

#[test]
fn topics_and_services_do_not_grow_with_what_a_device_invents() {
    let mut world = World::new();
    world.platform.choices.over_rate = Breach::Accept;
    world.platform.choices.over_bandwidth = Breach::Accept;
    let all = CustomTopic { rest: "#".into(), permission: Permission::Sub, broadcast: false };
    world.platform.define_topics(PRODUCT, vec![all]).unwrap();
    let id = world.raw_online(&static_options());
    for n in 0..300_u32 {
        let topic = format!("/{PRODUCT}/{DEVICE}/{n}");
        world.platform.receive(world.now, id, &subscribe(1, &topic, QoS::AtMostOnce));
        let reply = SystemTopic::command_reply_of(&device(), &n.to_string());
        world.platform.receive(world.now, id, &publish(&reply, b"{}", QoS::AtMostOnce, 0));
        let update = format!(
            r#"{{"Method":"update","State":{{"Reported":{{"key{n}":"{}"}}}},"Version":-1}}"#,
            "x".repeat(2000)
        );
        let topic = SystemTopic::ShadowUpstream.of(&device());
        world.platform.receive(world.now, id, &publish(&topic, update.as_bytes(), QoS::AtMostOnce, 0));
        while world.platform.poll().is_some() {}
    }
    assert_bounded(&world.platform);
    let known = world.platform.registry().device(&device()).unwrap();
    let reported = serde_json::to_vec(known.shadow.reported()).unwrap().len();
    assert!(reported <= 2 * limits::PACKET_SIZE, "the shadow has {reported} bytes");
    assert_alive(&mut world);
}

#[test]
fn two_devices_with_one_credential_kick_each_other_without_end_and_without_harm() {
    let mut world = World::new();
    let auto = ConnectOptions { auto_reconnect: true, ..static_options() };
    let (one, two) = (world.add(&auto), world.add(&auto));
    world.connect(one);
    world.connect(two);
    world.run(seconds(3600));
    // Our session gives up after three such ends; the platform has one of them, or none.
    let online = [one, two].iter().filter(|who| world.state(**who) == State::Online).count();
    assert!(online <= 1);
    assert!(world.ends().iter().all(|why| *why == Why::SameClientId));
    assert!(world.ends().len() >= 3, "{:?}", world.ends());
    assert_alive(&mut world);
    let refused = options(&device(), AuthMode::Static, "wrongsecret00001");
    assert_eq!(world.try_connect(&refused), Some(Code::BadUserNameOrPassword));
}
