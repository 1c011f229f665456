//! What was reported beside what is desired, key by key.

use serde_json::{Number, Value};

use super::Values;

/// How the two halves of a key stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The cloud wants nothing of it.
    NotDesired,
    /// What is desired is what was reported.
    Same,
    /// Something else is desired, or it was never reported.
    Differs,
}

impl Verdict {
    /// A name for tests.
    pub const fn id(self) -> &'static str {
        match self {
            Self::NotDesired => "not-desired",
            Self::Same => "same",
            Self::Differs => "differs",
        }
    }
}

/// A key with both its values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair<'a> {
    /// The key.
    pub key: &'a str,
    /// What the device reported.
    pub reported: Option<&'a Value>,
    /// What the cloud wants.
    pub desired: Option<&'a Value>,
    /// Whether they are the same.
    pub verdict: Verdict,
}

/// All keys: the reported ones in their order, then those that are desired only.
pub fn pairs<'a>(reported: &'a Values, desired: &'a Values) -> impl Iterator<Item = Pair<'a>> {
    let known = reported.iter().map(|(key, value)| {
        let wish = desired.get(key);
        let verdict = match wish {
            None => Verdict::NotDesired,
            Some(wish) if same(value, wish) => Verdict::Same,
            Some(_) => Verdict::Differs,
        };
        Pair { key, reported: Some(value), desired: wish, verdict }
    });
    let wishes = desired.iter().filter(|(key, _)| !reported.contains_key(*key)).map(|(key, wish)| Pair {
        key,
        reported: None,
        desired: Some(wish),
        verdict: Verdict::Differs,
    });
    known.chain(wishes)
}

/// Whether two values mean the same: 25 and 25.0 do.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => same_number(one, other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let in_other = |(key, value): (&String, &Value)| other.get(key).is_some_and(|it| same(value, it));
            one.len() == other.len() && one.iter().all(in_other)
        }
        _ => one == other,
    }
}

/// Integers are compared as such: as floating point numbers 2^53 and 2^53 + 1 are one.
fn same_number(one: &Number, other: &Number) -> bool {
    match (one.is_f64(), other.is_f64()) {
        (false, false) => one == other,
        _ => one.as_f64() == other.as_f64(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn verdicts(reported: &Value, desired: &Value) -> Vec<(String, Verdict)> {
        let (reported, desired) = (reported.as_object().unwrap(), desired.as_object().unwrap());
        pairs(reported, desired).map(|pair| (pair.key.to_owned(), pair.verdict)).collect()
    }

    #[test]
    fn each_key_is_listed_once_with_its_verdict() {
        let found = verdicts(&json!({"a": 1, "b": 2, "c": 3}), &json!({"b": 2, "c": 4, "z": null}));
        let expected = [
            ("a", Verdict::NotDesired),
            ("b", Verdict::Same),
            ("c", Verdict::Differs),
            ("z", Verdict::Differs),
        ];
        assert_eq!(found, expected.map(|(key, verdict)| (key.to_owned(), verdict)));
    }

    #[test]
    fn values_are_compared_by_what_they_mean() {
        let is_same = |one: Value, other: Value| same(&one, &other);
        assert!(is_same(json!(25), json!(25.0)));
        assert!(is_same(json!({"a": [1, {"b": 2.0}], "c": ""}), json!({"c": "", "a": [1.0, {"b": 2}]})));
        assert!(!is_same(json!(9_007_199_254_740_993_u64), json!(9_007_199_254_740_992_u64)));
        assert!(!is_same(json!(1), json!("1")) && !is_same(json!(1), json!(true)));
        assert!(!is_same(json!([1]), json!([1, 2])) && !is_same(json!({"a": 1}), json!({"a": 1, "b": 1})));
    }
}
