//! One line of the trace in full: what it says, its payload as text, and the ways to the device's own view of it.

use leptos::prelude::*;

use super::trace::piece;
use super::trace_line::{Words, payload_of, search_of, topic_of, words};
use super::{time_words, use_cloud};
use crate::device::simulator;
use crate::payload;
use crate::simulator::TRACE_PAYLOAD;
use crate::ui::components::{CopyButton, Icon, IconName, focus};
use crate::ui::context::use_lang;
use crate::ui::page::Page;
use crate::uiot::Credential;

/// Bytes in a row of what is no text.
const WIDTH: usize = 16;

/// What is shown of a line beside its words.
#[derive(Clone, PartialEq)]
struct Subject {
    device: Option<Credential>,
    topic: Option<String>,
    time: String,
    /// The payload as text, and whether it is bytes that are no text.
    text: Option<String>,
    cut: bool,
    search: Option<String>,
}

/// A payload as text: JSON in lines, what is no text in bytes.
fn as_text(bytes: &[u8]) -> String {
    // What was cut may end within a character.
    let bytes = match std::str::from_utf8(bytes) {
        Err(error) if bytes.len() >= TRACE_PAYLOAD && error.error_len().is_none() => {
            bytes.get(..error.valid_up_to()).unwrap_or(bytes)
        }
        _ => bytes,
    };
    let Some(text) = payload::text(bytes) else {
        let rows = bytes.chunks(WIDTH).enumerate().map(|(row, chunk)| {
            let digits: Vec<_> = chunk.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{:04x}  {}", row * WIDTH, digits.join(" "))
        });
        return rows.collect::<Vec<_>>().join("\n");
    };
    match payload::json(bytes) {
        Some(json) => payload::json_pretty(json),
        None => text.to_owned(),
    }
}

/// The selected line.
#[component]
pub(super) fn Detail() -> impl IntoView {
    let lang = use_lang();
    let cloud = use_cloud();
    let preferences = cloud.bench.preferences;
    let selected = cloud.watched.selected;
    let subject = Memo::new(move |_| {
        let seq = selected.get()?;
        simulator().act(|platform, _| {
            let line = platform.trace().line(seq)?;
            let payload = payload_of(&line.event);
            Some(Subject {
                device: line.device.clone(),
                topic: topic_of(&line.event).map(str::to_owned),
                time: time_words(preferences, platform, line.at),
                cut: payload.as_ref().is_some_and(|payload| payload.len() >= TRACE_PAYLOAD),
                text: payload.as_deref().map(as_text),
                search: search_of(&line.event),
            })
        })
    });
    let said: Memo<Option<Words>> = Memo::new(move |_| {
        let (seq, lang) = (selected.get()?, lang.get());
        simulator().act(|platform, _| platform.trace().line(seq).map(|line| words(lang, line)))
    });
    let close = move || {
        selected.set(None);
        focus("trace-log");
    };
    let body = move || {
        let Some(Subject { topic, text, cut, .. }) = subject.get() else {
            return view! { <p class="hint pad">{move || lang.get().trace_gone()}</p> }.into_any();
        };
        let what =
            move || said.with(|said| said.as_ref().map(|words| words.what.clone()).unwrap_or_default());
        // The payload itself stands below.
        let without_payload = text.is_none();
        let content = move || {
            said.with(|said| {
                let pieces = said.as_ref().map(|words| words.content.clone()).unwrap_or_default();
                pieces.into_iter().map(piece).collect_view()
            })
        };
        view! {
            <div class="cl-said">
                <b data-cell="topic">{what}</b>
                {topic.map(|topic| view! { <code data-testid="trace-topic">{topic}</code> })}
                {without_payload.then(|| view! { <span data-testid="trace-said">{content}</span> })}
            </div>
            {text
                .map(|text| {
                    let text = if text.is_empty() {
                        view! { <p class="hint pad">{move || lang.get().trace_empty_payload()}</p> }.into_any()
                    } else {
                        view! { <pre class="code wrapped" data-testid="trace-payload">{text}</pre> }.into_any()
                    };
                    view! {
                        {cut
                            .then(|| {
                                view! {
                                    <p class="hint warn pad">
                                        {move || lang.get().trace_cut(TRACE_PAYLOAD)}
                                    </p>
                                }
                            })}
                        {text}
                    }
                })}
        }
        .into_any()
    };
    let device = Memo::new(move |_| subject.with(|subject| subject.as_ref()?.device.clone()));
    let session = Memo::new(move |_| {
        let device = device.get()?;
        cloud.session_of(&device).map(|session| session.id)
    });
    let search = move || subject.with(|subject| subject.as_ref().and_then(|subject| subject.search.clone()));
    let find = move |page: Page| {
        if let Some((device, search)) = device.get_untracked().zip(untrack(search)) {
            cloud.show_in(page, &device, search);
        }
    };
    let can_find = Memo::new(move |_| session.get().is_some() && search().is_some());
    let open = move |_| {
        if let Some(id) = session.get_untracked() {
            cloud.sessions.activate(id);
        }
    };
    let is_own = move || cloud.bench.uiot_device.get() == device.get();
    let copied =
        move || subject.with_untracked(|subject| subject.as_ref().and_then(|subject| subject.text.clone()));
    view! {
        <section
            class="cl-detail"
            data-testid="trace-detail"
            aria-label=move || lang.get().trace_content()
            on:keydown=move |event| {
                if event.key() == "Escape" && !event.default_prevented() {
                    close();
                }
            }
        >
            <div class="bar sub">
                <span class="mono fg3">
                    {move || subject.with(|subject| subject.as_ref().map(|subject| subject.time.clone()))}
                </span>
                <code class="ell">{move || device.get().map(|device| device.device_sn)}</code>
                <span class="right row gap1">
                    <Show when=move || can_find.get()>
                        <button
                            type="button"
                            class="btn gho sm"
                            data-testid="trace-messages"
                            on:click=move |_| find(Page::Messages)
                        >
                            <Icon name=IconName::Messages />
                            <span class="cl-w">{move || lang.get().trace_messages()}</span>
                        </button>
                        <button
                            type="button"
                            class="btn gho ico sm"
                            data-testid="trace-wire"
                            aria-label=move || lang.get().services_open_wire()
                            title=move || lang.get().services_open_wire()
                            on:click=move |_| find(Page::Wire)
                        >
                            <Icon name=IconName::Wire />
                        </button>
                    </Show>
                    <Show when=move || session.get().is_some() && !is_own()>
                        <button type="button" class="btn gho sm" data-testid="trace-session" on:click=open>
                            <Icon name=IconName::Open />
                            <span class="cl-w">{move || lang.get().trace_session()}</span>
                        </button>
                    </Show>
                    <Show when=move || copied().is_some()>
                        <CopyButton
                            label=Signal::derive(move || lang.get().trace_copy().to_owned())
                            text=move || copied().unwrap_or_default()
                        />
                    </Show>
                    <button
                        type="button"
                        class="btn gho ico sm"
                        data-testid="trace-close"
                        aria-label=move || lang.get().trace_close()
                        title=move || lang.get().trace_close()
                        on:click=move |_| close()
                    >
                        <Icon name=IconName::Close />
                    </button>
                </span>
            </div>
            <div class="scroll" tabindex="0" role="group" aria-label=move || lang.get().trace_content()>
                {body}
            </div>
        </section>
    }
    .into_any()
}
