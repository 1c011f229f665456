//! A new version: a line that says so, and the question before a reload that would take something away.

use leptos::html;
use leptos::prelude::*;

use crate::ui::components::{Icon, IconName, open_or_close};
use crate::ui::context::use_lang;
use crate::ui::delivery::use_delivery;

/// Tells of a new version, until it is put off. It never does anything by itself.
#[component]
pub(super) fn UpdateNotice() -> impl IntoView {
    let lang = use_lang();
    let delivery = use_delivery();
    let notice = Memo::new(move |_| delivery.notice());
    let said = move || notice.get().map(|notice| lang.get().update_notice(notice));
    // Asked only while there is a notice: it follows all sessions.
    let loss = Memo::new(move |_| notice.get().map(|_| delivery.loss()).unwrap_or_default());
    let reload = move |_| {
        if untrack(|| delivery.loss()).is_any() {
            delivery.asking.set(true);
        } else {
            delivery.reload();
        }
    };
    view! {
        // In the page before there is something to say, or it would not be read out.
        <p class="sr" role="status">{said}</p>
        {move || {
            let notice = notice.get()?;
            Some(
                view! {
                    <div class="note acc flat update" data-testid="update-notice" data-state=notice.id()>
                        <Icon name=IconName::Again />
                        <span class="grow">
                            {move || lang.get().update_notice(notice)} " "
                            <span class="fg2" data-testid="update-loses">
                                {move || lang.get().update_loses(loss.get())}
                            </span>
                        </span>
                        <button type="button" class="btn sm" data-testid="update-reload" on:click=reload>
                            {move || lang.get().update_reload()}
                        </button>
                        <button
                            type="button"
                            class="btn gho sm"
                            data-testid="update-later"
                            on:click=move |_| delivery.put_off()
                        >
                            {move || lang.get().update_later()}
                        </button>
                    </div>
                },
            )
        }}
    }
}

/// Asks once before a reload that takes something away, and names that. The focus begins on the way back.
#[component]
pub(super) fn UpdateDialog() -> impl IntoView {
    let lang = use_lang();
    let delivery = use_delivery();
    let asking = delivery.asking;
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        asking.track();
        open_or_close(dialog, move || asking.get_untracked());
    });
    let loses = move || {
        let lang = lang.get();
        asking.get().then(|| lang.update_loses(delivery.loss()))
    };
    view! {
        <dialog
            node_ref=dialog
            class="dlg"
            aria-labelledby="update-title"
            data-testid="update-dialog"
            on:close=move |_| asking.set(false)
        >
            <div class="dlg-b">
                <h2 id="update-title">{move || lang.get().update_ask()}</h2>
                <p class="note warn">
                    <Icon name=IconName::Warning />
                    <span data-testid="update-ask">{loses}</span>
                </p>
                <p class="fg2">{move || lang.get().update_ask_hint()}</p>
                <div class="row dlg-a">
                    <button
                        type="button"
                        class="btn right"
                        autofocus
                        data-testid="update-cancel"
                        on:click=move |_| asking.set(false)
                    >
                        {move || lang.get().cancel()}
                    </button>
                    <button
                        type="button"
                        class="btn dan"
                        data-testid="update-now"
                        on:click=move |_| {
                            asking.set(false);
                            delivery.reload();
                        }
                    >
                        {move || lang.get().update_reload()}
                    </button>
                </div>
            </div>
        </dialog>
    }
}
