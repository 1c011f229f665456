//! What was sent, newest first, each once.

use serde::{Deserialize, Serialize};

use crate::payload::Format;

/// A message as it was typed, variables and all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The topic as typed.
    pub topic: String,
    /// The payload as typed.
    pub payload: String,
    /// How the payload is to be read.
    #[serde(with = "format_id", default)]
    pub format: Format,
    /// 0, 1 or 2.
    pub qos: u8,
    /// Whether the broker is to keep it.
    #[serde(default)]
    pub retain: bool,
}

mod format_id {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use crate::payload::Format;

    pub(super) fn serialize<S: Serializer>(format: &Format, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(format.id())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Format, D::Error> {
        let id = String::deserialize(deserializer)?;
        Format::from_id(&id).ok_or_else(|| de::Error::custom("an unknown format"))
    }
}

/// The history of a session. Walking through it does not lose what was being written.
#[derive(Clone, Debug, Default)]
pub struct History {
    sent: Vec<Message>,
    /// Where the walk stands, and what was there before it began.
    walk: Option<(usize, Message)>,
}

impl History {
    /// Messages that are kept.
    pub const MOST: usize = 50;
    /// Bytes of a payload that is kept; a larger message is not.
    pub const LARGEST: usize = 64 * 1024;

    /// Takes note of a message that was sent.
    pub fn add(&mut self, message: Message) {
        self.walk = None;
        if message.payload.len() > Self::LARGEST {
            return;
        }
        self.sent.retain(|known| *known != message);
        self.sent.insert(0, message);
        self.sent.truncate(Self::MOST);
    }

    /// What was sent, newest first.
    pub fn messages(&self) -> &[Message] {
        &self.sent
    }

    /// One message further back, and what is being written now to come back to.
    pub fn older(&mut self, now: Message) -> Option<Message> {
        let next = match &self.walk {
            // What was changed on the way is a draft of its own.
            Some((at, _)) if self.sent.get(*at) == Some(&now) => at + 1,
            _ => {
                self.walk = None;
                usize::from(self.sent.first() == Some(&now))
            }
        };
        let found = self.sent.get(next)?.clone();
        let draft = self.walk.take().map_or(now, |(_, draft)| draft);
        self.walk = Some((next, draft));
        Some(found)
    }

    /// One message nearer, and at the end what was being written. None where no walk began.
    pub fn newer(&mut self) -> Option<Message> {
        let (at, draft) = self.walk.take()?;
        match at.checked_sub(1).and_then(|at| Some((at, self.sent.get(at)?.clone()))) {
            Some((at, found)) => {
                self.walk = Some((at, draft));
                Some(found)
            }
            None => Some(draft),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(payload: &str) -> Message {
        Message { topic: "t".into(), payload: payload.into(), format: Format::Text, qos: 1, retain: false }
    }

    fn payloads(history: &History) -> Vec<&str> {
        history.messages().iter().map(|message| message.payload.as_str()).collect()
    }

    #[test]
    fn equal_messages_are_kept_once_and_not_more_than_fifty() {
        let mut history = History::default();
        for payload in ["a", "b", "a"] {
            history.add(message(payload));
        }
        assert_eq!(payloads(&history), ["a", "b"]);
        history.add(Message { qos: 0, ..message("a") });
        assert_eq!(payloads(&history), ["a", "a", "b"]);
        for number in 0..80 {
            history.add(message(&number.to_string()));
        }
        assert_eq!(history.messages().len(), History::MOST);
        history.add(message(&"x".repeat(History::LARGEST + 1)));
        assert_eq!(history.messages()[0].payload, "79");
    }

    #[test]
    fn a_walk_comes_back_to_the_draft() {
        let mut history = History::default();
        assert_eq!(history.older(message("draft")), None);
        assert_eq!(history.newer(), None);
        for payload in ["a", "b", "c"] {
            history.add(message(payload));
        }
        assert_eq!(history.older(message("draft")), Some(message("c")));
        assert_eq!(history.older(message("c")), Some(message("b")));
        assert_eq!(history.older(message("b")), Some(message("a")));
        assert_eq!(history.older(message("a")), None);
        assert_eq!(history.newer(), Some(message("b")));
        assert_eq!(history.newer(), Some(message("c")));
        assert_eq!(history.newer(), Some(message("draft")));
        assert_eq!(history.newer(), None);
    }

    #[test]
    fn what_was_just_sent_is_not_shown_as_the_one_before() {
        let mut history = History::default();
        for payload in ["a", "b"] {
            history.add(message(payload));
        }
        assert_eq!(history.older(message("b")), Some(message("a")));
        assert_eq!(history.newer(), Some(message("b")));
    }

    #[test]
    fn what_was_changed_on_the_way_becomes_the_draft() {
        let mut history = History::default();
        for payload in ["a", "b"] {
            history.add(message(payload));
        }
        assert_eq!(history.older(message("draft")), Some(message("b")));
        assert_eq!(history.older(message("b, changed")), Some(message("b")));
        assert_eq!(history.newer(), Some(message("b, changed")));
    }
}
