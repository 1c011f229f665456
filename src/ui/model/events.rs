//! The events of the model: the list of them, and the form that posts one.

use std::sync::Arc;

use leptos::prelude::*;

use super::kept::{Edit, Kept, newest};
use super::post::named;
use super::reply::reply_line;
use super::time::time_form;
use crate::i18n::Lang;
use crate::ui::components::{Icon, IconName, ValueEditor, focus};
use crate::ui::context::use_lang;
use crate::uiot::model::messages::Object;
use crate::uiot::model::{EventDef, EventType, Param};

/// The sign of an event.
const fn sign(event_type: EventType) -> (&'static str, IconName) {
    match event_type {
        EventType::Notify => ("fg3", IconName::Note),
        EventType::Warning => ("c-warn", IconName::Warning),
        EventType::Error => ("c-err", IconName::Error),
    }
}

fn events(kept: Kept) -> Vec<EventDef> {
    kept.template
        .with(|shown| shown.as_ref().map(|(template, _)| template.events.clone()).unwrap_or_default())
}

/// The event that is chosen; the first where none is.
fn chosen(kept: Kept) -> Option<EventDef> {
    let wanted = kept.event.get();
    kept.template.with(|shown| {
        let (template, _) = shown.as_ref()?;
        wanted.and_then(|wanted| template.event(&wanted)).or_else(|| template.events.first()).cloned()
    })
}

/// All events with what they tell.
pub(super) fn list(kept: Kept) -> AnyView {
    let lang = use_lang();
    let all = Memo::new(move |_| events(kept));
    let item = move |event: EventDef| {
        let (class, icon) = sign(event.event_type);
        let identifier = event.identifier.clone();
        let choose = move |_| {
            kept.event.set(Some(identifier.clone()));
            focus("event-post");
        };
        view! {
            <li class="fnc" data-testid="model-event" data-id=event.identifier.clone()>
                <div class="row wrap">
                    <span class=class>
                        <Icon name=icon />
                        <span class="sr">{move || lang.get().event_type(event.event_type)}</span>
                    </span>
                    <b class="mono med">{event.identifier.clone()}</b>
                    <span class="fg3">{event.name.clone()}</span>
                    <span class="chip sq">{move || lang.get().event_type(event.event_type)}</span>
                    <button type="button" class="btn sm right" data-testid="event-use" on:click=choose>
                        {move || lang.get().event_use()}
                    </button>
                </div>
                {event.description.clone().filter(|text| !text.is_empty()).map(|text| view! { <p class="fg3">{text}</p> })}
                {params(Lang::event_output, &event.output)}
            </li>
        }
    };
    view! {
        <Show
            when=move || !all.with(Vec::is_empty)
            fallback=move || view! { <p class="empty">{move || lang.get().model_no_events()}</p> }
        >
            <ul class="fncs">{move || all.get().into_iter().map(item).collect_view()}</ul>
        </Show>
    }
    .into_any()
}

/// Parameters with their types.
pub(super) fn params(title: fn(Lang) -> &'static str, params: &[Param]) -> AnyView {
    let lang = use_lang();
    let is_empty = params.is_empty();
    let item = |param: &Param| {
        let type_name = param.data_type.name().to_owned();
        view! {
            <span class="prm">
                <span class="mono">{param.identifier.clone()}</span>
                " "
                <span class="fg3">{param.name.clone()} " " {type_name}</span>
            </span>
        }
    };
    view! {
        <div class="prms">
            <span class="fg3">{move || title(lang.get())}</span>
            {params.iter().map(item).collect_view()}
            {is_empty.then(|| view! { <span class="fg3">{move || lang.get().params_none()}</span> })}
        </div>
    }
    .into_any()
}

/// The form that posts an event. Takes no room where the model has none.
pub(super) fn form(kept: Kept) -> AnyView {
    let lang = use_lang();
    let all = Memo::new(move |_| events(kept));
    let event = Memo::new(move |_| chosen(kept));
    let id = move || event.with(|event| event.as_ref().map(|event| event.identifier.clone()));
    let option = move |one: EventDef| {
        let is_chosen = untrack(id).as_ref() == Some(&one.identifier);
        let words = format!("{} {}", one.identifier, one.name);
        view! {
            <option value=one.identifier.clone() selected=is_chosen>
                {words}
                {move || format!(" · {}", lang.get().event_type(one.event_type))}
            </option>
        }
    };
    let sign = move || {
        event.get().map(|event| {
            let (class, icon) = sign(event.event_type);
            view! { <span class=class><Icon name=icon /></span> }
        })
    };
    let fields = move || {
        let event = event.get()?;
        let controls = event.output.iter().map(|param| field(kept, &event.identifier, param)).collect_view();
        Some(controls)
    };
    view! {
        <Show when=move || !all.with(Vec::is_empty)>
            <div class="bar sub over evb">
                <h3>{move || lang.get().event_post()}</h3>
                {sign}
                <span class="inp sm selbox evs">
                    <select
                        data-testid="event-choice"
                        aria-label=move || lang.get().event_choose()
                        title=move || lang.get().event_choose()
                        prop:value=move || id().unwrap_or_default()
                        on:change:target=move |event| kept.event.set(Some(event.target().value()))
                    >
                        // Each with its own element: what is chosen stays so when others come or go.
                        <For
                            each=move || all.get()
                            key=|one| (one.identifier.clone(), one.name.clone(), one.event_type as u8)
                            children=option
                        />
                    </select>
                </span>
                <span class="right">{reply_line(kept, kept.asked_event, "event-reply")}</span>
            </div>
            <form
                class="evg"
                data-testid="event-form"
                novalidate=true
            on:submit=move |submitted| {
                    submitted.prevent_default();
                    if let Some(event) = event.get_untracked() {
                        post_event(kept, &event);
                    }
                }
            >
                {fields}
                <div class="evt">
                    {time_form(kept.event_time, kept.desk, "event-time-choice", "event-time")}
                    <button type="submit" class="btn right" data-testid="event-post">
                        <Icon name=IconName::ArrowUp />
                        {move || lang.get().event_post()}
                    </button>
                </div>
            </form>
        </Show>
    }
    .into_any()
}

/// What is filled in for a parameter.
fn output(kept: Kept, event: &str, param: &Param) -> Edit {
    let key = (event.to_owned(), param.identifier.clone());
    let known = kept.outputs.with_untracked(|outputs| outputs.get(&key).cloned());
    if let Some(edit) = known.filter(|edit| *edit.data_type == param.data_type) {
        return edit;
    }
    let edit = kept.new_edit(&Arc::new(param.data_type.clone()), None);
    kept.outputs.update_untracked(|outputs| {
        outputs.insert(key, edit.clone());
    });
    edit
}

/// The control of a parameter, and whether it goes along: an event may carry a part of what the model defines.
fn field(kept: Kept, event: &str, param: &Param) -> AnyView {
    let lang = use_lang();
    let edit = output(kept, event, param);
    let key = StoredValue::new((event.to_owned(), param.identifier.clone()));
    let is_in = move || !kept.left_out.with(|left_out| key.with_value(|key| left_out.contains(key)));
    let toggle = move |_| {
        kept.left_out.update(|left_out| {
            let key = key.get_value();
            if !left_out.remove(&key) {
                left_out.insert(key);
            }
        });
    };
    let label = param.identifier.clone();
    view! {
        <div class="evf" class:off=move || !is_in()>
            <label class="evi">
                <input
                    type="checkbox"
                    data-testid="event-include"
                    data-id=param.identifier.clone()
                    aria-label=move || lang.get().event_include(&label)
                    title=move || key.with_value(|(_, name)| lang.get().event_include(name))
                    prop:checked=is_in
                    on:change=toggle
                />
            </label>
            <div class="grow">
                <ValueEditor
                    id=format!("output-{}", param.identifier)
                    label=param.identifier.clone()
                    name=param.name.clone()
                    data_type=edit.data_type.clone()
                    draft=edit.draft
                />
            </div>
        </div>
    }
    .into_any()
}

fn post_event(kept: Kept, event: &EventDef) {
    let lang = kept.lang.get_untracked();
    let Ok(time) = untrack(|| kept.event_time.millis(kept.desk)) else {
        kept.desk.tell(lang.model_time_bad().to_owned());
        return focus("event-time");
    };
    let mut values = Object::new();
    let mut unreadable = Vec::new();
    for param in &event.output {
        let key = (event.identifier.clone(), param.identifier.clone());
        if kept.left_out.with_untracked(|left_out| left_out.contains(&key)) {
            continue;
        }
        match output(kept, &event.identifier, param).draft.with_untracked(|draft| draft.value()) {
            Ok(value) => drop(values.insert(param.identifier.clone(), value)),
            Err(_) => unreadable.push(param.identifier.clone()),
        }
    }
    if !unreadable.is_empty() {
        return kept.desk.tell(lang.model_not_encodable(&named(&unreadable)));
    }
    let asked = kept.desk.act(|services, now| {
        let message = services.model.post_event(now, &event.identifier, values, time);
        services.send(message);
        newest(services)
    });
    if let Some(asked) = asked {
        kept.asked_event.set(asked);
    }
}
