//! The palette: all commands and all sessions, found by a few letters.

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::able::{Reason, why_not};
use super::run::run;
use super::shortcuts::Caps;
use super::{Commander, focused, is_mac};
use crate::commands::{Command, Entry, Group, TABLE, labels, search};
use crate::i18n::Lang;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::sessions::SessionId;

/// Commands that are remembered as used last.
const MOST_RECENT: usize = 5;

/// What a row does.
#[derive(Clone, Copy)]
enum Does {
    Command(&'static Entry),
    Switch(SessionId),
}

#[derive(Clone)]
struct Row {
    does: Does,
    name: String,
    marks: Vec<usize>,
    reason: Option<Reason>,
    /// The title above it, where a group begins.
    title: Option<&'static str>,
}

impl Row {
    const fn id(&self) -> &'static str {
        match self.does {
            Does::Command(entry) => entry.id,
            Does::Switch(_) => "switch",
        }
    }
}

#[component]
pub(in crate::ui) fn PaletteDialog() -> impl IntoView {
    let commander = expect_context::<Commander>();
    let lang = use_lang();
    let dialog = NodeRef::<html::Dialog>::new();
    let input = NodeRef::<html::Input>::new();
    let rename = NodeRef::<html::Input>::new();
    let list = NodeRef::<html::Div>::new();
    let rows = RwSignal::new(Vec::<Row>::new());
    let chosen = RwSignal::new(0_usize);
    let typed = RwSignal::new(String::new());
    let open = commander.palette;
    let renaming = commander.renaming;
    let look_up = move |text: String| {
        rows.set(untrack(|| find_rows(commander, &text)));
        chosen.set(0);
        typed.set(text);
        if let Some(list) = list.get_untracked() {
            list.set_scroll_top(0);
        }
    };
    Effect::new(move |_| {
        let (Some(dialog), Some(input), Some(rename)) = (dialog.get(), input.get(), rename.get()) else {
            return;
        };
        if !open.get() {
            if dialog.open() {
                dialog.close();
            }
            return;
        }
        if dialog.open() {
            return;
        }
        commander.opener.set_value(focused());
        input.set_value("");
        look_up(String::new());
        // Fails only for a dialog that is open already.
        let _ = dialog.show_modal();
        if renaming.get_untracked() {
            let title = untrack(|| commander.sessions.current().and_then(|session| session.name()));
            rename.set_value(&title.unwrap_or_default());
            let _ = rename.focus();
            rename.select();
        } else {
            let _ = input.focus();
        }
    });
    let closed = move |_| {
        // It may have been opened again since the browser said so.
        if dialog.get_untracked().is_some_and(|dialog| !dialog.open()) {
            open.set(false);
            renaming.set(false);
            commander.opener.set_value(None);
        }
    };
    let shut = move || {
        // The focus goes back at once; what is run may move it on.
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        open.set(false);
    };
    let take = move |index: usize| {
        let row = rows.with_untracked(|rows| rows.get(index).cloned());
        let Some(row) = row.filter(|row| row.reason.is_none()) else { return };
        shut();
        match row.does {
            Does::Switch(id) => commander.sessions.activate(id),
            Does::Command(entry) => {
                commander.recent.update(|recent| {
                    recent.retain(|known| *known != entry.command);
                    recent.insert(0, entry.command);
                    recent.truncate(MOST_RECENT);
                });
                run(commander, entry.command);
            }
        }
    };
    let move_to = move |index: usize| {
        chosen.set(index);
        if let Some(list) = list.get_untracked() {
            reveal(&list, index);
        }
    };
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        // Enter that ends the composing of a Chinese word is none of ours.
        if event.is_composing() || event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let Some(last) = rows.with_untracked(Vec::len).checked_sub(1) else { return };
        let now = chosen.get_untracked();
        match event.key().as_str() {
            "ArrowDown" => move_to(if now >= last { 0 } else { now + 1 }),
            "ArrowUp" => move_to(now.checked_sub(1).unwrap_or(last)),
            "Home" => move_to(0),
            "End" => move_to(last),
            "Enter" => take(now),
            _ => return,
        }
        event.prevent_default();
    };
    let apply_name = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = rename.get_untracked().map(|input| input.value()).unwrap_or_default();
        let session = untrack(|| commander.sessions.current());
        shut();
        if let Some(session) = session {
            session.title.set(Some(text.trim().to_owned()).filter(|text| !text.is_empty()));
        }
    };
    view! {
        <dialog
            node_ref=dialog
            class="palette"
            data-testid="palette"
            aria-label=move || if renaming.get() { lang.get().cmd_rename() } else { lang.get().cmd_palette() }
            on:close=closed
            // A press on what lies around it: all inside is covered by its content.
            on:mousedown=move |event| {
                let target = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlDialogElement>().ok());
                if target.is_some() {
                    event.prevent_default();
                    shut();
                }
            }
        >
            <div class="palette-b" hidden=move || renaming.get()>
                <div class="palette-i">
                    <Icon name=IconName::Search />
                    <input
                        node_ref=input
                        type="text"
                        data-testid="palette-input"
                        role="combobox"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        aria-label=move || lang.get().palette_hint()
                        aria-autocomplete="list"
                        aria-expanded="true"
                        aria-controls="palette-list"
                        aria-activedescendant=move || {
                            let chosen = chosen.get();
                            rows.with(|rows| chosen < rows.len()).then(|| format!("palette-{chosen}"))
                        }
                        placeholder=move || lang.get().palette_hint()
                        on:input:target=move |event| look_up(event.target().value())
                        on:keydown=by_key
                    />
                    <kbd class="wide" aria-hidden="true">"Esc"</kbd>
                    // On a phone it fills the screen: there is nothing around it to press, and no such key.
                    <button
                        type="button"
                        class="btn gho ico narrow-only"
                        data-testid="palette-close"
                        aria-label=move || lang.get().palette_close()
                        title=move || lang.get().palette_close()
                        on:click=move |_| shut()
                    >
                        <Icon name=IconName::Close />
                    </button>
                </div>
                <div
                    node_ref=list
                    class="palette-l"
                    id="palette-list"
                    role="listbox"
                    aria-label=move || lang.get().commands()
                >
                    {move || rows.with(|rows| list_view(rows, lang.get(), chosen, Callback::new(take)))}
                </div>
                <Show when=move || rows.with(Vec::is_empty)>
                    <p class="empty" data-testid="palette-none">{move || lang.get().palette_none()}</p>
                </Show>
                <span class="sr" role="status">
                    {move || {
                        let count = rows.with(Vec::len);
                        let asked = typed.with(|typed| !typed.trim().is_empty());
                        asked.then(|| lang.get().palette_count(count))
                    }}
                </span>
            </div>
            <form class="palette-r" hidden=move || !renaming.get() on:submit=apply_name>
                <label class="fld">
                    <span class="lb">{move || lang.get().rename_to()}</span>
                    <span class="inp">
                        <input node_ref=rename data-testid="rename-input" autocomplete="off" maxlength="60" />
                    </span>
                </label>
                <button type="submit" class="btn pri" data-testid="rename-apply">{move || lang.get().rename_done()}</button>
            </form>
        </dialog>
    }
}

/// The rows, in groups where nothing was typed.
fn list_view(rows: &[Row], lang: Lang, chosen: RwSignal<usize>, take: Callback<usize>) -> AnyView {
    let mut groups: Vec<(Option<&'static str>, Vec<AnyView>)> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        if row.title.is_some() || groups.is_empty() {
            groups.push((row.title, Vec::new()));
        }
        if let Some((_, options)) = groups.last_mut() {
            options.push(option_view(index, row, lang, chosen, take));
        }
    }
    groups
        .into_iter()
        .map(|(title, options)| match title {
            Some(title) => view! {
                <div role="group" aria-label=title>
                    <div class="grp" aria-hidden="true">{title}</div>
                    {options}
                </div>
            }
            .into_any(),
            None => options.into_any(),
        })
        .collect_view()
        .into_any()
}

fn option_view(
    index: usize,
    row: &Row,
    lang: Lang,
    chosen: RwSignal<usize>,
    take: Callback<usize>,
) -> AnyView {
    let keys = match row.does {
        Does::Command(entry) => entry.keys,
        Does::Switch(_) => &[],
    };
    let disabled = row.reason.is_some();
    let reason =
        row.reason.map(|reason| view! { <span class="why" title=reason(lang)>{reason(lang)}</span> });
    // Of the keys that move in a list, two tell enough.
    let caps = keys.iter().take(2).map(|combo| view! { <Caps combo=*combo /> }).collect_view();
    view! {
        <div
            id=format!("palette-{index}")
            class="mi"
            class:on=move || chosen.get() == index
            role="option"
            data-testid="palette-option"
            data-command=row.id()
            aria-selected=move || (chosen.get() == index).to_string()
            aria-disabled=disabled.then_some("true")
            // The focus stays in the field.
            on:mousedown=|event| event.prevent_default()
            on:mousemove=move |_| {
                if chosen.get_untracked() != index {
                    chosen.set(index);
                }
            }
            on:click=move |_| take.run(index)
        >
            <span class="grow ell" title=row.name.clone()>{marked(&row.name, &row.marks)}</span>
            {reason}
            {caps}
        </div>
    }
    .into_any()
}

/// A name with the characters that were typed marked.
fn marked(name: &str, marks: &[usize]) -> AnyView {
    let mut parts: Vec<(bool, String)> = Vec::new();
    for (index, character) in name.chars().enumerate() {
        let mark = marks.binary_search(&index).is_ok();
        match parts.last_mut() {
            Some((known, part)) if *known == mark => part.push(character),
            _ => parts.push((mark, character.to_string())),
        }
    }
    parts
        .into_iter()
        .map(|(mark, part)| if mark { view! { <mark>{part}</mark> }.into_any() } else { part.into_any() })
        .collect_view()
        .into_any()
}

/// What fits the text, the best first; without a text all, what was used last first, then group by group.
fn find_rows(commander: Commander, text: &str) -> Vec<Row> {
    let lang = commander.lang.0.get();
    let other = if lang == Lang::Zh { Lang::En } else { Lang::Zh };
    let mac = is_mac();
    let recent = commander.recent.get();
    let asked = !text.trim().is_empty();
    let active = commander.sessions.active();
    let mut rows: Vec<(u32, usize, Row)> = Vec::new();
    let offered = TABLE.iter().filter(|entry| entry.command != Command::Palette);
    for entry in offered {
        let name = (entry.name)(lang);
        let keys = entry.keys.iter().map(|combo| labels(*combo, mac).join(" ")).collect::<Vec<_>>().join(" ");
        let Some(found) = search(text, &[name, (entry.name)(other), entry.id, &keys]) else { continue };
        let reason = why_not(commander, entry.command);
        let used = recent.iter().position(|known| *known == entry.command).unwrap_or(MOST_RECENT);
        let rank = found.rank + if reason.is_some() { 4 } else { 0 };
        let row = Row {
            does: Does::Command(entry),
            name: name.to_owned(),
            marks: found.marks,
            reason,
            title: None,
        };
        rows.push((rank, used, row));
    }
    for session in commander.sessions.list().get() {
        if session.id == active {
            continue;
        }
        let own = session.name().unwrap_or_else(|| lang.new_session().to_owned());
        let name = lang.palette_switch(&own);
        let Some(found) = search(text, &[&name, &other.palette_switch(&own), &own]) else { continue };
        let row = Row { does: Does::Switch(session.id), name, marks: found.marks, reason: None, title: None };
        rows.push((found.rank, MOST_RECENT, row));
    }
    if asked {
        rows.sort_by_key(|(rank, used, _)| (*rank, *used));
        return rows.into_iter().map(|(.., row)| row).collect();
    }
    // Stable: within a group the order of the table stays.
    let group = |row: &Row| match row.does {
        Does::Command(entry) => entry.group,
        Does::Switch(_) => Group::Sessions,
    };
    let place = |row: &Row| Group::ALL.iter().position(|each| *each == group(row)).unwrap_or_default();
    rows.sort_by_key(|(_, used, row)| (*used, if *used < MOST_RECENT { 0 } else { place(row) }));
    let mut last = None;
    rows.into_iter()
        .map(|(_, used, mut row)| {
            let title = if used < MOST_RECENT { lang.palette_recent() } else { group(&row).name(lang) };
            row.title = (last != Some(title)).then_some(title);
            last = Some(title);
            row
        })
        .collect()
}

/// Scrolls the list until the row is seen.
fn reveal(list: &web_sys::HtmlElement, index: usize) {
    let row = document().get_element_by_id(&format!("palette-{index}"));
    let Some(row) = row.and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok()) else { return };
    // Above the first of a group stands its title.
    let (top, bottom) = (row.offset_top() - 28, row.offset_top() + row.offset_height());
    if top < list.scroll_top() {
        list.set_scroll_top(top);
    } else if bottom > list.scroll_top() + list.client_height() {
        list.set_scroll_top(bottom - list.client_height());
    }
}
