use std::borrow::Cow;

use super::{Figures, Kind, ROOT, TopicTree};

/// A row of the tree. A chain of branches with nothing beside them is one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    node: u32,
    /// The first of the chain.
    top: u32,
    serial: u32,
    /// Branches above it, among the rows.
    pub depth: u32,
    /// Its place among the rows beside it, from 1.
    pub position: u32,
    /// How many rows there are beside it, itself included.
    pub siblings: u32,
    /// For a branch, whether what lies below it is shown; None for a topic.
    pub open: Option<bool>,
}

impl Row {
    /// Names what the row stands for, as long as the journal knows it: the branch, or the topic.
    pub const fn key(&self) -> u64 {
        (self.serial as u64) << 32 | self.node as u64
    }
}

/// A branch whose children are being written down.
struct Open {
    branch: u32,
    next: usize,
    position: u32,
    siblings: u32,
}

impl TopicTree {
    /// Makes the rows anew: of the topics that contain `search`, in whatever case, or of all. `admit` also shows what
    /// was taken in since and takes out what the journal has forgotten; without it only what was known is shown.
    pub fn lay_out(&mut self, search: &str, admit: bool) {
        if admit {
            if self.complete {
                self.prune();
                self.shown_round = self.round;
            }
            for node in &mut self.nodes {
                node.admitted = true;
            }
            self.waiting = 0;
        }
        let search = search.trim().to_lowercase();
        let found = (!search.is_empty()).then(|| self.find_text(&search));
        let shown = |node: u32| {
            self.nodes[node as usize].admitted && found.as_ref().is_none_or(|found| found[node as usize])
        };
        let open_branch = |branch: u32| {
            let children = self.nodes[branch as usize].children();
            let siblings = children.iter().filter(|child| shown(**child)).count();
            Open { branch, next: 0, position: 0, siblings: u32::try_from(siblings).unwrap_or(u32::MAX) }
        };
        let mut rows = Vec::with_capacity(self.rows.len());
        let mut stack = vec![open_branch(ROOT)];
        while let Some(open) = stack.last_mut() {
            let Some(top) = self.nodes[open.branch as usize].children().get(open.next).copied() else {
                stack.pop();
                continue;
            };
            open.next += 1;
            if !shown(top) {
                continue;
            }
            open.position += 1;
            let (position, siblings) = (open.position, open.siblings);
            let node = self.end_of_chain(top);
            let is_open = match &self.nodes[node as usize].kind {
                Kind::Branch { folded, .. } => Some(!folded || found.is_some()),
                _ => None,
            };
            rows.push(Row {
                node,
                top,
                serial: self.nodes[node as usize].serial,
                depth: u32::try_from(stack.len() - 1).unwrap_or(u32::MAX),
                position,
                siblings,
                open: is_open,
            });
            if is_open == Some(true) {
                stack.push(open_branch(node));
            }
        }
        self.rows = rows;
    }

    /// The rows as last laid out.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The row with this [`Row::key`].
    pub fn row_of(&self, key: u64) -> Option<usize> {
        self.rows.iter().position(|row| row.key() == key)
    }

    /// The row of the branch that holds this one.
    pub fn parent_row(&self, index: usize) -> Option<usize> {
        let depth = self.rows.get(index)?.depth;
        self.rows[..index].iter().rposition(|row| row.depth < depth)
    }

    /// What the row shows: the names of its levels; a branch ends in `/`.
    pub fn label(&self, row: &Row) -> String {
        let mut levels = Vec::new();
        let mut node = row.node;
        loop {
            levels.push(&*self.nodes[node as usize].name);
            if node == row.top || node == ROOT {
                break;
            }
            node = self.nodes[node as usize].parent;
        }
        levels.reverse();
        let mut label = String::from_utf8_lossy(&levels.join(&b'/')).into_owned();
        if row.open.is_some() {
            label.push('/');
        }
        label
    }

    /// The topic, or what all topics of the branch begin with.
    pub fn path(&self, row: &Row) -> String {
        match &self.nodes[row.node as usize].kind {
            Kind::Leaf { topic, .. } => String::from_utf8_lossy(topic).into_owned(),
            _ => self.branch_path(row.node),
        }
    }

    /// The topic filter that matches what the row stands for.
    pub fn filter(&self, row: &Row) -> String {
        let mut filter = self.path(row);
        if row.open.is_some() {
            // `a/b/#` matches `a/b` too, which has a row of its own [MQTT-4.7.1-2].
            filter.push_str(if self.is_topic_too(row.node) { "+/#" } else { "#" });
        }
        filter
    }

    /// What was counted for the row, when [`Self::measure`] last looked.
    pub fn figures(&self, row: &Row) -> Figures {
        self.nodes[row.node as usize].figures
    }

    /// Shows or hides what lies below a branch, from the next [`Self::lay_out`] on.
    pub fn set_open(&mut self, key: u64, open: bool) {
        let node = self.nodes.get_mut((key & u64::from(u32::MAX)) as usize);
        if let Some(node) = node.filter(|node| u64::from(node.serial) == key >> 32)
            && let Kind::Branch { folded, .. } = &mut node.kind
        {
            *folded = !open;
        }
    }

    /// Shows or hides what lies below every branch, from the next [`Self::lay_out`] on.
    pub fn set_all_open(&mut self, open: bool) {
        for node in self.nodes.iter_mut().skip(1) {
            if let Kind::Branch { folded, .. } = &mut node.kind {
                *folded = !open;
            }
        }
    }

    /// Whether there is a topic with the branch's name.
    fn is_topic_too(&self, branch: u32) -> bool {
        let node = &self.nodes[branch as usize];
        let Some(fold) = self.folds.get(node.place) else {
            return self.find(node.parent, node.place, &node.name, false).is_ok();
        };
        let mut levels = fold.prefix.trim_end_matches('/').split('/').map(str::as_bytes).peekable();
        let mut parent = ROOT;
        while let Some(level) = levels.next() {
            let branch = levels.peek().is_some();
            match self.find(parent, self.folds.len(), level, branch) {
                Ok(_) if !branch => return true,
                Ok(position) => parent = self.nodes[parent as usize].children()[position],
                Err(_) => break,
            }
        }
        false
    }

    /// Follows branches that hold one thing only.
    fn end_of_chain(&self, top: u32) -> u32 {
        let mut node = top;
        loop {
            let children = self.nodes[node as usize].children().iter();
            let mut admitted = children.filter(|child| self.nodes[**child as usize].admitted);
            match (admitted.next(), admitted.next()) {
                (Some(only), None) => node = *only,
                _ => return node,
            }
        }
    }

    fn branch_path(&self, branch: u32) -> String {
        let mut levels: Vec<Cow<'_, str>> = Vec::new();
        let mut node = branch;
        while node != ROOT {
            let level = &self.nodes[node as usize];
            match self.folds.get(level.place) {
                Some(fold) => levels.push(fold.prefix.as_str().into()),
                None => levels.push((String::from_utf8_lossy(&level.name) + "/").into_owned().into()),
            }
            node = level.parent;
        }
        levels.reverse();
        levels.concat()
    }

    /// Which nodes are a topic that contains `text`, or a branch above one.
    fn find_text(&self, text: &str) -> Vec<bool> {
        let mut found = vec![false; self.nodes.len()];
        for (index, node) in self.nodes.iter().enumerate() {
            let Kind::Leaf { topic, .. } = &node.kind else { continue };
            let contains = |name: &[u8]| String::from_utf8_lossy(name).to_lowercase().contains(text);
            let short = || {
                let (place, rest) = self.folded(topic);
                self.folds.get(place).map(|fold| [fold.shown.as_bytes(), b"/", rest].concat())
            };
            if contains(topic) || short().is_some_and(|short| contains(&short)) {
                found[index] = true;
                let mut above = node.parent;
                while !found[above as usize] {
                    found[above as usize] = true;
                    above = self.nodes[above as usize].parent;
                }
            }
        }
        found
    }
}
