//! What the sections are made of. Plain functions with erased types: each would else be compiled once for every use.

use leptos::prelude::*;

use crate::i18n::Lang;
use crate::storage::{Limits, NumberFault, Preferences};
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::preferences::use_preferences;

/// A section with its heading, which takes the focus of whoever is led to it.
pub(super) fn section(id: &'static str, name: fn(Lang) -> &'static str, rows: Vec<AnyView>) -> AnyView {
    let lang = use_lang();
    let heading = format!("settings-{id}");
    view! {
        <h2 id=heading.clone() tabindex="-1">{move || name(lang.get())}</h2>
        <section class="card" aria-labelledby=heading>{rows}</section>
    }
    .into_any()
}

/// A line of a section: name and explanation at the left, the control at the right. The control is named by `set-{id}` and
/// described by `set-hint-{id}`.
pub(super) fn row(
    id: &'static str,
    name: fn(Lang) -> &'static str,
    hint: Signal<String>,
    control: AnyView,
) -> AnyView {
    let lang = use_lang();
    view! {
        <div class="srow">
            <div class="grow">
                <div class="med" id=format!("set-{id}")>{move || name(lang.get())}</div>
                <div class="fg3 why" id=format!("set-hint-{id}")>{hint}</div>
            </div>
            <div class="row ctl">{control}</div>
        </div>
    }
    .into_any()
}

/// A text that changes with the language only.
pub(super) fn words(text: fn(Lang) -> &'static str) -> Signal<String> {
    let lang = use_lang();
    Signal::derive(move || text(lang.get()).to_owned())
}

/// A row with options side by side.
pub(super) fn choice(
    id: &'static str,
    test_id: &'static str,
    name: fn(Lang) -> &'static str,
    hint: Signal<String>,
    options: &'static [ChoiceOption],
    value: Signal<&'static str>,
    choose: Callback<&'static str>,
) -> AnyView {
    let control = view! {
        <Choice id=test_id label=words(name) options value on_choose=move |chosen| choose.run(chosen) />
    };
    row(id, name, hint, control.into_any())
}

/// A row with a list to choose from: identifiers and names.
pub(super) fn select(
    id: &'static str,
    test_id: &'static str,
    name: fn(Lang) -> &'static str,
    hint: Signal<String>,
    options: Signal<Vec<(String, String)>>,
    value: Signal<String>,
    choose: Callback<String>,
) -> AnyView {
    let items = move || {
        options
            .get()
            .into_iter()
            .map(|(id, name)| {
                let here = id.clone();
                view! { <option value=id selected=move || value.get() == here>{name}</option> }
            })
            .collect_view()
    };
    let control = view! {
        <span class="inp selbox set-w">
            <select
                data-testid=test_id
                aria-labelledby=format!("set-{id}")
                aria-describedby=format!("set-hint-{id}")
                prop:value=value
                on:change:target=move |event| choose.run(event.target().value())
            >
                {items}
            </select>
        </span>
    };
    row(id, name, hint, control.into_any())
}

/// How a number of the preferences is read and written.
#[derive(Clone, Copy)]
pub(super) struct Number {
    pub(super) limits: Limits,
    pub(super) read: fn(&Preferences) -> u32,
    pub(super) write: fn(&mut Preferences, u32),
    pub(super) unit: fn(Lang) -> &'static str,
}

/// A row with a number. It is in force when the field is left or Enter pressed: half of a number means something else.
pub(super) fn number(
    id: &'static str,
    test_id: &'static str,
    name: fn(Lang) -> &'static str,
    hint: fn(Lang) -> &'static str,
    number: Number,
) -> AnyView {
    let lang = use_lang();
    let preferences = use_preferences();
    let Number { limits, read, write, unit } = number;
    let in_force = Memo::new(move |_| preferences.all.with(read));
    let text = RwSignal::new(String::new());
    let fault = RwSignal::new(None::<NumberFault>);
    Effect::new(move |_| {
        text.set(in_force.get().to_string());
        fault.set(None);
    });
    let enter = move |typed: String| {
        let outcome = limits.read(&typed);
        fault.set(outcome.err());
        text.set(typed);
        if let Ok(number) = outcome {
            text.set(number.to_string());
            preferences.set(|all| write(all, number));
        }
    };
    let said = Signal::derive(move || {
        let lang = lang.get();
        fault.get().map_or_else(|| hint(lang).to_owned(), |fault| lang.number_fault(fault, limits))
    });
    let shown = view! {
        <span class:err=move || fault.get().is_some() class="hint" role="status">
            <Show when=move || fault.get().is_some()>
                <Icon name=IconName::Error small=true />
            </Show>
            <span data-testid=format!("{test_id}-hint")>{said}</span>
        </span>
    };
    let control = view! {
        <span class="inp mono num-w" class:bad=move || fault.get().is_some()>
            <input
                data-testid=test_id
                autocomplete="off"
                inputmode="numeric"
                aria-labelledby=format!("set-{id}")
                aria-describedby=format!("set-hint-{id}")
                aria-invalid=move || fault.get().map(|_| "true")
                prop:value=text
                on:change:target=move |event| enter(event.target().value())
            />
            <span class="un">{move || unit(lang.get())}</span>
        </span>
    };
    view! {
        <div class="srow">
            <div class="grow">
                <div class="med" id=format!("set-{id}")>{move || name(lang.get())}</div>
                <div class="why" id=format!("set-hint-{id}")>{shown}</div>
            </div>
            <div class="row ctl">{control}</div>
        </div>
    }
    .into_any()
}
