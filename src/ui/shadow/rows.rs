//! The editor's form: a row for each key.

use leptos::prelude::*;

use super::View;
use crate::ui::components::{Icon, IconName};
use crate::uiot::shadow::{Kind, pairs};

/// Keys that are proposed at most.
const PROPOSED: usize = 200;

pub(super) fn rows(view: View) -> AnyView {
    let draft = view.kept.draft;
    let keys = Memo::new(move |_| {
        let read = view.read_document(|shadow| {
            let keys = pairs(shadow.reported(), shadow.desired()).map(|pair| pair.key.to_owned());
            keys.take(PROPOSED).collect::<Vec<_>>()
        });
        read.unwrap_or_default()
    });
    view! {
        <datalist id="shadow-known-keys">
            {move || keys.get().into_iter().map(|key| view! { <option value=key></option> }).collect_view()}
        </datalist>
        <For
            each=move || draft.rows.with(|rows| rows.iter().map(|(id, _)| *id).collect::<Vec<_>>())
            key=|id| *id
            children=move |id| row(view, id)
        />
    }
    .into_any()
}

fn row(view: View, id: u32) -> AnyView {
    let View { lang, kept, .. } = view;
    let draft = kept.draft;
    let place = Memo::new(move |_| {
        draft.rows.with(|rows| rows.iter().position(|(each, _)| *each == id).unwrap_or_default())
    });
    let key = Memo::new(move |_| draft.of(id, |row| row.key.clone()));
    let kind = Memo::new(move |_| draft.of(id, |row| row.kind));
    let fault = Memo::new(move |_| draft.fault_of(id));
    let is_bad = move || fault.with(Option::is_some);
    let hint = format!("shadow-fault-{id}");
    let described = hint.clone();
    view! {
        <div
            class="sh-row"
            role="group"
            data-testid="shadow-edit-row"
            aria-label=move || lang.get().shadow_row(place.get() + 1)
        >
            <span class="inp mono">
                <input
                    data-testid="shadow-key"
                    list="shadow-known-keys"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder=move || lang.get().shadow_key()
                    aria-label=move || lang.get().shadow_key()
                    aria-describedby=described.clone()
                    prop:value=key
                    on:input:target=move |event| {
                        let typed = event.target().value();
                        draft.change(id, |row| row.key = typed);
                    }
                />
            </span>
            {value(view, id, kind, fault, hint.clone())}
            <span class="inp selbox">
                <select
                    data-testid="shadow-kind"
                    aria-label=move || lang.get().shadow_kind()
                    prop:value=move || kind.get().id()
                    on:change:target=move |event| {
                        if let Some(kind) = Kind::from_id(&event.target().value()) {
                            draft.change(id, |row| row.turn(kind));
                        }
                    }
                >
                    {Kind::ALL
                        .into_iter()
                        .map(|each| {
                            view! {
                                <option value=each.id() selected=move || kind.get() == each>
                                    {move || lang.get().shadow_kind_name(each)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </span>
            <button
                type="button"
                class="btn gho ico sm"
                data-testid="shadow-remove"
                aria-label=move || lang.get().shadow_remove(&key.get())
                title=move || lang.get().shadow_remove(&key.get())
                on:click=move |_| {
                    draft.remove(id);
                    crate::ui::components::focus("shadow-add");
                }
            >
                <Icon name=IconName::Close />
            </button>
            <Show when=is_bad>
                <span class="hint err" id=hint.clone() data-testid="shadow-fault">
                    <Icon name=IconName::Error small=true />
                    <span>{move || fault.with(|fault| fault.as_ref().map(|fault| lang.get().shadow_row_fault(fault)))}</span>
                </span>
            </Show>
        </div>
    }
    .into_any()
}

/// The control for the value: what it is depends on the type.
fn value(
    view: View,
    id: u32,
    kind: Memo<Kind>,
    fault: Memo<Option<crate::uiot::shadow::RowFault>>,
    hint: String,
) -> AnyView {
    let View { lang, kept, .. } = view;
    let draft = kept.draft;
    let text = Memo::new(move |_| draft.of(id, |row| row.text.clone()));
    let is_bad = move || fault.with(Option::is_some);
    let shape = Memo::new(move |_| match kind.get() {
        Kind::Bool => Kind::Bool,
        Kind::Null => Kind::Null,
        _ => Kind::Text,
    });
    (move || match shape.get() {
        Kind::Null => view! { <span class="inp mono sh-null">"null"</span> }.into_any(),
        Kind::Bool => view! {
            <span class="inp mono selbox">
                <select
                    data-testid="shadow-value"
                    aria-label=move || lang.get().shadow_value()
                    prop:value=text
                    on:change:target=move |event| {
                        let chosen = event.target().value();
                        draft.change(id, |row| row.text = chosen);
                    }
                >
                    {["true", "false"]
                        .map(|each| {
                            view! {
                                <option value=each selected=move || text.with(|text| text == each)>
                                    {each}
                                </option>
                            }
                        })
                        .into_iter()
                        .collect_view()}
                </select>
            </span>
        }
        .into_any(),
        _ => view! {
            <span class="inp mono" class:bad=is_bad>
                <input
                    data-testid="shadow-value"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder=move || lang.get().shadow_value()
                    aria-label=move || lang.get().shadow_value()
                    aria-invalid=move || is_bad().then_some("true")
                    aria-describedby=hint.clone()
                    prop:value=text
                    on:input:target=move |event| {
                        let typed = event.target().value();
                        draft.change(id, |row| row.text = typed);
                    }
                />
            </span>
        }
        .into_any(),
    })
    .into_any()
}

/// Gives the focus to the first value, or key, that is wrong.
pub(super) fn focus_wrong() {
    use leptos::wasm_bindgen::JsCast;
    request_animation_frame(|| {
        let found = document().query_selector(".sh-row:has([data-testid=shadow-fault]) input").ok().flatten();
        if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Fails only where nothing can be focused.
            let _ = found.focus();
        }
    });
}
