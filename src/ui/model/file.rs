//! Files of models, read from the disk.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// Bytes of a file at most: a model of the largest size that the platform allows takes a tenth of it.
pub(super) const LARGEST: f64 = 4.0 * 1024.0 * 1024.0;

/// The text of a file; what is no UTF-8 is replaced.
///
/// # Errors
/// The browser could not read it.
pub(super) async fn text(file: &File) -> Result<String, JsValue> {
    let buffer = JsFuture::from(file.array_buffer()).await?;
    let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
