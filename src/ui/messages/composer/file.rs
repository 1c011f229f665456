//! Files that become a payload.

use bytes::Bytes;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::draft::{Draft, Large};
use super::problem::Problem;
use crate::composing::{convert, escaped};
use crate::payload::{self, Format};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;

/// Bytes of a file that is loaded.
const MOST: usize = 64 << 20;

impl Draft {
    /// Takes a file's bytes into the editor, or keeps them beside it where they are too many.
    pub(super) fn load(self, file: File) {
        let name = file.name();
        let size = file.size();
        if size > MOST as f64 {
            // A float cast saturates.
            return self.problem.set(Some(Problem::FileTooLarge(size as usize)));
        }
        leptos::task::spawn_local(async move {
            match JsFuture::from(file.array_buffer()).await {
                Ok(buffer) => self.take_bytes(name, js_sys::Uint8Array::new(&buffer).to_vec(), false),
                // A folder, or a file that is gone.
                Err(_) => self.problem.set(Some(Problem::Unreadable(name))),
            }
        });
    }

    /// Takes bytes as a payload; `as_is` says that what looks like a variable in them is none.
    pub(super) fn take_bytes(self, name: String, bytes: Vec<u8>, as_is: bool) {
        self.forget_problem();
        let format = convert::best_format(&bytes);
        let most = if matches!(format, Format::Json | Format::Text) { Large::TEXT } else { Large::BINARY };
        let typed = Some(&bytes)
            .filter(|bytes| bytes.len() <= most)
            .and_then(|bytes| convert::typed_as(bytes, format));
        self.large.set(match typed {
            Some(typed) => {
                self.format.set(format.id());
                self.payload.set(if as_is { escaped(&typed).into_owned() } else { typed });
                None
            }
            None => Some(Large { name: Some(name), bytes: Bytes::from(bytes) }),
        });
    }

    /// Takes what is typed; what is too long for an editor is kept beside it, if it means anything.
    pub(super) fn take_typed(self, typed: String) {
        self.forget_problem();
        if typed.len() > Large::TEXT
            && let Ok(bytes) = payload::parse(untrack(|| self.format()), &typed)
        {
            self.payload.set(String::new());
            self.large.set(Some(Large { name: None, bytes: Bytes::from(bytes) }));
            return;
        }
        self.payload.set(typed);
    }
}

/// A button that asks for a file.
#[component]
pub(super) fn FileButton(draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let input = NodeRef::<html::Input>::new();
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let file = input.files().and_then(|files| files.get(0));
        // The same file can be chosen again.
        input.set_value("");
        if let Some(file) = file {
            draft.load(file);
        }
    };
    view! {
        <button
            type="button"
            class="btn gho ico sm"
            data-testid="publish-load"
            aria-label=move || lang.get().load_file()
            title=move || lang.get().load_file()
            on:click=move |_| {
                if let Some(input) = input.get_untracked() {
                    input.click();
                }
            }
        >
            <Icon name=IconName::Open />
        </button>
        <input
            node_ref=input
            type="file"
            hidden
            data-testid="publish-file"
            tabindex="-1"
            aria-hidden="true"
            on:change=chosen
        />
    }
}
