use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{Filtering, MainChoice};
use crate::journal::query::{Key, TimePoint};
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName, Switch, focus};
use crate::ui::context::use_lang;

/// The button for the rarer conditions, and the panel that it opens.
#[component]
pub(super) fn Options(filtering: Filtering) -> impl IntoView {
    let lang = use_lang();
    let open = RwSignal::new(false);
    let frame = NodeRef::<html::Span>::new();
    let close_outside = window_event_listener(leptos::ev::pointerdown, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        let inside = frame.get_untracked().is_some_and(|frame| frame.contains(target.as_ref()));
        if open.get_untracked() && !inside {
            open.set(false);
        }
    });
    on_cleanup(move || close_outside.remove());
    let close_by_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() && !event.is_composing() {
            event.stop_propagation();
            open.set(false);
            focus("filter-menu");
        }
    };
    let left_by_tab = move |event: leptos::ev::FocusEvent| {
        let to = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        // Nothing gets the focus where the page is left, or where something without focus is clicked.
        let outside =
            |to: web_sys::Node| frame.get_untracked().is_some_and(|frame| !frame.contains(Some(&to)));
        if to.is_some_and(outside) {
            open.set(false);
        }
    };
    let in_use = move || {
        [Key::Qos, Key::Is, Key::After, Key::Before].into_iter().any(|key| filtering.value(key).is_some())
    };
    view! {
        <span node_ref=frame class="fmenu" on:keydown=close_by_key on:focusout=left_by_tab>
            <button
                type="button"
                class="btn gho ico sm"
                class:on=in_use
                data-testid="filter-menu"
                aria-expanded=move || open.get().to_string()
                aria-controls="filter-options"
                aria-label=move || lang.get().filter_options()
                title=move || lang.get().filter_options()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Icon name=IconName::Filter />
            </button>
            <Show when=move || open.get()>
                <Panel filtering />
            </Show>
        </span>
    }
}

#[component]
fn Panel(filtering: Filtering) -> impl IntoView {
    const QOS: [ChoiceOption; 4] = [
        ChoiceOption { id: "", label: |lang| lang.any() },
        ChoiceOption { id: "0", label: |_| "0" },
        ChoiceOption { id: "1", label: |_| "1" },
        ChoiceOption { id: "2", label: |_| "2" },
    ];
    let lang = use_lang();
    let qos = Signal::derive(move || {
        let typed = filtering.value(Key::Qos);
        typed.and_then(|typed| QOS.iter().find(|option| option.id == typed)).map_or("", |option| option.id)
    });
    let choose_qos = move |id: &'static str| filtering.set(Key::Qos, Some(id).filter(|id| !id.is_empty()));
    let errors = Signal::derive(move || filtering.value(Key::Is).is_some_and(|value| value == "error"));
    let toggle_errors = move || {
        filtering.set(Key::Is, Some("error").filter(|_| !errors.get_untracked()));
    };
    view! {
        <div
            class="menu fopts"
            id="filter-options"
            data-testid="filter-options"
            role="group"
            aria-label=move || lang.get().filter_options()
        >
            <MainChoice filtering id="filter-main-menu" class="sm narrow-bar" />
            <div class="row between">
                <span class="lb">"QoS"</span>
                <Choice id="filter-qos" label="QoS" options=&QOS value=qos on_choose=choose_qos class="sm" />
            </div>
            <div class="row between">
                <span>
                    <span class="lb" id="filter-errors-label">{move || lang.get().errors_only()}</span>
                    <span class="hint" id="filter-errors-hint">{move || lang.get().errors_only_hint()}</span>
                </span>
                <Switch
                    id="filter-errors"
                    on=errors
                    toggle=toggle_errors
                    labelled_by="filter-errors-label".to_owned()
                    described_by="filter-errors-hint".to_owned()
                />
            </div>
            <div class="times">
                <Time filtering key=Key::After id="filter-after" />
                <Time filtering key=Key::Before id="filter-before" />
                <span class="hint" id="filter-time-hint">{move || lang.get().time_hint()}</span>
            </div>
            <p class="hint">{move || lang.get().filter_hint()}</p>
            <button
                type="button"
                class="btn sm"
                data-testid="filter-clear"
                on:click=move |_| filtering.listing.text.set(String::new())
            >
                {move || lang.get().clear_filter()}
            </button>
        </div>
    }
}

/// An end of the range of time.
#[component]
fn Time(filtering: Filtering, key: Key, id: &'static str) -> impl IntoView {
    let lang = use_lang();
    let value = move || filtering.value(key);
    let is_wrong = move || value().is_some_and(|value| TimePoint::parse(&value).is_none());
    let label = move || if key == Key::After { lang.get().from_time() } else { lang.get().to_time() };
    view! {
        <label class="fld">
            <span class="lb">{label}</span>
            <span class="inp mono sm" class:bad=is_wrong>
                <input
                    type="text"
                    data-testid=id
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="14:32:13"
                    aria-describedby="filter-time-hint"
                    aria-invalid=move || is_wrong().then_some("true")
                    prop:value=move || value().unwrap_or_default()
                    on:change:target=move |event| {
                        let typed = event.target().value();
                        filtering.set(key, Some(typed.trim()).filter(|typed| !typed.is_empty()));
                    }
                />
            </span>
        </label>
    }
}
