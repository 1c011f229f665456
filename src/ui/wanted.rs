//! What a session's person wants to receive: subscriptions, their colours, and which are muted. The device subscribes; the
//! form remembers, so that a reload, a profile or a link brings them back. Those of the simulator's demo device are
//! remembered by the session alone.

use leptos::prelude::*;

use super::bench::Bench;
use crate::journal::Heard;
use crate::mqtt::{QoS, State, SubscribeError, Subscription, SubscriptionState, TopicFilter};
use crate::storage::{
    Colour, ConnectionPlan, Endpoint, Profile, WantedSubscription, change_wanted, wanted_of,
};
use crate::uiot::{Credential, SystemTopic};

impl Bench {
    /// Connects as planned, with the subscriptions that the form holds. Where that begins with a registration, its steps are shown.
    pub(super) fn connect(self, plan: ConnectionPlan) {
        if plan.registers {
            self.show_registration();
            // The one that is under way may be the only one that the platform takes.
            if self.device(|device| device.status().registering) {
                return;
            }
        }
        let wanted = self.profile.with_untracked(Profile::wanted);
        self.device(|device| device.connect(plan, &wanted));
    }

    /// While there is no connection, what the form wants is what will be subscribed: another profile may have been taken up.
    pub(super) fn follow_form(self) {
        let is_free = Memo::new(move |_| {
            self.status.with(|status| status.state == State::Offline && status.plan.is_some())
                && !self.is_simulated()
        });
        let wanted = Memo::new(move |_| self.profile.with(Profile::wanted));
        Effect::new(move |_| {
            if is_free.get() {
                wanted.with(|wanted| self.device(|device| device.set_wanted(wanted)));
            }
        });
    }

    /// Another device takes this session over: system topics of the form's are of no use to it.
    pub(super) fn leave_system_topics(self) {
        if self.is_of_the_form() {
            let named =
                self.profile.with_untracked(|profile| Profile { subscribe_system: false, ..profile.clone() });
            self.device(|device| device.set_wanted(&named.wanted()));
        }
    }

    /// Reads what is remembered of the subscriptions, and again when that changed.
    pub(super) fn wanted<T>(self, read: impl FnOnce(&[WantedSubscription]) -> T) -> T {
        if self.is_simulated() {
            self.passing.with(|list| read(list))
        } else {
            self.profile.with(|profile| read(&profile.subscriptions))
        }
    }

    /// Subscribes, and remembers that; before the first connection it is remembered only.
    pub(super) fn subscribe(self, filter: &TopicFilter, qos: QoS) -> Result<(), SubscribeError> {
        self.device(|device| device.subscribe(filter.clone(), qos))?;
        self.change(filter, qos, |wanted| wanted.qos = qos.number());
        Ok(())
    }

    /// Takes a subscription back.
    pub(super) fn unsubscribe(self, filter: &TopicFilter) -> Result<(), SubscribeError> {
        self.device(|device| device.unsubscribe(filter))?;
        if self.is_of_the_form() {
            self.profile.update(|profile| profile.unwant(filter));
        } else {
            self.passing.update(|list| list.retain(|each| each.filter != filter.as_str()));
        }
        Ok(())
    }

    /// Gives a subscription this colour.
    pub(super) fn set_colour(self, filter: &TopicFilter, qos: QoS, colour: Colour) {
        self.change(filter, qos, |wanted| wanted.colour = Some(colour));
    }

    /// Mutes a subscription, or unmutes it.
    pub(super) fn set_muted(self, filter: &TopicFilter, qos: QoS, muted: bool) {
        self.change(filter, qos, |wanted| wanted.muted = muted);
    }

    /// Subscribes all system topics that a device which is no gateway takes, or takes them back.
    pub(super) fn set_all_system(self, device: &Credential, on: bool) {
        let whole = on && self.is_of_the_form();
        if whole {
            self.profile.update(|profile| profile.subscribe_system = true);
        }
        for topic in SystemTopic::to_subscribe() {
            let Ok(filter) = TopicFilter::parse(&topic.of(device)) else { continue };
            let known = |each: &Subscription| {
                each.filter == filter
                    && !matches!(each.state, SubscriptionState::Leaving | SubscriptionState::Refused(_))
            };
            let is_known = self.device(|device| device.subscriptions().iter().any(known));
            // Either fails only where no packet identifier is free; the list shows then what is the case.
            let _ = match (on, is_known) {
                (true, false) => self.subscribe(&filter, QoS::AtLeastOnce),
                (false, _) => self.unsubscribe(&filter),
                (true, true) => Ok(()),
            };
        }
    }

    /// Takes all subscriptions back; what is returned brings them again.
    pub(super) fn unsubscribe_all(self) -> impl Fn() + Send + Sync + 'static {
        let of_form = self.is_of_the_form();
        let listed = self.subscriptions.get_untracked();
        let passing = self.passing.get_untracked();
        let (subscriptions, system) =
            self.profile.with_untracked(|profile| (profile.subscriptions.clone(), profile.subscribe_system));
        for each in &listed {
            // Fails only where no packet identifier is free; the list shows then what is left.
            let _ = self.device(|device| device.unsubscribe(&each.filter));
        }
        if of_form {
            self.profile.update(|profile| {
                profile.subscriptions.clear();
                profile.subscribe_system = false;
            });
        } else {
            self.passing.update(Vec::clear);
        }
        move || {
            if of_form {
                self.profile.update(|profile| {
                    profile.subscriptions.clone_from(&subscriptions);
                    profile.subscribe_system = system;
                });
            } else {
                self.passing.set(passing.clone());
            }
            for each in listed.iter().filter(|each| each.state != SubscriptionState::Leaving) {
                let _ = self.device(|device| device.subscribe(each.filter.clone(), each.requested));
            }
        }
    }

    /// All subscriptions with what is remembered of them, so that they can be brought back.
    pub(super) fn remembered(self) -> Vec<WantedSubscription> {
        self.wanted(<[WantedSubscription]>::to_vec)
    }

    /// The filters that are subscribed or to be, and whether each is muted.
    pub(super) fn heard(self) -> Vec<Heard> {
        let wanted = self.remembered();
        let is_muted =
            |filter: &TopicFilter| wanted_of(&wanted, filter.as_str()).is_some_and(|each| each.muted);
        let stays = |each: &&Subscription| each.state != SubscriptionState::Leaving;
        self.subscriptions.with(|list| {
            let heard =
                |each: &Subscription| Heard { filter: each.filter.clone(), muted: is_muted(&each.filter) };
            list.iter().filter(stays).map(heard).collect()
        })
    }

    /// What the log leaves out: as [`Self::heard`], or nothing while no subscription is muted, muted ones are shown, or the log
    /// is that of a record.
    pub(super) fn muting(self) -> Vec<Heard> {
        if self.muted_shown.get() || self.shown.get() != 0 {
            return Vec::new();
        }
        let heard = self.heard();
        if heard.iter().any(|each| each.muted) { heard } else { Vec::new() }
    }

    /// Whether what happens now to the subscriptions is the form's, too. Asks the device itself: what the screens were told may
    /// be a frame old.
    fn is_of_the_form(self) -> bool {
        let plan = self.device(|device| device.status().plan);
        plan.is_none_or(|plan| plan.endpoint != Endpoint::Simulator)
    }

    fn change(self, filter: &TopicFilter, qos: QoS, change: impl FnOnce(&mut WantedSubscription)) {
        if self.is_of_the_form() {
            self.profile.update(|profile| {
                // One of the system topics that are all wanted need not be listed as well, unless it differs.
                let is_new = wanted_of(&profile.subscriptions, filter.as_str()).is_none();
                let is_plain = profile.is_wanted_with_all(filter.as_str()) && qos == QoS::AtLeastOnce;
                change_wanted(&mut profile.subscriptions, filter, qos, change);
                let plain = |each: &WantedSubscription| each.colour.is_none() && !each.muted;
                if is_new && is_plain {
                    profile.subscriptions.retain(|each| each.filter != filter.as_str() || !plain(each));
                }
            });
        } else {
            self.passing.update(|list| change_wanted(list, filter, qos, change));
        }
    }
}
