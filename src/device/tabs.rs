//! What the other tabs of this tool are connected as.
//!
//! A broker has one connection a client identifier: the second takes it from the first [MQTT-3.1.4-2]. Tabs in the same
//! browser tell each other through a `BroadcastChannel` which identity they hold, so that a person can be warned before
//! the first connect. Secrets are no part of it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

const CHANNEL: &str = "uiot-testbench";
/// How long another tab may take to answer, in milliseconds.
const ANSWER_MILLIS: u32 = 500;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    /// Who holds what?
    Ask,
    /// This tab holds these identities.
    Hold(Vec<String>),
}

#[derive(Serialize, Deserialize)]
struct Message {
    tab: u64,
    word: Word,
}

/// See the [module's docs](self). Without `BroadcastChannel` there are no other tabs to know of.
pub struct Tabs(Rc<Inner>);

type Listener = Closure<dyn FnMut(MessageEvent)>;

struct Inner {
    tab: u64,
    channel: Option<BroadcastChannel>,
    held: RefCell<Vec<String>>,
    /// Who else holds what, and whether they said so since the last question.
    others: RefCell<BTreeMap<u64, (Vec<String>, bool)>>,
    on_change: Box<dyn Fn()>,
    listener: RefCell<Option<Listener>>,
}

impl Tabs {
    /// Joins the conversation. `on_change` is called when another tab takes or leaves an identity.
    pub fn join(on_change: impl Fn() + 'static) -> Self {
        let inner = Rc::new(Inner {
            tab: super::random(),
            channel: BroadcastChannel::new(CHANNEL).ok(),
            held: RefCell::default(),
            others: RefCell::default(),
            on_change: Box::new(on_change),
            listener: RefCell::default(),
        });
        let weak = Rc::downgrade(&inner);
        let listener = Listener::new(move |event: MessageEvent| {
            // Whatever else speaks on this channel is none of ours.
            let message = event.data().as_string().and_then(|text| serde_json::from_str(&text).ok());
            if let (Some(inner), Some(message)) = (weak.upgrade(), message) {
                inner.hear(message);
            }
        });
        if let Some(channel) = &inner.channel {
            channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        }
        *inner.listener.borrow_mut() = Some(listener);
        let tabs = Self(inner);
        tabs.ask();
        tabs
    }

    /// Tells the others what the sessions of this tab are connected as, or connecting.
    pub fn hold(&self, identities: Vec<String>) {
        if *self.0.held.borrow() != identities {
            *self.0.held.borrow_mut() = identities;
            self.0.tell_held();
        }
    }

    /// Says goodbye, for a page that goes away.
    pub fn leave(&self) {
        self.0.say(Word::Hold(Vec::new()));
    }

    /// Asks anew, and forgets who does not answer: a tab that crashed cannot say goodbye.
    pub fn ask(&self) {
        self.0.others.borrow_mut().values_mut().for_each(|(_, answered)| *answered = false);
        self.0.say(Word::Ask);
        let inner = Rc::downgrade(&self.0);
        Timeout::new(ANSWER_MILLIS, move || {
            if let Some(inner) = inner.upgrade() {
                inner.others.borrow_mut().retain(|_, (_, answered)| *answered);
                (inner.on_change)();
            }
        })
        .forget();
    }

    /// Tells the others anew, for a page that comes back.
    pub fn tell(&self) {
        self.0.tell_held();
    }

    /// Whether another tab holds this identity.
    pub fn is_held_elsewhere(&self, identity: &str) -> bool {
        self.0.others.borrow().values().any(|(held, _)| held.iter().any(|held| held == identity))
    }
}

impl Inner {
    fn hear(&self, message: Message) {
        match message.word {
            Word::Ask => {
                if !self.held.borrow().is_empty() {
                    self.tell_held();
                }
            }
            Word::Hold(identities) => {
                if identities.is_empty() {
                    self.others.borrow_mut().remove(&message.tab);
                } else {
                    self.others.borrow_mut().insert(message.tab, (identities, true));
                }
                (self.on_change)();
            }
        }
    }

    fn tell_held(&self) {
        self.say(Word::Hold(self.held.borrow().clone()));
    }

    fn say(&self, word: Word) {
        let message = Message { tab: self.tab, word };
        if let (Some(channel), Ok(text)) = (&self.channel, serde_json::to_string(&message)) {
            // Fails only on a channel that was closed.
            let _ = channel.post_message(&text.into());
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.close();
        }
    }
}
