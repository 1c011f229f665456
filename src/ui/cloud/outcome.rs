//! What came of an action: said beside its form, with the platform's code in words.

use std::sync::Arc;

use leptos::prelude::*;

use super::actions::Action;
use super::{Cloud, time_words, use_cloud};
use crate::device::simulator;
use crate::i18n::{Lang, millis};
use crate::mqtt::Moment;
use crate::payload::PayloadError;
use crate::simulator::services::model::{Asked, CallEnd, CommandKind, EndedCall};
use crate::simulator::{CloudResult, Platform};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::listing::{MessagesListing, WireListing};
use crate::ui::page::Page;
use crate::uiot::{Credential, RetCode};

/// What came of an action, and when it was tried.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    at: Moment,
    result: Arc<Result<Done, Fault>>,
}

impl PartialEq for Outcome {
    /// Whether both are of the same attempt.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.result, &other.result)
    }
}

/// The platform did it.
#[derive(Clone, Debug)]
pub(super) enum Done {
    ShadowVersion(i32),
    /// The shadow's document, as JSON.
    Document(String),
    /// Desired values with their versions, since the device is offline.
    Stored(String),
    /// A property set or a command is under way: its RequestID.
    Called(Credential, String),
    /// So many bytes.
    Published(usize),
    Ordered(String),
    Retried,
    UpgradeCancelled,
    Added(usize),
    Removed(usize),
    Replied,
    Deleted(String),
    /// What needs no more words than its own.
    Plain(fn(Lang) -> &'static str),
}

/// It was not done.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// By the platform.
    Refused(RetCode),
    /// What was typed is no payload.
    Payload(PayloadError),
    /// Something of the form is missing or cannot be read.
    Form(fn(Lang) -> &'static str),
    /// A key stands in two rows.
    KeyTwice(String),
}

impl Fault {
    fn words(&self, lang: Lang) -> String {
        match self {
            Self::Refused(code) => lang.code_in_words(*code),
            Self::Payload(error) => lang.cloud_not_read(&lang.payload_error(error)),
            Self::Form(words) => lang.cloud_not_read(words(lang)),
            Self::KeyTwice(key) => lang.cloud_not_read(&lang.cloud_key_twice(key)),
        }
    }
}

impl Cloud {
    /// Does something to the platform, and says beside the form what came of it.
    pub(super) fn attempt(
        self,
        action: Action,
        act: impl FnOnce(&mut Platform, Moment) -> CloudResult<Done>,
    ) {
        let (at, result) = self.act(|platform, now| (now, act(platform, now)));
        self.tell(action, Outcome { at, result: Arc::new(result.map_err(Fault::Refused)) });
    }

    /// Says beside the form why nothing was tried.
    pub(super) fn decline(self, action: Action, fault: Fault) {
        let at = self.act(|_, now| now);
        self.tell(action, Outcome { at, result: Arc::new(Err(fault)) });
    }

    /// Shows what has this text in the log of the device's session, or on its wire, if the session is open.
    pub(super) fn show_in(self, page: Page, device: &Credential, text: String) {
        let Some(session) = untrack(|| self.session_of(device)) else { return };
        self.sessions.activate(session.id);
        let listing = match page {
            Page::Wire => session.context().map(|WireListing(listing)| listing),
            _ => session.context().map(|MessagesListing(listing)| listing),
        };
        if let Some(listing) = listing {
            listing.text.set(text);
            page.open();
        }
    }
}

/// Where a call stands.
#[derive(Clone, PartialEq)]
enum Stage {
    Waiting(u64),
    Ended(EndedCall),
    Lost,
}

fn stage(platform: &Platform, now: Moment, device: &Credential, request_id: &str) -> Stage {
    let Some(device) = platform.registry().device(device) else { return Stage::Lost };
    if let Some(ended) = device.model.end_of(request_id) {
        return Stage::Ended(ended.clone());
    }
    match device.model.waiting().find(|call| call.request_id == request_id) {
        Some(call) => Stage::Waiting((now - call.at).as_secs()),
        None => Stage::Lost,
    }
}

/// What came of this action the last time that it was tried; nothing before.
#[component]
pub(super) fn OutcomeBox(action: Action) -> impl IntoView {
    let cloud = use_cloud();
    let outcome = Memo::new(move |_| cloud.outcomes.with(|outcomes| outcomes.get(&action).cloned()));
    view! {
        <div role="status" class="cl-out" data-testid="cloud-outcome" data-action=action.id()>
            {move || outcome.get().map(shown)}
        </div>
    }
    .into_any()
}

fn shown(Outcome { at, result }: Outcome) -> AnyView {
    let lang = use_lang();
    let cloud = use_cloud();
    let time = move || simulator().act(|platform, _| time_words(cloud.bench.preferences, platform, at));
    let time = view! { <time class="mono fg3">{time}</time> };
    match (*result).clone() {
        Err(fault) => {
            let refused = matches!(fault, Fault::Refused(_));
            let code = match &fault {
                Fault::Refused(code) => Some(code.to_string()),
                _ => None,
            };
            view! {
                <div class="note err" data-testid="cloud-refusal" data-code=code>
                    <Icon name=IconName::Error />
                    <span class="grow">
                        {refused
                            .then(|| {
                                view! {
                                    <b>{move || lang.get().cloud_refused()}</b>
                                    " "
                                }
                            })} {move || fault.words(lang.get())}
                    </span>
                    {time}
                </div>
            }
            .into_any()
        }
        Ok(Done::Called(device, request_id)) => call(device, request_id, time.into_any()),
        Ok(Done::Document(document)) => view! {
            <div class="cl-doc" data-testid="cloud-document">
                <div class="row">
                    <b class="grow">{move || lang.get().cloud_document()}</b>
                    {time}
                </div>
                <pre class="code wrapped" tabindex="0">{document}</pre>
            </div>
        }
        .into_any(),
        Ok(done) => view! {
            <div class="note" data-testid="cloud-done">
                <span class="c-ok">
                    <Icon name=IconName::Good />
                </span>
                <span class="grow">{move || done_words(lang.get(), &done)}</span>
                {time}
            </div>
        }
        .into_any(),
    }
}

fn done_words(lang: Lang, done: &Done) -> String {
    match done {
        Done::ShadowVersion(version) => lang.cloud_done_shadow(*version),
        Done::Stored(values) => lang.cloud_done_stored(values),
        Done::Published(bytes) => lang.cloud_done_published(*bytes),
        Done::Ordered(version) => lang.cloud_done_ordered(version),
        Done::Retried => lang.cloud_done_retried().to_owned(),
        Done::UpgradeCancelled => lang.cloud_done_cancelled().to_owned(),
        Done::Added(count) => lang.cloud_done_added(*count),
        Done::Removed(count) => lang.cloud_done_removed(*count),
        Done::Replied => lang.cloud_done_replied().to_owned(),
        Done::Deleted(device) => lang.cloud_done_deleted(device),
        Done::Plain(words) => words(lang).to_owned(),
        Done::Document(_) | Done::Called(..) => String::new(),
    }
}

/// A property set or a command: how it stands, as that changes.
fn call(device: Credential, request_id: String, time: AnyView) -> AnyView {
    let lang = use_lang();
    let cloud = use_cloud();
    let (of, id) = (device.clone(), request_id.clone());
    let stage = Memo::new(move |_| cloud.look(|platform, now| stage(platform, now, &of, &id)));
    let state = move || stage.with(stage_id);
    let bad = Memo::new(move |_| {
        stage.with(|stage| matches!(stage, Stage::Ended(ended) if !ended.end.code().is_success()))
    });
    let icon = move || match stage.with(|stage| (matches!(stage, Stage::Waiting(_)), stage_id(stage))) {
        (true, _) => view! { <i class="dot ing" aria-hidden="true"></i> }.into_any(),
        (_, "answered") if !bad.get() => view! {
            <span class="c-ok">
                <Icon name=IconName::Good />
            </span>
        }
        .into_any(),
        _ => view! { <Icon name=IconName::Error /> }.into_any(),
    };
    let code = move || {
        stage.with(|stage| match stage {
            Stage::Ended(ended) => Some(ended.end.code()),
            _ => None,
        })
    };
    let output = move || {
        stage.with(|stage| match stage {
            Stage::Ended(EndedCall { end: CallEnd::Answered { output, .. }, .. }) if !output.is_empty() => {
                Some(serde_json::Value::Object(output.clone()).to_string())
            }
            _ => None,
        })
    };
    let (of, id) = (device.clone(), request_id.clone());
    let is_open = Memo::new(move |_| cloud.session_of(&of).is_some());
    let go = move |_| cloud.show_in(Page::Messages, &device, id.clone());
    view! {
        <div
            class="note"
            class:err=bad
            data-testid="cloud-call"
            data-state=state
            data-code=move || code().map(|code| code.to_string())
            data-request=request_id.clone()
        >
            {icon}
            <span class="grow cl-call">
                <span>{move || stage.with(|stage| stage_words(lang.get(), stage))}</span>
                {move || code().map(|code| {
                    let class = if code.is_success() { "mono c-ok" } else { "mono c-err" };
                    view! { <b class=class>"RetCode " {lang.get().code_in_words(code)}</b> }
                })}
                {move || output().map(|output| {
                    view! { <code data-testid="cloud-output">{lang.get().cloud_call_output()} " " {output}</code> }
                })}
                <span class="fg3 mono">"RequestID " {request_id.clone()}</span>
                <Show when=move || is_open.get()>
                    <button type="button" class="lnk" data-testid="cloud-call-messages" on:click=go.clone()>
                        {move || lang.get().cloud_call_messages()}
                    </button>
                </Show>
            </span>
            {time}
        </div>
    }
    .into_any()
}

/// A name for tests.
const fn stage_id(stage: &Stage) -> &'static str {
    match stage {
        Stage::Waiting(_) => "waiting",
        Stage::Lost => "lost",
        Stage::Ended(ended) => match ended.end {
            CallEnd::Answered { .. } => "answered",
            CallEnd::WrongAnswer { .. } => "wrong",
            CallEnd::Overdue => "overdue",
            CallEnd::CrowdedOut => "crowded-out",
        },
    }
}

fn stage_words(lang: Lang, stage: &Stage) -> String {
    let ended = match stage {
        Stage::Waiting(seconds) => return lang.cloud_call_waiting(&seconds.to_string()),
        Stage::Lost => return lang.cloud_call_lost().to_owned(),
        Stage::Ended(ended) => ended,
    };
    let micros = u64::try_from((ended.at - ended.call.at).as_micros()).unwrap_or(u64::MAX);
    let words = match &ended.end {
        CallEnd::Answered { .. } => lang.cloud_call_answered(&millis(micros)),
        CallEnd::WrongAnswer { why, .. } => lang.cloud_call_wrong(why),
        CallEnd::Overdue => match &ended.call.asked {
            Asked::Command { kind: CommandKind::Sync(timeout), .. } => {
                lang.cloud_call_overdue(&timeout.as_secs_f64().to_string())
            }
            _ => lang.cloud_call_overdue(&millis(micros)),
        },
        CallEnd::CrowdedOut => lang.cloud_call_crowded().to_owned(),
    };
    match ended.late_answers {
        0 => words,
        late => format!("{words} · {}", lang.cloud_call_late(late)),
    }
}
