//! A row of the tree as the `topic:` term of the log's filter.

use leptos::prelude::*;

use crate::journal::query::{Key, get, set};
use crate::journal::topic_tree::{Row, TopicTree};

/// The topic term that is in force, if there is one.
pub(super) type Chosen = Memo<Option<String>>;

/// The topic term of a filter's text.
pub(super) fn chosen(text: RwSignal<String>) -> Chosen {
    Memo::new(move |_| text.with(|text| get(text, Key::Topic)))
}

/// Puts a topic term into the filter's text, or takes it away. What else stands there stays.
pub(super) fn choose(text: RwSignal<String>, value: Option<&str>) {
    let changed = text.with_untracked(|text| set(text, Key::Topic, value));
    text.set(changed);
}

/// The term that a row stands for: `=` and the topic, or a filter for all that lies below a branch.
pub(super) fn value_of(tree: &TopicTree, row: &Row) -> String {
    if row.open.is_some() { tree.filter(row) } else { format!("={}", tree.path(row)) }
}

/// Whether the term in force is that of a row with this path.
pub(super) fn is_chosen(chosen: Option<&str>, path: &str, branch: bool) -> bool {
    let Some(chosen) = chosen else { return false };
    if branch {
        chosen.strip_prefix(path).is_some_and(|rest| matches!(rest, "#" | "+/#"))
    } else {
        chosen.strip_prefix('=') == Some(path)
    }
}
