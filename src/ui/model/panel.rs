//! The selected property: the control for its value, what is wrong with it, and the way to post it alone.

use std::sync::Arc;

use leptos::prelude::*;

use super::kept::Kept;
use super::post::post;
use super::row::{Mark, Row, text_of};
use super::table::chip;
use crate::ui::components::{Icon, IconName, ValueEditor};
use crate::ui::context::use_lang;

pub(super) fn panel(kept: Kept) -> AnyView {
    let lang = use_lang();
    // For another property or another model the control is made anew.
    let shown = Memo::new(move |_| {
        let identifier = kept.selected.get()?;
        Some((identifier, kept.template.with(|shown| shown.as_ref().map(|(template, _)| template.clone()))))
    });
    let body = move || match shown.with(|shown| shown.as_ref().map(|(identifier, ..)| identifier.clone())) {
        Some(identifier) => control(kept, identifier),
        None => view! {
            <div class="bar">
                <h2>{move || lang.get().model_property()}</h2>
            </div>
            <p class="pad fg3">{move || lang.get().model_panel_none()}</p>
        }
        .into_any(),
    };
    view! {
        <section class="pnl" aria-label=move || lang.get().model_property() data-testid="property-panel">
            {body}
        </section>
    }
    .into_any()
}

fn control(kept: Kept, identifier: String) -> AnyView {
    let lang = use_lang();
    let property = untrack(|| kept.property(&identifier));
    let data_type = Arc::new(untrack(|| kept.type_of(&identifier)));
    let current = untrack(|| kept.current(&identifier));
    let edit = kept.edit(&identifier, &data_type, current.as_ref());
    let name = property.as_ref().map(|property| property.name.clone()).unwrap_or_default();
    let description = property.as_ref().and_then(|property| property.description.clone()).unwrap_or_default();
    let access = property.as_ref().map(|property| property.access.is_writable());
    let key = StoredValue::new(identifier.clone());
    let now = {
        let data_type = data_type.clone();
        move || {
            let value = key.with_value(|identifier| kept.current(identifier));
            match value {
                Some(value) => lang.get().model_panel_now(&text_of(Some(&data_type), &value)),
                None => lang.get().model_panel_unknown().to_owned(),
            }
        }
    };
    let is_changed = {
        let edit = edit.clone();
        Memo::new(move |_| edit.is_changed())
    };
    // What nobody works on shows what the device has.
    {
        let data_type = data_type.clone();
        Effect::new(move |_| {
            let current = key.with_value(|identifier| kept.current(identifier));
            let in_use =
                document().query_selector("[data-testid=property-panel] :focus").ok().flatten().is_some();
            if current.is_some() && !in_use {
                key.with_value(|identifier| drop(kept.edit(identifier, &data_type, current.as_ref())));
            }
        });
    }
    let mark = Memo::new(move |_| key.with_value(|identifier| Row::of(kept, identifier).mark));
    let discard = move |_| {
        key.with_value(|identifier| kept.forget_edits([identifier]));
    };
    let standing = move || match mark.get() {
        Mark::None => None,
        mark => Some(view! { {chip(lang, mark)} " " <span>{mark.words(lang.get()).1}</span> }),
    };
    view! {
        <div class="bar">
            <h2 class="mono ell" title=identifier.clone()>
                {identifier.clone()}
            </h2>
            <span class="fg3 ell" title=name.clone()>
                {name.clone()}
            </span>
            {access
                .map(|writable| {
                    let class = if writable { "chip sq acc right" } else { "chip sq right" };
                    view! { <span class=class>{if writable { "rw" } else { "r" }}</span> }
                })}
        </div>
        <form
            class="pad col2"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                post(kept, &[key.get_value()]);
            }
        >
            {(!description.is_empty()).then(|| view! { <p class="fg3 note-s">{description}</p> })}
            <p class="mono fg3 now" data-testid="property-now">
                {now}
            </p>
            <ValueEditor id="property-value" label=identifier data_type draft=edit.draft />
            <p class="hint stand" data-testid="property-standing" aria-live="polite">
                {standing}
            </p>
            <div class="row wrap">
                <button type="submit" class="btn pri" data-testid="post-one">
                    <Icon name=IconName::ArrowUp />
                    {move || lang.get().model_post_one()}
                </button>
                <Show when=move || is_changed.get()>
                    <button type="button" class="btn" data-testid="property-discard" on:click=discard>
                        {move || lang.get().model_panel_discard()}
                    </button>
                </Show>
            </div>
        </form>
    }
    .into_any()
}
