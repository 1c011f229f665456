//! What the subscriptions pane keeps while another page or session is in front, and what it counts.

use std::collections::HashMap;

use leptos::prelude::*;

use crate::journal::Tally;
use crate::mqtt::{SubscribeError, Subscription, SubscriptionState, TopicFilter};
use crate::storage::Colour;
use crate::ui::bench::Bench;
use crate::uiot::{Credential, limits};

/// What stands against a typed filter.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Problem {
    Filter(crate::mqtt::NameError),
    Subscribe(SubscribeError),
}

/// Messages received for each filter, and those that are hidden.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::ui::messages) struct Counted {
    by_filter: HashMap<String, u64>,
    pub(in crate::ui::messages) hidden: u64,
}

/// The pane of a session.
#[derive(Clone, Copy)]
pub(in crate::ui::messages) struct Pane {
    pub(super) bench: Bench,
    /// Whether the form that adds is open, and what is typed there.
    pub(super) adding: RwSignal<bool>,
    pub(super) typed: RwSignal<String>,
    pub(super) qos: RwSignal<&'static str>,
    pub(super) problem: RwSignal<Option<Problem>>,
    /// Whether the row of actions for all is open.
    pub(super) acting: RwSignal<bool>,
    pub(super) search: RwSignal<String>,
    /// The subscription whose details are open.
    pub(super) open: RwSignal<Option<String>>,
    pub(super) system_folded: RwSignal<bool>,
    pub(super) custom_folded: RwSignal<bool>,
    /// How far the list is scrolled, in pixels.
    pub(super) scrolled: StoredValue<i32>,
    /// Filters that were typed to be added at once.
    pub(super) bulk: RwSignal<String>,
    /// Counted once a second, as long as it is looked at.
    pub(in crate::ui::messages) counted: Memo<Counted>,
}

/// Keeps the pane while another page is shown.
pub(in crate::ui::messages) fn provide(bench: Bench) {
    let heard = Memo::new(move |_| bench.heard());
    let tally = StoredValue::new_local(Tally::default());
    let counted = Memo::new(move |_| {
        bench.seconds.track();
        heard.with(|heard| {
            let mut tally = tally.write_value();
            tally.set(heard);
            let counts = bench.device(|device| device.read(|journal| tally.count(journal.topics())));
            let filters = heard.iter().map(|each| each.filter.to_string());
            Counted { by_filter: filters.zip(counts.counts).collect(), hidden: counts.hidden }
        })
    });
    provide_context(Pane {
        bench,
        adding: RwSignal::new(true),
        typed: RwSignal::new(String::new()),
        qos: RwSignal::new("1"),
        problem: RwSignal::new(None),
        acting: RwSignal::new(false),
        search: RwSignal::new(String::new()),
        open: RwSignal::new(None),
        system_folded: RwSignal::new(false),
        custom_folded: RwSignal::new(false),
        scrolled: StoredValue::new(0),
        bulk: RwSignal::new(String::new()),
        counted,
    });
}

/// Makes the form that adds a subscription ready to be typed into.
pub(in crate::ui::messages) fn form_opener() -> impl Fn() + Copy {
    let adding = expect_context::<Pane>().adding;
    move || adding.set(true)
}

/// Whether a subscription is one of those that the platform has a limit for: what it refused, and what is being left, is not.
pub(super) const fn takes_a_place(subscription: &Subscription) -> bool {
    !matches!(subscription.state, SubscriptionState::Leaving | SubscriptionState::Refused(_))
}

impl Pane {
    /// Messages received for a filter.
    pub(super) fn count(self, filter: &str) -> u64 {
        self.counted.with(|counted| counted.by_filter.get(filter).copied().unwrap_or_default())
    }

    /// The device, where the platform's rules hold.
    pub(super) fn device(self) -> Option<Credential> {
        self.bench.uiot_device.get()
    }

    /// How many subscriptions there are, as the platform counts them.
    pub(super) fn total(self) -> usize {
        self.bench.subscriptions.with(|list| list.iter().filter(|each| takes_a_place(each)).count())
    }

    /// Whether the platform would refuse one more.
    pub(super) fn is_full(self) -> bool {
        self.device().is_some() && self.total() >= limits::SUBSCRIPTIONS
    }

    /// Whether a subscription is muted.
    pub(super) fn is_muted(self, filter: &TopicFilter) -> bool {
        let known = |list: &[crate::storage::WantedSubscription]| {
            crate::storage::wanted_of(list, filter.as_str()).is_some_and(|each| each.muted)
        };
        self.bench.wanted(known)
    }

    /// The colour of a subscription.
    pub(super) fn colour(self, filter: &str) -> Colour {
        self.bench.colours.with(|colours| super::colour_of(colours, filter))
    }
}
