//! The requests that wait, and how the last ones ended; what the cloud said unasked.

use leptos::prelude::*;

use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::services::use_desk;
use crate::uiot::Credential;
use crate::uiot::gateway::{End, NAMED, Outcome, RequestKind, Waiting};

/// Outcomes that are shown, the newest.
const SHOWN: usize = 30;

/// A request that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Open {
    request_id: String,
    kind: RequestKind,
    devices: Vec<Credential>,
    count: usize,
    seconds: u64,
}

#[component]
pub(super) fn Outcomes() -> impl IntoView {
    let lang = use_lang();
    let desk = use_desk();
    let waiting = Memo::new(move |_| {
        desk.bench.seconds.track();
        let now = desk.now();
        let open = |(request_id, waiting): (&String, &Waiting)| Open {
            request_id: request_id.clone(),
            kind: waiting.kind,
            devices: waiting.devices.iter().take(NAMED).cloned().collect(),
            count: waiting.devices.len(),
            seconds: (waiting.due - now).as_millis().div_ceil(1_000).try_into().unwrap_or_default(),
        };
        desk.read(|services| services.gateway.requests().iter().map(open).collect::<Vec<_>>())
            .unwrap_or_default()
    });
    let ended = Memo::new(move |_| {
        let newest = desk.read(|services| {
            let outcomes = services.gateway.outcomes();
            outcomes.iter().rev().take(SHOWN).cloned().collect::<Vec<_>>()
        });
        newest.unwrap_or_default()
    });
    let is_empty = move || waiting.with(Vec::is_empty) && ended.with(Vec::is_empty);
    view! {
        <section aria-labelledby="gw-requests">
            <h2 class="gw-h" id="gw-requests">{move || lang.get().gateway_requests()}</h2>
            <Show when=is_empty>
                <p class="empty">{move || lang.get().gateway_requests_none()}</p>
            </Show>
            <ul class="gw-o" data-testid="gateway-waiting">
                {move || waiting.get().into_iter().map(open_line).collect_view()}
            </ul>
            <ul class="gw-o" aria-live="polite" data-testid="gateway-outcomes">
                <For each=move || ended.get() key=|outcome| outcome.number children=ended_line />
            </ul>
        </section>
    }
    .into_any()
}

/// The sub-devices of a request, the first few by name.
fn whose(devices: &[Credential]) -> String {
    let names: Vec<_> = devices.iter().map(|device| device.device_sn.as_str()).collect();
    names.join(", ")
}

fn open_line(open: Open) -> AnyView {
    let lang = use_lang();
    let Open { request_id, kind, devices, count, seconds } = open;
    view! {
        <li data-testid="gateway-request" data-kind=kind.topic().suffix()>
            <span class="c-warn"><Icon name=IconName::Clock small=true /></span>
            <p>
                <b>{lang.get().gateway_kind(kind)}</b>
                " "
                <span class="mono">{whose(&devices)}</span>
                {(count > devices.len()).then(|| lang.get().gateway_and_more(count))}
            </p>
            <span class="mono fg3 num">{format!("#{request_id}")}</span>
            <p class="fg3 num">{lang.get().gateway_waits(seconds)}</p>
        </li>
    }
    .into_any()
}

/// How an end looks, and its name for tests.
const fn look(end: &End) -> (&'static str, IconName, &'static str) {
    match end {
        End::Done(_) => ("c-ok", IconName::Check, "done"),
        End::Refused(..) => ("c-err", IconName::Error, "refused"),
        End::Overdue(_) => ("c-err", IconName::Clock, "overdue"),
        End::Lost(_) => ("c-err", IconName::Plug, "lost"),
        End::Unasked { late: true, .. } => ("c-warn", IconName::Warning, "late"),
        End::Unasked { late: false, .. } => ("c-warn", IconName::Warning, "unasked"),
        End::Noticed(_) => ("c-down", IconName::ArrowDown, "notice"),
    }
}

fn ended_line(outcome: Outcome) -> AnyView {
    let lang = use_lang();
    let desk = use_desk();
    let Outcome { at, request_id, end, devices, count, left_out, .. } = outcome;
    let (class, icon, name) = look(&end);
    let time = move || {
        desk.bench.follow_times();
        at.map(|at| desk.bench.short_time_of(at))
    };
    let named = devices.len();
    let message = match &end {
        End::Refused(_, _, message) => message.clone(),
        _ => String::new(),
    };
    view! {
        <li data-testid="gateway-outcome" data-end=name data-request=request_id.clone()>
            <span class=class><Icon name=icon small=true /></span>
            <p>
                {move || lang.get().gateway_end(&end)}
                " "
                <bdi>{message}</bdi>
                " "
                <span class="mono">{whose(&devices)}</span>
                {move || (count > named).then(|| lang.get().gateway_and_more(count))}
            </p>
            <span class="mono fg3 num">{time}</span>
            {move || (left_out > 0).then(|| view! { <p class="c-warn">{lang.get().gateway_no_room(left_out)}</p> })}
        </li>
    }
    .into_any()
}
