use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use crate::i18n::Lang;
use crate::ui::context::use_lang;

/// One of a [`Choice`]'s options.
#[derive(Clone, Copy)]
pub(in crate::ui) struct ChoiceOption {
    pub(in crate::ui) id: &'static str,
    pub(in crate::ui) label: fn(Lang) -> &'static str,
}

/// One of two to five options side by side: a radio group with one tab stop in which the arrow keys move.
#[component]
pub(in crate::ui) fn Choice(
    /// `data-testid`
    id: &'static str,
    /// What is chosen, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    options: &'static [ChoiceOption],
    #[prop(into)] value: Signal<&'static str>,
    on_choose: impl Fn(&'static str) + Copy + 'static,
    #[prop(optional)] class: &'static str,
    /// What an option shows in the place of its label, which is then for screen readers.
    #[prop(optional)]
    face: Option<Callback<&'static str, Option<AnyView>>>,
) -> impl IntoView {
    let lang = use_lang();
    let group = NodeRef::<html::Div>::new();
    let choose_by_key = move |event: leptos::ev::KeyboardEvent| {
        // With these keys it is a shortcut, of the page or of the browser.
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let step = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => 1,
            "ArrowLeft" | "ArrowUp" => options.len() - 1,
            _ => return,
        };
        event.prevent_default();
        let now = options.iter().position(|option| option.id == value.get_untracked()).unwrap_or(0);
        let next = (now + step) % options.len();
        on_choose(options[next].id);
        let button = group.get_untracked().and_then(|group| {
            let child = group.children().item(u32::try_from(next).unwrap_or(0))?;
            child.dyn_into::<web_sys::HtmlElement>().ok()
        });
        if let Some(button) = button {
            // Fails only where nothing can be focused.
            let _ = button.focus();
        }
    };
    // Where none of them is chosen the first is the way in.
    let none_chosen = move || options.iter().all(|option| option.id != value.get());
    let buttons = options
        .iter()
        .enumerate()
        .map(|(index, option)| {
            let is_first = index == 0;
            let chosen = move || value.get() == option.id;
            let face = face.and_then(|face| face.run(option.id));
            let label_class = if face.is_some() { "sr" } else { "" };
            view! {
                <button
                    type="button"
                    role="radio"
                    class:on=chosen
                    data-option=option.id
                    aria-checked=move || chosen().to_string()
                    tabindex=move || if chosen() || none_chosen() && is_first { "0" } else { "-1" }
                    on:click=move |_| on_choose(option.id)
                >
                    {face}
                    <span class=label_class>{move || (option.label)(lang.get())}</span>
                </button>
            }
        })
        .collect_view();
    view! {
        <div
            node_ref=group
            class=format!("seg {class}")
            role="radiogroup"
            data-testid=id
            data-value=value
            aria-label=label
            on:keydown=choose_by_key
        >
            {buttons}
        </div>
    }
}
