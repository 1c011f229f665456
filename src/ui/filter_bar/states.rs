//! What stands over a list, or in its place: nothing matches, it is paused, it is full.

use leptos::prelude::*;

use super::Filtering;
use crate::i18n::numbers::grouped;
use crate::journal::Scope;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::listing::Listing;
use crate::ui::shell::BUDGET_WINDOW;

/// Whether a session's person has seen that its log is full.
#[derive(Clone, Copy)]
pub(super) struct LimitSeen(RwSignal<bool>);

impl LimitSeen {
    pub(super) fn provide() {
        provide_context(Self(RwSignal::new(false)));
    }
}

/// In the place of a list whose filter leaves nothing: how much it hides, and the filter.
#[component]
pub(crate) fn NothingFound(filtering: Filtering) -> impl IntoView {
    let lang = use_lang();
    let hidden = Memo::new(move |_| {
        let counts = filtering.listing.bench.counts();
        match filtering.scope {
            Scope::Messages => counts.kept,
            Scope::Wire => counts.packets,
        }
    });
    let said = move || {
        let (lang, count) = (lang.get(), grouped(hidden.get()));
        match filtering.scope {
            Scope::Messages => lang.hidden_messages(&count),
            Scope::Wire => lang.hidden_packets(&count),
        }
    };
    view! {
        <div class="empty over" data-testid="nothing-found">
            <Icon name=IconName::Filter />
            <b>{move || lang.get().nothing_found()}</b>
            <span class="num">{said}" "<code>{filtering.listing.text}</code></span>
            <button
                type="button"
                class="btn"
                data-testid="clear-filter"
                on:click=move |_| filtering.listing.text.set(String::new())
            >
                {move || lang.get().clear_filter()}
                <kbd aria-hidden="true">"Esc"</kbd>
            </button>
        </div>
    }
}

/// Over a list that is paused: how much came since, and the way on.
#[component]
pub(crate) fn Paused(listing: Listing) -> impl IntoView {
    let lang = use_lang();
    view! {
        <Show when=move || listing.is_paused()>
            <div class="paused" data-testid="paused-bar">
                <span class="chip acc num">
                    <Icon name=IconName::Pause small=true />
                    {move || lang.get().paused_arrived(&grouped(listing.held_back()))}
                </span>
                <button type="button" class="btn sm" data-testid="resume" on:click=move |_| listing.set_paused(false)>
                    {move || lang.get().resume()}
                    <kbd aria-hidden="true">"Space"</kbd>
                </button>
            </div>
        </Show>
    }
}

/// Above a list that lost its oldest entries to the budget, until somebody has seen it.
#[component]
pub(crate) fn LimitReached(listing: Listing) -> impl IntoView {
    let lang = use_lang();
    let LimitSeen(seen) = expect_context();
    let dropped = Memo::new(move |_| listing.bench.counts().dropped);
    view! {
        <Show when=move || dropped.get() != 0 && !seen.get()>
            <div class="note warn flat limit" data-testid="limit-reached">
                <Icon name=IconName::Warning />
                <span class="grow ell num">{move || lang.get().log_is_full(&grouped(dropped.get()))}</span>
                <button type="button" class="lnk" data-testid="limit-change" popovertarget=BUDGET_WINDOW>
                    {move || lang.get().limit_change()}
                </button>
                <button
                    type="button"
                    class="btn gho ico sm"
                    aria-label=move || lang.get().limit_dismiss()
                    title=move || lang.get().limit_dismiss()
                    on:click=move |_| seen.set(true)
                >
                    <Icon name=IconName::Close />
                </button>
            </div>
        </Show>
    }
}
