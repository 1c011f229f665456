//! The dialog that exports: in which form, and what.

use leptos::html;
use leptos::prelude::*;

use super::job::{Progress, Running};
use super::open::OpenRecordButton;
use super::words::Words;
use crate::i18n::Lang;
use crate::i18n::numbers::{grouped, size};
use crate::journal::export::{About, Export, Form, file_name, ranges};
use crate::journal::{Journal, wall};
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName};
use crate::ui::context::{Toast, Toasts, use_lang};
use crate::ui::listing::Listing;
use crate::ui::record::offset_minutes;
use crate::uiot::secrets;

const FORMS: &[ChoiceOption] = &[
    ChoiceOption { id: Form::Jsonl.id(), label: |_| "JSONL" },
    ChoiceOption { id: Form::Csv.id(), label: |_| "CSV" },
    ChoiceOption { id: Form::Wire.id(), label: Lang::export_form_wire },
];

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// Every entry of the journal.
    All,
    /// The rows of the list, filtered or not.
    Listed,
    /// The selected row.
    Selected,
}

impl What {
    const ALL: [Self; 3] = [Self::All, Self::Listed, Self::Selected];

    const fn id(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Listed => "listed",
            Self::Selected => "selected",
        }
    }
}

/// What the dialog shows.
#[derive(Clone, Copy)]
struct State {
    listing: Listing,
    open: RwSignal<bool>,
    form: RwSignal<Form>,
    what: RwSignal<What>,
    /// While an export runs.
    progress: RwSignal<Option<Progress>>,
    total: RwSignal<u64>,
    problem: RwSignal<Option<String>>,
}

impl State {
    /// How many entries a choice has.
    fn count(self, what: What) -> u64 {
        match what {
            What::All => self.listing.bench.journal(|journal| journal.end_seq() - journal.first_seq()),
            What::Listed => self.listing.row_count() as u64,
            What::Selected => u64::from(self.listing.selected.get().is_some()),
        }
    }

    fn label(self, lang: Lang, what: What) -> String {
        let count = grouped(self.count(what));
        match what {
            What::All => lang.export_all(&count),
            What::Listed if self.listing.view(|view| view.is_filtered()) => lang.export_filtered(&count),
            What::Listed => lang.export_shown(&count),
            What::Selected if self.listing.selected.get().is_some() => lang.export_selected().to_owned(),
            What::Selected => lang.export_none_selected().to_owned(),
        }
    }

    /// Whether it can be chosen: it has entries, and a filter is through with the journal.
    fn offers(self, what: What) -> bool {
        self.count(what) > 0 && (what != What::Listed || self.listing.progress().is_none())
    }

    fn export(self, lang: Lang) -> (Export, About) {
        let listing = self.listing;
        let what = self.what.get_untracked();
        let seqs = untrack(|| match what {
            What::All => {
                let all = listing.bench.journal(|journal: &Journal| journal.first_seq()..journal.end_seq());
                std::iter::once(all).collect()
            }
            What::Listed => listing.view(|view| ranges(view.rows(0..view.row_count()))),
            What::Selected => ranges(listing.selected.get()),
        });
        let mut about = listing.bench.about();
        if what == What::Listed && untrack(|| listing.view(|view| view.is_filtered())) {
            about.filter = listing.text.get_untracked();
        }
        let words = Box::new(Words::new(lang));
        (Export::new(self.form.get_untracked(), seqs, about.clone(), words, secrets), about)
    }
}

/// A button that opens the dialog.
#[component]
pub(in crate::ui) fn ExportButton(listing: Listing) -> impl IntoView {
    let lang = use_lang();
    let state = State {
        listing,
        open: RwSignal::new(false),
        form: RwSignal::new(Form::Jsonl),
        what: RwSignal::new(What::All),
        progress: RwSignal::new(None),
        total: RwSignal::new(0),
        problem: RwSignal::new(None),
    };
    let dialog = NodeRef::<html::Dialog>::new();
    let running = StoredValue::new_local(Running::default());
    on_cleanup(move || running.with_value(Running::cancel));
    let open = move |_| {
        let filtered = untrack(|| listing.view(|view| view.is_filtered()));
        state.what.set(if filtered { What::Listed } else { What::All });
        state.problem.set(None);
        state.open.set(true);
        // Once its controls are there: one of them takes the focus.
        request_animation_frame(move || {
            if let Some(dialog) = dialog.try_get_untracked().flatten() {
                // Fails only for a dialog that is open already.
                let _ = dialog.show_modal();
            }
        });
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    // However it was closed.
    let closed = move |_| {
        running.with_value(Running::cancel);
        state.progress.set(None);
        state.open.set(false);
    };
    view! {
        <button
            type="button"
            class="btn gho ico sm"
            data-testid="log-export"
            aria-haspopup="dialog"
            aria-label=move || lang.get().export()
            title=move || lang.get().export()
            on:click=open
        >
            <Icon name=IconName::Download />
        </button>
        <dialog
            node_ref=dialog
            class="dlg"
            data-testid="export-dialog"
            aria-label=move || lang.get().export_title()
            on:close=closed
            // Keys that mean something in the list under it do not here.
            on:keydown=move |event| event.stop_propagation()
        >
            <Show when=move || state.open.get()>
                <Body state running close=Callback::new(move |()| close()) />
            </Show>
        </dialog>
    }
}

#[component]
fn Body(state: State, running: StoredValue<Running, LocalStorage>, close: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let toasts = expect_context::<Toasts>();
    let busy = Memo::new(move |_| state.progress.with(Option::is_some));
    let start = move || {
        if untrack(|| !state.offers(state.what.get())) {
            return state.problem.set(Some(lang.get_untracked().export_nothing().to_owned()));
        }
        let (export, about) = state.export(lang.get_untracked());
        let form = state.form.get_untracked();
        let now = (js_sys::Date::now() * 1000.0) as u64;
        let name = file_name(&about.client_id, &wall::local(now, offset_minutes(now)), form);
        state.problem.set(None);
        state.total.set(export.total());
        state.progress.set(Some(Progress::default()));
        let tell = move |progress| {
            // The page may be gone by the time of the last call.
            let _ = state.progress.try_set(Some(progress));
        };
        let end = move |outcome: Result<super::job::Finished, String>| {
            let _ = state.progress.try_set(None);
            match outcome {
                Ok(finished) => {
                    let lang = lang.get_untracked();
                    let progress = finished.progress;
                    let mut text = lang.exported(
                        &grouped(progress.written),
                        &size(usize::try_from(progress.bytes).unwrap_or(usize::MAX)),
                    );
                    if finished.gone > 0 {
                        text = format!("{text} · {}", lang.export_gone(finished.gone));
                    }
                    toasts.show(Toast { text, undo: None, gone: None });
                    close.run(());
                }
                Err(words) if words.is_empty() => {
                    state.problem.set(Some(lang.get_untracked().export_replaced().into()));
                }
                Err(words) => state.problem.set(Some(lang.get_untracked().export_failed(&words))),
            }
        };
        running.with_value(|running| running.start(state.listing.bench, export, form, name, tell, end));
    };
    let cancel = move |_| {
        running.with_value(Running::cancel);
        state.progress.set(None);
    };
    let status = move || {
        let progress = state.progress.get()?;
        let (done, total) = (grouped(progress.written), grouped(state.total.get()));
        Some(lang.get().export_progress(
            &done,
            &total,
            &size(usize::try_from(progress.bytes).unwrap_or(usize::MAX)),
        ))
    };
    view! {
        <form
            class="dlg-b"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                if !busy.get_untracked() {
                    start();
                }
            }
        >
            <div class="row">
                <h2>{move || lang.get().export_title()}</h2>
                <button
                    type="button"
                    class="btn gho ico sm right"
                    data-testid="export-close"
                    aria-label=move || lang.get().close_dialog()
                    on:click=move |_| close.run(())
                >
                    <Icon name=IconName::Close />
                </button>
            </div>
            <div class="fld">
                <span class="lb">{move || lang.get().export_form()}</span>
                <Choice
                    id="export-form"
                    class="fill"
                    label=Signal::derive(move || lang.get().export_form().to_owned())
                    options=FORMS
                    value=Signal::derive(move || state.form.get().id())
                    on_choose=move |id| {
                        if let Some(form) = Form::from_id(id).filter(|_| !busy.get_untracked()) {
                            state.form.set(form);
                        }
                    }
                />
                <span class="hint">{move || lang.get().export_hint(state.form.get())}</span>
            </div>
            <fieldset
                class="fld"
                data-testid="export-scope"
                data-value=move || state.what.get().id()
                prop:disabled=move || busy.get()
            >
                <legend class="lb">{move || lang.get().export_scope()}</legend>
                {What::ALL
                    .map(|what| {
                        view! {
                            <label class="chk" data-option=what.id()>
                                <input
                                    type="radio"
                                    name="export-scope"
                                    prop:checked=move || state.what.get() == what
                                    prop:disabled=move || !state.offers(what)
                                    on:change=move |_| state.what.set(what)
                                />
                                <span class="num">{move || state.label(lang.get(), what)}</span>
                            </label>
                        }
                    })}
            </fieldset>
            <p class="hint">
                <Icon name=IconName::Key small=true />
                {move || lang.get().export_no_secrets()}
            </p>
            <div class="dlg-p" role="status">
                {move || {
                    status()
                        .map(|text| {
                            view! {
                                <progress
                                    data-testid="export-progress"
                                    max="1"
                                    aria-label=move || lang.get().export()
                                    prop:value=move || state.progress.get().map_or(0.0, |progress| progress.part)
                                ></progress>
                                <span class="hint num">{text}</span>
                            }
                        })
                }}
                {move || {
                    state
                        .problem
                        .get()
                        .map(|text| {
                            view! {
                                <span class="hint err" data-testid="export-problem">
                                    <Icon name=IconName::Error small=true />
                                    {text}
                                </span>
                            }
                        })
                }}
            </div>
            <div class="row dlg-a">
                <OpenRecordButton on_choose=move || close.run(()) />
                <span class="right row">
                    <Show
                        when=move || busy.get()
                        fallback=move || {
                            view! {
                                <button type="submit" class="btn pri" autofocus data-testid="export-start">
                                    <Icon name=IconName::Download />
                                    {move || lang.get().export_start()}
                                </button>
                            }
                        }
                    >
                        <button type="button" class="btn" data-testid="export-cancel" on:click=cancel>
                            {move || lang.get().cancel()}
                        </button>
                    </Show>
                </span>
            </div>
        </form>
    }
}
