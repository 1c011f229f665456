//! The lines of the tree: a packet's fields in words.

use std::ops::Range;

use super::line::{code_text, content, plain, version};
use super::subject::Subject;
use crate::i18n::Lang;
use crate::mqtt::{Field, FieldName, FieldValue, PacketKind};
use crate::payload;
use crate::uiot::Credential;

/// Bytes of a text that a line shows; all of them stand among the bytes.
const SHOWN: usize = 1024;
/// Dots that stand for a secret at the most.
const DOTS: usize = 16;

/// One line of the tree.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FieldLine {
    pub(super) depth: usize,
    /// Its bytes in the packet.
    pub(super) range: Range<usize>,
    /// The line above it in the tree.
    pub(super) parent: Option<usize>,
    pub(super) has_children: bool,
    /// Whether its children are hidden at first.
    pub(super) folded: bool,
    /// The bits that it is about, as `.1.. ....`.
    pub(super) bits: String,
    pub(super) name: String,
    pub(super) value: String,
    /// How the value looks: `st`, `nu` or `bo`.
    pub(super) look: &'static str,
    pub(super) comment: String,
    /// What is wrong.
    pub(super) fault: String,
}

/// All lines of a subject, parents before their children.
pub(super) fn lines(lang: Lang, subject: &Subject) -> Vec<FieldLine> {
    let mut lines: Vec<FieldLine> = Vec::with_capacity(subject.fields.len() + 3);
    let mut codes = 0;
    for field in &subject.fields {
        let mut line = line(lang, subject, field);
        if field.name == FieldName::ReturnCode && subject.kind == Some(PacketKind::SubAck) {
            if let Some(filter) = subject.asked.get(codes) {
                line.comment = format!("{} · {}", line.comment, cut(filter.as_bytes()));
            }
            codes += 1;
        }
        lines.push(line);
        if field.name == FieldName::UserName && subject.uiot {
            lines.extend(login(lang, subject, field));
        }
    }
    set_parents(&mut lines);
    lines
}

fn set_parents(lines: &mut [FieldLine]) {
    let mut open: Vec<usize> = Vec::new();
    for index in 0..lines.len() {
        let Some(depth) = lines.get(index).map(|line| line.depth) else { return };
        open.truncate(depth);
        let parent = open.last().copied();
        if let Some(parent) = parent.and_then(|parent| lines.get_mut(parent)) {
            parent.has_children = true;
        }
        if let Some(line) = lines.get_mut(index) {
            line.parent = parent;
        }
        open.push(index);
    }
    // What breaks a rule is never hidden at first.
    for index in 0..lines.len() {
        if lines.get(index).is_some_and(|line| line.folded)
            && has_fault_below(lines, index)
            && let Some(line) = lines.get_mut(index)
        {
            line.folded = false;
        }
    }
}

fn has_fault_below(lines: &[FieldLine], index: usize) -> bool {
    let Some(depth) = lines.get(index).map(|line| line.depth) else { return false };
    lines.iter().skip(index + 1).take_while(|line| line.depth > depth).any(|line| !line.fault.is_empty())
}

fn line(lang: Lang, subject: &Subject, field: &Field) -> FieldLine {
    let bytes = &subject.bytes;
    let mut line = FieldLine {
        depth: usize::from(field.depth),
        range: field.range.clone(),
        folded: matches!(field.name, FieldName::FixedHeader | FieldName::AcknowledgeFlags),
        name: lang.field_name(field.name).to_owned(),
        fault: field.remark.map(|remark| lang.remark(remark)).unwrap_or_default(),
        ..FieldLine::default()
    };
    if let (Some(mask), Some(byte)) = (field.bits, bytes.get(field.range.start)) {
        line.bits = bit_pattern(mask, *byte);
    }
    let size = || format!("{} B", field.range.len());
    (line.value, line.look, line.comment) = match &field.value {
        FieldValue::None if field.name == FieldName::FixedHeader => {
            (String::new(), "", hex(bytes.get(field.range.clone()).unwrap_or_default()))
        }
        FieldValue::None if field.name == FieldName::Payload => (String::new(), "", size()),
        FieldValue::None => (String::new(), "", String::new()),
        FieldValue::Kind(Some(kind)) if field.name == FieldName::Packet => {
            line.name = kind.name().to_owned();
            (String::new(), "", size())
        }
        FieldValue::Kind(None) if field.name == FieldName::Packet => {
            line.name = lang.wire_broken().to_owned();
            (String::new(), "", size())
        }
        FieldValue::Kind(kind) => {
            let number = bytes.get(field.range.start).map_or(0, |byte| byte >> 4);
            (number.to_string(), "nu", kind.map_or("", PacketKind::name).to_owned())
        }
        FieldValue::Number(number) => (number.to_string(), "nu", String::new()),
        FieldValue::Byte(byte) => (format!("0x{byte:02x}"), "nu", String::new()),
        FieldValue::Flag(flag) => (u8::from(*flag).to_string(), "bo", String::new()),
        FieldValue::Qos(qos) => (qos.to_string(), "nu", String::new()),
        FieldValue::Level(level) => (level.to_string(), "nu", version(*level)),
        FieldValue::Seconds(seconds) => (seconds.to_string(), "nu", "s".to_owned()),
        FieldValue::ConnectCode(code) => (code.to_string(), "nu", lang.connect_code(*code).to_owned()),
        FieldValue::SubscribeCode(code) => {
            let words = if *code <= 2 { lang.wire_granted(*code) } else { lang.wire_refused().to_owned() };
            (code_text(*code), if *code > 2 { "c-err" } else { "nu" }, words)
        }
        FieldValue::Text(range) => {
            let text = bytes.get(range.clone()).unwrap_or_default();
            (format!("\"{}\"", cut(text)), "st", format!("{} B", text.len()))
        }
        FieldValue::Data(range) => {
            let data = bytes.get(range.clone()).unwrap_or_default();
            (String::new(), "", content(lang, data))
        }
        FieldValue::Masked(length) => {
            (format!("\"{}\"", "•".repeat((*length).min(DOTS))), "st", format!("{length} B"))
        }
    };
    line
}

/// What the platform reads in a user name: `ProductSN|DeviceSN|authmode` (websocketconnect.md).
fn login(lang: Lang, subject: &Subject, field: &Field) -> Vec<FieldLine> {
    let FieldValue::Text(range) = &field.value else { return Vec::new() };
    let text = subject.bytes.get(range.clone()).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let Some((text, (_, mode))) = text.and_then(|text| Some((text, Credential::from_user_name(text)?)))
    else {
        return Vec::new();
    };
    let mut at = range.start;
    let names = ["ProductSN", "DeviceSN", "authmode"];
    text.split('|')
        .zip(names)
        .map(|(part, name)| {
            let range = at..at + part.len();
            at = range.end + 1;
            let is_mode = name == "authmode";
            FieldLine {
                depth: usize::from(field.depth) + 1,
                range,
                name: name.to_owned(),
                value: if is_mode { part.to_owned() } else { format!("\"{}\"", plain(part)) },
                look: if is_mode { "nu" } else { "st" },
                comment: if is_mode { lang.auth_mode(mode).to_owned() } else { String::new() },
                ..FieldLine::default()
            }
        })
        .collect()
}

/// As much of a text as a line shows, without control characters.
fn cut(text: &[u8]) -> String {
    let head = payload::head(text, SHOWN);
    let mut shown = plain(&String::from_utf8_lossy(head));
    if head.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// The first bytes in hexadecimal.
fn hex(bytes: &[u8]) -> String {
    let texts: Vec<_> = bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    texts.join(" ")
}

/// The bits of a byte under a mask, dots for the others: `..0. .0..`.
fn bit_pattern(mask: u8, byte: u8) -> String {
    let mut pattern = String::with_capacity(9);
    for bit in (0..8).rev() {
        pattern.push(match (mask >> bit & 1, byte >> bit & 1) {
            (0, _) => '.',
            (_, 0) => '0',
            _ => '1',
        });
        if bit == 4 {
            pattern.push(' ');
        }
    }
    pattern
}

/// The line that says most about the byte at `offset`.
pub(super) fn line_at(lines: &[FieldLine], offset: usize) -> Option<usize> {
    let holding = lines.iter().enumerate().filter(|(_, line)| line.range.contains(&offset));
    // Single bits share their byte; the byte as a whole stands for them.
    holding
        .filter(|(_, line)| line.bits.is_empty())
        .max_by_key(|(_, line)| line.depth)
        .map(|(index, _)| index)
}

/// The lines in which this one lies.
pub(super) fn ancestors(lines: &[FieldLine], index: usize) -> impl Iterator<Item = usize> + '_ {
    std::iter::successors(lines.get(index).and_then(|line| line.parent), |above| lines.get(*above)?.parent)
}
