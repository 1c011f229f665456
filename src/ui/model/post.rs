//! The bar below the properties: posting what is ticked, or all, with or without a time; restoring; the last reply.

use leptos::prelude::*;

use super::desired;
use super::kept::{Kept, newest};
use super::reply::reply_line;
use super::table::identifiers;
use super::time::time_form;
use crate::ui::components::{Icon, IconName, focus};
use crate::ui::context::use_lang;
use crate::uiot::model::messages::{Sample, Samples};

/// Those of these properties whose values break the model; a property that it does not name does too.
pub(super) fn faulty(kept: Kept, identifiers: &[String]) -> Vec<String> {
    if kept.template.with(Option::is_none) {
        return Vec::new();
    }
    let breaks = |identifier: &&String| match kept.property(identifier) {
        None => true,
        Some(property) => {
            kept.value_of(identifier).is_ok_and(|value| property.data_type.check(&value).is_err())
        }
    };
    identifiers.iter().filter(breaks).cloned().collect()
}

/// The first few names.
pub(super) fn named(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let list = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN { format!("{list} …") } else { list }
}

/// Posts these properties in one message. What breaks the model waits for the check that says so; what is no value is told.
pub(super) fn post(kept: Kept, identifiers: &[String]) {
    let lang = kept.lang.get_untracked();
    if identifiers.is_empty() {
        return kept.desk.tell(lang.model_post_nothing().to_owned());
    }
    let Ok(time) = untrack(|| kept.time.millis(kept.desk)) else {
        kept.desk.tell(lang.model_time_bad().to_owned());
        return focus("post-time");
    };
    let mut samples = Samples::new();
    let mut unreadable = Vec::new();
    for identifier in identifiers {
        match untrack(|| kept.value_of(identifier)) {
            Ok(value) => drop(samples.insert(identifier.clone(), Sample { time, ..Sample::of(value) })),
            Err(_) => unreadable.push(identifier.clone()),
        }
    }
    if !unreadable.is_empty() {
        kept.selected.set(unreadable.first().cloned());
        return kept.desk.tell(lang.model_not_encodable(&named(&unreadable)));
    }
    let broken = untrack(|| faulty(kept, identifiers));
    if !broken.is_empty() && !kept.anyway.get_untracked() {
        kept.warned.set(broken);
        return focus("post-anyway");
    }
    kept.warned.set(Vec::new());
    let asked = kept.desk.act(|services, now| {
        let message = services.model.post(now, samples);
        services.send(message);
        newest(services)
    });
    if let Some(asked) = asked {
        kept.asked_property.set(asked);
        kept.forget_edits(identifiers);
    }
}

/// What is ticked and listed, in the order of the list.
fn ticked(kept: Kept) -> Vec<String> {
    let all = identifiers(kept, false);
    kept.ticked.with(|ticked| all.into_iter().filter(|identifier| ticked.contains(identifier)).collect())
}

/// Says that values break the model, with the check that sends them all the same. Takes no room where there is nothing to say.
pub(super) fn warning(kept: Kept) -> AnyView {
    let lang = use_lang();
    let is_shown = Memo::new(move |_| kept.anyway.get() || kept.warned.with(|warned| !warned.is_empty()));
    view! {
        <Show when=move || is_shown.get()>
            <div class="note warn flat mw" role="alert" data-testid="post-warning">
                <Icon name=IconName::Warning />
                <span class="grow">
                    {move || {
                        kept.warned.with(|warned| {
                            (!warned.is_empty()).then(|| lang.get().model_faulty(&named(warned)))
                        })
                    }} " "
                    <label class="chk">
                        <input
                            type="checkbox"
                            data-testid="post-anyway"
                            prop:checked=kept.anyway
                            on:change:target=move |event| kept.anyway.set(event.target().checked())
                        />
                        {move || lang.get().model_anyway()}
                    </label>
                </span>
            </div>
        </Show>
    }
    .into_any()
}

pub(super) fn bar(kept: Kept) -> AnyView {
    let lang = use_lang();
    let count = Memo::new(move |_| ticked(kept).len());
    let restore = move |_| {
        let asked = kept.desk.act(|services, now| {
            let message = services.model.restore(now);
            services.send(message);
            newest(services)
        });
        if let Some(asked) = asked {
            kept.asked_property.set(asked);
        }
    };
    view! {
        {warning(kept)}
        <form
            class="mbar"
            data-testid="post-bar"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                post(kept, &untrack(|| ticked(kept)));
            }
        >
            <button type="submit" class="btn pri" data-testid="post-selected">
                <Icon name=IconName::ArrowUp />
                {move || lang.get().model_post_selected()}
                <span class="badge">{count}</span>
            </button>
            <button
                type="button"
                class="btn"
                data-testid="post-all"
                on:click=move |_| post(kept, &untrack(|| identifiers(kept, false)))
            >
                {move || lang.get().model_post_all()}
            </button>
            {time_form(kept.time, kept.desk, "post-time-choice", "post-time")}
            <span class="vr"></span>
            <button
                type="button"
                class="btn"
                data-testid="restore"
                title=move || lang.get().model_restore_hint()
                on:click=restore
            >
                <Icon name=IconName::Again />
                {move || lang.get().model_restore()}
            </button>
            <button
                type="button"
                class="btn"
                data-testid="desired-get"
                title=move || lang.get().desired_get_hint()
                on:click=move |_| desired::get(kept)
            >
                {move || lang.get().desired_get()}
            </button>
            {reply_line(kept, kept.asked_property, "post-reply")}
        </form>
    }
    .into_any()
}
