//! The connect page: the two ways to begin, the form, and beside it what will be sent.

mod fields;
mod foot;
mod form;
mod identity;
mod link;
mod paste;
mod preflight;
mod preview;
mod profiles;
mod server;
mod session;
mod share;
mod switch;
mod ways;
mod will;

use leptos::prelude::*;

use super::bench::{Bench, PageTabs, use_bench};
use super::components::focus as focus_test_id;
use super::context::use_lang;
use super::sessions::{Sessions, use_sessions};
use crate::storage::{Fault, Field, Holder, Problem};
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
        self.holder() != Holder::Nobody
    }

    fn connect_anyway(self) {
        if let Some(plan) = self.bench.profile.with_untracked(crate::storage::Profile::plan) {
            self.bench.asked.set(true);
            self.bench.device(|device| device.connect(plan));
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
    // A choice has no input of its own: the option that is chosen takes the focus.
    let chosen = format!("[data-testid={}] [tabindex=\"0\"]", field.id());
    let input = document()
        .get_element_by_id(&format!("in-{}", field.id()))
        .or_else(|| document().query_selector(&chosen).ok().flatten());
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
