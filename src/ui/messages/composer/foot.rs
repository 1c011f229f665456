use leptos::html;
use leptos::prelude::*;

use super::advice::{Advice, Fix, Outlook};
use super::draft::Draft;
use super::problem::Problem;
use super::repeating::End;
use crate::i18n::numbers::grouped;
use crate::payload::PayloadError;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;

/// Below the payload: what went wrong, what stands against the message, and its variables. Its height is reserved.
#[component]
pub(super) fn Foot(draft: Draft, outlook: Memo<Outlook>, editor: NodeRef<html::Textarea>) -> impl IntoView {
    let lang = use_lang();
    let all = RwSignal::new(false);
    let advice = Memo::new(move |_| outlook.with(|outlook| outlook.advice.clone()));
    let anyway = draft.repeating.anyway;
    let line = move |advice: Advice| {
        let text = advice.text(lang.get(), anyway.get());
        let title = text.clone();
        let fixes = advice.fixes(anyway.get());
        let buttons = fixes.into_iter().map(|fix: Fix| {
            let label = fix.label(lang.get(), &advice);
            view! {
                " "
                <button
                    type="button"
                    class="lnk"
                    data-testid="publish-fix"
                    data-fix=fix.code()
                    title=fix.title(lang.get())
                    on:click=move |event| {
                        fix.apply(draft);
                        // At the keyboard (no click count) the place must not be lost.
                        if event.detail() == 0 {
                            fix.lead_on();
                        }
                    }
                >
                    {label}
                </button>
            }
        });
        view! {
            <span class="hint warn" data-testid="publish-warning" data-code=advice.code() title=title>
                <Icon name=IconName::Warning small=true />
                <span class="wt">{text}</span>
                {buttons.collect_view()}
            </span>
        }
    };
    view! {
        <div class="cfoot">
            <div class="prob" id="publish-problem" role="status">
                {move || {
                    if let Some(problem) = draft.problem.get() {
                        // A variable that is none is likely why it is no JSON.
                        let is_json = matches!(problem, Problem::Payload(PayloadError::Json(..)));
                        let is_variable = |advice: &Advice| matches!(advice, Advice::Variable(..));
                        let cause = advice.get().into_iter().find(|each| is_json && is_variable(each));
                        return view! { <Wrong problem cause /> }.into_any();
                    }
                    if let Some(end) = draft.repeating.end.get() {
                        return view! { <Ended draft end /> }.into_any();
                    }
                    let found = advice.get();
                    let count = found.len();
                    let first = found.into_iter().next().map(line);
                    let more = (count > 1).then(|| {
                        view! {
                            <button
                                type="button"
                                class="btn gho sm"
                                data-testid="publish-warnings"
                                aria-expanded=move || all.get().to_string()
                                aria-controls="publish-all-warnings"
                                aria-label=move || lang.get().more_warnings(count)
                                title=move || lang.get().more_warnings(count)
                                on:click=move |_| all.update(|all| *all = !*all)
                            >
                                <Icon name=IconName::Warning small=true />
                                {count}
                            </button>
                        }
                    });
                    view! { {first} {more} }.into_any()
                }}
            </div>
            <Chips draft outlook editor />
            <Show when=move || all.get() && advice.with(|advice| advice.len() > 1)>
                <div
                    class="menu call"
                    id="publish-all-warnings"
                    data-testid="publish-all-warnings"
                    role="group"
                    aria-label=move || lang.get().more_warnings(advice.with(Vec::len))
                    on:keydown=move |event| {
                        if event.key() == "Escape" {
                            event.prevent_default();
                            event.stop_propagation();
                            all.set(false);
                            crate::ui::components::focus("publish-warnings");
                        }
                    }
                >
                    {move || advice.get().into_iter().map(line).collect_view()}
                </div>
            </Show>
        </div>
    }
}

#[component]
fn Wrong(problem: Problem, cause: Option<Advice>) -> impl IntoView {
    let lang = use_lang();
    let code = problem.code();
    let text = Memo::new(move |_| {
        let lang = lang.get();
        let problem = problem.text(lang);
        match &cause {
            Some(cause) => format!("{} {problem}", cause.text(lang, false)),
            None => problem,
        }
    });
    view! {
        <span class="hint err" data-testid="publish-problem" data-code=code title=text>
            <Icon name=IconName::Error small=true />
            <span class="wt">{text}</span>
        </span>
    }
}

/// How repeating ended.
#[component]
fn Ended(draft: Draft, end: End) -> impl IntoView {
    let lang = use_lang();
    let count = grouped(draft.repeating.progress.with_untracked(|progress| progress.sent));
    let (class, icon) =
        if end == End::Done { ("hint", IconName::Check) } else { ("hint warn", IconName::Warning) };
    let text = move || match end {
        End::Done => lang.get().repeat_done(&count),
        End::Disconnected => lang.get().repeat_disconnected(&count),
        End::Failed => lang.get().repeat_failed(&count),
    };
    view! {
        <span class=class data-testid="repeat-end" data-why=end.code()>
            <Icon name=icon small=true />
            <span class="wt">{text}</span>
        </span>
    }
}

/// The variables of the payload; each tells what it is in the next message, and leads to its place.
#[component]
fn Chips(draft: Draft, outlook: Memo<Outlook>, editor: NodeRef<html::Textarea>) -> impl IntoView {
    let lang = use_lang();
    let variables = Memo::new(move |_| outlook.with(|outlook| outlook.variables.clone()));
    // The value of the variable that is pointed at.
    let told = RwSignal::new(None::<String>);
    let show = move |index: usize| told.set(draft.preview(index));
    let chip = move |(index, (source, start, end)): (usize, (String, u32, u32))| {
        let select = move || {
            if let Some(editor) = editor.get_untracked() {
                // Fails only where nothing can be focused, or for fields that hold no text.
                let _ = editor.focus();
                let _ = editor.set_selection_range(start, end);
            }
        };
        view! {
            <button
                type="button"
                class="chip sq acc mono"
                data-testid="variable-chip"
                aria-describedby="publish-next-value"
                on:pointerenter=move |_| show(index)
                on:pointerleave=move |_| told.set(None)
                on:focus=move |_| show(index)
                on:blur=move |_| told.set(None)
                on:click=move |_| select()
            >
                {source}
            </button>
        }
    };
    view! {
        <Show when=move || variables.with(|variables| !variables.is_empty())>
            <div class="vars" role="group" aria-label=move || lang.get().variables_used()>
                {move || variables.get().into_iter().enumerate().map(chip).collect_view()}
            </div>
            <span class="menu tip" id="publish-next-value" role="tooltip" data-testid="next-value" hidden=move || told.with(Option::is_none)>
                {move || told.get().map(|value| lang.get().next_value(&value))}
            </span>
        </Show>
    }
}
