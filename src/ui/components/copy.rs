use leptos::prelude::*;

use super::{Icon, IconName};
use crate::ui::context::{Toast, Toasts, use_lang};

/// Copies a text and says so.
#[component]
pub(in crate::ui) fn CopyButton(
    #[prop(into)] label: Signal<String>,
    text: impl Fn() -> String + Copy + 'static,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = expect_context::<Toasts>();
    let copy = move |_| {
        // Pages that came neither by https nor from this computer have no clipboard at all.
        let navigator = window().navigator();
        let present =
            js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|found| found.is_object());
        let said = present.then(|| navigator.clipboard().write_text(&text()));
        leptos::task::spawn_local(async move {
            let done = match said {
                Some(said) => wasm_bindgen_futures::JsFuture::from(said).await.is_ok(),
                None => false,
            };
            let lang = lang.get_untracked();
            let text = if done { lang.copied() } else { lang.copy_failed() }.to_owned();
            toasts.show(Toast { text, undo: None, gone: None });
        });
    };
    view! {
        <button type="button" class="btn gho ico sm" aria-label=label title=label on:click=copy>
            <Icon name=IconName::Copy />
        </button>
    }
}
