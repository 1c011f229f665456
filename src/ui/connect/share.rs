use leptos::prelude::*;

use super::FormState;
use crate::storage::share::{MOST_BYTES, to_fragment};
use crate::ui::components::{Icon, IconName, copy_text};
use crate::ui::context::{Toasts, use_lang};

/// A link that opens this form elsewhere, without its secrets.
#[component]
pub(super) fn ShareCard(state: FormState) -> impl IntoView {
    let lang = use_lang();
    let toasts = expect_context::<Toasts>();
    let fragment = Memo::new(move |_| state.bench.profile.with(to_fragment));
    let link = move || {
        let page = window().location().href().unwrap_or_default();
        let page = page.split('#').next().unwrap_or_default();
        format!("{page}{}", fragment.get())
    };
    let too_long = move || fragment.with(String::len) > MOST_BYTES;
    view! {
        <section class="card" aria-labelledby="share-title">
            <div class="bar">
                <h2 id="share-title">{move || lang.get().share_link()}</h2>
                <span class="right row gap1 fg3 sub">
                    <Icon name=IconName::Key small=true />
                    {move || lang.get().share_no_secret()}
                </span>
            </div>
            <div class="row share">
                <span class="inp mono ro">
                    <input
                        readonly
                        data-testid="share-link"
                        aria-labelledby="share-title"
                        aria-describedby="share-hint"
                        prop:value=link
                        on:focus:target=move |event| event.target().select()
                    />
                </span>
                <button
                    type="button"
                    class="btn"
                    data-testid="share-copy"
                    on:click=move |_| copy_text(&untrack(link), lang, toasts)
                >
                    <Icon name=IconName::Link />
                    {move || lang.get().copy()}
                </button>
            </div>
            <p class="hint share-h" class:warn=too_long id="share-hint">
                {move || {
                    if too_long() {
                        lang.get().share_too_long(MOST_BYTES >> 10)
                    } else {
                        lang.get().share_hint().to_owned()
                    }
                }}
            </p>
        </section>
    }
    .into_any()
}
