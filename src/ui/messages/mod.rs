//! The messages page: subscriptions, log, inspector, composer.

mod acks;
mod composer;
mod demo;
mod empty;
mod inspector;
mod ledger;
mod log;
mod news;
mod rows;
mod side;
mod subscriptions;
mod topics;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::bench::Bench;
use super::commands::Acting;
use super::components::{Divider, Pane, PaneSizes, focus};
use super::context::{Narrow, use_lang};
use super::listing::{Listing, MessagesListing};
use crate::commands::Command;
use crate::journal::topic_tree::Fold;
use crate::mqtt::Capabilities;
use crate::storage::ConnectionPlan;
use composer::{Composer, Draft};
use demo::DemoBar;
use inspector::Inspector;
use ledger::Ledger;
use log::Log;
use news::News;
use side::SidePane;

/// What the panes of this page share.
#[derive(Clone, Copy)]
struct View {
    bench: Bench,
    listing: Listing,
    /// The selected message.
    selected: RwSignal<Option<u64>>,
    /// A message that the log is to scroll to.
    reveal: RwSignal<Option<u64>>,
    /// Whether the inspector is open (it needs a selection too).
    inspecting: RwSignal<bool>,
    /// Whether the ledger is open, in the inspector's place.
    ledger: RwSignal<bool>,
    /// Whether the subscriptions are open where they are a drawer.
    drawer: RwSignal<bool>,
    /// Whether the composer is open where it takes the whole height.
    composing: RwSignal<bool>,
    draft: Draft,
}

/// What is open outlives a change of pages, and of sessions.
#[derive(Clone, Copy)]
struct Panes {
    inspecting: RwSignal<bool>,
    ledger: RwSignal<bool>,
    drawer: RwSignal<bool>,
    composing: RwSignal<bool>,
}

/// The draft outlives a change of pages.
#[derive(Clone, Copy)]
struct Kept(Draft);

/// Keeps what a person wrote here while another page is shown.
pub(super) fn provide(bench: Bench) {
    provide_context(Kept(Draft::new(bench)));
    provide_context(Panes {
        inspecting: RwSignal::new(false),
        ledger: RwSignal::new(false),
        drawer: RwSignal::new(false),
        composing: RwSignal::new(false),
    });
    side::provide();
    subscriptions::provide(bench);
    topics::provide(bench);
    inspector::provide();
}

impl View {
    /// What the session offers; before there is one, what the form's mode would.
    fn capabilities(self) -> Capabilities {
        Draft::capabilities(self.bench)
    }

    /// What Escape does, where nothing nearer took it: on the log it clears the filter, in the composer it leads out of it;
    /// else, and then, it closes what is open.
    fn go_back(self, event: &leptos::ev::KeyboardEvent) {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let within = |selectors: &str| {
            target.as_ref().is_some_and(|target| target.closest(selectors).ok().flatten().is_some())
        };
        let filter = self.listing.text;
        if within("[data-testid=message-log]") && filter.with_untracked(|text| !text.is_empty()) {
            filter.set(String::new());
        } else if within(".comp") && !self.composing.get_untracked() {
            focus("message-log");
        } else {
            self.close_one();
        }
    }

    /// Closes what lies over the log, the uppermost first; the focus goes back to where it was opened from.
    fn close_one(self) {
        for (open, opener) in [
            (self.composing, "open-composer"),
            (self.drawer, "open-subscriptions"),
            (self.ledger, "open-ledger"),
            (self.inspecting, "message-log"),
        ] {
            if open.get_untracked() {
                open.set(false);
                return focus(opener);
            }
        }
    }
}

#[component]
pub(super) fn MessagesPage() -> impl IntoView {
    let listing = expect_context::<MessagesListing>().0;
    let lang = use_lang();
    let narrow = expect_context::<Narrow>().0;
    let Panes { inspecting, ledger, drawer, composing } = expect_context();
    let selected_meanwhile = listing.selected_meanwhile();
    if selected_meanwhile.is_some() && !narrow.get_untracked() {
        inspecting.set(true);
    }
    let view = View {
        bench: listing.bench,
        listing,
        selected: listing.selected,
        // Whoever comes from another page sees what was selected there.
        reveal: RwSignal::new(selected_meanwhile),
        inspecting,
        ledger,
        drawer,
        composing,
        draft: expect_context::<Kept>().0,
    };
    let inspecting = move || view.inspecting.get() && view.selected.get().is_some() && !view.ledger.get();
    let keys = inspector::Keys::of_page();
    expect_context::<Acting>().take(move |command| match command {
        Command::Older | Command::Newer => {
            view.draft.walk(command == Command::Older);
            focus("publish-payload");
        }
        _ => inspector::act(view, keys, command),
    });
    let sizes = expect_context::<PaneSizes>();
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() && !event.is_composing() {
            view.go_back(&event);
        }
    };
    view! {
        <div
            class="messages"
            style:--side=move || sizes.of(Pane::Side)
            style:--insp=move || sizes.of(Pane::Inspector)
            style:--comp=move || sizes.of(Pane::Composer)
            on:keydown=by_key
        >
            <h1 class="sr">{move || lang.get().messages()}</h1>
            <News bench=view.bench />
            <SidePane view />
            <Divider pane=Pane::Side />
            <div class="pane centre">
                <Show when=move || !view.bench.shows_record()>
                    <DemoBar view />
                </Show>
                <Log view />
                <Show when=move || !view.bench.shows_record()>
                    <Divider pane=Pane::Composer />
                    <Composer view />
                </Show>
            </div>
            <Show when=inspecting>
                <Divider pane=Pane::Inspector />
                <Inspector view />
            </Show>
            <Show when=move || view.ledger.get() && !view.bench.shows_record()>
                <Divider pane=Pane::Inspector />
                <Ledger view />
            </Show>
        </div>
    }
}

/// The prefixes that [`fold_topic`] shortens, for the tree of topics.
fn folds(plan: Option<&ConnectionPlan>) -> Vec<Fold> {
    let own = plan.and_then(|plan| plan.product.as_ref().map(|product| (product, &plan.name)));
    let Some((product, device)) = own else { return Vec::new() };
    vec![
        Fold { shown: "~", prefix: format!("/{product}/{device}/") },
        Fold { shown: "$sys", prefix: format!("/$system/{product}/{device}/") },
    ]
}

/// A topic in two parts, see [`ConnectionPlan::fold_topic`]; without a plan it has one.
fn fold_topic<'a>(plan: Option<&ConnectionPlan>, topic: &'a str) -> (&'static str, &'a str) {
    plan.map_or(("", topic), |plan| plan.fold_topic(topic))
}
