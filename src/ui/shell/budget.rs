//! How much the log keeps: set in a small window that opens from the status bar, and remembered.

use leptos::html;
use leptos::prelude::*;

use crate::i18n::Lang;
use crate::i18n::numbers::grouped;
use crate::storage::{BudgetFault, BudgetForm, Key};
use crate::ui::bench::Seconds;
use crate::ui::components::{Icon, IconName, focus};
use crate::ui::context::{Storage, Toast, Toasts, use_lang};
use crate::ui::sessions::{Sessions, use_sessions};

/// The window's `id`, for the `popovertarget` of what opens it.
pub(in crate::ui) const BUDGET_WINDOW: &str = "journal-budget";

/// Puts the remembered budget in force. One that was damaged or is out of range counts as none.
pub(super) fn remember(sessions: Sessions) {
    let storage = expect_context::<Storage>();
    let remembered = storage.with(|store| store.load::<BudgetForm>(Key::Budget));
    sessions.budget().set(remembered.and_then(|form| form.budget()).unwrap_or_default());
}

/// The window itself. Its place in the page does not matter: the browser lays it over everything while it is open.
#[component]
pub(super) fn BudgetWindow() -> impl IntoView {
    let lang = use_lang();
    let Seconds(seconds) = expect_context();
    let storage = expect_context::<Storage>();
    let toasts = expect_context::<Toasts>();
    let sessions = use_sessions();
    let in_force = sessions.budget();
    let window = NodeRef::<html::Div>::new();
    let form = RwSignal::new(BudgetForm::of(in_force.get_untracked()));
    let open = RwSignal::new(false);
    let megabytes_fault = Memo::new(move |_| form.with(BudgetForm::megabytes_fault));
    let messages_fault = Memo::new(move |_| form.with(BudgetForm::messages_fault));
    // Asked for again as messages come, while somebody looks.
    let dropped = Memo::new(move |_| {
        let budget = form.with(BudgetForm::budget).filter(|_| open.get())?;
        seconds.track();
        let mut dropped = 0;
        sessions.for_each(|each| {
            dropped += each.bench.device(|device| device.read(|journal| journal.would_drop(budget)));
        });
        (dropped > 0).then_some(dropped)
    });
    let apply = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(budget) = form.with_untracked(BudgetForm::budget) else {
            let megabytes = megabytes_fault.get_untracked().is_some();
            return focus(if megabytes { "budget-megabytes" } else { "budget-messages" });
        };
        in_force.set(budget);
        let plain = BudgetForm::of(budget);
        storage.with(|store| store.save(Key::Budget, &plain));
        let text = lang.get_untracked().budget_set(&plain.megabytes, &grouped(budget.messages));
        toasts.show(Toast { text, undo: None, gone: None });
        if let Some(window) = window.get_untracked() {
            // Fails only where it is not open.
            let _ = window.hide_popover();
        }
    };
    let toggled = move |_| {
        let is_open =
            window.get_untracked().is_some_and(|window| window.matches(":popover-open").unwrap_or(false));
        open.set(is_open);
        form.set(BudgetForm::of(in_force.get_untracked()));
    };
    view! {
        <div
            node_ref=window
            id=BUDGET_WINDOW
            class="budget"
            popover="auto"
            role="dialog"
            aria-labelledby="budget-title"
            data-testid="journal-budget"
            on:toggle=toggled
        >
            <form novalidate on:submit=apply>
                <h2 id="budget-title">{move || lang.get().budget()}</h2>
                <div class="row start">
                    <NumberField
                        name="megabytes"
                        label=Lang::budget_megabytes
                        unit=|_| "MB"
                        value=Signal::derive(move || form.with(|form| form.megabytes.clone()))
                        on_input=move |text| form.update(|form| form.megabytes = text)
                        fault=megabytes_fault
                        words=Lang::megabytes_fault
                        range=BudgetForm::MEGABYTES.into_inner()
                    />
                    <NumberField
                        name="messages"
                        label=Lang::budget_messages
                        unit=Lang::budget_messages_unit
                        value=Signal::derive(move || form.with(|form| form.messages.clone()))
                        on_input=move |text| form.update(|form| form.messages = text)
                        fault=messages_fault
                        words=Lang::messages_fault
                        range=BudgetForm::MESSAGES.into_inner()
                    />
                </div>
                <p class="effect" aria-live="polite">
                    {move || match dropped.get() {
                        Some(count) => view! {
                            <span class="hint warn" data-testid="budget-drops">
                                <Icon name=IconName::Warning small=true />
                                <span>{move || lang.get().budget_drops_counted(count)}</span>
                            </span>
                        }.into_any(),
                        None => view! { <span class="hint">{move || lang.get().budget_hint()}</span> }.into_any(),
                    }}
                </p>
                <div class="row">
                    <button
                        type="button"
                        class="btn"
                        data-testid="budget-reset"
                        on:click=move |_| form.set(BudgetForm::default())
                    >
                        {move || lang.get().budget_reset()}
                    </button>
                    <button type="submit" class="btn pri right" data-testid="budget-apply">
                        {move || lang.get().budget_apply()}
                    </button>
                </div>
            </form>
        </div>
    }
}

/// A number with its unit, and below it its range or what is wrong with it.
#[component]
fn NumberField(
    name: &'static str,
    label: fn(Lang) -> &'static str,
    unit: fn(Lang) -> &'static str,
    #[prop(into)] value: Signal<String>,
    on_input: impl Fn(String) + 'static,
    fault: Memo<Option<BudgetFault>>,
    words: fn(Lang, BudgetFault) -> String,
    range: (u64, u64),
) -> impl IntoView {
    let lang = use_lang();
    let hint = format!("{}–{}", grouped(range.0), grouped(range.1));
    view! {
        <div class="fld">
            <label class="lb" for=format!("budget-{name}")>{move || label(lang.get())}</label>
            <span class="inp mono" class:bad=move || fault.get().is_some()>
                <input
                    id=format!("budget-{name}")
                    data-testid=format!("budget-{name}")
                    autocomplete="off"
                    inputmode="numeric"
                    autofocus=(name == "megabytes").then_some("autofocus")
                    aria-invalid=move || fault.get().map(|_| "true")
                    aria-describedby=format!("budget-hint-{name}")
                    prop:value=value
                    on:input:target=move |event| on_input(event.target().value())
                />
                <span class="un">{move || unit(lang.get())}</span>
            </span>
            <span class="hint" class:err=move || fault.get().is_some() id=format!("budget-hint-{name}")>
                <Show when=move || fault.get().is_some()>
                    <Icon name=IconName::Error small=true />
                </Show>
                <span data-testid=format!("budget-hint-{name}")>
                    {move || fault.get().map_or_else(|| hint.clone(), |fault| words(lang.get(), fault))}
                </span>
            </span>
        </div>
    }
}
