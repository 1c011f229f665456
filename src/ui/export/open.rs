//! Records that are opened again: chosen or dropped, and read in slices.

use std::future::Future;
use std::pin::Pin;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::job::words;
use crate::i18n::Lang;
use crate::journal::Journal;
use crate::journal::import::{Import, ImportError, Record};
use crate::parts::part;
use crate::ui::bench::Bench;
use crate::ui::components::{Icon, IconName, focus};
use crate::ui::context::use_lang;
use crate::ui::page::Page;
use crate::ui::record::OpenRecord;

/// Bytes that are read in one go: what a few milliseconds are enough for.
const SLICE: f64 = 256.0 * 1024.0;

/// Why a file could not be opened.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum OpenError {
    Import(ImportError),
    /// The browser's own words.
    Unreadable(String),
}

impl OpenError {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Import(ImportError::Empty) => "record-empty",
            Self::Import(ImportError::Table) => "record-table",
            Self::Import(ImportError::Compressed) => "record-compressed",
            Self::Import(ImportError::Unknown) => "record-unknown",
            Self::Import(ImportError::Newer(_)) => "record-newer",
            Self::Unreadable(_) => "record-unreadable",
        }
    }

    pub(super) fn text(&self, lang: Lang) -> String {
        match self {
            Self::Import(error) => lang.import_error(*error),
            Self::Unreadable(words) => lang.record_unreadable(words),
        }
    }
}

impl From<ImportError> for OpenError {
    fn from(error: ImportError) -> Self {
        Self::Import(error)
    }
}

impl From<JsValue> for OpenError {
    fn from(error: JsValue) -> Self {
        Self::Unreadable(words(&error))
    }
}

/// What is going on with a file.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Reading {
    Nothing,
    /// Its name, and how much of it is read, in percent.
    Busy(String, u32),
    Failed(String, OpenError),
}

/// Reads a record; nothing if it is no longer wanted.
type Read = Pin<Box<dyn Future<Output = Result<Option<Record>, OpenError>>>>;

part!(OPENER: fn(Records, File, u32) -> Read = session, fetch_opener, whole_opener => |records, file, number| {
    Box::pin(async move { records.read(&file, number).await })
});

/// Fetches what reads records, before it is asked for.
pub(in crate::ui) async fn fetch() -> bool {
    OPENER.fetch().await
}

/// Opens records; one for each session.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Records {
    pub(super) bench: Bench,
    lang: RwSignal<Lang>,
    pub(super) reading: RwSignal<Reading>,
    /// Counts the files, so that one that is no longer wanted is read no further.
    wanted: StoredValue<u32>,
    /// Whether a file is held over the page.
    pub(in crate::ui) dropping: RwSignal<bool>,
}

impl Records {
    /// Makes itself known.
    pub(in crate::ui) fn provide(bench: Bench) {
        let records = Self {
            bench,
            lang: use_lang(),
            reading: RwSignal::new(Reading::Nothing),
            wanted: StoredValue::new(0),
            dropping: RwSignal::new(false),
        };
        provide_context(records);
    }

    /// Takes files that are dropped on the page, as long as the session is in front.
    pub(in crate::ui) fn take_dropped(self) {
        let records = self;
        let holds_file = |event: &web_sys::DragEvent| {
            event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0))
        };
        let over = window_event_listener(leptos::ev::dragover, move |event| {
            if holds_file(&event) {
                event.prevent_default();
                records.dropping.set(true);
            }
        });
        let leave = window_event_listener(leptos::ev::dragleave, move |event| {
            if event.related_target().is_none() {
                records.dropping.set(false);
            }
        });
        let drop = window_event_listener(leptos::ev::drop, move |event| {
            if !holds_file(&event) {
                return;
            }
            // Else the browser would leave the page for the file.
            event.prevent_default();
            records.dropping.set(false);
            let file = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
            if let Some(file) = file.filter(|_| !is_covered()) {
                records.open(file);
            }
        });
        on_cleanup(move || [over, leave, drop].into_iter().for_each(|handle| handle.remove()));
    }

    /// A file that was held over the page is somebody else's.
    pub(in crate::ui) fn let_go(self) {
        if self.dropping.get_untracked() {
            self.dropping.set(false);
        }
    }

    /// Reads a file and shows it.
    pub(in crate::ui) fn open(self, file: File) {
        let number = self.stop();
        let name = file.name();
        self.reading.set(Reading::Busy(name.clone(), 0));
        wasm_bindgen_futures::spawn_local(async move {
            if !OPENER.fetch().await {
                let words = self.lang.get_untracked().part_failed_why().to_owned();
                return self.reading.set(Reading::Failed(name, OpenError::Unreadable(words)));
            }
            let Some(read) = OPENER.get() else { return };
            let outcome = read(self, file, number).await;
            if self.wanted.get_value() != number {
                return;
            }
            match outcome {
                Ok(Some(record)) => {
                    self.reading.set(Reading::Nothing);
                    self.bench.open_record(OpenRecord { name, record });
                    if !Page::shows_a_journal() {
                        Page::Messages.open();
                    }
                    focus("record-close");
                }
                Ok(None) => {}
                Err(error) => self.reading.set(Reading::Failed(name, error)),
            }
        });
    }

    /// Reads no further what is being read, and forgets what failed; gives the next file its number.
    /// Whether there is anything to say of a record.
    pub(in crate::ui) fn is_busy(self) -> bool {
        self.bench.shown() != 0
            || self.reading.with(|reading| *reading != Reading::Nothing)
            || self.dropping.get()
    }

    pub(super) fn stop(self) -> u32 {
        self.wanted.update_value(|wanted| *wanted = wanted.wrapping_add(1));
        self.reading.set(Reading::Nothing);
        self.wanted.get_value()
    }

    /// Slice by slice; the browser has its turn while it fetches the next. Nothing if it is no longer wanted.
    async fn read(self, file: &File, number: u32) -> Result<Option<Record>, OpenError> {
        let budget = self.bench.device(|device| device.read(Journal::budget));
        let mut import = Import::new(budget);
        let size = file.size();
        let mut at = 0.0;
        while at < size {
            let end = (at + SLICE).min(size);
            let slice = file.slice_with_f64_and_f64(at, end)?;
            let buffer = JsFuture::from(slice.array_buffer()).await?;
            if self.wanted.get_value() != number {
                return Ok(None);
            }
            import.advance(&js_sys::Uint8Array::new(&buffer).to_vec())?;
            at = end;
            let percent = (at / size * 100.0) as u32;
            self.reading.update(|reading| {
                if let Reading::Busy(_, shown) = reading {
                    *shown = percent;
                }
            });
        }
        Ok(Some(import.finish()?))
    }
}

/// Whether a dialog lies over the page.
fn is_covered() -> bool {
    document().query_selector("dialog[open]").is_ok_and(|dialog| dialog.is_some())
}

/// A button that asks for a file and opens it.
#[component]
pub(in crate::ui) fn OpenRecordButton(
    /// Called once a file is chosen.
    on_choose: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let lang = use_lang();
    let records = expect_context::<Records>();
    let input = NodeRef::<html::Input>::new();
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let file = input.files().and_then(|files| files.get(0));
        // The same file can be chosen again.
        input.set_value("");
        if let Some(file) = file {
            on_choose();
            records.open(file);
        }
    };
    view! {
        <button
            type="button"
            class="btn"
            data-testid="open-record"
            title=move || lang.get().open_record_hint()
            on:click=move |_| {
                if let Some(input) = input.get_untracked() {
                    input.click();
                }
            }
        >
            <Icon name=IconName::Open />
            {move || lang.get().open_record()}
        </button>
        <input
            node_ref=input
            type="file"
            hidden
            data-testid="open-record-file"
            accept=".jsonl,.ndjson,.json"
            tabindex="-1"
            aria-hidden="true"
            on:change=chosen
        />
    }
}
