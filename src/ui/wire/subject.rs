use std::ops::Range;
use std::sync::Arc;

use leptos::prelude::*;

use crate::journal::{self, Direction, Entry, Journal, Note};
use crate::mqtt::{Field, FieldName, Info, Moment, PacketKind, ProtocolVersion, dissect};
use crate::storage::{ConnectionPlan, Mode};
use crate::ui::bench::Bench;
use crate::uiot::{self, Check};

/// An entry whose detail is shown, with its own copy of the bytes: what is being read stays, also when the journal drops
/// it.
#[derive(Clone)]
pub(super) struct Subject(Arc<Inner>);

pub(super) struct Inner {
    pub(super) seq: u64,
    pub(super) at: Moment,
    pub(super) kind: Option<PacketKind>,
    pub(super) note: Option<Note>,
    /// The packet, or the bytes that a violation keeps.
    pub(super) bytes: Vec<u8>,
    pub(super) fields: Vec<Field>,
    /// Where secrets lie, which are covered.
    pub(super) secrets: Vec<Range<usize>>,
    /// Whether the platform's rules apply.
    pub(super) uiot: bool,
    pub(super) checks: Vec<Check>,
    /// The notes of the rules that the packet broke.
    pub(super) violations: Vec<u64>,
    /// The packet of which the note speaks.
    pub(super) violator: Option<u64>,
    /// The filters that a SUBACK answers, in order.
    pub(super) asked: Vec<String>,
}

impl PartialEq for Subject {
    fn eq(&self, other: &Self) -> bool {
        self.seq == other.seq && self.at == other.at && self.bytes.len() == other.bytes.len()
    }
}

impl std::ops::Deref for Subject {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Subject {
    /// The entry as it is now; none if it is gone.
    pub(super) fn look_up(bench: Bench, seq: u64) -> Option<Self> {
        let plan = untrack(|| bench.shown_plan());
        bench.journal(|journal| {
            Some(Self(Arc::new(Inner::read(journal, &journal.entry(seq)?, plan.as_ref()))))
        })
    }

    /// Whether there are bytes to take apart.
    pub(super) fn has_bytes(&self) -> bool {
        !self.bytes.is_empty()
    }
}

impl Inner {
    fn read(journal: &Journal, entry: &Entry<'_>, plan: Option<&ConnectionPlan>) -> Self {
        let version = plan.map_or(ProtocolVersion::default(), |plan| plan.options.protocol);
        let uiot = plan.is_some_and(|plan| plan.mode == Mode::Uiot);
        let bytes = match entry.note() {
            Some(Note::Violation(violation)) => violation.bytes.to_vec(),
            Some(_) => Vec::new(),
            None => entry.packet().to_vec(),
        };
        let fields = if bytes.is_empty() { Vec::new() } else { dissect(&bytes, version) };
        let info = Info::read(&bytes);
        let own = entry.note().is_none() && entry.direction == Direction::Out;
        let checks = match &info {
            Some(info) if uiot && own => uiot::check_packet(info, bytes.len()),
            _ => Vec::new(),
        };
        let asked = match info {
            Some(Info::SubAck { .. }) => asked(journal, entry.seq),
            _ => Vec::new(),
        };
        let is_note = entry.note().is_some();
        Self {
            seq: entry.seq,
            at: entry.at,
            kind: bytes.first().and_then(|first| PacketKind::from_first_byte(*first)),
            note: entry.note().cloned(),
            secrets: secrets(&bytes, &fields),
            uiot,
            checks,
            violations: if is_note { Vec::new() } else { journal::violations_of(journal, entry.seq) },
            violator: if is_note { journal::violator(journal, entry.seq) } else { None },
            asked,
            bytes,
            fields,
        }
    }

    /// Whether the byte is part of a secret.
    pub(super) fn is_secret(&self, offset: usize) -> bool {
        self.secrets.iter().any(|range| range.contains(&offset))
    }
}

/// Where the password of a CONNECT lies, and the secrets of a message of the platform.
fn secrets(bytes: &[u8], fields: &[Field]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // Before the characters stands their length.
    let passwords = fields.iter().filter(|field| field.name == FieldName::Password);
    found.extend(passwords.map(|field| (field.range.start + 2).min(field.range.end)..field.range.end));
    if let Some(Info::Publish { topic, payload, .. }) = Info::read(bytes) {
        let start = bytes.len() - payload.len();
        let inside = uiot::secrets(&String::from_utf8_lossy(topic), payload);
        found.extend(inside.into_iter().map(|range| range.start + start..range.end + start));
    }
    found
}

/// The filters of the request that a SUBACK answers; as many as are shown.
fn asked(journal: &Journal, suback: u64) -> Vec<String> {
    let request = journal::partner(journal, suback).and_then(|seq| journal.entry(seq));
    match request.and_then(|request| Info::read(request.packet())) {
        Some(Info::Filters { filters, .. }) => {
            filters.take(256).map(|(filter, _)| String::from_utf8_lossy(filter).into_owned()).collect()
        }
        _ => Vec::new(),
    }
}
