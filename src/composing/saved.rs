//! Templates that a person named and keeps. What is stored may be damaged: what cannot be read is left out, the rest
//! is kept.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Message;

/// How many are kept.
pub const MOST: usize = 200;
/// Characters of a name.
pub const LONGEST_NAME: usize = 60;

/// A message with a name. Its topic is in the short form (`~/upload`), so that it fits any device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedTemplate {
    /// What it is called; each name once.
    pub name: String,
    /// What is sent.
    #[serde(flatten)]
    pub message: Message,
}

/// What of the stored list can be read.
pub fn read(stored: Vec<Value>) -> Vec<SavedTemplate> {
    let mut list: Vec<SavedTemplate> = Vec::new();
    for each in stored.into_iter().filter_map(|each| serde_json::from_value::<SavedTemplate>(each).ok()) {
        let is_good = !each.name.trim().is_empty() && each.message.qos <= 2;
        if is_good && list.len() < MOST && !list.iter().any(|known| known.name == each.name) {
            list.push(each);
        }
    }
    list
}

/// Adds a message under a name; one of that name is replaced. False where there is no room, or no name.
pub fn put(list: &mut Vec<SavedTemplate>, name: &str, message: Message) -> bool {
    let name: String = name.trim().chars().take(LONGEST_NAME).collect();
    if name.is_empty() {
        return false;
    }
    if let Some(known) = list.iter_mut().find(|known| known.name == name) {
        known.message = message;
        return true;
    }
    if list.len() >= MOST {
        return false;
    }
    list.push(SavedTemplate { name, message });
    true
}

/// Gives one another name. False where that is taken, or none.
pub fn rename(list: &mut [SavedTemplate], from: &str, to: &str) -> bool {
    let to: String = to.trim().chars().take(LONGEST_NAME).collect();
    if to.is_empty() || (to != from && list.iter().any(|known| known.name == to)) {
        return false;
    }
    list.iter_mut().find(|known| known.name == from).map(|known| known.name = to).is_some()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::payload::Format;

    fn message(payload: &str) -> Message {
        Message {
            topic: "~/upload".into(),
            payload: payload.into(),
            format: Format::Json,
            qos: 1,
            retain: false,
        }
    }

    fn names(list: &[SavedTemplate]) -> Vec<&str> {
        list.iter().map(|each| each.name.as_str()).collect()
    }

    #[test]
    fn damaged_ones_are_left_out() {
        let good = json!({"name": "good", "topic": "t", "payload": "{}", "format": "json", "qos": 1});
        let stored = vec![
            json!(7),
            json!({"name": "no topic"}),
            good.clone(),
            json!({"name": "odd", "topic": "t", "payload": "", "format": "xml", "qos": 0}),
            json!({"name": "odd", "topic": "t", "payload": "", "qos": 9}),
            json!({"name": " ", "topic": "t", "payload": "", "qos": 0}),
            good,
        ];
        assert_eq!(names(&read(stored)), ["good"]);
    }

    #[test]
    fn they_come_back_as_they_were_stored() {
        let mut list = Vec::new();
        assert!(put(&mut list, " one ", message("${n}")));
        assert!(put(&mut list, "two", message("2")));
        assert!(put(&mut list, "one", message("1")));
        assert!(!put(&mut list, "  ", message("")));
        let Value::Array(stored) = serde_json::to_value(&list).unwrap() else { panic!("no list") };
        assert_eq!(read(stored), list);
        assert_eq!((names(&list), list[0].message.payload.as_str()), (vec!["one", "two"], "1"));
    }

    #[test]
    fn a_name_is_given_once() {
        let mut list = Vec::new();
        put(&mut list, "one", message("1"));
        put(&mut list, "two", message("2"));
        assert!(!rename(&mut list, "one", "two"));
        assert!(!rename(&mut list, "one", " "));
        assert!(rename(&mut list, "one", "one"));
        assert!(rename(&mut list, "one", "three"));
        assert!(!rename(&mut list, "gone", "x"));
        assert_eq!(names(&list), ["three", "two"]);
    }
}
