//! Connecting: as planned, with the subscriptions that a person wants; once more; and ending it.

use super::demo::Demo;
use super::engine::with_engine;
use super::{Core, Device, Moment, QoS, Session, Status, Subscription, TopicFilter, random};
use crate::mqtt::SubscriptionState;
use crate::storage::ConnectionPlan;

/// A subscription that is wanted.
pub(super) type Wanted = (TopicFilter, QoS);

impl Device {
    /// Connects as planned; an existing connection is ended first. What is `wanted` is subscribed before anything else; other
    /// subscriptions end. A plan that registers goes through the registration first.
    pub fn connect(&self, plan: ConnectionPlan, wanted: &[Wanted]) {
        let (device, wanted) = (self.clone(), wanted.to_vec());
        with_engine(move |engine| (engine.connect)(&device, plan, &wanted));
    }

    pub(super) fn connect_now(&self, plan: ConnectionPlan, wanted: &[Wanted]) {
        if plan.registers {
            self.register_now(plan, wanted.to_vec());
        } else {
            self.connect_as(plan, None);
            self.set_wanted(wanted);
        }
    }

    pub(super) fn connect_as(&self, plan: ConnectionPlan, demo: Option<Demo>) {
        self.with_core(|core, now| {
            core.registering = None;
            self.begin(core, now, plan, demo);
        });
    }

    /// Begins a connection, for whatever reason.
    pub(super) fn begin(&self, core: &mut Core, now: Moment, plan: ConnectionPlan, demo: Option<Demo>) {
        *self.0.plan.borrow_mut() = Some(plan.clone());
        let same_broker = core.status.plan.as_ref().is_some_and(|old| old.endpoint == plan.endpoint);
        // What waits for one broker is not for another.
        let configured = core.note_discarded(now, |core| match &mut core.session {
            Some(session) => session.reconfigure(now, &plan.options, same_broker),
            none => Session::new(&plan.options, random()).map(|session| *none = Some(session)),
        });
        // A plan is checked when it is made: its strings fit.
        if configured.is_err() {
            return;
        }
        core.serve_device(plan.device(), same_broker);
        core.replace_demo(now, demo);
        core.status = Status { plan: Some(plan), ..Status::default() };
        core.round_trips.clear();
        if let Some(session) = &mut core.session {
            session.set_pinging(!core.silent);
            if let Some(within) = core.ack_deadline {
                session.set_ack_deadline(now, within);
            }
            session.connect(now);
        }
    }

    /// Connects again as the last time; at once, where the next attempt has yet to come. A registration begins anew: the
    /// connection that it had is good for nothing else.
    pub fn reconnect(&self) {
        let anew = self.with_core(|core, now| {
            core.status.ended = None;
            let anew = core.registration_to_repeat();
            if let Some(session) = core.session.as_mut().filter(|_| anew.is_none()) {
                session.connect(now);
            }
            anew
        });
        if let Some((plan, wanted)) = anew {
            let device = self.clone();
            with_engine(move |engine| (engine.register)(&device, plan, wanted));
        }
    }

    /// Ends the connection, the wait for the next attempt, or the registration.
    pub fn disconnect(&self) {
        self.with_core(|core, now| {
            let was_registering = core.is_registering();
            core.stop_registration(now);
            if let Some(session) = &mut core.session {
                session.disconnect(now);
            }
            if was_registering {
                core.settle_registration(now);
            }
        });
    }

    /// Has these subscriptions and no others. Without a connection the wishes are kept. Nothing happens before the first
    /// [`Self::connect`].
    pub fn set_wanted(&self, wanted: &[Wanted]) {
        let differs = self.0.core.borrow().session.as_ref().is_some_and(|session| {
            let (gone, new) = differences(session, wanted);
            !gone.is_empty() || !new.is_empty()
        });
        if differs {
            self.with_core(|core, now| core.want(now, wanted));
        }
    }
}

impl Core {
    /// Has these subscriptions and no others.
    pub(super) fn want(&mut self, now: Moment, wanted: &[Wanted]) {
        let Some(session) = &mut self.session else { return };
        let (gone, new) = differences(session, wanted);
        // Either fails only if no packet identifier is free, of 65,535: the list shows then what there is.
        for filter in gone {
            let _ = session.unsubscribe(now, &filter);
        }
        for (filter, qos) in new {
            let _ = session.subscribe(now, filter, qos);
        }
    }
}

/// Which of the session's filters are not wanted, and what is wanted that it has not.
fn differences(session: &Session, wanted: &[Wanted]) -> (Vec<TopicFilter>, Vec<Wanted>) {
    let stays = |known: &&Subscription| known.state != SubscriptionState::Leaving;
    let listed: Vec<_> = session.subscriptions().iter().filter(stays).collect();
    let gone = listed.iter().filter(|known| wanted.iter().all(|(filter, _)| *filter != known.filter));
    let is_new = |(filter, qos): &&Wanted| {
        listed.iter().all(|known| known.filter != *filter || known.requested != *qos)
    };
    (gone.map(|known| known.filter.clone()).collect(), wanted.iter().filter(is_new).cloned().collect())
}
