//! One scenario in three places: here, with the session of ours; in `end2end/tests/foreign-clients.spec.ts` under the same
//! name over a real socket, with MQTT.js and with Paho.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod simulated;

use serde_json::{Value, json};
use simulated::*;
use uiot_testbench::mqtt::{QoS, State};
use uiot_testbench::simulator::demo;
use uiot_testbench::simulator::services::model::{CallEnd, CommandKind};
use uiot_testbench::uiot::{RetCode, SystemTopic, limits};

fn object(value: Value) -> serde_json::Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[test]
fn the_demo_device_reports_keeps_a_shadow_and_answers_a_command() {
    let mut world = World::new();
    let demo = demo::install(&mut world.platform, world.now);
    let who = demo.credential;
    let static_login = options(&who, uiot_testbench::uiot::AuthMode::Static, demo.secret.expose());
    let device = world.connected(&static_login);
    assert_eq!(world.state(device), State::Online);
    use SystemTopic as T;
    for topic in [T::PropertyPostReply, T::ShadowGetReply, T::ShadowDownstream, T::Command] {
        world.listen(device, &who, topic);
    }

    let post =
        json!({ "RequestID": "1", "Property": { "temperature": { "Value": 23.5 }, "mode": { "Value": 1 } } });
    world.say(device, &who, T::PropertyPost, post.to_string());
    let reply = world.answer(device, &T::PropertyPostReply.of(&who));
    assert_eq!((&reply["RequestID"], &reply["RetCode"]), (&json!("1"), &json!(0)));
    let known = world.platform.registry().device(&who).unwrap();
    assert_eq!(known.model.values()["temperature"].value, json!(23.5));

    world.say(device, &who, T::ShadowGet, json!({ "Method": "get" }).to_string());
    let version = world.answer(device, &T::ShadowGetReply.of(&who))["Version"].as_i64().unwrap();
    let update =
        json!({ "Method": "update", "State": { "Reported": { "brightness": 40 } }, "Version": version });
    world.say(device, &who, T::ShadowUpstream, update.to_string());
    let reply = world.answer(device, &T::ShadowDownstream.of(&who));
    assert_eq!((&reply["Method"], &reply["Payload"]["RetCode"]), (&json!("reply"), &json!(0)));
    assert_eq!(reply["Version"], json!(version + 1));

    let kind = CommandKind::Sync(limits::COMMAND_TIMEOUT);
    let input = object(json!({ "level": 2 }));
    let request_id = world.platform.send_command(world.now, &who, "self_test", input, kind).unwrap();
    world.settle();
    let command = world.answer(device, &T::Command.of(&who));
    assert_eq!(command["RequestID"], json!(request_id));
    assert_eq!((&command["Identifier"], &command["Input"]), (&json!("self_test"), &json!({ "level": 2 })));
    let output = json!({ "result": 1, "duration": 1200 });
    let answer =
        json!({ "RetCode": 0, "RequestID": request_id, "Identifier": "self_test", "Output": output });
    let topic = T::command_reply_of(&who, &request_id);
    world.publish(device, &topic, answer.to_string(), QoS::AtLeastOnce).unwrap();
    let known = world.platform.registry().device(&who).unwrap();
    let end = &known.model.end_of(&request_id).unwrap().end;
    assert_eq!(*end, CallEnd::Answered { code: RetCode::SUCCESS, output: object(output) });
}
