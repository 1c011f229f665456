//! Which message answers which, on the topics of the platform: by RequestID where the messages have one, by order on
//! the shadow's topics, whose messages have none (shadow.md).
//!
//! The messages may come from anywhere; this file only says what to compare.

use std::collections::VecDeque;

use serde_json::Value;

use super::{Credential, PlatformTopic, RetCode, SystemTopic, shadow};
use crate::mqtt::Moment;

/// A message that may be the one looked for.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// By which the caller knows it.
    pub seq: u64,
    /// When it was sent or came.
    pub at: Moment,
    /// As it is on the wire.
    pub topic: &'a [u8],
    /// As it is on the wire.
    pub payload: &'a [u8],
}

/// Where the partner of a message is to be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// It is a request: among the messages after it, oldest first.
    After,
    /// It is an answer: among the messages before it, newest first.
    Before,
    /// Order decides: among all messages of the connection, oldest first, itself among them.
    All,
}

/// What ties a message to its partner.
#[derive(Clone, Debug)]
pub struct Search {
    seq: u64,
    look: Look,
    tie: Tie,
}

#[derive(Clone, Debug)]
enum Tie {
    /// The partner's topic, and the RequestID, which in a command's answer stands in the topic too (command.md).
    RequestId { topic: String, id: String },
    /// The topics of requests and answers.
    Order { requests: String, answers: String, topic: SystemTopic },
}

impl Search {
    /// What to look for; none if nothing answers this message and it answers nothing.
    pub fn of(message: &Message<'_>) -> Option<Self> {
        let topic = std::str::from_utf8(message.topic).ok()?;
        let PlatformTopic::System { device, topic, request_id } = PlatformTopic::parse(topic)? else {
            return None;
        };
        let asks = topic.reply();
        let answered = SystemTopic::ALL.iter().copied().find(|request| request.reply() == Some(topic));
        let (other, look) = match (asks, answered) {
            (Some(reply), _) => (reply, Look::After),
            (None, Some(request)) => (request, Look::Before),
            (None, None) => return None,
        };
        let (seq, request) = (message.seq, if look == Look::After { topic } else { other });
        if matches!(request, SystemTopic::ShadowUpstream | SystemTopic::ShadowGet) {
            let answer = if look == Look::After { other } else { topic };
            let tie =
                Tie::Order { requests: request.of(&device), answers: answer.of(&device), topic: answer };
            return Some(Self { seq, look: Look::All, tie });
        }
        let id = match request_id {
            Some(id) => id.to_owned(),
            None => request_id_of(message.payload)?,
        };
        Some(Self { seq, look, tie: Tie::RequestId { topic: topic_with(other, &device, &id), id } })
    }

    /// Which messages [`Self::find`] wants.
    pub const fn look(&self) -> Look {
        self.look
    }

    /// The partner among these messages.
    pub fn find<'a>(&self, messages: impl Iterator<Item = Message<'a>>) -> Option<u64> {
        match &self.tie {
            Tie::RequestId { topic, id } => find_by_id(messages, topic, id),
            Tie::Order { requests, answers, topic } => {
                self.find_by_order(messages, requests, answers, *topic)
            }
        }
    }

    /// Pairs requests and answers as they come. Requests are given up after [`shadow::ANSWER_TIME`], as the shadow's own
    /// reducer does: else one lost answer would shift all that follow.
    fn find_by_order<'a>(
        &self,
        messages: impl Iterator<Item = Message<'a>>,
        requests: &str,
        answers: &str,
        answer: SystemTopic,
    ) -> Option<u64> {
        let mut open: VecDeque<(u64, Moment)> = VecDeque::new();
        for message in messages {
            let given_up = |(_, at): &(u64, Moment)| message.at - *at > shadow::ANSWER_TIME;
            while open.front().is_some_and(given_up) {
                open.pop_front();
            }
            if is_on(&message, requests) {
                open.push_back((message.seq, message.at));
            } else if is_on(&message, answers)
                && (answer == SystemTopic::ShadowGetReply || answers_an_edit(message.payload))
            {
                match open.pop_front() {
                    Some((request, _)) if request == self.seq => return Some(message.seq),
                    request if message.seq == self.seq => return request.map(|(request, _)| request),
                    _ => {}
                }
            }
            if message.seq > self.seq && !open.iter().any(|(request, _)| *request == self.seq) {
                return None;
            }
        }
        None
    }
}

fn topic_with(topic: SystemTopic, device: &Credential, id: &str) -> String {
    match topic {
        SystemTopic::CommandReply => SystemTopic::command_reply_of(device, id),
        other => other.of(device),
    }
}

fn is_on(message: &Message<'_>, topic: &str) -> bool {
    let plain = message.topic.strip_suffix(super::PARSE_SUFFIX.as_bytes()).unwrap_or(message.topic);
    plain == topic.as_bytes()
}

fn find_by_id<'a>(mut messages: impl Iterator<Item = Message<'a>>, topic: &str, id: &str) -> Option<u64> {
    let of_command = topic.ends_with(id) && topic.contains(SystemTopic::CommandReply.suffix());
    let found = messages.find(|message| {
        is_on(message, topic) && (of_command || request_id_of(message.payload).as_deref() == Some(id))
    });
    found.map(|message| message.seq)
}

/// The RequestID of a message: a string, though a number is read as it stands.
fn request_id_of(payload: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Body {
        #[serde(rename = "RequestID")]
        request_id: Option<Value>,
    }
    match serde_json::from_slice::<Body>(payload).ok()?.request_id? {
        Value::String(id) => Some(id),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

/// Whether a message on `shadow/downstream` answers an edit; others bring what the cloud desires, but for the one that
/// says that the edit had another version.
fn answers_an_edit(payload: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Body {
        #[serde(rename = "Method")]
        method: Option<Value>,
    }
    let method = serde_json::from_slice::<Body>(payload).ok().and_then(|body| body.method);
    method.is_none_or(|method| method != "control")
        || RetCode::in_message(payload) == Some(RetCode::SHADOW_VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Milliseconds, the end of a system topic, payload.
    type Sample = (u64, &'static str, &'static str);

    fn partner(samples: &[Sample], seq: u64) -> Option<u64> {
        let topics: Vec<_> = samples.iter().map(|(_, topic, _)| format!("/$system/p/d/{topic}")).collect();
        let messages: Vec<_> = samples
            .iter()
            .zip(&topics)
            .zip(0..)
            .map(|(((millis, _, payload), topic), seq)| Message {
                seq,
                at: Moment::from_millis(*millis),
                topic: topic.as_bytes(),
                payload: payload.as_bytes(),
            })
            .collect();
        let search = Search::of(&messages[usize::try_from(seq).unwrap()])?;
        let messages = messages.into_iter();
        match search.look() {
            Look::After => search.find(messages.filter(|message| message.seq > seq)),
            Look::Before => search.find(messages.rev().filter(|message| message.seq < seq)),
            Look::All => search.find(messages),
        }
    }

    fn check(samples: &[Sample], pairs: &[(u64, u64)]) {
        for seq in 0..samples.len() as u64 {
            let expected = pairs.iter().find_map(|(one, other)| match seq {
                _ if seq == *one => Some(*other),
                _ if seq == *other => Some(*one),
                _ => None,
            });
            assert_eq!(partner(samples, seq), expected, "{:?}", samples[usize::try_from(seq).unwrap()]);
        }
    }

    #[test]
    fn request_ids_pair_in_any_order() {
        check(
            &[
                (0, "tmodel/property/post", r#"{"RequestID":"1","Property":{}}"#),
                (1, "tmodel/property/post", r#"{"RequestID":"9007199254740993"}"#),
                (2, "tmodel/event/post", r#"{"RequestID":"1"}"#),
                (3, "tmodel/property/post_reply", r#"{"RetCode":0,"RequestID":"9007199254740993"}"#),
                (4, "tmodel/event/post_reply", r#"{"RetCode":0,"RequestID":"1"}"#),
                (5, "tmodel/property/post_reply", r#"{"RetCode":0,"RequestID":"1"}"#),
                (6, "tmodel/property/post_reply", r#"{"RetCode":0,"RequestID":"9007199254740992"}"#),
                (7, "tmodel/property/post", "no JSON"),
            ],
            &[(0, 5), (1, 3), (2, 4)],
        );
    }

    #[test]
    fn a_command_is_answered_on_a_topic_with_its_id() {
        check(
            &[
                (0, "tmodel/command", r#"{"RequestID":"a","Identifier":"reboot"}"#),
                (1, "tmodel/command", r#"{"RequestID":"b","Identifier":"reboot"}"#),
                (2, "tmodel/command_reply/b", "no JSON at all"),
                (3, "tmodel/command_reply/a", r#"{"RequestID":"a","RetCode":0}"#),
                (4, "tmodel/property/set", r#"{"RequestID":"a"}"#),
                (5, "tmodel/property/set_reply", r#"{"RequestID":"a","RetCode":0}"#),
            ],
            &[(0, 3), (1, 2), (4, 5)],
        );
    }

    #[test]
    fn the_shadow_answers_in_order() {
        let reply = r#"{"Method":"reply","Payload":{"RetCode":0},"Version":2}"#;
        let desired = r#"{"Method":"control","Payload":{"RetCode":0,"State":{}},"Version":3}"#;
        let conflict = r#"{"Method":"control","Payload":{"RetCode":100026,"State":{}},"Version":4}"#;
        check(
            &[
                (0, "shadow/get", "{}"),
                (1, "shadow/upstream", "{}"),
                (2, "shadow/upstream", "{}"),
                (3, "shadow/downstream", desired),
                (4, "shadow/downstream", reply),
                (5, "shadow/get_reply", "{}"),
                (6, "shadow/downstream", conflict),
                (7, "shadow/downstream", reply),
            ],
            &[(0, 5), (1, 4), (2, 6)],
        );
    }

    #[test]
    fn a_lost_answer_does_not_shift_the_later_ones() {
        let reply = r#"{"Method":"reply","Payload":{"RetCode":0},"Version":2}"#;
        check(
            &[
                (0, "shadow/upstream", "{}"),
                (6000, "shadow/upstream", "{}"),
                (6100, "shadow/downstream", reply),
            ],
            &[(1, 2)],
        );
    }

    #[test]
    fn other_topics_have_no_partner() {
        let message = |topic: &'static [u8]| Message {
            seq: 0,
            at: Moment::ZERO,
            topic,
            payload: br#"{"RequestID":"1"}"#,
        };
        for topic in [&b"/p/d/upload"[..], b"\xff", b"", b"/$system/p/d/ota/upstream"] {
            assert!(Search::of(&message(topic)).is_none(), "{topic:?}");
        }
        let answered = Message { seq: 1, ..message(b"/$system/p/OTHER/tmodel/property/post_reply") };
        let search = Search::of(&message(b"/$system/p/d/tmodel/property/post")).unwrap();
        assert_eq!(search.find([answered].into_iter()), None, "another device's");
    }
}
