use leptos::html;
use leptos::prelude::*;

use super::edit::EditBody;
use super::export::ExportBody;
use super::import::ImportBody;
use super::vault::{ForgetAllBody, PassphraseBody};
use super::{Asked, Profiles};
use crate::ui::components::open_or_close;

/// The dialog of the profiles: one for the page, with what was asked for in it.
#[component]
pub(in crate::ui) fn ProfileDialogs() -> impl IntoView {
    let profiles = expect_context::<Profiles>();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        profiles.asked.track();
        open_or_close(dialog, move || profiles.asked.with_untracked(Option::is_some));
    });
    let close = Callback::new(move |()| profiles.asked.set(None));
    // However it was closed; told late, so that it may be open again.
    let closed = move |_| {
        if dialog.get_untracked().is_none_or(|dialog| !dialog.open()) {
            profiles.asked.set(None);
        }
    };
    view! {
        <dialog
            node_ref=dialog
            class="dlg"
            class:wide=move || profiles.asked.with(|asked| matches!(asked, Some(Asked::Import(_))))
            data-testid="profile-dialog"
            aria-labelledby="dlg-title"
            on:close=closed
            // Keys that mean something in the page under it do not here.
            on:keydown=move |event| event.stop_propagation()
        >
            {move || {
                profiles
                    .asked
                    .get()
                    .map(|asked| match asked {
                        Asked::Save(session) => {
                            view! { <EditBody profiles id=None session=Some(session) close /> }.into_any()
                        }
                        Asked::Edit(id) => {
                            view! { <EditBody profiles id=Some(id) session=None close /> }.into_any()
                        }
                        Asked::Import(file) => view! { <ImportBody profiles file close /> }.into_any(),
                        Asked::Export(id) => view! { <ExportBody profiles id close /> }.into_any(),
                        Asked::Passphrase(then) => {
                            view! { <PassphraseBody profiles then close /> }.into_any()
                        }
                        Asked::ForgetAll => view! { <ForgetAllBody profiles close /> }.into_any(),
                    })
            }}
        </dialog>
    }
}
