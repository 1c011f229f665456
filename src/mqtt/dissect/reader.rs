use std::ops::Range;

use super::{ClientRule, Field, FieldName, FieldValue, Remark};
use crate::mqtt::{ProtocolVersion, Rule};

/// Walks through a packet and writes down its fields. Its readers return nothing where bytes are missing, after they
/// have noted that; whoever calls them stops there.
pub(super) struct Reader<'a> {
    packet: &'a [u8],
    at: usize,
    /// Where the packet says that it ends, or where its bytes do if that is earlier.
    end: usize,
    depth: u8,
    fields: Vec<Field>,
    pub(super) version: ProtocolVersion,
}

/// Where the characters of a string lie.
pub(super) type Text = Range<usize>;

impl<'a> Reader<'a> {
    pub(super) fn new(packet: &'a [u8], version: ProtocolVersion) -> Self {
        Self { packet, at: 0, end: packet.len(), depth: 0, fields: Vec::with_capacity(16), version }
    }

    pub(super) fn into_fields(self) -> Vec<Field> {
        self.fields
    }

    pub(super) fn packet(&self) -> &'a [u8] {
        self.packet
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn left(&self) -> usize {
        self.end.saturating_sub(self.at)
    }

    /// Ends the packet here, if it has as many bytes.
    pub(super) fn end_at(&mut self, end: usize) {
        self.end = end.min(self.packet.len());
    }

    pub(super) fn bytes(&self, range: &Range<usize>) -> &'a [u8] {
        self.packet.get(range.clone()).unwrap_or_default()
    }

    /// A field that ends before where the reader stands.
    pub(super) fn note(&mut self, name: FieldName, value: FieldValue, range: Range<usize>) {
        self.fields.push(Field { depth: self.depth, name, value, range, bits: None, remark: None });
    }

    /// A field with children: all that `read` notes.
    pub(super) fn group<T>(
        &mut self,
        name: FieldName,
        value: FieldValue,
        read: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let (index, start) = (self.fields.len(), self.at);
        self.note(name, value, start..start);
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        let at = self.at;
        if let Some(field) = self.fields.get_mut(index) {
            field.range.end = at;
        }
        result
    }

    /// A value for a group that was opened before its value was known.
    pub(super) fn amend(&mut self, index: usize, amend: impl FnOnce(&mut Field)) {
        if let Some(field) = self.fields.get_mut(index) {
            amend(field);
        }
    }

    /// How many fields there are: the index of the next.
    pub(super) fn count(&self) -> usize {
        self.fields.len()
    }

    /// Bits of the byte just read.
    pub(super) fn bits(&mut self, name: FieldName, mask: u8, value: FieldValue, remark: Option<Remark>) {
        let range = self.at.saturating_sub(1)..self.at;
        self.fields.push(Field { depth: self.depth, name, value, range, bits: Some(mask), remark });
    }

    /// The next byte, as a field.
    pub(super) fn byte(&mut self, name: FieldName, value: impl FnOnce(u8) -> FieldValue) -> Option<u8> {
        let [byte] = self.take::<1>(name)?;
        self.note(name, value(byte), self.at - 1..self.at);
        Some(byte)
    }

    /// The next two bytes, as a field.
    pub(super) fn number(&mut self, name: FieldName, value: impl FnOnce(u16) -> FieldValue) -> Option<u16> {
        let number = u16::from_be_bytes(self.take::<2>(name)?);
        self.note(name, value(number), self.at - 2..self.at);
        Some(number)
    }

    /// A length of two bytes and as many bytes after it, as a field; their place without the length.
    pub(super) fn prefixed(
        &mut self,
        name: FieldName,
        value: impl FnOnce(Range<usize>) -> FieldValue,
    ) -> Option<Range<usize>> {
        let start = self.at;
        let wanted = usize::from(u16::from_be_bytes(self.take::<2>(name)?));
        let there = wanted.min(self.left());
        let range = self.at..self.at + there;
        self.at = range.end;
        self.note(name, value(range.clone()), start..range.end);
        if there == wanted {
            return Some(range);
        }
        self.remark(Some(Remark::Missing(wanted - there)));
        None
    }

    /// A string, MQTT §1.5.3.
    pub(super) fn string(&mut self, name: FieldName) -> Option<Text> {
        let range = self.prefixed(name, FieldValue::Text)?;
        let remark = match std::str::from_utf8(self.bytes(&range)) {
            Err(_) => Some(ClientRule::StringNotUtf8),
            Ok(text) if text.contains('\0') => Some(ClientRule::StringNul),
            Ok(_) => None,
        };
        self.remark(remark.map(Remark::BrokenByClient));
        Some(range)
    }

    /// The next byte, which is the field at `index` itself.
    pub(super) fn byte_of(&mut self, index: usize) -> Option<u8> {
        let byte = self.packet.get(self.at).copied().filter(|_| self.left() > 0);
        match byte {
            Some(_) => self.at += 1,
            None => self.amend(index, |field| field.remark = Some(Remark::Missing(1))),
        }
        byte
    }

    /// Goes on at `at`: the bytes before it belong to a field that its caller notes.
    pub(super) fn skip_to(&mut self, at: usize) {
        self.at = at.min(self.packet.len());
    }

    /// What `read` notes are children of the field just noted.
    pub(super) fn below<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// All that is left, as a field.
    pub(super) fn rest(&mut self, name: FieldName, value: impl FnOnce(Range<usize>) -> FieldValue) {
        let range = self.at..self.end.max(self.at);
        self.at = range.end;
        self.note(name, value(range.clone()), range);
    }

    /// What is wrong with the field just noted; what was found first stays.
    pub(super) fn remark(&mut self, remark: Option<Remark>) {
        if let Some(field) = self.fields.last_mut() {
            field.remark = field.remark.or(remark);
        }
    }

    /// Notes what no field asked for: a packet longer than its fields, and bytes after the packet.
    pub(super) fn left_over(&mut self) {
        if self.left() > 0 {
            self.rest(FieldName::LeftOver, FieldValue::Data);
            self.remark(Some(Remark::Broken(Rule::PacketLength)));
        }
        if self.packet.len() > self.at {
            self.end = self.packet.len();
            self.rest(FieldName::LeftOver, FieldValue::Data);
            self.remark(Some(Remark::Beyond));
        }
    }

    /// The next bytes. If there are too few, those that are there become the field, with a remark.
    fn take<const N: usize>(&mut self, name: FieldName) -> Option<[u8; N]> {
        let there = self.bytes(&(self.at..self.at + N.min(self.left())));
        if let Ok(bytes) = there.try_into() {
            self.at += N;
            return Some(bytes);
        }
        let (start, missing) = (self.at, N - there.len());
        self.at += there.len();
        self.note(name, FieldValue::None, start..self.at);
        self.remark(Some(Remark::Missing(missing)));
        None
    }
}
