//! What is being written in a session, and how it is sent.

use bytes::Bytes;
use leptos::prelude::*;

use super::super::subscriptions::qos_from;
use super::problem::Problem;
use super::repeating::Repeating;
use crate::composing::completion::{shortened, written_out};
use crate::composing::{Circumstances, History, Message, Template, escaped};
use crate::mqtt::{Capabilities, QoS, TopicName};
use crate::payload::{self, Format, PayloadError};
use crate::storage::Mode;
use crate::ui::bench::Bench;
use crate::ui::custom_topics::KeptTopics;
use crate::uiot::requests::{Request, SUB_SECRET};
use crate::uiot::{Credential, CustomTopic, NoParse, PARSE_SUFFIX, limits, no_parse, secrets};

/// A payload that is kept out of the editor.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Large {
    /// The file's name; none for what was pasted.
    pub(super) name: Option<String>,
    pub(super) bytes: Bytes,
}

impl Large {
    /// Bytes of text from which on the editor does not show it.
    pub(super) const TEXT: usize = 1 << 20;
    /// The same for what is shown in hexadecimal or Base64.
    pub(super) const BINARY: usize = 256 << 10;
}

/// The draft of a session. It outlives a change of pages and of sessions.
#[derive(Clone, Copy)]
pub(in crate::ui::messages) struct Draft {
    pub(super) bench: Bench,
    pub(super) topic: RwSignal<String>,
    pub(super) payload: RwSignal<String>,
    pub(super) format: RwSignal<&'static str>,
    pub(super) qos: RwSignal<&'static str>,
    pub(super) retain: RwSignal<bool>,
    pub(super) large: RwSignal<Option<Large>>,
    pub(super) problem: RwSignal<Option<Problem>>,
    pub(super) repeating: Repeating,
    /// What the session offers. The status changes with every message; this does not.
    offered: Memo<Capabilities>,
    topics: KeptTopics,
    history: StoredValue<History>,
    sent: StoredValue<u64>,
    /// What the next message's chance follows from: what is previewed is what is sent.
    seed: StoredValue<u64>,
}

/// What stood in the composer.
pub(in crate::ui::messages) struct Written {
    message: Message,
    large: Option<Large>,
}

/// A message that can be sent again and again.
pub(super) struct Prepared {
    topic: Template,
    body: Body,
    qos: QoS,
    retain: bool,
}

enum Body {
    Typed(Template, Format),
    Large(Bytes),
}

impl Draft {
    /// An empty draft, below its session's owner.
    pub(in crate::ui::messages) fn new(bench: Bench) -> Self {
        let draft = Self {
            bench,
            topic: RwSignal::new(String::new()),
            payload: RwSignal::new(String::new()),
            format: RwSignal::new("json"),
            qos: RwSignal::new("1"),
            retain: RwSignal::new(false),
            large: RwSignal::new(None),
            problem: RwSignal::new(None),
            repeating: Repeating::new(),
            offered: Memo::new(move |_| Self::capabilities(bench)),
            topics: expect_context(),
            history: StoredValue::new(History::default()),
            sent: StoredValue::new(0),
            seed: StoredValue::new(chance()),
        };
        draft.stop_when_offline();
        draft
    }

    /// Which device sends; none where the rules of the platform do not hold.
    pub(super) fn device(self) -> Option<Credential> {
        self.bench.uiot_device.get()
    }

    /// The custom topics of the product of the device that sends, as far as they are listed.
    pub(super) fn listed(self) -> Vec<CustomTopic> {
        self.device().map(|device| self.topics.of(&device.product_sn)).unwrap_or_default()
    }

    /// Why the topic cannot ask for the product's parser; none if it can.
    pub(super) fn no_parse(self) -> Option<NoParse> {
        no_parse(&self.full_topic(), &self.listed())
    }

    /// Lets the product's parser read the message, or not.
    pub(super) fn toggle_parse(self) {
        self.topic.update(|topic| match topic.strip_suffix(PARSE_SUFFIX) {
            Some(plain) => *topic = plain.to_owned(),
            None => topic.push_str(PARSE_SUFFIX),
        });
        self.forget_problem();
    }

    /// What the session offers; before there is one, what the form's mode would.
    pub(in crate::ui::messages) fn capabilities(bench: Bench) -> Capabilities {
        let planned = bench.status.with(|status| status.plan.as_ref().map(|plan| plan.options.capabilities));
        planned.unwrap_or_else(|| match bench.profile.with(|profile| profile.mode) {
            Mode::Uiot => limits::CAPABILITIES,
            Mode::Generic => Capabilities::ALL,
        })
    }

    /// How the payload is to be read.
    pub(super) fn format(self) -> Format {
        Format::from_id(self.format.get()).unwrap_or_default()
    }

    /// The QoS that is chosen, as far as the session offers it.
    pub(super) fn qos(self) -> QoS {
        qos_from(self.qos.get(), self.offered.get())
    }

    /// Whether the broker is to keep it, as far as the session offers that.
    pub(super) fn retain(self) -> bool {
        self.offered.get().retain && self.retain.get()
    }

    /// The topic without its short form.
    pub(super) fn full_topic(self) -> String {
        let device = self.device();
        self.topic.with(|typed| written_out(typed, device.as_ref()).unwrap_or_else(|| typed.clone()))
    }

    /// The message as it is typed.
    pub(super) fn message(self) -> Message {
        Message {
            topic: self.topic.get(),
            payload: self.payload.get(),
            format: self.format(),
            qos: self.qos().number(),
            retain: self.retain(),
        }
    }

    /// The message for a template: with the topic in its short form, so that it fits any device, and without the secrets
    /// that messages of a gateway hold.
    pub(super) fn message_for_any(self) -> Message {
        let full = self.full_topic();
        let mut message = self.message();
        for secret in secrets(&full, message.payload.as_bytes()).into_iter().rev() {
            if message.payload.get(secret.clone()).is_some() {
                message.payload.replace_range(secret, SUB_SECRET);
            }
        }
        Message { topic: shortened(&full, self.device().as_ref()), ..message }
    }

    /// Takes a message into the editor.
    pub(in crate::ui::messages) fn put(self, message: Message) {
        self.topic.set(message.topic);
        self.payload.set(message.payload);
        self.format.set(message.format.id());
        self.qos.set(match message.qos {
            0 => "0",
            1 => "1",
            _ => "2",
        });
        self.retain.set(message.retain);
        self.large.set(None);
        self.forget_problem();
    }

    /// Takes a documented request, with the topic of the device that sends; nothing where the platform's rules do not hold.
    pub(in crate::ui::messages) fn take_request(self, request: Request) {
        let Some(device) = untrack(|| self.device()) else { return };
        self.put(Message {
            topic: shortened(&request.topic().of(&device), Some(&device)),
            payload: request.payload(),
            format: Format::Json,
            qos: request.qos().number(),
            retain: false,
        });
    }

    /// Takes a message that was sent or received, so that it goes out as it was.
    pub(in crate::ui::messages) fn take_message(self, topic: &str, payload: &[u8], qos: QoS, retain: bool) {
        let device = untrack(|| self.device());
        self.put(Message {
            topic: escaped(&shortened(topic, device.as_ref())).into_owned(),
            payload: String::new(),
            format: untrack(|| self.format()),
            qos: qos.number(),
            retain,
        });
        self.take_bytes(topic.to_owned(), payload.to_vec(), true);
    }

    /// What is written, to be brought back; none where nothing is.
    pub(in crate::ui::messages) fn keep(self) -> Option<Written> {
        let written = untrack(|| Written { message: self.message(), large: self.large.get() });
        let is_empty =
            written.message.topic.is_empty() && written.message.payload.is_empty() && written.large.is_none();
        (!is_empty).then_some(written)
    }

    /// What is written and was not sent, to be brought back; a topic alone is soon typed again.
    pub(super) fn unsent(self) -> Option<Written> {
        self.keep().filter(|Written { message, large }| {
            let was_sent = self.history.with_value(|history| history.messages().contains(message));
            large.is_some() || !message.payload.is_empty() && !was_sent
        })
    }

    /// Brings back what was written.
    pub(in crate::ui::messages) fn restore(self, written: &Written) {
        self.put(written.message.clone());
        self.large.set(written.large.clone());
    }

    /// What was wrong is not held against what is written next.
    pub(super) fn forget_problem(self) {
        if self.problem.with_untracked(Option::is_some) {
            self.problem.set(None);
        }
        self.repeating.forget_end();
    }

    /// What the next message's variables follow from.
    pub(super) fn circumstances(self) -> Circumstances {
        Circumstances {
            counter: self.sent.get_value().wrapping_add(1),
            // A float cast saturates.
            unix_millis: js_sys::Date::now() as u64,
            seed: self.seed.get_value(),
        }
    }

    /// The payload of the next message.
    pub(super) fn bytes(self) -> Result<Bytes, PayloadError> {
        if let Some(large) = self.large.get() {
            return Ok(large.bytes);
        }
        let template = self.payload.with(|typed| Template::parse(typed.as_str()));
        payload::parse(self.format(), &template.expand(self.circumstances())).map(Bytes::from)
    }

    /// The message as it stands now, to be sent once or again and again.
    pub(super) fn prepared(self) -> Prepared {
        untrack(|| Prepared {
            topic: Template::parse(self.full_topic()),
            body: match self.large.get() {
                Some(large) => Body::Large(large.bytes),
                None => Body::Typed(Template::parse(self.payload.get()), self.format()),
            },
            qos: self.qos(),
            retain: self.retain(),
        })
    }

    /// Sends a message.
    pub(super) fn emit(self, prepared: &Prepared) -> Result<(), Problem> {
        let at = self.circumstances();
        let topic = TopicName::parse(&prepared.topic.expand(at)).map_err(Problem::Topic)?;
        let bytes = match &prepared.body {
            Body::Typed(typed, format) => {
                payload::parse(*format, &typed.expand(at)).map_err(Problem::Payload)?
            }
            Body::Large(bytes) => bytes.to_vec(),
        };
        self.bench
            .device(|device| device.publish(&topic, bytes, prepared.qos, prepared.retain))
            .map_err(Problem::Publish)?;
        self.sent.set_value(at.counter);
        self.seed.set_value(chance());
        Ok(())
    }

    /// Sends what is written, and remembers it. Whether it went out.
    pub(super) fn send(self) -> bool {
        let outcome = self.emit(&self.prepared());
        if outcome.is_ok() {
            self.remember();
        }
        let went_out = outcome.is_ok();
        self.problem.set(outcome.err());
        went_out
    }

    /// Adds what is written to the history.
    pub(super) fn remember(self) {
        if self.large.with_untracked(Option::is_none) {
            let message = untrack(|| self.message());
            self.history.update_value(|history| history.add(message));
        }
    }

    /// What was sent, newest first.
    pub(super) fn past(self) -> Vec<Message> {
        self.history.with_value(|history| history.messages().to_vec())
    }

    /// One message back in the history, or nearer.
    pub(in crate::ui::messages) fn walk(self, back: bool) {
        let now = untrack(|| self.message());
        let found = self
            .history
            .try_update_value(|history| if back { history.older(now) } else { history.newer() })
            .flatten();
        if let Some(found) = found {
            self.put(found);
        }
    }
}

/// What chance follows from.
fn chance() -> u64 {
    // 53 bits are what a float holds.
    (js_sys::Math::random() * 9_007_199_254_740_992.0) as u64
}
