//! What the page says of itself, and where it may lead.

use js_sys::Reflect;
use web_sys::Window;

use super::{Edition, Offline};

/// What runs here, as the build wrote it into the page.
pub fn edition(window: &Window) -> Edition {
    let root = window.document().and_then(|document| document.document_element());
    Edition::of(|name| root.as_ref().and_then(|root| root.get_attribute(name)))
}

/// Whether the page opens without a network, before anything was asked of the browser.
pub fn offline(window: &Window, edition: &Edition) -> Offline {
    // A page in a sandbox may not even ask.
    let workers = Reflect::get(&window.navigator(), &"serviceWorker".into());
    let has_workers = workers.is_ok_and(|found| found.is_object());
    Offline::at_first(edition.form, window.is_secure_context(), has_workers)
}
