use super::entry::{Entry, NO_TOPIC, Record};
use super::note::Note;
use super::topics::TopicId;
use crate::mqtt::Moment;
use std::time::Duration;

/// Entries of a block at the most; their places in it are 16 bits.
pub(super) const MOST_ENTRIES: usize = 4096;
/// Bytes of packets in a block. A packet that is larger gets a block of its own.
pub(super) const MOST_BYTES: usize = 256 * 1024;

/// Neighbouring entries with their bytes. A journal drops whole blocks, oldest first.
#[derive(Debug)]
pub(super) struct Block {
    /// The number of its first entry.
    pub(super) first: u64,
    base: Moment,
    records: Vec<Record>,
    bytes: Vec<u8>,
    notes: Vec<(u16, Note)>,
    note_bytes: usize,
    /// How many PUBLISH packets are in it.
    pub(super) messages: u32,
}

impl Block {
    /// An empty block; `bytes` is memory to be used, what is in it is forgotten.
    pub(super) fn new(first: u64, base: Moment, mut bytes: Vec<u8>) -> Self {
        bytes.clear();
        Self { first, base, records: Vec::new(), bytes, notes: Vec::new(), note_bytes: 0, messages: 0 }
    }

    /// How many entries are in it.
    pub(super) const fn len(&self) -> usize {
        self.records.len()
    }

    /// How many packets are in it.
    pub(super) const fn packets(&self) -> usize {
        self.records.len() - self.notes.len()
    }

    /// One past the number of its last entry.
    pub(super) const fn end(&self) -> u64 {
        self.first + self.records.len() as u64
    }

    /// Whether another entry may be appended.
    pub(super) fn has_room(&self, at: Moment, bytes: usize, most_entries: usize, most_bytes: usize) -> bool {
        let after = at - self.base;
        self.records.len() < most_entries
            && self.bytes.len() + bytes <= most_bytes
            && at >= self.base
            && after.as_micros() <= u128::from(u32::MAX)
    }

    pub(super) fn append(&mut self, at: Moment, mut record: Record, packet: &[u8]) {
        record.after = u32::try_from((at - self.base).as_micros()).unwrap_or(u32::MAX);
        record.start = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        self.messages += u32::from(record.is_message());
        self.bytes.extend_from_slice(packet);
        self.records.push(record);
    }

    pub(super) fn append_note(&mut self, at: Moment, note: Note) {
        let index = u16::try_from(self.records.len()).unwrap_or(u16::MAX);
        self.note_bytes += note.size();
        self.notes.push((index, note));
        self.append(at, Record::note(), &[]);
    }

    pub(super) fn record_mut(&mut self, index: usize) -> Option<&mut Record> {
        self.records.get_mut(index)
    }

    pub(super) fn records(&self) -> &[Record] {
        &self.records
    }

    pub(super) fn entry(&self, index: usize) -> Option<Entry<'_>> {
        let record = self.records.get(index)?;
        let end = self.records.get(index + 1).map_or(self.bytes.len(), |next| next.start as usize);
        let note = record.is_note().then(|| {
            let place = self.notes.binary_search_by_key(&index, |(at, _)| usize::from(*at)).ok()?;
            self.notes.get(place).map(|(_, note)| note)
        });
        Some(Entry {
            seq: self.first + index as u64,
            at: self.base + Duration::from_micros(record.after.into()),
            direction: record.direction(),
            kind: record.kind(),
            packet_id: record.packet_id,
            ack: record.ack(),
            topic_id: (record.topic != NO_TOPIC).then_some(TopicId(record.topic)),
            first_byte: record.first_byte,
            packet: self.bytes.get(record.start as usize..end).unwrap_or_default(),
            note: note.flatten(),
        })
    }

    /// Takes the first entries out, as a block of their own. Both take as much memory as they need.
    pub(super) fn cut(&mut self, entries: usize) -> Self {
        let bytes = self.records.get(entries).map_or(self.bytes.len(), |record| record.start as usize);
        let rest = self.records.split_off(entries.min(self.records.len()));
        let records = std::mem::replace(&mut self.records, rest);
        let rest = self.bytes.split_off(bytes);
        let bytes_of_front = std::mem::replace(&mut self.bytes, rest);
        let split = self.notes.partition_point(|(at, _)| usize::from(*at) < records.len());
        let rest = self.notes.split_off(split);
        let notes = std::mem::replace(&mut self.notes, rest);
        for record in &mut self.records {
            record.start -= u32::try_from(bytes).unwrap_or(u32::MAX);
        }
        for (at, _) in &mut self.notes {
            *at -= u16::try_from(records.len()).unwrap_or(u16::MAX);
        }
        let messages = records.iter().filter(|record| record.is_message()).count();
        let note_bytes = notes.iter().map(|(_, note)| note.size()).sum();
        let messages = u32::try_from(messages).unwrap_or(u32::MAX);
        let mut front = Self {
            first: self.first,
            base: self.base,
            records,
            bytes: bytes_of_front,
            notes,
            note_bytes,
            messages,
        };
        self.first = front.end();
        self.messages -= messages;
        self.note_bytes -= note_bytes;
        front.seal();
        self.seal();
        front
    }

    /// Gives back memory that will not be used: nothing is appended any more.
    pub(super) fn seal(&mut self) {
        if self.bytes.len() < self.bytes.capacity() / 8 * 7 {
            self.bytes.shrink_to_fit();
        }
        self.records.shrink_to_fit();
        self.notes.shrink_to_fit();
    }

    /// Bytes of memory that it takes.
    pub(super) const fn size(&self) -> usize {
        self.bytes.capacity() + self.records.capacity() * size_of::<Record>() + self.note_bytes
    }

    /// Its memory for packets, to be used again.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
