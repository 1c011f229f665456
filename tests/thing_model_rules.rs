//! The console's rules for a thing model: each obeyed at its border, and broken.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails is a test that fails")]

use serde_json::{Map, Value, json};
use uiot_testbench::uiot::model::{Bound, Template, TemplateProblem, TemplateRule};

/// The rules that a template breaks, with their places.
fn problems(template: Value) -> Vec<(String, TemplateRule)> {
    let template = Template::from_value(template).unwrap();
    template.problems().into_iter().map(|TemplateProblem { path, rule }| (path, rule)).collect()
}

fn named(identifier: &str, name: &str) -> Value {
    json!({
        "Property": [{
            "Identifier": identifier, "Name": name, "AccessMode": "r", "DataType": {"Type": "date"}
        }]
    })
}

/// A template with one property of this type.
fn typed(data_type: Value) -> Value {
    json!({
        "Property": [{"Identifier": "p", "Name": "p", "AccessMode": "r", "DataType": data_type}]
    })
}

#[track_caller]
fn fine(template: Value) {
    assert_eq!(problems(template), []);
}

#[track_caller]
fn broken(template: Value, path: &str, rule: TemplateRule) {
    assert_eq!(problems(template), [(path.to_owned(), rule)]);
}

/// A fault of the only property's type, with its place after `DataType`.
#[track_caller]
fn type_broken(data_type: Value, path: &str, rule: TemplateRule) {
    broken(typed(data_type), &format!("Property[0].DataType{path}"), rule);
}

fn params(count: usize) -> Value {
    (0..count)
        .map(|n| json!({"Identifier": format!("p{n}"), "Name": "同名", "DataType": {"Type": "date"}}))
        .collect()
}

#[test]
fn an_identifier_has_a_form() {
    for good in ["a", "_", "Temperature_2", &"x".repeat(32)] {
        fine(named(good, "n"));
    }
    for bad in ["", "2a", "a-b", "a b", "温度", &"x".repeat(33)] {
        broken(named(bad, "n"), "Property[0].Identifier", TemplateRule::IdentifierForm);
    }
}

#[test]
fn a_name_has_a_form() {
    for good in ["温", "温度_2", "Temp", "㐀〇𠀀", &"温".repeat(32)] {
        fine(named("a", good));
    }
    for bad in ["", "a b", "温度！", "a-b", "ä", "℃", "あ", &"温".repeat(33)] {
        broken(named("a", bad), "Property[0].Name", TemplateRule::NameForm);
    }
}

#[test]
fn an_identifier_stands_for_one_function() {
    let template = json!({
        "Property": [
            {"Identifier": "a", "Name": "1", "AccessMode": "r", "DataType": {"Type": "date"}},
            {"Identifier": "b", "Name": "2", "AccessMode": "r", "DataType": {"Type": "date"}},
            {"Identifier": "a", "Name": "3", "AccessMode": "r", "DataType": {"Type": "date"}}
        ],
        "Event": [{"Identifier": "b", "Name": "4", "Type": "notify"}],
        "Command": [{"Identifier": "A", "Name": "5"}]
    });
    let twice = |first: &str| TemplateRule::IdentifierTwice { first: first.into() };
    assert_eq!(
        problems(template),
        [
            ("Property[2].Identifier".into(), twice("Property[0]")),
            ("Event[0].Identifier".into(), twice("Property[1]"))
        ]
    );
}

#[test]
fn a_name_is_unique_in_the_product() {
    let template = json!({
        "Event": [{"Identifier": "a", "Name": "故障", "Type": "notify"}],
        "Command": [{"Identifier": "b", "Name": "复位"}, {"Identifier": "c", "Name": "故障"}]
    });
    broken(template, "Command[1].Name", TemplateRule::NameTwice { first: "Event[0]".into() });
}

#[test]
fn a_parameter_may_share_its_names_with_a_function_and_its_name_with_another_parameter() {
    fine(json!({
        "Property": [{"Identifier": "p0", "Name": "同名", "AccessMode": "r", "DataType": {"Type": "date"}}],
        "Command": [{"Identifier": "c", "Name": "c", "Input": params(2), "Output": params(2)}]
    }));
    let input = json!([params(1)[0], params(1)[0]]);
    broken(
        json!({"Command": [{"Identifier": "c", "Name": "c", "Input": input}]}),
        "Command[0].Input[1].Identifier",
        TemplateRule::IdentifierTwice { first: "Command[0].Input[0]".into() },
    );
}

#[test]
fn a_description_has_a_length() {
    let with = |description: String| {
        json!({
            "Property": [{
                "Identifier": "a", "Name": "a", "AccessMode": "r", "Description": description,
                "DataType": {"Type": "date"}
            }],
            "Event": [{"Identifier": "b", "Name": "b", "Type": "notify", "Description": description}],
            "Command": [{"Identifier": "c", "Name": "c", "Description": description}]
        })
    };
    fine(with("字".repeat(100)));
    let rule = TemplateRule::DescriptionLength(101);
    let places = ["Property[0].Description", "Event[0].Description", "Command[0].Description"];
    assert_eq!(problems(with("字".repeat(101))), places.map(|place| (place.to_owned(), rule.clone())));
}

#[test]
fn a_unit_has_a_length() {
    let unit =
        |unit: String| json!({"Type": "int32", "Spec": {"Min": 0, "Max": 1, "Step": 1, "UnitName": unit}});
    fine(typed(unit(String::new())));
    fine(typed(unit("度".repeat(16))));
    type_broken(unit("度".repeat(17)), ".Spec.UnitName", TemplateRule::UnitLength(17));
}

#[test]
fn a_product_has_so_many_functions() {
    let of = |count: usize| {
        let list = |with: Value| -> Value {
            (0..count)
                .map(|n| {
                    let mut function = with.clone();
                    let kind = with["Kind"].as_str().unwrap();
                    function["Identifier"] = format!("{kind}{n}").into();
                    function["Name"] = format!("{kind}{n}").into();
                    function
                })
                .collect()
        };
        json!({
            "Property": list(json!({"Kind": "p", "AccessMode": "r", "DataType": {"Type": "date"}})),
            "Event": list(json!({"Kind": "e", "Type": "notify"})),
            "Command": list(json!({"Kind": "c"}))
        })
    };
    fine(of(100));
    let rule = TemplateRule::TooMany { count: 101, limit: 100 };
    assert_eq!(problems(of(101)), ["Property", "Event", "Command"].map(|at| (at.to_owned(), rule.clone())));
}

#[test]
fn a_function_has_so_many_parameters() {
    let of = |count| {
        json!({
            "Event": [{"Identifier": "e", "Name": "e", "Type": "notify", "Output": params(count)}],
            "Command": [{"Identifier": "c", "Name": "c", "Input": params(count), "Output": params(count)}]
        })
    };
    fine(of(20));
    let rule = TemplateRule::TooMany { count: 21, limit: 20 };
    let places = ["Event[0].Output", "Command[0].Input", "Command[0].Output"];
    assert_eq!(problems(of(21)), places.map(|at| (at.to_owned(), rule.clone())));
}

#[test]
fn an_enum_has_so_many_items() {
    let of = |count: i32| -> Value {
        let items: Map<String, Value> = (0..count).map(|n| (n.to_string(), "x".into())).collect();
        json!({"Type": "enum", "Spec": items})
    };
    fine(typed(of(1)));
    fine(typed(of(25)));
    type_broken(of(26), ".Spec", TemplateRule::EnumItems(26));
    type_broken(of(0), ".Spec", TemplateRule::EnumItems(0));
    type_broken(json!({"Type": "enum"}), ".Spec", TemplateRule::EnumItems(0));
}

#[test]
fn an_enum_has_integers_with_descriptions() {
    fine(typed(json!({"Type": "enum", "Spec": {"-1": "负", "2147483647": "最大"}})));
    for bad in ["01", "+1", " 1", "1.0", "a", "", "2147483648"] {
        let rule = TemplateRule::EnumValue(bad.into());
        type_broken(json!({"Type": "enum", "Spec": {"0": "x", bad: "y"}}), ".Spec", rule);
    }
    type_broken(json!({"Type": "enum", "Spec": {"7": ""}}), ".Spec", TemplateRule::EnumText(7));
}

#[test]
fn a_bool_has_two_texts() {
    fine(typed(json!({"Type": "bool", "Spec": {"0": "关", "1": "开"}})));
    type_broken(json!({"Type": "bool", "Spec": {"0": "关"}}), ".Spec", TemplateRule::BoolText(1));
    type_broken(json!({"Type": "bool", "Spec": {"0": "", "1": "开"}}), ".Spec", TemplateRule::BoolText(0));
    let none = ("Property[0].DataType.Spec".to_owned(), TemplateRule::BoolText(0));
    assert_eq!(
        problems(typed(json!({"Type": "bool"}))),
        [none.clone(), (none.0.clone(), TemplateRule::BoolText(1))]
    );
}

#[test]
fn a_string_has_a_length() {
    for length in [1, 2048] {
        fine(typed(json!({"Type": "string", "Spec": {"Length": length}})));
    }
    for length in [0, 2049] {
        let rule = TemplateRule::StringLength(Some(length));
        type_broken(json!({"Type": "string", "Spec": {"Length": length}}), ".Spec.Length", rule);
    }
    type_broken(json!({"Type": "string"}), ".Spec.Length", TemplateRule::StringLength(None));
}

#[test]
fn a_number_has_a_range_and_a_step() {
    for name in ["int32", "float32", "float64"] {
        fine(typed(json!({"Type": name, "Spec": {"Min": -5, "Max": -5, "Step": 1}})));
        for (bound, spec) in [
            (Bound::Min, json!({"Max": 1, "Step": 1})),
            (Bound::Max, json!({"Min": 1, "Step": 1})),
            (Bound::Step, json!({"Min": 1, "Max": 1})),
        ] {
            let at = format!(".Spec.{}", bound.key());
            type_broken(json!({"Type": name, "Spec": spec}), &at, TemplateRule::BoundMissing(bound));
        }
        let rule = TemplateRule::MinAboveMax { min: 2.into(), max: 1.into() };
        type_broken(json!({"Type": name, "Spec": {"Min": 2, "Max": 1, "Step": 1}}), ".Spec", rule);
        for step in [0, -1] {
            let spec = json!({"Type": name, "Spec": {"Min": 0, "Max": 1, "Step": step}});
            type_broken(spec, ".Spec.Step", TemplateRule::StepNotPositive);
        }
    }
}

#[test]
fn a_bound_fits_its_type() {
    let of = |name: &str, min: Value, max: Value, step: Value| json!({"Type": name, "Spec": {"Min": min, "Max": max, "Step": step}});
    let outside = TemplateRule::BoundOutsideType;
    fine(typed(of("int32", json!(i32::MIN), json!(i32::MAX), json!(1))));
    fine(typed(of("int32", json!(-1.0), json!(1.0), json!(1.0))));
    type_broken(of("int32", json!(-2147483649_i64), json!(0), json!(1)), ".Spec.Min", outside(Bound::Min));
    type_broken(of("int32", json!(0), json!(2147483648_i64), json!(1)), ".Spec.Max", outside(Bound::Max));
    type_broken(of("int32", json!(0), json!(1), json!(0.5)), ".Spec.Step", outside(Bound::Step));
    fine(typed(of("float32", json!(f32::MIN), json!(f32::MAX), json!(0.1))));
    type_broken(of("float32", json!(0), json!(1e39), json!(0.1)), ".Spec.Max", outside(Bound::Max));
    fine(typed(of("float64", json!(f64::MIN), json!(f64::MAX), json!(0.1))));
}

#[test]
fn an_array_has_a_size() {
    let of = |size: Value| json!({"Type": "array", "Spec": {"Size": size, "Item": {"Type": "string"}}});
    fine(typed(of(json!(1))));
    fine(typed(of(json!(128))));
    for size in [Some(0), Some(129), Some(i64::MAX as u64), None] {
        type_broken(of(json!(size)), ".Spec.Size", TemplateRule::ArraySize(size));
    }
}

#[test]
fn an_array_has_items_of_some_types() {
    let of = |item: Value| json!({"Type": "array", "Spec": {"Size": 2, "Item": item}});
    let member = json!([{"Identifier": "a", "Name": "a", "DataType": {
        "Type": "int32", "Spec": {"Min": 0, "Max": 1, "Step": 1}}}]);
    for item in ["int32", "float32", "float64", "string"] {
        fine(typed(of(json!({"Type": item}))));
    }
    fine(typed(of(json!({"Type": "struct", "Spec": member}))));
    fine(typed(of(json!({"Type": "int32", "Spec": {"Min": 0, "Max": 23, "Step": 1}}))));
    let at = ".Spec.Item.Type";
    for (item, name) in [
        (json!({"Type": "bool", "Spec": {"0": "a", "1": "b"}}), "bool"),
        (json!({"Type": "enum", "Spec": {"0": "a"}}), "enum"),
        (json!({"Type": "date"}), "date"),
        (of(json!({"Type": "string"})), "array"),
    ] {
        type_broken(of(item), at, TemplateRule::ArrayItemType(name.into()));
    }
    let wrong = of(json!({"Type": "int32", "Spec": {"Min": 2, "Max": 1}}));
    let rule = TemplateRule::MinAboveMax { min: 2.into(), max: 1.into() };
    type_broken(wrong, ".Spec.Item.Spec", rule);
}

#[test]
fn a_struct_has_members_without_nesting() {
    let of = |member: Value| json!({"Type": "struct", "Spec": [{"Identifier": "a", "Name": "a", "DataType": member}]});
    for member in [
        json!({"Type": "int32", "Spec": {"Min": 0, "Max": 1, "Step": 1}}),
        json!({"Type": "float32", "Spec": {"Min": 0, "Max": 1, "Step": 0.1}}),
        json!({"Type": "float64", "Spec": {"Min": 0, "Max": 1, "Step": 0.1}}),
        json!({"Type": "bool", "Spec": {"0": "a", "1": "b"}}),
        json!({"Type": "enum", "Spec": {"0": "a"}}),
        json!({"Type": "string", "Spec": {"Length": 1}}),
    ] {
        fine(typed(of(member)));
    }
    let at = ".Spec[0].DataType.Type";
    for (member, name) in [
        (json!({"Type": "date"}), "date"),
        (of(json!({"Type": "string", "Spec": {"Length": 1}})), "struct"),
        (json!({"Type": "array", "Spec": {"Size": 1, "Item": {"Type": "string"}}}), "array"),
    ] {
        type_broken(of(member), at, TemplateRule::MemberType(name.into()));
    }
    type_broken(json!({"Type": "struct"}), ".Spec", TemplateRule::NoMembers);
    let twice = json!({"Type": "struct", "Spec": [params(1)[0], params(1)[0]]});
    let found = problems(typed(twice));
    assert!(found.contains(&(
        "Property[0].DataType.Spec[1].Identifier".into(),
        TemplateRule::IdentifierTwice { first: "Property[0].DataType.Spec[0]".into() }
    )));
}

#[test]
fn an_unknown_type_is_named() {
    for data_type in
        [json!({"Type": "int"}), json!({"Type": ""}), json!({"Type": "enum", "Spec": [{"Value": 0}]})]
    {
        let rule = TemplateRule::UnknownType(data_type["Type"].as_str().unwrap().into());
        type_broken(data_type, ".Type", rule);
    }
}
