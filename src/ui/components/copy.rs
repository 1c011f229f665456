use leptos::prelude::*;

use super::{Icon, IconName};
use crate::i18n::Lang;
use crate::ui::context::{Toast, Toasts, use_lang};

/// Copies a text and says whether that went well.
pub(in crate::ui) fn copy_text(text: &str, lang: RwSignal<Lang>, toasts: Toasts) {
    // Pages that came neither by https nor from this computer have no clipboard at all.
    let navigator = window().navigator();
    let present = js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|found| found.is_object());
    let said = present.then(|| navigator.clipboard().write_text(text));
    leptos::task::spawn_local(async move {
        let done = match said {
            Some(said) => wasm_bindgen_futures::JsFuture::from(said).await.is_ok(),
            None => false,
        };
        let lang = lang.get_untracked();
        let text = if done { lang.copied() } else { lang.copy_failed() }.to_owned();
        toasts.show(Toast { text, undo: None, gone: None });
    });
}

/// Copies a text and says so.
#[component]
pub(in crate::ui) fn CopyButton(
    #[prop(into)] label: Signal<String>,
    text: impl Fn() -> String + Copy + 'static,
    #[prop(default = IconName::Copy)] icon: IconName,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = expect_context::<Toasts>();
    view! {
        <button
            type="button"
            class="btn gho ico sm"
            aria-label=label
            title=label
            on:click=move |_| copy_text(&text(), lang, toasts)
        >
            <Icon name=icon />
        </button>
    }
}
