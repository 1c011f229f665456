use leptos::prelude::*;

use super::Profiles;
use super::edit::colour_name;
use super::menu::RowMenu;
use crate::storage::library::ProfileId;
use crate::storage::{Mode, Profile};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::sessions::Session;

/// Which device at which broker, in a line.
pub(super) fn where_to(profile: &Profile) -> String {
    let host = profile.server().host.trim();
    let device = match profile.mode {
        Mode::Uiot => profile.device_sn.trim(),
        Mode::Generic => profile.client_id.trim(),
    };
    [device, host].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// One profile in the pane: a click shows it, a button connects, a menu has the rest.
#[component]
pub(super) fn Row(profiles: Profiles, id: ProfileId, menu: RowMenu) -> impl IntoView {
    let lang = use_lang();
    let session = expect_context::<Session>();
    let origin = session.form.origin;
    let is_here = {
        let id = id.clone();
        Memo::new(move |_| origin.with(|origin| origin.as_ref() == Some(&id)))
    };
    let saved = {
        let id = id.clone();
        Memo::new(move |_| profiles.saved(&id))
    };
    let name = move || saved.with(|saved| saved.as_ref().map(|saved| saved.name.clone()).unwrap_or_default());
    let place =
        move || saved.with(|saved| saved.as_ref().map(|saved| where_to(&saved.profile)).unwrap_or_default());
    let colour = move || saved.with(|saved| saved.as_ref().map(|saved| saved.colour).unwrap_or_default());
    let has_colour = move || colour() > 0;
    // All of it, since the row may have no room: the name, where to, and the notes.
    let whole = move || {
        saved.with(|saved| {
            let saved = saved.as_ref()?;
            let lines = [saved.name.clone(), where_to(&saved.profile), saved.notes.clone()];
            Some(lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"))
        })
    };
    let key = StoredValue::new(id);
    let test_key = key.with_value(|id| id.as_str().to_owned());
    view! {
        <li class="pr" class:on=move || is_here.get() data-testid="profile" data-id=test_key data-name=name>
            <i class=move || format!("cbar s{}", colour())></i>
            <button
                type="button"
                class="pr-b"
                data-testid="profile-open"
                aria-current=move || is_here.get().then_some("true")
                title=whole
                on:click=move |_| {
                    profiles.open(&key.get_value());
                }
                on:dblclick=move |_| profiles.connect(&key.get_value())
            >
                <span class="ell">
                    <bdi>{name}</bdi>
                    <Show when=has_colour>
                        <span class="sr">" "{move || colour_name(lang.get(), colour())}</span>
                    </Show>
                </span>
                <span class="ell fg3 mono"><bdi>{place}</bdi></span>
            </button>
            <button
                type="button"
                class="btn gho ico sm"
                data-testid="profile-connect"
                aria-label=move || lang.get().connect_with(&name())
                title=move || lang.get().connect()
                on:click=move |_| profiles.connect(&key.get_value())
            >
                <Icon name=IconName::Plug />
            </button>
            <button
                type="button"
                class="btn gho ico sm"
                data-testid="profile-more"
                aria-haspopup="menu"
                aria-label=move || lang.get().more_for(&name())
                title=move || lang.get().more_word()
                on:click=move |event| menu.show(key.get_value(), &event)
            >
                <Icon name=IconName::More />
            </button>
        </li>
    }
    .into_any()
}
