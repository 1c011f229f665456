//! A file that was exported as JSON lines, read back into a journal, in slices of any size.
//!
//! The file may come from anybody. A line that cannot be understood is left out and reported with its number, the
//! others are kept; what is no such file at all is refused after a few lines. Memory is bounded by the journal's budget
//! and by [`MAX_LINE`].

mod line;

use super::export::{About, FORMAT, VERSION};
use super::{Ack, Budget, Journal, WallClock};
use crate::mqtt::Moment;
pub(super) use line::from_base64;
use line::{Content, Line};

/// The longest line that is read, in bytes: the largest packet of MQTT (256 MiB) in base64, and room for the rest.
pub const MAX_LINE: usize = 360 * 1024 * 1024;
/// How many damaged lines are remembered one by one; the others are counted.
pub const MOST_FAULTS: usize = 100;
/// How many damaged lines a file may begin with before it is taken for something else.
const DAMAGED_AT_FIRST: u64 = 20;
/// How many bytes that begin no JSON object a file may begin with before it is taken for something else.
const STRANGE_AT_FIRST: u64 = 1024 * 1024;
/// The latest moment that is believed, in microseconds: a hundred years after the clock's zero.
const LATEST: u64 = 100 * 366 * 86_400 * 1_000_000;

/// Why a file cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportError {
    /// It is empty.
    Empty,
    /// It is a table that was exported; only JSON lines can be opened again.
    Table,
    /// It is compressed; it has to be unpacked first.
    Compressed,
    /// It is none of ours, or nothing in it can be read.
    Unknown,
    /// It was written by a newer version of the product, in this version of the form.
    Newer(u64),
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineFault {
    /// It is longer than [`MAX_LINE`].
    TooLong,
    /// It is no JSON object.
    NoObject,
    /// It is not JSON from this byte of the line on (counted from 1).
    Json(usize),
    /// A field has the wrong type or is out of range: the parser's own words, at most 160 characters.
    Field(String),
    /// There is no time, or it is out of range.
    Time,
    /// It says neither `in` nor `out`.
    Direction,
    /// There are no bytes of a packet, and no note.
    NoPacket,
    /// The bytes are not written in base64.
    Base64,
    /// The bytes are not a packet of the type that the line names.
    Type,
    /// A note that is not known, or lacks a field.
    Note,
    /// A state of acknowledgement that is not known.
    Ack,
    /// It is about a file, in the midst of one.
    SecondHeader,
    /// The time lies before that of an earlier line. The entry was kept, with the earlier line's time.
    Backwards,
    /// The number is not above that of the line before. The entry was kept.
    Disorder,
}

impl LineFault {
    /// Whether the line was kept all the same.
    pub const fn is_kept(&self) -> bool {
        matches!(self, Self::Backwards | Self::Disorder)
    }
}

/// What was in a file.
#[derive(Debug)]
pub struct Record {
    /// The entries.
    pub journal: Journal,
    /// What the file says of itself. Its strings may be anybody's.
    pub about: About,
    /// How many entries were read.
    pub entries: u64,
    /// How many lines were left out.
    pub left_out: u64,
    /// The first [`MOST_FAULTS`] faults, with the number of their line, counted from 1.
    pub faults: Vec<(u64, LineFault)>,
    /// How many faults there were.
    pub fault_count: u64,
    /// How many entries were dropped before they could be exported.
    pub gone: u64,
    /// Whether the file has its last line.
    pub is_whole: bool,
}

/// Reads a file. See the [module's docs](self).
#[derive(Debug)]
pub struct Import {
    record: Record,
    /// The beginning of a line whose end has not come yet.
    line: Vec<u8>,
    /// The number of the line at hand, counted from 1.
    number: u64,
    /// Why the rest of the line at hand is passed over.
    passing_over: Option<LineFault>,
    /// Bytes that were passed over while nothing had been understood.
    strange: u64,
    /// The first bytes of the file.
    head: Vec<u8>,
    has_header: bool,
    last_seq: Option<u64>,
    last_at: Moment,
    /// Memory for the packet at hand.
    packet: Vec<u8>,
}

impl Import {
    /// Reads into a journal with this budget.
    pub fn new(budget: Budget) -> Self {
        Self {
            record: Record {
                journal: Journal::new(budget),
                about: About::default(),
                entries: 0,
                left_out: 0,
                faults: Vec::new(),
                fault_count: 0,
                gone: 0,
                is_whole: false,
            },
            line: Vec::new(),
            number: 1,
            passing_over: None,
            strange: 0,
            head: Vec::new(),
            has_header: false,
            last_seq: None,
            last_at: Moment::ZERO,
            packet: Vec::new(),
        }
    }

    /// How many entries were read so far.
    pub const fn entries(&self) -> u64 {
        self.record.entries
    }

    /// Reads the next bytes of the file.
    pub fn advance(&mut self, chunk: &[u8]) -> Result<(), ImportError> {
        let wanted = 64 - self.head.len().min(64);
        self.head.extend(chunk.iter().take(wanted));
        for piece in chunk.split_inclusive(|byte| *byte == b'\n') {
            let Some(end) = piece.strip_suffix(b"\n") else {
                self.hold(piece)?;
                continue;
            };
            if self.line.is_empty() && self.passing_over.is_none() && end.len() <= MAX_LINE {
                self.take(end)?;
            } else {
                self.hold(end)?;
                self.take_held()?;
            }
            self.number += 1;
        }
        Ok(())
    }

    /// What was in the file, after its last byte.
    pub fn finish(mut self) -> Result<Record, ImportError> {
        self.take_held()?;
        if self.head.is_empty() {
            return Err(ImportError::Empty);
        }
        if self.is_undecided() && self.record.fault_count > 0 {
            return Err(self.unknown());
        }
        Ok(self.record)
    }

    /// Whether nothing was understood yet.
    const fn is_undecided(&self) -> bool {
        self.record.entries == 0 && !self.has_header
    }

    /// Keeps the beginning of a line.
    fn hold(&mut self, piece: &[u8]) -> Result<(), ImportError> {
        if self.passing_over.is_none() {
            let start = if self.line.is_empty() { without_mark(piece, self.number).first() } else { None };
            if start.is_some_and(|byte| !byte.is_ascii_whitespace() && *byte != b'{') {
                self.passing_over = Some(LineFault::NoObject);
            } else if self.line.len() + piece.len() > MAX_LINE {
                self.passing_over = Some(LineFault::TooLong);
                self.line = Vec::new();
            }
        }
        if self.passing_over.is_none() {
            self.line.extend_from_slice(piece);
        } else if self.is_undecided() {
            self.strange += piece.len() as u64;
            if self.strange > STRANGE_AT_FIRST {
                return Err(self.unknown());
            }
        }
        Ok(())
    }

    fn take_held(&mut self) -> Result<(), ImportError> {
        if let Some(fault) = self.passing_over.take() {
            return self.fault(fault);
        }
        let mut line = std::mem::take(&mut self.line);
        let outcome = self.take(&line);
        line.clear();
        // One long line does not hold its memory to the end of the file.
        line.shrink_to(1024 * 1024);
        self.line = line;
        outcome
    }

    fn take(&mut self, line: &[u8]) -> Result<(), ImportError> {
        let line = without_mark(line, self.number);
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        match Line::parse(line) {
            Ok(line) => self.take_line(&line),
            Err(fault) => self.fault(fault),
        }
    }

    fn take_line(&mut self, line: &Line<'_>) -> Result<(), ImportError> {
        if !line.format.is_empty() {
            return self.header(line);
        }
        if line.end {
            self.record.is_whole = true;
            self.record.gone = self.record.gone.saturating_add(line.gone.unwrap_or(0));
            return Ok(());
        }
        let Some(at) = line.at.filter(|at| *at <= LATEST) else { return self.fault(LineFault::Time) };
        let at = Moment::from_micros(at);
        let content = match line.content(&mut self.packet) {
            Ok(content) => content,
            Err(fault) => return self.fault(fault),
        };
        if self.record.about.clock == WallClock::default()
            && let Some(zero) = line.unix_micros().and_then(|micros| micros.checked_sub(at.as_micros()))
        {
            self.record.about.clock = WallClock::new(vec![(Moment::ZERO, zero)]);
        }
        if at < self.last_at {
            self.note_fault(LineFault::Backwards);
        }
        if let (Some(seq), Some(last)) = (line.seq, self.last_seq)
            && seq <= last
        {
            self.note_fault(LineFault::Disorder);
        }
        self.last_at = self.last_at.max(at);
        self.last_seq = line.seq.or(self.last_seq);
        let journal = &mut self.record.journal;
        match content {
            Content::Note(note) => {
                journal.append_note(self.last_at, note);
            }
            Content::Packet(direction, ack) => {
                let seq = journal.append_packet(self.last_at, direction, &self.packet);
                // The journal waits for an answer to what wants one; here all answers are known.
                if journal.entry(seq).is_some_and(|entry| entry.ack != ack) {
                    journal.set_ack(seq, ack);
                }
            }
        }
        self.packet.shrink_to(1024 * 1024);
        self.record.entries += 1;
        Ok(())
    }

    fn header(&mut self, line: &Line<'_>) -> Result<(), ImportError> {
        if line.format != FORMAT {
            return self.fault(LineFault::SecondHeader);
        }
        match line.version {
            Some(version) if version > VERSION => return Err(ImportError::Newer(version)),
            _ if self.has_header => return self.fault(LineFault::SecondHeader),
            _ => {}
        }
        self.has_header = true;
        self.record.about = line.about();
        Ok(())
    }

    /// Takes note of a line that is left out.
    fn fault(&mut self, fault: LineFault) -> Result<(), ImportError> {
        self.note_fault(fault);
        self.record.left_out += 1;
        if self.is_undecided() && self.record.fault_count >= DAMAGED_AT_FIRST {
            return Err(self.unknown());
        }
        Ok(())
    }

    fn note_fault(&mut self, fault: LineFault) {
        self.record.fault_count += 1;
        if self.record.faults.len() < MOST_FAULTS {
            self.record.faults.push((self.number, fault));
        }
    }

    /// What the file may be, by its first bytes.
    fn unknown(&self) -> ImportError {
        let head = self.head.as_slice();
        let is_table =
            head.starts_with("\u{feff}".as_bytes()) && head.contains(&b',') && !head.contains(&b'{');
        if is_table {
            ImportError::Table
        } else if [&b"PK\x03\x04"[..], b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ", b"7z\xbc\xaf"]
            .iter()
            .any(|magic| head.starts_with(magic))
        {
            ImportError::Compressed
        } else {
            ImportError::Unknown
        }
    }
}

/// A line without the byte order mark that some editors put before the first.
fn without_mark(line: &[u8], number: u64) -> &[u8] {
    match line.strip_prefix("\u{feff}".as_bytes()) {
        Some(rest) if number == 1 => rest,
        _ => line,
    }
}

/// The same state as `ack` names it in a file; none if it is not known.
fn ack_named(name: &str, micros: Option<u32>, code: Option<u8>) -> Option<Ack> {
    Some(match name {
        "" => Ack::None,
        "pending" => Ack::Pending,
        "after" => Ack::After(micros?),
        "refused" => Ack::Refused(code?),
        "overdue" => Ack::Overdue,
        "interrupted" => Ack::Interrupted,
        "resent" => Ack::Resent,
        "lost" => Ack::Lost,
        "answers" => Ack::Answers(micros?),
        _ => return None,
    })
}
