use leptos::prelude::*;

use super::FormState;
use super::fields::Bound;
use super::switch::SwitchField;
use crate::i18n::Lang;
use crate::storage::Field;
use crate::ui::components::{Choice, ChoiceOption};
use crate::ui::context::use_lang;

const WILL_QOS: &[ChoiceOption] = &[
    ChoiceOption { id: "0", label: |_| "0" },
    ChoiceOption { id: "1", label: |_| "1" },
    ChoiceOption { id: "2", label: |_| "2" },
];

/// The will: only in generic mode, since the platform knows none.
#[component]
pub(in crate::ui) fn WillFields() -> impl IntoView {
    let state = expect_context::<FormState>();
    let lang = use_lang();
    let profile = state.bench.profile;
    let enabled = move || profile.with(|profile| profile.will.enabled);
    let qos = RwSignal::new(profile.with_untracked(|profile| match profile.will.qos {
        0 => "0",
        1 => "1",
        _ => "2",
    }));
    view! {
        <div class="grp c6">{move || lang.get().will()}</div>
        <SwitchField
            id="will"
            label=Lang::will_enabled
            hint=Lang::will_switch
            on=Signal::derive(enabled)
            toggle=move || profile.update(|profile| profile.will.enabled = !profile.will.enabled)
        />
        <Show when=enabled>
            <div class="fld c2">
                <span class="lb">"QoS"</span>
                <Choice
                    id="will-qos"
                    class="fill"
                    label=Signal::derive(|| "QoS".to_owned())
                    options=WILL_QOS
                    value=qos
                    on_choose=move |id| {
                        qos.set(id);
                        profile.update(|profile| profile.will.qos = id.parse().unwrap_or_default());
                    }
                />
            </div>
            <SwitchField
                id="will-retain"
                label=|_| "RETAIN"
                hint=Lang::will_retain_hint
                on=Signal::derive(move || profile.with(|profile| profile.will.retain))
                toggle=move || profile.update(|profile| profile.will.retain = !profile.will.retain)
            />
            <div class="c6">
                <Bound
                    state
                    field=Field::WillTopic
                    read=|profile| profile.will.topic.clone()
                    write=|profile, typed| profile.will.topic = typed
                />
            </div>
            <div class="c6">
                <Bound
                    state
                    field=Field::WillPayload
                    read=|profile| profile.will.payload.clone()
                    write=|profile, typed| profile.will.payload = typed
                />
            </div>
        </Show>
    }
}
