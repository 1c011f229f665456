use super::{Reply, Request};
use crate::mqtt::{ConnectReturnCode, Login, QoS, Secret};
use crate::uiot::{AuthMode, Credential, Misread, Outgoing, RetCode, SystemTopic};

/// What a registration goes through, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Connects with the product's secret.
    Connecting,
    /// Subscribes to `password_reply`.
    Subscribing,
    /// Has asked, and waits for the answer.
    Asking,
    /// Has the secret, and leaves the restricted connection.
    Leaving,
    /// Connects with the device's own secret.
    LoggingIn,
}

/// Where a registration stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// In this step.
    At(Step),
    /// The device is online, activated, and not able to register again before it is reset in the console.
    Done,
    /// It went wrong.
    Failed(Failure),
    /// The person stopped it.
    Stopped,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Connect with these; report [`Happened::Connected`] or [`Happened::Refused`].
    Connect {
        /// The ClientID.
        client_id: String,
        /// User name and password.
        login: Login,
    },
    /// Subscribe; report [`Happened::Subscribed`] or [`Happened::SubscriptionRefused`].
    Subscribe {
        /// The filter.
        filter: String,
        /// With which QoS.
        qos: QoS,
    },
    /// Publish; hand what comes on `password_reply` to [`Registration::receive`].
    Publish(Outgoing),
    /// Keep this secret: it is the device's own from now on. Then disconnect; report [`Happened::Disconnected`].
    KeepSecretAndDisconnect(Secret),
    /// Disconnect: the registration is over.
    Disconnect,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// CONNACK 0.
    Connected,
    /// CONNACK with another code.
    Refused(ConnectReturnCode),
    /// SUBACK granted the subscription.
    Subscribed,
    /// SUBACK refused it.
    SubscriptionRefused,
    /// The connection is closed, or could not be opened.
    Disconnected,
    /// The step takes too long: see [`ANSWER_TIME`](super::ANSWER_TIME).
    TimedOut,
    /// What was to be sent cannot be: the DeviceSN holds what no topic can, or no packet identifier is free.
    NotSent,
}

/// Why a registration ended without success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// In which step.
    pub step: Step,
    /// Why.
    pub cause: Cause,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// CONNACK refused the login. In the first step: a wrong ProductSecret, dynamic registration switched off, a device that the
    /// product does not have, or one that was activated before.
    Refused(ConnectReturnCode),
    /// SUBACK refused `password_reply`.
    SubscriptionRefused,
    /// The connection went.
    ConnectionLost,
    /// It took too long.
    TimedOut,
    /// The platform answered with an error; its code, and its words if it gave any.
    Answer(RetCode, Option<String>),
    /// The answer is a success, but has no password or an empty one.
    NoPassword,
    /// The answer could not be understood.
    Misread(Misread),
    /// SUBSCRIBE or the request could not be written: the DeviceSN holds what no topic can.
    NotSent,
}

/// The device's side of dynamic registration.
///
/// ```
/// # use uiot_testbench::mqtt::Secret;
/// # use uiot_testbench::uiot::{Credential, registration::{Action, Happened, Progress, Registration, Step}};
/// let device = Credential::new("70ly1tvowt696r15", "112233445566");
/// let (mut registration, connect) = Registration::start(device, Secret::new("sqx0cltqba402z7z"), "100");
/// assert!(matches!(connect, Action::Connect { .. }));
/// let subscribe = registration.handle(Happened::Connected);
/// assert!(matches!(subscribe, Some(Action::Subscribe { .. })));
/// assert_eq!(registration.progress(), &Progress::At(Step::Subscribing));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    device: Credential,
    request_id: String,
    secret: Option<Secret>,
    progress: Progress,
}

impl Registration {
    /// Begins; the action is the first thing to do. `request_id` may be any text; the C SDK has `"1"`.
    pub fn start(
        device: Credential,
        product_secret: Secret,
        request_id: impl Into<String>,
    ) -> (Self, Action) {
        let connect = connect(&device, AuthMode::Dynamic, product_secret);
        let request_id = request_id.into();
        (Self { device, request_id, secret: None, progress: Progress::At(Step::Connecting) }, connect)
    }

    /// Whose it is.
    pub const fn device(&self) -> &Credential {
        &self.device
    }

    /// Where it stands.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The DeviceSecret as soon as it came; also after a failure or a stop, because the platform may not tell it again.
    pub fn secret(&self) -> Option<&Secret> {
        self.secret.as_ref()
    }

    /// Whether nothing more is to be done.
    pub fn is_over(&self) -> bool {
        !matches!(self.progress, Progress::At(_))
    }

    /// Takes what happened, and returns what to do next; none where nothing is to be done. What has no place in the
    /// present step is passed over: an answer to another request, a second SUBACK.
    pub fn handle(&mut self, happened: Happened) -> Option<Action> {
        let Progress::At(step) = self.progress else { return None };
        match (step, happened) {
            (Step::Connecting, Happened::Connected) => {
                self.progress = Progress::At(Step::Subscribing);
                let filter = SystemTopic::PasswordReply.of(&self.device);
                Some(Action::Subscribe { filter, qos: QoS::AtLeastOnce })
            }
            (Step::Subscribing, Happened::Subscribed) => {
                self.progress = Progress::At(Step::Asking);
                // Keys are strings, so this cannot fail.
                let payload = serde_json::to_vec(&Request::new(&self.request_id)).unwrap_or_default();
                let topic = SystemTopic::Password.of(&self.device);
                Some(Action::Publish(Outgoing { topic, payload, qos: QoS::AtLeastOnce }))
            }
            (Step::Leaving, Happened::Disconnected) => {
                self.progress = Progress::At(Step::LoggingIn);
                let secret = self.secret.clone().unwrap_or_default();
                Some(connect(&self.device, AuthMode::Static, secret))
            }
            (Step::LoggingIn, Happened::Connected) => {
                self.progress = Progress::Done;
                None
            }
            (Step::Connecting | Step::LoggingIn, Happened::Refused(code)) => {
                self.fail(step, Cause::Refused(code))
            }
            (Step::Subscribing, Happened::SubscriptionRefused) => self.fail(step, Cause::SubscriptionRefused),
            (_, Happened::Disconnected) => self.fail(step, Cause::ConnectionLost),
            (_, Happened::TimedOut) => self.fail(step, Cause::TimedOut),
            (_, Happened::NotSent) => self.fail(step, Cause::NotSent),
            _ => None,
        }
    }

    /// Takes a message that came on `password_reply`, and returns what to do next.
    pub fn receive(&mut self, payload: &[u8]) -> Option<Action> {
        let step = Step::Asking;
        if self.progress != Progress::At(step) {
            return None;
        }
        let reply = match Reply::read(payload) {
            Ok(reply) => reply,
            Err(why) => {
                let misread = Misread { topic: SystemTopic::PasswordReply, why };
                return self.fail(step, Cause::Misread(misread));
            }
        };
        if reply.request_id.is_some_and(|id| id != self.request_id) {
            return None;
        }
        if !reply.ret_code.is_success() {
            return self.fail(step, Cause::Answer(reply.ret_code, reply.message));
        }
        let Some(secret) = reply.password.filter(|secret| !secret.is_empty()) else {
            return self.fail(step, Cause::NoPassword);
        };
        self.secret = Some(secret.clone());
        self.progress = Progress::At(Step::Leaving);
        Some(Action::KeepSecretAndDisconnect(secret))
    }

    /// Stops, whatever the step.
    pub fn stop(&mut self) -> Option<Action> {
        if self.is_over() {
            return None;
        }
        self.progress = Progress::Stopped;
        Some(Action::Disconnect)
    }

    /// Ends without success; a connection that may be open is to be closed.
    fn fail(&mut self, step: Step, cause: Cause) -> Option<Action> {
        let open = !matches!(cause, Cause::ConnectionLost | Cause::Refused(_));
        self.progress = Progress::Failed(Failure { step, cause });
        open.then_some(Action::Disconnect)
    }
}

fn connect(device: &Credential, mode: AuthMode, secret: Secret) -> Action {
    let login = Login::Password(device.user_name_for(mode), secret);
    Action::Connect { client_id: device.client_id(), login }
}
