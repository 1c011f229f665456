//! One of a few: an enum's items, and a bool's two.

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::Spot;
use super::number::input;
use crate::ui::components::Switch;
use crate::ui::context::use_lang;
use crate::uiot::model::{DataType, Draft, EnumSpec};

/// Items that stand side by side; more are a list to choose from.
const SIDE_BY_SIDE: usize = 4;

/// An enum: its items, and a field for a number that is none of them.
pub(super) fn list(spot: &Spot, spec: &EnumSpec) -> AnyView {
    let items: Vec<_> = spec.items.iter().map(|(item, text)| (*item, text.clone())).collect();
    let choice = match items.len() {
        0 => ().into_any(),
        1..=SIDE_BY_SIDE => radios(spot, items),
        _ => select(spot, items),
    };
    view! {
        <div class="row val-e">
            {choice}
            {input(spot, None, ().into_any())}
        </div>
    }
    .into_any()
}

fn chosen(spot: &Spot) -> Memo<Option<i64>> {
    let typed = spot.typed();
    Memo::new(move |_| typed.with(|typed| typed.trim().parse().ok()))
}

fn choose(spot: &Spot, item: i64) {
    spot.set(Draft::Number(item.to_string()));
}

/// One tab stop; the arrow keys move.
fn radios(spot: &Spot, items: Vec<(i64, String)>) -> AnyView {
    let group = NodeRef::<html::Div>::new();
    let chosen = chosen(spot);
    let numbers: Vec<_> = items.iter().map(|(item, _)| *item).collect();
    let by_key = {
        let (spot, numbers) = (spot.clone(), numbers.clone());
        move |event: leptos::ev::KeyboardEvent| {
            let step = match event.key().as_str() {
                _ if event.ctrl_key() || event.alt_key() || event.meta_key() => return,
                "ArrowRight" | "ArrowDown" => 1,
                "ArrowLeft" | "ArrowUp" => numbers.len() - 1,
                _ => return,
            };
            event.prevent_default();
            let now = numbers.iter().position(|item| Some(*item) == chosen.get_untracked()).unwrap_or(0);
            let next = (now + step) % numbers.len();
            if let Some(item) = numbers.get(next) {
                choose(&spot, *item);
            }
            let button = group.get_untracked().and_then(|group| {
                let child = group.children().item(u32::try_from(next).unwrap_or(0))?;
                child.dyn_into::<leptos::web_sys::HtmlElement>().ok()
            });
            if let Some(button) = button {
                // Fails only where nothing can be focused.
                let _ = button.focus();
            }
        }
    };
    let none_chosen = Memo::new(move |_| chosen.get().is_none_or(|item| !numbers.contains(&item)));
    let buttons = items.into_iter().enumerate().map(|(index, (item, text))| {
        let spot = spot.clone();
        let is_chosen = move || chosen.get() == Some(item);
        let is_stop = move || is_chosen() || index == 0 && none_chosen.get();
        view! {
            <button
                type="button"
                role="radio"
                class:on=is_chosen
                data-option=item.to_string()
                aria-checked=move || is_chosen().to_string()
                tabindex=move || if is_stop() { "0" } else { "-1" }
                on:click=move |_| choose(&spot, item)
            >
                {text} " " {item}
            </button>
        }
    });
    view! {
        <div
            node_ref=group
            class="seg fill"
            role="radiogroup"
            data-testid="value-choice"
            data-value=move || chosen.get().map(|item| item.to_string())
            aria-labelledby=spot.label_id()
            on:keydown=by_key
        >
            {buttons.collect_view()}
        </div>
    }
    .into_any()
}

fn select(spot: &Spot, items: Vec<(i64, String)>) -> AnyView {
    let lang = use_lang();
    let chosen = chosen(spot);
    let numbers: Vec<_> = items.iter().map(|(item, _)| *item).collect();
    let is_other = Memo::new(move |_| chosen.get().is_none_or(|item| !numbers.contains(&item)));
    let options = items.into_iter().map(|(item, text)| {
        let is_chosen = move || chosen.get() == Some(item);
        view! { <option value=item.to_string() selected=is_chosen>{format!("{text} {item}")}</option> }
    });
    let options = options.collect_view();
    let spot = spot.clone();
    let label = spot.label_id();
    let change = move |text: String| {
        if let Ok(item) = text.parse() {
            choose(&spot, item);
        }
    };
    view! {
        <span class="inp selbox">
            <select
                data-testid="value-select"
                aria-labelledby=label
                prop:value=move || match (is_other.get(), chosen.get()) {
                    (false, Some(item)) => item.to_string(),
                    _ => String::new(),
                }
                on:change:target=move |event| change(event.target().value())
            >
                <option value="" hidden selected=is_other>
                    {move || lang.get().value_not_listed()}
                </option>
                {options}
            </select>
        </span>
    }
    .into_any()
}

/// A bool: a switch, and what it says with its 0 or 1.
pub(super) fn switch(spot: &Spot) -> AnyView {
    let (draft, at) = (spot.draft, spot.at.clone());
    let on = Memo::new(move |_| draft.with(|draft| draft.part(&at) == Some(&Draft::Switch(true))));
    let texts = match &*spot.data_type {
        DataType::Bool(spec) => [spec.zero.clone(), spec.one.clone()].map(Option::unwrap_or_default),
        _ => Default::default(),
    };
    let [zero, one] = texts;
    let said = move || if on.get() { format!("1 {one}") } else { format!("0 {zero}") };
    let label = spot.label_id();
    let spot = spot.clone();
    view! {
        <div class="row val-b">
            <Switch
                id="value-switch"
                on
                toggle=move || spot.set(Draft::Switch(!on.get_untracked()))
                labelled_by=label
            />
            <span class="mono">{said}</span>
        </div>
    }
    .into_any()
}
