use leptos::prelude::*;

use super::Profiles;
use crate::i18n::Lang;
use crate::storage::library::{ProfileId, SavedProfile};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::sessions::SessionId;

/// What a profile's colours are called, from 0, which is none.
const COLOURS: [fn(Lang) -> &'static str; 7] = [
    Lang::profile_colour_none,
    Lang::colour_1,
    Lang::colour_2,
    Lang::colour_3,
    Lang::colour_4,
    Lang::colour_5,
    Lang::colour_6,
];

/// The name of a colour.
pub(super) fn colour_name(lang: Lang, colour: u8) -> &'static str {
    COLOURS.get(usize::from(colour)).map_or("", |name| name(lang))
}

/// Asks for the name, folder, colour and notes of a profile: of a saved one, or of a session's form that is to be saved.
#[component]
pub(super) fn EditBody(
    profiles: Profiles,
    id: Option<ProfileId>,
    session: Option<SessionId>,
    close: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let is_new = id.is_none();
    let saved = match id {
        Some(id) => untrack(|| profiles.saved(&id)),
        None => untrack(|| session.and_then(|session| profiles.draft(session))),
    };
    let Some(saved) = saved else {
        // Gone meanwhile, by another tab.
        request_animation_frame(move || close.run(()));
        return ().into_any();
    };
    let name = RwSignal::new(saved.name.clone());
    let folder = RwSignal::new(saved.folder.clone());
    let colour = RwSignal::new(saved.colour);
    let notes = RwSignal::new(saved.notes.clone());
    let nameless = RwSignal::new(false);
    let folders = untrack(|| {
        profiles.library.with(|library| library.folders().into_iter().map(str::to_owned).collect::<Vec<_>>())
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = name.with_untracked(|name| name.trim().to_owned());
        if typed.is_empty() {
            nameless.set(true);
            return crate::ui::components::focus("profile-name");
        }
        let mut changed = saved.clone();
        changed.name = typed;
        changed.folder = folder.with_untracked(|folder| tidy(folder));
        changed.colour = colour.get_untracked();
        changed.notes = notes.get_untracked();
        close.run(());
        match session {
            Some(session) => profiles.save_new(session, changed),
            None => profiles.rename(changed),
        }
    };
    view! {
        <form class="dlg-b" novalidate on:submit=submit>
            <h2 id="dlg-title">
                {move || if is_new { lang.get().save_profile() } else { lang.get().edit_profile() }}
            </h2>
            <div class="fld">
                <label class="lb" for="in-profile-name">{move || lang.get().profile_name()}</label>
                <span class="inp" class:bad=move || nameless.get()>
                    <input
                        id="in-profile-name"
                        data-testid="profile-name"
                        autofocus
                        autocomplete="off"
                        maxlength="200"
                        aria-invalid=move || nameless.get().then_some("true")
                        aria-describedby="hint-profile-name"
                        prop:value=name
                        // What is proposed gives way to what is typed.
                        on:focus:target=move |event| {
                            if is_new {
                                event.target().select();
                            }
                        }
                        on:input:target=move |event| {
                            nameless.set(false);
                            name.set(event.target().value());
                        }
                    />
                </span>
                <span class="hint err" id="hint-profile-name">
                    {move || nameless.get().then(|| lang.get().profile_name_missing())}
                </span>
            </div>
            <div class="fld">
                <label class="lb" for="in-profile-folder">
                    {move || lang.get().profile_folder()}
                    <span class="nt">{move || lang.get().optional()}</span>
                </label>
                <span class="inp">
                    <input
                        id="in-profile-folder"
                        data-testid="profile-folder"
                        autocomplete="off"
                        maxlength="200"
                        list="profile-folders"
                        aria-describedby="hint-profile-folder"
                        prop:value=folder
                        on:input:target=move |event| folder.set(event.target().value())
                    />
                </span>
                <datalist id="profile-folders">
                    {folders.into_iter().map(|folder| view! { <option value=folder></option> }).collect_view()}
                </datalist>
                <span class="hint" id="hint-profile-folder">{move || lang.get().profile_folder_hint()}</span>
            </div>
            <fieldset class="fld" data-testid="profile-colour" data-value=move || colour.get().to_string()>
                <legend class="lb">{move || lang.get().profile_colour()}</legend>
                <div class="row swatches">
                    {(0..=SavedProfile::MOST_COLOUR)
                        .map(|each| {
                            view! {
                                <label
                                    class=format!("swatch s{each}")
                                    data-option=each.to_string()
                                    title=move || colour_name(lang.get(), each)
                                >
                                    <input
                                        type="radio"
                                        name="profile-colour"
                                        prop:checked=move || colour.get() == each
                                        on:change=move |_| colour.set(each)
                                    />
                                    <span class="sr">{move || colour_name(lang.get(), each)}</span>
                                </label>
                            }
                        })
                        .collect_view()}
                </div>
            </fieldset>
            <div class="fld">
                <label class="lb" for="in-profile-notes">
                    {move || lang.get().profile_notes()}
                    <span class="nt">{move || lang.get().optional()}</span>
                </label>
                <textarea
                    id="in-profile-notes"
                    class="inp"
                    rows="3"
                    maxlength="4000"
                    data-testid="profile-notes"
                    prop:value=notes
                    on:input:target=move |event| notes.set(event.target().value())
                ></textarea>
            </div>
            <Show when=move || is_new>
                <p class="hint" data-testid="save-secret-hint">{move || lang.get().save_secret_hint()}</p>
            </Show>
            <div class="row dlg-a">
                <span class="right row">
                    <button type="button" class="btn" data-testid="profile-cancel" on:click=move |_| close.run(())>
                        {move || lang.get().cancel()}
                    </button>
                    <button type="submit" class="btn pri" data-testid="profile-save">
                        <Icon name=IconName::Save />
                        {move || lang.get().save_word()}
                    </button>
                </span>
            </div>
        </form>
    }
    .into_any()
}

/// A folder's path without empty parts: `a//b /` is `a/b`.
fn tidy(folder: &str) -> String {
    folder.split('/').map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
}
