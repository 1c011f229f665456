use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::i18n::Lang;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;

/// A button and what it opens above itself. The arrow keys walk through its entries (`.mi`), `Esc` closes it and brings the
/// focus back.
#[component]
pub(super) fn Menu(
    /// `data-testid` of the button; the panel has it with `-menu`.
    id: &'static str,
    label: fn(Lang) -> &'static str,
    icon: IconName,
    open: RwSignal<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let lang = use_lang();
    let frame = NodeRef::<html::Span>::new();
    let button = NodeRef::<html::Button>::new();
    let panel = NodeRef::<html::Div>::new();
    let is_inside = move |target: Option<web_sys::EventTarget>| {
        let target = target.and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        frame.get_untracked().is_some_and(|frame| frame.contains(target.as_ref()))
    };
    let close_outside = window_event_listener(leptos::ev::pointerdown, move |event| {
        if open.get_untracked() && !is_inside(event.target()) {
            open.set(false);
        }
    });
    on_cleanup(move || close_outside.remove());
    // Whoever opened it by keyboard, or chose in it, goes on from there.
    // No `on_load`: that takes an element once, and a menu opens again.
    Effect::new(move |_| {
        if panel.get().is_some() {
            untrack(|| step(panel, 1));
        }
    });
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        if !open.get_untracked() || event.is_composing() {
            return;
        }
        match event.key().as_str() {
            "Escape" => {
                open.set(false);
                if let Some(button) = button.get_untracked() {
                    // Fails only where nothing can be focused.
                    let _ = button.focus();
                }
            }
            "ArrowDown" => step(panel, 1),
            "ArrowUp" => step(panel, -1),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let left_by_tab = move |event: leptos::ev::FocusEvent| {
        let to = event.related_target();
        // Nothing gets the focus where the page is left, or where something without focus is clicked.
        if to.is_some() && !is_inside(to) {
            open.set(false);
        }
    };
    view! {
        <span node_ref=frame class="cmenu" on:keydown=by_key on:focusout=left_by_tab>
            <button
                node_ref=button
                type="button"
                class="btn gho sm"
                class:on=move || open.get()
                data-testid=id
                aria-expanded=move || open.get().to_string()
                aria-controls=format!("{id}-menu")
                aria-label=move || label(lang.get())
                title=move || label(lang.get())
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Icon name=icon />
                <span class="cl">{move || label(lang.get())}</span>
            </button>
            <Show when=move || open.get()>
                <div
                    node_ref=panel
                    class="menu cpanel"
                    id=format!("{id}-menu")
                    data-testid=format!("{id}-menu")
                    role="group"
                    aria-label=move || label(lang.get())
                >
                    {children()}
                </div>
            </Show>
        </span>
    }
}

/// Moves the focus to the next entry, or the one before; from outside to the first or the last.
fn step(panel: NodeRef<html::Div>, by: i32) {
    let Some(panel) = panel.get_untracked() else { return };
    let entries = panel.get_elements_by_class_name("mi");
    let count = i32::try_from(entries.length()).unwrap_or(i32::MAX);
    let entry = |index: i32| entries.item(u32::try_from(index).unwrap_or(0));
    let focused = document().active_element();
    let at = (0..count).find(|index| entry(*index) == focused);
    let next = match at {
        Some(at) => (at + by).rem_euclid(count.max(1)),
        None if by > 0 => 0,
        None => count - 1,
    };
    if let Some(entry) = entry(next).and_then(|entry| entry.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Fails only where nothing can be focused.
        let _ = entry.focus();
    }
}
