//! One line of a file: its fields, and what they mean.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde_json::Value;
use serde_json::error::Category;

use super::{LineFault, ack_named};
use crate::journal::export::{About, notes};
use crate::journal::wall::{WallClock, parse_utc};
use crate::journal::{Ack, Direction, Note};
use crate::mqtt::{Moment, PacketView};

/// Padding may be missing.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Characters of the parser's words that are kept.
const MOST_WORDS: usize = 160;
/// Characters of a string about the file that are kept.
const MOST_ABOUT: usize = 1000;
/// Ties of the clock that are kept.
const MOST_TIES: usize = 10_000;

/// The fields of all kinds of lines. Unknown ones are passed over.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
pub(super) struct Line<'a> {
    /// Of the first line.
    #[serde(borrow)]
    pub(super) format: Cow<'a, str>,
    pub(super) version: Option<u64>,
    product: String,
    clock: Vec<(u64, u64)>,
    filter: String,
    host: String,
    client_id: String,
    protocol: String,
    mode: String,
    /// Of the last line.
    pub(super) end: bool,
    pub(super) gone: Option<u64>,
    /// Of an entry.
    pub(super) seq: Option<u64>,
    pub(super) at: Option<u64>,
    #[serde(borrow)]
    time: Cow<'a, str>,
    #[serde(borrow)]
    direction: Cow<'a, str>,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(borrow)]
    ack: Cow<'a, str>,
    ack_micros: Option<u32>,
    ack_code: Option<u8>,
    #[serde(borrow)]
    header: Cow<'a, str>,
    #[serde(borrow)]
    payload: Cow<'a, str>,
    #[serde(borrow)]
    packet: Cow<'a, str>,
    note: Option<Value>,
}

/// What an entry is. A packet's bytes stand beside it.
pub(super) enum Content {
    Note(Note),
    Packet(Direction, Ack),
}

impl<'a> Line<'a> {
    pub(super) fn parse(line: &'a [u8]) -> Result<Self, LineFault> {
        if line.trim_ascii_start().first() != Some(&b'{') {
            return Err(LineFault::NoObject);
        }
        serde_json::from_slice(line).map_err(|error| match error.classify() {
            Category::Data => {
                let words = error.to_string();
                let words = words.rsplit_once(" at line ").map_or(words.as_str(), |(before, _)| before);
                LineFault::Field(words.chars().take(MOST_WORDS).collect())
            }
            Category::Eof => LineFault::Json(line.len() + 1),
            Category::Syntax | Category::Io => LineFault::Json(error.column()),
        })
    }

    /// What the first line says of its file.
    pub(super) fn about(&self) -> About {
        let short = |text: &String| text.chars().take(MOST_ABOUT).collect();
        let tie = |(from, zero): &(u64, u64)| (Moment::from_micros(*from), *zero);
        About {
            product: short(&self.product),
            clock: WallClock::new(self.clock.iter().take(MOST_TIES).map(tie).collect()),
            filter: short(&self.filter),
            host: short(&self.host),
            client_id: short(&self.client_id),
            protocol: short(&self.protocol),
            mode: short(&self.mode),
        }
    }

    /// The time of day, in microseconds since 1970.
    pub(super) fn unix_micros(&self) -> Option<u64> {
        parse_utc(&self.time)
    }

    /// The entry that the line tells of. The bytes of a packet go to `packet`.
    pub(super) fn content(&self, packet: &mut Vec<u8>) -> Result<Content, LineFault> {
        if let Some(note) = &self.note {
            return notes::from_json(note).map(Content::Note).ok_or(LineFault::Note);
        }
        packet.clear();
        let parts = if self.packet.is_empty() {
            [self.header.as_bytes(), self.payload.as_bytes()]
        } else {
            [self.packet.as_bytes(), b""]
        };
        for part in parts {
            BASE64.decode_vec(part, packet).map_err(|_| LineFault::Base64)?;
        }
        if packet.is_empty() {
            return Err(LineFault::NoPacket);
        }
        let direction = match &*self.direction {
            "in" => Direction::In,
            "out" => Direction::Out,
            _ => return Err(LineFault::Direction),
        };
        let kind = PacketView::read(packet).map(|view| view.kind);
        if kind.map(notes::packet_kind_name) != self.kind.as_deref() {
            return Err(LineFault::Type);
        }
        let ack = ack_named(&self.ack, self.ack_micros, self.ack_code).ok_or(LineFault::Ack)?;
        Ok(Content::Packet(direction, ack))
    }
}

/// The bytes that a text in base64 means.
pub(in crate::journal) fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    BASE64.decode(text).ok()
}
