//! CONNECT: who may come in (websocketconnect.md, mqttconnect.md).

use std::time::Duration;

use super::packets::{self, Connect};
use super::platform::Outgoing;
use super::registry::Activation;
use super::services::{self, registration};
use super::trace::{TraceEvent, Why};
use super::{ConnectionId, Platform};
use crate::mqtt::{ConnectReturnCode, Moment};
use crate::uiot::{AuthMode, Credential, limits};

/// More than any keep alive has use for, and little enough to reckon with.
const MOST_GRACE: f64 = 1000.0;

impl Platform {
    pub(super) fn refuse_level(&mut self, now: Moment, id: ConnectionId, level: u8) {
        let code = ConnectReturnCode::UnacceptableProtocolVersion;
        self.refuse(now, id, None, code, Why::ProtocolLevel(level));
    }

    pub(super) fn handle_connect(&mut self, now: Moment, id: ConnectionId, connect: &Connect) {
        let named = connect.user_name.as_deref().and_then(Credential::from_user_name);
        if let (Some((device, _)), Some(connection)) = (&named, self.connections.get_mut(&id)) {
            connection.faults_of =
                Some(device.clone()).filter(|device| self.device_faults.contains_key(device));
        }
        let (device, mode) = match self.admit(now, connect, named) {
            Ok(admitted) => admitted,
            Err((device, code, why)) => return self.refuse(now, id, device, code, why),
        };
        let key = (device.clone(), mode == AuthMode::Dynamic);
        if self.choices.newcomer_wins {
            self.kick_out(now, &device, Why::SameClientId);
        }
        // A device that registers has no session to come back to.
        let clean = connect.clean_session || mode == AuthMode::Dynamic;
        if clean {
            self.sessions.remove(&key);
        }
        let session_present = self.sessions.contains_key(&key);
        let session = self.sessions.entry(key).or_default();
        session.connection = Some(id);
        session.clean = clean;
        let resend = session.resend(now);

        let patience = (connect.keep_alive != 0).then(|| {
            let grace = self.choices.keep_alive_grace;
            let grace = if grace.is_nan() { 1.0 } else { grace.clamp(1.0, MOST_GRACE) };
            Duration::from_secs(connect.keep_alive.into()).mul_f64(grace)
        });
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.who = Some((device.clone(), mode));
            connection.faults_of = Some(device.clone());
            connection.patience = patience;
            connection.reader.old = connect.level < 4;
        }
        self.watch(id);
        let faults = self.faults_of(Some(&device));
        let (cut_after, rival_every) = (faults.cut_after, faults.rival_every);
        self.plan_cut(now, id, cut_after);
        if mode == AuthMode::Static {
            self.plan_rival(now, id, rival_every);
        }
        let event =
            TraceEvent::Online { keep_alive: connect.keep_alive, clean_session: connect.clean_session, mode };
        self.trace.add(now, Some(device.clone()), event);
        // MQTT 3.1 knows no flag for the session.
        let flag = session_present && connect.level >= 4;
        self.send(now, id, packets::connack(flag, ConnectReturnCode::Accepted), Outgoing::ConnAck);
        // Before a service hears that the device is there, and may send something new.
        self.send_due(now, id, resend);
        if mode == AuthMode::Static {
            if let Some(known) = self.registry.device_mut(&device) {
                known.activation = Activation::Activated;
            }
            // A fault may have cut the connection at its CONNACK.
            if self.connections.get(&id).is_some_and(|connection| connection.who.is_some()) {
                self.service(now, |cx| services::tell_status(cx, &device, true));
            }
        }
    }

    /// Who it is, or with which code it is refused.
    fn admit(
        &mut self,
        now: Moment,
        connect: &Connect,
        named: Option<(Credential, AuthMode)>,
    ) -> Result<(Credential, AuthMode), (Option<Credential>, ConnectReturnCode, Why)> {
        let choices = &self.choices;
        let device = named.as_ref().map(|(device, _)| device.clone());
        let accepted = ConnectReturnCode::Accepted;
        if let Some(code) = self.faults_of(device.as_ref()).refuse_connect
            && code != accepted
        {
            return Err((device, code, Why::Injected));
        }
        let Some((device, mode)) = named else {
            return Err((None, choices.wrong_secret, Why::UserName));
        };
        let refuse = |code, why| Err((Some(device.clone()), code, why));
        if connect.client_id != device.client_id() {
            return refuse(choices.client_id_refusal, Why::ClientId);
        }
        if !limits::KEEP_ALIVE.contains(&connect.keep_alive) && choices.keep_alive_refusal != accepted {
            return refuse(choices.keep_alive_refusal, Why::KeepAliveRange(connect.keep_alive));
        }
        if let (true, Some(code)) = (connect.will, choices.will_refusal)
            && code != accepted
        {
            return refuse(code, Why::Will);
        }
        let Some(product) = self.registry.product(&device.product_sn) else {
            return refuse(choices.unknown_device, Why::UnknownDevice);
        };
        if product.behind_gateway {
            return refuse(choices.unknown_device, Why::BehindGateway);
        }
        let known = product.devices.get(&device.device_sn);
        let (secret, disabled) = match (mode, known) {
            (AuthMode::Static, None) => return refuse(choices.unknown_device, Why::UnknownDevice),
            (AuthMode::Static, Some(known)) => (&known.secret, known.disabled),
            (AuthMode::Dynamic, known) => (&product.secret, known.is_some_and(|known| known.disabled)),
        };
        if connect.password.as_deref() != Some(secret.expose().as_bytes()) {
            return refuse(choices.wrong_secret, Why::WrongSecret);
        }
        if disabled {
            return refuse(choices.disabled_device, Why::Disabled);
        }
        let taken = || {
            let sessions = [false, true].map(|dynamic| self.sessions.get(&(device.clone(), dynamic)));
            sessions.into_iter().flatten().any(|session| session.connection.is_some())
        };
        if !choices.newcomer_wins && taken() {
            return refuse(ConnectReturnCode::IdentifierRejected, Why::SameClientId);
        }
        let code = choices.registration_refusal;
        if mode == AuthMode::Dynamic && !self.service(now, |cx| registration::admit(cx, &device)) {
            return Err((Some(device), code, Why::Registration));
        }
        Ok((device, mode))
    }

    fn refuse(
        &mut self,
        now: Moment,
        id: ConnectionId,
        device: Option<Credential>,
        code: ConnectReturnCode,
        why: Why,
    ) {
        // Whoever chose 0 for a refusal did not mean to let everybody in.
        let accepted = code == ConnectReturnCode::Accepted;
        let code = if accepted { ConnectReturnCode::NotAuthorized } else { code };
        self.trace.add(now, device, TraceEvent::Refused(code.number(), why));
        self.send(now, id, packets::connack(false, code), Outgoing::ConnAck);
        // The connection is closed after a refusal [MQTT-3.2.2-5].
        self.close_after_sending(now, id, why);
    }
}
