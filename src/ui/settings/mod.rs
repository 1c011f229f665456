//! The settings page: what holds for the whole tool, whatever the session. Everything takes effect at once.

use leptos::prelude::*;

use super::context::use_lang;

#[component]
pub(super) fn SettingsPage() -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="scroll">
            <h1>{move || lang.get().settings()}</h1>
        </div>
    }
}
