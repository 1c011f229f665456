//! The platform's reply to a message, or the request that it answers.

use leptos::prelude::*;

use crate::device::message_partner;
use crate::i18n::millis;
use crate::journal::Journal;
use crate::payload;
use crate::ui::bench::Bench;
use crate::ui::components::{Icon, IconName, focus};
use crate::ui::context::use_lang;
use crate::ui::messages::View;
use crate::uiot::RetCode;

/// Bytes of a reply that are looked at for its return code.
const WITH_RET_CODE: usize = 64 * 1024;

/// What a link to the partner says.
#[derive(Clone, PartialEq)]
struct Partner {
    seq: u64,
    /// Whether it came later: then it is the reply.
    later: bool,
    micros: u64,
    ret_code: Option<RetCode>,
}

fn find(journal: &Journal, seq: u64) -> Option<Partner> {
    let other = journal.entry(message_partner(journal, seq)?)?;
    let this = journal.entry(seq)?;
    let later = other.seq > seq;
    let span = if later { other.at - this.at } else { this.at - other.at };
    Some(Partner {
        seq: other.seq,
        later,
        micros: u64::try_from(span.as_micros()).unwrap_or(u64::MAX),
        ret_code: RetCode::in_message(payload::head(other.payload(), WITH_RET_CODE)).filter(|_| later),
    })
}

/// Goes to a message of the log; the focus is in the log then.
fn go_to(view: View, seq: u64) {
    view.selected.set(Some(seq));
    view.reveal.set(Some(seq));
    focus("message-log");
}

/// Goes to the partner of the selected message; whether it has one.
pub(super) fn go_to_partner(view: View, seq: u64) -> bool {
    let found = untrack(|| view.bench.journal(|journal| message_partner(journal, seq)));
    if let Some(partner) = found {
        go_to(view, partner);
    }
    found.is_some()
}

/// The partner as it is found: an answer may be on its way, so it is looked for once a second until it is there.
fn partner(bench: Bench, seq: u64) -> Memo<Option<Partner>> {
    Memo::new(move |before: Option<&Option<Partner>>| {
        before.cloned().flatten().or_else(|| {
            bench.seconds.track();
            untrack(|| bench.journal(|journal| find(journal, seq)))
        })
    })
}

/// A row of the message's facts with a link to its partner; nothing where it has none.
#[component]
pub(super) fn PartnerRow(view: View, seq: u64) -> impl IntoView {
    let lang = use_lang();
    let partner = partner(view.bench, seq);
    move || {
        let Partner { seq, later, micros, ret_code } = partner.get()?;
        let class = match ret_code {
            Some(code) if !code.is_success() => "btn sm c-err",
            _ => "btn sm",
        };
        let icon = if later { IconName::ArrowDown } else { IconName::ArrowUp };
        Some(view! {
            <dt>{if later { lang.get().partner_reply() } else { lang.get().partner_request() }}</dt>
            <dd>
                <button
                    type="button"
                    class=class
                    data-testid="inspector-partner"
                    data-seq=seq.to_string()
                    title=move || lang.get().partner_go()
                    on:click=move |_| go_to(view, seq)
                >
                    <Icon name=icon small=true />
                    {ret_code.map(|code| format!("RetCode {} · ", code.0))}
                    {format!("{} ms", millis(micros))}
                </button>
            </dd>
        })
    }
}
