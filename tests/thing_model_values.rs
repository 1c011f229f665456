//! Values of a thing model: each data type at its borders, obeyed and broken.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails is a test that fails")]

use serde_json::{Value, json};
use uiot_testbench::uiot::model::{
    CheckChoices, DataType, Expected, JsonKind, Param, ValueFault, ValueFaultKind, check_params,
    check_params_with,
};

fn data_type(json: Value) -> DataType {
    serde_json::from_value(json).unwrap()
}

fn number(name: &str, min: Value, max: Value, step: Value) -> DataType {
    data_type(json!({"Type": name, "Spec": {"Min": min, "Max": max, "Step": step}}))
}

/// A value as it stands in a message.
fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[track_caller]
fn fits(data_type: &DataType, texts: &[&str]) {
    for text in texts {
        assert_eq!(data_type.check(&value(text)), Ok(()), "{text}");
    }
}

#[track_caller]
fn breaks(data_type: &DataType, text: &str, kind: ValueFaultKind) {
    breaks_at(data_type, text, "", kind);
}

#[track_caller]
fn breaks_at(data_type: &DataType, text: &str, path: &str, kind: ValueFaultKind) {
    assert_eq!(data_type.check(&value(text)), Err(ValueFault { path: path.into(), kind }), "{text}");
}

fn wrong(expected: Expected, found: JsonKind) -> ValueFaultKind {
    ValueFaultKind::WrongKind { expected, found }
}

#[test]
fn int32_is_an_integer_in_its_range() {
    let target = number("int32", json!(16), json!(30), json!(1));
    fits(&target, &["16", "30", "23"]);
    breaks(&target, "15", ValueFaultKind::BelowMin(16.into()));
    breaks(&target, "31", ValueFaultKind::AboveMax(30.into()));
    breaks(&target, "20.5", ValueFaultKind::Fraction);
    breaks(&target, "20.0", ValueFaultKind::WrittenAsFloat);
    breaks(&target, "2e1", ValueFaultKind::WrittenAsFloat);
    breaks(&target, "\"20\"", wrong(Expected::Integer, JsonKind::String));
    breaks(&target, "true", wrong(Expected::Integer, JsonKind::Boolean));
    breaks(&target, "null", wrong(Expected::Integer, JsonKind::Null));
    breaks(&target, "[20]", wrong(Expected::Integer, JsonKind::Array));
    breaks(&target, "{}", wrong(Expected::Integer, JsonKind::Object));
}

#[test]
fn int32_has_32_bits() {
    let any = data_type(json!({"Type": "int32"}));
    fits(&any, &["-2147483648", "2147483647", "0", "-0"]);
    for text in [
        "-2147483649",
        "2147483648",
        "9223372036854775807",
        "18446744073709551615",
        "18446744073709551616",
        "1e300",
    ] {
        breaks(&any, text, ValueFaultKind::Overflow);
    }
}

#[test]
fn int32_compares_with_bounds_that_are_no_integers() {
    let odd = number("int32", json!(0.5), json!(2.5), json!(1));
    fits(&odd, &["1", "2"]);
    breaks(&odd, "0", ValueFaultKind::BelowMin(value("0.5").as_number().unwrap().clone()));
    breaks(&odd, "3", ValueFaultKind::AboveMax(value("2.5").as_number().unwrap().clone()));
}

#[test]
fn float32_is_a_number_in_its_range() {
    let temperature = number("float32", json!(-20), json!(60), json!(0.1));
    fits(&temperature, &["-20", "-20.0", "60", "60.0", "21.37", "1e1", "-0.0"]);
    breaks(&temperature, "-20.001", ValueFaultKind::BelowMin((-20).into()));
    breaks(&temperature, "60.001", ValueFaultKind::AboveMax(60.into()));
    breaks(&temperature, "\"21\"", wrong(Expected::Number, JsonKind::String));
    breaks(&temperature, "false", wrong(Expected::Number, JsonKind::Boolean));
    breaks(&temperature, "null", wrong(Expected::Number, JsonKind::Null));
}

#[test]
fn float32_has_32_bits() {
    let any = data_type(json!({"Type": "float32"}));
    fits(&any, &["3.4028234663852886e38", "-3.4028234663852886e38", "1e-50", "18446744073709551615"]);
    breaks(&any, "3.5e38", ValueFaultKind::Overflow);
    breaks(&any, "-1e300", ValueFaultKind::Overflow);
}

#[test]
fn float32_is_compared_in_32_bits() {
    let share = number("float32", json!(0), json!(0.3), json!(0.1));
    // 0.3 in 32 bits, as printf writes it.
    fits(&share, &["0.300000012"]);
    breaks(&share, "0.3000002", ValueFaultKind::AboveMax(value("0.3").as_number().unwrap().clone()));
}

#[test]
fn float64_is_a_number_in_its_range() {
    let any = data_type(json!({"Type": "float64"}));
    fits(&any, &["1.7976931348623157e308", "-1e300", "0", "18446744073709551615", "5e-324"]);
    breaks(&any, "\"1\"", wrong(Expected::Number, JsonKind::String));
    let share = number("float64", json!(0), json!(0.3), json!(0.1));
    fits(&share, &["0", "0.3"]);
    breaks(&share, "0.300000012", ValueFaultKind::AboveMax(value("0.3").as_number().unwrap().clone()));
    breaks(&share, "-1e-300", ValueFaultKind::BelowMin(0.into()));
}

#[test]
fn bool_is_0_or_1() {
    let power = data_type(json!({"Type": "bool", "Spec": {"0": "关", "1": "开"}}));
    fits(&power, &["0", "1"]);
    breaks(&power, "2", ValueFaultKind::NotZeroOrOne);
    breaks(&power, "-1", ValueFaultKind::NotZeroOrOne);
    breaks(&power, "true", ValueFaultKind::TrueOrFalse);
    breaks(&power, "false", ValueFaultKind::TrueOrFalse);
    breaks(&power, "0.5", ValueFaultKind::Fraction);
    breaks(&power, "1.0", ValueFaultKind::WrittenAsFloat);
    breaks(&power, "\"1\"", wrong(Expected::ZeroOrOne, JsonKind::String));
    breaks(&power, "null", wrong(Expected::ZeroOrOne, JsonKind::Null));
}

#[test]
fn enum_is_one_of_its_items() {
    let mode = data_type(json!({"Type": "enum", "Spec": {"-1": "a", "0": "b", "10": "c"}}));
    fits(&mode, &["-1", "0", "10"]);
    breaks(&mode, "1", ValueFaultKind::NoItem);
    breaks(&mode, "9223372036854775807", ValueFaultKind::NoItem);
    breaks(&mode, "0.0", ValueFaultKind::WrittenAsFloat);
    breaks(&mode, "\"0\"", wrong(Expected::Integer, JsonKind::String));
    breaks(&mode, "\"b\"", wrong(Expected::Integer, JsonKind::String));
    fits(&data_type(json!({"Type": "enum"})), &["0", "7", "-3"]);
}

#[test]
fn string_has_a_length_in_bytes() {
    let label = data_type(json!({"Type": "string", "Spec": {"Length": 6}}));
    fits(&label, &["\"\"", "\"abcdef\"", "\"温度\"", "\"\\u6e29\\u5ea6\""]);
    breaks(&label, "\"abcdefg\"", ValueFaultKind::TooLong { bytes: 7, limit: 6 });
    breaks(&label, "\"温度计\"", ValueFaultKind::TooLong { bytes: 9, limit: 6 });
    breaks(&label, "1", wrong(Expected::String, JsonKind::Number));
    let longest = data_type(json!({"Type": "string", "Spec": {"Length": 2048}}));
    assert_eq!(longest.check(&Value::from("x".repeat(2048))), Ok(()));
    assert!(longest.check(&Value::from("x".repeat(2049))).is_err());
}

#[test]
fn string_without_a_length_is_not_measured() {
    assert_eq!(data_type(json!({"Type": "string"})).check(&Value::from("x".repeat(100_000))), Ok(()));
}

#[test]
fn date_is_an_integer_of_milliseconds() {
    let date = data_type(json!({"Type": "date"}));
    fits(&date, &["0", "1704067200000", "-1", "9223372036854775807"]);
    breaks(&date, "1704067200000.5", ValueFaultKind::Fraction);
    breaks(&date, "1704067200000.0", ValueFaultKind::WrittenAsFloat);
    breaks(&date, "9223372036854775808", ValueFaultKind::Overflow);
    breaks(&date, "\"2024-01-01\"", wrong(Expected::Milliseconds, JsonKind::String));
    breaks(&date, "true", wrong(Expected::Milliseconds, JsonKind::Boolean));
}

#[test]
fn array_has_a_size_and_items() {
    let schedule = data_type(json!({"Type": "array", "Spec": {"Size": 3, "Item": {
        "Type": "int32", "Spec": {"Min": 0, "Max": 23, "Step": 1}}}}));
    fits(&schedule, &["[]", "[0]", "[0,23,7]"]);
    breaks(&schedule, "[0,1,2,3]", ValueFaultKind::TooManyItems { count: 4, limit: 3 });
    breaks_at(&schedule, "[0,24]", "[1]", ValueFaultKind::AboveMax(23.into()));
    breaks_at(&schedule, "[0,\"1\"]", "[1]", wrong(Expected::Integer, JsonKind::String));
    breaks(&schedule, "0", wrong(Expected::Array, JsonKind::Number));
    breaks(&schedule, "{}", wrong(Expected::Array, JsonKind::Object));
}

#[test]
fn a_numeric_item_needs_no_spec() {
    for name in ["int32", "float32", "float64"] {
        let array = data_type(json!({"Type": "array", "Spec": {"Size": 3, "Item": {"Type": name}}}));
        fits(&array, &["[1,-100000,3]"]);
        breaks_at(
            &array,
            "[1,null]",
            "[1]",
            wrong(if name == "int32" { Expected::Integer } else { Expected::Number }, JsonKind::Null),
        );
    }
}

#[test]
fn array_of_structs_names_the_member() {
    let rows = data_type(json!({"Type": "array", "Spec": {"Size": 2, "Item": {"Type": "struct", "Spec": [
        {"Identifier": "n", "Name": "n", "DataType": {"Type": "bool"}}]}}}));
    fits(&rows, &[r#"[{"n":0},{"n":1}]"#]);
    breaks_at(&rows, r#"[{"n":0},{"n":2}]"#, "[1].n", ValueFaultKind::NotZeroOrOne);
    breaks_at(&rows, r#"[{"n":0},{}]"#, "[1].n", ValueFaultKind::Missing);
}

fn fan() -> DataType {
    data_type(json!({"Type": "struct", "Spec": [
        {"Identifier": "speed", "Name": "风速", "DataType": {
            "Type": "int32", "Spec": {"Min": 1, "Max": 5, "Step": 1}}},
        {"Identifier": "swing", "Name": "摆风", "DataType": {"Type": "bool", "Spec": {"0": "关", "1": "开"}}}
    ]}))
}

#[test]
fn struct_has_all_its_members_and_no_others() {
    fits(&fan(), &[r#"{"speed":1,"swing":0}"#, r#"{"swing":1,"speed":5}"#]);
    breaks_at(&fan(), r#"{"speed":6,"swing":0}"#, "speed", ValueFaultKind::AboveMax(5.into()));
    breaks_at(&fan(), r#"{"speed":1,"swing":true}"#, "swing", ValueFaultKind::TrueOrFalse);
    breaks_at(&fan(), r#"{"speed":1}"#, "swing", ValueFaultKind::Missing);
    breaks_at(&fan(), "{}", "speed", ValueFaultKind::Missing);
    breaks_at(&fan(), r#"{"speed":1,"swing":0,"tilt":1}"#, "tilt", ValueFaultKind::Unknown);
    breaks(&fan(), "[1,0]", wrong(Expected::Object, JsonKind::Array));
    breaks(&fan(), "null", wrong(Expected::Object, JsonKind::Null));
}

#[test]
fn struct_without_members_takes_any_object() {
    let any = data_type(json!({"Type": "struct"}));
    fits(&any, &["{}", r#"{"a":1}"#]);
    breaks(&any, "1", wrong(Expected::Object, JsonKind::Number));
}

#[test]
fn any_value_fits_an_unknown_type() {
    for json in [json!({"Type": "int"}), json!({"Type": "enum", "Spec": [{"Value": 0}]})] {
        fits(&data_type(json), &["null", "1", "\"x\"", "[{}]", "true"]);
    }
}

#[test]
fn a_long_key_is_cut_in_the_path() {
    let key = "k".repeat(100_000);
    let fault = fan().check(&json!({ key: 1 })).unwrap_err();
    assert_eq!(fault.kind, ValueFaultKind::Unknown);
    assert!(fault.path.len() < 100);
}

#[test]
fn a_fault_can_be_seen_from_outside() {
    let of = |path: &str| ValueFault { path: path.into(), kind: ValueFaultKind::NoItem };
    assert_eq!(of("").within("mode").path, "mode");
    assert_eq!(of("speed").within("fan").within("Property").path, "Property.fan.speed");
    assert_eq!(of("[3]").within("schedule").path, "schedule[3]");
}

#[test]
fn the_step_is_no_reason_to_refuse() {
    let temperature = number("float64", json!(-40.5), json!(60), json!(0.1));
    fits(&temperature, &["21.37"]);
    let fault = temperature.step_fault(&value("21.37")).unwrap();
    assert_eq!(fault.kind, ValueFaultKind::OffStep(value("0.1").as_number().unwrap().clone()));
    for text in ["-40.5", "-40.4", "0", "0.1", "0.3", "21.3", "59.9", "60"] {
        assert_eq!(temperature.step_fault(&value(text)), None, "{text}");
    }
}

#[test]
fn steps_are_counted_from_the_lowest_value() {
    let odd = number("int32", json!(1), json!(9), json!(2));
    for (text, off) in [("1", false), ("2", true), ("3", false), ("9", false)] {
        assert_eq!(odd.step_fault(&value(text)).is_some(), off, "{text}");
    }
    let even = data_type(json!({"Type": "int32", "Spec": {"Step": 2}}));
    assert_eq!(even.step_fault(&json!(4)), None);
    assert!(even.step_fault(&json!(-3)).is_some());
}

#[test]
fn steps_of_a_float32_forgive_its_last_digits() {
    let temperature = number("float32", json!(-20), json!(60), json!(0.1));
    for text in ["36.6", "36.5999985", "0.100000001", "-19.8999996"] {
        assert_eq!(temperature.step_fault(&value(text)), None, "{text}");
    }
    assert!(temperature.step_fault(&value("36.65")).is_some());
}

#[test]
fn a_step_that_is_none_is_no_step() {
    for step in [json!(0), json!(-1), json!(null)] {
        assert_eq!(number("float64", json!(0), json!(9), step).step_fault(&json!(0.7)), None);
    }
    let tiny = number("float64", json!(null), json!(null), json!(5e-324));
    assert_eq!(tiny.step_fault(&json!(1e308)), None);
}

#[test]
fn steps_are_looked_for_inside_too_and_other_faults_are_not_their_business() {
    let rows = data_type(json!({"Type": "array", "Spec": {"Size": 4, "Item": {
        "Type": "int32", "Spec": {"Min": 0, "Max": 100, "Step": 5}}}}));
    assert_eq!(rows.step_fault(&json!([5, 7])).unwrap().path, "[1]");
    assert_eq!(rows.step_fault(&json!([5, 7.5])), None);
    assert_eq!(rows.step_fault(&json!("x")), None);
}

fn params() -> Vec<Param> {
    serde_json::from_value::<DataType>(json!({"Type": "struct", "Spec": [
        {"Identifier": "level", "Name": "级别", "DataType": {
            "Type": "int32", "Spec": {"Min": 1, "Max": 3, "Step": 1}}},
        {"Identifier": "fan", "Name": "风扇", "DataType": fan()}
    ]}))
    .map(|data_type| match data_type {
        DataType::Struct(spec) => spec.members,
        _ => Vec::new(),
    })
    .unwrap()
}

#[test]
fn parameters_fit_the_model() {
    let check = |json: Value| check_params(&params(), json.as_object().unwrap());
    assert_eq!(check(json!({"level": 2, "fan": {"speed": 1, "swing": 1}})), Ok(()));
    let fault = |path: &str, kind| Err(ValueFault { path: path.into(), kind });
    assert_eq!(check(json!({"level": 4})), fault("level", ValueFaultKind::AboveMax(3.into())));
    assert_eq!(check(json!({"grade": 1})), fault("grade", ValueFaultKind::Unknown));
    assert_eq!(
        check(json!({"fan": {"speed": 0, "swing": 1}})),
        fault("fan.speed", ValueFaultKind::BelowMin(1.into()))
    );
}

#[test]
fn a_part_of_the_parameters_will_do() {
    for json in [json!({}), json!({"level": 1}), json!({"fan": {"speed": 1, "swing": 0}})] {
        assert_eq!(check_params(&params(), json.as_object().unwrap()), Ok(()));
    }
}

#[test]
fn each_choice_can_be_switched() {
    let level = &params()[0].data_type;
    let with =
        |data_type: &DataType, json: Value, choices: CheckChoices| data_type.check_with(&json, &choices);
    let lenient = CheckChoices { whole_floats: true, ..CheckChoices::DEFAULT };
    assert_eq!(with(level, json!(2.0), lenient), Ok(()));
    assert_eq!(with(level, json!(4.0), lenient).unwrap_err().kind, ValueFaultKind::AboveMax(3.into()));
    assert_eq!(with(level, json!(2.5), lenient).unwrap_err().kind, ValueFaultKind::Fraction);
    assert_eq!(with(level, json!(1e17), lenient).unwrap_err().kind, ValueFaultKind::Overflow);
    let power = data_type(json!({"Type": "bool"}));
    let words = CheckChoices { true_and_false: true, ..CheckChoices::DEFAULT };
    assert_eq!(with(&power, json!(true), words), Ok(()));
    assert_eq!(with(&power, json!(false), words), Ok(()));
    let strict = CheckChoices { step: true, ..CheckChoices::DEFAULT };
    let odd = number("int32", json!(1), json!(9), json!(2));
    assert_eq!(with(&odd, json!(2), strict).unwrap_err().kind, ValueFaultKind::OffStep(2.into()));
    let partial = CheckChoices { partial_structs: true, ..CheckChoices::default() };
    assert_eq!(with(&fan(), json!({"swing": 1}), partial), Ok(()));
    let values = json!({"fan": {"swing": 1}});
    assert_eq!(check_params_with(&params(), values.as_object().unwrap(), &partial), Ok(()));
}

#[test]
fn a_sample_is_what_is_nearest_to_nothing() {
    for (json, sample) in [
        (json!({"Type": "int32"}), json!(0)),
        (json!({"Type": "int32", "Spec": {"Min": 16, "Max": 30}}), json!(16)),
        (json!({"Type": "int32", "Spec": {"Min": -30, "Max": -16}}), json!(-16)),
        (json!({"Type": "int32", "Spec": {"Min": 0.5, "Max": 2}}), json!(1)),
        (json!({"Type": "int32", "Spec": {"Min": -9, "Max": -0.5}}), json!(-1)),
        (json!({"Type": "int32", "Spec": {"Min": 1e300}}), json!(i32::MAX)),
        (json!({"Type": "float64", "Spec": {"Min": 0.5, "Max": 2}}), json!(0.5)),
        (json!({"Type": "float32", "Spec": {"Min": -20, "Max": 60}}), json!(0)),
        (json!({"Type": "bool"}), json!(0)),
        (json!({"Type": "enum", "Spec": {"10": "x", "9": "y"}}), json!(9)),
        (json!({"Type": "string", "Spec": {"Length": 3}}), json!("sam")),
        (json!({"Type": "string"}), json!("sample")),
        (json!({"Type": "date"}), json!(1_704_067_200_000_i64)),
        (json!({"Type": "array", "Spec": {"Size": 3, "Item": {"Type": "bool"}}}), json!([0])),
        (json!({"Type": "array", "Spec": {"Size": 0, "Item": {"Type": "bool"}}}), json!([])),
        (json!({"Type": "other"}), json!(null)),
    ] {
        assert_eq!(data_type(json.clone()).sample(), sample, "{json}");
    }
    assert_eq!(fan().sample(), json!({"speed": 1, "swing": 0}));
    assert_eq!(Value::Object(Param::samples(&params())), json!({"level": 1, "fan": fan().sample()}));
}
