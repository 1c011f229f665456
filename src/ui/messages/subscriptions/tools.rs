//! Above the list: add, how many there are, what can be done with all, and a field to find one among many.

use std::sync::Arc;

use leptos::prelude::*;

use super::View;
use super::bulk::BulkButton;
use super::muting::mute_all;
use super::pane::Pane;
use crate::mqtt::{Subscription, SubscriptionState};
use crate::ui::bench::Bench;
use crate::ui::components::{Icon, IconName, focus};
use crate::ui::context::{Toast, Toasts, use_lang};
use crate::uiot::limits;

/// More subscriptions than this are looked for, not looked through.
const SEARCHED: usize = 20;

#[component]
pub(super) fn ToolBar(view: View, pane: Pane) -> impl IntoView {
    let lang = use_lang();
    let bench = view.bench;
    let toggle_form = move |_| {
        pane.adding.update(|adding| *adding = !*adding);
        if pane.adding.get_untracked() {
            focus("subscribe-filter");
        }
    };
    let total = Memo::new(move |_| pane.total());
    let is_device = Memo::new(move |_| pane.device().is_some());
    let is_searched = Memo::new(move |_| total.get() > SEARCHED || !pane.search.with(String::is_empty));
    let limit = move || {
        is_device.get().then(|| {
            let full = total.get() >= limits::SUBSCRIPTIONS;
            let words = move || lang.get().limit_meaning(total.get(), limits::SUBSCRIPTIONS);
            view! {
                <span class="chip num" class:warn=full data-testid="subscription-limit" title=words>
                    {full.then(|| view! { <Icon name=IconName::Warning small=true /> })}
                    {lang.get().limit_count(total.get(), limits::SUBSCRIPTIONS)}
                    <span class="sr">{words}</span>
                </span>
            }
        })
    };
    view! {
        <div class="stools">
            <button
                type="button"
                class="btn sm"
                class:on=pane.adding
                data-testid="add-subscription"
                aria-expanded=move || pane.adding.get().to_string()
                title=move || lang.get().add_open()
                on:click=toggle_form
            >
                <Icon name=IconName::Plus />
                {move || lang.get().add_short()}
            </button>
            <BulkButton view pane />
            {limit}
            <button
                type="button"
                class="btn gho ico sm right"
                class:on=pane.acting
                data-testid="subscription-actions"
                aria-expanded=move || pane.acting.get().to_string()
                aria-label=move || lang.get().more_actions()
                title=move || lang.get().more_actions()
                on:click=move |_| pane.acting.update(|acting| *acting = !*acting)
            >
                <Icon name=IconName::More />
            </button>
        </div>
        <Show when=move || pane.acting.get()>
            <Actions bench />
        </Show>
        <Show when=move || is_searched.get()>
            <Search pane total />
        </Show>
    }
}

#[component]
fn Search(pane: Pane, total: Memo<usize>) -> impl IntoView {
    let lang = use_lang();
    let words = move || lang.get().find_subscription(total.get());
    let clear_by_key = move |event: leptos::ev::KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        if event.key() == "Escape" && !pane.search.with_untracked(String::is_empty) {
            event.stop_propagation();
            pane.search.set(String::new());
        }
    };
    view! {
        <div class="sfind">
            <span class="inp">
                <Icon name=IconName::Search small=true />
                <input
                    type="search"
                    data-testid="subscription-search"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-label=words
                    placeholder=words
                    prop:value=pane.search
                    on:input:target=move |event| pane.search.set(event.target().value())
                    on:keydown=clear_by_key
                />
            </span>
        </div>
    }
}

/// What can be done with all subscriptions.
#[component]
fn Actions(bench: Bench) -> impl IntoView {
    let lang = use_lang();
    let toasts = expect_context::<Toasts>();
    let listed = move || bench.subscriptions.with_untracked(Clone::clone);
    let refused = move |list: &[Subscription]| {
        let refused = |each: &&Subscription| matches!(each.state, SubscriptionState::Refused(_));
        list.iter().filter(refused).map(|each| each.filter.clone()).collect::<Vec<_>>()
    };
    let refused_count = Memo::new(move |_| bench.subscriptions.with(|list| refused(list).len()));
    let has_any = Memo::new(move |_| bench.subscriptions.with(|list| !list.is_empty()));
    let all_muted = Memo::new(move |_| {
        let heard = bench.heard();
        !heard.is_empty() && heard.iter().all(|each| each.muted)
    });
    let resubscribe = move |_| {
        let list = listed();
        for each in list.iter().filter(|each| each.state != SubscriptionState::Leaving) {
            // Fails only where no packet identifier is free; the item shows then what is the case.
            let _ = bench.subscribe(&each.filter, each.requested);
        }
        let text = lang.get_untracked().resubscribed_all(list.len());
        toasts.show(Toast { text, undo: None, gone: None });
    };
    let remove_refused = move |_| {
        for filter in refused(&listed()) {
            let _ = bench.unsubscribe(&filter);
        }
        focus("subscription-actions");
    };
    let unsubscribe = move |_| {
        let count = listed().len();
        let back = bench.unsubscribe_all();
        let text = lang.get_untracked().unsubscribed_all(count);
        toasts.show(Toast { text, undo: Some(Arc::new(back)), gone: None });
        focus("subscription-actions");
    };
    view! {
        <div class="sacts" data-testid="subscription-actions-row">
            <button
                type="button"
                class="btn sm"
                data-testid="mute-all"
                disabled=move || !has_any.get()
                on:click=move |_| mute_all(bench, !all_muted.get_untracked())
            >
                {move || if all_muted.get() { lang.get().unmute_all() } else { lang.get().mute_all() }}
            </button>
            <button
                type="button"
                class="btn sm"
                data-testid="resubscribe-all"
                disabled=move || !has_any.get()
                on:click=resubscribe
            >
                {move || lang.get().resubscribe_all()}
            </button>
            <Show when=move || refused_count.get().gt(&0)>
                <button type="button" class="btn sm" data-testid="remove-refused" on:click=remove_refused>
                    {move || lang.get().remove_refused(refused_count.get())}
                </button>
            </Show>
            <button
                type="button"
                class="btn sm"
                data-testid="unsubscribe-all"
                disabled=move || !has_any.get()
                on:click=unsubscribe
            >
                {move || lang.get().unsubscribe_all()}
            </button>
        </div>
    }
}
