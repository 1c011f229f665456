//! The control for a value of any data type of the thing model: what is typed is a [`Draft`], so that a value which breaks the
//! model can be typed too, and JSON where the type has no form for it.
//!
//! Plain functions with erased types: structs and arrays hold the same controls again.

mod date;
mod nested;
mod number;
mod options;
mod text;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::uiot::model::{DataType, Draft, DraftFault, DraftFaultKind, ValueFaultKind};

/// See the [module's docs](self). The draft is to be made for the type, with [`Draft::new`] or [`Draft::of`].
///
/// Controls have the `data-testid`s `value-input`, `value-less`, `value-more`, `value-slider`, `value-switch`, `value-choice`
/// (with `data-option`), `value-select`, `value-text`, `value-date`, `value-now`, `value-add`, `value-remove`, `value-json`,
/// `value-as-json`; faults `value-fault` with `data-code`, corrections `value-fix`. The parts of a struct are called `ID-member`,
/// those of an array `ID-0`.
#[component]
pub(in crate::ui) fn ValueEditor(
    /// `data-testid`, and what the elements' identifiers begin with: unique in the page.
    #[prop(into)]
    id: String,
    /// The identifier in messages.
    #[prop(into)]
    label: String,
    /// The name for people, beside it.
    #[prop(optional, into)]
    name: String,
    #[prop(into)] data_type: Arc<DataType>,
    draft: RwSignal<Draft>,
    /// Whether members may be left out, as parameters of commands and events may.
    #[prop(optional)]
    partial: bool,
) -> impl IntoView {
    part(Spot { id, label, name, data_type, draft, at: Vec::new(), partial })
}

/// A place in the draft, and what stands there.
#[derive(Clone)]
struct Spot {
    id: String,
    label: String,
    name: String,
    data_type: Arc<DataType>,
    draft: RwSignal<Draft>,
    at: Vec<usize>,
    partial: bool,
}

/// Which control a draft needs.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Number,
    Switch,
    Text,
    Items,
    Members,
    Json,
    /// It was just taken away.
    Gone,
}

impl Spot {
    fn inner(&self, index: usize, key: &str, label: String, name: String, data_type: Arc<DataType>) -> Self {
        let at = self.at.iter().copied().chain([index]).collect();
        Self {
            id: format!("{}-{key}", self.id),
            label,
            name,
            data_type,
            draft: self.draft,
            at,
            partial: false,
        }
    }

    fn shape(&self) -> Memo<Shape> {
        let (draft, at) = (self.draft, self.at.clone());
        Memo::new(move |_| {
            draft.with(|draft| match draft.part(&at) {
                Some(Draft::Number(_)) => Shape::Number,
                Some(Draft::Switch(_)) => Shape::Switch,
                Some(Draft::Text(_)) => Shape::Text,
                Some(Draft::Items(_)) => Shape::Items,
                Some(Draft::Members(_)) => Shape::Members,
                Some(Draft::Json(_)) => Shape::Json,
                None => Shape::Gone,
            })
        })
    }

    /// What stands here as typed; JSON for what is not typed.
    fn typed(&self) -> Memo<String> {
        let (draft, at) = (self.draft, self.at.clone());
        Memo::new(move |_| draft.with(|draft| draft.part(&at).map(typed_of).unwrap_or_default()))
    }

    fn set(&self, new: Draft) {
        self.draft.update(|draft| {
            if let Some(part) = draft.part_mut(&self.at) {
                *part = new;
            }
        });
    }

    /// What is wrong here: what cannot be sent, else what breaks the model.
    fn fault(&self) -> Memo<Option<DraftFault>> {
        let Self { draft, at, data_type, partial, .. } = self.clone();
        Memo::new(move |_| {
            draft.with(|draft| {
                let part = draft.part(&at)?;
                let faults = part.value().err().unwrap_or_else(|| part.check(&data_type));
                // What is wrong inside is said there.
                let own = !matches!(part, Draft::Items(_) | Draft::Members(_));
                faults.into_iter().find(|fault| {
                    let may_be = partial && fault.kind == DraftFaultKind::Rule(ValueFaultKind::Missing);
                    !may_be && (own || fault.path.is_empty())
                })
            })
        })
    }

    /// How many items there are.
    fn count(&self) -> Memo<usize> {
        let (draft, at) = (self.draft, self.at.clone());
        Memo::new(move |_| {
            draft.with(|draft| match draft.part(&at) {
                Some(Draft::Items(items)) => items.len(),
                _ => 0,
            })
        })
    }

    fn input_id(&self) -> String {
        format!("{}-in", self.id)
    }

    fn label_id(&self) -> String {
        format!("{}-lb", self.id)
    }

    fn hint_id(&self) -> String {
        format!("{}-hint", self.id)
    }
}

fn typed_of(part: &Draft) -> String {
    match part {
        Draft::Number(typed) | Draft::Text(typed) | Draft::Json(typed) => typed.clone(),
        other => match other.as_json() {
            Draft::Json(json) => json,
            _ => String::new(),
        },
    }
}

fn part(spot: Spot) -> AnyView {
    let shape = spot.shape();
    let id = spot.id.clone();
    let type_name = spot.data_type.name().to_owned();
    let head = head(&spot, shape);
    let hint = hint(&spot, shape);
    let control = move || match (shape.get(), &*spot.data_type) {
        (Shape::Gone, _) => ().into_any(),
        (Shape::Number, DataType::Enum(spec)) => options::list(&spot, spec),
        (Shape::Number, DataType::Date(_)) => date::view(&spot),
        (Shape::Number, _) => number::view(&spot),
        (Shape::Switch, _) => options::switch(&spot),
        (Shape::Text, _) => text::string(&spot),
        (Shape::Items, DataType::Array(spec)) => nested::items(&spot, spec),
        (Shape::Members, DataType::Struct(spec)) => nested::members(&spot, spec),
        _ => text::json(&spot),
    };
    view! {
        <div class="fld val" data-testid=id data-type=type_name>
            {head}
            {control}
            {hint}
        </div>
    }
    .into_any()
}

/// The line over a control: what it is called, of which type it is, and at the outermost the way to JSON.
fn head(spot: &Spot, shape: Memo<Shape>) -> AnyView {
    let Spot { label, name, data_type, .. } = spot.clone();
    let type_name = data_type.name().to_owned();
    // What no form fits is always JSON.
    let has_form = !matches!(Draft::new(&data_type), Draft::Json(_));
    let as_json = (has_form && spot.at.is_empty()).then(|| as_json(spot, shape));
    view! {
        <div class="lb">
            <label id=spot.label_id() for=spot.input_id()>
                <span class="mono">{label}</span>
                " "
                <span class="nt">{name}</span>
            </label>
            <span class="nt right">{type_name}</span>
            {as_json}
        </div>
    }
    .into_any()
}

/// The switch between the form and JSON. It leaves the form's place to JSON that no form shows.
fn as_json(spot: &Spot, shape: Memo<Shape>) -> AnyView {
    let lang = use_lang();
    let spot = spot.clone();
    let pressed = move || (shape.get() == Shape::Json).to_string();
    let toggle = move |_| {
        let new = spot.draft.with_untracked(|draft| match draft {
            Draft::Json(_) => draft.value().ok().map(|value| Draft::of(&spot.data_type, &value)),
            other => Some(other.as_json()),
        });
        new.into_iter().for_each(|new| spot.set(new));
    };
    view! {
        <button
            type="button"
            class="btn gho sm ico"
            class:on=move || shape.get() == Shape::Json
            data-testid="value-as-json"
            aria-pressed=pressed
            aria-label=move || lang.get().value_as_json()
            title=move || lang.get().value_as_json()
            on:click=toggle
        >
            <Icon name=IconName::Braces />
        </button>
    }
    .into_any()
}

/// The line under a control: what is wrong with a way to mend it, else what is allowed. There is always one, so that nothing
/// moves where something is typed.
fn hint(spot: &Spot, shape: Memo<Shape>) -> AnyView {
    let lang = use_lang();
    let fault = spot.fault();
    let hint_id = spot.hint_id();
    let spot = spot.clone();
    let allowed = allowed(&spot, shape);
    let line = move || match fault.get() {
        None => view! { <span class="hint">{allowed}</span> }.into_any(),
        Some(DraftFault { path, kind, fix }) => {
            let (class, icon) = match kind.is_warning() {
                true => ("hint warn", IconName::Warning),
                false => ("hint err", IconName::Error),
            };
            let code = kind.code();
            let words = {
                let (data_type, kind) = (Arc::clone(&spot.data_type), kind.clone());
                let place = if path.is_empty() { path } else { format!("{path}: ") };
                move || format!("{place}{}", lang.get().draft_fault(&kind, &data_type))
            };
            let fix = fix.map(|value| {
                let shown = value.to_string();
                let spot = spot.clone();
                let mend = move |_| spot.set(Draft::of(&spot.data_type, &value));
                view! {
                    " "
                    <button type="button" class="lnk" data-testid="value-fix" on:click=mend>
                        {move || lang.get().value_use(&shown)}
                    </button>
                }
            });
            view! {
                <span class=class data-testid="value-fault" data-code=code>
                    <Icon name=icon small=true />
                    <span>{words}{fix}</span>
                </span>
            }
            .into_any()
        }
    };
    view! { <div id=hint_id class="val-h">{line}</div> }.into_any()
}

/// What is allowed here.
fn allowed(spot: &Spot, shape: Memo<Shape>) -> Signal<String> {
    let lang = use_lang();
    let typed = spot.typed();
    let count = spot.count();
    let data_type = Arc::clone(&spot.data_type);
    Signal::derive(move || {
        let lang = lang.get();
        match (shape.get(), &*data_type) {
            (Shape::Number, DataType::Int32(spec) | DataType::Float32(spec) | DataType::Float64(spec)) => {
                lang.value_range(spec)
            }
            (Shape::Number, DataType::Date(_)) => date::allowed(lang, &typed.get()),
            (Shape::Text, DataType::String(spec)) => lang.value_bytes(typed.with(String::len), spec.length),
            (Shape::Items, DataType::Array(spec)) => lang.value_items(count.get(), spec.size),
            (Shape::Json, _) => lang.value_json_hint().to_owned(),
            _ => String::new(),
        }
    })
}

/// Gives the focus to the element of this `id`, once what is changing has changed.
fn focus_id(id: String) {
    request_animation_frame(move || {
        let found = document().get_element_by_id(&id);
        if let Some(found) = found.and_then(|found| found.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
            // Fails only where nothing can be focused.
            let _ = found.focus();
        }
    });
}
