//! A number with its unit, a step down and up, and a slider where the range is small enough to be one.

use leptos::prelude::*;
use serde_json::{Number, Value};

use super::Spot;
use crate::ui::context::use_lang;
use crate::uiot::model::{Draft, NumberSpec};

/// Steps up to which a slider is of use.
const SLIDER_STEPS: u64 = 10_000;

pub(super) fn view(spot: &Spot) -> AnyView {
    let lang = use_lang();
    let spec = spot.data_type.number().cloned().unwrap_or_default();
    let unit = spec.unit.clone().filter(|unit| !unit.is_empty());
    let unit = unit.map(|unit| view! { <span class="un">{unit}</span> });
    let slider = spec.steps().filter(|steps| (1..=SLIDER_STEPS).contains(steps));
    let slider = slider.map(|steps| slider_view(spot, spec.clone(), steps));
    let by_step = Callback::new({
        let spot = spot.clone();
        move |up: bool| {
            let number = spot.draft.with_untracked(|draft| match draft.part(&spot.at)?.value() {
                Ok(Value::Number(number)) => spec.stepped(&number, up),
                // What is no number gives way to one.
                _ => match spot.data_type.sample() {
                    Value::Number(number) => Some(number),
                    _ => None,
                },
            });
            if let Some(number) = number {
                spot.set(Draft::Number(number.to_string()));
            }
        }
    });
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        let up = event.key() == "ArrowUp";
        let is_plain = !event.ctrl_key() && !event.alt_key() && !event.meta_key();
        if is_plain && (up || event.key() == "ArrowDown") {
            event.prevent_default();
            by_step.run(up);
        }
    };
    let (less, more) = (spot.label.clone(), spot.label.clone());
    view! {
        <div class="row val-n">
            {input(spot, Some(Callback::new(by_key)), unit.into_any())}
            <button
                type="button"
                class="btn ico"
                data-testid="value-less"
                aria-label=move || lang.get().value_less(&less)
                on:click=move |_| by_step.run(false)
            >
                "−"
            </button>
            <button
                type="button"
                class="btn ico"
                data-testid="value-more"
                aria-label=move || lang.get().value_more(&more)
                on:click=move |_| by_step.run(true)
            >
                "+"
            </button>
        </div>
        {slider}
    }
    .into_any()
}

/// The field in which a number is typed.
pub(super) fn input(
    spot: &Spot,
    on_key: Option<Callback<leptos::ev::KeyboardEvent>>,
    extra: AnyView,
) -> AnyView {
    let typed = spot.typed();
    let fault = spot.fault();
    let is_warning = move || fault.with(|fault| fault.as_ref().map(|fault| fault.kind.is_warning()));
    let spot = spot.clone();
    let (id, hint) = (spot.input_id(), spot.hint_id());
    // Number pads of telephones have no minus.
    let min = spot.data_type.number().and_then(|spec| spec.min.as_ref()).and_then(Number::as_f64);
    let pad = min.is_some_and(|min| min >= 0.0).then_some("decimal");
    view! {
        <span
            class="inp mono"
            class:wrn=move || is_warning() == Some(true)
            class:bad=move || is_warning() == Some(false)
        >
            <input
                id=id
                data-testid="value-input"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                inputmode=pad
                aria-invalid=move || is_warning().map(|_| "true")
                aria-describedby=hint
                prop:value=typed
                on:input:target=move |event| spot.set(Draft::Number(event.target().value()))
                on:keydown=move |event| {
                    if let Some(on_key) = on_key {
                        on_key.run(event);
                    }
                }
            />
            {extra}
        </span>
    }
    .into_any()
}

/// A slider counts steps: a tenth has no exact float.
fn slider_view(spot: &Spot, spec: NumberSpec, steps: u64) -> AnyView {
    let typed = spot.typed();
    let label = spot.label_id();
    let ends = [spec.min.clone(), spec.max.clone()].map(|end| end.map(|end| end.to_string()));
    let [lowest, highest] = ends;
    let unit = spec.unit.clone().unwrap_or_default();
    let to_step = spec.clone();
    let index = Memo::new(move |_| {
        let number = typed.with(|typed| typed.trim().parse::<f64>().ok());
        number.and_then(|number| to_step.step_of(number)).unwrap_or(0).clamp(0, steps as i64)
    });
    let spot = spot.clone();
    let slide = move |text: String| {
        let number = text.parse::<u64>().ok().and_then(|index| spec.at_step(index));
        if let Some(number) = number {
            spot.set(Draft::Number(number.to_string()));
        }
    };
    view! {
        <input
            type="range"
            class="sld"
            data-testid="value-slider"
            aria-labelledby=label
            aria-valuetext=move || format!("{} {unit}", typed.get())
            min="0"
            max=steps.to_string()
            step="1"
            prop:value=move || index.get().to_string()
            on:input:target=move |event| slide(event.target().value())
        />
        <div class="val-ends mono" aria-hidden="true">
            <span>{lowest}</span>
            <span>{highest}</span>
        </div>
    }
    .into_any()
}
