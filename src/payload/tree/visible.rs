//! Which nodes of a tree are rows of a list: those that are in no folded container.

use super::{Node, NodeId, Tree};

/// A tree with as many values as this is unfolded at first; of a larger one, as many levels as keep the rows below.
const UNFOLDED_AT_FIRST: usize = 1_000;
/// Levels that are looked at for that.
const LEVELS: usize = 64;

/// The rows of a tree. A change takes time with the number of rows, some milliseconds for 100,000.
#[derive(Clone, Debug)]
pub struct Visible {
    /// One bit a node.
    folded: Vec<u64>,
    /// The nodes on view in ascending order.
    rows: Vec<u32>,
}

impl Visible {
    /// The rows of a tree as it is shown at first.
    pub fn new(tree: &Tree) -> Self {
        let mut visible = Self { folded: vec![0; tree.len().div_ceil(64)], rows: Vec::new() };
        let mut levels = [0_usize; LEVELS];
        for node in &tree.nodes {
            if let Some(level) = levels.get_mut(usize::from(node.depth)) {
                *level += 1;
            }
        }
        let mut rows = 0;
        let shown = levels.iter().take_while(|level| {
            rows += **level;
            rows <= UNFOLDED_AT_FIRST
        });
        // The outermost is always open: whoever looks at a long array looks for its values.
        let deepest = shown.count().saturating_sub(1).max(1);
        if tree.len() > UNFOLDED_AT_FIRST {
            visible.fold_where(tree, |node| usize::from(node.depth) >= deepest);
        }
        visible.rebuild(tree);
        visible
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The node of a row.
    pub fn node(&self, row: usize) -> Option<NodeId> {
        self.rows.get(row).copied().map(NodeId)
    }

    /// The row of a node; of one that is folded away, the row of the container that hides it.
    pub fn row_of(&self, id: NodeId) -> usize {
        match self.rows.binary_search(&id.0) {
            Ok(row) => row,
            Err(next) => next.saturating_sub(1),
        }
    }

    /// Whether what a container holds is hidden.
    pub fn is_folded(&self, id: NodeId) -> bool {
        self.folded.get(id.index() / 64).is_some_and(|word| word >> (id.index() % 64) & 1 == 1)
    }

    /// Folds a container or opens it.
    pub fn set_folded(&mut self, tree: &Tree, id: NodeId, folded: bool) {
        if tree.node(id).is_some_and(|node| node.kind.is_container()) && self.is_folded(id) != folded {
            self.set(id.index(), folded);
            self.rebuild(tree);
        }
    }

    /// Folds all containers but the outermost.
    pub fn fold_all(&mut self, tree: &Tree) {
        self.folded.fill(0);
        self.fold_where(tree, |node| node.depth > 0);
        self.rebuild(tree);
    }

    /// Opens all containers.
    pub fn unfold_all(&mut self, tree: &Tree) {
        self.folded.fill(0);
        self.rebuild(tree);
    }

    fn fold_where(&mut self, tree: &Tree, folds: impl Fn(&Node) -> bool) {
        for (index, node) in tree.nodes.iter().enumerate() {
            if node.kind.is_container() && node.children > 0 && folds(node) {
                self.set(index, true);
            }
        }
    }

    fn set(&mut self, index: usize, folded: bool) {
        if let Some(word) = self.folded.get_mut(index / 64) {
            let bit = 1 << (index % 64);
            *word = if folded { *word | bit } else { *word & !bit };
        }
    }

    fn rebuild(&mut self, tree: &Tree) {
        self.rows.clear();
        let mut at = 0;
        while let Some(node) = tree.nodes.get(at) {
            self.rows.push(at as u32);
            at = if self.is_folded(NodeId(at as u32)) { node.next as usize } else { at + 1 };
        }
    }
}
