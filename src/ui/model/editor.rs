//! The editor of the model: a file is chosen or dropped, a text pasted, or functions are added one by one; what is there is read as it
//! is typed, and nothing changes before it is put to use.

mod parts;

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use web_sys::File;

use super::file::{self, LARGEST};
use super::kept::{Kept, use_template};
use crate::ui::components::{Icon, IconName, focus, save_json};
use crate::ui::context::{Toast, Toasts, use_lang};
use crate::ui::export::error_words;
use crate::uiot::model::reducer::Origin;
use crate::uiot::model::{Template, TemplateError, Wrapper};

/// What the editor's parts share.
#[derive(Clone, Copy)]
struct Editor {
    kept: Kept,
    /// None while nothing is there.
    read: Memo<Option<Result<Arc<Template>, TemplateError>>>,
    /// What was there before a file or a function.
    before: RwSignal<Option<String>>,
    /// What was just done, or why not.
    said: RwSignal<Option<(bool, String)>>,
}

impl Editor {
    fn text(self) -> String {
        self.kept.editor.get_untracked().unwrap_or_default()
    }

    fn put(self, text: String) {
        self.before.set(Some(self.text()).filter(|before| !before.trim().is_empty()));
        self.kept.editor.set(Some(text));
    }

    /// Changes what is there, where it can be read.
    fn change(self, by: impl FnOnce(&mut Template) -> Option<String>) {
        let template = match self.read.get_untracked() {
            None => Template::default(),
            Some(Ok(template)) => (*template).clone(),
            Some(Err(_)) => return,
        };
        let mut changed = template;
        if let Some(said) = by(&mut changed) {
            self.put(changed.to_json(Wrapper::With));
            self.said.set(Some((true, said)));
        }
    }

    fn take(self, file: File) {
        let name = file.name();
        let lang = self.kept.lang;
        if file.size() > LARGEST {
            return self.said.set(Some((false, lang.get_untracked().editor_file_large(&name))));
        }
        wasm_bindgen_futures::spawn_local(async move {
            match file::text(&file).await {
                Ok(text) => {
                    self.put(text);
                    // The page may be gone by now.
                    let refused = matches!(self.read.try_get_untracked(), Some(None | Some(Err(_))));
                    let said = refused.then(|| (false, lang.get_untracked().editor_file_refused(&name)));
                    self.said.set(said);
                }
                Err(error) => {
                    let why = error_words(&error);
                    self.said.set(Some((false, lang.get_untracked().editor_file_unreadable(&name, &why))));
                }
            }
        });
    }

    fn apply(self) {
        let Some(Ok(template)) = self.read.get_untracked() else { return focus("editor-text") };
        use_template(self.kept.desk, Some(template), Origin::Person);
        self.close();
        self.kept.editor.set(None);
    }

    /// Takes the model out of use, with a way back.
    fn forget(self, toasts: Toasts) {
        let kept = self.kept;
        let Some((template, origin)) = kept.template.get_untracked() else { return };
        use_template(kept.desk, None, Origin::Person);
        let back = move || use_template(kept.desk, Some(template.clone()), origin);
        let text = kept.lang.get_untracked().editor_forgotten().to_owned();
        toasts.show(Toast { text, undo: Some(Arc::new(back)), gone: None });
        self.close();
        kept.editor.set(None);
    }

    fn close(self) {
        self.kept.editing.set(false);
    }
}

pub(super) fn editor(kept: Kept) -> AnyView {
    let dialog = NodeRef::<html::Dialog>::new();
    let editor = Editor {
        kept,
        read: Memo::new(move |_| {
            let text = kept.editor.get().filter(|text| !text.trim().is_empty())?;
            Some(Template::parse(&text).map(Arc::new))
        }),
        before: RwSignal::new(None),
        said: RwSignal::new(None),
    };
    Effect::new(move |_| {
        let open = kept.editing.get();
        let Some(dialog) = dialog.get() else { return };
        if open && !dialog.open() {
            if kept.editor.with_untracked(Option::is_none) {
                let template = kept.template.get_untracked();
                kept.editor.set(template.map(|(template, _)| template.to_json(Wrapper::With)));
            }
            editor.before.set(None);
            editor.said.set(None);
            // Fails only where it is open already.
            let _ = dialog.show_modal();
            focus("editor-text");
        } else if !open {
            dialog.close();
        }
    });
    let dropped = move |event: web_sys::DragEvent| {
        // Else the browser would leave the page for the file.
        event.prevent_default();
        let file = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
        if let Some(file) = file {
            editor.take(file);
        }
    };
    view! {
        <dialog
            node_ref=dialog
            class="dlg wide med-d"
            aria-labelledby="editor-title"
            data-testid="model-editor"
            on:close=move |_| editor.close()
            on:keydown=move |event| event.stop_propagation()
            on:dragover=move |event| event.prevent_default()
            on:drop=dropped
        >
            <Show when=move || kept.editing.get()>{body(editor)}</Show>
        </dialog>
    }
    .into_any()
}

fn body(editor: Editor) -> AnyView {
    let lang = use_lang();
    let toasts = expect_context::<Toasts>();
    let input = NodeRef::<html::Input>::new();
    let text = move || editor.kept.editor.get().unwrap_or_default();
    let is_bad = move || editor.read.with(|read| matches!(read, Some(Err(_))));
    let can_apply = move || editor.read.with(|read| matches!(read, Some(Ok(_))));
    let wrapped = RwSignal::new(true);
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let file = input.files().and_then(|files| files.get(0));
        // The same file can be chosen again.
        input.set_value("");
        if let Some(file) = file {
            editor.take(file);
        }
    };
    let said = move || {
        editor.said.get().map(|(good, text)| {
            let class = if good { "hint" } else { "hint err" };
            let icon = if good { IconName::Check } else { IconName::Error };
            view! { <span class=class><Icon name=icon small=true />{text}</span> }
        })
    };
    let download = move |_| {
        let Some(Ok(template)) = editor.read.get_untracked() else { return focus("editor-text") };
        let wrapper = if wrapped.get_untracked() { Wrapper::With } else { Wrapper::Without };
        if save_json("model.json", &template.to_json(wrapper)).is_err() {
            editor.said.set(Some((false, lang.get_untracked().editor_download_failed().to_owned())));
        }
    };
    view! {
        <div class="dlg-b">
            <h2 id="editor-title">{move || lang.get().editor_title()}</h2>
            <div class="row wrap">
                <button
                    type="button"
                    class="btn"
                    data-testid="editor-file-open"
                    on:click=move |_| {
                        if let Some(input) = input.get_untracked() {
                            input.click();
                        }
                    }
                >
                    <Icon name=IconName::Open />
                    {move || lang.get().editor_file()}
                </button>
                <input
                    node_ref=input
                    type="file"
                    hidden
                    data-testid="editor-file"
                    accept=".json,application/json"
                    tabindex="-1"
                    aria-hidden="true"
                    on:change=chosen
                />
                {parts::parts(editor)}
            </div>
            <p class="fg3 note-s">{move || lang.get().editor_drop()}</p>
            <textarea
                class="inp mono edt"
                class:bad=is_bad
                rows="16"
                spellcheck="false"
                autocapitalize="off"
                data-testid="editor-text"
                aria-label=move || lang.get().editor_text()
                aria-invalid=move || is_bad().then_some("true")
                aria-describedby="editor-state"
                prop:value=text
                on:input:target=move |event| {
                    editor.said.set(None);
                    editor.kept.editor.set(Some(event.target().value()));
                }
            ></textarea>
            <div class="edt-s" id="editor-state" aria-live="polite">
                <div data-testid="editor-said">{said}</div>
                {parts::state(editor)}
                <Show when=move || editor.before.with(Option::is_some)>
                    <button
                        type="button"
                        class="lnk"
                        data-testid="editor-before"
                        on:click=move |_| {
                            editor.said.set(None);
                            if let Some(before) = editor.before.get_untracked() {
                                editor.put(before);
                            }
                        }
                    >
                        {move || lang.get().editor_before()}
                    </button>
                </Show>
            </div>
            <div class="row dlg-a">
                <Show when=move || editor.kept.template.with(Option::is_some)>
                    <button
                        type="button"
                        class="btn"
                        data-testid="editor-forget"
                        on:click=move |_| editor.forget(toasts)
                    >
                        {move || lang.get().editor_forget()}
                    </button>
                </Show>
                <span class="row gap1">
                    <button
                        type="button"
                        class="btn"
                        data-testid="editor-download"
                        aria-disabled=move || (!can_apply()).then_some("true")
                        on:click=download
                    >
                        <Icon name=IconName::Download />
                        {move || lang.get().editor_download()}
                    </button>
                    <label class="chk">
                        <input
                            type="checkbox"
                            data-testid="editor-wrapped"
                            prop:checked=wrapped
                            on:change:target=move |event| wrapped.set(event.target().checked())
                        />
                        {move || lang.get().editor_wrapped()}
                    </label>
                </span>
                <button type="button" class="btn right" data-testid="editor-cancel" on:click=move |_| editor.close()>
                    {move || lang.get().cancel()}
                </button>
                <button
                    type="button"
                    class="btn pri"
                    data-testid="editor-apply"
                    aria-disabled=move || (!can_apply()).then_some("true")
                    on:click=move |_| editor.apply()
                >
                    {move || lang.get().editor_apply()}
                </button>
            </div>
        </div>
    }
    .into_any()
}
