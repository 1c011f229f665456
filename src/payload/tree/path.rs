//! The way to a value, and a tree as lines.

use std::fmt::Write as _;

use super::{Kind, Node, NodeId, NodeKind, Tree};

/// Levels that are indented. Nesting is unlimited, and indenting it all would take its square in memory.
const DEEPEST_INDENT: usize = 32;
/// Bytes of a container that is written on one line if it holds single values only.
const ONE_LINE: u32 = 72;

impl Tree {
    /// The way to a value from the outermost: `$.Property.temperature.Value`, `$["odd key"][3]`.
    pub fn path(&self, id: NodeId) -> String {
        let mut steps = Vec::new();
        let mut at = id;
        while let Some(parent) = self.parent(at) {
            steps.push(at);
            at = parent;
        }
        let mut path = String::from("$");
        for step in steps.into_iter().rev() {
            let Some(node) = self.node(step) else { continue };
            if node.has_key() {
                self.push_key(&mut path, node);
            } else {
                let _ = write!(path, "[{}]", node.index);
            }
        }
        path
    }

    fn push_key(&self, path: &mut String, node: &Node) {
        let bytes = self.slice(node.key);
        let shown = self.words(bytes, usize::MAX);
        if shown.kind != NodeKind::Text {
            let _ = write!(path, "[{}]", shown.text);
            return;
        }
        let key = self.content(bytes);
        let plain = key.starts_with(|first: char| first.is_alphabetic() || first == '_')
            && key.chars().all(|character| character.is_alphanumeric() || character == '_');
        let _ = match plain {
            true => write!(path, ".{key}"),
            // Writing a string as JSON cannot fail.
            false => write!(path, "[{}]", serde_json::to_string(&key).unwrap_or_default()),
        };
    }

    /// A node and all that it holds as indented lines, without commas, so that a value that is added or taken away
    /// changes no other line. Small containers of single values are one line. Each line has at most about `most`
    /// bytes of a key and of a value.
    pub fn lines(&self, id: NodeId, most: usize) -> impl Iterator<Item = String> + '_ {
        let end = self.after(id).index();
        let top = self.node(id).map_or(0, |node| node.depth());
        // Containers that are open, innermost last: where they end and how they close.
        let mut open: Vec<(usize, String)> = Vec::new();
        let mut at = id.index();
        std::iter::from_fn(move || {
            if open.last().is_some_and(|(end, _)| *end <= at) {
                return open.pop().map(|(_, line)| line);
            }
            let node = self.nodes.get(at).filter(|_| at < end)?;
            let here = NodeId(at as u32);
            let indent = "  ".repeat(usize::from(node.depth().saturating_sub(top)).min(DEEPEST_INDENT));
            let mut line = indent.clone();
            // The outermost of what is written has no key: it may be taken from within a map.
            if let Some(key) = self.key(here, most).filter(|_| here != id) {
                line.push_str(&key.text);
                line.push_str(": ");
            }
            if let Some(words) = self.on_one_line(here, node, most) {
                line.push_str(&words);
                at = node.next as usize;
            } else {
                let (opening, closing) = if node.kind == NodeKind::Map { ('{', '}') } else { ('[', ']') };
                line.push_str(&self.tags(node));
                line.push(opening);
                open.push((node.next as usize, format!("{indent}{}", if node.cut { '…' } else { closing })));
                at += 1;
            }
            Some(line)
        })
    }

    /// A container in one line: all of it if it is small, else the number of its values.
    pub fn preview(&self, id: NodeId, most: usize) -> String {
        let whole = self.node(id).and_then(|node| self.on_one_line(id, node, most));
        whole.unwrap_or_else(|| self.value(id, most).text)
    }

    fn on_one_line(&self, id: NodeId, node: &Node, most: usize) -> Option<String> {
        if !node.kind.is_container() {
            return Some(self.value(id, most).text);
        }
        let (opening, closing) = if node.kind == NodeKind::Map { ("{", "}") } else { ("[", "]") };
        if node.children == 0 && !node.cut {
            return Some(format!("{}{opening}{closing}", self.tags(node)));
        }
        let single = node.next == id.0 + 1 + node.children;
        if node.cut || !single || node.value.1 - node.value.0 > ONE_LINE {
            return None;
        }
        let mut line = format!("{}{opening} ", self.tags(node));
        for child in (id.0 + 1..node.next).map(NodeId) {
            if child.0 > id.0 + 1 {
                line.push_str(", ");
            }
            if let Some(key) = self.key(child, most) {
                line.push_str(&key.text);
                line.push_str(": ");
            }
            line.push_str(&self.value(child, most).text);
        }
        line.push(' ');
        line.push_str(closing);
        Some(line)
    }

    /// The tags of a CBOR container: `55799 `.
    fn tags(&self, node: &Node) -> String {
        match self.kind {
            Kind::Cbor => super::cbor::tags(self.slice(node.value)),
            _ => String::new(),
        }
    }
}
