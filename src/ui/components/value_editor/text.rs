//! What is typed as text: strings, and JSON.

use leptos::prelude::*;

use super::Spot;
use crate::ui::context::use_lang;
use crate::uiot::model::{DataType, Draft};

/// Bytes up to which a string is likely to need one line.
const ONE_LINE: u64 = 64;

pub(super) fn string(spot: &Spot) -> AnyView {
    let short = match &*spot.data_type {
        DataType::String(spec) => spec.length.is_some_and(|length| length <= ONE_LINE),
        _ => false,
    };
    area(spot, if short { "1" } else { "3" }, "value-text", Draft::Text)
}

pub(super) fn json(spot: &Spot) -> AnyView {
    let lang = use_lang();
    let has_form = !matches!(Draft::new(&spot.data_type), Draft::Json(_));
    let inner = spot.clone();
    // At the outermost the button over the field does the same where the value has a form.
    let (draft, at, data_type) = (spot.draft, spot.at.clone(), std::sync::Arc::clone(&spot.data_type));
    let is_stuck = Memo::new(move |_| {
        let fits = draft.with(|draft| {
            let value = draft.part(&at)?.value().ok()?;
            (!matches!(Draft::of(&data_type, &value), Draft::Json(_))).then_some(())
        });
        has_form && fits.is_none()
    });
    let anew = move || {
        let inner = inner.clone();
        is_stuck.get().then(move || {
            view! {
                <span class="hint">
                    <span>
                        {move || lang.get().value_no_form()} " "
                        <button
                            type="button"
                            class="lnk"
                            data-testid="value-anew"
                            on:click=move |_| inner.set(Draft::new(&inner.data_type))
                        >
                            {move || lang.get().value_anew()}
                        </button>
                    </span>
                </span>
            }
        })
    };
    view! {
        {area(spot, "3", "value-json", Draft::Json)}
        {anew}
    }
    .into_any()
}

fn area(spot: &Spot, rows: &'static str, test_id: &'static str, made: fn(String) -> Draft) -> AnyView {
    let typed = spot.typed();
    let fault = spot.fault();
    let is_warning = move || fault.with(|fault| fault.as_ref().map(|fault| fault.kind.is_warning()));
    let spot = spot.clone();
    let (id, hint) = (spot.input_id(), spot.hint_id());
    view! {
        <textarea
            id=id
            class="inp mono"
            class:wrn=move || is_warning() == Some(true)
            class:bad=move || is_warning() == Some(false)
            data-testid=test_id
            rows=rows
            autocapitalize="off"
            spellcheck="false"
            aria-invalid=move || is_warning().map(|_| "true")
            aria-describedby=hint
            prop:value=typed
            on:input:target=move |event| spot.set(made(event.target().value()))
        ></textarea>
    }
    .into_any()
}
