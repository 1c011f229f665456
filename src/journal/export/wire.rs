//! Packets as hex dumps, for eyes and for `text2pcap -D -t "%Y-%m-%d %H:%M:%S.%f"`, which makes a capture of them:
//!
//! ```text
//! # 7  PUBLISH  17 B  QoS 1  id 7  a/b
//! I 2026-11-23 13:31:26.123456
//! 000000 32 0f 00 03 61 2f 62 00 07 7b 22 61 22 3a 31 7d  |2...a/b..{"a":1}|
//!
//! ```
//!
//! `I` is received, `O` is sent; the time is local. What is no packet stands in lines that begin with `#`, which
//! `text2pcap` skips. Control characters are replaced, so that what a broker sent never begins a line of its own.

use std::collections::VecDeque;

use super::{About, Item, Locale, Part};
use crate::journal::wall::{local, utc};
use crate::journal::{Ack, Direction};
use crate::mqtt::Moment;

/// Bytes a line.
const WIDTH: usize = 16;

pub(super) fn begin(about: &About, out: &mut Vec<u8>) {
    comment(&about.product, out);
    comment("text2pcap -D -t \"%Y-%m-%d %H:%M:%S.%f\"", out);
    comment(&format!("0 = {}", utc(about.clock.unix_micros(Moment::ZERO))), out);
    for (key, value) in [
        ("host", &about.host),
        ("ClientID", &about.client_id),
        ("MQTT", &about.protocol),
        ("filter", &about.filter),
    ] {
        if !value.is_empty() {
            comment(&format!("{key} {value}"), out);
        }
    }
    out.push(b'\n');
}

pub(super) fn end(locale: &dyn Locale, gone: u64, out: &mut Vec<u8>) {
    if gone > 0 {
        comment(&locale.gone(gone), out);
    }
}

pub(super) fn entry(item: &Item<'_>, locale: &dyn Locale, out: &mut Vec<u8>, parts: &mut VecDeque<Part>) {
    let entry = item.entry;
    let time = local(item.unix_micros, locale.offset_minutes(item.unix_micros));
    let number = entry.seq + 1;
    if let Some(note) = &item.note {
        comment(&format!("{number}  {time}  {}", locale.note(note)), out);
        out.push(b'\n');
        return;
    }
    let name = entry.kind.map_or("?", |kind| kind.name());
    let mut line = format!("{number}  {name}  {} B", item.packet.len());
    if item.view.is_some() {
        line += &format!("  QoS {}", entry.qos().number());
        line += if entry.dup() { "  DUP" } else { "" };
        line += if entry.retain() { "  RETAIN" } else { "" };
    }
    if entry.packet_id != 0 {
        line += &format!("  id {}", entry.packet_id);
    }
    if item.view.is_some() {
        line += "  ";
        line += &item.topic();
    }
    if entry.ack != Ack::None {
        line += &format!("  [{}]", locale.ack(entry.ack));
    }
    comment(&line, out);
    let way = match entry.direction {
        Direction::In => 'I',
        Direction::Out => 'O',
    };
    out.extend_from_slice(format!("{way} {time}\n").as_bytes());
    parts.extend([Part::Dump(0..item.packet.len()), Part::Literal("\n")]);
}

fn comment(text: &str, out: &mut Vec<u8>) {
    let line: String =
        text.chars().map(|character| if character.is_control() { '·' } else { character }).collect();
    out.extend_from_slice(b"# ");
    out.extend_from_slice(line.as_bytes());
    out.push(b'\n');
}

/// Lines of a dump; the first byte has this offset.
pub(super) fn dump(bytes: &[u8], offset: usize, out: &mut Vec<u8>) {
    for (index, line) in bytes.chunks(WIDTH).enumerate() {
        let place = offset + index * WIDTH;
        if place > 0xff_ffff {
            out.extend_from_slice(format!("{:x}", place >> 24).as_bytes());
        }
        for byte in [place >> 16, place >> 8, place] {
            out.extend_from_slice(&digits((byte & 0xff) as u8));
        }
        for byte in line {
            out.push(b' ');
            out.extend_from_slice(&digits(*byte));
        }
        out.extend(std::iter::repeat_n(b' ', (WIDTH - line.len()) * 3));
        // The bar keeps characters that look like digits from being taken for bytes.
        out.extend_from_slice(b"  |");
        out.extend(line.iter().map(|byte| if matches!(byte, 0x20..=0x7e) { *byte } else { b'.' }));
        out.extend_from_slice(b"|\n");
    }
}

/// A byte in hexadecimal.
pub(super) const fn digits(byte: u8) -> [u8; 2] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    [DIGITS[(byte >> 4) as usize], DIGITS[(byte & 15) as usize]]
}
