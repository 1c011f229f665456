//! What the device keeps of its model and its values: where a model comes from, how a value went, what became of a request.

use std::sync::Arc;

use super::*;
use uiot_testbench::uiot::RetCode;
use uiot_testbench::uiot::model::Template;
use uiot_testbench::uiot::model::build::Part;
use uiot_testbench::uiot::model::reducer::{Asked, Origin, RequestEnd};

fn own() -> Arc<Template> {
    let mut template = Template::default();
    template.add(Part::Property("int32"));
    Arc::new(template)
}

#[test]
fn a_model_of_ones_own_holds_until_the_platform_sends_one() {
    let mut model = model();
    assert_eq!((model.template(), model.template_revision()), (None, 0));
    model.use_template(Some(own()), Origin::Person);
    assert_eq!(model.template(), Some(&*own()));
    assert_eq!((model.template_origin(), model.template_revision()), (Origin::Person, 1));

    model.get_template(Moment::ZERO);
    let refused = json!({"RequestID": "100", "RetCode": 100_003});
    come(&mut model, SECONDS[1], T::TemplateGetReply, &refused).unwrap();
    assert_eq!((model.template(), model.template_revision()), (Some(&*own()), 1));

    model.get_template(SECONDS[1]);
    let damaged = json!({"RequestID": "101", "RetCode": 0, "Template": {"Property": 1}});
    assert!(come(&mut model, SECONDS[2], T::TemplateGetReply, &damaged).is_err());
    assert_eq!((model.template(), model.template_revision()), (Some(&*own()), 1));

    let sent =
        json!({"RequestID": "101", "RetCode": 0, "Template": {"Property": [], "Event": [], "Command": []}});
    come(&mut model, SECONDS[3], T::TemplateGetReply, &sent).unwrap();
    assert_eq!(model.template(), Some(&Template::default()));
    assert_eq!((model.template_origin(), model.template_revision()), (Origin::Platform, 2));

    model.use_template(None, Origin::Person);
    assert_eq!((model.shared_template(), model.template_revision()), (None, 3));
}

#[test]
fn posts_sets_and_restored_values_make_a_trend() {
    let mut model = model();
    model.post(SECONDS[0], samples(&json!({"t": 20, "s": "on"})));
    model.post(SECONDS[1], samples(&json!({"t": 20})));
    let set = json!({"RequestID": "7", "Property": {"t": 22}});
    come(&mut model, SECONDS[2], T::PropertySet, &set).unwrap();
    assert_eq!(model.trend("t").unwrap().samples().len(), 2, "nobody agreed yet");
    model.answer_set(SECONDS[2], "7", RetCode::SUCCESS).unwrap();
    model.restore(SECONDS[3]);
    let restored = json!({"RequestID": "102", "RetCode": 0, "Property": {"t": {"Value": 21, "Time": 5}, "new": {"Value": 1}}});
    come(&mut model, SECONDS[4], T::PropertyRestoreReply, &restored).unwrap();

    let trend = model.trend("t").unwrap();
    let values: Vec<_> = trend.samples().map(|(at, value)| (*at, *value)).collect();
    assert_eq!(values, [(SECONDS[0], 20.0), (SECONDS[1], 20.0), (SECONDS[2], 22.0), (SECONDS[4], 21.0)]);
    assert_eq!(trend.changed(), Some(SECONDS[4]));
    assert_eq!(model.trend("s").unwrap().changed(), Some(SECONDS[0]));
    assert_eq!(model.trend("s").unwrap().samples().len(), 0);
    assert_eq!(model.trend("new").unwrap().samples().len(), 1);
    assert_eq!(model.trend("never"), None);
}

#[test]
fn a_refused_set_leaves_no_trace_in_the_trend() {
    let mut model = model();
    model.post(SECONDS[0], samples(&json!({"t": 20})));
    let set = json!({"RequestID": "7", "Property": {"t": 99}});
    come(&mut model, SECONDS[1], T::PropertySet, &set).unwrap();
    model.answer_set(SECONDS[1], "7", RetCode(220)).unwrap();
    assert_eq!(model.trend("t").unwrap().samples().len(), 1);
}

#[test]
fn a_request_is_found_while_it_waits_and_after_it_ended() {
    let mut model = model();
    model.restore(SECONDS[0]);
    model.post(SECONDS[0], samples(&json!({"t": 20})));
    let (request, ended) = model.request("101").unwrap();
    assert_eq!((&request.asked, ended), (&Asked::Post(vec!["t".into()]), None));

    come(&mut model, SECONDS[1], T::PropertyPostReply, &ok("101")).unwrap();
    let (_, ended) = model.request("101").unwrap();
    let end = RequestEnd::Answered { code: RetCode::SUCCESS, message: Some("success".into()) };
    assert_eq!(ended.map(|ended| (ended.at, &ended.end)), Some((SECONDS[1], &end)));

    model.expire(seconds(60));
    let (_, ended) = model.request("100").unwrap();
    assert_eq!(ended.map(|ended| &ended.end), Some(&RequestEnd::Overdue));
    assert!(model.request("999").is_none());
}

/// Moments a second apart.
const SECONDS: [Moment; 5] = [
    Moment::from_millis(0),
    Moment::from_millis(1_000),
    Moment::from_millis(2_000),
    Moment::from_millis(3_000),
    Moment::from_millis(4_000),
];
