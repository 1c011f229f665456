//! A simulated property: its source, its numbers, and how it is getting on.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Form, Forms, type_of};
use crate::i18n::Lang;
use crate::mqtt::State;
use crate::ui::components::{Icon, IconName, ValueEditor};
use crate::ui::context::use_lang;
use crate::ui::services::Desk;
use crate::uiot::model::DataType;
use crate::uiot::model::simulation::{PlanField, Progress, SourceKind, Stop};

fn form_of(desk: Desk, forms: Forms, identifier: &str) -> Option<Form> {
    let data_type = desk.bench.device(|device| device.services(|services| type_of(services, identifier)))?;
    Some(forms.of(identifier, data_type))
}

/// Begins to report what is filled in, or says why not.
pub(super) fn start(desk: Desk, lang: Lang, forms: Forms, identifier: &str) {
    let Some(Form { data_type, plan, constant }) = form_of(desk, forms, identifier) else { return };
    let seed = (js_sys::Math::random() * 9e15) as u64;
    let made =
        plan.with_untracked(|plan| constant.with_untracked(|constant| plan.plan(&data_type, constant, seed)));
    match made {
        Ok(plan) => {
            desk.act(|services, now| services.simulation.start(now, identifier, plan));
        }
        Err((field, fault)) => {
            let kind = plan.with_untracked(|plan| plan.kind);
            let (field, fault) = (lang.plan_field(kind, field), lang.plan_fault(&fault));
            desk.tell(lang.simulation_not_started(identifier, field, &fault));
        }
    }
}

/// Whether anything can be reported; says so where not.
pub(super) fn is_ready(desk: Desk, lang: Lang) -> bool {
    let is_online = desk.bench.status.with_untracked(|status| status.state == State::Online);
    if !is_online {
        desk.tell(lang.services_offline().to_owned());
    }
    is_online
}

pub(super) fn row(desk: Desk, forms: Forms, identifier: String) -> AnyView {
    let lang = use_lang();
    // The model may come later, or become another.
    let data_type = {
        let identifier = identifier.clone();
        Memo::new(move |_| desk.read(|services| type_of(services, &identifier)))
    };
    let body = {
        let identifier = identifier.clone();
        move || {
            let data_type = data_type.get()?;
            let form = forms.of(&identifier, data_type);
            Some(fields(&identifier, &form))
        }
    };
    let progress = {
        let identifier = identifier.clone();
        Memo::new(move |_| desk.read(|services| services.simulation.progress(&identifier).cloned()).flatten())
    };
    let runs = Memo::new(move |_| {
        progress.with(|progress| progress.as_ref().is_some_and(|one| one.stopped.is_none()))
    });
    let [starts, stops, removes, title, to_start, to_stop] = std::array::from_fn(|_| identifier.clone());
    let start_words =
        move || if runs.get() { lang.get().simulation_restart() } else { lang.get().simulation_start() };
    let remove = move |_| {
        desk.act(|services, _| services.simulation.remove(&removes));
        forms.listed.update(|listed| listed.retain(|one| *one != removes));
    };
    let stop = move |_| {
        desk.act(|services, _| services.simulation.stop(&stops));
    };
    view! {
        <li
            class="sim-r"
            data-testid="simulation-row"
            data-identifier=identifier
            data-running=move || runs.get().to_string()
        >
            <div class="row wrap">
                <b class="mono med ell" title=title.clone()>{title.clone()}</b>
                {state(progress)}
                <span class="right row gap1">
                    <button
                        type="button"
                        class="btn sm"
                        data-testid="simulation-start"
                        aria-label=move || format!("{} {to_start}", start_words())
                        on:click=move |_| {
                            let lang = lang.get_untracked();
                            if is_ready(desk, lang) {
                                start(desk, lang, forms, &starts);
                            }
                        }
                    >
                        <Icon name=IconName::Play small=true />
                        {start_words}
                    </button>
                    <button
                        type="button"
                        class="btn sm"
                        data-testid="simulation-stop"
                        aria-label=move || format!("{} {to_stop}", lang.get().simulation_stop())
                        aria-disabled=move || (!runs.get()).then_some("true")
                        on:click=stop
                    >
                        <Icon name=IconName::Stop small=true />
                        {move || lang.get().simulation_stop()}
                    </button>
                    <button
                        type="button"
                        class="btn gho sm ico"
                        data-testid="simulation-remove"
                        aria-label=move || lang.get().value_remove(&title)
                        on:click=remove
                    >
                        <Icon name=IconName::Close />
                    </button>
                </span>
            </div>
            {body}
        </li>
    }
    .into_any()
}

/// What was sent and held back, the last value, and why it stands still.
fn state(progress: Memo<Option<Progress>>) -> AnyView {
    let lang = use_lang();
    let class = move || {
        progress.with(|progress| match progress.as_ref().map(|one| one.stopped) {
            Some(None) => "chip acc",
            Some(Some(Stop::Disconnected)) => "chip warn",
            _ => "chip",
        })
    };
    let said = move || {
        let lang = lang.get();
        progress.with(|progress| match progress.as_ref().map(|one| one.stopped) {
            None => lang.simulation_idle(),
            Some(None) => lang.simulation_runs(),
            Some(Some(Stop::Asked)) => lang.simulation_stopped(),
            Some(Some(Stop::Disconnected)) => lang.simulation_disconnected(),
            Some(Some(Stop::Over)) => lang.simulation_over(),
        })
    };
    let count = move |read: fn(&Progress) -> u64| progress.with(|progress| progress.as_ref().map_or(0, read));
    let last = move || {
        progress.with(|progress| {
            let last = progress.as_ref().and_then(|progress| progress.last.as_ref());
            last.map(|value| value.to_string().chars().take(40).collect::<String>()).unwrap_or_default()
        })
    };
    view! {
        <span class=class data-testid="simulation-state">
            {said}
        </span>
        <span class="fg3 sim-n num">
            <span data-testid="simulation-sent">{move || lang.get().simulation_sent(count(|one| one.sent))}</span>
            " "
            <span data-testid="simulation-held-back">{move || lang.get().simulation_kept(count(|one| one.held))}</span>
        </span>
        <span class="mono ell sim-v" title=last>{last}</span>
    }
    .into_any()
}

fn fields(identifier: &str, form: &Form) -> AnyView {
    let lang = use_lang();
    let plan = form.plan;
    let kind = Memo::new(move |_| plan.with(|plan| plan.kind));
    let kinds = SourceKind::of(&form.data_type).map(move |one| {
        view! {
            <option value=one.id() selected=move || kind.get() == one>
                {move || lang.get().source_kind(one)}
            </option>
        }
    });
    let kinds = kinds.collect_view();
    let label = format!("sim-{identifier}-source");
    let labelled = label.clone();
    let choose = move |id: String| {
        if let Some(kind) = SourceKind::from_id(&id) {
            plan.update(|plan| plan.kind = kind);
        }
    };
    let (identifier, form) = (identifier.to_owned(), form.clone());
    let of_kind = move || {
        let kind = kind.get();
        let views = kind.fields().iter().map(|one| match one {
            PlanField::Constant => constant(&identifier, &form),
            PlanField::List | PlanField::Replay => area(&identifier, &form, kind, *one),
            _ => number(&identifier, &form, kind, *one),
        });
        views.collect_view()
    };
    view! {
        <div class="sim-f">
            <div class="fld">
                <label class="lb" for=label>
                    {move || lang.get().simulation_source()}
                </label>
                <span class="inp selbox">
                    <select
                        id=labelled
                        data-testid="simulation-source"
                        prop:value=move || kind.get().id()
                        on:change:target=move |event| choose(event.target().value())
                    >
                        {kinds}
                    </select>
                </span>
            </div>
            {of_kind}
        </div>
    }
    .into_any()
}

fn constant(identifier: &str, form: &Form) -> AnyView {
    view! {
        <div class="sim-w">
            <ValueEditor
                id=format!("sim-{identifier}-value")
                label=identifier.to_owned()
                data_type=Arc::clone(&form.data_type)
                draft=form.constant
            />
        </div>
    }
    .into_any()
}

/// Whether this field is what cannot be done.
fn fault(form: &Form, kind: SourceKind, field: PlanField) -> Memo<Option<String>> {
    let lang = use_lang();
    let Form { plan, constant, data_type } = form.clone();
    Memo::new(move |_| {
        let made = plan.with(|plan| {
            (plan.kind == kind).then(|| constant.with(|constant| plan.plan(&data_type, constant, 0)))
        });
        match made {
            Some(Err((at, fault))) if at == field => Some(lang.get().plan_fault(&fault)),
            _ => None,
        }
    })
}

fn number(identifier: &str, form: &Form, kind: SourceKind, field: PlanField) -> AnyView {
    let lang = use_lang();
    let plan = form.plan;
    let fault = fault(form, kind, field);
    let name = field_id(field);
    let (id, hint) = (format!("sim-{identifier}-{name}"), format!("sim-{identifier}-{name}-h"));
    let unit = match (field, &*form.data_type) {
        (PlanField::Interval, _) => Some("ms".to_owned()),
        (PlanField::Period, _) => Some("s".to_owned()),
        (_, DataType::Int32(spec) | DataType::Float32(spec) | DataType::Float64(spec)) => spec.unit.clone(),
        _ => None,
    };
    view! {
        <div class="fld">
            <label class="lb" for=id.clone()>
                {move || lang.get().plan_field(kind, field)}
            </label>
            <span class="inp mono" class:bad=move || fault.with(Option::is_some)>
                <input
                    id=id
                    data-testid=format!("simulation-{name}")
                    autocomplete="off"
                    aria-invalid=move || fault.with(Option::is_some).then_some("true")
                    aria-describedby=hint.clone()
                    prop:value=move || plan.with(|plan| plan.text(field).to_owned())
                    on:input:target=move |event| plan.update(|plan| plan.set(field, event.target().value()))
                />
                {unit.map(|unit| view! { <span class="un">{unit}</span> })}
            </span>
            {said(hint, fault)}
        </div>
    }
    .into_any()
}

fn area(identifier: &str, form: &Form, kind: SourceKind, field: PlanField) -> AnyView {
    let lang = use_lang();
    let plan = form.plan;
    let fault = fault(form, kind, field);
    let name = field_id(field);
    let (id, hint) = (format!("sim-{identifier}-{name}"), format!("sim-{identifier}-{name}-h"));
    view! {
        <div class="fld sim-w">
            <label class="lb" for=id.clone()>
                {move || lang.get().plan_field(kind, field)}
            </label>
            <textarea
                id=id
                class="inp mono"
                class:bad=move || fault.with(Option::is_some)
                data-testid=format!("simulation-{name}")
                rows="4"
                spellcheck="false"
                aria-invalid=move || fault.with(Option::is_some).then_some("true")
                aria-describedby=hint.clone()
                prop:value=move || plan.with(|plan| plan.text(field).to_owned())
                on:input:target=move |event| plan.update(|plan| plan.set(field, event.target().value()))
            ></textarea>
            <span class="hint">
                {move || if field == PlanField::List { lang.get().simulation_list_hint() } else { lang.get().simulation_replay_hint() }}
            </span>
            {said(hint, fault)}
        </div>
    }
    .into_any()
}

/// A line is kept for it, so that nothing moves.
fn said(id: String, fault: Memo<Option<String>>) -> AnyView {
    let words = move || {
        let fault = fault.get()?;
        let fault = view! {
            <span class="hint err" data-testid="simulation-fault">
                <Icon name=IconName::Error small=true />
                <span>{fault}</span>
            </span>
        };
        Some(fault)
    };
    view! { <div id=id class="val-h">{words}</div> }.into_any()
}

const fn field_id(field: PlanField) -> &'static str {
    match field {
        PlanField::Low => "low",
        PlanField::High => "high",
        PlanField::Step => "step",
        PlanField::Period => "period",
        PlanField::Interval => "interval",
        PlanField::Constant => "constant",
        PlanField::List => "list",
        PlanField::Replay => "replay",
    }
}
