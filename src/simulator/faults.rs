//! Faults on request: what goes wrong on the way between the platform and a device.

use std::time::Duration;

use super::as_json::{connack_or_none, filter_or_none, millis, millis_or_none, share};
use super::connection::Connection;
use super::packets::Connect;
use super::platform::{CONNECT_DEADLINE, MAX_CONNECTIONS, Timer};
use super::trace::{InjectedFault, TraceEvent, Why};
use super::{ConnectionId, Platform};
use crate::mqtt::{ConnectReturnCode, Moment, TopicFilter};
use crate::uiot::{AuthMode, Credential, limits};

/// What is to go wrong, for one device or for all. The default is that nothing does.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Every packet to the device comes so much later. The order stays.
    #[serde(with = "millis")]
    pub delay: Duration,
    /// … give or take up to so much, evenly spread.
    #[serde(with = "millis")]
    pub jitter: Duration,
    /// This share (0 to 1) of the messages to and from the device is lost within the platform.
    #[serde(with = "share")]
    pub lose_messages: f64,
    /// This share (0 to 1) of the acknowledgements (PUBACK, PUBREC, PUBCOMP, SUBACK, UNSUBACK) is not sent.
    #[serde(with = "share")]
    pub lose_acks: f64,
    /// PINGREQ is not answered.
    pub withhold_pingresp: bool,
    /// Nothing at all is sent; the connection stays. One that did not get its CONNACK gets nothing afterwards either.
    pub silence: bool,
    /// Each connection that begins from now on is cut after so long; [`Platform::cut_now`] cuts those that are up.
    #[serde(with = "millis_or_none")]
    pub cut_after: Option<Duration>,
    /// The connection is cut after so many more bytes to the device, also in the middle of a packet. Happens once.
    pub cut_at_byte: Option<usize>,
    /// So many packets more have one byte changed.
    pub corrupt_packets: u32,
    /// CONNECT is answered with this code.
    #[serde(with = "connack_or_none")]
    pub refuse_connect: Option<ConnectReturnCode>,
    /// Subscriptions are refused with 0x80 if this filter matches them.
    #[serde(with = "filter_or_none")]
    pub refuse_subscribe: Option<TopicFilter>,
    /// Somebody else edits the device's shadow just before the device does.
    pub shadow_conflict: Option<ShadowConflict>,
    /// So long after each of the device's logins another client logs in with its credential.
    #[serde(with = "millis_or_none")]
    pub rival_every: Option<Duration>,
}

/// Which edits of a shadow come too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShadowConflict {
    /// The next one that would be taken. Happens once.
    Next,
    /// All of them: a device that tries again comes too late again.
    Every,
}

impl Faults {
    /// Whether anything goes wrong.
    pub fn any(&self) -> bool {
        *self != Self::default()
    }

    /// What a connection has a timer for.
    fn timed(&self) -> [Option<Duration>; 2] {
        [self.cut_after, self.rival_every]
    }
}

impl Platform {
    /// Cuts the connections of a device, or of all, whatever they are doing, as a broken network would; how many there
    /// were.
    pub fn cut_now(&mut self, now: Moment, device: Option<&Credential>) -> usize {
        let of_device = |who: Option<&Credential>| device.is_none() || who == device;
        let connections = self.connections.iter().filter_map(|(id, connection)| {
            let who = connection.who.as_ref().map(|(device, _)| device);
            of_device(who).then(|| (*id, who.cloned()))
        });
        let connections: Vec<_> = connections.collect();
        let count = connections.len();
        for (id, who) in connections {
            self.trace.add(now, who, TraceEvent::Fault(InjectedFault::Cut));
            self.cut(now, id, Why::Injected);
        }
        count
    }

    /// Has these faults hold from now on, also for connections that are up: for a device, or without one for all that have
    /// none of their own. None takes a device's own back.
    pub fn set_faults(&mut self, now: Moment, device: Option<&Credential>, faults: Option<Faults>) {
        let known = |platform: &Self| -> Vec<_> {
            let connections = platform.connections.iter().filter_map(|(id, connection)| {
                let (who, mode) = connection.who.as_ref()?;
                (*mode == AuthMode::Static).then(|| (*id, platform.faults_of(Some(who)).timed()))
            });
            connections.collect()
        };
        let before = known(self);
        match (device, faults) {
            (None, faults) => self.faults = faults.unwrap_or_default(),
            (Some(device), Some(faults)) => drop(self.device_faults.insert(device.clone(), faults)),
            (Some(device), None) => drop(self.device_faults.remove(device)),
        }
        let after = known(self);
        // What was not touched goes on as it was planned.
        for ((id, old), (_, new)) in before.into_iter().zip(after) {
            if old[0] != new[0] {
                self.plan_cut(now, id, new[0]);
            }
            if old[1] != new[1] {
                self.plan_rival(now, id, new[1]);
            }
        }
        let all: Vec<_> = self.connections.keys().copied().collect();
        all.into_iter().for_each(|id| self.hurry(now, id));
    }

    /// What a device had of its own has happened and does not happen again: it follows the others again.
    pub(super) fn drop_spent(&mut self, now: Moment, device: &Credential) {
        if self.device_faults.get(device).is_some_and(|own| !own.any()) {
            self.set_faults(now, Some(device), None);
        }
    }

    /// Restarts the broker: all connections are cut, and what was on its way is gone. Sessions that last stay, with
    /// their subscriptions and the messages that wait in them; how many connections of clients there were.
    pub fn restart_broker(&mut self, now: Moment) -> usize {
        self.trace.add(now, None, TraceEvent::Fault(InjectedFault::Restart));
        let connections: Vec<_> =
            self.connections.iter().map(|(id, connection)| (*id, connection.rival)).collect();
        for (id, _) in &connections {
            self.cut(now, *id, Why::Injected);
        }
        connections.into_iter().filter(|(_, rival)| !rival).count()
    }

    /// Plans when the rival of a connection's device comes, or that none does. One that is there already leaves.
    pub(super) fn plan_rival(&mut self, now: Moment, id: ConnectionId, after: Option<Duration>) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        if connection.rival {
            if after.is_none() {
                self.cut(now, id, Why::SentDisconnect);
            }
            return;
        }
        if let Some(old) = connection.rival_timer.take() {
            self.timers.remove(&old);
        }
        if let Some(after) = after {
            let entry = self.at(now + after.max(Duration::from_millis(1)), Timer::Rival(id));
            if let Some(connection) = self.connections.get_mut(&id) {
                connection.rival_timer = Some(entry);
            }
        }
    }

    /// Somebody else logs in as the device of this connection, as a copy of it would: what follows is what follows for
    /// any two clients with one credential. Where the first one stays, he tries again.
    pub(super) fn rival_comes(&mut self, now: Moment, id: ConnectionId) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.rival_timer = None;
        let Some((device, AuthMode::Static)) = connection.who.clone() else { return };
        let every = self.faults_of(Some(&device)).rival_every;
        let Some(secret) = self.registry.device(&device).map(|known| known.secret.clone()) else { return };
        if self.connections.len() < MAX_CONNECTIONS {
            let rival = self.new_connection();
            let mut new = Connection::new(now, CONNECT_DEADLINE);
            new.rival = true;
            self.connections.insert(rival, new);
            self.trace.add(now, Some(device.clone()), TraceEvent::Fault(InjectedFault::Rival));
            let session = self.sessions.get(&(device.clone(), false));
            let connect = Connect {
                level: 4,
                clean_session: session.is_none_or(|session| session.clean),
                keep_alive: limits::KEEP_ALIVE_DEFAULT,
                client_id: device.client_id(),
                will: false,
                user_name: Some(device.user_name()),
                password: Some(secret.expose().as_bytes().to_vec().into()),
            };
            self.handle_connect(now, rival, &connect);
            self.let_be(rival);
        }
        self.plan_rival(now, id, every);
    }

    /// An edit of a shadow came: where that was asked for, somebody else's is there before it.
    pub(super) fn overtake_edit(&mut self, now: Moment, device: &Credential, payload: &[u8]) {
        if self.faults_of(Some(device)).shadow_conflict.is_none() || !self.would_be_taken(device, payload) {
            return;
        }
        let faults = self.device_faults.get_mut(device).unwrap_or(&mut self.faults);
        if faults.shadow_conflict == Some(ShadowConflict::Next) {
            faults.shadow_conflict = None;
        }
        self.drop_spent(now, device);
        if let Some(known) = self.registry.device_mut(device) {
            known.shadow.edited_elsewhere(&self.choices.shadow);
        }
        self.trace.add(now, Some(device.clone()), TraceEvent::Fault(InjectedFault::ShadowConflict));
    }

    fn would_be_taken(&self, device: &Credential, payload: &[u8]) -> bool {
        if !self.registry.product(&device.product_sn).is_some_and(|product| product.shadow) {
            return false;
        }
        let Some(known) = self.registry.device(device) else { return false };
        let edit = serde_json::from_slice::<serde_json::Value>(payload).unwrap_or_default();
        let version = edit.get("Version").or_else(|| edit.get("version"));
        version.and_then(serde_json::Value::as_i64) == Some(known.shadow.version().into())
    }
}
