//! What is asked once before keys go or the version is reset: what it is about is named, and the focus begins on the way back.

use leptos::html;
use leptos::prelude::*;

use super::View;
use super::editor::carried;
use crate::ui::components::{Icon, IconName, open_or_close};
use crate::uiot::shadow::{Edit, Values};

/// Keys that are named at most.
const NAMED: usize = 50;

/// What is about to be done.
#[derive(Clone, PartialEq)]
pub(super) enum Question {
    /// These keys go.
    Delete(Vec<String>),
    /// All reported keys go.
    DeleteAll,
    /// The version is reset, and these values are reported with it.
    Reset(Values),
}

pub(super) fn dialog(view: View) -> AnyView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        view.question.track();
        open_or_close(dialog, move || view.question.with_untracked(Option::is_some));
    });
    // However it was closed; told late, so that it may be open again.
    let closed = move |_| {
        if dialog.get_untracked().is_none_or(|dialog| !dialog.open()) {
            view.question.set(None);
        }
    };
    view! {
        <dialog
            node_ref=dialog
            class="dlg"
            aria-labelledby="shadow-ask"
            data-testid="shadow-dialog"
            on:close=closed
            // Keys that mean something in the page under it do not here.
            on:keydown=move |event| event.stop_propagation()
        >
            {move || view.question.get().map(|question| body(view, question))}
        </dialog>
    }
    .into_any()
}

fn body(view: View, question: Question) -> AnyView {
    let View { lang, .. } = view;
    let known = untrack(|| {
        view.read(|shadow| {
            let keys: Vec<String> = shadow.reported().keys().take(NAMED + 1).cloned().collect();
            (keys, shadow.reported().len(), shadow.next_version(), shadow.in_doubt())
        })
    });
    let (reported, count, next, in_doubt) = known.unwrap_or_default();
    let version = carried(view).unwrap_or(next);
    let (keys, count, is_unsure) = match &question {
        Question::Delete(keys) => (keys.clone(), keys.len(), false),
        Question::DeleteAll => (reported, count, in_doubt),
        Question::Reset(values) => {
            (values.keys().take(NAMED + 1).cloned().collect::<Vec<_>>(), values.len(), false)
        }
    };
    let question = StoredValue::new(question);
    let title = move || {
        let lang = lang.get();
        question.with_value(|question| match question {
            Question::Delete(keys) => lang.shadow_ask_delete(keys.len()),
            Question::DeleteAll => lang.shadow_ask_all().to_owned(),
            Question::Reset(_) => lang.shadow_ask_reset().to_owned(),
        })
    };
    let text = move || {
        let lang = lang.get();
        question.with_value(|question| match question {
            Question::Delete(_) => lang.shadow_ask_delete_text(version),
            Question::DeleteAll => lang.shadow_ask_all_text(next),
            Question::Reset(_) => lang.shadow_ask_reset_text(next),
        })
    };
    let none = move || {
        let lang = lang.get();
        question.with_value(|question| match question {
            Question::Reset(_) => lang.shadow_ask_reset_none(),
            _ => lang.shadow_ask_none(),
        })
    };
    let done = move || {
        let lang = lang.get();
        question.with_value(|question| match question {
            Question::Delete(_) => lang.shadow_ask_delete_now(),
            Question::DeleteAll => lang.shadow_ask_all_now(),
            Question::Reset(_) => lang.shadow_ask_reset_now(),
        })
    };
    let act = move |_| {
        let question = question.get_value();
        view.question.set(None);
        view.send(move |shadow, now| {
            Some(match question {
                Question::Delete(keys) => shadow.send(now, Edit::delete(keys, version)),
                Question::DeleteAll => shadow.delete_all(now),
                Question::Reset(values) => shadow.reset_version(now, values),
            })
        });
    };
    let has_none = keys.is_empty();
    let rest = count.saturating_sub(NAMED);
    let items = keys.into_iter().take(NAMED).map(|key| view! { <li class="mono">{key}</li> }).collect_view();
    view! {
        <div class="dlg-b">
            <h2 id="shadow-ask">{title}</h2>
            <p>{text}</p>
            <ul class="sh-keys" tabindex="0" data-testid="shadow-dialog-keys">
                {items}
                {(rest > 0).then(|| view! { <li class="fg3">{move || lang.get().shadow_ask_rest(rest)}</li> })}
                {has_none.then(|| view! { <li class="fg3">{none}</li> })}
            </ul>
            {is_unsure
                .then(|| {
                    view! {
                        <p class="note warn">
                            <Icon name=IconName::Warning />
                            <span>{move || lang.get().shadow_ask_unknown()}</span>
                        </p>
                    }
                })}
            <div class="row dlg-a">
                <button
                    type="button"
                    class="btn right"
                    autofocus
                    data-testid="shadow-dialog-cancel"
                    on:click=move |_| view.question.set(None)
                >
                    {move || lang.get().cancel()}
                </button>
                <button type="button" class="btn dan" data-testid="shadow-dialog-ok" on:click=act>
                    {done}
                </button>
            </div>
        </div>
    }
    .into_any()
}
