//! Simulated property values: their sources, their times, and what keeps them within the platform's limit.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::time::Duration;

use serde_json::{Value, json};
use uiot_testbench::mqtt::Moment;
use uiot_testbench::payload::{JsonFault, PayloadError, Place};
use uiot_testbench::uiot::model::DataType;
use uiot_testbench::uiot::model::reducer::{RequestIds, ThingModel};
use uiot_testbench::uiot::model::simulation::{
    MOST_POINTS, PLANS, Plan, RATE, ReplayFault, ReplayPoint, Simulation, Source, Stop, read_replay,
};
use uiot_testbench::uiot::services::Services;
use uiot_testbench::uiot::{Credential, limits};

const SECOND: Duration = Duration::from_secs(1);

fn device() -> Credential {
    Credential { product_sn: "abcdefgh12345678".into(), device_sn: "dev-01".into() }
}

fn data_type(json: Value) -> DataType {
    serde_json::from_value(json).unwrap()
}

fn float() -> DataType {
    data_type(json!({"Type":"float32","Spec":{"Max":60,"Min":-20,"Step":0.1}}))
}

fn plan(source: Source, interval: u64) -> Plan {
    Plan { source, interval: Duration::from_millis(interval), data_type: float(), seed: 7 }
}

fn at(millis: u64) -> Moment {
    Moment::from_millis(millis)
}

/// What was reported and when, in milliseconds: the whole `Property` of each message.
fn run(simulation: &mut Simulation, until: u64) -> Vec<(u64, Value)> {
    let mut model = ThingModel::new(device(), RequestIds::new("t", 1));
    let mut said = Vec::new();
    while let Some(due) = simulation.next_due().filter(|due| *due < at(until)) {
        if let Some(message) = simulation.woken(due, &mut model) {
            assert!(message.topic.ends_with("/tmodel/property/post"), "{}", message.topic);
            let mut body: Value = serde_json::from_slice(&message.payload).unwrap();
            said.push((due.as_micros() / 1000, body["Property"].take()));
        }
    }
    said
}

/// The values of one property with this source, once a second.
fn values(source: Source, data_type: DataType, count: u64) -> Vec<Value> {
    let mut simulation = Simulation::default();
    assert!(simulation.start(at(0), "p", Plan { data_type, ..plan(source, 1000) }));
    run(&mut simulation, count * 1000).into_iter().map(|(_, said)| said["p"]["Value"].clone()).collect()
}

#[test]
fn a_constant_stays_what_it_is() {
    let value = json!({"speed": 2, "note": "x"});
    assert_eq!(values(Source::Constant(value.clone()), float(), 3), [value.clone(), value.clone(), value]);
}

#[test]
fn a_ramp_climbs_or_falls_to_its_end_and_begins_again() {
    let ramp = |from, to, step| Source::Ramp { from, to, step };
    assert_eq!(json!(values(ramp(0.0, 0.3, 0.1), float(), 6)), json!([0, 0.1, 0.2, 0.3, 0, 0.1]));
    assert_eq!(json!(values(ramp(5.0, 0.0, -2.0), float(), 5)), json!([5, 3, 1, 0, 5]));
    assert_eq!(json!(values(ramp(5.0, 9.0, 0.0), float(), 2)), json!([5, 5]));
}

#[test]
fn a_sine_swings_between_its_bounds_by_the_time() {
    let sine = Source::Sine { min: 10.0, max: 30.0, period: SECOND * 4 };
    assert_eq!(json!(values(sine, float(), 5)), json!([20, 30, 20, 10, 20]));
}

#[test]
fn a_random_walk_keeps_its_bounds_and_its_steps_and_repeats_with_its_seed() {
    let walk = Source::Walk { min: 20.0, max: 24.0, step: 0.5 };
    let walked = values(walk.clone(), float(), 500);
    let floats: Vec<f64> = walked.iter().map(|value| value.as_f64().unwrap()).collect();
    assert!(floats.iter().all(|value| (20.0..=24.0).contains(value)));
    // Rounding to the type's step comes on top.
    assert!(floats.windows(2).all(|pair| (pair[1] - pair[0]).abs() <= 0.61), "{floats:?}");
    assert!(floats.iter().any(|value| *value > 23.0) && floats.iter().any(|value| *value < 21.0));
    assert_eq!(walked, values(walk.clone(), float(), 500));
    let mut other = Simulation::default();
    other.start(at(0), "p", Plan { seed: 8, ..plan(walk, 1000) });
    let others: Vec<_> =
        run(&mut other, 500_000).into_iter().map(|(_, said)| said["p"]["Value"].clone()).collect();
    assert_ne!(walked, others);
}

#[test]
fn a_list_goes_round() {
    let list = Source::List(vec![json!(0), json!("a"), json!([1])]);
    assert_eq!(json!(values(list, float(), 4)), json!([0, "a", [1], 0]));
    assert_eq!(json!(values(Source::List(Vec::new()), float(), 1)), json!([null]));
}

#[test]
fn a_replay_keeps_the_times_of_its_recording_and_ends() {
    let points = read_replay("1700000000000,20.5\n1700000000250,21\n1700000003000,\"x\"").unwrap();
    let mut simulation = Simulation::default();
    simulation.start(at(500), "p", plan(Source::Replay(points), 1000));
    let said = run(&mut simulation, 60_000);
    let said: Vec<_> = said.into_iter().map(|(time, said)| (time, said["p"]["Value"].clone())).collect();
    assert_eq!(said, [(500, json!(20.5)), (750, json!(21)), (3500, json!("x"))]);
    let progress = simulation.progress("p").unwrap();
    assert_eq!((progress.sent, progress.held, progress.stopped), (3, 0, Some(Stop::Over)));
    assert!(!simulation.is_running());
}

#[test]
fn numbers_become_what_the_type_knows_but_may_leave_its_range() {
    let integer = data_type(json!({"Type":"int32","Spec":{"Max":10,"Min":0,"Step":5}}));
    let ramp = Source::Ramp { from: 0.0, to: 20.0, step: 4.0 };
    assert_eq!(json!(values(ramp.clone(), integer, 6)), json!([0, 5, 10, 10, 15, 20]));
    let bit = data_type(json!({"Type":"bool"}));
    let sine = Source::Sine { min: 0.0, max: 1.0, period: SECOND * 4 };
    assert_eq!(json!(values(sine, bit, 4)), json!([1, 1, 1, 0]));
    let item = data_type(json!({"Type":"enum","Spec":{"0":"a","8":"b"}}));
    assert_eq!(json!(values(ramp, item, 4)), json!([0, 0, 8, 8]));
}

#[test]
fn what_is_due_at_the_same_time_goes_out_in_one_message() {
    let mut simulation = Simulation::default();
    simulation.start(at(0), "fast", plan(Source::Constant(json!(1)), 1000));
    // Begun between two of the other's values, and of another length: they meet all the same.
    let mut said = run(&mut simulation, 1500);
    simulation.start(at(1500), "slow", plan(Source::Constant(json!(2)), 2000));
    said.extend(run(&mut simulation, 6500));
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join("+");
    let said: Vec<_> = said.iter().map(|(time, said)| (*time, keys(said))).collect();
    let expected = [
        (0, "fast"),
        (1000, "fast"),
        (1500, "slow"),
        (2000, "fast+slow"),
        (3000, "fast"),
        (4000, "fast+slow"),
        (5000, "fast"),
        (6000, "fast+slow"),
    ];
    assert_eq!(said, expected.map(|(time, keys)| (time, keys.to_owned())));
}

#[test]
fn never_more_messages_than_the_platform_takes_go_out_in_any_second() {
    let mut simulation = Simulation::default();
    for (identifier, interval) in [("a", 10), ("b", 17), ("c", 400)] {
        simulation.start(at(0), identifier, plan(Source::Constant(json!(1)), interval));
    }
    assert!(!simulation.is_holding_back(at(0)));
    let times: Vec<_> = run(&mut simulation, 10_000).into_iter().map(|(time, _)| time).collect();
    for window in times.windows(RATE + 1) {
        assert!(window[RATE] - window[0] >= 1000, "{window:?}");
    }
    const { assert!(RATE < limits::PUBLISH_RATE) };
    assert!(times.len() > 9 * RATE, "{}", times.len());
    assert!(simulation.is_holding_back(at(10_000)));
    let [a, b] = ["a", "b"].map(|identifier| simulation.progress(identifier).unwrap().clone());
    assert_eq!(a.sent + a.held, 1000);
    assert!(a.held > 0 && b.held > 0);
}

#[test]
fn values_that_came_too_late_are_not_made_up_for() {
    let mut model = ThingModel::new(device(), RequestIds::new("t", 1));
    let mut simulation = Simulation::default();
    simulation.start(at(0), "p", plan(Source::Constant(json!(1)), 1000));
    let points = vec![(0, 1), (1000, 2), (2000, 3), (9000, 4)];
    let points = points
        .into_iter()
        .map(|(after, value)| ReplayPoint { after: Duration::from_millis(after), value: json!(value) });
    simulation.start(at(0), "r", plan(Source::Replay(points.collect()), 1000));
    assert!(simulation.woken(at(0), &mut model).is_some());
    // The page slept for five seconds.
    let message = simulation.woken(at(5300), &mut model).unwrap();
    let body: Value = serde_json::from_slice(&message.payload).unwrap();
    assert_eq!(body["Property"], json!({"p": {"Value": 1}, "r": {"Value": 3}}));
    assert_eq!(simulation.woken(at(5300), &mut model), None);
    assert_eq!(simulation.next_due(), Some(at(6000)));
    assert_eq!(simulation.progress("p").unwrap().held, 4);
    assert_eq!(simulation.progress("r").unwrap().held, 1);
}

#[test]
fn each_can_be_stopped_and_all_of_them() {
    let mut simulation = Simulation::default();
    for identifier in ["a", "b", "c"] {
        simulation.start(at(0), identifier, plan(Source::Constant(json!(1)), 1000));
    }
    simulation.stop("a");
    assert_eq!(simulation.progress("a").unwrap().stopped, Some(Stop::Asked));
    assert_eq!(run(&mut simulation, 1000)[0].1, json!({"b": {"Value": 1}, "c": {"Value": 1}}));
    simulation.remove("b");
    assert_eq!(simulation.progress("b"), None);
    simulation.stop_all();
    assert_eq!((simulation.is_running(), simulation.next_due()), (false, None));
    assert_eq!(simulation.progress("c").unwrap().last, Some(json!(1)));
}

#[test]
fn there_are_so_many_plans() {
    let mut simulation = Simulation::default();
    for index in 0..PLANS {
        assert!(simulation.start(at(0), &format!("p{index}"), plan(Source::Constant(json!(1)), 1000)));
    }
    assert!(!simulation.start(at(0), "more", plan(Source::Constant(json!(1)), 1000)));
    assert!(simulation.start(at(0), "p0", plan(Source::Constant(json!(2)), 1000)));
}

#[test]
fn intervals_are_kept_within_bounds() {
    let mut simulation = Simulation::default();
    simulation.start(at(0), "p", plan(Source::Constant(json!(1)), 0));
    let times: Vec<_> = run(&mut simulation, 50).into_iter().map(|(time, _)| time).collect();
    assert_eq!(times, [0, 10, 20, 30, 40]);
}

#[test]
fn the_services_report_it_and_a_lost_connection_stops_it() {
    let mut services = Services::new(device(), "t");
    services.simulation.start(at(0), "p", plan(Source::Constant(json!(1)), 1000));
    assert_eq!(services.next_due(), Some(at(0)));
    services.woken(at(0));
    let report = services.poll().unwrap();
    let body: Value = serde_json::from_slice(&report.payload).unwrap();
    assert_eq!(body["Property"], json!({"p": {"Value": 1}}));
    assert_eq!(services.model.properties()["p"].value, json!(1));
    services.disconnected();
    assert_eq!(services.simulation.progress("p").unwrap().stopped, Some(Stop::Disconnected));
    services.woken(at(5000));
    assert_eq!(services.poll(), None);
}

#[test]
fn a_recording_is_read_in_each_form() {
    let expected = vec![
        ReplayPoint { after: Duration::ZERO, value: json!(1) },
        ReplayPoint { after: Duration::from_millis(500), value: json!("low") },
        ReplayPoint { after: Duration::from_millis(500), value: json!({"speed": 2}) },
    ];
    for text in [
        "100,1\n600,low\n600,{\"speed\":2}",
        "\u{feff}Time;Value\r\n100;1\r\n600;\"low\"\r\n\r\n600;{\"speed\":2}\r\n",
        "100\t1\n600\tlow\n600\t{\"speed\":2}",
        "[[100,1],[600,\"low\"],[600,{\"speed\":2}]]",
        r#"[{"Time":100,"Value":1},{"Value":"low","Time":600},{"Time":600,"Value":{"speed":2}}]"#,
        "{\"Time\":100,\"Value\":1}\n{\"Time\":600,\"Value\":\"low\"}\n{\"Time\":600,\"Value\":{\"speed\":2}}",
    ] {
        assert_eq!(read_replay(text).as_ref(), Ok(&expected), "{text}");
    }
}

#[test]
fn a_damaged_recording_is_told_with_its_line() {
    for (text, fault) in [
        ("", ReplayFault::Empty),
        ("Time,Value", ReplayFault::Empty),
        ("100,1\nx,2", ReplayFault::NoTime(2)),
        ("100,1\n-5,2", ReplayFault::NoTime(2)),
        ("100,1\n\n200,", ReplayFault::NoValue(3)),
        ("100,1\n99,2", ReplayFault::Backwards(2)),
        ("[[100,1],[200]]", ReplayFault::NoValue(2)),
        ("[7]", ReplayFault::NoTime(1)),
        ("[{\"Time\":\"100\",\"Value\":1}]", ReplayFault::NoTime(1)),
        (
            "[[100,1],\n]",
            ReplayFault::Json(PayloadError::Json(JsonFault::ExpectedValue, Place { line: 2, column: 1 })),
        ),
    ] {
        assert_eq!(read_replay(text), Err(fault), "{text}");
    }
    let many: String = (0..=MOST_POINTS).map(|time| format!("{time},1\n")).collect();
    assert_eq!(read_replay(&many), Err(ReplayFault::TooMuch));
    assert_eq!(read_replay(&" ".repeat(1 << 21)), Err(ReplayFault::TooMuch));
}
