//! The editor: what is reported, or deleted, and with which version.

use leptos::prelude::*;

use super::View;
use super::dialog::Question;
use super::draft::{Draft, Fault, ROWS, Turned};
use super::rows;
use crate::i18n::Lang;
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName, focus};
use crate::uiot::shadow::{Edit, RESET_VERSION, Row};

const MODES: &[ChoiceOption] = &[
    ChoiceOption { id: "form", label: Lang::shadow_form },
    ChoiceOption { id: "json", label: Lang::shadow_json },
];

/// Something to be said of the draft before it is sent.
#[derive(Clone, PartialEq)]
struct Remark {
    is_error: bool,
    text: String,
}

pub(super) fn editor(view: View) -> AnyView {
    let View { lang, kept, .. } = view;
    let draft = kept.draft;
    let under_way = Memo::new(move |_| view.read(|shadow| shadow.under_way().count()).unwrap_or_default());
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        // Enter alone is no wish to send: Ctrl Enter is, and the button.
        if event.key() == "Enter" && !event.ctrl_key() && !event.meta_key() && is_input(&event) {
            event.prevent_default();
        }
    };
    let add = move |_| {
        if draft.rows.with_untracked(Vec::len) < ROWS {
            draft.add(Row::default());
            focus_last_key();
        } else {
            view.desk.tell(lang.get_untracked().shadow_too_many_rows(ROWS));
        }
    };
    let delete = move |_| {
        let keys = untrack(|| draft.keys());
        if keys.is_empty() {
            return view.desk.tell(lang.get_untracked().shadow_delete_none().to_owned());
        }
        if carried(view).is_some() {
            view.question.set(Some(Question::Delete(keys)));
        } else {
            focus("shadow-version");
        }
    };
    view! {
        <form
            class="sh-edit"
            novalidate
            aria-labelledby="shadow-edit"
            on:keydown=by_key
            on:submit=move |event| {
                event.prevent_default();
                report(view);
            }
        >
            {head(view)}
            <div class="sh-body">
                <Show when=move || draft.as_json.get() fallback=move || rows::rows(view)>
                    <textarea
                        class="inp mono"
                        class:bad=move || is_wrong_json(view)
                        rows="6"
                        data-testid="shadow-json"
                        spellcheck="false"
                        autocapitalize="off"
                        placeholder="{\"temperature\": 26.4}"
                        aria-label=move || lang.get().shadow_json_label()
                        aria-invalid=move || is_wrong_json(view).then_some("true")
                        aria-describedby="shadow-remark"
                        prop:value=draft.json
                        on:input:target=move |event| draft.json.set(event.target().value())
                    ></textarea>
                </Show>
            </div>
            {remark_line(view)}
            <div class="sh-foot">
                <Show when=move || !draft.as_json.get()>
                    <button type="button" class="btn gho sm" data-testid="shadow-add" on:click=add>
                        <Icon name=IconName::Plus />
                        {move || lang.get().shadow_add()}
                    </button>
                </Show>
                <label class="chk">
                    <input
                        type="checkbox"
                        data-testid="shadow-settles"
                        prop:checked=draft.settles
                        on:change:target=move |event| draft.settles.set(event.target().checked())
                    />
                    {move || lang.get().shadow_settles()}
                    " "
                    <code class="fg3">"Desired: null"</code>
                </label>
                <span class="sh-send">
                    <button type="button" class="btn dan" data-testid="shadow-delete" on:click=delete>
                        <Icon name=IconName::Trash />
                        {move || lang.get().shadow_delete()}
                    </button>
                    <button
                        type="submit"
                        class="btn pri"
                        data-testid="shadow-report"
                        aria-keyshortcuts="Control+Enter"
                        aria-busy=move || (under_way.get() > 0).to_string()
                    >
                        {move || {
                            if under_way.get() > 0 {
                                view! { <span class="sh-ico"><i class="dot ing"></i></span> }.into_any()
                            } else {
                                view! { <Icon name=IconName::ArrowUp /> }.into_any()
                            }
                        }}
                        {move || lang.get().shadow_report()}
                        <kbd aria-hidden="true">"Ctrl ⏎"</kbd>
                    </button>
                    <span class="sr" role="status" data-testid="shadow-under-way">
                        {move || {
                            let count = under_way.get();
                            (count > 0).then(|| lang.get().shadow_under_way(count))
                        }}
                    </span>
                </span>
            </div>
        </form>
    }
    .into_any()
}

/// The bar above it: how it is edited, what is under way, and the version.
fn head(view: View) -> AnyView {
    let View { lang, kept, .. } = view;
    let draft = kept.draft;
    let known = Memo::new(move |_| view.read(crate::uiot::shadow::Shadow::next_version).unwrap_or_default());
    let is_followed = move || draft.version.with(Option::is_none);
    let is_bad = move || draft.carried(known.get()).is_none();
    let shown = move || draft.version.get().unwrap_or_else(|| known.get().to_string());
    let choose = move |id: &'static str| {
        let lang = lang.get_untracked();
        match draft.turn(id == "json") {
            Turned::Done => {}
            Turned::Wrong => view.desk.tell(lang.shadow_json_first().to_owned()),
            Turned::TooMany => view.desk.tell(lang.shadow_too_many_rows(ROWS)),
        }
    };
    view! {
        <div class="sh-head">
            <h3 id="shadow-edit">{move || lang.get().shadow_edit()}</h3>
            <Choice
                id="shadow-mode"
                class="sm"
                label=Signal::derive(move || lang.get().shadow_edit_mode().to_owned())
                options=MODES
                value=Signal::derive(move || if draft.as_json.get() { "json" } else { "form" })
                on_choose=choose
            />
            <label class="sh-ver fg3">
                {move || lang.get().shadow_carries()}
                " Version "
                <span class="inp mono" class:bad=is_bad class:wrn=move || !is_followed()>
                    <input
                        data-testid="shadow-version"
                        inputmode="numeric"
                        autocomplete="off"
                        spellcheck="false"
                        aria-invalid=move || is_bad().then_some("true")
                        aria-describedby="shadow-remark"
                        prop:value=shown
                        on:input:target=move |event| draft.version.set(Some(event.target().value()))
                    />
                </span>
            </label>
            <button
                type="button"
                class="btn gho ico sm"
                class:sh-none=is_followed
                data-testid="shadow-follow"
                aria-label=move || lang.get().shadow_follow()
                title=move || lang.get().shadow_follow()
                on:click=move |_| {
                    draft.version.set(None);
                    focus("shadow-version");
                }
            >
                <Icon name=IconName::Again />
            </button>
        </div>
    }
    .into_any()
}

/// A line of reserved height: what is wrong, or what to think of before it is sent.
fn remark_line(view: View) -> AnyView {
    let remark = Memo::new(move |_| remark(view));
    let is_error = move || remark.with(|remark| remark.as_ref().is_some_and(|remark| remark.is_error));
    view! {
        <p
            class="hint sh-remark"
            class:err=is_error
            class:warn=move || remark.with(Option::is_some) && !is_error()
            id="shadow-remark"
            role="status"
            data-testid="shadow-remark"
        >
            {move || {
                remark.get().map(|remark| {
                    let icon = if remark.is_error { IconName::Error } else { IconName::Warning };
                    view! {
                        <Icon name=icon small=true />
                        <span>{remark.text}</span>
                    }
                })
            }}
        </p>
    }
    .into_any()
}

/// The most important thing to be said; that something is wrong comes first.
fn remark(view: View) -> Option<Remark> {
    let lang = view.lang.get();
    let draft = view.kept.draft;
    let (version, known, in_doubt) =
        view.read(|shadow| (shadow.version(), shadow.next_version(), shadow.in_doubt()))?;
    let was_read = view.desk.read(|services| services.shadow_read.is_some()) == Some(true);
    let error = |text: String| Some(Remark { is_error: true, text });
    let warning = |text: String| Some(Remark { is_error: false, text });
    let Some(carried) = draft.carried(known) else { return error(lang.shadow_version_bad().to_owned()) };
    let meaning = draft.meaning.get();
    match &meaning.values {
        Err(Fault::Text(fault)) => return error(lang.shadow_text_fault(fault)),
        // Told beside its row.
        Err(Fault::Rows(_)) => {}
        Ok(values)
            if draft.as_json.get() && values.contains_key("State") && values.contains_key("Method") =>
        {
            return warning(lang.shadow_whole_message().to_owned());
        }
        Ok(_) => {}
    }
    if let Some((typed, sent)) = &meaning.changed {
        return warning(lang.shadow_number_changed(&brief(typed), &brief(sent)));
    }
    if let Some(bytes) = meaning.too_large {
        return warning(lang.shadow_too_large(bytes));
    }
    if carried == RESET_VERSION && draft.version.with(Option::is_some) {
        return warning(lang.shadow_version_resets().to_owned());
    }
    if carried != known {
        return warning(lang.shadow_version_other(carried, known));
    }
    if carried == i32::MAX {
        return warning(lang.shadow_version_last().to_owned());
    }
    if version < 0 {
        return warning(lang.shadow_version_negative().to_owned());
    }
    if in_doubt && !was_read && version == 0 {
        return warning(lang.shadow_version_unread().to_owned());
    }
    let is_empty = meaning.values.as_ref().is_ok_and(serde_json::Map::is_empty);
    (is_empty && draft.tried.get() && !draft.settles.get())
        .then(|| Remark { is_error: false, text: lang.shadow_nothing().to_owned() })
}

/// A number of which the middle is left out where it is long.
fn brief(number: &str) -> String {
    /// Characters of a number that are shown.
    const MOST: usize = 40;
    match number.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", number.get(..end).unwrap_or_default()),
        None => number.to_owned(),
    }
}

fn is_wrong_json(view: View) -> bool {
    view.kept.draft.meaning.with(|meaning| matches!(meaning.values, Err(Fault::Text(_))))
}

/// The version that an edit carries at present; none if what was typed is no version.
pub(super) fn carried(view: View) -> Option<i32> {
    let known = untrack(|| view.read(crate::uiot::shadow::Shadow::next_version)).unwrap_or_default();
    untrack(|| view.kept.draft.carried(known))
}

/// Says what is wrong with the draft, also where something is only missing, and leads there.
pub(super) fn show_wrong(draft: Draft, fault: &Fault) {
    draft.tried.set(true);
    match fault {
        Fault::Text(_) => focus("shadow-json"),
        Fault::Rows(_) => rows::focus_wrong(),
    }
}

fn report(view: View) {
    let draft = view.kept.draft;
    draft.tried.set(true);
    let Some(version) = carried(view) else { return focus("shadow-version") };
    let values = match draft.meaning.with_untracked(|meaning| meaning.values.clone()) {
        Ok(values) => values,
        Err(fault) => return show_wrong(draft, &fault),
    };
    let edit = if draft.settles.get_untracked() {
        Edit::desired_done_with(values, version)
    } else {
        Edit::update(values, version)
    };
    if view.send(|shadow, now| Some(shadow.send(now, edit))) {
        draft.settles.set(false);
        draft.tried.set(false);
    }
}

fn is_input(event: &leptos::ev::KeyboardEvent) -> bool {
    use leptos::wasm_bindgen::JsCast;
    event.target().is_some_and(|target| target.dyn_ref::<web_sys::HtmlInputElement>().is_some())
}

fn focus_last_key() {
    use leptos::wasm_bindgen::JsCast;
    request_animation_frame(|| {
        let Ok(found) = document().query_selector_all("[data-testid=shadow-key]") else { return };
        let last = found.length().checked_sub(1).and_then(|last| found.item(last));
        if let Some(last) = last.and_then(|last| last.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Fails only where nothing can be focused.
            let _ = last.focus();
        }
    });
}
