use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;

use super::Profiles;
use super::secrets::VaultState;
use crate::mqtt::Secret;
use crate::storage::fresh_id;
use crate::storage::import::{Draft, read_file};
use crate::storage::library::{ProfileId, SavedProfile};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;

/// Drafts that are listed one by one; further ones go with them.
const LISTED: usize = 200;

impl Profiles {
    /// Saves what was chosen, with a way back; keeps the secrets, on this computer too if `remember`.
    fn take_drafts(self, drafts: Vec<Draft>, remember: bool) {
        let count = drafts.len();
        let mut added: Vec<ProfileId> = Vec::with_capacity(count);
        let mut secrets: Vec<(ProfileId, Secret)> = Vec::new();
        self.change(|library| {
            for draft in drafts {
                let id = fresh_id();
                let secret = draft.profile.sent_password().clone();
                if !secret.is_empty() {
                    secrets.push((id.clone(), secret));
                }
                let mut saved = SavedProfile::new(id.clone(), draft.name, draft.profile);
                saved.folder = draft.folder;
                saved.colour = draft.colour.min(SavedProfile::MOST_COLOUR);
                saved.notes = draft.notes;
                library.put(saved);
                added.push(id);
            }
        });
        for (id, secret) in &secrets {
            self.keep(id, secret.clone());
        }
        self.unfolded.set(true);
        let undo = move || {
            self.change(|library| {
                for id in &added {
                    library.remove(id);
                }
            });
            self.forget_these(&added);
        };
        self.say(self.lang.get_untracked().profiles_imported(count), Some(Arc::new(undo)));
        if remember && !secrets.is_empty() {
            self.with_vault(Arc::new(move || self.remember(&secrets)));
        }
    }
}

/// Asks for a file or a text, shows what is in it, and imports what is chosen of it.
#[component]
pub(super) fn ImportBody(
    profiles: Profiles,
    file: Option<(String, Result<String, String>)>,
    close: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let problem = RwSignal::new(None::<String>);
    let drafts = RwSignal::new(Vec::<Draft>::new());
    let chosen = RwSignal::new(Vec::<bool>::new());
    let pasted = RwSignal::new(String::new());
    let remember = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let show = move |name: &str, text: &str| match read_file(name, text) {
        Ok(found) => {
            problem.set(None);
            chosen.set(vec![true; found.len()]);
            drafts.set(found);
        }
        Err(error) => {
            drafts.set(Vec::new());
            problem.set(Some(lang.get_untracked().profile_import_error(error)));
        }
    };
    let name = file.as_ref().map(|(name, _)| name.clone());
    match file {
        Some((name, Ok(text))) => show(&name, &text),
        Some((_, Err(words))) => problem.set(Some(words)),
        None => {}
    }
    let picked = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let file = input.files().and_then(|files| files.get(0));
        // The same file can be chosen again.
        input.set_value("");
        if let Some(file) = file {
            super::decode::read_all(profiles, file);
        }
    };
    let count = move || chosen.with(|chosen| chosen.iter().filter(|each| **each).count());
    let secrets = move || {
        drafts.with(|drafts| drafts.iter().filter(|draft| !draft.profile.sent_password().is_empty()).count())
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if drafts.with_untracked(Vec::is_empty) {
            return pasted.with_untracked(|text| show("", text));
        }
        let wanted = chosen.get_untracked();
        let taken: Vec<Draft> = drafts
            .get_untracked()
            .into_iter()
            .zip(wanted)
            .filter_map(|(draft, wanted)| wanted.then_some(draft))
            .collect();
        if taken.is_empty() {
            return problem.set(Some(lang.get_untracked().import_none_chosen().into()));
        }
        close.run(());
        profiles.take_drafts(taken, remember.get_untracked());
    };
    let has_drafts = Memo::new(move |_| drafts.with(|drafts| !drafts.is_empty()));
    let has_secrets = move || secrets() > 0;
    let can_remember = move || secrets() > 0 && profiles.vault_state() != VaultState::Unavailable;
    view! {
        <form class="dlg-b" novalidate on:submit=submit>
            <h2 id="dlg-title">{move || lang.get().import_profiles()}</h2>
            <div class="row wrap">
                <button
                    type="button"
                    class="btn"
                    autofocus
                    data-testid="import-choose"
                    on:click=move |_| {
                        if let Some(input) = input.get_untracked() {
                            input.click();
                        }
                    }
                >
                    <Icon name=IconName::Open />
                    {move || lang.get().choose_file()}
                </button>
                <bdi class="fg3 ell" title=name.clone()>{name.clone()}</bdi>
                <input
                    node_ref=input
                    type="file"
                    hidden
                    data-testid="import-file"
                    accept=".json,.csv,.txt,application/json,text/csv,text/plain"
                    tabindex="-1"
                    aria-hidden="true"
                    on:change=picked
                />
            </div>
            <Show when=move || !has_drafts.get()>
                <div class="fld">
                    <label class="lb" for="in-import-text">{move || lang.get().import_paste()}</label>
                    <textarea
                        id="in-import-text"
                        class="inp mono"
                        rows="6"
                        spellcheck="false"
                        autocomplete="off"
                        data-testid="import-text"
                        aria-describedby="hint-import"
                        prop:value=pasted
                        on:input:target=move |event| pasted.set(event.target().value())
                    ></textarea>
                    <span class="hint" id="hint-import">{move || lang.get().import_hint()}</span>
                </div>
            </Show>
            <div role="alert">
                {move || {
                    problem
                        .get()
                        .map(|text| {
                            view! {
                                <p class="hint err" data-testid="import-problem">
                                    <Icon name=IconName::Error small=true />
                                    <span>{text}</span>
                                </p>
                            }
                        })
                }}
            </div>
            <Show when=move || has_drafts.get()>
                <Found drafts chosen />
                <Show when=has_secrets>
                    <p class="hint">
                        <Icon name=IconName::Key small=true />
                        {move || lang.get().import_secrets(secrets())}
                    </p>
                </Show>
                <Show when=can_remember>
                    <label class="chk">
                        <input
                            type="checkbox"
                            data-testid="import-remember"
                            prop:checked=remember
                            on:change:target=move |event| remember.set(event.target().checked())
                        />
                        <span>{move || lang.get().remember_secrets()}</span>
                    </label>
                </Show>
            </Show>
            <div class="row dlg-a">
                <span class="right row">
                    <button type="button" class="btn" data-testid="import-cancel" on:click=move |_| close.run(())>
                        {move || lang.get().cancel()}
                    </button>
                    <button type="submit" class="btn pri" data-testid="import-start">
                        <Icon name=IconName::Upload />
                        {move || {
                            if has_drafts.get() {
                                lang.get().import_count(count())
                            } else {
                                lang.get().import_read().to_owned()
                            }
                        }}
                    </button>
                </span>
            </div>
        </form>
    }
    .into_any()
}

/// What was found, each with a check box and what could not be taken over.
#[component]
fn Found(drafts: RwSignal<Vec<Draft>>, chosen: RwSignal<Vec<bool>>) -> impl IntoView {
    let lang = use_lang();
    let all = move || chosen.with(|chosen| chosen.iter().all(|each| *each));
    let more = move || drafts.with(Vec::len).saturating_sub(LISTED);
    let rows = move || {
        let lang = lang.get();
        drafts.with(|drafts| {
            drafts
                .iter()
                .take(LISTED)
                .enumerate()
                .map(|(index, draft)| {
                    let remarks = draft.remarks.iter().map(|remark| lang.import_remark(remark));
                    view! {
                        <li data-testid="import-draft">
                            <label class="chk">
                                <input
                                    type="checkbox"
                                    prop:checked=move || {
                                        chosen.with(|chosen| chosen.get(index).copied().unwrap_or_default())
                                    }
                                    on:change:target=move |event| {
                                        let wanted = event.target().checked();
                                        chosen
                                            .update(|chosen| {
                                                if let Some(each) = chosen.get_mut(index) {
                                                    *each = wanted;
                                                }
                                            });
                                    }
                                />
                                <span class="brk">
                                    <bdi>{draft.name.clone()}</bdi>" "
                                    <bdi class="fg3 mono">{super::row::where_to(&draft.profile)}</bdi>
                                </span>
                            </label>
                            {remarks
                                .map(|words| {
                                    view! {
                                        <p class="hint warn">
                                            <Icon name=IconName::Warning small=true />
                                            <span>{words}</span>
                                        </p>
                                    }
                                })
                                .collect_view()}
                        </li>
                    }
                })
                .collect_view()
        })
    };
    view! {
        <label class="chk">
            <input
                type="checkbox"
                data-testid="import-all"
                prop:checked=all
                on:change:target=move |event| {
                    let wanted = event.target().checked();
                    chosen.update(|chosen| chosen.fill(wanted));
                }
            />
            <span>{move || lang.get().import_found(drafts.with(Vec::len))}</span>
        </label>
        <ul class="found" tabindex="0" aria-label=move || lang.get().import_profiles()>
            {rows}
            {move || (more() > 0).then(|| view! { <li class="fg3">{lang.get().import_more(more())}</li> })}
        </ul>
    }
}
