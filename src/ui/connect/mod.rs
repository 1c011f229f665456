//! The connect page: the two ways to begin, the form, and beside it what will be sent.

mod form;

mod preview;
mod switch;
mod ways;
mod will;

use leptos::prelude::*;

use super::bench::{Bench, PageTabs, use_bench};
use super::components::focus as focus_test_id;
use super::context::use_lang;
use super::sessions::{Sessions, use_sessions};
use crate::storage::{Fault, Field, Problem};
use form::ConnectForm;
use preview::Preview;
use ways::Ways;

/// What a person has touched, and so may be told about.
#[derive(Clone, Copy)]
struct FormState {
    bench: Bench,
    touched: RwSignal<Vec<Field>>,
    submitted: RwSignal<bool>,
    sessions: Sessions,
    other_tabs: PageTabs,
}

impl FormState {
    fn touch(self, field: Field) {
        self.touched.update(|touched| {
            if !touched.contains(&field) {
                touched.push(field);
            }
        });
    }

    /// The fault of a field, once it was touched or Connect was pressed.
    fn shown(self, field: Field) -> Option<Fault> {
        let may_tell = self.submitted.get() || self.touched.with(|touched| touched.contains(&field));
        let fault = self.bench.problems.with(|problems| {
            problems.iter().find(|problem| problem.field == field).map(|problem| problem.fault)
        });
        // An empty field is no mistake before Connect was pressed.
        fault.filter(|fault| may_tell && (*fault != Fault::Required || self.submitted.get()))
    }

    fn errors(self) -> Vec<Problem> {
        self.bench.problems.get().into_iter().filter(|problem| !problem.fault.is_warning()).collect()
    }

    /// Whether another session of this page, or another tab of this browser, is connected as what the form says.
    fn is_held_elsewhere(self) -> bool {
        let identity = self.bench.profile.with(|profile| profile.plan().and_then(|plan| plan.identity()));
        identity.is_some_and(|identity| {
            self.other_tabs.is_held_elsewhere(&identity)
                || self.sessions.holder(&identity, self.bench).is_some()
        })
    }

    fn connect_anyway(self) {
        if let Some(plan) = self.bench.profile.with_untracked(crate::storage::Profile::plan) {
            self.bench.asked.set(true);
            self.bench.connect(plan);
        }
    }

    /// Connects, or leads to the first field that stands against it.
    fn submit(self) {
        self.submitted.set(true);
        let plan = self.bench.profile.with_untracked(crate::storage::Profile::plan);
        match plan {
            // Said before the first packet: connecting takes the connection from the other tab.
            Some(_) if untrack(|| self.is_held_elsewhere()) => focus_test_id("connect-anyway"),
            Some(_) => self.connect_anyway(),
            None => {
                if let Some(first) = untrack(|| self.errors()).first() {
                    focus(first.field);
                }
            }
        }
    }
}

fn focus(field: Field) {
    use leptos::wasm_bindgen::JsCast;
    let input = document().get_element_by_id(&format!("in-{}", field.id()));
    if let Some(input) = input.and_then(|input| input.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Fails only where nothing can be focused.
        let _ = input.focus();
    }
}

#[component]
pub(super) fn ConnectPage() -> impl IntoView {
    let lang = use_lang();
    let bench = use_bench();
    let state = FormState {
        bench,
        touched: RwSignal::new(Vec::new()),
        submitted: RwSignal::new(false),
        sessions: use_sessions(),
        other_tabs: expect_context(),
    };
    view! {
        <div class="scroll">
            <div class="connect">
                <h1 class="sr">{move || lang.get().connect_title()}</h1>
                <Ways />
                <div class="two">
                    <ConnectForm state />
                    <Preview state />
                </div>
            </div>
        </div>
    }
}
