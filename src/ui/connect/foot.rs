use leptos::prelude::*;

use super::FormState;
use super::profiles::SaveButton;
use crate::mqtt::State;
use crate::storage::Profile;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;

#[component]
pub(super) fn FormFoot(state: FormState) -> impl IntoView {
    let lang = use_lang();
    let busy = move || {
        state.bench.status.with(|status| {
            status.registering || matches!(status.state, State::Opening | State::AwaitingConnAck)
        })
    };
    let summary = move || {
        let errors = state.errors();
        let first = errors.first().copied().filter(|_| state.submitted.get())?;
        let name = lang.get().field(first.field);
        Some((first.field, lang.get().problems_found(errors.len(), name)))
    };
    let held = move || state.is_held_elsewhere();
    view! {
        {move || {
            held()
                .then(|| {
                    view! {
                        <p class="note warn flat" role="alert" data-testid="other-tab" data-code="other-tab">
                            <Icon name=IconName::Warning />
                            <span class="grow">{move || lang.get().other_tab()}</span>
                            <button
                                type="button"
                                class="btn sm"
                                data-testid="connect-anyway"
                                on:click=move |_| state.connect_anyway()
                            >
                                {move || lang.get().connect_anyway()}
                            </button>
                        </p>
                    }
                })
        }}
        <div class="foot">
            <button
                type="submit"
                class="btn pri lg"
                data-testid="connect"
                aria-busy=move || busy().to_string()
                // Pressing the mouse takes the focus from no field: a hint that came up then would move the button
                // away under the pointer.
                on:mousedown=move |event| event.prevent_default()
            >
                {move || {
                    if busy() {
                        view! { <i class="dot ing"></i> }.into_any()
                    } else {
                        view! { <Icon name=IconName::Plug /> }.into_any()
                    }
                }}
                {move || {
                    if state.bench.profile.with(Profile::registers) {
                        lang.get().registration_connect()
                    } else {
                        lang.get().connect()
                    }
                }}
            </button>
            <SaveButton />
            <span class="fg3 keys"><kbd>"Ctrl"</kbd>" "<kbd>"Enter"</kbd></span>
            {move || {
                summary()
                    .map(|(field, text)| {
                        view! {
                            <button type="button" class="lnk err right" on:click=move |_| super::focus(field)>
                                <Icon name=IconName::Error small=true />
                                {text}
                            </button>
                        }
                    })
            }}
        </div>
    }
}
