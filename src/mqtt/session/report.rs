//! How a violation by the broker is told, and when it ends the connection.

use bytes::Bytes;

use super::super::{EndCause, Event, Moment, Output, Rule, State, Violation};
use super::Session;

impl Session {
    pub(super) fn violated(&mut self, now: Moment, rule: Rule, bytes: &[u8]) {
        self.report(now, Violation::new(rule, bytes));
    }

    /// Tells of a violation, and ends the connection if nothing can be trusted after it. Before CONNACK that means
    /// that the server speaks no MQTT.
    pub(super) fn report(&mut self, now: Moment, violation: Violation) {
        let Violation { rule, bytes } = violation;
        let violation = Violation { rule, bytes: self.without_secret(bytes) };
        self.event(Event::Violation(violation));
        if rule.is_fatal() || self.settings.strict {
            let no_mqtt = self.state == State::AwaitingConnAck && rule.is_fatal();
            self.end(now, if no_mqtt { EndCause::NotMqtt } else { EndCause::Violation(rule) });
        }
    }

    /// `bytes` with our password covered: a server that is no broker may send back what it got.
    pub(super) fn without_secret(&self, bytes: Bytes) -> Bytes {
        let Output::Send { packet, secret: Some(range), .. } = &self.connect else { return bytes };
        let mut covered = bytes.to_vec();
        // Our own CONNECT, whole or cut short.
        let length = covered.len();
        if length > range.start && covered[..range.start] == packet[..range.start] {
            covered[range.start..range.end.min(length)].fill(b'*');
        }
        let secret = &packet[range.clone()];
        let mut at = 0;
        while !secret.is_empty() && at + secret.len() <= length {
            if covered[at..at + secret.len()] == *secret {
                covered[at..at + secret.len()].fill(b'*');
            }
            at += 1;
        }
        // Cut short, by us or by the network. Fewer than three bytes tell nothing, and may be there by chance.
        let cut = (3..secret.len()).rev().find(|begun| covered.ends_with(&secret[..*begun]));
        if let Some(begun) = cut {
            covered[length - begun..].fill(b'*');
        }
        Bytes::from(covered)
    }
}
