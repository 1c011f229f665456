use leptos::prelude::*;

use super::draft::Draft;
use crate::ui::components::focus;
use crate::ui::context::use_lang;
use crate::uiot::PARSE_SUFFIX;

/// The switch of the suffix that lets the product's parser read the message; where it is of no use it says why.
#[component]
pub(super) fn ParseItem(draft: Draft, open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let is_on = Memo::new(move |_| draft.full_topic().ends_with(PARSE_SUFFIX));
    let why = Memo::new(move |_| draft.no_parse());
    // What is there without use can always be taken away.
    let is_possible = move || is_on.get() || why.get().is_none();
    let toggle = move |_| {
        if untrack(is_possible) {
            draft.toggle_parse();
            open.set(false);
            focus("publish-topic");
        }
    };
    view! {
        <Show when=move || draft.device().is_some()>
            <div class="grp">"Topic"</div>
            <button
                type="button"
                class="mi"
                data-testid="publish-parse"
                aria-disabled=move || (!is_possible()).then_some("true")
                aria-describedby="publish-parse-hint"
                title=move || lang.get().custom_parse_hint()
                on:click=toggle
            >
                <span class="mono">{PARSE_SUFFIX}</span>
                <span class="right fg3">
                    {move || if is_on.get() { lang.get().parse_off() } else { lang.get().parse_on() }}
                </span>
            </button>
            <p class="hint" id="publish-parse-hint" data-testid="publish-parse-hint">
                {move || match why.get() {
                    Some(why) => lang.get().no_parse(why),
                    None => lang.get().custom_parse_hint(),
                }}
            </p>
        </Show>
    }
    .into_any()
}
