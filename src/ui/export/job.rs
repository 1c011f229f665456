//! An export as it runs: slices between frames, the file in pieces that the browser keeps outside our memory.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::journal::export::{Export, Form, Step};
use crate::ui::bench::Bench;

/// How long a slice may take, in milliseconds.
const SLICE: f64 = 8.0;
/// How long a slice may take while nobody looks: the browser then calls timers once a second only.
const SLICE_HIDDEN: f64 = 250.0;
/// Bytes that are written between two looks at the clock.
const WORK: usize = 64 * 1024;
/// Bytes of a piece that is handed to the browser.
const PIECE: usize = 1024 * 1024;
/// How long the finished file can be fetched.
const KEPT: Duration = Duration::from_secs(60);

/// How far an export has come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Progress {
    /// From 0 to 1.
    pub(super) part: f64,
    pub(super) written: u64,
    pub(super) bytes: u64,
}

/// How an export ended.
pub(super) struct Finished {
    pub(super) progress: Progress,
    /// Entries that were dropped before they could be written.
    pub(super) gone: u64,
}

struct Job {
    export: Export,
    /// What is not handed over yet.
    rest: Vec<u8>,
    pieces: Array,
    bytes: u64,
    form: Form,
    name: String,
    /// Which journal it is of.
    journal: u32,
}

/// The export that runs, if one does. It ends with the page that began it.
#[derive(Clone, Default)]
pub(super) struct Running(Rc<RefCell<Option<Job>>>);

impl Running {
    /// Begins; `tell` is called after each slice, `end` once, unless the export is cancelled.
    pub(super) fn start(
        &self,
        bench: Bench,
        export: Export,
        form: Form,
        name: String,
        tell: impl Fn(Progress) + 'static,
        end: impl FnOnce(Result<Finished, String>) + 'static,
    ) {
        let journal = untrack(|| bench.shown());
        let rest = Vec::with_capacity(PIECE);
        let job = Job { export, rest, pieces: Array::new(), bytes: 0, form, name, journal };
        *self.0.borrow_mut() = Some(job);
        self.clone().later(bench, tell, end);
    }

    /// Ends it without a file.
    pub(super) fn cancel(&self) {
        *self.0.borrow_mut() = None;
    }

    fn later(
        self,
        bench: Bench,
        tell: impl Fn(Progress) + 'static,
        end: impl FnOnce(Result<Finished, String>) + 'static,
    ) {
        set_timeout(
            move || {
                let mut slot = self.0.borrow_mut();
                let Some(job) = slot.as_mut() else { return };
                let outcome = job.slice(bench);
                let progress = job.progress();
                if matches!(outcome, Ok(false)) {
                    drop(slot);
                    tell(progress);
                    return self.later(bench, tell, end);
                }
                let gone = job.export.gone();
                *slot = None;
                drop(slot);
                end(outcome.map(|_| Finished { progress, gone }).map_err(|error| words(&error)));
            },
            Duration::ZERO,
        );
    }
}

impl Job {
    /// Works for a few milliseconds; tells whether that was all.
    fn slice(&mut self, bench: Bench) -> Result<bool, JsValue> {
        if untrack(|| bench.shown()) != self.journal {
            // Another journal has come into its place; without words, since the browser has none for it.
            return Err(JsValue::UNDEFINED);
        }
        let performance = window().performance();
        let now = || performance.as_ref().map_or(f64::INFINITY, web_sys::Performance::now);
        let until = now() + if document().hidden() { SLICE_HIDDEN } else { SLICE };
        loop {
            let step =
                untrack(|| bench.journal(|journal| self.export.advance(journal, WORK, &mut self.rest)));
            if let Step::More(_) = step {
                if self.rest.len() >= PIECE {
                    self.hand_over()?;
                }
                if now() < until {
                    continue;
                }
                return Ok(false);
            }
            self.hand_over()?;
            self.save()?;
            return Ok(true);
        }
    }

    fn progress(&self) -> Progress {
        let written = self.export.written();
        let done = written + self.export.gone();
        Progress {
            part: done as f64 / self.export.total().max(1) as f64,
            written,
            bytes: self.bytes + self.rest.len() as u64,
        }
    }

    /// Gives what is written to the browser.
    fn hand_over(&mut self) -> Result<(), JsValue> {
        let bytes = Array::of1(&Uint8Array::from(self.rest.as_slice()));
        let piece = Blob::new_with_u8_array_sequence(&bytes)?;
        self.pieces.push(&piece);
        self.bytes += self.rest.len() as u64;
        self.rest.clear();
        Ok(())
    }

    /// Has the browser save the file.
    fn save(&self) -> Result<(), JsValue> {
        let options = BlobPropertyBag::new();
        options.set_type(self.form.media_type());
        let file = Blob::new_with_blob_sequence_and_options(&self.pieces, &options)?;
        let url = Url::create_object_url_with_blob(&file)?;
        let anchor: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
        anchor.set_href(&url);
        anchor.set_download(&self.name);
        anchor.click();
        set_timeout(
            move || {
                // Fails never; the browser frees the file.
                let _ = Url::revoke_object_url(&url);
            },
            KEPT,
        );
        Ok(())
    }
}

/// What the browser says of an error.
pub(in crate::ui) fn words(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(
        || error.as_string().unwrap_or_default(),
        |error| format!("{}: {}", String::from(error.name()), String::from(error.message())),
    )
}
