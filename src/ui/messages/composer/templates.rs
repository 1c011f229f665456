//! The menus of the composer: templates, history, variables.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use serde_json::Value;

use super::draft::Draft;
use super::menu::Menu;
use super::parse::ParseItem;
use crate::composing::completion::shortened;
use crate::composing::saved::{self, SavedTemplate};
use crate::composing::{Message, Variable};
use crate::i18n::Lang;
use crate::payload::{Preview, preview};
use crate::storage::Key;
use crate::ui::components::{Icon, IconName, focus};
use crate::ui::context::{Storage, Toast, Toasts, use_lang};
use crate::uiot::TopicFamily;
use crate::uiot::requests::Request;

/// What is being named.
#[derive(Clone, Debug, PartialEq)]
enum Naming {
    /// The draft, to be saved.
    Draft,
    /// The template of this name.
    Template(String),
}

/// The stored templates. They are read anew for each change: another tab may have changed them.
#[derive(Clone, Copy)]
struct Own {
    storage: Storage,
    list: RwSignal<Vec<SavedTemplate>>,
}

impl Own {
    fn stored(self) -> Vec<SavedTemplate> {
        let stored = self.storage.with(|store| store.load::<Vec<Value>>(Key::Templates)).unwrap_or_default();
        let all = stored.len();
        let list = saved::read(stored);
        if list.len() < all {
            // The next change writes the list without it.
            self.storage.with(|store| store.keep_damaged(Key::Templates));
        }
        list
    }

    /// Changes the list and stores it, if anything changed. Works when the menu is gone, too: a toast brings back.
    fn change(self, by: impl FnOnce(&mut Vec<SavedTemplate>) -> bool) -> bool {
        let mut list = self.stored();
        let changed = by(&mut list);
        if changed {
            self.storage.with(|store| store.save(Key::Templates, &list));
        }
        self.list.try_set(list);
        changed
    }
}

/// Puts something into the composer; what was written there and not sent can be brought back.
pub(in crate::ui::messages) fn replace(draft: Draft, toasts: Toasts, lang: Lang, put: impl FnOnce()) {
    let before = draft.unsent();
    put();
    if let Some(before) = before {
        let back = move || draft.restore(&before);
        let text = lang.draft_replaced().to_owned();
        toasts.show(Toast { text, undo: Some(Arc::new(back)), gone: None });
    }
    focus("publish-payload");
}

/// The documented requests by service, and what a person saved.
#[component]
pub(super) fn TemplatesMenu(draft: Draft) -> impl IntoView {
    let open = RwSignal::new(false);
    let naming = RwSignal::new(None::<Naming>);
    let own = Own { storage: expect_context::<Storage>(), list: RwSignal::new(Vec::new()) };
    Effect::new(move |_| {
        if open.get() {
            naming.set(None);
            own.list.set(own.stored());
        }
    });
    view! {
        <Menu id="publish-templates" label=|lang| lang.composer_templates() icon=IconName::Copy open>
            <OwnTemplates draft own naming open />
            <Requests draft open />
        </Menu>
    }
}

#[component]
fn OwnTemplates(
    draft: Draft,
    own: Own,
    naming: RwSignal<Option<Naming>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = expect_context::<Toasts>();
    let take = move |message: Message| {
        open.set(false);
        replace(draft, toasts, lang.get_untracked(), || draft.put(message));
    };
    let delete = move |name: String| {
        let before = own.list.get_untracked();
        own.change(|list| {
            let count = list.len();
            list.retain(|known| known.name != name);
            list.len() != count
        });
        focus("publish-save-template");
        let deleted = before.into_iter().find(|known| known.name == name);
        let back = move || {
            if let Some(deleted) = deleted.clone() {
                own.change(|list| saved::put(list, &deleted.name, deleted.message));
            }
        };
        let text = lang.get_untracked().template_deleted(&name);
        toasts.show(Toast { text, undo: Some(Arc::new(back)), gone: None });
    };
    let line = move |template: SavedTemplate| {
        let SavedTemplate { name, message } = template;
        let (shown, rename, gone) = (name.clone(), name.clone(), name.clone());
        let rename_label = lang.get().rename_template(&name);
        let delete_label = lang.get().delete_template(&name);
        let topic = message.topic.clone();
        view! {
            <div class="crow" data-testid="own-template">
                <button type="button" class="mi" title=topic on:click=move |_| take(message.clone())>
                    <span class="ell">{shown}</span>
                </button>
                <button
                    type="button"
                    class="btn gho ico sm"
                    data-testid="rename-template"
                    aria-label=rename_label.clone()
                    title=rename_label
                    on:click=move |_| naming.set(Some(Naming::Template(rename.clone())))
                >
                    <Icon name=IconName::Pencil small=true />
                </button>
                <button
                    type="button"
                    class="btn gho ico sm"
                    data-testid="delete-template"
                    aria-label=delete_label.clone()
                    title=delete_label
                    on:click=move |_| delete(gone.clone())
                >
                    <Icon name=IconName::Trash small=true />
                </button>
            </div>
        }
    };
    view! {
        <div class="grp">{move || lang.get().own_templates()}</div>
        {move || own.list.get().into_iter().map(line).collect_view()}
        <Show when=move || own.list.with(Vec::is_empty)>
            <p class="hint">{move || lang.get().no_own_templates()}</p>
        </Show>
        {move || match naming.get() {
            Some(what) => view! { <NameField draft own naming what /> }.into_any(),
            None => {
                view! {
                    <button
                        type="button"
                        class="mi"
                        data-testid="publish-save-template"
                        on:click=move |_| naming.set(Some(Naming::Draft))
                    >
                        <Icon name=IconName::Plus small=true />
                        {move || lang.get().save_template()}
                    </button>
                }
                    .into_any()
            }
        }}
    }
}

/// Asks for a name. It lies in the composer's form, so Enter is caught here.
#[component]
fn NameField(draft: Draft, own: Own, naming: RwSignal<Option<Naming>>, what: Naming) -> impl IntoView {
    let lang = use_lang();
    let toasts = expect_context::<Toasts>();
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            // Fails only where nothing can be focused.
            let _ = input.focus();
            input.select();
        }
    });
    let failed = RwSignal::new(false);
    let old = match &what {
        Naming::Draft => String::new(),
        Naming::Template(name) => name.clone(),
    };
    let save = move || {
        let Some(name) = input.get_untracked().map(|input| input.value()) else { return };
        let done = own.change(|list| match &what {
            // Saving under a name that is known replaces what is there.
            Naming::Draft => saved::put(list, &name, untrack(|| draft.message_for_any())),
            Naming::Template(from) => saved::rename(list, from, &name),
        });
        failed.set(!done);
        if done {
            naming.set(None);
            focus("publish-save-template");
            let text = lang.get_untracked().template_saved(name.trim());
            toasts.show(Toast { text, undo: None, gone: None });
        }
    };
    let save = StoredValue::new_local(save);
    view! {
        <div class="crow">
            <span class="inp sm" class:bad=move || failed.get()>
                <input
                    node_ref=input
                    data-testid="template-name"
                    maxlength="60"
                    autocomplete="off"
                    value=old
                    aria-label=move || lang.get().template_name()
                    placeholder=move || lang.get().template_name()
                    aria-invalid=move || failed.get().then_some("true")
                    aria-describedby="template-name-problem"
                    on:keydown=move |event| {
                        if event.key() == "Enter" && !event.is_composing() {
                            event.prevent_default();
                            event.stop_propagation();
                            save.with_value(|save| save());
                        }
                    }
                />
            </span>
            <button
                type="button"
                class="btn sm"
                data-testid="template-save"
                on:click=move |_| save.with_value(|save| save())
            >
                {move || lang.get().composer_save()}
            </button>
        </div>
        <p class="hint err" id="template-name-problem" role="status">
            {move || failed.get().then(|| lang.get().template_not_saved())}
        </p>
    }
}

/// The platform's documented requests.
#[component]
fn Requests(draft: Draft, open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let toasts = expect_context::<Toasts>();
    let take = move |request: Request| {
        open.set(false);
        replace(draft, toasts, lang.get_untracked(), || draft.take_request(request));
    };
    let line = move |request: Request| {
        view! {
            <button
                type="button"
                class="mi"
                data-testid="request-template"
                data-request=request.id()
                title=request.topic().suffix()
                on:click=move |_| take(request)
            >
                <span>{lang.get().request(request)}</span>
                <span class="right fg3 mono ell-l"><bdi dir="ltr">{request.topic().suffix()}</bdi></span>
            </button>
        }
    };
    move || {
        draft.device()?;
        let groups = TopicFamily::ALL.into_iter().filter_map(|service| {
            let requests = Request::ALL.into_iter().filter(move |request| request.family() == service);
            let requests: Vec<_> = requests.map(line).collect();
            (!requests.is_empty()).then(|| {
                view! {
                    <div class="grp">{lang.get().topic_family(service)}</div>
                    {requests}
                }
            })
        });
        Some(groups.collect::<Vec<_>>())
    }
}

/// What was sent, newest first.
#[component]
pub(super) fn HistoryMenu(draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let toasts = expect_context::<Toasts>();
    let open = RwSignal::new(false);
    let line = move |message: Message| {
        let shown = match preview(message.payload.as_bytes(), 60) {
            Preview::Text(text) | Preview::Binary(text) => text,
        };
        let device = untrack(|| draft.device());
        let topic = shortened(&message.topic, device.as_ref());
        let title = format!("{} · QoS {} · {}", message.topic, message.qos, message.format.id());
        view! {
            <button
                type="button"
                class="mi two"
                data-testid="history-entry"
                title=title
                on:click=move |_| {
                    open.set(false);
                    replace(draft, toasts, lang.get_untracked(), || draft.put(message.clone()));
                }
            >
                <span class="mono ell-l"><bdi dir="ltr">{topic}</bdi></span>
                <span class="mono fg3 ell">{shown}</span>
            </button>
        }
    };
    view! {
        <Menu id="publish-history" label=|lang| lang.composer_history() icon=IconName::Clock open>
            {move || {
                let past = draft.past();
                if past.is_empty() {
                    view! { <p class="hint">{lang.get().history_empty()}</p> }.into_any()
                } else {
                    past.into_iter().map(line).collect_view().into_any()
                }
            }}
            <p class="hint">{move || lang.get().history_keys()}</p>
        </Menu>
    }
}

/// The variables, each with an example that goes where the caret stands.
#[component]
pub(super) fn VariablesMenu(draft: Draft, editor: NodeRef<html::Textarea>) -> impl IntoView {
    let lang = use_lang();
    let open = RwSignal::new(false);
    let insert = move |example: &'static str| {
        open.set(false);
        let Some(editor) = editor.get_untracked() else { return };
        // Fails only where nothing can be focused, or for fields that hold no text.
        let _ = editor.focus();
        let _ = editor.set_range_text(example);
        let end = editor.selection_start().ok().flatten().unwrap_or(0);
        let end = end.saturating_add(u32::try_from(example.len()).unwrap_or(0));
        let _ = editor.set_selection_range(end, end);
        draft.take_typed(editor.value());
    };
    let line = move |example: &'static str| {
        view! {
            <button type="button" class="mi" data-testid="insert-variable" title=lang.get().variable(example) on:click=move |_| insert(example)>
                <span class="mono">{example}</span>
                <span class="right fg3">{lang.get().variable(example)}</span>
            </button>
        }
    };
    view! {
        <Menu id="publish-variables" label=|lang| lang.composer_variables() icon=IconName::Braces open>
            <div class="grp">{move || lang.get().insert_variable()}</div>
            {move || Variable::EXAMPLES.into_iter().map(line).collect_view()}
            <ParseItem draft open />
        </Menu>
    }
}
