//! Dynamic registration carried out: what the [`Course`] wants done is done with the session, and what comes of it is told to
//! the course. It ends with the device connected as any other, or with a reason why not.
//!
//! Nothing is tried again by itself: each attempt may be the one that the platform takes as the only one.

use super::ticker::Alarm;
use super::wanted::Wanted;
use super::{Core, Device, EndCause, Event, Moment, State, TopicFilter, TopicName, random};
use crate::mqtt::{Login, Secret, SubscriptionState};
use crate::storage::{ConnectionPlan, Endpoint};
use crate::uiot::registration::{Action, Course, Happened, Step};
use crate::uiot::{Credential, SystemTopic};

/// What a screen shows of a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// How it went so far.
    pub course: Course,
    /// Why its connection ended, where that was its end.
    pub ended: Option<EndCause>,
    /// Whether it is one at the simulator in this page.
    pub simulated: bool,
}

pub(super) struct Registering {
    course: Course,
    /// As it was asked for: with the ProductSecret, and with the session options for later.
    plan: ConnectionPlan,
    /// What is subscribed once the device is connected as itself.
    wanted: Vec<Wanted>,
    /// `password_reply`, once it was asked for.
    filter: Option<TopicFilter>,
    /// What is to be done next.
    next: Option<Action>,
    ended: Option<EndCause>,
    /// Whether the form has the secret.
    handed: bool,
    /// Whether a person has seen enough of it.
    dismissed: bool,
    alarm: Option<(Moment, Alarm)>,
}

impl Registering {
    /// What is to be done next. Nothing new leaves what is to be done already, unless it is over: an answer may come twice.
    fn then(&mut self, next: Option<Action>) {
        if next.is_some() || self.course.is_over() {
            self.next = next;
        }
    }
}

impl Device {
    /// Registers the device of a plan that says so, and then connects as that; an existing connection is ended first.
    pub(super) fn register_now(&self, plan: ConnectionPlan, wanted: Vec<Wanted>) {
        // Before there is a course: the end of the old connection must not be taken for that of its own.
        self.disconnect();
        self.with_core(|core, now| {
            let (Some(device), Login::Password(_, secret)) = (plan.device(), &plan.options.login) else {
                return;
            };
            // Any text will do; another one each time, so that a late answer is none to this request.
            let request_id = format!("{:06}", random() % 1_000_000);
            let (course, action) = Course::start(now, device, secret.clone(), request_id);
            core.registering = Some(Registering {
                course,
                plan,
                wanted,
                filter: None,
                next: Some(action),
                ended: None,
                handed: false,
                dismissed: false,
                alarm: None,
            });
            core.services_changed();
        });
    }

    /// The registration that is under way, or was the last thing that the device did before its connection.
    pub fn registration(&self) -> Option<Registered> {
        let core = self.0.core.borrow();
        let registering = core.registering.as_ref().filter(|registering| !registering.dismissed)?;
        Some(Registered {
            course: registering.course.clone(),
            ended: registering.ended.clone(),
            simulated: registering.plan.endpoint == Endpoint::Simulator,
        })
    }

    /// The DeviceSecret that a registration brought, once.
    pub fn take_registered(&self) -> Option<(Credential, Secret)> {
        let mut core = self.0.core.borrow_mut();
        let registering = core.registering.as_mut().filter(|registering| !registering.handed)?;
        let secret = registering.course.secret()?.clone();
        registering.handed = true;
        Some((registering.course.device().clone(), secret))
    }

    /// A registration that is over need not be shown any more.
    pub fn dismiss_registration(&self) {
        self.with_core(|core, _| {
            if let Some(registering) = core.registering.as_mut().filter(|each| each.course.is_over()) {
                registering.dismissed = true;
                core.services_changed();
            }
        });
    }

    /// Carries out what the registration wants done next; whether that was anything.
    pub(super) fn run_registration(&self, core: &mut Core, now: Moment) -> bool {
        let Some(registering) = &mut core.registering else { return false };
        let Some(action) = registering.next.take() else { return false };
        let happened = match action {
            Action::Connect { login, .. } => {
                let own = registering.course.step() == Step::LoggingIn;
                let (plan, wanted) = if own {
                    (registering.plan.clone().registered(login), registering.wanted.clone())
                } else {
                    // What it subscribes is of no use to any later connection.
                    let mut plan = registering.plan.clone();
                    plan.options.clean_session = true;
                    (plan, Vec::new())
                };
                if !own {
                    // Only the question may be said on that connection, and nothing is to stand before it.
                    core.note_discarded(now, |core| {
                        if let Some(session) = &mut core.session {
                            session.discard_queue();
                        }
                    });
                }
                self.begin(core, now, plan, None);
                core.want(now, &wanted);
                if let Some(session) = &mut core.session {
                    session.set_auto_reconnect(now, false);
                }
                None
            }
            Action::Subscribe { filter, qos } => {
                registering.filter = TopicFilter::parse(&filter).ok();
                let filter = registering.filter.clone();
                let asked = core
                    .session
                    .as_mut()
                    .zip(filter)
                    .map(|(session, filter)| session.subscribe(now, filter, qos));
                (!matches!(asked, Some(Ok(())))).then_some(Happened::NotSent)
            }
            Action::Publish(message) => {
                let topic = TopicName::parse(&message.topic).ok();
                let sent = core.session.as_mut().zip(topic).map(|(session, topic)| {
                    session.publish(now, &topic, message.payload.into(), message.qos, false).map(drop)
                });
                (!matches!(sent, Some(Ok(())))).then_some(Happened::NotSent)
            }
            Action::KeepSecretAndDisconnect(_) | Action::Disconnect => {
                if let Some(session) = &mut core.session {
                    session.disconnect(now);
                }
                core.settle_registration(now);
                None
            }
        };
        if let Some(happened) = happened {
            core.registration_happened(now, happened);
        }
        core.services_changed();
        true
    }

    /// Sets the registration's alarm, or takes it back.
    pub(super) fn time_registration(&self, core: &mut Core, now: Moment) {
        let Some(registering) = &mut core.registering else { return };
        let at = registering.course.due();
        if at == registering.alarm.as_ref().map(|(at, _)| *at) {
            return;
        }
        registering.alarm = at.map(|at| {
            let device = std::rc::Rc::downgrade(&self.0);
            let woken = move || {
                if let Some(inner) = device.upgrade() {
                    Self(inner).with_core(Core::registration_is_woken);
                }
            };
            (at, Alarm::after(at - now, woken))
        });
    }
}

impl Core {
    /// Whether a registration is under way.
    pub(super) fn is_registering(&self) -> bool {
        self.registering.as_ref().is_some_and(|registering| !registering.course.is_over())
    }

    /// What the session told may be what the registration waits for.
    pub(super) fn registration_hears(&mut self, now: Moment, event: &Event) {
        let Some(registering) = self.registering.as_mut().filter(|each| !each.course.is_over()) else {
            return;
        };
        let happened = match event {
            Event::Connected { .. } => Happened::Connected,
            Event::SubscriptionsChanged => {
                let granted = |session: &super::Session| {
                    session.subscriptions().iter().any(|known| {
                        let is_granted = matches!(known.state, SubscriptionState::Granted(_));
                        is_granted && registering.filter.as_ref() == Some(&known.filter)
                    })
                };
                if !self.session.as_ref().is_some_and(granted) {
                    return;
                }
                Happened::Subscribed
            }
            Event::SubscriptionRefused { filter, .. } if registering.filter.as_ref() == Some(filter) => {
                Happened::SubscriptionRefused
            }
            Event::Message(message) => {
                if message.topic == SystemTopic::PasswordReply.of(registering.course.device()) {
                    let next = registering.course.receive(now, &message.payload);
                    registering.then(next);
                    self.registration_changed(now);
                }
                return;
            }
            Event::Ended(cause) => {
                registering.ended = Some(super::covered_cause(cause.clone(), Some(&registering.plan)));
                match cause {
                    EndCause::Refused(code) => Happened::Refused(*code),
                    EndCause::OpenTimeout | EndCause::ConnAckTimeout | EndCause::PingTimeout => {
                        Happened::TimedOut
                    }
                    _ => Happened::Disconnected,
                }
            }
            _ => return,
        };
        self.registration_happened(now, happened);
    }

    /// Ends the registration that is under way, as a person asked; whoever calls this ends the connection.
    pub(super) fn stop_registration(&mut self, now: Moment) {
        let Some(registering) = self.registering.as_mut().filter(|each| !each.course.is_over()) else {
            return;
        };
        // What it wants done is to disconnect.
        let _ = registering.course.stop(now);
        registering.next = None;
        self.registration_changed(now);
    }

    /// What to begin anew, where the last connection was that of a registration.
    pub(super) fn registration_to_repeat(&self) -> Option<(ConnectionPlan, Vec<Wanted>)> {
        let registering = self.registering.as_ref().filter(|each| each.course.is_over())?;
        let as_product = self.status.plan.as_ref().is_some_and(|plan| plan.registers);
        let wanted = match &self.session {
            // What was changed since without a connection counts.
            Some(session) if session.state() == State::Offline => {
                let listed = session.subscriptions().iter();
                let stays = listed.filter(|known| known.state != SubscriptionState::Leaving);
                stays.map(|known| (known.filter.clone(), known.requested)).collect()
            }
            _ => registering.wanted.clone(),
        };
        as_product.then(|| (registering.plan.clone(), wanted))
    }

    fn registration_is_woken(&mut self, now: Moment) {
        let Some(registering) = &mut self.registering else { return };
        registering.alarm = None;
        let next = registering.course.woken(now);
        registering.then(next);
        self.registration_changed(now);
    }

    fn registration_happened(&mut self, now: Moment, happened: Happened) {
        let Some(registering) = &mut self.registering else { return };
        let next = registering.course.handle(now, happened);
        // Of an end that leads on, as after the secret came, there is nothing to tell.
        if !registering.course.is_over() {
            registering.ended = None;
        }
        registering.then(next);
        self.registration_changed(now);
    }

    /// What will be subscribed once the device is connected as itself, as long as that is to come.
    pub(super) fn wanted_later(&mut self) -> Option<&mut Vec<Wanted>> {
        let registering = self.registering.as_mut().filter(|each| !each.course.is_over())?;
        (registering.course.step() != Step::LoggingIn).then_some(&mut registering.wanted)
    }

    /// Remembers for what comes after the registration whether a lost connection is taken up again; whether one is under way.
    pub(super) fn reconnects_later(&mut self, on: bool) -> bool {
        let Some(registering) = &mut self.registering else { return false };
        registering.plan.options.auto_reconnect = on;
        !registering.course.is_over()
    }

    fn registration_changed(&mut self, now: Moment) {
        self.services_changed();
        self.settle_registration(now);
    }

    /// Once it is over the session does again what the form says. What is wanted is subscribed by the device alone, and not on
    /// the connection that was left to ask on.
    pub(super) fn settle_registration(&mut self, now: Moment) {
        let Some(registering) = self.registering.as_ref().filter(|each| each.course.is_over()) else {
            return;
        };
        let (reconnects, wanted) = (registering.plan.options.auto_reconnect, registering.wanted.clone());
        let Some(session) = &mut self.session else { return };
        session.set_auto_reconnect(now, reconnects);
        if session.state() == State::Offline {
            self.want(now, &wanted);
        }
    }
}
