use leptos::prelude::*;

use crate::i18n::Lang;
use crate::ui::components::Switch;
use crate::ui::context::use_lang;

/// A switch with its name above and what it means below.
#[component]
pub(super) fn SwitchField(
    id: &'static str,
    label: fn(Lang) -> &'static str,
    hint: fn(Lang) -> &'static str,
    #[prop(into)] on: Signal<bool>,
    toggle: impl Fn() + 'static,
) -> impl IntoView {
    let lang = use_lang();
    let (label_id, hint_id) = (format!("lb-{id}"), format!("hint-{id}"));
    view! {
        <div class="fld c2">
            <span class="lb" id=label_id.clone()>{move || label(lang.get())}</span>
            <span class="swl">
                <Switch id on toggle labelled_by=label_id described_by=hint_id.clone() />
            </span>
            <span class="hint" id=hint_id>{move || hint(lang.get())}</span>
        </div>
    }
}
