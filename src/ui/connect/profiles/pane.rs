use leptos::prelude::*;

use super::decode::take_drop;
use super::menu::{Menu, RowMenu};
use super::remember::VaultLine;
use super::row::Row;
use super::{Asked, Profiles};
use crate::storage::SaveError;
use crate::storage::library::ProfileId;
use crate::ui::components::{CopyButton, Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::export::Records;

/// The saved profiles, beside the form; above it, to unfold, where there is no room.
#[component]
pub(in crate::ui::connect) fn ProfilesPane() -> impl IntoView {
    let lang = use_lang();
    let profiles = expect_context::<Profiles>();
    let is_empty = Memo::new(move |_| profiles.library.with(|library| library.profiles().is_empty()));
    let count = Memo::new(move |_| profiles.library.with(|library| library.profiles().len()));
    let over = RwSignal::new(false);
    // The page takes files for records, and says so over all of it.
    let page_drop = expect_context::<Records>().dropping;
    view! {
        <aside
            class="pane prof"
            class:open=move || profiles.unfolded.get()
            class:over=move || over.get()
            data-testid="profiles"
            aria-labelledby="profiles-title"
            on:dragover=move |event| {
                event.prevent_default();
                event.stop_propagation();
                over.set(true);
                page_drop.set(false);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                over.set(false);
                page_drop.set(false);
                take_drop(profiles, &event);
            }
        >
            <div class="bar">
                <h2 id="profiles-title">
                    {move || lang.get().profiles()}" "
                    <span class="fg3 num" class:gone=move || is_empty.get()>{move || count.get().to_string()}</span>
                </h2>
                <span class="right row gap1">
                    <button
                        type="button"
                        class="btn gho sm"
                        data-testid="profiles-import"
                        aria-haspopup="dialog"
                        on:click=move |_| profiles.ask(Asked::Import(None))
                    >
                        <Icon name=IconName::Upload />
                        {move || lang.get().import_word()}
                    </button>
                    <button
                        type="button"
                        class="btn gho sm"
                        data-testid="profiles-export"
                        aria-haspopup="dialog"
                        prop:disabled=move || is_empty.get()
                        on:click=move |_| profiles.ask(Asked::Export(None))
                    >
                        <Icon name=IconName::Download />
                        {move || lang.get().export()}
                    </button>
                    <button
                        type="button"
                        class="btn gho ico sm unf"
                        data-testid="profiles-toggle"
                        aria-expanded=move || profiles.unfolded.get().to_string()
                        aria-label=move || lang.get().show_profiles()
                        on:click=move |_| profiles.unfolded.update(|open| *open = !*open)
                    >
                        <Icon name=IconName::Chevron />
                    </button>
                </span>
            </div>
            <div class="prof-b">
                <Show when=move || profiles.unsaved.get().is_some()>
                    <p class="note warn flat" role="alert" data-testid="profiles-unsaved">
                        <Icon name=IconName::Warning />
                        <span>
                            {move || match profiles.unsaved.get() {
                                Some(SaveError::Full) => lang.get().profiles_unsaved_full(),
                                _ => lang.get().profiles_unsaved_blocked(),
                            }}
                        </span>
                    </p>
                </Show>
                <Show
                    when=move || !is_empty.get()
                    fallback=move || {
                        view! {
                            <div class="empty">
                                <Icon name=IconName::Page />
                                <b>{move || lang.get().no_profiles()}</b>
                                <span class="note-s">{move || lang.get().no_profiles_hint()}</span>
                                <button
                                    type="button"
                                    class="btn sm"
                                    data-testid="profiles-empty-import"
                                    on:click=move |_| profiles.ask(Asked::Import(None))
                                >
                                    <Icon name=IconName::Upload />
                                    {move || lang.get().choose_or_drop()}
                                </button>
                            </div>
                        }
                    }
                >
                    <List profiles />
                </Show>
                <Damaged profiles />
                <VaultLine profiles />
                <Shortcuts />
            </div>
        </aside>
    }
    .into_any()
}

/// The keys that are worth knowing before the first connection.
#[component]
fn Shortcuts() -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="keys-b">
            <h3 class="grp">{move || lang.get().profiles_shortcuts()}</h3>
            <p class="row">
                {move || lang.get().connect()}
                <span class="right"><kbd>"Ctrl"</kbd>" "<kbd>"Enter"</kbd></span>
            </p>
            <p class="row">
                {move || lang.get().profiles_start_simulator()}
                <span class="right"><kbd>"Ctrl"</kbd>" "<kbd>"Shift"</kbd>" "<kbd>"S"</kbd></span>
            </p>
            <p class="row">
                {move || lang.get().profiles_all_shortcuts()}
                <span class="right"><kbd>"?"</kbd></span>
            </p>
        </div>
    }
}

#[component]
fn List(profiles: Profiles) -> impl IntoView {
    let lang = use_lang();
    let menu = RowMenu::new();
    // By folder, those without one first; within a folder in the library's order.
    let groups = Memo::new(move |_| {
        profiles.library.with(|library| {
            profiles.search.with(|words| {
                let mut groups: Vec<(String, Vec<ProfileId>)> = Vec::new();
                for saved in library.search(words) {
                    match groups.iter_mut().find(|(folder, _)| *folder == saved.folder) {
                        Some((_, ids)) => ids.push(saved.id.clone()),
                        None => groups.push((saved.folder.clone(), vec![saved.id.clone()])),
                    }
                }
                groups.sort_by(|(one, _), (other, _)| one.cmp(other));
                groups
            })
        })
    });
    let found = move || groups.with(|groups| groups.iter().map(|(_, ids)| ids.len()).sum::<usize>());
    view! {
        <div class="find">
            <span class="inp">
                <Icon name=IconName::Search />
                <input
                    type="search"
                    data-testid="profiles-search"
                    autocomplete="off"
                    aria-label=move || lang.get().search_profiles()
                    placeholder=move || lang.get().search_profiles()
                    prop:value=profiles.search
                    on:input:target=move |event| profiles.search.set(event.target().value())
                />
            </span>
            <span class="sr" role="status">
                {move || {
                    (!profiles.search.with(String::is_empty)).then(|| lang.get().profiles_found(found()))
                }}
            </span>
        </div>
        <div class="prof-l">
            {move || {
                groups
                    .get()
                    .into_iter()
                    .map(|(folder, ids)| {
                        let rows = ids
                            .into_iter()
                            .map(|id| view! { <Row profiles id menu /> })
                            .collect_view();
                        if folder.is_empty() {
                            view! { <ul class="prl">{rows}</ul> }.into_any()
                        } else {
                            let label = folder.replace('/', " / ");
                            view! {
                                <details class="fold-g" open data-testid="profile-folder-group" data-folder=folder>
                                    <summary class="grp">
                                        <bdi class="ell" title=label.clone()>{label.clone()}</bdi>
                                    </summary>
                                    <ul class="prl">{rows}</ul>
                                </details>
                            }
                                .into_any()
                        }
                    })
                    .collect_view()
            }}
            <Show when=move || found() == 0>
                <p class="empty" data-testid="profiles-none-found">
                    {move || lang.get().no_profile_found()}
                    <button type="button" class="btn sm" on:click=move |_| profiles.search.set(String::new())>
                        {move || lang.get().profiles_clear_search()}
                    </button>
                </p>
            </Show>
        </div>
        <Menu profiles menu />
    }
    .into_any()
}

/// What of the library could not be read, word for word.
#[component]
fn Damaged(profiles: Profiles) -> impl IntoView {
    let lang = use_lang();
    let damaged = Memo::new(move |_| profiles.library.with(|library| library.set_aside().to_vec()));
    let list = move || {
        let lang = lang.get();
        damaged
            .get()
            .into_iter()
            .enumerate()
            .map(|(index, each)| {
                let name = each.name.clone().unwrap_or_else(|| lang.damaged_nameless().into());
                let text = StoredValue::new(each.text);
                view! {
                    <li data-testid="damaged-profile">
                        <p class="row">
                            <b class="ell" title=name.clone()><bdi>{name.clone()}</bdi></b>
                            <span class="right row gap1">
                                <CopyButton
                                    label=Signal::stored(lang.copy().to_owned())
                                    text=move || text.get_value()
                                />
                                <button
                                    type="button"
                                    class="btn gho ico sm"
                                    data-testid="damaged-drop"
                                    aria-label=lang.damaged_drop()
                                    title=lang.damaged_drop()
                                    on:click=move |_| profiles.change(|library| library.drop_set_aside(index))
                                >
                                    <Icon name=IconName::Trash />
                                </button>
                            </span>
                        </p>
                        <p class="hint">{lang.damage(&each.why)}</p>
                        <pre class="code wrapped" tabindex="0">{text.get_value()}</pre>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <Show when=move || damaged.with(|damaged| !damaged.is_empty())>
            <details class="note warn flat dmg" data-testid="damaged-profiles">
                <summary>
                    <Icon name=IconName::Warning />
                    {move || lang.get().damaged_profiles(damaged.with(Vec::len))}
                </summary>
                <ul>{list}</ul>
            </details>
        </Show>
    }
    .into_any()
}
