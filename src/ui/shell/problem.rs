use leptos::prelude::*;

use super::help::help_href;
use crate::mqtt::{ConnectReturnCode, EndCause, Stage};
use crate::storage::Endpoint;
use crate::ui::bench::use_bench;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;

/// A name for tests and links of why a connection is over.
const fn problem_code(cause: &EndCause, mixed_content: bool) -> &'static str {
    match cause {
        EndCause::Disconnected => "disconnected",
        EndCause::Refused(code) => match code {
            ConnectReturnCode::UnacceptableProtocolVersion => "protocol-version",
            ConnectReturnCode::IdentifierRejected => "client-id-rejected",
            ConnectReturnCode::ServerUnavailable => "server-unavailable",
            ConnectReturnCode::BadUserNameOrPassword => "bad-credentials",
            ConnectReturnCode::NotAuthorized => "not-authorized",
            ConnectReturnCode::Accepted | ConnectReturnCode::Reserved(_) => "protocol-error",
        },
        EndCause::OpenFailed(_) if mixed_content => "mixed-content",
        EndCause::OpenFailed(_) => "bad-address",
        EndCause::OpenTimeout | EndCause::Closed(Stage::Opening, _) => "unreachable",
        EndCause::ConnAckTimeout => "no-connack",
        EndCause::PingTimeout => "no-pingresp",
        EndCause::NotMqtt => "no-mqtt",
        EndCause::Violation(_) => "protocol-error",
        EndCause::Closed(Stage::AwaitingConnAck, _) => "closed-early",
        EndCause::Closed(Stage::Online, _) => "connection-lost",
        EndCause::Duel(_) => "duel",
    }
}

/// Why the connection failed or ended, until the next attempt.
#[component]
pub(super) fn ProblemBanner() -> impl IntoView {
    let lang = use_lang();
    let bench = use_bench();
    let problem = Memo::new(move |_| {
        bench.status.with(|status| {
            let cause = status.ended.clone().filter(|cause| *cause != EndCause::Disconnected)?;
            let https = window().location().protocol().is_ok_and(|scheme| scheme == "https:");
            let url = status.plan.as_ref().and_then(|plan| match &plan.endpoint {
                Endpoint::WebSocket(url) => Some(url.clone()),
                Endpoint::Simulator => None,
            });
            let mixed = https && url.as_ref().is_some_and(|url| url.starts_with("ws:"));
            let attempt = !matches!(cause, EndCause::Closed(Stage::Online, _) | EndCause::Duel(_));
            let address = url.filter(|_| attempt);
            Some((cause, mixed, address))
        })
    });
    move || {
        problem.get().map(|(cause, mixed, address)| {
            let code = problem_code(&cause, mixed);
            let text = move || match code {
                "mixed-content" => lang.get().end_mixed_content().to_owned(),
                _ => lang.get().end_cause(&cause),
            };
            view! {
                <div class="note err flat" role="alert" data-testid="problem" data-code=code>
                    <Icon name=IconName::Error />
                    <span class="grow">{text} " " {address.map(|address| view! { <span class="mono">{address}</span> })}</span>
                    <a
                        class="btn sm"
                        href=move || help_href(lang.get(), "diagnose")
                        target="_blank"
                        rel="noopener"
                        data-testid="problem-help"
                    >
                        {move || lang.get().help_diagnose()}
                    </a>
                </div>
            }
        })
    }
}
