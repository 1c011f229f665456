//! The page of the cloud's side of the simulator: what its console and API do to a device, and what the cloud sees of it.

mod actions;
mod choices;
mod devices;
mod devices_new;
mod faults;
mod firmware;
mod forms;
mod manage;
mod outcome;
mod product;
mod product_model;
mod product_topics;
mod real;
mod right;
mod target;
mod trace;
mod trace_detail;
mod trace_line;

use std::collections::BTreeMap;
use std::time::Duration;

use leptos::prelude::*;

use super::bench::Bench;
use super::components::{Choice, ChoiceOption};
use super::context::use_lang;
use super::preferences::Preferences;
use super::sessions::{Session, Sessions, use_sessions};
use crate::device::simulator;
use crate::i18n::Lang;
use crate::mqtt::Moment;
use crate::simulator::Platform;
use crate::storage::{TimeFormat, Times};
use crate::uiot::Credential;
use actions::{Action, Actions};
use forms::{Drafts, Form};
use outcome::Outcome;
use real::RealCloud;
use right::RightPane;
use trace::{TracePane, Watched};

/// How often the page looks at the platform, which does not tell when it changed.
const LOOK: Duration = Duration::from_millis(250);

/// Which part of the page a screen shows that has no room for all.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tab {
    Actions,
    Form,
    Trace,
    Faults,
}

impl Tab {
    const fn id(self) -> &'static str {
        match self {
            Self::Actions => "actions",
            Self::Form => "form",
            Self::Trace => "trace",
            Self::Faults => "faults",
        }
    }

    fn from_id(id: &str) -> Self {
        [Self::Form, Self::Trace, Self::Faults]
            .into_iter()
            .find(|tab| tab.id() == id)
            .unwrap_or(Self::Actions)
    }
}

const TABS: &[ChoiceOption] = &[
    ChoiceOption { id: "actions", label: Lang::cloud_tab_actions },
    ChoiceOption { id: "form", label: Lang::cloud_tab_form },
    ChoiceOption { id: "trace", label: Lang::cloud_tab_trace },
    ChoiceOption { id: "faults", label: Lang::cloud_tab_faults },
];

/// What the session keeps of this page while others are shown. Copies are handles to the same.
#[derive(Clone, Copy)]
struct Cloud {
    bench: Bench,
    sessions: Sessions,
    /// What is to be done.
    action: RwSignal<Action>,
    /// The device acted upon; none is the session's own.
    chosen: RwSignal<Option<Credential>>,
    tab: RwSignal<Tab>,
    /// What came of each action that was tried.
    outcomes: RwSignal<BTreeMap<Action, Outcome>>,
    drafts: Drafts,
    watched: Watched,
    /// Grows whenever the page is to look at the platform again.
    looks: RwSignal<u32>,
}

/// Keeps what a person did here while another page is shown.
pub(super) fn provide(bench: Bench) {
    right::provide(bench);
    provide_context(Cloud {
        bench,
        sessions: use_sessions(),
        action: RwSignal::new(Action::Command),
        chosen: RwSignal::new(None),
        tab: RwSignal::new(Tab::Actions),
        outcomes: RwSignal::new(BTreeMap::new()),
        drafts: Drafts::new(),
        watched: Watched::new(),
        looks: RwSignal::new(0),
    });
}

fn use_cloud() -> Cloud {
    expect_context()
}

impl Cloud {
    /// Reads from the platform, and again when it may have changed.
    fn look<T>(self, read: impl FnOnce(&Platform, Moment) -> T) -> T {
        self.looks.track();
        simulator().act(|platform, now| read(platform, now))
    }

    /// Does something to the platform, and has the page look at once.
    fn act<T>(self, act: impl FnOnce(&mut Platform, Moment) -> T) -> T {
        let done = simulator().act(act);
        self.look_again();
        done
    }

    fn look_again(self) {
        // The page may be gone by the time of the last call.
        let _ = self.looks.try_update(|looks| *looks = looks.wrapping_add(1));
    }

    /// The device acted upon.
    fn target(self) -> Option<Credential> {
        self.chosen.get().or_else(|| self.bench.uiot_device.get())
    }

    /// What came of an action, with the time at which it was tried.
    fn tell(self, action: Action, outcome: Outcome) {
        self.outcomes.update(|outcomes| {
            outcomes.insert(action, outcome);
        });
    }

    /// Opens the form of an action.
    fn open(self, action: Action) {
        self.action.set(action);
        self.tab.set(Tab::Form);
    }

    /// The session that is this device of the simulator.
    fn session_of(self, device: &Credential) -> Option<Session> {
        let is_it = |session: &&Session| {
            session.bench.is_simulated() && session.bench.uiot_device.with(|of| of.as_ref() == Some(device))
        };
        self.sessions.list().with(|list| list.iter().find(is_it).cloned())
    }
}

/// Writes a time of the platform as the log does. What counts since a connection is written as a time of day here: there are
/// many connections.
fn time_words(preferences: Preferences, platform: &Platform, at: Moment) -> String {
    let unix = platform.wall(at).saturating_mul(1000);
    let times = preferences.times.get();
    let format = match times.format {
        TimeFormat::SinceConnect => TimeFormat::Time,
        format => format,
    };
    Times { format, ..times }.write(unix, preferences.offset_at(unix), None)
}

#[component]
pub(super) fn CloudPage() -> impl IntoView {
    let cloud = use_cloud();
    let simulated = Memo::new(move |_| cloud.bench.is_simulated());
    view! {
        <Show when=move || simulated.get() fallback=|| view! { <RealCloud /> }>
            <Panes />
        </Show>
    }
}

#[component]
fn Panes() -> impl IntoView {
    let lang = use_lang();
    let cloud = use_cloud();
    // Fails only without a window.
    if let Ok(interval) = set_interval_with_handle(move || cloud.look_again(), LOOK) {
        on_cleanup(move || interval.clear());
    }
    cloud.look_again();
    view! {
        <div class="cloud" data-testid="cloud" data-tab=move || cloud.tab.get().id()>
            <div class="cl-tabs">
                <Choice
                    id="cloud-tabs"
                    class="fill"
                    label=Signal::derive(move || lang.get().cloud_tabs().to_owned())
                    options=TABS
                    value=Signal::derive(move || cloud.tab.get().id())
                    on_choose=move |id| cloud.tab.set(Tab::from_id(id))
                />
            </div>
            <Actions />
            <div class="pane cl-mid">
                <Form />
                <TracePane />
            </div>
            <div class="pane cl-right">
                <RightPane />
            </div>
        </div>
    }
    .into_any()
}
