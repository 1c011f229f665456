use leptos::prelude::*;

use super::Wire;
use super::subject::Subject;
use crate::device::message_partner;
use crate::i18n::millis;
use crate::journal::{self, Journal, Note};
use crate::ui::bench::Bench;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::listing::MessagesListing;
use crate::ui::page::Page;

/// The entries that belong to the selected one.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) struct Links {
    /// The packet that answers it, or that it answers: its type, and how far apart they are.
    packet: Option<Link>,
    /// The platform's reply to this message, or the request.
    message: Option<Link>,
}

#[derive(Clone, Copy, PartialEq)]
struct Link {
    seq: u64,
    name: Option<&'static str>,
    micros: u64,
    /// Whether it came later.
    later: bool,
}

impl Links {
    /// Whether the entry belongs to the selected one.
    pub(super) fn lead_to(&self, seq: u64) -> bool {
        [self.packet, self.message].into_iter().flatten().any(|link| link.seq == seq)
    }

    fn find(journal: &Journal, seq: u64, uiot: bool) -> Self {
        let link = |other: u64| {
            let (from, to) = (journal.entry(seq)?, journal.entry(other)?);
            let later = other > seq;
            let span = if later { to.at - from.at } else { from.at - to.at };
            let micros = u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
            Some(Link { seq: other, name: to.kind.map(|kind| kind.name()), micros, later })
        };
        Self {
            packet: journal::partner(journal, seq).and_then(link),
            message: if uiot { message_partner(journal, seq).and_then(link) } else { None },
        }
    }
}

/// The links of the selected entry. They are looked for once a second as long as none was found: an answer may be on its
/// way.
pub(super) fn links(bench: Bench, subject: Memo<Option<Subject>>) -> Memo<(Option<u64>, Links)> {
    Memo::new(move |before: Option<&(Option<u64>, Links)>| {
        let Some((seq, uiot)) =
            subject.with(|subject| subject.as_ref().map(|subject| (subject.seq, subject.uiot)))
        else {
            return (None, Links::default());
        };
        match before {
            Some((Some(known), links))
                if *known == seq && (links.packet.is_some() && (links.message.is_some() || !uiot)) =>
            {
                (Some(seq), *links)
            }
            _ => {
                bench.seconds.track();
                let found = untrack(|| bench.journal(|journal| Links::find(journal, seq, uiot)));
                (Some(seq), found)
            }
        }
    })
}

/// Goes to the packet of the same exchange; with `message`, or where there is none, to the platform's reply or request.
pub(super) fn go_to_partner(wire: Wire, message: bool) {
    let subject = wire.subject.get_untracked();
    let Some(subject) = subject else { return };
    let found = untrack(|| wire.bench.journal(|journal| Links::find(journal, subject.seq, subject.uiot)));
    let (first, second) = if message { (found.message, found.packet) } else { (found.packet, found.message) };
    // A violation and its packet are partners too.
    let other = first.or(second).map(|link| link.seq);
    if let Some(seq) = other.or(subject.violator).or_else(|| subject.violations.first().copied()) {
        wire.go_to(seq);
    }
}

/// Buttons to all that belongs to the selected entry.
#[component]
pub(super) fn LinkButtons(wire: Wire) -> impl IntoView {
    let lang = use_lang();
    let links = wire.links;
    let messages = expect_context::<MessagesListing>().0;
    let jump = move |id: &'static str, seq: u64, text: String, label: String| {
        // What is seen is a part of what is said.
        let name = format!("{text}: {label}");
        view! {
            <button
                type="button"
                class="btn sm"
                data-testid=id
                data-seq=seq.to_string()
                aria-label=name
                title=label
                on:click=move |_| wire.go_to(seq)
            >
                <Icon name=IconName::Swap small=true />
                {text}
            </button>
        }
    };
    let packet = move || {
        let link = links.get().1.packet?;
        let name = link.name?;
        Some(jump(
            "wire-partner",
            link.seq,
            format!("{name} · {} ms", millis(link.micros)),
            lang.get().wire_partner(name, link.seq + 1),
        ))
    };
    let message = move || {
        let link = links.get().1.message?;
        let name = if link.later { lang.get().wire_reply() } else { lang.get().wire_request() };
        Some(jump(
            "wire-reply",
            link.seq,
            format!("{name} · {} ms", millis(link.micros)),
            lang.get().wire_partner(name, link.seq + 1),
        ))
    };
    let violator = move || {
        let seq = wire.subject.with(|subject| subject.as_ref()?.violator)?;
        let text = lang.get().wire_to_packet(seq + 1);
        Some(jump("wire-violator", seq, text.clone(), text))
    };
    let to_message = move || {
        let seq = wire.subject.with(|subject| {
            let subject = subject.as_ref()?;
            (subject.note.is_none() && subject.kind == Some(crate::mqtt::PacketKind::Publish))
                .then_some(subject.seq)
        })?;
        Some(view! {
            <button
                type="button"
                class="btn gho ico sm"
                data-testid="wire-to-message"
                aria-label=lang.get().wire_to_message()
                title=lang.get().wire_to_message()
                on:click=move |_| {
                    messages.selected.set(Some(seq));
                    Page::Messages.open();
                }
            >
                <Icon name=IconName::Messages />
            </button>
        })
    };
    view! {
        {packet}
        {message}
        {violator}
        {to_message}
    }
}

/// The rule that a note tells of, if it tells of one.
pub(super) fn rule_of(journal: &Journal, seq: u64) -> Option<crate::mqtt::Rule> {
    match journal.note(seq)? {
        Note::Violation(violation) => Some(violation.rule),
        _ => None,
    }
}
