use leptos::prelude::*;

use super::FormState;
use super::fields::Bound;
use crate::storage::{Fault, Field, Mode, Profile};
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName};
use crate::ui::context::use_lang;
use crate::uiot::Region;

const SCHEMES: &[ChoiceOption] =
    &[ChoiceOption { id: "ws", label: |_| "ws" }, ChoiceOption { id: "wss", label: |_| "wss" }];

#[component]
pub(super) fn ServerFields(state: FormState) -> impl IntoView {
    let lang = use_lang();
    let profile = state.bench.profile;
    let is_uiot = move || profile.with(|profile| profile.mode == Mode::Uiot);
    let region_id = move || profile.with(|profile| profile.region.map_or("custom", Region::id));
    let choose_region = move |id: String| {
        let region = Region::ALL.into_iter().find(|region| region.id() == id);
        profile.update(|profile| profile.set_region(region));
    };
    let from_region = MaybeProp::derive(move || {
        let follows = profile.with(|profile| profile.mode == Mode::Uiot && profile.region.is_some());
        follows.then(|| lang.get().from_region().to_owned())
    });
    let scheme = move || profile.with(|profile| if profile.server().tls { "wss" } else { "ws" });
    let tls_fault = move || {
        state.shown(Field::Tls).or_else(|| {
            // Worth saying at once: nothing that is typed later can mend it.
            state.bench.problems.with(|problems| {
                problems.iter().map(|problem| problem.fault).find(|fault| *fault == Fault::MixedContent)
            })
        })
    };
    view! {
        <div class="fld region" hidden=move || !is_uiot()>
            <label class="lb" for="in-region">{move || lang.get().region()}</label>
            <span class="inp selbox">
                <select
                    id="in-region"
                    data-testid="region"
                    prop:value=region_id
                    on:change:target=move |event| choose_region(event.target().value())
                >
                    {Region::ALL
                        .map(|region| {
                            view! {
                                <option value=region.id() selected=move || region_id() == region.id()>
                                    {move || format!("{} {}", lang.get().region_name(region), region.id())}
                                </option>
                            }
                        })}
                    <option value="custom" selected=move || region_id() == "custom">
                        {move || lang.get().region_custom()}
                    </option>
                </select>
            </span>
        </div>
        <div class="fld scheme">
            <span class="lb">{move || lang.get().scheme()}</span>
            <Choice
                id="tls"
                class="fill"
                label=Signal::derive(move || lang.get().scheme().to_owned())
                options=SCHEMES
                value=Signal::derive(scheme)
                on_choose=move |id| profile.update(|profile| profile.server_mut().set_tls(id == "wss"))
            />
            {move || {
                tls_fault()
                    .map(|fault| {
                        view! {
                            <span
                                class="hint warn"
                                data-testid="field-problem"
                                data-field="tls"
                                data-code=fault.code()
                            >
                                <Icon name=IconName::Warning small=true />
                                <span>{move || lang.get().fault(fault)}</span>
                            </span>
                        }
                    })
            }}
        </div>
        <div class="host">
            <Bound
                state
                field=Field::Host
                read=|profile| profile.server().host.clone()
                write=Profile::set_host
                unit=from_region
            />
        </div>
        <div class="port">
            <Bound
                state
                field=Field::Port
                read=|profile| profile.server().port.clone()
                write=|profile, typed| profile.server_mut().set_port(typed)
                numeric=true
            />
        </div>
        <div class="path">
            <Bound
                state
                field=Field::Path
                read=|profile| profile.server().path.clone()
                write=|profile, typed| profile.server_mut().path = typed
            />
        </div>
    }
}
