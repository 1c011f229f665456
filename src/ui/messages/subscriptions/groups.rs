//! The list: the device's system topics, then its others; in a session that is no UIoT device's, one list.

use leptos::prelude::*;

use super::View;
use super::catalogue::CatalogueButton;
use super::item::{Group, Item};
use super::pane::Pane;
use crate::mqtt::TopicFilter;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::uiot::SystemTopic;

/// The filters of both groups. Without a device all are in the second.
#[derive(Clone, Debug, Default, PartialEq)]
struct Grouped {
    system: Vec<TopicFilter>,
    rest: Vec<TopicFilter>,
}

fn grouped(pane: Pane) -> Grouped {
    let device = pane.device();
    let search = pane.search.with(|search| search.trim().to_lowercase());
    let mut system: Vec<(SystemTopic, TopicFilter)> = Vec::new();
    let mut rest = Vec::new();
    pane.bench.subscriptions.with(|list| {
        let found = list.iter().map(|each| &each.filter);
        for filter in found.filter(|filter| filter.as_str().to_lowercase().contains(&search)) {
            let topic = device.as_ref().and_then(|device| SystemTopic::of_device(filter.as_str(), device));
            match topic {
                Some(topic) => system.push((topic, filter.clone())),
                None => rest.push(filter.clone()),
            }
        }
    });
    system.sort_by_key(|(topic, _)| (topic.service(), *topic));
    Grouped { system: system.into_iter().map(|(_, filter)| filter).collect(), rest }
}

#[component]
pub(super) fn Groups(view: View, pane: Pane) -> impl IntoView {
    let lang = use_lang();
    let list = Memo::new(move |_| grouped(pane));
    let is_device = Memo::new(move |_| pane.device().is_some());
    let system = Memo::new(move |_| list.with(|list| list.system.clone()));
    let rest = Memo::new(move |_| list.with(|list| list.rest.clone()));
    let searched = move || !pane.search.with(|search| search.trim().is_empty());
    let nothing = move || searched() && list.with(|list| list.system.is_empty() && list.rest.is_empty());
    let rest_open = move || !is_device.get() || !pane.custom_folded.get();
    view! {
        <Show when=move || is_device.get()>
            <div class="grp sgrp">
                <Head
                    id="system-group"
                    title=Signal::derive(move || lang.get().system_topics())
                    count=Signal::derive(move || system.with(Vec::len))
                    folded=pane.system_folded
                />
                <CatalogueButton view pane />
                <span class="mono">"$sys/"</span>
            </div>
            <Show when=move || !pane.system_folded.get()>
                <ul data-testid="system-subscriptions" aria-label=move || lang.get().system_topics()>
                    <For
                        each=move || system.get()
                        key=TopicFilter::clone
                        children=move |filter| view! { <Item view pane group=Group::System filter /> }
                    />
                </ul>
                <Show when=move || system.with(Vec::is_empty) && !searched()>
                    <p class="hint sub">{move || lang.get().system_none()}</p>
                </Show>
            </Show>
            <div class="grp sgrp">
                <Head
                    id="custom-group"
                    title=Signal::derive(move || lang.get().custom_topics())
                    count=Signal::derive(move || rest.with(Vec::len))
                    folded=pane.custom_folded
                />
                <span class="mono right">"~/"</span>
            </div>
        </Show>
        <Show when=rest_open>
            <ul data-testid="custom-subscriptions" aria-label=move || lang.get().subscriptions()>
                <For
                    each=move || rest.get()
                    key=TopicFilter::clone
                    children=move |filter| {
                        let group = if is_device.get_untracked() { Group::Custom } else { Group::Plain };
                        view! { <Item view pane group filter /> }
                    }
                />
            </ul>
        </Show>
        <Show when=nothing>
            <p class="pad fg3">{move || lang.get().no_subscription_found()}</p>
        </Show>
    }
}

/// The head of a group, which folds it.
#[component]
fn Head(
    id: &'static str,
    title: Signal<&'static str>,
    count: Signal<usize>,
    folded: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="gh"
            class:folded=folded
            data-testid=id
            aria-expanded=move || (!folded.get()).to_string()
            on:click=move |_| folded.update(|folded| *folded = !*folded)
        >
            <Icon name=IconName::Chevron small=true />
            {title}
            <span class="num">{count}</span>
        </button>
    }
}
