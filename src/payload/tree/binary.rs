//! What CBOR and MessagePack have in common: values that begin with a head, which says how much follows.

use super::build::{Fault, FaultReason, Growing};
use super::{NodeKind, Span};

/// What begins at a byte of the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// A value of this many bytes after the head.
    Leaf(NodeKind, u64),
    /// Text of this many bytes after the head.
    Text(u64),
    /// So many pairs, or pairs up to a break.
    Map(Option<u64>),
    /// So many values, or values up to a break.
    Array(Option<u64>),
    /// Byte strings, or texts, up to a break: one value in pieces.
    Pieces(NodeKind),
    /// A tag, which belongs to the value after it.
    Tag,
    /// The end of a container whose length was left open.
    Break,
}

/// Reads the head at the beginning of the bytes and how long it is.
pub(super) type ReadHead = fn(&[u8]) -> Result<(Head, usize), FaultReason>;

/// A container that is not closed yet.
#[derive(Clone, Copy, Debug)]
struct Frame {
    shape: Shape,
    /// Pairs or values to come; none if only a break ends it.
    left: Option<u64>,
    /// Whether it is, or is in, the key of a map: keys have no nodes.
    silent: bool,
    start: u32,
    /// Of a map whose key was read and whose value comes next.
    key: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Map,
    Array,
    Pieces(NodeKind),
}

#[derive(Debug)]
pub(super) struct Binary {
    head: ReadHead,
    at: usize,
    stack: Vec<Frame>,
    /// Where the tags of the next value began.
    tagged: Option<u32>,
    /// The text that is being checked: where its value began, where the text ends.
    text: Option<(u32, usize)>,
    complete: bool,
}

impl Binary {
    pub(super) fn new(head: ReadHead) -> Self {
        Self { head, at: 0, stack: Vec::new(), tagged: None, text: None, complete: false }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Reads about `work` bytes; whether the end was reached.
    pub(super) fn advance(
        &mut self,
        source: &[u8],
        growing: &mut Growing,
        work: usize,
    ) -> Result<bool, Fault> {
        let until = self.at.saturating_add(work);
        while self.at < until {
            if let Some((start, end)) = self.text {
                self.check_text(source, growing, start, end, until)?;
            } else if self.complete {
                return match self.at == source.len() {
                    true => Ok(true),
                    false => Err(FaultReason::Trailing.at(self.at)),
                };
            } else {
                self.value(source, growing)?;
            }
        }
        Ok(false)
    }

    fn value(&mut self, source: &[u8], growing: &mut Growing) -> Result<(), Fault> {
        let here = self.at;
        let rest = source.get(here..).unwrap_or_default();
        let (head, length) = (self.head)(rest).map_err(|reason| reason.at(here))?;
        let start = self.tagged.take().unwrap_or(here as u32);
        let forbidden = || FaultReason::Forbidden(rest.first().copied().unwrap_or_default()).at(here);
        if let Some(Frame { shape: Shape::Pieces(kind), .. }) = self.stack.last() {
            let fits = match head {
                Head::Text(_) => *kind == NodeKind::Text,
                Head::Leaf(piece, _) => piece == *kind,
                Head::Break => true,
                _ => false,
            };
            if !fits || start != here as u32 {
                return Err(forbidden());
            }
        }
        // Payloads are shorter than 2^32 bytes, so a sum cannot run over where the length is no longer than one.
        let end_of = |bytes: u64| {
            let left = (rest.len() - length) as u64;
            if bytes > left {
                Err(FaultReason::UnexpectedEnd.at(here))
            } else {
                Ok(here + length + bytes as usize)
            }
        };
        match head {
            Head::Leaf(kind, bytes) => {
                let end = end_of(bytes)?;
                self.at = end;
                self.leaf(growing, kind, start, end)
            }
            Head::Text(bytes) => {
                let end = end_of(bytes)?;
                self.at = here + length;
                self.text = Some((start, end));
                // An empty one is complete without a further byte.
                self.check_text(source, growing, start, end, self.at)
            }
            Head::Map(left) => self.open(growing, Shape::Map, left, start, length),
            Head::Array(left) => self.open(growing, Shape::Array, left, start, length),
            Head::Pieces(kind) => self.open(growing, Shape::Pieces(kind), None, start, length),
            Head::Tag => {
                self.tagged = Some(start);
                self.at = here + length;
                Ok(())
            }
            Head::Break => {
                let ends = self.stack.last().is_some_and(|frame| frame.left.is_none() && frame.key.is_none());
                if !ends || start != here as u32 {
                    return Err(forbidden());
                }
                self.at = here + length;
                self.close(growing)
            }
        }
    }

    fn check_text(
        &mut self,
        source: &[u8],
        growing: &mut Growing,
        start: u32,
        end: usize,
        until: usize,
    ) -> Result<(), Fault> {
        // A few bytes more than asked for, so that a character always fits.
        let slice_end = until.saturating_add(4).min(end);
        let slice = source.get(self.at..slice_end).unwrap_or_default();
        match std::str::from_utf8(slice) {
            Ok(_) => self.at = slice_end,
            Err(error) if error.error_len().is_none() && slice_end < end => self.at += error.valid_up_to(),
            Err(error) => {
                self.at += error.valid_up_to();
                return Err(FaultReason::NotUtf8.at(self.at));
            }
        }
        if self.at == end {
            self.text = None;
            return self.leaf(growing, NodeKind::Text, start, end);
        }
        Ok(())
    }

    fn open(
        &mut self,
        growing: &mut Growing,
        shape: Shape,
        left: Option<u64>,
        start: u32,
        length: usize,
    ) -> Result<(), Fault> {
        let (key, silent) = self.place();
        match shape {
            Shape::Map if !silent => growing.open(NodeKind::Map, key, start)?,
            Shape::Array if !silent => growing.open(NodeKind::Array, key, start)?,
            _ => {}
        }
        self.stack.push(Frame { shape, left, silent, start, key: None });
        self.at += length;
        if left == Some(0) { self.close(growing) } else { Ok(()) }
    }

    /// The key of the next value, and whether that value is without a node.
    fn place(&self) -> (Span, bool) {
        match self.stack.last() {
            Some(frame) => {
                let is_key = frame.shape == Shape::Map && frame.key.is_none();
                (frame.key.unwrap_or_default(), frame.silent || is_key)
            }
            None => ((0, 0), false),
        }
    }

    fn leaf(&mut self, growing: &mut Growing, kind: NodeKind, start: u32, end: usize) -> Result<(), Fault> {
        if matches!(self.stack.last(), Some(Frame { shape: Shape::Pieces(_), .. })) {
            return Ok(());
        }
        let (key, silent) = self.place();
        if !silent {
            growing.leaf(kind, key, (start, end as u32))?;
        }
        self.after_value(growing, (start, end as u32))
    }

    fn close(&mut self, growing: &mut Growing) -> Result<(), Fault> {
        let Some(frame) = self.stack.pop() else { return Ok(()) };
        let end = self.at as u32;
        match frame.shape {
            Shape::Pieces(kind) => return self.leaf(growing, kind, frame.start, self.at),
            _ if frame.silent => {}
            _ => growing.close(end),
        }
        self.after_value(growing, (frame.start, end))
    }

    /// A value is complete: it was a key, or one of those that its container waits for.
    fn after_value(&mut self, growing: &mut Growing, mut value: Span) -> Result<(), Fault> {
        loop {
            let Some(frame) = self.stack.last_mut() else {
                self.complete = true;
                return Ok(());
            };
            if frame.shape == Shape::Map && frame.key.is_none() {
                frame.key = Some(value);
                return Ok(());
            }
            frame.key = None;
            let Some(left) = &mut frame.left else { return Ok(()) };
            *left -= 1;
            if *left > 0 {
                return Ok(());
            }
            // Closed here and not by `close`, for any number of containers may end with one value.
            value = (frame.start, self.at as u32);
            if !frame.silent {
                growing.close(value.1);
            }
            self.stack.pop();
        }
    }
}
