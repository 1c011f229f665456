//! JSON lines. The first is about the file:
//!
//! ```json
//! {"format":"uiot-testbench-journal","version":1,"product":"…","zero":"2026-11-23T05:31:26.123456Z",
//!  "clock":[[0,1795411886123456]],"entries":3,"filter":"","host":"…","clientId":"…","protocol":"3.1.1","mode":"uiot"}
//! ```
//!
//! `clock` says from which moment on (microseconds) the clock's zero was at which time of day (microseconds since 1970,
//! UTC). Then comes one line an entry, oldest first, and a last one that says how many there were:
//!
//! ```json
//! {"seq":6,"time":"…Z","at":1250000,"direction":"in","type":"PUBLISH","topic":"a/b","qos":1,"dup":false,"retain":false,
//!  "packetId":7,"ack":"after","ackMicros":23000,"header":"MgkAA2EvYgAH","payload":"aGk=","text":"hi"}
//! {"seq":7,"time":"…Z","at":1250100,"direction":"out","type":"PUBACK","packetId":7,"packet":"QAIABw=="}
//! {"seq":8,"time":"…Z","at":1300000,"note":{"kind":"ended","cause":{"kind":"disconnected"}}}
//! {"end":true,"written":3,"gone":0}
//! ```
//!
//! The packet is `header` and `payload` of a PUBLISH, or `packet`, both base64. `topic`, `qos`, `dup`, `retain`,
//! `packetId` and `text` (where the payload is UTF-8 of at most 1 MiB) are for people and programs that look on; a reader
//! of ours takes them from the bytes. `covered` is true where a secret was covered with `*`, so that the bytes are not
//! those that went over the line.

use std::collections::VecDeque;
use std::io::Write as _;

use serde_json::json;

use super::{About, FORMAT, Item, Part, VERSION, notes};
use crate::journal::wall::utc;
use crate::journal::{Ack, Direction};
use crate::mqtt::Moment;

/// The largest payload, in bytes, that stands in the file as text too.
const TEXT: usize = 1024 * 1024;

pub(super) fn begin(about: &About, entries: u64, out: &mut Vec<u8>) {
    let clock: Vec<_> =
        about.clock.ties().iter().map(|(from, zero)| json!([from.as_micros(), zero])).collect();
    out.extend_from_slice(b"{\"format\":");
    string(FORMAT, out);
    put(out, format_args!(",\"version\":{VERSION},\"product\":"));
    string(&about.product, out);
    put(out, format_args!(",\"zero\":\"{}\"", utc(about.clock.unix_micros(Moment::ZERO))));
    put(out, format_args!(",\"clock\":{},\"entries\":{entries}", json!(clock)));
    for (key, value) in [
        ("filter", &about.filter),
        ("host", &about.host),
        ("clientId", &about.client_id),
        ("protocol", &about.protocol),
        ("mode", &about.mode),
    ] {
        put(out, format_args!(",\"{key}\":"));
        string(value, out);
    }
    out.extend_from_slice(b"}\n");
}

pub(super) fn end(written: u64, gone: u64, out: &mut Vec<u8>) {
    put(out, format_args!("{{\"end\":true,\"written\":{written},\"gone\":{gone}}}\n"));
}

pub(super) fn entry(item: &Item<'_>, out: &mut Vec<u8>, parts: &mut VecDeque<Part>) {
    let entry = item.entry;
    put(
        out,
        format_args!(
            "{{\"seq\":{},\"time\":\"{}\",\"at\":{}",
            entry.seq,
            utc(item.unix_micros),
            entry.at.as_micros()
        ),
    );
    if let Some(note) = &item.note {
        put(out, format_args!(",\"note\":{}}}\n", notes::to_json(note)));
        return;
    }
    out.extend_from_slice(match entry.direction {
        Direction::In => b",\"direction\":\"in\"",
        Direction::Out => b",\"direction\":\"out\"",
    });
    match entry.kind {
        Some(kind) => put(out, format_args!(",\"type\":\"{}\"", notes::packet_kind_name(kind))),
        None => out.extend_from_slice(b",\"type\":null"),
    }
    if item.view.is_some() {
        out.extend_from_slice(b",\"topic\":");
        string(&item.topic(), out);
        let (qos, dup, retain) = (entry.qos().number(), entry.dup(), entry.retain());
        put(out, format_args!(",\"qos\":{qos},\"dup\":{dup},\"retain\":{retain}"));
    }
    if entry.packet_id != 0 {
        put(out, format_args!(",\"packetId\":{}", entry.packet_id));
    }
    let (name, value) = ack(entry.ack);
    if !name.is_empty() {
        put(out, format_args!(",\"ack\":\"{name}\""));
        match (entry.ack, value) {
            (Ack::Refused(_), code) => put(out, format_args!(",\"ackCode\":{code}")),
            (Ack::After(_) | Ack::Answers(_), micros) => put(out, format_args!(",\"ackMicros\":{micros}")),
            _ => {}
        }
    }
    if item.covered {
        out.extend_from_slice(b",\"covered\":true");
    }
    let Some(payload) = item.view.as_ref().map(|view| view.payload.clone()) else {
        parts.extend([
            Part::Literal(",\"packet\":\""),
            Part::Base64(0..item.packet.len()),
            Part::Literal("\"}\n"),
        ]);
        return;
    };
    parts.extend([
        Part::Literal(",\"header\":\""),
        Part::Base64(0..payload.start),
        Part::Literal("\",\"payload\":\""),
        Part::Base64(payload.clone()),
    ]);
    let bytes = item.packet.get(payload.clone()).unwrap_or_default();
    if bytes.len() <= TEXT && str::from_utf8(bytes).is_ok() {
        parts.extend([Part::Literal("\",\"text\":\""), Part::JsonText(payload)]);
    }
    parts.push_back(Part::Literal("\"}\n"));
}

/// The name of a state, and its number; no name where there is nothing to be waited for.
pub(super) const fn ack(ack: Ack) -> (&'static str, u32) {
    match ack {
        Ack::None => ("", 0),
        Ack::Pending => ("pending", 0),
        Ack::After(micros) => ("after", micros),
        Ack::Refused(code) => ("refused", code as u32),
        Ack::Overdue => ("overdue", 0),
        Ack::Interrupted => ("interrupted", 0),
        Ack::Resent => ("resent", 0),
        Ack::Lost => ("lost", 0),
        Ack::Answers(micros) => ("answers", micros),
    }
}

fn put(out: &mut Vec<u8>, arguments: std::fmt::Arguments<'_>) {
    // Writing to memory does not fail.
    let _ = out.write_fmt(arguments);
}

fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    escape(text.as_bytes(), out);
    out.push(b'"');
}

/// Bytes of UTF-8 as they stand in a JSON string.
pub(super) fn escape(bytes: &[u8], out: &mut Vec<u8>) {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, 0..0x20 | b'"' | b'\\' | 0x7f)) {
        let (plain, special) = rest.split_at(at);
        out.extend_from_slice(plain);
        if let Some((byte, after)) = special.split_first() {
            match byte {
                b'"' => out.extend_from_slice(b"\\\""),
                b'\\' => out.extend_from_slice(b"\\\\"),
                b'\n' => out.extend_from_slice(b"\\n"),
                b'\r' => out.extend_from_slice(b"\\r"),
                b'\t' => out.extend_from_slice(b"\\t"),
                other => put(out, format_args!("\\u{other:04x}")),
            }
            rest = after;
        }
    }
    out.extend_from_slice(rest);
}
