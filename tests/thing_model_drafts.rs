//! What is typed for a value: it becomes the value that it says, or the place and the reason are told.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use serde_json::{Value, json};
use uiot_testbench::mqtt::Moment;
use uiot_testbench::uiot::model::{
    DataType, Draft, DraftFault, DraftFaultKind, Param, Template, ValueFaultKind, Wrapper,
};

/// A model with a property of every data type, arrays of each kind of item included.
const ALL_TYPES: &str = include_str!("records/all_types.json");

fn data_type(json: Value) -> DataType {
    serde_json::from_value(json).unwrap()
}

fn setting() -> DataType {
    data_type(json!({"Type":"int32","Spec":{"Max":30,"Min":16,"Step":1,"UnitName":"℃"}}))
}

fn fan() -> DataType {
    data_type(json!({"Type":"struct","Spec":[
        {"Identifier":"speed","Name":"speed","DataType":{"Type":"int32","Spec":{"Max":5,"Min":1,"Step":1}}},
        {"Identifier":"swing","Name":"swing","DataType":{"Type":"bool","Spec":{"0":"off","1":"on"}}}
    ]}))
}

fn typed(data_type: &DataType, text: &str) -> Vec<DraftFault> {
    match (data_type, Draft::new(data_type)) {
        (_, Draft::Text(_)) => Draft::Text(text.into()).check(data_type),
        _ => Draft::Number(text.into()).check(data_type),
    }
}

/// The only fault, and what it proposes.
fn only(faults: &[DraftFault]) -> (&DraftFaultKind, Option<&Value>) {
    assert_eq!(faults.len(), 1, "{faults:?}");
    (&faults[0].kind, faults[0].fix.as_ref())
}
