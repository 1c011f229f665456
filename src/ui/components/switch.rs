use leptos::prelude::*;

/// A switch that acts at once. Its name is its label's, around it or by `labelled_by`.
#[component]
pub(in crate::ui) fn Switch(
    /// `data-testid`
    id: &'static str,
    #[prop(into)] on: Signal<bool>,
    toggle: impl Fn() + 'static,
    #[prop(optional)] labelled_by: Option<String>,
    #[prop(optional)] described_by: Option<String>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            role="switch"
            class="sw"
            class:on=on
            data-testid=id
            aria-checked=move || on.get().to_string()
            aria-labelledby=labelled_by
            aria-describedby=described_by
            on:click=move |_| toggle()
        ></button>
    }
}
