use leptos::prelude::*;

use super::FormState;
use super::foot::FormFoot;
use super::identity::{GenericIdentity, UiotIdentity};
use super::paste::on_paste;
use super::profiles::RememberSecret;
use super::server::ServerFields;
use super::session::SessionFields;
use crate::i18n::Lang;
use crate::storage::Mode;
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::parts::{self, Late, Shown};

const MODES: &[ChoiceOption] = &[
    ChoiceOption { id: "uiot", label: Lang::mode_uiot },
    ChoiceOption { id: "generic", label: Lang::mode_generic },
];
#[component]
pub(super) fn ConnectForm(state: FormState) -> impl IntoView {
    let lang = use_lang();
    let profile = state.bench.profile;
    let mode = Memo::new(move |_| profile.with(|profile| profile.mode));
    let choose_mode = move |id: &'static str| {
        profile.update(|profile| profile.mode = if id == "uiot" { Mode::Uiot } else { Mode::Generic });
        state.touched.update(Vec::clear);
        state.submitted.set(false);
    };
    let mode_id = move || if mode.get() == Mode::Uiot { "uiot" } else { "generic" };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        state.submit();
    };
    let submit_by_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            state.submit();
        }
    };
    // For the parts of the form that are fetched later.
    provide_context(state);
    let paste = on_paste(state);
    view! {
        <form class="card" novalidate on:submit=submit on:keydown=submit_by_key on:paste=paste>
            <div class="bar tall">
                <Choice
                    id="mode"
                    label=Signal::derive(move || lang.get().mode().to_owned())
                    options=MODES
                    value=Signal::derive(mode_id)
                    on_choose=choose_mode
                />
                <Show when=move || mode.get() == Mode::Uiot>
                    <span class="right row gap1 fg3 note-s paste-h">
                        <Icon name=IconName::Key small=true />
                        {move || lang.get().paste_hint()}" "<kbd>"Ctrl"</kbd>" "<kbd>"V"</kbd>
                    </span>
                </Show>
            </div>
            <div class="fg-grid">
                <div class="grp c6">{move || lang.get().identity()}</div>
                {move || match mode.get() {
                    Mode::Uiot => view! { <UiotIdentity state /> }.into_any(),
                    Mode::Generic => view! { <GenericIdentity state /> }.into_any(),
                }}
                <div class="grp c6">{move || lang.get().server()}</div>
                <ServerFields state />
                <div class="grp c6">{move || lang.get().session()}</div>
                <SessionFields state />
                <Show when=move || mode.get() == Mode::Generic>
                    <Shown part=parts::WILL quiet=true />
                </Show>
                <div class="c6 row wrap checks">
                    <Show when=move || mode.get() == Mode::Uiot>
                        <label class="chk">
                            <input
                                type="checkbox"
                                data-testid="subscribe-system"
                                prop:checked=move || profile.with(|profile| profile.subscribe_system)
                                on:change:target=move |event| {
                                    let wanted = event.target().checked();
                                    profile.update(|profile| profile.subscribe_system = wanted);
                                }
                            />
                            <span>{move || lang.get().subscribe_system()}</span>
                        </label>
                    </Show>
                    <RememberSecret />
                </div>
            </div>
            <Late part=parts::REGISTRATION wanted=Signal::derive(move || state.bench.registration().is_some()) />
            <FormFoot state />
        </form>
    }
}
