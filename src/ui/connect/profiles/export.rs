use leptos::prelude::*;

use super::Profiles;
use super::secrets::VaultState;
use crate::mqtt::Secret;
use crate::storage::import::export;
use crate::storage::library::{ProfileId, SavedProfile};
use crate::ui::components::{Icon, IconName, Switch, save_json};
use crate::ui::context::use_lang;

/// What the file is called.
const FILE_NAME: &str = "uiot-testbench-profiles.json";

/// Which profiles go into the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    All,
    Shown,
    One,
}

impl What {
    const fn id(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Shown => "shown",
            Self::One => "one",
        }
    }
}

/// Asks what is to be exported, and whether with the secrets, which is said to be dangerous.
#[component]
pub(super) fn ExportBody(profiles: Profiles, id: Option<ProfileId>, close: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let id = StoredValue::new(id);
    let first = match (id.with_value(Option::is_some), profiles.search.with_untracked(String::is_empty)) {
        (true, _) => What::One,
        (false, true) => What::All,
        (false, false) => What::Shown,
    };
    let what = RwSignal::new(first);
    let with_secrets = RwSignal::new(false);
    let problem = RwSignal::new(false);
    let pick = move |what: What| -> Vec<SavedProfile> {
        profiles.library.with(|library| match what {
            What::All => library.profiles().to_vec(),
            What::Shown => profiles.search.with(|words| library.search(words).into_iter().cloned().collect()),
            What::One => {
                id.with_value(|id| id.as_ref().and_then(|id| library.get(id)).cloned().into_iter().collect())
            }
        })
    };
    let offers = move |each: What| match each {
        What::All => true,
        What::Shown => profiles.search.with(|words| !words.trim().is_empty()),
        What::One => id.with_value(Option::is_some),
    };
    let label = move |each: What| {
        let count = pick(each).len();
        match each {
            What::All => lang.get().export_profiles_all(count),
            What::Shown => lang.get().export_profiles_shown(count),
            What::One => pick(each).first().map(|saved| saved.name.clone()).unwrap_or_default(),
        }
    };
    let known = Memo::new(move |_| {
        profiles.vault_state();
        pick(what.get()).iter().filter(|saved| profiles.secret(&saved.id).is_some()).count()
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let picked: Vec<(SavedProfile, Option<Secret>)> = untrack(|| pick(what.get()))
            .into_iter()
            .map(|saved| {
                let secret = profiles.secret(&saved.id);
                (saved, secret)
            })
            .collect();
        let count = picked.len();
        match save_json(FILE_NAME, &export(&picked, with_secrets.get_untracked())) {
            Ok(()) => {
                close.run(());
                profiles.say(lang.get_untracked().profiles_exported(count), None);
            }
            Err(_) => problem.set(true),
        }
    };
    view! {
        <form class="dlg-b" novalidate on:submit=submit>
            <h2 id="dlg-title">{move || lang.get().export_profiles()}</h2>
            <fieldset class="fld" data-testid="profiles-scope" data-value=move || what.get().id()>
                <legend class="lb">{move || lang.get().export_scope()}</legend>
                {[What::One, What::Shown, What::All]
                    .map(|each| {
                        view! {
                            <Show when=move || offers(each)>
                                <label class="chk" data-option=each.id()>
                                    <input
                                        type="radio"
                                        name="profiles-scope"
                                        prop:checked=move || what.get() == each
                                        on:change=move |_| what.set(each)
                                    />
                                    <span class="brk">{move || label(each)}</span>
                                </label>
                            </Show>
                        }
                    })}
            </fieldset>
            <div class="row">
                <Switch
                    id="export-secrets"
                    on=with_secrets
                    toggle=move || with_secrets.update(|on| *on = !*on)
                    labelled_by="lb-export-secrets".to_owned()
                    described_by="hint-export-secrets".to_owned()
                />
                <span id="lb-export-secrets">{move || lang.get().export_with_secrets(known.get())}</span>
            </div>
            <p
                class="hint"
                class:warn=move || with_secrets.get()
                id="hint-export-secrets"
                data-testid="export-secrets-hint"
            >
                <Show
                    when=move || with_secrets.get()
                    fallback=move || view! { <Icon name=IconName::Key small=true /> }
                >
                    <Icon name=IconName::Warning small=true />
                </Show>
                <span>
                    {move || {
                        let lang = lang.get();
                        if with_secrets.get() {
                            lang.export_secrets_warning()
                        } else {
                            lang.export_secrets_none()
                        }
                    }}
                    <Show when=move || with_secrets.get() && profiles.vault_state() == VaultState::Locked>
                        {move || lang.get().export_secrets_locked()}
                    </Show>
                </span>
            </p>
            <div role="alert">
                <Show when=move || problem.get()>
                    <p class="hint err">{move || lang.get().profiles_export_failed()}</p>
                </Show>
            </div>
            <div class="row dlg-a">
                <span class="right row">
                    <button type="button" class="btn" data-testid="profiles-export-cancel" on:click=move |_| close.run(())>
                        {move || lang.get().cancel()}
                    </button>
                    <button type="submit" class="btn pri" autofocus data-testid="profiles-export-start">
                        <Icon name=IconName::Download />
                        {move || lang.get().export_start()}
                    </button>
                </span>
            </div>
        </form>
    }
    .into_any()
}
