//! What holds of every thing model and every text, by generated ones.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails is a test that fails")]

use std::collections::{BTreeMap, HashSet};

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Number, Value};
use uiot_testbench::simulator::DEMO_MODEL;
use uiot_testbench::uiot::model::{
    AccessMode, ArraySpec, BoolSpec, CommandDef, DataType, DateSpec, EnumSpec, EventDef, EventType,
    NumberSpec, Param, Property, StringSpec, StructSpec, Template, UnknownType, Wrapper,
};

const TYPES: [&str; 9] = ["int32", "float32", "float64", "bool", "enum", "string", "date", "array", "struct"];

fn number() -> BoxedStrategy<Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        (-100_i64..100).prop_map(Number::from),
        any::<f64>().prop_filter_map("JSON has no such number", Number::from_f64),
    ]
    .boxed()
}

/// Any JSON.
fn json() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number().prop_map(Value::Number),
        ".{0,8}".prop_map(Value::String),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::Array),
            btree_map(".{0,4}", inner, 0..3).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
    .boxed()
}

fn some_json() -> BoxedStrategy<Value> {
    json().prop_filter("null is as good as nothing", |value| !value.is_null()).boxed()
}

/// Fields that no document knows: their names begin with `x`.
fn extra() -> BoxedStrategy<Map<String, Value>> {
    btree_map("x.{0,4}", json(), 0..2).prop_map(|map| map.into_iter().collect()).boxed()
}

fn number_spec() -> impl Strategy<Value = NumberSpec> {
    let bounds = (option::of(number()), option::of(number()), option::of(number()));
    (bounds, option::of(".{0,8}"), extra(), extra()).prop_map(|((min, max, step), unit, extra, beside)| {
        NumberSpec { max, min, step, unit, extra, beside }
    })
}

fn plain_type() -> BoxedStrategy<DataType> {
    prop_oneof![
        number_spec().prop_map(DataType::Int32),
        number_spec().prop_map(DataType::Float32),
        number_spec().prop_map(DataType::Float64),
        (option::of(".{0,8}"), option::of(".{0,8}"), extra(), extra())
            .prop_map(|(zero, one, extra, beside)| { DataType::Bool(BoolSpec { zero, one, extra, beside }) }),
        (btree_map(any::<i64>(), ".{0,8}", 0..4), extra(), extra())
            .prop_map(|(items, extra, beside)| DataType::Enum(EnumSpec { items, extra, beside })),
        (option::of(0..=i64::MAX as u64), extra(), extra())
            .prop_map(|(length, extra, beside)| DataType::String(StringSpec { length, extra, beside })),
        (option::of(some_json()), extra())
            .prop_map(|(spec, beside)| DataType::Date(DateSpec { spec, beside })),
        (".{0,8}", option::of(some_json()), extra())
            .prop_filter("the name of a type", |(name, ..)| !TYPES.contains(&name.as_str()))
            .prop_map(|(name, spec, beside)| DataType::Unknown(UnknownType { name, spec, beside })),
        (some_json(), extra()).prop_filter("an object has items", |(spec, _)| !spec.is_object()).prop_map(
            |(spec, beside)| {
                DataType::Unknown(UnknownType { name: "enum".into(), spec: Some(spec), beside })
            }
        ),
    ]
    .boxed()
}

fn data_type() -> BoxedStrategy<DataType> {
    plain_type()
        .prop_recursive(2, 8, 3, |inner| {
            prop_oneof![
                (option::of(0_u64..200), inner.clone(), extra(), extra()).prop_map(
                    |(size, item, extra, beside)| {
                        DataType::Array(ArraySpec { size, item: Box::new(item), extra, beside })
                    }
                ),
                (vec(param(inner), 0..3), extra())
                    .prop_map(|(members, beside)| DataType::Struct(StructSpec { members, beside })),
            ]
        })
        .boxed()
}

fn param(data_type: BoxedStrategy<DataType>) -> impl Strategy<Value = Param> {
    (".{0,8}", ".{0,8}", data_type, extra()).prop_map(|(identifier, name, data_type, extra)| Param {
        identifier,
        name,
        data_type,
        extra,
    })
}

/// Number, identifier, name, description, unknown fields.
fn head() -> impl Strategy<Value = (Option<i64>, String, String, Option<String>, Map<String, Value>)> {
    (option::of(any::<i64>()), ".{0,8}", ".{0,8}", option::of(".{0,8}"), extra())
}

fn property() -> impl Strategy<Value = Property> {
    let access = select(&[AccessMode::Read, AccessMode::ReadWrite][..]);
    (head(), access, data_type()).prop_map(
        |((id, identifier, name, description, extra), access, data_type)| Property {
            id,
            identifier,
            name,
            access,
            description,
            data_type,
            extra,
        },
    )
}

fn event() -> impl Strategy<Value = EventDef> {
    let event_type = select(&[EventType::Notify, EventType::Warning, EventType::Error][..]);
    (head(), event_type, vec(param(data_type()), 0..3)).prop_map(
        |((id, identifier, name, description, extra), event_type, output)| EventDef {
            id,
            identifier,
            name,
            description,
            event_type,
            output,
            extra,
        },
    )
}

fn command() -> impl Strategy<Value = CommandDef> {
    (head(), vec(param(data_type()), 0..3), vec(param(data_type()), 0..3)).prop_map(
        |((id, identifier, name, description, extra), input, output)| CommandDef {
            id,
            name,
            identifier,
            description,
            output,
            input,
            extra,
        },
    )
}

fn template() -> impl Strategy<Value = Template> {
    (vec(property(), 0..3), vec(event(), 0..3), vec(command(), 0..3), extra())
        .prop_map(|(properties, events, commands, extra)| Template { properties, events, commands, extra })
}

/// A number's Spec that the console takes.
fn regular_numbers() -> impl Strategy<Value = DataType> {
    let spec = |bounds: (i32, i32)| {
        NumberSpec::range(i64::from(bounds.0.min(bounds.1)), i64::from(bounds.0.max(bounds.1)), 1)
    };
    prop_oneof![
        any::<(i32, i32)>().prop_map(move |bounds| DataType::Int32(spec(bounds))),
        any::<(i32, i32)>().prop_map(move |bounds| DataType::Float32(spec(bounds))),
        (-1e9..1e9, -1e9..1e9).prop_map(|(one, other): (f64, f64)| {
            let bound = |float| Number::from_f64(float).unwrap();
            let range = NumberSpec::range(bound(one.min(other)), bound(one.max(other)), 1);
            DataType::Float64(range)
        }),
    ]
}

fn regular_string() -> impl Strategy<Value = DataType> {
    (1..=2048_u64).prop_map(|n| DataType::String(StringSpec { length: Some(n), ..StringSpec::default() }))
}

fn regular_struct() -> impl Strategy<Value = DataType> {
    let words = ("[a-z]{1,4}", "[a-z]{1,4}").prop_map(|(zero, one)| {
        DataType::Bool(BoolSpec { zero: Some(zero), one: Some(one), ..BoolSpec::default() })
    });
    let items = btree_map(any::<i32>(), "[温度a-z]{1,4}", 1..=25).prop_map(|items| {
        let items: BTreeMap<i64, String> =
            items.into_iter().map(|(value, text)| (i64::from(value), text)).collect();
        DataType::Enum(EnumSpec { items, ..EnumSpec::default() })
    });
    let member = prop_oneof![regular_numbers(), regular_string(), words, items];
    vec(member, 1..4).prop_map(|types| {
        let member = |(index, data_type)| Param {
            identifier: format!("m{index}"),
            name: format!("成员{index}"),
            data_type,
            extra: Map::new(),
        };
        let members = types.into_iter().enumerate().map(member).collect();
        DataType::Struct(StructSpec { members, ..StructSpec::default() })
    })
}

/// A type that the console takes.
fn regular_type() -> impl Strategy<Value = DataType> {
    let item = prop_oneof![regular_numbers(), regular_string(), regular_struct()];
    let array = (1..=128_u64, item).prop_map(|(size, item)| {
        let item = Box::new(item);
        DataType::Array(ArraySpec { size: Some(size), item, extra: Map::new(), beside: Map::new() })
    });
    prop_oneof![
        regular_numbers(),
        regular_string(),
        regular_struct(),
        array,
        Just(DataType::Date(DateSpec::default()))
    ]
}

/// All that can be done with what was read.
fn use_all(template: &Template, value: &Value) {
    let _ = template.problems();
    let _ = (template.to_json(Wrapper::With), template.to_json(Wrapper::Without));
    let params = template.commands.iter().flat_map(|command| command.input.iter().chain(&command.output));
    let params = params.chain(template.events.iter().flat_map(|event| &event.output));
    let types = template.properties.iter().map(|property| &property.data_type);
    for data_type in types.chain(params.map(|param| &param.data_type)) {
        let _ = (data_type.check(value), data_type.step_fault(value));
        let _ = data_type.check(&data_type.sample());
    }
}

/// The demo model with one value in it replaced.
fn replaced(at: &Index, with: Value) -> Value {
    fn count(value: &Value) -> usize {
        1 + match value {
            Value::Array(items) => items.iter().map(count).sum(),
            Value::Object(map) => map.values().map(count).sum(),
            _ => 0,
        }
    }
    fn replace(value: &mut Value, left: &mut usize, with: &Value) {
        if *left == 0 {
            *value = with.clone();
        }
        *left = left.wrapping_sub(1);
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| replace(item, left, with)),
            Value::Object(map) => map.values_mut().for_each(|item| replace(item, left, with)),
            _ => {}
        }
    }
    let mut demo: Value = serde_json::from_str(DEMO_MODEL).unwrap();
    let mut left = at.index(count(&demo));
    replace(&mut demo, &mut left, &with);
    demo
}

proptest! {
    #[test]
    fn a_template_survives_its_file(template in template()) {
        for wrapper in [Wrapper::With, Wrapper::Without] {
            let read = Template::parse(&template.to_json(wrapper));
            prop_assert_eq!(read.as_ref(), Ok(&template));
        }
    }

    #[test]
    fn a_data_type_survives_its_json(data_type in data_type()) {
        let json = serde_json::to_string(&data_type).unwrap();
        prop_assert_eq!(serde_json::from_str::<DataType>(&json).unwrap(), data_type);
    }

    #[test]
    fn no_text_is_too_much(text in any::<String>()) {
        let _ = Template::parse(&text);
    }

    #[test]
    fn no_broken_file_is_too_much(at in any::<Index>(), length in 0..40_usize, with in ".{0,6}") {
        let characters: Vec<char> = DEMO_MODEL.chars().collect();
        let start = at.index(characters.len());
        let end = (start + length).min(characters.len());
        let text: String =
            characters[..start].iter().copied().chain(with.chars()).chain(characters[end..].iter().copied()).collect();
        if let Ok(template) = Template::parse(&text) {
            use_all(&template, &Value::Null);
        }
    }

    #[test]
    fn no_odd_value_is_too_much(at in any::<Index>(), with in json(), value in json()) {
        match Template::from_value(replaced(&at, with)) {
            Ok(template) => use_all(&template, &value),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    #[test]
    fn no_generated_template_is_too_much(template in template(), value in json()) {
        use_all(&template, &value);
    }

    #[test]
    fn a_regular_type_breaks_no_rule_and_its_sample_fits(data_type in regular_type()) {
        let sample = data_type.sample();
        prop_assert_eq!(data_type.check(&sample), Ok(()));
        let property = Property {
            id: None, identifier: "p".into(), name: "属性".into(), access: AccessMode::Read, description: None,
            data_type, extra: Map::new(),
        };
        let template = Template { properties: vec![property], ..Template::default() };
        prop_assert_eq!(template.problems(), vec![]);
    }

    #[test]
    fn an_integer_is_right_exactly_within_its_bounds(low: i32, high: i32, value: i64) {
        let (low, high) = (low.min(high), low.max(high));
        let spec = NumberSpec::range(i64::from(low), i64::from(high), 1);
        let fits = (i64::from(low)..=i64::from(high)).contains(&value);
        prop_assert_eq!(DataType::Int32(spec.clone()).check(&value.into()).is_ok(), fits);
        let near = i64::from(low) + value.rem_euclid(8) - 4;
        let fits = (i64::from(low)..=i64::from(high)).contains(&near);
        prop_assert_eq!(DataType::Int32(spec.clone()).check(&near.into()).is_ok(), fits);
        prop_assert_eq!(DataType::Float64(spec).check(&near.into()).is_ok(), fits);
    }

    #[test]
    fn a_whole_number_of_steps_is_on_a_step(low in -1000..1000_i32, tenths in 1..50_i32, steps in 0..10_000_i32) {
        let step = f64::from(tenths) / 10.0;
        let spec = NumberSpec::range(i64::from(low), i64::from(i32::MAX), Number::from_f64(step).unwrap());
        // As a person or a device would write it.
        let written = format!("{:.1}", f64::from(low) + f64::from(tenths) * f64::from(steps) / 10.0);
        let value: Value = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(DataType::Float64(spec.clone()).step_fault(&value), None);
        prop_assert_eq!(DataType::Float32(spec).step_fault(&value), None);
    }

    #[test]
    fn problems_have_places_of_their_own_kind(template in template()) {
        let found = template.problems();
        let told: HashSet<_> = found.iter().map(|problem| format!("{problem:?}")).collect();
        prop_assert_eq!(told.len(), found.len());
    }
}
