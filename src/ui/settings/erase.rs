use leptos::html;
use leptos::prelude::*;

use super::stored::entry_name;
use crate::i18n::numbers::size;
use crate::storage;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::sessions::use_sessions;

/// Asks once before everything that is stored goes, and names it. The focus begins on the way back.
#[component]
pub(super) fn EraseDialog(open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let sessions = use_sessions();
    let dialog = NodeRef::<html::Dialog>::new();
    let stored = RwSignal::new(Vec::new());
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if open.get() {
            stored.set(storage::stored());
            // Fails only where it is open already.
            let _ = dialog.show_modal();
        } else {
            dialog.close();
        }
    });
    let names = move || {
        let lang = lang.get();
        let item = |(name, bytes, _): &(String, usize, bool)| {
            view! { <li>{entry_name(lang, name)} " "<span class="fg3 num">{size(*bytes)}</span></li> }
        };
        stored.with(|all| all.iter().map(item).collect_view())
    };
    let text = move || {
        let (count, bytes) =
            stored.with(|all| (all.len(), all.iter().map(|(_, bytes, _)| bytes).sum::<usize>()));
        lang.get().erase_text(count, &size(bytes))
    };
    let erase = move |_| {
        storage::erase_stored();
        // Nothing is stored after this: the page goes with what it holds in memory.
        let _ = window().location().reload();
    };
    view! {
        <dialog
            node_ref=dialog
            class="dlg"
            aria-labelledby="erase-title"
            data-testid="erase-dialog"
            on:close=move |_| open.set(false)
        >
            <div class="dlg-b">
                <h2 id="erase-title">{move || lang.get().erase_title()}</h2>
                <p>{text}</p>
                <ul class="erase-l">{names}</ul>
                <p class="note warn">
                    <Icon name=IconName::Warning />
                    <span>{move || lang.get().erase_sessions(sessions.list().with(Vec::len))}</span>
                </p>
                <div class="row dlg-a">
                    <button
                        type="button"
                        class="btn right"
                        autofocus
                        data-testid="erase-cancel"
                        on:click=move |_| open.set(false)
                    >
                        {move || lang.get().cancel()}
                    </button>
                    <button type="button" class="btn dan" data-testid="erase-now" on:click=erase>
                        {move || lang.get().erase_now()}
                    </button>
                </div>
            </div>
        </dialog>
    }
}
