//! The device's side and the platform's side, one against the other.

use super::*;
use crate::uiot::shadow::{Change, Lost, Shadow};

/// The topic of a message that the device wants published.
fn topic_of(topic: &str) -> SystemTopic {
    let suffix = topic.strip_prefix("/$system/70ly1tvowt696r15/00:14:32:e1:72:f1/").unwrap();
    SystemTopic::from_suffix(suffix).unwrap().0
}

/// A random run: edits of each kind, wishes of the cloud, several at a time, in both directions some lost. Whatever happens,
/// the device ends up with the platform's document as soon as it asks for it, and nothing is left waiting.
#[test]
fn the_device_finds_its_way_back_whatever_is_lost() {
    let mut conflicts = 0;
    for seed in 0..200 {
        let mut random = Random::new(seed);
        let loss = if seed % 2 == 0 { 0.0 } else { 0.2 };
        let (mut rig, mut shadow) = (Rig::new(), Shadow::new(device()));
        rig.shadow().set_version(if seed % 5 == 0 { i32::MAX - 3 } else { 0 });
        let mut now = Moment::ZERO;
        for _ in 0..30 {
            let mut down = Vec::new();
            for _ in 0..=random.number() % 3 {
                let key = format!("k{}", random.number() % 4);
                let value = values(json!({ key.clone(): random.number() % 10 }));
                let outgoing = match random.number() % 9 {
                    0 => shadow.get(now),
                    1 => shadow.reset_version(now, value),
                    2 => shadow.delete(now, [key]),
                    3 => shadow.delete_all(now),
                    4 => shadow.accept_desired(now),
                    5 => shadow.accept_with(now, value),
                    6 => {
                        down.extend(rig.desire(Value::Object(value)).1.sent);
                        continue;
                    }
                    _ => shadow.update(now, value),
                };
                if !random.happens(loss) {
                    down.extend(rig.receive(topic_of(&outgoing.topic), &outgoing.payload).sent);
                }
            }
            for (topic, message) in down {
                if !random.happens(loss) {
                    let change = shadow.receive(topic, message.to_string().as_bytes()).unwrap();
                    conflicts += usize::from(matches!(change, Change::Conflict(_)));
                }
            }
            if loss == 0.0 && !shadow.in_doubt() {
                assert_eq!(shadow.version(), rig.shadow().version(), "seed {seed}");
                assert_eq!(shadow.reported(), rig.shadow().reported(), "seed {seed}");
                assert_eq!(shadow.desired(), rig.shadow().desired(), "seed {seed}");
                assert_eq!(shadow.under_way().count(), 0);
            }
            now = now + std::time::Duration::from_secs(1);
            shadow.time_out(now);
        }
        now = now + crate::uiot::shadow::ANSWER_TIME;
        shadow.time_out(now);
        assert_eq!((shadow.under_way().count(), shadow.gets_under_way()), (0, 0));
        assert!(loss > 0.0 || shadow.take_lost().is_empty());

        let outgoing = shadow.get(now);
        let document = rig.receive(topic_of(&outgoing.topic), &outgoing.payload).answer().to_string();
        let change = shadow.receive(SystemTopic::ShadowGetReply, document.as_bytes()).unwrap();
        assert_eq!(change, Change::Fetched { asked: true });
        assert!(!shadow.in_doubt());
        let last = shadow.update(now, values(json!({"end": 1})));
        let answer = rig.receive(topic_of(&last.topic), &last.payload).answer().to_string();
        let change = shadow.receive(SystemTopic::ShadowDownstream, answer.as_bytes()).unwrap();
        assert!(matches!(change, Change::Accepted(_)), "seed {seed}: {change:?}");
        assert_eq!(shadow.reported(), rig.shadow().reported());
    }
    assert!(conflicts > 100, "{conflicts}");
}

#[test]
fn a_device_that_never_asks_is_put_right_by_one_conflict() {
    let (mut rig, mut shadow) = (Rig::new(), Shadow::new(device()));
    rig.report(json!({"a": 1}));
    rig.report(json!({"b": 2}));
    let mut exchange = |outgoing: crate::uiot::Outgoing| {
        let answer = rig.receive(topic_of(&outgoing.topic), &outgoing.payload).answer().to_string();
        answer.into_bytes()
    };
    let answer = exchange(shadow.update(Moment::ZERO, values(json!({"a": 3}))));
    let change = shadow.receive(SystemTopic::ShadowDownstream, &answer).unwrap();
    assert!(matches!(change, Change::Conflict(Some(_))));
    assert_eq!((shadow.version(), shadow.reported()), (2, &values(json!({"a": 1, "b": 2}))));
    let again = shadow.retry(Moment::ZERO).unwrap();
    let answer = exchange(again);
    assert!(matches!(shadow.receive(SystemTopic::ShadowDownstream, &answer), Ok(Change::Accepted(_))));
    assert_eq!((shadow.version(), shadow.reported()), (3, &values(json!({"a": 3, "b": 2}))));
    assert_eq!(shadow.take_lost(), Vec::<Lost>::new());
}

#[test]
fn each_shape_of_an_error_is_understood() {
    for shape in [ErrorReply::Reply, ErrorReply::Bare] {
        let (mut rig, mut shadow) = (Rig::new(), Shadow::new(device()));
        rig.choices().error_reply = shape;
        rig.choices().error_message = true;
        rig.choices().depth = Some(1);
        let outgoing = shadow.update(Moment::ZERO, values(json!({"a": {"b": 1}})));
        let answer = rig.receive(topic_of(&outgoing.topic), &outgoing.payload).answer().to_string();
        let change = shadow.receive(SystemTopic::ShadowDownstream, answer.as_bytes()).unwrap();
        let Change::Refused { edit: Some(_), code: RetCode::PARAMETER_WRONG, message: Some(message) } =
            change
        else {
            panic!("{change:?}")
        };
        assert_eq!(message, Fault::TooDeep.to_string());

        rig.registry.product_mut(&device().product_sn).unwrap().shadow = false;
        let outgoing = shadow.get(Moment::ZERO);
        let answer = rig.receive(topic_of(&outgoing.topic), &outgoing.payload).answer().to_string();
        let change = shadow.receive(SystemTopic::ShadowGetReply, answer.as_bytes()).unwrap();
        assert!(matches!(change, Change::GetRefused { code: RetCode::SHADOW_DISABLED, message: Some(_) }));
    }
}
