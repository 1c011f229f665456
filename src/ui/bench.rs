use leptos::prelude::*;

use super::context::Storage;
use super::preferences::{Preferences, use_preferences};
use super::record::OpenRecord;
use crate::device::{Changes, Device, Registered, Status, Tabs};
use crate::journal::{Counts, Journal};
use crate::mqtt::Subscription;
use crate::storage::{
    Colour, ConnectionPlan, Endpoint, Key, Page as FormPage, Problem, Profile, WantedSubscription,
    assign_colours,
};
use crate::uiot::services::Services;
use crate::uiot::{Credential, TopicFamily};

/// A device under test and its connect form, as the screens of its session see them. The signals tell that something
/// changed; what it is is read from the device.
#[derive(Clone, Copy)]
pub(super) struct Bench {
    device: StoredValue<Device, LocalStorage>,
    state_revision: RwSignal<u32>,
    journal_revision: RwSignal<u32>,
    services_revision: RwSignal<u32>,
    pub(super) status: Memo<Status>,
    pub(super) subscriptions: Memo<Vec<Subscription>>,
    /// The colour of each subscription.
    pub(super) colours: Memo<Vec<(String, Colour)>>,
    /// Whether the session is one with the simulator in this page.
    simulated: Memo<bool>,
    /// The UIoT device whose session this is, or would be.
    pub(super) uiot_device: Memo<Option<Credential>>,
    /// What is known of subscriptions that are not the form's: those of the simulator's demo device.
    pub(super) passing: RwSignal<Vec<WantedSubscription>>,
    /// Whether muted messages are shown all the same.
    pub(super) muted_shown: RwSignal<bool>,
    /// What the connect form holds.
    pub(super) profile: RwSignal<Profile>,
    pub(super) problems: Memo<Vec<Problem>>,
    /// Grows once a second.
    pub(super) seconds: RwSignal<u32>,
    /// Whether PINGREQ is to be sent.
    pub(super) pinging: RwSignal<bool>,
    /// Whether the form asked for a connection that has not come about yet.
    pub(super) asked: RwSignal<bool>,
    /// A record that was opened; it is shown in the live journal's place.
    pub(super) record: StoredValue<Option<OpenRecord>, LocalStorage>,
    /// Which journal is shown: 0 is the live one.
    pub(super) shown: RwSignal<u32>,
    /// What was set for the whole tool.
    pub(super) preferences: Preferences,
}

/// A number that grows once a second, one for the whole page.
#[derive(Clone, Copy)]
pub(super) struct Seconds(pub(super) RwSignal<u32>);

/// What the other tabs of this browser are connected as.
#[derive(Clone, Copy)]
pub(super) struct PageTabs(StoredValue<Tabs, LocalStorage>, RwSignal<u32>);

impl PageTabs {
    /// Whether another tab of this browser is connected as this identity.
    pub(super) fn is_held_elsewhere(self, identity: &str) -> bool {
        self.1.track();
        self.0.with_value(|tabs| tabs.is_held_elsewhere(identity))
    }

    /// What this tab's sessions are connected as, or about to be: what the others must not connect as.
    pub(super) fn hold(self, identities: Vec<String>) {
        self.0.with_value(|tabs| tabs.hold(identities));
    }
}

/// Provides what all sessions of the page share. What happens to the page as a whole goes to all of them: `nudge` is called
/// when the network came back, or the person did.
pub(super) fn provide_page(nudge: impl Fn() + Copy + 'static) {
    let seconds = RwSignal::new(0_u32);
    provide_context(Seconds(seconds));
    // Lives as long as the page. Fails only without a window.
    let _ = set_interval_with_handle(
        move || seconds.update(|count| *count = count.wrapping_add(1)),
        std::time::Duration::from_secs(1),
    );
    let revision = RwSignal::new(0_u32);
    let tabs = StoredValue::new_local(Tabs::join(move || {
        revision.update(|revision| *revision = revision.wrapping_add(1));
    }));
    provide_context(PageTabs(tabs, revision));
    // None of these handles is removed: they live as long as the page.
    let _ = window_event_listener(leptos::ev::online, move |_| nudge());
    let _ = window_event_listener(leptos::ev::pageshow, move |_| tabs.with_value(Tabs::tell));
    let _ = window_event_listener(leptos::ev::pagehide, move |_| tabs.with_value(Tabs::leave));
    let _ = window_event_listener(leptos::ev::visibilitychange, move |_| {
        if !document().hidden() {
            nudge();
            tabs.with_value(Tabs::ask);
        }
    });
}

impl Bench {
    /// A session that has not connected, with what its form holds. Known to what is rendered below.
    pub(super) fn provide(form: Profile, storage: Storage, seconds: RwSignal<u32>) -> Self {
        let state_revision = RwSignal::new(0_u32);
        let journal_revision = RwSignal::new(0_u32);
        let services_revision = RwSignal::new(0_u32);
        let device = StoredValue::new_local(Device::new(move |changes: Changes| {
            if changes.state {
                state_revision.update(|revision| *revision = revision.wrapping_add(1));
            }
            if changes.journal {
                journal_revision.update(|revision| *revision = revision.wrapping_add(1));
            }
            if changes.services {
                services_revision.update(|revision| *revision = revision.wrapping_add(1));
            }
        }));
        let status = Memo::new(move |_| {
            state_revision.track();
            device.with_value(Device::status)
        });
        let profile = RwSignal::new(form);
        let subscriptions = Memo::new(move |_| {
            state_revision.track();
            if device.with_value(|device| device.status().plan.is_some()) {
                return device.with_value(Device::subscriptions);
            }
            // Before the first connection there are wishes.
            let wanted = profile.with(Profile::wanted);
            wanted.into_iter().map(|(filter, qos)| Subscription::wished(filter, qos)).collect()
        });
        let passing = RwSignal::new(Vec::new());
        let simulated =
            Memo::new(move |_| status.with(|status| status.plan.as_ref().is_some_and(is_simulated)));
        let uiot_device = Memo::new(move |_| {
            let connected = status.with(|status| status.plan.as_ref().map(ConnectionPlan::device));
            connected.unwrap_or_else(|| profile.with(Profile::device))
        });
        let page = FormPage { https: window().location().protocol().is_ok_and(|scheme| scheme == "https:") };
        let problems = Memo::new(move |_| profile.with(|profile| profile.problems(page)));
        Effect::new(move |first: Option<()>| {
            // Serialising leaves the secrets out. What was just loaded need not be saved.
            profile.with(|profile| {
                if first.is_some() {
                    storage.with(|store| store.save(Key::Form, profile));
                }
            });
        });

        let bench = Self {
            device,
            state_revision,
            journal_revision,
            services_revision,
            status,
            subscriptions,
            colours: Memo::new(move |before: Option<&Vec<(String, Colour)>>| {
                let filters: Vec<_> =
                    subscriptions.with(|list| list.iter().map(|each| each.filter.to_string()).collect());
                let before = before.map(Vec::as_slice).unwrap_or_default();
                if simulated.get() {
                    passing.with(|wanted| assign_colours(&filters, wanted, before))
                } else {
                    profile.with(|profile| assign_colours(&filters, &profile.subscriptions, before))
                }
            }),
            simulated,
            uiot_device,
            passing,
            muted_shown: RwSignal::new(false),
            profile,
            problems,
            seconds,
            pinging: RwSignal::new(true),
            asked: RwSignal::new(false),
            record: StoredValue::new_local(None),
            shown: RwSignal::new(0),
            preferences: use_preferences(),
        };
        Effect::new(move |_| {
            let within = std::time::Duration::from_secs(bench.preferences.overdue.get().into());
            bench.device(|device| device.set_ack_deadline(within));
        });
        provide_context(bench);
        bench.follow_form();
        bench.follow_registration();
        bench
    }

    /// Whether both are the same session's.
    pub(super) fn is(self, other: Self) -> bool {
        self.device == other.device
    }

    /// Frees what takes memory, and forgets every secret of a session that nobody is to see again: its signals are there for as
    /// long as the page. The form tells nobody of it, lest it be saved as the last one.
    pub(super) fn retire(self) {
        self.device(Device::retire);
        if let Some(mut profile) = self.profile.try_write_untracked() {
            profile.forget_secrets();
        }
        self.state_revision.update(|revision| *revision = revision.wrapping_add(1));
        // Made anew now: what nobody reads would keep what it was.
        self.status.with_untracked(|_| ());
    }

    /// The device itself, for commands.
    pub(super) fn device<T>(self, act: impl FnOnce(&Device) -> T) -> T {
        self.device.with_value(act)
    }

    /// Connects as the demo device of the simulator in this page. What the form holds stays as it is.
    pub(super) fn try_simulator(self) {
        self.asked.set(true);
        self.leave_system_topics();
        self.device(|device| device.try_simulator());
    }

    /// Connects as a gateway of the simulator in this page. The page that is shown stays.
    pub(super) fn try_gateway(self) {
        self.leave_system_topics();
        self.device(|device| device.try_gateway());
    }

    /// Connects as another device of the simulator, of the kind that the other session has.
    pub(super) fn try_like(self, other: Self) {
        let is_gateway = other.uiot_device.with_untracked(|device| {
            device.as_ref().is_some_and(|device| device.product_sn == crate::simulator::demo::GATEWAY_PRODUCT)
        });
        if is_gateway { self.try_gateway() } else { self.try_simulator() }
    }

    /// Connects as this device of the simulator in this page. What the form holds stays as it is.
    pub(super) fn simulate(self, device: &Credential) {
        self.asked.set(true);
        self.leave_system_topics();
        self.device(|own| own.connect_simulated(device));
    }

    /// Whether the session is one with the simulator in this page.
    pub(super) fn is_simulated(self) -> bool {
        self.simulated.get()
    }

    /// Reads from the device's services, and again whenever anything changed there. None where the session has no device of the
    /// platform, or never had a connection.
    pub(super) fn services<T>(self, read: impl FnOnce(&Services) -> T) -> Option<T> {
        self.services_revision.track();
        self.device.with_value(|device| device.services(read))
    }

    /// The dynamic registration of the session, and again as it goes on.
    pub(super) fn registration(self) -> Option<Registered> {
        self.services_revision.track();
        self.device.with_value(Device::registration)
    }

    /// Where in the journal the last messages of these services stand, oldest first, and again as there are more.
    pub(super) fn trail(self, families: &[TopicFamily]) -> Vec<u64> {
        self.services_revision.track();
        self.device.with_value(|device| device.trail(families))
    }

    /// Where in the journal the last messages on topics of sub-devices stand, oldest first, and again as there are more.
    pub(super) fn sub_trail(self) -> Vec<u64> {
        self.services_revision.track();
        self.device.with_value(Device::sub_trail)
    }

    /// Reads from the journal that is shown, and again whenever it changed: the live one, or that of an open record. The live
    /// one is not followed while a record is shown.
    pub(super) fn journal<T>(self, read: impl FnOnce(&Journal) -> T) -> T {
        if self.shown.get() == 0 {
            self.journal_revision.track();
        }
        self.record.with_value(|open| match open {
            Some(open) => read(&open.record.journal),
            None => self.device.with_value(|device| device.read(read)),
        })
    }

    /// The counts of the journal that is shown, as they change.
    pub(super) fn counts(self) -> Counts {
        self.journal(Journal::counts)
    }

    /// The counts of the live journal, as they change.
    pub(super) fn live_counts(self) -> Counts {
        self.journal_revision.track();
        self.device.with_value(|device| device.read(Journal::counts))
    }
}

fn is_simulated(plan: &ConnectionPlan) -> bool {
    plan.endpoint == Endpoint::Simulator
}

/// The device and the form, for a screen.
pub(super) fn use_bench() -> Bench {
    expect_context()
}
