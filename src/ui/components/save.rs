use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// How long a saved file stays with the page, for the browser to fetch it.
const KEPT: Duration = Duration::from_secs(60);

/// Has the browser save a JSON text as a file.
///
/// # Errors
/// The browser could not.
pub(in crate::ui) fn save_json(name: &str, text: &str) -> Result<(), JsValue> {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("application/json");
    let pieces = js_sys::Array::of1(&JsValue::from_str(text));
    let file = web_sys::Blob::new_with_str_sequence_and_options(&pieces, &options)?;
    let url = web_sys::Url::create_object_url_with_blob(&file)?;
    let anchor: web_sys::HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    set_timeout(
        move || {
            // Fails never; the browser frees the file.
            let _ = web_sys::Url::revoke_object_url(&url);
        },
        KEPT,
    );
    Ok(())
}
