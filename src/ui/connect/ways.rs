use leptos::prelude::*;

use super::FormState;
use super::registration_form::try_in_simulator;
use crate::mqtt::State;
use crate::storage::Mode;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::{Toasts, use_lang};
use crate::ui::page::Page;

/// The two ways to begin: the simulator in this page, or a real device by the form below.
#[component]
pub(super) fn Ways(state: FormState) -> impl IntoView {
    let lang = use_lang();
    let bench = state.bench;
    let toasts = expect_context::<Toasts>();
    // What runs already is shown, not started anew.
    let runs = Memo::new(move |_| {
        bench.status.with(|status| status.demo_runs.is_some() && status.state != State::Offline)
    });
    let start = move |_| if runs.get_untracked() { Page::Messages.open() } else { bench.try_simulator() };
    let lead = move || match bench.profile.with(|profile| profile.mode) {
        Mode::Uiot => lang.get().connect_lead_uiot(),
        Mode::Generic => lang.get().connect_lead_generic(),
    };
    view! {
        <div class="ways">
            <section
                class="way"
                class:on=move || runs.get()
                aria-labelledby="way-simulator"
                aria-current=move || runs.get().then_some("true")
            >
                <span class="pi"><Icon name=IconName::Simulator /></span>
                <div class="grow">
                    <h2 id="way-simulator">{move || lang.get().try_simulator()}</h2>
                    <p class="fg2">{move || lang.get().try_simulator_lead()}</p>
                    <Show when=move || !runs.get()>
                        <button
                            type="button"
                            class="lnk"
                            data-testid="try-registration"
                            on:click=move |_| try_in_simulator(state, toasts, lang)
                        >
                            {move || lang.get().registration_try_too()}
                        </button>
                    </Show>
                </div>
                <button type="button" class="btn" data-testid="try-simulator" on:click=start>
                    <Icon name=IconName::Play />
                    {move || if runs.get() { lang.get().show_session() } else { lang.get().start() }}
                </button>
            </section>
            <section
                class="way"
                class:on=move || !runs.get()
                aria-labelledby="way-real"
                aria-current=move || (!runs.get()).then_some("true")
            >
                <span class="pi"><Icon name=IconName::Plug /></span>
                <div class="grow">
                    <h2 id="way-real">{move || lang.get().connect_real()}</h2>
                    <p class="fg2">{lead}</p>
                </div>
                <Show when=move || !runs.get()>
                    <span class="chip acc">
                        <Icon name=IconName::Check small=true />
                        {move || lang.get().chosen()}
                    </span>
                </Show>
            </section>
        </div>
    }
}
