//! A payload as a tree that folds, with the way to the value at hand.

use leptos::prelude::*;

use super::reading::Reading;
use crate::payload::tree::{FaultReason, Kind, NodeId, NodeKind, Tree};
use crate::ui::components::{CopyButton, Icon, IconName, Slot, VirtualList, VirtualRows};
use crate::ui::context::use_lang;

/// Height of a row in CSS pixels.
const ROW: f64 = 20.0;
/// Bytes of a key or a value that a row shows.
const SHOWN: usize = 160;
/// Levels that are indented.
const DEEPEST_INDENT: u16 = 32;

/// What a row shows.
#[derive(Clone, Default, PartialEq)]
struct Shown {
    depth: u16,
    key: Option<String>,
    key_class: &'static str,
    value: String,
    class: &'static str,
    note: Option<String>,
    /// Whether it is open; none if it does not fold.
    open: Option<bool>,
    place: (usize, usize),
}

pub(super) const fn class_of(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Map | NodeKind::Array => "cm",
        NodeKind::Text => "st",
        NodeKind::Number => "nu",
        NodeKind::Literal => "bo",
        NodeKind::Bytes | NodeKind::Extension => "by",
    }
}

fn look_up(reading: Reading, key: u64) -> Option<Shown> {
    reading.rows(|tree, rows| {
        let id = id_of(tree, key)?;
        let node = tree.node(id)?;
        let folds = node.kind().is_container() && node.children() > 0;
        let folded = rows.is_folded(id);
        let words = tree.value(id, SHOWN);
        let key = tree.key(id, SHOWN);
        let siblings =
            tree.parent(id).and_then(|parent| tree.node(parent)).map_or(1, |parent| parent.children());
        Some(Shown {
            depth: node.depth(),
            // A text has its own colour where it is a key.
            key_class: key
                .as_ref()
                .map_or("k", |key| if key.kind == NodeKind::Text { "k" } else { class_of(key.kind) }),
            key: key.map(|key| key.text),
            value: if folds && folded { tree.preview(id, SHOWN) } else { words.text },
            class: class_of(words.kind),
            note: words.note,
            open: folds.then_some(!folded),
            place: (node.index() + 1, siblings),
        })
    })?
}

fn id_of(tree: &Tree, key: u64) -> Option<NodeId> {
    tree.id(u32::try_from(key).ok()?)
}

/// The tree of a payload, or how far reading it has come. `name` tells the trees of a page apart.
#[component]
pub(super) fn TreeView(reading: Reading, name: &'static str) -> impl IntoView {
    let lang = use_lang();
    let is_read = Memo::new(move |_| reading.tree().is_some());
    move || {
        if is_read.get() {
            return view! { <ReadTree reading name /> }.into_any();
        }
        let percent = move || (reading.progress() * 100.0) as u32;
        view! {
            <div class="bar sub">
                <progress max="100" prop:value=percent aria-label=move || lang.get().reading_payload()></progress>
                <span class="num fg3">{percent} " %"</span>
                <button
                    type="button"
                    class="btn sm right"
                    data-testid="inspector-stop"
                    on:click=move |_| reading.stop()
                >
                    {move || lang.get().stop_reading()}
                </button>
            </div>
        }
        .into_any()
    }
}

#[component]
fn ReadTree(reading: Reading, name: &'static str) -> impl IntoView {
    let lang = use_lang();
    let count = Memo::new(move |_| reading.rows(|_, rows| rows.len()).unwrap_or(0));
    // The node that keys act on.
    let current = RwSignal::new(0_u64);
    let list = VirtualList::new(
        count.into(),
        reading.version(),
        Signal::derive(|| ROW),
        Signal::derive(|| 0.0),
        move |range| {
            let keys = |_: &Tree, rows: &crate::payload::tree::Visible| {
                range.filter_map(|row| rows.node(row)).map(|id| u64::from(id.number())).collect()
            };
            reading.rows(keys).unwrap_or_default()
        },
        move |key| reading.rows(|tree, rows| id_of(tree, key).map_or(0, |id| rows.row_of(id))).unwrap_or(0),
    );
    let go_to = move |row: usize| {
        if let Some(id) = untrack(|| reading.rows(|_, rows| rows.node(row))).flatten() {
            current.set(id.number().into());
            list.reveal(row);
        }
    };
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let act = |tree: &Tree, rows: &crate::payload::tree::Visible| {
            let id = id_of(tree, current.get_untracked())?;
            let folds = tree.node(id).is_some_and(|node| node.kind().is_container() && node.children() > 0);
            Some((id, rows.row_of(id), folds, rows.is_folded(id), tree.parent(id), tree.first_child(id)))
        };
        let Some(Some((id, row, folds, folded, parent, child))) = untrack(|| reading.rows(act)) else {
            return;
        };
        let row_of =
            |id: Option<NodeId>| id.and_then(|id| untrack(|| reading.rows(|_, rows| rows.row_of(id))));
        match event.key().as_str() {
            "ArrowRight" if folds && folded => reading.toggle(id),
            "ArrowRight" => row_of(child).into_iter().for_each(go_to),
            "ArrowLeft" if folds && !folded => reading.toggle(id),
            "ArrowLeft" => row_of(parent).into_iter().for_each(go_to),
            "Enter" | " " if folds => reading.toggle(id),
            "Enter" | " " => {}
            _ => {
                if let Some(row) = list.target(&event, Some(row)) {
                    go_to(row);
                }
                return;
            }
        }
        event.prevent_default();
    };
    // A fold may hide the node at hand: what hides it is at hand then.
    Effect::new(move |_| {
        let shown = reading.rows(|tree, rows| {
            let id = id_of(tree, current.get_untracked())?;
            rows.node(rows.row_of(id))
        });
        if let Some(id) = shown.flatten()
            && u64::from(id.number()) != current.get_untracked()
        {
            current.set(id.number().into());
        }
    });
    let with_current = move |read: fn(&Tree, NodeId) -> String| {
        reading.tree().and_then(|tree| Some(read(&tree, id_of(&tree, current.get())?))).unwrap_or_default()
    };
    let path = Memo::new(move |_| with_current(|tree, id| tree.path(id)));
    view! {
        <div class="bar sub">
            <span class="mono path" data-testid="tree-path" title=move || path.get()>
                <bdi dir="ltr">{move || path.get()}</bdi>
            </span>
            <span class="right row gap1">
                <CopyButton
                    icon=IconName::Link
                    label=Signal::derive(move || lang.get().copy_path().to_owned())
                    text=move || path.get_untracked()
                />
                <CopyButton
                    label=Signal::derive(move || lang.get().copy_value().to_owned())
                    text=move || untrack(|| with_current(Tree::copy_value))
                />
                <button
                    type="button"
                    class="btn gho ico sm"
                    data-testid="tree-fold"
                    aria-label=move || lang.get().fold_all()
                    title=move || lang.get().fold_all()
                    on:click=move |_| reading.fold(|tree, rows| rows.fold_all(tree))
                >
                    <Icon name=IconName::Fold />
                </button>
                <button
                    type="button"
                    class="btn gho ico sm"
                    data-testid="tree-unfold"
                    aria-label=move || lang.get().unfold_all()
                    title=move || lang.get().unfold_all()
                    on:click=move |_| reading.fold(|tree, rows| rows.unfold_all(tree))
                >
                    <Icon name=IconName::Chevron />
                </button>
            </span>
        </div>
        <Faults reading />
        <div
            node_ref=list.scroller
            class="scroll ptree"
            role="tree"
            tabindex="0"
            aria-label=move || lang.get().value_tree()
            aria-activedescendant=move || format!("{name}-node-{}", current.get())
            on:scroll=move |_| list.on_scroll()
            on:keydown=by_key
        >
            <VirtualRows list row=move |place| view! { <TreeRow reading name place current /> } />
        </div>
    }
}

#[component]
fn TreeRow(reading: Reading, name: &'static str, place: Slot, current: RwSignal<u64>) -> impl IntoView {
    let shown = Memo::new(move |_| look_up(reading, place.key.get()).unwrap_or_default());
    let is_current = move || current.get() == place.key.get();
    let toggle = move |event: leptos::ev::MouseEvent| {
        event.stop_propagation();
        current.set(place.key.get_untracked());
        let id = untrack(|| reading.rows(|tree, _| id_of(tree, place.key.get())));
        if let Some(id) = id.flatten() {
            reading.toggle(id);
        }
    };
    let text = move |part: fn(&Shown) -> String| Memo::new(move |_| shown.with(part));
    let key = text(|shown| shown.key.clone().unwrap_or_default());
    let value = text(|shown| shown.value.clone());
    let note = text(|shown| shown.note.clone().unwrap_or_default());
    view! {
        <div
            class="tr"
            class:sel=is_current
            id=move || format!("{name}-node-{}", place.key.get())
            role="treeitem"
            data-testid="tree-row"
            attr:aria-level=move || shown.with(|shown| (shown.depth + 1).to_string())
            aria-posinset=move || shown.with(|shown| shown.place.0.to_string())
            aria-setsize=move || shown.with(|shown| shown.place.1.to_string())
            aria-expanded=move || shown.with(|shown| shown.open.map(|open| open.to_string()))
            aria-selected=move || is_current().to_string()
            style:--d=move || shown.with(|shown| shown.depth.min(DEEPEST_INDENT).to_string())
            on:click=move |_| current.set(place.key.get_untracked())
            on:dblclick=toggle
        >
            <span class="tw" aria-hidden="true" on:click=toggle>
                {move || match shown.with(|shown| shown.open) {
                    Some(true) => "▾",
                    Some(false) => "▸",
                    None => "",
                }}
            </span>
            <span class=move || shown.with(|shown| shown.key_class)>{key}</span>
            <span class="pu">{move || if shown.with(|shown| shown.key.is_some()) { ": " } else { "" }}</span>
            <span class=move || shown.with(|shown| shown.class)>{value}</span>
            <span class="cm">{move || note.with(|note| if note.is_empty() { String::new() } else { format!("  {note}") })}</span>
        </div>
    }
}

/// Why the tree is not all of the payload, if it is not.
#[component]
fn Faults(reading: Reading) -> impl IntoView {
    let lang = use_lang();
    move || {
        let tree = reading.tree()?;
        let words = match tree.fault() {
            Some(fault) => {
                // Line and column where they mean something.
                let place = (reading.kind == Kind::Json && fault.reason != FaultReason::TooManyValues)
                    .then(|| tree.place(fault.offset));
                lang.get().tree_fault(fault, place)
            }
            None if reading.is_stopped() => lang.get().reading_stopped(tree.len()),
            None => return None,
        };
        Some(view! {
            <div class="note warn flat" role="status" data-testid="tree-fault">
                <Icon name=IconName::Warning />
                <span>{words}</span>
            </div>
        })
    }
}
