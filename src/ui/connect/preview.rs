use leptos::prelude::*;

use super::FormState;
use crate::storage::Profile;
use crate::ui::components::CopyButton;
use crate::ui::context::use_lang;

/// What CONNECT will say, as it is typed. The password is dots, as many as it has characters.
#[component]
pub(super) fn Preview(state: FormState) -> impl IntoView {
    let lang = use_lang();
    let profile = state.bench.profile;
    let row =
        move |label: Signal<String>, test_id: &'static str, read: fn(&Profile) -> String, copy: bool| {
            let value = move || profile.with(read);
            view! {
                <div class="dv">
                    <span class="fg3">{label}</span>
                    <span class="mono" data-testid=test_id>
                        {value}
                    </span>
                    {copy
                        .then(|| {
                            let copy_label = Signal::derive(move || {
                                format!("{} {}", lang.get().copy(), label.get())
                            });
                            view! { <CopyButton label=copy_label text=move || untrack(value) /> }
                        })}
                </div>
            }
        };
    let fixed = |text: &'static str| Signal::derive(move || text.to_owned());
    // In generic mode the inputs themselves have these names.
    let derived = move || profile.with(|profile| profile.mode == crate::storage::Mode::Uiot);
    view! {
        <section class="card preview" data-testid="connect-preview">
            <div class="bar">
                <h2>{move || lang.get().preview()}</h2>
                <span class="chip sq right">{move || lang.get().live()}</span>
            </div>
            <div class="rows">
                {move || {
                    let (client_id, user_name) =
                        if derived() { ("client-id", "username") } else { ("", "") };
                    [
                        row(fixed("ClientID"), client_id, Profile::sent_client_id, true),
                        row(fixed("UserName"), user_name, Profile::sent_user_name, true),
                    ]
                }}
                {row(fixed("Password"), "", |profile| "•".repeat(profile.sent_password().chars().min(32)), false)}
                {row(fixed("URL"), "connect-url", |profile| profile.server().url(), true)}
                {row(
                    Signal::derive(move || lang.get().sub_protocol().to_owned()),
                    "",
                    |profile| profile.protocol.sub_protocol().to_owned(),
                    false,
                )}
            </div>
        </section>
    }
}
