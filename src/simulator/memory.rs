use serde_json::{Map, Value};

/// Memory of all devices' shadows, property values, events and ended calls together, in bytes, about. A request that
/// needs more is answered with 130, "service temporarily unavailable". The documents have no such limit; a shadow alone may
/// have 256 KB, which 10,000 devices of a product together could not have in a page.
pub const MAX_DEVICE_DATA: usize = 128 * 1024 * 1024;

/// What an entry of a map takes beside its key and value, about.
const ENTRY: usize = 64;

/// Bytes of memory that a value takes, about: an array of small numbers takes many times its JSON.
pub(super) fn weight(value: &Value) -> usize {
    let inside = match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(weight).sum(),
        Value::Object(values) => weight_of_all(values),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    };
    size_of::<Value>() + inside
}

/// Bytes of memory that these values take with their keys, about.
pub(super) fn weight_of_all(values: &Map<String, Value>) -> usize {
    values.iter().map(|(key, value)| weight_of_entry(key, value)).sum()
}

/// Bytes of memory that a value takes in a map, about.
pub(super) fn weight_of_entry(key: &str, value: &Value) -> usize {
    ENTRY + key.len() + weight(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_values_weigh_more_than_their_json() {
        for (json, least) in [("[0,0,0,0]", 4 * 24), (r#"{"a":{"b":1}}"#, 2 * 64), ("[[],[],[]]", 3 * 24)] {
            let value: Value = serde_json::from_str(json).unwrap();
            assert!(weight(&value) >= least, "{json}: {}", weight(&value));
        }
        let long: Value = "x".repeat(1000).into();
        assert!((1000..1100).contains(&weight(&long)));
    }
}
