//! After a panic. The page can render nothing any more, but what it holds in memory is still there: a banner, which waits in
//! `index.html`, says what happened and saves the log of every session.
//!
//! Nothing here reads a signal or a context: who panicked may hold them. [`rescue`] reaches the journals beside all that.

use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicBool, Ordering};

use js_sys::{Array, Reflect, Uint8Array};
use leptos::prelude::{document, window};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlElement, Url};

use super::export::Words;
use super::record::{about_session, offset_minutes};
use crate::device::rescue;
use crate::i18n::numbers::grouped;
use crate::i18n::{Lang, plain_panic};
use crate::journal::export::{About, Export, Form, Step, file_name};
use crate::journal::{Journal, wall};
use crate::parts::part;
use crate::uiot::secrets;

/// Bytes of a piece that is handed to the browser.
const PIECE: usize = 1024 * 1024;

/// Whether it has happened.
static CRASHED: AtomicBool = AtomicBool::new(false);

/// For the panic hook: shows the banner and tells the console, of the first panic only. What comes after is its consequence.
pub fn tell(info: &PanicHookInfo<'_>) {
    if CRASHED.swap(true, Ordering::Relaxed) {
        return;
    }
    let payload = info.payload();
    let message = payload.downcast_ref::<String>().map(String::as_str);
    let message = message.or(payload.downcast_ref::<&str>().copied()).unwrap_or_default();
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let what = format!("{} ({place})", plain_panic(message));
    let trace = js_sys::Error::new(&format!("panicked: {what}"));
    // The trace names functions and files; without it the message alone is told.
    let trace = Reflect::get(&trace, &"stack".into()).unwrap_or(trace.into());
    web_sys::console::error_1(&trace);
    show("crash-what", &what);
    show_element("crash");
}

fn show_element(id: &str) {
    if let Some(element) = element(id) {
        // Fails only for a name that is no attribute.
        let _ = element.remove_attribute("hidden");
    }
}

/// Makes the banner's button work. It is made while all is well, and kept for ever.
pub fn arm() {
    let save = Closure::<dyn Fn()>::new(save);
    if let Some(button) = element("crash-save") {
        button.set_onclick(Some(save.as_ref().unchecked_ref()));
    }
    save.forget();
}

part!(
    /// What saves the logs. In one module with what writes them: where there is a log, it can be had without the network.
    pub(super) SAVER: fn() = session, fetch_saver, whole_saver => save_now
);

fn save() {
    match SAVER.get() {
        Some(save) => save(),
        None => show_element("crash-lost"),
    }
}

/// Saves each session's log as a file of its own, and says how it went.
fn save_now() {
    let lang = language();
    // For the page's script, which says so should this be the end of it too.
    mark(true);
    let (mut files, mut entries) = (0, 0);
    let mut unread: Vec<String> = Vec::new();
    let mut refused = None;
    rescue(|plan, clock, journal| {
        let name = plan.map_or_else(|| lang.new_session().to_owned(), |plan| plan.name.clone());
        let Some(journal) = journal else { return unread.push(name) };
        if journal.first_seq() == journal.end_seq() {
            return;
        }
        let about =
            about_session(plan, concat!("UIoT Testbench ", env!("CARGO_PKG_VERSION")).to_owned(), clock);
        match save_journal(lang, journal, about) {
            Ok(written) => {
                files += 1;
                entries += written;
            }
            Err(error) => refused = Some(super::export::error_words(&error)),
        }
    });
    let mut said =
        if files > 0 { lang.crash_saved(files, &grouped(entries)) } else { lang.crash_nothing().to_owned() };
    if let Some(words) = refused {
        said = lang.crash_refused(&words);
    }
    if !unread.is_empty() {
        said = format!("{said} {}", lang.crash_unread(&unread.join(", ")));
    }
    show("crash-said", &said);
    mark(false);
}

/// One journal, in one go: nothing else is going on. Returns how many entries were written.
fn save_journal(lang: Lang, journal: &Journal, about: About) -> Result<u64, JsValue> {
    let now = js_sys::Date::now() as u64 * 1000;
    let name = file_name(&about.client_id, &wall::local(now, offset_minutes(now)), Form::Jsonl);
    let all = journal.first_seq()..journal.end_seq();
    let mut export = Export::new(Form::Jsonl, [all], about, Box::new(Words::new(lang)), secrets);
    let (pieces, mut rest) = (Array::new(), Vec::with_capacity(PIECE));
    loop {
        let step = export.advance(journal, PIECE, &mut rest);
        pieces.push(&Uint8Array::from(rest.as_slice()));
        rest.clear();
        if step == Step::Done {
            break;
        }
    }
    let options = BlobPropertyBag::new();
    options.set_type(Form::Jsonl.media_type());
    let file = Blob::new_with_u8_array_sequence_and_options(&pieces, &options)?;
    let anchor: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    // The browser frees it with the page.
    anchor.set_href(&Url::create_object_url_with_blob(&file)?);
    anchor.set_download(&name);
    anchor.click();
    Ok(export.written())
}

fn language() -> Lang {
    let tag = document().document_element().and_then(|root| root.get_attribute("lang"));
    if tag.as_deref() == Some(Lang::En.tag()) { Lang::En } else { Lang::Zh }
}

fn element(id: &str) -> Option<HtmlElement> {
    window().document()?.get_element_by_id(id)?.dyn_into().ok()
}

fn show(id: &str, text: &str) {
    if let Some(element) = element(id) {
        element.set_text_content(Some(text));
    }
}

fn mark(saving: bool) {
    if let Some(banner) = element("crash") {
        // Both fail only for a name that is no attribute.
        let _ = match saving {
            true => banner.set_attribute("data-saving", ""),
            false => banner.remove_attribute("data-saving"),
        };
    }
}
