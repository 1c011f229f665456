//! Values for a device without sensors: which properties report what, how often. It goes on whatever page is shown.

mod row;

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::reactive::owner::Owner;

use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::services::{Desk, use_desk};
use crate::uiot::model::simulation::{PLANS, PlanDraft, RATE};
use crate::uiot::model::{DataType, Draft, NumberSpec};
use crate::uiot::services::Services;

/// What is filled in for a property.
#[derive(Clone)]
struct Form {
    data_type: Arc<DataType>,
    plan: RwSignal<PlanDraft>,
    constant: RwSignal<Draft>,
}

/// What is filled in: it outlasts the page, and a property that is taken away keeps its form.
#[derive(Clone, Copy)]
pub(super) struct Forms {
    /// The properties that are listed, in the order in which they were added.
    listed: RwSignal<Vec<String>>,
    known: StoredValue<BTreeMap<String, Form>>,
    owner: StoredValue<Owner>,
}

/// Keeps what was filled in while another page is shown.
pub(in crate::ui) fn provide() {
    provide_context(Forms {
        listed: RwSignal::new(Vec::new()),
        known: StoredValue::new(BTreeMap::new()),
        owner: StoredValue::new(Owner::current().unwrap_or_default()),
    });
}

impl Forms {
    /// The form of a property; a new one where its type became another.
    fn of(self, identifier: &str, data_type: DataType) -> Form {
        let known = self.known.with_value(|known| known.get(identifier).cloned());
        if let Some(form) = known.filter(|form| *form.data_type == data_type) {
            return form;
        }
        let (plan, constant) = (PlanDraft::new(&data_type), Draft::new(&data_type));
        let form = self.owner.with_value(|owner| {
            owner.with(|| Form {
                data_type: Arc::new(data_type),
                plan: RwSignal::new(plan),
                constant: RwSignal::new(constant),
            })
        });
        self.known.update_value(|known| {
            known.insert(identifier.to_owned(), form.clone());
        });
        form
    }
}

/// The type of a property; a number where no model says it.
fn type_of(services: &Services, identifier: &str) -> DataType {
    let property = services.model.template().and_then(|template| template.property(identifier));
    property.map_or_else(|| DataType::Float64(NumberSpec::default()), |property| property.data_type.clone())
}

/// See the [file's docs](self).
#[component]
pub(in crate::ui) fn SimulationPane() -> impl IntoView {
    pane(use_desk(), expect_context())
}

fn pane(desk: Desk, forms: Forms) -> AnyView {
    let lang = use_lang();
    let is_running =
        Memo::new(move |_| desk.read(|services| services.simulation.is_running()).unwrap_or(false));
    let holds_back = Memo::new(move |_| {
        desk.bench.seconds.track();
        desk.read(|services| services.simulation.is_holding_back(desk.now())).unwrap_or(false)
    });
    let none_listed = Memo::new(move |_| forms.listed.with(Vec::is_empty));
    let start_all = move |_| {
        let lang = lang.get_untracked();
        if row::is_ready(desk, lang) {
            forms
                .listed
                .get_untracked()
                .iter()
                .for_each(|identifier| row::start(desk, lang, forms, identifier));
        }
    };
    let stop_all = move |_| {
        desk.act(|services, _| services.simulation.stop_all());
    };
    view! {
        <section class="simu" data-testid="simulation" aria-labelledby="simulation-title">
            <div class="bar sim-h">
                <h2 id="simulation-title">{move || lang.get().simulation_title()}</h2>
                <span
                    class="chip"
                    class:warn=holds_back
                    data-testid="simulation-rate"
                    data-held=move || holds_back.get().to_string()
                    title=move || lang.get().simulation_rate_why(RATE)
                >
                    <Show when=move || holds_back.get()>
                        <Icon name=IconName::Warning small=true />
                    </Show>
                    {move || {
                        let lang = lang.get();
                        if holds_back.get() { lang.simulation_held(RATE) } else { lang.simulation_rate(RATE) }
                    }}
                </span>
                <span class="right row gap1">
                    <button
                        type="button"
                        class="btn sm"
                        data-testid="simulation-start-all"
                        aria-disabled=move || none_listed.get().then_some("true")
                        on:click=start_all
                    >
                        <Icon name=IconName::Play small=true />
                        {move || lang.get().simulation_start_all()}
                    </button>
                    <button
                        type="button"
                        class="btn sm"
                        data-testid="simulation-stop-all"
                        aria-disabled=move || (!is_running.get()).then_some("true")
                        on:click=stop_all
                    >
                        <Icon name=IconName::Stop small=true />
                        {move || lang.get().simulation_stop_all()}
                    </button>
                </span>
            </div>
            {add(desk, forms)}
            <Show when=move || none_listed.get()>
                <p class="hint sim-none">{move || lang.get().simulation_none()}</p>
            </Show>
            <ul class="sim-l">
                <For
                    each=move || forms.listed.get()
                    key=|identifier| identifier.clone()
                    children=move |identifier| row::row(desk, forms, identifier)
                />
            </ul>
        </section>
    }
    .into_any()
}

/// Adds a property: one of the model's, or any where there is none.
fn add(desk: Desk, forms: Forms) -> AnyView {
    let lang = use_lang();
    let free = Memo::new(move |_| {
        let listed = forms.listed.get();
        let all = |services: &Services| {
            let template = services.model.template()?;
            let free = template.properties.iter().filter(|property| !listed.contains(&property.identifier));
            Some(free.map(|one| (one.identifier.clone(), one.name.clone())).collect::<Vec<_>>())
        };
        desk.read(all).flatten()
    });
    let typed = RwSignal::new(String::new());
    let add = move |identifier: String| {
        let identifier = identifier.trim().to_owned();
        let is_new =
            forms.listed.with_untracked(|listed| listed.len() < PLANS && !listed.contains(&identifier));
        if !identifier.is_empty() && is_new {
            forms.listed.update(|listed| listed.push(identifier));
            typed.set(String::new());
        }
    };
    let options = move || {
        let free = free.get().unwrap_or_default();
        let option = |(identifier, name): (String, String)| {
            let text = format!("{identifier} {name}");
            view! { <option value=identifier>{text}</option> }
        };
        free.into_iter().map(option).collect_view()
    };
    let from_model = move || {
        view! {
            <span class="inp selbox">
                <select
                    data-testid="simulation-add"
                    aria-label=move || lang.get().simulation_add()
                    prop:value=""
                    on:change:target=move |event| {
                        let list = event.target();
                        add(list.value());
                        // The options keep their elements: else the next property would stand there as if chosen.
                        list.set_value("");
                    }
                >
                    <option value="">{move || lang.get().simulation_add()}</option>
                    {options}
                </select>
            </span>
        }
        .into_any()
    };
    let by_hand = move || {
        view! {
            <form
                class="row grow"
                on:submit=move |event| {
                    event.prevent_default();
                    add(typed.get_untracked());
                }
            >
                <span class="inp mono">
                    <input
                        data-testid="simulation-identifier"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        aria-label=move || lang.get().simulation_identifier()
                        placeholder=move || lang.get().simulation_identifier()
                        prop:value=typed
                        on:input:target=move |event| typed.set(event.target().value())
                    />
                </span>
                <button type="submit" class="btn" data-testid="simulation-add-typed">
                    <Icon name=IconName::Plus />
                    {move || lang.get().value_add()}
                </button>
            </form>
        }
        .into_any()
    };
    let has_model = Memo::new(move |_| free.with(Option::is_some));
    view! { <div class="row sim-a">{move || if has_model.get() { from_model() } else { by_hand() }}</div> }
        .into_any()
}
