//! Packets without their secrets, for the journal.

use std::borrow::Cow;
use std::ops::Range;

use crate::journal::{Journal, mask};
use crate::mqtt::{EndCause, PacketKind, PacketView, Violation};
use crate::storage::{ConnectionPlan, Endpoint};
use crate::uiot::secrets;

/// How the platform's own topics begin.
const SYSTEM_PREFIX: &[u8] = b"/$system/";

/// The packet as it may be shown and kept: a password in it, and the secrets in messages of the platform, are covered.
pub(super) fn covered(packet: &[u8], secret: Option<Range<usize>>) -> Cow<'_, [u8]> {
    if secret.is_some() {
        return mask(packet, secret).into();
    }
    let in_message = || {
        let view = PacketView::read(packet).filter(|view| view.kind == PacketKind::Publish)?;
        let topic = packet.get(view.topic.clone()).filter(|topic| topic.starts_with(SYSTEM_PREFIX))?;
        let payload = packet.get(view.payload.clone())?;
        let secrets = secrets(std::str::from_utf8(topic).ok()?, payload);
        let start = view.payload.start;
        let in_packet = secrets.iter().map(|secret| start + secret.start..start + secret.end);
        (!secrets.is_empty()).then(|| mask(packet, in_packet))
    };
    in_message().map_or(Cow::Borrowed(packet), Cow::Owned)
}

/// How many entries back the packet of a violation is looked for: others may have been told of it before.
const REACH: u64 = 8;

/// The violation with its packet's bytes as they stand in the journal, without secrets.
pub(super) fn covered_violation(journal: &Journal, violation: Violation) -> Violation {
    let end = journal.end_seq();
    let mut newest = journal.entries(end.saturating_sub(REACH)..end).rev();
    let packet = newest.find(|entry| entry.note().is_none()).map(|entry| entry.packet()).unwrap_or_default();
    let is_it = packet.len().min(Violation::MAX_BYTES) == violation.bytes.len()
        && packet.iter().zip(&violation.bytes).all(|(shown, told)| shown == told || *shown == b'*');
    if is_it { Violation::new(violation.rule, packet) } else { violation }
}

/// An address without user name, query and fragment, in which a secret may stand.
pub(super) fn covered_address(url: &str) -> String {
    let (scheme, after) = url.split_once("://").unwrap_or(("", url));
    let cut = after.find(['?', '#']).unwrap_or(after.len());
    let (place, hidden) = after.split_at(cut);
    let host_end = place.find('/').unwrap_or(place.len());
    let (host, path) = place.split_at(host_end);
    let host = host.rsplit('@').next().unwrap_or_default();
    let hidden = if hidden.is_empty() { "" } else { "?…" };
    format!("{scheme}://{host}{path}{hidden}")
}

/// Why a connection is over, without what its address may hold of secrets: browsers repeat the address.
pub(super) fn covered_cause(cause: EndCause, plan: Option<&ConnectionPlan>) -> EndCause {
    match (cause, plan.map(|plan| &plan.endpoint)) {
        (EndCause::OpenFailed(words), Some(Endpoint::WebSocket(url))) => {
            EndCause::OpenFailed(words.replace(url, &covered_address(url)))
        }
        (cause, _) => cause,
    }
}
