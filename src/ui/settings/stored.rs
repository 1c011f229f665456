use leptos::prelude::*;

use super::erase::EraseDialog;
use super::parts::{row, section as make, words};
use crate::i18n::Lang;
use crate::i18n::numbers::size;
use crate::storage::{self, Preferences};
use crate::ui::bench::Seconds;
use crate::ui::components::{Icon, IconName};
use crate::ui::connect::{Asked, Profiles};
use crate::ui::context::{Theme, Toast, Toasts, use_lang};
use crate::ui::page::Page;
use crate::ui::preferences::use_preferences;

/// What is stored where, and the ways to be rid of it.
pub(super) fn section() -> AnyView {
    make("privacy", Lang::privacy, vec![secrets(), profiles(), table(), reset(), erase()])
}

/// What an entry is, by its name in the browser's storage; others are shown by that name.
pub(super) fn entry_name(lang: Lang, name: &str) -> String {
    let short = name.strip_prefix("uiot-testbench.").unwrap_or(name);
    let known = match short.split('.').next().unwrap_or_default() {
        "form" => lang.stored_form(),
        "workspace" => lang.stored_workspace(),
        "language" => lang.language(),
        "theme" => lang.theme(),
        "budget" => lang.budget_per_session(),
        "preferences" => lang.settings(),
        "library" => lang.saved_profiles(),
        "vault" => lang.stored_vault(),
        "templates" => lang.stored_templates(),
        "models" => lang.stored_models(),
        "custom-topics" => lang.stored_custom_topics(),
        "panes" => lang.stored_widths(),
        "raw-content" => lang.content(),
        "damaged" => lang.stored_damaged(),
        _ => return short.to_owned(),
    };
    known.to_owned()
}

/// How many secrets are remembered, and the way to forget them: a dialog that names the number.
fn secrets() -> AnyView {
    let lang = use_lang();
    let profiles = expect_context::<Profiles>();
    let count = Memo::new(move |_| profiles.remembered());
    // Without any it stays where it is, so that the focus comes back to it.
    let none = move || count.get() == 0;
    let control = view! {
        <span class="num fg2" data-testid="settings-secrets">{count}</span>
        <button
            type="button"
            class="btn dan"
            data-testid="settings-forget"
            aria-describedby="set-secrets"
            aria-disabled=move || none().then_some("true")
            on:click=move |_| {
                if !untrack(none) {
                    profiles.ask(Asked::ForgetAll);
                }
            }
        >
            {move || lang.get().forget_all_do()}
        </button>
    };
    let hint = words(Lang::remembered_secrets_hint);
    row("secrets", Lang::remembered_secrets, hint, control.into_any())
}

/// How many profiles are saved, and the way to them.
fn profiles() -> AnyView {
    let lang = use_lang();
    let profiles = expect_context::<Profiles>();
    let control = view! {
        <span class="num fg2" data-testid="settings-profiles">{move || profiles.count()}</span>
        <a class="btn" href=Page::Connect.href() aria-describedby="set-profiles">
            {move || lang.get().manage()}
        </a>
    };
    let hint = words(Lang::saved_profiles_hint);
    row("profiles", Lang::saved_profiles, hint, control.into_any())
}

fn table() -> AnyView {
    let lang = use_lang();
    let Seconds(seconds) = expect_context();
    let stored = Memo::new(move |_| {
        seconds.track();
        storage::stored()
    });
    let lines = move || {
        let lang = lang.get();
        let line = |(name, bytes, of_tab): (String, usize, bool)| {
            view! {
                <tr data-testid="stored-entry" data-name=name.clone()>
                    <th scope="row" title=name.clone()>{entry_name(lang, &name)}</th>
                    <td>{if of_tab { lang.stored_in_tab() } else { lang.stored_in_browser() }}</td>
                    <td class="n num">{size(bytes)}</td>
                </tr>
            }
        };
        stored.get().into_iter().map(line).collect_view()
    };
    let total = move || size(stored.with(|all| all.iter().map(|(_, bytes, _)| bytes).sum()));
    view! {
        <div class="srow col">
            <div class="grow">
                <div class="med" id="set-stored">{move || lang.get().stored_here()}</div>
                <div class="fg3 why">{move || lang.get().stored_hint()}</div>
            </div>
            <table class="stored" aria-labelledby="set-stored">
                <thead>
                    <tr>
                        <th scope="col">{move || lang.get().stored_what()}</th>
                        <th scope="col">{move || lang.get().stored_where()}</th>
                        <th scope="col" class="n">{move || lang.get().stored_size()}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row" colspan="2">{move || lang.get().stored_total()}</th>
                        <td class="n num" data-testid="stored-total">{total}</td>
                    </tr>
                </tfoot>
            </table>
        </div>
    }
    .into_any()
}

fn reset() -> AnyView {
    let lang = use_lang();
    let preferences = use_preferences();
    let toasts = expect_context::<Toasts>();
    let reset = move |_| {
        let before = (
            preferences.all.get_untracked(),
            preferences.language.get_untracked(),
            preferences.theme.get_untracked(),
        );
        preferences.set(|all| *all = Preferences::default());
        preferences.choose_language(None);
        preferences.choose_theme(Theme::default());
        let undo = move || {
            let (all, language, theme) = before;
            preferences.set(|now| *now = all);
            preferences.choose_language(language);
            preferences.choose_theme(theme);
        };
        toasts.show(Toast {
            text: lang.get_untracked().settings_were_reset().to_owned(),
            undo: Some(std::sync::Arc::new(undo)),
            gone: None,
        });
    };
    let control = view! {
        <button type="button" class="btn" data-testid="settings-reset" aria-describedby="set-reset" on:click=reset>
            {move || lang.get().reset()}
        </button>
    };
    row("reset", Lang::reset_settings, words(Lang::reset_settings_hint), control.into_any())
}

fn erase() -> AnyView {
    let lang = use_lang();
    let open = RwSignal::new(false);
    let control = view! {
        <button
            type="button"
            class="btn dan"
            data-testid="settings-erase"
            aria-describedby="set-erase"
            on:click=move |_| open.set(true)
        >
            <Icon name=IconName::Trash />
            {move || lang.get().erase()}
        </button>
        <EraseDialog open />
    };
    row("erase", Lang::erase_all, words(Lang::erase_all_hint), control.into_any())
}
