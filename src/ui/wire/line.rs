//! What a row says of a packet, in one line.

use crate::i18n::{Lang, millis};
use crate::journal::{Ack, Entry, Note, Severity};
use crate::mqtt::{Info, PacketKind};
use crate::payload;
use crate::storage::{ConnectionPlan, Mode};
use crate::uiot::RetCode;

/// Bytes of a topic, filter or identifier that a line shows.
const SHOWN: usize = 256;
/// Filters or codes that a line lists.
const LISTED: usize = 8;
/// Codes that are looked at for refusals.
const COUNTED: usize = 4096;
/// Bytes of a payload that are looked at to name its kind, and to find a return code.
const LOOKED_AT: usize = 256;
const WITH_RET_CODE: usize = 16 * 1024;

/// A line in its parts: the middle one stands out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) mark: String,
    /// How the mark looks: `c-ok`, `c-warn`, `c-err` or nothing.
    pub(super) look: &'static str,
    pub(super) rest: String,
    /// What is less important.
    pub(super) tail: String,
}

impl Line {
    fn of(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    /// Whether it tells of something bad.
    pub(super) fn is_bad(&self) -> bool {
        matches!(self.look, "c-warn" | "c-err")
    }

    fn bad(mut self, mark: String) -> Self {
        self.mark = mark;
        self.look = "c-err";
        self
    }
}

/// What stands in the column of types. Names of packets are the standard's.
pub(super) fn type_name(lang: Lang, entry: &Entry<'_>) -> &'static str {
    match (entry.note(), entry.kind) {
        (Some(Note::Opening { .. } | Note::Opened { .. }), _) => "WebSocket",
        (Some(Note::Violation(_)), _) => lang.wire_violation(),
        (Some(_), _) => lang.wire_event(),
        (None, Some(kind)) => kind.name(),
        (None, None) => first_byte_name(entry.packet()).unwrap_or(lang.wire_broken()),
    }
}

fn first_byte_name(packet: &[u8]) -> Option<&'static str> {
    Some(PacketKind::from_first_byte(*packet.first()?)?.name())
}

/// The line of an entry. `violated` says that the packet broke a rule.
pub(super) fn line(
    lang: Lang,
    plan: Option<&ConnectionPlan>,
    entry: &Entry<'_>,
    violated: Option<&str>,
) -> Line {
    if let Some(note) = entry.note() {
        let text = lang.note(note);
        return match note.severity() {
            Severity::Info => Line::of(text),
            Severity::Warning => Line { mark: text, look: "c-warn", ..Line::default() },
            Severity::Error => Line::default().bad(text),
        };
    }
    let info = Info::read(entry.packet());
    let mut line = match &info {
        Some(info) => of_packet(lang, plan, info),
        None => Line::default().bad(lang.wire_broken_info().to_owned()),
    };
    if let Ack::Answers(micros) = entry.ack {
        line.tail = format!("← {} ms", millis(micros.into()));
    }
    if let Some(rule) = violated
        && !line.is_bad()
    {
        line.rest = String::new();
        line = line.bad(format!(" · {rule}"));
    }
    line
}

fn of_packet(lang: Lang, plan: Option<&ConnectionPlan>, info: &Info<'_>) -> Line {
    match info {
        Info::Connect { level, clean_session, will, keep_alive, client_id, .. } => {
            let mut parts = vec![version(*level)];
            let session = if *clean_session { lang.wire_clean() } else { lang.wire_kept_session() };
            parts.push(session.to_owned());
            parts.push(lang.wire_keep_alive(*keep_alive));
            if *will {
                parts.push(lang.wire_will().to_owned());
            }
            parts.push(match shown(client_id) {
                id if id.is_empty() => lang.wire_no_client_id().to_owned(),
                id => id,
            });
            Line::of(parts.join(" · "))
        }
        Info::ConnAck { code, session_present } => {
            let session =
                if *session_present { lang.wire_session_present() } else { lang.wire_session_absent() };
            Line {
                mark: format!("{code} {}", lang.connect_code(*code)),
                look: if *code == 0 { "c-ok" } else { "c-err" },
                rest: format!(" · {session}"),
                ..Line::default()
            }
        }
        Info::Publish { qos, dup, retain, packet_id, topic, payload } => {
            let id = packet_id.map(|id| format!(" #{id}")).unwrap_or_default();
            let flags = match (dup, retain) {
                (true, true) => " DUP RETAIN",
                (true, false) => " DUP",
                (false, true) => " RETAIN",
                (false, false) => "",
            };
            let content = content(lang, payload);
            let line = Line::of(format!("Q{qos}{id}{flags} · {} · {content}", folded(plan, topic)));
            match ret_code(plan, payload) {
                Some(code) => line.bad(format!(" · RetCode {}", code.0)),
                None => line,
            }
        }
        Info::Filters { packet_id, filters } => {
            let listed: Vec<_> = filters
                .clone()
                .take(3)
                .map(|(filter, qos)| {
                    let qos = qos.map(|qos| format!(" Q{qos}")).unwrap_or_default();
                    format!("{}{qos}", folded(plan, filter))
                })
                .collect();
            let count = filters.clone().take(COUNTED).count();
            let number = if count == 1 { String::new() } else { format!(" · {}", lang.wire_filters(count)) };
            let more = if count > 3 { ", …" } else { "" };
            Line::of(format!("#{packet_id}{number} · {}{more}", listed.join(", ")))
        }
        Info::SubAck { packet_id, codes } => suback(lang, *packet_id, codes),
        Info::Id(packet_id) => Line::of(format!("#{packet_id}")),
        Info::Bare => Line::default(),
    }
}

fn suback(lang: Lang, packet_id: u16, codes: &[u8]) -> Line {
    let is_refusal = |code: &u8| *code > 2;
    let listed = |codes: &[u8]| {
        let texts: Vec<_> = codes.iter().map(|code| code_text(*code)).collect();
        texts.join(" ")
    };
    let cut = |codes: &[u8], most: usize| {
        let more = if codes.len() > most { " …" } else { "" };
        format!("{}{more}", listed(&codes[..codes.len().min(most)]))
    };
    let refused = codes.iter().take(COUNTED).filter(|code| is_refusal(code)).count();
    let head = format!("#{packet_id} → ");
    let Some(first) = codes.iter().take(COUNTED).position(is_refusal) else {
        return Line::of(format!("{head}{}", cut(codes, 2 * LISTED)));
    };
    // The first refusal stands out, with some codes on either side of it.
    let before = &codes[..first];
    let near = &before[before.len().saturating_sub(LISTED)..];
    let skipped = if near.len() < before.len() { "… " } else { "" };
    let words = if refused == 1 { lang.wire_refused_one(first + 1) } else { lang.wire_refused_many(refused) };
    let gap = if near.is_empty() { "" } else { " " };
    let after = &codes[first + 1..];
    let after = if after.is_empty() { String::new() } else { format!(" {}", cut(after, LISTED)) };
    let mut line = Line::of(format!("{head}{skipped}{}{gap}", listed(near)));
    line.rest = format!("{after} · {words}");
    line.bad(code_text(codes[first]))
}

/// A code of a SUBACK as people write it: 0 to 2, or hexadecimal.
pub(super) fn code_text(code: u8) -> String {
    if code <= 2 { code.to_string() } else { format!("0x{code:02x}") }
}

/// The version that a protocol level stands for.
pub(super) fn version(level: u8) -> String {
    // The highest bit is what bridges set.
    match level & 0x7f {
        3 => "MQTT 3.1".to_owned(),
        4 => "MQTT 3.1.1".to_owned(),
        5 => "MQTT 5.0".to_owned(),
        other => format!("MQTT ? ({other})"),
    }
}

/// Kind and size of a payload.
pub(super) fn content(lang: Lang, payload: &[u8]) -> String {
    let kind = match payload::text(payload::head(payload, LOOKED_AT)) {
        _ if payload.is_empty() => return lang.wire_no_payload().to_owned(),
        Some(text) if payload::begins_like_json(text) => "JSON",
        Some(_) => lang.wire_text(),
        None => lang.wire_binary(),
    };
    format!("{kind} {} B", payload.len())
}

/// A text as it may stand in a line: no more than is shown, no control characters.
pub(super) fn shown(text: &[u8]) -> String {
    let head = payload::head(text, SHOWN);
    let mut line = plain(&String::from_utf8_lossy(head));
    if head.len() < text.len() {
        line.push('…');
    }
    line
}

/// The text with control characters written out.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            plain.extend(character.escape_default());
        } else {
            plain.push(character);
        }
    }
    plain
}

fn folded(plan: Option<&ConnectionPlan>, topic: &[u8]) -> String {
    let topic = shown(topic);
    let (prefix, rest) = plan.map_or(("", topic.as_str()), |plan| plan.fold_topic(&topic));
    format!("{prefix}{rest}")
}

/// The platform's return code, where it tells of a failure.
fn ret_code(plan: Option<&ConnectionPlan>, payload: &[u8]) -> Option<RetCode> {
    let uiot = plan.is_some_and(|plan| plan.mode == Mode::Uiot);
    if !uiot || payload.len() > WITH_RET_CODE {
        return None;
    }
    RetCode::in_message(payload).filter(|code| !code.is_success())
}
