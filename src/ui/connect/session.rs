use leptos::prelude::*;

use super::FormState;
use super::fields::Bound;
use super::switch::SwitchField;
use crate::i18n::Lang;
use crate::mqtt::ProtocolVersion;
use crate::storage::{Fault, Field, Mode};
use crate::ui::components::Fix;
use crate::ui::context::use_lang;
use crate::uiot::limits;

#[component]
pub(super) fn SessionFields(state: FormState) -> impl IntoView {
    let lang = use_lang();
    let profile = state.bench.profile;
    let keep_alive_hint = MaybeProp::derive(move || {
        Some(match profile.with(|profile| profile.mode) {
            Mode::Uiot => lang.get().keep_alive_hint_uiot(),
            Mode::Generic => lang.get().keep_alive_hint_generic(),
        })
    });
    let use_default = Fix {
        fits: |fault| matches!(fault, Fault::KeepAliveRange(_) | Fault::KeepAliveNumber),
        label: |lang| lang.use_value(limits::KEEP_ALIVE_DEFAULT),
        act: Callback::new(move |()| {
            profile.update(|profile| profile.keep_alive = limits::KEEP_ALIVE_DEFAULT.to_string());
            super::focus(Field::KeepAlive);
        }),
    };
    let protocol = move || profile.with(|profile| profile.protocol.name());
    let choose_protocol = move |name: String| {
        let protocol = if name == ProtocolVersion::V3_1.name() {
            ProtocolVersion::V3_1
        } else {
            ProtocolVersion::V3_1_1
        };
        profile.update(|profile| profile.protocol = protocol);
    };
    let clean = move || profile.with(|profile| profile.clean_session);
    let auto_reconnect = move || profile.with(|profile| profile.auto_reconnect);
    let pinging = state.bench.pinging;
    view! {
        <div class="c2">
            <Bound
                state
                field=Field::KeepAlive
                read=|profile| profile.keep_alive.clone()
                write=|profile, typed| profile.keep_alive = typed
                unit=MaybeProp::derive(move || Some(lang.get().seconds().to_owned()))
                hint=keep_alive_hint
                fix=use_default
                numeric=true
            />
        </div>
        <div class="fld c2">
            <label class="lb" for="in-protocol">{move || lang.get().protocol()}</label>
            <span class="inp selbox">
                <select
                    id="in-protocol"
                    data-testid="protocol"
                    prop:value=protocol
                    on:change:target=move |event| choose_protocol(event.target().value())
                >
                    {[ProtocolVersion::V3_1_1, ProtocolVersion::V3_1]
                        .map(|version| {
                            view! {
                                <option value=version.name() selected=move || protocol() == version.name()>
                                    {format!("MQTT {}", version.name())}
                                </option>
                            }
                        })}
                </select>
            </span>
            <span class="hint">
                {move || {
                    profile.with(|profile| profile.mode == Mode::Uiot).then(|| lang.get().protocol_hint())
                }}
            </span>
        </div>
        <SwitchField
            id="clean-session"
            label=|_| "Clean session"
            hint=Lang::clean_session_hint
            on=Signal::derive(clean)
            toggle=move || profile.update(|profile| profile.clean_session = !profile.clean_session)
        />
        <SwitchField
            id="auto-reconnect"
            label=Lang::auto_reconnect
            hint=Lang::auto_reconnect_hint
            on=Signal::derive(auto_reconnect)
            toggle=move || {
                profile.update(|profile| profile.auto_reconnect = !profile.auto_reconnect);
                state.bench.device(|device| device.set_auto_reconnect(untrack(auto_reconnect)));
            }
        />
        <SwitchField
            id="pinging"
            label=Lang::pinging
            hint=Lang::pinging_hint
            on=pinging
            toggle=move || {
                pinging.update(|pinging| *pinging = !*pinging);
                state.bench.device(|device| device.set_pinging(pinging.get_untracked()));
            }
        />
        <SwitchField
            id="strict"
            label=Lang::strict
            hint=Lang::strict_hint
            on=Signal::derive(move || profile.with(|profile| profile.strict))
            toggle=move || profile.update(|profile| profile.strict = !profile.strict)
        />
    }
}
