//! A journal written to a file, in slices: whoever drives it says how many bytes a slice may have, and may do other
//! things in between. What is dropped from the journal meanwhile is counted, and the file says so.
//!
//! Three forms: [`Form::Jsonl`] holds every byte and can be opened again ([`super::import`]), [`Form::Csv`] is for
//! tables, [`Form::Wire`] is for eyes and for `text2pcap`. No form ever holds a secret: CONNECT's password is covered
//! in the journal already, and a [`Cover`] says where the secrets of other messages lie.

mod csv;
mod jsonl;
pub(super) mod notes;
mod wire;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Ack, Direction, Entry, Journal, Note, WallClock};
use crate::mqtt::{PacketView, Violation};
pub use csv::Column;

/// The name of the lossless form, in its first line.
pub(super) const FORMAT: &str = "uiot-testbench-journal";
/// The version of the lossless form. A reader refuses what is newer.
pub(super) const VERSION: u64 = 1;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// One JSON object a line, the first about the file itself; every packet byte for byte.
    Jsonl,
    /// A table as spreadsheets read it: RFC 4180 with a byte order mark. Binary payloads are in hexadecimal, and a
    /// payload that exceeds what a cell holds is cut.
    Csv,
    /// Each packet with a line that outlines it and a hex dump.
    Wire,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Jsonl, Self::Csv, Self::Wire];

    /// A name for choices and tests.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Wire => "wire",
        }
    }

    /// The form with this [`Self::id`].
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.id() == id)
    }

    /// What a file's name ends with.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Wire => "txt",
        }
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jsonl => "application/jsonl",
            Self::Csv => "text/csv;charset=utf-8",
            Self::Wire => "text/plain;charset=utf-8",
        }
    }
}

/// What a file says of itself. Nothing in it is a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Name and version of the product that wrote it.
    pub product: String,
    /// The time of day.
    pub clock: WallClock,
    /// The filter by which the entries were chosen, as a person writes it; empty if there was none.
    pub filter: String,
    /// The broker's host.
    pub host: String,
    /// The client identifier.
    pub client_id: String,
    /// The version of MQTT, as `3.1.1`.
    pub protocol: String,
    /// Which rules the session went by: `uiot` or `generic`.
    pub mode: String,
}

/// Where the secrets of a message lie in its payload: takes topic and payload. What is covered in the journal already
/// may be named again.
pub type Cover = fn(&str, &[u8]) -> Vec<Range<usize>>;

/// The words of a file that is meant for people, in their language, and the time where they are.
pub trait Locale {
    /// The head of a table's column.
    fn column(&self, column: Column) -> &str;
    /// Sent or received.
    fn direction(&self, direction: Direction) -> &str;
    /// What became of a request.
    fn ack(&self, ack: Ack) -> String;
    /// A note in one line.
    fn note(&self, note: &Note) -> String;
    /// That so many entries were dropped before they could be written.
    fn gone(&self, count: u64) -> String;
    /// Minutes by which local time is ahead of UTC, at a time in microseconds since 1970, UTC.
    fn offset_minutes(&self, unix_micros: u64) -> i32;
}

/// How far an export has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// There is more; so much is done, from 0 to 1.
    More(f64),
    /// That was all.
    Done,
}

/// The numbers of some entries as ranges, in order.
pub fn ranges(seqs: impl IntoIterator<Item = u64>) -> Vec<Range<u64>> {
    let mut ranges: Vec<Range<u64>> = Vec::new();
    for seq in seqs {
        match ranges.last_mut() {
            Some(last) if last.end == seq => last.end += 1,
            _ => ranges.push(seq..seq + 1),
        }
    }
    ranges
}

/// Bytes of a client identifier that stand in a file's name.
const MOST_NAME: usize = 80;

/// A name for a file, of characters that every system takes: the client identifier and the local time, as [`super::wall::local`] writes it.
pub fn file_name(client_id: &str, local: &str, form: Form) -> String {
    let safe = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' => character,
        _ => '_',
    };
    let id: String = client_id.trim_start_matches('.').chars().map(safe).take(MOST_NAME).collect();
    let id = if id.is_empty() { "uiot-testbench" } else { &id };
    let digits: String = local.chars().filter(char::is_ascii_digit).take(14).collect();
    let (date, time) = digits.split_at_checked(8).unwrap_or((&digits, ""));
    format!("{id}-{date}-{time}.{}", form.extension())
}

/// Bytes of a packet that are written in one go, a multiple of what base64 (3) and a dump (16) take together.
const PIECE: usize = 48 * 1024;

/// What is still to be written of the entry at hand: parts of its packet, in some form.
#[derive(Debug)]
enum Part {
    Base64(Range<usize>),
    JsonText(Range<usize>),
    CsvText(Range<usize>),
    CsvHex(Range<usize>),
    /// Lines of a dump, of the whole packet.
    Dump(Range<usize>),
    /// The end of a cell that lacks so many bytes.
    Cut(usize),
    Literal(&'static str),
}

/// Writes a part of a journal in one form. See the [module's docs](self).
pub struct Export {
    form: Form,
    about: About,
    locale: Box<dyn Locale>,
    cover: Cover,
    left: VecDeque<Range<u64>>,
    total: u64,
    done: u64,
    gone: u64,
    begun: bool,
    /// The packet at hand, secrets covered. A copy: the journal may drop it while it is being written.
    packet: Vec<u8>,
    parts: VecDeque<Part>,
}

impl Export {
    /// An export of the entries with these numbers, in ascending order.
    pub fn new(
        form: Form,
        seqs: Vec<Range<u64>>,
        about: About,
        locale: Box<dyn Locale>,
        cover: Cover,
    ) -> Self {
        let total = seqs.iter().map(|range| range.end.saturating_sub(range.start)).sum();
        Self {
            form,
            about,
            locale,
            cover,
            left: seqs.into(),
            total,
            done: 0,
            gone: 0,
            begun: false,
            packet: Vec::new(),
            parts: VecDeque::new(),
        }
    }

    /// How many entries were chosen.
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// How many entries were written so far.
    pub const fn written(&self) -> u64 {
        self.done - self.gone
    }

    /// How many entries were dropped from the journal before they could be written.
    pub const fn gone(&self) -> u64 {
        self.gone
    }

    /// Appends about `work` bytes to `out`: at least something, and little more than that. The slices' sizes do not
    /// change what is written.
    pub fn advance(&mut self, journal: &Journal, work: usize, out: &mut Vec<u8>) -> Step {
        let end = out.len().saturating_add(work.max(1));
        if !self.begun {
            self.begun = true;
            self.begin(out);
        }
        while out.len() < end {
            if let Some(part) = self.parts.front_mut() {
                if part.write(&self.packet, out) {
                    self.parts.pop_front();
                }
                continue;
            }
            let Some(entry) = self.next_entry(journal) else {
                self.end(out);
                self.packet = Vec::new();
                return Step::Done;
            };
            self.entry(&entry, out);
        }
        Step::More(self.done as f64 / self.total.max(1) as f64)
    }

    /// The next entry that is still there; the others are counted.
    fn next_entry<'a>(&mut self, journal: &'a Journal) -> Option<Entry<'a>> {
        while let Some(range) = self.left.front_mut() {
            let there = range.start.max(journal.first_seq().min(range.end));
            let dropped = there - range.start;
            self.done += dropped;
            self.gone += dropped;
            range.start = there;
            if range.is_empty() {
                self.left.pop_front();
                continue;
            }
            range.start += 1;
            self.done += 1;
            match journal.entry(there) {
                Some(entry) => return Some(entry),
                None => self.gone += 1,
            }
        }
        None
    }

    fn begin(&self, out: &mut Vec<u8>) {
        match self.form {
            Form::Jsonl => jsonl::begin(&self.about, self.total, out),
            Form::Csv => csv::begin(self.locale.as_ref(), out),
            Form::Wire => wire::begin(&self.about, out),
        }
    }

    fn end(&self, out: &mut Vec<u8>) {
        match self.form {
            Form::Jsonl => jsonl::end(self.written(), self.gone, out),
            Form::Csv => csv::end(self.locale.as_ref(), self.gone, out),
            Form::Wire => wire::end(self.locale.as_ref(), self.gone, out),
        }
    }

    /// Writes what stands before the entry's bytes, and puts down what is to follow.
    fn entry(&mut self, entry: &Entry<'_>, out: &mut Vec<u8>) {
        self.packet.clear();
        // A large packet's memory is not kept for the small ones that follow.
        self.packet.shrink_to(PIECE);
        self.packet.extend_from_slice(entry.packet());
        let covered = cover_packet(&mut self.packet, self.cover);
        let item = Item {
            entry,
            note: entry.note().map(|note| cover_note(note, self.cover)),
            packet: &self.packet,
            view: PacketView::read(&self.packet).filter(|_| entry.is_message()),
            covered,
            unix_micros: self.about.clock.unix_micros(entry.at),
        };
        match self.form {
            Form::Jsonl => jsonl::entry(&item, out, &mut self.parts),
            Form::Csv => csv::entry(&item, self.locale.as_ref(), out, &mut self.parts),
            Form::Wire => wire::entry(&item, self.locale.as_ref(), out, &mut self.parts),
        }
    }
}

/// An entry as it is written.
struct Item<'a> {
    entry: &'a Entry<'a>,
    note: Option<Cow<'a, Note>>,
    /// Secrets covered.
    packet: &'a [u8],
    /// The outline of a PUBLISH.
    view: Option<PacketView>,
    /// Whether something had to be covered.
    covered: bool,
    unix_micros: u64,
}

impl Item<'_> {
    fn topic(&self) -> Cow<'_, str> {
        let topic = self.view.as_ref().and_then(|view| self.packet.get(view.topic.clone()));
        String::from_utf8_lossy(topic.unwrap_or_default())
    }
}

impl Part {
    /// Writes a piece of it; tells whether that was all.
    fn write(&mut self, packet: &[u8], out: &mut Vec<u8>) -> bool {
        let range = match self {
            Self::Literal(text) => {
                out.extend_from_slice(text.as_bytes());
                return true;
            }
            Self::Cut(missing) => {
                csv::cut(*missing, out);
                return true;
            }
            Self::Base64(range)
            | Self::JsonText(range)
            | Self::CsvText(range)
            | Self::CsvHex(range)
            | Self::Dump(range) => range,
        };
        let start = range.start;
        let end = range.end.min(start + PIECE);
        range.start = end;
        let done = end >= range.end;
        let bytes = packet.get(start..end).unwrap_or_default();
        match self {
            Self::Base64(_) => base64(bytes, out),
            Self::JsonText(_) => jsonl::escape(bytes, out),
            Self::CsvText(_) => csv::escape(bytes, out),
            Self::CsvHex(_) => csv::hex(bytes, out),
            Self::Dump(_) => wire::dump(bytes, start, out),
            Self::Cut(_) | Self::Literal(_) => {}
        }
        done
    }
}

/// Covers with `*` what is secret in a packet, also in one that is cut; tells whether there was something.
fn cover_packet(packet: &mut [u8], cover: Cover) -> bool {
    let Some((topic, start)) = publish_parts(packet) else { return false };
    let topic = packet.get(topic).and_then(|topic| str::from_utf8(topic).ok()).unwrap_or_default();
    let secrets = cover(topic, packet.get(start..).unwrap_or_default());
    for secret in &secrets {
        if let Some(bytes) = packet.get_mut(start + secret.start..start + secret.end) {
            bytes.fill(b'*');
        }
    }
    !secrets.is_empty()
}

/// Where the topic of a PUBLISH lies and where its payload begins. Unlike [`PacketView`] it takes a packet that is cut.
fn publish_parts(packet: &[u8]) -> Option<(Range<usize>, usize)> {
    let first = packet.first()?;
    if first >> 4 != 3 {
        return None;
    }
    let length_bytes = packet.iter().skip(1).take(4).position(|byte| byte & 0x80 == 0)? + 1;
    let start = 1 + length_bytes + 2;
    let topic_length = u16::from_be_bytes([*packet.get(start - 2)?, *packet.get(start - 1)?]);
    let topic = start..start + usize::from(topic_length);
    let payload = topic.end + if first & 0b0110 == 0 { 0 } else { 2 };
    (payload <= packet.len()).then_some((topic, payload))
}

/// The note without a secret: a violation quotes a packet.
fn cover_note(note: &Note, cover: Cover) -> Cow<'_, Note> {
    if let Note::Violation(Violation { rule, bytes }) = note {
        let mut copy = bytes.to_vec();
        if cover_packet(&mut copy, cover) {
            return Cow::Owned(Note::Violation(Violation::new(*rule, &copy)));
        }
    }
    Cow::Borrowed(note)
}

fn base64(bytes: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + bytes.len().div_ceil(3) * 4, b'=');
    if let Some(place) = out.get_mut(start..) {
        // The place has the length that base64 takes.
        let _ = STANDARD.encode_slice(bytes, place);
    }
}

fn base64_text(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
