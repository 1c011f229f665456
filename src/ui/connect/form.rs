use leptos::prelude::*;

use super::FormState;
use super::switch::SwitchField;
use super::will::WillFields;
use crate::i18n::Lang;
use crate::mqtt::{ProtocolVersion, Secret, State};
use crate::storage::{Fault, Field, Mode, Profile};
use crate::ui::components::{Choice, ChoiceOption, Fix, Icon, IconName, TextField};
use crate::ui::context::use_lang;
use crate::uiot::{Region, limits};

const MODES: &[ChoiceOption] = &[
    ChoiceOption { id: "uiot", label: Lang::mode_uiot },
    ChoiceOption { id: "generic", label: Lang::mode_generic },
];
const SCHEMES: &[ChoiceOption] =
    &[ChoiceOption { id: "ws", label: |_| "ws" }, ChoiceOption { id: "wss", label: |_| "wss" }];

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
    view! {
        <form class="card" novalidate on:submit=submit on:keydown=submit_by_key>
            <div class="bar tall">
                <Choice
                    id="mode"
                    label=Signal::derive(move || lang.get().mode().to_owned())
                    options=MODES
                    value=Signal::derive(mode_id)
                    on_choose=choose_mode
                />
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
                    <WillFields state />
                </Show>
            </div>
            <FormFoot state />
        </form>
    }
}

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
fn SecretField(
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
    view! {
        <TextField
            field
            note
            unit
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

fn length_of(used: usize, most: usize) -> Option<String> {
    (used > 0).then(|| format!("{used} / {most}"))
}

#[component]
fn UiotIdentity(state: FormState) -> impl IntoView {
    let lang = use_lang();
    let profile = state.bench.profile;
    let length = move |read: fn(&Profile) -> usize, most: usize| {
        MaybeProp::derive(move || length_of(profile.with(read), most))
    };
    view! {
        <div class="c3">
            <Bound
                state
                field=Field::ProductSn
                read=|profile| profile.product_sn.clone()
                write=|profile, typed| profile.product_sn = typed
                unit=length(|profile| profile.product_sn.trim().chars().count(), limits::PRODUCT_SN_LENGTH)
            />
        </div>
        <div class="c3">
            <Bound
                state
                field=Field::DeviceSn
                read=|profile| profile.device_sn.clone()
                write=|profile, typed| profile.device_sn = typed
                unit=length(|profile| profile.device_sn.trim().chars().count(), *limits::DEVICE_SN_LENGTH.end())
            />
        </div>
        <div class="c6">
            <SecretField
                state
                field=Field::DeviceSecret
                note=MaybeProp::derive(move || Some(lang.get().device_secret().to_owned()))
                read=|profile| profile.device_secret.expose().to_owned()
                write=|profile, typed| profile.device_secret = Secret::new(typed)
                unit=length(|profile| profile.device_secret.chars(), limits::SECRET_LENGTH)
            />
        </div>
    }
}

#[component]
fn GenericIdentity(state: FormState) -> impl IntoView {
    let lang = use_lang();
    let optional = MaybeProp::derive(move || Some(lang.get().optional().to_owned()));
    view! {
        <div class="c6">
            <Bound
                state
                field=Field::ClientId
                note=optional
                read=|profile| profile.client_id.clone()
                write=|profile, typed| profile.client_id = typed
            />
        </div>
        <div class="c3">
            <Bound
                state
                field=Field::UserName
                note=optional
                read=|profile| profile.user_name.clone()
                write=|profile, typed| profile.user_name = typed
            />
        </div>
        <div class="c3">
            <SecretField
                state
                field=Field::Password
                note=optional
                read=|profile| profile.password.expose().to_owned()
                write=|profile, typed| profile.password = Secret::new(typed)
            />
        </div>
    }
}

#[component]
fn ServerFields(state: FormState) -> impl IntoView {
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

#[component]
fn SessionFields(state: FormState) -> impl IntoView {
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

#[component]
fn FormFoot(state: FormState) -> impl IntoView {
    let lang = use_lang();
    let busy = move || {
        state.bench.status.with(|status| matches!(status.state, State::Opening | State::AwaitingConnAck))
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
                {move || lang.get().connect()}
            </button>
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
