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
mod registration;
mod registration_form;
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
use super::sessions::{Session, Sessions, use_sessions};
use crate::storage::library::ProfileId;
use crate::storage::{Fault, Field, Holder, Problem};
use form::ConnectForm;
pub(super) use link::OpenLinkPage;
use preflight::Preflight;
use preview::Preview;
use profiles::ProfilesPane;
pub(super) use profiles::{Asked, ProfileDialogs, Profiles, SaveOffer, provide as provide_profiles};
pub(super) use registration::RegistrationPanel;
use share::ShareCard;
use ways::Ways;
pub(super) use will::WillFields;

/// What a session keeps of its form while another is in front.
#[derive(Clone, Copy)]
pub(super) struct FormKept {
    /// Inputs that were left.
    touched: RwSignal<Vec<Field>>,
    /// Whether Connect was pressed.
    submitted: RwSignal<bool>,
    /// The saved profile that the form came from.
    pub(super) origin: RwSignal<Option<ProfileId>>,
    /// Whether a person wants the secret to be remembered on this computer, where they said so.
    remember: RwSignal<Option<bool>>,
}

impl FormKept {
    /// Of a form that nobody has touched. Its signals belong to the owner that it is made under.
    pub(super) fn new() -> Self {
        Self {
            touched: RwSignal::new(Vec::new()),
            submitted: RwSignal::new(false),
            origin: RwSignal::new(None),
            remember: RwSignal::new(None),
        }
    }

    /// Whatever was there, another profile's form has taken its place.
    fn begin_with(self, origin: Option<ProfileId>) {
        self.touched.update(Vec::clear);
        self.submitted.set(false);
        self.remember.set(None);
        self.origin.set(origin);
    }
}

/// The form, and what a person has touched, and so may be told about.
#[derive(Clone, Copy)]
struct FormState {
    bench: Bench,
    touched: RwSignal<Vec<Field>>,
    submitted: RwSignal<bool>,
    origin: RwSignal<Option<ProfileId>>,
    sessions: Sessions,
    other_tabs: PageTabs,
    profiles: Profiles,
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
            if let Some(id) = self.origin.get_untracked() {
                self.bench.profile.with_untracked(|form| self.profiles.keep_of(&id, form));
            }
            self.bench.asked.set(true);
            self.bench.connect(plan);
        }
    }

    /// Connects, or leads to the first field that stands against it.
    fn submit(self) {
        // A second press is not to stop a registration: it may be the only one that the platform takes.
        if self.bench.device(|device| device.status().registering) {
            return;
        }
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

/// Does something once the page that was asked for is there: the address changes first, what is shown a moment later.
fn after_page(act: impl FnOnce() + 'static) {
    request_animation_frame(move || request_animation_frame(act));
}

#[component]
pub(super) fn ConnectPage() -> impl IntoView {
    let lang = use_lang();
    let session = expect_context::<Session>();
    let profiles = expect_context::<Profiles>();
    profiles.find_origin(&session);
    let state = FormState {
        bench: use_bench(),
        touched: session.form.touched,
        submitted: session.form.submitted,
        origin: session.form.origin,
        sessions: use_sessions(),
        other_tabs: expect_context(),
        profiles,
    };
    view! {
        <div class="cpage">
            <ProfilesPane />
            <div class="scroll">
                <div class="connect">
                    <h1 class="sr">{move || lang.get().connect_title()}</h1>
                    <Ways state />
                    <div class="two">
                        <ConnectForm state />
                        <div class="beside">
                            <Preview state />
                            <Preflight state />
                            <ShareCard state />
                        </div>
                    </div>
                </div>
            </div>
        </div>
    }
    .into_any()
}
