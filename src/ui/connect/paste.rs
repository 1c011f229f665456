use std::sync::Arc;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, HtmlElement};

use super::FormState;
use crate::storage::import::read_pasted;
use crate::storage::{Field, Mode};
use crate::ui::context::{Toast, Toasts, use_lang};
use crate::uiot::AuthMode;

/// The inputs into which a whole credential can be pasted.
const FIELDS: [Field; 3] = [Field::ProductSn, Field::DeviceSn, Field::DeviceSecret];

/// What a whole credential does that is pasted into one of its three inputs: it fills all that it names, with a way back.
pub(super) fn on_paste(state: FormState) -> impl Fn(ClipboardEvent) + Copy {
    let lang = use_lang();
    let toasts = expect_context::<Toasts>();
    move |event: ClipboardEvent| {
        let profile = state.bench.profile;
        let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        let into = target.map(|target| target.id()).unwrap_or_default();
        let is_one = FIELDS.iter().any(|field| into == format!("in-{}", field.id()));
        if !is_one || profile.with_untracked(|profile| profile.mode != Mode::Uiot) {
            return;
        }
        let text =
            event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
        let Some(found) = read_pasted(&text) else { return };
        let named = [found.product_sn.is_some(), found.device_sn.is_some(), found.secret.is_some()];
        // A single value goes where it was pasted.
        if named.iter().filter(|named| **named).count() < 2 {
            return;
        }
        event.prevent_default();
        let before = profile.with_untracked(|profile| {
            let registration = (profile.registration, profile.device_secret.clone());
            (profile.product_sn.clone(), profile.device_sn.clone(), registration)
        });
        profile.update(|profile| {
            if let Some(product) = found.product_sn {
                profile.product_sn = product;
            }
            if let Some(device) = found.device_sn {
                profile.device_sn = device;
            }
            if let Some(secret) = found.secret {
                // It is the device's own.
                (profile.registration, profile.device_secret) = (AuthMode::Static, secret);
            }
        });
        for (field, named) in FIELDS.into_iter().zip(named) {
            if named {
                state.touch(field);
            }
        }
        let words = lang.get_untracked();
        let names: Vec<_> = FIELDS
            .into_iter()
            .zip(named)
            .filter(|(_, named)| *named)
            .map(|(field, _)| words.field(field))
            .collect();
        let back = move || {
            profile.update(|profile| {
                let registration;
                (profile.product_sn, profile.device_sn, registration) = before.clone();
                (profile.registration, profile.device_secret) = registration;
            });
        };
        toasts.show(Toast { text: words.pasted(&names.join(", ")), undo: Some(Arc::new(back)), gone: None });
    }
}
