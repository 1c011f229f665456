//! The dialog that adds many subscriptions: a filter a line. What is wrong with a line is told beside its number.

use leptos::html;
use leptos::prelude::*;

use super::pane::Pane;
use super::{QosChoice, View, qos_from};
use crate::storage::{BulkLine, read_bulk};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::{Toast, Toasts, use_lang};
use crate::uiot::limits;

/// Faults that are listed; of more the number is told.
const LISTED: usize = 6;

/// A button that opens the dialog.
#[component]
pub(super) fn BulkButton(view: View, pane: Pane) -> impl IntoView {
    let lang = use_lang();
    let shown = RwSignal::new(false);
    let dialog = NodeRef::<html::Dialog>::new();
    let open = move |_| {
        shown.set(true);
        // Once its controls are there: the first takes the focus.
        request_animation_frame(move || {
            if let Some(dialog) = dialog.try_get_untracked().flatten() {
                // Fails only for a dialog that is open already.
                let _ = dialog.show_modal();
            }
        });
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <button
            type="button"
            class="btn gho ico sm"
            data-testid="bulk-open"
            aria-haspopup="dialog"
            aria-label=move || lang.get().bulk_open()
            title=move || lang.get().bulk_open()
            on:click=open
        >
            <Icon name=IconName::Ledger />
        </button>
        <dialog
            node_ref=dialog
            class="dlg"
            data-testid="bulk-dialog"
            aria-label=move || lang.get().bulk_title()
            on:close=move |_| shown.set(false)
            // Keys that mean something on the page under it do not here.
            on:keydown=move |event| event.stop_propagation()
        >
            <Show when=move || shown.get()>
                <Body view pane close=Callback::new(move |()| close()) />
            </Show>
        </dialog>
    }
}

#[component]
fn Body(view: View, pane: Pane, close: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let toasts = expect_context::<Toasts>();
    let bench = view.bench;
    let qos = RwSignal::new("1");
    let nothing = RwSignal::new(false);
    let lines = Memo::new(move |_| {
        let offered = view.capabilities();
        pane.bulk.with(|text| read_bulk(text, qos_from(qos.get(), offered), offered.qos2))
    });
    let good = Memo::new(move |_| lines.with(|lines| lines.iter().filter(|line| line.wish.is_ok()).count()));
    let bad = Memo::new(move |_| lines.with(Vec::len) - good.get());
    let after = move || {
        let is_new = |line: &&BulkLine| {
            let wish = line.wish.as_ref().ok();
            wish.is_some_and(|(filter, _)| {
                bench.subscriptions.with(|list| list.iter().all(|known| known.filter != *filter))
            })
        };
        pane.total() + lines.with(|lines| lines.iter().filter(is_new).count())
    };
    let too_many = Memo::new(move |_| {
        Some(after()).filter(|after| pane.device().is_some() && *after > limits::SUBSCRIPTIONS)
    });
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut added = 0;
        let mut left = Vec::new();
        for line in lines.get_untracked() {
            let done = line.wish.is_ok_and(|(filter, qos)| bench.subscribe(&filter, qos).is_ok());
            if done {
                added += 1;
            } else {
                left.push(line.text);
            }
        }
        nothing.set(added == 0);
        if added > 0 {
            let text = lang.get_untracked().added_many(added);
            toasts.show(Toast { text, undo: None, gone: None });
        }
        let is_done = left.is_empty() && added > 0;
        pane.bulk.set(left.join("\n"));
        if is_done {
            close.run(());
        }
    };
    let faults = move || {
        let lang = lang.get();
        let fault = |line: &BulkLine| {
            let fault = line.wish.as_ref().err()?;
            Some(lang.bulk_line(line.number, &lang.bulk_fault(*fault)))
        };
        let listed: Vec<_> = lines.with(|lines| lines.iter().filter_map(fault).take(LISTED).collect());
        let more = bad.get().saturating_sub(listed.len());
        let more = (more > 0).then(|| lang.bulk_more(more));
        listed.into_iter().chain(more).map(|text| view! { <li class="hint err">{text}</li> }).collect_view()
    };
    view! {
        <form class="dlg-b" novalidate on:submit=add>
            <div class="row">
                <h2>{move || lang.get().bulk_title()}</h2>
                <button
                    type="button"
                    class="btn gho ico sm right"
                    data-testid="bulk-close"
                    aria-label=move || lang.get().close_dialog()
                    on:click=move |_| close.run(())
                >
                    <Icon name=IconName::Close />
                </button>
            </div>
            <label class="fld">
                <span class="lb">{move || lang.get().bulk_label()}</span>
                <textarea
                    class="inp mono"
                    rows="9"
                    data-testid="bulk-text"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    autofocus
                    aria-describedby="bulk-hint bulk-faults"
                    prop:value=pane.bulk
                    on:input:target=move |event| {
                        pane.bulk.set(event.target().value());
                        nothing.set(false);
                    }
                ></textarea>
            </label>
            <span class="hint" id="bulk-hint">{move || lang.get().bulk_hint()}</span>
            <div class="row">
                <span class="fg3">{move || lang.get().bulk_default_qos()}</span>
                <QosChoice view id="bulk-qos" value=qos />
            </div>
            <div role="status" class="bulk-s">
                <p class="num" data-testid="bulk-count">{move || lang.get().bulk_count(good.get(), bad.get())}</p>
                <ul id="bulk-faults" data-testid="bulk-faults">{faults}</ul>
                <Show when=move || bad.get().gt(&0)>
                    <p class="hint">{move || lang.get().bulk_kept()}</p>
                </Show>
                {move || {
                    too_many
                        .get()
                        .map(|count| {
                            view! {
                                <p class="hint warn" data-testid="bulk-limit">
                                    <Icon name=IconName::Warning small=true />
                                    {lang.get().limit_passed(count, limits::SUBSCRIPTIONS)}
                                </p>
                            }
                        })
                }}
                <Show when=move || nothing.get()>
                    <p class="hint err">{move || lang.get().bulk_nothing()}</p>
                </Show>
            </div>
            <div class="row dlg-a">
                <button type="submit" class="btn pri right" data-testid="bulk-add">
                    {move || lang.get().bulk_add(good.get())}
                </button>
            </div>
        </form>
    }
}
