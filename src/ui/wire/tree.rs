use std::collections::BTreeSet;

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::Wire;
use super::fields::{FieldLine, ancestors};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;

/// What the tree and its lines share.
#[derive(Clone, Copy)]
struct Fold {
    lines: Memo<Vec<FieldLine>>,
    folded: RwSignal<BTreeSet<usize>>,
}

impl Fold {
    fn toggle(self, index: usize) {
        self.folded.update(|folded| {
            if !folded.remove(&index) {
                folded.insert(index);
            }
        });
    }

    fn is_folded(self, index: usize) -> bool {
        self.folded.with(|folded| folded.contains(&index))
    }

    /// The lines that are not hidden.
    fn visible(self) -> Vec<usize> {
        self.lines.with(|lines| {
            self.folded.with(|folded| {
                let shown = |index: &usize| !ancestors(lines, *index).any(|above| folded.contains(&above));
                (0..lines.len()).filter(shown).collect()
            })
        })
    }

    /// Shows what lies below these lines.
    fn unfold_above(self, index: usize) {
        let hidden = self.lines.with_untracked(|lines| {
            self.folded.with_untracked(|folded| {
                ancestors(lines, index).filter(|above| folded.contains(above)).collect::<Vec<_>>()
            })
        });
        if !hidden.is_empty() {
            self.folded.update(|folded| folded.retain(|index| !hidden.contains(index)));
        }
    }

    /// Where a key leads from the selected line; none if the key is not the tree's.
    fn by_key(self, key: &str, now: Option<usize>) -> Option<Option<usize>> {
        let visible = self.visible();
        let place = now.and_then(|now| visible.iter().position(|index| *index == now));
        let at = |place: usize| visible.get(place).copied();
        let line = now.and_then(|now| self.lines.with(|lines| lines.get(now).cloned()));
        let opens = line.as_ref().is_some_and(|line| line.has_children);
        let is_folded = now.is_some_and(|now| self.is_folded(now));
        let toggle = || {
            now.into_iter().for_each(|now| self.toggle(now));
            now
        };
        Some(match key {
            "ArrowDown" => place.map_or_else(|| at(0), |place| at(place + 1)),
            "ArrowUp" => place.map_or_else(|| at(0), |place| place.checked_sub(1).and_then(at)),
            "Home" => at(0),
            "End" => visible.last().copied(),
            "ArrowRight" if opens && !is_folded => place.and_then(|place| at(place + 1)),
            "ArrowRight" | "Enter" | " " if !opens => now,
            "ArrowLeft" if !opens || is_folded => line.and_then(|line| line.parent),
            "ArrowRight" | "ArrowLeft" | "Enter" | " " => toggle(),
            _ => return None,
        })
    }
}

/// The decoded fields. One tab stop; the arrow keys move, fold and unfold.
#[component]
pub(super) fn Tree(wire: Wire, lines: Memo<Vec<FieldLine>>) -> impl IntoView {
    let lang = use_lang();
    let tree = NodeRef::<html::Div>::new();
    let fold = Fold { lines, folded: RwSignal::new(BTreeSet::new()) };
    // Another packet begins as it is best read.
    Effect::new(move |_| {
        wire.subject.track();
        let first = lines.with_untracked(|lines| {
            let numbered = lines.iter().enumerate();
            numbered.filter(|(_, line)| line.folded).map(|(index, _)| index).collect::<BTreeSet<_>>()
        });
        fold.folded.set(first);
    });
    // A field selected by its bytes is not left hidden.
    Effect::new(move |_| {
        if let Some(field) = wire.field.get() {
            fold.unfold_above(field);
            request_animation_frame(move || {
                if let Some(tree) = tree.get_untracked() {
                    reveal(&tree, field);
                }
            });
        }
    });
    let visible = Memo::new(move |_| fold.visible());
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let now = wire.field.get_untracked();
        if let Some(target) = untrack(|| fold.by_key(&event.key(), now)) {
            event.prevent_default();
            if target.is_some() && target != now {
                wire.field.set(target);
            }
        }
    };
    view! {
        <div
            node_ref=tree
            class="scroll tree"
            role="tree"
            tabindex="0"
            data-testid="wire-tree"
            aria-label=move || lang.get().wire_decoded()
            aria-activedescendant=move || wire.field.get().map(|field| format!("wire-field-{field}"))
            on:keydown=by_key
        >
            {move || {
                lines
                    .with(|lines| {
                        let shown = visible.get();
                        let shown = shown.into_iter().filter_map(|index| Some((index, lines.get(index)?.clone())));
                        shown.map(|(index, line)| view! { <Item wire index line fold /> }).collect_view()
                    })
            }}
        </div>
    }
}

/// Scrolls the tree until the line is seen.
fn reveal(tree: &web_sys::HtmlElement, field: usize) {
    let line = document().get_element_by_id(&format!("wire-field-{field}"));
    let Some(line) = line.and_then(|line| line.dyn_into::<web_sys::HtmlElement>().ok()) else { return };
    let (top, bottom) = (line.offset_top(), line.offset_top() + line.offset_height());
    if top < tree.scroll_top() {
        tree.set_scroll_top(top);
    } else if bottom > tree.scroll_top() + tree.client_height() {
        tree.set_scroll_top(bottom - tree.client_height());
    }
}

#[component]
fn Item(wire: Wire, index: usize, line: FieldLine, fold: Fold) -> impl IntoView {
    let selected = Memo::new(move |_| wire.field.get() == Some(index));
    // What lies in the selected field is selected with it.
    let with_it = Memo::new(move |_| {
        let field = wire.field.get();
        field.is_some() && fold.lines.with(|lines| ancestors(lines, index).any(|above| Some(above) == field))
    });
    let opens = line.has_children;
    let fault = (!line.fault.is_empty()).then(|| {
        view! {
            <span class="fault c-err">
                <Icon name=IconName::Warning small=true />
                {line.fault}
            </span>
        }
    });
    let whole = if line.value.is_empty() {
        format!("{} {}", line.name, line.comment)
    } else {
        format!("{} = {} {}", line.name, line.value, line.comment)
    };
    view! {
        <div
            id=format!("wire-field-{index}")
            title=whole
            class="tl"
            class:sel=selected
            class:hl=with_it
            role="treeitem"
            style:--d=line.depth.to_string()
            data-testid="wire-field"
            data-from=line.range.start.to_string()
            data-to=line.range.end.to_string()
            attr:aria-level=(line.depth + 1).to_string()
            aria-selected=move || selected.get().to_string()
            aria-expanded=move || opens.then(|| (!fold.is_folded(index)).to_string())
            on:click=move |_| wire.field.set(Some(index))
            on:dblclick=move |_| {
                if opens {
                    fold.toggle(index);
                }
            }
        >
            {opens
                .then(|| {
                    view! {
                        <span
                            class="tw"
                            class:shut=move || fold.is_folded(index)
                            aria-hidden="true"
                            on:click=move |event| {
                                event.stop_propagation();
                                fold.toggle(index);
                            }
                            on:dblclick=|event| event.stop_propagation()
                        >
                            <Icon name=IconName::Chevron small=true />
                        </span>
                    }
                })}
            {(!line.bits.is_empty()).then(|| view! { <span class="nu">{line.bits}" "</span> })}
            <span class="nm">{line.name}</span>
            {(!line.value.is_empty()).then(|| view! { " = " <bdi class=line.look>{line.value}</bdi> })}
            {(!line.comment.is_empty()).then(|| view! { " " <span class="cm">{line.comment}</span> })}
            {fault}
        </div>
    }
}
