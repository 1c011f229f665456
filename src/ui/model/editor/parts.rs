//! The parts of the editor beside its text: what can be added and removed, and what is said of what stands there.

use leptos::prelude::*;

use super::Editor;
use crate::i18n::Lang;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::uiot::model::build::Part;

/// Broken rules of the console that are shown.
const PROBLEMS: usize = 20;

/// Adding a function of a kind, and removing one.
pub(super) fn parts(editor: Editor) -> AnyView {
    let lang = use_lang();
    let wanted = RwSignal::new("int32".to_owned());
    let unwanted = RwSignal::new(String::new());
    let label = |lang: Lang, part: Part| match part {
        Part::Property(name) => lang.editor_part_property(name),
        Part::Event => lang.editor_part_event().to_owned(),
        Part::Command => lang.editor_part_command().to_owned(),
    };
    let names = Memo::new(move |_| {
        editor.read.with(|read| match read {
            Some(Ok(template)) => {
                let properties = template.properties.iter().map(|one| one.identifier.clone());
                let events = template.events.iter().map(|one| one.identifier.clone());
                let commands = template.commands.iter().map(|one| one.identifier.clone());
                properties.chain(events).chain(commands).collect()
            }
            _ => Vec::new(),
        })
    });
    let removable = move || {
        let wanted = unwanted.get();
        names.with(|names| names.iter().find(|name| **name == wanted).or(names.first()).cloned())
    };
    let is_broken = move || editor.read.with(|read| matches!(read, Some(Err(_))));
    let add = move |_| {
        let Some(part) = Part::from_id(&wanted.get_untracked()) else { return };
        let lang = lang.get_untracked();
        editor.change(|template| template.add(part).map(|name| lang.editor_added(&name)));
    };
    let remove = move |_| {
        let Some(name) = untrack(removable) else { return };
        let said = format!("{} {name}", lang.get_untracked().editor_remove());
        editor.change(|template| template.remove(&name).then_some(said));
    };
    view! {
        <span class="row gap1">
            <span class="inp selbox edt-p">
                <select
                    data-testid="editor-part"
                    aria-label=move || lang.get().editor_add_what()
                    prop:value=wanted
                    on:change:target=move |event| wanted.set(event.target().value())
                >
                    {Part::all()
                        .map(|part| {
                            view! { <option value=part.id()>{move || label(lang.get(), part)}</option> }
                        })
                        .collect_view()}
                </select>
            </span>
            <button
                type="button"
                class="btn"
                data-testid="editor-add"
                aria-disabled=move || is_broken().then_some("true")
                on:click=add
            >
                <Icon name=IconName::Plus />
                {move || lang.get().editor_add()}
            </button>
        </span>
        <Show when=move || !names.with(Vec::is_empty)>
            <span class="row gap1">
                <span class="inp selbox edt-p">
                    <select
                        data-testid="editor-unwanted"
                        aria-label=move || lang.get().editor_remove_what()
                        title=move || lang.get().editor_remove_what()
                        on:change:target=move |event| unwanted.set(event.target().value())
                    >
                        <For
                            each=move || names.get()
                            key=|name| name.clone()
                            children=move |name| {
                                let is_chosen = untrack(removable).as_ref() == Some(&name);
                                view! { <option value=name.clone() selected=is_chosen>{name.clone()}</option> }
                            }
                        />
                    </select>
                </span>
                <button type="button" class="btn" data-testid="editor-remove" on:click=remove>
                    <Icon name=IconName::Trash />
                    {move || lang.get().editor_remove()}
                </button>
            </span>
        </Show>
    }
    .into_any()
}

/// Whether it can be read, else where and why not; and which rules of the console it breaks.
pub(super) fn state(editor: Editor) -> AnyView {
    let lang = use_lang();
    let state = move || match editor.read.get() {
        None => view! { <span class="hint">{lang.get().editor_empty()}</span> }.into_any(),
        Some(Err(error)) => view! {
            <span class="hint err" data-testid="editor-error">
                <Icon name=IconName::Error small=true />
                {lang.get().template_error(&error)}
            </span>
        }
        .into_any(),
        Some(Ok(template)) => {
            let lang = lang.get();
            let problems = template.problems();
            let count = problems.len();
            let item = |problem| view! { <li>{lang.template_problem(problem)}</li> };
            let list = problems.iter().take(PROBLEMS).map(item).collect_view();
            let rest = count.saturating_sub(PROBLEMS);
            view! {
                <span class="hint c-ok" data-testid="editor-reads">
                    <Icon name=IconName::Check small=true />
                    {lang.editor_reads(&lang.model_counts(&template))}
                </span>
                {(count > 0)
                    .then(|| {
                        view! {
                            <details class="edt-r" data-testid="editor-problems">
                                <summary class="c-warn">
                                    <Icon name=IconName::Warning small=true />
                                    " "
                                    {lang.editor_problems(count)}
                                </summary>
                                <ul>
                                    {list} {(rest > 0).then(|| view! { <li>{lang.editor_more(rest)}</li> })}
                                </ul>
                            </details>
                        }
                    })}
            }
            .into_any()
        }
    };
    view! { {state} }.into_any()
}
