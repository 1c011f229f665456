//! The thing model's file: the documents' samples, files that are damaged, and the demo product's.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails is a test that fails")]

use serde_json::{Value, json};
use uiot_testbench::payload::{JsonFault, Place};
use uiot_testbench::simulator::DEMO_MODEL;
use uiot_testbench::uiot::model::{
    AccessMode, DataType, EventType, JsonKind, NumberSpec, Template, TemplateError, TemplateFault,
    TemplatePlace, Wrapper,
};

/// The sample of operation_example.md.
const SAMPLE: &str = r#"{
  "Template": {
    "Property": [{
      "PropertyID": 94, "Identifier": "temperature", "Name": "温度", "AccessMode": "rw",
      "Description": "温度属性。",
      "DataType": {"Type": "int32", "Spec": {"Max": 100, "Min": -40, "Step": 1, "UnitName": "摄氏度"}}
    }],
    "Event": [{
      "EventID": 43, "Identifier": "alarm", "Name": "空调告警", "Description": "空调告警", "Type": "warning",
      "Output": [{
        "Identifier": "alarmcode", "Name": "报警码",
        "DataType": {"Type": "int32", "Spec": {"Max": 600, "Min": 0, "Step": 1, "UnitName": ""}}
      }]
    }],
    "Command": [{
      "CommandID": 53, "Name": "调低温度", "Identifier": "downtemperature", "Description": "命令",
      "Output": [{
        "Identifier": "nowvalue", "Name": "调低后温度",
        "DataType": {"Type": "int32", "Spec": {"Max": 100, "Min": -40, "Step": 1, "UnitName": "摄氏度"}}
      }],
      "Input": [{
        "Identifier": "downvalue", "Name": "调低温度值",
        "DataType": {"Type": "int32", "Spec": {"Max": 100, "Min": 0, "Step": 1, "UnitName": "摄氏度"}}
      }]
    }]
  }
}"#;

/// The shapes of the C SDK's templates: no wrapper, no unit, an array of strings, of structs, a struct.
const SDK_SHAPES: &str = r#"{
  "Property": [{
    "PropertyID": 7, "Identifier": "level", "Name": "level", "AccessMode": "r", "Description": "",
    "DataType": {"Type": "float32", "Spec": {"Max": 1, "Min": 0, "Step": 0.1}}
  }],
  "Event": [],
  "Command": [{
    "CommandID": 8, "Name": "load", "Identifier": "load", "Description": "",
    "Output": [{"Identifier": "ok", "Name": "ok", "DataType": {"Type": "bool", "Spec": {"0": "否", "1": "是"}}}],
    "Input": [
      {"Identifier": "words", "Name": "words",
       "DataType": {"Type": "array", "Spec": {"Item": {"Type": "string"}, "Size": 10}}},
      {"Identifier": "rows", "Name": "rows",
       "DataType": {"Type": "array", "Spec": {"Size": 3, "Item": {"Type": "struct", "Spec": [
         {"Identifier": "n", "Name": "n", "DataType": {"Type": "int32", "Spec": {"Max": 9, "Min": 0, "Step": 1}}},
         {"Identifier": "s", "Name": "s", "DataType": {"Type": "string", "Spec": {"Length": 100}}}]}}}},
      {"Identifier": "one", "Name": "one",
       "DataType": {"Type": "struct", "Spec": [
         {"Identifier": "a", "Name": "a", "DataType": {"Type": "int32", "Spec": {"Max": 100, "Min": 0, "Step": 1}}}]}}
    ]
  }]
}"#;

fn parse(text: &str) -> Template {
    Template::parse(text).unwrap()
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_sample_of_the_documents_is_read() {
    let template = parse(SAMPLE);
    assert_eq!(template.problems(), []);
    let temperature = template.property("temperature").unwrap();
    assert_eq!(temperature.id, Some(94));
    assert_eq!(temperature.access, AccessMode::ReadWrite);
    assert!(temperature.access.is_writable());
    let spec = NumberSpec { unit: Some("摄氏度".into()), ..NumberSpec::range(-40, 100, 1) };
    assert_eq!(temperature.data_type, DataType::Int32(spec));
    let alarm = template.event("alarm").unwrap();
    assert_eq!((alarm.id, alarm.event_type), (Some(43), EventType::Warning));
    assert_eq!(alarm.output[0].identifier, "alarmcode");
    let down = template.command("downtemperature").unwrap();
    assert_eq!(down.id, Some(53));
    assert_eq!((down.input[0].name.as_str(), down.output[0].name.as_str()), ("调低温度值", "调低后温度"));
    assert!(template.property("alarm").is_none() && template.event("temperature").is_none());
    assert!(template.command("temperature").is_none());
}

#[test]
fn the_shapes_of_the_sdk_are_read() {
    let template = parse(SDK_SHAPES);
    assert_eq!(template.problems(), []);
    let load = template.command("load").unwrap();
    let DataType::Array(words) = &load.input[0].data_type else { panic!("an array") };
    assert_eq!((words.size, words.item.name()), (Some(10), "string"));
    let DataType::Array(rows) = &load.input[1].data_type else { panic!("an array") };
    let DataType::Struct(row) = &*rows.item else { panic!("of structs") };
    assert_eq!(row.members.len(), 2);
}

#[test]
fn what_was_read_is_written_again() {
    for text in [SAMPLE, SDK_SHAPES, DEMO_MODEL] {
        let template = parse(text);
        let original = value(text);
        let bare = original.get("Template").unwrap_or(&original);
        assert_eq!(value(&template.to_json(Wrapper::Without)), *bare);
        assert_eq!(value(&template.to_json(Wrapper::With)), json!({ "Template": bare }));
    }
}

#[test]
fn a_file_is_written_as_the_console_writes_it() {
    assert_eq!(parse(DEMO_MODEL).to_json(Wrapper::With), DEMO_MODEL.trim_end());
}

#[test]
fn a_wrapper_may_be_there_or_not() {
    let bare = value(SAMPLE)["Template"].to_string();
    assert_eq!(parse(&bare), parse(SAMPLE));
    assert_eq!(parse(&format!("\u{feff}{SAMPLE}")), parse(SAMPLE));
    let reply = json!({"RetCode": 0, "RequestID": "100", "Template": value(SAMPLE)["Template"]});
    assert_eq!(Template::from_value(reply).unwrap(), parse(SAMPLE));
    assert_eq!(serde_json::from_str::<Template>(SAMPLE).unwrap(), parse(SAMPLE));
}

#[test]
fn a_model_with_nothing_in_it_is_one() {
    for text in ["{}", r#"{"Template":{}}"#, r#"{"Property":null}"#, r#"{"Event":[],"Command":null}"#] {
        assert_eq!(parse(text), Template::default(), "{text}");
    }
    assert_eq!(
        value(&Template::default().to_json(Wrapper::Without)),
        json!({"Property": [], "Event": [], "Command": []})
    );
}

#[test]
fn what_may_be_absent_may_be_absent_or_null() {
    let short = parse(
        r#"{"Event":[{"Identifier":"e","Name":"e","Type":"notify"}],"Command":[{"Identifier":"c","Name":"c"}]}"#,
    );
    let nulls = parse(
        r#"{"Event":[{"EventID":null,"Identifier":"e","Name":"e","Description":null,"Type":"notify","Output":null}],
            "Command":[{"CommandID":null,"Identifier":"c","Name":"c","Input":null,"Output":null}]}"#,
    );
    assert_eq!(short, nulls);
    assert_eq!(short.problems(), []);
}

#[test]
fn unknown_fields_and_types_are_kept() {
    let text = r#"{
      "Property": [{
        "PropertyID": 9007199254740993, "Identifier": "p", "Name": "p", "AccessMode": "r", "New": [1, null],
        "DataType": {"Type": "decimal", "Spec": {"Digits": 30}, "Beside": {"a": 1.50}}
      }, {
        "Identifier": "q", "Name": "q", "AccessMode": "r",
        "DataType": {"Type": "array", "Since": 2020, "Spec": {"Size": 2, "More": true, "Item": {
          "Type": "struct", "Odd": 1, "Spec": [{
            "Identifier": "m", "Name": "m", "Hint": "", "DataType": {"Type": "enum", "Spec": {"-1": "x", "k": 2}}
          }]}}}
      }],
      "Event": [{"Identifier": "e", "Name": "e", "Type": "error", "Output": [], "Level": 3}],
      "Command": [{"Identifier": "c", "Name": "c", "Input": [], "Output": [
        {"Identifier": "d", "Name": "d", "DataType": {"Type": "date", "Spec": {}, "Zone": "UTC"}},
        {"Identifier": "s", "Name": "s", "DataType": {"Type": "string", "Spec": {"Length": 1, "Regex": "."}, "B": 0}},
        {"Identifier": "b", "Name": "b", "DataType": {"Type": "bool", "Spec": {"0": "", "2": ""}, "B": 0}},
        {"Identifier": "f", "Name": "f", "DataType": {"Type": "float64", "Spec": {"Unit": "m"}, "B": 0}},
        {"Identifier": "l", "Name": "l", "DataType": {"Type": "enum", "Spec": [{"Value": 0}], "B": 0}}
      ], "Async": true}],
      "Version": 2
    }"#;
    assert_eq!(value(&parse(text).to_json(Wrapper::Without)), value(text));
}

fn place_of(error: TemplateError) -> (String, TemplateFault) {
    match error.place {
        TemplatePlace::Path(path) => (path, error.fault),
        TemplatePlace::Text(place) => (format!("{}:{}", place.line, place.column), error.fault),
    }
}

#[track_caller]
fn damaged(from: &str, to: &str, place: &str, fault: TemplateFault) {
    assert_eq!(SAMPLE.matches(from).count(), 1, "{from}");
    let error = Template::parse(&SAMPLE.replace(from, to)).unwrap_err();
    assert_eq!(place_of(error), (place.to_owned(), fault));
}

fn wrong(expected: JsonKind, found: JsonKind) -> TemplateFault {
    TemplateFault::WrongKind { expected, found }
}

#[test]
fn a_cut_file_is_named_with_its_line() {
    let cut = SAMPLE.rsplit_once(']').unwrap().0;
    let (line, last) = (cut.lines().count(), cut.lines().last().unwrap());
    let error = Template::parse(cut).unwrap_err();
    assert_eq!(error.fault, TemplateFault::Json(JsonFault::UnexpectedEnd));
    let TemplatePlace::Text(place) = error.place else { panic!("a place in the text") };
    assert_eq!(place.line, line);
    assert!(place.column <= last.chars().count() + 1);
}

#[test]
fn a_missing_colon_is_named_with_its_line() {
    let fault = TemplateFault::Json(JsonFault::ExpectedColon);
    damaged("\"EventID\": 43", "\"EventID\" 43", "9:17", fault);
}

#[test]
fn a_trailing_comma_is_named_with_its_line() {
    damaged(
        "\"Step\": 1, \"UnitName\": \"\"}",
        "\"Step\": 1,}",
        "12:80",
        TemplateFault::Json(JsonFault::ExpectedKey),
    );
}

#[test]
fn a_number_too_large_for_json_is_named_with_its_line() {
    let error = Template::parse("{\n \"温\": 1, \"Property\": 1e999}").unwrap_err();
    assert_eq!(error.fault, TemplateFault::Json(JsonFault::Number));
    let TemplatePlace::Text(Place { line, column }) = error.place else { panic!("a place in the text") };
    assert_eq!(line, 2);
    assert!((22..=28).contains(&column), "{column}");
}

#[test]
fn a_file_nested_too_deep_is_refused() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(Template::parse(&deep).unwrap_err().fault, TemplateFault::TooDeep);
}

#[test]
fn a_bound_in_quotes_is_named() {
    damaged(
        "\"Max\": 600",
        "\"Max\": \"600\"",
        "Event[0].Output[0].DataType.Spec.Max",
        wrong(JsonKind::Number, JsonKind::String),
    );
}

#[test]
fn a_missing_identifier_is_named() {
    damaged("\"Identifier\": \"temperature\", ", "", "Property[0].Identifier", TemplateFault::Missing);
}

#[test]
fn a_missing_data_type_is_named() {
    damaged(
        "\"DataType\": {\"Type\": \"int32\", \"Spec\": {\"Max\": 600",
        "\"Datatype\": {\"Spec\": {\"Max\": 600",
        "Event[0].Output[0].DataType",
        TemplateFault::Missing,
    );
}

#[test]
fn a_missing_type_is_named() {
    damaged(
        "{\"Type\": \"int32\", \"Spec\": {\"Max\": 600",
        "{\"Spec\": {\"Max\": 600",
        "Event[0].Output[0].DataType.Type",
        TemplateFault::Missing,
    );
}

#[test]
fn an_unknown_access_mode_is_named() {
    let fault = TemplateFault::UnknownWord { found: "w".into(), allowed: &["r", "rw"] };
    damaged("\"rw\"", "\"w\"", "Property[0].AccessMode", fault);
}

#[test]
fn an_unknown_event_type_is_named() {
    let fault =
        TemplateFault::UnknownWord { found: "Warning".into(), allowed: &["notify", "warning", "error"] };
    damaged("\"warning\"", "\"Warning\"", "Event[0].Type", fault);
}

#[test]
fn a_list_that_is_none_is_named() {
    let fault = wrong(JsonKind::Array, JsonKind::Object);
    let text = SAMPLE
        .replace("\"Event\": [{", "\"Event\": {")
        .replace("}]\n    }],\n    \"Command\"", "}]\n    },\n    \"Command\"");
    assert_eq!(place_of(Template::parse(&text).unwrap_err()), ("Event".into(), fault));
}

#[test]
fn an_identifier_of_the_platform_with_a_fraction_is_named() {
    damaged("\"CommandID\": 53", "\"CommandID\": 53.5", "Command[0].CommandID", TemplateFault::NotInteger);
}

#[test]
fn the_flat_data_type_of_a_sister_product_is_named() {
    let text = r#"{"Property":[{"Identifier":"a","Name":"a","AccessMode":"r","DataType":"int"}]}"#;
    let fault = wrong(JsonKind::Object, JsonKind::String);
    assert_eq!(place_of(Template::parse(text).unwrap_err()), ("Property[0].DataType".into(), fault));
}

#[test]
fn faults_inside_a_spec_are_named() {
    let of = |data_type: &str| {
        let text = format!(
            r#"{{"Command":[{{"Identifier":"c","Name":"c","Input":[
                {{"Identifier":"a","Name":"a","DataType":{{"Type":"date"}}}},
                {{"Identifier":"b","Name":"b","DataType":{data_type}}}]}}]}}"#
        );
        let (path, fault) = place_of(Template::parse(&text).unwrap_err());
        (path.strip_prefix("Command[0].Input[1].DataType.Spec").unwrap().to_owned(), fault)
    };
    for (data_type, path, fault) in [
        (r#"{"Type":"array"}"#, "", TemplateFault::Missing),
        (r#"{"Type":"array","Spec":{"Size":1}}"#, ".Item", TemplateFault::Missing),
        (r#"{"Type":"array","Spec":{"Size":-1,"Item":{"Type":"date"}}}"#, ".Size", TemplateFault::Negative),
        (r#"{"Type":"array","Spec":{"Size":1,"Item":{"Spec":{}}}}"#, ".Item.Type", TemplateFault::Missing),
        (
            r#"{"Type":"array","Spec":{"Size":1,"Item":{"Type":"struct","Spec":[{}]}}}"#,
            ".Item.Spec[0].Identifier",
            TemplateFault::Missing,
        ),
        (r#"{"Type":"struct","Spec":{}}"#, "", wrong(JsonKind::Array, JsonKind::Object)),
        (r#"{"Type":"struct","Spec":[1]}"#, "[0]", wrong(JsonKind::Object, JsonKind::Number)),
        (r#"{"Type":"string","Spec":{"Length":1.5}}"#, ".Length", TemplateFault::NotInteger),
        (r#"{"Type":"string","Spec":[]}"#, "", wrong(JsonKind::Object, JsonKind::Array)),
        (r#"{"Type":"bool","Spec":{"1":true}}"#, ".1", wrong(JsonKind::String, JsonKind::Boolean)),
        (r#"{"Type":"enum","Spec":{"3":4}}"#, ".3", wrong(JsonKind::String, JsonKind::Number)),
        (r#"{"Type":"int32","Spec":{"UnitName":1}}"#, ".UnitName", wrong(JsonKind::String, JsonKind::Number)),
    ] {
        assert_eq!(of(data_type), (path.to_owned(), fault), "{data_type}");
    }
}

#[test]
fn json_that_is_no_model_is_told_apart() {
    let root = |text| place_of(Template::parse(text).unwrap_err());
    assert_eq!(root(r#"{"State":{},"Version":1}"#), (String::new(), TemplateFault::NoTemplate));
    assert_eq!(root("[]"), (String::new(), wrong(JsonKind::Object, JsonKind::Array)));
    assert_eq!(root(r#"{"Template":"x"}"#), ("Template".into(), wrong(JsonKind::Object, JsonKind::String)));
    assert_eq!(root("").1, TemplateFault::Json(JsonFault::UnexpectedEnd));
}

#[test]
fn an_error_can_be_logged() {
    for (text, words) in [
        (r#"{"Property":1}"#, "Property: array expected, number found"),
        ("{}x", "line 1, column 3: no JSON: TrailingCharacters"),
        (r#"{"State":1}"#, "no Property, no Event, no Command"),
    ] {
        assert_eq!(Template::parse(text).unwrap_err().to_string(), words);
    }
    let error = serde_json::from_str::<DataType>(r#"{"Type":"array","Spec":{}}"#).unwrap_err();
    assert_eq!(error.to_string(), "Spec.Item: missing");
}

#[test]
fn the_demo_model_breaks_no_rule() {
    let model = parse(DEMO_MODEL);
    assert_eq!(model.problems(), []);
    for property in &model.properties {
        let sample = property.data_type.sample();
        assert_eq!(property.data_type.check(&sample), Ok(()), "{}", property.identifier);
        assert_eq!(property.data_type.step_fault(&sample), None, "{}", property.identifier);
    }
    let known: Vec<_> = model.properties.iter().map(|property| property.data_type.name()).collect();
    for name in ["int32", "float32", "bool", "enum", "string", "date", "array", "struct"] {
        assert!(known.contains(&name), "{name}");
    }
    assert_eq!(model.event("fault").unwrap().event_type, EventType::Error);
    assert_eq!(model.event("filter_dirty").unwrap().event_type, EventType::Warning);
    assert_eq!(model.command("self_test").unwrap().output.len(), 2);
    assert_eq!(model.command("clean_filter").unwrap().input.len(), 1);
}
