//! Files of models: read from the disk, saved to it.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// Bytes of a file at most: a model of the largest size that the platform allows takes a tenth of it.
pub(super) const LARGEST: f64 = 4.0 * 1024.0 * 1024.0;
/// How long the browser is given to fetch the file.
const KEPT: std::time::Duration = std::time::Duration::from_secs(60);

/// The text of a file; what is no UTF-8 is replaced.
///
/// # Errors
/// The browser could not read it.
pub(super) async fn text(file: &File) -> Result<String, JsValue> {
    let buffer = JsFuture::from(file.array_buffer()).await?;
    let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Has the browser save a text as a file.
///
/// # Errors
/// The browser could not.
pub(super) fn save(name: &str, text: &str) -> Result<(), JsValue> {
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
