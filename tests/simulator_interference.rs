//! Faults in which somebody else has a hand: edits of a shadow that come first, a second client with the same credential, a
//! broker that is restarted; and that changed faults hold at once.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use serde_json::{Value, json};
use simulated::raw::{millis, seconds, subscribe};
use simulated::*;
use uiot_testbench::mqtt::{ConnectOptions, QoS, State};
use uiot_testbench::simulator::{DeviceState, Faults, InjectedFault, ShadowConflict, Why};
use uiot_testbench::uiot::{AuthMode, SystemTopic};

fn conflicts(which: ShadowConflict) -> Option<Faults> {
    Some(Faults { shadow_conflict: Some(which), ..Faults::default() })
}

fn rival_after(span: std::time::Duration) -> Option<Faults> {
    Some(Faults { rival_every: Some(span), ..Faults::default() })
}

/// A device that hears what its shadow's edits come to.
fn with_shadow() -> (World, Handle) {
    let (mut world, handle) = World::online();
    world.listen(handle, &device(), SystemTopic::ShadowDownstream);
    (world, handle)
}

/// Edits the shadow as the device, and returns RetCode and version of the answer.
fn edit(world: &mut World, handle: Handle, version: i64) -> (i64, i64) {
    let edit = json!({ "Method": "update", "State": { "Reported": { "a": 1 } }, "Version": version });
    world.say(handle, &device(), SystemTopic::ShadowUpstream, edit.to_string());
    let answer = world.answer(handle, &SystemTopic::ShadowDownstream.of(&device()));
    let number = |value: &Value| value.as_i64().unwrap();
    (number(&answer["Payload"]["RetCode"]), number(&answer["Version"]))
}

#[test]
fn the_next_edit_meets_a_conflict_and_the_one_after_it_is_taken() {
    let (mut world, handle) = with_shadow();
    world.platform.set_faults(world.now, None, conflicts(ShadowConflict::Next));
    assert_eq!(edit(&mut world, handle, 7), (100_026, 0), "one that comes too late anyway does not count");
    assert!(world.injected().is_empty());
    assert_eq!(edit(&mut world, handle, 0), (100_026, 1));
    assert_eq!(world.injected(), [InjectedFault::ShadowConflict]);
    assert_eq!(edit(&mut world, handle, 1), (0, 2));
    assert_eq!(world.platform.faults, Faults::default());
}

#[test]
fn every_edit_meets_a_conflict_until_the_fault_ends() {
    let (mut world, handle) = with_shadow();
    world.platform.set_faults(world.now, Some(&device()), conflicts(ShadowConflict::Every));
    let mut version = 0;
    for _ in 0..5 {
        let (code, at) = edit(&mut world, handle, version);
        assert_eq!((code, at), (100_026, version + 1));
        version = at;
    }
    world.platform.set_faults(world.now, Some(&device()), None);
    assert_eq!(edit(&mut world, handle, version), (0, version + 1));
    assert_eq!(world.injected().len(), 5);
}

#[test]
fn a_rival_kicks_the_device_out_as_any_second_client_does() {
    let (mut world, handle) = World::online();
    world.platform.set_faults(world.now, None, rival_after(seconds(2)));
    world.run(millis(1_999));
    assert_eq!(world.state(handle), State::Online);
    world.run(millis(1));
    assert_eq!(world.state(handle), State::Offline);
    assert_eq!(world.ends(), [Why::SameClientId]);
    assert_eq!(world.injected(), [InjectedFault::Rival]);
    // It has the connection, and stays; nothing that it is sent leaves the platform.
    world.run(seconds(3_600));
    assert!(world.platform.is_connected(&device()));
    world.connect(handle);
    assert_eq!(world.state(handle), State::Online);
    assert_eq!(world.ends(), [Why::SameClientId, Why::SameClientId], "now the rival was kicked out");
    world.run(seconds(2));
    assert_eq!(world.state(handle), State::Offline);
    // It leaves when the fault ends.
    world.platform.set_faults(world.now, None, None);
    assert_eq!(world.ends().last(), Some(&Why::SentDisconnect));
    assert_eq!((world.platform.connections(), world.platform.wake_at()), (0, None));
}

#[test]
fn a_device_that_always_comes_back_recognises_the_duel() {
    let mut world = World::new();
    world.platform.set_faults(world.now, Some(&device()), rival_after(seconds(2)));
    let handle = world.add(&ConnectOptions { auto_reconnect: true, ..static_options() });
    world.connect(handle);
    world.run(seconds(300));
    let cause = world.session(handle).state();
    assert_eq!(cause, State::Offline, "it stopped by itself");
    assert!(world.injected().len() > 1);
}

#[test]
fn where_the_first_one_stays_the_rival_is_refused_each_time() {
    let (mut world, handle) = World::online();
    world.platform.choices.newcomer_wins = false;
    world.platform.set_faults(world.now, None, rival_after(seconds(10)));
    world.run(seconds(35));
    assert_eq!(world.state(handle), State::Online);
    assert_eq!(world.refusals(), [(2, Why::SameClientId); 3]);
    assert_eq!(world.platform.connections(), 1);
}

#[test]
fn a_fault_taken_back_in_time_does_not_happen() {
    let (mut world, handle) = World::online();
    let faults = Faults {
        rival_every: Some(seconds(5)),
        cut_after: Some(seconds(6)),
        withhold_pingresp: true,
        ..Faults::default()
    };
    assert_eq!(faults.count(), 3);
    world.platform.set_faults(world.now, None, Some(faults.clone()));
    world.run(seconds(4));
    // Another fault moves neither of the two.
    world.platform.set_faults(world.now, None, Some(Faults { withhold_pingresp: false, ..faults }));
    world.run(millis(900));
    assert_eq!(world.state(handle), State::Online);
    world.platform.set_faults(world.now, None, None);
    world.run(seconds(600));
    assert_eq!((world.state(handle), world.injected()), (State::Online, Vec::new()));
}

#[test]
fn a_cut_that_is_set_now_holds_for_connections_that_are_up() {
    let (mut world, handle) = World::online();
    let second = world.connected(&options(&other(), AuthMode::Static, SECRET));
    world.run(seconds(100));
    let faults = Faults { cut_after: Some(seconds(3)), ..Faults::default() };
    world.platform.set_faults(world.now, Some(&device()), Some(faults));
    world.run(millis(2_999));
    assert_eq!(world.state(handle), State::Online);
    world.run(millis(1));
    assert_eq!((world.state(handle), world.state(second)), (State::Offline, State::Online));
}

#[test]
fn a_restart_cuts_every_connection_and_keeps_the_sessions_that_last() {
    let set = format!("/{PRODUCT}/{DEVICE}/set");
    let mut world = World::new();
    let lasting = ConnectOptions { clean_session: false, ..static_options() };
    let id = world.raw_connect(&lasting);
    world.send_raw(id, &subscribe(1, &set, QoS::AtLeastOnce));
    let second = world.connected(&options(&other(), AuthMode::Static, SECRET));
    assert_eq!(world.platform.restart_broker(world.now), 2);
    world.settle();
    assert!(world.is_closed(id));
    assert_eq!(world.state(second), State::Offline);
    assert_eq!((world.platform.connections(), world.injected()), (0, vec![InjectedFault::Restart]));
    let state = |world: &World| world.platform.registry().device(&device()).unwrap().state();
    assert_eq!(state(&world), DeviceState::Offline);
    world.platform.publish(world.now, &device(), &set, "waits", QoS::AtLeastOnce).unwrap();
    let again = world.raw_connect(&lasting);
    let packets = world.packets(again);
    assert_eq!(packets.len(), 2, "its session is there, and the message: {packets:?}");
    assert_eq!(state(&world), DeviceState::Online);
    assert_eq!(world.platform.registry().device(&device()).unwrap().since, Some(world.now));
}

#[test]
fn a_fault_of_its_own_that_is_over_leaves_the_device_to_those_of_all() {
    let (mut world, handle) = with_shadow();
    world.platform.set_faults(world.now, Some(&device()), conflicts(ShadowConflict::Next));
    let all = Faults { withhold_pingresp: true, ..Faults::default() };
    world.platform.set_faults(world.now, None, Some(all.clone()));
    assert_eq!(edit(&mut world, handle, 0), (100_026, 1));
    assert_eq!(world.platform.faults_of(Some(&device())), &all);
    // Somebody who set none on purpose is left alone.
    world.platform.set_faults(world.now, Some(&device()), Some(Faults::default()));
    assert_eq!(edit(&mut world, handle, 1), (0, 2));
    assert_eq!(world.platform.faults_of(Some(&device())), &Faults::default());
}

#[test]
fn a_delay_that_ends_lets_go_what_it_held() {
    let (mut world, handle) = with_shadow();
    let slow = Faults { delay: seconds(60), ..Faults::default() };
    world.platform.set_faults(world.now, None, Some(slow));
    let edit = json!({ "Method": "update", "State": { "Reported": { "a": 1 } }, "Version": 0 });
    world.say(handle, &device(), SystemTopic::ShadowUpstream, edit.to_string());
    world.run(seconds(2));
    assert!(world.inbox(handle).is_empty());
    world.platform.set_faults(world.now, None, Some(Faults::default()));
    world.run(millis(1));
    assert_eq!(world.inbox(handle).len(), 1);
}
