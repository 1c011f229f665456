use leptos::prelude::*;

use super::FormState;
use super::fields::{Bound, SecretField};
use super::registration_form::RegistrationFields;
use crate::mqtt::Secret;
use crate::storage::{Field, Profile};
use crate::ui::context::use_lang;
use crate::uiot::limits;

fn length_of(used: usize, most: usize) -> Option<String> {
    (used > 0).then(|| format!("{used} / {most}"))
}

#[component]
pub(super) fn UiotIdentity(state: FormState) -> impl IntoView {
    let lang = use_lang();
    let profile = state.bench.profile;
    let length = move |read: fn(&Profile) -> usize, most: usize| {
        MaybeProp::derive(move || length_of(profile.with(read), most))
    };
    let registers = Memo::new(move |_| profile.with(Profile::registers));
    view! {
        <RegistrationFields state />
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
            {move || {
                if registers.get() {
                    view! {
                        <SecretField
                            state
                            field=Field::ProductSecret
                            note=MaybeProp::derive(move || Some(lang.get().product_secret().to_owned()))
                            read=|profile| profile.product_secret.expose().to_owned()
                            write=|profile, typed| profile.product_secret = Secret::new(typed)
                            unit=length(|profile| profile.product_secret.chars(), limits::SECRET_LENGTH)
                        />
                    }
                        .into_any()
                } else {
                    view! {
                        <SecretField
                            state
                            field=Field::DeviceSecret
                            note=MaybeProp::derive(move || Some(lang.get().device_secret().to_owned()))
                            read=|profile| profile.device_secret.expose().to_owned()
                            write=|profile, typed| profile.device_secret = Secret::new(typed)
                            unit=length(|profile| profile.device_secret.chars(), limits::SECRET_LENGTH)
                        />
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

#[component]
pub(super) fn GenericIdentity(state: FormState) -> impl IntoView {
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
