//! Reads a payload into a tree, a slice of work at a time.

use std::sync::Arc;

use super::binary::Binary;
use super::json::Json;
use super::{Kind, Node, NodeKind, Span, Tree};
use crate::payload::{self, JsonFault};

/// Values that a tree holds at the most: some 80 MB of nodes. What follows is left out and said to be.
pub const MOST_NODES: usize = 2_000_000;

/// What came of [`TreeBuilder::advance`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// There is more to read; so much is done, from 0 to 1.
    More(f64),
    /// The tree is built, whole or up to where the payload is at fault: [`TreeBuilder::finish`] has it.
    Done,
}

/// Where and why a payload could not be read on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The byte of the payload.
    pub offset: usize,
    /// What is wrong there.
    pub reason: FaultReason,
}

/// What is wrong with a payload that should be a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultReason {
    /// It is no JSON.
    Json(JsonFault),
    /// A text is no UTF-8.
    NotUtf8,
    /// The payload ends within a value.
    UnexpectedEnd,
    /// Something follows after the outermost value.
    Trailing,
    /// A byte that begins no value, or none that may stand here.
    Forbidden(u8),
    /// More than [`MOST_NODES`] values.
    TooManyValues,
}

impl FaultReason {
    pub(super) const fn at(self, offset: usize) -> Fault {
        Fault { offset, reason: self }
    }
}

/// The nodes read so far, and those of them that are not closed yet.
#[derive(Debug, Default)]
pub(super) struct Growing {
    pub(super) nodes: Vec<Node>,
    open: Vec<u32>,
}

impl Growing {
    /// A value that holds nothing.
    pub(super) fn leaf(&mut self, kind: NodeKind, key: Span, value: Span) -> Result<(), Fault> {
        self.push(kind, key, value).map(|_| ())
    }

    /// A container; what comes until [`Self::close`] is in it.
    pub(super) fn open(&mut self, kind: NodeKind, key: Span, start: u32) -> Result<(), Fault> {
        let id = self.push(kind, key, (start, start))?;
        self.open.push(id);
        Ok(())
    }

    /// The innermost container ends before the byte `end`.
    pub(super) fn close(&mut self, end: u32) {
        let next = self.nodes.len() as u32;
        if let Some(node) = self.open.pop().and_then(|id| self.nodes.get_mut(id as usize)) {
            node.value.1 = end;
            node.next = next;
        }
    }

    /// What the innermost container is.
    pub(super) fn innermost(&self) -> Option<NodeKind> {
        self.open.last().and_then(|id| self.nodes.get(*id as usize)).map(|node| node.kind)
    }

    fn push(&mut self, kind: NodeKind, key: Span, value: Span) -> Result<u32, Fault> {
        if self.nodes.len() >= MOST_NODES {
            return Err(FaultReason::TooManyValues.at(value.0 as usize));
        }
        let id = self.nodes.len() as u32;
        let parent = self.open.last().copied();
        let index = match parent.and_then(|parent| self.nodes.get_mut(parent as usize)) {
            Some(parent) => {
                parent.children += 1;
                parent.children - 1
            }
            None => 0,
        };
        self.nodes.push(Node {
            kind,
            cut: false,
            depth: u16::try_from(self.open.len()).unwrap_or(u16::MAX),
            key,
            value,
            parent: parent.unwrap_or(id),
            next: id + 1,
            children: 0,
            index,
        });
        Ok(id)
    }

    /// Closes what is open, for the payload was not read on after `end`.
    fn cut(&mut self, end: u32) {
        while let Some(id) = self.open.last().copied() {
            if let Some(node) = self.nodes.get_mut(id as usize) {
                node.cut = true;
            }
            self.close(end);
        }
    }
}

#[derive(Debug)]
enum Reader {
    Json(Json),
    Binary(Binary),
}

/// Builds a [`Tree`] in slices, so that a payload of any size leaves the page at work.
#[derive(Debug)]
pub struct TreeBuilder {
    kind: Kind,
    source: Arc<[u8]>,
    reader: Reader,
    growing: Growing,
    ended: Option<Result<(), Fault>>,
}

impl TreeBuilder {
    /// Begins to read `source`.
    pub fn new(kind: Kind, source: Arc<[u8]>) -> Self {
        let reader = match kind {
            Kind::Json => Reader::Json(Json::default()),
            Kind::Cbor => Reader::Binary(Binary::new(super::cbor::head)),
            Kind::MessagePack => Reader::Binary(Binary::new(super::msgpack::head)),
        };
        let mut builder = Self { kind, source, reader, growing: Growing::default(), ended: None };
        if u32::try_from(builder.source.len()).is_err() {
            // Spans have 32 bits; no MQTT packet comes near.
            builder.ended = Some(Err(FaultReason::TooManyValues.at(0)));
        }
        builder
    }

    /// Reads on for about `work` bytes.
    pub fn advance(&mut self, work: usize) -> Step {
        if self.ended.is_some() {
            return Step::Done;
        }
        let progress = match &mut self.reader {
            Reader::Json(reader) => reader.advance(&self.source, &mut self.growing, work.max(1)),
            Reader::Binary(reader) => reader.advance(&self.source, &mut self.growing, work.max(1)),
        };
        match progress {
            Ok(false) => Step::More(self.read() as f64 / self.source.len().max(1) as f64),
            Ok(true) => {
                self.ended = Some(Ok(()));
                Step::Done
            }
            Err(fault) => {
                self.ended = Some(Err(fault));
                Step::Done
            }
        }
    }

    /// How many bytes were read.
    fn read(&self) -> usize {
        match &self.reader {
            Reader::Json(reader) => reader.at(),
            Reader::Binary(reader) => reader.at(),
        }
    }

    /// The tree, or as much of it as was read: this is how reading is stopped as well.
    pub fn finish(mut self) -> Tree {
        let read = self.read().min(self.source.len());
        self.growing.cut(read as u32);
        let whole = matches!(self.ended, Some(Ok(())));
        let fault = self.ended.and_then(Result::err);
        Tree { kind: self.kind, source: self.source, nodes: self.growing.nodes, fault, whole }
    }

    /// The tree of all of `source` at once.
    pub fn all(kind: Kind, source: Arc<[u8]>) -> Tree {
        let mut builder = Self::new(kind, source);
        while builder.advance(usize::MAX) != Step::Done {}
        builder.finish()
    }
}

/// Whether a payload's beginning lets one expect a tree of this kind, so that reading it is worth the while. JSON has
/// to begin with a bracket. The two binary notations give a meaning to almost any bytes, so they are considered only
/// for what is no text and begins with a container that is not empty (CBOR's may be tagged); the payload has to be
/// read to its end, too, before it is called either.
pub fn offers(kind: Kind, payload: &[u8]) -> bool {
    let first = payload.first().copied().unwrap_or_default();
    match kind {
        Kind::Json => {
            let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
            matches!(payload.iter().find(|byte| !blank(byte)), Some(b'{' | b'['))
        }
        Kind::Cbor | Kind::MessagePack if payload.len() < 2 => false,
        Kind::Cbor => matches!(first, 0x81..=0x9f | 0xa1..=0xbf | 0xc0..=0xdb) && !is_text(payload),
        Kind::MessagePack => matches!(first, 0x81..=0x8f | 0x91..=0x9f | 0xdc..=0xdf) && !is_text(payload),
    }
}

/// Whether the beginning of a payload is readable text.
fn is_text(payload: &[u8]) -> bool {
    payload::text(payload::head(payload, 4 * 1024)).is_some()
}
