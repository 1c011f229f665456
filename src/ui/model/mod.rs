//! The page of the thing model: what the product's devices have and can do, the values of this one, and everything that it can tell
//! the cloud of them.

mod commands;
mod desired;
mod editor;
mod events;
mod file;
mod head;
mod incoming;
mod kept;
mod panel;
mod post;
mod reply;
mod row;
mod simulation;
mod table;
mod time;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::bench::Bench;
use super::context::use_lang;
use super::services::{Obstacles, Served, Trail};
use crate::i18n::Lang;
use crate::uiot::SystemTopic;
use kept::{Kept, Tab, use_kept};

/// What the page listens to.
const TOPICS: &[SystemTopic] = &[
    SystemTopic::TemplateGetReply,
    SystemTopic::PropertyPostReply,
    SystemTopic::PropertySet,
    SystemTopic::PropertyRestoreReply,
    SystemTopic::DesiredGetReply,
    SystemTopic::DesiredDeleteReply,
    SystemTopic::EventPostReply,
    SystemTopic::Command,
];

/// The lists in their order, with names for tests.
const TABS: [(Tab, &str); 5] = [
    (Tab::Properties, "model-tab-properties"),
    (Tab::Events, "model-tab-events"),
    (Tab::Commands, "model-tab-commands"),
    (Tab::Simulation, "model-tab-simulation"),
    (Tab::Messages, "model-tab-messages"),
];

/// Keeps what a person did here while another page is shown.
pub(super) fn provide(bench: Bench) {
    kept::provide(bench);
    incoming::provide();
    simulation::provide();
}

#[component]
pub(super) fn ModelPage() -> impl IntoView {
    view! { <Served>{page(use_kept())}</Served> }
}

fn page(kept: Kept) -> AnyView {
    let lang = use_lang();
    let body = move || match kept.tab.get() {
        Tab::Properties => table::table(kept),
        Tab::Events => events::list(kept),
        Tab::Commands => commands::list(kept),
        Tab::Simulation => view! { <simulation::SimulationPane /> }.into_any(),
        Tab::Messages => view! { <Trail families=reply::FAMILIES /> }.into_any(),
    };
    view! {
        <div class="svc">
            <Obstacles topics=TOPICS />
            <div class="model">
                <div class="pane grow">
                    {head::head(kept)}
                    <div class="row mtabs">
                        <div class="tabs" role="tablist" aria-label=move || lang.get().model_views() on:keydown=move_by_key>
                            {TABS.into_iter().map(|(tab, id)| tab_button(kept, tab, id)).collect_view()}
                        </div>
                        <Show when=move || kept.tab.get() == Tab::Properties>
                            <span class="right row">{table::filter(kept)}</span>
                        </Show>
                    </div>
                    <div class="scroll" role="tabpanel" id="model-panel" tabindex="0" aria-label=move || lang.get().model_views()>
                        {body}
                    </div>
                    <Show when=move || kept.tab.get() == Tab::Properties>{post::bar(kept)}</Show>
                    <Show when=move || {
                        matches!(kept.tab.get(), Tab::Properties | Tab::Events)
                    }>{events::form(kept)}</Show>
                </div>
                <div class="pane mside">
                    <div class="scroll">{panel::panel(kept)} <incoming::IncomingPane /> {desired::section(kept)}</div>
                </div>
            </div>
            {editor::editor(kept)}
        </div>
    }
    .into_any()
}

fn tab_button(kept: Kept, tab: Tab, id: &'static str) -> AnyView {
    let lang = use_lang();
    let label = move |lang: Lang| match tab {
        Tab::Properties => lang.model_properties(),
        Tab::Events => lang.model_events(),
        Tab::Commands => lang.model_commands(),
        Tab::Simulation => lang.simulation_tab(),
        Tab::Messages => lang.model_messages(),
    };
    let count = Memo::new(move |_| match tab {
        Tab::Properties => Some(table::identifiers(kept, false).len()),
        Tab::Simulation | Tab::Messages => None,
        Tab::Events => {
            Some(kept.template.with(|shown| shown.as_ref().map_or(0, |(one, _)| one.events.len())))
        }
        Tab::Commands => {
            Some(kept.template.with(|shown| shown.as_ref().map_or(0, |(one, _)| one.commands.len())))
        }
    });
    let waits = Memo::new(move |_| if tab == Tab::Commands { commands::waiting(kept, None) } else { 0 });
    let is_shown = move || kept.tab.get() == tab;
    view! {
        <button
            type="button"
            role="tab"
            data-testid=id
            class:on=is_shown
            aria-selected=move || is_shown().to_string()
            aria-controls="model-panel"
            tabindex=move || if is_shown() { "0" } else { "-1" }
            on:click=move |_| kept.tab.set(tab)
        >
            {move || label(lang.get())}
            {move || count.get().map(|count| view! { <span class="badge">{count}</span> })}
            {move || {
                let waits = waits.get();
                (waits > 0)
                    .then(|| {
                        view! {
                            <span class="badge acc" title=lang.get().command_waiting(waits)>
                                {waits}
                            </span>
                        }
                    })
            }}
        </button>
    }
    .into_any()
}

/// The arrow keys go from tab to tab.
fn move_by_key(event: leptos::ev::KeyboardEvent) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let forward = match event.key().as_str() {
        "ArrowRight" => true,
        "ArrowLeft" => false,
        _ => return,
    };
    event.prevent_default();
    let Some(now) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else {
        return;
    };
    let next = if forward { now.next_element_sibling() } else { now.previous_element_sibling() };
    if let Some(next) = next.and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok()) {
        next.click();
        // Fails only where nothing can be focused.
        let _ = next.focus();
    }
}
