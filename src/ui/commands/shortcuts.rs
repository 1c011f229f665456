//! The list of all keys: in a dialog of its own, and on the settings page.

use leptos::html;
use leptos::prelude::*;

use super::{Commander, is_mac};
use crate::commands::{Combo, Group, TABLE, labels};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;

/// A combination of keys, one cap each.
#[component]
pub(super) fn Caps(combo: Combo) -> impl IntoView {
    let caps = labels(combo, is_mac()).into_iter().map(|cap| view! { <kbd>{cap}</kbd> }).collect_view();
    view! { <span class="caps">{caps}</span> }
}

/// All commands that have keys, group by group.
#[component]
pub(in crate::ui) fn ShortcutList() -> impl IntoView {
    let lang = use_lang();
    let group = move |group: Group| {
        let entries = TABLE.iter().filter(move |entry| entry.group == group && !entry.keys.is_empty());
        let rows = entries
            .map(|entry| {
                let keys = entry.keys.iter().map(|combo| view! { <Caps combo=*combo /> }).collect_view();
                view! {
                    <div class="short" data-testid="shortcut" data-command=entry.id>
                        <dt>{move || (entry.name)(lang.get())}</dt>
                        <dd>{keys}</dd>
                    </div>
                }
            })
            .collect::<Vec<_>>();
        (!rows.is_empty()).then(|| {
            view! {
                <section class="shorts">
                    <h3 class="grp">{move || group.name(lang.get())}</h3>
                    <dl>{rows}</dl>
                </section>
            }
        })
    };
    view! {
        <div class="shortlist" data-testid="shortcut-list">{Group::ALL.map(group).into_iter().collect_view()}</div>
        <p class="hint">{move || lang.get().shortcuts_scope()}</p>
    }
}

#[component]
pub(in crate::ui) fn ShortcutsDialog() -> impl IntoView {
    let open = expect_context::<Commander>().shortcuts;
    let lang = use_lang();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get().filter(|dialog| open.get() && !dialog.open()) {
            // Fails only for a dialog that is open already.
            let _ = dialog.show_modal();
        }
    });
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <dialog
            node_ref=dialog
            class="dlg shortcuts"
            data-testid="shortcuts"
            aria-labelledby="shortcuts-title"
            on:close=move |_| open.set(false)
        >
            <div class="bar tall">
                <h2 id="shortcuts-title">{move || lang.get().shortcuts_title()}</h2>
                <span class="right row gap1">
                    // Fails only without a printer's dialog, where there is nothing to say.
                    <button type="button" class="btn sm no-print" on:click=|_| drop(window().print())>
                        {move || lang.get().print()}
                    </button>
                    <button
                        type="button"
                        class="btn gho ico sm no-print"
                        autofocus
                        data-testid="shortcuts-close"
                        aria-label=move || lang.get().shortcuts_close()
                        on:click=close
                    >
                        <Icon name=IconName::Close />
                    </button>
                </span>
            </div>
            <Show when=move || open.get()>
                // It scrolls, by the keyboard too.
                <div class="shortbody" tabindex="0" role="region" aria-labelledby="shortcuts-title">
                    <ShortcutList />
                </div>
            </Show>
        </dialog>
    }
}
