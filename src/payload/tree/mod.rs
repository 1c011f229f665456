//! A payload as a tree: JSON, CBOR or MessagePack, read in slices and shown row by row.
//!
//! A [`TreeBuilder`] reads the bytes, a [`Tree`] holds one small node a value in the order of the bytes, and
//! [`Visible`] knows which nodes are on screen when some are folded. Nothing is converted: a node is a range of the
//! payload, and its words are made when a row is drawn. Nesting is unlimited, for nothing here calls itself.

mod binary;
mod build;
mod cbor;
mod json;
mod msgpack;
mod path;
mod shown;
mod visible;

use std::ops::Range;
use std::sync::Arc;

pub use build::{Fault, FaultReason, MOST_NODES, Step, TreeBuilder, offers};
pub use shown::Shown;
pub use visible::Visible;

use super::Place;

/// The notation in which a tree is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// RFC 8259.
    Json,
    /// RFC 8949.
    Cbor,
    /// <https://github.com/msgpack/msgpack/blob/master/spec.md>.
    MessagePack,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Keys with values.
    Map,
    /// Values in a row.
    Array,
    /// Text.
    Text,
    /// An integer or a floating-point number.
    Number,
    /// `true`, `false`, `null`, `undefined` and CBOR's other simple values.
    Literal,
    /// A byte string.
    Bytes,
    /// MessagePack's extension types; timestamps are one.
    Extension,
}

impl NodeKind {
    /// Whether it holds other nodes.
    pub const fn is_container(self) -> bool {
        matches!(self, Self::Map | Self::Array)
    }
}

/// A node's number: its place among all nodes, counted in the order of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// The outermost value.
    pub const ROOT: Self = Self(0);

    const fn index(self) -> usize {
        self.0 as usize
    }

    /// The number itself.
    pub const fn number(self) -> u32 {
        self.0
    }
}

/// A range of the payload. MQTT's packets end below 2^28 bytes.
type Span = (u32, u32);

/// One value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    kind: NodeKind,
    cut: bool,
    depth: u16,
    key: Span,
    value: Span,
    parent: u32,
    /// The number after the last node inside this one.
    next: u32,
    children: u32,
    index: u32,
}

impl Node {
    /// What it is.
    pub const fn kind(&self) -> NodeKind {
        self.kind
    }

    /// How many containers it is in; 65,535 where there are more.
    pub const fn depth(&self) -> u16 {
        self.depth
    }

    /// How many values a container holds; of a map, pairs.
    pub const fn children(&self) -> usize {
        self.children as usize
    }

    /// Its place in its container, counted from 0.
    pub const fn index(&self) -> usize {
        self.index as usize
    }

    /// Whether the container was not read to its end.
    pub const fn is_cut(&self) -> bool {
        self.cut
    }

    /// Whether it has a key, being in a map.
    const fn has_key(&self) -> bool {
        self.key.1 > self.key.0
    }
}

/// The nodes of a payload and the payload itself.
#[derive(Clone, Debug)]
pub struct Tree {
    kind: Kind,
    source: Arc<[u8]>,
    nodes: Vec<Node>,
    fault: Option<Fault>,
    whole: bool,
}

impl Tree {
    /// The notation.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// How many values it has.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether not even one value could be read.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Why it does not hold all of the payload, if it is at fault.
    pub const fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// Whether the payload was read to its end and is well formed.
    pub const fn is_whole(&self) -> bool {
        self.whole
    }

    /// The node with this number.
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.index())
    }

    /// The node that has this [`NodeId::number`].
    pub fn id(&self, number: u32) -> Option<NodeId> {
        Some(NodeId(number)).filter(|id| id.index() < self.nodes.len())
    }

    /// All nodes in the order of the bytes, a container before what it holds.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// The container that holds a node; none for the outermost.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        let parent = self.node(id)?.parent;
        (parent != id.0).then_some(NodeId(parent))
    }

    /// The first value in a container.
    pub fn first_child(&self, id: NodeId) -> Option<NodeId> {
        let node = self.node(id)?;
        (node.children > 0).then_some(NodeId(id.0 + 1))
    }

    /// The node after this one and all that it holds, whatever it belongs to.
    pub fn after(&self, id: NodeId) -> NodeId {
        NodeId(self.node(id).map_or(id.0, |node| node.next))
    }

    /// The bytes of a value, as they are in the payload.
    pub fn value_bytes(&self, id: NodeId) -> &[u8] {
        self.node(id).map_or(&[], |node| self.slice(node.value))
    }

    /// Where the value is in the payload.
    pub fn value_range(&self, id: NodeId) -> Range<usize> {
        self.node(id).map_or(0..0, |node| node.value.0 as usize..node.value.1 as usize)
    }

    /// Line and column of a byte of the payload, for payloads that are text.
    pub fn place(&self, offset: usize) -> Place {
        let before = self.source.get(..offset).unwrap_or(&self.source);
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.get(line_start..).unwrap_or_default();
        // Characters begin with a byte that is none of UTF-8's continuation bytes.
        Place { line, column: column.iter().filter(|byte| **byte & 0xc0 != 0x80).count() + 1 }
    }

    fn slice(&self, span: Span) -> &[u8] {
        self.source.get(span.0 as usize..span.1 as usize).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
