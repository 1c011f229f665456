//! What screens share: icons, choices, fields, switches, copy buttons, dialogs, files to save.

mod choice;
mod copy;
mod divider;
mod field;
mod icon;
mod modal;
mod save;
mod switch;
mod value_editor;
mod virtual_list;

pub(super) use choice::{Choice, ChoiceOption};
pub(super) use copy::{CopyButton, copy_text};
pub(super) use divider::{Divider, Pane, PaneSizes};
pub(super) use field::{Fix, TextField};
pub(super) use icon::{Icon, IconName};
pub(super) use modal::open_or_close;
pub(super) use save::save_json;
pub(super) use switch::Switch;
pub(super) use value_editor::ValueEditor;
pub(super) use virtual_list::{Place, Slot, VirtualList, VirtualRows};

/// Gives the focus to the control with this `data-testid`, once what is changing has changed.
pub(super) fn focus(test_id: &'static str) {
    use leptos::prelude::document;
    use leptos::wasm_bindgen::JsCast;
    leptos::prelude::request_animation_frame(move || {
        let found = document().query_selector(&format!("[data-testid={test_id}]")).ok().flatten();
        if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Fails only where nothing can be focused.
            let _ = found.focus();
        }
    });
}
