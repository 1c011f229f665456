//! What is typed for a value: it becomes the value that it says, or the place and the reason are told.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use proptest::prelude::*;
use serde_json::{Value, json};
use uiot_testbench::payload::{JsonFault, PayloadError, Place};
use uiot_testbench::uiot::model::{
    DRAFT_ITEMS, DataType, Draft, DraftFault, DraftFaultKind, Template, ValueFaultKind, Wrapper,
};

/// A model with a property of every data type, arrays of each kind of item included.
const ALL_TYPES: &str = r#"{"Template":{"Property":[
  {"PropertyID":1,"Identifier":"i","Name":"i","AccessMode":"rw","Description":"","DataType":{"Type":"int32","Spec":{"Max":30,"Min":16,"Step":1,"UnitName":"℃"}}},
  {"PropertyID":2,"Identifier":"f","Name":"f","AccessMode":"r","Description":"","DataType":{"Type":"float32","Spec":{"Max":60,"Min":-20,"Step":0.1}}},
  {"PropertyID":3,"Identifier":"d","Name":"d","AccessMode":"r","Description":"","DataType":{"Type":"float64","Spec":{"Max":1e9,"Min":-1e9,"Step":0.001,"UnitName":"m"}}},
  {"PropertyID":4,"Identifier":"b","Name":"b","AccessMode":"rw","Description":"","DataType":{"Type":"bool","Spec":{"0":"关","1":"开"}}},
  {"PropertyID":5,"Identifier":"e","Name":"e","AccessMode":"rw","Description":"","DataType":{"Type":"enum","Spec":{"0":"自动","1":"制冷","7":"除湿"}}},
  {"PropertyID":6,"Identifier":"s","Name":"s","AccessMode":"rw","Description":"","DataType":{"Type":"string","Spec":{"Length":12}}},
  {"PropertyID":7,"Identifier":"t","Name":"t","AccessMode":"r","Description":"","DataType":{"Type":"date"}},
  {"PropertyID":8,"Identifier":"ai","Name":"ai","AccessMode":"rw","Description":"","DataType":{"Type":"array","Spec":{"Size":3,"Item":{"Type":"int32"}}}},
  {"PropertyID":9,"Identifier":"af","Name":"af","AccessMode":"rw","Description":"","DataType":{"Type":"array","Spec":{"Size":3,"Item":{"Type":"float32"}}}},
  {"PropertyID":10,"Identifier":"ad","Name":"ad","AccessMode":"rw","Description":"","DataType":{"Type":"array","Spec":{"Size":3,"Item":{"Type":"float64"}}}},
  {"PropertyID":11,"Identifier":"as","Name":"as","AccessMode":"rw","Description":"","DataType":{"Type":"array","Spec":{"Size":3,"Item":{"Type":"string"}}}},
  {"PropertyID":12,"Identifier":"ao","Name":"ao","AccessMode":"rw","Description":"","DataType":{"Type":"array","Spec":{"Size":3,"Item":{"Type":"struct","Spec":[
    {"Identifier":"n","Name":"n","DataType":{"Type":"int32","Spec":{"Max":9,"Min":0,"Step":1}}}]}}}},
  {"PropertyID":13,"Identifier":"o","Name":"o","AccessMode":"rw","Description":"","DataType":{"Type":"struct","Spec":[
    {"Identifier":"speed","Name":"speed","DataType":{"Type":"int32","Spec":{"Max":5,"Min":1,"Step":1}}},
    {"Identifier":"ratio","Name":"ratio","DataType":{"Type":"float64","Spec":{"Max":1,"Min":0,"Step":0.01}}},
    {"Identifier":"swing","Name":"swing","DataType":{"Type":"bool","Spec":{"0":"off","1":"on"}}},
    {"Identifier":"mode","Name":"mode","DataType":{"Type":"enum","Spec":{"1":"a","2":"b"}}},
    {"Identifier":"since","Name":"since","DataType":{"Type":"date"}},
    {"Identifier":"note","Name":"note","DataType":{"Type":"string","Spec":{"Length":8}}}]}}
],"Event":[],"Command":[]}}"#;

fn all_types() -> Template {
    Template::parse(ALL_TYPES).unwrap()
}

fn data_type(json: Value) -> DataType {
    serde_json::from_value(json).unwrap()
}

fn setting() -> DataType {
    data_type(json!({"Type":"int32","Spec":{"Max":30,"Min":16,"Step":2}}))
}

fn number(typed: &str) -> Draft {
    Draft::Number(typed.into())
}

fn value(typed: &str) -> Result<Value, DraftFaultKind> {
    number(typed).value().map_err(|faults| faults[0].kind.clone())
}

/// What the only fault proposes.
fn fix(draft: &Draft, data_type: &DataType) -> (ValueFaultKind, Option<Value>) {
    let faults = draft.check(data_type);
    let [DraftFault { kind: DraftFaultKind::Rule(kind), fix, path }] = &faults[..] else {
        panic!("{faults:?}")
    };
    assert_eq!(path, "");
    (kind.clone(), fix.clone())
}

/// Place and name of each fault.
fn places(faults: &[DraftFault]) -> Vec<(&str, &str)> {
    faults.iter().map(|fault| (fault.path.as_str(), fault.kind.code())).collect()
}

#[test]
fn a_model_with_every_data_type_survives_its_file() {
    let template = all_types();
    for wrapper in [Wrapper::With, Wrapper::Without] {
        assert_eq!(Template::parse(&template.to_json(wrapper)).unwrap(), template);
    }
    let kinds: std::collections::BTreeSet<_> =
        template.properties.iter().map(|property| property.data_type.name()).collect();
    assert_eq!(kinds.len(), 9);
}

#[test]
fn a_form_of_every_data_type_begins_with_a_value_that_fits() {
    for property in &all_types().properties {
        let draft = Draft::new(&property.data_type);
        assert_eq!(draft.check(&property.data_type), [], "{}", property.identifier);
        assert_eq!(property.data_type.check(&draft.value().unwrap()), Ok(()), "{}", property.identifier);
        assert!(!matches!(draft, Draft::Json(_)), "{}", property.identifier);
    }
}

#[test]
fn a_value_of_every_data_type_goes_through_its_form_unchanged() {
    let values = json!({
        "i": 21, "f": 26.4, "d": -0.001, "b": 1, "e": 7, "s": "窗边 \"A\"", "t": 1_795_411_886_123_u64,
        "ai": [1, -2, 3], "af": [0.1], "ad": [1e-9, 2], "as": ["", "a\nb"], "ao": [{"n": 3}, {"n": 9}],
        "o": {"speed": 2, "ratio": 0.25, "swing": 0, "mode": 2, "since": 0, "note": "n"}
    });
    for property in &all_types().properties {
        let value = &values[&property.identifier];
        let draft = Draft::of(&property.data_type, value);
        assert!(!matches!(draft, Draft::Json(_)), "{}", property.identifier);
        assert_eq!(draft.value().as_ref(), Ok(value));
        assert_eq!(draft.check(&property.data_type), [], "{}", property.identifier);
        assert_eq!(draft.as_json().value().as_ref(), Ok(value));
    }
}

#[test]
fn a_number_is_read_as_people_type_it() {
    for (typed, read) in [
        ("21", json!(21)),
        (" -3 ", json!(-3)),
        ("+5", json!(5)),
        ("007", json!(7)),
        (".5", json!(0.5)),
        ("5.", json!(5.0)),
        ("1e3", json!(1000.0)),
        ("1795411886123", json!(1_795_411_886_123_u64)),
    ] {
        assert_eq!(value(typed), Ok(read), "{typed}");
    }
    assert_eq!(value("1e999"), Err(DraftFaultKind::TooLarge));
    assert_eq!(value("  "), Err(DraftFaultKind::Empty));
    for typed in ["12x", "NaN", "inf", "-infinity", "1,5", "0x10", "--1", "一"] {
        assert_eq!(value(typed), Err(DraftFaultKind::NoNumber(typed.into())));
    }
}

#[test]
fn what_cannot_be_written_is_told_with_its_place() {
    let template = all_types();
    let fan = &template.property("o").unwrap().data_type;
    let mut draft = Draft::new(fan);
    *draft.part_mut(&[0]).unwrap() = number("12x");
    *draft.part_mut(&[4]).unwrap() = number("");
    assert_eq!(places(&draft.value().unwrap_err()), [("speed", "no-number"), ("since", "empty")]);
    assert_eq!(draft.value_or_null()["speed"], Value::Null);
    let list = Draft::Items(vec![number("1"), Draft::Members(vec![("n".into(), number("?"))]), number("x")]);
    assert_eq!(places(&list.value().unwrap_err()), [("[1].n", "no-number"), ("[2]", "no-number")]);
    let Err(faults) = Draft::Json("{\"a\":1,\n]".into()).value() else { panic!() };
    let DraftFaultKind::Json(PayloadError::Json(fault, place)) = &faults[0].kind else {
        panic!("{faults:?}")
    };
    assert_eq!((fault, *place), (&JsonFault::ExpectedKey, Place { line: 2, column: 1 }));
    assert_eq!(Draft::Json("[1e999]".into()).value().unwrap_err()[0].kind, DraftFaultKind::TooLarge);
}

#[test]
fn what_breaks_the_model_is_told_with_its_place_and_can_be_sent() {
    let template = all_types();
    let check = |identifier: &str, value: Value| {
        let data_type = &template.property(identifier).unwrap().data_type;
        let draft = Draft::of(data_type, &value);
        assert_eq!(draft.value(), Ok(value));
        draft.check(data_type).iter().map(|fault| (fault.path.clone(), fault.kind.code())).collect::<Vec<_>>()
    };
    let at = |path: &str, code| vec![(path.to_owned(), code)];
    assert_eq!(check("i", json!(45)), at("", "above-max"));
    assert_eq!(check("i", json!(21.5)), at("", "fraction"));
    assert_eq!(check("i", json!("21")), at("", "wrong-kind"));
    assert_eq!(check("f", json!(26.43)), at("", "off-step"));
    assert_eq!(check("b", json!(true)), at("", "true-or-false"));
    assert_eq!(check("b", json!(2)), at("", "not-zero-or-one"));
    assert_eq!(check("e", json!(3)), at("", "no-item"));
    assert_eq!(check("s", json!("温度温度温")), at("", "too-long"));
    assert_eq!(check("t", json!(0.5)), at("", "fraction"));
    assert_eq!(check("ai", json!([1, 2, 3, 4])), at("", "too-many-items"));
    assert_eq!(check("ai", json!([1, 2.5])), at("[1]", "fraction"));
    assert_eq!(check("ao", json!([{"n": 3}, {"n": 10}])), at("[1].n", "above-max"));
    assert_eq!(check("o", json!({"speed": 2})), at("ratio", "missing"));
    assert_eq!(
        check("o", json!({"speed": 2, "ratio": 0, "swing": 0, "mode": 1, "since": 0, "note": "", "x": 1})),
        at("x", "unknown")
    );
    let both = json!({"speed": 9, "ratio": 0.255, "swing": 0, "mode": 1, "since": 0, "note": ""});
    assert_eq!(check("o", both), [at("speed", "above-max"), at("ratio", "off-step")].concat());
}

#[test]
fn a_correction_is_offered_where_there_is_one() {
    let fixed = |draft: Draft, data_type: &DataType| {
        let (_, fix) = fix(&draft, data_type);
        let fix = fix.unwrap();
        assert_eq!(Draft::of(data_type, &fix).check(data_type), [], "{fix}");
        fix
    };
    assert_eq!(fixed(number("45"), &setting()), json!(30));
    assert_eq!(fixed(number("-1"), &setting()), json!(16));
    assert_eq!(fixed(number("21"), &setting()), json!(22));
    assert_eq!(fixed(number("20.0"), &setting()), json!(20));
    assert_eq!(fixed(number("20.2"), &setting()), json!(20));
    assert_eq!(fixed(Draft::Json("true".into()), &data_type(json!({"Type":"bool"}))), json!(1));
    // Whole characters are left.
    let text = data_type(json!({"Type":"string","Spec":{"Length":5}}));
    assert_eq!(fixed(Draft::Text("温度温度".into()), &text), json!("温"));
    // The highest value is on no step.
    let odd = data_type(json!({"Type":"float64","Spec":{"Min":0,"Max":1,"Step":0.3}}));
    assert_eq!(fixed(number("0.99"), &odd), json!(0.9));
    // A bound with a fraction cannot be an integer.
    let half = data_type(json!({"Type":"int32","Spec":{"Min":0.5,"Max":2.5}}));
    assert_eq!(fixed(number("9"), &half), json!(2));
    assert_eq!(fixed(number("0"), &half), json!(1));
    // Which item is meant nobody knows.
    let item = data_type(json!({"Type":"enum","Spec":{"0":"a"}}));
    assert_eq!(fix(&number("3"), &item), (ValueFaultKind::NoItem, None));
}

#[test]
fn what_a_form_cannot_show_is_json() {
    let list = data_type(json!({"Type":"array","Spec":{"Item":{"Type":"int32"}}}));
    let long = json!(vec![0; DRAFT_ITEMS + 1]);
    assert!(matches!(Draft::of(&list, &long), Draft::Json(_)));
    assert_eq!(Draft::of(&list, &long).value(), Ok(long));
    for (data_type, first) in [
        (data_type(json!({"Type":"struct","Spec":[]})), json!({})),
        (data_type(json!({"Type":"location"})), Value::Null),
    ] {
        let draft = Draft::new(&data_type);
        assert!(matches!(draft, Draft::Json(_)));
        assert_eq!(draft.value(), Ok(first));
    }
    assert_eq!(number("12x").as_json(), Draft::Json("12x".into()));
}

#[test]
fn a_part_is_found_by_its_place() {
    let mut draft = Draft::Items(vec![Draft::Members(vec![("n".into(), number("1"))])]);
    assert_eq!(draft.part(&[0, 0]), Some(&number("1")));
    assert_eq!(draft.part(&[]), Some(&draft));
    for at in [&[1][..], &[0, 1], &[0, 0, 0]] {
        assert_eq!(draft.part(at), None);
        assert_eq!(draft.part_mut(at), None);
    }
    *draft.part_mut(&[0, 0]).unwrap() = number("2");
    assert_eq!(draft.value(), Ok(json!([{"n": 2}])));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0..9_i64).prop_map(Value::from),
        (-1e9..1e9_f64).prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(vec!["n", "speed", "swing", "?"]), inner), 0..4)
                .prop_map(|pairs| pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_goes_through_the_form_of_any_type_unchanged(value in any_json(), at in 0..13_usize) {
        let data_type = &all_types().properties[at].data_type;
        let draft = Draft::of(data_type, &value);
        prop_assert_eq!(draft.value(), Ok(value.clone()));
        prop_assert_eq!(draft.check(data_type).is_empty(), data_type.check(&value).is_ok() && data_type.step_fault(&value).is_none());
        let as_json = draft.as_json();
        prop_assert_eq!(as_json.value(), Ok(value));
    }

    #[test]
    fn no_typed_text_is_too_much(typed in "[-+.0-9eExNa{}\\[\\]\" ]{0,12}", at in 0..13_usize) {
        let data_type = &all_types().properties[at].data_type;
        for draft in [Draft::Number(typed.clone()), Draft::Text(typed.clone()), Draft::Json(typed)] {
            let _ = (draft.value(), draft.check(data_type), draft.as_json(), draft.value_or_null());
        }
    }
}
