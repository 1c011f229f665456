use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

/// Opens or closes a dialog, once its controls are there: the one with `autofocus` takes the focus. To be called in an effect,
/// whenever what is `wanted` may have changed; it is asked for late, because one dialog may have led to the next.
pub(in crate::ui) fn open_or_close(dialog: NodeRef<html::Dialog>, wanted: impl FnOnce() -> bool + 'static) {
    request_animation_frame(move || {
        let Some(dialog) = dialog.try_get_untracked().flatten() else { return };
        if !wanted() {
            return dialog.close();
        }
        if !dialog.open() {
            // Fails only for a dialog that is open already.
            let _ = dialog.show_modal();
        }
        let first = dialog.query_selector("[autofocus]").ok().flatten();
        if let Some(first) = first.and_then(|first| first.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Fails only where nothing can be focused.
            let _ = first.focus();
        }
    });
}
