use leptos::prelude::*;

use super::FormState;
use crate::storage::{Field, Profile};
use crate::ui::components::{Fix, Icon, IconName, TextField};
use crate::ui::context::use_lang;

/// A value of the profile as text, and a setter for it.
fn bind(
    profile: RwSignal<Profile>,
    read: fn(&Profile) -> String,
    write: fn(&mut Profile, String),
) -> (Signal<String>, impl Fn(String) + Copy) {
    (Signal::derive(move || profile.with(read)), move |typed| profile.update(|profile| write(profile, typed)))
}

/// A text field of the form, bound to a part of the profile.
#[component]
pub(super) fn Bound(
    state: FormState,
    field: Field,
    read: fn(&Profile) -> String,
    write: fn(&mut Profile, String),
    #[prop(optional, into)] note: MaybeProp<String>,
    #[prop(optional, into)] unit: MaybeProp<String>,
    #[prop(optional, into)] hint: MaybeProp<&'static str>,
    #[prop(optional)] fix: Option<Fix>,
    #[prop(optional)] numeric: bool,
) -> impl IntoView {
    let (value, on_input) = bind(state.bench.profile, read, write);
    let fault = Signal::derive(move || state.shown(field));
    let on_blur = move || state.touch(field);
    match fix {
        Some(fix) => {
            view! { <TextField field note unit hint value on_input on_blur fault numeric fix /> }.into_any()
        }
        None => view! { <TextField field note unit hint value on_input on_blur fault numeric /> }.into_any(),
    }
}

/// A password: masked, until it is asked to show.
#[component]
pub(super) fn SecretField(
    state: FormState,
    field: Field,
    read: fn(&Profile) -> String,
    write: fn(&mut Profile, String),
    #[prop(optional, into)] note: MaybeProp<String>,
    #[prop(optional, into)] unit: MaybeProp<String>,
) -> impl IntoView {
    let lang = use_lang();
    let shown = RwSignal::new(false);
    let (value, on_input) = bind(state.bench.profile, read, write);
    let fault = Signal::derive(move || state.shown(field));
    let locked = Memo::new(move |_| {
        let empty = state.bench.profile.with(|profile| profile.sent_password().is_empty());
        empty && state.profiles.may_have_locked(state.origin)
    });
    view! {
        <TextField
            field
            note
            unit
            hint=MaybeProp::derive(move || locked.get().then(|| lang.get().secret_locked()))
            value
            on_input
            on_blur=move || state.touch(field)
            fault
            kind=Signal::derive(move || Some(if shown.get() { "text" } else { "password" }))
        >
            <button
                type="button"
                class="btn gho ico sm"
                class:on=move || shown.get()
                data-testid="secret-toggle"
                aria-pressed=move || shown.get().to_string()
                aria-label=move || lang.get().show_secret()
                title=move || lang.get().show_secret()
                on:click=move |_| shown.update(|shown| *shown = !*shown)
            >
                <Icon name=IconName::Eye />
            </button>
        </TextField>
    }
}
