//! Muting: what is hidden from the log is told above it, and one key mutes the topic of a message.

use std::sync::Arc;

use leptos::prelude::*;

use super::pane::Pane;
use crate::i18n::Lang;
use crate::i18n::numbers::grouped;
use crate::mqtt::{QoS, Subscription, SubscriptionState, TopicFilter};
use crate::ui::bench::Bench;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::{Toast, Toasts, use_lang};

/// Above the log, while a subscription is muted: how many messages that hides, and a way to see them.
#[component]
pub(in crate::ui::messages) fn MuteBar(bench: Bench) -> impl IntoView {
    let lang = use_lang();
    let pane = expect_context::<Pane>();
    let is_muting = Memo::new(move |_| bench.shown.get() == 0 && bench.heard().iter().any(|each| each.muted));
    let hidden = move || grouped(pane.counted.with(|counted| counted.hidden));
    let shown = bench.muted_shown;
    view! {
        <Show when=move || is_muting.get()>
            <div class="bar mutebar" data-testid="muted-bar">
                <Icon name=IconName::Mute small=true />
                <span class="num ell" data-testid="muted-count">
                    {move || {
                        if shown.get() { lang.get().shown_muted(&hidden()) } else { lang.get().hidden_muted(&hidden()) }
                    }}
                </span>
                <button
                    type="button"
                    class="lnk"
                    data-testid="show-muted"
                    aria-pressed=move || shown.get().to_string()
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {move || if shown.get() { lang.get().hide_muted() } else { lang.get().show_muted() }}
                </button>
                <button
                    type="button"
                    class="lnk"
                    data-testid="unmute-all"
                    on:click=move |_| mute_all(bench, false)
                >
                    {move || lang.get().unmute_all()}
                </button>
            </div>
        </Show>
    }
}

/// Mutes or unmutes every subscription.
pub(super) fn mute_all(bench: Bench, muted: bool) {
    bench.muted_shown.set(false);
    for (filter, qos, was) in untrack(|| listed(bench, |_| true)) {
        if was != muted {
            bench.set_muted(&filter, qos, muted);
        }
    }
}

/// The subscriptions that a topic, or all, belong to: filter, QoS asked for, and whether it is muted.
fn listed(bench: Bench, takes: impl Fn(&TopicFilter) -> bool) -> Vec<(TopicFilter, QoS, bool)> {
    let heard = bench.heard();
    let is_muted = |filter: &TopicFilter| heard.iter().any(|each| each.filter == *filter && each.muted);
    let found = |each: &Subscription| {
        let stays = each.state != SubscriptionState::Leaving && takes(&each.filter);
        stays.then(|| (each.filter.clone(), each.requested, is_muted(&each.filter)))
    };
    bench.subscriptions.with(|list| list.iter().filter_map(found).collect())
}

/// Mutes the subscriptions that the topic of this message belongs to; unmutes them, if all are muted. A toast names them and
/// takes it back.
pub(in crate::ui::messages) fn mute_selected(
    bench: Bench,
    topic: &str,
    lang: RwSignal<Lang>,
    toasts: Toasts,
) {
    let found = untrack(|| listed(bench, |filter| filter.matches(topic)));
    let words = lang.get_untracked();
    let Some((first, ..)) = found.first() else {
        return toasts.show(Toast { text: words.mute_none().to_owned(), undo: None, gone: None });
    };
    let names = match found.len() {
        1 => first.to_string(),
        count => words.and_more(first.as_str(), count - 1),
    };
    let muted = !found.iter().all(|(.., muted)| *muted);
    if muted {
        bench.muted_shown.set(false);
    }
    for (filter, qos, _) in &found {
        bench.set_muted(filter, *qos, muted);
    }
    let undo = move || {
        for (filter, qos, was) in &found {
            bench.set_muted(filter, *qos, *was);
        }
    };
    let text = if muted { words.muted_toast(&names) } else { words.unmuted_toast(&names) };
    toasts.show(Toast { text, undo: Some(Arc::new(undo)), gone: None });
}
