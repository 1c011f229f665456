//! The banner: what is being opened, could not be opened, or is shown in the live journal's place.

use leptos::prelude::*;

use super::open::{Reading, Records};
use crate::i18n::numbers::grouped;
use crate::journal::import::LineFault;
use crate::ui::components::{Icon, IconName, focus};
use crate::ui::context::use_lang;
use crate::ui::record::OpenRecord;

/// What is shown of a record in the banner.
#[derive(Clone, PartialEq)]
struct About {
    name: String,
    entries: u64,
    left_out: u64,
    faults: Vec<(u64, LineFault)>,
    fault_count: u64,
    is_whole: bool,
    gone: u64,
    over_budget: u64,
    from: String,
}

impl About {
    fn of(open: &OpenRecord) -> Self {
        let record = &open.record;
        let about = &record.about;
        let from = [&about.host, &about.client_id, &about.product, &about.filter];
        let from: Vec<_> = from.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect();
        Self {
            name: open.name.clone(),
            entries: record.entries,
            left_out: record.left_out,
            faults: record.faults.clone(),
            fault_count: record.fault_count,
            is_whole: record.is_whole,
            gone: record.gone,
            over_budget: record.journal.counts().dropped,
            from: from.join(" · "),
        }
    }
}

/// What is being opened, could not be opened, or is shown in the live journal's place.
#[component]
pub(in crate::ui) fn RecordBanner() -> impl IntoView {
    let lang = use_lang();
    let records = expect_context::<Records>();
    let bench = records.bench;
    let shown = Memo::new(move |_| bench.record(About::of));
    let live = move || bench.status.with(|status| status.plan.is_some());
    let dismiss = move |_| {
        records.stop();
    };
    let reading = move || match records.reading.get() {
        Reading::Nothing => None,
        Reading::Busy(name, percent) => Some(
            view! {
                <div class="note flat rec" role="status" data-testid="record-reading">
                    <Icon name=IconName::Open />
                    <span class="grow num ell">{move || lang.get().record_reading(&name, percent)}</span>
                    <button type="button" class="btn sm" data-testid="record-cancel" on:click=dismiss>
                        {move || lang.get().cancel()}
                    </button>
                </div>
            }
            .into_any(),
        ),
        Reading::Failed(name, error) => Some({
            let code = error.code();
            view! {
                <div class="note err flat rec" role="alert" data-testid="record-problem" data-code=code>
                    <Icon name=IconName::Error />
                    <span class="grow">
                        {move || {
                            let lang = lang.get();
                            lang.record_failed(&name, &error.text(lang))
                        }}
                    </span>
                    <button
                        type="button"
                        class="btn gho ico sm"
                        data-testid="record-dismiss"
                        aria-label=move || lang.get().close_dialog()
                        on:click=dismiss
                    >
                        <Icon name=IconName::Close />
                    </button>
                </div>
            }
            .into_any()
        }),
    };
    view! {
        {reading}
        {move || shown.get().map(|about| view! { <Shown about live /> })}
        <Show when=move || records.dropping.get()>
            <div class="drop" aria-hidden="true">{move || lang.get().drop_record()}</div>
        </Show>
    }
}

#[component]
fn Shown(about: About, live: impl Fn() -> bool + Copy + Send + Sync + 'static) -> impl IntoView {
    let lang = use_lang();
    let bench = expect_context::<Records>().bench;
    let About { name, entries, left_out, faults, fault_count, is_whole, gone, over_budget, from } = about;
    let sentences = move || {
        let lang = lang.get();
        let mut sentences = Vec::new();
        if !is_whole {
            sentences.push(lang.record_cut().to_owned());
        }
        if gone > 0 {
            sentences.push(lang.export_gone(gone));
        }
        if over_budget > 0 {
            sentences.push(lang.record_over_budget(over_budget));
        }
        sentences.into_iter().map(|text| view! { <span class="c-warn">{text}</span> }).collect_view()
    };
    let more = fault_count - faults.len() as u64;
    let lines = StoredValue::new(faults);
    view! {
        <section
            class="note acc flat rec"
            data-testid="record-banner"
            data-entries=entries.to_string()
            data-left-out=left_out.to_string()
            data-whole=is_whole.to_string()
            aria-label=move || lang.get().record_shown()
        >
            <Icon name=IconName::Open />
            <div class="grow">
                <div class="rec-l" role="status">
                    <b class="med">{move || lang.get().record_shown()}</b>
                    <span class="mono ell" title=from.clone()>{name}</span>
                    <span class="num">{move || lang.get().record_entries(&grouped(entries))}</span>
                    <span class="fg3 ell">{from.clone()}</span>
                    {sentences}
                    <Show when=live>
                        <span class="fg3 wide">{move || lang.get().record_live()}</span>
                    </Show>
                </div>
                <Show when=move || fault_count.gt(&0)>
                    <details>
                        <summary class="c-warn" data-testid="record-faults">
                            <Icon name=IconName::Warning small=true />
                            " "
                            {move || lang.get().record_faults(fault_count)}
                        </summary>
                        <ol class="rec-f" data-testid="record-fault-list">
                            {move || {
                                let lang = lang.get();
                                lines
                                    .with_value(|lines| {
                                        lines
                                            .iter()
                                            .map(|(line, fault)| view! { <li>{lang.line_fault(*line, fault)}</li> })
                                            .collect_view()
                                    })
                            }}
                            {move || more.gt(&0).then(|| view! { <li>{lang.get().record_more_faults(more)}</li> })}
                        </ol>
                    </details>
                </Show>
            </div>
            <button
                type="button"
                class="btn sm"
                data-testid="record-close"
                on:click=move |_| {
                    bench.close_record();
                    focus("message-log");
                }
            >
                <Icon name=IconName::Close />
                {move || lang.get().close_record()}
            </button>
        </section>
    }
}
