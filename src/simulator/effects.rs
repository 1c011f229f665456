//! What services want done: at once, or after the time that [`service_delay`](super::Choices::service_delay) gives them.

use std::collections::VecDeque;

use bytes::Bytes;

use super::Platform;
use super::platform::Timer;
use super::quota::Held;
use super::services::{Context, Effect};
use crate::mqtt::Moment;
use crate::uiot::{AuthMode, Credential, SystemTopic};

/// The messages of services that wait for their time, of one device, in their order.
#[derive(Debug)]
pub(super) struct Late {
    /// When the first of them is due.
    timer: (Moment, u64),
    messages: VecDeque<(Moment, Message, Held)>,
}

/// A message of a service.
#[derive(Debug)]
struct Message {
    to: Credential,
    topic: SystemTopic,
    payload: Bytes,
}

impl Platform {
    /// Lets a service work, and does what it wants done.
    pub(super) fn service<T>(&mut self, now: Moment, work: impl FnOnce(&mut Context<'_>) -> T) -> T {
        let mut cx = Context {
            now,
            wall: self.wall(now),
            registry: &mut self.registry,
            choices: &self.choices,
            random: &mut self.random,
            effects: Vec::new(),
        };
        let result = work(&mut cx);
        for effect in cx.effects {
            match effect {
                Effect::Send { to, topic, payload } => {
                    self.send_in_time(now, Message { to, topic, payload: payload.into() });
                }
                Effect::Trace { device, event } => self.trace.add(now, Some(device), event),
                Effect::WakeAt { at, alarm } => {
                    self.at(at, Timer::Service(alarm));
                }
            }
        }
        result
    }

    /// Sends a message after the services' time, and never before an earlier one to the same device: a shadow's answers
    /// are told apart by their order alone (operation_guide.md).
    fn send_in_time(&mut self, now: Moment, message: Message) {
        let due = now + self.choices.service_delay;
        let last = self.late.get(&message.to).and_then(|late| late.messages.back()).map(|(at, ..)| *at);
        if due == now && last.is_none() {
            return self.send_now(now, message);
        }
        let Some(room) = self.on_the_way.take(message.payload.len()) else {
            self.send_late(now, &message.to);
            return self.send_now(now, message);
        };
        let at = last.map_or(due, |last| last.max(due));
        if let Some(late) = self.late.get_mut(&message.to) {
            late.messages.push_back((at, message, room));
        } else {
            let to = message.to.clone();
            let timer = self.at(at, Timer::Late(to.clone()));
            self.late.insert(to, Late { timer, messages: VecDeque::from([(at, message, room)]) });
        }
    }

    /// Sends what waits for its time, without waiting for it.
    fn send_late(&mut self, now: Moment, to: &Credential) {
        let Some(late) = self.late.remove(to) else { return };
        self.timers.remove(&late.timer);
        for (_, message, _) in late.messages {
            self.send_now(now, message);
        }
    }

    /// Sends the messages whose time has come.
    pub(super) fn send_due_late(&mut self, now: Moment, to: &Credential) {
        while let Some(late) = self.late.get_mut(to) {
            match late.messages.pop_front() {
                None => drop(self.late.remove(to)),
                Some((at, message, room)) if at > now => {
                    late.messages.push_front((at, message, room));
                    let timer = self.at(at, Timer::Late(to.clone()));
                    if let Some(late) = self.late.get_mut(to) {
                        late.timer = timer;
                    }
                    return;
                }
                Some((_, message, _)) => self.send_now(now, message),
            }
        }
    }

    fn send_now(&mut self, now: Moment, Message { to, topic, payload }: Message) {
        let mode = if topic == SystemTopic::PasswordReply { AuthMode::Dynamic } else { AuthMode::Static };
        self.deliver(now, &to, mode, &topic.of(&to), payload, self.choices.service_qos);
    }
}
