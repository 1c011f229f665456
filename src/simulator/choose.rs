//! Choices by the names that they have as JSON, for whoever shows and changes them one by one: `over_rate`,
//! `shadow.depth`.

use serde_json::Value;

use super::Choices;

/// Why a choice cannot be changed so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChoiceError {
    /// There is no choice of this name.
    Unknown,
    /// It cannot have this value; why, in English, for logs.
    Value(String),
}

impl Choices {
    /// All of them as JSON; null only where that cannot be.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// One choice as JSON, out of all of them as [`Self::to_value`] gives them.
    pub fn part<'a>(all: &'a Value, name: &str) -> Option<&'a Value> {
        name.split('.').try_fold(all, |value, key| value.get(key))
    }

    /// The same choices with another value for one of them.
    ///
    /// # Errors
    /// There is no such choice, or it cannot have this value.
    pub fn with(&self, name: &str, new: Value) -> Result<Self, ChoiceError> {
        let mut all = self.to_value();
        let place = name.split('.').try_fold(&mut all, |value, key| value.get_mut(key));
        *place.ok_or(ChoiceError::Unknown)? = new;
        serde_json::from_value(all).map_err(|error| ChoiceError::Value(error.to_string()))
    }

    /// The names of all choices, a service's behind its own name.
    pub fn names() -> Vec<String> {
        fn collect(value: &Value, name: &str, names: &mut Vec<String>) {
            match value {
                Value::Object(members) => {
                    for (key, member) in members {
                        let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                        collect(member, &name, names);
                    }
                }
                _ => names.push(name.to_owned()),
            }
        }
        let mut names = Vec::new();
        collect(&Self::default().to_value(), "", &mut names);
        names
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::simulator::Breach;

    #[test]
    fn a_choice_is_changed_by_its_name() {
        let changed = Choices::default().with("over_rate", json!("disconnect")).unwrap();
        assert_eq!(changed.over_rate, Breach::Disconnect);
        let changed = changed.with("shadow.depth", json!(3)).unwrap();
        assert_eq!((changed.shadow.depth, changed.over_rate), (Some(3), Breach::Disconnect));
        let all = changed.to_value();
        assert_eq!(Choices::part(&all, "shadow.depth"), Some(&json!(3)));
        assert_eq!(Choices::part(&all, "shadow.nothing"), None);
    }

    #[test]
    fn what_cannot_be_is_refused_and_named() {
        let choices = Choices::default();
        assert_eq!(choices.with("nothing", json!(1)), Err(ChoiceError::Unknown));
        assert_eq!(choices.with("shadow.nothing", json!(1)), Err(ChoiceError::Unknown));
        for (name, value) in [
            ("over_rate", json!("explode")),
            ("service_qos", json!(2)),
            ("keep_alive_grace", json!(0.5)),
            ("shadow.size", json!(-1)),
            ("newcomer_wins", json!("yes")),
        ] {
            assert!(
                matches!(choices.with(name, value), Err(ChoiceError::Value(why)) if !why.is_empty()),
                "{name}"
            );
        }
    }
}
