use std::ops::Range;
use std::sync::Arc;

use leptos::prelude::*;

use crate::journal::{self, Direction, Entry, Journal, Note};
use crate::mqtt::{Field, FieldName, Info, Moment, PacketKind, ProtocolVersion, dissect};
use crate::storage::Mode;
use crate::ui::bench::Bench;
use crate::uiot::{self, Check, Credential};

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

/// Which rules a packet is held to.
#[derive(Clone, Copy)]
struct Rules {
    version: ProtocolVersion,
    /// Whether the platform's apply.
    uiot: bool,
}

impl Rules {
    /// As far as the connection's CONNECT tells: in a record nothing else does.
    fn of_connection(journal: &Journal, seq: u64) -> Self {
        let first = seq.saturating_sub(journal::REACH).max(journal.first_seq());
        let mut before = journal.entries(first..seq.saturating_add(1)).rev();
        let connect = before.find(|entry| entry.kind == Some(PacketKind::Connect));
        match connect.and_then(|connect| Info::read(connect.packet())) {
            Some(Info::Connect { level, user_name, .. }) => {
                let user_name = user_name.and_then(|name| std::str::from_utf8(name).ok());
                let version = if level == 3 { ProtocolVersion::V3_1 } else { ProtocolVersion::V3_1_1 };
                Self { version, uiot: user_name.and_then(Credential::from_user_name).is_some() }
            }
            _ => Self { version: ProtocolVersion::default(), uiot: false },
        }
    }
}

impl Subject {
    /// The entry as it is now; none if it is gone.
    pub(super) fn look_up(bench: Bench, seq: u64) -> Option<Self> {
        let live = !bench.shows_record();
        bench.journal(|journal| {
            let entry = journal.entry(seq)?;
            let rules = bench.status.with_untracked(|status| match &status.plan {
                Some(plan) if live => Rules { version: plan.options.protocol, uiot: plan.mode == Mode::Uiot },
                _ => Rules::of_connection(journal, seq),
            });
            Some(Self(Arc::new(Inner::read(journal, &entry, rules))))
        })
    }

    /// Whether there are bytes to take apart.
    pub(super) fn has_bytes(&self) -> bool {
        !self.bytes.is_empty()
    }
}

impl Inner {
    fn read(journal: &Journal, entry: &Entry<'_>, rules: Rules) -> Self {
        let Rules { version, uiot } = rules;
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
